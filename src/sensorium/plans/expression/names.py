"""Under which names the components of a device stand in its expressions.

A component's name is used as it is, with `_` for whatever a name cannot hold: PM2.5 is PM2_5. Two datastreams
whose components come to the same name, as the two channels of an instrument do, have the datastream's number
after it: PM2_5_17 and PM2_5_18. So has a component whose name begins with a digit or means something in the
language: min_19. These longer names exist for every datastream, and mean whichever of its line is fed: a
device that sends in another resolution has a new datastream, and expressions go on with it.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from sensorium.model.device import Datastream
from sensorium.plans.expression.words import FUNCTIONS, KEYWORDS

VALUE: Final = "value"

_NOT_IN_NAMES = re.compile(r"[\W_]+")
_RESERVED = KEYWORDS | FUNCTIONS.keys() | {VALUE}


def names_of(streams: Iterable[Datastream], corrected: Datastream) -> dict[str, tuple[int, ...]]:
    """For each name the datastreams that it may stand for, in an expression that corrects one of them.

    `value` and the corrected datastream's own name stand for itself alone. A name that may stand for several
    is good where one of them alone has a value.
    """
    known: dict[str, tuple[int, ...]] = {}
    for stream in sorted(streams, key=lambda each: each.id):
        name = _identifier(stream.component.name)
        if name and name not in _RESERVED and not name[0].isdigit():
            known[name] = (*known.get(name, ()), stream.id)
    lines: defaultdict[int, list[int]] = defaultdict(list)
    for stream in streams:
        lines[stream.line].append(stream.id)
    longer = {_longer(stream): tuple(sorted(lines[stream.line])) for stream in streams}
    own = _identifier(corrected.component.name)
    itself = {own: (corrected.id,)} if own in known else {}
    return {**known, **itself, **longer, VALUE: (corrected.id,)}


def usable_names(
    streams: Iterable[Datastream], bound: Iterable[Datastream], corrected: Datastream
) -> dict[str, int]:
    """The names that stand for one datastream, where a device has these and its packets feed `bound`."""
    there = {each.id for each in bound} | {corrected.id}
    meant = {
        name: [each for each in numbers if each in there]
        for name, numbers in names_of(streams, corrected).items()
    }
    return {name: numbers[0] for name, numbers in meant.items() if len(numbers) == 1}


def _identifier(name: str) -> str:
    return _NOT_IN_NAMES.sub("_", unicodedata.normalize("NFKC", name)).strip("_")


def _longer(stream: Datastream) -> str:
    name = _identifier(stream.component.name)
    return f"{name}_{stream.id}" if name and not name[0].isdigit() else f"c{name}_{stream.id}"
