"""Options that several commands share, and how a command ends when they are wrong."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from sensorium.settings import InvalidSettings, Settings, load_settings

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
