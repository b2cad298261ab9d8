"""A short run on each database, everything befalling at least once: nothing lost, nothing twice, all in order."""

import pytest

from tests.chaos.run import SYSTEMS, run

SECONDS = 16
CONTACTS = 12
# What befalls whom and when is the same on every run; `make chaos` looks at others.
SEED = 4
LEAST = 100


@pytest.mark.parametrize("database", SYSTEMS)
def test_nothing_is_lost_or_doubled_whatever_dies_when(database: str) -> None:
    told: list[str] = []
    verdict = run(database, SECONDS, SEED, told.append, CONTACTS, LEAST)
    again = f"python -m tests.chaos --seconds {SECONDS} --seed {SEED} --database {database} --contacts {CONTACTS}"
    assert verdict.good, "\n".join([again, *told, verdict.troubles(), str(verdict)])
    assert set(verdict.befell) == set(SYSTEMS[database].kinds)
    # It was a load, not a trickle, and each kind of reply was among what it led to.
    assert verdict.processed >= LEAST
    assert verdict.timers > 10
