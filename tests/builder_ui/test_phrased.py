"""Who put an answer is told in both languages."""

import pytest

from builder_ui.phrased import how_put


@pytest.mark.parametrize(
    ("phrased", "reason", "answered", "en", "zh"),
    [
        (False, "", True, "", ""),
        (False, "", False, "", ""),
        (True, "", True, "Put into words by the model, from this source", "由模型根据该资料组织语言"),
        (
            False,
            "model:status 429",
            True,
            "The passage itself: the model service refused (status 429)",
            "资料原文：模型服务拒绝了请求（状态码 429）",
        ),
        (
            False,
            "model:garbage",
            True,
            "The passage itself: the model service gave no answer that can be used",
            "资料原文：模型服务没有给出可用的回答",
        ),
        (
            False,
            "topic:payment",
            False,
            "For a person: this is about payment data, which no model is told",
            "转人工：涉及支付信息，不会发送给模型",
        ),
    ],
)
def test_a_line_says_who_and_why(phrased: bool, reason: str, answered: bool, en: str, zh: str) -> None:
    assert how_put(phrased, reason, answered, "en") == en
    assert how_put(phrased, reason, answered, "zh") == zh
