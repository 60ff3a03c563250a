<?php
/**
 * The write itself: nearly every way of publishing comes through wp_insert_post(). What is refused is
 * not thrown away: it is stored in the status that it had, or as a draft.
 */

declare(strict_types=1);

namespace Pubguard\Gates;

use Pubguard\Change;
use Pubguard\Clock;
use Pubguard\Gate;
use Pubguard\Link;
use Pubguard\Incoming;
use Pubguard\Manifest;
use Pubguard\Refusals;
use Pubguard\Settings;

defined('ABSPATH') || exit;

final class Data
{
    private const FLOATING = '0000-00-00 00:00:00';
    /** Seconds to wait for another request that is about to write the same item. */
    private const PATIENCE = 1;

    /** @var array<int, string> items that no other request decides on now, with the names of their locks */
    private static $held = [];

    public static function register(): void
    {
        add_filter('wp_insert_post_data', [self::class, 'filter'], PHP_INT_MAX, 2);
        add_filter('wp_insert_attachment_data', [self::class, 'filter'], PHP_INT_MAX, 2);
        add_filter('wp_insert_post_empty_content', [self::class, 'bring'], PHP_INT_MIN, 2);
        add_filter('wp_insert_post_empty_content', [self::class, 'refuse_visitors'], PHP_INT_MAX, 2);
        add_action('wp_after_insert_post', [self::class, 'keep_link'], 0, 1);
        add_action('wp_after_insert_post', [self::class, 'let_go'], 1, 1);
    }

    /**
     * @param array $data the row that will be stored, slashed
     * @param array $given what wp_insert_post() got
     */
    public static function filter($data, $given)
    {
        if (!is_array($data)) {
            return $data;
        }
        $id = (int) ($given['ID'] ?? 0);
        $after = wp_unslash($data);
        if (self::change($id, $after) === null) {
            return $data;
        }
        self::hold($id);
        $change = self::change($id, $after);
        if ($change === null) {
            return $data;
        }
        $answer = Gate::judge($change);
        if ($answer->allows()) {
            return $data;
        }
        // Another request may have published it while the guard was asked: that is not undone.
        $change = self::change($id, $after);
        if ($change === null) {
            return $data;
        }
        $stays = $change->is_live() && $change->action !== Change::SCHEDULE;
        $kept = $stays ? self::untouched($change) : self::demoted($change);
        Refusals::add($change, $answer, (string) $kept['post_status']);
        return wp_slash($kept) + $data;
    }

    /** The change that has to be judged, or null where nothing is to be asked. */
    public static function change(int $id, array $after): ?Change
    {
        $type = (string) ($after['post_type'] ?? '');
        if (!Settings::guards($id, $type)) {
            return null;
        }
        $change = Change::between($id, Manifest::row($id), $after);
        return $change === null || self::is_core_default($change) ? null : $change;
    }

    /**
     * What WordPress makes by itself, with its own words and nobody's: an empty list of pages as
     * navigation, and empty global styles. It does that while a visitor looks at a page.
     */
    public static function is_core_default(Change $change): bool
    {
        if ($change->before !== null || $change->action !== Change::PUBLISH) {
            return false;
        }
        $row = $change->after;
        $content = trim((string) ($row['post_content'] ?? ''));
        $name = (string) ($row['post_name'] ?? '');
        if ((string) ($row['post_excerpt'] ?? '') !== '') {
            return false;
        }
        if ($change->type === 'wp_navigation') {
            // phpcs:ignore -- core's own words, in whichever language core writes them
            $titles = ['Navigation', __('Navigation'), _x('Navigation', 'Title of a Navigation menu')];
            return in_array($content, ['', '<!-- wp:page-list /-->'], true)
                && in_array((string) $row['post_title'], $titles, true) && preg_match('/^(navigation(-\d+)?)?$/D', $name);
        }
        if ($change->type !== 'wp_global_styles') {
            return false;
        }
        $styles = json_decode($content, true);
        return is_array($styles) && array_diff_key($styles, ['version' => 1, 'isGlobalStylesUserThemeJSON' => 1]) === []
            && is_int($styles['version'] ?? 0) && is_bool($styles['isGlobalStylesUserThemeJSON'] ?? true)
            && $row['post_title'] === 'Custom Styles'
            && preg_match('/^wp-global-styles-' . preg_quote(strtolower(get_stylesheet()), '/') . '(-\d+)?$/Di', urldecode($name));
    }

    /** Fields and categories that are given with the post are stored after it; changes nothing. */
    public static function bring($empty, $given)
    {
        if (!is_array($given) || !Settings::guards_type((string) ($given['post_type'] ?? ''))) {
            return $empty;
        }
        $id = (int) ($given['ID'] ?? 0);
        if ($id === 0 && Incoming::via() === 'code') {
            Incoming::forget(0);
        }
        $fields = [];
        foreach (is_array($given['meta_input'] ?? null) ? $given['meta_input'] : [] as $key => $value) {
            $fields[$key] = [sanitize_meta($key, wp_unslash($value), 'post', (string) $given['post_type'])];
        }
        Incoming::bring($id, $fields);
        if (is_array($given['post_category'] ?? null) && array_filter($given['post_category'])) {
            Incoming::bring_categories($id, self::slugs($given['post_category']));
        }
        return $empty;
    }

    /** @return string[] the slugs of categories */
    public static function slugs(array $ids): array
    {
        $ids = array_filter(array_map('intval', array_filter($ids, 'is_scalar')));
        $found = $ids === [] ? [] : get_terms([
            'taxonomy' => 'category', 'include' => $ids, 'hide_empty' => false, 'fields' => 'slugs',
        ]);
        return is_array($found) ? array_values($found) : [];
    }

    /** A visitor's page view writes no navigation but core's default: neither a row nor a question. */
    public static function refuse_visitors($empty, $given)
    {
        $type = (string) ($given['post_type'] ?? '');
        if (!in_array($type, ['wp_navigation', 'wp_global_styles'], true) || !Incoming::is_visit()
            || !Settings::guards_type($type)) {
            return $empty;
        }
        $id = (int) ($given['ID'] ?? 0);
        return self::change($id, Change::resolved(wp_unslash($given))) === null ? $empty : true;
    }

    /** Of several requests for one item each sees what the one before it has made of it. */
    private static function hold(int $id): void
    {
        global $wpdb;
        if ($id > 0 && !isset(self::$held[$id])) {
            self::$held[$id] = 'pubguard ' . md5(DB_NAME . " $wpdb->posts $id");
            $wpdb->get_var($wpdb->prepare('SELECT GET_LOCK(%s, %d)', self::$held[$id], self::PATIENCE));
        }
    }

    /** It is written. */
    public static function let_go($id): void
    {
        global $wpdb;
        if (isset(self::$held[(int) $id])) {
            $wpdb->get_var($wpdb->prepare('SELECT RELEASE_LOCK(%s)', self::$held[(int) $id]));
            unset(self::$held[(int) $id]);
        }
    }

    /** A refused new post keeps the release that the request named for it. */
    public static function keep_link($id): void
    {
        $note = Refusals::of((int) $id);
        if ($note === null || $note['live']) {
            return;
        }
        foreach (Incoming::fields((int) $id) as $key => $values) {
            if (Link::is_link($key) && Link::clean($values[0] ?? '') !== '') {
                update_post_meta((int) $id, $key, Link::clean($values[0]));
            }
        }
    }

    /** What is public stays as it was; the new text is kept beside it, as an autosave. */
    private static function untouched(Change $change): array
    {
        self::autosave($change);
        $row = array_diff_key((array) $change->before, ['ID' => 1, 'comment_count' => 1]);
        return $change->hides() ? ['post_password' => $change->after['post_password']] + $row : $row;
    }

    /** The new text of something public, beside it; whoever edits it next is offered it. */
    public static function autosave(Change $change): void
    {
        if (!is_user_logged_in() || in_array($change->type, ['attachment', 'nav_menu_item'], true)) {
            return;
        }
        $fields = ['post_title', 'post_content', 'post_excerpt'];
        $text = array_intersect_key($change->after, array_flip($fields));
        if ($text == array_intersect_key((array) $change->before, array_flip($fields))) {
            return;
        }
        $old = wp_get_post_autosave($change->id, get_current_user_id());
        if ($old) {
            wp_update_post(wp_slash($text + ['ID' => $old->ID]));
        } else {
            _wp_put_post_revision($text + ['ID' => $change->id] + (array) $change->before, true);
        }
    }

    /** The text as it was sent, in a status that no reader sees. */
    private static function demoted(Change $change): array
    {
        $row = $change->after;
        $was = (string) ($change->before['post_status'] ?? '');
        $draft = $change->is_live() || in_array($was, ['', 'auto-draft', 'trash', 'new', 'inherit'], true);
        $row['post_status'] = $draft ? 'draft' : $was;
        if ($change->type === 'attachment') {
            $row['post_status'] = 'private';
        } elseif ($row['post_status'] === 'future') {
            // The time that was agreed to before still stands.
            $row = self::dates((array) $change->before) + $row;
        } elseif ($change->action === Change::PUBLISH
            && Clock::from_post($change->before['post_date_gmt'] ?? '') === null) {
            $row['post_date_gmt'] = self::FLOATING;
        }
        return $row;
    }

    private static function dates(array $row): array
    {
        return array_intersect_key($row, ['post_date' => 1, 'post_date_gmt' => 1]);
    }
}
