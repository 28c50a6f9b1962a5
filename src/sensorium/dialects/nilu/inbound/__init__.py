"""The doors for packets, and push tests."""

from sensorium.dialects.nilu.inbound.routes import operations

__all__ = ["operations"]
