"""What all commands share: finding the coordinator, calling it, and how they end."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import typer
from pydantic import ValidationError

from coordinator.client import ClientError, CoordinatorClient, CoordinatorRefused
from coordinator.errors import OperatorError
from coordinator.local import Target, find_target

__all__ = [
    "REFUSED",
    "TOO_LATE",
    "UNREACHABLE",
    "USAGE",
    "AsJson",
    "Complaints",
    "Data",
    "call",
    "fail",
]

T = TypeVar("T")

REFUSED, USAGE, UNREACHABLE, TOO_LATE = 1, 2, 3, 4

Data = Annotated[Path | None, typer.Option("--data", help="The coordinator's data directory.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class Complaints:
    """Turns our errors into a line on stderr and an exit status."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        match error:
            case OperatorError():
                fail(str(error), USAGE)
            case CoordinatorRefused():
                fail(str(error), REFUSED)
            case ClientError():
                fail(str(error), UNREACHABLE)
            case ValidationError():
                fail("; ".join(item["msg"] for item in error.errors()), USAGE)
            case ValueError():
                fail(str(error), USAGE)


def call(data: Path | None, action: Callable[[CoordinatorClient], Awaitable[T]]) -> T:
    async def run(target: Target) -> T:
        async with CoordinatorClient(target.url, target.token) as client:
            return await action(client)

    with Complaints():
        return asyncio.run(run(find_target(data)))


def fail(text: str, status: int) -> NoReturn:
    typer.echo(f"ros-coordinator: {text}", err=True)
    raise typer.Exit(status)
