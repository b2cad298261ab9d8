"""Every screen and state, as whoever cannot see, has a phone, works at night or reads Chinese meets it."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, select

from engine.text import APOLOGIES
from server import people, publishing, tables
from tests.browser.visiting import grave_faults
from tests.scenes import ASKED, SCENES, furnish, library, open_scene
from tests.serving import Parley

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
# What is the same in both languages: names, the field's abbreviations, what is written on keys, forms of input.
SAME = frozenset(
    """Parley Luna Telegram WhatsApp Messenger Instagram LINE English ChatGPT DeepSeek Redis Valkey PostgreSQL SQLite
    HTTP API JSON URL CSV TSV Excel Sheets PDF DOCX XLSX Markdown HTML RE2 UTC Webhook webhook Token token email
    Shift Ctrl Tab Enter Esc Del Delete Backspace Space Alt alt Page Home End localhost""".split()  # noqa: SIM905
)
# Everything a person can read on a page, with what is read out in place of pictures.
READ = """() => {
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement: at, textContent: text } = walker.currentNode;
    if (at && !at.closest("script, style, noscript, code, pre") && text.trim()) found.add(text.trim());
  }
  for (const element of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]"))
    for (const name of ["aria-label", "title", "placeholder", "alt"])
      if (element.getAttribute(name)) found.add(element.getAttribute(name).trim());
  return [...found];
}"""

# Once no colour changes any more; what turns for ever is no change.
COME_TO_REST = """() => Promise.all(document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().iterations !== Infinity)
  .map((one) => one.finished.catch(() => null)))"""


@pytest.fixture(scope="module")
def lived_in(serve: Callable[..., Parley], browser: Browser) -> Iterator[tuple[Parley, Engine]]:
    """A copy of Parley in which things have happened, and its database."""
    copy = serve(PARLEY_DEMO="on")
    database = furnish(copy, browser)
    yield copy, database
    database.dispose()


@pytest.fixture(scope="module")
def content(lived_in: tuple[Parley, Engine]) -> str:
    """All that people have written there and all that stands in flows and documents: in whatever language it is."""
    return written(*lived_in)


def written(copy: Parley, database: Engine) -> str:
    """Everything somebody has written, white space as a page has it."""
    kept = ("contacts", "identities", "conversations", "messages", "accounts", "persons", "faults")
    with database.connect() as connection:
        rows = [
            str(value) for name in kept for row in connection.execute(select(getattr(tables, name))) for value in row
        ]
    drafts = [publishing.export_flow(database, card.id).decode() for card in publishing.flows_list(database)]
    return " ".join(" ".join([*rows, *drafts, *library(), *APOLOGIES.values(), copy.url, ASKED]).split())


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_is_accessible_fits_a_phone_and_speaks_one_language(
    name: str, browser: Browser, lived_in: tuple[Parley, Engine], content: str
) -> None:
    copy, database = lived_in
    scene = SCENES[name]
    token = people.sign_in(database, people.OWNER_EMAIL, copy.password).token
    strange: dict[str, list[str]] = {}
    for locale in ("zh-CN", "en-US"):
        context = browser.new_context(locale=locale, viewport={"width": 1440, "height": 900})
        if not scene.public:
            context.add_cookies([{"name": people.COOKIE, "value": token, "url": copy.url}])
        page = context.new_page()
        open_scene(page, copy.url, scene)
        strange[locale] = [text for text in page.evaluate(READ) if _strange(text, locale, content)]
        if locale == "zh-CN":
            assert grave_faults(page) == []
        else:
            page.emulate_media(color_scheme="dark")
            expect(page.locator("html.dark")).to_have_count(1)
            page.evaluate(COME_TO_REST)
            assert grave_faults(page) == []
            _fits(page)
        context.close()
    if scene.path.startswith("/shop"):  # the demo shop's own pages speak to its customers
        return
    assert strange == {"zh-CN": [], "en-US": []}


def _fits(page: Page) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    wide = page.evaluate(
        """() => [...document.body.querySelectorAll("*")]
          .filter((element) => element.getBoundingClientRect().right > innerWidth + 1
            && !element.closest(".react-flow, [data-wide], .hidden-text"))
          .slice(0, 3).map((element) => element.outerHTML.slice(0, 120))"""
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), wide


def _strange(text: str, locale: str, content: str) -> bool:
    """Whether a text is in the other language, and not something that somebody has written."""
    text = " ".join(text.split())
    if text in content:
        return False
    if locale == "en-US":
        return any(run not in content and run != "中文" for run in re.findall(r"[\u3400-\u9fff]+", text))
    words = re.findall(r"[A-Za-z][A-Za-z'-]{2,}", re.sub(r"[\w.]+@[\w.]+|https?://\S+|\{[^}]*\}", "", text))
    return any(word not in SAME and not re.search(rf"\b{re.escape(word)}\b", content) for word in words)
