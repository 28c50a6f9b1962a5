"""Into which spans of time the periods of statistics are put, of which each is one query."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from sensorium.model.catalogue import Component, Unit
from sensorium.model.device import Datastream
from sensorium.model.moments import from_microseconds, to_microseconds
from sensorium.model.statistics import Grouping, Period
from sensorium.plans.zones import zone
from sensorium.query.statistics import days_at_once, whole_periods

BEGIN = datetime(2024, 1, 17, 5, 30, tzinfo=UTC)
LONG = timedelta(days=59)


def streams(count: int, resolution: int) -> list[Datastream]:
    """Datastreams of a device that sends so often, in seconds."""
    component, unit = Component(1, "NO2", "Standard", None), Unit(1, "ppb")
    return [Datastream(each, 1, component, unit, 1, 4326, resolution, "no2", each) for each in range(count)]


@pytest.mark.parametrize(
    ("count", "resolution", "days"), [(4, 60, 63), (40, 60, 63), (60, 60, 14), (1, 1, 14)]
)
def test_sparse_values_are_asked_for_together(count: int, resolution: int, days: int):
    """Nine weeks of them, or two where that would be millions."""
    assert days_at_once(streams(count, resolution)) == days


@pytest.mark.parametrize("period", Period)
@pytest.mark.parametrize("days", [14, 63])
@pytest.mark.parametrize("name", ["UTC", "Europe/Oslo", "America/St_Johns", "Australia/Lord_Howe"])
def test_no_period_is_cut(period: Period, days: int, name: str):
    """Spans follow each other, cover the range, and begin where a period does by the clocks of the zone."""
    spans = whole_periods(BEGIN, BEGIN + LONG, Grouping(period, zone=name), days)
    assert all(before[-1] == after[0] for before, after in pairwise(spans))
    assert spans[0][0] <= to_microseconds(BEGIN) < spans[0][1]
    assert spans[-1][-2] < to_microseconds(BEGIN + LONG) <= spans[-1][-1]
    for begin, *_ in spans:
        local = from_microseconds(begin).astimezone(zone(name))
        assert (local.minute, local.second) == (0, 0)
        assert period is Period.HOURLY or local.hour == 0
        assert period is not Period.WEEKLY or local.weekday() == 0
        assert period is not Period.MONTHLY or local.day == 1
