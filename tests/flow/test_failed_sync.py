"""A sync of the log that fails in the real server ends it, and nothing is acknowledged after it."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep, time

import pytest

from tests.flow.sensors import describe, register, rows_path, values
from tests.flow.writers import Writer, archived, check, writing
from tests.needed import need
from tests.running import Server, ask_once, start, stopping

STORAGE_FAILED = 70


@pytest.fixture(autouse=True)
def strace() -> None:
    """Without it these tests are skipped."""
    need("strace of another process")


@contextmanager
def _injected(server: Server, fault: str, report: Path) -> Iterator[subprocess.Popen[str]]:
    """From now on syncs of the log's journal have a fault; the report has seconds since 1970."""
    what = ["-e", "trace=fsync,fdatasync", "-e", f"inject=fsync,fdatasync:{fault}"]
    where = ["-P", str(server.data / "log.db-wal"), "-o", str(report), "-p", str(server.process.pid)]
    command = ["strace", "-f", "-ttt", *what, *where]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stderr is not None
        assert "attached" in tracer.stderr.readline()
        yield tracer
        tracer.wait(10)


@pytest.mark.parametrize("at", [1, 20])
def test_a_failed_sync_ends_the_server_and_nothing_is_acknowledged_after_it(tmp_path: Path, at: int):
    """Exit code 70; the engine ends too; after a new start everything acknowledged is there, once."""
    data, report = tmp_path / "data", tmp_path / "strace"
    server = start(data)
    server.wait_for_engine()
    engine = server.engine_pid()
    acknowledged: list[float] = []
    with register(server) as client:
        token = client.headers["authorization"].removeprefix("Bearer ")
        sensor = describe(client)
    # it sends one request after the other, so that none is on its way back while the next is synced
    writer = Writer(server.url, token, sensor, at, keyed=False, hears=lambda: acknowledged.append(time()))
    with writing([writer]):
        while not acknowledged:
            sleep(0.01)
        with _injected(server, f"error=EIO:when={at}", report):
            assert server.wait_for_end(30) == STORAGE_FAILED
        sleep(0.2)
    [injected] = re.findall(r"(\d+\.\d+) f(?:data)?sync\(.*EIO.*\(INJECTED\)", report.read_text())
    assert acknowledged
    assert max(acknowledged) < float(injected)
    _wait_for_end(engine)
    with stopping(start(data)) as server:
        server.wait_for_engine()
        with server.client(token) as client:
            check(writer, values(client, sensor), archived(server, sensor))


def test_slow_syncs_delay_acknowledgements_and_nothing_else(tmp_path: Path):
    """Every tenth sync takes 0.4 s more: packets wait for it, none is refused, and reads go on."""
    report = tmp_path / "strace"
    with stopping(start(tmp_path / "data")) as server, register(server) as client:
        server.wait_for_engine()
        quiet, sensors = describe(client), [describe(client) for _ in range(4)]
        token = client.headers["authorization"].removeprefix("Bearer ")
        acknowledged: list[float] = []
        writers = [
            Writer(server.url, token, sensor, sensor, keyed=False, hears=lambda: acknowledged.append(time()))
            for sensor in sensors
        ]
        with _injected(server, "delay_enter=400000:when=1+10", report) as tracer:
            with writing(writers):
                while report.read_text().count("(DELAYED)") < 3:
                    begun = monotonic()
                    assert ask_once(client, rows_path(quiet)).json() == []
                    assert monotonic() - begun < 2
                    sleep(0.1)
            tracer.terminate()
        assert [writer.refused for writer in writers] == [[]] * 4
        delayed = [float(each) for each in re.findall(r"(\d+\.\d+) .*\(DELAYED\)", report.read_text())]
        assert len(delayed) > 2
        for at in delayed:
            # a writer may hear of the sync before at any time, and of none after that until this one ends
            assert len([each for each in acknowledged if at < each < at + 0.4]) <= len(writers)
        for writer in writers:
            check(writer, values(client, writer.sensor), archived(server, writer.sensor))


def _wait_for_end(process: int | None) -> None:
    until = monotonic() + 10
    while Path(f"/proc/{process}").exists():
        assert monotonic() < until, "the engine outlives the front"
        sleep(0.05)
