<?php
/** Whom a publisher who was stopped can turn to. */

declare(strict_types=1);

namespace Pubguard\Screens;

defined('ABSPATH') || exit;

final class Help
{
    private const NOBODY = 'Your lead official, or whoever runs releases at your office.'
        . ' Only two persons together, one of them a lead official, can change a date or lift a refusal.';

    /** PUBGUARD_HELP of wp-config.php: "the release desk, extension 4100". */
    public static function words(): string
    {
        $set = defined('PUBGUARD_HELP') ? trim((string) constant('PUBGUARD_HELP')) : '';
        return $set === '' ? self::NOBODY : $set;
    }
}
