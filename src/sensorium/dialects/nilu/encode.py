"""Objects as the bytes of answers."""

import msgspec

_encoder = msgspec.json.Encoder()


def to_json(value: object) -> bytes:
    """The bytes of an answer."""
    return _encoder.encode(value)
