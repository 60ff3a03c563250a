<?php
/**
 * XML-RPC: a refusal is a fault with the code 403 and the words, after the text has been kept. Each call
 * has its own, also in a system.multicall.
 */

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
        add_filter('xmlrpc_methods', [self::class, 'wrap'], PHP_INT_MAX);
    }

    /** @param array<string, string|callable> $methods */
    public static function wrap($methods): array
    {
        $wrapped = [];
        foreach ((array) $methods as $name => $method) {
            $wrapped[$name] = [new self($method), 'run'];
        }
        return $wrapped;
    }

    /** @var string|callable "this:NAME" is a method of core's server */
    private $method;

    public function __construct($method)
    {
        $this->method = $method;
    }

    /** @return mixed what the method answers, or a fault */
    public function run($arguments)
    {
        global $wp_xmlrpc_server;
        $method = $this->method;
        if (is_string($method) && strpos($method, 'this:') === 0) {
            $method = [$wp_xmlrpc_server, substr($method, 5)];
        }
        if (!is_callable($method)) {
            return new \IXR_Error(-32601, 'server error. requested method does not exist.');
        }
        Refusals::begin();
        $result = call_user_func($method, $arguments);
        $notes = Refusals::here();
        Refusals::end();
        return $notes === [] ? $result : self::fault((string) end($notes)['text']);
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

    /** Core puts the words of a single fault into its XML as they are, those of a multicall escaped. */
    private static function fault(string $text): \IXR_Error
    {
        global $wp_xmlrpc_server;
        $many = ($wp_xmlrpc_server->message->methodName ?? '') === 'system.multicall';
        return new \IXR_Error(403, $many ? $text : htmlspecialchars($text, ENT_NOQUOTES | ENT_XML1, 'UTF-8'));
    }
}
