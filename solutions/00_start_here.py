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
# This page shows how a lesson works, and checks that your machine is ready.
#
# **You will be able to**
#
# - tell whether your machine has all that the course needs;
# - steer a training while it runs;
# - answer an exercise, and read what its check says.
#
# **Time** 10 minutes. **You need** a little Python. **Points** 1, in 1 exercise.
#
# A notebook is made of cells. Click one and press **Shift + Enter** to run it; do so with each cell
# on this page, from the top.

# %% nbgrader={"grade_id": "setup", "locked": true, "schema_version": 3}
import torch

from nblib import checks, data, doctor, live, models, oracles, predict, runtime, training
from nblib.oracles import start_here as oracle

runtime.seed_everything(0)
torch.set_num_threads(1)  # small networks: several threads would mostly wait for one another

# %% [markdown]
# ## Is everything there?
#
# The next cell looks at your machine. A line with `+` is fine, one with `-` is not needed for working
# through the lessons, and one with `!` is missing; what to type then stands behind the arrow. If you
# ask somebody for help, send these lines along: they name versions and folders, and nothing of your
# work.

# %% tags=["demo"]
_ = doctor.main()

# %% [markdown]
# ## A prediction
#
# Lessons begin with a question that you answer before you know. Here is one. A small network is about
# to learn to read handwritten digits from 1,257 examples. How many of 100 *new* digits will it read
# correctly afterwards? Replace the three dots by `"about 50"`, `"about 80"` or `"more than 95"`. A
# guess is free, and it is not graded: you remember better what surprised you.

# %% tags=["prediction"]
prediction = ...

# %% tags=["demo"]
predict.note(prediction, ["about 50", "about 80", "more than 95"])

# %% [markdown]
# ## A live experiment
#
# Run the next cell and watch the loss, the number that says how wrong the network still is. The panel is
# alive while the cell runs: **pause** it, go on, and move the **learning rate**, which says how large a
# step each update makes. Run it again and each run adds a curve.
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
# *1 point · 3 minutes · difficulty ●○○*
#
# The simplest loss is the *mean squared error*: take the difference between each prediction
# $\hat y_i$ and its target $y_i$, square it, and average over all $n$ of them,
#
# $$\mathrm{MSE} = \frac1n \sum_{i=1}^n (\hat y_i - y_i)^2 .$$
#
# First hand in something wrong on purpose, for instance without the square, and run the check: it
# recognizes the classic mistakes and names them. Then write the right answer.
#
# <details><summary>Hint 1</summary><code>y_hat - y</code> subtracts tensors number by number, and <code>** 2</code> squares each.</details>
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
# The footer of a check says what it is worth, and how many *hidden* parts decide with it when your work
# is graded: the same question with other numbers, drawn on the day, so that an answer has to work and
# not only to fit. **Stuck** for good? Skip the exercise; each one stands on its own.
#
# ## How work is handed in and graded
#
# - **Save** the notebook and hand it in the way your teacher says: in JupyterLab's *Nbgrader → Assignment
#   List*, or as the file itself. You may hand in again; the last one counts.
# - **Grading** runs your answers in a sandbox with the same checks and the hidden parts. The lesson's own
#   cells are put back as they were, so you cannot break anything; your notes and extra cells are welcome.
#   An answer that does not work costs its own points and no others.
# - **Feedback** is a page with your notebook, the points, and what each check said.
#
# ## What is private
#
# - Lessons work without a network. What you write and how often you try stays in this file, on your
#   machine, until you hand the file in. The course counts and sends nothing.
# - Who grades your work sees the notebook that you hand in: your answers, predictions and notes.
#
# ## Where next
#
# [{{Gradient_descent}}]({{gradient_descent.ipynb}}) asks whether Adam always wins. See you there!
