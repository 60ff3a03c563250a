<?php
declare(strict_types=1);

namespace Pubguard\Files;

use Pubguard\Clock;
use Pubguard\Files;
use Pubguard\Sync;

defined('ABSPATH') || exit;

/** The list of media: which files are held until when, and a way to ask for one by hand. */
final class Screen
{
    private const ACTION = 'pubguard_file';

    public static function register(): void
    {
        add_filter('display_media_states', [self::class, 'states'], 10, 2);
        add_filter('media_row_actions', [self::class, 'actions'], 10, 2);
        add_action('admin_post_' . self::ACTION, [self::class, 'ask']);
    }

    /** @param array<string, string> $states */
    public static function states($states, $post = null): array
    {
        $states = (array) $states;
        if ($post instanceof \WP_Post && Files::is_held($post->ID)) {
            $slot = Sync::slot(Files::release($post->ID));
            $states[self::ACTION] = esc_html($slot === null || $slot <= Clock::now()
                ? 'Private until it is released' : 'Private until ' . Clock::say($slot));
        }
        return $states;
    }

    /** @param array<string, string> $actions */
    public static function actions($actions, \WP_Post $post): array
    {
        $actions = (array) $actions;
        if (Files::is_held($post->ID) && self::may($post->ID)) {
            $url = wp_nonce_url(
                admin_url('admin-post.php?action=' . self::ACTION . '&id=' . $post->ID),
                self::ACTION . $post->ID
            );
            $actions[self::ACTION] = sprintf(
                '<a href="%s" aria-label="%s">Make public</a>',
                esc_url($url),
                esc_attr('Ask whether "' . $post->post_title . '" may be public now')
            );
        }
        return $actions;
    }

    /** A no is shown on the next page, as an alarm. */
    public static function ask(): void
    {
        $id = (int) ($_GET['id'] ?? 0);
        check_admin_referer(self::ACTION . $id);
        if (!self::may($id)) {
            wp_die('You may not publish this file.', 403);
        }
        if (Files::is_held($id)) {
            Release::by_hand($id);
        }
        wp_safe_redirect(admin_url('upload.php?mode=list'));
        exit;
    }

    private static function may(int $id): bool
    {
        return current_user_can('publish_posts') && current_user_can('edit_post', $id);
    }
}
