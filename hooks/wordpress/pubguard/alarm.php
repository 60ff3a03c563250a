<?php
declare(strict_types=1);

namespace Pubguard;

defined('ABSPATH') || exit;

/**
 * What people have to be told although nobody is looking: kept until it is mended, shown to whoever
 * may publish, and sent once to the site's own address.
 */
final class Alarm
{
    private const OPTION = 'pubguard_alarms';
    /** More than these are no news any more. */
    private const MOST = 50;

    public static function register(): void
    {
        add_action('admin_notices', [self::class, 'show']);
    }

    /**
     * Raise an alarm; the same words under the same name are told once.
     *
     * @param string $name what it is about, so that it can be cleared: "slot-17"
     * @param string $text plain words: what, why, what to do
     */
    public static function raise(string $name, string $text, int $post_id = 0): void
    {
        $all = self::all();
        if (($all[$name]['text'] ?? null) === $text) {
            return;
        }
        unset($all[$name]);
        $all[$name] = ['at' => Clock::stamp(Clock::now()), 'text' => $text, 'post' => $post_id];
        update_option(self::OPTION, array_slice($all, -self::MOST, null, true), false);
        /** An alarm of pubguard's: plain words, and the item that it is about (0 for none). */
        do_action('pubguard_alarm', $text, $post_id, $name);
        $to = (string) get_option('admin_email');
        if ($to !== '' && function_exists('wp_mail')) {
            wp_mail($to, '[pubguard] ' . wp_specialchars_decode((string) get_option('blogname'), ENT_QUOTES), $text);
        }
    }

    public static function clear(string $name): void
    {
        $all = self::all();
        if (isset($all[$name])) {
            unset($all[$name]);
            update_option(self::OPTION, $all, false);
        }
    }

    /** @return array<string, array{at: string, text: string, post: int}> the oldest first */
    public static function all(): array
    {
        $all = get_option(self::OPTION, []);
        return is_array($all) ? $all : [];
    }

    public static function show(): void
    {
        if (!current_user_can('publish_posts')) {
            return;
        }
        foreach (self::all() as $alarm) {
            printf('<div class="notice notice-error" role="alert"><p>%s</p></div>', esc_html($alarm['text']));
        }
    }
}
