"""Whatever is rehearsed can be kept: written as a transcript and played, it goes as it went."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flows.rehearsal
from engine.flow import Flow
from engine.hours import Standing
from engine.queries import (
    AnyAnswer,
    AnyQuery,
    Citation,
    Detected,
    DetectLanguage,
    Failed,
    Fetched,
    Found,
    Locate,
    OpenHours,
    Opening,
    Place,
)
from flows.transcript import MOST_BLOCKS
from flows.transcript_line import TranscriptError
from server import geo
from server.rehearsal import Ask, rehearse
from server.rehearsal_input import ByHand, Input, Sent
from server.rehearsal_start import Start
from tests.flows.random_flows import IDS, SAID, World, any_flow, any_world
from tests.server.house import document

AT = datetime(2027, 3, 2, 10, 17, 23, 5, tzinfo=UTC)

_line = st.sampled_from(["", "LU-7", "3", "true", "a, b", "Ana María", "“quoted”", "{", "[]", "null", "x: y", "# 1"])


# The node types that are not among the random ones: those that ask a service, and hours.
ASKING = document(
    "asking",
    {
        "n0": {"type": "language_by_ip", "order": ["text", "ip", "phone", "locale"], "again": True},
        "n1": {"type": "business_hours", "team": "shop"},
        "n2": {
            "type": "http_request",
            "service": "orders",
            "method": "POST",
            "keep": [{"path": "a", "name": "status"}],
            "example": '{"a": "made"}',
        },
        "n3": {"type": "knowledge_answer"},
        "n4": {"type": "question", "text": "{value.status} {time.hour} {tags}?", "no_reply": 600},
    },
    [
        "n0 > n1",
        "n1.open > n2",
        "n1.closed > n3",
        "n2.ok > n3",
        "n2.refused > n3",
        "n2.failed > n4",
        "n3.answered > n4",
        "n3.unsure > n4",
        "n4.answered > n0",
        "n4.no_reply > n1",
    ],
    language="en",
    translations={"de": {}, "th": {}},
)


def answers(world: World) -> Ask:
    """The world at once, and where somebody is and what a text is written in stays: hours are always open."""
    settled: dict[bytes, AnyAnswer] = {}

    def answer(query: AnyQuery) -> AnyAnswer:
        if isinstance(query, Locate) and query.country:
            return Place(country=query.country, languages=geo.territory_languages(query.country))
        if isinstance(query, (Locate, DetectLanguage)):
            key = msgspec.json.encode(query)
            return settled.setdefault(key, world(query) or Failed(reason="unknown"))
        if isinstance(query, OpenHours):
            return Opening(standing=Standing(open=True), zone="Europe/Berlin")
        return world(query) or Failed(reason="later, or never")

    return answer


def any_start() -> st.SearchStrategy[Start]:
    return st.builds(
        Start,
        channel=st.sampled_from(["webwidget", "telegram", "whatsapp", "email", "api"]),
        account=st.sampled_from(["", "shop"]),
        country=st.sampled_from(["", "BR", "DE", "CH"]),
        ip=st.sampled_from(["", "198.51.100.7", "2001:db8::1"]),
        locale=st.sampled_from(["", "pt-BR", "zh-Hant"]),
        name=st.sampled_from(["", "Ana María", "visitor: x", "(de)"]),
        source=st.sampled_from(["", "facebook_ad"]),
        timezone=st.sampled_from(["", "America/Sao_Paulo"]),
        contact=st.sampled_from(["visitor", "visitor-2"]),
        tags=st.lists(st.sampled_from(["vip", "price sensitive", "新"]), max_size=2, unique=True).map(tuple),
        values=st.dictionaries(
            st.sampled_from(["order", "email"]), _line | st.integers(-3, 30) | st.booleans(), max_size=2
        ),
        at=st.just(AT),
    )


def any_answer() -> st.SearchStrategy[AnyAnswer]:
    return st.sampled_from(
        [
            Found(text="Seven.", score=0.7, citation=Citation(document="care.md", name="care.md", place="Washing")),
            Found(score=0.2),
            Fetched(status=200, values={"status": "sent", "count": 3}),
            Fetched(status=404),
            Failed(reason="took too long"),
            Opening(standing=Standing(open=False, until=datetime(2027, 3, 3, 8, tzinfo=UTC)), zone="UTC", name="Shop"),
        ]
    )


def any_input() -> st.SearchStrategy[Input]:
    by_hand = st.lists(st.builds(ByHand, st.sampled_from(IDS), any_answer()), max_size=2).map(tuple)
    files = st.lists(st.builds(Sent, st.sampled_from(["image", "file"]), st.sampled_from(["", "a b.jpg"])), max_size=2)
    said = st.sampled_from([*SAID, "two\nlines", " around ", "opens", "visitor: x", "(de): x", "[image a]: b", "\\"])
    tongue = st.lists(st.builds(ByHand, st.sampled_from(IDS), st.just(Detected(language="de"))), max_size=1).map(tuple)
    return st.one_of(
        st.builds(Input, say=said, answers=tongue),
        st.builds(Input, say=said, attachments=files.map(tuple), answers=by_hand),
        st.builds(Input, choose=st.sampled_from(["gold", "silver", "none of them"]), answers=by_hand),
        st.builds(Input, open=st.just(True), answers=by_hand),
        st.builds(Input, skip=st.just(True), answers=by_hand),
        st.builds(Input, seconds=st.sampled_from([1.0, 29.5, 3600.0, 90061.25]), answers=by_hand),
        st.builds(Input, agent=st.sampled_from(["joined", "returned", "resolved"])),
    )


@settings(max_examples=120)
@given(any_flow() | st.just(ASKING), any_start(), st.lists(any_input(), max_size=6), any_world())
def test_any_rehearsal_written_as_a_transcript_plays_to_the_same_end(
    flow: Flow[Any], start: Start, inputs: list[Input], world: World
) -> None:
    done = rehearse(flow, inputs, answers(world), start)
    if not done.steps:
        return
    if len(done.steps) > MOST_BLOCKS:
        with pytest.raises(TranscriptError, match=f"more than {MOST_BLOCKS} things happen"):
            flows.rehearsal.rehearse(flow, done.transcript)
        return
    again = flows.rehearsal.rehearse(flow, done.transcript)
    assert again.difference == "", f"{done.transcript}\n{again.difference}"
    assert again.steps[-1].session.values == done.session.values
    assert again.steps[-1].session.tags == done.session.tags
    assert again.steps[-1].session.closed == done.session.closed
    assert again.steps[-1].session.node == done.session.node
