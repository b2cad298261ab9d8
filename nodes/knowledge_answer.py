from typing import Annotated, Any

import msgspec

from engine.effects import Send
from engine.events import AgentReturned, Answered
from engine.flow import Node, Port
from engine.queries import Found, LookUp, failure
from engine.turn import Ask, Go, Outcome, Turn
from nodes.fields import Share, field


class KnowledgeAnswer(Node, frozen=True, tag="knowledge_answer"):
    """Answers what the contact wrote last from the knowledge base, with its source. Not sure enough: “unsure”."""

    TITLE = "Knowledge answer"
    ICON = "book-open-text"
    GROUP = "know"
    SUMMARY = "Looks in: {documents|everything}; sure enough from {threshold}"
    PORTS = (Port("answered", "Answered"), Port("unsure", "Unsure"))

    threshold: Annotated[
        Share, field("Sure enough from", "Below it nothing is said and the flow goes on by “unsure”.")
    ] = 0.6
    documents: Annotated[
        tuple[Annotated[str, msgspec.Meta(max_length=64)], ...],
        field("Look only in", "None: in the whole knowledge base."),
        msgspec.Meta(max_length=200, extra_json_schema={"widget": "documents"}),
    ] = ()

    def answers(self, port: str = "") -> bool:
        return port == "answered"

    def run(self, turn: Turn) -> Outcome:
        if isinstance(turn.reply, Answered):
            return self._said(turn.reply.answer)
        if turn.memory and isinstance(turn.event, AgentReturned):
            return Go("answered", why={"answered": "by a person meanwhile"})
        question = turn.text.strip()
        if not question:
            return Go("unsure", why={"question": ""})
        session = turn.session
        return Ask(
            LookUp(
                question=question,
                language=session.language or turn.languages[0],
                threshold=self.threshold,
                documents=self.documents,
                market=session.contact.country,
            ),
            memory="asked",
        )

    def _said(self, answer: Any) -> Outcome:
        if not isinstance(answer, Found):
            return Go("unsure", why={"failed": failure(answer)})
        why: dict[str, Any] = {"score": answer.score, "threshold": self.threshold}
        if answer.phrased:
            why["phrased"] = True
        if answer.reason:
            why["reason"] = answer.reason
        if answer.citation:
            why["citation"] = msgspec.to_builtins(answer.citation)
        if not answer.text:
            return Go("unsure", why=why)
        return Go("answered", (Send(text=answer.text, language=answer.language, citation=answer.citation),), why=why)
