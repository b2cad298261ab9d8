from typing import Any

from engine.events import Contact
from engine.flow import Port
from engine.rules import All, Compare
from engine.turn import Go
from nodes.branch import Branch, Case
from tests.nodes.rows import Row, check, turn

IN_GERMANY = Compare("country", "is", "DE")
VIP = Compare("tags", "has", "vip")
NODE = Branch(cases=(Case("germany", "Germany", IN_GERMANY), Case("vip", "A good customer", VIP)))


def told(case: str, title: str, fact: str, op: str, value: str, found: Any, held: bool) -> dict[str, Any]:
    rule: dict[str, Any] = {"kind": "compare", "held": held, "fact": fact, "op": op, "value": value}
    return {"case": case, "title": title, "held": held, "rule": {**rule, "found": found}}


TABLE = [
    Row(
        "takes the first case that holds and looks no further",
        NODE,
        turn(contact=Contact(country="DE"), tags=("vip",)),
        Go("germany", why=[told("germany", "Germany", "country", "is", "DE", "DE", True)]),
    ),
    Row(
        "says why the earlier ones did not hold",
        NODE,
        turn(contact=Contact(country="FR"), tags=("vip",)),
        Go(
            "vip",
            why=[
                told("germany", "Germany", "country", "is", "DE", "FR", False),
                told("vip", "A good customer", "tags", "has", "vip", ["vip"], True),
            ],
        ),
    ),
    Row(
        "else goes by otherwise",
        NODE,
        turn(contact=Contact(country="FR")),
        Go(
            "otherwise",
            why=[
                told("germany", "Germany", "country", "is", "DE", "FR", False),
                told("vip", "A good customer", "tags", "has", "vip", [], False),
            ],
        ),
    ),
    Row("without cases always otherwise", Branch(), turn(), Go("otherwise", why=[])),
    Row(
        "a new case never holds",
        Branch(cases=(Case("new"),)),
        turn(),
        Go("otherwise", why=[{"case": "new", "title": "", "held": False, "rule": {"kind": "any", "held": False}}]),
    ),
    Row(
        "a rule of nothing always holds",
        Branch(cases=(Case("all", "All", All()),)),
        turn(),
        Go("all", why=[{"case": "all", "title": "All", "held": True, "rule": {"kind": "all", "held": True}}]),
    ),
]


def test_table() -> None:
    check(TABLE)


def test_has_a_port_for_each_case_and_otherwise() -> None:
    assert NODE.ports() == (
        Port("germany", "Germany"),
        Port("vip", "A good customer"),
        Port("otherwise", "Otherwise"),
    )
    assert NODE.rules() == (IN_GERMANY, VIP)
