"""The pages of the house: what runs here, and the documentation of every API."""

from collections.abc import Callable
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

SAFETY = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}

TEMPLATES = Environment(
    loader=PackageLoader("sensorium.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

_Listed = tuple[str, str, dict[str, Any]]  # method, path, and the operation as OpenAPI describes it


def house_pages(
    describe: Callable[[], dict[str, Any]], *, open_registration: bool
) -> dict[str, Callable[[Request], Response]]:
    """Handlers of `/`, `/docs` and `/openapi.json`; `describe` makes the OpenAPI document of all dialects.

    Each page is made when it is first asked for: together they take as long as a third of a start.
    """

    description = cache(describe)

    @cache
    def start() -> Response:
        return _page("start.html", description(), open_registration=open_registration)

    @cache
    def docs() -> Response:
        return _page("docs.html", description(), operations=_by_tag(description()))

    return {
        "/": lambda _request: start(),
        "/docs": lambda _request: docs(),
        "/openapi.json": lambda _request: JSONResponse(description()),
    }


def _page(template: str, description: dict[str, Any], **values: Any) -> HTMLResponse:
    address = description["servers"][0]["url"]
    text = TEMPLATES.get_template(template).render(address=address, description=description, **values)
    return HTMLResponse(text, headers=SAFETY)


def _by_tag(description: dict[str, Any]) -> dict[str, list[_Listed]]:
    """The operations under the name of their dialect."""
    grouped: dict[str, list[_Listed]] = {tag["name"]: [] for tag in description["tags"]}
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            grouped[operation["tags"][0]].append((method.upper(), path, operation))
    return grouped
