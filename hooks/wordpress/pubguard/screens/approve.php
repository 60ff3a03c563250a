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
        $typed = self::typed((string) $request->get_header('X-Pubguard-Confirm'));
        $answer = self::judge((int) $request['post'], $typed);
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
    public static function judge(int $id, ?array $typed): Answer
    {
        $release = Link::release($id, (string) get_post_type($id));
        $known = $release === '' ? null : Releases::one($release);
        if (!$known || !$known['slot']) {
            return Answer::refused(
                'approve',
                $release,
                $release === '' ? 'No release is chosen for this item.' : "No announced time is known here for $release.",
                'Choose a release that has a date, and save the draft.'
            );
        }
        if ($typed !== null) {
            $body = ['challenge' => $typed[0], 'actor' => People::actor(), 'typed' => $typed[1]];
            Client::post('/v1/confirm', $body, self::PATIENCE);
        }
        $manifest = Manifest::release($release);
        $document = Client::check(self::body($id, $release, $known['slot'], $manifest), self::PATIENCE);
        if ($document === null) {
            return Answer::none('approve', $release, Client::why(), 'Try again; if it stays, have the guard looked at.');
        }
        $answer = Answer::from($document, 'approve', $release);
        if ($answer->allows()) {
            self::approved($answer, $release, $known['slot'], $manifest);
        }
        return $answer;
    }

    private static function body(int $id, string $release, \DateTimeImmutable $slot, array $manifest): array
    {
        $authors = array_map([People::class, 'authors'], Link::items($release));
        return [
            'action' => 'approve',
            'release' => $release,
            'actor' => People::actor(),
            'authors' => array_values(array_unique(array_merge(People::authors($id), ...$authors))),
            'digests' => (object) $manifest,
            'effective_at' => Clock::stamp($slot),
            'item' => [
                'system' => 'wordpress',
                'id' => (string) $id,
                'type' => (string) get_post_type($id),
                'title' => get_post_field('post_title', $id, 'raw'),
                'url' => (string) get_permalink($id),
            ],
            'via' => 'rest',
            'request_id' => wp_generate_uuid4(),
        ];
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

    private static function said(Answer $answer): string
    {
        $known = Releases::one($answer->release);
        $when = $known && $known['slot'] ? ' for ' . Clock::say($known['slot']) : '';
        return ($answer->armed ? 'Approved and armed' : 'Approved, but not armed yet,') . $when . '.';
    }

    /** @return array{0: string, 1: string}|null the typed answer, from the gate that read it or the header */
    private static function typed(string $header): ?array
    {
        $taken = Incoming::typed();
        if ($taken !== null) {
            return $taken;
        }
        [$challenge, $encoded] = array_pad(explode(' ', trim($header), 2), 2, '');
        $text = base64_decode(strtr($encoded, '-_', '+/'), true);
        if (!is_string($text) || wp_check_invalid_utf8($text) !== $text) {
            return null;
        }
        Incoming::confirm($challenge, $text);
        return Incoming::typed();
    }
}
