"""The dictionary of the flags, presets to choose from, and the kinds of problems."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.manage.answers import json_response
from sensorium.dialects.manage.dictionaries import shapes
from sensorium.dialects.manage.dictionaries.flags import FLAG_WORDS
from sensorium.dialects.manage.dictionaries.problems import problems_page
from sensorium.register import correction_presets
from sensorium.register.correction_presets import CorrectionPreset
from sensorium.register.quality_document import PRESETS


@dataclass(frozen=True, slots=True)
class Reference:
    """The operations that need no caller and no store."""

    async def flags(self, request: Request) -> Response:  # noqa: ARG002
        """GET /flags: what each bit of the five words means."""
        return json_response(shapes.FlagWords(FLAG_WORDS))

    async def quality_presets(self, request: Request) -> Response:  # noqa: ARG002
        """GET /quality/presets."""
        presets = tuple(shapes.QualityPreset(each.name, each.description) for each in PRESETS)
        return json_response(shapes.QualityPresets(presets))

    async def correction_presets(self, request: Request) -> Response:  # noqa: ARG002
        """GET /corrections/presets."""
        return json_response(
            shapes.CorrectionPresets(tuple(_preset(each) for each in correction_presets.PRESETS))
        )

    async def problems(self, request: Request) -> Response:  # noqa: ARG002
        """GET /problems: a page that the types of problems point to."""
        return problems_page()


def _preset(each: CorrectionPreset) -> shapes.CorrectionPreset:
    arguments = tuple(
        shapes.ArgumentOfPreset(one.name, one.description, one.default) for one in each.arguments
    )
    return shapes.CorrectionPreset(each.name, each.description, each.source, each.expression, arguments)
