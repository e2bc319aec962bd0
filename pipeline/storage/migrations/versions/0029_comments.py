"""Comments are found by their time: who is mentioned in one sees it under their work."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None
COMMENTS = "act = 'comment'"


def upgrade() -> None:
    op.create_index(
        "ix_reviews_comments", "reviews", ["at"], sqlite_where=sa.text(COMMENTS), postgresql_where=sa.text(COMMENTS)
    )


def downgrade() -> None:
    op.drop_index("ix_reviews_comments", "reviews")
