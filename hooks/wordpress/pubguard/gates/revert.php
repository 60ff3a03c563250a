<?php
/**
 * Two nets below the others. After a write that was stopped at the database core still announces it,
 * and mail, social and cache plugins would pass it on: they are not told. And what became public past
 * all gates is taken back, with an alarm.
 */

declare(strict_types=1);

namespace Pubguard\Gates;

use Pubguard\Alarm;
use Pubguard\Change;
use Pubguard\Gate;
use Pubguard\Manifest;
use Pubguard\Settings;

defined('ABSPATH') || exit;

final class Revert
{
    private const HOOK = 'transition_post_status';

    /** @var array<string, array> hooks that are silent, with their callbacks */
    private static $silent = [];

    public static function register(): void
    {
        add_action(self::HOOK, [self::class, 'look'], PHP_INT_MIN, 3);
    }

    public static function look($new, $old, $post): void
    {
        $id = (int) $post->ID;
        if (Query::stopped($id) && Change::is_public(['post_status' => (string) $new] + (array) $post)
            && !Change::is_public(Manifest::row($id) ?? [])) {
            $post->post_status = (string) $old;
            clean_post_cache($id);
            self::silence((string) $new, (string) $old, (string) $post->post_type);
            return;
        }
        if (!Query::passed($id)) {
            self::take_back($id, (string) $old);
        }
    }

    /** Core's next hook after these three is edit_post_TYPE: from there on all is as it was. */
    private static function silence(string $new, string $old, string $type): void
    {
        global $wp_filter;
        foreach ([self::HOOK, "{$old}_to_{$new}", "{$new}_{$type}"] as $hook) {
            if (isset($wp_filter[$hook])) {
                self::$silent[$hook] = $wp_filter[$hook]->callbacks;
                $wp_filter[$hook]->remove_all_filters();
            }
        }
        add_action("edit_post_{$type}", [self::class, 'speak'], PHP_INT_MIN);
        add_action('shutdown', [self::class, 'speak'], PHP_INT_MIN);
    }

    public static function speak(): void
    {
        foreach (self::$silent as $hook => $priorities) {
            foreach ($priorities as $priority => $callbacks) {
                foreach ($callbacks as $callback) {
                    add_filter($hook, $callback['function'], $priority, $callback['accepted_args']);
                }
            }
        }
        self::$silent = [];
    }

    /** The database was written past $wpdb's filters; readers may have seen it for a moment. */
    private static function take_back(int $id, string $old): void
    {
        global $wpdb;
        $row = Manifest::row($id);
        if ($row === null || !Change::is_public($row)) {
            return;
        }
        $hidden = ['post_status' => in_array($old, ['new', 'auto-draft', 'trash'], true) ? 'draft' : $old];
        $change = Change::between($id, $hidden + $row, $row);
        if ($change === null || !Settings::guards($id, (string) $row['post_type'])
            || Gate::judge($change)->allows()) {
            return;
        }
        $wpdb->update($wpdb->posts, $hidden, ['ID' => $id]);
        clean_post_cache($id);
        Alarm::raise('past-' . $id, sprintf(
            'Item %d became public past the guard and was taken back. Readers may have seen it for a'
            . ' moment. Find out which plugin did it, and treat it as a possible breach.',
            $id
        ), $id);
    }
}
