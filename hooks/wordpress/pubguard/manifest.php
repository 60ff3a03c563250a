<?php
/** Digests of content as it will be stored: what an approval, a confirmation and a permit are bound to. */

declare(strict_types=1);

namespace Pubguard;

defined('ABSPATH') || exit;

final class Manifest
{
    /** @var array<int, string> digests of items as they are stored, in this request */
    private static $known = [];

    public static function register(): void
    {
        add_action('clean_post_cache', [self::class, 'forget'], PHP_INT_MIN);
        foreach (['added_post_meta', 'updated_post_meta', 'deleted_post_meta'] as $hook) {
            add_action($hook, [self::class, 'forget_meta'], PHP_INT_MIN, 2);
        }
    }

    /** Something of this item, or of a file of its, was written. */
    public static function forget($id): void
    {
        $post = get_post((int) $id);
        if ($post && $post->post_type === 'attachment') {
            self::$known = [];
        }
        unset(self::$known[(int) $id]);
    }

    public static function forget_meta($meta, $id): void
    {
        self::forget($id);
    }

    /**
     * The digest of one item: title, content, excerpt, custom fields that readers see, and its files.
     *
     * @param array|null $row the row of the posts table as it will be, unslashed; null for as it is
     */
    public static function of(int $id, ?array $row = null): string
    {
        $row = $row ?? self::row($id);
        if ($row === null) {
            return self::hash(['gone' => $id]);
        }
        return self::hash([
            'title' => (string) ($row['post_title'] ?? ''),
            'content' => (string) ($row['post_content'] ?? ''),
            'excerpt' => (string) ($row['post_excerpt'] ?? ''),
            'fields' => self::fields($id),
            'files' => self::files($id, $row),
        ]);
    }

    /**
     * The digests of a whole release: output -> digest over all its items.
     *
     * @return array<string, string>
     */
    public static function release(string $release): array
    {
        $parts = [];
        foreach (Link::outputs($release) as $output) {
            $parts[$output] = self::output($release, $output);
        }
        ksort($parts, SORT_STRING);
        return $parts;
    }

    /**
     * The digest of one part of a release. One item has its own; several have one over theirs.
     *
     * @param int $id the item that is about to change, 0 for one that has no number yet
     * @param array|null $row as it will be
     */
    public static function output(string $release, string $output, int $id = 0, ?array $row = null): string
    {
        $digests = $row === null ? [] : [$id => self::of($id, $row)];
        foreach (Link::items($release) as $item) {
            $belongs = !isset($digests[$item]) && Link::output($item) === $output
                && Link::release($item, (string) get_post_type($item)) === $release;
            if ($belongs && !self::is_part_of_post($item)) {
                self::$known[$item] = self::$known[$item] ?? self::of($item);
                $digests[$item] = self::$known[$item];
            }
        }
        if (count($digests) === 1) {
            return (string) reset($digests);
        }
        $digests = array_values($digests);
        sort($digests, SORT_STRING);
        return self::hash($digests);
    }

    /** The stored row of a post, read past every cache, or null. */
    public static function row(int $id): ?array
    {
        global $wpdb;
        if ($id <= 0) {
            return null;
        }
        $row = $wpdb->get_row($wpdb->prepare("SELECT * FROM $wpdb->posts WHERE ID = %d", $id), ARRAY_A);
        return is_array($row) ? $row : null;
    }

    /** A file without a link of its own is in its post's digest already. */
    private static function is_part_of_post(int $id): bool
    {
        $post = get_post($id);
        return $post && $post->post_type === 'attachment' && $post->post_parent > 0
            && !array_filter([get_post_meta($id, Link::RELEASE, true), get_post_meta($id, Link::OUTPUT, true)]);
    }

    /** @return array<string, string[]> custom fields that readers see, by name */
    private static function fields(int $id): array
    {
        $found = [];
        foreach ($id > 0 ? (array) get_post_meta($id) : [] as $key => $values) {
            if (Settings::guards_meta((string) $key)) {
                $found[$key] = array_map('strval', (array) $values);
            }
        }
        foreach (Incoming::fields($id) as $key => $values) {
            if (Settings::guards_meta((string) $key)) {
                $found[$key] = array_map([self::class, 'stored'], array_values($values));
            }
        }
        foreach ($found as &$values) {
            sort($values, SORT_STRING);
        }
        unset($values);
        $found = array_filter($found);
        ksort($found, SORT_STRING);
        return $found;
    }

    /** A value as the database gives it back. */
    public static function stored($value): string
    {
        return is_bool($value) ? ($value ? '1' : '') : (string) maybe_serialize($value);
    }

    /** @return array<string, string> name -> digest of the item's files that have no link of their own */
    private static function files(int $id, array $row): array
    {
        $found = [];
        foreach ($id > 0 ? Files::belonging($id, (string) ($row['post_content'] ?? '')) : [] as $each) {
            if ($each !== $id && get_post_meta($each, Link::RELEASE, true)) {
                continue;
            }
            $path = (string) get_attached_file($each);
            $found[basename($path) . '#' . $each] = Files::digest($path) ?? 'missing';
        }
        ksort($found, SORT_STRING);
        return $found;
    }

    private static function hash(array $content): string
    {
        $flags = JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE;
        return 'sha256:' . hash('sha256', (string) json_encode($content, $flags));
    }
}
