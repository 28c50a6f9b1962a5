"""Whose a token is: asked on every request, so answered from memory where it can be."""

import hmac
from dataclasses import replace

from sensorium.model.account import Credential
from sensorium.model.errors import Unauthorized
from sensorium.model.moments import from_microseconds, to_microseconds
from sensorium.register.tokens import digest
from sensorium.storage.catalog import Catalog, Remembered
from sensorium.storage.catalog.accounts import find_token, prolong_token
from sensorium.storage.catalog.subjects import of_people

LIMIT = 10_000  # tokens in memory
_HOUR = 3_600_000_000  # microseconds: so often a use of a session is written down


class Credentials:
    """The tokens that were found good. What changes about the people of an account,
    such as a revocation, makes its tokens forgotten."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._known = Remembered[bytes, tuple[bytes, Credential, int | None]](catalog, LIMIT)

    def cached(self, token: bytes, now: int) -> Credential | None:
        """A good token without asking the catalog, None when that must be done (`load`).

        `now` is in microseconds since 1970 UTC.
        """
        return self.by_digest(digest(token), now)

    def by_digest(self, key: bytes, now: int) -> Credential | None:
        """As `cached`, where nothing is kept of a token but its digest."""
        found = self._known.get(key)
        if found is None or not hmac.compare_digest(found[0], key):
            return None
        _, credential, until = found
        return credential if until is None or now < until else None

    def load(self, token: bytes, now: int) -> Credential:
        """Ask the catalog for a token, and remember it. Raises Unauthorized and Unavailable.

        The use of a session makes it last longer, which is written down once an hour.
        """
        generation = self._catalog.generation
        key = digest(token)
        found = find_token(self._catalog, key)
        if found is None:
            raise Unauthorized("The token is not known.")
        credential, sliding = found
        expires = None if credential.expires is None else to_microseconds(credential.expires)
        if expires is not None and expires <= now:
            raise Unauthorized("The token has expired.")
        until = expires
        if sliding is not None and expires is not None:
            if expires < now + sliding - _HOUR:
                expires = now + sliding
                prolong_token(self._catalog, key, expires)
                credential = replace(credential, expires=from_microseconds(expires))
            until = min(expires, now + _HOUR)
        self._known.put(key, (key, credential, until), generation, of_people(credential.account))
        return credential
