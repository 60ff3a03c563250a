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
    private const STORING = ['_wp_handle_upload', 'wp_upload_bits'];

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
        add_filter('_wp_relative_upload_path', [self::class, 'relative'], 10, 2);
        add_filter('update_attached_file', [self::class, 'mark'], PHP_INT_MAX, 2);
        // Before the gate looks at it: what is private needs nobody's yes.
        add_filter('wp_insert_attachment_data', [self::class, 'close'], PHP_INT_MAX - 1, 4);
        add_filter('get_attached_file', [self::class, 'path'], 1, 2);
        add_filter('pre_wp_unique_filename_file_list', [self::class, 'both'], 10, 2);
        add_filter('wp_unique_filename', [self::class, 'unique'], PHP_INT_MAX, 3);
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
        $wrong = State::wrong();
        if ($wrong !== '') {
            $dirs['error'] = "pubguard: the file was not taken, because it could not be kept private. $wrong";
            return $dirs;
        }
        $dirs['basedir'] = self::base();
        $dirs['path'] = self::base() . $dirs['subdir'];
        return $dirs;
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
            foreach (self::names($id) as $name) {
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

    /** @return string[]|null the names that are taken, here or among the public files */
    public static function both($files, string $folder)
    {
        $other = self::twin($folder);
        if ($files !== null || $other === '') {
            return $files;
        }
        return array_merge((array) @scandir($folder), is_dir($other) ? (array) @scandir($other) : []);
    }

    /** A name that neither a held nor a public file has. */
    public static function unique(string $name, string $ext, string $folder): string
    {
        $other = self::twin($folder);
        if ($other === '') {
            return $name;
        }
        $stem = $ext !== '' ? substr($name, 0, -strlen($ext)) : $name;
        $new = $name;
        for ($n = 1; file_exists("$other/$new") || ($new !== $name && file_exists("$folder/$new")); $n++) {
            $new = "$stem-$n$ext";
        }
        return $new;
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
            foreach (self::names($id) as $name) {
                @unlink(self::base() . "/$name");
            }
        }
    }

    /** @return string[] every file of an attachment, relative to the uploads: itself, its sizes, its original */
    public static function names(int $id): array
    {
        $file = (string) get_post_meta($id, '_wp_attached_file', true);
        if ($file === '' || $file[0] === '/' || strpos("/$file/", '/../') !== false) {
            return [];
        }
        $meta = get_post_meta($id, '_wp_attachment_metadata', true);
        $meta = is_array($meta) ? $meta : [];
        $backup = get_post_meta($id, '_wp_attachment_backup_sizes', true);
        $names = [wp_basename($file), $meta['original_image'] ?? ''];
        foreach ([$meta['sizes'] ?? [], is_array($backup) ? $backup : []] as $sizes) {
            foreach ((array) $sizes as $size) {
                $names[] = $size['file'] ?? '';
                foreach ((array) ($size['sources'] ?? []) as $source) {
                    $names[] = $source['file'] ?? '';
                }
            }
        }
        $folder = dirname($file) === '.' ? '' : dirname($file) . '/';
        $found = [];
        foreach (array_unique(array_filter($names, 'is_string')) as $name) {
            if ($name !== '' && $name === wp_basename($name) && $name !== '..') {
                $found[] = $folder . $name;
            }
        }
        return $found;
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

    /** The same folder on the other side; '' for a folder of neither. */
    private static function twin(string $folder): string
    {
        $folder = rtrim($folder, '/');
        $public = self::public_base();
        foreach ([[self::base(), $public], [$public, self::base()]] as [$from, $to]) {
            if (State::within($folder, $from)) {
                return $to . substr($folder, strlen($from));
            }
        }
        return '';
    }

    private static function storing(): bool
    {
        foreach (debug_backtrace(DEBUG_BACKTRACE_IGNORE_ARGS, 12) as $step) {
            if (in_array($step['function'], self::STORING, true) && !isset($step['class'])) {
                return true;
            }
        }
        return false;
    }
}
