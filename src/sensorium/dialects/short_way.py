"""The short way of a request: what can be answered from memory and the log alone needs no task of its own."""

from asyncio import Future
from collections.abc import Callable
from typing import Any, NamedTuple

from sensorium.dialects.prepared import Prepared


class Begun(NamedTuple):
    """A request whose body has come and that is answered when the future is done: with what `settle` makes of
    its result. When the future fails nothing has been done, and the request is handled in the usual way.
    """

    future: Future[Any]
    settle: Callable[[Any], Prepared]


class ShortWay(NamedTuple):
    """What the head of a request asks for, read once.

    `take` is given the whole body, of this request and of any other with the same head; it gives None, or
    raises, when the request must be handled in the usual way. `recurs` tells that the same head is to be
    expected again: what is in it never changes with the packet.
    """

    take: Callable[[bytes], Begun | None]
    recurs: bool = True
