<?php
/** The administration's own pages: the release field, the typed confirmation, and the notices. */

declare(strict_types=1);

namespace Pubguard\Gates;

use Pubguard\Incoming;
use Pubguard\Link;
use Pubguard\Refusals;

defined('ABSPATH') || exit;

final class Classic
{
    private const FIELDS = [Link::RELEASE => 'pubguard_release', Link::OUTPUT => 'pubguard_output'];

    /** @var array|null what this page says, once it has been looked up */
    private static $notes;

    public static function register(): void
    {
        add_action('admin_init', [self::class, 'enter'], PHP_INT_MIN);
        add_action('save_post', [self::class, 'store_link'], 10, 1);
        add_filter('wp_redirect', [self::class, 'unsay'], PHP_INT_MAX);
        add_action('admin_notices', [self::class, 'show'], 0);
        add_action('enqueue_block_editor_assets', [self::class, 'show_in_editor']);
        add_action('shutdown', [self::class, 'answer_quick_draft'], 1);
    }

    public static function enter(): void
    {
        Incoming::enter('classic');
        $text = [self::posted('pubguard_challenge'), self::posted('pubguard_typed')];
        if ($text[0] !== '') {
            Incoming::confirm($text[0], $text[1]);
        }
        foreach (self::ids() as $id) {
            if ($id > 0 && current_user_can('edit_post', $id)) {
                Incoming::bring($id, self::link());
            }
        }
    }

    /** Core has verified the form by the time it saves the post of this page. */
    public static function store_link($id): void
    {
        $id = (int) $id;
        if (!is_admin() || !in_array($id, self::ids(), true) || !current_user_can('edit_post', $id)) {
            return;
        }
        foreach (self::link() as $key => $values) {
            update_post_meta($id, $key, $values[0]);
        }
    }

    /** "Post published" is not said of something that was refused. */
    public static function unsay($location)
    {
        $notes = Refusals::here();
        if ($notes === [] || !is_admin() || !is_string($location)) {
            return $location;
        }
        $note = end($notes);
        parse_str((string) wp_parse_url($location, PHP_URL_QUERY), $query);
        if (!isset($query['message'])) {
            return $location;
        }
        // Core's message 10 says that a draft was updated.
        return $note['status'] === 'draft' && !$note['live']
            ? add_query_arg('message', 10, $location)
            : remove_query_arg(['message', 'revision'], $location);
    }

    public static function show(): void
    {
        foreach (self::notes() as $note) {
            printf(
                '<div class="notice notice-error pubguard-refused" role="alert"><p><strong>%s</strong> %s</p>%s</div>',
                esc_html($note['title'] === '' ? '(no title)' : $note['title']),
                esc_html($note['text']),
                self::asked($note) // phpcs:ignore -- escaped where it is made
            );
        }
    }

    /** The block editor hides core's notices, and has its own. */
    public static function show_in_editor(): void
    {
        foreach (self::notes() as $note) {
            $text = wp_json_encode(trim($note['title'] . ': ' . $note['text']), JSON_HEX_TAG | JSON_HEX_AMP);
            wp_add_inline_script(
                'wp-edit-post',
                "wp.domReady(function () { wp.data.dispatch('core/notices').createErrorNotice($text, "
                . "{ id: 'pubguard-refused', isDismissible: true }); });"
            );
        }
    }

    /** The Quick Draft box is drawn again by the same request. */
    public static function answer_quick_draft(): void
    {
        if (is_admin() && self::posted('action') === 'post-quickdraft-save' && Refusals::here() !== []) {
            Refusals::keep();
            self::$notes = null;
            self::show();
        }
    }

    /** On the page of the item itself the form can carry the typed answer: it belongs to that form. */
    private static function asked(array $note): string
    {
        $screen = function_exists('get_current_screen') ? get_current_screen() : null;
        $here = $screen && $screen->base === 'post' && (int) get_the_ID() === $note['id'];
        if (!is_array($note['challenge'] ?? null) || !$here) {
            return '';
        }
        return sprintf(
            '<p><input type="hidden" form="post" name="pubguard_challenge" value="%s">'
            . '<label for="pubguard_typed">%s</label> '
            . '<input type="text" form="post" id="pubguard_typed" name="pubguard_typed" autocomplete="off"></p>',
            esc_attr($note['challenge']['id']),
            esc_html('Type ' . $note['challenge']['type_this'] . ' here, then press the button again:')
        );
    }

    private static function notes(): array
    {
        if (self::$notes === null) {
            self::$notes = Refusals::take();
        }
        return self::$notes;
    }

    /** @return int[] the posts that this form is about */
    private static function ids(): array
    {
        $ids = isset($_REQUEST['bulk_edit']) ? (array) ($_REQUEST['post'] ?? []) : [$_POST['post_ID'] ?? 0];
        return array_map('intval', array_filter($ids, 'is_scalar'));
    }

    /** @return array<string, string[]> the link that the form names; in bulk an empty field changes nothing */
    private static function link(): array
    {
        $found = [];
        foreach (self::FIELDS as $key => $field) {
            if (isset($_REQUEST[$field]) && (!isset($_REQUEST['bulk_edit']) || self::posted($field) !== '')) {
                $found[$key] = [Link::clean(self::posted($field))];
            }
        }
        return $found;
    }

    private static function posted(string $field): string
    {
        $value = $_REQUEST[$field] ?? '';
        return is_string($value) ? trim(wp_unslash($value)) : '';
    }
}
