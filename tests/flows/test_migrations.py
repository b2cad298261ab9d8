"""Each format has a file as that version wrote it, and the file as this version reads it."""

import json
from pathlib import Path

import pytest

import flows
from engine.flow import FORMAT
from flows.migrations import STEPS

FORMATS = Path(__file__).parent / "formats"


@pytest.mark.parametrize("version", range(FORMAT))
def test_a_file_of_an_older_format_reads_as_it_should(version: int) -> None:
    flow = flows.read((FORMATS / f"{version}.json").read_bytes())
    assert flows.write(flow) == (FORMATS / f"{version}.migrated.json").read_bytes()


def test_every_older_format_has_its_step() -> None:
    assert sorted(STEPS) == list(range(FORMAT))


def test_a_step_leaves_what_it_is_given_as_it_was() -> None:
    old = json.loads((FORMATS / "0.json").read_text("utf-8"))
    before = json.dumps(old)
    flows.read(old)
    assert json.dumps(old) == before


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"languages": []}, "not_migrated"),
        ({"nodes": [{"type": "close"}]}, "not_migrated"),
        ({"nodes": [{"id": "a", "type": "close"}, {"id": "a", "type": "close"}]}, "not_migrated"),
        ({"nodes": [{"id": "a", "type": "close", "next": {"next": "gone"}}]}, "edge_to_nowhere"),
        ({"nodes": [{"id": "a", "type": "close", "limit_minutes": "many"}]}, "unknown_field"),
        ({"nodes": 5}, "not_migrated"),
    ],
)
def test_a_broken_old_file_is_refused(change: dict[str, object], code: str) -> None:
    old = json.loads((FORMATS / "0.json").read_text("utf-8"))
    with pytest.raises(flows.FlowError) as refused:
        flows.read({**old, **change})
    assert code in {fault.code for fault in refused.value.faults}
