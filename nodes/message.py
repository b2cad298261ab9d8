from typing import Annotated

from engine.effects import Send
from engine.flow import Node
from engine.text import says
from engine.turn import Go, Outcome, Turn
from nodes.fields import Said, field


class Message(Node, frozen=True, tag="message"):
    """Says something and goes on at once."""

    TITLE = "Message"
    ICON = "message-square"
    GROUP = "talk"
    SUMMARY = "Says: {text}"

    text: Annotated[
        Said, field("Text", "What the contact reads. “Insert variable” puts in their name, say.", required=True)
    ] = ""

    def answers(self, port: str = "") -> bool:
        return says(self.text)

    def run(self, turn: Turn) -> Outcome:
        return Go("next", (Send(text=self.text),))
