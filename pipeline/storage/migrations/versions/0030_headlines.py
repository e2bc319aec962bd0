"""A story is listed under its draft's headline."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("stories", sa.Column("headline", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("stories", "headline")
