"""The demo: the shop Luna with its flow, its knowledge and a chat on its pages. Made once, at the first start."""

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from engine.flow import Trigger
from server import tables
from server.database import reading
from server.demo_shop.pages import ACCOUNT
from server.errors import RefusedError
from server.examples import add_documents
from server.people import PARLEY

if TYPE_CHECKING:
    from server.parts import Parts

FLOW = "luna"


def demo_made(engine: Engine) -> bool:
    """Whether the demo was ever made; its flow, made last, is the sign."""
    columns = tables.flows.c
    with reading(engine).begin() as connection:
        row = connection.execute(select(columns.published, columns.state).where(columns.id == FLOW)).first()
    return row is not None and (row.published > 0 or row.state != "draft")


def ensure_demo(parts: "Parts") -> bool:
    """Make the demo unless it was ever made: what its owner has deleted or changed stays as they want it.

    Safe from several processes, and after a start that was cut short. Returns whether it was made now; takes seconds.
    """
    if demo_made(parts.engine):
        return False
    try:
        _account(parts)
        add_documents(parts.knowledge, FLOW)
        _flow(parts)
    except (IntegrityError, RefusedError):
        if demo_made(parts.engine):  # by another process, which was faster
            return False
        raise
    return True


def _account(parts: "Parts") -> None:
    if not any(account.id == ACCOUNT for account in parts.accounts.list()):
        parts.accounts.create(ACCOUNT, "webwidget", "Luna's shop", {"title": "Luna", "demo": True})


def _flow(parts: "Parts") -> None:
    import flows  # late, as is the next: the process that only asks `demo_made` needs neither
    from server import publishing

    # The shop's own chat and no other: flows that people make beside it must not find theirs taken.
    shop = msgspec.structs.replace(flows.starter(FLOW), trigger=Trigger(accounts=(ACCOUNT,)))
    publishing.import_flow(parts.engine, flows.write(shop), PARLEY)
    publishing.publish(parts.engine, FLOW, "", PARLEY)
