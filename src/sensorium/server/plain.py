"""HTTP connections on which nobody gets another protocol, and who asks for one is answered in this one.

A server may ignore such a wish (RFC 9110, 7.8). The parser takes the end of such a head for the end of HTTP:
the body of the request would be dropped, or be taken for another request.
"""

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_NO_HTTP = "Invalid HTTP request received."


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
                if not self.comes_again():
                    return  # CONNECT: what follows is meant for somebody else
                (end,) = upgrade.args
                data = self._head() + data[end:]
            except HttpParserError:
                self.send_400_response(_NO_HTTP)
                return
            else:
                return

    def comes_again(self) -> bool:
        """Whether the head that was read is about to be read once more."""
        return self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT"

    def _head(self) -> bytes:
        """What was read of the request, without its wish."""
        lines = [b"%b %b HTTP/%b" % (self.parser.get_method(), self.url, self._version())]
        lines += [b"%b: %b" % header for header in self.headers if header[0] != b"upgrade"]
        return b"\r\n".join([*lines, b"", b""])

    def _version(self) -> bytes:
        return self.parser.get_http_version().encode()
