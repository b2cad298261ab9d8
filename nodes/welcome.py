from typing import Annotated

from engine.effects import Send
from engine.flow import Node
from engine.turn import Go, Outcome, Turn, Wait
from nodes.fields import Said, field


class Welcome(Node, frozen=True, tag="welcome"):
    """Greets the contact, once in a conversation. Whoever has only opened the chat is then given time to write."""

    TITLE = "Welcome"
    ICON = "hand"
    GROUP = "talk"
    SUMMARY = "Greets: {text}"

    text: Annotated[Said, field("Greeting", "Said in the contact's language.", required=True)] = ""

    def run(self, turn: Turn) -> Outcome:
        if turn.session.messages == 0:
            greeting = () if turn.memory else (Send(text=self.text),)
            return Wait("reply", effects=greeting, memory="greeted")
        if turn.memory:
            return Go("next", memory="greeted", why={"greeted": "before"})
        return Go("next", (Send(text=self.text),), memory="greeted")
