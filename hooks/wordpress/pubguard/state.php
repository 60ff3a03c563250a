<?php
declare(strict_types=1);

namespace Pubguard;

defined('ABSPATH') || exit;

/**
 * The folder PUBGUARD_STATE: what proves something while the guard is away.
 *
 * keys/KID.pem, permits/RELEASE.jwt, status.jwt and contact, laid out as the shell hook has them;
 * files/ holds what is not public yet. What others than we or root could have written counts for
 * nothing.
 */
final class State
{
    /** Characters that a file of ours may have. */
    public const LARGEST = 100000;

    public static function folder(): string
    {
        return rtrim(Settings::state(), '/');
    }

    /** Why the folder cannot be relied on, in words; '' if it can. It is made where it is missing. */
    public static function wrong(): string
    {
        $folder = self::folder();
        if (!is_dir($folder) && !@mkdir($folder, 0700, true) && !is_dir($folder)) {
            return "The folder $folder cannot be made. Make it, owned by the web server's user and with mode 0700.";
        }
        if (!self::own($folder)) {
            return "Others could have written to $folder, so nothing in it proves anything. "
                . 'Give it to the web server\'s user and set its mode to 0700.';
        }
        foreach ([ABSPATH, (string) ($_SERVER['DOCUMENT_ROOT'] ?? '')] as $public) {
            if ($public !== '' && self::within((string) realpath($folder), (string) realpath($public))) {
                return "The folder $folder is served to the public. Set PUBGUARD_STATE in wp-config.php "
                    . 'to a folder outside the document root.';
            }
        }
        return '';
    }

    /** True if the path is the folder or in it; '' is no folder. */
    public static function within(string $path, string $folder): bool
    {
        $folder = rtrim($folder, '/');
        return $folder !== '' && ($path === $folder || strncmp($path, "$folder/", strlen($folder) + 1) === 0);
    }

    /** The text of a file of ours, without the spaces around it; null if it is missing or not to be trusted. */
    public static function read(string $name): ?string
    {
        $path = self::folder() . "/$name";
        if (!self::own(self::folder()) || !self::own(dirname($path)) || !self::own($path) || !is_file($path)) {
            return null;
        }
        $text = @file_get_contents($path, false, null, 0, self::LARGEST + 1);
        return $text === false || strlen($text) > self::LARGEST ? null : trim($text);
    }

    /** Write a file whole or not at all. */
    public static function write(string $name, string $text): bool
    {
        $path = self::folder() . "/$name";
        if (self::wrong() !== '' || (!is_dir(dirname($path)) && !@mkdir(dirname($path), 0700, true) && !is_dir(dirname($path)))) {
            return false;
        }
        $new = dirname($path) . '/.' . bin2hex(random_bytes(8)) . '.new';
        $file = @fopen($new, 'xb');
        if ($file === false) {
            return false;
        }
        $done = chmod($new, 0600) && fwrite($file, $text . "\n") === strlen($text) + 1 && fflush($file);
        $done = fclose($file) && $done && rename($new, $path);
        if (!$done) {
            @unlink($new);
        }
        clearstatcache(true, $path);
        return $done;
    }

    public static function drop(string $name): void
    {
        @unlink(self::folder() . "/$name");
    }

    /** @return string[] the names in one of its folders that end so, without that end */
    public static function names(string $folder, string $end): array
    {
        $found = [];
        foreach (glob(self::folder() . "/$folder/*$end") ?: [] as $path) {
            $found[] = basename($path, $end);
        }
        return $found;
    }

    /** True if only we or root can write it, and it is no link. */
    public static function own(string $path): bool
    {
        clearstatcache(true, $path);
        $found = @lstat($path);
        if ($found === false || ($found['mode'] & 0170000) === 0120000) {
            return false;
        }
        return ($found['mode'] & 0022) === 0 && in_array($found['uid'], [0, self::us()], true);
    }

    /** The user that PHP runs as; a file just made tells where PHP has no posix functions. */
    private static function us(): int
    {
        static $us = null;
        if ($us === null) {
            $us = function_exists('posix_geteuid') ? posix_geteuid() : (int) fstat(tmpfile())['uid'];
        }
        return $us;
    }
}
