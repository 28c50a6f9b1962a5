"""A river's rating table, as USGS publishes it, makes discharge of stage."""

from itertools import pairwise
from pathlib import Path
from time import monotonic, sleep

from tests.dialects.manage.api import streams
from tests.dialects.nilu.api import new_provider
from tests.running import Server

STAGE = {
    "resolution": 900,
    "location": {"longitude": -76.69, "latitude": 38.96, "altitude": 3},
    "parameters": [{"name": "t", "type": "long"}, {"name": "ft", "type": "double"}],
    "components": [{"componentid": 188, "unitid": 124, "binding-path": "ft", "level": 0}],
    "mapping": [{"name": "Timestamp", "target-path": "t"}],
}
EPOCH = 1_519_776_000  # 2018-02-28, when the table was published


def read_rating(path: Path) -> list[tuple[float, float]]:
    """The pairs of stage and discharge in a file in USGS's RDB form."""
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    return [(float(stage), float(flow)) for stage, flow, *_ in (line.split("\t") for line in lines[2:])]


def discharge(rating: list[tuple[float, float]], stage: float) -> float:
    """By hand: the straight line between the two points around a stage, and no further than the ends."""
    if stage <= rating[0][0]:
        return rating[0][1]
    for (low, less), (high, more) in pairwise(rating):
        if stage <= high:
            return less + (more - less) * (stage - low) / (high - low)
    return rating[-1][1]


def test_stage_becomes_discharge_by_the_published_table(data: Path, server: Server):
    """Stages on points, between them and beyond the ends, each to a millionth of what a hand computes."""
    rating = read_rating(data / "usgs_nwis" / "ratings.rdb")
    assert len(rating) > 10
    stages = [1.5, *(stage for stage, _ in rating), 3.37, 5.25, 11.0, 20.85, 25.5, 40.0]
    provider = new_provider(server)
    with provider.client as client:
        gauge = provider.configure(STAGE)
        points = [{"in": stage, "out": flow} for stage, flow in rating]
        path = f"/manage/v1/datastreams/{streams(provider, gauge)['Gage height']}/calibration"
        body = {"points": points, "valid_from": "2018-02-28T00:00:00Z", "note": "rating 20.0"}
        assert client.put(path, json=body).status_code == 200
        packets = [{"t": EPOCH + 900 * at, "ft": stage} for at, stage in enumerate(stages)]
        assert client.post(f"/api/sensors/{gauge}/inbound", json=packets).status_code == 200
        until = monotonic() + 60
        while True:
            rows = client.get(f"/api/data/id/{gauge}/fromutc/2018-02-28T00:00:00Z").json()
            if len(rows) == len(stages) and all(row["value_corr"] is not None for row in rows):
                break
            assert monotonic() < until, rows
            sleep(0.1)
    for stage, row in zip(stages, rows, strict=True):
        assert row["value"] == stage
        assert abs(row["value_corr"] / discharge(rating, stage) - 1) < 1e-6
