"""Who gets what at every address: each operation, for each kind of caller, for each kind of instrument.

A cell is the HTTP status. The callers are, in order: no credentials, wrong ones, an expired key, a revoked
token, the owner's own, another account's, a user of the account without any right, one who sees none of its
devices, a key that is good for reading logs alone, and one that is good for all else.
"""

from collections.abc import Mapping

import httpx2
import pytest

from sensorium.dialects.cirrus.routes import dialect
from sensorium.dialects.dialect import Access
from tests.dialects.cirrus.api import get, instrument
from tests.dialects.nilu.api import Provider, key_of, let_expire, session_of
from tests.running import Server

NOBODY = "401 401 401 401"
OWNED = (
    f"{NOBODY} 200 403 200 403 200 403",  # of a public device
    f"{NOBODY} 200 403 200 403 200 403",  # of a private one
    f"{NOBODY} 403 403 403 403 403 403",  # of none
)
TABLE = {"GET /v1/data/calibrations/log": OWNED, "GET /v1/data/calibrations": OWNED}
OPERATIONS = {f"{each.method} {each.path}": each for each in dialect(None).operations}  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def callers(server: Server, owner: Provider, other: Provider) -> Mapping[str, str | None]:
    """The key of each kind of caller."""
    expired = key_of(owner)
    let_expire(server, expired)
    revoked = owner.client.post("/api/providers/tokens/new", headers=owner.basic).json()["token"]
    owner.client.post("/api/providers/tokens/revoke", headers=owner.basic, json={"token": revoked})
    others = ("instruments:read", "instruments:write", "data.enviro:read", "data:write")
    return {
        "none": None,
        "wrong": "0" * 32,
        "expired": expired,
        "revoked": revoked,
        "own": owner.token,
        "foreign": other.token,
        "user": session_of(server, owner),
        "blind": session_of(server, owner, trackers=[]),
        "key": key_of(owner, "data.system:read"),
        "narrow": key_of(owner, *others),
    }


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_caller_gets_what_the_table_says(
    anyone: httpx2.Client, owner: Provider, callers: Mapping[str, str | None], name: str
):
    """An operation that is not in the table fails."""
    path = OPERATIONS[name].path
    serials = [*(instrument(owner, public=public) for public in (True, False)), "NONE"]
    found = tuple(
        " ".join(str(get(anyone, key, serial, path=path).status_code) for key in callers.values())
        for serial in serials
    )
    assert found == TABLE[name]


def test_table_has_every_operation_and_no_more():
    """And each asks for a key."""
    assert TABLE.keys() == OPERATIONS.keys()
    assert {each.access for each in OPERATIONS.values()} == {Access.KEY}
