"""Brings a database to this program's schema before anything else touches it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from coordinator.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["migrate"]


def migrate(url: sa.URL) -> list[str]:
    """Apply the steps that the database does not have yet; return their names, oldest first.

    Blocks. Safe to call on a database of any age, the newest included.

    Raises:
        SchemaError: A newer program has changed the database, or it cannot be opened.
    """
    engine = sa.create_engine(url)
    try:
        with engine.begin() as connection:
            return _upgrade(connection)
    except sa.exc.DBAPIError as error:
        place = url.render_as_string(hide_password=True)
        raise SchemaError(f"the database {place} cannot be opened: {error.orig}") from error
    finally:
        engine.dispose()


def _upgrade(connection: sa.Connection) -> list[str]:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    script = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_revision()
    missing = list(_missing(script, current))
    if missing:
        command.upgrade(config, "head")
    return missing


def _missing(script: ScriptDirectory, current: str | None) -> Iterator[str]:
    known = [step.revision for step in script.walk_revisions()][::-1]  # oldest first
    if current is None:
        yield from known
    elif current in known:
        yield from known[known.index(current) + 1 :]
    else:
        raise SchemaError(
            f"the database has schema {current}, which this program does not know: a newer "
            f"version has been run on it (this one knows up to {known[-1]}). Run that version, "
            "or restore a copy made before the upgrade."
        )
