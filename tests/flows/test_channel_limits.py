"""The limits that flows are checked by are those by which messages are sent."""

import pytest

from flows.channel_limits import CHANNELS, width
from server.channels import channel_types


@pytest.mark.parametrize("kind", sorted(channel_types()))
def test_a_channel_that_sends_has_the_same_limit_of_text(kind: str) -> None:
    assert CHANNELS[kind].text == channel_types()[kind].LIMITS.text


def test_every_channel_that_cuts_labels_has_buttons() -> None:
    for limits in CHANNELS.values():
        assert limits.button_label is None or limits.buttons != 0


def test_text_is_counted_as_the_platforms_do() -> None:
    assert (width("abc"), width("你好"), width("👍🏽"), width("")) == (3, 2, 4, 0)
