"""The demo shop: pages, pictures, style; nothing of it where the demo is off."""

from functools import cache
from typing import Annotated, Any

from litestar import Response, Router, get
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.params import CookieParameter, FromPath, QueryParameter

from server.demo_shop import pages
from server.demo_shop.catalogue import COUNTRIES
from server.demo_shop.drawings import DRAWINGS

COOKIE = "luna_from"
# The strictest that lets the widget work, as on a careful shop's pages.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
_STATIC = {"cache-control": "public, max-age=3600"}

From = Annotated[str | None, QueryParameter(name="from", max_length=2)]
Kept = Annotated[str | None, CookieParameter(name=COOKIE, max_length=8)]


def only_in_demos(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """There is no shop where settings.demo is off."""
    if not connection.app.state.settings.demo:
        raise NotFoundException


@get("/", sync_to_thread=False)
def home(pretended: From = None, kept: Kept = None) -> Response[str]:
    """The front page."""
    return _answer(pages.home(_country(pretended, kept)), pretended)


@get("/product/{slug:str}", sync_to_thread=False)
def product(slug: FromPath[str], pretended: From = None, kept: Kept = None) -> Response[str]:
    """A product."""
    page = pages.product(slug, _country(pretended, kept))
    if page is None:
        raise NotFoundException
    return _answer(page, pretended)


@get("/shipping", sync_to_thread=False)
def shipping(pretended: From = None, kept: Kept = None) -> Response[str]:
    """Shipping and returns."""
    return _answer(pages.shipping(_country(pretended, kept)), pretended)


@get("/art/{picture:str}", sync_to_thread=True)
def art(picture: FromPath[str]) -> Response[str]:
    """A picture."""
    name = picture.removesuffix(".svg")
    if name not in DRAWINGS:
        raise NotFoundException
    return Response(_drawn(name), media_type="image/svg+xml", headers=_STATIC)


@get("/shop.css", sync_to_thread=False)
def style() -> Response[str]:
    """The style sheet."""
    return Response(_read("shop.css"), media_type="text/css", headers=_STATIC)


@get("/shop.js", sync_to_thread=False)
def script() -> Response[str]:
    """The shop's own script."""
    return Response(_read("shop.js"), media_type="text/javascript", headers=_STATIC)


shop = Router(
    "/shop",
    route_handlers=[home, product, shipping, art, style, script],
    guards=[only_in_demos],
    include_in_schema=False,
)


def _country(pretended: str | None, kept: str | None) -> str:
    country = pretended if pretended is not None else kept
    return country if country in COUNTRIES else ""


def _answer(page: str, pretended: str | None) -> Response[str]:
    cookies = (
        [] if pretended is None else [Cookie(key=COOKIE, value=pretended, path="/shop", httponly=True, samesite="lax")]
    )
    headers = {"content-security-policy": _POLICY, "cache-control": "no-cache"}
    return Response(page, media_type="text/html", headers=headers, cookies=cookies)


@cache
def _drawn(name: str) -> str:
    return DRAWINGS[name]()


@cache
def _read(name: str) -> str:
    return (pages.FOLDER / name).read_text(encoding="utf-8")
