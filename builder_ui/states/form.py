"""The form beside the canvas: what is selected as its fields, in words and names."""

from typing import Any

import reflex as rx

from builder_ui import backend
from builder_ui.form import protocol
from builder_ui.form.lists import lists
from builder_ui.state import handler, in_thread
from builder_ui.states.editor import EditorState

Plain = dict[str, Any]


class FormState(EditorState):
    """What the Properties tab shows."""

    documents: list[Plain] = []  # noqa: RUF012
    accounts: list[Plain] = []  # noqa: RUF012
    services: list[Plain] = []  # noqa: RUF012

    @rx.var
    def lists(self) -> Plain:
        """What every form offers to choose from."""
        return lists("zh" if self.zh else "en")

    @rx.var
    def form(self) -> Plain:
        """The selected node's form, the flow's own when none is; {} before the flow is there, or for several."""
        flow, chosen = self._flow, self.selected
        if flow is None or len(chosen) > 1 or (chosen and chosen[0] not in flow.nodes):
            return {}
        locked = "edit_flows" not in self.permissions
        node = chosen[0] if chosen else ""
        refused = {self.refusal["field"]: self.refusal["message"]} if self.refusal.get("node") == node else {}
        if not node:
            return protocol.flow_form(
                flow,
                screens="zh" if self.zh else "en",
                problems=self.problems,
                refused=refused,
                accounts=self.accounts,
                locked=locked,
            )
        return protocol.node_form(
            flow,
            node,
            screens="zh" if self.zh else "en",
            content=self.content,
            problems=self.problems,
            refused=refused,
            documents=self.documents,
            services=self.services,
            locked=locked,
        )

    @handler("see_flows")
    async def look_up(self) -> None:
        """Ask for what lies outside the flow: documents, channel accounts and services, by name."""
        here = backend.here()
        documents = await in_thread(here.knowledge.documents)
        accounts = await in_thread(here.accounts.list)
        services = await in_thread(here.services.list)
        self.documents = [{"value": document.id, "title": document.name} for document in documents]
        self.services = [{"value": one.id, "title": one.name, "secrets": one.secrets} for one in services]
        self.accounts = [{"value": one.id, "title": one.name, "channel": one.channel} for one in accounts]
