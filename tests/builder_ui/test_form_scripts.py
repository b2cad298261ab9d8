"""What the form's scripts read and write without a browser, run by bun."""

import json
from pathlib import Path
from typing import Any

import pytest

import builder_ui.form
from builder_ui.form.lists import lists
from tests.bun import printed

SCRIPTS = Path(builder_ui.form.__file__).parent

SIZE = {"kind": "compare", "fact": "value.size", "op": "is", "value": "Small"}
NEIGHBOURS = {"kind": "compare", "fact": "country", "op": "in", "value": ["DE", "AT"]}
REGULAR = {"kind": "compare", "fact": "tags", "op": "has", "value": "regular"}


def run(script: str, expression: str) -> Any:
    """What an expression over a script's exports comes to, by bun."""
    code = f'import * as it from "{SCRIPTS / script}"; console.log(JSON.stringify({expression}));'
    return printed("-e", code)


DURATIONS = {
    "10 min": 600,
    "10": 600,
    "1 h 30 min": 5400,
    "1h30": 5400,
    "1:30": 5400,
    "1.5 h": 5400,
    "1,5 hours": 5400,
    "2 days": 172800,
    "1 day, 2 hours and 5 minutes": 93900,
    "half an hour": 1800,
    "90 s": 90,
    "": 0,
    "0": 0,
    "10 分钟": 600,
    "1小时30分": 5400,
    "半小时": 1800,
    "半个小时": 1800,
    "两": None,
    "2天": 172800,
    "１０分钟": 600,
    "soon": None,
    "10 bananas": None,
    "-5 min": None,
}


def test_durations_are_read_as_people_write_them() -> None:
    assert run("durations.js", f"{json.dumps(list(DURATIONS))}.map(it.parseDuration)") == list(DURATIONS.values())


def test_a_duration_written_is_read_back() -> None:
    for screens in ("en", "zh"):
        units = lists(screens)["durations"]
        wanted = [30, 90, 600, 5400, 86400, 93905, 2592000]
        written = f"it.writeDuration(seconds, {json.dumps(units['units'])}, {json.dumps(units['joint'])})"
        assert run("durations.js", f"{wanted}.map((seconds) => it.parseDuration({written}))") == wanted


def test_placeholders_are_shown_by_name_and_stored_as_they_were() -> None:
    facts = json.dumps(lists("en")["facts"])
    known = f'it.variables({facts}, [{{name: "order", title: "value “order”"}}, {{name: "country", title: "x"}}])'
    text = "Hi {contact.name|there}, {value.order} to {country} {value.country} {nobody} {{}}"
    shown = run("placeholders.js", f"it.shown({json.dumps(text)}, {known})")
    assert shown == "Hi {contact's name|there}, {order} to {country} {value.country} {nobody} {{}}"
    assert run("placeholders.js", f"it.stored({json.dumps(shown)}, {known})") == text


@pytest.mark.parametrize(
    "rule",
    [
        NEIGHBOURS,
        {"kind": "not", "rule": NEIGHBOURS},
        {"kind": "all", "rules": [NEIGHBOURS, {"kind": "any", "rules": [SIZE, REGULAR]}]},
        {"kind": "not", "rule": {"kind": "all", "rules": [NEIGHBOURS, SIZE]}},
        {"kind": "not", "rule": {"kind": "not", "rule": NEIGHBOURS}},
        {"kind": "any", "rules": []},
    ],
)
def test_a_rule_opened_and_closed_means_the_same(rule: Any) -> None:
    """Over every way its facts can be, as far as its comparisons go."""
    back = run("rules.js", f"((r) => it.closed(...it.opened(r)))({json.dumps(rule)})")
    if rule == {"kind": "any", "rules": []}:
        # Nothing in it: the builder writes its own "never" then, and the trigger "always".
        assert run("rules.js", "it.EMPTY") == rule
        return
    singles: tuple[set[str], ...] = (set(), {"country"}, {"value.size"}, {"tags"})
    for truth in (*singles, {"country", "value.size"}, {"country", "tags"}):
        assert holds(rule, truth) == holds(back, truth)


def holds(rule: Any, true_facts: set[str]) -> bool:
    match rule["kind"]:
        case "compare":
            return rule["fact"] in true_facts
        case "not":
            return not holds(rule["rule"], true_facts)
        case "all":
            return all(holds(one, true_facts) for one in rule["rules"])
        case _:
            return any(holds(one, true_facts) for one in rule["rules"])


NINE_TO_SIX = [["09:00", "18:00"]]
PERIODS = {
    "9-18": NINE_TO_SIX,
    "9:00-12:30, 14-18": [["09:00", "12:30"], ["14:00", "18:00"]],
    "14-18 and 9–12": [["09:00", "12:00"], ["14:00", "18:00"]],
    "9am-6pm": NINE_TO_SIX,
    "9 a.m. to 6 p.m.": NINE_TO_SIX,
    "1-5pm": [["13:00", "17:00"]],
    "9-5": [["09:00", "17:00"]],
    "12pm-12am": [["12:00", "24:00"]],
    "6pm-2am": [["18:00", "02:00"]],
    "22-2": [["22:00", "02:00"]],
    "0-24": [["00:00", "24:00"]],
    "上午9点到下午6点": NINE_TO_SIX,
    "9点半-18点": [["09:30", "18:00"]],
    "上午９点-１２点，下午２点-６点": [["09:00", "12:00"], ["14:00", "18:00"]],
    "全天": [["00:00", "24:00"]],
    "closed": [],
    "休息": [],
    "": [],
    "soon": None,
    "9-18 x": None,
    "9-25": None,
    "9-13, 12-18": None,
}


def test_hours_are_read_as_people_write_them() -> None:
    assert run("hours.js", f"{json.dumps(list(PERIODS))}.map(it.parsePeriods)") == list(PERIODS.values())


def test_hours_written_are_read_back() -> None:
    words = json.dumps({"closed": "休息", "whole_day": "全天"})
    wanted = [found for found in PERIODS.values() if found is not None]
    back = f"{json.dumps(wanted)}.map((one) => it.parsePeriods(it.writePeriods(one, {words})))"
    assert run("hours.js", back) == wanted


def days(numbers: str, periods: Any = NINE_TO_SIX) -> dict[str, Any]:
    return dict.fromkeys(numbers, periods)


WEEKS = {
    "Mon-Fri 9-18": days("12345"),
    "Monday to Friday: 9am to 6pm": days("12345"),
    "周一至周五 9-18": days("12345"),
    "周一到五 9:00-18:00，周六 10-14，周日 休息": {**days("12345"), **days("6", [["10:00", "14:00"]]), "7": []},
    "周一、三、五 9-18": days("135"),
    "周六日 10-18": days("67", [["10:00", "18:00"]]),
    "工作日 9-18 周末 10-16": {**days("12345"), **days("67", [["10:00", "16:00"]])},
    "Mo-Fr 9-18 Sa 10-14": {**days("12345"), **days("6", [["10:00", "14:00"]])},
    "Mon, Wed & Fri 9-18\nSun closed": {**days("135"), "7": []},
    "Fri-Mon 20-2": days("5671", [["20:00", "02:00"]]),
    "daily 9-18": days("1234567"),
    "9-18": days("1234567"),
    "Mon-Fri soon": None,
    "Mon-Fri": None,
    "": None,
}


def test_a_week_is_read_as_people_write_it() -> None:
    assert run("hours.js", f"{json.dumps(list(WEEKS))}.map(it.parseWeek)") == list(WEEKS.values())


def test_shares_always_come_to_a_hundred() -> None:
    assert run("shares.js", "[1, 3, 7].map(it.even)") == [[100], [34, 33, 33], [15, 15, 14, 14, 14, 14, 14]]
    assert run("shares.js", "it.rebalanced([50, 30, 20], 0, 60)") == [60, 24, 16]
    assert run("shares.js", "it.rebalanced([100, 0], 0, 40)") == [40, 60]
    assert run("shares.js", "it.withOneMore([50, 50])") == [34, 33, 33]
    every = (
        "[0, 1, 33, 50, 99, 100, 250, -5].flatMap((to) => [0, 1, 2].map((at) => it.rebalanced([34, 33, 33], at, to)))"
    )
    assert {sum(shares) for shares in run("shares.js", every)} == {100}
    assert all(min(shares) >= 0 for shares in run("shares.js", every))


SHEETS = {
    "Country\tTotal\r\nGermany\t10-20\r\n": [["Country", "Total"], ["Germany", "10-20"]],
    '"Germany\nAustria"\t"say ""hi"""\nFrance': [["Germany\nAustria", 'say "hi"'], ["France", ""]],
    'country,says\nDE,"refund, return"': [["country", "says"], ["DE", "refund, return"]],
    "a;b\n1,5;2": [["a", "b"], ["1,5", "2"]],
    'a 5" pipe\tx': [['a 5" pipe', "x"]],
    "one cell": [["one cell"]],
    "\n \n": [],
}


def test_sheets_are_read_as_spreadsheets_copy_them() -> None:
    assert run("sheet.js", f"{json.dumps(list(SHEETS))}.map(it.parseSheet)") == list(SHEETS.values())


def test_a_sheet_written_is_read_back() -> None:
    cells = [["a\tb", 'say "hi"', "two\nlines"], ["", "x", "1,5"]]
    assert run("sheet.js", f"it.parseSheet(it.writeSheet({json.dumps(cells)}))") == cells


OPEN = 10**12
COUNTRY = ("country", "in", "text")
TOTAL = ("value.total", "between", "value")
WEEKDAY = ("time.weekday", "between", "number")
CELLS = [
    (COUNTRY, "Germany, Austria", ["DE", "AT"]),
    (COUNTRY, "德国或奥地利", ["DE", "AT"]),
    (COUNTRY, "USA / uk / FR", ["US", "GB", "FR"]),
    (COUNTRY, "Trinidad and Tobago, Germany and France", None),
    (COUNTRY, "Narnia", None),
    (COUNTRY, "any", "any"),
    (COUNTRY, " * ", "any"),
    (TOTAL, "10-20", [10, 20]),
    (TOTAL, "€ 1,000 – € 2,500", [1000, 2500]),
    (TOTAL, ">= 5", [5, OPEN]),
    (TOTAL, "5以上", [5, OPEN]),
    (TOTAL, "up to 7,5", [-OPEN, 7.5]),
    (TOTAL, "7", [7, 7]),
    (TOTAL, "< 5", None),
    (TOTAL, "20-10", None),
    (TOTAL, "many", None),
    (("messages", "between", "number"), "< 5", [-OPEN, 4]),
    (("messages", "at_least", "number"), ">=5", 5),
    (("messages", "at_least", "number"), "<5", None),
    (WEEKDAY, "Mon-Fri", [1, 5]),
    (WEEKDAY, "周末", [6, 7]),
    (WEEKDAY, "Tuesday, Monday", [1, 2]),
    (WEEKDAY, "Mon, Thu", None),
    (("text", "contains_any", "text"), "refund, return；money back", ["refund", "return", "money back"]),
    (("text", "contains", "text"), "refund, return", "refund, return"),
    (("tags", "has_any", "list"), "vip\nnew", ["vip", "new"]),
    (("now", "after", "date"), "24.12.2026", "2026-12-24"),
    (("now", "after", "date"), "31.2.2026", None),
    (("source", "empty", "text"), "yes", True),
    (("source", "empty", "text"), "否", False),
    (("source", "empty", "text"), "perhaps", None),
]


def test_cells_become_values_of_their_columns() -> None:
    countries, weekdays = json.dumps(lists("en")["countries"]), json.dumps(lists("en")["weekdays"])
    asked = [{"text": text, "fact": fact, "op": op, "kind": kind} for (fact, op, kind), text, _ in CELLS]
    names = f'{{country: {countries}, "time.weekday": {weekdays}}}[one.fact]'
    found = run("cells.js", f"{json.dumps(asked)}.map((one) => it.readCell(one.text, one, {names}))")
    for (_, text, wanted), cell in zip(CELLS, found, strict=True):
        if wanted is None:
            assert "fault" in cell, text
            # The form has a sentence for each fault.
            assert cell["fault"] in lists("en")["words"]
        else:
            assert cell == {"value": None if wanted == "any" else wanted}, text


@pytest.mark.parametrize("screens", ["en", "zh"])
def test_a_cell_shown_is_read_back(screens: Any) -> None:
    known = lists(screens)
    cells = [(column, text, value) for column, text, value in CELLS if value not in (None, "any")]
    words = {"or": known["words"]["or"], "yes": known["words"]["yes"], "no": known["words"]["no"]}
    asked = [{"fact": fact, "op": op, "kind": kind, "value": value} for (fact, op, kind), _, value in cells]
    names = f'{{country: {json.dumps(known["countries"])}, "time.weekday": {json.dumps(known["weekdays"])}}}[one.fact]'
    back = f"it.readCell(it.writeCell(one.value, one, {names}, {json.dumps(words)}), one, {names}).value"
    assert run("cells.js", f"{json.dumps(asked)}.map((one) => {back})") == [value for _, _, value in cells]


def test_a_pasted_sheet_becomes_a_table() -> None:
    sheet = [
        ["国家", "Order total", "Keywords", "Discount", "Goes by"],
        ["Germany, Austria", "10-20", "refund, return", "5", "Fast lane"],
        ["France", ">=20", "", "10", "fast lane"],
        ["*", "", "", "", ""],
        ["Narnia", "1-2", "", "", "Slow"],
    ]
    facts = [*lists("en")["facts"], {"name": "value.order_total", "title": "order total", "kind": "value"}]
    reading = f"""{{
        kindOf: (fact) => ({json.dumps({fact["name"]: fact["kind"] for fact in facts})})[fact],
        namesOf: (fact) => fact === "country" ? {json.dumps(lists("en")["countries"])} : null,
    }}"""
    made = run("pasted.js", f"it.tableOf(it.recognised({json.dumps(sheet)}, {json.dumps(facts)}), {reading})")
    assert [(one["fact"], one["op"]) for one in made["columns"]] == [
        ("country", "in"),
        ("value.order_total", "between"),
        ("text", "contains_any"),
    ]
    country, total, text = (one["id"] for one in made["columns"])
    assert [one["name"] for one in made["results"]] == ["discount"]
    assert [one["title"] for one in made["outcomes"]] == ["Fast lane"]
    first, second, anything = made["rows"]
    assert first["when"] == {country: ["DE", "AT"], total: [10, 20], text: ["refund", "return"]}
    assert second["when"] == {country: ["FR"], total: [20, OPEN]}
    assert (second["then"], second["outcome"]) == ({"discount": 10}, "fast_lane")
    assert (anything["when"], anything["outcome"]) == ({}, "")
    # A row with a cell that says nothing known is left out, or it would hold for every country.
    (fault,) = made["faults"]
    assert (fault["row"], fault["at"], fault["part"]) == (3, 0, "Narnia")


def test_a_sheet_without_known_titles_waits_for_what_its_columns_are() -> None:
    found = run("pasted.js", 'it.recognised([["a", "b"], ["c", "d"]], [])')
    assert [role["kind"] for role in found["roles"]] == ["skip", "skip"]
    assert found["body"] == [["a", "b"], ["c", "d"]]


def test_cells_are_written_where_they_were_pasted() -> None:
    table = {
        "columns": [{"id": "n", "fact": "messages", "op": "between"}],
        "results": [{"id": "d", "name": "discount"}],
        "outcomes": [],
        "rows": [{"id": "r1", "when": {"n": [1, 2]}, "then": {}, "outcome": ""}],
    }
    cells = [
        {"row": 0, "col": 0, "text": "soon"},
        {"row": 0, "col": 1, "text": "true"},
        {"row": 1, "col": 0, "text": "3-4"},
        {"row": 1, "col": 2, "text": "Slow"},
        {"row": 2, "col": 0, "text": ""},
    ]
    reading = '{ kindOf: () => "number", namesOf: () => null, words: { or: "or" } }'
    done = run("table.js", f"it.written({json.dumps(table)}, {json.dumps(cells)}, {reading})")
    first, second = done["table"]["rows"]
    assert first == {"id": "r1", "when": {"n": [1, 2]}, "then": {"d": True}, "outcome": ""}
    assert (second["when"], second["outcome"]) == ({"n": [3, 4]}, "slow")
    assert done["faults"]["r1 when:n"]["text"] == "soon"
    assert done["table"]["outcomes"] == [{"id": "slow", "title": "Slow"}]
    edit = run("table.js", f'it.editsOf("t", {json.dumps(table)}, {json.dumps(done["table"])})')
    assert [one["field"] for one in edit["edits"]] == ["outcomes", "rows"]


def test_keys_and_pastes_stay_within_the_grid() -> None:
    assert run("ranges.js", 'it.moved({ row: 0, col: 2 }, { key: "Tab" }, 3, 3)') == {"row": 1, "col": 0}
    assert run("ranges.js", 'it.moved({ row: 2, col: 2 }, { key: "Tab" }, 3, 3)') is None
    assert run("ranges.js", 'it.moved({ row: 0, col: 1 }, { key: "ArrowUp" }, 3, 3)') == {"row": 0, "col": 1}
    assert run("ranges.js", 'it.moved({ row: 0, col: 1 }, { key: "End", ctrl: true }, 3, 4)') == {"row": 2, "col": 3}
    one_cell = run("ranges.js", 'it.spread([["x"]], { top: 1, bottom: 2, left: 0, right: 1 }, 3)')
    assert [(cell["row"], cell["col"], cell["text"]) for cell in one_cell] == [
        (1, 0, "x"),
        (1, 1, "x"),
        (2, 0, "x"),
        (2, 1, "x"),
    ]
    at_the_edge = run("ranges.js", 'it.spread([["a", "b"], ["c", "d"]], { top: 4, bottom: 4, left: 2, right: 2 }, 3)')
    assert [(cell["row"], cell["col"], cell["text"]) for cell in at_the_edge] == [(4, 2, "a"), (5, 2, "c")]


def test_a_length_is_held_against_the_flow_s_channels() -> None:
    limits = json.dumps(lists("en")["limits"])
    over = run(
        "measure.js", f'it.standing(1030, it.measured(1030, "with_choices", {limits}, ["whatsapp", "telegram"]))'
    )
    assert (over["state"], [(one["title"], one["limit"]) for one in over["told"]]) == ("over", [("WhatsApp", 1024)])
    near = run("measure.js", f'it.standing(900, it.measured(900, "text", {limits}, []))')
    assert (near["state"], near["told"][0]["title"]) == ("near", "Instagram")
    assert run("measure.js", f'it.standing(9999, it.measured(9999, "text", {limits}, ["email"]))')["state"] == ""
    # As channels count: a sign outside the first plane is two.
    assert run("measure.js", '"👋".length') == 2


def test_a_variable_is_written_where_its_brace_was_opened() -> None:
    assert run("braces.js", 'it.begun("Hi {con", 7)') == {"from": 3, "search": "con"}
    assert run("braces.js", 'it.begun("Hi {name} you", 13)') is None
    assert run("braces.js", 'it.begun("{a|b", 4)') is None
    done = run("braces.js", 'it.filledIn("Hi {con!", 3, 7, "contact\'s name", "you")')
    assert done == {"text": "Hi {contact's name|you}!", "caret": 23}
    assert run("braces.js", 'it.filledIn("{co} x", 0, 3, "country")')["text"] == "{country} x"


TEXT_ROWS = [
    {"node": "a", "path": "text", "title": "Text", "texts": {"en": "Hello", "de": ""}},
    {"node": "a", "path": "retry", "title": "Again", "texts": {"en": "", "de": ""}},
    {"node": "b", "path": "text", "title": "Text", "texts": {"en": "Bye", "de": "Tschüss"}},
]


@pytest.mark.parametrize(
    ("search", "kind", "found"),
    [
        ("", "", [0, 1, 2]),
        ("tsch", "", [2]),
        ("", "missing", [0]),
        ("", "missing:de", [0]),
        ("", "missing:en", []),
        ("", "long", [2]),
    ],
)
def test_texts_are_searched_and_filtered(search: str, kind: str, found: list[int]) -> None:
    asked = f'it.chosen({json.dumps(TEXT_ROWS)}, {json.dumps(search)}, "{kind}", (row) => row.node === "b")'
    assert run("textlist.js", asked) == [TEXT_ROWS[at] for at in found]


def test_conditions_are_moved_and_grouped() -> None:
    rules = json.dumps([NEIGHBOURS, SIZE, {"kind": "any", "rules": [REGULAR]}])

    def facts(what: str, at: int) -> Any:
        told = "(r) => r.kind === 'compare' ? r.fact : [r.kind, ...r.rules.map((one) => one.fact)]"
        return run("rules.js", f'it.placed({rules}, {at}, "{what}").map({told})')

    assert facts("copy", 0) == ["country", "country", "value.size", ["any", "tags"]]
    assert facts("down", 0) == ["value.size", "country", ["any", "tags"]]
    assert facts("up", 1) == ["value.size", "country", ["any", "tags"]]
    assert facts("group", 1) == [["any", "country", "value.size"], ["any", "tags"]]
    assert facts("into", 1) == ["country", ["any", "value.size", "tags"]]


@pytest.mark.parametrize(
    ("op", "value", "lacking"),
    [
        ("is", None, True),
        ("is", 0, False),
        ("in", [], True),
        ("between", [1], True),
        ("between", [1, 2], False),
        ("empty", None, False),
    ],
)
def test_a_condition_that_is_not_complete_says_so(op: str, value: Any, lacking: bool) -> None:
    compare = {"kind": "compare", "fact": "messages", "op": op, "value": value}
    assert run("rules.js", f"it.lacks({json.dumps(compare)})") is lacking
