"""The commands of docs/management.md and docs/users.md do what the pages say."""

import re
from pathlib import Path

from sensorium.register.keys import SCOPES
from sensorium.register.users import ASSIGNABLE
from tests.documented import CURL, DOCS, documents, printed_by
from tests.running import Server


@CURL
def test_commands_of_the_page_work(server: Server, tmp_path: Path):
    """Pasted one after another: what is set holds, what is refused says why, and the replay judges anew."""
    outputs = printed_by(DOCS / "management.md", server, tmp_path)
    _, devices, schemas, first, second, component, learned, corrected, added, replay, flags, refused = map(
        documents, outputs
    )

    page_of_devices, device, datastream = devices
    assert [each["id"] for each in page_of_devices["items"]] == [device["id"]]
    assert device["datastreams"] == [datastream]
    versions, schema = schemas
    assert [(each["version"], each["current"]) for each in versions["items"]] == [(1, True)]
    assert schema["mapping"] == [{"name": "Timestamp", "path": "t"}]
    assert [each["datastream"] for each in schema["bindings"]] == [datastream["id"]]
    assert [(each["source"], each["settings"]["maximum"]) for each in first[0]["in_force"]] == [
        ("shipped", 1000),
        ("datastream", 150),
    ]
    assert second[0]["in_force"][2]["settings"]["outlier"]["threshold"] == 5
    assert [len(each["said"]) for each in component] == [1, 0]
    training, scorers = learned
    assert (training["state"], scorers) == ("failed", {"versions": []})
    assert "0 good values" in training["message"]
    assert {each["name"] for each in corrected[0]["names"]} > {"value", "PM2_5"}
    assert [each["expression"] for each in corrected[1]["said"]] == ["0.9 * value + 1.0"]
    assert (added[0]["name"], added[0]["qc_unit"]["name"]) == ("Fallen leaves", "leaves")
    assert added[0]["aggregation"] == "sum"
    job, rows = replay
    assert (job["state"], job["processed"], job["rejected"]) == ("done", 4, 0)
    assert [(row["value"], row["qc_flags"]["flags"]) for row in rows] == [
        (8.1, 1),
        (8.3, 1),
        (180, 5),
        (8.2, 1),
    ]
    assert len(flags[0]["words"]) == 5
    assert refused[0]["status"] == 400


@CURL
def test_commands_of_the_page_about_users_work(server: Server, tmp_path: Path):
    """A user is added and changed, and a key does what its scope says and no more."""
    outputs = printed_by(DOCS / "users.md", server, tmp_path)
    _, added, changed, keys, refused, trackers = map(documents, outputs)
    assert (added[0]["rights"], changed[0]["rights"]) == (
        ["tracker_update"],
        ["tracker_configure", "tracker_update"],
    )
    made, listed = keys
    assert listed["items"] == [{name: each for name, each in made.items() if name != "key"}]
    assert refused[0]["status"] == 403
    clones, seen = trackers
    assert [each["label"] for each in clones["items"]] == ["Truck of the road works"]
    assert [each["clone"] for each in seen["items"]] == [False]


def test_page_about_users_names_every_right_and_scope():
    """And no other."""
    page = (DOCS / "users.md").read_text()
    tables = [line for line in page.splitlines() if line.startswith("| `")]
    named = {word for line in tables for word in re.findall(r"`([a-z_.:]+)`", line.split("|")[1])}
    assert named == {*ASSIGNABLE, *SCOPES}
