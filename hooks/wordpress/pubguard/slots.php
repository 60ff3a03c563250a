<?php
declare(strict_types=1);

namespace Pubguard;

defined('ABSPATH') || exit;

/** The calendar as the guard last told it, and what follows here when a slot moves. */
final class Slots
{
    /**
     * Keep the slots of a sync, with titles from the calendar where the token may read it.
     *
     * @param array<int, mixed> $told {release, release_at, state, held} each
     * @param int $seconds between readings of the calendar
     */
    public static function keep(array $told, int $seconds): void
    {
        $known = get_option(Sync::SLOTS, []);
        $known = is_array($known) ? $known : [];
        $slots = self::calendar($known, $seconds);
        foreach ($told as $slot) {
            $release = is_array($slot) ? Link::clean($slot['release'] ?? '') : '';
            if ($release === '') {
                continue;
            }
            $at = is_string($slot['release_at'] ?? null) ? Clock::parse($slot['release_at']) : null;
            $slots[$release] = [
                'release' => $release,
                'release_at' => $at ? Clock::stamp($at) : null,
                'state' => is_string($slot['state'] ?? null) ? $slot['state'] : '',
                'held' => ($slot['held'] ?? null) !== false || $at === null,
            ] + ($slots[$release] ?? $known[$release] ?? ['title' => '', 'outputs' => []]);
        }
        ksort($slots, SORT_STRING);
        if ($slots !== $known) {
            update_option(Sync::SLOTS, $slots, false);
        }
        self::follow($slots);
    }

    /** @return array<string, array<string, mixed>> the coming releases with their titles, read seldom */
    private static function calendar(array $known, int $seconds): array
    {
        $read = get_option('pubguard_calendar', []);
        $now = Clock::now()->getTimestamp();
        $since = is_array($read) ? abs($now - (int) ($read['at'] ?? 0)) : $seconds;
        if ($since < $seconds) {
            return array_intersect_key($known, array_flip((array) ($read['ids'] ?? [])));
        }
        $slots = [];
        foreach (Client::get('/v1/releases', 5.0) ?? [] as $item) {
            $id = is_array($item) ? Link::clean($item['id'] ?? '') : '';
            $at = is_array($item) && is_string($item['release_at'] ?? null) ? Clock::parse($item['release_at']) : null;
            if ($id === '' || ($at !== null && $at->getTimestamp() < $now - 86400)) {
                continue;
            }
            $outputs = array_column(array_filter((array) ($item['outputs'] ?? []), 'is_array'), 'id');
            $slots[$id] = [
                'release' => $id,
                'release_at' => $at ? Clock::stamp($at) : null,
                'state' => (string) ($item['state'] ?? ''),
                'held' => $at === null || ($item['proposed'] ?? null) !== null || ($item['state'] ?? '') !== 'confirmed',
                'title' => sanitize_text_field((string) ($item['title'] ?? '')),
                'outputs' => array_values(array_filter($outputs, 'is_string')),
            ];
        }
        update_option('pubguard_calendar', ['at' => $now, 'ids' => array_map('strval', array_keys($slots))], false);
        return $slots;
    }

    /**
     * Posts that WordPress has scheduled for another time than the announced one: those that are
     * armed for the new one are moved to it, the others are an alarm. The gate judges each again
     * when it fires, so none goes out early.
     */
    private static function follow(array $slots): void
    {
        global $wpdb;
        $open = preg_grep('/^moved-/', array_keys(Alarm::all()));
        $rows = $wpdb->get_results($wpdb->prepare(
            "SELECT p.ID, p.post_title, p.post_date_gmt, m.meta_value FROM $wpdb->posts p"
            . " JOIN $wpdb->postmeta m ON m.post_id = p.ID AND m.meta_key = %s WHERE p.post_status = 'future'",
            Link::RELEASE
        ));
        foreach ($rows as $row) {
            $id = (int) $row->ID;
            $slot = $slots[$row->meta_value] ?? null;
            $is = Clock::from_post($row->post_date_gmt);
            $at = $slot === null || $slot['held'] ? null : Clock::parse((string) $slot['release_at']);
            if ($slot === null || $is === null || ($at !== null && $is->getTimestamp() === $at->getTimestamp())) {
                continue;
            }
            if ($at !== null && self::is_armed($id, $row->meta_value, $at) && self::move($id, $at)) {
                do_action('pubguard_moved', $id, $is, $at);
                continue;
            }
            $open = array_diff($open, ["moved-$id"]);
            Alarm::raise("moved-$id", self::words($row->post_title, $row->meta_value, $is, $at, $slot), $id);
        }
        foreach ($open as $over) {
            Alarm::clear($over);
        }
    }

    /** True if this very content was armed for that slot. */
    private static function is_armed(int $id, string $release, \DateTimeImmutable $at): bool
    {
        $output = Link::output($id);
        $from = Permit::from($release);
        return $from !== null && $from->getTimestamp() === $at->getTimestamp()
            && (Permit::content($release)[$output] ?? null) === Manifest::output($release, $output);
    }

    /** Only the moment changes; WordPress's own saving would be judged as a new schedule. */
    private static function move(int $id, \DateTimeImmutable $at): bool
    {
        global $wpdb;
        $gmt = $at->format('Y-m-d H:i:s');
        $done = $wpdb->update(
            $wpdb->posts,
            ['post_date_gmt' => $gmt, 'post_date' => get_date_from_gmt($gmt)],
            ['ID' => $id, 'post_status' => 'future']
        );
        clean_post_cache($id);
        wp_clear_scheduled_hook('publish_future_post', [$id]);
        if ($done !== 1 || wp_schedule_single_event($at->getTimestamp(), 'publish_future_post', [$id]) === false) {
            return false;
        }
        $armed = get_post_meta($id, '_pubguard_armed', true);
        if (is_array($armed)) {
            update_post_meta($id, '_pubguard_armed', ['slot' => Clock::stamp($at)] + $armed);
        }
        return true;
    }

    private static function words(
        string $title,
        string $release,
        \DateTimeImmutable $held_for,
        ?\DateTimeImmutable $at,
        array $slot
    ): string {
        $is = $at !== null ? 'it is announced for ' . Clock::say($at) : ($slot['state'] === 'cancelled'
            ? 'it was cancelled' : 'its date is not settled');
        return "\"$title\" is scheduled for " . Clock::say($held_for) . ", but it belongs to $release, and $is. "
            . 'It stays closed until the announced time. '
            . ($at !== null ? 'Approve it for that time again, or schedule it for that time.'
                : 'Have the date settled, then approve it again.');
    }
}
