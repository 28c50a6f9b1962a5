"""How values are checked, from which time on: what holds for a datastream out of all that was said.

What is said of a datastream itself goes before what its account says of the component, and that before what
is shipped for everyone.
"""

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from sqlalchemy import Row, and_, or_, select

from sensorium.model.quality import UNCHECKED, Quality
from sensorium.storage.catalog.catalog import Catalog
from sensorium.storage.catalog.tables import datastreams, devices, quality

_read = msgspec.json.Decoder(Quality, strict=True).decode


class Dated(NamedTuple):
    """How values are checked from a time on, in microseconds since 1970 UTC."""

    valid_from: int
    quality: Quality


def find_quality(catalog: Catalog, streams: Iterable[int]) -> dict[int, tuple[Dated, ...]]:
    """How each of these datastreams is checked, in the order of time; the first holds from the beginning."""
    wanted = list(streams)
    query = (
        select(
            datastreams.c.id.label("stream"),
            quality.c.valid_from,
            quality.c.document,
            quality.c.account,
            quality.c.datastream,
        )
        .join_from(datastreams, devices, devices.c.id == datastreams.c.device)
        .join(
            quality,
            or_(
                quality.c.datastream == datastreams.c.id,
                and_(
                    quality.c.component == datastreams.c.component,
                    or_(quality.c.account.is_(None), quality.c.account == devices.c.account),
                ),
            ),
        )
        .where(datastreams.c.id.in_(wanted))
        .order_by(quality.c.valid_from, quality.c.id)
    )
    found: dict[int, list[Row[int, int, str, int | None, int | None]]] = {each: [] for each in wanted}
    with catalog.read() as connection:
        for row in connection.execute(query):
            found[row.stream].append(row)
    return {stream: _in_force(rows) for stream, rows in found.items()}


def _in_force(rows: list[Row[int, int, str, int | None, int | None]]) -> tuple[Dated, ...]:
    """What holds when, out of what is shipped, said for the component and said for the datastream."""
    ranks: list[list[Dated]] = [[], [], []]
    for row in rows:
        rank = 2 if row.datastream is not None else 1 if row.account is not None else 0
        ranks[rank].append(Dated(row.valid_from, _read(row.document)))
    begins = sorted({0, *(each.valid_from for rank in ranks for each in rank)})
    held = [Dated(begin, _at(ranks, begin)) for begin in begins]
    return tuple(each for at, each in enumerate(held) if at == 0 or each.quality != held[at - 1].quality)


def _at(ranks: list[list[Dated]], time: int) -> Quality:
    for rank in reversed(ranks):
        place = bisect_right([each.valid_from for each in rank], time)
        if place:
            return rank[place - 1].quality
    return UNCHECKED
