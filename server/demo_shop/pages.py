"""The shop's pages as HTML, from the templates beside this file."""

from functools import cache
from html import escape
from pathlib import Path
from string import Template

from server.demo_shop.catalogue import BY_SLUG, COUNTRIES, PRODUCTS, Product

FOLDER = Path(__file__).parent
ACCOUNT = "luna"
"""The channel account whose widget stands on the shop's pages."""

# By where a visitor pretends to be; a small shop's way of answering before it is asked.
_DELIVERY = {
    "US": "Then 6 to 10 working days to the United States.",
    **dict.fromkeys(("DE", "ES", "FR"), "Then 5 to 8 working days to Europe."),
    "SG": "Then 3 to 6 working days to Singapore.",
    "TH": "Then 1 to 3 working days within Thailand.",
}


def home(country: str) -> str:
    """The front page, for a visitor who pretends to be in ``country`` ("" for where they are)."""
    return _page("home", "Luna, handmade jewellery", country, products="".join(map(_card, PRODUCTS)))


def product(slug: str, country: str) -> str | None:
    """A product's page; None where there is no such product."""
    shown = BY_SLUG.get(slug)
    if shown is None:
        return None
    place = PRODUCTS.index(shown)
    others = [PRODUCTS[(place + step) % len(PRODUCTS)] for step in (1, 3, 4, 6)]
    return _page(
        "product",
        f"{shown.name} | Luna",
        country,
        products="".join(map(_card, others)),
        sizes=_sizes(shown),
        delivery=_DELIVERY.get(country, "Then it travels tracked."),
        slug=shown.slug,
        name=escape(shown.name),
        line=escape(shown.line),
        price=str(shown.price),
        story=escape(shown.story),
        materials=escape(shown.materials),
        measures=escape(shown.measures),
    )


def shipping(country: str) -> str:
    """Shipping, returns, sizes, care, payment."""
    return _page("shipping", "Shipping and returns | Luna", country)


def _page(template: str, title: str, country: str, /, **slots: str) -> str:
    return _template("layout").substitute(
        title=title,
        account=ACCOUNT,
        countries="".join(_choice(code, called, country) for code, called in COUNTRIES.items()),
        pretend=f' data-pretend-country="{country}"' if country else "",
        content=_template(template).substitute(slots),
    )


def _choice(code: str, called: str, country: str) -> str:
    current = ' aria-current="true"' if code == country else ""
    return f'<li><a href="?from={code}"{current}>{called}</a></li>'


def _card(shown: Product) -> str:
    tag = f'<span class="tag">{escape(shown.note)}</span>' if shown.note else ""
    return (
        f'<li><a href="/shop/product/{shown.slug}">{tag}<div class="frame">'
        f'<img src="/shop/art/{shown.slug}.svg" alt="" width="480" height="480" loading="lazy"></div>'
        f"<h3>{escape(shown.name)}</h3><p>{escape(shown.line)}</p>"
        f'<p class="price">${shown.price}</p></a></li>'
    )


def _sizes(shown: Product) -> str:
    if not shown.sizes:
        return ""
    legend = "Size" if shown.sizes[0].startswith("US") else "Metal"
    options = "".join(
        f'<label><input type="radio" name="size" value="{escape(size)}"{" checked" * (not number)}>'
        f"<span>{escape(size)}</span></label>"
        for number, size in enumerate(shown.sizes)
    )
    return f"<fieldset><legend>{legend}</legend>{options}</fieldset>"


@cache
def _template(name: str) -> Template:
    return Template((FOLDER / "pages" / f"{name}.html").read_text(encoding="utf-8"))
