<?php
// Installs the site with an editor, and prints an application password of theirs.
define('WP_INSTALLING', true);
$_SERVER += ['HTTP_HOST' => '127.0.0.1', 'REQUEST_METHOD' => 'GET', 'SERVER_PROTOCOL' => 'HTTP/1.1'];
function wp_new_blog_notification()
{
}
require getenv('SITE_FOLDER') . '/www/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Office for Example Statistics', 'admin', 'admin@example.org', true, '', 'example', 'en_US');
update_option('timezone_string', 'Europe/London');
update_option('permalink_structure', '/%postname%/');
$editor = wp_insert_user(['user_login' => 'editor', 'user_pass' => 'example', 'role' => 'editor']);
echo WP_Application_Passwords::create_new_application_password($editor, ['name' => 'example'])[0];
