"""What a form says of a node's question, as the node hears it."""

from datetime import UTC, datetime

import pytest

from builder_ui.states.by_hand import answer_of
from engine.hours import Hours, Standing
from engine.queries import (
    AnyAnswer,
    AnyQuery,
    Citation,
    Detected,
    DetectLanguage,
    Failed,
    Fetch,
    Fetched,
    Found,
    LookUp,
    OpenHours,
    Opening,
    Wanted,
)
from server.rehearsal import Asked

NOBODY = Failed(reason="nobody was asked")
LOOK = LookUp(question="Wash?", language="de", threshold=0.6)
FETCH = Fetch(service="shop", path="/", wanted=(Wanted("a", "status"), Wanted("b", "count", "number")))
HOURS = OpenHours(team="", hours=Hours(zone="Europe/Berlin"), at=datetime(2027, 3, 2, tzinfo=UTC))
CARE = Citation(document="care.md", name="care.md", place="Washing")


@pytest.mark.parametrize(
    ("query", "outcome", "form", "heard"),
    [
        (
            LOOK,
            "answered",
            {"text": " By hand. ", "score": "85", "source": "care.md › Washing"},
            Found(text="By hand.", score=0.85, language="de", citation=CARE),
        ),
        (LOOK, "unsure", {"text": "left from before", "score": "20"}, Found(score=0.2)),
        (LOOK, "answered", {"text": "Yes", "score": "very"}, Found(text="Yes", score=0.6, language="de")),
        (LOOK, "failed", {"reason": "too slow"}, Failed(reason="too slow")),
        (
            FETCH,
            "answered",
            {"status": "201", "value.status": "sent", "value.count": "3"},
            Fetched(status=201, values={"status": "sent", "count": 3}),
        ),
        (FETCH, "answered", {"status": "9999", "value.count": "none"}, Fetched(status=599)),
        (FETCH, "failed", {}, Failed(reason="failed by hand")),
        (DetectLanguage(text="Hi", candidates=("en",)), "answered", {"choice": "pt"}, Detected(language="pt")),
        (HOURS, "answered", {"choice": "closed"}, Opening(standing=Standing(open=False), zone="Europe/Berlin")),
    ],
)
def test_the_form_says_it(query: AnyQuery, outcome: str, form: dict[str, str], heard: AnyAnswer) -> None:
    assert answer_of(Asked("n", query, NOBODY, "world"), outcome, form) == heard
