"""What is learnt of model endpoints is remembered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pipeline.storage.tables import UtcTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "endpoints",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key", sa.Text(), nullable=False, unique=True),
        sa.Column("mode", sa.String(20), nullable=False, server_default=""),
        sa.Column("limit_name", sa.String(40), nullable=False, server_default=""),
        sa.Column("learnt_at", UtcTime()),
        sa.Column("requests_a_minute", sa.Integer()),
        sa.Column("tokens_a_minute", sa.Integer()),
        sa.Column("pause_until", UtcTime()),
    )
    with op.batch_alter_table("tries") as tries:
        tries.add_column(sa.Column("endpoint_id", sa.Integer()))
        tries.add_column(sa.Column("sent_at", UtcTime()))
        tries.add_column(sa.Column("paced_tokens", sa.Integer(), nullable=False, server_default="0"))
        tries.create_foreign_key("fk_tries_endpoint_id", "endpoints", ["endpoint_id"], ["id"])
    op.create_index("ix_tries_endpoint_id_sent_at", "tries", ["endpoint_id", "sent_at"])


def downgrade() -> None:
    raise NotImplementedError("the older schema knows no endpoints")
