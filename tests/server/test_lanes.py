from engine.queries import Fetch, LookUp
from server.lanes import AT_ONCE, MOST, OTHERS, lane, room


def test_each_service_has_a_lane_and_no_lane_has_all_the_room() -> None:
    queries = (
        Fetch(service="orders", path="/a"),
        Fetch(service="orders", path="/b", method="POST"),
        Fetch(service="parcels", path="/a"),
        LookUp(question="?", language="en", threshold=0.5),
    )
    lanes = [lane(query) for query in queries]
    assert lanes == ["fetch:orders", "fetch:orders", "fetch:parcels", "look_up"]
    assert [room(one) for one in lanes] == [OTHERS, OTHERS, OTHERS, AT_ONCE["look_up"]]
    assert max(map(room, lanes)) * 2 <= MOST
