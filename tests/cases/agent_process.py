"""The agent of a scenario: a process of its own, so that it can be killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.cases.model import CaseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.cases.gate import Gate
    from tests.cases.world import Site

__all__ = ["Agent"]

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class Agent:
    """The agent, a process of its own.

    Args:
        folder: Its configuration, its state and its log lie here.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._config = folder / "agent.toml"
        self._log = folder / "agent.log"
        self._process: asyncio.subprocess.Process | None = None
        self._cpu_before = 0.0
        self._environment = dict(os.environ)
        self._starting = asyncio.Lock()

    def configure(
        self, gate: Gate, enrolment_token: str, sites: Iterable[Site], ids: Mapping[str, str]
    ) -> None:
        """Write the configuration, once everybody else listens."""
        self._environment["ROS_AGENT_ENROLMENT_TOKEN"] = enrolment_token
        lines = [
            'name = "cases"',
            'state_dir = "state"',
            "[coordinator]",
            f'url = "{gate.url}"',
            "poll_seconds = 5",
            "[limits]",
            "connect_seconds = 3",
            "command_seconds = 5",
            "run_seconds = 30",
            "unreachable_seconds = 5",
            "verify_seconds = 20",
            "backup_seconds = 12",
            "[backup]",
            "settle_interval = 0.1",
        ]
        for site in sites:
            lines += [
                "[[router]]",
                f'name = "{site.name}"',
                f'site = "{ids[site.name]}"',
                f'host = "{site.relay.host}"',
                f"port = {site.relay.port}",
                'user = "admin"',
                'password = ""',
            ]
        self._config.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self._config.chmod(0o600)

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start it, unless it runs."""
        async with self._starting:
            if not self.alive:
                await self._start()

    async def _start(self) -> None:
        program = Path(sys.executable).with_name("ros-agent")
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                program,
                "run",
                "--config",
                self._config,
                stdout=log,
                stderr=log,
                env=self._environment,
            )
        self._cpu_before = 0.0

    async def stop(self) -> None:
        """End it as an operator would, and harder when it does not."""
        if self._process is None:
            return
        if self.alive:
            self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), 10)
            except TimeoutError:
                self._process.kill()
        await self._process.wait()

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None and self.alive:
            self._process.send_signal(signal.SIGKILL)

    def mark_cpu(self) -> None:
        """Count processor time from here: starting Python is not the agent's work."""
        if not self._cpu_before:
            self._cpu_before = self._cpu()

    def cpu_seconds(self) -> float:
        """Return the processor time since `mark_cpu`."""
        return self._cpu() - self._cpu_before

    def _cpu(self) -> float:
        if self._process is None or not self.alive:
            raise CaseError(f"the agent does not run; its log ends: {self.log_tail()}")
        stat = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii")
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS_PER_SECOND

    def log_tail(self) -> str:
        lines = self._log.read_text("utf-8", "replace").splitlines() if self._log.exists() else []
        return " / ".join(lines[-5:])
