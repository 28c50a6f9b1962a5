"""What the tests of Cirrus's API need: instruments with a log, and keys."""

from typing import Any

import httpx2

from tests.dialects.nilu.api import Provider, unique

LOG = "/v1/data/calibrations/log"
CALIBRATIONS = "/v1/data/calibrations"
START, END = "2023-01-01T00:00:00Z", "2023-01-31T00:00:00Z"

EXPIRED = {
    "error": "TokenExpired",
    "description": "Your access token is invalid or has expired. Try refreshing the token.",
}
DENIED = {"error": "AccessDenied", "description": "You do not have permission to access this data."}
TOO_MANY = {
    "error": "TooManyRequests",
    "description": "You have made too many requests in a short time. Please wait before trying again.",
}


def instrument(owner: Provider, *entries: dict[str, Any], **described: Any) -> str:
    """A device with a serial number of its own and these entries in its log; the serial number."""
    serial = f"QT{unique()[:10]}"
    device = owner.configure(**described)
    address = f"/manage/v1/devices/{device}"
    named = owner.client.patch(address, json={"serial": serial}, headers={"if-match": "*"})
    assert named.status_code == 200, named.text
    for entry in entries:
        written = owner.client.post(f"{address}/log-entries", json=entry)
        assert written.status_code == 201, written.text
    return serial


def entry(time: str, message: str = "Installed and working", user: str = "Quantum Demo") -> dict[str, Any]:
    """An entry of a log."""
    return {"time": time, "user": user, "message": message}


def calibration(time: str, level: float, offset: float, status: str = "Success") -> dict[str, Any]:
    """A field calibration as an entry of a log."""
    return {**entry(time, "Field calibration"), "status": status, "level": level, "offset": offset}


def get(
    client: httpx2.Client,
    key: str | None,
    *serials: str,
    start: str | None = START,
    end: str | None = END,
    path: str = LOG,
) -> httpx2.Response:
    """Ask for the log of instruments; None leaves a parameter out."""
    query = [("instruments", each) for each in serials]
    query += [(name, text) for name, text in (("start", start), ("end", end)) if text is not None]
    return client.get(path, params=query, headers={} if key is None else {"x-api-key": key})


def items(response: httpx2.Response) -> list[dict[str, Any]]:
    """The items of a good answer."""
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json"), (
        response.text
    )
    return response.json()


def refused(response: httpx2.Response) -> tuple[int, dict[str, str]]:
    """The status and body of a refusal, which is JSON."""
    assert response.headers["content-type"] == "application/json"
    return response.status_code, response.json()


def parameter(response: httpx2.Response, name: str) -> str:
    """The name of the error of a refused parameter, whose sentence names it."""
    status, body = refused(response)
    assert (status, set(body)) == (400, {"error", "description"})
    assert name in body["description"]
    return body["error"]
