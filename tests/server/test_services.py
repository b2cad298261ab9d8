"""The shop's services: what is stored of them, what is shown, what is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from server import audit, tables
from server.errors import RefusedError
from server.parts import Parts
from server.services import Services, known


@pytest.fixture
def services(parts: Parts) -> Services:
    return parts.services


def test_a_secret_goes_in_and_never_comes_out(parts: Parts, services: Services) -> None:
    made = services.create("orders", "Orders", "https://api.shop.test/v2/", {"api_key": "Bearer s3cret"}, person="")
    assert (made.address, made.secrets) == ("https://api.shop.test/v2", ["api_key"])
    assert services.placed("orders").secrets == {"api_key": "Bearer s3cret"}
    assert "s3cret" not in repr(services.placed("orders"))
    with parts.engine.begin() as connection:
        stored = connection.execute(select(tables.services)).one()
    assert "s3cret" not in str(stored)
    assert "s3cret" not in str(audit.entries(parts.engine))
    assert services.list() == [made]
    assert known(parts.engine) == {"orders": ["api_key"]}


def test_what_is_not_given_stays_and_an_empty_secret_goes(services: Services) -> None:
    services.create("orders", "Orders", "https://api.shop.test", {"one": "1", "two": "2"})
    changed = services.change("orders", name="Our orders", secrets={"two": "", "three": "3"})
    assert (changed.name, changed.address, changed.secrets) == ("Our orders", "https://api.shop.test", ["one", "three"])
    assert services.placed("orders").secrets == {"one": "1", "three": "3"}


def test_a_new_path_keeps_the_secrets_and_a_new_host_does_not(services: Services) -> None:
    services.create("orders", "Orders", "https://api.shop.test", {"key": "1"})
    assert services.change("orders", address="https://api.shop.test/v3").secrets == ["key"]
    assert services.change("orders", address="https://evil.test/v3").secrets == []
    assert services.change("orders", address="http://evil.test", secrets={"key": "2"}).secrets == ["key"]
    assert services.placed("orders").secrets == {"key": "2"}


def test_one_services_secret_does_not_open_as_anothers(parts: Parts, services: Services) -> None:
    services.create("orders", "Orders", "https://api.shop.test", {"key": "1"})
    services.create("parcels", "Parcels", "https://parcels.test", {"key": "2"})
    with parts.engine.begin() as connection:
        stolen = connection.execute(select(tables.services.c.secrets).where(tables.services.c.id == "orders")).scalar()
        connection.execute(tables.services.update().where(tables.services.c.id == "parcels").values(secrets=stolen))
    with pytest.raises(Exception, match="changed since it was sealed"):
        services.placed("parcels")


def test_a_removed_service_is_gone(services: Services) -> None:
    services.create("orders", "Orders", "https://api.shop.test")
    services.placed("orders")
    services.remove("orders")
    with pytest.raises(RefusedError):
        services.placed("orders")
    with pytest.raises(RefusedError):
        services.remove("orders")


REFUSED: list[Callable[[Services], Any]] = [
    lambda services: services.create("Orders", "Orders", "https://api.shop.test"),
    lambda services: services.create("taken", "Orders", "https://api.shop.test"),
    *(
        lambda services, address=address: services.create("orders", "Orders", address)
        for address in (
            "",
            "api.shop.test",
            "ftp://api.shop.test",
            "https://",
            "https://name:word@api.shop.test",
            "https://api.shop.test/?key=1",
            "https://api.shop.test/#x",
            "http://127.0.0.2:8069",
            "http://[::1]/",
            "http://169.254.169.254/latest",
            "http://10.0.0.1",
            "http://8.8.8.8:25",
            "https://api.shop.test:99999",
        )
    ),
    lambda services: services.create("orders", "Orders", "https://api.shop.test", {"Key": "1"}),
    lambda services: services.create("orders", "Orders", "https://api.shop.test", {"key": "1\r\nX: y"}),
    lambda services: services.create("orders", "O", "https://a.test", {f"k{n}": "1" for n in range(21)}),
    lambda services: services.change("nowhere", name="x"),
    lambda services: services.change("taken", address="http://127.0.0.2"),
]


def test_what_is_refused(services: Services) -> None:
    before = services.create("taken", "Taken", "https://api.shop.test")
    for act in REFUSED:
        with pytest.raises(RefusedError):
            act(services)
    assert services.list() == [before]


def test_every_act_is_on_record(parts: Parts, services: Services) -> None:
    services.create("orders", "Orders", "https://api.shop.test", {"key": "1"})
    services.change("orders", secrets={"key": "2"})
    services.remove("orders")
    told = [(entry.action, entry.subject, entry.details.get("secrets")) for entry in audit.entries(parts.engine)]
    assert told[:3] == [
        ("service.delete", "orders", None),
        ("service.change", "orders", ["key"]),
        ("service.create", "orders", ["key"]),
    ]
