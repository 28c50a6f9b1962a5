"""Bodies about checks, calibrations and corrections, read into the words of the platform; pure."""

from typing import cast

from sensorium.dialects.manage.decode import (
    Body,
    moment_of,
    number_or_none,
    refuse_others,
    required_text,
    text_of,
    true_or_false,
    whole_of,
)
from sensorium.model.calibration import Calibration, CalibrationChange, Point
from sensorium.model.correction import CorrectionChange
from sensorium.model.errors import Malformed, Missing
from sensorium.model.quality import QualityChange


def quality_change(body: Body) -> QualityChange:
    """How values are to be checked. Raises Malformed."""
    settings = {key: value for key, value in body.items() if key not in ("preset", "valid_from", "note")}
    return QualityChange(
        preset=text_of(body, "preset"),
        settings=settings,
        valid_from=moment_of(body, "valid_from"),
        note=text_of(body, "note"),
    )


def calibration_change(body: Body) -> CalibrationChange:
    """How raw values are calibrated. Raises Malformed and Missing."""
    numbers = ("divider", "multiplier", "uncertainty")
    texts = ("note", "certificate", "valid_from")
    refuse_others(body, {"points", "equation", "level", "for_all_time", *numbers, *texts})
    if "points" not in body and "equation" not in body and "divider" not in body and "multiplier" not in body:
        raise Missing("One of points, equation, divider and multiplier must be defined.", "points")
    for_all_time = true_or_false(body.get("for_all_time", False), "for_all_time")
    if for_all_time and body.get("valid_from") is not None:
        raise Malformed("What is for all time has no beginning.", "valid_from")
    calibration = Calibration(
        points=_points(body.get("points")),
        equation=text_of(body, "equation"),
        level=whole_of(body, "level", "a data level"),
        **{name: number_or_none(body.get(name), name) for name in numbers},
    )
    return CalibrationChange(
        calibration,
        valid_from=moment_of(body, "valid_from"),
        note=text_of(body, "note"),
        certificate=text_of(body, "certificate"),
        for_all_time=for_all_time,
    )


def _points(value: object) -> tuple[Point, ...]:
    """The points of a table: objects with the numbers `in` and `out`."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise Malformed("It must be an array.", "points")
    return tuple(_point(each) for each in cast(list[object], value))


def _point(each: object) -> Point:
    if not isinstance(each, dict) or set(cast(Body, each)) != {"in", "out"}:
        raise Malformed('A point is an object with "in" and "out".', "points")
    raw, found = (number_or_none(cast(Body, each)[key], "points") for key in ("in", "out"))
    if raw is None or found is None:
        raise Malformed("The numbers of a point must be defined.", "points")
    return Point(raw, found)


def correction_change(body: Body) -> CorrectionChange:
    """How values are to be corrected; `expression`, null for not at all, or `preset` must be there.

    Raises Malformed and Missing.
    """
    refuse_others(body, {"expression", "preset", "arguments", "level", "valid_from", "note"})
    if "preset" in body and "expression" in body:
        raise Malformed("A preset has an expression of its own.", "expression")
    if "preset" not in body and "expression" not in body:
        raise Missing("It must be defined, or a preset; null ends a correction.", "expression")
    arguments = body.get("arguments", {})
    if not isinstance(arguments, dict) or ("preset" not in body and arguments):
        raise Malformed("It is an object with the arguments of a preset.", "arguments")
    return CorrectionChange(
        expression=text_of(body, "expression"),
        preset=required_text(body, "preset") if "preset" in body else None,
        arguments=cast(Body, arguments),
        level=whole_of(body, "level", "a data level"),
        valid_from=moment_of(body, "valid_from"),
        note=text_of(body, "note"),
    )


def training_range(body: Body) -> tuple[int | None, int | None]:
    """The first and the last time of the values that are meant.

    In microseconds since 1970 UTC (None: no bound). Raises Malformed.
    """
    refuse_others(body, {"from", "to"})
    return moment_of(body, "from"), moment_of(body, "to")
