<?php
/** XML-RPC: a refusal is a fault with the code 403 and the words, after the text has been kept. */

declare(strict_types=1);

namespace Pubguard\Gates;

use Pubguard\Incoming;
use Pubguard\Link;
use Pubguard\Refusals;
use Pubguard\Settings;

defined('ABSPATH') || exit;

final class Xmlrpc
{
    /** Where a method has the item's number, and its content; -1 for a new one. */
    private const PLACES = [
        'wp.newPost' => [-1, 3], 'wp.editPost' => [3, 4],
        'wp.newPage' => [-1, 3], 'wp.editPage' => [1, 4],
        'metaWeblog.newPost' => [-1, 3], 'metaWeblog.editPost' => [0, 3],
    ];

    public static function register(): void
    {
        if (!defined('XMLRPC_REQUEST') || !XMLRPC_REQUEST) {
            return;
        }
        Incoming::enter('xmlrpc');
        add_action('xmlrpc_call', [self::class, 'bring'], 10, 2);
        add_action('wp_after_insert_post', [self::class, 'answer'], PHP_INT_MAX, 1);
    }

    /** Core has logged the person in, and stores custom fields only after the post. */
    public static function bring($method, $arguments = []): void
    {
        [$number, $content] = self::PLACES[(string) $method] ?? [-1, -1];
        $struct = is_array($arguments) ? $arguments[$content] ?? null : null;
        $id = $number < 0 ? 0 : (int) ($arguments[$number] ?? 0);
        Incoming::forget($id);
        if (!is_array($struct) || !is_array($struct['custom_fields'] ?? null)
            || !($id > 0 ? current_user_can('edit_post', $id) : current_user_can('edit_posts'))) {
            return;
        }
        $fields = [];
        foreach ($struct['custom_fields'] as $field) {
            $key = is_array($field) && is_string($field['key'] ?? null) ? wp_unslash($field['key']) : '';
            if ($key !== '' && !isset($field['id']) && isset($field['value'])) {
                $value = wp_unslash($field['value']);
                $known = Link::is_link($key) || ($id === 0 && Settings::guards_meta($key));
                if ($known) {
                    $fields[$key][] = $value;
                }
            }
        }
        Incoming::bring($id, $fields);
    }

    public static function answer($id): void
    {
        $note = Refusals::of((int) $id);
        if ($note !== null) {
            // Core puts the text into its XML as it is.
            wp_die(htmlspecialchars($note['text'], ENT_NOQUOTES | ENT_XML1, 'UTF-8'), '', ['response' => 403]);
        }
    }
}
