<?php
/** Prints what of the files named is newer than PHP 7.4, a line each; a parser set to 7.4 reads them. */

declare(strict_types=1);

require '/usr/share/php/PhpParser/autoload.php';

use PhpParser\Node;

final class Newer extends PhpParser\NodeVisitorAbstract
{
    private const FUNCTIONS = [
        'str_contains', 'str_starts_with', 'str_ends_with', 'get_debug_type', 'get_resource_id', 'fdiv',
        'preg_last_error_msg', 'array_is_list', 'enum_exists', 'fsync', 'fdatasync',
    ];
    private const KINDS = [
        Node\Expr\NullsafePropertyFetch::class, Node\Expr\NullsafeMethodCall::class, Node\Expr\Match_::class,
        Node\Expr\Throw_::class, Node\VariadicPlaceholder::class, Node\UnionType::class,
        Node\IntersectionType::class, Node\AttributeGroup::class, Node\Stmt\Enum_::class,
    ];

    /** @var string[] */
    public $found = [];

    public function enterNode(Node $node)
    {
        $is = in_array(get_class($node), self::KINDS, true)
            || ($node instanceof Node\Arg && $node->name !== null)
            || ($node instanceof Node\Param && $node->flags !== 0)
            || ($node instanceof Node\Stmt\Catch_ && $node->var === null)
            || ($node instanceof Node\Identifier && in_array($node->name, ['mixed', 'never'], true))
            || ($node instanceof Node\FunctionLike && $node->getReturnType() instanceof Node\Name
                && strtolower((string) $node->getReturnType()) === 'static')
            || ($node instanceof Node\Expr\ClassConstFetch && $node->class instanceof Node\Expr
                && $node->name instanceof Node\Identifier && $node->name->name === 'class')
            || ($node instanceof Node\Expr\FuncCall && $node->name instanceof Node\Name
                && in_array(strtolower((string) $node->name), self::FUNCTIONS, true));
        if ($is) {
            $this->found[] = $node->getType() . ' on line ' . $node->getStartLine();
        }
        return null;
    }
}

$lexer = new PhpParser\Lexer\Emulative(['phpVersion' => '7.4']);
$parser = (new PhpParser\ParserFactory())->create(PhpParser\ParserFactory::ONLY_PHP7, $lexer);
foreach (array_slice($argv, 1) as $file) {
    $newer = new Newer();
    $walk = new PhpParser\NodeTraverser();
    $walk->addVisitor($newer);
    try {
        $walk->traverse((array) $parser->parse((string) file_get_contents($file)));
    } catch (PhpParser\Error $error) {
        $newer->found[] = $error->getMessage();
    }
    foreach ($newer->found as $found) {
        echo $file, ': ', $found, "\n";
    }
}
