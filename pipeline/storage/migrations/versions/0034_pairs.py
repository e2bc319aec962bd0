"""Pairs of articles the rules are not sure of, with what the judge was asked and said about them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pipeline.storage.tables import UtcTime

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_DUE = sa.text("judged = 'due'")


def upgrade() -> None:
    op.create_table(
        "pairs",
        sa.Column("article_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("other_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("sure", sa.Double(), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("placed_at", UtcTime(), nullable=False),
        sa.Column("judged", sa.String(length=20), nullable=False),
        sa.Column("probability", sa.Double()),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("next_at", UtcTime()),
        sa.Column("said", sa.Text(), nullable=False, server_default=""),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_pairs_article_id")),
        sa.ForeignKeyConstraint(["other_id"], ["articles.id"], name=op.f("fk_pairs_other_id")),
        sa.PrimaryKeyConstraint("article_id", "other_id", name=op.f("pk_pairs")),
    )
    op.create_index(op.f("ix_pairs_other_id"), "pairs", ["other_id"])
    for name, column in (("due", "article_id"), ("due_story", "story_id"), ("due_into", "into_id")):
        op.create_index(f"ix_pairs_{name}", "pairs", [column], sqlite_where=_DUE, postgresql_where=_DUE)


def downgrade() -> None:
    op.drop_table("pairs")
