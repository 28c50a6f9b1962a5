"""Every refusal in NILU's standard format."""

import msgspec
import pytest
from starlette.requests import Request

from sensorium.dialects.nilu.errors import ANSWERS, refuse, unexpected
from sensorium.model import errors
from sensorium.model.errors import Refusal


def request(path: str = "/api/sensors/1") -> Request:
    """A request for that path."""
    return Request({"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""})


def every_refusal() -> set[type[Refusal]]:
    """All kinds of refusals in the model."""
    kinds = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, Refusal)]
    return set(kinds) - {Refusal}


def test_every_refusal_has_a_status_and_a_code():
    """None of them would surprise the server."""
    assert ANSWERS.keys() == every_refusal()


@pytest.mark.check("NI-001", "NI-002", "NI-006")
@pytest.mark.parametrize("kind", sorted(ANSWERS, key=lambda kind: kind.__name__))
def test_body_has_the_three_members_of_the_standard_format(kind: type[Refusal]):
    """The status of the body is that of the answer."""
    refusal = kind.__new__(kind)
    Refusal.__init__(refusal, "because", "field")
    for name, value in {"endpoint": "http://x", "fixed": False, "retry_after": 7, "allowed": "GET"}.items():
        setattr(refusal, name, value)
    response = refuse(refusal, request())
    status, code = ANSWERS[kind]
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
    assert msgspec.json.decode(response.body) == {
        "error-code": code,
        "error-message": "Because (field).",
        "http-status-code": status,
    }


OWN_NUMBERS = range(1000, 1013)


def test_own_numbers_are_never_the_document_s():
    """Where the document has no number ours are 1000 and above; 400 and 401 mean disabled and enabled."""
    codes = {kind: code for kind, (_, code) in ANSWERS.items()}
    assert codes[errors.DeviceDisabled] == 400
    assert codes[errors.DeviceEnabled] == 401
    others = [
        code for kind, code in codes.items() if kind not in (errors.DeviceDisabled, errors.DeviceEnabled)
    ]
    assert {400, 401}.isdisjoint(others)
    documented = {100, 110, 115, 124, 129, 130, 131, 132, 220, 225, 226, 230, 300, 305, 410, 500, 510}
    assert set(others) - documented <= set(OWN_NUMBERS)


@pytest.mark.check("NI-003")
@pytest.mark.parametrize(
    ("refusal", "message"),
    [
        (errors.Missing("Sensor name must be defined.", "name"), "Sensor name must be defined."),
        (
            errors.Missing("Component level must be defined.", "components[0].level"),
            "Component level must be defined (components[0].level).",
        ),
        (errors.InvalidPacket("the packet has no value", "/no2"), "The packet has no value (/no2)."),
        (
            errors.InvalidPacket("a declared parameter is missing", "a"),
            "A declared parameter is missing (a).",
        ),
        (errors.InvalidPacket("1.5 is not an integer", "t"), "1.5 is not an integer (t)."),
        (errors.InvalidPacket("a packet is missing", "pack"), "A packet is missing (pack)."),
    ],
)
def test_message_is_a_sentence_that_names_the_place(refusal: Refusal, message: str):
    """The document's own sentence word by word; the place is added where the sentence lacks it."""
    assert msgspec.json.decode(refuse(refusal, request()).body)["error-message"] == message


@pytest.mark.check("NI-210", "NI-216")
@pytest.mark.parametrize(("fixed", "status"), [(True, 300), (False, 400)])
def test_wrong_door_names_the_right_one(fixed: bool, status: int):
    """HTTP 300 for a fixed sensor, 400 for a moving one, both with the header `endpoint`."""
    refusal = errors.WrongDoor("elsewhere", endpoint="http://x/api/sensors/1/inbound", fixed=fixed)
    response = refuse(refusal, request())
    assert (response.status_code, response.headers["endpoint"]) == (status, "http://x/api/sensors/1/inbound")
    assert msgspec.json.decode(response.body)["http-status-code"] == status


def test_unavailable_says_when_to_ask_again():
    """500 with 305, and Retry-After."""
    response = refuse(errors.Unavailable("no space", retry_after=5), request())
    assert (response.status_code, response.headers["retry-after"]) == (500, "5")


@pytest.mark.check("NI-148", "NI-166", "NI-179")
@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/sensors/configure", 112),
        ("/api/sensors/3/reconfigure", 112),
        ("/api/sensors/3/delete", 120),
        ("/api/sensors/3/disable", 305),
    ],
)
def test_a_change_that_is_not_kept_is_called_as_the_document_does(path: str, code: int):
    """A schema is not published (112), the schema server fails (120), or the transfer does (305)."""
    response = refuse(errors.NotKept("The catalog is locked."), request(path))
    assert msgspec.json.decode(response.body)["error-code"] == code


@pytest.mark.parametrize(
    ("path", "challenge"),
    [
        ("/api/sensors/configure", 'Bearer realm="sensorium"'),
        ("/api/providers/tokens/new", 'Basic realm="sensorium", charset="UTF-8"'),
    ],
)
def test_unauthorized_says_what_would_be_accepted(path: str, challenge: str):
    """A token everywhere but where tokens are made."""
    assert refuse(errors.Unauthorized("who?"), request(path)).headers["www-authenticate"] == challenge


def test_unexpected_error_tells_nothing_but_that():
    """The standard format, without a trace of what went wrong."""
    response = unexpected()
    assert response.status_code == 500
    assert msgspec.json.decode(response.body) == {
        "error-code": 1008,
        "error-message": "Something went wrong on the server; the request may not have been carried out.",
        "http-status-code": 500,
    }
