"""What statistics of a series can show, over which periods, and of which values."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sensorium.model.flags import FAILED


class Period(StrEnum):
    """How long a period of statistics is. A week begins on Monday."""

    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Measure(StrEnum):
    """What a row of statistics can show. What fewer than two values do not have is null.

    Of directions all from `MEAN` to `QUARTILE_RANGE` is told around their mean: the least is the one that is
    furthest anticlockwise of it. All of that is null when they cancel each other out.
    """

    DEVICE = "device"
    COMPONENT = "component"  # the component's name
    UNIT = "unit"  # the unit's name
    LEVEL = "level"
    EPSG = "epsg"
    RESOLUTION = "resolution"  # seconds, of the newest value that is not left out
    BEGIN = "begin"  # whole seconds since 1970 UTC
    END = "end"  # the first second that is not part of the period
    IS_CHECKED = "is_checked"  # 1 when a value was under quality control, else 0
    COUNT = "count"  # of the values that are not left out
    SHARE_LEFT_OUT = "share_left_out"  # -1 when no value was under quality control
    MEAN = "mean"  # rounded to 2 decimals, as all that follow where nothing else is said
    MEDIAN = "median"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    DEVIATION = "deviation"  # of the sample (n - 1)
    VARIANCE = "variance"  # of the sample (n - 1), to 3 decimals
    ERROR_OF_MEAN = "error_of_mean"  # to 3 decimals
    SQUARED_ERROR = "squared_error"  # the rounded variance over the count
    VARIATION = "variation"  # the rounded deviation over the rounded mean
    LOWER_QUARTILE = "lower_quartile"
    UPPER_QUARTILE = "upper_quartile"
    QUARTILE_RANGE = "quartile_range"  # between the rounded quartiles
    LONGITUDE = "longitude"
    LATITUDE = "latitude"
    ALTITUDE = "altitude"
    AGGREGATION = "aggregation"  # what the values are together, by their component and unit
    SUM = "sum"  # of amounts; null for other quantities
    COVERAGE = "coverage"  # the share of the time for which values stand, each for its resolution


StatisticsShape = Mapping[str, Measure]
"""The members of a row's JSON object, in order, by the name under which each is shown."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """Which values make one row of statistics.

    `zone` is the IANA zone in which periods begin. With `by_position` each place has rows of its own, else
    they have the mean place. Values that have one of the QC bits `leave_out` are not part of any measure.
    Periods that have values for less than `coverage` of their time have no row. With `of_corrected` they are
    about the calibrated and corrected values, and leave out what has none.
    """

    period: Period
    zone: str = "UTC"
    by_position: bool = True
    leave_out: int = int(FAILED)
    coverage: float = 0.0
    of_corrected: bool = False
