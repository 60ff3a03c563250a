<?php
/** Who acts, and who wrote it. */

declare(strict_types=1);

namespace Pubguard;

defined('ABSPATH') || exit;

final class People
{
    private const MOST = 100;

    /** @return array{id: string, roles: string[]} whoever is logged in; "wordpress" is nobody */
    public static function actor(): array
    {
        $user = wp_get_current_user();
        if (!$user->exists()) {
            return ['id' => 'wordpress', 'roles' => []];
        }
        return ['id' => (string) $user->user_login, 'roles' => Settings::roles($user)];
    }

    /**
     * Logins of the author, the last editor and whoever made a revision.
     *
     * @param int $author of a post that is not stored yet
     * @return string[]
     */
    public static function authors(int $id, int $author = 0): array
    {
        global $wpdb;
        $ids = [$author];
        if ($id > 0) {
            $ids[] = (int) get_post_field('post_author', $id, 'raw');
            $ids[] = (int) get_post_meta($id, '_edit_last', true);
            $ids = array_merge($ids, array_map('intval', $wpdb->get_col($wpdb->prepare(
                "SELECT DISTINCT post_author FROM $wpdb->posts WHERE post_parent = %d AND post_type = 'revision' LIMIT %d",
                $id,
                self::MOST
            ))));
        }
        $logins = [];
        foreach (array_unique(array_filter($ids)) as $each) {
            $user = get_userdata($each);
            if ($user) {
                $logins[] = (string) $user->user_login;
            }
        }
        return array_slice(array_values(array_unique($logins)), 0, self::MOST);
    }
}
