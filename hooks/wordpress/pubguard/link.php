<?php
/** Which release an item belongs to, and which part of it the item is. */

declare(strict_types=1);

namespace Pubguard;

defined('ABSPATH') || exit;

final class Link
{
    public const RELEASE = '_pubguard_release';
    public const OUTPUT = '_pubguard_output';
    /** What this site keeps of changes of the link: {at, who, field, from, to}, the newest last. */
    public const LOG = '_pubguard_link_log';
    private const SITE = 'pubguard_site_release';

    public static function register(): void
    {
        add_action('init', [self::class, 'declare_fields'], 99);
        add_action('updated_post_meta', [self::class, 'changed'], 10, 4);
        add_action('added_post_meta', [self::class, 'changed'], 10, 4);
        add_filter('update_post_metadata', [self::class, 'before'], PHP_INT_MAX - 1, 4);
        add_action('delete_post_meta', [self::class, 'removed'], 10, 4);
    }

    /** The editor reads and writes the link by REST, as far as its user may edit the item. */
    public static function declare_fields(): void
    {
        foreach (get_post_types() as $type) {
            if (!Settings::guards_type($type)) {
                continue;
            }
            foreach ([self::RELEASE, self::OUTPUT] as $key) {
                register_post_meta($type, $key, [
                    'type' => 'string',
                    'single' => true,
                    'default' => '',
                    'show_in_rest' => true,
                    'sanitize_callback' => [self::class, 'clean'],
                    'auth_callback' => static function ($allowed, $key, $id, $user): bool {
                        return user_can((int) $user, 'edit_post', (int) $id);
                    },
                ]);
            }
        }
    }

    /** An id as the guard takes it, or ''. */
    public static function clean($value): string
    {
        $value = is_string($value) ? trim($value) : '';
        $good = preg_match('/^[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?!\.))*$/D', $value) && strlen($value) <= 200;
        return $good ? $value : '';
    }

    /** The item's own release, as it will be; a file without one belongs to its post's. */
    public static function own(int $id): string
    {
        $own = self::value($id, self::RELEASE);
        if ($own === '' && $id > 0) {
            $post = get_post($id);
            if ($post && $post->post_type === 'attachment' && $post->post_parent > 0) {
                return self::value((int) $post->post_parent, self::RELEASE);
            }
        }
        return $own;
    }

    /** The release that the guard is asked about; '' where there is none, which is a no. */
    public static function release(int $id, string $type): string
    {
        $own = self::own($id);
        if ($own === '' && Settings::is_structure($type)) {
            return self::clean(get_option(self::SITE, ''));
        }
        return $own;
    }

    /** The part of the release that this item is; '' is the whole of it. */
    public static function output(int $id): string
    {
        $own = self::value($id, self::OUTPUT);
        if ($own === '' && $id > 0) {
            $post = get_post($id);
            if ($post && $post->post_type === 'attachment' && $post->post_parent > 0
                && self::value($id, self::RELEASE) === '') {
                return self::value((int) $post->post_parent, self::OUTPUT);
            }
        }
        return $own;
    }

    /**
     * The items that belong to a release, by their stored links, files included.
     *
     * @return int[]
     */
    public static function items(string $release): array
    {
        global $wpdb;
        if ($release === '') {
            return [];
        }
        $ids = array_map('intval', $wpdb->get_col($wpdb->prepare(
            "SELECT DISTINCT m.post_id FROM $wpdb->postmeta m JOIN $wpdb->posts p ON p.ID = m.post_id"
            . " WHERE m.meta_key = %s AND BINARY m.meta_value = %s"
            . " AND p.post_type <> 'revision' AND p.post_status NOT IN ('trash', 'auto-draft')"
            . ' ORDER BY m.post_id',
            self::RELEASE,
            $release
        )));
        _prime_post_caches($ids, false, true);
        return $ids;
    }

    /** @return string[] the parts that items of this release are */
    public static function outputs(string $release): array
    {
        return array_values(array_unique(array_map([self::class, 'output'], self::items($release))));
    }

    /** @var array<int, true> items that are deleted, of which the guard has been told */
    private static $withdrawn = [];
    /** @var array<int, array<string, string>> what stood there before this request changed it */
    private static $was = [];

    /** Remembers what stood there; changes nothing. */
    public static function before($check, $id, $key, $value)
    {
        if (self::is_link($key)) {
            self::$was[(int) $id][$key] = (string) get_post_meta((int) $id, $key, true);
        }
        return $check;
    }

    public static function changed($meta, $id, $key, $value): void
    {
        if (self::is_link($key)) {
            self::note((int) $id, $key, self::$was[(int) $id][$key] ?? '', self::clean($value));
        }
    }

    public static function removed($meta, $id, $key, $value): void
    {
        if (self::is_link($key)) {
            self::note((int) $id, $key, (string) get_post_meta((int) $id, $key, true), '');
        }
    }

    /** It is deleted, and that has been said. */
    public static function is_withdrawn(int $id): void
    {
        self::$withdrawn[$id] = true;
    }

    /** Is this custom field part of the link? */
    public static function is_link($key): bool
    {
        return $key === self::RELEASE || $key === self::OUTPUT;
    }

    /** The incoming value wins over the stored one. */
    private static function value(int $id, string $key): string
    {
        $incoming = Incoming::fields($id);
        if (array_key_exists($key, $incoming)) {
            return self::clean($incoming[$key][0] ?? '');
        }
        return $id > 0 ? self::clean(get_post_meta($id, $key, true)) : '';
    }

    /** An item that leaves a release, or comes to it, changes what was approved: the guard is told. */
    private static function note(int $id, string $key, string $from, string $to): void
    {
        if ($from === $to) {
            return;
        }
        $who = People::actor()['id'];
        $log = get_post_meta($id, self::LOG, true);
        $log = is_array($log) ? array_slice($log, -99) : [];
        $log[] = [
            'at' => Clock::stamp(Clock::now()), 'who' => $who, 'field' => $key, 'from' => $from, 'to' => $to,
        ];
        update_post_meta($id, self::LOG, $log);
        if ($key === self::RELEASE && $from !== '' && !isset(self::$withdrawn[$id])) {
            Records::tell('corrected', $id, $from, self::output($id), sprintf(
                'Item %d was taken out of this release%s.',
                $id,
                $to === '' ? '' : ' and put into ' . $to
            ));
        }
        do_action('pubguard_linked', $id, $key, $from, $to);
    }
}
