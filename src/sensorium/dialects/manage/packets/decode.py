"""Bodies about packets and replays, read into the words of the platform; pure."""

from sensorium.dialects.manage.decode import Body, moment_of, refuse_others, true_or_false


def replay_range(body: Body) -> tuple[int | None, int | None, bool]:
    """The first and the last time of the packets that are meant; whether only those that were rejected are.

    The times are in microseconds since 1970 UTC (None: no bound). Raises Malformed.
    """
    refuse_others(body, {"from", "to", "only_rejected"})
    rejected = true_or_false(body.get("only_rejected", False), "only_rejected")
    return moment_of(body, "from"), moment_of(body, "to"), rejected
