<?php
/** Whether an item is approved and armed as it is stored. */

declare(strict_types=1);

namespace Pubguard\Screens;

use Pubguard\Clock;
use Pubguard\Link;
use Pubguard\Manifest;

defined('ABSPATH') || exit;

final class Armed
{
    /** {slot: RFC 3339, manifest: {output: digest}, by: user_login, at: RFC 3339}; the guard's own log decides, this is for screens. */
    public const META = '_pubguard_armed';

    /** Note it at every item of the release. */
    public static function note(string $release, \DateTimeImmutable $slot, array $manifest): void
    {
        foreach (Link::items($release) as $id) {
            update_post_meta($id, self::META, [
                'release' => $release,
                'slot' => Clock::stamp($slot),
                'manifest' => $manifest,
                'by' => wp_get_current_user()->user_login,
                'at' => Clock::stamp(Clock::now()),
            ]);
        }
    }

    /** For which instant it is armed; null if it is not, or if anything was changed since. */
    public static function of(\WP_Post $post): ?\DateTimeImmutable
    {
        $noted = get_post_meta($post->ID, self::META, true);
        $slot = is_array($noted) ? Clock::parse(is_string($noted['slot'] ?? null) ? $noted['slot'] : '') : null;
        $release = Link::release($post->ID, $post->post_type);
        if ($slot === null || $release === '' || ($noted['release'] ?? $release) !== $release) {
            return null;
        }
        $known = Releases::one($release);
        if ($known && $known['slot'] && ($known['slot'] != $slot || $known['held'])) {
            return null;
        }
        return ($noted['manifest'] ?? null) === Manifest::release($release) ? $slot : null;
    }
}
