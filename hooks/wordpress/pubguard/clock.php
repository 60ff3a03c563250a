<?php
/** The time, and how it is said to people. Nothing else in pubguard reads the clock. */

declare(strict_types=1);

namespace Pubguard;

use DateTimeImmutable;
use DateTimeZone;

defined('ABSPATH') || exit;

final class Clock
{
    /** Now, in UTC with microseconds. */
    public static function now(): DateTimeImmutable
    {
        $now = new DateTimeImmutable('now', new DateTimeZone('UTC'));
        if (self::in_test()) {
            $shifted = apply_filters('pubguard_now', self::shifted($now));
            return $shifted instanceof DateTimeImmutable ? $shifted : $now;
        }
        return $now;
    }

    /** RFC 3339 in UTC, with microseconds. */
    public static function stamp(DateTimeImmutable $at): string
    {
        return $at->setTimezone(new DateTimeZone('UTC'))->format('Y-m-d\TH:i:s.u\Z');
    }

    /** An instant of the guard's, or null where the text is none. */
    public static function parse(?string $text): ?DateTimeImmutable
    {
        if (!is_string($text) || !preg_match('~^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$~D', $text)) {
            return null;
        }
        try {
            return (new DateTimeImmutable($text))->setTimezone(new DateTimeZone('UTC'));
        } catch (\Exception $error) {
            return null;
        }
    }

    /** A `post_date_gmt` (UTC, whole seconds), or null where it is empty. */
    public static function from_post(?string $gmt): ?DateTimeImmutable
    {
        if (!is_string($gmt) || $gmt === '' || strpos($gmt, '0000-00-00') === 0) {
            return null;
        }
        $at = DateTimeImmutable::createFromFormat('!Y-m-d H:i:s', $gmt, new DateTimeZone('UTC'));
        return $at ?: null;
    }

    /** "Thursday 3 December 2026, 09:30" in London, whatever the site's zone is. */
    public static function say(DateTimeImmutable $at): string
    {
        $london = $at->setTimezone(new DateTimeZone('Europe/London'));
        return $london->format($london->format('s') === '00' ? 'l j F Y, H:i' : 'l j F Y, H:i:s');
    }

    /** "2 days 3 h", "4 h 10 min", "50 s": how long it is from one to the other, without a sign. */
    public static function say_gap(DateTimeImmutable $from, DateTimeImmutable $to): string
    {
        $left = abs($to->getTimestamp() - $from->getTimestamp());
        $said = [];
        foreach ([['day', 86400], ['h', 3600], ['min', 60], ['s', 1]] as $unit) {
            $count = intdiv($left, $unit[1]);
            $left -= $count * $unit[1];
            if ($count > 0) {
                $said[] = $count . ' ' . $unit[0] . ($unit[0] === 'day' && $count > 1 ? 's' : '');
            }
        }
        return $said === [] ? '0 s' : implode(' ', array_slice($said, 0, 2));
    }

    /** Only a site that calls itself local, and names a file in wp-config.php, has a clock that can be set. */
    private static function in_test(): bool
    {
        return defined('PUBGUARD_TEST_CLOCK') && function_exists('wp_get_environment_type')
            && wp_get_environment_type() === 'local';
    }

    /** By the seconds that stand in the file. */
    private static function shifted(DateTimeImmutable $now): DateTimeImmutable
    {
        $text = trim((string) @file_get_contents((string) constant('PUBGUARD_TEST_CLOCK')));
        if (!is_numeric($text)) {
            return $now;
        }
        $micro = (int) round((float) $text * 1e6);
        return $now->modify(sprintf('%+d microseconds', $micro));
    }
}
