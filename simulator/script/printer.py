"""Syntax tree to source text: the tree that comes of the text is the same again.

Everything is written in its plainest form: full names, every value in
brackets or quotes, every operation in parentheses. What fails when it is
reached (`Late`) and conditions, whose words are read by the menu's table, are
written as they stood in the source that the tree was made of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.script.ast import (
    ArrayLiteral,
    Block,
    Call,
    Command,
    Function,
    Literal,
    Operation,
    Quote,
    Substitution,
    Text,
    Variable,
)
from simulator.script.grammar import Slot
from simulator.values import string_text, to_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from simulator.script.ast import Node

__all__ = ["print_source"]

_ESCAPES = {b'"'[0]: b'\\"', b"\\"[0]: b"\\\\", b"$"[0]: b"\\$", b"\n"[0]: b"\\n", b"\r"[0]: b"\\r"}
_NAMES = (Slot.DECLARED, Slot.TARGET, Slot.LOOP)


def print_source(block: Block) -> bytes:
    """Return a source text for the statements of a script.

    Raises:
        KeyError: It holds commands of menus, which are none of the language's own.
    """
    return b"\n".join(map(_statement, block.statements))


def _statement(node: Any) -> bytes:
    return _STATEMENTS[type(node)](node)


def _expression(node: Node) -> bytes:
    return _EXPRESSIONS[type(node)](node)


def _braces(node: Block) -> bytes:
    return b"{" + b";".join(map(_statement, node.statements)) + b"}"


def _quoted(text: bytes) -> bytes:
    return b"".join(
        _ESCAPES.get(byte, bytes([byte]) if 32 <= byte < 127 else b"\\%02X" % byte) for byte in text
    )


def _literal(node: Literal) -> bytes:
    if isinstance(node.value, bytes):
        return b'"' + _quoted(node.value) + b'"'
    return to_text(node.value)


def _text(node: Text) -> bytes:
    # Without anything to insert it would be another node.
    plain = not all(isinstance(part, Literal) for part in node.parts)
    pieces = []
    for part in node.parts:
        if plain and isinstance(part, Literal) and isinstance(part.value, bytes):
            pieces.append(_quoted(part.value))
        elif isinstance(part, Substitution):
            pieces.append(b"$" + _expression(part))
        else:
            pieces.append(b"$(" + _expression(part) + b")")
    return b'"' + b"".join(pieces) + b'"'


def _operation(node: Operation) -> bytes:
    first, *rest = map(_expression, node.operands)
    if not rest:
        return b"(" + node.operator + b" " + first + b")"
    operator = b" " if node.operator == b" " else b" " + node.operator + b" "
    return b"(" + operator.join([first, *rest]) + b")"


def _array(node: ArrayLiteral) -> bytes:
    members = [*map(_expression, node.items)]
    members += [_expression(key) + b"=" + _expression(value) for key, value in node.keyed]
    return b"{" + b";".join(members) + b"}"


def _command(node: Command) -> bytes:
    words = [b":" + node.builtin.name.encode()]
    for name, value in node.arguments.items():
        slot = node.builtin.slots[name]
        if slot in _NAMES and isinstance(value, Literal):
            words.append(_declared(string_text(value.value), slot))
        elif slot is Slot.FLAG:
            words.append(name.encode())
        elif slot in _NAMES:
            words.append(_argument(value))
        else:
            words.append(name.encode() + b"=" + _argument(value))
    return b" ".join(words)


def _declared(name: bytes, slot: Slot) -> bytes:
    if slot is Slot.LOOP or name.isalnum():
        return name
    return b'"' + _quoted(name) + b'"' if slot is Slot.DECLARED else _variable_name(name)


def _argument(value: Any) -> bytes:
    return _braces(value) if isinstance(value, Block) else _expression(value)


def _variable_name(name: bytes) -> bytes:
    return b"$" + name if name.isalnum() else b'$"' + _quoted(name) + b'"'


def _call(node: Call) -> bytes:
    function = _expression(node.function)
    words = [function if node.by_name or function[:1] in (b"(", b"[") else b"(" + function + b")"]
    words += map(_expression, node.positional)
    words += [name + b"=" + _expression(value) for name, value in node.named]
    return b" ".join(words)


_STATEMENTS: dict[type, Callable[[Any], bytes]] = {Block: _braces, Command: _command, Call: _call}
_EXPRESSIONS: dict[type, Callable[[Any], bytes]] = {
    Literal: _literal,
    Variable: lambda node: _variable_name(node.name),
    Text: _text,
    Operation: _operation,
    ArrayLiteral: _array,
    Substitution: lambda node: b"[" + b";".join(map(_statement, node.body.statements)) + b"]",
    Quote: lambda node: b"(>" + _expression(node.body) + b")",
    Function: lambda node: _braces(node.body),
}
