"""Options that several commands share, and how a command ends when they are wrong."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console

from sensorium.model.errors import Refusal
from sensorium.model.moments import parse_iso
from sensorium.settings import InvalidSettings, Settings, load_settings

if TYPE_CHECKING:  # it takes long to import, and most commands do without
    from sensorium.app import Register

WRONG_SETTINGS = 78  # EX_CONFIG of sysexits.h

Host = Annotated[str | None, typer.Option(help="Address to listen on.")]
Port = Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")]
Data = Annotated[Path | None, typer.Option(help="Folder that holds everything that is kept.")]
Config = Annotated[Path | None, typer.Option(help="TOML file with settings.")]


def settings_from(config: Path | None, **given: object) -> Settings:
    """The settings of a command; when they are wrong the command ends and names them."""
    try:
        return load_settings(config, **given)
    except InvalidSettings as error:
        fail(str(error), WRONG_SETTINGS)


def fail(why: str, code: int = 1) -> NoReturn:
    """End the command with a message on stderr."""
    Console(stderr=True, soft_wrap=True).print(why, style="red", markup=False)
    raise typer.Exit(code)


def moment_of(option: str, text: str | None) -> datetime | None:
    """The moment that an option names: an ISO-8601 date, or date and time, UTC unless it says."""
    if text is None:
        return None
    try:
        return parse_iso(f"{text}T00:00" if len(text) == len("2026-01-01") else text)
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


@contextmanager
def registering(config: Path | None, data: Path | None) -> "Generator[Register]":
    """What is registered on a server, beside it while it runs or without it.

    The command ends with the reason when something of the block is refused.
    """
    from sensorium.app import CannotStart, open_register

    settings = settings_from(config, data=data)
    if not settings.catalog and not settings.data.is_dir():
        fail(f"There is no data folder {settings.data}.")
    try:
        with open_register(settings) as register:
            yield register
    except (CannotStart, Refusal) as error:
        fail(str(error))
