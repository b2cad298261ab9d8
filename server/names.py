"""What people call that which nodes name by an id: other flows, the hours of teams."""

from sqlalchemy import Engine, select

from server import tables
from server.database import reading


def names(engine: Engine) -> dict[str, str]:
    """Names by kind and id, as ``schemas.words.summary`` wants them: ``flow/returns``, ``hours_team/shop``."""
    kinds = {"flow": tables.flows.c, "hours_team": tables.hours.c}
    found: dict[str, str] = {}
    with reading(engine).begin() as connection:
        for kind, columns in kinds.items():
            rows = connection.execute(select(columns.id, columns.name))
            found |= {f"{kind}/{row.id}": row.name for row in rows}
    return found
