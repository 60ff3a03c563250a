<?php
/** A plain table of the administration. */

declare(strict_types=1);

namespace Pubguard\Screens;

defined('ABSPATH') || exit;

final class Table
{
    /**
     * @param string $caption for screen readers
     * @param string[] $heads plain text
     * @param array<int, string[]> $rows cells, escaped already
     * @param string $none said where there is no row
     */
    public static function show(string $caption, array $heads, array $rows, string $none): void
    {
        if ($rows === []) {
            printf('<p>%s</p>', esc_html($none));
            return;
        }
        printf('<table class="widefat striped pubguard-table"><caption class="screen-reader-text">%s</caption><thead><tr>', esc_html($caption));
        foreach ($heads as $head) {
            printf('<th scope="col">%s</th>', esc_html($head));
        }
        echo '</tr></thead><tbody>';
        foreach ($rows as $row) {
            echo '<tr>';
            foreach (array_values($row) as $number => $cell) {
                // phpcs:ignore -- escaped by whoever made it
                printf('<%2$s data-colname="%1$s"%3$s>%4$s</%2$s>', esc_attr($heads[$number]), $number === 0 ? 'th' : 'td', $number === 0 ? ' scope="row"' : '', $cell);
            }
            echo '</tr>';
        }
        echo '</tbody></table>';
    }
}
