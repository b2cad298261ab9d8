"""What a browser may do with a screen: load nothing from elsewhere, run no script that the build did not write.

The rule about scripts names each inline script by its hash, so it stands in the page itself, written when the
front-end is built; the rest are headers. Source: Content Security Policy Level 3, w3.org/TR/CSP3.
"""

import gzip
import hashlib
import re
from base64 import b64encode
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)

HEADERS = {
    # What a page cannot say of itself in a <meta>.
    "Content-Security-Policy": "frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
# The names of these files carry a hash of what is in them.
FOREVER = "public, max-age=31536000, immutable"


class Policy:
    """Adds the headers to every answer of the screens."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on; sockets and the lifespan pass as they are."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if scope["path"].startswith("/assets/") and message["status"] == 200:
                    headers["Cache-Control"] = FOREVER
                if location := headers.get("Location"):
                    headers["Location"] = _here(location, Headers(scope=scope).get("host", ""))
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _here(location: str, host: str) -> str:
    """A redirect within this site without its scheme: what stands before Parley may speak https where we hear http."""
    parts = urlsplit(location)
    return parts._replace(scheme="", netloc="").geturl() if parts.netloc == host else location


def seal(client: Path) -> None:
    """Write into every built page which scripts it may run."""
    for page in client.rglob("*.html"):
        text = page.read_text()
        meta = f'<meta http-equiv="Content-Security-Policy" content="{_rules(text)}"/>'
        rewrite(page, text.replace("<head>", f"<head>{meta}", 1))


def rewrite(file: Path, text: str) -> None:
    """Replace a built file, and its compressed copy if it has one."""
    file.write_text(text)
    packed = file.with_name(f"{file.name}.gz")
    if packed.exists():
        packed.write_bytes(gzip.compress(text.encode(), mtime=0))


def _rules(page: str) -> str:
    hashes = {b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in INLINE_SCRIPT.findall(page)}
    scripts = " ".join(f"'sha256-{digest}'" for digest in sorted(hashes))
    return "; ".join(
        [
            "default-src 'self'",
            # Reflex evaluates what the server's own handlers send over its socket.
            f"script-src 'self' 'unsafe-eval' {scripts}",
            # Emotion, under Radix, makes its style sheets in the page.
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
        ]
    )
