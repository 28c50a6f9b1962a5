"""Sensors: how they are described, configured and switched off."""

from sensorium.dialects.nilu.sensors.routes import operations

__all__ = ["operations"]
