<?php
/** Brings our scripts to the block editor, and to nothing that readers see. */

declare(strict_types=1);

namespace Pubguard\Screens;

use Pubguard\Clock;

defined('ABSPATH') || exit;

final class Editor
{
    /** Each script and what it needs; the order is the order of loading. */
    private const SCRIPTS = [
        'words' => [],
        'told' => ['pubguard-words'],
        'dialogue' => ['pubguard-words', 'wp-element', 'wp-components'],
        'blocked' => ['pubguard-dialogue', 'pubguard-told'],
        'confirm' => ['pubguard-dialogue', 'pubguard-told'],
        'fetch' => ['pubguard-blocked', 'pubguard-confirm', 'wp-api-fetch'],
        'recover' => ['pubguard-fetch', 'wp-data', 'wp-editor', 'wp-notices'],
        'releases' => ['pubguard-fetch'],
        'chooser' => ['pubguard-releases'],
        'approve' => ['pubguard-releases', 'wp-a11y', 'wp-notices', 'wp-editor'],
        'button' => ['pubguard-releases', 'wp-i18n', 'wp-date', 'wp-dom-ready', 'wp-editor'],
        'panel' => ['pubguard-chooser', 'pubguard-approve', 'pubguard-button', 'wp-plugins', 'wp-edit-post'],
    ];

    public static function register(): void
    {
        add_action('enqueue_block_editor_assets', [self::class, 'enqueue']);
        add_action('admin_enqueue_scripts', [self::class, 'style']);
    }

    /** The whole of it where posts are edited; elsewhere, as for widgets, only the modals. */
    public static function enqueue(): void
    {
        $screen = function_exists('get_current_screen') ? get_current_screen() : null;
        $whole = $screen && in_array($screen->base, ['post', 'site-editor'], true);
        foreach (self::SCRIPTS as $name => $needs) {
            $url = self::url("assets/guard-$name.js");
            wp_register_script("pubguard-$name", $url, $needs, self::version("guard-$name.js"), true);
        }
        $boot = wp_json_encode(
            ['help' => Help::words(), 'now' => Clock::stamp(Clock::now())],
            JSON_HEX_TAG | JSON_HEX_AMP | JSON_UNESCAPED_SLASHES
        );
        wp_add_inline_script('pubguard-words', "window.pubguard = { boot: $boot };", 'before');
        wp_add_inline_script('pubguard-words', 'pubguard.words.setNow( pubguard.boot.now );');
        foreach ($whole ? ['recover', 'panel'] : ['fetch'] as $name) {
            wp_enqueue_script("pubguard-$name");
        }
    }

    public static function style(): void
    {
        wp_enqueue_style('pubguard', self::url('assets/guard.css'), [], self::version('guard.css'));
    }

    /** By content, so that no browser keeps an old one after an update. */
    private static function version(string $file): string
    {
        return substr((string) md5_file(\Pubguard\FOLDER . "/assets/$file"), 0, 12);
    }

    private static function url(string $path): string
    {
        return plugins_url($path, \Pubguard\FOLDER . '/loader');
    }
}
