"""How values come about: how they are checked, calibrated and corrected."""

from sensorium.dialects.manage.values.routes import operations

__all__ = ["operations"]
