"""Opening the catalog, its transactions, and how a change made elsewhere is noticed."""

from collections.abc import Collection, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock, local

from sqlalchemy import Connection, Engine, delete, exc, insert, select, update

from sensorium.model.errors import NotKept, Unreachable
from sensorium.storage.catalog.defaults import write_defaults
from sensorium.storage.catalog.engine import NoCatalog, create, files_of, first_line, for_writing, is_there
from sensorium.storage.catalog.migrate import is_empty, migrate
from sensorium.storage.catalog.subjects import NOTHING, Subject
from sensorium.storage.catalog.tables import changes, revision

_KEPT = 1000  # changes of which is written down what they were about
_MOST = 100_000  # subjects whose last change is in memory
_NEXT_REVISION = update(revision).values(n=revision.c.n + 1).returning(revision.c.n)


@dataclass(slots=True)
class _Joined:
    """A transaction, and what all its changes are about (None: perhaps everything)."""

    connection: Connection
    touching: set[Subject] | None = field(default_factory=set[Subject])

    def touch(self, subjects: Collection[Subject] | None) -> None:
        self.touching = None if self.touching is None or subjects is None else self.touching | set(subjects)


class Catalog:
    """One open catalog, shared by the threads of a process. What it holds is read by the functions beside it.

    `generation` grows with each change made through this object, and with each `poll` that sees a change made
    by another process. What was remembered at an earlier one may be out of date (`is_current`). Once `files`
    are lost everything raises Unreachable: what they hold is not what the next start would find.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._here = local()  # the transaction that a thread is in
        self.generation = 0
        self._everything = 0  # the generation of the last change that could be about anything
        self._touched: dict[Subject, int] = {}  # the generation of the last change of each subject since
        self.files = files_of(engine)
        with self.read() as connection:
            self._revision = connection.scalars(select(revision.c.n)).one()

    @classmethod
    def open(cls, dsn: str, *, make: bool = True) -> "Catalog":
        """Open, bring the tables up to date and fill in the default catalogue.

        `dsn` is "sqlite:////absolute/path" or "postgresql+psycopg://...". Any number of processes may open
        the same catalog at once. One that is not there is made, unless told otherwise. Raises ValueError
        for another kind of DSN, NoCatalog and Unavailable.
        """
        engine = create(dsn, make=make)
        try:
            with _translated(), for_writing(engine).begin() as connection:
                if not make and is_empty(connection):
                    raise NoCatalog("the database is empty")
                migrate(connection)
                write_defaults(connection)
            return cls(engine)
        except BaseException:
            engine.dispose()
            raise

    @contextmanager
    def read(self) -> Generator[Connection]:
        """A connection for reading. Raises Unavailable."""
        if (joined := self._joined) is not None:
            yield joined.connection
            return
        self.files.find(Unreachable)
        with _translated(), self._engine.begin() as connection:
            yield connection

    def is_current(self, generation: int, subject: Subject) -> bool:
        """Whether what was read of a subject at that generation is still so. It takes no lock."""
        return generation >= self._everything and generation >= self._touched.get(subject, 0)

    @contextmanager
    def change(self, touching: Collection[Subject] | None = None) -> Generator[Connection]:
        """A transaction that changes something others may remember. Raises Unavailable.

        `touching` says what it is about, at the end of the block (None: perhaps everything). Changes happen
        one after the other, in all processes: what a change has read stays true until its end.
        """
        if (joined := self._joined) is not None:
            yield joined.connection
            joined.touch(touching)
            return
        with self.together(), self.change(touching) as connection:
            yield connection

    @contextmanager
    def together(self) -> Generator[None]:
        """All that this thread reads and changes in the block is one transaction: all is kept, or nothing.

        Raises Unavailable.
        """
        with self._written() as connection:
            number = connection.scalars(_NEXT_REVISION).one()
            joined = self._here.joined = _Joined(connection)
            try:
                yield
            finally:
                del self._here.joined
            touching = joined.touching
            if touching is not None:
                _write_down(connection, number, touching or {NOTHING})
        with self._lock:
            # those of others in between are not known, unless a poll has seen them already
            self._touch(touching if number <= self._revision + 1 else None)
            self._revision = max(self._revision, number)

    @contextmanager
    def note(self) -> Generator[Connection]:
        """A transaction that writes what nobody remembers; the generation stays. Raises Unavailable."""
        if (joined := self._joined) is not None:
            yield joined.connection
            return
        with self._written() as connection:
            yield connection

    @contextmanager
    def _written(self) -> Generator[Connection]:
        """A transaction that writes; when this returns, the next start will find what it has written."""
        self.files.find(Unreachable)
        with _translated(changing=True), for_writing(self._engine).begin() as connection:
            yield connection
        self.files.find(Unreachable)

    def poll(self) -> None:
        """See whether another process has changed something. Raises Unavailable."""
        known = self._revision
        with self.read() as connection:
            number = connection.scalars(select(revision.c.n)).one()
            if number == known:
                return
            query = select(changes.c.n, changes.c.subject)
            rows = connection.execute(query.where(changes.c.n > known, changes.c.n <= number)).all()
        is_told = len({row.n for row in rows}) == number - known
        with self._lock:
            if number > self._revision:
                self._revision = number
                self._touch([row.subject for row in rows] if is_told else None)

    @property
    def _joined(self) -> "_Joined | None":
        return getattr(self._here, "joined", None)

    def _touch(self, subjects: Iterable[Subject] | None) -> None:
        """See that these have changed, or perhaps everything."""
        generation = self.generation + 1
        if subjects is None or len(self._touched) > _MOST:
            self._everything = generation
            self._touched.clear()
        else:
            self._touched.update(dict.fromkeys(subjects, generation))
        self.generation = generation

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


def _write_down(connection: Connection, number: int, subjects: Iterable[Subject]) -> None:
    """Tell other processes what a change is about."""
    connection.execute(insert(changes), [{"n": number, "subject": subject} for subject in subjects])
    connection.execute(delete(changes).where(changes.c.n <= number - _KEPT))


@contextmanager
def _translated(*, changing: bool = False) -> Generator[None]:
    """Turn the database's own troubles into Unavailable; a mistake of ours stays one.

    A database that is away is Unreachable; one that is there and could not keep a change, since it is
    locked or has no space, has NotKept it.
    """
    try:
        yield
    except (exc.OperationalError, exc.InterfaceError, exc.TimeoutError) as error:
        if changing and is_there(error):
            raise NotKept(f"The catalog could not keep the change: {first_line(error)}") from error
        raise Unreachable("The catalog cannot be reached now.") from error
