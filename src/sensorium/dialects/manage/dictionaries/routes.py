"""The addresses about what is the same for everyone."""

from sensorium.dialects.dialect import Access as Who
from sensorium.dialects.dialect import Operation
from sensorium.dialects.manage.addresses import PREFIX
from sensorium.dialects.manage.dictionaries import shapes
from sensorium.dialects.manage.dictionaries.models import Models
from sensorium.dialects.manage.dictionaries.reference import Reference


# fmt: off
def operations() -> tuple[Operation, ...]:
    """Their operations."""
    return (
        *_reference(),
        *_models(),
    )


def _reference() -> tuple[Operation, ...]:
    reference, section = Reference(), "Dictionaries"
    return (
        Operation("GET", f"{PREFIX}/flags", reference.flags, Who.PUBLIC,
                  "What each bit of the flag words means", section, None, shapes.FlagWords),
        Operation("GET", f"{PREFIX}/quality/presets", reference.quality_presets, Who.PUBLIC,
                  "Settings of quality control to begin with", section, None, shapes.QualityPresets),
        Operation("GET", f"{PREFIX}/corrections/presets", reference.correction_presets, Who.PUBLIC,
                  "Corrections to choose from", section, None, shapes.CorrectionPresets),
        Operation("GET", f"{PREFIX}/problems", reference.problems, Who.PUBLIC,
                  "What the types of problems mean (a page)", section),
    )


def _models() -> tuple[Operation, ...]:
    models, section = Models(), "Dictionaries"
    return (
        Operation("GET", f"{PREFIX}/models", models.show_all, Who.PUBLIC,
                  "Models with the profiles of their tracking settings", section, None,
                  shapes.TrackedModels),
        Operation("GET", f"{PREFIX}/tracking-profiles/{{name}}", models.show_profile, Who.PUBLIC,
                  "The settings of a profile", section, None, shapes.TrackingProfile, 200, (404,)),
    )
# fmt: on
