<?php
// What the test site has beside WordPress: a type and a public status of its own, the classic
// editor where a test asks for it, and letters that are kept instead of sent.
defined('ABSPATH') || exit;

add_action('init', static function () {
    register_post_type('bulletin', [
        'public' => true,
        'show_in_rest' => true,
        'has_archive' => true,
        'label' => 'Bulletins',
        'capability_type' => 'post',
        'map_meta_cap' => true,
        'supports' => ['title', 'editor', 'excerpt', 'author', 'custom-fields', 'revisions'],
    ]);
    register_post_type('internal', ['public' => false, 'show_ui' => true, 'label' => 'Internal']);
    register_post_status('live', ['public' => true, 'label' => 'Live']);
    foreach (['post', 'page', 'bulletin'] as $type) {
        register_post_meta($type, 'headline', ['type' => 'string', 'single' => true, 'show_in_rest' => true]);
    }
});
add_filter('use_block_editor_for_post', static function ($use) {
    return $use && empty(SITE_SETTINGS['classic']);
});
if (!empty(SITE_SETTINGS['untrash'])) {
    add_filter('wp_untrash_post_status', 'wp_untrash_post_set_previous_status', 10, 3);
}
add_filter('pre_wp_mail', static function ($null, $letter) {
    file_put_contents(dirname(ABSPATH) . '/mail', json_encode($letter) . "\n", FILE_APPEND);
    return true;
}, 10, 2);
add_filter('the_content', static function ($content) {
    return $content . '<p>' . esc_html((string) get_post_meta(get_the_ID(), 'headline', true)) . '</p>';
});
add_action('http_api_debug', static function ($response, $context, $class, $args, $url) {
    file_put_contents(dirname(ABSPATH) . '/calls', $args['method'] . ' ' . $url . "\n", FILE_APPEND);
}, 10, 5);
