"""Words that are the same for everyone: flags, presets, problems, models and their profiles."""

from sensorium.dialects.manage.dictionaries.routes import operations

__all__ = ["operations"]
