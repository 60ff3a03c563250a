<?php
/** What happened to an item after it was allowed: written down at once, told when there is time for it. */

declare(strict_types=1);

namespace Pubguard;

defined('ABSPATH') || exit;

final class Records
{
    /** Calls to the guard that one request makes, at most, where it is allowed. */
    private const CALLS = 2;

    /** @var array<string, array{0: Change, 1: Answer, 2: array}> allowed, not yet seen to be stored */
    private static $pending = [];
    /** @var array<int, true> items of which something was allowed */
    private static $went = [];

    public static function register(): void
    {
        add_action('transition_post_status', [self::class, 'born'], PHP_INT_MIN, 3);
        add_action('wp_after_insert_post', [self::class, 'settle'], PHP_INT_MAX, 1);
        add_action('shutdown', [self::class, 'finish'], 0);
    }

    /** Was something of this item allowed in this request? */
    public static function went(int $id): bool
    {
        return isset(self::$went[$id]);
    }

    /** Write down what happened to an item of a release; it is sent when there is time for it. */
    public static function tell(string $outcome, int $id, string $release, string $output = '', string $note = ''): void
    {
        $statement = [
            'outcome' => $outcome,
            'release' => $release,
            'actor' => People::actor(),
            'item' => ['system' => 'wordpress', 'id' => $id, 'type' => (string) get_post_type($id)],
            'note' => $note,
            'via' => Incoming::via(),
        ];
        self::queue($statement + ($output === '' ? [] : ['output' => $output]));
    }

    /** Something is about to be deleted; where readers see it, that is a withdrawal. */
    public static function gone(int $id): bool
    {
        $row = Manifest::row($id);
        $release = $row === null ? '' : Link::release($id, (string) $row['post_type']);
        if ($release === '' || !Change::is_public((array) $row) || !Settings::guards($id, (string) $row['post_type'])) {
            return false;
        }
        self::tell('withdrawn', $id, $release, Link::output($id));
        return true;
    }

    /** A new post has got its number. */
    public static function born($new, $old, $post): void
    {
        if ($old !== 'new') {
            return;
        }
        Incoming::born((int) $post->ID);
        Refusals::born((int) $post->ID);
        foreach (self::$pending as $pending) {
            if ($pending[0]->id === 0) {
                $pending[0]->id = (int) $post->ID;
                self::$went[(int) $post->ID] = true;
            }
        }
    }

    /** What was allowed is stored now: that is recorded with the time at which it happened. */
    public static function settle($id): void
    {
        foreach (self::$pending as $key => [$change, $answer, $body]) {
            if ($change->id === (int) $id) {
                unset(self::$pending[$key]);
                self::write($change, $answer, $body);
            }
        }
    }

    /** The end of the request: what is left is recorded, and told as far as the calls allow. */
    public static function finish(): void
    {
        foreach (self::$pending as $key => [$change, $answer, $body]) {
            unset(self::$pending[$key]);
            self::write($change, $answer, $body);
        }
        $left = self::CALLS - Client::calls();
        if (Client::calls() > 0 && $left > 0) {
            Queue::flush($left);
        }
    }

    /** It was allowed; once it is stored that is recorded. */
    public static function remember(Change $change, Answer $answer, array $body): void
    {
        if ($change->id > 0) {
            self::$went[$change->id] = true;
        }
        if ($change->action !== Change::SCHEDULE && $answer->release !== '') {
            self::$pending[$change->id . ' ' . $change->action . ' ' . Gate::key($body)] = [$change, $answer, $body];
        }
    }

    private static function write(Change $change, Answer $answer, array $body): void
    {
        $row = Manifest::row($change->id);
        $shown = $row !== null && Change::is_public($row);
        $withdrawn = $change->action === Change::WITHDRAW;
        $locked = (string) ($row['post_password'] ?? '') !== '';
        if ($change->id === 0 || ($withdrawn ? $shown && !$locked : !$shown)) {
            return;
        }
        $outcome = [Change::PUBLISH => 'published', Change::REVISE => 'corrected'][$change->action] ?? 'withdrawn';
        $statement = array_diff_key($body, ['action' => 1, 'effective_at' => 1]);
        $statement['outcome'] = $outcome;
        $statement['url'] = (string) get_permalink($change->id);
        $statement['item']['id'] = $change->id;
        if ($withdrawn) {
            unset($statement['digest'], $statement['digests']);
        }
        self::queue($statement + ($answer->jti === '' ? [] : ['permit' => $answer->jti]));
        if (!$withdrawn) {
            /** The item is public as it was allowed: its files follow. */
            do_action('pubguard_published', $change->id);
        }
    }

    private static function queue(array $statement): void
    {
        Queue::record($statement + [
            'occurred_at' => Clock::stamp(Clock::now()), 'request_id' => wp_generate_uuid4(),
        ]);
    }
}
