"""Channel accounts: made, changed, and turned into channels that can read and speak."""

import re
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from server import audit, tables
from server.channels import channel_types
from server.channels.base import Channel, is_secret
from server.database import reading
from server.errors import RefusedError, not_found
from server.sends import resume
from server.settings import Settings
from server.store import utcnow
from server.vault import Vault

FRESH = 1.0
"""Seconds for which a loaded account is not looked at again."""

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """An account as people may see it: a secret in ``settings`` is true where one is set, and never shown.

    While a fault of the whole account lasts, ``fault`` is its kind (``server.faults``), and nothing is sent before
    ``paused_until``.
    """

    id: str
    channel: str
    name: str
    settings: dict[str, Any]
    active: bool
    created: datetime
    fault: str = ""
    paused_until: datetime | None = None


class Placed(msgspec.Struct, frozen=True):
    """An account ready to work. ``fault`` is the kind of fault that the whole account has had last, if it lasts."""

    id: str
    active: bool
    channel: Channel
    fault: str = ""


class Accounts:
    """Synchronous and thread-safe. Loaded accounts are kept until their row changes."""

    def __init__(self, engine: Engine, settings: Settings, vault: Vault | None = None) -> None:
        self.engine = engine
        self.settings = settings
        self._vault = vault
        self._placed: dict[str, tuple[float, str, Placed]] = {}

    @property
    def vault(self) -> Vault:
        """Opened when it is first needed."""
        if self._vault is None:
            self._vault = Vault.of(self.settings)
        return self._vault

    def list(self) -> list[Account]:
        """Every account, by name."""
        with reading(self.engine).begin() as connection:
            rows = connection.execute(select(tables.accounts).order_by(tables.accounts.c.name)).all()
        return [self._shown(row) for row in rows]

    def get(self, account: str) -> Account:
        """One account. Raises RefusedError."""
        with reading(self.engine).begin() as connection:
            return self._shown(_row(connection, account))

    def create(self, account: str, channel: str, name: str, values: Mapping[str, Any], *, person: str = "") -> Account:
        """Make an account with this id (it stands in the webhook's address). Raises RefusedError."""
        if not _ID.fullmatch(account):
            raise RefusedError(
                "bad_value", where="id", reason="The id should be lower-case letters, digits and hyphens."
            )
        sealed = self._sealed(account, channel, values)
        row = {"id": account, "channel": channel, "name": name, "settings": sealed, "active": True, "created": utcnow()}
        with self.engine.begin() as connection:
            taken = select(tables.accounts.c.id).where(tables.accounts.c.id == account)
            if connection.execute(taken).first() is not None:
                raise RefusedError("bad_value", where="id", reason=f"There is an account {account} already.")
            connection.execute(insert(tables.accounts), row)
            audit.record(connection, person, "channel.create", account, channel=channel, name=name)
        return self.get(account)

    def change(
        self,
        account: str,
        *,
        name: str | None = None,
        values: Mapping[str, Any] | None = None,
        active: bool | None = None,
        person: str = "",
    ) -> Account:
        """Change what is given; settings that are left out, secrets above all, stay. Raises RefusedError."""
        with self.engine.begin() as connection:
            row = _row(connection, account)
            changes: dict[str, Any] = {}
            if name is not None:
                changes["name"] = name
            if active is not None:
                changes["active"] = active
            if values is not None:
                changes["settings"] = self._sealed(account, row.channel, self._open(row) | dict(values))
            if changes:
                # Whatever was wrong with it may be put right.
                changes |= {"fault": "", "faults": 0, "paused_until": None}
                connection.execute(update(tables.accounts).where(tables.accounts.c.id == account).values(changes))
                told = {key: value for key, value in changes.items() if key in ("name", "active")}
                audit.record(connection, person, "channel.change", account, **told, settings=sorted(values or ()))
        if changes:
            resume(self.engine, account, utcnow())
        return self.get(account)

    def remove(self, account: str, *, person: str = "") -> None:
        """Remove an account that nobody ever wrote to; another is switched off instead. Raises RefusedError."""
        with self.engine.begin() as connection:
            row = _row(connection, account)
            used = select(tables.identities.c.id).where(tables.identities.c.account == account).limit(1)
            if connection.execute(used).first() is not None:
                raise RefusedError("channel_in_use", where="id", name=row.name)
            connection.execute(delete(tables.accounts).where(tables.accounts.c.id == account))
            audit.record(connection, person, "channel.delete", account, channel=row.channel, name=row.name)
        self._placed.pop(account, None)

    def placed(self, account: str) -> Placed:
        """The account, ready to read and speak; a change shows after ``FRESH`` seconds at the latest.

        Raises RefusedError when there is none, VaultError when its secrets cannot be opened.
        """
        if (fresh := self.known(account)) is not None:
            return fresh
        known = self._placed.get(account)
        with reading(self.engine).begin() as connection:
            row = _row(connection, account)
        version = f"{row.active}{row.settings}"
        if known is not None and known[1] == version:
            made = known[2]
            if made.fault != row.fault:
                made = msgspec.structs.replace(made, fault=row.fault)
        else:
            channel = _type(row.channel).placed(self._open(row), self.settings)
            made = Placed(row.id, row.active, channel, row.fault)
        self._placed[account] = (time.monotonic() + FRESH, version, made)
        return made

    def known(self, account: str) -> Placed | None:
        """The account as ``placed`` gives it, if that is known without a look at the database."""
        known = self._placed.get(account)
        return known[2] if known is not None and time.monotonic() < known[0] else None

    def look_again(self, account: str) -> None:
        """The account has changed: what is kept of it is stale."""
        if (known := self._placed.get(account)) is not None:
            self._placed[account] = (0.0, *known[1:])

    def _shown(self, row: Row[Any]) -> Account:
        kept = msgspec.json.decode(row.settings)
        # The settings of a channel type that is gone may all be secrets.
        secret = _secrets(row.channel) if row.channel in channel_types() else kept.keys()
        return Account(
            id=row.id,
            channel=row.channel,
            name=row.name,
            settings={name: bool(value) if name in secret else value for name, value in kept.items()},
            active=row.active,
            created=row.created,
            fault=row.fault,
            paused_until=row.paused_until,
        )

    def _sealed(self, account: str, channel: str, values: Mapping[str, Any]) -> str:
        """The settings as they are stored, after the channel has taken them."""
        kind = _type(channel)
        own = {field.name for field in kind.settings_fields(self.settings)}
        if unknown := sorted(set(values) - own):
            raise RefusedError("bad_value", where=unknown[0], reason=f"{kind.TITLE} has no setting {unknown[0]}.")
        try:
            kind.placed(values, self.settings)
        except msgspec.ValidationError as fault:
            raise RefusedError("bad_value", where="settings", reason=str(fault)) from None
        secret = _secrets(channel)
        sealed = {
            name: self.vault.seal(value, f"{account}/{name}") if name in secret and value else value
            for name, value in values.items()
        }
        return msgspec.json.encode(sealed).decode()

    def _open(self, row: Row[Any]) -> dict[str, Any]:
        secret = _secrets(row.channel)
        return {
            name: self.vault.open(value, f"{row.id}/{name}") if name in secret and value else value
            for name, value in msgspec.json.decode(row.settings).items()
        }


def _type(channel: str) -> type[Channel]:
    found = channel_types().get(channel)
    if found is None:
        raise not_found("channel type", channel)
    return found


def _secrets(channel: str) -> frozenset[str]:
    fields = getattr(msgspec.inspect.type_info(_type(channel)), "fields", ())
    return frozenset(field.name for field in fields if is_secret(field))


def _row(connection: Connection, account: str) -> Row[Any]:
    row = connection.execute(select(tables.accounts).where(tables.accounts.c.id == account)).one_or_none()
    if row is None:
        raise not_found("channel", account)
    return row
