"""The parameters and answers of Navixy's API. A member of an answer that is null is left out.

Their classes name the schemas in the API's description.
"""

from typing import Annotated, Any

from msgspec import Meta, Struct

Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Label = Annotated[str, Meta(min_length=1, max_length=60)]
Word = Annotated[str, Meta(max_length=64)]

# Errors


class NavixyStatus(Struct, frozen=True):
    """The number of an error and what the vendor's table calls it."""

    code: int
    description: str


class NavixyFault(Struct, frozen=True):
    """A parameter and what is wrong with it."""

    parameter: str
    error: str


class NavixyFailure(Struct, frozen=True, omit_defaults=True):
    """An error; with code 7 `errors` names the parameters."""

    success: bool
    status: NavixyStatus
    errors: tuple[NavixyFault, ...] | None = None


# Parameters


class Login(Struct, frozen=True):
    """Who logs in: an account or a user of one."""

    login: Annotated[str, Meta(max_length=255)]
    password: Annotated[str, Meta(max_length=1024)]


class KeyWanted(Struct, frozen=True):
    """The key that is to be made."""

    title: Annotated[str, Meta(max_length=255)]


class KeyChosen(Struct, frozen=True):
    """The key that is meant."""

    key: Annotated[str, Meta(max_length=64)]


class TrackerChosen(Struct, frozen=True):
    """The tracker that is meant."""

    tracker_id: Id


class TrackersWanted(Struct, frozen=True):
    """Which trackers are to be listed: those whose label has one of these texts in it, or all."""

    labels: Annotated[list[Label], Meta(min_length=1, max_length=1024)] | None = None


class CloneWanted(Struct, frozen=True):
    """To which account a tracker is to be shown, and under which label there."""

    tracker_id: Id
    user_id: Id
    label: Label


class TrackersChosen(Struct, frozen=True):
    """Several trackers."""

    trackers: list[Id]


class SensorChosen(Struct, frozen=True):
    """A sensor of a tracker."""

    tracker_id: Id
    sensor_id: Id


class SensorGiven(Struct, frozen=True):
    """A sensor of a tracker, as it is to be."""

    tracker_id: Id
    sensor: dict[str, Any]


class CurveGiven(Struct, frozen=True):
    """The calibration of a sensor, as it is to be."""

    tracker_id: Id
    sensor_id: Id
    data: list[Any]


class CurveInFile(Struct, frozen=True):
    """Whose calibration is in the file, and which sensor of the file is meant."""

    tracker_id: Id
    sensor_id: Id
    sensor_number: Id | None = None


class CurveUpload(CurveInFile, frozen=True, kw_only=True):
    """The same with the file, as the parts of a body."""

    file: Annotated[str, Meta(extra_json_schema={"contentMediaType": "application/xml"})]


class DataWanted(Struct, frozen=True, rename={"begin": "from", "end": "to"}):
    """Which values of a sensor are wanted: from one date and time to another, both in UTC."""

    tracker_id: Id
    sensor_id: Id
    begin: str
    end: str
    raw_data: bool = False
    iso_datetime: bool = False


class ReadingsWanted(Struct, frozen=True):
    """Whose newest values are wanted, and of which type of sensors."""

    tracker_id: Id
    sensor_type: Word | None = None
    iso_datetime: bool = False


class SettingsGiven(Struct, frozen=True):
    """How a device is to track."""

    tracker_id: Id
    tracking_settings: dict[str, Any]


# What stands in parameters and answers


class CurvePoint(Struct, frozen=True, rename={"raw": "in", "value": "out"}):
    """A raw value and what it means."""

    raw: float
    value: float


class TrackerSensor(Struct, frozen=True, omit_defaults=True):
    """A sensor; which members it has depends on its `type`."""

    type: Word
    sensor_type: Word
    name: Annotated[str, Meta(max_length=100)]
    id: Id | None = None
    input_name: Annotated[str, Meta(max_length=255)] | None = None
    input_number: int | None = None
    divider: float | None = None
    accuracy: float | None = None
    units: Word | None = None
    units_type: Word | None = None
    group_type: Word | None = None
    parameters: dict[str, Any] | None = None


# Answers


class Done(Struct, frozen=True):
    """It is done."""

    success: bool = True


class Authenticated(Struct, frozen=True):
    """A new session."""

    success: bool
    type: str
    hash: str


class NavixyKey(Struct, frozen=True, omit_defaults=True):
    """A key. Its hash is there once, when it is made; later its last four digits are."""

    create_date: str
    title: str
    hash: str | None = None
    last4: str | None = None


class NavixyKeyMade(Struct, frozen=True):
    """A new key."""

    success: bool
    value: NavixyKey


class NavixyKeys(Struct, frozen=True):
    """The keys of the account."""

    success: bool
    list: tuple[NavixyKey, ...]


class UserInfo(Struct, frozen=True):
    """Who has logged in."""

    id: int
    login: str
    title: str


class Privileges(Struct, frozen=True):
    """What a user may do."""

    rights: tuple[str, ...]


class WhoAmI(Struct, frozen=True, omit_defaults=True):
    """Who has logged in. Of a user of an account also that account and the rights."""

    success: bool
    user_info: UserInfo
    master: UserInfo | None = None
    privileges: Privileges | None = None


class TrackerSource(Struct, frozen=True, omit_defaults=True):
    """The device behind a tracker and its clones."""

    id: int
    device_id: str
    blocked: bool
    creation_date: str
    model: str | None = None


class Tracker(Struct, frozen=True):
    """A device as an account sees it."""

    id: int
    label: str
    clone: bool
    group_id: int
    source: TrackerSource
    tag_bindings: tuple[()] = ()


class NavixyModel(Struct, frozen=True):
    """A model that a device can be of; `track_control` is the profile of its tracking settings."""

    code: str
    name: str
    track_control: str


class NavixyModels(Struct, frozen=True):
    """The models that have tracking settings; others have none."""

    success: bool
    list: tuple[NavixyModel, ...]


class TrackerShown(Struct, frozen=True):
    """A tracker."""

    success: bool
    value: Tracker


class TrackerList(Struct, frozen=True):
    """The trackers of an account."""

    success: bool
    list: tuple[Tracker, ...]


class Made(Struct, frozen=True):
    """The id of what was made."""

    success: bool
    id: int


class TrackerSensors(Struct, frozen=True):
    """The sensors of a tracker."""

    success: bool
    list: tuple[TrackerSensor, ...]


class SensorsOfTrackers(Struct, frozen=True):
    """The sensors of several trackers, by the tracker's id."""

    success: bool
    result: dict[str, tuple[TrackerSensor, ...]]


class Curve(Struct, frozen=True):
    """The points of a calibration, in the order they were given in."""

    success: bool
    value: tuple[CurvePoint, ...]


class SensorValue(Struct, frozen=True):
    """A value of a sensor and when it was measured."""

    value: float
    get_time: str


class SensorValues(Struct, frozen=True):
    """Values of a sensor, oldest first."""

    success: bool
    list: tuple[SensorValue, ...]


class InputReading(Struct, frozen=True, omit_defaults=True):
    """The newest value of a sensor. A curve bounds what it can be: `min_value` and `max_value`."""

    sensor_id: int
    label: str
    name: str
    type: str
    value: float | None = None
    units: str | None = None
    units_type: str | None = None
    update_time: str | None = None
    min_value: float | None = None
    max_value: float | None = None


class NewestReadings(Struct, frozen=True):
    """The newest values of a tracker. It has no counters, and none of the others are computed."""

    success: bool
    inputs: tuple[InputReading, ...]
    states: tuple[()] = ()
    virtual_sensors: tuple[()] = ()
    counters: tuple[()] = ()


class TrackingSettings(Struct, frozen=True):
    """How a device is to track; which members there are depends on its model."""

    success: bool
    value: dict[str, Any]
