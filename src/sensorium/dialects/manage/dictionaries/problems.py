"""The page that the types of problems point to."""

from html import escape

from sensorium.dialects.manage import errors

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


def problems_page() -> str:
    """The page as HTML: each kind of problem with its status and title."""
    kinds = {kind.__name__: answer for kind, answer in errors.ANSWERS.items()}
    name, status, title = errors.UNEXPECTED
    kinds[name] = (status, title)
    entries = (
        f'<dt id="{kind}"><code>{kind}</code></dt><dd>{status}: {escape(text)}.</dd>'
        for kind, (status, text) in zip(map(errors.slug, kinds), kinds.values(), strict=True)
    )
    return _PAGE.format(entries="\n".join(entries))
