"""A head that recurs is read once; what is answered is what would have been answered anyway."""

import asyncio
from asyncio import Future, StreamReader, StreamWriter
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress

import pytest
import uvicorn
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from sensorium.dialects.prepared import Prepared
from sensorium.dialects.short_way import Begun, ShortWay
from sensorium.server.deadlines import Deadlines
from sensorium.server.protocol import protocol_with

HEAD = "POST {path} HTTP/1.1\r\nHost: x\r\n{more}Content-Length: {length}\r\n\r\n"


class House:
    """A server whose short way answers a body by itself, and fails or declines those that say so."""

    def __init__(self) -> None:
        self.heads_read = 0
        self.usual = 0
        self.attempts = 0
        self.waiting: list[Future[bytes]] = []
        self.holds = False

    async def app(self, _: Scope, receive: Receive, send: Send) -> None:
        self.usual += 1
        message = await receive()
        await PlainTextResponse(b"usual " + message["body"])(
            {"type": "http", "method": "POST"}, receive, send
        )

    def short_way(self, scope: Scope) -> ShortWay | None:
        self.heads_read += 1
        return ShortWay(self.take, recurs="once" not in scope["path"])

    def take(self, body: bytes) -> Begun | None:
        self.attempts += 1
        if b"decline" in body:
            return None
        future: Future[bytes] = asyncio.get_running_loop().create_future()
        if b"fail" in body:
            future.set_exception(OSError("full"))
        elif self.holds:
            self.waiting.append(future)
        else:
            future.set_result(body)
        return Begun(future, settle)


def settle(body: bytes) -> Prepared:
    return Prepared(b"short " + body, media_type="text/plain")


class Client:
    """A connection to it."""

    def __init__(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.head = b""  # of the last answer

    def send(self, *bodies: str, path: str = "/", more: str = "") -> None:
        """Requests in one piece."""
        requests = [HEAD.format(path=path, more=more, length=len(each)) + each for each in bodies]
        self.writer.write("".join(requests).encode())

    async def answer(self) -> str:
        """The body of the next answer, "" when the server has closed."""
        self.head = b""
        with suppress(asyncio.IncompleteReadError):
            self.head = await self.reader.readuntil(b"\r\n\r\n")
        lengths = [line[15:] for line in self.head.split(b"\r\n") if line.startswith(b"content-length:")]
        return (await self.reader.readexactly(int(lengths[0]))).decode() if lengths else ""

    async def ask(self, body: str, path: str = "/", more: str = "") -> str:
        self.send(body, path=path, more=more)
        return await self.answer()


Scenario = Callable[[House, Client], Awaitable[None]]


def run(
    scenario: Scenario, *, stop: Callable[[uvicorn.Server, House], Coroutine[None, None, None]] | None = None
) -> None:
    async def served() -> None:
        house = House()
        deadlines = Deadlines(5, 5, 5, 5)
        http = protocol_with(deadlines, house.short_way, lambda _: None)
        config = uvicorn.Config(
            house.app, http=http, ws="none", lifespan="off", log_config=None, port=0, interface="asgi3"
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        host, port = server.servers[0].sockets[0].getsockname()
        reader, writer = await asyncio.open_connection(host, port)
        stopping = None if stop is None else asyncio.create_task(stop(server, house))
        async with asyncio.timeout(20):
            await scenario(house, Client(reader, writer))
        writer.close()
        await writer.wait_closed()
        server.should_exit = True
        await serving
        if stopping is not None:
            await stopping

    asyncio.run(served())


def claim(scenario: Scenario) -> Callable[[], None]:
    """A test that runs the scenario."""

    def test() -> None:
        run(scenario)

    test.__doc__ = scenario.__doc__
    return test


@claim
async def test_a_head_is_read_once(house: House, client: Client) -> None:
    """However many bodies of whatever length follow."""
    bodies = ["a", "bc", "def" * 100, "", "g"]
    assert [await client.ask(each) for each in bodies] == [f"short {each}" for each in bodies]
    assert (house.heads_read, house.usual) == (1, 0)


@claim
async def test_heads_that_differ_are_read_each(house: House, client: Client) -> None:
    """By another path, or another header."""
    for path, more in [("/a", ""), ("/b", ""), ("/a", "X: y\r\n"), ("/a", ""), ("/b", "")]:
        assert await client.ask("1", path, more) == "short 1"
    assert house.heads_read == 3


@claim
async def test_a_head_that_does_not_recur_is_not_kept(house: House, client: Client) -> None:
    """As the operation says of it."""
    for _ in range(3):
        assert await client.ask("1", "/once") == "short 1"
    assert house.heads_read == 3


@claim
async def test_a_client_that_waits_before_its_body_is_told_to_go_on(house: House, client: Client) -> None:
    """Each time: such a head is read again."""
    for _ in range(2):
        assert await client.ask("1", more="Expect: 100-continue\r\n") == "short 1"
    assert house.heads_read == 2


@claim
async def test_what_is_declined_goes_the_usual_way(house: House, client: Client) -> None:
    """Nothing of it is lost, and the next one is answered."""
    for body, answer in [("1", "short 1"), ("decline", "usual decline"), ("2", "short 2")]:
        assert await client.ask(body) == answer
    assert house.usual == 1


@claim
async def test_what_is_never_taken_is_not_kept(house: House, client: Client) -> None:
    """A head is kept with the first body that is: who has no token cannot drive out those of others."""
    for _ in range(3):
        assert await client.ask("decline") == "usual decline"
    assert house.heads_read == 3


@claim
async def test_a_short_way_is_tried_once(house: House, client: Client) -> None:
    """Not again when the head is read, after it has failed or was declined."""
    assert await client.ask("1") == "short 1"
    assert await client.ask("fail") == "usual fail"
    assert await client.ask("decline") == "usual decline"
    assert house.attempts == 3


@claim
async def test_what_fails_goes_the_usual_way(house: House, client: Client) -> None:
    """As it would without a head that is known, and what came behind it follows."""
    assert await client.ask("1") == "short 1"
    client.send("fail")
    client.send("2", "fail", "decline", "3")
    found = [await client.answer() for _ in range(5)]
    assert [each.split()[1] for each in found] == ["fail", "2", "fail", "decline", "3"]


@claim
async def test_what_follows_before_the_answer_waits_for_its_turn(house: House, client: Client) -> None:
    """Answers come in the order of the requests, however they are cut into pieces."""
    await hold(house, client)
    client.send("2", "3")
    client.writer.write(HEAD.format(path="/", more="", length=4).encode() + b"us")  # and half of a fourth
    await asyncio.sleep(0.05)
    assert len(house.waiting) == 1
    house.holds = False
    house.waiting[0].set_result(b"1")
    assert [(await client.answer()).split()[1] for _ in range(3)] == ["1", "2", "3"]
    client.writer.write(b"ed")
    assert await client.answer() in {"usual us", "usual used"}  # the app here reads one piece


@claim
async def test_a_client_that_ends_its_side_gets_its_answers(house: House, client: Client) -> None:
    """All of them, and then the end."""
    await hold(house, client)
    client.send("2")
    client.writer.write_eof()
    await asyncio.sleep(0.05)
    for number in (1, 2):
        await settled(house, number)
        house.waiting[-1].set_result(b"%d" % number)
        assert await client.answer() == f"short {number}"
        assert (b"\r\nconnection: close\r\n" in client.head) == (number == 2)
    assert await client.answer() == ""


@claim
async def test_a_client_that_has_gone_is_not_waited_for(house: House, client: Client) -> None:
    """What it has sent is settled, and others are served."""
    await hold(house, client)
    client.writer.transport.abort()
    await asyncio.sleep(0.05)
    house.waiting[0].set_result(b"1")
    await asyncio.sleep(0.05)


def test_a_server_that_ends_answers_first() -> None:
    """What is under way is answered, and the connection is closed then."""

    async def stop(server: uvicorn.Server, house: House) -> None:
        await settled(house, 1)
        server.should_exit = True
        await asyncio.sleep(0.3)
        house.waiting[0].set_result(b"1")

    async def scenario(house: House, client: Client) -> None:
        assert await client.ask("0") == "short 0"
        house.holds = True
        assert await client.ask("1") == "short 1"
        assert b"\r\nconnection: close\r\n" in client.head
        assert await client.answer() == ""

    run(scenario, stop=stop)


async def hold(house: House, client: Client) -> None:
    """Have a request with a head that is known wait for its answer."""
    assert await client.ask("0") == "short 0"
    house.holds = True
    client.send("1")
    await settled(house, 1)


async def settled(house: House, waiting: int) -> None:
    """Return when so many bodies wait for their answers."""
    while len(house.waiting) < waiting:
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_head_after_which_the_connection_ends_is_not_kept(version: str) -> None:
    """Of an old client, or of one that says so."""

    async def scenario(_: House, client: Client) -> None:
        head = HEAD.format(path="/", more="Connection: close\r\n" * (version == "1.1"), length=1)
        client.writer.write(head.replace("HTTP/1.1", f"HTTP/{version}").encode() + b"1")
        assert await client.answer() == "short 1"
        assert await client.answer() == ""

    run(scenario)
