"""Settings: oneself, the people of the team, and the tokens of programs."""

import secrets
from dataclasses import dataclass
from typing import Any, cast

import reflex as rx

from builder_ui import backend
from builder_ui.state import State, handler, in_thread
from builder_ui.states.removal import Removal
from builder_ui.wording import ago
from builder_ui.words import Language
from server import staff
from server.permissions import ROLES, Role, outranks


@dataclass(frozen=True)
class PersonRow:
    """Someone of the team. `within`: their role is not above the one of who looks."""

    id: str
    name: str
    email: str
    role: str
    active: bool
    me: bool
    within: bool


@dataclass(frozen=True)
class TokenRow:
    """A program's token, never the token itself."""

    id: str
    name: str
    role: str
    made: str
    used: str


class Settings(Removal, State):
    """The dialogs are person, password, token or nothing; `made` is a password or token, shown this once."""

    people: list[PersonRow] = []  # noqa: RUF012
    tokens: list[TokenRow] = []  # noqa: RUF012
    roles: list[str] = []  # noqa: RUF012
    dialog: str = ""
    made: str = ""
    made_for: str = ""

    @handler("be_signed_in")
    async def load(self) -> None:
        """Show what the role lets one see."""
        await self._list()

    @handler("be_signed_in")
    async def ask_for(self, what: str) -> None:
        """Open a dialog."""
        self.dialog = what if what in ("person", "password", "token") else ""
        self.made = ""

    @handler("be_signed_in")
    async def close(self, is_open: bool = False) -> None:
        """Close the dialog, and forget what was shown once."""
        if not is_open:
            self.dialog = self.made = ""

    @handler("be_signed_in")
    async def rename(self, form: dict[str, str]) -> Any:
        """Change one's own name."""
        person = await self._signed_in()
        changed = await in_thread(staff.change_self, backend.database(), person, name=form.get("name", ""))
        self.person_name = changed.name
        await self._list()
        return rx.toast.success(self._say("settings.saved"))

    @handler("be_signed_in")
    async def change_password(self, form: dict[str, str]) -> Any:
        """Change one's own password; that ends all sign-ins, so one signs in anew."""
        person = await self._signed_in()
        old, new = form.get("old", ""), form.get("new", "")
        await in_thread(staff.change_self, backend.database(), person, old_password=old, password=new)
        return rx.redirect("/sign-in", is_external=False)

    @handler("manage_people")
    async def add_person(self, form: dict[str, str]) -> None:
        """Let someone sign in, with a password to pass on; a double click's second comes when that is done."""
        if self.made:
            return
        password = _password()
        by = await self._signed_in()
        role = _role(form.get("role", ""))
        person = await in_thread(
            staff.add_person, backend.database(), by, form.get("email", ""), form.get("name", ""), role, password
        )
        self.made, self.made_for = password, person.email
        await self._list()

    @handler("manage_people")
    async def change_role(self, which: str, role: str) -> None:
        """Give someone another role."""
        by = await self._signed_in()
        try:
            await in_thread(staff.change_person, backend.database(), by, which, role=_role(role))
        finally:
            await self._list()

    @handler("manage_people")
    async def switch(self, which: str, active: bool) -> None:
        """Let someone in again, or out at once."""
        by = await self._signed_in()
        try:
            await in_thread(staff.change_person, backend.database(), by, which, active=active)
        finally:
            await self._list()

    @handler("manage_people")
    async def reset_password(self, which: str, email: str) -> None:
        """Give someone a new password to pass on."""
        password = _password()
        await in_thread(staff.change_person, backend.database(), await self._signed_in(), which, password=password)
        self.made, self.made_for, self.dialog = password, email, "person"

    @handler("manage_tokens")
    async def create_token(self, form: dict[str, str]) -> None:
        """Make a token for a program; it is shown this once, and a double click makes no second one."""
        if self.made:
            return
        by = await self._signed_in()
        role = _role(form.get("role", ""))
        token = await in_thread(staff.create_token, backend.database(), by, form.get("name", ""), role)
        self.made, self.made_for = token.token, token.name
        await self._list()

    @handler("manage_tokens")
    async def revoke(self) -> None:
        """Make the token void that was asked about."""
        which, self.leaving = self.leaving, ""
        await in_thread(staff.revoke_token, backend.database(), await self._signed_in(), which)
        await self._list()

    async def _list(self) -> None:
        person = await self._signed_in()
        language: Language = self._language()
        self.roles = [role for role in ROLES if outranks(person.role, role)]
        if "manage_people" in self.permissions:
            found = await in_thread(staff.people, backend.database())
            self.people = [
                PersonRow(
                    one.id,
                    one.name,
                    one.email,
                    one.role,
                    one.active,
                    one.id == person.id,
                    outranks(person.role, one.role),
                )
                for one in found
            ]
        if "manage_tokens" in self.permissions:
            tokens = await in_thread(staff.tokens, backend.database())
            self.tokens = [
                TokenRow(
                    token.id,
                    token.name,
                    token.role,
                    ago(token.created, language),
                    ago(token.last_used, language) if token.last_used else "",
                )
                for token in tokens
            ]


def _role(text: str) -> Role:
    """As the form says; the server refuses what is no role, or is above one's own."""
    return cast(Role, text)


def _password() -> str:
    return secrets.token_urlsafe(12)
