"""The sub-commands for flows, tokens and passwords, as a person at a terminal meets them."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

import flows
from flows.edit import apply
from server import people, publishing, staff
from server.cli import COMMANDS, main
from server.people import PARLEY
from server.refusal import Refusal
from server.settings import Settings

LUNA = Path(flows.__file__).parent / "library" / "luna.json"
PASSWORD = "a pass phrase of hers"


@pytest.fixture
def here(database_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The environment names this copy of Parley."""
    monkeypatch.setenv("PARLEY_DATA", str(database_settings.data))
    monkeypatch.setenv("DATABASE_URL", database_settings.database_url)
    return database_settings


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    return folder


def edited(files: Path, **changes: Any) -> str:
    """Luna's file with top-level keys changed."""
    path = files / "flow.json"
    path.write_text(json.dumps(json.loads(LUNA.read_bytes()) | changes))
    return str(path)


def test_a_flow_without_problems(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(LUNA)]) == 0
    assert capsys.readouterr().out.startswith("luna: no problems in ")


def test_every_fault_of_a_file_with_its_path(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = edited(files, id="X Y", nodes={"a": {"type": "nope"}, "b": {"type": "message", "text": 5}})
    assert main(["check", path]) == 1
    paths = [line.split(": ")[0] for line in capsys.readouterr().out.splitlines()]
    assert {"id", "nodes/a/type", "nodes/b/text"} <= set(paths)


def test_errors_of_meaning_and_warnings(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nodes = {"greet": {"type": "message", "text": ""}, "lost": {"type": "close"}}
    path = edited(files, nodes=nodes, edges=[], start="greet", interrupts=[], translations={}, layout={}, notes={})
    assert main(["check", path]) == 1
    said = capsys.readouterr().out.splitlines()
    assert any(line.startswith("nodes/greet/text: ") and "warning" not in line for line in said)
    assert any(line.startswith("nodes/lost: warning: ") for line in said)
    assert main(["check", path, "--language", "zh"]) == 1
    assert capsys.readouterr().out.splitlines() != said


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["check", "nowhere.json"], "nowhere.json cannot be read"),
        (["check", "."], "is a folder"),
        (["rehearse", str(LUNA), "nowhere.txt"], "nowhere.txt cannot be read"),
    ],
)
def test_a_file_that_is_not_there(argv: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == Refusal.EXIT_CODE
    assert said in capsys.readouterr().err


def test_a_conversation_that_went_as_written_and_one_that_did_not(
    here: Settings, files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    transcript = files / "talk.txt"
    transcript.write_text("country: DE (de)\n\nopens\n")
    assert main(["rehearse", str(LUNA), str(transcript), "--write"]) == 0
    went = capsys.readouterr().out
    assert "- language de (ip)" in went
    transcript.write_text(went)
    assert main(["rehearse", str(LUNA), str(transcript)]) == 0
    assert capsys.readouterr().out == f"{transcript}: 1 steps went as written.\n"
    transcript.write_text(went.replace("language de", "language fr"))
    assert main(["rehearse", str(LUNA), str(transcript)]) == 1
    assert "+- language de (ip)" in capsys.readouterr().out
    transcript.write_text("what is this\n")
    assert main(["rehearse", str(LUNA), str(transcript)]) == 1
    assert "line 1" in capsys.readouterr().out


def test_rehearse_runs_the_cases_in_a_flows_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    luna = flows.starter("luna")
    file = tmp_path / "luna.json"
    file.write_bytes(flows.write(luna))
    assert main(["rehearse", str(file)]) == 0
    assert f"luna: {len(luna.cases)} test cases went as written" in capsys.readouterr().out
    changed = {"op": "set", "node": "you_are_welcome", "field": "text", "value": "My pleasure!"}
    file.write_bytes(flows.write(apply(luna, changed).flow))
    assert main(["rehearse", str(file)]) == 1
    told = capsys.readouterr().out
    assert "-bot: You're very welcome!" in told
    assert "+bot: My pleasure!" in told
    assert f"luna: 1 of {len(luna.cases)} test cases do not go as written." in told
    assert main(["rehearse", str(file), "--write"]) == 0
    assert "bot: My pleasure!" in capsys.readouterr().out
    assert main(["rehearse", str(LUNA)]) == 0
    assert "luna: has no test cases." in capsys.readouterr().out


def test_import_then_export_gives_the_same_bytes(
    here: Settings, database: Engine, files: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["import", str(LUNA)]) == 0
    assert capsysbinary.readouterr().out.startswith(b"luna: ")
    assert publishing.draft(database, "luna").state == "draft"
    assert main(["export", "luna"]) == 0
    assert capsysbinary.readouterr().out == LUNA.read_bytes()
    assert main(["export", "luna", "--output", str(files / "out.json")]) == 0
    assert (files / "out.json").read_bytes() == LUNA.read_bytes()
    assert main(["import", str(files / "out.json"), "--copy"]) == 0
    assert [card.id for card in publishing.flows_list(database)] == ["luna-2", "luna"]


def test_a_file_that_is_no_flow_is_not_imported(
    here: Settings, database: Engine, files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", edited(files, nodes=5)]) == 1
    assert capsys.readouterr().out.startswith("nodes: ")
    assert publishing.flows_list(database) == []


def test_what_is_not_there_is_not_exported(here: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "nowhere"]) == Refusal.EXIT_CODE
    assert capsys.readouterr().err == "parley: There is no flow nowhere.\n"


def test_a_token_opens_the_api(here: Settings, database: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["token", "create", "--name", "Orders", "--role", "agent"]) == 0
    token = capsys.readouterr().out.strip()
    found = people.person_of(database, authorization=f"Bearer {token}")
    assert found is not None
    assert (found.name, found.role) == ("Orders", "agent")


def test_a_new_password(
    here: Settings, database: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ada = staff.add_person(database, PARLEY, "ada@luna.example", "Ada", "owner", PASSWORD)
    monkeypatch.setattr("sys.stdin", io.StringIO("another pass phrase\n"))
    assert main(["password", "ada@luna.example"]) == 0
    assert "another" not in capsys.readouterr().out
    assert people.sign_in(database, ada.email, "another pass phrase").person == ada
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    assert main(["password", "ada@luna.example"]) == Refusal.EXIT_CODE


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
def test_every_command_tells_how_it_is_used(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert f"usage: parley {command}" in capsys.readouterr().out
