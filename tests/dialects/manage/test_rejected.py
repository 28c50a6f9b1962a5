"""Packets that do not fit their sensor's schema are listed, and are read once it is mended."""

from pathlib import Path
from typing import Any

import pytest

from tests.dialects.manage.api import assert_problem
from tests.dialects.manage.test_replays import ended
from tests.dialects.nilu.api import Provider
from tests.documented import CURL, DOCS, documents, printed_by
from tests.running import Server

NOON = 1579521600  # 2020-01-20T12:00:00Z
FROM_TEXT = [{"input-type": "string", "output-type": "StringDouble", "target-path": "/pm25"}]


def packet(at: int, pm25: Any) -> dict[str, Any]:
    """A packet of that minute."""
    return {"date": NOON + 60 * at, "pm25": pm25, "humidity": 50}


def push(owner: Provider, device: int, body: Any) -> int:
    """Push something; the application error, 0 when it is accepted."""
    answer = owner.client.post(f"/api/sensors/{device}/inbound", json=body).json()
    return answer.get("error-code", 0)


def listed(owner: Provider, device: int, query: str = "") -> list[dict[str, Any]]:
    """The rejected packets of the device, the newest first."""
    response = owner.client.get(f"/manage/v1/devices/{device}/rejected{query}")
    assert response.status_code == 200, response.text
    return response.json()["items"]


def mend(owner: Provider, device: int) -> None:
    """Let the device send its PM2.5 as text."""
    owner.client.post(f"/api/sensors/{device}/disable")
    body = {"converters": FROM_TEXT, "enabled": True}
    assert owner.client.put(f"/api/sensors/{device}/reconfigure", json=body).status_code == 200


def replay(owner: Provider, device: int, **body: Any) -> dict[str, Any]:
    """A replay of the device, once it has ended."""
    asked = owner.client.post(f"/manage/v1/devices/{device}/replays", json=body)
    assert asked.status_code == 202, asked.text
    return ended(owner, asked.json()["id"])


def values(owner: Provider, device: int) -> list[float]:
    """The device's PM2.5."""
    return [row["value"] for row in owner.rows(device) if row["component"] == "PM2.5"]


@pytest.fixture
def device(owner: Provider) -> int:
    """A device with one good packet and two that are refused: one alone, one in a batch with a good one."""
    made = owner.configure()
    assert push(owner, made, packet(0, 1.5)) == 0
    assert push(owner, made, packet(1, "2.5")) == 110
    assert push(owner, made, [packet(2, "3.5"), packet(3, 4.5)]) == 0
    return made


def test_refused_packets_are_listed_with_reason_and_path(owner: Provider, device: int):
    """The newest first, as their sender was told; they are shown as sent, as rejected."""
    last, first = listed(owner, device)
    assert (last["id"] > first["id"], last["path"], first["path"]) == (True, "pm25", "pm25")
    assert (first["reason"], last["reason"]) == ('"2.5" is not a number', '"3.5" is not a number')
    page = owner.client.get(f"/manage/v1/devices/{device}/packets").json()["items"]
    assert [(each["status"], each["observations"]) for each in page] == [
        ("accepted", 2),
        ("rejected", 0),
        ("rejected", 0),
        ("accepted", 2),
    ]
    assert (page[1]["id"], page[1]["reason"], page[1]["path"]) == (first["id"], first["reason"], "pm25")
    [raw] = owner.client.get(
        f"/api/sensors/{device}/raw/fromutc/{page[1]['received']}/toutc/{page[1]['received']}"
    ).json()
    assert (raw["status"], raw["path"], raw["packet"]) == ("rejected", "pm25", page[1]["packet"])


def test_list_comes_page_by_page(owner: Provider, device: int):
    """With ids below the last one seen."""
    whole = listed(owner, device)
    page = owner.client.get(f"/manage/v1/devices/{device}/rejected?limit=1").json()
    rest = owner.client.get(page["next"]).json()
    assert ([*page["items"], *rest["items"]], rest["next"]) == (whole, None)


def test_mended_schema_brings_the_data_back(owner: Provider, device: int):
    """A replay of the rejected packets alone; they leave the list, and are of the new version."""
    mend(owner, device)
    assert values(owner, device) == [1.5, 4.5]
    job = replay(owner, device, only_rejected=True)
    assert (job["only_rejected"], job["state"], job["total"], job["processed"], job["rejected"]) == (
        True,
        "done",
        2,
        2,
        0,
    )
    assert values(owner, device) == [1.5, 2.5, 3.5, 4.5]
    assert listed(owner, device) == []
    page = owner.client.get(f"/manage/v1/devices/{device}/packets").json()["items"]
    assert [each["schema_version"] for each in page] == [1, 2, 2, 1]
    assert {each["status"] for each in page} == {"accepted"}


def test_what_the_new_schema_refuses_too_stays_listed(owner: Provider, device: int):
    """With what the new one says."""
    push(owner, device, packet(4, "wet"))
    mend(owner, device)
    assert replay(owner, device, only_rejected=True)["rejected"] == 1
    [left] = listed(owner, device)
    assert ("wet" in left["reason"], left["path"]) == (True, "pm25")


def test_body_that_is_no_packet_is_not_listed(owner: Provider, device: int):
    """No schema could read it; nor is what a push test refuses."""
    before = listed(owner, device)
    path = f"/api/sensors/{device}/inbound"
    assert owner.client.post(path, content=b"{").status_code == 400
    assert owner.client.post(f"{path}?pushtest=true", json={}).status_code == 500
    assert push(owner, device, [packet(5, 1)]) == 0
    assert listed(owner, device) == before


def test_rejected_packets_of_a_deleted_device_are_its_account_s(owner: Provider, device: int):
    """And can be replayed."""
    owner.client.post(f"/api/sensors/{device}/disable")
    assert owner.client.delete(f"/api/sensors/{device}/delete").status_code == 200
    assert len(listed(owner, device)) == 2
    assert replay(owner, device, only_rejected=True)["rejected"] == 2


def test_member_of_another_type_is_named(owner: Provider, device: int):
    """Since "false" would be true."""
    response = owner.client.post(f"/manage/v1/devices/{device}/replays", json={"only_rejected": "false"})
    assert_problem(response, 400, "malformed", "only_rejected")


@CURL
def test_commands_of_the_page_work(server: Server, tmp_path: Path):
    """docs/packets.md, pasted into a shell: what was refused is there once the schema is mended."""
    before, after = map(documents, printed_by(DOCS / "packets.md", server, tmp_path))
    refused, rejected = before
    *_, job, packets, rows = after
    assert refused["error-code"] == 110
    assert [(each["reason"], each["path"]) for each in rejected["items"]] == [('"8.4" is not a number', "pm")]
    assert (job["processed"], job["rejected"]) == (1, 0)
    assert [(each["status"], each["schema_version"]) for each in packets["items"]] == [("accepted", 2)]
    assert [row["value"] for row in rows] == [8.4]
