"""One ASGI application out of the dialects and the pages of the house."""

from asyncio import CancelledError
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from time import perf_counter
from typing import Any

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from sensorium.dialects.body import CONTENT_ENCODING, packed_by
from sensorium.dialects.dialect import Begin, Dialect, Operation
from sensorium.dialects.prepared import Prepared
from sensorium.dialects.short_way import Begun, ShortWay
from sensorium.model.errors import NotFound, Refusal, TooLarge, UnsupportedMedia, WrongMethod
from sensorium.server.addresses import Addresses
from sensorium.server.metrics import Answers, Metrics

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Endpoint:
    """An operation as an application of its own, and its short way if it has one."""

    app: ASGIApp
    begin: Begin | None
    answers: Answers
    unexpected: Callable[[], Prepared]

    def take(self, take: Callable[[bytes], Begun | None], body: bytes) -> Begun | None:
        """Begin a request by its short way, timed and counted."""
        started = perf_counter()
        try:
            begun = take(body)
        except Exception:  # noqa: BLE001 - the usual way comes to it again, and answers it
            return None
        if begun is None:
            return None

        def settle(result: Any) -> Prepared:
            try:
                prepared = begun.settle(result)
            except Exception:  # noqa: BLE001 - the request boundary: it is done, so there is no other way
                prepared = self.unexpected()
            self.answers.add(prepared.status_code, perf_counter() - started)
            return prepared

        return Begun(begun.future, settle)


@dataclass(frozen=True, slots=True)
class _Address:
    """What an address of a dialect does for each HTTP method."""

    dialect: Dialect
    endpoints: dict[str, _Endpoint]

    @property
    def allowed(self) -> str:
        """The methods that are taken here; who may GET may ask for the HEAD of it."""
        return ", ".join(sorted({*self.endpoints, *(["HEAD"] if "GET" in self.endpoints else [])}))


class Application:
    """The whole HTTP face: every operation of every dialect, then the pages of the house."""

    def __init__(self, dialects: Sequence[Dialect], pages: Iterable[Route], metrics: Metrics) -> None:
        self._addresses = _addresses(dialects, metrics)
        self._others = Router([*pages], redirect_slashes=False, default=_unknown_path(dialects, metrics))
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            return
        address = self._find(scope)
        if address is None:
            await self._others(scope, receive, send)
            return
        method = scope["method"]
        endpoint = address.endpoints.get("GET" if method == "HEAD" else method)
        app = _wrong_method(address, self._metrics) if endpoint is None else endpoint.app
        try:
            await app(scope, receive, send)
        except CancelledError:
            log.warning("the server stops before the end of an answer", path=scope["path"])

    def short_way(self, scope: Scope) -> ShortWay | None:
        """The way of a request that can be answered without a task of its own; most operations have none."""
        address = self._find(scope)
        endpoint = None if address is None else address.endpoints.get(scope["method"])
        if endpoint is None or endpoint.begin is None or packed_by(scope) is not None:
            return None
        try:
            way = endpoint.begin(Request(scope))
        except Refusal:  # the usual way comes to it again, and answers it
            return None
        return way and ShortWay(partial(endpoint.take, way.take), way.recurs)

    def _find(self, scope: Scope) -> _Address | None:
        path: str = scope["path"]
        if path.endswith("/") and len(path) > 1:
            path = scope["path"] = path.rstrip("/") or "/"
        found = self._addresses.find(path)
        if found is None:
            return None
        address, scope["path_params"] = found
        return address


def _addresses(dialects: Sequence[Dialect], metrics: Metrics) -> Addresses[_Address]:
    by_path: dict[str, _Address] = {}
    for dialect in dialects:
        for operation in dialect.operations:
            endpoint = _endpoint(operation, dialect, metrics)
            for path in (operation.path, *operation.also):
                by_path.setdefault(path, _Address(dialect, {})).endpoints[operation.method] = endpoint
    addresses: Addresses[_Address] = Addresses()
    for path, address in by_path.items():
        addresses.add(path, address)
    return addresses


def _wrong_method(address: _Address, metrics: Metrics) -> ASGIApp:
    async def wrong_method(scope: Scope, receive: Receive, send: Send) -> None:
        refusal = WrongMethod(f"This address takes {address.allowed}.", allowed=address.allowed)
        response = _refused(refusal, Request(scope, receive), address.dialect, metrics)
        response.headers["allow"] = address.allowed
        await response(scope, receive, send)

    return wrong_method


def _endpoint(operation: Operation, dialect: Dialect, metrics: Metrics) -> _Endpoint:
    """The operation with its refusals answered as its dialect documents them, timed and counted."""
    name = f"{operation.method} {operation.path}"
    handler = operation.handler
    answers = metrics.answers(name)

    def unexpected() -> Prepared:
        log.exception("unexpected error", operation=name)
        metrics.refusals.labels(dialect.name, "Unexpected").inc()
        return dialect.unexpected()

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
        except Exception:  # noqa: BLE001 - the request boundary: no traceback may reach a client
            response = unexpected()
        try:
            await response(scope, receive, send)
        except Exception as error:  # noqa: BLE001 - the request boundary, once more
            # It has begun. That the connection ends before it is what tells the client.
            log.error("an answer broke off", operation=name, why=f"{type(error).__name__}: {error}")
            metrics.refusals.labels(dialect.name, "BrokenOff").inc()
            return
        answers.add(response.status_code, perf_counter() - started)

    return _Endpoint(endpoint, operation.begin, answers, unexpected)


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
    elif isinstance(refusal, UnsupportedMedia) and refusal.where == CONTENT_ENCODING:
        response.headers["accept-encoding"] = "identity"
    return response


def _unknown_path(dialects: Sequence[Dialect], metrics: Metrics) -> ASGIApp:
    async def unknown(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        dialect = _nearest(dialects, request.url.path)
        if dialect is None:
            metrics.refusals.labels("house", "NotFound").inc()
            response: Response = PlainTextResponse("Not Found", 404)
        else:
            response = _refused(NotFound("There is nothing at this address."), request, dialect, metrics)
        await response(scope, receive, send)

    return unknown


def _nearest(dialects: Sequence[Dialect], path: str) -> Dialect | None:
    """The dialect with the longest beginning of a path, None when none has any."""
    beginnings = [(prefix, each) for each in dialects for prefix in (each.prefix, *each.also)]
    found = [(len(prefix), each) for prefix, each in beginnings if f"{path}/".startswith(f"{prefix}/")]
    return max(found, key=itemgetter(0))[1] if found else None
