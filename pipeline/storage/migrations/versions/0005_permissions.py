"""Permissions to use reserved texts, with the feed and with what was read under them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("feeds", "articles"):
        op.add_column(table, sa.Column("permission", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    for table in ("articles", "feeds"):
        op.drop_column(table, "permission")
