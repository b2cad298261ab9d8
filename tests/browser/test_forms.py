"""The form of what is selected, filled by hand in a real browser; what counts is the draft in the database."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from engine.flow import Flow
from flows import from_dict
from tests.browser.editing import Desk, Editor, field, flow_of, form
from tests.browser.visiting import faults

pytestmark = pytest.mark.browser

Open = Callable[[dict[str, Any]], Editor]


@pytest.fixture
def edit(page: Page, desk: Desk) -> Open:
    """`edit({id: config})` opens a new flow of these nodes, in English and German, begun at the first."""

    return lambda nodes: Editor(page, desk, desk.create("Form", flow_of(nodes)))


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
    remove = ask.get_by_role("button", name="Remove this choice")
    remove.nth(1).click()
    editor.until(lambda flow: order(flow) == "ac")
    # The keyboard stays where the choice was, not at the top of the page.
    expect(remove.nth(1)).to_be_focused()
    editor.press("Enter")
    editor.until(lambda flow: order(flow) == "a")
    expect(remove).to_be_focused()


def test_the_arrows_of_a_sub_flow_point_at_what_is_filled(edit: Open) -> None:
    editor = edit({"sub": {"type": "subflow", "inputs": {"order": "x"}, "outputs": {"ours": "theirs"}}})
    sub = form(editor, "sub")
    for name in ("inputs", "outputs"):
        pair = field(sub, name).locator(".form-pair")
        filled, arrow = pair.locator("input").first.bounding_box(), pair.locator(".lucide-arrow-left").bounding_box()
        assert filled is not None
        assert arrow is not None
        assert filled["x"] < arrow["x"]


def test_a_variable_is_put_in_by_its_name(edit: Open) -> None:
    editor = edit({"say": {"type": "message"}})
    say = form(editor, "say")
    text = say.get_by_label("Text", exact=True)
    text.fill("Hello ")
    say.get_by_role("button", name="Insert variable").click()
    say.get_by_label("If unknown, say").fill("you")
    say.get_by_label("Search variables").fill("name")
    say.get_by_label("Search variables").press("Enter")
    expect(text).to_have_value("Hello {contact's name|you}")
    expect(text).to_be_focused()
    editor.page.keyboard.type(" from {coun")
    expect(say.get_by_role("option").first).to_have_text("country")
    editor.press("Enter")
    expect(text).to_have_value("Hello {contact's name|you} from {country}")
    editor.until(lambda flow: flow.nodes["say"].text == "Hello {contact.name|you} from {country}")


PASTED = """Country\tOrder total\tDiscount\tGoes by
Germany, Austria\t0-49\t0\tSlow
"Germany, Austria"\t>=50\t5\tFast lane
Narnia\t1-2\t\t
"""
PASTE = """(text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(paste);
}"""


def test_a_table_is_pasted_from_a_spreadsheet_and_worked_in_by_keys(edit: Open) -> None:
    editor = edit(
        {
            "total": {"type": "set_value", "value_name": "order_total", "value": "12", "kind": "number"},
            "table": {"type": "decision_table"},
        }
    )
    page = editor.page
    form(editor, "table").get_by_role("button", name="Paste from a spreadsheet").click()
    expect(page.locator(".import-begin :focus")).to_have_count(1)
    page.evaluate(PASTE, PASTED)
    expect(page.locator(".import-sheet td.wrong")).to_contain_text("“Narnia” is none of the names here.")
    # A title that nothing knows is a value to set.
    page.get_by_label("What Order total is").select_option(label="value “order_total”")
    page.get_by_role("button", name="Make it the table").click()
    grid = page.get_by_role("grid")
    expect(grid.get_by_role("gridcell", name="Germany or Austria")).to_have_count(2)
    table = editor.until(lambda flow: len(flow.nodes["table"].rows) == 2).nodes["table"]
    country, total = table.columns
    assert (country.op, total.fact, total.op) == ("in", "value.order_total", "between")
    assert table.rows[0].when == {country.id: ["DE", "AT"], total.id: [0, 49]}
    assert [way.title for way in table.outcomes] == ["Slow", "Fast lane"]
    # No key reaches the canvas behind, wherever the focus is.
    page.evaluate("document.activeElement.blur()")
    editor.press("Delete", "Escape")
    expect(grid).to_have_count(0)
    expect(editor.node("table")).to_have_class(re.compile("selected"))
    page.get_by_role("button", name="Open the table").click()

    # The same once more beneath: a row that never counts is told.
    editor.press("Control+Home", "ArrowDown", "ArrowDown")
    page.keyboard.type("Germ")
    editor.press("ArrowDown", "Enter", "Tab")
    page.keyboard.type("10-20")
    editor.press("Enter")
    flow = editor.until(lambda flow: len(flow.nodes["table"].rows) == 3 and len(flow.nodes["table"].rows[2].when) == 2)
    assert list(flow.nodes["table"].rows[2].when.values()) == [["DE"], [10, 20]]
    expect(page.locator(".grid .marked")).not_to_have_count(0)
    editor.press("ArrowUp")
    page.keyboard.type("cheap")
    editor.press("Enter")
    expect(grid.locator("[aria-invalid=true]")).to_have_text("cheap")
    editor.press("Escape")
    expect(grid).to_have_count(0)
    assert list(editor.stored.nodes["table"].rows[2].when.values()) == [["DE"], [10, 20]]


def test_hours_and_shares_are_written_as_people_do_and_problems_lead_to_their_field(edit: Open) -> None:
    editor = edit({"open": {"type": "business_hours"}, "test": {"type": "split"}, "ask": {"type": "collect"}})
    hours = form(editor, "open")
    hours.get_by_label("The whole week at once").fill("Mon–Fri 9–12:30, 14–18; Sat 10–14")
    editor.press("Enter")
    expect(hours.get_by_label("Saturday", exact=True)).to_have_value("10:00–14:00")
    sunday = hours.get_by_label("Sunday", exact=True)
    sunday.fill("when it suits")
    editor.press("Enter")
    expect(hours).to_contain_text("Write hours such as")
    sunday.fill("上午10点-12点")
    editor.press("Enter")
    week = editor.until(lambda flow: "7" in flow.nodes["open"].hours.week).nodes["open"].hours.week
    assert (week["1"], week["7"]) == ((("09:00", "12:30"), ("14:00", "18:00")), (("10:00", "12:00"),))

    shares = form(editor, "test")
    shares.get_by_role("button", name="Add a group").click()
    shares.get_by_label("Share of A", exact=True).fill("50")
    editor.press("Enter")
    editor.until(lambda flow: [way.share for way in flow.nodes["test"].ways] == [50, 25, 25])

    editor.page.get_by_role("tab", name="Problems").click()
    editor.page.locator("button.problem[data-node=ask]").filter(has_text="Asks for").click()
    asked = editor.page.locator(".form[data-form=ask]")
    expect(field(asked, "items").locator(":focus")).to_have_count(1)
    asked.get_by_role("button", name="Order number").click()
    asked.get_by_label("What the answer looks like", exact=True).select_option(label="a number of 4 to 12 digits")
    asked.get_by_label("Try a text").fill("It is 20481.")
    expect(asked).to_contain_text("Found: 20481")
    editor.until(lambda flow: flow.nodes["ask"].items != () and flow.nodes["ask"].items[0].pattern != "")


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


def test_ways_lead_to_their_nodes(edit: Open) -> None:
    editor = edit({"one": {"type": "message", "text": "One"}, "two": {"type": "message", "name": "The second"}})
    editor.connect("one", "next", "two")
    form(editor, "one").get_by_role("button", name="The second").click()
    form_of_two = editor.page.locator(".form[data-form=two]")
    expect(form_of_two.get_by_label("Name", exact=True)).to_have_value("The second")
    expect(form_of_two).to_contain_text("leads nowhere")


def test_a_flow_without_nodes_has_no_heading_for_what_interrupts_it(edit: Open) -> None:
    editor = edit({})
    own = form(editor)
    expect(own.get_by_label("Channels", exact=True)).to_be_visible()
    expect(own.get_by_text("Interrupts")).to_have_count(0)
    editor.drop("message", 300, 300)
    editor.press("Escape")
    expect(form(editor).get_by_role("button", name="Add an interrupt")).to_be_visible()


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


COVERED = """(field) => {
  const { left, right, top } = field.getBoundingClientRect();
  return [left + 3, (left + right) / 2, right - 3].filter((x) => document.elementFromPoint(x, top + 3) !== field);
}"""


def test_all_texts_keep_their_source_in_sight_beside_any_language(page: Page, desk: Desk) -> None:
    spoken = {"de": "Deutsch", "es": "Español", "fr": "Français", "zh": "中文"}
    nodes = {f"say_{number}": {"type": "message", "text": f"Line {number} of many"} for number in range(12)}
    said = {tag: {node: {"text": f"{name}: {node}"} for node in nodes} for tag, name in spoken.items()}
    flow = from_dict({"format": 1, "id": "f", "name": "Five", "start": "say_0", "nodes": nodes, "translations": said})
    editor = Editor(page, desk, desk.create("Five", flow))
    page.get_by_role("button", name="All texts").click()
    texts = page.locator("dialog[open] .texts")
    # On a wide screen, all of them stand beside each other.
    assert texts.evaluate("it => it.scrollWidth - it.clientWidth") == 0
    page.set_viewport_size({"width": 1100, "height": 600})
    cells = texts.locator("tbody tr textarea")
    assert cells.evaluate_all("them => Math.min(...them.map((it) => it.clientWidth))") >= 200
    own, where = texts.locator("thead th").nth(1), texts.locator("thead th").first
    places = [one.bounding_box() for one in (where, own)]
    # To the last cell and back again, by keyboard.
    cells.first.focus()
    for key, rounds in (("Tab", 8), ("Alt+ArrowDown", 11), ("Shift+Tab", 3), ("Alt+ArrowUp", 11), ("Shift+Tab", 1)):
        for _ in range(rounds):
            editor.press(key)
            assert page.evaluate("document.activeElement.matches('.texts textarea, .texts .form-count')")
            assert page.evaluate(f"({COVERED})(document.activeElement)") == []
    expect(cells.first).to_be_focused()
    cells.nth(4).focus()
    scrolled = texts.evaluate("it => it.scrollLeft")
    assert scrolled > 0
    assert [one.bounding_box() for one in (where, own)] == places
    # Who goes back to the source and writes there still sees the language they came from.
    cells.first.evaluate("it => it.focus()")
    page.keyboard.type("!")
    assert cells.first.evaluate(COVERED) == []
    assert texts.evaluate("it => it.scrollLeft") == scrolled
    # A phone has room for one at a time; only what says whose text it is stays.
    page.set_viewport_size({"width": 390, "height": 844})
    cells.nth(2).focus()
    expect(own).not_to_be_in_viewport(ratio=0.5)
    assert page.evaluate(f"({COVERED})(document.activeElement)") == []
    assert cells.evaluate_all("them => Math.min(...them.map((it) => it.clientWidth))") >= 200


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
            "table": {
                "type": "decision_table",
                "columns": [{"id": "land", "fact": "country", "op": "in"}],
                "results": [{"id": "off", "name": "discount"}],
                "outcomes": [{"id": "fast", "title": "Fast"}],
                "rows": [{"id": "r1", "when": {"land": ["DE"]}, "then": {"off": 5}, "outcome": "fast"}],
            },
            "hours": {"type": "business_hours"},
            "test": {"type": "split"},
            "data": {"type": "collect", "items": [{"id": "order", "kind": "order", "pattern": "a{2}"}]},
            "sub": {"type": "subflow", "inputs": {"order": "x"}, "outputs": {"state": "state"}},
        }
    )
    page = editor.page

    page.emulate_media(color_scheme=scheme)
    for node in ("", "where", "ask", "hours", "test", "data", "sub", "table"):
        shown = form(editor, node)
        for more in shown.get_by_role("button", name="All languages").all():
            more.click()
        assert faults(page, where=".form") == []
    page.get_by_role("button", name="Open the table").click()
    page.get_by_role("button", name="country is one of").click()
    expect(page.locator(".column-menu")).to_be_visible()
    assert faults(page, where="dialog[open]") == []
    editor.press("Escape", "Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.get_by_role("button", name="All texts").click()
    expect(page.locator("dialog[open]")).to_be_visible()
    assert faults(page, where="dialog[open]") == []
