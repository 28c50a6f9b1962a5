"""What is the same for everyone, and how refusals look."""

from enum import IntFlag

import httpx2
import msgspec
import pytest
from starlette.requests import Request

from sensorium.dialects.manage.errors import ANSWERS, refuse, slug, unexpected
from sensorium.model import errors
from sensorium.model.errors import Refusal
from sensorium.model.flags import QA, QAS, QC, QCS, Pipeline

WORDS: dict[str, type[IntFlag]] = {"qc": QC, "qcs": QCS, "qa": QA, "qas": QAS, "pipeline": Pipeline}
REQUEST = Request({"type": "http", "method": "GET", "path": "/manage/v1", "headers": [], "query_string": b""})


@pytest.mark.check("NI-091", "NI-093", "NI-095", "NI-096", "NI-097")
def test_dictionary_has_every_bit_of_every_word(anyone: httpx2.Client):
    """With its number, its value, its name and a sentence."""
    words = {each["word"]: each for each in anyone.get("/manage/v1/flags").json()["words"]}
    assert words.keys() == WORDS.keys()
    for word, kind in WORDS.items():
        flags = words[word]["flags"]
        assert [(each["name"], each["value"]) for each in flags] == [(each.name, each.value) for each in kind]
        assert all(1 << each["bit"] == each["value"] for each in flags)
        assert all(each["value"] < 1 << words[word]["width"] for each in flags)
        assert all(each["meaning"].endswith(".") for each in flags)


def test_words_of_the_pipeline_are_about_jobs(anyone: httpx2.Client):
    """That quality control failed is not that a value failed: such packets have 10, stored and checked."""
    words = {each["word"]: each["flags"] for each in anyone.get("/manage/v1/flags").json()["words"]}
    (failed,) = (each["meaning"] for each in words["pipeline"] if each["value"] == Pipeline.QUALITY_FAILED)
    assert failed == "To check or correct its values failed; not that a value failed a test."


def test_presets_are_listed(anyone: httpx2.Client):
    """By the names that a change takes."""
    presets = anyone.get("/manage/v1/quality/presets").json()["presets"]
    assert [each["name"] for each in presets] == ["wmo", "classic", "filter", "off"]


def every_refusal() -> set[type[Refusal]]:
    """All kinds of refusals in the model."""
    kinds = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, Refusal)]
    return set(kinds) - {Refusal}


def test_every_refusal_has_a_status_and_a_title():
    """None of them would surprise the server."""
    assert ANSWERS.keys() == every_refusal()


@pytest.mark.parametrize("kind", sorted(ANSWERS, key=lambda kind: kind.__name__))
def test_refusal_is_a_problem_of_its_kind(anyone: httpx2.Client, kind: type[Refusal]):
    """Its type leads to a page that names it (RFC 9457)."""
    refusal = kind.__new__(kind)
    Refusal.__init__(refusal, "because of this.", "outlier.window")
    refusal.retry_after = 7  # type: ignore[attr-defined]
    response = refuse(refusal, REQUEST)
    body = msgspec.json.decode(response.body)
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.status_code, body["status"]) == (ANSWERS[kind][0],) * 2
    assert (body["detail"], body["field"]) == ("Because of this.", "outlier.window")
    page, _, anchor = body["type"].partition("#")
    assert f'id="{anchor}"' in anyone.get(page).text


def test_refusal_without_a_place_has_no_field():
    """Such as that of the request as a whole."""
    body = msgspec.json.decode(refuse(errors.NotFound("nothing here"), REQUEST).body)
    assert body == {
        "type": "/manage/v1/problems#not-found",
        "title": "There is no such thing",
        "status": 404,
        "detail": "Nothing here",
    }


def test_refusals_say_what_to_do():
    """When to ask again, and with what."""
    assert refuse(errors.Unavailable("later", retry_after=5), REQUEST).headers["retry-after"] == "5"
    assert refuse(errors.Unauthorized("who?"), REQUEST).headers["www-authenticate"].startswith("Bearer ")


def test_unexpected_error_tells_nothing_but_that(anyone: httpx2.Client):
    """A problem like the others."""
    response = unexpected()
    body = msgspec.json.decode(response.body)
    assert (response.status_code, body["type"]) == (500, "/manage/v1/problems#unexpected")
    assert f'id="{slug("Unexpected")}"' in anyone.get("/manage/v1/problems").text


def test_other_methods_are_refused_with_those_that_are_taken(anyone: httpx2.Client):
    """In the header Allow."""
    response = anyone.post("/manage/v1/flags")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")
    assert response.headers["content-type"] == "application/problem+json"
