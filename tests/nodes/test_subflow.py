from engine.turn import Call
from nodes.subflow import Subflow
from tests.nodes.rows import Row, check, turn

KINDS = {"days": 14, "size": None, "note": "!"}

TABLE = [
    Row("runs the flow", Subflow(flow="returns"), turn(), Call("returns")),
    Row(
        "fills what it gives",
        Subflow(flow="returns", inputs={"who": "Dear {contact.name|customer}", "order": "{value.order}"}),
        turn(values={"order": "LU-1"}),
        Call(
            "returns",
            {"who": "Dear customer", "order": "LU-1"},
            why={"given": {"who": "Dear customer", "order": "LU-1"}},
        ),
    ),
    Row(
        "keeps the kind of a value it passes on, and what is not known unknown",
        Subflow(flow="returns", inputs={"days": " {value.days} ", "size": "{value.size}", "note": "{value.size}!"}),
        turn(values={"days": 14}),
        Call(
            "returns", {"days": 14, "size": None, "note": "!"}, why={"given": {"days": 14, "size": None, "note": "!"}}
        ),
    ),
    Row(
        "takes back what it names",
        Subflow(flow="returns", outputs={"label": "link", "": "x", "y": ""}),
        turn(),
        Call("returns", outputs={"label": "link"}),
    ),
]


def test_table() -> None:
    check(TABLE)


def test_sets_what_comes_back() -> None:
    node = Subflow(flow="returns", inputs={"": "x"}, outputs={"label": "link", "lost": ""})
    assert node.sets() == ("label", "lost")
    assert node.missing() == ("inputs", "outputs")
    assert Subflow(flow="returns", inputs={"a": ""}, outputs={"b": "c"}).missing() == ()
