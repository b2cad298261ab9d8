"""What the shop sells, and the countries a visitor may pretend to come from."""

import msgspec


class Product(msgspec.Struct, frozen=True):
    """One piece: ``price`` in US dollars; ``sizes`` are offered where there is a choice; ``slug`` names its picture."""

    slug: str
    name: str
    price: int
    line: str
    story: str
    materials: str
    measures: str
    sizes: tuple[str, ...] = ()
    note: str = ""


_RINGS = ("US 5", "US 6", "US 7", "US 8", "US 9")
_METALS = ("Gold vermeil", "Sterling silver")

PRODUCTS = (
    Product(
        "crescent-necklace",
        "Crescent Necklace",
        89,
        "A new moon, hung by both its horns",
        "Our first piece, and still the one most people begin with. The crescent is cut and filed by hand, so its "
        "inner edge catches the light a little differently on each one.",
        "Recycled 925 sterling silver, or 18-carat gold vermeil on it. Nickel-free.",
        "Pendant 22 mm wide. Chain 40, 45 or 50 cm, with a 5 cm extender.",
        _METALS,
        "Bestseller",
    ),
    Product(
        "moon-phase-necklace",
        "Moon Phase Necklace",
        128,
        "Five phases, new to full to old",
        "Five small moons in dark enamel and brushed gold, linked so that they lie flat along the collarbone. Tell us "
        "a date and we set the phases in the order the sky had that night.",
        "18-carat gold vermeil on recycled silver, fired enamel. Nickel-free.",
        "Full moon 12 mm. Chain 40, 45 or 50 cm, with a 5 cm extender.",
        (),
        "New",
    ),
    Product(
        "tideline-pearl-necklace",
        "Tideline Pearl Necklace",
        112,
        "Freshwater pearls, smaller toward the clasp",
        "Fifteen freshwater pearls, matched by eye at the bench. None is perfectly round, which is how you know that "
        "they grew.",
        "Freshwater pearls, gold vermeil chain and clasp. Nickel-free.",
        "Pearls 4 to 9 mm. 40, 45 or 50 cm, with a 5 cm extender.",
    ),
    Product(
        "selene-moonstone-ring",
        "Selene Moonstone Ring",
        96,
        "Blue-white moonstone in a beaded bezel",
        "The blue in a moonstone moves when your hand does. We choose each stone for that, then set it low, so that it "
        "does not catch on sleeves.",
        "Natural moonstone, recycled 925 sterling silver. Nickel-free.",
        "Stone 9 x 7 mm. Band 2 mm. US 4.5 to 9 (EU 48 to 60).",
        _RINGS,
        "Bestseller",
    ),
    Product(
        "eclipse-signet-ring",
        "Eclipse Signet Ring",
        118,
        "A signet engraved with moon and star",
        "Cast, then engraved by hand. There is room inside the band for up to fifteen characters of your own; "
        "that costs $14 and two working days.",
        "18-carat gold vermeil on recycled silver. Nickel-free.",
        "Face 13 x 11 mm. US 4.5 to 9 (EU 48 to 60).",
        _RINGS,
    ),
    Product(
        "half-moon-hoops",
        "Half Moon Hoops",
        74,
        "Thin above, full below",
        "Hollow, so they weigh almost nothing, with what weight there is at the lowest point, so they hang straight.",
        "Gold vermeil on recycled sterling silver, silver posts. Nickel-free.",
        "28 mm across, 2.1 g each.",
        _METALS,
    ),
    Product(
        "pearl-drop-earrings",
        "Pearl Drop Earrings",
        82,
        "A pearl beneath a small crescent",
        "For weddings, and for Tuesdays. The pearl swings freely under its moon.",
        "Freshwater pearls, gold vermeil on recycled sterling silver. Nickel-free.",
        "Pearl 9 mm, drop 34 mm, 2.8 g each.",
    ),
    Product(
        "orbit-bracelet",
        "Orbit Bracelet",
        79,
        "Moonstone, pearl and gold on one path",
        "Three small worlds on a chain of gold and silver beads. It closes with a clasp that one hand can manage.",
        "Moonstone, freshwater pearl, gold vermeil, recycled silver. Nickel-free.",
        "16 to 19 cm, adjustable.",
        (),
        "New",
    ),
)

BY_SLUG = {product.slug: product for product in PRODUCTS}

COUNTRIES = {
    "US": "United States",
    "DE": "Germany",
    "ES": "Spain",
    "MX": "Mexico",
    "BR": "Brazil",
    "TH": "Thailand",
    "SG": "Singapore",
    "CN": "China",
    "JP": "Japan",
    "FR": "France",
}
"""ISO 3166-1 alpha-2 codes to what the demo bar calls them."""
