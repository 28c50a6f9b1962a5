"""Keys: what programs show instead of a password. Shown once, kept as SHA-256 alone."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sensorium.model.account import Key, Kind
from sensorium.model.errors import Malformed, NotFound
from sensorium.model.rights import Scope
from sensorium.register.texts import required_text
from sensorium.register.tokens import digest, mint
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.accounts import remove_token
from sensorium.storage.catalog.keys import add_key, find_key, keys_of, remove_key

MOST_KEYS = 20  # of an account
SCOPES = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class Keys:
    """What an account does with its keys. They never end by themselves, and outlive another password."""

    catalog: Catalog

    def create(
        self, account: int, title: str | None, scopes: Iterable[str] | None, *, now: int
    ) -> tuple[Key, str]:
        """A new key of the account and what is to be shown as it: this once.

        Without `scopes` it is good for all that the account may do, but not for making keys and users. `now`
        is in microseconds since 1970 UTC. Raises Missing, Malformed, PoolFull and Unavailable.
        """
        title = required_text(title, "The title", "title")
        shown, token = mint(expires=None)
        new = replace(token, kind=Kind.KEY, title=title, scopes=_checked(scopes))
        number = add_key(self.catalog, account, new, most=MOST_KEYS, now=now)
        return self.get(account, number), shown

    def list(self, account: int) -> list[Key]:
        """The keys of the account, by id."""
        return keys_of(self.catalog, account)

    def get(self, account: int, number: int) -> Key:
        """A key of the account. Raises NotFound."""
        found = find_key(self.catalog, account, number)
        if found is None:
            raise NotFound("There is no such key.")
        return found

    def delete(self, account: int, number: int) -> None:
        """End a key of the account at once. Raises NotFound."""
        if not remove_key(self.catalog, account, number):
            raise NotFound("There is no such key.")

    def revoke(self, account: int, shown: str) -> None:
        """End a key of the account at once, by what was shown. Raises NotFound."""
        if not remove_token(self.catalog, account, digest(shown.encode(errors="replace")), Kind.KEY):
            raise NotFound("There is no such key.", "key")


def _checked(scopes: Iterable[str] | None) -> frozenset[str] | None:
    if scopes is None:
        return None
    wanted = frozenset(scopes)
    for unknown in sorted(wanted - SCOPES):
        raise Malformed(f"There is no scope {unknown!r}; there are {', '.join(sorted(SCOPES))}.", "scopes")
    if not wanted:
        raise Malformed("A key without any scope is good for nothing.", "scopes")
    return wanted
