"""The list of numbered checks and the claims made on it."""

import pytest

from tests.conformance import claimed_numbers, claims, read_checks


def test_every_claimed_number_is_in_a_document():
    """A mark with a number that no document has is a typing error."""
    assert claimed_numbers().keys() - {check.number for check in read_checks()} == set()


def test_list_holds_each_number_once():
    """515 checks, each with its section and authority."""
    checks = read_checks()
    assert len(checks) == len({check.number for check in checks}) == 515
    assert {check.authority for check in checks} == {"D", "F", "P"}


@pytest.mark.parametrize(
    ("source", "numbers"),
    [
        ('@pytest.mark.check("NI-014")\ndef test(): ...', ["NI-014"]),
        ('pytestmark = [pytest.mark.check("NI-001", "NI-002")]', ["NI-001", "NI-002"]),
        ('x = pytest.param(1, marks=pytest.mark.check("NI-018"))', ["NI-018"]),
        ('@pytest.mark.soak("NI-014")\ndef test(): ...', []),
    ],
)
def test_claims_are_found_wherever_a_mark_stands(source: str, numbers: list[str]):
    """On a function, on a module and on one case of a parametrised test."""
    assert list(claims(source)) == numbers
