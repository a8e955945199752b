"""Run by Alembic: applies the steps on the connection that `migrate` hands over."""

from alembic import context

from coordinator.store.schema import METADATA

# SQLite cannot alter most of a table; batch mode makes it anew and copies the rows.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
