"""The bodies of the management API, read into the words of the platform; pure."""

from collections.abc import Callable
from typing import Any, cast

import msgspec

from sensorium.model.account import WantedUser
from sensorium.model.asset import Link, WantedLink
from sensorium.model.calibration import Calibration, CalibrationChange, Point
from sensorium.model.correction import CorrectionChange
from sensorium.model.definition import DataType, WantedDefinition
from sensorium.model.errors import Malformed, Missing
from sensorium.model.log_entry import FieldCalibration, WantedEntry
from sensorium.model.moments import parse_iso, to_microseconds
from sensorium.model.quality import QualityChange

_json = msgspec.json.Decoder()

Body = dict[str, Any]

_MEASURED = ("status", "level", "offset")  # of a field calibration


def read_object(body: bytes) -> Body:
    """A JSON object. Raises Malformed, also for one that is nested too deep to be read."""
    try:
        tree = _json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        why = str(error).removeprefix("JSON is malformed: ")
        raise Malformed(f"The body is not JSON: {why}.") from None
    if not isinstance(tree, dict):
        raise Malformed("The body must be a JSON object.")
    return tree  # pyright: ignore[reportUnknownVariableType]


def quality_change(body: Body) -> QualityChange:
    """How values are to be checked. Raises Malformed."""
    settings = {key: value for key, value in body.items() if key not in ("preset", "valid_from", "note")}
    return QualityChange(
        preset=_text(body, "preset"),
        settings=settings,
        valid_from=moment(body, "valid_from"),
        note=_text(body, "note"),
    )


def correction_change(body: Body) -> CorrectionChange:
    """How values are to be corrected; `expression`, null for not at all, or `preset` must be there.

    Raises Malformed and Missing.
    """
    refuse_others(body, {"expression", "preset", "arguments", "level", "valid_from", "note"})
    if "preset" in body and "expression" in body:
        raise Malformed("A preset has an expression of its own.", "expression")
    if "preset" not in body and "expression" not in body:
        raise Missing("It must be defined, or a preset; null ends a correction.", "expression")
    arguments = body.get("arguments", {})
    if not isinstance(arguments, dict) or ("preset" not in body and arguments):
        raise Malformed("It is an object with the arguments of a preset.", "arguments")
    return CorrectionChange(
        expression=_text(body, "expression"),
        preset=_required_text(body, "preset") if "preset" in body else None,
        arguments=cast(Body, arguments),
        level=_whole(body, "level", "a data level"),
        valid_from=moment(body, "valid_from"),
        note=_text(body, "note"),
    )


def calibration_change(body: Body) -> CalibrationChange:
    """How raw values are calibrated. Raises Malformed and Missing."""
    numbers = ("divider", "multiplier", "uncertainty")
    texts = ("note", "certificate", "valid_from")
    refuse_others(body, {"points", "equation", "level", "for_all_time", *numbers, *texts})
    if "points" not in body and "equation" not in body and "divider" not in body and "multiplier" not in body:
        raise Missing("One of points, equation, divider and multiplier must be defined.", "points")
    for_all_time = body.get("for_all_time", False)
    if not isinstance(for_all_time, bool):
        raise Malformed("It must be true or false.", "for_all_time")
    if for_all_time and body.get("valid_from") is not None:
        raise Malformed("What is for all time has no beginning.", "valid_from")
    calibration = Calibration(
        points=_points(body.get("points")),
        equation=_text(body, "equation"),
        level=_whole(body, "level", "a data level"),
        **{name: _number(body.get(name), name) for name in numbers},
    )
    return CalibrationChange(
        calibration,
        valid_from=moment(body, "valid_from"),
        note=_text(body, "note"),
        certificate=_text(body, "certificate"),
        for_all_time=for_all_time,
    )


def replay_range(body: Body) -> tuple[int | None, int | None, bool]:
    """The first and the last time of the packets that are meant, as `moment` reads them; whether only those
    that were rejected are. Raises Malformed.
    """
    refuse_others(body, {"from", "to", "only_rejected"})
    rejected = body.get("only_rejected", False)
    if not isinstance(rejected, bool):
        raise Malformed("It must be true or false.", "only_rejected")
    return moment(body, "from"), moment(body, "to"), rejected


def training_range(body: Body) -> tuple[int | None, int | None]:
    """The first and the last time of the values that are meant, as `moment` reads them. Raises Malformed."""
    refuse_others(body, {"from", "to"})
    return moment(body, "from"), moment(body, "to")


def new_unit(body: Body) -> str:
    """The name of a unit. Raises Malformed and Missing."""
    refuse_others(body, {"name"})
    return _required_text(body, "name")


def new_component(body: Body) -> tuple[str, str | None, int | None]:
    """Name, description and the id of the unit of the tests. Raises Malformed and Missing."""
    refuse_others(body, {"name", "description", "qc_unit"})
    unit = _whole(body, "qc_unit", "the id of a unit")
    return _required_text(body, "name"), _text(body, "description"), unit


def asset_name(body: Body) -> str | None:
    """The name of an asset. Raises Malformed."""
    refuse_others(body, {"name"})
    return _text(body, "name")


def new_link(body: Body, now: int) -> WantedLink:
    """Which device is fixed to which asset, from `now` on unless another time is said.

    Raises Malformed and Missing.
    """
    refuse_others(body, {"device", "asset", "begin", "end", "task"})
    ids = {name: _whole(body, name, "an id") for name in ("device", "asset")}
    for name, number in ids.items():
        if number is None:
            raise Missing("It must be defined.", name)
    begin = moment(body, "begin")
    return WantedLink(
        ids["device"] or 0,
        ids["asset"] or 0,
        now if begin is None else begin,
        moment(body, "end"),
        _text(body, "task"),
    )


def link_change(body: Body) -> Callable[[Link], WantedLink]:
    """What a link is to be like: what is left out stays, null as the end is none. Raises Malformed."""
    refuse_others(body, {"begin", "end", "task"})
    begin, end, task = moment(body, "begin"), moment(body, "end"), _text(body, "task")

    def describe(link: Link) -> WantedLink:
        return WantedLink(
            link.device,
            link.asset,
            link.begin if begin is None else begin,
            end if "end" in body else link.end,
            task if "task" in body else link.task,
        )

    return describe


def definition(body: Body) -> WantedDefinition:
    """A sensor definition, with bounds as they are written. Raises Malformed and Missing."""
    numbers = ("data_min", "data_max", "graph_min", "graph_max", "deactivated")
    ids, texts = ("sensor", "component", "unit"), ("unit_label", "equation", "color", "chart_label")
    flags = ("chart", "active")
    refuse_others(body, {"name", "data_type", *numbers, *ids, *texts, *flags})
    try:
        data_type = DataType(body.get("data_type") or DataType.NUMERIC)
    except ValueError:
        raise Malformed("It is Numeric or String.", "data_type") from None
    for name in flags:
        if body.get(name) is not None and not isinstance(body[name], bool):
            raise Malformed("It must be true or false.", name)
    return WantedDefinition(
        name=_required_text(body, "name"),
        data_type=data_type,
        **{name: _number_text(body.get(name), name) for name in numbers},
        **{name: _whole(body, name, "a whole number") for name in ids},
        **{name: _text(body, name) for name in texts},
        **{name: body[name] for name in flags if body.get(name) is not None},
    )


def provision(body: Body) -> tuple[int, int | None]:
    """The definition that a device is to have, and the datastream (None: one of its own).

    Raises Malformed and Missing.
    """
    refuse_others(body, {"definition", "datastream"})
    number = _whole(body, "definition", "the id of a definition")
    if number is None:
        raise Missing("It must be defined.", "definition")
    return number, _whole(body, "datastream", "the id of a datastream")


def account_change(body: Body) -> bool:
    """Whether a calibration without a date is for values from then on. Raises Malformed and Missing."""
    refuse_others(body, {"calibrate_from_now"})
    wanted = body.get("calibrate_from_now")
    if wanted is None:
        raise Missing("It must be defined.", "calibrate_from_now")
    if not isinstance(wanted, bool):
        raise Malformed("It must be true or false.", "calibrate_from_now")
    return wanted


def password_change(body: Body) -> tuple[str, str]:
    """The password of now and the new one. Raises Malformed and Missing."""
    refuse_others(body, {"current", "new"})
    return _required_text(body, "current"), _required_text(body, "new")


def new_user(body: Body) -> tuple[str | None, WantedUser]:
    """The user name and how the user is to be. Raises Malformed."""
    username = _text(body, "username")
    return username, user_change({name: each for name, each in body.items() if name != "username"})


def user_change(body: Body) -> WantedUser:
    """How a user is to be. Raises Malformed."""
    refuse_others(body, {"password", "label", "rights", "trackers"})
    trackers = body.get("trackers")
    return WantedUser(
        label=_text(body, "label"),
        rights=frozenset(_texts(body.get("rights", []), "rights")),
        trackers=None if trackers is None else frozenset(_numbers(trackers, "trackers")),
        password=_text(body, "password"),
    )


def new_key(body: Body) -> tuple[str | None, list[str] | None]:
    """The title and the scopes of a key. Raises Malformed."""
    refuse_others(body, {"title", "scopes"})
    scopes = body.get("scopes")
    return _text(body, "title"), None if scopes is None else _texts(scopes, "scopes")


def new_clone(body: Body) -> tuple[int, str]:
    """The id of the account that a device is shown to, and the label there. Raises Malformed and Missing."""
    refuse_others(body, {"account", "label"})
    account = _whole(body, "account", "the id of an account")
    if account is None:
        raise Missing("It must be defined.", "account")
    return account, _required_text(body, "label")


def instrument_change(body: Body) -> Body:
    """What is said of a device as a thing: some of `serial`, `model` and `blocked`. Raises Malformed."""
    refuse_others(body, {"serial", "model", "blocked"})
    for name in ("serial", "model"):
        _text(body, name)
    if "blocked" in body and not isinstance(body["blocked"], bool):
        raise Malformed("It must be true or false.", "blocked")
    return body


def new_log_entry(body: Body) -> WantedEntry:
    """An entry of a log. Raises Malformed and Missing."""
    refuse_others(body, {"message", "time", "user", *_MEASURED})
    is_calibration = any(body.get(name) is not None for name in _MEASURED)
    return WantedEntry(
        message=_text(body, "message"),
        user=_text(body, "user"),
        time=moment(body, "time"),
        calibration=_field_calibration(body) if is_calibration else None,
    )


def _field_calibration(body: Body) -> FieldCalibration:
    status = _text(body, "status")
    level, offset = (_number(body.get(name), name) for name in _MEASURED[1:])
    if status is None or level is None or offset is None:
        first = next(name for name in _MEASURED if body.get(name) is None)
        raise Missing("A field calibration has a status, a level and an offset.", first)
    return FieldCalibration(status, level, offset)


def _texts(value: object, where: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in cast(list[object], value)):
        raise Malformed("It must be an array of texts.", where)
    return cast(list[str], value)


def _numbers(value: object, where: str) -> list[int]:
    if not isinstance(value, list) or not all(type(each) is int for each in cast(list[object], value)):
        raise Malformed("It must be an array of whole numbers.", where)
    return cast(list[int], value)


def refuse_others(body: Body, known: set[str]) -> None:
    """Refuse a body that has other members than these. Raises Malformed."""
    for key in body.keys() - known:
        raise Malformed("There is no such member.", key)


def moment(body: Body, key: str) -> int | None:
    """The moment under `key` in microseconds since 1970 UTC, None without one. Raises Malformed."""
    text = _text(body, key)
    return None if text is None else read_moment(text, key)


def read_moment(text: str, where: str) -> int:
    """An ISO-8601 moment, not before 1970, in microseconds since then. Raises Malformed."""
    try:
        found = to_microseconds(parse_iso(text))
    except (ValueError, OverflowError):
        raise Malformed("It must be an ISO-8601 date and time.", where) from None
    if found < 0:
        raise Malformed("It must not lie before 1970.", where)
    return found


def _text(body: Body, key: str) -> str | None:
    value = body.get(key)
    if value is not None and not isinstance(value, str):
        raise Malformed("It must be a text.", key)
    return value


def _whole(body: Body, key: str, what: str) -> int | None:
    value = body.get(key)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise Malformed(f"It must be {what}.", key)
    return value


def _number(value: object, where: str) -> float | None:
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise Malformed("It must be a number.", where)
    try:
        return float(value)
    except OverflowError:
        raise Malformed("The number is too large.", where) from None


def _number_text(value: object, where: str) -> str | None:
    """A number as a text: a bound is kept as it is written."""
    if isinstance(value, str):
        return value
    number = _number(value, where)
    return None if number is None else repr(number).removesuffix(".0")


def _points(value: object) -> tuple[Point, ...]:
    """The points of a table: objects with the numbers `in` and `out`."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise Malformed("It must be an array.", "points")
    return tuple(_point(each) for each in cast(list[object], value))


def _point(each: object) -> Point:
    if not isinstance(each, dict) or set(cast(Body, each)) != {"in", "out"}:
        raise Malformed('A point is an object with "in" and "out".', "points")
    raw, found = (_number(cast(Body, each)[key], "points") for key in ("in", "out"))
    if raw is None or found is None:
        raise Malformed("The numbers of a point must be defined.", "points")
    return Point(raw, found)


def _required_text(body: Body, key: str) -> str:
    text = _text(body, key)
    if text is None:
        raise Missing("It must be defined.", key)
    return text
