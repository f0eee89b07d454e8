# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lesson · Start here
#
# > **Welcome.** In this course you do not have to believe anything. Every lesson takes a rule that
# > people repeat about training neural networks, and lets you test it by experiment, in seconds.
#
# This page shows how a lesson works, checks that your machine is ready, and explains tensors, the tables
# of numbers of PyTorch, the library that all lessons use.
#
# **You will be able to**
#
# - tell whether your machine has all that the course needs;
# - steer a training while it runs;
# - answer an exercise, and read what its check says;
# - compute with tensors, and let PyTorch find a gradient.
#
# **Time** about 50 minutes, of which the first 15 show how it all works. **You need** a little Python, and
# for the last exercise the derivative of $x^2$. **Points** 4, in 4 exercises.
#
# A notebook is made of cells. Click one and press **Shift + Enter** to run it; do so with each cell
# on this page, from the top.

# %% nbgrader={"grade_id": "setup", "locked": true, "schema_version": 3}
from nblib import checks, data, doctor, live, models, oracles, predict, runtime, training
from nblib.oracles import start_here as oracle

import torch
from torch import nn

runtime.seed_everything(0)
torch.set_num_threads(1)  # small networks: several threads would mostly wait for one another

# %% [markdown]
# ## Is everything there?
#
# The next cell looks at your machine. A line with `+` is fine, one with `-` names something missing that
# the lessons can do without, one with `!` something that they need; what to type then stands behind the
# arrow. If you ask somebody for help, send these lines along: they name versions and folders, and nothing
# of your work.

# %% tags=["demo"]
_ = doctor.main()

# %% [markdown]
# ## Before you begin
#
# Three questions, asked again at the end, so that you see what you have learned. Nothing is graded. Write one of
# the texts in quotes in place of three dots, then run both cells.
#
# - **shapes**: `x` has shape (4,) and `y` has shape (4, 1). What is `x - y`? `"an error"`, `"4 numbers"` or
#   `"16 numbers"`.
# - **names**: `x` is a tensor. After `y = x` and `x += 1`, what is in `y`? `"the old numbers"`, `"the new numbers"`
#   or `"an error"`.
# - **downhill**: a loss has a gradient. Which short step makes the loss smaller? `"along it"`, `"against it"` or
#   `"across it"`.

# %% tags=["prediction"]
at_first = {
    "shapes": ...,
    "names": ...,
    "downhill": ...,
}

# %% tags=["demo"]
predict.first("start_here", at_first)

# %% [markdown]
# ## A prediction
#
# Lessons begin with a question that you answer before you know. Here is one. A small *neural network*, a
# formula with a few thousand adjustable numbers, is about to learn to read handwritten digits from 1,257
# examples. How many of 100 *new* digits will it read correctly afterwards? Replace the three dots by `"about 50"`, `"about 80"` or `"more than 95"`. A
# guess is free, and it is not graded: you remember better what surprised you.

# %% tags=["prediction"]
prediction = ...

# %% tags=["demo"]
predict.note(prediction, ["about 50", "about 80", "more than 95"])

# %% [markdown]
# ## A live experiment
#
# To *train* a network is to change its numbers a little, again and again, so that it errs less. The rule
# below, stochastic gradient descent (*SGD*), looks at 32 examples at a time and moves the numbers a small
# step in the direction that would have helped on these. {{Gradient_descent}} takes it apart; for now, watch.
#
# > **neural network**: a formula with many adjustable numbers, made of layers, each of which computes with
# > what the one before it gives.
# >
# > **parameter**: one of the numbers of a model that training adjusts; most of them are *weights*, by
# > which inputs are multiplied.
# >
# > **loss**: the number that says how wrong a model still is, which training makes small.
# >
# > **learning rate**: how large a step each update of the parameters makes.
#
# Run the next two cells and watch the loss; their code is for later. (`[64, 64, 10]`: one layer makes 64
# numbers of the 64 pixels, the next makes ten of those, a score for each digit.) The panel is alive while
# the second cell runs: **pause** it, go on, and move the **learning rate**. Run that cell again and each
# run adds a curve.
#
# **Your goal**: make the curve jump up, then bring it down again before the run has ended.

# %% tags=["demo"]
panel = live.Panel(log=True)

# %% tags=["demo"]
split = data.digits()
generator = torch.Generator().manual_seed(0)
model = models.mlp([64, 64, 10], generator=generator)
history = training.fit(
    model,
    torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9),
    split.X_train,
    split.y_train,
    num_epochs=runtime.scaled(200, fast=2),
    batch_size=32,
    valid=(split.X_test, split.y_test),
    generator=generator,
    on=[panel],
)

# %% tags=["demo"]
accuracy = history.last("valid_accuracy")
print(f"{accuracy:.1%} of {len(split.y_test)} digits that it had not seen are right.")
measured = "more than 95" if accuracy > 0.95 else "about 80" if accuracy > 0.65 else "about 50"
predict.reveal(prediction, measured)

# %% [markdown]
# ## An exercise
#
# Each exercise is a card like this one: points, minutes, difficulty, and hints that unfold when you
# click them. Below it there is a cell for your answer, and a folded cell that checks it.
#
# ### Exercise · How wrong is it?
# *1 point · 5 minutes · difficulty ●○○*
#
# The simplest loss is the *mean squared error*: take the difference between each prediction
# $\hat y_i$ and its target $y_i$, square it, and average over all $n$ of them,
#
# $$\mathrm{MSE} = \frac1n \sum_{i=1}^n (\hat y_i - y_i)^2 .$$
#
# First write something wrong on purpose, for instance without the square, and run the check: it
# recognizes the classic mistakes and names them. Then write the right answer. (What you write takes the
# place of the line `raise NotImplementedError`. The types behind `:` and `->` only tell what goes in and
# comes out.)
#
# <details><summary>Hint 1</summary><code>y_hat</code> and <code>y</code> are tensors, tables of numbers: <code>y_hat - y</code> subtracts number by number, and <code>** 2</code> squares each.</details>
# <details><summary>Hint 2</summary>A tensor has a method <code>.mean()</code>.</details>


# %% nbgrader={"grade_id": "mean-squared-error", "schema_version": 3, "solution": true}
def mean_squared_error(y_hat: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return the mean of the squared differences: one number, as a tensor or as a float.

    `y_hat` and `y` have the same shape, any shape, and are float32 or float64. They are not changed.
    """
    ### BEGIN SOLUTION
    return ((y_hat - y) ** 2).mean()
    ### END SOLUTION


# %% nbgrader={"grade_id": "mean-squared-error-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("How wrong is it?", points=1, hidden=1)
def _(check):
    y_hat = torch.tensor([1.0, 2.0, 4.0, 8.0])
    y = torch.tensor([1.0, 3.0, 2.0, 4.0])
    table = torch.tensor([[0.5, 1.0, -2.0], [3.0, -1.0, 0.0]], dtype=torch.float64)
    check.agree(
        mean_squared_error,
        oracle.mean_squared_error,
        (y_hat, y),
        (table, table.flip(0)),
        (3 * table.float() - 1, table.float()),
        mistakes=oracle.MSE,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Random numbers of another shape, against PyTorch")
def _(check):
    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        y_hat, y = torch.randn(2, 5, 3, generator=generator, dtype=dtype)
        loss = check.call(mean_squared_error, y_hat, y)
        check.close(loss, torch.nn.functional.mse_loss(y_hat, y), rtol=1e-4, atol=1e-6)


### END HIDDEN TESTS

# %% [markdown]
# The footer of a check says what the exercise is worth, and how many *hidden* parts decide with it when
# your work is graded: the same question with other numbers, drawn on the day, so that an answer must not
# only fit those shown. **Stuck** for good? Skip the exercise; each one stands on its own.
#
# ## Tensors
#
# The next lessons take for granted what follows. If you know PyTorch, go straight to the exercises.
#
# > **tensor**: a table of numbers with any number of dimensions: a single number, a list, a table, a stack
# > of tables.
# >
# > **shape**: how many entries a tensor has along each dimension; a table of 3 rows and 2 columns has shape
# > (3, 2).
# >
# > **dtype**: the kind of number that a tensor holds: float32 with about 7 digits, float64 with about 16,
# > int64 for whole numbers.
#
# All numbers of a tensor have one dtype. `float32` is the usual one: it is fast, and exact enough to train.

# %% tags=["demo"]
table = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 60.0]])
print("shape", tuple(table.shape), "and dtype", table.dtype)
print("row 0:", table[0], "  column 1:", table[:, 1], "  one number:", table[2, 1].item())
print("1/3 in float32:", torch.tensor(1 / 3).item())
print("1/3 in float64:", torch.tensor(1 / 3, dtype=torch.float64).item())

# %% [markdown]
# `+ - * / **` work number by number. `A @ B` is the *matrix product*: its entry in row $i$ and column $j$ is
# row $i$ of $A$ times column $j$ of $B$, number by number, added up. So an (n, k) times a (k, m) gives an
# (n, m). With $A = (1\;\,2)$ and $B$ the column of 3 and 4 it is $1\cdot3 + 2\cdot4 = 11$. And if shapes
# differ, in `+` and the like?
#
# > **broadcasting**: of two shapes, compared from the right, a dimension that is missing or 1 is repeated
# > until it fits the other.
#
# So a table of shape (3, 2) plus a list of shape (2,) adds that list to every row. It saves many loops,
# and hides a trap: (4,) minus (4, 1) is no error, but a table of 4 × 4, each number of the one minus each
# of the other.
#
# `.sum()` and `.mean()` run over all numbers. With `dim=0` they run along dimension 0, *down the rows*, and
# that dimension is gone: one number is left for each column. With `dim=1` it is one for each row, and
# `keepdim=True` keeps the dimension, with length 1, so that the result still broadcasts.

# %% tags=["demo"]
print("plus a list:", table + torch.tensor([10.0, 20.0]))
print(
    "means: of all", table.mean(), " of columns", table.mean(dim=0), " of rows", table.mean(dim=1)
)
print("of rows, dimension kept:", tuple(table.mean(dim=1, keepdim=True).shape))
trap = torch.arange(4.0) - torch.arange(4.0).reshape(4, 1)
print("the trap: (4,) minus (4, 1) has shape", tuple(trap.shape))

# %% [markdown]
# ### Exercise · Centre the columns
# *1 point · 5 minutes · difficulty ●○○*
#
# Each row of `X` is an example, each column something that was measured of it. Networks often learn
# faster from columns whose mean is 0. So subtract from each column its own mean.
#
# <details><summary>Hint 1</summary><code>X.mean(dim=0)</code> has the mean of each column.</details>
# <details><summary>Hint 2</summary>X has shape (n, k), the means (k,): subtract, and broadcasting does the rest.</details>


# %% nbgrader={"grade_id": "centre-columns", "schema_version": 3, "solution": true}
def centre_columns(X: torch.Tensor) -> torch.Tensor:
    """Return X with the mean of each column subtracted from that column, in the dtype of X.

    `X` has shape (n, k) with n ≥ 1 and k ≥ 1, float32 or float64. It is not changed.
    """
    ### BEGIN SOLUTION
    return X - X.mean(dim=0)
    ### END SOLUTION


# %% nbgrader={"grade_id": "centre-columns-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("Centre the columns", points=1, hidden=1)
def _(check):
    X = torch.tensor([[1.0, 2.0], [3.0, 5.0], [8.0, 20.0], [4.0, -3.0]])
    square = torch.tensor([[1.0, -4.0, 0.5], [6.0, 2.0, 3.0], [-1.0, 5.0, 40.0]]).double()
    check.agree(
        centre_columns,
        oracle.centre_columns,
        (X,),
        (square,),
        (torch.tensor([[3.0, 7.0, -2.0]]),),
        (torch.tensor([[1.0], [2.0], [9.0]]).double(),),
        mistakes=oracle.CENTRED,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Random tables, against NumPy")
def _(check):
    generator = oracles.fresh_generator()
    for shape, dtype in (((6, 3), torch.float32), ((4, 4), torch.float64), ((1, 5), torch.float32)):
        X = 3 + torch.randn(shape, generator=generator, dtype=dtype)
        wanted = torch.from_numpy(X.numpy() - X.numpy().mean(axis=0))
        check.close(check.call(centre_columns, X), wanted, rtol=1e-4, atol=1e-5, same_dtype=True)


### END HIDDEN TESTS

# %% [markdown]
# ## New, or written over
#
# `x + 1` makes a *new* tensor and leaves `x` alone. `x += 1`, `x[0] = 1` and methods whose names end in an
# underscore, such as `x.add_(1)`, write into the old one: they work *in place*. And `y = x` copies
# nothing, it is a second name for the same numbers; `x.clone()` is a copy.

# %% tags=["demo"]
x = torch.tensor([1.0, 2.0, 3.0])
second_name, copy = x, x.clone()
x += 10
print("x:", x, "  second name:", second_name, "  copy:", copy)

# %% [markdown]
# A function that writes into what it is given surprises its caller. So here the rule is: return something
# new, unless the card says otherwise.
#
# ### Exercise · A cap
# *1 point · 5 minutes · difficulty ●○○*
#
# Return a **new** tensor like `x` in which every number above `limit` is replaced by `limit`. `x` stays as
# it is. The result is a tensor of its own even where nothing had to be replaced.
#
# <details><summary>Hint 1</summary><code>x > limit</code> is a tensor of True and False, and <code>torch.where(condition, a, b)</code> takes from a where it is True, from b elsewhere.</details>
# <details><summary>Hint 2</summary>Or look up <code>torch.clamp</code>.</details>


# %% nbgrader={"grade_id": "capped", "schema_version": 3, "solution": true}
def capped(x: torch.Tensor, limit: float) -> torch.Tensor:
    """Return a new tensor with the smaller of each number and `limit`, in the shape and dtype of x.

    `x` has any shape, with one number or more, float32 or float64; `limit` may be negative.
    """
    ### BEGIN SOLUTION
    return torch.where(x > limit, limit, x)
    ### END SOLUTION


# %% nbgrader={"grade_id": "capped-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("A cap", points=1, hidden=1)
def _(check):
    table = torch.tensor([[0.5, -3.0], [2.0, 1.5], [4.0, -0.25]], dtype=torch.float64)
    check.agree(
        capped,
        oracle.capped,
        (torch.tensor([1.0, 5.0, -7.0, 3.0, 2.5]), 2.5),
        (table, 1.0),
        (table, -0.5),
        (torch.tensor([1.0, 2.0]), 3.0),
        (torch.tensor([[6.0]]), 4.0),
        mistakes=oracle.CAPPED,
        same_dtype=True,
        new=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Random numbers, against torch.clamp")
def _(check):
    generator = oracles.fresh_generator()
    for shape, dtype in (
        ((7,), torch.float32),
        ((4, 3), torch.float64),
        ((2, 3, 2), torch.float32),
    ):
        x = torch.randn(shape, generator=generator, dtype=dtype)
        for limit in (0.3, -0.4, 9.0):
            check.agree(capped, oracle.capped, (x, limit), same_dtype=True, new=True)
            check.close(check.call(capped, x, limit), x.clamp(max=limit), same_dtype=True)


### END HIDDEN TESTS

# %% [markdown]
# ## Chance that can be repeated
#
# Weights start at random, and examples come in random order. To repeat an experiment, draw the same
# random numbers again.
#
# > **generator**: a machine for random numbers (`torch.Generator`) that gives the same sequence whenever it
# > starts from the same number, its *seed*.
#
# Each draw moves the generator on, so the next draw gives other numbers.

# %% tags=["demo"]
one, other = (torch.Generator().manual_seed(7) for _ in range(2))
drawn, again, next_ones = (torch.rand(3, generator=g) for g in (one, other, one))
print("one:", drawn, "  the other:", again, "  one, moved on:", next_ones)

# %% [markdown]
# ## Gradients, found for you
#
# Which way should a parameter move? The slope of the loss tells: its derivative. With many parameters
# there is a slope for each: the slope *by* $w$ is the derivative with respect to $w$.
#
# > **gradient**: the slopes of a number by each entry of a tensor, in a tensor of the same shape; seen as
# > an arrow, it points in the direction in which the number grows fastest.
# >
# > **autograd**: PyTorch's bookkeeping, which notes each step of a computation and then finds gradients by
# > the chain rule.
#
# `requires_grad=True` marks the tensor by which you will differentiate, `backward()` does so, and `.grad`
# has the result. The gradient of $w_1^2 + w_2^2$ is $(2 w_1, 2 w_2)$.

# %% tags=["demo"]
w = torch.tensor([1.0, -2.0], requires_grad=True)
loss = (w**2).sum()
loss.backward()
gradient = w.grad.clone()
with torch.no_grad():  # no bookkeeping in here
    w -= 0.1 * w.grad  # one step downhill, in place
print("loss", loss.item(), "  gradient", gradient, "  after one step: w", w.detach())

# %% [markdown]
# `backward()` *adds* to `.grad`, so set it to None, or to zero, before the next one. And `.detach()`
# gives the same numbers without the bookkeeping.
#
# ### Exercise · Downhill, which way?
# *1 point · 10 minutes · difficulty ●○○*
#
# The simplest model predicts $\hat y = Xw$: each column of $X$ times its weight, added up. Return the gradient
# of its mean squared error by $w$,
#
# $$L(w) = \frac1n \sum_{i=1}^n \bigl((Xw)_i - y_i\bigr)^2 .$$
#
# Let autograd find it, or work it out with pen and paper, which takes longer: both are right.
#
# <details><summary>Hint 1</summary>Begin with a copy that autograd watches: <code>w = w.clone().requires_grad_()</code>. Then compute the loss, as in the first exercise, with <code>X @ w</code> for the predictions.</details>
# <details><summary>Hint 2</summary><code>loss.backward()</code> itself returns None. The gradient is in <code>w.grad</code>.</details>


# %% nbgrader={"grade_id": "mse-gradient", "schema_version": 3, "solution": true}
def mse_gradient(w: torch.Tensor, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return the gradient by w of the mean of (Xw − y)², in the shape and dtype of w.

    `w` has shape (k,), `X` (n, k) and `y` (n,), with n ≥ 1 and k ≥ 1, all float32 or all float64. Their
    numbers are not changed.
    """
    ### BEGIN SOLUTION
    w = w.clone().requires_grad_()
    loss = ((X @ w - y) ** 2).mean()
    loss.backward()
    return w.grad
    ### END SOLUTION


# %% nbgrader={"grade_id": "mse-gradient-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("Downhill, which way?", points=1, hidden=1)
def _(check):
    X = torch.tensor([[1.0, 2.0], [3.0, -1.0], [0.5, 4.0], [2.0, 1.0]])
    square = torch.tensor([[2.0, -1.0, 1.0], [0.5, 3.0, -2.0], [1.0, 1.5, 4.0]]).double()
    check.agree(
        mse_gradient,
        oracle.mse_gradient,
        (torch.tensor([0.5, -1.0]), X, torch.tensor([1.0, 6.0, -2.0, 0.5])),
        (square[1] / 4, square, torch.tensor([2.0, -3.0, 1.0]).double()),
        (torch.tensor([3.0]), torch.tensor([[2.0], [-1.0]]), torch.tensor([1.0, 2.0])),
        (torch.tensor([1.0, 2.0]), X[1:2], torch.tensor([4.0])),
        mistakes=oracle.GRADIENT,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Random data, against the formula")
def _(check):
    generator = oracles.fresh_generator()
    for n, k, dtype in ((6, 3, torch.float32), (1, 3, torch.float64), (5, 1, torch.float32)):
        X = torch.randn(n, k, generator=generator, dtype=dtype)
        w, y = (torch.randn(size, generator=generator, dtype=dtype) for size in (k, n))
        wanted = 2 / n * (X.T @ (X @ w - y))
        check.close(
            check.call(mse_gradient, w, X, y), wanted, rtol=1e-3, atol=1e-5, same_dtype=True
        )


### END HIDDEN TESTS

# %% [markdown]
# ## A model and its training, in ten lines
#
# > **module**: a part of a model in PyTorch (`nn.Module`), which holds parameters and says in `forward`
# > what it computes with them; a module may hold other modules.
#
# Here is one; `nn.Parameter` marks its two weights as trainable. `line(X)` calls `forward`,
# `line.parameters()` lists what the *optimizer*, here SGD, is to change, and by this loop networks are
# trained all through this course: clear the old gradients, compute the loss, find its gradients, step.


# %% tags=["demo"]
class Line(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.zeros(2))

    def forward(self, X):
        return X @ self.w


X = torch.randn(100, 2, generator=torch.Generator().manual_seed(0))
y = X @ torch.tensor([3.0, -1.0])  # the weights that are to be found
line = Line()
optimizer = torch.optim.SGD(line.parameters(), lr=0.1)
for _ in range(100):
    optimizer.zero_grad()
    loss = ((line(X) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
print("found:", line.w.detach())

# %% [markdown]
# ## What to take away
#
# - A network of two layers learned from 1,257 examples to read more than 95 of 100 digits that it had not seen.
# - The mean squared error averages *all* squared differences into one number; for differences of 5 and −5 it is
#   25, where the mean of the differences themselves is 0.
# - Shapes are compared from the right, so (4,) minus (4, 1) is no error, but a table of 16 numbers: look at shapes.
# - What ends in an underscore, and `+=`, writes into the old tensor: both of its names then give 11 where
#   1 stood, and only the clone still has the 1.
# - `backward()` finds the gradient, of $w_1^2 + w_2^2$ at (1, −2) it is (2, −4), and a short step against
#   the gradient makes the loss smaller: here 5 becomes 3.2.
#
# ## How work is handed in and graded
#
# - **Save** the notebook and hand it in the way your teacher says: in JupyterLab's *Nbgrader → Assignment
#   List*, or as the file itself. You may hand in again; the last version counts.
# - **Grading** runs your answers in a sandbox with the same checks and the hidden parts. The lesson's own
#   cells are put back as they were, so you cannot break anything; your notes and extra cells are welcome.
#   An answer that does not work costs its own points and no others.
# - **Feedback** is a page with your notebook, the points, and what each check said.
#
# ## What is private
#
# - Lessons work without a network. What you write stays in this file, on your machine, until you hand the
#   file in. What you have solved and predicted, and how often you tried, is noted in a second file, which
#   `nblib progress` in a terminal names; delete it whenever you like. The course sends nothing.
# - Who grades your work sees the notebook that you hand in: your answers, predictions and notes, and what
#   its cells show.
#
# ## Where next
#
# [{{Backpropagation}}]({{backpropagation.ipynb}}) builds a network from nothing but tensors, and finds by hand
# what autograd finds. If you have done that before, [{{Gradient_descent}}]({{gradient_descent.ipynb}}) asks
# whether Adam, another rule for such steps, always wins. See you there!

# %% [markdown]
# ## Once more
#
# The questions from the beginning. Answer without looking back; then each answer gets its sentence.
#
# - **shapes**: `x` has shape (4,) and `y` has shape (4, 1). What is `x - y`? `"an error"`, `"4 numbers"` or
#   `"16 numbers"`.
# - **names**: `x` is a tensor. After `y = x` and `x += 1`, what is in `y`? `"the old numbers"`, `"the new numbers"`
#   or `"an error"`.
# - **downhill**: a loss has a gradient. Which short step makes the loss smaller? `"along it"`, `"against it"` or
#   `"across it"`.

# %% tags=["prediction"]
at_last = {
    "shapes": ...,
    "names": ...,
    "downhill": ...,
}

# %% tags=["demo"]
predict.last("start_here", at_last, before=at_first)

# %% [markdown]
# ## How far you are
#
# What you have solved and predicted, from a file on your machine that no grader reads. (What the cell shows is
# saved in the notebook, as any output is.)
# Once an exercise is solved, `progress.worked("A cap")` in a cell of your own shows a worked solution beside yours,
# where there is one: with the course itself, or from your teacher.

# %% tags=["demo"]
from nblib import progress

progress.show()
