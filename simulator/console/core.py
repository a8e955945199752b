"""The command core: who asks what of which menu, and may they.

Checks come in the order in which routers make them: menu, command, policy,
names of arguments, their values, required ones, items, and last uniqueness
(that one in `storage`).

Source: routeros-api.md, 3.1, 5.2 and 5.3. That the policy is checked before
the arguments is assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator import texts
from simulator.console.call import Call
from simulator.console.commands import Bound, commands_of
from simulator.console.request import Reply
from simulator.console.select import ITEM_NAMES, resolve_items
from simulator.console.tree import Tree
from simulator.errors import RouterError
from simulator.menus.generic import generic_menu, is_known_argument, is_known_command
from simulator.menus.known import needs_hardware
from simulator.menus.table import Unset
from simulator.menus.types import Scope, as_text
from simulator.script.grammar import BUILTINS

if TYPE_CHECKING:
    from simulator.console.request import Context, Request
    from simulator.console.request import Menu as Words
    from simulator.console.storage import Item
    from simulator.menus.table import Field, Menu
    from simulator.menus.types import Stored
    from simulator.router import Router
    from simulator.values import Value

__all__ = ["Console"]


# Since this release what drives older radios is a package, which virtual routers have not.
# Source: command trees of 7.12.2 and 7.16.2.
_WIRELESS = "7.13"


def _read(field: Field, value: Value, scope: Scope, *, clears: bool) -> Stored:
    """Return an argument's value; an empty one that is none of its type clears a property.

    Exports write `pref-src=""` and `http-codes=""` of properties that are not set.
    """
    try:
        return field.type.parse(value, scope)
    except RouterError:
        if clears and value == b"" and isinstance(field.default, Unset) and not field.required:
            return b""
        raise


class Console:
    """Runs the commands of one router.

    Attributes:
        tree: The same menus as names, for the script parser, `check` and completion.
    """

    def __init__(self, router: Router) -> None:
        self._router = router
        self.tree = Tree(router.tables, router.version, hardware=router.hardware.routerboard)

    def execute(self, request: Request, context: Context) -> Reply:
        """Run one command.

        Raises:
            RouterError: The router refuses it; nothing has changed but what a command on
                several items did to those before the one at fault.
            Interrupted: It was cancelled while it waited.
        """
        menu = self.menu(request.menu)
        bound = self._command(menu, request.command)
        if bound.policy not in context.actor.policies:
            raise texts.not_enough_permissions()
        table = self._router.tables[menu.words]
        call = Call(self._router, menu, table, request, context)
        self._read_arguments(call, bound)
        reply = bound.run(call)
        self._router.commands += 1
        return reply

    def menu(self, words: Words) -> Menu:
        """Return a menu by its canonical path.

        Raises:
            RouterError: An element of the path is no menu.
        """
        menu = self._router.tables.menus.get(words)
        if menu is None:
            menu = generic_menu(words, self._router.version)
            if self._lacks_package(words):
                raise texts.no_such_prefix()
            if menu is None or self._lacks_hardware(menu):
                raise texts.no_such_menu(self._offender(words))
            self._router.tables.add_menu(menu)
        return menu

    def _lacks_package(self, words: Words) -> bool:
        """Tell whether a menu came with a package that this router has not installed."""
        router = self._router
        packaged = words[:1] == ("caps-man",) or words[:2] == ("interface", "wireless")
        return packaged and not router.hardware.routerboard and router.version.since(_WIRELESS)

    def _lacks_hardware(self, menu: Menu) -> bool:
        """Tell whether a menu is one of boards, and the router is none."""
        router = self._router
        return not router.hardware.routerboard and needs_hardware(menu.path, router.version)

    def _offender(self, words: Words) -> bytes:
        """Return the first word of a path that leads nowhere."""
        for count in range(1, len(words)):
            if not self.tree.is_menu(words[:count]):
                return words[count - 1].encode("latin-1", "replace")
        return words[-1].encode("latin-1", "replace")

    def _command(self, menu: Menu, name: str) -> Bound:
        commands = commands_of(menu, self._router.version)
        found = commands.get(name)
        if found is None and name == "getall":
            found = commands.get("print")
        if found is not None:
            return found
        # Commands of the language are no commands over the API (routeros-api.md, 5.2).
        of_language = not menu.words and name in BUILTINS
        if not of_language and is_known_command(menu, name, self._router.version):
            return self._not_modelled(menu, name)
        raise texts.no_such_command()

    def _not_modelled(self, menu: Menu, name: str) -> Bound:
        """Return a command that RouterOS has and that does nothing here but be noted."""

        def run(call: Call) -> Reply:
            call.router.note("not-modelled", f"{menu.path}/{name}")
            return Reply()

        return Bound(name, run, menu.write_policy, {}, open=True)

    def _read_arguments(self, call: Call, bound: Bound) -> None:
        request = call.request
        arguments = bound.arguments
        scope = Scope("", self._router.tables)
        for name in request.unset:
            if name not in arguments:
                self._check_unmodelled(call, bound, name)
        own = arguments.keys() | set(ITEM_NAMES if bound.items is not None else ())
        unread = [name for name in request.arguments if name not in own]
        for name in unread:
            self._check_unmodelled(call, bound, name)
        for name, value in request.arguments.items():
            scope.name = name
            field = arguments.get(name)
            if field is not None:
                call.args[name] = _read(field, value, scope, clears=bound.open)
            elif name in unread:
                call.args[name] = as_text(value)
        if call.args.get("proplist") and request.proplist is None:
            names = call.text("proplist").decode("latin-1")
            request.proplist = tuple(name for name in names.split(",") if name)
        if bound.items is not None:
            call.items = self._items(call, bound)
        missing = tuple(name for name in bound.required if name not in call.args)
        if missing and bound.name != "add":
            raise texts.missing_parameter(missing[0])

    def _check_unmodelled(self, call: Call, bound: Bound, name: str) -> None:
        """Let a name pass that RouterOS has here and we have not; refuse any other."""
        version = self._router.version
        if bound.open and is_known_argument(call.menu, bound.name, name, version):
            self._router.note("not-modelled", f"{call.menu.path}/{bound.name} {name}")
            return
        raise texts.unknown_parameter(name, version)

    def _items(self, call: Call, bound: Bound) -> list[Item]:
        """Return the items that the request names; RouterOS 6 lets them be absent."""
        for name in ITEM_NAMES:
            if name in call.request.arguments:
                return resolve_items(call.table, call.request.arguments[name], call.context)
        if self._router.version.is_v6 and bound.items == "many":
            return []
        raise texts.missing_parameter(".id")
