"""Parsing of expressions, array literals and conditions on items.

Source: routeros-script.md, sections 2.4, 3.2, 3.3, 6.1, 6.2, 8.1 and 17.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.script.ast import (
    ArrayLiteral,
    Expression,
    Literal,
    Operation,
    Property,
    Quote,
    Variable,
)
from simulator.script.strings import StringParser
from simulator.script.tokens import Place, Token, TokenKind
from simulator.values import parse_word

if TYPE_CHECKING:
    from simulator.script.scope import Scope
    from simulator.script.tree import CommandSyntax

__all__ = ["ExpressionParser"]

# Operator to how tightly it binds, and whether `a op b op c` is one operation.
# Measured over all pairs on 7.21.5, 7.23.3 and 7.24rc4 (section 6.1).
_BINDS: dict[bytes, tuple[int, bool]] = {
    b"->": (14, False),
    b"<%%": (13, False),
    b"*": (12, True),
    b"/": (12, False),
    b"%": (12, False),
    b"+": (11, True),
    b"-": (11, False),
    b"&": (10, True),
    b"^": (9, True),
    b"|": (8, True),
    b"<<": (7, False),
    b">>": (7, False),
    b".": (6, True),
    b"<": (5, False),
    b">": (5, False),
    b"=": (5, False),
    b"<=": (5, False),
    b">=": (5, False),
    b"!=": (5, False),
    b"~": (5, False),
    b"in": (4, False),
    b"and": (3, True),
    b"or": (2, True),
    # Juxtaposed terms bind tighter than `,` and looser than `=` (7.23.3); that they are
    # looser than `or` as well is assumed.
    b" ": (1, True),
    b",": (0, True),
}
_RIGHT = {b"<%%", b"<<", b">>"}
_COMPARISONS = {b"<", b">", b"=", b"<=", b">=", b"!=", b"~"}
_SAME = {b"&&": b"and", b"||": b"or"}


class ExpressionParser(StringParser):
    """The part of the parser that reads expressions."""

    def paren(self, at: int) -> Expression:
        """Read the rest of `(…)`, whose parenthesis stands at `at`."""
        self.depth += 1
        member, self.in_member = self.in_member, False
        inner = self.expression(0)
        self.in_member = member
        token = self.lexer.peek(Place.OPERATOR)
        if token.kind is not TokenKind.CLOSER or token.text != b")":
            raise self.error(token.at)
        self.lexer.at = token.end
        self.depth -= 1
        del at  # `(a)` shows no parentheses in compiled code: the node is a's
        return inner

    def expression(self, tightness: int) -> Expression:
        """Read an expression whose operators bind at least as tightly as given."""
        left = self._prefixed()
        while True:
            value_end = self.lexer.at
            token = self._peek_operator()
            operator = self._operator_of(token, value_end)
            if operator is None:
                return left
            binds, variadic = _BINDS[operator]
            if binds < tightness:
                return left
            if operator != b" ":
                self.lexer.at = token.end
            if self.where is not None and operator in _COMPARISONS:
                right = self._compared(binds + 1)
            else:
                right = self.expression(binds if operator in _RIGHT else binds + 1)
            left = _joined(left, operator, right, variadic=variadic)

    def _peek_operator(self) -> Token:
        if self.where is not None and not self.depth:
            self.lexer.skip_blanks()
            if self.lexer.byte() in (b"\r", b"\n", b""):
                return Token(TokenKind.END, b"", self.lexer.at, self.lexer.at)
        return self.lexer.peek(Place.OPERATOR)

    def _operator_of(self, token: Token, value_end: int) -> bytes | None:
        """Return the operator that follows, b" " before a juxtaposed term, None at the end."""
        if token.kind is TokenKind.OPERATOR:
            return _SAME.get(token.text, token.text)
        if token.kind in (TokenKind.CLOSER, TokenKind.STOP, TokenKind.END):
            return None
        if self.where is not None and not self.depth and self._ends_condition():
            return None
        if self.in_member and self._next_member(value_end, token.at):
            return None
        return b" "

    def _next_member(self, value_end: int, at: int) -> bool:
        """Tell whether a key on a line of its own follows: it needs no `;` before it."""
        between = self.lexer.source[value_end:at]
        if b"\n" not in between and b"\r" not in between:
            return False
        key = self._key()
        self.lexer.at = at
        return key is not None

    def _ends_condition(self) -> bool:
        """Tell whether another argument of the command follows (`… where x detail`)."""
        assert self.where is not None  # noqa: S101 - its only caller has looked
        word = self.lexer.peek(Place.PROPERTY)
        name = word.text.decode("latin-1")
        return (
            word.kind is TokenKind.WORD
            and name in self.where.arguments
            and name not in self.where.properties
        )

    def _compared(self, tightness: int) -> Expression:
        """Read the right side of a comparison in a condition: a bare word is text there."""
        if self.depth:
            self.lexer.skip_lines()
        token = self.lexer.peek(Place.LITERAL)
        if token.kind is not TokenKind.WORD:
            # `topics=({"a";"b"})`: in parentheses on the right an array may stand.
            saved, self.compares = self.compares, token.kind is TokenKind.PAREN
            right = self.expression(tightness)
            self.compares = saved
            return right
        self.lexer.at = token.end
        return Literal(token.at, parse_word(token.text))

    def _prefixed(self) -> Expression:
        token = self._read_operand()
        if token.kind is not TokenKind.OPERATOR:
            return self.operand(token)
        operand = self._prefixed()
        if token.text == b">":
            return Quote(token.at, operand)
        return Operation(token.at, token.text, (operand,))

    def _read_operand(self) -> Token:
        if self.where is None:
            return self.lexer.read(Place.OPERAND)
        if self.depth:
            self.lexer.skip_lines()
        return self.lexer.read(Place.PROPERTY)

    def operand(self, token: Token) -> Expression:
        """Return the operand that begins with the token just read."""
        match token.kind:
            case TokenKind.WORD:
                return self._word(token)
            case TokenKind.VARIABLE:
                return self.variable(token.text, token.at)
            case TokenKind.QUOTED_VARIABLE:
                return self.variable(self.quoted_name(token.at + 1), token.at)
            case TokenKind.QUOTE:
                return self.string(token.at)
            case TokenKind.PAREN:
                return self.paren(token.at)
            case TokenKind.BRACKET:
                return self.substitution(token.at)
            case TokenKind.BRACE if self.where is None or self.compares:
                return self.array(token.at)
            case TokenKind.CLOSER if self.in_argument:
                raise self.error(token.end)
            case _ if token.text == b"$":
                return self._spaced_variable(token)
            case _:
                raise self.error(token.at)

    def _spaced_variable(self, dollar: Token) -> Expression:
        """Read what follows a `$` that no name follows at once: blanks and a name (`$ 2`).

        A bracket or another `$` is read as a value first, then refused behind it.
        """
        self.lexer.skip_blanks()
        at = self.lexer.at
        word = self.lexer.read(Place.OPERAND)
        if word.kind is TokenKind.WORD and word.text.isalnum() and at > dollar.end:
            return self.variable(word.text, dollar.at)
        if word.kind in (TokenKind.PAREN, TokenKind.BRACKET, TokenKind.VARIABLE):
            self.operand(word)
            raise self.error(self.lexer.at)
        raise self.error(dollar.end)

    def _word(self, token: Token) -> Expression:
        value = parse_word(token.text)
        if not isinstance(value, bytes):
            return Literal(token.at, value)
        if self.where is not None:
            binding = self.scope.lookup(token.text)
            return Property(token.at, token.text, binding, known=True)
        head = token.text.partition(b"/")[0]
        if head != token.text and not isinstance(parse_word(head), bytes):
            # `1h/60`: a division, there is no such literal (assumed; `a/` is a variable).
            self.lexer.at = token.at + len(head)
            return Literal(token.at, parse_word(head))
        return Variable(token.at, token.text, self.scope.lookup(token.text))

    # Arrays

    def array(self, at: int) -> ArrayLiteral:
        """Read the rest of `{…}` as an array literal; an empty one is fine here."""
        items: list[Expression] = []
        keyed: list[tuple[Expression, Expression]] = []
        outer, self.where, depth = self.where, None, self.depth
        member, self.in_member = self.in_member, True
        while not self._closes_array(anything=bool(items or keyed)):
            key = self._key()
            if key is None:
                items.append(self.expression(0))
            elif self.lexer.peek(Place.MEMBER).kind in (TokenKind.CLOSER, TokenKind.STOP):
                items.append(key)  # `{a=}` is the text a
            else:
                keyed.append((key, self.expression(0)))
            token = self.lexer.peek(Place.OPERATOR)
            if token.kind is TokenKind.STOP:
                self.lexer.at = token.end
            elif token.text != b"}" and not self._next_member(0, token.at):
                raise self.error(token.at)
        self.where, self.depth, self.in_member = outer, depth, member
        return ArrayLiteral(at, tuple(items), tuple(keyed))

    def _closes_array(self, *, anything: bool) -> bool:
        token = self.lexer.peek(Place.MEMBER)
        if token.kind is TokenKind.CLOSER:
            self.lexer.at = token.end
            return True
        if token.kind is TokenKind.STOP and not anything:
            raise self.error(token.at)
        return False

    def _key(self) -> Expression | None:
        token = self.lexer.peek(Place.MEMBER)
        if token.kind is TokenKind.NAME:
            self.lexer.at = token.end
            return Literal(token.at, token.text)
        if token.text != b'"':
            return None
        self.lexer.at = token.at + 1
        name = self.string(token.at)
        if self.lexer.byte() == b"=":
            self.lexer.at += 1
            return name
        self.lexer.at = token.at
        return None

    # Conditions

    def condition(self, syntax: CommandSyntax) -> Expression:
        """Read what follows `where`, up to the end of the command or its next argument."""
        saved = self.where, self.properties, self.depth
        self.where, self.properties, self.depth = syntax, syntax.properties, 0
        test = self.expression(0)
        self.where, self.properties, self.depth = saved
        return test

    # Both halves

    def nested(self, scope: Scope) -> _Nesting:
        """Return a context in which code, not a value, is read in the given scope."""
        return _Nesting(self, scope)


class _Nesting:
    """Puts the parser into a scope of its own and back."""

    def __init__(self, parser: ExpressionParser, scope: Scope) -> None:
        self._parser = parser
        self._scope = scope

    def __enter__(self) -> None:
        parser = self._parser
        self._saved = parser.scope, parser.in_argument, parser.where, parser.depth
        self._in_member = parser.in_member
        parser.scope = self._scope
        parser.in_argument, parser.where, parser.depth = False, None, 0
        parser.in_member = False

    def __exit__(self, *_: object) -> None:
        parser = self._parser
        parser.scope, parser.in_argument, parser.where, parser.depth = self._saved
        parser.in_member = self._in_member


def _joined(left: Expression, operator: bytes, right: Expression, *, variadic: bool) -> Expression:
    """Return an operation; a chain of the same variadic operator is one, brackets or not."""
    if not variadic:
        return Operation(left.at, operator, (left, right))
    return Operation(left.at, operator, (*_chained(left, operator), *_chained(right, operator)))


def _chained(node: Expression, operator: bytes) -> tuple[Expression, ...]:
    if isinstance(node, Operation) and node.operator == operator and len(node.operands) > 1:
        return node.operands
    return (node,)
