<?php
/** How a release stands now, in words. It tells; the guard decides. */

declare(strict_types=1);

namespace Pubguard\Screens;

use Pubguard\Clock;

defined('ABSPATH') || exit;

final class Standing
{
    /** @param array $release as Releases gives it */
    public static function says(array $release): string
    {
        if ($release['state'] === 'cancelled') {
            return 'This release was cancelled.';
        }
        if (!$release['slot'] || $release['state'] === 'provisional') {
            return 'No date is announced for this release yet.';
        }
        $now = Clock::now();
        $said = 'Announced for ' . Clock::say($release['slot']) . ' (London time)';
        if ($release['held']) {
            return "$said. A change of date waits to be agreed: nothing of it may go out until then.";
        }
        return $release['slot'] > $now
            ? "$said, in " . Clock::say_gap($now, $release['slot']) . '. It cannot go out before.'
            : "$said. The announced time has come.";
    }
}
