"""Select: the newest values of an account, or those that a filter lets through."""

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from sensorium.dialects.sensordata import encode
from sensorium.dialects.sensordata.decode import Select
from sensorium.dialects.sensordata.encode import Kinds
from sensorium.dialects.services import Services
from sensorium.dialects.streamed import StreamedJson
from sensorium.model.account import Credential
from sensorium.model.definition import WantedDefinition
from sensorium.model.errors import NotFound
from sensorium.model.moments import EVER
from sensorium.model.rights import Deed
from sensorium.model.selection import Selection, Span, Wanted
from sensorium.register.provisioning import NO_EQUATION, Holdings

SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Selects:
    """Answers selects."""

    services: Services

    def head(self, caller: Credential) -> Response:
        """An answer without a body, for which nothing is read. Raises NotPermitted."""
        caller.require(Deed.READ_DATA)
        response = Response(media_type="application/json")
        del response.headers["content-length"]  # nobody has counted what GET would answer
        return response

    async def answer(self, caller: Credential, asked: Select) -> Response:
        """The rows that are asked for. Raises NotPermitted, NotFound when there are none, and Unavailable."""
        caller.require(Deed.READ_DATA)
        if asked.limit == 0:
            raise NotFound("There are no such data.", "data")
        provisioning = self.services.provisioning
        holdings = provisioning.known(caller.account)
        if holdings is None:
            holdings = await run_in_threadpool(provisioning.holdings, caller.account)
        selection, kinds = select(holdings, caller, asked)
        rows = self.services.selections.read(caller.account, selection, encode.ROW)
        async for some in rows:
            if some:
                pieces = encode.numbered(some, rows, kinds)
                return StreamedJson(await anext(pieces), pieces)
        raise NotFound("There are no such data.", "data")


def select(holdings: Holdings, caller: Credential, asked: Select) -> tuple[Selection, Kinds]:
    """What is asked for, of what the caller may see: values from the times at which devices are linked.

    The second of the end is included, since a row is shown by its second. A row shows the equation that
    calibrates the values of its time, as every other door does.
    """
    spans = tuple(
        Span(link.device, link.asset, link.begin, EVER if link.end is None else link.end)
        for link in holdings.links
        if (asked.assets is None or link.asset in asked.assets)
        and (asked.devices is None or link.device in asked.devices)
        and caller.sees(link.device)
    )
    devices = {span.device for span in spans}
    numbers: dict[tuple[int, str | None], int] = {}
    kinds: dict[int, tuple[WantedDefinition, str | None]] = {}
    wanted: list[Wanted] = []
    for each in holdings.provisions:
        definition = each.definition
        condition = asked.condition(definition.id)
        if each.device not in devices or condition is None:
            continue
        dated: list[tuple[int, int]] = []
        for since, equation in holdings.equations.get(each.datastream, NO_EQUATION):
            number = numbers.setdefault((definition.id, equation), len(numbers))
            kinds[number] = definition.said, equation
            dated.append((since, number))
        (_, kind), *later = dated
        wanted += [
            Wanted(each.device, stream, definition.id, condition, each.resolution, kind, tuple(later))
            for stream in each.streams
        ]
    selection = Selection(
        tuple(wanted),
        spans,
        0 if asked.begin is None else asked.begin,
        EVER if asked.end is None else asked.end + SECOND - 1,
        asked.limit,
        asked.newest_first,
        asked.data,
    )
    return selection, kinds
