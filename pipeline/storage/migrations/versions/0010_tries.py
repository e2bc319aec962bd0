"""The ledger keeps each try of a call, with its lease."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pipeline.storage.tables import UtcTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOVED = (
    "reserved_at",
    "day",
    "reserved_micro",
    "reserved_tokens",
    "cost_micro",
    "input_tokens",
    "output_tokens",
    "tries",
    "maybe_twice",
)


def upgrade() -> None:
    op.create_table(
        "tries",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("call_id", sa.Integer(), sa.ForeignKey("calls.id"), nullable=False),
        sa.Column("story_id", sa.Integer(), sa.ForeignKey("stories.id")),
        sa.Column("run_id", sa.Integer()),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("holder", sa.String(200), nullable=False),
        sa.Column("lease_until", UtcTime()),
        sa.Column("reserved_at", UtcTime(), nullable=False),
        sa.Column("ended_at", UtcTime()),
        sa.Column("reserved_micro", sa.Integer(), nullable=False),
        sa.Column("reserved_input", sa.Integer(), nullable=False),
        sa.Column("reserved_output", sa.Integer(), nullable=False),
        sa.Column("cost_micro", sa.Integer(), nullable=False),
        sa.Column("input_tokens", sa.Integer(), nullable=False),
        sa.Column("output_tokens", sa.Integer(), nullable=False),
        sa.Column("price", sa.Text(), nullable=False, server_default=""),
        sa.Column("error", sa.Text(), nullable=False),
    )
    for columns in (["day"], ["story_id"], ["run_id"], ["call_id"], ["state", "lease_until"]):
        op.create_index(f"ix_tries_{'_'.join(columns)}", "tries", columns)
    # One try stands for all that a call had: its sums are what the caps need. A call under way belonged to a
    # process of the older program; its lease has run out.
    op.execute(
        "INSERT INTO tries (call_id, story_id, day, state, holder, lease_until, reserved_at, ended_at, reserved_micro,"
        " reserved_input, reserved_output, cost_micro, input_tokens, output_tokens, error)"
        " SELECT id, story_id, day, CASE WHEN state = 'reserved' THEN 'reserved' ELSE 'paid' END, '',"
        " CASE WHEN state = 'reserved' THEN reserved_at END, reserved_at, answered_at, reserved_micro + cost_micro,"
        " reserved_tokens, 0, cost_micro, input_tokens, output_tokens, error FROM calls"
    )
    op.drop_index("ix_calls_day_state", "calls")
    op.add_column("calls", sa.Column("reused", sa.Integer(), nullable=False, server_default="0"))
    for name in MOVED:
        op.drop_column("calls", name)
    op.create_index("ix_calls_state", "calls", ["state"])


def downgrade() -> None:
    raise NotImplementedError("the days of single tries have no place in the older schema")
