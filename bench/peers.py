"""The programs that sensorium is measured beside."""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import httpx2

from bench.load import Target
from bench.machine import on_core, running

DEVICES = 20


@dataclass(frozen=True, slots=True)
class Peer:
    """A running program: where it takes packets, and its process."""

    target: Target
    process: int


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def echo(core: int) -> Iterator[Peer]:
    """The bare ASGI application on one core."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with running(on_core(core, [sys.executable, "-m", "bench.echo", str(port)])) as process:
        await_answer("POST", url, content=b"{}")
        paths = [f"/api/sensors/{device}/inbound" for device in range(1, DEVICES + 1)]
        yield Peer(Target("json", url, paths), process.pid)


@contextmanager
def influxdb(folder: Path, core: int | None) -> Iterator[Peer]:
    """InfluxDB 1 that syncs each write before it answers, on one core or (None) on those of this process."""
    port, rpc = free_port(), free_port()
    settings = {
        "META_DIR": folder / "meta",
        "DATA_DIR": folder / "data",
        "DATA_WAL_DIR": folder / "wal",
        "DATA_WAL_FSYNC_DELAY": "0s",
        "DATA_QUERY_LOG_ENABLED": "false",
        "HTTP_BIND_ADDRESS": f"127.0.0.1:{port}",
        "HTTP_LOG_ENABLED": "false",
        "MONITOR_STORE_ENABLED": "false",
        "BIND_ADDRESS": f"127.0.0.1:{rpc}",
        "REPORTING_DISABLED": "true",
    }
    environment = {**os.environ, **{f"INFLUXDB_{name}": str(value) for name, value in settings.items()}}
    command = ["influxd", "-config", os.devnull]
    url = f"http://127.0.0.1:{port}"
    with running(command if core is None else on_core(core, command), env=environment) as process:
        await_answer("POST", f"{url}/query", params={"q": "CREATE DATABASE bench"})
        target = Target("line", url, ["/write?db=bench&precision=s"] * DEVICES)
        yield Peer(target, process.pid)


def await_answer(method: str, url: str, **request: object) -> None:
    """Ask until there is an answer, 20 seconds at most. Raises httpx2.TransportError after that."""
    until = monotonic() + 20
    while True:
        try:
            httpx2.request(method, url, **request).raise_for_status()  # type: ignore[arg-type]
        except httpx2.TransportError:
            if monotonic() > until:
                raise
            sleep(0.02)
        else:
            return
