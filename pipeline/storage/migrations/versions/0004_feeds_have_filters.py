"""Feeds have filters of their own and remember since when they fail; entries have a picture."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pipeline.storage.tables import UtcTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feeds", sa.Column("failing_since", UtcTime(), nullable=True))
    op.add_column("entries", sa.Column("image", sa.Text(), nullable=True))
    op.add_column("feeds", sa.Column("filters", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("feeds", "filters")
    op.drop_column("entries", "image")
    op.drop_column("feeds", "failing_since")
