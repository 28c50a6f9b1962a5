"""How the values of a datastream are corrected, as its account sets it, from a time on.

Values that are stored keep their corrected values; a replay corrects them by what holds then.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sensorium.model.correction import Correction, CorrectionChange, CorrectionHistory, SaidCorrection
from sensorium.model.device import Datastream
from sensorium.model.errors import Malformed, Missing, NotFound, PoolFull, UnknownLevel
from sensorium.plans.expression import compile_expression
from sensorium.plans.expression.names import usable_names
from sensorium.register.correction_presets import expression_of
from sensorium.register.texts import description
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.corrections import said_of_correction, say_correction, unsay_correction
from sensorium.storage.catalog.datastreams import find_streams
from sensorium.storage.catalog.devices import find_device
from sensorium.storage.catalog.measured import all_levels

MOST_SAID = 200  # times at which another correction begins, for one datastream
Check = Callable[[str | None], None]
"""Is given the version of what is there (None: nothing) and raises what prevents the change."""


@dataclass(frozen=True, slots=True)
class Corrections:
    """What can be done about corrections."""

    catalog: Catalog

    def of_stream(self, stream: Datastream) -> CorrectionHistory:
        """What is said of a datastream, and the names that an expression of it may have."""
        said, version = said_of_correction(self.catalog, stream.line)
        return CorrectionHistory(said, self._names(stream), version)

    def set(self, stream: Datastream, change: CorrectionChange, check: Check, *, now: int) -> None:
        """Say how the values of a datastream are corrected.

        Raises InvalidExpression, Missing, Malformed, UnknownLevel, PoolFull, and what `check` does.
        """
        correction = self._correction(stream, change)
        description(change.note, "The note", "note")
        valid_from = now if change.valid_from is None else change.valid_from
        said, _ = said_of_correction(self.catalog, stream.line)
        if len(said) >= MOST_SAID and all(each.valid_from != valid_from for each in said):
            raise PoolFull(f"A correction can change at most {MOST_SAID} times.", "valid_from")
        say_correction(
            self.catalog, stream.line, SaidCorrection(valid_from, correction, change.note, now), check
        )

    def reset(self, stream: Datastream, valid_from: int | None, check: Check) -> None:
        """Take back what is said for a time, or all of it (None).

        Raises NotFound when there is nothing, and what `check` does.
        """
        if not unsay_correction(self.catalog, stream.line, valid_from, check):
            raise NotFound("Nothing is said about a correction here.")

    def _correction(self, stream: Datastream, change: CorrectionChange) -> Correction | None:
        text = change.expression
        if change.preset is not None:
            text = expression_of(change.preset, change.arguments)
        if text is None:
            if change.level is not None:
                raise Malformed("Without an expression there is no level.", "level")
            return None
        compile_expression(text, self._names(stream))
        if change.level is None:
            raise Missing("The data level of the corrected values must be defined.", "level")
        if all(each.value != change.level for each in all_levels(self.catalog)):
            raise UnknownLevel(f"There is no data level {change.level}.", "level")
        if change.level <= stream.level:
            raise Malformed(f"It must be above that of the values, {stream.level}.", "level")
        return Correction(text, change.level)

    def _names(self, stream: Datastream) -> dict[str, int]:
        """By the datastreams that packets feed now; of one that none feed any more, all of its device."""
        streams = find_streams(self.catalog, stream.device)
        device = find_device(self.catalog, stream.device)
        fed = () if device is None else device.streams
        now = next((each for each in fed if each.line == stream.line), stream)
        return usable_names(streams, fed if now in fed else streams, now)
