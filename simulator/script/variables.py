"""Reading and writing variables in a frame.

Values are copied on assignment as far as a script can tell. In truth arrays
are shared, and only the variable that alone holds one changes it in place:
the array carries that variable's token, `shared` takes it off whenever the
array gets a second holder, and a write that meets an array without the token
copies it. So a loop that fills an array takes linear time.

Source: routeros-script.md, sections 7, 8.3 and 13.2.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from simulator.errors import RouterError
from simulator.script.operators import append, check_size, extend, shared
from simulator.script.scope import Computed, Global, Local, Parameter
from simulator.values import NIL, NOTHING, Array, Nothing, string_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from simulator.script.ast import Property
    from simulator.script.frame import Code, Frame
    from simulator.script.scope import Binding
    from simulator.values import Value

    # Puts a value into a variable of the frame; NOTHING unsets it.
    Writer: TypeAlias = Callable[[Frame, Value], None]

__all__ = ["appender", "member_writer", "read_property", "read_variable", "variable_writer"]

# Members that setting one far behind the end of a list may make; more would only exhaust
# memory (limit and text assumed).
_LONGEST_GAP = 65_535


def read_variable(binding: Binding) -> Code:
    """Return the code that reads a variable; NOTHING when it has no value."""
    match binding:
        case Local(_, slot):
            return lambda frame: frame.locals[slot]
        case Global(name):
            return _global_reader(name)
        case Parameter(name) if name.isdigit():
            return _positional_reader(int(name))
        case Parameter(name):
            return lambda frame: frame.named.get(name, NOTHING)
        case Computed():
            raise AssertionError("only a command that declares has a computed name")


def _global_reader(name: bytes) -> Code:
    def read(frame: Frame) -> Value:
        if frame.named and name in frame.named:
            return frame.named[name]  # a parameter wins over a global of its name
        return frame.run.globals.get(name, NOTHING)

    return read


def _positional_reader(number: int) -> Code:
    def read(frame: Frame) -> Value:
        values = frame.positional
        return values[number] if number < len(values) else NOTHING

    return read


def read_property(node: Property) -> Code:
    """Return the code that reads a property of the item that a condition looks at."""
    name = node.name.decode("latin-1")
    if node.known:
        return lambda frame: frame.row.get(name, NIL)
    variable = read_variable(node.binding)

    def read(frame: Frame) -> Value:
        value = frame.row.get(name)
        return variable(frame) if value is None else value

    return read


def variable_writer(binding: Binding) -> Writer:
    """Return what puts a value into a variable."""
    match binding:
        case Local(_, slot):
            return _local_writer(slot)
        case Global(name):
            return lambda frame, value: _write_global(frame, name, value)
        case Parameter(name):
            return lambda frame, value: _write_parameter(frame, name, value)
        case Computed():
            raise AssertionError("a computed name is written by its command")


def _local_writer(slot: int) -> Writer:
    def write(frame: Frame, value: Value) -> None:
        if type(value) is Array:
            value.owner = None
        frame.locals[slot] = value

    return write


def _write_global(frame: Frame, name: bytes, value: Value) -> None:
    if frame.named and name in frame.named:
        frame.named[name] = shared(value)
    elif isinstance(value, Nothing):
        frame.run.globals.pop(name, None)
    else:
        frame.run.globals[name] = shared(value)


def _write_parameter(frame: Frame, name: bytes, value: Value) -> None:
    frame.named[name] = shared(value)


def member_writer(binding: Binding, keys: list[Code]) -> Callable[[Frame, Value], None]:
    """Return what puts a value into a member of the array that a variable holds.

    Args:
        binding: The variable.
        keys: Its index or key, from the outside in. NOTHING as the value drops the member.
    """
    read, write = read_variable(binding), variable_writer(binding)

    def set_member(frame: Frame, value: Value) -> None:
        owners, cell = _owner_of(frame, binding)
        path = [key(frame) for key in keys]
        root = read(frame)
        token = owners.setdefault(cell, object())
        if not isinstance(root, Array) or root.owner is not token:
            root = _copy(root)
            write(frame, root)
            root.owner = token
        _set_member(root, path, shared(value), token)

    return set_member


def appender(binding: Binding, values: list[Code]) -> Code:
    """Return what adds values to the array that a variable holds: `:set a ($a , x)`.

    Copying the whole array for each member would make filling it take quadratic time.
    """
    read, write = read_variable(binding), variable_writer(binding)

    def add(frame: Frame) -> Value:
        added = [value(frame) for value in values]
        root = read(frame)
        owners, cell = _owner_of(frame, binding)
        token = owners.setdefault(cell, object())
        if not isinstance(root, Array) or root.owner is not token:
            root = reduce(append, added, append(root, NIL))
            write(frame, root)
            if isinstance(root, Array):
                root.owner = token
        else:
            for value in added:
                extend(root, value)
        return NIL

    return add


def _owner_of(frame: Frame, binding: Binding) -> tuple[dict[object, object], object]:
    # Mypy sees two dicts with other keys; a variable only ever uses one of them.
    if isinstance(binding, Local):
        if frame.owners is None:
            frame.owners = {}
        return frame.owners, binding.slot  # type: ignore[return-value]
    assert isinstance(binding, Global | Parameter)  # noqa: S101 - as variable_writer
    return frame.run.owners, binding.name  # type: ignore[return-value]


def _copy(value: Value) -> Array:
    if not isinstance(value, Array):
        return Array()
    # The members have a second holder now; `shared` all the way down would be in vain,
    # because to change what is below them they must be copied first.
    return Array(
        [shared(member) for member in value.items],
        {key: shared(member) for key, member in value.keyed.items()},
    )


def _set_member(array: Array, path: list[Value], value: Value, token: object) -> None:
    for key in path[:-1]:
        inner = _member(array, key)
        if not isinstance(inner, Array) or inner.owner is not token:
            inner = _copy(inner)
            inner.owner = token
            _put(array, key, inner)
        array = inner
    _put(array, path[-1], value)


def _member(array: Array, key: Value) -> Value:
    if type(key) is int:
        return array.items[key] if 0 <= key < len(array.items) else NOTHING
    return array.keyed.get(string_text(key), NOTHING)


def _put(array: Array, key: Value, value: Value) -> None:
    """Set a member; what lies between the end of a list and it is nothing (assumed)."""
    if type(key) is not int:
        if isinstance(value, Nothing):
            array.keyed.pop(string_text(key), None)
        else:
            array.keyed[string_text(key)] = value
            check_size(array)
    elif 0 <= key < len(array.items):
        if isinstance(value, Nothing):
            del array.items[key]
        else:
            array.items[key] = value
    elif key >= 0 and not isinstance(value, Nothing):
        if key - len(array.items) > _LONGEST_GAP:
            raise RouterError(b"index out of range")
        array.items += [NOTHING] * (key - len(array.items))
        array.items.append(value)
        check_size(array)
