"""The addresses about packets and replays."""

from sensorium.dialects.dialect import Access as Who
from sensorium.dialects.dialect import Operation
from sensorium.dialects.manage.access import Access
from sensorium.dialects.manage.addresses import DEVICE, NEWEST_FIRST, PAGED, PREFIX
from sensorium.dialects.manage.packets import shapes
from sensorium.dialects.manage.packets.packets import Packets
from sensorium.dialects.manage.packets.replays import Replays
from sensorium.dialects.services import Services

SPAN = {
    "from": "the first time of a packet that is meant (ISO-8601)",
    "to": "the last one",
    "by": "arrival (default) or observation: which time of a packet that is",
    **PAGED,
}


# fmt: off
def operations(services: Services, access: Access) -> tuple[Operation, ...]:
    """Their operations."""
    return (
        *_packets(Packets(services, access)),
        *_replays(Replays(services, access)),
    )


def _packets(packets: Packets) -> tuple[Operation, ...]:
    section, refusals = "Packets", (400, 401, 403, 404, 503)
    return (
        Operation("GET", f"{DEVICE}/packets", packets.show_all, Who.OWNER,
                  "Packets as they were sent, and what became of each", section, None, shapes.Packets,
                  200, refusals, SPAN),
        Operation("GET", f"{DEVICE}/rejected", packets.show_rejected, Who.OWNER,
                  "Packets that could not be processed, and why", section, None,
                  shapes.RejectedPackets, 200, refusals, NEWEST_FIRST),
    )


def _replays(replays: Replays) -> tuple[Operation, ...]:
    section, shown, refusals = "Replays", shapes.ManagedReplay, (401, 404, 503)
    return (
        Operation("POST", f"{DEVICE}/replays", replays.start, Who.OWNER,
                  "Process stored packets again", section, shapes.ReplayBody, shown, 202,
                  (400, 401, 403, 404, 409, 413, 415, 503)),
        Operation("GET", f"{PREFIX}/replays", replays.show_all, Who.ACCOUNT,
                  "The replays of the account", section, None, shapes.Replays, 200, (400, 401, 503), PAGED),
        Operation("GET", f"{PREFIX}/replays/{{id}}", replays.show, Who.OWNER,
                  "How far a replay is", section, None, shown, 200, refusals),
        Operation("DELETE", f"{PREFIX}/replays/{{id}}", replays.cancel, Who.OWNER,
                  "Cancel a replay", section, None, shown, 200, refusals),
    )
# fmt: on
