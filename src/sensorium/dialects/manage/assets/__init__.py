"""What devices are fixed to, and which values of theirs have which numbers."""

from sensorium.dialects.manage.assets.routes import operations

__all__ = ["operations"]
