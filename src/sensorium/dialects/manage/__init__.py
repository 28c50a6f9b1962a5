"""The management API of sensorium itself: what the APIs of others need but do not offer."""

from sensorium.dialects.manage.routes import dialect

__all__ = ["dialect"]
