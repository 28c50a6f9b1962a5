"""Every address of SensorData."""

from sensorium.dialects.dialect import FORM, RETRY, Dialect, Operation
from sensorium.dialects.dialect import Access as Who
from sensorium.dialects.sensordata import errors, shapes
from sensorium.dialects.sensordata.access import Access
from sensorium.dialects.sensordata.actions import Actions
from sensorium.dialects.sensordata.inserts import Inserts
from sensorium.dialects.sensordata.login import Login
from sensorium.dialects.sensordata.selects import Selects
from sensorium.dialects.services import Services

PREFIX = "/v1/SensorData"
LOGIN = "/v1/Login"
REFUSALS = (413, 415, 500, 503)
TOKEN = {"token": "the token, where it does not stand in Authorization"}


def dialect(services: Services) -> Dialect:
    """SensorData over the given use-cases."""
    actions = Actions(services, Access(services), Selects(services), Inserts(services))
    section, answer = "SensorData", shapes.SensorDataAnswer
    return Dialect(
        name="sensordata",
        title="SensorData",
        prefix=PREFIX,
        operations=(
            Operation("GET", PREFIX, actions.newest, Who.ACCOUNT,
                      "The newest 1000 values; a body or a query is not looked at", section, None, answer,
                      200, (500, 503), headers=TOKEN),
            Operation("POST", PREFIX, actions.act, Who.ACCOUNT,
                      "Select values by a filter, or insert some", section, shapes.SensorDataRequest, answer,
                      200, REFUSALS, begin=actions.begin, headers=TOKEN),
            Operation("POST", LOGIN, Login(services).answer, Who.PASSWORD,
                      "Log in for a token, or out", section, {FORM: shapes.SensorDataCredentials},
                      shapes.SensorDataSession, 200, (409, 429, *REFUSALS)),
        ),
        refuse=errors.refuse,
        unexpected=errors.unexpected,
        failure=shapes.SensorDataFailure,
        also=(LOGIN,),
        headers={429: RETRY, 503: RETRY},
    )  # fmt: skip
