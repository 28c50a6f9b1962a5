"""The API of NILU's sensor platform, as its document describes it."""

from sensorium.dialects.nilu.routes import dialect

__all__ = ["dialect"]
