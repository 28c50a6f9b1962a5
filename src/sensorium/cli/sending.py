"""Sending batches of packets through a device's inbound door, again when the server could not take them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from time import monotonic, sleep
from typing import Any

import httpx2

from sensorium.cli.records import Batch, Rejected
from sensorium.model.device import Position

GIVE_UP_AFTER = 300.0  # seconds without one answer
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds
PACKET_ERRORS = {110, 131, 1001, 1003}
"""NILU's error codes that speak of one packet: not as declared, not convertible, malformed, too large."""


_UNTOLD = (
    "no packet that was sent with this one was taken either, and the server says why for the first alone"
)


class ImportFailed(Exception):
    """The import cannot go on; the text says why."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Asking again while a server cannot answer; `notice` is told why before each pause."""

    notice: Callable[[str], None]
    pause: Callable[[float], object] = sleep

    def answer(self, client: httpx2.Client, request: httpx2.Request) -> httpx2.Response:
        """The first answer that is more than "not now". Raises ImportFailed after GIVE_UP_AFTER seconds."""
        begun, wait = monotonic(), FIRST_PAUSE
        while True:
            try:
                answer = client.send(request)
            except httpx2.TransportError as error:
                problem, asked = f"{client.base_url} does not answer: {error}", None
            else:
                asked = _retry_after(answer)
                if asked is None and answer.status_code not in {502, 503, 504}:
                    return answer
                problem = f"{client.base_url} cannot do it now (HTTP {answer.status_code})"
            if monotonic() - begun > GIVE_UP_AFTER:
                raise ImportFailed(problem)
            self.notice(problem)
            self.pause(wait if asked is None else asked)
            wait = min(2 * wait, LONGEST_PAUSE)


@dataclass(frozen=True, slots=True)
class InboundDoor:
    """The inbound address of one device. `client` knows the server and the token."""

    client: httpx2.Client
    device: int
    patience: Patience

    def is_moving(self) -> bool:
        """Whether the device has no fixed place. Raises ImportFailed when there is no such device."""
        try:
            answer = self.client.get(f"/api/sensors/{self.device}")
        except httpx2.TransportError as error:
            raise ImportFailed(f"{self.client.base_url} does not answer: {error}") from None
        body = json_of(answer)
        if answer.status_code != 200:
            raise ImportFailed(f"{_why(body)} (HTTP {answer.status_code})")
        return body["location"] is None

    def send(self, batch: Batch) -> Iterator[Rejected]:
        """Send the packets and name those that the server did not take. Raises ImportFailed.

        The batch's key keeps it from counting twice when it must be sent again.
        """
        headers = {"content-type": "application/x-ndjson", "idempotency-key": batch.key}
        request = self.client.build_request(
            "POST", _path(self.device, batch.position), content=batch.body, headers=headers
        )
        answer = self.patience.answer(self.client, request)
        body = json_of(answer)
        if answer.status_code == 200:
            for record, result in zip(batch.records, body["results"], strict=True):
                if "error-code" in result:
                    yield Rejected(record.number, _why(result))
        elif body.get("error-code") in PACKET_ERRORS:
            yield Rejected(batch.records[0].number, _why(body))
            for record in batch.records[1:]:
                yield Rejected(record.number, _UNTOLD)
        else:
            raise ImportFailed(f"{_why(body)} (HTTP {answer.status_code})")


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


def json_of(answer: httpx2.Response) -> Any:
    """What the answer's body holds. Raises ImportFailed when it is no JSON, so not from this server."""
    try:
        return answer.json()
    except ValueError:
        raise ImportFailed(f"{answer.url} answers HTTP {answer.status_code} without JSON") from None


def _why(body: dict[str, Any]) -> str:
    return f"{body.get('error-message')} (error {body.get('error-code')})"
