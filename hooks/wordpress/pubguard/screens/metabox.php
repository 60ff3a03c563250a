<?php
/** The classic editor's box "Release guard": release, slot, armed or not; its fields are read by gates/classic.php. */

declare(strict_types=1);

namespace Pubguard\Screens;

use Pubguard\Change;
use Pubguard\Clock;
use Pubguard\Link;
use Pubguard\Manifest;
use Pubguard\Settings;

defined('ABSPATH') || exit;

final class Metabox
{
    public static function register(): void
    {
        add_action('add_meta_boxes', [self::class, 'add'], 10, 1);
    }

    public static function add($type): void
    {
        if (!is_string($type) || !Settings::guards_type($type)) {
            return;
        }
        // The block editor has a panel of its own.
        $hidden = ['__back_compat_meta_box' => true];
        add_meta_box('pubguard', 'Release guard', [self::class, 'show'], $type, 'side', 'high', $hidden);
    }

    public static function show(\WP_Post $post): void
    {
        $own = Link::own($post->ID);
        $release = Link::release($post->ID, $post->post_type);
        $known = $release === '' ? null : Releases::one($release);
        self::choosers($post, $own);
        if ($own === '' && Settings::is_structure($post->post_type)) {
            self::line('A part of the whole site: without a release of its own it goes out with the release for site changes.');
        }
        foreach (self::facts($post, $release, $known) as $line) {
            self::line($line);
        }
        self::line('Who can help: ' . Help::words());
    }

    /** @return string[] what there is to say, in the order of its weight */
    private static function facts(\WP_Post $post, string $release, ?array $known): array
    {
        if (Change::is_public(Manifest::row($post->ID) ?? [])) {
            return ['This is public. The guard is asked before a change of it is saved.'];
        }
        if ($release === '') {
            return ['No release is chosen. It can only be published as part of one.'];
        }
        if (!$known) {
            return ["This site does not know the date of $release yet. The guard is asked when you publish."];
        }
        return array_merge([Standing::says($known)], self::approval($post, $known));
    }

    /** @return string[] */
    private static function approval(\WP_Post $post, array $known): array
    {
        $armed = Armed::of($post);
        if ($armed) {
            return [
                'Approved and armed for ' . Clock::say($armed) . '.',
                'Saving a change disarms it: it has to be approved again before it can go out.',
            ];
        }
        return $known['slot'] && $known['slot'] > Clock::now()
            ? ['Not approved yet. It is approved on the page "Release guard" of the administration.'] : [];
    }

    private static function choosers(\WP_Post $post, string $own): void
    {
        $all = Releases::all();
        $choices = ['' => 'No release chosen'] + array_map([Releases::class, 'line'], $all);
        if ($own !== '' && !isset($choices[$own])) {
            $choices[$own] = "$own (date not known here)";
        }
        self::select('pubguard_release', 'Release', $choices, $own);
        $output = Link::output($post->ID);
        $outputs = $all[$own]['outputs'] ?? [];
        if ($outputs !== [] || $output !== '') {
            $parts = array_unique(array_filter(array_merge($outputs, [$output])));
            self::select('pubguard_output', 'Part of it', ['' => 'The whole'] + array_combine($parts, $parts), $output);
        }
    }

    private static function select(string $name, string $label, array $choices, string $chosen): void
    {
        printf('<p><label for="%1$s"><strong>%2$s</strong></label><br><select id="%1$s" name="%1$s" class="widefat">', esc_attr($name), esc_html($label));
        foreach ($choices as $value => $words) {
            printf('<option value="%s"%s>%s</option>', esc_attr((string) $value), selected((string) $value, $chosen, false), esc_html($words));
        }
        echo '</select></p>';
    }

    private static function line(string $text): void
    {
        printf('<p>%s</p>', esc_html($text));
    }
}
