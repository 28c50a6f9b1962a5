"""A body that is packed is refused as what it is; nobody takes it for broken JSON, or for plain."""

import gzip
import re

import httpx2
import pytest

from tests.flow.sensors import register
from tests.running import Server
from tests.server.wire import wire

BODY = b'{"v":1.5}'
PACKED = gzip.compress(BODY)

REFUSED = {
    "nilu": ("/api/providers/create", 415, "1005"),
    "manage": ("/manage/v1/assets", 415, "unsupported-media"),
    "navixy": ("/v2/user/auth", 400, '"code":5'),  # the status that the vendor's table has for this code
    "sensordata": ("/v1/SensorData", 415, "INVALID_REQUEST_PRAM"),
}


def _refusals(client: httpx2.Client, dialect: str) -> float:
    text = client.get("/metrics").text
    name = rf'^sensorium_refusals_total\{{dialect="{dialect}",reason="UnsupportedMedia"\}} (\S+)$'
    found = re.search(name, text, re.MULTILINE)
    return 0.0 if found is None else float(found[1])


@pytest.mark.parametrize("coding", ["gzip", "br", "GZIP", "identity, deflate", "x"])
def test_packed_packets_are_refused(client: httpx2.Client, sensor: int, coding: str):
    """With 415 and what is taken instead (RFC 9110, 15.5.16), also behind packets that were taken."""
    path = f"/api/sensors/{sensor}/inbound"
    for _ in range(3):
        assert client.post(path, content=BODY).status_code == 200
    before = _refusals(client, "nilu")
    for body in (PACKED, BODY, BODY):
        refused = client.post(path, content=body, headers={"content-encoding": coding})
        assert refused.status_code == 415
        assert refused.headers["accept-encoding"] == "identity"
        assert refused.json() == {
            "error-code": 1005,
            "error-message": "Bodies are read as they are: they must not be packed (Content-Encoding).",
            "http-status-code": 415,
        }
    assert _refusals(client, "nilu") == before + 3
    assert client.post(path, content=BODY).status_code == 200


@pytest.mark.parametrize("coding", ["identity", "Identity", "", "identity, identity"])
def test_identity_is_no_coding(client: httpx2.Client, sensor: int, coding: str):
    """A body that is said to be as it is."""
    path = f"/api/sensors/{sensor}/inbound"
    for _ in range(3):
        assert client.post(path, content=BODY, headers={"content-encoding": coding}).status_code == 200


@pytest.mark.parametrize("dialect", REFUSED)
def test_each_api_refuses_in_its_own_words(server: Server, client: httpx2.Client, dialect: str):
    """And counts it by its reason."""
    path, status, words = REFUSED[dialect]
    before = _refusals(client, dialect)
    headers = {"content-encoding": "gzip", "content-type": "application/json"}
    token = client.headers["authorization"].removeprefix("Bearer ")
    refused = client.post(path, content=PACKED, headers={**headers, "token": token})
    assert (refused.status_code, refused.headers["accept-encoding"]) == (status, "identity"), refused.text
    assert words in refused.text
    assert _refusals(client, dialect) == before + 1


@pytest.mark.parametrize(
    "chunked", [b"gzip, chunked", b"identity, chunked", b"gzip\r\ntransfer-encoding: chunked"]
)
def test_chunks_of_something_packed_are_refused_too(server: Server, chunked: bytes):
    """The last transfer coding is chunked, so that the end is known; what is in the chunks is not read."""
    with register(server) as owner, wire(server) as connection:
        connection.send(
            b"POST /manage/v1/assets HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
            b"authorization: %b\r\ntransfer-encoding: %b\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
            % (owner.headers["authorization"].encode(), chunked)
        )
        answer = connection.answer()
    assert answer.startswith(b"HTTP/1.1 415")
    assert b"accept-encoding" not in answer
    assert b'"Transfer-Encoding"' in answer
