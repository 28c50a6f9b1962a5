"""The real server as a process of its own, for tests that speak HTTP to it."""

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import httpx2

LISTENS = "sensorium listens on "
PATIENCE = 60.0  # seconds
EARLY = (b"newest packets", b"Queue service error", b"SERVICE_UNAVAILABLE")
"""How it is said that packets are not processed yet: in words, or as what is said of all that is away."""


class _Patient(httpx2.HTTPTransport):
    """Asks again while a busy machine has not processed what was sent; the server waits two seconds."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        until = monotonic() + PATIENCE
        while True:
            answer = super().handle_request(request)
            if answer.status_code < 500 or monotonic() > until:
                return answer
            if not any(each in answer.read() for each in EARLY):
                return answer
            sleep(0.1)


def ask_once(client: httpx2.Client, path: str) -> httpx2.Response:
    """The first answer to a GET, whatever it is."""
    return httpx2.get(client.base_url.join(path), headers=client.headers, timeout=30, verify=False)


@dataclass
class Server:
    """A running server: where it listens, its process and its data folder."""

    url: str
    process: subprocess.Popen[str]
    data: Path

    def client(self, token: str | None = None) -> httpx2.Client:
        """An HTTP client of it, with a token when given, that waits for what was just sent."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return httpx2.Client(base_url=self.url, headers=headers, timeout=30, transport=_Patient(verify=False))

    def wait_for_engine(self, seconds: float = 60) -> None:
        """Wait until the engine process answers."""
        until = monotonic() + seconds
        while not _answers(self.data / "engine.sock"):
            assert monotonic() < until, f"the engine did not come up\n{self.log()[-4000:]}"
            sleep(0.05)

    def engine_client(self) -> httpx2.Client:
        """A client of the engine process, on its socket."""
        transport = httpx2.HTTPTransport(uds=str(self.data / "engine.sock"), verify=False)
        return httpx2.Client(transport=transport, base_url="http://engine", timeout=30)

    def engine_pid(self) -> int | None:
        """The engine process' id, None while there is none."""
        return next(_children(self.process.pid), None)

    def log(self) -> str:
        """What the processes wrote to stderr."""
        return self.data.with_suffix(".log").read_text()

    def computed(self) -> float:
        """For how many seconds the front has computed."""
        user, system = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        """Kill front and engine at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self._end(10)

    def stop(self, seconds: float = 25) -> int:
        """Stop it in good order; the exit code."""
        self.process.terminate()
        return self._end(seconds)

    def wait_for_end(self, seconds: float) -> int:
        """Wait until the front ends by itself; the exit code."""
        return self._end(seconds)

    def _end(self, seconds: float) -> int:
        code = self.process.wait(timeout=seconds)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code

    def wait_until_listening(self, seconds: float = 40) -> None:
        """Wait until it says where it listens."""
        assert self.process.stdout is not None
        readable, _, _ = select.select([self.process.stdout], [], [], seconds)
        line = self.process.stdout.readline() if readable else ""
        if not line.startswith(LISTENS):
            self.kill()
            raise AssertionError(f"the server did not start: {line!r}\n{self.log()[-4000:]}")
        self.url = line.removeprefix(LISTENS).strip()


def _answers(engine: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        try:
            connection.connect(str(engine))
            connection.sendall(b"GET /ready HTTP/1.0\r\n\r\n")
            return b" 200 " in connection.recv(64)
        except OSError:
            return False


def _children(parent: int) -> Iterator[int]:
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            yield int(status.parent.name)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def launch(
    data: Path, *, port: int = 0, env: Mapping[str, str] | None = None, within: Sequence[str] = ()
) -> Server:
    """Start `sensorium serve` on a data folder without waiting; its log goes to `data.log` beside it.

    `within` is a command that runs it, such as strace.
    """
    command = [*within, sys.executable, "-m", "sensorium", "serve", "--data", str(data), "--port", str(port)]
    with data.with_suffix(".log").open("a") as log:
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, **(env or {})},
            start_new_session=True,
        )
    return Server("", process, data)


def start(
    data: Path, *, port: int = 0, env: Mapping[str, str] | None = None, within: Sequence[str] = ()
) -> Server:
    """As `launch`, and wait until it listens."""
    server = launch(data, port=port, env=env, within=within)
    server.wait_until_listening()
    return server


@contextmanager
def stopping(server: Server) -> Iterator[Server]:
    """A server that is stopped in good order at the end of a block, if it still runs."""
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


@contextmanager
def running(data: Path, *, port: int = 0, env: Mapping[str, str] | None = None) -> Iterator[Server]:
    """A server for the length of a block."""
    with stopping(start(data, port=port, env=env)) as server:
        yield server
