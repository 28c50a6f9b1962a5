"""Sending batches of packets through a device's inbound door, again when the server could not take them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from time import monotonic, sleep
from typing import Any, cast

import httpx2

from sensorium.cli.records import Batch, Rejected
from sensorium.model.device import Position

GIVE_UP_AFTER = 300.0  # seconds without one answer
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds
PACKET_ERRORS = {110, 131, 1001, 1003}
"""NILU's error codes that speak of one packet: not as declared, not convertible, malformed, too large."""


class ImportFailed(Exception):
    """The import cannot go on; the text says why."""


@dataclass(frozen=True, slots=True)
class InboundDoor:
    """The inbound address of one device. `client` knows the server and the token."""

    client: httpx2.Client
    device: int
    notice: Callable[[str], None]
    pause: Callable[[float], None] = sleep

    def is_moving(self) -> bool:
        """Whether the device has no fixed place. Raises ImportFailed when there is no such device."""
        try:
            answer = self.client.get(f"/api/sensors/{self.device}")
        except httpx2.TransportError as error:
            raise ImportFailed(f"{self.client.base_url} does not answer: {error}") from None
        body = _json_object(answer)
        if answer.status_code != 200:
            raise ImportFailed(f"{_why(body)} (HTTP {answer.status_code})")
        return body["location"] is None

    def send(self, batch: Batch) -> Iterator[Rejected]:
        """Send the packets and name those that the server did not take. Raises ImportFailed."""
        answer = self._answer(batch)
        body = _json_object(answer)
        if answer.status_code == 200:
            for record, result in zip(batch.records, body["results"], strict=True):
                if "error-code" in result:
                    yield Rejected(record.number, _why(result))
        elif body.get("error-code") in PACKET_ERRORS:
            yield Rejected(batch.records[0].number, _why(body))
            for record in batch.records[1:]:
                yield Rejected(record.number, "no packet of this batch was taken; see the first")
        else:
            raise ImportFailed(f"{_why(body)} (HTTP {answer.status_code})")

    def _answer(self, batch: Batch) -> httpx2.Response:
        """The answer, asked for until the server can give one; the key keeps it from counting twice."""
        headers = {"content-type": "application/x-ndjson", "idempotency-key": batch.key}
        path, body = _path(self.device, batch.position), batch.body
        begun, wait = monotonic(), FIRST_PAUSE
        while True:
            try:
                answer = self.client.post(path, content=body, headers=headers)
            except httpx2.TransportError as error:
                problem, asked = f"{self.client.base_url} does not answer: {error}", None
            else:
                asked = _retry_after(answer)
                if asked is None and answer.status_code not in {502, 503, 504}:
                    return answer
                problem = f"{self.client.base_url} takes no packets now (HTTP {answer.status_code})"
            if monotonic() - begun > GIVE_UP_AFTER:
                raise ImportFailed(problem)
            self.notice(problem)
            self.pause(wait if asked is None else asked)
            wait = min(2 * wait, LONGEST_PAUSE)


def _path(device: int, position: Position | None) -> str:
    if position is None:
        return f"/api/sensors/{device}/inbound"
    place = (position.longitude, position.latitude, position.altitude)
    return f"/api/sensors/{device}/{'/'.join(format(Decimal(repr(each)), 'f') for each in place)}/inbound"


def _retry_after(answer: httpx2.Response) -> float | None:
    """Seconds that the answer asks to wait, from a number or a date; None when it does not ask."""
    text = answer.headers.get("retry-after")
    if text is None or answer.status_code < 400:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())


def _json_object(answer: httpx2.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ImportFailed(f"{answer.url} answers HTTP {answer.status_code} without JSON: no sensorium?")
    return cast("dict[str, Any]", body)


def _why(body: dict[str, Any]) -> str:
    return f"{body.get('error-message')} (error {body.get('error-code')})"
