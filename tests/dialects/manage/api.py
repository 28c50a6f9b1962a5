"""What the tests of the management API need."""

from typing import Any

import httpx2

from tests.dialects.nilu.api import Provider

PM25, HUMIDITY = 13, 5  # the components of `PLAIN`


def streams(provider: Provider, device: int) -> dict[str, int]:
    """The ids of a device's datastreams, by the name of the component."""
    response = provider.client.get(f"/manage/v1/devices/{device}")
    assert response.status_code == 200, response.text
    return {each["component"]["name"]: each["id"] for each in response.json()["datastreams"]}


def tracker(client: httpx2.Client, device: int) -> int:
    """The id of the tracker by which an account sees a device."""
    address: str | None = "/manage/v1/trackers?limit=500"
    while address:
        page = client.get(address).json()
        found = [each["id"] for each in page["items"] if each["device"] == device]
        if found:
            return found[0]
        address = page["next"]
    raise LookupError(device)


def assert_problem(response: httpx2.Response, status: int, kind: str, field: str | None = None) -> None:
    """The answer is a problem of that kind, and names that field."""
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert (response.status_code, body["status"], body["type"], body.get("field")) == (
        status,
        status,
        f"/manage/v1/problems#{kind}",
        field,
    ), body
    assert body["title"]
    assert body["detail"].endswith(".")
