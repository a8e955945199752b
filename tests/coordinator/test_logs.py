"""The log's form: JSON lines for machines, text for people, nothing on stdout."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest
import structlog

from coordinator.logs import configure_logs

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    yield
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)


@pytest.mark.parametrize("form", ["json", "auto"])
def test_away_from_a_terminal_every_line_is_json(
    capsys: pytest.CaptureFixture[str], form: str
) -> None:
    configure_logs("info", form)  # type: ignore[arg-type]
    structlog.get_logger().info("job.created", token="Ab3dE5gH7j")
    structlog.get_logger().debug("hidden")
    logging.getLogger("library").warning("careful %s", "now")
    try:
        int("inside")
    except ValueError:
        structlog.get_logger().exception("request.failed")
    out, err = capsys.readouterr()

    assert out == ""
    lines = [json.loads(line) for line in err.splitlines()]
    assert [line["event"] for line in lines] == ["job.created", "careful now", "request.failed"]
    assert lines[0]["token"] == "Ab3dE5gH7j"
    assert "ValueError: invalid literal" in lines[2]["exception"]


def test_text_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info", "text")
    structlog.get_logger().info("job.created", token="Ab3dE5gH7j")

    err = capsys.readouterr().err
    assert "job.created" in err
    assert not err.startswith("{")
