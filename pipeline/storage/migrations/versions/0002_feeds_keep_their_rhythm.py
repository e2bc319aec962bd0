"""Feeds keep what they asked for and how often they publish."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feeds", sa.Column("ttl_minutes", sa.Integer(), nullable=True))
    op.add_column("feeds", sa.Column("rhythm_minutes", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("feeds", "rhythm_minutes")
    op.drop_column("feeds", "ttl_minutes")
