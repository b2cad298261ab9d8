"""Reflex's configuration; addresses and folders come by environment, see `asgi` and `frontend` beside it."""

import reflex as rx

config = rx.Config(
    app_name="builder_ui",
    app_module_import="builder_ui.app",
    telemetry_enabled=False,
    show_built_with_reflex=False,
    plugins=[rx.plugins.RadixThemesPlugin(theme=rx.theme(accent_color="indigo", gray_color="slate", radius="medium"))],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
