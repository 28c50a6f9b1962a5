"""The clients that read: each stream has one for itself, and there are so many streams and no more."""

from collections.abc import Generator
from contextlib import contextmanager
from queue import Empty, LifoQueue

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import Error, ProgrammingError

from sensorium.model.errors import Unavailable
from sensorium.storage.files import OpenFiles
from sensorium.storage.observations.address import is_embedded
from sensorium.storage.observations.connect import AGAIN, READING, connect, told
from sensorium.storage.observations.trouble import is_trouble

STREAMS = 12  # that may be open at once
_WAIT = 2.0


class QueryRefused(Exception):
    """The engine is well but has no answer to this query; `code` is ClickHouse's number of the error."""

    def __init__(self, why: str, code: int = 0) -> None:
        super().__init__(why)
        self.code = code


class Clients:
    """Clients of the engine at a DSN, made when they are first needed. Threads may share them.

    Each place has up to two: one keeps in memory what it reads. A server is not asked to keep anything.
    Nothing is read once the engine's `files` are lost: some of it might still be in memory.
    """

    def __init__(self, dsn: str, files: OpenFiles) -> None:
        self._dsn = dsn
        self._files = files
        self._keeps = is_embedded(dsn)
        self._idle: LifoQueue[dict[bool, Client]] = LifoQueue()  # by whether they keep
        for _ in range(STREAMS):
            self._idle.put({})

    @contextmanager
    def one(self, *, again: bool = False) -> Generator[Client]:
        """A client for one query or stream: what is likely to be asked `again` stays in memory for a while.

        Raises QueryRefused, and Unavailable when all are in use or the engine fails.
        """
        self._files.find()
        try:
            clients = self._idle.get(timeout=_WAIT)
        except Empty:
            raise Unavailable("Too many answers are being read at once.", retry_after=2) from None
        keeps = again and self._keeps
        try:
            if keeps not in clients:
                clients[keeps] = connect(self._dsn, AGAIN if keeps else READING)
            yield clients[keeps]
        except Error as error:
            if is_trouble(error) or (error.code is None and not isinstance(error, ProgrammingError)):
                raise Unavailable(f"The observation store does not answer: {told(error)}") from error
            raise QueryRefused(str(error), error.code or 0) from error
        except OSError as error:
            raise Unavailable(f"The observation store does not answer: {told(error)}") from error
        finally:
            self._idle.put(clients)

    def close(self) -> None:
        """Close the clients of every place that is not in use."""
        while not self._idle.empty():
            for client in self._idle.get_nowait().values():
                client.close()
