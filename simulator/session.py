"""One API connection, as bytes in and bytes out.

The life of a command: `receive_data` cuts a sentence off the stream, the
session reads it, starts a process that gives it to the router's console, and
what the console answers goes out under the command's tag. Commands run at the
same time; only `/login`, `/quit` and `/cancel` are the session's own.

No sockets here: `simulator.server` feeds this and writes what it gets back.

Source: routeros-api.md, sections 2 and 3.
"""

from __future__ import annotations

import logging
import secrets
from functools import partial
from typing import TYPE_CHECKING

from simulator import access, texts
from simulator.console.request import Context
from simulator.errors import Interrupted, RouterError, WireError
from simulator.process import Process
from simulator.wire import answers, login
from simulator.wire.codec import SentenceDecoder
from simulator.wire.words import Command, read_command

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.console.request import Reply, Row
    from simulator.console.storage import Item
    from simulator.router import Router

__all__ = ["Session"]

NOT_LOGGED_IN = b"not logged in"
TOO_MANY_COMMANDS = b"too many commands before login"
TERMINATED = b"session terminated on request"
# The fifth failure ends the connection; seen on RouterOS 6, assumed for 7 (2.4).
MAX_FAILURES = 5
CATEGORY_INTERRUPTED = 2

# Bytes of answers that may wait before the session reads no further command.
_ROOM = 0x4_0000
# Rows that are answered in one go, before others get a turn.
_BATCH = 500

_log = logging.getLogger(__name__)


class _Running:
    """A command that has not ended."""

    __slots__ = ("cancelled", "late", "process", "tag")

    def __init__(self, tag: bytes) -> None:
        self.tag = tag
        self.cancelled = False
        self.late = False  # it was cancelled and has not ended at once
        self.process: Process


class Session:
    """What a router does with one connection.

    Args:
        router: The router that is spoken to.
        address: The peer's address, as logs show it.
        secure: The connection came in over TLS.
        on_output: Called when there is something for `data_to_send`, or the session has
            closed, outside of `receive_data` and `proceed`: a command has gone on by itself.
        random: Gives that many random bytes, for challenges.

    Attributes:
        closed: The session is over: send what is there, then close the connection.
    """

    def __init__(
        self,
        router: Router,
        address: str,
        *,
        secure: bool = False,
        on_output: Callable[[], None] | None = None,
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self.closed = False
        self._router = router
        self._address = address
        self._secure = secure
        self._on_output = on_output
        self._random = random
        self._decoder = SentenceDecoder()
        self._output: list[bytes] = []
        self._waiting = 0  # bytes in _output
        self._driven = False  # whoever calls us fetches the output afterwards
        self._paused = False
        self._blocked: list[Callable[[None], None]] = []  # processes that wait for room
        self._running: dict[_Running, None] = {}
        self._visit: access.Visit | None = None
        self._challenge = b""
        self._failures = 0

    @property
    def busy(self) -> bool:
        """Whether a command has not ended."""
        return bool(self._running)

    def receive_data(self, data: bytes) -> None:
        """Take bytes of the peer and start the commands that they complete."""
        self._decoder.receive_data(data)
        self.proceed()

    def proceed(self) -> None:
        """Go on with commands that had come but found no room for their answers.

        Call it after `data_to_send` gave something that could be passed on.
        """
        self._driven = True
        try:
            while not self.closed and self._waiting < _ROOM and not self._paused:
                words = self._decoder.next_sentence()
                if words is None:
                    break
                self._handle(words)
        except WireError:
            self._close()  # without a word, as a router does for one that is too long (1.3)
        finally:
            self._driven = False

    def data_to_send(self) -> bytes:
        """Return what is to be sent now and forget it; empty when there is nothing."""
        output = self._output
        if not output:
            return b""
        data = output[0] if len(output) == 1 else b"".join(output)
        output.clear()
        self._waiting = 0
        return data

    def pause(self) -> None:
        """The peer does not read: start no command and hold back those that stream."""
        self._paused = True

    def resume(self) -> None:
        """The peer reads again."""
        self._paused = False
        while self._blocked and not self._paused:
            self._blocked.pop(0)(None)
        self.proceed()

    def end(self) -> None:
        """The connection is gone: cancel every command and log out."""
        self._output.clear()
        self._close()

    def _close(self, last: bytes = b"") -> None:
        if self.closed:
            return
        if last:
            self._send(last)
        self.closed = True
        for running in tuple(self._running):
            if not running.process.current:  # it may be the very command that closes us
                running.process.interrupt()
        self._enter(None)

    def _enter(self, visit: access.Visit | None) -> None:
        """Be somebody else, or nobody."""
        before, self._visit = self._visit, visit
        active = self._router.tables["/user/active"].listeners
        if before is not None:
            if self._removed in active:
                active.remove(self._removed)
            access.leave(self._router, before)
        if visit is not None:
            active.append(self._removed)

    def _removed(self, item: Item, gone: bool) -> None:
        """Hang up when somebody removes this session from the list of active users."""
        if gone and self._visit is not None and item is self._visit.item:
            self._close()
            if not self._driven and self._on_output is not None:
                self._on_output()

    def _send(self, data: bytes) -> None:
        if self.closed:
            return
        self._output.append(data)
        self._waiting += len(data)
        if not self._driven and self._on_output is not None:
            self._on_output()

    def _handle(self, words: list[bytes]) -> None:
        command = read_command(words)
        path = command.path
        if path == b"/login":
            self._login(command)
        elif self._visit is None:
            self._close(answers.fatal(NOT_LOGGED_IN))
        elif path == b"/quit":
            # Over TLS clients wait for this in vain (2.5).
            self._close(b"" if self._secure else answers.fatal(TERMINATED))
        elif path == b"/cancel":
            self._cancel(command)
        elif path.startswith(b"/"):
            self._start(command, self._visit)
        else:  # `#`, with which a client keeps a connection alive, is one of these
            self._send_error(texts.no_such_command(), command.tag)

    def _login(self, command: Command) -> None:
        router = self._router
        attempt = login.read_attempt(command.arguments, self._challenge, router.version)
        if attempt is None:
            self._challenge = self._random(login.CHALLENGE_SIZE)
            self._send(answers.done(command.tag, self._challenge.hex().encode()))
            return
        self._challenge = b""
        try:
            visit = access.enter(router, attempt, via="api", address=self._address)
        except RouterError as error:
            self._failures += 1
            if self._failures >= MAX_FAILURES:
                self._close(answers.fatal(TOO_MANY_COMMANDS))
            else:
                self._send_error(error, command.tag)
            return
        self._enter(visit)  # a second login takes the place of the first (assumed)
        self._send(answers.done(command.tag))

    def _start(self, command: Command, visit: access.Visit) -> None:
        running = _Running(command.tag)
        running.process = Process(
            partial(self._run, running, command, visit),
            self._router.clock,
            on_end=partial(self._ended, running),
        )
        self._running[running] = None
        running.process.start()

    def _run(
        self, running: _Running, command: Command, visit: access.Visit, process: Process
    ) -> bytes:
        """Run a command, in its process; return its last answers."""
        tag = running.tag

        def emit(row: Row) -> None:
            self._send(answers.rows((row,), tag))
            self._make_room(process)

        request = command.request(self._router.version)
        reply = self._router.console.execute(request, Context(visit.actor, process, _discard, emit))
        return self._last_of(reply, tag, process)

    def _last_of(self, reply: Reply, tag: bytes, process: Process) -> bytes:
        rows, done = reply.rows, answers.done(tag, reply.ret)
        if not rows:
            empty = reply.listing and self._router.version.sends_empty
            return answers.empty(tag) + done if empty else done
        if len(rows) <= _BATCH:
            return answers.rows(rows, tag) + done
        for start in range(0, len(rows), _BATCH):
            self._send(answers.rows(rows[start : start + _BATCH], tag))
            self._make_room(process)
        return done

    def _make_room(self, process: Process) -> None:
        """Wait until the peer has taken most of what it was sent."""
        if self._waiting >= _ROOM:
            process.wait(0)  # so that it is passed on, and we learn whether it went
        while self._paused:
            process.suspend(self._wait_for_room)
        process.breathe()

    def _wait_for_room(self, resume: Callable[[None], None]) -> Callable[[], None]:
        self._blocked.append(resume)
        return partial(self._blocked.remove, resume)

    def _ended(self, running: _Running, process: Process) -> None:
        del self._running[running]
        error = process.error
        if running.cancelled:
            if running.late:  # otherwise `_cancel` says it, in its place
                self._send(answers.done(running.tag))
        elif error is None:
            self._send(process.result)
        elif isinstance(error, RouterError):
            self._send_error(error, running.tag)
        elif isinstance(error, Interrupted):
            interrupted = RouterError(texts.INTERRUPTED, category=CATEGORY_INTERRUPTED)
            self._send_error(interrupted, running.tag)
        else:
            _log.error("a command failed in the simulator itself", exc_info=error)
            self._send_error(RouterError(b"std failure: simulator error"), running.tag)

    def _send_error(self, error: RouterError, tag: bytes) -> None:
        self._send(answers.traps(error, tag) + answers.done(tag))

    def _cancel(self, command: Command) -> None:
        """Trap of each victim, done of the cancel, done of each victim: in that order (3.4).

        A tag that no command has is answered the same way, without victims (assumed).
        """
        tag = command.arguments.get("tag")
        victims = [each for each in self._running if not tag or each.tag == tag]
        for victim in victims:
            victim.cancelled = True
            self._send(answers.trap(texts.INTERRUPTED, CATEGORY_INTERRUPTED, victim.tag))
            victim.process.interrupt()
        self._send(answers.done(command.tag))
        for victim in victims:
            if victim.process.ended:
                self._send(answers.done(victim.tag))
            else:
                victim.late = True


def _discard(_: bytes) -> None:
    """Take what a script prints: over the API it is lost (6.1)."""
