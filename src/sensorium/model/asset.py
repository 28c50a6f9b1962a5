"""What devices are fixed to, and from when to when (SensorData: asset, device asset)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Asset:
    """A thing of an account that devices are fixed to. `created` is in UTC."""

    id: int
    account: int
    name: str
    created: datetime

    @property
    def version(self) -> str:
        """A name for what is said of the asset now."""
        return repr((self.id, self.name))


@dataclass(frozen=True, slots=True)
class WantedLink:
    """From when to when a device is fixed to an asset, in microseconds since 1970 UTC, both included.

    Without an end it still is. `task` is what for. A link that `reaches_back` begins with the second that
    its begin lies in, if nothing else is fixed there: SensorData's inserts have whole seconds.
    """

    device: int
    asset: int
    begin: int
    end: int | None = None
    task: str | None = None
    reaches_back: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A link of an account. That of a deleted asset shows what was, and takes no values."""

    id: int
    device: int
    asset: int
    begin: int
    end: int | None
    task: str | None
    asset_is_there: bool = True

    @property
    def version(self) -> str:
        """A name for what is said of the link now."""
        return repr(self)

    def covers(self, at: int) -> bool:
        """Whether the device is fixed to the asset at that time, in microseconds since 1970 UTC."""
        return self.begin <= at and (self.end is None or at <= self.end)
