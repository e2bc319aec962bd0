"""A version that took up an earlier wording says which, so that undo goes on from there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("drafts", sa.Column("back_to", sa.Integer()))


def downgrade() -> None:
    op.drop_column("drafts", "back_to")
