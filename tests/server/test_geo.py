"""Countries, languages and addresses, as tables."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from server.geo import (
    NOWHERE,
    choose,
    client_ip,
    locate,
    parse_accept_language,
    phone_country,
    territory_languages,
)
from tests.server.mmdb import write_country_database


@pytest.mark.parametrize(
    ("country", "languages"),
    [
        ("CH", ("de", "fr", "it")),
        ("BE", ("nl", "fr", "de")),
        ("CA", ("en", "fr")),
        ("IN", ("hi", "en")),
        ("SG", ("en", "zh", "ms")),
        ("US", ("en", "es")),
        ("TW", ("zh-Hant",)),
        ("HK", ("zh-Hant", "en")),
        ("UA", ("uk", "ru")),
        ("FI", ("fi", "sv")),
        ("MA", ("ar",)),
        ("MY", ("ms", "en", "zh")),
        ("TH", ("th",)),
        ("PH", ("en", "fil")),
        ("BR", ("pt",)),
    ],
)
def test_languages_of_a_country_are_official_ones_first(country: str, languages: tuple[str, ...]) -> None:
    assert territory_languages(country)[: len(languages)] == languages


@pytest.mark.parametrize(
    ("ip", "country"),
    [
        ("8.8.8.8", "US"),
        ("200.160.2.3", "BR"),
        ("85.214.132.117", "DE"),
        ("::ffff:85.214.132.117", "DE"),
        ("[2a02:1205::1]:443", "CH"),
        (" 8.8.8.8:5533 ", "US"),
    ],
)
def test_a_public_address_has_a_country(ip: str, country: str) -> None:
    place = locate(ip)
    assert place.country == country
    assert place.languages == territory_languages(country)


@pytest.mark.parametrize(
    "ip",
    [
        "",
        "garbage",
        "127.0.0.1",
        "::1",
        "10.1.2.3",
        "192.168.0.9",
        "169.254.169.254",
        "fe80::1%eth0",
        "203.0.113.5",
        "0.0.0.0",
        "300.1.1.1",
        "1.2.3",
        "::ffff:10.0.0.1",
        "8.8.8.8, 9.9.9.9",
        "\x00",
    ],
)
def test_an_address_that_says_nothing_gives_the_empty_place(ip: str) -> None:
    assert locate(ip) == NOWHERE


def test_an_operators_own_database_goes_first(tmp_path: Path) -> None:
    database = tmp_path / "own.mmdb"
    write_country_database(database, {"8.8.8.0/24": "SG"})
    assert locate("8.8.8.8", database).country == "SG"
    assert locate("200.160.2.3", database).country == "BR"
    assert locate("10.0.0.1", database) == NOWHERE


def test_a_database_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"missing\.mmdb"):
        locate("8.8.8.8", tmp_path / "missing.mmdb")


@pytest.mark.parametrize(
    ("accept", "wanted", "chosen"),
    [
        (["pt-BR"], ["en", "pt"], "pt"),
        (["pt-BR"], ["pt-PT", "pt-BR"], "pt-BR"),
        (["zh-TW"], ["zh-CN", "zh-TW"], "zh-TW"),
        (["zh-HK"], ["zh-CN", "zh-TW"], "zh-TW"),
        (["zh"], ["zh-TW", "zh-CN"], "zh-CN"),
        (["zh-Hant"], ["zh-Hans", "zh-Hant"], "zh-Hant"),
        (["zh-SG"], ["zh-Hant", "zh"], "zh"),
        (["zh-TW"], ["en", "zh-CN"], "zh-CN"),
        (["zh-TW", "en"], ["zh-CN", "en"], "en"),
        (["en-GB", "de"], ["de", "en"], "en"),
        (["nb-NO"], ["no", "en"], "no"),
        (["tl"], ["fil"], "fil"),
        (["sr-Latn"], ["sr", "hr"], "sr"),
        (["de_AT"], ["de"], "de"),
        (["DE"], ["de"], "de"),
        (["fr", "nl"], ["nl", "de"], "nl"),
        (["vi"], ["en", "de"], ""),
        (["*", "", "-", "x"], ["en"], ""),
        ([], ["en"], ""),
        (["en"], [], ""),
    ],
)
def test_the_best_of_the_shops_languages(accept: list[str], wanted: list[str], chosen: str) -> None:
    assert choose(accept, wanted) == chosen


@pytest.mark.parametrize(
    ("header", "languages"),
    [
        ("de-CH,de;q=0.9,en;q=0.8", ("de-CH", "de", "en")),
        ("en;q=0.5, th", ("th", "en")),
        ("fr;q=0, *;q=0.1, it", ("it",)),
        ("en;q=abc, <script>, es", ("es",)),
        ("", ()),
    ],
)
def test_accept_language(header: str, languages: tuple[str, ...]) -> None:
    assert parse_accept_language(header) == languages


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+66812345678", "TH"),
        ("66812345678", "TH"),
        ("0066812345678", "TH"),
        ("+49 151 23456789", "DE"),
        ("+1 416 555 0123", "CA"),
        ("+1 212 555 0123", "US"),
        ("5511987654321", "BR"),
        ("+7 701 123 45 67", "KZ"),
        ("+999 1234567", ""),
        ("12", ""),
        ("", ""),
        ("call me", ""),
    ],
)
def test_the_country_of_a_phone_number(number: str, country: str) -> None:
    assert phone_country(number) == country


PROXIES = [ip_network("10.0.0.0/8"), ip_network("2001:db8:1::/48")]


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "ip"),
    [
        ("8.8.8.8", "1.2.3.4", "8.8.8.8"),  # no proxy of ours: the header is a claim
        ("10.0.0.1", "1.2.3.4", "1.2.3.4"),
        ("10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.2", "1.2.3.4"),  # 6.6.6.6 is what the visitor made up
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "1.2.3.4, garbage", "10.0.0.1"),
        ("10.0.0.1", "10.9.9.9", "10.9.9.9"),
        ("::ffff:10.0.0.1", "1.2.3.4:5678", "1.2.3.4"),
        ("2001:db8:1::5", "[2a02:1205::1]:99", "2a02:1205::1"),
        ("", "1.2.3.4", ""),
    ],
)
def test_the_visitors_address_behind_proxies(peer: str, forwarded_for: str, ip: str) -> None:
    assert client_ip(peer, forwarded_for, PROXIES) == ip


def test_without_trusted_proxies_the_peer_is_the_visitor() -> None:
    assert client_ip("10.0.0.1", "1.2.3.4", []) == "10.0.0.1"
