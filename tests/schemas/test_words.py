from typing import Any

import pytest

from engine.rules import FACTS, OPERATORS, All, Compare, Not, Rule, matching
from engine.rules import Any as AnyOf
from nodes.branch import Branch, Case
from nodes.business_hours import BusinessHours
from nodes.collect import Collect, Item
from nodes.decision_table import Column, DecisionTable, Row
from nodes.human_handoff import HumanHandoff
from nodes.knowledge_answer import KnowledgeAnswer
from nodes.language_by_ip import LanguageByIp
from nodes.message import Message
from nodes.question import Option, Question
from nodes.split import Split, Way
from nodes.subflow import Subflow
from nodes.tag import Tag
from nodes.wait import Wait
from schemas.patterns import READY
from schemas.words import duration_in_words, facts, language_name, operators, ready_patterns, rule_in_words, summary

DACH = Compare("country", "in", ["DE", "AT"])
VIP = Compare("tags", "has", "vip")
WEEKEND = Compare("time.weekday", "at_least", 6)


@pytest.mark.parametrize(
    ("rule", "english", "chinese"),
    [
        (DACH, "country is Germany or Austria", "国家或地区属于德国或奥地利"),
        (Compare("language", "is", "zh-Hant"), "language is Chinese (Traditional)", "语言是中文 (繁体)"),
        (WEEKEND, "weekday is at least Saturday", "星期不小于星期六"),
        (Compare("messages", "between", [2, 5]), "number of messages is between 2 and 5", "消息条数介于 2 和 5 之间"),
        (Compare("value.order", "empty"), "value “order” is empty", "变量“order”为空"),
        (Compare("text", "contains", "gold"), "what the contact wrote contains “gold”", "访客所写包含“gold”"),
        (Compare("value.vip", "is", True), "value “vip” is yes", "变量“vip”是“是”"),
        (
            All((DACH, VIP)),
            "country is Germany or Austria, and tags has vip",
            "国家或地区属于德国或奥地利，且标签有vip",
        ),
        (
            All((AnyOf((DACH, VIP)), WEEKEND)),
            "(country is Germany or Austria, or tags has vip), and weekday is at least Saturday",
            "（国家或地区属于德国或奥地利，或标签有vip），且星期不小于星期六",
        ),
        (Not(VIP), "not (tags has vip)", "不满足（标签有vip）"),
        (All(), "always", "总是成立"),
        (AnyOf(), "never", "从不成立"),
    ],
)
def test_says_when_a_rule_holds(rule: Rule, english: str, chinese: str) -> None:
    assert rule_in_words(rule) == english
    assert rule_in_words(rule, "zh") == chinese


READY_FINDS = {
    "order": ("it is LU-204815, thanks", "LU-204815"),
    "digits": ("no. 204815", "204815"),
    "email": ("to me@luna.example", "me@luna.example"),
    "phone": ("call +49 30 123456", "+49 30 123456"),
    "link": ("see https://luna.example/a", "https://luna.example/a"),
}


def test_a_ready_pattern_is_called_as_the_form_calls_it_and_finds_that() -> None:
    assert READY_FINDS.keys() == READY.keys()
    titles = {language: {one.value: one.title for one in ready_patterns(language)} for language in ("en", "zh")}
    for name, (text, found) in READY_FINDS.items():
        rule = Compare("text", "matches", READY[name])
        assert matching(READY[name], text) == found
        assert matching(READY[name], "Hello") is None
        for patterns in (True, False):
            english, chinese = (rule_in_words(rule, language, patterns=patterns) for language in ("en", "zh"))
            assert english == f"what the contact wrote contains {titles['en'][READY[name]]}"
            assert chinese == f"访客所写包含{titles['zh'][READY[name]]}"


def test_a_pattern_written_by_hand_stands_there_only_for_those_who_wrote_it() -> None:
    rule = Not(Compare("value.order", "matches", "LU-[0-9]+"))
    assert rule_in_words(rule) == "not (value “order” matches LU-[0-9]+)"
    assert rule_in_words(rule, patterns=False) == "not (value “order” matches a pattern written for it)"
    assert rule_in_words(rule, "zh", patterns=False) == "不满足（变量“order”符合自定义格式）"


@pytest.mark.parametrize(
    ("node", "english", "chinese"),
    [
        (
            DecisionTable(columns=(Column("c", "country", "in"), Column("a", "value.sum", "less")), rows=(Row("r"),)),
            "1 row · country, value “sum”",
            "1 行 · 国家或地区、变量“sum”",
        ),
        (DecisionTable(), "", ""),
        (Split(ways=(Way("a", "Short", 70), Way("b", "", 30))), "Short 70\u00a0% / b 30\u00a0%", "Short 70% / b 30%"),
        (Collect(items=(Item("n"), Item("m", "email"))), "Asks for: name, email", "询问：姓名、邮箱"),
        (Message(text="Hi\n there"), "Says: Hi there", "回复：Hi there"),
        (Message(), "", ""),
        (BusinessHours(team="shop"), "Open: shop", "是否营业：shop"),
        (BusinessHours(), "Open: Mon–Fri 9:00–18:00", "是否营业：周一至周五 9:00–18:00"),
        (Subflow(flow="returns"), "Runs: returns", "运行：returns"),
        (
            Subflow(flow="returns", inputs={"a": "1", "b": "2"}, outputs={"c": "d"}),
            "Runs: returns · 2 values in · 1 value back",
            "运行：returns · 传入2 个变量 · 取回1 个变量",
        ),
        (Wait(until_open="shop", seconds=5), "Waits until it opens: shop", "等到营业：shop"),
        (Tag(add=("new", "vip")), "Adds: new, vip", "加上：new、vip"),
        (Tag(remove=("new",)), "Removes: new", "去掉：new"),
        (Question(), "Asks: (listens)", "提问：（只听）"),
        (
            Question(text="Which?", choices=(Option("a", "Gold"), Option("b"))),
            "Asks: Which? Gold / b",
            "提问：Which? Gold / b",
        ),
        (
            KnowledgeAnswer(documents=("d1", "d2"), threshold=0.65),
            "Looks in: Shipping, d2; sure enough from 65\u00a0%",
            "查找范围：Shipping、d2；把握达到 65% 才回答",
        ),
        (Wait(seconds=5400), "Waits 1 h 30 min", "等待 1 小时 30 分钟"),
        (
            Branch(cases=(Case("a", "", DACH), Case("b", "Good customer", VIP))),
            "If country is Germany or Austria; Good customer",
            "如果国家或地区属于德国或奥地利；Good customer",
        ),
        (
            LanguageByIp(order=("ip", "text")),
            "In this order: IP address, words written",
            "依次看：IP 所在国家、访客写的文字",
        ),
        (HumanHandoff(), "Hands over to a person", "转给：人工客服"),
        (HumanHandoff(team="Sales", reason="VIP"), "Hands over to Sales · VIP", "转给：Sales · VIP"),
    ],
)
def test_says_what_a_node_does(node: Any, english: str, chinese: str) -> None:
    assert summary(node, "en", {"d1": "Shipping"}) == english
    assert summary(node, "zh", {"d1": "Shipping"}) == chinese


def test_what_a_text_fills_in_is_called_as_people_call_it() -> None:
    node = Message(text="Hello {contact.name|you}, {value.order} is on its way. {not one}")
    assert summary(node, "en") == "Says: Hello ‹contact's name›, ‹order› is on its way. {not one}"
    assert "‹访客姓名›" in summary(node, "zh")


def test_a_long_text_is_cut() -> None:
    assert len(summary(Message(text="word " * 500))) <= 200
    assert summary(Message(text="word " * 500)).endswith("…")


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (0, "without limit", "不限时"),
        (0.3, "0.3 s", "0.3 秒"),
        (45, "45 s", "45 秒"),
        (600, "10 min", "10 分钟"),
        (90, "1 min 30 s", "1 分钟 30 秒"),
        (86400 * 2 + 3600 * 3 + 60, "2 d 3 h", "2 天 3 小时"),
    ],
)
def test_says_how_long(seconds: float, english: str, chinese: str) -> None:
    assert duration_in_words(seconds) == english
    assert duration_in_words(seconds, "zh") == chinese


def test_names_languages() -> None:
    assert language_name("pt-BR") == "Portuguese (Brazil)"
    assert language_name("th", "zh") == "泰语"
    assert language_name("x-none") == "x-none"


def test_every_fact_and_operator_has_a_name_in_both_languages() -> None:
    for language in ("en", "zh"):
        cards = facts(language, ["order"])  # type: ignore[arg-type]
        assert [one.name for one in cards] == [*FACTS, "value.order"]
        assert all(one.title and one.title != one.name for one in cards if "." in one.name)
        assert all(option.title for one in cards for option in one.operators)
    assert [option.value for option in operators("number")] == list(OPERATORS["number"])
    assert {option.value for option in operators("value")} == {
        *OPERATORS["text"],
        *OPERATORS["number"],
        *OPERATORS["list"],
    }
