"""A model service that speaks OpenAI's chat completions (ChatGPT, DeepSeek, one on this machine): texts in, a text out.

Nothing here reaches for any host but the configured one: no redirect is followed, no key but its own is sent, and an
answer is bounded in time and size, however slowly it comes.
"""

import asyncio
import logging
import re
import time
from collections.abc import Callable

import httpx
import msgspec

from server.breaker import Breaker
from server.settings import ModelAccess

LONGEST_REPLY = 256 * 1024
"""Bytes of a reply that are read; more is refused."""

MOST_TOKENS = 1_000
"""What a model may write, its thinking included where it shows that."""

FAILURES = 3
"""So many failures in a row, and the service is left alone ..."""

REST = 30.0
"""... for so many seconds; then one question tries it."""

log = logging.getLogger("parley.model")

_THINKING = re.compile(r"\s*<think>.*?</think>", re.DOTALL)


class ModelError(Exception):
    """The service gave no answer that can be used; ``reason`` is a code, never what the service said."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Message(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    message: _Message
    finish_reason: str | None = None


class _Completion(msgspec.Struct):
    choices: list[_Choice]


class ModelService:
    """The configured service; make one a process, threads share it."""

    def __init__(self, access: ModelAccess, clock: Callable[[], float] = time.monotonic) -> None:
        self._access = access
        self._breaker = Breaker(clock, FAILURES, REST)
        self._decoder = msgspec.json.Decoder(_Completion)
        # Newer models of OpenAI refuse the old name of the bound and any temperature of one's own.
        self._newer = False

    def say(self, system: str, user: str, seconds: float | None = None) -> str:
        """What the model answers, within ``seconds`` (the setting's at most).

        Raises ModelError, its reason one of: resting, timeout, unreachable, status 429, garbage, empty, cut.
        """
        if not self._breaker.admits("model"):
            raise ModelError("resting")
        try:
            said = self._said(system, user, min(seconds or self._access.seconds, self._access.seconds))
        except BaseException as fault:
            if self._breaker.failed("model"):
                log.warning("The model service failed again (%s) and is left alone for %.0f seconds", fault, REST)
            raise
        self._breaker.answered("model")
        return said

    def check(self) -> str | None:
        """Ask for one word, whatever happened before; None, or why it cannot be had."""
        try:
            self._said("Reply with the word OK.", "OK?", self._access.seconds)
        except ModelError as fault:
            return f"The model service at PARLEY_MODEL_URL gave no answer: {fault.reason}."
        return None

    def _said(self, system: str, user: str, seconds: float) -> str:
        try:
            body = asyncio.run(asyncio.wait_for(self._exchange(system, user), seconds))
        except (TimeoutError, httpx.TimeoutException):
            raise ModelError("timeout") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            raise ModelError("unreachable") from None
        return self._text(body)

    async def _exchange(self, system: str, user: str) -> bytes:
        async with httpx.AsyncClient(timeout=self._access.seconds, follow_redirects=False) as client:
            newer = self._newer
            status, body = await self._post(client, system, user, newer)
            if status == 400 and not newer:
                status, body = await self._post(client, system, user, newer=True)
                self._newer = status == 200
        if status != 200:
            raise ModelError(f"status {status}")
        return body

    async def _post(self, client: httpx.AsyncClient, system: str, user: str, newer: bool) -> tuple[int, bytes]:
        headers = {"accept": "application/json", "accept-encoding": "identity", "user-agent": "parley"}
        if self._access.key:
            headers["authorization"] = f"Bearer {self._access.key}"
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        bounds = {"max_completion_tokens": MOST_TOKENS} if newer else {"max_tokens": MOST_TOKENS, "temperature": 0}
        asked = {"model": self._access.name, "messages": messages, "stream": False, **bounds}
        async with client.stream(
            "POST", f"{self._access.url}/chat/completions", json=asked, headers=headers
        ) as response:
            body = b""
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > LONGEST_REPLY:
                    raise ModelError("garbage")
            return response.status_code, body

    def _text(self, body: bytes) -> str:
        try:
            choice = self._decoder.decode(body).choices[0]
        except (msgspec.MsgspecError, UnicodeDecodeError, IndexError):
            raise ModelError("garbage") from None
        if choice.finish_reason == "length":
            raise ModelError("cut")
        text = _THINKING.sub("", choice.message.content or "", count=1).strip()
        if not text:
            raise ModelError("empty")
        return text
