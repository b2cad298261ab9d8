"""/api/channels: the accounts through which people write, and the forms of the channel types."""

from typing import Annotated, Any

import msgspec
from litestar import delete, get, patch, post
from litestar.params import FromPath, JSONBody

from server.accounts import Account
from server.channel_forms import ChannelType, channel_forms
from server.routes.given import Asker, Here, Reader

TAGS = ["Channels"]

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=120, examples=["Luna on Telegram"])]


class NewAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An account; ``id`` stands in the webhook's address, ``settings`` are as the channel type's form says."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", examples=["luna-telegram"])]
    channel: Annotated[str, msgspec.Meta(max_length=32, examples=["telegram"])]
    name: Name
    settings: dict[str, Any] = {}


class AccountChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is left out stays, each single setting too: secrets need not be given again."""

    name: Name | None = None
    settings: dict[str, Any] | None = None
    active: bool | None = None


@get("/api/channels/types", tags=TAGS, needs="see_channels", sync_to_thread=True)
def list_channel_types(parts: Here, reader: Reader) -> list[ChannelType]:
    """The kinds of channel there are, each with the form of its settings."""
    return channel_forms(parts.settings, reader)


@get("/api/channels", tags=TAGS, needs="see_channels", sync_to_thread=True)
def list_accounts(parts: Here) -> list[Account]:
    """Every account, by name. A secret is true where it is set, and never shown."""
    return parts.accounts.list()


@post("/api/channels", tags=TAGS, needs="edit_channels", sync_to_thread=True)
def create_account(parts: Here, person: Asker, data: JSONBody[NewAccount]) -> Account:
    """Make an account."""
    return parts.accounts.create(data.id, data.channel, data.name, data.settings, person=person.id)


@get("/api/channels/{account:str}", tags=TAGS, needs="see_channels", sync_to_thread=True)
def read_account(parts: Here, account: FromPath[str]) -> Account:
    """One account."""
    return parts.accounts.get(account)


@patch("/api/channels/{account:str}", tags=TAGS, needs="edit_channels", sync_to_thread=True)
def change_account(parts: Here, person: Asker, account: FromPath[str], data: JSONBody[AccountChange]) -> Account:
    """Change an account, switch it on or off."""
    return parts.accounts.change(account, name=data.name, values=data.settings, active=data.active, person=person.id)


@delete("/api/channels/{account:str}", tags=TAGS, needs="edit_channels", sync_to_thread=True)
def delete_account(parts: Here, person: Asker, account: FromPath[str]) -> None:
    """Remove an account that nobody ever wrote to; others can be switched off."""
    parts.accounts.remove(account, person=person.id)
