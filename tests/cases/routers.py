"""Simulated routers as a case describes them, and what a case says of their state."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulator.clock import VirtualClock
from simulator.console.request import Actor, Context, Reply, Request
from simulator.process import Process
from simulator.router import Router
from simulator.terminal import FULL_POLICIES
from simulator.values import Array, Id
from simulator.values import api_text as render
from simulator.version import Version
from tests.cases.model import MismatchError, NotSupportedError, expect

if TYPE_CHECKING:
    from simulator.clock import Clock

__all__ = ["apply_setup", "check_state", "execute", "execute_print", "make_router"]

DEFAULT_VERSION = "7.16.2"
_NANOSECONDS = 1_000_000_000
_ACTOR = Actor(b"admin", FULL_POLICIES, "console")


def instant(text: str) -> int:
    """Return nanoseconds since 1970 of a time such as `2026-01-15T10:00:00Z`."""
    return int(datetime.fromisoformat(text).timestamp()) * _NANOSECONDS


def make_router(given: dict[str, Any], *, clock: Clock | None = None) -> Router:
    """Return a router with the version, traits, clock and set-up of a case's `input`.

    Raises:
        NotSupportedError: A trait that the simulator has not.
    """
    if clock is None:
        start = {"start": instant(given["clock"])} if "clock" in given else {}
        clock = VirtualClock(**start)
    traits = dict(given.get("traits", {}))
    router = Router(
        version=Version(given.get("ros_version", DEFAULT_VERSION)),
        clock=clock,
        board=traits.pop("board", "CHR"),
    )
    # No name resolves unless a case says so: what every simulated router does anyway.
    if traits.get("dns") == {}:
        del traits["dns"]
    if traits:
        raise NotSupportedError(f"trait {', '.join(sorted(traits))}")
    apply_setup(router, given.get("setup", []))
    return router


def execute(router: Router, request: Request) -> Reply:
    """Run one command with every policy, on the router's clock, which must be able to go on.

    Raises:
        RouterError: What the router refuses it with.
    """

    def body(process: Process) -> Reply:
        context = Context(_ACTOR, process, _ignore, _ignore)
        return router.console.execute(request, context)

    process = Process(body, router.clock)
    process.start()
    while not process.ended and isinstance(router.clock, VirtualClock) and router.clock.step():
        pass
    if process.error is not None:
        raise process.error
    if not process.ended:
        raise NotSupportedError(f"waiting for {request.command} of the set-up")
    reply = process.result
    assert isinstance(reply, Reply)
    return reply


def _ignore(_: object) -> None:
    """Take what nobody asked for."""


def _menu(path: str) -> tuple[str, ...]:
    return tuple(path.strip("/").split("/"))


def _bytes(value: Any) -> bytes:
    return bytes.fromhex(value["hex"]) if isinstance(value, dict) else str(value).encode()


def apply_setup(router: Router, setup: list[dict[str, Any]]) -> None:
    """Lay down items as if they had been configured, and set the router's clock."""
    for entry in setup:
        if "clock" in entry:
            _set_clock(router, entry["clock"])
            continue
        for item in entry["items"]:
            _lay_down(router, entry["path"], {name: _bytes(v) for name, v in item.items()})


def _lay_down(router: Router, path: str, properties: dict[str, bytes]) -> None:
    menu = _menu(path)
    dynamic = properties.pop("dynamic", b"false")
    if menu == ("file",):
        router.files.write(properties["name"], properties["contents"])
        return
    table = router.tables[path] if path in router.tables else None  # noqa: SIM401 - no get there
    singleton = table is not None and table.menu.singleton
    reply = execute(router, Request(menu, "set" if singleton else "add", dict(properties)))
    if dynamic in {b"true", b"yes"}:
        assert table is not None
        assert isinstance(reply.ret, Id)
        item = table.get(reply.ret.text)
        assert item is not None
        item.dynamic = True
        table.touch(item)


def _set_clock(router: Router, clock: dict[str, Any]) -> None:
    if set(clock) != {"uptime_seconds"}:
        raise NotSupportedError(f"clock of the set-up with {', '.join(clock)}")
    router.booted = router.clock.monotonic() - clock["uptime_seconds"] * _NANOSECONDS


def execute_print(router: Router, path: str, where: dict[str, Any]) -> list[dict[str, bytes]]:
    """Return the items of a menu that have these properties, values as the API shows them.

    A menu without items has one row.
    """
    rows = execute(router, Request(_menu(path), "print")).rows
    shown = [{name: _shown(value) for name, value in row.items()} for row in rows]
    return [row for row in shown if all(row.get(name) == _bytes(where[name]) for name in where)]


def check_state(router: Router, checks: list[dict[str, Any]]) -> None:
    """Check `state` of a case.

    Raises:
        MismatchError: An item is there that should not be, or is not as it should be.
    """
    for check in checks:
        rows = execute_print(router, check["path"], check.get("where", {}))
        _check_rows(rows, check)


def _shown(value: object) -> bytes:
    """Return a value as a case writes it: as the API does."""
    if isinstance(value, Array):
        return b",".join(map(_shown, value.items))
    return render(value)  # type: ignore[arg-type]


def _check_rows(rows: list[dict[str, bytes]], check: dict[str, Any]) -> None:
    place = f"state of {check['path']} {check.get('where', '')}".rstrip()
    if "count" in check:
        expect(len(rows) == check["count"], f"{place}: {len(rows)} items, not {check['count']}")
    wants_items = {"props", "hex", "lacks"} & set(check) and check.get("count") != 0
    if wants_items and not rows:
        raise MismatchError(f"{place}: there is no item")
    for row in rows:
        for name, right in check.get("props", {}).items():
            expect(row.get(name) == _bytes(right), f"{place}: {name} is {row.get(name)!r}")
        for name, right in check.get("hex", {}).items():
            found = row.get(name, b"").hex()
            expect(found == right, f"{place}: {name} is {found} in hex")
        for name in check.get("lacks", ()):
            expect(name not in row, f"{place}: {name} is there: {row.get(name)!r}")
    for name, most in check.get("max_per_key", {}).items():
        values = [row.get(name) for row in rows]
        for value in set(values):
            expect(values.count(value) <= most, f"{place}: {name}={value!r} more than {most} times")
