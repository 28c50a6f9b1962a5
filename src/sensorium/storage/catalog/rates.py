"""How many requests credentials have made, as rows: so that a restart does not give them more."""

from collections.abc import Iterable

from sqlalchemy import delete, insert, select

from sensorium.storage.catalog.catalog import Catalog
from sensorium.storage.catalog.tables import rates, revision

Count = tuple[bytes, int, int]
"""What a credential is known by, the begin of its window in microseconds since 1970 UTC, and its requests."""


def read_rates(catalog: Catalog) -> list[Count]:
    """All that was kept."""
    with catalog.read() as connection:
        return [(row.credential, row.begin, row.requests) for row in connection.execute(select(rates))]


def keep_rates(catalog: Catalog, counts: Iterable[Count], oldest: int) -> None:
    """Keep counts in place of those of the same credentials; windows that began before `oldest` are over.

    Fronts that share a catalog take turns.
    """
    rows = [
        {"credential": credential, "begin": begin, "requests": requests}
        for credential, begin, requests in counts
    ]
    replaced = rates.c.credential.in_([row["credential"] for row in rows])
    with catalog.note() as connection:
        connection.execute(select(revision.c.n).with_for_update())
        connection.execute(delete(rates).where(replaced | (rates.c.begin < oldest)))
        if rows:
            connection.execute(insert(rates), rows)
