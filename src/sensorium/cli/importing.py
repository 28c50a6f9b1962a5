"""`sensorium import`: a file of measurements, sent to a described device as packets."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any, TextIO

import httpx2
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from sensorium.cli.options import fail
from sensorium.cli.records import (
    Find,
    Place,
    Record,
    Rejected,
    Unreadable,
    batches,
    column,
    read_csv,
    read_document,
    read_lines,
    read_ndjson,
    read_text,
)
from sensorium.cli.rejects import Rejects
from sensorium.cli.sending import ImportFailed, InboundDoor, Patience
from sensorium.model.errors import InvalidPath, Refusal
from sensorium.plans.path import ABSENT, parse, walk

LARGEST_DOCUMENT = 256 << 20  # characters; a JSON document is held in memory


class Kind(StrEnum):
    """How a file is written."""

    CSV = "csv"
    NDJSON = "ndjson"
    JSON = "json"


KINDS = {".json": Kind.JSON, ".geojson": Kind.JSON, ".ndjson": Kind.NDJSON, ".jsonl": Kind.NDJSON}

File = Annotated[Path, typer.Argument(help="The file.", exists=True, dir_okay=False, show_default=False)]
Sensor = Annotated[int, typer.Option(help="Number of the sensor, which must be described already.")]
Token = Annotated[str, typer.Option(help="A token of the sensor's owner.", envvar="SENSORIUM_TOKEN")]
Url = Annotated[str, typer.Option(help="Address of the server.", envvar="SENSORIUM_URL")]
Format = Annotated[
    Kind | None, typer.Option("--format", help="How the file is written. Default: by its name.")
]
Encoding = Annotated[str, typer.Option(help="How the text is encoded; a BOM is left out.")]
Delimiter = Annotated[
    str | None, typer.Option(help="CSV: the sign between cells, or `tab`. Default: found out.")
]
Skip = Annotated[int, typer.Option(min=0, help="CSV: lines to leave out before the header.")]
Records = Annotated[str | None, typer.Option(help="JSON: path of the array whose elements are the packets.")]
Longitude = Annotated[str | None, typer.Option(help="Moving sensor: column or path of its longitude.")]
Latitude = Annotated[str | None, typer.Option(help="Moving sensor: column or path of its latitude.")]
Altitude = Annotated[
    str | None, typer.Option(help="Moving sensor: column or path of its altitude. Default: 0 m.")
]


def import_file(  # noqa: PLR0913 - one argument for each option of the command
    file: File,
    *,
    sensor: Sensor,
    token: Token,
    url: Url = "http://127.0.0.1:8000",
    kind: Format = None,
    encoding: Encoding = "utf-8-sig",
    delimiter: Delimiter = None,
    skip: Skip = 0,
    records: Records = None,
    longitude: Longitude = None,
    latitude: Latitude = None,
    altitude: Altitude = None,
) -> None:
    """Send a CSV, NDJSON or JSON file to a sensor, each line or element as a packet.

    The same import started again within a day sends nothing twice, so it can be repeated after an
    interruption. It ends with 1 when anything was rejected.
    """
    kind = kind or KINDS.get(file.suffix.lower(), Kind.CSV)
    cutting = Cutting(
        kind,
        _known(encoding),
        _single(delimiter),
        skip,
        None if records is None else _path("--records", records),
        _place(kind, longitude, latitude, altitude),
    )
    result = Result()
    console = Console(stderr=True)
    with httpx2.Client(base_url=url, headers={"authorization": f"Bearer {token}"}, timeout=60) as client:
        door = InboundDoor(client, sensor, Patience(notice=console.print))
        try:
            _check_place(door, cutting.place)
            _send(file, cutting, door, result, console)
        except (Unreadable, ImportFailed) as error:
            result.failure = str(error)
    _report(file, result)


@dataclass(frozen=True, slots=True)
class Cutting:
    """How to cut one file into packets."""

    kind: Kind
    encoding: str
    delimiter: str | None
    skip: int
    records: Find | None
    place: Place | None

    def records_of(self, file: TextIO) -> Iterator[Record | Rejected]:
        """The packets of the file. Raises Unreadable."""
        if self.kind is Kind.CSV:
            return read_csv(read_lines(file), delimiter=self.delimiter, skip=self.skip, place=self.place)
        if self.kind is Kind.NDJSON:
            return read_ndjson(read_lines(file), place=self.place)
        return read_document(read_text(file, LARGEST_DOCUMENT), records=self.records, place=self.place)


@dataclass
class Result:
    """What became of the packets of one file; `failure` says why the import ended early ("": it did not)."""

    taken: int = 0
    rejects: Rejects = field(default_factory=Rejects)
    failure: str = ""


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError as error:
        raise typer.BadParameter(str(error), param_hint="--encoding") from None


def _single(delimiter: str | None) -> str | None:
    delimiter = "\t" if delimiter in {"tab", "\\t"} else delimiter
    if delimiter is not None and len(delimiter) != 1:
        raise typer.BadParameter("this must be a single sign", param_hint="--delimiter")
    return delimiter


def _path(option: str, text: str) -> Find:
    try:
        steps = [(key, True) for key in parse(text)]
    except InvalidPath as refusal:
        raise typer.BadParameter(refusal.why, param_hint=option) from None

    def find(tree: Any) -> Any:
        found = walk(tree, steps)
        if found is ABSENT:
            raise Refusal(f"there is nothing at {text}")
        return found

    return find


def _place(kind: Kind, longitude: str | None, latitude: str | None, altitude: str | None) -> Place | None:
    if longitude is None and latitude is None and altitude is None:
        return None
    if longitude is None or latitude is None:
        raise typer.BadParameter("a moving sensor needs both", param_hint="--longitude / --latitude")

    def find(option: str, text: str) -> Find:
        return column(text) if kind is Kind.CSV else _path(option, text)

    return Place(
        find("--longitude", longitude),
        find("--latitude", latitude),
        None if altitude is None else find("--altitude", altitude),
    )


def _check_place(door: InboundDoor, place: Place | None) -> None:
    moving = door.is_moving()
    if moving and place is None:
        raise ImportFailed("this sensor moves: name the position with --longitude and --latitude")
    if place is not None and not moving:
        raise ImportFailed("this sensor has a fixed place: leave out --longitude, --latitude and --altitude")


def _send(file: Path, cutting: Cutting, door: InboundDoor, result: Result, console: Console) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with (
        file.open("rb") as raw,
        TextIOWrapper(raw, cutting.encoding, "surrogateescape", newline="") as text,
        Progress(*columns, TextColumn("{task.fields[packets]} packets"), console=console) as progress,
    ):
        bar = progress.add_task(file.name, total=file.stat().st_size, packets=0)
        for batch in batches(cutting.records_of(text)):
            if isinstance(batch, Rejected):
                result.rejects.add(batch)
                continue
            for rejected in door.send(batch):
                result.rejects.add(rejected)
                result.taken -= 1
            result.taken += len(batch.records)
            progress.update(bar, completed=raw.tell(), packets=result.taken)


def _report(file: Path, result: Result) -> None:
    console = Console(soft_wrap=True, highlight=False, markup=False)
    console.print(f"{file.name}: {result.taken} packets taken, {result.rejects.count} rejected")
    for line in result.rejects.lines():
        console.print(f"  {line}")
    if result.failure:
        fail(f"The import ended early: {result.failure}")
    if result.rejects.count:
        raise typer.Exit(1)
