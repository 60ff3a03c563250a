<?php
declare(strict_types=1);

namespace Pubguard;

defined('ABSPATH') || exit;

/** The guard's public permit keys, one file each: keys/KID.pem. */
final class Keys
{
    /** What stands before the 32 bytes of an Ed25519 key (RFC 8410). */
    private const HEAD = "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00";

    /** The 32 bytes of a key that is kept here. */
    public static function find(string $kid): ?string
    {
        $pem = self::named($kid) ? State::read("keys/$kid.pem") : null;
        if ($pem === null || !preg_match('/^-----BEGIN PUBLIC KEY-----(.+)-----END PUBLIC KEY-----$/s', $pem, $found)) {
            return null;
        }
        $der = base64_decode(preg_replace('/\s/', '', $found[1]), true);
        return $der !== false && strlen($der) === 44 && substr($der, 0, 12) === self::HEAD ? substr($der, 12) : null;
    }

    /**
     * Keep the keys that the guard named, and only those.
     *
     * @param mixed $keys as /v1/sync gives them: a list of JWKs
     */
    public static function keep($keys): bool
    {
        $kept = [];
        foreach (is_array($keys) ? $keys : [] as $key) {
            $x = is_array($key) && is_string($key['x'] ?? null) ? Token::bytes($key['x']) : null;
            $kid = is_array($key) ? ($key['kid'] ?? null) : null;
            if ($x === null || strlen($x) !== 32 || !is_string($kid) || !self::named($kid)
                || ($key['kty'] ?? null) !== 'OKP' || ($key['crv'] ?? null) !== 'Ed25519') {
                continue;
            }
            $body = chunk_split(base64_encode(self::HEAD . $x), 64, "\n");
            if (self::find($kid) === $x
                || State::write("keys/$kid.pem", "-----BEGIN PUBLIC KEY-----\n$body-----END PUBLIC KEY-----")) {
                $kept[] = $kid;
            }
        }
        if ($kept === []) {
            return false;
        }
        foreach (array_diff(State::names('keys', '.pem'), $kept) as $old) {
            State::drop("keys/$old.pem");
        }
        return true;
    }

    private static function named(string $kid): bool
    {
        return (bool) preg_match('/^[\w-]{1,200}$/D', $kid);
    }
}
