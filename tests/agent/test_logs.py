import io
import json

import structlog

from agent.logs import set_up_logs


def test_line_is_json_with_token_and_site_and_without_secrets() -> None:
    stream = io.StringIO()
    set_up_logs("info", ["hunter2-hunter2", ""], stream=stream)
    log = structlog.get_logger()
    with structlog.contextvars.bound_contextvars(token="aB3dE6gH9j", site="s"):
        log.debug("too fine")
        error = ValueError("router said hunter2-hunter2")
        log.error("failed", reason="password hunter2-hunter2 refused", exc_info=error)
    structlog.reset_defaults()

    line = json.loads(stream.getvalue())
    assert (line["event"], line["token"], line["site"]) == ("failed", "aB3dE6gH9j", "s")
    assert line["reason"] == "password *** refused"
    assert "hunter2" not in stream.getvalue()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_traceback_on_a_terminal_shows_no_variables() -> None:
    def log_in(password: str) -> None:
        raise ValueError(len(password))

    stream = Terminal()
    set_up_logs("info", stream=stream)
    try:
        log_in("hunter2-hunter2")
    except ValueError:
        structlog.get_logger().exception("failed")
    structlog.reset_defaults()

    assert "ValueError: 15" in stream.getvalue()
    assert "hunter2-hunter2" not in stream.getvalue().replace('log_in("hunter2-hunter2")', "")
