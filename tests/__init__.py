"""The tests of routeros-jobs: `python -m tests` runs the whole gate."""
