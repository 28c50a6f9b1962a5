"""The log as the front uses it: appends are awaited, and one thread writes them down in groups."""

import asyncio
import queue
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TypeVar, TypeVarTuple

from sensorium.model.errors import Refusal, Unavailable
from sensorium.model.packet import NewPacket
from sensorium.storage.files import OpenFiles
from sensorium.storage.log import groups
from sensorium.storage.log.database import or_exit
from sensorium.storage.log.instants import Addition
from sensorium.storage.log.keys import Key
from sensorium.storage.log.reader import LogReader
from sensorium.storage.log.writer import Append, Appended, Limits, Writer, wall_clock

_Result = TypeVar("_Result")
_Arguments = TypeVarTuple("_Arguments")


@dataclass(slots=True)
class _Trim:
    archived: int
    before: int
    future: asyncio.Future[int]
    deleted: int = 0


@dataclass(slots=True)
class _Close:
    future: asyncio.Future[None]


_Job = _Trim | _Close | list[Append]


class Log:
    """The durable log of accepted packets, in one SQLite file of its own.

    Only one process has it open, and one event loop at a time appends. An append is answered when its
    packets are synced to the disk. What waits is committed together, at once, and while one group is
    being synced the next one gathers. When the disk fails, the process ends with exit code 70.
    """

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        after: int = 0,
        clock: Callable[[], int] = wall_clock,
        limits: Limits | None = None,
        needed: OpenFiles | None = None,
    ) -> "Log":
        """Open the file, and make it where there is none.

        The next packet's id follows the newest of the file or `after`, whichever is higher. `clock` gives
        microseconds since 1970 UTC. Packets are refused once the files that are `needed` to understand them
        are lost. Raises RuntimeError when the file is of another version or on a disk
        on which SQLite cannot keep its promise, sqlite3.Error when it cannot be opened.
        """
        limits = limits or Limits()
        writer = Writer(path, after, clock, limits, needed or OpenFiles("no"))
        return cls(path, writer, limits)

    def __init__(self, path: Path, writer: Writer, limits: Limits) -> None:
        self._path = path
        self._writer = writer
        self._limits = limits
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._gathered: list[Append] = []
        self._waiting_packets = 0
        self._waiting_bytes = 0
        self._closed = False
        self._loop: asyncio.AbstractEventLoop | None = None  # of the first append; asking costs a system call
        self._thread = Thread(target=self._write, name="log", daemon=True)
        self._thread.start()

    @property
    def files(self) -> OpenFiles:
        """The files that packets are written into."""
        return self._writer.files

    async def append(
        self, packets: Sequence[NewPacket], *, key: Key | None = None, answer: bytes = b""
    ) -> Appended:
        """Store the packets, all or none of them, and return when they are on the disk.

        Their ids and their times of receipt are consecutive. With a key, `answer` is stored beside them;
        when the same key comes again within a day nothing is stored and the first answer is returned.
        Raises KeyReused when the key came with another body, Unavailable when too much waits already or
        the disk is full, and ValueError when there are no packets.
        """
        return await self.begin(packets, key=key, answer=answer)

    def begin(
        self, packets: Sequence[NewPacket], *, key: Key | None = None, answer: bytes = b""
    ) -> asyncio.Future[Appended]:
        """Begin to append: the future is done when `append` would return, and fails as it would raise.

        Raises Unavailable when too much waits already, and ValueError when there are no packets.
        """
        if not packets:
            raise ValueError("no packets to append")
        packed = groups.pack(packets)
        return self._gather(len(packets), packed, key, answer)

    def add(self, addition: Addition) -> asyncio.Future[Appended]:
        """Begin to store what is new of an addition as one packet: the future is done when it is on the disk.

        It fails with AlreadyStored when nothing is new, and with Unavailable as `append` does. Raises
        Unavailable when too much waits already.
        """
        packed = groups.pack([addition.make(0, addition.datastreams)])
        return self._gather(1, packed, addition=addition)

    def _gather(
        self,
        count: int,
        packed: bytes,
        key: Key | None = None,
        answer: bytes = b"",
        addition: Addition | None = None,
    ) -> asyncio.Future[Appended]:
        self._admit(count, len(packed))
        loop = self._loop = self._loop or asyncio.get_running_loop()
        append = Append(count, packed, key, answer, loop.create_future(), addition)
        self._gathered.append(append)
        if len(self._gathered) == 1:  # whatever else this turn of the loop brings goes along
            loop.call_soon(self._hand_over)
        return append.future

    def _admit(self, count: int, size: int) -> None:
        if self._closed:
            raise Unavailable("the log is closed")
        packets, size = self._waiting_packets + count, self._waiting_bytes + size
        if self._waiting_packets and (
            packets > self._limits.waiting_packets or size > self._limits.waiting_bytes
        ):
            raise Unavailable("too many packets wait to be stored")
        self._waiting_packets, self._waiting_bytes = packets, size

    def _hand_over(self) -> None:
        if self._gathered:
            self._jobs.put(self._gathered)
            self._gathered = []

    def _settle(self, appends: Sequence[Append], outcomes: Sequence[Appended | Refusal]) -> None:
        for append, outcome in zip(appends, outcomes, strict=True):
            self._waiting_packets -= append.count
            self._waiting_bytes -= len(append.packed)
            _resolve(append.future, outcome)

    def unprocessed(self, offset: int) -> dict[int, int]:
        """The newest id of each device that has packets after `offset`. Reads all of them."""
        reader = LogReader(self._path)
        try:
            return reader.newest_by_device(offset)
        finally:
            reader.close()

    async def trim(self, archived: int, before: int) -> int:
        """Delete packets up to the id `archived` received before `before` (microseconds); how many.

        Idempotency keys go that are a day older than the newest packet. Appends pass between the parts of the
        work. Packets that were committed together go together; the newest of them stay. Raises Unavailable
        when the disk is full.
        """
        if self._closed:
            raise Unavailable("the log is closed")
        future = asyncio.get_running_loop().create_future()
        self._jobs.put(_Trim(archived, before, future))
        return await future

    async def close(self) -> None:
        """Store what waits, then close the file. Appends after this are refused as Unavailable."""
        if self._closed:
            return
        self._closed = True
        self._hand_over()
        future = asyncio.get_running_loop().create_future()
        self._jobs.put(_Close(future))
        await future
        self._thread.join()

    def _write(self) -> None:
        """The life of the writing thread."""
        appends: deque[Append] = deque()
        trims: deque[_Trim] = deque()
        closing: _Close | None = None
        with or_exit("the packet log"):
            while closing is None or appends or trims:
                for job in self._take(wait=not (appends or trims)):
                    match job:
                        case _Trim():
                            trims.append(job)
                        case _Close():
                            closing = job
                        case _:
                            appends.extend(job)
                if appends:
                    self._store(appends)
                if trims:
                    self._trim_some(trims)
                self._writer.tidy()
            self._writer.close()
        _call(closing.future, _resolve, closing.future, None)

    def _take(self, *, wait: bool) -> list[_Job]:
        jobs: list[_Job] = [self._jobs.get()] if wait else []
        with suppress(queue.Empty):
            while True:
                jobs.append(self._jobs.get_nowait())
        return jobs

    def _store(self, appends: deque[Append]) -> None:
        group = [appends.popleft()]
        count = group[0].count
        while appends and count + appends[0].count <= self._limits.group:
            group.append(appends.popleft())
            count += group[-1].count
        outcomes = self._writer.store(group)
        _call(group[0].future, self._settle, group, outcomes)

    def _trim_some(self, trims: deque[_Trim]) -> None:
        trim = trims[0]
        try:
            part = self._writer.trim(trim.archived, trim.before)
        except Unavailable as refusal:
            trims.popleft()
            _call(trim.future, _resolve, trim.future, refusal)
            return
        trim.deleted += part.packets
        if not part.more:
            trims.popleft()
            _call(trim.future, _resolve, trim.future, trim.deleted)


def _resolve(future: asyncio.Future[_Result], outcome: _Result | Refusal) -> None:
    if future.done():  # the one who waited has gone
        return
    if isinstance(outcome, Refusal):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)


def _call(
    future: asyncio.Future[_Result], function: Callable[[*_Arguments], None], *arguments: *_Arguments
) -> None:
    """Call the function in the event loop that waits for the future, unless that loop has ended."""
    with suppress(RuntimeError):
        future.get_loop().call_soon_threadsafe(function, *arguments)
