"""Whether settings are what a profile allows; pure."""

import re
from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from typing import Any, cast

from sensorium.model.errors import Invalid
from sensorium.plans.tracking.profiles import LARGEST, SMALLEST, Profile, Setting

LONGEST_TEXT = 255

_HOUR, _SIXTY = "(?:[01][0-9]|2[0-3])", "[0-5][0-9]"
_FORMS = {
    "HH:mm": re.compile(f"{_HOUR}:{_SIXTY}"),
    "HHmm": re.compile(f"{_HOUR}{_SIXTY}"),
    "HH:mm:ss": re.compile(f"{_HOUR}:{_SIXTY}:{_SIXTY}"),
}
_DIGITS = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
_NUMBER = re.compile(
    r"[+-]?(?:[0-9]{1,32}(?:\.[0-9]{0,32})?|\.[0-9]{1,32})(?:[eE][+-]?[0-9]{1,3})?", re.ASCII
)


def checked_settings(profile: Profile, given: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a profile that are given, in its order; others are left out (V13), as are nulls.

    A number may come as text (V1). Raises Invalid with every fault: a setting that is needed and missing
    (V14), of another type, or out of its bounds.
    """
    found: dict[str, Any] = {}
    faults: list[tuple[str, str]] = []
    for setting in profile.settings.values():
        value = given.get(setting.name)
        if value is None:
            if setting.needed or _is_needed_with(setting, given):
                faults.append((setting.name, "must not be null"))
            continue
        try:
            found[setting.name] = _checked(setting, value)
        except ValueError as error:
            faults.append((setting.name, str(error)))
    if faults:
        raise Invalid(faults)
    return found


def _is_needed_with(setting: Setting, given: Mapping[str, Any]) -> bool:
    if setting.needed_with is None:
        return False
    other, value = setting.needed_with
    return given.get(other) == value


def _checked(setting: Setting, value: Any) -> Any:
    """The value as it is kept. Raises ValueError."""
    match setting.kind:
        case "int":
            return _in_bounds(setting, _whole(value))
        case "double":
            return _in_bounds(setting, _double(value))
        case "boolean":
            return _boolean(value)
        case "moment":
            return _moment(value)
        case "times":
            return _times(setting, value)
        case _:
            return _text(setting, value)


def _whole(value: Any) -> int:
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("must be a whole number")
    return value


def _double(value: Any) -> float:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = float(value)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise ValueError("must be a number")
    try:
        number = float(value)
    except OverflowError:
        number = float("inf")
    if not isfinite(number):
        raise ValueError("must be a finite number")
    return number


def _in_bounds(setting: Setting, value: float) -> float:
    low = SMALLEST if setting.low is None else setting.low
    high = LARGEST if setting.high is None else setting.high
    if value < low:
        raise ValueError(f"must be greater than or equal to {low}")
    if value > high:
        raise ValueError(f"must be less than or equal to {high}")
    if setting.values and value not in setting.values:
        raise ValueError(f"must be one of {_listed(setting)}")
    return value


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _moment(value: Any) -> str:
    """A date and a time as the device is to have it; an offset, if any, stays with it."""
    try:
        if isinstance(value, str) and value.isascii() and datetime.fromisoformat(value):
            return value
    except ValueError:
        pass
    raise ValueError("must be a date and a time as 2020-09-16 03:17:26")


def _text(setting: Setting, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a text")
    if setting.values:
        if value not in setting.values:
            raise ValueError(f"must be one of {_listed(setting)}")
    elif setting.form:
        _require_form(setting.form, value)
    elif len(value) > LONGEST_TEXT or not value.isprintable():
        raise ValueError(f"must have at most {LONGEST_TEXT} characters, all of them printable")
    return value


def _times(setting: Setting, value: Any) -> list[str]:
    if not isinstance(value, list):
        raise ValueError("must be an array of times")
    times = cast("list[Any]", value)
    if setting.low is not None and setting.high is not None and not setting.low <= len(times) <= setting.high:
        raise ValueError(f"must have {setting.low} to {setting.high} items")
    for each in times:
        if not isinstance(each, str):
            raise ValueError("must be an array of texts")
        _require_form(setting.form, each)
    return times


def _require_form(form: str, value: str) -> None:
    if not _FORMS[form].fullmatch(value):
        raise ValueError(f"must be a time of day as {form}")


def _listed(setting: Setting) -> str:
    return ", ".join(str(each) for each in setting.values)
