<?php
/** Custom fields of what is public already: readers see them, and they pass no other gate. */

declare(strict_types=1);

namespace Pubguard\Gates;

use Pubguard\Change;
use Pubguard\Gate;
use Pubguard\Incoming;
use Pubguard\Link;
use Pubguard\Manifest;
use Pubguard\Records;
use Pubguard\Refusals;
use Pubguard\Settings;

defined('ABSPATH') || exit;

final class Meta
{
    /** @var array<int, true> items that are deleted with all their fields */
    private static $going = [];

    public static function register(): void
    {
        add_action('before_delete_post', [self::class, 'goes'], PHP_INT_MIN, 1);
        add_action('delete_attachment', [self::class, 'goes'], PHP_INT_MIN, 1);
        add_filter('add_post_metadata', [self::class, 'adds'], PHP_INT_MAX, 4);
        add_filter('update_post_metadata', [self::class, 'updates'], PHP_INT_MAX, 5);
        add_filter('delete_post_metadata', [self::class, 'deletes'], PHP_INT_MAX, 5);
        add_filter('update_post_metadata_by_mid', [self::class, 'updates_row'], PHP_INT_MAX, 4);
        add_filter('delete_post_metadata_by_mid', [self::class, 'deletes_row'], PHP_INT_MAX, 2);
    }

    /** Deleting is never refused; core takes the fields before the post. */
    public static function goes($id): void
    {
        self::$going[(int) $id] = true;
        if (Records::gone((int) $id)) {
            Link::is_withdrawn((int) $id);
        }
    }

    public static function adds($check, $id, $key, $value)
    {
        if ($check !== null || !self::watched((int) $id, (string) $key)) {
            return $check;
        }
        $now = self::values((int) $id, (string) $key);
        return self::may((int) $id, (string) $key, array_merge($now, [$value])) ? $check : false;
    }

    public static function updates($check, $id, $key, $value, $previous = '')
    {
        if ($check !== null || !self::watched((int) $id, (string) $key)) {
            return $check;
        }
        $now = self::values((int) $id, (string) $key);
        if (count($now) > 1 && $previous !== '') {
            $at = array_search(maybe_serialize($previous), array_map('maybe_serialize', $now), true);
            $new = $at === false ? $now : array_replace($now, [$at => $value]);
        } else {
            $new = array_fill(0, max(1, count($now)), $value);
        }
        return self::may((int) $id, (string) $key, $new) ? $check : false;
    }

    public static function deletes($check, $id, $key, $value, $all = false)
    {
        if ($check !== null) {
            return $check;
        }
        $ids = $all ? self::holders((string) $key) : [(int) $id];
        foreach ($ids as $each) {
            if (self::watched($each, (string) $key)) {
                $left = $value === '' || $value === null || $value === false ? [] : array_values(array_filter(
                    self::values($each, (string) $key),
                    static function ($one) use ($value): bool {
                        return maybe_serialize($one) !== maybe_serialize($value);
                    }
                ));
                if (!self::may($each, (string) $key, $left)) {
                    return false;
                }
            }
        }
        return $check;
    }

    public static function updates_row($check, $row, $value, $key = false)
    {
        $meta = $check === null ? get_metadata_by_mid('post', (int) $row) : false;
        if (!$meta) {
            return $check;
        }
        if (is_string($key) && $key !== $meta->meta_key) {
            $check = self::deletes($check, $meta->post_id, $meta->meta_key, $meta->meta_value);
            return $check ?? self::adds($check, $meta->post_id, $key, $value);
        }
        return self::updates($check, $meta->post_id, $meta->meta_key, $value, $meta->meta_value);
    }

    public static function deletes_row($check, $row)
    {
        $meta = $check === null ? get_metadata_by_mid('post', (int) $row) : false;
        return $meta ? self::deletes($check, $meta->post_id, $meta->meta_key, $meta->meta_value) : $check;
    }

    /** Only what is public is asked about; a draft's fields are looked at when it is published. */
    private static function watched(int $id, string $key): bool
    {
        if (isset(self::$going[$id]) || (!Settings::guards_meta($key) && !Link::is_link($key))) {
            return false;
        }
        $row = Manifest::row($id);
        return $row !== null && Change::is_public($row) && Settings::guards($id, (string) $row['post_type']);
    }

    private static function may(int $id, string $key, array $new): bool
    {
        $now = self::values($id, $key);
        $kind = (string) get_post_type($id);
        $new = array_map(static function ($value) use ($key, $kind) {
            return sanitize_meta($key, $value, 'post', $kind);
        }, $new);
        $link = Link::is_link($key);
        if (self::same($now, $new) || ($link && implode('', array_map('strval', $now)) === '')) {
            return true;
        }
        $brought = Incoming::fields($id)[$key] ?? null;
        if ($brought !== null && self::same($brought, $new) && Records::went($id)) {
            return true;
        }
        $row = (array) Manifest::row($id);
        // A link is judged by the release that it leaves; any other field is part of the new content.
        Incoming::bring($id, [$key => $link ? $now : $new]);
        $change = new Change($id, Change::REVISE, $row, $row);
        $answer = Gate::judge($change);
        Incoming::bring($id, [$key => $brought]);
        if (!$answer->allows()) {
            Refusals::add($change, $answer, (string) $row['post_status']);
        }
        return $answer->allows();
    }

    private static function same(array $one, array $other): bool
    {
        $texts = static function (array $values): array {
            $values = array_map([Manifest::class, 'stored'], array_values($values));
            sort($values, SORT_STRING);
            return $values;
        };
        return $texts($one) === $texts($other);
    }

    private static function values(int $id, string $key): array
    {
        $values = get_post_meta($id, $key, false);
        return is_array($values) ? $values : [];
    }

    /** @return int[] the posts that have such a field */
    private static function holders(string $key): array
    {
        global $wpdb;
        return array_map('intval', $wpdb->get_col(
            $wpdb->prepare("SELECT DISTINCT post_id FROM $wpdb->postmeta WHERE meta_key = %s", $key)
        ));
    }
}
