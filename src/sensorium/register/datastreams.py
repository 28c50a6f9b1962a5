"""Datastreams: whose they are, and how their values are checked and corrected at a time."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from sensorium.model.correction import DatedCorrection
from sensorium.model.device import Datastream
from sensorium.model.errors import NotFound
from sensorium.model.quality import DatedQuality
from sensorium.model.rules import Rules
from sensorium.register.devices import Devices
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.accounts import LARGEST_ID
from sensorium.storage.catalog.corrections import find_corrections
from sensorium.storage.catalog.datastreams import find_by_ids
from sensorium.storage.catalog.definitions import provisions_of_device
from sensorium.storage.catalog.devices import find_device
from sensorium.storage.catalog.quality import find_quality

_Said = TypeVar("_Said", DatedQuality, DatedCorrection)


@dataclass(frozen=True, slots=True)
class Datastreams:
    """What can be asked about datastreams."""

    catalog: Catalog
    devices: Devices

    def owned(self, account: int, number: int) -> Datastream:
        """A datastream of the account, also of a deleted device. Raises NotFound and Forbidden."""
        found = find_by_ids(self.catalog, [number]) if 0 < number <= LARGEST_ID else ()
        try:
            if found:
                self.devices.require_data(account, found[0].device)
                return found[0]
        except NotFound:
            pass  # as if it were not there
        raise NotFound("There is no such datastream.")

    def fed(self, device: int) -> tuple[int, ...]:
        """The ids of the datastreams that a device feeds now, by its packets or by values of definitions.

        None of a deleted device.
        """
        found = find_device(self.catalog, device)
        if found is None:
            return ()
        provisions = provisions_of_device(self.catalog, device)
        return (*(each.id for each in found.streams), *(each.datastream for each in provisions))

    def rules(self, streams: Sequence[Datastream], at: int) -> dict[int, Rules]:
        """By which rules values of the time `at` (microseconds since 1970 UTC) are judged, by datastream."""
        numbers = [each.id for each in streams]
        quality = find_quality(self.catalog, numbers)
        corrections = find_corrections(self.catalog, numbers)
        return {
            number: Rules(
                _newest(quality[number], at) or quality[number][0], _newest(corrections[number], at)
            )
            for number in numbers
        }


def _newest(said: Sequence[_Said], at: int) -> _Said | None:
    place = bisect_right([each.valid_from for each in said], at)
    return said[place - 1] if place else None
