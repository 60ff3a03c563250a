<?php
// Files that exist are sent or run; everything else is WordPress's.
$file = realpath($_SERVER['DOCUMENT_ROOT'] . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
if ($file && strpos($file, realpath($_SERVER['DOCUMENT_ROOT']) . '/') === 0) {
    return false;
}
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/index.php';
require $_SERVER['DOCUMENT_ROOT'] . '/index.php';
