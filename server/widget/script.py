"""The script that a shop puts on its pages: its parts and its style sheet, put together once as the one file sent."""

import gzip
import json
from functools import cache
from hashlib import sha256
from pathlib import Path

import msgspec

PARTS = Path(__file__).parent / "parts"
# As one reads them. All but the first are functions, which JavaScript knows from anywhere in the script.
NAMES = ("widget.js", "page.js", "elements.js", "conversation.js", "lines.js", "memory.js", "socket.js")


class Script(msgspec.Struct, frozen=True):
    """The script as it is sent; ``tag`` is its entity tag (RFC 9110)."""

    plain: bytes
    zipped: bytes
    tag: str


@cache
def put_together() -> Script:
    """All parts within one function, so that a page sees none of their names."""
    css = json.dumps((PARTS / "style.css").read_text(encoding="utf-8"), ensure_ascii=False)
    style = f"function style() {{ return {css}; }}\n"
    plain = "".join(("(() => {\n'use strict';\n", *map(_sent, NAMES), style, "})();\n")).encode()
    return Script(plain, gzip.compress(plain, mtime=0), f'"{sha256(plain).hexdigest()[:16]}"')


def _sent(name: str) -> str:
    """A part without what is only for its readers: indentation, and comments that have their line to themselves."""
    lines = (line.lstrip("\t") for line in (PARTS / name).read_text(encoding="utf-8").splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.startswith("//"))
