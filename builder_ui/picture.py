"""A small picture of a flow: its nodes as boxes in the colours of their groups, its edges as lines."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from engine.flow import Flow

# The size of a node, the margin around the whole, and the distances where the flow has no layout.
WIDTH, HEIGHT, MARGIN = 240.0, 120.0, 60.0
COLUMN, ROW = 340.0, 180.0
# A flow is mostly a long line: pulled apart in height by so much at most, one sees more of it.
PULL = 3.0


@dataclass(frozen=True)
class Box:
    """A node. `group` is talk, decide, know, do or people."""

    x: float
    y: float
    group: str


@dataclass(frozen=True)
class Picture:
    """What is to be drawn within `frame`, an SVG view box; `wires` is the data of one path."""

    frame: str = "0 0 1 1"
    wires: str = ""
    boxes: list[Box] = field(default_factory=list)


def picture(flow: Flow[Any]) -> Picture:
    """The picture of a flow; without a whole layout its nodes stand in columns by their distance from the start."""
    places = _pulled(_placed(flow))
    if not places:
        return Picture()
    left, top = min(x for x, _ in places.values()), min(y for _, y in places.values())
    right, bottom = max(x for x, _ in places.values()) + WIDTH, max(y for _, y in places.values()) + HEIGHT
    frame = (left - MARGIN, top - MARGIN, right - left + 2 * MARGIN, bottom - top + 2 * MARGIN)
    wires = " ".join(
        _wire(places[edge.source], places[edge.target])
        for edge in flow.edges
        if edge.source in places and edge.target in places
    )
    boxes = [Box(round(x), round(y), flow.nodes[node].GROUP) for node, (x, y) in places.items()]
    return Picture(" ".join(f"{number:.0f}" for number in frame), wires, boxes)


def _placed(flow: Flow[Any]) -> dict[str, tuple[float, float]]:
    if flow.nodes and all(node in flow.layout for node in flow.nodes):
        return {node: (float(flow.layout[node][0]), float(flow.layout[node][1])) for node in flow.nodes}
    following: dict[str, list[str]] = {}
    for edge in flow.edges:
        following.setdefault(edge.source, []).append(edge.target)
    depth = {flow.start: 0} if flow.start in flow.nodes else {}
    queue = deque(depth)
    while queue:
        node = queue.popleft()
        for target in following.get(node, []):
            if target in flow.nodes and target not in depth:
                depth[target] = depth[node] + 1
                queue.append(target)
    places = {}
    rows: dict[int, int] = {}
    for node in flow.nodes:
        column = depth.get(node, 0)
        places[node] = (column * COLUMN, rows.get(column, 0) * ROW)
        rows[column] = rows.get(column, 0) + 1
    return places


def _pulled(places: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    if not places:
        return places
    xs, ys = [x for x, _ in places.values()], [y for _, y in places.values()]
    wide, high = max(xs) - min(xs) + WIDTH, max(ys) - min(ys) + HEIGHT
    pull = min(PULL, max(1.0, wide / 2 / high))
    return {node: (x, y * pull) for node, (x, y) in places.items()}


def _wire(source: tuple[float, float], target: tuple[float, float]) -> str:
    x1, y1 = source[0] + WIDTH, source[1] + HEIGHT / 2
    x2, y2 = target[0], target[1] + HEIGHT / 2
    bend = max(60.0, abs(x2 - x1) / 2)
    return f"M{x1:.0f} {y1:.0f}C{x1 + bend:.0f} {y1:.0f} {x2 - bend:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
