"""Ids."""

from server.ids import new_id


def test_ids_of_a_process_are_sorted_by_when_they_were_made() -> None:
    ids = [new_id() for _ in range(5000)]
    assert ids == sorted(set(ids))
    assert {len(made) for made in ids} == {28}
