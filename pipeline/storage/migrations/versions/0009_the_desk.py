"""The queue is an index; stories are open at desks, handed over, and rewritten by sentence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from pipeline.storage.tables import UtcTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_INDEXES = (
    ("state", "queue_place", "id"),
    ("state", "topic", "queue_place", "id"),
    ("state", "source_name", "queue_place", "id"),
    ("state", "assigned_to", "queue_place", "id"),
    ("state", "arrived_at"),
)


def upgrade() -> None:
    for name in ("queue_place", "blocks", "warnings"):
        op.add_column("stories", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("stories", sa.Column("sensitive", sa.Text(), nullable=False, server_default=""))
    op.add_column("stories", sa.Column("breaking", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("stories", sa.Column("sources", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("stories", sa.Column("arrived_at", UtcTime(), nullable=True))
    op.add_column("stories", sa.Column("assigned_to", sa.String(120), nullable=False, server_default=""))
    op.add_column("reviews", sa.Column("seconds", sa.Integer(), nullable=False, server_default="0"))
    _size_up()
    for columns in _INDEXES:
        op.create_index(f"ix_stories_{'_'.join(columns)}", "stories", list(columns))
    op.create_table(
        "visits",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("story_id", sa.Integer(), sa.ForeignKey("stories.id"), nullable=False),
        sa.Column("who", sa.String(120), nullable=False),
        sa.Column("opened_at", UtcTime(), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.Column("left", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("seconds", sa.Integer(), nullable=False, server_default="0"),
        sa.UniqueConstraint("story_id", "who"),
    )
    op.create_index("ix_visits_seen_at", "visits", ["seen_at"])
    op.create_table(
        "unsaved",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("story_id", sa.Integer(), sa.ForeignKey("stories.id"), nullable=False),
        sa.Column("who", sa.String(120), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("base_hash", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("saved_at", UtcTime(), nullable=False),
        sa.UniqueConstraint("story_id", "who", "place"),
    )
    op.create_table(
        "rewrites",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("story_id", sa.Integer(), sa.ForeignKey("stories.id"), nullable=False),
        sa.Column("call_id", sa.Integer(), sa.ForeignKey("calls.id"), nullable=False),
        sa.Column("who", sa.String(120), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("cost_micro", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=False),
        sa.Column("answered_at", UtcTime(), nullable=True),
    )
    op.create_index("ix_rewrites_story_id_state", "rewrites", ["story_id", "state"])


def _size_up() -> None:
    """Stories written before get their place in the queue from the report of their current draft."""
    connection = op.get_bind()
    page = sa.text(
        "SELECT s.id, d.report, d.created_at FROM stories s JOIN drafts d ON d.id = s.current_draft_id "
        "WHERE s.state IN ('in_review', 'held', 'approved') AND s.id > :last ORDER BY s.id LIMIT 200"
    )
    last = 0
    while rows := connection.execute(page, {"last": last}).all():
        last = rows[-1].id
        _size_up_some(connection, rows)


def _size_up_some(connection: sa.Connection, rows: Sequence[Any]) -> None:
    for story_id, report, created_at in rows:
        loaded: dict[str, Any] = json.loads(report) if isinstance(report, str) else (report or {})
        left = [f["severity"] for f in loaded.get("findings", []) if "accepted" not in f]
        blocks, warnings = left.count("block"), left.count("warn")
        connection.execute(
            sa.text("UPDATE stories SET blocks = :b, warnings = :w, queue_place = :p, arrived_at = :a WHERE id = :id"),
            {
                "b": blocks,
                "w": warnings,
                "p": -(10_000 * blocks + 100 * min(warnings, 40) + 50),
                "a": created_at,
                "id": story_id,
            },
        )


def downgrade() -> None:
    op.drop_table("rewrites")
    op.drop_table("unsaved")
    op.drop_table("visits")
    for columns in _INDEXES:
        op.drop_index(f"ix_stories_{'_'.join(columns)}", "stories")
    op.drop_column("reviews", "seconds")
    for name in (
        "assigned_to",
        "arrived_at",
        "sources",
        "breaking",
        "sensitive",
        "warnings",
        "blocks",
        "queue_place",
    ):
        op.drop_column("stories", name)
