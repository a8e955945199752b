"""The menus of RouterOS as tables, one module a family.

Start at `table`, which says how a menu is declared; `types` has what
properties hold, `hooks` what a menu may do besides. `registry` finds all of
it. Another package's behaviour (files, scripts) comes in through hooks.
"""
