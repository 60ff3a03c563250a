<?php
declare(strict_types=1);

namespace Pubguard;

defined('ABSPATH') || exit;

/**
 * Records that could not be told yet, in order, in a table of our own: PREFIXpubguard_queue.
 *
 * Each has its true time and a request_id, so that the guard writes it down once however often it
 * is sent.
 */
final class Queue
{
    /** Records that are kept at most; more than these no guard was away for. */
    private const MOST = 5000;
    /** Seconds for one record; cron is in no hurry. */
    private const PATIENCE = 5.0;
    /** Answers after which the same record would be refused for ever. */
    private const NEVER = [400, 404, 409, 413, 422];

    /**
     * Keep a record to be told by the next cron.
     *
     * @param array<string, mixed> $body as POST /v1/record takes it; occurred_at and request_id are
     *                                   added where they are missing
     * @return bool false if it could not be kept, which is an alarm
     */
    public static function record(array $body): bool
    {
        global $wpdb;
        $body += ['occurred_at' => Clock::stamp(Clock::now()), 'request_id' => bin2hex(random_bytes(16))];
        foreach ($body as $name => $value) {
            if ($value === null || $value === []) { // an empty list is no JSON object
                unset($body[$name]);
            }
        }
        $json = wp_json_encode($body, JSON_UNESCAPED_SLASHES);
        $kept = is_string($json) && self::ready() && self::waiting() < self::MOST
            && $wpdb->insert(self::table(), ['request_id' => $body['request_id'], 'body' => $json], '%s') === 1;
        if (!$kept && !self::known((string) $body['request_id'])) {
            Alarm::raise('queue', 'A record for the guard could not be kept on this site: '
                . self::name($body) . '. Tell the guard by hand: pubguard record.');
            return false;
        }
        return true;
    }

    /**
     * Tell the guard what waits, the oldest first.
     *
     * @param int $calls how many at most
     * @return int how many it took
     */
    public static function flush(int $calls): int
    {
        global $wpdb;
        $told = 0;
        $lock = substr('pubguard' . md5(self::table() . DB_NAME), 0, 60);
        if (!self::ready() || (string) $wpdb->get_var($wpdb->prepare('SELECT GET_LOCK(%s, 0)', $lock)) !== '1') {
            return 0;
        }
        foreach ($wpdb->get_results($wpdb->prepare(
            'SELECT id, body FROM ' . self::table() . ' WHERE refused = 0 ORDER BY id LIMIT %d',
            $calls
        )) as $row) {
            [$status, $why] = self::tell((array) json_decode($row->body, true));
            if ($status === 200) {
                $wpdb->delete(self::table(), ['id' => $row->id], '%d');
                $told++;
            } elseif (in_array($status, self::NEVER, true)) {
                $wpdb->update(self::table(), ['refused' => $status], ['id' => $row->id], '%d', '%d');
                Alarm::raise("record-$row->id", 'The guard refused a record of this site for good: '
                    . self::name((array) json_decode($row->body, true)) . ". $why "
                    . 'It is kept, and not sent again. Tell the guard by hand: pubguard record.');
            } else {
                break; // they stay in order: nothing overtakes what could not be told
            }
        }
        $wpdb->query($wpdb->prepare('SELECT RELEASE_LOCK(%s)', $lock));
        return $told;
    }

    /** How many wait to be told. */
    public static function waiting(): int
    {
        global $wpdb;
        return self::ready() ? (int) $wpdb->get_var('SELECT COUNT(*) FROM ' . self::table() . ' WHERE refused = 0') : 0;
    }

    /** @return array{int, string} the HTTP status, 0 for no answer, and why it was not taken */
    private static function tell(array $body): array
    {
        $status = 0;
        $hear = static function ($reply) use (&$status): void {
            $status = (int) wp_remote_retrieve_response_code($reply);
        };
        add_action('pubguard_contact', $hear);
        $document = Client::post('/v1/record', $body, self::PATIENCE);
        remove_action('pubguard_contact', $hear);
        $taken = $document !== null && ($document['recorded'] ?? null) === ($body['outcome'] ?? '');
        return $status === 200 && !$taken ? [0, ''] : [$status, Client::why()];
    }

    private static function known(string $request_id): bool
    {
        global $wpdb;
        return self::ready() && $wpdb->get_var($wpdb->prepare(
            'SELECT id FROM ' . self::table() . ' WHERE request_id = %s',
            $request_id
        )) !== null;
    }

    /** Make the table, once. */
    private static function ready(): bool
    {
        global $wpdb;
        if (get_option('pubguard_queue') === '1') {
            return true;
        }
        $made = $wpdb->query('CREATE TABLE IF NOT EXISTS ' . self::table() . ' ('
            . 'id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, '
            . 'request_id varchar(200) NOT NULL UNIQUE, '
            . 'body longtext NOT NULL, '
            . 'refused smallint NOT NULL DEFAULT 0) ' . $wpdb->get_charset_collate());
        return $made !== false && (update_option('pubguard_queue', '1', true) || true);
    }

    private static function table(): string
    {
        global $wpdb;
        return $wpdb->prefix . 'pubguard_queue';
    }

    private static function name(array $body): string
    {
        $parts = [$body['outcome'] ?? '', $body['release'] ?? '', $body['output'] ?? '', $body['occurred_at'] ?? ''];
        return implode(' ', array_filter(array_map('strval', $parts), 'strlen'));
    }
}
