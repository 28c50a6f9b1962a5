"""How often something may be done, and what of that outlives a restart."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from sensorium.model.errors import TooMany, Unavailable
from sensorium.register import limits
from sensorium.register.limits import SECOND, Limit
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.rates import keep_rates, read_rates
from tests.register.conftest import NOW

KEY, OTHER = b"key", b"other"


def taken(limit: Limit, key: bytes, *moments: int) -> list[int | None]:
    """For each request when to ask again, None where it is let through."""
    found: list[int | None] = []
    for moment in moments:
        try:
            limit.take(key, moment)
            found.append(None)
        except TooMany as refusal:
            found.append(refusal.retry_after)
    return found


def test_window_begins_with_its_first_request():
    """Over the limit it says in how many seconds the window ends, rounded up, and then there is another."""
    limit = Limit(2, 10)
    moments = [0, 3 * SECOND, 4 * SECOND, 10 * SECOND - 1, 10 * SECOND]
    assert taken(limit, KEY, *(NOW + each for each in moments)) == [None, None, 6, 1, None]


def test_question_whether_there_is_room_counts_nothing():
    """It is refused when a request would be."""
    limit = Limit(1, 10)
    for _ in range(3):
        limit.require(KEY, NOW)
    assert taken(limit, KEY, NOW) == [None]
    with pytest.raises(TooMany):
        limit.require(KEY, NOW)
    limit.require(KEY, NOW + 10 * SECOND)


def test_each_key_has_a_count_of_its_own():
    """What one has used up is there for the other."""
    limit = Limit(1, 10)
    assert taken(limit, KEY, NOW, NOW) == [None, 10]
    assert taken(limit, OTHER, NOW) == [None]


def test_count_goes_on_after_a_restart(catalog: Catalog):
    """With the window that was open, not with a new one."""
    before, after = Limit(3, 10), Limit(3, 10)
    taken(before, KEY, NOW, NOW + SECOND)
    before.keep(catalog, NOW + SECOND)
    after.restore(catalog)
    assert taken(after, KEY, *[NOW + 2 * SECOND] * 2) == [None, 8]


def test_only_what_has_changed_is_written(catalog: Catalog):
    """A refusal changes nothing; windows that are over go when another is written."""
    limit = Limit(1, 10)
    taken(limit, KEY, NOW, NOW + 1)
    taken(limit, OTHER, NOW + 2)
    limit.keep(catalog, NOW + 3)
    assert sorted(read_rates(catalog)) == [(KEY, NOW, 1), (OTHER, NOW + 2, 1)]
    keep_rates(catalog, [], NOW + 20 * SECOND)
    limit.keep(catalog, NOW + 4)
    assert read_rates(catalog) == []
    taken(limit, KEY, NOW + 10 * SECOND)
    limit.keep(catalog, NOW + 10 * SECOND)
    assert read_rates(catalog) == [(KEY, NOW + 10 * SECOND, 1)]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_could_not_be_written_is_written_later(catalog: Catalog, catalog_dsn: str):
    """A catalog that is away takes nothing from the count."""
    limit, broken = Limit(9, 10), Catalog.open(catalog_dsn)
    taken(limit, KEY, NOW)
    with broken.change() as connection:
        connection.execute(text("ALTER TABLE rates RENAME TO away"))
    with pytest.raises(Unavailable):
        limit.keep(catalog, NOW)
    with broken.change() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO rates"))
    broken.close()
    limit.keep(catalog, NOW)
    assert read_rates(catalog) == [(KEY, NOW, 1)]


def test_clock_that_goes_back_locks_nobody_out():
    """A window that lies in the future is none."""
    limit = Limit(1, 10)
    assert taken(limit, KEY, NOW, NOW - 3600 * SECOND) == [None, None]


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch):
    """With many keys those go first whose windows are over, or else the oldest."""
    monkeypatch.setattr(limits, "LIMIT", 2)
    limit = Limit(1, 10)
    for key, moment in ((b"a", 0), (b"b", 1), (b"c", 2)):
        taken(limit, key, NOW + moment)
    assert taken(limit, b"b", NOW + 3) == [10]
    assert taken(limit, b"a", NOW + 4) == [None]


def test_fronts_that_share_a_catalog_keep_their_counts_in_turn(catalog: Catalog):
    """Of the same key at the same moment."""

    def front(_: int) -> None:
        limit = Limit(1000, 10)
        for at in range(20):
            limit.take(KEY, NOW + at)
            limit.keep(catalog, NOW + at)

    with ThreadPoolExecutor(4) as fronts:
        assert list(fronts.map(front, range(4))) == [None] * 4
    assert read_rates(catalog) == [(KEY, NOW, 20)]


@given(st.lists(st.integers(0, 5 * SECOND), max_size=40), st.integers(1, 5), st.integers(1, 7))
def test_no_window_has_more_than_the_limit(gaps: list[int], most: int, length: int):
    """Whenever the requests come; and whoever is refused is told a time within the window."""
    limit, now, passed = Limit(most, length), NOW, list[int]()
    for gap in gaps:
        now += gap
        [again] = taken(limit, KEY, now)
        if again is None:
            passed.append(now)
        else:
            assert 1 <= again <= length
    begin = None
    count = 0
    for moment in passed:
        if begin is None or moment >= begin + length * SECOND:
            begin, count = moment, 0
        count += 1
        assert count <= most
