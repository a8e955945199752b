"""The syntax tree of a script.

Every node knows where it starts (`at`, an offset in the source). Variables are
resolved while parsing: a node holds the binding that its name had at that point.

Source: routeros-script.md, sections 2, 3, 8 and 13.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from simulator.console.request import Menu
    from simulator.script.grammar import Builtin
    from simulator.script.scope import Binding, Unit
    from simulator.script.tree import CommandSyntax
    from simulator.values import Value

__all__ = [
    "ArrayLiteral",
    "Block",
    "Call",
    "Command",
    "Condition",
    "Expression",
    "Function",
    "Late",
    "Literal",
    "MenuBlock",
    "MenuChange",
    "MenuCommand",
    "Node",
    "Operation",
    "Property",
    "Quote",
    "SourceText",
    "Statement",
    "Substitution",
    "Text",
    "Variable",
]


@dataclass(frozen=True, slots=True)
class Literal:
    """A word or a string without interpolation.

    Attributes:
        value: What it means.
        shown: What compiled code shows for it, when that is another value.
        pieces: A string cut at its escapes, as compiled code shows it.
    """

    at: int
    value: Value
    shown: Value | None = None
    pieces: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A string with interpolation: its pieces, in order."""

    at: int
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Variable:
    """`$name`, or a bare name in an expression."""

    at: int
    name: bytes
    binding: Binding


@dataclass(frozen=True, slots=True)
class Property:
    """A name in a condition on items: the item's property, else the variable.

    Attributes:
        known: The menu has a property of that name, so it never means the variable.
    """

    at: int
    name: bytes
    binding: Binding
    known: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator with its operands; one operand makes it a prefix operator.

    The operator of two juxtaposed terms is a single blank.
    """

    at: int
    operator: bytes
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class ArrayLiteral:
    """`{a;k=b}`: unkeyed members and keyed ones, each in the order written."""

    at: int
    items: tuple[Expression, ...] = ()
    keyed: tuple[tuple[Expression, Expression], ...] = ()


@dataclass(frozen=True, slots=True)
class Substitution:
    """`[…]`."""

    at: int
    body: Block


@dataclass(frozen=True, slots=True)
class Quote:
    """`(>x)`: x, not evaluated."""

    at: int
    body: Expression


@dataclass(frozen=True, slots=True)
class Function:
    """The body of a `do={…}` that is a value, with its own variables."""

    at: int
    body: Block
    unit: Unit


@dataclass(frozen=True, slots=True)
class SourceText:
    """Code that is kept as text: what stands between the braces of `source={…}`."""

    at: int
    text: bytes


@dataclass(frozen=True, slots=True)
class Block:
    """Statements with a scope of their own; `at` is the opening bracket.

    Attributes:
        breaks: Where an empty statement stands (a line that only holds a comment …): the
            number of the statement after it, and the menu there.
    """

    at: int
    statements: tuple[Statement, ...]
    breaks: tuple[tuple[int, Menu], ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """A global command.

    Attributes:
        arguments: By full name. A code slot holds a Block, the name of a declared
            variable its Variable or Literal.
        bindings: Variables that the command declares or sets: `counter`, `name` …
    """

    at: int
    builtin: Builtin
    arguments: dict[str, Expression | Block]
    bindings: tuple[Binding, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """What follows `where`."""

    at: int
    test: Expression


@dataclass(frozen=True, slots=True)
class MenuCommand:
    """A command of a menu.

    Attributes:
        flags: Names of arguments that stand without a value.
        unset: Names given as `!name`.
    """

    at: int
    menu: Menu
    syntax: CommandSyntax
    arguments: dict[str, Expression]
    flags: tuple[str, ...] = ()
    unset: frozenset[str] = frozenset()
    where: Condition | None = None


@dataclass(frozen=True, slots=True)
class MenuChange:
    """A path alone: the menu of the statements that follow."""

    at: int
    menu: Menu


@dataclass(frozen=True, slots=True)
class MenuBlock:
    """A path with a block."""

    at: int
    menu: Menu
    body: Block


@dataclass(frozen=True, slots=True)
class Call:
    """A value with arguments: `$f a k=v`, `($m->"f") x`, or an expression alone.

    Attributes:
        by_name: It is `$f`, which makes `$0` the text `$f`.
    """

    at: int
    function: Expression
    positional: tuple[Expression, ...] = ()
    named: tuple[tuple[bytes, Expression], ...] = ()
    by_name: bool = False


@dataclass(frozen=True, slots=True)
class Late:
    """A statement that parses but fails when it is reached.

    Attributes:
        message: The error's text without its place.
        blamed: Offset of the byte that it names.
        words: The words of the statement from the unknown one on.
        command: Path of the command that has no such parameter.
        menu: The menu that has no such word.
    """

    at: int
    message: bytes
    blamed: int
    words: tuple[Expression, ...] = field(default=())
    command: str = ""
    menu: Menu = ()


Expression: TypeAlias = (
    "Literal | Text | Variable | Property | Operation | ArrayLiteral | Substitution | Quote"
    " | Function | SourceText"
)
Statement: TypeAlias = "Block | Command | MenuCommand | MenuChange | MenuBlock | Call | Late"
Node: TypeAlias = "Expression | Statement | Condition"
