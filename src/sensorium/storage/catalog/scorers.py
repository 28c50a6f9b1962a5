"""Learned scorers as rows: what was trained for a datastream, version after version."""

from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import func, insert, select

from sensorium.storage.catalog.catalog import Catalog
from sensorium.storage.catalog.tables import scorers


@dataclass(frozen=True, slots=True)
class Scorer:
    """What a method has learned of a datastream from `samples` values in a range of time.

    `model` is in the method's own form. Times are in microseconds since 1970 UTC, both ends included.
    """

    datastream: int
    method: str
    settings: dict[str, Any]
    model: bytes
    trained_from: int
    trained_to: int
    samples: int


def add_scorer(catalog: Catalog, scorer: Scorer, *, now: int) -> int:
    """Keep a scorer as the next version of its datastream's, and say that version; the first is 1."""
    with catalog.change() as connection:
        query = select(func.max(scorers.c.version)).where(scorers.c.datastream == scorer.datastream)
        version = (connection.scalars(query).one() or 0) + 1
        row = insert(scorers).values(
            datastream=scorer.datastream,
            version=version,
            method=scorer.method,
            settings=msgspec.json.encode(scorer.settings).decode(),
            model=scorer.model,
            trained_from=scorer.trained_from,
            trained_to=scorer.trained_to,
            samples=scorer.samples,
            created=now,
        )
        connection.execute(row)
    return version


def find_scorer(catalog: Catalog, datastream: int, version: int | None = None) -> Scorer | None:
    """A version of a datastream's scorer, the newest when none is named."""
    query = select(scorers).where(scorers.c.datastream == datastream)
    if version is not None:
        query = query.where(scorers.c.version == version)
    with catalog.read() as connection:
        row = connection.execute(query.order_by(scorers.c.version.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    settings = msgspec.json.decode(row.settings, type=dict[str, Any])
    return Scorer(datastream, row.method, settings, row.model, row.trained_from, row.trained_to, row.samples)
