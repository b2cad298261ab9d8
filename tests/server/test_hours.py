"""The hours of the shop's teams: what is stored, what is refused, what a flow hears of them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from engine.flow import Flow
from engine.hours import OFFICE, Hours, Standing
from engine.queries import Failed, OpenHours, Opening
from nodes.business_hours import BusinessHours
from server import audit, hours, publishing
from server.errors import RefusedError
from server.hours import ShopHours
from server.parts import Parts
from server.people import PARLEY
from server.uses import Using

NOON = datetime(2028, 10, 3, 10, tzinfo=UTC)
BERLIN = msgspec.structs.replace(OFFICE, zone="Europe/Berlin", holidays="DE")


@pytest.fixture
def shop(parts: Parts) -> ShopHours:
    return parts.hours


def asks(team: str, at: datetime = NOON, own: Hours | None = None) -> OpenHours:
    return OpenHours(team=team, hours=own or Hours(zone="Asia/Tokyo"), at=at)


def test_every_shop_begins_with_hours_that_are_the_flows_own_zone(parts: Parts, shop: ShopHours) -> None:
    assert [(one.id, one.name, one.hours) for one in shop.list()] == [("shop", "Shop hours", OFFICE)]
    assert hours.known(parts.engine) == {"shop": "Shop hours"}
    # Ten in the morning in Greenwich is seven in the evening in Tokyo.
    assert shop.answer(asks("shop")) == Opening(
        standing=Standing(False, datetime(2028, 10, 4, tzinfo=UTC)), zone="Asia/Tokyo", name="Shop hours"
    )


def test_a_flow_hears_of_the_countrys_holidays_in_the_countrys_words(shop: ShopHours) -> None:
    made = shop.create("Repairs", BERLIN)
    closed = Standing(False, datetime(2028, 10, 4, 7, tzinfo=UTC), "Tag der Deutschen Einheit")
    assert shop.answer(asks(made.id)) == Opening(standing=closed, zone="Europe/Berlin", name="Repairs")
    assert shop.answer(asks("", own=BERLIN)) == Opening(standing=closed, zone="Europe/Berlin")
    assert shop.answer(asks("gone")) == Failed(reason="there are no hours 'gone'")


def test_an_answer_follows_a_change_at_once(parts: Parts, shop: ShopHours) -> None:
    asked = shop.answer(asks("shop"))
    assert isinstance(asked, Opening)
    assert not asked.standing.open
    shop.change("shop", "Shop hours", Hours(zone="UTC", week=OFFICE.week))
    asked = parts.answers(asks("shop"))
    assert isinstance(asked, Opening)
    assert asked.standing.open
    shop.remove("shop")
    assert isinstance(shop.answer(asks("shop")), Failed)


def test_another_processs_change_shows_when_what_is_known_is_no_longer_fresh(
    parts: Parts, shop: ShopHours, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hours, "FRESH", 3600.0)
    shop.answer(asks("shop"))
    ShopHours(parts.engine).change("shop", "Ours", Hours(zone="UTC", week=OFFICE.week))
    asked = shop.answer(asks("shop"))
    assert isinstance(asked, Opening)
    assert asked.name == "Shop hours"
    monkeypatch.setattr(hours, "FRESH", 0.0)
    shop.remove(shop.create("Other", OFFICE).id)
    asked = shop.answer(asks("shop"))
    assert isinstance(asked, Opening)
    assert asked.name == "Ours"


def test_a_name_is_one_line_that_the_database_holds(shop: ShopHours) -> None:
    made = shop.create(" Repairs\n and  returns ", OFFICE)
    assert made.name == "Repairs and returns"
    assert shop.change(made.id, "long " * 100, OFFICE).name == ("long " * 100)[:120]


def test_ids_come_from_names_and_differ(shop: ShopHours) -> None:
    made = [shop.create(name, OFFICE).id for name in ("Repairs", "repairs!", "维修")]
    assert made == ["repairs", "repairs-2", "hours"]
    assert [one.name for one in shop.list()] == ["Repairs", "Shop hours", "repairs!", "维修"]


REFUSED: list[tuple[str, Callable[[ShopHours], Any]]] = [
    ("hours_name", lambda shop: shop.create("  ", OFFICE)),
    ("hours_zone", lambda shop: shop.create("X", msgspec.structs.replace(OFFICE, zone="Mars/Base"))),
    ("hours_country", lambda shop: shop.create("X", msgspec.structs.replace(OFFICE, holidays="XX"))),
    ("hours_never", lambda shop: shop.create("X", Hours())),
    ("hours_never", lambda shop: shop.change("shop", "X", Hours(week={"1": ()}))),
    ("not_found", lambda shop: shop.change("gone", "X", OFFICE)),
    ("not_found", lambda shop: shop.remove("gone")),
    ("not_found", lambda shop: shop.get("gone")),
]


def test_what_is_refused(shop: ShopHours) -> None:
    before = shop.list()
    for code, act in REFUSED:
        with pytest.raises(RefusedError) as refused:
            act(shop)
        assert refused.value.code == code
    assert shop.list() == before


def test_tells_which_flows_go_by_them(parts: Parts, shop: ShopHours) -> None:
    def flow(which: str, team: str) -> Flow[Any]:
        return Flow(id=which, name=which.title(), start="a", nodes={"a": BusinessHours(team=team)})

    for made in (flow("days", "shop"), flow("nights", "shop"), flow("other", "")):
        publishing.create_flow(parts.engine, PARLEY, flow=made)
    assert shop.used_by() == {"shop": [Using("days", "Days"), Using("nights", "Nights")]}
    # What is published counts although the draft goes another way by now.
    publishing.publish(parts.engine, "nights", "", PARLEY)
    publishing.edit(parts.engine, "nights", {"op": "set", "node": "a", "field": "team", "value": ""}, PARLEY)
    publishing.delete_flow(parts.engine, "days", PARLEY)
    assert shop.used_by() == {"shop": [Using("nights", "Nights")]}
    assert shop.remove(shop.create("Repairs", OFFICE).id) == []
    assert shop.remove("shop") == [Using("nights", "Nights")]


def test_every_act_is_on_record(parts: Parts, shop: ShopHours) -> None:
    made = shop.create("Repairs", OFFICE, person="p")
    shop.change(made.id, "Mending", OFFICE, person="p")
    shop.remove(made.id, person="p")
    told = [(entry.action, entry.subject, entry.details["name"]) for entry in audit.entries(parts.engine)]
    assert told[:3] == [
        ("hours.delete", "repairs", "Mending"),
        ("hours.change", "repairs", "Mending"),
        ("hours.create", "repairs", "Repairs"),
    ]
