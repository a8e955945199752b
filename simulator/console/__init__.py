"""The one command core: API, REST and scripts all come through `core.Console`.

Reading order: `request` (what is asked and answered), `core` (which command,
may the actor, are the arguments right), `verbs` (what `add`, `set`, `print` …
do), `storage` (where items live), `rows` and `screen` (what is shown of them),
`tree` (names for the script parser).
"""
