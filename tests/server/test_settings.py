"""Every setting: its default, and one sentence naming it when it is wrong."""

from pathlib import Path

import pytest

from server.settings import ModelAccess, Settings, SettingsError

MODEL = {"PARLEY_MODEL_URL": "https://a.example/v1", "PARLEY_MODEL_NAME": "gpt"}


def test_the_defaults_are_a_copy_for_one_machine() -> None:
    settings = Settings.from_env({})
    assert (settings.host, settings.port, settings.demo) == ("127.0.0.1", 8000, True)
    assert settings.data == Path(".data").absolute()
    assert settings.database_url == f"sqlite:///{settings.data / 'parley.db'}"
    assert settings.redis_embedded
    assert settings.telegram_url == "https://api.telegram.org"
    assert settings.owner_password is None
    assert settings.origins == ["http://127.0.0.1:8000", "http://localhost:8000"]


def test_an_empty_variable_counts_as_unset() -> None:
    assert Settings.from_env({"PARLEY_PORT": " ", "DATABASE_URL": ""}) == Settings.from_env({})


@pytest.mark.parametrize(
    ("environ", "demo"),
    [
        ({}, True),
        ({"PARLEY_HOST": "0.0.0.0"}, False),
        ({"PARLEY_PUBLIC_URL": "https://shop.example"}, False),
        ({"PARLEY_PUBLIC_URL": "https://shop.example", "PARLEY_DEMO": "on"}, True),
        ({"PARLEY_DEMO": "0"}, False),
    ],
)
def test_the_demo_is_off_where_strangers_may_come(environ: dict[str, str], demo: bool) -> None:
    assert Settings.from_env(environ).demo is demo


@pytest.mark.parametrize(
    ("environ", "origins"),
    [
        (
            {"PARLEY_PUBLIC_URL": "https://A.example:443/parley/"},
            ["https://a.example", "http://localhost:8000", "http://127.0.0.1:8000"],
        ),
        ({"PARLEY_HOST": "0.0.0.0", "PARLEY_PORT": "80"}, ["http://127.0.0.1", "http://localhost"]),
        ({"PARLEY_HOST": "10.0.0.4"}, ["http://10.0.0.4:8000"]),
        ({"PARLEY_HOST": "::1"}, ["http://[::1]:8000", "http://localhost:8000", "http://127.0.0.1:8000"]),
    ],
)
def test_origins_are_exact_and_as_browsers_send_them(environ: dict[str, str], origins: list[str]) -> None:
    assert Settings.from_env(environ).origins == origins


def test_networks_of_proxies_are_kept_in_full() -> None:
    settings = Settings.from_env({"PARLEY_TRUSTED_PROXIES": "10.0.0.1, 192.168.0.0/16,::1"})
    assert settings.trusted_proxies == ("10.0.0.1/32", "192.168.0.0/16", "::1/128")


def test_the_shops_own_systems_are_names_and_networks() -> None:
    settings = Settings.from_env({"PARLEY_ALLOWED_HOSTS": "Stock.shop.example, 10.0.0.1,fd00::/8 , erp"})
    assert settings.allowed_hosts == ("stock.shop.example", "10.0.0.1/32", "fd00::/8", "erp")


def test_a_relative_sqlite_file_is_found_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings.from_env({"DATABASE_URL": "sqlite:///a.db"}).database_url == f"sqlite:///{tmp_path}/a.db"


def test_secrets_are_not_shown() -> None:
    settings = Settings.from_env({"PARLEY_OWNER_PASSWORD": "hunter22", "DATABASE_URL": "postgres://u:hunter22@h/d"})
    assert "hunter22" not in repr(settings)
    assert "hunter22" not in str(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PARLEY_PORT", "eighty"),
        ("PARLEY_PORT", "0"),
        ("PARLEY_PORT", "65536"),
        ("PARLEY_PORT", "٨٠٠٠"),
        ("PARLEY_OWNER_PASSWORD", "short"),
        ("PARLEY_DEMO", "perhaps"),
        ("PARLEY_PUBLIC_URL", "parley.example"),
        ("PARLEY_PUBLIC_URL", "ftp://parley.example"),
        ("PARLEY_PUBLIC_URL", "http://parley.example:99999"),
        ("PARLEY_PUBLIC_URL", "http://parley.example/?a=b"),
        ("PARLEY_TELEGRAM_URL", "telegram"),
        ("PARLEY_TRUSTED_PROXIES", "10.0.0.1;10.0.0.2"),
        ("PARLEY_ALLOWED_HOSTS", "stock.shop.example, http://erp"),
        ("PARLEY_ALLOWED_HOSTS", "10.0.0.1/33"),
        ("PARLEY_ALLOWED_HOSTS", "10.0.0.256"),
        ("DATABASE_URL", "mysql://h/d"),
        ("DATABASE_URL", "sqlite://"),
        ("REDIS_URL", "localhost:6379"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({name: value})
    said = str(caught.value)
    assert said.startswith(name)
    assert said.endswith(".")
    assert said.count(". ") == 0


def test_a_model_service_has_an_address_a_name_and_perhaps_a_key() -> None:
    environ = {"PARLEY_MODEL_URL": "https://api.deepseek.com/v1/", "PARLEY_MODEL_NAME": "deepseek-chat"}
    assert Settings.from_env({}).model is None
    assert Settings.from_env(environ).model == ModelAccess("https://api.deepseek.com/v1", "deepseek-chat", "", 20.0)
    environ |= {"PARLEY_MODEL_URL": "http://localhost:11434/v1/chat/completions", "PARLEY_MODEL_SECONDS": "2.5"}
    model = Settings.from_env(environ | {"PARLEY_MODEL_KEY": "sk-secret"}).model
    assert model == ModelAccess("http://localhost:11434/v1", "deepseek-chat", "sk-secret", 2.5)
    assert "sk-secret" not in repr(model)


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"PARLEY_MODEL_NAME": "gpt"}, "PARLEY_MODEL_URL"),
        ({"PARLEY_MODEL_KEY": "sk-secret"}, "PARLEY_MODEL_URL"),
        ({"PARLEY_MODEL_URL": "https://a.example"}, "PARLEY_MODEL_NAME"),
        ({"PARLEY_MODEL_URL": "a.example", "PARLEY_MODEL_NAME": "gpt"}, "PARLEY_MODEL_URL"),
        (MODEL | {"PARLEY_MODEL_KEY": "sk-secret\n" + "x: y"}, "PARLEY_MODEL_KEY"),
        (MODEL | {"PARLEY_MODEL_URL": "https://sk-secret@a.example/v1"}, "PARLEY_MODEL_KEY"),
        (MODEL | {"PARLEY_MODEL_SECONDS": "0"}, "PARLEY_MODEL_SECONDS"),
        (MODEL | {"PARLEY_MODEL_SECONDS": "101"}, "PARLEY_MODEL_SECONDS"),
        (MODEL | {"PARLEY_MODEL_SECONDS": "nan"}, "PARLEY_MODEL_SECONDS"),
        (MODEL | {"PARLEY_MODEL_SECONDS": "soon"}, "PARLEY_MODEL_SECONDS"),
    ],
)
def test_a_model_service_that_cannot_be_asked_is_refused(environ: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named) as caught:
        Settings.from_env(environ)
    assert "sk-secret" not in str(caught.value)
