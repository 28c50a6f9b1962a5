"""The items of answers, and the bodies of refusals."""

import msgspec
import pytest
from starlette.requests import Request

from sensorium.dialects.cirrus import encode
from sensorium.dialects.cirrus.errors import ANSWERS, refuse, unexpected
from sensorium.model import errors
from sensorium.model.errors import Refusal
from sensorium.model.log_entry import FieldCalibration, LogEntry

NOON = 1_654_612_962_814_999  # 2022-06-07T14:42:42.814999Z
ENTRY = LogEntry(1, 2, "QT123456", NOON, "Quantum Demo", "Installed and working", None)
REQUEST = Request({"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""})


def test_log_item_has_time_user_and_message():
    """To the millisecond, as the document prints it; what is finer is cut."""
    body = b'{"time":"2022-06-07T14:42:42.814Z","user":"Quantum Demo","message":"Installed and working"}'
    assert encode.log_item(ENTRY) == body


@pytest.mark.parametrize(
    ("time", "shown"),
    [(0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"), (10**6, "1970-01-01T00:00:01.000Z")],
)
def test_time_has_three_digits_always(time: int, shown: str):
    """Also where they are zeros."""
    assert msgspec.json.decode(encode.log_item(ENTRY._replace(time=time)))["time"] == shown


def test_field_calibration_has_the_names_of_the_document():
    """In its order, and the time to the second."""
    entry = ENTRY._replace(calibration=FieldCalibration("Success", 93.7, 0.12))
    body = (
        b'{"Time":"2022-06-07T14:42:42Z","Status":"Success","Instrument":"QT123456",'
        b'"Level":93.7,"Offset":0.12}'
    )
    assert encode.calibration_item(entry) == body


def refused(refusal: Refusal) -> tuple[int, bytes, str]:
    """The status, body and content type of a refusal."""
    response = refuse(refusal, REQUEST)
    return response.status_code, bytes(response.body), response.headers["content-type"]


def test_bodies_of_the_document_are_to_the_letter():
    """Whatever the reason is, the body is the one that is printed."""
    json = "application/json"
    expired = (
        b'{"error":"TokenExpired","description":'
        b'"Your access token is invalid or has expired. Try refreshing the token."}'
    )
    denied = b'{"error":"AccessDenied","description":"You do not have permission to access this data."}'
    many = (
        b'{"error":"TooManyRequests","description":'
        b'"You have made too many requests in a short time. Please wait before trying again."}'
    )
    assert refused(errors.Unauthorized("why")) == (401, expired, json)
    assert refused(errors.Forbidden("why", "instruments")) == (403, denied, json)
    assert refused(errors.NotPermitted("why")) == (403, denied, json)
    assert refused(errors.TooMany("why", retry_after=7)) == (429, many, json)


def test_when_to_ask_again_is_told():
    """Where the caller asked too often, and where a store is away."""
    for refusal in (errors.TooMany("", retry_after=7), errors.Unreachable("", retry_after=7)):
        assert refuse(refusal, REQUEST).headers["retry-after"] == "7"


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_refusal_is_a_name_and_a_sentence(kind: type[Refusal]):
    """Of two members, no more."""
    refusal = kind.__new__(kind)
    Refusal.__init__(refusal, "Because.", "field")
    refusal.retry_after = 7  # type: ignore[attr-defined]
    response = refuse(refusal, REQUEST)
    body = msgspec.json.decode(response.body)
    assert response.status_code == ANSWERS[kind].status
    assert body == {"error": ANSWERS[kind].name, "description": ANSWERS[kind].sentence or "Because."}


def test_fault_of_the_server_is_said_so():
    """In the same form."""
    response = unexpected()
    assert (response.status_code, set(msgspec.json.decode(response.body))) == (500, {"error", "description"})
