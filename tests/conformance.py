"""Count the numbered checks of the seed documents that a test claims to prove (`make conformance`).

A test claims one with `@pytest.mark.check("NI-014")`. The numbers stand in conformance_numbers.txt: section,
number and authority (D printed in the document, F fact from elsewhere, P our proposal).
"""
# ruff: noqa: T201 - its output is what it is for

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

TESTS = Path(__file__).parent
NUMBERS = TESTS / "conformance_numbers.txt"


class Check(NamedTuple):
    """One numbered check."""

    section: str
    number: str
    authority: str


def read_checks() -> list[Check]:
    """Every check of the list, in its order."""
    lines = NUMBERS.read_text().splitlines()
    return [Check(*line.split()) for line in lines if not line.startswith("#")]


def claims(source: str) -> Iterator[str]:
    """The numbers in every `pytest.mark.check(...)` of a test file."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.check":
            for argument in node.args:
                yield ast.literal_eval(argument)


def claimed_numbers() -> dict[str, set[str]]:
    """Number -> the test files that claim it."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted(TESTS.rglob("test_*.py")):
        for number in claims(path.read_text()):
            found[number].add(str(path.relative_to(TESTS)))
    return found


def missing(checks: list[Check], covered: set[str]) -> str:
    """The numbers that no test claims, each with its authority."""
    return " ".join(f"{check.number}[{check.authority}]" for check in checks if check.number not in covered)


def main() -> int:
    """Print covered/total for each section and what is missing. 1 when a test claims an unknown number."""
    checks, claimed = read_checks(), claimed_numbers()
    covered = claimed.keys() & {check.number for check in checks}
    for section, members in groupby(checks, attrgetter("section")):
        group = list(members)
        count = sum(check.number in covered for check in group)
        print(f"{section:5} {count:3}/{len(group):<3} {missing(group, covered)}".rstrip())
    for authority, words in (("D", "printed"), ("F", "fact"), ("P", "proposal")):
        group = [check for check in checks if check.authority == authority]
        print(f"{words:9} {sum(check.number in covered for check in group)}/{len(group)}")
    print(f"covered   {len(covered)}/{len(checks)}")
    unknown = {number: files for number, files in claimed.items() if number not in covered}
    for number, files in unknown.items():
        print(f"{number} is in no document, but {', '.join(sorted(files))} claims it", file=sys.stderr)
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
