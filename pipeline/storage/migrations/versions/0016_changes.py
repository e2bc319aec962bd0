"""Pages behind stories are looked at again; articles keep more of what their pages say."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pipeline.storage.tables import UtcTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("articles") as table:
        table.add_column(sa.Column("updated_at", UtcTime()))
        table.add_column(sa.Column("section", sa.Text()))
        table.add_column(sa.Column("image", sa.Text()))
        table.add_column(sa.Column("image_alt", sa.Text()))
        table.add_column(sa.Column("sources", sa.JSON()))
        table.add_column(sa.Column("notes", sa.JSON()))
        table.add_column(sa.Column("look_at", UtcTime()))
        table.add_column(sa.Column("looks", sa.Integer(), nullable=False, server_default="0"))
        table.create_index(op.f("ix_articles_look_at"), ["look_at"])
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_changes_article_id")),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name=op.f("fk_changes_story_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
    )
    op.create_index(op.f("ix_changes_story_id"), "changes", ["story_id"])
    op.create_index(op.f("ix_changes_article_id"), "changes", ["article_id"])


def downgrade() -> None:
    op.drop_table("changes")
    with op.batch_alter_table("articles") as table:
        table.drop_index(op.f("ix_articles_look_at"))
        for column in ("updated_at", "section", "image", "image_alt", "sources", "notes", "look_at", "looks"):
            table.drop_column(column)
