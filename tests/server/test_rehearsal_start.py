"""Who writes in a rehearsal: what means nothing is refused where it stands."""

import msgspec
import pytest

from server.rehearsal_start import Start


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"channel": "fax"}, "channel: “fax” is none of webwidget, telegram"),
        ({"country": "XX"}, "country: “XX” is no country"),
        ({"country": "brazil"}, "$.country"),
        ({"ip": "300.1.1.1"}, "ip: “300.1.1.1” is no IPv4 or IPv6 address"),
        ({"locale": "pt_BR!"}, "$.locale"),
        ({"timezone": "Mars/Olympus"}, "timezone: “Mars/Olympus”"),
        ({"at": "2027-03-02T10:00:00"}, "at: a time needs its offset"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "at: a time from 1970 to 2999"),
        ({"at": "9999-12-31T23:59:59Z"}, "at: a time from 1970 to 2999"),
        ({"tags": ["a, b"]}, "$.tags[0]"),
        ({"tags": [" vip"]}, "$.tags[0]"),
        ({"values": {"Order No": 1}}, "key"),
        ({"values": {"order": "two\nlines"}}, "$.values[...]"),
        ({"values": {"order": [1]}}, "$.values[...]"),
        ({"source": "a b"}, "$.source"),
        ({"contact": ""}, "$.contact"),
        ({"name": "Ana\nMaria"}, "$.name"),
        ({"mood": "good"}, "mood"),
    ],
)
def test_nonsense_is_refused(given: dict[str, object], reason: str) -> None:
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.convert(given, Start)
    assert reason in str(refused.value)


def test_everything_can_be_chosen() -> None:
    given = {
        "channel": "line",
        "account": "jp",
        "country": "BR",
        "ip": "2001:db8::1",
        "locale": "pt-BR",
        "name": "Ana María",
        "source": "facebook_ad",
        "timezone": "America/Sao_Paulo",
        "contact": "someone-else",
        "tags": ["vip", "price sensitive"],
        "values": {"order": "LU-7", "count": 3, "gift": True},
        "at": "2027-03-02T23:40:00-03:00",
    }
    start = msgspec.convert(given, Start)
    assert start.holds() == {"order": "LU-7", "count": 3, "gift": True}
    assert start.tells().timezone == "America/Sao_Paulo"
