"""HTTP connections on which nobody gets another protocol, and who asks for one is answered in this one.

A server may ignore such a wish (RFC 9110, 7.8). The parser takes the end of such a head for the end of HTTP:
the body of the request would be dropped, or be taken for another request.
"""

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_NO_HTTP = "Invalid HTTP request received."


class NoTunnel(Exception):
    """CONNECT asks for a connection to somebody else, which nobody gets here: what follows is no HTTP."""


class PlainProtocol(HttpToolsProtocol):
    """A connection that reads a request that asks for another protocol once more, without that wish.

    Whoever overrides what the parser calls leaves it alone while the head `comes_again`.
    """

    parser: HttpRequestParser  # type: ignore[assignment] - uvicorn has None for it when all is over

    def data_received(self, data: bytes) -> None:
        """Have the parser read what came."""
        while data:
            try:
                self.parser.feed_data(data)
            except HttpParserUpgrade as upgrade:
                (end,) = upgrade.args
                data = self._head() + data[end:]
                self.parser = _new_parser(self)  # the one before may have ended with that head
            except HttpParserError:
                self.send_400_response(_NO_HTTP)
                return
            else:
                return

    def comes_again(self) -> bool:
        """Whether the head that was read is about to be read once more. Raises NoTunnel."""
        if not self.parser.should_upgrade():
            return False
        if self.parser.get_method() == b"CONNECT":
            raise NoTunnel  # the parser stops
        return True

    def _head(self) -> bytes:
        """What was read of the request, without its wish."""
        lines = [b"%b %b HTTP/%b" % (self.parser.get_method(), self.url, self._version())]
        lines += [b"%b: %b" % header for header in self.headers if header[0] != b"upgrade"]
        return b"\r\n".join([*lines, b"", b""])

    def _version(self) -> bytes:
        return self.parser.get_http_version().encode()


def _new_parser(protocol: HttpToolsProtocol) -> HttpRequestParser:
    """As uvicorn has it."""
    parser = HttpRequestParser(protocol)
    parser.set_dangerous_leniencies(lenient_data_after_close=True)
    return parser
