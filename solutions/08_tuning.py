# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lesson · Hyperparameter tuning
#
# > **The myth.** *Grid search is thorough. Bayesian optimization is always better. Tuning is done once. And
# > the best trial's score is what you will get.*
#
# Training finds the weights. But who finds the learning rate, the momentum, the width? Somebody tries. You will
# build the tools with which one tries well, from a number drawn on the right scale to a search that learns from
# its own trials, and measure what each of them is worth on a real network.
#
# **You will be able to**
#
# - choose the scale of a setting, and draw from a space of settings;
# - build a Gaussian process and the expected improvement, and say what they cannot see;
# - spend a budget of epochs, not of trials, and stop bad settings early;
# - report what a search has found without promising too much.
#
# **Time** about 9 hours, in as many sittings as you like. **You need** momentum ({{gradient_descent}}), the
# normal distribution ({{initialization}}), a matrix and its inverse, validation ({{regularization}}), the standard error ({{evaluation}}).
# **Points** 24, in 12 exercises; each stands on its own, so you can skip one and come back.
#
# Three libraries help, and you need not know them: scikit-learn, imported as `sklearn`, has Gaussian processes;
# SciPy's `stats` has distributions; and `optuna` searches. You meet it at the end, when you know what it does.

# %% nbgrader={"grade_id": "setup", "locked": true, "schema_version": 3}
import heapq
import math

from nblib import checks, data, models, oracles, playground, plots, predict, runtime, sweep
from nblib.oracles import tuning as oracle

import torch
import torch.nn.functional as F
from scipy import stats

runtime.seed_everything(0)
torch.set_num_threads(1)  # small networks: several threads would mostly wait for one another

# %% [markdown]
# ## Before you begin
#
# A question from before, answered at once, and three that are asked again at the end. Nothing is graded. Write
# one of the texts in quotes in place of three dots, then run both cells.
#
# - **the vote**: 400 guesses by lot are judged on 200 test examples of two classes, and those that beat ½ vote. How
#   many of the same 200 does the vote have right? `"about 50 %"`, `"about 80 %"` or `"about 100 %"`.
# - **drawn evenly**: eight learning rates are drawn evenly between 0.00001 and 1. In how many of 100 searches does
#   one of them lie between 0.003 and 0.03? `"about 83"`, `"about 50"` or `"about 20"`.
# - **larger batches**: with batches of 8 the rate that suits them is about 1/8. Which one suits batches of 512?
#   `"about 1/64"`, `"about 1/8"` or `"about 2"`.
# - **clever search**: a search with a model of the score and random trials tune a real network, with 24 trials
#   each. Which finds the better settings? `"the search with a model"`, `"neither"` or `"the random trials"`.

# %% tags=["prediction"]
at_first = {
    "the vote": ...,
    "drawn evenly": ...,
    "larger batches": ...,
    "clever search": ...,
}

# %% tags=["demo"]
predict.first("tuning", at_first)

# %% [markdown]
# ## Predict first
#
# Somebody trains the same network 60 times, its settings drawn by lot. He judges each of them on 30 digits that took no
# part in the training, and reports the best of the 60. On average over many such searches, this one has 0.97 of its
# 30 digits right. How many of all *other* unseen digits does this network have right? Replace the three dots by
# `"about 0.97"`, `"about 0.94"` or `"about 0.91"`. A guess is free, and it is not graded.

# %% tags=["prediction"]
prediction = ...

# %% tags=["demo"]
predict.note(prediction, ["about 0.97", "about 0.94", "about 0.91"])

# %% [markdown]
# ## One idea
#
# A weight is learned: the loss has a slope by it. The number of epochs, the width, the learning rate have none, or
# none that is easy to get.
#
# > **hyperparameter**: a number or a choice that training needs and does not learn; in this lesson *setting* for short.
#
# > **configuration**: one value for each setting, together; in code `config`.
#
# > **trial**: training once with one configuration and noting the score on validation examples.
#
# So tuning is a game. There is a function, the score $f(x)$ of the settings $x$. You may ask for its value at any
# place, each answer costs a training, and it comes with noise: other initial weights or other validation examples
# would have given another one. Find a high place with few questions. The rules of the game are a **space** (which
# settings, between which ends, on which scale), a **budget** (how much training in all) and a **report** (what you
# claim in the end). Each of the three is a place to go wrong, and each has a part of this lesson.
#
# How many questions? Here is a law that holds for every space and every score. Call the best 5 % of the space
# *good*. A configuration drawn by lot misses the good ones with probability 0.95, and $n$ of them all miss with
# probability $0.95^n$.

# %% tags=["demo"]
for n in (10, 20, 59):
    print(
        f"{n} trials by lot: at least one is among the best 5 % with probability {1 - 0.95**n:.2f}"
    )

# %% [markdown]
# Fifty-nine trials by lot, and in 95 of 100 searches one of them is among the best twentieth, however many settings
# there are, and however wild the score. (Whether you can tell *which* one is another matter: the last part of this
# lesson.) A bargain; but the best twentieth **of which space**? If nineteen parts in twenty of your space are nonsense, the best twentieth is all the rest, good or not. So the
# space comes first.
#
# ## Explore
#
# Two settings of a real network, the learning rate and one minus the momentum (why, comes below), both on
# a log scale. The map of how well each place trains lies in fog. You have twelve trials; each shows what its
# neighbourhood is worth. Beside your best score you see those of three search methods, which come below.
#
# **Your goal**: come within one point (0.01) of the best accuracy there is, with your first 8 trials. Turning one knob at a time does not do it.
# What shape do good places make? Find it, and move along it.

# %% tags=["demo"]
playground.fog()

# %% [markdown]
# ## Where to look
#
# ### Exercise · On a log scale
# *1 point · 15 minutes · difficulty ●○○*
#
# Is a learning rate of 0.001 or of 0.1 right? What counts is the **factor**: from 0.001 to 0.002 changes as much as
# from 0.1 to 0.2. A number drawn evenly between 0.00001 and 1 lies above 0.1 in nine of ten cases, and below 0.001
# in one of a thousand. So draw the *logarithm* evenly: $\log x$ is uniform between $\log a$ and $\log b$. Each factor
# of ten then gets as many draws as any other.
#
# <details><summary>Hint 1</summary><code>torch.rand(n, generator=generator, dtype=torch.float64)</code> is uniform between 0 and 1. Stretch it to lie between <code>math.log(low)</code> and <code>math.log(high)</code>.</details>
# <details><summary>Hint 2</summary>Any base will do, if you undo the logarithm with the same: <code>exp</code> for <code>log</code>.</details>


# %% nbgrader={"grade_id": "log-uniform", "schema_version": 3, "solution": true}
def log_uniform(low: float, high: float, n: int, generator: torch.Generator) -> torch.Tensor:
    """Return n numbers, (n,) float64, whose logarithms are uniform between those of low and high.

    0 < `low` < `high`, n ≥ 1; the numbers are independent of each other, and may be a rounding
    error outside. All randomness comes from `generator`, or from a seed that is drawn from it.
    Never set its seed: a second call gives others.
    """
    ### BEGIN SOLUTION
    u = torch.rand(n, generator=generator, dtype=torch.float64)
    return torch.exp(math.log(low) + (math.log(high) - math.log(low)) * u)
    ### END SOLUTION


# %% nbgrader={"grade_id": "log-uniform-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("On a log scale", points=1, hidden=1)
def _(check):
    plays = [
        oracle.facts_of_logs(0.5, 200.0, 2000, 100),
        oracle.facts_of_logs(1e-5, 1.0, 2000, 0),
        oracle.facts_of_logs(20.0, 5000.0, 2000, 200),
    ]
    oracle.say_of_logs(check, log_uniform, oracle.log_uniform, oracle.LOG_UNIFORM, *plays)
    check.agree(log_uniform, oracle.log_uniform, *plays, mistakes=oracle.LOG_UNIFORM)
    oracle.moves_on(check, log_uniform, 0.1, 10.0, 5, torch.Generator().manual_seed(0))


### BEGIN HIDDEN TESTS
@checks.hidden("Against SciPy's loguniform")
def _(check):
    generator = oracles.fresh_generator()
    for low, high in ((1e-4, 3.0), (2.0, 900.0), (0.01, 0.5)):
        drawn = check.call(log_uniform, low, high, 20_000, generator)
        wanted = stats.loguniform(low, high)
        p = stats.kstest(torch.as_tensor(drawn).double().numpy(), wanted.cdf).pvalue
        check.that(float(p) > 1e-7, "The logarithms are not uniform.", low=low, high=high)


### END HIDDEN TESTS

# %% [markdown]
# From now on: `scipy.stats.loguniform(low, high)`. How much does the scale matter? Say that of all rates from
# $10^{-5}$ to 1 only those between 0.003 and 0.03 train well. Of eight trials, does one hit?

# %% tags=["demo"]
hits = {
    "evenly": (0.03 - 0.003) / (1 - 1e-5),
    "on a log scale": math.log(0.03 / 0.003) / math.log(1 / 1e-5),
}
at_least_one = {name: 1 - (1 - share) ** 8 for name, share in hits.items()}
for name, chance in at_least_one.items():
    print(f"{name:15} one trial hits with {hits[name]:.3f}, one of eight with {chance:.2f}")

# %% [markdown]
# Other scales follow from the same question, *what counts as one move of the knob?* A momentum $\beta$ of 0.9
# remembers about 10 steps, one of 0.99 about 100, one of 0.5 two: $1/(1-\beta)$ is what counts, so draw $1-\beta$ on
# a log scale. A dropout
# rate or the choice of an activation need no logarithm.
#
# ### Exercise · A space of settings
# *2 points · 40 minutes · difficulty ●●○*
#
# A space is a dictionary from names to what may be drawn. Four kinds are enough for most of what one meets:
#
# | kind | means |
# |---|---|
# | `("log", low, high)` | a float between both, on a log scale |
# | `("int", low, high)` | a whole number, **both ends included**, each as likely as any other |
# | `("choice", [a, b, c])` | one of these, each as likely as any other |
# | `("if", name, value, spec)` | what `spec` (one of the three above) says, **but only if** the setting `name` came out as `value`; otherwise the new setting is **not in the result** |
#
# An "if" always comes later in the dictionary than the setting it looks at; if that one is not in the result, neither
# is the "if". Draw each setting independently of the others. For example
# `{"method": ("choice", ["SGD", "Adam"]), "friction": ("if", "method", "SGD", ("log", 0.1, 1.0))}` gives
# `{"method": "Adam"}`, or `{"method": "SGD", "friction": 0.31}` (friction: one minus the momentum).
#
# <details><summary>Hint 1</summary>Unpack: <code>for name, spec in space.items():</code>, and ask <code>spec[0]</code>.</details>
# <details><summary>Hint 2</summary><code>torch.randint(low, high + 1, (), generator=generator).item()</code> has both ends: the upper end of <code>randint</code> never comes by itself.</details>
# <details><summary>Hint 3</summary>For an "if", take the spec inside it and go on as usual, or <code>continue</code>.</details>


# %% nbgrader={"grade_id": "draw", "schema_version": 3, "solution": true}
def draw(space: dict[str, tuple], generator: torch.Generator) -> dict[str, object]:
    """Return a configuration: a value for each name whose condition holds, if it has any.

    A "log" gives a float, an "int" a whole number, a "choice" one of its values as it stands
    (different numbers or texts); in place of a number, a tensor of one number will do. 0 < low <
    high for "log", low < high for "int". The order of the result is free. All randomness comes from
    `generator`, or from a seed that is drawn from it. Never set its seed: a second call gives
    another configuration. `space` stays as it is.
    """
    ### BEGIN SOLUTION
    config = {}
    for name, spec in space.items():
        if spec[0] == "if":
            _, other, value, spec = spec
            if config.get(other) != value:
                continue
        kind, *ends = spec
        if kind == "log":
            low, high = ends
            config[name] = low * (high / low) ** torch.rand((), generator=generator).item()
        elif kind == "int":
            config[name] = torch.randint(ends[0], ends[1] + 1, (), generator=generator).item()
        else:
            values = ends[0]
            config[name] = values[torch.randint(len(values), (), generator=generator).item()]
    return config
    ### END SOLUTION


# %% nbgrader={"grade_id": "draw-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("A space of settings", points=2, hidden=1)
def _(check):
    plays = [oracle.facts_of_draws(oracle.SPACE, 80, 0)]
    oracle.say_of_draws(check, draw, oracle.draw, oracle.DRAW, *plays)
    check.agree(draw, oracle.draw, *plays, mistakes=oracle.DRAW)
    oracle.moves_on(check, draw, oracle.SPACE, torch.Generator().manual_seed(0))


### BEGIN HIDDEN TESTS
@checks.hidden("Another space")
def _(check):
    generator = oracles.fresh_generator()
    space = {
        "momentum": ("choice", ["none", "heavy"]),
        "depth": ("int", 5, 7),
        "width": ("int", 10, 12),
        "heads": ("int", -3, -1),
        "size": ("int", 0, 2),
        "rate": ("log", 0.5, 80.0),
        "beta": ("if", "momentum", "heavy", ("log", 0.001, 0.5)),
        "steps": ("if", "depth", 6, ("int", 3, 5)),
        "loss": ("if", "momentum", "none", ("choice", [0.1, 2.0])),
    }
    seed = int(torch.randint(2**40, (), generator=generator))
    check.agree(draw, oracle.draw, oracle.facts_of_draws(space, 100, seed))


### END HIDDEN TESTS

# %% [markdown]
# ## A grid, or by lot?
#
# A *grid* tries all combinations of a few values of each setting. It looks thorough. But of several settings mostly
# one or two matter, and often one does not know which. Of 16 trials on a 4 × 4 grid, the setting that matters sees
# just four values (with four settings, two); drawn by lot it sees sixteen (Bergstra and Bengio 2012). A third way is
# *Sobol's sequence*, scrambled: random points, each put where there is still room.
#
# Is it so? The best place lies somewhere, by lot; only some settings move the score. How far is the nearest of 16
# trials from the best place? (The mean of the squared differences over the settings that matter; then the mean over
# 1,000 draws. Each setting is stretched to 0 … 1.)


# %% tags=["demo"]
def designs(num_settings, generator):
    """Return three ways to place 16 trials between 0 and 1, each (16, num_settings)."""
    per_side = {2: 4, 4: 2}[num_settings]
    side = (torch.arange(per_side) + 0.5) / per_side
    seed = int(torch.randint(2**31, (), generator=generator))
    sobol = torch.quasirandom.SobolEngine(num_settings, scramble=True, seed=seed)
    return {
        "grid": torch.cartesian_prod(*[side] * num_settings),  # all combinations
        "random": torch.rand(16, num_settings, generator=generator),
        "Sobol": sobol.draw(16),
    }


def nearest(num_settings, num_that_matter, generator):
    """Return for each design the squared distance of the nearest trial, per setting that matters."""
    place = torch.rand(num_that_matter, generator=generator)
    return [
        ((trials[:, :num_that_matter] - place) ** 2).mean(dim=1).min().item()
        for trials in designs(num_settings, generator).values()
    ]


generator = torch.Generator().manual_seed(0)
num_draws = runtime.scaled(1000, fast=20)
distances = {
    (d, m): torch.tensor([nearest(d, m, generator) for _ in range(num_draws)])
    for d, m in ((2, 1), (2, 2), (4, 1), (4, 2), (4, 3), (4, 4))
}
print("settings  that matter    grid    random   Sobol")
for (d, m), rows in distances.items():
    print(f"{d:5} {m:10}          " + "  ".join(f"{mean:.4f}" for mean in rows.mean(dim=0)))

# %% [markdown]
# The grid does not care how many settings matter: 0.021 in each row of four settings. Random trials do. Where one of
# four matters, their mean squared distance is eleven times smaller than the grid's, and that of Sobol's points forty
# times. **Where all four matter, the grid wins**: points by lot leave holes, a grid does not. Random trials fall behind
# between two and three, Sobol's between three and four. So the famous advice, random instead of grid, holds where few
# settings matter. (That is geometry, with the best place anywhere; no network was asked.)
#
# Do few matter? Ask a real network: 300 digits to train on, a hidden layer of 24, nine epochs, and four settings,
# all on a log scale: the learning rate, one minus the momentum, the weight decay and a factor for the initial
# weights. Sort the trials by a setting and cut them into ten groups: how much of the variance of the scores lies between
# the groups' means? ("Nothing" is a column of random numbers: what chance alone explains.)
#
# The cell trains all networks at once: each tensor has one more dimension, a network for each row of settings.


# %% tags=["demo"]
LOW = torch.tensor([1e-3, 0.01, 1e-6, 0.1]).log()
HIGH = torch.tensor([3.0, 1.0, 0.1, 10.0]).log()


def setting(u):
    """From numbers between 0 and 1 to lr, 1 − momentum, weight decay and gain at the start."""
    return (LOW + (HIGH - LOW) * u).exp()


def few_digits(seed):
    """Return 300 digits to train on, X and y, and 1,497 others."""
    return [part.cpu() for part in data.digits(seed, test_size=1497)]


def outputs(params, X):
    """Return the logits of all networks, (num_networks, n, 10)."""
    W, b, V, c = params
    return torch.relu(X @ W + b) @ V + c


def right(params, X, y):
    """Return whether each network is right on each example, (num_networks, n) of 0 and 1."""
    return (outputs(params, X).argmax(dim=2) == y).double()


def train_many(settings, X, y, num_epochs, generator, width=24, batch_size=50):
    """Train a network for each row of settings at once.

    A `for` loop over the result gets the parameters after each epoch.
    """
    lr, friction, weight_decay, gain = settings.T[:, :, None, None]  # (num_networks, 1, 1) each
    params = [
        # the same draw for all networks, times the gain of each
        gain * (2 / 64) ** 0.5 * torch.randn(64, width, generator=generator),
        torch.zeros(len(settings), 1, width),
        gain * (2 / width) ** 0.5 * torch.randn(width, 10, generator=generator),
        torch.zeros(len(settings), 1, 10),
    ]
    decays = [weight_decay, 0, weight_decay, 0]  # not of biases
    velocity = [torch.zeros_like(p) for p in params]
    for _ in range(num_epochs):
        for rows in torch.randperm(len(X), generator=generator).split(batch_size):
            params = [p.requires_grad_() for p in params]
            logits = outputs(params, X[rows]).flatten(0, 1)  # one long list, network after network
            # a sum over networks, a mean over the batch: each network gets its own gradient
            loss = F.cross_entropy(logits, y[rows].repeat(len(settings)), reduction="sum")
            grads = torch.autograd.grad(loss / len(rows), params)
            with torch.no_grad():
                for i, (p, grad, decay) in enumerate(zip(params, grads, decays, strict=True)):
                    velocity[i] = (1 - friction) * velocity[i] + grad + decay * p
                params = [p - lr * v for p, v in zip(params, velocity, strict=True)]
        yield params


def share_explained(x, score, num_bins=10):
    """Return how much of the variance of the scores lies between bins of x, of equal size."""
    means = torch.stack([part.mean() for part in score[x.argsort()].chunk(num_bins)])
    return (means.var(correction=0) / score.var(correction=0)).item()


NAMES = ["lr", "1 − momentum", "weight decay", "gain", "lr/(1 − momentum)", "nothing"]
explained, trials = [], {}
for seed in runtime.progress(range(runtime.scaled(3, fast=1)), "400 trials each"):
    X, y, X_rest, y_rest = few_digits(seed)
    generator = torch.Generator().manual_seed(seed)
    u = torch.rand(runtime.scaled(400, fast=20), 4, generator=generator)
    *_, params = train_many(setting(u), X, y, 9, generator)  # after the last epoch
    score = right(params, X_rest[:200], y_rest[:200]).mean(dim=1)
    log = setting(u).log()
    columns = [*log.T, log[:, 0] - log[:, 1], torch.rand(len(u), generator=generator)]
    explained.append([share_explained(x, score) for x in columns])
    trials[seed] = log, score
explained = torch.tensor(explained)
for name, share in zip(NAMES, explained.quantile(0.5, dim=0), strict=True):
    print(f"{name:18} explains {share:.2f} of the variance")

# %% [markdown]
# One number explains most: not the learning rate but the **ratio** of it to one minus the momentum.

# %% tags=["demo"]
fig, axes = plots.figure(ncols=2, size=(9.5, 3.6))
log, score = trials[0]
for ax, x, label in (
    (axes[0], log[:, 1], "1 − momentum"),
    (axes[1], log[:, 0] - log[:, 1], "lr / (1 − momentum)"),
):
    ax.plot(x.exp().numpy(), score.numpy(), "o", markersize=3, alpha=0.6)
    ax.set(xscale="log", xlabel=label, ylabel="accuracy on validation", ylim=(0, 1))
plots.show(
    fig,
    "400 trials. Left, over one minus the momentum: a cloud without a shape. Right, over the ratio "
    "of the learning rate to it: the accuracy rises, is high for ratios from about 0.3 to three, "
    "and then falls and scatters.",
)

# %% [markdown]
# That is no accident: heavy-ball momentum $\beta$ makes each step about $1/(1-\beta)$ times as long in the end, the sum
# $1 + \beta + \beta^2 + \dots$ (Smith and Le 2018 find the same ratio in the noise of SGD). The two act almost as one,
# and in the map of both there is a ravine turned upside down, a *ridge* (it has nothing to do with ridge regression).
# Along it the accuracy changes little, except where the momentum's memory is no longer short beside the training
# (54 steps): from 0.97 (33 steps) on it is lower by about ten points. Whoever tunes one setting after the other walks across it.
#
# ## The learning rate, by itself
#
# ### Exercise · The range test
# *2 points · 35 minutes · difficulty ●●○*
#
# One setting can be had almost for nothing. Train **once**, while the rate grows at each step from far too small to
# far too large, and look at the loss: at first nothing happens, then it falls, then it explodes. The test is from
# Smith 2017, who read two bounds off the accuracy; to take the rate where the loss falls most steeply on a log scale
# became usual later. Here is a rule that a program can follow. Count steps $t = 0, 1, \dots, n-1$.
#
# 1. Leave out the first loss that is `inf` or `nan`, if there is any, and all after it.
# 2. Smooth: $a_t = 0.9\,a_{t-1} + 0.1\,L_t$, with $a = 0$ before the first. This mean starts at 0, which is too low;
#    $s_t = a_t / (1 - 0.9^{\,t+1})$ puts that right, as in Adam.
# 3. The slope at $t$ is $(s_{t+1} - s_t) / (\log \text{lr}_{t+1} - \log \text{lr}_t)$: the change **per unit of the
#    logarithm** of the rate.
# 4. Leave out the first `n // 10` steps, when the mean is still restless, and look no further than the place $m$ of
#    the smallest $s$, after which all is explosion: $n // 10 \le t < m$. Here n is the number of all rates. Of these
#    places return $\text{lr}_t$ of the one with the **smallest slope** (the most negative).
#
# <details><summary>Hint 1</summary><code>torch.isfinite(losses)</code> says which losses count; a loop with one running number makes the mean.</details>
# <details><summary>Hint 2</summary><code>smoothed.diff() / lrs.log().diff()</code> has the slopes (cut <code>lrs</code> to the same length first).</details>
# <details><summary>Hint 3</summary>If you search a slice, <code>slopes[first:m].argmin()</code> counts from <code>first</code>: add it again.</details>


# %% nbgrader={"grade_id": "steepest", "schema_version": 3, "solution": true}
def range_test(lrs: torch.Tensor, losses: torch.Tensor) -> float:
    """Return the learning rate at which the smoothed loss falls most per unit of log rate.

    `lrs` has shape (n,), float64, rising, and **not evenly spaced**; `losses` (n,), float64, one
    for each step, above 0, whose last ones (after the first such, all) may be inf or nan; n ≥ 100,
    and n // 10 < m. Leave both as they are. A tensor of one number will do.
    """
    ### BEGIN SOLUTION
    num_good = int(torch.isfinite(losses).long().cumprod(dim=0).sum())
    mean, smoothed = 0.0, []
    for t, loss in enumerate(losses[:num_good].tolist(), start=1):
        mean = 0.9 * mean + 0.1 * loss
        smoothed.append(mean / (1 - 0.9**t))
    smoothed = torch.tensor(smoothed, dtype=torch.float64)
    slopes = smoothed.diff() / lrs[:num_good].log().diff()
    first, last = len(lrs) // 10, int(smoothed.argmin())
    return lrs[first + int(slopes[first:last].argmin())].item()
    ### END SOLUTION


# %% nbgrader={"grade_id": "steepest-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("The range test", points=2, hidden=1)
def _(check):
    check.agree(
        range_test,
        oracle.range_test,
        oracle.sweep_of_rates(0, 100, at=0.15),
        oracle.sweep_of_rates(1, 120, dip=6.0),
        oracle.sweep_of_rates(2, 110, late=True),
        oracle.sweep_of_rates(3, 130, bad=4),
        oracle.sweep_of_rates(4, 145, at=0.2, dip=3.0, bad=1),
        oracle.sweep_of_rates(5, 105, at=0.2),
        oracle.sweep_of_rates(6, 150, dip=12.0),
        oracle.sweep_of_rates(7, 100, at=0.15),
        oracle.sweep_of_rates(10, 100, at=0.12),
        oracle.sweep_of_rates(15, 130, dip=12.0, bad=30),
        oracle.sweep_of_rates(17, 130, at=0.75, bad=30),
        oracle.sweep_of_rates(13, 109, dip=12.0, bad=8),
        oracle.sweep_of_rates(12, 120, at=0.3, spikes={15: 1e-3, 30: 40.0}),
        mistakes=oracle.STEEPEST,
        rtol=1e-6,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other sweeps")
def _(check):
    generator = oracles.fresh_generator()
    for n, how in (
        (101, {"at": 0.16}),
        (140, {"dip": 2.0}),
        (115, {"late": True}),
        (128, {"bad": 3}),
    ):
        seed = int(torch.randint(2**40, (), generator=generator))
        task = oracle.sweep_of_rates(seed, n, **how)
        check.agree(range_test, oracle.range_test, task, rtol=1e-6)


### END HIDDEN TESTS

# %% [markdown]
# Is it a good rate? A network on all digits, 100 steps of the test, ten seeds; and for comparison ten real trainings
# of 160 steps at each of several rates.


# %% tags=["demo"]
def growing_rate(seed, num_steps):
    """Train once while the rate grows from 1e-5 to 10; return the rates and the loss at each step."""
    X, y, *_ = (part.cpu() for part in data.digits())
    generator = torch.Generator().manual_seed(seed)
    params = [p.detach().cpu() for p in models.mlp([64, 32, 10], generator=generator).parameters()]
    lrs, losses = torch.logspace(-5, 1, num_steps, dtype=torch.float64), []
    for lr in lrs.tolist():
        rows = torch.randint(len(X), (64,), generator=generator)
        W, b, V, c = params = [p.requires_grad_() for p in params]
        loss = F.cross_entropy(torch.relu(X[rows] @ W.T + b) @ V.T + c, y[rows])
        grads = torch.autograd.grad(loss, params)
        with torch.no_grad():
            params = [p - lr * grad for p, grad in zip(params, grads, strict=True)]
        losses.append(loss.item())
    return lrs, torch.tensor(losses, dtype=torch.float64)


def smoothed(losses):
    """Return the bias-corrected running mean of the losses."""
    mean, found = 0.0, []
    for t, loss in enumerate(losses.tolist()):
        mean = 0.9 * mean + 0.1 * loss
        found.append(mean / (1 - 0.9 ** (t + 1)))
    return torch.tensor(found)


proposed = {}  # steps → rates of steepest fall, rates of smallest loss
for num_steps in (50, 100, 400):
    rates = []
    for seed in range(runtime.scaled(10, fast=2)):
        lrs, losses = growing_rate(seed, num_steps)
        s = smoothed(losses.nan_to_num(1e3, posinf=1e3))
        low, first = int(s.argmin()), num_steps // 10
        # the rates are evenly spaced in their logarithm: there is no need to divide by it
        rates.append([lrs[first + int(s.diff()[first:low].argmin())], lrs[low]])
        if num_steps == 100 and seed == 0:
            one_test = lrs, s.clamp(max=4), rates[0]
    proposed[num_steps] = torch.tensor(rates)
    steepest, smallest = proposed[num_steps].quantile(0.5, dim=0).tolist()
    print(f"{num_steps:4} steps: steepest at {steepest:.2f}, smallest at {smallest:.2f} (medians)")

by_rate = sweep.run(
    lambda generator: models.mlp([64, 32, 10], generator=generator),
    data.digits(),
    lr=[0.01, 0.1, 0.3, 1.0, 2.0, 3.0],
    seed=range(runtime.scaled(10, fast=2)),
    num_epochs=runtime.scaled(8, fast=1),
    batch_size=64,
).frame
last = by_rate[by_rate.step == by_rate.step.max()]
reached = last.groupby("lr").valid_accuracy.median().to_dict()
print("learning rate            " + "".join(f"{lr:7}" for lr in reached))
print("accuracy after 160 steps " + "".join(f"{accuracy:7.3f}" for accuracy in reached.values()))

# %% tags=["demo"]
lrs, curve, (steepest, smallest) = one_test
fig, ax = plots.figure(size=(6.4, 3.4))
plots.curves(ax, {"loss, smoothed": curve}, lrs)
ax.axvline(steepest, color="#D55E00", label="steepest fall")
ax.axvline(smallest, color="black", ls=":", label="smallest")
ax.set(xscale="log", xlabel="learning rate, growing", ylabel="loss, smoothed (cut at 4)")
ax.legend()
plots.show(
    fig,
    "A range test of 100 steps: the smoothed loss is flat up to a rate of 0.01, falls, steepest "
    "near 1, is smallest near 3, and explodes.",
)

# %% [markdown]
# With 100 steps the steepest fall proposes 0.9, and anything from 0.3 to 2 trains about equally well here. The rate of
# the smallest loss, about 3, stands at the edge of the cliff: there the training ends with an accuracy of about 0.3. But mind the length of the
# **test**: with 50 steps it says 1.8, with 400 steps 0.18, a tenth. It is a rule of thumb that finds the right
# region, and no measurement.
#
# ## A model of the score
#
# Trials by lot learn nothing from one another. A person would: *near the good one, and not again where it was bad.*
# To do that by computer we need a model of the score that says, for each place not yet tried, what it expects
# **and how sure it is**. Then we try where it pays. That is *Bayesian optimization*: it starts from a belief, and corrects
# it by each trial.
#
# Our model begins with one belief: near places have similar scores. How similar, says a function.
#
# > **kernel**: a function of two places that says how similar their values are believed to be; here 1 for a place with
# > itself, and near 0 for places far apart.
#
# ### Exercise · A kernel
# *1 point · 20 minutes · difficulty ●○○*
#
# A usual one for tuning is *Matérn's* with $\nu = 5/2$. ($\nu$, "nu", says how smooth the curves are that one believes
# in. At 5/2 they are smooth, and not *too* smooth: Snoek, Larochelle and Adams 2012.) With the distance $r = \lVert a -
# b\rVert$, the root of the sum of squares over the $d$ settings, and a length $\ell$ (at distance $\ell$ the kernel is
# still 0.52, at $3\ell$ only 0.03):
#
# $$k(a, b) = \Bigl(1 + \frac{\sqrt5\,r}{\ell} + \frac{5\,r^2}{3\,\ell^2}\Bigr)\, e^{-\sqrt5\,r/\ell} .$$
#
# <details><summary>Hint 1</summary><code>(A[:, None] - B[None])</code> has shape (n, m, d): all differences. <code>torch.cdist(A, B)</code> has the distances at once.</details>
# <details><summary>Hint 2</summary>With s = √5·r/ℓ it is (1 + s + s²/3)·e⁻ˢ.</details>


# %% nbgrader={"grade_id": "matern", "schema_version": 3, "solution": true}
def matern52(A: torch.Tensor, B: torch.Tensor, length: float) -> torch.Tensor:
    """Return the kernel between each row of A and each row of B, (n, m) float64.

    `A` has shape (n, d), `B` (m, d), float64, d ≥ 1; rows may be equal. `length` > 0.
    Source: Rasmussen and Williams (2006), equation 4.17.
    """
    ### BEGIN SOLUTION
    s = math.sqrt(5) * (A[:, None] - B[None]).square().sum(dim=2).sqrt() / length
    return (1 + s + s**2 / 3) * torch.exp(-s)
    ### END SOLUTION


# %% nbgrader={"grade_id": "matern-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("A kernel", points=1, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(0)
    A, B, C = (torch.rand(n, 3, generator=generator, dtype=torch.float64) for n in (4, 6, 24))
    check.agree(
        matern52,
        oracle.matern52,
        (A, B, 0.7),
        (A[:2], A, 2.5),
        (B[:, :1], A[:, :1], 0.1),
        (B, B, 1.0),
        (A[:1], B, 1.4),
        (C, C, 0.6),
        mistakes=oracle.MATERN,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against scikit-learn's Matern")
def _(check):
    from sklearn.gaussian_process.kernels import Matern

    generator = oracles.fresh_generator()
    for n, m, d, length in ((5, 3, 2, 0.4), (2, 7, 5, 1.7), (4, 4, 1, 0.2)):
        A, B = (torch.rand(k, d, generator=generator, dtype=torch.float64) for k in (n, m))
        wanted = torch.from_numpy(Matern(length, nu=2.5)(A.numpy(), B.numpy()))
        check.close(check.call(matern52, A, B, length), wanted, rtol=1e-4, atol=1e-6)


### END HIDDEN TESTS

# %% [markdown]
# From now on: `sklearn.gaussian_process.kernels.Matern(length, nu=2.5)`.
#
# ### Exercise · What the trials say
# *3 points · 60 minutes · difficulty ●●●*
#
# Before any trial, believe that the score at a place is normal with mean 0 (the search below first shifts the scores
# so that this is fair), and that the scores at two places have the *covariance* $k(a, b)$. So we take the kernel for a
# covariance: of a place with itself it is then the variance $k(x, x)$, which is 1 for Matérn's and may be another
# number for another kernel.
#
# > **covariance**: the mean product of two numbers' deviations from their means; 0 where they know nothing of each other, and
# > of a number with itself the variance.
#
# > **Gaussian process**: the belief that the values at any places are jointly normal (each is, and so is every weighted
# > sum of them), with covariances given by a kernel.
#
# Now one trial at $x_1$ says $y_1$. It had noise of variance $\sigma^2$, so as a number it has the variance
# $k(x_1,x_1) + \sigma^2$. What do we believe of a new place $x$ *after* the trial? (That is called the **posterior**; what
# one believes before, the prior.) Take it on trust, or see a straight line through a cloud, whose slope is covariance
# by variance: the mean moves in proportion to what was seen, and the variance shrinks by what is now known,
#
# $$\text{mean} = \frac{k(x, x_1)}{k(x_1,x_1)+\sigma^2}\; y_1, \qquad
#   \text{variance} = k(x,x) - \frac{k(x,x_1)^2}{k(x_1,x_1)+\sigma^2} .$$
#
# With $y_1 = 1$, $\sigma^2 = 1$, $k(x_1,x_1) = k(x,x) = 1$ and $k(x,x_1) = \tfrac12$ the mean is 0.25, the variance 0.875.
# Far away, where $k(x,x_1) = 0$, nothing has changed; at $x_1$ itself, if $\sigma^2$ is small, little is left to know. With $n$ trials the
# same holds with matrices (the inverse takes care of trials that tell the same thing twice). $K$ is the kernel of all trials with each other, $(n, n)$; $k$ the column of kernels of
# all trials with the new place; $I$ the identity.
#
# $$\text{mean} = k^\top (K + \sigma^2 I)^{-1} y, \qquad
#   \text{variance} = k(x,x) - k^\top (K + \sigma^2 I)^{-1} k .$$
#
# You get `kernel`, a function of two tables of places. The second formula is the variance of the score **itself**, without the
# noise of a further trial. Return its root. Rounding may make a variance a little negative; then take 0.
#
# <details><summary>Hint 1</summary><code>torch.linalg.solve(M, b)</code> is M⁻¹b, for a vector and for a matrix of columns, without computing the inverse.</details>
# <details><summary>Hint 2</summary><code>cross = kernel(X, X_new)</code> has one column for each new place. kᵀM⁻¹k of each column is <code>(cross * torch.linalg.solve(M, cross)).sum(dim=0)</code>.</details>
# <details><summary>Hint 3</summary><code>kernel(X_new, X_new).diagonal()</code> is k(x, x); <code>.clamp(min=0)</code> helps against rounding.</details>


# %% nbgrader={"grade_id": "posterior", "schema_version": 3, "solution": true}
def posterior(
    X: torch.Tensor, y: torch.Tensor, X_new: torch.Tensor, kernel, noise: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the mean and the standard deviation of the score at new places, (m,) float64 each.

    `X` has shape (n, d), `y` (n,), `X_new` (m, d), float64, n ≥ 1, m ≥ 1; new places may be among
    the old ones. The mean before any trial is 0. `kernel(A, B)` takes tensors (a, d) and (b, d) and
    returns (a, b), float64; `kernel(x, x)` is **any** positive number up to 100, and may differ
    from place to place. `noise` ≥ 1e-8 is the **variance** σ² of the noise. Source: Rasmussen and
    Williams (2006), equations 2.25 and 2.26.
    """
    ### BEGIN SOLUTION
    noisy = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    cross = kernel(X, X_new)  # (n, m)
    mean = cross.T @ torch.linalg.solve(noisy, y)
    known = (cross * torch.linalg.solve(noisy, cross)).sum(dim=0)
    variance = kernel(X_new, X_new).diagonal() - known
    return mean, variance.clamp(min=0).sqrt()
    ### END SOLUTION


# %% nbgrader={"grade_id": "posterior-test", "grade": true, "points": 3, "schema_version": 3}
@checks.exercise("What the trials say", points=3, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(0)

    def task(n, m, d, scale, length, noise, known=0, tilt=0.0):
        X, X_new = (torch.rand(k, d, generator=generator, dtype=torch.float64) for k in (n, m))
        y = 1 + torch.randn(n, generator=generator, dtype=torch.float64)
        X_new[:known] = X[:known]
        return X, y, X_new, oracle.rational(scale, length, tilt), noise

    check.agree(
        posterior,
        oracle.posterior,
        task(1, 3, 1, 1.0, 0.5, 0.3),
        task(6, 4, 2, 2.5, 0.4, 0.2, tilt=0.8, known=2),
        task(4, 1, 2, 1.5, 0.6, 0.4),
        task(5, 9, 1, 0.6, 0.3, 1e-8, known=3),
        task(12, 12, 3, 4.0, 0.8, 0.5),
        mistakes=oracle.POSTERIOR,
        atol=1e-4,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against scikit-learn's GaussianProcessRegressor")
def _(check):
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, DotProduct, Matern

    generator = oracles.fresh_generator()
    for n, m, d, scale, noise in ((8, 5, 2, 3.0, 0.1), (3, 6, 4, 0.5, 0.4), (15, 2, 1, 1.5, 1e-3)):
        X, X_new = (torch.rand(k, d, generator=generator, dtype=torch.float64) for k in (n, m))
        y = torch.randn(n, generator=generator, dtype=torch.float64) - 1
        own = ConstantKernel(scale) * Matern(0.5, nu=2.5) + DotProduct(0.5)
        model = GaussianProcessRegressor(own, alpha=noise, optimizer=None)
        mean, sd = model.fit(X.numpy(), y.numpy()).predict(X_new.numpy(), return_std=True)

        def kernel(A, B, own=own):
            return torch.from_numpy(own(A.numpy(), B.numpy()))

        came = check.call(posterior, X, y, X_new, kernel, noise)
        check.close(came, [torch.from_numpy(mean), torch.from_numpy(sd)], rtol=1e-4, atol=1e-4)


### END HIDDEN TESTS

# %% [markdown]
# ### Exercise · Which length?
# *2 points · 30 minutes · difficulty ●●○*
#
# The kernel has a setting of its own, the length. (Yes: a search for settings has settings.) Choose the one that
# makes the scores at hand **most probable**: your function computes $\log p(y)$ for one length, and of several the largest wins. For $n$ jointly normal
# numbers with mean 0 and the covariance matrix $C = K + \sigma^2 I$, the logarithm of their density is
#
# $$\log p(y) = -\tfrac12\, y^\top C^{-1} y \;-\; \tfrac12 \log\det C \;-\; \tfrac n2 \log 2\pi .$$
#
# For $n = 1$ that is the logarithm of the bell curve, with the variance $C$; for more, the determinant (the product of the
# eigenvalues) takes its place.
#
# > **evidence**: how probable a model makes the data at hand (as a density), before it has learned from them.
#
# The first term asks whether the model fits; the second makes flexible models pay: who would have fitted any data had
# to spread his belief over all of them. The determinant of 80 trials may be below $10^{-324}$, which is 0 in the
# computer's numbers: do not compute it, but its logarithm.
#
# <details><summary>Hint 1</summary><code>torch.logdet(C)</code>, or twice the sum of the logarithms of the diagonal of <code>torch.linalg.cholesky(C)</code>, a triangular root of C.</details>


# %% nbgrader={"grade_id": "evidence", "schema_version": 3, "solution": true}
def log_evidence(X: torch.Tensor, y: torch.Tensor, kernel, noise: float) -> float:
    """Return log p(y), the natural logarithm of the density of all scores together.

    Arguments as in the exercise before: `X` (n, d), `y` (n,), float64, 1 ≤ n ≤ 200; the mean before
    any trial is 0; `kernel(A, B)` returns (a, b), float64, with any positive `kernel(x, x)` up to
    100; `noise` ≥ 1e-4 is a variance. A tensor of one number will do. Source: Rasmussen and
    Williams (2006), equation 2.30.
    """
    ### BEGIN SOLUTION
    C = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    fit = y @ torch.linalg.solve(C, y)
    return -0.5 * (fit + torch.logdet(C) + len(y) * math.log(2 * math.pi)).item()
    ### END SOLUTION


# %% nbgrader={"grade_id": "evidence-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Which length?", points=2, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(0)

    def task(n, d, scale, length, noise):
        X = torch.rand(n, d, generator=generator, dtype=torch.float64)
        y = 0.5 + (3 * X).sin().sum(dim=1) + torch.randn(n, generator=generator).double() / 9
        return X, y, oracle.rational(scale, length), noise

    check.agree(
        log_evidence,
        oracle.log_evidence,
        task(5, 2, 1.5, 0.5, 0.2),
        task(1, 1, 2.0, 0.5, 0.1),
        task(20, 3, 0.7, 0.3, 0.05),
        task(200, 1, 1.0, 0.9, 1e-4),
        mistakes=oracle.EVIDENCE,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against scikit-learn's log_marginal_likelihood")
def _(check):
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern

    generator = oracles.fresh_generator()
    for n, d, scale, noise in ((9, 2, 2.0, 0.1), (30, 1, 0.6, 0.02), (120, 2, 1.0, 1e-3)):
        X = torch.rand(n, d, generator=generator, dtype=torch.float64)
        y = (4 * X).cos().sum(dim=1) + torch.randn(n, generator=generator).double() / 5
        own = ConstantKernel(scale) * Matern(0.8, nu=2.5)
        model = GaussianProcessRegressor(own, alpha=noise, optimizer=None)
        wanted = float(model.fit(X.numpy(), y.numpy()).log_marginal_likelihood())

        def kernel(A, B, own=own):
            return torch.from_numpy(own(A.numpy(), B.numpy()))

        check.close(check.call(log_evidence, X, y, kernel, noise), wanted, rtol=1e-4, atol=1e-4)


### END HIDDEN TESTS

# %% [markdown]
# From now on: `sklearn.gaussian_process.GaussianProcessRegressor(kernel, alpha=noise)`. It maximizes the evidence by
# itself, uphill from the length that the kernel has; its `alpha` is our noise, a variance, and stays as you give it.
#
# ### Exercise · Expected improvement
# *2 points · 35 minutes · difficulty ●●○*
#
# Where to try next? Not simply where the mean is highest: one would stay where one is. Not where one knows least:
# one would wander about. Ask instead **how much better than the best so far** the new score will be, on average,
# where a worse one counts as 0. Let the score be normal with mean $\mu$ and standard deviation $s$: $f = \mu + s u$ with
# a standard normal $u$, whose density is $\varphi(u) = e^{-u^2/2}/\sqrt{2\pi}$. Let $\Delta = \mu - \text{best} - \xi$ and
# $z = \Delta/s$; $\xi$ ("xi"), mostly 0, asks for a little more than just better. The mean ($E$) of the gain is the
# integral $\int_{-z}^\infty (\Delta + s u)\,\varphi(u)\,du$. As $\varphi' = -u\varphi$, that is (Jones, Schonlau and
# Welch 1998)
#
# $$\mathrm{EI} = E\,\max(0,\ f - \text{best} - \xi) = \Delta\,\Phi(z) + s\,\varphi(z) .$$
#
# $\Phi(z)$ is the probability that a standard normal number is below $z$. Where $s = 0$ there is no luck, and EI is
# $\max(0, \Delta)$.
#
# > **expected improvement**: by how much, on average, a new trial is better than the best one so far, counting worse ones
# > as 0.
#
# <details><summary>Hint 1</summary><code>torch.distributions.Normal(0.0, 1.0).cdf(z)</code> is Φ, and <code>.log_prob(z).exp()</code> is φ.</details>
# <details><summary>Hint 2</summary>0/0 is nan. Put a 1 in place of each 0 before you divide, and choose with <code>torch.where(sd &gt; 0, …, …)</code> in the end.</details>
# <details><summary>Hint 3</summary>Mean 0.8, sd 0.2, best 0.7, xi 0: 0.1396.</details>


# %% nbgrader={"grade_id": "improvement", "schema_version": 3, "solution": true}
def expected_improvement(
    mean: torch.Tensor, sd: torch.Tensor, best: float, xi: float
) -> torch.Tensor:
    """Return the expected improvement at each place, (m,) float64; higher scores are better.

    `mean` and `sd` have shape (m,), float64; some `sd` may be 0, none is below. `best` and `xi` ≥ 0
    are numbers, `best` of any sign. Leave `mean` and `sd` as they are. Source: Jones, Schonlau and
    Welch (1998), equation 15, there for the smallest value.
    """
    ### BEGIN SOLUTION
    gain = mean - best - xi
    z = gain / torch.where(sd > 0, sd, 1.0)
    normal = torch.distributions.Normal(0.0, 1.0)
    value = gain * normal.cdf(z) + sd * normal.log_prob(z).exp()
    return torch.where(sd > 0, value, gain.clamp(min=0))
    ### END SOLUTION


# %% nbgrader={"grade_id": "improvement-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Expected improvement", points=2, hidden=1)
def _(check):
    def places(mean, sd):
        return torch.tensor(mean, dtype=torch.float64), torch.tensor(sd, dtype=torch.float64)

    check.agree(
        expected_improvement,
        oracle.expected_improvement,
        (*places([0.8, 0.5, 0.9, 0.7, 0.7], [0.2, 0.3, 0.05, 0.4, 0.0]), 0.7, 0.0),
        (*places([0.8, 0.6, 0.2], [0.2, 0.1, 0.6]), 0.7, 0.05),
        (*places([-1.0, 2.5, -4.0, 0.5], [1.5, 0.0, 0.0, 3.0]), 0.3, 0.2),
        (*places([-2.0, -1.0], [2.0, 0.7]), -1.5, 0.1),
        mistakes=oracle.IMPROVEMENT,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against the integral; where sd is 0")
def _(check):
    from scipy.integrate import quad

    generator = oracles.fresh_generator()
    for xi in (0.0, 0.3):
        mean, sd = torch.randn(4, generator=generator), torch.rand(4, generator=generator) + 0.2
        mean, sd = mean.double(), sd.double()
        wanted = []
        for m, s in zip(mean.tolist(), sd.tolist(), strict=True):
            density = stats.norm(m, s).pdf
            ends = 0.4 + xi, max(0.4 + xi, m) + 12 * s
            wanted.append(
                quad(lambda f, d=density, a=ends[0]: (f - a) * d(f), *ends, points=[m])[0]
            )
        came = check.call(expected_improvement, mean, sd, 0.4, xi)
        check.close(came, torch.tensor(wanted).double(), rtol=1e-4, atol=1e-6)
        sd[:2] = 0
        came = check.call(expected_improvement, mean, sd, 0.4, xi)
        exact = torch.cat([(mean[:2] - 0.4 - xi).clamp(min=0), torch.tensor(wanted[2:]).double()])
        check.close(came, exact, rtol=1e-4, atol=1e-6)


### END HIDDEN TESTS

# %% [markdown]
# In one dimension one can see it all. Five trials of a curve that the model does not know, and the expected
# improvement below: it is high where the mean is high **or** the band (two standard deviations to each side) is wide.

# %% tags=["demo"]
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import Matern

generator = torch.Generator().manual_seed(1)
line = torch.linspace(0, 1, 200, dtype=torch.float64)[:, None]
tried = torch.tensor([0.05, 0.3, 0.42, 0.7, 0.95], dtype=torch.float64)[:, None]


def unknown(x):
    return torch.sin(9 * x[:, 0]) + x[:, 0]


model = GaussianProcessRegressor(Matern(0.2, nu=2.5), alpha=1e-6, optimizer=None)  # keep 0.2
mean, sd = model.fit(tried.numpy(), unknown(tried).numpy()).predict(line.numpy(), return_std=True)
best_seen = unknown(tried).max().item()
z = (mean - best_seen) / sd
improvement = (mean - best_seen) * stats.norm.cdf(z) + sd * stats.norm.pdf(z)
fig, (top, bottom) = plots.figure(nrows=2, size=(7, 4.6))
x = line[:, 0].numpy()
plots.curves(top, {"the curve": unknown(line), "mean of the model": mean}, x)
top.lines[0].set_marker("")
top.lines[1].set_marker("")
top.fill_between(x, mean - 2 * sd, mean + 2 * sd, alpha=0.2, color="#D55E00")
top.plot(tried[:, 0].numpy(), unknown(tried).numpy(), "o", color="black", label="trials")
top.legend()
top.set(ylabel="score")
bottom.plot(x, improvement, marker="", color="#009E73")
bottom.axvline(x[improvement.argmax()], color="black", ls=":", lw=1)
bottom.set(xlabel="setting", ylabel="expected improvement")
plots.show(
    fig,
    "Above: five trials, the curve, the model's mean with a band of two standard deviations, "
    "narrow at the trials and wide between them. Below: the expected improvement, 0 at the trials, "
    "with its peak beside the best of them.",
)

# %% [markdown]
# ### Exercise · A search that learns
# *3 points · 60 minutes · difficulty ●●●*
#
# Now put it together. You get candidates (a place in each row), a model (`surrogate`, a stand-in for the dear `f`) and a
# rule (`acquire`, what a trial there would be worth), as functions.
#
# - try the **first** `num_starts` candidates, whatever they are;
# - then, until `num_trials` trials are made **in all** (starts included): standardize all scores so far, $t = (y -
#   \bar y)/s$ with $s$ = `y.std()`, which divides by $n-1$ (if all scores are alike, or there is one alone, for which `y.std()` is nan, take 1 in
#   its place). The model believes in mean 0 and variance 1, so it must get $t$. Ask `surrogate(X, t, X_new)` for the mean and
#   standard deviation at the candidates, and `acquire(mean, sd, best)` how good each is, where `best` is the **largest
#   $t$ seen**. Try the candidate with the largest value among the **rows** not tried yet (the first of several such).
#
# A trial is one call of `f`. Trainings are dear: never call it twice for one trial.
#
# <details><summary>Hint 1</summary>Keep two lists, <code>places</code> and <code>scores</code>. <code>candidates[places]</code> are the rows that were tried.</details>
# <details><summary>Hint 2</summary>Ask the model for all candidates, then <code>value[places] = -math.inf</code>, then <code>argmax</code>.</details>


# %% nbgrader={"grade_id": "optimize", "schema_version": 3, "solution": true}
def optimize(
    f, candidates: torch.Tensor, surrogate, acquire, num_starts: int, num_trials: int
) -> tuple[list[int], list[float]]:
    """Return the rows of `candidates` tried, counted from 0, in order, and what `f` said of each.

    `f(x)` takes one candidate, (d,) float64, and returns a float; higher is better. `candidates`
    has shape (m, d), float64; two rows may be equal (each row counts by itself). `surrogate(X, t,
    X_new)` takes (n, d), (n,) and (k, d), all float64, and returns mean and sd, (k,) each;
    `acquire(mean, sd, best)` returns (k,), all finite. 1 ≤ `num_starts` ≤ `num_trials` ≤ m. In
    place of lists, tensors will do. Nothing is random.
    """
    ### BEGIN SOLUTION
    places = list(range(num_starts))
    scores = [f(candidates[place]) for place in places]
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        spread = y.std() if y.max() > y.min() else 1.0
        t = (y - y.mean()) / spread
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        places.append(int(value.argmax()))
        scores.append(f(candidates[places[-1]]))
    return places, scores
    ### END SOLUTION


# %% nbgrader={"grade_id": "optimize-test", "grade": true, "points": 3, "schema_version": 3}
@checks.exercise("A search that learns", points=3, hidden=1)
def _(check):
    check.agree(
        optimize,
        oracle.optimize,
        oracle.searched(0, 60, 4, 12, unit=0.01),
        oracle.searched(100, 50, 3, 10, flat=True),
        oracle.searched(200, 40, 1, 8),
        oracle.searched(300, 40, 5, 12, many=True, unit=0.02),
        oracle.searched(400, 40, 3, 9, by_n=True),
        oracle.searched(500, 40, 4, 4),
        mistakes=oracle.OPTIMIZE,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other landscapes")
def _(check):
    generator = oracles.fresh_generator()
    for how in ((50, 5, 11), (40, 2, 9), (60, 6, 12, True), (40, 4, 4)):
        seed = int(torch.randint(2**40, (), generator=generator))
        check.agree(optimize, oracle.optimize, oracle.searched(seed, *how))


### END HIDDEN TESTS

# %% [markdown]
# ## Is it better?
#
# Fifty searches of 20 trials each on *Branin's function*, a landscape of two settings on which such methods are
# often compared (we turn it upside down: scores from about −300 up to 0, the best). In the end each search recommends
# the trial where its model's mean is highest; how far that place falls short of the best is the *regret*. Once the
# answers are exact, and twice they have noise. Then our real network, with four settings, three splits of the digits
# and 24 trials; there the trial with the highest validation score is taken. The process tries six lengths, and where there is noise some variances of it, and takes the most
# probable. The first cell, which you may skip, is your posterior, evidence and EI, for all searches at once.


# %% tags=["demo"]
LENGTHS = torch.tensor([0.05, 0.1, 0.2, 0.4, 0.8, 1.6], dtype=torch.float64)


def kernel_of_many(A, B, length):
    """Return Matérn's kernel between rows, (repeats, n, m)."""
    r = 5**0.5 * torch.cdist(A, B) / length
    return (1 + r + r**2 / 3) * (-r).exp()


def processes(X, y, X_new, noises):
    """Return mean and sd at X_new of a process for each repeat: X (repeats, n, d), y (repeats, n)."""
    centre, scale = y.mean(dim=1, keepdim=True), y.std(dim=1, keepdim=True) + 1e-9
    t = ((y - centre) / scale)[..., None]  # (repeats, n, 1)
    fits = []
    for length in LENGTHS * X.shape[2] ** 0.5:
        for noise in noises:
            K = kernel_of_many(X, X, length) + (noise + 1e-8) * torch.eye(X.shape[1], dtype=X.dtype)
            L, cross = torch.linalg.cholesky(K), kernel_of_many(X_new, X, length)  # K = L Lᵀ
            a = torch.cholesky_solve(t, L)
            # log p(y), but for a constant
            evidence = -(t * a).sum(dim=(1, 2)) / 2 - L.diagonal(dim1=1, dim2=2).log().sum(dim=1)
            known = torch.linalg.solve_triangular(L, cross.mT, upper=False).square().sum(dim=1)
            fits.append((evidence, (cross @ a)[..., 0], (1 - known).clamp(min=1e-12).sqrt()))
    evidence, mean, sd = (torch.stack(part) for part in zip(*fits, strict=True))
    chosen, each = evidence.argmax(dim=0), torch.arange(len(X))  # one entry for each search
    return centre + scale * mean[chosen, each], scale * sd[chosen, each]


def search_many(f, d, num_trials, repeats, generator, noises=(1e-6,), num_starts=5):
    """Maximize f, (repeats, n, d) to (repeats, n); return trials, scores and the recommended."""
    how = {"generator": generator, "dtype": torch.float64}
    X, each = torch.rand(repeats, num_starts, d, **how), torch.arange(repeats)
    y, normal = f(X), torch.distributions.Normal(0.0, 1.0)
    while True:
        at_trials, _ = processes(X, y, X, noises)  # with noise, the largest score is partly luck
        if y.shape[1] == num_trials:
            return X, y, at_trials.argmax(dim=1)
        top = X[each, at_trials.argmax(dim=1)][:, None]  # (repeats, 1, d)
        near = (top + 0.05 * torch.randn(repeats, 50, d, **how)).clamp(0, 1)
        # 150 anywhere, 50 near the best
        candidates = torch.cat([torch.rand(repeats, 150, d, **how), near], dim=1)
        mean, sd = processes(X, y, candidates, noises)
        gain = mean - at_trials.amax(dim=1, keepdim=True)
        value = gain * normal.cdf(gain / sd) + sd * normal.log_prob(gain / sd).exp()
        x = candidates[each, value.argmax(dim=1)][:, None]
        X, y = torch.cat([X, x], dim=1), torch.cat([y, f(x)], dim=1)


def branin(u):
    """Return minus Branin's function at places in the unit square, (..., 2); its best value is 0."""
    a, b = 15 * u[..., 0] - 5, 15 * u[..., 1]
    bend = (b - 5.1 / (4 * math.pi**2) * a**2 + 5 / math.pi * a - 6) ** 2
    return 0.397887 - bend - 10 * (1 - 1 / (8 * math.pi)) * a.cos() - 10


NOISES = (1e-4, 1e-2, 0.1, 0.5)


def regrets(noise, repeats, generator):
    """Return how far from the best the recommended place is, by the search and by lot, (2, repeats)."""

    def f(u):
        return branin(u) + noise * torch.randn(u.shape[:-1], generator=generator).double()

    each = torch.arange(repeats)
    X, _, chosen = search_many(f, 2, 20, repeats, generator, NOISES if noise else (1e-6,))
    by_lot = torch.rand(repeats, 20, 2, generator=generator).double()
    return torch.stack([-branin(X[each, chosen]), -branin(by_lot[each, f(by_lot).argmax(dim=1)])])


repeats = runtime.scaled(50, fast=2)
regret = {}
for noise in runtime.progress([0.0, 5.0, 50.0], "Branin"):
    regret[noise] = regrets(noise, repeats, torch.Generator().manual_seed(0))
    learned, by_lot = regret[noise].quantile(0.5, dim=1).tolist()
    ahead = int((regret[noise][0] < regret[noise][1]).sum())
    print(
        f"noise {noise:4.0f}: regret {learned:6.2f}, by lot {by_lot:6.2f}; ahead in {ahead} of {repeats}"
    )


# %% tags=["demo"]
def network(seed, num_val=200):
    """Return f: from settings u (repeats, n, 4) to accuracy on validation and on test, (repeats, n)."""
    X, y, X_rest, y_rest = few_digits(seed)

    def f(u):
        own = torch.Generator().manual_seed(seed)
        *_, params = train_many(setting(u.flatten(0, 1).float()), X, y, 9, own)
        hits = right(params, X_rest, y_rest)
        return [part.mean(dim=1).view(u.shape[:2]) for part in hits.tensor_split([num_val], dim=1)]

    return f


def compare_on_digits(seed, num_trials, repeats):
    """Return the accuracy of what is chosen, on validation and test: search, lot, twice lot."""
    f, generator = network(seed), torch.Generator().manual_seed(seed)
    tested = []

    def validated(u):
        val, test = f(u)
        tested.append(test)
        return val

    _, val, _ = search_many(
        validated, 4, num_trials, repeats, generator, (1e-4, 1e-2), num_starts=6
    )
    each = torch.arange(repeats)
    found = [(val.amax(dim=1), torch.cat(tested, dim=1)[each, val.argmax(dim=1)])]
    val, test = f(torch.rand(1, 200, 4, generator=generator))
    for n in (num_trials, 2 * num_trials):
        draws = torch.stack([torch.randperm(200, generator=generator)[:n] for _ in range(200)])
        chosen = draws[torch.arange(200), val[0, draws].argmax(dim=1)]
        found.append((val[0, chosen], test[0, chosen]))
    return [[part.quantile(0.5).item() for part in parts] for parts in zip(*found, strict=True)]


both = torch.tensor(
    [
        compare_on_digits(seed, runtime.scaled(24, fast=8), runtime.scaled(12, fast=2))
        for seed in runtime.progress(range(runtime.scaled(3, fast=1)), "digits")
    ]
)
on_validation, on_digits = both.unbind(dim=1)  # (splits, 3) each
print(f"medians {'on validation':>30}{'on test':>33}")
print("        " + 2 * f"{'search':>11}{'24 by lot':>11}{'48 by lot':>11}")
for seed, rows in enumerate(both.tolist()):
    print(f"split {seed} " + "".join(f"{accuracy:11.3f}" for row in rows for accuracy in row))

# %% [markdown]
# On Branin's function the search is far ahead; with noise only a little, in 55 to 60 % of the searches. On the real network
# it is **equal** to random trials, to within a point: already on the validation digits on which it looks, and on the
# test digits. Twice as many random trials gain hardly more. Why, we did not measure: 200 digits are a coarse
# score with many ties, and 24 trials are few for four settings.
#
# ## The budget
#
# So far a budget was a number of *trials*. But a trial of three epochs costs less than one of thirty, and bad
# settings often look bad after one.
#
# ### Exercise · Successive halving
# *3 points · 45 minutes · difficulty ●●●*
#
# Start many, stop most (Jamieson and Talwalkar 2016). The **rungs** (of a ladder) are `min_epochs`, `min_epochs ·
# eta`, `min_epochs · eta²`, …, up to `max_epochs`. Train all configurations to the first rung. Keep the best `m // eta` of
# the `m` that are there, but at least one. Train these **on**, from where they are, to the next rung; keep the best
# `1/eta` again; and so forth. Of those that reach `max_epochs` the best one wins. A single survivor is still trained
# up to the top.
#
# > **rung**: a number of epochs at which all configurations that are left are compared, and most are stopped.
#
# Of equal scores, the one that comes earlier in `configs` is the better one.
#
# <details><summary>Hint 1</summary><code>train(config, 0, 1)</code> for the first rung, <code>train(config, 1, 3)</code> for the next: what is done is not done again.</details>
# <details><summary>Hint 2</summary><code>sorted(alive, key=lambda i: -scores[i])</code> is stable: of equal ones the earlier stays in front, if <code>alive</code> was in order.</details>
# <details><summary>Hint 3</summary>After sorting by score the order of the list is another one. To keep ties right, sort the survivors by place again.</details>


# %% nbgrader={"grade_id": "halving", "schema_version": 3, "solution": true}
def successive_halving(configs: list, train, eta: int, min_epochs: int, max_epochs: int):
    """Return the winner, one of `configs` (the configuration itself, a dictionary).

    `train(config, from_epoch, to_epoch)` trains one configuration from `from_epoch` epochs, which
    it must have done already (0: from the start), up to `to_epoch` in all, and returns its score, a
    finite float; higher is better. Call it once for each configuration on each rung. `eta` ≥ 2,
    `max_epochs` is `min_epochs` times a power of `eta`, possibly `eta`⁰ = 1; `configs` has at least
    one, all different, and stays as it is. The order of calls within a rung is free.
    """
    ### BEGIN SOLUTION
    alive, done, epochs = list(range(len(configs))), 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, epochs) for i in alive}
        order = sorted(alive, key=lambda i: (-scores[i], i))
        if epochs == max_epochs:
            return configs[order[0]]
        alive = order[: max(1, len(alive) // eta)]
        done, epochs = epochs, epochs * eta
    ### END SOLUTION


# %% nbgrader={"grade_id": "halving-test", "grade": true, "points": 3, "schema_version": 3}
@checks.exercise("Successive halving", points=3, hidden=1)
def _(check):
    check.agree(
        successive_halving,
        oracle.successive_halving,
        oracle.trained(1, 27, 3, 1, 27),
        oracle.trained(2, 20, 4, 2, 32),
        oracle.trained(3, 40, 2, 3, 12, ties=True),
        oracle.trained(4, 30, 3, 2, 18, ties=True),
        oracle.trained(5, 5, 3, 1, 27),
        oracle.trained(6, 7, 5, 4, 4),
        oracle.trained(7, 9, 3, 1, 243),
        oracle.trained(23, 120, 4, 1, 16),
        oracle.trained(9, 12, 3, 5, 5),
        mistakes=oracle.HALVING,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other curves")
def _(check):
    generator = oracles.fresh_generator()
    for how in ((25, 3, 2, 54), (33, 2, 1, 16, True), (6, 4, 3, 48), (12, 3, 5, 5)):
        seed = int(torch.randint(2**30, (), generator=generator))
        play = oracle.trained(seed, *how)
        check.agree(successive_halving, oracle.successive_halving, play)


### END HIDDEN TESTS

# %% [markdown]
# With 27 configurations and eta 3 the rungs hold 27, 9, 3 and 1, and cost 27 · 1 + 9 · 2 + 3 · 6 + 1 · 18 = 81 epochs,
# which is what *three* cost if all go to the end. What do these 81 epochs buy? Our real network again: on each of four
# splits 100 trials are trained, and each way to spend is played 200 times with trials drawn from them. And a second time
# with careless labels: 40 % of the training labels are drawn anew (a tenth of these by luck as before).
#
# Below the table stand *rank correlations*: 1 if two orders are the same, 0 if they have nothing to do with each other.


# %% tags=["demo"]
RUNGS = [1, 3, 9, 27]  # epochs
WAYS = [
    "halving 27 → 9 → 3 → 1",
    "3 × 27 epochs",
    "9 × 9",
    "27 × 3",
    "81 × 1",
    "27 × 27: 729 epochs",
]


def scores_on_rungs(seed, noise, num_trials=100):
    """Return accuracy on validation and test after 1, 3, 9, 27 epochs, each (4, num_trials)."""
    X, y, X_rest, y_rest = few_digits(seed)
    generator = torch.Generator().manual_seed(seed)
    by_lot = torch.rand(len(y), generator=generator) < noise
    y = torch.where(by_lot, torch.randint(10, y.shape, generator=generator), y)
    settings = setting(torch.rand(num_trials, 4, generator=generator))
    after_each = enumerate(train_many(settings, X, y, RUNGS[-1], generator), 1)
    kept = [right(params, X_rest, y_rest) for epoch, params in after_each if epoch in RUNGS]
    hits = torch.stack(kept)
    return hits[..., :300].mean(dim=2), hits[..., 300:].mean(dim=2)


def best_on(val, trials, rung, keep=1):
    """Return those of the trials that are best on a rung."""
    return trials[val[rung, trials].argsort(descending=True, stable=True)[:keep]]


def spend(val, test, generator):
    """Spend 81 epochs in several ways, and 729 once; return the test accuracy of what each chooses."""
    order = torch.randperm(val.shape[1], generator=generator)
    left = order[:27]
    for rung, keep in ((0, 9), (1, 3), (2, 1)):
        left = best_on(val, left, rung, keep)
    chosen = [(left, 3)]
    for num_trials, rung in ((3, 3), (9, 2), (27, 1), (81, 0), (27, 3)):
        chosen.append((best_on(val, order[:num_trials], rung), rung))
    return [test[rung, trial].item() for trial, rung in chosen]


spent, agreement = {}, {}
for noise in runtime.progress([0.0, 0.4], "clean and careless labels"):
    rows, ranks = [], []
    for seed in range(runtime.scaled(4, fast=1)):
        val, test = scores_on_rungs(seed, noise)
        generator = torch.Generator().manual_seed(seed)
        draws = [spend(val, test, generator) for _ in range(runtime.scaled(200, fast=5))]
        rows.append(torch.tensor(draws).mean(dim=0))
        ranks.append([float(stats.spearmanr(val[rung], val[3]).statistic) for rung in range(3)])
    spent[noise], agreement[noise] = torch.stack(rows), torch.tensor(ranks).quantile(0.5, dim=0)
print("test accuracy of the chosen (medians)   clean   careless")
for i, way in enumerate(WAYS):
    print(f"{way:38} {spent[0.0][:, i].quantile(0.5):7.3f} {spent[0.4][:, i].quantile(0.5):9.3f}")
for noise, ranks in agreement.items():
    shown = ", ".join(f"{r:.2f}" for r in ranks)
    print(f"{100 * noise:2.0f} % careless: ranks after 1, 3, 9 epochs and those after 27: {shown}")

# %% [markdown]
# With clean labels halving wins: 0.94, less than a point below training all 27 to the end, at a ninth of the price. With
# careless labels it fails: the first epoch then says **nothing** about the last, and halving is no better than three
# trials by lot. With 81 epochs it is best there to train nine trials for nine epochs each, or 27 for three; all 27 to
# the end would have 0.81, at nine times the price. So halving lives on one assumption: **early ranks foretell late ones.** You can measure that.
#
# ### Exercise · Hyperband
# *1 point · 30 minutes · difficulty ●○○*
#
# How early may one stop? Nobody knows beforehand. *Hyperband* (Li et al. 2018) hedges: it runs several halvings,
# *brackets*, from "many configurations, stopped very early" to "few, all to the end", each of about the same
# cost. With at most $R$ epochs for one configuration, $s_{\max}$ is the largest whole number with
# $\eta^{s_{\max}} \le R$. For $s = s_{\max}, \dots, 1, 0$ (here $s$ only counts) a bracket starts with
#
# $$n = \left\lceil \frac{s_{\max}+1}{s+1}\,\eta^s \right\rceil \ \text{ configurations for } \ R/\eta^s \ \text{ epochs.}$$
#
# ($\lceil\,\rceil$ rounds up.) It has $s + 1$ rungs of about $n R/\eta^s$ epochs each, so this $n$ makes each bracket cost
# about $(s_{\max} + 1) R$. Round the epochs down, and return the pairs ($n$, epochs), most configurations first. Beware of
# `math.log(243) / math.log(3)`: it is 4.999999999999999.
#
# <details><summary>Hint 1</summary>For whole numbers, <code>-(-a // b)</code> rounds a/b up, exactly.</details>
# <details><summary>Hint 2</summary>R = 81, eta = 3: 81 configurations for 1 epoch, 34 for 3, 15 for 9, 8 for 27, 5 for 81.</details>


# %% nbgrader={"grade_id": "brackets", "schema_version": 3, "solution": true}
def brackets(R: int, eta: int) -> list[tuple[int, int]]:
    """Return (number of configurations, epochs on the first rung) of each bracket, from s_max to 0.

    R ≥ 1, eta ≥ 2 and both results are whole numbers; R need not be a power of eta, and may be some
    thousand.
    Source: Li et al. (2018), Algorithm 1 (the paper's table for R = 81 rounds otherwise).
    """
    ### BEGIN SOLUTION
    most = 0
    while eta ** (most + 1) <= R:
        most += 1
    return [(-(-(most + 1) * eta**s // (s + 1)), R // eta**s) for s in range(most, -1, -1)]
    ### END SOLUTION


# %% nbgrader={"grade_id": "brackets-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("Hyperband", points=1, hidden=1)
def _(check):
    check.agree(
        brackets,
        oracle.brackets,
        (81, 3),
        (243, 3),
        (100, 3),
        (1000, 10),
        (20, 2),
        (5, 7),
        mistakes=oracle.BRACKETS,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other budgets")
def _(check):
    generator = oracles.fresh_generator()
    powers = [(3**5, 3), (5**3, 5), (2**9, 2), (1, 2)]
    drawn = torch.randint(2, 3000, (6,), generator=generator).tolist()
    for R, eta in [*powers, *zip(drawn, (2, 3, 4, 5, 6, 10), strict=True)]:
        check.agree(brackets, oracle.brackets, (R, eta))


### END HIDDEN TESTS

# %% [markdown]
# With many machines at once halving has to wait at each rung for the slowest. *ASHA* (asynchronous successive halving, Liam
# Li et al. 2020) lets a configuration climb as soon as it is among the best $1/\eta$ of those that have **finished** the
# rung, and starts a new one where none can climb. Nine machines, simulated: how long until a first configuration has
# trained for 27 epochs? An epoch takes one unit of time, in the second run times a factor of its configuration, by lot.


# %% tags=["demo"]
def first_at_the_top(seed, spread, wait, num_machines=9, eta=3):
    """Return when a first configuration has trained 27 epochs, and which share of all it beats."""
    generator = torch.Generator().manual_seed(seed)
    quality = torch.rand(500, generator=generator).tolist()
    pace = (spread * torch.randn(500, generator=generator)).exp().tolist()  # time for an epoch
    finished, climbed = [[] for _ in RUNGS], [set() for _ in RUNGS]
    running, now, started = [], 0.0, 0
    while True:
        while len(running) < num_machines:  # find a job, the highest first
            for rung in (2, 1, 0):
                order = sorted(finished[rung], key=lambda i: -quality[i])
                ready = not wait or len(order) == 27 // eta**rung
                up = [i for i in order[: len(order) // eta] if ready and i not in climbed[rung]]
                if up:
                    climbed[rung].add(up[0])
                    todo = (RUNGS[rung + 1] - RUNGS[rung]) * pace[up[0]]
                    heapq.heappush(running, (now + todo, up[0], rung + 1))
                    break
            else:
                if wait and started == 27:
                    break
                heapq.heappush(running, (now + pace[started], started, 0))
                started += 1
        now, i, rung = heapq.heappop(running)  # the next that is ready
        finished[rung].append(i)
        if rung == 3:
            return now, quality[i]


asynchronous = {}
for spread, words in ((0.0, "all equally fast"), (1.0, "unequal")):
    for wait, name in ((True, "halving"), (False, "ASHA")):
        found = [first_at_the_top(seed, spread, wait) for seed in range(50)]
        time, quality = asynchronous[spread, name] = torch.tensor(found).T
        print(
            f"{words:16} {name:8} time {time.quantile(0.5):4.0f} ({time.min():.0f} to "
            f"{time.max():.0f}); better than {100 * quality.quantile(0.5):.0f} % of all"
        )

# %% [markdown]
# Where all are equally fast nobody waits for long, and nothing is gained: 29 and 29. Where the pace differs (a deviation of
# 1 in its logarithm: two of three between a third and three times the middle) halving waits for the slowest: 48, and 193
# once; ASHA needs 22, and 43 at most. It climbs on less evidence, and keeps all machines busy with new configurations:
# what comes first to the top is about as good.
#
# ## The report
#
# ### Exercise · The best of n
# *1 point · 25 minutes · difficulty ●●○*
#
# "Our method: 0.95. Theirs: 0.93." How many trials did each of them have? The best of 60 is mostly higher than the
# best of five, even if both methods are equally good. So report the **curve**: the score to expect after $n$ trials, for each $n$ (Dodge et al. 2019).
# It takes no new training. Let $x_1 \le x_2 \le \dots \le x_m$ be the scores at hand, sorted. Draw $n$ of them with
# replacement. The best is at most $x_i$ if all $n$ are among the first $i$: with probability $(i/m)^n$. So it is just
# $x_i$ with probability $(i/m)^n - ((i-1)/m)^n$, and its mean is
#
# $$\sum_{i=1}^m x_i \Bigl[\bigl(\tfrac im\bigr)^n - \bigl(\tfrac{i-1}m\bigr)^n\Bigr] .$$
#
# (For a *new* search this is a little too low where $n$ comes near $m$.)
#
# <details><summary>Hint 1</summary>Scores .5, .7, .8, .9 and n = 2: 0.80625.</details>
# <details><summary>Hint 2</summary><code>(torch.arange(m + 1).double() / m) ** n</code>, and its <code>.diff()</code>.</details>


# %% nbgrader={"grade_id": "expected-best", "schema_version": 3, "solution": true}
def expected_best(scores: torch.Tensor, n: int) -> float:
    """Return the mean of the best of n trials, drawn with replacement from these scores.

    `scores` has shape (m,), float64, m ≥ 1, in any order, of any sign, possibly equal; n ≥ 1 may be
    larger than m. Higher is better. Leave `scores` as they are. A tensor of one number will do.
    Source: Dodge et al. (2019).
    """
    ### BEGIN SOLUTION
    m = len(scores)
    below = (torch.arange(m + 1, dtype=torch.float64) / m) ** n
    return (scores.sort().values * below.diff()).sum().item()
    ### END SOLUTION


# %% nbgrader={"grade_id": "expected-best-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("The best of n", points=1, hidden=1)
def _(check):
    def scores(*values):
        return torch.tensor(values, dtype=torch.float64)

    check.agree(
        expected_best,
        oracle.expected_best,
        (scores(0.5, 0.8, 0.9, 0.7), 2),
        (scores(0.1, 0.95, 0.3, 0.2, 0.9, 0.4, 0.6, 0.35), 3),
        (scores(-3.0, -1.0, -7.0), 3),
        (scores(0.2, 0.7, 0.7, 0.4), 9),
        (scores(0.6), 3),
        (torch.arange(12, dtype=torch.float64).sin(), 40),
        mistakes=oracle.EXPECTED_BEST,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against all draws, one by one")
def _(check):
    from itertools import product

    generator = oracles.fresh_generator()
    for m, n in ((5, 4), (8, 3), (3, 7), (6, 1)):
        values = torch.randn(m, generator=generator, dtype=torch.float64)
        every = [max(drawn) for drawn in product(values.tolist(), repeat=n)]
        wanted = sum(every) / len(every)
        check.close(check.call(expected_best, values, n), wanted, rtol=1e-4, atol=1e-6)


### END HIDDEN TESTS

# %% [markdown]
# Such a curve says what a search *shows*. What does it *deliver*? Sixty trials of our network, six splits. Take some
# of the trials by lot, choose the best of them on `num_val` validation digits, and look at its accuracy on all the
# others.


# %% tags=["demo"]
def pool(seed, num_trials=60):
    """Train networks with settings by lot; return whether each is right on each of 1,497 digits."""
    X, y, X_rest, y_rest = few_digits(seed)
    generator = torch.Generator().manual_seed(seed)
    settings = setting(torch.rand(num_trials, 4, generator=generator))
    *_, params = train_many(settings, X, y, 9, generator)
    return right(params, X_rest, y_rest)


def promised(hits, num_trials, num_val, generator):
    """Choose the best of some trials on num_val digits; return its score there, and on all others."""
    some = torch.randperm(len(hits), generator=generator)[:num_trials]
    order = torch.randperm(hits.shape[1], generator=generator)
    val, test = (hits[some][:, part].mean(dim=1) for part in (order[:num_val], order[num_val:]))
    chosen = val.argmax()
    return val[chosen].item(), test[chosen].item()


pools = [
    pool(seed) for seed in runtime.progress(range(runtime.scaled(6, fast=1)), "60 trials each")
]
SIZES, NUMBERS = (30, 100, 300), (1, 3, 10, 30, 60)
generator = torch.Generator().manual_seed(0)
kept = {
    (num_val, n): torch.tensor(
        [
            [promised(hits, n, num_val, generator) for _ in range(runtime.scaled(60, fast=2))]
            for hits in pools
        ]
    ).mean(dim=1)  # (splits, 2)
    for num_val in SIZES
    for n in NUMBERS
}
print("promised / delivered, medians over splits")
print("trials    " + "".join(f"{n:^14}" for n in NUMBERS))
for num_val in SIZES:
    cells = ["/".join(f"{v:.3f}" for v in kept[num_val, n].quantile(0.5, dim=0)) for n in NUMBERS]
    print(f"{num_val:3} digits" + "".join(f"{cell:^14}" for cell in cells))
promise, delivered = kept[30, 60].quantile(0.5, dim=0).tolist()
guesses = {"about 0.97": 0.97, "about 0.94": 0.94, "about 0.91": 0.91}
outcome = min(guesses, key=lambda guess: abs(guesses[guess] - delivered))
predict.reveal(prediction, outcome)

# %% [markdown]
# The best of 60 on 30 digits promises 0.97 and delivers 0.91. With 30 digits, from ten trials to 60, the promise rises by
# 3.5 points, and what is delivered by 1.5.

# %% tags=["demo"]
fig, ax = plots.figure(size=(6.6, 3.8))
for num_val in (30, 300):
    for i, name in enumerate(("promised", "delivered")):
        rows = torch.stack([kept[num_val, n][:, i] for n in NUMBERS[1:]], dim=1)
        plots.band(ax, NUMBERS[1:], rows, f"{num_val} digits: {name}")
ax.set(xscale="log", xlabel="trials", ylabel="accuracy of the chosen one")
ax.minorticks_off()
ax.set_xticks(NUMBERS[1:], labels=map(str, NUMBERS[1:]))
plots.show(
    fig,
    "With 300 validation digits what is promised and what is delivered rise together. With 30 "
    "digits the promise rises to about 0.97, what is delivered only to about 0.91: the gap "
    "widens with the number of trials.",
)

# %% [markdown]
# Nobody cheated: the maximum of noisy numbers is too high, on average, and
# mostly the more so the more of them there are (Cawley and Talbot 2010). A small validation set chooses a little worse, and
# it **lies** much more. The cure is cheap: judge the chosen one, once, on examples that had no part in the choice.
#
# ### Exercise · Tune it, and keep your word
# *3 points · 90 minutes · difficulty ●●●*
#
# The whole of it, by any method you like. A network of 64, 16 and 10 units learns 200 digits (pixels from 0 to 1, batches of 40) by
# gradient descent with momentum. Choose a configuration, a dictionary `{"lr": …, "momentum": …}` with `lr` from 0.0001 to 10 and `momentum` from 0 to 0.99.
#
# - `train(config, num_epochs)` trains this configuration so many epochs **more** (it is known by its two numbers;
#   the first call starts it) and returns its accuracy on 100 validation digits. It counts: a call that would make it
#   more than `budget` epochs in all raises a `RuntimeError`; a setting out of range raises a `ValueError`.
# - `judge(config)` trains this configuration anew for 12 epochs and returns its accuracy on 400 digits that were in no
#   other part. It costs nothing, and it answers **once**: a second call raises a `RuntimeError`, too.
#
# `budget` is between 60 and 240: let the number of configurations follow from it. Return the one you chose, of those that
# you trained, and your **promise**, the number that `judge` returned. Two points are for an honest report within the
# budget, in which at least two configurations were tried. One is for quality: three searches with 240 epochs,
# each choice trained anew with three seeds for 12 epochs; the median of the three accuracies must be 0.60 or more. (Halving from 27, 27 · 1 + 9 · 2 + 3 · 9 = 72 epochs, mostly reaches about 0.87; one by lot reaches 0.60 in fewer than one case of three.)
#
# <details><summary>Hint 1</summary>Draw <code>lr</code> and 1 − <code>momentum</code> on a log scale: <code>0.0001 * 1e5 ** u</code>, with <code>u = torch.rand((), generator=generator).item()</code>.</details>
# <details><summary>Hint 2</summary>240 epochs are 20 trainings of 12. Or 54 configurations for one epoch, the best 18 for two more, the best 6 for six more …; with a smaller budget, fewer.</details>
# <details><summary>Hint 3</summary>Choose by what <code>train</code> said last of each. Then <code>judge</code> it, and return what that says.</details>


# %% nbgrader={"grade_id": "tune", "schema_version": 3, "solution": true}
def tune(train, judge, budget: int, generator: torch.Generator) -> tuple[dict[str, float], float]:
    """Return the configuration, {"lr": …, "momentum": …}, and the promise: its accuracy, 0 to 1.

    `train(config, num_epochs)` and `judge(config)` return floats. 60 ≤ `budget` ≤ 240 epochs. All
    randomness comes from `generator`. In place of a float, a tensor of one number will do for the
    promise.
    """
    ### BEGIN SOLUTION
    configs = []
    for _ in range(budget // 6):
        u, v = torch.rand(2, generator=generator).tolist()
        configs.append({"lr": 1e-4 * 1e5**u, "momentum": 1 - 0.01 * 100**v})
    alive, done = configs, 0
    for epochs in (1, 3, 12):  # m · 1 + m/3 · 2 + m/9 · 9 epochs
        scores = [train(config, epochs - done) for config in alive]
        order = sorted(range(len(alive)), key=lambda i: -scores[i])
        best, done = alive[order[0]], epochs
        alive = [alive[i] for i in order[: max(1, len(alive) // 3)]]
    return best, judge(best)
    ### END SOLUTION


# %% nbgrader={"grade_id": "tune-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Tune it: within the budget, and honestly", points=2, hidden=1)
def _(check):
    oracle.tuned(check, tune, 120, 0)
    oracle.tuned(check, tune, 60, 1)
    oracle.repeated(check, tune, 60, 2)


### BEGIN HIDDEN TESTS
@checks.hidden("Other digits, other budgets")
def _(check):
    generator = oracles.fresh_generator()
    for budget in (75, 151):
        seed = int(torch.randint(2**40, (), generator=generator))
        oracle.tuned(check, tune, budget, seed)


### END HIDDEN TESTS


# %% nbgrader={"grade_id": "tune-test-2", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("Tune it: well", points=1, hidden=1)
def _(check):
    oracle.tuned_well(check, tune, 240, 2)


### BEGIN HIDDEN TESTS
@checks.hidden("Three other searches")
def _(check):
    seed = int(torch.randint(2**40, (), generator=oracles.fresh_generator()))
    oracle.tuned_well(check, tune, 240, seed)


### END HIDDEN TESTS

# %% [markdown]
# ## Once and for all?
#
# You have found the rate. Then somebody changes the batch size, trains longer, or forgets to scale the pixels. Is it
# still the rate? The best of a grid of powers of two, by the median validation loss of nine seeds.


# %% tags=["demo"]
def net(generator):
    return models.mlp([64, 32, 10], generator=generator)


def best_rates(name, **how):
    """Return, for each value of a setting, the best rate and its accuracy; and the whole table."""
    frame = sweep.run(net, seed=range(runtime.scaled(9, fast=1)), **how).frame
    last = frame[frame.step == frame.groupby([name, "lr", "seed"]).step.transform("max")]
    # the median of the seeds; what diverged is nan, and the worst
    table = last.groupby([name, "lr"])[["valid_loss", "valid_accuracy"]].median().reset_index()
    smallest = table.valid_loss.fillna(1e9).groupby(table[name]).idxmin()
    return table.loc[smallest, [name, "lr", "valid_accuracy"]].to_numpy().tolist(), table


digits, raw = data.digits(), data.digits(standardize=False)
by_batch, of_batches = best_rates(
    "batch_size",
    split=digits,
    lr=[2.0**k for k in range(-6, 3)],
    batch_size=[8, 32, 128, 512, 1257],
    num_epochs=runtime.scaled(6, fast=1),
)
for batch_size, lr, accuracy in by_batch:
    print(f"batch of {batch_size:5.0f}, 6 epochs: best lr {lr:6.3f}, accuracy {accuracy:.3f}")

# %% tags=["demo"]
by_length, by_pixels = {}, {}
for num_epochs in (1, 8, 40):
    ((_, lr, accuracy),), _ = best_rates(
        "batch_size",
        split=digits,
        lr=[2.0**k for k in range(-4, 3)],
        batch_size=[64],
        num_epochs=runtime.scaled(num_epochs, fast=1),
    )
    by_length[num_epochs] = lr, accuracy
    print(f"{num_epochs:2} epochs of batches of 64: best lr {lr:.3f}, accuracy {accuracy:.3f}")
((_, lr, accuracy),), table = best_rates(
    "batch_size",
    split=raw,
    lr=[2.0**k for k in range(-6, 1)],
    batch_size=[64],
    num_epochs=runtime.scaled(8, fast=1),
)
by_pixels = {row.lr: row.valid_accuracy for row in table.itertuples()}
print(f"8 epochs, raw pixels 0–16: best lr {lr:.3f}, accuracy {accuracy:.3f}")
print(f"                           lr 1.000: accuracy {by_pixels[1.0]:.3f}")

# %% [markdown]
# The best rate grows with the batch, from 32 on more slowly than in proportion, and then stops: "twice the batch, twice
# the rate" (Goyal et al. 2017) is a first guess. At six epochs none of these rates repairs the largest batch, which
# makes too few steps (Shallue et al. 2019 measured many such curves). A longer training wants a smaller rate: 1 for one
# epoch, 1/4 for 40 (by the loss). And the rate that is best on standardized pixels is *chance* on raw ones: it gives no
# more than guessing, 0.1. So look again when the data, the batch or the length of training changes; note with each
# result the space that was searched, the budget, and the seeds.
#
# ## The library from then on
#
# `optuna` (Akiba et al. 2019) has all this, and more: a *study* holds the trials, a *sampler* proposes the next one
# (`RandomSampler`, `GPSampler`, and by default `TPESampler`, the tree-structured Parzen estimator: it notes where good
# trials lie and where the others do, and proposes where the first are dense and the second are not, Bergstra et al. 2011),
# a *pruner* stops trials early (`HyperbandPruner`; the `SuccessiveHalvingPruner` below decides on the spot, as ASHA does). The space is written where it is used.
# Seed the sampler, and set how much `optuna` prints.

# %% tags=["demo"]
import optuna

optuna.logging.set_verbosity(optuna.logging.WARNING)


def objective(trial):
    """Train our small network once; report after each epoch, and stop if the pruner says so."""
    lr = trial.suggest_float("lr", 1e-3, 3.0, log=True)
    friction = trial.suggest_float("1 - momentum", 0.01, 1.0, log=True)
    X, y, X_rest, y_rest = few_digits(0)
    settings = torch.tensor([[lr, friction, 1e-6, 1.0]])
    generator = torch.Generator().manual_seed(trial.number)
    for epoch, params in enumerate(train_many(settings, X, y, 9, generator), 1):
        score = right(params, X_rest[:300], y_rest[:300]).mean().item()
        trial.report(score, epoch)
        if epoch < 9 and trial.should_prune():  # what is trained to the end is no saving
            raise optuna.TrialPruned
    # looked at only of the winner
    trial.set_user_attr("fresh", right(params, X_rest[300:], y_rest[300:]).mean().item())
    return score


study = optuna.create_study(
    direction="maximize",
    sampler=optuna.samplers.TPESampler(seed=0),
    pruner=optuna.pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=3),
)
study.optimize(objective, n_trials=runtime.scaled(40, fast=4))
stopped = sum(trial.state == optuna.trial.TrialState.PRUNED for trial in study.trials)
best_trial = study.best_trial
print(f"{len(study.trials)} trials, {stopped} of them stopped early")
print("best: " + ", ".join(f"{name} {value:.3f}" for name, value in best_trial.params.items()))
print(f"validation {best_trial.value:.3f}, on fresh digits {best_trial.user_attrs['fresh']:.3f}")

# %% [markdown]
# *AutoML* (automated machine learning) goes further: it searches over whole pipelines, which preparation of the data, which kind of model and which of its
# settings, as one space with conditions ("if") in it (Thornton et al. 2013). Feurer et al. (2015) add a memory of
# other data sets, to start from settings that did well there, and average the models met on the way. The
# search for the network's architecture is a part of it (Elsken, Metzen and Hutter 2019). What this lesson says of
# spaces, budgets and reports asks the same there: what space, what cost, and who judged the winner?
#
# ## The verdict
#
# - **"Grid search is thorough."** Of 16 trials on four settings, the grid's nearest to the best place was eleven times as far
#   off (in squared distance) as that of random points, where one setting mattered. **It flips** where all four matter: there
#   the grid was the nearest. (Geometry; no network was asked.)
# - **"Bayesian optimization is always better."** On Branin's function with exact answers it had a quarter of the regret of
#   random trials. **It flips** with the landscape: on the real network, at 24 trials, it was equal.
# - **"Tuning is done once."** The best rate for standardized pixels was chance on raw ones, and it rose from about
#   1/8 with batches of 8 to 1 with 128 and 2 with 512. **It flips** where the change is small: the rate 1 came within a point of the best
#   with batches of 32 and of 128.
# - **"The best trial's score is what you will get."** The best of 60 on 30 digits promised 0.97 and delivered 0.91.
#   **It flips** with one trial, or with 300 validation digits, where the gap was about a point.
#
# ## What to take away
#
# - The scale comes first: of eight rates by lot between 0.00001 and 1 one hits the range 0.003 to 0.03 in 20 % of the
#   searches if drawn evenly, and in 83 % on a log scale.
# - 59 configurations by lot contain one of the best 5 % of the space with probability 0.95, whatever the space; so make the space a
#   good one.
# - A model of the score wins on a smooth landscape, and was equal to random trials, to within a point, on a real network with 24 trials.
# - A budget is counted in epochs: halving 27 configurations cost 81 epochs and found 0.94, where 3 full trainings found
#   0.90; with 40 % careless labels it was no better than those 3.
# - The best of 60 trials on 30 digits promises 0.97 and delivers 0.91: judge the chosen one once, on examples that had
#   no part in the choice.
#
# ## In short
#
# | question | tool | library | mind |
# |---|---|---|---|
# | which scale? | log-uniform | `scipy.stats.loguniform` | what counts as one move? |
# | which trials? | by lot, Sobol | `scipy.stats.qmc.Sobol` | draw 2, 4, 8, 16 … points; a grid only if all settings matter |
# | which rate? | range test | a loop | depends on the test's length |
# | trials are dear? | Gaussian process, EI | `GaussianProcessRegressor`, `optuna.samplers.GPSampler` | noise, ties, a flat ridge |
# | epochs are dear? | successive halving, Hyperband | `optuna.pruners.HyperbandPruner` | do early ranks foretell late ones? |
# | what to report? | expected best of n; one fresh look | `optuna` keeps the trials | the best score lies |
#
# ## Going further
#
# - Akiba, T., Sano, S., Yanase, T., Ohta, T. and Koyama, M. (2019). Optuna: a next-generation hyperparameter optimization framework. arXiv:1907.10902
# - Bergstra, J., Bardenet, R., Bengio, Y. and Kégl, B. (2011). Algorithms for hyper-parameter optimization. *Advances in Neural Information Processing Systems* 24
# - Bergstra, J. and Bengio, Y. (2012). Random search for hyper-parameter optimization. *Journal of Machine Learning Research* 13, 281–305
# - Cawley, G. C. and Talbot, N. L. C. (2010). On over-fitting in model selection and subsequent selection bias in performance evaluation. *Journal of Machine Learning Research* 11, 2079–2107
# - Dodge, J., Gururangan, S., Card, D., Schwartz, R. and Smith, N. A. (2019). Show your work: improved reporting of experimental results. arXiv:1909.03004
# - Elsken, T., Metzen, J. H. and Hutter, F. (2019). Neural architecture search: a survey. arXiv:1808.05377
# - Feurer, M., Klein, A., Eggensperger, K., Springenberg, J. T., Blum, M. and Hutter, F. (2015). Efficient and robust automated machine learning. *Advances in Neural Information Processing Systems* 28
# - Goyal, P., Dollár, P., Girshick, R., Noordhuis, P., Wesolowski, L., Kyrola, A., Tulloch, A., Jia, Y. and He, K. (2017). Accurate, large minibatch SGD: training ImageNet in 1 hour. arXiv:1706.02677
# - Jamieson, K. and Talwalkar, A. (2016). Non-stochastic best arm identification and hyperparameter optimization. arXiv:1502.07943
# - Jones, D. R., Schonlau, M. and Welch, W. J. (1998). Efficient global optimization of expensive black-box functions. *Journal of Global Optimization* 13, 455–492. doi:10.1023/A:1008306431147
# - Li, L., Jamieson, K., DeSalvo, G., Rostamizadeh, A. and Talwalkar, A. (2018). Hyperband: a novel bandit-based approach to hyperparameter optimization. arXiv:1603.06560
# - Li, L., Jamieson, K., Rostamizadeh, A., Gonina, E., Ben-tzur, J., Hardt, M., Recht, B. and Talwalkar, A. (2020). A system for massively parallel hyperparameter tuning. arXiv:1810.05934
# - Rasmussen, C. E. and Williams, C. K. I. (2006). *Gaussian processes for machine learning*. MIT Press
# - Shallue, C. J., Lee, J., Antognini, J., Sohl-Dickstein, J., Frostig, R. and Dahl, G. E. (2019). Measuring the effects of data parallelism on neural network training. arXiv:1811.03600
# - Smith, L. N. (2017). Cyclical learning rates for training neural networks. arXiv:1506.01186
# - Smith, S. L. and Le, Q. V. (2018). A Bayesian perspective on generalization and stochastic gradient descent. arXiv:1710.06451
# - Snoek, J., Larochelle, H. and Adams, R. P. (2012). Practical Bayesian optimization of machine learning algorithms. arXiv:1206.2944
# - Thornton, C., Hutter, F., Hoos, H. H. and Leyton-Brown, K. (2013). Auto-WEKA: combined selection and hyperparameter optimization of classification algorithms. arXiv:1208.3719

# %% [markdown]
# ## Once more
#
# The questions from the beginning. Answer without looking back; then each answer gets its sentence.
#
# - **drawn evenly**: eight learning rates are drawn evenly between 0.00001 and 1. In how many of 100 searches does
#   one of them lie between 0.003 and 0.03? `"about 83"`, `"about 50"` or `"about 20"`.
# - **larger batches**: with batches of 8 the rate that suits them is about 1/8. Which one suits batches of 512?
#   `"about 1/64"`, `"about 1/8"` or `"about 2"`.
# - **clever search**: a search with a model of the score and random trials tune a real network, with 24 trials
#   each. Which finds the better settings? `"the search with a model"`, `"neither"` or `"the random trials"`.

# %% tags=["prediction"]
at_last = {
    "drawn evenly": ...,
    "larger batches": ...,
    "clever search": ...,
}

# %% tags=["demo"]
predict.last("tuning", at_last, before=at_first)

# %% [markdown]
# ## How far you are
#
# What you have solved and predicted, from a file on your machine that no grader reads. (What the cell shows is
# saved in the notebook, as any output is.)

# %% tags=["demo"]
from nblib import progress

progress.show()
