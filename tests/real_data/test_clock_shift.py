"""The clock that wrote the EPA files (docs/decisions/002)."""

from pathlib import Path

import pytest

from tests.real_data.clock_shift import PAIRS, correlations, reference_hours, sensor_hours


@pytest.mark.parametrize("name", ["RT01", "RT02"])
def test_low_cost_sensors_follow_the_reference_at_utc_minus_5(data: Path, name: str):
    """For both sensors and every parameter that the reference has too, no other offset correlates better."""
    folder = data / "epa_colocation"
    reference = reference_hours(folder / "airnowtech_example_reference_data.csv")
    sensor = sensor_hours(folder / f"toco_toucan_{name}_raw.csv")
    best = {}
    for parameter, other in PAIRS.items():
        found = correlations(sensor[parameter], reference[other])
        best[parameter] = max(found, key=found.__getitem__)
    assert best == dict.fromkeys(PAIRS, -5)
