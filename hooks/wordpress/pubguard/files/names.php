<?php
declare(strict_types=1);

namespace Pubguard\Files;

use Pubguard\Files;
use Pubguard\State;

defined('ABSPATH') || exit;

/** The names of files: what belongs to an attachment, and that none is used twice. */
final class Names
{
    /** @return string[] every file of an attachment, relative to the uploads: itself, its sizes, its original */
    public static function of(int $id): array
    {
        $file = (string) get_post_meta($id, '_wp_attached_file', true);
        if ($file === '' || $file[0] === '/' || strpos("/$file/", '/../') !== false) {
            return [];
        }
        $meta = get_post_meta($id, '_wp_attachment_metadata', true);
        $meta = is_array($meta) ? $meta : [];
        $backup = get_post_meta($id, '_wp_attachment_backup_sizes', true);
        $names = [wp_basename($file), $meta['original_image'] ?? ''];
        foreach ([$meta['sizes'] ?? [], is_array($backup) ? $backup : []] as $sizes) {
            foreach ((array) $sizes as $size) {
                $names[] = $size['file'] ?? '';
                foreach ((array) ($size['sources'] ?? []) as $source) {
                    $names[] = $source['file'] ?? '';
                }
            }
        }
        $folder = dirname($file) === '.' ? '' : dirname($file) . '/';
        $found = [];
        foreach (array_unique(array_filter($names, 'is_string')) as $name) {
            // Whoever may edit the record of one file could name another one's there.
            if ($name !== '' && $name === wp_basename($name) && $name !== '..'
                && array_diff(Files::at([$folder . $name]), [(string) $id]) === []) {
                $found[] = $folder . $name;
            }
        }
        return $found;
    }

    /** @return string[]|null the names that are taken, here or among the public files */
    public static function both($files, string $folder)
    {
        $other = self::twin($folder);
        if ($files !== null || $other === '') {
            return $files;
        }
        return array_merge((array) @scandir($folder), is_dir($other) ? (array) @scandir($other) : []);
    }

    /** A name that neither a held nor a public file has. */
    public static function unique(string $name, string $ext, string $folder): string
    {
        $other = self::twin($folder);
        if ($other === '') {
            return $name;
        }
        $stem = $ext !== '' ? substr($name, 0, -strlen($ext)) : $name;
        $new = $name;
        for ($n = 1; file_exists("$other/$new") || ($new !== $name && file_exists("$folder/$new")); $n++) {
            $new = "$stem-$n$ext";
        }
        return $new;
    }

    /** The same folder on the other side; '' for a folder of neither. */
    private static function twin(string $folder): string
    {
        $folder = rtrim($folder, '/');
        $public = Store::public_base();
        foreach ([[Store::base(), $public], [$public, Store::base()]] as [$from, $to]) {
            if (State::within($folder, $from)) {
                return $to . substr($folder, strlen($from));
            }
        }
        return '';
    }
}
