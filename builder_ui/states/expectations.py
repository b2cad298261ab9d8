"""What a test case expects, changed as people say it: exactly this, a part of it, anything, not checked; or as text."""

from typing import Any

from builder_ui.case_runs import run_on_drafts
from builder_ui.state import handler, in_thread
from builder_ui.states.cases import Cases
from flows import cases
from flows.edit import EditError
from flows.transcript import Transcript, read, written
from flows.transcript_line import LOOSE, How, Line, TranscriptError
from server.errors import RefusedError

LONGEST_TEXT = 10_000
HOWS: tuple[How, ...] = ("exactly", "contains", "any", "unchecked")
_OF_ALL = ("exactly", "unchecked")


class Expectations(Cases):
    """Changes of the opened case."""

    _seen: str = ""

    @handler("edit_flows")
    async def change_row(self, turn: int, line: int, how: str) -> Any:
        """Expect of a line more or less; what needs a text asks for it."""
        old = self._line(turn, line)
        if old is None:
            return
        self.adding, self.changing = -1, ""
        known = old.how == "unchecked" and bool(old.text or old.kind not in LOOSE)
        if how == "contains" or (how == "exactly" and not known):
            self.changing, self.changing_how = f"{turn}:{line}", how
            return
        async for event in self._expect(turn, line, how, old.text):
            yield event

    @handler("edit_flows")
    async def edit_row(self, turn: int, line: int) -> None:
        """Ask for another text of a line."""
        old = self._line(turn, line)
        if old is not None and old.kind in LOOSE:
            self.adding, self.changing = -1, f"{turn}:{line}"
            self.changing_how = "contains" if old.how == "contains" else "exactly"

    @handler("see_flows")
    async def leave_row(self) -> None:
        """Leave the line as it was."""
        self.changing, self.adding = "", -1

    @handler("edit_flows")
    async def put_row(self, form: dict[str, str]) -> Any:
        """The text that is expected of the line that is being changed."""
        turn, _, line = self.changing.partition(":")
        text = form.get("text", "").strip()[:LONGEST_TEXT]
        self.changing = ""
        if turn.isdecimal() and line.isdecimal() and text:
            async for event in self._expect(int(turn), int(line), self.changing_how, text):
                yield event

    async def _expect(self, turn: int, line: int, how: str, text: str) -> Any:
        transcript, old = self._transcript(), self._line(turn, line)
        if transcript is None or old is None or how not in HOWS or (old.kind not in LOOSE and how not in _OF_ALL):
            return
        kept = text if old.kind in LOOSE else old.text
        async for event in self._put_over(written(cases.expecting(transcript, turn, line, how, kept))):
            yield event

    @handler("edit_flows")
    async def remove_row(self, turn: int, line: int) -> Any:
        """Expect that this does not happen."""
        transcript = self._transcript()
        if transcript is not None and self._line(turn, line) is not None:
            async for event in self._put_over(written(cases.without(transcript, turn, line))):
                yield event

    @handler("edit_flows")
    async def expect_row(self, turn: int, at: int) -> Any:
        """Expect what happened besides."""
        flow = self._flow
        if self.case not in flow.cases:
            return
        (now,) = await in_thread(run_on_drafts, flow, (self.case,))
        transcript = self._transcript()
        if transcript is None or now.rehearsed is None or not 0 <= turn < len(now.rehearsed.blocks):
            return
        happened = now.rehearsed.blocks[turn].actual
        if 0 <= at < len(happened.lines):
            more = cases.with_line(transcript, turn, happened.lines[at], happened)
            async for event in self._put_over(written(more)):
                yield event

    @handler("edit_flows")
    async def ask_row(self, turn: int) -> None:
        """Ask what else is to be expected in a turn."""
        self.adding, self.adding_kind, self.changing = turn, "bot", ""

    @handler("edit_flows")
    async def ask_kind(self, kind: str) -> None:
        """What kind of thing is to be expected."""
        self.adding_kind = kind

    @handler("edit_flows")
    async def add_row(self, form: dict[str, str]) -> Any:
        """Expect one thing more in the turn that asks for it."""
        turn, self.adding = self.adding, -1
        transcript = self._transcript()
        line = _made(self.adding_kind, " ".join(form.get("text", "").split())[:LONGEST_TEXT])
        if transcript is None or line is None or not 0 <= turn < len(transcript.blocks):
            return
        flow = self._flow
        (now,) = await in_thread(run_on_drafts, flow, (self.case,))
        happened = now.rehearsed.blocks[turn].actual if now.rehearsed is not None else None
        async for event in self._put_over(written(cases.with_line(transcript, turn, line, happened))):
            yield event

    async def _put_over(self, text: str) -> Any:
        """Store the opened case, changed as it stands now."""
        async for event in self._put(self.case, text, self._flow.cases[self.case]):
            yield event

    def _line(self, turn: int, line: int) -> Line | None:
        """An expectation of the opened case, None where there is none."""
        transcript = self._transcript()
        if transcript is None or not 0 <= turn < len(transcript.blocks):
            return None
        lines = transcript.blocks[turn].lines
        return lines[line] if 0 <= line < len(lines) else None

    def _transcript(self) -> Transcript | None:
        try:
            return read(self._flow.cases[self.case])
        except (KeyError, TranscriptError):
            return None

    # --- As text ------------------------------------------------------------------------------------------------

    @handler("see_flows")
    async def show_text(self, shown: bool) -> None:
        """Show the case as it is written in files, or as a conversation."""
        self.as_text, self.text_fault = shown, ""
        self.text = self._seen = self._flow.cases.get(self.case, "")

    @handler("edit_flows")
    async def put_text(self, form: dict[str, str]) -> Any:
        """Take the case as it was written by hand; a line that cannot be understood is named."""
        text = form.get("case", "").replace("\r\n", "\n").rstrip("\n") + "\n"
        self.text, self.text_fault = text, ""
        try:
            read(text)
            self._push(await self._write({"op": "put_case", "id": self.case, "text": text, "base": self._seen}))
        except TranscriptError as error:
            self.text_fault = self._say("case.line_fault", line=error.line, reason=error.reason)
            return
        except (EditError, RefusedError) as refused:
            self.text_fault = self._reason(refused)
            return
        self.as_text = False
        yield
        await self._run_now()


def _made(kind: str, text: str) -> Line | None:
    """An expectation added by hand: no more than what was said of it."""
    loose: Any = "contains" if text else "any"
    made = {
        "bot": Line("bot", "bot", text, loose),
        "hand off": Line("hand off", "- hand off", text, loose),
        "close": Line("close", "- close", text, loose),
        "tag": Line("tags", "- tags", " ".join(f"+{tag.lstrip('+')}" for tag in text.split()), "contains"),
        "language": Line("language", "- language", text.split(" ")[0]),
        "rest": Line("rest"),
    }
    return None if kind in ("tag", "language") and not text else made.get(kind)
