"""The OpenAPI description of every dialect, made from its operations."""

import re
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any, cast, get_args

import msgspec

from sensorium.dialects.dialect import JSON, Access, Dialect, Meanings, Operation

SECURITY: dict[Access, list[dict[str, list[str]]]] = {
    Access.PUBLIC: [],
    Access.VISIBLE: [{}, {"token": []}],
    Access.PASSWORD: [{"password": []}],
    Access.ACCOUNT: [{"token": []}],
    Access.OWNER: [{"token": []}],
    Access.MASTER: [{"token": []}],
    Access.KEY: [{"key": []}],
    Access.HASH: [{"hash": []}],
}
PATH_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
WHOLE, NUMBER, TEXT = {"type": "integer", "minimum": 0}, {"type": "number"}, {"type": "string"}
PATH_KINDS = {
    **dict.fromkeys(("id", "definition", "level", "srid", "version"), WHOLE),
    **dict.fromkeys(("longitude", "latitude", "altitude"), NUMBER),
}
"""What the parts of a path are that are no text, in every API."""


def openapi(dialects: Sequence[Dialect], version: str, server: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document of all dialects; `server` is the address that clients use."""
    operations = [(dialect, operation) for dialect in dialects for operation in dialect.operations]
    bodies = {
        each
        for _, operation in operations
        for each in (*_requests(operation).values(), operation.response)
        if each is not None
    }
    ordered = sorted(bodies | {dialect.failure for dialect in dialects}, key=str)
    schemas, components = msgspec.json.schema_components(ordered, ref_template="#/components/schemas/{name}")
    for kind in _structs(ordered):
        _let_go(kind, components[kind.__name__])
    schema_of = dict(zip(map(str, ordered), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for dialect, operation in operations:
        path = PATH_PARAMETER.sub(r"{\1}", operation.path)
        paths.setdefault(path, {})[operation.method.lower()] = _operation(dialect, operation, schema_of)
    return {
        "openapi": "3.1.0",
        "info": {"title": "sensorium", "version": version},
        "servers": [{"url": server}],
        "tags": [{"name": dialect.name, "description": dialect.title} for dialect in dialects],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "password": {"type": "http", "scheme": "basic"},
                "hash": {"type": "apiKey", "in": "query", "name": "hash"},
                "key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
            },
        },
    }


def _operation(dialect: Dialect, operation: Operation, schema_of: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "tags": [dialect.name],
        "summary": operation.summary,
        "description": f"{operation.section}. Who may call it: {operation.access.value}.",
        "security": SECURITY[operation.access],
        "parameters": [
            *_path_parameters(operation),
            *_parameters("query", operation.query),
            *_parameters("header", operation.headers),
        ],
        "responses": _responses(dialect, operation, schema_of),
    }
    requests = _requests(operation)
    if requests:
        content = {media: {"schema": schema_of[str(kind)]} for media, kind in requests.items()}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _requests(operation: Operation) -> dict[str, Any]:
    """The types of a request's body by media type."""
    if isinstance(operation.request, dict):
        return cast("dict[str, Any]", operation.request)
    return {} if operation.request is None else {JSON: operation.request}


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    names = PATH_PARAMETER.findall(operation.path)
    return [
        {"name": name, "in": "path", "required": True, "schema": PATH_KINDS.get(name, TEXT)} for name in names
    ]


def _parameters(place: str, meanings: Meanings) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": place, "required": False, "description": meaning, "schema": TEXT}
        for name, meaning in meanings.items()
    ]


def _responses(dialect: Dialect, operation: Operation, schema_of: dict[str, Any]) -> dict[str, Any]:
    failed = (dialect.failure, dialect.failure_media)
    bodies = dict.fromkeys(operation.refusals, failed)
    bodies[operation.success] = (operation.response, JSON)
    return {
        str(status): {
            "description": HTTPStatus(status).phrase,
            **_headers({**dialect.headers.get(status, {}), **operation.answered.get(status, {})}),
            **({} if body is None else {"content": {media: {"schema": schema_of[str(body)]}}}),
        }
        for status, (body, media) in sorted(bodies.items())
    }


def _headers(meanings: Meanings) -> dict[str, Any]:
    described = {name: {"description": meaning, "schema": TEXT} for name, meaning in meanings.items()}
    return {"headers": described} if described else {}


def _structs(kinds: Iterable[Any]) -> set[type[msgspec.Struct]]:
    """The structs among types, and those in their members."""
    found: set[type[msgspec.Struct]] = set()
    waiting = list(kinds)
    while waiting:
        kind = waiting.pop()
        waiting += get_args(kind)
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind not in found:
            found.add(kind)
            waiting += [member.type for member in msgspec.structs.fields(kind)]
    return found


def _let_go(kind: type[msgspec.Struct], schema: dict[str, Any]) -> None:
    """Take members that may be left out of an answer from those that msgspec says are required."""
    may_miss = {
        member.encode_name
        for member in msgspec.structs.fields(kind)
        if msgspec.UnsetType in get_args(member.type)
    }
    schema["required"] = [name for name in schema.get("required", []) if name not in may_miss]
