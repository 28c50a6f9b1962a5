"""How much of real series the shipped tests find fault with: little, where nothing is wrong."""

import csv
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import numpy as np
import pytest

from sensorium.model.flags import QC
from sensorium.model.quality import Quality
from sensorium.process.increments import FEWEST
from sensorium.process.quality.block import Block, Rule
from sensorium.process.quality.increments import increment_of
from sensorium.process.quality.verdicts import judge_all
from sensorium.storage.catalog.defaults import default_quality
from tests.real_data.test_fixed_csv import EST, table

ABERDEEN = {"P1": 12, "P2": 13}  # PM10 and PM2.5
EPA = {"O3 (ppb)": 10, "PM2.5 (µg/m³)": 13, "TEMP (°C)": 15, "RH (%)": 5, "DP (°C)": 140}
MOST, OF_ABERDEEN = 0.015, 0.006


def shipped(component: int) -> Quality:
    """How a component is checked unless somebody says otherwise."""
    (document,) = (row["document"] for row in default_quality() if row["component"] == component)
    return msgspec.json.decode(document, type=Quality)


def shares(times: list[float], values: list[float], component: int, resolution: int) -> dict[str, float]:
    """The share of a series that has each of the bits of QC, its increment measured as for stored ones."""
    order = np.argsort(times, kind="stable")
    count = len(times)
    place, series = np.zeros(count), np.asarray(values)[order]
    quality = shipped(component)
    assert quality.outlier is not None
    found = increment_of(series[:FEWEST], 20 * quality.outlier.floor)
    assert found is not None
    quality = replace(quality, outlier=quality.outlier.with_increment(found))
    block = Block(
        np.zeros(count, np.int64),
        (np.asarray(times)[order] * 1e6).astype(np.int64),
        series,
        place,
        place,
        np.zeros(count, np.int64),
        (Rule(quality, 1.0, resolution),),
    )
    qc = judge_all(block, np.ones(count, np.bool_)).qc
    bits = (QC.BELOW, QC.ABOVE, QC.REPEATING, QC.OUTLIER)
    return {str(bit.name): float(np.mean(qc & int(bit) != 0)) for bit in bits}


@pytest.mark.parametrize("name", ["RT01", "RT02"])
@pytest.mark.parametrize("column", EPA)
def test_a_month_of_minutes_is_mostly_accepted(data: Path, name: str, column: str):
    """Of each component of both instruments (docs/quality.md has the figures)."""
    path = data / "epa_colocation" / f"toco_toucan_{name}_raw.csv"
    rows = [row for row in table(path, skip=6) if row[column]]
    times = [datetime.strptime(row["Time"], "%m/%d/%Y %H:%M").replace(tzinfo=EST).timestamp() for row in rows]
    found = shares(times, [float(row[column]) for row in rows], EPA[column], 60)
    assert sum(found.values()) < MOST, found


@pytest.mark.parametrize("column", ABERDEEN)
def test_two_weeks_of_a_particle_counter_are_mostly_accepted(data: Path, column: str):
    """Of all its days as one series; nothing but outliers."""
    days = sorted((data / "sensor_community_aberdeen").glob("*_sds011_sensor_5331.csv"))
    assert len(days) == 14
    rows = [row for day in days for row in csv.DictReader(day.read_text().splitlines(), delimiter=";")]
    times = [datetime.fromisoformat(row["timestamp"]).replace(tzinfo=UTC).timestamp() for row in rows]
    found = shares(times, [float(row[column]) for row in rows], ABERDEEN[column], 150)
    assert 0 < found.pop("OUTLIER") < OF_ABERDEEN
    assert set(found.values()) == {0.0}
