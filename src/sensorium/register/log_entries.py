"""The log of what was done to instruments: read by their serial numbers, and written by hand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

from sensorium.model.account import Credential
from sensorium.model.errors import Forbidden, Malformed, NotPermitted
from sensorium.model.log_entry import FieldCalibration, LogEntry, NewLogEntry, WantedEntry
from sensorium.register.texts import LONGEST_DESCRIPTION, required_text
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.log_entries import add_log_entry, find_by_serials, log_between, log_of

PAGE = 1000  # entries that are read at once
LONGEST_STATUS = 64  # characters


@dataclass(frozen=True, slots=True)
class LogEntries:
    """What can be asked and said about logs."""

    catalog: Catalog

    def instruments(self, caller: Credential, serials: Sequence[str]) -> list[int]:
        """The devices with these serial numbers, all of which must be the caller's to see.

        Raises Forbidden for one that is not, whether there is such an instrument elsewhere or nowhere.
        """
        found = find_by_serials(self.catalog, caller.account, serials)
        for serial in serials:
            if serial not in found or not caller.sees(found[serial]):
                raise Forbidden("There is an instrument among them that is not the caller's.", "instruments")
        return [found[serial] for serial in serials]

    def pages(
        self, instruments: Sequence[int], begin: int, end: int, *, is_calibration: bool = False
    ) -> Iterator[list[LogEntry]]:
        """What was done to instruments from `begin` on and before `end`, in microseconds since 1970 UTC.

        By time, then serial number; read page by page, so that a long log is nowhere as a whole. With
        `is_calibration` only field calibrations.
        """
        last: LogEntry | None = None
        while True:
            page = log_between(
                self.catalog,
                instruments,
                begin,
                end,
                after=last,
                most=PAGE,
                is_calibration=is_calibration,
            )
            if page:
                yield page
            if len(page) < PAGE:
                return
            last = page[-1]

    def list(self, device: int, *, after: int = 0, most: int) -> list[LogEntry]:
        """The log of a device by id: `most` entries, those that come `after` another."""
        return log_of(self.catalog, device, after=after, most=most)

    def add(self, caller: Credential, device: int, wanted: WantedEntry, *, name: str, now: int) -> LogEntry:
        """Add an entry to the log of a device; `name` is how the caller is called there.

        The account itself may write in another's name, as when it brings a log over from elsewhere; a user
        writes in his own. Raises Missing, Malformed and NotPermitted.
        """
        if wanted.user is not None and caller.user is not None:
            raise NotPermitted("A user writes in his own name.", "user")
        user = name if wanted.user is None else required_text(wanted.user, "The user", "user")
        message = required_text(wanted.message, "The message", "message", LONGEST_DESCRIPTION)
        time = now if wanted.time is None else wanted.time
        if time > now:
            raise Malformed("It must not lie in the future.", "time")
        new = NewLogEntry(time, user, message, _checked(wanted.calibration))
        number = add_log_entry(self.catalog, device, new)
        [entry] = self.list(device, after=number - 1, most=1)
        return entry


def _checked(calibration: FieldCalibration | None) -> FieldCalibration | None:
    if calibration is None:
        return None
    required_text(calibration.status, "The status", "status", LONGEST_STATUS)
    for name in ("level", "offset"):
        if not isfinite(getattr(calibration, name)):
            raise Malformed("It must be a finite number.", name)
    return calibration
