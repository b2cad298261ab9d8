"""What has failed is found among millions without looking at all of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | Sequence[str] | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    faulty, failed = sa.text("fault <> '' AND status <> 'resolved'"), sa.text("state = 'failed'")
    op.create_index("conversation_faulty", "conversation", ["last_at"], sqlite_where=faulty, postgresql_where=faulty)
    op.create_index("event_failed", "event", ["at"], sqlite_where=failed, postgresql_where=failed)


def downgrade() -> None:
    op.drop_index("event_failed", "event")
    op.drop_index("conversation_faulty", "conversation")
