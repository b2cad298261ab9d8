"""A flow's row says which accounts it takes, by name."""

from datetime import UTC, datetime

import pytest

import flows
from builder_ui.picture import picture
from builder_ui.states.flows import flow_row
from builder_ui.words import Language
from server.accounts import Account
from server.flow_list import FlowCard

NOW = datetime(2027, 3, 1, tzinfo=UTC)
ACCOUNTS = [
    Account(id=name.lower(), channel="webwidget", name=name, settings={}, active=True, created=NOW)
    for name in ("Porto", "Lisbon", "Faro")
]


@pytest.mark.parametrize(
    ("taken", "language", "shown", "names"),
    [
        ([], "en", "", ""),
        (["porto"], "en", "Porto", "Porto"),
        (["porto", "faro"], "zh", "Porto、Faro", "Porto、Faro"),
        (["porto", "lisbon", "faro"], "en", "3 accounts", "Porto, Lisbon, Faro"),
        (["porto", "lisbon", "faro"], "zh", "3 个账号", "Porto、Lisbon、Faro"),
        (["closed"], "en", "An account that is gone", "An account that is gone"),
    ],
)
def test_accounts_are_named_and_many_are_counted(taken: list[str], language: Language, shown: str, names: str) -> None:
    card = FlowCard(
        id="luna",
        name="Luna",
        state="live",
        revision=1,
        unpublished=0,
        changed=NOW,
        language="en",
        languages=("en",),
        nodes=0,
        only_called=False,
        channels=(),
        accounts=tuple(taken),
        week=(0,) * 7,
        handed_over=0.0,
    )
    row = flow_row(card, picture(flows.starter("luna")), ACCOUNTS, language)
    assert (row.accounts, row.account_names) == (shown, names)
