"""Source text to syntax tree.

One pass, left to right: words are completed and variables resolved as they
are met, so the first error reported is the first one in the text.

Source: routeros-script.md, sections 1 to 4, 7 and 17.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.script.arguments import ANYTHING, END_KINDS, ArgumentParser
from simulator.script.ast import (
    Block,
    Call,
    Expression,
    Late,
    Literal,
    MenuBlock,
    MenuChange,
    Statement,
)
from simulator.script.collect import BuiltinArguments, MenuArguments
from simulator.script.grammar import BUILTINS, Builtin, find_builtin
from simulator.script.tokens import Place, Token, TokenKind
from simulator.script.tree import CommandSyntax

if TYPE_CHECKING:
    from simulator.console.request import Menu
    from simulator.script.scope import Unit
    from simulator.script.tree import CommandTree
    from simulator.version import Version

__all__ = ["Parsed", "parse"]

# No menu has words like `1.0.0.1` or `---`; to the parser they are commands not known.
_WORD = re.compile(rb"[a-z0-9.-][a-z0-9._-]*")
# What makes an empty statement between two: blanks behind the `;`, or blanks before a line
# end that a comment follows.
_EMPTY = re.compile(rb"[ \t]*;[ \t]+\n|[ \t]+\n\s*#")
_LAST = re.compile(rb"[ \t]*;[ \t]+")
# How deep brackets may nest; deeper sources are refused (assumed: no limit is documented).
MAX_DEPTH = 150


@dataclass(frozen=True, slots=True)
class Parsed:
    """A source text that parses.

    Attributes:
        body: Its statements.
        unit: Where its variables live.
        late: Every statement that will fail when it is reached, in order.
    """

    body: Block
    unit: Unit
    late: tuple[Late, ...]


def parse(source: bytes, tree: CommandTree, version: Version, menu: Menu = ()) -> Parsed:
    """Parse a script.

    Args:
        source: The text.
        tree: The menus it may use.
        version: The release that reads it.
        menu: The menu it starts in.

    Raises:
        ParseError: The text is refused whole.
    """
    parser = _Parser(source, tree, version, menu)
    try:
        body = parser.statements(0, b"")
    except RecursionError:
        raise parser.error(parser.lexer.at) from None
    return Parsed(body, parser.scope.unit, tuple(parser.failing))


class _Parser(ArgumentParser):
    def __init__(self, source: bytes, tree: CommandTree, version: Version, menu: Menu) -> None:
        super().__init__(source)
        self.tree = tree
        self.version = version
        self.menu = menu
        self.failing: list[Late] = []
        self._level = 0

    # Statements

    def statements(self, at: int, closer: bytes, unclosed: bytes = b"syntax error") -> Block:
        menu = self.menu
        self._level += 1
        if self._level > MAX_DEPTH:
            raise self.error(self.lexer.at)
        found: list[Statement] = []
        breaks: list[tuple[int, Menu]] = []
        start = self.lexer.at
        while not self._at_closer(closer, unclosed):
            if self._breaks(start, self.lexer.at, first=not found):
                breaks.append((len(found), self.menu))
            found.append(self._statement())
            start = self.lexer.at
            self._end_statement(closer)
        end = self.lexer.at - len(closer)
        if found and self._breaks(start, end, first=False, last=True):
            breaks.append((len(found), self.menu))
        self._level -= 1
        self.menu = menu if closer else self.menu
        return Block(at, tuple(found), tuple(breaks))

    def _breaks(self, start: int, end: int, *, first: bool, last: bool = False) -> bool:
        """Tell whether what stands between two statements counts as an empty one.

        Read off compiled code of published scripts (7.20.8 to 7.23rc1).
        """
        while not first and self.lexer.source[start - 1 : start] in (b" ", b"\t"):
            start -= 1  # reading on for arguments has skipped them
        gap = self.lexer.source[start:end].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if first:
            return b"\n" in gap or b"#" in gap
        return _EMPTY.match(gap) is not None or (last and _LAST.fullmatch(gap) is not None)

    def _at_closer(self, closer: bytes, unclosed: bytes) -> bool:
        token = self.lexer.peek(Place.STATEMENT)
        if token.kind is TokenKind.END:
            if closer:
                raise self.error(token.at, unclosed)
            return True
        if token.kind is not TokenKind.CLOSER:
            return False
        if token.text != closer:
            if self._ends_script(token, closer):
                return True
            text = b"expected closing brace" if closer == b"}" else b"syntax error"
            raise self.error(token.at, text)
        self.lexer.at = token.end
        return True

    def _ends_script(self, token: Token, closer: bytes) -> bool:
        # A `}` that nothing opened ends a script; the router never looks at what follows.
        return not closer and token.text == b"}"

    def _end_statement(self, closer: bytes) -> None:
        token = self.lexer.peek(Place.ARGUMENT)
        if token.kind not in END_KINDS:
            raise self.error(token.at, b"expected end of command")
        if token.kind is not TokenKind.CLOSER or token.text == closer:
            return
        if not self._ends_script(token, closer):
            in_brackets = closer == b"]"
            raise self.error(
                token.at, b"syntax error" if in_brackets else b"expected end of command"
            )

    def _statement(self) -> Statement:
        token = self.lexer.read(Place.STATEMENT)
        match token.kind:
            case TokenKind.BRACE:
                return self.block(token.at)
            case TokenKind.PAREN | TokenKind.BRACKET:
                return self._call(token.at, self.operand(token), by_name=False)
            case TokenKind.VARIABLE | TokenKind.QUOTED_VARIABLE:
                return self._call(token.at, self.operand(token), by_name=True)
            case TokenKind.COLON:
                return self._command(token, ())
            case TokenKind.SLASH:
                return self._absolute(token)
            case TokenKind.UP:
                return self._path(token.at, self.menu[:-1])
            case TokenKind.WORD:
                self.lexer.at = token.at
                return self._command(token, self.menu)
            case _ if token.text == b"$":
                return self._call(token.at, self.operand(token), by_name=True)
            case _:
                raise self.error(token.at, b"expected command name")

    def _absolute(self, slash: Token) -> Statement:
        if self.lexer.byte() == b"/":
            raise self.error(self.lexer.at)
        if self.lexer.peek(Place.ARGUMENT).kind in END_KINDS:
            self.menu = ()
            return MenuChange(slash.at, ())
        if self.lexer.byte() == b"{":
            return self._path(slash.at, ())
        return self._command(slash, ())

    # Words

    def _command(self, start: Token, menu: Menu) -> Statement:
        """Read a statement from its first word on."""
        if start.kind is TokenKind.COLON:
            self.lexer.skip_blanks()  # `: put`, in published scripts
        word = self._read_word()
        if word is None:
            text = (
                b"syntax error" if self.lexer.byte() in (b":", b"/") else (b"expected command name")
            )
            raise self.error(self.lexer.at, text)
        name = word.text.decode()
        found = self.tree.find(menu, name)
        if not _is_exact(found, name):
            builtin = self._builtin(start, menu, name, known=found is not None)
            if builtin is not None:
                return self._global(word, builtin)
        return self._found(start.at, word, menu, found)

    def _builtin(self, start: Token, menu: Menu, name: str, *, known: bool) -> Builtin | None:
        anywhere = start.kind is TokenKind.WORD and menu != ()
        exact = BUILTINS.get(name)
        if exact is not None:
            return exact if exact.anywhere or not anywhere else None
        return None if known else find_builtin(name, anywhere=anywhere)

    def _read_word(self) -> Token | None:
        at = self.lexer.at
        match = _WORD.match(self.lexer.source, at)
        if match is None:
            return None
        self.lexer.at = match.end()
        return Token(TokenKind.WORD, match[0], at, match.end())

    def _found(
        self, at: int, word: Token, menu: Menu, found: Menu | CommandSyntax | None
    ) -> Statement:
        if found is None:
            return self._unknown(at, word, menu)
        if not isinstance(found, CommandSyntax):
            return self._path(at, found)
        if self.lexer.byte() == b"/":
            raise self.error(self.lexer.at)
        self.require_end_of_word()
        return self._menu_command(at, menu, found)

    def _path(self, at: int, menu: Menu) -> Statement:
        """Go on after a menu's word (or `..`), which led to `menu`."""
        slashed = self._read_slash()
        token = self.lexer.peek(Place.ARGUMENT)
        if token.kind is TokenKind.BRACE:
            self.lexer.at = token.end
            outer, self.menu = self.menu, menu
            body = self.block(token.at)
            self.menu = outer
            return MenuBlock(at, menu, body)
        if token.kind in END_KINDS:
            self.menu = menu
            return MenuChange(at, menu)
        if token.text.startswith(b".."):
            self.lexer.at = token.at + 2
            return self._path(at, menu[:-1])
        word = self._read_word()
        if word is None:
            raise self.error(token.at)
        found = self.tree.find(menu, word.text.decode())
        if found is None and self.lexer.byte() == b"/" and not self.version.slash_blamed:
            raise self.error(word.at, b"bad command name " + word.text)
        del slashed
        return self._found(at, word, menu, found)

    def _read_slash(self) -> bool:
        byte = self.lexer.byte()
        if byte == b"/":
            if self.version.is_v6:
                raise self.error(self.lexer.at)
            self.lexer.at += 1
            if self.lexer.byte() == b"/":
                raise self.error(self.lexer.at)
            return True
        if byte and byte not in b" \t\r\n;)]}\\{":
            raise self.error(self.lexer.at, b"expected command name")
        return False

    def _unknown(self, at: int, word: Token, menu: Menu) -> Statement:
        byte = self.lexer.byte()
        # An unknown directory refuses the source when it is written with a slash after it
        # (`/container/print` without the package), as do stray bytes after a word.
        if byte and byte not in b" \t\r\n;)]}\\":
            raise self.error(self.lexer.at)
        words = (Literal(word.at, word.text), *self.late_words())
        message = b"bad command name " + word.text
        return self._fails(Late(at, message, word.at, words, menu=menu))

    def _fails(self, late: Late) -> Late:
        self.failing.append(late)
        return late

    # Calls

    def _call(self, at: int, function: Expression, *, by_name: bool) -> Call:
        if by_name:
            self.require_end_of_word()
        else:
            self.require_gap(ANYTHING)
        positional: list[Expression] = []
        named: list[tuple[bytes, Expression]] = []
        while (token := self.lexer.peek(Place.ARGUMENT)).kind not in END_KINDS:
            self.lexer.at = token.end
            if token.kind is TokenKind.NAME:
                named.append((token.text, self.function_argument(token.text)))
            else:
                after = b"$\\" if token.kind is TokenKind.WORD else b"$\\="
                positional.append(self.value(token, self.text_word, self.filled_array, after))
        return Call(at, function, tuple(positional), tuple(named), by_name)

    # Global commands

    def _global(self, word: Token, builtin: Builtin) -> Statement:
        self.require_end_of_word()
        reader = BuiltinArguments(self, builtin, self.version)
        start = len(self.failing)
        while (token := self.lexer.peek(Place.ARGUMENT)).kind not in END_KINDS:
            self.lexer.at = token.end
            failure = reader.read(token)
            if failure is not None:
                return self._bad_parameter(
                    word.at, token, failure, first=reader.empty, command="/" + builtin.name
                )
        if not builtin.exists(self.version):
            del self.failing[start:]
            name = Literal(word.at, word.text)
            return self._fails(Late(word.at, b"bad command name " + word.text, word.at, (name,)))
        return reader.command(word.at)

    def _bad_parameter(
        self, at: int, token: Token, name: bytes, *, first: bool, command: str
    ) -> Statement:
        if token.kind is not TokenKind.NAME or not self.version.bad_parameter:
            raise self.error(token.at, b"expected end of command")
        self.value(self.lexer.read(Place.VALUE), self.text_word, self.no_brace)
        self.late_words()
        # Measured on 7.23.3: the first argument is blamed at its `=`, a later one at its name.
        blamed = token.end - 1 if first else token.at
        return self._fails(Late(at, b"bad parameter " + name, blamed, (), command))

    # Commands of menus

    def _menu_command(self, at: int, menu: Menu, syntax: CommandSyntax) -> Statement:
        # Brackets in its arguments start in the menu of the command.
        outer, self.menu = self.menu, menu
        statement = self._menu_arguments(at, menu, syntax)
        self.menu = outer
        return statement

    def _menu_arguments(self, at: int, menu: Menu, syntax: CommandSyntax) -> Statement:
        reader = MenuArguments(self, menu, syntax, self.version)
        while (token := self.lexer.peek(Place.ARGUMENT)).kind not in END_KINDS:
            if reader.takes_condition():
                reader.read_condition(token.at)
                continue
            self.lexer.at = token.end
            failure = reader.read(token)
            if failure is not None:
                path = "/" + "/".join((*menu, syntax.name))
                return self._bad_parameter(at, token, failure, first=reader.empty, command=path)
        return reader.command(at)


def _is_exact(found: Menu | CommandSyntax | None, name: str) -> bool:
    if found is None:
        return False
    return (found.name if isinstance(found, CommandSyntax) else found[-1]) == name
