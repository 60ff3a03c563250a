<?php
/** Site Health: what would make a release late or open it early, found before the day. */

declare(strict_types=1);

namespace Pubguard\Screens;

defined('ABSPATH') || exit;

final class Health
{
    private const ASKED = 'pubguard_guard';

    public static function register(): void
    {
        add_filter('site_status_tests', [self::class, 'tests']);
        add_action('rest_api_init', [self::class, 'route']);
    }

    /** Direct ones look at this site only; the guard is asked in the background. */
    public static function tests($tests): array
    {
        $tests = is_array($tests) ? $tests : [];
        foreach (Findings::DIRECT as $name => $label) {
            $tests['direct']["pubguard_$name"] = [
                'label' => $label,
                'test' => static function () use ($name): array {
                    return self::result("pubguard_$name", Findings::$name());
                },
            ];
        }
        $tests['async'][self::ASKED] = [
            'label' => 'Release guard: guard',
            'test' => rest_url(Releases::ROUTE . '/health'),
            'has_rest' => true,
            'async_direct_test' => [self::class, 'guard'],
        ];
        return $tests;
    }

    public static function route(): void
    {
        register_rest_route(Releases::ROUTE, '/health', [
            'methods' => 'GET',
            'callback' => [self::class, 'guard'],
            'permission_callback' => static function (): bool {
                return current_user_can('view_site_health_checks');
            },
        ]);
    }

    public static function guard(): array
    {
        return self::result(self::ASKED, Findings::guard());
    }

    /** A finding as core's page takes it. */
    private static function result(string $name, array $finding): array
    {
        [$status, $label, $text] = $finding;
        return [
            'label' => $label,
            'status' => $status,
            'badge' => ['label' => 'Release guard', 'color' => ['good' => 'blue', 'recommended' => 'orange'][$status] ?? 'red'],
            'description' => sprintf('<p>%s</p>', esc_html($text)),
            'actions' => '',
            'test' => $name,
        ];
    }
}
