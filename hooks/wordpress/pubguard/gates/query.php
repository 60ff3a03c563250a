<?php
/**
 * The last look before the database: `wp_publish_post()` and `$wpdb->update()` pass no other filter.
 * What was allowed on its way here is known, and is not asked about again.
 */

declare(strict_types=1);

namespace Pubguard\Gates;

use Pubguard\Answer;
use Pubguard\Change;
use Pubguard\Gate;
use Pubguard\Incoming;
use Pubguard\Manifest;
use Pubguard\Refusals;
use Pubguard\Settings;
use Pubguard\Statement;

defined('ABSPATH') || exit;

final class Query
{
    /** Columns that decide what readers see. */
    private const WATCHED = [
        'post_status', 'post_password', 'post_type', 'post_title', 'post_content', 'post_excerpt',
        'post_content_filtered', 'post_name', 'post_date_gmt',
    ];
    /** Rows that one statement may change and still be looked at one by one. */
    private const MOST = 100;

    /** @var array<int, true> posts of which a write was stopped here, in this request */
    private static $stopped = [];
    /** @var array<int, true> posts of which a write was seen and let through */
    private static $passed = [];
    /** @var bool */
    private static $looking = false;

    public static function register(): void
    {
        add_filter('query', [self::class, 'filter'], PHP_INT_MAX);
    }

    /** An empty statement is one that $wpdb does not run. */
    public static function filter($sql)
    {
        global $wpdb;
        if (self::$looking || !is_string($sql)) {
            return $sql;
        }
        self::$looking = true;
        try {
            $statement = Statement::of($sql, $wpdb->posts);
            return $statement === null || self::may($statement) ? $sql : '';
        } finally {
            self::$looking = false;
        }
    }

    /** Was a write of this post stopped here? What core announces afterwards is not true then. */
    public static function stopped(int $id): bool
    {
        return isset(self::$stopped[$id]);
    }

    /** Was a write of this post seen here? */
    public static function passed(int $id): bool
    {
        return isset(self::$passed[$id]) || isset(self::$passed[0]);
    }

    private static function may(Statement $statement): bool
    {
        if (!$statement->clear) {
            $about = preg_match('/\b(' . implode('|', self::WATCHED) . ')\b/i', $statement->text) === 1
                || !preg_match('/^\s*[`\w.]+\s*=/', $statement->text);
            return !$about || self::refuse_unclear();
        }
        if ($statement->inserts) {
            $set = $statement->set;
            if (in_array(false, array_intersect_key($set, array_flip(self::WATCHED)), true)) {
                return self::refuse_unclear();
            }
            self::$passed[0] = true;
            return self::judge(0, $set + ['post_status' => 'publish', 'post_type' => 'post']);
        }
        $set = array_intersect_key($statement->set, array_flip(self::WATCHED));
        return $set === [] || self::each($statement, $set);
    }

    private static function each(Statement $statement, array $set): bool
    {
        $rows = self::rows($statement);
        if ($rows === null) {
            return self::refuse_unclear();
        }
        foreach ($rows as $row) {
            $id = (int) $row['ID'];
            $expressions = array_keys($set, false, true);
            $shown = Change::is_public($row) || array_intersect($expressions, ['post_status', 'post_password', 'post_type']);
            if ($expressions !== [] && $shown && Settings::guards($id, (string) $row['post_type'])) {
                self::$stopped[$id] = true;
                return self::refuse_unclear();
            }
            $new = array_filter($set, static function ($value): bool {
                return $value !== false;
            });
            if (!self::judge($id, $new + $row)) {
                self::$stopped[$id] = true;
                return false;
            }
        }
        foreach ($rows as $row) {
            self::$passed[(int) $row['ID']] = true;
            Manifest::forget((int) $row['ID']);
        }
        return true;
    }

    private static function judge(int $id, array $after): bool
    {
        $change = Data::change($id, $after);
        if ($change === null) {
            return true;
        }
        $answer = Gate::judge($change);
        if (!$answer->allows()) {
            Refusals::add($change, $answer, '');
            self::say($answer);
        }
        return $answer->allows();
    }

    /** @return array<int, array>|null the rows that it would change; null for more than can be looked at */
    private static function rows(Statement $statement): ?array
    {
        global $wpdb;
        $where = $statement->where === '' ? '1=1' : $statement->where;
        // Its own condition, as whoever wrote it wrote it; nothing of it is ours.
        $rows = $wpdb->get_results("SELECT * FROM $wpdb->posts WHERE $where", ARRAY_A);
        if (!is_array($rows) || $wpdb->last_error !== '') {
            return null;
        }
        return count($rows) > self::MOST ? null : $rows;
    }

    private static function refuse_unclear(): bool
    {
        $answer = Answer::refused('publish', '', 'A programme on this site changes posts in the database in a way'
            . ' that cannot be judged item by item.', 'Publish the items one by one in WordPress.');
        self::say($answer);
        if (Incoming::via() === 'code' || !is_user_logged_in()) {
            Refusals::log(['id' => 0, 'text' => $answer->text()]);
        }
        return false;
    }

    /** Whoever asks $wpdb why nothing happened gets our words. */
    private static function say(Answer $answer): void
    {
        global $wpdb;
        $wpdb->last_error = $answer->text();
    }
}
