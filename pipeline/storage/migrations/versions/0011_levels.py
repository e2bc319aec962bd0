"""Drafts have a reading level, and stories a simple version beside the standard one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pipeline.storage.tables import UtcTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("drafts") as table:
        table.add_column(sa.Column("level", sa.String(20), nullable=False, server_default="standard"))
        table.add_column(sa.Column("basis", sa.String(64)))
    with op.batch_alter_table("stories") as table:
        table.add_column(sa.Column("simple_draft_id", sa.Integer()))
        table.add_column(sa.Column("simple_hash", sa.String(64)))
        table.add_column(sa.Column("simple_tries", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("simple_at", UtcTime()))


def downgrade() -> None:
    with op.batch_alter_table("stories") as table:
        for column in ("simple_draft_id", "simple_hash", "simple_tries", "simple_at"):
            table.drop_column(column)
    with op.batch_alter_table("drafts") as table:
        table.drop_column("level")
        table.drop_column("basis")
