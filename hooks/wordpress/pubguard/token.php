<?php
declare(strict_types=1);

namespace Pubguard;

defined('ABSPATH') || exit;

/** Reads signed tokens (JWT, RFC 7519) in the one way that counts: EdDSA with Ed25519 (RFC 8037). */
final class Token
{
    public const PERMIT = 'pubguard-permit+jwt';
    public const STATUS = 'pubguard-permit-status+jwt';

    /**
     * What a genuine token of that type says, whatever the time.
     *
     * @return array<string, mixed>|string its claims, or why it proves nothing
     */
    public static function open(?string $text, string $type)
    {
        if ($text === null || $text === '') {
            return 'there is none here that can be trusted';
        }
        if (strlen($text) > State::LARGEST || !preg_match('/^[\w-]+\.[\w-]+\.[\w-]+$/D', $text)) {
            return 'it is not a signed token';
        }
        [$head, $body, $signature] = explode('.', $text);
        $header = self::object($head);
        if (($header['typ'] ?? null) !== $type) {
            return "it is no $type";
        }
        if (($header['alg'] ?? null) !== 'EdDSA' || array_key_exists('crit', $header)) {
            return 'it is not signed in the one way that counts (EdDSA)';
        }
        $key = is_string($header['kid'] ?? null) ? Keys::find($header['kid']) : null;
        if ($key === null) {
            return 'the key that it names is not known here';
        }
        $signed = self::bytes($signature);
        if ($signed === null || strlen($signed) !== SODIUM_CRYPTO_SIGN_BYTES
            || !sodium_crypto_sign_verify_detached($signed, "$head.$body", $key)) {
            return 'its signature does not hold';
        }
        return self::object($body) ?? 'its claims cannot be read';
    }

    /** The bytes of base64url without padding; null if it is not spelled in the one proper way. */
    public static function bytes(string $text): ?string
    {
        try {
            $bytes = sodium_base642bin($text, SODIUM_BASE64_VARIANT_URLSAFE_NO_PADDING);
            $again = sodium_bin2base64($bytes, SODIUM_BASE64_VARIANT_URLSAFE_NO_PADDING);
        } catch (\SodiumException $error) {
            return null;
        }
        return $again === $text ? $bytes : null;
    }

    /** @return array<string, mixed>|null */
    private static function object(string $coded): ?array
    {
        $text = self::bytes($coded);
        if ($text === null || ($text[0] ?? '') !== '{') {
            return null;
        }
        $found = json_decode($text, true, 32);
        return is_array($found) ? $found : null;
    }
}
