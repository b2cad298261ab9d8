"""What stands in server/deploy is true of the program: settings, commands, figures, files."""

import re
import sqlite3
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.core import GaugeMetricFamily

from server import exposition, metrics
from server.cli import COMMANDS
from server.kept import Kept
from server.parts import Parts
from server.settings import Settings
from server.standing import look
from tests.server.house import arrive, said, telegram_account

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "server" / "deploy"
UNITS = sorted(FOLDER.glob("*.service"))
# Read by others than Parley.
OTHERS = {"PARLEY_SITE", "POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD"}


def known() -> set[str]:
    source = (ROOT / "server" / "settings.py").read_text("utf-8")
    return set(re.findall(r'"(PARLEY_[A-Z_]+|DATABASE_URL|REDIS_URL)"', source)) | OTHERS


def compose() -> Any:
    return yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))


def unit(path: Path) -> RawConfigParser:
    made = RawConfigParser(strict=False)
    made.optionxform = str  # type: ignore[assignment]
    made.read(path, "utf-8")
    return made


def test_every_setting_is_one_that_the_program_reads() -> None:
    named = {name for service in compose()["services"].values() for name in service.get("environment", {})}
    named |= set(re.findall(r"^#?([A-Z_]+)=", (FOLDER / "example.env").read_text("utf-8"), re.MULTILINE))
    named |= {unit(path)["Service"]["Environment"].partition("=")[0] for path in UNITS}
    assert {"PARLEY_KEY", "PARLEY_METRICS_PORT", "DATABASE_URL"} <= named
    assert named - known() == set()


def test_the_example_is_taken_as_settings() -> None:
    lines = (FOLDER / "example.env").read_text("utf-8").splitlines()
    given = dict(line.removeprefix("#").split("=", 1) for line in lines if re.match(r"#?[A-Z_]+=", line))
    worker = compose()["services"]["worker"]["environment"] | {"DATABASE_URL": given["DATABASE_URL"]}
    made = Settings.from_env(
        given | {name: re.sub(r"\$\{PARLEY_SITE[^}]*\}", given["PARLEY_SITE"], value) for name, value in worker.items()}
    )
    assert made.public_url == "https://parley.example"
    assert (made.log, made.metrics_port, made.is_local, made.redis_embedded) == ("json", 9000, False, False)


def test_every_process_is_started_by_a_command_there_is() -> None:
    commands = {command.name for command in COMMANDS}
    services = compose()["services"]
    ours = {name: service["command"] for name, service in services.items() if service.get("image") == "parley"}
    assert ours == {name: [name] for name in ("migrate", "serve", "worker", "sweep")}
    for path in UNITS:
        program, command = unit(path)["Service"]["ExecStart"].split()
        assert (program, command in commands) == ("/opt/parley/.venv/bin/parley", True)


def test_processes_wait_for_what_they_need_and_come_back() -> None:
    services = compose()["services"]
    for name in ("serve", "worker", "sweep"):
        service = services[name]
        assert service["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
        assert service["restart"] == "unless-stopped"
        assert service["environment"]["DATABASE_URL"].startswith("postgresql://")
    assert services["migrate"]["restart"] == "no"
    assert services["proxy"]["depends_on"]["serve"] == {"condition": "service_healthy"}
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_has_few_rights(path: Path) -> None:
    service = unit(path)["Service"]
    assert (service["User"], service["NoNewPrivileges"], service["ProtectSystem"]) == ("parley", "yes", "strict")
    assert (service["CapabilityBoundingSet"], service["UMask"]) == ("", "0077")
    assert service["EnvironmentFile"] == "/etc/parley/parley.env"


def figures(parts: Parts) -> set[str]:
    families = list(metrics.REGISTRY.collect())
    standing = Kept(lambda: look(parts.engine, 10), 60)
    families += [one for one in exposition._InDatabase(standing).collect() if isinstance(one, GaugeMetricFamily)]
    return {one.name + ("_total" if one.type == "counter" else "") for one in families}


def test_every_figure_is_told_and_every_told_figure_is_there(parts: Parts) -> None:
    table = (FOLDER / "README.md").read_text("utf-8").partition("| figure |")[2].partition("\n\n")[0]
    told = {f"parley_{name}" for row in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert told == figures(parts)


def test_alerts_are_about_figures_there_are(parts: Parts) -> None:
    [group] = yaml.safe_load((FOLDER / "alerts.yaml").read_text("utf-8"))["groups"]
    named = {name for rule in group["rules"] for name in re.findall(r"parley_\w+", rule["expr"])}
    assert {re.sub(r"_(bucket|count|sum)$", "", name) for name in named} - figures(parts) == set()
    assert all(rule["annotations"]["summary"] and rule["labels"]["severity"] for rule in group["rules"])


def test_every_file_that_the_guide_names_is_there() -> None:
    guide = (FOLDER / "README.md").read_text("utf-8")
    for name in re.findall(r"`((?:server|tests)/[\w/.]+)`", guide):
        assert (ROOT / name).exists(), name
    for name in re.findall(r"`([\w@.-]+\.(?:yaml|env|service|target))`", guide):
        assert (FOLDER / name).exists() or name == "parley.env", name


def test_no_file_names_a_registry() -> None:
    text = "".join(path.read_text("utf-8") for path in FOLDER.iterdir())
    assert re.findall(r"\b(?:docker\.io|ghcr\.io|quay\.io|gcr\.io|pypi\.org|npmjs)\b", text) == []


def test_a_copy_of_sqlite_by_the_guide_s_recipe_is_whole(parts: Parts, tmp_path: Path) -> None:
    if parts.engine.dialect.name != "sqlite":
        assert "pg_dump -Fc" in (FOLDER / "README.md").read_text("utf-8")
        return
    telegram_account(parts)
    arrive(parts, said("hi"))
    [recipe] = re.findall(r'python3 -c "(.+)"$', (FOLDER / "README.md").read_text("utf-8"), re.MULTILINE)
    copy = tmp_path / "copy.db"
    code = recipe.replace('\\"', '"').replace("/var/lib/parley/parley.db", str(parts.settings.data / "parley.db"))
    with parts.engine.connect():  # Parley is running
        exec(code.replace("/backup/parley.db", str(copy)), {})
    connection = sqlite3.connect(copy)
    assert connection.execute("SELECT count(*) FROM event").fetchone() == (1,)
    connection.close()
