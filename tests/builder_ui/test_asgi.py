"""One process, one port: which application answers what, and what a browser is allowed."""

import asyncio
import gzip
import http.client
import re
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import Page, expect
from starlette.types import Receive, Scope, Send
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from builder_ui.asgi import Door
from server.app import API_PATHS
from tests.serving import Parley


class Named:
    """An application that only notes what it was called with."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.calls.append((scope["type"], scope.get("path", "")))


@pytest.fixture
def api() -> Named:
    return Named()


@pytest.fixture
def screens() -> Named:
    return Named()


def knock(api: Named, screens: Named, kind: str, path: str) -> None:
    asyncio.run(Door(api, screens)({"type": kind, "path": path}, None, None))


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize("path", [*(f"/{part}" for part in sorted(API_PATHS)), "/api/flows/1", "/widget/abc"])
def test_the_api_gets_its_paths(api: Named, screens: Named, kind: str, path: str) -> None:
    knock(api, screens, kind, path)
    assert (api.calls, screens.calls) == ([(kind, path)], [])


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize("path", ["/", "", "*", "/_event", "/flows", "/apiary", "/assets/api", "/healthy", "//api"])
def test_the_screens_get_all_others(api: Named, screens: Named, kind: str, path: str) -> None:
    knock(api, screens, kind, path)
    assert (api.calls, screens.calls) == ([], [(kind, path)])


def test_the_screens_own_the_lifespan(api: Named, screens: Named) -> None:
    asyncio.run(Door(api, screens)({"type": "lifespan"}, None, None))
    assert (api.calls, screens.calls) == ([], [("lifespan", "")])


def get(url: str, **headers: str) -> tuple[int, dict[str, str], str]:
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        answer = urllib.request.urlopen(request, timeout=30)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read().decode()


def test_both_applications_answer_on_one_port(served: Parley) -> None:
    assert get(f"{served.url}/health")[2] == '{"status":"ok","missing":[]}'
    assert '"openapi"' in get(f"{served.url}/api/docs/openapi.json")[2]
    assert "<html" in get(f"{served.url}/sign-in/")[2]


def test_a_redirect_keeps_the_scheme_the_browser_came_by(served: Parley) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.port)
    connection.request("GET", "/sign-in?next=/inbox")
    answer = connection.getresponse()
    assert answer.status in {301, 302, 307, 308}
    assert answer.headers["location"] == "/sign-in/?next=/inbox"
    connection.close()


def test_a_stranger_s_page_gets_no_leave_to_read(served: Parley) -> None:
    for path in ("/health", "/_health", "/"):
        own = get(served.url + path, Origin=served.url)[1]
        assert own["access-control-allow-origin"] == served.url
        assert "access-control-allow-origin" not in get(served.url + path, Origin="https://evil.example")[1]


def test_a_stranger_s_page_gets_no_socket(served: Parley) -> None:
    address = f"{served.url.replace('http', 'ws')}/_event/?EIO=4&transport=websocket"
    with connect(address, origin=served.url) as socket:
        assert str(socket.recv()).startswith("0{")
    with pytest.raises(InvalidStatus), connect(address, origin="https://evil.example"):
        pass


def test_files_named_by_their_hash_are_fetched_once(served: Parley) -> None:
    page = get(f"{served.url}/sign-in/")[2]
    asset = re.search(r'"(/assets/[^"]+\.js)"', page)
    assert asset is not None
    assert get(served.url + asset[1])[1]["cache-control"] == "public, max-age=31536000, immutable"
    assert "cache-control" not in get(f"{served.url}/sign-in/")[1]


def test_compressed_files_say_the_same(served: Parley) -> None:
    page = get(f"{served.url}/sign-in/")[2]
    headers = get(f"{served.url}/sign-in/", Accept_Encoding="identity")[1]
    assert "content-encoding" not in headers
    request = urllib.request.Request(f"{served.url}/sign-in/", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        assert gzip.decompress(answer.read()).decode() == page


@pytest.mark.browser
def test_a_screen_comes_alive_within_its_policy(served: Parley, page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    with page.expect_websocket(lambda socket: "/_event/" in socket.url) as opened:
        page.goto(f"{served.url}/sign-in")
    opened.value.wait_for_event("framereceived")
    expect(page.get_by_role("main")).to_be_visible()
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'window.broken = 1'}))")
    assert page.evaluate("window.broken") is None
    refused = [text for text in said if "Content Security Policy" in text]
    # The one that this test tried, and none of the page's own.
    assert len(refused) == 1
    assert "inline script" in refused[0]
