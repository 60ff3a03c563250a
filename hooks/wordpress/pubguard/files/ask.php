<?php
declare(strict_types=1);

namespace Pubguard\Files;

use Pubguard\Answer;
use Pubguard\Client;
use Pubguard\Clock;
use Pubguard\Files;
use Pubguard\People;
use Pubguard\Permit;
use Pubguard\Queue;
use Pubguard\Settings;

defined('ABSPATH') || exit;

/** Asks whether one file may become public now, and writes down that it did. */
final class Ask
{
    /** Seconds to wait for the guard, and with a good permit in hand. */
    private const PATIENCE = 3.0;
    private const WITH_PERMIT = 1.0;

    /** @param string $action upload (beside something public) or publish (an output of its own) */
    public static function now(int $id, string $action): Answer
    {
        $release = Files::release($id);
        if ($release === '') {
            return Answer::refused(
                $action,
                '',
                'The file belongs to no release',
                'Attach it to the page that it goes out with, or choose its release'
            );
        }
        $body = self::body($id, $release);
        if ($body === null) {
            return Answer::refused($action, $release, 'The file cannot be read', 'Upload it again');
        }
        $permit = $action === 'publish' ? Permit::good($release, $body['output'], reset($body['digests'])) : null;
        $document = Client::check(
            ['action' => $action] + $body + ['request_id' => bin2hex(random_bytes(16))],
            $permit === null ? self::PATIENCE : self::WITH_PERMIT
        );
        if ($document !== null && $document['decision'] !== Answer::NONE) {
            return Answer::from($document, $action, $release);
        }
        return $permit !== null ? Answer::permitted($action, $release, $permit) : Answer::none(
            $action,
            $release,
            Client::why(),
            'The file stays private. Try again when the guard is there'
        );
    }

    /** Write down that it went out, under which permit if the guard was away. */
    public static function tell(int $id, Answer $answer): void
    {
        $body = self::body($id, $answer->release);
        if ($body !== null) {
            Queue::record(['outcome' => 'published', 'permit' => $answer->jti === '' ? null : $answer->jti,
                'url' => (string) wp_get_attachment_url($id)] + $body);
        }
    }

    /** @return array<string, mixed>|null what check and record share; null if the file cannot be read */
    private static function body(int $id, string $release): ?array
    {
        $digest = Files::digest((string) get_attached_file($id));
        if ($digest === null) {
            return null;
        }
        $output = Files::output($id);
        return array_filter([
            'release' => $release,
            'actor' => People::actor(),
            'authors' => People::authors($id),
            'output' => $output,
            'digests' => [$output => $digest],
            'item' => [
                'system' => 'wordpress',
                'id' => $id,
                'type' => 'attachment',
                'title' => (string) get_post_field('post_title', $id, 'raw'),
                'url' => (string) wp_get_attachment_url($id),
            ],
        ]);
    }
}
