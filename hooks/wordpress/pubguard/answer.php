<?php
/** What may happen with one change, and the words that a person gets. */

declare(strict_types=1);

namespace Pubguard;

use DateTimeImmutable;

defined('ABSPATH') || exit;

final class Answer
{
    public const ALLOW = 'allow';
    public const BLOCK = 'block';
    public const CONFIRM = 'confirm';
    /** The guard gave no usable answer, which is a no. */
    public const NONE = 'none';

    /** @var string one of the constants above */
    public $decision;
    /** @var string the guard's name of the action, such as "publish" */
    public $action;
    /** @var string the release's id, '' where there is none */
    public $release;
    /** @var array<int, array{code: string, effect: string, reason: string, remedy: string}> worst first */
    public $verdicts = [];
    /** @var DateTimeImmutable|null the next instant at which it may go, UTC */
    public $slot;
    /** @var string the guard's words for the distance to the slot: "1 day 19 h 25 min early" */
    public $gap = '';
    /** @var array{id: string, prompt: string, type_this: string, expires_at: string}|null */
    public $challenge;
    /** @var int|null the number of the entry in the guard's log */
    public $reference;
    /** @var bool */
    public $armed = false;
    /** @var string a permit that came with the answer; for Permit::keep() alone */
    public $permit = '';
    /** @var string the id of the permit on which it goes out while the guard is away */
    public $jti = '';
    /** @var DateTimeImmutable|null until when a yes may be acted on, UTC */
    public $until;

    public function __construct(string $decision, string $action, string $release)
    {
        $this->decision = $decision;
        $this->action = $action;
        $this->release = $release;
    }

    /** A no of this site itself, in words. */
    public static function refused(string $action, string $release, string $reason, string $remedy): self
    {
        $answer = new self(self::BLOCK, $action, $release);
        $answer->verdicts[] = self::verdict('', 'block', $reason, $remedy);
        return $answer;
    }

    /** The guard said nothing that can be used. */
    public static function none(string $action, string $release, string $reason, string $remedy): self
    {
        $answer = self::refused($action, $release, $reason, $remedy);
        $answer->decision = self::NONE;
        return $answer;
    }

    /** Approved, confirmed and armed before; the guard is away. */
    public static function permitted(string $action, string $release, string $jti): self
    {
        $answer = new self(self::ALLOW, $action, $release);
        $answer->jti = $jti;
        $answer->armed = true;
        return $answer;
    }

    /** The guard's document, already known to be for this action and release (see Client). */
    public static function from(array $document, string $action, string $release): self
    {
        $answer = new self((string) $document['decision'], $action, $release);
        foreach (is_array($document['verdicts'] ?? null) ? $document['verdicts'] : [] as $found) {
            if (is_array($found)) {
                $answer->verdicts[] = self::verdict(
                    self::line($found['code'] ?? ''),
                    self::line($found['effect'] ?? ''),
                    self::line($found['reason'] ?? ''),
                    self::line($found['remedy'] ?? '')
                );
            }
        }
        usort($answer->verdicts, static function (array $a, array $b): int {
            return self::weight($b['effect']) <=> self::weight($a['effect']);
        });
        $answer->slot = Clock::parse(self::line($document['next_allowed_at'] ?? ''));
        $answer->until = Clock::parse(self::line($document['valid_until'] ?? ''));
        $answer->gap = self::line($document['gap'] ?? '');
        $answer->armed = ($document['armed'] ?? false) === true;
        $answer->permit = is_string($document['permit'] ?? null) ? $document['permit'] : '';
        $index = $document['event']['index'] ?? null;
        $answer->reference = is_int($index) ? $index : null;
        $asked = $document['challenge'] ?? null;
        if (is_array($asked) && is_string($asked['id'] ?? null)) {
            $answer->challenge = [
                'id' => self::line($asked['id']),
                'prompt' => self::line($asked['prompt'] ?? ''),
                'type_this' => self::line($asked['type_this'] ?? ''),
                'expires_at' => self::line($asked['expires_at'] ?? ''),
            ];
        }
        return $answer;
    }

    public function allows(): bool
    {
        return $this->decision === self::ALLOW;
    }

    /** Plain text, never markup: what happened, why, what to do now, and where it is recorded. */
    public function text(): string
    {
        $said = [$this->headline()];
        $todo = [];
        foreach ($this->verdicts as $verdict) {
            if ($verdict['reason'] !== '' && ($this->allows() || $this->stops($verdict))) {
                $said[] = self::sentence($verdict['reason']);
                $todo[] = $verdict['remedy'] === '' ? '' : self::sentence($verdict['remedy']);
            }
        }
        if ($this->slot !== null && !$this->allows()) {
            $said[] = 'It opens on ' . Clock::say($this->slot) . ' (London time).';
        }
        if ($this->challenge !== null) {
            $said[] = self::sentence($this->challenge['prompt']);
            $todo[] = 'To go ahead, type: ' . $this->challenge['type_this'];
        }
        $said = array_merge($said, array_filter($todo, 'strlen'));
        if ($this->reference !== null) {
            $said[] = 'Reference: entry ' . $this->reference . '.';
        }
        return implode(' ', array_values(array_unique($said)));
    }

    /** A question that is asked has its prompt, and one that would be asked later helps nobody now. */
    private function stops(array $verdict): bool
    {
        $asks = $verdict['effect'] === 'confirm' && $verdict['code'] !== '';
        return $asks ? $this->decision === self::CONFIRM && $this->challenge === null : $verdict['effect'] !== 'warn';
    }

    /** What the first sentence says. */
    public function headline(): string
    {
        $what = [
            'publish' => 'published', 'schedule' => 'scheduled', 'revise' => 'changed',
            'approve' => 'approved', 'upload' => 'uploaded', 'withdraw' => 'withdrawn',
        ][$this->action] ?? 'done';
        if ($this->decision === self::CONFIRM) {
            return 'Not ' . $what . ' yet: this has to be confirmed first.';
        }
        return $this->allows() ? 'It may be ' . $what . '.' : 'Not ' . $what . '.';
    }

    /** The same for programs: what goes into a REST answer and to the editor's script. */
    public function data(): array
    {
        $reasons = array_values(array_filter($this->verdicts, static function (array $verdict): bool {
            return $verdict['reason'] !== '';
        }));
        $data = [
            'decision' => $this->decision,
            'action' => $this->action,
            'release' => $this->release,
            'headline' => $this->headline(),
            'text' => $this->text(),
            'reasons' => $reasons,
            'slot' => $this->slot ? Clock::stamp($this->slot) : null,
            'slot_text' => $this->slot ? Clock::say($this->slot) : null,
            'now' => Clock::stamp(Clock::now()),
            'now_text' => Clock::say(Clock::now()),
            'gap' => $this->gap,
            'armed' => $this->armed,
            'reference' => $this->reference,
            'permit' => $this->jti,
        ];
        if ($this->challenge !== null) {
            $data['challenge'] = $this->challenge['id'];
            $data['prompt'] = $this->challenge['prompt'];
            $data['type_this'] = $this->challenge['type_this'];
            $data['expires_at'] = $this->challenge['expires_at'];
        }
        return $data;
    }

    /** The HTTP status of an answer to a REST client. */
    public function status(): int
    {
        return $this->decision === self::CONFIRM ? 428 : 403;
    }

    /** For REST routes: what the client gets instead of its result. */
    public function error(array $more = []): \WP_Error
    {
        $code = $this->decision === self::CONFIRM ? 'pubguard_confirm' : 'pubguard_blocked';
        $data = ['status' => $this->status()] + $more + $this->data();
        return new \WP_Error($code, $this->text(), $data);
    }

    private static function verdict(string $code, string $effect, string $reason, string $remedy): array
    {
        return ['code' => $code, 'effect' => $effect, 'reason' => $reason, 'remedy' => $remedy];
    }

    private static function weight(string $effect): int
    {
        return (int) array_search($effect, ['allow', 'warn', 'confirm', 'block', 'error'], true);
    }

    private static function sentence(string $text): string
    {
        return preg_match('/[.!?:]$/D', $text) ? $text : $text . '.';
    }

    /** Words from outside: one line, no control characters and nothing that turns text around. */
    private static function line($text): string
    {
        $text = is_string($text) ? wp_check_invalid_utf8($text, true) : '';
        $text = (string) preg_replace('/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/u', ' ', $text);
        return trim(mb_substr($text, 0, 2000, 'UTF-8'));
    }
}
