"""What has long ended does not stay in the catalog for ever."""

from sensorium.model.account import Kind
from sensorium.model.job import JobKind, JobState, NewJob
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.accounts import NewAccount, NewToken, add_account, add_token, find_token
from sensorium.storage.catalog.ended import JOBS_STAY, TOKENS_STAY, forget_ended
from sensorium.storage.catalog.jobs import add_job, end_job, find_job
from sensorium.storage.catalog.sessions import add_session

OWNER = NewAccount("Institute", "institute", None, None, "a@example.org", "institute", "hash")


def token(letter: str, expires: int | None, kind: Kind = Kind.TOKEN) -> NewToken:
    return NewToken(letter.encode() * 32, letter * 4, expires, kind=kind)


def test_expired_tokens_and_sessions_go_after_a_week(catalog: Catalog):
    """Those that never expire stay, and so do those that expired lately: it is told that they have."""
    account = add_account(catalog, OWNER, token("a", None), now=1).id
    add_token(catalog, account, token("b", 1000), now=1)
    add_token(catalog, account, token("c", 1001), now=1)
    add_session(catalog, account, token("d", 1000, Kind.SESSION), most=9, now=1)
    generation = catalog.generation
    assert forget_ended(catalog, 1001 + TOKENS_STAY) == 2
    assert [find_token(catalog, each * 32) is not None for each in (b"a", b"b", b"c", b"d")] == [
        True,
        False,
        True,
        False,
    ]
    assert catalog.generation == generation


def test_ended_jobs_go_after_ninety_days(catalog: Catalog):
    """However they ended; what waits stays for as long as it takes."""
    waiting, done, failed = (add_job(catalog, NewJob(None, JobKind.REPLAY, None), now=1) for _ in range(3))
    end_job(catalog, done, JobState.DONE, now=5)
    end_job(catalog, failed, JobState.FAILED, message="why", now=6)
    assert forget_ended(catalog, 6 + JOBS_STAY) == 1
    assert [find_job(catalog, each) is not None for each in (waiting, done, failed)] == [True, False, True]
