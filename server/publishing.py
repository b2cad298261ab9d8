"""Flows as people work on them: a draft that changes by edits, and immutable published revisions.

A conversation stays on the revision it began with; publishing decides what new conversations get. Flows are never
removed from the database, only put aside, so that running conversations end well and every deletion can be undone.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, Engine, Row, insert, select, update

import flows
import flows.edit
from engine.flow import Flow
from flows import edits
from flows.edit import Applied
from flows.inverse import inverse, touched
from schemas import UiLanguage
from server import audit, subflows, tables
from server.bus import LIVE, Bus
from server.database import reading
from server.errors import RefusedError, not_found
from server.flow_list import FlowCard, State, flows_list, packed, stored
from server.flow_names import free_id, named
from server.gate import Passed, gate
from server.ids import slug
from server.people import Person
from server.revisions import Revision, add_revision, again, revision, revisions
from server.together import Together
from server.uses import Using, flows_that_run

__all__ = [
    "Draft",
    "Edited",
    "FlowCard",
    "Imported",
    "Revision",
    "create_flow",
    "delete_flow",
    "draft",
    "duplicate_flow",
    "edit",
    "export_flow",
    "flows_list",
    "import_flow",
    "pause",
    "publish",
    "rename_flow",
    "restore",
    "revision",
    "revisions",
    "roll_back",
    "undelete_flow",
]

_flows = tables.flows

ATTEMPTS = 20
"""So often publishing looks at a flow again when somebody changes it meanwhile."""


class Draft(msgspec.Struct, frozen=True):
    """A flow as it is being worked on; ``version`` grows with every edit."""

    flow: Flow[Any]
    version: int
    state: State


class Edited(msgspec.Struct, frozen=True):
    """A draft after an edit. ``inverse`` is the edit that takes it back, ``changed`` the nodes to draw anew."""

    flow: Flow[Any]
    version: int
    inverse: dict[str, Any]
    changed: tuple[str, ...]


class Imported(msgspec.Struct, frozen=True):
    """Where a file landed: always in a draft. ``replaced``: of a flow that was there; ``inverse`` takes that back."""

    id: str
    version: int
    replaced: bool
    inverse: dict[str, Any] | None = None


def create_flow(
    engine: Engine,
    person: Person,
    name: str = "",
    *,
    flow: Flow[Any] | None = None,
    language: str = "en",
) -> str:
    """A new draft, a copy of `flow` or empty. Returns its id, made from the name."""
    if flow is None:
        flow = Flow[Any](id="new", name=named(name) or "New flow", language=language)
    flow = msgspec.structs.replace(flow, name=named(name) or flow.name)
    with engine.begin() as connection:
        flow = msgspec.structs.replace(flow, id=free_id(connection, slug(flow.name, "flow")))
        _insert(connection, flow)
        audit.record(connection, person.id, "flow.create", flow.id, name=flow.name)
    return flow.id


def duplicate_flow(engine: Engine, person: Person, which: str, name: str) -> str:
    """A new draft like another's. Returns its id. Raises RefusedError `not_found`."""
    return create_flow(engine, person, name, flow=draft(engine, which).flow)


def draft(engine: Engine, which: str) -> Draft:
    """The draft of a flow, also of a deleted one. Raises RefusedError `not_found`."""
    with reading(engine).begin() as connection:
        return _draft(connection, which)


def edit(
    engine: Engine,
    which: str,
    change: dict[str, Any],
    person: Person,
    *,
    version: int | None = None,
    bus: Bus | None = None,
    tab: str = "",
) -> Edited:
    """Fold an edit (the JSON of ``flows.edits``) into the draft.

    Edits of several people are made one after the other; with `version`, only if the draft is still at it. `tab` is the
    one it comes from: all others hear what it cost them. Raises flows.EditError, RefusedError `not_found`, `conflict`
    or `in_trash`.
    """
    wanted = flows.edit.read(change)

    def made(now: Draft) -> Applied:
        _not_deleted(now.state)
        if version not in (None, now.version):
            raise RefusedError("conflict", where="version", version=now.version)
        return flows.edit.apply(now.flow, wanted)

    applied, stored_as = _redraft(engine, which, draft(engine, which), made)
    taken_back: dict[str, Any] = msgspec.to_builtins(applied.inverse)
    if applied.overwritten and bus is not None:
        Together(bus).overwritten(which, tab, person, applied.overwritten)
    _tell(bus, "flow", which, stored_as, person, edit=change, changed=applied.changed_nodes)
    return Edited(applied.flow, stored_as, taken_back, applied.changed_nodes)


def rename_flow(engine: Engine, which: str, name: str, person: Person, *, bus: Bus | None = None) -> Edited:
    """Call the flow otherwise. Raises as `edit` does."""
    return edit(engine, which, {"op": "set_flow", "field": "name", "value": named(name)}, person, bus=bus)


def publish(
    engine: Engine,
    which: str,
    note: str,
    person: Person,
    *,
    version: int | None = None,
    override_reason: str = "",
    language: UiLanguage = "en",
    bus: Bus | None = None,
) -> Revision:
    """Make the draft as it stands an immutable revision; new conversations get it from now on.

    What goes live is what went through `gate`: where the draft changes meanwhile, or a flow that it runs is published,
    all is looked at again, and with `version` only that draft is published. Raises RefusedError `flow_has_errors` or
    `cases_fail` (with each as a fault), `nothing_to_publish`, `not_allowed`, `conflict`, `not_found` or `in_trash`.
    """
    for _ in range(ATTEMPTS):
        now = draft(engine, which)
        _not_deleted(now.state)
        if version not in (None, now.version):
            raise RefusedError("conflict", where="version", version=now.version)
        passed = gate(engine, now.flow, person, override_reason, language)
        document = flows.write(now.flow)
        with engine.begin() as connection:
            row = _row(connection, which, lock=True)
            _not_deleted(row.state)
            if row.draft_version != now.version or subflows.pinned(connection, now.flow) != passed.pins:
                continue
            if row.state == "live" and (document, passed.pins) == subflows.revision(connection, which, row.published):
                raise RefusedError("nothing_to_publish", revision=row.published)
            made = add_revision(connection, which, document, passed, note, person)
            _set(connection, which, published=made.number, published_version=now.version, state="live")
            overridden = {"override": passed.reason, "failing": passed.failing} if passed.failing else {}
            audit.record(
                connection, person.id, "flow.publish", which, revision=made.number, note=made.note, **overridden
            )
        _tell(bus, "published", which, now.version, person, revision=made.number)
        return made
    raise RefusedError("conflict", where="version", version=now.version)


def restore(engine: Engine, which: str, number: int, person: Person, *, bus: Bus | None = None) -> Edited:
    """Make the draft what a revision was; what is live stays. The inverse brings the draft back."""
    return _overwrite(engine, which, revision(engine, which, number), person, bus)


def roll_back(engine: Engine, which: str, number: int, person: Person, *, bus: Bus | None = None) -> Revision:
    """Publish an earlier revision again, as a new one. Edits not yet published stay in the draft."""
    with engine.begin() as connection:
        row = _row(connection, which, lock=True)
        _not_deleted(row.state)
        found = subflows.revision(connection, which, number)
        if found is None:
            raise not_found("revision", f"{which}/{number}")
        document, pins = found
        if row.state == "live" and number == row.published:
            raise RefusedError("nothing_to_publish", revision=number)
        made = add_revision(connection, which, document, Passed(pins), again(number), person)
        changes: dict[str, Any] = {"published": made.number, "state": "live"}
        if row.draft_version == row.published_version:
            version = row.draft_version + 1
            restored = stored(document)
            changes |= {"draft": packed(restored), "name": restored.name}
            changes |= {"draft_version": version, "published_version": version}
        _set(connection, which, **changes)
        audit.record(connection, person.id, "flow.roll_back", which, revision=made.number, to=number)
    _tell(bus, "published", which, changes.get("draft_version", row.draft_version), person, revision=made.number)
    return made


def pause(engine: Engine, which: str, person: Person, paused: bool) -> list[Using]:
    """Have a published flow take no new conversations, or take them again. Raises RefusedError.

    Returns the flows that run it all the same while it is paused.
    """
    with engine.begin() as connection:
        row = _row(connection, which, lock=True)
        _not_deleted(row.state)
        if not row.published:
            raise RefusedError("not_published")
        _set(connection, which, state="paused" if paused else "live")
        audit.record(connection, person.id, "flow.pause" if paused else "flow.resume", which)
    return flows_that_run(engine, which) if paused else []


def delete_flow(engine: Engine, which: str, person: Person) -> list[Using]:
    """Put a flow aside: it takes no new conversations; those that run on it go on. Raises RefusedError `not_found`.

    Returns the flows that run it as it was published, and cannot be published again without it.
    """
    with engine.begin() as connection:
        row = _row(connection, which, lock=True)
        if row.state != "deleted":
            _set(connection, which, state="deleted")
            audit.record(connection, person.id, "flow.delete", which, name=row.name)
    return flows_that_run(engine, which)


def undelete_flow(engine: Engine, which: str, person: Person) -> None:
    """Bring a deleted flow back: live if it has a revision. Raises RefusedError `not_found`."""
    with engine.begin() as connection:
        row = _row(connection, which, lock=True)
        if row.state == "deleted":
            _set(connection, which, state="live" if row.published else "draft")
            audit.record(connection, person.id, "flow.undelete", which, name=row.name)


def import_flow(
    engine: Engine,
    data: bytes,
    person: Person,
    *,
    if_exists: Literal["replace", "copy"] = "replace",
    bus: Bus | None = None,
) -> Imported:
    """Read a flow's file into a draft; what is live stays as it is.

    Where the file's flow is known already its draft is replaced, or with `copy` a new flow made. Raises
    flows.FlowError with every fault.
    """
    flow = flows.read(data)
    with engine.begin() as connection:
        known = connection.execute(select(_flows.c.id).where(_flows.c.id == flow.id)).first() is not None
        if not known or if_exists == "copy":
            flow = msgspec.structs.replace(flow, id=free_id(connection, flow.id))
            _insert(connection, flow)
            audit.record(connection, person.id, "flow.import", flow.id, name=flow.name, bytes=len(data))
            return Imported(flow.id, 1, replaced=False)
    undelete_flow(engine, flow.id, person)
    edited = _overwrite(engine, flow.id, flow, person, bus)
    with engine.begin() as connection:
        audit.record(connection, person.id, "flow.import", flow.id, name=flow.name, bytes=len(data), replaced=True)
    return Imported(flow.id, edited.version, replaced=True, inverse=edited.inverse)


def export_flow(engine: Engine, which: str, number: int | None = None) -> bytes:
    """The canonical file of the draft, or of a revision. Raises RefusedError `not_found`."""
    return flows.write(draft(engine, which).flow if number is None else revision(engine, which, number))


def _overwrite(engine: Engine, which: str, flow: Flow[Any], person: Person, bus: Bus | None) -> Edited:
    now = draft(engine, which)
    _not_deleted(now.state)
    # As they are written: to Structs 1 equals true.
    if flows.write(now.flow) == flows.write(flow):
        return Edited(flow, now.version, msgspec.to_builtins(edits.Patch()), ())

    def made(found: Draft) -> Applied:
        _not_deleted(found.state)
        back = inverse(found.flow, flow)
        return Applied(flow, back, touched(back))

    applied, stored_as = _redraft(engine, which, now, made)
    _tell(bus, "replaced", which, stored_as, person)
    return Edited(flow, stored_as, msgspec.to_builtins(applied.inverse), applied.changed_nodes)


def _redraft(engine: Engine, which: str, now: Draft, made: Callable[[Draft], Applied]) -> tuple[Applied, int]:
    """Store what `made` makes of the draft, which is `now` as far as is known, and its version.

    That is reckoned while others may write. Where somebody was faster, it is reckoned once more with the row held, so
    that among many who edit nobody comes too late again and again.
    """
    applied = made(now)
    with engine.begin() as connection:
        if not _replace_draft(connection, which, now.version, applied.flow):
            now = _draft(connection, which, lock=True)
            applied = made(now)
            _replace_draft(connection, which, now.version, applied.flow)
    return applied, now.version + 1


def _insert(connection: Connection, flow: Flow[Any]) -> None:
    now = datetime.now(UTC)
    connection.execute(
        insert(_flows).values(
            id=flow.id,
            name=flow.name,
            draft=packed(flow),
            draft_version=1,
            published=0,
            published_version=0,
            state="draft",
            created=now,
            changed=now,
        )
    )


def _replace_draft(connection: Connection, which: str, version: int, flow: Flow[Any]) -> bool:
    """Store the draft unless someone else did since `version`."""
    done = connection.execute(
        update(_flows)
        .where(_flows.c.id == which, _flows.c.draft_version == version)
        .values(draft=packed(flow), draft_version=version + 1, name=flow.name, changed=datetime.now(UTC))
    )
    return done.rowcount == 1


def _set(connection: Connection, which: str, **changes: Any) -> None:
    connection.execute(update(_flows).where(_flows.c.id == which).values(**changes, changed=datetime.now(UTC)))


def _draft(connection: Connection, which: str, lock: bool = False) -> Draft:
    row = _row(connection, which, lock)
    return Draft(stored(row.draft), row.draft_version, row.state)


def _row(connection: Connection, which: str, lock: bool = False) -> Row[Any]:
    chosen = select(_flows).where(_flows.c.id == which)
    row = connection.execute(chosen.with_for_update() if lock else chosen).first()
    if row is None:
        raise not_found("flow", which)
    return row


def _not_deleted(state: str) -> None:
    if state == "deleted":
        raise RefusedError("in_trash")


def _tell(bus: Bus | None, kind: str, which: str, version: int, person: Person, **more: Any) -> None:
    """Let every open editor of the flow know."""
    if bus is not None:
        bus.publish(LIVE, [{"kind": kind, "id": which, "version": version, "person": person.id, **more}])
