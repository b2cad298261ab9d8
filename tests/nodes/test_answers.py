from typing import Any

import pytest

from nodes.answers import found


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
        ("phone", "+66 (0)81-234 5678", "+660812345678"),
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
