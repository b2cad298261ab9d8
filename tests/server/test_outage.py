"""What does not work for a while is told twice: when it begins and when it is over."""

import logging

import pytest

from server.outage import Outage


def test_it_is_told_once_however_often_it_is_met(caplog: pytest.LogCaptureFixture) -> None:
    outage = Outage(logging.getLogger("parley.test"), "The tap is dry", "It runs again")
    outage.works()
    for _ in range(3):
        outage.met(ValueError("no water"))
    outage.works()
    outage.works()
    outage.met(ValueError("again"))
    assert [record.getMessage() for record in caplog.records] == [
        "The tap is dry: no water",
        "It runs again",
        "The tap is dry: again",
    ]
