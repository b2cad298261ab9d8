"""The Reflex application: its pages and what surrounds them."""

import reflex as rx


def index() -> rx.Component:
    """The first page."""
    return rx.el.main(rx.heading("Parley", size="6"), rx.color_mode.button())


app = rx.App()
app.add_page(index, route="/", title="Parley")
