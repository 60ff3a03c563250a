<?php
// Verifies a permit as a publishing system in PHP would: sodium, and nothing of ours.
[$token, $jwks, $now, $audience] = array_slice($argv, 1);
$part = fn($text) => base64_decode(strtr($text, '-_', '+/'));
[$head, $body, $signature] = explode('.', $token);
$header = json_decode($part($head), true);
$key = array_values(array_filter(json_decode($jwks, true)['keys'], fn($k) => $k['kid'] === $header['kid']))[0] ?? null;
$good = $header['alg'] === 'EdDSA' && $header['typ'] === 'pubguard-permit+jwt' && $key !== null
    && sodium_crypto_sign_verify_detached($part($signature), "$head.$body", $part($key['x']));
$claims = json_decode($part($body), true);
$counts = $good && $claims['aud'] === $audience && $claims['nbf'] <= (int) $now && (int) $now < $claims['exp'];
echo json_encode(['good' => $good, 'counts' => $counts, 'digests' => $claims['digests']]);
