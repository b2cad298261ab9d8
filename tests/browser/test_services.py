"""A shop's own system, from the settings into a flow: added by an admin, asked by a node, tried by its author."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from flows import from_dict
from nodes.http_request import HttpRequest, KeptValue, SentHeader
from tests.browser.editing import Desk, Editor
from tests.browser.visiting import faults
from tests.server.service import Service

pytestmark = pytest.mark.browser


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    made.says({"order": {"status": "on its way"}})
    yield made
    made.close()


def test_a_service_is_added_asked_and_tried(page: Page, desk: Desk, service: Service) -> None:
    flow = from_dict({"format": 1, "id": "o", "name": "Orders", "nodes": {"ask": {"type": "http_request"}}})
    editor = Editor(page, desk, desk.create("Orders", flow))
    page.goto(f"{desk.served.url}/settings")
    page.get_by_role("button", name="Add a service").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("Order system")
    dialog.get_by_label("Address").fill("http://10.1.2.3")
    dialog.get_by_label("New secret's name").fill("api_key")
    dialog.get_by_label("Its text").fill("Bearer s3cret")
    dialog.get_by_role("button", name="Add a service").click()
    expect(dialog).to_contain_text("may not be asked")
    dialog.get_by_label("Address").fill(service.url)
    dialog.get_by_label("Its text").fill("Bearer s3cret")
    dialog.get_by_role("button", name="Add a service").dblclick()
    row = page.get_by_role("listitem").filter(has_text="Order system")
    expect(row).to_contain_text("api_key")
    assert "s3cret" not in page.content()

    editor.open()
    editor.select("ask")
    form = page.locator(".form[data-form=ask]")
    form.get_by_label("Service").select_option("Order system")
    form.get_by_label("Path").fill("/orders/{order}")
    form.get_by_label("Path").press("Enter")
    editor.until(lambda flow: flow.nodes["ask"].path == "/orders/{order}")
    form.get_by_label("Path").fill("/orders/{value.order}")
    form.locator("[data-field=headers]").get_by_role("button", name="Add a line").click()
    form.get_by_label("Header 1").fill("Authorization")
    form.get_by_label("or secret 1").select_option("api_key")
    form.locator("[data-field=keep]").get_by_role("button", name="Add a line").click()
    form.get_by_label("Where it stands 1").fill("order.status")
    form.get_by_label("Keep as 1").fill("Status")
    form.get_by_label("Keep as 1").press("Enter")
    stored = editor.until(lambda flow: flow.nodes["ask"].sets() == ("status",)).nodes["ask"]
    assert isinstance(stored, HttpRequest)
    assert (stored.service, stored.path) == ("order-system", "/orders/{value.order}")
    assert stored.headers == (SentHeader("Authorization", secret="api_key"),)
    assert stored.keep == (KeptValue("order.status", "status"),)

    trial = form.locator(".form-trial")
    trial.get_by_label("order").fill("LU/7")
    trial.get_by_role("button", name="Ask the service").click()
    expect(trial.get_by_role("status")).to_contain_text("Status 200")
    expect(trial.get_by_role("status")).to_contain_text("on its way")
    assert [(asked.path, asked.headers["authorization"]) for asked in service.asked] == [
        ("/orders/LU%2F7", "Bearer s3cret")
    ]
    assert faults(page, where=".form") == []
