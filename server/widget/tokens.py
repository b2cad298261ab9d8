"""A visitor's token: who a browser is on one account, signed by us, so that nobody reads another's conversation.

``v1.<visitor>.<issued>.<signature>``, all URL-safe; the signature is HMAC-SHA256 over the account and the parts before
it. A token says nothing about the person and needs no storage here.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

VALID_FOR = timedelta(days=180)
RENEW_AFTER = timedelta(days=7)
# A token issued by a process whose clock runs ahead of ours is still good.
_CLOCK_SKEW = timedelta(minutes=5)
_LONGEST = 160


def new_visitor() -> str:
    """A visitor's id: 128 random bits, URL-safe."""
    return secrets.token_urlsafe(16)


def issue(visitor: str, at: datetime, account: str, key: str) -> str:
    """A token for ``visitor`` on ``account``, issued ``at`` (aware), signed with ``key``, which must not be empty."""
    body = f"v1.{visitor}.{int(at.timestamp())}"
    return f"{body}.{_signature(body, account, key)}"


def verify(token: str, at: datetime, account: str, keys: Sequence[str]) -> tuple[str, bool]:
    """The visitor a token names, and whether the browser should get a fresh one; ("", False) where it is not good.

    keys: the account's present key first, then older ones whose tokens are still taken; empty keys are no keys.
    """
    body, _, signature = token.rpartition(".")
    parts = body.split(".")
    if len(token) > _LONGEST or not token.isascii() or len(parts) != 3 or parts[0] != "v1" or not parts[1]:
        return "", False
    signed_by = next((key for key in keys if key and _same(signature, _signature(body, account, key))), None)
    if signed_by is None:
        return "", False
    issued = datetime.fromtimestamp(int(parts[2]), UTC)
    if not -_CLOCK_SKEW <= at - issued < VALID_FOR:
        return "", False
    return parts[1], at - issued >= RENEW_AFTER or signed_by != keys[0]


def _signature(body: str, account: str, key: str) -> str:
    if not key:
        raise ValueError("a visitor token needs a key")
    digest = hmac.digest(key.encode(), f"parley visitor\0{account}\0{body}".encode(), "sha256")
    return urlsafe_b64encode(digest).decode().rstrip("=")


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
