"""`sensorium calibration`: the calibration table of a datastream, from and to a file."""

from pathlib import Path
from typing import Annotated, Any

import httpx2
import typer
from rich.console import Console

from sensorium.cli.curves import Unreadable, read_curve, write_curve
from sensorium.cli.options import fail

app = typer.Typer(help="Calibrations: read a table from a CSV file, or write it.", no_args_is_help=True)

File = Annotated[
    Path, typer.Argument(help="A raw value and a value in each line.", exists=True, dir_okay=False)
]
Datastream = Annotated[int, typer.Option(help="Number of the datastream.")]
Token = Annotated[str, typer.Option(help="A token of its owner.", envvar="SENSORIUM_TOKEN")]
Url = Annotated[str, typer.Option(help="Address of the server.", envvar="SENSORIUM_URL")]
ValidFrom = Annotated[
    str | None, typer.Option(help="Time of the first value it is for, ISO-8601 in UTC. Default: now.")
]
ForAllTime = Annotated[bool, typer.Option("--for-all-time", help="In place of all that was ever said.")]
Factor = Annotated[float | None, typer.Option(help="Before the table is looked up.")]
Level = Annotated[int | None, typer.Option(help="Data level of the values. Default: one above the raw ones.")]
Text = Annotated[str | None, typer.Option(help="Kept beside the table.")]


@app.command("import")
def import_curve(  # noqa: PLR0913 - one argument for each option of the command
    file: File,
    *,
    datastream: Datastream,
    token: Token,
    url: Url = "http://127.0.0.1:8000",
    valid_from: ValidFrom = None,
    for_all_time: ForAllTime = False,
    divider: Factor = None,
    multiplier: Factor = None,
    level: Level = None,
    certificate: Text = None,
    note: Text = None,
) -> None:
    """Calibrate a datastream by the table of a CSV file; stored values that it touches are made anew."""
    try:
        points = read_curve(file.read_text(encoding="utf-8-sig"))
    except (Unreadable, UnicodeDecodeError) as error:
        fail(f"{file.name}: {error}")
    given = {
        "valid_from": valid_from,
        "for_all_time": for_all_time or None,
        "divider": divider,
        "multiplier": multiplier,
        "level": level,
        "certificate": certificate,
        "note": note,
    }
    body: dict[str, Any] = {name: each for name, each in given.items() if each is not None}
    body["points"] = [{"in": raw, "out": value} for raw, value in points]
    path = _path(datastream)
    with _client(url, token) as client:
        shown = _answer(client, client.build_request("GET", path))
        version = {"if-match": shown.headers["etag"]} if "etag" in shown.headers else {}
        _answer(client, client.build_request("PUT", path, json=body, headers=version))
    console = Console(soft_wrap=True, highlight=False, markup=False)
    console.print(f"datastream {datastream}: calibrated by {len(points)} points of {file.name}")


@app.command("export")
def export_curve(*, datastream: Datastream, token: Token, url: Url = "http://127.0.0.1:8000") -> None:
    """Print the newest calibration table of a datastream, in the form that `import` reads."""
    with _client(url, token) as client:
        said = _answer(client, client.build_request("GET", _path(datastream))).json()["in_force"]
    points = [(each["in"], each["out"]) for each in said[-1]["points"]] if said else []
    if not points:
        fail(f"datastream {datastream} is not calibrated by a table")
    typer.echo(write_curve(points), nl=False)


def _client(url: str, token: str) -> httpx2.Client:
    return httpx2.Client(base_url=url, headers={"authorization": f"Bearer {token}"}, timeout=60)


def _path(datastream: int) -> str:
    return f"/manage/v1/datastreams/{datastream}/calibration"


def _answer(client: httpx2.Client, request: httpx2.Request) -> httpx2.Response:
    """A good answer; the command ends with what the server says of any other."""
    try:
        answer = client.send(request)
    except httpx2.TransportError as error:
        fail(f"{client.base_url} does not answer: {error}")
    if answer.status_code != 200:
        fail(_why(client, answer))
    return answer


def _why(client: httpx2.Client, answer: httpx2.Response) -> str:
    if answer.headers.get("content-type") != "application/problem+json":
        return f"{client.base_url} is no server of sensorium (HTTP {answer.status_code})"
    problem = answer.json()
    where = f" ({problem['field']})" if "field" in problem else ""
    return f"{problem['detail']}{where}"
