"""The statements of ``server.sends``, built once: building one costs more than running it."""

from sqlalchemy import BindParameter, bindparam, delete, func, select, update

from server import tables

MOST_TAKEN = 32
"""So many conversations are looked at by one statement."""

_columns = tables.conversations.c
_accounts = tables.accounts.c
_outbox = tables.outbox.c
_which: BindParameter[str] = bindparam("which")

_PAUSED = select(_accounts.id).where(_accounts.paused_until > bindparam("now"))
READY = (
    select(_columns.id, _columns.send_fence, _columns.account, _columns.channel, _columns.paced)
    .where(_columns.send_at <= bindparam("now"), _columns.account.not_in(_PAUSED))
    .order_by(_columns.send_at)
    .limit(MOST_TAKEN)
    .with_for_update(skip_locked=True, key_share=True)
)
PASSED_OVER = select(_columns.id).where(_columns.send_at <= bindparam("now"), _columns.account.not_in(_PAUSED)).limit(1)
READY_BUT = READY.where(
    _columns.account.not_in(bindparam("full", expanding=True)), _columns.id.not_in(bindparam("had", expanding=True))
)
OURS = (
    select(_columns.id, _columns.send_fence, _columns.account, _columns.channel, _columns.paced)
    .where(_columns.id.in_(bindparam("ids", expanding=True)))
    .order_by(_columns.id)
    .with_for_update(key_share=True)
)
ACCOUNTS = (
    select(_accounts.id, _accounts.paced, _accounts.faults, _accounts.paused_until)
    .where(_accounts.id.in_(bindparam("ids", expanding=True)))
    .order_by(_accounts.id)
    .with_for_update(key_share=True)
)
_first = tables.outbox.alias("earlier")
_FIRST = (
    select(func.min(_first.c.position))
    .where(_first.c.conversation == _columns.id, _first.c.state != "failed")
    .correlate(tables.conversations)
    .scalar_subquery()
)
_messages = tables.messages.c
HEADS = (
    select(
        *tables.outbox.columns,
        _messages.text,
        _messages.language,
        _messages.choices,
        _messages.citation,
        _messages.author,
        _messages.at,
        tables.persons.c.name,
        tables.identities.c.address,
    )
    .select_from(
        tables.conversations.join(tables.identities, tables.identities.c.id == _columns.identity)
        .join(tables.outbox, (_outbox.conversation == _columns.id) & (_outbox.position == _FIRST))
        .join(tables.messages, _messages.id == _outbox.message)
        .outerjoin(tables.persons, tables.persons.c.id == _messages.person)
    )
    .where(_columns.id.in_(bindparam("ids", expanding=True)))
)
LIVE = (
    select(_outbox.message, _outbox.conversation, _outbox.account, _outbox.cause, _columns.channel)
    .join_from(tables.outbox, tables.conversations)
    .where(_outbox.conversation.in_(bindparam("ids", expanding=True)), _outbox.state != "failed")
    .order_by(_outbox.conversation, _outbox.position)
)
DELIVERED = (
    update(tables.messages).where(_messages.id.in_(bindparam("ids", expanding=True))).values(delivery="sent", fault="")
)
SENT = (
    update(tables.messages)
    .where(_messages.id == _which)
    .values(delivery="sent", fault="", platform_id=bindparam("new_id"))
)
GONE = delete(tables.outbox).where(_outbox.message.in_(bindparam("ids", expanding=True)))
BEGINS = (
    update(tables.outbox)
    .where(_outbox.message == _which)
    .values(state="sending", slot=None, kind=bindparam("new_kind"), tries=bindparam("new_tries"))
)
GOES_ON = (
    update(tables.outbox)
    .where(_outbox.message == _which)
    .values(state="waiting", calls_done=bindparam("new_calls"), kind="", tries=0, fault="")
)
STATES = (
    update(tables.outbox)
    .where(_outbox.message == _which)
    .values(
        state=bindparam("new_state"),
        kind=bindparam("new_kind"),
        tries=bindparam("new_tries"),
        fault=bindparam("new_fault"),
    )
)
PLACES = (
    update(tables.outbox).where(_outbox.message == _which).values(slot=bindparam("new_slot", type_=_outbox.slot.type))
)
FAILED = update(tables.messages).where(_messages.id == _which).values(delivery="failed", fault=bindparam("new_fault"))
UNCERTAIN = update(tables.messages).where(_messages.id.in_(bindparam("ids", expanding=True))).values(uncertain=True)
LEFT = (
    update(tables.conversations)
    .where(_columns.id == _which)
    .values(
        send_at=bindparam("new_send_at", type_=_columns.send_at.type),
        send_fence=bindparam("new_fence"),
        paced=bindparam("new_paced", type_=_columns.paced.type),
    )
)
ACCOUNT_PACED = (
    update(tables.accounts)
    .where(_accounts.id == _which)
    .values(paced=bindparam("new_paced", type_=_accounts.paced.type))
)
ACCOUNT_PAUSED = (
    update(tables.accounts)
    .where(_accounts.id == _which)
    .values(
        fault=bindparam("new_fault"),
        faults=bindparam("new_faults"),
        paused_until=bindparam("new_until", type_=_accounts.paused_until.type),
    )
)
ACCOUNT_WELL = (
    update(tables.accounts)
    .where(
        _accounts.id.in_(bindparam("ids", expanding=True)),
        _accounts.fault != "",
        _accounts.paused_until <= bindparam("now"),
    )
    .values(fault="", faults=0, paused_until=None)
)
PUT_OFF = (
    update(tables.conversations)
    .where(
        _columns.id.in_(
            select(_columns.id)
            .where(_columns.send_at <= bindparam("now"), _columns.account == bindparam("of"))
            .with_for_update(skip_locked=True, key_share=True)
        )
    )
    .values(send_at=bindparam("until", type_=_columns.send_at.type))
)
RESUMED = (
    update(tables.conversations)
    .where(
        _columns.id.in_(
            select(_columns.id)
            .where(_columns.account == bindparam("of"), _columns.send_at > bindparam("later"))
            .with_for_update(skip_locked=True, key_share=True)
        )
    )
    .values(send_at=bindparam("until", type_=_columns.send_at.type))
)
