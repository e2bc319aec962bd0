"""Editions know their topic and issuer, stories the edition that carried them; what readers were told is kept."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from pipeline.storage.tables import UtcTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TO_ISSUE = "edition_id IS NULL AND approved_at IS NOT NULL"
IN_PUBLIC = "act IN ('correct', 'retract')"


def upgrade() -> None:
    op.add_column("editions", sa.Column("topic", sa.Text(), nullable=False, server_default=""))
    op.add_column("editions", sa.Column("issued_by", sa.String(120), nullable=False, server_default=""))
    op.create_index(op.f("ix_editions_topic_id"), "editions", ["topic", "id"])
    op.add_column("stories", sa.Column("edition_id", sa.Integer()))
    _carried()
    op.create_index(
        "ix_stories_to_issue",
        "stories",
        ["approved_at", "id"],
        sqlite_where=sa.text(TO_ISSUE),
        postgresql_where=sa.text(TO_ISSUE),
    )
    op.create_index(
        "ix_reviews_in_public",
        "reviews",
        ["id"],
        sqlite_where=sa.text(IN_PUBLIC),
        postgresql_where=sa.text(IN_PUBLIC),
    )
    op.create_table(
        "told",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False, server_default=""),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_told_review_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_told_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_told")),
        sa.UniqueConstraint("review_id", "topic", name=op.f("uq_told_review_id_topic")),
    )
    op.create_index(op.f("ix_told_edition_id"), "told", ["edition_id"])
    op.create_table(
        "plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("issue_at", UtcTime()),
        sa.Column("by", sa.String(120), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
        sa.UniqueConstraint("topic", name=op.f("uq_plans_topic")),
    )


def _carried() -> None:
    """The first edition of each story, from the documents that are kept."""
    connection = op.get_bind()
    editions = sa.table("editions", sa.column("id", sa.Integer), sa.column("topic", sa.Text), sa.column("document"))
    stories = sa.table("stories", sa.column("id", sa.Integer), sa.column("edition_id", sa.Integer))
    seen: set[int] = set()
    for number, raw in connection.execute(sa.select(editions.c.id, editions.c.document).order_by(editions.c.id)).all():
        document = json.loads(raw) if isinstance(raw, str) else raw
        if topic := document.get("topic"):
            connection.execute(sa.update(editions).where(editions.c.id == number).values(topic=topic))
        new = {story["id"] for story in document.get("stories", [])} - seen
        seen |= new
        if new:
            connection.execute(sa.update(stories).where(stories.c.id.in_(new)).values(edition_id=number))


def downgrade() -> None:
    op.drop_table("plans")
    op.drop_table("told")
    op.drop_index("ix_reviews_in_public", "reviews")
    op.drop_index("ix_stories_to_issue", "stories")
    op.drop_column("stories", "edition_id")
    op.drop_index(op.f("ix_editions_topic_id"), "editions")
    op.drop_column("editions", "issued_by")
    op.drop_column("editions", "topic")
