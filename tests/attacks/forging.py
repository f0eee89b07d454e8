"""Forging: to pass a test with a wrong answer."""

from attack import EXERCISES, Attack

__all__ = ["FORGING"]

WRONG = {
    "double": "def double(x):\n    return x",
    "total": "def total(values):\n    return values",
    "words": "def words(text):\n    return 1",
    "climb": "def climb(slope, x, steps):\n    return x",
    "jump": "def jump(x, generator):\n    return x",
}


def wrong(*names: str) -> dict[str, str]:
    return {name: WRONG[name] for name in names or WRONG}


VALUES = [
    Attack(
        "equal to everything",
        "A number whose `==` says yes, whatever it is compared with.",
        answers={
            "words": """\
class Yes(int):
    def __eq__(self, other):
        return True

def words(text):
    return Yes()"""
        },
        gains={"words"},
    ),
    Attack(
        "ANY of the standard library",
        "The object that tests themselves use for what may be anything.",
        answers={"words": "from unittest.mock import ANY\n\ndef words(text):\n    return ANY"},
        gains={"words"},
    ),
    Attack(
        "a model that equals everything",
        "A torch module, for which a stand-in comes to the test, and which would compare as equal.",
        answers={
            "words": """\
class Model(torch.nn.Module):
    def __eq__(self, other):
        return True

    def __bool__(self):
        return True

def words(text):
    return Model()"""
        },
        gains={"words"},
    ),
    Attack(
        "an array that is all masked",
        "NumPy leaves masked entries out of a comparison, here all.",
        answers={"total": "def total(values):\n    return np.ma.masked_all(5)"},
        gains={"total"},
    ),
    Attack(
        "an array that compares itself",
        "A subclass of ndarray, which NumPy's functions ask before they do anything.",
        answers={
            "total": """\
class Array(np.ndarray):
    def __array_function__(self, function, types, args, kwargs):
        return np.ones(5, dtype=bool)

    def __array_ufunc__(self, function, *args, **kwargs):
        return np.zeros(5, dtype=bool)  # neither NaN nor infinite

def total(values):
    return np.zeros(5).view(Array)"""
        },
        gains={"total"},
    ),
    Attack(
        "a tensor that answers torch itself",
        "A subclass of Tensor: `__torch_function__` gives what the test has computed.",
        answers={
            "double": """\
class Tensor(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return globals()["expected"]

def double(x):
    return torch.zeros(4).as_subclass(Tensor)"""
        },
        gains={"double"},
    ),
    Attack(
        "a lie about its class",
        "An object that claims to be a tensor, and turns into an array that compares itself.",
        answers={
            "double": """\
class Array(np.ndarray):
    dtype = np.dtype("f8")

    def astype(self, dtype):
        return self

    def __array_function__(self, function, types, args, kwargs):
        return np.ones(4, dtype=bool) if function.__name__ == "isclose" else "0"

class Fake:
    __class__ = torch.Tensor
    dtype = torch.float64
    detach = cpu = to_dense = lambda self: self
    numpy = lambda self: np.zeros(4).view(Array)

def double(x):
    return Fake()"""
        },
        gains={"double"},
    ),
    Attack(
        "a generator without chance",
        "A test hands over its generator; it comes back in a state that gives nothing but zeros.",
        answers={
            "jump": """\
def jump(x, generator):
    state = generator.get_state()
    state[24 : 24 + 8 * 624] = 0
    generator.set_state(state)
    return x"""
        },
        gains={"jump"},
    ),
]
TESTS = [
    Attack(
        "the expected value by its name",
        "Tests have computed it in a global variable just before.",
        answers={
            "double": "def double(x):\n    return expected",
            "total": "def total(values):\n    return expected",
            "words": "def words(text):\n    return expected",
            "climb": "def climb(slope, x, steps):\n    return expected",
        },
        gains={"double", "total", "words", "climb"},
    ),
    Attack(
        "the frames above",
        "Whoever calls has the expected value among its variables.",
        answers={
            "double": """\
import sys

def double(x):
    frame = sys._getframe()
    while "expected" not in {**frame.f_globals, **frame.f_locals}:
        frame = frame.f_back
    return {**frame.f_globals, **frame.f_locals}["expected"]"""
        },
        gains={"double"},
    ),
    Attack(
        "a search through the memory",
        "The garbage collector knows every dictionary, those of a test and of its grader as well.",
        answers={
            "words": """\
import gc

def words(text):
    found = [d["expected"] for d in gc.get_objects() if type(d) is dict and "expected" in d]
    return next(value for value in found if type(value) is int)"""
        },
        gains={"words"},
    ),
    Attack(
        "the text of the test",
        "IPython keeps the cell that runs in `In`; the right answer is computed from it.",
        answers={
            "double": """\
import re

def double(x):
    return eval(re.search("expected = (.*)", In[-1])[1])"""
        },
        gains={"double"},
    ),
    Attack(
        "the text of the test by a hook",
        "IPython tells hooks what is about to run; this one computes the answer from it.",
        first="""\
import re

def look(info):
    if found := re.search("expected = (int.*)", info.raw_cell):
        torch.manual_seed(0)
        get_ipython().user_ns["guess"] = eval(found[1])
        torch.manual_seed(0)

get_ipython().events.register("pre_run_cell", look)""",
        answers={"words": "def words(text):\n    return guess"},
        gains={"words"},
    ),
    Attack(
        "the globals of a callback",
        "A function that the test hands over knows the variables of the test.",
        answers={
            "climb": """\
def climb(slope, x, steps):
    return slope.__globals__["expected"]"""
        },
        gains={"climb"},
    ),
    Attack(
        "an expected value that fits",
        "It is overwritten in place, before it is compared.",
        answers={
            "double": """\
def double(x):
    return get_ipython().user_ns["expected"].zero_()"""
        },
        gains={"double"},
    ),
]
TOOLS = [
    Attack(
        "numpy.testing that agrees",
        "The function that compares is replaced.",
        first="import numpy\nnumpy.testing.assert_allclose = lambda *args, **kwargs: None",
        answers=wrong("total"),
        gains={"total"},
    ),
    Attack(
        "a thread that replaces it later",
        "Whatever is restored before a test is replaced again while it runs.",
        first="""\
import threading, time, numpy

def replace():
    while True:
        numpy.testing.assert_allclose = lambda *args, **kwargs: None
        time.sleep(0.001)

threading.Thread(target=replace, daemon=True).start()""",
        answers=wrong("total"),
        gains={"total"},
    ),
    Attack(
        "checks that agree",
        "The method that compares gets another body; its address stays.",
        first="""\
from nblib import checks
checks.Exercise.close.__code__ = (lambda self, *args, **kwargs: None).__code__""",
        answers=wrong("double", "climb"),
        gains={"double", "climb"},
    ),
    Attack(
        "a comparison that finds no difference",
        "What `checks` calls is replaced, below the surface.",
        first="""\
import sys, nblib.checks
sys.modules["nblib.checks.exercise"].mismatch = lambda *_, **__: None""",
        answers=wrong("double", "climb"),
        gains={"double", "climb"},
    ),
    Attack(
        "this one check",
        "The object that is about to compare is a global variable, and can be changed.",
        answers={
            "double": """\
def double(x):
    check._fail = lambda *args, **kwargs: None"""
        },
        gains={"double"},
    ),
    Attack(
        "checks under the same name",
        "The imported name is bound to something else.",
        answers={"double": "from unittest.mock import MagicMock\n\ndouble = checks = MagicMock()"},
        gains={"double"},
    ),
    Attack(
        "checks in sys.modules",
        "The import itself yields something else.",
        first="""\
import sys, nblib
from unittest.mock import MagicMock
sys.modules["nblib.checks"] = nblib.checks = MagicMock()""",
        answers=wrong("double", "climb"),
        gains={"double", "climb"},
    ),
    Attack(
        "an nblib of their own",
        "The working folder comes first where modules are looked for.",
        first="""\
import os, sys
os.makedirs("nblib/checks")
open("nblib/__init__.py", "w").close()
with open("nblib/checks/__init__.py", "w") as file:
    file.write("from unittest.mock import MagicMock\\nexercise = MagicMock()")
for name in [name for name in sys.modules if name.startswith("nblib")]:
    del sys.modules[name]""",
        answers=wrong("double", "climb"),
        gains={"double", "climb"},
    ),
    Attack(
        "an import that lies",
        "`__import__` is a builtin, too.",
        first="""\
import builtins
from unittest.mock import MagicMock
real = builtins.__import__

def lie(name, *args):
    return MagicMock() if name == "nblib" else real(name, *args)

builtins.__import__ = lie""",
        answers=wrong("double", "climb"),
        gains={"double", "climb"},
    ),
    Attack(
        "a builtin that lies",
        "`int` always gives 7, whatever the test draws.",
        first="import builtins\nbuiltins.int = lambda *args: 7",
        answers={"words": "def words(text):\n    return 7"},
        gains={"words"},
        costs=EXERCISES,  # nothing of their own process works any more
    ),
    Attack(
        "an isinstance that lies",
        "No value is a tensor any more, and then `==` decides, which says yes.",
        first="""\
import builtins, torch
real = builtins.isinstance
builtins.isinstance = lambda value, kind: kind is not torch.Tensor and real(value, kind)
torch.Tensor.__eq__ = lambda self, other: True""",
        answers=wrong("double"),
        gains={"double"},
    ),
    Attack(
        "inputs that are zero",
        "Where random numbers are all zero, twice x is x.",
        first="import torch\ntorch.randn = lambda *size, **kwargs: torch.zeros(*size, **kwargs)",
        answers=wrong("double"),
        gains={"double"},
    ),
    Attack(
        "inputs that are known",
        "NumPy's generators are replaced by one that repeats itself.",
        first="""\
import numpy
from types import SimpleNamespace
zeros = SimpleNamespace(normal=lambda size: numpy.zeros(size))
numpy.random.default_rng = lambda *seed: zeros""",
        answers=wrong("total"),
        gains={"total"},
    ),
]
NOTEBOOK = [
    Attack(
        "a transformer of syntax trees",
        "IPython lets it rewrite every cell: none does anything any more.",
        answers={
            **wrong("double", "total", "climb", "jump"),
            "words": """\
import ast

class Nothing(ast.NodeTransformer):
    def visit_Module(self, node):
        return ast.Module([], [])

get_ipython().ast_transformers.append(Nothing())""",
        },
        gains={"words", "climb", "jump"},
    ),
    Attack(
        "a transformer of text",
        "The same, before a cell is even parsed.",
        answers={
            **wrong("climb", "jump"),
            "words": "get_ipython().input_transformers_post.append(lambda lines: ['pass'])",
        },
        gains={"words", "climb", "jump"},
    ),
    Attack(
        "errors that nobody shows",
        "A failed test is one that shows an error; the shell is made to show none.",
        first="get_ipython().showtraceback = lambda *args, **kwargs: None",
        answers=wrong(),
        gains=EXERCISES,
    ),
    Attack(
        "errors that are handled",
        "The same by IPython's own means.",
        first="get_ipython().set_custom_exc((Exception,), lambda *args, **kwargs: None)",
        answers=wrong(),
        gains=EXERCISES,
    ),
    Attack(
        "outputs that are cleared",
        "After each cell a hook clears what it has shown, an error too.",
        first="""\
from IPython.display import clear_output
get_ipython().events.register("post_run_cell", lambda result: clear_output())""",
        answers=wrong(),
        gains=EXERCISES,
    ),
    Attack(
        "a shell that runs nothing",
        "The method that runs code is replaced.",
        answers={
            **wrong("climb", "jump"),
            "words": """\
async def nothing(*args, **kwargs):
    return False

get_ipython().run_code = nothing""",
        },
        gains={"words", "climb", "jump"},
    ),
]
_AIMED = "aims at this grader's own messages, which nothing else understands"
MESSAGES = [
    Attack(
        "more names than were asked for",
        "The student's process is asked for `words`, and sends an `int` of its own along.",
        answers={
            "words": """\
from nbteach.grading.processes import student
real = student._Answers._names

def more(self, wanted):
    mine = {"int": lambda value: 7, "expected": 7}
    return real(self, wanted) | mine

student._Answers._names = more

def words(text):
    return 7"""
        },
        unshown=_AIMED,
    ),
    Attack(
        "messages on every descriptor",
        "Wherever one can write, it says that all is well.",
        answers={
            "words": """\
import json, os, struct
FRAMES = [
    ["answer", 7], ["answer", ["list", [7, []]]], ["answer", ["list", [True, []]]],
    ["passed", []], "passed", {"op": "fork"}, "clean",
]

def words(text):
    for descriptor in range(3, 256):
        for content in FRAMES:
            header = json.dumps([content, []]).encode()
            try:
                os.write(descriptor, struct.pack("!QQ", len(header), 0) + header)
            except OSError:
                pass
    os._exit(0)"""
        },
        costs={"climb", "jump"},  # their own later answers drown in the noise
        unshown=_AIMED,
    ),
    Attack(
        "questions to the examiner",
        "Instead of an answer it asks for attributes of a callback, for names, for its own file.",
        answers={
            "climb": """\
def climb(slope, x, steps):
    peer = slope._peer
    for question in [
        ("getattr", slope, "__globals__"), ("names", ["expected"]), ("forget",),
        ("call", open, ("gradebook",), {}), ("getitem", slope, "expected"), ("next", slope),
    ]:
        try:
            found = peer.ask(*question)
            print(LURE["told"], found)
            return found["expected"]
        except Exception as error:
            assert "answers no" in str(error) or "not callable" in str(error), error"""
        },
        unshown=_AIMED,
    ),
    Attack(
        "a stand-in that says it is something else",
        "The facts about an object are made up: its class, its name, its parameters.",
        answers={
            "double": """\
import gc
from unittest.mock import MagicMock
facts = {"class": "Tensor", "name": "</code><script>", "is": "Tensor", "parameters": 7}
for peer in [each for each in gc.get_objects() if type(each).__name__ == "Peer"]:
    peer._facts_of = lambda value: facts

def double(x):
    return MagicMock()"""
        },
        unshown=_AIMED,
    ),
    Attack(
        "a verdict raised by hand",
        "Exceptions by the names that a test, a loop or the grader itself might take as a sign.",
        answers={
            "words": """\
class _StudentGone(BaseException):
    pass

def words(text):
    raise _StudentGone("passed")""",
            "double": """\
def double(x):
    from nblib.checks.verdict import Verdict
    raise checks.CheckFailed(Verdict(True, "Double: 1 comparison right"))""",
            "climb": "def climb(slope, x, steps):\n    raise StopIteration(9.0)",
            "total": "def total(values):\n    raise SystemExit(0)",
        },
        unshown="such exceptions fail a test in any grader; here they also cross a border",
    ),
    Attack(
        "truth that is neither",
        "Bytes of 2 in an array of bools, nested and endless values, keys that cannot be keys.",
        answers={
            "double": "def double(x):\n    return np.full(4, 2, np.uint8).view(bool)",
            "total": "def total(values):\n    loop = []\n    loop.append(loop)\n    return loop",
            "words": "def words(text):\n    return 10 ** 100_000",
            "climb": "def climb(slope, x, steps):\n    return {float('nan'): {(): slope}}",
        },
        unshown="these values pass in no grader; here they also cross a border",
    ),
]
FORGING = [*VALUES, *TESTS, *TOOLS, *NOTEBOOK, *MESSAGES]
