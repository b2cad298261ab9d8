"""Public holidays by country, as the ``holidays`` library knows them."""

from collections.abc import Mapping
from functools import cache, lru_cache
from types import MappingProxyType


@cache
def countries() -> frozenset[str]:
    """The countries whose holidays are known (ISO 3166-1 alpha-2)."""
    import holidays  # late, as below: it takes a tenth of a second and 20 MB, and not every shop asks

    return frozenset(holidays.list_supported_countries(include_aliases=False))


@lru_cache(maxsize=64)
def holidays_of(country: str, year: int) -> Mapping[str, str]:
    """A country's public holidays of a year and the next: YYYY-MM-DD -> name, in the country's own language."""
    import holidays

    if country not in countries():
        return MappingProxyType({})
    # In a language of the country's: what a name is must not depend on the machine's own.
    language = getattr(holidays, country).default_language
    found = holidays.country_holidays(country, years=(year, year + 1), language=language)
    return MappingProxyType({day.isoformat(): str(name) for day, name in sorted(found.items())})
