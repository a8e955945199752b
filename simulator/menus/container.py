"""/container: its settings, environments, mounts; and /app above it.

Virtual routers have no such package. Nothing is ever pulled or run.

Source: command trees of routers with the package, which offer no value sets; those and the
defaults from published scripts and from memory: assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.console.request import Reply
from simulator.errors import RouterError
from simulator.menus.interface import nothing
from simulator.menus.shared import INTERFACE, Numbered, computed, flag, flags
from simulator.menus.table import Command, Field, Menu
from simulator.menus.types import (
    Address,
    AnyAddress,
    Duration,
    Flag,
    ListOf,
    Number,
    Reference,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.console.call import Call
    from simulator.console.storage import Item
    from simulator.menus.types import Stored
    from simulator.values import Value

__all__ = ["MENUS"]


class ContainerHooks(Numbered):
    """Starts and stops without running anything: `status` follows, once extracted."""

    stem = b"container"

    def prepare(self, values: dict[str, Stored], item: Item | None) -> None:
        if item is None and "remote-image" not in values and "file" not in values:
            raise RouterError(b"failure: must specify either file or remote-image")
        if self.router.version.since("7.19"):
            super().prepare(values, item)

    def show(self, item: Item) -> Mapping[str, Value]:
        status = item.values.get("status")
        return {"status": status if isinstance(status, bytes) else b"stopped"}


def _turn(status: bytes) -> Callable[[Call], Reply]:
    def run(call: Call) -> Reply:
        for item in call.items:
            call.table.update(item, {"status": status})
        return Reply()

    return run


_START = {
    "start": Command(_turn(b"running"), items="many"),
    "stop": Command(_turn(b"stopped"), items="many"),
    "kill": Command(_turn(b"stopped"), items="many"),
    "repull": Command(nothing, items="many"),
}


MENUS = (
    Menu(
        "/container",
        fields=(
            Field("name", Text(min_length=1), since="7.19"),
            Field("remote-image", Text(), default=b""),
            Field("file", Text(), default=b""),
            Field("root-dir", Text(), default=b""),
            Field("interface", INTERFACE),
            Field("envlist", Text(), default=b"", until="7.20"),
            Field("envlists", ListOf(Text()), default=b"", since="7.20"),
            Field("mounts", ListOf(Text()), default=b"", until="7.21"),
            Field("mountlists", ListOf(Text()), default=b"", since="7.21"),
            Field("cmd", Text(), default=b""),
            Field("entrypoint", Text(), default=b""),
            Field("workdir", Text(), default=b""),
            Field("hostname", Text(), default=b""),
            Field("domain-name", Text(), default=b""),
            Field("dns", ListOf(AnyAddress()), default=b""),
            Field("user", Text(), default=b""),
            flag("logging"),
            flag("start-on-boot"),
            Field("stop-signal", Text(), default=b"15-SIGTERM"),
            Field("stop-time", Duration(), default=b"10s", since="7.21"),
            Field("auto-restart-interval", Duration(), since="7.20", until="7.23"),
            flag("check-certificate", since="7.20"),
            Field("devices", ListOf(Text()), since="7.20"),
            Field("memory-high", Text(), since="7.20"),
            Field("cpu-list", Text(), since="7.21"),
            Field("env", Text(), since="7.21"),
            Field("hosts", Text(min_length=1), since="7.21"),
            Field("layer-dir", Text(), since="7.21"),
            Field("mount", ListOf(Text()), since="7.21"),
            Field("shm-size", Text(), since="7.21"),
            Field("tmpfs", Text(min_length=1), since="7.21"),
            Field("healthcheck-cmd", Text(), since="7.22"),
            Field("healthcheck-interval", Duration(1, 4294967.295), since="7.22"),
            Field("healthcheck-retries", Text(), since="7.22"),
            Field("healthcheck-start-interval", Duration(1, 4294967.295), since="7.22"),
            Field("healthcheck-start-period", Duration(), since="7.22"),
            Field("healthcheck-status", Text(), since="7.22"),
            Field("healthcheck-timeout", Duration(1, 4294967.295), since="7.22"),
            flag("default-dns", since="7.23"),
            flag("ignore-remote-image-change", since="7.23"),
            Field("memory-max", Text(), since="7.23"),
            Field("restart-interval", Duration(), since="7.23"),
            Field("restart-max-count", Text(), since="7.23"),
            Field("restart-policy", Text(), since="7.23"),
            Field("shell", Text(), since="7.23"),
            Field("stop-on-unhealthy", Text(), since="7.23"),
            flag("privileged", since="7.24"),
            Field("swap-max", Text(), since="7.24"),
            *computed("status", "tag", "os", "arch", "image-id", "memory-current"),
            *computed("cpu-usage"),
        ),
        named_by="name",
        hooks=ContainerHooks,
        commands=_START,
        disableable=False,
        since="7.4",
    ),
    Menu(
        "/container/config",
        singleton=True,
        fields=(
            Field("registry-url", Text(), default=b"https://registry-1.docker.io"),
            Field("username", Text(), default=b""),
            Field("password", Text(), default=b"", sensitive=True),
            Field("tmpdir", Text(), default=b""),
            Field("layer-dir", Text(), default=b"", since="7.11"),
            Field("memory-high", Text(), default=b"unlimited", since="7.20"),
            Field("memory-max", Text(), default=b"unlimited", since="7.23"),
            Field("swap-max", Text(), default=b"unlimited", since="7.24"),
            Field("ram-high", Text(), default=b"0", until="7.20"),
            *computed("memory-current"),
        ),
        since="7.4",
    ),
    Menu(
        "/container/mounts",
        fields=(
            Field("name", Text(min_length=1), until="7.21"),
            Field("list", Text(), default=b"", since="7.21"),
            Field("src", Text(), default=b""),
            Field("dst", Text(), default=b"", required=True),
            Field("read-only", Flag(), default=b"no", since="7.20", until="7.23"),
            flag("disabled", since="7.21"),
            Field("mode", Text(), since="7.23"),
        ),
        named_by="name",
        disableable=False,
        since="7.4",
    ),
    Menu(
        "/container/envs",
        fields=(
            Field("name", Text(min_length=1), until="7.20"),
            Field("list", Text(), default=b"", since="7.20"),
            Field("key", Text(), required=True),
            Field("value", Text(), default=b""),
            flag("disabled", since="7.21"),
        ),
        named_by="name",
        disableable=False,
        since="7.4",
    ),
    Menu(
        "/app",
        fields=(
            Field("environment", Text(), default=b""),
            Field("extra-mounts", Text(), default=b""),
            Field("required-mounts", Text(), default=b""),
            Field("network", Text(), default=b""),
            flag("auto-update"),
            Field("firewall-redirects", Text(), default=b""),
            flag("use-https", since="7.22"),
            Field("hw-device-access", Text(), until="7.23"),
            Field("pvid", Number(1, 4094), since="7.22", until="7.23"),
            Field("yaml", Text(min_length=1), since="7.22"),
            Field("container-command-lines", Text(), since="7.23"),
            Field("devices", Text(), since="7.23"),
            Field("network-outgoing-access", Text(), since="7.23"),
            Field("network-pvid", Number(1, 4094), since="7.23"),
            Field("required-hw-devices", Text(), since="7.23"),
            Field("secrets", Text(), sensitive=True, since="7.23"),
            *computed("name", "status", "url", "category", "description"),
            *flags("running"),
        ),
        lacks=frozenset({"remove"}),
        commentable=False,
        since="7.21",
    ),
    Menu(
        "/app/settings",
        singleton=True,
        fields=(
            flag("auto-update"),
            Field("disk", Reference("/disk", also=(b"none",)), default=b"none"),
            Field("lan-bridge", Reference("/interface/bridge", also=(b"none",)), default=b"none"),
            Field("media-path", Text(), default=b""),
            Field("download-path", Text(), default=b""),
            Field("router-ip", Address()),
            flag("show-in-webfig", b"yes"),
            Field("registry-mirrors", Text(min_length=1)),
            Field("app-store-urls", Text(min_length=1), since="7.22"),
        ),
        since="7.21",
    ),
)
