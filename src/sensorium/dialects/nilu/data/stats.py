"""Statistics of a sensor, for its provider: of each component's last period, or of all periods in a range."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.nilu.access import Access
from sensorium.dialects.nilu.data.data import check_span, disclaimed, extended, moment
from sensorium.dialects.nilu.data.encode import EXTENDED_STATS, STATS
from sensorium.dialects.services import Services
from sensorium.model.errors import Malformed
from sensorium.model.flags import FAILED
from sensorium.model.statistics import Grouping, Measure, Period, StatisticsShape
from sensorium.plans.zones import zone_names

PARAMETERS = {
    "exclude": "position: one row for each component, with the mean position; else one for each place",
    "tz": "an IANA time zone in which periods begin (an extension; UTC otherwise)",
    "leaveout": "QC bits of values that are left out, a sum of 2, 4, 8 and 16 (an extension; 30 otherwise)",
    "values": "corrected: of calibrated and corrected values (an extension; raw otherwise)",
    "extensions": "true: rows have aggregation, and the sum of amounts, too",
    "coverage": "0 to 1: show the share of time with values, and only periods with so much (an extension)",
}


@dataclass(frozen=True, slots=True)
class Stats:
    """The operations on statistics."""

    services: Services
    access: Access

    async def last(self, request: Request) -> Response:
        """GET /api/data/id/{id}/{period}/stats: the last period of each component (NI-074)."""
        account, streams = await self.access.owned_streams(request)
        grouping, shape = _grouping(request)
        return await disclaimed(
            request, await self.services.statistics.last(account, streams, grouping, shape)
        )

    async def between(self, request: Request) -> Response:
        """GET /api/data/id/{id}/{period}/stats/fromutc/{fromUtc}/toutc/{toUtc}: two months at most (NI-075).

        Every period with a part in the range, each as a whole.
        """
        account, streams = await self.access.owned_streams(request)
        grouping, shape = _grouping(request)
        begin, end = moment(request, "fromUtc"), moment(request, "toUtc")
        check_span(begin, end)
        return await disclaimed(
            request, await self.services.statistics.read(account, streams, grouping, shape, begin, end)
        )


def _grouping(request: Request) -> tuple[Grouping, StatisticsShape]:
    """Which rows are wanted. Raises Malformed for a period or a query value that there is not."""
    given = request.query_params
    exclude = given.get("exclude", "none")
    if exclude not in ("none", "position"):
        raise Malformed("The query value exclude is position or none.", "exclude")
    values = given.get("values", "raw")
    if values not in ("raw", "corrected"):
        raise Malformed("The query value values is raw or corrected.", "values")
    coverage = given.get("coverage")
    grouping = Grouping(
        period=_period(request),
        zone=_zone(given.get("tz", "UTC")),
        by_position=exclude == "none",
        leave_out=_bits(given.get("leaveout", str(int(FAILED)))),
        coverage=0.0 if coverage is None else _share(coverage),
        of_corrected=values == "corrected",
    )
    shape = EXTENDED_STATS if extended(request) else STATS
    return grouping, shape if coverage is None else {**shape, "coverage": Measure.COVERAGE}


def _zone(name: str) -> str:
    if name not in zone_names():
        raise Malformed("There is no such time zone.", "tz")
    return name


def _period(request: Request) -> Period:
    try:
        return Period(request.path_params["period"])
    except ValueError:
        names = ", ".join(Period)
        raise Malformed(f"The period is one of {names}.", "period") from None


def _bits(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4 and not int(text) & ~int(FAILED)):
        raise Malformed("The query value leaveout is a sum of 2, 4, 8 and 16.", "leaveout")
    return int(text)


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1
    if not 0 <= share <= 1:
        raise Malformed("The query value coverage is a number from 0 to 1.", "coverage")
    return share
