from server.breaker import Breaker


def test_a_way_is_closed_after_enough_failures_in_a_row_and_tried_by_one() -> None:
    now = [0.0]
    breaker = Breaker(lambda: now[0], enough=2, pause=10)
    assert breaker.admits("orders")
    assert [breaker.failed("orders") for _ in range(2)] == [False, True]
    assert not breaker.admits("orders")
    assert breaker.admits("parcels")
    now[0] = 10
    assert [breaker.admits("orders") for _ in range(3)] == [True, False, False]
    assert breaker.failed("orders")
    assert not breaker.admits("orders")
    now[0] = 20
    assert breaker.admits("orders")
    breaker.answered("orders")
    assert [breaker.admits("orders") for _ in range(3)] == [True] * 3


def test_an_answer_between_failures_keeps_it_open() -> None:
    breaker = Breaker(lambda: 0.0, enough=2)
    for _ in range(5):
        assert not breaker.failed("orders")
        breaker.answered("orders")
    assert breaker.admits("orders")
