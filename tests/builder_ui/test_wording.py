"""Moments in words."""

from datetime import UTC, datetime, timedelta

import pytest

from builder_ui.wording import ago

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passed", "english", "chinese"),
    [
        (timedelta(seconds=-5), "just now", "刚刚"),
        (timedelta(seconds=59), "just now", "刚刚"),
        (timedelta(seconds=60), "1 min ago", "1 分钟前"),
        (timedelta(minutes=59, seconds=59), "59 min ago", "59 分钟前"),
        (timedelta(hours=1), "1 h ago", "1 小时前"),
        (timedelta(hours=23, minutes=59), "23 h ago", "23 小时前"),
        (timedelta(days=1), "1 d ago", "1 天前"),
        (timedelta(days=400), "400 d ago", "400 天前"),
    ],
)
def test_how_long_ago(passed: timedelta, english: str, chinese: str) -> None:
    assert ago(NOW - passed, "en", NOW) == english
    assert ago(NOW - passed, "zh", NOW) == chinese
