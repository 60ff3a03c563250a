<?php
/**
 * REST: what a request brings along is known before the write, and a refusal reaches the client with
 * its own words and status, whatever route it used and whatever that route makes of it.
 */

declare(strict_types=1);

namespace Pubguard\Gates;

use Pubguard\Answer;
use Pubguard\Change;
use Pubguard\Files\Store;
use Pubguard\Gate;
use Pubguard\Incoming;
use Pubguard\Link;
use Pubguard\Refusals;
use Pubguard\Settings;

defined('ABSPATH') || exit;

final class Rest
{
    private const HEADER = 'X-Pubguard-Confirm';

    public static function register(): void
    {
        add_filter('rest_request_before_callbacks', [self::class, 'before'], PHP_INT_MIN, 3);
        add_filter('rest_request_after_callbacks', [self::class, 'after'], PHP_INT_MAX, 3);
        add_filter('wp_insert_post_empty_content', [self::class, 'refuse'], PHP_INT_MAX, 2);
        add_filter('rest_allowed_cors_headers', [self::class, 'header']);
    }

    public static function header($headers): array
    {
        return array_merge((array) $headers, [self::HEADER]);
    }

    public static function before($response, $handler, $request)
    {
        Incoming::enter('rest');
        Refusals::begin();
        if (self::writes($request)) {
            $parts = explode(' ', trim((string) $request->get_header(self::HEADER)), 2);
            if (count($parts) === 2) {
                Incoming::confirm($parts[0], self::decoded($parts[1]));
            }
            self::bring($handler, $request);
        }
        return $response;
    }

    public static function after($response, $handler, $request)
    {
        $notes = Refusals::here();
        Refusals::end();
        Incoming::leave();
        if ($notes === [] || !self::writes($request)) {
            return $response;
        }
        $note = end($notes);
        return self::error($note['answer'], $note['text'], [
            'post' => $note['id'], 'kept' => $note['status'], 'live' => $note['live'],
        ]);
    }

    /**
     * Where nothing of the request may be stored, the write ends here: what is public would lose its
     * old terms and fields, and a new item that only has to be confirmed would be there twice.
     */
    public static function refuse($empty, $given)
    {
        if ($empty || Incoming::via() !== 'rest' || !is_array($given) || Store::holds($given)) {
            return $empty;
        }
        $id = (int) ($given['ID'] ?? 0);
        $row = Change::resolved(wp_unslash($given));
        $change = Data::change($id, $row);
        if ($change === null || ($id > 0 && (!$change->is_live() || $change->hides()))) {
            return $empty;
        }
        $answer = Gate::judge($change);
        if ($answer->allows() || ($id === 0 && $answer->decision !== Answer::CONFIRM)) {
            return $empty;
        }
        if ($id > 0) {
            Data::autosave($change);
        }
        Refusals::add($change, $answer, $id > 0 ? (string) $change->before['post_status'] : '');
        return true;
    }

    private static function error(Answer $answer, string $text, array $more): \WP_Error
    {
        $error = $answer->error($more);
        return new \WP_Error($error->get_error_code(), $text, $error->get_error_data());
    }

    private static function writes($request): bool
    {
        return in_array($request->get_method(), ['POST', 'PUT', 'PATCH', 'DELETE'], true);
    }

    /** Fields, picture and categories of the request: they are stored only after the post. */
    private static function bring($handler, $request): void
    {
        $callback = $handler['callback'] ?? null;
        $controller = is_array($callback) ? $callback[0] : null;
        $posts = $controller instanceof \WP_REST_Posts_Controller;
        $autosave = $controller instanceof \WP_REST_Autosaves_Controller;
        $id = (int) $request['id'];
        Incoming::forget($id);
        if ((!$posts && !$autosave) || !self::may_edit($id)) {
            return;
        }
        $type = $id > 0 ? (string) get_post_type($id) : self::type($controller);
        $fields = [];
        foreach (is_array($request['meta']) ? $request['meta'] : [] as $key => $value) {
            $known = self::registered($type)[$key] ?? null;
            if ($known !== null && !empty($known['show_in_rest'])) {
                $values = $value === null ? [] : (empty($known['single']) ? array_values((array) $value) : [$value]);
                $fields[$key] = array_map(static function ($each) use ($key, $type) {
                    return sanitize_meta($key, $each, 'post', $type);
                }, $values);
            }
        }
        if ($posts && isset($request['featured_media'])) {
            $picture = (int) $request['featured_media'];
            $fields['_thumbnail_id'] = $picture > 0 ? [$picture] : [];
        }
        Incoming::bring($id, $fields);
        if (is_array($request['categories'])) {
            Incoming::bring_categories($id, Data::slugs($request['categories']));
        }
    }

    private static function may_edit(int $id): bool
    {
        return $id > 0 ? current_user_can('edit_post', $id) : current_user_can('edit_posts');
    }

    private static function registered(string $type): array
    {
        return get_registered_meta_keys('post', $type) + get_registered_meta_keys('post', '');
    }

    /** A new item's type is the controller's own affair; its schema says it. */
    private static function type(object $controller): string
    {
        $read = \Closure::bind(static function (object $of): string {
            return (string) ($of->post_type ?? '');
        }, null, get_class($controller));
        return $read($controller);
    }

    private static function decoded(string $text): string
    {
        $text = base64_decode(strtr(trim($text), '-_', '+/'), true);
        return is_string($text) && mb_check_encoding($text, 'UTF-8') ? $text : '';
    }
}
