"""What a connection carried before, and how its bytes are cut, changes no answer and nothing stored."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from socket import SHUT_WR
from time import sleep

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.dialects.sensordata.api import Customer, Place, new_customer
from tests.flow.sensors import STAMPED, describe
from tests.running import Server
from tests.server.wire import Wire, wire

EPOCH = 1_750_000_000
VARYING = re.compile(rb"date: [^\r]*\r\n|connection: close\r\n", re.IGNORECASE)
COUNT = re.compile(r"^(sensorium_(?:answers|refusals|packets)_total\{.*\}) (\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Side:
    """The sensor and the device of one of the two ways, which are sent the same."""

    customer: Customer
    sensor: int
    place: Place
    definition: int

    @property
    def token(self) -> str:
        return self.customer.token

    def packet(self, number: int) -> bytes:
        return f'{{"t":{EPOCH + number},"v":{number}}}'.encode()

    def push(self, body: bytes, more: str = "", path: str = "", length: str = "content-length: ") -> bytes:
        """A request to the sensor's address."""
        head = (
            f"POST /api/sensors/{self.sensor}/inbound{path} HTTP/1.1\r\nhost: x\r\n"
            f"authorization: Bearer {self.token}\r\n{more}{length}{len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def insert(self, number: int) -> bytes:
        """An insert into the device."""
        values = f'[{{"sd_id":{self.definition},"value":{number}}}]'
        time = f"2025-06-15T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}Z"
        body = (
            f'{{"action":"insert","device_id":{self.place.device},"user_agent":"x","time":"{time}",'
            f'"sensor_data":{values}}}'
        ).encode()
        head = f"POST /v1/SensorData HTTP/1.1\r\nhost: x\r\ntoken: {self.token}\r\n"
        return head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body

    def stored(self) -> list[object]:
        """The rows of the sensor and of the device, but for what tells them apart."""
        client = self.customer.provider.client
        answer = client.get(f"/api/data/id/{self.sensor}/fromutc/2025-06-15T00:00:00Z")
        assert answer.status_code == 200, answer.text
        inserted = self.customer.select(**self.place.by_device)
        return [row["value"] for row in (*answer.json(), *inserted)]


def _chunked(side: Side, number: int) -> bytes:
    body = side.packet(number)
    head = side.push(b"", "transfer-encoding: chunked\r\n").replace(b"content-length: 0\r\n", b"")
    return head + b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n"


ASKS: dict[str, Callable[[Side, int], bytes]] = {
    "push": lambda side, number: side.push(side.packet(number)),
    "longer": lambda side, number: side.push(side.packet(number) + b" " * 300),
    "capital": lambda side, number: side.push(side.packet(number), length="Content-Length: "),
    "close together": lambda side, number: side.push(side.packet(number), length="content-length:"),
    "zeros": lambda side, number: side.push(side.packet(number), length="content-length: 00"),
    "chunks": _chunked,
    "batch": lambda side, number: side.push(b"[" + side.packet(number) + b"]"),
    "unfit": lambda side, _: side.push(b'{"t":"x","v":1}'),
    "no JSON": lambda side, _: side.push(b"{"),
    "request in a request": lambda side, number: side.push(side.push(side.packet(number))),
    "empty": lambda side, _: side.push(b""),
    "1969": lambda side, _: side.push(b'{"t":-1,"v":1}'),
    "media": lambda side, number: side.push(side.packet(number), "content-type: text/x\r\n"),
    "packed": lambda side, number: side.push(side.packet(number), "content-encoding: br\r\n"),
    "key": lambda side, number: side.push(side.packet(number), f"idempotency-key: {number}\r\n"),
    "one key": lambda side, _: side.push(side.packet(0), "idempotency-key: one\r\n"),
    "test": lambda side, number: side.push(side.packet(number), path="?pushtest=true"),
    "slash": lambda side, number: side.push(side.packet(number), path="/"),
    "expect": lambda side, number: side.push(side.packet(number), "expect: 100-continue\r\n"),
    "upgrade": lambda side, number: side.push(side.packet(number), "connection: upgrade\r\nupgrade: h2c\r\n"),
    "moving": lambda side, number: side.push(side.packet(number)).replace(b"/inbound", b"/1/2/3/inbound"),
    "stranger": lambda side, number: side.push(side.packet(number)).replace(b"Bearer ", b"Bearer 0"),
    "nobody": lambda side, number: side.push(side.packet(number)).replace(b"authorization", b"x"),
    "no sensor": lambda side, number: side.push(side.packet(number), path="/x"),
    "put": lambda side, number: side.push(side.packet(number)).replace(b"POST", b"PUT"),
    "head": lambda side, number: side.push(side.packet(number)).replace(b"POST", b"HEAD"),
    "insert": lambda side, number: side.insert(number),
    "insert again": lambda side, _: side.insert(1),
    "page": lambda _side, _number: b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n",
}
LAST: dict[str, Callable[[Side, int], bytes]] = {
    "closing": lambda side, number: side.push(side.packet(number), "connection: close\r\n"),
    "old": lambda side, number: side.push(side.packet(number)).replace(b"HTTP/1.1", b"HTTP/1.0"),
    "two lengths": lambda side, number: side.push(side.packet(number), "content-length: 3\r\n"),
    "both": lambda side, number: side.push(side.packet(number), "transfer-encoding: chunked\r\n"),
    "no HTTP": lambda _side, _number: b"\x16\x03\x01\r\n\r\n",
}
DEEDS = ("disable", "enable")
"""What is done meanwhile, by another connection, when all answers are there."""

ALONE = {*LAST, *DEEDS}
"""What is sent when all answers are there: what comes with it would be dropped, or be unanswered still."""


@dataclass(frozen=True)
class Step:
    """A request, where it is cut in two, if so (None: behind its head), and what is waited for then."""

    name: str
    at: float | None
    cut: bool
    then: str


asks = st.one_of(
    st.sampled_from(["push", "capital", "insert", "request in a request"]), st.sampled_from([*ASKS, *DEEDS])
)
steps = st.builds(
    Step, asks, st.none() | st.floats(0, 1), st.booleans(), st.sampled_from(["", "", "moment", "answer"])
)
lasts = st.builds(Step, st.sampled_from([*LAST]), st.floats(0, 1), st.booleans(), st.just(""))


class Answers:
    """The answers that come on a connection, without what may differ."""

    def __init__(self, connection: Wire) -> None:
        self.connection = connection
        self.data = b""

    def next(self, name: str) -> bytes:
        """The next one; b"" when the server has closed."""
        while (found := self._cut(name)) is None:
            piece = self.connection.receive()
            if not piece:
                return self.data
            self.data += piece
        return found

    def _cut(self, name: str) -> bytes | None:
        self.data = self.data.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
        end = self.data.find(b"\r\n\r\n") + 4
        length = re.search(rb"content-length: (\d+)", self.data[:end])
        if end < 4 or length is None:
            return None
        end += 0 if name == "head" else int(length[1])
        if len(self.data) < end:
            return None
        answer, self.data = self.data[:end], self.data[end:]
        return answer


def plain(side: Side, answer: bytes) -> bytes:
    """An answer without the numbers of things, which differ."""
    answer = VARYING.sub(b"", answer)
    if b'"sensordata' in answer:
        return re.sub(rb"\d+", b"N", answer)
    length = b"content-length: %d\r\n"
    head, blank, body = answer.partition(b"\r\n\r\n")
    address, alike = b"/sensors/%d/" % side.sensor, b"/sensors/N/"  # an id may have more digits than another
    shown = body.replace(address, alike)
    return head.replace(length % len(body), length % len(shown)).replace(address, alike) + blank + shown


def one_by_one(server: Server, side: Side, asked: list[tuple[Step, int]]) -> Iterator[bytes]:
    """Each request on a connection of its own."""
    for step, number in asked:
        if step.name in DEEDS:
            do(side, step.name)
            continue
        with wire(server) as connection:
            connection.send({**ASKS, **LAST}[step.name](side, number))
            yield plain(side, Answers(connection).next(step.name))


class Kept:
    """One connection for all requests."""

    def __init__(self, side: Side, connection: Wire) -> None:
        self.side, self.connection = side, connection
        self.answers = Answers(connection)
        self.unsent = b""
        self.unanswered: list[str] = []

    def send(self, more: bytes = b"") -> None:
        self.connection.send(self.unsent + more)
        self.unsent = b""
        sleep(0.001)

    def drain(self) -> Iterator[bytes]:
        self.send()
        yield from (plain(self.side, self.answers.next(name)) for name in self.unanswered)
        self.unanswered = []

    def ask(self, step: Step, data: bytes) -> Iterator[bytes]:
        at = data.find(b"\r\n\r\n") + 4 if step.at is None else round(step.at * len(data))
        if step.cut:
            self.send(data[:at])
            data = data[at:]
        self.unsent += data
        self.unanswered.append(step.name)
        if step.then == "moment":
            self.send()
        elif step.then == "answer":
            yield from self.drain()


def on_one(server: Server, side: Side, asked: list[tuple[Step, int]], *, ends: bool) -> Iterator[bytes]:
    """All on one connection, in pieces; it `ends` the client's side when all is sent."""
    with wire(server) as connection:
        kept = Kept(side, connection)
        for step, number in asked:
            if step.name in ALONE:
                yield from kept.drain()
            if step.name in DEEDS:
                do(side, step.name)
                continue
            yield from kept.ask(step, {**ASKS, **LAST}[step.name](side, number))
            if step.name in ALONE:
                yield from kept.drain()
        kept.send()
        if ends:
            connection.socket.shutdown(SHUT_WR)
        yield from kept.drain()


def do(side: Side, deed: str) -> None:
    """Disable or enable the sensor, whether it is or not."""
    side.customer.provider.client.post(f"/api/sensors/{side.sensor}/{deed}")


def counts(server: Server) -> Counter[str]:
    """What was answered so far, by operation and status, and refused, by reason."""
    with server.client() as client:
        text = client.get("/metrics").text
    return Counter({name: int(float(value)) for name, value in COUNT.findall(text) if "able" not in name})


@pytest.fixture(scope="module")
def sides(server: Server) -> Iterator[tuple[Side, Side]]:
    """Two accounts with the same things."""
    with new_customer(server) as one, new_customer(server) as other:
        yield _side(one), _side(other)


def _side(customer: Customer) -> Side:
    definition = customer.definition()
    sensor = describe(customer.provider.client, **STAMPED)
    return Side(customer, sensor, customer.place(definition), definition)


def test_answers_do_not_depend_on_what_a_connection_carried_before(server: Server, sides: tuple[Side, Side]):
    """Nor do what is stored and what is counted."""
    fresh, kept = sides
    used = 0

    @settings(max_examples=25, phases=[Phase.generate])
    @given(st.lists(steps, min_size=2, max_size=12), st.none() | lasts, st.booleans())
    def compare(middle: list[Step], last: Step | None, ends: bool) -> None:
        nonlocal used
        enable = Step("enable", 0, cut=False, then="")
        chosen = [enable, *middle] if last is None else [enable, *middle, last]
        asked = [(step, used + at) for at, step in enumerate(chosen)]
        used += len(asked)
        before = counts(server)
        expected = list(one_by_one(server, fresh, asked))
        between = counts(server)
        found = list(on_one(server, kept, asked, ends=ends and last is None))
        after = counts(server)
        assert found == expected
        assert after - between == between - before

    compare()
    assert kept.stored() == fresh.stored()
