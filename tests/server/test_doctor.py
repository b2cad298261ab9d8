"""The doctor: nothing is wrong with a healthy copy, and each fault is named with what to do."""

import re
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import msgspec
import pytest
import redis
from sqlalchemy import update

from server import doctor, tables
from server.cli import main
from server.doctor import Finding, examine
from server.parts import Parts
from server.settings import ModelAccess, Settings
from server.store import utcnow
from tests.server.house import arrive, echo, publish, said, telegram_account, turn
from tests.server.service import Service
from tests.serving import Parley, free_port


@pytest.fixture
def parts(database_settings: Settings) -> Iterator[Parts]:
    """An installation on which nothing runs."""
    database_settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = Parts(msgspec.structs.replace(database_settings, port=free_port()))
    yield made
    made.close()


def findings(parts: Parts, **changed: object) -> dict[str, Finding]:
    return {one.about: one for one in examine(msgspec.structs.replace(parts.settings, **changed))}


def test_nothing_is_wrong_with_a_copy_that_runs(
    served: Parley, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PARLEY_DATA", str(served.data))
    monkeypatch.setenv("PARLEY_PORT", str(served.port))
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    # What other tests left undelivered on this copy is no fault of it, and nothing else is told.
    assert "FAULT" not in said
    assert {line.split(":")[0] for line in said.splitlines() if line.startswith("warning")} <= {
        "warning  Failed messages",
        "warning  Failed flows",
        "warning  Data folder",
        "warning  Sending",
    }
    assert f"ok       Server: runs at {served.url}, nothing is missing" in said
    assert main(["doctor", "--json"]) == 0
    told = msgspec.json.decode(capsys.readouterr().out, type=list[Finding])
    assert {"Database", "Queue", "Worker", "Sweeper", "Clock", "Channels", "Screens"} <= {one.about for one in told}


def test_what_does_not_run_is_named(parts: Parts) -> None:
    found = findings(parts)
    assert (found["Server"].state, found["Queue"].state) == ("warning", "fault")
    assert "the embedded Valkey does not answer" in found["Queue"].said
    # The tests' PostgreSQL does not wait for its disk, which would not do for a shop.
    durable = parts.engine.dialect.name == "sqlite"
    assert (found["Database"].state, bool(found["Database"].do)) == (("ok", False) if durable else ("warning", True))
    assert found["Waiting"].said == "nothing waits longer than it should, nothing has failed"


def test_a_model_service_is_asked_for_a_word(parts: Parts) -> None:
    assert "Model service" not in findings(parts)
    service = Service()
    try:
        access = ModelAccess(service.url, "test-model", "sk-secret", 30.0)
        service.says({"error": "sk-secret is wrong"}, 401)
        refused = findings(parts, model=access)["Model service"]
        service.says({"choices": [{"message": {"content": "OK"}}]})
        well = findings(parts, model=access)["Model service"]
    finally:
        service.close()
    assert (refused.state, well.state) == ("warning", "ok")
    assert refused.said == "The model service at PARLEY_MODEL_URL gave no answer: status 401."
    assert "sk-secret" not in str((refused, well))


def test_a_queue_without_worker_and_sweeper(parts: Parts, valkey: redis.Redis) -> None:
    valkey.config_set("maxmemory", "100mb")
    valkey.config_set("maxmemory-policy", "allkeys-lru")
    parts.bus.beat("sweeper")
    found = findings(parts)
    assert (found["Queue"].state, found["Worker"].state, found["Sweeper"].state) == ("warning", "fault", "ok")
    assert "noeviction" in found["Queue"].do
    assert found["Worker"].do == "Start one by `parley worker`."


def test_what_waits_too_long_and_what_has_failed(parts: Parts) -> None:
    telegram_account(parts)
    publish(parts.engine, echo())
    arrive(parts, said("hi"), said("hi", 2, address="2"))
    turn(parts)
    arrive(parts, said("more", 3))
    long_ago = utcnow() - timedelta(hours=1)
    with parts.engine.begin() as connection:
        connection.execute(update(tables.conversations).values(ready_at=long_ago, fault="a node failed"))
        connection.execute(update(tables.outbox).values(created=long_ago))
    found = findings(parts, public_url="https://parley.example", trusted_proxies=("127.0.0.1/32",))
    waited = re.search(r"ready for (\d+) seconds", found["Waiting"].said)
    assert waited is not None
    assert 3600 <= int(waited[1]) <= round((utcnow() - long_ago).total_seconds())
    assert (found["Waiting"].state, found["Sending"].state, found["Failed flows"].state) == (
        "fault",
        "warning",
        "warning",
    )
    assert found["Sending"].said == "2 messages wait to be sent, the oldest for 60 minutes"
    assert "Failed messages" not in found
    with parts.engine.begin() as connection:
        connection.execute(update(tables.outbox).values(state="failed"))
    assert findings(parts)["Failed messages"].said == "2 could not be sent"
    assert findings(parts, most_waiting=1)["Backlog"].state == "fault"


def test_a_channel_whose_key_is_gone(parts: Parts) -> None:
    telegram_account(parts)
    key = parts.settings.data / "secret.key"
    assert findings(parts)["Channels"].state == "ok"
    key.rename(key.with_name("elsewhere"))
    found = findings(parts)["Channel bot"]
    assert (found.state, found.said) == ("fault", "its secrets are sealed, and there is no key")
    assert not key.exists()  # the doctor makes none
    key.write_text("A" * 43 + "=")
    key.chmod(0o644)
    found_now = findings(parts)
    assert "add it to PARLEY_KEY or restore secret.key" in found_now["Channel bot"].said
    assert found_now["Key"].do == f"chmod 600 {key}"


def test_tables_of_another_version(parts: Parts) -> None:
    for revision, said_of_it in (("0001", "of an older version (0001)"), ("9999", "of a newer version (9999)")):
        with parts.engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")
        found = findings(parts)
        assert said_of_it in found["Tables"].said
        assert "Waiting" not in found
    with parts.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
    assert findings(parts)["Tables"].do == "Make them by `parley migrate`."


def test_addresses_that_will_not_do(parts: Parts) -> None:
    telegram_account(parts)
    local = findings(parts)
    assert local["Address"].state == "ok"
    assert local["Channel bot"].do.startswith("Set PARLEY_PUBLIC_URL")
    assert findings(parts, public_url="http://parley.example")["Address"].said.endswith("is not encrypted")
    assert "PARLEY_TRUSTED_PROXIES" in findings(parts, public_url="https://parley.example")["Address"].do
    proxied = findings(parts, public_url="https://parley.example", trusted_proxies=("127.0.0.1/32",))
    assert proxied["Address"].state == "ok"
    assert "Channel bot" not in proxied
    with parts.engine.begin() as connection:
        connection.execute(update(tables.accounts).values(fault="account"))
    refused = findings(parts, public_url="https://parley.example", trusted_proxies=("127.0.0.1/32",))
    assert "takes nothing from it (account)" in refused["Channel bot"].said


def test_a_port_that_is_another_program_s(parts: Parts) -> None:
    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"hello")

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Other) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        found = findings(parts, port=server.server_port)["Server"]
        server.shutdown()
        thread.join()
    assert (found.state, found.said) == ("fault", f"something else answers at http://127.0.0.1:{server.server_port}")


def test_a_disk_that_is_full_and_clocks_that_differ(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "TOO_LITTLE", 1 << 60)
    found = findings(parts)["Data folder"]
    assert (found.state, found.do) == ("fault", "Make room: without it no message can be stored.")
    states = {off: doctor._clock("its", doctor.time.time() + off).state for off in (0, 5, 60)}
    assert states == {0: "ok", 5: "warning", 60: "fault"}


def test_an_empty_house_is_no_fault_but_for_what_does_not_run(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path_factory.mktemp("new") / "data"
    monkeypatch.setenv("PARLEY_DATA", str(data))
    monkeypatch.setenv("PARLEY_PORT", str(free_port()))
    assert main(["doctor"]) == 1
    assert "warning  Data folder: " in capsys.readouterr().out
    assert not data.exists()
    monkeypatch.setenv("PARLEY_PORT", "none")
    assert main(["doctor"]) == 1
    assert "FAULT    Settings: PARLEY_PORT should be a number" in capsys.readouterr().out
