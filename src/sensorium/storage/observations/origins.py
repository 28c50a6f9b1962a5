"""What came with the values of a packet besides: who sent them, as what, and how numbers were written.

Rows of `observations` are written again whenever their verdicts change, by what is known of numbers alone;
this stays as it is, and is looked up for the rows that are shown.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from sensorium.storage.observations.rows import MONTHS_AT_ONCE, month_of


class Origin(NamedTuple):
    """A packet at its time (microseconds since 1970 UTC), and the first packet for its device and instant.

    `texts` are of the values, by datastream, that are no numbers or are numbers in another than the shortest
    form. The names are the columns of the table.
    """

    device: int
    time: int
    packet: int
    first: int
    agent: str
    datastreams: Sequence[int]
    texts: Sequence[str]


TYPES = {
    "device": "UInt32",
    "time": "DateTime64(6, 'UTC')",
    "packet": "UInt64",
    "first": "UInt64",
    "agent": "LowCardinality(String)",
    "datastreams": "Array(UInt32)",
    "texts": "Array(String)",
}


def by_months(origins: Sequence[Origin]) -> Iterator[dict[str, list[object]]]:
    """The origins as columns, in pieces of which none spans more months than one insert may."""

    def piece(origin: Origin) -> int:
        return month_of(origin.time) // MONTHS_AT_ONCE

    for _, some in groupby(sorted(origins, key=piece), key=piece):
        columns = zip(*some, strict=True)
        yield {name: list(column) for name, column in zip(TYPES, columns, strict=True)}
