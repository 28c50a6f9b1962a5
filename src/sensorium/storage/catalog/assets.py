"""Assets and what is fixed to them, as rows."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, or_, select, update

from sensorium.model.asset import Asset, Link, WantedLink
from sensorium.model.errors import Conflict, NotFound, PoolFull
from sensorium.model.moments import from_microseconds
from sensorium.storage.catalog.accounts import LARGEST_ID
from sensorium.storage.catalog.catalog import Catalog
from sensorium.storage.catalog.subjects import of_holdings
from sensorium.storage.catalog.tables import assets, devices, links

_THERE = assets.c.deleted.is_(None)
_LINK: Select[Any] = select(links, assets.c.deleted).join_from(links, assets, assets.c.id == links.c.asset)
_SECOND = 1_000_000


def add_asset(catalog: Catalog, account: int, name: str, *, most: int, now: int) -> int:
    """Add an asset of the account, and say its id. Raises PoolFull when there are `most`, and Conflict."""
    with catalog.change([]) as connection:
        theirs = select(func.count()).select_from(assets).where(assets.c.account == account, _THERE)
        if connection.scalars(theirs).one() >= most:
            raise PoolFull(f"An account may have at most {most} assets.")
        _refuse_taken(connection, account, name)
        row = insert(assets).values(account=account, name=name, created=now)
        return connection.scalars(row.returning(assets.c.id)).one()


def find_asset(catalog: Catalog, account: int, number: int) -> Asset | None:
    """An asset of the account."""
    if not 0 < number <= LARGEST_ID:
        return None
    query = select(assets).where(assets.c.account == account, assets.c.id == number, _THERE)
    with catalog.read() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else _asset(row)


def assets_of(catalog: Catalog, account: int, *, after: int = 0, most: int) -> list[Asset]:
    """The assets of the account by id: `most` of them, those with an id above `after`."""
    query = select(assets).where(assets.c.account == account, assets.c.id > after, _THERE)
    with catalog.read() as connection:
        return [_asset(row) for row in connection.execute(query.order_by(assets.c.id).limit(most))]


def devices_on(catalog: Catalog, numbers: Collection[int]) -> Mapping[int, frozenset[int]]:
    """The devices that are, were or will be fixed to some assets, by asset."""
    query = select(links.c.asset, links.c.device).where(links.c.asset.in_(numbers)).distinct()
    found: defaultdict[int, set[int]] = defaultdict(set)
    with catalog.read() as connection:
        for row in connection.execute(query):
            found[row.asset].add(row.device)
    return {number: frozenset(found[number]) for number in numbers}


def rename_asset(
    catalog: Catalog, account: int, number: int, name: str, check: Callable[[str], None]
) -> None:
    """Give an asset another name. Raises NotFound, Conflict, and what `check` does with its version."""
    with catalog.change([]) as connection:
        asset = _require(connection, account, number)
        check(asset.version)
        if name != asset.name:
            _refuse_taken(connection, account, name)
        connection.execute(update(assets).where(assets.c.id == number).values(name=name))


def delete_asset(catalog: Catalog, account: int, number: int, check: Callable[[str], None], now: int) -> None:
    """Delete an asset; its links stay, and take no values any more.

    Raises NotFound, Conflict while a device is fixed to it, and what `check` does with its version.
    """
    with catalog.change([of_holdings(account)]) as connection:
        check(_require(connection, account, number).version)
        fixed = select(links.c.id).where(
            links.c.asset == number, or_(links.c.end.is_(None), links.c.end >= now)
        )
        if connection.execute(fixed).first() is not None:
            raise Conflict("A device is fixed to the asset; end that link first.")
        connection.execute(update(assets).where(assets.c.id == number).values(deleted=now))


def add_link(catalog: Catalog, account: int, new: WantedLink, *, most: int) -> int:
    """Fix a device of the account to an asset of it, and say the id of the link.

    Raises NotFound when one of them is not the account's, Conflict when one of them is fixed otherwise at
    some time of it, and PoolFull when the account has `most` links.
    """
    with catalog.change([of_holdings(account)]) as connection:
        _require(connection, account, new.asset)
        _require_device(connection, account, new.device)
        count = select(func.count()).select_from(_LINK.where(assets.c.account == account).subquery())
        if connection.scalars(count).one() >= most:
            raise PoolFull(f"An account may have at most {most} links.")
        _refuse_overlap(connection, new, 0)
        begin = _earliest(connection, new) if new.reaches_back else new.begin
        row = insert(links).values(
            device=new.device, asset=new.asset, begin=begin, end=new.end, task=new.task
        )
        return connection.scalars(row.returning(links.c.id)).one()


def change_link(catalog: Catalog, account: int, number: int, describe: Callable[[Link], WantedLink]) -> None:
    """Say anew what is said of a link; `describe` gets it as it is now.

    Raises NotFound, Conflict as `add_link` does and when the asset is deleted, and what `describe` does.
    """
    with catalog.change([of_holdings(account)]) as connection:
        link = _require_link(connection, account, number)
        new = describe(link)
        if not link.asset_is_there:
            raise Conflict("The asset of the link is deleted.", "asset")
        _refuse_overlap(connection, new, number)
        changed = update(links).where(links.c.id == number)
        connection.execute(changed.values(begin=new.begin, end=new.end, task=new.task))


def delete_link(catalog: Catalog, account: int, number: int, check: Callable[[Link], None]) -> None:
    """Take a link away as if it had never been. Raises NotFound, and what `check` does with it."""
    with catalog.change([of_holdings(account)]) as connection:
        check(_require_link(connection, account, number))
        connection.execute(delete(links).where(links.c.id == number))


def find_link(catalog: Catalog, account: int, number: int) -> Link:
    """A link of the account. Raises NotFound."""
    with catalog.read() as connection:
        return _require_link(connection, account, number)


def links_of(catalog: Catalog, account: int, *, after: int = 0, most: int | None = None) -> list[Link]:
    """The links of the account by id: `most` of them (None: all), those with an id above `after`."""
    query = _LINK.where(assets.c.account == account, links.c.id > after).order_by(links.c.id).limit(most)
    with catalog.read() as connection:
        return [_link(row) for row in connection.execute(query)]


def _require(connection: Connection, account: int, number: int) -> Asset:
    query = select(assets).where(assets.c.account == account, assets.c.id == number, _THERE)
    row = connection.execute(query).one_or_none() if 0 < number <= LARGEST_ID else None
    if row is None:
        raise NotFound("The account has no such asset.", "asset")
    return _asset(row)


def _require_device(connection: Connection, account: int, number: int) -> None:
    query = select(devices.c.id).where(
        devices.c.id == number, devices.c.account == account, devices.c.deleted.is_(None)
    )
    if not 0 < number <= LARGEST_ID or connection.execute(query).first() is None:
        raise NotFound("The account has no such device.", "device")


def _require_link(connection: Connection, account: int, number: int) -> Link:
    query = _LINK.where(assets.c.account == account, links.c.id == number)
    row = connection.execute(query).one_or_none() if 0 < number <= LARGEST_ID else None
    if row is None:
        raise NotFound("There is no such link.")
    return _link(row)


def _refuse_taken(connection: Connection, account: int, name: str) -> None:
    taken = select(assets.c.id).where(assets.c.account == account, assets.c.name == name, _THERE)
    if connection.execute(taken).first() is not None:
        raise Conflict("The account has an asset of that name.", "name")


def _refuse_overlap(connection: Connection, new: WantedLink, itself: int) -> None:
    """At any time a device is fixed to one asset at most, and an asset has one device at most."""
    other = select(links.c.device).where(
        links.c.id != itself,
        or_(links.c.device == new.device, links.c.asset == new.asset),
        or_(links.c.end.is_(None), links.c.end >= new.begin),
    )
    if new.end is not None:
        other = other.where(links.c.begin <= new.end)
    found = connection.scalars(other).first()
    if found is not None:
        which = "device" if found == new.device else "asset"
        raise Conflict(f"The {which} has another link at some time of this one.", which)


def _earliest(connection: Connection, new: WantedLink) -> int:
    """From when in the second of its begin a link can be: from its start, or after what ended in it."""
    second = new.begin - new.begin % _SECOND
    ended = select(func.max(links.c.end)).where(
        or_(links.c.device == new.device, links.c.asset == new.asset),
        links.c.end >= second,
        links.c.end < new.begin,
    )
    last = connection.scalars(ended).one()
    return second if last is None else last + 1


def _asset(row: Row[Any]) -> Asset:
    return Asset(row.id, row.account, row.name, from_microseconds(row.created))


def _link(row: Row[Any]) -> Link:
    return Link(row.id, row.device, row.asset, row.begin, row.end, row.task, row.deleted is None)
