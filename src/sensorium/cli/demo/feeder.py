"""The thread that plays the sensors of the demo network, over HTTP like any sensor."""

import os
import signal
from collections.abc import Sequence
from pathlib import Path
from threading import Event, Thread
from time import time

import httpx2
from rich.console import Console

from sensorium.cli.demo.network import Caller, Sender, log_in, senders
from sensorium.cli.demo.sensors import NETWORK
from sensorium.cli.sending import ImportFailed, Patience

STEP = min(sensor.resolution for sensor in NETWORK)


class Stopped(Exception):
    """The feeder was told to stop."""


class Feeder:
    """Sends what the demo sensors measure until it is told to stop. `failure` says why it gave up."""

    def __init__(self, kept: Path, console: Console) -> None:
        self.kept, self.console = kept, console
        self.failure = ""
        self._stopped = Event()
        self._thread: Thread | None = None

    def start(self, address: str) -> None:
        """Begin to send to the server at this address."""
        self._thread = Thread(target=self._run, args=(address,), name="demo", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for it."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self, address: str) -> None:
        try:
            with httpx2.Client(base_url=address, timeout=30, trust_env=False) as client:
                self._feed(Caller(client, Patience(lambda _problem: None, self._pause)), address)
        except Stopped:
            return
        except ImportFailed as error:
            self.failure = f"The demo network stopped: {error}"
            os.kill(os.getpid(), signal.SIGTERM)

    def _feed(self, caller: Caller, address: str) -> None:
        self.console.print(f"sensorium listens on {address}; the demo network fills in the last 24 hours …")
        feeding = senders(caller, log_in(caller, self.kept), NETWORK)
        for sender in feeding:
            sender.send_until(int(time()))
        self.console.print(
            guide(address, caller.client.headers["authorization"].removeprefix("Bearer "), feeding)
        )
        while True:
            self._pause(STEP - time() % STEP)
            for sender in feeding:
                sender.send_until(int(time()))

    def _pause(self, seconds: float) -> None:
        if self._stopped.wait(seconds):
            raise Stopped


def guide(address: str, token: str, feeding: Sequence[Sender]) -> str:
    """What to open, and what to paste into a terminal."""
    names = "\n".join(
        f"  {sender.door.device:>3}  {sender.sensor.name}: {sender.sensor.description}" for sender in feeding
    )
    first = feeding[0].door.device
    return f"""
{len(feeding)} sensors keep sending; their last 24 hours are there:
{names}

Open {address}/ and {address}/docs, or paste into another terminal:

  TOKEN={token}
  curl -s {address}/api/sensors/{first}
  curl -s {address}/api/data/id/{first}/maxutc -H "Authorization: Bearer $TOKEN"
  curl -s {address}/api/data/id/{first}/fromutc/$(date -u +%FT%H:00:00Z) -H "Authorization: Bearer $TOKEN"

Ctrl-C stops it; `make run` starts it again with what it has."""
