"""What a comparison found is told in words, whatever fact it is."""

from typing import Any

import pytest

from builder_ui.decisions import compared
from engine.rules import Compare
from schemas.patterns import READY


@pytest.mark.parametrize(
    ("compare", "found", "told"),
    [
        (Compare("country", "is", "DE"), "AT", "country is Germany (it is Austria)"),
        (Compare("time.weekday", "is", 6), 2, "weekday is Saturday (it is Tuesday)"),
        (Compare("contact.locale", "is", "de"), "fr", "contact's locale is German (it is French)"),
        (Compare("value.vip", "is", True), False, "value “vip” is yes (it is no)"),
        (Compare("tags", "has", "vip"), ["returns", "size"], "tags has vip (it is returns, size)"),
        (Compare("tags", "has", "vip"), [], "tags has vip (it is empty)"),
        (Compare("text", "matches", "^#[0-9]+"), "hello", "what the contact wrote matches a pattern written for it"),
        (Compare("text", "matches", READY["link"]), "hello", "what the contact wrote contains a link"),
        (Compare("value.to", "matches", READY["email"]), "me", "value “to” contains an email address (it is me)"),
    ],
)
def test_a_comparison_tells_what_was_found_in_words(compare: Compare, found: Any, told: str) -> None:
    assert compared(compare, found, "en") == told
