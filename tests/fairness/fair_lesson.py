"""A lesson that asks for one answer of each kind, and notebooks in which students give them."""

import re
from pathlib import Path

import nbformat
import tiny_course
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from nbteach.authoring import build
from nbteach.classroom.samples import AnswerKey, answer_key
from nbteach.grading.notebooks.lesson_bundle import Bundle, load_bundle

NAME = "01_fair"
LESSON = '''\
# %% [markdown]
# # One exercise of each kind

# %% nbgrader={"grade_id": "setup", "locked": true}
import math

import numpy as np
import torch

from nblib import checks, oracles

# %% nbgrader={"grade_id": "mean", "solution": true}
def mean(values: list[float]) -> float:
    """Return the mean."""
    ### BEGIN SOLUTION
    return sum(values) / len(values)
    ### END SOLUTION

# %% nbgrader={"grade_id": "mean-test", "grade": true, "points": 2}
with checks.exercise("Mean", points=2, hidden=1) as check:
    check.close(check.call(mean, [1.0, 2.0, 6.0]), 3.0)
    check.close(mean([math.pi]), math.pi)
### BEGIN HIDDEN TESTS
with checks.hidden("Random numbers") as check:
    values = np.random.default_rng().normal(size=20).tolist()
    check.close(check.call(mean, values), np.mean(values), rtol=1e-4)
### END HIDDEN TESTS

# %% nbgrader={"grade_id": "centered", "solution": true}
def centered(X: torch.Tensor) -> torch.Tensor:
    """Return X, (n, d), minus the mean of each column."""
    ### BEGIN SOLUTION
    return X - X.mean(dim=0)
    ### END SOLUTION

# %% nbgrader={"grade_id": "centered-test", "grade": true, "points": 2}
with checks.exercise("Centered", points=2, hidden=1) as check:
    check.close(check.call(centered, torch.tensor([[1.0, 5.0], [3.0, 5.0]])), [[-1, 0], [1, 0]])
### BEGIN HIDDEN TESTS
with checks.hidden("Random matrices") as check:
    for dtype in (torch.float32, torch.float64):
        X = torch.randn(7, 3, generator=oracles.fresh_generator(), dtype=dtype)
        check.close(check.call(centered, X), X - X.mean(dim=0), rtol=1e-3, atol=1e-5)
### END HIDDEN TESTS

# %% nbgrader={"grade_id": "momentum", "solution": true}
def momentum(params: list, grads: list, state: dict, lr: float, beta: float) -> tuple[list, dict]:
    """Return (new parameters, new state) after v ← βv + g, w ← w − lr·v; `state` is {} at first."""
    ### BEGIN SOLUTION
    old = state.get("velocity", [torch.zeros_like(p) for p in params])
    velocity = [beta * v + g for v, g in zip(old, grads, strict=True)]
    return [p - lr * v for p, v in zip(params, velocity, strict=True)], {"velocity": velocity}
    ### END SOLUTION

# %% nbgrader={"grade_id": "momentum-test", "grade": true, "points": 2}
with checks.exercise("Momentum", points=2, hidden=1) as check:
    params, state = [torch.tensor([1.0, 2.0]), torch.tensor([3.0])], {}
    for _ in range(3):
        grads = [2 * p for p in params]
        params, state = check.call(momentum, params, grads, state, 0.1, 0.5, may_change=(2,))
    check.close(params, [[0.302, 0.604], [0.906]], rtol=1e-4)
### BEGIN HIDDEN TESTS
with checks.hidden("Against torch.optim.SGD") as check:
    oracles.follow_optimizer(
        check,
        momentum,
        lambda params: torch.optim.SGD(params, lr=1, momentum=0.7),
        0.7,
        lrs=(0.3, 0.05, 1.0, 0.1),
        dtype=torch.float32,
    )
### END HIDDEN TESTS

# %% nbgrader={"grade_id": "countdown", "solution": true}
def countdown(n: int):
    """Return something that can be iterated and gives n, n − 1, ..., 1."""
    ### BEGIN SOLUTION
    return range(n, 0, -1)
    ### END SOLUTION

# %% nbgrader={"grade_id": "countdown-test", "grade": true, "points": 1}
with checks.exercise("Countdown", points=1) as check:
    check.equal(list(countdown(3)), [3, 2, 1])
    check.equal([2 * number for number in countdown(2)], [4, 2])
    check.equal(next(iter(countdown(7))), 7)

# %% nbgrader={"grade_id": "line", "solution": true}
def line(slope: float, intercept: float):
    """Return the function x → slope · x + intercept, for numbers and tensors."""
    ### BEGIN SOLUTION
    return lambda x: slope * x + intercept
    ### END SOLUTION

# %% nbgrader={"grade_id": "line-test", "grade": true, "points": 1}
with checks.exercise("Line", points=1) as check:
    f, g = line(2.0, 1.0), line(slope=-1.0, intercept=0.5)
    x = torch.rand(5)
    check.close(f(x), 2 * x + 1)
    check.close([f(3.0), g(3.0)], [7.0, -2.5])
    check.close(checks.grad_of(line(3.0, 0.0), torch.tensor(1.0)), 3.0)

# %% nbgrader={"grade_id": "descend", "solution": true}
def descend(slope, x: float, lr: float, num_steps: int) -> float:
    """Return x after `num_steps` steps of gradient descent; `slope(x)` is the derivative."""
    ### BEGIN SOLUTION
    for _ in range(num_steps):
        x = x - lr * slope(x)
    return x
    ### END SOLUTION

# %% nbgrader={"grade_id": "descend-test", "grade": true, "points": 2}
with checks.exercise("Descend", points=2) as check:
    asked = []

    def slope(x):
        asked.append(float(x))
        return 2 * x

    check.close(check.call(descend, slope, 1.0, 0.1, 3), 0.512)
    check.close(sorted({*asked}), [0.64, 0.8, 1.0])

# %% nbgrader={"grade_id": "summary", "solution": true}
def summary(values: list[float]) -> dict:
    """Return {"mean": ..., "largest": ..., "sorted": ...}."""
    ### BEGIN SOLUTION
    return {"mean": sum(values) / len(values), "largest": max(values), "sorted": sorted(values)}
    ### END SOLUTION

# %% nbgrader={"grade_id": "summary-test", "grade": true, "points": 1}
with checks.exercise("Summary", points=1) as check:
    check.close(
        check.call(summary, [3.0, 1.0, 8.0]), {"mean": 4.0, "largest": 8.0, "sorted": [1, 3, 8]}
    )

# %% nbgrader={"grade_id": "moments", "solution": true}
def moments(x: torch.Tensor) -> tuple[float, float]:
    """Return the mean and the mean square of x, (n,)."""
    ### BEGIN SOLUTION
    return x.mean().item(), (x**2).mean().item()
    ### END SOLUTION

# %% nbgrader={"grade_id": "moments-test", "grade": true, "points": 1}
with checks.exercise("Moments", points=1) as check:
    first, second = check.call(moments, torch.tensor([1.0, 2.0, 3.0]))
    check.close([first, second], [2.0, 14 / 3], rtol=1e-4)

# %% nbgrader={"grade_id": "loss", "solution": true}
def loss(w: torch.Tensor) -> torch.Tensor:
    """Return half the square of the length of w, (n,), as a scalar to differentiate."""
    ### BEGIN SOLUTION
    return w @ w / 2
    ### END SOLUTION

# %% nbgrader={"grade_id": "loss-test", "grade": true, "points": 1}
with checks.exercise("Loss", points=1) as check:
    w = torch.tensor([1.0, -2.0])
    check.close(loss(w), 2.5)
    check.close(checks.grad_of(loss, w), w)

# %% nbgrader={"grade_id": "best", "solution": true}
def best(scores: dict[str, float]) -> str:
    """Return the name of the highest score."""
    ### BEGIN SOLUTION
    return max(scores, key=scores.get)
    ### END SOLUTION

# %% nbgrader={"grade_id": "best-test", "grade": true, "points": 1}
with checks.exercise("Best", points=1) as check:
    check.equal(best({"SGD": 0.9, "Adam": 0.95}), "Adam")
    check.that(best({"SGD": 0.9, "Adam": 0.8}) == "SGD", "SGD is best here.")

# %% nbgrader={"grade_id": "network", "solution": true}
def network(num_inputs: int, num_outputs: int):
    """Return a linear layer, with `weight`, (outputs, inputs), `bias` and `parameters()`."""
    ### BEGIN SOLUTION
    return torch.nn.Linear(num_inputs, num_outputs)
    ### END SOLUTION

# %% nbgrader={"grade_id": "network-test", "grade": true, "points": 2}
with checks.exercise("Network", points=2) as check:
    model = network(3, 2)
    check.that(isinstance(model, torch.nn.Module), "It is no torch.nn.Module.")
    check.equal(sum(p.numel() for p in model.parameters()), 8)
    X = torch.randn(4, 3)
    check.close(model(X), X @ model.weight.T + model.bias, rtol=1e-3, atol=1e-5)

# %% nbgrader={"grade_id": "draw", "solution": true}
def draw(n: int, *, generator: torch.Generator) -> torch.Tensor:
    """Return n normal random numbers, drawn from the generator."""
    ### BEGIN SOLUTION
    return torch.randn(n, generator=generator)
    ### END SOLUTION

# %% nbgrader={"grade_id": "draw-test", "grade": true, "points": 1}
with checks.exercise("Draw", points=1) as check:
    theirs, ours = (torch.Generator().manual_seed(1) for _ in range(2))
    for n in (3, 5):  # the second time, the generator must have moved on
        check.close(draw(n, generator=theirs), torch.randn(n, generator=ours))
'''


def make(root: Path) -> tuple[Bundle, AnswerKey]:
    """Build the lesson in a course at `root`."""
    build.build(tiny_course.make(root, LESSON, NAME))
    paths = (root / folder / NAME / f"{NAME}.ipynb" for folder in ("build/source", "notebooks"))
    return load_bundle(root, NAME), answer_key(*(nbformat.read(path, 4) for path in paths))


def handed_in(key: AnswerKey, cells: str) -> NotebookNode:
    """Return the solved lesson, in which one student does some things differently.

    `cells` is text in percent format: `# %% mean` begins the answer to the exercise "mean",
    `# %%` a cell of the student's own, which follows the one before.
    """
    notebook = key.answered({})
    position = 2  # after the title and the setup
    for title, source in re.findall(r"^# %%(.*)\n((?:(?!# %%).*\n)*)", cells, re.MULTILINE):
        if exercise := title.strip():
            ids = [cell.id for cell in notebook.cells]
            position = ids.index(exercise)
            notebook.cells[position].source = source.strip()
        else:
            notebook.cells.insert(position, new_code_cell(source.strip()))
        position += 1
    return notebook
