"""The gate before publishing: a flow's errors, then its test cases, on exactly the document that would go live."""

from typing import Any

import msgspec
from sqlalchemy import Engine

import flows.check
from engine.flow import Flow
from flows import cases
from flows.cases import Ran
from schemas import UiLanguage
from server import checking, subflows
from server.errors import Fault, RefusedError
from server.flow_list import path_of
from server.people import Person, demand
from server.plans import Plans

LONGEST_REASON = 500
"""Characters of the reason for publishing although cases fail."""


class Passed(msgspec.Struct, frozen=True):
    """What went through: the ids of cases that failed, and the reason that was given. ``pins`` are the revisions of
    other flows that it was tested with, by the flows' ids.
    """

    pins: dict[str, int]
    failing: tuple[str, ...] = ()
    reason: str = ""


def gate(engine: Engine, flow: Flow[Any], person: Person, override_reason: str, language: UiLanguage) -> Passed:
    """Let a flow pass whose cases go as written, or with a reason from somebody who may say so.

    Raises RefusedError `flow_has_errors` or `cases_fail` with each as a fault, `not_allowed`.
    """
    # Before anything is looked at: who publishes sees by them whether another of these flows has been published since.
    pins = subflows.would_pin(engine, flow)
    _without_errors(engine, flow, language)
    ran = run_cases(engine, flow, pins)
    failing = [one for one in ran if not one.passed]
    if not failing:
        return Passed(pins)
    reason = " ".join(override_reason.split())[:LONGEST_REASON]
    if not reason:
        faults = tuple(Fault(f"cases/{one.id}", _told(one, language), "case_fails") for one in failing)
        raise RefusedError("cases_fail", where=faults[0].path, faults=faults, count=len(failing), total=len(ran))
    demand(person, "override_cases")
    return Passed(pins, tuple(one.id for one in failing), reason)


def run_cases(engine: Engine, flow: Flow[Any], pins: dict[str, int]) -> list[Ran]:
    """A flow's cases, on what workers would run if it were published with these revisions of other flows."""
    return list(cases.run(flow, whole=Plans(engine).unpublished(flow, pins))) if flow.cases else []


def _told(failed: Ran, language: UiLanguage) -> str:
    if language == "zh":
        return f"“{failed.name}”与预期不符：\n{failed.difference}"
    return f"“{failed.name}” does not go as written:\n{failed.difference}"


def _without_errors(engine: Engine, flow: Flow[Any], language: UiLanguage) -> None:
    errors = flows.check.errors(checking.problems(engine, flow, language))
    if errors:
        faults = tuple(Fault(path_of(one), one.message, one.code) for one in errors)
        raise RefusedError("flow_has_errors", where=faults[0].path, faults=faults, count=len(faults))
