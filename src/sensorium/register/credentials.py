"""Whose a token is: asked on every request, so answered from memory where it can be."""

import hmac

from sensorium.model.account import Credential
from sensorium.model.errors import Unauthorized
from sensorium.model.moments import to_microseconds
from sensorium.register.tokens import digest
from sensorium.storage.catalog import Catalog, Remembered
from sensorium.storage.catalog.accounts import find_token

LIMIT = 10_000  # tokens in memory


class Credentials:
    """The tokens that were found good. A change of the catalog, such as a revocation, empties the memory."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._known = Remembered[bytes, tuple[bytes, int, int | None]](catalog, LIMIT)

    def cached(self, token: bytes, now: int) -> int | None:
        """The account of a good token without asking the catalog, None when that must be done (`load`).

        `now` is in microseconds since 1970 UTC.
        """
        key = digest(token)
        found = self._known.get(key)
        if found is None or not hmac.compare_digest(found[0], key):
            return None
        _, account, expires = found
        return account if expires is None or now < expires else None

    def load(self, token: bytes, now: int) -> Credential:
        """Ask the catalog for a token, and remember it. Raises Unauthorized and Unavailable."""
        generation = self._catalog.generation
        key = digest(token)
        found = find_token(self._catalog, key)
        if found is None:
            raise Unauthorized("The token is not known.")
        expires = None if found.expires is None else to_microseconds(found.expires)
        if expires is not None and expires <= now:
            raise Unauthorized("The token has expired.")
        self._known.put(key, (key, found.account, expires), generation)
        return found
