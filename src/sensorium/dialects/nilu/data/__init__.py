"""What is read back: rows of data, statistics, packets as they were sent."""

from sensorium.dialects.nilu.data.routes import operations

__all__ = ["operations"]
