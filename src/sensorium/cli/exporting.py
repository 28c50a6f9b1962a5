"""`sensorium export`: the data of a device as CSV, one value a line."""

import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import httpx2
import typer
from rich.console import Console

from sensorium.cli.options import fail, moment_of
from sensorium.cli.sending import ImportFailed, Patience, json_of

PORTION = timedelta(days=1)  # that much is asked for at once, and held in memory

SAME = ("component", "unit", "value", "value_corr", "longitude", "latitude", "altitude")
COLUMNS = ("time", *SAME, "qc", "qcs")

Row = dict[str, Any]

Sensor = Annotated[int, typer.Option(help="Number of the sensor.")]
Token = Annotated[str, typer.Option(help="A token of the sensor's owner.", envvar="SENSORIUM_TOKEN")]
Url = Annotated[str, typer.Option(help="Address of the server.", envvar="SENSORIUM_URL")]
From = Annotated[
    str | None,
    typer.Option("--from", help="First moment, ISO-8601 in UTC. Default: that of the oldest value."),
]
To = Annotated[
    str | None, typer.Option("--to", help="Last moment, ISO-8601 in UTC. Default: that of the newest value.")
]


def export(
    *, sensor: Sensor, token: Token, url: Url = "http://127.0.0.1:8000", begin: From = None, end: To = None
) -> None:
    """Print the data of a sensor as CSV: a line for each value, in the order of time."""
    first, last = moment_of("--from", begin), moment_of("--to", end)
    with httpx2.Client(base_url=url, headers={"authorization": f"Bearer {token}"}, timeout=60) as client:
        data = _Data(client, sensor, Patience(notice=Console(stderr=True).print))
        lines = csv.writer(sys.stdout, lineterminator="\n")
        try:
            lines.writerow(COLUMNS)
            for row in data.rows(first, last):
                lines.writerow(_cells(row))
            sys.stdout.flush()
        except ImportFailed as error:
            fail(f"The export ended early: {error}")


@dataclass(frozen=True, slots=True)
class _Data:
    """The data of one device. `client` knows the server and the token."""

    client: httpx2.Client
    device: int
    patience: Patience

    def rows(self, first: datetime | None, last: datetime | None) -> Iterator[Row]:
        """All rows from one moment to another, both included. Raises ImportFailed."""
        begin = first or min(map(_time, self._get("minutc")), default=None)
        end = last or max(map(_time, self._get("maxutc")), default=None)
        if last is None and end is not None:
            end += timedelta(seconds=1)  # rows tell whole seconds, the data may have fractions
        while begin is not None and end is not None and begin <= end:
            until = (begin + PORTION).replace(microsecond=0)
            for row in self._get(f"fromutc/{begin.isoformat()}/toutc/{min(until, end).isoformat()}"):
                if until > end or _time(row) < until:  # else it comes again in the next portion
                    yield row
            begin = until

    def _get(self, what: str) -> list[Row]:
        answer = self.patience.answer(
            self.client, self.client.build_request("GET", f"/api/data/id/{self.device}/{what}")
        )
        body = json_of(answer)
        if answer.status_code != 200:
            raise ImportFailed(f"{body.get('error-message')} (HTTP {answer.status_code})")
        return body


def _time(row: Row) -> datetime:
    return datetime.fromtimestamp(row["timestamp_from_epoch"], UTC)


def _cells(row: Row) -> list[Any]:
    """A line's cells; what is null is an empty one."""
    flags = (row["qc_flags"]["flags"], row["qcs_flags"]["flags"])
    return [f"{_time(row):%Y-%m-%dT%H:%M:%SZ}", *(row[name] for name in SAME), *flags]
