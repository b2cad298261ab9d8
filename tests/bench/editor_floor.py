"""Floors for the editor's figures, in the same browser and minute: a bare page, and React Flow alone."""

import subprocess
from pathlib import Path

from playwright.sync_api import BrowserContext, Route

from builder_ui.frontend import BUILDS
from tests.bun import BUN

SOURCE = Path(__file__).with_name("editor_floor.jsx")

# One box that follows the mouse.
BARE = """<!doctype html><title>bare</title>
<div class="node" style="position:absolute;left:600px;top:400px;width:240px;height:120px;background:#ddd"></div>
<script>
const box = document.querySelector(".node");
let held = false;
addEventListener("mousedown", () => { held = true; });
addEventListener("mouseup", () => { held = false; });
addEventListener("mousemove", (event) => {
  if (held) box.style.transform = `translate(${event.clientX - 720}px, ${event.clientY - 414}px)`;
});
</script>"""

PLAIN = """<!doctype html><title>plain</title><style>{style}</style>
<div id="root" style="position:fixed;inset:0"></div><script type="module">{script}</script>"""


def lay_floors(context: BrowserContext, folder: Path) -> None:
    """Answer this profile `/floor/bare` and `/floor/plain?size=500` (`#all`: from far away), without a server."""
    modules = BUILDS / "work" / ".web" / "node_modules"
    copy = folder / SOURCE.name
    copy.write_bytes(SOURCE.read_bytes())
    (folder / "node_modules").symlink_to(modules)
    script = folder / "floor.js"
    build = [BUN, "build", copy, "--outfile", script, "--production"]
    subprocess.run(build, cwd=folder, check=True, capture_output=True)
    style = (modules / "@xyflow" / "react" / "dist" / "style.css").read_text()
    plain = PLAIN.format(style=style, script=script.read_text().replace("</script", "<\\/script"))

    def answer(route: Route) -> None:
        route.fulfill(body=BARE if route.request.url.endswith("/bare") else plain, content_type="text/html")

    context.route("**/floor/**", answer)
