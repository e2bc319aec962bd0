"""A permission names what it lifts; an article keeps what was lifted for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feeds", sa.Column("permits", sa.JSON()))
    op.add_column("articles", sa.Column("lifted", sa.JSON()))


def downgrade() -> None:
    op.drop_column("articles", "lifted")
    op.drop_column("feeds", "permits")
