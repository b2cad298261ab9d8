"""One flow per problem: what is found, how grave it is, and where."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

import flows
from engine.flow import Edge, Flow, Interrupt, Trigger
from engine.rules import All, Compare, Not, Rule
from engine.rules import Any as AnyOf
from flows.check import Problem, check, errors
from flows.edit import apply
from flows.words import catalogue
from nodes.branch import Branch, Case
from nodes.close import Close
from nodes.http_request import HttpRequest, SentField, SentHeader
from nodes.human_handoff import HumanHandoff
from nodes.message import Message
from nodes.question import Option, Question
from nodes.set_value import SetValue
from nodes.tag import Tag
from nodes.welcome import Welcome

HELLO = Compare("text", "is", "hello")
GERMANY = Compare("country", "is", "DE")


def flow(nodes: dict[str, Any], edges: list[str] | None = None, start: str = "a", **more: Any) -> Flow[Any]:
    made = tuple(sorted(Edge(*edge.split()) for edge in edges or []))
    return Flow(id="f", name="F", nodes=nodes, edges=made, start=start, **more)


def branch(rule: Rule) -> Flow[Any]:
    nodes = {"a": Branch(cases=(Case("x", "X", rule),)), "p": HumanHandoff(reason="r", limit=0)}
    return flow(nodes, ["a x p", "a otherwise p"])


def deep(levels: int) -> Rule:
    rule: Rule = HELLO
    for _ in range(levels):
        rule = Not(rule)
    return rule


PERSON = HumanHandoff(reason="r", limit=0)
WHOLE = flow({"a": Welcome(text="Hi"), "p": PERSON}, ["a next p"])
TWO = {"a": Message(text="Hi"), "b": Message(text="Ho"), "p": PERSON}

CASES: list[tuple[str, Flow[Any], tuple[str, str | None, str | None]]] = [
    ("error empty", flow({}, start=""), ("empty", None, None)),
    ("error no_start", flow(TWO, start=""), ("no_start", None, "start")),
    ("error unknown_start", flow(TWO, start="gone"), ("unknown_start", None, "start")),
    ("error edge_to_nowhere", flow(TWO, ["a next gone"]), ("edge_to_nowhere", "a", None)),
    ("error edge_from_nowhere", flow(TWO, ["gone next a"]), ("edge_from_nowhere", "gone", None)),
    ("error unknown_port", flow(TWO, ["a zap b"]), ("unknown_port", "a", None)),
    ("error edge_twice", flow(TWO, ["a next b", "a next p"]), ("edge_twice", "a", None)),
    ("warning unreachable", flow(TWO, ["a next p"]), ("unreachable", "b", None)),
    ("warning loose_port", flow(TWO, ["a next b"]), ("loose_port", "b", None)),
    ("warning silence", flow({"a": Welcome(text="Hi")}), ("silence", "a", None)),
    ("warning silent_wait", flow({"a": Question()}), ("silent_wait", "a", None)),
    ("error loop", flow(TWO, ["a next b", "b next a"]), ("loop", "a", None)),
    ("error loop", flow(TWO, ["a next a"]), ("loop", "a", None)),
    (
        "warning missing_translation",
        flow(TWO, translations={"de": {"a": {"text": "Hallo"}}}),
        ("missing_translation", "b", "text"),
    ),
    (
        "warning missing_translation",
        flow({"a": Close()}, translations={"de": {"a": {"text": "Tschüss"}}}),
        ("missing_translation", "a", "text"),
    ),
    ("error empty_field", flow({"a": Message(text="  ")}), ("empty_field", "a", "text")),
    ("error empty_field", flow({"a": Tag()}), ("empty_field", "a", "add")),
    ("error empty_field", flow({"a": Branch()}), ("empty_field", "a", "cases")),
    (
        "error empty_field",
        flow({"a": Question(text="?", choices=(Option("x"),))}),
        ("empty_field", "a", "choices.x.label"),
    ),
    ("warning unknown_placeholder", flow({"a": Message(text="{value.order}")}), ("unknown_placeholder", "a", "text")),
    ("warning unknown_placeholder", flow({"a": Message(text="{zap}")}), ("unknown_placeholder", "a", "text")),
    (
        "warning unknown_placeholder",
        flow({"a": Message(text="x")}, translations={"de": {"a": {"text": "{zap}"}}}),
        ("unknown_placeholder", "a", "text"),
    ),
    (
        "warning unknown_placeholder",
        flow({"a": SetValue(value_name="x", value="{zap}")}),
        ("unknown_placeholder", "a", "value"),
    ),
    ("error unknown_fact", branch(Compare("weather", "is", "fine")), ("unknown_fact", "a", "cases.x")),
    ("warning unknown_value", branch(Compare("value.order", "is", "x")), ("unknown_value", "a", "cases.x")),
    ("error operator_misfit", branch(Compare("tags", "contains", "x")), ("operator_misfit", "a", "cases.x")),
    ("error operator_misfit", branch(Compare("text", "less", 5)), ("operator_misfit", "a", "cases.x")),
    ("error bad_pattern", branch(Compare("text", "matches", "(")), ("bad_pattern", "a", "cases.x")),
    ("error bad_pattern", branch(Compare("text", "matches", "(?=x)")), ("bad_pattern", "a", "cases.x")),
    (
        "error bad_pattern",
        flow({"a": Question(text="?", expects="pattern", pattern="[")}),
        ("bad_pattern", "a", "pattern"),
    ),
    ("error bad_value", branch(Compare("messages", "more", "many")), ("bad_value", "a", "cases.x")),
    ("error bad_value", branch(Compare("messages", "between", [1])), ("bad_value", "a", "cases.x")),
    ("error bad_value", branch(Compare("now", "before", "soon")), ("bad_value", "a", "cases.x")),
    ("error incomplete_condition", branch(Compare("text", "contains", "")), ("incomplete_condition", "a", "cases.x")),
    ("error incomplete_condition", branch(Compare("text", "in", [])), ("incomplete_condition", "a", "cases.x")),
    ("error incomplete_condition", branch(Compare("text", "is")), ("incomplete_condition", "a", "cases.x")),
    ("error rule_too_deep", branch(deep(12)), ("rule_too_deep", "a", "cases.x")),
    ("warning never", branch(AnyOf()), ("never", "a", "cases.x")),
    ("warning never", branch(All((HELLO, AnyOf()))), ("never", "a", "cases.x")),
    (
        "warning never",
        branch(All((Compare("country", "is", "DE"), Compare("country", "is", "FR")))),
        ("never", "a", "cases.x"),
    ),
    (
        "warning shadowed",
        flow({"a": Branch(cases=(Case("x", "X", Compare("country", "in", ["DE", "FR"])), Case("y", "Y", GERMANY)))}),
        ("shadowed", "a", "cases.y"),
    ),
    ("warning no_person", flow({"a": Close()}), ("no_person", None, None)),
    (
        "error interrupt_to_unknown",
        flow(TWO, interrupts=(Interrupt("i", "Stop", HELLO, "gone"),)),
        ("interrupt_to_unknown", None, "interrupts"),
    ),
    (
        "error unknown_fact",
        flow(TWO, interrupts=(Interrupt("i", "Stop", Compare("zap", "is", "x"), "b"),)),
        ("unknown_fact", None, "interrupts"),
    ),
    (
        "error unknown_fact",
        flow(TWO, trigger=Trigger(when=Compare("zap", "is", "x"))),
        ("unknown_fact", None, "trigger"),
    ),
    ("warning text_too_long", flow({"a": Message(text="x" * 2001)}), ("text_too_long", "a", "text")),
    (
        "warning label_too_long",
        flow({"a": Question(text="?", choices=(Option("x", "x" * 25),))}),
        ("label_too_long", "a", "choices.x.label"),
    ),
    (
        "warning text_too_long",
        flow({"a": Message(text="x")}, translations={"de": {"a": {"text": "x" * 2001}}}),
        ("text_too_long", "a", "text"),
    ),
    ("error language_twice", flow(TWO, translations={"en": {}}), ("language_twice", None, "translations")),
    (
        "warning stray_translation",
        flow(TWO, translations={"de": {"gone": {"text": "x"}}}),
        ("stray_translation", None, "translations"),
    ),
    (
        "warning stray_translation",
        flow(TWO, translations={"de": {"a": {"zap": "x"}}}),
        ("stray_translation", None, "translations"),
    ),
    (
        "error duplicate_port",
        flow({"a": Branch(cases=(Case("otherwise", "X", HELLO),))}),
        ("duplicate_port", "a", None),
    ),
    (
        "warning unknown_placeholder",
        flow({"a": HttpRequest(service="s", fields=(SentField("x", "{value.no}"),))}),
        ("unknown_placeholder", "a", "fields.0.value"),
    ),
    ("error unknown_timezone", flow(TWO, timezone="Mars/Base"), ("unknown_timezone", None, "timezone")),
]


ASKS = flow({"a": HttpRequest(service="orders", headers=(SentHeader("X-Key", secret="key"),)), "p": PERSON})


@pytest.mark.parametrize(
    ("services", "wanted"),
    [
        (None, set()),
        ({"orders": ["key", "other"]}, set()),
        ({"parcels": ["key"]}, {("error", "unknown_service", "a", "service")}),
        ({"orders": ["other"]}, {("error", "unknown_secret", "a", "headers")}),
    ],
)
def test_services_and_secrets_are_those_there_are(services: Any, wanted: set[Any]) -> None:
    found = {(one.severity, one.code, one.node, one.field) for one in check(ASKS, services=services)}
    assert {one for one in found if one[0] == "error"} == wanted


@pytest.mark.parametrize(("what", "broken", "wanted"), CASES, ids=[case[0] for case in CASES])
def test_finds_it_says_how_grave_it_is_and_where(
    what: str, broken: Flow[Any], wanted: tuple[str, str | None, str | None]
) -> None:
    severity, code = what.split()
    found = {(problem.severity, problem.code, problem.node, problem.field) for problem in check(broken)}
    assert (severity, code, wanted[1], wanted[2]) in found
    assert wanted[0] == code


@pytest.mark.parametrize(("what", "broken", "wanted"), CASES, ids=[case[0] for case in CASES])
def test_says_it_in_both_languages(what: str, broken: Flow[Any], wanted: Any) -> None:
    for english, chinese in zip(check(broken), check(broken, "zh"), strict=True):
        assert english.code == chinese.code
        assert re.search(r"[\u4e00-\u9fff]", chinese.message)
        assert not re.search(r"[\u4e00-\u9fff]", english.message)


@pytest.mark.parametrize(
    "sound",
    [
        WHOLE,
        branch(Compare("now", "after", "2027-01-01")),
        branch(Compare("messages", "between", [1, "5"])),
        branch(Compare("text", "is", "")),
        branch(Compare("tags", "has_any", ["vip"])),
        branch(deep(11)),
        *(flows.starter(one.id) for one in flows.library()),
    ],
)
def test_has_nothing_against_a_sound_flow(sound: Flow[Any]) -> None:
    assert check(sound) == []


def test_knows_what_questions_and_outside_set() -> None:
    nodes = {"a": Question(text="?", save_as="order"), "b": Message(text="{value.order} {value.vip}"), "p": PERSON}
    made = flow(nodes, ["a answered b", "b next p"])
    assert [(p.code, p.message) for p in check(made)] == [
        ("unknown_placeholder", "“Message” uses {value.vip}, which nothing sets.")
    ]
    assert check(made, variables=["vip"]) == []


def test_a_circle_with_someone_to_wait_for_is_none() -> None:
    nodes = {"a": Question(text="?"), "b": Message(text="x"), "p": PERSON}
    interrupts = (Interrupt("i", "Stop", HELLO, "p"),)
    assert check(flow(nodes, ["a answered b", "b next a"], interrupts=interrupts)) == []


def test_an_optional_port_may_lead_nowhere() -> None:
    assert [problem.code for problem in check(flow({"a": PERSON}))] == []


def test_a_text_is_held_against_the_channels_that_the_flow_takes() -> None:
    def said(length: int, *channels: str) -> list[str]:
        made = flow({"a": Message(text="x" * length), "p": PERSON}, ["a next p"], trigger=Trigger(channels=channels))
        return [problem.message for problem in check(made)]

    assert said(4097, "whatsapp", "api") == [
        "“Message” says 4097 characters in English; more than a message may have: WhatsApp 4096."
    ]
    assert said(4096, "whatsapp", "api") == said(50_000, "email", "api") == []
    assert "Instagram 1000" in said(1001)[0]


def test_a_label_that_will_be_cut_is_quoted() -> None:
    asked = Question(text="?", choices=(Option("x", "Yes"), Option("y", "No, rather talk to a person")))
    made = flow({"a": asked}, trigger=Trigger(channels=("whatsapp",)))

    def told(language: Any) -> list[str]:
        return [problem.message for problem in check(made, language) if problem.code == "label_too_long"]

    english = "“Question”: the choice “No, rather talk to a person” has 27 characters in English; it will be cut."
    assert told("en") == [f"{english} At most: WhatsApp 24."]
    chinese = "“提问”：选项“No, rather talk to a person”的英语文字有 27 个字符，会被截断。"
    assert told("zh") == [f"{chinese}上限：WhatsApp 24。"]


def test_with_choices_a_message_may_have_less() -> None:
    asks = Question(text="x" * 1025, choices=(Option("a", "A"),), retries=0, other=True)
    nodes = {"a": asks, "p": PERSON}
    made = flow(nodes, ["a a p", "a answered p"], trigger=Trigger(channels=("whatsapp",)))
    assert [problem.code for problem in check(made)] == ["text_too_long"]


def test_errors_come_first_and_only_they_block() -> None:
    broken = flow({"a": Message(), "b": Close(text="x")})
    found = check(broken)
    assert [problem.severity for problem in found] == sorted(problem.severity for problem in found)
    assert [problem.code for problem in errors(found)] == ["empty_field"]


def test_every_problem_there_is_has_its_case() -> None:
    shown = {case[2][0] for case in CASES}
    reported = set(re.findall(r'(?:error|warning)\(\s*"([a-z_]+)"', _sources()))
    assert reported == shown
    assert reported <= set(catalogue("en"))


def _sources() -> str:
    modules = (flows.check, flows.check_rules, flows.check_texts)
    return "".join(Path(str(module.__file__)).read_text("utf-8") for module in modules)


def test_problems_travel_as_json() -> None:
    (problem,) = [one for one in check(flow(TWO, ["a next b"])) if one.code == "loose_port"]
    assert msgspec.to_builtins(problem) == {
        "severity": "warning",
        "code": "loose_port",
        "message": "“Next” of “Message” leads nowhere.",
        "node": "b",
        "edge": ("b", "next"),
        "fixes": (
            {
                "title": "Connect to “Human handoff”",
                "edit": {"op": "connect", "source": "b", "port": "next", "target": "p"},
            },
        ),
    }


@pytest.mark.parametrize(("what", "broken", "wanted"), CASES, ids=[case[0] for case in CASES])
def test_every_way_to_mend_a_problem_mends_it_and_breaks_nothing(what: str, broken: Flow[Any], wanted: Any) -> None:
    def known(problem: Problem) -> tuple[Any, ...]:
        return (problem.code, problem.node, problem.field, problem.edge)

    before = check(broken)
    grave = {known(one) for one in errors(before)}
    for problem in before:
        for fix in problem.fixes:
            mended = check(apply(broken, fix.edit).flow)
            assert known(problem) not in set(map(known, mended))
            assert {known(one) for one in errors(mended)} <= grave | {("empty_field", "welcome", "text", None)}


def test_a_name_that_is_nearly_right_can_be_put_right_in_every_language() -> None:
    nodes = {"a": Question(text="?", save_as="order"), "b": Message(text="{value.ordr|it}"), "p": PERSON}
    made = flow(
        nodes, ["a answered b", "b next p"], translations={"de": {"a": {"text": "?"}, "b": {"text": "{value.ordr}"}}}
    )
    (problem,) = check(made)
    (fix,) = problem.fixes
    assert fix.title == "Write {value.order}"
    mended = apply(made, fix.edit).flow
    assert (mended.nodes["b"].text, mended.translations["de"]["b"]["text"]) == ("{value.order|it}", "{value.order}")


def test_a_person_can_be_fetched_however_many_interrupts_there_are() -> None:
    taken = ["person", *(f"person_{number}" for number in range(2, 7))]
    silent = flow({"a": Close()}, interrupts=tuple(Interrupt(id=one, name=one, when=HELLO, to="a") for one in taken))
    (problem,) = (one for one in check(silent) if one.code == "no_person")
    mended = apply(silent, problem.fixes[0].edit).flow
    assert [one.id for one in mended.interrupts] == [*taken, "person_7"]
