"""When the shop's teams are there, and which revisions of other flows a revision runs."""

from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0011"
down_revision: str | Sequence[str] | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    hours = op.create_table(
        "hours",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.Column("changed", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    # The hours every shop begins with, for flows to go by: Monday to Friday, nine to six.
    office = '{"week":{"1":[["09:00","18:00"]],"2":[["09:00","18:00"]],"3":[["09:00","18:00"]],"4":[["09:00","18:00"]],"5":[["09:00","18:00"]]}}'
    first = {"id": "shop", "name": "Shop hours", "hours": office, "changed": datetime(2026, 11, 22, tzinfo=UTC)}
    op.bulk_insert(hours, [first])
    op.add_column("revision", sa.Column("pins", sa.Text(), nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("revision", "pins")
    op.drop_table("hours")
