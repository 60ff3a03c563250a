<?php
declare(strict_types=1);

namespace Pubguard;

defined('ABSPATH') || exit;

/**
 * Keeps in step with the guard: tells it what this site holds, takes over what counts.
 *
 * Runs every minute by WordPress's cron (which a system's cron should call), and at the end of a
 * request that asked the guard anyway, where PHP can answer first.
 */
final class Sync
{
    /** {release, release_at, state, held, title, outputs} by release; times RFC 3339 in UTC. */
    public const SLOTS = 'pubguard_slots';
    private const STATE = 'pubguard_sync';
    private const EVENT = 'pubguard_minute';
    private const PATIENCE = 10.0;
    /** Seconds until the next try after one that failed, and between readings of the calendar. */
    private const AGAIN = 60;
    private const CALENDAR = 600;
    /** Items that one sync names, and records that are told after it. */
    private const ITEMS = 2000;
    private const RECORDS = 50;

    public static function register(): void
    {
        add_filter('cron_schedules', [self::class, 'schedule']);
        add_action('init', [self::class, 'plan'], 20);
        add_action(self::EVENT, [self::class, 'tick'], 5);
        add_action('shutdown', [self::class, 'after'], 100);
    }

    /** @param array<string, array<string, mixed>> $schedules */
    public static function schedule($schedules): array
    {
        return (array) $schedules + [self::EVENT => ['interval' => 60, 'display' => 'Every minute (pubguard)']];
    }

    public static function plan(): void
    {
        if (Settings::configured() && !wp_next_scheduled(self::EVENT)) {
            wp_schedule_event(time(), self::EVENT, self::EVENT);
        }
    }

    /** Every minute: sync where it is due, then tell what waits. */
    public static function tick(): void
    {
        if (!self::due() || self::run()) {
            Queue::flush(self::RECORDS);
        }
    }

    /** A request that asked the guard syncs too, once the person has their answer. */
    public static function after(): void
    {
        if (Client::calls() > 0 && !wp_doing_cron() && function_exists('fastcgi_finish_request') && self::due()) {
            fastcgi_finish_request();
            self::run();
        }
    }

    /** True if the guard expects us by now. */
    public static function due(): bool
    {
        $next = Clock::parse((string) (self::last()['next'] ?? ''));
        return Settings::configured() && ($next === null || $next <= Clock::now());
    }

    /** @return array{at?: string, next?: string, ok?: bool, why?: string, heard?: string} how the last one went; heard is the last that worked */
    public static function last(): array
    {
        $last = get_option(self::STATE, []);
        return is_array($last) ? $last : [];
    }

    /** The announced time of a release, as last heard; null if it is not known or not firm. */
    public static function slot(string $release): ?\DateTimeImmutable
    {
        $slots = get_option(self::SLOTS, []);
        $slot = is_array($slots) && $release !== '' ? ($slots[$release] ?? null) : null;
        return $slot === null || $slot['held'] ? null : Clock::parse((string) $slot['release_at']);
    }

    /** Sync now; true if the guard gave a usable answer. What is held stays as it is otherwise. */
    public static function run(): bool
    {
        $answer = Client::post('/v1/sync', [
            'version' => self::version(),
            'clock' => Clock::stamp(Clock::now()),
            'zone' => wp_timezone_string(),
            'items' => self::items(),
            'permits' => array_values(Permit::all()),
        ], self::PATIENCE);
        $why = $answer === null ? Client::why() : self::take($answer);
        $now = Clock::now();
        $next = $why === '' ? Clock::parse((string) $answer['next_sync']) : null;
        $last = $next !== null && $next > $now && $next < $now->modify('+1 hour')
            ? $next : $now->modify('+' . self::AGAIN . ' seconds');
        update_option(self::STATE, [
            'at' => Clock::stamp($now),
            'next' => Clock::stamp($last),
            'ok' => $why === '',
            'why' => $why,
            'heard' => $why === '' ? Clock::stamp($now) : (self::last()['heard'] ?? ''),
        ], true);
        return $why === '';
    }

    /** Take over an answer: keys first, for what they sign. Why it was not usable, or ''. */
    private static function take(array $answer): string
    {
        foreach (['permits', 'keys', 'slots'] as $name) {
            if (!is_array($answer[$name] ?? null)) {
                return 'The guard gave no usable answer: it does not say its ' . $name . '.';
            }
        }
        if (!is_string($answer['status'] ?? null) || !is_string($answer['next_sync'] ?? null)) {
            return 'The guard gave no usable answer.';
        }
        $wrong = State::wrong();
        if ($wrong !== '') {
            Alarm::raise('state', "Permits cannot be kept on this site. $wrong");
            return $wrong;
        }
        Alarm::clear('state');
        Keys::keep($answer['keys']);
        Status::keep($answer['status']);
        $kept = [];
        foreach ($answer['permits'] as $token) {
            $release = is_string($token) ? Permit::release($token) : null;
            if ($release !== null && Permit::keep($token)) {
                $kept[] = $release;
            }
        }
        Permit::only($kept);
        self::clock();
        Slots::keep($answer['slots'], self::CALENDAR);
        return '';
    }

    /** A wrong clock is said now, not at the slot. */
    private static function clock(): void
    {
        if (Contact::ahead((float) Clock::now()->format('U.u')) !== null) {
            Alarm::clear('clock');
            return;
        }
        Alarm::raise('clock', "This server's clock and the guard's differ by more than 2 seconds, so nothing goes "
            . 'out from here while the guard is away. Have this server set by a time server (chrony or '
            . 'systemd-timesyncd).');
    }

    /** @return array<int, array<string, mixed>> what is scheduled, and what is linked and not public yet */
    private static function items(): array
    {
        global $wpdb;
        $public = array_values(get_post_stati(['public' => true]));
        $marks = implode(', ', array_fill(0, count($public), '%s'));
        $rows = $wpdb->get_results($wpdb->prepare(
            "SELECT DISTINCT p.ID, p.post_type, p.post_status, p.post_date_gmt FROM $wpdb->posts p"
            . " LEFT JOIN $wpdb->postmeta m ON m.post_id = p.ID AND m.meta_key = %s AND m.meta_value <> ''"
            . " WHERE p.post_type <> 'revision' AND p.post_status NOT IN ('trash', 'auto-draft', 'inherit', $marks)"
            . " AND (p.post_status = 'future' OR m.meta_id IS NOT NULL) ORDER BY p.ID LIMIT %d",
            array_merge([Link::RELEASE], $public, [self::ITEMS])
        ));
        $items = [];
        foreach ($rows as $row) {
            $id = (int) $row->ID;
            if (!Settings::guards($id, $row->post_type)) {
                continue;
            }
            $release = Link::release($id, $row->post_type);
            $at = $row->post_status === 'future' ? Clock::from_post($row->post_date_gmt) : self::expected($id, $release);
            $items[] = [
                'id' => $id,
                'release' => $release === '' ? null : $release,
                'output' => Link::output($id) === '' ? null : Link::output($id),
                'digest' => Manifest::of($id),
                'scheduled_at' => $at ? Clock::stamp($at) : null,
                'status' => (string) $row->post_status,
            ];
        }
        return $items;
    }

    /** When an item that WordPress has not scheduled goes out: a file at its slot, an armed item at the one it is armed for. */
    private static function expected(int $id, string $release): ?\DateTimeImmutable
    {
        if (get_post_type($id) === 'attachment') {
            return self::slot($release);
        }
        $armed = get_post_meta($id, '_pubguard_armed', true);
        return is_array($armed) && is_string($armed['slot'] ?? null) ? Clock::parse($armed['slot']) : null;
    }

    private static function version(): string
    {
        return 'pubguard ' . VERSION . ', WordPress ' . substr((string) $GLOBALS['wp_version'], 0, 30);
    }
}
