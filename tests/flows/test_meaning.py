"""What tells flows apart that do not do the same."""

from typing import Any

import msgspec
import pytest

import flows
from engine.flow import Flow, Interrupt, Note
from engine.rules import Compare
from flows.meaning import fingerprint

LUNA = flows.starter("luna")


def changed(**fields: Any) -> Flow[Any]:
    return msgspec.structs.replace(LUNA, **fields)


def interrupted(value: Any) -> Flow[Any]:
    return changed(interrupts=(Interrupt("member", "Member", Compare("value.member", "is", value), LUNA.start),))


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "Luna by another name"},
        {"layout": {}},
        {"notes": {"first": Note("A remark", (0.0, 0.0))}},
        {"cases": {}},
    ],
)
def test_what_the_engine_never_sees_tells_none_apart(fields: dict[str, Any]) -> None:
    assert fingerprint(changed(**fields)) == fingerprint(LUNA)


@pytest.mark.parametrize(
    "fields",
    [
        {"id": "other"},
        {"language": "de"},
        {"timezone": "Asia/Shanghai"},
        {"start": ""},
        {"nodes": {}},
        {"edges": LUNA.edges[1:]},
        {"interrupts": interrupted(1).interrupts},
        {"apologies": {"en": "Sorry"}},
        {"translations": {}},
        {"inputs": ("order",)},
        {"outputs": ("order",)},
    ],
)
def test_all_else_does(fields: dict[str, Any]) -> None:
    assert fingerprint(changed(**fields)) != fingerprint(LUNA)


def test_one_is_not_true() -> None:
    assert interrupted(1) == interrupted(value=True)
    assert fingerprint(interrupted(1)) != fingerprint(interrupted(value=True))


def test_what_is_stored_and_read_again_means_the_same() -> None:
    again = flows.from_dict(msgspec.json.decode(msgspec.json.encode(LUNA)))
    assert fingerprint(again) == fingerprint(LUNA)
