"""Pages of plain HTML that an API has addresses for: nothing in them is run or loaded."""

from starlette.responses import HTMLResponse

SAFETY = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body {{ font: 1rem/1.5 sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }}</style>
<h1>{title}</h1>
{body}
</html>
"""


def page(title: str, body: str) -> HTMLResponse:
    """A page; `body` is HTML."""
    return HTMLResponse(_PAGE.format(title=title, body=body), headers=SAFETY)
