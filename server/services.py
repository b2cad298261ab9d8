"""The shop's own services that flows may ask: their addresses and secrets, which only admins enter.

A flow names a service and what of it, never a host; a secret is named, and put in when the request is made.
"""

import ipaddress
import re
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx
import msgspec
from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from server import audit, tables
from server.database import reading
from server.errors import RefusedError, not_found
from server.settings import Settings
from server.store import utcnow
from server.vault import Vault
from server.web_client import Allowed, RefusedAddress

FRESH = 1.0
"""Seconds for which a loaded service is not looked at again."""

MOST_SECRETS = 20

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_SECRET = re.compile(r"[a-z][a-z0-9_]{0,63}")
_services = tables.services


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """A service as people may see it: of its secrets only the names."""

    id: str
    name: str
    address: str
    secrets: list[str]
    created: datetime


class Placed(msgspec.Struct, frozen=True):
    """A service ready to be asked: where it is, its secrets by name."""

    id: str
    address: str
    secrets: dict[str, str]

    def __repr__(self) -> str:
        """Without the secrets."""
        return f"Placed(id={self.id!r})"


class Services:
    """Synchronous and thread-safe."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._settings = settings
        self._allowed = Allowed(settings.allowed_hosts)
        self._vault: Vault | None = None
        self._placed: dict[str, tuple[float, Placed]] = {}

    def list(self) -> list[Service]:
        """Every service, by name."""
        return _listed(self._engine)

    def get(self, service: str) -> Service:
        """One service. Raises RefusedError."""
        with reading(self._engine).begin() as connection:
            return _shown(_row(connection, service))

    def create(
        self, service: str, name: str, address: str, secrets: Mapping[str, str] | None = None, *, person: str = ""
    ) -> Service:
        """Add a service under this id, by which flows name it. Raises RefusedError."""
        if not _ID.fullmatch(service):
            raise RefusedError(
                "bad_value", where="id", reason="The id should be lower-case letters, digits and hyphens."
            )
        row = {
            "id": service,
            "name": name,
            "address": self._checked(address),
            "secrets": self._sealed(service, {}, secrets or {}),
            "created": utcnow(),
        }
        with self._engine.begin() as connection:
            if connection.execute(select(_services.c.id).where(_services.c.id == service)).first() is not None:
                raise RefusedError("bad_value", where="id", reason=f"There is a service {service} already.")
            connection.execute(insert(_services), row)
            audit.record(
                connection, person, "service.create", service, address=row["address"], secrets=sorted(secrets or ())
            )
        return self.get(service)

    def change(
        self,
        service: str,
        *,
        name: str | None = None,
        address: str | None = None,
        secrets: Mapping[str, str] | None = None,
        person: str = "",
    ) -> Service:
        """Change what is given. Secrets that are not given stay, an empty one goes. A new host begins without the
        secrets of the old one, so that nobody sends them where he likes. Raises RefusedError.
        """
        with self._engine.begin() as connection:
            row = _row(connection, service)
            kept = msgspec.json.decode(row.secrets)
            changes: dict[str, Any] = {}
            if name is not None:
                changes["name"] = name
            if address is not None:
                changes["address"] = self._checked(address)
                if _origin(changes["address"]) != _origin(row.address):
                    kept = {}
                    changes["secrets"] = "{}"
            if secrets is not None:
                changes["secrets"] = self._sealed(service, kept, secrets)
            if changes:
                connection.execute(update(_services).where(_services.c.id == service).values(changes))
                told = {key: value for key, value in changes.items() if key != "secrets"}
                audit.record(connection, person, "service.change", service, **told, secrets=sorted(secrets or ()))
        self._placed.pop(service, None)
        return self.get(service)

    def remove(self, service: str, *, person: str = "") -> None:
        """Remove a service; flows that ask it go on by "no answer". Raises RefusedError."""
        with self._engine.begin() as connection:
            row = _row(connection, service)
            connection.execute(delete(_services).where(_services.c.id == service))
            audit.record(connection, person, "service.delete", service, name=row.name, address=row.address)
        self._placed.pop(service, None)

    def placed(self, service: str) -> Placed:
        """The service, ready to be asked; a change shows after ``FRESH`` seconds at the latest.

        Raises RefusedError when there is none, VaultError when its secrets cannot be opened.
        """
        known = self._placed.get(service)
        if known is not None and time.monotonic() < known[0]:
            return known[1]
        with reading(self._engine).begin() as connection:
            row = _row(connection, service)
        secrets = {
            name: self.vault.open(sealed, _context(service, name))
            for name, sealed in msgspec.json.decode(row.secrets).items()
        }
        made = Placed(row.id, row.address, secrets)
        self._placed[service] = (time.monotonic() + FRESH, made)
        return made

    @property
    def vault(self) -> Vault:
        """Opened when it is first needed."""
        if self._vault is None:
            self._vault = Vault.of(self._settings)
        return self._vault

    def _sealed(self, service: str, kept: Mapping[str, str], secrets: Mapping[str, str]) -> str:
        for name, value in secrets.items():
            if not _SECRET.fullmatch(name):
                raise RefusedError("secret_name", where="secrets")
            if any(ord(sign) < 32 or ord(sign) == 127 for sign in value):
                raise RefusedError("secret_text", where="secrets", name=name)
        new = {name: self.vault.seal(value, _context(service, name)) for name, value in secrets.items() if value}
        sealed = {name: value for name, value in {**kept, **new}.items() if secrets.get(name, "kept")}
        if len(sealed) > MOST_SECRETS:
            raise RefusedError("too_many_secrets", where="secrets", most=MOST_SECRETS)
        return msgspec.json.encode(sealed).decode()

    def _checked(self, address: str) -> str:
        """An address as it is stored. Raises RefusedError where it is none, or none that may be asked."""
        try:
            url = httpx.URL(address.strip())
            port = url.port or {"https": 443, "http": 80}.get(url.scheme, 0)
        except httpx.InvalidURL:
            url, port = httpx.URL(), 0
        if not 0 < port < 65536 or not url.host or url.userinfo or url.query or url.fragment:
            raise RefusedError("service_address", where="address")
        try:
            # A name is looked up when it is asked; of a number one can tell now.
            self._allowed.check(url.host, port, [ipaddress.ip_address(url.host)])
        except RefusedAddress as refused:
            raise RefusedError("service_inside", where="address", reason=str(refused)) from None
        except ValueError:
            pass
        return str(url).rstrip("/")


def known(engine: Engine) -> dict[str, list[str]]:
    """Every service's id with the names of its secrets, for checks of flows."""
    return {service.id: service.secrets for service in _listed(engine)}


def _listed(engine: Engine) -> list[Service]:
    with reading(engine).begin() as connection:
        return [_shown(row) for row in connection.execute(select(_services).order_by(_services.c.name))]


def _context(service: str, name: str) -> str:
    return f"service/{service}/{name}"


def _origin(address: str) -> tuple[str, str, int | None]:
    url = httpx.URL(address)
    return url.scheme, url.host, url.port


def _shown(row: Row[Any]) -> Service:
    names = sorted(msgspec.json.decode(row.secrets))
    return Service(id=row.id, name=row.name, address=row.address, secrets=names, created=row.created)


def _row(connection: Connection, service: str) -> Row[Any]:
    row = connection.execute(select(_services).where(_services.c.id == service)).one_or_none()
    if row is None:
        raise not_found("service", service)
    return row
