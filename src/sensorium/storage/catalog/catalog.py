"""Opening the catalog, its transactions, and how a change made elsewhere is noticed."""

from collections.abc import Generator
from contextlib import contextmanager
from threading import Lock

from sqlalchemy import Connection, Engine, exc, select, update

from sensorium.model.errors import NotKept, Unreachable
from sensorium.storage.catalog.defaults import write_defaults
from sensorium.storage.catalog.engine import create, first_line, for_writing, is_there
from sensorium.storage.catalog.migrate import migrate
from sensorium.storage.catalog.tables import revision

_NEXT_REVISION = update(revision).values(n=revision.c.n + 1).returning(revision.c.n)


class Catalog:
    """One open catalog, shared by the threads of a process. What it holds is read by the functions beside it.

    `generation` grows with each change made through this object, and with each `poll` that sees a change made
    by another process. What was remembered at another generation is out of date.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        self.generation = 0
        with self.read() as connection:
            self._revision = connection.scalars(select(revision.c.n)).one()

    @classmethod
    def open(cls, dsn: str) -> "Catalog":
        """Open, bring the tables up to date and fill in the default catalogue.

        `dsn` is "sqlite:////absolute/path" or "postgresql+psycopg://...". Any number of processes may open
        the same catalog at once. Raises ValueError for another kind of DSN and Unavailable.
        """
        engine = create(dsn)
        try:
            with _translated(), for_writing(engine).begin() as connection:
                migrate(connection)
                write_defaults(connection)
            return cls(engine)
        except BaseException:
            engine.dispose()
            raise

    @contextmanager
    def read(self) -> Generator[Connection]:
        """A connection for reading. Raises Unavailable."""
        with _translated(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def change(self) -> Generator[Connection]:
        """A transaction that changes something others may remember. Raises Unavailable.

        Changes happen one after the other, in all processes: what a change has read stays true until its end.
        """
        with _translated(changing=True), for_writing(self._engine).begin() as connection:
            number = connection.scalars(_NEXT_REVISION).one()
            yield connection
        with self._lock:
            self._revision = max(self._revision, number)
            self.generation += 1

    @contextmanager
    def note(self) -> Generator[Connection]:
        """A transaction that writes what nobody remembers; the generation stays. Raises Unavailable."""
        with _translated(changing=True), for_writing(self._engine).begin() as connection:
            yield connection

    def poll(self) -> None:
        """See whether another process has changed something. Raises Unavailable."""
        with self.read() as connection:
            number = connection.scalars(select(revision.c.n)).one()
        with self._lock:
            if number > self._revision:
                self._revision = number
                self.generation += 1

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


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
