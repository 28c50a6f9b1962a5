"""The engine process, and how it is started."""

import os
import sys

from sensorium.settings import Settings


def engine_command(settings: Settings) -> list[str]:
    """The command line of an engine process."""
    return [sys.executable, "-m", "sensorium", "work", "--data", str(settings.data.resolve())]


def engine_environment(settings: Settings) -> dict[str, str]:
    """The environment that gives an engine process these settings."""
    given = {name: str(value) for name, value in settings.model_dump().items() if value is not None}
    return {**os.environ, **{f"SENSORIUM_{name.upper()}": value for name, value in given.items()}}  # noqa: TID251
