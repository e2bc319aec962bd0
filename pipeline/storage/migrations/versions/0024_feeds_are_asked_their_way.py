"""Feeds keep how they want to be asked and when not; steps keep how often their process died."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feeds", sa.Column("agent", sa.Text(), nullable=False, server_default=""))
    op.add_column("feeds", sa.Column("plain", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("feeds", sa.Column("skip_hours", sa.JSON()))
    op.add_column("feeds", sa.Column("skip_days", sa.JSON()))
    op.add_column("steps", sa.Column("deaths", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("steps", "deaths")
    for name in ("skip_days", "skip_hours", "plain", "agent"):
        op.drop_column("feeds", name)
