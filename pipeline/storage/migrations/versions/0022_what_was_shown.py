"""Who was shown which wording, so that an approval by command is of that; what is wrong with a draft, for the queue."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("shown", "shown_simple"):
        op.add_column("visits", sa.Column(column, sa.String(64), nullable=False, server_default=""))
    op.add_column("stories", sa.Column("wrong", sa.Text(), nullable=False, server_default=""))
    op.add_column("stories", sa.Column("cleared", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("stories", sa.Column("words", sa.Integer(), nullable=False, server_default="0"))
    _look_back()


def _look_back() -> None:
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT stories.id, drafts.report FROM stories JOIN drafts ON drafts.id = stories.current_draft_id "
            "WHERE drafts.report IS NOT NULL"
        )
    )
    for story_id, report in rows.fetchall():
        loaded = json.loads(report) if isinstance(report, str) else report
        if not isinstance(loaded, dict):
            continue
        findings = loaded.get("findings", [])
        left = [f for f in findings if "accepted" not in f]
        wrong = [f["check"] for severity in ("block", "warn") for f in left if f["severity"] == severity]
        cleared = sum(f["severity"] == "block" and "accepted" in f for f in findings)
        connection.execute(
            sa.text("UPDATE stories SET wrong = :wrong, cleared = :cleared, words = :words WHERE id = :id"),
            {
                "wrong": " ".join(dict.fromkeys(wrong)),
                "cleared": cleared,
                "words": loaded.get("reading", {}).get("words", 0),
                "id": story_id,
            },
        )


def downgrade() -> None:
    for column in ("words", "cleared", "wrong"):
        op.drop_column("stories", column)
    for column in ("shown_simple", "shown"):
        op.drop_column("visits", column)
