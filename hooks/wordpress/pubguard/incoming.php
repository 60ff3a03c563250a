<?php
/**
 * What this request brings along beside the post itself: by which door it came, custom fields that
 * are stored only after the post, and a typed confirmation.
 */

declare(strict_types=1);

namespace Pubguard;

defined('ABSPATH') || exit;

final class Incoming
{
    /** @var string[] the doors that this request went through, the innermost last */
    private static $doors = [];
    /** @var array<int, array<string, array>> values of fields by post; 0 is a post that has no number yet */
    private static $fields = [];
    /** @var array<int, string[]> category slugs by post */
    private static $categories = [];
    /** @var array{0: string, 1: string}|null challenge and what was typed, unslashed */
    private static $typed;

    public static function enter(string $door): void
    {
        self::$doors[] = $door;
    }

    public static function leave(): void
    {
        array_pop(self::$doors);
    }

    /** rest, classic, quick-edit, bulk, xmlrpc, cron or code. */
    public static function via(): string
    {
        return self::$doors === [] ? 'code' : self::$doors[count(self::$doors) - 1];
    }

    /**
     * Fields that this request is going to store; the caller has seen that its user may.
     *
     * @param array<string, array|null> $fields all values of each, unslashed; null takes it back
     */
    public static function bring(int $id, array $fields): void
    {
        self::$fields[$id] = array_filter($fields + (self::$fields[$id] ?? []), 'is_array');
    }

    /** @return array<string, array> */
    public static function fields(int $id): array
    {
        return self::$fields[$id] ?? [];
    }

    /** A new post has got its number. */
    public static function born(int $id): void
    {
        if (isset(self::$fields[0])) {
            self::bring($id, self::$fields[0]);
            unset(self::$fields[0]);
        }
    }

    /** Nothing is left over for the next post or the next request of a batch. */
    public static function forget(int $id): void
    {
        unset(self::$fields[$id], self::$categories[$id]);
    }

    /** @param string[] $slugs */
    public static function bring_categories(int $id, array $slugs): void
    {
        self::$categories[$id] = array_merge(self::$categories[$id] ?? [], $slugs);
    }

    /** @return string[] */
    public static function categories(int $id): array
    {
        return self::$categories[$id] ?? [];
    }

    public static function confirm(string $challenge, string $typed): void
    {
        $good = preg_match('/^[0-9a-f]{1,64}$/D', $challenge) && $typed !== '' && strlen($typed) <= 500;
        self::$typed = $good ? [$challenge, $typed] : null;
    }

    /** Challenge and typed text, given out once. */
    public static function typed(): ?array
    {
        $typed = self::$typed;
        self::$typed = null;
        return $typed;
    }

    /** A person's browser shows a page and nobody is logged in: no editor, no schedule, no programme. */
    public static function is_visit(): bool
    {
        return !wp_doing_cron() && !(defined('WP_CLI') && WP_CLI) && PHP_SAPI !== 'cli'
            && !(defined('XMLRPC_REQUEST') && XMLRPC_REQUEST)
            && self::$doors === []
            && function_exists('is_user_logged_in') && !is_user_logged_in();
    }
}
