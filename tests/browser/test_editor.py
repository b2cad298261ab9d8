"""The editor, in a real browser on a real copy of Parley."""

import json
import re
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import BrowserContext, Page, expect

import flows
from server import publishing
from tests.browser.editing import Desk, Editor, Line, Open
from tests.builder_ui.test_protocol import flow_of

pytestmark = pytest.mark.browser


def luna() -> flows.check.Flow:
    return flows.starter("luna")


def test_five_nodes_are_drawn_connected_filled_and_published(edit: Open) -> None:
    editor = edit("Drawn by hand")
    expect(editor.page.get_by_text("Drag a node here")).to_be_visible()
    hello = editor.drop("welcome", 130, 120)
    ask = editor.drop("question", 400, 120)
    know = editor.drop("knowledge_answer", 130, 380)
    sorry = editor.drop("message", 400, 380)
    bye = editor.drop("close", 620, 560)
    editor.connect(hello, "next", ask)
    editor.connect(ask, "answered", know)
    editor.connect(know, "answered", ask)
    editor.connect(know, "unsure", sorry)
    editor.connect(sorry, "next", bye)
    editor.select(hello)
    editor.page.get_by_label("Greeting").fill("Hello from Luna")
    editor.page.get_by_label("Name", exact=True).fill("Say hello")
    expect(editor.node(hello).locator(".node-summary")).to_contain_text("Hello from Luna")
    editor.select(ask)
    editor.page.get_by_label("Question", exact=True).fill("What can we do for you?")
    editor.select(sorry)
    editor.page.get_by_label("Text", exact=True).fill("We will write to you tomorrow")
    editor.select(bye)
    expect(editor.node(hello).locator(".node-title")).to_have_text("Say hello")

    editor.page.get_by_role("button", name="Publish", exact=True).click()
    editor.page.get_by_label("Note", exact=True).fill("The first one")
    editor.page.get_by_role("dialog").get_by_role("button", name="Publish").dblclick()
    expect(editor.page.get_by_text("Revision 1 is live")).to_be_visible()
    # The second click, answered before what is asked for later, is not told off for finding nothing to publish.
    editor.page.get_by_role("tab", name="History").click()
    expect(editor.page.locator("[data-revision='1']")).to_contain_text("The first one")
    expect(editor.page.locator("[data-sonner-toast]").filter(has_not_text="Revision 1 is live")).to_have_count(0)

    (revision,) = publishing.revisions(editor.desk.engine, editor.which)
    assert (revision.number, revision.note, revision.live) == (1, "The first one", True)
    published = publishing.revision(editor.desk.engine, editor.which, 1)
    assert published.start == hello
    assert {(edge.source, edge.port, edge.target) for edge in published.edges} == {
        (hello, "next", ask),
        (ask, "answered", know),
        (know, "answered", ask),
        (know, "unsure", sorry),
        (sorry, "next", bye),
    }
    assert published.nodes[hello].text == "Hello from Luna"


def test_a_port_leads_to_one_node_and_never_to_its_own(edit: Open) -> None:
    editor = edit("Ports")
    first, second, third = (editor.drop("message", x, y) for x, y in ((130, 120), (420, 120), (420, 400)))
    editor.connect(first, "next", second)
    editor.connect(first, "next", third)
    editor.connect(second, "next", second)
    flow = editor.until(lambda flow: len(flow.edges) == 1 and flow.edges[0].target == third)
    expect(editor.edges).to_have_count(1)
    assert flow.edges[0].source == first


def test_an_edge_dropped_on_nothing_asks_what_comes_next(edit: Open) -> None:
    editor = edit("Next")
    first = editor.drop("message", 130, 120)
    port = editor.port(first, "next")
    editor.drag(port, editor.by(port, 120, 160))
    editor.page.get_by_role("dialog", name="What comes next?").get_by_role("combobox").fill("clo")
    editor.press("Enter")
    close = editor.of_type("close")
    assert [(edge.source, edge.target) for edge in editor.stored.edges] == [(first, close)]
    expect(editor.edges).to_have_count(1)


def test_an_edge_taken_off_its_node_is_gone(edit: Open) -> None:
    editor = edit("Taken off", flow_of(2))
    end = editor.page.locator(".react-flow__edgeupdater-target")
    editor.drag(end, editor.by(end, -20, 200))
    editor.until(lambda flow: flow.edges == ())
    expect(editor.edges).to_have_count(0)


def test_undo_and_redo_go_through_everything(edit: Open) -> None:
    editor = edit("Undone")
    undo, redo = (editor.page.get_by_role("button", name=name, exact=True) for name in ("Undo", "Redo"))
    expect(undo).to_be_disabled()
    first = editor.drop("message", 130, 120)
    second = editor.drop("close", 420, 120)
    editor.connect(first, "next", second)
    editor.until(lambda flow: len(flow.edges) == 1)
    editor.select(first)
    editor.page.get_by_label("Text", exact=True).fill("Some words")
    editor.select(second)
    expect(editor.node(first).locator(".node-summary")).to_contain_text("Some words")
    drawn = editor.stored

    for wanted in ("", "edges", "second", "first"):
        undo.click()
        if not wanted:
            expect(editor.node(first).locator(".node-summary")).to_have_count(0)
        elif wanted == "edges":
            expect(editor.edges).to_have_count(0)
    expect(editor.nodes).to_have_count(0)
    assert editor.stored.nodes == {}
    expect(undo).to_be_disabled()

    editor.page.locator("body").click(position={"x": 5, "y": 700})
    for _ in range(4):
        editor.press("Control+Shift+Z")
    expect(redo).to_be_disabled()
    expect(editor.nodes).to_have_count(2)
    expect(editor.edges).to_have_count(1)
    assert editor.stored == drawn


def test_what_is_deleted_comes_back_with_its_edges_and_texts(edit: Open) -> None:
    editor = edit("Luna, deleted", luna())
    before = editor.stored
    editor.canvas.click(position={"x": 20, "y": 20})
    editor.press("Control+a", "Delete")
    expect(editor.nodes).to_have_count(0)
    assert editor.until(lambda flow: not flow.nodes).translations.get("de", {}) == {}
    editor.press("Control+z")
    expect(editor.edges).to_have_count(len(before.edges))
    assert editor.until(lambda flow: bool(flow.nodes)) == before


def test_what_is_added_from_the_palette_comes_into_view(edit: Open) -> None:
    editor = edit("By clicks")
    for kind in ("welcome", "question", "tag", "message", "close"):
        editor.page.locator(f".palette-card[data-type={kind}]").click()
        # Whole: the browser reckons a node of a zoomed canvas as 0.9999997 of itself at times.
        expect(editor.node(editor.of_type(kind))).to_be_in_viewport(ratio=0.999)


def test_a_flow_is_drawn_by_keyboard_alone(edit: Open) -> None:
    editor = edit("By keyboard")
    keyboard = editor.page.keyboard
    editor.canvas.click(position={"x": 20, "y": 20})
    # "a" goes to the palette; what is added after a selected node is connected to it.
    editor.press("a")
    keyboard.type("welcome")
    editor.press("Enter")
    hello = editor.of_type("welcome")
    editor.page.get_by_label("Search nodes").fill("handoff")
    editor.press("Enter")
    hand = editor.of_type("human_handoff")
    editor.until(lambda flow: len(flow.edges) == 1)
    expect(editor.node(hand)).to_have_class(re.compile("selected"))
    editor.page.get_by_label("Search nodes").fill("close")
    editor.press("Tab", "Enter")
    editor.of_type("close")
    # "c" asks for port and target.
    editor.page.locator(f".react-flow__node[data-id={hand}]").focus()
    editor.press("Space", "c")
    keyboard.type("given back")
    editor.press("Enter")
    keyboard.type("welcome")
    editor.press("Enter")
    flow = editor.until(lambda flow: any(edge.target == hello for edge in flow.edges))
    assert (hand, hello) in {(edge.source, edge.target) for edge in flow.edges}
    x, y = flow.layout[hand]
    editor.press("ArrowDown", "ArrowDown", "Shift+ArrowRight")
    editor.until(lambda flow: flow.layout[hand] == (x + 80, y + 32))
    editor.press("?")
    expect(editor.page.get_by_role("dialog", name="Keys")).to_contain_text("Ctrl+Z")
    editor.press("Escape")
    expect(editor.page.get_by_role("dialog")).to_have_count(0)
    # What is deleted leaves the keyboard to its neighbour.
    editor.page.locator(f".react-flow__node[data-id={hand}]").focus()
    editor.press("Space", "Delete")
    expect(editor.node(hand)).to_have_count(0)
    expect(editor.page.locator(".react-flow__node:focus")).to_have_count(1)


def test_a_problem_selects_its_node_and_blocks_publishing(edit: Open) -> None:
    editor = edit("Wrong")
    empty = editor.drop("message", 420, 120)
    expect(editor.node(empty).locator(".node-badge.error")).to_be_visible()
    editor.canvas.click(position={"x": 20, "y": 20})
    editor.page.get_by_role("button", name="Publish", exact=True).click()
    dialog = editor.page.get_by_role("dialog")
    expect(dialog.get_by_text("keeps this flow from being published")).to_be_visible()
    expect(dialog.get_by_role("button", name="Publish")).to_have_count(0)
    dialog.locator(f".problem[data-node={empty}]").click()
    expect(dialog).to_have_count(0)
    expect(editor.node(empty)).to_have_class(re.compile("selected"))
    editor.page.get_by_label("Text", exact=True).fill("Not empty any more")
    editor.page.get_by_role("tab", name="Problems").click()
    expect(editor.node(empty).locator(".node-badge.error")).to_have_count(0)
    loose = editor.page.locator("[data-code=loose_port]")
    loose.get_by_role("button", name="Hand over to a person there").click()
    expect(loose).to_have_count(0)
    handed = editor.of_type("human_handoff")
    expect(editor.page.locator(".canvas").locator(f"[data-node={handed}]")).to_be_visible()
    assert [(edge.source, edge.target) for edge in editor.stored.edges] == [(empty, handed)]
    assert publishing.revisions(editor.desk.engine, editor.which) == []


def test_copies_are_text_that_pastes_into_any_flow(edit: Open) -> None:
    editor = edit("Copied", luna())
    editor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    editor.canvas.click(position={"x": 20, "y": 20})
    editor.press("Control+a", "Control+c")
    text = json.loads(editor.page.evaluate("navigator.clipboard.readText()"))
    assert text["nodes"].keys() == editor.stored.nodes.keys()
    original = editor.stored

    other = edit("Pasted into")
    other.canvas.click(position={"x": 20, "y": 20})
    other.press("Control+v")
    pasted = other.until(lambda flow: len(flow.nodes) == len(original.nodes))
    assert len(pasted.edges) == len(original.edges)
    assert not pasted.nodes.keys() & original.nodes.keys()
    other.press("Control+d")
    other.until(lambda flow: len(flow.nodes) == 2 * len(original.nodes))
    other.press("Control+z", "Control+z")
    other.until(lambda flow: not flow.nodes)


def test_a_reload_shows_what_was_left(edit: Open) -> None:
    editor = edit("Left", flow_of(4))
    editor.select("say_1")
    editor.press("ArrowDown")
    editor.until(lambda flow: flow.layout["say_1"][1] == 16)
    editor.press("n")
    note = editor.page.get_by_label("Note", exact=True)
    expect(note).to_be_focused()
    note.fill("Remember this")
    editor.canvas.click(position={"x": 20, "y": 20})
    editor.until(lambda flow: bool(flow.notes) and next(iter(flow.notes.values())).text == "Remember this")
    editor.page.get_by_text("Remember this").click()
    edge = editor.page.locator(".note-edge")
    editor.drag(edge, editor.by(edge, 80, 0))
    editor.until(lambda flow: (next(iter(flow.notes.values())).width or 0) > 250)

    def drawn() -> list[str]:
        editor.loaded()
        expect(editor.page.get_by_text("Remember this")).to_be_visible()
        places = editor.page.locator(".react-flow__node")
        return places.evaluate_all("all => all.map((one) => one.dataset.id + one.style.transform + one.style.width)")

    first = drawn()
    editor.page.reload()
    second = drawn()
    editor.page.reload()
    assert first == second == drawn()


def test_a_drag_sends_one_message_in_a_flow_of_200_nodes(edit: Open) -> None:
    editor = edit("Large", flow_of(200))
    editor.select("say_0")
    editor.settled()
    expect(editor.page.get_by_label("Text", exact=True)).to_have_value("This is say_0")
    editor.sent.clear()
    title = editor.node("say_0").locator(".node-title")
    editor.drag(title, editor.by(title, 60, 130))
    editor.until(lambda flow: flow.layout["say_0"] != (0, 0))
    # The cases are run a while after the flow was opened, which may be now.
    (message,) = [frame for frame in editor.sent if "cases.run_all" not in frame]
    assert len(message) < 600
    assert editor.edits()[0]["op"] == "move"


def test_a_file_goes_out_and_comes_in_again(edit: Open, tmp_path: Path) -> None:
    editor = edit("Luna, exported", luna())
    file = tmp_path / "flow.json"

    def export() -> bytes:
        editor.page.get_by_role("button", name="More", exact=True).click()
        with editor.page.expect_download() as download:
            editor.page.get_by_role("menuitem", name="Export as a file").click()
        download.value.save_as(file)
        # A menu that is still closing would get the keys pressed next.
        expect(editor.page.get_by_role("menu")).to_have_count(0)
        return file.read_bytes()

    def take(path: Path) -> None:
        editor.page.get_by_role("button", name="More", exact=True).click()
        editor.page.get_by_role("menuitem", name="Import a file").click()
        editor.page.locator("input[type=file]").set_input_files(path)

    before, first = editor.stored, export()
    assert flows.read(first) == before
    editor.canvas.click(position={"x": 20, "y": 20})
    editor.press("Control+a")
    expect(editor.page.locator(".react-flow__node.selected")).to_have_count(len(before.nodes))
    editor.press("Delete")
    editor.until(lambda flow: not flow.nodes)
    take(file)
    expect(editor.nodes).to_have_count(len(before.nodes))
    assert editor.stored == before
    assert export() == first

    broken = tmp_path / "broken.json"
    broken.write_text('{"format": 1, "id": "x", "name": "X", "nodes": {"a": {"type": "nothing"}}}')
    take(broken)
    expect(editor.page.get_by_role("dialog").get_by_text("nodes/a/type")).to_be_visible()
    assert editor.stored == before


def test_an_earlier_revision_comes_back_as_draft_or_live(edit: Open) -> None:
    editor = edit("Restored", msgspec.structs.replace(luna(), cases={}))
    person, engine = editor.desk.person, editor.desk.engine
    first = editor.stored
    publishing.publish(engine, editor.which, "First", person)
    editor.canvas.click(position={"x": 20, "y": 20})
    node = next(node_id for node_id, node in first.nodes.items() if node_id != first.start)
    editor.page.get_by_role("tab", name="History").click()
    editor.press("Control+f")
    editor.page.keyboard.type(first.nodes[node].name)
    editor.press("Enter", "Delete")
    changed = editor.until(lambda flow: len(flow.nodes) == len(first.nodes) - 1)
    publishing.publish(engine, editor.which, "Second", person)
    editor.page.reload()
    editor.loaded()

    def choose(number: int, what: str) -> None:
        editor.page.get_by_role("tab", name="History").click()
        line = editor.page.locator(f"[data-revision='{number}']")
        expect(line).to_contain_text("First" if number == 1 else "Second")
        line.get_by_role("button").click()
        editor.page.get_by_role("menuitem", name=what).click()

    choose(1, "Restore as draft")
    expect(editor.nodes).to_have_count(len(first.nodes))
    assert editor.stored == first
    editor.page.get_by_role("button", name="Undo", exact=True).click()
    expect(editor.nodes).to_have_count(len(changed.nodes))
    assert editor.stored == changed
    choose(1, "Make live again")
    # What that changes stands on two canvases and in words.
    gone = editor.page.locator(f"[data-compared={node}]")
    expect(gone).to_have_attribute("data-mark", "removed")
    expect(editor.page.locator("[data-side=left]").locator(gone)).to_be_visible()
    expect(editor.page.locator(".compare-line.removed").first).to_contain_text(first.nodes[node].name)
    # In a smaller window the same difference is in the middle again.
    editor.page.locator(".compare-line.removed").first.click()
    # No way shows through the cards that are the same, and the buttons say which of the two they take.
    expect(editor.page.locator("[data-mark=same]").first).to_have_css("opacity", "1")
    expect(editor.page.locator(".compare-head")).to_contain_text("Restore revision 1 as draftMake revision 1 live")
    size = editor.page.viewport_size
    assert size is not None
    editor.page.set_viewport_size({"width": 800, "height": 500})
    expect(gone).to_be_in_viewport(ratio=1)
    editor.page.set_viewport_size(size)
    expect(gone).to_be_in_viewport(ratio=1)
    editor.page.get_by_role("alert").get_by_role("button", name="Make live again").click()
    expect(editor.page.get_by_text("live again, as revision 3")).to_be_visible()
    assert publishing.revision(engine, editor.which, 3) == first


def test_two_people_in_one_flow_see_what_the_other_does(edit: Open, context: BrowserContext, desk: Desk) -> None:
    mine = edit("Ours", flow_of(3))
    theirs = Editor(context.new_page(), desk, mine.which)
    mine.select("say_1")
    mine.page.get_by_label("Text", exact=True).fill("Said by me")
    mine.select("say_0")
    expect(theirs.node("say_1").locator(".node-summary")).to_contain_text("Said by me")
    theirs.drop("close", 300, 500)
    theirs.select("say_2")
    theirs.press("Delete")
    expect(mine.node("say_2")).to_have_count(0)
    expect(mine.nodes).to_have_count(3)
    mine.press("Control+z")
    expect(theirs.node("say_1").locator(".node-summary")).to_contain_text("This is say_1")
    expect(theirs.nodes).to_have_count(3)
    assert mine.stored == theirs.stored


def test_what_the_server_refuses_is_taken_back_and_said(edit: Open) -> None:
    """Somebody else deletes the node that this hand is moving."""
    editor = edit("Refused", flow_of(3))
    editor.select("say_1")
    desk = editor.desk
    publishing.edit(desk.engine, editor.which, {"op": "remove", "nodes": ["say_1"]}, desk.person)
    editor.press("ArrowDown")
    expect(editor.page.get_by_text("That could not be done")).to_be_visible()
    editor.settled()
    editor.node("say_2").locator(".node-title").click()
    editor.press("ArrowDown")
    # The next edit brings what the other did.
    expect(editor.node("say_1")).to_have_count(0)
    expect(editor.edges).to_have_count(0)
    assert editor.until(lambda flow: flow.layout["say_2"] == (640, 16)).nodes.keys() == {"say_0", "say_2"}


def test_who_may_not_edit_sees_and_cannot_change(page: Page, desk: Desk) -> None:
    editor = Editor(page, desk, desk.create("Seen", flow_of(2)), desk.person_as("viewer"))
    expect(editor.page.locator(".palette")).to_have_count(0)
    expect(editor.page.get_by_role("button", name="Publish")).to_have_count(0)
    before = editor.stored
    editor.select("say_0")
    editor.press("Delete", "ArrowDown", "n", "Control+d")
    title = editor.node("say_0").locator(".node-title")
    editor.drag(title, editor.by(title, 60, 130))
    expect(editor.nodes).to_have_count(2)
    assert editor.edits() == []
    assert editor.stored == before


def test_the_language_of_the_screens_reaches_the_canvas(page: Page, desk: Desk) -> None:
    # Somebody of their own: the language stays with the person.
    editor = Editor(page, desk, desk.create("Two languages", luna()), desk.person_as("builder", "linguist"))
    expect(editor.page.get_by_role("heading", name="Talk")).to_be_visible()
    editor.page.locator(".rail-foot").get_by_role("button").first.click()
    editor.page.get_by_role("menuitem", name="中文").click()
    expect(editor.page.get_by_role("heading", name="对话")).to_be_visible()
    expect(editor.page.locator(".palette-card[data-type=human_handoff]")).to_have_text("转人工")
    editor.page.get_by_label("文案语言").select_option("de")
    expect(editor.page.locator(".node-summary").filter(has_text="Willkommen").first).to_be_visible()


def test_what_is_done_while_the_connection_is_lost_is_saved_when_it_is_back(page: Page, desk: Desk) -> None:
    line = Line(page)
    editor = Editor(page, desk, desk.create("Cut off", flow_of(3)))
    editor.select("say_1")
    expect(editor.page.get_by_label("Text", exact=True)).to_have_value("This is say_1")
    line.cut()
    expect(page.locator(".savemark")).to_have_attribute("data-state", "offline")
    editor.press("ArrowDown")
    expect(page.locator(".savemark")).to_contain_text("1 edit waits")
    editor.press("Control+d")
    expect(editor.nodes).to_have_count(4)
    expect(page.locator(".savemark")).to_contain_text("2 edits wait")
    before = desk.flow(editor.which)
    assert (len(before.nodes), before.layout["say_1"]) == (3, (320, 0))

    line.lost = False
    flow = editor.until(lambda flow: len(flow.nodes) == 4)
    assert flow.layout["say_1"] == (320, 16)
    expect(editor.nodes).to_have_count(4)
