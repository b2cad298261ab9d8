"""Nothing of an upload is read from whoever may not upload."""

import urllib.error
import urllib.request

import pytest
from playwright.sync_api import BrowserContext

from builder_ui.uploads import LARGEST
from tests.browser.visiting import sign_in
from tests.serving import Parley


def upload(served: Parley, **headers: str) -> int:
    """The status of an upload of nothing with these headers."""
    request = urllib.request.Request(f"{served.url}/_upload", b"", headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize("cookie", ["", "parley_session=", "parley_session=nonsense"])
def test_only_those_signed_in_upload(served: Parley, cookie: str) -> None:
    assert upload(served, Cookie=cookie) == 401


def test_what_is_too_long_or_says_no_length_is_not_read(served: Parley, context: BrowserContext) -> None:
    sign_in(context, served)
    cookie = "; ".join(f"{one['name']}={one['value']}" for one in context.cookies())
    # Only the length is sent, not that many bytes: the answer comes before them.
    assert upload(served, Cookie=cookie, **{"Content-Length": str(LARGEST + 1)}) == 413
    assert upload(served, Cookie=cookie, **{"Transfer-Encoding": "chunked", "Content-Length": ""}) in (400, 411)
