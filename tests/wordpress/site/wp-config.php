<?php
// The site's settings are read from settings.json beside the document root at every request,
// so that a test changes them without a new site.
$site = json_decode(file_get_contents(dirname(__DIR__) . '/settings.json'), true);
foreach ($site['constants'] as $name => $value) {
    define($name, $value);
}
if (!$site['guarded'] || isset($_SERVER['HTTP_X_UNGUARDED'])) {
    define('WPMU_PLUGIN_DIR', dirname(__DIR__) . '/unguarded');
}
define('SITE_SETTINGS', $site);
define('WP_ENVIRONMENT_TYPE', 'local');
define('DISABLE_WP_CRON', true);
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('WP_ACCESSIBLE_HOSTS', '127.0.0.1,localhost');
define('AUTOMATIC_UPDATER_DISABLED', true);
define('WP_AUTO_UPDATE_CORE', false);
define('WP_POST_REVISIONS', true);
define('FS_METHOD', 'direct');
define('WP_DEFAULT_THEME', 'plain');
define('WP_DEBUG', true);
define('WP_DEBUG_DISPLAY', false);
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $name) {
    define($name . '_KEY', 'key of ' . $name);
    define($name . '_SALT', 'salt of ' . $name);
}
$table_prefix = 'wp_';
defined('ABSPATH') || define('ABSPATH', __DIR__ . '/');
require ABSPATH . 'wp-settings.php';
