"""Of several answers the next is begun while one is taken, and none is left open."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

import pytest

from sensorium.storage.observations.ahead import in_turn
from sensorium.storage.observations.pace import FEWEST, MOST, Pace


@dataclass
class Answers:
    """Answers of these pieces, and which of them are open; one breaks off where it has None."""

    pieces: Sequence[Sequence[bytes | None]]
    open: set[int] = field(default_factory=set)
    most_open: int = 0

    async def all(self) -> AsyncGenerator[AsyncGenerator[bytes]]:
        """Each, begun when it is asked for its first piece."""
        for number in range(len(self.pieces)):
            yield self.one(number)

    async def one(self, number: int) -> AsyncGenerator[bytes]:
        """The pieces of one answer."""
        self.open.add(number)
        self.most_open = max(self.most_open, len(self.open))
        try:
            for piece in self.pieces[number]:
                await asyncio.sleep(0)
                if piece is None:
                    raise ConnectionError
                yield piece
        finally:
            self.open.discard(number)


async def taken(answers: Answers, pace: Pace, most: int = 100) -> list[bytes]:
    """The first pieces, taken by a reader who is in no hurry."""
    found: list[bytes] = []
    pieces = in_turn(answers.all(), pace)
    try:
        async for piece in pieces:
            found.append(piece)
            if len(found) == most:
                break
            await asyncio.sleep(0.001)
    finally:
        await pieces.aclose()
    return found


THREE = [[b"a", b"b"], [], [b"c"], [b"d", b"e"]]  # and one without any


@pytest.mark.parametrize(("rows", "at_once"), [(MOST, 2), (FEWEST, 1)])
def test_two_are_open_only_for_a_reader_who_keeps_pace(rows: int, at_once: int):
    """All pieces come in their order."""
    answers = Answers(THREE)
    assert asyncio.run(taken(answers, Pace(rows))) == [b"a", b"b", b"c", b"d", b"e"]
    assert (answers.most_open, answers.open) == (at_once, set())


@pytest.mark.parametrize("most", [1, 2, 3, 4])
def test_none_stays_open_behind_a_reader_who_goes_away(most: int):
    """Wherever it stops."""
    answers = Answers(THREE)
    assert asyncio.run(taken(answers, Pace(MOST), most)) == [b"a", b"b", b"c", b"d"][:most]
    assert answers.open == set()


@pytest.mark.parametrize("broken", [[None], [b"c", None]])
@pytest.mark.parametrize("rows", [MOST, FEWEST])
def test_an_answer_that_breaks_off_ends_all(broken: list[bytes | None], rows: int):
    """The others are closed, and the error is told after what came before it."""
    answers = Answers([[b"a", b"b"], broken, [b"d"]])
    with pytest.raises(ConnectionError):
        asyncio.run(taken(answers, Pace(rows)))
    assert answers.open == set()


def test_a_reader_who_is_cancelled_leaves_none_open():
    """While it waits for the next piece, or for the next answer."""

    async def scenario(seconds: float) -> set[int]:
        answers = Answers(THREE * 10)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(taken(answers, Pace(MOST)), seconds)
        return answers.open

    for seconds in (0.002, 0.005, 0.01):
        assert asyncio.run(scenario(seconds)) == set()
