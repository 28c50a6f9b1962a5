"""By which rules each series is judged, from which time on: what the catalog says, kept in memory."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from sensorium.model.device import Datastream
from sensorium.model.quality import DatedQuality, Increment, Method
from sensorium.plans.units import conversion_factor
from sensorium.process.axes import axes_of
from sensorium.process.quality.block import Rule
from sensorium.process.quality.forest import Scorer, read_model
from sensorium.storage.catalog import Catalog, Remembered
from sensorium.storage.catalog.datastreams import find_by_ids
from sensorium.storage.catalog.increments import find_increments
from sensorium.storage.catalog.quality import find_quality
from sensorium.storage.catalog.scorers import Scorer as StoredScorer
from sensorium.storage.catalog.scorers import add_scorer, newest_scorers
from sensorium.storage.catalog.subjects import of_device

_LIMIT = 100_000  # series in memory
_AT_ONCE = 10_000  # series in one query


class DatedRule(NamedTuple):
    """A rule and the time from which on it holds, in microseconds since 1970 UTC."""

    valid_from: int
    rule: Rule


class Rules:
    """The rules of all series. A change of a device, also by another process, makes its forgotten."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._known = Remembered[int, tuple[DatedRule, ...]](catalog, _LIMIT)
        self._unmeasured = set[int]()

    def renew(self) -> None:
        """See what other processes have changed. Raises Unavailable."""
        self._catalog.poll()

    def keep(self, scorer: StoredScorer, *, now: int) -> None:
        """Keep what was learned of a datastream: it judges its values from now on. Raises Unavailable."""
        add_scorer(self._catalog, scorer, now=now)

    def of(self, series: Iterable[int]) -> dict[int, tuple[DatedRule, ...]]:
        """The rules of each of these series, in the order of time. Raises Unavailable."""
        wanted = set(series)
        found = {each: rules for each in wanted if (rules := self._known.get(each)) is not None}
        missing = sorted(wanted - found.keys())
        for begin in range(0, len(missing), _AT_ONCE):
            found.update(self._load(missing[begin : begin + _AT_ONCE]))
        return found

    def unmeasured(self, series: Iterable[int]) -> set[int]:
        """Those of these series, whose rules were asked for, that lack the increment of their instrument."""
        return self._unmeasured.intersection(series)

    def with_increments(self, found: Mapping[int, Increment]) -> dict[int, tuple[DatedRule, ...]]:
        """The rules of series of which an increment is found that is not kept yet. Raises Unavailable."""
        rules, _ = self._read(list(found), found)
        return rules

    def _load(self, missing: list[int]) -> dict[int, tuple[DatedRule, ...]]:
        generation = self._catalog.generation
        found = find_increments(self._catalog, missing)
        measured = {each: kept.increment for each, kept in found.items()}
        loaded, devices = self._read(missing, measured)
        for number, rules in loaded.items():
            self._known.put(number, rules, generation, of_device(devices[number]))
        self._unmeasured.difference_update(missing)
        self._unmeasured.update(
            number for number in missing if number not in measured and any(map(_asks, loaded[number]))
        )
        return loaded

    def _read(
        self, series: list[int], measured: Mapping[int, Increment]
    ) -> tuple[dict[int, tuple[DatedRule, ...]], dict[int, int]]:
        """The rules of these series, and the devices that they are of."""
        streams = {each.id: each for each in find_by_ids(self._catalog, series)}
        quality = find_quality(self._catalog, series)
        scorers = self._scorers([number for number in series if any(map(_by_forest, quality[number]))])
        none = Increment(0.0, 0)
        rules = {
            number: tuple(
                DatedRule(
                    each.valid_from,
                    _rule(each, streams[number], scorers.get(number), measured.get(number, none)),
                )
                for each in quality[number]
            )
            for number in series
        }
        return rules, {number: stream.device for number, stream in streams.items()}

    def _scorers(self, wanted: list[int]) -> dict[int, Scorer]:
        """The newest of each of these datastreams that has one."""
        found = newest_scorers(self._catalog, wanted) if wanted else {}
        return {
            number: Scorer(number, version, each.settings["window"], read_model(each.model))
            for number, (version, each) in found.items()
        }


def _by_forest(dated: DatedQuality) -> bool:
    return dated.quality.outlier is not None and dated.quality.outlier.scorer is Method.FOREST


def _asks(dated: DatedRule) -> bool:
    test = dated.rule.quality.outlier
    return dated.rule.tests and test is not None and test.asks_for_increment


def _rule(dated: DatedQuality, stream: Datastream, scorer: Scorer | None, increment: Increment) -> Rule:
    """The rule; what was learned with other windows is of no use for it."""
    quality, factor = dated.quality, _factor(stream)
    test = quality.outlier
    is_used = test is not None and _by_forest(dated) and scorer is not None and scorer.window == test.window
    if test is not None:
        quality = replace(quality, outlier=test.with_increment(increment.size))
    return Rule(
        quality,
        factor,
        stream.resolution,
        scorer if is_used else None,
        axes_of(stream.epsg),
    )


def _factor(stream: Datastream) -> float:
    return conversion_factor(stream.component, stream.unit)
