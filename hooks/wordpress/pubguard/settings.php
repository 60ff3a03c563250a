<?php
/** What wp-config.php says: where the guard is, who asks, and what is guarded. */

declare(strict_types=1);

namespace Pubguard;

defined('ABSPATH') || exit;

final class Settings
{
    /** Types that hold no content of their own, or nothing that a reader sees. */
    private const FREE = [
        'revision', 'oembed_cache', 'customize_changeset', 'user_request', 'wp_font_family', 'wp_font_face',
    ];

    /** Parts of the whole site: they belong to no single release, but to `pubguard_site_release`. */
    private const STRUCTURE = [
        'wp_block', 'wp_template', 'wp_template_part', 'wp_navigation', 'wp_global_styles',
        'nav_menu_item', 'custom_css',
    ];

    /** The guard's address without a slash at its end, or '' where none can be used. */
    public static function url(): string
    {
        $url = rtrim(self::constant('PUBGUARD_URL'), '/');
        if (!preg_match('~^(https?)://([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._/-]*)?$~D', $url, $part)) {
            return '';
        }
        $near = in_array(strtolower($part[2]), ['127.0.0.1', 'localhost', '[::1]'], true);
        return strtolower($part[1]) === 'https' || $near ? $url : '';
    }

    /** The token, or '' where there is none. A file that others can read or write counts as none. */
    public static function token(): string
    {
        $file = self::constant('PUBGUARD_TOKEN_FILE');
        $token = self::constant('PUBGUARD_TOKEN');
        if ($file !== '') {
            $mode = @fileperms($file);
            $token = $mode !== false && ($mode & 0027) === 0 ? trim((string) @file_get_contents($file)) : '';
        }
        return preg_match('~^[A-Za-z0-9._\~+/=-]+$~D', $token) ? $token : '';
    }

    /** This enforcement point's name, as given to `pubguard token add`. */
    public static function point(): string
    {
        return self::constant('PUBGUARD_POINT');
    }

    /** A folder of our own, outside what the web server serves. */
    public static function state(): string
    {
        return rtrim(self::constant('PUBGUARD_STATE', dirname(rtrim(ABSPATH, '/')) . '/pubguard-state'), '/');
    }

    public static function cacert(): string
    {
        return self::constant('PUBGUARD_CACERT');
    }

    /** What is missing, in words; '' where the guard can be asked. */
    public static function missing(): string
    {
        if (self::url() === '') {
            return 'PUBGUARD_URL in wp-config.php is not set, or is not an https address'
                . ' (http only for this machine itself).';
        }
        if (self::token() === '') {
            return 'There is no token: PUBGUARD_TOKEN_FILE in wp-config.php has to name a file with what'
                . ' "pubguard token add" printed, and only the web server may read it (chmod 600).';
        }
        return '';
    }

    public static function configured(): bool
    {
        return self::missing() === '';
    }

    /** Does this kind of content need the guard's yes to become public? */
    public static function guards_type(string $type): bool
    {
        if (in_array($type, self::FREE, true)) {
            return false;
        }
        $types = self::listed('PUBGUARD_TYPES');
        return $types === [] || in_array($type, $types, true);
    }

    /**
     * Does this item need the guard's yes? One with a release always does; where PUBGUARD_CATEGORIES
     * is set, the others do only in one of those.
     */
    public static function guards(int $id, string $type): bool
    {
        if (!self::guards_type($type)) {
            return false;
        }
        $slugs = self::listed('PUBGUARD_CATEGORIES');
        if ($slugs === [] || self::is_structure($type) || !is_object_in_taxonomy($type, 'category')) {
            return true;
        }
        if (Link::own($id) !== '') {
            return true;
        }
        $now = $id > 0 ? wp_get_object_terms($id, 'category', ['fields' => 'slugs']) : [];
        $now = is_array($now) ? $now : $slugs;
        return array_intersect($slugs, array_merge($now, Incoming::categories($id))) !== [];
    }

    /** A part of the whole site, or of a kind that has no page of its own. */
    public static function is_structure(string $type): bool
    {
        if (in_array($type, self::STRUCTURE, true)) {
            return true;
        }
        return $type !== 'attachment' && post_type_exists($type) && !is_post_type_viewable($type);
    }

    /** @return string[] the guard's roles of a person */
    public static function roles(\WP_User $user): array
    {
        $known = [
            'administrator' => ['approver', 'publisher'],
            'editor' => ['approver', 'publisher'],
            'author' => ['author'],
            'contributor' => ['author'],
        ];
        $roles = [];
        foreach ($user->roles as $role) {
            $roles = array_merge($roles, $known[$role] ?? []);
        }
        /** Which of the guard's roles a person has. */
        $roles = apply_filters('pubguard_roles', array_values(array_unique($roles)), $user);
        return array_values(array_filter((array) $roles, 'is_string'));
    }

    /** Does a custom field hold something that readers can see? */
    public static function guards_meta(string $key): bool
    {
        $seen = in_array($key, ['_thumbnail_id', '_wp_attachment_image_alt'], true) || ($key !== '' && $key[0] !== '_');
        if (in_array($key, self::listed('PUBGUARD_FREE_FIELDS'), true)) {
            $seen = false;
        }
        /** Which custom fields are part of the content. */
        return (bool) apply_filters('pubguard_guards_meta', $seen, $key);
    }

    /** @return string[] */
    private static function listed(string $name): array
    {
        return array_values(array_filter(array_map('trim', explode(',', self::constant($name))), 'strlen'));
    }

    private static function constant(string $name, string $otherwise = ''): string
    {
        return defined($name) ? (string) constant($name) : $otherwise;
    }
}
