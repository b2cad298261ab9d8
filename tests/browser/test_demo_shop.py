"""The demo as `make run` brings it: Luna's pages, flow and knowledge, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.serving import Parley

pytestmark = pytest.mark.browser
# Milliseconds; the first question waits until the worker has loaded the knowledge.
PATIENCE = 60_000


@pytest.mark.parametrize(
    ("country", "greeting", "question", "answer", "source"),
    [
        ("Germany", "willkommen bei Luna", "Wie lange dauert der Versand?", "5 bis 8 Werktage", "Versand"),
        ("Spain", "bienvenida a Luna", "¿Cuánto tarda el envío?", "de 5 a 8 días laborables", "Envíos"),
        ("China", "欢迎光临 Luna", "可以用支付宝吗？", "支付宝", "付款"),
        ("Thailand", "ยินดีต้อนรับสู่ Luna", "ส่งกี่วัน", "วันทำการ", "ส่ง"),
        ("United States", "welcome to Luna", "How do I return something?", "within 30 days", "return"),
    ],
)  # fmt: skip
def test_a_visitor_is_answered_in_the_language_of_where_they_are(
    served: Parley, page: Page, country: str, greeting: str, question: str, answer: str, source: str
) -> None:
    page.goto(f"{served.url}/shop")
    page.get_by_role("link", name=country).click()
    teaser = page.locator("parley-widget .teaser")
    expect(teaser).to_contain_text(greeting, timeout=PATIENCE)
    page.locator("parley-widget .launcher").click()
    page.locator("parley-widget textarea").fill(question)
    page.keyboard.press("Enter")
    line = page.locator("parley-widget .line:not(.mine)", has_text=answer)
    expect(line).to_have_count(1, timeout=PATIENCE)
    expect(line.locator(".cite")).to_contain_text(source)


def test_without_the_demo_there_is_no_shop(served: Parley, serve: type[Parley], page: Page) -> None:
    assert page.request.get(f"{served.url}/shop").status == 200
    plain = serve(PARLEY_DEMO="off")
    for path in ("/shop", "/shop/shipping", "/shop/shop.css", "/shop/art/night.svg"):
        assert page.request.get(plain.url + path).status == 404
    assert page.request.get(f"{plain.url}/widget.js").status == 200
    plain.stop()
