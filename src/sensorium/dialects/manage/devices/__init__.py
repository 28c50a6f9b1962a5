"""Devices and datastreams of an account, how packets are read, and the log of what was done to a device."""

from sensorium.dialects.manage.devices.routes import operations

__all__ = ["operations"]
