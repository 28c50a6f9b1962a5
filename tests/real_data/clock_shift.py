"""Which clock wrote the time strings of the low-cost sensors of `epa_colocation`?

Correlates their hourly means with the reference instruments beside them, whose file gives times in UTC, for
each offset that the strings could have. Run it: `python -m tests.real_data.clock_shift [FOLDER]`.
"""
# ruff: noqa: T201 - its output is what it is for

import csv
import sys
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import correlation, fmean

OFFSETS = range(-8, -1)  # hours from UTC
MINUTES = 45  # of an hour that must be there for its mean to count
DAYS = "%m/%d/%Y %H:%M"
PAIRS = {"TEMP": "TEMP", "RH": "RHUM", "O3": "O3", "PM2.5": "PM2.5-88101"}

Hours = dict[datetime, float]


def reference_hours(path: Path) -> dict[str, Hours]:
    """Parameter -> hour in UTC -> value. The file's own local times are five hours behind its UTC times."""
    hours: dict[str, Hours] = defaultdict(dict)
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            utc, local = (
                _time(f"{row[f'Date ({zone})']} {row[f'Time ({zone})']}") for zone in ("UTC", "LST")
            )
            assert (utc - local, row["Offset (LST)"]) == (timedelta(hours=5), "-05:00")
            if row["Value"]:
                hours[row["Param"]][utc] = float(row["Value"])
    return hours


def sensor_hours(path: Path) -> dict[str, Hours]:
    """Parameter -> hour as written -> mean of its minutes."""
    minutes: dict[str, dict[datetime, list[float]]] = defaultdict(lambda: defaultdict(list))
    with path.open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(list(file)[6:]):
            hour = _time(row["Time"]).replace(minute=0)
            for column, cell in row.items():
                if column.partition(" ")[0] in PAIRS and cell:
                    minutes[column.partition(" ")[0]][hour].append(float(cell))
    return {
        name: {hour: fmean(values) for hour, values in hours.items() if len(values) >= MINUTES}
        for name, hours in minutes.items()
    }


def correlations(sensor: Hours, reference: Hours) -> dict[int, float]:
    """Offset -> correlation of the sensor's hours, read with that offset from UTC, with the reference."""
    found: dict[int, float] = {}
    for offset in OFFSETS:
        pairs = [
            (value, reference[hour - timedelta(hours=offset)])
            for hour, value in sensor.items()
            if hour - timedelta(hours=offset) in reference
        ]
        found[offset] = correlation(*zip(*pairs, strict=True))
    return found


def _time(text: str) -> datetime:
    return datetime.strptime(text, DAYS).replace(tzinfo=UTC)


def main(folder: Path) -> None:
    """Print the table of correlations, a row for each sensor and parameter."""
    reference = reference_hours(folder / "airnowtech_example_reference_data.csv")
    print("sensor  parameter  " + "".join(f"UTC{offset:<6}" for offset in OFFSETS))
    for name in ("RT01", "RT02"):
        sensor = sensor_hours(folder / f"toco_toucan_{name}_raw.csv")
        for parameter, other in PAIRS.items():
            row = correlations(sensor[parameter], reference[other])
            print(f"{name:7} {parameter:10} " + "".join(f"{value:<9.4f}" for value in row.values()))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data/epa_colocation"))
