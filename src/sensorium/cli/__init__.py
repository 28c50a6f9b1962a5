"""The `sensorium` command, one file for each of its commands."""

from pathlib import Path
from typing import Annotated

import typer

from sensorium.cli.check import check
from sensorium.cli.serve import serve, work

app = typer.Typer(
    help="Takes packets from sensors, keeps them, and answers for them through documented APIs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (serve, work, check):
    app.command()(command)


def main() -> None:
    """The entry point of the command line."""
    app()
