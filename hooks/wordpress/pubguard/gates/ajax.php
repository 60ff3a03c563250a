<?php

declare(strict_types=1);

namespace Pubguard\Gates;

defined('ABSPATH') || exit;

final class Ajax
{
}
