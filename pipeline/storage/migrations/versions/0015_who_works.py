"""Workers, their steps under way, and the clocks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pipeline.storage.tables import UtcTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "workers",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("queues", sa.JSON(), nullable=False),
        sa.Column("leads", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("session", sa.Integer()),
        sa.Column("started_at", UtcTime(), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=False),
    )
    op.create_table(
        "steps",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), sa.ForeignKey("workers.id")),
        sa.Column("started_at", UtcTime(), nullable=False),
        sa.Column("tripped", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("error", sa.Text(), nullable=False, server_default=""),
        sa.Column("next_try_at", UtcTime()),
        sa.Column("set_aside_at", UtcTime()),
        sa.UniqueConstraint("stage", "thing_id"),
    )
    op.create_index("ix_steps_worker_id", "steps", ["worker_id"])
    op.create_table(
        "clocks",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("fired_at", UtcTime(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("clocks")
    op.drop_table("steps")
    op.drop_table("workers")
