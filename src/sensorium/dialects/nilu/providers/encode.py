"""From the words of the platform to the objects of providers; pure. `base` is the public address."""

from sensorium.dialects.nilu.addresses import provider_atom
from sensorium.dialects.nilu.providers import shapes
from sensorium.model.account import Account
from sensorium.model.moments import format_iso


def provider(account: Account, base: str) -> shapes.Provider:
    """An account as everyone may see it."""
    return shapes.Provider(
        id=account.id,
        name=account.name,
        acronym=account.acronym,
        description=account.description,
        atom=provider_atom(base, account.id),
        created=format_iso(account.created),
    )
