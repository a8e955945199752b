"""Cases with known right answers, and what runs them.

`reported-faults.jsonl` holds faults that people who do this job met,
`neighbouring-faults.jsonl` more of the same kinds in the same format;
`script-cases.jsonl` holds scripts with what a router prints. One object a
line, two formats, described as data in `format`.

Reading order: `model` (a case and what can go wrong with it), `format` (the
keys of each kind), `run` (one case, with its time limit), then a module for
each kind: `script_oracle`, `script`, `api_sentence`, `http`, `scenario`.
"""
