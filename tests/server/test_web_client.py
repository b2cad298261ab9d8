"""Nothing that a person enters leads into the shop's own network; what is allowed is reached as it should be."""

import gzip
import ipaddress
import itertools
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from server.settings import Settings
from server.web_client import Allowed, RefusedAddress, TooLarge, guarded_client, is_public
from tests.server.service import Reply, Service
from tests.serving import free_port

Resolve = Callable[..., None]


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    yield made
    made.close()


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Resolve:
    """Name servers say what a test wishes: ``resolve(name, answer, answer, ...)``, the last one for ever."""
    real = socket.getaddrinfo
    told: dict[str, Iterator[list[str]]] = {}

    def getaddrinfo(host: str, port: int, *args: Any, **more: Any) -> Any:
        if host not in told:
            return real(host, port, *args, **more)
        return [found for address in next(told[host]) for found in real(address, port, *args, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    def tell(name: str, *answers: list[str]) -> None:
        told[name] = itertools.chain(answers, itertools.repeat(answers[-1]))

    return tell


def client(*allowed: str, most_bytes: int = 1_000_000) -> httpx.Client:
    return guarded_client(Settings.from_env({"PARLEY_ALLOWED_HOSTS": ",".join(allowed)}), most_bytes)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1.2.3",
        "localhost",
        "LOCALHOST",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "0x7f.1",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
    ],
)
def test_this_machine_is_not_reached_however_it_is_written(service: Service, host: str) -> None:
    with client() as asking, pytest.raises((RefusedAddress, httpx.InvalidURL)):
        asking.get(f"http://{host}:{service.port}/")
    assert service.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.100.100.200",
        "0.1.2.3",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "203.0.113.7",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::8.8.8.8",
        "::ffff:10.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a00:1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:a9fe:a9fe::1",
        "3fff::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_what_is_not_public(address: str, resolve: Resolve) -> None:
    assert not is_public(ipaddress.ip_address(address))
    resolve("shop.test", [address])
    with client() as asking, pytest.raises(RefusedAddress, match=r"shop\.test"):
        asking.get("http://shop.test/")


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "2002:808:808::1"])
def test_what_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("allowed", "host", "port", "address"),
    [
        ("stock.shop.test", "Stock.Shop.Test.", 8069, "10.0.0.7"),
        ("stock.shop.test", "stock.shop.test", 22, "10.0.0.7"),
        ("10.0.0.0/8", "anything.test", 8069, "10.0.0.7"),
        ("10.0.0.0/8", "anything.test", 8069, "::ffff:10.0.0.7"),
        ("169.254.169.254", "metadata.test", 80, "169.254.169.254"),
        ("", "public.test", 80, "8.8.8.8"),
        ("", "public.test", 443, "8.8.8.8"),
        ("", "public.test", 8443, "8.8.8.8"),
    ],
)
def test_what_is_allowed(allowed: str, host: str, port: int, address: str) -> None:
    Allowed(filter(None, [allowed])).check(host, port, [ipaddress.ip_address(address)])


@pytest.mark.parametrize(
    ("allowed", "host", "port", "addresses"),
    [
        ("stock.shop.test", "xstock.shop.test", 80, ["10.0.0.7"]),
        ("stock.shop.test", "a.stock.shop.test", 80, ["10.0.0.7"]),
        # Whoever answers for a name does not thereby get the cloud's keys.
        ("stock.shop.test", "stock.shop.test", 80, ["169.254.169.254"]),
        ("stock.shop.test", "stock.shop.test", 80, ["::ffff:169.254.169.254"]),
        ("10.0.0.0/8", "anything.test", 80, ["11.0.0.1", "192.168.0.1"]),
        ("", "mixed.test", 80, ["8.8.8.8", "127.0.0.1"]),
        ("", "public.test", 25, ["8.8.8.8"]),
    ],
)
def test_what_is_not_allowed(allowed: str, host: str, port: int, addresses: list[str]) -> None:
    with pytest.raises(RefusedAddress):
        Allowed(filter(None, [allowed])).check(host, port, map(ipaddress.ip_address, addresses))


@pytest.mark.parametrize(
    "address",
    [
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "http:///x",
        "/x",
        "http://name:word@127.0.0.1/",
        "http://name@127.0.0.1/",
    ],
)
def test_only_plain_web_addresses(address: str) -> None:
    with client("127.0.0.1") as asking, pytest.raises((RefusedAddress, httpx.UnsupportedProtocol)):
        asking.get(address)


def test_what_is_allowed_is_reached(service: Service) -> None:
    service.says({"stock": 3})
    with client("127.0.0.1") as asking:
        assert asking.get(f"{service.url}/stock?sku=7").json() == {"stock": 3}
    assert service.asked[0].path == "/stock?sku=7"
    assert service.asked[0].headers["host"] == f"127.0.0.1:{service.port}"


def test_a_name_that_changes_its_mind_leads_where_it_was_checked(resolve: Resolve) -> None:
    port = free_port()
    good, bad = Service("127.0.0.2", port), Service("127.0.0.1", port)
    resolve("shop.test", ["127.0.0.2"], ["127.0.0.1"])
    with client("127.0.0.2") as asking:
        assert asking.get(f"http://shop.test:{port}/").status_code == 200
        # The next connection is checked again.
        with pytest.raises(RefusedAddress):
            asking.get(f"http://shop.test:{port}/")
    assert len(good.asked) == 1
    assert bad.asked == []
    good.close()
    bad.close()


def test_the_next_address_is_tried_where_the_first_is_silent(service: Service, resolve: Resolve) -> None:
    resolve("shop.test", ["127.0.0.3", "127.0.0.1"])
    with client("127.0.0.0/8") as asking:
        assert asking.get(f"http://shop.test:{service.port}/").status_code == 200


def test_a_redirect_is_not_followed_and_could_not_lead_in(service: Service) -> None:
    inside = Service("127.0.0.2")
    service.answer = lambda asked: Reply(302, (), (("location", inside.url),))
    with client("127.0.0.1") as asking:
        assert asking.get(service.url).status_code == 302
        with pytest.raises(RefusedAddress):
            asking.get(service.url, follow_redirects=True)
    assert inside.asked == []
    inside.close()


def test_the_environments_proxy_is_not_asked(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", service.url)
    with client() as asking, pytest.raises(RefusedAddress):
        asking.get("http://127.0.0.1:9/")
    assert service.asked == []


def test_an_answer_without_end_is_cut_off(service: Service) -> None:
    service.answer = lambda asked: Reply(200, itertools.repeat(b"x" * 1000))
    with client("127.0.0.1", most_bytes=50_000) as asking, pytest.raises(TooLarge):
        asking.get(service.url)


def test_an_answer_that_says_it_is_long_is_not_read(service: Service) -> None:
    service.hold()
    service.answer = lambda asked: Reply(200, (b"x" * 1000,), (("content-length", "100000"),))
    service.release()
    with client("127.0.0.1", most_bytes=50_000) as asking, pytest.raises(TooLarge):
        asking.get(service.url)


def test_an_answer_of_the_longest_length_is_whole(service: Service) -> None:
    service.answer = lambda asked: Reply(200, [b"x" * 1000] * 50)
    with client("127.0.0.1", most_bytes=50_000) as asking:
        assert len(asking.get(service.url).content) == 50_000


def test_a_compressed_answer_is_not_unpacked(service: Service) -> None:
    service.answer = lambda asked: Reply(200, (gzip.compress(bytes(10_000_000)),), (("content-encoding", "gzip"),))
    with client("127.0.0.1", most_bytes=50_000) as asking, pytest.raises(httpx.DecodingError):
        asking.get(service.url)
    assert service.asked[0].headers["accept-encoding"] == "identity"


def test_drops_that_never_end_are_late_all_the_same(service: Service) -> None:
    stop = threading.Event()

    def drops() -> Iterator[bytes]:
        while not stop.wait(0.05):
            yield b"x"

    service.answer = lambda asked: Reply(200, drops())
    with client("127.0.0.1") as asking, pytest.raises(httpx.TimeoutException):
        asking.get(service.url, extensions={"time_limit": 0.3})
    stop.set()


def test_a_name_server_that_does_not_answer_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    never = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: never.wait(60) and [])
    with client() as asking, pytest.raises(httpx.TimeoutException):
        asking.get("http://shop.test/", extensions={"time_limit": 0.2})
    never.set()


def test_one_threads_limit_is_not_anothers(service: Service) -> None:
    service.hold()
    with client("127.0.0.1") as asking:
        results: list[int] = []
        patient = threading.Thread(target=lambda: results.append(asking.get(service.url).status_code))
        patient.start()
        service.wait_for(1)
        with pytest.raises(httpx.TimeoutException):
            asking.get(service.url, extensions={"time_limit": 0.2})
        service.release()
        patient.join(60)
    assert results == [200]


def test_a_name_that_is_nowhere_is_a_failed_connection(resolve: Resolve, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    with client() as asking, pytest.raises(httpx.ConnectError):
        asking.get("http://nowhere.test/")


def test_tls_and_host_carry_the_name_and_the_name_is_verified(
    tmp_path: Path, resolve: Resolve, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = _certificate(tmp_path, "shop.test")
    context.load_cert_chain(certificate)
    seen: list[str | None] = []
    context.sni_callback = lambda _, name, __: seen.append(name)
    service = Service(context=context)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    resolve("shop.test", ["127.0.0.1"])
    resolve("other.test", ["127.0.0.1"])
    with client("127.0.0.1") as asking:
        assert asking.get(f"https://shop.test:{service.port}/").status_code == 200
        with pytest.raises(httpx.ConnectError, match=r"other\.test"):
            asking.get(f"https://other.test:{service.port}/")
    assert seen == ["shop.test", "other.test"]
    assert [asked.headers["host"] for asked in service.asked] == [f"shop.test:{service.port}"]
    service.close()


def _certificate(folder: Path, name: str) -> Path:
    """A certificate for a name that vouches for itself, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = folder / f"{name}.pem"
    file.write_bytes(private + made.public_bytes(pem))
    return file
