"""Secrets at rest."""

import stat
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from server.settings import Settings
from server.vault import FILE, Vault, VaultError, new_key


def test_sealed_texts_open_only_where_they_belong(settings: Settings) -> None:
    vault = Vault.of(settings)
    sealed = vault.seal("token", "bot/token")
    assert "token" not in sealed
    assert vault.seal("token", "bot/token") != sealed
    assert vault.open(sealed, "bot/token") == "token"
    with pytest.raises(VaultError, match="changed since"):
        vault.open(sealed, "bot/secret")
    with pytest.raises(VaultError, match="changed since"):
        vault.open(sealed[:-4] + "AAAA", "bot/token")
    with pytest.raises(VaultError, match="changed since"):
        vault.open(sealed[:20], "bot/token")
    with pytest.raises(VaultError, match="form"):
        vault.open("token", "bot/token")


def test_the_key_file_is_made_once_for_its_owner_alone(settings: Settings) -> None:
    with ThreadPoolExecutor(8) as pool:
        vaults = list(pool.map(lambda _: Vault.of(settings), range(8)))
    sealed = vaults[0].seal("token", "x")
    assert {vault.open(sealed, "x") for vault in vaults} == {"token"}
    path = settings.data / FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in settings.data.iterdir()] == [FILE]


def test_keys_can_be_changed(settings: Settings) -> None:
    old, new = new_key(), new_key()
    sealed = Vault.of(msgspec.structs.replace(settings, key=old)).seal("token", "x")
    both = Vault.of(msgspec.structs.replace(settings, key=f"{new},{old}"))
    assert both.open(sealed, "x") == "token"
    only = Vault.of(msgspec.structs.replace(settings, key=new))
    assert only.open(both.seal("token", "x"), "x") == "token"
    with pytest.raises(VaultError, match="needs the key"):
        only.open(sealed, "x")
    assert not settings.data.exists()


@pytest.mark.parametrize("key", ["short", "!" * 44, new_key()[:-6]], ids=["short", "no base64", "too short"])
def test_a_key_that_is_none_is_refused(settings: Settings, key: str) -> None:
    with pytest.raises(VaultError, match="PARLEY_KEY should hold keys of 32 bytes"):
        Vault.of(msgspec.structs.replace(settings, key=key))
