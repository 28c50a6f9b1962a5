"""Calibrations as rows: what is said of a datastream, what holds of it, and what a change entails.

What is said of a datastream is said of its line (`lines`): for all datastreams of it, each value by its time.
A change, its entry in the device's log and the job that applies it to stored data are one transaction.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, insert, select, update

from sensorium.model.calibration import (
    Calibration,
    CalibrationChange,
    DatedCalibration,
    Point,
    SaidCalibration,
)
from sensorium.model.device import Datastream
from sensorium.model.moments import from_microseconds
from sensorium.storage.catalog.catalog import Catalog
from sensorium.storage.catalog.jobs import ask_remake
from sensorium.storage.catalog.lines import line_column
from sensorium.storage.catalog.subjects import of_device, of_holdings
from sensorium.storage.catalog.tables import accounts, calibrations, datastreams, log_entries

Check = Callable[[str | None, int], None]
"""Is given the version of what holds (None: nothing) and how many hold, and raises what prevents a change."""

Remake = Callable[[Sequence[SaidCalibration]], Sequence[CalibrationChange] | None]
"""Is given what holds, in the order of time, and says what is to hold instead (None: nothing changes)."""

_HOLDS = calibrations.c.replaced.is_(None)
_read_points = msgspec.json.Decoder(tuple[Point, ...]).decode


@dataclass(frozen=True, slots=True)
class Entry:
    """Who changes a calibration, when (microseconds since 1970 UTC), and how the device's log tells it."""

    author: str
    now: int
    message: str


def find_calibrations(catalog: Catalog, streams: Iterable[int]) -> dict[int, tuple[DatedCalibration, ...]]:
    """What holds of each of these datastreams, in the order of time; before the first one, nothing."""
    wanted = list(streams)
    query = select(datastreams.c.id.label("stream"), calibrations).join_from(
        calibrations, datastreams, calibrations.c.datastream == line_column
    )
    held = query.where(datastreams.c.id.in_(wanted), _HOLDS)
    found: dict[int, list[DatedCalibration]] = {each: [] for each in wanted}
    with catalog.read() as connection:
        for row in connection.execute(held.order_by(calibrations.c.valid_from)):
            found[row.stream].append(DatedCalibration(row.valid_from, row.id, _calibration(row)))
    return {stream: tuple(dated) for stream, dated in found.items()}


def find_calibrations_of(
    catalog: Catalog, devices: Sequence[int]
) -> dict[int, dict[int, tuple[DatedCalibration, ...]]]:
    """By device, what holds of each of its datastreams; only of those of which anything does."""
    query = select(datastreams.c.device, datastreams.c.id.label("stream"), calibrations).join_from(
        calibrations, datastreams, calibrations.c.datastream == line_column
    )
    wanted = query.where(datastreams.c.device.in_(devices), _HOLDS).order_by(calibrations.c.valid_from)
    found: dict[int, dict[int, tuple[DatedCalibration, ...]]] = {}
    with catalog.read() as connection:
        for row in connection.execute(wanted):
            of_device = found.setdefault(row.device, {})
            dated = DatedCalibration(row.valid_from, row.id, _calibration(row))
            of_device[row.stream] = (*of_device.get(row.stream, ()), dated)
    return found


def said_of_calibration(
    catalog: Catalog, line: int, *, after: int = 0, most: int | None = None
) -> tuple[tuple[SaidCalibration, ...], str | None]:
    """All that was ever said of a line, oldest first, and the version of what holds (None: nothing).

    Only what was said `after` the entry of that id, and `most` entries of it.
    """
    query = select(calibrations).where(calibrations.c.datastream == line, calibrations.c.id > after)
    with catalog.read() as connection:
        rows = connection.execute(query.order_by(calibrations.c.id).limit(most)).all()
        version, _ = _state(connection, line)
    return tuple(_said(row) for row in rows), version


def held_calibrations(catalog: Catalog, line: int) -> tuple[tuple[SaidCalibration, ...], str | None]:
    """What holds of a line, in the order of time, and the version of that (None: nothing does)."""
    query = select(calibrations).where(calibrations.c.datastream == line, _HOLDS)
    with catalog.read() as connection:
        rows = connection.execute(query.order_by(calibrations.c.valid_from)).all()
        version, _ = _state(connection, line)
    return tuple(_said(row) for row in rows), version


def calibrates_from_now(catalog: Catalog, account: int) -> bool:
    """Whether a calibration without a date is for later values alone, or for all time, in this account."""
    with catalog.read() as connection:
        return connection.scalars(select(accounts.c.calibrate_from_now).where(accounts.c.id == account)).one()


def say_calibration(
    catalog: Catalog, account: int, stream: Datastream, change: CalibrationChange, entry: Entry, check: Check
) -> None:
    """Say how a datastream is calibrated from a time on, in place of what was said for the same time.

    Without a time it is for all time, and replaces everything that holds.
    """
    valid_from = change.valid_from
    with catalog.change([of_device(stream.device), of_holdings(account)]) as connection:
        check(*_state(connection, stream.line))
        _replace(connection, stream.line, valid_from, entry.now)
        _insert(connection, stream.line, change, entry)
        _entail(connection, account, stream, valid_from, entry)


def remake_calibrations(
    catalog: Catalog, account: int, stream: Datastream, begin: int, remake: Remake, entry: Entry
) -> None:
    """Have hold from `begin` on, in microseconds since 1970 UTC, what `remake` makes of what holds."""
    held = select(calibrations).where(calibrations.c.datastream == stream.line, _HOLDS)
    with catalog.change([of_device(stream.device), of_holdings(account)]) as connection:
        rows = connection.execute(held.order_by(calibrations.c.valid_from)).all()
        changes = remake([_said(row) for row in rows])
        if changes is None:
            return
        ended = update(calibrations).where(calibrations.c.datastream == stream.line, _HOLDS)
        connection.execute(ended.where(calibrations.c.valid_from >= begin).values(replaced=entry.now))
        for each in changes:
            _insert(connection, stream.line, each, entry)
        _log(connection, stream, entry)
        ask_remake(connection, account, stream.device, begin or None, None, now=entry.now)


def unsay_calibration(
    catalog: Catalog, account: int, stream: Datastream, valid_from: int | None, entry: Entry, check: Check
) -> bool:
    """Have what is said for a time hold no more, or all of it (None); whether there was anything."""
    with catalog.change([of_device(stream.device), of_holdings(account)]) as connection:
        check(*_state(connection, stream.line))
        if not _replace(connection, stream.line, valid_from, entry.now):
            return False
        _entail(connection, account, stream, valid_from, entry)
    return True


def _replace(connection: Connection, line: int, valid_from: int | None, now: int) -> bool:
    statement = update(calibrations).where(calibrations.c.datastream == line, _HOLDS)
    if valid_from is not None:
        statement = statement.where(calibrations.c.valid_from == valid_from)
    return connection.execute(statement.values(replaced=now)).rowcount > 0


def _entail(
    connection: Connection, account: int, stream: Datastream, valid_from: int | None, entry: Entry
) -> None:
    """Log the change, and ask for the values from that time to the next change to be made anew."""
    _log(connection, stream, entry)
    end = None
    if valid_from is not None:
        later = select(calibrations.c.valid_from).where(
            calibrations.c.datastream == stream.line, _HOLDS, calibrations.c.valid_from > valid_from
        )
        following = connection.scalars(later.order_by(calibrations.c.valid_from)).first()
        end = None if following is None else following - 1
    ask_remake(connection, account, stream.device, valid_from, end, now=entry.now)


def _log(connection: Connection, stream: Datastream, entry: Entry) -> None:
    log = insert(log_entries).values(device=stream.device, time=entry.now, user=entry.author)
    connection.execute(log.values(message=entry.message))


def _insert(connection: Connection, line: int, change: CalibrationChange, entry: Entry) -> None:
    row = insert(calibrations).values(
        datastream=line,
        valid_from=0 if change.valid_from is None else change.valid_from,
        author=entry.author,
        note=change.note,
        certificate=change.certificate,
        created=entry.now,
        **_columns(change.calibration),
    )
    connection.execute(row)


def _state(connection: Connection, line: int) -> tuple[str | None, int]:
    """A name for what holds, which nothing else ever has, and how many there are."""
    query = select(calibrations.c.id).where(calibrations.c.datastream == line, _HOLDS)
    numbers = connection.scalars(query.order_by(calibrations.c.id)).all()
    return ".".join(map(str, numbers)) or None, len(numbers)


def _columns(calibration: Calibration) -> dict[str, Any]:
    points = msgspec.json.encode(calibration.points).decode() if calibration.points else None
    return {
        "kind": "table" if calibration.equation is None else "equation",
        "points": points,
        "expression": calibration.equation,
        "divider": calibration.divider,
        "multiplier": calibration.multiplier,
        "level": calibration.level,
        "uncertainty": calibration.uncertainty,
    }


def _calibration(row: Row[Any]) -> Calibration:
    return Calibration(
        points=() if row.points is None else _read_points(row.points),
        equation=row.expression,
        divider=row.divider,
        multiplier=row.multiplier,
        level=row.level,
        uncertainty=row.uncertainty,
    )


def _said(row: Row[Any]) -> SaidCalibration:
    return SaidCalibration(
        id=row.id,
        valid_from=from_microseconds(row.valid_from),
        calibration=_calibration(row),
        author=row.author,
        note=row.note,
        certificate=row.certificate,
        created=from_microseconds(row.created),
        replaced=None if row.replaced is None else from_microseconds(row.replaced),
    )
