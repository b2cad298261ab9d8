"""What the environment decides: one frozen record, read once at the start of a process."""

import hashlib
import ipaddress
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Self
from urllib.parse import quote, urlsplit

import msgspec

from server.refusal import Refusal

# A Unix socket's address is a C array: 104 bytes on macOS, 108 on Linux, the closing zero included.
SOCKET_PATH_BYTES = 103
LOG_LEVELS = ("debug", "info", "warning", "error")

_HOST = re.compile(r"[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63}){0,20}")


class SettingsError(Refusal):
    """A setting that cannot be used; the text names the variable and says what it should be."""


class ModelAccess(msgspec.Struct, frozen=True):
    """A model service that speaks OpenAI's chat completions: its address up to `/chat/completions`, the model's name,
    the key it wants (empty: none) and the seconds that an answer may take.
    """

    url: str
    name: str
    key: str
    seconds: float

    def __repr__(self) -> str:
        """Name the service without its key."""
        return f"ModelAccess(url={self.url!r}, name={self.name!r})"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of one copy of Parley; `data` is absolute.

    `key` seals the secrets (server.vault); None means a key of the data folder's own. `redis_embedded` says that
    `redis_url` points at the Valkey that `parley run` supervises itself. `allowed_hosts` are the names and networks
    that requests may go to although they are not on the public internet. `model` is None without a model service.
    """

    port: int
    host: str
    data: Path
    owner_password: str | None
    key: str | None
    demo: bool
    public_url: str
    trusted_proxies: tuple[str, ...]
    telegram_url: str
    allowed_hosts: tuple[str, ...]
    metrics_token: str | None
    metrics_port: int | None
    log: str
    log_level: str
    most_waiting: int
    model: ModelAccess | None
    database_url: str
    redis_url: str
    redis_embedded: bool

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read the settings; an empty variable counts as unset.

        Raises SettingsError, one sentence naming the variable.
        """
        env = {name: value.strip() for name, value in environ.items() if value.strip()}
        port = _port("PARLEY_PORT", env.get("PARLEY_PORT", "8000"))
        metrics_port = env.get("PARLEY_METRICS_PORT")
        log = _one_of("PARLEY_LOG", env.get("PARLEY_LOG", "text"), ("text", "json"))
        host = env.get("PARLEY_HOST", "127.0.0.1")
        data = Path(env.get("PARLEY_DATA", ".data")).expanduser().absolute()
        public_url = env.get("PARLEY_PUBLIC_URL")
        redis_url = env.get("REDIS_URL")
        return cls(
            port=port,
            host=host,
            data=data,
            owner_password=_long("PARLEY_OWNER_PASSWORD", env.get("PARLEY_OWNER_PASSWORD"), 8),
            key=env.get("PARLEY_KEY"),
            demo=_switch("PARLEY_DEMO", env.get("PARLEY_DEMO"), _is_loopback(host) and public_url is None),
            public_url=_web_address("PARLEY_PUBLIC_URL", public_url or _own_address(host, port)),
            trusted_proxies=_networks(env.get("PARLEY_TRUSTED_PROXIES", "")),
            telegram_url=_web_address(
                "PARLEY_TELEGRAM_URL", env.get("PARLEY_TELEGRAM_URL", "https://api.telegram.org")
            ),
            allowed_hosts=_hosts(env.get("PARLEY_ALLOWED_HOSTS", "")),
            metrics_token=_long("PARLEY_METRICS_TOKEN", env.get("PARLEY_METRICS_TOKEN"), 16),
            metrics_port=None if metrics_port is None else _port("PARLEY_METRICS_PORT", metrics_port),
            log=log,
            # A line for every message is for a log that a machine keeps, not for a terminal.
            log_level=_one_of(
                "PARLEY_LOG_LEVEL", env.get("PARLEY_LOG_LEVEL", "info" if log == "json" else "warning"), LOG_LEVELS
            ),
            most_waiting=_count("PARLEY_MOST_WAITING", env.get("PARLEY_MOST_WAITING", "1000000")),
            model=_model(env),
            database_url=_database(env.get("DATABASE_URL"), data),
            redis_url=_redis(redis_url) if redis_url else f"unix://{quote(str(socket_path(data)))}",
            redis_embedded=redis_url is None,
        )

    @property
    def origins(self) -> list[str]:
        """The web origins whose pages may use the screens and the API with a person's cookie."""
        urls = [self.public_url]
        if _is_loopback(self.host) or _is_any(self.host):
            urls += [f"http://localhost:{self.port}", f"http://127.0.0.1:{self.port}"]
        return list(dict.fromkeys(map(_origin, urls)))

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach what listens on `host`."""
        return _is_loopback(self.host)

    @property
    def local_url(self) -> str:
        """Where this machine itself reaches the server, whatever stands before it for others."""
        return _own_address(self.host, self.port)

    def __repr__(self) -> str:
        """Name the copy without its secrets: addresses may carry passwords."""
        return f"Settings(port={self.port}, host={self.host!r}, data={str(self.data)!r})"


def socket_path(data: Path) -> Path:
    """Where the embedded Valkey listens: in the data folder, or in a short folder of this user's own
    where that path would be too long for a socket.
    """
    path = data / "valkey" / "valkey.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_BYTES:
        return path
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    path = Path(tempfile.gettempdir()) / f"parley-{os.getuid()}" / f"{name}.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_BYTES:
        return path
    raise SettingsError("PARLEY_DATA is too long a path for a socket, and so is the folder for temporary files.")


def _port(name: str, text: str) -> int:
    if text.isascii() and text.isdecimal() and 1 <= int(text) <= 65535:
        return int(text)
    raise SettingsError(f"{name} should be a number from 1 to 65535, not {text!r}.")


def _count(name: str, text: str) -> int:
    if text.isascii() and text.isdecimal() and int(text) >= 1:
        return int(text)
    raise SettingsError(f"{name} should be a number from 1 on, not {text!r}.")


def _long(name: str, text: str | None, least: int) -> str | None:
    if text is not None and len(text) < least:
        raise SettingsError(f"{name} should have at least {least} characters.")
    return text


def _one_of(name: str, text: str, known: tuple[str, ...]) -> str:
    if text.lower() in known:
        return text.lower()
    raise SettingsError(f"{name} should be {', '.join(known[:-1])} or {known[-1]}, not {text!r}.")


def _switch(name: str, text: str | None, default: bool) -> bool:
    if text is None:
        return default
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"0", "false", "no", "off"}:
        return False
    raise SettingsError(f"{name} should be on or off, not {text!r}.")


def _web_address(name: str, text: str) -> str:
    wrong = SettingsError(f"{name} should be an address like https://parley.example, not {text!r}.")
    try:
        parts = urlsplit(text)
        # Asking for the port is what checks it.
        reachable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise wrong from None
    if not reachable or parts.scheme not in {"http", "https"} or parts.query or parts.fragment:
        raise wrong
    return text.rstrip("/")


def _model(env: Mapping[str, str]) -> ModelAccess | None:
    url, name = env.get("PARLEY_MODEL_URL"), env.get("PARLEY_MODEL_NAME")
    if url is None:
        alone = next((known for known in ("PARLEY_MODEL_NAME", "PARLEY_MODEL_KEY") if known in env), None)
        if alone is not None:
            raise SettingsError(f"{alone} says nothing without PARLEY_MODEL_URL, the address of the model service.")
        return None
    if name is None:
        raise SettingsError("PARLEY_MODEL_NAME should say which model PARLEY_MODEL_URL is to be asked for.")
    address = _web_address("PARLEY_MODEL_URL", url).removesuffix("/chat/completions")
    if urlsplit(address).username is not None:
        raise SettingsError("PARLEY_MODEL_URL should hold no key: that goes into PARLEY_MODEL_KEY.")
    return ModelAccess(address, name, _key(env.get("PARLEY_MODEL_KEY", "")), _seconds(env.get("PARLEY_MODEL_SECONDS")))


def _key(text: str) -> str:
    # It travels in a header, and what stands in it is never told.
    if not (text.isascii() and text.isprintable()):
        raise SettingsError("PARLEY_MODEL_KEY holds a character that no key has.")
    return text


def _seconds(text: str | None) -> float:
    try:
        seconds = 20.0 if text is None else float(text)
    except ValueError:
        seconds = 0.0
    # Whoever has asked for longer than server.leases.LONGEST is taken for dead, and the question is put again.
    if not 1 <= seconds <= 100:
        raise SettingsError(f"PARLEY_MODEL_SECONDS should be a number from 1 to 100, not {text!r}.")
    return seconds


def _networks(text: str) -> tuple[str, ...]:
    networks = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        try:
            networks.append(str(ipaddress.ip_network(part, strict=False)))
        except ValueError:
            raise SettingsError(
                f"PARLEY_TRUSTED_PROXIES should list addresses or networks, and {part!r} is neither."
            ) from None
    return tuple(networks)


def _hosts(text: str) -> tuple[str, ...]:
    hosts = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        try:
            hosts.append(str(ipaddress.ip_network(part, strict=False)))
        except ValueError:
            if not _HOST.fullmatch(part) or part.rpartition(".")[2].isdecimal():
                raise SettingsError(
                    f"PARLEY_ALLOWED_HOSTS should list host names, addresses or networks, and {part!r} is none."
                ) from None
            hosts.append(part.lower())
    return tuple(hosts)


def _database(text: str | None, data: Path) -> str:
    if text is None:
        return f"sqlite:///{data / 'parley.db'}"
    scheme, found, rest = text.partition("://")
    if found and scheme == "sqlite" and rest.startswith("/") and rest != "/":
        return f"sqlite:///{Path(rest[1:]).absolute()}"
    if found and scheme in {"postgres", "postgresql", "postgresql+psycopg"}:
        return f"postgresql+psycopg://{rest}"
    raise SettingsError("DATABASE_URL should begin with postgresql:// or sqlite:///.")


def _redis(text: str) -> str:
    if text.split("://")[0] in {"redis", "rediss", "unix"} and "://" in text:
        return text
    raise SettingsError("REDIS_URL should begin with redis://, rediss:// or unix://.")


def _own_address(host: str, port: int) -> str:
    if _is_any(host):
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _origin(url: str) -> str:
    """The origin as browsers send it, without the port that the scheme implies."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    implied = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + ("" if parts.port in {None, implied} else f":{parts.port}")


def _is_any(host: str) -> bool:
    return host in {"0.0.0.0", "::"}


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
