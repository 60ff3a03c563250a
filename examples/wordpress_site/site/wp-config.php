<?php
define('DB_NAME', 'wordpress');
define('DB_USER', 'wordpress');
define('DB_PASSWORD', 'wordpress');
define('DB_HOST', 'localhost:' . getenv('SITE_FOLDER') . '/s');
define('WP_HOME', 'http://127.0.0.1:' . getenv('SITE_PORT'));
define('WP_SITEURL', WP_HOME);
define('WP_ENVIRONMENT_TYPE', 'local'); // allows application passwords without TLS
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('WP_DEFAULT_THEME', 'example');
define('PUBGUARD_URL', getenv('SITE_GUARD'));
define('PUBGUARD_TOKEN_FILE', getenv('SITE_FOLDER') . '/token');
define('PUBGUARD_POINT', 'site');
$table_prefix = 'wp_';
defined('ABSPATH') || define('ABSPATH', __DIR__ . '/');
require ABSPATH . 'wp-settings.php';
