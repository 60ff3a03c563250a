<?php
declare(strict_types=1);

namespace Pubguard;

defined('ABSPATH') || exit;

/**
 * Writes the permits that the database's own triggers ask for (trigger/install.sql), over a
 * connection of its own.
 *
 * A permit is good for one content of one post and for ten seconds of the database's clock. It is
 * written for what has passed every gate of pubguard and is about to be stored.
 */
final class Trigger
{
    /** The triggers of install.sql. */
    private const COUNT = 4;
    /** Seconds for which a permit is good, and for which a connection is waited for. */
    private const GOOD = 10;
    private const PATIENCE = 2;
    /** Rows of one statement; the gate lets no larger one through. */
    private const ROWS = 100;
    private const CONTENT = ['post_status', 'post_type', 'post_password', 'post_title', 'post_excerpt', 'post_content'];
    /** What the columns hold where an INSERT does not say. */
    private const DEFAULTS = ['post_status' => 'publish', 'post_type' => 'post'];

    /** @var \mysqli|false|null */
    private static $connection;

    public static function register(): void
    {
        if (!self::on()) {
            return;
        }
        // After the gates, which were there first: what they refuse comes here as '' or not at all.
        add_filter('query', [self::class, 'statement'], PHP_INT_MAX);
        add_filter('add_post_metadata', [self::class, 'field'], PHP_INT_MAX, 4);
        add_filter('update_post_metadata', [self::class, 'field'], PHP_INT_MAX, 4);
        add_filter('update_post_metadata_by_mid', [self::class, 'row'], PHP_INT_MAX, 4);
    }

    /** True where wp-config.php names the second user. */
    public static function on(): bool
    {
        return defined('PUBGUARD_DB_USER') && (string) constant('PUBGUARD_DB_USER') !== '';
    }

    /** True if all triggers are in the database, as the account that may see them says. */
    public static function installed(): bool
    {
        $connection = self::on() ? self::connect() : null;
        $found = $connection ? @$connection->query('SELECT installed()') : false;
        return $found instanceof \mysqli_result && (int) $found->fetch_row()[0] === self::COUNT;
    }

    /** What is wrong with it, in words; '' if it is as it should be. */
    public static function wrong(): string
    {
        if (!self::installed()) {
            return 'The database trigger is not installed as a whole: have an administrator of the database run '
                . 'pubguard/trigger/install.sql again.';
        }
        $found = self::connect()->query('SELECT status FROM public_statuses');
        $known = $found instanceof \mysqli_result ? array_column($found->fetch_all(), 0) : [];
        $missing = array_diff(get_post_stati(['public' => true]), $known);
        return $missing === [] ? '' : 'The database trigger does not know that readers see items with the status '
            . implode(', ', $missing) . ': have an administrator of the database add it to public_statuses.';
    }

    /** A statement that the gates have let through. */
    public static function statement($sql)
    {
        global $wpdb;
        $found = is_string($sql) ? Statement::of($sql, $wpdb->posts) : null;
        if ($found === null || !$found->clear) {
            return $sql;
        }
        $set = array_intersect_key($found->set, array_flip(self::CONTENT));
        if ($found->inserts) {
            self::post((int) ($found->set['ID'] ?? 0), $set + self::DEFAULTS);
        } elseif ($set !== []) {
            $where = $found->where === '' ? '1=1' : $found->where;
            $kept = [$wpdb->last_error, $wpdb->last_query, $wpdb->last_result, $wpdb->num_rows];
            // Its own condition, as whoever wrote it wrote it; nothing of it is ours.
            $rows = (array) $wpdb->get_results("SELECT * FROM $wpdb->posts WHERE $where", ARRAY_A);
            [$wpdb->last_error, $wpdb->last_query, $wpdb->last_result, $wpdb->num_rows] = $kept;
            foreach (array_slice($rows, 0, self::ROWS) as $row) {
                self::post((int) $row['ID'], $set + $row);
            }
        }
        return $sql;
    }

    /** A custom field that the gates have let through. */
    public static function field($check, $id, $key, $value)
    {
        if ($check === null && Change::is_public(Manifest::row((int) $id) ?? [])) {
            self::write('meta', (int) $id, $key . "\0" . Manifest::stored($value));
        }
        return $check;
    }

    public static function row($check, $row, $value, $key = false)
    {
        $meta = $check === null ? get_metadata_by_mid('post', (int) $row) : false;
        if ($meta) {
            self::field(null, $meta->post_id, is_string($key) ? $key : $meta->meta_key, $value);
        }
        return $check;
    }

    private static function post(int $id, array $row): void
    {
        $content = [];
        foreach (self::CONTENT as $column) {
            if (($row[$column] ?? '') === false) {
                return; // an expression, of which nobody can say what it makes
            }
            $content[] = (string) ($row[$column] ?? '');
        }
        if (Change::is_public($row)) {
            self::write('post', $id, implode("\0", $content));
        }
    }

    /** What cannot be written is not permitted, and then the database says no. */
    private static function write(string $kind, int $id, string $content): void
    {
        $connection = self::connect();
        if (!$connection) {
            return;
        }
        @$connection->query('DELETE FROM permits WHERE until_at < UTC_TIMESTAMP(6) LIMIT 1000');
        $insert = @$connection->prepare('INSERT INTO permits (kind, post_id, digest, until_at)'
            . ' VALUES (?, ?, ?, UTC_TIMESTAMP(6) + INTERVAL ' . self::GOOD . ' SECOND)');
        if ($insert) {
            $digest = hash('sha256', $content);
            $insert->bind_param('sis', $kind, $id, $digest);
            @$insert->execute();
            $insert->close();
        }
    }

    private static function connect(): ?\mysqli
    {
        global $wpdb;
        if (self::$connection !== null) {
            return self::$connection ?: null;
        }
        self::$connection = false;
        $place = $wpdb->parse_db_host(DB_HOST);
        if (!$place) {
            return null;
        }
        mysqli_report(MYSQLI_REPORT_OFF);
        $made = mysqli_init();
        $made->options(MYSQLI_OPT_CONNECT_TIMEOUT, self::PATIENCE);
        [$host, $port, $socket, $is_ipv6] = $place;
        $done = @$made->real_connect(
            $is_ipv6 && extension_loaded('mysqlnd') ? "[$host]" : $host,
            (string) constant('PUBGUARD_DB_USER'),
            defined('PUBGUARD_DB_PASSWORD') ? (string) constant('PUBGUARD_DB_PASSWORD') : '',
            defined('PUBGUARD_DB_NAME') ? (string) constant('PUBGUARD_DB_NAME') : 'pubguard_permits',
            (int) $port,
            $socket
        );
        if (!$done) {
            Alarm::raise('trigger', 'The schema with the permits of the database trigger cannot be reached, so nothing '
                . 'can be published. See PUBGUARD_DB_USER, PUBGUARD_DB_PASSWORD and PUBGUARD_DB_NAME in wp-config.php.');
            return null;
        }
        Alarm::clear('trigger');
        return self::$connection = $made;
    }
}
