from engine.hours import OFFICE, Hours, Period
from schemas.hours import clock_in_words, day_in_words, hours_in_words, period_in_words

DAY: tuple[Period, ...] = (("09:00", "12:30"), ("14:00", "18:00"))


def test_days_of_the_same_hours_stand_as_one() -> None:
    mixed = Hours(week={"1": DAY, "2": DAY, "4": DAY, "6": (("10:00", "14:00"),), "7": (("20:00", "02:00"),)})
    assert hours_in_words(OFFICE) == "Mon–Fri 9:00–18:00"
    assert hours_in_words(mixed) == (
        "Mon–Tue 9:00–12:30 and 14:00–18:00, Thu 9:00–12:30 and 14:00–18:00, Sat 10:00–14:00, Sun 20:00–2:00"
    )
    assert hours_in_words(mixed, "zh").startswith("周一至周二 9:00–12:30、14:00–18:00；周四")


def test_always_and_never() -> None:
    always = Hours(week={str(day): (("00:00", "24:00"),) for day in range(1, 8)})
    assert [hours_in_words(one) for one in (always, Hours())] == ["daily 24 h", "never"]
    assert [hours_in_words(one, "zh") for one in (always, Hours())] == ["每天 全天", "从不营业"]


def test_clocks_and_days() -> None:
    assert [clock_in_words(one) for one in ("09:05", "00:30", "24:00")] == ["9:05", "0:30", "24:00"]
    assert (day_in_words("1"), day_in_words("7", "zh"), day_in_words("2027-12-24")) == ("Mon", "周日", "2027-12-24")
    assert period_in_words(("09:00", "18:00")) == "9:00–18:00"
