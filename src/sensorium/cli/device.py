"""`sensorium device`: the devices of a server, for whoever runs it."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from sensorium.cli.options import Config, Data, fail, registering
from sensorium.model.device import Device

app = typer.Typer(help="Devices: list them, show one, block or unblock it.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(help="Number of the device.", show_default=False)]
Username = Annotated[
    str | None, typer.Option("--account", help="Only those of the account of that user name.")
]


@app.command("list")
def show_all(account: Username = None, data: Data = None, config: Config = None) -> None:
    """List devices by number."""
    with registering(config, data) as register:
        accounts = register.accounts.list() if account is None else [register.accounts.named(account)]
        devices = [each for one in accounts for each in register.devices.list(one.id, one.id)]
    table = Table("device", "account", "name", "serial", "model", "state")
    for each in sorted(devices, key=lambda device: device.id):
        texts = (each.account_name, each.name, each.serial or "", each.model or "", _state(each))
        table.add_row(str(each.id), *texts)
    Console(markup=False).print(table)


@app.command()
def show(device: Number, data: Data = None, config: Config = None) -> None:
    """List the datastreams of a device: their numbers are what `calibration` takes."""
    with registering(config, data) as register:
        devices = (each for one in register.accounts.list() for each in register.devices.list(one.id, one.id))
        found = next((each for each in devices if each.id == device), None)
    if found is None:
        fail(f"There is no device {device}.")
    table = Table("datastream", "component", "unit", "level", "path", title=found.name)
    for each in found.streams:
        table.add_row(str(each.id), each.component.name, each.unit.name, str(each.level), each.path)
    Console(markup=False).print(table)


@app.command()
def block(device: Number, data: Data = None, config: Config = None) -> None:
    """Let nobody use a device: Navixy's API refuses it. Its packets are taken as before."""
    with registering(config, data) as register:
        register.instruments.block(device, blocked=True)
    Console(highlight=False).print(f"device {device} is blocked")


@app.command()
def unblock(device: Number, data: Data = None, config: Config = None) -> None:
    """Let a blocked device be used again."""
    with registering(config, data) as register:
        register.instruments.block(device, blocked=False)
    Console(highlight=False).print(f"device {device} is not blocked")


def _state(device: Device) -> str:
    return "blocked" if device.blocked else "enabled" if device.enabled else "disabled"
