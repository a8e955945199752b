"""The script language of RouterOS: source text to closures, closures to effects.

| stage | module |
| --- | --- |
| what the menus look like to the parser | `tree` |
| bytes to tokens, by the kind of place they stand in | `tokens`, `lexer` |
| tokens to a syntax tree | `ast`, `parser` |
| syntax tree to closures, once | `compiler` |
| closures run against a router | `host`, `evaluator` |
"""
