"""The shop's pictures, drawn: each product is a function that gives one SVG of 480 by 480."""

from collections.abc import Callable, Iterable
from itertools import pairwise
from math import atan2, cos, degrees, hypot, pi, sin

Point = tuple[float, float]

GOLD = ("#8d6a2f", "#d9b66c", "#fbeec5", "#c79a48", "#7d5b25")
SILVER = ("#7d828c", "#c9ced6", "#ffffff", "#aab0ba", "#6d727c")

_DEFINITIONS = """<defs>
<linearGradient id="gold" x1="0" y1="0" x2="1" y2="1">{gold}</linearGradient>
<linearGradient id="silver" x1="0" y1="0" x2="1" y2="1">{silver}</linearGradient>
<radialGradient id="ground" cx=".5" cy=".42" r=".75"><stop offset="0" stop-color="{light}"/>
<stop offset="1" stop-color="{deep}"/></radialGradient>
<radialGradient id="stone" cx=".36" cy=".3" r=".8"><stop offset="0" stop-color="#fff"/>
<stop offset=".35" stop-color="#e7eef8"/><stop offset=".7" stop-color="#a9c1e4"/><stop offset="1" stop-color="#7f8fb8"/>
</radialGradient>
<radialGradient id="pearl" cx=".36" cy=".3" r=".8"><stop offset="0" stop-color="#fff"/>
<stop offset=".45" stop-color="#f7efe8"/><stop offset=".8" stop-color="#dcccc4"/><stop offset="1" stop-color="#b5a19c"/>
</radialGradient>
<radialGradient id="moon" cx=".4" cy=".36" r=".75"><stop offset="0" stop-color="#fffaf0"/>
<stop offset=".6" stop-color="#f3e4c8"/><stop offset="1" stop-color="#d9bf94"/></radialGradient>
<filter id="shadow" x="-30%" y="-30%" width="160%" height="180%"><feDropShadow dx="3" dy="9" stdDeviation="7"
 flood-color="#3b2a1c" flood-opacity=".28"/></filter>
</defs>"""

# Light and deep shade of the ground a piece lies on.
SAND, ROSE, SAGE, MIST, CLAY = (
    ("#fbf6ee", "#ead9c3"),
    ("#fbf1ee", "#e8cfc8"),
    ("#f4f5ee", "#d5dac6"),
    ("#f3f4f7", "#d2d7e1"),
    ("#f8efe6", "#dfc2a8"),
)


def _stops(colors: tuple[str, ...]) -> str:
    last = len(colors) - 1
    return "".join(f'<stop offset="{n / last:.2f}" stop-color="{color}"/>' for n, color in enumerate(colors))


def _picture(ground: tuple[str, str], *parts: str) -> str:
    definitions = _DEFINITIONS.format(gold=_stops(GOLD), silver=_stops(SILVER), light=ground[0], deep=ground[1])
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 480">'
        f'{definitions}<rect width="480" height="480" fill="url(#ground)"/>'
        f'<g filter="url(#shadow)">{"".join(parts)}</g></svg>'
    )


def _disc(x: float, y: float, radius: float, fill: str, more: str = "") -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{fill}" {more}/>'


def _ring(x: float, y: float, radius: float, width: float, metal: str = "gold") -> str:
    return _disc(x, y, radius, "none", f'stroke="url(#{metal})" stroke-width="{width}"')


def _path(shape: str, fill: str, more: str = "") -> str:
    return f'<path d="{shape}" fill="{fill}" {more}/>'


def _line(shape: str, color: str = "#fff", width: float = 3, opacity: float = 1.0) -> str:
    return (
        f'<path d="{shape}" fill="none" stroke="{color}" stroke-width="{width:g}" stroke-linecap="round" '
        f'stroke-linejoin="round" opacity="{opacity:.2f}"/>'
    )


def _crescent(x: float, y: float, radius: float, fill: str = "url(#gold)", turn: float = 0, bite: float = 0.78) -> str:
    """A moon with its horns up at ``turn`` 0 (degrees, clockwise); ``bite``, 0 to 1, is how much is dark."""
    inner = radius * (1.0 + (1 - bite) * 0.35)
    shape = f"M{-radius} 0A{radius} {radius} 0 0 0 {radius} 0A{inner:.1f} {inner * bite:.1f} 0 0 1 {-radius} 0Z"
    place = f"translate({x:.1f} {y:.1f}) rotate({turn})"
    bright = radius * 0.95
    light = f"M{-radius * 0.86:.1f} {radius * 0.3:.1f}A{bright:.1f} {bright:.1f} 0 0 0 0 {radius * 0.93:.1f}"
    return f'<g transform="{place}">{_path(shape, fill)}{_line(light, width=2, opacity=0.55)}</g>'


def _hanging(left: Point, right: Point, depth: float, points: int = 2400) -> list[Point]:
    """A chain between two points that hangs ``depth`` lower in its middle: as a parabola, near enough."""
    (x1, y1), (x2, y2) = left, right
    steps = (n / points for n in range(points + 1))
    return [(x1 + (x2 - x1) * t, y1 + (y2 - y1) * t + depth * (1 - (2 * t - 1) ** 2)) for t in steps]


def _evenly(line: list[Point], gap: float) -> Iterable[tuple[Point, float]]:
    """Points along a line every ``gap``, each with the line's direction there in degrees."""
    walked = 0.0
    for (x1, y1), (x2, y2) in pairwise(line):
        walked += hypot(x2 - x1, y2 - y1)
        if walked >= gap:
            walked -= gap
            yield (x2, y2), degrees(atan2(y2 - y1, x2 - x1))


def _chain(line: list[Point], metal: str = "gold", size: float = 3.6) -> str:
    """Oval links, every second one seen from its edge."""
    links = []
    for number, ((x, y), turn) in enumerate(_evenly(line, size * 1.75)):
        thin = size * (0.62 if number % 2 == 0 else 0.2)
        links.append(
            f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{size:.1f}" ry="{thin:.1f}" '
            f'transform="rotate({turn:.0f} {x:.1f} {y:.1f})"/>'
        )
    tone = GOLD if metal == "gold" else SILVER
    return f'<g fill="none" stroke="{tone[3]}" stroke-width="1.7">{"".join(links)}</g>'


def _pearl(x: float, y: float, radius: float) -> str:
    return _disc(x, y, radius, "url(#pearl)")


def _star(x: float, y: float, radius: float, fill: str) -> str:
    tips = [
        (x + cos(n * pi / 4 - pi / 2) * (radius if n % 2 == 0 else radius * 0.28),
         y + sin(n * pi / 4 - pi / 2) * (radius if n % 2 == 0 else radius * 0.28))
        for n in range(8)
    ]  # fmt: skip
    return _path("M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in tips) + "Z", fill)


def _pendant(x: float, y: float, radius: float) -> str:
    """A crescent under a ring whose middle is (x, y), hung by both of its horns."""
    drop = radius * 0.95
    arms = f"M{x - radius + 1} {y + drop}L{x} {y + 6}L{x + radius - 1} {y + drop}"
    return (
        _line(arms, GOLD[3], 2)
        + _ring(x, y, radius * 0.17, 3)
        + _crescent(x, y + drop, radius)
        + _disc(x - radius + 1, y + drop, 3, "url(#gold)")
        + _disc(x + radius - 1, y + drop, 3, "url(#gold)")
        + _star(x, y + drop + radius * 0.34, radius * 0.24, "url(#gold)")
    )


def crescent_necklace() -> str:
    """A crescent on a fine chain."""
    line = _hanging((96, -10), (384, -10), 272)
    return _picture(SAND, _chain(line), _pendant(240, 270, 46))


def moon_phase_necklace() -> str:
    """Five phases along the lowest part of a chain."""
    line = _hanging((70, -12), (410, -12), 284)
    at = dict(enumerate(x for x, _ in _evenly(line, 1)))
    total = len(at)
    parts = [_chain(line)]
    for place, radius, kind in ((-96, 15, "new"), (-50, 19, "wax"), (0, 25, "full"), (50, 19, "wane"), (96, 15, "old")):
        x, y = at[total // 2 + place]
        y += 3
        parts.append(_disc(x, y, radius + 2.5, "url(#gold)"))
        if kind == "full":
            parts.append(_disc(x, y, radius, "url(#moon)"))
            parts += [
                _disc(x - 7, y - 5, 4, "#e2cda4"),
                _disc(x + 8, y + 5, 5, "#e6d2ab"),
                _disc(x + 1, y + 13, 3, "#e2cda4"),
            ]
            continue
        parts.append(_disc(x, y, radius, "#3f3a52"))
        turn, bite = {"new": (-90, 0.9), "wax": (-90, 0.25), "wane": (90, 0.25), "old": (90, 0.9)}[kind]
        parts.append(_crescent(x, y, radius, "url(#moon)", turn, bite))
    return _picture(MIST, *parts)


def tideline_necklace() -> str:
    """Freshwater pearls, smaller towards the ends."""
    line = _hanging((84, -14), (396, -14), 316)
    places = list(_evenly(line, 1))
    middle, parts = len(places) // 2, [_chain(line)]
    offset = 0.0
    for number in range(8):
        radius = 17 - number * 1.35
        offset += radius if number else 0
        for side in (-1, 1) if number else (1,):
            (x, y), _ = places[int(middle + side * offset)]
            parts.append(_pearl(x, y, radius))
        offset += radius + 5
    return _picture(ROSE, *parts)


def selene_ring() -> str:
    """A moonstone in a thin silver bezel."""
    band = _path("M240 196a96 96 0 1 1 -.1 0Zm0 13a83 83 0 1 0 .1 0Z", "url(#silver)", 'fill-rule="evenodd"') + _line(
        "M160 265a90 90 0 0 0 38 98", opacity=0.8
    )
    grains = "".join(_disc(240 + cos(n * pi / 12) * 53, 166 + sin(n * pi / 12) * 44, 4, SILVER[1]) for n in range(24))
    stone = (
        '<ellipse cx="240" cy="166" rx="50" ry="41" fill="url(#silver)"/>'
        '<ellipse cx="240" cy="166" rx="44" ry="35" fill="url(#stone)"/>'
        '<ellipse cx="224" cy="152" rx="14" ry="8" fill="#fff" fill-opacity=".75" transform="rotate(-24 224 152)"/>'
        + _line("M206 178a44 35 0 0 0 62 12", opacity=0.5)
    )
    return _picture(SAGE, band, grains, stone)


def eclipse_ring() -> str:
    """A signet with an engraved moon and star."""
    band = _path("M240 172a104 104 0 1 1 -.1 0Zm0 20a84 84 0 1 0 .1 0Z", "url(#gold)", 'fill-rule="evenodd"')
    shoulders = _path("M150 236C158 170 190 128 240 128s82 42 90 108c-22-30-52-46-90-46s-68 16-90 46Z", "url(#gold)")
    face = (
        '<ellipse cx="240" cy="158" rx="62" ry="50" fill="url(#gold)"/>'
        '<ellipse cx="240" cy="156" rx="55" ry="43" fill="#e3c27c"/>'
        '<ellipse cx="240" cy="156" rx="55" ry="43" fill="none" stroke="#8d6a2f" stroke-opacity=".5" stroke-width="2"/>'
    )
    return _picture(
        CLAY, band, shoulders, face, _crescent(234, 158, 25, "#8a6429", 62, 0.6), _star(262, 150, 12, "#8a6429")
    )


def half_moon_hoops() -> str:
    """A pair of hoops, thicker below."""

    def hoop(x: float, y: float) -> str:
        return (
            _path(f"M{x} {y - 74}a66 74 0 1 1 -.1 0Zm0 7a58 58 0 1 0 .1 0Z", "url(#gold)", 'fill-rule="evenodd"')
            + _line(f"M{x - 56} {y + 22}a64 66 0 0 0 40 44", opacity=0.7)
            + _line(f"M{x - 4} {y - 88}v20", "#b98c3e")
        )

    return _picture(ROSE, hoop(152, 226), hoop(328, 266))


def pearl_drops() -> str:
    """Pearls under a small crescent."""

    def drop(x: float, y: float) -> str:
        return (
            _line(f"M{x} {y - 96}c0-30 28-30 28-6", "url(#gold)", 4)
            + _ring(x, y - 88, 6, 2.5)
            + _crescent(x, y - 60, 22, turn=-72, bite=0.7)
            + _chain([(x, y - 40 + n / 8) for n in range(260)])
            + _disc(x, y - 3, 7, "url(#gold)")
            + _pearl(x, y + 26, 30)
        )

    return _picture(MIST, drop(160, 246), drop(308, 282))


def orbit_bracelet() -> str:
    """Small beads and three planets around an ellipse."""
    line = [(240 + cos(t * pi / 300) * 150, 246 + sin(t * pi / 300) * 104) for t in range(601)]
    parts = [_chain(line, "silver", 3.2)]
    for n, ((x, y), _) in enumerate(_evenly(line, 26)):
        parts.append(_disc(x, y, 5.5, "url(#gold)" if n % 3 else "url(#silver)"))
    for angle, radius, fill in ((90, 19, "url(#moon)"), (58, 13, "url(#stone)"), (122, 13, "url(#pearl)")):
        x, y = 240 + cos(angle * pi / 180) * 150, 246 + sin(angle * pi / 180) * 104
        parts += [_disc(x, y, radius + 3, "url(#gold)"), _disc(x, y, radius, fill)]
    return _picture(SAND, *parts)


_CRATERS = ((392, 258, 24), (470, 238, 15), (492, 322, 30), (420, 348, 17), (362, 320, 11), (530, 268, 9))


def night() -> str:
    """The picture at the head of the shop: a moon over the sea, a necklace in front of it."""
    sky = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 880 720" preserveAspectRatio="xMidYMid slice">'
        + _DEFINITIONS.format(gold=_stops(GOLD), silver=_stops(SILVER), light="#6d6787", deep="#2b2740")
        + '<linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#2c2842"/>'
        '<stop offset=".5" stop-color="#6a5f85"/><stop offset=".72" stop-color="#d9a99b"/>'
        '<stop offset="1" stop-color="#f0cfb4"/></linearGradient>'
        '<linearGradient id="sea" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#a68a95"/>'
        '<stop offset="1" stop-color="#3c3654"/></linearGradient><rect width="880" height="720" fill="url(#sky)"/>'
    )
    stars = "".join(
        _disc(
            (n * 197 + 60) % 880,
            (n * 89 + 31) % 330,
            0.8 + (n * 7 % 5) * 0.28,
            "#fff",
            f'opacity="{0.35 + n % 4 * 0.15:.2f}"',
        )
        for n in range(58)
    )
    moon = (
        _disc(440, 300, 210, "#fff3dc", 'opacity=".08"') + _disc(440, 300, 172, "#fff3dc", 'opacity=".1"')
        + _disc(440, 300, 138, "url(#moon)")
        + "".join(
            _disc(x, y, r, "#cdb487", 'opacity=".32"')
            for x, y, r in _CRATERS
        )
    )  # fmt: skip
    sea = '<rect y="520" width="880" height="200" fill="url(#sea)"/>' + "".join(
        _line(f"M{440 - w} {532 + n * 17}q{w} {5 + n % 3 * 2} {2 * w} 0", "#ffe9c9", 2 + n * 0.25, 0.75 - n * 0.055)
        for n, w in enumerate((70, 52, 88, 60, 104, 74, 122, 84, 138, 96, 150))
    )
    line = _hanging((150, -30), (730, -30), 486)
    necklace = f'<g filter="url(#shadow)">{_chain(line, "gold", 4.6)}{_pendant(440, 470, 60)}</g>'
    return f"{sky}{stars}{moon}{sea}{necklace}</svg>"


def workshop() -> str:
    """Tools on the bench."""
    bench = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 880 600" preserveAspectRatio="xMidYMid slice">'
        + _DEFINITIONS.format(gold=_stops(GOLD), silver=_stops(SILVER), light="#f6eadb", deep="#dcbf9f")
        + '<linearGradient id="wood" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#c69a6d"/>'
        '<stop offset="1" stop-color="#9c6f47"/></linearGradient>'
        '<rect width="880" height="600" fill="url(#ground)"/><rect y="400" width="880" height="200" fill="url(#wood)"/>'
        '<path d="M0 446h880M0 505h880M0 560h880" stroke="#7d5533" stroke-opacity=".28" stroke-width="2"/>'
    )
    window = (
        '<rect x="90" y="50" width="270" height="270" rx="135" fill="#fdf8ef"/>'
        '<path d="M225 50v270M90 186h270" stroke="#dcc6aa" stroke-width="8"/>'
        + _crescent(282, 128, 34, "#ecd3a2", 60, 0.62)
    )  # fmt: skip
    lamp = (
        _line("M640 400V210l-86-72", "#4a4354", 12)
        + _path("M500 178l64-82 60 46-52 64Z", "#4a4354")
        + '<ellipse cx="640" cy="404" rx="62" ry="14" fill="#3b3545"/>'
        '<path d="M502 180l70 26-20 194H380Z" fill="#fff6d8" opacity=".45"/>'
    )
    mandrel = (
        '<g filter="url(#shadow)"><path d="M360 452l300 -22 0 22 -300 18Z" fill="url(#silver)"/>'
        '<ellipse cx="470" cy="452" rx="9" ry="20" fill="none" stroke="url(#gold)" stroke-width="7"/>'
        '<path d="M96 470l150-26 8 16-150 26Z" fill="#6e4a2f"/>'
        '<path d="M246 444l42-22 22 32-52 10Z" fill="url(#silver)"/>'
        + _chain(_hanging((690, 440), (850, 446), 62), "gold", 4.4)
        + _pearl(206, 528, 15) + _pearl(246, 540, 11) + _disc(300, 528, 13, "url(#stone)")
        + _crescent(566, 526, 30, turn=-20) + _ring(640, 536, 20, 6, "silver") + "</g>"
    )  # fmt: skip
    return f"{bench}{window}{lamp}{mandrel}</svg>"


DRAWINGS: dict[str, Callable[[], str]] = {
    "crescent-necklace": crescent_necklace,
    "moon-phase-necklace": moon_phase_necklace,
    "tideline-pearl-necklace": tideline_necklace,
    "selene-moonstone-ring": selene_ring,
    "eclipse-signet-ring": eclipse_ring,
    "half-moon-hoops": half_moon_hoops,
    "pearl-drop-earrings": pearl_drops,
    "orbit-bracelet": orbit_bracelet,
    "night": night,
    "workshop": workshop,
}
"""Every picture by its name in the shop's addresses."""
