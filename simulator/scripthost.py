"""The router as one running script sees it: implements `script.host.Host`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import Interrupted, RouterError
from simulator.execute import capture, start
from simulator.values import Ip, Ip6, parse_ip, parse_ip6

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from simulator.console.request import Context, Reply, Request
    from simulator.runtime import Runtime
    from simulator.script.tree import CommandTree
    from simulator.values import Value
    from simulator.version import Version

__all__ = ["ScriptHost"]


class ScriptHost:
    """The surroundings of one run.

    Args:
        runtime: The router's.
        context: For whom it runs, in which process, where output goes.
        name: The stored script's name, or b"".
        parameters: Variables given from outside.
    """

    def __init__(
        self, runtime: Runtime, context: Context, name: bytes, parameters: Mapping[bytes, Value]
    ) -> None:
        self._runtime = runtime
        self._router = runtime.router
        self._context = context
        self._name = name
        self._breaths = 0
        self.parameters = parameters

    @property
    def tree(self) -> CommandTree:
        return self._router.console.tree

    @property
    def version(self) -> Version:
        return self._router.version

    @property
    def globals(self) -> MutableMapping[bytes, Value]:
        return self._runtime.environment(self._context.actor.user)

    def execute(self, request: Request) -> Reply:
        request.typed = True
        return self._router.console.execute(request, self._context)

    def put(self, text: bytes) -> None:
        self._context.put(text)

    def wait(self, seconds: float) -> None:
        self._context.process.wait(seconds)

    def breathe(self) -> None:
        limit = self._runtime.most_turns
        self._breaths += 1
        # A breath is 256 turns. The text is that of scripts run after a reset (section 19);
        # no error of the script's own could end one that catches them all.
        if limit is not None and self._breaths * 256 > limit:
            raise Interrupted("runtime limit exceeded")
        self._context.process.breathe()

    def now(self) -> int:
        return self._router.now()

    def utc_offset(self) -> int:
        return self._router.wall.utc_offset()

    def random(self, bound: int) -> int:
        return self._runtime.random.randrange(bound)

    def resolve(self, name: bytes, options: Mapping[str, Value]) -> Value:
        """Return an address itself, or what `/ip dns static` has for the name.

        There is no DNS behind a simulated router: any other name does not exist.
        """
        del options
        address: Ip | Ip6 | None = parse_ip(name)
        if address is None:
            address = parse_ip6(name)
        if address is None and "/ip/dns/static" in self._router.tables:
            for item in self._router.tables["/ip/dns/static"].find(name=name, disabled=False):
                found = item.values.get("address")
                if isinstance(found, Ip | Ip6):
                    return found
        if address is None:
            raise RouterError(b"failure: dns name does not exist")
        return address

    def start_script(self, source: bytes, file: bytes | None) -> Value:
        return start(self._runtime, source, self._context.actor, file)

    def run_captured(self, source: bytes) -> bytes:
        return capture(self._runtime, source, self._context)

    def save_file(self, name: bytes, contents: bytes) -> None:
        self._router.files.write(name, contents)

    def jobname(self) -> bytes:
        return self._name
