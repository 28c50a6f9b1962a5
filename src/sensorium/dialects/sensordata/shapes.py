"""The JSON bodies of SensorData. Their classes name the schemas in the API's description."""

from typing import Any

from msgspec import UNSET, Struct, UnsetType

Ids = int | str | list[int | str]
"""One id or several, as numbers or as texts of them."""


class SensorDataFailure(Struct, frozen=True):
    """Why a request was refused. `error_detail` names the parameter that there is not."""

    error: str
    error_detail: str | UnsetType = UNSET


class SensorDataRequest(Struct, frozen=True):
    """A select or an insert: which of the two tables of the document holds is said by `action`."""

    action: str
    asset_id: Ids | UnsetType | None = UNSET
    device_id: Ids | UnsetType | None = UNSET
    data_id: Ids | UnsetType | None = UNSET
    timestamp_from: str | UnsetType | None = UNSET
    timestamp_to: str | UnsetType | None = UNSET
    limit: int | str | UnsetType | None = UNSET
    order: int | str | UnsetType | None = UNSET
    sd_id: Ids | UnsetType | None = UNSET
    filter: list[dict[str, Any]] | UnsetType | None = UNSET
    timestamp: str | UnsetType | None = UNSET
    user_agent: str | UnsetType | None = UNSET
    sensor_data: list[dict[str, Any]] | UnsetType | None = UNSET


class SensorDataRow(Struct, frozen=True):
    """A value that was selected, with what is known of its kind."""

    data_id: int
    data_datetime: str
    asset_id: int
    sd_id: int
    user_agent: str
    sensor_value: str
    sd_name: str
    uom_chartlabel: str
    equation: str | None
    data_min: str
    data_max: str
    graph_min: str
    graph_max: str
    chart: str
    data_type: str
    colorcode: str
    sd_chartlabel: str


class SensorDataAnswer(Struct, frozen=True):
    """What was selected, by "sensordata 0" and so on, or what was inserted, or an error."""

    sensordata: dict[str, SensorDataRow] | UnsetType = UNSET
    error: str | UnsetType = UNSET


class Inserted(Struct, frozen=True):
    """What was inserted: of several values each member has them all, with ", " between them."""

    sd_id: str
    sensor_id: str
    sensor_value: str
    asset_id: int
    device_id: int
    deviceasset_id: int
    timestamp: str
    user_agent: str
    data_id: str
    error: str = "NO_ERROR"


class SensorDataCredentials(Struct, frozen=True):
    """Who logs in, or the `token` of a session that is to end."""

    username: str | UnsetType = UNSET
    password: str | UnsetType = UNSET
    token: str | UnsetType = UNSET


class SensorDataLogin(Struct, frozen=True, rename={"content_type": "CONTENT_TYPE"}):
    """What a login came to; `token` is "ERROR" after one that failed."""

    token: str
    userid: int | None
    userrole: str | None
    status: str
    error: str
    username: str
    content_type: str


class SensorDataSession(Struct, frozen=True, rename={"content_type": "CONTENT_TYPE"}):
    """What a login or a logout came to, or an error, in one: the members of all."""

    error: str
    token: str | UnsetType = UNSET
    userid: int | UnsetType | None = UNSET
    userrole: str | UnsetType | None = UNSET
    status: str | UnsetType = UNSET
    username: str | UnsetType = UNSET
    content_type: str | UnsetType = UNSET


class SensorDataLogout(Struct, frozen=True):
    """A session has ended."""

    status: str
    error: str
