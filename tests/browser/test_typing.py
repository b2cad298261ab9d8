"""What somebody is typing into a form stays, whatever comes back from the server or wherever they go meanwhile."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.editing import Desk, Editor, Line, Open, field, flow_of, form

pytestmark = pytest.mark.browser


def shown_meanwhile(line: Line, page: Page, written: Locator) -> set[str]:
    """What stands in a field while the server's answers come, one after the other, until all is saved."""
    seen = set()
    while page.locator(".savemark").get_attribute("data-state") != "saved":
        page.wait_for_timeout(10)
        while line.told:
            line.pass_on()
            seen.add(written.input_value())
    line.release()
    return seen


def test_undo_brings_the_field_back_and_typing_is_never_disturbed(edit: Open) -> None:
    editor = edit("Form", flow_of({"say": {"type": "message", "text": "First"}}))
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


def test_a_row_stays_as_it_is_filled_while_its_own_beginnings_come_back(page: Page, desk: Desk) -> None:
    line = Line(page)
    editor = Editor(page, desk, desk.create("Form", flow_of({"ask": {"type": "http_request"}})))
    ask = form(editor, "ask")
    line.held = True
    field(ask, "keep").get_by_role("button", name="Add a line").click()
    path, name = ask.get_by_label("Where it stands 1"), ask.get_by_label("Keep as 1")
    path.fill("order.status")
    name.focus()
    # The server's answers, one after the other: first to the empty row, then to what is in it now.
    assert shown_meanwhile(line, page, path) == {"order.status"}
    name.fill("Status")
    name.press("Enter")
    kept = editor.until(lambda flow: flow.nodes["ask"].sets() == ("status",)).nodes["ask"].keep
    assert [(one.path, one.name) for one in kept] == [("order.status", "status")]


def test_a_value_written_properly_never_falls_back_to_the_one_before(page: Page, desk: Desk) -> None:
    line = Line(page)
    editor = Editor(page, desk, desk.create("Form", flow_of({"wait": {"type": "wait", "seconds": 5400}})))
    how_long = form(editor, "wait").get_by_label("How long")
    line.held = True
    for written, shown in (("10", "10 min"), ("1:15", "1 h 15 min")):
        how_long.fill(written)
        how_long.press("Enter")
        expect(how_long).to_have_value(shown)
    assert shown_meanwhile(line, page, how_long) == {"1 h 15 min"}
    editor.until(lambda flow: flow.nodes["wait"].seconds == 4500)


def test_an_apology_written_before_the_last_was_answered_leaves_it(page: Page, desk: Desk) -> None:
    line = Line(page)
    editor = Editor(page, desk, desk.create("Form", flow_of({"ask": {"type": "question", "text": "Which size?"}})))
    own = form(editor)
    line.held = True
    for language, text in (("English", "One moment, please"), ("German", "Einen Augenblick bitte")):
        own.get_by_role("textbox", name=language).fill(text)
        own.get_by_role("textbox", name=language).blur()
    line.release()
    editor.until(lambda flow: flow.apologies == {"en": "One moment, please", "de": "Einen Augenblick bitte"})


def test_a_choice_added_before_the_last_was_answered_leaves_it(page: Page, desk: Desk) -> None:
    line = Line(page)
    editor = Editor(page, desk, desk.create("Form", flow_of({"ask": {"type": "question", "text": "Which size?"}})))
    page.get_by_label("Language of the texts").select_option("de")
    ask = form(editor, "ask")
    expect(field(ask, "text")).to_contain_text("German: missing")
    line.held = True
    add = ask.get_by_label("Add a choice")
    for label in ("Klein", "Groß"):
        add.fill(label)
        add.press("Enter")
    line.release()
    flow = editor.until(lambda flow: len(flow.translations["de"].get("ask", {})) == 2)
    assert len(flow.nodes["ask"].choices) == 2
    expect(ask.get_by_label("Choice 1")).to_have_value("Klein")
    expect(ask.get_by_label("Choice 2")).to_have_value("Groß")


def test_a_flows_new_name_leaves_alone_what_is_written_after_it(page: Page, desk: Desk) -> None:
    line = Line(page)
    editor = Editor(page, desk, desk.create("Form", flow_of({"one": {"type": "message", "text": "One"}})))
    name = page.get_by_label("Name of the flow")
    line.held = True
    name.fill("After the sale")
    name.press("Enter")
    # The name that it had before the one that is on its way.
    name.fill("Form")
    editor.until(lambda flow: flow.name == "After the sale")
    line.release()
    # Somebody else sees it by now, and so does the head of this page.
    expect(name).to_have_attribute("value", "After the sale")
    expect(name).to_have_value("Form")
    expect(name).to_be_focused()
    name.press("Enter")
    editor.until(lambda flow: flow.name == "Form")
    page.get_by_role("button", name="Undo").click()
    expect(name).to_have_value("After the sale")


# As on a machine that has much to do: what is to come before the next picture comes a third of a second later.
SELDOM_DRAWN = """() => {
  const draw = requestAnimationFrame;
  window.requestAnimationFrame = (run) => draw(() => setTimeout(run, 300));
}"""


def test_who_types_on_after_a_variable_types_behind_it(edit: Open) -> None:
    editor = edit("Form", flow_of({"say": {"type": "message", "text": "Hello "}}))
    page = editor.page
    say = form(editor, "say")
    text = say.get_by_label("Text", exact=True)
    page.evaluate(SELDOM_DRAWN)
    text.press("End")
    say.get_by_role("button", name="Insert variable").click()
    say.get_by_label("Search variables").fill("name")
    editor.press("Enter")
    page.keyboard.type(", hello")
    expect(text).to_have_value("Hello {contact's name}, hello")
    editor.press("Home")
    page.keyboard.type("{coun")
    editor.press("Enter")
    page.keyboard.type(": ")
    expect(text).to_have_value("{country}: Hello {contact's name}, hello")


def test_who_types_on_after_making_a_note_types_on_it(edit: Open) -> None:
    editor = edit("Form", flow_of({"say": {"type": "message"}}))
    page = editor.page
    page.evaluate(SELDOM_DRAWN)
    editor.press("n")
    page.keyboard.type("Ask the warehouse")
    editor.press("Escape")
    editor.until(lambda flow: [note.text for note in flow.notes.values()] == ["Ask the warehouse"])
    # No letter was taken for a key of the canvas.
    assert len(editor.edits()) == 2


def test_what_the_arrows_move_is_not_overtaken(edit: Open) -> None:
    editor = edit("Form", flow_of({"one": {"type": "message"}, "two": {"type": "message"}}))
    page = editor.page
    editor.select("two")
    # Undo takes back the last that was done, not what was done before.
    editor.press("ArrowDown")
    editor.until(lambda flow: flow.layout["two"] == (320, 16))
    editor.press("ArrowRight", "Control+z")
    expect(page.locator(".canvas-said")).to_contain_text("Undone")
    editor.until(lambda flow: flow.layout["two"] == (320, 16))
    # What is left at once is kept, too.
    page.on("dialog", lambda asked: asked.accept())
    editor.press("ArrowDown")
    page.reload()
    editor.loaded()
    editor.until(lambda flow: flow.layout["two"] == (320, 32))


def test_what_is_done_right_after_undo_stays(page: Page, desk: Desk) -> None:
    line = Line(page)
    nodes = {"one": {"type": "message"}, "two": {"type": "message"}}
    editor = Editor(page, desk, desk.create("Form", flow_of(nodes)))
    editor.select("two")
    editor.press("ArrowDown")
    editor.until(lambda flow: flow.layout["two"] == (320, 16))
    line.stuck = True
    editor.press("Control+z", "Delete")
    line.release()
    # Undo takes back what was done before it, not what was done next.
    expect(page.locator(".canvas-said")).to_contain_text("Undone")
    editor.until(lambda flow: flow.nodes.keys() == {"one"})


def test_a_name_given_and_taken_back_at_once_is_taken_back(page: Page, desk: Desk) -> None:
    line = Line(page)
    editor = Editor(page, desk, desk.create("Form", flow_of({"one": {"type": "message"}})))
    name, undo = page.get_by_label("Name of the flow"), page.get_by_role("button", name="Undo")
    before = "Form"
    for given in ("First", "Second", "Third", "Fourth", "Fifth"):
        line.stuck = True
        for written in (given, before):
            name.fill(written)
            name.press("Enter")
        line.release()
        # Both were done: the last of them can be undone.
        undo.click()
        expect(name).to_have_value(given)
        before = given
    editor.until(lambda flow: flow.name == "Fifth")


def test_leaving_for_another_node_keeps_what_was_typed(edit: Open) -> None:
    nodes = {"one": {"type": "message", "text": "One"}, "two": {"type": "message", "text": "Two"}}
    editor = edit("Form", flow_of(nodes))
    form(editor, "one").get_by_label("Text", exact=True).fill("Changed")
    form(editor, "two")
    flow = editor.until(lambda flow: flow.nodes["one"].text == "Changed")
    assert flow.nodes["two"].text == "Two"


def test_leaving_the_page_keeps_what_was_typed(edit: Open) -> None:
    editor = edit("Form", flow_of({"one": {"type": "message", "text": "One"}}))
    editor.page.on("dialog", lambda asked: asked.accept())
    text = form(editor, "one").get_by_label("Text", exact=True)
    text.press("End")
    text.press_sequentially(" more")
    editor.page.reload()
    editor.loaded()
    editor.until(lambda flow: flow.nodes["one"].text == "One more")
    editor.press("n")
    expect(editor.page.get_by_label("Note", exact=True)).to_be_focused()
    editor.page.keyboard.type("Ask the warehouse")
    editor.page.reload()
    editor.loaded()
    editor.until(lambda flow: [note.text for note in flow.notes.values()] == ["Ask the warehouse"])
    name = editor.page.get_by_label("Name of the flow")
    name.fill("After the sale")
    editor.page.reload()
    editor.loaded()
    editor.until(lambda flow: flow.name == "After the sale")
    expect(name).to_have_value("After the sale")
