"""A change of a page may be answered without a new version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pipeline.storage.tables import UtcTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("changes", sa.Column("answered_by", sa.String(120)))
    op.add_column("changes", sa.Column("answered_at", UtcTime()))


def downgrade() -> None:
    op.drop_column("changes", "answered_at")
    op.drop_column("changes", "answered_by")
