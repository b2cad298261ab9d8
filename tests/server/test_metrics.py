"""What the figures say after a message has gone its way."""

import pytest
from prometheus_client import CollectorRegistry

from server import metrics
from server.parts import Parts
from tests.server.house import arrive, echo, publish, said, send, telegram_account, turn


class Change:
    """How far each figure has moved since this was made."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._before = self._now()

    def __getitem__(self, name: str) -> float:
        return self._now().get(name, 0.0) - self._before.get(name, 0.0)

    def _now(self) -> dict[str, float]:
        return {
            sample.name + "".join(f"/{value}" for value in sample.labels.values()): sample.value
            for family in self._registry.collect()
            for sample in family.samples
        }


def test_a_message_is_counted_on_its_way(parts: Parts) -> None:
    account = telegram_account(parts)
    publish(parts.engine, echo())
    moved = Change(metrics.REGISTRY)
    parts.ingest.start()
    hello = said("hello", 1)
    assert [one.new for one in parts.ingest.put([hello, hello]).result()] == [True, False]
    assert (moved[f"parley_events_total/{account}/stored"], moved[f"parley_events_total/{account}/known"]) == (1, 1)
    assert moved["parley_ingest_batch_events_count"] == moved["parley_ingest_commit_seconds_count"] == 1
    turn(parts)
    assert moved["parley_turns_total/handled"] == moved["parley_lag_seconds_count"] == 1
    assert moved["parley_node_seconds_count/message"] == moved["parley_node_seconds_count/question"] == 1
    assert moved["parley_turn_commit_seconds_count"] == 1
    send(parts)
    assert moved["parley_sends_total/telegram/taken"] == moved["parley_send_seconds_count/telegram"] == 1


def test_a_turn_that_fails_is_counted_by_what_becomes_of_it(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    telegram_account(parts)
    publish(parts.engine, echo())
    moved = Change(metrics.REGISTRY)
    arrive(parts, said("hello"))
    monkeypatch.setattr("server.turns.converse", None)
    turn(parts)
    assert (moved["parley_turns_total/retried"], moved["parley_turns_total/given_up"]) == (1, 0)


def test_a_figure_names_no_contact_and_no_conversation() -> None:
    labels = {
        label
        for family in metrics.REGISTRY.collect()
        for sample in family.samples
        for label in sample.labels
        if label != "le"
    }
    assert labels <= {"account", "result", "reason", "node", "query", "channel", "role"}
