"""Every code of the document is one that a refusal has."""

import re
from pathlib import Path

import msgspec
import pytest
from starlette.requests import Request

from sensorium.dialects.sensordata.errors import (
    ANSWERS,
    MALFORMED,
    MISSING,
    UNEXPECTED,
    answer,
    refuse,
    unexpected,
)
from sensorium.model import errors
from sensorium.model.errors import Refusal

REQUEST = Request(
    {"type": "http", "method": "POST", "path": "/v1/SensorData", "headers": [], "query_string": b""}
)
SELECT = """INVALID_TOKEN INVALID_REQUEST_PRAM INVALID_ACTION_PRAM INVALID_INPUT_PRAM NO_DATA
INVALID_ASSET_ID_PRAM INVALID_DEVICE_ID_PRAM INVALID_DATA_ID_PRAM INVALID_TIMESTAMP_FROM_PRAM
INVALID_TIMESTAMP_TO_PRAM INVALID_LIMIT_PRAM INVALID_SD_ID_PRAM INVALID_FILTER_PRAM
INVALID_MATH_COMPARISON_PRAM INVALID_SENSOR_VALUE_PRAM INVALID_OPERATOR_PRAM"""
INSERT = """INVALID_ASSET_ID_OR_DEVICE_ID_PRAM INVALID_TIMESTAMP_PRAM INVALID_USER_AGENT_PRAM
INVALID_SENSOR_DATA_PRAM INVALID_DUPLICATE_SD_ID_PRAM INVALID_SENSOR_DATA_SENSOR_ID_PRAM
INVALID_SENSOR_DATA_VALUE_PRAM MISSING_ASSET_ID_OR_DEVICE_ID_PRAM MISSING_USER_AGENT_PRAM
MISSING_SENSOR_DATA_PRAM"""
"""The codes of the document's two tables; those of the second that are not in the first."""


def test_every_code_of_the_document_is_there_and_comes_with_200():
    """And no code is spelled otherwise."""
    found = [
        *ANSWERS.values(),
        *(answer(errors.Malformed("", where)) for where in MALFORMED),
        *(answer(errors.Missing("", where)) for where in MISSING),
        answer(errors.NotFound("", "data")),
    ]
    codes = {each.code for each in found if each.status == 200}
    own = {"NO_UNIQUE_SENSOR_DATA", "INVALID_ORDER_PRAM"}
    assert codes - own == set(SELECT.split()) | set(INSERT.split())


@pytest.mark.parametrize("kind", sorted(ANSWERS, key=lambda kind: kind.__name__))
def test_refusal_is_an_error_in_the_document_s_form(kind: type[Refusal]):
    """`error` alone, but for the parameter that there is not; `Retry-After` where it helps."""
    refusal = kind.__new__(kind)
    Refusal.__init__(refusal, "because", "naïve")
    for name, value in {"retry_after": 7, "allowed": "GET"}.items():
        setattr(refusal, name, value)
    response = refuse(refusal, REQUEST)
    detail = {"error_detail": "INVALID_PRAM_NAÏVE"} if kind is errors.UnknownParameter else {}
    assert msgspec.json.decode(response.body) == {"error": ANSWERS[kind].code, **detail}
    assert (response.status_code, response.headers["content-type"]) == (
        ANSWERS[kind].status,
        "application/json",
    )
    waits = issubclass(kind, errors.Unavailable | errors.TooMany)
    assert response.headers.get("retry-after") == ("7" if waits else None)


def test_long_name_of_a_parameter_is_cut():
    """An answer is never as long as a request."""
    response = refuse(errors.UnknownParameter("because", "x" * 10_000), REQUEST)
    assert len(response.body) < 200


def test_fault_of_the_server_is_no_error_of_the_document():
    """It comes with 500."""
    response = unexpected()
    assert (response.status_code, msgspec.json.decode(response.body)) == (500, {"error": UNEXPECTED.code})


def test_every_fault_that_is_read_has_a_code():
    """Each `where` with which the decoder and the rules refuse."""
    source = Path(errors.__file__).parents[1]
    text = "".join(
        (source / name).read_text() for name in ("dialects/sensordata/decode.py", "register/provisioning.py")
    )
    used = set(re.findall(r'raise (?:Malformed|Missing)\([^)]*, "([\w.]+)"\)', text))
    assert used
    assert used <= MALFORMED.keys() | MISSING.keys()
