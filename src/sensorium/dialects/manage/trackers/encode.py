"""From the words of the platform to bodies about trackers and their settings; pure."""

from sensorium.dialects.manage.encode import moment
from sensorium.dialects.manage.trackers import shapes
from sensorium.model.tracker import Tracker


def tracker(each: Tracker) -> shapes.ManagedTracker:
    """A device as an account sees it."""
    return shapes.ManagedTracker(
        id=each.id,
        device=each.device,
        account=each.account,
        owner=each.owner,
        label=each.label,
        clone=each.clone,
        serial=each.serial,
        model=each.model,
        blocked=each.blocked,
        created=moment(each.created),
    )
