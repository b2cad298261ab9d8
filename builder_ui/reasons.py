"""Why a table, a split or the collecting of data went as it did, in words: which row held and why others did not, which
group a contact is in, what was asked for, taken and refused.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from builder_ui.decisions import ByPattern, Told, compared, pattern_of, shown_pattern
from builder_ui.words import Language, say
from engine.flow import Node
from nodes.collect import Collect, Item
from nodes.decision_table import DecisionTable, asked
from nodes.split import BUCKETS, Split
from schemas.cards import card
from schemas.patterns import READY
from schemas.words import pattern_in_words

MOST_ROWS = 5
"""So many of the rows that did not hold are told one by one: the first."""


def reasons(node: Node | None, why: Any, language: Language) -> Iterator[Told]:
    """What a node of these types says of its decision; nothing for others."""
    match node:
        case DecisionTable() if isinstance(why, dict):
            yield from _rows(node, why, language)
        case Split() if isinstance(why, dict):
            place = f"{100 * why['bucket'] / BUCKETS:.2f}"
            group = why["title"] or why["way"]
            yield say("rehearse.group", language, group=group, share=why["share"], place=place)
        case Collect() if isinstance(why, dict):
            yield from _collected(node, why, language)


def _rows(table: DecisionTable, why: Mapping[str, Any], language: Language) -> Iterator[Told]:
    numbers = {row.id: number for number, row in enumerate(table.rows, 1)}
    missed = why["missed"][:MOST_ROWS]
    for row_id, column_id in missed:
        yield from _cell(table, row_id, column_id, why["found"], language, numbers, held=False)
    if more := why["before"] - len(missed):
        yield say("rehearse.more_rows_missed", language, count=more)
    row = next((row for row in table.rows if row.id == why["row"]), None)
    if row is None:
        yield say("rehearse.no_row_held", language)
        return
    yield say("rehearse.row_held", language, row=numbers[row.id])
    for column in table.columns:
        yield from _cell(table, row.id, column.id, why["found"], language, numbers, held=True)


def _cell(
    table: DecisionTable,
    row_id: str,
    column_id: str,
    found: Mapping[str, Any],
    language: Language,
    numbers: Mapping[str, int],
    held: bool,
) -> Iterator[Told]:
    """One cell and what was found; nothing for one that asks nothing, or that is no longer there."""
    row = next((row for row in table.rows if row.id == row_id), None)
    column = next((column for column in table.columns if column.id == column_id), None)
    if row is None or column is None or (compare := asked(column, row.when.get(column.id))) is None:
        return
    line = compared(compare, found.get(column.id), language)
    told = f"✓ {line}" if held else say("rehearse.row_missed", language, row=numbers[row_id], rule=line)
    yield ByPattern(told, pattern_of(compare))


def _collected(node: Collect, why: Mapping[str, Any], language: Language) -> Iterator[Told]:
    field = next(one for one in card(Collect, language).fields if one.name == "items")
    kinds = {option.value: option.title for column in field.columns for option in column.options}
    items = {item.id: _item(item, kinds[item.kind], language) for item in node.items}
    for key, place in _COLLECTED.items():
        told = why.get(place)
        for item_id in told if isinstance(told, list) else [told] if told else ():
            item, pattern = items.get(item_id, (item_id, ""))
            yield ByPattern(say(key, language, item=item), pattern)


def _item(item: Item, kind: str, language: Language) -> ByPattern:
    """What is asked for, by its kind's title, and by the pattern that it must match where that does not tell it."""
    pattern = item.pattern if item.kind in ("order", "text") else ""
    if not pattern or pattern == READY.get(item.kind):
        return ByPattern(kind, "")
    told = say("rehearse.item_text", language) if item.kind == "text" else kind
    words = say("rehearse.item_of_pattern", language, item=told, pattern=pattern_in_words(pattern, language))
    return ByPattern(words, shown_pattern(pattern))


# In the order in which things happen.
_COLLECTED = {
    "rehearse.item_taken": "taken",
    "rehearse.item_refused": "refused",
    "rehearse.item_left_out": "left_out",
    "rehearse.item_known": "known",
    "rehearse.item_asked": "asks",
}
