"""The account itself, its users and its keys."""

from sensorium.dialects.manage.account.routes import operations

__all__ = ["operations"]
