"""The embedded engine behind the part of ClickHouse's HTTP interface that the platform's client uses.

It stands in for a ClickHouse server where none can be installed: the client sends to it what it would send to
a server, and SQL, formats, settings and errors are those of the same engine. What is not the engine's is made
here after ClickHouse's documentation: requests and answers, who may ask, where an answer breaks off. So it
shows that our side is right, not how a real server behaves under load, with other users, its own profiles,
grants, replicas or an older version. A setting is set for one request; a query that nobody reads any more
is given up only between two blocks; a client gets any number of connections.

https://clickhouse.com/docs/interfaces/http

    python -m tests.storage.clickhouse_face FOLDER PORT USER PASSWORD

It ends when its standard input does.
"""

import base64
import email.parser
import email.policy
import gzip
import json
import os
import re
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

import chdb
import lz4.frame
from backports import zstd

TAG = "abcdefghijklmnop"
# what is no setting of a query, besides the bound values
RESERVED = {"query", "database", "default_format", "wait_end_of_query", "query_id", "client_protocol_version"}
STREAMED = {"Native", "TabSeparated", "JSONEachRow"}
BLOCK_INFO = b"\x01\x00\x02\xff\xff\xff\xff\x00"  # before each block of Native, for a client that knows it
STATUS = {516: 403, 60: 404, 81: 404, 62: 400, 115: 404}
INSERT = re.compile(rb"\s*(INSERT\s+INTO\s.+?)\s+FORMAT\s+(\w+)[ \t]*\r?\n", re.IGNORECASE | re.DOTALL)
FORMAT = re.compile(r"\bFORMAT\s+(\w+)\s*;?\s*$", re.IGNORECASE)
ANSWERED = re.compile(r"\s*(SELECT|WITH)\b", re.IGNORECASE)
UNPACK = {"gzip": gzip.decompress, "zstd": zstd.decompress, "lz4": lz4.frame.decompress}


@dataclass(frozen=True)
class Request:
    """A query with what belongs to it, and the data of an insert if it is one."""

    sql: str
    data: bytes | None
    format: str
    params: dict[str, str]

    @property
    def settings(self) -> dict[str, str]:
        return {
            name: value
            for name, value in self.params.items()
            if name not in RESERVED and not name.startswith("param_")
        }

    @property
    def bound(self) -> dict[str, str]:
        return {name[6:]: value for name, value in self.params.items() if name.startswith("param_")}


def read_request(params: dict[str, str], body: bytes) -> Request:
    """The query of the address and the body are one text, as a server reads them."""
    text = b"\n".join(part for part in (params.get("query", "").encode(), body) if part)
    if insert := INSERT.match(text):
        return Request(insert[1].decode(), text[insert.end() :], insert[2].decode(), params)
    sql = text.decode()
    named = FORMAT.search(sql)
    return Request(sql, None, named[1] if named else params.get("default_format", "TabSeparated"), params)


class Engines:
    """Handles of the engine: each has its database and settings for good, and one request at a time."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._idle: dict[tuple[object, ...], list[Any]] = {}

    @contextmanager
    def one(self, request: Request) -> Iterator[Any]:
        """A handle for a request. Raises RuntimeError for an unknown database or setting."""
        database, settings = request.params.get("database", ""), request.settings
        idle = self._idle.setdefault((database, *sorted(settings.items())), [])
        try:
            engine = idle.pop()
        except IndexError:
            engine = chdb.connect(self._folder)
            if database:
                engine.query(f"USE `{database}`", "TabSeparated")
            if settings:
                pairs = ", ".join(f"{name} = '{value}'" for name, value in settings.items())
                engine.query(f"SET {pairs}", "TabSeparated")
        try:
            yield engine
        finally:
            idle.append(engine)


def answer(engine: Any, request: Request) -> Generator[bytes]:
    """What the engine answers, by blocks. Raises RuntimeError, which also ends an answer in the middle."""
    head = BLOCK_INFO if request.format == "Native" and "client_protocol_version" in request.params else b""
    if request.data is not None:
        insert(engine, request)
    elif ANSWERED.match(request.sql) and request.format in STREAMED:
        stream = engine.send_query(request.sql, request.format, params=request.bound)
        try:
            for block in stream:
                yield head + block.bytes()
        finally:
            stream.close()
    else:
        whole = engine.query(request.sql, request.format, params=request.bound).bytes()
        yield head + whole if whole else b""


def insert(engine: Any, request: Request) -> None:
    """The embedded engine takes the data of an insert out of a file."""
    assert request.data is not None
    with tempfile.NamedTemporaryFile(prefix="sensorium-face-") as file:
        file.write(request.data)
        file.flush()
        source = f"FROM INFILE '{file.name}' COMPRESSION 'none' FORMAT {request.format}"
        engine.query(f"{request.sql} {source}", "TabSeparated", params=request.bound)


class Face(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    engines: ClassVar[Engines]
    credential: ClassVar[str]

    def setup(self) -> None:
        super().setup()
        self.packed: Any = None

    def log_request(self, code: object = "-", size: object = "-") -> None:  # noqa: ARG002 - the name is the base's
        """Each request is a line, so that a test can see what was sent."""
        sys.stderr.write(f"{code} {self.requestline} {self.headers.get('content-encoding', '-')}\n")
        sys.stderr.flush()

    def do_GET(self) -> None:
        if urlsplit(self.path).path == "/ping":
            self._whole(200, b"Ok.\n")
        else:
            self._query(b"", {"readonly": "2"})

    def do_POST(self) -> None:
        body = self._body()
        kind = self.headers.get("content-type", "")
        if kind.startswith("multipart/form-data"):
            self._query(b"", _form(kind, body))
        else:
            self._query(UNPACK.get(self.headers.get("content-encoding", ""), bytes)(body), {})

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("transfer-encoding", ""):
            return self.rfile.read(int(self.headers.get("content-length", "0")))
        pieces: list[bytes] = []
        while size := int(self.rfile.readline(), 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(pieces)

    def _query(self, body: bytes, more: dict[str, str]) -> None:
        if self.headers.get("authorization") != self.credential:
            message = "Authentication failed: password is incorrect, or there is no user with such name."
            self._refuse(f"Code: 516. DB::Exception: {message} (AUTHENTICATION_FAILED)")
            return
        params = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True)) | more
        request = read_request(params, body)
        try:
            with self.engines.one(request) as engine, closing(answer(engine, request)) as pieces:
                begun = [next(pieces, b"")]
                if params.get("wait_end_of_query") == "1":
                    begun.extend(pieces)
                self._stream(request, begun, pieces)
        except RuntimeError as error:
            self._refuse(str(error))

    def _stream(self, request: Request, begun: list[bytes], pieces: Iterator[bytes]) -> None:
        accepted = self.headers.get("accept-encoding", "")
        is_packed = request.params.get("enable_http_compression") == "1" and "zstd" in accepted
        self.packed = zstd.ZstdCompressor() if is_packed else None
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("X-ClickHouse-Format", request.format)
        self.send_header("X-ClickHouse-Exception-Tag", TAG)
        self.send_header("X-ClickHouse-Timezone", "UTC")
        self.send_header("X-ClickHouse-Summary", json.dumps({"read_rows": "0"}))
        if is_packed:
            self.send_header("Content-Encoding", "zstd")
        self.end_headers()
        try:
            for piece in begun:
                self._chunk(piece)
            for piece in pieces:
                self._chunk(piece)
            if self.packed is not None:
                self._send(self.packed.flush())
            self.wfile.write(b"0\r\n\r\n")
        except RuntimeError as error:
            message = f"{_code(error)}\r\n"
            told = f"{message}{len(message)} {TAG}\r\n__exception__\r\n"
            self._chunk(f"\r\n__exception__\r\n{TAG}\r\n{told}".encode())
            self.close_connection = True  # without the last chunk: the answer has no end
        except OSError:  # the client went away
            self.close_connection = True

    def _chunk(self, piece: bytes) -> None:
        packed = self.packed
        self._send(piece if packed is None else packed.compress(piece, zstd.ZstdCompressor.FLUSH_BLOCK))

    def _send(self, piece: bytes) -> None:
        if piece:
            self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")

    def _refuse(self, error: str) -> None:
        message = _code(error)
        found = re.match(r"Code: (\d+)", message)
        code = int(found[1]) if found else 1002
        self._whole(
            STATUS.get(code, 500), f"{message}\n".encode(), {"X-ClickHouse-Exception-Code": str(code)}
        )

    def _whole(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _code(error: object) -> str:
    """The engine's message from its number on."""
    text = str(error)
    return text[max(text.find("Code: "), 0) :]


def _form(kind: str, body: bytes) -> dict[str, str]:
    """The fields of a form: a query and bound values too long for an address."""
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    form = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    fields: dict[str, str] = {}
    for part in form.iter_parts():
        value = part.get_payload(decode=True)
        assert isinstance(value, bytes)
        fields[str(part.get_param("name", header="content-disposition"))] = value.decode()
    return fields


class Server(ThreadingHTTPServer):
    """Ends at once: its threads are not waited for."""

    daemon_threads = True
    request_queue_size = 64


def main(folder: str, port: str, user: str, password: str) -> None:
    Face.engines = Engines(folder)
    Face.credential = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    _engine = chdb.connect(folder)  # before the first request, so that it does not wait
    server = Server(("127.0.0.1", int(port)), Face)
    Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"listens on {server.server_port}\n")
    sys.stdout.flush()
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os._exit(0)  # whatever its threads are at: what is stored is synced


if __name__ == "__main__":
    main(*sys.argv[1:])
