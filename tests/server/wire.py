"""Bytes sent as they are: requests that no HTTP client would send."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from urllib.parse import urlsplit

import httpx2

from tests.running import Server


class Wire:
    """A connection to the server."""

    def __init__(self, server: Server, receive_buffer: int = 0) -> None:
        address = urlsplit(server.url)
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(20)
        self.socket.connect((address.hostname, address.port))

    def send(self, data: bytes) -> bool:
        """Send all of it; whether the server still took it."""
        try:
            self.socket.sendall(data)
        except OSError:
            return False
        return True

    def receive(self, size: int = 65_536) -> bytes:
        """What comes next, b"" when the server has closed."""
        try:
            return self.socket.recv(size)
        except ConnectionError:
            return b""

    def receive_all(self) -> bytes:
        """Everything until the server closes."""
        pieces = []
        while piece := self.receive():
            pieces.append(piece)
        return b"".join(pieces)

    def answer(self) -> bytes:
        """The next answer's head and the body that its content-length tells."""
        data = b""
        while b"\r\n\r\n" not in data and (piece := self.receive()):
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"content-length:")), 0
        )
        while len(body) < length and (piece := self.receive()):
            body += piece
        return head + b"\r\n\r\n" + body

    def trickle(self, data: bytes, every: float, seconds: float) -> float | None:
        """Send one byte of `data`, again and again, at an interval; after how long the server closed."""
        begun = monotonic()
        self.socket.settimeout(every)
        at = 0
        while (passed := monotonic() - begun) < seconds:
            if not self.send(data[at : at + 1]):
                return passed
            at = (at + 1) % len(data)
            try:
                if self.socket.recv(65_536) == b"":
                    return monotonic() - begun
            except TimeoutError:
                continue
            except ConnectionError:
                return monotonic() - begun
        return None

    def silence(self, seconds: float) -> float | None:
        """Do nothing; after how long the server closed."""
        begun = monotonic()
        with suppress(ConnectionError):
            while (left := begun + seconds - monotonic()) > 0:
                self.socket.settimeout(left)
                try:
                    if not self.socket.recv(65_536):
                        break
                except TimeoutError:
                    return None
        return monotonic() - begun


@contextmanager
def wire(server: Server) -> Iterator[Wire]:
    """A connection for the length of a block."""
    opened = Wire(server)
    with opened.socket:
        yield opened


def reader(server: Server, owner: httpx2.Client, path: str) -> Wire:
    """A connection that asks for something, and takes little at a time of the answer."""
    connection = Wire(server, receive_buffer=32_768)
    head = f"GET {path} HTTP/1.1\r\nhost: x\r\nauthorization: {owner.headers['authorization']}\r\n\r\n"
    connection.send(head.encode())
    return connection
