"""Calls can wait for the batch lane; answers count their uses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pipeline.storage.tables import UtcTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("token", sa.String(40), nullable=False, unique=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("next_at", UtcTime(), nullable=False),
        sa.Column("creating_at", UtcTime()),
        sa.Column("sent_at", UtcTime()),
        sa.Column("input_file", sa.Text()),
        sa.Column("remote_id", sa.Text()),
        sa.Column("output_file", sa.Text()),
        sa.Column("error_file", sa.Text()),
        sa.Column("ended_as", sa.String(20), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("holder", sa.String(200), nullable=False),
        sa.Column("held_until", UtcTime()),
    )
    op.create_index("ix_batches_state_next_at", "batches", ["state", "next_at"])
    with op.batch_alter_table("tries") as tries:
        tries.add_column(sa.Column("lane", sa.String(10), nullable=False, server_default="now"))
        tries.add_column(sa.Column("batch_id", sa.Integer()))
        tries.add_column(sa.Column("body", sa.JSON()))
        tries.create_foreign_key("fk_tries_batch_id", "batches", ["batch_id"], ["id"])
    op.create_index("ix_tries_batch_id", "tries", ["batch_id"])
    # Nothing refers to calls that could stand in the way of a plain change on either database.
    op.add_column("calls", sa.Column("uses", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE calls SET uses = reused + 1 WHERE state = 'answered'")
    op.drop_column("calls", "reused")


def downgrade() -> None:
    raise NotImplementedError("what waits in a batch has no place in the older schema")
