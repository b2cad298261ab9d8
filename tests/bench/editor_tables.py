"""The editor's figures as tables and targets."""

from typing import TYPE_CHECKING

from tests.bench.figures import Figure, Line, Report, Table, Target, figure, quantile, ratios

if TYPE_CHECKING:
    from tests.bench.editor import Found

KB = 1000


def tell(report: Report, found: "Found") -> None:
    """Put everything found into the report."""
    small, large = found.size.small, found.size.large
    report.tables += [_opening(found), _dragging(found), _editing(found), _scripts(found)]
    usable = {visit: figure(found.usable[large, visit], " ms") for visit in ("cold", "warm")}
    where = f"{large} nodes"
    report.targets += [
        _at_most("The editor can be worked in, first visit", where, usable["cold"], 2000),
        _at_most("The editor can be worked in, later visits", where, usable["warm"], 1000),
        *(
            _at_most(f"p95 frame of dragging a node, {seen}", where, _p95(found, "Parley", view), 20)
            for view, seen in (("near", "a part of the flow seen"), ("all", "all of it seen"))
        ),
        _at_most("Check", where, figure(found.checks[large], " ms"), 200),
        _at_most("p95 of an edit to the draft's row", where, _of_edits(found, large, "row"), 100),
        _at_most("Messages of a drag", where, figure([float(one.messages) for one in found.edits[large]]), 2),
        _at_most("Bytes of a drag's answer", f"{large} against {small} nodes", _growth(found, "moved"), 1.1),
        _at_most("Bytes of a text's answer", f"{large} against {small} nodes", _growth(found, "written"), 1.1),
        _at_most(
            "Script of a page other than the editor",
            "the largest",
            figure([max(js for page, (js, _) in found.scripts.items() if page != "the editor") / KB], " KB"),
            300,
        ),
    ]


def _at_most(what: str, where: str, found: Figure, wanted: float) -> Target:
    return Target(what, where, found, "at most", wanted)


def _opening(found: "Found") -> Table:
    lines = [
        Line(
            f"{count} nodes, {visit}",
            [figure(found.drawn[count, visit], " ms"), figure(found.usable[count, visit], " ms")],
        )
        for count, visit in found.usable
    ]
    return Table(
        "Opening a flow",
        ["", "nodes stand there", "one was selected by a click"],
        lines,
        ["From asking for the page. Cold: a new browser profile with nothing in its cache; warm: another tab of it."],
    )


def _dragging(found: "Found") -> Table:
    lines = [
        Line(
            f"{what}, {found.shown[what, view]} nodes seen" if what != "a bare page" else f"{what} ({view})",
            [
                _p95(found, what, view),
                figure([quantile(frames, 0.95) for frames in found.rests[what, view]], " ms"),
                figure([quantile(one.frames, 1.0) for one in drags], " ms"),
                *(figure([getattr(one, part) for one in drags], " ms") for part in ("script", "layout", "work")),
            ],
        )
        for (what, view), drags in found.drags.items()
    ]
    return Table(
        f"Dragging one of {found.size.large} nodes",
        ["", "p95 frame", "p95 at rest", "longest", "script a step", "layout a step", "all work a step"],
        lines,
        [
            "Frames are requestAnimationFrame's, 16.7 ms apart at best; a step is a movement of the mouse, 60 a s.",
            "React Flow alone: as many plain nodes, two edges each, in the same browser, with no server.",
        ],
    )


def _p95(found: "Found", what: str, view: str) -> Figure:
    return figure([quantile(one.frames, 0.95) for one in found.drags[what, view]], " ms")


def _editing(found: "Found") -> Table:
    lines = [
        Line(
            f"{count} nodes",
            [
                _median(found, count, "row"),
                _of_edits(found, count, "row"),
                _median(found, count, "other"),
                figure([float(one.messages) for one in found.edits[count]]),
                figure([float(one.received) for one in found.edits[count]], " B"),
                figure([float(one) for one in found.texts[count]], " B"),
                figure(found.checks[count], " ms"),
            ],
        )
        for count in found.edits
    ]
    return Table(
        "What an edit costs",
        ["", "to the draft's row", "p95", "to another's screen", "messages", "answer to a drag", "to a text", "check"],
        lines,
        ["From letting the mouse go. The row is the committed draft as another process reads it."],
    )


def _median(found: "Found", count: int, part: str) -> Figure:
    return figure([getattr(one, part) for one in found.edits[count]], " ms")


def _of_edits(found: "Found", count: int, part: str) -> Figure:
    return figure([quantile([getattr(one, part) for one in found.edits[count]], 0.95)], " ms")


def _growth(found: "Found", what: str) -> Figure:
    """How much more comes down for an edit of the large flow than of the small one."""

    def typical(count: int) -> float:
        values = [float(one.received) for one in found.edits[count]] if what == "moved" else found.texts[count]
        return quantile(list(map(float, values)), 0.5)

    return ratios([typical(found.size.large)], [typical(found.size.small)])


def _scripts(found: "Found") -> Table:
    lines = [
        Line(page, [figure([js / KB], " KB"), figure([css / KB], " KB")]) for page, (js, css) in found.scripts.items()
    ]
    return Table(
        "What a page loads at the first visit",
        ["", "script", "styles"],
        lines,
        ["As it comes over the wire, compressed with gzip. After that nothing is loaded again until Parley changes."],
    )
