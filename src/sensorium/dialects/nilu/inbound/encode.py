"""From the words of the platform to the objects about pushed packets; pure."""

from collections.abc import Iterable

from sensorium.dialects.nilu.encode import to_json
from sensorium.dialects.nilu.inbound import shapes
from sensorium.dialects.nilu.shapes import Answer


def pushed(atom: str) -> bytes:
    """The answer to one accepted packet."""
    return to_json(shapes.Pushed(atom, "OK", 200))


def batch_pushed(atom: str, results: Iterable[bytes]) -> bytes:
    """The answer to a batch of which something was accepted: `results` answer for each packet, in order."""
    return b'%b,"results":[%b]}' % (pushed(atom)[:-1], b",".join(results))


ACCEPTED = to_json(Answer("OK", 200))
"""The result of an accepted packet among a batch's."""
