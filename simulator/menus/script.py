"""/system/script, the jobs that run and the variables that last.

What a script does when it runs is `simulator.runtime`'s; here stand its
properties.

Source: routeros-api.md, 6.1; routeros-script.md, 7 and 18.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.console.commands import ON
from simulator.console.request import Reply
from simulator.console.storage import Item
from simulator.menus.hooks import Hooks
from simulator.menus.policies import SCRIPT_POLICIES, Policies, add_owned
from simulator.menus.shared import Numbered
from simulator.menus.table import Command, Export, Field, Menu
from simulator.menus.types import Code, Flag, Number, Text
from simulator.values import to_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.console.call import Call
    from simulator.menus.types import Stored
    from simulator.values import Value

__all__ = ["MENUS", "ScriptHooks"]


class ScriptHooks(Numbered):
    """A script knows how often it ran, until the next reboot, and whether it parses."""

    stem = b"script"
    volatile = True

    def prepare(self, values: dict[str, Stored], item: Item | None) -> None:
        super().prepare(values, item)
        # Exports always write these two, so they are never left to a default.
        values.setdefault("dont-require-permissions", False)
        values.setdefault("policy", SCRIPT_POLICIES)

    def show(self, item: Item) -> Mapping[str, Value]:
        runtime = self.router.runtime
        count, last = runtime.runs_of(item)
        source = item.values.get("source", b"")
        shown: dict[str, Value] = {
            "run-count": count,
            "invalid": isinstance(source, bytes) and not runtime.parses(source),
        }
        if last is not None:
            shown["last-started"] = self.router.date_time(last)
        return shown

    def removed(self, item: Item) -> None:
        self.router.runtime.forget_runs(item)


def _run(call: Call) -> Reply:
    """Run a script to its end; what its `:return` gives is the command's value."""
    value = call.router.runtime.run_script(
        call.items[0], call.context, own_policies=call.flag("use-script-permissions")
    )
    return Reply(ret=value)


_SCRIPT_FIELDS = (
    Field("name", Text(min_length=1)),
    Field("owner", Text()),
    Field("policy", Policies(SCRIPT_POLICIES), since="7.0"),
    Field("policy", Policies((*SCRIPT_POLICIES, b"dude")), until="7.0"),
    Field("dont-require-permissions", Flag()),
    Field("last-started", Text(), read_only=True),
    Field("run-count", Number(), default=b"0", read_only=True),
    Field("source", Code(), default=b""),
    Field("invalid", Flag(), default=b"no", read_only=True),
    Field("comment", Text(), unsettable=True),
)


class JobHooks(Hooks):
    """Jobs live in the runtime; removing one ends it."""

    volatile = True

    def items(self) -> Iterable[Item]:
        return [self._item(number) for number in list(self.router.runtime.jobs)]

    def _item(self, number: int) -> Item:
        job = self.router.runtime.jobs[number]
        values: dict[str, Stored] = {
            "owner": job.owner,
            "policy": tuple(word for word in SCRIPT_POLICIES if word.decode() in job.policies),
            "type": job.type,
            "started": self.router.date_time(job.started),
        }
        if job.script:
            values["script"] = job.script
        if job.parent is not None:
            values["parent"] = b"*%X" % job.parent
        return Item(number, self.table, values)

    def removed(self, item: Item) -> None:
        self.router.runtime.kill(item.number)


class EnvironmentHooks(Hooks):
    """Global variables live in the runtime, by user."""

    volatile = True

    def items(self) -> Iterable[Item]:
        number = 0
        found = []
        for user, variables in self.router.runtime.environments.items():
            for name, value in variables.items():
                number += 1
                values: dict[str, Stored] = {"name": name, "value": to_text(value), "user": user}
                found.append(Item(number, self.table, values))
        return found

    def changed(self, item: Item, before: Mapping[str, Stored]) -> None:
        value, name = item.values.get("value", b""), before["name"]
        variables = self._variables(before)
        if isinstance(value, bytes) and isinstance(name, bytes) and name in variables:
            variables[name] = value

    def removed(self, item: Item) -> None:
        name = item.values["name"]
        if isinstance(name, bytes):
            self._variables(item.values).pop(name, None)

    def _variables(self, values: Mapping[str, Stored]) -> dict[bytes, Value]:
        user = values["user"]
        return self.router.runtime.environment(user if isinstance(user, bytes) else b"")


MENUS = (
    Menu(
        "/system/script",
        fields=_SCRIPT_FIELDS,
        named_by="name",
        name_error=b"failure: item with this name already exists",
        commands={
            "add": Command(
                add_owned,
                arguments=(
                    *(field for field in _SCRIPT_FIELDS if not field.read_only),
                    Field("copy-from", Text()),
                ),
                code=("source",),
            ),
            "run": Command(
                _run,
                arguments=(Field("use-script-permissions", ON, since="7.15"),),
                items="one",
                policy="read",
            ),
        },
        hooks=ScriptHooks,
        disableable=False,
        flags=(("invalid", "I"),),
        export=Export(),
    ),
    Menu(
        "/system/script/job",
        fields=(
            Field("script", Text(), read_only=True),
            Field("owner", Text(), read_only=True),
            Field("policy", Policies(SCRIPT_POLICIES), read_only=True),
            Field("parent", Text(), read_only=True),
            Field("type", Text(), read_only=True),
            Field("started", Text(), read_only=True),
            Field("trace", Text(), read_only=True),
            Field("comment", Text(), read_only=True),
        ),
        hooks=JobHooks,
        lacks=frozenset({"add", "set", "reset", "edit"}),
        commentable=False,
        disableable=False,
        export=None,
    ),
    Menu(
        "/system/script/environment",
        fields=(
            Field("name", Text(), read_only=True),
            Field("value", Text()),
            Field("user", Text(), read_only=True),
            Field("comment", Text(), read_only=True),
        ),
        named_by="name",
        hooks=EnvironmentHooks,
        lacks=frozenset({"add"}),
        commentable=False,
        disableable=False,
        export=None,
    ),
)
