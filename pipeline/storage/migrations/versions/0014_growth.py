"""Tallies, alarms, and indexes for a million rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pipeline.storage.tables import UtcTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tallies",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("feed_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "alarms",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("raised_at", UtcTime(), nullable=False),
        sa.Column("cleared_at", UtcTime(), nullable=True),
        sa.Column("told_raised", sa.JSON(), nullable=False),
        sa.Column("told_cleared", sa.JSON(), nullable=False),
    )
    where = sa.text("cleared_at IS NULL")
    op.create_index("ix_alarms_name", "alarms", ["name"], unique=True, sqlite_where=where, postgresql_where=where)
    for name, table, columns, condition in INDEXES:
        only = sa.text(condition) if condition else None
        op.create_index(name, table, columns, sqlite_where=only, postgresql_where=only)
    op.drop_index("ix_entries_state_next_try_at", "entries")
    op.drop_index("ix_stories_state_next_try_at", "stories")
    op.drop_index("ix_drafts_check_verdict", "drafts")


INDEXES = (
    ("ix_entries_due", "entries", ["next_try_at", "id"], "next_try_at IS NOT NULL"),
    ("ix_entries_state_id", "entries", ["state", "id"], None),
    ("ix_entries_first_seen_at_feed_id", "entries", ["first_seen_at", "feed_id"], None),
    ("ix_articles_canonical_url", "articles", ["canonical_url"], None),
    ("ix_articles_collected_at", "articles", ["collected_at"], None),
    ("ix_articles_unplaced", "articles", ["published_at"], "story_id IS NULL"),
    ("ix_stories_due", "stories", ["id"], "state IN ('new', 'drafting')"),
    ("ix_stories_state_id", "stories", ["state", "id"], None),
    ("ix_stories_held_until", "stories", ["held_until"], "held_until IS NOT NULL"),
    ("ix_stories_waiting", "stories", ["id"], "waiting_for <> ''"),
    ("ix_stories_approved_at", "stories", ["approved_at", "id"], "approved_at IS NOT NULL"),
    ("ix_drafts_unchecked", "drafts", ["id"], "check_verdict IS NULL"),
)


def downgrade() -> None:
    for name, table, _, _ in INDEXES:
        op.drop_index(name, table)
    op.create_index("ix_entries_state_next_try_at", "entries", ["state", "next_try_at"])
    op.create_index("ix_stories_state_next_try_at", "stories", ["state", "next_try_at"])
    op.create_index("ix_drafts_check_verdict", "drafts", ["check_verdict"])
    op.drop_table("alarms")
    op.drop_table("tallies")
