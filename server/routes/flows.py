"""/api/flows: drafts, edits, checks, rehearsals, revisions, files."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, RawBody

import flows
import flows.check
from engine.flow import Flow
from flows.check import Problem
from server import checking, publishing
from server.bus import LIVE
from server.errors import ScreenLanguage, not_found
from server.flow_list import State
from server.gate import LONGEST_REASON
from server.parts import Parts
from server.plans import Plans
from server.publishing import FlowCard, Imported, Revision
from server.rehearsal import MOST_INPUTS, Rehearsed, rehearse
from server.rehearsal_input import Input
from server.rehearsal_start import Start
from server.routes.given import LARGEST_NUMBER, AnyNumber, Asker, Here, Number, Reader
from server.subflows import draft_plan
from server.uses import Users, Using

TAGS = ["Flows"]

Document = dict[str, Any]
"""A flow's document, as `schemas/flow.schema.json` describes it."""


class NewFlow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a new flow begins as: a starter, a copy of the flow `like`, or empty in `language` (BCP 47)."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120, examples=["After-sales"])]
    starter: str = ""
    like: str = ""
    language: Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"


class DraftAnswer(msgspec.Struct, frozen=True):
    """A draft and its version."""

    flow: Document
    version: int
    state: State


class NewEdit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An edit, and the version it was made for if it should fail when others were faster."""

    edit: Annotated[
        dict[str, Any],
        msgspec.Meta(
            description="One of: add, remove, move, connect, disconnect, set, translate, set_flow, add_language, "
            "remove_language, note, remove_note, put_case, remove_case, batch, patch; the field `op` says which.",
            examples=[{"op": "connect", "source": "greet", "port": "next", "target": "ask"}],
        ),
    ]
    version: int | None = None


class EditAnswer(msgspec.Struct, frozen=True):
    """The draft's new version, the edit that takes this one back, the nodes to draw anew, and what is wrong now."""

    version: int
    inverse: dict[str, Any]
    changed: tuple[str, ...]
    problems: list[Problem]


class ChangedFlow(DraftAnswer, frozen=True):
    """The draft after a change; ``used_by`` are the flows that run it all the same where it was paused."""

    used_by: list[Using] = []


class FlowChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new name, or whether the flow takes new conversations."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120)] | None = None
    paused: bool | None = None


class Publication(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said about a revision, and the version of the draft that is meant if it should be no other.

    ``override_reason`` publishes although test cases fail; owners and admins may say so.
    """

    note: Annotated[str, msgspec.Meta(max_length=2000, examples=["Shipping to Brazil"])] = ""
    version: int | None = None
    override_reason: Annotated[str, msgspec.Meta(max_length=LONGEST_REASON, examples=["The new prices go live"])] = ""


REHEARSAL = [
    {"open": True},
    {"say": "Hello", "answers": [{"node": "know", "answer": {"type": "found", "text": "Seven days.", "score": 0.8}}]},
    {"seconds": 3600},
]


class RehearsalWanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who writes, where and when, and what happens; on the draft, or on a published revision."""

    inputs: Annotated[list[Input], msgspec.Meta(max_length=MOST_INPUTS, examples=[REHEARSAL])]
    start: Start = msgspec.field(default_factory=Start)
    revision: Annotated[int, msgspec.Meta(ge=0, le=LARGEST_NUMBER)] | None = None


@get("/api/flows", tags=TAGS, needs="see_flows", sync_to_thread=True)
def list_flows(parts: Here, deleted: FromQuery[bool] = False) -> list[FlowCard]:
    """Every flow with its state and last week; with `deleted=true` those put aside."""
    return publishing.flows_list(parts.engine, deleted=deleted)


@post("/api/flows", tags=TAGS, needs="edit_flows", sync_to_thread=True)
def create_flow(parts: Here, person: Asker, reader: Reader, data: JSONBody[NewFlow]) -> DraftAnswer:
    """Make a new draft.

    What of a starter no visitor reads (names, titles of ways, reasons, what its test cases are about) is in the
    language that `Accept-Language` asks for, English or Chinese.
    """
    begun = None
    if data.starter:
        if data.starter not in {starter.id for starter in flows.library()}:
            raise not_found("starter", data.starter)
        begun = flows.starter(data.starter, reader)
    elif data.like:
        begun = publishing.draft(parts.engine, data.like).flow
    return _draft(parts, publishing.create_flow(parts.engine, person, data.name, flow=begun, language=data.language))


@get("/api/flows/starters", tags=TAGS, needs="see_flows", sync_to_thread=True)
def list_starters(reader: Reader) -> list[flows.Starter]:
    """What a new flow can begin as."""
    return flows.library(reader)


@post("/api/flows/import", tags=TAGS, needs="edit_flows", sync_to_thread=True)
def import_flow(
    parts: Here, person: Asker, body: RawBody, if_exists: FromQuery[Literal["replace", "copy"]] = "replace"
) -> Imported:
    """Take a flow's file (the request's body) as a draft; nothing goes live.

    Files of older formats are brought up to date. A bad one is refused with every fault and its path. Where there is a
    flow of the file's id its draft is replaced, or with `if_exists=copy` a new flow made.
    """
    return publishing.import_flow(parts.engine, body, person, if_exists=if_exists, bus=parts.bus)


@get("/api/flows/{flow_id:str}", tags=TAGS, needs="see_flows", sync_to_thread=True)
def read_flow(parts: Here, flow_id: FromPath[str]) -> DraftAnswer:
    """A flow's draft."""
    return _draft(parts, flow_id)


@patch("/api/flows/{flow_id:str}", tags=TAGS, needs="publish", sync_to_thread=True)
def change_flow(parts: Here, person: Asker, flow_id: FromPath[str], data: JSONBody[FlowChange]) -> ChangedFlow:
    """Rename a flow, pause it, or let it go on.

    A paused flow takes no conversations by itself; the flows that run it as a sub-flow are told, for they still do.
    """
    used_by: list[Using] = []
    if data.name is not None:
        publishing.rename_flow(parts.engine, flow_id, data.name, person, bus=parts.bus)
    if data.paused is not None:
        used_by = publishing.pause(parts.engine, flow_id, person, data.paused)
        _tell(parts)
    draft = _draft(parts, flow_id)
    return ChangedFlow(draft.flow, draft.version, draft.state, used_by)


@delete("/api/flows/{flow_id:str}", tags=TAGS, needs="delete_flows", status_code=200, sync_to_thread=True)
def delete_flow(parts: Here, person: Asker, flow_id: FromPath[str]) -> Users:
    """Put a flow aside. It takes no new conversations; running ones go on, and it can be brought back.

    The flows that run it as a sub-flow are told: they go on with it as it was published, and cannot be published again
    without it.
    """
    used_by = publishing.delete_flow(parts.engine, flow_id, person)
    _tell(parts)
    return Users(used_by)


@post("/api/flows/{flow_id:str}/undelete", tags=TAGS, needs="delete_flows", status_code=200, sync_to_thread=True)
def undelete_flow(parts: Here, person: Asker, flow_id: FromPath[str]) -> DraftAnswer:
    """Bring a deleted flow back, live if it was published."""
    publishing.undelete_flow(parts.engine, flow_id, person)
    _tell(parts)
    return _draft(parts, flow_id)


@post("/api/flows/{flow_id:str}/edits", tags=TAGS, needs="edit_flows", status_code=200, sync_to_thread=True)
def edit_flow(
    parts: Here, person: Asker, reader: Reader, flow_id: FromPath[str], data: JSONBody[NewEdit]
) -> EditAnswer:
    """Make one edit of the draft."""
    edited = publishing.edit(parts.engine, flow_id, data.edit, person, version=data.version, bus=parts.bus)
    problems = _problems(parts, edited.flow, reader)
    return EditAnswer(edited.version, edited.inverse, edited.changed, problems)


@get("/api/flows/{flow_id:str}/check", tags=TAGS, needs="see_flows", sync_to_thread=True)
def check_flow(parts: Here, reader: Reader, flow_id: FromPath[str]) -> list[Problem]:
    """What is wrong with the draft: errors keep it from being published, warnings do not."""
    return _problems(parts, publishing.draft(parts.engine, flow_id).flow, reader)


@post("/api/flows/{flow_id:str}/rehearse", tags=TAGS, needs="rehearse", status_code=200, sync_to_thread=True)
def rehearse_flow(parts: Here, flow_id: FromPath[str], data: JSONBody[RehearsalWanted]) -> Rehearsed:
    """Let a conversation happen that is not: nothing is written, sent or counted.

    `start` says who writes, on which channel, where and when; what is left out is not known. Each of the `inputs` may
    bring `answers` given by hand to what nodes ask, in place of the knowledge base, a service's example or hours.
    Each step tells the event, what nodes asked and heard and from whom (`asked`), what would be done (`effects`) and
    why (`trace`). No service of the shop's is asked. `transcript` can be kept as a test case. A draft runs the drafts
    of its sub-flows, a published revision those that it holds on to.
    """
    if data.revision is None:
        plan = draft_plan(parts.engine, publishing.draft(parts.engine, flow_id).flow)
    else:
        try:
            plan = Plans(parts.engine).plan(flow_id, data.revision)
        except LookupError:
            raise not_found("revision", f"{flow_id}/{data.revision}") from None
    return rehearse(plan, data.inputs, parts.answers.rehearsing(), data.start)


@post("/api/flows/{flow_id:str}/publish", tags=TAGS, needs="publish", sync_to_thread=True)
def publish_flow(
    parts: Here, person: Asker, reader: Reader, flow_id: FromPath[str], data: JSONBody[Publication]
) -> Revision:
    """Make the draft an immutable revision that new conversations get; running ones stay on theirs.

    Its test cases are run first: those that do not go as written keep it back, each a fault with what differs.
    """
    return publishing.publish(
        parts.engine,
        flow_id,
        data.note,
        person,
        version=data.version,
        override_reason=data.override_reason,
        language=reader,
        bus=parts.bus,
    )


@get("/api/flows/{flow_id:str}/revisions", tags=TAGS, needs="see_flows", sync_to_thread=True)
def list_revisions(parts: Here, flow_id: FromPath[str]) -> list[Revision]:
    """The published copies, the newest first."""
    return publishing.revisions(parts.engine, flow_id)


@get("/api/flows/{flow_id:str}/revisions/{number:int}", tags=TAGS, needs="see_flows", sync_to_thread=True)
def read_revision(parts: Here, flow_id: FromPath[str], number: Number) -> Document:
    """A published copy's document."""
    return flows.as_dict(publishing.revision(parts.engine, flow_id, number))


@post(
    "/api/flows/{flow_id:str}/revisions/{number:int}/restore",
    tags=TAGS,
    needs="edit_flows",
    status_code=200,
    sync_to_thread=True,
)
def restore_revision(parts: Here, person: Asker, reader: Reader, flow_id: FromPath[str], number: Number) -> EditAnswer:
    """Make the draft what a revision was. What is live stays."""
    edited = publishing.restore(parts.engine, flow_id, number, person, bus=parts.bus)
    return EditAnswer(edited.version, edited.inverse, edited.changed, _problems(parts, edited.flow, reader))


@post("/api/flows/{flow_id:str}/revisions/{number:int}/publish", tags=TAGS, needs="publish", sync_to_thread=True)
def roll_back(parts: Here, person: Asker, flow_id: FromPath[str], number: Number) -> Revision:
    """Publish an earlier revision again, as a new one; edits not yet published stay in the draft."""
    return publishing.roll_back(parts.engine, flow_id, number, person, bus=parts.bus)


@get("/api/flows/{flow_id:str}/export", tags=TAGS, needs="see_flows", sync_to_thread=True)
def export_flow(parts: Here, flow_id: FromPath[str], revision: AnyNumber = None) -> Response[bytes]:
    """The flow's file, of the draft or of a revision: the same flow gives the same bytes."""
    name = flow_id if revision is None else f"{flow_id}-r{revision}"
    return Response(
        publishing.export_flow(parts.engine, flow_id, revision),
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}.json"'},
    )


def _problems(parts: Parts, flow: Flow[Any], reader: ScreenLanguage) -> list[Problem]:
    return checking.problems(parts.engine, flow, reader)


def _draft(parts: Parts, flow_id: str) -> DraftAnswer:
    found = publishing.draft(parts.engine, flow_id)
    return DraftAnswer(flows.as_dict(found.flow), found.version, found.state)


def _tell(parts: Parts) -> None:
    """Have the screens' list of flows follow."""
    parts.bus.publish(LIVE, [{"kind": "flows"}])
