"""Secrets at rest: AES-256-GCM, each sealed text naming the key it needs, so that keys can be changed one by one.

The keys stand in ``PARLEY_KEY`` (several with commas, the first seals) or, without it, in a file of the data folder
that only its owner may read. Whoever has the database without the key has no secrets.
"""

import base64
import binascii
import hmac
import os
import secrets
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.settings import Settings

FILE = "secret.key"
_FORM = "v1"
_NONCE = 12


class VaultError(Exception):
    """A secret that cannot be read, or no key; one sentence that says what to do."""


class Vault:
    """Seals and opens texts. Thread-safe."""

    def __init__(self, keys: list[bytes]) -> None:
        self._keys = {sha256(key).hexdigest()[:8]: AESGCM(key) for key in keys}
        self._newest = next(iter(self._keys))
        self._raw = keys

    @classmethod
    def of(cls, settings: Settings) -> "Vault":
        """The installation's vault; makes a key at first use. Raises VaultError."""
        if settings.key:
            return cls([_key(text, "PARLEY_KEY") for text in settings.key.split(",")])
        path = settings.data / FILE
        text = _read(path) or _make(path)
        return cls([_key(line, str(path)) for line in text.split()])

    def seal(self, text: str, context: str) -> str:
        """The text, encrypted; it opens only with the same ``context``, so that no secret can stand for another."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._keys[self._newest].encrypt(nonce, text.encode(), context.encode())
        return f"{_FORM}:{self._newest}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def derived(self, purpose: str) -> tuple[str, ...]:
        """Keys for something else than sealing, one from each of the vault's in their order: the first is to be used,
        what was made with the others is still good.
        """
        return tuple(hmac.digest(key, f"parley key for {purpose}".encode(), "sha256").hex() for key in self._raw)

    def open(self, sealed: str, context: str) -> str:
        """The text again. Raises VaultError."""
        form, _, rest = sealed.partition(":")
        name, _, data = rest.partition(":")
        if form != _FORM:
            raise VaultError("A stored secret has a form that this version does not know.")
        if name not in self._keys:
            raise VaultError(f"A stored secret needs the key {name}: add it to PARLEY_KEY or restore {FILE}.")
        try:
            raw = base64.urlsafe_b64decode(data)
            return self._keys[name].decrypt(raw[:_NONCE], raw[_NONCE:], context.encode()).decode()
        except (InvalidTag, binascii.Error, ValueError):
            raise VaultError("A stored secret has been changed since it was sealed: enter it again.") from None


def new_key() -> str:
    """A key as ``PARLEY_KEY`` takes it."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _key(text: str, where: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text.strip())
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise VaultError(f"{where} should hold keys of 32 bytes in base64, several with commas.")
    return key


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except FileNotFoundError:
        return ""


def _make(path: Path) -> str:
    """Write a new key, whole or not at all; who comes second takes the first one's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{FILE}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(new_key())
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text()
