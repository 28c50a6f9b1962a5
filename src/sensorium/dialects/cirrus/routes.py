"""Every address of Cirrus's API that is served here."""

from sensorium.dialects.cirrus import errors, shapes
from sensorium.dialects.cirrus.access import Access
from sensorium.dialects.cirrus.calibrations import Calibrations
from sensorium.dialects.dialect import CHALLENGE, RETRY, Dialect, Operation
from sensorium.dialects.dialect import Access as Who
from sensorium.dialects.services import Services

PREFIX = "/v1"
REFUSALS = (400, 401, 403, 429, 503)
RANGE = {
    "instruments": "serial numbers: repeated, or with commas between them",
    "start": "begin of the range, ISO 8601 in UTC",
    "end": "end of the range, not included; at most a year after start",
}


# fmt: off
def dialect(services: Services) -> Dialect:
    """Cirrus's API over the given use-cases."""
    calibrations, section = Calibrations(services, Access(services)), "Calibrations"
    path = f"{PREFIX}/data/calibrations"
    return Dialect(
        name="cirrus",
        title="Cirrus: calibrations of instruments",
        prefix=PREFIX,
        operations=(
            Operation("GET", f"{path}/log", calibrations.log, Who.KEY,
                      "What was done to instruments (scope data.system:read)", section, None,
                      list[shapes.CalibrationLogItem], 200, REFUSALS, RANGE),
            Operation("GET", path, calibrations.calibrations, Who.KEY,
                      "Field calibrations of instruments (scope data.system:read)", section, None,
                      list[shapes.FieldCalibrationItem], 200, REFUSALS, RANGE),
        ),
        refuse=errors.refuse,
        unexpected=errors.unexpected,
        failure=shapes.CirrusFailure,
        also=("/data",),
        headers={401: CHALLENGE, 429: RETRY, 503: RETRY},
    )
# fmt: on
