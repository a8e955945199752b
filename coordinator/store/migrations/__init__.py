"""Alembic's steps from one schema to the next, applied by `coordinator.store.migrate`."""
