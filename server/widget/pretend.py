"""An address for a country that a visitor of the demo shop pretends to come from."""

from functools import cache
from ipaddress import IPv4Address

import iptocc

# Of what a country's registry has given out, the first host of the first /16 found. A few countries hold blocks
# that small only; the finer second pass is for them.
_STEPS = (1 << 16, 1 << 12)
_FIRST, _LAST = int(IPv4Address("1.0.0.1")), int(IPv4Address("223.255.255.254"))


@cache
def address_in(country: str) -> str:
    """A public IPv4 address registered in ``country`` (ISO 3166-1 alpha-2), or "" where there is none."""
    country = country.upper()
    for step in _STEPS:
        for number in range(_FIRST, _LAST, step):
            if iptocc.country_code(str(IPv4Address(number))) == country and IPv4Address(number).is_global:
                return str(IPv4Address(number))
    return ""
