"""Whether a flow would do what its author means, as the shop stands now."""

from typing import Any

from sqlalchemy import Engine

import flows.check
from engine.flow import Flow
from flows.check import Problem
from schemas import UiLanguage
from server import hours, services


def problems(engine: Engine, flow: Flow[Any], language: UiLanguage = "en") -> list[Problem]:
    """What ``flows.check`` finds, told what the shop has."""
    return flows.check.check(flow, language, services=services.known(engine), hours=hours.known(engine))
