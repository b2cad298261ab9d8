"""What every screen knows: who is signed in, the language; and the guard before every handler.

Who someone is never lies in a state: it is looked up from the HttpOnly cookie at each event. A handler that
is not declared by `handler` cannot be made: the class of its state refuses to exist.
"""

import asyncio
import functools
import inspect
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast
from urllib.parse import quote

import reflex as rx
from reflex.event import EventHandler
from reflex.state import BaseState

from builder_ui import backend, failures, presence
from builder_ui.words import Language, say
from server import staff
from server.errors import RefusedError
from server.people import Person, may
from server.permissions import Permission, permissions_of

P = ParamSpec("P")
R = TypeVar("R")

ON_LOAD: dict[str, list[Any]] = {}
"""The events that fill a screen, by its route."""

Method = Callable[..., Any]

YEAR = 365 * 24 * 60 * 60


def handler(permission: Permission, background: bool = False, while_open: str = "") -> Callable[[Method], Any]:
    """Make an async method of a state an event handler for those who have the permission.

    Somebody not signed in is led to the sign-in page; somebody without the right is told so, and so is a
    refusal by the server. One in the `background` holds up nothing: it changes the state only within `async with self`.
    What a dialog's form does is done only while the variable `while_open` says that the dialog is: a double click's
    second event comes when the first has closed it.
    """

    def guard(method: Method) -> Any:
        _must_be_async(method)

        @functools.wraps(method)
        async def guarded(self: "State", *args: Any, **kwargs: Any) -> Any:
            refusal = await self._refusal(permission)
            if refusal is not None:
                yield refusal
                return
            if while_open and not getattr(self, while_open):
                return
            try:
                if inspect.isasyncgenfunction(method):
                    async for events in method(self, *args, **kwargs):
                        yield events
                else:
                    yield await method(self, *args, **kwargs)
            except RefusedError as refused:
                yield rx.toast.error(refused.said(self._language()), duration=8000)
            except Exception as error:
                yield failures.unexpected(error, self._language())

        return _mark(guarded, permission, background)

    return guard


def open_handler(method: Method) -> Any:
    """Make an async method an event handler for anybody, signed in or not; a test lists every one of them."""
    _must_be_async(method)
    return _mark(method, "open")


def _must_be_async(method: Callable[..., Any]) -> None:
    if not (inspect.iscoroutinefunction(method) or inspect.isasyncgenfunction(method)):
        raise TypeError(f"{method.__qualname__} should be async: what blocks goes into a thread.")


def _mark(method: Callable[..., Any], guard: str, background: bool = False) -> Any:
    method.guard = guard  # type: ignore[attr-defined]
    return rx.event(method, background=background)


def _check_guards(state: type[BaseState]) -> None:
    for name, value in vars(state).items():
        method = value.fn if isinstance(value, EventHandler) else value
        # Reflex's own `setvar` only calls `set_...` methods, and those have guards like all others.
        made = isinstance(value, EventHandler) and name != "setvar"
        is_handler = made or BaseState._item_is_event_handler(name, value)  # noqa: SLF001
        if is_handler and not hasattr(method, "guard"):
            raise TypeError(f"{state.__name__}.{name} has no guard: declare it with @handler(permission).")


class State(rx.State):
    """The root of the screens' states.

    What lies here about the person is for showing only; rights are checked at each event.
    """

    chosen_language: str = rx.Cookie("", name="parley_language", max_age=YEAR)
    ready: bool = False
    person_id: str = ""
    person_name: str = ""
    person_email: str = ""
    person_role: str = ""
    permissions: list[str] = []  # noqa: RUF012
    waiting_count: int = 0

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Check the handlers of a new state. Raises TypeError naming the first one without a guard."""
        _check_guards(cls)
        super().__init_subclass__(**kwargs)

    @rx.var
    def zh(self) -> bool:
        """Whether the screens speak Chinese: as chosen, else as the browser prefers."""
        wanted = self.chosen_language or self.router.headers.accept_language
        return wanted.lower().startswith("zh")

    @open_handler
    async def greet(self) -> Any:
        """Load the sign-in page; who is signed in goes on."""
        if await self._person() is not None:
            return rx.redirect("/flows")
        self.ready = True
        return None

    @handler("be_signed_in")
    async def enter(self) -> None:
        """Load any other page: who is here, and what they may do."""
        person = await self._person()
        assert person is not None  # noqa: S101 - the guard saw to it
        # Another browser of the same person speaks as the last one did.
        self.chosen_language = self.chosen_language or person.language
        self.person_id = str(person.id)
        self.person_name = person.name
        self.person_email = person.email
        self.person_role = person.role
        self.permissions = list(permissions_of(person.role))
        await self._count()
        self.ready = True
        if not self.router.url.path.startswith("/flows/") and presence.is_here(self.router.session.client_token):
            await in_thread(presence.leave, self.router.session.client_token)

    @open_handler
    async def choose_language(self, language: str) -> Any:
        """Change the language of the screens; the browser keeps it, and so does the person who is signed in."""
        if language in ("en", "zh"):
            self.chosen_language = language
            person = await self._person()
            if person is not None:
                await in_thread(staff.change_self, backend.database(), person, language=language)
        # Some words come from the server, with what they are about.
        return ON_LOAD.get(self.router.url.path.rstrip("/"))

    def _language(self) -> Language:
        return "zh" if self.zh else "en"

    def _say(self, key: str, **values: object) -> str:
        return say(key, self._language(), **values)

    async def _person(self) -> Person | None:
        """Who is signed in, from the cookie of this connection."""
        return await backend.person_of(self.router.headers.cookie)

    async def _count(self) -> None:
        """Count the conversations that wait for a person, for those who may see them."""
        if "see_conversations" in self.permissions:
            counts = await in_thread(backend.here().inbox.counts)
            self.waiting_count = counts["queued"]

    async def _signed_in(self) -> Person:
        """Who is signed in, within a guarded handler."""
        person = await self._person()
        if person is None:
            raise PermissionError("signed out meanwhile")
        return person

    async def _refusal(self, permission: Permission) -> Any:
        person = await self._person()
        if person is None:
            return rx.redirect(f"/sign-in?next={quote(self.router.url.path, safe='/')}")
        if not may(person, permission):
            return rx.toast.error(self._say("error.not_permitted"), description=self._say("error.ask_admin"))
        return None


_check_guards(State)


async def in_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run what blocks (the database, files) without holding up the other people."""
    return await asyncio.to_thread(function, *args, **kwargs)


def shown_to(permission: Permission) -> rx.Var[bool]:
    """For the browser: whether who is signed in has this permission."""
    return cast(rx.Var[bool], State.permissions.contains(permission))  # type: ignore[attr-defined]
