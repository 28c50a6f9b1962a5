"""Reads an expression whose words are known to be good as a tree. Only what is listed here comes through."""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Final, cast

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
from sensorium.plans.expression.words import FUNCTIONS

MOST_NODES: Final = 200
DEEPEST: Final = 100

_OPERATORS: Final[Mapping[type[ast.operator], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "pow",
}
_SIGNS: Final[Mapping[type[ast.cmpop], str]] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


class Unreadable(Exception):
    """An expression cannot be read: what is wrong, and at which column."""

    def __init__(self, what: str, column: int) -> None:
        super().__init__(what)
        self.what = what
        self.column = column


def read(text: str) -> Node:
    """The tree of an expression that is made of words. Raises Unreadable."""
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        # Python says 0 of what ends too early
        raise Unreadable("It cannot be read", error.offset - 1 if error.offset else len(text) + 1) from None
    except (RecursionError, MemoryError):
        raise Unreadable("It is nested too deeply", 0) from None
    return _Reader().number(tree, 1)


@dataclass(slots=True)
class _Reader:
    nodes: int = 0

    def number(self, node: ast.expr, depth: int) -> Node:
        """The part as one that makes a number."""
        self._count(node, depth)
        make = _NUMBERS.get(type(node))
        if make is None:
            raise Unreadable(_NO_NUMBERS.get(type(node), "This is no number"), node.col_offset)
        return make(self, node, depth + 1)

    def truth(self, node: ast.expr, depth: int) -> Truth:
        """The part as one that is true or false."""
        self._count(node, depth)
        if isinstance(node, ast.BoolOp):
            name = "and" if isinstance(node.op, ast.And) else "or"
            return Logic(name, tuple(self.truth(each, depth + 1) for each in node.values))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return Logic("not", (self.truth(node.operand, depth + 1),))
        if isinstance(node, ast.Compare):
            signs = tuple(_SIGNS[type(each)] for each in node.ops)
            parts = (node.left, *node.comparators)
            return Comparison(signs, tuple(self.number(each, depth + 1) for each in parts))
        raise Unreadable("A condition compares, as a < b does; this is none", node.col_offset)

    def operation(self, node: ast.expr, depth: int) -> Node:
        """Two numbers and what stands between them."""
        node = cast(ast.BinOp, node)
        left, right = self.number(node.left, depth), self.number(node.right, depth)
        return Operation(_OPERATORS[type(node.op)], (left, right))

    def signed(self, node: ast.expr, depth: int) -> Node:
        """A number with a sign before it."""
        node = cast(ast.UnaryOp, node)
        if isinstance(node.op, ast.Not):
            raise Unreadable("A comparison is no number", node.col_offset)
        part = self.number(node.operand, depth)
        return Operation("minus", (part,)) if isinstance(node.op, ast.USub) else part

    def choice(self, node: ast.expr, depth: int) -> Node:
        """One number if something holds, else another."""
        node = cast(ast.IfExp, node)
        return self._chosen(node.test, node.body, node.orelse, depth)

    def call(self, node: ast.expr, depth: int) -> Node:
        """A function of numbers."""
        node = cast(ast.Call, node)
        if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS:
            raise Unreadable("This is no function", node.col_offset)
        if node.keywords:
            raise Unreadable("This is no number", node.keywords[0].col_offset)
        name, given = node.func.id, node.args
        least, most = FUNCTIONS[name]
        if not least <= len(given) <= most:
            takes = f"{least}" if least == most else f"{least} or more"
            raise Unreadable(f"{name} does not have {takes} in its parentheses", node.col_offset)
        if name == "where":
            return self._chosen(given[0], given[1], given[2], depth)
        parts = [self.number(each, depth) for each in given]
        if name == "clip":
            return Operation("min", (Operation("max", (parts[0], parts[1])), parts[2]))
        if len(parts) == 1:
            return Operation(name, (parts[0],))
        return reduce(lambda one, other: Operation(name, (one, other)), parts)

    def _chosen(self, test: ast.expr, then: ast.expr, otherwise: ast.expr, depth: int) -> Node:
        return Choice(self.truth(test, depth), self.number(then, depth), self.number(otherwise, depth))

    def _count(self, node: ast.expr, depth: int) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise Unreadable(
                f"An expression has at most {MOST_NODES} numbers, names and operations", node.col_offset
            )
        if depth > DEEPEST:
            raise Unreadable("It is nested too deeply", node.col_offset)


_NUMBERS: Final[Mapping[type[ast.expr], Callable[[_Reader, ast.expr, int], Node]]] = {
    ast.Constant: lambda _, node, __: Number(cast(float, cast(ast.Constant, node).value)),
    ast.Name: lambda _, node, __: Variable(int(cast(ast.Name, node).id[1:])),
    ast.BinOp: _Reader.operation,
    ast.UnaryOp: _Reader.signed,
    ast.IfExp: _Reader.choice,
    ast.Call: _Reader.call,
}
_NO_NUMBERS: Final[Mapping[type[ast.expr], str]] = {
    ast.Compare: "A comparison is no number",
    ast.BoolOp: "A comparison is no number",
    ast.Tuple: "A comma parts the arguments of a function, nothing else",
}
