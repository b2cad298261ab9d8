"""The list of flows counts the last week's conversations."""

from collections.abc import Sequence

from alembic import op

revision: str = "0004"
down_revision: str | Sequence[str] | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index("conversation_created", "conversation", ["created"])


def downgrade() -> None:
    op.drop_index("conversation_created", "conversation")
