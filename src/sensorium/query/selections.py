"""Selected observations, of some datastreams by their values, as JSON objects that the engine formats."""

from collections.abc import AsyncGenerator, Callable, Iterable
from dataclasses import dataclass

from sensorium.model.selection import Selection, SelectionShape
from sensorium.storage.observations.reader import Reader


@dataclass(frozen=True, slots=True)
class Selections:
    """Reads selections. What this server has acknowledged for the devices is seen.

    `newest` gives the id of the newest acknowledged packet of some devices.
    """

    reader: Reader
    newest: Callable[[Iterable[int]], int]

    def read(self, account: int, selection: Selection, shape: SelectionShape) -> AsyncGenerator[list[bytes]]:
        """The rows in their order, some at a time; nothing when there are none.

        Awaiting the first of them raises Unavailable when the engine cannot answer; an answer that breaks off
        after it raises as well.
        """
        position = self.newest({each.device for each in selection.wanted})
        return self.reader.of(account).selected(selection, shape, position)
