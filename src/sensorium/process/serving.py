"""A uvicorn server that ends when it is told to, so that its process can close what is open afterwards."""

from collections.abc import Generator
from contextlib import contextmanager

import uvicorn


class EndableServer(uvicorn.Server):
    """Leaves the signals to whoever runs it: uvicorn would raise them again before all is closed."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Capture none."""
        yield

    def end(self) -> None:
        """Have the server finish what it is answering, and return."""
        self.should_exit = True
