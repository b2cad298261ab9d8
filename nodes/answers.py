"""What a free answer must be to count: found within what the contact wrote, and written one way."""

import re
import unicodedata
from datetime import date
from typing import Literal

import re2

from engine.rules import pattern_fault

Expected = Literal["any", "email", "phone", "number", "date", "pattern"]

# ASCII alone: in Chinese or Thai nothing stands between an address and the words before it.
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}")
_PHONE = re.compile(r"\+?\(?\d[\d\s()./-]{4,24}\d")
_NUMBER = re.compile(r"(?<![A-Za-z\d_.,])[+-]?\d+(?:[.,]\d+)?(?![A-Za-z\d_])")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{4})(?!\d)")
_BUDDHIST = 543


def found(expected: Expected, text: str, pattern: str = "", month_first: bool = False) -> str | int | float | None:
    """The answer in ``text``, None where there is none (or, for a number, more than one).

    A phone number comes back as digits with a leading + if it had one, a date as YYYY-MM-DD; ``month_first`` reads
    3/4/2027 as the Americans do. Years of the Buddhist era are taken as such. ``pattern`` is RE2.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    match expected:
        case "email":
            email = _EMAIL.search(text)
            return email[0] if email else None
        case "phone":
            phone = _PHONE.search(text)
            return _phone(phone[0]) if phone else None
        case "number":
            numbers = _NUMBER.findall(text)
            return _number(numbers[0]) if len(numbers) == 1 else None
        case "date":
            return _date(text, month_first)
        case "pattern":
            return _by_pattern(pattern, text)
        case "any":
            return text


def _phone(text: str) -> str | None:
    digits = "".join(str(unicodedata.digit(sign)) for sign in text if sign.isdigit())
    return ("+" if text.startswith("+") else "") + digits if 6 <= len(digits) <= 15 else None


def _number(text: str) -> int | float:
    number = float(text.replace(",", "."))
    return int(number) if number.is_integer() else number


def _date(text: str, month_first: bool) -> str | None:
    if match := _YEAR_FIRST.search(text):
        year, month, day = map(int, match.groups())
    elif match := _YEAR_LAST.search(text):
        first, second, year = map(int, match.groups())
        day, month = (second, first) if month_first else (first, second)
        if month > 12:  # nothing else it can mean
            day, month = month, day
    else:
        return None
    if year > 2400:
        year -= _BUDDHIST
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _by_pattern(pattern: str, text: str) -> str | None:
    if pattern_fault(pattern):
        return None
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    match = re2.compile(pattern, options).search(text)
    return str(match[0]) if match else None
