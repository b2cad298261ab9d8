"""Agents put conversations off, so a conversation may have two time limits; shards are gone: any worker takes any."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | Sequence[str] | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


WAITING = {"conversation_ready": "ready_at", "conversation_send": "send_at", "conversation_ask": "ask_at"}


def upgrade() -> None:
    op.add_column("conversation", sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "timer_by_kind",
        sa.Column("conversation", sa.String(28), sa.ForeignKey("conversation.id"), primary_key=True),
        sa.Column("kind", sa.String(8), primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
    )
    op.execute("INSERT INTO timer_by_kind SELECT conversation, 'wait', wait, due FROM timer")
    _replace("timer_by_kind")
    for name, column in WAITING.items():
        op.drop_index(name, "conversation")
        _index(name, column)
    op.drop_column("conversation", "shard")


def downgrade() -> None:
    op.create_table(
        "timer_of_waits",
        sa.Column("conversation", sa.String(28), sa.ForeignKey("conversation.id"), primary_key=True),
        sa.Column("wait", sa.Integer(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
    )
    op.execute("INSERT INTO timer_of_waits SELECT conversation, number, due FROM timer WHERE kind = 'wait'")
    _replace("timer_of_waits")
    op.drop_column("conversation", "snoozed_until")
    op.add_column("conversation", sa.Column("shard", sa.Integer(), nullable=False, server_default="0"))
    for name, column in WAITING.items():
        op.drop_index(name, "conversation")
        _index(name, column, "shard")


def _replace(by: str) -> None:
    op.drop_table("timer")
    op.rename_table(by, "timer")
    op.create_index("ix_timer_due", "timer", ["due"])


def _index(name: str, column: str, *more: str) -> None:
    there = sa.text(f"{column} IS NOT NULL")
    op.create_index(name, "conversation", [column, *more], sqlite_where=there, postgresql_where=there)
