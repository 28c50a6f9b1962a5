"""Units and components that people add get ids of their own, on each database."""

from collections.abc import Iterator

import pytest

from sensorium.model.errors import Conflict, PoolFull
from sensorium.register.accounts import Accounts
from sensorium.register.catalogue import Catalogue
from sensorium.register.passwords import Passwords
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.defaults import default_components, default_units
from sensorium.storage.catalog.measured import FIRST_ADDED, MOST_ADDED
from tests.register.conftest import NOW, PASSWORD


@pytest.fixture
def added_to(empty_dsn: str) -> Iterator[Catalog]:
    """A catalog whose catalogue the test changes."""
    opened = Catalog.open(empty_dsn)
    yield opened
    opened.close()


@pytest.fixture
def account(added_to: Catalog, passwords: Passwords) -> int:
    """The id of an account in it."""
    return Accounts(added_to, passwords).create("Owner", "a@example.org", "owner", PASSWORD, now=NOW)[0].id


def test_ids_lie_above_all_that_is_shipped(added_to: Catalog, account: int, empty_dsn: str):
    """And what is added stays when the shipped catalogue is brought up to date."""
    assert max(row["id"] for row in (*default_units(), *default_components())) < FIRST_ADDED
    catalogue = Catalogue(added_to)
    units = [catalogue.add_unit(account, name) for name in ("furlong", "fortnight")]
    component = catalogue.add_component(account, "Leaves", "on one tree", units[0].id)
    assert [each.id for each in units] == [FIRST_ADDED, FIRST_ADDED + 1]
    Catalog.open(empty_dsn).close()
    assert catalogue.units()[-2:] == units
    assert catalogue.components()[-1] == component
    added_to.poll()
    assert added_to.generation == 4  # the account and three additions: the opening has changed nothing


def test_refused_name_leaves_the_catalog_as_it_was(added_to: Catalog, account: int):
    """And free for the next change, by any connection."""
    catalogue = Catalogue(added_to)
    for _ in range(20):
        with pytest.raises(Conflict):
            catalogue.add_component(account, "no2", None, None)
    catalogue.add_component(account, "NO2 by night", None, None)


def test_additions_of_an_account_are_bounded(added_to: Catalog, account: int):
    """What is shipped does not count."""
    catalogue = Catalogue(added_to)
    for number in range(MOST_ADDED):
        catalogue.add_unit(account, f"u{number}")
    with pytest.raises(PoolFull):
        catalogue.add_unit(account, "one more")
