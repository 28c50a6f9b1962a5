"""Units and components: what is there, and what an account adds for everyone."""

from sensorium.dialects.manage.catalogue.routes import operations

__all__ = ["operations"]
