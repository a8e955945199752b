"""An index of the runs that were lost: their number is asked for by every scrape."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_IS_LOST = sa.text("error_class = 'lost'")


def upgrade() -> None:
    op.create_index(
        "runs_lost",
        "runs",
        ["reported_at"],
        sqlite_where=_IS_LOST,
        postgresql_where=_IS_LOST,
    )
