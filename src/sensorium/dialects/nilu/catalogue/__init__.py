"""What every provider shares: components, units, levels, time zones, reference systems; and the pages."""

from sensorium.dialects.nilu.catalogue.routes import operations

__all__ = ["operations"]
