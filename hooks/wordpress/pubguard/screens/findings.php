<?php
/** What the Site Health tests find: [good|recommended|critical, headline, words] each. */

declare(strict_types=1);

namespace Pubguard\Screens;

use Pubguard\Clock;
use Pubguard\Contact;
use Pubguard\Settings;
use Pubguard\State;
use Pubguard\Sync;

defined('ABSPATH') || exit;

final class Findings
{
    public const DIRECT = [
        'zone' => 'Release guard: time zone',
        'cron' => 'Release guard: schedule',
        'clock' => 'Release guard: clock',
        'state' => 'Release guard: folder of permits',
        'files' => 'Release guard: files of plugins',
        'trigger' => 'Release guard: database trigger',
    ];
    private const ZONE = 'Europe/London';
    /** Seconds without a sync after which the schedule is not running; it comes every five minutes at most. */
    private const SILENT = 900;

    public static function zone(): array
    {
        $zone = wp_timezone_string();
        return $zone === self::ZONE
            ? ['good', 'The site is on London time', 'Times in the editor are the times that are announced.']
            : ['critical', 'The site is not on London time', "Its zone is $zone, so what an editor types as 09:30 may"
                . ' be another time than the announced one. Set it to London under Settings, General. A fixed'
                . ' distance to UTC is wrong for half of the year.'];
    }

    public static function cron(): array
    {
        $last = Clock::parse((string) (Sync::last()['at'] ?? ''));
        $recent = $last && Clock::now()->getTimestamp() - $last->getTimestamp() < self::SILENT;
        if (defined('DISABLE_WP_CRON') && DISABLE_WP_CRON) {
            return $recent
                ? ['good', 'The schedule is run by the system', 'It ran on ' . Clock::say($last) . '.']
                : ['critical', 'The schedule is not running', 'DISABLE_WP_CRON is set, and nothing has run for a quarter of'
                    . ' an hour. Have cron or a systemd timer call wp-cron.php every minute.'];
        }
        return ['recommended', 'The schedule waits for visitors', 'A release goes out when the next visitor comes, and'
            . ' one that comes a second early can delay it by a minute. Set DISABLE_WP_CRON, and have cron or a'
            . ' systemd timer call wp-cron.php every minute.'];
    }

    public static function clock(): array
    {
        $said = Contact::last();
        if ($said === null) {
            return ['recommended', 'The clocks were not compared yet', 'That happens at the first contact with the guard.'];
        }
        return Contact::ahead((float) Clock::now()->format('U.u')) !== null
            ? ['good', 'This clock and the guard\'s agree', 'They differ by less than 2 seconds.']
            : ['critical', 'This clock and the guard\'s differ', 'They differ by more than 2 seconds, so nothing goes out'
                . ' from here while the guard is away. Have this server set by a time server.'];
    }

    public static function state(): array
    {
        $wrong = State::wrong();
        return $wrong === ''
            ? ['good', 'The folder of permits is safe', 'Only the web server can write to it, and it is not public.']
            : ['critical', 'The folder of permits is not safe', $wrong];
    }

    public static function files(): array
    {
        return defined('DISALLOW_FILE_MODS') && DISALLOW_FILE_MODS
            ? ['good', 'Nobody can change code over the site', 'DISALLOW_FILE_MODS is set.']
            : ['recommended', 'Code can be changed over the site', 'Whoever may install a plugin or edit a theme can go'
                . ' round the guard. Set DISALLOW_FILE_MODS in wp-config.php.'];
    }

    /** Whether the guard's triggers lie on the table of posts. */
    public static function trigger(): array
    {
        global $wpdb;
        $found = (int) $wpdb->get_var($wpdb->prepare(
            "SELECT COUNT(*) FROM information_schema.triggers WHERE event_object_schema = DATABASE()"
            . " AND event_object_table = %s AND trigger_name LIKE %s",
            $wpdb->posts,
            '%pubguard%'
        ));
        return $found > 0
            ? ['good', 'The database refuses what was not allowed', 'The trigger is installed.']
            : ['recommended', 'The database trigger is not seen', 'Without it a programme that writes to the database by'
                . ' itself can publish past the guard. See "Database trigger" in the README of the hook. If it is'
                . ' installed, this site\'s user may just not see it.'];
    }

    /** Asks the guard: is it there, and is the token good? */
    public static function guard(): array
    {
        if (!Settings::configured()) {
            return ['critical', 'The guard is not set up', Settings::missing() . ' Until then nothing can be published.'];
        }
        if (Sync::run()) {
            return ['good', 'The guard answers', 'It is there, and it takes this site\'s token.'];
        }
        return ['critical', 'The guard gave no usable answer', (Sync::last()['why'] ?? '') . ' Until it does, only what was approved and'
            . ' armed before can go out. Check PUBGUARD_URL, the token, and that the guard runs.'];
    }
}
