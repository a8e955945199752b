"""`ros-coordinator serve`: a coordinator until it is told to stop."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from typing import TYPE_CHECKING

from coordinator.app import running_coordinator
from coordinator.logs import configure_logs

if TYPE_CHECKING:
    from coordinator.config import Config

__all__ = ["serve"]


def serve(config: Config) -> None:
    """Run until SIGTERM or SIGINT; print one JSON line on stdout when it answers.

    Raises:
        OperatorError: It cannot start; the text says why.
    """
    configure_logs(config.log_level, config.log_format)
    asyncio.run(_serve(config))


async def _serve(config: Config) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with running_coordinator(config) as coordinator:
        if coordinator.first_start:
            sys.stderr.write(_first_start_text(config))
        print(json.dumps({"event": "ready", "url": coordinator.url}), flush=True)  # noqa: T201 - the command's output
        await stop.wait()


def _first_start_text(config: Config) -> str:
    return (
        f"First start: secrets were made in {config.data_dir} (mode 0600). Commands on this\n"
        f"machine need only --data {config.data_dir}; a token for anybody else:\n"
        f"  ros-coordinator token create --data {config.data_dir} "
        "--scope jobs:read --scope jobs:write\n"
    )
