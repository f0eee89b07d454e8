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
# ({{gradient_descent}}), the chain rule ({{backpropagation}}), batch norm ({{initialization}}), ReLU and sigmoid
# ({{activations}}), a test part that is held out ({{evaluation}}). **Points** 26, in 11 exercises; each stands on its
# own: skip one and come back.

# %% nbgrader={"grade_id": "setup", "locked": true, "schema_version": 3}
import copy
import math
import tempfile
from pathlib import Path

from nblib import (
    checks,
    clinic,
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

import torch
import torch.nn.functional as F
from torch import nn

runtime.seed_everything(0)
torch.set_num_threads(1)  # small networks: several threads would mostly wait for one another

# %% [markdown]
# ## Before you begin
#
# A question from before, answered at once, and three that are asked again at the end. Nothing is graded. Write
# one of the texts in quotes in place of three dots, then run both cells.
#
# - **16 bits**: weights are kept in 16 bits. At which learning rate does that cost more accuracy? `"at 0.003"`,
#   `"at 0.1"` or `"at both alike"`.
# - **causes of NaN**: eight causes of NaN are planted, one at a time. How many of them depend on the learning rate?
#   `"all 8"`, `"5 of them"` or `"2 of them"`.
# - **train longer**: three programs do not get good, each with one fault. Which one is helped by five times the
#   epochs? `"the softmax is taken twice"`, `"all weights are zero"` or `"the rate has become 0"`.
# - **one batch by heart**: a network learns a single batch by heart, as it should. Which faults can the program
#   still have? `"those of the optimizer"`, `"those of the data"` or `"none"`.

# %% tags=["prediction"]
at_first = {
    "16 bits": ...,
    "causes of NaN": ...,
    "train longer": ...,
    "one batch by heart": ...,
}

# %% tags=["demo"]
predict.first("diagnosis", at_first)

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
    "The training loss of four runs over 450 steps. All four fall from about 2.3 to below 0.4. The healthy run and "
    "the one whose labels are one off are nearly alike, and end near 0; the other two fall later.",
)
for name, accuracy in unseen.items():
    print(f"{name:17} last loss {runs[name].last('loss'):.3f}, unseen digits right: {accuracy:.3f}")

# %% [markdown]
# All four losses fall, two of them below 0.003. Three of these runs name new digits no better than by lot: two have learned
# what is true of their training part alone, and the third, "one off", has learned the digits well, and calls each by the
# wrong name. Its curve is nearly the healthy one. For a loss says only this: *the optimizer can make this number smaller*.
# With more parameters than examples it can do so for labels by lot, too (Zhang et al. 2017). So faults come in three
# families, and each shows in another place:
#
# | what is ill | examples | where it shows |
# |---|---|---|
# | **the optimization** | gradients not cleared, dead units, a rate a thousand times too small | in the loss, or on one batch |
# | **the data** | labels shuffled, pixels of many pictures in one; test examples in the training part | in the accuracy on unseen examples; copies only in the data themselves |
# | **the evaluation** | dropout left on, a wrong accuracy | where *you* measure once more |
#
# How does one find a fault without reading the program ten times? By an **experiment whose result is known
# beforehand**. A network that has learned nothing must have a certain loss. Twenty examples alone must be learned
# by heart. A row of a batch must not change the output of another. Each such check costs seconds, and if its result
# is not what must come out, the fault lies among few lines. Karpathy (2019) has made a list of such checks; here
# they are measured.
#
# ## Explore
#
# Six patients are on the ward, each with another fault. Their curves, loss and accuracy, cost nothing: point at a patient and
# read them below the chart. A check costs: point at the mark of a patient and a check, and make it; its numbers appear in
# the patient's file. A menu for each patient takes your diagnosis. (Twelve faults are on the menus. What you have not met
# yet, such as dropout, which switches units off by lot while training, {{regularization}} explains. "Sum for mean": the losses
# of a batch are added up, and not averaged.)
#
# | check | what it does | a healthy patient shows |
# |---|---|---|
# | data | looks at inputs and labels, without a network | a scale of 1; in both parts 0; in class, the next agrees by chance, the nearest mostly, held-out, too |
# | first loss | the loss before the first step | the logarithm of the number of classes |
# | one batch | 100 steps on 20 examples alone | a loss near 0, an accuracy of 1 |
# | gradients | first layer against last; how far a step moves the weights | about 1; about 0.01 |
# | batch leak | hands over 8 rows together, and one by one | a row's output depends on 1 of 8; the mean loss of rows alone, over that together, is 1 |
# | evaluation | measures the accuracy anew, and lets the run report five times | the same number, five times |
#
# **Your goal**: name all six faults with 12 checks at most. To make every check on everybody would take 36. So look
# first: which faults can this curve still be? Then buy the check that *separates* them.

# %% tags=["demo"]
playground.ward()

# %% [markdown]
# ## Before the first step
#
# ### Exercise · The first loss
# *1 point · 15 minutes · difficulty ●○○*
#
# The *cross-entropy*, or log loss, of an example is $-\ln p$, with the probability $p$ that the network gives to the
# right class; the loss is the mean of that. Before training, a network of $C$ outputs knows nothing. If its outputs are
# small at the start, as with PyTorch's own start of the weights, it gives each class about $1/C$, whatever the labels
# are. So its loss must be near
#
# $$-\ln\frac1C = \ln C .$$
#
# For ten digits that is 2.303. If you read 69 there, thirty times as much, something is wrong before the first step. (He's
# start, {{initialization}}, gives larger outputs: with it, our healthy network would begin at 2.8 to 3.1.)
#
# A network that knows only *how often* each class occurs, in shares $p_1, \dots, p_C$, gives class $k$ the
# probability $p_k$. A share $p_k$ of the examples then has the loss $-\ln p_k$. The mean is called the **entropy**:
#
# $$H = -\sum_k p_k \ln p_k ,\qquad\text{where } 0\cdot\ln 0 \text{ counts } 0 .$$
#
# > **entropy**: the mean of $-\ln p$ over the classes, weighted by their shares: the smallest log loss of somebody who
# > knows the shares of the classes and nothing else.
#
# The shares are what a network learns in its first few steps. If the loss falls to $H$ and stays there, the network has found
# the biases of the last layer, and its input tells it nothing.
#
# `counts` says how many examples each class has. Return both losses.
#
# <details><summary>Hint 1</summary><code>math.log</code> and <code>torch.log</code> are natural logarithms. The shares are <code>counts / counts.sum()</code>.</details>
# <details><summary>Hint 2</summary>A class without examples: leave it out of the sum, <code>shares[shares > 0]</code>, but not out of C.</details>


# %% nbgrader={"grade_id": "first-loss", "schema_version": 3, "solution": true}
def first_loss(counts: torch.Tensor) -> tuple[float, float]:
    """Return (ln C, H): the loss of equal probabilities, and of the classes' own shares.

    `counts` has shape (C,), int64, C ≥ 2: how often each class occurs; some may be 0, not all. It is not
    changed. In place of a float, a tensor of one number will do. Float32 is exact enough (1e-6).
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
# Take 20 examples, and train on these alone, again and again, without dropout and weight decay. A network with more weights than
# that can learn them by heart, so the loss must fall to nearly zero, and all 20 must be right. If they are not, do not touch
# the other examples yet: something between the data and the update is broken.
#
# The run is handed to you as a function. `make()` sets a new run up and returns a pair of functions: `step()` makes one
# step on the batch and returns the loss *before* that step; `accuracy()` returns the share of the batch that the
# network has right now, after the steps so far. (Calling `accuracy` changes nothing.) Write the verdict:
#
# - `"not finite"` as soon as a loss is NaN or infinite;
# - `"passed"` as soon as, after some step, the loss that it returned is `tol` or less **and** the accuracy is 1;
# - `"stuck"` if neither has happened after `num_steps` steps;
#
# and with it the number of steps that were made. Take the loss that a step returned, and call `accuracy()` *after* it.
#
# > **NaN**: "not a number", what comes of 0/0 or ∞ − ∞; it spreads through everything that is computed with it. Every
# > comparison with it by <, ≤, >, ≥ or == is false.
#
# That is the trap here: `nan > 0.01` is `False`, and so is `nan <= 0.01`.
#
# <details><summary>Hint 1</summary><code>math.isfinite(loss)</code> is False for NaN and for both infinities. Ask it first.</details>
# <details><summary>Hint 2</summary><code>step, accuracy = make()</code> once; then a loop over <code>range(1, num_steps + 1)</code> with two <code>return</code>s in it, and a third behind it.</details>


# %% nbgrader={"grade_id": "one-batch", "schema_version": 3, "solution": true}
def one_batch(make, num_steps: int, tol: float) -> tuple[str, int]:
    """Return ("passed", "stuck" or "not finite", the number of steps that were made).

    `make()` returns a pair of functions, `step` and `accuracy`, both without arguments, both returning a float.
    Call `make` once. `num_steps` ≥ 1; `tol` > 0, and a loss of just `tol` is small enough. A loss may be
    negative; −∞ is not finite. No step is made after the verdict is clear, nor after the last of `num_steps`.
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
    sinks = oracle.scripted([2.3, -0.5, -inf], [0.2, 0.9, 1])
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
        (sinks, 6, 0.05),
        (low, 5, 0.25),
        (low, 3, 0.125),
        (low, 2, 0.125),
        (noisy, 4, 0.05),
        mistakes=oracle.ONE_BATCH,
    )
    for make, num_steps in ((learns, 20), (blows_up, 9), (low, 2)):
        oracle.insist_on_stopping(check, one_batch, make, num_steps, 0.05)


### BEGIN HIDDEN TESTS
@checks.hidden("Other losses")
def _(check):
    generator = oracles.fresh_generator()
    for num_steps in (6, 9, 4):
        losses = (3 * torch.rand(9, generator=generator).double() ** 3).tolist()
        right = torch.randint(2, (9,), generator=generator).double().clamp(min=0.9).tolist()
        for end in (losses, [*losses[:4], -math.inf], [*losses[:2], math.nan]):
            make = oracle.scripted(end, right)
            check.agree(one_batch, oracle.one_batch, (make, num_steps, 0.3))
            oracle.insist_on_stopping(check, one_batch, make, num_steps, 0.3)


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
# of 20 pictures can be learned by heart as well. **One batch asks whether the optimizer can learn**, and says next to nothing of
# the data.
#
# One of its verdicts deserves a closer look. `F.cross_entropy` takes the softmax itself, so somebody who hands it
# probabilities takes it twice. Nothing stops. But probabilities lie between 0 and 1, and so the second softmax can
# give the right one of ten classes at most $e^1/(e^1 + 9e^0)$, which is 0.23: the loss cannot fall below
# $\ln(e + 9) - 1 = 1.461$. The network learns all the same, only more slowly; that is why this fault lives so long.
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

    The gradients are float32 or float64, of any shape with 1 entry or more, or None. NaN among zeros is "not
    finite". Finite entries that are not 0 lie between 1e-12 and 1e8 in absolute value, and a small one is no
    zero. Every name is in the report; nothing is changed. In place of a float, a tensor of one number will do.
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
# digits.


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

    dead, zero, frozen, blank = network(), network(), network(), network()
    nn.init.constant_(dead[0].bias, -12.0)
    for p in zero.parameters():
        nn.init.zeros_(p)
    frozen[:-1].requires_grad_(False)
    deep = network([64] * 11 + [10], nn.Sigmoid)
    nn.init.constant_(blank[0].weight, 0.0)
    return {
        "healthy": network(),
        "first layer dead": dead,
        "all parameters 0": zero,
        "body frozen": frozen,
        "first weights 0": blank,
        "ten sigmoid layers": deep,
    }


X, y = split.X_train[:100], split.y_train[:100]
reports = {name: weight_gradients(net, X, y) for name, net in ill_networks(0).items()}
for name, report in reports.items():
    print(f"{name:19}" + "  ".join(f"{value:>5}" for value in report.values()))

# %% [markdown]
# From left to right: first layer to last. Healthy layers are of similar size. In the dead network all units of the first
# layer give 0: nothing comes back through them, and nothing goes from them into the second layer, so both read "zero". In
# ten layers of sigmoids the gradient shrinks by a factor of about six a layer, on average ({{activations}} says why). In
# the network of zeros the gradient of each weight, what goes in times what comes back, is 0: all layers but the first get 0
# as input, and to all but the last comes back 0. If only the first weights are 0, they receive a gradient, and the network
# learns; but a unit whose bias is below 0 gives 0 for every example, and stays dead, here 31 of 64. The norm of a layer
# does not show that.
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
# and the optimizer.) Biases often start at 0, and then there is no ratio: leave them out.
#
# <details><summary>Hint 1</summary>Note the weights first: <code>p.detach().clone()</code> for each name and p of <code>model.named_parameters()</code>. Without <code>clone</code> the note would follow the step.</details>
# <details><summary>Hint 2</summary>Then <code>F.cross_entropy(model(X), y).backward()</code>, <code>optimizer.step()</code>, and compare. The names that count end in <code>"weight"</code>.</details>


# %% nbgrader={"grade_id": "update-ratios", "schema_version": 3, "solution": true}
def update_ratios(
    sizes: list[int], state: dict, X: torch.Tensor, y: torch.Tensor, lr: float
) -> dict[str, float]:
    """Return the update ratio of each weight matrix over one step of Adam, by its name.

    `state` is that of `models.mlp(sizes)`, ReLU between its layers: "0.weight", "0.bias", "2.weight" and so on,
    float32 on the CPU. `X` (n, sizes[0]) is float32, and a column of it may be tiny (1e-8); `y` (n,) int64, n ≥
    1; the loss is F.cross_entropy. `lr` > 0. Nothing that is given is changed. In place of a float, a tensor of
    one number will do.
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

# %% [markdown]
# How large should the ratio be? A rule of thumb says 0.001 a step. The healthy program at the end of this lesson
# has ten times that, and reads 96 of 100 new digits; between 0.001 and 0.1 there is nothing to wonder at. But a ratio of 0 says
# that the optimizer does not hold what you train, one of 0.00001 that it takes steps by the hundred thousand to get far,
# and one near 1 that each step throws away what the last one made.
#
# ### Exercise · Where does the first NaN arise?
# *2 points · 35 minutes · difficulty ●●○*
#
# The loss is NaN. First look whether X and the weights are finite: a module with NaN weights is a victim. If they are, and
# the outputs of the network are not, then one of its modules got finite numbers and gave others: that one is the culprit.
# (If the outputs are finite, it is the loss, or the way back.) To look at what goes into each module and what comes out,
# PyTorch has hooks:
#
# > **forward hook**: a function that a module calls after each of its forward passes, as `hook(module, inputs,
# > output)`; `inputs` is a tuple of its positional arguments.
#
# `handle = module.register_forward_hook(hook)` adds one, `handle.remove()` takes it away. `model.named_modules()` has all
# modules, with their names, in the order in which they were *declared*. That need not be the order in which they *run*,
# and what runs twice stands there once. And it has not only the *leaves*, the modules that hold no others, but also what
# holds them, up to the network itself, as `''`: a culprit called `body` does not help if `body` has twenty modules.
#
# The next cell makes such networks from their description. `Chain(parts, order)` holds parts that are declared in
# the order of the dictionary `parts` and run in that of the list `order`; a list of kinds is a block of leaves, named
# `body.0`, `body.1`, ...


# %% nbgrader={"grade_id": "chain", "locked": true, "schema_version": 3}
class Leaf(nn.Module):
    """One simple function of each entry, by its kind."""

    def __init__(self, kind):
        super().__init__()
        self.kind = kind

    def forward(self, x):
        if self.kind == "double":
            return x + x
        if self.kind == "plus one":
            return x + 1
        if self.kind == "centre":
            return x - x.mean()
        return {
            "exp": torch.exp,
            "log": torch.log,
            "root": torch.sqrt,
            "inverse": torch.reciprocal,
            "relu": torch.relu,
        }[self.kind](x)


class Chain(nn.Module):
    """Parts that are declared in one order and run in another."""

    def __init__(self, parts, order):
        super().__init__()
        for name, kinds in parts.items():
            part = Leaf(kinds) if isinstance(kinds, str) else nn.Sequential(*map(Leaf, kinds))
            self.add_module(name, part)
        self.order = order

    def forward(self, x):
        for name in self.order:
            x = getattr(self, name)(x)
        return x


example = Chain(
    {"end": "log", "body": ["double", "exp"], "start": "relu"}, ["start", "body", "end"]
)
print("declared:", *(repr(name) for name, _ in example.named_modules()))
print("of −1 and 2 it makes:", *example(torch.tensor([-1.0, 2.0])).tolist())

# %% [markdown]
# Return the name of the first leaf, **in the order in which they run**, whose output is not finite although its input
# is; `None` if there is none. An output is finite if all of its entries are.
#
# <details><summary>Hint 1</summary>A leaf has no children: <code>not list(module.children())</code>.</details>
# <details><summary>Hint 2</summary>The hook must know its name: define it inside a small function <code>watch(name)</code> that returns it, and let it append the name to a list. (Defined in the loop itself, all hooks would look up the loop's variable when they run, and find the last name.) After <code>model(x)</code>, the first entry is the answer.</details>
# <details><summary>Hint 3</summary>In the hook: <code>if inputs[0].isfinite().all() and not output.isfinite().all(): found.append(name)</code>.</details>


# %% nbgrader={"grade_id": "first-bad", "schema_version": 3, "solution": true}
def first_bad_module(parts: dict, order: list[str], x: torch.Tensor) -> str | None:
    """Return the first leaf, as it runs, with a finite input and an output that is not, or None.

    `x` has shape (n,), float32. It may itself hold NaN or ±inf, which a part may mend (relu makes 0 of −inf)
    and a later one break anew; or entries as large as 3e38, which are finite. A part may run several times, and
    any of its runs may be the culprit. Names are those of `named_modules()`, such as "start" or "body.1".
    """
    model = Chain(parts, order)
    ### BEGIN SOLUTION
    found = []

    def watch(name):
        def hook(module, inputs, output):
            if inputs[0].isfinite().all() and not output.isfinite().all():
                found.append(name)

        return hook

    for name, module in model.named_modules():
        if not list(module.children()):
            module.register_forward_hook(watch(name))
    model(x)
    return found[0] if found else None
    ### END SOLUTION


# %% nbgrader={"grade_id": "first-bad-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Where does the first NaN arise?", points=2, hidden=1)
def _(check):
    chains = oracle.some_chains(torch.Generator().manual_seed(0))
    check.agree(first_bad_module, oracle.first_bad, *chains, mistakes=oracle.FIRST_BAD)


### BEGIN HIDDEN TESTS
@checks.hidden("Other names, other numbers")
def _(check):
    generator = oracles.fresh_generator()
    for parts, order, x in oracle.some_chains(generator):
        mark = "layer" + "abcdef"[int(torch.randint(6, (), generator=generator))]
        named = {mark + name: kinds for name, kinds in parts.items()}
        check.agree(first_bad_module, oracle.first_bad, (named, [mark + n for n in order], x))


### END HIDDEN TESTS

# %% [markdown]
# NaN can arise on the way *back*, too, where no forward hook sees it. `torch.autograd.set_detect_anomaly(True)` stops at
# the first backward step that gives NaN and names it (`SqrtBackward0`, say); it makes each step several times as slow, so turn it
# on to search, and off to train. One trap that it finds is worth an exercise of its own:
#
# ### Exercise · The hidden branch
# *2 points · 25 minutes · difficulty ●●○*
#
# Add up $\sqrt z$ over the positive entries of $z$; the others count nothing. The obvious program is
#
# `torch.where(z > 0, z.sqrt(), 0).sum()`
#
# and its value is right. Its gradient at an entry of 0 or below is NaN. For `where` chooses *after* both branches were
# computed. On the way back, the branch that was not chosen receives the gradient 0, and multiplies it, by the chain
# rule, with the slope of the root: at 0 that is $1/(2\sqrt 0) = \infty$, and $0\cdot\infty$ is NaN; below 0 it is NaN already.
#
# So choose **what goes in**: let the root see only numbers at which it has a slope. Value and gradient must be exact:
# $1/(2\sqrt z)$ at positive entries, 0 elsewhere.
#
# <details><summary>Hint 1</summary>Either pick the positive entries first, by indexing; or put a harmless number, such as 1, in place of the others, take the root, and leave those entries out afterwards: a <code>where</code> before and a <code>where</code> behind.</details>


# %% nbgrader={"grade_id": "hidden-branch", "schema_version": 3, "solution": true}
def sum_of_roots(z: torch.Tensor) -> torch.Tensor:
    """Return the sum of √z over the positive entries of z, a scalar tensor in the dtype of z.

    `z` has shape (n,), n ≥ 1, float32 or float64; entries may be negative or 0, all of them, too (then the sum
    is 0, and so is each gradient). Positive ones are 1e-6 or larger. `z` is not changed. A gradient can be
    taken through the result.
    """
    ### BEGIN SOLUTION
    positive = z > 0
    roots = torch.where(positive, z, 1).sqrt()
    return torch.where(positive, roots, 0).sum()
    ### END SOLUTION


# %% nbgrader={"grade_id": "hidden-branch-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("The hidden branch, its value", points=1, hidden=1)
def _(check):
    check.agree(
        sum_of_roots,
        oracle.sum_of_roots,
        (torch.tensor([4.0, 0.25, -9.0, 0.0, 2.0]),),
        (torch.tensor([-1.0, 0.0]),),
        (torch.tensor([1e-6, 3.0, -0.25, 0.5]).double(),),
        mistakes=oracle.ROOTS,
        rtol=1e-5,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other numbers")
def _(check):
    generator = oracles.fresh_generator()
    for n, dtype in ((7, torch.float32), (1, torch.float64), (40, torch.float64)):
        z = torch.randn(n, generator=generator, dtype=dtype)
        z[: n // 3] = 0
        check.agree(sum_of_roots, oracle.sum_of_roots, (z,), rtol=1e-5, same_dtype=True)


### END HIDDEN TESTS


# %% nbgrader={"grade_id": "hidden-branch-test-2", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("The hidden branch, its gradient", points=1, hidden=1)
def _(check):
    value = check.call(sum_of_roots, torch.tensor([4.0]))
    check.that(
        isinstance(value, torch.Tensor) and value.ndim == 0,
        "A scalar tensor is wanted: a plain number, or a tensor of several, has no gradient here.",
    )

    def slope_of_the_sum(z):
        return checks.grad_of(sum_of_roots, z)

    check.agree(
        slope_of_the_sum,
        oracle.slope_of_roots,
        (torch.tensor([4.0, 0.25, -9.0, 0.0, 2.0]),),
        (torch.tensor([4.0, 0.25, -9.0]),),
        (torch.tensor([0.5, 0.0]).double(),),
        (torch.tensor([-1.0, 0.0]).double(),),
        (torch.tensor([1e-6, -1.0, 2.0]),),
        mistakes=oracle.SLOPE_OF_ROOTS,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("At other numbers")
def _(check):
    generator = oracles.fresh_generator()
    for n, dtype in ((8, torch.float32), (2, torch.float64)):
        z = torch.randn(n, generator=generator, dtype=dtype)
        z[0], z[1] = 0, 1e-6
        slope = checks.grad_of(sum_of_roots, z)
        check.close(slope, oracle.slope_of_roots(z), rtol=1e-4, atol=1e-6)


### END HIDDEN TESTS

# %% [markdown]
# The same trap waits wherever one writes down a logarithm that may meet 0, a distance that may be one of equal points, a
# standard deviation of numbers that may be alike. Where the library has the function (`torch.linalg.vector_norm`, `torch.cdist`,
# `torch.std`, `F.logsigmoid`) it has been taken care of. And `F.relu(z).sqrt()` is right, too, since the way back through
# `relu` *chooses* 0 and does not multiply; `z.clamp(min=0).sqrt()` lets ∞ through where z is just 0.
#
# ### Whose NaN is it?
#
# "NaN? Take a smaller learning rate." Let us do so. Eight causes, planted one at a time into a small network for the breast
# cancer data (is a tumour malignant?). Each is a line as one meets it:
#
# - the **rate** is too high, for a squared error;
# - an `exp` in **float16**: the format ends at 65,504, and exp is there at 11.09;
# - the **logarithm of a sigmoid** that was rounded to 0 or 1, on inputs that were not scaled;
# - the **root of a distance of 0**, each point's distance from itself;
# - the **`where`** of the last exercise;
# - a **mean over nobody**: 0 of 0 examples of some class;
# - a **constant column**, standardized: 0/0;
# - a **gap** in the table, one cell of it NaN.


# %% tags=["demo"]
bce = F.binary_cross_entropy_with_logits


def by_hand(z, y):  # log(0) = -inf where the sigmoid rounds to 0 or 1
    p = torch.sigmoid(z)
    return -(y * p.log() + (1 - y) * (1 - p).log()).mean()


def far_apart(z, y):  # the root has an infinite slope at 0, and each has the distance 0 from itself
    return bce(z, y) - 0.001 * (z[:, None] - z).square().sqrt().mean()


def masked(z, y):  # the invalid branch is not chosen, and still has a gradient
    return bce(torch.where(z > 0, z.sqrt(), z), y)


def of_nobody(z, y):  # the mean over a class that no example has: 0 / 0
    third = y == 2
    return bce(z, y) + 0.001 * (third * z).sum() / third.sum()


def in_half(z, y):  # right, but float16 ends at 65,504, and exp reaches that at 11.09
    return ((1 + z.half().exp()).log().float() - y * z).mean()


def squares(z, y):
    return (z - y).square().mean()


def with_constant(X):
    X = torch.cat([X, X.new_ones(len(X), 1)], dim=1)
    return (X - X.mean(dim=0)) / X.std(dim=0)


def with_a_gap(X):
    X[17, 3] = torch.nan
    return X


# %% tags=["demo"]
CAUSES = {  # name: what is done to X, the loss
    "rate too high": (torch.clone, squares),
    "exp in float16": (torch.clone, in_half),
    "log of a sigmoid, raw scale": (lambda X: 200 * X, by_hand),
    "root of a distance of 0": (torch.clone, far_apart),
    "where hides a root": (torch.clone, masked),
    "mean over nobody": (torch.clone, of_nobody),
    "constant column standardized": (with_constant, bce),
    "a gap in the table": (with_a_gap, bce),
}


def death(change, loss_fn, lr, seed, num_steps=60):
    """Return after which step a weight is not finite, or None; and the last finite loss over the first."""
    generator = torch.Generator().manual_seed(seed)
    X, y, *_ = data.breast_cancer(seed)
    X = change(X)
    model = models.mlp([X.shape[1], 16, 1], generator=generator)
    optimizer = torch.optim.SGD(model.parameters(), lr)
    losses = []
    for step in range(1, num_steps + 1):
        some = torch.randint(len(X), (64,), generator=generator)
        optimizer.zero_grad()
        loss = loss_fn(model(X[some])[:, 0], y[some].float())
        loss.backward()
        optimizer.step()
        if not all(w.isfinite().all() for w in model.parameters()):
            return step, losses[-1] / losses[0] if losses else math.nan
        losses += [loss.item()] * bool(loss.isfinite())
    return None, losses[-1] / losses[0]


RATES = (10.0, 1.0, 0.01, 1e-5)
deaths = {  # (cause, lr) → (step, growth of the loss) for each seed
    (name, lr): [death(*cause, lr, seed) for seed in range(runtime.scaled(3, fast=1))]
    for name, cause in CAUSES.items()
    for lr in RATES
}
print(
    f"{'no longer finite after step':28}",
    *(f"lr {lr:<5g}" for lr in RATES),
    " last / first loss, lr 1",
)
for name in CAUSES:
    cells = [" ".join(str(step or "–") for step, _ in deaths[name, lr]) for lr in RATES]
    grown = [growth for step, growth in deaths[name, 1.0] if step and growth > 0]
    print(
        f"{name:28}",
        *(f"{cell:8}" for cell in cells),
        f"{min(grown):8.2g} to {max(grown):.2g}" if grown else "    there is none",
    )

# %% [markdown]
# A number says after which step a weight was no longer finite, for each of three seeds; a dash says that it did not happen
# in 60 steps. **Of these eight causes two depend on the rate.** Five kill the weights in the first step, at a rate of 10 as
# at one of 0.00001: a smaller rate multiplies a gradient that is NaN already. The gap kills when its row comes up in a
# batch. And one of the two is only put off: in a longer run, float16 dies at 0.01 as well, after about 2,000 steps. (Our
# choice of eight matters: on scaled inputs the log of a sigmoid strikes later, and would be a third.)
#
# The last column is the last finite loss at a rate of 1, divided by the first; death in the first step leaves none. Where
# the rate was to blame, the loss **grew** before, and how. In float16 it *fell* at a rate of 1, to a twentieth: the
# overflow came because the network had become sure. So do not ask which rate, ask first: *at which step?* At step 1, look
# for a 0, or less, under a root or in a logarithm, for a 0 in a denominator, and at the first batch. Later, and after a
# loss that grew: the step was too large, by the rate, or by what makes the gradient large: inputs that are not scaled,
# gradients that are not cleared. Or the loss has the wrong sign. Later, and after a loss that fell: look at the batch, and
# at the largest number.
#
# ## The data and the loss
#
# ### Exercise · One loss for all pairs
# *1 point · 15 minutes · difficulty ●●○*
#
# A network for *one* number has outputs of shape (n, 1). The targets have shape (n,). Their difference has shape (n, n),
# by broadcasting: each prediction $p_i$ minus each target $y_j$. So
#
# `((p - y) ** 2).mean()`
#
# is the mean over all *pairs* $i, j$, not only over those that belong together. What does that loss measure? Take $i$ and
# $j$ as two independent dice. Then $p_i - y_j$ is a difference of independent numbers: its mean is $\bar p - \bar y$, and its
# variance is the sum of the two variances. And a mean square is a variance plus the square of a mean.
#
# Write down the loss, from the means and the variances of $y$ and of $p$ alone. (Variances divide by n here.)
#
# <details><summary>Hint 1</summary>Of the difference p − y you know the variance and the mean. Its mean square is variance plus mean².</details>
# <details><summary>Hint 2</summary>For y with mean 0 and variance 1, and p the same: 2.</details>


# %% nbgrader={"grade_id": "broadcast-loss", "schema_version": 3, "solution": true}
def broadcast_loss(mean_y: float, var_y: float, mean_p: float, var_p: float) -> float:
    """Return the mean of (p_i − y_j)² over all pairs i, j, for these means and variances.

    Variances are ≥ 0; means have either sign. In place of a float, a tensor of one number will do.
    """
    ### BEGIN SOLUTION
    return var_y + var_p + (mean_p - mean_y) ** 2
    ### END SOLUTION


# %% nbgrader={"grade_id": "broadcast-loss-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("One loss for all pairs", points=1, hidden=1)
def _(check):
    check.agree(
        broadcast_loss,
        oracle.broadcast_loss,
        (0.0, 1.0, 0.0, 1.0),
        (1.5, 4.0, -0.75, 0.5),
        (2.0, 0.3, 3.0, 0.0),
        (-1.0, 2.25, 0.5, 3.5),
        mistakes=oracle.BROADCAST,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against the table of all pairs")
def _(check):
    generator = oracles.fresh_generator()
    for n in (5, 30):
        y, p = torch.randn(2, n, generator=generator, dtype=torch.float64) * 2 + 0.5
        p = 3 * p - 1
        given = [y.mean(), y.var(correction=0), p.mean(), p.var(correction=0)]
        came = check.call(broadcast_loss, *(part.item() for part in given))
        check.close(came, ((p[:, None] - y) ** 2).mean(), rtol=1e-6)


### END HIDDEN TESTS

# %% [markdown]
# No $p$ can do anything about the variance of $y$. What is left is smallest if all predictions are alike, and are the mean
# of $y$: so that is what the network learns.
#
# Does that happen in real life? 442 patients with diabetes, ten measurements each, and how far the disease had
# gone a year later (in standard deviations from the mean of all); 300 to learn from. With `R²` we ask which share of the variance
# is explained on the other 142: 1 is perfect, 0 is what their mean alone would do, and it can be worse than that.


# %% tags=["demo"]
from sklearn.datasets import load_diabetes


def regression(seed, in_pairs):
    """Return the first and the last loss, R² on unseen patients, and the spread of the predictions."""
    X, y = (torch.from_numpy(part).float() for part in load_diabetes(return_X_y=True))
    X, y = X / X.std(dim=0), (y - y.mean()) / y.std()
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(y), generator=generator)
    train, test = order[:300], order[300:]
    model = models.mlp([10, 32, 1], generator=generator).cpu()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    losses = []
    for _ in range(runtime.scaled(300, fast=5)):
        rows = train[torch.randint(300, (32,), generator=generator)]
        p = model(X[rows])  # (32, 1)
        loss = ((p - y[rows]) ** 2).mean() if in_pairs else ((p[:, 0] - y[rows]) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    with torch.no_grad():
        p = model(X[test])[:, 0]
    explained = 1 - ((p - y[test]) ** 2).mean() / y[test].var(correction=0)
    last = sum(losses[-50:]) / len(losses[-50:])
    return [losses[0], last, explained.item(), (p.std() / y[test].std()).item()]


regressions = {
    name: torch.tensor([regression(seed, in_pairs) for seed in range(runtime.scaled(5, fast=1))])
    for name, in_pairs in {"(n,) minus (n,)": False, "(n, 1) minus (n,)": True}.items()
}
print("medians over 5 splits   first loss  last loss    R²  spread of the predictions / of y")
for name, rows in regressions.items():
    first, last, explained, spread = rows.quantile(0.5, dim=0).tolist()
    print(f"{name:23} {first:10.2f} {last:10.2f} {explained:5.2f} {spread:33.3f}")

# %% [markdown]
# With the wrong shapes the loss falls, from about 1.2 to 1.00, and stays: "a hard problem". It is the variance of $y$, as
# computed above. Nothing is explained, and all predictions are nearly the mean. So look at the *spread of the predictions*. And
# let shapes be checked: `F.mse_loss` warns if they differ, a minus sign says nothing.
#
# ### Exercise · Seen before
# *1 point · 15 minutes · difficulty ●○○*
#
# There is a fault that makes everything look *better*: examples of the test part that stand in the training part, too
# (Kapoor and Narayanan 2023 collected reports of leaks of this and other kinds in 294 published studies). No
# loss, no gradient and no curve looks ill. It takes a look at the data: for each test example, is there a training example
# that differs from it by at most `tol` **in every entry**?
#
# <details><summary>Hint 1</summary><code>X_test[:, None] - X_train</code> has shape (num_test, num_train, k): each row minus each row. Mind the sign.</details>
# <details><summary>Hint 2</summary><code>.all(dim=2)</code> asks all entries, <code>.any(dim=1)</code> whether some training example will do.</details>


# %% nbgrader={"grade_id": "seen-before", "schema_version": 3, "solution": true}
def seen_before(X_train: torch.Tensor, X_test: torch.Tensor, tol: float) -> torch.Tensor:
    """Return for each test row whether some training row is within `tol` of it in every entry.

    `X_train` (n, k) and `X_test` (m, k) are both float32 or both float64, with up to a few hundred rows and 1
    or more of each, and entries up to 1e5; tol > 0, and no difference lies within 1 % of it. The result has
    shape (m,) and dtype bool. Nothing is changed.
    """
    ### BEGIN SOLUTION
    far = (X_test[:, None] - X_train).abs()  # (m, n, k)
    return (far <= tol).all(dim=2).any(dim=1)
    ### END SOLUTION


# %% nbgrader={"grade_id": "seen-before-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("Seen before", points=1, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(0)
    check.agree(
        seen_before,
        oracle.seen_before,
        oracle.some_twins(9, 10, 3, 0.01, generator, torch.float32),
        oracle.some_twins(6, 10, 4, 0.2, generator, torch.float64),
        oracle.some_twins(7, 10, 3, 0.01, generator, torch.float64, offset=1e4),
        (torch.tensor([[1.0], [5.0]]), torch.tensor([[1.2], [4.9], [3.0]]), 0.5),
        mistakes=oracle.SEEN,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other examples")
def _(check):
    generator = oracles.fresh_generator()
    for n, m, k, dtype, offset in ((30, 11, 5, torch.float32, 0), (5, 40, 3, torch.float64, 2e4)):
        case = oracle.some_twins(n, m, k, 1e-3, generator, dtype, offset)
        check.agree(seen_before, oracle.seen_before, case, same_dtype=True)


### END HIDDEN TESTS

# %% [markdown]
# From now on: `torch.cdist(X_test, X_train, p=math.inf).min(dim=1)`, whose distance is just that largest difference, and
# which also tells *which* row it is. (With p = 2 and more than 25 rows, `cdist` goes by products and rounds: equal rows may come out
# 0.003 apart.)
#
# Then look at the *label* of the nearest row. If nearest neighbours share their label no more often than by lot, labels
# and pictures do not belong together: a check for which no network need be trained. (Where distances mean little, as between
# photographs, the share is low in a sound data set, too.)
#
# ### A control
#
# Copies are not the only leak ({{evaluation}} has five). One experiment asks after a whole kind of them, whether *your program*
# lets held-out labels in: **shuffle the labels before the very first step, and run everything again**, choice of columns
# and all. Nothing true can be learned now. So what is held out must come to chance. If it comes to more, something about the
# held-out labels has got in.
#
# Eight programs on 300 digits, with 500 columns of noise beside their 64 pixels. Two take all columns, one of them with
# labels one off; neither leaks. Two choose the 60 columns that differ most between the classes: one by the training part
# alone, one by all examples. Two make copies, and split afterwards. In the last two the file itself was ill before: it had
# copies in it already, or a column for each class that knows the answer.


# %% tags=["demo"]
import numpy as np
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline


def judged(model, X, y):
    """Return the accuracy on a third of the rows, by lot, of the model fitted on the others."""
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=1 / 3, random_state=0)
    return model.fit(X_train, y_train).score(X_test, y_test)


def copied(X, y, random):
    """Return rows drawn with replacement, with a little noise."""
    which = random.integers(0, len(y), len(y))
    return X[which] + 0.1 * random.standard_normal(X.shape), y[which]


choose = SelectKBest(f_classif, k=60)
linear, nearest = LogisticRegression(max_iter=300), KNeighborsClassifier(1)
PIPELINES = {
    "all columns": lambda X, y, random: judged(linear, X, y),
    "60 columns, chosen inside": lambda X, y, random: judged(make_pipeline(choose, linear), X, y),
    "60 columns, chosen by all": lambda X, y, random: judged(linear, choose.fit_transform(X, y), y),
    "copies, nearest neighbour": lambda X, y, random: judged(nearest, *copied(X, y, random)),
    "copies, linear": lambda X, y, random: judged(linear, *copied(X, y, random)),
    "labels one off": lambda X, y, random: judged(linear, X, (y + 1) % 10),
    "copies in the file": lambda X, y, random: judged(nearest, X, y),
    "a column that knows": lambda X, y, random: judged(linear, X, y),
}
FILES = {  # what was done to the file, before the labels are shuffled
    "copies in the file": copied,
    "a column that knows": lambda X, y, random: (np.hstack([X, np.eye(10)[y]]), y),
}
pixels, digits, *_ = (part.cpu().numpy() for part in data.digits(0, standardize=False))
control = {}  # program → (draws, 2): accuracy as it is, and with labels shuffled before all else
for name, pipeline in runtime.progress(PIPELINES.items(), "eight programs"):
    rows = []
    for seed in range(runtime.scaled(10, fast=1)):
        random = np.random.default_rng(seed)
        few = random.permutation(len(digits))[:300]
        X = np.hstack([pixels[few] / 16, np.zeros((300, 500))])
        X, y = X + 0.1 * random.standard_normal(X.shape), digits[few]
        if name in FILES:
            X, y = FILES[name](X, y, random)
        rows.append([pipeline(X, labels, random) for labels in (y, random.permutation(y))])
    control[name] = torch.tensor(np.array(rows))
print(f"{'held-out accuracy':28} as it is              labels shuffled")
for name in PIPELINES:
    ends = [f"{v.median():.2f} ({v.min():.2f} to {v.max():.2f})" for v in control[name].T]
    print(f"{name:28} {ends[0]:21} {ends[1]}")

# %% [markdown]
# Columns chosen by all examples, or by the training part alone: the score is 0.90 in both, and says nothing. The control
# does, 0.24 against 0.08, where chance is 0.1: the choice has seen the labels that judge. Where the program makes copies,
# it comes to about one half. **More than chance is a leak; chance proves nothing.** Shuffling cuts whatever ties the inputs
# to the labels falsely, too: with copies in the file, and with a column that knows the answer, the control is at chance,
# and the scores of 0.93 and 1.00 are false all the same.
#
# ### Exercise · Which rows can it see?
# *2 points · 25 minutes · difficulty ●●○*
#
# What a network says of row $i$ of a batch must depend on row $i$ alone. A wrong `reshape`, a softmax over the wrong
# dimension, a norm over the batch that was left on let rows look at each other. Reading the program, one easily overlooks
# it. The gradient does not: it is 0 for a row that does not count. (It may be 0 for others, too, behind a dead unit or an
# `argmax`: so try several inputs.)
#
# Return the rows of X on which row `i` of the output depends: those with a gradient that is not 0 in some entry.
#
# <details><summary>Hint 1</summary><code>X = X.clone().requires_grad_()</code>, then <code>model(X)[i].sum().backward()</code>, and look at <code>X.grad</code>.</details>
# <details><summary>Hint 2</summary>A row counts if <code>(X.grad != 0).any(dim=1)</code>.</details>


# %% nbgrader={"grade_id": "rows-reached", "schema_version": 3, "solution": true}
def rows_reached(model, X: torch.Tensor, i: int) -> list[int]:
    """Return the numbers of the rows of X, ascending, on which `model(X)[i]` depends.

    `model` is a function from (n, k) to (n, num_outputs), both float64, through which gradients can be taken,
    be they 0. 0 ≤ i < n. Where an output depends on a row, so does the sum of all outputs of row i: its
    gradient is not 0, and may be small (1e-12). X is not changed. The result is a list of ints (`.tolist()`
    makes one), and may be empty.
    """
    ### BEGIN SOLUTION
    X = X.detach().clone().requires_grad_()
    model(X)[i].sum().backward()
    return (X.grad != 0).any(dim=1).nonzero()[:, 0].tolist()
    ### END SOLUTION


# %% nbgrader={"grade_id": "rows-reached-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Which rows can it see?", points=2, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(0)
    X = torch.randn(5, 4, generator=generator, dtype=torch.float64)
    X[:, 0] += X[:, 0].sign()
    leaky = {kind: oracle.leaky(kind, 4, generator) for kind in oracle.LEAKS}
    check.agree(
        rows_reached,
        oracle.rows_reached,
        (leaky["plain"], X, 3),
        (leaky["batch norm"], X, 1),
        (leaky["before"], X, 2),
        (leaky["shifted"], X, 2),
        (leaky["lost"], X, 0),
        (leaky["far"], X, 1),
        (leaky["pairs"], X, 0),
        (leaky["gated"], X, 1),
        (leaky["faint"], X, 3),
        (oracle.opposite(), X, 3),
        (oracle.by_halves, X, 2),
        (oracle.falling, X, 2),
        mistakes=oracle.REACHED,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other networks, other rows")
def _(check):
    generator = oracles.fresh_generator()
    for kind in oracle.LEAKS:
        n, k = torch.randint(3, 8, (2,), generator=generator).tolist()
        X = torch.randn(n, k, generator=generator, dtype=torch.float64)
        X[:, 0] += X[:, 0].sign()
        i = int(torch.randint(n, (), generator=generator))
        model = oracle.leaky(kind, k, generator)
        check.agree(rows_reached, oracle.rows_reached, (model, X, i))


### END HIDDEN TESTS

# %% [markdown]
# In use, on a network with batch norm, in both modes.

# %% tags=["demo"]
normed = nn.Sequential(nn.Linear(64, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 10))
for mode in (True, False):
    normed.train(mode)
    few = split.X_train[:8].cpu().clone().requires_grad_()
    normed(few)[3].sum().backward()
    seen = (few.grad != 0).any(dim=1).nonzero()[:, 0].tolist()
    print(f"{'train' if mode else 'eval '} mode: row 3 of the output sees the rows {seen}")

# %% [markdown]
# In train mode batch norm is meant to do that. In evaluation, what the network says of a picture would hang on
# what else is in its batch.
#
# ## Repair
#
# Here is a program that trains a small network, with batch norm, and reports the test accuracy after each epoch. It runs, and
# it holds **seven faults**. Read it with pencil and paper before you go on; the function above it is in order.


# %% nbgrader={"grade_id": "build", "locked": true, "schema_version": 3}
def network(state):
    """Return a new network with this state: linear, batch norm, ReLU, linear."""
    hidden, num_features = state["0.weight"].shape
    num_classes = len(state["3.bias"])
    model = nn.Sequential(
        nn.Linear(num_features, hidden),
        nn.BatchNorm1d(hidden),
        nn.ReLU(),
        nn.Linear(hidden, num_classes),
    )
    model.load_state_dict(state)
    return model


def ill_fit(state, X, y, X_test, y_test, epochs, lr):
    """Train by SGD; halve the rate after each epoch. Seven things are wrong here."""
    known = torch.cat([X, X_test])
    mean, std = known.mean(dim=0), known.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model[-1].parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    accuracies = []
    for batches in epochs:
        optimizer.zero_grad()
        for rows in batches:
            probabilities = model(X[rows]).softmax(dim=1)
            loss = F.cross_entropy(probabilities, y[: len(rows)])
            loss.backward()
            optimizer.step()
            schedule.step()
        model.eval()
        with torch.no_grad():
            correct = model(X_test).argmax(dim=1) == y_test
        accuracies.append(correct.double().mean().item())
    return model.state_dict(), accuracies


# %% [markdown]
# ### Exercise · Repair
# *4 points · 45 minutes · difficulty ●●●*
#
# Copy it, and repair it. What it should do:
#
# - standardize by the mean and the standard deviation **of the training part** (`std` as it stands there, which divides by n − 1);
# - train **all** parameters by SGD with rate `lr`, in train mode, with `F.cross_entropy` on the logits;
# - `epochs` has for each epoch a list of batches, and a batch is a tensor of row numbers, (batch_size,): one step for each
#   batch, with **its** rows and **their** labels, and with the gradient of this batch alone;
# - halve the rate after each *epoch*, by the schedule that stands there;
# - after each epoch, note the accuracy on the test part in eval mode.
#
# If your answer still has some of the seven faults, and no others, the check says where to look.
#
# <details><summary>Hint 1</summary>Two faults lie above the loops. Four lie within the loops: two in the lines of the loss, two in lines that stand in the wrong loop. One is a line that is missing, and it harms from the second epoch on.</details>
# <details><summary>Hint 2</summary>In order: of what is the mean; which parameters; when is the gradient cleared; the softmax; the labels; when does the schedule step; who turns train mode on again?</details>


# %% nbgrader={"grade_id": "repair", "schema_version": 3, "solution": true}
def fit(
    state: dict,
    X: torch.Tensor,
    y: torch.Tensor,
    X_test: torch.Tensor,
    y_test: torch.Tensor,
    epochs: list[list[torch.Tensor]],
    lr: float,
) -> tuple[dict, list[float]]:
    """Return the network's state after training, and the test accuracy after each epoch.

    `X` (n, k) and `X_test` (m, k) are float32 and not scaled, no column of X is constant, `y` (n,) and `y_test`
    (m,) int64; batches are int64 and hold 3 rows or more. `state` is that of `network`, which is there for you
    to call, and has all that `state_dict()` has, batch norm's counter too. Nothing that is given is changed. An
    accuracy may be a float or a tensor of one number.
    """
    ### BEGIN SOLUTION
    mean, std = X.mean(dim=0), X.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    accuracies = []
    for batches in epochs:
        model.train()
        for rows in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[rows]), y[rows])
            loss.backward()
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            correct = model(X_test).argmax(dim=1) == y_test
        accuracies.append(correct.double().mean().item())
    return model.state_dict(), accuracies
    ### END SOLUTION


# %% nbgrader={"grade_id": "repair-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Repair, a single step", points=2, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(0)
    cases = [oracle.some_training((3, 5, 3), 12, 1, 1, generator)]
    cases += [oracle.some_training((4, 3, 2), 9, 1, 1, generator)]
    oracle.say_of_faults(check, fit, *cases)
    check.agree(fit, oracle.fit, *cases, mistakes=oracle.REPAIR_STEP, rtol=1e-3, atol=1e-5)


### BEGIN HIDDEN TESTS
@checks.hidden("Other data")
def _(check):
    case = oracle.some_training((5, 4, 3), 20, 1, 1, oracles.fresh_generator())
    check.agree(fit, oracle.fit, case, rtol=1e-3, atol=1e-5)


### END HIDDEN TESTS


# %% nbgrader={"grade_id": "repair-test-2", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Repair, several epochs", points=2, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(1)
    cases = [oracle.some_training((3, 5, 3), 14, 3, 2, generator)]
    cases += [oracle.some_training((4, 3, 2), 12, 2, 3, generator)]
    oracle.say_of_faults(check, fit, *cases)
    check.agree(fit, oracle.fit, *cases, mistakes=oracle.REPAIR, rtol=1e-3, atol=1e-4)


### BEGIN HIDDEN TESTS
@checks.hidden("Other data")
def _(check):
    case = oracle.some_training((5, 6, 3), 24, 4, 3, oracles.fresh_generator())
    check.agree(fit, oracle.fit, case, rtol=1e-3, atol=1e-4)


### END HIDDEN TESTS

# %% [markdown]
# ## The diagnostician
#
# Now put it together. `clinic.patient(seed)` is a training run with one of twelve faults; the seed draws the fault (and of
# some how strong it is), the data (digits, or points around centres), the number of classes, the network, the rate. Six checks can
# be made of a patient, `patient.check(name)`, each of which returns a dictionary of numbers; its docstring says what
# they mean.

# %% tags=["demo"]
lines = [", ".join(clinic.FAULTS[at : at + 4]) for at in (0, 4, 8)]
sound = [clinic.patient(seed, "healthy") for seed in range(runtime.scaled(12, fast=2))]
example_patient = clinic.patient(5, "labels one off")
lines += ["", f"{'check':11} {'number':16} {'healthy patients':>20} {'labels one off':>15}"]
for name in clinic.CHECKS:
    found = [patient.check(name) for patient in sound]
    for number, value in example_patient.check(name).items():
        few, many = min(f[number] for f in found), max(f[number] for f in found)
        lines += [f"{name:11} {number:16} {few:9.3g} to {many:<8.3g} {value:14.3g}"]
print("\n".join(lines))

# %% [markdown]
# Here are the curves of that one, whose labels are one off. Who would call this patient ill, but for the line of the held-out
# accuracy? And what does the accuracy say that no chance can explain?

# %% tags=["demo"]
example_patient.show()

# %% [markdown]
# What the numbers are.
#
# - `data`: `scale` is the standard deviation of the inputs; `same_as_next` the share of training examples that have the class
#   of the one after them; `in_both` the share of held-out examples that stand in the training part, too;
#   `neighbours_agree` the share of training examples whose nearest other one has the same class; `parts_agree`
#   the share of held-out examples whose nearest *training* example has.
# - `first loss`: the `loss` before the first step, and the one that is `expected`, $\ln C$.
# - `one batch`: `loss` and `accuracy` after 100 steps on 20 examples.
# - `gradients`: the norm of the first layer's gradient over that of the last, `first_to_last`; and the update ratios
#   of both at the third step, `update_first` and `update_last`.
# - `batch leak`: on how many of 8 `rows` an output depends; and `alone`, the mean of the losses of 8 rows taken one by
#   one, divided by the loss of the 8 together: 1 if the loss is a mean.
# - `evaluation`: accuracy on the parts for training and testing, measured anew in eval mode (`train`, `test`); what the run itself
#   has `reported`; the `spread` among five such reports; and `chance`, $1/C$.
#
# ### Exercise · Diagnose
# *6 points · 90 minutes · difficulty ●●●*
#
# Write a program that names the fault of a patient that you have never met. It gets a function: `ask("first loss")` makes
# that check and returns its numbers, as `patient.check` does. (The patient itself stays behind the curtain.)
#
# When your work is graded, 24 patients are drawn, two with each fault. There are 2 points if 12 of them are named
# rightly, and 2 more for 18. The last 2 are for 23, with no more than 84 checks of all 24 together, 3.5 for each. (At home
# there are twelve patients, the same each time: 6 of them, 9, and all 12 with 42 checks.) The same check of the same patient costs once. A good program
# needs little more than 2 for each: can you get there?
#
# How to find the rules? Draw patients whose fault you know, `clinic.patient(seed, "softmax twice")`, for a dozen
# seeds, and print the numbers of a check for them and for healthy ones. Which number sets them apart, and where would you cut? Then try
# your program, on a line below it:
#
# `[(p.reveal(), diagnose(p.check)) for p in map(clinic.patient, range(30))]`
#
# <details><summary>Hint 1</summary>A loop over the twelve faults and eight seeds each, which prints the numbers of one check, shows where to cut: in the middle between healthy and ill. Where numbers differ by powers of ten, the middle of their logarithms: between 1e-6 and 1 that is 1e-3. Some are 0 or 1 exactly where others are not.</details>
# <details><summary>Hint 2</summary>Begin with <code>ask("data")</code>: five faults show there, each in a number of its own. Return as soon as you know.</details>
# <details><summary>Hint 3</summary>Then ask first for what names most of the seven that are left: which check has three faults in its numbers, and which has two? Of the last two, one check tells which it is.</details>


# %% nbgrader={"grade_id": "diagnose", "schema_version": 3, "solution": true}
def diagnose(ask) -> str:
    """Return the name of a patient's fault, one of `clinic.FAULTS`.

    `ask(name)`, with a name in `clinic.CHECKS`, makes the check and returns its numbers: a dictionary from
    names to floats, the same each time. Every patient has exactly one fault; none is healthy.
    """
    ### BEGIN SOLUTION
    data = ask("data")
    if data["scale"] > 10:
        return "inputs not scaled"
    if data["in_both"] > 0.2:
        return "test rows in training"
    if data["same_as_next"] > 0.6:
        return "sorted by class"
    if data["neighbours_agree"] < 0.5:
        return "labels shuffled"
    if data["parts_agree"] < 0.3:
        return "labels one off"
    first = ask("first loss")
    if first["loss"] > 4 * first["expected"]:
        return "sum for mean"
    gradients = ask("gradients")
    if gradients["first_to_last"] < 1e-3:
        return "vanishing gradient"
    if gradients["update_first"] == 0:
        return "body frozen"
    if gradients["update_last"] < 3e-4:
        return "rate too small"
    if ask("batch leak")["rows"] > 1:
        return "batch statistics in evaluation"
    if ask("evaluation")["spread"] > 0:
        return "dropout in evaluation"
    return "softmax twice"
    ### END SOLUTION


# %% nbgrader={"grade_id": "diagnose-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Diagnose, every second one", points=2, hidden=1)
def _(check):
    oracle.insist_on_diagnoses(check, diagnose, oracle.known(), at_least=6)


### BEGIN HIDDEN TESTS
@checks.hidden("24 patients, 12 named rightly")
def _(check):
    oracle.insist_on_diagnoses(check, diagnose, oracle.unseen(), at_least=12)


### END HIDDEN TESTS


# %% nbgrader={"grade_id": "diagnose-test-2", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Diagnose, three of four", points=2, hidden=1)
def _(check):
    oracle.insist_on_diagnoses(check, diagnose, oracle.known(), at_least=9)


### BEGIN HIDDEN TESTS
@checks.hidden("24 patients, 18 named rightly")
def _(check):
    oracle.insist_on_diagnoses(check, diagnose, oracle.unseen(), at_least=18)


### END HIDDEN TESTS


# %% nbgrader={"grade_id": "diagnose-test-3", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Diagnose, nearly all, and cheaply", points=2, hidden=1)
def _(check):
    oracle.insist_on_diagnoses(check, diagnose, oracle.known(), at_least=12, at_most=42)


### BEGIN HIDDEN TESTS
@checks.hidden("24 patients, 23 named rightly, 84 checks")
def _(check):
    oracle.insist_on_diagnoses(check, diagnose, oracle.unseen(), at_least=23, at_most=84)


### END HIDDEN TESTS

# %% [markdown]
# ## The experiment
#
# Back to the question of the beginning. One program, in its parts: data, network, loss, step, report. And 21 faults of the
# kinds that people report from practice (Humbatova et al. 2020 have a list), each of which changes one or two parts. (Some are in
# the clinic, too.)


# %% tags=["demo"]
class Program:
    """A training run in its parts, all of them drawn by the seed; a fault changes one or two."""

    def __init__(self, seed, make=None, loss_fn=F.cross_entropy, change=None, shuffle=True,
                 lr=0.05, weight_decay=0.0, decay=1.0, clear=True, old=False, judge="eval"):  # fmt: skip
        self.generator = torch.Generator().manual_seed(seed)
        split = data.digits(seed, test_size=0.75)  # 449 pictures to learn from
        self.X, self.y, self.X_test, self.y_test = change(*split) if change else split
        self.model, self.loss_fn = (make or healthy)(self.generator), loss_fn
        seen = copy.deepcopy(self.model) if old else self.model
        self.optimizer = torch.optim.SGD(seen.parameters(), lr, 0.9, weight_decay=weight_decay)
        self.shuffle, self.decay, self.clear, self.judge = shuffle, decay, clear, judge

    def batches(self):
        return data.batches(self.X, self.y, 30, self.generator if self.shuffle else None)

    def step(self, X, y):
        """Make one update; return the loss before it."""
        if self.clear:
            self.model.zero_grad()
        loss = self.loss_fn(self.model(X), y)
        loss.backward()
        self.optimizer.step()
        self.optimizer.param_groups[0]["lr"] *= self.decay
        return loss.item()

    def train(self, num_epochs):
        """Return the mean loss of each epoch."""
        self.model.train()
        return [
            sum(losses) / len(losses)
            for losses in ([self.step(*b) for b in self.batches()] for _ in range(num_epochs))
        ]

    @torch.no_grad()
    def accuracy(self, X, y, mode="eval"):
        self.model.train(mode == "train")
        return (self.model(X).argmax(dim=1) == y).float().mean().item()

    def report(self):
        """Return the held-out accuracy as the program's own code tells it."""
        return self.accuracy(self.X_test, self.y_test, self.judge)


def healthy(generator):
    return models.mlp([64, 64, 64, 10], generator=generator)


def with_dead_units(generator):
    model = healthy(generator)
    nn.init.constant_(model[0].bias, -12.0)
    return model


def all_zero(generator):
    model = healthy(generator)
    for parameter in model.parameters():
        nn.init.zeros_(parameter)
    return model


def with_frozen_body(generator):
    model = healthy(generator)
    model[:-1].requires_grad_(False)
    return model


def ten_sigmoids(generator):
    return models.mlp([64] * 11 + [10], nn.Sigmoid, generator)


def with_dropout(generator):
    activation = lambda: nn.Sequential(nn.ReLU(), nn.Dropout(0.5))  # noqa: E731
    return models.mlp([64, 64, 64, 10], activation, generator)


def softmax_twice(logits, y):
    return F.cross_entropy(logits.softmax(dim=1), y)


def sorted_by_class(X, y, *held_out):
    order = y.argsort(stable=True)
    return X[order], y[order], *held_out


def labels_shuffled(X, y, *held_out):
    return X, y[torch.randperm(len(y), generator=torch.Generator().manual_seed(0))], *held_out


def columns_for_rows(X, y, X_test, y_test):  # where X.T was stored, and `view` gave it a shape
    return X.T.reshape(X.shape), y, X_test.T.reshape(X_test.shape), y_test


def with_test_rows(X, y, X_test, y_test):
    return torch.cat([X, X_test]), torch.cat([y, y_test]), X_test, y_test


FAULTS = {
    "healthy": {},
    # the optimizer and the network
    "no zero_grad": {"clear": False},
    "lr × 100": {"lr": 5.0},
    "lr / 1000": {"lr": 5e-5},
    "schedule per batch": {"decay": 0.5 ** (1 / 3)},  # halved every 3 batches, not epochs
    "weight decay 0.1": {"weight_decay": 0.1},
    "optimizer of a copy": {"old": True},
    "dead units": {"make": with_dead_units},
    "all zero": {"make": all_zero},
    "ten sigmoid layers": {"make": ten_sigmoids},
    "body frozen": {"make": with_frozen_body},
    "ReLU on the logits": {"make": lambda generator: healthy(generator).append(nn.ReLU())},
    "softmax twice": {"loss_fn": softmax_twice},
    "softmax over the batch": {"loss_fn": lambda z, y: F.nll_loss(z.log_softmax(dim=0), y)},
    "sum for mean": {"loss_fn": lambda z, y: F.cross_entropy(z, y, reduction="sum")},
    # the data
    "pixels 60 times": {"change": lambda X, y, A, b: (60 * X, y, 60 * A, b)},
    "columns for rows": {"change": columns_for_rows},
    "labels shuffled": {"change": labels_shuffled},
    "labels one off": {"change": lambda X, y, *rest: (X, (y + 1) % 10, *rest)},
    "sorted by class": {"change": sorted_by_class, "shuffle": False},
    "test rows in training": {"change": with_test_rows},
    # the evaluation
    "dropout in evaluation": {"make": with_dropout, "judge": "train"},
}

# %% [markdown]
# Eight checks: does the loss fall? is the first loss $\ln 10$? are 20 digits learned by heart in 100
# steps (with a loss below 0.2 afterwards, in eval mode)? is the gradient of the first layer more than a hundredth of that of the last? is the
# smallest update ratio of a layer between 0.001 and 0.1? is the training accuracy near the held-out one? do nearest
# neighbours share their label, is nothing in both parts, are there five classes in a batch? and does the program report what
# we measure?


# %% tags=["demo"]
def by_heart(program):
    """Return the loss of 20 pictures, in eval mode, after 100 steps on them."""
    few = torch.randperm(len(program.y), generator=program.generator)[:20]
    X, y = program.X[few], program.y[few]
    for _ in range(100):
        program.step(X, y)
    with torch.no_grad():
        return program.loss_fn(program.model.eval()(X), y).item()


def gradient(program, X, y):
    """Return the norm of the gradient of the first layer's weights over that of the last."""
    program.model.zero_grad()
    program.loss_fn(program.model(X), y).backward()
    first, *_, last = (w.grad for w in program.model.parameters() if w.dim() == 2)
    return 0.0 if first is None or not first.any() else (first.norm() / last.norm()).item()


def update(program, X, y):
    """Return the smallest ‖Δw‖ / ‖w‖ of a layer in one more step."""
    weights = [w for w in program.model.parameters() if w.dim() == 2]
    before = [w.detach().clone() for w in weights]
    program.step(X, y)
    pairs = zip(weights, before, strict=True)
    return min(((w - b).norm() / b.norm().clamp(min=1e-9)).item() for w, b in pairs)


def neighbours(program):
    """Return two shares of the held-out pictures, for each of which the nearest training picture is
    looked up: where it has the same label, and where it is the same picture."""
    distance, nearest = torch.cdist(program.X_test, program.X).min(dim=1)
    same_label = program.y[nearest] == program.y_test
    return [c.float().mean().item() for c in (same_label, distance < 0.1)]


def examine(seed, fault):
    """Return what each check measures on a new program."""
    program = Program(seed, **fault)
    X, y = next(program.batches())
    first = program.loss_fn(program.model(X), y).item()
    ratio = gradient(program, X, y)
    program.model.zero_grad()
    losses = program.train(3)
    step = update(program, *next(program.batches()))
    losses += program.train(9)
    learned = program.accuracy(program.X, program.y)
    true = program.accuracy(program.X_test, program.y_test)
    return {
        "first loss": first,
        "last loss": losses[-1],
        "fell to": losses[-1] / first,
        "one batch": by_heart(Program(seed, **fault)),
        "gradient": ratio,
        "update": step,
        "classes": len(y.unique()),
        "training": learned,
        "reported": program.report(),
        "held out": true,
    } | dict(zip(("same label", "twice"), neighbours(program), strict=True))


measured = {}
for name, fault in runtime.progress(FAULTS.items(), "22 set-ups"):
    rows = [examine(seed, fault) for seed in range(runtime.scaled(3, fast=1))]
    measured[name] = {check: torch.tensor([row[check] for row in rows]) for check in rows[0]}

# %% tags=["demo"]
CHECKS = {  # what would make you look closer; `not … < …` is true for nan as well
    "loss does not fall": lambda m: not m["fell to"] < 0.8,
    "first loss": lambda m: not abs(m["first loss"] - math.log(10)) < 0.3,
    "one batch": lambda m: not m["one batch"] < 0.2,
    "gradient": lambda m: m["gradient"] < 0.01,
    "update": lambda m: not 0.001 < m["update"] < 0.1,
    "gap": lambda m: m["training"] - m["held out"] > 0.2,
    "data": lambda m: m["same label"] < 0.5 or m["twice"] > 0.01 or m["classes"] < 5,
    "own evaluation": lambda m: abs(m["reported"] - m["held out"]) > 0.05,
}
found = {}  # fault → the checks that find it, by medians over the seeds
for name, values in measured.items():
    m = {check: v.double().quantile(0.5).item() for check, v in values.items()}
    found[name] = {check for check, ill in CHECKS.items() if ill(m)}
print(f"{'':22}  first    last   batch gradient update train  held out, range    finds")
for name, values in measured.items():
    m = {check: v.double().quantile(0.5).item() for check, v in values.items()}
    low, high = values["held out"].min(), values["held out"].max()
    finds = "".join(str(i) if check in found[name] else "·" for i, check in enumerate(CHECKS, 1))
    print(
        f"{name:22} {m['first loss']:6.2f} {m['last loss']:7.3f} {m['one batch']:7.3f}"
        f"   {m['gradient']:6.0e} {m['update']:6.0e} {m['training']:5.3f}"
        f"  {m['held out']:.3f} {low:.3f}–{high:.3f}  {finds}"
    )
ill = [name for name in FAULTS if name != "healthy"]
print("\ncheck                finds")
for i, check in enumerate(CHECKS, 1):
    print(f"{i} {check:18} {sum(check in found[name] for name in ill):2} of {len(ill)}")
left, chosen = set(ill), []  # the check that finds most of what is left, again and again
while left and len(chosen) < len(CHECKS):
    chosen.append(max(CHECKS, key=lambda check: sum(check in found[name] for name in left)))
    left -= {name for name in left if chosen[-1] in found[name]}
print("together they find all:" if not left else f"nothing finds {left}:", ", ".join(chosen))
falling = sum("loss does not fall" not in found[name] for name in ill)
print(f"the training loss falls by a fifth or more in {falling} of {len(ill)} faulty programs")
predict.reveal(prediction, "about 11" if falling > 8 else "about 6" if falling > 3 else "about 2")

# %% [markdown]
# In 11 of 21 ill programs the loss falls, by more than a fifth. **A falling loss excludes next to nothing.** One of the
# eleven, "pixels 60 times", falls from 7.86 to 2.305: to $\ln 10$, so it has found nothing. So look at the first loss. A
# loss that does *not* fall is the better alarm: the healthy program raised none, in three seeds. (That is no proof. Where
# there is nothing to learn, or not yet, a sound program's loss does not fall either.)
#
# The first loss costs nothing and finds 3. **One batch finds 15**: all 14 faults of the optimizer and the network, and the
# pixels that were not scaled. (With three other seeds it is 16: there "columns for rows" is above 0.2.) The six it lets
# pass are of the data and of the evaluation: 20 digits are learned by heart with any labels, in any order. Looking at the
# data, without any network, finds five of these, and measuring for oneself the sixth. So three checks find all 21: *one
# batch, the data, your own evaluation*. The others, gradients and updates, tell *which* fault it is. (The limits were set
# with these 21 in view. For patients nobody has seen, there is your own program, and its 24.)
#
# Three more things to see. "labels one off" has 0.007 on unseen digits, far *below* chance: no weak network could do
# that, a systematic error can. (Take 1 away from what it says, and 0.96 are right.) "test rows in training" is the only program that
# looks better than the healthy one, with 1.000 against 0.957. And the accuracy of "sorted by class" is 0.14 to 0.88 by the seed, that of
# "ReLU on the logits" 0.68 to 0.96: a **huge spread** over seeds is a symptom by itself.
#
# ### Would it help to train longer?
#
# "It does not converge yet" is the kindest reading of a bad curve. Six of the programs again, and one at a hundredth of
# the rate, five times as long.

# %% tags=["demo"]
SLOW = [
    "schedule per batch",
    "all zero",
    "lr / 1000",
    "lr / 100",
    "body frozen",
    "softmax twice",
    "labels shuffled",
]
longer = {}  # fault → (seeds, 4): last training loss and held-out accuracy, after 12 and 60 epochs
for name in runtime.progress(SLOW, "five times as long"):
    rows = []
    for seed in range(runtime.scaled(3, fast=1)):
        program, row = Program(seed, **FAULTS.get(name, {"lr": 5e-4})), []
        for num_epochs in (12, 48):
            losses = program.train(runtime.scaled(num_epochs, fast=1))
            row += [losses[-1], program.report()]
        rows.append(row)
    longer[name] = torch.tensor(rows)
    loss, held_out, loss_after, held_out_after = longer[name].quantile(0.5, dim=0).tolist()
    print(f"{name:20} loss {loss:.3f} → {loss_after:.3f}", end="")
    print(f"   held out {held_out:.3f} → {held_out_after:.3f}")

# %% [markdown]
# A rate that a schedule has brought to 0 stays there, and so does a network of zeros. A thousandth of the rate goes from
# 0.11 to 0.15, and would need epochs by the thousand. Shuffled labels are the worst patient: the *loss* gets well, from 1.4 to 0.001,
# and the patient does not, 9 of 100 unseen digits before and 8 after. **It flips** where gradients arrive and steps are only
# somewhat too small: a hundredth of the rate goes from 0.26 to 0.71, and is on its way; and softmax twice from 0.83 to 0.96, where
# the healthy program is. The frozen body gains, too, 0.76 to 0.83, and its loss falls by half: it looks like something slow,
# and is ill. More epochs are a remedy for what is slow. So first measure whether it is.
#
# ## Curves in a file
#
# Curves are looked at live, by several people, days later. A widely used tool is TensorBoard, which shows *event files*. Such
# a file is a sequence of records, framed by length and checksums, with a time, a step, a name and a number each.
# `nblib.events` writes a whole run at once, in pure Python; PyTorch's `torch.utils.tensorboard.SummaryWriter`, which needs
# TensorBoard, writes as the run goes.

# %% tags=["demo"]
folder = Path(tempfile.mkdtemp(prefix="curves-"))
for name, history in runs.items():
    path = events.write(folder / name, history)
print(f"{len(runs)} runs, the last one of {path.stat().st_size:,} bytes")
back = events.read(path)
print("read back:", back, "· the same steps:", back.steps("loss") == runs[name].steps("loss"))
print(f"to look at them: tensorboard --logdir {folder}")

# %% [markdown]
# You need not install it. If you want to: `pip install "training-neural-networks[tensorboard]"`, then type the last line,
# from `tensorboard` on, in a terminal, and open the address that it prints. In real work use the `SummaryWriter`, and write
# **after each epoch**: the run that dies is the one whose curves you want. And write down more than the loss: gradient and
# update ratio of the first and of the last layer, and an accuracy that you measure yourself.
#
# ## The verdict
#
# - **"If the loss goes down, the program is right."** It went down in 11 of 21 ill programs, and with labels that were one
#   off it went down nearly as in the healthy one, to 7 of 1,000 digits right. **It flips** the other way round: a loss
#   that does *not* fall is an alarm, which the healthy program did not raise.
# - **"If it does not, train longer."** Five times the epochs changed nothing for a rate that had become 0 or a
#   network of zeros, and made shuffled labels look learned. **It flips** where gradients arrive and the updates are only
#   small: a hundredth of the rate, and the softmax taken twice, which came from 0.83 to 0.96. (A frozen body gains, too, and stays ill.)
# - **"NaN means that the learning rate is too high."** Of eight causes two depended on the rate, and one of these, float16, struck
#   when the loss had become small. **It flips** if the loss grew before, over several steps: then the step was too large, by
#   the rate, or by inputs that were not scaled, or gradients that were not cleared.
#
# ## What to take away
#
# - Before the first step the loss is known: 2.303 for ten classes; 69.8 came from a sum in place of a mean, and 3.4 from a
#   softmax over the wrong dimension.
# - One batch of 20, 100 steps: 15 of 21 faults show there, and of the seven that lie in the data or the evaluation only one.
# - Looking at the data and measuring the accuracy oneself find the other six; among them the fault that makes 1.000 of
#   0.957.
# - A NaN has a step: at step 1 it was a 0, or less, under a root, in a logarithm or in a denominator, at a rate of 10 as at one of 0.00001.
# - `(n, 1)` minus `(n,)` compares all pairs: the loss ends at the variance of the targets, 1.00, and the predictions have
#   a fiftieth of their spread.
#
# ## In short
#
# | check | what must come out | finds | blind to |
# |---|---|---|---|
# | first loss | $\ln C$, if outputs start small | sum, dimension, scale | nearly all else |
# | one batch | loss near 0, all right | optimizer and network | most of the data, evaluation |
# | gradients | similar in all layers | dead, frozen, vanishing | data, single dead units |
# | update ratios | mostly 0.001 to 0.1 | rate, schedule | data, evaluation |
# | hooks, anomaly mode | a name | where NaN arises | NaN in X or in the weights |
# | rows reached | row i, for row i | mixed rows, batch norm | what stays in its row |
# | look at the data | neighbours share labels | labels, order, copies | the optimizer |
# | shuffled labels | chance | labels that were let in | copies, columns that know |
# | own evaluation | what was reported | dropout left on | leaks |
#
# ## Going further
#
# - Humbatova, N., Jahangirova, G., Bavota, G., Riccio, V., Stocco, A. and Tonella, P. (2020). Taxonomy of real faults in deep learning systems. arXiv:1910.11015
# - Kapoor, S. and Narayanan, A. (2023). Leakage and the reproducibility crisis in machine-learning-based science. *Patterns* 4, 100804. doi:10.1016/j.patter.2023.100804
# - Karpathy, A. (2019). A recipe for training neural networks. https://karpathy.github.io/2019/04/25/recipe/
# - Zhang, C., Bengio, S., Hardt, M., Recht, B. and Vinyals, O. (2017). Understanding deep learning requires rethinking generalization. arXiv:1611.03530

# %% [markdown]
# ## Once more
#
# The questions from the beginning. Answer without looking back; then each answer gets its sentence.
#
# - **causes of NaN**: eight causes of NaN are planted, one at a time. How many of them depend on the learning rate?
#   `"all 8"`, `"5 of them"` or `"2 of them"`.
# - **train longer**: three programs do not get good, each with one fault. Which one is helped by five times the
#   epochs? `"the softmax is taken twice"`, `"all weights are zero"` or `"the rate has become 0"`.
# - **one batch by heart**: a network learns a single batch by heart, as it should. Which faults can the program
#   still have? `"those of the optimizer"`, `"those of the data"` or `"none"`.

# %% tags=["prediction"]
at_last = {
    "causes of NaN": ...,
    "train longer": ...,
    "one batch by heart": ...,
}

# %% tags=["demo"]
predict.last("diagnosis", at_last, before=at_first)

# %% [markdown]
# ## How far you are
#
# What you have solved and predicted, from a file on your machine that no grader reads. (What the cell shows is
# saved in the notebook, as any output is.)

# %% tags=["demo"]
from nblib import progress

progress.show()
