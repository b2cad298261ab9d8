"""The API as a program or a page meets it: what goes over the wire, and how refusals look."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from argon2 import PasswordHasher
from litestar import Litestar
from litestar.testing import TestClient

import flows
from server import passwords, staff
from server.app import create_api
from server.parts import Parts
from server.people import COOKIE, PARLEY
from server.permissions import Role
from server.settings import Settings
from tests.server import house

OURS = {"origin": "http://127.0.0.1:8000"}
LUNA = Path(flows.__file__).parent / "library" / "luna.json"
PASSWORD = "a pass phrase of hers"

Api = TestClient[Litestar]


@pytest.fixture(autouse=True)
def _quick_argon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobody.cache_clear()


@pytest.fixture
def api(database_settings: Settings) -> Iterator[Api]:
    """A client with the owner's token."""
    with TestClient(create_api(database_settings)) as client:
        client.headers["authorization"] = f"Bearer {token(client, 'owner')}"
        yield client


@pytest.fixture
def parts(api: Api) -> Parts:
    found: Parts = api.app.state.parts
    return found


def token(client: Api, role: Role) -> str:
    return staff.create_token(client.app.state.parts.engine, PARLEY, role, role).token


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    error: dict[str, Any] = answer.json()["error"]
    assert error["code"] == code, error
    assert error["message"]
    return error


def published(api: Api) -> str:
    """A flow that greets and closes, published."""
    flow: str = ok(api.post("/api/flows", json={"name": "After-sales"}), 201)["flow"]["id"]
    for edit in (
        {"op": "add", "node": "greet", "config": {"type": "message", "text": "Hello"}, "at": [0, 0]},
        {"op": "add", "node": "end", "config": {"type": "close"}, "at": [300, 0]},
        {"op": "connect", "source": "greet", "port": "next", "target": "end"},
    ):
        ok(api.post(f"/api/flows/{flow}/edits", json={"edit": edit}))
    ok(api.post(f"/api/flows/{flow}/publish", json={"note": "First"}), 201)
    return flow


def test_signing_in_and_out(api: Api) -> None:
    del api.headers["authorization"]
    staff.add_person(api.app.state.parts.engine, PARLEY, "ada@luna.example", "Ada", "agent", PASSWORD)
    answer = api.post("/api/session", json={"email": "ada@luna.example", "password": PASSWORD}, headers=OURS)
    me = ok(answer)
    assert me["person"]["name"] == "Ada"
    assert "answer" in me["permissions"]
    assert "publish" not in me["permissions"]
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert ok(api.get("/api/session")) == me
    assert ok(api.patch("/api/session", json={"language": "zh"}, headers=OURS))["person"]["language"] == "zh"
    ok(api.delete("/api/session", headers=OURS), 204)
    api.cookies.set(COOKIE, answer.cookies[COOKIE])
    refused(api.get("/api/session"), 401, "not_signed_in")


def test_the_cookie_is_for_https_alone_where_parley_is(settings: Settings, api: Api) -> None:
    secure = msgspec.structs.replace(api.app.state.parts.settings, public_url="https://parley.luna.example")
    staff.add_person(api.app.state.parts.engine, PARLEY, "ada@luna.example", "Ada", "agent", PASSWORD)
    with TestClient(create_api(secure)) as other:
        answer = other.post("/api/session", json={"email": "ada@luna.example", "password": PASSWORD})
        assert "Secure" in answer.headers["set-cookie"]


def test_guessing_is_answered_with_wait(api: Api) -> None:
    wrong = {"email": "ada@luna.example", "password": "guess"}
    for _ in range(10):
        refused(api.post("/api/session", json=wrong), 401, "wrong_sign_in")
    refused(api.post("/api/session", json=wrong), 429, "too_many_tries")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("", "There is no flow nowhere."),
        ("en-GB,zh;q=0.5", "There is no flow nowhere."),
        ("zh-CN,en;q=0.5", "找不到流程：nowhere。"),
        ("fr, zh-TW;q=0.9", "找不到流程：nowhere。"),
    ],
)
def test_refusals_speak_the_askers_language(api: Api, language: str, said: str) -> None:
    error = refused(api.get("/api/flows/nowhere", headers={"accept-language": language}), 404, "not_found")
    assert error["message"] == said


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code", "where"),
    [
        ("GET", "/api/nothing", None, 404, "no_such_path", ""),
        ("PUT", "/api/flows", None, 405, "method_not_allowed", ""),
        ("POST", "/api/flows", b"{", 400, "bad_request", ""),
        ("POST", "/api/flows", b'{"name": 5}', 400, "bad_request", "name"),
        ("POST", "/api/flows", b'{"name": "x", "nme": 1}', 400, "bad_request", ""),
        ("POST", "/api/flows", b'{"name": "x", "starter": "no"}', 404, "not_found", "starter"),
        ("POST", "/api/flows", b"", 400, "bad_request", ""),
        ("POST", "/api/flows", b'{"name": "x", "language": "EN!"}', 400, "bad_request", "language"),
        ("PATCH", "/api/session", b'{"language": "fr"}', 400, "bad_request", "language"),
        ("POST", "/api/flows/luna/edits", b'{"edit": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_001, 400, "too_deep", ""),
        ("GET", f"/api/flows/luna/revisions/{1 << 70}", None, 400, "bad_request", "number"),
        ("POST", f"/api/flows/luna/revisions/{1 << 70}/restore", b"", 400, "bad_request", "number"),
        ("GET", f"/api/flows/luna/export?revision={1 << 70}", None, 400, "bad_request", "revision"),
        ("GET", f"/api/conversations/x/messages?before={1 << 70}", None, 400, "bad_request", "before"),
        ("GET", "/api/conversations?limit=1000", None, 400, "bad_request", "limit"),
        ("GET", "/api/conversations?status=sleeping", None, 400, "bad_request", "status"),
        ("POST", "/api/flows/import", b"x" * (2 << 20), 422, "not_a_flow", ""),
        ("POST", "/api/flows/import", b"x" * (4 << 20), 413, "too_large", ""),
        ("POST", "/api/channels", b'{"id": "x", "channel": "pigeon", "name": "x"}', 404, "not_found", "channel type"),
        ("GET", "/api/conversations/nowhere", None, 404, "not_found", "conversation"),
    ],
)
def test_every_refusal_has_one_form(
    api: Api, method: str, path: str, body: bytes | None, status: int, code: str, where: str
) -> None:
    answer = api.request(method, path, content=body, headers={"content-type": "application/json"})
    error = refused(answer, status, code)
    assert error.get("where", "") == where
    assert set(answer.json()) == {"error"}


def test_what_the_database_does_not_take_is_refused(api: Api, database_settings: Settings) -> None:
    """SQLite takes a zero byte, PostgreSQL does not."""
    stores = database_settings.database_url.startswith("sqlite")
    assert ok(api.post("/api/tokens", json={"name": "zero \x00 byte"}), 201)["name"] == "zero byte"
    stranger = {"email": "o\x00wner@localhost", "password": PASSWORD}
    refused(api.post("/api/session", json=stranger), *((401, "wrong_sign_in") if stores else (422, "not_storable")))


def test_what_fails_for_no_reason_is_logged_under_a_number(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("server.staff.people", broken)
    answer = api.get("/api/people")
    error = refused(answer, 500, "unexpected")
    assert "secret detail" not in answer.text
    number = error["message"].split()[-1].rstrip(".")
    assert any(number in record.message for record in caplog.records)


def test_a_failing_test_case_is_a_fault_of_publishing_and_a_reason_goes_through(api: Api) -> None:
    flow = published(api)
    case = {"op": "put_case", "id": "greeting", "text": "# Greeting\n\nopens\nbot: Good day\n"}
    ok(api.post(f"/api/flows/{flow}/edits", json={"edit": case}))
    error = refused(api.post(f"/api/flows/{flow}/publish", json={}), 422, "cases_fail")
    assert [fault["path"] for fault in error["faults"]] == ["cases/greeting"]
    assert "-bot: Good day\n+bot: " in error["faults"][0]["message"]
    reason = {"override_reason": "The greeting is new"}
    builder = {"authorization": f"Bearer {token(api, 'builder')}"}
    refused(api.post(f"/api/flows/{flow}/publish", json=reason, headers=builder), 403, "not_allowed")
    made = ok(api.post(f"/api/flows/{flow}/publish", json=reason), 201)
    assert (made["number"], made["failing"], made["override"]) == (2, 1, "The greeting is new")


def test_a_flow_from_empty_to_published(api: Api) -> None:
    flow = published(api)
    (card,) = ok(api.get("/api/flows"))
    assert (card["id"], card["state"], card["revision"], card["unpublished"]) == (flow, "live", 1, 0)
    edit = {"op": "set", "node": "greet", "field": "text", "value": ""}
    edited = ok(api.post(f"/api/flows/{flow}/edits", json={"edit": edit}))
    assert edited["changed"] == ["greet"]
    assert "greet" in [problem["node"] for problem in edited["problems"] if problem["severity"] == "error"]
    assert ok(api.get(f"/api/flows/{flow}/check")) == edited["problems"]
    error = refused(api.post(f"/api/flows/{flow}/publish", json={}), 422, "flow_has_errors")
    assert "nodes/greet/text" in [fault["path"] for fault in error["faults"]]
    ok(api.post(f"/api/flows/{flow}/edits", json={"edit": edited["inverse"]}))
    refused(api.post(f"/api/flows/{flow}/publish", json={}), 409, "nothing_to_publish")
    conflict = api.post(f"/api/flows/{flow}/edits", json={"edit": edit, "version": 1})
    refused(conflict, 409, "conflict")


def test_an_edit_that_cannot_be_made(api: Api) -> None:
    flow = published(api)
    for edit, where in [
        ({"op": "explode"}, ""),
        ({"op": "connect", "source": "greet", "port": "sideways", "target": "end"}, "nodes/greet"),
        ({"op": "set", "node": "greet", "field": "text", "value": 5}, "nodes/greet/text"),
    ]:
        error = refused(api.post(f"/api/flows/{flow}/edits", json={"edit": edit}), 422, "bad_edit")
        assert error.get("where", "") == where


def test_revisions_are_read_restored_and_published_again(api: Api) -> None:
    flow = published(api)
    first = ok(api.get(f"/api/flows/{flow}/revisions/1"))
    edit = {"op": "set", "node": "greet", "field": "text", "value": "Good day"}
    ok(api.post(f"/api/flows/{flow}/edits", json={"edit": edit}))
    ok(api.post(f"/api/flows/{flow}/publish", json={"note": "Politer"}), 201)
    listed = ok(api.get(f"/api/flows/{flow}/revisions"))
    assert [(one["number"], one["note"], one["live"]) for one in listed] == [(2, "Politer", True), (1, "First", False)]
    ok(api.post(f"/api/flows/{flow}/revisions/1/restore"))
    assert ok(api.get(f"/api/flows/{flow}"))["flow"] == first
    assert ok(api.post(f"/api/flows/{flow}/revisions/1/publish"), 201)["number"] == 3
    refused(api.get(f"/api/flows/{flow}/revisions/9"), 404, "not_found")


def test_export_import_export_gives_the_same_bytes(api: Api) -> None:
    imported = ok(api.post("/api/flows/import", content=LUNA.read_bytes()), 201)
    assert (imported["id"], imported["replaced"]) == ("luna", False)
    answer = api.get("/api/flows/luna/export")
    assert answer.content == LUNA.read_bytes()
    assert answer.headers["content-disposition"] == 'attachment; filename="luna.json"'
    again = ok(api.post("/api/flows/import", content=answer.content), 201)
    assert (again["id"], again["replaced"]) == ("luna", True)
    assert api.get("/api/flows/luna/export").content == LUNA.read_bytes()
    assert ok(api.post("/api/flows/import?if_exists=copy", content=answer.content), 201)["id"] == "luna-2"


def test_a_bad_file_is_refused_with_every_fault(api: Api) -> None:
    answer = api.post("/api/flows/import", json={"format": 1, "id": "x", "nodes": {"a": {"type": "nope"}}, "more": 1})
    error = refused(answer, 422, "not_a_flow")
    assert {"nodes/a/type", "name", "more"} <= {fault["path"] for fault in error["faults"]}
    in_chinese = api.post("/api/flows/import", content=b"{", headers={"accept-language": "zh"}).json()["error"]
    assert in_chinese["message"].startswith("无法导入")
    assert ok(api.get("/api/flows")) == []


def test_flows_are_renamed_paused_deleted_and_brought_back(api: Api) -> None:
    flow = published(api)
    assert ok(api.patch(f"/api/flows/{flow}", json={"name": "Returns", "paused": True}))["flow"]["name"] == "Returns"
    assert ok(api.get("/api/flows"))[0]["state"] == "paused"
    assert ok(api.delete(f"/api/flows/{flow}")) == {"used_by": []}
    assert ok(api.get("/api/flows")) == []
    assert [one["id"] for one in ok(api.get("/api/flows?deleted=true"))] == [flow]
    assert ok(api.post(f"/api/flows/{flow}/undelete"))["state"] == "live"


def test_a_new_flow_from_a_starter_or_like_another(api: Api) -> None:
    assert "luna" in [starter["id"] for starter in ok(api.get("/api/flows/starters"))]
    begun = ok(api.post("/api/flows", json={"name": "Our shop", "starter": "luna"}), 201)
    assert begun["flow"]["id"] == "our-shop"
    assert len(begun["flow"]["nodes"]) > 10
    chinese = {"Accept-Language": "zh-CN"}
    ours = ok(api.post("/api/flows", json={"name": "我们的店", "starter": "luna"}, headers=chinese), 201)
    names = [one["flow"]["nodes"]["listen"]["name"] for one in (begun, ours)]
    assert names == ["Listens for more", "继续听"]
    like = ok(api.post("/api/flows", json={"name": "Theirs", "like": "our-shop"}), 201)
    assert like["flow"]["nodes"] == begun["flow"]["nodes"]


def test_a_rehearsal_says_what_would_happen_and_does_nothing(api: Api, parts: Parts) -> None:
    ok(api.post("/api/flows/import", content=LUNA.read_bytes()), 201)
    wanted = {
        "start": {"country": "DE", "at": "2027-03-02T10:00:00Z"},
        "inputs": [{"open": True}, {"say": "Kann ich mit einem Menschen sprechen?"}, {"skip": True}],
    }
    before = ok(api.get("/api/audit"))
    rehearsed = ok(api.post("/api/flows/luna/rehearse", json=wanted))
    effects = [effect for step in rehearsed["steps"] for effect in step["effects"]]
    assert {"type": "set_language", "language": "de", "why": "ip"} in effects
    assert "hand_off" in [effect["type"] for effect in effects]
    assert rehearsed["steps"][0]["trace"][0]["node"] == "language"
    assert rehearsed["session"]["language"] == "de"
    assert "- language de (ip)" in rehearsed["transcript"]
    assert ok(api.post("/api/flows/luna/rehearse", json=wanted)) == rehearsed
    assert ok(api.get("/api/conversations"))["cards"] == []
    assert ok(api.get("/api/audit")) == before
    refused(api.post("/api/flows/luna/rehearse", json={"inputs": [{}]}), 400, "bad_request")
    refused(api.post("/api/flows/luna/rehearse", json={"inputs": [{"say": "a"}] * 301}), 400, "bad_request")
    unknown = api.post("/api/flows/luna/rehearse", json={**wanted, "start": {"channel": "fax"}})
    refused(unknown, 400, "bad_request")
    assert "“fax” is none of webwidget, telegram, whatsapp" in unknown.text
    refused(api.post("/api/flows/luna/rehearse", json={**wanted, "revision": 1}), 404, "not_found")


def test_secrets_of_channels_go_in_and_never_out(api: Api) -> None:
    secret = "a secret that nobody reads"
    made = ok(
        api.post(
            "/api/channels",
            json={
                "id": "shop",
                "channel": "api",
                "name": "Our shop",
                "settings": {"secret": secret, "callback": "https://luna.example/replies"},
            },
        ),
        201,
    )
    assert made["settings"] == {"secret": True, "callback": "https://luna.example/replies"}
    changed = ok(api.patch("/api/channels/shop", json={"settings": {"callback": "https://luna.example/new"}}))
    assert changed["settings"] == {"secret": True, "callback": "https://luna.example/new"}
    assert api.app.state.parts.accounts.placed("shop").channel.secret == secret
    for path in ("/api/channels", "/api/channels/shop", "/api/audit"):
        assert secret not in api.get(path).text
    refused(api.patch("/api/channels/shop", json={"settings": {"secret": "short"}}), 422, "bad_value")
    assert ok(api.patch("/api/channels/shop", json={"active": False}))["active"] is False
    ok(api.delete("/api/channels/shop"), 204)
    refused(api.get("/api/channels/shop"), 404, "not_found")
    log = [(entry["action"], entry["subject"]) for entry in ok(api.get("/api/audit")) if entry["subject"] == "shop"]
    assert log == [
        ("channel.delete", "shop"),
        ("channel.change", "shop"),
        ("channel.change", "shop"),
        ("channel.create", "shop"),
    ]


def test_a_channel_that_people_wrote_to_is_switched_off_not_deleted(api: Api, parts: Parts) -> None:
    house.telegram_account(parts)
    house.arrive(parts, house.said("Hello"))
    refused(api.delete("/api/channels/bot"), 409, "channel_in_use")


def test_every_channel_type_has_a_form_in_both_languages(api: Api) -> None:
    english = ok(api.get("/api/channels/types"))
    chinese = ok(api.get("/api/channels/types", headers={"accept-language": "zh"}))
    assert {"telegram", "api"} <= {kind["channel"] for kind in english}
    for kind, translated in zip(english, chinese, strict=True):
        assert kind["help"] != translated["help"]
        for setting, other in zip(kind["settings"], translated["settings"], strict=True):
            assert setting["title"] not in ("", setting["name"])
            assert setting["title"] != other["title"]
            assert bool(setting["help"]) == bool(other["help"])
    telegram = next(kind for kind in english if kind["channel"] == "telegram")
    assert [(one["name"], one["widget"], one["required"]) for one in telegram["settings"]] == [
        ("token", "secret", True),
        ("secret", "secret", True),
    ]


def test_an_agent_answers_a_conversation(api: Api, parts: Parts) -> None:
    house.telegram_account(parts)
    house.arrive(parts, house.said("Where is my parcel?"))
    house.turn(parts)
    (card,) = ok(api.get("/api/conversations?status=queued"))["cards"]
    assert card["last_text"] == "Where is my parcel?" or card["unread"] == 1
    assert ok(api.get("/api/conversations/counts"))["queued"] == 1
    agent = {"authorization": f"Bearer {token(api, 'agent')}"}
    where = f"/api/conversations/{card['id']}"
    ok(api.post(f"{where}/take", headers=agent), 202)
    reply = {"text": "It left this morning.", "client_id": "1"}
    key = ok(api.post(f"{where}/reply", json=reply, headers=agent), 202)["key"]
    assert ok(api.post(f"{where}/reply", json=reply, headers=agent), 202)["key"] == key
    ok(api.post(f"{where}/note", json={"text": "She was friendly."}, headers=agent), 202)
    house.turn(parts)
    said = [(one["direction"], one["text"]) for one in ok(api.get(where, headers=agent))["messages"]]
    assert said[0] == ("in", "Where is my parcel?")
    assert said[-2:] == [("out", "It left this morning."), ("note", "She was friendly.")]
    ok(api.post(f"{where}/resolve", headers=agent), 202)
    house.turn(parts)
    assert ok(api.get(where))["card"]["status"] == "resolved"
    refused(api.post(f"{where}/take", headers=agent), 409, "resolved")
    assert ok(api.get(f"{where}/messages", headers=agent))


def test_knowledge_goes_in_is_tried_and_forgotten(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.routes.knowledge.PATIENCE", 60.0)  # the first of a process has the model loaded
    table = b"question,answer\nDo you ship to Brazil?,Yes: it takes two weeks.\n"
    added = ok(api.post("/api/knowledge", files={"file": ("shop.csv", table)}, data={"language": "en"}), 201)
    assert (added["name"], added["kind"], added["passages"], added["status"]) == ("shop.csv", "csv", 1, "ready")
    assert [one["id"] for one in ok(api.get("/api/knowledge"))] == [added["id"]]
    assert ok(api.get(f"/api/knowledge/{added['id']}"))[0]["text"] == "Yes: it takes two weeks."
    tried = ok(api.get("/api/knowledge/try", params={"question": "Do you ship to Brazil?", "language": "en"}))
    assert tried["answer"]["text"] == "Yes: it takes two weeks."
    assert tried["answer"]["citation"]["name"] == "shop.csv"
    assert tried["passages"][0]["score"] > 0.9
    ok(api.delete(f"/api/knowledge/{added['id']}"), 204)
    refused(api.delete(f"/api/knowledge/{added['id']}"), 404, "not_found")
    assert ok(api.get("/api/knowledge")) == []


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("shop.csv", "question,answer\nWas kostet es?,Größe\n".encode("cp1252"), "document_encoding"),
        ("shop.pdf", b"%PDF-1.4", "document_kind"),
        ("shop.csv", b"a,b\n1,2\n", "csv_columns"),
        ("shop.md", b"", "document_empty"),
    ],
)
def test_a_file_that_cannot_become_knowledge(api: Api, name: str, content: bytes, code: str) -> None:
    refused(api.post("/api/knowledge", files={"file": (name, content)}), 422, code)
    assert ok(api.get("/api/knowledge")) == []


def test_a_file_too_large_for_knowledge(api: Api) -> None:
    for size in ((10 << 20) + 1, 11 << 20):
        error = refused(api.post("/api/knowledge", files={"file": ("shop.md", b"x" * size)}), 413, "too_large")
        assert error["message"] == "That is too large; the limit is 10 MB."


def test_people_and_tokens_are_managed(api: Api) -> None:
    person = {"email": "bob@luna.example", "name": "Bob", "role": "agent", "password": PASSWORD}
    bob = ok(api.post("/api/people", json=person), 201)
    assert "password" not in str(bob)
    refused(api.post("/api/people", json=person), 409, "email_taken")
    assert ok(api.patch(f"/api/people/{bob['id']}", json={"role": "builder"}))["role"] == "builder"
    admin = {"authorization": f"Bearer {token(api, 'admin')}"}
    refused(api.post("/api/people", json={**person, "role": "owner"}, headers=admin), 403, "above_yourself")
    made = ok(api.post("/api/tokens", json={"name": "Orders", "role": "agent"}, headers=admin), 201)
    program = {"authorization": f"Bearer {made['token']}"}
    assert ok(api.get("/api/session", headers=program))["person"]["role"] == "agent"
    assert made["token"] not in api.get("/api/tokens").text
    ok(api.delete(f"/api/tokens/{made['id']}"), 204)
    refused(api.get("/api/session", headers=program), 401, "not_signed_in")


def test_the_api_describes_itself(api: Api) -> None:
    described = ok(api.get("/api/docs/openapi.json"))
    assert ok(api.get("/api/docs")) == described
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert operation.get("description"), (method, path)
    schemas = described["components"]["schemas"]
    assert [name for name in schemas if not schemas[name].get("description")] == []
    assert set(described["components"]["securitySchemes"]) == {"token", "cookie"}
