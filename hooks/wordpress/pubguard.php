<?php
/**
 * Plugin Name: pubguard
 * Description: Keeps official statistics closed until the announced time, on every way of publishing.
 * Version: 1.0
 * Requires PHP: 7.4
 * License: MIT
 *
 * A must-use plugin: it goes to wp-content/mu-plugins, beside the folder of the same name, so that
 * nobody can switch it off over the site.
 */

declare(strict_types=1);

namespace Pubguard;

defined('ABSPATH') || exit;

const VERSION = '1.0';
const FOLDER = __DIR__ . '/pubguard';

/** Needed: without one of these nothing may be served, so a missing file is a fatal error. */
const CORE = [
    'settings', 'clock', 'answer', 'client', 'incoming', 'people', 'manifest', 'link', 'change',
    'refusals', 'gate', 'records', 'statement', 'alarm', 'files', 'queue', 'permit',
    'gates/data', 'gates/query', 'gates/cron', 'gates/rest', 'gates/meta', 'gates/ajax',
    'gates/xmlrpc', 'gates/bulk', 'gates/classic', 'gates/revert',
];

/** Loaded where they are there, in the order of their names. */
const PARTS = ['*', 'files/*', 'screens/*'];

/**
 * Load a file and let its class hook itself in.
 *
 * `files/uploads.php` holds Pubguard\Files\Uploads or Pubguard\Uploads; `register()` is optional.
 */
function load(string $path): void
{
    require_once FOLDER . '/' . $path . '.php';
    $studly = str_replace(['_', '-'], '', ucwords($path, '_-/'));
    foreach ([str_replace('/', '\\', $studly), basename(str_replace('/', '/', $studly))] as $name) {
        $class = __NAMESPACE__ . '\\' . $name;
        if (class_exists($class, false)) {
            if (method_exists($class, 'register')) {
                $class::register();
            }
            return;
        }
    }
}

foreach (CORE as $path) {
    load($path);
}
foreach (PARTS as $part) {
    foreach (glob(FOLDER . '/' . $part . '.php') ?: [] as $file) {
        $path = substr($file, strlen(FOLDER) + 1, -4);
        if (!in_array($path, CORE, true)) {
            load($path);
        }
    }
}
