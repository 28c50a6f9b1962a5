"""The series of a device's datastreams, as JSON that the engine formats and nobody holds as a whole."""

from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from dataclasses import dataclass

from sensorium.model.device import Datastream
from sensorium.model.series import Shape, TimedValue
from sensorium.storage.observations.reader import Reader


@dataclass(frozen=True, slots=True)
class Series:
    """Reads observations. What this server has acknowledged for the devices is seen.

    `newest` gives the id of the newest acknowledged packet of some devices. The account is whose the devices
    are. Each method returns the pieces of a JSON array of rows, `[]` when there are none. Awaiting the first
    piece raises Unavailable when the engine cannot answer; an answer that breaks off after it raises as well.
    """

    reader: Reader
    newest: Callable[[Iterable[int]], int]

    async def read(
        self, account: int, streams: Sequence[Datastream], begin: int, end: int, shape: Shape
    ) -> AsyncGenerator[bytes]:
        """All observations from `begin` to `end`, both included, in microseconds since 1970 UTC.

        Sorted by time, component name and datastream.
        """
        return self.reader.of(account).series(streams, begin, end, shape, self._position(streams))

    async def first(self, account: int, streams: Sequence[Datastream], shape: Shape) -> AsyncGenerator[bytes]:
        """Each datastream at its oldest time."""
        return self.reader.of(account).edge(streams, shape, self._position(streams), newest=False)

    async def latest(
        self, account: int, streams: Sequence[Datastream], shape: Shape
    ) -> AsyncGenerator[bytes]:
        """Each datastream at its newest time."""
        return self.reader.of(account).edge(streams, shape, self._position(streams), newest=True)

    async def newest_values(self, account: int, streams: Sequence[Datastream]) -> dict[int, TimedValue]:
        """The newest value of each datastream that has any, by its id."""
        return await self.reader.of(account).newest(streams, self._position(streams))

    def _position(self, streams: Sequence[Datastream]) -> int:
        return self.newest({stream.device for stream in streams})
