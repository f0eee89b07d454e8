# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lesson · Regularization
#
# > **The myth.** *Overfitting is always a problem. More regularization is safer. Deeper networks
# > always overfit more.*
#
# *Regularization* is whatever keeps a model from learning its training examples by heart instead of
# what they have in common. You will build the usual means, see that several of them are secretly the
# same, and measure when they help, when they do nothing, and when they do harm.
#
# **You will be able to**
#
# - write L1, weight decay, dropout, early stopping, weight norm and label smoothing, each checked
#   against the library that you will use from then on;
# - turn, zoom, shift and light a whole batch of images, translate sentences there and back, and find
#   out which of these changes the label as well;
# - make a network memorize pure noise, and keep another one from doing so;
# - predict where a model with too many parameters fails worst, and why it recovers beyond.
#
# **Time** about 4½ hours, in as many sittings as you like. **You need** gradients ({{gradient_descent}}) and
# matrix products. **Points** 31, in 15 exercises; each stands on its own, so you can skip one and
# come back.

# %% nbgrader={"grade_id": "setup", "locked": true, "schema_version": 3}
import math

import torch
import torch.nn.functional as F
from torch import nn

from nblib import (
    checks,
    data,
    live,
    models,
    oracles,
    playground,
    plots,
    predict,
    runtime,
    sweep,
    training,
)
from nblib.data import text

runtime.seed_everything(0)
torch.set_num_threads(1)  # small networks: several threads would mostly wait for one another

# %% [markdown]
# ## Predict first
#
# Later you will fit 100 noisy training points with linear models of more and more features. With 30
# features the model can only go near the points; with 100 it can just pass through every one; with
# 3000 it can do so in countless ways. Which one predicts *new* points best? Replace the three dots by
# `"30 features"`, `"100 features"` or `"3000 features"`. A guess is free, and it is not graded.

# %% tags=["prediction"]
prediction = ...

# %% tags=["demo"]
predict.note(prediction, ["30 features", "100 features", "3000 features"])

# %% [markdown]
# ## One idea
#
# We train on examples that we have and want to do well on examples that we do not have. The
# difference between the two losses is the *generalization gap*. A model with many parameters can make
# the first loss as small as it likes, noise included, and the gap grows: it *overfits*.
#
# Regularization gives the model a preference. Among all weights that fit, it says, I like *these*
# better: the small ones, the few ones, those that still work when half of the network is missing,
# those that are reached early, those that give a turned picture the same answer. The strength
# $\lambda$ says how much this counts against the fit:
#
# $$\text{minimize} \quad L(w) + \lambda\, R(w)$$
#
# A preference can be right or wrong. That is the whole story, and the reason why no strength is
# "safe".
#
# ## Explore
#
# Forty noisy points of a wiggly curve, and a polynomial of degree 30, which has almost as many
# coefficients as there are points. At first it is hardly held back at all.
#
# **Your goal**: an error against the truth below 0.25, with degree 30 and these 40 points. Can each of
# the four knobs do it? What happens to both errors when $\lambda$ is far too large? Then set the number
# of points near the number of coefficients.

# %% tags=["demo"]
playground.curve_fit()

# %% [markdown]
# ## Penalties
#
# The two classical preferences are *few* weights and *small* weights:
#
# $$R_1(w) = \lVert w\rVert_1 = \sum_i |w_i|, \qquad R_2(w) = \tfrac12\lVert w\rVert_2^2 = \tfrac12\sum_i w_i^2$$
#
# L1 pulls every weight towards zero with the same force, large or small. L2 pulls in proportion to the
# weight, so it never quite gets there.
#
# ### Exercise · L1 by a proximal step
# *2 points · 15 minutes · difficulty ●●○*
#
# $|w|$ has a kink at zero and no derivative there. One can walk along $\lambda\,\mathrm{sign}(w)$ all
# the same (a *subgradient*), but then the weights jump back and forth across zero for ever. The
# *proximal step* does it properly: a gradient step on the loss alone, then every weight moves towards
# zero by $\eta\lambda$, and stays there if it would cross.
#
# $$u = w - \eta\, g, \qquad w_i \leftarrow \mathrm{sign}(u_i)\,\max(|u_i| - \eta\lambda,\; 0)$$
#
# The second part is called *soft thresholding* (Daubechies, Defrise and De Mol 2004).
#
# <details><summary>Hint 1</summary><code>u.sign()</code>, <code>u.abs()</code> and <code>.clamp(min=0)</code> are the three pieces.</details>
# <details><summary>Hint 2</summary>The threshold is the learning rate times the strength, for one step goes only so far.</details>


# %% nbgrader={"grade_id": "l1-step", "schema_version": 3, "solution": true}
def l1_step(w: torch.Tensor, grad: torch.Tensor, lr: float, strength: float) -> torch.Tensor:
    """Return the weights after one proximal step on L(w) + strength·‖w‖₁.

    `w` holds weights of any shape, `grad` the gradient of L there, of the same shape. Neither is
    changed. Source: Daubechies, Defrise and De Mol (2004).
    """
    ### BEGIN SOLUTION
    u = w - lr * grad
    return u.sign() * (u.abs() - lr * strength).clamp(min=0)
    ### END SOLUTION


# %% nbgrader={"grade_id": "l1-step-test", "grade": true, "points": 2, "schema_version": 3}
with checks.exercise("L1 by a proximal step", points=2, hidden=2) as check:
    w = torch.tensor([0.5, -0.3, 0.04, 1.0, -0.02])
    grad = torch.tensor([1.0, -1.0, 0.2, 0.0, -0.1])
    check.close(
        check.call(l1_step, w, grad, 0.1, 0.5),
        [0.35, -0.15, 0.0, 0.95, 0.0],
        rtol=1e-4,
        mistakes={
            "That is the subgradient step, which crosses zero. Move towards zero, and stop there.": [
                0.35,
                -0.15,
                -0.03,
                0.95,
                0.04,
            ],
            "The threshold is λ itself. One step goes only as far as the learning rate: ηλ.": [
                0.0,
                -0.0,
                0.0,
                0.5,
                -0.0,
            ],
            "You shrink first and step afterwards. The gradient step comes first.": [
                0.35,
                -0.15,
                -0.02,
                0.95,
                0.01,
            ],
            "That is hard thresholding: the large weights must move towards zero as well.": [
                0.4,
                -0.2,
                0.0,
                1.0,
                0.0,
            ],
            "The weights shrink in proportion, as with L2. L1 subtracts the same from all.": [
                0.375,
                -0.185,
                0.018,
                0.95,
                -0.008999999,
            ],
            "Negative weights are lost: put the sign back.": [0.35, 0.0, 0.0, 0.95, 0.0],
            "The weights move away from zero: subtract the threshold.": [
                0.45,
                -0.25,
                0.07,
                1.05,
                -0.06,
            ],
            "The gradient step goes uphill.": [0.55, -0.35, 0.01, 0.95, -0.0],
        },
    )

### BEGIN HIDDEN TESTS
with checks.hidden("Against torch's softshrink, in float32 and float64") as check:
    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for shape in ((7,), (3, 5)):
            w, grad = torch.randn(2, *shape, generator=generator, dtype=dtype)
            lr, strength = (0.1 + torch.rand(2, generator=generator)).tolist()
            wanted = F.softshrink(w - lr * grad, lr * strength)
            check.close(check.call(l1_step, w, grad, lr, strength), wanted, same_dtype=True)

with checks.hidden("Many steps end where scikit-learn's Lasso ends") as check:
    from sklearn.linear_model import Lasso

    generator = oracles.fresh_generator()
    X = torch.randn(60, 6, generator=generator, dtype=torch.float64)
    y = X[:, 0] - 2 * X[:, 3] + 0.3 * torch.randn(60, generator=generator, dtype=torch.float64)
    lasso = Lasso(alpha=0.2, fit_intercept=False, tol=1e-12, max_iter=100_000).fit(X, y)
    lr = 1 / torch.linalg.eigvalsh(X.T @ X / 60).max().item()
    w = torch.zeros(6, dtype=torch.float64)
    for _ in range(200):
        w = check.call(l1_step, w, X.T @ (X @ w - y) / 60, lr, 0.2)
    check.close(w, lasso.coef_, rtol=1e-4, atol=1e-6)
    check.equal((w == 0).tolist(), (lasso.coef_ == 0).tolist())
### END HIDDEN TESTS

# %% [markdown]
# Now the promised zeros. Fifty weights, of which only five are needed, 100 examples with a little
# noise; both ways of doing L1, with the same learning rate and strength, over ten draws of the data.


# %% tags=["demo"]
def exact_zeros(seed, proximal, num_steps=1500, lr=0.05, strength=0.3):
    """Return how many of the 45 weights that should be zero are exactly zero after training."""
    generator = torch.Generator().manual_seed(seed)
    X = torch.randn(100, 50, generator=generator)
    y = 3 * X[:, :5].sum(dim=1) + 0.5 * torch.randn(100, generator=generator)
    w = torch.full((50,), 0.01)
    for _ in range(num_steps):
        grad = X.T @ (X @ w - y) / 100
        if proximal:
            w = F.softshrink(w - lr * grad, lr * strength)
        else:
            w = w - lr * (grad + strength * w.sign())
    return int((w[5:] == 0).sum())


zeros = {}
for name, proximal in (("subgradient", False), ("proximal", True)):
    zeros[name] = [exact_zeros(seed, proximal) for seed in range(runtime.scaled(10, fast=2))]
    print(f"{name:11}: {min(zeros[name])} to {max(zeros[name])} exact zeros of 45, over seeds")

# %% [markdown]
# The subgradient never finds a single one. From now on `F.softshrink`, or scikit-learn's `Lasso`, does
# it for you.
#
# ### Exercise · Decay the weights, not the biases
# *2 points · 10 minutes · difficulty ●○○*
#
# For L2 there are two conventions, and they are mixed up all the time: the penalty
# $\tfrac{\lambda}{2}\lVert w\rVert^2$ in the loss, whose gradient is $\lambda w$, and *weight decay*, a
# shrinking of the weights beside the gradient step. For plain SGD they are the same:
#
# $$w \leftarrow w - \eta\, g - \eta\lambda\, w$$
#
# (For Adam they are not: {{gradient_descent#adamw}}.) A bias does not multiply anything, it only shifts, and
# pulling it to zero just makes the model predict wrong averages. **Decay tensors with two or more
# dimensions; leave those with one, the biases, to the gradient alone.**
#
# <details><summary>Hint</summary><code>p.ndim</code> is the number of dimensions.</details>


# %% nbgrader={"grade_id": "decay-step", "schema_version": 3, "solution": true}
def decay_step(
    params: list[torch.Tensor], grads: list[torch.Tensor], lr: float, weight_decay: float
) -> list[torch.Tensor]:
    """Return the parameters after one step of SGD: w − lr·g − lr·weight_decay·w, biases b − lr·g.

    `params` and `grads` are lists of tensors, shapes pairwise equal; tensors with fewer than two
    dimensions are biases. Both terms use the weight from before the step.
    """
    ### BEGIN SOLUTION
    return [
        p - lr * g - (lr * weight_decay * p if p.ndim >= 2 else 0)
        for p, g in zip(params, grads, strict=True)
    ]
    ### END SOLUTION


# %% nbgrader={"grade_id": "decay-step-test", "grade": true, "points": 2, "schema_version": 3}
with checks.exercise("Decay the weights, not the biases", points=2, hidden=1) as check:
    params = [torch.tensor([[1.0, -2.0]]), torch.tensor([3.0, 4.0])]
    grads = [torch.tensor([[0.5, 1.0]]), torch.tensor([2.0, -1.0])]
    check.close(
        check.call(decay_step, params, grads, 0.1, 0.4),
        [[[0.91, -2.02]], [2.8, 4.1]],
        rtol=1e-4,
        mistakes={
            "The biases decay too. Leave them alone.": [[[0.91, -2.02]], [2.68, 3.94]],
            "The weights are left alone, and the biases decay. It is the other way round.": [
                [[0.95, -2.1]],
                [2.68, 3.94],
            ],
            "The decay is not multiplied by the learning rate.": [[[0.55, -1.3]], [2.8, 4.1]],
            "Half of the decay: the ½ of the penalty is gone once you differentiate it.": [
                [[0.93, -2.06]],
                [2.8, 4.1],
            ],
            "Twice the decay: the penalty is ½λ‖w‖², so its gradient is λw, not 2λw.": [
                [[0.87, -1.94]],
                [2.8, 4.1],
            ],
            "The decay is divided by the number of weights. Here it is not.": [
                [[0.94, -2.08]],
                [2.8, 4.1],
            ],
            "That is L1: the pull must be proportional to the weight.": [
                [[0.91, -2.06]],
                [2.8, 4.1],
            ],
            "The weights grow: subtract the decay.": [[[0.99, -2.18]], [2.8, 4.1]],
            "You decay the weight after the step. Both terms use the weight from before it.": [
                [[0.9119999, -2.016]],
                [2.8, 4.1],
            ],
        },
    )

### BEGIN HIDDEN TESTS
with checks.hidden("Against torch.optim.SGD with a group for each, float32 and float64") as check:
    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        shapes = ((3, 2), (4,), (2, 1, 3))
        params = [torch.randn(shape, generator=generator, dtype=dtype) for shape in shapes]
        reference = [p.clone() for p in params]
        groups = [
            {"params": [reference[0], reference[2]], "weight_decay": 0.3},
            {"params": [reference[1]]},
        ]
        optimizer = torch.optim.SGD(groups, lr=0.2)
        for _ in range(3):
            grads = [torch.randn(shape, generator=generator, dtype=dtype) for shape in shapes]
            for p, g in zip(reference, grads, strict=True):
                p.grad = g.clone()
            optimizer.step()
            params = check.call(decay_step, params, grads, 0.2, 0.3)
            check.close(params, reference, same_dtype=True)
### END HIDDEN TESTS

# %% [markdown]
# In PyTorch that is two parameter groups, `torch.optim.SGD` or `AdamW` with `weight_decay` in one of
# them.
#
# ## Dropout
#
# *Dropout* (Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov 2014) switches off a random part
# of a layer at each step, so that no unit can rely on another one being there. When the network is
# used, all units are on.
#
# ### Exercise · Inverted dropout
# *3 points · 15 minutes · difficulty ●●○*
#
# With some units off, the layer's output is too small on average. Two remedies are in use: to shrink all
# outputs when the network is *used*, or to enlarge those that are left while it is *trained*.
# **Here we want the second**, called *inverted* dropout, as PyTorch does it. And `p` is the probability
# to **drop**; the original paper calls `p` the probability to keep.
#
# $$y_i = \begin{cases} 0 & \text{with probability } p \\ x_i / (1-p) & \text{otherwise}\end{cases}
#   \quad\text{in training}, \qquad y_i = x_i \quad\text{otherwise}$$
#
# Each number has a fate of its own, in each call.
#
# <details><summary>Hint 1</summary><code>torch.rand(x.shape, generator=generator)</code> is uniform between 0 and 1: how often is it below p?</details>
# <details><summary>Hint 2</summary>Only the training part needs the generator. Do not seed it: it must go on where it stands.</details>


# %% nbgrader={"grade_id": "dropout", "schema_version": 3, "solution": true}
def dropout(x: torch.Tensor, p: float, training: bool, generator: torch.Generator) -> torch.Tensor:
    """Return `x` after inverted dropout with the probability `p` (0 ≤ p < 1) to drop.

    `x` is a float tensor of any shape; the result has its shape and dtype. All randomness comes from
    `generator`. With `training` False the result equals `x`. Source: Srivastava et al. (2014).
    """
    ### BEGIN SOLUTION
    if not training:
        return x.clone()
    kept = torch.rand(x.shape, generator=generator) >= p
    return x * kept / (1 - p)
    ### END SOLUTION


# %% nbgrader={"grade_id": "dropout-test", "grade": true, "points": 2, "schema_version": 3}
with checks.exercise("Inverted dropout, training", points=2, hidden=2) as check:
    x = torch.full((300, 100), 2.0)
    y = check.call(dropout, x, 0.25, True, torch.Generator().manual_seed(0))
    shape = tuple(y.shape) if torch.is_tensor(y) else None
    check.that(shape == (300, 100), "Return a tensor of the shape of x.", returned=y)
    kept = y != 0
    check.close(
        kept.double().mean().item(),
        0.75,
        rtol=0,
        atol=0.1,
        mistakes={
            "p is the probability to drop; you keep with probability p.": 0.2450333,
            "Nothing is dropped, although this is training.": 1.0,
        },
    )
    check.close(
        y.max().item(),
        2 / 0.75,
        mistakes={
            "What is left is not enlarged: divide by the share that is kept.": 2.0,
            "You divide by p. The share that is kept is 1 − p.": 8.0,
            "You multiply by the share that is kept. Divide by it.": 1.5,
        },
    )
    check.that((kept != kept[0]).any().item(), "All examples share one mask: draw one for each.")
    check.that(
        (kept != kept[:, :1]).any().item(),
        "Whole examples are dropped: each number has a fate of its own.",
    )
    generator = torch.Generator().manual_seed(1)
    first, second = (dropout(x, 0.25, True, generator) for _ in range(2))
    check.that(
        (first != second).any().item(),
        "Two calls drop the same numbers: the mask is frozen. Do not seed, and do not store it.",
    )
    again = dropout(x, 0.25, True, torch.Generator().manual_seed(1))
    check.that(
        (first == again).all().item(),
        "The same generator gives another mask: all randomness must come from `generator`.",
    )

### BEGIN HIDDEN TESTS
with checks.hidden("Mean and variance of every entry, in float32 and float64") as check:
    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for p in (0.1, 0.6):
            row = 1 + torch.rand(5, generator=generator, dtype=dtype)
            x = row.repeat(20_000, 1)
            y = check.call(dropout, x, p, True, generator)
            check.close(y[:1] * 0, x[:1] * 0, same_dtype=True)
            values = y.double() / row
            check.close(values.mean(dim=0), [1.0] * 5, rtol=0, atol=0.07)
            check.close(values.var(dim=0), [p / (1 - p)] * 5, rtol=0.1)

with checks.hidden("Neighbours are dropped independently; p = 0 drops nothing") as check:
    generator = oracles.fresh_generator()
    x = torch.rand(100, 100, generator=generator) + 1
    check.close(check.call(dropout, x, 0.0, True, generator), x)
    kept = (check.call(dropout, x, 0.5, True, generator) != 0).double() - 0.5
    for axis in (0, 1):
        correlation = 4 * (kept * kept.roll(1, axis)).mean().item()
        check.close(correlation, 0, rtol=0, atol=0.06)
### END HIDDEN TESTS

# %% [markdown]
# And when the network is used:

# %% nbgrader={"grade_id": "dropout-test-2", "grade": true, "points": 1, "schema_version": 3}
with checks.exercise("Inverted dropout, in use", points=1, hidden=1) as check:
    x = torch.tensor([[1.0, -2.0, 0.5], [3.0, 4.0, -1.0], [2.0, 6.0, 5.0]])
    y = check.call(dropout, x, 0.25, False, torch.Generator().manual_seed(0))
    dropped = torch.is_tensor(y) and (y == 0).any().item()
    check.that(not dropped, "Dropout is left on. In use, nothing is dropped.", returned=y)
    check.close(
        y,
        x,
        mistakes={
            "You shrink the outputs in use. That is the other convention: inverted dropout has done all in training.": [
                [0.75, -1.5, 0.375],
                [2.25, 3.0, -0.75],
                [1.5, 4.5, 3.75],
            ],
            "You enlarge the outputs although nothing was dropped.": [
                [1.333333, -2.666667, 0.6666667],
                [4.0, 5.333333, -1.333333],
                [2.666667, 8.0, 6.666667],
            ],
        },
    )

### BEGIN HIDDEN TESTS
with checks.hidden("Other inputs, in float32 and float64") as check:
    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        x = torch.randn(30, 7, generator=generator, dtype=dtype)
        check.close(check.call(dropout, x, 0.8, False, generator), x, same_dtype=True)
### END HIDDEN TESTS

# %% [markdown]
# From now on `nn.Dropout(p)` does it, switched by `model.train()` and `model.eval()`.
#
# What preference does dropout express? For a linear model with squared error one can compute it. The
# average over all masks is least squares plus a penalty (Srivastava et al. 2014, section 9.1):
#
# $$\mathbb E\,\lVert y - \tilde X w\rVert^2 = \lVert y - Xw\rVert^2
#   + \frac{p}{1-p} \sum_j (X^\top X)_{jj}\, w_j^2 ,$$
#
# which is L2, weighing each weight by the size of its feature. Does it come out?


# %% tags=["demo"]
def dropout_regression(seed, p=0.3, num_examples=20_000, num_masks=100):
    """Return how far dropout is from the ridge solution, and how far plain least squares is."""
    generator = torch.Generator().manual_seed(seed)
    size = torch.tensor([1, 2, 0.5, 1, 3], dtype=torch.float64)  # the features' standard deviations
    true_w = torch.tensor([1, -1, 2, 0, 0.5], dtype=torch.float64)
    X = size * torch.randn(num_examples, 5, generator=generator, dtype=torch.float64)
    y = X @ true_w + torch.randn(num_examples, generator=generator, dtype=torch.float64)
    gram, target = X.T @ X, X.T @ y
    ridge = torch.linalg.solve(gram + p / (1 - p) * torch.diag(gram.diagonal()), target)
    plain = torch.linalg.solve(gram, target)
    dropped_gram, dropped_target = torch.zeros_like(gram), torch.zeros_like(target)
    for _ in range(num_masks):
        kept = torch.rand(X.shape, generator=generator, dtype=torch.float64) >= p
        dropped = X * kept / (1 - p)
        dropped_gram += dropped.T @ dropped
        dropped_target += dropped.T @ y
    with_dropout = torch.linalg.solve(dropped_gram, dropped_target)
    return [(w - ridge).abs().max().item() for w in (with_dropout, plain)]


apart = torch.tensor([dropout_regression(seed) for seed in range(runtime.scaled(5, fast=1))])
print(f"dropout to ridge: largest difference of a weight {apart[:, 0].max():.4f} over seeds")
print(f"no dropout to ridge: at least {apart[:, 1].min():.2f}")

# %% [markdown]
# ## Stop in time
#
# The cheapest regularizer is to watch the loss on *validation* examples, which are not trained on, and
# to stop when it no longer falls (Prechelt 1998).
#
# ### Exercise · Early stopping
# *3 points · 25 minutes · difficulty ●●○*
#
# After each epoch, measure. An epoch is an *improvement* if its validation loss is below the best one
# so far **by more than** `min_delta`; then remember that loss and those weights. After `patience` epochs
# in a row without an improvement, stop. Return the weights that were remembered, not the last ones.
#
# Training changes weights in place, as PyTorch's optimizers do. Do the same: `weights += change`.
#
# <details><summary>Hint 1</summary>Keep three things: the best loss (at first infinity), a copy of the best weights, and how long you have waited.</details>
# <details><summary>Hint 2</summary><code>best = weights</code> is a second name for the same tensor, which training goes on changing. <code>weights.clone()</code> is a copy.</details>
# <details><summary>Hint 3</summary>What you are given must stay as it is: begin with <code>weights = weights.clone()</code>.</details>


# %% nbgrader={"grade_id": "early-stopping", "schema_version": 3, "solution": true}
def train_until_it_stalls(
    weights: torch.Tensor,
    train_epoch,
    validate,
    max_epochs: int,
    patience: int,
    min_delta: float,
) -> tuple[torch.Tensor, int]:
    """Train with early stopping; return (best weights, number of epochs trained).

    `train_epoch(weights)` returns (change, training loss): add the change, a tensor like `weights`.
    `validate(weights)` returns the validation loss; call it once after each epoch.
    At most `max_epochs` (≥ 1) epochs are trained; `patience` ≥ 1, `min_delta` ≥ 0.
    """
    ### BEGIN SOLUTION
    weights = weights.clone()
    best_loss, best_weights, num_epochs, waited = math.inf, weights.clone(), 0, 0
    while num_epochs < max_epochs and waited < patience:
        change, _ = train_epoch(weights)
        weights += change
        num_epochs += 1
        loss = validate(weights)
        if loss < best_loss - min_delta:
            best_loss, best_weights, waited = loss, weights.clone(), 0
        else:
            waited += 1
    return best_weights, num_epochs
    ### END SOLUTION


# %% [markdown]
# The losses are scripted, so that it is known when to stop. Each epoch adds 1 to both weights.

# %% nbgrader={"grade_id": "early-stopping-test", "grade": true, "points": 2, "schema_version": 3}
with checks.exercise("Early stopping: when", points=2, hidden=1) as check:
    script = [0.90, 0.89, 0.70, 0.69, 0.66, 0.70, 0.65, 0.50, 0.51, 0.495, 0.55, 0.56, 0.57]

    def train_epoch(weights):
        return torch.ones(2), 0.9 - 0.05 * weights[0].item()

    def validate(weights):
        epoch = round(weights[0].item())
        check.that(1 <= epoch <= 13, "Validate after an epoch, at most 13 times.", epoch=epoch)
        return script[epoch - 1]

    _, num_epochs = check.call(
        train_until_it_stalls, torch.zeros(2), train_epoch, validate, 13, 2, 0.02
    )
    check.equal(
        num_epochs,
        7,
        mistakes={
            "You stop an epoch too early: with patience 2, the second one without an improvement ends it.": 2,
            "You stop too late: with patience 2, the second epoch without an improvement ends it.": 11,
            "The waiting is never set back: an improvement begins it anew.": 4,
            "min_delta is not respected: only what is below the best by more than min_delta counts.": 12,
            "You compare with the epoch before. Compare with the best so far.": 10,
            "It never stops. Do you watch the training loss, which always falls?": 13,
            "Count the epochs from 1: you return how many were trained.": 6,
        },
    )

### BEGIN HIDDEN TESTS
with checks.hidden("Random losses") as check:
    generator = oracles.fresh_generator()
    for patience, min_delta in ((1, 0.0), (2, 0.1), (4, 0.03), (30, 0.0)):
        script = (torch.rand(20, generator=generator) + torch.linspace(1, 0, 20)).tolist()
        _, num_epochs = check.call(
            train_until_it_stalls,
            torch.zeros(1),
            lambda weights: (torch.ones(1), -weights[0].item()),
            lambda weights, script=script: script[round(weights[0].item()) - 1],
            20,
            patience,
            min_delta,
        )
        last_best, improved_at = math.inf, [0]
        for epoch, loss in enumerate(script, start=1):
            if loss < last_best - min_delta:
                last_best = loss
                improved_at.append(epoch)
        pauses = zip(improved_at, [*improved_at[1:], 99], strict=True)
        wanted = next(min(a + patience, 20) for a, b in pauses if b - a > patience or b == 99)
        check.equal(num_epochs, wanted)
### END HIDDEN TESTS

# %% nbgrader={"grade_id": "early-stopping-test-2", "grade": true, "points": 1, "schema_version": 3}
with checks.exercise("Early stopping: what", points=1, hidden=1) as check:
    script = [0.90, 0.60, 0.50, 0.58, 0.495, 0.70]

    def train_epoch(weights):
        return torch.tensor([1.0, -2.0]), 0.9 - 0.05 * weights[0].item()

    def validate(weights):
        return script[min(round(weights[0].item()), 6) - 1]

    weights, _ = check.call(
        train_until_it_stalls, torch.zeros(2), train_epoch, validate, 6, 3, 0.02
    )
    check.close(
        weights,
        [3.0, -6.0],
        mistakes={
            "These are the last weights. `best = weights` is only a second name for what training goes on changing: clone it.": [
                6.0,
                -12.0,
            ],
            "These are the weights of the lowest loss, which did not count as an improvement: min_delta.": [
                5.0,
                -10.0,
            ],
            "These are the weights from before the best epoch: validate after the change, then remember.": [
                2.0,
                -4.0,
            ],
            "These are the weights from the beginning: remember new ones at each improvement.": [
                0.0,
                0.0,
            ],
        },
    )

### BEGIN HIDDEN TESTS
with checks.hidden("The best epoch is the last, or the first; float32 and float64") as check:
    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for script, best in (([3.0, 2.0, 1.0], 3), ([1.0, 2.0, 3.0], 1)):
            start, change = torch.randn(2, 4, generator=generator, dtype=dtype)
            count = []

            def validate(weights, script=script, count=count):
                count.append(weights)
                return script[len(count) - 1]

            weights, num_epochs = check.call(
                train_until_it_stalls, start, lambda w, c=change: (c, 0.0), validate, 3, 9, 0.0
            )
            check.close(weights, start + best * change, rtol=1e-4, atol=1e-5, same_dtype=True)
            check.equal(num_epochs, 3)
### END HIDDEN TESTS

# %% [markdown]
# And what preference is that? Near a minimum, each direction with curvature $\lambda_i$ is a valley of
# its own. Gradient descent from zero has gone the part $1 - (1-\eta\lambda_i)^t$ of the way after $t$
# steps; L2 with strength $\lambda$ lets it go the part $\lambda_i/(\lambda_i + \lambda)$. Take $t =
# 1/(\eta\lambda)$, and both spare the steep directions and cut the flat ones:

# %% tags=["demo"]
curvatures = torch.logspace(-3, 2, 60, dtype=torch.float64)
strength, lr = 0.5, 0.01
ridge_part = curvatures / (curvatures + strength)
early_part = 1 - (1 - lr * curvatures) ** round(1 / (lr * strength))
filter_gap = (ridge_part - early_part).abs().max().item()
fig, ax = plots.figure(size=(7, 3.2))
plots.curves(ax, {"L2, λ = 0.5": ridge_part, "200 steps, η = 0.01": early_part}, curvatures)
ax.set(xlabel="curvature of a direction", ylabel="part of the way gone", xscale="log")
plots.show(
    fig,
    "Part of the way to the minimum against curvature, for L2 and for early stopping: two S-shaped "
    f"curves, at most {filter_gap:.2f} apart.",
)

# %% [markdown]
# Not the same curve, but the same idea in other clothes, as with dropout: three regularizers that look
# nothing alike, and each holds the weights back in the directions that the data says little about.

# %% [markdown]
# ## Norms
#
# *Batch norm* (Ioffe and Szegedy 2015; you build it in {{initialization}}) divides what a layer computes by its
# standard deviation over the batch. So the length of the weights no longer matters: only their
# direction does. Multiply them by 10, and see.


# %% tags=["demo"]
def loss_and_gradient(scale):
    """Return loss and length of the gradient of a batch-normed layer, its weights times `scale`."""
    generator = torch.Generator().manual_seed(0)
    W, X, y = (
        torch.randn(shape, generator=generator, dtype=torch.float64)
        for shape in ((20, 20), (64, 20), (64, 20))
    )
    W = (scale * W).requires_grad_()
    loss = F.mse_loss(F.batch_norm(X @ W, None, None, training=True, eps=1e-12), y)
    (gradient,) = torch.autograd.grad(loss, W)
    return loss.item(), gradient.norm().item()


invariant = {scale: loss_and_gradient(scale) for scale in (1.0, 10.0)}
for scale, (loss, gradient) in invariant.items():
    print(f"weights × {scale:4}: loss {loss:.6f}, gradient {gradient:.6f}")

# %% [markdown]
# The same loss, and a gradient of exactly a tenth. So under batch norm weight decay cannot make the
# function simpler: it makes the weights shorter, hence the gradients longer. There it is a knob of the
# *learning rate* (van Laarhoven 2017).
#
# ### Exercise · Weight norm
# *1 point · 10 minutes · difficulty ●○○*
#
# *Weight norm* (Salimans and Kingma 2016) parts length and direction openly: each output unit $i$ has a
# length $g_i$ and a vector $v_i$ of which only the direction counts.
#
# $$w_i = g_i\, \frac{v_i}{\lVert v_i\rVert_2}$$
#
# <details><summary>Hint</summary><code>v.norm(dim=1, keepdim=True)</code> has shape (num_outputs, 1); give g that shape too: <code>g[:, None]</code>.</details>


# %% nbgrader={"grade_id": "weight-norm", "schema_version": 3, "solution": true}
def weight_norm(v: torch.Tensor, g: torch.Tensor) -> torch.Tensor:
    """Return the weights: row i has the direction of row i of `v` and the length g[i].

    `v` has shape (num_outputs, num_inputs), `g` (num_outputs,); the result has the shape of `v`.
    Source: Salimans and Kingma (2016), equation 2.
    """
    ### BEGIN SOLUTION
    return g[:, None] * v / v.norm(dim=1, keepdim=True)
    ### END SOLUTION


# %% nbgrader={"grade_id": "weight-norm-test", "grade": true, "points": 1, "schema_version": 3}
with checks.exercise("Weight norm", points=1, hidden=1) as check:
    v = torch.tensor([[3.0, 4.0], [5.0, 12.0]])
    g = torch.tensor([10.0, 26.0])
    check.close(
        check.call(weight_norm, v, g),
        [[6.0, 8.0], [10.0, 24.0]],
        rtol=1e-4,
        mistakes={
            "You take the norm of the columns. A unit is a row of v.": [
                [5.144958, 3.162278],
                [22.29482, 24.66577],
            ],
            "You take the norm of the whole matrix: each row has its own.": [
                [2.153874, 2.871833],
                [9.333456, 22.40029],
            ],
            "The root is missing: you divide by the squared norm.": [
                [1.2, 1.6],
                [0.7692308, 1.846154],
            ],
            "That is the sum of absolute values. The length is the root of the sum of squares.": [
                [4.285714, 5.714286],
                [7.647059, 18.35294],
            ],
            "The lengths g are missing.": [[0.6, 0.8], [0.3846154, 0.9230769]],
            "g multiplies the columns. It belongs to the rows: g[:, None].": [
                [6.0, 20.8],
                [3.846154, 24.0],
            ],
            "v keeps its own length: divide by it.": [[30.0, 40.0], [130.0, 312.0]],
        },
    )

### BEGIN HIDDEN TESTS
with checks.hidden("Against torch's weight_norm, in float32 and float64") as check:
    from torch.nn.utils import parametrizations

    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for shape in ((3, 5), (4, 2)):
            v = torch.randn(shape, generator=generator, dtype=dtype)
            g = torch.rand(shape[0], generator=generator, dtype=dtype) + 0.5
            layer = parametrizations.weight_norm(nn.Linear(shape[1], shape[0], dtype=dtype))
            with torch.no_grad():
                layer.parametrizations.weight.original0.copy_(g[:, None])
                layer.parametrizations.weight.original1.copy_(v)
            check.close(check.call(weight_norm, v, g), layer.weight.detach(), same_dtype=True)
### END HIDDEN TESTS

# %% [markdown]
# ## Do not be too sure
#
# Cross-entropy is never satisfied: a right answer at 99 % should still become 99.9 %, and so the
# logits grow for ever. *Label smoothing* (Szegedy, Vanhoucke, Ioffe, Shlens and Wojna 2016) asks for a
# little less than certainty: the part $\varepsilon$ of the target is spread over **all** $K$ classes
# alike, the right one included.
#
# $$q_k = (1-\varepsilon)\,[k = y] + \frac{\varepsilon}{K}, \qquad
#   L = -\sum_k q_k \log \hat p_k$$
#
# ### Exercise · Smoothed labels
# *2 points · 15 minutes · difficulty ●●○*
#
# <details><summary>Hint 1</summary><code>F.log_softmax(logits, dim=1)</code> gives all log p̂ without overflow.</details>
# <details><summary>Hint 2</summary>The sum splits: 1 − ε times the log-probability of the right class, and ε times the mean over all classes.</details>


# %% nbgrader={"grade_id": "label-smoothing", "schema_version": 3, "solution": true}
def smoothed_cross_entropy(logits: torch.Tensor, y: torch.Tensor, eps: float) -> torch.Tensor:
    """Return the cross-entropy with smoothed labels, a scalar: the mean over the examples.

    `logits` has shape (n, num_classes), float; `y` (n,), int64; 0 ≤ eps < 1.
    Source: Szegedy et al. (2016), section 7.
    """
    ### BEGIN SOLUTION
    log_p = F.log_softmax(logits, dim=1)  # (n, num_classes)
    right = log_p[torch.arange(len(y)), y]  # (n,)
    return -((1 - eps) * right + eps * log_p.mean(dim=1)).mean()
    ### END SOLUTION


# %% nbgrader={"grade_id": "label-smoothing-test", "grade": true, "points": 2, "schema_version": 3}
with checks.exercise("Smoothed labels", points=2, hidden=1) as check:
    logits = torch.tensor([[2.0, 0.0, -1.0, 0.5], [0.0, 1.5, 3.0, -2.0]])
    y = torch.tensor([0, 1])
    check.close(
        check.call(smoothed_cross_entropy, logits, y, 0.2),
        1.29447,
        rtol=1e-4,
        mistakes={
            "ε is shared among the wrong classes only. Here all K classes get ε/K.": 1.377803,
            "The right class gets its share ε/K as well as 1 − ε: the targets do not add up to 1.": 1.242247,
            "ε and 1 − ε are exchanged.": 2.04447,
            "Every class gets ε, not ε/K.": 2.671152,
            "The labels are not smoothed.": 1.04447,
            "You added up the examples. Take their mean.": 2.58894,
            "There is a softmax before the log-softmax, which has one inside.": 1.27914,
            "You divide by the number of classes once more.": 0.3236175,
        },
    )
    large = check.call(smoothed_cross_entropy, torch.tensor([[1000.0, 0.0]]), y[:1], 0.1)
    check.close(large, 50.0)

### BEGIN HIDDEN TESTS
with checks.hidden("Against torch's cross_entropy, in float32 and float64") as check:
    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for n, num_classes, eps in ((7, 3, 0.3), (2, 10, 0.1), (5, 4, 0.0)):
            logits = 5 * torch.randn(n, num_classes, generator=generator, dtype=dtype)
            y = torch.randint(num_classes, (n,), generator=generator)
            wanted = F.cross_entropy(logits, y, label_smoothing=eps)
            check.close(check.call(smoothed_cross_entropy, logits, y, eps), wanted, rtol=1e-4)
### END HIDDEN TESTS

# %% [markdown]
# Now the best logits are finite. At the optimum $\hat p = q$, so the right one leads the others by
#
# $$\log\frac{1-\varepsilon+\varepsilon/K}{\varepsilon/K},$$
#
# which for $\varepsilon = 0.1$ and ten classes is 4.511. Let PyTorch's own `label_smoothing=0.1` find
# it:

# %% tags=["demo"]
logits = torch.zeros(1, 10, dtype=torch.float64, requires_grad=True)
optimizer = torch.optim.SGD([logits], lr=5.0)
for _ in range(2000):
    optimizer.zero_grad()
    F.cross_entropy(logits, torch.tensor([3]), label_smoothing=0.1).backward()
    optimizer.step()
best_gap = (logits[0, 3] - logits[0, 0]).item()
print(f"measured {best_gap:.4f}, theory {math.log((1 - 0.1 + 0.01) / 0.01):.4f}")

# %% [markdown]
# ## More examples from old ones
#
# The best cure for overfitting is more data. *Augmentation* makes some: pictures slightly turned,
# shifted, dimmed; sentences in other words. The preference it expresses is the most precise one of all:
# *this change does not matter*. Which is why it must be true.
#
# ### Exercise · Turn and zoom a batch
# *2 points · 20 minutes · difficulty ●●●*
#
# On the device, images are turned all at once: for each pixel of the result one computes where in the
# original to look, and takes the weighted mean of the four pixels around that place. PyTorch has both
# halves: `F.affine_grid(theta, size)` makes the places from a 2 × 3 matrix for each image, and
# `F.grid_sample(images, grid)` looks there. Your part is the matrix. With the origin in the middle, $x$
# to the right and $y$ **down**, the result at $(x, y)$ comes from
#
# $$\begin{pmatrix} x' \\ y' \end{pmatrix} = \frac1z
#   \begin{pmatrix} \cos\alpha & -\sin\alpha \\ \sin\alpha & \cos\alpha \end{pmatrix}
#   \begin{pmatrix} x \\ y \end{pmatrix}$$
#
# to turn the picture counter-clockwise by $\alpha$ and to enlarge it by the factor $z$. Use
# `align_corners=False` in both; outside, images are 0.
#
# <details><summary>Hint 1</summary><code>torch.deg2rad</code>: sines and cosines want radians.</details>
# <details><summary>Hint 2</summary>Build the rows with <code>torch.stack([a, b, c], dim=1)</code>, where a, b and c have shape (n,), and stack the two rows in dimension 1. The third column, the shift, is 0.</details>


# %% nbgrader={"grade_id": "warp", "schema_version": 3, "solution": true}
def turn_and_zoom(images: torch.Tensor, degrees: torch.Tensor, zoom: torch.Tensor) -> torch.Tensor:
    """Return the images, each turned counter-clockwise by its angle and enlarged by its factor.

    `images` has shape (n, channels, size, size), `degrees` and `zoom` (n,), all of one float dtype.
    """
    ### BEGIN SOLUTION
    angle = torch.deg2rad(degrees)
    cos, sin, zero = angle.cos() / zoom, angle.sin() / zoom, torch.zeros_like(zoom)
    rows = [torch.stack([cos, -sin, zero], dim=1), torch.stack([sin, cos, zero], dim=1)]
    theta = torch.stack(rows, dim=1)  # (n, 2, 3)
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)
    ### END SOLUTION


# %% nbgrader={"grade_id": "warp-test", "grade": true, "points": 2, "schema_version": 3}
with checks.exercise("Turn and zoom a batch", points=2, hidden=1) as check:
    picture = torch.tensor([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]).repeat(2, 1)
    images = torch.stack([picture, picture])[:, None]  # (2, 1, 4, 4)
    turned = check.call(turn_and_zoom, images, torch.tensor([90.0, 0.0]), torch.tensor([1.0, 2.0]))
    shape = tuple(turned.shape) if torch.is_tensor(turned) else None
    check.that(shape == (2, 1, 4, 4), "Return a tensor of the shape of `images`.", returned=turned)
    check.close(
        turned[:, 0, 1],  # the second row of both
        [[3.0, 7.0, 3.0, 7.0], [4.75, 5.25, 5.75, 6.25]],
        rtol=1e-3,
        atol=1e-3,
        mistakes={
            "It turns clockwise. Check the signs of the sines.": [
                [6.0, 2.0, 6.0, 2.0],
                [4.75, 5.25, 5.75, 6.25],
            ],
            "The angle is in degrees; sine and cosine want radians.": [
                [5.151276, 6.062881, 3.407102, 5.866821],
                [4.75, 5.25, 5.75, 6.25],
            ],
            "It gets smaller: to enlarge, look nearer to the middle, so divide by z.": [
                [3.0, 7.0, 3.0, 7.0],
                [0.0, 3.5, 5.5, 0.0],
            ],
            "All images are turned and zoomed like the first one. Each has its own angle and factor.": [
                [3.0, 7.0, 3.0, 7.0],
                [3.0, 7.0, 3.0, 7.0],
            ],
            "It is not enlarged.": [[3.0, 7.0, 3.0, 7.0], [5.0, 6.0, 7.0, 8.0]],
            "The middle is in the wrong place: align_corners=False, in both calls.": [
                [4.375, 6.375, 3.375, 5.375],
                [4.6875, 5.0625, 5.4375, 5.8125],
            ],
            "That is the nearest pixel. Take the mean of the four around, which is the default.": [
                [3.0, 7.0, 3.0, 7.0],
                [6.0, 6.0, 7.0, 7.0],
            ],
        },
    )

### BEGIN HIDDEN TESTS
with checks.hidden("Against SciPy's affine_transform, in float32 and float64") as check:
    from scipy.ndimage import affine_transform

    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        images = torch.rand(3, 2, 7, 7, generator=generator, dtype=dtype)
        degrees = 720 * torch.rand(3, generator=generator, dtype=dtype) - 360
        zoom = 0.5 + 1.5 * torch.rand(3, generator=generator, dtype=dtype)
        wanted = torch.zeros_like(images)
        for i in range(3):
            a = math.radians(degrees[i].item())
            matrix = torch.tensor([[math.cos(a), math.sin(a)], [-math.sin(a), math.cos(a)]])
            matrix = (matrix.double() / zoom[i].double()).numpy()  # of (row, column)
            offset = 3 - matrix @ [3, 3]
            for c in range(2):
                picture = images[i, c].double().numpy()
                moved = affine_transform(picture, matrix, offset, order=1, mode="grid-constant")
                wanted[i, c] = torch.from_numpy(moved)
        turned = check.call(turn_and_zoom, images, degrees, zoom)
        check.close(turned, wanted, rtol=1e-3, atol=1e-3, same_dtype=True)
### END HIDDEN TESTS

# %% [markdown]
# ### Exercise · Crop, light and noise
# *3 points · 30 minutes · difficulty ●●●*
#
# Now with chance in it. Three things happen to each image, in this order:
#
# 1. *Crop*: `padding` rows and columns of zeros are put around it, and a window of the old size is cut
#    out at random, all places alike. So the picture shifts by up to `padding` pixels each way.
# 2. *Light*: the whole image, all channels and pixels, is multiplied by one factor, uniform between
#    $1 - b$ and $1 + b$.
# 3. *Noise*: to each number is added a normal one of its own, with standard deviation $\sigma$.
#
# The classical mistake is one draw for the whole batch. Each image has its own.
#
# <details><summary>Hint 1</summary><code>F.pad(images, (p, p, p, p))</code> adds zeros; <code>torch.randint(2 * p + 1, (n,), generator=generator)</code> draws n places, the upper end not included.</details>
# <details><summary>Hint 2</summary>A loop over the images may cut the windows: <code>padded[i, :, r : r + height, c : c + width]</code>, then <code>torch.stack</code>.</details>
# <details><summary>Hint 3</summary>A factor of shape (n, 1, 1, 1) multiplies whole images.</details>


# %% nbgrader={"grade_id": "jitter", "schema_version": 3, "solution": true}
def jitter(
    images: torch.Tensor,
    padding: int,
    brightness: float,
    noise: float,
    generator: torch.Generator,
) -> torch.Tensor:
    """Return the images, each shifted, lit and roughened by draws of its own from `generator`.

    `images` has shape (n, channels, height, width), float; so has the result.
    `padding` ≥ 0 is the largest shift in pixels, `brightness` is b in 0 … 1, `noise` is σ ≥ 0.
    """
    ### BEGIN SOLUTION
    n, _, height, width = images.shape
    padded = F.pad(images, (padding,) * 4)
    row, column = torch.randint(2 * padding + 1, (2, n), generator=generator)
    rows = (row[:, None] + torch.arange(height))[:, :, None]  # (n, height, 1)
    columns = (column[:, None] + torch.arange(width))[:, None, :]  # (n, 1, width)
    cropped = padded.movedim(1, 3)[torch.arange(n)[:, None, None], rows, columns].movedim(3, 1)
    light = 1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    rough = noise * torch.randn(images.shape, generator=generator)
    return (cropped * light + rough).to(images.dtype)
    ### END SOLUTION


# %% [markdown]
# First the crop, with neither light nor noise.

# %% nbgrader={"grade_id": "jitter-test", "grade": true, "points": 2, "schema_version": 3}
with checks.exercise("Crop", points=2, hidden=1) as check:
    images = torch.arange(1.0, 26.0).reshape(1, 1, 5, 5).repeat(300, 1, 1, 1)
    cut = check.call(jitter, images, 1, 0.0, 0.0, torch.Generator().manual_seed(0))
    shape = tuple(cut.shape) if torch.is_tensor(cut) else None
    check.that(shape == (300, 1, 5, 5), "Return a tensor of the shape of `images`.", returned=cut)
    padded = F.pad(images[:1], (1, 1, 1, 1))
    windows = torch.cat(
        [padded[:, :, r : r + 5, c : c + 5] for r in range(3) for c in range(3)]
    )  # (9, 1, 5, 5)
    is_window = ((cut[:, None] - windows).abs() < 1e-4).flatten(2).all(dim=2)  # (300, 9)
    wraps = torch.cat([images[:1].roll((r, c), (2, 3)) for r in (-1, 0, 1) for c in (-1, 0, 1)])
    wrapped = ((cut[:, None] - wraps).abs() < 1e-4).flatten(2).all(dim=2).any(dim=1)
    if not is_window.any(dim=1).all():
        check.that(
            not wrapped.all().item(),
            "What leaves on one side comes in on the other: roll wraps around. Pad with zeros.",
        )
        check.that(False, "These are not windows of the image with one row of zeros around it.")
    seen = is_window.any(dim=0).sum().item()
    check.close(
        seen,
        9,
        mistakes={
            "All images get the same window. Draw one for each.": 1,
            "Some windows never come: the upper end of randint is not included.": 4,
            "Rows and columns share one draw, or one of them never moves: draw two for each image.": 3,
        },
    )
    generator = torch.Generator().manual_seed(1)
    first, second = (jitter(images, 1, 0.0, 0.0, generator) for _ in range(2))
    check.that(
        (first != second).any().item(),
        "Two calls give the same windows. Do not seed: let the generator go on.",
    )

### BEGIN HIDDEN TESTS
with checks.hidden("All windows alike often, all channels together, not square") as check:
    generator = oracles.fresh_generator()
    picture = torch.rand(1, 3, 4, 6, generator=generator) + 1
    padded = F.pad(picture, (2, 2, 2, 2))
    windows = torch.cat(
        [padded[:, :, r : r + 4, c : c + 6] for r in range(5) for c in range(5)]
    )  # (25, 3, 4, 6)
    images = picture.repeat(2500, 1, 1, 1)
    cut = check.call(jitter, images, 2, 0.0, 0.0, generator)
    check.equal(tuple(cut.shape), (2500, 3, 4, 6))
    found = (cut[:, None, :, ::3, ::5] - windows[:, :, ::3, ::5]).abs().flatten(2).sum(dim=2)
    counts = torch.bincount(found.argmin(dim=1), minlength=25)  # 100 each, give or take 10
    check.that(found.min(dim=1).values.max().item() < 1e-3, "Not a window.")
    check.that(counts.min() > 50 and counts.max() < 150, "Not all alike.", counts=counts)
### END HIDDEN TESTS

# %% [markdown]
# Then light alone and noise alone.

# %% nbgrader={"grade_id": "jitter-test-2", "grade": true, "points": 1, "schema_version": 3}
with checks.exercise("Light and noise", points=1, hidden=1) as check:
    images = torch.full((1000, 3, 4, 5), 2.0)
    lit = check.call(jitter, images, 0, 0.5, 0.0, torch.Generator().manual_seed(0))
    shape = tuple(lit.shape) if torch.is_tensor(lit) else None
    check.that(shape == (1000, 3, 4, 5), "Return a tensor of the shape of `images`.", returned=lit)
    factor = lit[:, 0, 0, 0] / 2  # (1000,)
    check.that(
        (lit / 2 - factor[:, None, None, None]).abs().max().item() < 1e-4,
        "The light differs within an image: one factor for all its channels and pixels.",
    )
    check.that(
        (factor.max() - factor.min()).item() > 1e-3,
        "All images have the same light. Draw a factor for each.",
    )
    check.close(
        factor.mean().item(),
        1.0,
        rtol=0,
        atol=0.05,
        mistakes={
            "The light only grows: the factor lies between 1 − b and 1 + b.": 1.25,
            "The light only fades: the factor lies between 1 − b and 1 + b.": 0.75,
            "The factor runs from 0 to b. It lies between 1 − b and 1 + b.": 0.25,
            "The factor runs from −b to b: add 1.": 0.0,
        },
    )
    check.close(
        (factor.max() - factor.min()).item(),
        1.0,
        rtol=0,
        atol=0.04,
        mistakes={"The light is added. Multiply by it.": 0.5},
    )
    dark = torch.zeros(1000, 3, 4, 5)
    rough = check.call(jitter, dark, 0, 0.0, 0.25, torch.Generator().manual_seed(0))
    check.that(
        (rough[0] != rough[1]).any().item(), "All images get the same noise. Draw it for each."
    )
    check.that(
        (rough[:, 0] != rough[:, 1]).any().item(),
        "All channels get the same noise: each number has its own.",
    )
    check.close(
        rough.std().item(),
        0.25,
        rtol=0.02,
        mistakes={
            "That is the variance: multiply randn by σ, not by its square.": 0.0625,
            "That is uniform noise. Use randn.": 0.0721688,
            "σ is not used: multiply randn by it.": 1.0,
            "You multiply randn by the root of σ.": 0.5,
        },
    )

### BEGIN HIDDEN TESTS
with checks.hidden("All at once, in float32 and float64") as check:
    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        picture = torch.rand(1, 2, 3, 3, generator=generator, dtype=dtype) + 1
        out = check.call(jitter, picture.repeat(4000, 1, 1, 1), 0, 0.6, 0.3, generator)
        check.close(out[:1] * 0, picture * 0, same_dtype=True)
        check.close(out.mean(dim=0), picture[0], rtol=0.06, atol=0)
        variance = picture[0] ** 2 * 0.6**2 / 3 + 0.3**2
        check.close(out.var(dim=0), variance, rtol=0.2, atol=0)
### END HIDDEN TESTS

# %% [markdown]
# In your own work, torchvision's `transforms.v2` has all of this and much more. (Mind that most of it,
# given a whole batch, makes one draw for all.) Here are ten changes of real digits, the first of which
# is none:

# %% tags=["demo"]
digits = data.digits(standardize=False)
pixels = (digits.X_train / 16).cpu().reshape(-1, 1, 8, 8)


def shifted(images, row, column):
    """Return the images moved down by `row` and to the right by `column` pixels, zeros behind."""
    padded = F.pad(images, (2, 2, 2, 2)).roll((row, column), (2, 3))
    return padded[:, :, 2:-2, 2:-2]


def turned(images, degrees, zoom=1.0):
    """Return the images turned counter-clockwise and enlarged, all alike."""
    cos, sin = (f(math.radians(degrees)) / zoom for f in (math.cos, math.sin))
    theta = torch.tensor([[cos, -sin, 0.0], [sin, cos, 0.0]]).repeat(len(images), 1, 1)
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)


generator = torch.Generator().manual_seed(0)
TRANSFORMATIONS = {
    "nothing": lambda images: images,
    "noise of 0.15": lambda images: images + 0.15 * torch.randn(images.shape, generator=generator),
    "light × 0.7": lambda images: 0.7 * images,
    "turn by 10°": lambda images: turned(images, 10),
    "zoom × 1.2": lambda images: turned(images, 0, 1.2),
    "turn by 20°": lambda images: turned(images, 20),
    "1 pixel right": lambda images: shifted(images, 0, 1),
    "mirror": lambda images: images.flip(3),
    "turn by 180°": lambda images: images.flip(2, 3),
    "negative": lambda images: 1 - images,
}
examples = torch.stack([pixels[(digits.y_train == k).nonzero()[0, 0]] for k in (2, 3, 6, 9)])
fig, axes = plots.figure(ncols=len(TRANSFORMATIONS), nrows=4, size=(11, 5))
for column, (name, transform) in enumerate(TRANSFORMATIONS.items()):
    for ax, picture in zip(axes[:, column], transform(examples), strict=True):
        ax.imshow(picture[0].numpy(), cmap="gray_r", vmin=0, vmax=1)
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
    axes[0, column].set_title(name, fontsize=9)
plots.show(
    fig,
    "Four digits, 2, 3, 6 and 9, under ten transformations: most leave them as they are, but turned "
    "by 180 degrees the 6 reads as a 9 and the 9 as a 6.",
)

# %% [markdown]
# ### Exercise · The labels follow, and validation stays clean
# *2 points · 15 minutes · difficulty ●●○*
#
# Enlarge a training set, once and for all: the originals, then `num_copies` augmented versions of all
# of them, each version drawn anew. Two rules that are broken every day: the labels must come along in
# the same order, and the validation examples are split off *before*, and never touched. (Copies of a
# validation example among the training examples would make the validation loss look splendid.)
#
# <details><summary>Hint 1</summary>Call <code>augment(X_train)</code> once for each copy: each call draws anew.</details>
# <details><summary>Hint 2</summary>Whole copies follow one another, so the labels are <code>y.repeat(...)</code>, not <code>y.repeat_interleave(...)</code>.</details>


# %% nbgrader={"grade_id": "enlarge", "schema_version": 3, "solution": true}
def enlarge(
    X: torch.Tensor, y: torch.Tensor, num_valid: int, num_copies: int, augment
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Split and enlarge; return (X_train, y_train, X_valid, y_valid).

    `X` has shape (n, ...), `y` (n,). The last `num_valid` (≥ 1) examples are for validation. The
    training part is the others, followed by `num_copies` (≥ 0) versions of all of them, each from a
    new call of `augment`, which maps a tensor like `X` to another of the same shape.
    """
    ### BEGIN SOLUTION
    X_train, y_train = X[:-num_valid], y[:-num_valid]
    copies = [augment(X_train) for _ in range(num_copies)]
    return (
        torch.cat([X_train, *copies]),
        y_train.repeat(1 + num_copies),
        X[-num_valid:],
        y[-num_valid:],
    )
    ### END SOLUTION


# %% nbgrader={"grade_id": "enlarge-test", "grade": true, "points": 2, "schema_version": 3}
with checks.exercise("The labels follow", points=2, hidden=1) as check:
    X, y = torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0]), torch.tensor([0, 1, 2, 3, 4])
    calls = []

    def augment(X):
        calls.append(len(X))
        return X + 10.0 * len(calls)

    X_train, y_train, X_valid, y_valid = check.call(enlarge, X, y, 2, 2, augment)
    check.close(
        X_valid,
        [4.0, 5.0],
        mistakes={
            "The validation examples are augmented. Leave them as they are.": [14.0, 15.0],
            "These are the first examples. The last ones are for validation.": [1.0, 2.0],
        },
    )
    check.close(
        X_train,
        [1.0, 2.0, 3.0, 11.0, 12.0, 13.0, 21.0, 22.0, 23.0],
        mistakes={
            "All copies are the same draw. Call `augment` anew for each.": [
                1.0,
                2.0,
                3.0,
                11.0,
                12.0,
                13.0,
                11.0,
                12.0,
                13.0,
            ],
            "Copies of validation examples are among the training examples. Split first.": [
                1.0,
                2.0,
                3.0,
                11.0,
                12.0,
                13.0,
                14.0,
                15.0,
                21.0,
                22.0,
                23.0,
                24.0,
                25.0,
            ],
            "The originals are missing.": [11.0, 12.0, 13.0, 21.0, 22.0, 23.0],
            "Each copy is made from the copy before. Make them from the originals.": [
                1.0,
                2.0,
                3.0,
                11.0,
                12.0,
                13.0,
                31.0,
                32.0,
                33.0,
            ],
        },
    )
    check.equal(
        y_train.tolist(),
        [0, 1, 2, 0, 1, 2, 0, 1, 2],
        mistakes={
            "The labels do not follow: whole copies come one after another, so repeat, not repeat_interleave.": [
                0,
                0,
                0,
                1,
                1,
                1,
                2,
                2,
                2,
            ],
            "The copies have no labels: repeat those of the originals.": [0, 1, 2],
        },
    )
    check.equal(y_valid.tolist(), [3, 4])

### BEGIN HIDDEN TESTS
with checks.hidden("Images, other sizes, float32 and float64") as check:
    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for num_valid, num_copies in ((1, 3), (4, 0), (3, 1)):
            X = torch.randn(7, 2, 3, generator=generator, dtype=dtype)
            y = torch.randint(5, (7,), generator=generator)
            drawn = []

            def augment(X, drawn=drawn):
                drawn.append(X + 0.1 * torch.randn(X.shape, generator=generator, dtype=X.dtype))
                return drawn[-1]

            parts = check.call(enlarge, X, y, num_valid, num_copies, augment)
            check.equal(len(drawn), num_copies)
            m = 7 - num_valid
            wanted = [torch.cat([X[:m], *drawn]), y[:m].repeat(1 + num_copies), X[m:], y[m:]]
            check.close(parts, wanted, same_dtype=True)
### END HIDDEN TESTS

# %% [markdown]
# ### Exercise · Does the label survive?
# *2 points · 20 minutes · difficulty ●●○*
#
# "This change does not matter" is a claim, so audit it. Take each transformed image, find the nearest
# *original* image, and see which class that one has. Its own original does not count: it is nearest
# anyway, and its class is what we are asking for. (This is called *leave one out*.)
#
# Return a table: row $a$, column $b$ is the share of the examples of class $a$ whose transformed image
# lies nearest to an original of class $b$. Each row adds up to 1.
#
# <details><summary>Hint 1</summary><code>torch.cdist(A, B)</code> has all distances between the rows of A and those of B. <code>fill_diagonal_(math.inf)</code> takes out the own original.</details>
# <details><summary>Hint 2</summary><code>F.one_hot(y)</code> is (n, num_classes). Two of them, multiplied as matrices, count all pairs.</details>


# %% nbgrader={"grade_id": "label-changes", "schema_version": 3, "solution": true}
def label_changes(X: torch.Tensor, y: torch.Tensor, X_changed: torch.Tensor) -> torch.Tensor:
    """Return the shares, (num_classes, num_classes): from the class in the row to that in the column.

    `X` has shape (n, num_features), `y` (n,) the classes 0 … num_classes − 1, all of them present;
    `X_changed` is `X` after a transformation, row by row.
    """
    ### BEGIN SOLUTION
    distance = torch.cdist(X_changed, X)  # (n, n)
    distance.fill_diagonal_(math.inf)
    nearest = y[distance.argmin(dim=1)]  # (n,)
    counts = F.one_hot(y).double().T @ F.one_hot(nearest, int(y.max()) + 1).double()
    return counts / counts.sum(dim=1, keepdim=True)
    ### END SOLUTION


# %% nbgrader={"grade_id": "label-changes-test", "grade": true, "points": 2, "schema_version": 3}
with checks.exercise("Does the label survive?", points=2, hidden=1) as check:
    X = torch.tensor([[0.0], [1.0], [8.0], [10.0], [11.0], [20.0], [22.0]])
    y = torch.tensor([0, 0, 0, 1, 1, 2, 2])
    X_changed = torch.tensor([[0.2], [10.4], [8.1], [10.2], [19.0], [20.5], [11.2]])
    check.close(
        check.call(label_changes, X, y, X_changed),
        [[1 / 3, 2 / 3, 0.0], [0.0, 0.5, 0.5], [0.0, 0.5, 0.5]],
        rtol=1e-4,
        atol=1e-5,
        mistakes={
            "The own original counts. Leave it out: put infinity on the diagonal.": [
                [0.6666667, 0.3333333, 0.0],
                [0.0, 0.5, 0.5],
                [0.0, 0.5, 0.5],
            ],
            "Rows and columns are exchanged: the row is the class before.": [
                [0.3333333, 0.0, 0.0],
                [0.6666667, 0.5, 0.5],
                [0.0, 0.5, 0.5],
            ],
            "These are counts. Divide each row by its sum.": [
                [1.0, 2.0, 0.0],
                [0.0, 1.0, 1.0],
                [0.0, 1.0, 1.0],
            ],
            "You divide by the number of all examples. Each row adds up to 1.": [
                [0.1428571, 0.2857143, 0.0],
                [0.0, 0.1428571, 0.1428571],
                [0.0, 0.1428571, 0.1428571],
            ],
            "The columns add up to 1. The rows should.": [
                [1.0, 0.5, 0.0],
                [0.0, 0.25, 0.5],
                [0.0, 0.25, 0.5],
            ],
            "You look for the changed image nearest to each original. It is the other way round.": [
                [0.6666667, 0.3333333, 0.0],
                [0.5, 0.0, 0.5],
                [0.0, 0.5, 0.5],
            ],
            "You compare changed images with one another. Compare them with the originals.": [
                [0.3333333, 0.6666667, 0.0],
                [0.5, 0.0, 0.5],
                [0.5, 0.5, 0.0],
            ],
            "That is the farthest one: argmin.": [
                [0.0, 0.0, 1.0],
                [0.5, 0.0, 0.5],
                [1.0, 0.0, 0.0],
            ],
        },
    )

### BEGIN HIDDEN TESTS
with checks.hidden("Against scikit-learn's nearest neighbours") as check:
    from sklearn.neighbors import NearestNeighbors

    generator = oracles.fresh_generator()
    for n, num_classes, width in ((40, 3, 2), (61, 5, 4)):
        X = torch.randn(n, width, generator=generator)
        y = torch.arange(n) % num_classes
        X_changed = X + 0.3 * torch.randn(n, width, generator=generator)
        near = NearestNeighbors(n_neighbors=2).fit(X.numpy()).kneighbors(X_changed.numpy())[1]
        wanted = torch.zeros(num_classes, num_classes)
        for i, (first, second) in enumerate(near):
            wanted[y[i], y[second if first == i else first]] += 1
        wanted = wanted / wanted.sum(dim=1, keepdim=True)
        check.close(check.call(label_changes, X, y, X_changed), wanted, rtol=1e-4, atol=1e-6)
### END HIDDEN TESTS

# %% [markdown]
# And on the 1,257 training digits:

# %% tags=["demo"]
changed = {}
print("transformation   label changes   most often")
for name, transform in TRANSFORMATIONS.items():
    distance = torch.cdist(transform(pixels).flatten(1), pixels.flatten(1))
    distance.fill_diagonal_(math.inf)
    nearest = digits.y_train.cpu()[distance.argmin(dim=1)]
    counts = torch.zeros(10, 10).index_put_(
        (digits.y_train.cpu(), nearest), torch.ones(len(nearest)), accumulate=True
    )
    shares = counts / counts.sum(dim=1, keepdim=True)
    changed[name] = 1 - counts.diagonal().sum().item() / len(nearest)
    a, b = divmod((shares - torch.diag(shares.diagonal())).argmax().item(), 10)
    print(f"{name:14} {changed[name]:10.1%}        {a} → {b} ({shares[a, b]:.0%} of them)")

# %% [markdown]
# "Nothing" is the honest zero: even an untouched digit has its nearest neighbour in another class now
# and then. Noise, light and small turns stay near it. Mirrored and upturned digits do not: most 6s
# have become 9s, and a network that is told otherwise learns nonsense.
#
# Mind what the audit cannot tell. A digit moved by one pixel *is* still that digit, and yet a third of
# them land among other classes: all our digits are centred, so shifted ones lie where no data is. The
# audit finds candidates; whether the label or only the habit is broken, you decide. (A *negative* would
# be harmless too, if the network met negatives.)
#
# ### Exercise · There and back again
# *2 points · 15 minutes · difficulty ●●○*
#
# For text, one replaces words by synonyms, inserts some, deletes some (Wei and Zou 2019), or translates
# a sentence into another language and back (Sennrich, Haddow and Birch 2016). Real systems translate
# whole sentences with a network; ours goes word by word through a small dictionary. For each word of
# the sentence that it knows, draw one of the translations, all alike likely; then draw one of *its*
# translations back. Other words stay. Each occurrence of a word has a draw of its own.
#
# <details><summary>Hint 1</summary><code>options[torch.randint(len(options), (1,), generator=generator).item()]</code> draws one of a list.</details>
# <details><summary>Hint 2</summary><code>if word in there</code>: else keep the word.</details>


# %% nbgrader={"grade_id": "back-translation", "schema_version": 3, "solution": true}
def back_translate(
    words: list[str],
    there: dict[str, list[str]],
    back: dict[str, list[str]],
    generator: torch.Generator,
) -> list[str]:
    """Return the words after a translation there and back, in their order.

    `there` maps a word to its translations, `back` each of those to its translations in turn.
    All randomness comes from `generator`.
    """

    ### BEGIN SOLUTION
    def draw(options):
        return options[torch.randint(len(options), (1,), generator=generator).item()]

    return [draw(back[draw(there[word])]) if word in there else word for word in words]
    ### END SOLUTION


# %% nbgrader={"grade_id": "back-translation-test", "grade": true, "points": 2, "schema_version": 3}
with checks.exercise("There and back again", points=2, hidden=1) as check:
    there = {"quick": ["schnell"], "dog": ["Hund"]}
    back = {"schnell": ["fast"], "Hund": ["hound"]}
    words = ["the", "quick", "dog", "barks"]
    check.equal(
        check.call(back_translate, words, there, back, torch.Generator().manual_seed(0)),
        ["the", "fast", "hound", "barks"],
        mistakes={
            "Words that the dictionary does not know are lost. Keep them.": ["fast", "hound"],
            "The words have not come back: translate twice.": ["the", "schnell", "Hund", "barks"],
            "The order has changed.": ["fast", "hound", "the", "barks"],
            "Nothing is translated.": ["the", "quick", "dog", "barks"],
            "Only the first known word is translated.": ["the", "fast", "dog", "barks"],
        },
    )
    there = {"bank": ["Ufer", "Bank"]}
    back = {"Ufer": ["shore", "bank"], "Bank": ["bank", "bench"]}
    words = ["bank"] * 400
    came = check.call(back_translate, words, there, back, torch.Generator().manual_seed(0))
    share = {word: came.count(word) / 400 for word in ("shore", "bank", "bench")}
    check.that(
        max(share.values()) < 1, "All occurrences become the same word: draw for each of them."
    )
    check.that(
        share["shore"] > 0 and share["bench"] > 0,
        "Some words never come: draw at random, on the way there and on the way back.",
        **share,
    )
    check.close(
        [share["shore"], share["bank"], share["bench"]],
        [0.25, 0.5, 0.25],
        rtol=0,
        atol=0.1,
        mistakes={
            "You draw among the different words at the end. Draw a translation, then one of its own.": [
                1 / 3,
                1 / 3,
                1 / 3,
            ],
        },
    )
    generator = torch.Generator().manual_seed(1)
    first, second = (back_translate(words, there, back, generator) for _ in range(2))
    check.that(first != second, "Two calls give the same sentence. Do not seed the generator.")

### BEGIN HIDDEN TESTS
with checks.hidden("A larger dictionary, and how often each word comes") as check:
    generator = oracles.fresh_generator()
    there = {"a": ["A", "B", "C"], "d": ["D"]}
    back = {"A": ["a"], "B": ["a", "b"], "C": ["b", "c", "a", "e"], "D": ["d", "f"]}
    words = ["a", "x", "d"] * 3000
    came = check.call(back_translate, words, there, back, generator)
    check.equal(len(came), 9000)
    check.equal(list(came[1::3]), ["x"] * 3000)
    shares = [came[0::3].count(word) / 3000 for word in "abce"]
    wanted = [1 / 3 + 1 / 6 + 1 / 12, 1 / 6 + 1 / 12, 1 / 12, 1 / 12]
    check.close(shares, wanted, rtol=0, atol=0.05)
    check.close(came[2::3].count("f") / 3000, 0.5, rtol=0, atol=0.05)
### END HIDDEN TESTS

# %% [markdown]
# `nblib.text` has a few sentences about films, a dictionary, and a crude judge of praise and blame that
# knows good words, bad words and `not`. How often does each operation turn the judgement?


# %% tags=["demo"]
def deleted(words, p, generator):
    """Return the words without those that are dropped, each with probability p."""
    return [word for word in words if torch.rand((), generator=generator).item() >= p]


def translated(words, p, generator):
    """Return the words after a translation there and back; p does not matter."""
    out = []
    for word in words:
        for dictionary in (text.TO_GERMAN, text.TO_ENGLISH):
            options = dictionary.get(word, (word,))
            word = options[torch.randint(len(options), (1,), generator=generator).item()]
        out.append(word)
    return out


operations = {
    "synonyms": text.replace_synonyms,
    "insertion": text.insert_synonyms,
    "deletion": deleted,
    "back-translation": translated,
}
generator = torch.Generator().manual_seed(0)
sentence = ["not", "a", "great", "story", "and", "not", "a", "funny", "film"]
turned_over = {}
for name, operation in operations.items():
    turns = [
        text.polarity(operation(review.split(), 0.2, generator)) != text.polarity(review.split())
        for review in text.REVIEWS
        for _ in range(runtime.scaled(200, fast=10))
    ]
    turned_over[name] = sum(turns) / len(turns)
    example = " ".join(operation(sentence, 0.2, generator))
    print(f"{name:17} judgement changes: {turned_over[name]:4.0%}   {example}")

# %% [markdown]
# Deletion is the dangerous one, for it deletes the *not* as well; an inserted *good* may land behind a
# *not* of somebody else; and *strange* may come back for *funny*, by way of *komisch*. What does not matter
# in a text about the weather matters here: the audit belongs to the task.

# %% [markdown]
# ## Learning by heart
#
# How much can a network learn that is not there? Zhang, Bengio, Hardt, Recht and Vinyals (2017) gave
# the training images *random* labels. Your turn.
#
# ### Exercise · Memorize noise
# *2 points · 25 minutes · difficulty ●●○*
#
# Train a network with one hidden layer until it knows every one of 300 random labels. Any optimizer,
# any width. Return its weights; the accuracy is computed here, as `relu(X @ W1 + b1) @ W2 + b2`.
#
# <details><summary>Hint 1</summary>Four tensors with <code>requires_grad=True</code>; draw W1 and W2 from the generator, small: divide by the root of the number of inputs.</details>
# <details><summary>Hint 2</summary><code>torch.optim.Adam([W1, b1, W2, b2], lr=0.01)</code>, 200 hidden units and 200 steps on all examples at once are plenty. Regularize nothing.</details>
# <details><summary>Hint 3</summary>Return <code>[p.detach() for p in ...]</code>.</details>


# %% nbgrader={"grade_id": "memorize", "schema_version": 3, "solution": true}
def memorize(X: torch.Tensor, y: torch.Tensor, generator: torch.Generator) -> list[torch.Tensor]:
    """Return [W1, b1, W2, b2] of a network relu(X·W1 + b1)·W2 + b2 that fits every label.

    `X` has shape (n, num_features), float32; `y` (n,) holds classes 0 … 9, in no relation to `X`.
    The shapes returned are (num_features, width), (width,), (width, 10) and (10,).
    """
    ### BEGIN SOLUTION
    width = 200
    W1 = torch.randn(X.shape[1], width, generator=generator) / math.sqrt(X.shape[1])
    W2 = torch.randn(width, 10, generator=generator) / math.sqrt(width)
    params = [W1, torch.zeros(width), W2, torch.zeros(10)]
    for p in params:
        p.requires_grad_()
    optimizer = torch.optim.Adam(params, lr=0.01)
    for _ in range(200):
        optimizer.zero_grad()
        F.cross_entropy((X @ params[0] + params[1]).relu() @ params[2] + params[3], y).backward()
        optimizer.step()
    return [p.detach() for p in params]
    ### END SOLUTION


# %% nbgrader={"grade_id": "memorize-test", "grade": true, "points": 2, "schema_version": 3}
with checks.exercise("Memorize noise", points=2, hidden=1) as check:
    X = data.digits().X_train[:300].cpu()
    y = torch.randint(10, (300,), generator=torch.Generator().manual_seed(0))
    weights = check.call(memorize, X, y, torch.Generator().manual_seed(0), may_change=(2,))
    check.that(
        isinstance(weights, list | tuple) and len(weights) == 4,
        "Return the four tensors [W1, b1, W2, b2].",
        returned=weights,
    )
    W1, b1, W2, b2 = weights
    accuracy = (((X @ W1 + b1).relu() @ W2 + b2).argmax(dim=1) == y).double().mean().item()
    check.that(
        accuracy > 0.2,
        "It knows next to nothing. Do the steps go downhill, and do they reach all four tensors?",
        accuracy=accuracy,
    )
    check.that(
        accuracy >= 0.99,
        "It knows some of the labels, not all. Wider, longer, or less regularized?",
        accuracy=accuracy,
    )

### BEGIN HIDDEN TESTS
with checks.hidden("Other labels, other digits") as check:
    generator = oracles.fresh_generator()
    X = data.digits(seed=1).X_train[:300].cpu()
    y = torch.randint(10, (300,), generator=generator)
    W1, b1, W2, b2 = memorize(X, y, generator)
    accuracy = (((X @ W1 + b1).relu() @ W2 + b2).argmax(dim=1) == y).double().mean().item()
    check.that(accuracy >= 0.98, "It does not know all labels.", accuracy=accuracy)
### END HIDDEN TESTS

# %% [markdown]
# And all 1,257 training digits: five networks with 256 hidden units each learn them with their labels
# shuffled, and, to compare, with the right ones.

# %% tags=["demo"]
split = data.digits()
order = torch.randperm(len(split.y_train), generator=torch.Generator().manual_seed(0))
shuffled = split._replace(y_train=split.y_train[order.to(split.y_train.device)])
by_heart = {}
for labels, part, judged in (
    (
        "shuffled labels",
        shuffled._replace(X_test=split.X_train, y_test=shuffled.y_train),
        "training",
    ),
    ("shuffled labels", shuffled, "unseen"),
    ("right labels", split, "unseen"),
):
    results = sweep.run(
        lambda generator: models.mlp([64, 256, 10], generator=generator),
        part,
        optimizer="Adam",
        lr=0.01,
        schedule=lambda step: 1 - step / 800,  # 40 epochs of 20 batches
        seed=range(runtime.scaled(5, fast=1)),
        num_epochs=runtime.scaled(40, fast=2),
        batch_size=64,
        every=10_000,  # only at the end
    )
    share = by_heart[labels, judged] = results.last["valid_accuracy"]
    print(
        f"{labels:15}, {judged:8} digits: {share.min():.1%} to {share.max():.1%} right over seeds"
    )

# %% [markdown]
# All but one or two of the shuffled labels are known, and nothing is learned: on unseen digits these
# networks guess. (The learning rate falls to zero on the way; at a constant one a network may end on a
# bad step, and one of ten had forgotten 5 % again.) The very same network, on right labels, recognizes
# 98 of 100. So the *number of parameters* cannot be what keeps a network from overfitting.
#
# ### Exercise · Learn in spite of noise
# *2 points · 30 minutes · difficulty ●●●*
#
# Now 900 real digits, of which 40 % carry a wrong label, and 357 clean ones to validate on. Who
# memorizes gets little more than half of the unseen digits right. Choose what helps (weight decay, early stopping,
# dropout, a mixture ...) and how much, with the validation examples, and get at least 80 %.
#
# <details><summary>Hint 1</summary><code>torch.optim.AdamW(params, lr=0.01, weight_decay=...)</code>: try 1, 3, 10, 30.</details>
# <details><summary>Hint 2</summary>Or measure the accuracy on the validation examples after each step, and keep a copy of the best weights.</details>


# %% nbgrader={"grade_id": "learn-despite-noise", "schema_version": 3, "solution": true}
def learn_despite_noise(
    X: torch.Tensor,
    y: torch.Tensor,
    X_valid: torch.Tensor,
    y_valid: torch.Tensor,
    generator: torch.Generator,
) -> list[torch.Tensor]:
    """Return [W1, b1, W2, b2] of a network relu(X·W1 + b1)·W2 + b2 that does well on new digits.

    `X` has shape (n, 64), float32; `y` (n,) classes 0 … 9, many of them wrong. `X_valid` and
    `y_valid` are like them, and right. Shapes as in `memorize`.
    """
    ### BEGIN SOLUTION
    width = 64
    W1 = torch.randn(X.shape[1], width, generator=generator) / math.sqrt(X.shape[1])
    W2 = torch.randn(width, 10, generator=generator) / math.sqrt(width)
    params = [W1, torch.zeros(width), W2, torch.zeros(10)]
    for p in params:
        p.requires_grad_()
    optimizer = torch.optim.AdamW(params, lr=0.01, weight_decay=10)
    best_loss, best_params = math.inf, []
    for _ in range(200):
        optimizer.zero_grad()
        F.cross_entropy((X @ params[0] + params[1]).relu() @ params[2] + params[3], y).backward()
        optimizer.step()
        W1, b1, W2, b2 = (p.detach() for p in params)
        loss = F.cross_entropy((X_valid @ W1 + b1).relu() @ W2 + b2, y_valid).item()
        if loss < best_loss:
            best_loss, best_params = loss, [p.clone() for p in (W1, b1, W2, b2)]
    return best_params
    ### END SOLUTION


# %% nbgrader={"grade_id": "learn-despite-noise-test", "grade": true, "points": 2, "schema_version": 3}
with checks.exercise("Learn in spite of noise", points=2, hidden=1) as check:
    split = data.Split(*(part.cpu() for part in data.digits()))
    generator = torch.Generator().manual_seed(0)
    y = split.y_train[:900].clone()
    wrong = torch.randperm(900, generator=generator)[:360]
    y[wrong] = (y[wrong] + torch.randint(1, 10, (360,), generator=generator)) % 10
    W1, b1, W2, b2 = check.call(
        learn_despite_noise,
        split.X_train[:900],
        y,
        split.X_train[900:],
        split.y_train[900:],
        generator,
        may_change=(4,),
    )
    fits, hits = (
        (((X @ W1 + b1).relu() @ W2 + b2).argmax(dim=1) == wanted).double().mean().item()
        for X, wanted in ((split.X_train[:900], y), (split.X_test, split.y_test))
    )
    facts = {"noisy_labels_fitted": fits, "unseen_digits_right": hits}
    check.that(
        hits >= 0.8 or fits < 0.75,
        "Your network knows many of the wrong labels by heart: hold it back.",
        **facts,
    )
    check.that(
        hits >= 0.8 or fits > 0.45,
        "Your network does not even fit the right labels: it is held back too much, or hardly trained.",
        **facts,
    )
    check.that(hits >= 0.8, "Nearly: vary the strength, and choose on validation.", **facts)

### BEGIN HIDDEN TESTS
with checks.hidden("Another split, other wrong labels") as check:
    generator = oracles.fresh_generator()
    seed = generator.initial_seed() % 2**31
    split = data.Split(*(part.cpu() for part in data.digits(seed=seed)))
    y = split.y_train[:900].clone()
    wrong = torch.randperm(900, generator=generator)[:360]
    y[wrong] = (y[wrong] + torch.randint(1, 10, (360,), generator=generator)) % 10
    W1, b1, W2, b2 = learn_despite_noise(
        split.X_train[:900], y, split.X_train[900:], split.y_train[900:], generator
    )
    hits = ((split.X_test @ W1 + b1).relu() @ W2 + b2).argmax(dim=1) == split.y_test
    check.that(hits.double().mean().item() >= 0.78, "Too few unseen digits are recognized.")
### END HIDDEN TESTS

# %% [markdown]
# ## Take the wheel
#
# Here is a network that learns 1,257 digits with four labels in ten wrong, with next to no regularization.
# Watch the validation loss: it falls, turns, and climbs, while the training loss goes on falling.
#
# **Your goal**: raise the weight decay while it trains, until the validation loss comes down again, to
# below 1. How much is too much?

# %% tags=["demo"]
panel = live.Panel(expose=("weight_decay",))


# %% tags=["demo"]
def with_wrong_labels(split, share, num_examples=None, seed=0):
    """Return the split with so many training examples, and this share of their labels wrong."""
    generator = torch.Generator().manual_seed(seed)
    num_examples = num_examples or len(split.y_train)
    chosen = torch.randperm(len(split.y_train), generator=generator)[:num_examples]
    y = split.y_train.cpu()[chosen]
    num_wrong = round(share * num_examples)
    y[:num_wrong] += torch.randint(1, 10, (num_wrong,), generator=generator)
    chosen = chosen.to(split.X_train.device)
    return split._replace(X_train=split.X_train[chosen], y_train=(y % 10).to(chosen.device))


split = data.digits()
noisy = with_wrong_labels(split, 0.4)
generator = torch.Generator().manual_seed(0)
model = models.mlp([64, 128, 10], generator=generator)
history = training.fit(
    model,
    torch.optim.AdamW(model.parameters(), lr=0.005, weight_decay=0.001),
    noisy.X_train,
    noisy.y_train,
    num_epochs=runtime.scaled(120, fast=2),
    batch_size=64,
    valid=(noisy.X_test, noisy.y_test),
    generator=generator,
    on=[panel],
)

# %% [markdown]
# ## Beyond the peak
#
# One experiment remains, the strangest. Take a *linear* model on $p$ random features of the input, and
# let $p$ grow past the number of training examples $n$. At $p = n$ it can just fit every point. Beyond,
# infinitely many weights fit, and one takes the *shortest*. What do you expect on new points? (Belkin,
# Hsu, Ma and Mandal 2019.)
#
# ### Exercise · The shortest fit
# *2 points · 15 minutes · difficulty ●●○*
#
# With features $\Phi$ (one row per example) and ridge $\lambda > 0$, the weights are
#
# $$w = (\Phi^\top\Phi + \lambda I)^{-1}\,\Phi^\top y .$$
#
# For $\lambda = 0$ that inverse need not exist; the limit $\lambda \to 0$ does, and it is the shortest
# of all best fits: the pseudo-inverse of $\Phi$ times $y$. Handle both.
#
# <details><summary>Hint 1</summary><code>torch.linalg.pinv(features) @ y</code> for λ = 0.</details>
# <details><summary>Hint 2</summary><code>torch.eye(p, dtype=features.dtype)</code> is I, and <code>torch.linalg.solve(A, b)</code> better than an inverse.</details>


# %% nbgrader={"grade_id": "shortest-fit", "schema_version": 3, "solution": true}
def shortest_fit(features: torch.Tensor, y: torch.Tensor, ridge: float) -> torch.Tensor:
    """Return the weights that minimize ‖y − features·w‖² + ridge·‖w‖²; the shortest if ridge is 0.

    `features` has shape (n, p), with n < p or n ≥ p; `y` (n,); the result (p,), of their dtype.
    """
    ### BEGIN SOLUTION
    if ridge == 0:
        return torch.linalg.pinv(features) @ y
    identity = torch.eye(features.shape[1], dtype=features.dtype)
    return torch.linalg.solve(features.T @ features + ridge * identity, features.T @ y)
    ### END SOLUTION


# %% nbgrader={"grade_id": "shortest-fit-test", "grade": true, "points": 2, "schema_version": 3}
with checks.exercise("The shortest fit", points=2, hidden=2) as check:
    features = torch.tensor([[1.0, 0.0], [1.0, 1.0], [0.0, 2.0]])
    y = torch.tensor([1.0, 2.0, 3.0])
    check.close(
        check.call(shortest_fit, features, y, 2.0),
        [0.4814815, 1.074074],
        rtol=1e-4,
        mistakes={
            "There is no ridge in it.": [0.7777776, 1.444445],
            "The ridge is multiplied by the number of examples. Here it is not.": [
                0.2873563,
                0.7011494,
            ],
            "The ridge is divided by the number of examples. Here it is not.": [
                0.6377953,
                1.299213,
            ],
            "Half the ridge: the 2 of both derivatives cancels.": [0.5882353, 1.235294],
            "The ridge is squared.": [0.3584906, 0.8490566],
            "The ridge is added to every entry. It belongs on the diagonal: times I.": [
                -0.1578947,
                1.210526,
            ],
            "The ridge is subtracted.": [-1.0, 3.0],
        },
    )
    wide = torch.tensor([[1.0, 0.0, 1.0], [0.0, 2.0, 0.0]])
    check.close(
        check.call(shortest_fit, wide, y[1:], 0.0),
        [1.0, 1.5, 1.0],
        rtol=1e-3,
        mistakes={
            "It fits, but it is not the shortest: there is a pseudo-inverse for that.": [
                2.0,
                1.5,
                0.0,
            ],
        },
    )

### BEGIN HIDDEN TESTS
with checks.hidden("Against scikit-learn's Ridge, in float32 and float64") as check:
    from sklearn.linear_model import Ridge

    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for n, p in ((12, 4), (5, 9)):
            features = torch.randn(n, p, generator=generator, dtype=dtype)
            y = torch.randn(n, generator=generator, dtype=dtype)
            ridge = 0.3 + torch.rand(1, generator=generator).item()
            model = Ridge(alpha=ridge, fit_intercept=False, solver="cholesky")
            wanted = torch.from_numpy(model.fit(features.numpy(), y.numpy()).coef_).to(dtype)
            w = check.call(shortest_fit, features, y, ridge)
            check.close(w, wanted, rtol=1e-3, atol=1e-5, same_dtype=True)

with checks.hidden("Without ridge: it fits, and is the shortest that does") as check:
    generator = oracles.fresh_generator()
    features = torch.randn(4, 9, generator=generator, dtype=torch.float64)
    y = torch.randn(4, generator=generator, dtype=torch.float64)
    w = check.call(shortest_fit, features, y, 0.0)
    check.close(features @ w, y, rtol=1e-5, atol=1e-6)
    directions = torch.linalg.svd(features).Vh[4:]  # those that the features do not see
    check.close(directions @ w, [0.0] * 5, rtol=0, atol=1e-6)
    tall = torch.randn(9, 4, generator=generator, dtype=torch.float64)
    y = torch.randn(9, generator=generator, dtype=torch.float64)
    residual = y - tall @ check.call(shortest_fit, tall, y, 0.0)
    check.close(tall.T @ residual, [0.0] * 4, rtol=0, atol=1e-6)
### END HIDDEN TESTS

# %% [markdown]
# scikit-learn's `Ridge` and `torch.linalg.lstsq` do it for you.
#
# ### Exercise · Find the peak
# *1 point · 10 minutes · difficulty ●○○*
#
# Somewhere on the way to large $p$ the error has a peak. To find it for a given number of examples, one
# repeats the experiment over many seeds. Near the peak single runs are wild: one may be a thousand times
# worse than the others, and would drag any mean along. So take the **median** over the seeds for each $p$,
# and return the $p$ where it is largest.
#
# <details><summary>Hint</summary><code>torch.tensor(values).median()</code>, or the module <code>statistics</code>.</details>


# %% nbgrader={"grade_id": "find-peak", "schema_version": 3, "solution": true}
def find_peak(error, num_examples: int, widths: list[int], seeds: list[int]) -> int:
    """Return the one of `widths` at which the median error over the seeds is largest.

    `error(num_examples, p, seed)` runs one experiment with p features and returns its error on new
    points. The number of seeds is odd.
    """
    ### BEGIN SOLUTION
    medians = [
        torch.tensor([error(num_examples, p, seed) for seed in seeds]).median() for p in widths
    ]
    return widths[torch.stack(medians).argmax()]
    ### END SOLUTION


# %% nbgrader={"grade_id": "find-peak-test", "grade": true, "points": 1, "schema_version": 3}
with checks.exercise("Find the peak", points=1, hidden=2) as check:
    table = {
        5: [1.0, 1.0, 1.0, 1.0, 60.0],
        10: [30.0, 2.0, 2.0, 3.0, 2.0],
        20: [9.0, 8.0, 7.0, 9.0, 8.0],
        40: [0.5, 0.5, 0.5, 0.5, 61.0],
        80: [0.2, 0.2, 0.2, 0.2, 0.2],
    }

    def error(num_examples, p, seed):
        check.that(
            num_examples == 7 and p in table and seed in range(5),
            "Call error(num_examples, p, seed), in this order.",
            got=[num_examples, p, seed],
        )
        return table[p][seed]

    check.equal(
        check.call(find_peak, error, 7, [5, 10, 20, 40, 80], [0, 1, 2, 3, 4]),
        20,
        mistakes={
            "That is the peak of the mean, which a single wild run drags along. Take the median.": 5,
            "That is where the single worst run was. Take the median over the seeds.": 40,
            "Only the first seed counts. Take the median over all of them.": 10,
            "That is where the error is smallest. The peak is wanted.": 80,
            "That is the place in the list. Return the number of features.": 2,
            "That is the error at the peak. Return the number of features.": 8.0,
        },
    )

### BEGIN HIDDEN TESTS
with checks.hidden("Random tables, with wild runs among them") as check:
    generator = oracles.fresh_generator()
    for num_seeds in (3, 9):
        widths = [3, 8, 2, 30, 11]
        table = torch.rand(5, num_seeds, generator=generator, dtype=torch.float64)
        table[torch.arange(5), torch.randint(num_seeds, (5,), generator=generator)] *= 1e4
        peak = check.call(
            find_peak,
            lambda n, p, seed, table=table, at=widths: table[at.index(p), seed].item(),
            4,
            widths,
            list(range(num_seeds)),
        )
        check.equal(peak, widths[int(table.quantile(0.5, dim=1).argmax())])

with checks.hidden("Random features: the peak moves with the number of examples") as check:
    generator = oracles.fresh_generator()

    def error(n, p, seed):
        X, r = (torch.randn(n + 50, 8, generator=generator), torch.randn(8, p, generator=generator))
        y = X[:, 0] + 0.5 * torch.randn(n + 50, generator=generator)
        features = (X @ r).relu().double()
        w = torch.linalg.pinv(features[:n]) @ y[:n].double()
        return (features[n:] @ w - y[n:]).square().mean().item()

    for n in (15, 30):
        peak = check.call(find_peak, error, n, [4, 8, 15, 30, 60, 120], list(range(21)))
        check.equal(peak, n)
### END HIDDEN TESTS

# %% [markdown]
# Now let $p$ grow. The input has 20
# numbers, the truth is a line plus noise of variance 0.25, the features are $\max(0, x^\top r)$ with
# random $r$; twenty draws of everything on the left, ten on the right. On the left with 100 examples, without ridge and with it. On
# the right: where will the peak be with 50 examples, where with 200?


# %% tags=["demo"]
def new_point_error(n, p, ridge, seed):
    """Return the mean squared error on 1000 new points after a fit to n points with p features."""
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape):
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    X = draw(n + 1000, 20)
    y = X @ draw(20) / math.sqrt(20) + 0.5 * draw(n + 1000)
    features = (X @ draw(20, p) / math.sqrt(20)).relu()
    A, b = features[:n], y[:n]
    if ridge == 0:
        w = torch.linalg.pinv(A) @ b
    else:  # the same as in {{#shortest-fit}}, by a matrix (n, n), which is smaller where p is large
        w = A.T @ torch.linalg.solve(A @ A.T + ridge * torch.eye(n, dtype=A.dtype), b)
    return F.mse_loss(features[n:] @ w, y[n:]).item()


def errors(n, widths, ridge, num_seeds=20):
    """Return the errors, (seeds, widths)."""
    seeds = range(runtime.scaled(num_seeds, fast=2))
    return torch.tensor([[new_point_error(n, p, ridge, seed) for p in widths] for seed in seeds])


widths = [10, 20, 30, 50, 70, 85, 100, 115, 150, 200, 300, 1000, 3000]
descent = {ridge: errors(100, widths, ridge) for ridge in (0, 10)}
peaks = {n: errors(n, widths[:-2], 0, num_seeds=10) for n in (50, 200)}
fig, (left, right) = plots.figure(ncols=2, size=(10, 3.8))
for ridge, runs in descent.items():
    plots.band(left, widths, runs, f"ridge {ridge}")
for n, runs in {50: peaks[50], 100: descent[0][:, :-2], 200: peaks[200]}.items():
    plots.curves(right, {f"{n} examples": runs.median(dim=0).values}, widths[:-2])
for ax in (left, right):
    ax.set(xscale="log", yscale="log", xlabel="number of features p")
left.set(ylabel="squared error on new points", title="100 examples")
right.set(ylabel="median squared error", title="no ridge")
plots.show(
    fig,
    "Squared error on new points against the number of features. Left: with 100 examples it falls, "
    "climbs to a sharp peak at 100 features and falls again, lowest at 3000; with ridge 10 there is "
    "no peak. Right: the peak stands where there are as many features as examples.",
)

# %% tags=["demo"]
medians = dict(zip(widths, descent[0].median(dim=0).values.tolist(), strict=True))
ridge_medians = dict(zip(widths, descent[10].median(dim=0).values.tolist(), strict=True))
for p in (30, 100, 3000):
    print(f"p = {p:4}: without ridge {medians[p]:6.2f}, with ridge {ridge_medians[p]:.2f}")
predict.reveal(prediction, f"{min((30, 100, 3000), key=medians.get)} features")

# %% [markdown]
# The largest model, which fits all the noise exactly, wins. This is *double descent*. At $p = n$ there is
# just one way through all points, a wild one; with many more features there are many, and the shortest of them is tame. So
# the choice of the shortest *is* a regularizer, though nobody wrote it down. And a ridge that was
# written down does as well with 100 features, a thirtieth of the size: the peak is a disease of
# models that are not regularized.
#
# ## The experiment
#
# Back to networks, and to the myth. *Is more regularization safer?* 200 digits to learn from, one
# hidden layer of 64 units, AdamW with ever more weight decay; once with right labels, once with four in
# ten wrong. Ten seeds each, 160 trainings in all.


# %% tags=["demo"]
def train(split, make_model, num_seeds=10, **settings):
    """Train on what the split holds, for each setting and seed."""
    return sweep.run(
        make_model,
        split,
        seed=range(runtime.scaled(num_seeds, fast=2)),
        num_epochs=runtime.scaled(60, fast=3),
        batch_size=50,
        every=10_000,  # only at the end
        **settings,
    )


strengths = [0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0]
decayed = {
    share: train(
        with_wrong_labels(split, share, num_examples=200),
        lambda generator: models.mlp([64, 64, 10], generator=generator),
        optimizer="AdamW",
        lr=0.003,
        weight_decay=[1e-2, *strengths],  # the first stands for none
    )
    for share in (0.0, 0.4)
}
fig, ax = plots.figure(size=(7, 3.6))
for share, results in decayed.items():
    runs = results.last.pivot(index="seed", columns="weight_decay", values="valid_accuracy")
    plots.band(ax, runs.columns, runs.to_numpy(), f"{share:.0%} of labels wrong")
ax.set(xscale="log", xlabel="weight decay λ", ylabel="accuracy on unseen digits", ylim=(0, 1))
plots.show(
    fig,
    "Accuracy on unseen digits against weight decay: with right labels flat up to λ = 3, then falling "
    "steeply; with wrong labels it rises to λ = 10 before it falls as well.",
)

# %% tags=["demo"]
accuracy = {
    share: results.last.groupby("weight_decay")["valid_accuracy"].median()
    for share, results in decayed.items()
}
for share, values in accuracy.items():
    print(
        f"{share:4.0%} wrong: none {values.iloc[0]:.3f}, best {values.max():.3f} at λ = "
        f"{values.idxmax():g}, most {values.iloc[-1]:.3f}"
    )

# %% [markdown]
# And *do deeper networks always overfit more*? One to eight hidden layers of 32 units, on the same 200
# right digits, and on two intertwined spirals, which a shallow network can hardly tell apart.

# %% tags=["demo"]
PROBLEMS = {
    "digits": (with_wrong_labels(split, 0.0, num_examples=200), 64, 10, 0.003),
    "spirals": (data.spirals(num_samples=300, num_turns=1.75, noise=0.03), 2, 2, 0.01),
}


def judged_on_training(part):
    """Return the same examples, to be judged by those that were trained on."""
    return part._replace(X_test=part.X_train, y_test=part.y_train)


by_depth = {}
for judged in ("unseen", "training"):
    for name, (part, num_inputs, num_outputs, lr) in PROBLEMS.items():
        by_depth[name, judged] = train(
            part if judged == "unseen" else judged_on_training(part),
            lambda generator, depth, sizes=(num_inputs, num_outputs): models.mlp(
                [sizes[0], *[32] * depth, sizes[1]], generator=generator
            ),
            optimizer="Adam",
            lr=lr,
            depth=[1, 2, 4, 8],
            num_seeds=6,
        )

# %% [markdown]
# And *wider* ones, with a single hidden layer of 4 to 256 units:

# %% tags=["demo"]
by_width = {}
for name, (part, num_inputs, num_outputs, lr) in PROBLEMS.items():
    by_width[name, "unseen"] = train(
        part,
        lambda generator, width, sizes=(num_inputs, num_outputs): models.mlp(
            [sizes[0], width, sizes[1]], generator=generator
        ),
        optimizer="Adam",
        lr=lr,
        width=[4, 16, 64, 256],
        num_seeds=6,
    )
fig, axes = plots.figure(ncols=2, size=(10, 3.8))
for ax, knob, runs in zip(axes, ("depth", "width"), (by_depth, by_width), strict=True):
    for (name, judged), results in runs.items():
        table = results.last.pivot(index="seed", columns=knob, values="valid_accuracy")
        plots.band(ax, table.columns, table.to_numpy(), f"{name}, {judged}")
    ax.set(xscale="log", ylabel="accuracy", ylim=(0.5, 1.03))
    ax.set_xticks(table.columns, table.columns)
    ax.minorticks_off()
    ax.legend(fontsize=8.5)
axes[0].set(xlabel="hidden layers of 32 units")
axes[1].set(xlabel="units in one hidden layer")
plots.show(
    fig,
    "Accuracy against depth and against width. With depth, the gap between training and unseen "
    "examples opens on the digits and closes on the spirals. With width, unseen examples are "
    "recognized better on both.",
)

# %% tags=["demo"]
depth_medians = {
    key: results.last.groupby("depth")["valid_accuracy"].median()
    for key, results in by_depth.items()
}
for (name, judged), values in depth_medians.items():
    shown = ", ".join(f"{depth}: {value:.3f}" for depth, value in values.items())
    print(f"{name:7} {judged:8} by depth {shown}")
width_medians = {
    key: results.last.groupby("width")["valid_accuracy"].median()
    for key, results in by_width.items()
}
for (name, judged), values in width_medians.items():
    shown = ", ".join(f"{width}: {value:.3f}" for width, value in values.items())
    print(f"{name:7} {judged:8} by width {shown}")

# %% [markdown]
# ## The verdict
#
# - **"Overfitting is always a problem."** No: the model with 3000 features fitted all noise exactly and
#   predicted better than the one with 30, and every network of ours, deep or not, knew its 200 digits
#   by heart, also those that recognized 91 % of the others. **It flips** when labels are wrong, or when the
#   model has just enough parameters to fit: then what was learned by heart is wrong, and it shows.
# - **"More regularization is safer."** No: with right labels no weight decay at all was as good as any,
#   and too much of it cost half of the accuracy. **It flips** with noise: with four labels in ten wrong,
#   weight decay 10 gained fourteen percentage points. The best strength depends on the data, so choose it
#   by validation. And a transformation that changes the label is worse than none.
# - **"Deeper networks always overfit more."** No: on 200 digits they did, and eight layers lost some
#   fifteen percentage points; **it flips** on the spirals, where a single layer could not even learn the
#   training points, and four layers recognized nearly all of the others. Wider networks did better on
#   both, with far more parameters than examples.
#
# All this with small networks and small data; but Zhang et al. (2017) and Nakkiran et al. (2020) saw the
# same in large ones, and there the descent is double over the epochs, too.
#
# ## In short
#
# | | prefers | library | mind |
# |---|---|---|---|
# | L1 | few weights | `F.softshrink`, `Lasso` | the proximal step makes the zeros |
# | weight decay | small weights | `AdamW`, `Ridge` | no biases; scale by the learning rate |
# | dropout | weights that do not rely on one another | `nn.Dropout` | `p` drops; off in use |
# | early stopping | what is learned first | a dozen lines | validation loss; clone the best |
# | batch norm, weight norm | directions | `nn.BatchNorm1d`, `weight_norm` | decay then turns the learning rate |
# | label smoothing | modest logits | `label_smoothing=` | $\varepsilon/K$ for all classes |
# | augmentation | what stays true under change | `torchvision` | training only; labels follow, or break |
# | more parameters | the shortest of many fits | – | mind the peak at $p = n$ |
#
# ## Going further
#
# - Belkin, M., Hsu, D., Ma, S. and Mandal, S. (2019). Reconciling modern machine-learning practice and the classical bias–variance trade-off. *PNAS* 116, 15849–15854. doi:10.1073/pnas.1903070116
# - Daubechies, I., Defrise, M. and De Mol, C. (2004). An iterative thresholding algorithm for linear inverse problems with a sparsity constraint. *Communications on Pure and Applied Mathematics* 57, 1413–1457. doi:10.1002/cpa.20042
# - Ioffe, S. and Szegedy, C. (2015). Batch normalization. arXiv:1502.03167
# - van Laarhoven, T. (2017). L2 regularization versus batch and weight normalization. arXiv:1706.05350
# - Nakkiran, P., Kaplun, G., Bansal, Y., Yang, T., Barak, B. and Sutskever, I. (2020). Deep double descent. arXiv:1912.02292
# - Prechelt, L. (1998). Early stopping – but when? *Neural networks: tricks of the trade*, 55–69. doi:10.1007/3-540-49430-8_3
# - Salimans, T. and Kingma, D. P. (2016). Weight normalization. arXiv:1602.07868
# - Sennrich, R., Haddow, B. and Birch, A. (2016). Improving neural machine translation models with monolingual data. arXiv:1511.06709
# - Srivastava, N., Hinton, G., Krizhevsky, A., Sutskever, I. and Salakhutdinov, R. (2014). Dropout. *JMLR* 15, 1929–1958.
# - Szegedy, C., Vanhoucke, V., Ioffe, S., Shlens, J. and Wojna, Z. (2016). Rethinking the Inception architecture for computer vision. arXiv:1512.00567
# - Wei, J. and Zou, K. (2019). EDA: easy data augmentation techniques. arXiv:1901.11196
# - Zhang, C., Bengio, S., Hardt, M., Recht, B. and Vinyals, O. (2017). Understanding deep learning requires rethinking generalization. arXiv:1611.03530
