"""The engine process as tests start it: with a folder of its own and a pipe that keeps it alive."""

import socket
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import httpx2

from sensorium.model.packet import NewPacket
from sensorium.storage.catalog import Catalog
from tests.process.scene import Sensor, append

CODE = """
import sys
from pathlib import Path
from sensorium.process.engine import serve_engine
folder = Path(sys.argv[1])
serve_engine(data=folder, catalog=f"sqlite:///{folder}/catalog.db", observations=f"chdb://{folder}/clickhouse")
"""


def start(folder: Path) -> subprocess.Popen[bytes]:
    """Start an engine process on a folder; its errors go to the file `engine.log` in it."""
    with (folder / "engine.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-c", CODE, str(folder)], stdin=subprocess.PIPE, stdout=log, stderr=log
        )


def client(folder: Path) -> httpx2.Client:
    """An HTTP client of the folder's engine process."""
    transport = httpx2.HTTPTransport(uds=str(folder / "engine.sock"), verify=False)
    return httpx2.Client(transport=transport, base_url="http://engine", timeout=30)


def wait_until_ready(folder: Path, process: subprocess.Popen[bytes], seconds: float = 30) -> None:
    """Return when the engine process answers."""
    until = monotonic() + seconds
    while process.poll() is None and monotonic() < until:
        if _listens(folder / "engine.sock"):
            with client(folder) as engine:
                engine.get("/ready").raise_for_status()
            return
        sleep(0.05)
    raise AssertionError((folder / "engine.log").read_text())


def _listens(address: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        return connection.connect_ex(str(address)) == 0


def stop(process: subprocess.Popen[bytes]) -> int:
    """Close the pipe, which ends the process, and say its exit code."""
    assert process.stdin is not None
    process.stdin.close()
    return process.wait(timeout=20)


@contextmanager
def running(folder: Path) -> Generator[subprocess.Popen[bytes]]:
    """An engine process that answers, for the length of a block."""
    process = start(folder)
    try:
        wait_until_ready(folder, process)
        yield process
    finally:
        if process.poll() is None:
            stop(process)
        elif process.stdin is not None:
            process.stdin.close()


@dataclass(frozen=True)
class Served:
    """A running engine process, on a folder with a catalog."""

    folder: Path
    catalog: Catalog

    def append(self, packets: Sequence[NewPacket]) -> int:
        """Put packets into the log, and say the id of the last."""
        return append(self.folder, packets)

    def put(self, packets: Sequence[NewPacket], seconds: float = 60) -> int:
        """Put packets into the log, and say the id of the last when all are processed."""
        last = self.append(packets)
        until = monotonic() + seconds
        while not self.get(f"/wait?position={last}").is_success:
            assert monotonic() < until, "the packets are not processed"
        return last

    def ask(self, sql: str, position: int = 0, account: int = 0, **parameters: str) -> httpx2.Response:
        """The answer to an account's query with these bound values."""
        with client(self.folder) as engine:
            body = {"sql": sql, "parameters": parameters}
            return engine.post("/", params={"position": position, "account": account}, json=body)

    def get(self, path: str) -> httpx2.Response:
        """The answer to a GET."""
        with client(self.folder) as engine:
            return engine.get(path)

    def newest(self, device: Sensor) -> httpx2.Response:
        """The newest values of a device's datastreams."""
        wanted = {"devices": [device.id], "datastreams": [stream.id for stream in device.streams]}
        with client(self.folder) as engine:
            return engine.post("/newest", json=wanted)


@contextmanager
def served(folder: Path) -> Generator[Served]:
    """An engine process that answers, on a folder that gets a catalog."""
    catalog = Catalog.open(f"sqlite:///{folder}/catalog.db")
    try:
        with running(folder):
            yield Served(folder, catalog)
    finally:
        catalog.close()
