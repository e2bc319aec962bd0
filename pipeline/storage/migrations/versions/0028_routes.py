"""An endpoint is remembered with the route it answers typed questions on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("endpoints", sa.Column("route", sa.String(20), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("endpoints", "route")
