<?php
/** What this site knows of the calendar, for its screens: from the last sync, without asking anybody. */

declare(strict_types=1);

namespace Pubguard\Screens;

use Pubguard\Change;
use Pubguard\Clock;
use Pubguard\Link;
use Pubguard\Manifest;
use Pubguard\Settings;

defined('ABSPATH') || exit;

final class Releases
{
    public const ROUTE = 'pubguard/v1';
    /** What the last sync said: {release, release_at, state, held, title, outputs} of each. */
    private const OPTION = 'pubguard_slots';

    public static function register(): void
    {
        add_action('rest_api_init', [self::class, 'routes']);
    }

    public static function routes(): void
    {
        register_rest_route(self::ROUTE, '/releases', [
            [
                'methods' => 'GET',
                'callback' => [self::class, 'show'],
                'permission_callback' => static function (): bool {
                    return current_user_can('edit_posts');
                },
                'args' => ['post' => ['type' => 'integer', 'default' => 0]],
            ],
            [
                'methods' => 'POST',
                'callback' => [self::class, 'choose'],
                'permission_callback' => static function (\WP_REST_Request $request): bool {
                    return current_user_can('edit_post', (int) $request['post']);
                },
                'args' => [
                    'post' => ['type' => 'integer', 'required' => true],
                    'release' => ['type' => 'string', 'required' => true],
                ],
            ],
        ]);
    }

    /** GET releases: the calendar, and how the item `post` stands in it. */
    public static function show(\WP_REST_Request $request): \WP_REST_Response
    {
        $post = get_post((int) $request['post']);
        $item = $post && current_user_can('edit_post', $post->ID) ? self::item($post) : null;
        return new \WP_REST_Response([
            'now' => Clock::stamp(Clock::now()),
            'releases' => array_map([self::class, 'plain'], array_values(self::all())),
            'item' => $item,
        ]);
    }

    /** POST releases: the link of an item whose type has no custom fields in REST. */
    public static function choose(\WP_REST_Request $request): \WP_REST_Response
    {
        update_post_meta((int) $request['post'], Link::RELEASE, Link::clean((string) $request['release']));
        return self::show($request);
    }

    /**
     * Every release that is known, by slot; those without one come last.
     *
     * @return array<string, array{id: string, title: string, slot: ?\DateTimeImmutable, state: string, held: bool, outputs: string[]}>
     */
    public static function all(): array
    {
        $known = [];
        $stored = get_option(self::OPTION, []);
        foreach (is_array($stored) ? $stored : [] as $row) {
            $id = is_array($row) ? Link::clean($row['release'] ?? '') : '';
            if ($id === '') {
                continue;
            }
            $title = is_string($row['title'] ?? null) ? trim($row['title']) : '';
            $known[$id] = [
                'id' => $id,
                'title' => $title !== '' ? $title : $id,
                'slot' => Clock::parse(is_string($row['release_at'] ?? null) ? $row['release_at'] : ''),
                'state' => is_string($row['state'] ?? null) ? $row['state'] : 'unknown',
                'held' => ($row['held'] ?? false) === true,
                'outputs' => array_values(array_filter((array) ($row['outputs'] ?? []), 'is_string')),
            ];
        }
        uasort($known, static function (array $a, array $b): int {
            return [$a['slot'] === null, $a['slot'], $a['id']] <=> [$b['slot'] === null, $b['slot'], $b['id']];
        });
        return $known;
    }

    /** One release as `all` gives it; null where this site does not know it. */
    public static function one(string $id): ?array
    {
        return self::all()[$id] ?? null;
    }

    /** "Consumer prices: October 2026", or the id where no title is known. */
    public static function title(string $id): string
    {
        return self::one($id)['title'] ?? $id;
    }

    /** "Consumer prices: October 2026 (Thursday 26 November 2026, 09:30)" */
    public static function line(array $release): string
    {
        $when = $release['slot'] ? Clock::say($release['slot']) : 'no date yet';
        $state = in_array($release['state'], ['confirmed', 'published'], true) ? '' : ', ' . $release['state'];
        return $release['title'] . ' (' . $when . $state . ')';
    }

    /** What the screens say of one item. */
    public static function item(\WP_Post $post): array
    {
        $armed = Armed::of($post);
        return [
            'id' => $post->ID,
            'guarded' => Settings::guards_type($post->post_type),
            'structural' => Link::own($post->ID) === '' && Settings::is_structure($post->post_type),
            'release' => Link::release($post->ID, $post->post_type),
            'live' => Change::is_public(Manifest::row($post->ID) ?? []),
            'output' => Link::output($post->ID),
            'armed' => $armed ? ['slot' => Clock::stamp($armed)] : null,
            'may_approve' => Approve::may($post->ID),
        ];
    }

    private static function plain(array $release): array
    {
        $slot = $release['slot'] ? Clock::stamp($release['slot']) : null;
        return ['slot' => $slot] + $release;
    }
}
