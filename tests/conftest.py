"""What every test starts from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import structlog

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """Leave no logging set-up to the next test: it would write to a stream that is closed."""
    yield
    structlog.reset_defaults()
