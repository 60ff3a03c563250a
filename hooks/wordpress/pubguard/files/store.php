<?php
declare(strict_types=1);

namespace Pubguard\Files;

use Pubguard\Files;
use Pubguard\Settings;
use Pubguard\State;

defined('ABSPATH') || exit;

/** Keeps every upload in a folder that is not served, under the path that it will have. */
final class Store
{
    /** Functions of WordPress that store a file; nothing else that asks for the folder is meant. */
    private const STORING = ['_wp_handle_upload', 'wp_upload_bits', 'edit_media_item'];
    /** What stands between them and the filter. */
    private const BETWEEN = ['wp_get_upload_dir', 'wp_unique_filename'];

    /** @var int[] attachments made in this request from files that others had put among the uploads */
    private static $late = [];
    /** @var bool while we ask for the public folder ourselves */
    private static $plain = false;

    public static function register(): void
    {
        if (!self::on()) {
            return;
        }
        add_filter('upload_dir', [self::class, 'folder'], PHP_INT_MAX);
        add_filter('wp_handle_upload_prefilter', [self::class, 'refuse']);
        add_filter('wp_handle_sideload_prefilter', [self::class, 'refuse']);
        add_filter('wp_upload_bits', [self::class, 'refuse_bits']);
        add_filter('_wp_relative_upload_path', [self::class, 'relative'], 10, 2);
        add_filter('update_attached_file', [self::class, 'mark'], PHP_INT_MAX, 2);
        // Before the gate looks at it: what is private needs nobody's yes.
        add_filter('wp_insert_attachment_data', [self::class, 'close'], PHP_INT_MAX - 1, 4);
        add_filter('get_attached_file', [self::class, 'path'], 1, 2);
        add_filter('pre_wp_unique_filename_file_list', [Names::class, 'both'], 10, 2);
        add_filter('wp_unique_filename', [Names::class, 'unique'], PHP_INT_MAX, 3);
        add_filter('ajax_query_attachments_args', [self::class, 'listed']);
        add_action('delete_attachment', [self::class, 'remove']);
        add_action('shutdown', [self::class, 'hide'], 5);
    }

    /** False where wp-config.php says PUBGUARD_UPLOADS = 'public'. */
    public static function on(): bool
    {
        return !defined('PUBGUARD_UPLOADS') || constant('PUBGUARD_UPLOADS') !== 'public';
    }

    /** Where held files lie. */
    public static function base(): string
    {
        return State::folder() . '/files/' . get_current_blog_id();
    }

    /**
     * The folder of an upload that is being stored: ours; its address stays the final one.
     *
     * @param array<string, mixed> $dirs
     * @return array<string, mixed>
     */
    public static function folder($dirs)
    {
        if (!is_array($dirs) || self::$plain || !self::storing()) {
            return $dirs;
        }
        $dirs['basedir'] = self::base();
        $dirs['path'] = self::base() . $dirs['subdir'];
        return $dirs;
    }

    /** Where nothing can be kept private, nothing is taken. */
    public static function refuse($file)
    {
        $wrong = self::wrong();
        if ($wrong !== '' && is_array($file)) {
            $file['error'] = $wrong;
        }
        return $file;
    }

    public static function refuse_bits($bits)
    {
        $wrong = self::wrong();
        return $wrong !== '' && is_array($bits) ? $wrong : $bits;
    }

    public static function relative(string $relative, string $path): string
    {
        return State::within($path, self::base()) ? ltrim(substr($path, strlen(self::base())), '/') : $relative;
    }

    /** A file of ours makes its attachment held, whoever attached it. */
    public static function mark($file, int $id)
    {
        if (is_string($file) && State::within($file, self::base())) {
            global $wpdb;
            update_post_meta($id, Files::HELD, '1');
            if (get_post_status($id) !== 'private' && get_post_field('post_status', $id, 'raw') !== 'trash') {
                $wpdb->update($wpdb->posts, ['post_status' => 'private'], ['ID' => $id]);
                clean_post_cache($id);
            }
        }
        return $file;
    }

    /**
     * The attachment of a held file is private, whatever was asked for.
     *
     * @param array<string, mixed> $data
     * @param array<string, mixed> $asked
     * @return array<string, mixed>
     */
    public static function close($data, $asked, $raw = [], $update = false)
    {
        $id = (int) ($asked['ID'] ?? 0);
        $file = is_string($asked['file'] ?? null) ? $asked['file'] : '';
        $ours = $file !== '' && State::within($file, self::base());
        $others = !$update && $file !== '' && !$ours && self::is_public($file);
        if ($others) {
            add_action('add_attachment', [self::class, 'late']);
        }
        if (($ours || $others || ($id > 0 && Files::is_held($id))) && $data['post_status'] !== 'trash') {
            $data['post_status'] = 'private';
        }
        return $data;
    }

    /**
     * True for what wp_insert_post() got for an attachment that is held, or will be.
     *
     * @param array<string, mixed> $given
     */
    public static function holds(array $given): bool
    {
        $file = is_string($given['file'] ?? null) ? $given['file'] : '';
        $id = (int) ($given['ID'] ?? 0);
        return self::on() && ($given['post_type'] ?? '') === 'attachment'
            && (State::within($file, self::base()) || ($id > 0 && Files::is_held($id)));
    }

    /** Remember an attachment that was made of a file lying among the public ones. */
    public static function late(int $id): void
    {
        remove_action('add_attachment', [self::class, 'late']);
        self::$late[] = $id;
    }

    /** Take those files away from the public, once whoever brought them has made what belongs to them. */
    public static function hide(): void
    {
        foreach (self::$late as $id) {
            foreach (Names::of($id) as $name) {
                $from = self::public_base() . "/$name";
                $to = self::base() . "/$name";
                if (State::wrong() === '' && is_file($from) && !is_file($to) && wp_mkdir_p(dirname($to))) {
                    @rename($from, $to);
                }
            }
            update_post_meta($id, Files::HELD, '1');
        }
        self::$late = [];
    }

    /** Where a held file lies. */
    public static function path($path, int $id)
    {
        if (is_string($path) && $path !== '' && Files::is_held($id) && !in_array($id, self::$late, true)) {
            $name = (string) get_post_meta($id, '_wp_attached_file', true);
            return $name === '' || $name[0] === '/' ? $path : self::base() . "/$name";
        }
        return $path;
    }

    /**
     * Whoever may upload finds their own held files in the media window too.
     *
     * @param array<string, mixed> $query
     * @return array<string, mixed>
     */
    public static function listed($query)
    {
        $query['post_status'] = 'inherit,private';
        $query['perm'] = 'readable';
        return $query;
    }

    /** WordPress deletes only below the uploads. */
    public static function remove(int $id): void
    {
        if (Files::is_held($id)) {
            foreach (Names::of($id) as $name) {
                @unlink(self::base() . "/$name");
            }
        }
    }

    /** Where public files lie. */
    public static function public_base(): string
    {
        self::$plain = true;
        $found = rtrim((string) wp_get_upload_dir()['basedir'], '/');
        self::$plain = false;
        return $found;
    }

    private static function is_public(string $file): bool
    {
        return $file[0] === '/' && State::within($file, self::public_base()) && is_file($file);
    }

    /** True if one of those functions asks for the folder itself, and not something on its way. */
    private static function storing(): bool
    {
        $asks = false;
        foreach (debug_backtrace(DEBUG_BACKTRACE_IGNORE_ARGS, 12) as $step) {
            if ($asks && !in_array($step['function'], self::BETWEEN, true)) {
                return in_array($step['function'], self::STORING, true);
            }
            $asks = $asks || $step['function'] === 'wp_upload_dir';
        }
        return false;
    }

    private static function wrong(): string
    {
        $wrong = State::wrong();
        return $wrong === '' ? '' : "pubguard: the file was not taken, because it could not be kept private. $wrong";
    }
}
