"""The engine process' side of the observation store: it writes, and it answers queries."""

import re
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from io import IOBase
from threading import Lock
from typing import cast

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.compression import get_compressor
from clickhouse_connect.driver.exceptions import ClickHouseError

from sensorium.model.errors import Unavailable
from sensorium.model.moments import from_microseconds
from sensorium.model.packet import Packet
from sensorium.model.series import TimedValue
from sensorium.storage.observations import broken, near, newest, origins
from sensorium.storage.observations import packets as archive
from sensorium.storage.observations.address import is_embedded
from sensorium.storage.observations.clients import Clients, QueryRefused
from sensorium.storage.observations.connect import WRITING, connect, files_of, make_database, told, troubles
from sensorium.storage.observations.native import block
from sensorium.storage.observations.near import Extent, Near, Samples
from sensorium.storage.observations.newest import Newest
from sensorium.storage.observations.originals import AT_ONCE
from sensorium.storage.observations.origins import Origin
from sensorium.storage.observations.rows import LATEST, TYPES, Rows, by_months
from sensorium.storage.observations.select import Query, Untold
from sensorium.storage.observations.tables import create_tables
from sensorium.storage.observations.told import Told, find_told
from sensorium.storage.observations.trouble import is_trouble

_CHUNK = 1 << 19

_LIKE_OTHERS = """
    SELECT transform(datastream, {ids:Array(UInt32)}, {names:Array(String)}, '') AS name, value,
        toUnixTimestamp64Micro(time) AS at, CAST((qc, bin(qc)), 'Tuple(flags UInt16, digits String)') AS flags
    FROM observations FINAL WHERE device IN {ids:Array(UInt32)} ORDER BY time, name FORMAT JSONEachRow
"""
_NEWEST_OF = """
    SELECT max(id) FROM packets WHERE device = {device:UInt32}
        AND received = (SELECT max(received) FROM packets WHERE device = {device:UInt32})
"""
_ROWS_OF = """
    SELECT datastream, toUnixTimestamp64Micro(time), packet, version FROM observations FINAL
    WHERE device = {device:UInt32} AND packet IN {packets:Array(UInt64)}
        AND time BETWEEN fromUnixTimestamp64Micro({begin:Int64}, 'UTC')
        AND fromUnixTimestamp64Micro({end:Int64}, 'UTC')
"""

_NEWEST_AT = """
    SELECT datastream, toUnixTimestamp64Micro(time), packet FROM observations FINAL
    WHERE device = {device:UInt32} AND time IN {moments:Array(DateTime64(6, 'UTC'))}
"""

_QUERY = re.compile(r"\s*(SELECT|WITH)\b", re.IGNORECASE)
_OUTFILE = re.compile(r"\bOUTFILE\b", re.IGNORECASE)


class RowsRefused(Exception):
    """The engine is well and can write, but not these rows or packets."""


@dataclass(frozen=True, slots=True)
class _Bound:
    """A bound value in the notation of the HTTP interface, handed on as it is."""

    text: str

    def __str__(self) -> str:
        return self.text


class Store:
    """The tables and the clients of the one engine of a data folder or of a server. Threads may share it."""

    @classmethod
    def open(cls, dsn: str) -> "Store":
        """Open "chdb:///folder" or a ClickHouse server's DSN, and create what is missing: database, tables.

        Raises Unavailable, InvalidAddress, and NotDurable when the tables do not keep what they must keep.
        """
        if not is_embedded(dsn):
            make_database(dsn)
        writer = connect(dsn, WRITING)
        try:
            with troubles():
                create_tables(writer)
            return cls(dsn, writer)
        except BaseException:
            writer.close()
            raise

    def __init__(self, dsn: str, writer: Client) -> None:
        self.dsn = dsn
        self._writer = writer
        self._writing = Lock()
        self._newest = Newest()
        self._told = Told()
        self._files = files_of(dsn)
        self._readers = Clients(dsn, self._files)

    def write(self, rows: Rows) -> None:
        """Store the rows; they are on the disk when this returns. Writing equal rows again changes nothing.

        Raises RowsRefused, and Unavailable when the fault is the engine's or the disk's. Some of the rows may
        be stored then.
        """
        try:
            blocks = [block(piece.columns(), TYPES) for piece in by_months(rows)]
        except (ValueError, TypeError, OverflowError) as error:
            raise RowsRefused(str(error)) from error
        try:
            for names, written in blocks:
                with self._writes() as client:
                    packing = client.write_compression  # None but for a server on another machine
                    data = _packed(written, packing) if packing else written
                    client.raw_insert("observations", names, data, fmt="Native", compression=packing)
        except BaseException:
            self._newest.forget(rows)
            raise
        self._newest.note(rows)

    def archive(self, packets: Sequence[Packet]) -> None:
        """Keep the packets; they are on the disk when this returns. Raises as `write` does."""
        if packets:
            self._insert("packets", archive.columns(packets), archive.TYPES)

    def tell(self, told: Sequence[Origin]) -> None:
        """Keep where values come from; it is on the disk when this returns. Raises as `write` does."""
        try:
            for columns in origins.by_months(told):
                self._insert("origins", columns, origins.TYPES)
        finally:  # some may be stored in any case
            self._told.note(told)

    def _insert(self, table: str, columns: Mapping[str, Sequence[object]], types: Mapping[str, str]) -> None:
        with self._writes() as client:
            client.insert(
                table,
                list(columns.values()),
                column_names=list(columns),
                column_type_names=list(types.values()),
                column_oriented=True,
            )

    @contextmanager
    def _writes(self) -> Generator[Client]:
        """The client that writes, for one insert: what goes wrong in it is RowsRefused or Unavailable."""
        with self._writing:
            self._files.find()
            try:
                yield self._writer
            except (ClickHouseError, OSError, ValueError, TypeError, OverflowError) as error:
                if is_trouble(error):
                    raise Unavailable(
                        f"The observation store cannot write: {told(error)}", retry_after=5
                    ) from error
                with troubles():
                    self._writer.command("INSERT INTO probe VALUES (1)")
                raise RowsRefused(str(error)) from error
            self._files.find()  # the engine makes folders anew, and puts there what no start would find

    def newest_packet(self) -> int:
        """The id of the newest packet of the archive, 0 when it is empty. Raises Unavailable."""
        self._files.find()
        with self._writing, troubles():
            answer = self._writer.query(
                "SELECT max(id) FROM packets WHERE received = (SELECT max(received) FROM packets)"
            )
        return int(answer.result_rows[0][0])

    def stream(self, sql: str, parameters: Mapping[str, str], *, again: bool = False) -> Generator[bytes]:
        """The answer to a query, piece by piece. Closing the iterator ends the query.

        `parameters` are bound values in the notation of ClickHouse's HTTP interface. What is read for
        one that is likely to be asked `again` stays in memory for a while. Raises QueryRefused, and
        Unavailable when all clients are in use or the engine fails: also in the middle of an answer, which
        then is not whole.
        """
        if not _QUERY.match(sql) or _OUTFILE.search(sql):
            raise QueryRefused("only SELECT is answered here")
        bound = {name: _Bound(text) for name, text in parameters.items()}
        with self._readers.one(again=again) as client:
            stream = cast(IOBase, client.raw_stream(sql, parameters=bound))
            try:
                yield from broken.pieces(stream, _CHUNK)
            finally:
                stream.close()

    def answer(self, query: Query) -> Generator[bytes]:
        """The answer to a query, as `stream` gives it. This process must be the only one that writes.

        A query that has another text for when nothing is told is answered by that one if so it is.
        """
        if query.untold is not None and not self._is_told(query.untold):
            untold = self.stream(query.untold.sql, query.parameters, again=query.again)
            with closing(untold) as pieces:
                first = next(pieces, b"")
                # which rows there are was settled before: their origins are noted by now
                if self._told.get(query.untold.devices, query.untold.begin) is False:
                    yield first
                    yield from pieces
                    return
        yield from self.stream(query.sql, query.parameters, again=query.again)

    def _is_told(self, untold: Untold) -> bool:
        """Whether any of the devices may have an origin then."""
        found = self._told.get(untold.devices, untold.begin)
        if found is None:
            tracked = self._told.track(untold.devices)
            with self._readers.one() as client:
                stored = find_told(client, untold.devices, untold.begin)
            self._told.fill(tracked, untold.begin, stored)
            found = self._told.get(untold.devices, untold.begin)
        return found is not False

    def warm_up(self) -> None:
        """Answer queries like those to come, so that the first reader does not wait for code to be loaded."""
        for again in (False, True):
            for _ in self.stream(_LIKE_OTHERS, {"ids": "[0]", "names": "['']"}, again=again):
                pass

    def archived(
        self, device: int, *, after: int, until: int, begin: int, end: int
    ) -> Generator[list[Packet]]:
        """The packets of a device with ids in (`after`, `until`] and times in [`begin`, `end`].

        They come in the order of acceptance, some at a time. A packet without a time of its own has that of
        its receipt. Raises as `stream` does.
        """
        bounds = {"device": device, "after": after, "until": until, "begin": begin, "end": end}
        with self._readers.one() as client:
            yield from archive.read(client, bounds)

    def archived_among(
        self, device: int, packets: Sequence[int], *, begin: int, end: int
    ) -> Generator[list[Packet]]:
        """Those of these packets of a device with times in [`begin`, `end`], as `archived` gives them."""
        bounds = {"device": device, "begin": begin, "end": end}
        with self._readers.one() as client:
            yield from archive.read_these(client, bounds, packets)

    def count_archived(
        self, device: int | None, *, behind: tuple[int, int], until: int, begin: int, end: int
    ) -> int:
        """How many packets of a device, or of all, have ids up to `until` and times in [`begin`, `end`].

        Only those are counted that come `behind` a packet of a device, when all are gone through device by
        device. Raises as `stream` does.
        """
        after_device, after = behind
        bounds = {"after_device": after_device, "after": after, "until": until, "begin": begin, "end": end}
        with self._readers.one() as client:
            return archive.count(client, bounds, device)

    def count_archived_among(self, device: int, packets: Sequence[int], *, begin: int, end: int) -> int:
        """How many packets `archived_among` would give. Raises as `stream` does."""
        with self._readers.one() as client:
            return archive.count_these(client, {"device": device, "begin": begin, "end": end}, packets)

    def archived_devices(self, until: int, begin: int, end: int) -> list[int]:
        """The devices that have packets in the archive with ids up to `until` and times in [`begin`, `end`].

        In order. Raises as `stream` does.
        """
        with self._readers.one() as client:
            return archive.devices(client, {"until": until, "begin": begin, "end": end})

    def newest_packet_of(self, device: int) -> int:
        """The id of the newest packet of a device in the archive, 0 without one. Raises as `stream` does."""
        with self._readers.one() as client:
            answer = client.query(_NEWEST_OF, parameters={"device": device})
        return int(answer.result_rows[0][0])

    def rows_of(
        self, device: int, packets: Sequence[int], begin: int, end: int
    ) -> list[tuple[int, int, int, int]]:
        """(datastream, time, packet, version) of each row in force that these packets of the device made.

        The rows have times in [`begin`, `end`]. Raises as `stream` does.
        """
        found: list[tuple[int, int, int, int]] = []
        with self._readers.one() as client:
            for first in range(0, len(packets), AT_ONCE):
                some = list(packets[first : first + AT_ONCE])
                bounds = {"device": device, "packets": some, "begin": begin, "end": end}
                answer = client.query(_ROWS_OF, parameters=bounds)
                found += [
                    (stream, time, packet, version) for stream, time, packet, version in answer.result_rows
                ]
        return found

    def newest_at(self, device: int, times: Sequence[int]) -> dict[tuple[int, int], int]:
        """By datastream and time, the packet of each row in force of the device at these times.

        Raises as `stream` does.
        """
        moments = [f"{from_microseconds(time):%Y-%m-%d %H:%M:%S.%f}" for time in times]
        with self._readers.one() as client:
            answer = client.query(_NEWEST_AT, parameters={"device": device, "moments": moments})
        return {(datastream, time): packet for datastream, time, packet in answer.result_rows}

    def newest_known(self, datastreams: Sequence[int]) -> tuple[dict[int, TimedValue], list[int]]:
        """The newest values that are in memory, and the datastreams of which that must be read (`newest`).

        Raises Unavailable once the files of the engine are lost.
        """
        self._files.find()
        return self._newest.get(datastreams)

    def newest(self, devices: Sequence[int], datastreams: Sequence[int]) -> dict[int, TimedValue]:
        """The newest value of each of these datastreams that has any. Raises as `stream` does.

        `devices` are those that they are of. This process must be the only one that writes them.
        """
        found, unknown = self.newest_known(datastreams)
        if unknown:
            self._newest.track(unknown)
            with self._readers.one() as client:
                stored = newest.read_newest(client, devices, unknown)
            found.update(self._newest.fill(unknown, stored))
        return found

    def near(self, wanted: Sequence[Near]) -> tuple[Samples, set[int]]:
        """The rows around certain times, and which datastreams have later ones. Raises as `stream` does."""
        with self._readers.one() as client:
            return near.read(client, wanted)

    def counts(self, streams: Sequence[tuple[int, int]], most: int) -> dict[int, int]:
        """At how many times there are rows, `most` at most, of devices' datastreams that have any.

        Raises as `stream` does.
        """
        with self._readers.one() as client:
            return near.read_counts(client, streams, most)

    def series(self, datastream: tuple[int, int], begin: int, end: int, most: int) -> Samples:
        """The newest rows in force of a device and its datastream, by time. Raises as `stream` does."""
        with self._readers.one() as client:
            return near.read_series(client, datastream, begin, min(end, LATEST), most)

    def at(self, places: Sequence[tuple[int, int]]) -> Samples:
        """The rows in force of some devices, each at a time in microseconds. Raises as `stream` does."""
        with self._readers.one() as client:
            return near.read_at(client, places)

    def between(self, device: int, begin: int, end: int, most: int) -> Samples:
        """The rows in force of a device within these times, by datastream and time, or any `most` of them.

        Raises as `stream` does.
        """
        with self._readers.one() as client:
            return near.read_between(client, device, begin, min(end, LATEST), most)

    def extent(self, device: int, begin: int, end: int) -> Extent:
        """How many rows in force of a device there are within these times. Raises as `stream` does."""
        with self._readers.one() as client:
            return near.read_extent(client, device, begin, min(end, LATEST))

    def close(self) -> None:
        """Close every client that is not in use, and the engine with the last of them."""
        self._readers.close()
        self._writer.close()


def _packed(data: bytes, packing: str) -> bytes:
    compressor = get_compressor(packing)
    return bytes(compressor.compress_block(data)) + (compressor.flush() or b"")
