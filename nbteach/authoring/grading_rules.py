"""What a test cell must keep to, so that no student can bend it, and none is wronged by it.

When work is graded, tests run in a process of their own, and students' code in another. A test sees
what instructor cells import, what it defines itself, and the names of the answers; values come over
as copies, functions as remote calls.
"""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterator

from nbteach.authoring.lesson import Cell, Lesson

__all__ = ["faults"]

_Faults = Iterator[tuple[int, str, str]]

_PREDICATES = {
    "all",
    "allclose",
    "any",
    "array_equal",
    "callable",
    "hasattr",
    "isclose",
    "isinstance",
}


def faults(lesson: Lesson) -> _Faults:
    """Yield (line, fault, remedy) where grading could not trust a test, or not run a cell."""
    code = [cell for cell in lesson.cells if cell.is_code]
    if magics := [fault for cell in code if _is_test(cell) for fault in _magics(cell)]:
        yield from magics
        return
    answers = {name for cell in code if _is_answer(cell) for name in _defined(cell)}
    imported = {name: cell for cell in code if _is_setup(cell) for name in _imported(cell)}
    yield from _hidden_answers(code, imported)
    yield from _shown_only(code)
    for cell in code:
        if _is_test(cell):
            yield from _names(cell, code, answers | imported.keys())
            yield from _autograd(cell, answers)
            yield from _effects(cell, answers)
            yield from _idle(cell)


def _magics(cell: Cell) -> _Faults:
    try:
        ast.parse(cell.node.source)  # in the file a magic is a comment, in the notebook it is not
    except SyntaxError as error:
        line = cell.line + (error.lineno or 0)
        yield line, "a magic in a test, which is run without IPython", "write it in plain Python"


def _hidden_answers(code: list[Cell], imported: dict[str, Cell]) -> _Faults:
    for cell in code:
        if _is_answer(cell):
            for name in sorted(imported.keys() & _defined(cell)):
                fault = f"the answer {name} has the name of an import in line {imported[name].line}"
                yield cell.line, f"{fault}, which tests would see instead", "choose another name"


def _shown_only(code: list[Cell]) -> _Faults:
    run = {name for cell in code if not _is_demo(cell) for name in _defined(cell)}
    shown = {name: cell for cell in code if _is_demo(cell) for name in _defined(cell)}
    for cell in code:
        if not _is_demo(cell) and not _is_test(cell):
            for name in sorted((_used(cell) & shown.keys()) - run - vars(builtins).keys()):
                fault = f"{name} comes from a cell for show, line {shown[name].line}"
                yield (
                    cell.line,
                    f"{fault}, which is not run when grading",
                    "define it in a cell that is",
                )


def _names(test: Cell, code: list[Cell], known: set[str]) -> _Faults:
    tree = ast.parse(test.text)
    for name in sorted(_used(test) - _defined(test) - known - vars(builtins).keys()):
        places = [cell for cell in code if cell is not test and name in _defined(cell)]
        uses = (n.lineno for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == name)
        line = min(uses, default=1)
        where, remedy = _place(places[-1]) if places else ("is defined nowhere", "define it here")
        yield test.line + line, f"the test uses {name}, which {where}", remedy


def _place(cell: Cell) -> tuple[str, str]:
    """Say why a test cannot use what this cell defines, and what to do."""
    here = "define it in this test"
    if _is_test(cell):
        return f"another test, line {cell.line}, defines: they are run apart", here
    if _is_demo(cell):
        return f"a cell for show, line {cell.line}, defines: it is not run when grading", here
    if _is_setup(cell):
        where = f"line {cell.line} defines, in the student's process, where it can be replaced"
        return where, f"{here}, or let a locked cell import it from nblib"
    where = f"line {cell.line} defines, in a cell that students may change"
    return where, f'{here}, or import it in a cell with "locked": true'


def _autograd(test: Cell, answers: set[str]) -> _Faults:
    tree = ast.parse(test.text)
    theirs = _derived(tree, answers)
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = ast.unparse(call.func)
        differentiates = name.startswith(("torch.autograd.", "torch.func.", "autograd."))
        on_theirs = _mentions(call.func, theirs) and name.endswith(".backward")
        if on_theirs or (differentiates and any(_mentions(arg, theirs) for arg in call.args)):
            fault = "autograd through an answer: values come over as copies, without their graph"
            yield test.line + call.lineno, fault, "ask for it there: checks.grad_of(function, x)"


def _effects(test: Cell, answers: set[str]) -> _Faults:
    for node in ast.walk(ast.parse(test.text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            called = node.value.func
            if isinstance(called, ast.Name) and called.id in answers:
                fault = f"{called.id} is called for its effects: it gets a copy of what it is given"
                remedy = (
                    "result, after = checks.call_inplace(function, *args) shows what it changed"
                )
                yield test.line + node.lineno, fault, remedy


def _idle(test: Cell) -> _Faults:
    """Find truths that nobody looks at: nbgrader would take the last one for a score."""
    for node in ast.walk(ast.parse(test.text)):
        if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant):
            value = node.value
            called = ast.unparse(value.func) if isinstance(value, ast.Call) else ""
            if not called or called.rpartition(".")[2] in _PREDICATES:
                fault = f"nothing comes of `{ast.unparse(value)}`, whether it is true or not"
                yield test.line + node.lineno, fault, "write assert, or ask check.that"


def _derived(tree: ast.AST, answers: set[str]) -> set[str]:
    """Return the answers and the names of what is computed from them, by assignment."""
    theirs, before = set(answers), 0
    while len(theirs) > before:
        before = len(theirs)
        for value, target in _assignments(tree):
            if _mentions(value, theirs):
                names = (node for node in ast.walk(target) if isinstance(node, ast.Name))
                theirs.update(node.id for node in names)
    return theirs


def _assignments(tree: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    for node in ast.walk(tree):
        match node:
            case ast.Assign():
                yield from ((node.value, target) for target in node.targets)
            case ast.AugAssign() | ast.NamedExpr():
                yield node.value, node.target
            case ast.For() | ast.comprehension():
                yield node.iter, node.target
            case ast.withitem(optional_vars=ast.AST() as target):
                yield node.context_expr, target


def _mentions(node: ast.AST, names: set[str]) -> bool:
    return any(isinstance(part, ast.Name) and part.id in names for part in ast.walk(node))


def _used(cell: Cell) -> set[str]:
    """Return the names that a cell looks up where it does not know them as local."""
    return {
        symbol.get_name()
        for table in _tables(cell)
        for symbol in table.get_symbols()
        if symbol.is_referenced() and (symbol.is_global() or table.get_type() == "module")
    }


def _defined(cell: Cell) -> set[str]:
    """Return the names that a cell leaves behind."""
    return {
        symbol.get_name()
        for table in _tables(cell)
        for symbol in table.get_symbols()
        if (symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace())
        and (symbol.is_declared_global() or table.get_type() == "module")
    }


def _tables(cell: Cell) -> list[symtable.SymbolTable]:
    tables = [symtable.symtable(cell.text, "cell", "exec")]
    for table in tables:  # which grows meanwhile
        tables += table.get_children()
    return tables


def _imported(cell: Cell) -> set[str]:
    statements = ast.parse(cell.text).body
    imports = (node for node in statements if isinstance(node, ast.Import | ast.ImportFrom))
    names = (alias.asname or alias.name for node in imports for alias in node.names)
    return {name.partition(".")[0] for name in names}


def _is_test(cell: Cell) -> bool:
    return cell.nbgrader.get("grade") is True and not _is_answer(cell)


def _is_answer(cell: Cell) -> bool:
    return cell.nbgrader.get("solution") is True


def _is_setup(cell: Cell) -> bool:
    """Whether this is an instructor's cell that is put back, and run, when work is graded."""
    others = _is_test(cell) or _is_answer(cell) or _is_demo(cell)
    return "nbgrader" in cell.node.metadata and not others


def _is_demo(cell: Cell) -> bool:
    return "demo" in cell.node.metadata.get("tags", [])
