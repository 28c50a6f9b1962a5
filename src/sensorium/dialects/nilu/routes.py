"""NILU's sensor API, put together of its parts."""

from sensorium.dialects.dialect import CHALLENGE, RETRY, Dialect
from sensorium.dialects.nilu import catalogue, data, errors, inbound, providers, sensors, shapes
from sensorium.dialects.nilu.access import Access
from sensorium.dialects.nilu.addresses import PREFIX
from sensorium.dialects.services import Services


def dialect(services: Services) -> Dialect:
    """NILU's API over the given use-cases."""
    access = Access(services)
    return Dialect(
        name="nilu",
        title="NILU sensor API",
        prefix=PREFIX,
        operations=(
            *inbound.operations(services, access),
            *data.operations(services, access),
            *sensors.operations(services, access),
            *providers.operations(services, access),
            *catalogue.operations(services),
        ),
        refuse=errors.refuse,
        unexpected=errors.unexpected,
        failure=shapes.Failure,
        headers={401: CHALLENGE, 429: RETRY, 500: RETRY},
    )
