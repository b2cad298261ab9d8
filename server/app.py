"""The API as one Litestar application; every route it answers is listed here."""

from litestar import Litestar
from litestar.config.cors import CORSConfig
from litestar.datastructures import State
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import ControllerRouterHandler

from server.health import Health
from server.parts import Parts
from server.routes.health import health
from server.routes.webhooks import webhook
from server.settings import Settings

# The first part of each path that belongs to the API; all others are screens.
API_PATHS = frozenset({"api", "webhooks", "health", "metrics", "schema", "widget", "widget.js", "shop"})

ROUTES: tuple[ControllerRouterHandler, ...] = (health, webhook)


def create_api(settings: Settings) -> Litestar:
    """The API for one copy of Parley; its state has `settings`, and `parts`, what its process works with."""
    parts = Parts(settings)
    return Litestar(
        route_handlers=ROUTES,
        state=State({"settings": settings, "parts": parts, "health": Health(parts)}),
        on_shutdown=[parts.close],
        cors_config=CORSConfig(allow_origins=settings.origins, allow_credentials=True),
        # As JSON only: the pages that Litestar could show fetch their scripts from other hosts.
        openapi_config=OpenAPIConfig(title="Parley", version="1", path="/schema", render_plugins=[JsonRenderPlugin()]),
        request_max_body_size=3 * 1024 * 1024,
    )
