"""The real server as a process of its own, for tests that speak HTTP to it."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import httpx2

LISTENS = "sensorium listens on "


@dataclass
class Server:
    """A running server: where it listens, its process and its data folder."""

    url: str
    process: subprocess.Popen[str]
    data: Path

    def client(self, token: str | None = None) -> httpx2.Client:
        """An HTTP client of it, with a token when given."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return httpx2.Client(base_url=self.url, headers=headers, timeout=30)

    def wait_for_engine(self, seconds: float = 20) -> None:
        """Wait until the engine process answers."""
        until = monotonic() + seconds
        with self.client() as client:
            while client.get("/readyz").json()["engine"] != "running" or not (self.data / "engine.sock").exists():
                assert monotonic() < until, "the engine did not come up"
                sleep(0.05)

    def engine_client(self) -> httpx2.Client:
        """A client of the engine process, on its socket."""
        transport = httpx2.HTTPTransport(uds=str(self.data / "engine.sock"))
        return httpx2.Client(transport=transport, base_url="http://engine", timeout=30)

    def engine_pid(self) -> int | None:
        """The engine process' id, None while there is none."""
        return next(_children(self.process.pid), None)

    def log(self) -> str:
        """What the processes wrote to stderr."""
        return self.data.with_suffix(".log").read_text()

    def kill(self) -> None:
        """Kill front and engine at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """Stop it in good order; the exit code."""
        self.process.terminate()
        return self.process.wait(timeout=25)


def _children(parent: int) -> Iterator[int]:
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            yield int(status.parent.name)


def start(data: Path, *, port: int = 0, env: Mapping[str, str] | None = None, seconds: float = 20) -> Server:
    """Start `sensorium serve` on a data folder and wait until it listens; its log goes to `data.log` beside it."""
    command = [sys.executable, "-m", "sensorium", "serve", "--data", str(data), "--port", str(port)]
    with data.with_suffix(".log").open("a") as log:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, text=True, env={**os.environ, **(env or {})}, start_new_session=True
        )
    assert process.stdout is not None
    readable, _, _ = select.select([process.stdout], [], [], seconds)
    line = process.stdout.readline() if readable else ""
    if not line.startswith(LISTENS):
        process.kill()
        raise AssertionError(f"the server did not start: {line!r}\n{data.with_suffix('.log').read_text()[-4000:]}")
    return Server(line.removeprefix(LISTENS).strip(), process, data)


@contextmanager
def running(data: Path, *, port: int = 0, env: Mapping[str, str] | None = None) -> Iterator[Server]:
    """A server for the length of a block, stopped in good order at its end."""
    server = start(data, port=port, env=env)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()
        if server.process.stdout is not None:
            server.process.stdout.close()
