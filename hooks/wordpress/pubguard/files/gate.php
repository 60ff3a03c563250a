<?php
declare(strict_types=1);

namespace Pubguard\Files;

use Pubguard\Files;
use Pubguard\State;

defined('ABSPATH') || exit;

/**
 * Shows a held file to whoever may read its attachment, at its final address and at
 * /pubguard-file/ID. For everybody else there is nothing, as WordPress says it of any address.
 */
final class Gate
{
    /** Types that a browser shows without running anything. */
    private const SHOWN = '~^(?:image/(?!svg)|video/|audio/|text/plain$|application/pdf$)~';

    public static function register(): void
    {
        add_action('init', [self::class, 'look'], PHP_INT_MAX);
    }

    public static function look(): void
    {
        $asked = rawurldecode((string) wp_parse_url((string) ($_SERVER['REQUEST_URI'] ?? ''), PHP_URL_PATH));
        $uploads = rtrim((string) wp_parse_url((string) wp_get_upload_dir()['baseurl'], PHP_URL_PATH), '/');
        $home = rtrim((string) wp_parse_url(home_url(), PHP_URL_PATH), '/');
        if (preg_match('~^' . preg_quote($home, '~') . '/pubguard-file/(\d+)$~D', $asked, $found)) {
            self::show((int) $found[1], (string) get_post_meta((int) $found[1], '_wp_attached_file', true));
        } elseif (State::within($asked, $uploads) && is_user_logged_in()) {
            $name = ltrim(substr($asked, strlen($uploads)), '/');
            foreach (Files::at([$name]) as $id) {
                self::show((int) $id, $name);
            }
        }
    }

    /** Send it and end, or do nothing. */
    private static function show(int $id, string $name): void
    {
        $path = Store::base() . "/$name";
        if (!in_array($_SERVER['REQUEST_METHOD'] ?? '', ['GET', 'HEAD'], true) || !is_user_logged_in()
            || !Files::is_held($id) || !current_user_can('read_post', $id)
            || !in_array($name, Names::of($id), true) || !is_file($path)) {
            return;
        }
        $type = (string) (wp_check_filetype($path)['type'] ?: 'application/octet-stream');
        while (ob_get_level() > 0) {
            ob_end_clean();
        }
        status_header(200);
        header("Content-Type: $type");
        header('Content-Length: ' . filesize($path));
        header('Content-Disposition: ' . (preg_match(self::SHOWN, $type) ? 'inline' : 'attachment'));
        header('Cache-Control: private, no-store');
        header('X-Content-Type-Options: nosniff');
        header("Content-Security-Policy: default-src 'none'; sandbox");
        header('X-Robots-Tag: noindex');
        if ($_SERVER['REQUEST_METHOD'] === 'GET') {
            readfile($path);
        }
        exit;
    }
}
