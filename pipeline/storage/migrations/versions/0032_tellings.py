"""Several articles tell one story: who told it when, why each joined, and by what the next is found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pipeline.storage.tables import UtcTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tellings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.Integer()),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(120), nullable=False, server_default=""),
        sa.Column("named", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("joined_at", UtcTime(), nullable=False),
        sa.Column("left_at", UtcTime()),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name=op.f("fk_tellings_story_id")),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_tellings_article_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tellings")),
    )
    op.create_index(op.f("ix_tellings_story_id"), "tellings", ["story_id"])
    op.create_index(op.f("ix_tellings_article_id"), "tellings", ["article_id"])
    op.create_table(
        "signs",
        sa.Column("article_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("placed_at", UtcTime(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_signs_article_id")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_signs")),
    )
    op.create_index(op.f("ix_signs_placed_at"), "signs", ["placed_at"])
    op.create_table(
        "sign_keys",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("article_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", "article_id", name=op.f("pk_sign_keys")),
    )
    op.create_index(op.f("ix_sign_keys_article_id"), "sign_keys", ["article_id"])
    op.create_table(
        "sign_counts",
        sa.Column("word", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("stories", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_sign_counts")),
    )
    op.create_table(
        "kin",
        sa.Column("story_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("other_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name=op.f("fk_kin_story_id")),
        sa.ForeignKeyConstraint(["other_id"], ["stories.id"], name=op.f("fk_kin_other_id")),
        sa.PrimaryKeyConstraint("story_id", "other_id", name=op.f("pk_kin")),
    )
    op.create_index(op.f("ix_kin_other_id"), "kin", ["other_id"])
    op.add_column("stories", sa.Column("joined_to", sa.Integer()))
    # What was placed so far: the lead's sentences have the first numbers, a copy adds none.
    op.execute(
        'INSERT INTO tellings (story_id, article_id, before, why, "by", named, joined_at) '
        "SELECT a.story_id, a.id, CASE WHEN a.role = 'lead' THEN 0 END, "
        "CASE WHEN a.role = 'lead' THEN '[]' ELSE '[\"the same text\"]' END, '', false, a.collected_at "
        "FROM articles a WHERE a.story_id IS NOT NULL ORDER BY a.id"
        if op.get_bind().dialect.name == "sqlite"
        else 'INSERT INTO tellings (story_id, article_id, before, why, "by", named, joined_at) '
        "SELECT a.story_id, a.id, CASE WHEN a.role = 'lead' THEN 0 END, "
        "CAST(CASE WHEN a.role = 'lead' THEN '[]' ELSE '[\"the same text\"]' END AS JSON), '', false, a.collected_at "
        "FROM articles a WHERE a.story_id IS NOT NULL ORDER BY a.id"
    )


def downgrade() -> None:
    op.drop_column("stories", "joined_to")
    for table in ("kin", "sign_counts", "sign_keys", "signs", "tellings"):
        op.drop_table(table)
