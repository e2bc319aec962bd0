"""Stories are found by their words: SQLite's FTS5 and PostgreSQL's full text over one table."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None
_SQLITE = """
CREATE VIRTUAL TABLE story_words USING fts5(
    words, content='search', content_rowid='story_id', prefix='2 3', tokenize='unicode61 remove_diacritics 0')
;
CREATE TRIGGER search_added AFTER INSERT ON search BEGIN
    INSERT INTO story_words(rowid, words) VALUES (new.story_id, new.words); END
;
CREATE TRIGGER search_removed AFTER DELETE ON search BEGIN
    INSERT INTO story_words(story_words, rowid, words) VALUES ('delete', old.story_id, old.words); END
;
CREATE TRIGGER search_changed AFTER UPDATE ON search BEGIN
    INSERT INTO story_words(story_words, rowid, words) VALUES ('delete', old.story_id, old.words);
    INSERT INTO story_words(rowid, words) VALUES (new.story_id, new.words); END
"""


def upgrade() -> None:
    op.create_table(
        "search",
        sa.Column("story_id", sa.Integer(), sa.ForeignKey("stories.id"), primary_key=True, autoincrement=False),
        sa.Column("words", sa.Text(), nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE INDEX ix_search_words ON search USING gin (to_tsvector('simple', words))")
    else:
        for statement in _SQLITE.split("\n;\n"):
            op.execute(statement)
    _index_all()


def _index_all() -> None:
    from pipeline.storage.search import spelled

    connection = op.get_bind()
    ids = [row[0] for row in connection.execute(sa.text("SELECT id FROM stories ORDER BY id"))]
    story = sa.text(
        "SELECT s.title, s.topic, s.source_name, s.assigned_to, s.published_at, s.created_at, s.approved_at, d.text, "
        "p.text FROM stories s LEFT JOIN drafts d ON d.id = s.current_draft_id "
        "LEFT JOIN drafts p ON p.id = s.simple_draft_id WHERE s.id = :id"
    )
    article = sa.text("SELECT title, byline, site, text FROM articles WHERE story_id = :id ORDER BY id")
    review = sa.text("SELECT who, reason, at FROM reviews WHERE story_id = :id ORDER BY id")
    keep = sa.text("INSERT INTO search (story_id, words) VALUES (:id, :words)")
    for number in ids:
        parts = [
            value
            for query in (story, article, review)
            for row in connection.execute(query, {"id": number})
            for value in row
        ]
        words = spelled("\n".join(str(part)[:10] if hasattr(part, "year") else str(part) for part in parts if part))
        connection.execute(keep, {"id": number, "words": " ".join(words[:40_000])})


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        op.execute("DROP TABLE story_words")
    op.drop_table("search")
