"""The shop's services that flows may ask: their addresses, and secrets that go in and never come out."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from builder_ui import backend
from builder_ui.state import State, handler, in_thread
from builder_ui.states.removal import Removal
from server.errors import RefusedError
from server.ids import free, slug

_KEPT, _GONE = "secret-", "without-"


@dataclass(frozen=True)
class ServiceRow:
    """A service in the list; `secrets` are the names alone."""

    id: str
    name: str
    address: str
    secrets: list[str]


_NEW = ServiceRow("", "", "", [])


class Services(Removal, State):
    """The list and its form; `shown` is what the form is about, one without an id is new."""

    rows: list[ServiceRow] = []  # noqa: RUF012
    open: bool = False
    shown: ServiceRow = _NEW
    fault: str = ""

    @handler("see_services")
    async def load(self) -> None:
        """Show the services."""
        await self._list()

    @handler("edit_services")
    async def begin(self, service: str) -> None:
        """Show the form of a service, of a new one where none is named."""
        self.shown = next((row for row in self.rows if row.id == service), _NEW)
        self.fault, self.open = "", True

    @handler("edit_services")
    async def close(self, is_open: bool = False) -> None:
        """Close the form."""
        if not is_open:
            self.open = False

    @handler("edit_services", while_open="open")
    async def save(self, form: dict[str, str]) -> None:
        """Add or change the service, or say what is wrong."""
        services, person = backend.here().services, await self._signed_in()
        name, address = form.get("name", "").strip(), form.get("address", "").strip()
        try:
            if self.shown.id:
                await in_thread(
                    services.change,
                    self.shown.id,
                    name=name,
                    address=address,
                    secrets=_secrets(form),
                    person=person.id,
                )
            else:
                made = free(slug(name, "service"), {row.id for row in self.rows})
                await in_thread(services.create, made, name, address, _secrets(form), person=person.id)
        except RefusedError as refused:
            self.fault = refused.said(self._language())
            # What was typed stays where it is; only the secrets have to be given again.
            self.shown = ServiceRow(self.shown.id, name, address, self.shown.secrets)
            return
        self.open = False
        await self._list()

    @handler("edit_services")
    async def remove(self) -> Any:
        """Remove the service that was asked about."""
        which, self.leaving = self.leaving, ""
        await in_thread(backend.here().services.remove, which, person=(await self._signed_in()).id)
        await self._list()
        return rx.toast.success(self._say("services.removed", name=self.leaving_name))

    async def _list(self) -> None:
        found = await in_thread(backend.here().services.list)
        self.rows = [ServiceRow(one.id, one.name, one.address, one.secrets) for one in found]


def _secrets(form: dict[str, str]) -> dict[str, str]:
    """What the form says of secrets: one that is left empty stays, one that is ticked goes."""
    given = {key.removeprefix(_KEPT): value.strip() for key, value in form.items() if key.startswith(_KEPT)}
    secrets = {name: value for name, value in given.items() if value}
    secrets |= {key.removeprefix(_GONE): "" for key in form if key.startswith(_GONE)}
    if name := form.get("new_secret", "").strip():
        secrets[name] = form.get("new_secret_value", "").strip()
    return secrets
