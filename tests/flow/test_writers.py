"""The account that the fault tests keep: it finds what it is for."""

import pytest

from tests.flow.writers import Writer, check


def _writer(*, keyed: bool, acked: set[int], sent: int) -> Writer:
    return Writer("http://nowhere", "token", 1, 1, keyed=keyed, acked=acked, sent=sent)


def _packets(*values: int) -> list[bytes]:
    return [b'{"v": %d}' % value for value in values]


def test_what_is_right_passes():
    """Unacknowledged packets may be there or not."""
    check(_writer(keyed=False, acked={0, 2}, sent=4), [0, 2, 3], _packets(0, 2, 3))
    check(_writer(keyed=True, acked={0, 1}, sent=2), [0, 1], _packets(1, 0))


@pytest.mark.parametrize(
    ("values", "packets", "fault"),
    [
        ([0], [0, 1], "acknowledged rows lost"),
        ([0, 1], [0], "acknowledged packets lost"),
        ([0, 1, 1], [0, 1], "rows stored twice"),
        ([0, 1], [0, 0, 1], "packets stored twice"),
        ([0, 1, 9], [0, 1], "rows that nobody sent"),
    ],
)
def test_every_fault_is_found(values: list[float], packets: list[int], fault: str):
    """Lost, doubled, or made up; among the rows or in the archive."""
    with pytest.raises(AssertionError, match=fault):
        check(_writer(keyed=False, acked={0, 1}, sent=3), values, _packets(*packets))


def test_a_keyed_request_must_come_to_its_end():
    """Its writer repeats it until it is acknowledged."""
    with pytest.raises(AssertionError, match="given up"):
        check(_writer(keyed=True, acked={0}, sent=2), [0, 1], _packets(0, 1))
