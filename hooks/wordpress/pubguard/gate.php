<?php
/** The one place where a change is judged. Everything else asks here, as often as it likes. */

declare(strict_types=1);

namespace Pubguard;

defined('ABSPATH') || exit;

final class Gate
{
    /** Seconds of patience: from a good permit's slot on there is little, because the permit decides. */
    private const PATIENCE = 3.0;
    private const PATIENCE_ARMED = 1.0;
    /** Seconds for which an answer is not asked for again in one request. */
    private const KEPT = 10;
    private const KEPT_YES = 25;

    /** @var array<string, array{0: Answer, 1: float}> */
    private static $memo = [];
    /** @var array<int, Answer> items that go out with another one */
    private static $covered = [];

    /** May it go ahead? The same question in one request is asked once. */
    public static function judge(Change $change): Answer
    {
        $release = Link::release($change->id, $change->type);
        if ($change->action === Change::WITHDRAW) {
            $answer = new Answer(Answer::ALLOW, $change->action, $release);
            Records::remember($change, $answer, self::body($change, $release));
            return $answer;
        }
        if ($change->hides() && $release !== '') {
            // Whatever is said to the rest of the change, it is taken down.
            $down = new Change($change->id, Change::WITHDRAW, $change->before, $change->after);
            $allowed = new Answer(Answer::ALLOW, $down->action, $release);
            Records::remember($down, $allowed, self::body($down, $release));
        }
        if (isset(self::$covered[$change->id]) && $change->id > 0) {
            return self::$covered[$change->id];
        }
        if ($release === '') {
            return self::no_release($change);
        }
        $body = self::body($change, $release);
        $key = self::key($body);
        if (isset(self::$memo[$key]) && hrtime(true) / 1e9 < self::$memo[$key][1]) {
            $answer = self::$memo[$key][0];
        } else {
            $answer = self::ask($change, $body);
            $kept = $answer->allows() ? self::KEPT_YES : self::KEPT;
            self::$memo[$key] = [$answer, hrtime(true) / 1e9 + $kept];
        }
        if ($answer->allows()) {
            Records::remember($change, $answer, $body);
        }
        return $answer;
    }

    /** This item goes out with one that was allowed, and is part of what was approved with it. */
    public static function cover(int $id, Answer $answer): void
    {
        if ($answer->allows()) {
            self::$covered[$id] = $answer;
        }
    }

    /** What the guard is asked: the body of POST /v1/check, without its request id. */
    public static function body(Change $change, string $release): array
    {
        $output = Link::output($change->id);
        $digest = $change->action === Change::WITHDRAW ? ''
            : Manifest::output($release, $output, $change->id, $change->after);
        $body = [
            'action' => $change->action,
            'release' => $release,
            'actor' => People::actor(),
            'authors' => People::authors($change->id, (int) ($change->after['post_author'] ?? 0)),
            'item' => [
                'system' => 'wordpress',
                'id' => $change->id,
                'type' => $change->type,
                'title' => mb_substr((string) ($change->after['post_title'] ?? ''), 0, 10000, 'UTF-8'),
                'url' => $change->id > 0 ? (string) get_permalink($change->id) : '',
            ],
            'via' => Incoming::via(),
        ];
        if ($change->action === Change::SCHEDULE) {
            // It arms the release as a whole, with every part of it.
            $parts = [$output => $digest] + Manifest::release($release);
            $body += array_keys($parts) === [''] ? ['digest' => $digest] : ['digests' => (object) $parts];
        } elseif ($output === '') {
            $body['digest'] = $digest;
        } else {
            $body['output'] = $output;
            $body['digests'] = [$output => $digest];
        }
        $at = $change->effective_at();
        if ($at !== null) {
            $body['effective_at'] = Clock::stamp($at);
        }
        return $body;
    }

    private static function ask(Change $change, array $body): Answer
    {
        $release = $body['release'];
        $missing = Settings::missing();
        if ($missing !== '') {
            return Answer::none($change->action, $release, 'The guard is not set up on this site: ' . $missing,
                'Ask whoever looks after this site to set it up; until then nothing can be published.');
        }
        $jti = self::permit($change, $body);
        $wrong = self::confirm($body);
        $document = Client::check(
            $body + ['request_id' => wp_generate_uuid4()],
            $jti === '' ? self::PATIENCE : self::PATIENCE_ARMED
        );
        if ($document === null || $document['decision'] === Answer::NONE) {
            $jti = $jti === '' ? '' : self::permit($change, $body);
            if ($jti !== '') {
                return Answer::permitted($change->action, $release, $jti);
            }
        }
        if ($document === null) {
            return Answer::none($change->action, $release, Client::why(), self::by_hand());
        }
        $answer = Answer::from($document, $change->action, $release);
        if ($wrong !== '' && $answer->decision === Answer::CONFIRM) {
            array_unshift($answer->verdicts, ['code' => '', 'effect' => 'confirm', 'reason' => $wrong, 'remedy' => '']);
        }
        if ($answer->permit !== '') {
            Permit::keep($answer->permit);
        }
        return $answer;
    }

    /** The id of a permit that lets this out now whatever the guard says, or ''. */
    private static function permit(Change $change, array $body): string
    {
        if ($change->action !== Change::PUBLISH) {
            return '';
        }
        $output = $body['output'] ?? '';
        return (string) Permit::good($body['release'], $output, $body['digests'][$output] ?? $body['digest']);
    }

    /** Hand on what a person typed; why it did not count, or ''. */
    private static function confirm(array $body): string
    {
        $typed = Incoming::typed();
        if ($typed === null) {
            return '';
        }
        $said = Client::post('/v1/confirm', [
            'challenge' => $typed[0], 'actor' => $body['actor'], 'typed' => $typed[1],
        ], self::PATIENCE);
        if ($said === null || ($said['confirmed'] ?? null) === true) {
            return '';
        }
        $reason = is_string($said['reason'] ?? null) ? sanitize_text_field($said['reason']) : '';
        return $reason === '' ? 'What was typed is not what was asked for.' : $reason;
    }

    private static function no_release(Change $change): Answer
    {
        if (Settings::is_structure($change->type)) {
            return Answer::refused($change->action, '', 'This is a part of the whole site, and no release'
                . ' is chosen for such changes.', 'Choose one on the page "pubguard" in the administration.');
        }
        return Answer::refused($change->action, '', 'This item belongs to no release, so nobody can say when it'
            . ' may be public.', 'Choose the release that it belongs to, then try again.');
    }

    private static function by_hand(): string
    {
        return 'Before the announced time: have the guard looked at, then try again. After it: it goes out by'
            . ' itself if it was approved and armed; otherwise ask whoever looks after the guard.';
    }

    /** Content, release, act and person; not the number, which a new post gets on the way. */
    public static function key(array $body): string
    {
        unset($body['item'], $body['authors'], $body['via']);
        return get_current_blog_id() . ' ' . md5((string) wp_json_encode($body));
    }
}
