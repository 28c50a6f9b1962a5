"""A full disk: packets are refused with Retry-After, reads go on, and with new space all goes on."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import httpx2
import pytest

from tests.flow.sensors import describe, description, is_unavailable, push, register, values
from tests.needed import need
from tests.running import Server, start, stopping

MIB = 1 << 20
SIZE = 96 * MIB
SETTLED = 10.0  # seconds within which packets are accepted again


@pytest.fixture(autouse=True)
def a_mount() -> None:
    """Without it these tests are skipped."""
    need("a mount")


@dataclass(frozen=True, slots=True)
class Disk:
    """The small file system on which a server has its data."""

    seen: Path  # the data folder as other processes find it

    def fill(self, leave: int = 0) -> None:
        """Write until so many bytes are left."""
        with (self.seen / "filler").open("ab", buffering=0) as file:
            for size in (MIB, 4096, 1):
                while self.free() - size >= leave:
                    try:
                        file.write(b"x" * size)
                    except OSError:
                        break

    def free(self) -> int:
        """How many bytes can be written."""
        found = os.statvfs(self.seen)
        return found.f_bavail * found.f_frsize

    def clear(self) -> None:
        """Give the space back."""
        (self.seen / "filler").unlink()


@contextmanager
def _on_small_disk(data: Path, reserve: int) -> Iterator[tuple[Server, Disk]]:
    data.mkdir()
    mounted = f'mount -t tmpfs -o size={SIZE} tmpfs "{data}" && exec "$@"'
    server = start(
        data,
        env={"SENSORIUM_DISK_RESERVE": str(reserve)},
        within=["unshare", "--mount", "sh", "-c", mounted, "sh"],
    )
    # the server's processes have a view of their own on the file systems; this is a way into it
    seen = Path(f"/proc/{server.process.pid}/root{data}")
    server.data = seen
    with stopping(server):
        server.wait_for_engine()
        yield server, Disk(seen)


@pytest.mark.check("NI-148", "NI-209", "NI-219")
@pytest.mark.parametrize("reserve", [0, 8 * MIB])
def test_a_full_disk_refuses_packets_and_loses_none(tmp_path: Path, reserve: int):
    """Three times: the disk fills up, packets are refused, reads go on, there is space, packets go on."""
    with _on_small_disk(tmp_path / "data", reserve) as (server, disk), register(server) as client:
        quiet, busy = describe(client), describe(client)
        assert push(client, quiet, {"v": 1}).status_code == 200
        assert values(client, quiet) == [1]
        acked: list[float] = []
        for _ in range(3):
            disk.fill(leave=reserve)
            _push_until_refused(client, busy, acked)
            for _ in range(20):
                assert is_unavailable(push(client, busy, {"v": -1}))
                assert values(client, quiet) == [1]
            answer = client.post("/api/sensors/configure", json=description())
            assert answer.status_code == 201 or is_unavailable(answer, 112)
            assert server.process.poll() is None
            disk.clear()
            _push_when_there_is_space(client, busy, acked)
            assert _settled(client, busy) == acked


def _push_until_refused(client: httpx2.Client, sensor: int, acked: list[float]) -> None:
    """What is left of the disk's last page may still take a few packets."""
    value = len(acked)
    while (answer := push(client, sensor, {"v": value})).status_code == 200:
        acked.append(value)
        value += 1
        assert value < 50_000, "the disk does not fill"
    assert is_unavailable(answer)


def _push_when_there_is_space(client: httpx2.Client, sensor: int, acked: list[float]) -> None:
    until = monotonic() + SETTLED
    value = len(acked)
    while (answer := push(client, sensor, {"v": value})).status_code != 200:
        assert is_unavailable(answer)
        assert monotonic() < until, "packets are still refused"
        sleep(0.1)
    acked.append(value)


def _settled(client: httpx2.Client, sensor: int) -> list[float]:
    """The values, once the engine has recovered too."""
    until = monotonic() + 30
    while True:
        try:
            return values(client, sensor)
        except AssertionError:
            assert monotonic() < until, "reads do not come back"
            sleep(0.2)
