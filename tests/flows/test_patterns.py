"""Why a pattern is refused is said in both languages."""

import pytest

from engine.rules import matching, pattern_fault
from flows.patterns import reason_in_words


@pytest.mark.parametrize(
    ("pattern", "chinese"),
    [
        ("(", "缺少右括号"),
        (")", "多了一个右括号"),
        ("[a", "缺少右方括号"),
        ("*a", "前面没有可重复的内容"),
        ("a**", "前面没有可重复的内容"),
        ("a{2000}", "最多 1000"),
        ("\\", "结尾多了一个"),
        ("\\8", "无法识别"),
        ("(?=a)", "不支持的前后查找"),
        ("[z-a]", "写反了"),
    ],
)
def test_a_reason_is_told_in_words(pattern: str, chinese: str) -> None:
    reason = pattern_fault(pattern)
    assert reason
    assert chinese in reason_in_words(reason, "zh")
    assert "re2" not in reason_in_words(reason, "en")


def test_a_pattern_is_tried_as_it_is_used() -> None:
    assert matching(r"\bLU-\d{6}\b", "my order lu-204815, please") == "lu-204815"
    assert matching(r"\bLU-\d{6}\b", "my order LU-2048") is None
    assert matching("(", "(") is None
