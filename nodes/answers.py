"""What a free answer must be to count: found within what the contact wrote, and written one way."""

import re
import unicodedata
from datetime import date
from typing import Literal

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from engine.events import Contact
from engine.rules import matching

Expected = Literal["any", "email", "phone", "number", "date", "pattern"]

# ASCII alone: in Chinese or Thai nothing stands between an address and the words before it.
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}")
_DIGITS = re.compile(r"(?<![A-Za-z\d+])\(?\d[\d\s()./-]{4,24}\d(?![A-Za-z\d])")
_NUMBER = re.compile(r"(?<![A-Za-z\d_.,])[+-]?\d+(?:[.,]\d+)?(?![A-Za-z\d_])")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{4})(?!\d)")
_BUDDHIST = 543

_ORDER = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9][A-Za-z0-9_/-]{2,30}[A-Za-z0-9](?![A-Za-z0-9])")
_LONGEST_TEXT = 2000
_LONGEST_NAME = 60
_MOST_NAMES = 6
_NO_NAME = re.compile(r"[\d@?？؟!！/\\<>{}\[\]#$%*=+:;；：]|https?|www\.")
_GREETING = r"(?:hi|hello|hey|hola|hallo|bonjour|ciao|olá|你好|您好)"
_I_AM = (
    r"my name is|my name's|name is|the name is|i am|i'm|i’m|this is|it is|it's|call me|name|"
    r"mein name ist|ich heiße|ich heisse|ich bin|me llamo|mi nombre es|soy|nombre|je m'appelle|je m’appelle|"
    r"mon nom est|je suis|nom|mi chiamo|il mio nome è|sono|nome|meu nome é|me chamo|eu sou|sou|ik heet|mijn naam is|"
    r"nama saya|saya|tên tôi là|tôi là|меня зовут|我的名字是|我的名字叫|我名叫|我叫做|我叫|我是|叫我|姓名|名字"
)
_LEAD = re.compile(rf"{_GREETING}?[,，!！.。 ]*(?:{_I_AM})(?:[ :：]+|(?<=[^\x00-\x7f]))", re.IGNORECASE)
_MOST_AFTER_LEAD = 4
# What people say instead of their name.
_INSTEAD = re.compile(
    rf"{_GREETING}|yes|no|ok|okay|thanks|thank|you|why|what|who|sure|nope|help|stop|human|agent|person|anonymous|none|"
    r"nothing|skip|si|ja|nein|oui|non|是|否|不|不要|不用|好|好的|可以|谢谢|人工|没有|匿名",
    re.IGNORECASE,
)


def email(text: str) -> str | None:
    """The first address in ``text`` that can exist by its form (RFC 5321, 5322), normalized; no server is asked."""
    for candidate in _EMAIL.findall(_normal(text)):
        try:
            return str(validate_email(candidate.strip(".'-"), check_deliverability=False).normalized)
        except EmailNotValidError:
            continue
    return None


def phone(text: str, country: str = "") -> str | None:
    """The first number in ``text`` that a network gives out, in E.164. ``country`` (ISO 3166-1 alpha-2) is where
    those without their country's code are from; without a country such numbers do not count.
    """
    text = _normal(text)[:_LONGEST_TEXT]
    if text.startswith("00"):
        text = "+" + text[2:]
    for match in phonenumbers.PhoneNumberMatcher(text, country.upper() or None):
        return str(phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164))
    return None


def country_of(contact: Contact) -> str:
    """Where a contact's numbers are from, as far as anything tells (ISO 3166-1 alpha-2), else ''."""
    regions = [part for part in contact.locale.split("-")[1:] if len(part) == 2 and part.isalpha()]
    return contact.country or contact.phone_country or "".join(regions[:1]).upper()


def name(text: str) -> str | None:
    """The text as a person's name, without what people say before it; None where it cannot be one."""
    text = " ".join(_normal(text).split())
    lead = _LEAD.match(text)
    plain = (text[lead.end() :] if lead else text).strip(" .,。，、'\"“”‘’-")
    most = _MOST_AFTER_LEAD if lead else _MOST_NAMES
    if not plain or len(plain) > _LONGEST_NAME or len(plain.split()) > most or _NO_NAME.search(plain):
        return None
    letters = [sign for sign in plain if sign.isalpha()]
    if not letters or (len(letters) < 2 and letters[0].isascii()):
        return None
    return None if all(map(_INSTEAD.fullmatch, plain.split())) else plain


def order_number(text: str, pattern: str = "") -> str | None:
    """What fits ``pattern`` (RE2); without one the first word of 4 to 32 letters and digits with a digit in it."""
    text = _normal(text)
    if pattern:
        return matching(pattern, text)
    return next((one for one in _ORDER.findall(text) if any(map(str.isdigit, one))), None)


def free_text(text: str, pattern: str = "") -> str | None:
    """What fits ``pattern`` (RE2); without one the whole text, if there is any and it is not endless."""
    text = _normal(text)
    if pattern:
        return matching(pattern, text)
    return text if 0 < len(text) <= _LONGEST_TEXT else None


def found(
    expected: Expected, text: str, pattern: str = "", month_first: bool = False, country: str = ""
) -> str | int | float | None:
    """The answer in ``text``, None where there is none (or, for a number, more than one).

    A phone number comes back in E.164, or, without a country's code and a ``country`` to read it by, as its digits; a
    date as YYYY-MM-DD; ``month_first`` reads 3/4/2027 as the Americans do. Years of the Buddhist era are taken as such.
    ``pattern`` is RE2.
    """
    text = _normal(text)
    match expected:
        case "email":
            return email(text)
        case "phone":
            return phone(text, country) or (None if country else _digits(text))
        case "number":
            numbers = _NUMBER.findall(text)
            return _number(numbers[0]) if len(numbers) == 1 else None
        case "date":
            return _date(text, month_first)
        case "pattern":
            return matching(pattern, text)
        case "any":
            return text


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _digits(text: str) -> str | None:
    """A number of a network within some country."""
    match = _DIGITS.search(text)
    digits = "".join(str(unicodedata.digit(sign)) for sign in match[0] if sign.isdigit()) if match else ""
    return digits if 6 <= len(digits) <= 15 else None


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
