# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lesson · Training strategies
#
# > **The myth.** *The last weights are the best. Easy things first. And half precision costs accuracy, since its
# > numbers are too coarse.*
#
# The network, the data and the optimizer are chosen; what remains is *how* to train. Which weights to keep at the
# end? Which examples to show first? In which steps should the rate fall, or the batch grow? How many digits
# does a weight need? For each question there is advice, and most of it can be tested in seconds.
#
# **You will be able to**
#
# - average weights along a training, and say when that is worth as much as a falling learning rate;
# - tell which networks may be averaged, and mend their batch norm afterwards;
# - order examples from easy to hard without a leak, and find out whether that helps;
# - let batches grow in place of a rate that falls;
# - say what half precision loses, and get it back by lot.
#
# Such strategies are **repairs**: each mends a fault. So ask at each of them which fault that is.
#
# **Time** about 4½ hours, in as many sittings as you like. **You need** SGD and its rate ({{gradient_descent}}),
# batch norm ({{initialization}}), folds and the spread of scores ({{evaluation}}), state dictionaries
# ({{transfer_learning}}). **Points** 20, in 9 exercises;
# each stands on its own, so you can skip one and come back.

# %% nbgrader={"grade_id": "setup", "locked": true, "schema_version": 3}
import statistics

from nblib import (
    checks,
    data,
    oracles,
    playground,
    plots,
    predict,
    runtime,
    training,
)
from nblib.oracles import training_strategies as oracle

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
# - **frozen network**: a network reads letters, and all its parameters are frozen. It sees digits once, in train
#   mode. How many letters does it read afterwards? `"as many as before"`, `"fewer"` or `"more"`.
# - **two starts**: two networks from different starts read 0.97 of the digits each. How many does the network read
#   whose weights are the mean of theirs? `"more"`, `"as many"` or `"fewer"`.
# - **easy first**: labels are clean, and easy examples are shown first. How does the network do after 100 steps,
#   beside one that is shown all from the start? `"it is ahead"`, `"it is behind"` or `"it does as well"`.
# - **16 bits**: weights are kept in 16 bits. At which learning rate does that cost more accuracy? `"at 0.003"`,
#   `"at 0.1"` or `"at both alike"`.

# %% tags=["prediction"]
at_first = {
    "frozen network": ...,
    "two starts": ...,
    "easy first": ...,
    "16 bits": ...,
}

# %% tags=["demo"]
predict.first("training_strategies", at_first)

# %% [markdown]
# ## Predict first
#
# A small network learns to read digits by SGD at the rate 0.1, with batches of 2, so few that each step is mostly
# noise. After 600 steps it recognizes about 91 of 100 digits that it has not seen. Now take the weights after each
# of the last 300 steps, few much better than the final ones, and **average them**, number by number. How many of 100
# does the network with these mean weights read? Replace the three dots by `"about 91"`, `"about 93"` or `"about 95"`.
# A guess is free, and it is not graded.

# %% tags=["prediction"]
prediction = ...

# %% tags=["demo"]
predict.note(prediction, ["about 91", "about 93", "about 95"])

# %% [markdown]
# ## One idea
#
# SGD never sees the loss, only that of a few examples. Its gradient is the true one plus noise, so the weights do
# not come to rest in a minimum: they **wander about it**. How far? Take the simplest bowl, one weight $w$ with the
# loss $\frac12 \lambda w^2$, whose slope is $\lambda w$, and noise $\xi$ with mean 0 and variance $\sigma^2$, fresh
# in each step. With the rate $\eta$ a step makes
#
# $$w \leftarrow w - \eta\,(\lambda w + \xi) = (1 - \eta\lambda)\,w - \eta\,\xi .$$
#
# Let $v$ be the variance of $w$ once it no longer changes from step to step. The noise is fresh, so $w$ and $\xi$ are
# independent: their variances add up, and a factor comes out squared: $v = (1-\eta\lambda)^2 v + \eta^2\sigma^2$. Solved for $v$:
#
# $$v = \frac{\eta\,\sigma^2}{\lambda\,(2 - \eta\lambda)} .$$
#
# So the last weights are the worse, the larger the rate: with small rates $v$ is nearly proportional to $\eta$.
# There are two ways out. **Let the rate fall**: steps are large while the minimum is far, and small at the end. Or
# **average**: along the walk the weights are now on this side of the minimum, now on that. The rule of the step says
# $w_{t+1} - w_t = -\eta\,(\lambda w_t + \xi_t)$. Sum it up over $K$ steps: on the left all but the ends cancels,
#
# $$w_K - w_0 = -\eta \sum_{t} (\lambda w_t + \xi_t) .$$
#
# The left side does not grow with $K$. Divided by $\eta K$ it is nearly 0 in the end, so the mean of the weights is
# nearly minus the mean of the noise, divided by $\lambda$. A mean of $K$ independent noises has the variance
# $\sigma^2/K$, so
#
# $$\operatorname{Var}(\bar w) \approx \frac{\sigma^2}{\lambda^2 K},$$
#
# and **the rate has dropped out** (Polyak and Juditsky 1992), as long as $K$ is many times $1/(\eta\lambda)$, the
# steps that a walk needs to forget where it was. A large rate wanders far, and comes back soon; the mean of its walk
# is as good as that of a small one. Is it so? A thousand walks of 2,000 steps, $\lambda = 1$ and $\sigma = 1$.


# %% tags=["demo"]
def wander(lr, num_steps=2000, num_walks=1000):
    """Return the last weights of many walks, and the mean of each over the second half."""
    generator = torch.Generator().manual_seed(0)
    w, total = torch.zeros(num_walks), torch.zeros(num_walks)
    for step in range(num_steps):
        w = (1 - lr) * w - lr * torch.randn(num_walks, generator=generator)
        total += w * (step >= num_steps // 2)
    return w, total / (num_steps // 2)


walks = {lr: wander(lr) for lr in (0.03, 0.1, 0.3, 1.0)}
print("rate    variance of the last    by the formula    of the mean    by the formula")
for lr, (ends, means) in walks.items():
    print(f"{lr:4}{ends.var():20.4f}{lr / (2 - lr):20.4f}{means.var():17.5f}{1 / 1000:15.5f}")

# %% [markdown]
# From 0.03 to 1 the variance of the last weights becomes more than 60 times as large, and that of the mean stays. What has been left out is the
# *way* to the minimum: an average that begins too early carries the way along with it.
#
# ## Explore
#
# A bowl with two weights, one in a steep direction and one in a flat one, and noise in both. 200 steps from a
# start far away. The ring is where SGD ends, the dot is the mean of the weights after the step that you choose.
# What counts is the loss, averaged over 200 walks with other noise.
#
# **Your goal**: a loss of 0.009 or less *for the mean*. Which rates will do, and after which step should one begin to
# average? (Why not at once?) Then look how low the last weights come, at the same rate and at their own best one.

# %% tags=["demo"]
playground.wandering()

# %% [markdown]
# ## Averages
#
# ### Exercise · A moving average
# *2 points · 15 minutes · difficulty ●●○*
#
# Where does the second half begin, if nobody knows how long the training will be? An *exponential moving average*
# forgets: it begins at $m_0 = 0$, and after each step $t = 1, 2, \dots$ takes in the new weights $w_t$,
#
# $$m_t = \beta\, m_{t-1} + (1 - \beta)\, w_t .$$
#
# > **exponential moving average** (EMA): a mean in which what is $k$ steps old counts in proportion to $\beta^k$; it
# > looks back over about $1/(1-\beta)$ steps, after which $\beta^k$ has fallen to about a third.
#
# At first it is too small, since it begins at 0: the factors of $w_1 \dots w_t$ add up to $1 - \beta^t$ only. So
# divide by that, as Adam does ({{gradient_descent}}): $\hat m_t = m_t / (1 - \beta^t)$. What is carried on is $m_t$,
# not $\hat m_t$.
#
# `weights` has a row for each step. Return $\hat m_t$ for each step, also as rows.
#
# <details><summary>Hint 1</summary>Keep <code>mean = torch.zeros_like(weights[0])</code>, and go through <code>enumerate(weights, start=1)</code>.</details>
# <details><summary>Hint 2</summary>Collect the rows in a list; <code>torch.stack(rows)</code> makes a table of them.</details>


# %% nbgrader={"grade_id": "ema", "schema_version": 3, "solution": true}
def moving_average(weights: torch.Tensor, beta: float) -> torch.Tensor:
    """Return the corrected average after each step, (num_steps, n), in the dtype of `weights`.

    `weights` has shape (num_steps, n), float32 or float64, with the weights after step t in row t − 1;
    num_steps ≥ 1, n ≥ 1 and 0 ≤ `beta` < 1. It is not changed.
    """
    ### BEGIN SOLUTION
    mean, rows = torch.zeros_like(weights[0]), []
    for t, row in enumerate(weights, start=1):
        mean = beta * mean + (1 - beta) * row
        rows.append(mean / (1 - beta**t))
    return torch.stack(rows)
    ### END SOLUTION


# %% nbgrader={"grade_id": "ema-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("A moving average", points=2, hidden=1)
def _(check):
    walk = torch.tensor([[4.0, -2.0], [3.0, 1.0], [5.0, 0.5], [1.0, -1.5], [2.0, 6.0]])
    check.agree(
        moving_average,
        oracle.ema,
        (walk, 0.9),
        (walk.double().T.contiguous() + 1, 0.3),
        (walk[:3], 0.0),
        (walk[:1].double(), 0.98),
        (torch.arange(40.0).double()[:, None] ** 0.5, 0.95),
        mistakes=oracle.EMA,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against PyTorch's AveragedModel, begun at 0 and then corrected")
def _(check):
    from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

    generator = oracles.fresh_generator()
    for num_steps, n, beta, dtype in (
        (7, 3, 0.8, torch.float64),
        (60, 1, 0.97, torch.float32),
        (1, 4, 0.5, torch.float64),
    ):
        weights = 2 + torch.randn(num_steps, n, generator=generator, dtype=dtype)
        model = nn.Linear(n, 1, bias=False).to(dtype)
        averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(beta))
        rows = []
        with torch.no_grad():
            model.weight.zero_()
            averaged.update_parameters(model)  # its first update is a copy
            for t, row in enumerate(weights, start=1):
                model.weight.copy_(row[None])
                averaged.update_parameters(model)
                rows.append(averaged.module.weight[0] / (1 - beta**t))
        came = check.call(moving_average, weights, beta)
        check.close(came, torch.stack(rows), rtol=1e-4, atol=1e-5, same_dtype=True)


### END HIDDEN TESTS

# %% [markdown]
# ### Exercise · The mean beside the training
# *2 points · 20 minutes · difficulty ●●○*
#
# The plain mean over the end of a training is called *stochastic weight averaging*, SWA (Izmailov et al. 2018; there
# once an epoch, at a constant or cyclical rate). It stands **beside** the training, which goes on as if nobody
# averaged.
#
# Train by SGD: in each step ask `gradient` for the gradient at the present weights, **once**, and step against it,
# $w \leftarrow w - \eta\,g$. Return the weights after the last step, and the mean of the weights after the steps
# `start` + 1, `start` + 2, …, `num_steps`. (The first `start` steps do not count, nor do the weights at the
# beginning, not even if `start` is 0.)
#
# A trap: `mean = weights` copies nothing, and if the tensors of `weights` are then changed in place, the mean changes
# with them.
#
# <details><summary>Hint 1</summary>All weights at once: <code>weights = [w - lr * g for w, g in zip(weights, gradient(weights))]</code> makes new tensors and leaves the old ones alone.</details>
# <details><summary>Hint 2</summary>Keep <code>total = [torch.zeros_like(w) for w in weights]</code>, add after each step that counts, and divide at the end.</details>


# %% nbgrader={"grade_id": "averaged-sgd", "schema_version": 3, "solution": true}
def averaged_sgd(
    weights: list[torch.Tensor], gradient, lr: float, num_steps: int, start: int
) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    """Return (last weights, mean weights), two lists of tensors like `weights`.

    `weights` are float32 or float64, of any shapes, and are not changed. `gradient(weights)` takes such a list
    and returns the gradient on the next batch, a list of tensors of the same shapes; each call is another
    batch. 0 ≤ `start` < `num_steps`.
    """
    ### BEGIN SOLUTION
    total = [torch.zeros_like(w) for w in weights]
    for step in range(num_steps):
        grads = gradient(weights)
        weights = [w - lr * g for w, g in zip(weights, grads, strict=True)]
        if step >= start:
            total = [t + w for t, w in zip(total, weights, strict=True)]
    return weights, [t / (num_steps - start) for t in total]
    ### END SOLUTION


# %% nbgrader={"grade_id": "averaged-sgd-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("The mean beside the training", points=2, hidden=1)
def _(check):
    check.agree(
        averaged_sgd,
        oracle.averaged_sgd,
        oracle.walk(0, 0.5, 9, 5),
        oracle.walk(100, 0.2, 6, 1),
        oracle.walk(200, 0.7, 5, 3),
        oracle.walk(300, 0.3, 12, 2, torch.float32),
        mistakes=oracle.AVERAGED_SGD,
        same_dtype=True,
    )
    check.agree(
        averaged_sgd,
        oracle.averaged_sgd,
        oracle.walk(400, 0.4, 4, 0),
        oracle.walk(500, 0.6, 3, 2),
        mistakes=oracle.FROM_0,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other walks")
def _(check):
    generator = oracles.fresh_generator()
    for num_steps, start, dtype in ((8, 3, torch.float64), (3, 0, torch.float32), (20, 12, None)):
        seed = int(torch.randint(2**40, (), generator=generator))
        lr = 0.1 + 0.6 * torch.rand((), generator=generator).item()
        walk = oracle.walk(seed, lr, num_steps, start, dtype or torch.float64)
        check.agree(averaged_sgd, oracle.averaged_sgd, walk, same_dtype=True)


### END HIDDEN TESTS

# %% [markdown]
# From now on: `torch.optim.swa_utils.AveragedModel(model)`, whose `update_parameters(model)` stands after each step
# that counts. It makes a plain mean; with `multi_avg_fn=get_ema_multi_avg_fn(0.98)` an EMA, which
# begins at the first weights that it sees, and so needs no correction, but takes long to forget them.
#
# ## Averaging or a falling rate?
#
# Now a network: 64 pixels, 64 hidden units, ten classes, on ten splits of the digits into 1,257 to learn from
# and 540 to be judged by. The ten networks are trained **side by side**: every tensor has one more dimension, the
# first, with a network for each split, so that all take their step at once. The cell has all that the rest of the
# lesson needs; you can run it unread. `train` follows a *plan*, which says for each step the rate and which examples
# are in the batch; so most strategies below are plans.


# %% tags=["demo"]
def stacked_digits(num_splits):
    """Return the digits in as many splits: X_train (num_splits, 1257, 64), y_train, X_test, y_test."""
    splits = [data.digits(seed) for seed in range(num_splits)]
    return [torch.stack(part).cpu() for part in zip(*splits, strict=True)]


def begin(num_nets, generator):
    """Return weights of as many networks 64-64-10, drawn as `nn.Linear` draws them."""
    shapes = [(64, 64), (1, 64), (64, 10), (1, 10)]
    # uniform from −1/8 to 1/8, and 1/8 is 1/√64
    return [(2 * torch.rand(num_nets, *shape, generator=generator) - 1) / 8 for shape in shapes]


def logits(weights, X):
    """Return what each network says of its own X (num_nets, n, 64): (num_nets, n, 10)."""
    W1, b1, W2, b2 = weights
    return (X @ W1 + b1).relu() @ W2 + b2  # (num_nets, n, 64) @ (num_nets, 64, 64), and so on


def losses(weights, X, y):
    """Return each network's loss of each example, (num_nets, n)."""
    return F.cross_entropy(logits(weights, X).mT, y, reduction="none")


def accuracy(weights, X, y):
    """Return each network's accuracy, (num_nets,)."""
    return (logits(weights, X).argmax(dim=2) == y).double().mean(dim=1)


def train(weights, X, y, plan, rounded=lambda w: w):
    """Train networks side by side by SGD; yield their weights after each step of the plan."""
    nets = torch.arange(len(X))[:, None]
    for lr, rows in plan:  # rows: (num_nets, batch)
        weights = [w.detach().requires_grad_() for w in weights]
        # the sum over the networks: each gets the gradient of its own mean loss
        loss = losses(weights, X[nets, rows], y[nets, rows]).mean(dim=1).sum()
        grads = torch.autograd.grad(loss, weights)
        weights = [rounded(w.detach() - lr * g) for w, g in zip(weights, grads, strict=True)]
        yield weights


def by_lot(rates, num_nets, n, batch_size, generator):
    """Return a plan with batches by lot, one for each rate."""
    for lr in rates:
        yield lr, torch.randint(n, (num_nets, batch_size), generator=generator)


def last(walk):
    """Return the weights at the end of a training."""
    *_, weights = walk
    return weights


def told(values):
    """Return the median and the range, as text."""
    return f"{values.quantile(0.5):.3f} ({values.min():.3f} to {values.max():.3f})"


# %% [markdown]
# Three trainings of 600 steps with batches of 2: at the rate 0.1; with a rate that falls from 0.1 towards 0 in equal
# steps; and at 0.02. Of each we keep the last weights, the mean of the second half, and a moving average with
# $\beta = 0.98$, which looks back over 50 steps.


# %% tags=["demo"]
def kept(walk, num_steps, beta=0.98):
    """Return, by name, the last weights of a training, the mean of its second half and its EMA."""
    half, ema = [0.0] * 4, [0.0] * 4
    for step, weights in enumerate(walk):
        ema = [beta * m + (1 - beta) * w for m, w in zip(ema, weights, strict=True)]
        if step >= num_steps // 2:
            half = [h + w for h, w in zip(half, weights, strict=True)]
    mean = [h / (num_steps - num_steps // 2) for h in half]
    corrected = [m / (1 - beta**num_steps) for m in ema]
    return {"last weights": weights, "mean of the second half": mean, "moving average": corrected}


num_splits, num_steps = runtime.scaled(10, fast=2), runtime.scaled(600, fast=20)
X, y, X_test, y_test = stacked_digits(num_splits)
n = X.shape[1]
RATES = {
    "0.1": [0.1] * num_steps,
    "0.1 → 0": [0.1 * (1 - t / num_steps) for t in range(num_steps)],
    "0.02": [0.02] * num_steps,
}
averaged = {}
for name, rates in runtime.progress(RATES.items(), "three rates"):
    generator = torch.Generator().manual_seed(0)
    plan = by_lot(rates, num_splits, n, 2, generator)
    for what, weights in kept(train(begin(num_splits, generator), X, y, plan), num_steps).items():
        log_loss = losses(weights, X_test, y_test).mean(dim=1)
        averaged[name, what] = accuracy(weights, X_test, y_test), log_loss
print(f"{'rate':9}{'what is kept':25}{'accuracy: median (range)':26} log loss")
for (name, what), (scores, log_loss) in averaged.items():
    print(f"{name:9}{what:25}{told(scores):26} {log_loss.quantile(0.5):.2f}")

# %% [markdown]
# Each of the ten networks by itself:

# %% tags=["demo"]
fig, ax = plots.figure(size=(7, 3.6))
for k, what in enumerate(("last weights", "mean of the second half", "moving average")):
    for place, name in enumerate(RATES):
        at = torch.full((num_splits,), place + 0.22 * (k - 1))
        colour, marker = (("#0072B2", "o"), ("#D55E00", "s"), ("#009E73", "^"))[k]
        label = what if place == 0 else None
        ax.plot(at, averaged[name, what][0], marker, color=colour, alpha=0.6, label=label)
ax.set_xticks(range(3), [f"rate {name}" for name in RATES])
ax.set(ylabel="accuracy on unseen digits")
ax.legend(loc="lower right")
plots.show(
    fig,
    "Accuracies of ten networks at three rates. At the rate 0.1 the last weights lie below both averages and far "
    "apart; with a falling rate all three lie together at about 0.95, and at 0.02 at about 0.92.",
)
found = averaged["0.1", "mean of the second half"][0].quantile(0.5).item()
predict.reveal(
    prediction, "about 95" if found > 0.94 else "about 93" if found > 0.92 else "about 91"
)

# %% [markdown]
# With batches of 2 the rate 0.1 finds no rest, and averaging helps: from 0.91 to 0.95, ahead in 9 of the ten splits.
# The *log loss*, the cross-entropy on unseen digits, falls from 0.43 to 0.20. (With other seeds the last weights had
# 0.91 to 0.93, the mean 0.95.) The moving average lies between: it looks back over 50 steps, the mean over 300, and
# the variance goes with $1/K$. But a falling rate is at 0.949 with a log loss of 0.19 without any average, and there
# an average adds nothing. **Averaging does nearly all the work of a falling rate**: who has the one hardly needs the
# other. At 0.02 there is little wandering to average away. The weights are still on their way, and the mean of the
# second half, which carries the way along, is worse: 0.915 for 0.925.
#
# (All this needs a walk that stays near a minimum. Where the rate is so large that the loss grows from step to step,
# there is nothing to wander about.)
#
# What an average has for it: it needs no end. A rate that falls to 0 must know when; the moving average beside a
# training at a constant rate is good at any time after its memory has left the way behind.
#
# ## Batch norm
#
# Averaging has a trap. Batch norm keeps a running mean and variance of what it sees ({{initialization}}). They belong
# to the weights before it, and the mean weights have never seen a batch.
#
# ### Exercise · Average networks
# *3 points · 30 minutes · difficulty ●●○*
#
# The networks of this exercise are made by `normed_network`, below. You get the state dictionaries (`state_dict()`,
# a dictionary from names to tensors, {{transfer_learning}}) of some of them, along one training. Make the network
# whose **parameters** are the plain mean of theirs. Then let the batches run through it in train mode, without
# gradients, to find its **statistics anew**. The running mean is the *plain mean* of the batches' means, the
# running variance that of their variances (divided by one less than the batch has examples): all batches alike, and
# nothing old in it. Return its state dictionary.
#
# What makes PyTorch do so: batch norm has a `momentum` (no kin of SGD's), 0.1 unless one says otherwise, the share
# with which each batch enters. With `momentum = None` it takes the plain mean of all batches since `reset_running_stats()`, which
# also sets its counter of batches to 0.
#
# The state has three parts that are no parameters: `"1.running_mean"`, `"1.running_var"`, and the counter
# `"1.num_batches_tracked"`, a whole number, which must be there but may be anything.
#
# <details><summary>Hint 1</summary><code>torch.stack([state[name] for state in states]).mean(dim=0)</code> for each name of <code>dict(model.named_parameters())</code>. A mean of counters makes no sense, and <code>.mean()</code> refuses whole numbers.</details>
# <details><summary>Hint 2</summary>Put the means into <code>dict(states[0])</code>, load that into <code>normed_network()</code>, and only then reset the batch norm, <code>model[1]</code>.</details>
# <details><summary>Hint 3</summary><code>model.train()</code>; <code>with torch.no_grad():</code> and a loop with <code>model(X)</code>: the batch norm does the rest.</details>


# %% nbgrader={"grade_id": "normed-network", "locked": true, "schema_version": 3}
def normed_network():
    """Return a network 64-24-10 with batch norm, on the CPU."""
    return nn.Sequential(nn.Linear(64, 24), nn.BatchNorm1d(24), nn.ReLU(), nn.Linear(24, 10))


# %% nbgrader={"grade_id": "mean-network", "schema_version": 3, "solution": true}
def mean_network(
    states: list[dict[str, torch.Tensor]], batches: list[torch.Tensor]
) -> dict[str, torch.Tensor]:
    """Return the state of the network with the mean parameters of all, and statistics anew.

    `states` are one or more state dictionaries of `normed_network()`, `batches` one or more tensors
    (m, 64), float32, m ≥ 2, perhaps of several sizes; none of them is changed. The result has the
    same names, on the CPU, and float32 where theirs is. Source: Izmailov et al. (2018).
    """
    ### BEGIN SOLUTION
    model = normed_network()
    parameters = {
        name: torch.stack([state[name] for state in states]).mean(dim=0)
        for name, _ in model.named_parameters()
    }
    model.load_state_dict({**states[0], **parameters})
    model[1].reset_running_stats()
    model[1].momentum = None
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()
    ### END SOLUTION


# %% nbgrader={"grade_id": "mean-network-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("Average networks, the parameters", points=1, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(0)
    check.agree(
        mean_network,
        oracle.mean_network,
        oracle.parameters_of(*oracle.random_networks(4, [20, 20, 20], generator)),
        oracle.parameters_of(*oracle.random_networks(3, [9, 30], generator)),
        oracle.parameters_of(*oracle.random_networks(1, [5], generator)),
        mistakes=oracle.MEANS,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other networks")
def _(check):
    generator = oracles.fresh_generator()
    for num_networks, sizes in ((2, [8, 8]), (5, [12, 40])):
        states, batches = oracle.random_networks(num_networks, sizes, generator)
        play = oracle.parameters_of(states, batches)
        check.agree(mean_network, oracle.mean_network, play, same_dtype=True)


### END HIDDEN TESTS

# %% [markdown]
# And the statistics, with batches that lie apart and are not all of one size:


# %% nbgrader={"grade_id": "mean-network-test-2", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Average networks, the statistics", points=2, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(0)
    check.agree(
        mean_network,
        oracle.mean_network,
        oracle.statistics_of(*oracle.random_networks(4, [20, 20, 20], generator)),
        oracle.statistics_of(*oracle.random_networks(3, [9, 30], generator)),
        oracle.statistics_of(*oracle.random_networks(2, [5], generator)),
        mistakes=oracle.STATISTICS,
        rtol=1e-3,
        atol=1e-4,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against torch.optim.swa_utils.update_bn")
def _(check):
    from torch.optim.swa_utils import update_bn

    generator = oracles.fresh_generator()
    for num_networks, sizes in ((2, [8, 25, 8]), (3, [16])):
        states, batches = oracle.random_networks(num_networks, sizes, generator)
        came = check.call(mean_network, states, batches)
        model = nn.Sequential(nn.Linear(64, 24), nn.BatchNorm1d(24), nn.ReLU(), nn.Linear(24, 10))
        model.load_state_dict(oracle.mean_network(states, batches))
        update_bn(batches, model)
        for name in ("1.running_mean", "1.running_var"):
            wanted = model.state_dict()[name]
            check.close(came[name], wanted, rtol=1e-3, atol=1e-4, same_dtype=True)


### END HIDDEN TESTS

# %% [markdown]
# From now on: `torch.optim.swa_utils.update_bn(batches, averaged_model)`. Is it worth the trouble? The same digits,
# two hidden layers with batch norm, SGD with momentum at a moderate rate and at a large one, five splits: the last
# network, and the mean of its second half, with the last network's statistics and with its own.


# %% tags=["demo"]
from torch.optim.swa_utils import AveragedModel, update_bn


def three_scores(seed, lr, num_steps):
    """Return the accuracy of the last network, of the mean with old statistics, and with its own."""
    X, y, X_test, y_test = (part.cpu() for part in data.digits(seed))
    torch.manual_seed(seed)
    hidden = [nn.Linear(64, 64), nn.BatchNorm1d(64), nn.ReLU()]
    model = nn.Sequential(
        *hidden, nn.Linear(64, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 10)
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    mean = AveragedModel(model)
    for step in range(num_steps):
        rows = torch.randint(len(X), (16,))
        optimizer.zero_grad()
        F.cross_entropy(model(X[rows]), y[rows]).backward()
        optimizer.step()
        if step >= num_steps // 2:
            mean.update_parameters(model)
    scores = [training.evaluate(net, X_test, y_test)["accuracy"] for net in (model, mean)]
    update_bn(X.split(200), mean)
    return [*scores, training.evaluate(mean, X_test, y_test)["accuracy"]]


normed = {}
for lr in runtime.progress((0.02, 0.2), "two rates"):
    seeds = range(runtime.scaled(5, fast=1))
    rows = [three_scores(seed, lr, runtime.scaled(600, fast=10)) for seed in seeds]
    normed[lr] = torch.tensor(rows)  # (seeds, 3)
    for k, name in enumerate(("last network", "mean, old statistics", "mean, its own")):
        print(f"rate {lr:<6}{name:22}{told(normed[lr][:, k])}")

# %% [markdown]
# At the moderate rate old statistics cost half a point. At the large one they eat up a part of what averaging gains,
# here two thirds: the last network has 0.944, the mean network 0.952 with old statistics and 0.969 with its own.
# The old ones are the last network's: `update_parameters` copies them in. No error is raised, and nothing warns.
#
# ## Which networks may be averaged?
#
# The mean of the weights of one walk is good since the walk goes about *one* minimum. Two trainings from different
# starts end in two. What lies between them?
#
# ### Exercise · The barrier
# *2 points · 25 minutes · difficulty ●●○*
#
# Walk from the weights $a$ to the weights $b$ in a straight line, all tensors at once, from $\alpha = 0$ to 1:
# $w(\alpha) = (1-\alpha)\,a + \alpha\,b$. The loss along it, $L(w(\alpha))$, begins at $L(a)$ and ends at $L(b)$. If
# it stays below the straight line between these two losses, nothing is in the way. The *barrier* is the most by
# which it rises above (Entezari et al. 2022):
#
# $$\max_\alpha\; L\bigl(w(\alpha)\bigr) - \bigl[(1-\alpha)\,L(a) + \alpha\,L(b)\bigr].$$
#
# > **barrier** (between two networks): how far the loss rises, on the straight way between their weights, above the line
# > from the one loss to the other.
#
# Take $\alpha = 0, \frac1k, \frac2k, \dots, 1$ with $k$ = `num_pieces`. At both ends the excess is 0, so the barrier
# is never below 0.
#
# <details><summary>Hint 1</summary><code>[(1 - alpha) * p + alpha * q for p, q in zip(a, b)]</code> are the weights at alpha.</details>
# <details><summary>Hint 2</summary>Compute <code>loss(a)</code> and <code>loss(b)</code> once; then a loop over <code>range(num_pieces + 1)</code>.</details>


# %% nbgrader={"grade_id": "barrier", "schema_version": 3, "solution": true}
def barrier(loss, a: list[torch.Tensor], b: list[torch.Tensor], num_pieces: int) -> float:
    """Return the largest excess of the loss over the line between its ends, at least 0.

    You may return a tensor of one number. `a` and `b` are lists of equally many tensors, shapes
    alike, float32 or float64; they are not changed. `loss(weights)` takes such a list and returns a
    float; along the way it may rise and fall more than once. `num_pieces` ≥ 1. Source: Entezari et
    al. (2022).
    """
    ### BEGIN SOLUTION
    at_a, at_b, highest = loss(a), loss(b), 0.0
    for i in range(num_pieces + 1):
        alpha = i / num_pieces
        here = loss([(1 - alpha) * p + alpha * q for p, q in zip(a, b, strict=True)])
        highest = max(highest, here - (1 - alpha) * at_a - alpha * at_b)
    return highest
    ### END SOLUTION


# %% nbgrader={"grade_id": "barrier-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("The barrier", points=2, hidden=1)
def _(check):
    check.agree(
        barrier,
        oracle.barrier,
        oracle.landscape(0, 8, 4.0, 0.5),
        oracle.landscape(100, 5, 6.0, -2.0),
        oracle.landscape(200, 10, -3.0, 1.0),
        oracle.landscape(300, 3, 2.0, 3.0, torch.float32),
        oracle.landscape(400, 1, 5.0, 1.0),
        oracle.landscape(500, 4, 4.0, 0.5, skew=12),
        oracle.landscape(600, 5, 4.0, 0.5, skew=0.05),
        oracle.landscape(700, 8, 0.5, 1.0, hills=3.0),
        mistakes=oracle.BARRIER,
        atol=1e-5,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other landscapes")
def _(check):
    generator = oracles.fresh_generator()
    for num_pieces, sign, dtype in ((7, 1, torch.float64), (4, 1, torch.float32), (12, -1, None)):
        seed = int(torch.randint(2**40, (), generator=generator))
        wave, slope = (1 + 3 * torch.rand(2, generator=generator)).tolist()
        for skew in (1.0, 12.0, 0.05):
            place = (seed, num_pieces, sign * wave, slope, dtype or torch.float64, skew)
            check.agree(barrier, oracle.barrier, oracle.landscape(*place), atol=1e-5)
        hills = oracle.landscape(seed, 4 * num_pieces, 0.3, slope, hills=2 + wave)
        check.agree(barrier, oracle.barrier, hills, atol=1e-5)


### END HIDDEN TESTS

# %% [markdown]
# Ten pairs of networks, one for each split, 600 steps at the rate 0.1 with batches of 32:
#
# - from two different starts;
# - from one start, with other batches;
# - *forked*, that is, from one start and with the same batches, and after 300 steps with others;
# - one network, and the same one with its hidden units in another order, which computes the same function;
# - from two starts, and then the hidden units of the second put **in order**: each beside the one of the first whose
#   outputs are most like its own (SciPy finds the best such pairing).


# %% tags=["demo"]
from scipy.optimize import linear_sum_assignment


def grown(seed, steps, weights=None):
    """Return networks trained at the rate 0.1, from new weights unless there are some."""
    generator = torch.Generator().manual_seed(seed)
    weights = weights or begin(num_splits, generator)
    return last(train(weights, X, y, by_lot([0.1] * steps, num_splits, n, 32, generator)))


def between(a, b, alpha):
    return [(1 - alpha) * p + alpha * q for p, q in zip(a, b, strict=True)]


def forked(steps):
    """Return two networks that part after so many steps."""
    common = grown(3, steps) if steps else begin(num_splits, torch.Generator().manual_seed(3))
    return [grown(seed, num_steps - steps, common) for seed in (4, 5)]


def in_order(weights, model, X):
    """Return the same networks with their hidden units in the order of those of `model`."""
    W1, b1, W2, b2 = weights
    hidden = [(X @ W + b).relu() for W, b in (model[:2], weights[:2])]  # (num_nets, n, 64)
    ours, theirs = (F.normalize(h - h.mean(dim=1, keepdim=True), dim=1) for h in hidden)
    alike = (ours.mT @ theirs).numpy()  # correlations, (num_nets, 64, 64)
    order = torch.tensor([linear_sum_assignment(-a)[1].tolist() for a in alike])
    nets = torch.arange(len(order))[:, None]
    return [W1.mT[nets, order].mT, b1.mT[nets, order].mT, W2[nets, order], b2]


seeds = runtime.progress((1, 2, 11, 12, 13), "training networks")
many = [grown(seed, num_steps) for seed in seeds]
one, other = many[:2]
order = torch.randperm(64, generator=torch.Generator().manual_seed(0))
W1, b1, W2, b2 = one
PAIRS = {
    "two starts": (one, other),
    "one start": forked(0),
    "forked after 300": forked(num_steps // 2),
    "units in another order": (one, [W1[..., order], b1[..., order], W2[:, order], b2]),
    "two starts, in order": (one, in_order(other, one, X)),
}
alphas = torch.linspace(0, 1, 11)
ways, middles = {}, {}
print(f"{'accuracy':24}first  second  mean of their weights    barrier")
for name, (a, b) in PAIRS.items():
    path = [losses(between(a, b, alpha), X_test, y_test).mean(dim=1) for alpha in alphas]
    ways[name] = torch.stack(path, dim=1)  # (num_splits, 11)
    middle = accuracy(between(a, b, 0.5), X_test, y_test)
    middles[name] = middle
    line = ways[name][:, :1] + alphas * (ways[name][:, -1:] - ways[name][:, :1])
    height = (ways[name] - line).amax(dim=1)
    ends = [accuracy(end, X_test, y_test).quantile(0.5) for end in (a, b)]
    print(f"{name:24}{ends[0]:.3f}  {ends[1]:.3f}   {told(middle)}   {height.quantile(0.5):.3f}")
five_starts = accuracy(
    [torch.stack(each).mean(dim=0) for each in zip(*many, strict=True)], X_test, y_test
)
print(f"{'five starts':24}{'':15}{told(five_starts)}")
votes = logits(one, X_test).softmax(dim=2) + logits(other, X_test).softmax(dim=2)
votes = (votes.argmax(dim=2) == y_test).double().mean(dim=1)
print(f"\ntwo starts, mean of what they say instead: {told(votes)}")

# %% [markdown]
# And the loss along the way:

# %% tags=["demo"]
fig, ax = plots.figure(size=(7, 3.6))
for name, path in ways.items():
    plots.band(ax, alphas, path, name)
ax.set(xlabel="α: from one network to the other", ylabel="loss on unseen digits")
plots.show(
    fig,
    "The loss on the straight way between two networks. From two starts it rises to more than three times that of "
    "the ends, for the same network in another order of units as well; from one start, and from two starts with "
    "the units in order, it stays nearly flat.",
)

# %% [markdown]
# From two starts there is a hill in between: the mean of the weights has 0.936 where the two have 0.970 and 0.971,
# and its loss is more than three times theirs. The mean of five starts has 0.87.
#
# Why a hill? On the way to the same network with its *units in another order* there is one too: so order can make
# one. And here it does: with the units of the second network **in order** the barrier falls from 0.27 to 0.02, and the mean has
# 0.969. Which unit does which work is a matter of luck, and the mean of two that do different work does neither.
# Entezari et al. (2022) conjecture that it is so in general.
#
# To average what both **say** needs no common order, but two networks and twice the time. It gives 0.972.
#
# From one start there is no hill, not even if the two part at the first step. That is so here; in large networks
# Frankle, Dziugaite, Roy and Carbin (2020) found that both must first have gone some way together. So average along
# one walk, or among networks that go back to the same one, such as several fine-tunings of one pre-trained network
# (Wortsman et al. 2022).
#
# ## What to show first
#
# People teach easy things first. Bengio, Louradour, Collobert and Weston (2009) did so with networks, and called it
# a curriculum.
#
# > **curriculum**: an order in which examples are shown, mostly from easy to hard, with more and more of them as training goes on.
#
# It has three parts: a measure of what is hard, an order, and a *pace*, how many examples are shown at each step.
#
# ### Exercise · Hard for whom?
# *2 points · 20 minutes · difficulty ●●○*
#
# What is hard? What a model finds hard: a large loss. But a model that has learned an example by heart finds it easy,
# even if its label is wrong. So ask models that have **not seen** it ({{evaluation}}): for each fold, let a model
# learn from all *other* folds, and take its loss, $-\log p$ of the class that its label names, on each example of this
# one. Your loss must be finite also where $p$ is so small that it is rounded to 0.
#
# Training and prediction come as one function, `predict(X_train, y_train, X)`, which trains a new model on the first
# two and returns its logits for `X`.
#
# <details><summary>Hint 1</summary><code>mine = fold == k</code> is a mask; <code>X[mine]</code> and <code>X[~mine]</code> are the two parts.</details>
# <details><summary>Hint 2</summary><code>F.cross_entropy(logits, y, reduction="none")</code> has a loss for each example.</details>


# %% nbgrader={"grade_id": "held-out", "schema_version": 3, "solution": true}
def held_out_losses(X: torch.Tensor, y: torch.Tensor, fold: torch.Tensor, predict) -> torch.Tensor:
    """Return the loss of each example, (n,), by a model that learned from the other folds only.

    `X` (n, d) is float32 or float64, `y` (n,) int64, and `fold` (n,), int64, has the number of each
    example's fold, 0 … k − 1 in any order, none empty, k ≥ 2. `predict(X_train, y_train, X)` takes
    parts of these and returns logits (len(X), num_classes) in the dtype of X, without a tape. The
    losses have that dtype, and are in the order of `X`.
    """
    ### BEGIN SOLUTION
    losses = torch.empty(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        out = predict(X[~mine], y[~mine], X[mine])
        losses[mine] = F.cross_entropy(out, y[mine], reduction="none")
    return losses
    ### END SOLUTION


# %% nbgrader={"grade_id": "held-out-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Hard for whom?", points=2, hidden=1)
def _(check):
    check.agree(
        held_out_losses,
        oracle.held_out_losses,
        oracle.of_a_class(0, 23, 4),
        oracle.of_a_class(100, 30, 3, torch.float32),
        oracle.of_a_class(200, 17, 5),
        oracle.of_a_class(300, 20, 2),
        oracle.of_a_class(400, 18, 3, far=40.0),
        mistakes=oracle.HELD_OUT,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other examples and folds")
def _(check):
    generator = oracles.fresh_generator()
    for n, num_folds, dtype in ((25, 4, torch.float64), (40, 6, torch.float32), (13, 2, None)):
        seed = int(torch.randint(2**40, (), generator=generator))
        case = oracle.of_a_class(seed, n, num_folds, dtype or torch.float64)
        check.agree(held_out_losses, oracle.held_out_losses, case, same_dtype=True)
    case = oracle.of_a_class(int(torch.randint(2**40, (), generator=generator)), 30, 4, far=60.0)
    check.agree(held_out_losses, oracle.held_out_losses, case, same_dtype=True)


### END HIDDEN TESTS

# %% [markdown]
# ### Exercise · The pace
# *2 points · 15 minutes · difficulty ●●○*
#
# Steps are counted from 0. At step 0 the easiest `first` of the $n$ examples are shown, or, with `hard_first`, the
# hardest `first`. Then more and more, in equal steps, until at step `num_growing` and ever after all are. In between
# there are
#
# $$\text{first} + \left\lfloor \frac{(n - \text{first}) \cdot \text{step}}{\text{num growing}} \right\rfloor,$$
#
# where $\lfloor\;\rfloor$ rounds down, and exactly (`//` for whole numbers). What has been shown stays. Return the **places** of
# those shown.
#
# <details><summary>Hint 1</summary><code>difficulty.argsort()</code> has the places from easy to hard, <code>.argsort(descending=True)</code> from hard to easy.</details>
# <details><summary>Hint 2</summary>Cut the list of places; with <code>min</code> there are never more than n.</details>


# %% nbgrader={"grade_id": "shown", "schema_version": 3, "solution": true}
def shown(
    difficulty: torch.Tensor, step: int, first: int, num_growing: int, hard_first: bool
) -> torch.Tensor:
    """Return the places of the examples shown at this step, (m,) int64, in any order.

    `difficulty` has shape (n,), float32 or float64, no two alike, in any order, also below 0: the
    larger, the harder. 1 ≤ `first` ≤ n, `num_growing` ≥ 1, `step` ≥ 0.
    """
    ### BEGIN SOLUTION
    n = len(difficulty)
    m = min(n, first + (n - first) * step // num_growing)
    return difficulty.argsort(descending=hard_first)[:m]
    ### END SOLUTION


# %% nbgrader={"grade_id": "shown-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("The pace", points=2, hidden=1)
def _(check):
    hard = (torch.arange(23) * 7 % 23).double() ** 2 / 10 - 4
    few = torch.tensor([0.3, 2.5, -1.0, 0.9, 1.7, 0.1])
    many = (torch.arange(50) * 13 % 50).double() - 20
    check.agree(
        shown,
        oracle.shown,
        oracle.seen_at(hard, 0, 5, 7, False),
        oracle.seen_at(hard, 3, 5, 7, False),
        oracle.seen_at(hard, 4, 5, 7, True),
        oracle.seen_at(hard, 6, 5, 7, True),
        oracle.seen_at(hard, 7, 5, 7, False),
        oracle.seen_at(hard, 50, 2, 40, False),
        oracle.seen_at(few, 2, 1, 7, True),
        oracle.seen_at(few, 0, 6, 1, False),
        oracle.seen_at(many, 1, 1, 49, True),
        oracle.seen_at(many, 11, 5, 33, False),
        mistakes=oracle.SHOWN,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other difficulties and paces")
def _(check):
    generator = oracles.fresh_generator()
    for n, first, num_growing in ((40, 7, 13), (9, 1, 30), (25, 25, 4), (110, 7, 103), (50, 5, 39)):
        difficulty = torch.randperm(10 * n, generator=generator)[:n].double() / 7 - n
        for step in (0, 1, num_growing // 3, num_growing - 1, num_growing, 2 * num_growing):
            for hard_first in (False, True):
                case = oracle.seen_at(difficulty, step, first, num_growing, hard_first)
                check.agree(shown, oracle.shown, case)


### END HIDDEN TESTS

# %% [markdown]
# Now train by it. In each split a reference that has learned from the other half of the examples, 200 steps at the
# rate 0.1, says how hard each is. Batches of 32 come from what is shown:
#
# - *easy first*, *hard first*: a fifth of the examples at first, more with each step, all after 70 % of the steps;
# - *random, growing*, a control: the same growing number in random order;
# - *all at once*, from the first step on, with which the others are compared;
# - *the easier 60 %* alone, from the first step to the last.
#
# Once with clean labels, and once with 40 labels in 100 drawn anew by lot, so that 36 in 100 are wrong; and for 30,
# 100 and 400 steps. Under noise, we also order the examples by the loss of a network that has learned from *all* of
# them, for 200 steps and for 2,000.


# %% tags=["demo"]
def paced(order, num_steps, generator, first=0.2, full=0.7, batch_size=32, lr=0.1):
    """Return a plan: batches by lot from the front of `order` (num_nets, n), ever more of it."""
    num_nets, n = order.shape
    for step in range(num_steps):
        share = min(1.0, first + (1 - first) * step / (full * num_steps))
        front = torch.randint(int(share * n), (num_nets, batch_size), generator=generator)
        yield lr, order.gather(1, front)


def held_out_order(X, y, generator):
    """Return places from easy to hard, (num_nets, n): each half judged by networks of the other."""
    lot = torch.rand(y.shape, generator=generator).argsort(dim=1)
    judged = torch.empty(y.shape)
    for mine, others in (lot.tensor_split(2, dim=1), lot.tensor_split(2, dim=1)[::-1]):
        plan = paced(others, runtime.scaled(200, fast=5), generator, first=1.0)
        reference = last(train(begin(len(X), generator), X, y, plan))
        judged.scatter_(1, mine, losses(reference, X, y).gather(1, mine))
    return judged.argsort(dim=1)


def share_wrong(order, wrong):
    """Return the share of wrong labels in the easier and in the harder half, (num_nets,) each."""
    halves = wrong.gather(1, order).double().tensor_split(2, dim=1)
    return [half.mean(dim=1) for half in halves]


curricula, bad = {}, {}
lengths = runtime.scaled((30, 100, 400), fast=(5, 10))
for noise in runtime.progress((0.0, 0.4), "labels clean, labels noisy"):
    generator = torch.Generator().manual_seed(7)
    by_chance = torch.rand(y.shape, generator=generator) < noise
    labels = torch.where(by_chance, torch.randint(10, y.shape, generator=generator), y)
    easy = held_out_order(X, labels, generator)
    lot = torch.rand(y.shape, generator=generator).argsort(dim=1)
    if noise:
        bad["held out"] = share_wrong(easy, labels != y)
        short, long = runtime.scaled((200, 2000), fast=(3, 6))
        plan = paced(lot, long, generator, first=1.0)
        for step, own in enumerate(train(begin(num_splits, generator), X, labels, plan), start=1):
            if step in (short, long):
                order = losses(own, X, labels).argsort(dim=1)
                bad[f"own loss, {step:,} steps"] = share_wrong(order, labels != y)
    orders = {
        "all at once": (lot, 1.0),
        "easy first": (easy, 0.2),
        "hard first": (easy.flip(1), 0.2),
        "random, growing": (lot, 0.2),
        "the easier 60 %": (easy[:, : int(0.6 * n)], 1.0),
    }
    for steps in lengths:
        for name, (order, first) in orders.items():
            generator = torch.Generator().manual_seed(1)
            plan = paced(order, steps, generator, first)
            walk = train(begin(num_splits, generator), X, labels, plan)
            curricula[noise, steps, name] = accuracy(last(walk), X_test, y_test)
for name, (easier, harder) in bad.items():
    print(f"wrong labels by {name:22} easier half {told(easier)}, harder half {told(harder)}")
fig, axes = plots.figure(2, size=(11, 4))
for ax, noise in zip(axes, (0.0, 0.4), strict=True):
    title = f"{100 * noise:.0f} % of the labels by lot"
    print(f"\n{title}: median gain after … steps")
    print(f"   {'':18}", *(f"{steps:6}" for steps in lengths))
    for name in ("easy first", "hard first", "random, growing", "the easier 60 %"):
        gains = [
            curricula[noise, steps, name] - curricula[noise, steps, "all at once"]
            for steps in lengths
        ]
        print(f"   {name:18}", *(f"{gain.quantile(0.5):+.3f}" for gain in gains))
        plots.band(ax, lengths, torch.stack(gains, dim=1), name)
    ax.axhline(0, color="black", linewidth=1)
    ax.set(xscale="log", xlabel="steps", title=title)
    ax.set_xticks(lengths, [str(steps) for steps in lengths])
    ax.minorticks_off()
axes[0].set(ylabel="accuracy minus that of all at once")
axes[0].get_legend().remove()
plots.show(
    fig,
    "Gains of four orders over all at once, after 30, 100 and 400 steps. With clean labels easy first and the easier "
    "60 % lie below 0 at each length. With 40 % of the labels by lot the easier 60 % lie highest throughout; "
    "hard first lies far below 0 after 30 steps, easy first above it, and both near it after 400.",
)

# %% [markdown]
# With clean labels the advice is **wrong** here: easy first costs 4 points after 30 steps, 3 after 100, and still 1
# after 400, the last two in each of the ten splits. The control tells that it is the order which costs, and not the
# small number: growing in random order costs nothing. What is easy teaches little. Hard first costs 1 or 2 points
# after 30 steps, and is at least on a level with all at once after 100 and 400.
#
# With 40 labels in 100 by lot it turns round: easy first is ahead, by 3.6 points after 30 steps and 1.6 after 100
# (with other seeds 1 to 6, and 0 to 2), and level after 400. Hard first is far behind at first, since the hardest are
# the wrong ones: of the harder half more than 70 labels in 100 are wrong, of the easier half 5 in 1,000. Wu, Dyer and
# Neyshabur (2021) found the like for larger networks and pictures: no gain in the usual case, and a gain if labels
# are noisy or time is short. (Short time alone made no gain here.)
#
# But look at the last line of each block. To leave the hardest 40 % out *for good* gains more under noise, at each
# length: it is the **filter** that helps, and easy first as far as it is one. It is no free lunch. With clean labels
# the same filter costs 6 or 7 points, so one must know that labels are wrong, and about how many.
#
# And was it worth asking networks that have not seen the example? Not after 200 steps: a network's own loss
# sorts about as well, with 7 wrong labels in 1,000 in the easier half. It has not learned them by heart yet. After
# 2,000 steps there are 9 in 100.
#
# ## Batches that grow
#
# Back to the noise. A batch of $B$ examples has a gradient whose noise has the variance $\sigma^2/B$, and in the
# bowl of the beginning $v \approx \eta\sigma^2/(2\lambda B)$, for small $\eta$: what counts is $\eta / B$. A rate
# that falls by 4 could as well be a **batch that grows by 4** (Smith, Kindermans, Ying and Le 2018). An epoch then has
# fewer and larger steps, and several processors can share the examples of one step.
#
# ### Exercise · Grow the batch instead
# *2 points · 20 minutes · difficulty ●●○*
#
# The plan was to divide the rate by `factor` after every `every` epochs: in epoch $e = 0, 1, \dots$ it would be
# $\eta_e = \eta / \text{factor}^{\lfloor e/\text{every} \rfloor}$, with a batch of $B$ throughout. Instead, let the
# batch grow by `factor` each time, but not above `largest`, which is what fits into memory: $B_e = \min(B \cdot
# \text{factor}^{\lfloor e/\text{every} \rfloor}, \text{largest})$. And choose the rate such that **rate / batch
# falls just as planned**, $\eta_e / B$ in each epoch. (So the rate stays while the batch can grow as it should, and
# falls afterwards.)
#
# <details><summary>Hint 1</summary>The rate is the planned one, times the new batch, divided by that of epoch 0.</details>
# <details><summary>Hint 2</summary>0.4 and 16, factor 2, every 3, at most 40: (0.4, 16) three times, (0.4, 32) three times, then (0.25, 40).</details>


# %% nbgrader={"grade_id": "growing-batches", "schema_version": 3, "solution": true}
def growing_batches(
    lr: float, batch_size: int, factor: int, every: int, largest: int, num_epochs: int
) -> list[tuple[float, int]]:
    """Return (rate, batch size) for each epoch 0 … num_epochs − 1, a list of pairs.

    `lr` > 0 and `batch_size` are those of epoch 0; `factor` ≥ 2, `every` ≥ 1, `num_epochs` ≥ 1, and
    `largest` ≥ `batch_size` need not be a multiple of it. Batch sizes are `int`s. Source: Smith et
    al. (2018).
    """
    ### BEGIN SOLUTION
    plan = []
    for epoch in range(num_epochs):
        drop = factor ** (epoch // every)
        batch = min(batch_size * drop, largest)
        plan.append((lr / drop * batch / batch_size, batch))
    return plan
    ### END SOLUTION


# %% nbgrader={"grade_id": "growing-batches-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Grow the batch instead", points=2, hidden=1)
def _(check):
    check.agree(
        growing_batches,
        oracle.growing_batches,
        (0.4, 16, 2, 3, 40, 8),
        (0.3, 8, 4, 2, 500, 9),
        (1.5, 10, 3, 1, 10, 4),
        (0.05, 32, 2, 4, 10_000, 13),
        (0.2, 6, 5, 3, 100, 1),
        mistakes=oracle.PLANS,
    )
    oracle.whole_sizes(check, check.call(growing_batches, 0.4, 16, 2, 3, 40, 8))


### BEGIN HIDDEN TESTS
@checks.hidden("Rate / batch falls as a plan of PyTorch's, StepLR, and no batch is too large")
def _(check):
    generator = oracles.fresh_generator()
    for factor, every, num_epochs in ((2, 2, 11), (3, 4, 14), (10, 1, 5)):
        lr = 0.1 + torch.rand((), generator=generator).item()
        batch_size = int(torch.randint(4, 40, (), generator=generator))
        largest = batch_size + int(torch.randint(300, (), generator=generator))
        came = check.call(growing_batches, lr, batch_size, factor, every, largest, num_epochs)
        check.close(
            came, oracle.growing_batches(lr, batch_size, factor, every, largest, num_epochs)
        )
        oracle.whole_sizes(check, came)
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
        schedule = torch.optim.lr_scheduler.StepLR(optimizer, every, 1 / factor)
        for rate, batch in came:
            planned = schedule.get_last_lr()[0] / batch_size
            check.close(float(rate) / int(batch), planned, rtol=1e-4, atol=0)
            optimizer.step()
            schedule.step()


### END HIDDEN TESTS

# %% [markdown]
# Sixteen epochs at the rate 0.6, with batches of 16: constant; the rate divided by 4 after each of the first three
# quarters; the batch multiplied by 4 then; and as a control the constant plan, stopped after as many steps as the
# growing batch takes. Then the rate 1: constant; with a growing batch; for 32 steps with all examples in one batch.
# Last, what one may be tempted to do, since $\eta/B$ is the same: from the first step on 16 times the batch, at 16 times
# the rate.


# %% tags=["demo"]
def epochs(settings, num_nets, n, generator):
    """Return a plan: for each (rate, batch size) an epoch in which every example comes once."""
    for lr, batch_size in settings:
        order = torch.rand(num_nets, n, generator=generator).argsort(dim=1)
        for rows in order.split(batch_size, dim=1):
            yield lr, rows


drops = [4 ** (epoch // 4) for epoch in range(runtime.scaled(16, fast=1))]
SETTINGS = {
    "rate 0.6, constant": [(0.6, 16) for _ in drops],
    "rate 0.6, rate ÷ 4": [(0.6 / drop, 16) for drop in drops],
    "rate 0.6, batch × 4": [(0.6, 16 * drop) for drop in drops],
    "rate 0.6, constant, 424 steps": [(0.6, 16) for _ in drops],
    "rate 1, constant": [(1.0, 16) for _ in drops],
    "rate 1, batch × 4": [(1.0, 16 * drop) for drop in drops],
    "rate 1, all in a batch": [(1.0, n)] * (2 * len(drops)),
    "rate 0.6 × 16, batch × 16": [(9.6, 256) for _ in drops],
}
by_plan = {}
for name, settings in runtime.progress(SETTINGS.items(), "eight plans"):
    generator = torch.Generator().manual_seed(0)
    plan = list(epochs(settings, num_splits, n, generator))
    plan = plan[:424] if name.endswith("424 steps") else plan
    weights = last(train(begin(num_splits, generator), X, y, plan))
    loss = losses(weights, X, y).mean(dim=1)
    by_plan[name] = len(plan), accuracy(weights, X_test, y_test), loss
for name, (steps, scores, loss) in by_plan.items():
    print(
        f"{name:30} {steps:5,} steps, accuracy {scores.quantile(0.5):.3f}, "
        f"training loss {loss.quantile(0.5):.2g}"
    )

# %% [markdown]
# At the rate 0.6 both plans end at the same training loss to a few per cent, 0.0037, and the same accuracy, and the
# batch that grows takes 424 steps for 1,264. It is not the number of steps that does it: the constant plan has 0.009
# by then, or 0.015 with another seed. (For the accuracy neither was needed: constant ends at 0.974.)
#
# How far does that go? At the rate 9.6 a step leaps over the bowl, whatever the noise: 16 times the batch at 16 times
# the rate has diverged in all ten splits (`nan` is "not a number"). At the rate 1 the **noise** drives the weights
# away: with batches of 16 the training loss is above a billion, with all examples in a batch 0.09. There the
# batch that grows brings them back, to an accuracy of 0.956 for 0.775. So what counts is $\eta/B$, **as long as
# $\eta$ is below the rate at which the full gradient diverges** ({{gradient_descent}}).
#
# ## Half precision
#
# A float32 takes 32 bits: a sign, 8 bits for a power of two, 23 for the digits after the leading 1. Two formats take
# half as much memory. *float16* has 5 bits for the power and 10 digits: it is finer, and ends at 65,504. *bfloat16*
# has the 8 bits of float32 and 7 digits (Kalamkar et al. 2019): it has the same range, and is **coarse**.
#
# > **half precision**: numbers of 16 bits; in the narrow sense float16 (`.half()`), here bfloat16.
# >
# > **bfloat16**: float32 cut down to 16 bits: the same range, 8 significant binary digits with the leading 1, so about 2 decimal ones.
#
# From 1 to 2 there are 128 of them, $2^{-7}$ apart, from 2 to 4 again 128, twice as far apart. A result between two
# of them is rounded to the nearer one. What becomes of a small step, then?

# %% tags=["demo"]
coarse_one = torch.tensor(1.0, dtype=torch.bfloat16)
print("1 + 1/128 =", (coarse_one + 1 / 128).item(), "  1 + 1/300 =", (coarse_one + 1 / 300).item())
total = torch.tensor(0.0, dtype=torch.bfloat16)
for _ in range(1000):
    total = total + 1
print("1 added 1,000 times:", total.item())

# %% [markdown]
# At 256 the distance becomes 2: 257 lies just between 256 and 258, a tie goes to the one whose 8th binary digit is 0, here
# 256, and the sum stands still. It is not the numbers that
# are too coarse (1,000 itself is there), it is the **steps** that are too small beside what they are added to. A
# weight of 0.1 has neighbours 0.0005 away; a step $\eta g$ of less than half of that leaves it where it is, and so
# does the next, and the next.
#
# ### Exercise · Round by lot
# *2 points · 25 minutes · difficulty ●●○*
#
# One cure is to keep the weights in float32 and to compute in 16 bits (*mixed precision*, `torch.autocast`); that is
# what is usually done ({{scaling}}). Another one is chance (Gupta, Agrawal, Gopalakrishnan and Narayanan 2015, for fixed-point
# numbers). *Stochastic rounding* goes to one of the
# two neighbours, to the nearer one more often: a number that lies three quarters of the way from the lower neighbour
# to the upper one goes **up with probability ¾, down with ¼**. Each result is as coarse as before, but its mean is
# exact. A step of a tenth of the distance moves the weight once in ten times, and then by the whole.
#
# Write $x = m \cdot 2^e$ with $\frac12 \le |m| < 1$, which is what `torch.frexp(x)` gives, as a pair (m, e). Numbers
# of bfloat16 have 8 significant binary digits, so $256\,m$ is whole for just these. For any other number round
# $256\,m$, by lot, to a whole number, and put it together again: `torch.ldexp(whole, e - 8)` is $\text{whole} \cdot
# 2^{e-8}$. (3 is $0.75 \cdot 2^2$, and $256\,m = 192$ is whole.) And to round a number by lot: add a uniform number from 0 to 1, and round **down**. (Is that so? From
# 3.75 the sum is 4 or more if what is added is at least ¼.)
#
# Each number of the tensor has its own lot. Numbers that bfloat16 has, and 0 among them, stay. (What float32 rounds in
# a lot or a sum, once in 100,000 times, does not matter.)
#
# <details><summary>Hint 1</summary><code>u = torch.rand(x.shape, generator=generator, dtype=torch.float64)</code> has a lot for each number, and <code>.floor()</code> rounds down, also below 0.</details>
# <details><summary>Hint 2</summary>With <code>torch.frexp(x.double())</code> nothing is lost when the lot is added; <code>.float()</code> makes a float32 of it in the end.</details>


# %% nbgrader={"grade_id": "by-lot", "schema_version": 3, "solution": true}
def round_by_lot(x: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Return x rounded by lot to numbers that bfloat16 has: a float32 tensor of the same shape.

    `x` is float32, of any shape, positive, negative or 0, and 1e-30 to 1e30 in absolute value
    unless it is 0. All randomness comes from `generator`; it goes on from where it is, and has
    moved on afterwards. Source: Gupta et al. (2015).
    """
    ### BEGIN SOLUTION
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    return torch.ldexp((256 * m + u).floor(), e - 8).float()
    ### END SOLUTION


# %% nbgrader={"grade_id": "by-lot-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Round by lot", points=2, hidden=1)
def _(check):
    between, exact = oracle.between, torch.tensor([1.0, -0.5, 0.0, 3.140625, -200.0])
    some = [
        between(0, 0.1, -7),
        between(91, 0.75, -9),
        -between(3, 0.3, -7),
        -between(127, 0.6, -2),
    ]
    plays = [
        oracle.facts_of_rounding(torch.tensor(some), exact, 0),
        oracle.facts_of_rounding(-1000 * torch.tensor(some), 4 * exact, 100),
    ]
    oracle.say_of_rounding(check, round_by_lot, *plays)
    check.agree(round_by_lot, oracle.round_by_lot, *plays, mistakes=oracle.BY_LOT)
    oracle.moves_on(check, round_by_lot, torch.tensor([[0.3], [-7.7]]), torch.Generator())


### BEGIN HIDDEN TESTS
@checks.hidden("Other numbers, drawn when your work is graded")
def _(check):
    generator = oracles.fresh_generator()
    for exponent in (-20, 3):
        shares = 0.1 + 0.35 * torch.rand(2, generator=generator)
        steps = torch.randint(128, (2,), generator=generator)
        low = (128 + steps + shares) * 2.0**exponent
        high = (128 + steps.flip(0) + 1 - shares) * 2.0 ** (exponent + 1)
        x = torch.stack([low[0], -low[1], high[0], -high[1]])
        seed = int(torch.randint(2**40, (), generator=generator))
        play = oracle.facts_of_rounding(x, (x.bfloat16() / 4).float(), seed)
        check.agree(round_by_lot, oracle.round_by_lot, play)


### END HIDDEN TESTS

# %% [markdown]
# Now whole trainings, 600 steps with batches of 32 at three rates. All weights are numbers of bfloat16, rounded
# after each step, to the nearest or by lot; what is computed in between is float32. And how many of the first
# layer's weights move in one of the last 20 steps?


# %% tags=["demo"]
def to_the_nearest(x):
    return x.bfloat16().float()


def by_chance_of(generator):
    """Return a function that rounds by lot: the same, faster, on the bits of x.

    The last 16 bits are cut off; before, a lot from 0 to 2¹⁶ − 1 is added to them.
    """

    def rounded(x):
        lot = torch.randint(1 << 16, x.shape, generator=generator, dtype=torch.int32)
        return ((x.contiguous().view(torch.int32) + lot) & -65536).view(torch.float32)

    return rounded


halves = {}
for lr in runtime.progress((0.1, 0.01, 0.003), "three rates"):
    for name in ("float32", "nearest", "by lot"):
        generator = torch.Generator().manual_seed(0)
        luck = by_chance_of(torch.Generator().manual_seed(9))
        rounded = {"float32": lambda w: w, "nearest": to_the_nearest, "by lot": luck}[name]
        weights = [rounded(w) for w in begin(num_splits, generator)]
        plan = by_lot([lr] * num_steps, num_splits, n, 32, generator)
        moved = []
        for step, new in enumerate(train(weights, X, y, plan, rounded)):
            if step >= num_steps - 20:
                moved.append((new[0] != weights[0]).double().mean().item())
            weights = new
        loss = losses(weights, X, y).mean(dim=1)
        halves[lr, name] = accuracy(weights, X_test, y_test), statistics.fmean(moved)
        print(f"rate {lr:<7}{name:8} accuracy {halves[lr, name][0].quantile(0.5):.3f}", end="")
        print(f", loss {loss.quantile(0.5):.3f}, weights that move {halves[lr, name][1]:3.0%}")

# %% [markdown]
# At the rate 0.1 bfloat16 costs no accuracy. At 0.01 rounding to the nearest costs 3.7 points, and at 0.003 there is
# 0.37 in place of 0.73 (0.36 to 0.47 with other seeds): in a step 5 in 100 weights move, where in float32 95 do (all
# but those of pixels that are the same in all pictures learned from). By lot 12 in 100 move, and the accuracy is
# that of float32, within a point. So bfloat16 does not make the weights bad, it **swallows small steps**, and that
# matters where *all* steps are small. (What is computed *with* the weights was left in float32 here. With *mixed
# precision* it is the other way round, and no steps are lost.)
#
# One place where half precision and averaging meet. A moving average takes tiny steps by its nature: $m \leftarrow
# m + (1-\beta)(w - m)$. Keep it in bfloat16, beside weights in float32 (rate 0.05, batches of 8, 1,500 steps, begun
# at the first weights as PyTorch does):

# %% tags=["demo"]
num_long = runtime.scaled(1500, fast=20)
generator = torch.Generator().manual_seed(0)
first = begin(num_splits, generator)
coarse = [to_the_nearest(w) for w in first]
means = {
    (beta, name): start
    for beta in (0.99, 0.999)
    for name, start in (("float32", first), ("bfloat16", coarse))
}
for weights in train(first, X, y, by_lot([0.05] * num_long, num_splits, n, 8, generator)):
    for (beta, name), mean in means.items():
        moved = [m + (1 - beta) * (w - m) for m, w in zip(mean, weights, strict=True)]
        means[beta, name] = moved if name == "float32" else [to_the_nearest(m) for m in moved]
held = {key: accuracy(mean, X_test, y_test) for key, mean in means.items()}
for (beta, name), scores in held.items():
    print(f"β = {beta:<6} average in {name:9} {told(scores)}")

# %% [markdown]
# With $\beta = 0.99$ there is hardly a difference. With 0.999 the average is stuck on its way, at 0.64 in place of
# 0.96: a step of it is a thousandth of the distance to the weights, and half a gap of bfloat16 is 2 to 4 thousandths
# of the average. So it moves only if the distance is 2 to 4 times the average's own size. Keep averages in float32.
# (Fewer bits still, from 8 down to 2: {{compression}}.)
#
# ## Does it matter?
#
# Each strategy moved some number. Would one have noticed, or would another seed have moved it as much?
#
# ### Exercise · More than luck
# *3 points · 20 minutes · difficulty ●●○*
#
# `run(strategy, seed)` trains a network and returns its accuracy on unseen examples. The first of `strategies` is
# the *plain* training. Run each strategy **once** with each seed. Then find for each of the others
# its **gain**: the median, over the seeds, of its accuracy minus the plain one *with the same seed*. Set it against
# the **spread**: the standard deviation of the *plain* accuracies over the seeds, the one that divides by their
# number minus one.
#
# Say `"helps"` if the gain is larger than the spread, `"hurts"` if it is below minus the spread, otherwise `"no
# difference"`.
#
# The median of an even number of values is the mean of the middle two.
#
# <details><summary>Hint 1</summary><code>statistics.median</code> and <code>statistics.stdev</code> take lists of numbers; the median of <code>torch.median</code> is the lower of the middle two.</details>
# <details><summary>Hint 2</summary>Collect the plain accuracies once, before the loop over the others.</details>


# %% nbgrader={"grade_id": "verdicts", "schema_version": 3, "solution": true}
def verdicts(run, strategies: list[str], seeds: list[int]) -> dict[str, str]:
    """Return "helps", "hurts" or "no difference" for each strategy but the first, by name.

    `run(strategy, seed)` returns a float; it takes long, so it is called once for each strategy and
    seed. `strategies` has two names or more, the plain training first, `seeds` two numbers or more;
    with them the plain accuracies are not all alike.
    """
    ### BEGIN SOLUTION
    plain, *others = strategies
    before = [run(plain, seed) for seed in seeds]
    spread, said = statistics.stdev(before), {}
    for name in others:
        after = [run(name, seed) for seed in seeds]
        gain = statistics.median(a - b for a, b in zip(after, before, strict=True))
        said[name] = "helps" if gain > spread else "hurts" if gain < -spread else "no difference"
    return said
    ### END SOLUTION


# %% nbgrader={"grade_id": "verdicts-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("More than luck", points=2, hidden=1)
def _(check):
    check.agree(
        verdicts,
        oracle.verdicts,
        oracle.judged(0, 6),
        oracle.judged(1, 5),
        oracle.judged(2, 8),
        oracle.judged(3, 4),
        oracle.judged(4, 3),
        oracle.tied(0.25),
        mistakes=oracle.VERDICTS,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other strategies")
def _(check):
    generator = oracles.fresh_generator()
    for num_seeds in (4, 7, 10):
        seed = int(torch.randint(2**40, (), generator=generator))
        check.agree(verdicts, oracle.verdicts, oracle.judged(seed, num_seeds, 30))
    check.agree(verdicts, oracle.verdicts, oracle.tied(0.125))


### END HIDDEN TESTS

# %% [markdown]
# And with real trainings: a small softmax regression that sees some of the features, against one that sees all, one
# that has not been trained, and one whose weights are three times as large.


# %% nbgrader={"grade_id": "verdicts-test-2", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("More than luck, with real trainings", points=1, hidden=1)
def _(check):
    names = ["some features", "all features", "untrained", "some features, weights × 3"]
    said = check.call(verdicts, oracle.small_trainings, names, [1, 2, 3, 4, 5, 6])
    check.equal(said, {names[1]: "helps", names[2]: "hurts", names[3]: "no difference"})
    names = ["all features", "some features", "all features, weights × 3"]
    said = check.call(verdicts, oracle.small_trainings, names, [7, 8, 9, 10, 11])
    check.equal(said, {names[1]: "hurts", names[2]: "no difference"})


### BEGIN HIDDEN TESTS
@checks.hidden("Other seeds")
def _(check):
    generator = oracles.fresh_generator()
    seeds = torch.randint(2**40, (8,), generator=generator).tolist()
    names = ["some features", "some features, weights × 3", "untrained", "all features"]
    said = check.call(verdicts, oracle.small_trainings, names, seeds)
    check.equal(said, {names[1]: "no difference", names[2]: "hurts", names[3]: "helps"})


### END HIDDEN TESTS

# %% [markdown]
# ## The experiment
#
# Now all strategies of this lesson, on a **healthy** training: 600 steps at the rate 0.1, batches of 32, clean
# labels. Same splits, same beginnings. One line is only another seed, for other beginnings and batches, and one is
# the plain training at another rate, 0.3.


# %% tags=["demo"]
def healthy(plan_of, seed=0):
    """Return the walk of a training with the plan `plan_of(generator)`."""
    generator = torch.Generator().manual_seed(seed)
    return train(begin(num_splits, generator), X, y, plan_of(generator))


def at_rate(*rates, batch_size=32):
    return lambda generator: by_lot(rates, num_splits, n, batch_size, generator)


def more_and_more(generator):
    """Return a plan whose batches have 32 examples, then 128, then 512."""
    for batch_size in (32, 128, 512):
        yield from by_lot([0.1] * (num_steps // 3), num_splits, n, batch_size, generator)


easy = held_out_order(X, y, torch.Generator().manual_seed(7))
plain = at_rate(*[0.1] * num_steps)
falling = at_rate(*(0.1 * (1 - t / num_steps) for t in range(num_steps)))
found = kept(healthy(plain), num_steps)
tried = {
    "plain": found["last weights"],
    "mean of the second half": found["mean of the second half"],
    "moving average": found["moving average"],
}
plans = {
    "another seed": plain,
    "rate falls to 0": falling,
    "batches grow": more_and_more,
    "easy first": lambda g: paced(easy, num_steps, g),
    "hard first": lambda g: paced(easy.flip(1), num_steps, g),
    "rate 0.3": at_rate(*[0.3] * num_steps),
}
for name, plan_of in runtime.progress(plans.items(), "training in other ways"):
    tried[name] = last(healthy(plan_of, seed=int(name == "another seed")))
scores = {name: accuracy(weights, X_test, y_test) for name, weights in tried.items()}
for name in ("nearest", "by lot"):  # trained in the same way above
    scores[f"bfloat16, {name}"] = halves[0.1, name][0]
spread = scores["plain"].std().item()
gains = {name: found - scores["plain"] for name, found in scores.items() if name != "plain"}
said = {}
for name, gain in gains.items():
    middle = statistics.median(gain.tolist())
    said[name] = "helps" if middle > spread else "hurts" if middle < -spread else "no difference"
    print(f"{name:24} gain {middle:+.3f} ({gain.min():+.3f} to {gain.max():+.3f})  {said[name]}")
print(f"plain: accuracy {told(scores['plain'])}, spread {spread:.4f}")

# %% [markdown]
# The same, split by split:

# %% tags=["demo"]
fig, ax = plots.figure(size=(7.5, 4.6))
for place, (name, gain) in enumerate(gains.items()):
    colour = {"helps": "#009E73", "hurts": "#D55E00"}.get(said[name], "#0072B2")
    at = place + torch.linspace(-0.25, 0.25, len(gain))  # a place for each split
    ax.plot(gain, at, "o", color=colour, alpha=0.5, label=None if place else "one split")
    middle, label = gain.quantile(0.5), None if place else "median"
    ax.plot([middle], [place], "|", color="black", markersize=22, markeredgewidth=2, label=label)
ax.axvspan(-spread, spread, color="#e0e0e0", zorder=0, label="± spread of the plain training")
ax.set_yticks(range(len(gains)), list(gains))
ax.invert_yaxis()
ax.set(
    xlabel="accuracy minus that of the plain training, split by split",
    title="green: helps, orange: hurts, blue: no difference",
)
ax.legend(loc="lower left", markerscale=0.6)
plots.show(
    fig,
    "Gains of ten strategies over ten splits, with their medians, and a grey band from minus to plus the spread of "
    "the plain training. The medians of easy first and of a falling rate lie to the left of the band, that of hard "
    "first just beyond its right edge, the others within.",
)

# %% [markdown]
# On a training that is healthy to begin with **hardly anything gains more than luck would**. Hard first just leaves
# the band, half a point ahead; with other seeds it stayed inside more often than not, and another learning rate
# gains nearly as much. Two do harm here: easy first, and a rate that falls to 0 within these 600 steps. The
# strategies are repairs. Where one helped above, it mended a fault: steps full of noise, wrong labels, too small a
# step. So first ask what is wrong.
#
# (The spread is that of a *single* training, over ten splits and beginnings. It is a coarse rule: a smaller gain, if it
# is the same in all splits, is real as well, and the paired tests of {{evaluation}} see it. Whether it is worth a
# strategy is another question.)
#
# ## The verdict
#
# - **"The last weights are the best."** At the rate 0.1, with batches of 2, they read 0.91 of the digits, and their
#   mean over the second half 0.95. **It flips** where the rate falls, and where it is so small that the weights are
#   still on their way: there no average gained. And the mean of different *trainings* is no average of this kind: two
#   starts cost 3 points.
# - **"Easy things first."** With clean labels it cost 4, 3 and 1 points after 30, 100 and 400 steps. **It flips**
#   with 40 labels in 100 by lot and little time: 3.6 points ahead after 30 steps. But then to leave the hardest 40 %
#   out for good gains more; with clean labels that costs 6 or 7.
# - **"Half precision costs accuracy, since its numbers are too coarse."** At the rate 0.1 it cost none. At 0.003 it
#   had 0.37 for 0.73: but rounded by lot, just as coarse, it had 0.73. What it loses is **steps**. **It flips** where
#   steps are small beside the weights, and in averages.
#
# ## What to take away
#
# - Averaging along a walk does nearly all the work of a falling rate: it took the log loss from 0.43 to 0.20, a falling
#   rate to 0.19. One of the two is enough, and neither mends a training that is still on its way.
# - Average along one walk or from one start (no barrier in ten splits), not over starts (0.936 for two that have 0.97
#   each), and make batch norm's statistics anew.
# - Easy first is a weak filter. Wrong labels are found by models that do not know them by heart: 0.5 % were left in the
#   easier half, or 0.7 % after 200 steps with them, but 9 % after 2,000.
# - A batch that grows by 4 does what a rate that falls by 4 does, here in 424 steps for 1,264, as long as the rate is
#   one at which the full gradient does not diverge.
# - Keep weights and averages in float32, and compute in 16 bits, or round by lot. Else small steps are lost: 0.37 in
#   place of 0.73 at the rate 0.003.
#
# ## In short
#
# | question | tool | library | mind |
# |---|---|---|---|
# | the last weights wander | a rate that falls, or a mean | `swa_utils.AveragedModel` | one of the two is enough |
# | no end in sight | moving average | `get_ema_multi_avg_fn` | look back less far than you have gone |
# | batch norm in an average | statistics anew | `update_bn` | nothing warns |
# | may these two be averaged? | the barrier | a loop | one start, one walk |
# | what is hard? | loss on held-out folds | `cross_val_predict` | `method="predict_log_proba"` |
# | easy first? | pace | a sampler | measure the control in random order |
# | fewer, larger steps | batches that grow | a sampler for each epoch | the full gradient must not diverge |
# | 16 bits | weights in float32 | `torch.autocast` | or round by lot |
#
# ## Going further
#
# - Bengio, Y., Louradour, J., Collobert, R. and Weston, J. (2009). Curriculum learning. *International Conference on Machine Learning* 26, 41–48. doi:10.1145/1553374.1553380
# - Entezari, R., Sedghi, H., Saukh, O. and Neyshabur, B. (2022). The role of permutation invariance in linear mode connectivity of neural networks. arXiv:2110.06296
# - Frankle, J., Dziugaite, G. K., Roy, D. M. and Carbin, M. (2020). Linear mode connectivity and the lottery ticket hypothesis. arXiv:1912.05671
# - Gupta, S., Agrawal, A., Gopalakrishnan, K. and Narayanan, P. (2015). Deep learning with limited numerical precision. arXiv:1502.02551
# - Izmailov, P., Podoprikhin, D., Garipov, T., Vetrov, D. and Wilson, A. G. (2018). Averaging weights leads to wider optima and better generalization. arXiv:1803.05407
# - Kalamkar, D. et al. (2019). A study of BFLOAT16 for deep learning training. arXiv:1905.12322
# - Polyak, B. T. and Juditsky, A. B. (1992). Acceleration of stochastic approximation by averaging. *SIAM Journal on Control and Optimization* 30, 838–855. doi:10.1137/0330046
# - Smith, S. L., Kindermans, P.-J., Ying, C. and Le, Q. V. (2018). Don't decay the learning rate, increase the batch size. arXiv:1711.00489
# - Wortsman, M. et al. (2022). Model soups: averaging weights of multiple fine-tuned models improves accuracy without increasing inference time. arXiv:2203.05482
# - Wu, X., Dyer, E. and Neyshabur, B. (2021). When do curricula work? arXiv:2012.03107

# %% [markdown]
# ## Once more
#
# The questions from the beginning. Answer without looking back; then each answer gets its sentence.
#
# - **two starts**: two networks from different starts read 0.97 of the digits each. How many does the network read
#   whose weights are the mean of theirs? `"more"`, `"as many"` or `"fewer"`.
# - **easy first**: labels are clean, and easy examples are shown first. How does the network do after 100 steps,
#   beside one that is shown all from the start? `"it is ahead"`, `"it is behind"` or `"it does as well"`.
# - **16 bits**: weights are kept in 16 bits. At which learning rate does that cost more accuracy? `"at 0.003"`,
#   `"at 0.1"` or `"at both alike"`.

# %% tags=["prediction"]
at_last = {
    "two starts": ...,
    "easy first": ...,
    "16 bits": ...,
}

# %% tags=["demo"]
predict.last("training_strategies", at_last, before=at_first)

# %% [markdown]
# ## How far you are
#
# What you have solved and predicted, from a file on your machine that no grader reads. (What the cell shows is
# saved in the notebook, as any output is.)

# %% tags=["demo"]
from nblib import progress

progress.show()
