"""The script language of RouterOS: source text to closures, closures to effects.

`compile_script(source, tree, version).run(host)` is the whole course. The
stages, in the order in which a source text passes through them:

| stage | modules |
| --- | --- |
| what the menus look like to the parser | `tree` |
| bytes to tokens, by the kind of place they stand in | `tokens`, `lexer` |
| tokens to values and arguments | `strings`, `expressions`, `arguments`, `grammar`, `collect` |
| statements to a syntax tree | `parser`, `ast` |
| which variable a name means | `scope` |
| syntax tree to closures, once | `compiler`, `variables`, `menu_command`, `commands` |
| closures run against a router | `frame`, `code`, `operators`, `comparison`, `host` |
| compiled code as text | `il` |
"""

from __future__ import annotations

from simulator.script.commands.output import environment_text
from simulator.script.program import Script, compile_code, compile_script

__all__ = ["Script", "compile_code", "compile_script", "environment_text"]
