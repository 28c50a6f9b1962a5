"""Everybody's side of the observation store: queries go to the engine process, answers stream back."""

from collections.abc import AsyncGenerator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from time import monotonic
from typing import Any

import msgspec

from sensorium.model.device import Datastream
from sensorium.model.errors import Unavailable
from sensorium.model.packet import Original
from sensorium.model.selection import Selection, SelectionShape
from sensorium.model.series import Shape, TimedValue
from sensorium.model.statistics import Grouping, StatisticsShape
from sensorium.storage.observations import filtered, originals, select
from sensorium.storage.observations.ahead import in_turn
from sensorium.storage.observations.asking import Asking, QueryFailed
from sensorium.storage.observations.filtered import first_span, next_to
from sensorium.storage.observations.lines import extents, of_many, overlaps, series_of
from sensorium.storage.observations.originals import Wanted
from sensorium.storage.observations.pace import Pace
from sensorium.storage.observations.rows import LATEST, month_bounds
from sensorium.storage.observations.select import Query
from sensorium.storage.observations.statistics import Part, last_periods, statistics

_SAME = 1.0  # seconds for which the times of what is stored are about the same

_ANY = Query("SELECT packet FROM observations LIMIT 1 FORMAT JSONEachRow", {})

_read_newest = msgspec.json.Decoder(list[tuple[int, int, float]]).decode


@dataclass(slots=True)
class _Known:
    """Between which times anything was stored, and when that was asked for."""

    stored: tuple[int, int] = 0, 0
    asked: float = -inf


class Reader:
    """Queries the engine process on its socket. Every method raises Unavailable while it cannot answer."""

    def __init__(self, socket: Path) -> None:
        self._engine = Asking(socket)
        self._known = _Known()
        self._account = 0

    def of(self, account: int) -> "Reader":
        """The same for an account: each has a share of the engine's streams, and no more."""
        reader = copy(self)
        reader._account = account
        return reader

    async def series(
        self, streams: Sequence[Datastream], begin: int, end: int, shape: Shape, position: int
    ) -> AsyncGenerator[bytes]:
        """The observations with times in [`begin`, `end`] (microseconds since 1970 UTC) as a JSON array.

        Sorted by time, component name and datastream; the packet with the id `position` is seen. The first
        piece comes when the engine has answered. An answer that breaks off later raises, and never just ends.
        """
        separator, pace = b"[", Pace()
        if streams:
            windows = self._windows(streams, begin, end, position, pace)
            answers = (self._lines(select.rows(streams, shape, *window)) async for window in windows)
            async for lines in in_turn(answers, pace):
                yield separator + _joined(lines)
                separator = b","
        yield b"[]" if separator == b"[" else b"]"

    async def edge(
        self, streams: Sequence[Datastream], shape: Shape, position: int, *, newest: bool
    ) -> AsyncGenerator[bytes]:
        """The newest or the oldest observation of each line that has any, as `series` gives them."""
        times = await self._ends(streams, position, newest=newest)
        separator = b"["
        if times:
            async for lines in self._lines(select.rows_at(streams, shape, times)):
                yield separator + _joined(lines)
                separator = b","
        yield b"[]" if separator == b"[" else b"]"

    async def statistics(
        self, parts: Sequence[Part], grouping: Grouping, shape: StatisticsShape, position: int
    ) -> AsyncGenerator[bytes]:
        """Statistics of the periods and datastreams of each part, one query each, as a JSON array."""
        separator = b"["
        for part in parts:
            doubled = await self._doubled(part, grouping, position)
            async for lines in self._lines(statistics(part, grouping, shape, doubled), position):
                yield separator + _joined(lines)
                separator = b","
        yield b"[]" if separator == b"[" else b"]"

    async def last_statistics(
        self, streams: Sequence[Datastream], grouping: Grouping, shape: StatisticsShape, position: int
    ) -> AsyncGenerator[bytes]:
        """Statistics of the last period of each line of datastreams that has any, as a JSON array."""
        newest = await self._ends(streams, position, newest=True, counted=grouping)
        async for piece in self.statistics(
            last_periods(streams, grouping, newest), grouping, shape, position
        ):
            yield piece

    async def originals(self, wanted: Wanted, position: int) -> AsyncGenerator[list[Original]]:
        """Packets as they were sent, some at a time, in the order of arrival.

        The packet with the id `position` is seen. Whether one is rejected is not told.
        """
        while True:
            found = originals.found_of(await self._array(originals.find(wanted), position))
            for some in originals.portions(found):
                yield originals.originals(await self._array(originals.read(wanted.device, some)))
            most = None if wanted.most is None else wanted.most - len(found)
            if len(found) < originals.AT_ONCE or most == 0:
                return
            wanted = replace(wanted, after=found[-1].id, most=most)

    async def selected(
        self, selection: Selection, shape: SelectionShape, position: int
    ) -> AsyncGenerator[list[bytes]]:
        """The rows of a selection as JSON objects, some at a time, in their order; never more than asked for.

        Each step asks for the time next to the one before, and for a longer one the fewer rows it finds: the
        newest rows are found without sorting older ones, and no answer is sorted as a whole.
        """
        narrowed = await self._narrowed(selection, position)
        pace = Pace()
        is_short = narrowed.limit <= pace.at_once  # one query may sort it all
        stored = await self._stored(position, _SAME if is_short else 0)
        begin, end = max(narrowed.begin, 0), min(narrowed.end, LATEST)
        if not is_short:
            begin, end = max(begin, stored[0]), min(end, stored[1])
        span, left = first_span(narrowed, pace.at_once), narrowed.limit
        while begin <= end and left > 0:
            first, last = next_to(narrowed, begin, end, span, stored)
            most = pace.at_once
            if not is_short and first < last and await self._is_too_much(narrowed, first, last, left, most):
                span = max(span // 4, 1)
                continue
            query = filtered.rows(narrowed, shape, first, last, left)
            if query is not None:
                with pace.one_query():
                    async for lines in self._lines(query, position):
                        found = lines.split(b"\n")[:-1]
                        left -= len(found)
                        yield found
            begin, end = (begin, first - 1) if narrowed.newest_first else (last + 1, end)
            span *= 4

    async def _stored(self, position: int, age: float) -> tuple[int, int]:
        """Between which times anything is stored, or was so many seconds ago."""
        known, began = self._known, monotonic()
        if began - known.asked > age:
            (edges,) = await self._read(Query(filtered.EDGES, {}), position)
            known.stored, known.asked = (edges["first"], edges["last"]), began
        return known.stored

    async def _narrowed(self, selection: Selection, position: int) -> Selection:
        """A selection by packets with the time that these are of, and with all packets of their instants."""
        if selection.data is None:
            return selection
        devices = {each.device for each in selection.wanted}
        there = await self._read(filtered.packets_by_id(devices, selection.data), position)
        if not there:
            return replace(selection, limit=0)
        times = [each["at"] for each in there]
        begin, end = max(selection.begin, min(times)), min(selection.end, max(times))
        told = await self._read(
            filtered.packets_by_first({each["device"] for each in there}, begin, end, selection.data)
        )
        data = {each["id"] for each in there}
        for each in told:
            (data.add if each["first"] in selection.data else data.discard)(each["packet"])
        return replace(selection, begin=begin, end=end, data=frozenset(data))

    async def _is_too_much(self, selection: Selection, begin: int, end: int, left: int, most: int) -> bool:
        """Whether more rows are in [`begin`, `end`] than one query should sort; `left` are asked for."""
        if left <= most or (query := filtered.extent(selection, begin, end)) is None:
            return False
        return (await self._read(query))[0]["count"] > 2 * most

    async def newest(self, streams: Sequence[Datastream], position: int) -> dict[int, TimedValue]:
        """The newest value of each of these datastreams that has any, by its id."""
        if not streams:
            return {}
        wanted = {
            "devices": sorted({stream.device for stream in streams}),
            "datastreams": [stream.id for stream in streams],
        }
        body = msgspec.json.encode(wanted)
        async with self._engine.ask("POST", "/newest", position, body, self._account) as answer:
            rows = _read_newest(await answer.aread())
        return {datastream: TimedValue(time, value) for datastream, time, value in rows}

    async def wait(self, position: int) -> None:
        """Return when the packet with the id `position` is processed."""
        async with self._engine.ask("GET", "/wait", position) as answer:
            await answer.aread()

    async def try_read(self, position: int) -> None:
        """Read any row there is, and return when the packet with the id `position` is processed too."""
        try:
            await self._array(_ANY)
            await self.wait(position)
        except QueryFailed as error:
            raise Unavailable("The observation store cannot be read now.") from error

    async def newest_packet(self) -> int:
        """The id of the newest packet in the archive, 0 when there is none."""
        async with self._engine.ask("GET", "/ready") as answer:
            return msgspec.json.decode(await answer.aread())["packet"]

    async def close(self) -> None:
        """Close the connections."""
        await self._engine.close()

    async def _windows(
        self, streams: Sequence[Datastream], begin: int, end: int, position: int, pace: Pace
    ) -> AsyncGenerator[tuple[int, int]]:
        """Spans of time, in order, that hold all rows and none of them many more than the pace says.

        Two are found at once: a half of what holds twice as many rows has at most three times as many.
        """
        begin, end = max(begin, 0), min(end, LATEST)
        span = end - begin + 1
        while begin <= end:
            until, wanted = min(begin + span - 1, end), 2 * pace.at_once
            (extent,) = await self._read(select.extent(streams, begin, until), position)
            count, first, last = extent["count"], extent["first"], extent["last"]
            if 2 * count > 3 * wanted and first < last:
                begin, span = first, (last - first + 1) * wanted // count + 1
                continue
            if count > pace.at_once and first < last:
                middle = (first + last) // 2
                yield first, middle
                yield middle + 1, last
            elif count:
                yield first, last
            begin = until + 1
            span = min(4 * span, span * wanted // max(count, 1) + 1)

    async def _doubled(self, part: Part, grouping: Grouping, position: int) -> list[int]:
        """On which days two datastreams of a series may have rows of one moment."""
        within, streams = part
        series = series_of(streams, grouping)
        if not (many := of_many(streams, series)):
            return []
        return overlaps(series, await self._read(extents(many, within[0], within[-1]), position))

    async def _ends(
        self,
        streams: Sequence[Datastream],
        position: int,
        *,
        newest: bool,
        counted: Grouping | None = None,
    ) -> dict[int, int]:
        """The newest or oldest time of each line, by the id of the datastream that has it.

        Of values that are `counted` in such statistics, if that is said.
        """
        times = await self._edges(streams, position, newest=newest, counted=counted) if streams else {}
        there = sorted(
            (times[each.id] if newest else -times[each.id], each.id, each.line)
            for each in streams
            if each.id in times
        )
        ends = {line: datastream for _, datastream, line in there}
        return {datastream: times[datastream] for datastream in ends.values()}

    async def _edges(
        self,
        streams: Sequence[Datastream],
        position: int,
        *,
        newest: bool,
        counted: Grouping | None,
    ) -> dict[int, int]:
        """The newest or oldest time of each datastream that may have that of its line.

        They are asked for month by month from that end, then more at once.
        """
        found = await self._read(Query(select.MONTHS, {}), position)
        months = sorted((each["month"] for each in found), reverse=newest)
        times: dict[int, int] = {}
        missing = list(streams)
        some = 1
        while missing and months:
            bounds = [month_bounds(month) for month in months[:some]]
            begin, end = min(bounds)[0], max(bounds)[1]
            edges = select.edges(missing, begin, end, newest=newest, counted=counted)
            for each in await self._read(edges, position):
                times[each["datastream"]] = each["at"]
            found_lines = {stream.line for stream in missing if stream.id in times}
            missing = [stream for stream in missing if stream.line not in found_lines]
            months = months[some:]
            some *= 2
        return times

    async def _read(self, query: Query, position: int = 0) -> list[dict[str, Any]]:
        """A short answer, as objects."""
        return msgspec.json.decode(await self._array(query, position))

    async def _array(self, query: Query, position: int = 0) -> bytes:
        """A short answer as one JSON array."""
        lines = [lines async for lines in self._lines(query, position)]
        return b"[" + b",".join(_joined(each) for each in lines) + b"]"

    async def _lines(self, query: Query, position: int = 0) -> AsyncGenerator[bytes]:
        """The answer to a query for JSONEachRow in runs of whole lines, each ending in a newline.

        Raises QueryFailed, or Unavailable, when the answer ends before its end.
        """
        rest = b""
        body = msgspec.json.encode(query)
        async with self._engine.ask("POST", "/", position, body, self._account) as answer:
            async for piece in answer.aiter_raw():
                whole, newline, after = piece.rpartition(b"\n")
                if newline:
                    yield rest + whole + newline
                    rest = after
                else:
                    rest += piece
        if rest:
            raise QueryFailed(f"the engine's answer breaks off: {rest[:200]!r}")


def _joined(lines: bytes) -> bytes:
    # a newline inside a value is escaped in JSON, so each one ends a row
    return lines[:-1].replace(b"\n", b",")
