"""A try keeps its usage as the endpoint told it; an endpoint is remembered with the parameters it refuses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("cached_input", "cache_write", "reasoning"):
        op.add_column("tries", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("tries", sa.Column("over", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("tries", sa.Column("usage", sa.JSON(none_as_null=True)))
    op.add_column("endpoints", sa.Column("without", sa.String(200), nullable=False, server_default=""))
    # Given up is now a number of its own, as tries may be more than three.
    op.execute("UPDATE stories SET simple_tries = 100 WHERE simple_tries >= 3")


def downgrade() -> None:
    op.execute("UPDATE stories SET simple_tries = 3 WHERE simple_tries > 3")
    op.drop_column("endpoints", "without")
    for name in ("usage", "over", "reasoning", "cache_write", "cached_input"):
        op.drop_column("tries", name)
