"""What running a flow's test cases costs: ``python -m tests.bench cases``. They are run at each edit and publishing."""

from typing import Any

import msgspec

import flows
from engine.flow import Flow
from flows import cases
from tests.bench.figures import Line, Report, Table, Target, figure
from tests.bench.timing import in_turn

CASES = 100
TURNS = 10
ASKED = "visitor (en): How long does shipping take?\nbot [0.84 Shipping]: Five working days.\n\n"


def flow_with_cases() -> Flow[Any]:
    """Luna's flow with so many conversations, each of so many questions that the knowledge base answers."""
    luna = flows.starter("luna")
    one = {"one": f"country: US (en)\n\n{ASKED * TURNS}"}
    (ran,) = cases.run(msgspec.structs.replace(luna, cases=one))
    if ran.rehearsed is None:
        raise RuntimeError(ran.fault)
    return msgspec.structs.replace(luna, cases={f"c{number}": ran.rehearsed.actual for number in range(CASES)})


def measure(report: Report, rounds: int = 15) -> None:
    """Check that they pass, then add the table and its target to the report. Raises RuntimeError."""
    flow = flow_with_cases()
    if failed := next((one for one in cases.run(flow) if not one.passed), None):
        raise RuntimeError(f"A case does not pass:\n{failed.difference}")
    name = f"{CASES} cases of {TURNS} turns"
    found = figure(in_turn({name: lambda: list(cases.run(flow))}, rounds)[name], " s")
    note = "Luna's flow; the plan is made once, each case is read, played and compared line by line."
    report.tables.append(Table("Running test cases", ["", "time"], [Line(name, [found])], [note]))
    report.targets.append(Target("Running 100 test cases of 10 turns", "in one process", found, "at most", 2.0))
