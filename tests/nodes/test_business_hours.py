from datetime import UTC, datetime

from engine.hours import OFFICE, Hours, Standing
from engine.queries import Failed, OpenHours, Opening
from engine.turn import Ask, Go
from nodes.business_hours import BusinessHours
from tests.nodes.rows import NOW, Row, answered, check, turn

# NOW is a Tuesday, 10:00 in UTC and 17:00 in Bangkok.
SIX = datetime(2027, 3, 2, 18, tzinfo=UTC)
NINE = datetime(2027, 3, 3, 9, tzinfo=UTC)
MORNING = Hours(week={"2": (("07:00", "09:30"),)})
UNITY = Standing(False, datetime(2027, 3, 8, 8, tzinfo=UTC), "Tag der Deutschen Einheit")


def why(now: Standing, zone: str = "UTC", name: str = "") -> dict[str, object]:
    told: dict[str, object] = {"name": name, "zone": zone, "open": now.open}
    if now.until:
        told["until"] = now.until.isoformat().replace("+00:00", "Z")
    return {**told, **({"holiday": now.holiday} if now.holiday else {})}


TABLE = [
    Row("is open on a working day", BusinessHours(), turn(), Go("open", why=why(Standing(True, SIX)))),
    Row(
        "is closed in its own zone's evening",
        BusinessHours(hours=Hours(zone="Asia/Tokyo", week=OFFICE.week)),
        turn(),
        Go("closed", why=why(Standing(False, datetime(2027, 3, 3, tzinfo=UTC)), "Asia/Tokyo")),
    ),
    Row(
        "keeps when it opens, in the contact's language",
        BusinessHours(hours=Hours(zone="Europe/Berlin", week={"3": (("09:00", "18:00"),)}), save_as="opens"),
        turn(language="de"),
        Go(
            "closed",
            values={"opens": "Mi 09:00"},
            why=why(Standing(False, datetime(2027, 3, 3, 8, tzinfo=UTC)), "Europe/Berlin"),
        ),
    ),
    Row(
        "says the date too when it is far",
        BusinessHours(hours=MORNING, save_as="opens"),
        turn(),
        Go("closed", values={"opens": "Tue, Mar 9 07:00"}, why=why(Standing(False, NINE.replace(day=9, hour=7)))),
    ),
    Row(
        "forgets what an earlier closing left",
        BusinessHours(save_as="opens"),
        turn(values={"opens": "Mon 09:00"}),
        Go("open", values={"opens": None}, why=why(Standing(True, SIX))),
    ),
    Row(
        "asks for a team's hours",
        BusinessHours(team="shop"),
        turn(),
        Ask(OpenHours(team="shop", hours=Hours(zone="UTC"), at=NOW)),
    ),
    Row(
        "asks for a country's holidays",
        BusinessHours(hours=Hours(week=OFFICE.week, holidays="DE")),
        turn(),
        Ask(OpenHours(team="", hours=Hours(zone="UTC", week=OFFICE.week, holidays="DE"), at=NOW)),
    ),
    Row(
        "goes by what is answered",
        BusinessHours(team="shop", save_as="opens"),
        turn(answered(Opening(standing=UNITY, zone="Europe/Berlin", name="Shop hours"))),
        Go("closed", values={"opens": "Mon 09:00"}, why=why(UNITY, "Europe/Berlin", "Shop hours")),
    ),
    Row(
        "promises nobody when hours are not known",
        BusinessHours(team="gone", save_as="opens"),
        turn(answered(Failed(reason="there are no hours 'gone'"))),
        Go("closed", why={"failed": "there are no hours 'gone'"}),
    ),
]


def test_table() -> None:
    check(TABLE)
