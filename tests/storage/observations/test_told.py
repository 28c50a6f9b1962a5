"""Rows show where they come from, whether or not anything is known of that beforehand."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from sensorium.model.selection import Item, Selection, SelectionShape, Span, Wanted
from sensorium.storage.observations import filtered
from sensorium.storage.observations.origins import Origin
from sensorium.storage.observations.rows import withdrawal
from sensorium.storage.observations.select import Query
from sensorium.storage.observations.told import Told
from tests.storage.observations.shared import (
    EVER,
    NOON,
    SECOND,
    SHAPE,
    answer,
    new_device,
    rows_of,
    stream_of,
    the_store,
)

WITH_KIND: SelectionShape = {**SHAPE, "kind": Item.KIND}


def asked(devices: Sequence[int], begin: int = 0, end: int = EVER) -> Query:
    """All rows of the first two datastreams of these devices."""
    wanted = tuple(Wanted(each, each * 100 + number, number + 1) for each in devices for number in range(2))
    selection = Selection(wanted, tuple(Span(each, 1, 0, EVER) for each in devices), 0, EVER, 1000)
    query = filtered.rows(selection, WITH_KIND, begin, end, 1000)
    assert query is not None
    return query


def agents(device: int, begin: int = 0) -> list[object]:
    """Who has sent the rows of a device, newest first."""
    return [row["agent"] for row in answer(asked([device], begin))]


def origin(device: int, time: int, packet: int = 1, agent: str = "A") -> Origin:
    return Origin(device, time, packet, 0, agent, [], [])


def test_both_texts_of_a_query_give_the_same_rows_where_nothing_is_told():
    """Also of parts that are not merged, of equal versions, withdrawn rows, and values that are none."""
    device = new_device()
    one, other = stream_of(device), stream_of(device, 1)
    the_store().write(rows_of(one, {NOON: 1.0, NOON + SECOND: 2.0, NOON + 2 * SECOND: 3.0}, packet=1))
    the_store().write(rows_of(one, {NOON: 1.5}, packet=1))  # an equal version: the last stored is in force
    the_store().write(rows_of(other, {NOON: None, NOON + SECOND: 0.1}, packet=2))
    the_store().write(rows_of(other, {NOON + SECOND: 0.2}, packet=3))
    the_store().write(rows_of(other, {NOON + SECOND: 0.3}, packet=2))  # a lower version
    the_store().write(withdrawal(device, [(one.id, NOON + SECOND, 1, 4)]))
    query = asked([device])
    assert query.untold is not None
    texts = [
        b"".join(the_store().stream(sql, query.parameters)).splitlines()
        for sql in (query.sql, query.untold.sql)
    ]
    assert texts[0] == texts[1]
    assert [(row["data"], row["definition"], row["text"]) for row in answer(query)] == [
        (1, 1, "3"),
        (3, 2, "0.2"),
        (1, 1, "1.5"),
        (2, 2, ""),
    ]


def test_what_was_told_before_anybody_asked_is_shown():
    """As after a start: nothing is in memory yet."""
    device = new_device()
    the_store().tell([origin(device, NOON)])
    the_store().write(rows_of(stream_of(device), {NOON: 1.0}))
    assert agents(device) == ["A"]


def test_what_was_told_a_moment_ago_is_shown():
    """After an answer without it: the later row as well as the one of before, newest first."""
    device = new_device()
    the_store().write(rows_of(stream_of(device), {NOON: 1.0}))
    assert agents(device, NOON) == [""]
    the_store().tell([origin(device, NOON + SECOND, packet=2)])
    the_store().write(rows_of(stream_of(device), {NOON + SECOND: 2.0}, packet=2))
    assert agents(device, NOON) == ["A", ""]
    assert agents(device, NOON + SECOND) == ["A"]
    the_store().write(rows_of(stream_of(device), {NOON + 2 * SECOND: 2.0}, packet=3))
    assert agents(device, NOON + 2 * SECOND) == [""]
    the_store().tell([origin(device, NOON)])  # a late one
    assert agents(device) == ["", "A", "A"]


def test_what_was_told_of_older_times_is_shown_when_these_are_asked_for():
    """That there is nothing from noon on says nothing of the time before."""
    device = new_device()
    the_store().tell([origin(device, NOON - SECOND)])
    the_store().write(rows_of(stream_of(device), {NOON - SECOND: 1.0}))
    the_store().write(rows_of(stream_of(device), {NOON: 1.0}, packet=2))
    assert agents(device, NOON) == [""]
    assert agents(device, NOON - SECOND) == ["", "A"]
    assert agents(device, NOON) == [""]


def test_one_told_device_among_others_is_enough():
    """All rows of an answer are looked up then."""
    quiet, told = new_device(), new_device()
    for packet, device in enumerate((quiet, told), 1):
        the_store().write(rows_of(stream_of(device), {NOON: 1.0}, packet=packet))
    assert [row["agent"] for row in answer(asked([quiet, told]))] == ["", ""]
    the_store().tell([origin(told, NOON, packet=2)])
    assert [row["agent"] for row in answer(asked([quiet, told]))] == ["", "A"]


def test_what_is_told_while_the_rows_are_found_is_shown():
    """The answer is begun again when the first of it is there and an origin has come in meanwhile."""
    device = new_device()
    the_store().write(rows_of(stream_of(device), {NOON: 1.0}))
    assert agents(device) == [""]

    class Telling(dict[str, str]):
        """Bound values that tell of the device as soon as a query is bound to them."""

        def items(self):
            the_store().tell([origin(device, NOON)])
            return super().items()

    query = asked([device])
    rows = answer(replace(query, parameters=Telling(query.parameters)))
    assert [row["agent"] for row in rows] == ["A"]


times = st.integers(0, 5)


@given(st.data())
def test_a_device_that_is_called_silent_has_no_origin_then(data: st.DataObject):
    """However questions and origins follow each other, also between a look and what is made of it."""
    told, stored = Told(), list[Origin]()

    def tell() -> None:
        some = [origin(data.draw(times), data.draw(times)) for _ in range(data.draw(st.integers(0, 2)))]
        stored.extend(some)
        told.note(some)

    for _ in range(data.draw(st.integers(1, 12))):
        devices, begin = data.draw(st.sets(times, min_size=1).map(sorted)), data.draw(times)
        there = [each for each in stored if each.device in devices and each.time >= begin]
        found = told.get(devices, begin)
        assert found is None or found is bool(there)
        if found is None:
            tracked = told.track(devices)
            tell()
            there = [each for each in stored if each.device in devices and each.time >= begin]
            one = data.draw(st.sampled_from(there)) if there else None
            tell()
            told.fill(tracked, begin, None if one is None else (one.device, one.time))
        else:
            tell()
