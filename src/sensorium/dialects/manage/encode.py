"""What the answers of the management API have in common; pure."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from sensorium.dialects.manage.shapes import Named
from sensorium.model.catalogue import Component, Unit
from sensorium.model.moments import from_microseconds

_encoder = msgspec.json.Encoder()


def to_json(value: object) -> bytes:
    """The bytes of an answer."""
    return _encoder.encode(value)


def moment(value: datetime | int) -> str:
    """A moment as RFC 3339 in UTC; a number is in microseconds since 1970."""
    found = from_microseconds(value) if isinstance(value, int) else value.astimezone(UTC)
    return f"{found.replace(tzinfo=None).isoformat()}Z"


def optional_moment(value: datetime | int | None) -> str | None:
    """A moment, or None."""
    return None if value is None else moment(value)


def named(each: Component | Unit) -> Named:
    """Something of the catalogue by its id and name."""
    return Named(each.id, each.name)


def next_page(items: Sequence[Any], limit: int, address: str) -> str | None:
    """Where the next page is, None when there is none: `items` has one more than a page, if there is one."""
    return f"{address}?limit={limit}&after={items[limit - 1].id}" if len(items) > limit else None
