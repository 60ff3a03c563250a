<?php
declare(strict_types=1);

namespace Pubguard;

defined('ABSPATH') || exit;

/**
 * The files of an item: what is attached to it, and what it shows.
 *
 * A file that is held lies in PUBGUARD_STATE/files under the path that it will have among the
 * uploads; its attachment is private and has the meta _pubguard_held. Its address is the final one
 * from the start, and nothing is there until it is released.
 */
final class Files
{
    public const HELD = '_pubguard_held';
    /** Its time has come; it stays until it is public. */
    public const DUE = '_pubguard_due';
    /** How often the guard was asked for it in vain. */
    public const TRIES = '_pubguard_tries';

    /**
     * The files that are part of an item's manifest.
     *
     * @param ?string $content as it will be stored; null for what is stored
     * @return array<string, string> output to the file's path on this disk, in the order of their ids
     */
    public static function of(int $post_id, ?string $content = null): array
    {
        $found = [];
        foreach (self::belonging($post_id, $content) as $id) {
            $path = get_attached_file($id);
            if (is_string($path) && $path !== '') {
                $output = self::output($id);
                $found[isset($found[$output]) ? "$output-$id" : $output] = $path;
            }
        }
        return $found;
    }

    /** What the guard knows a file by: its own _pubguard_output, else its name. */
    public static function output(int $id): string
    {
        $own = get_post_meta($id, '_pubguard_output', true);
        $name = is_string($own) && $own !== '' ? $own : wp_basename((string) get_post_meta($id, '_wp_attached_file', true));
        $name = trim((string) preg_replace(['/[^A-Za-z0-9._-]+/', '/\.\.+/'], ['-', '.'], $name), '._-');
        return $name === '' ? "file-$id" : substr($name, 0, 150);
    }

    /** "sha256:..." of a file; null if it cannot be read. */
    public static function digest(string $path): ?string
    {
        $found = is_file($path) ? @hash_file('sha256', $path) : false;
        return $found === false ? null : "sha256:$found";
    }

    public static function is_held(int $id): bool
    {
        return get_post_meta($id, self::HELD, true) !== '';
    }

    /** @return int[] every attachment that is held, or those that are due */
    public static function held(string $key = self::HELD): array
    {
        global $wpdb;
        $sql = "SELECT DISTINCT m.post_id FROM $wpdb->postmeta m JOIN $wpdb->posts p ON p.ID = m.post_id"
            . " WHERE m.meta_key = %s AND p.post_type = 'attachment' ORDER BY m.post_id LIMIT 2000";
        return array_map('intval', $wpdb->get_col($wpdb->prepare($sql, $key)));
    }

    /**
     * The attachments of an item: its children, its picture, and what its content shows.
     *
     * @return int[] in ascending order
     */
    public static function belonging(int $post_id, ?string $content = null): array
    {
        global $wpdb;
        $post = get_post($post_id);
        if ($post !== null && $post->post_type === 'attachment') {
            return [$post_id];
        }
        $ids = $post_id > 0 ? $wpdb->get_col($wpdb->prepare(
            "SELECT ID FROM $wpdb->posts WHERE post_parent = %d AND post_type = 'attachment' AND post_status <> 'trash'",
            $post_id
        )) : [];
        $ids[] = get_post_meta($post_id, '_thumbnail_id', true);
        $ids = array_map('intval', array_merge($ids, self::shown($content ?? ($post ? $post->post_content : ''))));
        $ids = array_filter(array_unique($ids), static function (int $id): bool {
            return $id > 0 && get_post_type($id) === 'attachment';
        });
        sort($ids);
        return $ids;
    }

    /** The release that a file goes out with: its own, that of what it is attached to, the site's; '' for none. */
    public static function release(int $id): string
    {
        $own = Link::release($id, 'attachment');
        return $own !== '' || wp_get_post_parent_id($id) ? $own : Link::clean(get_option('pubguard_site_release', ''));
    }

    /** @return array<int|string> ids of attachments that a text names, by id or by address */
    private static function shown(string $content): array
    {
        $found = [];
        if (preg_match_all('/\bwp-image-(\d+)\b/', $content, $ids)) {
            $found = $ids[1];
        }
        if (preg_match_all('/<!--\s+wp:(?:image|file|gallery|media-text|cover|video|audio|post-featured-image)\s+(\{.*?\})\s+\/?-->/s', $content, $blocks)) {
            foreach ($blocks[1] as $json) {
                $block = json_decode($json, true);
                $found = array_merge($found, [$block['id'] ?? 0, $block['mediaId'] ?? 0], (array) ($block['ids'] ?? []));
            }
        }
        if (preg_match_all('/\[(?:gallery|playlist|caption|audio|video)\b[^\]]*?\b(?:ids?)=["\']?(?:attachment_)?([\d,\s]+)/', $content, $lists)) {
            $found = array_merge($found, explode(',', implode(',', $lists[1])));
        }
        return array_merge(array_filter($found, 'is_numeric'), self::at(self::addresses($content)));
    }

    /** @return string[] the paths under the uploads' address that a text has */
    private static function addresses(string $content): array
    {
        $base = preg_replace('/^https?:/', '', wp_get_upload_dir()['baseurl']);
        $path = (string) wp_parse_url(wp_get_upload_dir()['baseurl'], PHP_URL_PATH);
        $marks = '(?:' . preg_quote($base, '~') . '|(?<=["\'(\s=])' . preg_quote($path, '~') . ')';
        if (!preg_match_all('~' . $marks . '/([^"\'<>\s?#)]+)~', $content, $found)) {
            return [];
        }
        return array_slice(array_unique(array_map('rawurldecode', $found[1])), 0, 500);
    }

    /**
     * The attachments whose file lies at these paths, in whatever size.
     *
     * @param string[] $paths relative to the uploads
     * @return string[]
     */
    public static function at(array $paths): array
    {
        global $wpdb;
        $all = [];
        foreach ($paths as $path) {
            $whole = preg_replace('/-(?:\d+x\d+|scaled|rotated)(?=\.\w+$)/', '', $path);
            $all = array_merge($all, [$path, $whole, preg_replace('/(?=\.\w+$)/', '-scaled', $whole)]);
        }
        $all = array_values(array_unique($all));
        if ($all === []) {
            return [];
        }
        $marks = implode(', ', array_fill(0, count($all), '%s'));
        $sql = "SELECT post_id FROM $wpdb->postmeta WHERE meta_key = '_wp_attached_file' AND meta_value IN ($marks)";
        return $wpdb->get_col($wpdb->prepare($sql, $all));
    }
}
