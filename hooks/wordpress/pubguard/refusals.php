<?php
/** What was refused: in this request, for the next page that a person sees, and what waits in the schedule. */

declare(strict_types=1);

namespace Pubguard;

defined('ABSPATH') || exit;

final class Refusals
{
    /** Scheduled items that were not let out: id -> {title, release, text, since, tries, next}. */
    public const WAITING = 'pubguard_blocked_cron';
    private const KEPT = 15 * MINUTE_IN_SECONDS;

    /** @var array<int, array{id: int, title: string, answer: Answer, text: string, live: bool, status: string}> */
    private static $here = [];
    /** @var array<int, array> those of the requests around this one */
    private static $outer = [];
    /** @var bool */
    private static $told = false;

    public static function register(): void
    {
        add_filter('wp_redirect', [self::class, 'keep'], PHP_INT_MAX);
        add_action('shutdown', [self::class, 'keep'], 0);
    }

    /** @param string $kept the status in which the text is kept; '' where nothing was stored */
    public static function add(Change $change, Answer $answer, string $kept): void
    {
        $note = [
            'id' => $change->id,
            'title' => (string) ($change->after['post_title'] ?? ''),
            'answer' => $answer,
            'text' => trim($answer->text() . ' ' . self::what_became($change, $kept)),
            'live' => $change->is_live() && $change->action !== Change::SCHEDULE,
            'status' => $kept,
        ];
        foreach (self::$here as $number => $other) {
            if ($other['id'] === $note['id'] && $other['title'] === $note['title']) {
                self::$here[$number] = $note;
                return;
            }
        }
        self::$here[] = $note;
        if (in_array(Incoming::via(), ['code', 'cron'], true)) {
            self::log($note);
        }
    }

    /** @return array<int, array> what was refused in this request */
    public static function here(): array
    {
        return self::$here;
    }

    /** The last refusal of one post in this request; a new post's stands under 0 until it has a number. */
    public static function of(int $id): ?array
    {
        foreach (array_reverse(self::$here) as $note) {
            if ($note['id'] === $id) {
                return $note;
            }
        }
        return null;
    }

    /** A new post has got its number. */
    public static function born(int $id): void
    {
        foreach (self::$here as $number => $note) {
            if ($note['id'] === 0) {
                self::$here[$number]['id'] = $id;
            }
        }
    }

    /** A request within the request begins: its refusals are its own. */
    public static function begin(): void
    {
        self::$outer[] = self::$here;
        self::$here = [];
    }

    public static function end(): void
    {
        self::$here = array_pop(self::$outer) ?? [];
    }

    /** The person has read them already: the next page does not repeat them. */
    public static function told(): void
    {
        self::$told = true;
    }

    /** What the person's next page says, once. @return array<int, array> */
    public static function take(): array
    {
        $notes = get_transient(self::name());
        if ($notes !== false) {
            delete_transient(self::name());
        }
        return is_array($notes) ? $notes : [];
    }

    /** A scheduled item was not let out. True where people have not been told of this reason yet. */
    public static function waits(int $id, string $title, Answer $answer, \DateTimeImmutable $next): bool
    {
        $all = self::waiting();
        $old = $all[$id] ?? null;
        $reason = implode(' ', array_column($answer->verdicts, 'code')) . $answer->decision;
        $all[$id] = [
            'title' => $title,
            'release' => $answer->release,
            'text' => $answer->text(),
            'since' => $old['since'] ?? Clock::stamp(Clock::now()),
            'tries' => ($old['tries'] ?? 0) + 1,
            'next' => Clock::stamp($next),
            'reason' => $reason,
        ];
        update_option(self::WAITING, $all, false);
        return $old === null || ($old['reason'] ?? '') !== $reason;
    }

    /** It is out, or nobody wants it any more. */
    public static function is_over(int $id): void
    {
        $all = self::waiting();
        if (isset($all[$id])) {
            unset($all[$id]);
            update_option(self::WAITING, $all, false);
        }
    }

    /** @return array<int, array> */
    public static function waiting(): array
    {
        $all = get_option(self::WAITING, []);
        return is_array($all) ? $all : [];
    }

    /** A line in PHP's error log, for refusals that nobody sees on a screen. */
    public static function log(array $note): void
    {
        // phpcs:ignore -- the log of the machine is the only screen that a programme has
        error_log(sprintf('pubguard: item %d: %s', $note['id'], $note['text']));
    }

    /** Sentences for the end: where the text is now. */
    private static function what_became(Change $change, string $kept): string
    {
        if ($kept === '') {
            return '';
        }
        if ($change->is_live() && !$change->hides()) {
            return 'What is public stays as it was.';
        }
        return [
            'future' => 'The text is saved; the item stays scheduled.',
            'private' => 'The text is saved; the item stays private.',
            'pending' => 'The text is saved; the item waits for review.',
        ][$kept] ?? 'The text is kept as a draft.';
    }

    /** Keep what was refused for the person's next page; before core sends them there. */
    public static function keep($location = null)
    {
        if (self::$here === [] || self::$told || !is_admin() || !is_user_logged_in()) {
            return $location;
        }
        $notes = [];
        foreach (self::$here as $note) {
            $notes[] = [
                'id' => $note['id'], 'title' => $note['title'], 'text' => $note['text'], 'live' => $note['live'],
                'challenge' => $note['answer']->challenge,
            ];
        }
        set_transient(self::name(), $notes, self::KEPT);
        return $location;
    }

    private static function name(): string
    {
        return 'pubguard_notes_' . get_current_user_id();
    }
}
