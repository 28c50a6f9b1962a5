"""Statistics of directions, levels and amounts are those of numpy, member by member."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sensorium.model.catalogue import Aggregation, Component, Unit
from sensorium.model.device import Datastream
from sensorium.model.moments import to_microseconds
from sensorium.model.statistics import Grouping, Measure, Period, StatisticsShape
from sensorium.plans.periods import bounds
from sensorium.plans.zones import zone
from sensorium.storage.observations.lines import overlaps
from sensorium.storage.observations.statistics import last_periods, statistics
from tests.chance import cases
from tests.storage.observations.shared import NOON, SECOND, answer, new_device, rows_of, stream_of, the_store

HOUR = NOON - NOON % (3600 * SECOND)
SHAPE: StatisticsShape = MappingProxyType(
    {
        each.value: each
        for each in (
            *(Measure.COMPONENT, Measure.COUNT, Measure.MEAN, Measure.MEDIAN, Measure.MINIMUM),
            *(Measure.MAXIMUM, Measure.DEVIATION, Measure.VARIANCE, Measure.ERROR_OF_MEAN),
            *(Measure.SQUARED_ERROR, Measure.VARIATION, Measure.LOWER_QUARTILE, Measure.UPPER_QUARTILE),
            *(Measure.QUARTILE_RANGE, Measure.AGGREGATION, Measure.SUM),
        )
    }
)
UNITS = {
    Aggregation.ARITHMETIC: "°C",
    Aggregation.CIRCULAR: "°",
    Aggregation.ENERGETIC: "dBA",
    Aggregation.SUM: "mm",
}

Values = NDArray[np.float64]
Row = dict[str, object]


@dataclass(frozen=True)
class Spread:
    """What is told of values beside their mean: around `center`, with the sorted values as they are shown."""

    values: Values
    center: float
    shown: Callable[[float], float]

    def row(self) -> Row:
        """The members that all kinds of quantities have."""
        count = len(self.values)
        q1, median, q3 = np.quantile(self.values, (0.25, 0.5, 0.75), method="median_unbiased")
        square = float(((self.values - self.center) ** 2).sum()) / (count - 1) if count > 1 else None
        variance = None if square is None else rounded(square, 3)
        return {
            "count": count,
            "median": self.shown(median),
            "minimum": self.shown(self.values.min()),
            "maximum": self.shown(self.values.max()),
            "lower_quartile": self.shown(q1),
            "upper_quartile": self.shown(q3),
            "deviation": None if square is None else rounded(square**0.5, 2),
            "variance": variance,
            "error_of_mean": None if square is None else rounded((square / count) ** 0.5, 3),
            "squared_error": None if variance is None else variance / count,
            "sum": None,
        }


def rounded(number: float, digits: int = 2) -> float:
    """To so many decimals."""
    return float(np.round(number, digits))


def direction(degrees: float) -> float:
    """As it is shown: 0 is north, and 360 is not there."""
    return rounded(degrees % 360) % 360


def of_numbers(values: Values) -> Row:
    """By the mean of the numbers."""
    row = Spread(values, float(values.mean()), rounded).row()
    deviation, mean = row["deviation"], rounded(values.mean())
    variation = deviation / mean if isinstance(deviation, float) and mean else None
    between = rounded_difference(row)
    return row | {"mean": mean, "variation": variation, "quartile_range": between}


def of_levels(values: Values) -> Row:
    """As numbers, but for the mean: that of the energies, to which the deviation has no ratio."""
    mean = rounded(10 * np.log10(np.power(10, values / 10).mean()))
    return of_numbers(values) | {"mean": mean, "variation": None}


def of_amounts(values: Values) -> Row:
    """As numbers, with how much it is."""
    return of_numbers(values) | {"sum": rounded(values.sum())}


def of_directions(values: Values) -> Row:
    """By complex numbers, around the mean direction."""
    mean = float(np.degrees(np.angle(np.exp(1j * np.radians(values)).sum())))
    around = (values - mean + 180) % 360 - 180
    row = Spread(mean + around, mean, direction).row()
    between = rounded_difference(row) % 360
    return row | {"mean": direction(mean), "variation": None, "quartile_range": between}


def rounded_difference(row: Row) -> float:
    """Between the quartiles as they are shown."""
    upper, lower = row["upper_quartile"], row["lower_quartile"]
    assert isinstance(upper, float)
    assert isinstance(lower, float)
    return upper - lower


BY_NUMPY = {
    Aggregation.ARITHMETIC: of_numbers,
    Aggregation.CIRCULAR: of_directions,
    Aggregation.ENERGETIC: of_levels,
    Aggregation.SUM: of_amounts,
}


def stream(device: int, number: int, aggregation: Aggregation, unit: str | None = None) -> Datastream:
    """A datastream of a component that is of this kind; `unit` where it is not that of the component."""
    own = UNITS[aggregation]
    component = Component(number + 1, aggregation.value, "Standard", None, Unit(1, own), aggregation)
    return replace(stream_of(device, number, unit=unit or own), component=component)


def stored(each: Datastream, values: list[float]) -> Datastream:
    """A value each second from the beginning of an hour."""
    the_store().write(rows_of(each, {HOUR + at * SECOND: value for at, value in enumerate(values)}))
    return each


def told(*streams: Datastream, corrected: bool = False) -> list[Row]:
    """The rows of that hour, asked for by range, which are those of the last hour."""
    grouping = Grouping(Period.HOURLY, of_corrected=corrected)
    rows = answer(statistics(((HOUR, HOUR + 3600 * SECOND), streams), grouping, SHAPE))
    (last,) = last_periods(streams, grouping, dict.fromkeys(ids(*streams), HOUR))
    assert rows == answer(statistics(last, grouping, SHAPE))
    return rows


def ids(*streams: Datastream) -> list[int]:
    return [each.id for each in streams]


def kind(aggregation: Aggregation, values: list[float], unit: str | None = None) -> Row:
    """The row of values of that kind."""
    (row,) = told(stored(stream(new_device(), 0, aggregation, unit), values))
    return row


def scattered(seed: int, count: int, center: float, spread: float) -> list[float]:
    """Numbers of so many digits that no half of a hundredth is among them."""
    return np.random.default_rng(seed).normal(center, spread, count).tolist()


NUMBERS = st.builds(
    scattered,
    st.integers(0, 2**32),
    st.integers(1, 300),
    st.floats(-20, 380),
    st.sampled_from([0.01, 1, 30, 200]),
)


@cases(12)
@given(st.lists(NUMBERS, min_size=4, max_size=4))
def test_each_kind_is_that_of_another_computation(values: list[list[float]]):
    """All members of a device that has all kinds; directions lie around north, in one sector or anywhere."""
    device = new_device()
    of = dict(zip(Aggregation, values, strict=True))
    of[Aggregation.SUM] = [abs(each) for each in of[Aggregation.SUM]]
    rows = told(*(stored(stream(device, at, each), of[each]) for at, each in enumerate(Aggregation)))
    assert len(rows) == len(of)
    for row, aggregation in zip(rows, Aggregation, strict=True):
        assert row.pop("component") == row.pop("aggregation") == aggregation.value
        expected = BY_NUMPY[aggregation](np.array(of[aggregation]))
        assert {name: pytest.approx(each, abs=1e-9) for name, each in expected.items()} == row


@pytest.mark.parametrize(
    ("values", "mean", "least", "most", "deviation"),
    [
        ([350.0, 10.0], 0.0, 350.0, 10.0, 14.14),
        ([359.999, 0.0], 0.0, 0.0, 0.0, 0.0),
        ([360.0, 0.0, 720.0], 0.0, 0.0, 0.0, 0.0),
        ([170.0, 190.0], 180.0, 170.0, 190.0, 14.14),
        ([350.375], 350.38, 350.38, 350.38, None),
        ([-10.0, 300.0, 10.0], 340.68, 300.0, 10.0, 36.07),
    ],
)
def test_directions_around_north(
    values: list[float], mean: float, least: float, most: float, deviation: float | None
):
    """The sector goes clockwise from the least to the greatest; north is 0, however it was sent."""
    row = kind(Aggregation.CIRCULAR, values)
    found = (row["mean"], row["minimum"], row["maximum"], row["deviation"])
    assert found == (mean, least, most, deviation)


@pytest.mark.parametrize("values", [[0.0, 180.0], [90.0, 270.0], [0.0, 120.0, 240.0], [37.5, 217.5] * 50])
def test_directions_that_cancel_each_other_out_have_no_mean(values: list[float]):
    """Nor anything that is told around it: null, and no noise of sines."""
    row = kind(Aggregation.CIRCULAR, values)
    there = {name: each for name, each in row.items() if each is not None}
    assert there == {"component": "circular", "count": len(values), "aggregation": "circular"}


def test_levels_have_the_mean_of_their_energies():
    """Two machines, 60 and 70 dB half of the time each; no level is too high or low for it."""
    assert kind(Aggregation.ENERGETIC, [60.0, 70.0])["mean"] == 67.4
    assert kind(Aggregation.ENERGETIC, [50.125] * 3)["mean"] == 50.12
    assert kind(Aggregation.ENERGETIC, [-9000.0, 9000.0])["mean"] == 8996.99


def test_amounts_have_a_sum_and_nothing_else_has():
    """Tips of 0.2 mm, of which ten are 2."""
    assert kind(Aggregation.SUM, [0.2] * 10)["sum"] == 2.0
    assert {kind(each, [0.2])["sum"] for each in Aggregation if each is not Aggregation.SUM} == {None}


@pytest.mark.parametrize(
    ("aggregation", "unit", "taken"),
    [
        (Aggregation.CIRCULAR, "mV", "arithmetic"),
        (Aggregation.ENERGETIC, "mV", "arithmetic"),
        (Aggregation.ENERGETIC, "dBm", "arithmetic"),
        (Aggregation.ENERGETIC, "dBZ", "energetic"),
        (Aggregation.SUM, "in", "sum"),
        (Aggregation.SUM, "mm/h", "arithmetic"),
    ],
)
def test_values_in_another_unit_are_just_numbers(aggregation: Aggregation, unit: str, taken: str):
    """The raw signal of a vane has no direction, and rates do not add up; levels of any weight are levels."""
    assert kind(aggregation, [350.0, 10.0], unit)["aggregation"] == taken


def test_corrected_values_are_of_the_component():
    """Whatever the raw ones are: a calibrated vane tells directions."""
    vane = stream(new_device(), 0, Aggregation.CIRCULAR, "mV")
    rows = rows_of(vane, {HOUR: 4900.0, HOUR + SECOND: 100.0})
    the_store().write(replace(rows, value_corrected=[350.0, 10.0], level_corrected=[1, 1]))
    assert [row["mean"] for row in told(vane)] == [2500.0]
    assert [row["mean"] for row in told(vane, corrected=True)] == [0.0]


def test_queries_about_numbers_alone_have_nothing_of_other_kinds():
    """What directions and levels need costs others nothing."""
    device, grouping = new_device(), Grouping(Period.HOURLY)
    plain, levels, directions = (
        statistics(((0, 1), [stream(device, 0, each)]), grouping, SHAPE).sql
        for each in (Aggregation.ARITHMETIC, Aggregation.ENERGETIC, Aggregation.CIRCULAR)
    )
    assert statistics(((0, 1), [stream(device, 0, Aggregation.SUM)]), grouping, SHAPE).sql == plain
    assert ("exp10" in plain, "sin(" in plain) == (False, False)
    assert ("exp10" in levels, "sin(" in levels) == (True, False)
    assert ("exp10" in directions, "sin(" in directions) == (False, True)


def test_days_are_those_of_the_zones_that_we_carry():
    """Winnipeg puts its clocks back no more, of which the engine may not have heard: no day is cut in two."""
    each = stream(new_device(), 0, Aggregation.ARITHMETIC)
    begin, end = (to_microseconds(datetime(2026, 12, day, tzinfo=zone("America/Winnipeg"))) for day in (3, 6))
    stored = dict.fromkeys(range(begin - 6 * 3600 * SECOND, end + 6 * 3600 * SECOND, 3600 * SECOND), 1.0)
    the_store().write(rows_of(each, stored))
    for name in ("America/Winnipeg", "America/Havana", "UTC"):
        days = bounds(begin, end, Period.DAILY, name)
        shape: StatisticsShape = {"begin": Measure.BEGIN, "end": Measure.END, "count": Measure.COUNT}
        query = statistics((days, [each]), Grouping(Period.DAILY, zone=name), shape)
        assert [(row["begin"], row["end"], row["count"]) for row in answer(query)] == [
            (first // SECOND, then // SECOND, sum(first <= at < then for at in stored))
            for first, then in pairwise(days)
        ]
        assert not [bound for bound in query.parameters.values() if name in bound]


def test_corrected_values_of_two_levels_have_two_rows():
    """Whatever datastreams of the line they are of."""
    first = stream(new_device(), 0, Aggregation.ARITHMETIC)
    then = replace(first, id=first.id + 1, level=2, resolution=10)
    for number, each in enumerate((first, then)):
        rows = rows_of(each, {HOUR + (10 * number + at) * SECOND: 1.0 for at in range(3)}, packet=number + 1)
        levels = [1, 2 + number, 2 + number]
        the_store().write(replace(rows, value_corrected=[1.0, 2.0, 4.0], level_corrected=levels))
    shape: StatisticsShape = {"level": Measure.LEVEL, "count": Measure.COUNT, "mean": Measure.MEAN}
    corrected = Grouping(Period.HOURLY, of_corrected=True)
    part = (HOUR, HOUR + 3600 * SECOND), [first, then]
    assert answer(statistics(part, corrected, shape)) == [
        {"level": 1, "count": 2, "mean": 1.0},
        {"level": 2, "count": 2, "mean": 3.0},
        {"level": 3, "count": 2, "mean": 3.0},
    ]


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([(1, 0, 0, 9), (2, 0, 10, 19)], []),
        ([(1, 0, 0, 9), (2, 0, 9, 19)], [0]),
        ([(2, 3, 33, 34), (1, 3, 30, 39), (4, 5, 50, 59)], [3]),
        ([(1, 0, 0, 9), (2, 1, 10, 19), (1, 2, 20, 29)], []),  # there and back
        ([(1, 0, 0, 9), (2, 0, 9, 9), (2, 1, 10, 19), (1, 2, 20, 22), (2, 2, 21, 29)], [0, 2]),
    ],
)
def test_days_on_which_a_moment_may_be_doubled(spans: list[tuple[int, int, int, int]], expected: list[int]):
    """Those on which the rows of two datastreams of a series overlap; of 4 there is no other."""
    found = [
        {"datastream": each, "day": day, "first": first, "last": last} for each, day, first, last in spans
    ]
    assert overlaps({1: 1, 2: 1, 3: 1, 4: 4}, found) == expected
