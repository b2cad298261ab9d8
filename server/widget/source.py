"""Where a visitor came from, by the address of the page they landed on and the page before it."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

# The click ids advertising networks append to the shop's address, and the source that each one proves.
_CLICKS = {
    "gclid": "google_ad",
    "gbraid": "google_ad",
    "wbraid": "google_ad",
    "msclkid": "bing_ad",
    "ttclid": "tiktok_ad",
}
# utm_source and host names as shops and browsers write them, to the network's name.
_NETWORKS = {
    "google": "google",
    "facebook": "facebook",
    "fb": "facebook",
    "instagram": "instagram",
    "ig": "instagram",
    "tiktok": "tiktok",
    "bing": "bing",
    "youtube": "youtube",
    "pinterest": "pinterest",
    "line": "line",
}
_PAID = frozenset({"cpc", "ppc", "cpm", "paid", "paidsocial", "paid_social", "paid-social", "ad", "ads", "display"})
_SEARCH = frozenset({"google", "bing", "yahoo", "duckduckgo", "baidu", "yandex", "naver", "ecosia"})
_LONGEST = 40


def source_of(landing: str, referrer: str) -> str:
    """``google_ad``, ``facebook_ad`` …, ``newsletter`` or whatever utm_source says, ``organic``, a site, or ``direct``.

    landing: address of the first page of the visit, with its query; referrer: the page before it, or "".
    ``fbclid`` alone is no proof of an ad: Facebook appends it to every link that is shared there.
    """
    query = _query(landing)
    for name, source in _CLICKS.items():
        if query.get(name):
            return source
    named = _plain(query.get("utm_source", ""))
    network = _NETWORKS.get(named.split(".")[0], named) or ("facebook" if query.get("fbclid") else "")
    if network:
        return f"{network}_ad" if query.get("utm_medium", "").strip().lower() in _PAID else network
    return _from_referrer(landing, referrer)


def _from_referrer(landing: str, referrer: str) -> str:
    host = _host(referrer)
    if not host or host == _host(landing):
        return "direct"
    names = host.removeprefix("www.").split(".")
    if _SEARCH.intersection(names[:-1]):
        return "organic"
    return next((_NETWORKS[name] for name in names[:-1] if name in _NETWORKS), _plain(".".join(names)))


def _query(address: str) -> Mapping[str, str]:
    try:
        return dict(parse_qsl(urlsplit(address).query, max_num_fields=100))
    except ValueError:
        return {}


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _plain(text: str) -> str:
    kept = (sign for sign in text.strip().lower().replace(" ", "_") if sign.isalnum() or sign in "._-")
    return "".join(kept)[:_LONGEST]
