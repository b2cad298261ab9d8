import json
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import flows
from engine.flow import MOST_CASES, Edge, Flow, Note
from flows import edits as op
from flows.edit import MOST_EDITS, MOST_NODES, Applied, EditError, apply, read
from flows.views import in_language
from nodes.collect import Collect, Item
from nodes.message import Message
from nodes.question import Option, Question
from tests.flows.random_flows import LANGUAGES, any_flow, any_node, any_rule

ASKS = Question(text="Which?", choices=(Option("gold", "Gold"), Option("silver", "Silver")))
FLOW: Flow[Any] = Flow(
    id="f",
    name="F",
    start="hi",
    nodes={"hi": Message(text="Hi"), "ask": ASKS, "end": Message()},
    edges=(Edge("ask", "gold", "end"), Edge("ask", "silver", "hi"), Edge("hi", "next", "ask")),
    translations={"de": {"ask": {"text": "Was?", "choices.gold.label": "Gold", "choices.silver.label": "Silber"}}},
    layout={"hi": (0.0, 0.0)},
)


def done(edit: dict[str, Any], flow: Flow[Any] = FLOW) -> Applied:
    """Applied as it comes over the wire, the inverse tried as it goes back."""
    applied = apply(flow, json.loads(json.dumps(edit)))
    back = apply(applied.flow, json.loads(msgspec.json.encode(applied.inverse)))
    assert flows.write(back.flow) == flows.write(flow)
    return applied


def test_what_is_asked_for_is_translated_by_its_item() -> None:
    asks = Collect(items=(Item("n", "name", "Name?"), Item("m", "email", "Mail?")), retry_text="Once more")
    flow = Flow[Any](id="f", name="F", start="a", nodes={"a": asks}, translations={"de": {}})
    for path, text in (("items.m.question", "E-Mail?"), ("retry_text", "Noch einmal"), ("skip_label", "Weiter")):
        flow = done({"op": "translate", "language": "de", "node": "a", "path": path, "text": text}, flow).flow
    turned = [msgspec.to_builtins(item) for item in reversed(asks.items)]
    flow = done({"op": "set", "node": "a", "field": "items", "value": turned}, flow).flow
    assert in_language(flow, "a", "de").items[0].question == "E-Mail?"  # type: ignore[attr-defined]
    flow = done({"op": "set", "node": "a", "field": "items", "value": turned[1:]}, flow).flow
    assert flow.translations["de"]["a"] == {"retry_text": "Noch einmal", "skip_label": "Weiter"}


def test_the_first_node_is_the_start() -> None:
    empty: Flow[Any] = Flow(id="f", name="F")
    edit = {"op": "add", "node": "a", "config": {"type": "message"}, "at": [1, 2]}
    applied = done(edit, empty)
    assert applied.flow.start == "a"
    assert applied.flow.layout == {"a": (1.0, 2.0)}
    assert applied.changed_nodes == ("a",)
    second = done({**edit, "node": "b"}, applied.flow)
    assert second.flow.start == "a"


def test_a_node_goes_with_all_that_hangs_on_it() -> None:
    interrupt = {"id": "i", "name": "I", "when": {"kind": "all"}, "to": "ask"}
    flow = done({"op": "set_flow", "field": "interrupts", "value": [interrupt]}).flow
    left = done({"op": "remove", "nodes": ["ask", "hi"]}, flow)
    assert set(left.flow.nodes) == {"end"}
    assert left.flow.edges == ()
    assert left.flow.translations == {"de": {}}
    assert left.flow.layout == {}
    assert left.flow.start == ""
    assert left.flow.interrupts == ()
    assert left.changed_nodes == ("ask", "hi")


def test_connecting_takes_the_place_of_what_the_port_had() -> None:
    applied = done({"op": "connect", "source": "hi", "port": "next", "target": "end"})
    assert Edge("hi", "next", "end") in applied.flow.edges
    assert Edge("hi", "next", "ask") not in applied.flow.edges
    assert applied.changed_nodes == ("hi",)


def test_disconnects() -> None:
    assert done({"op": "disconnect", "source": "hi", "port": "next"}).flow.edges == FLOW.edges[:2]


def test_sets_a_field_and_resets_it() -> None:
    applied = done({"op": "set", "node": "hi", "field": "text", "value": "Hello"})
    assert applied.flow.nodes["hi"] == Message(text="Hello")
    assert done({"op": "set", "node": "hi", "field": "text", "value": None}, applied.flow).flow.nodes["hi"] == Message()


def test_ways_out_that_vanish_take_their_edges_and_texts_along() -> None:
    choices = [{"id": "gold", "label": "Gold"}]
    applied = done({"op": "set", "node": "ask", "field": "choices", "value": choices})
    assert applied.flow.edges == (Edge("ask", "gold", "end"), Edge("hi", "next", "ask"))
    assert applied.flow.translations["de"]["ask"] == {"text": "Was?", "choices.gold.label": "Gold"}


def test_translates() -> None:
    own = done({"op": "translate", "language": "en", "node": "ask", "path": "choices.gold.label", "text": "Golden"})
    assert own.flow.nodes["ask"].choices[0].label == "Golden"
    german = done({"op": "translate", "language": "de", "node": "hi", "path": "text", "text": "Hallo"})
    assert german.flow.translations["de"]["hi"] == {"text": "Hallo"}
    assert german.changed_nodes == ("hi",)
    none = done({"op": "translate", "language": "de", "node": "hi", "path": "text", "text": ""}, german.flow)
    assert "hi" not in none.flow.translations["de"]


def test_moving_changes_no_nodes_picture() -> None:
    applied = done({"op": "move", "to": {"hi": [5, 6], "end": [7, 8]}})
    assert applied.flow.layout == {"hi": (5.0, 6.0), "end": (7.0, 8.0)}
    assert applied.changed_nodes == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Other"),
        ("timezone", "Asia/Bangkok"),
        ("start", "end"),
        ("trigger", {"channels": ["telegram"], "when": {"kind": "all", "rules": []}}),
        ("apologies", {"en": "Sorry"}),
        ("interrupts", [{"id": "i", "name": "I", "when": {"kind": "all", "rules": []}, "to": "end"}]),
    ],
)
def test_sets_the_flows_own_fields(field: str, value: Any) -> None:
    applied = done({"op": "set_flow", "field": field, "value": value})
    assert flows.as_dict(applied.flow)[field] == value


def test_another_of_its_languages_becomes_its_own_and_texts_change_places() -> None:
    applied = done({"op": "set_flow", "field": "language", "value": "de"})
    assert applied.flow.languages == ("de", "en")
    assert applied.flow.nodes["ask"].text == "Was?"
    assert applied.flow.nodes["hi"].text == "Hi"
    assert applied.flow.translations["en"]["ask"]["choices.silver.label"] == "Silver"


def test_a_language_it_does_not_speak_only_names_its_own_anew() -> None:
    applied = done({"op": "set_flow", "field": "language", "value": "fr"})
    assert applied.flow.languages == ("fr", "de")
    assert applied.flow.nodes == FLOW.nodes


def test_learns_and_forgets_languages() -> None:
    assert done({"op": "add_language", "language": "th"}).flow.languages == ("en", "de", "th")
    assert done({"op": "remove_language", "language": "de"}).flow.languages == ("en",)


def test_keeps_notes() -> None:
    applied = done({"op": "note", "id": "n", "text": "Mind", "at": [1, 2]})
    assert applied.flow.notes == {"n": Note("Mind", (1.0, 2.0))}
    assert done({"op": "remove_note", "id": "n"}, applied.flow).flow.notes == {}


def test_a_notes_width_stays_until_another_is_given() -> None:
    wide = done({"op": "note", "id": "n", "text": "Mind", "at": [1, 2], "width": 320}).flow
    base = msgspec.to_builtins(wide.notes["n"])
    said = done({"op": "note", "id": "n", "text": "Mind this", "at": [1, 2], "base": base}, wide)
    assert said.flow.notes == {"n": Note("Mind this", (1.0, 2.0), 320)}
    # Somebody else wrote while the hand made it wider: both stay.
    both = done({"op": "note", "id": "n", "text": "Mind", "at": [1, 2], "width": 400, "base": base}, said.flow)
    assert both.flow.notes == {"n": Note("Mind this", (1.0, 2.0), 400)}
    assert b"width" not in flows.write(done({"op": "note", "id": "n", "text": "Mind", "at": [1, 2]}).flow)


def test_keeps_test_cases() -> None:
    applied = done({"op": "put_case", "id": "greeting", "text": "opens\nbot: Hi\n"})
    assert applied.flow.cases == {"greeting": "opens\nbot: Hi\n"}
    assert applied.changed_nodes == ()
    changed = done({"op": "put_case", "id": "greeting", "text": "opens\n"}, applied.flow)
    assert changed.flow.cases == {"greeting": "opens\n"}
    assert done({"op": "remove_case", "id": "greeting"}, changed.flow).flow.cases == {}


def test_there_is_an_end_to_test_cases() -> None:
    full = {f"c{number}": "opens\n" for number in range(MOST_CASES)}
    flow = apply(FLOW, {"op": "batch", "edits": [{"op": "put_case", "id": i, "text": t} for i, t in full.items()]}).flow
    with pytest.raises(EditError, match="at most 200") as refused:
        apply(flow, {"op": "put_case", "id": "one_more", "text": "opens\n"})
    assert refused.value.where == "cases"
    long = "opens\nbot: " + "字" * 40_000
    with pytest.raises(EditError, match="larger than 1 MB"):
        apply(FLOW, {"op": "batch", "edits": [{"op": "put_case", "id": f"c{n}", "text": long} for n in range(10)]})


def test_there_is_an_end_to_the_turns_of_all_test_cases() -> None:
    """A text of many lines is one turn; what is taken away in the same batch makes room."""
    turns = "opens\n" + "visitor: x\nbot: y\n    and\n    more\n" * 999
    five = [{"op": "put_case", "id": f"c{n}", "text": turns} for n in range(5)]
    full = apply(FLOW, {"op": "batch", "edits": five}).flow
    one_more = {"op": "put_case", "id": "one_more", "text": "opens\n"}
    with pytest.raises(EditError) as refused:
        apply(full, one_more)
    assert (refused.value.where, refused.value.code) == ("cases", "cases_too_long")
    assert str(refused.value).startswith("All test cases together have 5001 turns; the limit is 5000.")
    assert "5001 个对话回合，上限为 5000 个" in refused.value.in_words("zh")
    room = {"op": "batch", "edits": [one_more, {"op": "remove_case", "id": "c0"}]}
    assert len(apply(full, room).flow.cases) == 5


def test_a_batch_is_done_as_a_whole_or_not_at_all() -> None:
    add = {"op": "add", "node": "new", "config": {"type": "close"}}
    connect = {"op": "connect", "source": "end", "port": "next", "target": "new"}
    applied = done({"op": "batch", "edits": [add, connect]})
    assert applied.changed_nodes == ("end", "new")
    with pytest.raises(EditError):
        apply(FLOW, {"op": "batch", "edits": [add, add]})
    assert "new" not in FLOW.nodes


@pytest.mark.parametrize(
    ("edit", "where", "code"),
    [
        ({"op": "explode"}, "", "no_such_edit"),
        ({}, "", "no_such_edit"),
        ({"op": "remove", "nodes": ["gone"]}, "nodes/gone", "no_such_node"),
        ({"op": "move", "to": {"gone": [0, 0]}}, "nodes/gone", "no_such_node"),
        ({"op": "move", "to": {"hi": [0, float("nan")]}}, "to/hi/1", "not_a_number"),
        ({"op": "add", "node": "hi", "config": {"type": "message"}}, "nodes/hi", "node_exists"),
        ({"op": "add", "node": "A b", "config": {"type": "message"}}, "nodes", "bad_node_id"),
        ({"op": "add", "node": "b", "config": {"type": "exec"}}, "nodes/b/type", "unknown_type"),
        ({"op": "add", "node": "b", "config": {}}, "nodes/b/type", "missing_field"),
        ({"op": "connect", "source": "hi", "port": "gold", "target": "end"}, "nodes/hi", "no_such_port"),
        ({"op": "connect", "source": "hi", "port": "next", "target": "gone"}, "nodes/gone", "no_such_node"),
        ({"op": "disconnect", "source": "end", "port": "next"}, "nodes/end", "no_such_edge"),
        ({"op": "set", "node": "hi", "field": "zap", "value": 1}, "nodes/hi/zap", "no_such_field"),
        ({"op": "set", "node": "hi", "field": "type", "value": "close"}, "nodes/hi/type", "no_such_field"),
        ({"op": "set", "node": "hi", "field": "text", "value": 5}, "nodes/hi/text", "should_be_string"),
        ({"op": "set", "node": "hi", "field": "text", "value": "\ud800"}, "value", "broken_text"),
        ({"op": "set", "node": "hi", "field": "text", "value": "a\0"}, "value", "broken_text"),
        ({"op": "set", "node": "ask", "field": "retries", "value": 99}, "nodes/ask/retries", "too_large"),
        (
            {"op": "translate", "language": "th", "node": "hi", "path": "text", "text": "x"},
            "nodes/hi/text",
            "no_such_language",
        ),
        (
            {"op": "translate", "language": "de", "node": "hi", "path": "zap", "text": "x"},
            "nodes/hi/zap",
            "no_such_text",
        ),
        (
            {"op": "translate", "language": "de", "node": "hi", "path": "text", "text": "x" * 10_001},
            "nodes/hi/text",
            "text_longer",
        ),
        ({"op": "set_flow", "field": "name", "value": ""}, "name", "should_be_non_empty"),
        ({"op": "set_flow", "field": "name", "value": "x" * 121}, "name", "text_longer"),
        ({"op": "set_flow", "field": "timezone", "value": "x" * 65}, "timezone", "no_such_edit"),
        ({"op": "set_flow", "field": "apologies", "value": {"Deutsch": "x"}}, "apologies", "no_such_edit"),
        ({"op": "patch", "flow": {"timezone": "x" * 65}}, "timezone", "no_such_edit"),
        ({"op": "set_flow", "field": "id", "value": "x"}, "", "no_such_edit"),
        ({"op": "set_flow", "field": "language", "value": "Deutsch"}, "language", "wrong_form"),
        ({"op": "set_flow", "field": "language", "value": 5}, "language", "wrong_form"),
        ({"op": "set_flow", "field": "trigger", "value": {"when": 5}}, "trigger", "no_such_edit"),
        ({"op": "add_language", "language": "de"}, "translations", "language_exists"),
        ({"op": "add_language", "language": "no language"}, "language", "wrong_form"),
        ({"op": "remove_language", "language": "en"}, "translations", "own_language"),
        ({"op": "remove_language", "language": "th"}, "translations", "no_such_language"),
        ({"op": "remove_note", "id": "n"}, "notes", "no_such_note"),
        ({"op": "remove_case", "id": "n"}, "cases/n", "no_such_case"),
        ({"op": "put_case", "id": "n", "text": "opens\nhello"}, "cases/n", "bad_case"),
        ({"op": "put_case", "id": "No name", "text": "opens"}, "cases", "wrong_name"),
        ({"op": "put_case", "id": "n", "text": "opens\n" + "x" * 50_000}, "cases/n", "text_longer"),
        ({"op": "note", "id": "n", "text": "x" * 5001, "at": [0, 0]}, "notes/n", "no_such_edit"),
        ({"op": "note", "id": "n", "text": "x", "at": [0, 0], "width": 95}, "", "no_such_edit"),
        ({"op": "patch", "nodes": {"b": {"type": "exec"}}}, "nodes/b/type", "unknown_type"),
        ({"op": "patch", "flow": {"id": "other"}}, "id", "no_such_field"),
        ({"op": "patch", "texts": {"Deutsch": {}}}, "language", "wrong_form"),
    ],
)
def test_an_edit_that_cannot_be_made_says_why_and_where(edit: dict[str, Any], where: str, code: str) -> None:
    before = flows.write(FLOW)
    with pytest.raises(EditError) as refused:
        apply(FLOW, edit)
    assert (refused.value.where, refused.value.code) == (where, code)
    assert refused.value.message
    assert refused.value.in_words("zh") != refused.value.message
    assert flows.write(FLOW) == before


def test_a_translation_too_long_for_its_field_cannot_become_the_flows_own_text() -> None:
    """Stored so, the draft could never be read again."""
    node = Collect(items=(Item("n", "name", "Name?"),), skip_label="Skip")
    flow = Flow[Any](
        id="f", name="F", start="a", nodes={"a": node}, translations={"de": {"a": {"skip_label": "x" * 99}}}
    )
    with pytest.raises(EditError) as refused:
        apply(flow, {"op": "set_flow", "field": "language", "value": "de"})
    assert refused.value.where == "nodes/a/skip_label"


def test_there_is_an_end_to_edits_and_nodes() -> None:
    many = {"op": "batch", "edits": [{"op": "remove_note", "id": "n"}] * (MOST_EDITS + 1)}
    with pytest.raises(EditError, match="Too many edits"):
        read(many)
    deep: dict[str, Any] = {"op": "remove_note", "id": "n"}
    for _ in range(100):
        deep = {"op": "batch", "edits": [deep]}
    with pytest.raises(EditError, match="levels deep"):
        read(deep)
    close = {"type": "close"}
    adds = [{"op": "add", "node": f"n{number}", "config": close} for number in range(MOST_NODES)]
    with pytest.raises(EditError, match="at most"):
        apply(FLOW, {"op": "batch", "edits": adds})


def test_an_inverse_leaves_alone_what_others_did_meanwhile() -> None:
    removed = apply(FLOW, {"op": "remove", "nodes": ["ask"]})
    meanwhile = apply(removed.flow, {"op": "remove", "nodes": ["end"]}).flow
    back = apply(meanwhile, removed.inverse).flow
    assert set(back.nodes) == {"hi", "ask"}
    assert back.edges == (Edge("ask", "silver", "hi"), Edge("hi", "next", "ask"))
    assert not [problem for problem in flows.check.check(back) if problem.code.startswith("edge")]


def test_true_is_not_one_to_an_inverse() -> None:
    rule = {"kind": "compare", "fact": "value.x", "op": "is", "value": 1}
    flow = done({"op": "set_flow", "field": "trigger", "value": {"when": rule}}).flow
    done({"op": "set_flow", "field": "trigger", "value": {"when": {**rule, "value": True}}}, flow)


@st.composite
def any_edit(draw: st.DrawFn, flow: Flow[Any], depth: int = 0) -> op.AnyEdit:
    ids = st.sampled_from([*sorted(flow.nodes), "n0", "fresh"])
    ports = st.sampled_from(["next", "answered", "gold", "silver", "otherwise", "unsure", "done", "message"])
    texts = st.sampled_from(["", "Hi", "{text}"])
    at = st.tuples(st.floats(-9, 9), st.floats(-9, 9))
    config = any_node().map(msgspec.to_builtins)
    languages = st.sampled_from(LANGUAGES)
    fields = st.sampled_from(
        [("text", "Hi"), ("choices", None), ("add", ["x"]), ("choices", [{"id": "gold", "label": "G"}]), ("cases", [])]
    )
    own = st.one_of(
        st.tuples(st.just("name"), st.just("New")),
        st.tuples(st.just("start"), ids),
        st.tuples(st.just("language"), languages),
        st.tuples(st.just("trigger"), any_rule().map(lambda rule: {"when": msgspec.to_builtins(rule)})),
    )
    kinds: list[st.SearchStrategy[Any]] = [
        st.builds(op.Add, ids, config, st.none() | at),
        st.builds(op.Remove, st.lists(ids, max_size=3).map(tuple)),
        st.builds(op.Move, st.dictionaries(ids, at, max_size=3)),
        st.builds(op.Connect, ids, ports, ids),
        st.builds(op.Disconnect, ids, ports),
        st.tuples(ids, fields).map(lambda drawn: op.Set(drawn[0], *drawn[1])),
        st.builds(op.Translate, languages, ids, st.sampled_from(["text", "choices.gold.label"]), texts),
        own.map(lambda drawn: op.SetFlow(*drawn)),
        st.builds(op.AddLanguage, languages),
        st.builds(op.RemoveLanguage, languages),
        st.builds(op.PutNote, st.just("note"), texts, at),
        st.builds(op.RemoveNote, st.just("note")),
        st.builds(op.PutCase, st.just("case"), st.sampled_from(["opens\n", "visitor: Hi\nbot: Ho\n", "bot"])),
        st.builds(op.RemoveCase, st.just("case")),
    ]
    if depth < 2:
        kinds.append(st.lists(any_edit(flow, depth + 1), max_size=4).map(lambda edits: op.Batch(tuple(edits))))
    edit: op.AnyEdit = draw(st.one_of(kinds))
    return edit


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(st.data(), any_flow())
def test_an_edit_and_its_inverse_leave_nothing_behind(data: st.DataObject, flow: Flow[Any]) -> None:
    edit = data.draw(any_edit(flow))
    try:
        applied = apply(flow, edit)
    except EditError:
        assume(False)
        return
    assert flows.read(flows.write(applied.flow)) == applied.flow
    back = apply(applied.flow, json.loads(msgspec.json.encode(applied.inverse)))
    assert flows.write(back.flow) == flows.write(flow)
    redone = apply(back.flow, json.loads(msgspec.json.encode(back.inverse)))
    assert flows.write(redone.flow) == flows.write(applied.flow)


@pytest.mark.parametrize(
    ("value", "chinese"),
    [({"channels": 5}, "应为列表"), ({"priority": 10**6}, "不能大于 1000"), ({"when": {"kind": "odd"}}, "“odd”不是")],
)
def test_what_does_not_fit_is_said_in_both_languages(value: Any, chinese: str) -> None:
    with pytest.raises(EditError) as refused:
        apply(Flow(id="f", name="F"), {"op": "set_flow", "field": "trigger", "value": value})
    assert chinese in refused.value.in_words("zh")
    assert "Expected" not in refused.value.in_words("en")
