"""A review may be about one finding; drafts remember whether the judge was asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pipeline.storage.tables import UtcTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reviews", sa.Column("about", sa.JSON(), nullable=True))
    op.add_column("drafts", sa.Column("judged", sa.String(20), nullable=False, server_default=""))
    op.add_column("drafts", sa.Column("judge_tries", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("drafts", sa.Column("judge_at", UtcTime(), nullable=True))


def downgrade() -> None:
    for name in ("judge_at", "judge_tries", "judged"):
        op.drop_column("drafts", name)
    op.drop_column("reviews", "about")
