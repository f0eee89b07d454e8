# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lesson · Diagnosis
#
# > **The myth.** *If the loss goes down, the program is right. If it does not, train longer. And NaN means
# > that the learning rate is too high.*
#
# A wrong program for sorting stops, or sorts wrongly. A wrong program for training *trains*: something becomes
# smaller, a number comes out, and nobody sees that it should have been a better one. This lesson is a clinic. Its
# patients are real training runs, each with a fault planted in it. You build the instruments, learn what each of
# them can see and what it cannot, and write a program that finds the fault of runs that it has never met.
#
# **You will be able to**
#
# - compute what a run must show before it starts, and notice when it shows something else;
# - find out, in seconds and in the right order, whether the optimizer, the data or the evaluation is ill;
# - look inside: at gradients, at the size of updates, at the module where the first NaN arises;
# - repair a program that trains, and trains wrongly.
#
# **Time** about 6 hours, in as many sittings as you like. **You need** the training loop and the softmax
# ({{gradient_descent}}), the chain rule ({{backpropagation}}), ReLU and sigmoid ({{activations}}), a test part that is
# held out ({{evaluation}}). **Points** 25, in 11 exercises; each stands on its own, so you can skip one and come
# back.

# %% nbgrader={"grade_id": "setup", "locked": true, "schema_version": 3}
import copy
import math

import torch
import torch.nn.functional as F
from torch import nn

from nblib import (
    checks,
    data,
    events,
    models,
    oracles,
    playground,
    plots,
    predict,
    runtime,
    training,
)
from nblib.oracles import diagnosis as oracle

runtime.seed_everything(0)
torch.set_num_threads(1)  # small networks: several threads would mostly wait for one another

# %% [markdown]
# ## Predict first
#
# We plant 21 different faults, one at a time, into a program that trains a small network on handwritten digits:
# gradients that are not cleared, labels that are shuffled, the softmax taken twice, and so on. In how many of the 21
# runs does the training loss fall all the same, by a fifth of its first value or more?
# Replace the three dots by `"about 2"`, `"about 6"` or `"about 11"`. A guess is free, and it is not graded.

# %% tags=["prediction"]
prediction = ...

# %% tags=["demo"]
predict.note(prediction, ["about 2", "about 6", "about 11"])

# %% [markdown]
# ## One idea
#
# Here are four runs. Each trains the same network on the same 449 digits for 30 epochs. One of them is healthy. In
# the second, the labels were shuffled, so that they have nothing to do with the pictures any more. In the third, each
# label is one too high: a 3 is called a 4, and a 9 a 0. In the fourth, the pictures were stored with one column for
# each, and `reshape` made rows of them: each "picture" is now made of pixels of many pictures.

# %% tags=["demo"]
split = data.digits(0, test_size=0.75)
by_lot = torch.randperm(len(split.y_train), generator=torch.Generator().manual_seed(0))
sets = {
    "healthy": (split.X_train, split.y_train),
    "labels shuffled": (split.X_train, split.y_train[by_lot.to(split.y_train.device)]),
    "labels one off": (split.X_train, (split.y_train + 1) % 10),
    "columns for rows": (split.X_train.T.reshape(split.X_train.shape), split.y_train),
}
runs, unseen = {}, {}
for name, (X, y) in sets.items():
    model = models.mlp([64, 64, 64, 10], generator=torch.Generator().manual_seed(0))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    runs[name] = training.fit(
        model,
        optimizer,
        X,
        y,
        num_epochs=runtime.scaled(30, fast=2),
        batch_size=30,
        generator=torch.Generator().manual_seed(0),
    )
    unseen[name] = training.evaluate(model, split.X_test, split.y_test)["accuracy"]

fig, ax = plots.figure(size=(7, 3.6))
plots.curves(ax, runs, smooth=15)
ax.set(ylabel="training loss", ylim=(-0.05, 3))
plots.show(
    fig,
    "The training loss of four runs over 450 steps. All four fall from about 2.3 to below 0.3. The healthy run and "
    "the one whose labels are one off lie on top of each other; the other two fall later, and fall as well.",
)
for name, accuracy in unseen.items():
    print(f"{name:17} last loss {runs[name].last('loss'):.3f}, unseen digits right: {accuracy:.3f}")

# %% [markdown]
# All four losses go to about zero. Three of these runs have learned nothing that is true of a new digit, and one of
# the three has a curve that nobody could tell from the healthy one. For a loss says only this: *the optimizer can
# make this number smaller*. With more parameters than examples it can do so for nonsense, too (Zhang et al. 2017). So
# faults come in three families, and each shows in another place:
#
# | what is ill | examples | where it shows |
# |---|---|---|
# | **the optimization** | gradients not cleared, dead units, a rate a thousand times too small | in the loss |
# | **the data** | labels shuffled, pixels of many pictures in one | in the accuracy on unseen examples |
# | **the evaluation** | dropout left on, test examples in the training part | only where *you* measure once more |
#
# How does one find a fault without reading the program ten times? By an **experiment whose result is known
# beforehand**. A network that has learned nothing must have a certain loss. Twenty examples alone must be learned
# by heart. A row of a batch must not change the output of another. Each such check costs seconds, and if its result
# is not what must come out, the fault lies among few lines. Karpathy (2019) has made a list of such checks; here
# they are measured.
#
# ## Explore
#
# PLAYGROUND
#
# ## Before the first step
#
# ### Exercise · The first loss
# *1 point · 15 minutes · difficulty ●○○*
#
# The *cross-entropy*, or log loss, of an example is $-\ln p$, with the probability $p$ that the network gives to the
# right class; the loss is the mean of that. Before training, a network of $C$ outputs knows nothing: it gives each
# class about $1/C$, whatever the labels are. So its loss must be near
#
# $$-\ln\frac1C = \ln C .$$
#
# For ten digits that is 2.303. If you read 69 there, something is wrong before the first step.
#
# A network that knows only *how often* each class occurs, in shares $p_1, \dots, p_C$, gives class $k$ the
# probability $p_k$. A share $p_k$ of the examples then has the loss $-\ln p_k$. The mean is called the **entropy**:
#
# $$H = -\sum_k p_k \ln p_k ,\qquad\text{where } 0\cdot\ln 0 \text{ counts } 0 .$$
#
# > **entropy**: the mean of $-\ln p$ over the classes, weighted by their shares: the smallest log loss of somebody who
# > knows the shares of the classes and nothing else.
#
# That is what a network learns in the first few steps. If the loss stays *there*, it has found the biases of the last
# layer, and its input tells it nothing.
#
# `counts` says how many examples each class has. Return both losses.
#
# <details><summary>Hint 1</summary><code>math.log</code> and <code>torch.log</code> are natural logarithms. The shares are <code>counts / counts.sum()</code>.</details>
# <details><summary>Hint 2</summary>A class without examples: leave it out of the sum, <code>shares[shares > 0]</code>, but not out of C.</details>


# %% nbgrader={"grade_id": "first-loss", "schema_version": 3, "solution": true}
def first_loss(counts: torch.Tensor) -> tuple[float, float]:
    """Return (ln C, H): the loss of equal probabilities, and of the classes' own shares.

    `counts` has shape (C,), int64, C ≥ 2: how often each class occurs; some may be 0, not all. It is not
    changed. In place of a float, a tensor of one number will do, and float32 is exact enough.
    """
    ### BEGIN SOLUTION
    shares = counts / counts.sum()
    shares = shares[shares > 0]
    return math.log(len(counts)), -(shares * shares.log()).sum().item()
    ### END SOLUTION


# %% nbgrader={"grade_id": "first-loss-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("The first loss", points=1, hidden=1)
def _(check):
    check.agree(
        first_loss,
        oracle.first_loss,
        (torch.tensor([30, 50, 20]),),
        (torch.tensor([5, 0, 15, 80, 0]),),
        (torch.tensor([7, 0]),),
        (torch.tensor([44] * 10),),
        mistakes=oracle.FIRST_LOSS,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other classes, against SciPy")
def _(check):
    from scipy import stats

    generator = oracles.fresh_generator()
    for C in (2, 6, 40):
        counts = torch.randint(1, 90, (C,), generator=generator)
        counts[0] = 400 * (C > 2)
        wanted = [math.log(C), float(stats.entropy(counts.numpy()))]
        check.close(check.call(first_loss, counts), wanted, rtol=1e-4, atol=1e-6)


### END HIDDEN TESTS

# %% [markdown]
# From now on: `math.log(C)`, and `torch.special.entr(shares).sum()`.
#
# ### Exercise · One batch
# *3 points · 30 minutes · difficulty ●●○*
#
# Take 20 examples, and train on these alone, again and again. Any network worth its name learns them by heart, so the
# loss must fall to nearly zero, and all 20 must be right. If they are not, do not touch the other 50,000: something
# between the data and the update is broken.
#
# The run is handed to you as a function. `make()` sets a new run up and returns a pair of functions: `step()` makes one
# step on the batch and returns the loss *before* that step; `accuracy()` returns the share of the batch that the
# network has right now, after the steps so far. (Calling `accuracy` changes nothing.) Write the verdict:
#
# - `"not finite"` as soon as a loss is NaN or infinite;
# - `"passed"` as soon as, after some step, its loss is `tol` or less **and** the accuracy is 1;
# - `"stuck"` if neither has happened after `num_steps` steps;
#
# and with it the number of steps that were made.
#
# > **NaN**: "not a number", what comes of 0/0 or ∞ − ∞; it spreads through everything that is computed with it, and
# > each comparison with it is false.
#
# That is the trap here: `nan > 0.01` is `False`, and so is `nan <= 0.01`.
#
# <details><summary>Hint 1</summary><code>math.isfinite(loss)</code> is False for NaN and for both infinities. Ask it first.</details>
# <details><summary>Hint 2</summary><code>step, accuracy = make()</code> once; then a loop over <code>range(1, num_steps + 1)</code> with two <code>return</code>s in it, and a third behind it.</details>


# %% nbgrader={"grade_id": "one-batch", "schema_version": 3, "solution": true}
def one_batch(make, num_steps: int, tol: float) -> tuple[str, int]:
    """Return ("passed", "stuck" or "not finite", the number of steps that were made).

    `make()` returns a pair of functions, `step` and `accuracy`, both without arguments, both returning a float.
    Call `make` once. `num_steps` ≥ 1; `tol` > 0, and a loss of just `tol` is small enough. No step is made after
    the verdict is clear.
    """
    ### BEGIN SOLUTION
    step, accuracy = make()
    for number in range(1, num_steps + 1):
        loss = step()
        if not math.isfinite(loss):
            return "not finite", number
        if loss <= tol and accuracy() == 1:
            return "passed", number
    return "stuck", num_steps
    ### END SOLUTION


# %% nbgrader={"grade_id": "one-batch-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("One batch", points=2, hidden=1)
def _(check):
    nan, inf = math.nan, math.inf
    learns = oracle.scripted([2.3, 0.9, 0.04, 0.2, 0.03, 0.02], [0.3, 0.7, 0.9, 1, 1, 1])
    floor = oracle.scripted([2.3, 1.7, 1.47, 1.461], [0.5, 1, 1, 1])
    blows_up = oracle.scripted([2.3, 7.9, 80.0, nan, nan], [0.2, 0.1, 0.1, 0.1])
    overflows = oracle.scripted([2.3, inf, 0.4, 0.01], [0.2, 0.9, 1, 1])
    lost = oracle.scripted([2.3, nan, nan], [0.2, 1, 1])
    low = oracle.scripted([0.8, 0.25, 0.125], [0.9, 1, 1])
    noisy = oracle.scripted([0.02, 0.5, 0.5, 0.4], [0.9, 1, 1, 1])
    check.agree(
        one_batch,
        oracle.one_batch,
        (learns, 20, 0.05),
        (floor, 12, 0.05),
        (blows_up, 9, 0.05),
        (overflows, 9, 0.05),
        (lost, 5, 0.05),
        (low, 5, 0.25),
        (low, 3, 0.125),
        (low, 2, 0.125),
        (noisy, 4, 0.05),
        mistakes=oracle.ONE_BATCH,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other losses")
def _(check):
    generator = oracles.fresh_generator()
    for num_steps in (6, 9, 4):
        losses = (3 * torch.rand(9, generator=generator).double() ** 3).tolist()
        right = torch.randint(2, (9,), generator=generator).double().clamp(min=0.9).tolist()
        for end in (losses, [*losses[:4], -math.inf], [*losses[:2], math.nan]):
            check.agree(one_batch, oracle.one_batch, (oracle.scripted(end, right), num_steps, 0.3))


### END HIDDEN TESTS


# %% nbgrader={"grade_id": "one-batch-test-2", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("One batch, of real networks", points=1, hidden=1)
def _(check):
    for fault, wanted in {"": "passed", "softmax twice": "stuck", "rate": "not finite"}.items():
        verdict, _ = check.call(one_batch, oracle.real(fault, 0), 100, 0.05)
        check.equal(verdict, wanted)


### BEGIN HIDDEN TESTS
@checks.hidden("Others")
def _(check):
    seed = int(torch.randint(10**6, (), generator=oracles.fresh_generator()))
    for fault in ("", "frozen", "dead", "softmax twice"):
        check.agree(one_batch, oracle.one_batch, (oracle.real(fault, seed), 60, 0.05))


### END HIDDEN TESTS

# %% [markdown]
# This is the check that finds most, as the experiment will show. And it is blind to a whole family: shuffled labels
# of 20 pictures can be learned by heart as well. **One batch proves the optimizer, not the data.**
#
# One of its verdicts deserves a closer look. `F.cross_entropy` takes the softmax itself, so somebody who hands it
# probabilities takes it twice. Nothing stops. But probabilities lie between 0 and 1, and so the second softmax can
# give the right one of ten classes at most $e^1/(e^1 + 9e^0)$, which is 0.23: the loss cannot fall below
# $\ln(e + 9) - 1 = 1.461$. The network learns all the same, a little worse; that is why this fault lives so long.
#
# ## Look inside
#
# ### Exercise · A report of gradients
# *2 points · 20 minutes · difficulty ●○○*
#
# After `loss.backward()` every parameter `p` has its gradient in `p.grad`, or should have. Four things can be seen
# there at a glance:
#
# - a number: the **norm**, the root of the sum of the squares of all entries;
# - `None`: no gradient ever came. The parameter is frozen, or the way to it was cut;
# - nothing but zeros: one came, and says that nothing here matters. Dead units look like this;
# - NaN or ±∞ among the entries.
#
# Return for each name the norm as a float, or one of the words `"none"`, `"zero"` and `"not finite"`.
#
# <details><summary>Hint 1</summary>Ask in this order: is it None? Is some entry not finite, <code>not g.isfinite().all()</code>? Are all entries 0, <code>not g.any()</code>?</details>
# <details><summary>Hint 2</summary><code>g.norm().item()</code>.</details>


# %% nbgrader={"grade_id": "gradient-report", "schema_version": 3, "solution": true}
def gradient_report(gradients: dict[str, torch.Tensor | None]) -> dict[str, float | str]:
    """Return for each name the gradient's Euclidean norm, or "none", "zero" or "not finite".

    The gradients are float32 or float64, of any shape with 1 entry or more, or None. Finite entries that are not 0
    lie between 1e-12 and 1e8 in absolute value, and a small one is no zero. Every name is in the report; nothing is
    changed. In place of a float, a tensor of one number will do.
    """
    ### BEGIN SOLUTION
    report = {}
    for name, g in gradients.items():
        if g is None:
            report[name] = "none"
        elif not g.isfinite().all():
            report[name] = "not finite"
        else:
            report[name] = g.norm().item() if g.any() else "zero"
    return report
    ### END SOLUTION


# %% nbgrader={"grade_id": "gradient-report-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("A report of gradients", points=2, hidden=1)
def _(check):
    check.agree(
        gradient_report,
        oracle.gradient_report,
        (oracle.some_gradients(0, torch.float32),),
        (oracle.some_gradients(1, torch.float64),),
        ({"only": None},),
        mistakes=oracle.GRADIENTS,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other gradients")
def _(check):
    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        gradients = oracle.some_gradients(generator, dtype)
        names = [*gradients]
        order = torch.randperm(len(names), generator=generator).tolist()
        mixed = {f"layer{i}.{names[i][2:]}": gradients[names[j]] for i, j in enumerate(order)}
        check.agree(gradient_report, oracle.gradient_report, (mixed,))


### END HIDDEN TESTS

# %% [markdown]
# Such a report in use, for the weights of a healthy network of three layers, and of five ill ones; all get the same
# batch of digits.


# %% tags=["demo"]
def weight_gradients(model, X, y):
    """Return the norm of the gradient of each layer's weights, or a word; {name: ...}."""
    model.zero_grad()
    F.cross_entropy(model(X), y).backward()
    found = {}
    for name, p in model.named_parameters():
        if name.endswith("weight"):
            size = None if p.grad is None else p.grad.norm().item()
            found[name] = "none" if size is None else f"{size:.0e}" if size else "zero"
    return found


def ill_networks(seed):
    """Return a healthy network and five ill ones, from the same seed."""

    def network(sizes=(64, 64, 64, 10), activation=nn.ReLU):
        return models.mlp(sizes, activation, torch.Generator().manual_seed(seed))

    dead, zero, frozen, linear = network(), network(), network(), network()
    nn.init.constant_(dead[0].bias, -12.0)
    for p in zero.parameters():
        nn.init.zeros_(p)
    frozen[:-1].requires_grad_(False)
    deep = network([64] * 11 + [10], nn.Sigmoid)
    nn.init.constant_(linear[0].weight, 0.0)
    return {
        "healthy": network(),
        "first layer dead": dead,
        "all parameters 0": zero,
        "body frozen": frozen,
        "first weights 0": linear,
        "ten sigmoid layers": deep,
    }


X, y = split.X_train[:100], split.y_train[:100]
reports = {name: weight_gradients(net, X, y) for name, net in ill_networks(0).items()}
for name, report in reports.items():
    print(f"{name:19}" + "  ".join(f"{value:>5}" for value in report.values()))

# %% [markdown]
# From left to right: the first layer to the last one. Healthy layers are of one size. In the dead network nothing
# arrives in the first layer, where all units give 0; in ten layers of sigmoids the gradient shrinks at each, by a
# factor of about ten ({{activations}} says why). The network of zeros has a gradient for no weight at all: each layer
# multiplies what comes back by weights that are 0, and what goes in by outputs that are. If only the first weights
# are 0, all is well: they receive a gradient, and leave 0 in the first step.
#
# ### Exercise · How far does a step go?
# *2 points · 30 minutes · difficulty ●●○*
#
# A gradient arrives; do the weights move? Between gradient and weight lies the optimizer, with its rate, its memory,
# its schedule, and the list of parameters it was given. So do not compute what it should do. Let it make a step, and
# measure: for each weight matrix $w$,
#
# $$\frac{\lVert w_\text{after} - w_\text{before}\rVert}{\lVert w_\text{before}\rVert} ,$$
#
# the **update ratio**, with the root of the sum of squares as the norm.
#
# > **update ratio**: how far one step moves the weights of a layer, in proportion to their size.
#
# Here the optimizer is Adam, and this is its first step. (The first three lines are given; they set up the network
# and the optimizer.) Biases mostly start near 0, where a ratio says nothing: leave them out.
#
# <details><summary>Hint 1</summary>Note the weights first: <code>p.detach().clone()</code> for each name and p of <code>model.named_parameters()</code>. Without <code>clone</code> the note would follow the step.</details>
# <details><summary>Hint 2</summary>Then <code>F.cross_entropy(model(X), y).backward()</code>, <code>optimizer.step()</code>, and compare. The names that count end in <code>"weight"</code>.</details>


# %% nbgrader={"grade_id": "update-ratios", "schema_version": 3, "solution": true}
def update_ratios(
    sizes: list[int], state: dict, X: torch.Tensor, y: torch.Tensor, lr: float
) -> dict[str, float]:
    """Return the update ratio of each weight matrix over one step of Adam, by its name.

    `state` is that of `models.mlp(sizes)`, ReLU between its layers: "0.weight", "0.bias", "2.weight" and so on, float32
    on the CPU. `X` (n, sizes[0]) is float32, `y` (n,) int64, n ≥ 1; the loss is F.cross_entropy. `lr` > 0. Nothing
    that is given is changed. In place of a float, a tensor of one number will do.
    """
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    ### BEGIN SOLUTION
    weights = {name: p for name, p in model.named_parameters() if name.endswith("weight")}
    before = {name: p.detach().clone() for name, p in weights.items()}
    F.cross_entropy(model(X), y).backward()
    optimizer.step()
    return {
        name: ((p - before[name]).norm() / before[name].norm()).item()
        for name, p in weights.items()
    }
    ### END SOLUTION


# %% nbgrader={"grade_id": "update-ratios-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("How far does a step go?", points=2, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(0)
    check.agree(
        update_ratios,
        oracle.update_ratios,
        oracle.some_network([3, 5, 2], 0.01, generator),
        oracle.some_network([4, 6, 3, 2], 0.3, generator),
        oracle.some_network([2, 3], 0.002, generator),
        mistakes=oracle.RATIOS,
        rtol=1e-3,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other networks")
def _(check):
    generator = oracles.fresh_generator()
    for sizes, lr in (([5, 7, 4], 0.02), ([3, 4, 4, 4, 3], 0.1)):
        case = oracle.some_network(sizes, lr, generator)
        check.agree(update_ratios, oracle.update_ratios, case, rtol=1e-3, atol=1e-5)


### END HIDDEN TESTS
