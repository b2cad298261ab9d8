from engine.effects import Send
from engine.events import Contact
from engine.queries import Citation, Failed, Found, LookUp, Place
from engine.turn import Ask, Go
from nodes.knowledge_answer import KnowledgeAnswer
from tests.nodes.rows import Row, answered, check, returned, turn

NODE = KnowledgeAnswer(threshold=0.7, documents=("care",))
CITED = Citation(document="care", name="Care guide", place="Washing")
WHERE = {"document": "care", "name": "Care guide", "place": "Washing"}

TABLE = [
    Row(
        "asks what the contact wrote last, in the conversation's language and market",
        NODE,
        turn(text=" Will it shrink? ", language="de", contact=Contact(country="AT"), languages=("en", "de")),
        Ask(
            LookUp(question="Will it shrink?", language="de", threshold=0.7, documents=("care",), market="AT"),
            memory="asked",
        ),
    ),
    Row(
        "asks in the flow's language while none is known",
        KnowledgeAnswer(),
        turn(text="Hi", languages=("es", "de")),
        Ask(LookUp(question="Hi", language="es", threshold=0.6), memory="asked"),
    ),
    Row("has nothing to look up", NODE, turn(text="  "), Go("unsure", why={"question": ""})),
    Row(
        "says what was found, with its source",
        NODE,
        turn(answered(Found(text="No.", score=0.9, language="en", citation=CITED))),
        Go(
            "answered",
            (Send(text="No.", language="en", citation=CITED),),
            why={"score": 0.9, "threshold": 0.7, "citation": WHERE},
        ),
    ),
    Row(
        "says that a model put the answer",
        NODE,
        turn(answered(Found(text="No.", score=0.9, language="en", citation=CITED, phrased=True))),
        Go(
            "answered",
            (Send(text="No.", language="en", citation=CITED),),
            why={"score": 0.9, "threshold": 0.7, "phrased": True, "citation": WHERE},
        ),
    ),
    Row(
        "says why no model put it",
        NODE,
        turn(answered(Found(text="No.", score=0.9, language="en", citation=CITED, reason="model:timeout"))),
        Go(
            "answered",
            (Send(text="No.", language="en", citation=CITED),),
            why={"score": 0.9, "threshold": 0.7, "reason": "model:timeout", "citation": WHERE},
        ),
    ),
    Row(
        "leaves what is no matter for a model to a person",
        NODE,
        turn(answered(Found(reason="topic:payment"))),
        Go("unsure", why={"score": 0.0, "threshold": 0.7, "reason": "topic:payment"}),
    ),
    Row(
        "is unsure below the threshold, and says how near it was",
        NODE,
        turn(answered(Found(score=0.4, citation=CITED))),
        Go("unsure", why={"score": 0.4, "threshold": 0.7, "citation": WHERE}),
    ),
    Row(
        "is unsure when the knowledge base is empty",
        NODE,
        turn(answered(Found())),
        Go("unsure", why={"score": 0.0, "threshold": 0.7}),
    ),
    Row(
        "is unsure when it cannot be asked",
        NODE,
        turn(answered(Failed(reason="timeout"))),
        Go("unsure", why={"failed": "timeout"}),
    ),
    Row(
        "is unsure of an answer to something else",
        NODE,
        turn(answered(Place(country="DE"))),
        Go("unsure", why={"failed": "Place"}),
    ),
    Row(
        "leaves to a person what they took meanwhile",
        NODE,
        turn(text="Will it shrink?", event=returned(), memory="asked"),
        Go("answered", why={"answered": "by a person meanwhile"}),
    ),
    Row(
        "answers when a person gives the conversation back to it",
        NODE,
        turn(text="Will it shrink?", event=returned()),
        Ask(LookUp(question="Will it shrink?", language="en", threshold=0.7, documents=("care",)), memory="asked"),
    ),
]


def test_table() -> None:
    check(TABLE)
