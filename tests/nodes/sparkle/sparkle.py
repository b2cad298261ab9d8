"""A node type as another package would bring it, and entry points that are wrong in every way there is."""

from typing import Annotated, ClassVar

from engine.effects import Send
from engine.flow import Node
from engine.turn import Go, Outcome, Turn
from nodes.fields import Said, field


class Sparkle(Node, frozen=True, tag="sparkle"):
    """Says something, sparkling."""

    TITLE = "Sparkle"
    ICON = "sparkles"
    GROUP = "talk"
    SUMMARY = "Sparkles: {text}"
    LOCALES: ClassVar = {
        "zh": {
            "title": "闪亮消息",
            "help": "发一条闪亮的消息。",
            "summary": "闪亮地说：{text}",
            "fields": {"text": {"title": "内容", "help": ""}},
            "ports": {"next": "下一步"},
        }
    }

    text: Annotated[Said, field("Text", required=True)] = ""

    def run(self, turn: Turn) -> Outcome:
        return Go("next", (Send(text=f"✨ {self.text} ✨"),))


def function() -> None:
    """No node type at all."""


class Taken(Sparkle, frozen=True, tag="message"):
    """Of a tag that is taken."""


class Bare(Node, frozen=True, tag="bare"):
    """Without a title."""


class Tag(Sparkle, frozen=True, tag="Not A Tag"):
    """Of a tag that is none."""


class Group(Sparkle, frozen=True, tag="group"):
    """In a group there is not."""

    GROUP = "nowhere"  # type: ignore[assignment]


class Silent(Sparkle, frozen=True, tag="silent"):
    __doc__ = ""
