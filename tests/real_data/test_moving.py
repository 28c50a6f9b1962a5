"""Tracks of a car, imported as a moving sensor with one position for each packet."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from tests.real_data.provider import Provider, record, text_time, values

GPS = {
    "GPS Speed": ("GPS speed", "km/h"),
    "GPS Bearing": ("GPS bearing", "°"),
    "GPS Altitude": ("GPS altitude", "m"),
    "GPS Accuracy": ("GPS accuracy", "%"),
    "GPS HDOP": ("GPS HDOP", "1"),
    "GPS VDOP": ("GPS VDOP", "1"),
    "GPS PDOP": ("GPS PDOP", "1"),
}
ENGINE = {
    "Speed": ("Speed", "km/h"),
    "Rpm": ("Rpm", "rpm"),
    "Engine Load": ("Engine load", "%"),
    "Throttle Position": ("Throttle position", "%"),
    "Intake Pressure": ("Intake pressure", "kPa"),
    "Intake Temperature": ("Intake temperature", "°C"),
    "Calculated MAF": ("Mass air flow", "g/s"),
    "Consumption": ("Fuel consumption", "l/h"),
    "CO2": ("CO2 emission", "kg/h"),
}
PHENOMENA = GPS | ENGINE


def phenomenon(name: str) -> dict:
    """A value with its unit; the engine falls silent before the GPS does, so its members may be left out."""
    optional = {"default": None} if name in ENGINE else {}
    return {"name": name, "type": record({"name": "value", "type": "double"}), **optional}


def car(name: str, provider: Provider) -> int:
    properties = record(
        {"name": "time", "type": "long"},
        {"name": "phenomenons", "type": record(*map(phenomenon, PHENOMENA))},
    )
    return provider.describe(
        name,
        [{"name": "properties", "type": properties}],
        [
            (component, unit, f"properties.phenomenons.{name}.value")
            for name, (component, unit) in PHENOMENA.items()
        ],
        converters=[text_time("properties.time", "yyyy-MM-ddTHH:mm:ssZ")],
        time="properties.time",
        resolution=5,
    )


@pytest.mark.check("NI-214", "NI-215")
@pytest.mark.parametrize(("number", "packets", "rows"), [(1, 368, 5879), (2, 269, 4295)])
def test_track_is_read_back_with_every_position(
    data: Path, provider: Provider, number: int, packets: int, rows: int
):
    """16 values every 5 s, each with the longitude, latitude and GPS altitude of its own packet."""
    path = data / "envirocar_gps" / f"track_{number}.json"
    sensor = car(f"enviroCar {number}", provider)
    place = (
        *("--longitude", "geometry.coordinates[0]"),
        *("--latitude", "geometry.coordinates[1]"),
        *("--altitude", "properties.phenomenons.GPS Altitude.value"),
    )
    done = provider.run_import(path, sensor, "--records", "features", *place)
    assert (done.returncode, done.stdout) == (0, f"{path.name}: {packets} packets taken, 0 rejected\n")

    expected, places = {}, {}
    for feature in json.loads(path.read_text())["features"]:
        properties = feature["properties"]
        time = int(datetime.fromisoformat(properties["time"]).timestamp())
        measured = {name: each["value"] for name, each in properties["phenomenons"].items()}
        places[time] = (*feature["geometry"]["coordinates"], measured["GPS Altitude"])
        expected |= {(PHENOMENA[name][0], time): value for name, value in measured.items()}
    found = provider.rows(sensor, "2020-03-01T00:00:00Z")
    assert len(found) == len(expected) == rows
    assert values(found) == expected
    assert {row.timestamp_from_epoch: row.place for row in found} == places
    assert len(places) == packets


def test_fixed_and_moving_are_told_apart_before_anything_is_sent(data: Path, provider: Provider):
    """A moving sensor needs its position named; the message says how."""
    done = provider.run_import(data / "envirocar_gps" / "track_1.json", car("Parked", provider))
    assert done.returncode == 1
    assert "this sensor moves: name the position with --longitude and --latitude" in done.stderr
