"""Who writes in a rehearsal, where and when: everything that can differ for a flow."""

from datetime import datetime
from typing import Annotated

import msgspec

from engine.effects import Value
from engine.events import Contact
from engine.zones import zone_names
from flows.channel_limits import CHANNELS
from flows.rehearsal import SOMEWHERE, VISITOR
from flows.transcript import EARLIEST, LATEST, in_reach
from server import geo
from server.channels import channel_types

KNOWS_IP = frozenset({"webwidget", "api"})
"""Channels that tell an address: no platform's webhook does."""

KNOWS_PHONE = frozenset({"whatsapp"})

# One line without spaces around it: so it stands in a transcript's head.
_SIGN = r"[^\x00-\x1f\x7f\x85\u2028\u2029]"
_ENDS = r"[^\s\x00-\x1f\x7f\x85\u2028\u2029]"
LINE = rf"^({_ENDS}({_SIGN}*{_ENDS})?)?$"

Line = Annotated[str, msgspec.Meta(max_length=500, pattern=LINE)]
Tag = Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=r"^[^\s,]([^,\x00-\x1f\x7f]*[^\s,])?$")]
ValueName = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class Start(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is writing, where and when.

    ``country`` (ISO 3166-1 alpha-2) is told the way the channel would tell it: by an address, a phone's prefix or the
    profile. ``ip`` says it more exactly. ``locale`` is a BCP 47 tag, ``source`` where they come from (``organic``,
    ``facebook_ad``, ``google_ad``), ``timezone`` theirs (IANA), ``at`` an aware time, now if left out. ``tags`` and
    ``values`` are what the conversation holds already, ``contact`` is the key by which a split knows them again.
    """

    channel: Annotated[str, msgspec.Meta(max_length=40, examples=sorted(CHANNELS))] = "webwidget"
    account: Annotated[str, msgspec.Meta(max_length=64, pattern=LINE)] = ""
    country: Annotated[str, msgspec.Meta(pattern=r"^([A-Z]{2})?$", examples=["BR"])] = ""
    ip: Annotated[str, msgspec.Meta(max_length=45)] = ""
    locale: Annotated[
        str, msgspec.Meta(pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$", max_length=35, examples=["pt-BR"])
    ] = ""
    name: Annotated[str, msgspec.Meta(max_length=80, pattern=LINE)] = ""
    source: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.-]*$", max_length=40, examples=["facebook_ad"])] = ""
    timezone: Annotated[str, msgspec.Meta(max_length=64, examples=["America/Sao_Paulo"])] = ""
    contact: Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")] = VISITOR
    tags: Annotated[tuple[Tag, ...], msgspec.Meta(max_length=50)] = ()
    values: Annotated[dict[ValueName, Line | int | float | bool], msgspec.Meta(max_length=50)] = {}
    at: datetime | None = None

    def __post_init__(self) -> None:
        """Raise ValueError naming the field that means nothing."""
        if self.channel not in CHANNELS and self.channel not in channel_types():
            raise ValueError(f"channel: “{self.channel}” is none of {', '.join(CHANNELS)}")
        if self.country and self.country not in geo.countries():
            raise ValueError(f"country: “{self.country}” is no country of ISO 3166-1")
        if self.ip and geo.parse_ip(self.ip) is None:
            raise ValueError(f"ip: “{self.ip}” is no IPv4 or IPv6 address")
        if self.timezone and self.timezone not in zone_names():
            raise ValueError(f"timezone: “{self.timezone}” is no IANA time zone, such as America/Sao_Paulo")
        if self.at is not None and self.at.tzinfo is None:
            raise ValueError("at: a time needs its offset, such as 2027-03-02T10:00:00Z")
        if self.at is not None and not in_reach(self.at):
            raise ValueError(f"at: a time from {EARLIEST.year} to {LATEST.year - 1}")

    def tells(self) -> Contact:
        """What the chosen channel would tell of this person."""
        by_ip = self.channel in KNOWS_IP
        by_phone = self.channel in KNOWS_PHONE
        return Contact(
            name=self.name,
            locale=self.locale,
            ip=(self.ip or (SOMEWHERE if self.country else "")) if by_ip else "",
            phone_country=self.country if by_phone else "",
            country="" if by_ip or by_phone else self.country,
            source=self.source,
            timezone=self.timezone,
        )

    def holds(self) -> dict[str, Value]:
        """The values the conversation begins with."""
        return dict(self.values)
