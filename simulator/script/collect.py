"""Collecting a command's arguments, one class for each kind of command.

Source: routeros-script.md, sections 3, 14, 15 and 17.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.script.arguments import CODE_NAMES, END_KINDS
from simulator.script.ast import (
    Block,
    Command,
    Condition,
    Expression,
    Literal,
    MenuCommand,
    Operation,
)
from simulator.script.grammar import Slot
from simulator.script.scope import Computed
from simulator.script.tokens import Place, Token, TokenKind
from simulator.script.tree import ArgumentKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.console.request import Menu
    from simulator.script.arguments import ArgumentParser
    from simulator.script.grammar import Builtin
    from simulator.script.scope import Binding, Scope
    from simulator.script.tree import Argument, CommandSyntax
    from simulator.version import Version

__all__ = ["BuiltinArguments", "MenuArguments"]


class BuiltinArguments:
    """Collects the arguments of one global command."""

    def __init__(self, parser: ArgumentParser, builtin: Builtin, version: Version) -> None:
        self._parser = parser
        self._builtin = builtin
        self._version = version
        self._positional = list(builtin.positional)
        self._arguments: dict[str, Expression | Block] = {}
        self._bindings: list[Binding] = []
        self._loop: Scope | None = None

    @property
    def empty(self) -> bool:
        """No argument has been read yet."""
        return not self._arguments

    def read(self, token: Token) -> bytes | None:
        """Read the argument that begins with a token; its name when there is none such."""
        parser = self._parser
        if token.kind is TokenKind.NAME:
            name = self._builtin.argument(token.text.decode(), self._version)
            if name is None:
                return self._unknown(token)
            if self._builtin.slots[name] is Slot.FLAG:
                self._arguments[name] = Literal(token.at, value=True)
            self._fill(name, parser.lexer.read(Place.VALUE))
            return None
        if token.kind is TokenKind.WORD:
            flag = self._builtin.argument(token.text.decode(), self._version)
            if flag is not None and self._builtin.slots[flag] is Slot.FLAG:
                self._arguments[flag] = Literal(token.at, value=True)
                return None
            if flag is not None and self._takes_after_blank(flag, token):
                self._fill(flag, self._parser.lexer.read(Place.VALUE))
                return None
        if not self._positional:
            return token.text
        self._fill(self._positional[0], token)
        return None

    def _unknown(self, token: Token) -> bytes:
        """Return an unknown name; where a value may stand, it is one, and its `=` the error."""
        if self._positional:
            self._parser.lexer.at = token.at
            self._fill(self._positional[0], self._parser.lexer.read(Place.VALUE))
        return token.text

    def _takes_after_blank(self, name: str, token: Token) -> bool:
        """Tell whether a bare word is `do` of `:if (x) do {…}`, as published scripts have it.

        Only whole names that no position fills count.
        """
        return (
            name not in self._builtin.positional
            and name not in self._arguments
            and token.text.decode() == name
            and self._parser.lexer.peek(Place.VALUE).kind not in END_KINDS
        )

    def _fill(self, name: str, token: Token) -> None:
        if name in self._positional:
            self._positional.remove(name)
        self._arguments[name] = self._value(self._builtin.slots[name], token)

    def _value(self, slot: Slot, token: Token) -> Expression | Block:
        parser = self._parser
        if slot is Slot.VALUE:  # most are
            return parser.value(token, parser.typed_word, parser.filled_array, b"\\")
        match slot:
            case Slot.DECLARED:
                return parser.declared_name(token)
            case Slot.TARGET:
                return parser.target(token)
            case Slot.LOOP:
                return self._declare_loop(token)
            case Slot.BLOCK if token.kind is TokenKind.BRACE:
                return self._block(token.at)
            case Slot.FUNCTION:
                return parser.value(token, parser.typed_word, parser.function)
            case Slot.SOURCE:
                return parser.value(token, parser.text_word, parser.source_text)
            case Slot.TIME:
                return parser.value(token, parser.time_word, parser.filled_array, b"\\")
            case _:
                return parser.value(token, parser.typed_word, parser.filled_array, b"\\")

    def _declare_loop(self, token: Token) -> Expression:
        parser = self._parser
        self._loop = parser.scope.nested()
        names = parser.loop_names(token)
        self._bindings = [self._loop.declare_local(name) for name in names]
        return Literal(token.at, b",".join(names))

    def _block(self, at: int) -> Block:
        parser = self._parser
        outer = parser.scope
        parser.scope = self._loop or outer
        try:
            block = parser.block(at, b"expected closing brace")
        finally:
            parser.scope = outer
        parser.require_gap()
        return block

    def command(self, at: int) -> Command:
        """Return the command, once all its arguments are read."""
        scope = self._parser.scope
        name = self._arguments.get("name")
        if name is not None and self._builtin.name in ("local", "global", "set"):
            self._bindings = [self._binding(scope, name)]
        return Command(at, self._builtin, self._arguments, tuple(self._bindings))

    def _binding(self, scope: Scope, name: Expression | Block) -> Binding:
        kind = self._builtin.name
        if not isinstance(name, Literal) or not isinstance(name.value, bytes):
            return Computed(kind, scope.visible())
        if kind == "set":
            return scope.lookup(name.value)
        if kind == "local":
            return scope.declare_local(name.value)
        return scope.declare_global(name.value)


# What a value without a name most likely is, where only names are known.
_LIKELY = (
    "numbers",
    "number",
    "value-name",
    "url",
    "address",
    "host",
    "interface",
    "certificate",
    "file-name",
    "name",
)


class MenuArguments:
    """Collects the arguments of one command of a menu."""

    def __init__(
        self, parser: ArgumentParser, menu: Menu, syntax: CommandSyntax, version: Version
    ) -> None:
        self._parser = parser
        self._version = version
        self._menu = menu
        self._syntax = syntax
        self._positional = list(syntax.positional)
        self._loose = syntax.names_only
        if self._loose:
            self._positional = [name for name in _LIKELY if name in syntax.arguments]
            if len(syntax.arguments) == 1:
                self._positional = list(syntax.arguments)
        if syntax.name == "find" and (self._loose or not syntax.arguments):
            self._positional = ["where"]
        self._arguments: dict[str, Expression] = {}
        self._flags: list[str] = []
        self._unset: set[str] = set()
        self._where: Condition | None = None
        self._group = ""  # of dotted names: after `remote.address=`, `.as=` is remote.as

    @property
    def empty(self) -> bool:
        """No argument has been read yet."""
        return not self._arguments and not self._flags and self._where is None

    def takes_condition(self) -> bool:
        return bool(self._positional) and self._positional[0] == "where"

    def read_condition(self, at: int) -> None:
        """Read a condition whose keyword `where` may stand before it or not."""
        self._positional = [name for name in self._positional if name != "where"]
        parser = self._parser
        token = parser.lexer.peek(Place.PROPERTY)
        if token.kind is TokenKind.WORD and token.text == b"where":
            parser.lexer.at = token.end
            if parser.lexer.byte() == b"=":
                parser.lexer.at += 1
        if parser.lexer.peek(Place.ARGUMENT).kind in END_KINDS:
            raise parser.error(parser.lexer.at, b"missing value for where")
        test = parser.condition(self._syntax)
        if self._where is not None:
            test = Operation(at, b"and", (self._where.test, test))
        self._where = Condition(at, test)

    def read(self, token: Token) -> bytes | None:
        """Read the argument that begins with a token; its name when there is none such."""
        match token.kind:
            case TokenKind.NAME:
                return self._read_named(token)
            case TokenKind.UNSET:
                argument = self._argument(token.text)
                if argument is None:
                    return token.text
                self._unset.add(argument.name)
                return None
            case TokenKind.WORD:
                return self._read_word(token)
            case _:
                return self._read_positional(token)

    def _read_named(self, token: Token) -> bytes | None:
        argument = self._argument(token.text)
        if argument is None:
            if self._positional and not self._version.bad_parameter:
                self._parser.lexer.at = token.at
                self._read_positional(self._parser.lexer.read(Place.VALUE))
            return token.text
        if argument.kind is ArgumentKind.WHERE:
            self._parser.lexer.at = token.end
            self.read_condition(token.at)
            return None
        self._arguments[argument.name] = self._value(argument)
        if argument.name in self._positional:
            self._positional.remove(argument.name)
        return None

    def _argument(self, word: bytes) -> Argument | None:
        name = word.decode()
        exact = self._syntax.arguments.get(name)
        if exact is None and name.startswith(".") and self._group:
            exact = self._syntax.argument(self._group + name)
        found = exact or self._syntax.argument(name)
        if found is not None and "." in found.name[1:]:
            self._group = found.name.rpartition(".")[0]
        return found

    def _value(self, argument: Argument) -> Expression:
        parser = self._parser
        token = parser.lexer.read(Place.VALUE)
        brace: Callable[[int], Expression] = self._parser.no_brace
        if argument.name == "do":
            brace = parser.source_in_place
        elif argument.kind is ArgumentKind.CODE or argument.name in CODE_NAMES:
            brace = parser.source_text
        if argument.read is None:
            return parser.value(token, parser.text_word, brace)

        def checked(word: Token) -> Expression:
            return self._checked(argument, Literal(word.at, word.text))

        value = parser.value(token, checked, brace)
        return self._checked(argument, value) if isinstance(value, Literal) else value

    def _checked(self, argument: Argument, literal: Literal) -> Literal:
        """Return a literal with what the console shows for it, if it takes it."""
        if argument.read is None or literal.shown is not None:
            return literal
        assert isinstance(literal.value, bytes)  # noqa: S101 - a word or a string
        shown = argument.read(literal.value)
        if shown is None:
            raise self._parser.error(literal.at)
        return Literal(literal.at, literal.value, shown)

    def _read_word(self, token: Token) -> bytes | None:
        word = token.text.decode("latin-1")
        argument = self._syntax.arguments.get(word)
        if argument is None and not self._positional:
            argument = self._syntax.argument(word)
        loose = self._loose and word in self._syntax.arguments
        if argument is not None and (
            argument.kind is ArgumentKind.WHERE or (loose and word == "where")
        ):
            self._parser.lexer.at = token.at
            self.read_condition(token.at)
            return None
        if argument is not None and (
            argument.kind is ArgumentKind.FLAG or loose or self._stands_alone(argument, word)
        ):
            self._parser.require_gap()
            self._flags.append(argument.name)
            return None
        return self._read_positional(token)

    def _stands_alone(self, argument: Argument, word: str) -> bool:
        """Tell whether a name is there for itself, as exports have `fib` and `blackhole`."""
        lexer = self._parser.lexer
        at = lexer.at
        after = lexer.peek(Place.ARGUMENT)
        lexer.at = at
        return (
            argument.name == word
            and not self._positional
            and (after.kind is TokenKind.NAME or after.kind in END_KINDS)
        )

    def _read_positional(self, token: Token) -> bytes | None:
        if not self._positional:
            return token.text
        name = self._positional.pop(0)
        self._arguments[name] = self._parser.value(
            token, self._parser.text_word, self._parser.no_brace
        )
        return None

    def command(self, at: int) -> MenuCommand:
        """Return the command, once all its arguments are read."""
        return MenuCommand(
            at,
            self._menu,
            self._syntax,
            self._arguments,
            tuple(self._flags),
            frozenset(self._unset),
            self._where,
        )
