"""Data providers and their tokens."""

from sensorium.dialects.nilu.providers.routes import operations

__all__ = ["operations"]
