<?php

declare(strict_types=1);

namespace Pubguard;

defined('ABSPATH') || exit;

final class Statement
{
}
