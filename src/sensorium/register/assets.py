"""Assets of an account, and from when to when its devices are fixed to them."""

from collections.abc import Callable
from dataclasses import dataclass

from sensorium.model.account import Credential
from sensorium.model.asset import Asset, Link, WantedLink
from sensorium.model.errors import Malformed, NotFound, NotPermitted
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
    """What can be done with assets and links.

    A user who sees some devices sees the assets that one of these is or was fixed to, and those that no
    device has been fixed to; such a user changes an asset that no other device has been fixed to.
    """

    catalog: Catalog

    def add(self, account: int, name: str | None, *, now: int) -> Asset:
        """A new asset. Raises Missing, Malformed, Conflict and PoolFull."""
        checked = required_text(name, "The name", "name")
        number = stored.add_asset(self.catalog, account, checked, most=MOST_ASSETS, now=now)
        return self._get(account, number)

    def get(self, caller: Credential, number: int) -> Asset:
        """An asset that the caller sees. Raises NotFound."""
        found = self._get(caller.account, number)
        if not self._seen(caller, [found]):
            raise NotFound("There is no such asset.")
        return found

    def require_whole(self, caller: Credential, number: int) -> None:
        """Refuse who does not see all that is or was fixed to an asset. Raises NotFound and NotPermitted."""
        found = self.get(caller, number)
        if not all(map(caller.sees, stored.devices_on(self.catalog, [found.id])[found.id])):
            raise NotPermitted("The user does not see all devices that this concerns.")

    def seen(self, caller: Credential, *, after: int = 0, most: int) -> list[Asset]:
        """The assets that the caller sees, by id: `most` of them, those that come `after` another."""
        found: list[Asset] = []
        while len(found) < most:
            some = stored.assets_of(self.catalog, caller.account, after=after, most=most)
            found += self._seen(caller, some)
            if len(some) < most:
                break
            after = some[-1].id
        return found[:most]

    def rename(self, caller: Credential, number: int, name: str | None, check: Check) -> Asset:
        """Give an asset another name. Raises as `add` and `require_whole` do, and what `check` does."""
        checked = required_text(name, "The name", "name")
        with self.catalog.together():
            self.require_whole(caller, number)
            stored.rename_asset(self.catalog, caller.account, number, checked, check)
        return self._get(caller.account, number)

    def delete(self, caller: Credential, number: int, check: Check, *, now: int) -> None:
        """Delete an asset that nothing is fixed to: its links stay, for what was, and take nothing new.

        Raises Conflict, as `require_whole` does, and what `check` does.
        """
        with self.catalog.together():
            self.require_whole(caller, number)
            stored.delete_asset(self.catalog, caller.account, number, check, now)

    def link(self, caller: Credential, wanted: WantedLink) -> Link:
        """Fix a device to an asset, both of which the caller sees.

        Raises NotFound, Malformed, Conflict and PoolFull.
        """
        if not caller.sees(wanted.device):
            raise NotFound("The account has no such device.", "device")
        _check_link(wanted)
        with self.catalog.together():
            self._require_asset(caller, wanted.asset)
            number = stored.add_link(self.catalog, caller.account, wanted, most=MOST_LINKS)
        return self.get_link(caller, number)

    def get_link(self, caller: Credential, number: int) -> Link:
        """A link of a device that the caller sees. Raises NotFound."""
        found = stored.find_link(self.catalog, caller.account, number)
        if not caller.sees(found.device):
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
        """Say from when to when a link is, and what for.

        Raises as `link` does, Conflict when the asset is deleted, and what `check` does.
        """
        self.get_link(caller, number)

        def checked(link: Link) -> WantedLink:
            check(link.version)
            wanted = describe(link)
            _check_link(wanted)
            return wanted

        stored.change_link(self.catalog, caller.account, number, checked)
        return self.get_link(caller, number)

    def delete_link(self, caller: Credential, number: int, check: Check) -> None:
        """Take away a link that was a mistake: it shows none of the device's values as the asset's any more.

        Raises NotFound, and what `check` does.
        """

        def checked(link: Link) -> None:
            if not caller.sees(link.device):
                raise NotFound("There is no such link.")
            check(link.version)

        stored.delete_link(self.catalog, caller.account, number, checked)

    def _get(self, account: int, number: int) -> Asset:
        found = stored.find_asset(self.catalog, account, number)
        if found is None:
            raise NotFound("There is no such asset.")
        return found

    def _require_asset(self, caller: Credential, number: int) -> None:
        found = stored.find_asset(self.catalog, caller.account, number)
        if found is None or not self._seen(caller, [found]):
            raise NotFound("The account has no such asset.", "asset")

    def _seen(self, caller: Credential, some: list[Asset]) -> list[Asset]:
        """Those of some assets that the caller sees."""
        if caller.devices is None:
            return some
        fixed = stored.devices_on(self.catalog, [each.id for each in some])
        return [each for each in some if not fixed[each.id] or not caller.devices.isdisjoint(fixed[each.id])]


def _check_link(wanted: WantedLink) -> None:
    if wanted.end is not None and wanted.end <= wanted.begin:
        raise Malformed("The end must lie after the beginning.", "end")
    optional_text(wanted.task, "The task", "task", LONGEST_TASK)
