"""Every refusal in Navixy's words."""

import msgspec
import pytest
from starlette.requests import Request

from sensorium.dialects.navixy.errors import ANSWERS, AT_CALL, AT_PLACE, CODES, refusing, unexpected
from sensorium.model import errors
from sensorium.model.errors import Refusal
from tests.dialects.nilu.test_errors import every_refusal

CALLS = {"/user/auth", "/tracker/list", "/tracker/sensor/create"}


def request(path: str = "/v2/tracker/list") -> Request:
    """A request for that path."""
    return Request({"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""})


def made(kind: type[Refusal], where: str = "limit") -> Refusal:
    """A refusal of that kind."""
    refusal = kind.__new__(kind)
    Refusal.__init__(refusal, "because", where)
    for name, value in {"retry_after": 7, "faults": (("limit", "because"), ("more", "too"))}.items():
        setattr(refusal, name, value)
    return refusal


def test_every_refusal_has_a_code_of_the_table():
    """None of them would surprise the server, nor anyone who knows the vendor's table."""
    assert ANSWERS.keys() == every_refusal()
    assert {*ANSWERS.values(), *AT_CALL.values(), *AT_PLACE.values()} <= CODES.keys()
    assert len(CODES) == 101


@pytest.mark.check("NX-014", "NX-015")
@pytest.mark.parametrize("kind", sorted(ANSWERS, key=lambda kind: kind.__name__))
def test_body_has_the_code_and_its_description(kind: type[Refusal]):
    """And with code 7 the parameters, each with what is wrong with it."""
    response = refusing(CALLS)(made(kind), request())
    code = ANSWERS[kind]
    status, description = CODES[code]
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
    body = msgspec.json.decode(response.body)
    faults = body.pop("errors", None)
    assert body == {"success": False, "status": {"code": code, "description": description}}
    assert (faults is not None) == (code == 7)
    if kind is errors.Invalid:
        assert faults == [
            {"parameter": "limit", "error": "because"},
            {"parameter": "more", "error": "too"},
        ]
    elif code == 7:
        assert faults == [{"parameter": "limit", "error": "because"}]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        *((1, 500), (3, 400), (9, 412), (13, 403), (15, 429), (201, 400), (204, 404), (208, 403), (214, 400)),
        *((219, 403), (228, 400), (231, 409), (236, 402), (247, 409), (268, 402), (271, 413), (284, 400)),
    ],
)
def test_status_of_a_code(code: int, status: int):
    """As the vendor's table has it; 400 where it says nothing."""
    assert CODES[code][0] == status


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v2/nothing", 111),
        ("/v2/nothing/list", 111),
        ("/v2", 111),
        ("/nothing/at/all", 111),
        ("/v2/tracker/nothing", 112),
        ("/tracker/sensor/nothing", 112),
        ("/v2/tracker/sensor", 112),
        ("/v2/tracker/list/nothing", 111),
    ],
)
def test_address_that_is_none(path: str, code: int):
    """An unknown resource has another code than an unknown action of one that there is."""
    response = refusing(CALLS)(errors.NotFound("There is nothing at this address."), request(path))
    assert msgspec.json.decode(response.body)["status"]["code"] == code


def test_who_must_wait_is_told_how_long():
    """In seconds, when there are too many requests or a store is away."""
    for kind in (errors.TooMany, errors.Unavailable, errors.Unreachable, errors.NotKept):
        assert refusing(CALLS)(made(kind), request()).headers["retry-after"] == "7"


def test_fault_of_the_server():
    """Code 6."""
    response = unexpected()
    assert (response.status_code, msgspec.json.decode(response.body)) == (
        500,
        {"success": False, "status": {"code": 6, "description": "Unexpected error"}},
    )
