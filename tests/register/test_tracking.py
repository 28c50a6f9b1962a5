"""What devices are told about tracking, and how far that is, on each database."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sensorium.model.errors import Invalid, NotFound, Unsupported
from sensorium.model.tracker import Tracker
from sensorium.plans.tracking import profiles
from sensorium.register.tracking import Tracking
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.trackers import trackers_of
from tests.register.conftest import NOW
from tests.register.describing import new_device

SETTINGS = profiles()["telfm"].example()
OTHERS = {**SETTINGS, "tracking_angle": 100}
SECOND = 1_000_000


@pytest.fixture
def tracking(catalog: Catalog) -> Tracking:
    """What can be done about tracking settings."""
    return Tracking(catalog)


@pytest.fixture
def tracker(catalog: Catalog, owner: int) -> Tracker:
    """A tracker of a model with a profile."""
    new_device(catalog, owner, "a truck")
    return replace(trackers_of(catalog, owner)[0], model="telfm")


def moment(seconds: int) -> datetime:
    """So many seconds after `NOW`."""
    return datetime.fromtimestamp(NOW / SECOND + seconds, UTC)


def test_device_is_told_the_example_of_its_profile_at_first(tracking: Tracking, tracker: Tracker):
    """Nothing is stored of it."""
    assert tracking.settings(tracker) == SETTINGS
    assert tracking.told(tracker.device) is None
    assert tracking.send(tracker.device, now=NOW) is None
    with pytest.raises(NotFound):
        tracking.report(tracker.device, {}, now=NOW)


def test_settings_are_stored_sent_and_acknowledged(tracking: Tracking, tracker: Tracker):
    """Each with its time; the first sending counts."""
    tracking.tell(tracker, OTHERS, now=NOW)
    assert tracking.settings(tracker) == OTHERS
    told = tracking.told(tracker.device)
    assert told is not None
    assert (told.stored, told.sent, told.acknowledged, told.differing) == (moment(0), None, None, ())
    sent = tracking.send(tracker.device, now=NOW + SECOND)
    assert sent is not None
    assert sent.settings == OTHERS
    tracking.send(tracker.device, now=NOW + 2 * SECOND)
    told = tracking.report(tracker.device, OTHERS, now=NOW + 3 * SECOND)
    assert (told.sent, told.acknowledged, told.reported_at) == (moment(1), moment(3), moment(3))
    assert (told.reported, told.differing) == (OTHERS, ())


def test_what_a_device_does_otherwise_is_seen(tracking: Tracking, tracker: Tracker):
    """It is no acknowledgement; a new word has been neither sent nor acknowledged."""
    tracking.tell(tracker, OTHERS, now=NOW)
    told = tracking.report(tracker.device, {**SETTINGS, "more": 1}, now=NOW + SECOND)
    assert (told.acknowledged, told.differing) == (None, ("more", "tracking_angle"))
    tracking.send(tracker.device, now=NOW + SECOND)
    tracking.report(tracker.device, OTHERS, now=NOW + SECOND)
    tracking.tell(tracker, SETTINGS, now=NOW + 2 * SECOND)
    told = tracking.told(tracker.device)
    assert told is not None
    assert (told.sent, told.acknowledged, told.differing) == (None, None, ("tracking_angle",))


def test_only_what_the_profile_allows_is_stored(tracking: Tracking, tracker: Tracker):
    """And models without one are told nothing."""
    with pytest.raises(Invalid) as refused:
        tracking.tell(tracker, {**OTHERS, "sleep_mode": 1}, now=NOW)
    assert refused.value.where == "sleep_mode"
    assert tracking.settings(tracker) == SETTINGS
    for model in (None, "a thermometer"):
        with pytest.raises(Unsupported):
            tracking.tell(replace(tracker, model=model), OTHERS, now=NOW)
