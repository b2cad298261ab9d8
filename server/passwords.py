"""Passwords (Argon2id), random tokens and their hashes."""

import hashlib
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.errors import RefusedError

LEAST = 8
"""Characters a password needs."""
_MOST = 1024

_hasher = PasswordHasher()


def hashed(password: str) -> str:
    """The Argon2id hash to store. Raises RefusedError `weak_password`."""
    if not LEAST <= len(password) <= _MOST:
        raise RefusedError("weak_password", where="password", least=LEAST)
    return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether `password` belongs to the hash; None takes as long to say no, so that nobody learns who exists."""
    try:
        return _hasher.verify(stored or _nobody(), password[:_MOST]) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(stored: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def new_token(prefix: str = "") -> str:
    """256 random bits, to be shown once."""
    return prefix + secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a token; it has entropy enough for a plain hash."""
    return hashlib.sha256(token.encode()).hexdigest()


@cache
def _nobody() -> str:
    return _hasher.hash(secrets.token_urlsafe())
