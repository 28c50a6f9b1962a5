"""The addresses about trackers and their settings."""

from typing import Any

from sensorium.dialects.dialect import Access as Who
from sensorium.dialects.dialect import Operation
from sensorium.dialects.manage.access import Access
from sensorium.dialects.manage.addresses import DEVICE, PAGED, PREFIX
from sensorium.dialects.manage.trackers import shapes
from sensorium.dialects.manage.trackers.trackers import Trackers
from sensorium.dialects.manage.trackers.tracking import Tracking
from sensorium.dialects.services import Services


# fmt: off
def operations(services: Services, access: Access) -> tuple[Operation, ...]:
    """Their operations."""
    return (
        *_trackers(Trackers(services, access)),
        *_tracking(Tracking(services, access)),
    )


def _trackers(trackers: Trackers) -> tuple[Operation, ...]:
    section, refusals, shown = "Trackers", (401, 403, 404, 503), shapes.ManagedTracker
    clones = f"{DEVICE}/clones"
    return (
        Operation("GET", f"{PREFIX}/trackers", trackers.show_all, Who.ACCOUNT,
                  "What the account sees: its devices, and clones of others'", section, None,
                  shapes.Trackers, 200, (400, 401, 403, 503), PAGED),
        Operation("GET", f"{PREFIX}/trackers/{{id}}", trackers.show, Who.OWNER,
                  "A tracker", section, None, shown, 200, refusals),
        Operation("DELETE", f"{PREFIX}/trackers/{{id}}", trackers.delete, Who.MASTER,
                  "Take a clone away: one's own, or of one's own device", section, None, None, 204, refusals),
        Operation("GET", clones, trackers.clones, Who.MASTER,
                  "To whom a device is shown", section, None, shapes.Clones, 200, refusals),
        Operation("POST", clones, trackers.clone, Who.MASTER,
                  "Show a device to another account", section, shapes.NewCloneBody, shown, 201,
                  (400, 409, 413, 415, 422, *refusals)),
    )


def _tracking(tracking: Tracking) -> tuple[Operation, ...]:
    section, path, refusals = "Tracking settings", f"{DEVICE}/settings", (401, 403, 404, 503)
    shown = shapes.ManagedSettings
    return (
        Operation("GET", path, tracking.fetch, Who.OWNER,
                  "For the device: how it is to track", section, None, shapes.SettingsToRun, 200,
                  refusals),
        Operation("PUT", f"{path}/reported", tracking.report, Who.OWNER,
                  "For the device: how it does track", section, dict[str, Any], shown, 200,
                  (400, 413, 415, *refusals)),
        Operation("GET", f"{path}/state", tracking.show, Who.OWNER,
                  "How a device is told to track, and what it does", section, None, shown, 200, refusals),
    )
# fmt: on
