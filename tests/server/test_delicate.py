"""What is no matter for a model, in the languages shops of our kind are written to in; and what is, all the same."""

import pytest

from server.delicate import masked, topic_of
from tests.server.luna_questions import QUESTIONS


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("my card is 4111 1111 1111 1111", "payment"),
        ("4111-1111-1111-1111", "payment"),
        ("卡号４１１１１１１１１１１１１１１１", "payment"),
        ("DE89 3704 0044 0532 0130 00", "payment"),
        ("You charged   me? I was charged twice!", "payment"),
        ("Mein Konto wurde doppelt abgebucht", "payment"),
        ("Me han cobrado dos veces", "payment"),
        ("ถูกตัดเงินสองครั้ง", "payment"),
        ("我的卡被盗刷了", "payment"),
        ("Do you need my passport for customs?", "identity"),
        ("He olvidado mi contraseña", "identity"),
        ("he olvidado mi contrasena", "identity"),
        ("Ich habe mein PASSWORT vergessen", "identity"),
        ("ต้องใช้บัตรประชาชนไหม", "identity"),
        ("需要身份证吗", "identity"),
        ("パスワードを忘れました", "identity"),
        ("забыл пароль", "identity"),
        ("quên mật khẩu", "identity"),
        ("Please delete my account", "privacy"),
        ("What about the GDPR?", "privacy"),
        ("Bitte löschen Sie meine Daten", "privacy"),
        ("Quiero borrar mis datos", "privacy"),
        ("ลบข้อมูลของฉันด้วย", "privacy"),
        ("请删除我的个人信息", "privacy"),
        ("احذف بياناتي", "privacy"),
        ("개인정보를 삭제해 주세요", "privacy"),
        ("How can I pay?", "paying"),
        ("ชำระเงินยังไง", "paying"),
        ("能用支付宝吗", "paying"),
        ("wann ist das geld wieder auf meinem konto", "paying"),
    ],
)
def test_a_topic_is_recognized(text: str, topic: str) -> None:
    assert topic_of(text) == topic


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Where is order 1234567?",
        "My tracking number is 4111 1111 1111 1112",
        "the company brochure shows a ring",
        "Der Preis betrug 20 Euro",
        "¿Cuándo iban a mandar el anillo?",
        "วันเกิดแม่ ช่วยจัดให้สวย ๆ ได้ไหม",
        "戒指多大合适",
    ],
)
def test_an_everyday_question_is_a_matter_for_a_model(text: str) -> None:
    assert topic_of(text) is None


def test_of_what_customers_of_the_demo_shop_ask_only_what_is_about_paying_is_held_back() -> None:
    asked = [(text, place) for questions in QUESTIONS.values() for text, place in questions]
    about = {text: topic_of(text) for text, _ in asked}
    assert {topic for topic in about.values() if topic} == {"paying"}
    assert [text for text, place in asked if place in ("pay", "refund") and not about[text]] == []
    assert {place for text, place in asked if about[text]} == {"pay", "refund", "customs"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("write to Ana.Lopez+shop@mail.example.com please", "write to [e-mail] please"),
        ("call +49 (151) 234-5678 today", "call [number] today"),
        ("โทร 081-234-5678 นะ", "โทร [number] นะ"),
        ("order 1234567890123, size 7", "order [number], size 7"),
        ("IBAN DE89370400440532013000!", "IBAN [account]!"),
        ("Delivery in 7-10 days for US$9.50?", "Delivery in 7-10 days for US$9.50?"),
    ],
)
def test_personal_data_is_masked_and_other_numbers_are_not(text: str, shown: str) -> None:
    assert masked(text) == shown
