"""How devices are told to track: what is said by their owners, sent to them and acknowledged by them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sensorium.model.errors import NotFound, Unsupported
from sensorium.model.moments import to_microseconds
from sensorium.model.tracker import ToldSettings, Tracker
from sensorium.plans.tracking import Profile, checked_settings, profile_of
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.tracking import find_settings, mark_sent, report_settings, store_settings


@dataclass(frozen=True, slots=True)
class Tracking:
    """What can be done about tracking settings."""

    catalog: Catalog

    def settings(self, tracker: Tracker) -> Mapping[str, Any]:
        """How a device is told to track; before it is told anything, the example of its profile (V11).

        Raises Unsupported for a model without a profile.
        """
        profile = self._profile(tracker)
        told = find_settings(self.catalog, tracker.device)
        return profile.example() if told is None else told.settings

    def tell(self, tracker: Tracker, settings: Mapping[str, Any], *, now: int) -> None:
        """Tell a device how to track. `now` is in microseconds since 1970 UTC.

        Raises Unsupported as `settings` does, and Invalid with what the profile does not allow.
        """
        checked = checked_settings(self._profile(tracker), settings)
        store_settings(self.catalog, tracker.device, checked, now)

    def told(self, device: int) -> ToldSettings | None:
        """What a device is told, and how far that is."""
        return find_settings(self.catalog, device)

    def send(self, device: int, *, now: int) -> ToldSettings | None:
        """What a device is told, given to it now; None when it is told nothing."""
        told = find_settings(self.catalog, device)
        if told is not None and told.sent is None:
            mark_sent(self.catalog, device, to_microseconds(told.stored), now)
        return told

    def report(self, device: int, reported: Mapping[str, Any], *, now: int) -> ToldSettings:
        """Take down what a device says that it does. What is as it was told is acknowledged by that.

        Raises NotFound when it is told nothing.
        """
        told = find_settings(self.catalog, device)
        if told is not None:
            stored = to_microseconds(told.stored) if reported == told.settings else None
            report_settings(self.catalog, device, dict(reported), acknowledged=stored, now=now)
            told = find_settings(self.catalog, device)
        if told is None:
            raise NotFound("The device is told nothing.")
        return told

    def _profile(self, tracker: Tracker) -> Profile:
        profile = profile_of(tracker.model)
        if profile is None:
            raise Unsupported("Devices of this model have no tracking settings.", "tracker_id")
        return profile
