"""What schemathesis is told beside the OpenAPI document: real numbers and times, and what an error may be."""

import os
from typing import Any

import schemathesis

SENSOR = os.environ["SENSORIUM_TEST_SENSOR"]
UNEXPECTED = 1008
REAL = {"id": SENSOR, "fromUtc": "2026-01-01T00:00:00Z", "toUtc": "2026-02-01T00:00:00Z"}


@schemathesis.hook
def map_path_parameters(_context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """Half of the numbers and times are of the sensor that is there; what is no number stays wrong."""
    return {
        name: REAL[name] if name in REAL and len(str(value)) % 2 == 0 and _may_fit(name, value) else value
        for name, value in (path_parameters or {}).items()
    }


def _may_fit(name: str, value: Any) -> bool:
    return name != "id" or str(value).isdecimal()


@schemathesis.check
def documented_failure(_context: Any, response: Any, _case: Any) -> None:
    """NILU refuses some things with 500: with an error code, and never that of an unexpected error."""
    if response.status_code >= 500:
        failure = response.json()
        if "problem" in response.headers["content-type"][0]:
            assert response.status_code == 503, failure
            return
        assert failure["error-code"] != UNEXPECTED, failure
        assert failure["http-status-code"] == response.status_code
