<?php
/** Quick edit: core's script shows in the row whatever text comes back instead of one. */

declare(strict_types=1);

namespace Pubguard\Gates;

use Pubguard\Incoming;
use Pubguard\Refusals;

defined('ABSPATH') || exit;

final class Ajax
{
    public static function register(): void
    {
        add_action('wp_ajax_inline-save', [self::class, 'enter'], 0);
        add_action('wp_after_insert_post', [self::class, 'answer'], PHP_INT_MAX, 1);
    }

    public static function enter(): void
    {
        Incoming::enter('quick-edit');
    }

    /** All is stored that may be; the person reads why the rest was not. */
    public static function answer($id): void
    {
        $note = Incoming::via() === 'quick-edit' ? Refusals::of((int) $id) : null;
        if ($note !== null) {
            Refusals::told();
            wp_die(esc_html($note['text']));
        }
    }
}
