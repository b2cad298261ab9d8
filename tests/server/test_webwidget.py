"""The widget's channel: tokens, frames, who may show it, where visitors come from, how fast they may write."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.events import MessageReceived, Opened
from server import geo
from server.channels import channel_types
from server.channels.base import MalformedError
from server.channels.webwidget import Hello, Older, Open, Ping, Say, TooLongError, WebWidget, client_id, read
from server.settings import Settings
from server.vault import Vault, new_key
from server.widget import pretend, tokens
from server.widget.limits import Buckets, Rate
from server.widget.script import NAMES, PARTS, put_together
from server.widget.source import source_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OWN = "http://127.0.0.1:8000"


def widget(**settings: object) -> WebWidget:
    return WebWidget(**({"keys": ("new", "old"), "own_origins": (OWN,)} | settings))


class TestToken:
    def test_names_the_visitor_it_was_issued_to(self) -> None:
        token = tokens.issue("mina", NOW, "luna", "new")
        assert tokens.verify(token, NOW, "luna", ("new",)) == ("mina", False)

    def test_is_good_on_its_account_alone(self) -> None:
        token = tokens.issue("mina", NOW, "luna", "new")
        assert tokens.verify(token, NOW, "other", ("new",)) == ("", False)

    def test_ends(self) -> None:
        token = tokens.issue("mina", NOW, "luna", "new")
        last = NOW + tokens.VALID_FOR - timedelta(seconds=1)
        assert tokens.verify(token, last, "luna", ("new",)) == ("mina", True)
        assert tokens.verify(token, NOW + tokens.VALID_FOR, "luna", ("new",)) == ("", False)

    def test_is_renewed_after_a_week(self) -> None:
        token = tokens.issue("mina", NOW, "luna", "new")
        assert tokens.verify(token, NOW + tokens.RENEW_AFTER - timedelta(seconds=1), "luna", ("new",))[1] is False
        assert tokens.verify(token, NOW + tokens.RENEW_AFTER, "luna", ("new",))[1] is True

    def test_of_an_older_key_is_taken_and_replaced(self) -> None:
        token = tokens.issue("mina", NOW, "luna", "old")
        assert tokens.verify(token, NOW, "luna", ("new", "old")) == ("mina", True)
        assert tokens.verify(token, NOW, "luna", ("new",)) == ("", False)

    def test_from_the_future_is_not_taken(self) -> None:
        token = tokens.issue("mina", NOW + timedelta(hours=1), "luna", "new")
        assert tokens.verify(token, NOW, "luna", ("new",)) == ("", False)

    def test_needs_a_key(self) -> None:
        with pytest.raises(ValueError, match="key"):
            tokens.issue("mina", NOW, "luna", "")
        assert tokens.verify("v1.mina.1.AAAA", NOW, "luna", ("",)) == ("", False)

    @given(st.integers(0, 200), st.characters())
    def test_changed_anywhere_is_refused(self, at: int, sign: str) -> None:
        token = tokens.issue("mina", NOW, "luna", "new")
        changed = token[: at % len(token)] + sign + token[at % len(token) + 1 :]
        expected = ("mina", False) if changed == token else ("", False)
        assert tokens.verify(changed, NOW, "luna", ("new",)) == expected

    @given(st.text())
    def test_any_text_is_refused(self, text: str) -> None:
        assert tokens.verify(text, NOW, "luna", ("new",)) == ("", False)

    def test_visitors_are_not_to_be_guessed(self) -> None:
        assert len({tokens.new_visitor() for _ in range(100)}) == 100
        assert all(len(tokens.new_visitor()) >= 22 for _ in range(5))


class TestFrames:
    @pytest.mark.parametrize(
        ("data", "frame"),
        [
            ('{"type":"hello"}', Hello()),
            ('{"type":"hello","token":"t","locale":"de-DE","new_field":1}', Hello(token="t", locale="de-DE")),
            ('{"type":"say","id":"12345678","text":"Hi"}', Say(id="12345678", text="Hi")),
            ('{"type":"open","id":"12345678"}', Open(id="12345678")),
            ('{"type":"older","before":"a.1"}', Older(before="a.1")),
            ('{"type":"ping"}', Ping()),
        ],
    )
    def test_are_read(self, data: str, frame: object) -> None:
        assert read(data) == frame

    @pytest.mark.parametrize(
        "data",
        [
            "",
            "[]",
            "{",
            '{"type":"admin"}',
            '{"text":"Hi"}',
            '{"type":"say","text":"Hi"}',
            '{"type":"say","id":"short","text":"Hi"}',
            '{"type":"say","id":"../../../../etc","text":"Hi"}',
            '{"type":"say","id":"12345678","text":7}',
            '{"type":"hello","pretend":"Germany"}',
            '{"type":"say","id":"12345678","text":"\\ud800"}',
            "[" * 100_000,
        ],
    )
    def test_that_are_none_are_refused(self, data: str) -> None:
        with pytest.raises(MalformedError):
            read(data)

    def test_become_messages_under_the_visitors_own_ids(self) -> None:
        contact = widget().contact(Hello(locale="th-TH"), "1.2.3.4")
        incoming = widget().incoming(Say(id="12345678", text=" Hi\x00 ", choice="rings"), "mina", contact)
        assert incoming.address == "mina"
        assert client_id(incoming.provider_id) == "12345678"
        assert isinstance(incoming.event, MessageReceived)
        assert (incoming.event.text, incoming.event.choice) == ("Hi", "rings")
        assert incoming.event.contact == contact
        other = widget().incoming(Say(id="12345678", text="Hi"), "tom", contact)
        assert other.provider_id != incoming.provider_id

    def test_open_is_an_opened_conversation(self) -> None:
        incoming = widget().incoming(Open(id="12345678"), "mina", widget().contact(Hello(), ""))
        assert isinstance(incoming.event, Opened)

    def test_limits_count_as_browsers_do(self) -> None:
        contact = widget().contact(Hello(), "")
        longest = WebWidget.LIMITS.text or 0
        widget().incoming(Say(id="12345678", text="\N{MOON VIEWING CEREMONY}" * (longest // 2)), "mina", contact)
        with pytest.raises(TooLongError) as refused:
            widget().incoming(Say(id="12345678", text="\N{MOON VIEWING CEREMONY}" * longest), "mina", contact)
        assert refused.value.id == "12345678"

    @pytest.mark.parametrize("text", ["", "  \n", "\x00"])
    def test_without_a_text_say_nothing(self, text: str) -> None:
        with pytest.raises(MalformedError):
            widget().incoming(Say(id="12345678", text=text), "mina", widget().contact(Hello(), ""))


class TestOrigins:
    @pytest.mark.parametrize(
        ("allowed", "origin"),
        [
            ("https://shop.example", "https://shop.example"),
            ("https://*.shop.example", "https://www.shop.example"),
            ("https://*.shop.example", "https://a.b.shop.example"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("", OWN),
        ],
    )
    def test_that_are_listed_may(self, allowed: str, origin: str) -> None:
        assert widget(origins=(allowed,) if allowed else ()).allows(origin)

    @pytest.mark.parametrize(
        ("allowed", "origin"),
        [
            ("", "https://shop.example"),
            ("", "null"),
            ("https://shop.example", ""),
            ("https://shop.example", "null"),
            ("https://shop.example", "http://shop.example"),
            ("https://shop.example", "https://shop.example:8443"),
            ("https://shop.example", "https://shop.example.evil.example"),
            ("https://shop.example", "https://www.shop.example"),
            ("https://*.shop.example", "https://shop.example"),
            ("https://*.shop.example", "https://evilshop.example"),
            ("https://*.shop.example", "http://www.shop.example"),
            ("https://*.shop.example", "https://www.shop.example@evil.example"),
            ("https://*.shop.example", "https://evil.example/.shop.example"),
            ("https://*.shop.example", "https://evil.example#.shop.example"),
        ],
    )
    def test_that_are_not_may_not(self, allowed: str, origin: str) -> None:
        assert not widget(origins=(allowed,) if allowed else ()).allows(origin)

    @pytest.mark.parametrize(
        "wrong", ["*", "shop.example", "https://shop.example/", "https://*", "javascript:alert(1)"]
    )
    def test_settings_take_origins_alone(self, settings: Settings, wrong: str) -> None:
        with pytest.raises(msgspec.ValidationError):
            WebWidget.placed({"origins": [wrong]}, settings)


class TestSettings:
    def test_the_form_has_what_the_shop_decides(self, settings: Settings) -> None:
        assert channel_types()["webwidget"] is WebWidget
        assert [field.name for field in WebWidget.settings_fields(settings)] == ["origins", "title", "color", "demo"]

    def test_keys_follow_from_the_installations(self, settings: Settings) -> None:
        first, second = new_key(), new_key()
        one = WebWidget.placed({}, msgspec.structs.replace(settings, key=first))
        both = WebWidget.placed({}, msgspec.structs.replace(settings, key=f"{second},{first}"))
        assert len(one.keys) == 1
        assert both.keys[1:] == one.keys
        assert Vault.of(msgspec.structs.replace(settings, key=first)).derived("something else") != one.keys
        assert first not in repr(one)

    def test_a_pretended_country_needs_both_switches(self) -> None:
        hello = Hello(pretend="de", locale="en-US", timezone="Asia/Tokyo")
        assert widget(demo=True, demos=True).pretends(hello) == "DE"
        for switches in ({"demo": True}, {"demos": True}, {}):
            assert widget(**switches).pretends(hello) == ""
        assert widget(demo=True, demos=True).pretends(Hello(pretend="1!")) == ""

    def test_who_pretends_brings_no_language_of_their_own(self) -> None:
        hello = Hello(pretend="DE", locale="en-US", timezone="Asia/Tokyo")
        assert widget(demo=True, demos=True).contact(hello, "2.28.0.1").locale == ""
        assert widget().contact(hello, "2.28.0.1").locale == "en-US"


@pytest.mark.parametrize("country", ["US", "DE", "ES", "FR", "BR", "TH", "VN", "ID", "CN", "JP", "SA", "LI"])
def test_a_pretended_address_is_in_its_country(country: str) -> None:
    assert geo.locate(pretend.address_in(country)).country == country


@pytest.mark.parametrize("country", ["", "XX", "Germany"])
def test_no_address_is_in_no_country(country: str) -> None:
    assert pretend.address_in(country) == ""


@pytest.mark.parametrize(
    ("landing", "referrer", "source"),
    [
        ("https://l.example/", "", "direct"),
        ("https://l.example/?gclid=abc", "https://www.google.com/", "google_ad"),
        ("https://l.example/?gbraid=abc", "", "google_ad"),
        ("https://l.example/?fbclid=abc", "", "facebook"),
        ("https://l.example/?fbclid=abc&utm_source=ig&utm_medium=paid", "", "instagram_ad"),
        ("https://l.example/?utm_source=Facebook&utm_medium=CPC", "", "facebook_ad"),
        ("https://l.example/?utm_source=facebook.com", "", "facebook"),
        ("https://l.example/?ttclid=x", "", "tiktok_ad"),
        ("https://l.example/?utm_source=Autumn%20Newsletter", "", "autumn_newsletter"),
        ("https://l.example/", "https://www.google.co.th/search?q=moon", "organic"),
        ("https://l.example/", "https://l.facebook.com/", "facebook"),
        ("https://l.example/", "https://www.blog.example/post", "blog.example"),
        ("https://l.example/b", "https://l.example/a", "direct"),
        ("not an address", "http://[", "direct"),
        ("http://[", "", "direct"),
    ],
)
def test_the_source_of_a_visit(landing: str, referrer: str, source: str) -> None:
    assert source_of(landing, referrer) == source


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_address_has_a_short_plain_source(landing: str, referrer: str) -> None:
    found = source_of(landing, referrer)
    assert found
    assert len(found) <= 44
    assert all(sign.isalnum() or sign in "._-" for sign in found)


class TestBuckets:
    def test_give_a_burst_then_one_at_a_time(self) -> None:
        buckets = Buckets(Rate(burst=3, seconds=2.0))
        assert [buckets.take("mina", 100.0) for _ in range(3)] == [0, 0, 0]
        assert buckets.take("mina", 100.0) == pytest.approx(2.0)
        assert buckets.take("mina", 101.5) == pytest.approx(0.5)
        assert buckets.take("mina", 102.0) == 0
        assert buckets.take("mina", 102.0) > 0

    def test_are_each_visitors_own(self) -> None:
        buckets = Buckets(Rate(burst=1, seconds=10.0))
        assert buckets.take("mina", 0.0) == 0
        assert buckets.take("tom", 0.0) == 0
        assert buckets.take("mina", 0.0) > 0

    def test_fill_up_but_not_over(self) -> None:
        buckets = Buckets(Rate(burst=2, seconds=1.0))
        buckets.take("mina", 0.0)
        assert [buckets.take("mina", 1000.0) == 0 for _ in range(3)] == [True, True, False]

    def test_forget_the_oldest(self) -> None:
        buckets = Buckets(Rate(burst=1, seconds=1e9), most=2)
        for visitor in ("a", "b", "c"):
            buckets.take(visitor, 0.0)
        assert buckets.take("a", 0.0) == 0
        assert buckets.take("c", 0.0) > 0

    @given(st.lists(st.floats(0, 5), min_size=1, max_size=60))
    def test_never_give_more_than_the_rate(self, gaps: list[float]) -> None:
        buckets, now, given_at = Buckets(Rate(burst=4, seconds=1.0)), 0.0, []
        for gap in gaps:
            now += gap
            if buckets.take("mina", now) == 0:
                given_at.append(now)
        for first in range(len(given_at)):
            for last in range(first, len(given_at)):
                assert last - first + 1 <= 4 + (given_at[last] - given_at[first]) + 1e-3


def test_the_script_stays_small() -> None:
    assert len(put_together().plain) < 25_000


def test_the_script_is_all_of_its_parts_and_no_line_of_them_lies_within_a_string() -> None:
    assert {*NAMES, "style.css"} == {path.name for path in PARTS.iterdir()}
    lines = [line for name in NAMES for line in (PARTS / name).read_text(encoding="utf-8").splitlines()]
    assert [line for line in lines if line.count("`") % 2] == []
