"""`sensorium serve` and `sensorium work`: the two processes of a running platform."""

from sensorium.cli.options import WRONG_SETTINGS, Config, Data, Host, Port, fail, settings_from


def serve(host: Host = None, port: Port = None, data: Data = None, config: Config = None) -> None:
    """Start the server: the front that accepts packets, and the engine process that works them up."""
    from sensorium.app import CannotStart, WrongSetting, run_front

    settings = settings_from(config, host=host, port=port, data=data)
    try:
        run_front(settings)
    except WrongSetting as error:
        fail(str(error), WRONG_SETTINGS)
    except (CannotStart, OSError) as error:
        fail(str(error))


def work(data: Data = None, config: Config = None) -> None:
    """Run the engine process alone; `serve` starts it by itself. It ends when its standard input closes."""
    from sensorium.app import CannotStart, run_engine

    try:
        run_engine(settings_from(config, data=data))
    except CannotStart as error:
        fail(str(error))
