"""The texts of a flow as rows: what they are called, what a channel's limit counts them as."""

from builder_ui.form.textrows import all_texts, channel_limits, text_rows
from builder_ui.form.values import values
from flows import from_dict

FLOW = from_dict(
    {
        "format": 1,
        "id": "sizes",
        "name": "Sizes",
        "start": "ask",
        "nodes": {
            "hi": {"type": "message", "text": "Hello"},
            "ask": {"type": "question", "text": "Size?", "choices": [{"id": "s", "label": "Small"}], "save_as": "size"},
            "keep": {"type": "set_value", "value_name": "total", "value": "5", "kind": "number"},
        },
        "translations": {"de": {"ask": {"choices.s.label": "Klein"}}},
        "layout": {"ask": [320, 0], "hi": [0, 0]},
    }
)


def test_a_choice_and_a_text_over_choices_have_limits_of_their_own() -> None:
    rows = {row["path"]: row for row in text_rows(FLOW.nodes["ask"], "en")}
    assert rows["text"]["kind"] == "with_choices"
    assert (rows["choices.s.label"]["kind"], rows["choices.s.label"]["title"]) == ("label", "Choices 1")
    assert text_rows(FLOW.nodes["hi"], "en")[0]["kind"] == "text"
    whatsapp = next(one for one in channel_limits("en") if one["value"] == "whatsapp")
    assert (whatsapp["text"], whatsapp["with_choices"], whatsapp["label"]) == (4096, 1024, 24)


def test_all_texts_stand_in_the_order_of_the_canvas() -> None:
    told = all_texts(FLOW, "en")
    assert [row["node"] for row in told["rows"]][:2] == ["hi", "ask"]
    label = next(row for row in told["rows"] if row["path"] == "choices.s.label")
    assert label["texts"] == {"en": "Small", "de": "Klein"}


def test_values_say_their_kind_and_where_they_come_from() -> None:
    assert [(one["name"], one["kind"], one["from"]) for one in values(FLOW, "en")] == [
        ("size", "text", "Question"),
        ("total", "number", "Set value"),
    ]
