"""The form of what is selected, filled by hand in a real browser; what counts is the draft in the database."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from engine.flow import Flow
from flows import from_dict
from tests.browser.editing import Desk, Editor
from tests.serving import Parley

pytestmark = pytest.mark.browser

Open = Callable[[dict[str, Any]], Editor]


@pytest.fixture(scope="module")
def desk(served: Parley) -> Desk:
    return Desk(served)


@pytest.fixture
def edit(page: Page, desk: Desk) -> Open:
    """`edit({id: config})` opens a new flow of these nodes, in English and German, begun at the first."""

    def opened(nodes: dict[str, Any]) -> Editor:
        flow: Flow[Any] = from_dict(
            {
                "format": 1,
                "id": "form",
                "name": "Form",
                "start": next(iter(nodes), ""),
                "nodes": nodes,
                "translations": {"de": {}},
                "layout": {node: [320 * place, 0] for place, node in enumerate(nodes)},
            }
        )
        return Editor(page, desk, desk.create("Form", flow))

    return opened


def form(editor: Editor, node: str = "") -> Locator:
    """The form of a node that is now selected, or of the flow."""
    if node:
        editor.select(node)
    found = editor.page.locator(f".form[data-form={node or 'flow'}]")
    expect(found).to_be_visible()
    return found


def field(shown: Locator, path: str) -> Locator:
    return shown.locator(f"[data-field='{path}']")


def choose(box: Locator, *names: str) -> None:
    """Names out of a list one types into."""
    for name in names:
        box.fill(name)
        box.press("Enter")
    box.press("Escape")


def test_a_question_with_choices_in_two_languages(edit: Open) -> None:
    editor = edit({"ask": {"type": "question"}})
    ask = form(editor, "ask")
    ask.get_by_label("Question", exact=True).fill("Which size?")
    add = ask.get_by_label("Add a choice")
    for label in ("Small", "Large"):
        add.fill(label)
        add.press("Enter")
    expect(ask.get_by_label("Choice 2")).to_have_value("Large")
    editor.page.get_by_label("Language of the texts").select_option("de")
    expect(field(ask, "text")).to_contain_text("German: missing")
    ask.get_by_label("Question", exact=True).fill("Welche Größe?")
    ask.get_by_label("Choice 1").fill("Klein")
    ask.get_by_label("Choice 2").fill("Groß")
    add.fill("Egal")
    add.press("Enter")
    flow = editor.until(lambda flow: len(flow.translations["de"].get("ask", {})) == 4)
    node = flow.nodes["ask"]
    assert [choice.label for choice in node.choices] == ["Small", "Large", ""]
    small, large, other = (choice.id for choice in node.choices)
    assert flow.translations["de"]["ask"] == {
        "text": "Welche Größe?",
        f"choices.{small}.label": "Klein",
        f"choices.{large}.label": "Groß",
        f"choices.{other}.label": "Egal",
    }
    field(ask, "choices").get_by_role("button", name="All languages").click()
    expect(field(ask, "choices").get_by_label("English", exact=True).first).to_have_value("Small")


def test_texts_stand_side_by_side_on_demand(edit: Open) -> None:
    editor = edit({"say": {"type": "message", "text": "Hello"}})
    say = form(editor, "say")
    say.get_by_role("button", name="All languages (1 missing)").click()
    say.get_by_label("German").fill("Hallo")
    flow = editor.until(lambda flow: flow.translations["de"] != {})
    assert flow.translations["de"]["say"] == {"text": "Hallo"}
    expect(say.get_by_text("missing")).to_have_count(0)


def test_choices_are_put_in_order_by_pointer_and_by_keys(edit: Open) -> None:
    choices = [{"id": name, "label": name.upper()} for name in ("a", "b", "c")]
    editor = edit({"ask": {"type": "question", "text": "?", "choices": choices}})
    ask = form(editor, "ask")

    def order(flow: Flow[Any]) -> str:
        return "".join(choice.id for choice in flow.nodes["ask"].choices)

    ask.get_by_role("button", name="Move A").focus()
    editor.press("ArrowDown", "ArrowDown")
    editor.until(lambda flow: order(flow) == "bca")
    expect(ask.get_by_role("button", name="Move A")).to_be_focused()
    editor.drag(ask.get_by_role("button", name="Move A"), editor.by(ask.get_by_role("button", name="Move B"), 0, -8))
    editor.until(lambda flow: order(flow) == "abc")
    ask.get_by_role("button", name="Remove this choice").nth(1).click()
    editor.until(lambda flow: order(flow) == "ac")


def test_a_variable_is_put_in_by_its_name(edit: Open) -> None:
    editor = edit({"say": {"type": "message"}})
    say = form(editor, "say")
    text = say.get_by_label("Text", exact=True)
    text.fill("Hello ")
    say.get_by_role("button", name="Insert variable").click()
    say.get_by_role("menuitem", name="contact's name").click()
    expect(text).to_have_value("Hello {contact's name}")
    editor.until(lambda flow: flow.nodes["say"].text == "Hello {contact.name}")


def test_a_rule_is_built_by_names(edit: Open) -> None:
    editor = edit({"where": {"type": "branch"}})
    where = form(editor, "where")
    where.get_by_role("button", name="Add a case").click()
    card = where.locator("[data-card]")
    expect(card).to_contain_text("No condition yet")
    card.get_by_role("button", name="Condition", exact=True).click()
    card.get_by_label("What is looked at").select_option(label="country")
    choose(card.get_by_role("combobox", name="country: value"), "Germany", "Austria")
    card.get_by_role("button", name="Condition", exact=True).click()
    words = card.get_by_role("combobox", name="what the contact wrote: value")
    choose(words, "refund", "return")
    expect(card.locator(".rule-words")).to_have_text(
        "country is Germany or Austria, and what the contact wrote contains any of “refund” or “return”"
    )
    flow = editor.stored
    (case,) = flow.nodes["where"].cases
    country, text = case.when.rules
    assert (country.fact, country.op, country.value) == ("country", "in", ["DE", "AT"])
    assert (text.fact, text.op, text.value) == ("text", "contains_any", ["refund", "return"])

    card.get_by_role("button", name="Group").click()
    nested = card.locator(".depth-2")
    nested.get_by_label("How many must hold").select_option(label="None of these holds")
    nested.get_by_label("What is looked at").select_option(label="weekday")
    nested.get_by_label("weekday: value").select_option(label="Sunday")
    expect(card.locator(".rule-words")).to_contain_text("and not (weekday is Sunday)")
    nested.get_by_role("button", name="Remove this group").click()
    expect(card.locator(".rule-words")).not_to_contain_text("Sunday")


def test_a_duration_is_written_as_people_do(edit: Open) -> None:
    editor = edit({"wait": {"type": "wait", "seconds": 5400}})
    wait = form(editor, "wait")
    how_long = wait.get_by_label("How long")
    expect(how_long).to_have_value("1 h 30 min")
    for written, seconds, shown in (("10", 600, "10 min"), ("1:15", 4500, "1 h 15 min"), ("2天", 172800, "2 d")):
        how_long.fill(written)
        how_long.press("Enter")
        editor.until(lambda flow, seconds=seconds: flow.nodes["wait"].seconds == seconds)  # type: ignore[misc]
        expect(how_long).to_have_value(shown)
    how_long.fill("a while")
    how_long.press("Enter")
    expect(field(wait, "seconds")).to_contain_text("Write a time such as")
    assert editor.stored.nodes["wait"].seconds == 172800


def test_a_fault_stands_at_its_field_and_goes_with_it(edit: Open) -> None:
    editor = edit({"say": {"type": "message", "text": "Hello"}, "keep": {"type": "set_value"}})
    say = form(editor, "say")
    text = say.get_by_label("Text", exact=True)
    text.fill("")
    expect(field(say, "text").locator(".form-fault.error")).to_contain_text("Text")
    expect(text).to_have_attribute("aria-invalid", "true")
    text.fill("Hello again")
    expect(field(say, "text").locator(".form-fault.error")).to_have_count(0)
    keep = form(editor, "keep")
    name = keep.get_by_label("Name", exact=True).last
    name.fill("订单")
    name.press("Enter")
    # The draft refuses it; what was written stays to be mended.
    expect(field(keep, "value_name").locator(".form-fault.error")).to_contain_text("订单")
    expect(name).to_have_value("订单")
    name.fill("Order number")
    name.press("Enter")
    editor.until(lambda flow: flow.nodes["keep"].value_name == "order_number")
    expect(name).to_have_value("order_number")


def test_undo_brings_the_field_back_and_typing_is_never_disturbed(edit: Open) -> None:
    editor = edit({"say": {"type": "message", "text": "First"}})
    say = form(editor, "say")
    text = say.get_by_label("Text", exact=True)
    text.fill("Second")
    editor.until(lambda flow: flow.nodes["say"].text == "Second")
    editor.page.get_by_role("button", name="Undo").click()
    expect(text).to_have_value("First")
    editor.until(lambda flow: flow.nodes["say"].text == "First")
    text.press_sequentially(" and a long line that is typed while its own beginnings come back", delay=40)
    expect(text).to_have_value("First and a long line that is typed while its own beginnings come back")
    editor.until(lambda flow: flow.nodes["say"].text.endswith("come back"))


def test_leaving_for_another_node_keeps_what_was_typed(edit: Open) -> None:
    editor = edit({"one": {"type": "message", "text": "One"}, "two": {"type": "message", "text": "Two"}})
    form(editor, "one").get_by_label("Text", exact=True).fill("Changed")
    form(editor, "two")
    flow = editor.until(lambda flow: flow.nodes["one"].text == "Changed")
    assert flow.nodes["two"].text == "Two"


def test_ways_lead_to_their_nodes(edit: Open) -> None:
    editor = edit({"one": {"type": "message", "text": "One"}, "two": {"type": "message", "name": "The second"}})
    editor.connect("one", "next", "two")
    form(editor, "one").get_by_role("button", name="The second").click()
    form_of_two = editor.page.locator(".form[data-form=two]")
    expect(form_of_two.get_by_label("Name", exact=True)).to_have_value("The second")
    expect(form_of_two).to_contain_text("leads nowhere")


def test_the_flow_s_own_properties(edit: Open) -> None:
    editor = edit({"one": {"type": "message", "text": "One"}, "help": {"type": "human_handoff", "name": "A colleague"}})
    own = form(editor)
    choose(own.get_by_role("combobox", name="Channels"), "Telegram")
    choose(own.get_by_role("combobox", name="Time zone"), "Ho Chi Minh")
    own.get_by_label("Begins at").select_option(label="A colleague")
    choose(own.get_by_role("combobox", name="Add a language"), "Vietnamese")
    own.get_by_role("button", name="Remove German").click()
    own.get_by_role("textbox", name="Vietnamese").fill("Xin lỗi")
    own.get_by_role("button", name="Add an interrupt").click()
    own.get_by_label("Goes on at").select_option(label="A colleague")
    flow = editor.until(lambda flow: flow.interrupts != () and flow.interrupts[0].to == "help")
    assert flow.trigger.channels == ("telegram",)
    assert (flow.timezone, flow.start) == ("Asia/Ho_Chi_Minh", "help")
    assert flow.languages == ("en", "vi")
    assert flow.apologies == {"vi": "Xin lỗi"}


def test_who_may_not_edit_sees_everything_and_changes_nothing(page: Page, desk: Desk, edit: Open) -> None:
    editor = edit({"ask": {"type": "question", "text": "Size?", "choices": [{"id": "s", "label": "Small"}]}})
    reader = Editor(page, desk, editor.which, desk.person_as("viewer"))
    ask = form(reader, "ask")
    expect(ask.get_by_label("Question", exact=True)).to_have_value("Size?")
    for control in ask.locator("input, textarea, select, [role=switch]").all():
        expect(control).to_be_disabled()
    expect(ask.get_by_label("Add a choice")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forms_can_be_used_by_everybody(edit: Open, scheme: Any) -> None:
    rule = {
        "kind": "all",
        "rules": [
            {"kind": "compare", "fact": "country", "op": "in", "value": ["DE", "AT"]},
            {"kind": "any", "rules": [{"kind": "compare", "fact": "messages", "op": "between", "value": [1, 3]}]},
        ],
    }
    editor = edit(
        {
            "ask": {"type": "question", "text": "?", "choices": [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}]},
            "where": {"type": "branch", "cases": [{"id": "near", "title": "Near", "when": rule}]},
        }
    )
    editor.page.emulate_media(color_scheme=scheme)
    for node in ("", "where", "ask"):
        shown = form(editor, node)
        for more in shown.get_by_role("button", name="All languages").all():
            more.click()
        found = Axe().run(editor.page, context=".form")
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found.response["violations"]] == []
