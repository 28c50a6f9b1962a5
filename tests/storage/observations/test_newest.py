"""The newest value of a datastream is that of the rows in force, from memory as from the store."""

from hypothesis import example, given
from hypothesis import strategies as st

from sensorium.model.series import TimedValue
from sensorium.storage.observations.newest import Newest
from sensorium.storage.observations.rows import withdrawal
from sensorium.storage.observations.store import Store
from tests.storage.observations.shared import NOON, SECOND, new_device, rows_of, stream_of, the_store

HOUR = 3600 * SECOND
YEAR = 365 * 24 * HOUR


def stored(store: Store, device: int, datastream: int) -> TimedValue | None:
    """As someone reads it who has never asked before."""
    return Store(store.dsn, store._writer).newest([device], [datastream]).get(datastream)


def known(store: Store, device: int, datastream: int) -> TimedValue | None:
    """As the store that writes says it."""
    return store.newest([device], [datastream]).get(datastream)


def test_newest_is_found_and_followed():
    """Later rows replace it, earlier ones do not, and one of the same time does with a higher version."""
    store, device = the_store(), new_device()
    stream = stream_of(device)
    assert known(store, device, stream.id) is None
    steps = [
        (rows_of(stream, {NOON: 1.0}, packet=1), TimedValue(NOON, 1.0)),
        (rows_of(stream, {NOON - YEAR: 7.0, NOON + HOUR: 2.0}, packet=2), TimedValue(NOON + HOUR, 2.0)),
        (rows_of(stream, {NOON: 9.0}, packet=3), TimedValue(NOON + HOUR, 2.0)),
        (rows_of(stream, {NOON + HOUR: 3.0}, packet=4), TimedValue(NOON + HOUR, 3.0)),
        (rows_of(stream, {NOON + HOUR: 4.0}, packet=3), TimedValue(NOON + HOUR, 3.0)),
        (rows_of(stream, {NOON + 2 * HOUR: None}, packet=5), None),
    ]
    for rows, expected in steps:
        store.write(rows)
        assert known(store, device, stream.id) == stored(store, device, stream.id) == expected


def test_rows_that_are_taken_back_are_not_the_newest():
    """The one before them is."""
    store, device = the_store(), new_device()
    stream = stream_of(device)
    store.write(rows_of(stream, {NOON: 1.0, NOON + HOUR: 2.0}, packet=1))
    assert known(store, device, stream.id) == TimedValue(NOON + HOUR, 2.0)
    store.write(withdrawal(device, [(stream.id, NOON + HOUR, 1, 5)]))
    assert known(store, device, stream.id) == stored(store, device, stream.id) == TimedValue(NOON, 1.0)


def test_newest_of_many_datastreams_years_apart():
    """Each at its own time; those without rows are left out."""
    store, device = the_store(), new_device()
    streams = [stream_of(device, number) for number in range(4)]
    for number, stream in enumerate(streams[:3]):
        store.write(rows_of(stream, {NOON - number * YEAR: float(number)}))
    found = store.newest([device], [each.id for each in streams])
    assert found == {
        stream.id: TimedValue(NOON - number * YEAR, float(number))
        for number, stream in enumerate(streams[:3])
    }


ROWS = st.lists(
    st.tuples(st.integers(0, 3), st.none() | st.floats(-5, 5), st.integers(0, 2), st.booleans()), max_size=6
)


@example(before=[(1, 0.0, 1, False)], between=[(1, 1.0, 0, False)], after=[])
@given(before=ROWS, between=ROWS, after=ROWS)
def test_what_is_written_while_somebody_reads_is_seen(before, between, after):
    """Before, while and after the store is read: memory knows the row in force, or knows that it does not.

    Versions grow, as they do while one process writes.
    """
    stream = stream_of(1)
    packet = 0
    rows: dict[int, tuple[int, float | None, bool]] = {}

    def write(newest: Newest, some):
        nonlocal packet
        for time, value, more, is_deleted in some:
            packet += more
            written = rows_of(stream, {time: value}, packet=packet)
            written.is_deleted = [int(is_deleted)]
            if time not in rows or written.version[0] >= rows[time][0]:
                rows[time] = (written.version[0], value, is_deleted)
            newest.note(written)

    def in_force() -> TimedValue | None:
        there = [(time, value) for time, (_, value, is_deleted) in rows.items() if not is_deleted]
        time, value = max(there, default=(0, None), key=lambda each: each[0])
        return None if value is None else TimedValue(time, value)

    newest = Newest()
    write(newest, before)
    newest.track([stream.id])
    there = [(time, value, version) for time, (version, value, gone) in rows.items() if not gone]
    write(newest, between)
    newest.fill([stream.id], {stream.id: max(there)} if there else {})
    for some in ([], after):
        write(newest, some)
        found, unknown = newest.get([stream.id])
        assert unknown == [stream.id] or found.get(stream.id) == in_force()
