"""Channel accounts: what is connected, and the forms to connect more."""

import re
from dataclasses import dataclass, replace
from typing import Any

import reflex as rx

from builder_ui import backend
from builder_ui.state import State, handler, in_thread
from builder_ui.states.removal import Removal
from builder_ui.words import Language, say
from server.accounts import Account
from server.channel_forms import ChannelType, Setting, channel_forms
from server.errors import RefusedError
from server.ids import free, slug


@dataclass(frozen=True)
class AccountRow:
    """An account in the list. `script` is the line for a page, `address` the one the platform calls."""

    id: str
    channel: str
    title: str
    name: str
    active: bool
    script: str
    address: str


@dataclass(frozen=True)
class TypeRow:
    """A kind of channel to choose."""

    channel: str
    title: str
    help: str


@dataclass(frozen=True)
class FieldRow:
    """A line of the form. `kept`: there is a secret, which stays when nothing is typed."""

    name: str
    title: str
    help: str
    widget: str
    required: bool
    value: str
    on: bool
    kept: bool
    fault: str = ""


class Channels(Removal, State):
    """The list, and its dialogs: `dialog` is choose, form, connect or nothing; `which` is the account it is about."""

    rows: list[AccountRow] = []  # noqa: RUF012
    types: list[TypeRow] = []  # noqa: RUF012
    loaded: bool = False
    dialog: str = ""
    which: str = ""
    kind: str = ""
    kind_title: str = ""
    kind_help: str = ""
    name: str = ""
    fields: list[FieldRow] = []  # noqa: RUF012
    fault: str = ""
    connect: AccountRow = AccountRow("", "", "", "", True, "", "")

    @handler("see_channels")
    async def load(self) -> None:
        """Show the accounts."""
        await self._list()
        self.loaded = True

    @handler("edit_channels")
    async def begin(self) -> None:
        """Ask which kind of channel."""
        self.dialog = "choose"

    @handler("see_channels")
    async def close(self, is_open: bool = False) -> None:
        """Close the dialog."""
        if not is_open:
            self.dialog = ""

    @handler("edit_channels")
    async def choose(self, channel: str) -> None:
        """Show the form of a new account."""
        self._fill(_type(channel, self._language()), None)

    @handler("edit_channels")
    async def change(self, account: str) -> None:
        """Show the form of an account that is there; its secrets stay unseen."""
        found = await in_thread(backend.here().accounts.get, account)
        self._fill(_type(found.channel, self._language()), found)

    @handler("edit_channels")
    async def save(self, form: dict[str, str]) -> None:
        """Make or change the account, or say at each field what is wrong."""
        kind = _type(self.kind, self._language())
        values, faults = _understood(kind, form, self.which != "", self._language())
        self.name = form.get("name", "").strip() or kind.title
        self.fault = ""
        self.fields = [replace(row, fault=faults.get(row.name, "")) for row in self.fields]
        if faults:
            return
        person = await self._signed_in()
        accounts = backend.here().accounts
        try:
            if self.which:
                await in_thread(accounts.change, self.which, name=self.name, values=values, person=person.id)
                made = self.which
            else:
                made = free(slug(self.name, self.kind), {row.id for row in self.rows})
                await in_thread(accounts.create, made, self.kind, self.name, values, person=person.id)
        except RefusedError as refused:
            self.fault = refused.said(self._language())
            return
        was_new = not self.which
        await self._list()
        self.dialog = ""
        if was_new:
            self._show_connect(made)

    @handler("see_channels")
    async def how_to_connect(self, account: str) -> None:
        """Show what goes to the shop's page or to the platform."""
        self._show_connect(account)

    @handler("edit_channels")
    async def switch(self, account: str, active: bool) -> None:
        """Take messages of this account, or take none."""
        person = await self._signed_in()
        await in_thread(backend.here().accounts.change, account, active=active, person=person.id)
        await self._list()

    @handler("edit_channels")
    async def remove(self) -> Any:
        """Remove the account that was asked about."""
        which, self.leaving = self.leaving, ""
        await in_thread(backend.here().accounts.remove, which, person=(await self._signed_in()).id)
        await self._list()
        return rx.toast.success(self._say("channels.removed", name=self.leaving_name))

    def _fill(self, kind: ChannelType, account: Account | None) -> None:
        self.kind, self.kind_title, self.kind_help = kind.channel, kind.title, kind.help
        self.which = account.id if account else ""
        self.name = account.name if account else kind.title
        given = account.settings if account else {}
        self.fields = [_field(setting, given.get(setting.name, setting.default)) for setting in kind.settings]
        self.fault = ""
        self.dialog = "form"

    def _show_connect(self, account: str) -> None:
        row = next((row for row in self.rows if row.id == account), None)
        if row is not None:
            self.connect = row
            self.dialog = "connect"

    async def _list(self) -> None:
        here = backend.here()
        accounts = await in_thread(here.accounts.list)
        forms = {kind.channel: kind for kind in channel_forms(here.settings, self._language())}
        self.types = [TypeRow(kind.channel, kind.title, kind.help) for kind in forms.values()]
        self.rows = [_row(account, forms.get(account.channel), here.settings.public_url) for account in accounts]


def _type(channel: str, language: Language) -> ChannelType:
    return next(kind for kind in channel_forms(backend.here().settings, language) if kind.channel == channel)


def _row(account: Account, kind: ChannelType | None, address: str) -> AccountRow:
    by_webhook = kind is not None and kind.webhook
    script = f'<script src="{address}/widget.js" data-account="{account.id}" async></script>'
    return AccountRow(
        id=account.id,
        channel=account.channel,
        title=kind.title if kind else account.channel,
        name=account.name,
        active=account.active,
        script="" if by_webhook else script,
        address=f"{address}/webhooks/{account.id}" if by_webhook else "",
    )


def _field(setting: Setting, value: Any) -> FieldRow:
    shown = "\n".join(value) if isinstance(value, list | tuple) else "" if value is None else str(value)
    return FieldRow(
        name=setting.name,
        title=setting.title,
        help=setting.help,
        widget=setting.widget,
        required=setting.required,
        value="" if setting.secret or setting.widget == "switch" else shown,
        on=value is True and not setting.secret,
        kept=setting.secret and value is True,
    )


def _input(name: str) -> str:
    return f"setting-{name}"


def _understood(
    kind: ChannelType, form: dict[str, str], changing: bool, language: Language
) -> tuple[dict[str, Any], dict[str, str]]:
    """The settings that the form holds, and what is wrong by field. A secret left empty stays as it is."""
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for setting in kind.settings:
        text = form.get(_input(setting.name), "").strip()
        if setting.widget == "switch":
            values[setting.name] = _input(setting.name) in form
        elif setting.widget == "lines":
            values[setting.name] = [line.strip() for line in text.splitlines() if line.strip()]
        elif not text and setting.secret and changing:
            continue
        elif not text and setting.required:
            faults[setting.name] = say("channels.required", language)
        elif text and setting.pattern and not re.search(setting.pattern, text):
            faults[setting.name] = say("channels.does_not_fit", language)
        elif setting.widget == "number":
            values[setting.name] = int(text) if text.lstrip("-").isdecimal() else text
        else:
            values[setting.name] = text
    return values, faults
