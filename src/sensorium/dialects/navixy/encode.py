"""From the words of the platform to the answers of Navixy's API; pure."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache

import msgspec

from sensorium.dialects.navixy import shapes
from sensorium.model.account import Account, Key, User
from sensorium.model.calibration import Calibration
from sensorium.model.moments import from_microseconds
from sensorium.model.series import TimedValue
from sensorium.model.tracker import Sensor, Tracker
from sensorium.plans import tracking

_encoder = msgspec.json.Encoder()


def to_json(value: object) -> bytes:
    """The bytes of an answer."""
    return _encoder.encode(value)


def moment(at: datetime, *, iso: bool = False) -> str:
    """A moment in UTC, in the vendor's form or as ISO 8601."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if iso else f"{at:%Y-%m-%d %H:%M:%S}"


def key(each: Key, shown: str | None = None) -> shapes.NavixyKey:
    """A key, with its hash when it is new."""
    last4 = each.last4 if shown is None else None
    return shapes.NavixyKey(moment(each.created), each.title, shown, last4)


def who(account: Account, user: User | None) -> shapes.WhoAmI:
    """Who has logged in."""
    master = shapes.UserInfo(account.id, account.username, account.name)
    if user is None:
        return shapes.WhoAmI(success=True, user_info=master)
    info = shapes.UserInfo(user.id, user.username, user.label or user.username)
    rights = shapes.Privileges(tuple(sorted(user.rights)))
    return shapes.WhoAmI(success=True, user_info=info, master=master, privileges=rights)


def tracker(each: Tracker) -> shapes.Tracker:
    """A tracker with the device behind it."""
    source = shapes.TrackerSource(
        id=each.device,
        device_id=each.serial or str(each.device),
        blocked=each.blocked,
        creation_date=f"{each.created:%Y-%m-%d}",
        model=each.model,
    )
    return shapes.Tracker(each.id, each.label, each.clone, each.group, source)


@cache
def models() -> shapes.NavixyModels:
    """The models with the profiles of their tracking settings; a profile without models is one itself."""
    of_models = dict(tracking.models())
    known = set(of_models.values())
    of_models.update({name: name for name in tracking.profiles() if name not in known})
    found = tuple(shapes.NavixyModel(name, name, profile) for name, profile in of_models.items())
    return shapes.NavixyModels(success=True, list=found)


def sensor(each: Sensor) -> shapes.TrackerSensor:
    """A sensor as it was described."""
    said = each.described
    return shapes.TrackerSensor(
        type=said.type.value,
        sensor_type=said.sensor_type,
        name=said.name,
        id=each.id,
        input_name=said.input_name,
        input_number=said.input_number,
        divider=said.divider,
        accuracy=said.accuracy,
        units=said.units,
        units_type=said.units_type,
        group_type=said.group_type,
        parameters=None if said.parameters is None else dict(said.parameters),
    )


def curve(calibration: Calibration | None) -> shapes.Curve:
    """The points of what holds now, in the order they were given in (V16)."""
    points = () if calibration is None else calibration.points
    shown = tuple(shapes.CurvePoint(each.raw, each.value) for each in points)
    return shapes.Curve(success=True, value=shown)


def values(readings: Iterable[TimedValue], *, iso: bool) -> bytes:
    """Values as the elements of a JSON array, without its brackets."""
    found = [
        shapes.SensorValue(each.value, moment(from_microseconds(each.time), iso=iso)) for each in readings
    ]
    return to_json(found)[1:-1]


def reading(
    each: Sensor, found: TimedValue | None, calibration: Calibration | None, *, iso: bool
) -> shapes.InputReading:
    """The newest value of a sensor; without one it has no time either."""
    said = each.described
    results = [point.value for point in calibration.points] if calibration is not None else []
    return shapes.InputReading(
        sensor_id=each.id,
        label=said.name,
        name=said.input_name or "",
        type=said.sensor_type,
        value=None if found is None else found.value,
        units=said.units,
        units_type=said.units_type,
        update_time=None if found is None else moment(from_microseconds(found.time), iso=iso),
        min_value=min(results, default=None),
        max_value=max(results, default=None),
    )
