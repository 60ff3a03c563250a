<?php
// What a web server does for WordPress: files that exist are sent or run, the rest is index.php.
$root = $_SERVER['DOCUMENT_ROOT'];
$path = rawurldecode((string) parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
$file = realpath($root . $path);
if ($file !== false && is_dir($file)) {
    $path = rtrim($path, '/') . '/index.php';
    $file = realpath($root . $path);
}
$inside = $file !== false && strpos($file, $root . '/') === 0 && is_file($file);
if ($inside && substr($file, -4) !== '.php') {
    return false;
}
if (!$inside) {
    $path = '/index.php';
    $file = $root . $path;
}
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = $path;
$_SERVER['SCRIPT_FILENAME'] = $file;
unset($_SERVER['PATH_INFO']);
chdir(dirname($file));
require $file;
