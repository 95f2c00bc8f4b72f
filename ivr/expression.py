"""Flow expressions: a closed subset of Python's expression syntax, compiled once to closures.

There are no loops, no powers, no methods and no attributes except of records, so time and size are
bounded by the 1000 characters and 200 nodes that an expression may have. A missing name is an
error; a missing field of a record is null.
"""

from __future__ import annotations

import ast
import functools
import math
import operator
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from base.errors import SegueError
from ivr.functions import FUNCTIONS, HOST_FUNCTIONS, as_text, same

MAX_CHARACTERS: Final = 1000
MAX_NODES: Final = 200
MAX_TEXT: Final = 10_000
MAX_INTEGER: Final = 10**18

Evaluate = Callable[["Scope"], Any]


class ExpressionError(SegueError):
    """An expression cannot be read or worked out; `column` counts from 0 inside it."""

    def __init__(self, reason: str, column: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.column = column


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression sees: names, and the functions that the call answers."""

    names: Mapping[str, Any]
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression or text; `names` with their columns, `calls` of host functions."""

    source: str
    names: tuple[tuple[str, int], ...]
    calls: tuple[tuple[str, str | None], ...]
    """Host function and its first argument where that is a literal text."""
    _run: Evaluate = field(repr=False)

    def __call__(self, scope: Scope) -> Any:
        """The value; raises `ExpressionError` and nothing else."""
        try:
            return self._run(scope)
        except ExpressionError:
            raise
        except ZeroDivisionError:
            raise ExpressionError("division by zero") from None
        except Exception as error:  # its text may hold the value, which may be protected
            raise ExpressionError(f"a value does not fit ({type(error).__name__})") from None


@functools.lru_cache(maxsize=4096)
def expression(source: str) -> Expression:
    """Compile a bare expression; raises `ExpressionError`."""
    if len(source) > MAX_CHARACTERS:
        raise ExpressionError(f"longer than {MAX_CHARACTERS} characters")
    stripped = source.strip()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(stripped, mode="eval").body
    except SyntaxError as error:
        raise ExpressionError(error.msg or "?", (error.offset or 1) - 1) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(str(error)[:80] or "too deep") from None
    if sum(1 for _ in ast.walk(tree)) > MAX_NODES:
        raise ExpressionError(f"more than {MAX_NODES} parts")
    compiler = _Compiler()
    run = compiler.node(tree)
    return Expression(source, tuple(compiler.names), tuple(compiler.calls), run)


_PLACE = re.compile(r"\$\{([^{}]*)\}")


@functools.lru_cache(maxsize=4096)
def template(source: str) -> Expression:
    """Compile a text with `${…}` places; exactly `${x}` keeps the type of x."""
    whole = _PLACE.fullmatch(source.strip())
    if whole:
        return expression(whole[1])
    parts: list[str | Expression] = []
    end = 0
    for place in _PLACE.finditer(source):
        parts += [source[end : place.start()], expression(place[1])]
        end = place.end()
    parts.append(source[end:])
    for part in parts:
        if isinstance(part, str) and "${" in part:
            raise ExpressionError("'${' without its '}', or braces inside it")
    inner = [part for part in parts if isinstance(part, Expression)]
    names = tuple(name for part in inner for name in part.names)
    calls = tuple(call for part in inner for call in part.calls)
    return Expression(source, names, calls, functools.partial(_join, tuple(parts)))


def rendered(value: Any, scope: Scope) -> Any:
    """`value` with every `${…}` in it worked out, at any depth."""
    if isinstance(value, str):
        return template(value)(scope) if "${" in value else value
    if isinstance(value, Mapping):
        return {key: rendered(inner, scope) for key, inner in value.items()}
    if isinstance(value, list):
        return [rendered(inner, scope) for inner in value]
    return value


def _join(parts: tuple[str | Expression, ...], scope: Scope) -> str:
    return str(
        _bounded("".join(part if isinstance(part, str) else as_text(part(scope)) for part in parts))
    )


def _bounded(value: Any) -> Any:
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise ExpressionError("this text is too long")
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        raise ExpressionError("this number is too big")
    if isinstance(value, float) and not math.isfinite(value):
        raise ExpressionError("this number is too big")
    return value


_WORDS: Final[Mapping[str, Any]] = {"true": True, "false": False, "null": None}
_ARITHMETIC: Final[Mapping[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


def _contains(item: Any, container: Any) -> bool:
    if isinstance(container, list):
        return any(same(item, each) for each in container)
    return item in container


_COMPARISONS: Final[Mapping[type[ast.cmpop], Callable[[Any, Any], bool]]] = {
    ast.Eq: same,
    ast.NotEq: lambda one, other: not same(one, other),
    ast.Is: same,
    ast.IsNot: lambda one, other: not same(one, other),
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: _contains,
    ast.NotIn: lambda item, container: not _contains(item, container),
}


class _Compiler:
    def __init__(self) -> None:
        self.names: list[tuple[str, int]] = []
        self.calls: list[tuple[str, str | None]] = []

    def node(self, node: ast.expr) -> Evaluate:
        compile_it = _NODES.get(type(node))
        if compile_it is None:
            shown = ast.unparse(node)[:40]
            raise ExpressionError(f"'{shown}' is not allowed in a flow", node.col_offset)
        return compile_it(self, node)

    def constant(self, node: ast.Constant) -> Evaluate:
        value = node.value
        if not isinstance(value, str | int | float | bool | None):
            raise ExpressionError("only text, numbers, true, false, null", node.col_offset)
        _bounded(value)
        return lambda scope: value

    def name(self, node: ast.Name) -> Evaluate:
        name, column = node.id, node.col_offset
        if name in _WORDS:
            word = _WORDS[name]
            return lambda scope: word
        self.names.append((name, column))

        def look_up(scope: Scope) -> Any:
            if name not in scope.names:
                raise ExpressionError(f"nothing is called '{name}' here", column)
            return scope.names[name]

        return look_up

    def attribute(self, node: ast.Attribute) -> Evaluate:
        if node.attr.startswith("_"):
            raise ExpressionError("names cannot start with _", node.col_offset)
        record, key, column = self.node(node.value), node.attr, node.col_offset

        def read(scope: Scope) -> Any:
            value = record(scope)
            if value is None:
                return None
            if not isinstance(value, Mapping):
                raise ExpressionError(f"'.{key}' works on records only", column)
            return value.get(key)

        return read

    def subscript(self, node: ast.Subscript) -> Evaluate:
        container, index = self.node(node.value), self.node(node.slice)

        def read(scope: Scope) -> Any:
            values, key = container(scope), index(scope)
            if isinstance(values, Mapping):
                return values.get(key)
            if isinstance(values, str | list) and isinstance(key, int):
                return values[key] if -len(values) <= key < len(values) else None
            return None

        return read

    def logic(self, node: ast.BoolOp) -> Evaluate:
        terms = [self.node(value) for value in node.values]
        decide = all if isinstance(node.op, ast.And) else any
        return lambda scope: decide(term(scope) for term in terms)

    def unary(self, node: ast.UnaryOp) -> Evaluate:
        value = self.node(node.operand)
        if isinstance(node.op, ast.Not):
            return lambda scope: not value(scope)
        if isinstance(node.op, ast.USub):
            return lambda scope: -value(scope)
        raise ExpressionError("only 'not' and '-' stand before a value", node.col_offset)

    def arithmetic(self, node: ast.BinOp) -> Evaluate:
        work = _ARITHMETIC.get(type(node.op))
        column = node.col_offset
        if work is None:
            raise ExpressionError("only + - * / // % are known", column)
        left, right = self.node(node.left), self.node(node.right)
        adds = isinstance(node.op, ast.Add)

        def run(scope: Scope) -> Any:
            one, other = left(scope), right(scope)
            if adds and (isinstance(one, str) or isinstance(other, str)):
                return _bounded(as_text(one) + as_text(other))
            if not isinstance(one, int | float) or not isinstance(other, int | float):
                raise ExpressionError("this needs two numbers", column)
            return _bounded(work(one, other))

        return run

    def comparison(self, node: ast.Compare) -> Evaluate:
        tests = [_COMPARISONS[type(op)] for op in node.ops]
        values = [self.node(value) for value in (node.left, *node.comparators)]
        column = node.col_offset

        def run(scope: Scope) -> bool:
            found = [value(scope) for value in values]
            try:
                pairs = zip(tests, found, found[1:], strict=False)
                return all(test(one, other) for test, one, other in pairs)
            except TypeError:
                raise ExpressionError("these two cannot be compared", column) from None

        return run

    def choice(self, node: ast.IfExp) -> Evaluate:
        test, then, other = self.node(node.test), self.node(node.body), self.node(node.orelse)
        return lambda scope: then(scope) if test(scope) else other(scope)

    def sequence(self, node: ast.List | ast.Tuple) -> Evaluate:
        values = [self.node(value) for value in node.elts]
        return lambda scope: [value(scope) for value in values]

    def call(self, node: ast.Call) -> Evaluate:
        column = node.col_offset
        if not isinstance(node.func, ast.Name) or node.keywords:
            raise ExpressionError("only the listed functions can be called", column)
        name = node.func.id
        known = FUNCTIONS.get(name) or HOST_FUNCTIONS.get(name)
        if known is None:
            raise ExpressionError(f"there is no function '{name}'", column)
        if not known.least <= len(node.args) <= known.most:
            raise ExpressionError(f"{name}() is given {len(node.args)} values", column)
        values = [self.node(value) for value in node.args]
        if name in FUNCTIONS:
            return lambda scope: _bounded(known.run(*[value(scope) for value in values]))
        first = node.args[0] if node.args else None
        literal = first.value if isinstance(first, ast.Constant) else None
        self.calls.append((name, literal if isinstance(literal, str) else None))

        def ask(scope: Scope) -> Any:
            answer = scope.functions.get(name)
            if answer is None:
                raise ExpressionError(f"{name}() is not known here", column)
            return _bounded(answer(*[value(scope) for value in values]))

        return ask


_NODES: Final[Mapping[type[ast.expr], Callable[[_Compiler, Any], Evaluate]]] = {
    ast.Constant: _Compiler.constant,
    ast.Name: _Compiler.name,
    ast.Attribute: _Compiler.attribute,
    ast.Subscript: _Compiler.subscript,
    ast.BoolOp: _Compiler.logic,
    ast.UnaryOp: _Compiler.unary,
    ast.BinOp: _Compiler.arithmetic,
    ast.Compare: _Compiler.comparison,
    ast.IfExp: _Compiler.choice,
    ast.List: _Compiler.sequence,
    ast.Tuple: _Compiler.sequence,
    ast.Call: _Compiler.call,
}
