"""The model service's client against a local server that plays the service, well and badly."""

import asyncio
import json
import time
from collections.abc import Iterator

import pytest

from server.model_service import FAILURES, LONGEST_REPLY, REST, ModelError, ModelService
from server.settings import ModelAccess
from tests.server.service import Asked, Reply, Service


class Clock:
    """Time that goes on when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def platform() -> Iterator[Service]:
    made = Service()
    made.says(completion("Fine."))
    yield made
    made.close()


def completion(text: object, finish: str = "stop") -> dict[str, object]:
    """A reply in the form of chat completions, with more in it than we read."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text, "refusal": None}, "finish_reason": finish}
    return {"id": "1", "object": "chat.completion", "choices": [choice], "usage": {"total_tokens": 9}}


def service(
    platform: Service, key: str = "sk-secret", seconds: float = 30.0, clock: Clock | None = None
) -> ModelService:
    return ModelService(ModelAccess(f"{platform.url}/v1", "test-model", key, seconds), clock or Clock())


def reason(asked: ModelService, seconds: float | None = None) -> str:
    with pytest.raises(ModelError) as caught:
        asked.say("Rules", "Question", seconds)
    return caught.value.reason


def test_the_request_is_a_chat_completion_with_the_key_and_nothing_more(
    platform: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-program")
    monkeypatch.setenv("OPENAI_BASE_URL", "https://api.openai.com/v1")
    assert service(platform).say("Rules", "Question") == "Fine."
    [asked] = platform.asked
    assert (asked.method, asked.path) == ("POST", "/v1/chat/completions")
    assert asked.headers["authorization"] == "Bearer sk-secret"
    assert asked.headers["content-type"] == "application/json"
    assert asked.json == {
        "model": "test-model",
        "messages": [{"role": "system", "content": "Rules"}, {"role": "user", "content": "Question"}],
        "stream": False,
        "max_tokens": 1000,
        "temperature": 0,
    }
    assert "another-program" not in str(asked)


def test_a_service_without_a_key_is_sent_none(platform: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-program")
    assert service(platform, key="").say("Rules", "Question") == "Fine."
    assert "authorization" not in platform.asked[0].headers


def test_a_service_that_wants_the_newer_form_is_asked_in_it_from_then_on(platform: Service) -> None:
    def newer(asked: Asked) -> Reply:
        if "max_tokens" in asked.json:
            return Reply(400, (b'{"error": {"code": "unsupported_parameter"}}',))
        return Reply(200, (json.dumps(completion("Fine.")).encode(),))

    platform.answer = newer
    asked = service(platform)
    assert [asked.say("Rules", "Question") for _ in range(2)] == ["Fine.", "Fine."]
    assert ["max_tokens" in request.json for request in platform.asked] == [True, False, False]
    assert platform.asked[1].json["max_completion_tokens"] == 1000
    assert "temperature" not in platform.asked[1].json


@pytest.mark.parametrize("status", [301, 307, 401, 404, 429, 500, 503])
def test_a_refusal_is_told_by_its_status_and_followed_nowhere(platform: Service, status: int) -> None:
    elsewhere = (("location", f"{platform.url}/elsewhere"), ("content-length", "0"))
    platform.answer = lambda asked: Reply(status, (), elsewhere)
    assert reason(service(platform)) == f"status {status}"
    assert len(platform.asked) == 1


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"<html>It works</html>", "garbage"),
        (b"", "garbage"),
        (b"\xff\xfe\x00", "garbage"),
        (b"[]", "garbage"),
        (b'{"choices": []}', "garbage"),
        (b'{"choices": [{"message": {"content": ["Fine."]}}]}', "garbage"),
        (b'{"error": {"message": "sk-secret is wrong"}}', "garbage"),
        (b"[" * 100_000, "garbage"),
        (b'{"choices": [{"message": {"content": "' + b"x" * LONGEST_REPLY + b'"}}]}', "garbage"),
        (json.dumps(completion(None)).encode(), "empty"),
        (json.dumps(completion(" \n ")).encode(), "empty"),
        (json.dumps(completion("<think>Hm.</think>")).encode(), "empty"),
        (json.dumps(completion("It takes from", "length")).encode(), "cut"),
    ],
)
def test_what_is_no_answer_is_told_as_such(platform: Service, body: bytes, why: str) -> None:
    platform.answer = lambda asked: Reply(200, (body,))
    assert reason(service(platform)) == why


def test_thinking_is_not_part_of_the_answer(platform: Service) -> None:
    platform.says(completion("<think>The passage says\nten days.</think>\n\nTen days."))
    assert service(platform).say("Rules", "Question") == "Ten days."


def test_a_service_that_hangs_is_left_in_time(platform: Service) -> None:
    platform.hold()
    assert reason(service(platform), 0.2) == "timeout"


def test_a_service_that_trickles_is_left_in_time(platform: Service) -> None:
    def drops() -> Iterator[bytes]:
        for _ in range(600):
            time.sleep(0.05)
            yield b" "

    platform.answer = lambda asked: Reply(200, drops())
    # Each byte comes long before any limit on a single one.
    assert reason(service(platform), 0.5) == "timeout"


def test_a_service_that_is_not_there_is_told_as_such(platform: Service) -> None:
    platform.close()
    assert reason(service(platform)) == "unreachable"


def test_a_service_that_fails_is_left_alone_a_while_and_then_tried_by_one(platform: Service) -> None:
    platform.says({}, 500)
    clock = Clock()
    asked = service(platform, clock=clock)
    assert [reason(asked) for _ in range(FAILURES)] == ["status 500"] * FAILURES
    assert [reason(asked) for _ in range(5)] == ["resting"] * 5
    assert len(platform.asked) == FAILURES
    clock.now += REST
    assert [reason(asked) for _ in range(2)] == ["status 500", "resting"]
    clock.now += REST
    platform.says(completion("Fine."))
    assert [asked.say("Rules", "Question") for _ in range(2)] == ["Fine.", "Fine."]


def test_failures_count_only_in_a_row(platform: Service) -> None:
    asked = service(platform)
    for _ in range(3):
        platform.says({}, 500)
        assert [reason(asked) for _ in range(FAILURES - 1)] == ["status 500"] * (FAILURES - 1)
        platform.says(completion("Fine."))
        assert asked.say("Rules", "Question") == "Fine."


def test_only_one_tries_a_service_that_rested(platform: Service) -> None:
    platform.says({}, 500)
    clock = Clock()
    asked = service(platform, clock=clock)
    for _ in range(FAILURES):
        reason(asked)
    clock.now += REST

    async def together() -> list[str]:
        return await asyncio.gather(*(asyncio.to_thread(reason, asked) for _ in range(4)))

    assert sorted(asyncio.run(together())) == ["resting"] * 3 + ["status 500"]


def test_a_check_asks_whatever_happened_before_and_tells_nothing_secret(platform: Service) -> None:
    platform.says({"error": "sk-secret"}, 401)
    asked = service(platform)
    for _ in range(FAILURES):
        reason(asked)
    assert asked.check() == "The model service at PARLEY_MODEL_URL gave no answer: status 401."
    platform.says(completion("OK"))
    assert asked.check() is None


def test_the_key_is_not_shown() -> None:
    assert "sk-secret" not in repr(ModelAccess("http://127.0.0.1:1", "m", "sk-secret", 1))
