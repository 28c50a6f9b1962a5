"""From the words of the platform to bodies about an account, its users and keys; pure."""

from msgspec import UNSET, UnsetType

from sensorium.dialects.manage.account import shapes
from sensorium.dialects.manage.encode import moment
from sensorium.model.account import Account, Key, User


def account(each: Account) -> shapes.ManagedAccount:
    """An account, for itself; nothing of the password."""
    return shapes.ManagedAccount(
        id=each.id,
        name=each.name,
        acronym=each.acronym,
        description=each.description,
        email=each.email,
        username=each.username,
        calibrate_from_now=each.calibrate_from_now,
        created=moment(each.created),
    )


def user(each: User) -> shapes.ManagedUser:
    """A user; nothing of the password."""
    return shapes.ManagedUser(
        id=each.id,
        username=each.username,
        label=each.label,
        rights=tuple(sorted(each.rights)),
        trackers=None if each.trackers is None else tuple(sorted(each.trackers)),
        created=moment(each.created),
    )


def key(each: Key, shown: str | UnsetType = UNSET) -> shapes.ManagedKey:
    """A key, with what programs show where it was made just now."""
    scopes = None if each.scopes is None else tuple(sorted(each.scopes))
    return shapes.ManagedKey(each.id, each.title, each.last4, scopes, moment(each.created), shown)
