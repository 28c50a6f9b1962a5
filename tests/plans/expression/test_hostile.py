"""What people may write that is no expression, or a very large one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensorium.model.errors import InvalidExpression
from sensorium.plans.expression import EvaluationFailed, compile_expression
from sensorium.plans.expression.words import LONGEST
from tests.plans.expression.trees import NAMES
from tests.speed import at_most

MOST_SECONDS = 1  # of computing, in which the collector may go through all that other tests left


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "The expression is empty."),
        (" \n\t", "The expression is empty."),
        ("value +", "The expression ends too early."),
        ("(value", "It cannot be read (character 1)."),
        ("value)", "It cannot be read (character 6)."),
        ("2 value", "It cannot be read (character 3)."),
        ("2value", "It cannot be read (character 2)."),
        ("0,5 * value", "A comma parts the arguments of a function, nothing else (character 1)."),
        ("value < 5", "A comparison is no number (character 1)."),
        ("(value < 5) * 2", "A comparison is no number (character 2)."),
        ("not value", "A comparison is no number (character 1)."),
        ("1 if value else 2", "A condition compares, as a < b does; this is none (character 6)."),
        ("min(value)", "min does not have 2 or more in its parentheses (character 1)."),
        ("pow(2, 3, 4)", "pow does not have 2 in its parentheses (character 1)."),
        ("abs(*value)", "This is no number (character 5)."),
        ("abs(**value)", "This is no number (character 5)."),
        ("(1)(2)", "This is no function (character 1)."),
        ("value(2)", "This is no function (character 1)."),
        ("1e999", "The number at character 1 is too large."),
        ("9" * 400, "The number at character 1 is too large."),
        ("rh", "There is no name 'rh' (character 1). There are: Humidity, PM2_5, value."),
        (
            "eval(1)",
            "There is no function 'eval' (character 1). "
            "There are: abs, clip, exp, log, log10, max, min, pow, sqrt, where.",
        ),
        ("value " * 200, "An expression has at most 1000 characters."),
    ],
)
def test_refusal_says_what_is_wrong_and_where(text: str, why: str):
    """Characters are counted in the text as it was written."""
    with pytest.raises(InvalidExpression) as refused:
        compile_expression(text, NAMES)
    assert (refused.value.why, refused.value.where) == (why, "expression")


@pytest.mark.parametrize(
    "text",
    [
        "__class__",
        "value.__class__",
        "().__class__.__bases__[0].__subclasses__()",
        "__import__('os').system('id')",
        "value[0]",
        "[value]",
        "{value}",
        "{1: 2}",
        "'a'",
        '"a" * 1000000000',
        "b''",
        "f'{value}'",
        "lambda: 1",
        "(lambda x: x)(1)",
        "[x for x in (1, 2)]",
        "(x := 1)",
        "value = 1",
        "value; value",
        "import os",
        "yield",
        "await value",
        "True",
        "None",
        "...",
        "value is 1",
        "1 in (1, 2)",
        "value % 2",
        "value // 2",
        "value @ value",
        "value & 1",
        "value << 9",
        "~value",
        "1j",
        "0x10",
        "1_000",
        "value\\\n+1",
        "value # comment",
        "value\x00",
        "value\N{ZERO WIDTH SPACE}",
        "\ud800",
        "٣",
        "value + １",
        "abs(x=1)",
        "v0",
        "value if value < 1",
        "min",
        "min = 1",
        "`value`",
        "$",
        "$$value",
        "!value",
        "value ? 1 : 2",
        "value && value",
        "value ^ 2",
    ],
)
def test_nothing_but_arithmetic_comes_through(text: str):
    """No attribute, element, text, container, call of anything else, assignment, name of the machinery."""
    with pytest.raises(InvalidExpression):
        compile_expression(text, NAMES)


@pytest.mark.parametrize("name", ["__class__", "__import__", "v0", "min", "if", "value.x", "print"])
def test_name_that_the_caller_allows_is_a_number_and_nothing_else(name: str):
    """Even a name that means something to Python; those of the language keep their meaning."""
    names = {name: 0}
    if name in {"if", "value.x"}:
        with pytest.raises(InvalidExpression):
            compile_expression(name, names)
        return
    assert compile_expression(name, names).evaluate([4.0]) == 4.0


HOSTILE = [
    "(" * LONGEST,
    "(" * 400 + "1" + ")" * 400,
    "-" * (LONGEST - 1) + "1",
    "not " * 249 + "1",
    "9**" * 333 + "9",
    "1+" * 499 + "1",
    "1<" * 499 + "1",
    "abs(" * 199 + "1" + ")" * 199,
    "min(1," * 110 + "1" + ")" * 110,
    "1 if 1<2 else " * 70 + "1",
    "1 if " * 199,
    "(1 if 1<2 and " * 70,
    "value*" * 166 + "1",
    "value**" * 142 + "1",
    "min(" + "value," * 160 + "1)",
    "f(" * 499,
    "1," * 499,
    "value " * 166,
    "9" * LONGEST,
    "." * LONGEST,
    "a" * LONGEST,
    "µ" * LONGEST,
    "ﷺ" * LONGEST,  # one of these is 18 letters in the form that names are compared in
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_any_input_of_allowed_size_is_compiled_or_refused_at_once(text: str):
    """Deep nesting, long chains, recursion and large numbers."""
    with at_most(MOST_SECONDS):
        try:
            compile_expression(text, NAMES)
        except InvalidExpression as refusal:
            assert len(refusal.why) < 300


def test_what_is_too_long_is_not_even_looked_at():
    """10 MB of text are refused in no time."""
    text = "value+" * 1_700_000
    with at_most(MOST_SECONDS / 10), pytest.raises(InvalidExpression, match="at most 1000 characters"):
        compile_expression(text, NAMES)


def test_largest_expressions_are_computed():
    """200 parts side by side, and 99 levels of parentheses that mean something."""
    chain = "+".join(["value"] * 100)
    assert compile_expression(chain, NAMES).evaluate([2.0]) == 200.0
    nested = "abs(" * 99 + "value" + ")" * 99
    assert compile_expression(nested, NAMES).evaluate([-2.0]) == 2.0
    for more in (chain + "+value", "abs(" + nested + ")"):
        with pytest.raises(InvalidExpression):
            compile_expression(more, NAMES)


_SOUP = st.lists(
    st.sampled_from(
        [
            *"()+-*/<>=,.$ 19eE_",
            "**",
            "<=",
            "==",
            "value",
            " if ",
            " else ",
            " and ",
            " or ",
            " not ",
            "min(",
            "where(",
            ".",
        ]
    ),
    max_size=300,
).map("".join)


@settings(max_examples=200)
@given(text=st.one_of(_SOUP, st.text(max_size=1100)))
def test_any_text_is_compiled_or_refused(text: str):
    """Nothing else is ever raised, and no warning."""
    try:
        expression = compile_expression(text, NAMES)
    except InvalidExpression:
        return
    try:
        result = expression.evaluate([3.0] * len(expression.inputs))
    except EvaluationFailed:
        return
    assert isinstance(result, float)
