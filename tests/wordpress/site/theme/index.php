<?php // A block theme has no templates in PHP.
