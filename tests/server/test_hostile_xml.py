"""XML that is wrong, or meant to hurt: no entity is expanded, no file opened, no address fetched."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from tests.flow.sensors import describe, values
from tests.running import Server
from tests.speed import at_most

MIB = 1 << 20
MALFORMED = 1001
Post = Callable[[int, bytes], httpx2.Response]

NUMBER = {"input-type": "string", "output-type": "StringDouble", "target-path": "v"}

LAUGHS = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))
QUADRATIC = f'<!DOCTYPE p [<!ENTITY a "{"1" * 50_000}">]><p><v>{"&a;" * 10_000}</v></p>'

READ = {
    "plain": b"<p><v>1.5</v></p>",
    "declared": b'<?xml version="1.0" encoding="UTF-8"?><p><v>1.5</v></p>',
    "byte order mark": b"\xef\xbb\xbf<p><v>1.5</v></p>",
    "UTF-16": '<?xml version="1.0" encoding="UTF-16"?><p><v>1.5</v></p>'.encode("utf-16"),
    "Latin-1": b'<?xml version="1.0" encoding="ISO-8859-1"?><p x="\xe6"><v>1.5</v></p>',
    "attribute": b'<p v="1.5"/>',
    "CDATA": b"<p><v><![CDATA[1.5]]></v></p>",
    "character reference": b"<p><v>&#49;.5</v></p>",
    "comment": b"<p><v>1<!-- . -->.5</v></p>",
    "style sheet": b'<?xml-stylesheet type="text/xsl" href="http://127.0.0.1:9/x.xsl"?><p><v>1.5</v></p>',
    "name space": b'<x:p xmlns:x="http://example.org"><x:v>1.5</x:v></x:p>',
}


def _refused(canary: Path, port: int) -> dict[str, bytes]:
    file, address = canary.as_uri(), f"http://127.0.0.1:{port}/x"
    cases = {
        "nothing": "",
        "blanks": "  ",
        "JSON": '{"v": 1.5}',
        "text": "1.5",
        "no end": "<p><v>1.5</v>",
        "two roots": "<p><v>1.5</v></p><p/>",
        "nul": "<p><v>1\0.5</v></p>",
        "reference to nul": "<p><v>1&#0;.5</v></p>",
        "unknown entity": "<p><v>&x;</v></p>",
        "twice the same attribute": '<p v="1" v="2"/>',
        "bare document type": "<!DOCTYPE p><p><v>1.5</v></p>",
        "billion laughs": f'<!DOCTYPE p [<!ENTITY l0 "lol">{LAUGHS}]><p><v>&l9;</v></p>',
        "quadratic": QUADRATIC,
        "entity in itself": '<!DOCTYPE p [<!ENTITY a "&b;"><!ENTITY b "&a;">]><p><v>&a;</v></p>',
        "a file": f'<!DOCTYPE p [<!ENTITY x SYSTEM "{file}">]><p><v>&x;</v></p>',
        "an address": f'<!DOCTYPE p [<!ENTITY x SYSTEM "{address}">]><p><v>&x;</v></p>',
        "parameter entity of a file": f'<!DOCTYPE p [<!ENTITY % x SYSTEM "{file}"> %x;]><p><v>1.5</v></p>',
        "parameter entity of an address": f'<!DOCTYPE p [<!ENTITY % x SYSTEM "{address}"> %x;]><p v="1"/>',
        "document type in a file": f'<!DOCTYPE p SYSTEM "{file}"><p><v>1.5</v></p>',
        "document type at an address": f'<!DOCTYPE p PUBLIC "x" "{address}"><p><v>1.5</v></p>',
        "65 levels": "<p>" + "<x>" * 64 + "</x>" * 64 + "<v>1.5</v></p>",
        "1,000 levels": "<p><v>1.5</v>" + "<x>" * 1_000 + "</x>" * 1_000 + "</p>",
        "100,000 levels": "<p><v>1.5</v>" + "<x>" * 100_000 + "</x>" * 100_000 + "</p>",
        "levels without end": "<x>" * 300_000,
        "UTF-7": '<?xml version="1.0" encoding="UTF-7"?><p><v>+ADw-</v></p>',
        "unknown encoding": '<?xml version="1.0" encoding="x"?><p><v>1.5</v></p>',
    }
    raw = {
        "bad UTF-8": b"<p><v>1.5</v>\xff\xfe</p>",
        "overlong UTF-8": b"<p><v>1.5</v>\xc0\x80</p>",
        "document type in UTF-16": cases["billion laughs"].encode("utf-16"),
    }
    return {**{name: text.encode() for name, text in cases.items()}, **raw}


HEAVY = {
    "40,000 attributes": b"<p " + b" ".join(b'a%d="1"' % at for at in range(40_000)) + b"><v>1.5</v></p>",
    "20,000 name spaces": b"<p "
    + b" ".join(b'xmlns:a%d="u%d"' % (at, at) for at in range(20_000))
    + b"><v>1.5</v></p>",
    "150,000 children": b"<p><v>1.5</v>" + b"<x/>" * 150_000 + b"</p>",
    "one long text": b"<p><v>1.5</v><x>" + b"y" * 1_000_000 + b"</x></p>",
    "one long CDATA": b"<p><v>1.5</v><![CDATA[" + b"]" * 1_000_000 + b"]]></p>",
    "one long name": b"<p><v>1.5</v><" + b"n" * 400_000 + b"/></p>",
    "many comments": b"<p><v>1.5</v>" + b"<!---->" * 140_000 + b"</p>",
    "many references": b"<p><v>1.5</v><x>" + b"&amp;" * 200_000 + b"</x></p>",
    "XInclude": b'<p v="1" xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="/etc/passwd"/></p>',
}


class Canary:
    """A named pipe and a listening socket that nobody may touch."""

    def __init__(self, folder: Path) -> None:
        self.pipe = folder / "canary"
        os.mkfifo(self.pipe)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(0.2)
        self.port = self.listener.getsockname()[1]
        self.touched: list[str] = []
        threading.Thread(target=self._watch_pipe, daemon=True).start()

    def _watch_pipe(self) -> None:
        with self.pipe.open("w"):  # returns when somebody opens it for reading
            self.touched.append("pipe")

    def check(self) -> None:
        """Fail when the server came by; then take everything down."""
        try:
            self.listener.accept()[0].close()
            self.touched.append("socket")
        except TimeoutError:
            pass
        self.listener.close()
        assert self.touched == []
        os.close(os.open(self.pipe, os.O_RDONLY))  # lets the watcher end


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canary]:
    """It is looked at when all tests are done."""
    canary = Canary(tmp_path_factory.mktemp("canary"))
    yield canary
    canary.check()


@pytest.fixture(scope="module")
def reader(client: httpx2.Client) -> int:
    """A sensor whose values are texts, as XML's are."""
    return describe(client, converters=[NUMBER])


@pytest.fixture
def post(server: Server, client: httpx2.Client) -> Post:
    """Posts a body to a sensor, which is little work for the server."""

    def send(sensor: int, body: bytes) -> httpx2.Response:
        headers = {"content-type": "application/xml"}
        with at_most(1, server.computed):
            return client.post(f"/api/sensors/{sensor}/inbound", content=body, headers=headers)

    return send


@pytest.mark.parametrize("name", READ)
def test_ordinary_xml_is_read(client: httpx2.Client, post: Post, name: str):
    """As its declaration says."""
    sensor = describe(client, converters=[NUMBER])
    answer = post(sensor, READ[name])
    assert answer.status_code == 200, answer.text
    assert values(client, sensor) == [1.5]


@pytest.mark.parametrize("name", _refused(Path("/x"), 1))
def test_hostile_xml_is_refused(server: Server, post: Post, reader: int, canary: Canary, name: str):
    """As malformed, before anything is expanded or fetched."""
    answer = post(reader, _refused(canary.pipe, canary.port)[name])
    assert (answer.status_code, answer.json()["error-code"]) == (400, MALFORMED)
    assert "Traceback" not in server.log()


@pytest.mark.parametrize("name", HEAVY)
def test_heavy_xml_costs_less_than_a_second(
    server: Server, client: httpx2.Client, post: Post, reader: int, name: str
):
    """It is read or refused, and the server goes on."""
    assert len(HEAVY[name]) < MIB
    answer = post(reader, HEAVY[name])
    assert answer.status_code == 200 or answer.json()["error-code"] == MALFORMED
    assert client.get("/healthz").status_code == 200
    assert "Traceback" not in server.log()
