"""Queues jobs for sites over HTTP and records what became of them.

Where to start reading: `contract` is what goes over the wire, `jobs` the life
of a job as one table, `app` puts the parts together.
"""
