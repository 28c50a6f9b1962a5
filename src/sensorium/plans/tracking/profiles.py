"""The tracking profiles as data: `profiles.tsv` has their settings, `models.tsv` who has which."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from typing import Any

import msgspec

SMALLEST, LARGEST = -(2**31), 2**31 - 1  # an int of the vendor's API has 32 bits

_json = msgspec.json.Decoder()
_number = msgspec.json.Decoder(int | float)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a profile.

    `kind` is int, double, text, boolean, moment or times (a list of times of day, `low` to `high` of them).
    `values` are all that there may be (empty: no such list), `form` is that of a time of day ("": any text).
    A setting that is not always `needed` may have `needed_with`: another setting and the value that makes
    this one needed. `example` is what a device has that nobody has told anything.
    """

    name: str
    kind: str
    unit: str
    low: float | None
    high: float | None
    values: tuple[int | str, ...]
    form: str
    needed: bool
    needed_with: tuple[str, str] | None
    example: Any


@dataclass(frozen=True, slots=True)
class Profile:
    """The settings of one kind of device, by name and in the order of the documentation."""

    name: str
    settings: Mapping[str, Setting]

    def example(self) -> dict[str, Any]:
        """What a device has that nobody has told anything."""
        return {each.name: each.example for each in self.settings.values() if each.example is not None}


@cache
def profiles() -> Mapping[str, Profile]:
    """All profiles, by name."""
    rows = groupby(_read("profiles.tsv"), key=itemgetter(0))
    found = {name: Profile(name, _settings(settings)) for name, settings in rows}
    return MappingProxyType(found)


@cache
def models() -> Mapping[str, str]:
    """The names of models that the documentation has, each with the name of its profile."""
    return MappingProxyType(dict(sorted((model, profile) for model, profile in _read("models.tsv"))))


def profile_of(model: str | None) -> Profile | None:
    """The profile of a model, by the model's name or the profile's own, in any case. None: it has none."""
    return None if model is None else _by_model().get(" ".join(model.casefold().split()))


@cache
def _by_model() -> Mapping[str, Profile]:
    of_models = {model.casefold(): profiles()[name] for model, name in models().items()}
    return {**of_models, **profiles()}


def _settings(rows: Iterator[tuple[str, ...]]) -> Mapping[str, Setting]:
    return MappingProxyType({row[1]: _setting(row[1:]) for row in rows})


def _setting(row: Sequence[str]) -> Setting:
    name, kind, unit, low, high, values, form, needed, example = row
    words = values.split("|") if values else []
    other, equals, value = needed.partition("=")
    return Setting(
        name=name,
        kind=kind,
        unit=unit,
        low=_number.decode(low) if low else None,
        high=_number.decode(high) if high else None,
        values=tuple(int(word) for word in words) if kind == "int" else tuple(words),
        form=form,
        needed=needed == "yes",
        needed_with=(other, value) if equals else None,
        example=_json.decode(example) if example else None,
    )


def _read(name: str) -> Iterator[tuple[str, ...]]:
    """The rows of a file beside this one, without comments and its header."""
    text = files("sensorium.plans.tracking").joinpath(name).read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    next(lines)
    for line in lines:
        yield tuple(line.split("\t"))
