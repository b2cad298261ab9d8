"""What contacts told us of themselves that is theirs alone: their email and phone, sealed at rest."""

import logging
from collections.abc import Callable

import msgspec

from engine.events import Contact
from server.vault import Vault, VaultError

log = logging.getLogger("parley.contacts")

_FIELDS = ("email", "phone")
_decode = msgspec.json.Decoder(dict[str, str]).decode


class Personal:
    """Takes the personal fields out of what is stored in plain, and puts them back. Thread-safe."""

    def __init__(self, vault: Callable[[], Vault]) -> None:
        """``vault`` gives it when it is first needed: a process that meets no such contact makes no key."""
        self._vault = vault

    def sealed(self, contact: str, facts: Contact) -> str:
        """What is sealed of a contact (its row's id); '' where there is nothing."""
        found = {name: value for name in _FIELDS if (value := getattr(facts, name))}
        return self._vault().seal(msgspec.json.encode(found).decode(), f"contact {contact}") if found else ""

    def whole(self, contact: str, facts: Contact, sealed: str) -> Contact:
        """The contact with what was sealed. Whose key is lost is met as if they had never told it."""
        if not sealed:
            return facts
        try:
            found = _decode(self._vault().open(sealed, f"contact {contact}"))
        except VaultError as why:
            log.warning("What contact %s told of themselves cannot be read: %s", contact, why)
            return facts
        return msgspec.structs.replace(facts, **{name: found[name] for name in _FIELDS if name in found})


def plain(facts: Contact) -> Contact:
    """What is stored as it is, for the contact's next conversation: no address of the network either."""
    return msgspec.structs.replace(facts, ip="", email="", phone="")


def differ(one: Contact, other: Contact) -> bool:
    """Whether what is sealed is no longer the same."""
    return any(getattr(one, name) != getattr(other, name) for name in _FIELDS)
