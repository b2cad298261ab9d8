"""Texts that people read: which fields they stand in, in which language, and what is filled into them."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

import msgspec

S = TypeVar("S", bound=msgspec.Struct)

_TRANSLATABLE = {"translatable": True}

Text = Annotated[str, msgspec.Meta(extra=_TRANSLATABLE, extra_json_schema={"widget": "text", "translatable": True})]
"""A translatable field: it holds the text in the flow's own language; the others stand in ``Flow.translations``."""

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_.]*)(?:\|([^{}]*))?\}")
"""``{name}`` or ``{name|what to say when it is unknown}``."""

APOLOGIES: Mapping[str, str] = {
    "ar": "عذرًا، حدث خطأ من جانبنا. سيتولى أحد زملائنا مساعدتك.",
    "de": "Entschuldigung, bei uns ist etwas schiefgegangen. Jemand aus unserem Team kümmert sich um Sie.",
    "en": "Sorry, something went wrong on our side. Someone from our team will help you.",
    "es": "Lo sentimos, algo ha fallado por nuestra parte. Una persona de nuestro equipo le atenderá.",
    "fr": "Désolé, un problème est survenu de notre côté. Une personne de notre équipe va vous aider.",
    "id": "Maaf, terjadi kendala di pihak kami. Salah satu anggota tim kami akan membantu Anda.",
    "it": "Ci scusiamo, qualcosa è andato storto da parte nostra. Una persona del nostro team la aiuterà.",
    "ja": "申し訳ございません。こちらで問題が発生しました。担当者がご対応いたします。",
    "ko": "죄송합니다. 저희 쪽에 문제가 생겼습니다. 담당자가 도와드리겠습니다.",
    "ms": "Maaf, ada masalah di pihak kami. Seorang daripada pasukan kami akan membantu anda.",
    "nl": "Sorry, er ging bij ons iets mis. Iemand van ons team helpt u verder.",
    "pl": "Przepraszamy, coś poszło nie tak po naszej stronie. Ktoś z naszego zespołu wkrótce pomoże.",
    "pt": "Desculpe, algo deu errado do nosso lado. Alguém da nossa equipe vai ajudar.",
    "ru": "Извините, у нас произошла ошибка. Вам поможет наш сотрудник.",
    "th": "ขออภัย เกิดข้อผิดพลาดจากทางเรา ทีมงานของเราจะเข้ามาช่วยเหลือคุณ",
    "tr": "Üzgünüz, bizim tarafımızda bir sorun oluştu. Ekibimizden biri size yardımcı olacak.",
    "vi": "Xin lỗi, phía chúng tôi gặp sự cố. Nhân viên của chúng tôi sẽ hỗ trợ bạn.",
    "zh": "抱歉，我们这边出了点问题，马上由同事为您服务。",
    "zh-Hant": "抱歉，我們這邊出了點問題，馬上由同事為您服務。",
}
"""What a contact is told when a flow goes wrong; a flow may say it in its own words (``Flow.apologies``)."""


def in_language(texts: Mapping[str, str], language: str, fallback: str) -> str:
    """The text for a BCP 47 ``language``: exact, else shortened (RFC 4647 lookup), else ``fallback``'s, else ''."""
    for wanted in (language, fallback):
        parts = wanted.split("-")
        while parts:
            if text := texts.get("-".join(parts)):
                return text
            parts.pop()
    return ""


def fill(text: str, value: Callable[[str], Any]) -> str:
    """Put values where the text has ``{name}`` or ``{name|what to say when it is unknown}``; unknown is empty."""

    def filled(match: re.Match[str]) -> str:
        found = value(match[1])
        if found is None or found in ("", []):
            return match[2] or ""
        if isinstance(found, list | tuple):
            return ", ".join(map(str, found))
        return str(found)

    return PLACEHOLDER.sub(filled, text) if "{" in text else text


def says(text: str) -> bool:
    """Whether the text says something, whatever is unknown of what it asks for."""
    return bool(fill(text, lambda _: None).strip())


def unknown(text: str, value: Callable[[str], Any]) -> list[str]:
    """The names that ``fill`` would leave empty, in order of appearance."""
    asked = PLACEHOLDER.finditer(text)
    return [match[1] for match in asked if match[2] is None and value(match[1]) in (None, "", [])]


def placeholders(text: str) -> list[str]:
    """The names a text asks for, in order of appearance."""
    return [match[1] for match in PLACEHOLDER.finditer(text)]


def texts(struct: msgspec.Struct) -> Iterator[tuple[str, str]]:
    """Every translatable text in a node as (path, text).

    The path is the field's name; in a list it goes on with the item's ``id`` (or position): ``choices.small.label``.
    """
    for name, kind in _translatable(type(struct)).items():
        value = getattr(struct, name)
        if kind == "text":
            yield name, value
        else:
            for key, item in _keyed(value):
                for path, text in texts(item):
                    yield f"{name}.{key}.{path}", text


def with_texts(struct: S, change: Callable[[str, str], str], prefix: str = "") -> S:
    """A copy of a node in which every translatable text is ``change(path, text)``."""
    changes: dict[str, Any] = {}
    for name, kind in _translatable(type(struct)).items():
        value = getattr(struct, name)
        if kind == "text":
            changes[name] = change(prefix + name, value)
        else:
            items = [with_texts(item, change, f"{prefix}{name}.{key}.") for key, item in _keyed(value)]
            changes[name] = type(value)(items)
    return msgspec.structs.replace(struct, **changes) if changes else struct


def _keyed(items: Any) -> Iterator[tuple[str, msgspec.Struct]]:
    for position, item in enumerate(items):
        yield str(getattr(item, "id", position)), item


_KINDS: dict[type, dict[str, str]] = {}


def _translatable(cls: type) -> dict[str, str]:
    """Which fields of a Struct hold texts: name -> "text", or "list" for a list of Structs that hold texts."""
    if (known := _KINDS.get(cls)) is not None:
        return known
    found: dict[str, str] = {}
    hints = get_type_hints(cls, include_extras=True)
    for name in cls.__struct_fields__:  # type: ignore[attr-defined]
        hint = hints[name]
        if _is_text(hint):
            found[name] = "text"
        elif (item := _item_type(hint)) is not None and _translatable(item):
            found[name] = "list"
    _KINDS[cls] = found
    return found


def _is_text(hint: Any) -> bool:
    if get_origin(hint) is not Annotated:
        return False
    return any(isinstance(meta, msgspec.Meta) and (meta.extra or {}).get("translatable") for meta in hint.__metadata__)


def _item_type(hint: Any) -> type[msgspec.Struct] | None:
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    if get_origin(hint) in (tuple, list):
        item = get_args(hint)[0]
        if isinstance(item, type) and issubclass(item, msgspec.Struct):
            return item
    return None
