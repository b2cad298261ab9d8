"""What is really sent to a shop's service, and what comes back of it."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.queries import Failed, Fetch, Fetched, Header, Wanted
from server import fetching
from server.breaker import ENOUGH, PAUSE, Breaker
from server.database import engine
from server.fetching import OURS, Fetching
from server.services import Services
from server.settings import Settings
from server.web_client import guarded_client
from tests.server.service import Reply, Service
from tests.serving import free_port

ORDER = {"order": {"status": "sent", "items": [{"count": 3}]}}
WANTED = (Wanted("order.status", "status"), Wanted("order.items.0.count", "count", "number"))
KEY = "7b0cbe1e-0000-0000-0000-000000000000"


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    made.says(ORDER)
    yield made
    made.close()


@pytest.fixture
def settings(settings: Settings, _migrated_sqlite: Path) -> Settings:
    settings.data.mkdir(parents=True)
    shutil.copy(_migrated_sqlite, settings.data / "parley.db")
    return msgspec.structs.replace(settings, allowed_hosts=("127.0.0.1",))


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "FIRST_PAUSE", 0.02)


@pytest.fixture
def services(settings: Settings, service: Service) -> Iterator[Services]:
    database = engine(settings)
    made = Services(database, settings)
    made.create("orders", "Orders", f"{service.url}/v2/", {"key": "Bearer s3cret"})
    yield made
    database.dispose()


@pytest.fixture
def fetch(services: Services, settings: Settings) -> Iterator[Fetching]:
    made = Fetching(services, guarded_client(settings))
    yield made
    made.close()


def asks(path: str = "/orders/LU-7", **more: Any) -> Fetch:
    return Fetch(service="orders", path=path, wanted=WANTED, **more)


def test_what_is_wanted_is_kept(fetch: Fetching, service: Service) -> None:
    assert fetch(asks(), KEY) == Fetched(status=200, values={"status": "sent", "count": 3})
    asked = service.asked[0]
    assert (asked.method, asked.path, asked.body) == ("GET", "/v2/orders/LU-7", b"")
    assert asked.headers["accept"] == "application/json"
    assert "idempotency-key" not in asked.headers


def test_a_secret_is_put_in_where_it_is_named(fetch: Fetching, service: Service) -> None:
    headers = (Header("Authorization", secret="key"), Header("X-Text", "订单"))
    assert isinstance(fetch(asks(headers=headers), KEY), Fetched)
    assert service.asked[0].headers["authorization"] == "Bearer s3cret"
    assert service.asked[0].headers["x-text"].encode("latin-1").decode() == "订单"


def test_fields_are_json_or_a_form(fetch: Fetching, service: Service) -> None:
    fields = {"customer.email": "zoe@shop.test", "customer.age": 7, "gift": True}
    fetch(asks(method="POST", fields=fields), KEY)
    fetch(asks(method="PUT", fields=fields, form=True), KEY)
    assert service.asked[0].json == {"customer": {"email": "zoe@shop.test", "age": 7}, "gift": True}
    assert service.asked[0].headers["content-type"] == "application/json"
    assert service.asked[1].body == b"customer.email=zoe%40shop.test&customer.age=7&gift=true"
    assert [asked.headers["idempotency-key"] for asked in service.asked] == [KEY, KEY]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (Fetch(service="parcels", path="/"), "There is no service parcels."),
        (asks("orders"), "the path is not one of the service's"),
        (asks("//evil.test/x#"), "the path is not one of the service's"),
        (asks("/a\r\nX: y"), "the path is not one of the service's"),
        (asks(headers=(Header("X-Key", secret="other"),)), "the service orders has no secret other"),
        *(
            (asks(headers=(Header(name.title(), "x"),)), f"no flow sets the header {name.title()}")
            for name in sorted(OURS)
        ),
        (asks(headers=(Header("bad name", "x"),)), None),
        (asks(method="POST", fields={"a": 1, "a.b": 2}), "the field a.b is within one that has a value itself"),
    ],
)
def test_what_is_not_sent_at_all(fetch: Fetching, service: Service, query: Fetch, reason: str | None) -> None:
    answer = fetch(query, KEY)
    assert isinstance(answer, Failed)
    assert reason in (None, answer.reason)
    assert service.asked == []


@pytest.mark.parametrize("path", ["//evil.test/x", "/@evil.test/", "/:80@evil.test/", "/..", "/?u=http://evil.test"])
def test_no_path_leads_to_another_host(fetch: Fetching, service: Service, path: str) -> None:
    assert isinstance(fetch(asks(path), KEY), Fetched)
    assert service.asked[0].headers["host"] == f"127.0.0.1:{service.port}"


@pytest.mark.parametrize("status", [301, 400, 404, 500])
def test_a_status_is_told_as_it_is(fetch: Fetching, service: Service, status: int) -> None:
    service.says({"error": 1}, status)
    assert fetch(asks(), KEY) == Fetched(status=status)


@pytest.mark.parametrize("body", [b"", b"<html>", b"{" * 100_000, b"\xff\xfe", b"[" * 50_000 + b"]" * 50_000, b"null"])
def test_what_is_no_json_keeps_nothing(fetch: Fetching, service: Service, body: bytes) -> None:
    service.answer = lambda asked: Reply(200, (body,))
    assert fetch(asks(), KEY) == Fetched(status=200)


def test_a_service_out_of_order_is_asked_again(fetch: Fetching, service: Service) -> None:
    _says(service, 503, 429, 200)
    assert fetch(asks(retries=3, time_limit=30), KEY) == Fetched(status=200)
    assert len(service.asked) == 3


def test_with_its_last_try_a_service_has_its_say(fetch: Fetching, service: Service) -> None:
    _says(service, 503)
    assert fetch(asks(retries=1, time_limit=30), KEY) == Fetched(status=503)
    assert len(service.asked) == 2


def test_there_is_no_time_for_what_the_service_would_have(fetch: Fetching, service: Service) -> None:
    service.answer = lambda asked: Reply(503, (), (("retry-after", "3600"),))
    assert fetch(asks(retries=3, time_limit=30), KEY) == Fetched(status=503)
    assert len(service.asked) == 1


@pytest.mark.parametrize(("more", "times"), [({}, 1), ({"repeatable": True}, 2)])
def test_what_is_done_twice_is_not_asked_twice(
    fetch: Fetching, service: Service, more: dict[str, Any], times: int
) -> None:
    _says(service, 503)
    fetch(asks(method="POST", retries=1, time_limit=30, **more), KEY)
    assert [asked.headers["idempotency-key"] for asked in service.asked] == [KEY] * times


def test_what_is_no_different_another_time_is_not_tried_again(fetch: Fetching, service: Service) -> None:
    service.answer = lambda asked: Reply(200, (b"x",), (("content-length", "99999999"),))
    for _ in range(ENOUGH + 1):
        answer = fetch(asks(retries=3, time_limit=30), KEY)
        assert isinstance(answer, Failed)
        assert answer.reason.startswith("TooLarge")
    assert len(service.asked) == ENOUGH + 1


def test_a_service_that_hangs_is_given_up_in_time(fetch: Fetching, service: Service) -> None:
    service.hold()
    answer = fetch(asks(time_limit=1, retries=3), KEY)
    assert isinstance(answer, Failed)
    assert answer.reason.startswith("ReadTimeout")
    # The service may take note of it after that.
    assert len(service.wait_for(1)) == 1


def test_a_service_that_is_away_is_left_alone_for_a_while(services: Services, settings: Settings) -> None:
    gone = Service(port=free_port())
    services.create("gone", "Gone", gone.url)
    gone.close()
    now = [0.0]
    fetch = Fetching(services, guarded_client(settings), Breaker(lambda: now[0]))
    query = Fetch(service="gone", path="/")
    reasons = [str(getattr(fetch(query, KEY), "reason", "")) for _ in range(ENOUGH + 2)]
    assert [reason.startswith("ConnectError") for reason in reasons] == [True] * ENOUGH + [False] * 2
    # Others are not meant.
    assert isinstance(fetch(asks(), KEY), Fetched)
    now[0] = PAUSE + 1
    assert str(getattr(fetch(query, KEY), "reason", "")).startswith("ConnectError")
    assert "left alone" in str(getattr(fetch(query, KEY), "reason", ""))
    back = Service(port=gone.port)
    now[0] = 2 * PAUSE + 2
    assert [fetch(query, KEY) for _ in range(2)] == [Fetched(status=200)] * 2
    back.close()
    fetch.close()


def test_a_service_within_is_not_asked_unless_it_is_allowed(
    services: Services, settings: Settings, service: Service
) -> None:
    strict = msgspec.structs.replace(settings, allowed_hosts=())
    fetch = Fetching(services, guarded_client(strict))
    answer = fetch(asks(), KEY)
    assert isinstance(answer, Failed)
    assert answer.reason.startswith("RefusedAddress")
    assert service.asked == []
    fetch.close()


def test_a_redirect_is_told_and_not_followed(fetch: Fetching, service: Service) -> None:
    inside = Service()
    service.answer = lambda asked: Reply(307, (), (("location", inside.url),))
    assert fetch(asks(headers=(Header("Authorization", secret="key"),)), KEY) == Fetched(status=307)
    assert inside.asked == []
    inside.close()


def test_what_is_told_of_a_failure_holds_nothing_of_the_contacts(fetch: Fetching, service: Service) -> None:
    service.answer = lambda asked: Reply(200, (), (("content-length", "99999999"),))
    answer = fetch(asks("/find?email=zoe%40shop.test"), KEY)
    assert isinstance(answer, Failed)
    assert "zoe" not in answer.reason


def test_who_closes_waits_for_no_further_try(services: Services, settings: Settings, service: Service) -> None:
    fetch = Fetching(services, guarded_client(settings))
    _says(service, 503)
    answers: list[Any] = []
    asking = threading.Thread(target=lambda: answers.append(fetch(asks(retries=3, time_limit=60), KEY)))
    service.answer = lambda asked: Reply(503, (), (("retry-after", "50"),))
    asking.start()
    service.wait_for(1)
    fetch.close()
    asking.join(30)
    assert answers
    assert len(service.asked) == 1


def test_cookies_of_one_conversation_are_not_anothers(fetch: Fetching, service: Service) -> None:
    service.answer = lambda asked: Reply(200, (b"{}",), (("set-cookie", "who=zoe"),))
    fetch(asks(), KEY)
    fetch(asks(), KEY)
    assert [asked.headers.get("cookie") for asked in service.asked] == [None, None]


def _says(service: Service, *statuses: int) -> None:
    """These statuses one after the other, the last one for ever."""
    left = list(statuses)

    def answer(asked: Any) -> Reply:
        return Reply(left.pop(0) if len(left) > 1 else left[0], (b"{}",))

    service.answer = answer
