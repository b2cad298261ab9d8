"""Whether the services a flow asks are there, with the secrets it sends them."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from engine.flow import Flow
from flows.problems import Problem, Reporter


def check_services(flow: Flow[Any], report: Reporter, services: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    """``services`` are those the shop's admins keep: id -> names of its secrets."""
    for node_id, node in flow.nodes.items():
        for service, secrets in node.services().items():
            if service not in services:
                yield report.error("unknown_service", report.at(node_id, "service"), name=service)
                continue
            for secret in dict.fromkeys(secrets):
                if secret not in services[service]:
                    where = report.at(node_id, "headers")
                    yield report.error("unknown_secret", where, service=service, name=secret)
