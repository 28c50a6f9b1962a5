"""Headers and addresses that are wrong, or meant to hurt."""

from pathlib import Path
from time import sleep

import httpx2
import pytest

from tests.flow.sensors import describe, push
from tests.running import Server
from tests.server.wire import wire

UNEXPECTED = 1008
UNUSED = 6.0  # seconds after which an unused connection to the engine is closed

BYTES = [
    b"",
    b"x",
    b"Bearer",
    b"Bearer ",
    b"Bearer  x",
    b"bearer " + b"0" * 32,
    b"Bearer " + b"0" * 20_000,
    b"Bearer " + bytes(range(0x80, 0x100)),
    b"Bearer \t\t",
    b"Basic",
    b"Basic " + b"=" * 40,
    b"Basic Og==",  # ":"
    b"Basic bm9ib2R5OnBhc3N3b3Jk",
    b"Basic " + b"QUFB" * 5_000,
    b"Basic /////w==",  # no UTF-8
    b"Digest username=x",
    b"Bearer x, Basic y",
    b"\xf0\x9f\x98\x80",
]

SEGMENTS = [
    *("0", "-1", "1.0", "1e3", "+1", "01", " 1", "99999999999999999999", "9" * 5_000, "x", "١", "½", "%00"),
    *("%ff", "%2e%2e", "%2F", "%252F", "%0d%0aSet-Cookie:%20x", "null", "1;2", "1'--", "*", "{id}"),
]

TIMES = [
    *("2026-01-01", "2026-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
    *("2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:00+99:99", "1969-12-31T23:59:59Z"),
    *(
        "2026-01-01T00:00:00.1234567890123Z",
        "-2026-01-01T00:00:00Z",
        "2300-01-01T00:00:00Z",
        "now",
        "1",
        "%00",
    ),
]


def _status(answer: bytes) -> int:
    assert f'"error-code":{UNEXPECTED}'.encode() not in answer
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize("name", ["authorization", "idempotency-key", "content-type", "host", "expect", "x"])
def test_no_header_upsets_the_server(server: Server, sensor: int, client: httpx2.Client, name: str):
    """Whatever it holds, the answer is one that the document knows."""
    owner = client.headers["authorization"].encode()
    for path in (f"/api/sensors/{sensor}/inbound", "/api/sensors/configure", "/api/providers/tokens/new"):
        for value in BYTES:
            head = f"POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 0\r\n".encode()
            head += b"" if name == "authorization" else b"authorization: " + owner + b"\r\n"
            with wire(server) as connection:
                connection.send(head + name.encode() + b": " + value + b"\r\n\r\n")
                assert _status(connection.receive_all()) in {200, 201, 400, 401, 415}
    assert "Traceback" not in server.log()


def test_no_segment_of_an_address_upsets_the_server(server: Server, client: httpx2.Client):
    """What is no number of anything is not found; no segment reaches a header or a file."""
    owner = client.headers["authorization"].encode()
    paths = [
        "/api/sensors/{}",
        "/api/sensors/{}/pipeline",
        "/api/components/{}",
        "/api/srs/{}",
        "/api/providers/{}",
    ]
    paths += ["/api/data/id/{}/minutc", "/api/sensors/providers/{}", "/api/datalevels/{}", "/{}"]
    for path in paths:
        for segment in SEGMENTS:
            head = f"GET {path.format(segment)} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n".encode()
            with wire(server) as connection:
                connection.send(head + b"authorization: " + owner + b"\r\n\r\n")
                answer = connection.receive_all()
            assert _status(answer) in {200, 400, 404}, (path, segment, answer[:300])
            assert b"\nset-cookie" not in answer.lower()
    assert "Traceback" not in server.log()


def test_no_place_or_time_upsets_the_server(server: Server, client: httpx2.Client, sensor: int):
    """Of a moving sensor's address, or of a question for data."""
    moving = describe(client, location=None)
    for value in [*SEGMENTS, "181", "-1e308", "nan", "inf"]:
        for at in range(3):
            place = "/".join(value if each == at else "1" for each in range(3))
            answer = client.post(f"/api/sensors/{moving}/{place}/inbound", json={"v": 1})
            assert answer.status_code in {200, 400, 404, 405}, (place, answer.text)
    for begin in TIMES:
        answer = client.get(f"/api/data/id/{sensor}/fromutc/{begin}")
        assert answer.status_code in {200, 400, 404}, (begin, answer.text)
        for end in TIMES:
            answer = client.get(f"/api/data/id/{sensor}/fromutc/{begin}/toutc/{end}")
            assert answer.status_code in {200, 400, 404}, (begin, end, answer.text)
    assert "Traceback" not in server.log()


def test_reads_without_an_engine_leave_no_open_files(hasty: Server, owner: httpx2.Client):
    """300 of them while it is down, as many files afterwards as before."""
    sensor = describe(owner)
    assert push(owner, sensor, {"v": 1}).status_code == 200
    folder = hasty.data / "engine.sock"
    before = _files(hasty)
    folder.rename(folder.with_suffix(".away"))  # nobody answers at the address any more
    read = f"/api/data/id/{sensor}/fromutc/2026-01-01T00:00:00Z"
    try:
        while owner.get(read).status_code == 200:  # a connection that was open still is, until it is idle
            sleep(UNUSED)
        for _ in range(300):
            assert owner.get(read).json()["error-code"] == 305
        assert _files(hasty) <= before + 3
    finally:
        folder.with_suffix(".away").rename(folder)
    assert owner.get(f"/api/data/id/{sensor}/maxutc").status_code == 200


def _files(server: Server) -> int:
    return len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))
