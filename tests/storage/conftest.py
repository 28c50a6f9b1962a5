"""What tests of the catalog have in common."""

import pytest

from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.accounts import NewAccount, NewToken, add_account


@pytest.fixture
def owner(catalog: Catalog) -> int:
    """The id of an account."""
    account = NewAccount("Institute", "institute", None, None, "a@example.org", "institute", "hash")
    return add_account(catalog, account, NewToken(b"digest", "last", None), now=1).id
