"""Stands beside the routers and runs their jobs: backup, script once, report.

Where to start reading: `runner` is the course of one job, step by step.
`router` is the only module that speaks to a router, `journal` what makes a
script run at most once.
"""
