"""Statistics of a sensor whose resolution was changed, and the last ones of a sensor that fails."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.dialects.nilu.api import Provider
from tests.dialects.nilu.test_stats import HOUR, ONE, START, UNCHECKED, between, measures, push, shown, stats

DAY = 24 * HOUR


def change(provider: Provider, sensor: int, **changes: Any) -> None:
    """Describe a sensor anew."""
    assert provider.client.post(f"/api/sensors/{sensor}/disable").status_code == 200
    address, body = f"/api/sensors/{sensor}/reconfigure", {**changes, "enabled": True}
    assert provider.client.put(address, json=body).status_code == 200


def changed(provider: Provider, first: Mapping[int, float], then: Mapping[int, float]) -> int:
    """A sensor with values of each minute, and with others of each ten seconds after a change."""
    sensor = provider.configure(UNCHECKED)
    push(provider, sensor, first)
    change(provider, sensor, resolution=10)
    push(provider, sensor, then)
    return sensor


@pytest.mark.parametrize("period", ["hourly", "daily", "weekly", "monthly"])
@pytest.mark.parametrize("query", ["", "?exclude=position"])
def test_a_period_in_which_the_resolution_was_changed_has_one_row(
    provider: Provider, period: str, query: str
):
    """Of all values of the line, with the resolution of the newest; the same when it is the last."""
    first = {START + 60 * minute: float(minute) for minute in range(30)}
    then = {START + 1800 + 10 * at: float(at) for at in range(180)}
    sensor = changed(provider, first, then)
    rows = stats(provider, sensor, between(period, START, START + HOUR, query))
    assert [(row["res"], shown(row)) for row in rows] == [(10, measures([*first.values(), *then.values()]))]
    assert stats(provider, sensor, f"{period}/stats{query}") == rows


def test_coverage_is_the_share_of_time_for_which_values_stand(provider: Provider):
    """Each for its own resolution: half an hour of minutes, and a quarter of ten seconds."""
    first = {START + 60 * minute: 1.0 for minute in range(30)}
    sensor = changed(provider, first, {START + 1800 + 10 * at: 2.0 for at in range(90)})
    hour = between("hourly", START, START + HOUR)
    for address in (f"{hour}?coverage=0.75", "hourly/stats?coverage=0.75"):
        (row,) = stats(provider, sensor, address)
        assert (row["coverage"], row["n"]) == (0.75, 120)
    assert stats(provider, sensor, f"{hour}?coverage=0.76") == []


def test_what_is_sent_again_counts_once(provider: Provider):
    """With the value of the latest packet, also when the sensor is described again as it was at first."""
    first = {START + 60 * minute: 1.0 for minute in range(10)}
    sensor = changed(provider, first, dict.fromkeys((*first, START + 600), 2.0))
    hour = between("hourly", START, START + HOUR)
    (row,) = stats(provider, sensor, hour)
    assert (row["n"], row["min"], row["max"], row["res"]) == (11, 2.0, 2.0, 10)
    change(provider, sensor, resolution=60)
    push(provider, sensor, {START: 5.0, START + 600: 7.0, START + 660: 7.0})
    (row,) = stats(provider, sensor, hour)
    assert (row["n"], row["min"], row["max"], row["avg"]) == (12, 2.0, 7.0, 3.08)
    assert row["res"] == 60


def test_levels_and_reference_systems_have_rows_of_their_own(provider: Provider):
    """They are part of what a row is about; the last one is that of the newest value."""
    sensor = provider.configure(UNCHECKED)
    push(provider, sensor, {START: 1.0})
    (bound,) = UNCHECKED["components"]
    change(provider, sensor, components=[{**bound, "level": 1}], resolution=10)
    push(provider, sensor, {START + 60: 3.0})
    rows = stats(provider, sensor, between("hourly", START, START + HOUR))
    assert [(row["level"], row["avg"], row["res"]) for row in rows] == [(0, 1.0, 60), (1, 3.0, 10)]
    assert stats(provider, sensor, "hourly/stats") == rows[1:]


@pytest.mark.parametrize(("period", "before"), [("hourly", HOUR), ("monthly", 40 * DAY)])
def test_the_last_period_is_the_last_with_a_value_that_counts(provider: Provider, period: str, before: int):
    """However long ago: what has failed since is no reason to say nothing."""
    sensor = provider.configure(ONE)
    push(provider, sensor, {START - before: 3.0, START: -5.0, START + 2 * HOUR: -5.0})
    (row,) = stats(provider, sensor, f"{period}/stats")
    assert (row["n"], row["avg"]) == (1, 3.0)
    assert row["timestamp_from_epoch"] <= START - before < row["timestamp_to_epoch"]
    (row,) = stats(provider, sensor, f"{period}/stats?leaveout=0")
    assert row["min"] == -5.0
    assert row["timestamp_from_epoch"] <= START + 2 * HOUR < row["timestamp_to_epoch"]


def test_the_last_period_of_a_line_goes_back_over_a_change(provider: Provider):
    """When all that came since has failed."""
    sensor = provider.configure(ONE)
    push(provider, sensor, {START: 3.0})
    change(provider, sensor, resolution=10)
    push(provider, sensor, {START + DAY: -5.0})
    (row,) = stats(provider, sensor, "hourly/stats")
    assert (row["avg"], row["res"], row["timestamp_from_epoch"]) == (3.0, 60, START)


def test_last_corrected_statistics_are_of_a_corrected_value(provider: Provider):
    """There is none without a calibration."""
    sensor = provider.configure(ONE)
    push(provider, sensor, {START: 3.0})
    assert stats(provider, sensor, "hourly/stats?values=corrected") == []
