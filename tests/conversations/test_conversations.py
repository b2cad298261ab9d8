"""Golden conversations: ``<starter>_<what happens>.txt`` is played on the starter flow and must go as written."""

from pathlib import Path

import pytest

import flows
from flows.rehearsal import rehearse

TRANSCRIPTS = sorted(Path(__file__).parent.glob("*.txt"))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_goes_as_written(path: Path) -> None:
    flow = flows.starter(path.stem.split("_")[0])
    assert rehearse(flow, path.read_text("utf-8")).difference == ""


def test_every_starter_flow_has_a_conversation_in_each_of_its_languages() -> None:
    for starter in flows.library():
        for language in flows.starter(starter.id).languages:
            assert any(path.stem == f"{starter.id}_{language}" for path in TRANSCRIPTS)
