"""Passwords: only the right one matches, and strangers cannot make the server work without bound."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from sensorium.model.errors import Malformed, Unavailable
from sensorium.register.passwords import Passwords


def test_only_the_right_password_matches(passwords: Passwords):
    """The document's own example among them; no two hashes are alike."""
    encoded = passwords.hash("my100th.Secret.password")
    assert passwords.matches("my100th.Secret.password", encoded)
    assert not passwords.matches("my100th.secret.password", encoded)
    assert passwords.hash("my100th.Secret.password") != encoded


def test_hash_is_argon2id_of_the_agreed_strength(passwords: Passwords):
    """19 MiB, two passes, one lane: what OWASP asks for."""
    assert passwords.hash("12345678").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_nobody_has_a_password(passwords: Passwords):
    """A user who does not exist costs a hash as well, and never matches."""
    assert not passwords.matches("12345678", None)


def test_keyboards_may_differ(passwords: Passwords):
    """A letter and its accent in one character or in two are the same password."""
    assert passwords.matches("re\u0301sume\u0301 2023", passwords.hash("r\u00e9sum\u00e9 2023"))


@pytest.mark.parametrize("password", ["12345678", "ø" * 256, "with: colon", "a" * 256])
def test_8_to_256_characters_are_good(passwords: Passwords, password: str):
    """Characters, not bytes."""
    assert passwords.matches(password, passwords.hash(password))


@pytest.mark.parametrize("password", ["1234567", "a" * 257, "1234567\x00", "e\u0301" * 7])
def test_others_are_malformed(passwords: Passwords, password: str):
    """Too short, too long, or not typed by anyone."""
    with pytest.raises(Malformed):
        passwords.hash(password)


def test_text_that_cannot_be_written_matches_nothing(passwords: Passwords):
    """Half of a character is no error of another kind."""
    assert not passwords.matches("\ud800" * 8, passwords.hash("????????!"))


def test_crowd_is_sent_away_at_once():
    """Two run and twenty wait; of a hundred at once some are refused, and afterwards all is well."""
    passwords = Passwords()
    barrier = Barrier(100)

    def attempt(_: int) -> bool:
        barrier.wait()
        try:
            return passwords.matches("12345678", None)
        except Unavailable:
            return True

    with ThreadPoolExecutor(100) as pool:
        refused = sum(pool.map(attempt, range(100)))
    assert 1 <= refused <= 78
    assert not passwords.matches("12345678", None)
