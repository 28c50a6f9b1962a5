"""Every call of Navixy's API that is served here, as one table part by part.

A call that only reads is taken by POST and GET, one that changes something by POST alone. Each has a second
address without the version.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from msgspec.structs import fields

from sensorium.dialects.dialect import FORM, JSON, RETRY, Dialect, Operation
from sensorium.dialects.dialect import Access as Who
from sensorium.dialects.navixy import errors, shapes
from sensorium.dialects.navixy.access import Access
from sensorium.dialects.navixy.calibration import CalibrationData
from sensorium.dialects.navixy.readings import Values
from sensorium.dialects.navixy.sensors import Sensors
from sensorium.dialects.navixy.trackers import Trackers
from sensorium.dialects.navixy.tracking import TrackingMode
from sensorium.dialects.navixy.users import People
from sensorium.dialects.services import Services

REFUSALS = (400, 402, 403, 404, 409, 412, 413, 429, 500, 503)


def dialect(services: Services) -> Dialect:
    """Navixy's API over the given use-cases."""
    access = Access(services)
    calls = (
        *_users(People(services, access)),
        *_trackers(Trackers(services, access)),
        *_sensors(Sensors(services, access)),
        *_values(Values(services, access)),
        *_calibration(CalibrationData(services, access)),
        *_tracking(TrackingMode(services, access)),
    )
    return Dialect(
        name="navixy",
        title="Navixy: sensors, calibration data and tracking mode",
        prefix=errors.VERSION,
        operations=tuple(_served(calls)),
        refuse=errors.refusing({each.path for each in calls}),
        unexpected=errors.unexpected,
        failure=shapes.NavixyFailure,
        also=("/user", "/api/key", "/tracker", "/panel"),
        headers={429: RETRY, 503: RETRY},
    )


# fmt: off
def _users(people: People) -> tuple[Operation, ...]:
    section = "Users and keys"
    return (
        Operation("POST", "/user/auth", people.auth, Who.PUBLIC,
                  "Log in", section, shapes.Login, shapes.Authenticated),
        Operation("POST", "/user/session/renew", people.renew, Who.HASH,
                  "Have a session last longer", section, None, shapes.Done),
        Operation("POST", "/user/logout", people.logout, Who.HASH,
                  "End a session", section, None, shapes.Done),
        Operation("GET", "/user/get_info", people.info, Who.HASH,
                  "Who has logged in", section, None, shapes.WhoAmI),
        Operation("POST", "/api/key/create", people.create_key, Who.HASH,
                  "Make a key", section, shapes.KeyWanted, shapes.NavixyKeyMade),
        Operation("GET", "/api/key/list", people.keys, Who.HASH,
                  "The keys", section, None, shapes.NavixyKeys),
        Operation("POST", "/api/key/delete", people.delete_key, Who.HASH,
                  "End a key", section, shapes.KeyChosen, shapes.Done),
    )


def _trackers(trackers: Trackers) -> tuple[Operation, ...]:
    section = "Trackers"
    return (
        Operation("GET", "/tracker/list", trackers.list, Who.HASH,
                  "The trackers", section, shapes.TrackersWanted, shapes.TrackerList),
        Operation("GET", "/tracker/read", trackers.read, Who.HASH,
                  "A tracker", section, shapes.TrackerChosen, shapes.TrackerShown),
        Operation("GET", "/tracker/list_models", trackers.list_models, Who.HASH,
                  "The models that have tracking settings", section, None, shapes.NavixyModels),
        Operation("POST", "/tracker/delete", trackers.delete, Who.HASH,
                  "Take a clone away", section, shapes.TrackerChosen, shapes.Done),
        Operation("POST", "/panel/tracker/clone", trackers.clone, Who.HASH,
                  "Show a tracker to another account", section, shapes.CloneWanted, shapes.Made),
    )


def _sensors(sensors: Sensors) -> tuple[Operation, ...]:
    section, path = "Sensors", "/tracker/sensor"
    return (
        Operation("GET", f"{path}/list", sensors.list, Who.HASH,
                  "The sensors of a tracker", section, shapes.TrackerChosen, shapes.TrackerSensors),
        Operation("GET", f"{path}/batch_list", sensors.batch_list, Who.HASH,
                  "The sensors of several trackers", section,
                  shapes.TrackersChosen, shapes.SensorsOfTrackers),
        Operation("POST", f"{path}/create", sensors.create, Who.HASH,
                  "Add a sensor", section, shapes.SensorGiven, shapes.Made),
        Operation("POST", f"{path}/update", sensors.update, Who.HASH,
                  "Describe a sensor anew", section, shapes.SensorGiven, shapes.Done),
        Operation("POST", f"{path}/delete", sensors.delete, Who.HASH,
                  "Take a sensor away", section, shapes.SensorChosen, shapes.Done),
    )


def _values(values: Values) -> tuple[Operation, ...]:
    section = "Values"
    return (
        Operation("GET", "/tracker/sensor/data/read", values.data, Who.HASH,
                  "Values of a sensor", section, shapes.DataWanted, shapes.SensorValues),
        Operation("GET", "/tracker/readings/list", values.newest, Who.HASH,
                  "The newest values of a tracker", section,
                  shapes.ReadingsWanted, shapes.NewestReadings),
    )


def _calibration(data: CalibrationData) -> tuple[Operation, ...]:
    section, path = "Sensor calibration data", "/tracker/sensor/calibration_data"
    return (
        Operation("GET", f"{path}/read", data.read, Who.HASH,
                  "The curve of a sensor", section, shapes.SensorChosen, shapes.Curve),
        Operation("POST", f"{path}/update", data.update, Who.HASH,
                  "Replace it", section, shapes.CurveGiven, shapes.Done),
        Operation("POST", f"{path}/upload_omnicomm", data.upload_omnicomm, Who.HASH,
                  "Replace it by one in an XML file", section,
                  {"multipart/form-data": shapes.CurveUpload}, shapes.Done),
    )


def _tracking(mode: TrackingMode) -> tuple[Operation, ...]:
    section, path = "Tracking mode", "/tracker/settings/tracking"
    return (
        Operation("GET", f"{path}/read", mode.read, Who.HASH,
                  "How a device is told to track", section,
                  shapes.TrackerChosen, shapes.TrackingSettings),
        Operation("POST", f"{path}/update", mode.update, Who.HASH,
                  "Tell it otherwise", section, shapes.SettingsGiven, shapes.Done),
    )
# fmt: on


def _served(operations: Iterable[Operation]) -> Iterator[Operation]:
    """Each under both its addresses, what is taken by GET by POST too, and what is JSON as a form too."""
    for each in operations:
        found = replace(each, path=f"{errors.VERSION}{each.path}", refusals=REFUSALS, also=(each.path,))
        shape = each.request
        in_json_alone = shape is not None and not isinstance(shape, dict)
        yield replace(found, method="POST", request={JSON: shape, FORM: shape} if in_json_alone else shape)
        if each.method == "GET":
            names = [] if each.request is None else [member.encode_name for member in fields(each.request)]
            query = dict.fromkeys(names, "as in a body; arrays and objects as JSON text")
            yield replace(found, request=None, query=query)
