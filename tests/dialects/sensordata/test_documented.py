"""The commands of docs/sensordata.md do what the page says."""

import json
from pathlib import Path

from tests.documented import CURL, DOCS, documents, printed_by
from tests.running import Server


@CURL
def test_commands_of_the_page_work(server: Server, tmp_path: Path):
    """Pasted one after another: values go in, come out by filter, and at NILU's door."""
    outputs = printed_by(DOCS / "sensordata.md", server, tmp_path)
    _, links, provisioned, inserted, selected, logout = map(documents, outputs)
    assert links[0]["task"] == "training"
    assert [each["definition"]["name"] for each in provisioned[0]["items"]] == [
        "GPS latitude",
        "GPS longitude",
        "GPS altitude",
        "4OXV CiTiceL O2",
    ]
    assert [each["error"] for each in inserted] == [
        "NO_ERROR",
        "NO_ERROR",
        "NO_UNIQUE_SENSOR_DATA",
        "INVALID_SENSOR_DATA_VALUE_PRAM",
    ]
    assert inserted[0]["sensor_value"] == "20.90, 59.91, 10.75, -4"
    rows = selected[0]["sensordata"].values()
    assert [row["sensor_value"] for row in rows] == ["-4", "20.90"]
    newest = json.loads((tmp_path / "newest.json").read_text())
    assert len(newest["sensordata"]) == 5
    assert json.loads((tmp_path / "mine.json").read_text()) == newest
    latest = json.loads((tmp_path / "latest.json").read_text())
    assert {(row["component"], row["value"]) for row in latest} == {
        ("Status", 18.0),
        ("GPS latitude", 59.91),
        ("GPS longitude", 10.75),
        ("GPS altitude", -4.0),
    }
    assert logout == [{"status": "LOGGED_OUT", "error": "NO_ERROR"}]
