"""Passwords: argon2id, with a bound on the work that strangers can cause."""

import secrets
import unicodedata
from collections.abc import Generator
from contextlib import contextmanager
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from sensorium.model.errors import Malformed, Unavailable
from sensorium.register.texts import has_controls

SHORTEST = 8  # characters
LONGEST = 256
AT_ONCE = 2  # each takes 19 MiB and some 17 ms
QUEUE = 20


class Passwords:
    """Hashes and checks passwords, two at once; with twenty more waiting the next is Unavailable."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._places = BoundedSemaphore(AT_ONCE + QUEUE)
        self._running = BoundedSemaphore(AT_ONCE)
        self._nobody = self._hasher.hash(secrets.token_hex())

    def hash(self, password: str) -> str:
        """The encoded hash of a new password. Raises Malformed and Unavailable."""
        password = _normal(password)
        if not SHORTEST <= len(password) <= LONGEST:
            raise Malformed(f"A password must have {SHORTEST} to {LONGEST} characters.", "password")
        if has_controls(password):
            raise Malformed("A password must not have control characters.", "password")
        with self._place():
            return self._hasher.hash(password)

    def matches(self, password: str, encoded: str | None) -> bool:
        """Whether the password is the one of that hash. Raises Unavailable.

        None stands for a user who does not exist: false, after the same work, so that time tells nothing.
        """
        password = _normal(password)
        with self._place():
            try:
                found = self._hasher.verify(self._nobody if encoded is None else encoded, password)
            except VerifyMismatchError:
                return False
        return found and encoded is not None

    @contextmanager
    def _place(self) -> Generator[None]:
        if not self._places.acquire(blocking=False):
            raise Unavailable("Too many passwords are being checked now.")
        try:
            with self._running:
                yield
        finally:
            self._places.release()


def _normal(password: str) -> str:
    """One form for what looks the same, whichever keyboard typed it; halves of characters match nothing."""
    return unicodedata.normalize("NFC", password.encode(errors="replace").decode())
