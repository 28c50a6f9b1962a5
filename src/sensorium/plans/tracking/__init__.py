"""What devices of a model can be told about tracking: the profiles of Navixy's documentation."""

from sensorium.plans.tracking.check import checked_settings
from sensorium.plans.tracking.profiles import Profile, Setting, models, profile_of, profiles

__all__ = ["Profile", "Setting", "checked_settings", "models", "profile_of", "profiles"]
