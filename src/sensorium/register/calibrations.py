"""How the raw values of a datastream are calibrated, as its account sets it, from a time on or for all time.

Every change stands in the device's log, and stored values that it touches are made anew in the background.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import isfinite

from sensorium.model.calibration import Calibration, CalibrationChange, SaidCalibration
from sensorium.model.device import Datastream
from sensorium.model.errors import Malformed, NotFound, PoolFull, UnknownLevel
from sensorium.model.moments import from_microseconds, to_microseconds
from sensorium.plans.calibration import compile_equation
from sensorium.register.texts import description, optional_text
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.calibrations import (
    Entry,
    calibrates_from_now,
    find_calibrations,
    held_calibrations,
    remake_calibrations,
    said_of_calibration,
    say_calibration,
    unsay_calibration,
)
from sensorium.storage.catalog.measured import all_levels

MOST_POINTS = 10_000
MOST_SAID = 200  # times at which another calibration begins, for one datastream
Check = Callable[[str | None], None]
"""Is given the version of what holds (None: nothing) and raises what prevents the change."""


@dataclass(frozen=True, slots=True)
class Calibrations:
    """What can be done about calibrations."""

    catalog: Catalog

    def in_force(self, stream: Datastream, at: int) -> Calibration | None:
        """What holds for values of that time, in microseconds since 1970 UTC (None: nothing does)."""
        dated = find_calibrations(self.catalog, [stream.id])[stream.id]
        holding = [each.calibration for each in dated if each.valid_from <= at]
        return holding[-1] if holding and not holding[-1].changes_nothing else None

    def held(self, stream: Datastream) -> tuple[tuple[SaidCalibration, ...], str | None]:
        """What holds of a datastream, in the order of time, and the version of that."""
        return held_calibrations(self.catalog, stream.line)

    def of_stream(
        self, stream: Datastream, *, after: int = 0, most: int | None = None
    ) -> tuple[tuple[SaidCalibration, ...], str | None]:
        """All that was ever said of a datastream, oldest first, and the version of what holds.

        Only what was said `after` the entry of that id, and `most` entries of it.
        """
        return said_of_calibration(self.catalog, stream.line, after=after, most=most)

    def set(
        self,
        account: int,
        stream: Datastream,
        change: CalibrationChange,
        check: Check,
        *,
        author: str,
        now: int,
    ) -> None:
        """Say how a datastream is calibrated from a time on (None: now), or for all time.

        Raises Malformed, InvalidExpression, UnknownLevel, PoolFull, and what `check` does.
        """
        if change.valid_from is None and not change.for_all_time:
            change = replace(change, valid_from=now)
        self._say(account, stream, change, check, Entry(author, now, _told(stream, change)))

    def replace(
        self, account: int, stream: Datastream, calibration: Calibration, *, author: str, now: int
    ) -> None:
        """Calibrate a datastream so and not otherwise: for all time, or from now on if its account says so.

        Raises as `set` does.
        """
        from_now = calibrates_from_now(self.catalog, account)
        change = CalibrationChange(calibration, now if from_now else None, for_all_time=not from_now)
        self._say(account, stream, change, _anything, Entry(author, now, _told(stream, change)))

    def divide(
        self, account: int, stream: Datastream, divider: float | None, *, author: str, now: int
    ) -> None:
        """Divide raw values by another number before they are calibrated, for all time or from now on.

        What holds stays what it is otherwise, each for its time. Where all of it has that divider nothing
        changes.
        """
        begin = now if calibrates_from_now(self.catalog, account) else 0
        what = "not divided" if divider is None else f"divided by {divider:.15g}"
        since = f"from {_moment(begin)} on" if begin else "for all time"
        entry = Entry(author, now, f"{_name(stream)}: {what} {since}, otherwise calibrated as before.")
        remake_calibrations(
            self.catalog, account, stream, begin, lambda held: _divided(held, divider, begin), entry
        )

    def reset(
        self,
        account: int,
        stream: Datastream,
        valid_from: int | None,
        check: Check,
        *,
        author: str,
        now: int,
    ) -> None:
        """Take back what is said for a time, or all of it (None).

        Raises NotFound when there is nothing, and what `check` does.
        """
        since = "" if valid_from is None else f" from {_moment(valid_from)} on"
        entry = Entry(author, now, f"{_name(stream)}: the calibration{since} was taken back.")

        def checked(version: str | None, _: int) -> None:
            check(version)

        if not unsay_calibration(self.catalog, account, stream, valid_from, entry, checked):
            raise NotFound("Nothing is said about a calibration here.")

    def _say(
        self, account: int, stream: Datastream, change: CalibrationChange, check: Check, entry: Entry
    ) -> None:
        self._check(stream, change.calibration)
        description(change.note, "The note", "note")
        optional_text(change.certificate, "The certificate", "certificate")

        def checked(version: str | None, holding: int) -> None:
            check(version)
            if not change.for_all_time and holding >= MOST_SAID:
                raise PoolFull(f"A calibration can change at most {MOST_SAID} times.", "valid_from")

        say_calibration(self.catalog, account, stream, change, entry, checked)

    def _check(self, stream: Datastream, calibration: Calibration) -> None:
        _check_points(calibration)
        if calibration.equation is not None:
            if calibration.points:
                raise Malformed("It is a table or an equation, not both.", "equation")
            compile_equation(calibration.equation)
        _check_numbers(calibration)
        if calibration.level is None:
            return
        if all(each.value != calibration.level for each in all_levels(self.catalog)):
            raise UnknownLevel(f"There is no data level {calibration.level}.", "level")
        if calibration.level <= stream.level:
            raise Malformed(f"It must be above that of the raw values, {stream.level}.", "level")


def _check_numbers(calibration: Calibration) -> None:
    for name in ("divider", "multiplier"):
        factor: float | None = getattr(calibration, name)
        if factor is not None and (factor == 0 or not isfinite(factor)):
            raise Malformed("It must be a number other than 0.", name)
    spread = calibration.uncertainty
    if spread is not None and not (isfinite(spread) and spread >= 0):
        raise Malformed("It must be a number of 0 or more.", "uncertainty")


def _check_points(calibration: Calibration) -> None:
    if len(calibration.points) > MOST_POINTS:
        raise Malformed(f"A table has at most {MOST_POINTS} points.", "points")
    if not all(isfinite(number) for point in calibration.points for number in point):
        raise Malformed("The numbers of a point must be finite.", "points")
    if len({point.raw for point in calibration.points}) < len(calibration.points):
        raise Malformed("Two points must not have the same raw value.", "points")


def _divided(
    held: Sequence[SaidCalibration], divider: float | None, begin: int
) -> Sequence[CalibrationChange] | None:
    """What holds from `begin` on, with another divider (None: it has that already)."""
    starts = [to_microseconds(each.valid_from) for each in held]
    first = next((at for at in reversed(range(len(held))) if starts[at] <= begin), None)
    is_bare = first is None and divider is not None  # at that time no calibration holds
    bare = [CalibrationChange(Calibration(), begin)] if is_bare else []
    there = bare + [
        CalibrationChange(each.calibration, max(start, begin), each.note, each.certificate)
        for start, each in zip(starts[first or 0 :], held[first or 0 :], strict=True)
    ]
    if all(each.calibration.divider == divider for each in there):
        return None
    return [replace(each, calibration=replace(each.calibration, divider=divider)) for each in there]


def _anything(version: str | None) -> None:
    """A check that any version passes."""


def _told(stream: Datastream, change: CalibrationChange) -> str:
    calibration = change.calibration
    if calibration.changes_nothing:
        what = "not calibrated"
    elif calibration.equation is not None:
        what = f"calibrated by {calibration.equation}"
    elif calibration.points:
        what = f"calibrated by a table of {len(calibration.points)} points"
    else:
        what = "calibrated"
    for done, factor in (("divided", calibration.divider), ("multiplied", calibration.multiplier)):
        what += "" if factor is None else f", {done} by {factor:.15g}"
    since = (
        "for all time"
        if change.for_all_time or change.valid_from is None
        else f"from {_moment(change.valid_from)} on"
    )
    return f"{_name(stream)}: {what} {since}."


def _name(stream: Datastream) -> str:
    return f"{stream.component.name} ({stream.path})"


def _moment(at: int) -> str:
    return f"{from_microseconds(at):%Y-%m-%dT%H:%M:%SZ}"
