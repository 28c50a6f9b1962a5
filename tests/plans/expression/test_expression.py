"""What expressions mean."""

import math

import numpy as np
import pytest
from hypothesis import given

from sensorium.model.errors import InvalidExpression
from sensorium.plans.expression import EvaluationFailed, Expression, compile_expression
from sensorium.plans.expression.block import evaluate_block
from tests.plans.expression.trees import NAMES, columns, expressions

Rows = list[tuple[float, float, float]]


def evaluate(text: str, **values: float) -> float:
    """The result, each name being an input of its own."""
    names = list(values)
    expression = compile_expression(text, {name: number for number, name in enumerate(names)})
    return expression.evaluate([values[names[number]] for number in expression.inputs])


def one(expression: Expression, row: tuple[float, ...]) -> float | None:
    """The result for one row, None where it fails."""
    try:
        return expression.evaluate([row[number] for number in expression.inputs])
    except EvaluationFailed:
        return None


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("2", 2.0),
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("7 / 2", 3.5),
        ("-2 ** 2", -4.0),
        ("2 ** 3 ** 2", 512.0),
        ("2 ** -1", 0.5),
        ("+.5 + 2. + 1e1", 12.5),
        ("007", 7.0),
        ("abs(-3) + min(3, 1, 2) + max(3, 1, 2)", 7.0),
        ("sqrt(9) + log10(1000) + pow(2, 5)", 38.0),
        ("exp(log(5))", math.exp(math.log(5))),
        ("clip(12, 0, 10) + clip(-1, 0, 10) + clip(5, 0, 10)", 15.0),
        ("where(1 < 2, 10, 20)", 10.0),
        ("1 if 2 < 1 else 3 if 2 == 2 else 4", 3.0),
        ("1 if 1 < 2 < 3 else 0", 1.0),
        ("1 if 1 < 3 < 2 else 0", 0.0),
        ("1 if not (1 < 2 and 2 < 1 or 3 != 3) else 0", 1.0),
    ],
)
def test_arithmetic_is_that_of_python_with_doubles(text: str, result: float):
    """Precedence and functions; whole numbers are doubles, so no power is a huge integer."""
    assert evaluate(text) == result


def test_names_are_what_the_caller_says():
    """Also with a dollar, as another API writes its equations, and in any script; one letter is one."""
    assert evaluate("$value * 2", **{"$value": 4.0}) == 8.0
    assert evaluate("Топливо + 1", Топливо=4.0) == 5.0
    assert evaluate("\N{GREEK SMALL LETTER MU}g + 1", µg=4.0) == 5.0


def test_two_names_of_one_input_are_one_variable():
    """So that the uncertainty of their difference is none."""
    expression = compile_expression("value - PM2_5 + Humidity", {"value": 7, "PM2_5": 7, "Humidity": 9})
    assert expression.inputs == (7, 9)


def test_equal_expressions_of_other_names_are_one_program():
    """So that devices with equal corrections are computed together."""
    one = compile_expression("2*value + RH", {"value": 1, "RH": 2})
    other = compile_expression("2 * $value+H", {"$value": 8, "H": 9})
    assert one.program is other.program


@pytest.mark.parametrize(
    "text",
    [
        "1 / 0",
        "1 / (value - value)",
        "sqrt(-1)",
        "log(0)",
        "log10(-1)",
        "0 ** -1",
        "(-8) ** 0.5",
        "exp(1000)",
        "9**9**9",
    ],
)
def test_faults_of_arithmetic_are_failures(text: str):
    """Division by zero, what has no root, logarithm or power, and what is beyond the largest double."""
    with pytest.raises(EvaluationFailed):
        evaluate(text, value=1.0)


@pytest.mark.parametrize(
    "text",
    [
        "1 / value if value != 0 else 5",
        "where(value == 0, 5, log(value))",
        "5 if value == 0 or 1 / value < 2 else 6",
        "6 if value != 0 and 1 / value < 2 else 5",
        "6 if 1 < value < 1 / value else 5",
    ],
)
def test_what_is_not_reached_does_not_fail(text: str):
    """Neither alone nor in a block."""
    assert evaluate(text, value=0.0) == 5.0
    expression = compile_expression(text, {"value": 0})
    found = evaluate_block(expression.program, [np.zeros(200)], 200)
    assert found.value.tolist() == [5.0] * 200


@given(text=expressions(), rows=columns)
def test_block_and_scalar_give_equal_results(text: str, rows: Rows):
    """Bit by bit, failures too, whatever the expression."""
    try:
        expression = compile_expression(text, NAMES)
    except InvalidExpression as refusal:
        assert "at most" in refusal.why  # too long
        return
    many = rows * (200 // len(rows))
    inputs = [np.array([row[number] for row in many]) for number in expression.inputs]
    found = evaluate_block(expression.program, inputs, len(many))
    few = evaluate_block(expression.program, [each[: len(rows)] for each in inputs], len(rows))
    for result in (found, few):
        for row, value, failed in zip(rows, result.value.tolist(), result.failed.tolist(), strict=False):
            expected = one(expression, row)
            assert failed == (expected is None)
            if expected is not None:
                assert str(value) == str(expected)  # which tells -0.0 from 0.0, and that NaN is NaN


def test_expression_without_names_has_a_value_in_every_row():
    """Also in a block."""
    program = compile_expression("1 + 1", {}).program
    assert evaluate_block(program, [], 3).value.tolist() == [2.0] * 3
    assert evaluate_block(program, [], 300).value.tolist() == [2.0] * 300
    assert evaluate_block(compile_expression("1 / 0", {}).program, [], 300).failed.all()
