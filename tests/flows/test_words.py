import re
from pathlib import Path

import pytest

import flows
from flows.words import catalogue, said


def test_both_languages_say_the_same_things_with_the_same_values() -> None:
    english, chinese = catalogue("en"), catalogue("zh")
    assert english.keys() == chinese.keys()
    for code in english:
        slots = re.compile(r"(?<!\{)\{([a-z]+)\}")
        assert sorted(slots.findall(english[code])) == sorted(slots.findall(chinese[code])), code


def test_every_message_is_used() -> None:
    folder = Path(flows.__file__).parent
    sources = "".join(path.read_text("utf-8") for path in (*folder.glob("*.py"), folder.parent / "schemas/document.py"))
    made = re.compile(r"should_be_|told_|starter_|promise_|channel_")
    for code in catalogue("en"):
        assert f'"{code}"' in sources or made.match(code), code


@pytest.mark.parametrize("code", ["nothing", ""])
def test_there_is_no_message_without_a_code(code: str) -> None:
    with pytest.raises(KeyError):
        said(code, {})
