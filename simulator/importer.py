"""`/import`: run a file as a script, whole or statement by statement.

Without `verbose` the file is parsed whole first, so a syntax error anywhere
means that nothing ran. With it each statement is echoed and run by itself: what
came before an error stays done, and locals do not reach later statements.

Source: routeros-api.md, 6.3 (7.24.4); routeros-script.md, 19. Assumed: the text
for `dry-run` without `verbose`; that 7.0 is where `Script Error: ` begins.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from simulator.console.numbers import PlaceNumbers
from simulator.errors import ParseError, RouterError, ScriptError
from simulator.script.ast import MenuChange
from simulator.script.parser import parse
from simulator.script.places import Places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.console.request import Context
    from simulator.console.request import Menu as Words
    from simulator.router import Router

__all__ = ["ImportOptions", "import_file", "split_statements"]

_NO_FILE = b"Cannot open import file, file does not exist"
_NEEDS_VERBOSE = b"failure: dry-run needs verbose"
_DONE = b"\nScript file loaded and executed successfully\n"
_PREFIX = b"Script Error: "


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the arguments of `/import` ask for.

    Attributes:
        verbose: Echo and run statement by statement.
        dry_run: Look for errors in syntax and names, run nothing (7.16).
        from_line: 1-based; earlier lines are left out, line numbers stay.
    """

    verbose: bool = False
    dry_run: bool = False
    from_line: int = 1


def import_file(
    router: Router, name: bytes, context: Context, options: ImportOptions | None = None
) -> None:
    """Run a file of the router's.

    Raises:
        RouterError: There is no such file, or it failed; then with the place, as a
            `ScriptError` whose text is as the release words it.
    """
    options = options or ImportOptions()
    source = router.files.read(name)
    if source is None:
        raise RouterError(_NO_FILE)
    if options.dry_run and not options.verbose:
        raise RouterError(_NEEDS_VERBOSE)
    if router.version.is_v6:
        context.put(b"Opening script file " + name + b"\n")
    source = _from_line(source, options.from_line)
    context = replace(context, printed=PlaceNumbers(router))
    run = _Import(router, context)
    if options.dry_run:
        run.check(source)
        return
    router.note("script-run", name.decode("utf-8", "backslashreplace"))
    try:
        if options.verbose:
            run.step_through(source)
        else:
            router.runtime.run_source(source, context)
    except RouterError as error:
        raise run.worded(error, bare=options.verbose) from error
    context.put(_DONE)


def split_statements(source: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the pieces of a source that are statements by themselves.

    A piece is one or more whole lines: lines joined by a backslash, or held together by a
    bracket or a quote, stay together. Lines without code are left out.

    Yields:
        The 1-based line where the piece starts, and its text.
    """
    start, held = 1, b""
    for number, line in enumerate(source.replace(b"\r\n", b"\n").split(b"\n"), 1):
        if not held:
            start = number
            if not line.strip() or line.lstrip().startswith(b"#"):
                continue
        held += (b"\n" if held else b"") + line
        if not _goes_on(held):
            yield start, held
            held = b""
    if held:
        yield start, held


def _goes_on(text: bytes) -> bool:
    """Tell whether a piece ends inside a string, a bracket or a joined line."""
    depth, quoted, at = 0, False, 0
    fresh = True  # where a statement, and so a comment, may start
    while at < len(text):
        byte = text[at : at + 1]
        if byte == b"\\":
            at += 2
            if at >= len(text) or text[at - 1 :] == b"\n":
                return True
            continue
        if quoted:
            quoted = byte != b'"'
        elif byte == b"#" and fresh:
            end = text.find(b"\n", at)
            at = len(text) if end < 0 else end
            continue
        elif byte == b'"':
            quoted = True
        elif byte in b"([{":
            depth += 1
        elif byte in b")]}":
            depth -= 1
        fresh = byte in b";{[\n" or (fresh and byte in b" \t")
        at += 1
    return quoted or depth > 0


def _from_line(source: bytes, line: int) -> bytes:
    lines = source.split(b"\n")
    return b"\n" * (line - 1) + b"\n".join(lines[line - 1 :])


class _Import:
    """One import on its way."""

    def __init__(self, router: Router, context: Context) -> None:
        self._router = router
        self._context = context

    def worded(self, error: RouterError, *, bare: bool) -> ScriptError:
        """Return an error as `/import` words it.

        `bare` leaves out where a command failed; words that the parser did not know keep
        their line and column (assumed).
        """
        line = column = None
        message = error.message
        if isinstance(error, ScriptError):
            line, column = error.line, error.column
            message = error.bare if bare and column is None else message
        if not self._router.version.is_v6 and not message.startswith(_PREFIX):
            message = _PREFIX + message
        return ScriptError(message, bare=message, line=line, column=column)

    def step_through(self, source: bytes) -> None:
        """Run statement by statement, echoing each."""
        for text in self._pieces(source):
            self._router.runtime.run_source(text, self._context)

    def check(self, source: bytes) -> None:
        """Find errors without running anything.

        Raises:
            ScriptError: There are some: one by its own text where it is a wrong name or
                value, else how many.
        """
        faults: list[bytes] = []
        for text in self._pieces(source):
            found = self._faults(text)
            for fault in found:
                self._context.put(fault + b"\n")
            faults += found
        if not faults:
            return
        message = b"found %d error(s) in import file" % len(faults)
        if len(faults) == 1 and faults[0].startswith((b"bad ", b"syntax error")):
            message = faults[0]
        raise ScriptError(_PREFIX + message)

    def _faults(self, text: bytes) -> list[bytes]:
        try:
            parsed = parse(text, self._router.console.tree, self._router.version)
        except ParseError as error:
            return [error.message]
        return [Places(text).located(late.message, late.blamed) for late in parsed.late]

    def _pieces(self, source: bytes) -> Iterator[bytes]:
        """Yield each statement as a source of its own, in its menu and on its line."""
        menu: Words = ()
        for line, text in split_statements(source):
            self._context.put(b"#line %d\n" % line + text + b"\n")
            before = b"\n" * (line - 1)
            if menu:
                # On the line above, which belongs to an earlier statement.
                before = b"\n" * (line - 2) + b"/" + " ".join(menu).encode() + b"\n"
            piece = before + text
            yield piece
            menu = self._menu_after(piece, menu)

    def _menu_after(self, piece: bytes, menu: Words) -> Words:
        try:
            parsed = parse(piece, self._router.console.tree, self._router.version)
        except ParseError:
            return menu
        for statement in parsed.body.statements:
            if isinstance(statement, MenuChange):
                menu = statement.menu
        return menu
