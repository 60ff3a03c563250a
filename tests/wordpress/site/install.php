<?php
// Installs WordPress as its own installer does, with a user of each role, and prints their
// application passwords.
define('WP_INSTALLING', true);
$_SERVER += ['HTTP_HOST' => $argv[2], 'REQUEST_METHOD' => 'GET', 'SERVER_PROTOCOL' => 'HTTP/1.1'];
function wp_new_blog_notification() {}
require $argv[1] . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Statistics', 'admin', 'admin@example.org', true, '', 'password of admin', 'en_US');
$passwords = [];
foreach (['admin' => 'administrator', 'editor', 'author', 'contributor'] as $name => $role) {
    $login = is_string($name) ? $name : $role;
    $user = get_user_by('login', $login);
    $id = $user ? $user->ID : wp_insert_user([
        'user_login' => $login,
        'user_pass' => "password of $login",
        'user_email' => "$login@example.org",
        'role' => $role,
    ]);
    $passwords[$login] = WP_Application_Passwords::create_new_application_password($id, ['name' => 'test'])[0];
}
update_option('timezone_string', 'Europe/London');
update_option('permalink_structure', '/%postname%/');
update_option('blog_public', '1');
update_option('comment_moderation', '0');
update_option('comment_previously_approved', '0');
foreach (get_posts(['post_type' => 'any', 'post_status' => 'any', 'numberposts' => -1]) as $post) {
    wp_delete_post($post->ID, true);
}
delete_option('rewrite_rules');
echo json_encode(['passwords' => $passwords, 'version' => $GLOBALS['wp_version']]);
