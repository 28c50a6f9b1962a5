"""What is the same for everyone: the dictionary of the flags, presets, and the kinds of problems."""

from dataclasses import dataclass
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from sensorium.dialects.manage import correction_shapes, errors, shapes
from sensorium.dialects.manage.answers import json_response
from sensorium.dialects.manage.flags import FLAG_WORDS
from sensorium.register import correction_presets
from sensorium.register.correction_presets import CorrectionPreset
from sensorium.register.quality_document import PRESETS

SAFETY = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Problems</title>
<style>body {{ font: 1rem/1.5 sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }}</style>
<h1>Problems</h1>
<p>What the management API answers when it refuses something, by the part of <code>type</code> behind the
number sign.</p>
<dl>
{entries}
</dl>
</html>
"""


def _problems() -> str:
    kinds = {kind.__name__: answer for kind, answer in errors.ANSWERS.items()}
    name, status, title = errors.UNEXPECTED
    kinds[name] = (status, title)
    entries = (
        f'<dt id="{kind}"><code>{kind}</code></dt><dd>{status}: {escape(text)}.</dd>'
        for kind, (status, text) in zip(map(errors.slug, kinds), kinds.values(), strict=True)
    )
    return _PAGE.format(entries="\n".join(entries))


def _preset(each: CorrectionPreset) -> correction_shapes.CorrectionPreset:
    arguments = tuple(
        correction_shapes.ArgumentOfPreset(one.name, one.description, one.default) for one in each.arguments
    )
    return correction_shapes.CorrectionPreset(
        each.name, each.description, each.source, each.expression, arguments
    )


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
            correction_shapes.CorrectionPresets(tuple(_preset(each) for each in correction_presets.PRESETS))
        )

    async def problems(self, request: Request) -> Response:  # noqa: ARG002
        """GET /problems: a page that the types of problems point to."""
        return HTMLResponse(_problems(), headers=SAFETY)
