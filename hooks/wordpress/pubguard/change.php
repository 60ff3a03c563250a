<?php
/** What a write does to what readers can see. Pure: it looks at two rows of the posts table. */

declare(strict_types=1);

namespace Pubguard;

use DateTimeImmutable;

defined('ABSPATH') || exit;

final class Change
{
    public const PUBLISH = 'publish';
    public const SCHEDULE = 'schedule';
    public const REVISE = 'revise';
    public const WITHDRAW = 'withdraw';

    /** Nobody sees it; its title, by whom has no password; all of it. */
    private const HIDDEN = 0;
    private const LOCKED = 1;
    private const PUBLIC = 2;

    private const CONTENT = ['post_title', 'post_content', 'post_excerpt', 'post_content_filtered'];

    /** @var int 0 for a post that has no number yet */
    public $id;
    /** @var string */
    public $type;
    /** @var string the guard's name of the action */
    public $action;
    /** @var array|null the row as it is, unslashed; null for a new one */
    public $before;
    /** @var array the row as it will be, unslashed */
    public $after;

    public function __construct(int $id, string $action, ?array $before, array $after)
    {
        $this->id = $id;
        $this->type = (string) ($after['post_type'] ?? '');
        $this->action = $action;
        $this->before = $before;
        $this->after = $after;
    }

    /** The change from one row to the other, or null where nothing changes for readers. */
    public static function between(int $id, ?array $before, array $after): ?self
    {
        $after += $before ?? [];
        $action = self::action($before, $after);
        return $action === '' ? null : new self($id, $action, $before, $after);
    }

    /** When it is to be public, for something scheduled; null for at once. UTC, whole seconds. */
    public function effective_at(): ?DateTimeImmutable
    {
        return $this->action === self::SCHEDULE ? Clock::from_post($this->after['post_date_gmt'] ?? '') : null;
    }

    /** Can readers see something of it as it is? */
    public function is_live(): bool
    {
        return $this->before !== null && self::is_public($this->before);
    }

    /** Do readers see less of it afterwards? That part of a change is never refused. */
    public function hides(): bool
    {
        return $this->before !== null && self::level($this->after) < self::level($this->before);
    }

    /** Can readers see something of this row? */
    public static function is_public(array $row): bool
    {
        return self::level($row) !== self::HIDDEN;
    }

    /**
     * The row that wp_insert_post() would store, before it has worked that out: it publishes at once
     * what is dated less than a minute ahead.
     *
     * @param array $given what wp_insert_post() got, unslashed
     */
    public static function resolved(array $given): array
    {
        $status = ($given['post_status'] ?? '') ?: 'draft';
        $type = ($given['post_type'] ?? '') ?: 'post';
        if ($type === 'attachment') {
            $kept = in_array($status, ['inherit', 'private', 'trash', 'auto-draft'], true);
            return ['post_status' => $kept ? $status : 'inherit', 'post_type' => $type] + $given;
        }
        $gmt = (string) ($given['post_date_gmt'] ?? '');
        if (Clock::from_post($gmt) === null) {
            $local = (string) ($given['post_date'] ?? '');
            $given_date = Clock::from_post($local) !== null;
            $gmt = $given_date ? get_gmt_from_date($local) : gmdate('Y-m-d H:i:s');
        }
        $ahead = strtotime($gmt . ' UTC') - time();
        if ($status === 'publish' && $ahead >= MINUTE_IN_SECONDS) {
            $status = 'future';
        } elseif ($status === 'future' && $ahead < MINUTE_IN_SECONDS) {
            $status = 'publish';
        }
        $password = $status === 'private' ? '' : (string) ($given['post_password'] ?? '');
        return [
            'post_status' => $status, 'post_type' => $type, 'post_date_gmt' => $gmt, 'post_password' => $password,
        ] + $given;
    }

    private static function action(?array $before, array $after): string
    {
        $was = $before === null ? self::HIDDEN : self::level($before);
        $will = self::level($after);
        if ($will > $was) {
            return self::PUBLISH;
        }
        if ($will !== self::HIDDEN) {
            if (self::differs('post_type', $before, $after)) {
                return self::PUBLISH;
            }
            if (self::rewords((array) $before, $after)) {
                return self::REVISE;
            }
        }
        if (($after['post_status'] ?? '') === 'future') {
            $anew = $before === null || self::differs('post_status', $before, $after)
                || self::differs('post_date_gmt', $before, $after);
            return $anew ? self::SCHEDULE : '';
        }
        return $will < $was ? self::WITHDRAW : '';
    }

    private static function level(array $row): int
    {
        $status = (string) ($row['post_status'] ?? '');
        $shown = ($row['post_type'] ?? '') === 'attachment' && $status === 'inherit';
        $object = get_post_status_object($status);
        if (!$shown && ($object === null || !($object->public || $object->publicly_queryable))) {
            return self::HIDDEN;
        }
        return (string) ($row['post_password'] ?? '') === '' ? self::PUBLIC : self::LOCKED;
    }

    /** An address that is given for the first time says nothing new: core does that after each insert. */
    private static function rewords(array $before, array $after): bool
    {
        foreach (self::CONTENT as $field) {
            if (self::differs($field, $before, $after)) {
                return true;
            }
        }
        $name = (string) ($before['post_name'] ?? '');
        $new = (string) ($after['post_name'] ?? '');
        return $name !== '' && $new !== $name && !self::is_name_in_bin($name, $new);
    }

    /** The way into the bin begins with another address, while the post is still public. */
    private static function is_name_in_bin(string $name, string $new): bool
    {
        $kept = substr($new, -9) === '__trashed' ? substr($new, 0, -9) : '';
        return $kept !== '' && strpos($name, $kept) === 0;
    }

    private static function differs(string $field, array $before, array $after): bool
    {
        return (string) ($before[$field] ?? '') !== (string) ($after[$field] ?? '');
    }
}
