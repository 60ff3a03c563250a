<?php
/** The one place that talks to the guard. Whatever is not exactly an answer is none. */

declare(strict_types=1);

namespace Pubguard;

defined('ABSPATH') || exit;

final class Client
{
    private const LARGEST = 1000000;
    /** Seconds for which a guard that did not answer is not asked again in this request. */
    private const QUIET = 10.0;

    /** @var int */
    private static $calls = 0;
    /** @var float|null when it last failed to answer, by a clock that only runs forwards */
    private static $silent;
    /** @var string */
    private static $why = '';

    /** A site that sends nothing to strangers still asks its guard. */
    public static function register(): void
    {
        $host = (string) wp_parse_url(Settings::url(), PHP_URL_HOST);
        if ($host !== '' && defined('WP_HTTP_BLOCK_EXTERNAL') && !defined('WP_ACCESSIBLE_HOSTS')) {
            define('WP_ACCESSIBLE_HOSTS', $host);
        }
    }

    /** Calls made in this request. */
    public static function calls(): int
    {
        return self::$calls;
    }

    /** Why there was no answer, for people. */
    public static function why(): string
    {
        return self::$why;
    }

    /**
     * A JSON object (or list) for a JSON object, or null where there was no usable answer.
     *
     * @param float $seconds for all of it
     */
    public static function post(string $path, array $body, float $seconds = 3.0): ?array
    {
        $json = wp_json_encode($body, JSON_UNESCAPED_SLASHES);
        return is_string($json) ? self::send('POST', $path, $json, $seconds) : null;
    }

    public static function get(string $path, float $seconds = 3.0): ?array
    {
        return self::send('GET', $path, null, $seconds);
    }

    /** The guard's word on one attempt: a document for this action and release with a known decision. */
    public static function check(array $body, float $seconds): ?array
    {
        $document = self::post('/v1/check', $body, $seconds);
        if ($document === null) {
            return null;
        }
        $known = in_array($document['decision'] ?? null, ['allow', 'block', 'confirm', 'error'], true);
        $ours = ($document['release'] ?? null) === $body['release']
            && ($document['action'] ?? null) === $body['action']
            && ($document['rehearsal'] ?? null) === false;
        $stored = is_int($document['event']['index'] ?? null);
        if (!$known || !$ours || ($document['decision'] === 'allow' && !$stored)) {
            self::$why = 'The guard gave no usable answer: what it sent is no decision on this release.';
            return null;
        }
        if ($document['decision'] === 'error') {
            $document['decision'] = Answer::NONE;
        }
        return $document;
    }

    private static function send(string $method, string $path, ?string $json, float $seconds): ?array
    {
        if (!Settings::configured()) {
            self::$why = Settings::missing();
            return null;
        }
        if (self::$silent !== null && hrtime(true) / 1e9 - self::$silent < self::QUIET) {
            return null;
        }
        self::$calls++;
        $reply = self::http($method, $path, $json, $seconds);
        if (is_wp_error($reply)) {
            self::$silent = hrtime(true) / 1e9;
            self::$why = 'The guard cannot be reached (' . self::plain($reply->get_error_message()) . ').';
            return null;
        }
        $document = self::document($reply);
        if ($document === null) {
            self::$why = 'The guard gave no usable answer (HTTP '
                . (int) wp_remote_retrieve_response_code($reply) . ').' . self::problem($reply);
        }
        /** After each answer; `$reply` holds headers such as Date, `$document` is null for no answer. */
        do_action('pubguard_contact', $reply, $document);
        return $document;
    }

    /** @return array|\WP_Error */
    private static function http(string $method, string $path, ?string $json, float $seconds)
    {
        $headers = ['Authorization' => 'Bearer ' . Settings::token(), 'Accept' => 'application/json'];
        if ($json !== null) {
            $headers['Content-Type'] = 'application/json';
        }
        $limit = static function ($handle) use ($seconds): void {
            curl_setopt($handle, CURLOPT_TIMEOUT_MS, (int) ($seconds * 1000));
            curl_setopt($handle, CURLOPT_CONNECTTIMEOUT_MS, (int) min(1000, $seconds * 1000));
        };
        add_action('http_api_curl', $limit, PHP_INT_MAX);
        try {
            return wp_remote_request(Settings::url() . $path, [
                'method' => $method,
                'headers' => $headers,
                'body' => $json,
                'timeout' => $seconds,
                'redirection' => 0,
                'sslverify' => true,
                'limit_response_size' => self::LARGEST + 1,
                'user-agent' => 'pubguard-wordpress/' . VERSION,
            ] + (Settings::cacert() === '' ? [] : ['sslcertificates' => Settings::cacert()]));
        } finally {
            remove_action('http_api_curl', $limit, PHP_INT_MAX);
        }
    }

    private static function document($reply): ?array
    {
        $type = strtolower(trim(explode(';', (string) wp_remote_retrieve_header($reply, 'content-type'))[0]));
        $body = (string) wp_remote_retrieve_body($reply);
        if ((int) wp_remote_retrieve_response_code($reply) !== 200 || $type !== 'application/json'
            || strlen($body) > self::LARGEST || !preg_match('/^\s*[{[]/', $body)) {
            return null;
        }
        $document = json_decode($body, true, 64);
        return is_array($document) ? $document : null;
    }

    /** The guard's own words on why it refused to answer (RFC 9457), as a sentence behind ours. */
    private static function problem($reply): string
    {
        $type = strtolower(trim(explode(';', (string) wp_remote_retrieve_header($reply, 'content-type'))[0]));
        $body = (string) wp_remote_retrieve_body($reply);
        $found = $type === 'application/problem+json' && strlen($body) < 10000 ? json_decode($body, true, 16) : null;
        $words = is_array($found) && is_string($found['detail'] ?? $found['title'] ?? null)
            ? self::plain($found['detail'] ?? $found['title']) : '';
        return $words === '' ? '' : ' It says: ' . $words;
    }

    private static function plain(string $text): string
    {
        return mb_substr((string) preg_replace('/[^\x20-\x7e]+/', ' ', wp_strip_all_tags($text)), 0, 200);
    }
}
