"""Keeps jobs, sites, agents and backups, and holds their invariants as constraints.

Where to start reading: `interface` is what the service asks for, `schema` the
tables and constraints, `jobs` the statements about jobs, `sqlite` where they run.
"""
