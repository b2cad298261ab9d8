"""What undo took back, in words."""

from typing import Any

import pytest

from builder_ui.canvas.undone import told, what
from engine.flow import Flow
from flows import edit
from tests.builder_ui.test_protocol import flow_of

ADD = {"op": "add", "node": "extra", "config": {"type": "close", "name": "The end"}}


def flow() -> Flow[Any]:
    return edit.apply(flow_of(3), {"op": "set", "node": "say_0", "field": "name", "value": "Hello"}).flow


@pytest.mark.parametrize(
    ("done", "english", "chinese"),
    [
        (ADD, "adding “The end”", "添加节点“The end”"),
        ({"op": "remove", "nodes": ["say_1", "say_2"]}, "deleting 2 nodes", "删除 2 个节点"),
        ({"op": "set", "node": "say_0", "field": "text", "value": "Hi"}, "text of “Hello”", "节点“Hello”的文案"),
        (
            {"op": "set", "node": "say_0", "field": "name", "value": "Hey"},
            "Name of “Hello”",
            "节点“Hello”的“名称”",
        ),
        (
            {"op": "translate", "language": "de", "node": "say_0", "path": "text", "text": "Moin"},
            "German text of “Hello”",
            "节点“Hello”的德语文案",
        ),
        ({"op": "disconnect", "source": "say_0", "port": "next"}, "disconnecting “Hello”", "断开节点“Hello”"),
        (
            {"op": "connect", "source": "say_0", "port": "next", "target": "say_2"},
            "connecting “Hello”",
            "连接节点“Hello”",
        ),
        ({"op": "move", "to": {"say_0": [9, 9], "say_1": [9, 9]}}, "moving 2 nodes", "移动 2 个节点"),
        ({"op": "note", "id": "first", "text": "Ask", "at": [0, 0]}, "a note", "便签"),
        ({"op": "add_language", "language": "fr"}, "languages of the flow", "流程语言"),
        ({"op": "set_flow", "field": "name", "value": "Other"}, "name of the flow", "流程名称"),
        ({"op": "set_flow", "field": "start", "value": "say_1"}, "where conversations start", "会话起点"),
        ({"op": "set_flow", "field": "timezone", "value": "Asia/Tokyo"}, "settings of the flow", "流程设置"),
    ],
)
def test_what_was_done_is_said(done: dict[str, Any], english: str, chinese: str) -> None:
    after = edit.apply(flow(), done).flow
    assert what(flow(), after, "en") == english
    assert what(flow(), after, "zh") == chinese


def test_undo_and_redo_speak_of_the_same() -> None:
    before, after = flow(), edit.apply(flow(), ADD).flow
    assert told(after, before, "en") == "Undone: adding “The end”"
    assert told(before, after, "en", redone=True) == "Done again: adding “The end”"
