"""Readers who get editions by mail, what was sent to whom, and what they found clear."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pipeline.storage.tables import UtcTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

OPEN = "state IN ('open', 'handed')"


def upgrade() -> None:
    op.create_table(
        "readers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("address", sa.String(320), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False, server_default=""),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False, server_default=""),
        sa.Column("consent_at", UtcTime()),
        sa.Column("invited_at", UtcTime(), nullable=False),
        sa.Column("ended_at", UtcTime()),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readers")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_readers_fingerprint")),
        sa.UniqueConstraint("secret", name=op.f("uq_readers_secret")),
    )
    op.create_index(op.f("ix_readers_state_topic_id"), "readers", ["state", "topic", "id"])
    op.create_table(
        "sendings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(80), nullable=False),
        sa.Column("reader_id", sa.Integer()),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("next_at", UtcTime(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False, server_default=""),
        sa.Column("ended_at", UtcTime()),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_sendings_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sendings")),
        sa.UniqueConstraint("edition_id", "target", name=op.f("uq_sendings_edition_id_target")),
    )
    op.create_index(
        "ix_sendings_open",
        "sendings",
        ["edition_id", "id"],
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )
    op.create_table(
        "ratings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("paragraph", sa.Integer(), nullable=False),
        sa.Column("clear", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("unclear", sa.Integer(), nullable=False, server_default="0"),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name=op.f("fk_ratings_story_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratings")),
        sa.UniqueConstraint("story_id", "paragraph", name=op.f("uq_ratings_story_id_paragraph")),
    )


def downgrade() -> None:
    op.drop_table("ratings")
    op.drop_table("sendings")
    op.drop_table("readers")
