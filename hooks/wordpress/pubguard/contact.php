<?php
declare(strict_types=1);

namespace Pubguard;

defined('ABSPATH') || exit;

/** How our clock and the guard's differed when it was last heard: the file contact. */
final class Contact
{
    /** Seconds by which they may differ for a permit to count. */
    public const AGREE = 2.0;

    /** @var float|null our clock when the guard was asked last in this request */
    private static $asked;

    public static function register(): void
    {
        add_filter('pre_http_request', [self::class, 'begin'], PHP_INT_MAX, 3);
        add_action('pubguard_contact', [self::class, 'hear'], 10, 2);
    }

    public static function begin($pre, $arguments, $url)
    {
        if (Settings::url() !== '' && strpos((string) $url, Settings::url() . '/') === 0) {
            self::$asked = (float) Clock::now()->format('U.u');
        }
        return $pre;
    }

    /** Every answer that tells the guard's clock is a contact. */
    public static function hear($reply, $document): void
    {
        $theirs = is_array($document) && is_string($document['at'] ?? null) ? Clock::parse($document['at']) : null;
        if ($theirs !== null && self::$asked !== null) {
            self::note(self::$asked, (float) Clock::now()->format('U.u'), (float) $theirs->format('U.u'));
        }
    }

    /**
     * Note a contact.
     *
     * @param float $before our clock when the guard was asked (Unix time)
     * @param float $after  our clock when its answer had come
     * @param float $theirs the guard's clock at some moment between
     */
    public static function note(float $before, float $after, float $theirs): bool
    {
        return State::write('contact', sprintf('%.6F %.6F %.6F', $before, $after, $theirs));
    }

    /** Seconds by which our clock may be before the guard's, 0 to 2; null if they did not agree or it is not known. */
    public static function ahead(float $now): ?float
    {
        $said = self::last();
        if ($said === null) {
            return null;
        }
        [$before, $after, $theirs] = $said;
        // A clock that shows less than it did then was set back: what it shows is not known.
        if ($after - $theirs > self::AGREE || $theirs - $before > self::AGREE || $now < $after || $before > $after) {
            return null;
        }
        return max(0.0, $after - $theirs);
    }

    /** @return float[]|null ours before, ours after, the guard's */
    public static function last(): ?array
    {
        $text = State::read('contact');
        if ($text === null || !preg_match('/^(\d{1,12}(?:\.\d+)?) (\d{1,12}(?:\.\d+)?) (\d{1,12}(?:\.\d+)?)$/D', $text, $found)) {
            return null;
        }
        return array_map('floatval', array_slice($found, 1));
    }
}
