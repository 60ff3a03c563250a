<?php
/** Approval from the editor: POST pubguard/v1/approve {post} signs off all that is linked to its release. */

declare(strict_types=1);

namespace Pubguard\Screens;

use Pubguard\Answer;
use Pubguard\Client;
use Pubguard\Clock;
use Pubguard\Incoming;
use Pubguard\Link;
use Pubguard\Manifest;
use Pubguard\People;
use Pubguard\Permit;

defined('ABSPATH') || exit;

final class Approve
{
    /** Seconds for the whole answer; a person waits for it. */
    private const PATIENCE = 3.0;

    public static function register(): void
    {
        add_action('rest_api_init', [self::class, 'route']);
    }

    public static function route(): void
    {
        register_rest_route(Releases::ROUTE, '/approve', [
            'methods' => 'POST',
            'callback' => [self::class, 'answer'],
            'permission_callback' => static function (\WP_REST_Request $request): bool {
                return self::may((int) $request['post']);
            },
            'args' => ['post' => ['type' => 'integer', 'required' => true]],
        ]);
    }

    /** May whoever is logged in approve this item? The guard judges it again. */
    public static function may(int $post): bool
    {
        $type = get_post_type_object((string) get_post_type($post));
        return $type && current_user_can('edit_post', $post) && current_user_can($type->cap->publish_posts);
    }

    /** @return \WP_REST_Response|\WP_Error */
    public static function answer(\WP_REST_Request $request)
    {
        // The REST gate has read the header.
        $typed = Incoming::typed();
        $id = (int) $request['post'];
        $answer = self::judge(Link::release($id, (string) get_post_type($id)), $typed);
        if (!$answer->allows()) {
            return $answer->error();
        }
        return new \WP_REST_Response(['armed' => $answer->armed, 'message' => self::said($answer)] + $answer->data());
    }

    /**
     * Ask the guard to approve, after answering its question where that was typed.
     *
     * @param array{0: string, 1: string}|null $typed challenge and text
     */
    public static function judge(string $release, ?array $typed): Answer
    {
        $known = $release === '' ? null : Releases::one($release);
        $manifest = Manifest::release($release);
        $wrong = self::wrong($release, $known, $manifest);
        if ($wrong !== []) {
            return Answer::refused('approve', $release, $wrong[0], $wrong[1]);
        }
        if ($typed !== null) {
            $body = ['challenge' => $typed[0], 'actor' => People::actor(), 'typed' => $typed[1]];
            Client::post('/v1/confirm', $body, self::PATIENCE);
        }
        $document = Client::check(self::body($release, $known['slot'], $manifest), self::PATIENCE);
        if ($document === null) {
            return Answer::none('approve', $release, Client::why(), 'Try again; if it stays, have the guard looked at.');
        }
        $answer = Answer::from($document, 'approve', $release);
        if ($answer->allows()) {
            self::approved($answer, $release, $known['slot'], $manifest);
        }
        return $answer;
    }

    /** @return string[] why it cannot be asked and what to do; [] if it can */
    private static function wrong(string $release, ?array $known, array $manifest): array
    {
        if ($release === '') {
            return ['No release is chosen for this item.', 'Choose one, and save the draft.'];
        }
        if (!$known || !$known['slot']) {
            return ["No announced time is known here for $release.", 'Wait for the next sync, or choose another release.'];
        }
        if ($manifest === []) {
            return ["Nothing is linked to $release.", 'Choose it as the release of a page, and save that as a draft.'];
        }
        if (isset($manifest['']) && count($manifest) > 1) {
            return [
                'Some items of this release say which part of it they are, and some do not.',
                'Choose a part for each of them, or for none.',
            ];
        }
        return [];
    }

    private static function body(string $release, \DateTimeImmutable $slot, array $manifest): array
    {
        $items = Link::items($release);
        $id = (int) reset($items);
        $authors = array_map([People::class, 'authors'], $items);
        return [
            'action' => 'approve',
            'release' => $release,
            'actor' => People::actor(),
            'authors' => array_slice(array_values(array_unique(array_merge([], ...$authors))), 0, 100),
            'effective_at' => Clock::stamp($slot),
            'item' => [
                'system' => 'wordpress',
                'id' => $id,
                'type' => (string) get_post_type($id),
                'title' => mb_substr((string) get_post_field('post_title', $id, 'raw'), 0, 10000, 'UTF-8'),
                'url' => (string) get_permalink($id),
            ],
            'via' => Incoming::via(),
            'request_id' => wp_generate_uuid4(),
        ] + Armed::content($manifest);
    }

    private static function approved(Answer $answer, string $release, \DateTimeImmutable $slot, array $manifest): void
    {
        if ($answer->permit !== '') {
            Permit::keep($answer->permit);
        }
        if ($answer->armed) {
            Armed::note($release, $slot, $manifest);
        }
    }

    /** What is said of a yes. */
    public static function said(Answer $answer): string
    {
        $known = Releases::one($answer->release);
        $when = $known && $known['slot'] ? ' for ' . Clock::say($known['slot']) : '';
        return ($answer->armed ? 'Approved and armed' : 'Approved, but not armed yet,') . $when . '.';
    }
}
