"""A message that came while its conversation was being closed: it begins the next one."""

from sqlalchemy import Engine, select, update

from server import tables
from server.arrivals import Coming, numbers, place
from server.happenings import HELD


def rehome(engine: Engine, conversation: str) -> bool:
    """Move the contact's waiting events from a resolved conversation to their next one; returns whether there were any.

    What comes later may have done it by now: ``ingest`` begins no conversation without what waits before it. Locks as
    ``ingest`` does: the identity, then conversations.
    """
    conversations, identities, events = tables.conversations, tables.identities, tables.events
    with engine.begin() as connection:
        row = connection.execute(select(conversations).where(conversations.c.id == conversation)).one()
        connection.execute(
            select(identities.c.id).where(identities.c.id == row.identity).with_for_update(key_share=True)
        )
        status = connection.execute(
            select(conversations.c.status).where(conversations.c.id == conversation).with_for_update(key_share=True)
        ).scalar_one()
        waiting = connection.execute(
            select(events.c.id, events.c.kind, events.c.at)
            .where(events.c.conversation == conversation, tables.PENDING)
            .order_by(events.c.seq)
        ).all()
        moving = [event for event in waiting if event.kind in HELD]
        if status != "resolved" or not moving:
            return False
        next_one = select(conversations.c.id).where(conversations.c.identity == row.identity, tables.UNRESOLVED)
        stands = connection.execute(next_one).scalar_one_or_none() is not None
        coming = Coming(
            account=row.account,
            channel=row.channel,
            contact=row.contact,
            at=moving[0].at,
            count=len(moving) if stands else 0,
            begins=True,
        )
        target, first = numbers(connection, {row.identity: coming})[row.identity]
        if stands:
            place(connection, [(target, first, [event.id for event in moving])])
        if len(moving) == len(waiting):
            connection.execute(update(conversations).where(conversations.c.id == conversation).values(ready_at=None))
        return True
