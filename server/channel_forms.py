"""The channel types as the screens and the API show them: each with the form of its settings, in both languages."""

import json
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from schemas import UiLanguage
from server.channels import channel_types
from server.channels.base import Channel, is_secret
from server.settings import Settings


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the form. ``widget`` is line, secret, switch, number or lines (a list of texts).

    A ``secret`` can be set and never read: where one is set the account shows true. ``pattern`` is a regular
    expression.
    """

    name: str
    title: str
    help: str
    widget: str
    secret: bool
    required: bool
    default: Any = None
    pattern: str = ""


class ChannelType(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of channel. ``webhook``: the platform is to call ``/webhooks/{account}``."""

    channel: str
    title: str
    help: str
    icon: str
    webhook: bool
    settings: tuple[Setting, ...]


def channel_forms(settings: Settings, language: UiLanguage = "en") -> list[ChannelType]:
    """Every channel type, built in first."""
    return [_form(kind, settings, language) for kind in channel_types().values()]


def _form(kind: type[Channel], settings: Settings, language: UiLanguage) -> ChannelType:
    words = _words(language).get(kind.KIND, {})
    fields = words.get("fields", {})
    return ChannelType(
        channel=kind.KIND,
        title=words.get("title", kind.TITLE),
        help=words.get("help", " ".join((kind.__doc__ or "").split())),
        icon=kind.ICON,
        webhook=not kind.LIVE,
        settings=tuple(_setting(field, fields.get(field.name, {})) for field in kind.settings_fields(settings)),
    )


def _setting(field: msgspec.inspect.Field, words: dict[str, str]) -> Setting:
    kind, pattern = field.type, ""
    said: dict[str, Any] = {}
    while isinstance(kind, msgspec.inspect.Metadata):
        said = {**(kind.extra_json_schema or {}), **said}
        kind = kind.type
    if isinstance(kind, msgspec.inspect.StrType):
        pattern = kind.pattern or ""
    return Setting(
        name=field.name,
        title=words.get("title") or said.get("title", field.name),
        help=words.get("help") or said.get("description", ""),
        widget="secret" if is_secret(field) else said.get("widget") or _widget(kind),
        secret=is_secret(field),
        required=field.required,
        default=None if field.default is msgspec.NODEFAULT else msgspec.to_builtins(field.default),
        pattern=pattern,
    )


def _widget(kind: msgspec.inspect.Type) -> str:
    match kind:
        case msgspec.inspect.BoolType():
            return "switch"
        case msgspec.inspect.IntType() | msgspec.inspect.FloatType():
            return "number"
        case msgspec.inspect.VarTupleType() | msgspec.inspect.ListType():
            return "lines"
        case _:
            return "line"


@cache
def _words(language: UiLanguage) -> dict[str, Any]:
    """What the class says in English, in another language: kind -> {title, help, fields: {name: {title, help}}}."""
    if language == "en":
        return {}
    found: dict[str, Any] = json.loads(
        (resources.files("server") / "channels" / "locales" / f"{language}.json").read_text("utf-8")
    )
    return found
