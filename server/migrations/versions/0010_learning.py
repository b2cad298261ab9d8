"""What is still to be learnt of a document, and when somebody may go on with it."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0010"
down_revision: str | Sequence[str] | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "knowledge_piece",
        sa.Column("document", sqlmodel.sql.sqltypes.AutoString(length=28), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("piece", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["document"], ["knowledge_document.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("document", "position"),
    )
    op.add_column("knowledge_document", sa.Column("learn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    op.create_index("ix_knowledge_document_learn_at", "knowledge_document", ["learn_at"])
    # Until now what was learnt lay in the process alone: whose process died has to be added again.
    op.execute("UPDATE knowledge_document SET status = 'failed', reason = 'interrupted' WHERE status = 'processing'")


def downgrade() -> None:
    op.drop_index("ix_knowledge_document_learn_at", "knowledge_document")
    op.drop_column("knowledge_document", "learn_at")
    op.drop_table("knowledge_piece")
