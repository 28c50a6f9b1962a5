"""An account to register things with."""

import pytest

from sensorium.register.accounts import Accounts
from sensorium.register.passwords import Passwords
from sensorium.register.tokens import Tokens
from sensorium.storage.catalog import Catalog

NOW = 1_700_000_000_000_000  # 2023-11-14T22:13:20Z in microseconds
PASSWORD = "my100th.Secret.password"  # the document's own


@pytest.fixture(scope="package")
def passwords() -> Passwords:
    """Checks of passwords."""
    return Passwords()


@pytest.fixture
def accounts(catalog: Catalog, passwords: Passwords) -> Accounts:
    """What can be done with accounts."""
    return Accounts(catalog, passwords)


@pytest.fixture
def tokens(catalog: Catalog, passwords: Passwords) -> Tokens:
    """What can be done with tokens."""
    return Tokens(catalog, passwords)


@pytest.fixture
def owner(accounts: Accounts) -> int:
    """The id of an account."""
    return accounts.create("Owner", "a@example.org", "owner", PASSWORD, now=NOW)[0].id


@pytest.fixture
def stranger(accounts: Accounts) -> int:
    """The id of another account."""
    return accounts.create("Stranger", "b@example.org", "stranger", PASSWORD, now=NOW)[0].id
