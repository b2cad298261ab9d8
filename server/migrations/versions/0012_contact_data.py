"""What contacts told us of themselves, sealed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | Sequence[str] | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("contact", sa.Column("personal", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("contact", "personal")
