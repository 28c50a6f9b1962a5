"""The management API, put together of its parts."""

from sensorium.dialects.dialect import CHALLENGE, RETRY, Dialect
from sensorium.dialects.manage import (
    account,
    assets,
    catalogue,
    devices,
    dictionaries,
    errors,
    packets,
    shapes,
    trackers,
    values,
)
from sensorium.dialects.manage.access import Access
from sensorium.dialects.manage.addresses import PREFIX
from sensorium.dialects.services import Services


def dialect(services: Services) -> Dialect:
    """The management API over the given use-cases."""
    access = Access(services)
    return Dialect(
        name="manage",
        title="Management of sensorium",
        prefix=PREFIX,
        operations=(
            *dictionaries.operations(),
            *catalogue.operations(services, access),
            *devices.operations(services, access),
            *values.operations(services, access),
            *packets.operations(services, access),
            *assets.operations(services, access),
            *trackers.operations(services, access),
            *account.operations(services, access),
        ),
        refuse=errors.refuse,
        unexpected=errors.unexpected,
        failure=shapes.Problem,
        failure_media=errors.MEDIA,
        headers={401: CHALLENGE, 429: RETRY, 503: RETRY},
    )
