"""`sensorium demo`: a server with a small network of sensors that keeps sending generated values."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from sensorium.cli.options import WRONG_SETTINGS, fail, settings_from

Port = Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")]
Data = Annotated[Path, typer.Option(help="Folder that holds everything that is kept.")]


def demo(port: Port = 8000, data: Data = Path("demo-data")) -> None:
    """Start a server on this machine with a demo network: the last day is there soon, then it is live."""
    from sensorium.app import CannotStart, WrongSetting, run_front
    from sensorium.cli.demo.feeder import Feeder

    settings = settings_from(
        None, host="127.0.0.1", port=port, data=data, public_url="", log_level="warning", log_format="text"
    )
    feeder = Feeder(data / "demo.json", Console(highlight=False, markup=False, soft_wrap=True))
    try:
        run_front(settings, feeder.start)
    except WrongSetting as error:
        fail(str(error), WRONG_SETTINGS)
    except (CannotStart, OSError) as error:
        fail(str(error))
    finally:
        feeder.stop()
    if feeder.failure:
        fail(feeder.failure)
