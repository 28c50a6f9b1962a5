"""How values are checked, as an account sets it for a component or for one datastream, from a time on.

Values that are stored keep their verdicts; a replay judges them by what holds then.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sensorium.model.catalogue import Component
from sensorium.model.device import Datastream
from sensorium.model.errors import Malformed, NotFound, PoolFull
from sensorium.model.quality import (
    UNCHECKED,
    Quality,
    QualityChange,
    QualityHistory,
    SaidQuality,
)
from sensorium.register.quality_document import settings_of
from sensorium.register.texts import description
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.increments import find_increments
from sensorium.storage.catalog.quality import (
    About,
    find_component_quality,
    find_quality,
    said_of_quality,
    say_quality,
    unsay_quality,
)

MOST_SAID = 200  # times at which another quality begins, for one component or datastream
Check = Callable[[str | None], None]
"""Is given the version of what is there (None: nothing) and raises what prevents the change."""


@dataclass(frozen=True, slots=True)
class QualityRules:
    """What an account can do about quality. `account` owns the datastreams that are given."""

    catalog: Catalog

    def of_component(self, account: int, component: Component) -> QualityHistory:
        """What holds for a component."""
        said, version = said_of_quality(self.catalog, _of(account, component))
        return QualityHistory(said, find_component_quality(self.catalog, account, component.id), version)

    def of_stream(self, stream: Datastream) -> QualityHistory:
        """What holds for a datastream."""
        said, version = said_of_quality(self.catalog, About(datastream=stream.line))
        in_force = find_quality(self.catalog, [stream.id])[stream.id]
        increment = find_increments(self.catalog, [stream.id]).get(stream.id)
        return QualityHistory(said, in_force, version, increment)

    def set_component(
        self, account: int, component: Component, change: QualityChange, check: Check, *, now: int
    ) -> None:
        """Say how the account's values of a component are checked. Raises Malformed and what `check` does."""
        self._say(_of(account, component), component, change, check, now)

    def set_stream(self, stream: Datastream, change: QualityChange, check: Check, *, now: int) -> None:
        """Say how the values of a datastream are checked. Raises Malformed and what `check` does."""
        self._say(About(datastream=stream.line), stream.component, change, check, now)

    def reset_component(
        self, account: int, component: Component, valid_from: int | None, check: Check
    ) -> None:
        """Take back what the account has said of a component for a time, or all of it (None).

        Raises NotFound when there is nothing, and what `check` does.
        """
        self._unsay(_of(account, component), valid_from, check)

    def reset_stream(self, stream: Datastream, valid_from: int | None, check: Check) -> None:
        """Take back what is said of a datastream. Raises as `reset_component` does."""
        self._unsay(About(datastream=stream.line), valid_from, check)

    def _say(self, about: About, component: Component, change: QualityChange, check: Check, now: int) -> None:
        quality = settings_of(change.preset, change.settings, self._shipped(component))
        if component.qc_unit is None and quality.has_tests:
            raise Malformed("The component has no unit in which its values could be checked.")
        description(change.note, "The note", "note")
        valid_from = now if change.valid_from is None else change.valid_from
        said, _ = said_of_quality(self.catalog, about)
        if len(said) >= MOST_SAID and all(each.valid_from != valid_from for each in said):
            raise PoolFull(f"Quality can change at most {MOST_SAID} times.", "valid_from")
        say_quality(self.catalog, about, SaidQuality(valid_from, quality, change.note, now), check)

    def _unsay(self, about: About, valid_from: int | None, check: Check) -> None:
        if not unsay_quality(self.catalog, about, valid_from, check):
            raise NotFound("Nothing is said about quality here.")

    def _shipped(self, component: Component) -> Quality:
        said, _ = said_of_quality(self.catalog, About(component=component.id))
        return said[0].quality if said else UNCHECKED


def _of(account: int, component: Component) -> About:
    return About(account=account, component=component.id)
