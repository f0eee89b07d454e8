"""What may go wrong in one place of an answer: each operator yields what may stand for a node.

A list stands for a node that is one of several, such as a statement: none of them, or others.
"""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

Changes = Iterator[Any]


def words(text: str) -> list[str]:
    """Return the words of a text, which take fewer lines than a list of them."""
    return text.split()


ARITHMETIC: dict[type, tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult, ast.Div),
    ast.FloorDiv: (ast.Div, ast.Mult),
    ast.Mod: (ast.FloorDiv,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
}
COMPARISONS: dict[type, tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
TWINS = [
    pair.partition("-")[::2]
    for pair in words(
        """mean-sum max-min amax-amin argmax-argmin std-var floor-ceil any-all zeros-ones
        minimum-maximum zeros_like-ones_like rand-randn uniform_-normal_ sin-cos log-log2 log1p-log
        expm1-exp values-indices log_softmax-softmax append-extend vstack-hstack"""
    )
]
LEFT_OUT = words(  # the argument of these may stand for the call
    """exp log sqrt abs square clone copy deepcopy detach float double long round floor ceil sigmoid
    softmax log_softmax relu tanh clamp clip flip sort sorted reversed expm1 log1p cumsum int unique
    list tuple max min maximum minimum norm mean sum to"""
)
IN_PLACE = words("clamp masked_fill exp sqrt abs square sigmoid relu tanh mul add sub div")
OPERATOR_IN_PLACE = {ast.Add: "add_", ast.Sub: "sub_", ast.Mult: "mul_", ast.Div: "div_"}
VIEWS = words("as_tensor asarray from_numpy reshape ravel flatten squeeze unsqueeze")
MODULES = {"torch", "math", "np", "F", "copy", "nn"}
IGNORED = {  # an argument of this type, for which the function still runs
    "torch.Tensor": ("torch.zeros_like({0})", "torch.ones_like({0})"),
    "torch.Generator": ("None", "torch.Generator()"),
    "bool": ("True", "False"),
    "int": ("0", "1"),
    "float": ("0.0", "1.0"),
    "dict": ("{{}}",),
    "list": ("{0}[:1]", "{0}[::-1]"),
}


def arithmetic_exchanged(node: ast.AST) -> Changes:
    if isinstance(node, ast.BinOp | ast.AugAssign):
        for operation in ARITHMETIC.get(type(node.op), ()):
            yield _with(node, op=operation())


def comparison_exchanged(node: ast.AST) -> Changes:
    if isinstance(node, ast.Compare):
        for i, old in enumerate(node.ops):
            for new in COMPARISONS[type(old)]:
                yield _with(node, ops=_put(node.ops, i, new()))


def boolean_exchanged(node: ast.AST) -> Changes:
    if isinstance(node, ast.BoolOp):
        yield _with(node, op=ast.And() if isinstance(node.op, ast.Or) else ast.Or())


def operand_left_out(node: ast.AST) -> Changes:
    match node:
        case ast.BinOp(left, _, right) | ast.BoolOp(values=[left, right]):
            yield from (left, right)
        case ast.UnaryOp():
            yield node.operand
        case ast.BoolOp(values=values):
            yield from (_with(node, values=_put(values, i)) for i in range(len(values)))


def operands_exchanged(node: ast.AST) -> Changes:
    match node:
        case ast.BinOp(left, ast.Sub() | ast.Div() | ast.Pow() | ast.MatMult(), right):
            yield _with(node, left=right, right=left)
        case ast.Call(ast.Name("max" | "min") | ast.Attribute(_, "maximum" | "minimum")):
            pass
        case ast.Call(args=args) if not any(isinstance(arg, ast.Starred) for arg in args):
            yield from (_with(node, args=swapped) for swapped in _swaps(args))


def transposed(node: ast.AST) -> Changes:
    match node:
        case ast.BinOp(left, ast.MatMult(), right):
            yield _with(node, left=ast.Attribute(left, "T"))
            yield _with(node, right=ast.Attribute(right, "T"))
        case ast.Attribute(value, "T" | "mT"):
            yield value


def condition_changed(node: ast.AST) -> Changes:
    """Negate it, or take always the same branch; but `while True` would say nothing new."""
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        values = (False,) if isinstance(node, ast.While) else (False, True)
        for test in (_not(node.test), *map(ast.Constant, values)):
            yield _with(node, test=test)
    if isinstance(node, ast.comprehension):
        for i, test in enumerate(node.ifs):
            yield _with(node, ifs=_put(node.ifs, i, _not(test)))
            yield _with(node, ifs=_put(node.ifs, i))


def statement_left_out(node: ast.AST) -> Changes:
    unneeded = ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom | ast.Pass
    if isinstance(node, ast.stmt) and not isinstance(node, unneeded):
        yield []
    if isinstance(node, ast.With):
        yield node.body


def part_returned(node: ast.AST) -> Changes:
    match node:
        case ast.Return(ast.Tuple(parts)):
            yield from (ast.Return(part) for part in parts)
            yield from (ast.Return(ast.Tuple(swapped)) for swapped in _swaps(parts))


def type_fixed(node: ast.AST) -> Changes:
    if isinstance(node, ast.Return) and node.value:
        yield from map(ast.Return, _converted(node.value))


def _converted(value: ast.AST) -> Changes:
    match value:
        case ast.Tuple(parts) | ast.List(parts):
            for i, part in enumerate(parts):
                yield from (_with(value, elts=_put(parts, i, new)) for new in _converted(part))
        case ast.ListComp(part):
            yield from (_with(value, elt=new) for new in _converted(part))
        case _ if not isinstance(value, ast.Constant | ast.Dict | ast.Set):
            for kind in ("float", "double"):
                yield ast.Call(ast.Attribute(value, kind), [], [])


def argument_ignored(node: ast.AST) -> Changes:
    if not isinstance(node, ast.FunctionDef):
        return
    spec = node.args
    parameters = [*spec.posonlyargs, *spec.args]
    defaults = dict(zip(parameters[::-1], spec.defaults[::-1], strict=False))
    defaults |= zip(spec.kwonlyargs, spec.kw_defaults, strict=True)
    for parameter in [*parameters, *spec.kwonlyargs]:
        kind = ast.unparse(parameter.annotation) if parameter.annotation else ""
        values = IGNORED.get(kind.partition("[")[0], ("0", "1", "None"))
        texts = [value.format(parameter.arg) for value in values]
        if default := defaults.get(parameter):
            texts.append(ast.unparse(default))
        for text in texts:
            if text != parameter.arg:
                ignored = ast.parse(f"{parameter.arg} = {text}").body
                yield _with(node, body=[*ignored, *node.body])


def argument_left_out(node: ast.AST) -> Changes:
    match node:
        case ast.keyword(str(name)) if name != "strict":
            yield []
        case ast.Call(ast.Attribute(owner), [*args, _]) if args or not _is_module(owner):
            yield _with(node, args=args)


def constant_changed(node: ast.AST) -> Changes:
    value = literal(node)
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield from map(_expression, (0, 1, value - 1, value + 1, 2 * value))
        if abs(value) > 1:  # from 1 to −1 is mostly the same axis
            yield _expression(-value)
    elif isinstance(value, float):
        yield from map(_expression, (0.0, 1.0, value / 2, 2 * value, -value or value))
    elif isinstance(value, str):
        yield ast.Constant(f"{value}_")


def function_exchanged(node: ast.AST) -> Changes:
    for old, new in [*TWINS, *(pair[::-1] for pair in TWINS)]:
        match node:
            case ast.Attribute(_, name) if name == old:
                yield _with(node, attr=new)
            case ast.Call(ast.Name(name)) if name == old and new in {"max", "min", "any", "all"}:
                yield _with(node, func=ast.Name(new))


def call_left_out(node: ast.AST) -> Changes:
    match node:
        case ast.Call(ast.Name(name), [first, *_]) if name in LEFT_OUT:
            yield first
        case ast.Call(ast.Attribute(owner, name), args) if name in LEFT_OUT:
            if not _is_module(owner):
                yield owner
            elif args:
                yield args[0]


def bounds_moved(node: ast.AST) -> Changes:
    one, plus, minus = ast.Constant(1), ast.Add(), ast.Sub()
    match node:
        case ast.Call(ast.Name("range"), [_, *rest] as args):
            bounds = [(0, plus), (1, plus), (1, minus)] if rest else [(0, plus), (0, minus)]
            for i, step in bounds:
                yield _with(node, args=_put(args, i, ast.BinOp(args[i], step, one)))
            if not rest:
                yield _with(node, args=[one, *args])
        case ast.Slice():
            for field in ("lower", "upper"):
                if bound := getattr(node, field):
                    for moved in (None, ast.BinOp(bound, plus, one), ast.BinOp(bound, minus, one)):
                        yield _with(node, **{field: moved})
            yield _with(node, step=None)


def turn_left_out(node: ast.AST) -> Changes:
    if isinstance(node, ast.For | ast.comprehension):
        for part in ("[:-1]", "[1:]"):
            yield _with(node, iter=ast.Name(f"list({ast.unparse(node.iter)}){part}"))
    if isinstance(node, ast.For):
        yield _with(node, body=[*node.body, ast.Break()])


def in_place_for_copy(node: ast.AST) -> Changes:
    """Only where the memory may be the caller's: see `mark_own`."""
    match node:
        case ast.Assign([ast.Name(name)], ast.BinOp(ast.Name(left), step, right)) if name == left:
            yield ast.AugAssign(ast.Name(name), step, right)
        case ast.BinOp(ast.Name() as left, step, right) if type(step) in OPERATOR_IN_PLACE:
            if not hasattr(left, "is_own"):
                yield ast.Call(ast.Attribute(left, OPERATOR_IN_PLACE[type(step)]), [right], [])
        case ast.Call(ast.Attribute(owner, name), args) if name in IN_PLACE:
            changed = args[0] if args and _is_module(owner) else owner
            if isinstance(changed, ast.Name) and not hasattr(changed, "is_own"):
                yield _with(node, func=ast.Attribute(owner, f"{name}_"))


OPERATORS = [
    arithmetic_exchanged,
    comparison_exchanged,
    boolean_exchanged,
    operand_left_out,
    operands_exchanged,
    transposed,
    condition_changed,
    statement_left_out,
    part_returned,
    type_fixed,
    argument_ignored,
    argument_left_out,
    constant_changed,
    function_exchanged,
    call_left_out,
    bounds_moved,
    turn_left_out,
    in_place_for_copy,
]


def mark_own(tree: ast.AST) -> None:
    """Mark the names of what the answer computed itself, which it may well change in place."""
    computed, bound = Counter[str](), Counter[str]()
    for node in ast.walk(tree):
        match node:
            case ast.arg(name) | ast.Name(name, ast.Store()):
                bound[name] += 1
            case ast.Assign([target], value) if _is_new(value):
                computed.update(_names(target))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and 0 < computed[node.id] == bound[node.id]:
            node.is_own = True


def _is_new(value: ast.AST) -> bool:
    match value:
        case ast.BinOp() | ast.UnaryOp():
            return True
        case ast.Call(ast.Attribute(owner, name)):
            return _is_module(owner) and name not in VIEWS
    return False


def _names(target: ast.AST) -> list[str]:
    return [
        node.id
        for node in ast.walk(target)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]


def literal(node: ast.AST) -> object:
    """Return the number or text that a node writes down, or None."""
    match node:
        case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as value)):
            return -value
        case ast.Constant(value):
            return value
    return None


def _is_module(owner: ast.AST) -> bool:
    return ast.unparse(owner).partition(".")[0] in MODULES


def _expression(value: float) -> ast.expr:
    return ast.parse(repr(value), mode="eval").body  # −1 as an operator and its operand


def _not(test: ast.expr) -> ast.expr:
    return test.operand if isinstance(test, ast.UnaryOp) else ast.UnaryOp(ast.Not(), test)


def _with(node: ast.AST, **fields: object) -> ast.AST:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _put(items: Sequence[Any], i: int, *new: Any) -> list[Any]:
    return [*items[:i], *new, *items[i + 1 :]]


def _swaps(items: Sequence[Any]) -> Iterator[list[Any]]:
    for i in range(len(items) - 1):
        yield [*items[:i], items[i + 1], items[i], *items[i + 2 :]]
