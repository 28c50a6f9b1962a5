"""Networks of steps over whole arrays: drawn once, then walked for each array of values.

A wire carries what is known of each window: an array that is shorter than the values of the series by as many
as the window has values behind its first.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from sensorium.process.quality.block import Floats


class Wire(NamedTuple):
    """An array that a step makes, and how many elements fewer than the values it has."""

    number: int
    fewer: int


VALUES = Wire(0, 0)


class _Step(NamedTuple):
    """What is done with one array or two, by their places, and where the result is put."""

    work: Callable[..., Floats]
    one: int
    other: int | None
    into: int


@dataclass(frozen=True, slots=True)
class Network:
    """Steps in their order, the places that they need, and those of what comes out."""

    steps: tuple[_Step, ...]
    places: int
    outputs: tuple[int, ...]

    def walk(self, values: Floats) -> list[Floats]:
        """What comes out for these values."""
        arrays: list[Any] = [values] + [None] * (self.places - 1)
        for work, one, other, into in self.steps:
            arrays[into] = work(arrays[one]) if other is None else work(arrays[one], arrays[other])
        return [arrays[place] for place in self.outputs]


@dataclass(slots=True)
class Drawing:
    """A network that is being drawn. A step that is there already is not drawn again."""

    _steps: list[_Step] = field(default_factory=list[_Step], init=False)
    _known: dict[tuple[Any, ...], Wire] = field(default_factory=dict[tuple[Any, ...], Wire], init=False)

    def smaller(self, one: Wire, other: Wire) -> Wire:
        """The lesser of each two."""
        return self._of_two(np.minimum, one, other)

    def larger(self, one: Wire, other: Wire) -> Wire:
        """The greater of each two."""
        return self._of_two(np.maximum, one, other)

    def apart(self, one: Wire, other: Wire) -> Wire:
        """The first without the second of each two."""
        return self._of_two(np.subtract, one, other)

    def later(self, wire: Wire, by: int) -> Wire:
        """What the wire carries of the window that begins so many values later."""
        return self._cut(wire, by, None, by)

    def done(self, *outputs: Wire) -> Network:
        """The network. A place is used again when what is in it is not needed any more."""
        last = {number: at for at, step in enumerate(self._steps) for number in (step.one, step.other)}
        last |= {wire.number: len(self._steps) for wire in outputs}
        places, free, steps = {0: 0}, list[int](), list[_Step]()
        for at, (work, one, other, into) in enumerate(self._steps):
            ended = [number for number in {one, other} if number is not None and last[number] == at]
            taken = places[one], None if other is None else places[other]
            free += [places.pop(number) for number in ended]
            places[into] = free.pop() if free else len(places)
            steps.append(_Step(work, *taken, places[into]))
        many = 1 + max((step.into for step in steps), default=0)
        return Network(tuple(steps), many, tuple(places[each.number] for each in outputs))

    def _of_two(self, work: Callable[..., Floats], one: Wire, other: Wire) -> Wire:
        fewer = max(one.fewer, other.fewer)
        one, other = (
            each if each.fewer == fewer else self._cut(each, 0, each.fewer - fewer, fewer - each.fewer)
            for each in (one, other)
        )
        return self._drawn(work, work, one.number, other.number, fewer)

    def _cut(self, wire: Wire, begin: int, end: int | None, less: int) -> Wire:
        return self._drawn((begin, end), itemgetter(slice(begin, end)), wire.number, None, wire.fewer + less)

    def _drawn(
        self, what: object, work: Callable[..., Floats], one: int, other: int | None, fewer: int
    ) -> Wire:
        key = what, one, other
        if key not in self._known:
            self._known[key] = Wire(len(self._steps) + 1, fewer)
            self._steps.append(_Step(work, one, other, len(self._steps) + 1))
        return self._known[key]
