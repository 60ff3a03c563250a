<?php
/** The release with which changes of the site itself go out: menus, templates, patterns. */

declare(strict_types=1);

namespace Pubguard\Screens;

use Pubguard\Clock;
use Pubguard\Link;

defined('ABSPATH') || exit;

final class SiteRelease
{
    /** Read by Link. */
    private const OPTION = 'pubguard_site_release';
    /** {at, who, from, to} of each change, the newest last. */
    private const LOG = 'pubguard_site_release_log';
    private const ACTION = 'pubguard_site_release';
    private const MAY = 'manage_options';

    public static function register(): void
    {
        add_action('admin_post_' . self::ACTION, [self::class, 'post']);
        add_action('update_option_' . self::OPTION, [self::class, 'changed'], 10, 2);
        add_action('add_option_' . self::OPTION, static function ($option, $value): void {
            self::changed('', $value);
        }, 10, 2);
    }

    public static function post(): void
    {
        check_admin_referer(self::ACTION);
        if (!current_user_can(self::MAY)) {
            wp_die('You may not change this.', '', ['response' => 403]);
        }
        update_option(self::OPTION, Link::clean(wp_unslash((string) ($_POST['pubguard_site_release'] ?? ''))));
        wp_safe_redirect(Overview::url());
        exit;
    }

    /** Whoever changes it, by whatever way, is written down. */
    public static function changed($from, $to): void
    {
        if ($from === $to) {
            return;
        }
        $log = get_option(self::LOG, []);
        $log = is_array($log) ? array_slice($log, -49) : [];
        $log[] = [
            'at' => Clock::stamp(Clock::now()),
            'who' => \Pubguard\People::actor()['id'],
            'from' => Link::clean($from),
            'to' => Link::clean($to),
        ];
        update_option(self::LOG, $log, false);
    }

    public static function show(): void
    {
        $chosen = Link::clean(get_option(self::OPTION, ''));
        echo '<h2>Release for site changes</h2><p>Menus, templates, patterns and styles belong to no single'
            . ' release. A change of them goes out with this one; without one it is refused.</p>';
        if (current_user_can(self::MAY)) {
            self::form($chosen);
        } else {
            printf('<p>%s</p>', esc_html($chosen === '' ? 'None is chosen.' : Releases::title($chosen)));
        }
        Table::show('Changes of the release for site changes', ['When', 'Who', 'From', 'To'], self::rows(), 'It was never changed.');
    }

    private static function form(string $chosen): void
    {
        $choices = ['' => 'None'] + array_map([Releases::class, 'line'], Releases::all());
        $choices += $chosen === '' ? [] : [$chosen => "$chosen (date not known here)"];
        printf(
            '<form method="post" action="%s"><input type="hidden" name="action" value="%s">%s<p>'
            . '<label for="pubguard_site_release">Release</label> <select id="pubguard_site_release" name="pubguard_site_release">',
            esc_url(admin_url('admin-post.php')),
            esc_attr(self::ACTION),
            wp_nonce_field(self::ACTION, '_wpnonce', true, false) // phpcs:ignore -- core's own markup
        );
        foreach ($choices as $id => $words) {
            printf('<option value="%s"%s>%s</option>', esc_attr((string) $id), selected((string) $id, $chosen, false), esc_html($words));
        }
        echo '</select> <button class="button">Change</button></p></form>';
    }

    /** @return array<int, string[]> the newest first */
    private static function rows(): array
    {
        $log = get_option(self::LOG, []);
        return array_map(static function (array $change): array {
            $at = Clock::parse($change['at']);
            return array_map('esc_html', [
                $at ? Clock::say($at) : '',
                $change['who'],
                $change['from'] === '' ? 'None' : $change['from'],
                $change['to'] === '' ? 'None' : $change['to'],
            ]);
        }, array_reverse(is_array($log) ? array_slice($log, -10) : []));
    }
}
