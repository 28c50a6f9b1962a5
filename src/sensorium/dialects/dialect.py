"""What a dialect is: one API, with its operations and its way of refusing."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.prepared import Prepared
from sensorium.dialects.short_way import ShortWay
from sensorium.model.errors import Refusal

Begin = Callable[[Request], ShortWay | None]
"""Reads the head of a request; None when it must go the usual way. Who sends it is not told."""

Meanings = dict[str, str]
"""What parameters or headers mean, by their names."""

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
RETRY: Meanings = {"Retry-After": "after how many seconds to ask again"}
CHALLENGE: Meanings = {"WWW-Authenticate": "how to say who asks"}


class Access(Enum):
    """Who may call an operation. The tenant table tests every operation against its word here."""

    PUBLIC = "anyone"
    VISIBLE = "anyone for public things, the owner alone for private ones"
    PASSWORD = "an account by user name and password"  # noqa: S105 - a word about one
    ACCOUNT = "any account by token"
    MASTER = "the account itself by token, neither its users nor a key"
    HASH = "any account by hash, for what its user may see and do"
    KEY = "any account by key, with the scope that is named"
    OWNER = "the account that owns the thing in the path, by token"


@dataclass(frozen=True, slots=True)
class Operation:
    """One address of an API: how it is called, who may, and what it is in the documentation.

    `path` is a Starlette path template. `begin` is a short way for the common case, before `handler`;
    what it refuses the handler refuses too. `request` and `response` are the msgspec types of the JSON bodies
    (None: no JSON body); of a body with other media types `request` is a dict of one type for each.
    `refusals` lists the documented answers besides the first, which is success.
    `query` and `headers` say what the parameters of a request mean, `answered` the headers of its answers by
    status. `also` are other paths of the same, which the description leaves out.
    """

    method: str
    path: str
    handler: Callable[[Request], Awaitable[Response]]
    access: Access
    summary: str
    section: str
    request: Any = None
    response: Any = None
    success: int = 200
    refusals: tuple[int, ...] = ()
    query: Meanings = field(default_factory=dict[str, str])
    begin: Begin | None = None
    also: tuple[str, ...] = ()
    headers: Meanings = field(default_factory=dict[str, str])
    answered: dict[int, Meanings] = field(default_factory=dict[int, Meanings])


@dataclass(frozen=True, slots=True)
class Dialect:
    """One API of the platform. `refuse` turns a refusal into the error that the API documents;
    `unexpected` makes the one for a fault of the server.

    `failure` is the msgspec type of an error's JSON body, `failure_media` its content type. Where nothing is
    at an address below `prefix`, or below one of those in `also`, this API's words say so. `headers` says
    which headers its errors have, by status.
    """

    name: str
    title: str
    prefix: str
    operations: tuple[Operation, ...]
    refuse: Callable[[Refusal, Request], Response]
    unexpected: Callable[[], Prepared]
    failure: Any
    failure_media: str = JSON
    also: tuple[str, ...] = ()
    headers: dict[int, Meanings] = field(default_factory=dict[int, Meanings])
