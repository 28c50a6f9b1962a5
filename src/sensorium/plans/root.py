"""The root of a packet: an object with the declared parameters, or an array with them in its elements."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from sensorium.model.errors import InvalidPacket, InvalidPath, Misbound
from sensorium.plans.bind import Place
from sensorium.plans.path import ABSENT, Fold, Step, below, fold_once, render, walk
from sensorium.plans.slots import Record

Gather = Callable[[Any], dict[str, Any]]


def is_array(places: Sequence[Place]) -> bool:
    """Whether the packet of these places is an array. Raises InvalidPath when only some places say so."""
    whole = [place for place in places if not place.elements]
    if whole and len(whole) < len(places):
        raise InvalidPath(
            "by another path the packet is an array, by this one it is an object", whole[0].path
        )
    return bool(places) and not whole


def gather_object(tree: Any) -> dict[str, Any]:
    """The packet itself. Raises InvalidPacket when it is no object."""
    if type(tree) is not dict:
        raise InvalidPacket("the packet is not an object")
    return cast("dict[str, Any]", tree)


def gather_array(places: Sequence[Place], packet: Record) -> Gather:
    """The function from an array to its parameters by their names; it raises InvalidPacket.

    Raises InvalidPath when two paths place a parameter in different elements, Misbound when no path tells in
    which one it is.
    """
    located: dict[str, tuple[Step, ...]] = {}
    for place in places:
        steps = _steps(place)
        if located.setdefault(place.parameter, steps) != steps:
            raise InvalidPath("another path finds the parameter in another element", place.path)
    for member in packet.fields:
        if member.name not in located:
            raise Misbound("the packet is an array, and no path tells where this parameter is", member.name)

    def gather(tree: Any) -> dict[str, Any]:
        if type(tree) is not list:
            raise InvalidPacket("the packet is not an array")
        folded = fold_once()
        return {name: _found(tree, steps, folded) for name, steps in located.items()}

    return gather


def _found(tree: Any, steps: Sequence[Step], folded: Fold) -> Any:
    found = walk(tree, steps, folded)
    if found is ABSENT:
        raise InvalidPacket("a declared parameter is missing", render([key for key, _ in steps]))
    return found


def _steps(place: Place) -> tuple[Step, ...]:
    """The way from the array to the parameter."""
    elements = tuple((index, False) for index in place.elements)
    return elements if place.parameter == below(place.elements[0], "") else (*elements, place.steps[0])
