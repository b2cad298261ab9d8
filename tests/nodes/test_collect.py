"""Collecting contact data: asks one after the other, skips what is known, checks, gives up."""

from datetime import timedelta
from typing import Any

from engine.effects import Choice, Send, SetContact, SetValue
from engine.events import Contact
from engine.turn import Go, Turn, Wait
from nodes.collect import Collect, Item
from tests.nodes.rows import NOW, Row, check, returned, timer, turn, wrote

NAME = Item("name", "name", "What is your name?", "customer")
EMAIL = Item("mail", "email", "Your email?", "email")
PHONE = Item("phone", "phone", "Your phone number?", optional=True)
ORDER = Item("order", "order", "Your order number?", "order", "LU-[0-9]{6}")
NODE = Collect(items=(NAME, EMAIL), retries=1, retry_text="Please check that.")
ONE = Collect(items=(ORDER,), retries=0, no_reply=60)
CALL = Collect(items=(PHONE,), skip_label="Skip", retries=1)
SKIP = (Choice("skip", "Skip"),)
THAI = Contact(country="TH")


def memory(item: str, tries: int = 0, done: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"item": item, "tries": tries, "done": list(done)}


def asks(
    item: Item, *before: Any, text: str = "", choices: tuple[Choice, ...] = (), tries: int = 0, **more: Any
) -> Wait:
    done = more.pop("done", ())
    until = more.pop("until", None)
    sent = Send(text=text or item.question, choices=choices)
    return Wait(
        "reply",
        until,
        (*before, sent),
        memory=memory(item.id, tries, done),
        why={**more, **({"time": tries} if tries else {}), "asks": item.id},
    )


def met(reply: str, item: str, tries: int = 0, choice: str = "", **more: Any) -> Turn:
    return turn(wrote(reply, choice), memory=memory(item, tries, more.pop("done", ())), **more)


def kept(name: str, value: str) -> SetValue:
    return SetValue(name=name, value=value)


TABLE = [
    Row("asks for the first", NODE, turn(text="Hi"), asks(NAME)),
    Row(
        "takes the answer, keeps it with the contact and under its name, asks for the next",
        NODE,
        met("My name is Ana  García.", "name"),
        asks(EMAIL, kept("customer", "Ana García"), SetContact(name="Ana García"), taken="name", done=("name",)),
    ),
    Row(
        "goes on when all is there",
        NODE,
        met("it's Ana@Luna.Example", "mail", done=("name",)),
        Go("done", (kept("email", "Ana@luna.example"), SetContact(email="Ana@luna.example")), why={"taken": "mail"}),
    ),
    Row(
        "does not ask for what the contact is known by, and keeps it",
        NODE,
        turn(contact=Contact(name="Ana", email="a@b.c")),
        Go("done", (kept("customer", "Ana"), kept("email", "a@b.c")), why={"known": ["name", "mail"]}),
    ),
    Row(
        "nor for what the conversation knows",
        NODE,
        turn(values={"customer": "Ana"}),
        asks(EMAIL, known=["name"]),
    ),
    Row("a profile's name that is none is asked for", NODE, turn(contact=Contact(name="🌸 24/7")), asks(NAME)),
    Row(
        "asks again, politely",
        NODE,
        met("Why do you ask?", "name"),
        asks(NAME, text="Please check that.\nWhat is your name?", tries=1, refused="name"),
    ),
    Row(
        "gives up after its retries",
        NODE,
        met("ana at luna", "mail", tries=1),
        Go("gave_up", why={"refused": "mail", "time": 2}),
    ),
    Row("begins where it stood when a person gives the conversation back", NODE,
        turn(event=returned(), memory=memory("mail", 1, ("name",))), asks(EMAIL, done=("name",))),
    Row("waits no longer than it may", ONE, turn(), asks(ORDER, until=NOW + timedelta(seconds=60))),
    Row("says when no reply came", ONE, turn(timer(), memory=memory("order")), Go("no_reply")),
    Row(
        "an order number is what fits its pattern",
        ONE,
        met("it's lu-123456, thanks", "order"),
        Go("done", (kept("order", "lu-123456"),), why={"taken": "order"}),
    ),
    Row("and nothing else", ONE, met("123456", "order"), Go("gave_up", why={"refused": "order", "time": 1})),
    Row(
        "a phone number is read as in the contact's country",
        CALL,
        met("081 234 5678", "phone", contact=THAI),
        Go("done", (SetContact(phone="+66812345678"),), why={"taken": "phone"}),
    ),
    Row(
        "or as in their phone's",
        CALL,
        met("081 234 5678", "phone", contact=Contact(phone_country="TH")),
        Go("done", (SetContact(phone="+66812345678"),), why={"taken": "phone"}),
    ),
    Row(
        "without a country it must say its own",
        CALL,
        met("081 234 5678", "phone"),
        asks(PHONE, choices=SKIP, tries=1, refused="phone"),
    ),
    Row("offers to leave out what may be", CALL, turn(), asks(PHONE, choices=SKIP)),
    Row("a tap leaves it out", CALL, met("Skip", "phone", choice="skip"), Go("done", why={"left_out": "phone"})),
    Row("so does writing it", CALL, met(" skip ", "phone"), Go("done", why={"left_out": "phone"})),
    Row(
        "what may be left out is left out after its retries",
        CALL,
        met("no", "phone", tries=1),
        Go("done", why={"refused": "phone", "time": 2, "left_out": "phone"}),
    ),
    Row(
        "a free text is kept whole",
        Collect(items=(Item("t", "text", "What happened?", "story"),)),
        met(" It broke.\nTwice. ", "t"),
        Go("done", (kept("story", "It broke.\nTwice."),), why={"taken": "t"}),
    ),
    Row("without items it goes on", Collect(), turn(), Go("done", why={})),
]  # fmt: skip


def test_table() -> None:
    check(TABLE)


def test_the_button_counts_in_every_language_of_the_flow() -> None:
    met_zh = turn(wrote("跳过"), memory=memory("phone"), versions={"skip_label": ("Skip", "跳过")})
    assert CALL.run(met_zh) == Go("done", why={"left_out": "phone"})


def test_tells_what_is_missing() -> None:
    assert Collect(items=(Item("a"), Item("b", "order", "Which?"))).missing() == ("items.a.question", "items.b.save_as")
    assert NODE.missing() == ()
    assert NODE.sets() == ("customer", "email")


def test_has_the_ports_it_can_go_by() -> None:
    assert [port.id for port in NODE.ports()] == ["done", "gave_up"]
    assert [port.id for port in ONE.ports()] == ["done", "gave_up", "no_reply"]
