"""Signing in: the browser posts to the API itself, so that the cookie is one no script can read."""

import reflex as rx

from builder_ui.state import State, open_handler
from builder_ui.template import language_menu, language_tag, mark, notice, theme_menu, waiting
from builder_ui.words import t

# Answers with the HTTP status, 0 when nobody answered. Where to go next is only ever a path of this site.
POST = r"""
(async () => {
  const form = document.getElementById("sign-in");
  const body = JSON.stringify({email: form.email.value, password: form.password.value});
  try {
    const answer = await fetch("/api/session", {method: "POST", headers: {"Content-Type": "application/json"}, body});
    if (answer.ok) {
      const next = new URLSearchParams(location.search).get("next") || "";
      location.assign(/^\/[a-z]/.test(next) ? next : "/flows");
    }
    return answer.status;
  } catch {
    return 0;
  }
})()
"""


class SignIn(State):
    """What became of an attempt to sign in."""

    busy: bool = False
    problem: str = ""

    @open_handler
    async def begin(self) -> None:
        """Show that it works."""
        self.busy = True
        self.problem = ""

    @open_handler
    async def answered(self, status: int) -> None:
        """Say what the API answered; on success the browser is leaving this page already."""
        if 200 <= status < 300:
            return
        self.busy = False
        keys = {0: "sign_in.unreachable", 429: "sign_in.too_often"}
        self.problem = self._say(keys.get(status, "sign_in.wrong"))


def sign_in() -> rx.Component:
    """The sign-in page."""
    return rx.el.div(
        rx.el.main(
            rx.cond(State.ready, _form(), rx.fragment(rx.el.h1("Parley", class_name="hidden-text"), waiting())),
            class_name="sign-in",
        ),
        lang=language_tag(),
    )


def _form() -> rx.Component:
    return rx.el.div(
        mark(40),
        rx.el.h1(t("sign_in.title")),
        rx.el.form(
            rx.cond(SignIn.problem != "", notice("bad", SignIn.problem)),
            _field("email", "email", t("sign_in.email"), "username", auto_focus=True),
            _field("password", "password", t("sign_in.password"), "current-password"),
            rx.button(t("sign_in.submit"), type="submit", size="3", loading=SignIn.busy),
            id="sign-in",
            class_name="card stack loose",
            on_submit=[SignIn.begin, rx.call_script(POST, callback=SignIn.answered)],
        ),
        rx.el.p(t("sign_in.help"), class_name="soft small"),
        rx.el.div(
            language_menu(),
            theme_menu(),
            class_name="sign-in-foot",
        ),
        class_name="sign-in-box",
    )


def _field(name: str, kind: str, label: rx.Var[str], complete: str, auto_focus: bool = False) -> rx.Component:
    return rx.el.div(
        rx.el.label(label, html_for=name),
        rx.el.input(
            id=name,
            name=name,
            type=kind,
            auto_complete=complete,
            auto_focus=auto_focus,
            required=True,
            class_name="input",
        ),
        class_name="field",
    )
