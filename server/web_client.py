"""Requests to addresses that people enter: no way into the shop's own network.

A name is resolved once, every address it has is checked, and the connection goes to a checked one, so what is checked
is what is used, whatever a name server says the next moment. The name stays in TLS and in the Host header. What is not
on the public internet is refused unless the setting PARLEY_ALLOWED_HOSTS names it (SECURITY.md's row "SSRF"; ranges
after the registries of special-purpose addresses, RFC 6890 and its updates).
"""

import ipaddress
import logging
import queue
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, cast

import httpcore
import httpx

from server.settings import Settings

MOST_BYTES = 1_000_000
"""So long may an answer be."""

TIME_LIMIT = 30.0
"""Seconds a request may take, from the name's resolution to the answer's last byte; ``extensions={"time_limit": s}``
of a single request says otherwise."""

WEB_PORTS = frozenset({80, 443})
"""Beside these only ports from 1024: nobody's mail server is a web service."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
_UNUSUAL: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = (
    ipaddress.IPv4Network("192.0.0.0/24"),  # of protocols, which older Pythons call global in part
    ipaddress.IPv4Network("192.88.99.0/24"),  # relays of 6to4, given up
    ipaddress.IPv6Network("2001::/23"),  # of protocols, Teredo among them
    ipaddress.IPv6Network("3fff::/20"),  # for documentation
)
_UNICAST = ipaddress.IPv6Network("2000::/3")
"""All that is given out of IPv6."""

_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)$", re.ASCII | re.IGNORECASE)

# Each request at its lowest level: an address may hold what a contact wrote.
logging.getLogger("httpx").setLevel(logging.WARNING)


class RefusedAddress(httpx.TransportError):
    """An address that must not be asked; the text says which and why."""


class TooLarge(httpx.TransportError):
    """An answer longer than it may be."""


def guarded_client(settings: Settings, most_bytes: int = MOST_BYTES) -> httpx.Client:
    """A client that reaches public addresses and the shop's allowed ones alone; threads may share it.

    It follows no redirects and no proxy of the environment. Raises httpx.HTTPError: RefusedAddress, TooLarge,
    httpx.TimeoutException past the time limit, and what else can go wrong on the way.
    """
    return httpx.Client(
        transport=guarded_transport(settings, most_bytes),
        trust_env=False,
        follow_redirects=False,
        timeout=TIME_LIMIT,
        # What a service remembers of one conversation is nothing to another.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        # A compressed answer may be a thousand times as long as what is counted.
        headers={"user-agent": "Parley", "accept-encoding": "identity"},
    )


def guarded_transport(settings: Settings, most_bytes: int = MOST_BYTES) -> httpx.HTTPTransport:
    """What is under such a client, for who makes whole requests: half the cost of one."""
    return _Guarded(Allowed(settings.allowed_hosts), most_bytes)


class Allowed:
    """What may be asked. ``own`` are the host names and networks that may be so although they are not public."""

    def __init__(self, own: Iterable[str] = ()) -> None:
        self._names: set[str] = set()
        self._networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = []
        for one in own:
            try:
                self._networks.append(ipaddress.ip_network(one))
            except ValueError:
                self._names.add(_plain(one))

    def check(self, host: str, port: int, addresses: Iterable[Address]) -> None:
        """Raise RefusedAddress unless every one of a host's addresses may be asked at this port."""
        named = _plain(host) in self._names
        own = False
        for address in addresses:
            if self._in_networks(address) or (named and _may_be_own(address)):
                own = True
            elif not is_public(address):
                raise RefusedAddress(f"{host} is {address}, which is not on the public internet")
        if not own and port not in WEB_PORTS and port < 1024:
            raise RefusedAddress(f"port {port} of {host} is not the web's")

    def _in_networks(self, address: Address) -> bool:
        return any(address in network for network in self._networks) or (
            address.version == 6 and address.ipv4_mapped is not None and self._in_networks(address.ipv4_mapped)
        )


def is_public(address: Address) -> bool:
    """Whether an address is on the public internet, and so is what an IPv6 address carries an IPv4 one for."""
    if isinstance(address, ipaddress.IPv6Address):
        if (carried := _carried(address)) is not None:
            return is_public(carried)
        if address not in _UNICAST:
            return False
    if any(address in network for network in _UNUSUAL):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that is meant: mapped, by NAT64 (RFC 6052), by 6to4 (RFC 3056)."""
    if any(address in network for network in _NAT64):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _may_be_own(address: Address) -> bool:
    """Whether a host that is allowed by its name may be there. The link's own addresses hold the clouds' metadata."""
    inner = (_carried(address) if isinstance(address, ipaddress.IPv6Address) else None) or address
    return not (inner.is_link_local or inner.is_multicast or inner.is_unspecified)


def _plain(host: str) -> str:
    return host.lower().rstrip(".")


class _Limit(threading.local):
    """When (time.monotonic) the request under way in this thread must have ended."""

    end: float = float("inf")

    def left(self, timeout: float | None) -> float:
        """Seconds there are for the next step of it. Raises httpcore.ReadTimeout when there are none."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time limit is over")
        return left if timeout is None else min(left, timeout)


class _Guarded(httpx.HTTPTransport):
    """httpx's transport on connections of ours."""

    def __init__(self, allowed: Allowed, most_bytes: int) -> None:
        self._limit = _Limit()
        self._most_bytes = most_bytes
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=100,
            max_keepalive_connections=20,
            keepalive_expiry=5.0,
            network_backend=_Backend(allowed, self._limit),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.scheme not in {"http", "https"}:
            raise RefusedAddress(f"{request.url.scheme or 'nothing'} is not a web address's beginning")
        if request.url.userinfo:
            raise RefusedAddress("an address with a name and a password in it")
        if not request.url.host:
            raise RefusedAddress("an address without a host")
        end = time.monotonic() + float(request.extensions.get("time_limit", TIME_LIMIT))
        self._limit.end = end
        response = super().handle_request(request)
        try:
            self._check(response)
        except httpx.HTTPError:
            response.close()
            raise
        response.stream = _Bounded(cast(httpx.SyncByteStream, response.stream), self._most_bytes, self._limit, end)
        return response

    def _check(self, response: httpx.Response) -> None:
        length = response.headers.get("content-length", "")
        if length.isdecimal() and int(length) > self._most_bytes:
            raise TooLarge(f"the answer has more than {self._most_bytes} bytes")
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise httpx.DecodingError("the answer is compressed, which nobody asked for")


class _Bounded(httpx.SyncByteStream):
    """An answer as it comes, up to its length and its time."""

    def __init__(self, stream: httpx.SyncByteStream, most: int, limit: _Limit, end: float) -> None:
        self._stream = stream
        self._most = most
        self._limit = limit
        self._end = end

    def __iter__(self) -> Iterator[bytes]:
        came = 0
        parts = iter(self._stream)
        while True:
            # The thread may have begun another request between two parts.
            self._limit.end = self._end
            part = next(parts, None)
            if part is None:
                return
            came += len(part)
            if came > self._most:
                raise TooLarge(f"the answer has more than {self._most} bytes")
            yield part

    def close(self) -> None:
        self._stream.close()


class _Backend(httpcore.NetworkBackend):
    """Connections to checked addresses."""

    def __init__(self, allowed: Allowed, limit: _Limit) -> None:
        self._allowed = allowed
        self._limit = limit
        self._tcp = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002 httpcore's
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        addresses = _resolved(host, port, self._limit.left(timeout))
        self._allowed.check(host, port, addresses)
        for address in addresses[:-1]:
            try:
                return self._connected(address, port, timeout, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connected(addresses[-1], port, timeout, socket_options)

    def _connected(self, address: Address, port: int, timeout: float | None, options: Any) -> httpcore.NetworkStream:
        left = self._limit.left(timeout)
        return _Stream(self._tcp.connect_tcp(str(address), port, left, None, options), self._limit)


class _Stream(httpcore.NetworkStream):
    """A connection on which no step takes longer than its request has left: slow drops do not add up."""

    def __init__(self, stream: httpcore.NetworkStream, limit: _Limit) -> None:
        self._stream = stream
        self._limit = limit

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._limit.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._limit.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._limit.left(timeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._limit)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _resolved(host: str, port: int, timeout: float) -> list[Address]:
    """A host's addresses, in the order in which they are to be tried. The system's resolver knows no time limit, so it
    is asked in a thread.
    """
    try:
        return [ipaddress.ip_address(host)]
    except ValueError:
        pass
    if _NUMBER.fullmatch(_plain(host).rpartition(".")[2]):
        # 2130706433, 0x7f.1, 0177.0.0.1: only who wants to hide an address writes it so.
        raise RefusedAddress(f"{host} is a number, not a name or an address")
    answers: queue.SimpleQueue[list[Any] | OSError] = queue.SimpleQueue()

    def resolve() -> None:
        try:
            answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as fault:
            answers.put(fault if isinstance(fault, OSError) else OSError(str(fault)))

    threading.Thread(target=resolve, name="resolve", daemon=True).start()
    try:
        answer = answers.get(timeout=timeout)
    except queue.Empty:
        raise httpcore.ConnectTimeout(f"no name server told in time where {host} is") from None
    if isinstance(answer, OSError):
        raise httpcore.ConnectError(f"nobody knows where {host} is: {answer}") from answer
    found = [ipaddress.ip_address(str(told[4][0]).partition("%")[0]) for told in answer]
    return list(dict.fromkeys(found))
