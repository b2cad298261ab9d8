"""Refusals: every one with a sentence in both languages, and words for what they are about."""

import re
from string import Formatter
from typing import Any

import pytest

from server.errors import SENTENCES, WORDS, RefusedError
from server.permissions import PERMISSIONS, ROLES


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize("code", SENTENCES)
def test_both_languages_tell_the_same(code: str) -> None:
    sentence = SENTENCES[code]
    assert 400 <= sentence.status < 600
    assert placeholders(sentence.en) == placeholders(sentence.zh)
    values: dict[str, Any] = dict.fromkeys(placeholders(sentence.en), "7")
    refused = RefusedError(code, where="here", **values)
    assert refused.status == sentence.status
    assert "{" not in refused.said("en") + refused.said("zh")
    if values.keys() != {"reason"}:
        assert re.search("[\u4e00-\u9fff]", refused.said("zh"))


def test_every_role_and_permission_has_words() -> None:
    assert set(WORDS["role"]) == set(ROLES)
    assert set(WORDS["permission"]) == set(PERMISSIONS)
    refused = RefusedError("not_allowed", role="viewer", permission="publish")
    assert str(refused) == "As viewer you may not publish flows."
    assert refused.said("zh") == "您的角色“观察者”没有“发布流程”的权限。"
