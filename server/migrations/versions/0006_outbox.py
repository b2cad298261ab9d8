"""What leaves has a pace, kinds of fault, and a cause; whether a message may have arrived twice stays with it."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0006"
down_revision: str | Sequence[str] | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_WAITING = "send_at IS NOT NULL"
_FAILED = "state = 'failed'"


def upgrade() -> None:
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paced", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(
            sa.Column("fault", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("faults", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("paused_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paced", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    op.drop_index("conversation_send", "conversation")
    op.create_index(
        "conversation_send",
        "conversation",
        ["send_at", "account"],
        sqlite_where=sa.text(_WAITING),
        postgresql_where=sa.text(_WAITING),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("uncertain", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE message SET uncertain = TRUE WHERE id IN (SELECT message FROM outbox WHERE uncertain)")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("cause", sqlmodel.sql.sqltypes.AutoString(length=28), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("slot", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.drop_column("uncertain")
    # What failed before has no kind; what it would be is refused.
    op.execute("UPDATE outbox SET kind = 'refused' WHERE state = 'failed'")
    op.create_index(
        "outbox_failed",
        "outbox",
        ["account", "message"],
        sqlite_where=sa.text(_FAILED),
        postgresql_where=sa.text(_FAILED),
    )


def downgrade() -> None:
    op.drop_index("outbox_failed", "outbox")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("uncertain", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.drop_column("slot")
        batch_op.drop_column("kind")
        batch_op.drop_column("cause")
    op.execute("UPDATE outbox SET uncertain = TRUE WHERE message IN (SELECT id FROM message WHERE uncertain)")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_column("uncertain")
    op.drop_index("conversation_send", "conversation")
    op.create_index(
        "conversation_send",
        "conversation",
        ["send_at"],
        sqlite_where=sa.text(_WAITING),
        postgresql_where=sa.text(_WAITING),
    )
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_column("paced")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("paused_until")
        batch_op.drop_column("faults")
        batch_op.drop_column("fault")
        batch_op.drop_column("paced")
