"""The management API, put together of its parts."""

from dataclasses import replace

from sensorium.dialects.dialect import CHALLENGE, RETRY, Dialect, Operation
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

VERSIONS = {
    "If-Match": "the ETag of the answer that showed what is meant; needed where 428 is listed",
    "If-None-Match": "* where nothing may be there yet, or an ETag that it may not have",
}


def dialect(services: Services) -> Dialect:
    """The management API over the given use-cases."""
    access = Access(services)
    operations = (
        *dictionaries.operations(),
        *catalogue.operations(services, access),
        *devices.operations(services, access),
        *values.operations(services, access),
        *packets.operations(services, access),
        *assets.operations(services, access),
        *trackers.operations(services, access),
        *account.operations(services, access),
    )
    return Dialect(
        name="manage",
        title="Management of sensorium",
        prefix=PREFIX,
        operations=tuple(map(_of_a_version, operations)),
        refuse=errors.refuse,
        unexpected=errors.unexpected,
        failure=shapes.Problem,
        failure_media=errors.MEDIA,
        headers={401: CHALLENGE, 429: RETRY, 503: RETRY},
    )


def _of_a_version(operation: Operation) -> Operation:
    """With the headers of a change that name the version it is of, if it is one."""
    if 412 not in operation.refusals:
        return operation
    return replace(operation, headers=operation.headers | VERSIONS)
