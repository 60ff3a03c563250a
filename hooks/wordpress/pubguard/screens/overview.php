<?php
/** The page "Release guard": what comes, whether it is armed, and what needs somebody. Works without scripts. */

declare(strict_types=1);

namespace Pubguard\Screens;

use Pubguard\Clock;
use Pubguard\Link;
use Pubguard\Permit;
use Pubguard\Queue;
use Pubguard\Refusals;
use Pubguard\Settings;
use Pubguard\Sync;

defined('ABSPATH') || exit;

final class Overview
{
    public const PAGE = 'pubguard';
    public const MAY_SEE = 'edit_others_posts';

    public static function register(): void
    {
        add_action('admin_menu', [self::class, 'menu']);
    }

    public static function menu(): void
    {
        add_menu_page('Release guard', 'Release guard', self::MAY_SEE, self::PAGE, [self::class, 'show'], 'dashicons-calendar-alt', 26);
    }

    public static function url(): string
    {
        return admin_url('admin.php?page=' . self::PAGE);
    }

    public static function show(): void
    {
        echo '<div class="wrap pubguard-page"><h1>Release guard</h1>';
        Outcome::show();
        echo '<h2>Scheduled items that were stopped</h2>';
        Table::show(
            'Scheduled items that were stopped',
            ['Item', 'Release', 'Why', 'Since', 'Tried again'],
            self::stopped(),
            'None. What is scheduled and refused at its time is listed here, and tried again.'
        );
        echo '<h2>Coming releases</h2>';
        Table::show(
            'Coming releases, by announced time',
            ['Release', 'Announced for', 'Linked items', 'Approved', 'Permit', 'Action'],
            array_map([self::class, 'row'], array_values(self::coming())),
            'No release is known here. The next sync with the guard brings the calendar.'
        );
        SiteRelease::show();
        echo '<h2>Contact with the guard</h2>';
        Table::show('Contact with the guard', ['What', 'How it is'], self::contact(), '');
        printf('<p>Who can help: %s</p></div>', esc_html(Help::words()));
    }

    /** Releases that are not over, and those over that something here is linked to and not public. */
    private static function coming(): array
    {
        $since = Clock::now()->modify('-1 day');
        return array_filter(Releases::all(), static function (array $release) use ($since): bool {
            return !$release['slot'] || $release['slot'] > $since;
        });
    }

    /** @return string[] cells, escaped */
    private static function row(array $release): array
    {
        $items = Link::items($release['id']);
        $posts = array_filter(array_map('get_post', $items));
        $armed = array_filter($posts, [Armed::class, 'of']);
        $permit = Permit::from($release['id']);
        return [
            sprintf('<strong>%s</strong><br><code>%s</code>', esc_html($release['title']), esc_html($release['id'])),
            esc_html(self::when($release)),
            $posts === [] ? 'None' : implode('<br>', array_map([self::class, 'link'], $posts)),
            $posts === [] ? '&ndash;' : esc_html(count($armed) === count($posts) ? 'Approved and armed' : 'Not approved'),
            $permit ? esc_html('Held, good from ' . Clock::say($permit)) : 'None held',
            count($posts) > 0 && count($armed) < count($posts) ? Outcome::button($release) : '&ndash;',
        ];
    }

    private static function when(array $release): string
    {
        if (!$release['slot']) {
            return 'No date yet (' . $release['state'] . ')';
        }
        $now = Clock::now();
        $far = Clock::say_gap($now, $release['slot']);
        $words = Clock::say($release['slot']) . ($release['slot'] > $now ? " (in $far)" : " ($far ago)");
        return $words . ($release['held'] ? '. Held: a change waits to be agreed, or it is not confirmed.' : '');
    }

    private static function link(\WP_Post $post): string
    {
        $status = get_post_status_object($post->post_status);
        $title = $post->post_title === '' ? '(no title)' : $post->post_title;
        $words = sprintf('%s (%s)', $title, $status ? $status->label : $post->post_status);
        $url = get_edit_post_link($post->ID);
        return $url ? sprintf('<a href="%s">%s</a>', esc_url($url), esc_html($words)) : esc_html($words);
    }

    /** @return array<int, string[]> */
    private static function stopped(): array
    {
        $rows = [];
        foreach (Refusals::waiting() as $id => $waiting) {
            $url = get_edit_post_link((int) $id);
            $title = esc_html((string) ($waiting['title'] ?? '') ?: '(no title)');
            $rows[] = [
                $url ? sprintf('<a href="%s">%s</a>', esc_url($url), $title) : $title,
                esc_html(Releases::title((string) ($waiting['release'] ?? ''))),
                esc_html((string) ($waiting['text'] ?? '')),
                esc_html(self::said($waiting['since'] ?? null)),
                esc_html(self::said($waiting['next'] ?? null)),
            ];
        }
        return $rows;
    }

    /** @return array<int, string[]> */
    private static function contact(): array
    {
        $last = Sync::last();
        $missing = Settings::missing();
        $heard = self::said($last['heard'] ?? null);
        return [
            ['Set up', esc_html($missing === '' ? 'Yes, as ' . (Settings::point() ?: 'a point without a name') : $missing)],
            ['Last contact that worked', esc_html($heard)],
            ['Last sync', esc_html(self::said($last['at'] ?? null) . (($last['ok'] ?? true) ? '' : ': ' . ($last['why'] ?? '')))],
            ['Next sync', esc_html(self::said($last['next'] ?? null))],
            ['Permits held', esc_html((string) count(Permit::all()))],
            ['Records waiting to be told', esc_html((string) Queue::waiting())],
        ];
    }

    private static function said($stamp): string
    {
        $at = Clock::parse(is_string($stamp) ? $stamp : '');
        return $at ? Clock::say($at) : 'Never';
    }
}
