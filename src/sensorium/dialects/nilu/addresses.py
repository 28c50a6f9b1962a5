"""Where things are. `base` is the public address."""

from sensorium.model.device import Device

PREFIX = "/api"
SENSOR = f"{PREFIX}/sensors/{{id}}"
ROWS = f"{PREFIX}/data/id/{{id}}"


def provider_atom(base: str, account: int) -> str:
    """Where a provider is described."""
    return f"{base}/api/providers/{account}"


def sensor_atom(base: str, device: int) -> str:
    """Where a sensor is described."""
    return f"{base}/api/sensors/{device}"


def endpoint(base: str, device: Device) -> str:
    """Where a sensor pushes its packets; a moving one puts its position into the address (NI-111)."""
    place = "" if device.location is not None else "/{longitude}/{latitude}/{altitude}"
    return f"{sensor_atom(base, device.id)}{place}/inbound"
