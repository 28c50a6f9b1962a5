"""Assets of an account, and from when to when its devices are fixed to them."""

from collections.abc import Callable
from dataclasses import dataclass

from sensorium.model.account import Credential
from sensorium.model.asset import Asset, Link, WantedLink
from sensorium.model.errors import Malformed, NotFound
from sensorium.register.texts import optional_text, required_text
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog import assets as stored

MOST_ASSETS = 10_000  # of an account
MOST_LINKS = 100_000
LONGEST_TASK = 100  # characters
Check = Callable[[str | None], None]
"""Is given the version of what is there and raises what prevents the change."""


@dataclass(frozen=True, slots=True)
class Assets:
    """What can be done with assets and links."""

    catalog: Catalog

    def add(self, account: int, name: str | None, *, now: int) -> Asset:
        """A new asset. Raises Missing, Malformed, Conflict and PoolFull."""
        checked = required_text(name, "The name", "name")
        return self.get(account, stored.add_asset(self.catalog, account, checked, most=MOST_ASSETS, now=now))

    def get(self, account: int, number: int) -> Asset:
        """An asset of the account. Raises NotFound."""
        found = stored.find_asset(self.catalog, account, number)
        if found is None:
            raise NotFound("There is no such asset.")
        return found

    def of_account(self, account: int, *, after: int = 0, most: int) -> list[Asset]:
        """The assets of the account by id: `most` of them, those that come `after` another."""
        return stored.assets_of(self.catalog, account, after=after, most=most)

    def rename(self, account: int, number: int, name: str | None, check: Check) -> Asset:
        """Give an asset another name. Raises as `add` does, NotFound, and what `check` does."""
        checked = required_text(name, "The name", "name")
        stored.rename_asset(self.catalog, account, number, checked, check)
        return self.get(account, number)

    def delete(self, account: int, number: int, check: Check, *, now: int) -> None:
        """Delete an asset that nothing is fixed to. Raises NotFound, Conflict, and what `check` does."""
        stored.delete_asset(self.catalog, account, number, check, now)

    def link(self, caller: Credential, wanted: WantedLink) -> Link:
        """Fix a device that the caller sees to an asset. Raises NotFound, Malformed, Conflict, PoolFull."""
        if not caller.sees(wanted.device):
            raise NotFound("The account has no such device.", "device")
        _check_link(wanted)
        number = stored.add_link(self.catalog, caller.account, wanted, most=MOST_LINKS)
        return self.get_link(caller, number)

    def get_link(self, caller: Credential, number: int) -> Link:
        """A link of a device that the caller sees. Raises NotFound."""
        found = stored.find_link(self.catalog, caller.account, number)
        if found is None or not caller.sees(found.device):
            raise NotFound("There is no such link.")
        return found

    def links(self, caller: Credential, *, after: int = 0, most: int) -> list[Link]:
        """The links of the devices that the caller sees, by id, as `of_account` does."""
        found: list[Link] = []
        while len(found) < most:
            some = stored.links_of(self.catalog, caller.account, after=after, most=most)
            found += [each for each in some if caller.sees(each.device)]
            if len(some) < most:
                break
            after = some[-1].id
        return found[:most]

    def change_link(
        self, caller: Credential, number: int, describe: Callable[[Link], WantedLink], check: Check
    ) -> Link:
        """Say from when to when a link is, and what for. Raises as `link` does, and what `check` does."""
        self.get_link(caller, number)

        def checked(link: Link) -> WantedLink:
            check(link.version)
            wanted = describe(link)
            _check_link(wanted)
            return wanted

        stored.change_link(self.catalog, caller.account, number, checked)
        return self.get_link(caller, number)


def _check_link(wanted: WantedLink) -> None:
    if wanted.end is not None and wanted.end <= wanted.begin:
        raise Malformed("The end must lie after the beginning.", "end")
    optional_text(wanted.task, "The task", "task", LONGEST_TASK)
