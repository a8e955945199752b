import pytest

from agent.preparation import renewal_interval


@pytest.mark.parametrize(
    ("left", "interval"),
    [(120, 30), (30, 10), (3, 1), (0.1, 0.1), (100_000, 30), (-300, 5), (None, 5)],
)
def test_lease_is_renewed_in_time_whatever_the_clocks_say(
    left: float | None, interval: float
) -> None:
    assert renewal_interval(left) == interval
