"""Simple versions and judgements say what they wait for; how models are reached is kept, to see that it was mended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("stories", sa.Column("simple_why", sa.Text(), nullable=False, server_default=""))
    op.add_column("drafts", sa.Column("judge_why", sa.Text(), nullable=False, server_default=""))
    not_empty = sa.text("simple_why <> ''")
    op.create_index("ix_stories_simple_why", "stories", ["id"], sqlite_where=not_empty, postgresql_where=not_empty)
    op.create_table(
        "set_ups",
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("mark", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("role", name=op.f("pk_set_ups")),
    )


def downgrade() -> None:
    op.drop_table("set_ups")
    op.drop_index("ix_stories_simple_why", "stories")
    op.drop_column("drafts", "judge_why")
    op.drop_column("stories", "simple_why")
