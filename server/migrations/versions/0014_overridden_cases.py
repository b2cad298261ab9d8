"""A revision that was published although test cases failed says how many, and why."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | Sequence[str] | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("revision", sa.Column("failing", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("revision", sa.Column("override", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("revision", "override")
    op.drop_column("revision", "failing")
