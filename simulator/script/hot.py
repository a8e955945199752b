"""Loops and functions that run often, written out as one Python function each.

The first `_TURNS` turns of a loop and the first calls of a function run the
closures of `compiler`; what lasts longer is made anew here, once, and goes on
from there: all its state is in the frame. A script that runs once from top to
bottom costs nothing for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.script.ast import Block, Call, Command, Literal, MenuChange
from simulator.script.emitter import Emitter, Term
from simulator.script.scope import Local
from simulator.script.variables import variable_writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from simulator.script.ast import Expression, Statement
    from simulator.script.code import ParsedCode
    from simulator.script.compiler import Compiler
    from simulator.script.frame import Frame
    from simulator.values import Value

__all__ = ["heat", "hot_each", "hot_while"]

_NIL = Term("NIL", object)
# Python takes 20 nested blocks; a loop makes four. What is deeper stays a closure.
_DEEPEST_LOOP = 3
_DEEPEST_LINE = 24


def heat(compiler: Compiler, body: Block, code: ParsedCode) -> None:
    """Give a function a faster body, in which `:return` returns.

    One that calls no closure needs no frame, which takes a third of a call's time.
    """
    writer = _Writer(compiler, function=True)
    result = writer.block(body)
    if writer.emitter.needs_frame:
        code.body = writer.emitter.function("F", result.text)
    else:
        code.direct = writer.emitter.function("R, L, P, N", result.text)


def hot_while(compiler: Compiler, node: Command) -> Callable[[Frame, Value], Value]:
    """Return what goes on with a `:while`, or a `:do` that has one.

    It takes the frame and the value of the last turn.
    """
    writer = _Writer(compiler, function=False)
    body = node.arguments["do" if node.builtin.name == "while" else "command"]
    assert isinstance(body, Block)  # noqa: S101 - its only caller has looked
    writer.while_loop(node, "condition" if node.builtin.name == "while" else "while", body, "v")
    made: Callable[[Frame, Value], Value] = writer.emitter.function("F, v", "v")
    return made


def hot_each(
    compiler: Compiler, slots: tuple[int, ...], body: Block
) -> Callable[[Frame, Iterator[Any]], Value]:
    """Return what goes on with a loop through values; it takes the frame and those left."""
    writer = _Writer(compiler, function=False)
    writer.each(slots, "values", body)
    made: Callable[[Frame, Iterator[Any]], Value] = writer.emitter.function("F, values", "NIL")
    return made


class _Writer:
    """Writes statements; `function` tells that `:return` may simply return."""

    def __init__(self, compiler: Compiler, *, function: bool) -> None:
        self.emitter = Emitter(compiler)
        self._compiler = compiler
        self._function = function
        self._loops = 0
        self._commands: dict[str, Callable[[Command], Term | None]] = {
            "local": self._set,
            "set": self._set,
            "global": self._global,
            "if": self._if,
            "while": self._while,
            "for": self._for,
            "foreach": self._foreach,
            "return": self._return,
            "break": lambda _: self._leave("break"),
            "continue": lambda _: self._leave("continue"),
        }

    def block(self, node: Block) -> Term:
        """Write statements and return the value of the last one."""
        value = _NIL
        for statement in node.statements:
            value = self.statement(statement)
        return value

    def statement(self, node: Statement) -> Term:
        if isinstance(node, Block):
            return self.block(node)
        if isinstance(node, MenuChange):
            return _NIL
        if isinstance(node, Call):
            return self.emitter.call(node)
        if isinstance(node, Command) and self.emitter.depth < _DEEPEST_LINE:
            write = self._commands.get(node.builtin.name)
            value = None if write is None else write(node)
            if value is not None:
                return value
        return self.emitter.fallback(node)

    def _argument(self, node: Command, name: str) -> Term:
        value: Any = node.arguments[name]
        return self.emitter.argument(value, node.at, ":" + node.builtin.name)

    # Variables

    def _set(self, node: Command) -> Term | None:
        from simulator.script.commands.variables import appended  # noqa: PLC0415 - a cycle

        name = node.arguments.get("name")
        if not isinstance(name, Literal) or not node.bindings or "do" in node.arguments:
            return None
        binding = node.bindings[0]
        if not isinstance(name.value, bytes) or appended(node, binding):
            return None
        value = (
            self._argument(node, "value") if "value" in node.arguments else Term("NOTHING", object)
        )
        if not isinstance(binding, Local):
            self.emitter.line(f"{self.emitter.constant(variable_writer(binding))}(F, {value.text})")
            return _NIL
        if value.kind is None:
            self.emitter.line(f"if type({value.text}) is Array: {value.text}.owner = None")
        self.emitter.line(f"L[{binding.slot}] = {value.text}")
        return _NIL

    def _global(self, node: Command) -> Term | None:
        only_declares = node.arguments.keys() == {"name"} and isinstance(
            node.arguments["name"], Literal
        )
        return _NIL if only_declares else None

    # Flow

    def _test(self, node: Command, name: str) -> str:
        """Write a condition and return it as a Python bool."""
        value = self._argument(node, name)
        if value.kind is bool:
            return value.text
        from simulator.script.commands.flow import conditioner  # noqa: PLC0415 - a cycle

        slow = self.emitter.constant(conditioner(self._compiler, node))
        return f"({value.text} if type({value.text}) is bool else {slow}({value.text}))"

    def _if(self, node: Command) -> Term | None:
        branches = [node.arguments.get(name) for name in ("do", "else")]
        if "condition" not in node.arguments or not all(
            branch is None or isinstance(branch, Block) for branch in branches
        ):
            return None
        then, other = branches
        self.emitter.line(f"if {self._test(node, 'condition')}:")
        self._branch(then)
        if other is not None:
            self.emitter.line("else:")
            self._branch(other)
        return _NIL

    def _branch(self, block: Expression | Block | None) -> None:
        with self.emitter.indented():
            if isinstance(block, Block):
                self.block(block)
            self.emitter.line("pass")

    def _return(self, node: Command) -> Term | None:
        if "value" not in node.arguments:
            return None
        value = self._argument(node, "value").text
        self.emitter.line(f"return {value}" if self._function else f"raise ReturnSignal({value})")
        return _NIL

    def _leave(self, word: str) -> Term | None:
        if not self._loops:
            return None
        self.emitter.line(word)
        return _NIL

    # Loops

    def _while(self, node: Command) -> Term | None:
        body = node.arguments.get("do")
        if "condition" not in node.arguments or not isinstance(body, Block) or self._too_deep():
            return None
        name = self.emitter.temp()
        self.emitter.line(f"{name} = NIL")
        self.while_loop(node, "condition", body, name)
        return Term(name)

    def while_loop(self, node: Command, test: str, body: Block, result: str) -> None:
        """Write a loop with a condition; `result` names the value of its last turn."""

        def head() -> None:
            holds = self._test(node, test)
            self.emitter.line(f"if not {holds}: break")

        self._loop("while True:", body, head, result)

    def each(self, slots: tuple[int, ...], values: str, body: Block) -> None:
        """Write a loop that puts values, or pairs of them, into locals."""
        targets = ", ".join(f"L[{slot}]" for slot in slots)
        self._loop(f"for {targets} in {values}:", body, lambda: None, None)

    def _loop(self, head: str, body: Block, start: Callable[[], None], result: str | None) -> None:
        emitter = self.emitter
        turns = emitter.temp()
        emitter.line(f"{turns} = 0")
        self._loops += 1
        emitter.line("try:")
        with emitter.indented():
            emitter.line(head)
            with emitter.indented():
                start()
                emitter.line(f"{turns} += 1")
                emitter.line(f"if not {turns} & 255: breathe()")
                emitter.line("try:")
                with emitter.indented():
                    value = self.block(body)
                    emitter.line(f"{result} = {value.text}" if result else "pass")
                emitter.line("except ContinueSignal: pass")
        emitter.line("except BreakSignal: pass")
        self._loops -= 1

    def _too_deep(self) -> bool:
        return self._loops >= _DEEPEST_LOOP

    def _for(self, node: Command) -> Term | None:
        from simulator.script.commands.flow import range_of  # noqa: PLC0415 - a cycle

        return self._counted(node, lambda: range_of(self._compiler, node))

    def _foreach(self, node: Command) -> Term | None:
        from simulator.script.commands.flow import values_of  # noqa: PLC0415 - a cycle

        return self._counted(node, lambda: values_of(self._compiler, node))

    def _counted(self, node: Command, values: Callable[[], Callable[[Frame], Any]]) -> Term | None:
        body = node.arguments.get("do")
        slots = tuple(each.slot for each in node.bindings if isinstance(each, Local))
        given = node.arguments.keys()
        needed = {"from", "to"} if node.builtin.name == "for" else {"in"}
        if (
            not slots
            or not isinstance(body, Block)
            or not needed <= given
            or "on-error" in given
            or self._too_deep()
        ):
            return None
        name = self.emitter.temp()
        self.emitter.line(f"{name} = {self.emitter.constant(values())}(F)")
        self.each(slots[: 1 if node.builtin.name == "for" else 2], name, body)
        return _NIL
