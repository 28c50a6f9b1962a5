"""A tree as a function of single numbers: Python's own arithmetic, compiled."""

import ast
import math
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any, cast

from sensorium.plans.expression.tree import (
    Choice,
    Comparison,
    Logic,
    Node,
    Number,
    Operation,
    Truth,
    Variable,
)

_KNOWN: dict[str, Any] = {
    "__builtins__": {},
    "abs": abs,
    "min": min,
    "max": max,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": math.log,
    "log10": math.log10,
    "pow": math.pow,
}
_OPERATORS: dict[str, ast.operator] = {"+": ast.Add(), "-": ast.Sub(), "*": ast.Mult(), "/": ast.Div()}
_SIGNS: dict[str, ast.cmpop] = {
    "<": ast.Lt(),
    "<=": ast.LtE(),
    ">": ast.Gt(),
    ">=": ast.GtE(),
    "==": ast.Eq(),
    "!=": ast.NotEq(),
}


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """What an expression computes of its inputs, without their names: equal expressions have the same.

    `function` raises ArithmeticError or ValueError where there is no result.
    """

    tree: Node
    function: Callable[..., float]


def lower(tree: Node, inputs: int) -> Program:
    """Compile a tree to a function of so many doubles."""
    names = [ast.arg(f"v{place}") for place in range(inputs)]
    arguments = ast.arguments(posonlyargs=[], args=names, kwonlyargs=[], kw_defaults=[], defaults=[])
    whole = ast.Expression(ast.Lambda(arguments, _number(tree)))
    code = compile(ast.fix_missing_locations(whole), "<expression>", "eval")
    inner = next(each for each in code.co_consts if isinstance(each, CodeType))
    return Program(tree, cast(Callable[..., float], FunctionType(inner, _KNOWN)))


def _number(node: Node) -> ast.expr:
    match node:
        case Number(value):
            return ast.Constant(value)
        case Variable(place):
            return ast.Name(f"v{place}", ast.Load())
        case Choice(test, then, otherwise):
            return ast.IfExp(_truth(test), _number(then), _number(otherwise))
        case Operation("minus", (part,)):
            return ast.UnaryOp(ast.USub(), _number(part))
        case Operation(name, (left, right)) if name in _OPERATORS:
            return ast.BinOp(_number(left), _OPERATORS[name], _number(right))
        case Operation(name, parts):
            return ast.Call(ast.Name(name, ast.Load()), [_number(each) for each in parts], [])


def _truth(node: Truth) -> ast.expr:
    match node:
        case Comparison(signs, parts):
            first, *others = (_number(each) for each in parts)
            return ast.Compare(first, [_SIGNS[sign] for sign in signs], others)
        case Logic("not", (part,)):
            return ast.UnaryOp(ast.Not(), _truth(part))
        case Logic(name, parts):
            return ast.BoolOp(ast.And() if name == "and" else ast.Or(), [_truth(each) for each in parts])
