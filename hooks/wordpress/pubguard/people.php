<?php
/** Who acts, and who wrote it. */

declare(strict_types=1);

namespace Pubguard;

defined('ABSPATH') || exit;

final class People
{
    private const MOST = 100;
    private const FIELDS = ['post_title', 'post_content', 'post_excerpt'];
    /** The numbers of the users who wrote or changed the text of an item. */
    private const EDITORS = '_pubguard_editors';

    public static function register(): void
    {
        add_action('wp_after_insert_post', [self::class, 'edited'], PHP_INT_MIN, 4);
    }

    /**
     * Whoever changes the text is an editor of it. Core's own notes do not tell them from somebody who
     * only pressed the button: `_edit_last` and the first revision name that one too.
     */
    public static function edited($id, $post, $update, $before): void
    {
        $user = get_current_user_id();
        if ($user === 0 || $post->post_type === 'revision') {
            return;
        }
        $changed = !$update || !$before;
        foreach ($changed ? [] : self::FIELDS as $field) {
            $changed = $changed || $post->$field !== $before->$field;
        }
        $known = get_post_meta((int) $id, self::EDITORS, true);
        $new = is_array($known) ? $known : ($update ? self::noted((int) $id) : []);
        if ($changed && !in_array($user, $new, true)) {
            update_post_meta((int) $id, self::EDITORS, array_slice(array_merge($new, [$user]), -self::MOST));
        }
    }

    /** @return array{id: string, roles: string[]} whoever is logged in; "wordpress" is nobody */
    public static function actor(): array
    {
        $user = wp_get_current_user();
        if (!$user->exists()) {
            return ['id' => 'wordpress', 'roles' => []];
        }
        return ['id' => self::id($user), 'roles' => Settings::roles($user)];
    }

    /** The login as the guard takes it, in letters of Europe; else the number of the account. */
    public static function id(\WP_User $user): string
    {
        $letters = '!-~\x{a1}-\x{ac}\x{ae}-\x{377}\x{400}-\x{52f}\x{1e00}-\x{1eff}';
        $login = (string) $user->user_login;
        return preg_match("/^[$letters][ $letters]*$/uD", $login) && mb_strlen($login, 'UTF-8') <= 200
            ? $login : 'wordpress-user-' . $user->ID;
    }

    /**
     * Logins of the author and of whoever changed the text.
     *
     * @param int $author of a post that is not stored yet
     * @return string[]
     */
    public static function authors(int $id, int $author = 0): array
    {
        $ids = [$author];
        if ($id > 0) {
            $known = get_post_meta($id, self::EDITORS, true);
            $ids[] = (int) get_post_field('post_author', $id, 'raw');
            $ids = array_merge($ids, array_map('intval', is_array($known) ? $known : self::noted($id)));
        }
        $logins = [];
        foreach (array_unique(array_filter($ids)) as $each) {
            $user = get_userdata($each);
            if ($user) {
                $logins[] = self::id($user);
            }
        }
        return array_slice(array_values(array_unique($logins)), 0, self::MOST);
    }

    /**
     * What core knows of an item that was written before pubguard was there.
     *
     * @return int[]
     */
    private static function noted(int $id): array
    {
        global $wpdb;
        $ids = $wpdb->get_col($wpdb->prepare(
            "SELECT DISTINCT post_author FROM $wpdb->posts WHERE post_parent = %d AND post_type = 'revision' LIMIT %d",
            $id,
            self::MOST
        ));
        $ids[] = get_post_meta($id, '_edit_last', true);
        return array_values(array_unique(array_filter(array_map('intval', $ids))));
    }
}
