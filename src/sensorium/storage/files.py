"""Files that are open, and whether their paths still lead to them."""

import os
from collections.abc import Iterable
from pathlib import Path
from time import monotonic

from sensorium.model.errors import Unavailable

LOOK_EVERY = 0.02  # seconds: each look takes some µs of whoever looks, so that a busy one looks at times


class OpenFiles:
    """Open files that belong to one whole, and whether they are still found at their paths.

    The path decides, by device and inode: what is written into others is gone with the processes that have
    them open. Once one is not found, `lost` says so for good, whatever is put in its place: that may be
    another state of it. `whose` begins what is said then. Threads may share it.

    Nothing in the process may open and close a file of SQLite by itself: that ends the locks of its
    connections, and the next program that leaves the database deletes the journal under them.
    """

    def __init__(self, whose: str, paths: Iterable[Path] = ()) -> None:
        self.lost = ""
        self._whose = whose
        self._found = [(os.fspath(path), _identity(path.stat())) for path in paths]
        self._looked = 0.0

    @classmethod
    def of_database(cls, whose: str, path: Path) -> "OpenFiles":
        """Those of a SQLite database that is open: its file, its journal, and the index of that.

        Without the index, processes do not see what others of them write, and write over it.
        """
        real = path.resolve()  # SQLite puts the others beside that
        beside = [real.with_name(f"{real.name}-{end}") for end in ("wal", "shm")]
        return cls(whose, [path, *(each for each in beside if each.exists())])

    def look(self, every: float = 0) -> str:
        """Why nothing is to be written any more; "" while all are found.

        With `every` the disk is not asked again before so many seconds have passed.
        """
        if not self.lost and (not every or monotonic() - self._looked >= every):
            self._looked = monotonic()
            if not all(_is_found(path, identity) for path, identity in self._found):
                self.lost = f"{self._whose} files were taken away or replaced"
        return self.lost

    def find(self, refusal: type[Unavailable] = Unavailable) -> None:
        """Raise `refusal` once they are lost."""
        if why := self.look():
            raise refusal(why, retry_after=10)


def _identity(stat: os.stat_result) -> tuple[int, int]:
    return stat.st_dev, stat.st_ino


def _is_found(path: str, identity: tuple[int, int]) -> bool:
    """Whether the path leads to the file. It does while nothing else is known."""
    try:
        return _identity(os.stat(path)) == identity  # noqa: PTH116 - a Path takes half as long again
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:  # a disk that cannot be asked now
        return True
