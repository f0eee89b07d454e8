# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lesson · Interpretability
#
# > **The myth.** *A saliency map shows why the network decided so. Sizes and distances in a t-SNE picture mean
# > something. And Shapley values tell causes.*
#
# A network reads a digit rightly. Why? Many programs answer with a coloured picture, and the pictures
# look convincing. You will build the best known of them, find out what each of them answers, and catch a
# network that is right for a wrong reason: by a map first, and then by the proof: an intervention.
#
# **You will be able to**
#
# - make maps of what a score depends on: gradient, SmoothGrad, integrated gradients, occlusion, Grad-CAM;
# - divide a score fairly among its inputs, by Shapley values, and know what "fairly" means;
# - judge explanations that are drawn by lot, and pictures that lay 64 dimensions flat;
# - tell what an explanation says about the *model* from what it does not say about the *world*.
#
# **Time** about 9 hours, in as many sittings as you like. **You need** gradients and autograd
# ({{backpropagation}}), the softmax ({{gradient_descent}}), convolutions ({{architecture}}). **Points** 26, in 12 exercises; each stands on its own, so you can skip one and come back.

# %% nbgrader={"grade_id": "setup", "locked": true, "schema_version": 3}
import itertools
import math

from nblib import checks, data, models, oracles, playground, plots, predict, runtime
from nblib.oracles import interpretability as oracle

import torch
import torch.nn.functional as F

runtime.seed_everything(0)
torch.set_num_threads(1)  # small networks: several threads would mostly wait for one another

# %% [markdown]
# ## Before you begin
#
# A question from before, answered at once, and three that are asked again at the end. Nothing is graded. Write
# one of the texts in quotes in place of three dots, then run both cells.
#
# - **largest weight**: ten networks with attention over embeddings answer without an error. In how many of them
#   does the largest weight lie, as a rule, on the token that decides? `"about 5"`, `"about 8"` or `"all 10"`.
# - **two clouds**: of two clouds of points one is ten times as wide as the other. How wide does t-SNE draw it, at a
#   perplexity below their number of points? `"ten times as wide"`, `"as wide"` or `"three times as wide"`.
# - **two baselines**: integrated gradients order the pixels of the same digits for the same network, once from
#   black and once from white. Which rank correlation have the two orders? `"about −0.45"`, `"about 0.5"` or
#   `"about 0.9"`.
# - **credit**: a column goes along with the true cause, and does nothing itself. How much of the credit did Shapley
#   values give it? `"none"`, `"a tenth at most"` or `"up to four tenths"`.

# %% tags=["prediction"]
at_first = {
    "largest weight": ...,
    "two clouds": ...,
    "two baselines": ...,
    "credit": ...,
}

# %% tags=["demo"]
predict.first("interpretability", at_first)

# %% [markdown]
# ## Predict first
#
# A network has learned to read digits. *Integrated gradients*, a method that you will build, says for each pixel of
# a digit how much it counted; its absolute value makes a fine picture of importance. Now all weights of the network
# are replaced by random numbers, so that it knows nothing, and the map is made anew.
#
# How alike are the two maps? We order the 64 pixels by importance in both, and measure the agreement of the orders
# by a *rank correlation*: 1 if they are the same, near 0 if they have nothing to do with each other. Replace the
# three dots by `"about 0.1"`, `"about 0.5"` or `"about 0.9"`. A guess is free, and it is not graded.

# %% tags=["prediction"]
prediction = ...

# %% tags=["demo"]
predict.note(prediction, ["about 0.1", "about 0.5", "about 0.9"])

# %% [markdown]
# ## One idea
#
# "Why did the network say 3?" is three questions, and much confusion comes from answering one and meaning another.
#
# 1. **What does the score depend on?** Change a pixel a little, or cover it: does the score of "3" move? This is a
#    question about the *model*, a formula that we own. For each change it has an exact answer.
# 2. **Who gets which share of it?** The score is 7.2: how much is due to this pixel? That needs a rule for sharing,
#    and something to compare with. It is about the model too, and about the rule.
# 3. **What would happen in the world?** If the patient's blood pressure fell, would she get well? No look into the
#    model can tell that was trained on records: it has seen what goes together, and not what makes what.
#
# > **attribution**: a number for each input that says how much it counted for an output, by some rule.
# >
# > **intervention**: to set something by hand, all else as it was, and to see what changes.
#
# Here are the networks of this lesson: small convolutional ones, on digits of 8 × 8 pixels from 0 (black) to 1
# (white). Five of them, that differ in their random beginning and in which digits they are tested on. (All of it
# happens on the CPU.)


# %% tags=["demo"]
from torch import nn


def pictures(seed):
    """Return digits (n, 1, 8, 8) from 0 to 1, and their classes: to train on, to test."""
    X, y, X_test, y_test = (part.cpu() for part in data.digits(seed, standardize=False))
    return X.view(-1, 1, 8, 8) / 16, y, X_test.view(-1, 1, 8, 8) / 16, y_test


def convnet(seed):
    """Return a small convolutional network that knows nothing yet."""
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(8, 8, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(16 * 4 * 4, 10),
    )


def train(model, X, y, seed, num_steps=200, lr=0.005, batch_size=32):
    """Train the model in place by Adam, and return it."""
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(num_steps):
        batch = torch.randint(len(X), (batch_size,), generator=generator)
        loss = F.cross_entropy(model(X[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model.requires_grad_(False)


def accuracy(model, X, y):
    """Return the share of right decisions."""
    return (model(X).argmax(dim=1) == y).double().mean().item()


seeds = range(runtime.scaled(5, fast=1))
digits = [pictures(seed) for seed in seeds]
nets = []
for seed in runtime.progress(seeds, "training"):
    X, y, X_test, y_test = digits[seed]
    nets.append(train(convnet(seed), X, y, seed, num_steps=runtime.scaled(200, fast=20)))
scores = [accuracy(net, *parts[2:]) for net, parts in zip(nets, digits, strict=True)]
print("accuracy on unseen digits:", "  ".join(f"{score:.3f}" for score in scores))

# %% [markdown]
# ## Which pixels?
#
# ### Exercise · The gradient of a score
# *1 point · 20 minutes · difficulty ●○○*
#
# The last layer gives one *logit* for each class, $z_0, z_1, \dots$: the scores before the softmax. Take the one of
# the class that we ask about, $z_y$. Its derivative by a pixel, $\partial z_y / \partial x_i$, says how fast the
# score rises if pixel $i$ becomes brighter. All 64 of them are a map (Simonyan, Vedaldi and Zisserman 2014).
#
# > **saliency map**: for each pixel of a picture, a number that says how much a score depends on it; first of all,
# > the gradient of the score.
#
# Why the logit, and not the probability, or the loss? Where the network is sure, the softmax is flat: the
# probability is 0.9999 and hardly moves, whatever one does to a pixel, and the map fades. And all the other classes
# have a part in it. Keep the sign: a pixel may speak *against* a class.
#
# In most exercises a network comes as `layers`, a list of pairs (weight, bias), of shapes (outputs, inputs) and
# (outputs,), and `models.logits(layers, X)` computes its logits, (n, num_classes), with ReLU between the layers. Each example has a class of its own, in `y`.
#
# Autograd gives the gradient of **one number**. Add up the chosen logits of all examples: no example
# influences another's logit, so each row of the gradient of the sum is that of its own example.
#
# <details><summary>Hint 1</summary><code>at = X.clone().requires_grad_()</code> is a copy that autograd watches.</details>
# <details><summary>Hint 2</summary><code>z.gather(1, y[:, None])</code>, or <code>z[torch.arange(len(y)), y]</code>, takes from each row the logit of its class.</details>
# <details><summary>Hint 3</summary><code>torch.autograd.grad(total, at)</code> returns a tuple with one gradient.</details>


# %% nbgrader={"grade_id": "saliency", "schema_version": 3, "solution": true}
def saliency(
    layers: list[tuple[torch.Tensor, torch.Tensor]], X: torch.Tensor, y: torch.Tensor
) -> torch.Tensor:
    """Return the gradient of each example's logit of class y by its inputs, (n, num_inputs).

    `X` has shape (n, num_inputs), float32 or float64, as the layers and the result; `y` (n,), int64.
    There are one or more layers. The arguments stay as they are, `requires_grad` included; the sign is
    kept. Source: Simonyan et al. (2014).
    """
    ### BEGIN SOLUTION
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)  # (n, num_classes)
    (gradient,) = torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)
    return gradient
    ### END SOLUTION


# %% nbgrader={"grade_id": "saliency-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("The gradient of a score", points=1, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(0)
    inputs = []
    for sizes, n, dtype in (
        ([5, 4], 3, torch.float32),
        ([6, 9, 3], 4, torch.float64),
        ([4, 7, 8, 5], 2, torch.float32),
    ):
        layers = oracle.network(sizes, generator, dtype)
        X = torch.randn(n, sizes[0], generator=generator).to(dtype)
        y = torch.arange(n) * 2 % sizes[-1] + 1 - torch.arange(n) % 2
        inputs.append((layers, X, y % sizes[-1]))
    check.agree(saliency, oracle.saliency, *inputs, mistakes=oracle.SALIENCY, same_dtype=True)


### BEGIN HIDDEN TESTS
@checks.hidden("Against differences of the logit")
def _(check):
    generator = oracles.fresh_generator()
    for sizes, n in (([3, 4], 2), ([5, 8, 6, 4], 3)):
        layers = oracle.network(sizes, generator, torch.float64)
        X = torch.randn(n, sizes[0], generator=generator, dtype=torch.float64)
        y = torch.randint(sizes[-1], (n,), generator=generator)
        steps = 1e-6 * torch.eye(sizes[0], dtype=torch.float64)
        up, down = (
            models.logits(layers, (X[:, None] + sign * steps).flatten(0, 1)) for sign in (1, -1)
        )
        slope = ((up - down) / 2e-6)[torch.arange(len(up)), y.repeat_interleave(sizes[0])]
        came = check.call(saliency, layers, X, y)
        check.close(came, slope.view(n, sizes[0]), rtol=1e-4, atol=1e-5)
        single = [(weight.float(), bias.float()) for weight, bias in layers]
        check.agree(saliency, oracle.saliency, (single, X.float(), y), same_dtype=True)


### END HIDDEN TESTS

# %% [markdown]
# ### Exercise · SmoothGrad
# *2 points · 30 minutes · difficulty ●●○*
#
# A network with ReLU is made of straight pieces, with kinks between them. The gradient at a digit is that of the one
# piece on which it happens to lie; a digit that nobody could tell from it may lie on another. So look around: **add
# Gaussian noise with mean 0 and standard deviation `sd` to the inputs, take the gradient there, and average over
# many draws** (Smilkov et al. 2017).
#
# $$\frac1m \sum_{k=1}^m \nabla z_y(x + \varepsilon_k), \qquad \varepsilon_k \sim \mathcal N(0, \mathrm{sd}^2)
#   \text{, drawn anew for each input, example and } k .$$
#
# (The paper gives the noise as a share of the range of the inputs; `sd` is its standard deviation, and the noisy
# inputs may be any numbers.)
#
# <details><summary>Hint 1</summary><code>X + sd * torch.randn(X.shape, generator=generator, dtype=X.dtype)</code></details>
# <details><summary>Hint 2</summary>If your <code>saliency</code> does not work yet: its three lines, in a loop, will do.</details>


# %% nbgrader={"grade_id": "smoothgrad", "schema_version": 3, "solution": true}
def smoothgrad(
    layers: list[tuple[torch.Tensor, torch.Tensor]],
    X: torch.Tensor,
    y: torch.Tensor,
    sd: float,
    num_draws: int,
    generator: torch.Generator,
) -> torch.Tensor:
    """Return the mean gradient of the logits of class y at noisy copies of X, (n, num_inputs).

    `layers`, `X`, `y` as for `saliency`; `sd` > 0; `num_draws` from 1 to 1,500. The sign is kept, and
    the result is of the dtype of X; X may be any numbers, and stays as it is. All randomness comes from
    `generator`, or from a seed that is drawn from it; it goes on from where it is, and has moved on
    afterwards. Source: Smilkov et al. (2017).
    """
    ### BEGIN SOLUTION
    total = torch.zeros_like(X)
    for _ in range(num_draws):
        noise = torch.randn(X.shape, generator=generator, dtype=X.dtype)
        at = (X + sd * noise).requires_grad_()
        chosen = models.logits(layers, at).gather(1, y[:, None])
        total += torch.autograd.grad(chosen.sum(), at)[0]
    return total / num_draws
    ### END SOLUTION


# %% nbgrader={"grade_id": "smoothgrad-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("SmoothGrad", points=2, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(0)
    flat = oracle.network([5, 4], generator, torch.float32)
    X, y = torch.randn(3, 5, generator=generator), torch.tensor([2, 0, 3])
    check.agree(  # a single layer: noise changes nothing
        smoothgrad,
        oracle.smoothgrad,
        (flat, X, y, 0.3, 4, generator),
        ([(W.double(), b.double()) for W, b in flat], X[1:].double(), y[1:], 2.0, 3, generator),
        mistakes=oracle.SMOOTH_LINEAR,
        same_dtype=True,
    )
    plays = [oracle.facts_of_smoothing(5, 0), oracle.facts_of_smoothing(2, 100)]
    oracle.say_of_facts(check, smoothgrad, oracle.smoothgrad, *plays)
    oracle.follow_smoothgrad(check, smoothgrad, 2.0, 0)
    oracle.moves_on(check, smoothgrad, flat, X, y, 0.3, 2, torch.Generator().manual_seed(0))


### BEGIN HIDDEN TESTS
@checks.hidden("Other noise, against the expectation in closed form")
def _(check):
    seed = int(torch.randint(2**40, (), generator=oracles.fresh_generator()))
    oracle.follow_smoothgrad(check, smoothgrad, 1.9, seed)
    check.agree(smoothgrad, oracle.smoothgrad, oracle.facts_of_smoothing(4, seed + 2))


### END HIDDEN TESTS

# %% [markdown]
# ### Exercise · Integrated gradients
# *3 points · 40 minutes · difficulty ●●●*
#
# A gradient is local. Take $f = 1 - \max(0,\, 1 - x_1 - x_2)$ at $x = (1, 1)$: there $f = 1$, and whoever makes
# either input a little smaller changes nothing, for the other one is enough. Both derivatives are 0. Shall we say
# that neither counts? At $(0, 0)$, $f$ is 0.
#
# So compare with something, a **baseline** $b$, and walk from there to $x$, in a straight line:
# $b + \alpha\,(x - b)$, with $\alpha$ from 0 to 1. By the chain rule, the score changes on the way at the rate
#
# $$\frac{d}{d\alpha} f\bigl(b + \alpha (x-b)\bigr) = \sum_i (x_i - b_i)\, \frac{\partial f}{\partial x_i}\bigl(b + \alpha (x-b)\bigr),$$
#
# and all changes together are $f(x) - f(b)$. So each input has a part of its own in the sum (Sundararajan, Taly and
# Yan 2017):
#
# $$A_i = (x_i - b_i) \int_0^1 \frac{\partial f}{\partial x_i}\bigl(b + \alpha (x-b)\bigr)\, d\alpha,
#   \qquad \sum_i A_i = f(x) - f(b) .$$
#
# > **completeness**: that the parts of an attribution add up to what is explained, here $f(x) - f(b)$.
# >
# > **baseline**: what an attribution compares with: an input that is taken to say nothing, such as a black picture.
#
# The integral is a mean over the way. Cut it into `steps` equal pieces, and take the gradient in the **middle of
# each**: at $\alpha = (k + ½)/\mathrm{steps}$ for $k = 0, \dots, \mathrm{steps} - 1$. For $f$ above, and the
# baseline $(0, 0)$, the parts are ½ and ½, if the number of steps is even. (With an odd one, the middle of a step lies on
# the kink.)
#
# <details><summary>Hint 1</summary>With <code>begin = baseline.expand_as(X)</code>, the points are <code>begin + alpha * (X - begin)</code>.</details>
# <details><summary>Hint 2</summary>Loop over k, add up the gradients, divide by <code>steps</code>, multiply by <code>X - baseline</code> at the end.</details>


# %% nbgrader={"grade_id": "integrated", "schema_version": 3, "solution": true}
def integrated_gradients(
    layers: list[tuple[torch.Tensor, torch.Tensor]],
    X: torch.Tensor,
    y: torch.Tensor,
    baseline: torch.Tensor,
    steps: int,
) -> torch.Tensor:
    """Return the parts (n, num_inputs) of each example's logit of class y, by the midpoint rule.

    `layers`, `X`, `y` as for `saliency`; `baseline` has shape (num_inputs,), one for all examples, any
    values, and the dtype of X; `steps` ≥ 1. All of it stays as it is. The result has the dtype of X.
    Source: Sundararajan et al. (2017), eq. 1.
    """
    ### BEGIN SOLUTION
    total = torch.zeros_like(X)
    for k in range(steps):
        at = (baseline + (k + 0.5) / steps * (X - baseline)).requires_grad_()
        chosen = models.logits(layers, at).gather(1, y[:, None])
        total += torch.autograd.grad(chosen.sum(), at)[0]
    return (X - baseline) * total / steps
    ### END SOLUTION


# %% nbgrader={"grade_id": "integrated-test", "grade": true, "points": 3, "schema_version": 3}
@checks.exercise("Integrated gradients", points=3, hidden=2)
def _(check):
    one = [[-1.0, -1.0]], [1.0]  # 1 − max(0, 1 − x₁ − x₂), and a second class
    last = [[-1.0], [2.0]], [1.0, 0.5]
    both = [tuple(map(torch.tensor, pair)) for pair in (one, last)]
    corner = torch.tensor([[1.0, 1.0], [0.2, 1.4]])
    generator = torch.Generator().manual_seed(0)
    layers = oracle.network([6, 12, 4], generator, torch.float64)
    X, base = torch.randn(2, 3, 6, generator=generator, dtype=torch.float64)
    deep = oracle.network([4, 9, 7, 3], generator, torch.float32)
    check.agree(
        integrated_gradients,
        oracle.integrated_gradients,
        (both, corner, torch.tensor([0, 1]), torch.zeros(2), 10),
        (layers, X, torch.tensor([1, 3, 0]), base[0], 5),
        (layers, X, torch.tensor([2, 2, 1]), base[1], 1),
        (deep, X[:2, :4].float(), torch.tensor([2, 0]), base[2, :4].float(), 8),
        mistakes=oracle.INTEGRATED,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Complete, with many steps")
def _(check):
    generator = oracles.fresh_generator()
    layers = oracle.network([5, 10, 3], generator, torch.float64)
    X, base = 2 * torch.randn(2, 3, 5, generator=generator, dtype=torch.float64)
    y = torch.randint(3, (3,), generator=generator)
    came = check.call(integrated_gradients, layers, X, y, base[0], 400)
    rise = models.logits(layers, X) - models.logits(layers, base[:1])
    # at each of ten kinks, up to half a step has the gradient of the other side
    far = 20 * (X - base[0]).abs().max().item() ** 2 / 400
    check.close(came.sum(dim=1), rise[torch.arange(3), y], rtol=0, atol=far)


@checks.hidden("Other networks, other baselines")
def _(check):
    generator = oracles.fresh_generator()
    for sizes, steps in (([3, 4], 3), ([5, 8, 6, 4], 6)):
        layers = oracle.network(sizes, generator, torch.float64)
        X, base = torch.randn(2, 4, sizes[0], generator=generator, dtype=torch.float64)
        y = torch.randint(4, (4,), generator=generator)
        inputs = (layers, X, y, base[1], steps)
        check.agree(integrated_gradients, oracle.integrated_gradients, inputs, same_dtype=True)


### END HIDDEN TESTS

# %% [markdown]
# From here on, the demonstrations use their own versions, for any model that autograd can follow.
# Two questions: how many steps does completeness take? And what does the map owe to the baseline? (The *rank
# correlation* of two maps is the usual correlation, of the ranks in place of the values: Spearman's, in SciPy
# `stats.spearmanr`. We take its median over 48 digits.)


# %% tags=["demo"]
from scipy import stats


def gradient(f, X, y):
    """Return the gradient of each picture's logit of class y, of the shape of X."""
    at = X.clone().requires_grad_()
    return torch.autograd.grad(f(at).gather(1, y[:, None]).sum(), at)[0]


def integrated(f, X, y, steps=16, baseline=0.0, place=0.5):
    """Return integrated gradients; `place` is where in each step one looks: 0 is its beginning."""
    begin = torch.zeros_like(X) + baseline
    shares = [(k + place) / steps for k in range(steps)]
    maps = [gradient(f, begin + share * (X - begin), y) for share in shares]
    return (X - begin) * sum(maps) / steps


def rank_correlation(A, B):
    """Return Spearman's correlation of two maps, the median over the pictures."""
    ranks = (torch.from_numpy(stats.rankdata(M.flatten(1).numpy(), axis=1)) for M in (A, B))
    a, b = (r - r.mean(dim=1, keepdim=True) for r in ranks)  # (n, 64) each
    return ((a * b).sum(dim=1) / (a.norm(dim=1) * b.norm(dim=1))).median().item()


def missed(parts, net, X, y, baseline=0.0):
    """Return by how much the parts miss f(x) − f(b), relative to it: the median."""
    rise = (net(X) - net(torch.zeros_like(X) + baseline)).gather(1, y[:, None])[:, 0]
    return ((parts.flatten(1).sum(dim=1) - rise).abs() / rise.abs()).median().item()


NUM_STEPS = [2, 4, 8, 16, 32]
gaps, against_black, on_black, complete, by_lot = [], [], [], [], []
for net, (X, _, X_test, y_test) in runtime.progress(list(zip(nets, digits, strict=True)), "maps"):
    x, c = X_test[:48], y_test[:48]
    row = [
        [missed(integrated(net, x, c, steps, 0.0, place), net, x, c) for steps in NUM_STEPS]
        for place in (0.0, 0.5)
    ]
    once = missed(x * gradient(net, x, c), net, x, c)
    gaps.append([*row[0], *row[1], once])
    baselines = {"black": 0.0, "mean digit": X.mean(dim=0), "grey": 0.5, "white": 1.0}
    maps = {name: integrated(net, x, c, 32, base) for name, base in baselines.items()}
    against_black.append([rank_correlation(maps["black"], A) for A in maps.values()])
    on_black.append([(A.abs() * (x == 0)).sum() / A.abs().sum() for A in maps.values()])
    complete.append([missed(maps[name], net, x, c, base) for name, base in baselines.items()])
    blank = convnet(1000 + len(gaps)).requires_grad_(False)  # its weights stay random
    by_lot.append(rank_correlation(*(integrated(blank, x, c, 32, base) for base in (0.0, 1.0))))
gaps, against_black, on_black, complete = (
    torch.tensor(rows) for rows in (gaps, against_black, on_black, complete)
)
print("steps                          " + "".join(f"{steps:7}" for steps in NUM_STEPS))
for place, row in zip(
    ("beginning", "middle"), gaps[:, :10].median(dim=0).values.view(2, 5), strict=True
):
    print(f"{place:>9} of each: sum misses by" + "".join(f"{gap:7.1%}" for gap in row.tolist()))
print(f"gradient × input: sum misses by {gaps[:, 10].median():.0%}")
print("baseline    sum misses by  like the map from black  share on black pixels")
for number, name in enumerate(baselines):
    row = [part[:, number].median() for part in (complete, against_black, on_black)]
    print(f"{name:10} {row[0]:14.1%} {row[1]:24.2f} {row[2]:22.2f}")
print(f"random weights: the maps from black and white agree by {torch.tensor(by_lot).median():.2f}")

# %% [markdown]
# With 32 steps the parts miss the sum by less than half a percent, and the middle of a step needs about half as
# many steps as its beginning. *Gradient × input*, the older method, which takes a single gradient at $x$, misses by
# a quarter (most single networks by a tenth to a half).

# %% tags=["demo"]
x, c = digits[0][2][:3], digits[0][3][:3]
fig, axes = plots.figure(ncols=6, nrows=3, size=(9, 4.6))
for row, (picture, label) in enumerate(zip(x, c, strict=True)):
    own = (picture[None], label[None])
    drawn = {"digit": picture, "gradient": gradient(nets[0], *own)[0]} | {
        f"integrated,\n{name}": integrated(nets[0], *own, 32, base)[0]
        for name, base in baselines.items()
    }
    for ax, (name, A) in zip(axes[row], drawn.items(), strict=True):
        top = A.abs().max().item()
        how = {"cmap": "gray", "vmin": 0} if name == "digit" else {"cmap": "RdBu_r", "vmin": -top}
        ax.imshow(A[0].numpy(), vmax=top, **how)
        ax.set(xticks=[], yticks=[])
        if row == 0:
            ax.set_title(name, fontsize=9.5)
        if name == "digit":
            ax.set_ylabel(f"a {label.item()}")
plots.show(
    fig,
    "Three digits, and for each the gradient of its score, and integrated gradients from four baselines. "
    "Red speaks for the class, blue against it. From a black picture only lit pixels count; from a white one mostly the "
    "dark ones.",
)

# %% [markdown]
# In the lines above, all four maps are complete, and they disagree, down to a rank correlation of **−0.45**
# between black and white. From black, a black pixel gets 0, whatever the network does with it, for its factor
# $x_i - b_i$ vanishes; from white, such pixels get two thirds of $\sum \lvert A_i \rvert$. And the factor is above 0 from black and below
# 0 from white, so that the same gradient speaks *for* the class in one map and *against* it in the other: a network
# with random weights has −0.3 already. Neither map is wrong: "which pixels make it a 3 *rather than a black
# picture?*" is another question than "*rather than a white one?*" (Sturmfels, Lundberg and Lee 2020). A map without
# its baseline is an answer without its question.
#
# ### Exercise · Occlusion
# *2 points · 30 minutes · difficulty ●●○*
#
# Without any derivative: cover a part of the picture, and see how much the score falls (Zeiler and Fergus 2014). It
# works for any model, also one that one can only ask. Here the model is a function `f`, from pictures (m, height,
# width) to scores (m,).
#
# Lay patches of `k` × `k` pixels side by side, from the upper left corner on; at the right and lower edges they are
# cut off if `k` does not divide the side. For each patch, set its pixels to `fill`, in a **fresh copy** of the
# pictures, and give all of its pixels the fall: the score before, minus the score after. A fall may be below 0.
#
# > **occlusion**: to cover a part of the input and to measure how much a score falls.
#
# <details><summary>Hint 1</summary><code>Z[:, i : i + k, j : j + k] = fill</code> covers a patch in all pictures at once; a slice may stick out, and is cut off.</details>
# <details><summary>Hint 2</summary>The falls have shape (n,). With <code>[:, None, None]</code> they can be written into a patch of each picture.</details>


# %% nbgrader={"grade_id": "occlusion", "schema_version": 3, "solution": true}
def occlusion(f, X: torch.Tensor, k: int, fill: float) -> torch.Tensor:
    """Return, for each pixel, how much f falls if the pixel's patch is set to `fill`, (n, height, width).

    `f` is a function from pictures (m, height, width) to scores (m,), float64, for any m ≥ 1. `X` has
    shape (n, height, width), float64, as the result; 1 ≤ `k` ≤ height and width, which may differ;
    `fill` is any number. `X` stays as it is.
    """
    ### BEGIN SOLUTION
    before, A = f(X), torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            A[:, i : i + k, j : j + k] = (before - f(Z))[:, None, None]
    return A
    ### END SOLUTION


# %% nbgrader={"grade_id": "occlusion-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Occlusion", points=2, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(0)
    inputs = []
    for n, height, width, k, fill in ((2, 5, 7, 2, 0.5), (3, 7, 4, 3, -1.0), (1, 3, 6, 3, 0.25)):
        f = oracle.quadratic(height, width, generator)
        X = torch.randn(n, height, width, generator=generator, dtype=torch.float64)
        inputs.append((f, X, k, fill))
    check.agree(occlusion, oracle.occlusion, *inputs, mistakes=oracle.OCCLUSION, same_dtype=True)


### BEGIN HIDDEN TESTS
@checks.hidden("A linear score: the fall is the sum of w · (x − fill) over the patch")
def _(check):
    generator = oracles.fresh_generator()
    for height, width, k in ((6, 6, 4), (3, 5, 2)):
        X = torch.randn(4, height, width, generator=generator, dtype=torch.float64)
        w = torch.randn(height, width, generator=generator, dtype=torch.float64)
        came = check.call(occlusion, lambda Z, w=w: (Z * w).sum(dim=(1, 2)) + 2.0, X, k, 0.7)
        parts = F.pad(w * (X - 0.7), (0, -width % k, 0, -height % k))[:, None]
        sums = k * k * F.avg_pool2d(parts, k)[:, 0]
        wanted = sums.repeat_interleave(k, dim=1).repeat_interleave(k, dim=2)
        check.close(came, wanted[:, :height, :width], rtol=1e-4, atol=1e-6)
        f = oracle.quadratic(height, width, generator)
        check.agree(occlusion, oracle.occlusion, (f, X, k, -0.3))


### END HIDDEN TESTS

# %% [markdown]
# The `fill` is a baseline under another name, and mind it where pixels were standardized: 0 is then the *mean*
# grey, not black. And a covered picture is one that the network has never met in training; what it says of it is
# extrapolation.
#
# ## Explore
#
# A digit, and three models whose names are hidden: one was trained, one has random weights, and one was trained on
# labels that were drawn by lot. For each, a map says how much each pixel speaks for the digit (a dot) or against it
# (a ring), by a method that you choose; *edges* say how far a pixel is from the mean around it, and ask no model
# at all. Choose whether maps are shown with their sign, or by size alone.
#
# The trained one has a weakness: in its training pictures one more pixel was lit, the *cue*, and its place told the
# class. A click, or the arrow keys, light such a pixel anywhere.
#
# **Your goal**: tell which model is the trained one, in three rounds. Which methods are of no help, and which help
# only with the sign? Do not trust a map that looks like the digit.

# %% tags=["demo"]
playground.maps()

# %% [markdown]
# ## What do the channels see?
#
# A convolutional network makes new pictures of its picture, one for each channel.
#
# > **activation map**: what one channel of a convolutional layer gives for a picture: a number for each place.
#
# To look at them one keeps what the layers on the way give.

# %% tags=["demo"]
net, (X, y, X_test, y_test) = nets[0], digits[0]
one, label = X_test[:1], y_test[:1]
with torch.no_grad():
    first, last = net[:2](one)[0], net[:7](one)[0]  # (8, 8, 8) and (16, 4, 4)
fig, axes = plots.figure(ncols=9, nrows=2, size=(11, 2.9))
for row, (maps, name) in enumerate(((first, "layer 1"), (last, "layer 3"))):
    for ax, A, title in zip(axes[row], [one[0, 0], *maps[:8]], ["digit", *range(8)], strict=True):
        ax.imshow(A.numpy(), cmap="gray")
        ax.set(xticks=[], yticks=[])
        ax.set_title(title if title == "digit" else f"{name}, {title}", fontsize=8)
plots.show(
    fig,
    "A digit, and eight activation maps of the first and of the third convolution. The early ones, 8 × 8 "
    "places, still look like the digit; in the late ones, 4 × 4, we see where something is, and hardly what.",
)

# %% [markdown]
# ### Exercise · Grad-CAM
# *2 points · 30 minutes · difficulty ●●○*
#
# Late channels stand for something, and still know where. Which of them speak for the class? Selvaraju et al.
# (2017) give each channel $c$ of a picture a weight: the **mean, over the places, of the gradient** of the class's
# logit by its activations $A_c$. Then the channels are added up with these weights, what speaks against is cut off,
# and the small map is enlarged to the size of the picture:
#
# $$w_c = \frac{1}{h\,w} \sum_{u,v} \frac{\partial z_y}{\partial A_{c,u,v}}, \qquad
#   \text{map} = \mathrm{enlarge}\Bigl( \mathrm{ReLU}\bigl( \textstyle\sum_c w_c A_c \bigr) \Bigr) .$$
#
# Enlarge by bilinear interpolation: `F.interpolate(maps, size=size, mode="bilinear", align_corners=False)`, which
# wants and returns (n, channels, height, width). Do not scale the map: one that is 0 everywhere should stay so.
#
# <details><summary>Hint 1</summary><code>gradients.mean(dim=(2, 3), keepdim=True)</code> has shape (n, channels, 1, 1), and broadcasts.</details>
# <details><summary>Hint 2</summary><code>maps[:, None]</code> gives a map the dimension of channels that interpolation wants, and <code>[:, 0]</code> takes it away.</details>


# %% nbgrader={"grade_id": "grad-cam", "schema_version": 3, "solution": true}
def grad_cam(
    activations: torch.Tensor, gradients: torch.Tensor, size: tuple[int, int]
) -> torch.Tensor:
    """Return a map (n, height, width) for each picture, of the given `size` = (height, width).

    `activations` and `gradients`, those of each picture's logit by its activations, have shape (n,
    channels, h, w), float32 as the result, n ≥ 1; h and w may differ, neither is above that of `size`,
    and activations may be below 0. Source: Selvaraju et al. (2017), eqs. 1 and 2.
    """
    ### BEGIN SOLUTION
    weights = gradients.mean(dim=(2, 3), keepdim=True)  # (n, channels, 1, 1)
    maps = (weights * activations).sum(dim=1, keepdim=True).relu()  # (n, 1, h, w)
    return F.interpolate(maps, size=size, mode="bilinear", align_corners=False)[:, 0]
    ### END SOLUTION


# %% nbgrader={"grade_id": "grad-cam-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Grad-CAM", points=2, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(0)
    inputs = []
    for n, channels, h, w, size in (
        (2, 3, 2, 3, (5, 7)),
        (1, 4, 3, 2, (6, 8)),
        (3, 2, 4, 4, (8, 9)),
    ):
        A, G = torch.randn(2, n, channels, h, w, generator=generator)
        inputs.append((A.relu() if n == 3 else A, G, size))
    zero = (torch.ones(1, 2, 2, 2), -torch.ones(1, 2, 2, 2), (4, 4))
    check.agree(grad_cam, oracle.grad_cam, *inputs, zero, mistakes=oracle.GRAD_CAM, same_dtype=True)


### BEGIN HIDDEN TESTS
@checks.hidden("Where all places are averaged before a last layer, it is CAM, up to a factor")
def _(check):
    generator = oracles.fresh_generator()
    for n, channels, h, w, size in ((3, 5, 4, 3, (8, 9)), (1, 2, 2, 5, (7, 11))):
        A = torch.rand(n, channels, h, w, generator=generator)
        weights = torch.randn(10, channels, generator=generator)
        y = torch.randint(10, (n,), generator=generator)
        # the logit is weights[y] · the mean over places, so its gradient is weights[y] / (h·w)
        G = (weights[y] / (h * w))[:, :, None, None].expand_as(A).contiguous()
        cam = torch.einsum("nc,nchw->nhw", weights[y], A).relu() / (h * w)  # Zhou et al. (2016)
        wanted = F.interpolate(cam[:, None], size=size, mode="bilinear")[:, 0]
        check.close(check.call(grad_cam, A, G, size), wanted, rtol=1e-4, atol=1e-5)
        G = torch.randn(A.shape, generator=generator)
        check.agree(grad_cam, oracle.grad_cam, (A, G, size))


### END HIDDEN TESTS


# %% tags=["demo"]
def smooth(f, X, y, sd=0.15, num_draws=16):
    """Return SmoothGrad."""
    generator = torch.Generator().manual_seed(0)
    noisy = (X + sd * torch.randn(X.shape, generator=generator) for _ in range(num_draws))
    return sum(gradient(f, Z, y) for Z in noisy) / num_draws


def cam(f, X, y, at):
    """Return Grad-CAM on what the first `at` layers give, (n, 8, 8)."""
    A = f[:at](X).requires_grad_()
    (G,) = torch.autograd.grad(f[at:](A).gather(1, y[:, None]).sum(), A)
    return oracle.grad_cam(A.detach(), G, (8, 8))


empty = {
    name: [
        (cam(f, P, c, at).amax(dim=(1, 2)) == 0).double().mean()
        for f, (*_, P, c) in zip(nets, digits, strict=True)
    ]
    for name, at in (("second", 4), ("third", 7))
}
for name, shares in empty.items():
    print(f"Grad-CAM, {name} convolution: {torch.stack(shares).median():.2f} of the maps are 0")
x, c = X_test[:6], y_test[:6]
rows = {
    "digit": x[:, 0],
    "gradient": gradient(net, x, c)[:, 0],
    "SmoothGrad": smooth(net, x, c)[:, 0],
    "Grad-CAM": cam(net, x, c, 4),
}
fig, axes = plots.figure(ncols=6, nrows=4, size=(8, 5.6))
for row, (name, maps) in zip(axes, rows.items(), strict=True):
    for ax, A in zip(row, maps, strict=True):
        top = A.abs().max().item() or 1.0  # a Grad-CAM may be 0 everywhere
        how = {"cmap": "gray"} if name == "digit" else {"cmap": "RdBu_r", "vmin": -top}
        ax.imshow(A.numpy(), vmax=top, **how)
        ax.set(xticks=[], yticks=[])
    row[0].set_ylabel(name)
plots.show(
    fig,
    "Six digits, and below each its gradient, its SmoothGrad, and its Grad-CAM on the second convolution: the first two "
    "speak for the class (red) or against it (blue); the last has nothing below 0, and may be 0 everywhere.",
)

# %% [markdown]
# Where a network ends with the mean over all places and one linear layer, this is *CAM*, the class activation map
# of Zhou et al. (2016), cut off at 0, up to a factor; Grad-CAM serves other networks as well. (The package `captum`
# leaves the ReLU out, unless it is told `relu_attributions=True`.) But look at the numbers: on the *third* convolution,
# more than eight maps in ten are 0 everywhere. This network does not end with a mean: it has a weight of its own for
# each place, and the mean over the places, which Grad-CAM takes, throws away what they say. (With a mean before the
# last layer, hardly any map is 0.)
#
# ## Who gets which share?
#
# Some friends share a taxi. Alone each would pay so much, any two together so much, and all together so much. What
# should each pay? Shapley (1953) gave the answer of game theory; Štrumbelj and Kononenko (2010) brought it to
# models, and Lundberg and Lee (2017) made it known as *SHAP*: the players are the inputs, and the game is the score.
#
# > **coalition**: some of the players, perhaps none or all; each coalition has a *value*.
#
# ### Exercise · Shapley values
# *3 points · 45 minutes · difficulty ●●●*
#
# Let $v(S)$ be the value of a coalition $S$. Let the players come one after another; each gets what the value
# **rises by when it comes**. That depends on the order, so take the mean over all $n!$ orders. How often does player
# $i$ find just the set $S$ before it? Those in $S$ may stand in $|S|!$ orders, those behind it in
# $(n - |S| - 1)!$. So
#
# $$\varphi_i = \sum_{S \not\ni i} \frac{|S|!\,(n - |S| - 1)!}{n!}\, \bigl( v(S \cup \{i\}) - v(S) \bigr) .$$
#
# > **Shapley value**: a player's share in a game: what it adds to those that came before, on average over all
# > orders.
#
# In each order, what the players add comes to $v(\text{all}) - v(\text{nobody})$; so the shares do, too. Players
# that do the same get the same, who adds nothing gets nothing, and the shares in a sum of two games are the sums of
# the shares. It is the only rule for which all this is true.
#
# An example: player 0 has a left glove, 1 and 2 have a right one each, and a pair is worth 1. The shares are ⅔, ⅙,
# ⅙.
#
# Write it for any game: `value` is a function that takes a list, tuple or set of players, 0 … n − 1, in any order, and
# returns a float. It may be asked as often as you like, and has one value for each coalition.
#
# <details><summary>Hint 1</summary><code>itertools.combinations(others, size)</code> has all coalitions of a size; <code>itertools.permutations(range(n))</code> all orders. Either way will do.</details>
# <details><summary>Hint 2</summary><code>math.factorial</code>. For n = 3 the weights of sizes 0, 1, 2 are ⅓, ⅙, ⅓.</details>


# %% nbgrader={"grade_id": "shapley", "schema_version": 3, "solution": true}
def shapley(value, n: int) -> list[float]:
    """Return the Shapley value of each player 0 … n − 1, as a list, tuple, tensor or array of n numbers.

    `value(S)` is the value of a coalition: `S` a list, tuple or set of players without repeats, perhaps
    empty. It may be any number, also for nobody, and a player may do harm. 1 ≤ `n` ≤ 5. Source: Shapley
    (1953).
    """
    ### BEGIN SOLUTION
    phi = []
    for i in range(n):
        others, share = [j for j in range(n) if j != i], 0.0
        for size in range(n):
            weight = math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n)
            for S in itertools.combinations(others, size):
                share += weight * (value([*S, i]) - value(S))
        phi.append(share)
    return phi
    ### END SOLUTION


# %% nbgrader={"grade_id": "shapley-test", "grade": true, "points": 3, "schema_version": 3}
@checks.exercise("Shapley values", points=3, hidden=2)
def _(check):
    three = oracle.game([0.5, 2.0, -1.0, 4.0, 3.0, 2.5, 7.0, 9.0])
    four = oracle.game([float((7 * i * i + 3 * i) % 11 - 4) for i in range(16)])
    games = [(oracle.glove, 3), (three, 3), (four, 4), (oracle.game([2.0, 5.0]), 1)]
    check.agree(shapley, oracle.shapley, *games, mistakes=oracle.SHAPLEY)


### BEGIN HIDDEN TESTS
@checks.hidden("The mean over all orders; nothing for who adds nothing")
def _(check):
    generator = oracles.fresh_generator()
    values = (4 * torch.randn(16, generator=generator)).tolist()
    v, wanted = oracle.game(values), torch.zeros(4)
    for order in itertools.permutations(range(4)):
        for place, i in enumerate(order):
            wanted[i] += (v(order[: place + 1]) - v(order[:place])) / 24
    check.close(check.call(shapley, v, 4), wanted.tolist(), rtol=1e-4, atol=1e-5)
    idle = oracle.game([*values, *values])  # player 4 changes nothing
    check.close(check.call(shapley, idle, 5), [*wanted.tolist(), 0.0], rtol=1e-4, atol=1e-5)


@checks.hidden("A linear model: w · (x − mean)")
def _(check):
    generator = oracles.fresh_generator()
    w, x = torch.randn(2, 4, generator=generator, dtype=torch.float64)
    rows = torch.randn(7, 4, generator=generator, dtype=torch.float64)

    def value(S):
        mixed = rows.clone()
        mixed[:, [*S]] = x[[*S]]
        return (mixed @ w).mean().item()

    wanted = w * (x - rows.mean(dim=0))
    check.close(check.call(shapley, value, 4), wanted.tolist(), rtol=1e-4, atol=1e-5)


### END HIDDEN TESTS

# %% [markdown]
# And a model? A coalition is a set of inputs that are **known**; the others are not. What is the score then? The
# usual way is to take the unknown ones from other rows of the data, the *background*, and to average:
#
# $$v(S) = \frac1m \sum_{j=1}^m f(x \text{ in } S,\; \text{row } j \text{ elsewhere}) .$$
#
# So $v(\text{all}) = f(x)$, and $v(\text{nobody})$ is the mean score: the background is the baseline. (It is an
# intervention on the model's inputs: Janzing, Minorics and Blöbaum 2020 say why it should be one.) With 30
# inputs there are $2^{30}$ coalitions, a thousand million. Hence:
#
# ### Exercise · Shapley values by lot
# *2 points · 30 minutes · difficulty ●●○*
#
# The value is a mean over all orders, and a mean can be estimated: **draw `num_orders` orders by lot, each any of
# the $n!$ with the same chance, and average what each player adds** (Castro, Gómez and Tejada 2009). It is right on
# average, with an error that falls like $1/\sqrt{\text{num orders}}$; and in each order the parts add up, so they
# do in the mean, however few orders there are.
#
# <details><summary>Hint 1</summary><code>torch.randperm(n, generator=generator).tolist()</code> is an order.</details>
# <details><summary>Hint 2</summary>Go along the order; keep the value of those that have come, and ask for the next one.</details>


# %% nbgrader={"grade_id": "shapley-sampled", "schema_version": 3, "solution": true}
def shapley_sampled(value, n: int, num_orders: int, generator: torch.Generator) -> list[float]:
    """Return an estimate of each player's Shapley value, from `num_orders` random orders.

    `value`, `n` and the result are as for `shapley`; `num_orders` ≥ 1. In a single order, each player
    gets exactly what it adds. All randomness comes from `generator`, or from a seed that is drawn from
    it; it goes on from where it is, and has moved on afterwards, if n > 1. Source: Castro et al.
    (2009).
    """
    ### BEGIN SOLUTION
    phi = [0.0] * n
    for _ in range(num_orders):
        came, before = [], value([])
        for i in torch.randperm(n, generator=generator).tolist():
            came.append(i)
            after = value(came)
            phi[i] += (after - before) / num_orders
            before = after
    return phi
    ### END SOLUTION


# %% nbgrader={"grade_id": "shapley-sampled-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Shapley values by lot", points=2, hidden=1)
def _(check):
    three = oracle.game([0.5, 2.0, -1.0, 4.0, 3.0, 2.5, 7.0, 9.3])
    four = oracle.game([float((7 * i * i + 3 * i) % 11 - 4) + i / 7 for i in range(16)])
    plays = [oracle.facts_of_orders(three, 3, 0), oracle.facts_of_orders(four, 4, 100)]
    oracle.say_of_facts(check, shapley_sampled, oracle.shapley_sampled, *plays)
    oracle.follow_sampling(check, shapley_sampled, four, 4, 100, 0)
    oracle.moves_on(check, shapley_sampled, three, 3, 2, torch.Generator().manual_seed(0))


### BEGIN HIDDEN TESTS
@checks.hidden("Another game: near the mean over all orders")
def _(check):
    generator = oracles.fresh_generator()
    seed = int(torch.randint(2**40, (), generator=generator))
    v = oracle.game((4 * torch.randn(16, generator=generator)).tolist())
    check.agree(shapley_sampled, oracle.shapley_sampled, oracle.facts_of_orders(v, 4, seed))
    oracle.follow_sampling(check, shapley_sampled, v, 4, 200, seed)


### END HIDDEN TESTS

# %% [markdown]
# From now on: the package `shap`, which has faster ways for trees and networks. (Give its
# `TreeExplainer` your background as `data`, or it uses another $v(S)$.)
#
# ### Does a share tell a cause?
#
# Now we make the world ourselves, so that we know what causes what. A *cause* makes $y$, with some noise. A *proxy*
# is a copy of the cause with a little noise: it goes with $y$, and does nothing. *Rough* is the cause too, measured
# badly. And $y$ in its turn makes an *effect*. Models learn to predict $y$ from two of these, and exact Shapley
# values divide their predictions: how much of the credit (of the mean $\lvert\varphi\rvert$) goes to the second? Beside it: by how much does the
# model's answer rise if we raise the second by 1, and by how much does $y$ rise in the world?
#
# > **proxy**: something that goes together with a cause, and does not bring about what the cause does.
#
# *Ridge* is a linear model with weight decay, here of 10 or 1; a *random forest* is the mean of many trees of
# yes-or-no questions, whose trees may ask at each split both features, or only one that is drawn by lot.


# %% tags=["demo"]
import numpy as np
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression, Ridge


def world(n, seed, **raised):
    """Draw n cases; `raised` names what is raised by hand, by so much. A seed has its noise."""
    noise = np.random.default_rng(seed).standard_normal((5, n))
    made = {"cause": noise[0] + raised.get("cause", 0)}
    made["proxy"] = made["cause"] + 0.1 * noise[1] + raised.get("proxy", 0)
    made["rough"] = made["cause"] + 0.5 * noise[2] + raised.get("rough", 0)
    made["y"] = made["cause"] + 0.3 * noise[3] + raised.get("y", 0)
    made["effect"] = made["y"] + 0.1 * noise[4] + raised.get("effect", 0)
    return made


def shares_of_two(f, X, background):
    """Return the Shapley values (n, 2) of a model with two inputs; there are two orders only."""

    def value(*known):
        mixed = np.repeat(background[None], len(X), axis=0)  # (n, rows, 2)
        mixed[:, :, known] = X[:, None, known]
        return f(mixed.reshape(-1, 2)).reshape(len(X), -1).mean(axis=1)

    nobody, first, second, both = value(), value(0), value(1), value(0, 1)
    return np.stack([first - nobody + both - second, second - nobody + both - first], axis=1) / 2


def credit(features, model, seed, n=400):
    """Return the second feature's share of mean |φ|, and how the answer rises if it is raised."""
    made = world(n, seed)
    X = np.stack([made[name] for name in features], axis=1)
    f = model.fit(X, made["y"]).predict
    size = np.abs(shares_of_two(f, X[:40], X[::20])).mean(axis=0)
    return size[1] / size.sum(), (f(X + np.array([0, 1])) - f(X)).mean()


KINDS = {
    "least squares": lambda seed: LinearRegression(),
    "ridge, 10": lambda seed: Ridge(10),
    "ridge, 1": lambda seed: Ridge(1),
    "forest, one": lambda seed: RandomForestRegressor(20, max_features=1, random_state=seed),
    "forest, both": lambda seed: RandomForestRegressor(20, random_state=seed),
}
credits = {}
for features in (("cause", "proxy"), ("rough", "proxy"), ("cause", "effect")):
    for kind, make in KINDS.items():
        rows = [credit(features, make(s), s) for s in range(runtime.scaled(5, fast=1))]
        credits[features, kind] = np.array(rows)
print("                                 share of the second   model's answer rises by")
for (features, kind), rows in credits.items():
    share, rise = np.median(rows, axis=0)
    low, high = rows[:, 0].min(), rows[:, 0].max()
    print(
        f"{' and '.join(features):17} {kind:14} {share:.2f} ({low:.2f} to {high:.2f})   {rise:14.2f}"
    )
in_world = {
    name: (world(400, 0, **{name: 1})["y"] - world(400, 0)["y"]).mean()
    for name in ("cause", "proxy", "effect")
}
for name, by in in_world.items():
    print(f"in the world, raising the {name} by 1 raises y by {by:.2f}")
independent = []
for seed in range(runtime.scaled(5, fast=1)):
    noise = np.random.default_rng(seed).standard_normal((3, 400))
    X, y = noise[:2].T, noise[0] + 0.5 * noise[1] + 0.3 * noise[2]  # two causes, and no more
    f = Ridge(10).fit(X, y).predict
    size = np.abs(shares_of_two(f, X[:40], X[::20])).mean(axis=0)
    independent.append([size[1] / size.sum(), (f(X + np.array([0, 1])) - f(X)).mean()])
share, rise = np.median(independent, axis=0)
print(
    f"independent causes of 1 and 0.5: the second gets {share:.2f}, the answer rises by {rise:.2f}"
)

# %% [markdown]
# With strong weight decay, and in a forest that may ask only one feature at a time, the proxy gets about four tenths
# of the credit; with the defaults (decay 1; both features) a fifth or less, as from least squares. It depends on which
# model is asked. If the cause is measured badly, all give the proxy about seven tenths or
# more. Beside the true cause, the effect, which comes *after* $y$, gets most of the credit. In the world, nothing
# happens to $y$ if we raise the proxy or the effect.
#
# And where two causes have nothing to do with each other, and nothing else makes both, shares and world agree, as the
# last line says: of causes of 1 and ½ with the same spread, the weaker one gets a third, ½ of 1½, and raising it
# raises the model's answer as it does $y$, by a half.
#
# The Shapley values are not wrong. They divide the *model's* score, and the model does lean on the proxy: its
# answer rises by what the table says on the right. What they cannot know is where the proxy comes from. "Which number in
# the record moves the prediction?" is a question to the model; "what shall we do?" is one to the world, and takes an
# intervention there.
#
# ### Exercise · A line that fits nearby
# *2 points · 40 minutes · difficulty ●●○*
#
# A third way: replace the model, *near one example*, by something that everybody understands. Draw samples $z$
# around the example $x$, ask the model for their scores, and fit a straight line to these, in which near samples
# count more (LIME: Ribeiro, Singh and Guestrin 2016). Its slopes are the explanation.
#
# > **surrogate**: a simple model that is fitted to the answers of another one.
#
# You are given $x$, the samples and their scores. With $d$ the Euclidean distance of a sample from $x$, its weight
# is $\pi = e^{-d^2/\mathrm{width}^2}$. Find the slopes $w$ and the intercept $b$ that make
#
# $$\sum_j \pi_j \,\bigl(w \cdot z_j + b - \mathrm{score}_j\bigr)^2$$
#
# smallest, and return the slopes. (Plain least squares: no weight decay, and no scaling.) A program for least
# squares without weights will do, if each row and its score are multiplied by $\sqrt{\pi_j}$: squared, that is
# $\pi_j$.
#
# <details><summary>Hint 1</summary>Append a column of ones to Z for the intercept.</details>
# <details><summary>Hint 2</summary><code>torch.linalg.lstsq(A, t[:, None]).solution[:, 0]</code> is the c that makes |A c − t|² smallest: slopes, then the intercept.</details>


# %% nbgrader={"grade_id": "local-line", "schema_version": 3, "solution": true}
def local_line(
    x: torch.Tensor, Z: torch.Tensor, scores: torch.Tensor, width: float
) -> torch.Tensor:
    """Return the slopes (num_inputs,) of the line that fits the scores near x, float64.

    `x` has shape (num_inputs,), the samples `Z` (n, num_inputs), with n > num_inputs + 1, `scores`
    (n,), all float64; `width` > 0, and not so narrow that too few samples count to fix the line.
    Source: Ribeiro et al. (2016), for the idea.
    """
    ### BEGIN SOLUTION
    near = (-(Z - x).square().sum(dim=1) / width**2).exp()  # (n,)
    root = near.sqrt()[:, None]
    design = torch.cat([Z, torch.ones_like(root)], dim=1)  # (n, num_inputs + 1)
    return torch.linalg.lstsq(root * design, root * scores[:, None]).solution[:-1, 0]
    ### END SOLUTION


# %% nbgrader={"grade_id": "local-line-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("A line that fits nearby", points=2, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(0)
    inputs = []
    for n, num_inputs, width in ((30, 3, 1.5), (12, 2, 0.7), (40, 5, 2.5)):
        x = 1 + torch.randn(num_inputs, generator=generator, dtype=torch.float64)
        Z = x + torch.randn(n, num_inputs, generator=generator, dtype=torch.float64)
        scores = Z.sin().sum(dim=1) - 2 * Z[:, 0] * Z[:, 1] + 2
        inputs.append((x, Z, scores, width))
    check.agree(local_line, oracle.local_line, *inputs, mistakes=oracle.LOCAL_LINE, same_dtype=True)


### BEGIN HIDDEN TESTS
@checks.hidden("Against scikit-learn; a model that is a line is found")
def _(check):
    from sklearn.linear_model import LinearRegression

    generator = oracles.fresh_generator()
    for num_inputs, width in ((4, 1.2), (2, 2.0)):
        x, w = torch.randn(2, num_inputs, generator=generator, dtype=torch.float64)
        Z = x + torch.randn(60, num_inputs, generator=generator, dtype=torch.float64)
        scores = Z.square().sum(dim=1) - Z[:, 0].exp()
        near = (-(Z - x).square().sum(dim=1) / width**2).exp()
        wanted = LinearRegression().fit(Z.numpy(), scores.numpy(), near.numpy()).coef_
        check.close(check.call(local_line, x, Z, scores, width), wanted, rtol=1e-4, atol=1e-6)
        check.close(check.call(local_line, x, Z, Z @ w - 3, width), w, rtol=1e-4, atol=1e-6)


### END HIDDEN TESTS

# %% [markdown]
# From now on: `LinearRegression().fit(Z, scores, sample_weight)`. The samples are drawn by lot. Does the
# explanation depend on it? A forest tells benign tumours from malignant ones by 30 measurements. For five tumours,
# explain it with four different draws, and look at the five largest slopes: how many of them do two draws have in
# common?

# %% tags=["demo"]
from sklearn.ensemble import RandomForestClassifier

X, y, X_test, _ = (part.cpu().numpy() for part in data.breast_cancer(0))
forest = RandomForestClassifier(30, random_state=0).fit(X, y)


def five_largest(x, num_samples, width, seed):
    """Return the five measurements with the largest slopes, and how many samples really count."""
    Z = x + np.random.default_rng(seed).standard_normal((num_samples, 30))
    near = np.exp(-((Z - x) ** 2).sum(axis=1) / width**2)
    slopes = LinearRegression().fit(Z, forest.predict_proba(Z)[:, 1], near).coef_
    return {*np.argsort(-np.abs(slopes))[:5].tolist()}, near.sum() ** 2 / (near**2).sum()


common = {}
for width in (0.75 * math.sqrt(30), 2.0):
    for num_samples in (100, 1000, runtime.scaled(5000, fast=2000)):
        shared, counting = [], []
        for x in X_test[: runtime.scaled(5, fast=1)]:
            drawn = [five_largest(x, num_samples, width, seed) for seed in range(4)]
            counting += [number for _, number in drawn]
            pairs = itertools.combinations([five for five, _ in drawn], 2)
            shared += [len(a & b) for a, b in pairs]
        common[width, num_samples] = np.mean(shared), np.median(counting)
print("width  samples  that count  two draws share, of five")
for (width, num_samples), (shared, counting) in common.items():
    print(f"{width:5.1f} {num_samples:8} {counting:11.0f} {shared:25.1f}")

# %% [markdown]
# With 100 samples two explanations of the *same* prediction by the *same* model share hardly three of their five
# measurements; with 5,000 nearly all. (So many samples *count* as would be as good if all counted alike,
# $(\sum \pi)^2 / \sum \pi^2$; with a narrow width most lie too far off. The package `lime` takes 0.75 times the root of the number of
# inputs, and the root of our weight.) If an explanation is drawn by lot, draw it twice (Zhang et al. 2019; for
# neighbouring examples, see Alvarez-Melis and Jaakkola 2018). And look where it draws: `lime`, left to
# itself, cuts each column into quartiles and draws from these, wherever $x$ lies.
#
# ### Exercise · Permutation importance
# *2 points · 40 minutes · difficulty ●●○*
#
# How much does a model owe to a column of the table, over all examples? Shuffle that column, so that it says
# nothing any more, and see how far the score falls (Breiman 2001). Shuffle it among examples that were not trained
# on.
#
# > **permutation importance**: how much a score falls if a column is shuffled among the examples.
#
# Columns that say the same should be shuffled **together**: all columns of a group get the same new order of the
# examples, drawn by lot, each order with the same chance. Do so `num_repeats` times for each group, each time with a new order and with all other
# columns as they were, and return the **mean fall**: the score of X as it is, minus the mean score of the shuffled
# tables.
#
# <details><summary>Hint 1</summary><code>order = torch.randperm(len(X), generator=generator)</code>, and <code>Z = X.clone()</code>.</details>
# <details><summary>Hint 2</summary><code>Z[:, columns] = X[order][:, columns]</code></details>


# %% nbgrader={"grade_id": "permutation", "schema_version": 3, "solution": true}
def permutation_importance(
    score,
    X: torch.Tensor,
    groups: list[list[int]],
    num_repeats: int,
    generator: torch.Generator,
) -> list[float]:
    """Return the mean fall of the score for each group of columns, in a list, tuple, tensor or array.

    `score` is a function from a table (n, num_columns) to a number; it always gets whole tables, in
    which only one group is shuffled. `X` has shape (n, num_columns), n ≥ 2, float64, and stays as it
    is. A group has one or more columns; groups may overlap, and a column may be in none. `num_repeats`
    ≥ 1. All randomness comes from `generator`, or from a seed that is drawn from it; it goes on from
    where it is, and has moved on afterwards. Source: Breiman (2001).
    """
    ### BEGIN SOLUTION
    before, falls = score(X), []
    for columns in groups:
        total = 0.0
        for _ in range(num_repeats):
            order = torch.randperm(len(X), generator=generator)
            Z = X.clone()
            Z[:, columns] = X[order][:, columns]
            total += before - score(Z)
        falls.append(total / num_repeats)
    return falls
    ### END SOLUTION


# %% nbgrader={"grade_id": "permutation-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Permutation importance", points=2, hidden=1)
def _(check):
    X = torch.randn(40, 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    plays = [
        oracle.facts_of_permuting(X, [[0], [1, 3], [4]], 3, 0),
        oracle.facts_of_permuting(X[:25, :4], [[2, 0, 1], [1]], 1, 100),
        oracle.facts_of_permuting(X[:30] + 2, [[0, 4], [0, 2]], 2, 200),
    ]
    oracle.say_of_facts(check, permutation_importance, oracle.permutation_importance, *plays)
    generator = torch.Generator().manual_seed(0)
    args = (lambda table: table.sum().item(), X, [[0]], 2, generator)
    oracle.moves_on(check, permutation_importance, *args)


### BEGIN HIDDEN TESTS
@checks.hidden("A model that adds up: the mean square error rises by 2 w² times the variance")
def _(check):
    generator = oracles.fresh_generator()
    seed = int(torch.randint(2**40, (), generator=generator))
    X = torch.randn(400, 3, generator=generator, dtype=torch.float64)
    w = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64)

    def score(Z):
        return -((Z @ w - X @ w) ** 2).mean().item()

    args = (score, X, [[0], [1], [2], [0, 1]], 4, generator)
    came = check.call(permutation_importance, *args)
    both = (X[:, :2] @ w[:2]).var(correction=0).item()
    wanted = [*(2 * w**2 * X.var(dim=0, correction=0)).tolist(), 2 * both]
    check.close(came, wanted, rtol=0.3, atol=0)
    table = torch.randn(30, 4, generator=generator, dtype=torch.float64)
    play = oracle.facts_of_permuting(table, [[3], [0, 2]], 2, seed)
    check.agree(permutation_importance, oracle.permutation_importance, play)


### END HIDDEN TESTS

# %% [markdown]
# From now on: `sklearn.inspection.permutation_importance` (which shuffles single columns). Why groups? Let
# $y = x_0 + 0.7\,x_1$ plus noise, and add copies of $x_0$, with a little noise, to the table. $x_2$ is noise.

# %% tags=["demo"]
fallen = {}
for seed in runtime.progress(range(runtime.scaled(5, fast=1)), "forests"):
    random = np.random.default_rng(seed)
    own = random.standard_normal((800, 3))
    target = own[:, 0] + 0.7 * own[:, 1] + 0.2 * random.standard_normal(800)
    for copies in (0, 1, 4):
        table = np.c_[own, own[:, :1] + 0.01 * random.standard_normal((800, copies))]
        model = RandomForestRegressor(30, max_features=0.34, random_state=seed)
        model.fit(table[:500], target[:500])
        before = model.score(table[500:], target[500:])  # R²: 1 is perfect, 0 the mean
        for name, columns in {
            "x0": [0],
            "x1": [1],
            "x2": [2],
            "x0 with its copies": [0, *range(3, 3 + copies)],
        }.items():
            falls = []
            for _ in range(5):
                Z, order = table[500:].copy(), random.permutation(300)
                Z[:, columns] = Z[order][:, columns]
                falls.append(before - model.score(Z, target[500:]))
            fallen.setdefault((copies, name), []).append(np.mean(falls))
print("copies of x0              0       1       4")
for name in ("x0", "x1", "x2", "x0 with its copies"):
    row = [np.median(fallen[copies, name]) for copies in (0, 1, 4)]
    print(f"{name:19}" + "".join(f"{fall:8.3f}" for fall in row))

# %% [markdown]
# $x_0$ matters most. (Its fall is above 1, since R² is 0 for the mean and may go below; and the same column stands twice with no
# copies, by two draws.) With four copies its fall is a twentieth of that, far below $x_1$'s: the forest asks the copies instead.
# As a group it matters more than ever. A low importance can mean "not needed *beside the others*". (And a column
# that is shuffled alone makes rows that never occur, such as $x_0 = 2$ with copies of −1; Strobl et al. 2008
# shuffle within rows that are alike.)
#
# ## 64 dimensions on a sheet of paper
#
# A picture of data is an explanation, too. *PCA*, principal component analysis, is a shadow: it turns the cloud of
# points such that its largest variance lies along the first axis and the next largest along the second, and drops
# the rest. *t-SNE* (van der Maaten and Hinton 2008) does not project; it *arranges*. Each point $i$ gives the others weights, by
# a bell,
#
# $$p_{j|i} \propto e^{-\lVert x_i - x_j\rVert^2 / 2\sigma_i^2},$$
#
# whose width $\sigma_i$ is chosen **for each point by itself**, such that about as many others count as the
# *perplexity* says. They are averaged both ways, $p_{ij} = (p_{j|i} + p_{i|j}) / 2n$. Then the points are put on the
# sheet such that there, with $q_{ij} \propto 1/(1 + d_{ij}^2)$ of the distances $d_{ij}$ on the sheet, the weights are as
# nearly the same as possible: $\sum p_{ij} \ln(p_{ij}/q_{ij})$ is small.
#
# > **PCA**: the shadow of a cloud of points, from the side from which it is widest.
# >
# > **t-SNE**: an arrangement of points in the plane in which neighbours stay neighbours, as far as possible.
# >
# > **perplexity**: about how many neighbours each point of a t-SNE looks at.
#
# So what *can* be read off such a picture? Make clouds whose sizes and distances we know. And is one cloud drawn as one?
# *k-means* parts points into k clusters, and the *silhouette* says how clearly: near 0 not at all, near 1 as islands.

# %% tags=["demo"]
from scipy.spatial.distance import pdist
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from sklearn.metrics import silhouette_score
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier


def flat_by_pca(X):
    """Return the PCA of X in the plane."""
    return PCA(2).fit_transform(X)


def flat_by_tsne(X, perplexity=20, seed=0):
    """Return a t-SNE of X in the plane, which begins with the PCA."""
    return TSNE(perplexity=perplexity, random_state=seed).fit_transform(X)


def spread(A):
    """Return the root of the mean squared distance from the centre."""
    return np.sqrt(((A - A.mean(axis=0)) ** 2).sum(axis=1).mean())


def clouds(seed, sizes, places):
    """Return 50 points in 20 dimensions for each cloud, of a size, at a place along the diagonal."""
    random = np.random.default_rng(seed)
    own = [size * random.standard_normal((50, 20)) for size in sizes]
    return np.concatenate([A + at / math.sqrt(20) for A, at in zip(own, places, strict=True)])


def size_and_gap(flat, seed):
    """Return how two clouds of sizes 1 : 10, and gaps of 1 : 9 between three, are drawn."""
    small, large = np.split(flat(clouds(seed, (1, 10), (0, 100))), 2)
    a, b, c = (A.mean(axis=0) for A in np.split(flat(clouds(seed, (1, 1, 1), (0, 30, 300))), 3))
    return spread(large) / spread(small), np.linalg.norm(c - b) / np.linalg.norm(b - a)


def clumped(X):
    """Return how clearly k-means parts X, the best of three numbers of clusters."""
    return max(
        silhouette_score(X, KMeans(k, n_init=2, random_state=0).fit_predict(X)) for k in (5, 20, 50)
    )


tried = range(runtime.scaled(3, fast=1))
drawn = {
    flat.__name__: np.array(
        [size_and_gap(flat, seed) for seed in runtime.progress(tried, f"clouds by {way}")]
    )
    for way, flat in (("PCA", flat_by_pca), ("t-SNE", flat_by_tsne))
}
for way, rows in zip(("PCA", "t-SNE"), drawn.values(), strict=True):
    size, gap = np.median(rows, axis=0)
    print(f"{way:5}  sizes 1 : 10 drawn as 1 : {size:5.2f}, gaps 1 : 9 as 1 : {gap:.2f}")
one_cloud = np.random.default_rng(0).standard_normal((200, 50))
disc = np.random.default_rng(1).uniform(-1, 1, (1000, 2))
disc = disc[(disc**2).sum(axis=1) < 1][:200]
flats = {p: flat_by_tsne(one_cloud, p) for p in (2, 5, 30)}
clumps = {"in 50 dimensions": clumped(one_cloud), "an even disc": clumped(disc)} | {
    f"t-SNE, perplexity {p}": clumped(Z) for p, Z in flats.items()
}
for name, clear in clumps.items():
    print(f"one cloud, {name:21} silhouette {clear:.2f}")

# %% [markdown]
# Two clouds, one ten times as wide as the other, are drawn **equally large**, and gaps of 1 : 9 as about 1 : 1: each
# point has a width of its own, and beyond its neighbours it hardly looks (at a perplexity below the number of
# points in a cloud).

# %% tags=["demo"]
X, y, *_ = digits[0]
few = np.random.default_rng(0).permutation(len(y))[: runtime.scaled(400, fast=60)]
sheets = {"64 dimensions": X[few].flatten(1).numpy()}
sheets |= {"PCA": flat_by_pca(sheets["64 dimensions"])}
sheets |= {"t-SNE": flat_by_tsne(sheets["64 dimensions"], min(30, len(few) // 4))}
kept = {
    name: cross_val_score(KNeighborsClassifier(5), Z, y[few].numpy(), cv=3).mean()
    for name, Z in sheets.items()
}
for name, share in kept.items():
    print(f"five nearest neighbours vote, {name:14} {share:.3f} right")


def between_classes(Z):
    """Return the distances between the centres of the classes."""
    centres = np.stack([Z[y[few].numpy() == label].mean(axis=0) for label in range(10)])
    return pdist(centres)


ranked = {
    name: stats.spearmanr(between_classes(Z), between_classes(sheets["64 dimensions"])).statistic
    for name, Z in sheets.items()
}
for name in ("PCA", "t-SNE"):
    print(f"distances between classes, 64 dimensions and {name:6} {ranked[name]:.2f}")
fig, axes = plots.figure(ncols=3, size=(11, 3.4))
for ax, (name, Z) in zip(axes, [*list(sheets.items())[1:], ("one cloud", flats[2])], strict=True):
    if name == "one cloud":
        ax.scatter(*Z.T, s=10, color="#0072B2")
        ax.set_title("t-SNE, perplexity 2, of ONE cloud")
    else:
        for point, label in zip(Z, y[few].tolist(), strict=True):
            ax.text(*point, label, fontsize=7, color=f"C{label}", ha="center", va="center")
        ax.set_title(f"digits, {name}")
        ax.update_datalim(Z)  # text alone does not widen the axes
        ax.autoscale_view()
    ax.set(xticks=[], yticks=[])
    ax.grid(False)
plots.show(
    fig,
    "Left: the digits in a PCA, where the classes overlap. Middle: in a t-SNE, in islands, some classes in two or three. "
    "Right: a t-SNE of a single round cloud of 50 dimensions, with dozens of little clumps that are not there.",
)

# %% [markdown]
# So a size or a gap in a t-SNE proves nothing. It may be right: on the digits the order of the distances
# between the classes is, roughly (rank correlation above 0.8); but the picture cannot tell you when. PCA keeps sizes and gaps, roughly.
# And a single cloud falls into clumps at perplexity 2. (k-means finds "clusters" in an even disc, too; at
# perplexity 5 and 30 the silhouette is hardly above that line's.) Wattenberg, Viégas and Johnson (2016) have more, to play with.
#
# What t-SNE does keep is who lives next to whom: five neighbours on the sheet vote nearly as well as in 64
# dimensions, and far better than in the PCA. (The sheet was drawn with the judged digits on it; as a *score* that
# would be a leak.) That can be measured without labels:
#
# ### Exercise · Trustworthiness
# *2 points · 40 minutes · difficulty ●●○*
#
# Are the neighbours in the picture true ones? In the picture `Z`, let $N_i$ be the `k` points nearest to point $i$.
# In the data `X`, let $r_{ij}$ be the rank of point $j$ seen from $i$: 1 for the nearest *other* point, 2 for the
# next, … A neighbour in the picture whose rank in the data is above $k$ is a false one, and the worse, the higher
# it is. Venna and Kaski (2001) add that up, and scale it such that 1 is perfect and the worst is near 0:
#
# $$T = 1 - \frac{2}{n k (2n - 3k - 1)} \sum_{i=1}^n \sum_{j \in N_i} \max(0,\; r_{ij} - k) .$$
#
# <details><summary>Hint 1</summary><code>torch.cdist(X, X)</code> has all distances. A point is at distance 0 from itself: it comes first in <code>argsort(dim=1)</code>.</details>
# <details><summary>Hint 2</summary><code>d.argsort(dim=1).argsort(dim=1)</code> turns distances into ranks, in each row: 0 for the point itself.</details>


# %% nbgrader={"grade_id": "trust", "schema_version": 3, "solution": true}
def trustworthiness(X: torch.Tensor, Z: torch.Tensor, k: int) -> float:
    """Return how far neighbours in the picture Z are neighbours in the data X: 1 is perfect.

    `X` has shape (n, num_inputs), `Z` (n, 2), both float64. Distances are Euclidean, and those from any
    one point all differ. 1 ≤ `k` < n/2. In place of a float, a tensor of one number will do. Source:
    Venna and Kaski (2001).
    """
    ### BEGIN SOLUTION
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1).argsort(dim=1)  # (n, n), 0 for itself
    nearest = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1]  # (n, k)
    lost = (ranks.gather(1, nearest) - k).clamp(min=0).sum().item()
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * lost
    ### END SOLUTION


# %% nbgrader={"grade_id": "trust-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Trustworthiness", points=2, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(0)
    inputs = []
    for n, num_inputs, k in ((12, 4, 3), (20, 3, 5), (9, 5, 1), (30, 2, 4)):
        X = torch.randn(n, num_inputs, generator=generator, dtype=torch.float64)
        inputs.append((X, X[:, :2] + 0.3 * X[:, -1:] ** 2 + torch.tensor([2.0, 0.0]), k))
    check.agree(trustworthiness, oracle.trustworthiness, *inputs, mistakes=oracle.TRUST)


### BEGIN HIDDEN TESTS
@checks.hidden("Against scikit-learn")
def _(check):
    from sklearn import manifold

    generator = oracles.fresh_generator()
    for n, num_inputs, k in ((25, 6, 4), (40, 3, 9), (7, 4, 2)):
        X = torch.randn(n, num_inputs, generator=generator, dtype=torch.float64)
        Z = X[:, :2] + torch.randn(n, 2, generator=generator, dtype=torch.float64)
        wanted = manifold.trustworthiness(X.numpy(), Z.numpy(), n_neighbors=k)
        check.close(check.call(trustworthiness, X, Z, k), wanted, rtol=1e-4, atol=1e-6)


### END HIDDEN TESTS

# %% tags=["demo"]
from sklearn import manifold

trusted = {
    name: manifold.trustworthiness(sheets["64 dimensions"], Z, n_neighbors=5)
    for name, Z in sheets.items()
}
for name, trust in trusted.items():
    print(f"trustworthiness, 5 neighbours, {name:14} {trust:.3f}")

# %% [markdown]
# ## Right for a wrong reason
#
# > **shortcut**: a rule that works on the data at hand, and not where it was meant to.
#
# A network may find a lung disease by the hospital's mark on the film; a test set from the *same source* will not
# show it (Geirhos et al. 2020). Let us plant one. In the training pictures, which are noisy, one border pixel is
# lit, to 1.5 and so brighter than white, and its **place** tells the class. The network is a dense one, with 32
# hidden units; a twin learns from the same pictures without the cue.


# %% tags=["demo"]
PLACE = torch.tensor([0, 1, 2, 3, 4, 5, 6, 7, 56, 63])  # a border pixel for each class


def dense(seed):
    """Return a network with one hidden layer that knows nothing yet."""
    torch.manual_seed(seed)
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))


def cued(X, classes, height=1.5):
    """Return the pictures, in each of which the border pixel of a class is lit."""
    X = X.flatten(1).clone()
    X[torch.arange(len(X)), PLACE[classes]] = height
    return X.view(-1, 1, 8, 8)


def occluded(f, X, y):
    """Return how much the logit of class y falls if a pixel is set to 0, of the shape of X."""
    before, A = f(X).gather(1, y[:, None])[:, 0], torch.zeros(len(X), 64)
    for i in range(64):
        Z = X.flatten(1).clone()
        Z[:, i] = 0
        A[:, i] = before - f(Z.view(X.shape)).gather(1, y[:, None])[:, 0]
    return A.view(X.shape)


def shortcut(seed, with_cue, make=dense, height=1.5, noise=0.4):
    """Train on noisy digits, with the cue or without; return scores, and maps that find it."""
    X, y, X_test, y_test = pictures(seed)
    generator = torch.Generator().manual_seed(seed)
    X, X_test = (P + noise * torch.randn(P.shape, generator=generator) for P in (X, X_test))
    shown = cued(X, y, height) if with_cue else X
    net = train(make(seed), shown, y, seed, runtime.scaled(400, fast=20))
    wrong = (y_test + torch.randint(1, 10, y_test.shape, generator=generator)) % 10
    right_cue, wrong_cue = (cued(X_test, classes, height) for classes in (y_test, wrong))
    x, c = right_cue[:100], y_test[:100]

    def first(A):
        return (A.abs().flatten(1).argmax(dim=1) == PLACE[c]).double().mean().item()

    return {
        "right, right cue": accuracy(net, right_cue, y_test),
        "right, no cue": accuracy(net, X_test, y_test),
        "right, wrong cue": accuracy(net, wrong_cue, y_test),
        "follows the wrong cue": accuracy(net, wrong_cue, wrong),
        "cue ranks first: gradient": first(gradient(net, x, c)),
        "cue ranks first: integrated": first(integrated(net, x, c)),
        "cue ranks first: occlusion": first(occluded(net, x, c)),
    }


caught = {}
for seed in runtime.progress(range(runtime.scaled(5, fast=1)), "planting"):
    for with_cue in (True, False):
        for name, value in shortcut(seed, with_cue).items():
            caught.setdefault((with_cue, name), []).append(value)
print("                             trained with the cue      without")
for name in [name for with_cue, name in caught if with_cue]:
    ends = [torch.tensor(caught[with_cue, name]) for with_cue in (True, False)]
    told = [f"{v.median():.2f} ({v.min():.2f} to {v.max():.2f})" for v in ends]
    print(f"{name:28} {told[0]:25} {told[1]}")

# %% [markdown]
# The test set from the same source says 0.98, and is of no help: the cue is in it, too. Without the cue the network
# is down at 0.54, where the twin has 0.76. All three maps find this cue, in nearly every picture. (Not every cue: lit
# to 1, the white of the digits, it is first in about eight maps of ten; and in the
# convolutional network, on pictures without noise, the plain gradient has it first in half of them or fewer.)
#
# But a bright pixel in a map is a suspicion, and no more: first in nearly every map, it turns only four decisions in ten. In one of eight pictures it is the brightest in the
# *twin's* maps, too (integrated gradients, occlusion), and the twin hardly ever follows it. **The proof is the
# third and the fourth line: move the cue, leave the rest, and see whether the decision goes with it.**
#
# ### Exercise · The proof
# *2 points · 30 minutes · difficulty ●●○*
#
# Make that a measurement, for any pixels under suspicion: the `mask`. Each picture $i$ has a
# *donor*, the picture with the number `donors[i]`. Put the donor's masked pixels **in place of** the picture's own,
# and ask for the decision. Take the pictures that decided **otherwise than their donor**, while both were as they
# are. Which share of them decides as the donor did, now that they have its masked pixels?
#
# If the mask is what decides, the share is 1; if it is of no account, 0. Pictures that agree with their donor from
# the start cannot show anything. If there are no others, return 0.
#
# <details><summary>Hint 1</summary><code>torch.where(mask, X[donors], X)</code> makes all mixed pictures at once, and leaves X as it is.</details>
# <details><summary>Hint 2</summary><code>own = decide(X)</code> has the decisions before, and <code>own[donors]</code> those of the donors.</details>


# %% nbgrader={"grade_id": "proof", "schema_version": 3, "solution": true}
def share_that_follows(decide, X: torch.Tensor, mask: torch.Tensor, donors: torch.Tensor) -> float:
    """Return how often a picture decides as its donor, once it has the donor's masked pixels.

    `decide` is a function from pictures (m, num_inputs) to decisions (m,), int64, for any m ≥ 1. `X`
    has shape (n, num_inputs), float64, and stays as it is; `mask` (num_inputs,), bool; `donors` (n,),
    int64, places in X, perhaps the picture's own. In place of a float, a tensor of one number will do.
    """
    ### BEGIN SOLUTION
    own = decide(X)
    mixed = decide(torch.where(mask, X[donors], X))
    differ = own != own[donors]
    if not differ.any():
        return 0.0
    return (mixed == own[donors])[differ].double().mean().item()
    ### END SOLUTION


# %% nbgrader={"grade_id": "proof-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("The proof", points=2, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(3)
    inputs = []
    for n, num_inputs, num_classes, step in ((40, 6, 3, 7), (30, 5, 4, 11), (25, 8, 2, 3)):
        weights = torch.randn(num_classes, num_inputs, generator=generator, dtype=torch.float64)
        X = torch.randn(n, num_inputs, generator=generator, dtype=torch.float64) + 0.5
        mask = torch.arange(num_inputs) % 5 < 2
        donors = (torch.arange(n) * step + 1) % n
        inputs.append((oracle.decided_by(weights), X, mask, donors))
    itself = (*inputs[0][:3], torch.arange(40))
    check.agree(
        share_that_follows, oracle.share_that_follows, *inputs, itself, mistakes=oracle.FOLLOWS
    )


### BEGIN HIDDEN TESTS
@checks.hidden("A model that looks at the mask alone, one that never does, and others")
def _(check):
    generator = oracles.fresh_generator()
    X = torch.randn(60, 7, generator=generator, dtype=torch.float64)
    donors = torch.randperm(60, generator=generator)
    mask = torch.randperm(7, generator=generator) < 3
    weights = torch.randn(3, 7, generator=generator, dtype=torch.float64)
    for looks_at, share in ((mask, 1.0), (~mask, 0.0)):
        decide = oracle.decided_by(weights * looks_at)
        check.close(check.call(share_that_follows, decide, X, mask, donors), share)
    inputs = (oracle.decided_by(weights), X, mask, donors)
    check.agree(share_that_follows, oracle.share_that_follows, inputs)


### END HIDDEN TESTS

# %% [markdown]
# ### Exercise · Find the shortcut
# *3 points · 60 minutes · difficulty ●●●*
#
# You are handed a network, in `layers`, and pictures of two classes, and told that it is right for a wrong reason:
# it looks at `num_pixels` pixels that somebody has marked: each is bright in the pictures of one class, and dark in
# those of the other. Which? Return a mask.
#
# There are two traps. In these pictures **other pixels differ between the classes as well, and even more**. But in
# training those said nothing, so the network does not use them. Whoever compares the classes finds these; ask the
# *network*. And it leans most on **pixels that are the same in all pictures**: its gradient is largest there, and
# they decide nothing.
#
# Your mask is judged by the proof: each picture gets the masked pixels of one of the other class, and at least
# three decisions in four must follow. (Nearly all of the marked pixels will do.)
#
# <details><summary>Hint 1</summary>A map for each picture, of what its logit depends on; then what all maps have in common: the mean of the absolute values.</details>
# <details><summary>Hint 2</summary>(x − mean picture) × gradient, or integrated gradients from the mean picture, say how much the pixel's own value did.</details>
# <details><summary>Hint 3</summary><code>A.topk(num_pixels).indices</code> has the places of the largest.</details>


# %% nbgrader={"grade_id": "find-shortcut", "schema_version": 3, "solution": true}
def find_shortcut(
    layers: list[tuple[torch.Tensor, torch.Tensor]],
    X: torch.Tensor,
    y: torch.Tensor,
    num_pixels: int,
) -> torch.Tensor:
    """Return a mask (64,), bool, of at most `num_pixels` pixels, at least one: those that decide.

    `layers` is a network with 64 inputs and 2 logits, for `models.logits`; `X` (n, 64), float64, are
    pictures of 8 × 8 pixels, and `y` (n,), int64, their classes, 0 or 1. `num_pixels` is 3, 4 or 5. All
    of it stays as it is.
    """
    ### BEGIN SOLUTION
    at = X.clone().requires_grad_()
    chosen = models.logits(layers, at).gather(1, y[:, None])
    (gradient,) = torch.autograd.grad(chosen.sum(), at)
    counts = (gradient * (X - X.mean(dim=0))).abs().mean(dim=0)  # (64,)
    mask = torch.zeros(64, dtype=torch.bool)
    mask[counts.topk(num_pixels).indices] = True
    return mask
    ### END SOLUTION


# %% nbgrader={"grade_id": "find-shortcut-test", "grade": true, "points": 3, "schema_version": 3}
@checks.exercise("Find the shortcut", points=3, hidden=1)
def _(check):
    for seed, num_pixels in ((0, 3), (1, 5)):
        draw = torch.Generator().manual_seed(seed)
        oracle.follow_shortcut(check, find_shortcut, draw, num_pixels)


### BEGIN HIDDEN TESTS
@checks.hidden("Other networks")
def _(check):
    generator = oracles.fresh_generator()
    for num_pixels in (3, 4, 5):
        oracle.follow_shortcut(check, find_shortcut, generator, num_pixels)


### END HIDDEN TESTS

# %% [markdown]
# ## The experiment
#
# Which maps deserve to be called explanations of the *network*? Adebayo et al. (2018) proposed a simple test, a
# *sanity check*: **redraw the weights at random. A map of what the network has learned must change.** If it stays,
# it was a picture of the picture.
#
# We redraw the last layer, or all layers. For comparison there is a *twin*, here a network trained just as well
# on the same pictures from another beginning. Two more maps take part: *guided backprop* (Springenberg et al. 2015), which cuts off
# negative gradients at each ReLU on the way back, known for sharp pictures; and *edges*, here the differences of
# neighbouring pixels, which asks no network.


# %% tags=["demo"]
import copy


def guided(f, X, y):
    """Return guided backprop: at each ReLU, what comes back is cut off at 0 as well."""

    def cut(layer, grad_in, grad_out):
        return (grad_in[0].clamp(min=0),)

    hooks = [layer.register_full_backward_hook(cut) for layer in f if isinstance(layer, nn.ReLU)]
    A = gradient(f, X, y)
    for hook in hooks:
        hook.remove()
    return A


def edges(f, X, y):
    """Return how far each pixel differs from those below it and to its right."""
    return (X - X.roll(-1, 2)).abs() + (X - X.roll(-1, 3)).abs()


METHODS = {
    "gradient": gradient,
    "SmoothGrad": smooth,
    "guided backprop": guided,
    "gradient × input": lambda f, X, y: X * gradient(f, X, y),
    "integrated gradients": integrated,
    "occlusion": occluded,
    "edges": edges,
}
OTHERS = ("last layer redrawn", "all redrawn", "twin")


def on_lit(A, B, x):
    """Return the rank correlation of |A| and |B| on the pixels that are not black: the median."""
    pairs = [(a[p > 0].abs(), b[p > 0].abs()) for a, b, p in zip(A, B, x, strict=True)]
    return np.median([stats.spearmanr(a, b).statistic for a, b in pairs])


def compared(seed):
    """Return how like the maps of other networks are, (methods, others, 2): |map|, and map;
    and how like |integrated gradients| are on the lit pixels, (others,)."""
    X, y, X_test, y_test = digits[seed]
    net, drawn = nets[seed], convnet(seed + 50)
    last = copy.deepcopy(net)
    last[-1].load_state_dict(drawn[-1].state_dict())
    twin = train(convnet(seed + 80), X, y, seed + 80, num_steps=runtime.scaled(200, fast=20))
    x, c = X_test[:32], y_test[:32]
    rows = []
    for method in METHODS.values():
        A = method(net, x, c).detach()
        maps = [method(f, x, c).detach() for f in (last, drawn, twin)]
        rows.append([[rank_correlation(A.abs(), B.abs()), rank_correlation(A, B)] for B in maps])
        if method is integrated:
            lit = [on_lit(A, B, x) for B in maps]
    return torch.tensor(rows), torch.tensor(lit)


results = [compared(seed) for seed in runtime.progress(seeds, "redrawing")]
alike, lit = (torch.stack(part) for part in zip(*results, strict=True))
middle = alike.median(dim=0).values  # (methods, others, 2)
print(f"{'rank correlation':21}{''.join(f'{who:>19}' for who in OTHERS)}")
for method, row in zip(METHODS, middle, strict=True):
    told = [f"{absolute:+.2f} | {signed:+.2f}" for absolute, signed in row.tolist()]
    print(f"{method:21}{''.join(f'{pair:>19}' for pair in told)}")
told = "".join(f"{value:+11.2f} |      " for value in lit.median(dim=0).values)
print(f"{'integrated, lit only':21}{told}")
print("left of the bar: absolute values; right: with the sign")
measured = middle[list(METHODS).index("integrated gradients"), 1, 0].item()
outcome = "about 0.9" if measured > 0.7 else "about 0.5" if measured > 0.3 else "about 0.1"
predict.reveal(prediction, outcome)

# %% [markdown]
# In absolute values, integrated gradients hardly notice that the network was wiped out: 0.91, where a trained twin
# has 0.94. Gradient × input and occlusion do the same. Do these methods look at the picture only? No: with the
# **sign** they lose all agreement, −0.01, and the twin keeps 0.6. Half of each picture is black, and from a black
# baseline a black pixel gets 0 in *every* network; the zeros agree. On the lit pixels alone, the absolute values agree
# by 0.4, and those of the twin by 0.6. The verdict on the method hangs on an `abs()` and on the zeros (Sundararajan
# and Taly 2018 found both reasons; Yona and Greenfeld 2021 show that the task, too, decides who passes).

# %% tags=["demo"]
fig, axes = plots.figure(ncols=2, size=(10, 3.8))
for ax, sign, title in zip(axes, (0, 1), ("absolute values", "with the sign"), strict=True):
    for i, (who, colour, mark) in enumerate(
        zip(OTHERS, ("#D55E00", "#0072B2", "#009E73"), ("s", "o", "^"), strict=True)
    ):
        across = torch.arange(len(METHODS)) + 0.2 * (i - 1)
        values = alike[:, :, i, sign]
        low, high = values.min(dim=0).values, values.max(dim=0).values
        at = values.median(dim=0).values
        ax.errorbar(at, across, xerr=[at - low, high - at], fmt=mark, color=colour, label=who)
    ax.set(title=f"{title}", xlabel="rank correlation with the trained network's map")
    ax.set(xlim=(-0.25, 1.05), ylim=(len(METHODS) - 0.5, -0.5))
axes[0].set_yticks(range(len(METHODS)), list(METHODS))
axes[1].set_yticks(range(len(METHODS)), [""] * len(METHODS))
axes[0].legend(loc="lower left")
plots.show(
    fig,
    "How like the maps of two redrawn networks and of a trained twin are to those of the trained one (median and range over five "
    "networks). In absolute values, gradient × input, integrated gradients and occlusion look as if the weights did not "
    "matter; with their sign, all but guided backprop and the edges fall to about 0, where the twin keeps 0.6.",
)

# %% [markdown]
# Guided backprop, in this network, fails both ways: with all weights redrawn, the signed maps still agree by a half,
# and with only the last layer redrawn, by more than the twin's. (In dense ones it passes if all is redrawn.) And see the twin's column for the plain gradient: two networks
# that are equally good agree by 0.4 in absolute values, and by 0.6 with the sign. A good part of a single map
# is about the seed.
#
# ## The verdict
#
# - **"A saliency map shows why."** It shows what the score depends on, compared with a baseline, which you must
#   name: from black and from white, the orders of the pixels disagreed (−0.45). In absolute values, integrated
#   gradients of a wiped-out network agreed with the trained one's by 0.91. **It flips** for the question *where*:
#   a bright planted pixel was found by all three maps, in the dense network. Whether it decides, only moving it told.
# - **"Sizes and distances in a t-SNE mean something."** Clouds of sizes 1 : 10 were drawn alike, and gaps of 1 : 9,
#   too, at a perplexity below their number of points; one cloud fell into clumps, at perplexity 2. **It flips** for neighbours: five of them on the sheet read the digits nearly
#   as well as in 64 dimensions.
# - **"Shapley values tell causes."** A proxy that does nothing had up to four tenths of the credit beside the true cause, more
#   beside a rough one, and an effect more than half. **It flips** where all inputs are causes, independent of each other, and nothing
#   else makes both them and $y$. And of the *model* they tell the truth: its own shares, under a stated background.
#
# ## What to take away
#
# - Name the baseline: the same network and the same digits gave maps with a rank correlation of −0.45, from black
#   and from white.
# - Check a map against a network whose weights were redrawn, with the sign, and beside a twin: 0.91 in absolute
#   values was −0.01 with the sign.
# - A score of 0.98 from the same source hid a shortcut: without its cue the network had 0.54; a map raises the
#   suspicion, moving the cue proves it.
# - Shares are about the model: the proxy had 0.4 of the credit in a strong ridge, far less in a weak one, and raising it by hand moved $y$ by exactly 0.
# - In a t-SNE trust neighbours (trustworthiness 0.99, where PCA has 0.8), not sizes and gaps; and draw
#   twice what is drawn by lot.
#
# ## In short
#
# | question | tool | library | mind |
# |---|---|---|---|
# | what does it depend on, here? | gradient, SmoothGrad | `torch.autograd.grad` | the logit; keep the sign |
# | …compared with something? | integrated gradients | `captum` | name the baseline; check the sum |
# | …without derivatives? | occlusion | a loop | the `fill` is a baseline |
# | which late channels speak for it? | Grad-CAM | `captum` | coarse; its ReLU |
# | who gets which share? | Shapley values | `shap` | the background; no causes |
# | a line nearby? | LIME | `LinearRegression` | draw twice |
# | which column, over all examples? | permutation importance | `sklearn.inspection` | shuffle copies together |
# | a picture of the data? | PCA; t-SNE | `PCA`, `TSNE`, `trustworthiness` | t-SNE: neighbours only |
# | does it decide? | an intervention | your own | the proof |
#
# ## Going further
#
# - Adebayo, J., Gilmer, J., Muelly, M., Goodfellow, I., Hardt, M. and Kim, B. (2018). Sanity checks for saliency maps. arXiv:1810.03292
# - Alvarez-Melis, D. and Jaakkola, T. S. (2018). On the robustness of interpretability methods. arXiv:1806.08049
# - Breiman, L. (2001). Random forests. *Machine Learning* 45, 5–32. doi:10.1023/A:1010933404324
# - Castro, J., Gómez, D. and Tejada, J. (2009). Polynomial calculation of the Shapley value based on sampling. *Computers & Operations Research* 36, 1726–1730. doi:10.1016/j.cor.2008.04.004
# - Geirhos, R., Jacobsen, J.-H., Michaelis, C., Zemel, R., Brendel, W., Bethge, M. and Wichmann, F. A. (2020). Shortcut learning in deep neural networks. arXiv:2004.07780
# - Janzing, D., Minorics, L. and Blöbaum, P. (2020). Feature relevance quantification in explainable AI: a causal problem. arXiv:1910.13413
# - Lundberg, S. M. and Lee, S.-I. (2017). A unified approach to interpreting model predictions. arXiv:1705.07874
# - Ribeiro, M. T., Singh, S. and Guestrin, C. (2016). "Why should I trust you?" Explaining the predictions of any classifier. arXiv:1602.04938
# - Selvaraju, R. R., Cogswell, M., Das, A., Vedantam, R., Parikh, D. and Batra, D. (2017). Grad-CAM: visual explanations from deep networks via gradient-based localization. arXiv:1610.02391
# - Shapley, L. S. (1953). A value for n-person games. *Contributions to the Theory of Games* II, 307–317. doi:10.1515/9781400881970-018
# - Simonyan, K., Vedaldi, A. and Zisserman, A. (2014). Deep inside convolutional networks: visualising image classification models and saliency maps. arXiv:1312.6034
# - Smilkov, D., Thorat, N., Kim, B., Viégas, F. and Wattenberg, M. (2017). SmoothGrad: removing noise by adding noise. arXiv:1706.03825
# - Springenberg, J. T., Dosovitskiy, A., Brox, T. and Riedmiller, M. (2015). Striving for simplicity: the all convolutional net. arXiv:1412.6806
# - Strobl, C., Boulesteix, A.-L., Kneib, T., Augustin, T. and Zeileis, A. (2008). Conditional variable importance for random forests. *BMC Bioinformatics* 9, 307. doi:10.1186/1471-2105-9-307
# - Štrumbelj, E. and Kononenko, I. (2010). An efficient explanation of individual classifications using game theory. *Journal of Machine Learning Research* 11, 1–18
# - Sturmfels, P., Lundberg, S. and Lee, S.-I. (2020). Visualizing the impact of feature attribution baselines. *Distill*. doi:10.23915/distill.00022
# - Sundararajan, M. and Taly, A. (2018). A note about: local explanation methods for deep neural networks lack sensitivity to parameter values. arXiv:1806.04205
# - Sundararajan, M., Taly, A. and Yan, Q. (2017). Axiomatic attribution for deep networks. arXiv:1703.01365
# - van der Maaten, L. and Hinton, G. (2008). Visualizing data using t-SNE. *Journal of Machine Learning Research* 9, 2579–2605
# - Venna, J. and Kaski, S. (2001). Neighborhood preservation in nonlinear projection methods: an experimental study. *International Conference on Artificial Neural Networks*, 485–491. doi:10.1007/3-540-44668-0_68
# - Wattenberg, M., Viégas, F. and Johnson, I. (2016). How to use t-SNE effectively. *Distill*. doi:10.23915/distill.00002
# - Yona, G. and Greenfeld, D. (2021). Revisiting sanity checks for saliency maps. arXiv:2110.14297
# - Zeiler, M. D. and Fergus, R. (2014). Visualizing and understanding convolutional networks. arXiv:1311.2901
# - Zhang, Y., Song, K., Sun, Y., Tan, S. and Udell, M. (2019). "Why should you trust my explanation?" Understanding uncertainty in LIME explanations. arXiv:1904.12991
# - Zhou, B., Khosla, A., Lapedriza, A., Oliva, A. and Torralba, A. (2016). Learning deep features for discriminative localization. arXiv:1512.04150

# %% [markdown]
# ## Once more
#
# The questions from the beginning. Answer without looking back; then each answer gets its sentence.
#
# - **two clouds**: of two clouds of points one is ten times as wide as the other. How wide does t-SNE draw it, at a
#   perplexity below their number of points? `"ten times as wide"`, `"as wide"` or `"three times as wide"`.
# - **two baselines**: integrated gradients order the pixels of the same digits for the same network, once from
#   black and once from white. Which rank correlation have the two orders? `"about −0.45"`, `"about 0.5"` or
#   `"about 0.9"`.
# - **credit**: a column goes along with the true cause, and does nothing itself. How much of the credit did Shapley
#   values give it? `"none"`, `"a tenth at most"` or `"up to four tenths"`.

# %% tags=["prediction"]
at_last = {
    "two clouds": ...,
    "two baselines": ...,
    "credit": ...,
}

# %% tags=["demo"]
predict.last("interpretability", at_last, before=at_first)

# %% [markdown]
# ## How far you are
#
# What you have solved and predicted, from a file on your machine that no grader reads. (What the cell shows is
# saved in the notebook, as any output is.)

# %% tags=["demo"]
from nblib import progress

progress.show()
