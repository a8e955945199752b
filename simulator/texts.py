"""RouterOS's own words: every error text of the command core, once, with its source.

Texts are bytes, as they go into `=message=`. A function stands where the text
carries a name. Unless said otherwise the source is routeros-api.md, 5.3, and
the text is the same in RouterOS 6 and 7. The numbers given with `category=`
are those that a capture or the manual shows; all others go without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import RouterError

if TYPE_CHECKING:
    from simulator.version import Version

__all__ = [
    "CANNOT_CHANGE_DYNAMIC",
    "CANNOT_REMOVE_BUILTIN",
    "INTERRUPTED",
    "NOT_ENOUGH_PERMISSIONS",
    "NO_SUCH_COMMAND",
    "NO_SUCH_ITEM",
    "already_have",
    "ambiguous_value",
    "cannot_change_builtin",
    "cannot_change_dynamic",
    "cannot_remove_builtin",
    "expects_range",
    "invalid_value",
    "mac_required",
    "missing_parameter",
    "missing_values",
    "no_match",
    "no_such_command",
    "no_such_item",
    "no_such_menu",
    "no_such_prefix",
    "not_enough_permissions",
    "out_of_range",
    "trailing_characters",
    "unknown_parameter",
]

NO_SUCH_COMMAND = b"no such command"
_NO_SUCH_PREFIX = b"no such command prefix"
NO_SUCH_ITEM = b"no such item"
NOT_ENOUGH_PERMISSIONS = b"not enough permissions (9)"
INTERRUPTED = b"interrupted"
CANNOT_REMOVE_BUILTIN = b"cannot remove builtin"
# reported-faults B025 has its beginning; the rest is assumed.
CANNOT_CHANGE_DYNAMIC = b"failure: can not change dynamic"


def no_such_menu(word: bytes) -> RouterError:
    """A path element that is no menu: two traps. Source: routeros-api.md, 3.1."""
    return RouterError(
        b"no such command or directory (" + word + b")",
        category=0,
        more=(_NO_SUCH_PREFIX,),
    )


def no_such_prefix() -> RouterError:
    """A menu of a package that is not installed: one trap (reported-faults B026)."""
    return RouterError(_NO_SUCH_PREFIX)


def no_such_command() -> RouterError:
    """An unknown command of a menu that exists: one trap."""
    return RouterError(NO_SUCH_COMMAND)


def no_such_item() -> RouterError:
    """An id or a name that no item has. Category 0 by the manual's meaning."""
    return RouterError(NO_SUCH_ITEM, category=0)


def not_enough_permissions() -> RouterError:
    """The actor's group lacks the policy. Source: routeros-api.md, 2.6."""
    return RouterError(NOT_ENOUGH_PERMISSIONS)


def unknown_parameter(name: str, version: Version) -> RouterError:
    """An argument that the command has not; RouterOS 6 does not name it."""
    text = b"unknown parameter"
    return RouterError(text if version.is_v6 else text + b" " + name.encode())


def missing_parameter(name: str) -> RouterError:
    """`missing =.id=`: what a command other than `add` cannot do without."""
    return RouterError(b"missing =" + name.encode() + b"=")


def missing_values(names: tuple[str, ...]) -> RouterError:
    """`add` without its required properties, joined by blanks (script-cases S716, S730)."""
    return RouterError(b"missing value(s) of argument(s) " + " ".join(names).encode())


def no_match(name: str) -> RouterError:
    """A word that is not in the set, or a reference to nothing."""
    text = b"input does not match any value of " + name.encode()
    return RouterError(text, category=1, argument=name)


def ambiguous_value(name: str) -> RouterError:
    """A shortened word that several values begin with."""
    text = b"ambiguous value of " + name.encode() + b", more than one possible value matches input"
    return RouterError(text)


def invalid_value(name: str) -> RouterError:
    """Text that cannot be read as the argument's type at all."""
    return RouterError(b"invalid value for argument " + name.encode())


def mac_required() -> RouterError:
    """No MAC address. Source: routeros-script.md, 17.6; script-cases S751."""
    return RouterError(b"invalid value of mac, mac address required")


def trailing_characters(name: str) -> RouterError:
    """`mtu=15x`: the beginning could be read, the rest could not."""
    return RouterError(b"value of " + name.encode() + b" contains invalid trailing characters")


def out_of_range(name: str, low: bytes, high: bytes) -> RouterError:
    """A number or time outside its limits, both inclusive and as printed."""
    return RouterError(
        b"value of " + name.encode() + b" is out of range (" + low + b" .. " + high + b")"
    )


def expects_range(name: str) -> RouterError:
    """Neither an address nor `FROM-TO`."""
    return RouterError(b"value of " + name.encode() + b" expects range of ip addresses")


def already_have(what: bytes) -> RouterError:
    """Say what two items cannot share: `address`, `name`, `entry` and so on."""
    return RouterError(b"failure: already have such " + what)


def cannot_remove_builtin() -> RouterError:
    """Items that every router has, such as the group `full`."""
    return RouterError(CANNOT_REMOVE_BUILTIN)


def cannot_change_builtin() -> RouterError:
    """Names of items that every router has. Text assumed, after the one for removal."""
    return RouterError(b"cannot change builtin")


def cannot_change_dynamic() -> RouterError:
    """Items that the router made itself."""
    return RouterError(CANNOT_CHANGE_DYNAMIC)
