<?php
/**
 * Scheduled items are judged again when their time has come. What is refused stays scheduled, is tried
 * again, and people are told: nobody looks at a screen then. No item waits for another one.
 */

declare(strict_types=1);

namespace Pubguard\Gates;

use Pubguard\Alarm;
use Pubguard\Answer;
use Pubguard\Change;
use Pubguard\Clock;
use Pubguard\Gate;
use Pubguard\Incoming;
use Pubguard\Manifest;
use Pubguard\Refusals;

defined('ABSPATH') || exit;

final class Cron
{
    private const HOOK = 'publish_future_post';
    /** Seconds until the next try, and how many tries are that close. */
    private const SOON = 60;
    private const LATER = 300;
    private const OFTEN = 30;

    public static function register(): void
    {
        self::replace();
        // Whoever puts core's own function back before this runs would open the gate again.
        add_action('init', [self::class, 'replace'], PHP_INT_MAX);
        add_action(self::HOOK, [self::class, 'replace'], PHP_INT_MIN);
        add_action('transition_post_status', [self::class, 'left'], 10, 3);
        add_action('deleted_post', [self::class, 'gone']);
    }

    public static function replace(): void
    {
        remove_action(self::HOOK, 'check_and_publish_future_post');
        if (!has_action(self::HOOK, [self::class, 'fire'])) {
            add_action(self::HOOK, [self::class, 'fire'], 10, 1);
        }
    }

    /** @param int|\WP_Post $post */
    public static function fire($post): void
    {
        $id = is_object($post) ? (int) $post->ID : (int) $post;
        $row = Manifest::row($id);
        if ($row === null || $row['post_status'] !== 'future') {
            return;
        }
        $due = Clock::from_post($row['post_date_gmt']);
        if ($due !== null && $due > Clock::now()) {
            self::again($id, $due->getTimestamp());
            return;
        }
        Incoming::enter('cron');
        try {
            $change = Data::change($id, ['post_status' => 'publish'] + $row);
            $answer = $change === null ? null : Gate::judge($change);
            if ($answer !== null && !$answer->allows()) {
                self::wait($change, $answer);
                return;
            }
            clean_post_cache($id);
            wp_publish_post($id);
            if ($answer !== null && (string) (Manifest::row($id)['post_status'] ?? '') === 'future') {
                self::wait($change, Refusals::of($id)['answer'] ?? $answer);
            }
        } catch (\Throwable $error) {
            // Another plugin failed while this one was announced: the others still go.
            self::failed($id, $row, $error);
        } finally {
            Incoming::leave();
        }
    }

    /** It is no longer scheduled, so nothing waits. */
    public static function left($new, $old, $post): void
    {
        if ($new !== 'future') {
            self::gone((int) $post->ID);
        }
    }

    public static function gone($id): void
    {
        if (isset(Refusals::waiting()[(int) $id])) {
            Refusals::is_over((int) $id);
            Alarm::clear('slot-' . (int) $id);
        }
    }

    private static function wait(Change $change, Answer $answer): void
    {
        $now = Clock::now();
        $tries = Refusals::waiting()[$change->id]['tries'] ?? 0;
        $next = $now->getTimestamp() + ($tries < self::OFTEN ? self::SOON : self::LATER);
        if ($answer->slot !== null && $answer->slot > $now) {
            $next = (int) ceil((float) $answer->slot->format('U.u'));
        }
        self::again($change->id, $next);
        $at = new \DateTimeImmutable('@' . $next);
        $title = (string) ($change->after['post_title'] ?? '');
        $news = Refusals::waits($change->id, $title, $answer, $at);
        Refusals::log(['id' => $change->id, 'text' => $answer->text()]);
        if ($news) {
            Alarm::raise('slot-' . $change->id, sprintf(
                'The scheduled item "%s" (number %d) was not published at its time. %s'
                . ' It stays scheduled, and is tried again on %s. Edit it: %s',
                $title,
                $change->id,
                $answer->text(),
                Clock::say($at),
                admin_url('post.php?action=edit&post=' . $change->id)
            ), $change->id);
        }
    }

    private static function failed(int $id, array $row, \Throwable $error): void
    {
        $public = Change::is_public(Manifest::row($id) ?? []);
        if (!$public) {
            self::again($id, Clock::now()->getTimestamp() + self::SOON);
        }
        Alarm::raise('slot-' . $id, sprintf(
            'Something failed while the scheduled item "%s" (number %d) was published: %s. %s',
            $row['post_title'],
            $id,
            get_class($error),
            $public ? 'It is public.' : 'It is not public, and is tried again in a minute.'
        ), $id);
    }

    private static function again(int $id, int $at): void
    {
        wp_clear_scheduled_hook(self::HOOK, [$id]);
        wp_schedule_single_event($at, self::HOOK, [$id]);
    }
}
