"""The OpenAPI description of every dialect, made from its operations."""

import re
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any, get_args

import msgspec

from sensorium.dialects.dialect import Access, Dialect, Operation

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


def openapi(dialects: Sequence[Dialect], version: str, server: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document of all dialects; `server` is the address that clients use."""
    operations = [(dialect, operation) for dialect in dialects for operation in dialect.operations]
    bodies = {each for _, operation in operations for each in (operation.request, operation.response) if each}
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
        "parameters": [*_path_parameters(operation), *_query_parameters(operation)],
        "responses": _responses(dialect, operation, schema_of),
    }
    if operation.request is not None:
        content = {"application/json": {"schema": schema_of[str(operation.request)]}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    names = PATH_PARAMETER.findall(operation.path)
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "query", "required": False, "description": meaning, "schema": {"type": "string"}}
        for name, meaning in operation.query.items()
    ]


def _responses(dialect: Dialect, operation: Operation, schema_of: dict[str, Any]) -> dict[str, Any]:
    failed = (dialect.failure, dialect.failure_media)
    bodies = dict.fromkeys(operation.refusals, failed)
    bodies[operation.success] = (operation.response, "application/json")
    return {
        str(status): {
            "description": HTTPStatus(status).phrase,
            **({} if body is None else {"content": {media: {"schema": schema_of[str(body)]}}}),
        }
        for status, (body, media) in sorted(bodies.items())
    }


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
