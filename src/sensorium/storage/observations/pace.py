"""How many rows are asked for at once: as many as the reader takes in a moment.

A query is open in the engine for as long as its rows are being taken, and few may be open at once.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

MOST = 65_536  # rows that one query sorts; a longer answer is put together from several
FIRST, FEWEST = 16_384, 1024
_SHORT, _LONG = 0.5, 2.0  # seconds


@dataclass(slots=True)
class Pace:
    """The rows that are to be asked for at once, by how long those before took to be read and taken."""

    at_once: int = FIRST

    @property
    def is_kept(self) -> bool:
        """Whether the reader took what was asked for until now in a short time."""
        return self.at_once > FIRST

    @contextmanager
    def one_query(self) -> Generator[None]:
        """Look how long the block takes, in which the rows of one query are handed on."""
        begun = monotonic()
        yield
        taken = monotonic() - begun
        if taken > _LONG:
            self.at_once = max(self.at_once // 4, FEWEST)
        elif taken < _SHORT:
            self.at_once = min(self.at_once * 4, MOST)
