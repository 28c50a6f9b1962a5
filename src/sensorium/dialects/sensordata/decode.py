"""What a request says, read member by member in the order in which the original answers for them.

`where` of a refusal is the parameter at fault, below "filter." and "sensor_data." that of an object in there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from math import isfinite
from typing import Any, NamedTuple, cast

from sensorium.dialects.sensordata.tree import Body, as_written, unsigned
from sensorium.model.definition import LONGEST_TEXT
from sensorium.model.errors import Malformed, Missing, UnknownParameter
from sensorium.model.moments import to_microseconds
from sensorium.model.reading import Sent
from sensorium.model.selection import ANYTHING, Comparator, Comparison, Condition

USUAL_LIMIT = 1000
LONGEST_AGENT = 50  # characters
MOST_IDS = 10_000  # in one array
MOST_COMPARISONS = 1_000  # in one filter

KEYS = frozenset(
    {
        "action",
        "asset_id",
        "conn_properties",
        "data_id",
        "device_id",
        "filter",
        "firmware_status",
        "limit",
        "order",
        "packet_type",
        "sd_id",
        "sensor_data",
        "timestamp",
        "timestamp_from",
        "timestamp_to",
        "user_agent",
    }
)
"""The members that a body may have, whatever the action. Three that only firmware sends have no meaning."""


class Action(Enum):
    """What a request asks for."""

    SELECT = "select"
    INSERT = "insert"


_ACTIONS = {each.value: each for each in Action}


@dataclass(frozen=True, slots=True)
class Select:
    """What is selected: None where nothing is said of it; moments in microseconds since 1970 UTC.

    `definitions` are those of which every value is selected, `filters` have those with a condition each.
    """

    assets: frozenset[int] | None = None
    devices: frozenset[int] | None = None
    data: frozenset[int] | None = None
    begin: int | None = None
    end: int | None = None
    definitions: frozenset[int] | None = None
    filters: tuple[tuple[int, Condition], ...] | None = None
    newest_first: bool = True
    limit: int = USUAL_LIMIT

    def condition(self, definition: int) -> Condition | None:
        """What values of a sensor definition must be like, None when none of them are selected."""
        if self.definitions is None and self.filters is None:
            return ANYTHING
        if self.definitions is not None and definition in self.definitions:
            return ANYTHING
        found = [each for number, each in self.filters or () if number == definition]
        return tuple(group for condition in found for group in condition) or None


class Insert(NamedTuple):
    """What is inserted and where. The data are not read yet."""

    agent: str
    asset: int | None
    device: int | None
    sensor_data: Any


_WHOLE = re.compile("[0-9]+", re.ASCII)
_SIGNED = re.compile("-?[0-9]+", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?0*[0-9]{1,9})?", re.ASCII)
_MOST_DIGITS = 400  # in a number: more than a double can have before its point
_TOO_LARGE = 10**_MOST_DIGITS
_MOMENT = re.compile(r"(2[01]\d\d)[-/,.](\d\d)[-/,.](\d\d)(?: +(\d\d)(?::(\d\d)(?::(\d\d))?)?)?", re.ASCII)
_NO_MOMENT = "It must be a moment such as 2021-07-06 01:19:21."
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_ORDERS = {"DESC": True, "ASC": False, "0": True, "1": False}


def read_action(body: Body) -> Action:
    """What is asked for. Raises UnknownParameter (SD-014), Missing (SD-008) and Malformed (SD-011)."""
    if not body.keys() <= KEYS:
        first = next(key for key in body if key not in KEYS)
        raise UnknownParameter("There is no such parameter.", first)
    action = body.get("action")
    if action is None:
        raise Missing("The action must be defined.", "action")
    if type(action) is str:
        word = action.lower()
        if word == "update":
            raise Malformed("Nothing can be updated here.")
        known = _ACTIONS.get(word)
        if known is not None:
            return known
    raise Malformed("There is no such action.", "action")


def read_select(body: Body) -> Select:
    """What a select asks for. Raises Malformed and Missing."""
    assets, devices, data = (_ids(body, name) for name in ("asset_id", "device_id", "data_id"))
    begin, end = _moment(body, "timestamp_from"), _moment(body, "timestamp_to")
    if begin is not None and end is not None and begin >= end:
        raise Malformed("It must be later than timestamp_from.", "timestamp_to")
    definitions = _ids(body, "sd_id")
    filters = _filters(body)
    order, limit = body.get("order"), body.get("limit")
    return Select(
        assets,
        devices,
        data,
        begin,
        end,
        definitions,
        filters,
        True if order is None else _newest_first(order),
        USUAL_LIMIT if limit is None else _whole(limit, "limit"),
    )


def read_time(body: Body) -> int | None:
    """Of which moment an insert is, in microseconds since 1970 UTC (None: now). Raises Malformed."""
    return _moment(body, "timestamp")


def read_insert(body: Body) -> Insert:
    """What an insert brings, but for its time and its data. Raises Malformed and Missing."""
    agent = body.get("user_agent")
    if agent is None:
        raise Missing("The user agent must be defined.", "user_agent")
    if not _is_text(agent, LONGEST_AGENT):
        raise Malformed(f"It must be a text of at most {LONGEST_AGENT} characters.", "user_agent")
    asset, device = body.get("asset_id"), body.get("device_id")
    if asset is not None:
        asset = _whole(asset, "asset_id")
    if device is not None:
        device = _whole(device, "device_id")
    elif asset is None:
        raise Missing("An asset or a device must be defined.", "asset_id")
    return Insert(agent, asset, device, body.get("sensor_data"))


def read_readings(sensor_data: Any) -> Iterator[Sent]:
    """What was sent, element by element, so that whoever takes one can refuse it before the next is read.

    Raises Missing (SD-086) and Malformed (SD-087 to SD-093).
    """
    if sensor_data is None:
        raise Missing("The data must be defined.", "sensor_data")
    if type(sensor_data) is not list or not sensor_data:
        raise Malformed("It must be an array of at least one object.", "sensor_data")
    return map(_reading, cast("list[Any]", sensor_data))


def _reading(element: Any) -> Sent:
    members = _members(element, "sensor_data")
    definition, value = members.get("sd_id"), members.get("value")
    if definition is None:
        definition = members.get("sensor_id")  # what the document's table calls it (SD-089)
    if definition is None or value is None:
        raise Malformed("An object of it has no sd_id or no value.", "sensor_data")
    return Sent(_whole(definition, "sensor_data.sd_id"), *_value(value))


def _value(value: Any) -> tuple[str, float | None]:
    """A value as it is written, and its number, None for what is no finite number. Raises Malformed."""
    if type(value) is int:
        text = str(value) if -_TOO_LARGE < value < _TOO_LARGE else ""
    elif isinstance(value, str):
        text = as_written(value)
    else:
        raise Malformed("It must be a number.", "sensor_data.value")
    if 0 < len(text) <= _MOST_DIGITS and _DECIMAL.fullmatch(text) is not None:
        number = float(text)
        if isfinite(number):
            return text, number
    if type(value) is not str:
        raise Malformed("It must be a finite number.", "sensor_data.value")
    if not _is_text(text, LONGEST_TEXT):
        raise Malformed(f"A text has at most {LONGEST_TEXT} characters.", "sensor_data.value")
    return text, None


def _filters(body: Body) -> tuple[tuple[int, Condition], ...] | None:
    given = body.get("filter")
    if given is None:
        return None
    filters: list[tuple[int, Condition]] = []
    left = MOST_COMPARISONS
    for members in _objects(given, "filter"):
        definition, condition = _filter(members)
        left -= sum(map(len, condition))
        if left < 0:
            raise Malformed(f"It has more than {MOST_COMPARISONS} comparisons.", "filter")
        filters.append((definition, condition))
    return tuple(filters)


def _filter(members: Body) -> tuple[int, Condition]:
    definition, value = members.get("sd_id"), members.get("value")
    if definition is None or value is None:
        raise Malformed("An object of it has no sd_id or no value.", "filter")
    number = _whole(definition, "filter.sd_id")
    comparisons = [_comparison(each) for each in _objects(value, "filter")]
    return number, _chained(comparisons)


def _comparison(members: Body) -> tuple[Comparison, bool]:
    """A comparison, and whether it holds together with the next one (AND) or beside it (OR)."""
    comparator, value, operator = (members.get(name) for name in ("comp", "val", "op"))
    if comparator is None or value is None or operator is None:
        raise Malformed("A comparison has no comp, val or op.", "filter")
    try:
        known = Comparator(comparator)
    except ValueError:
        raise Malformed("There is no such comparison.", "filter.comp") from None
    return Comparison(known, _integer(value)), _is_and(operator)


def _chained(comparisons: list[tuple[Comparison, bool]]) -> Condition:
    """Comparisons joined by what stands between them; AND binds tighter than OR (SD-051)."""
    groups: list[list[Comparison]] = [[]]
    for place, (comparison, with_next) in enumerate(comparisons, 1):
        groups[-1].append(comparison)
        if not with_next and place < len(comparisons):
            groups.append([])
    return tuple(map(tuple, groups))


def _integer(value: Any) -> int:
    found = int(value) if type(value) is str and _is_short(value, _SIGNED) else unsigned(value)
    if type(found) is int:
        return found
    raise Malformed("It must be a whole number.", "filter.val")


def _is_and(operator: Any) -> bool:
    operator = unsigned(operator)
    if type(operator) is int and operator in (0, 1):
        return operator == 1
    if type(operator) is str and operator in ("0", "1"):
        return operator == "1"
    raise Malformed("It must be 0 (OR) or 1 (AND).", "filter.op")


def _ids(body: Body, name: str) -> frozenset[int] | None:
    """The ids of a parameter, one alone or an array of them; None when it is absent. Raises Malformed."""
    value = body.get(name)
    if value is None:
        return None
    if type(value) is not list:
        return frozenset((_whole(value, name),))
    elements = cast("list[Any]", value)
    if not 0 < len(elements) <= MOST_IDS:
        raise Malformed(f"It must have 1 to {MOST_IDS} elements.", name)
    return frozenset(_whole(each, name) for each in elements)


def _whole(value: Any, name: str) -> int:
    """A whole number that is not negative, or a text of one (SD-020). Raises Malformed."""
    found = _read_whole(value) if type(value) is str else unsigned(value)
    if type(found) is int and found >= 0:
        return found
    raise Malformed("It must be a whole number that is not negative.", name)


@lru_cache(maxsize=4096)
def _read_whole(text: str) -> int | None:
    """What a text says, None for what is no id; there are few that are sent again and again."""
    return int(text) if _is_short(text, _WHOLE) else None


def _is_short(text: str, form: re.Pattern[str]) -> bool:
    return len(text) <= _MOST_DIGITS and form.fullmatch(text) is not None


def _moment(body: Body, name: str) -> int | None:
    """A moment in microseconds since 1970 UTC; what is missing of its time is 00. Raises Malformed."""
    value = body.get(name)
    if value is None:
        return None
    if type(value) is not str:
        raise Malformed(_NO_MOMENT, name)
    found = _read_moment(value)
    if found is None:
        raise Malformed(_NO_MOMENT, name)
    return found


@lru_cache(maxsize=1024)
def _read_moment(text: str) -> int | None:
    """What a text says, None for what is no moment; many devices send the same one at about the same time."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        return to_microseconds(datetime(year, month, day, hour, minute, second, tzinfo=UTC))
    except ValueError:
        return None


def _newest_first(value: Any) -> bool:
    value = unsigned(value)
    if type(value) in (str, int):
        found = _ORDERS.get(str(value).upper())
        if found is not None:
            return found
    raise Malformed("It must be DESC (0) or ASC (1).", "order")


def _objects(value: Any, name: str) -> Iterator[Body]:
    if type(value) is not list or not value:
        raise Malformed("It must be an array of at least one object.", name)
    return (_members(each, name) for each in cast("list[Any]", value))


def _members(element: Any, name: str) -> Body:
    if type(element) is not dict:
        raise Malformed("It must be an array of objects.", name)
    return cast("Body", element)


def _is_text(value: Any, longest: int) -> bool:
    return (
        type(value) is str
        and len(value) <= longest
        and (value.isprintable() or _CONTROL.search(value) is None)
    )
