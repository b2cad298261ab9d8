"""Where a visitor is and which languages are read there: from an IP address or a phone number."""

from collections.abc import Sequence
from functools import cache, lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from pathlib import Path
from typing import TYPE_CHECKING

import iptocc
import msgspec
from babel import Locale
from babel.core import get_global
from babel.languages import get_territory_language_info

if TYPE_CHECKING:
    from maxminddb import Reader

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# How much a share of the population counts by the language's standing. A regional or everyday language must
# not push an official one aside: in Switzerland more people speak Swiss German than French, but read French.
_STANDING = {"official": 1.0, "de_facto_official": 0.15, "official_regional": 0.1, "": 0.05}
# Per cent of a country's people; below it a language says too little about one visitor.
_LEAST_SHARE = 5.0
# Scripts of one language whose readers mostly manage the other one, too.
_READABLE = {frozenset({"Hans", "Hant"}), frozenset({"Latn", "Cyrl"})}
# Codes which stand for the same written language where the choice is among a shop's languages.
_SAME = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "tl": "fil", "mo": "ro"}

# Groups and stand-ins of the CLDR that are no countries.
_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "DG", "EA", "IC", "TA", "CQ"})


class Place(msgspec.Struct, frozen=True):
    """A country (ISO 3166-1 alpha-2, or "" where unknown) and its languages (BCP 47, best first)."""

    country: str = ""
    languages: tuple[str, ...] = ()


NOWHERE = Place()


def locate(ip: str, database: str | Path = "") -> Place:
    """The country an address is registered in and the languages of that country.

    database: path of an operator's own MaxMind DB (country or city edition), looked at first; without it, or
    where it does not know the address, the regional registries' data that come with iptocc.
    A private, loopback, reserved or malformed address gives the empty Place. A database that cannot be read
    raises OSError or maxminddb.InvalidDatabaseError: a wrong setting is to be seen, not guessed around.
    """
    address = parse_ip(ip)
    if address is None or not address.is_global:
        return NOWHERE
    country = _country_in(database, address) if database else ""
    country = country or iptocc.country_code(str(address)) or ""
    return Place(country, territory_languages(country)) if country else NOWHERE


@cache
def countries() -> frozenset[str]:
    """Every country's ISO 3166-1 alpha-2 code, as CLDR has them."""
    codes = map(str, Locale("en").territories)
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES)


@cache
def territory_languages(country: str) -> tuple[str, ...]:
    """Languages of a country (ISO 3166-1 alpha-2), best first: share of the population weighed with standing.

    Source: CLDR supplemental data, territory info.
    """
    weights: dict[str, float] = {}
    for code, facts in get_territory_language_info(country).items():
        share = float(facts["population_percent"] or 0)
        standing = str(facts["official_status"] or "")
        if code == "und" or (share < _LEAST_SHARE and standing != "official"):
            continue
        weights[code.replace("_", "-")] = share * _STANDING[standing]
    return tuple(sorted(weights, key=lambda code: (-weights[code], code)))


def choose(accept: Sequence[str], wanted: Sequence[str]) -> str:
    """The entry of `wanted` that best serves a reader of `accept` (both BCP 47, best first), or "".

    RFC 4647 lookup, but by script and not by truncation alone: zh-HK finds zh-TW before zh-CN, pt-BR finds
    pt. Another script of the same language is taken only when nothing else fits.
    """
    offers = [(tag, *_maximal(tag)) for tag in wanted if tag]
    for asked in accept:
        exact = [tag for tag, *_ in offers if _folded(tag) == _folded(asked)]
        if exact:
            return exact[0]
        language, script, region = _maximal(asked)
        close = [offer for offer in offers if offer[1:3] == (language, script)]
        if close:
            return next((offer[0] for offer in close if offer[3] == region), close[0][0])
    for asked in accept:
        language, script, _ = _maximal(asked)
        for tag, other_language, other_script, _ in offers:
            if other_language == language and frozenset({script, other_script}) in _READABLE:
                return tag
    return ""


def parse_accept_language(header: str) -> tuple[str, ...]:
    """The languages of an Accept-Language header, best first; without "*", nonsense and what q=0 refuses."""
    ranked: list[tuple[float, str]] = []
    for item in header[:1000].split(","):
        tag, _, rest = item.strip().partition(";")
        tag, rest = tag.strip(), rest.strip()
        if not tag or tag == "*" or not tag.replace("-", "").isalnum():
            continue
        try:
            quality = float(rest[2:]) if rest.startswith("q=") else 1.0
        except ValueError:
            continue
        if 0 < quality <= 1:
            ranked.append((quality, tag))
    return tuple(tag for _, tag in sorted(ranked, key=lambda pair: -pair[0]))


def phone_country(number: str) -> str:
    """ISO 3166-1 alpha-2 of an international phone number ("+66 81...", "0066...", bare digits), or ""."""
    import phonenumbers  # late: it is wanted only on channels that know a number

    digits = "".join(sign for sign in number if sign.isdigit())
    if not number.strip().startswith("+"):
        digits = digits.removeprefix("00")
    if not 7 <= len(digits) <= 15:
        return ""
    try:
        parsed = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return ""
    region = phonenumbers.region_code_for_number(parsed) or ""
    return region if len(region) == 2 and region.isalpha() and region != "ZZ" else ""


def client_ip(peer: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """The visitor's address: the socket's peer, or what the proxies we trust say in X-Forwarded-For.

    The header is walked from the right: anyone can make up what is left of the first proxy not ours.
    Returns "" if the peer is no address (a unix socket that no trusted network covers).
    """
    address = parse_ip(peer)
    if address is None:
        return ""
    for entry in reversed(forwarded_for.split(",")):
        if not any(address in network for network in trusted):
            break
        before = parse_ip(entry)
        if before is None:
            break
        address = before
    return str(address)


def parse_ip(text: str) -> Address | None:
    """An address as proxies and sockets write it (port, brackets, IPv4 mapped into IPv6), or None."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _folded(tag: str) -> str:
    return tag.replace("_", "-").lower()


def _maximal(tag: str) -> tuple[str, str, str]:
    """Language, script and region of a BCP 47 tag, what is not said filled in by CLDR's likely subtags."""
    language, script, region = "", "", ""
    for position, part in enumerate(_folded(tag).split("-")):
        if position == 0:
            language = part
        elif len(part) == 4 and part.isalpha() and not script:
            script = part.title()
        elif not region and ((len(part) == 2 and part.isalpha()) or (len(part) == 3 and part.isdigit())):
            region = part.upper()
    likely: dict[str, str] = get_global("likely_subtags")  # type: ignore[assignment]
    for known in (f"{language}_{script}_{region}", f"{language}_{region}", f"{language}_{script}", language):
        full = likely.get(known, "").split("_")
        if len(full) == 3:
            script, region = script or full[1], region or full[2]
            break
    return _SAME.get(language, language), script, region


@lru_cache(maxsize=4)
def _reader(database: str) -> "Reader":
    import maxminddb  # late: only operators with a database of their own need it

    return maxminddb.open_database(database)


def _country_in(database: str | Path, address: Address) -> str:
    record = _reader(str(database)).get(address)
    if not isinstance(record, dict):
        return ""
    country = record.get("country") or record.get("registered_country")
    code = country.get("iso_code") if isinstance(country, dict) else None
    return code if isinstance(code, str) else ""
