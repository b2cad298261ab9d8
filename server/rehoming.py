"""A message that came while its conversation was being closed: it begins the next one."""

from sqlalchemy import Engine, bindparam, select, update

from server import tables
from server.claims import HELD
from server.ingest import Coming, numbers


def rehome(engine: Engine, conversation: str) -> int | None:
    """Move the contact's waiting events from a resolved conversation to their next one; returns the shard to wake.

    Locks as ``ingest`` does: the identity, then conversations.
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
            return None
        coming = Coming(
            account=row.account,
            channel=row.channel,
            contact=row.contact,
            at=moving[0].at,
            count=len(moving),
            begins=True,
        )
        target, first = numbers(connection, {row.identity: coming})[row.identity]
        connection.execute(
            update(events)
            .where(events.c.id == bindparam("which"))
            .values(conversation=bindparam("target"), seq=bindparam("number")),
            [{"which": event.id, "target": target, "number": first + n} for n, event in enumerate(moving)],
        )
        if len(moving) == len(waiting):
            connection.execute(update(conversations).where(conversations.c.id == conversation).values(ready_at=None))
        shard = select(conversations.c.shard).where(conversations.c.id == target)
        return int(connection.execute(shard).scalar_one())
