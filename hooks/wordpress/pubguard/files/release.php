<?php
declare(strict_types=1);

namespace Pubguard\Files;

use Pubguard\Alarm;
use Pubguard\Answer;
use Pubguard\Clock;
use Pubguard\Files;
use Pubguard\Gate as Judge;
use Pubguard\Link;
use Pubguard\Settings;
use Pubguard\Sync;

defined('ABSPATH') || exit;

/** Brings held files to their public address: with the item that they belong to, or at their own slot. */
final class Release
{
    private const DUE = 'pubguard_files_due';
    /** Minutes in which a refused file is asked for each time, and every how many it is from then on. */
    private const OFTEN = 30;
    private const SELDOM = 5;

    /** @var int[] attachments that came in this request */
    private static $new = [];

    public static function register(): void
    {
        add_action('add_attachment', [self::class, 'came'], 20);
        add_action('shutdown', [self::class, 'arrived'], 10);
        add_action('pubguard_published', [self::class, 'post']);
        add_action('transition_post_status', [self::class, 'unguarded'], 100, 3);
        add_action('added_post_meta', [self::class, 'grown'], 10, 3);
        add_action('updated_post_meta', [self::class, 'grown'], 10, 3);
        add_action('pubguard_minute', [self::class, 'due']);
        add_action(self::DUE, [self::class, 'due']);
        add_action('rest_api_init', [self::class, 'route']);
    }

    public static function came(int $id): void
    {
        self::$new[] = $id;
    }

    /** What came in this request, once its sizes are made: held, or public where that is allowed now. */
    public static function arrived(): void
    {
        $new = self::$new;
        self::$new = [];
        foreach ($new as $id) {
            if (!Files::is_held($id)) {
                continue;
            }
            $parent = (int) wp_get_post_parent_id($id);
            if ($parent > 0 && !Settings::guards($parent, (string) get_post_type($parent))) {
                self::one($id);
                continue;
            }
            $release = Files::release($id);
            $slot = Sync::slot($release);
            if ($slot !== null && $slot > Clock::now()) {
                self::wake($slot);
            } elseif ($release !== '') {
                self::ask($id, 'upload', $parent > 0 && self::is_out($parent));
            }
        }
    }

    /** A file that is public already has got more sizes: editors make them in their browsers and send them later. */
    public static function grown($meta, $id, $key): void
    {
        if ($key !== '_wp_attachment_metadata' || Files::is_held((int) $id) || in_array((int) $id, self::$new, true)) {
            return;
        }
        foreach (Names::of((int) $id) as $name) {
            if (is_file(Store::base() . "/$name")) {
                self::move(Store::base() . "/$name", Store::public_base() . "/$name");
            }
        }
    }

    /** The item is public, so its files are too. What belongs to another release stays. */
    public static function post(int $post_id): void
    {
        $own = Link::release($post_id, (string) get_post_type($post_id));
        foreach (Files::belonging($post_id) as $id) {
            if (!Files::is_held($id)) {
                continue;
            }
            if (Link::clean(get_post_meta($id, Link::RELEASE, true)) === $own && $own !== '') {
                self::wake(Clock::now()); // an output of its own, with a digest of its own: it is asked for
                continue;
            }
            $other = Files::release($id);
            $parent = (int) wp_get_post_parent_id($id);
            if ($other !== '' && $other !== $own && $parent !== $post_id && self::is_linked($id, $parent)) {
                Alarm::raise("file-$id", self::name($id) . ' stays private although a public page shows it: it '
                    . "belongs to the release $other. Take it out of the page, or wait for that release.", $post_id);
                continue;
            }
            update_post_meta($id, Files::DUE, '1');
            self::one($id);
        }
    }

    /** What pubguard does not guard publishes its files with it. */
    public static function unguarded(string $new, string $old, \WP_Post $post): void
    {
        if ($post->post_type !== 'attachment' && $post->post_type !== 'revision' && self::is_out($post->ID)
            && !Settings::guards($post->ID, $post->post_type)) {
            self::post($post->ID);
        }
    }

    /** Every minute and at each slot: what could not be moved is tried again, what has its own slot is asked for. */
    public static function due(): void
    {
        foreach (Files::held(Files::DUE) as $id) {
            self::one($id);
        }
        foreach (Files::held() as $id) {
            $own = Link::clean(get_post_meta($id, Link::RELEASE, true));
            $slot = $own === '' ? null : Sync::slot($own);
            if ($slot !== null && $slot <= Clock::now() && get_post_meta($id, Files::DUE, true) === '') {
                $tries = (int) get_post_meta($id, Files::TRIES, true);
                update_post_meta($id, Files::TRIES, $tries + 1);
                if ($tries < self::OFTEN || $tries % self::SELDOM === 0) {
                    self::ask($id, 'publish', $tries === 0);
                }
            } elseif ($slot !== null && $slot > Clock::now()) {
                self::wake($slot);
            }
        }
    }

    /** By hand, for a file that no page brings along: POST /pubguard/v1/files/ID/release. */
    public static function route(): void
    {
        register_rest_route('pubguard/v1', '/files/(?P<id>\d+)/release', [
            'methods' => 'POST',
            'permission_callback' => static function ($request): bool {
                return current_user_can('publish_posts') && current_user_can('edit_post', (int) $request['id']);
            },
            'callback' => static function ($request) {
                $id = (int) $request['id'];
                if (!Files::is_held($id)) {
                    return new \WP_Error('pubguard_not_held', 'This file is not held back.', ['status' => 404]);
                }
                $answer = self::by_hand($id);
                return $answer->allows()
                    ? ['released' => !Files::is_held($id), 'url' => wp_get_attachment_url($id)] : $answer->error();
            },
        ]);
    }

    /** What the guard says to a person who wants that file public now; it is, if that is a yes. */
    public static function by_hand(int $id): Answer
    {
        return self::ask($id, 'upload');
    }

    /** @param bool $loud false for what nobody has asked for yet, and what people know */
    private static function ask(int $id, string $action, bool $loud = true): Answer
    {
        $answer = Ask::now($id, $action);
        if ($answer->allows()) {
            update_post_meta($id, Files::DUE, '1');
            self::one($id);
            Ask::tell($id, $answer);
        } elseif ($loud) {
            Alarm::raise("file-$id", self::name($id) . ' is kept private. '
                . trim(str_replace($answer->headline(), '', $answer->text())), $id);
        }
        return $answer;
    }

    /** Move one file and its sizes to their public address; true if it is public now. */
    private static function one(int $id): bool
    {
        if (!Files::is_held($id)) {
            delete_post_meta($id, Files::DUE);
            return true;
        }
        foreach (Names::of($id) as $name) {
            $why = self::move(Store::base() . "/$name", Store::public_base() . "/$name");
            if ($why !== '') {
                update_post_meta($id, Files::DUE, '1');
                Alarm::raise("file-$id", self::name($id) . " was released but could not be made public: $why. "
                    . 'It is tried again every minute. See that the web server may write to the uploads folder.', $id);
                return false;
            }
        }
        self::open($id);
        return true;
    }

    private static function open(int $id): void
    {
        global $wpdb;
        if (get_post_field('post_status', $id, 'raw') === 'private') {
            Judge::cover($id, new Answer(Answer::ALLOW, 'publish', Files::release($id)));
            $wpdb->update($wpdb->posts, ['post_status' => 'inherit'], ['ID' => $id]);
        }
        delete_post_meta($id, Files::HELD);
        delete_post_meta($id, Files::DUE);
        delete_post_meta($id, Files::TRIES);
        clean_post_cache($id);
        Alarm::clear("file-$id");
        /** A file is at its public address now. */
        do_action('pubguard_file_released', $id);
    }

    /** Why it could not be moved, in words; '' if it is there. One that was moved before is there. */
    private static function move(string $from, string $to): string
    {
        clearstatcache();
        if (!is_file($from)) {
            return is_file($to) ? '' : 'the file is missing';
        }
        if (file_exists($to)) {
            return 'another file has its address already';
        }
        if (!wp_mkdir_p(dirname($to))) {
            return 'its folder cannot be made';
        }
        // Beside its place first, so that nobody is ever served half a file.
        $new = dirname($to) . '/.' . bin2hex(random_bytes(12));
        chmod($from, (int) fileperms(dirname($to)) & 0666);
        if (@rename($from, $new) && @rename($new, $to)) {
            return '';
        }
        if (is_file($new)) {
            @rename($new, $from);
        }
        return 'it cannot be moved there';
    }

    private static function is_out(int $post_id): bool
    {
        $post = get_post($post_id);
        return $post !== null && $post->post_password === ''
            && in_array($post->post_status, get_post_stati(['public' => true]), true);
    }

    /** True if a release of its own or of an item that is not public yet holds the file back. */
    private static function is_linked(int $id, int $parent): bool
    {
        return get_post_meta($id, Link::RELEASE, true) !== '' || ($parent > 0 && !self::is_out($parent));
    }

    /** A run of cron in the slot's own second. */
    private static function wake(\DateTimeImmutable $slot): void
    {
        if (wp_next_scheduled(self::DUE) !== $slot->getTimestamp()) {
            wp_schedule_single_event($slot->getTimestamp(), self::DUE);
        }
    }

    private static function name(int $id): string
    {
        return 'The file ' . wp_basename((string) get_post_meta($id, '_wp_attached_file', true));
    }
}
