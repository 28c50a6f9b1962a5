"""The commands of docs/sensordata.md do what the page says."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.dialects.manage.test_documented import documents
from tests.real_data.test_documented import DOCS, script_of
from tests.running import Server


@pytest.mark.skipif(shutil.which("curl") is None and "CI" not in os.environ, reason="curl is not there")
def test_commands_of_the_page_work(server: Server, tmp_path: Path):
    """Pasted one after another: values go in, come out by filter, and at NILU's door."""
    page = (DOCS / "sensordata.md").read_text()
    done = subprocess.run(
        ["bash", "-c", script_of(page, server.url)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    _, links, provisioned, inserted, selected, logout = map(documents, done.stdout.split("=== \n")[:-1])
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
