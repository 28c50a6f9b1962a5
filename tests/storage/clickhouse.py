"""A ClickHouse server of the tests' own, as far as one can be had (`clickhouse_face`), in a folder."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import sleep

USER, PASSWORD = "sensorium", "a pass/word: 50 % of @ #1"
QUOTED = "a%20pass%2Fword%3A%2050%20%25%20of%20%40%20%231"


@dataclass
class ClickHouse:
    """A server with a folder, which can go away and come back at the same port."""

    folder: Path
    port: int = 0
    process: subprocess.Popen[str] | None = None

    def dsn(self, database: str = "observed", password: str = QUOTED, options: str = "") -> str:
        """The address of a database."""
        return f"clickhouse://{USER}:{password}@127.0.0.1:{self.port}/{database}{options}"

    def start(self) -> None:
        """Return when it listens."""
        command = [sys.executable, "-m", "tests.storage.clickhouse_face", str(self.folder / "engine")]
        with (self.folder / "requests.log").open("a") as log:
            self.process = subprocess.Popen(
                [*command, str(self.port), USER, PASSWORD],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                cwd=Path(__file__).parents[2],
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("listens on "), self.requests()[-4000:]
        self.port = int(line.split()[-1])

    def kill(self) -> None:
        """Let it be gone, as by a power cut."""
        assert self.process is not None
        self.process.kill()
        self._end()

    def stop(self) -> None:
        """Stop it in good order."""
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.close()
        self._end()

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Let it do nothing for the length of a block, with its connections open."""
        assert self.process is not None
        threads = Path(f"/proc/{self.process.pid}/task")
        os.kill(self.process.pid, signal.SIGSTOP)
        try:
            while any(_state(thread) != "T" for thread in threads.iterdir()):
                sleep(0.01)
            yield
        finally:
            os.kill(self.process.pid, signal.SIGCONT)

    def _end(self) -> None:
        process, self.process = self.process, None
        assert process is not None
        process.wait(timeout=20)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()

    def requests(self) -> str:
        """What was asked of it, a line for each request."""
        return (self.folder / "requests.log").read_text()


def _state(thread: Path) -> str:
    return (thread / "stat").read_text().rpartition(")")[2].split()[0]


@contextmanager
def running(folder: Path) -> Iterator[ClickHouse]:
    """A server for the length of a block."""
    folder.mkdir(exist_ok=True)
    server = ClickHouse(folder)
    server.start()
    try:
        yield server
    finally:
        if server.process is not None:
            server.stop()
