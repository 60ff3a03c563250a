<?php
/** Bulk edit: the items that may go, go; each of the others is named. */

declare(strict_types=1);

namespace Pubguard\Gates;

use Pubguard\Incoming;
use Pubguard\Refusals;

defined('ABSPATH') || exit;

final class Bulk
{
    public static function register(): void
    {
        add_action('load-edit.php', [self::class, 'enter'], PHP_INT_MIN);
        add_filter('wp_redirect', [self::class, 'count'], PHP_INT_MAX);
    }

    public static function enter(): void
    {
        Incoming::enter('bulk');
    }

    /** Core counts what was refused as "updated". */
    public static function count($location)
    {
        $refused = count(array_unique(array_column(Refusals::here(), 'id')));
        if ($refused === 0 || Incoming::via() !== 'bulk' || !is_string($location)) {
            return $location;
        }
        parse_str((string) wp_parse_url($location, PHP_URL_QUERY), $query);
        foreach (['updated', 'untrashed'] as $name) {
            if (isset($query[$name])) {
                $left = max(0, (int) $query[$name] - $refused);
                $location = $left > 0 ? add_query_arg($name, $left, $location) : remove_query_arg($name, $location);
            }
        }
        return $location;
    }
}
