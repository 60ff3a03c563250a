<?php
/** Approval on the page "Release guard": a button, the guard's question where it asks one, and what came of it. */

declare(strict_types=1);

namespace Pubguard\Screens;

use Pubguard\Answer;
use Pubguard\Clock;
use Pubguard\Link;

defined('ABSPATH') || exit;

final class Outcome
{
    private const ACTION = 'pubguard_approve';

    public static function register(): void
    {
        add_action('admin_post_' . self::ACTION, [self::class, 'post']);
    }

    /** The form with the button, escaped. */
    public static function button(array $release): string
    {
        if (!$release['slot'] || $release['slot'] <= Clock::now() || !current_user_can('publish_posts')) {
            return '&ndash;';
        }
        return sprintf(
            '<form method="post" action="%s">%s<button class="button" aria-label="%s">Approve</button></form>',
            esc_url(admin_url('admin-post.php')),
            self::fields($release['id']),
            esc_attr('Approve ' . $release['title'] . ' for ' . Clock::say($release['slot']))
        );
    }

    public static function post(): void
    {
        $release = Link::clean(wp_unslash((string) ($_POST['release'] ?? '')));
        check_admin_referer(self::ACTION . $release);
        if (!current_user_can('publish_posts') || !current_user_can(Overview::MAY_SEE)) {
            wp_die('You may not approve releases on this site.', '', ['response' => 403]);
        }
        // What was typed has been taken in with the page's other fields (gates/classic.php).
        $answer = Approve::judge($release, \Pubguard\Incoming::typed());
        set_transient(self::name(), ['release' => $release, 'said' => Approve::said($answer)] + $answer->data(), 900);
        wp_safe_redirect(Overview::url());
        exit;
    }

    /** What came of the last try, once. */
    public static function show(): void
    {
        $data = get_transient(self::name());
        if (!is_array($data)) {
            return;
        }
        delete_transient(self::name());
        $good = $data['decision'] === Answer::ALLOW;
        printf(
            '<div class="notice notice-%s" role="%s"><p><strong>%s</strong> %s</p>',
            $good ? 'success' : ($data['decision'] === Answer::CONFIRM ? 'warning' : 'error'),
            $good ? 'status' : 'alert',
            esc_html(Releases::title($data['release'])),
            esc_html($good ? $data['said'] : ($data['prompt'] ?? $data['text']))
        );
        if (isset($data['challenge'])) {
            self::ask($data);
        }
        echo '</div>';
    }

    private static function ask(array $data): void
    {
        printf(
            '<form method="post" action="%s">%s<p><input type="hidden" name="pubguard_challenge" value="%s">'
            . '<label for="pubguard_typed">Type <strong>%s</strong> to approve:</label> '
            . '<input type="text" id="pubguard_typed" name="pubguard_typed" autocomplete="off" required> '
            . '<button class="button button-primary">Approve</button></p></form>',
            esc_url(admin_url('admin-post.php')),
            self::fields($data['release']), // phpcs:ignore -- escaped
            esc_attr($data['challenge']),
            esc_html($data['type_this'])
        );
    }

    private static function fields(string $release): string
    {
        return sprintf(
            '<input type="hidden" name="action" value="%s"><input type="hidden" name="release" value="%s">%s',
            esc_attr(self::ACTION),
            esc_attr($release),
            wp_nonce_field(self::ACTION . $release, '_wpnonce', true, false)
        );
    }

    private static function name(): string
    {
        return 'pubguard_outcome_' . get_current_user_id();
    }
}
