"""The form beside the canvas: what is selected as its fields, in words and names."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import reflex as rx

from builder_ui import backend
from builder_ui.form import protocol
from builder_ui.form.lists import lists
from builder_ui.form.textrows import all_texts
from builder_ui.state import handler, in_thread
from builder_ui.states.editor import EditorState
from engine.effects import Value
from engine.rules import matching, pattern_fault
from flows.views import port_titles
from nodes.http_request import HttpRequest
from server.errors import RefusedError
from server.flow_list import flow_names
from server.trying import try_request

Plain = dict[str, Any]

# Why a service was not asked, by how the reason begins, and what is said of it.
_FAULTS = {
    "ConnectTimeout": "form.fault_timeout",
    "ReadTimeout": "form.fault_timeout",
    "WriteTimeout": "form.fault_timeout",
    "PoolTimeout": "form.fault_timeout",
    "ConnectError": "form.fault_no_connection",
    "RefusedAddress": "form.fault_refused_address",
    "TooLarge": "form.fault_too_large",
    "DecodingError": "form.fault_odd_answer",
    "RemoteProtocolError": "form.fault_odd_answer",
    "the service did not answer lately": "form.fault_left_alone",
    "the path": "form.fault_not_asked",
    "the request cannot": "form.fault_not_asked",
}

LONGEST = 4000
"""Characters of what a contact might have written last."""


class FormState(EditorState):
    """What the Properties tab shows."""

    trial: Plain = {}  # noqa: RUF012
    # What the pattern tried last found: {pattern, text, found, fault}.
    matched: Plain = {}  # noqa: RUF012
    # Every text of the flow while they are looked at together; {} else.
    texts: Plain = {}  # noqa: RUF012

    # What of the shop there is to choose from, as `protocol.options` takes it.
    _shop: dict[str, list[Plain]] = {}  # noqa: RUF012

    @rx.var
    def lists(self) -> Plain:
        """What every form offers to choose from."""
        return lists("zh" if self.zh else "en")

    @rx.var(cache=False)
    def form(self) -> Plain:
        """The selected node's form, the flow's own when none is; {} before the flow is there, or for several.

        Not cached, Reflex sends it only where it has become another.
        """
        return self._form

    @rx.var(cache=False)
    def options(self) -> Plain:
        """What its fields offer of the flow's own and of the shop's."""
        return self._options

    @rx.var(backend=True)
    def _options(self) -> Plain:
        return {} if self._flow is None else protocol.options(self._flow, "zh" if self.zh else "en", self._shop)

    @rx.var(backend=True)
    def _form(self) -> Plain:
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
                problems=self._problems,
                refused=refused,
                locked=locked,
            )
        told = protocol.node_form(
            flow,
            node,
            screens="zh" if self.zh else "en",
            content=self.content,
            problems=self._problems,
            refused=refused,
            locked=locked,
        )
        if isinstance(flow.nodes[node], HttpRequest) and "try_services" in self.permissions:
            told["trial"] = self.trial if self.trial.get("node") == node else {"busy": False}
        return told

    @handler("try_services")
    async def try_request(self, values: dict[str, str], text: str) -> AsyncIterator[None]:
        """Perform the selected node's request, with these values and the contact's last words."""
        flow, chosen = self._flow, self.selected
        node = flow.nodes.get(chosen[0]) if flow is not None and len(chosen) == 1 else None
        if flow is None or not isinstance(node, HttpRequest):
            return
        self.trial = {"node": chosen[0], "busy": True}
        yield
        made_up: dict[str, Value] = {str(name): str(value) for name, value in values.items()}
        try:
            tried = await in_thread(
                try_request, backend.here(), await self._signed_in(), node, made_up, str(text)[:LONGEST]
            )
        except RefusedError:
            self.trial = {}
            raise
        titles = port_titles(node, self._language())
        self.trial = {
            **msgspec.to_builtins(tried),
            "fault": self._told(tried.fault),
            "detail": tried.fault,
            "node": chosen[0],
            "busy": False,
            "port_title": titles[tried.port],
        }

    def _told(self, reason: str) -> str:
        """Why a request failed and what to do, in the language of the screens; '' where it did not."""
        if not reason:
            return ""
        key = next((key for begin, key in _FAULTS.items() if reason.startswith(begin)), "form.fault_other")
        return self._say(key)

    @handler("see_flows")
    async def try_pattern(self, pattern: str, text: str) -> None:
        """Tell what of a text a pattern finds, as the flow will."""
        pattern, text = str(pattern)[:LONGEST], str(text)[:LONGEST]
        fault = pattern_fault(pattern)
        found = "" if fault else matching(pattern, text) or ""
        self.matched = {
            "pattern": pattern,
            "text": text,
            "found": found,
            "fault": self._say("form.bad_pattern") if fault else "",
        }

    @handler("see_flows")
    async def show_texts(self) -> None:
        """Lay every text of the flow side by side in its languages."""
        if self._flow is not None:
            locked = "edit_flows" not in self.permissions
            self.texts = {**all_texts(self._flow, self._language()), "locked": locked}

    @handler("see_flows")
    async def hide_texts(self) -> None:
        """Back to the canvas."""
        self.texts = {}

    @handler("see_flows")
    async def look_up(self) -> None:
        """Ask for what lies outside the flow: documents, accounts, services, flows and hours, by name."""
        here = backend.here()
        documents = await in_thread(here.knowledge.documents)
        accounts = await in_thread(here.accounts.list)
        services = await in_thread(here.services.list)
        self._shop = {
            "flows": [
                {"value": one.id, "title": one.name, "inputs": list(one.inputs), "outputs": list(one.outputs)}
                for one in await in_thread(flow_names, here.engine)
            ],
            "hours": [{"value": one.id, "title": one.name} for one in await in_thread(here.hours.list)],
            "documents": [{"value": document.id, "title": document.name} for document in documents],
            "services": [{"value": one.id, "title": one.name, "secrets": one.secrets} for one in services],
            "accounts": [{"value": one.id, "title": one.name, "channel": one.channel} for one in accounts],
        }
