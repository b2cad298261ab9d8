"""Writes a small MaxMind DB, so that the operator's own database is tested with a real file.

Format: the MaxMind DB file format specification, version 2.0.
"""

from ipaddress import IPv4Network
from pathlib import Path


def write_country_database(path: Path, countries: dict[str, str]) -> None:
    """countries: IPv4 network to ISO 3166-1 alpha-2."""
    tree: list[list[int | bytes | None]] = [[None, None]]
    for network, code in countries.items():
        net = IPv4Network(network)
        bits = f"{int(net.network_address):032b}"[: net.prefixlen]
        node = 0
        for bit in bits[:-1]:
            following = tree[node][int(bit)]
            if not isinstance(following, int):
                tree.append([None, None])
                following = tree[node][int(bit)] = len(tree) - 1
            node = following
        tree[node][int(bits[-1])] = _map({"country": _map({"iso_code": _text(code)})})
    count = len(tree)
    data = bytearray()
    search = bytearray()
    for record in (side for node_ in tree for side in node_):
        value = record
        if value is None:
            value = count
        elif isinstance(value, bytes):
            offset = len(data)
            data += value
            value = count + 16 + offset
        search += value.to_bytes(3, "big")
    facts = {
        "binary_format_major_version": _number(5, 2, 2),
        "binary_format_minor_version": _number(5, 0, 2),
        "build_epoch": bytes([0x08, 0x02]) + (1_700_000_000).to_bytes(8, "big"),
        "database_type": _text("Test-Country"),
        "description": _map({"en": _text("test")}),
        "ip_version": _number(5, 4, 2),
        "languages": bytes([0x00, 0x04]),
        "node_count": _number(6, count, 4),
        "record_size": _number(5, 24, 2),
    }
    path.write_bytes(bytes(search) + bytes(16) + bytes(data) + b"\xab\xcd\xefMaxMind.com" + _map(facts))


def _text(value: str) -> bytes:
    raw = value.encode()
    return bytes([0x40 + len(raw)]) + raw


def _number(kind: int, value: int, width: int) -> bytes:
    return bytes([(kind << 5) + width]) + value.to_bytes(width, "big")


def _map(items: dict[str, bytes]) -> bytes:
    return bytes([0xE0 + len(items)]) + b"".join(_text(key) + value for key, value in items.items())
