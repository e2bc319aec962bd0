"""What wants a draft is taken by its freshness and its length."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from pipeline.storage.tables import UtcTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_OPEN = "state IN ('new', 'drafting')"


def _index(name: str, *columns: str) -> None:
    op.create_index(name, "stories", list(columns), sqlite_where=sa.text(_OPEN), postgresql_where=sa.text(_OPEN))


def upgrade() -> None:
    op.add_column("stories", sa.Column("write_place", sa.Integer(), nullable=False, server_default="0"))
    _place()
    op.drop_index("ix_stories_due", "stories")
    _index("ix_stories_due", "write_place", "id")
    _index("ix_stories_open", "created_at")


def _place() -> None:
    """Stories that wait for a draft get their place as new ones do."""
    connection = op.get_bind()
    stories = sa.table(
        "stories",
        sa.column("id", sa.Integer()),
        sa.column("state", sa.Text()),
        sa.column("published_at", UtcTime()),
        sa.column("created_at", UtcTime()),
        sa.column("write_place", sa.Integer()),
    )
    articles = sa.table("articles", sa.column("story_id"), sa.column("role"), sa.column("text"))
    length = (
        sa.select(sa.func.length(articles.c.text))
        .where(articles.c.story_id == stories.c.id, articles.c.role == "lead")
        .limit(1)
        .scalar_subquery()
    )
    page = (
        sa.select(stories.c.id, stories.c.published_at, stories.c.created_at, length)
        .where(stories.c.state.in_(["new", "drafting"]))
        .order_by(stories.c.id)
        .limit(500)
    )
    last = 0
    while rows := connection.execute(page.where(stories.c.id > last)).all():
        last = rows[-1][0]
        for story, published, created, letters in rows:
            fresh = min(published or created, created)
            hours = int((fresh - datetime(2020, 1, 1, tzinfo=UTC)).total_seconds() // 3600)
            place = -1000 * hours + min((letters or 0) // 60, 999)
            connection.execute(stories.update().where(stories.c.id == story).values(write_place=place))


def downgrade() -> None:
    op.drop_index("ix_stories_open", "stories")
    op.drop_index("ix_stories_due", "stories")
    _index("ix_stories_due", "id")
    op.drop_column("stories", "write_place")
