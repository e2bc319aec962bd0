"""A story that was in public has an address for ever, and the time it first was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pipeline.storage.tables import UtcTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

PUBLIC = "public_at IS NOT NULL"


def upgrade() -> None:
    op.add_column("stories", sa.Column("public_at", UtcTime()))
    op.add_column("stories", sa.Column("address", sa.String(200)))
    op.execute(
        "UPDATE stories SET public_at = coalesce((SELECT min(reviews.at) FROM reviews"
        " WHERE reviews.story_id = stories.id AND reviews.act = 'publish'), approved_at, created_at)"
        " WHERE state IN ('published', 'corrected', 'retracted')"
    )
    op.create_index(
        "ix_stories_public",
        "stories",
        ["public_at", "id"],
        sqlite_where=sa.text(PUBLIC),
        postgresql_where=sa.text(PUBLIC),
    )


def downgrade() -> None:
    op.drop_index("ix_stories_public", "stories")
    op.drop_column("stories", "address")
    op.drop_column("stories", "public_at")
