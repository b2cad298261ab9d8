"""Reflex's configuration; addresses and folders come by environment, see `asgi` and `frontend` beside it."""

from typing import Any

import reflex as rx


class Radix(rx.plugins.RadixThemesPlugin):  # type: ignore[misc]
    """Radix as the pages import it, component by component.

    Reflex would have every page load all of it, for components that are made while the page runs; there are none here.
    """

    def get_frontend_dependencies(self, **_context: Any) -> tuple[str, ...]:
        """None beside those that the components name themselves."""
        return ()


config = rx.Config(
    app_name="builder_ui",
    app_module_import="builder_ui.app",
    telemetry_enabled=False,
    show_built_with_reflex=False,
    plugins=[Radix(theme=rx.theme(accent_color="indigo", gray_color="slate", radius="medium"))],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
