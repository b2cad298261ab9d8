"""The one ASGI application: the API's paths to Litestar, every other to Reflex."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from litestar import Litestar
from starlette.types import ASGIApp, Receive, Scope, Send

from builder_ui import backend, frontend
from builder_ui.policy import Policy
from builder_ui.uploads import Uploads
from server.app import API_PATHS, create_api
from server.settings import Settings

if TYPE_CHECKING:
    import reflex as rx


class Door:
    """Sends each request and each socket to the application whose path it is.

    It stands before both, so that Reflex's CORS rules and its catch-all route never touch the API.
    """

    def __init__(self, api: ASGIApp, screens: ASGIApp) -> None:
        self.api = api
        self.screens = screens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on; the lifespan goes to the screens, which run the API's within theirs."""
        if scope["type"] != "lifespan" and _first_part(scope["path"]) in API_PATHS:
            await self.api(scope, receive, send)
        else:
            await self.screens(scope, receive, send)


def _first_part(path: str) -> str:
    return path.removeprefix("/").partition("/")[0]


def create_app() -> ASGIApp:
    """The whole of Parley, with settings from the environment; what `parley serve` runs.

    Builds the front-end first when its sources have changed.
    """
    settings = Settings.from_env()
    api = create_api(settings)
    backend.use(api.state.parts, api.state.operations)
    screens = _load_screens(settings, frontend.ensure_built())
    screens.register_lifespan_task(lambda: _lifespan(api))
    screens.register_lifespan_task(lambda: _following(screens))
    return Door(cast(ASGIApp, api), Policy(Uploads(screens())))


@asynccontextmanager
async def _lifespan(api: Litestar) -> AsyncIterator[None]:
    async with api.lifespan():
        yield


@asynccontextmanager
async def _following(screens: "rx.App") -> AsyncIterator[None]:
    from builder_ui import live

    async with live.following(screens):
        yield


def _load_screens(settings: Settings, build: Path) -> "rx.App":
    os.environ |= frontend.QUIET | {
        "REFLEX_WEB_WORKDIR": str(build),
        "REFLEX_STATES_WORKDIR": str(settings.data / "screens"),
        "REFLEX_CORS_ALLOWED_ORIGINS": ",".join(settings.origins),
        **_state_manager(settings),
        "REFLEX_ENV_MODE": "prod",
        "REFLEX_BACKEND_ONLY": "true",
        "__REFLEX_SKIP_COMPILE": "true",
        "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
    }
    # Reflex looks for rxconfig.py in the working directory and nowhere else.
    os.chdir(build)
    from builder_ui.app import app

    return app


def _state_manager(settings: Settings) -> dict[str, str]:
    """Where the screens' state lives: with a Redis of one's own several servers may share it."""
    if settings.redis_embedded:
        return {"REFLEX_STATE_MANAGER_MODE": "memory"}
    return {"REFLEX_STATE_MANAGER_MODE": "redis", "REFLEX_REDIS_URL": settings.redis_url}
