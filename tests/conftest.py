"""What every test starts from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import structlog

from tests.postgres import Server, running_server

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One server for all tests of a process; each test takes a database of its own."""
    with running_server(durable=False) as server:
        yield server


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """Leave no logging set-up to the next test: it would write to a stream that is closed."""
    yield
    structlog.reset_defaults()
