from typing import Annotated

from engine.effects import Close as Resolve
from engine.effects import Send
from engine.flow import Node
from engine.turn import End, Outcome, Turn
from nodes.fields import Line, Said, field


class Close(Node, frozen=True, tag="close"):
    """Ends the conversation. What the contact writes later begins a new one."""

    TITLE = "Close"
    ICON = "circle-check"
    GROUP = "people"
    SUMMARY = "Ends: {text|without a word}"
    PORTS = ()

    text: Annotated[Said, field("Last words", "May stay empty.")] = ""
    reason: Annotated[Line, field("Reason", "For agents and figures.")] = ""

    def answers(self, port: str = "") -> bool:
        return True

    def run(self, turn: Turn) -> Outcome:
        said = (Send(text=self.text),) if self.text else ()
        return End((*said, Resolve(reason=self.reason)))
