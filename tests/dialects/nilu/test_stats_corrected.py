"""Statistics of calibrated and corrected values, where a request asks for them."""

from time import monotonic, sleep
from typing import Any

from tests.dialects.manage.api import streams
from tests.dialects.nilu.api import Provider, assert_error
from tests.dialects.nilu.test_stats import ONE, START, between, push, stats

CORRECTED = between("hourly", START, START + 3600, "?values=corrected")


def calibrate(provider: Provider, sensor: int, body: dict[str, Any]) -> None:
    """Calibrate its datastream for all time."""
    path = f"/manage/v1/datastreams/{streams(provider, sensor)['PM2.5']}/calibration"
    answer = provider.client.put(path, json={**body, "for_all_time": True}, headers={"if-match": "*"})
    if answer.status_code == 412:  # there is none yet
        answer = provider.client.put(path, json={**body, "for_all_time": True})
    assert answer.status_code == 200, answer.text


def means(provider: Provider, sensor: int, expected: list[float]) -> list[dict[str, Any]]:
    """The hours, once their means are these."""
    until = monotonic() + 60
    while True:
        found = stats(provider, sensor, CORRECTED)
        if [row["avg"] for row in found] == expected:
            return found
        assert monotonic() < until, found
        sleep(0.1)


def test_statistics_follow_a_calibration(provider: Provider):
    """Those of raw values stay; what has no corrected value is in none of the others."""
    sensor = provider.configure(ONE)
    push(provider, sensor, {START + 60 * at: value for at, value in enumerate((10.0, 20.0, 60.0))})
    assert stats(provider, sensor, CORRECTED) == []
    calibrate(provider, sensor, {"divider": 10})
    (row,) = means(provider, sensor, [3.0])
    assert (row["n"], row["min"], row["max"], row["level"]) == (3, 1.0, 6.0, 1)
    calibrate(provider, sensor, {"equation": "log10($value - 10)", "level": 2})
    (row,) = means(provider, sensor, [1.35])
    assert (row["n"], row["level"]) == (2, 2)
    (raw,) = stats(provider, sensor, between("hourly", START, START + 3600))
    assert (raw["avg"], raw["n"], raw["level"]) == (30.0, 3, 0)


def test_other_words_for_values_are_refused(provider: Provider):
    """Only raw and corrected are known."""
    sensor = provider.configure(ONE)
    answer = provider.client.get(f"/api/data/id/{sensor}/hourly/stats?values=best")
    assert_error(answer, 400, 1001, "raw or corrected")
