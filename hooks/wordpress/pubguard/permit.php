<?php
declare(strict_types=1);

namespace Pubguard;

defined('ABSPATH') || exit;

/**
 * Permits, verified without the guard: what was armed goes out from its slot on, whatever has
 * become of the guard. One file for each release: permits/RELEASE.jwt.
 */
final class Permit
{
    /** The id of the permit under which this may go out now; null if there is none that counts. */
    public static function good(string $release, string $output, string $digest): ?string
    {
        $judged = self::judge($release, $output, $digest);
        return $judged[1];
    }

    /** Why none counts now, in words for people; '' if one does. */
    public static function why(string $release, string $output, string $digest): string
    {
        $why = self::judge($release, $output, $digest)[0];
        return $why === '' ? '' : "No permit stands in for the guard's answer: $why.";
    }

    /** Keep a permit that the guard gave, if it is genuine and for us. */
    public static function keep(string $token): bool
    {
        $claims = Token::open($token, Token::PERMIT);
        if (is_string($claims) || self::unfit($claims) !== '') {
            return false;
        }
        return State::write('permits/' . $claims['sub'] . '.jwt', $token);
    }

    /** The slot from which the permit that is held for a release is good; null if none is held. */
    public static function from(string $release): ?\DateTimeImmutable
    {
        $claims = self::held($release);
        return is_string($claims) ? null : new \DateTimeImmutable('@' . $claims['nbf']);
    }

    /** @return array<string, string> output to digest, of the permit that is held for a release */
    public static function content(string $release): array
    {
        $claims = self::held($release);
        return is_string($claims) ? [] : array_filter($claims['digests'], 'is_string');
    }

    /** @return array<string, string> release to the id of the permit that is held for it */
    public static function all(): array
    {
        $found = [];
        foreach (State::names('permits', '.jwt') as $release) {
            $claims = self::held($release);
            if (!is_string($claims)) {
                $found[$release] = $claims['jti'];
            }
        }
        return $found;
    }

    /**
     * Drop every permit but these releases'.
     *
     * @param string[] $releases
     */
    public static function only(array $releases): void
    {
        foreach (array_diff(State::names('permits', '.jwt'), $releases) as $over) {
            State::drop("permits/$over.jwt");
        }
    }

    /** The release that a genuine permit of ours is for; null for anything else. */
    public static function release(string $token): ?string
    {
        $claims = Token::open($token, Token::PERMIT);
        return is_string($claims) || self::unfit($claims) !== '' ? null : $claims['sub'];
    }

    /** @return array{string, ?string} why not, and the permit's id */
    private static function judge(string $release, string $output, string $digest): array
    {
        $claims = self::held($release);
        if (is_string($claims)) {
            return [$claims, null];
        }
        $now = (float) Clock::now()->format('U.u');
        $ahead = Contact::ahead($now);
        $revoked = Status::against($claims['jti'], $claims['iss'], $now);
        if (($claims['digests'][$output] ?? null) !== $digest || $digest === '') {
            $why = 'it was given for other content';
        } elseif ($revoked !== '') {
            $why = $revoked;
        } elseif ($ahead === null) {
            $why = "this server's clock and the guard's did not agree at the last contact, or it is not known";
        } elseif ($now < $claims['nbf'] + $ahead) {
            $why = 'the announced time has not come';
        } elseif ($now >= $claims['exp']) {
            $why = 'it has expired';
        } else {
            return ['', $claims['jti']];
        }
        return [$why, null];
    }

    /** @return array<string, mixed>|string its claims, or why it counts for nothing */
    private static function held(string $release)
    {
        if (!self::named($release)) {
            return 'the release has no proper id';
        }
        $claims = Token::open(State::read("permits/$release.jwt"), Token::PERMIT);
        if (is_string($claims)) {
            return $claims;
        }
        $unfit = ($claims['sub'] ?? null) === $release ? self::unfit($claims) : 'it is for another release';
        return $unfit === '' ? $claims : $unfit;
    }

    /** @param array<string, mixed> $claims */
    private static function unfit(array $claims): string
    {
        $point = Settings::point();
        foreach (['iss', 'sub', 'jti'] as $name) {
            if (!is_string($claims[$name] ?? null) || $claims[$name] === '') {
                return 'it does not say what a permit says';
            }
        }
        if (!self::named($claims['sub']) || !is_int($claims['nbf'] ?? null) || !is_int($claims['exp'] ?? null)
            || !is_array($claims['digests'] ?? null)) {
            return 'it does not say what a permit says';
        }
        if (($claims['act'] ?? null) !== 'publish') {
            return 'it is not for publishing';
        }
        return $point !== '' && in_array($point, (array) ($claims['aud'] ?? []), true)
            ? '' : 'it is for another enforcement point';
    }

    private static function named(string $release): bool
    {
        return strlen($release) <= 200 && preg_match('/^[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?!\.))*$/D', $release);
    }
}
