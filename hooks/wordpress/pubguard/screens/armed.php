<?php
/** Whether an item is approved and armed as it is stored, and what a change of it does. */

declare(strict_types=1);

namespace Pubguard\Screens;

use Pubguard\Change;
use Pubguard\Clock;
use Pubguard\Link;
use Pubguard\Manifest;
use Pubguard\People;
use Pubguard\Incoming;
use Pubguard\Permit;
use Pubguard\Queue;

defined('ABSPATH') || exit;

final class Armed
{
    /**
     * {release, slot: RFC 3339, manifest: {output: digest}, by: user_login, at: RFC 3339}. The guard's
     * own log decides; this is for screens.
     */
    public const META = '_pubguard_armed';

    public static function register(): void
    {
        add_action('wp_after_insert_post', [self::class, 'changed'], PHP_INT_MAX, 1);
    }

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
        $release = Link::release($post->ID, $post->post_type);
        if ($release === '') {
            return null;
        }
        $slot = self::noted($post->ID, $release) ?? self::permitted($post->ID, $release);
        $known = Releases::one($release);
        $moved = $known && $known['slot'] && ($known['slot'] != $slot || $known['held']);
        return $slot === null || $moved ? null : $slot;
    }

    /**
     * Other content than was approved is not armed: the guard is told, in the queue, and everybody
     * here sees it. A save that changes nothing leaves it armed.
     */
    public static function changed($id): void
    {
        $noted = get_post_meta((int) $id, self::META, true);
        $release = is_array($noted) ? Link::clean($noted['release'] ?? '') : '';
        if ($release === '') {
            return;
        }
        $manifest = Manifest::release($release);
        if (($noted['manifest'] ?? null) === $manifest) {
            return;
        }
        foreach (array_unique(array_merge([(int) $id], Link::items($release))) as $item) {
            delete_post_meta($item, self::META);
        }
        $row = Manifest::row((int) $id);
        if ($row !== null && !Change::is_public($row)) {
            Queue::record([
                'outcome' => 'corrected',
                'release' => $release,
                'actor' => People::actor(),
                'item' => ['system' => 'wordpress', 'id' => (int) $id, 'type' => $row['post_type']],
                'via' => Incoming::via(),
                'note' => 'Changed after it was approved.',
            ] + self::content($manifest));
        }
    }

    /** A manifest as the guard takes it: of one thing, or of several outputs. */
    public static function content(array $manifest): array
    {
        return array_keys($manifest) === [''] ? ['digest' => $manifest['']] : ['digests' => (object) $manifest];
    }

    private static function noted(int $id, string $release): ?\DateTimeImmutable
    {
        $noted = get_post_meta($id, self::META, true);
        if (!is_array($noted) || ($noted['release'] ?? '') !== $release
            || ($noted['manifest'] ?? null) !== Manifest::release($release)) {
            return null;
        }
        return Clock::parse(is_string($noted['slot'] ?? null) ? $noted['slot'] : '');
    }

    /** Armed elsewhere, as by pubguard itself: the permit that came with it says so. */
    private static function permitted(int $id, string $release): ?\DateTimeImmutable
    {
        $from = Permit::from($release);
        $output = Link::output($id);
        $same = $from && (Permit::content($release)[$output] ?? null) === Manifest::output($release, $output);
        return $same ? $from : null;
    }
}
