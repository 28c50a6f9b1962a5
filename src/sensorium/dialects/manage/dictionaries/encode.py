"""From the words of the platform to bodies about what is the same for everyone; pure."""

from sensorium.dialects.manage.dictionaries import shapes
from sensorium.plans.tracking import Profile


def profile(each: Profile) -> shapes.TrackingProfile:
    """The settings of a profile."""
    settings = (
        shapes.ProfileSetting(
            name=one.name,
            kind=one.kind,
            unit=one.unit,
            low=one.low,
            high=one.high,
            values=one.values,
            form=one.form,
            needed=one.needed,
            needed_with=one.needed_with,
            example=one.example,
        )
        for one in each.settings.values()
    )
    return shapes.TrackingProfile(each.name, tuple(settings))
