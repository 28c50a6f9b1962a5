"""One ASGI application out of the dialects and the pages of the house."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from time import perf_counter

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from sensorium.dialects.dialect import Dialect, Operation
from sensorium.model.errors import NotFound, Refusal, TooLarge, WrongMethod
from sensorium.server.metrics import Metrics

log = structlog.get_logger()


def application(dialects: Sequence[Dialect], pages: Iterable[Route], metrics: Metrics) -> ASGIApp:
    """The whole HTTP face: every operation of every dialect, then the pages of the house."""
    routes = [route for dialect in dialects for route in _routes(dialect, metrics)]
    router = Router([*routes, *pages], redirect_slashes=False, default=_unknown_path(dialects, metrics))

    async def entrance(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        if path.endswith("/") and len(path) > 1:
            scope["path"] = path.rstrip("/") or "/"
        await router(scope, receive, send)

    return entrance


def _routes(dialect: Dialect, metrics: Metrics) -> list[Route]:
    by_path: dict[str, dict[str, ASGIApp]] = defaultdict(dict)
    for operation in dialect.operations:
        by_path[operation.path][operation.method] = _endpoint(operation, dialect, metrics)
    return [Route(path, _Methods(methods, dialect, metrics)) for path, methods in by_path.items()]


class _Methods:
    """An address and what it does for each HTTP method."""

    def __init__(self, methods: dict[str, ASGIApp], dialect: Dialect, metrics: Metrics) -> None:
        self.methods, self.dialect, self.metrics = methods, dialect, metrics
        self.allowed = ", ".join(sorted(methods))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"]
        endpoint = self.methods.get("GET" if method == "HEAD" else method)
        if endpoint is None:
            refusal = WrongMethod(f"This address takes {self.allowed}.", allowed=self.allowed)
            response = _refused(refusal, Request(scope, receive), self.dialect, self.metrics)
            response.headers["allow"] = self.allowed
            await response(scope, receive, send)
        else:
            await endpoint(scope, receive, send)


def _endpoint(operation: Operation, dialect: Dialect, metrics: Metrics) -> ASGIApp:
    """The operation with its refusals answered as its dialect documents them, timed and counted."""
    name = f"{operation.method} {operation.path}"
    handler = operation.handler
    answers = metrics.answers(name)

    async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:
        started = perf_counter()
        request = Request(scope, receive)
        try:
            response = await handler(request)
        except Refusal as refusal:
            response = _refused(refusal, request, dialect, metrics)
        except ClientDisconnect:
            metrics.refusals.labels(dialect.name, "Disconnected").inc()
            return
        except Exception:  # the request boundary: no traceback may reach a client
            log.exception("unexpected error", operation=name)
            metrics.refusals.labels(dialect.name, "Unexpected").inc()
            response = dialect.unexpected(request)
        await response(scope, receive, send)
        answers.add(response.status_code, perf_counter() - started)

    return endpoint


def _refused(refusal: Refusal, request: Request, dialect: Dialect, metrics: Metrics) -> Response:
    reason = type(refusal).__name__
    metrics.refusals.labels(dialect.name, reason).inc()
    log.info(
        "refused",
        dialect=dialect.name,
        reason=reason,
        why=refusal.why,
        where=refusal.where,
        path=request.url.path,
    )
    response = dialect.refuse(refusal, request)
    if isinstance(refusal, TooLarge):  # the rest of the body will not be read
        response.headers["connection"] = "close"
    return response


def _unknown_path(dialects: Sequence[Dialect], metrics: Metrics) -> ASGIApp:
    async def unknown(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        dialect = next((each for each in dialects if request.url.path.startswith(each.prefix)), None)
        if dialect is None:
            response: Response = PlainTextResponse("Not Found", 404)
        else:
            response = _refused(NotFound("There is nothing at this address."), request, dialect, metrics)
        await response(scope, receive, send)

    return unknown
