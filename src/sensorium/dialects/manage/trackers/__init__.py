"""What an account sees and shows to others, and how devices are told to track."""

from sensorium.dialects.manage.trackers.routes import operations

__all__ = ["operations"]
