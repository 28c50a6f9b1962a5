"""The page that the types of problems point to."""

from html import escape

from starlette.responses import Response

from sensorium.dialects.manage import errors
from sensorium.dialects.pages import page

_INTRODUCTION = """<p>What the management API answers when it refuses something, by the part of
<code>type</code> behind the number sign.</p>"""


def problems_page() -> Response:
    """Each kind of problem with its status and title."""
    kinds = {kind.__name__: answer for kind, answer in errors.ANSWERS.items()}
    name, status, title = errors.UNEXPECTED
    kinds[name] = (status, title)
    entries = (
        f'<dt id="{kind}"><code>{kind}</code></dt><dd>{status}: {escape(text)}.</dd>'
        for kind, (status, text) in zip(map(errors.slug, kinds), kinds.values(), strict=True)
    )
    return page("Problems", "\n".join([_INTRODUCTION, "<dl>", *entries, "</dl>"]))
