"""Answers that break off.

A server has said that all is well before it streams, so that an error in the middle stands in the answer
itself, behind a mark that its headers announce, and the connection ends before the answer does:
https://clickhouse.com/docs/interfaces/http (since 25.11)
"""

import re
from collections.abc import Generator
from contextlib import suppress
from http.client import IncompleteRead
from io import IOBase

from clickhouse_connect.driver.exceptions import DatabaseError, OperationalError
from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError

_CODE = re.compile(r"Code: (\d+)")


def pieces(answer: IOBase, size: int) -> Generator[bytes]:
    """An answer in pieces of at most `size` bytes. Raises the engine's error where it has one in the middle.

    OperationalError is raised when the answer of a server just ends, or does not go on.
    """
    if not isinstance(answer, HTTPResponse):  # the embedded engine raises its errors itself
        while piece := answer.read(size):
            yield piece
        return
    mark = b"__exception__\r\n" + answer.headers.get("X-ClickHouse-Exception-Tag", "").encode()
    source, held = _received(answer, size), b""
    for piece in source:
        text, found, told = (held + piece).partition(mark)
        if found:
            with suppress(OperationalError):  # its end is missing too
                for more in source:
                    told += more
            raise _told(told.decode(errors="replace"))
        known = max(len(text) - len(mark), 0)
        held = text[known:]  # a mark may begin in it
        if known:
            yield text[:known]
    if held:
        yield held


def _received(answer: HTTPResponse, size: int) -> Generator[bytes]:
    """What comes of an answer, up to where it breaks off."""
    try:
        while piece := answer.read(size):
            yield piece
    except HTTPError as error:
        cause = error.__cause__
        if isinstance(cause, IncompleteRead) and not isinstance(cause, HTTPError):  # whose part is a number
            yield cause.partial
        raise OperationalError(f"the answer breaks off: {error}") from error


def _told(text: str) -> DatabaseError:
    code = _CODE.search(text)
    return DatabaseError(text.strip().partition("\n")[0].rstrip(), code=int(code[1]) if code else None)
