"""A version says when it waits for the judge, and a story when rules and judge differ about it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_WAITING = """
UPDATE drafts SET judged = 'due'
WHERE judged = '' AND check_verdict IS NOT NULL AND writer NOT IN ('extract', 'editor')
AND id IN (SELECT current_draft_id FROM stories WHERE state IN ('drafting', 'in_review') AND NOT repair_due)
"""


def upgrade() -> None:
    op.add_column("stories", sa.Column("differs", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(_WAITING)
    op.execute("UPDATE drafts SET judged = '' WHERE judged = 'off'")
    due = sa.text("judged = 'due'")
    op.create_index("ix_drafts_unjudged", "drafts", ["id"], sqlite_where=due, postgresql_where=due)


def downgrade() -> None:
    op.drop_index("ix_drafts_unjudged", "drafts")
    op.execute("UPDATE drafts SET judged = '' WHERE judged = 'due'")
    op.drop_column("stories", "differs")
