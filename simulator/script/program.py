"""From source text to something that runs.

`compile_script` is the way in; its result runs as often as wanted, on any
router whose menus and version are those it was compiled for.
"""

from __future__ import annotations

import sys
from functools import cached_property
from typing import TYPE_CHECKING

from simulator.errors import RouterError, ScriptError
from simulator.script.compiler import Compiler
from simulator.script.frame import Frame, QuitSignal, ReturnSignal, Run, Signal
from simulator.script.parser import parse
from simulator.script.places import Places
from simulator.values import NIL, NOTHING, Nothing

if TYPE_CHECKING:
    from simulator.console.request import Menu
    from simulator.script.code import ParsedCode
    from simulator.script.host import Host
    from simulator.script.parser import Parsed
    from simulator.script.tree import CommandTree
    from simulator.values import Value
    from simulator.version import Version

__all__ = ["Script", "compile_code", "compile_script"]

# Python frames that a run may stack up: `code.MAX_CALLS` calls of some thirty closures each.
# Set once, here: closures calling closures take no room on the C stack.
sys.setrecursionlimit(max(sys.getrecursionlimit(), 20_000))


class Script:
    """A compiled script.

    Attributes:
        source: Its text.
        parsed: Its syntax tree, with the statements that are known to fail.
    """

    def __init__(self, source: bytes, parsed: Parsed, version: Version) -> None:
        self.source = source
        self.parsed = parsed
        self._compiler = Compiler(Places(source), version)

    @cached_property
    def code(self) -> ParsedCode:
        """The script as a value of type code."""
        printer, body = self._compiler.printer, self.parsed.body
        return self._compiler.unit(body, self.parsed.unit, lambda: printer.script(body))

    def run(self, host: Host) -> Value:
        """Run it to its end and return the value of its `:return`, or of its last statement.

        Raises:
            ScriptError: The script failed; what it did before stays done.
            Interrupted: It was cancelled while it waited.
        """
        return self.outcome(host)[0]

    def outcome(self, host: Host) -> tuple[Value, bool]:
        """Do the same, and tell whether a `:return` gave the value."""
        returned = False
        code = self.code
        frame = Frame(Run(host), [NOTHING] * code.slots, (), dict(host.parameters))
        try:
            value = code.body(frame)
        except ReturnSignal as signal:
            value, returned = signal.value, True
        except (QuitSignal, Signal):  # also a `:break` outside of loops
            value = NIL
        except ScriptError:
            raise
        except RouterError as error:
            raise ScriptError(error.message, category=error.category) from None
        except RecursionError:
            raise ScriptError(b"maximum recursion depth reached") from None
        return NIL if isinstance(value, Nothing) else value, returned


def compile_script(source: bytes, tree: CommandTree, version: Version, menu: Menu = ()) -> Script:
    """Compile a script.

    Args:
        source: The text.
        tree: The menus it may use.
        version: The release that runs it.
        menu: The menu it starts in.

    Raises:
        ParseError: The text is refused whole; nothing of it has run.
    """
    return Script(source, parse(source, tree, version, menu), version)


def compile_code(source: bytes, tree: CommandTree, version: Version) -> ParsedCode:
    """Return a source text as a value of type code, as `:parse` does.

    Raises:
        ParseError: The text is refused.
    """
    return compile_script(source, tree, version).code
