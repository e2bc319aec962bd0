"""A story has up to three topics, which editors choose; what matters more is drafted first, with the reasons kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pipeline.storage.tables import UtcTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feeds", sa.Column("weight", sa.Double(), nullable=False, server_default="1"))
    op.add_column("stories", sa.Column("more_topics", sa.Text(), nullable=False, server_default=""))
    op.add_column("stories", sa.Column("topics_why", sa.JSON()))
    op.add_column("stories", sa.Column("importance", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("stories", sa.Column("importance_why", sa.JSON()))
    op.create_table(
        "topic_choices",
        sa.Column("story_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("chosen_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name=op.f("fk_topic_choices_story_id")),
        sa.PrimaryKeyConstraint("story_id", name=op.f("pk_topic_choices")),
    )
    op.create_index(op.f("ix_topic_choices_chosen_at"), "topic_choices", ["chosen_at"])


def downgrade() -> None:
    op.drop_table("topic_choices")
    for column in ("importance_why", "importance", "topics_why", "more_topics"):
        op.drop_column("stories", column)
    op.drop_column("feeds", "weight")
