import json
import re
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest

import flows
from engine.flow import Flow
from flows.check import check
from flows.starters import beginning
from flows.transcript import read
from flows.transcript_line import Line
from schemas import UiLanguage

WORDS = {"name", "title", "reason"}
"""What of a flow people read at the screens, and no visitor; a result's ``name`` is the name of a value."""
NAMES = re.compile(r"Luna|STOP|iPad|IP")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"\{[a-z.]+")
WORDED = ("hand off", "close")
"""Lines of a case that hold such words."""

by_starter = pytest.mark.parametrize("starter", [one.id for one in flows.library()])


def words_of(value: Any, *path: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """The words of the screens in a document, by where they stand; in a list by the item's id."""
    if isinstance(value, list):
        value = {item["id"]: item for item in value if isinstance(item, dict) and "id" in item}
    for key, inner in value.items() if isinstance(value, dict) and path[-1:] != ("results",) else ():
        if isinstance(inner, str) and key in WORDS:
            yield (*path, key), inner
        else:
            yield from words_of(inner, *path, key)


def wordless(value: Any, *path: str) -> Any:
    """A document without them."""
    if isinstance(value, list):
        return [wordless(item, *path) for item in value]
    if not isinstance(value, dict) or path[-1:] == ("results",):
        return value
    told = {key: inner for key, inner in value.items() if not (key in WORDS and isinstance(inner, str))}
    return {key: wordless(inner, *path, key) for key, inner in told.items()}


def of(flow: Flow[Any]) -> dict[tuple[str, ...], str]:
    document = flows.as_dict(flow)
    return dict(words_of({name: document[name] for name in ("name", "nodes", "interrupts", "notes")}))


def others(text: str) -> list[Line]:
    """What of a case is not told in words of the screens."""
    return [line for block in read(text).blocks for line in block.lines if line.kind not in WORDED]


@pytest.mark.parametrize("screens", ["en", "zh"])
@pytest.mark.parametrize("starter", flows.library(), ids=lambda starter: starter.id)
def test_a_starter_flow_is_written_canonically_and_has_no_problem(starter: flows.Starter, screens: UiLanguage) -> None:
    flow = flows.starter(starter.id, screens)
    assert flow.id == starter.id
    assert check(flow) == []
    assert flows.read(flows.write(flow)) == flow


def test_a_starter_flow_has_a_name_and_a_promise_in_both_languages() -> None:
    for english, chinese in zip(flows.library(), flows.library("zh"), strict=True):
        assert english.id == chinese.id
        assert english.name != chinese.name
        assert english.promise.isascii()
        assert not chinese.promise.isascii()


@by_starter
def test_at_chinese_screens_all_that_no_visitor_reads_is_chinese(starter: str) -> None:
    english, chinese = flows.starter(starter), flows.starter(starter, "zh")
    words, theirs = of(english), of(chinese)
    remarks = {case: read(text).remarks for case, text in chinese.cases.items()}
    assert [where for where, word in words.items() if theirs[where] == word] == []
    for word in [*theirs.values(), *(remark for of_case in remarks.values() for remark in of_case)]:
        assert not re.search("[A-Za-z]", PLACEHOLDER.sub("", NAMES.sub("", word))), word
    for case, text in english.cases.items():
        assert len(read(text).remarks) == len(remarks[case])
        assert not CHINESE.search("".join(read(text).remarks))
    assert not CHINESE.search("".join(words.values()))


@by_starter
def test_a_starters_chinese_words_are_for_what_it_has(starter: str) -> None:
    english = flows.starter(starter)
    file = resources.files("flows") / "library" / starter / "screens.zh.json"
    chinese = json.loads(file.read_text("utf-8"))
    known = of(english)
    assert dict(words_of(chinese["flow"])).keys() == known.keys()
    assert chinese["cases"].keys() == english.cases.keys()
    lines = {line for text in english.cases.values() for line in text.split("\n")}
    assert chinese["lines"].keys() <= lines


@by_starter
def test_at_chinese_screens_a_starter_does_the_same_and_says_the_same_to_visitors(starter: str) -> None:
    english, chinese = flows.starter(starter), flows.starter(starter, "zh")
    without = [{**wordless(flows.as_dict(flow)), "cases": {}} for flow in (english, chinese)]
    assert without[0] == without[1]
    for case, text in english.cases.items():
        assert others(chinese.cases[case]) == others(text)
        assert read(chinese.cases[case]).head == read(text).head


def test_there_is_luna_in_five_languages() -> None:
    assert set(flows.starter("luna").languages) == {"en", "de", "es", "zh", "th"}


def test_another_starter_flow_there_is_not() -> None:
    with pytest.raises(KeyError):
        flows.starter("../secrets")


@pytest.mark.parametrize("screens", ["en", "zh"])
def test_an_empty_flow_begins_as_a_starter_and_goes_back_with_one_undo(screens: UiLanguage) -> None:
    empty = flows.from_dict({"format": 1, "id": "mine", "name": "Mine", "nodes": {}})
    begun = flows.edit.apply(empty, beginning(empty, "luna", screens))
    luna = flows.starter("luna", screens)
    assert (begun.flow.id, begun.flow.name) == ("mine", "Mine")
    assert (begun.flow.nodes, begun.flow.edges, begun.flow.start) == (luna.nodes, luna.edges, luna.start)
    assert (begun.flow.translations, begun.flow.layout) == (luna.translations, luna.layout)
    assert (begun.flow.interrupts, begun.flow.cases) == (luna.interrupts, luna.cases)
    assert flows.edit.apply(begun.flow, begun.inverse).flow == empty
