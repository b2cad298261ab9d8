"""The Reflex application: its pages and what surrounds them."""

import reflex as rx

from builder_ui import connection, failures
from builder_ui.pages.channels import channels
from builder_ui.pages.editor import editor
from builder_ui.pages.flows import flows
from builder_ui.pages.hours import PATH, hours
from builder_ui.pages.inbox import inbox
from builder_ui.pages.knowledge import knowledge
from builder_ui.pages.nowhere import nowhere
from builder_ui.pages.operations import operations
from builder_ui.pages.settings import settings
from builder_ui.pages.sign_in import sign_in
from builder_ui.state import State
from builder_ui.states.channels import Channels
from builder_ui.states.editor import EditorState
from builder_ui.states.flows import Flows
from builder_ui.states.hours import HoursState
from builder_ui.states.inbox import Inbox
from builder_ui.states.knowledge import Knowledge
from builder_ui.states.letters import Letters
from builder_ui.states.operations import Operations
from builder_ui.states.settings import Settings
from builder_ui.template import STYLESHEETS, add_page
from builder_ui.words import t

app = rx.App(
    stylesheets=list(STYLESHEETS),
    html_lang="en",
    head_components=[rx.el.link(rel="icon", href="/mark.svg", type="image/svg+xml")],
    toaster=rx.toast.provider(
        position="bottom-right",
        rich_colors=False,
        close_button=False,
        custom_attrs={"containerAriaLabel": t("frame.news")},
    ),
    backend_exception_handler=failures.told,
)
# In the place of Reflex's own message about the connection, which speaks of sockets, and English alone.
app.app_wraps[5, "Overlay"] = lambda _: connection.lost_connection()
app.add_page(rx.fragment(), route="/", title="Parley", on_load=rx.redirect("/flows"))
app.add_page(sign_in, route="/sign-in", title=t("sign_in.title"), on_load=State.greet)
add_page(app, "/flows", flows, t("flows.title"), Flows.load)
add_page(app, "/flows/[flow_id]", editor, t("editor.title"), EditorState.open)
add_page(app, "/inbox", inbox, t("inbox.title"), Inbox.load)
add_page(app, "/knowledge", knowledge, t("knowledge.title"), Knowledge.load)
add_page(app, "/channels", channels, t("channels.title"), Channels.load)
add_page(app, "/operations", operations, t("operations.title"), Operations.load, Letters.load)
add_page(app, "/settings", settings, t("settings.title"), Settings.load)
add_page(app, PATH, hours, t("hours.title"), HoursState.load)
add_page(app, "404", nowhere, t("nowhere.title"))
