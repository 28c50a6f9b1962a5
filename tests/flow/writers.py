"""Writers that push to a server which is killed under them, and the account of what it owes them."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, islice
from threading import Event, Thread
from time import sleep

import httpx2
import msgspec

from tests.flow.sensors import lines
from tests.running import Server

PAUSE = 0.02  # seconds after a request that was not acknowledged


@dataclass
class Writer:
    """Sends the values 0, 1, 2 ... of one sensor, some in each request.

    With `keyed` a request goes out again with its idempotency key until it is acknowledged; else once.
    `acked` are the values that were acknowledged, `sent` all that were ever sent.
    """

    url: str
    token: str
    sensor: int
    seed: int
    keyed: bool
    acked: set[int] = field(default_factory=set)
    sent: int = 0
    refused: list[str] = field(default_factory=list)
    stopped: Event = field(default_factory=Event)
    hears: Callable[[], None] = lambda: None

    def run(self) -> None:
        """Write until stopped. A keyed request that is under way then is first brought to its end."""
        chance, numbers = random.Random(self.seed), count()
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/x-ndjson"}
        with httpx2.Client(base_url=self.url, headers=headers, timeout=10, verify=False) as client:
            while not self.stopped.is_set():
                values = list(islice(numbers, chance.choice((1, 1, 1, 5))))
                self.sent = values[-1] + 1
                self._send(client, values)

    def _send(self, client: httpx2.Client, values: list[int]) -> None:
        key = {"idempotency-key": f"{self.sensor}-{values[0]}"} if self.keyed else {}
        body = lines([{"v": value} for value in values])
        while True:
            if self._ask(client, body, key):
                self.acked.update(values)
                return
            if not self.keyed:
                return

    def _ask(self, client: httpx2.Client, body: bytes, key: dict[str, str]) -> bool:
        try:
            answer = client.post(f"/api/sensors/{self.sensor}/inbound", content=body, headers=key)
        except httpx2.TransportError:
            sleep(PAUSE)
            return False
        if answer.status_code == 200:
            self.hears()
            return True
        self.refused.append(answer.text)
        sleep(PAUSE)
        return False


@contextmanager
def writing(writers: list[Writer]) -> Iterator[None]:
    """All writers at work for the length of a block."""
    threads = [Thread(target=writer.run, daemon=True) for writer in writers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for writer in writers:
            writer.stopped.set()
        for thread in threads:
            thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "a writer did not come to its end"


def check(writer: Writer, values: list[float], packets: list[bytes]) -> None:
    """Compare what the server shows (values of rows, packets of the archive) with what it owes the writer."""
    for kind, found in (("row", Counter(values)), ("packet", Counter(map(_value, packets)))):
        twice = [value for value, times in found.items() if times > 1]
        assert not twice, f"{kind}s stored twice: {twice[:10]}"
        lost = writer.acked - found.keys()
        assert not lost, f"acknowledged {kind}s lost: {sorted(lost)[:10]}"
        assert found.keys() <= set(range(writer.sent)), f"{kind}s that nobody sent"
    if writer.keyed:
        assert writer.acked == set(range(writer.sent)), "a keyed request was given up"


def _value(packet: bytes) -> float:
    return msgspec.json.decode(packet)["v"]


def archived(server: Server, sensor: int) -> list[bytes]:
    """The packets of a sensor in the archive."""
    sql = "SELECT raw FROM packets FINAL WHERE device = {device:UInt32} FORMAT JSONEachRow"
    with server.engine_client() as client:
        answer = client.post("/", json={"sql": sql, "parameters": {"device": str(sensor)}})
    assert answer.status_code == 200, answer.text
    return [msgspec.json.decode(line)["raw"].encode() for line in answer.content.splitlines()]
