"""Whether the shares of splits make a whole."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from engine.flow import Flow
from flows.problems import Problem, Reporter
from nodes.split import WHOLE, Split


def check_shares(flow: Flow[Any], report: Reporter) -> Iterator[Problem]:
    for node_id, node in flow.nodes.items():
        if not isinstance(node, Split) or not node.ways:
            continue
        shares = [way.share for way in node.ways]
        if sum(shares) != WHOLE:
            whole = made_whole(shares)
            ways = [msgspec.structs.replace(way, share=share) for way, share in zip(node.ways, whole, strict=True)]
            edit = {"op": "set", "node": node_id, "field": "ways", "value": msgspec.to_builtins(ways)}
            fix = report.fix("fix_shares", edit, shares=" / ".join(f"{share} %" for share in whole))
            yield report.error("shares_not_whole", report.at(node_id, "ways"), [fix], found=sum(shares))


def made_whole(shares: Sequence[int]) -> list[int]:
    """Shares in the same proportions that make 100; equal ones where all are 0. What is left over goes to those that
    lost most by rounding.
    """
    total = sum(shares)
    exact = [share * WHOLE / total if total else WHOLE / len(shares) for share in shares]
    whole = [int(share) for share in exact]
    losers = sorted(range(len(shares)), key=lambda at: whole[at] - exact[at])
    for at in losers[: WHOLE - sum(whole)]:
        whole[at] += 1
    return whole
