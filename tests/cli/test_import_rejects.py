"""What was rejected of a file, told by reason."""

from sensorium.cli.records import Rejected
from sensorium.cli.rejects import Rejects


def told(*rejected: tuple[int, str]) -> list[str]:
    rejects = Rejects()
    for number, why in rejected:
        rejects.add(Rejected(number, why))
    assert rejects.count == len(rejected)
    return list(rejects.lines())


def test_neighbours_with_one_reason_are_a_line():
    """In the order in which the reasons are met in the file, whichever was found first."""
    assert told((7, "b"), (8, "b"), (9, "b"), (2, "a"), (12, "b")) == ["2: a", "7 to 9, 12: b"]


def test_scattered_numbers_are_counted():
    """Five places are named, and what lies beyond is a number."""
    numbers = [(2 * number, "why") for number in range(1, 101)]
    assert told(*numbers) == ["2, 4, 6, 8, 10 and 95 more: why"]
    assert told(*numbers[:5], (11, "why")) == ["2, 4, 6, 8, 10 to 11: why"]
    assert told(*numbers[:6], (13, "why"), (11, "why")) == ["2, 4, 6, 8, 10 and 3 more: why"]


def test_twenty_reasons_are_told():
    """Where each line has its own, the rest is a number."""
    lines = told(*((number, f"{number} is wrong") for number in range(1, 51)))
    assert lines[0] == "1: 1 is wrong"
    assert lines[-1] == "and 30 more"
    assert len(lines) == 21
