<?php
declare(strict_types=1);

namespace Pubguard;

defined('ABSPATH') || exit;

/** The signed list of permits that count no more: status.jwt, good for a day. */
final class Status
{
    /** Keep a list that the guard gave, if it is genuine. */
    public static function keep(string $token): bool
    {
        return is_array(Token::open($token, Token::STATUS)) && State::write('status.jwt', $token);
    }

    /** When the guard signed the list that is kept here (Unix time, rounded up); null for none. */
    public static function signed(): ?int
    {
        $claims = Token::open(State::read('status.jwt'), Token::STATUS);
        return is_array($claims) && is_int($claims['iat'] ?? null) ? $claims['iat'] : null;
    }

    /** Why a permit of that issuer does not count beside the list, in words; '' if it does. */
    public static function against(string $jti, string $issuer, float $now): string
    {
        $claims = Token::open(State::read('status.jwt'), Token::STATUS);
        if (is_string($claims)) {
            return "the signed list of revoked permits does not count: $claims";
        }
        $revoked = $claims['revoked'] ?? null;
        if (!is_int($claims['exp'] ?? null) || !is_array($revoked)) {
            return 'the list of revoked permits cannot be read';
        }
        if (($claims['iss'] ?? null) !== $issuer) {
            return 'another guard lists the revoked ones';
        }
        if ($now >= $claims['exp']) {
            return 'the signed list of revoked permits is too old, so it may have been revoked since';
        }
        return in_array($jti, $revoked, true) ? 'it was revoked' : '';
    }
}
