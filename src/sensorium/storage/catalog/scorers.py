"""Learned scorers as rows: what was trained for a datastream, version after version."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import msgspec
from sqlalchemy import Row, delete, func, insert, select

from sensorium.model.scorer import ScorerVersion
from sensorium.storage.catalog.catalog import Catalog
from sensorium.storage.catalog.datastreams import device_of
from sensorium.storage.catalog.subjects import Subject, of_device
from sensorium.storage.catalog.tables import datastreams, devices, scorers

MOST_KEPT = 10  # versions of one datastream


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
    """Keep a scorer as the next version of its datastream's, and say that version; the first is 1.

    Old versions go.
    """
    touched: list[Subject] = []
    with catalog.change(touched) as connection:
        touched.append(of_device(device_of(connection, scorer.datastream)))
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
        too_old = scorers.c.version <= version - MOST_KEPT
        connection.execute(delete(scorers).where(scorers.c.datastream == scorer.datastream, too_old))
    return version


def scorers_of(catalog: Catalog, datastream: int) -> list[ScorerVersion]:
    """The versions of a datastream's scorer that are kept, the newest first."""
    columns = [scorers.c[each.name] for each in fields(ScorerVersion)]
    query = select(*columns).where(scorers.c.datastream == datastream).order_by(scorers.c.version.desc())
    with catalog.read() as connection:
        return [ScorerVersion(*row) for row in connection.execute(query)]


def count_trained(catalog: Catalog, account: int, besides: int) -> int:
    """How many datastreams of the account have a scorer, not counting one of them, or deleted devices."""
    trained = select(func.count(scorers.c.datastream.distinct())).where(scorers.c.datastream != besides)
    theirs = trained.select_from(scorers.join(datastreams).join(devices)).where(devices.c.account == account)
    query = theirs.where(devices.c.deleted.is_(None))
    with catalog.read() as connection:
        return connection.scalars(query).one()


def forget_scorers(catalog: Catalog, datastream: int) -> None:
    """Delete all versions of a datastream's scorer."""
    touched: list[Subject] = []
    with catalog.change(touched) as connection:
        touched.append(of_device(device_of(connection, datastream)))
        connection.execute(delete(scorers).where(scorers.c.datastream == datastream))


def newest_scorers(catalog: Catalog, datastreams: Sequence[int]) -> dict[int, tuple[int, Scorer]]:
    """The newest version of each of these datastreams that has a scorer, and the scorer."""
    newest = select(scorers.c.datastream, func.max(scorers.c.version).label("version"))
    newest = newest.where(scorers.c.datastream.in_(datastreams)).group_by(scorers.c.datastream).subquery()
    is_newest = (scorers.c.datastream == newest.c.datastream) & (scorers.c.version == newest.c.version)
    with catalog.read() as connection:
        rows = connection.execute(select(scorers).join_from(scorers, newest, is_newest))
        return {row.datastream: (row.version, _scorer(row)) for row in rows}


def find_scorer(catalog: Catalog, datastream: int, version: int | None = None) -> Scorer | None:
    """A version of a datastream's scorer, the newest when none is named."""
    query = select(scorers).where(scorers.c.datastream == datastream)
    if version is not None:
        query = query.where(scorers.c.version == version)
    with catalog.read() as connection:
        row = connection.execute(query.order_by(scorers.c.version.desc()).limit(1)).one_or_none()
    return None if row is None else _scorer(row)


def _scorer(row: Row[Any]) -> Scorer:
    settings = msgspec.json.decode(row.settings, type=dict[str, Any])
    return Scorer(
        row.datastream, row.method, settings, row.model, row.trained_from, row.trained_to, row.samples
    )
