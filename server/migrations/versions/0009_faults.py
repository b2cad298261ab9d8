"""Faults of flows are kept by themselves, until somebody has seen them."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0009"
down_revision: str | Sequence[str] | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "fault",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=28), nullable=False),
        sa.Column("conversation", sqlmodel.sql.sqltypes.AutoString(length=28), nullable=False),
        sa.Column("flow", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("seen", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("person", sqlmodel.sql.sqltypes.AutoString(length=28), nullable=False),
        sa.ForeignKeyConstraint(["conversation"], ["conversation.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    unseen = sa.text("seen IS NULL")
    op.create_index("fault_unseen", "fault", ["id"], sqlite_where=unseen, postgresql_where=unseen)
    op.execute(
        "INSERT INTO fault (id, conversation, flow, revision, reason, at, person) "
        "SELECT id, id, flow, revision, fault, last_at, '' FROM conversation "
        "WHERE fault <> '' AND status <> 'resolved'"
    )


def downgrade() -> None:
    op.drop_index("fault_unseen", "fault")
    op.drop_table("fault")
