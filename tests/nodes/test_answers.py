from typing import Any

import pytest

from engine.events import Contact
from nodes.answers import country_of, email, found, name, order_number, phone


@pytest.mark.parametrize(
    ("expected", "text", "answer"),
    [
        ("any", " anything ", "anything"),
        ("any", "", ""),
        ("email", "ana@luna.example", "ana@luna.example"),
        ("email", "write to <ana.b+c@mail.luna.example>, please", "ana.b+c@mail.luna.example"),
        ("email", "邮箱是ａｎａ＠luna.example", "ana@luna.example"),
        ("email", "ana at luna", None),
        ("email", "ana@luna", None),
        ("phone", "+66 (0)81-234 5678", "+66812345678"),
        ("phone", "call 081 234 5678", "0812345678"),
        ("phone", "๐๘๑๒๓๔๕๖๗๘", "0812345678"),
        ("phone", "12345", None),
        ("phone", "no", None),
        ("number", "3", 3),
        ("number", "I need 3 pieces", 3),
        ("number", "3,5 kg", 3.5),
        ("number", "-2.0", -2),
        ("number", "๑๒", 12),
        ("number", "我要3个", 3),
        ("number", "between 3 and 5", None),
        ("number", "LU-7a", None),
        ("number", "many", None),
        ("date", "2027-03-04", "2027-03-04"),
        ("date", "on 4.3.2027", "2027-03-04"),
        ("date", "4/3/2027", "2027-03-04"),
        ("date", "12/25/2027", "2027-12-25"),
        ("date", "2027年3月4日", "2027-03-04"),
        ("date", "4/3/2570", "2027-03-04"),
        ("date", "31.2.2027", None),
        ("date", "tomorrow", None),
    ],
)
def test_finds_the_answer_in_what_was_written(expected: Any, text: str, answer: Any) -> None:
    got = found(expected, text)
    assert got == answer
    assert type(got) is type(answer)


def test_reads_american_dates_month_first() -> None:
    assert found("date", "3/4/2027", month_first=True) == "2027-03-04"


def test_a_pattern_is_searched_for_without_case() -> None:
    assert found("pattern", "order lu-123456, thanks", "LU-[0-9]{6}") == "lu-123456"
    assert found("pattern", "order 123456", "^LU-[0-9]{6}$") is None


def test_a_hostile_pattern_takes_no_time() -> None:
    assert found("pattern", "a" * 5000, "(a*)*$b") is None


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("081 234 5678", "TH", "+66812345678"),
        ("๐๘๑ ๒๓๔ ๕๖๗๘", "TH", "+66812345678"),
        ("我的电话是13812345678", "CN", "+8613812345678"),
        ("电话：+8613812345678谢谢", "", "+8613812345678"),
        ("(415) 555-2671", "US", "+14155552671"),
        ("(415) 555-2671", "", None),
        ("0044 20 7946 0958", "DE", "+442079460958"),
        ("0049 1512 3456789", "", "+4915123456789"),
        ("order 12345678", "US", None),
        ("13812345678", "US", None),
        ("no", "US", None),
    ],
)
def test_a_phone_number_is_one_that_its_country_gives_out(text: str, country: str, number: str | None) -> None:
    assert phone(text, country) == number


@pytest.mark.parametrize(
    ("contact", "country"),
    [
        (Contact(country="TH", phone_country="DE", locale="en-US"), "TH"),
        (Contact(phone_country="DE", locale="en-US"), "DE"),
        (Contact(locale="pt-BR"), "BR"),
        (Contact(locale="zh-Hant-tw"), "TW"),
        (Contact(locale="es-419"), ""),
        (Contact(), ""),
    ],
)
def test_numbers_are_from_where_the_contact_is(contact: Contact, country: str) -> None:
    assert country_of(contact) == country


def test_without_a_countrys_code_a_question_takes_it_as_its_country_would() -> None:
    assert found("phone", "081 234 5678", country="TH") == "+66812345678"
    assert found("phone", "123456", country="TH") is None


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Ana.B@LUNA.Example", "Ana.B@luna.example"),
        ("ana..b@luna.example", None),
        ("ana@-luna.example or ana@luna.example", "ana@luna.example"),
        ("ana@localhost.local", None),
        ("me@luna", None),
    ],
)
def test_an_address_is_one_that_can_exist(text: str, address: str | None) -> None:
    assert email(text) == address


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("Ana García", "Ana García"),
        ("hi, my name is Ana.", "Ana"),
        ("I'm Jean-Luc O’Neill", "Jean-Luc O’Neill"),
        ("我叫王小明", "王小明"),
        ("你好，我是王小明。", "王小明"),
        ("Меня зовут Анна", "Анна"),
        ("王", "王"),
        ("สมชาย ใจดี", "สมชาย ใจดี"),
        ("Why do you need it?", None),
        ("为什么要告诉你？", None),
        ("I am very angry about my order", None),
        ("a@b.c", None),
        ("order 12345", None),
        ("https://luna.example", None),
        ("no", None),
        ("不要", None),
        ("ok thanks", None),
        ("X", None),
        ("...", None),
        ("", None),
        ("name " * 30, None),
    ],
)
def test_a_name_is_not_a_question_nor_a_sentence(text: str, called: str | None) -> None:
    assert name(text) == called


@pytest.mark.parametrize(
    ("text", "pattern", "number"),
    [
        ("it is #LU-12345, thanks", "", "LU-12345"),
        ("订单号是A20270304呢", "", "A20270304"),
        ("I have no number", "", None),
        ("12", "", None),
        ("lu-123456", "LU-[0-9]{6}", "lu-123456"),
        ("123456", "LU-[0-9]{6}", None),
    ],
)
def test_an_order_number_has_a_digit_or_fits_its_pattern(text: str, pattern: str, number: str | None) -> None:
    assert order_number(text, pattern) == number
