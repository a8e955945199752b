"""`/system` identity, resource, routerboard, clock, note, license, package, reboot.

Source: routeros-api.md, 5.5, section 12 and 13; command trees. What a virtual
router has of cores, memory and disk is assumed (`simulator.hardware`).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from simulator import texts
from simulator.console.request import Actor, Context, Reply
from simulator.console.verbs import read
from simulator.dates import DAY, parse_date
from simulator.errors import RouterError
from simulator.importer import import_file
from simulator.menus.hooks import Hooks
from simulator.menus.monitors import samples
from simulator.menus.table import Command, Field, Menu
from simulator.menus.types import (
    Choice,
    DateText,
    FieldType,
    Flag,
    Number,
    Scope,
    Stored,
    Text,
    TimeOfDay,
    YesNo,
)
from simulator.menus.user import POLICIES
from simulator.process import Process
from simulator.values import Time
from simulator.wallclock import is_zone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.console.call import Call
    from simulator.console.storage import Item
    from simulator.router import Router
    from simulator.values import Value
    from simulator.version import Version

__all__ = ["MENUS"]

MIB = 1024 * 1024


class IdentityHooks(Hooks):
    def fresh(self) -> list[dict[str, bytes]]:
        return [{"name": self.router.identity}]

    def changed(self, item: Item, before: Mapping[str, Stored]) -> None:
        del before
        name = self.table.value(item, "name")
        self.router.identity = name if isinstance(name, bytes) else b""


class ResourceHooks(Hooks):
    """What the machine is and how long it runs."""

    volatile = True

    def show(self, item: Item) -> Mapping[str, Value]:
        del item
        router, machine = self.router, self.router.hardware
        row: dict[str, Value] = {
            "uptime": Time(router.uptime()),
            "version": router.version.text.encode() + b" (stable)",
            "build-time": _build_time(router.version),
            "free-memory": _free_memory(router),
            "total-memory": machine.memory,
            "cpu": machine.cpu,
            "cpu-count": machine.cpu_count,
            "cpu-frequency": machine.frequency,
            "cpu-load": 0,
            "free-hdd-space": router.files.free,
            "total-hdd-space": router.files.capacity,
            "write-sect-since-reboot": 1024,
            "write-sect-total": 8192,
            "architecture-name": machine.architecture,
            "board-name": machine.board_name,
            "platform": b"MikroTik",
        }
        if machine.routerboard:
            row["bad-blocks"] = 0
            row["factory-software"] = machine.factory_software
        return row


def _build_time(version: Version) -> bytes:
    """Return one made-up moment in the release's form. Source: routeros-api.md, 5.5."""
    return b"2026-01-12 09:00:00" if version.iso_dates else b"Jan/12/2026 09:00:00"


class CpuHooks(Hooks):
    """One item a core; none has anything to do."""

    def fresh(self) -> list[dict[str, bytes]]:
        return [{"cpu": b"cpu%d" % core} for core in range(self.router.hardware.cpu_count)]


def _free_memory(router: Router) -> int:
    memory = router.hardware.memory
    return memory - 96 * MIB if memory > 128 * MIB else 24 * MIB


def monitor_resource(call: Call) -> Reply:
    """Sample the load: none."""
    return samples(call, lambda: [{"cpu-used": 0, "free-memory": _free_memory(call.router)}])


class RouterboardHooks(Hooks):
    """A virtual router has one property, boards have all."""

    def show(self, item: Item) -> Mapping[str, Value]:
        del item
        machine = self.router.hardware
        if not machine.routerboard:
            return {"routerboard": False}
        release = self.router.version.text.encode()
        row: dict[str, Value] = {
            "routerboard": True,
            "model": machine.model,
            "serial-number": machine.serial_number,
            "firmware-type": machine.firmware_type,
            "factory-firmware": machine.factory_software,
            "current-firmware": release,
            "upgrade-firmware": release,
        }
        if not self.router.version.is_v6:
            row["board-name"] = machine.board_name
        return row


class ZoneName(FieldType):
    """The name of a time zone; whether there is such a zone the hooks see."""


class ClockHooks(Hooks):
    """The router's own time: what is set here is set in `router.wall`."""

    volatile = True

    def prepare(self, values: dict[str, Stored], item: Item | None) -> None:
        if item is None:
            return
        date, time = values.pop("date", None), values.pop("time", None)
        day = parse_date(date) if isinstance(date, bytes) else None
        if date is not None and day is None:
            raise texts.invalid_value("date")
        zone = values.get("time-zone-name")
        if isinstance(zone, bytes):
            if not is_zone(_zone(zone)):
                raise texts.no_match("time-zone-name")
            self._set_zone(zone)
        # A time that comes with a zone is one of that zone.
        self._set_time(day, time.nanoseconds if isinstance(time, Time) else None)

    def changed(self, item: Item, before: Mapping[str, Stored]) -> None:
        """Take up the zone: a backup that is loaded does not come through `prepare`."""
        del before
        zone = self.table.value(item, "time-zone-name")
        if isinstance(zone, bytes):
            self._set_zone(zone)

    def _set_zone(self, zone: bytes) -> None:
        wall = self.router.wall
        if wall.zone_name == _zone(zone):
            return
        wall.set_zone(_zone(zone))
        manual = self.router.tables["/system/clock/manual"]
        offset = manual.value(manual.single, "time-zone")
        if isinstance(offset, bytes):
            wall.set_manual_offset(_offset_seconds(offset))

    def _set_time(self, day: int | None, since_midnight: int | None) -> None:
        """Set what is given; the other part stays."""
        if day is None and since_midnight is None:
            return
        local = self.router.wall.local()
        day = local // DAY * DAY if day is None else day
        self.router.wall.set_local(
            day + (local % DAY if since_midnight is None else since_midnight)
        )

    def show(self, item: Item) -> Mapping[str, Value]:
        del item
        wall = self.router.wall
        return {
            "time": wall.time(),
            "date": wall.date(),
            "gmt-offset": _offset_text(wall.utc_offset()),
            "dst-active": wall.daylight_saving(),
        }


def _zone(name: bytes) -> str:
    return name.decode("utf-8", "replace")


def _offset_text(seconds: int) -> bytes:
    """Return `+02:00`."""
    minutes = abs(seconds) // 60
    return b"%c%02d:%02d" % (b"-+"[seconds >= 0], minutes // 60, minutes % 60)


def get_clock(call: Call) -> Reply:
    """Get as usual, but the offset is a number of seconds to scripts.

    Source: routeros-script.md, section 10. Negative ones stay negative, as on newer releases.
    """
    reply = read.get(call)
    if call.text("value-name") == b"gmt-offset" and call.request.typed:
        return Reply(ret=call.router.wall.utc_offset())
    return reply


class ManualClockHooks(Hooks):
    """The zone that counts while `/system clock` has no named one."""

    def changed(self, item: Item, before: Mapping[str, Stored]) -> None:
        del before
        text = self.table.value(item, "time-zone")
        if isinstance(text, bytes):
            self.router.wall.set_manual_offset(_offset_seconds(text))


class Offset(FieldType):
    """`+02:00`, `-03:30`."""

    def read(self, text: bytes, scope: Scope) -> Stored:
        hours, _, minutes = text.lstrip(b"+-").partition(b":")
        if not (hours.isdigit() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60):
            raise texts.invalid_value(scope.name)
        return (b"-" if text.startswith(b"-") else b"+") + b"%02d:%02d" % (int(hours), int(minutes))


def _offset_seconds(text: bytes) -> int:
    hours, minutes = text[1:].split(b":")
    seconds = int(hours) * 3600 + int(minutes) * 60
    return -seconds if text.startswith(b"-") else seconds


class LicenseHooks(Hooks):
    def show(self, item: Item) -> Mapping[str, Value]:
        del item
        machine = self.router.hardware
        if machine.routerboard:
            return {"software-id": machine.software_id, "nlevel": 6, "features": b""}
        return {"system-id": machine.system_id, "level": b"free"}


class PackageHooks(Hooks):
    """The one package of a fresh router."""

    def fresh(self) -> list[dict[str, bytes]]:
        return [{"name": b"routeros"}]

    def show(self, item: Item) -> Mapping[str, Value]:
        del item
        version = self.router.version
        return {
            "version": version.text.encode(),
            "build-time": _build_time(version),
            "scheduled": b"",
            "size": 16 * MIB,
        }


class UpdateHooks(Hooks):
    def show(self, item: Item) -> Mapping[str, Value]:
        version = self.router.version.text.encode()
        row: dict[str, Value] = {"installed-version": version}
        if item.values.get("status"):
            row["latest-version"] = version
        return row


def check_for_updates(call: Call) -> Reply:
    """Find that the release is the newest: a simulated router asks nobody."""
    table = call.table
    table.update(table.single, {"status": b"System is already up to date"})
    row = table.row(table.single)
    return Reply([row if call.flag("once") else {**row, ".section": 0}])


def reboot(call: Call) -> Reply:
    call.router.reboot(_by(call))
    return Reply()


def shutdown(call: Call) -> Reply:
    """Stop. That nothing switches a simulated router on again is not played: it reboots."""
    call.router.note("shutdown", _by(call))
    call.router.reboot(_by(call))
    return Reply()


def reset_configuration(call: Call) -> Reply:
    """Begin anew with nothing configured, keeping users when asked to; then reboot.

    There are no factory defaults on a virtual router, so `no-defaults` makes no difference.
    """
    router = call.router
    router.reset(keep=("/user", "/user/group") if call.args.get("keep-users") == b"yes" else ())
    name = call.text("run-after-reset")
    router.reboot(_by(call), partial(_run_file, router, name) if name else None)
    return Reply()


def _run_file(router: Router, name: bytes) -> None:
    """Import a file as the system itself; what goes wrong goes to the log."""
    policies = frozenset(word.decode() for word in POLICIES)

    def body(process: Process) -> None:
        context = Context(Actor(b"*sys", policies, "script"), process, _ignore, _ignore)
        try:
            import_file(router, name, context)
        except RouterError as error:
            router.log.add("script,error", error.message)

    Process(body, router.clock).start()


def _ignore(_: object) -> None:
    """Take what nobody is there to see."""


def _by(call: Call) -> str:
    """Return who asks, as the log says: `api:admin@192.0.2.9`."""
    actor = call.actor
    user = actor.user.decode("utf-8", "backslashreplace")
    return f"{actor.via}:{user}@{actor.address}" if actor.address else f"{actor.via}:{user}"


def _shown(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, Text(), read_only=True) for name in names)


_LOADS = ("load", "irq", "disk")

MENUS = (
    Menu(
        "/system",
        commands={
            "reboot": Command(reboot, policy="reboot"),
            "shutdown": Command(shutdown, policy="reboot"),
            "reset-configuration": Command(
                reset_configuration,
                (
                    *(
                        Field(name, YesNo())
                        for name in ("keep-users", "no-defaults", "skip-backup")
                    ),
                    Field("run-after-reset", Text()),
                ),
                policy="policy",  # assumed; 7.20.8 lets the group `read` do it (weak report)
            ),
        },
        export=None,
    ),
    Menu(
        "/system/identity",
        fields=(Field("name", Text(), default=b"MikroTik"),),
        singleton=True,
        hooks=IdentityHooks,
    ),
    Menu(
        "/system/resource",
        fields=_shown(
            *("uptime", "version", "build-time", "factory-software", "free-memory"),
            *("total-memory", "cpu", "cpu-count", "cpu-frequency", "cpu-load", "free-hdd-space"),
            *("total-hdd-space", "write-sect-since-reboot", "write-sect-total", "bad-blocks"),
            *("architecture-name", "board-name", "platform"),
        ),
        singleton=True,
        commands={"monitor": Command(monitor_resource, policy="read", streams=True)},
        hooks=ResourceHooks,
        export=None,
    ),
    Menu(
        "/system/resource/cpu",
        fields=(
            *_shown("cpu"),
            *(Field(name, Number(), default=b"0", read_only=True) for name in _LOADS),
        ),
        hooks=CpuHooks,
        commentable=False,
        disableable=False,
        first_id=0,
        lacks=frozenset({"*"}),
        export=None,
    ),
    Menu(
        "/system/routerboard",
        fields=_shown(
            *("routerboard", "board-name", "model", "serial-number", "firmware-type"),
            *("factory-firmware", "current-firmware", "upgrade-firmware"),
        ),
        singleton=True,
        hooks=RouterboardHooks,
        export=None,
    ),
    Menu(
        "/system/clock",
        fields=(
            Field("time", TimeOfDay(), exported=False),
            Field("date", DateText(), exported=False),
            Field("time-zone-autodetect", YesNo(), default=b"yes"),
            Field("time-zone-name", ZoneName(), default=b"manual"),
            Field("gmt-offset", Text(), read_only=True),
            Field("dst-active", Flag(), read_only=True),
        ),
        singleton=True,
        commands={
            "get": Command(
                get_clock,
                (Field("value-name", Text(), positional=True),),
                policy="read",
            )
        },
        hooks=ClockHooks,
    ),
    Menu(
        "/system/clock/manual",
        fields=(
            Field("time-zone", Offset(), default=b"+00:00"),
            Field("dst-delta", Offset(), default=b"+00:00"),
            Field("dst-start", DateText(), default=b"1970-01-01 00:00:00", since="7.10"),
            Field("dst-end", DateText(), default=b"1970-01-01 00:00:00", since="7.10"),
            Field("dst-start", DateText(), default=b"jan/01/1970 00:00:00", until="7.10"),
            Field("dst-end", DateText(), default=b"jan/01/1970 00:00:00", until="7.10"),
        ),
        singleton=True,
        hooks=ManualClockHooks,
    ),
    Menu(
        "/system/note",
        fields=(
            Field("show-at-login", YesNo(), default=b"yes"),
            Field("show-at-cli-login", YesNo(), default=b"no", since="7.15"),
            Field("note", Text(), default=b""),
        ),
        singleton=True,
    ),
    Menu(
        "/system/license",
        fields=_shown(
            *("software-id", "nlevel", "features", "system-id", "level", "next-renewal-at"),
            *("deadline-at", "limited-upgrades"),
        ),
        singleton=True,
        hooks=LicenseHooks,
        export=None,
    ),
    Menu(
        "/system/package",
        fields=(
            Field("name", Text(), read_only=True),
            *_shown("version", "build-time", "scheduled"),
            Field("size", Number(), read_only=True, since="7.15"),
            Field("bundle", Text(), read_only=True),
            Field("available", Flag(), read_only=True, since="7.18"),
        ),
        named_by="name",
        commentable=False,
        lacks=frozenset({"add", "set", "remove", "reset", "edit"}),
        hooks=PackageHooks,
        write_policy="policy",
        export=None,
    ),
    Menu(
        "/system/package/update",
        fields=(
            Field(
                "channel",
                Choice(b"development", b"long-term", b"stable", b"testing"),
                default=b"stable",
            ),
            *_shown("installed-version", "latest-version", "status"),
        ),
        singleton=True,
        commands={"check-for-updates": Command(check_for_updates, policy="read", streams=True)},
        hooks=UpdateHooks,
        export=None,
    ),
)
