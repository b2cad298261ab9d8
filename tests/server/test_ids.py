"""Ids."""

from server.ids import free, new_id, slug


def test_ids_of_a_process_are_sorted_by_when_they_were_made() -> None:
    ids = [new_id() for _ in range(5000)]
    assert ids == sorted(set(ids))
    assert {len(made) for made in ids} == {28}


def test_ids_from_names_can_be_read_and_differ() -> None:
    assert [slug(name, "hours") for name in ("Shop hours!", "  ", "维修", "A" * 60)] == [
        "shop-hours",
        "hours",
        "hours",
        "a" * 48,
    ]
    taken: list[str] = []
    for _ in range(3):
        taken.append(free("shop", taken))
    assert taken == ["shop", "shop-2", "shop-3"]
    long = "a" * 64
    assert free(long, {long}) == "a" * 58 + "-2"
