"""Every address of SensorData."""

from sensorium.dialects.dialect import Access as Who
from sensorium.dialects.dialect import Dialect, Operation
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
                      "The newest 1000 values", section, None, answer, 200, REFUSALS),
            Operation("POST", PREFIX, actions.act, Who.ACCOUNT,
                      "Select values by a filter, or insert some", section, shapes.SensorDataRequest, answer,
                      200, REFUSALS, begin=actions.begin),
            Operation("POST", LOGIN, Login(services).answer, Who.PASSWORD,
                      "Log in for a token, or out (a form)", section, None, shapes.SensorDataLogin, 200,
                      (409, *REFUSALS)),
        ),
        refuse=errors.refuse,
        unexpected=errors.unexpected,
        failure=shapes.SensorDataFailure,
        also=(LOGIN,),
    )  # fmt: skip
