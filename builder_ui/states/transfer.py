"""A flow's file out of the editor, and a file into it."""

from typing import Any

import reflex as rx

import flows
from builder_ui import backend
from builder_ui.state import handler, in_thread
from builder_ui.states.editor import EditorState
from builder_ui.states.flows import LARGEST, FaultRow
from server import publishing

MOST_FAULTS = 50


class Transfer(EditorState):
    """Import and export from the editor."""

    importing: bool = False
    faults: list[FaultRow] = []  # noqa: RUF012

    @handler("see_flows")
    async def export(self) -> Any:
        """Give the browser the draft's file."""
        data = await in_thread(publishing.export_flow, backend.database(), self.opened)
        return rx.download(data=data, filename=f"{self.opened}.flow.json")

    @handler("edit_flows")
    async def show_import(self, shown: bool) -> None:
        """Open or close the dialog."""
        self.importing, self.faults = shown, []

    @handler("edit_flows")
    async def take_file(self, files: list[rx.UploadFile]) -> Any:
        """Make a file of this flow its draft, which undo takes back; another flow's file becomes a new draft."""
        self.faults = []
        if not files:
            return
        data = await files[0].read(LARGEST + 1)
        if len(data) > LARGEST:
            self.faults = [FaultRow("", self._say("flows.file_too_large"))]
            return
        here = backend.here()
        person = await self._signed_in()
        try:
            found = await in_thread(flows.read, data)
            own = found.id == self.opened
            made = await in_thread(
                publishing.import_flow,
                here.engine,
                data,
                person,
                if_exists="replace" if own else "copy",
                bus=here.bus,
            )
        except flows.FlowError as error:
            self.faults = [
                FaultRow(fault.path, fault.in_words(self._language())) for fault in error.faults[:MOST_FAULTS]
            ]
            return
        self.importing = False
        if not own:
            yield rx.redirect(f"/flows/{made.id}")
            return
        if made.inverse:
            self._push(made.inverse)
        await self._read()
        yield rx.toast.success(self._say("editor.imported"), description=self._say("editor.restored_help"))
        await self._look()
