"""Pictures of every screen and state: ``python -m tests.screenshots FOLDER [name ...]``, or ``make screenshots``.

Starts a copy of Parley with its demo and one with nothing in it, and takes each scene (``tests.scenes``) in English and
Chinese, light and dark, wide and on a phone. A name is a scene's, or a picture's without its ending. README.md shows
some, from tests/screens.
"""

import shutil
import sys
import tempfile
from itertools import product
from pathlib import Path

from playwright.sync_api import BrowserContext, sync_playwright

from tests.browser.visiting import sign_in
from tests.conftest import BROWSER_FLAGS, BROWSERS
from tests.furnished import furnish
from tests.scenes import SCENES, open_scene
from tests.serving import Parley

SIZES = {"wide": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
LOCALES = {"en": "en-US", "zh": "zh-CN"}
THEMES = ("light", "dark")


def shoot(context: BrowserContext, url: str, name: str, file: Path) -> None:
    """Open a scene, and keep the picture."""
    page = context.new_page()
    open_scene(page, url, SCENES[name])
    page.wait_for_timeout(600)  # for the picture only: motion has come to rest
    page.screenshot(path=file)
    page.close()


def main(folder: Path, *wanted: str) -> int:
    """Take the pictures named, all of them if none is; the number of those that could not be taken."""
    folder.mkdir(parents=True, exist_ok=True)
    missed = 0
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        copies = {
            False: Parley(Path(data) / "lived-in", PARLEY_DEMO="on").wait_until_healthy(),
            True: Parley(Path(data) / "bare").wait_until_healthy(),
        }
        path = next(filter(None, map(shutil.which, BROWSERS)))
        browser = playwright.chromium.launch(executable_path=path, args=BROWSER_FLAGS)
        furnish(copies[False], browser).dispose()
        for (size, viewport), (language, locale), theme in product(SIZES.items(), LOCALES.items(), THEMES):
            for public, bare in ((True, False), (False, False), (False, True)):
                context = browser.new_context(viewport=viewport, locale=locale, color_scheme=theme)  # type: ignore[arg-type]
                if not public:
                    sign_in(context, copies[bare])
                for name, scene in SCENES.items():
                    file = folder / f"{name}-{size}-{language}-{theme}.png"
                    if (scene.public, scene.bare) != (public, bare) or (wanted and not {name, file.stem} & set(wanted)):
                        continue
                    try:
                        shoot(context, copies[bare].url, name, file)
                    except Exception as why:  # one scene that cannot be reached must not cost the others
                        missed += 1
                        print(f"{file.stem}: {why}", file=sys.stderr)
                    else:
                        print(file)
                context.close()
        browser.close()
        for copy in copies.values():
            copy.stop()
    return missed


if __name__ == "__main__":
    sys.exit(bool(main(Path(sys.argv[1] if len(sys.argv) > 1 else "tests/screens"), *sys.argv[2:])))
