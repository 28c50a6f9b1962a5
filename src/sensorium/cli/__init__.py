"""The `sensorium` command, one file for each of its commands."""

import typer

from sensorium.cli import account, calibration, device, token
from sensorium.cli.check import check
from sensorium.cli.demo import demo
from sensorium.cli.exporting import export
from sensorium.cli.importing import import_file
from sensorium.cli.replay import replay
from sensorium.cli.serve import serve, work

app = typer.Typer(
    help="Takes packets from sensors, keeps them, and answers for them through documented APIs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (serve, work, check, demo, export, replay):
    app.command()(command)
app.command("import")(import_file)
for group in (account, token, device, calibration):
    app.add_typer(group.app, name=group.__name__.rpartition(".")[2])


def main() -> None:
    """The entry point of the command line."""
    app()
