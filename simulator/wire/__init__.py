"""The RouterOS API's wire form, without any input or output of its own.

Bytes become sentences in `codec`, a sentence becomes a command in `words`, `?`
words become a test in `query`; answers become bytes in `answers`, and `login`
holds the two ways in. `simulator.session` puts them together.
"""
