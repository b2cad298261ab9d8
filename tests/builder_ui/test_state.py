"""No handler of any screen runs for whom it should not, and none can be written without a guard."""

import asyncio
from collections.abc import Iterator
from typing import Any, get_args

import pytest
import reflex as rx
from reflex_base.registry import RegistrationContext
from sqlalchemy import Engine

import builder_ui.app  # noqa: F401 - loading it declares every state
from builder_ui import backend
from builder_ui.state import State, handler, open_handler
from server import people, staff
from server.parts import Parts
from server.permissions import PERMISSIONS, Permission
from server.settings import Settings

# Who is not signed in may do this and no more.
OPEN = {
    "State.greet",
    "State.choose_language",
    "SignIn.begin",
    "SignIn.answered",
}


def handlers() -> dict[str, Any]:
    """Every handler that a browser can call by name, Reflex's own left out."""
    found = {}
    for registered in RegistrationContext.get().event_handlers.values():
        method = registered.handler.fn
        if method.__module__.split(".")[0] not in {"reflex", "reflex_base"}:
            for state in registered.states:
                found[f"{state.__name__}.{method.__name__}"] = method
    return found


def test_every_handler_has_a_guard() -> None:
    found = handlers()
    assert "State.enter" in found
    known = {"open", *get_args(Permission)}
    assert {name for name, method in found.items() if getattr(method, "guard", None) not in known} == set()


def test_what_is_open_is_listed_here() -> None:
    assert {name for name, method in handlers().items() if method.guard == "open"} == OPEN


def test_who_rehearses_may_do_so_on_the_screen_as_by_the_api() -> None:
    screens = {name: method.guard for name, method in handlers().items() if name.split(".")[0] in ("Rehearse", "Hand")}
    assert screens.pop("Rehearse.go_to_node") == "see_flows"
    assert screens.pop("Hand.ask_service") == "try_services"
    assert len(screens) > 20
    assert set(screens.values()) == {"rehearse"}
    assert handlers()["Loading.load_case"].guard == "rehearse"
    assert PERMISSIONS["rehearse"] >= PERMISSIONS["edit_flows"] >= PERMISSIONS["try_services"]


def test_a_handler_without_guard_cannot_be_written() -> None:
    async def leak(self: Any) -> None: ...

    with pytest.raises(TypeError, match=r"Loose\.leak has no guard"):
        type("Loose", (State,), {"leak": leak, "__module__": __name__})


def test_a_handler_that_blocks_cannot_be_written() -> None:
    def block(self: Any) -> None: ...

    for guard in (handler("be_signed_in"), open_handler):
        with pytest.raises(TypeError, match="should be async"):
            guard(block)


class Router:
    """What a state knows of its connection."""

    def __init__(self, cookie: str, path: str = "/flows") -> None:
        self.headers = type("Headers", (), {"cookie": cookie, "accept_language": "en"})()
        self.url = type("Url", (), {"path": path})()


class Screen:
    """A state of the tests' own, without Reflex around it."""

    zh = False
    _language = State._language
    _say = State._say
    _person = State._person
    _refusal = State._refusal

    def __init__(self, cookie: str) -> None:
        self.router = Router(cookie)
        self.done: list[str] = []

    @handler("edit_flows")
    async def write(self, text: str) -> None:
        """Leave a trace."""
        self.done.append(text)

    @handler("edit_flows")
    async def write_twice(self, text: str) -> Any:
        """Leave two, with an event between."""
        self.done.append(text)
        yield rx.toast("half")
        self.done.append(text)


@pytest.fixture
def owner(database: Engine, database_settings: Settings) -> Iterator[people.Person]:
    parts = Parts(database_settings)
    backend.use(parts)
    made = people.ensure_owner(database, database_settings)
    assert made is not None
    yield people.sign_in(database, made.email, made.password).person
    parts.close()


def cookie_of(database: Engine, owner: people.Person, role: str) -> str:
    staff.add_person(database, owner, f"{role}@luna.example", role, role, "long enough")  # type: ignore[arg-type]
    signed_in = people.sign_in(database, f"{role}@luna.example", "long enough")
    return f"other=1; {people.COOKIE}={signed_in.token}"


def run(screen: Screen, name: str) -> list[Any]:
    async def collect() -> list[Any]:
        return [events async for events in getattr(Screen, name)(screen, "x") if events is not None]

    return asyncio.run(collect())


@pytest.mark.parametrize("name", ["write", "write_twice"])
@pytest.mark.parametrize("cookie", ["", "parley_session=", "parley_session=nonsense", "other=1", '"; parley_session'])
def test_who_is_not_signed_in_is_led_to_sign_in(owner: people.Person, name: str, cookie: str) -> None:
    screen = Screen(cookie)
    events = run(screen, name)
    assert screen.done == []
    assert "/sign-in?next=/flows" in str(events[0].args)


@pytest.mark.parametrize(("role", "allowed"), [("admin", True), ("builder", True), ("agent", False), ("viewer", False)])
def test_the_role_decides(owner: people.Person, database: Engine, role: str, allowed: bool) -> None:
    screen = Screen(cookie_of(database, owner, role))
    events = run(screen, "write")
    assert screen.done == (["x"] if allowed else [])
    assert bool(events) is not allowed
    run(screen, "write_twice")
    assert len(screen.done) == (3 if allowed else 0)


def test_a_disabled_person_is_out_at_once(owner: people.Person, database: Engine) -> None:
    screen = Screen(cookie_of(database, owner, "builder"))
    run(screen, "write")
    which = next(person for person in staff.people(database) if person.role == "builder")
    staff.change_person(database, owner, which.id, active=False)
    run(screen, "write")
    assert screen.done == ["x"]
