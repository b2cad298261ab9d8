"""Node-RED as a peer: the same choice by what was written, answered in the HTTP response, nothing stored.

It is installed by npm into the user's cache, pinned, once; where npm, a new enough Node.js or the registry is missing,
there is no such row. It runs without its editor, its admin API, its telemetry and its palette.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

VERSION = "4.1.8"
"""5.0 needs Node.js 22.9, which few distributions have."""

NODE = 18
"""The oldest major version of Node.js it runs on."""

PATIENCE = 180
"""Seconds that its installation may take."""

_ANSWERS = {
    "price": "The silver ring costs 49 euros.",
    "ship": "Yes, we ship to all of Europe in three days.",
    "return": "You can return it within 30 days.",
    "": "How can we help?",
}


def _node(which: str, kind: str, x: int, wires: list[list[str]], **more: Any) -> dict[str, Any]:
    # What has no place on the canvas counts as configuration.
    return {"id": which, "type": kind, "z": "tab", "x": x, "y": 80, "wires": wires, **more}


FLOW: list[dict[str, Any]] = [
    {"id": "tab", "type": "tab", "label": "bench"},
    _node("in", "http in", 100, [["which"]], url="/webhooks/shop", method="post", upload=False),
    _node(
        "which",
        "switch",
        300,
        [[f"say-{number}"] for number in range(len(_ANSWERS))],
        property="payload.events[0].text",
        propertyType="msg",
        rules=[*({"t": "cont", "v": word, "vt": "str"} for word in _ANSWERS if word), {"t": "else"}],
        checkall="false",
        repair=False,
        outputs=len(_ANSWERS),
    ),
    *(
        _node(
            f"say-{number}",
            "change",
            500,
            [["out"]],
            rules=[{"t": "set", "p": "payload", "pt": "msg", "to": text, "tot": "str"}],
        )
        for number, text in enumerate(_ANSWERS.values())
    ),
    _node("out", "http response", 700, [], statusCode="200", headers={}),
]

_SETTINGS = """module.exports = {
    uiHost: "127.0.0.1", uiPort: Number(process.env.PORT), flowFile: "flows.json",
    httpAdminRoot: false, disableEditor: true, credentialSecret: false,
    telemetry: {enabled: false, updateNotification: false}, diagnostics: {enabled: false, ui: false},
    runtimeState: {enabled: false, ui: false},
    externalModules: {autoInstall: false, palette: {allowInstall: false, allowUpdate: false}},
    logging: {console: {level: "error", metrics: false, audit: false}},
};
"""


def installed() -> tuple[Path | None, str]:
    """Node-RED's program, installed if need be; or None and why not."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None, "not measured here: there is no npm"
    found = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    if int(found.strip().lstrip("v").split(".")[0] or 0) < NODE:
        return None, f"not measured here: Node.js {found.strip()} is older than {NODE}"
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "parley-bench" / f"node-red-{VERSION}"
    program = folder / "node_modules" / "node-red" / "red.js"
    ready = folder / "ready"
    if not ready.exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--omit=dev", "--omit=optional"]
        try:
            subprocess.run(
                [*command, "--ignore-scripts", f"node-red@{VERSION}"],
                capture_output=True,
                check=True,
                timeout=PATIENCE,
                cwd=folder,
            )
        except (subprocess.SubprocessError, OSError) as fault:
            return None, f"not measured here: npm could not install it ({type(fault).__name__})"
        ready.touch()
    return program, f"{VERSION} on Node.js {found.strip().lstrip('v')}"


def start(program: Path, folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Node-RED with the bench's flow, on this port of loopback."""
    (folder / "settings.js").write_text(_SETTINGS)
    (folder / "flows.json").write_text(json.dumps(FLOW))
    return subprocess.Popen(
        ["node", str(program), "--userDir", str(folder), "--settings", str(folder / "settings.js")],
        env={**os.environ, "PORT": str(port), "NODE_ENV": "production"},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
