"""Answers of a server that break off."""

import socket
from threading import Thread

import pytest
import urllib3
from clickhouse_connect.driver.exceptions import DatabaseError, OperationalError

from sensorium.storage.observations.broken import pieces

HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-ClickHouse-Exception-Tag: %s\r\n\r\n"
ROWS = b'{"n":1}\n' * 10
ERROR = (
    b"\r\n__exception__\r\ntagtagtag\r\nCode: 241. DB::Exception: no memory.\r\n"
    b"38 tagtagtag\r\n__exception__\r\n"
)


def read(body: bytes, size: int, end: bytes = b"") -> bytes:
    """What is read of an answer with this body in chunks and this end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                chunks = [body[at : at + 50] for at in range(0, len(body), 50)]
                sent = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
                connection.sendall(HEAD % b"tagtagtag" + sent + end)

        thread = Thread(target=answer)
        thread.start()
        try:
            with urllib3.PoolManager(retries=False) as manager:
                url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
                found = list(pieces(manager.request("GET", url, preload_content=False), size))
                assert all(found)
                return b"".join(found)
        finally:
            thread.join()


@pytest.mark.parametrize("size", [1, 7, 30, 1000])
def test_whole_answer_is_given_as_it_is(size: int):
    """Also one that speaks of exceptions."""
    body = ROWS + b"__exception__\r\nno tag" + ROWS
    assert read(body, size, b"0\r\n\r\n") == body
    assert read(b"", size, b"0\r\n\r\n") == b""


@pytest.mark.parametrize("end", [b"", b"0\r\n\r\n"])
@pytest.mark.parametrize("size", [1, 7, 30, 1000])
def test_error_in_the_middle_is_raised(size: int, end: bytes):
    """Its mark is found wherever the pieces end, whether the connection breaks behind it or not."""
    with pytest.raises(DatabaseError, match="no memory") as found:
        read(ROWS + ERROR, size, end)
    assert found.value.code == 241


@pytest.mark.parametrize("size", [1, 7, 30, 1000])
def test_answer_without_an_end_is_not_whole(size: int):
    """As when the server dies."""
    with pytest.raises(OperationalError, match="breaks off"):
        read(ROWS, size)
