"""Whether a flow would do what its author means, as the shop stands now."""

from typing import Any

from sqlalchemy import Engine

import flows.check
from engine.flow import Flow
from flows.check import Problem
from schemas import UiLanguage
from server import hours, services, subflows


def problems(engine: Engine, flow: Flow[Any], language: UiLanguage = "en") -> list[Problem]:
    """What ``flows.check`` finds, told what the shop has."""
    runs = subflows.runnables(engine, flow)
    return flows.check.check(
        flow,
        language,
        services=services.known(engine),
        hours=hours.known(engine),
        subflows={which: one.draft for which, one in runs.items()},
        published={which: one.published for which, one in runs.items() if one.published},
    )
