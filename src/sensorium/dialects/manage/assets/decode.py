"""Bodies about assets, links and sensor definitions, read into the words of the platform; pure."""

from collections.abc import Callable

from sensorium.dialects.manage.decode import (
    Body,
    Written,
    moment_of,
    refuse_others,
    required_text,
    required_whole,
    text_of,
    true_or_false,
    whole_of,
)
from sensorium.model.asset import Link, WantedLink
from sensorium.model.definition import DataType, WantedDefinition
from sensorium.model.errors import Malformed

BOUNDS = ("data_min", "data_max", "graph_min", "graph_max", "deactivated")


def asset_name(body: Body) -> str | None:
    """The name of an asset. Raises Malformed."""
    refuse_others(body, {"name"})
    return text_of(body, "name")


def new_link(body: Body, now: int) -> WantedLink:
    """Which device is fixed to which asset, from the second of `now` on unless another time is said.

    Raises Malformed and Missing.
    """
    refuse_others(body, {"device", "asset", "begin", "end", "task"})
    begin = moment_of(body, "begin")
    return WantedLink(
        required_whole(body, "device", "an id"),
        required_whole(body, "asset", "an id"),
        now if begin is None else begin,
        moment_of(body, "end"),
        text_of(body, "task"),
        reaches_back=begin is None,
    )


def link_change(body: Body) -> Callable[[Link], WantedLink]:
    """What a link is to be like: what is left out stays, null as the end is none. Raises Malformed."""
    refuse_others(body, {"begin", "end", "task"})
    begin, end, task = moment_of(body, "begin"), moment_of(body, "end"), text_of(body, "task")

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
    """A sensor definition; its BOUNDS are Written, or texts. Raises Malformed and Missing."""
    ids, texts = ("sensor", "component", "unit"), ("unit_label", "equation", "color", "chart_label")
    flags = ("chart", "active")
    refuse_others(body, {"name", "data_type", *BOUNDS, *ids, *texts, *flags})
    try:
        data_type = DataType(body.get("data_type") or DataType.NUMERIC)
    except ValueError:
        raise Malformed("It is Numeric or String.", "data_type") from None
    for name in flags:
        if body.get(name) is not None:
            true_or_false(body[name], name)
    return WantedDefinition(
        name=required_text(body, "name"),
        data_type=data_type,
        **{name: _number_text(body.get(name), name) for name in BOUNDS},
        **{name: whole_of(body, name, "a whole number") for name in ids},
        **{name: text_of(body, name) for name in texts},
        **{name: body[name] for name in flags if body.get(name) is not None},
    )


def _number_text(value: object, where: str) -> str | None:
    """A number as a text: a bound is kept as it is written."""
    if isinstance(value, Written):
        return value.text
    if value is not None and not isinstance(value, str):
        raise Malformed("It must be a number.", where)
    return value


def provision(body: Body) -> tuple[int, int | None]:
    """The definition that a device is to have, and the datastream (None: one of its own).

    Raises Malformed and Missing.
    """
    refuse_others(body, {"definition", "datastream"})
    number = required_whole(body, "definition", "the id of a definition")
    return number, whole_of(body, "datastream", "the id of a datastream")
