"""The embedded Valkey: started, killed, adopted, refused to a second owner."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from server.settings import Settings
from server.valkey import Valkey, ValkeyError, answers


@pytest.fixture
def server(settings: Settings) -> Iterator[Valkey]:
    made = Valkey(settings)
    made.start()
    yield made
    made.stop()


def client(settings: Settings) -> redis.Redis:
    return redis.Redis.from_url(settings.redis_url)


def kill(server: Valkey) -> None:
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    while server.alive():
        pass


def abandon(server: Valkey) -> None:
    """What a killed supervisor leaves: its lock is gone, the server is not."""
    assert server._owner is not None
    os.close(server._owner)
    server._owner = None


def test_it_keeps_what_it_was_told_over_a_kill(settings: Settings, server: Valkey) -> None:
    with client(settings) as before:
        before.set("order", "1042")
    kill(server)
    server.start()
    with client(settings) as after:
        assert after.get("order") == b"1042"
        assert after.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"


def test_what_a_killed_supervisor_left_is_adopted(settings: Settings, server: Valkey) -> None:
    left = server.pid
    abandon(server)
    heir = Valkey(settings)
    heir.start()
    assert heir.pid == left
    assert heir.alive()
    heir.stop()
    assert not heir.alive()
    assert not answers(heir.socket)


def test_a_deaf_server_left_behind_is_replaced(
    settings: Settings, server: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = server.pid
    abandon(server)
    server.socket.unlink()
    heir = Valkey(settings)
    spawn = heir._spawn

    def patient(lock: int) -> subprocess.Popen[bytes]:
        monkeypatch.undo()
        return spawn(lock)

    # No patience with who is deaf, as ever with the one that is started then.
    monkeypatch.setattr("server.valkey.START", 0.0)
    monkeypatch.setattr(heir, "_spawn", patient)
    heir.start()
    assert heir.pid != left
    heir.stop()


def test_a_data_folder_has_one_owner(settings: Settings, server: Valkey) -> None:
    with pytest.raises(ValkeyError, match="Another copy of Parley"):
        Valkey(settings).start()
    assert server.alive()


def test_a_data_folder_with_a_long_path_works(tmp_path: Path) -> None:
    settings = Settings.from_env({"PARLEY_DATA": str(tmp_path / ("long" * 30))})
    server = Valkey(settings)
    assert settings.data not in server.socket.parents
    server.start()
    with client(settings) as connection:
        assert connection.ping()
    server.stop()


def test_a_server_that_cannot_start_is_reported(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.valkey.server_binary", lambda: "/bin/false")
    server = Valkey(settings)
    with pytest.raises(ValkeyError, match=r"valkey\.log says why"):
        server.start()
    server.stop()
