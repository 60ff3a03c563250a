<?php
declare(strict_types=1);

namespace Pubguard\Files;

use Pubguard\Answer;
use Pubguard\Change;
use Pubguard\Client;
use Pubguard\Files;
use Pubguard\Gate as Judge;
use Pubguard\Link;
use Pubguard\Manifest;
use Pubguard\Permit;
use Pubguard\Queue;

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
        $body = self::body($id, $release, $action);
        if ($body === null) {
            return Answer::refused($action, $release, 'The file cannot be read', 'Upload it again');
        }
        $output = $body['output'] ?? '';
        $digest = $body['digests'][$output] ?? $body['digest'];
        $permit = $action === 'publish' ? Permit::good($release, $output, $digest) : null;
        $document = Client::check(
            $body + ['request_id' => wp_generate_uuid4()],
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
        $body = self::body($id, $answer->release, $answer->action);
        if ($body !== null) {
            unset($body['action']);
            Queue::record(['outcome' => 'published', 'permit' => $answer->jti === '' ? null : $answer->jti,
                'url' => (string) wp_get_attachment_url($id)] + $body);
        }
    }

    /** @return array<string, mixed>|null the body of a check; null if the file cannot be read */
    private static function body(int $id, string $release, string $action): ?array
    {
        $row = Manifest::row($id);
        if ($row === null || !is_readable((string) get_attached_file($id))) {
            return null;
        }
        $change = new Change($id, $action, $row, ['post_status' => 'inherit'] + $row);
        $body = Judge::body($change, $release);
        if (get_post_meta($id, Link::RELEASE, true) === '' && (int) $row['post_parent'] > 0) {
            // A part of its page, and in that page's digest.
            $output = $body['output'] ?? '';
            $digest = Manifest::output($release, $output);
            $body = ($output === '' ? ['digest' => $digest] : ['digests' => [$output => $digest]]) + $body;
        }
        return $body;
    }
}
