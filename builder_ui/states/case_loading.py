"""A test case taken into the simulator, to go on with it: who writes, when, what happens, what the world answers."""

from typing import Any

import msgspec
import reflex as rx

from builder_ui import backend
from builder_ui.state import handler, in_thread
from builder_ui.states.rehearse import Rehearse
from engine.events import Answered, MessageReceived
from engine.flow import Flow
from engine.step import Step
from engine.zones import zone_of
from flows.rehearsal import PACE, play
from flows.transcript import VALUE, Block, Transcript, read, value_of
from flows.transcript_line import TranscriptError
from server.rehearsal import MOST_INPUTS
from server.rehearsal_input import KINDS, LONGEST_PAUSE, Input
from server.subflows import draft_plan

Given = dict[str, Any]

_AGENT = {"joins": "joined", "gives back": "returned", "closes": "resolved"}


class Loading(Rehearse):
    """The case that was taken into the chat."""

    loaded: str = ""
    shown: str = "chat"
    _loaded_text: str = ""

    @handler("rehearse")
    async def load_case(self, case: str) -> Any:
        """Let a case happen in the chat; what it goes on with can be saved in its place."""
        flow = self._flow
        if case not in flow.cases:
            return
        try:
            transcript = read(flow.cases[case])
        except TranscriptError:
            return
        self._forget()
        self.thinking, self.shown = True, "chat"
        yield
        try:
            steps = await in_thread(_steps, flow, transcript)
            self._inputs = inputs(transcript, steps)[:MOST_INPUTS]
            self._pretend(who(transcript, flow.timezone))
            if transcript.begins is not None:
                self._at = transcript.begins.isoformat()
            await self._play()
            self.loaded, self._loaded_text = case, flow.cases[case]
        except (ValueError, msgspec.ValidationError):
            # A case may say what nobody can do in the chat: write more than a message holds, come from no country.
            self._forget()
            yield rx.toast.error(self._say("case.not_in_chat"), duration=8000)
        finally:
            self.thinking = False
        yield


def _steps(flow: Flow[Any], transcript: Transcript) -> tuple[Step, ...]:
    return tuple(play(draft_plan(backend.database(), flow), transcript))


def who(transcript: Transcript, zone: str) -> dict[str, str]:
    """Who writes in a case, as the simulator keeps it; `zone` is the flow's."""
    head = transcript.head
    chosen = {name: head.get(name, "") for name in ("account", "ip", "locale", "name", "source", "timezone")}
    country = transcript.place("country").country or transcript.place("phone_country").country
    values = {name: str(value_of(text)) for name, text in head.items() if name.startswith(VALUE)}
    if begins := transcript.begins:
        chosen["moment"] = begins.astimezone(zone_of(zone)).replace(tzinfo=None).isoformat(timespec="minutes")
    more = {"channel": head.get("channel", "webwidget"), "country": country, "contact": "same"}
    return chosen | more | values | {"tags": ", ".join(transcript.tags)}


def inputs(transcript: Transcript, steps: tuple[Step, ...]) -> tuple[Input, ...]:
    """What happens in a case, as the simulator takes it, with what the world answered in these steps."""
    made: list[Given] = []
    for block, step in zip(transcript.blocks, steps, strict=True):
        pause = (block.after or 0) - PACE.total_seconds()
        while pause > 0 and block.kind != "skip":
            made.append({"seconds": min(pause, LONGEST_PAUSE)})
            pause -= LONGEST_PAUSE
        made.append(_input(block) | _answered(step))
    return msgspec.convert(made, tuple[Input, ...])


def _input(block: Block) -> Given:
    match block.kind:
        case "opens":
            return {"open": True}
        case "skip":
            return {"skip": True}
        case "taps":
            return {"choose": block.choice}
        case "visitor":
            files = [{"kind": one.kind if one.kind in KINDS else "file", "name": one.name} for one in block.files]
            return {"say": block.text} | ({"attachments": files} if files else {})
        case _:
            return {"agent": _AGENT[block.kind]}


def _answered(step: Step) -> Given:
    """What the world answered. Where somebody is, the start of a rehearsal says by itself; a language is found in a
    text.
    """
    event = step.events[0]
    needless = {"locate"} if isinstance(event, MessageReceived) and not event.choice else {"locate", "detect_language"}
    asking = [(visit.node, visit.detail) for visit in step.trace if visit.outcome == "ask"]
    heard = [event.answer for event in step.events if isinstance(event, Answered)]
    answers = {
        asked: {"node": asked[0], "answer": msgspec.to_builtins(answer)}
        for asked, answer in zip(asking, heard, strict=False)
        if asked[1] not in needless
    }
    return {"answers": list(answers.values())} if answers else {}
