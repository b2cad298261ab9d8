"""Errors that nobody foresaw: logged under a number, and told with that number."""

import logging

import reflex as rx
from reflex.event import EventSpec

from builder_ui.words import Language
from server.errors import RefusedError
from server.ids import new_id

log = logging.getLogger("parley.screens")

LASTS = 20_000
"""Milliseconds for which it is told: time enough to write the number down."""


def unexpected(error: Exception, language: Language) -> EventSpec:
    """The message to somebody in whose handler it happened."""
    return rx.toast.error(_logged(error).said(language), duration=LASTS)


def told(exception: Exception) -> EventSpec:
    """The message where the language is not known: in both."""
    refused = _logged(exception)
    return rx.toast.error(refused.said("en"), description=refused.said("zh"), duration=LASTS)


def _logged(error: Exception) -> RefusedError:
    number = new_id()
    log.error("unexpected, %s", number, exc_info=error)
    return RefusedError("unexpected", id=number)
