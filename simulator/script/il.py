"""Compiled code as RouterOS shows it: `(evl /putmessage=hello)`.

Source: routeros-script.md, section 20; what is not captured there follows the
same shapes (assumed).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.script.ast import (
    ArrayLiteral,
    Block,
    Call,
    Command,
    Condition,
    Function,
    Late,
    Literal,
    MenuBlock,
    MenuChange,
    MenuCommand,
    Operation,
    Property,
    Quote,
    SourceText,
    Substitution,
    Text,
    Variable,
)
from simulator.script.grammar import Slot
from simulator.values import to_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from simulator.script.ast import Node
    from simulator.script.places import Places
    from simulator.version import Version

__all__ = ["Printer"]


class Printer:
    """Shows the nodes of one source text.

    Args:
        places: The source, for the places that errors name.
        version: v6 writes `eval` for `evl`.
    """

    def __init__(self, places: Places, version: Version) -> None:
        self._places = places
        self._evaluate = b"(eval " if version.is_v6 else b"(evl "
        self._show: dict[type, Callable[[Any], bytes]] = {
            Literal: _literal,
            Variable: _variable,
            Property: _variable,
            Text: self._text,
            Operation: self._operation,
            ArrayLiteral: self._array,
            Substitution: lambda node: self._block(node.body),
            Quote: lambda node: b"(> %b)" % self.show(node.body),
            Function: lambda node: b";" + self._block(node.body),
            SourceText: lambda node: node.text,
            Block: self._block,
            Command: self._command,
            MenuCommand: self._menu_command,
            MenuChange: lambda node: _menu(node.menu),
            MenuBlock: self._menu_block,
            Call: self._call,
            Late: self._late,
            Condition: lambda node: self.show(node.test),
        }

    def script(self, body: Block) -> bytes:
        """Return a whole script; one that holds nothing but comments reads `/`."""
        if not body.statements:
            return b"/" if self._places.source else b""
        return b";".join(self._statements(body))

    def show(self, node: Node) -> bytes:
        return self._show[type(node)](node)

    def _text(self, node: Text) -> bytes:
        if len(node.parts) == 1:
            return self.show(node.parts[0])
        return b"(. %b)" % b" ".join(map(self.show, node.parts))

    def _operation(self, node: Operation) -> bytes:
        if node.operator == b"<%%":
            return b"(<%%%% %b)" % b" ".join(map(self.show, node.operands))
        return b"(%b %b)" % (node.operator, b" ".join(map(self.show, node.operands)))

    def _array(self, node: ArrayLiteral) -> bytes:
        keyed = sorted((self.show(key), self.show(value)) for key, value in node.keyed)
        members = [self.show(item) for item in node.items]
        members += [key + b"=" + value for key, value in keyed]
        return b";".join(members)

    def _block(self, node: Block) -> bytes:
        return self._evaluate + (b" ".join(self._statements(node)) or b"/") + b")"

    def _statements(self, node: Block) -> list[bytes]:
        """Return the statements; an empty one shows the menu it stands in."""
        shown = [self.show(statement) for statement in node.statements]
        for number, menu in reversed(node.breaks):
            shown.insert(number, _menu(menu))
        return shown

    def _command(self, node: Command) -> bytes:
        shown = {}
        for name, value in node.arguments.items():
            text = self.show(value)
            slot = node.builtin.slots[name]
            if isinstance(value, Block):
                text = b";" + text
            elif isinstance(value, Literal) and slot in _NAMES:
                text = b";".join(b"$" + name for name in text.split(b","))
            shown[name] = text
        return self._evaluation(b"/" + node.builtin.name.encode(), shown)

    def _menu_command(self, node: MenuCommand) -> bytes:
        shown = {name: self.show(value) for name, value in node.arguments.items()}
        shown |= dict.fromkeys(node.flags, b"true")
        shown |= {"!" + name: b"" for name in node.unset}
        if node.where is not None:
            shown["where"] = self.show(node.where)
        return self._evaluation(_path((*node.menu, node.syntax.name)), shown)

    def _evaluation(self, path: bytes, arguments: dict[str, bytes]) -> bytes:
        shown = b";".join(name.encode() + b"=" + arguments[name] for name in sorted(arguments))
        return self._evaluate + path + shown + b")"

    def _menu_block(self, node: MenuBlock) -> bytes:
        shown = self._statements(node.body)
        if shown[:1] != [_menu(node.menu)]:
            shown.insert(0, _menu(node.menu))
        return self._evaluate + b" ".join(shown) + b")"

    def _call(self, node: Call) -> bytes:
        arguments = [b"(> %b)" % self.show(node.function)] if node.by_name else []
        arguments += map(self.show, node.positional)
        arguments += sorted(name + b"=" + self.show(value) for name, value in node.named)
        function = node.function
        if isinstance(function, Substitution) and len(function.body.statements) == 1:
            shown = self.show(function.body.statements[0])  # without brackets of its own
        else:
            shown = self.show(function)
        return b"(<%%%% %b %b)" % (shown, b";".join(arguments))

    def _late(self, node: Late) -> bytes:
        message = self._places.located(node.message, node.blamed)
        if node.command:
            return self._evaluate + message + b" " + node.command.encode() + b")"
        return b"(<%%%% %b %b)" % (message, b";".join(map(self.show, node.words)))


_NAMES = (Slot.DECLARED, Slot.TARGET, Slot.LOOP)


def _literal(node: Literal) -> bytes:
    if len(node.pieces) > 1 and node.shown is None:
        return b"(. %b)" % b" ".join(node.pieces)
    return to_text(node.value if node.shown is None else node.shown)


def _variable(node: Variable | Property) -> bytes:
    return b"$" + node.name


def _path(menu: tuple[str, ...]) -> bytes:
    return b"/" + "/".join(menu).encode()


def _menu(menu: tuple[str, ...]) -> bytes:
    return _path(menu) + b"/" if menu else b"/"
