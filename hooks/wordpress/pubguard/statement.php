<?php
/** An SQL statement that writes rows of one table: which columns get which values, and where. */

declare(strict_types=1);

namespace Pubguard;

defined('ABSPATH') || exit;

final class Statement
{
    /** Nearly all that a site asks its database. */
    private const READS = '/^[\s(]*(?:select|show|describe|explain|delete)\s/i';

    /** @var bool whether it could be read; if not, only $text says anything */
    public $clear = false;
    /** @var bool a new row, or a change of rows that are there */
    public $inserts = false;
    /** @var array<string, string|null|false> column -> value; false for an expression */
    public $set = [];
    /** @var string an UPDATE's condition with all that follows it, as it stands there; '' for all rows */
    public $where = '';
    /** @var string the part that names columns, strings blanked */
    public $text = '';

    /** What a statement writes to the table, or null where it writes nothing there. */
    public static function of(string $sql, string $table): ?self
    {
        if (preg_match(self::READS, $sql) || stripos($sql, $table) === false) {
            return null;
        }
        $bare = self::bare($sql);
        if (!preg_match('/\b' . preg_quote($table, '/') . '\b/i', $bare)
            || !preg_match('/^[\s(]*(\w+|\/\*)/', $bare, $found)) {
            return null;
        }
        $verb = strtolower($found[1]);
        if ($verb === 'update') {
            return self::update($sql, $bare, $table);
        }
        if ($verb === 'insert' || $verb === 'replace') {
            return self::insert($sql, $bare, $table);
        }
        // What a server runs out of a comment, behind WITH, or from a file cannot be read here.
        $hidden = $verb === '/*' || $verb === 'load'
            || ($verb === 'with' && preg_match('/\b(update|insert|replace)\b/i', $bare));
        return $hidden ? self::unclear($bare) : null;
    }

    /** The one row that an UPDATE is about, or 0. */
    public function id(): int
    {
        return preg_match('/^\s*`?ID`?\s*=\s*\'?(\d{1,18})\'?\s*$/iD', $this->where, $found) ? (int) $found[1] : 0;
    }

    private static function unclear(string $bare): self
    {
        $made = new self();
        $made->text = $bare;
        return $made;
    }

    private static function update(string $sql, string $bare, string $table): ?self
    {
        if (!preg_match('/^\s*update\s+((?:low_priority\s+|ignore\s+)*)(.*?)\sset\s/is', $bare, $found)) {
            return self::unclear($bare);
        }
        $named = preg_quote($table, '/');
        if (!preg_match('/\b' . $named . '\b/i', $found[2])) {
            return preg_match('/^[`\w.\s]+$/', $found[2]) ? null : self::unclear($bare);
        }
        $alone = '/^\s*(?:`?\w+`?\s*\.\s*)?`?' . $named . '`?(?:\s+(?:as\s+)?`?\w+`?)?\s*$/i';
        $made = new self();
        $at = strlen($found[0]);
        [$made->set, $at] = self::assignments($sql, $bare, $at);
        $made->text = substr($bare, strlen($found[0]), $at - strlen($found[0]));
        if (!preg_match($alone, $found[2]) || $made->set === []) {
            return $made;
        }
        $rest = rtrim(substr($sql, $at), "; \t\r\n");
        $made->where = (string) preg_replace('/^\s*where\s/i', ' ', $rest, 1, $count);
        if ($count === 0 && trim($rest) !== '') {
            $made->where = '1=1 ' . $rest;
        }
        $made->clear = true;
        return $made;
    }

    private static function insert(string $sql, string $bare, string $table): ?self
    {
        $start = '/^\s*(?:insert|replace)\s+(?:low_priority\s+|delayed\s+|high_priority\s+|ignore\s+)*(?:into\s+)?'
            . '(?:`?\w+`?\s*\.\s*)?`?(\w+)`?/i';
        if (!preg_match($start, $bare, $into) || strcasecmp($into[1], $table) !== 0) {
            return isset($into[1]) ? null : self::unclear($bare);
        }
        if (!preg_match('/^\s*insert\s[^(]*\(([`\w\s,]+)\)\s*values?\s*\(/i', $bare, $found)) {
            return self::unclear($bare);
        }
        $columns = array_map(static function (string $name): string {
            return trim($name, " \t\r\n`");
        }, explode(',', $found[1]));
        [$values, $at] = self::values($sql, $bare, strlen($found[0]));
        $over = trim(substr($bare, $at), "; \t\r\n") === '';
        if (!$over || count($values) !== count($columns)) {
            return self::unclear($bare);
        }
        $made = new self();
        $made->clear = true;
        $made->inserts = true;
        $made->set = array_combine($columns, $values);
        return $made;
    }

    /** @return array{0: array<string, string|null|false>, 1: int} the assignments from there on, and their end */
    private static function assignments(string $sql, string $bare, int $at): array
    {
        $set = [];
        $name = '/\G\s*(?:`?\w+`?\s*\.\s*){0,2}`?(\w+)`?\s*=/';
        while (preg_match($name, $bare, $found, 0, $at)) {
            $from = $at + strlen($found[0]);
            $at = self::ending($bare, $from, true);
            $set[$found[1]] = self::value(substr($sql, $from, $at - $from), substr($bare, $from, $at - $from));
            if (($bare[$at] ?? '') !== ',') {
                break;
            }
            $at++;
        }
        return [$set, $at];
    }

    /** @return array{0: array<int, string|null|false>, 1: int} the values up to their bracket, and what is behind it */
    private static function values(string $sql, string $bare, int $at): array
    {
        $values = [];
        do {
            $from = $at;
            $at = self::ending($bare, $from, false);
            $values[] = self::value(substr($sql, $from, $at - $from), substr($bare, $from, $at - $from));
            $mark = $bare[$at] ?? '';
            $at++;
        } while ($mark === ',');
        return [$values, $mark === ')' ? $at : strlen($bare) + 1];
    }

    /** Where a value ends: at a comma, its bracket, or the clause that follows the assignments. */
    private static function ending(string $bare, int $at, bool $clauses): int
    {
        $marks = $clauses ? '/[(),]|\b(?:where|order\s+by|limit)\b/i' : '/[(),]/';
        $depth = 0;
        while (preg_match($marks, $bare, $found, PREG_OFFSET_CAPTURE, $at)) {
            [$mark, $at] = $found[0];
            if ($mark === '(') {
                $depth++;
            } elseif ($mark === ')') {
                if ($depth === 0) {
                    return $at;
                }
                $depth--;
            } elseif ($depth === 0) {
                return $at;
            }
            $at += strlen($mark);
        }
        return strlen($bare);
    }

    /** @return string|null|false a plain value, NULL, or an expression */
    private static function value(string $sql, string $bare)
    {
        $sql = substr($sql, strlen($bare) - strlen(ltrim($bare)), strlen(trim($bare)));
        $bare = trim($bare);
        if (preg_match('/^([\'"])[^\'"]*\1$/D', $bare)) {
            return self::unescaped($sql);
        }
        if (preg_match('/^[+-]?\d+(\.\d+)?$/D', $bare)) {
            return $bare;
        }
        return strcasecmp($bare, 'null') === 0 ? null : false;
    }

    private static function unescaped(string $quoted): string
    {
        $mark = $quoted[0];
        $marks = ['\\0' => "\0", '\\n' => "\n", '\\r' => "\r", '\\t' => "\t", '\\b' => "\x08", '\\Z' => "\x1a"];
        $marks += ['\\\\' => '\\', "\\'" => "'", '\\"' => '"', $mark . $mark => $mark];
        $text = strtr(substr($quoted, 1, -1), $marks);
        return $text;
    }

    /** The statement with the inside of its strings and its comments blanked, each byte in its place. */
    private static function bare(string $sql): string
    {
        $bare = '';
        $at = 0;
        $length = strlen($sql);
        while ($at < $length) {
            $plain = strcspn($sql, "'\"#-/", $at);
            $bare .= substr($sql, $at, $plain);
            $at += $plain;
            if ($at >= $length) {
                break;
            }
            $end = self::blank($sql, $at);
            if ($end === $at) {
                $bare .= $sql[$at++];
                continue;
            }
            $quoted = $sql[$at] === "'" || $sql[$at] === '"';
            $bare .= $quoted
                ? $sql[$at] . str_repeat(' ', max(0, $end - $at - 2)) . ($end - $at > 1 ? $sql[$at] : '')
                : str_repeat(' ', $end - $at);
            $at = $end;
        }
        return $bare;
    }

    /** The end of the string or comment that begins there; the same place where none does. */
    private static function blank(string $sql, int $at): int
    {
        $length = strlen($sql);
        $two = substr($sql, $at, 2);
        if ($sql[$at] === '#' || ($two === '--' && ($at + 2 >= $length || ctype_space($sql[$at + 2])))) {
            return min($length, $at + strcspn($sql, "\n", $at));
        }
        if ($two === '/*' && !in_array($sql[$at + 2] ?? '', ['!', 'M'], true)) {
            $end = strpos($sql, '*/', $at + 2);
            return $end === false ? $length : $end + 2;
        }
        if ($sql[$at] !== "'" && $sql[$at] !== '"') {
            return $at;
        }
        $mark = $sql[$at++];
        while ($at < $length) {
            $at += strcspn($sql, $mark . '\\', $at);
            if ($at >= $length) {
                break;
            }
            if ($sql[$at] === '\\') {
                $at += 2;
            } elseif (($sql[$at + 1] ?? '') === $mark) {
                $at += 2;
            } else {
                return $at + 1;
            }
        }
        return $length;
    }
}
