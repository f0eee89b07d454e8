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
# - turn, zoom, shift and dim a whole batch of images, translate sentences there and back, and find out which
#   of these changes the label as well;
# - make a network memorize pure noise, and keep another one from doing so;
# - predict where a model with too many parameters fails worst, and why it recovers beyond.
#
# **Time** about 6 hours, in as many sittings as you like. **You need** gradients, AdamW and the cross-entropy
# ({{gradient_descent}}), matrix products, the mean and the variance. **Points** 31, in 15 exercises; each
# stands on its own, so you can skip one and come back.

# %% nbgrader={"grade_id": "setup", "locked": true, "schema_version": 3}
import math

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
from nblib.oracles import regularization as oracle

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
# - **dead units**: 430 units with ReLU are dead: they give 0 for all examples. How many of them come back by
#   themselves in ten epochs? `"about 4"`, `"about 200"` or `"nearly all"`.
# - **shuffled labels**: the labels of the training digits are shuffled, so that they mean nothing. How many of them
#   does a network know after training? `"about 1 in 10"`, `"about half"` or `"nearly all"`.
# - **right labels**: all labels are right. What does the right amount of weight decay gain on digits, in percentage
#   points? `"less than 1"`, `"about 5"` or `"about 14"`.
# - **two spirals**: networks with one hidden layer and with four learn to tell two spirals apart. Which one knows
#   more of the points that it has not seen? `"the one with one"`, `"the one with four"` or `"they are alike"`.

# %% tags=["prediction"]
at_first = {
    "dead units": ...,
    "shuffled labels": ...,
    "right labels": ...,
    "two spirals": ...,
}

# %% tags=["demo"]
predict.first("regularization", at_first)

# %% [markdown]
# ## Predict first
#
# Later you will fit 100 noisy training points with linear models of more and more features. (A *feature* is a
# number computed from the input; a *linear model* adds them up, each times a weight.) With 30
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
# We train on examples that we have and want to do well on examples that we do not have. The difference
# between the two losses is the *generalization gap*. A model with many parameters can make the first loss as
# small as it likes, noise (random errors) included, and the gap grows: it *overfits*.
#
# Regularization gives the model a preference. Among all weights that fit, it says, I like *these* better: the
# small ones, the few ones, those that still work when half of the network is missing, those that are reached
# early, those that give a turned picture the same answer. Let $R(w)$ be small where it likes $w$; the
# *strength* $\lambda$ says how much this counts against the fit:
#
# $$\text{minimize} \quad L(w) + \lambda\, R(w)$$
#
# A preference can be right or wrong. That is the whole story, and the reason why no strength is
# "safe".
#
# > **overfitting**: learning what only the training examples have, such as their noise, so that the loss
# > on other examples grows.
# >
# > **generalization gap**: the loss on examples that were not trained on, minus the loss on those that were.
# >
# > **regularization**: whatever makes some of the models that fit the data preferred to others.
#
# ## Explore
#
# Forty noisy points of a wiggly curve, and a polynomial of degree 30, which has almost as many coefficients
# as there are points. At first it is hardly held back at all. The four knobs, each with a strength $\lambda$,
# come one by one below; here, just turn them.
#
# **Your goal**: an error against the truth (the curve without noise) below 0.25, with degree 30 and these 40
# points. Can each knob do it? What happens to this error, and to that on the points, when $\lambda$ is far
# too large? Then set the number of points near the number of coefficients.

# %% tags=["demo"]
playground.curve_fit()

# %% [markdown]
# ## Penalties
#
# The two classical preferences are *few* weights (the others are zero) and *small* weights:
#
# $$R_1(w) = \lVert w\rVert_1 = \sum_i |w_i|, \qquad R_2(w) = \tfrac12\lVert w\rVert_2^2 = \tfrac12\sum_i w_i^2$$
#
# L1 pulls a weight towards zero with the same force, whether it is large or small: the slope of
# $\lambda|w|$ is $\lambda$ or $-\lambda$. L2 has the slope $\lambda w$, so its pull fades on the way, and the weight
# comes near zero without getting there.
#
# > **L1 penalty**: the sum of the absolute weights, times a strength, added to the loss; it makes many
# > weights exactly zero.
# >
# > **L2 penalty**: half the sum of the squared weights, times a strength, added to the loss; it makes
# > weights small.
#
# ### Exercise · L1 by a proximal step
# *2 points · 15 minutes · difficulty ●●○*
#
# $|w|$ has a kink at zero and no derivative there. One can walk against $\lambda\,\mathrm{sign}(w)$ all
# the same (a *subgradient*; the sign is 1, −1, or 0 at zero), but this step is as long near zero as far away,
# so the weights jump back and forth across zero for ever. The *proximal step* does it properly: a step
# against the gradient $g$ of the loss alone, then every weight moves towards zero by $\eta\lambda$, and stays
# there if it would cross.
#
# $$u = w - \eta\, g, \qquad w_i \leftarrow \mathrm{sign}(u_i)\,\max(|u_i| - \eta\lambda,\; 0)$$
#
# The second part is called *soft thresholding* (Donoho and Johnstone 1994); to alternate the two is the
# iteration of Daubechies et al. (2004).
#
# <details><summary>Hint 1</summary><code>u.sign()</code>, <code>u.abs()</code> and <code>.clamp(min=0)</code> are the three pieces.</details>
# <details><summary>Hint 2</summary>The threshold is the learning rate times the strength, for one step goes only so far.</details>


# %% nbgrader={"grade_id": "l1-step", "schema_version": 3, "solution": true}
def l1_step(w: torch.Tensor, grad: torch.Tensor, lr: float, strength: float) -> torch.Tensor:
    """Return the weights after one proximal step on L(w) + strength·‖w‖₁.

    `w` holds weights of any shape, float; `grad`, the gradient of L there, and the result have its
    shape and dtype. Neither is changed; `strength` ≥ 0. Source: Daubechies et al. (2004).
    """
    ### BEGIN SOLUTION
    u = w - lr * grad
    return u.sign() * (u.abs() - lr * strength).clamp(min=0)
    ### END SOLUTION


# %% nbgrader={"grade_id": "l1-step-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("L1 by a proximal step", points=2, hidden=2)
def _(check):
    row = torch.tensor([0.5, -0.3, 0.04, 1.0, -0.02, 0.0])
    grad = torch.tensor([1.0, -1.0, 0.2, 0.0, -0.1, 2.0])
    table = torch.tensor([[1.5, -0.25, 0.5], [-2.0, 0.75, -0.125]], dtype=torch.float64)
    slopes = torch.tensor([[-1.0, 0.5, 3.0], [1.0, -2.0, 0.25]], dtype=torch.float64)
    check.agree(
        l1_step,
        oracle.l1_step,
        (row, grad, 0.1, 0.5),
        (table, slopes, 0.25, 1.5),
        (row.reshape(2, 1, 3), grad.reshape(2, 1, 3), 0.3, 0.0),
        (torch.tensor(-0.7), torch.tensor(0.4), 0.5, 0.6),
        mistakes=oracle.L1_STEP,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against torch's softshrink, in float32 and float64")
def _(check):
    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for shape in ((7,), (3, 5), (2, 1, 4)):
            w, grad = torch.randn(2, *shape, generator=generator, dtype=dtype)
            lr, strength = (0.1 + torch.rand(2, generator=generator)).tolist()
            check.agree(
                l1_step,
                lambda w, grad, lr, strength: F.softshrink(w - lr * grad, lr * strength),
                (w, grad, lr, strength),
                same_dtype=True,
            )


@checks.hidden("Many steps end where scikit-learn's Lasso ends")
def _(check):
    from sklearn.linear_model import Lasso

    generator = oracles.fresh_generator()
    X = torch.randn(60, 6, generator=generator, dtype=torch.float64)
    y = X[:, 0] - 2 * X[:, 3] + 0.3 * torch.randn(60, generator=generator, dtype=torch.float64)
    lasso = Lasso(alpha=0.2, fit_intercept=False, tol=1e-12, max_iter=100_000).fit(X, y)
    lr = 1 / torch.linalg.eigvalsh(X.T @ X / 60).max().item()
    w = torch.zeros(6, dtype=torch.float64)
    for _ in range(200):
        w = check.call(l1_step, w, X.T @ (X @ w - y) / 60, lr, 0.2)
    wanted = torch.from_numpy(lasso.coef_)
    check.close(w, wanted, rtol=1e-4, atol=1e-5)
    pull = (X.T @ (X @ wanted - y) / 60).abs()  # a rounding apart from 0.2, nothing can be said
    is_zero = (wanted == 0) & (pull < 0.199)
    check.that(bool((w[is_zero] == 0).all()), "A weight that is zero in Lasso is not exactly zero.")


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
# In ten draws the subgradient found not one. From now on `F.softshrink` does it for you, or, for linear
# models, `Lasso` from the library scikit-learn.
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
# dimensions; leave those with fewer, the biases, to the gradient alone.**
#
# <details><summary>Hint</summary><code>p.ndim</code> is the number of dimensions.</details>


# %% nbgrader={"grade_id": "decay-step", "schema_version": 3, "solution": true}
def decay_step(
    params: list[torch.Tensor], grads: list[torch.Tensor], lr: float, weight_decay: float
) -> list[torch.Tensor]:
    """Return the parameters after one step of SGD: w − lr·g − lr·weight_decay·w, biases b − lr·g.

    `params` and `grads` are lists of float tensors, shapes and dtypes pairwise equal, and neither
    is changed; what is returned has the same. Tensors with fewer than two dimensions, also those
    with none, are biases. Both terms use the weight from before the step.
    """
    ### BEGIN SOLUTION
    return [
        p - lr * g - (lr * weight_decay * p if p.ndim >= 2 else 0)
        for p, g in zip(params, grads, strict=True)
    ]
    ### END SOLUTION


# %% nbgrader={"grade_id": "decay-step-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Decay the weights, not the biases", points=2, hidden=1)
def _(check):
    pair = [torch.tensor([[1.0, -2.0]]), torch.tensor([3.0, 4.0])]
    slopes = [torch.tensor([[0.5, 1.0]]), torch.tensor([2.0, -1.0])]
    shapes = ((3,), (2, 3), (4,), (2,), (3, 1, 2), ())
    many = [torch.linspace(-2, i, math.prod(s)).double().reshape(s) for i, s in enumerate(shapes)]
    many_slopes = [p.flip(0) ** 2 if p.ndim else 3 * p for p in many]
    check.agree(
        decay_step,
        oracle.decay_step,
        (pair, slopes, 0.1, 0.4),
        (many, many_slopes, 0.3, 0.25),
        (pair[:1], slopes[:1], 0.5, 0.0),
        mistakes=oracle.DECAY_STEP,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against torch.optim.SGD with a group for each, float32 and float64")
def _(check):
    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        shapes = ((3, 2), (4,), (3,), (2, 1, 3))
        params = [torch.randn(shape, generator=generator, dtype=dtype) for shape in shapes]
        reference = [p.clone() for p in params]
        groups = [
            {"params": [p for p in reference if p.ndim > 1], "weight_decay": 0.3},
            {"params": [p for p in reference if p.ndim == 1]},
        ]
        optimizer = torch.optim.SGD(groups, lr=0.2)
        for _ in range(3):
            grads = [torch.randn(shape, generator=generator, dtype=dtype) for shape in shapes]
            for p, g in zip(reference, grads, strict=True):
                p.grad = g.clone()
            optimizer.step()
            params = check.call(decay_step, params, grads, 0.2, 0.3)
            check.close(params, reference, rtol=1e-4, atol=1e-6, same_dtype=True)


### END HIDDEN TESTS

# %% [markdown]
# In PyTorch that is two parameter groups, a dictionary for each, with a `weight_decay` of its own. Say
# `weight_decay=0` for the biases: where a group says nothing it takes the optimizer's default, which is
# 0 for `torch.optim.SGD`, but 0.01 for `AdamW`.

# %% tags=["demo"]
W, b = torch.zeros(2, 2, requires_grad=True), torch.zeros(2, requires_grad=True)
decays = {}
for optimizer in (torch.optim.SGD, torch.optim.AdamW):
    groups = optimizer([{"params": [W], "weight_decay": 0.1}, {"params": [b]}], lr=0.01)
    decays[optimizer.__name__] = [group["weight_decay"] for group in groups.param_groups]
    print(f"{optimizer.__name__:5}: weights decay by {decays[optimizer.__name__][0]}, ", end="")
    print(f"biases, of which nothing was said, by {decays[optimizer.__name__][1]}")

# %% [markdown]
# ## Dropout
#
# *Dropout* (Hinton, Srivastava, Krizhevsky, Sutskever and Salakhutdinov 2012) switches off a random part
# of a layer at each step, so that no unit can rely on another one being there. When the network is
# used, all units are on.
#
# > **dropout**: switching off each unit with some probability at each step of training, and none in use.
#
# ### Exercise · Inverted dropout
# *3 points · 20 minutes · difficulty ●●○*
#
# With some units off, the layer's output is too small on average: if each is off with the probability $p$, the
# share $1-p$ of a sum is left. Two remedies are in use: to shrink all outputs when the network is *used*, or
# to enlarge those that are left while it is *trained*.
# **Here we want the second**, now called *inverted* dropout (Srivastava, Hinton, Krizhevsky, Sutskever and
# Salakhutdinov 2014, section 10), as PyTorch does it. And `p` is the probability to **drop**; that paper
# calls `p` the probability to keep.
#
# $$y_i = \begin{cases} 0 & \text{with probability } p \\ x_i / (1-p) & \text{otherwise}\end{cases}
#   \quad\text{in training}, \qquad y_i = x_i \quad\text{in use}$$
#
# Each number has a fate of its own, in each call: it does not matter how many others were dropped. (What says
# which ones are dropped is called a *mask*.)
#
# <details><summary>Hint 1</summary><code>torch.rand(x.shape, generator=generator)</code> is uniform between 0 and 1: how often is it below p?</details>
# <details><summary>Hint 2</summary>Only the training part needs the generator. Do not seed it: it must go on where it stands.</details>


# %% nbgrader={"grade_id": "dropout", "schema_version": 3, "solution": true}
def dropout(x: torch.Tensor, p: float, training: bool, generator: torch.Generator) -> torch.Tensor:
    """Return `x` after inverted dropout with the probability `p` (0 ≤ p < 1) to drop.

    `x` is a float tensor of any shape, its numbers finite, and is not changed; the result has its
    shape and dtype. All randomness comes from `generator`, so the same state gives the same mask.
    With `training` False the result equals `x`, or is `x` itself. Source: Srivastava et al. (2014).
    """
    ### BEGIN SOLUTION
    if not training:
        return x.clone()
    kept = torch.rand(x.shape, generator=generator) >= p
    return x * kept / (1 - p)
    ### END SOLUTION


# %% nbgrader={"grade_id": "dropout-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Inverted dropout, training", points=2, hidden=2)
def _(check):
    signs = torch.tensor([2.0, -0.5, 3.0])
    table = signs.repeat(300, 40)
    check.agree(
        dropout,
        oracle.dropout,
        oracle.dropped(table, 0.25, True),
        oracle.dropped(signs.double().repeat(120, 50), 0.7, True),
        mistakes=oracle.DROPOUT_IN_TRAINING,
    )
    cube, line = signs.repeat(40, 5, 20), signs.double().repeat(600)
    plays = (oracle.dropped(cube, 0.4, True), oracle.dropped(line, 0.1, True))
    check.agree(dropout, oracle.dropout, *plays, oracle.dropped(cube, 0.0, True))
    oracle.insist_on_going_on(check, dropout, table, 0.25, True)


### BEGIN HIDDEN TESTS
@checks.hidden("Mean and variance of every entry, in float32 and float64")
def _(check):
    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for p in (0.1, 0.6):
            row = 1 + torch.rand(5, generator=generator, dtype=dtype)
            x = row.repeat(20_000, 1)
            y = check.call(dropout, x, p, True, generator)
            check.close(y[:1] * 0, x[:1] * 0, same_dtype=True)
            values = y.double() / row
            check.close(values.mean(dim=0), [1.0] * 5, rtol=0, atol=0.07)
            check.close(values.var(dim=0), [p / (1 - p)] * 5, rtol=0.15)


@checks.hidden("Neighbours are dropped independently; p = 0 drops nothing")
def _(check):
    generator = oracles.fresh_generator()
    x = torch.rand(100, 100, generator=generator) + 1
    check.close(check.call(dropout, x, 0.0, True, generator), x)
    kept = (check.call(dropout, x, 0.5, True, generator) != 0).double() - 0.5
    for axis in (0, 1):
        correlation = 4 * (kept * kept.roll(1, axis)).mean().item()
        check.close(correlation, 0, rtol=0, atol=0.07)


### END HIDDEN TESTS

# %% [markdown]
# And when the network is used:


# %% nbgrader={"grade_id": "dropout-test-2", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("Inverted dropout, in use", points=1, hidden=1)
def _(check):
    numbers = torch.tensor([[1.0, -2.0, 0.5], [3.0, 4.0, -1.0]])
    check.agree(
        dropout,
        oracle.dropout,
        oracle.dropped(numbers.repeat(100, 40), 0.25, False),
        oracle.dropped(numbers.double().repeat(50, 5, 20), 0.8, False),
        oracle.dropped(numbers[0], 0.0, False),
        mistakes=oracle.DROPOUT_IN_USE,
    )
    zeros = torch.tensor([[0.0, 1.5, -2.25]])
    check.agree(dropout, lambda x, *_: x, (zeros, 0.4, False, torch.Generator().manual_seed(0)))


### BEGIN HIDDEN TESTS
@checks.hidden("Other inputs, in float32 and float64")
def _(check):
    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for shape in ((30, 7), (3, 4, 20)):
            x = torch.randn(shape, generator=generator, dtype=dtype)
            check.close(check.call(dropout, x, 0.8, False, generator), x, same_dtype=True)


### END HIDDEN TESTS

# %% [markdown]
# From now on `nn.Dropout(p)` does it, switched on by `model.train()` and off by `model.eval()`.
#
# What preference does dropout express? For a linear model with squared error one can compute it. Each
# number is multiplied by a factor of its own: 0 with probability $p$, else $1/(1-p)$. The mean of such a
# factor is $(1-p)\cdot\frac{1}{1-p} = 1$, the mean of its square $(1-p)\cdot\frac{1}{(1-p)^2} =
# \frac{1}{1-p}$, so its *variance*, the mean square minus the squared mean, is $\frac{1}{1-p} - 1 =
# \frac{p}{1-p}$.
#
# In example $i$ the prediction $\sum_j x_{ij} w_j$ thus stays as it is on average, and its variance is
# $\frac{p}{1-p} \sum_j x_{ij}^2 w_j^2$: a factor times $c$ has $c^2$ times the variance, and the variances of
# independent terms add up. The mean square of an error is the square of its mean plus its variance. Let $X$
# have a row for each example, and $\tilde X$ be $X$ after dropout. Added up over all examples, the mean over
# all masks, written $\mathbb E$, is the squared error plus a penalty (Srivastava et al. 2014, section 9.1):
#
# $$\mathbb E\,\lVert y - \tilde X w\rVert^2 = \lVert y - Xw\rVert^2
#   + \frac{p}{1-p} \sum_j \Bigl(\sum_i x_{ij}^2\Bigr) w_j^2 ,$$
#
# which is L2, weighing each weight by the size of its feature.
#
# > **ridge regression**: fitting a linear model by the squared error plus an L2 penalty; *ridge* for short.
#
# Where is this smallest? By the chain rule, half the slope of the squared error by $w_j$ is
# $\sum_i x_{ij}\,(Xw - y)_i$, for all $j$ together $X^\top(Xw - y)$, and that of the penalty $Dw$, where $D$
# has $\frac{p}{1-p} \sum_i x_{ij}^2$ on its diagonal and zeros elsewhere. They add up to 0 where
# $(X^\top X + D)\,w = X^\top y$: a system of linear equations, which `torch.linalg.solve` solves. Does a
# computer agree?


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
# to stop when it no longer falls (Prechelt 1998). (Chosen by them, a model looks better on them than it is:
# {{evaluation}} measures by how much.)
#
# > **validation examples**: labelled examples that are not trained on, by which one chooses when to stop and
# > how strongly to regularize.
# >
# > **early stopping**: to stop training when the validation loss no longer falls, and to return the weights
# > that had the lowest.
#
# ### Exercise · Early stopping
# *3 points · 25 minutes · difficulty ●●○*
#
# After each epoch, measure. An epoch is an *improvement* if its validation loss is below the best one
# so far **by more than** `min_delta`; then remember that loss and those weights. After `patience` epochs
# in a row without an improvement, stop. Return the weights that were remembered, not the last ones.
#
# PyTorch's optimizers change weights in place, as `weights += change` does. `weights = weights + change`
# makes a new tensor each time, and is right as well.
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
    `validate(weights)` returns the validation loss; call it once after each epoch, and at no other
    time. Losses are finite floats of any size and sign, so the first epoch is an improvement. `weights`, in float32 or
    float64, is not changed, and the best weights have its dtype.
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
# The losses are scripted, so that it is known when to stop. The weights begin at 30 and 7, and in each
# epoch they change by 1 and −2.


# %% nbgrader={"grade_id": "early-stopping-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Early stopping: when", points=2, hidden=1)
def _(check):
    oracle.insist_on_adding(check, train_until_it_stalls)
    small_gains = [0.90, 0.89, 0.70, 0.69, 0.675, 0.70, 0.65, 0.50, 0.51, 0.495, 0.55, 0.56, 0.57]
    met_exactly = [4.0, 3.0, 2.5, 2.75, 2.625, 1.0, 0.75, 0.8, 0.9, 1.0, 1.1, 1.2]
    large = [900.0, 899.75, 899.25, 898.0, 898.25, 897.75, 898.5, 899.0, 890.0]
    below_zero = [-2.0, -2.75, -2.25, -300.0, -200.0, -250.0, -299.0, -400.0]
    up_and_down = [4.0, 5.0, 3.0, 4.5, 3.5, 4.0, 2.0, 2.0, 2.0, 1.5, 2.5, 2.25, 2.0, 1.75, 3.0, 1.0]
    check.agree(
        train_until_it_stalls,
        oracle.train_until_it_stalls,
        oracle.stopped(small_gains, 2, 0.02),
        oracle.stopped(met_exactly, 3, 0.5),
        oracle.stopped(up_and_down, 4, 0.0),
        oracle.stopped(large, 3, 0.5),
        oracle.stopped(below_zero, 3, 0.5),
        oracle.stopped([1.0, 0.5, 0.75, 0.25], 1, 0.0),
        oracle.stopped([3.0, 2.0, 1.0, 0.5, 2.0], 2, 0.0, max_epochs=4),
        mistakes=oracle.WHEN,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Random losses")
def _(check):
    generator = oracles.fresh_generator()
    for size, patience, min_delta in ((1, 1, 0.0), (1, 2, 0.1), (500, 4, 15.0), (-20, 30, 0.0)):
        losses = size * (torch.rand(20, generator=generator) + torch.linspace(1, 0, 20))
        losses = losses.tolist()
        best, improved_at = math.inf, [0]
        for epoch, loss in enumerate(losses, start=1):
            if loss < best - min_delta:
                best = loss
                improved_at.append(epoch)
        pauses = zip(improved_at, [*improved_at[1:], 99], strict=True)
        wanted = next(min(a + patience, 20) for a, b in pauses if b - a > patience or b == 99)
        told = {"epochs trained": wanted, "validated after epoch": list(range(1, wanted + 1))}
        check.agree(
            train_until_it_stalls,
            oracle.train_until_it_stalls,
            oracle.stopped(losses, patience, min_delta),
        )
        check.equal(oracle.stopped(losses, patience, min_delta)(train_until_it_stalls), told)


### END HIDDEN TESTS


# %% nbgrader={"grade_id": "early-stopping-test-2", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("Early stopping: what", points=1, hidden=1)
def _(check):
    check.agree(
        train_until_it_stalls,
        oracle.train_until_it_stalls,
        oracle.kept([0.90, 0.60, 0.50, 0.58, 0.495, 0.70], 3, 0.02),
        oracle.kept([3.0, 2.0, 2.5, 1.0], 9, dtype=torch.float64),
        oracle.kept([1.0, 2.0, 3.0, 2.5], 5),
        oracle.kept([800.0, 500.0, 650.0, 300.0, 310.0], 3, 20.0),
        mistakes=oracle.WHAT,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Random losses, in float32 and float64")
def _(check):
    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        losses = 1000 * torch.rand(6, generator=generator) - 200
        best = 1 + int(losses.argmin())
        weights = oracle.kept(losses.tolist(), 9, dtype=dtype)(train_until_it_stalls)
        wanted = torch.tensor([30 + best, 7 - 2 * best], dtype=dtype)
        check.close(weights, wanted, same_dtype=True)


### END HIDDEN TESTS

# %% [markdown]
# And what preference is that? Near a minimum, each direction with a curvature $\kappa$ (for $\lambda$ is the
# strength here) is a valley of its own, $\frac{\kappa}{2}(w - w^*)^2$, with its lowest point at $w^*$.
#
# - *Stopped early*: a step of gradient descent, $w \leftarrow w - \eta\kappa(w - w^*)$, leaves the part
#   $1 - \eta\kappa$ of the distance. From zero, $t$ steps have gone the part $1 - (1-\eta\kappa)^t$ of the
#   way.
# - *L2*: the slope of $\frac{\kappa}{2}(w - w^*)^2 + \frac{\lambda}{2} w^2$ is $\kappa(w - w^*) + \lambda
#   w$. It is 0 at $w = \frac{\kappa}{\kappa + \lambda}\, w^*$, so that part of the way is gone.
#
# In a flat direction, where $\kappa$ is small, $(1-\eta\kappa)^t$ is about $1 - t\eta\kappa$. So the first is
# about $t\eta\kappa$, the second about $\kappa/\lambda$, and they agree for $t = 1/(\eta\lambda)$. Then both
# go nearly all of the way in steep directions, and equally little in flat ones (Bishop 1995):

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
# nothing alike, and each holds the weights back in the flat directions, those that the data says little
# about.

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
# The same loss, and a gradient of exactly a tenth: if $L(10\,w) = L(w)$ for all $w$, then by the chain rule ten
# times the slope at $10\,w$ is the slope at $w$. So under batch norm weight decay cannot make the
# function simpler: it makes the weights shorter, hence the gradients longer, and a step turns them further.
# There it is a knob of the *learning rate* (van Laarhoven 2017).
#
# ### Exercise · Weight norm
# *1 point · 10 minutes · difficulty ●○○*
#
# *Weight norm* (Salimans and Kingma 2016) separates length and direction: each output unit $i$ has a length
# $g_i$ and a vector $v_i$ of which only the direction counts. From these you make its weights:
#
# $$w_i = g_i\, \frac{v_i}{\lVert v_i\rVert_2}$$
#
# > **weight norm**: writing each unit's weights as a length times a direction, and training both.
#
# <details><summary>Hint</summary><code>v.norm(dim=1, keepdim=True)</code> has shape (num_outputs, 1); give g that shape too: <code>g[:, None]</code>.</details>


# %% nbgrader={"grade_id": "weight-norm", "schema_version": 3, "solution": true}
def weight_norm(v: torch.Tensor, g: torch.Tensor) -> torch.Tensor:
    """Return the weights: row i has the direction of row i of `v` and the length g[i].

    `v` has shape (num_outputs, num_inputs), and no row of zeros; `g` has shape (num_outputs,), and
    where it is negative the vector is turned round. The result has the shape of `v`; all are of one
    float dtype. Only the values count here. Source: Salimans and Kingma (2016), equation 2.
    """
    ### BEGIN SOLUTION
    return g[:, None] * v / v.norm(dim=1, keepdim=True)
    ### END SOLUTION


# %% nbgrader={"grade_id": "weight-norm-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("Weight norm", points=1, hidden=1)
def _(check):
    square = torch.tensor([[3.0, 4.0], [5.0, 12.0]])
    wide = torch.tensor([[1.0, -2.0, 2.0], [4.0, 0.0, -3.0]])
    tall = torch.tensor([[0.5, 0.5], [-6.0, 8.0], [0.0, 0.25]], dtype=torch.float64)
    check.agree(
        weight_norm,
        oracle.weight_norm,
        (square, torch.tensor([10.0, 2.6])),
        (wide, torch.tensor([0.5, -3.0])),
        (tall, torch.tensor([-1.5, 2.0, 0.75], dtype=torch.float64)),
        (wide[:1], torch.tensor([0.0])),
        mistakes=oracle.WEIGHT_NORM,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against torch's weight_norm, in float32 and float64")
def _(check):
    from torch.nn.utils import parametrizations

    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for shape in ((3, 5), (4, 2)):
            v = torch.randn(shape, generator=generator, dtype=dtype)
            g = torch.randn(shape[0], generator=generator, dtype=dtype)
            layer = parametrizations.weight_norm(nn.Linear(shape[1], shape[0], dtype=dtype))
            with torch.no_grad():
                layer.parametrizations.weight.original0.copy_(g[:, None])
                layer.parametrizations.weight.original1.copy_(v)
            wanted = layer.weight.detach()
            weights = check.call(weight_norm, v, g)
            check.close(weights, wanted, rtol=1e-4, atol=1e-6, same_dtype=True)


### END HIDDEN TESTS

# %% [markdown]
# ## Do not be too sure
#
# Cross-entropy reaches 0 at no finite logits: a right answer at 99 % should still become 99.9 %, and so the
# logits grow for ever. *Label smoothing* (Szegedy, Vanhoucke, Ioffe, Shlens and Wojna 2016) asks for a little
# less than certainty: the part $\varepsilon$ of the target is spread over **all** $K$ classes alike, the
# right one included. Below, $[k = y]$ is 1 where $k$ is the right class $y$, else 0; $q_k$ is the target, and
# $\hat p_k$ what the softmax gives. (With $\varepsilon = 0$ only $-\log \hat p_y$ is left of the sum.)
#
# $$q_k = (1-\varepsilon)\,[k = y] + \frac{\varepsilon}{K}, \qquad
#   L = -\sum_k q_k \log \hat p_k$$
#
# > **label smoothing**: to train towards a little less than certainty, with a small part of the target
# > spread over all classes.
#
# ### Exercise · Smoothed labels
# *2 points · 20 minutes · difficulty ●●○*
#
# Write this loss for a batch of logits: the mean of $L$ over the examples.
#
# <details><summary>Hint 1</summary><code>F.log_softmax(logits, dim=1)</code> gives all log p̂ without overflow.</details>
# <details><summary>Hint 2</summary>The sum splits: 1 − ε times the log-probability of the right class, and ε times the mean over all classes.</details>


# %% nbgrader={"grade_id": "label-smoothing", "schema_version": 3, "solution": true}
def smoothed_cross_entropy(logits: torch.Tensor, y: torch.Tensor, eps: float) -> torch.Tensor:
    """Return the cross-entropy with smoothed labels, a scalar: the mean over the examples.

    `logits` has shape (n, num_classes), float; `y` (n,), int64; 0 ≤ eps < 1. The loss is a finite
    number for all logits up to ±10,000, and autograd can go through it.
    Source: Szegedy et al. (2016), section 7.
    """
    ### BEGIN SOLUTION
    log_p = F.log_softmax(logits, dim=1)  # (n, num_classes)
    right = log_p[torch.arange(len(y)), y]  # (n,)
    return -((1 - eps) * right + eps * log_p.mean(dim=1)).mean()
    ### END SOLUTION


# %% nbgrader={"grade_id": "label-smoothing-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Smoothed labels", points=2, hidden=1)
def _(check):
    logits = torch.tensor([[2.0, 0.0, -1.0, 0.5], [0.0, 1.5, 3.0, -2.0]])
    three = torch.tensor([[0.3, -1.2, 2.0], [1.0, 0.0, -0.5], [-2.0, 0.7, 0.1]]).double()
    check.agree(
        smoothed_cross_entropy,
        oracle.smoothed_cross_entropy,
        (logits, torch.tensor([0, 1]), 0.2),
        (three, torch.tensor([1, 1, 0]), 0.35),
        (logits[:1], torch.tensor([2]), 0.0),
        (torch.tensor([[10_000.0, 0.0]]), torch.tensor([0]), 0.1),
        (torch.tensor([[-10_000.0, 0.0]]), torch.tensor([0]), 0.3),
        mistakes=oracle.LABEL_SMOOTHING,
    )
    loss = check.call(smoothed_cross_entropy, logits, torch.tensor([0, 1]), 0.2)
    check.that(isinstance(loss, torch.Tensor), "A plain number has no slope. Return the tensor.")

    def slope_of_the_loss(logits, y, eps):
        return checks.grad_of(smoothed_cross_entropy, logits, y, eps)

    check.agree(
        slope_of_the_loss,
        oracle.smoothed_slope,
        (logits, torch.tensor([0, 1]), 0.2),
        (three, torch.tensor([1, 1, 0]), 0.35),
        rtol=1e-3,
        atol=1e-5,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against torch's cross_entropy, in float32 and float64")
def _(check):
    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for n, num_classes, eps in ((7, 3, 0.3), (2, 10, 0.1), (5, 4, 0.0)):
            logits = 5 * torch.randn(n, num_classes, generator=generator, dtype=dtype)
            y = torch.randint(num_classes, (n,), generator=generator)
            wanted = F.cross_entropy(logits, y, label_smoothing=eps)
            loss = check.call(smoothed_cross_entropy, logits, y, eps)
            check.close(loss, wanted, rtol=1e-4, atol=1e-5)
            slope = checks.grad_of(smoothed_cross_entropy, logits, y, eps)
            check.close(slope, oracle.smoothed_slope(logits, y, eps), rtol=1e-3, atol=1e-5)


### END HIDDEN TESTS

# %% [markdown]
# Now the best logits are finite. The slope by the logit $k$ is $\hat p_k - q_k$ ({{activations#cross-entropy}},
# with $q$ for the one-hot label), so at the optimum $\hat p = q$. Two logits differ by the logarithm of the ratio
# of their probabilities, so the right one leads the others by
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
# More data is the plainest cure for overfitting (though there is a place where it does harm:
# {{#find-peak}}). *Augmentation* makes some out of old: pictures slightly turned, shifted, dimmed;
# sentences in other words. The preference it expresses is a precise one: *this change does not matter*.
# Which is why it must be true.
#
# > **augmentation**: making more training examples by changes of old ones that leave the label as it is.
#
# ### Exercise · Turn and zoom a batch
# *2 points · 30 minutes · difficulty ●●●*
#
# To be fast, one turns all images of a batch at once: for each pixel of the result one computes where in the
# original to look, and takes the weighted mean of the four pixels around that place. PyTorch has both halves:
# `F.affine_grid(theta, size)` makes the places from a 2 × 3 matrix for each image, and
# `F.grid_sample(images, grid)` looks there. Your part is the matrix; its third column, a shift, is 0. With
# the origin in the middle, $x$ to the right and $y$ **down**, both from −1 at one edge to 1 at the other, the
# result at $(x, y)$ comes from
#
# $$\begin{pmatrix} x' \\ y' \end{pmatrix} = \frac1z
#   \begin{pmatrix} \cos\alpha & -\sin\alpha \\ \sin\alpha & \cos\alpha \end{pmatrix}
#   \begin{pmatrix} x \\ y \end{pmatrix}$$
#
# to turn the picture counter-clockwise by $\alpha$ and to enlarge it by the factor $z$. Try it: with a
# quarter turn, the right edge, $(1, 0)$, shows what was at $(0, 1)$, the bottom; with no turn and $z = 2$, it
# shows what was halfway out, at $(\tfrac12, 0)$. Give both calls the same `align_corners`, usually False:
# then ±1 are the outer edges of the border pixels, else their centres. Outside, images are 0.
#
# <details><summary>Hint 1</summary><code>torch.deg2rad</code>: sines and cosines want radians.</details>
# <details><summary>Hint 2</summary>Build the rows with <code>torch.stack([a, b, c], dim=1)</code>, where a, b and c have shape (n,), and stack the two rows in dimension 1.</details>


# %% nbgrader={"grade_id": "warp", "schema_version": 3, "solution": true}
def turn_and_zoom(images: torch.Tensor, degrees: torch.Tensor, zoom: torch.Tensor) -> torch.Tensor:
    """Return the images, each turned counter-clockwise by its angle and enlarged by its factor.

    `images` has shape (n, channels, size, size), size ≥ 2; `degrees`, of any size and sign, and
    `zoom`, above and below 1, have shape (n,). All are of one float dtype, and so is the result.
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
@checks.exercise("Turn and zoom a batch", points=2, hidden=1)
def _(check):
    picture = torch.tensor([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]).repeat(2, 1)
    images = torch.stack([picture, picture])[:, None]  # (2, 1, 4, 4)
    colours = torch.linspace(1, 3, 150).double().reshape(3, 2, 5, 5) ** 2
    degrees, zoom = torch.tensor([[30.0, -75.0, 400.0], [0.7, 1.0, 1.6]]).double()
    check.agree(
        turn_and_zoom,
        oracle.turn_and_zoom,
        (images, torch.tensor([90.0, 0.0]), torch.tensor([1.0, 2.0])),
        (colours, degrees, zoom),
        (images[:1], torch.tensor([0.0]), torch.tensor([1.0])),
        mistakes=oracle.WARP,
        rtol=1e-3,
        atol=1e-3,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against SciPy's affine_transform, in float32 and float64")
def _(check):
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
# 1. *Crop*: `padding` rows and columns of zeros are put around it, and a window of the old size is cut out at
#    random, all places equally likely. So the picture shifts by up to `padding` pixels each way.
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

    `images` has shape (n, channels, height, width), float32 or float64, and is not changed; the
    result has its shape and dtype. `padding` ≥ 0 is the largest shift in pixels, `brightness` is b
    in 0 … 1, `noise` is σ ≥ 0. What is drawn first is free, but all of it comes from `generator`,
    so the same state gives the same images. Nothing is cut off at 0 or 1.
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
@checks.exercise("Crop", points=2, hidden=1)
def _(check):
    images = torch.rand(6, 2, 4, 5, generator=torch.Generator().manual_seed(0))
    cut = check.call(jitter, images, 1, 0.0, 0.0, torch.Generator().manual_seed(0))
    oracle.insist_on_form(check, cut, like=images)
    check.agree(
        jitter,
        oracle.jitter,
        oracle.crops(1),
        oracle.crops(2, torch.float64),
        mistakes=oracle.CROP,
    )
    oracle.insist_on_going_on(check, jitter, torch.ones(20, 1, 5, 5), 1, 0.0, 0.0)


### BEGIN HIDDEN TESTS
@checks.hidden("All windows alike often, all channels together, not square")
def _(check):
    generator = oracles.fresh_generator()
    picture = torch.rand(1, 3, 4, 6, generator=generator) + 1
    padded = F.pad(picture, (2, 2, 2, 2))
    windows = torch.cat(
        [padded[:, :, r : r + 4, c : c + 6] for r in range(5) for c in range(5)]
    )  # (25, 3, 4, 6)
    images = picture.repeat(2500, 1, 1, 1)
    cut = check.call(jitter, images, 2, 0.0, 0.0, generator, may_change=(4,))
    check.equal(tuple(cut.shape), (2500, 3, 4, 6))
    found = (cut[:, None, :, ::3, ::5] - windows[:, :, ::3, ::5]).abs().flatten(2).sum(dim=2)
    counts = torch.bincount(found.argmin(dim=1), minlength=25)  # 100 each, give or take 10
    check.that(found.min(dim=1).values.max().item() < 1e-3, "Not a window.")
    check.that(counts.min().item() > 40, "A window comes too seldom.", counts=counts)
    check.that(counts.max().item() < 170, "A window comes too often.", counts=counts)


### END HIDDEN TESTS

# %% [markdown]
# Then light alone and noise alone.


# %% nbgrader={"grade_id": "jitter-test-2", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("Light and noise", points=1, hidden=1)
def _(check):
    lights = (oracle.light(0.4), oracle.light(0.6, torch.float64))
    check.agree(jitter, oracle.jitter, *lights, mistakes=oracle.LIGHT)
    noises = (oracle.noise(0.3), oracle.noise(0.2, torch.float64))
    check.agree(jitter, oracle.jitter, *noises, mistakes=oracle.NOISE)
    check.agree(jitter, oracle.jitter, oracle.all_three, mistakes=oracle.ALL_THREE)


### BEGIN HIDDEN TESTS
@checks.hidden("All at once, in float32 and float64")
def _(check):
    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        picture = torch.rand(1, 2, 3, 3, generator=generator, dtype=dtype) + 1
        images = picture.repeat(4000, 1, 1, 1)
        out = check.call(jitter, images, 0, 0.6, 0.3, generator, may_change=(4,))
        check.close(out[:1] * 0, picture * 0, same_dtype=True)
        check.close(out.mean(dim=0), picture[0], rtol=0.07, atol=0)
        variance = picture[0] ** 2 * 0.6**2 / 3 + 0.3**2
        check.close(out.var(dim=0), variance, rtol=0.2, atol=0)


### END HIDDEN TESTS

# %% [markdown]
# In your own work, `transforms.v2` of torchvision, PyTorch's library for images, has all of this and much
# more. (Mind that most of it, given a whole batch, makes one draw for all.) Here are ten changes of real
# digits, the first of which is none:

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
# Enlarge a training set, once and for all: the originals, then `num_copies` augmented versions of all of
# them, each version drawn anew. Two rules: the labels must come along in the same order, and the validation
# examples are split off *before*, and stay as they are. Copies of a validation example among the training
# examples would make the validation loss look splendid, and say little about new ones. Such *leaks* have been
# found in published work of many fields (Kapoor and Narayanan 2023).
#
# <details><summary>Hint 1</summary>Call <code>augment(X_train)</code> once for each copy: each call draws anew.</details>
# <details><summary>Hint 2</summary>Whole copies follow one another, so the labels are <code>y.repeat(...)</code>, not <code>y.repeat_interleave(...)</code>.</details>


# %% nbgrader={"grade_id": "enlarge", "schema_version": 3, "solution": true}
def enlarge(
    X: torch.Tensor, y: torch.Tensor, num_valid: int, num_copies: int, augment
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Split and enlarge; return (X_train, y_train, X_valid, y_valid), in this order.

    `X` has shape (n, ...), float, `y` (n,), int64. The last `num_valid` (≥ 1) examples are for
    validation. The training part is the others, followed by `num_copies` (≥ 0) versions of all of
    them. Each version is one new call of `augment`, which maps any number of examples to as many
    others. Call it for nothing else; its k-th call need not give what the first one gave. What you
    return may be parts of `X` and `y`, which stay as they are.
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
@checks.exercise("The labels follow", points=2, hidden=1)
def _(check):
    X, y = torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0]), torch.tensor([0, 1, 2, 4, 3])
    images = torch.linspace(0, 3, 36).double().reshape(6, 2, 3)
    classes = torch.tensor([2, 2, 0, 1, 0, 1])
    check.agree(
        enlarge,
        oracle.enlarge,
        oracle.enlarged(X, y, 2, 2),
        oracle.enlarged(images, classes, 1, 3),
        oracle.enlarged(images.float(), classes, 4, 0),
        mistakes=oracle.ENLARGE,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Images, other sizes, float32 and float64")
def _(check):
    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for num_valid, num_copies in ((1, 3), (4, 0), (3, 1)):
            X = torch.randn(7, 2, 3, generator=generator, dtype=dtype)
            y = torch.randint(5, (7,), generator=generator)
            drawn = []

            def augment(X, drawn=drawn, generator=generator):
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
# anyway, and its class is what we are asking for. (This is called *leave one out*.) Near is meant as a
# Euclidean distance, the root of the sum of the squared differences.
#
# > **leave one out**: to judge each example by all others, without itself.
#
# Return a table: row $a$, column $b$ is the share of the examples of class $a$ whose transformed image
# lies nearest to an original of class $b$. Each row adds up to 1.
#
# <details><summary>Hint 1</summary><code>torch.cdist(A, B)</code> has all distances between the rows of A and those of B. <code>fill_diagonal_(math.inf)</code> takes out the own original.</details>
# <details><summary>Hint 2</summary><code>F.one_hot(y)</code> is (n, num_classes). Two of them, multiplied as matrices, count all pairs.</details>


# %% nbgrader={"grade_id": "label-changes", "schema_version": 3, "solution": true}
def label_changes(X: torch.Tensor, y: torch.Tensor, X_changed: torch.Tensor) -> torch.Tensor:
    """Return the shares, (num_classes, num_classes): from the class in the row to that in the column.

    `X` has shape (n, num_features), float32 or float64, n ≥ 2; `y` (n,), int64, holds the classes
    0 … num_classes − 1, all of them present, though perhaps none is nearest. `X_changed` is `X` after
    a transformation, row by row; a row may be as it was. The nearest original is always a single one. Any float dtype will do.
    """
    ### BEGIN SOLUTION
    distance = torch.cdist(X_changed, X)  # (n, n)
    distance.fill_diagonal_(math.inf)
    nearest = y[distance.argmin(dim=1)]  # (n,)
    counts = F.one_hot(y).double().T @ F.one_hot(nearest, int(y.max()) + 1).double()
    return counts / counts.sum(dim=1, keepdim=True)
    ### END SOLUTION


# %% nbgrader={"grade_id": "label-changes-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Does the label survive?", points=2, hidden=1)
def _(check):
    X = torch.tensor([[0.0], [1.0], [8.0], [10.0], [11.0], [20.0], [22.0]])
    X_changed = torch.tensor([[0.2], [10.4], [8.1], [10.2], [19.0], [20.5], [11.2]])
    plane = torch.tensor([[0, 0], [3, 3], [5, 0], [2, -4], [-4, 1], [9, 9], [3, 8]]).double()
    moved = torch.tensor([[0, 0], [0.6, 0.4], [5, 0], [0.5, 0.6], [-4, 1], [3, 3], [8, 9.5]])
    check.agree(
        label_changes,
        oracle.label_changes,
        (X, torch.tensor([0, 0, 0, 1, 1, 2, 2]), X_changed),
        (plane, torch.tensor([0, 1, 2, 2, 1, 3, 0]), moved.double()),
        (X[:2], torch.tensor([1, 0]), X_changed[:2]),
        (X[:3], torch.tensor([0, 0, 1]), X[:3] + 0.25),
        mistakes=oracle.LABEL_CHANGES,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against scikit-learn's nearest neighbours, in float32 and float64")
def _(check):
    from sklearn.neighbors import NearestNeighbors

    generator = oracles.fresh_generator()
    for n, num_classes, width, dtype in ((40, 3, 2, torch.float32), (61, 5, 4, torch.float64)):
        X = torch.randn(n, width, generator=generator, dtype=dtype)
        y = torch.arange(n) % num_classes
        X_changed = X + 0.3 * torch.randn(n, width, generator=generator, dtype=dtype)
        far, near = NearestNeighbors(n_neighbors=3).fit(X.numpy()).kneighbors(X_changed.numpy())
        wanted, is_clear = torch.zeros(num_classes, num_classes), torch.ones(n, dtype=torch.bool)
        for i, places in enumerate(near):
            others = [j for j in range(3) if places[j] != i]
            is_clear[i] = bool(far[i, others[1]] - far[i, others[0]] > 1e-4)
            wanted[y[i], y[places[others[0]]]] += 1
        wanted = wanted / wanted.sum(dim=1, keepdim=True)
        if is_clear.all():  # else two originals are as near as rounding lets one see
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
# "Nothing" is what to compare with: even an untouched digit has its nearest neighbour in another class now
# and then. Noise, light and small turns stay near that. Digits mirrored or turned by 180° do not: most 6s
# have become 9s.
#
# Mind what the audit cannot tell. A digit moved by one pixel *is* still that digit, and yet a third of them
# land among other classes: all our digits are centred, so shifted ones lie where no data is. The audit finds
# candidates; whether the label is broken, or only a habit of our data, you decide. (A *negative* would be
# harmless too, if the network met negatives in training.)
#
# So what comes of training on them? 200 digits and four changed versions of each, with their old labels; a
# hidden layer of 64 units, the same number of steps for all, ten seeds. Judged on new digits as they are, and
# on new digits that are themselves moved by up to a pixel each way.


# %% tags=["demo"]
def one_by_one(change, images, generator):
    """Return the images, each changed by draws of its own."""
    return torch.cat([change(image[None], generator) for image in images])


def moved(image, generator):
    """Return one image, (1, 1, 8, 8), moved by up to a pixel each way."""
    return shifted(image, *torch.randint(-1, 2, (2,), generator=generator).tolist())


CHANGES = {
    "as they are": None,
    "turned by up to 10°": lambda image, g: turned(
        image, 20 * torch.rand((), generator=g).item() - 10
    ),
    "moved by up to a pixel": moved,
    "mirrored": lambda image, g: image.flip(3),
}
as_it_is = (digits.X_test / 16).cpu().reshape(-1, 1, 8, 8)
new = {
    "as it is": as_it_is,
    "moved": one_by_one(moved, as_it_is, torch.Generator().manual_seed(1)),
}
trained_on = {}  # (training digits, new digits) → accuracy for each seed
for name, change in CHANGES.items():
    generator, first = torch.Generator().manual_seed(0), pixels[:200]
    copies = [one_by_one(change, first, generator) for _ in range(4)] if change else []
    X, y = torch.cat([first, *copies]).flatten(1), digits.y_train[:200].repeat(1 + len(copies))
    for judged, X_new in new.items():
        part = digits._replace(X_train=X.to(y.device), y_train=y)
        results = sweep.run(
            lambda generator: models.mlp([64, 64, 10], generator=generator),
            part._replace(X_test=X_new.flatten(1).to(y.device)),
            optimizer="Adam",
            lr=0.003,
            seed=range(runtime.scaled(10, fast=2)),
            num_epochs=runtime.scaled(36 if change else 180, fast=1),  # as many steps for all
            batch_size=50,
            every=10_000,  # only at the end
        )
        trained_on[name, judged] = results.last["valid_accuracy"]
    shown = (f"{judged} {trained_on[name, judged].median():.3f}" for judged in new)
    print(f"trained on digits {name:22} right on a new digit {', '.join(shown)}")

# %% [markdown]
# A true change buys just what it says. Moved copies teach the network to read moved digits, 76 % of them
# where it read 38 %, at the price of three percentage points on centred ones. Small turns gain nothing here,
# since our digits stand upright. And copies that break the label cost eight points, and buy nothing that we
# ask for.
#
# ### Exercise · There and back again
# *2 points · 15 minutes · difficulty ●●○*
#
# For text, one replaces words by synonyms, inserts some, deletes some (Wei and Zou 2019), or translates a
# sentence into another language and back (Yu et al. 2018; Xie et al. 2020). Real systems translate whole
# sentences with a network; ours goes word by word through a small dictionary. For each word of the sentence
# that is in `there`, draw one of the translations, all equally likely (one that is listed twice is drawn
# twice as often); then draw one of *its* translations back, in the same way. Other words stay. Each
# occurrence of a word has a draw of its own. A text may have many thousands of words.
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

    `there` maps a word to its translations, `back` each of those to its translations in turn, in
    lists or tuples that are not empty. A word that is not in `there` stays, also if `back` has it.
    All randomness comes from `generator`, so the same state gives the same words.
    """

    ### BEGIN SOLUTION
    def draw(options):
        return options[torch.randint(len(options), (1,), generator=generator).item()]

    return [draw(back[draw(there[word])]) if word in there else word for word in words]
    ### END SOLUTION


# %% nbgrader={"grade_id": "back-translation-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("There and back again", points=2, hidden=1)
def _(check):
    there = {"quick": ["schnell"], "dog": ["Hund"], "cat": ("Katze",)}
    back = {"schnell": ["fast"], "Hund": ["hound"], "Katze": ("cat",)}
    words = ["the", "quick", "dog", "meets", "the", "quick", "Hund", "and", "a", "cat"]
    generator = torch.Generator().manual_seed(0)
    check.agree(
        back_translate,
        oracle.back_translate,
        (words, there, back, generator),
        ([], there, back, generator),
        oracle.many_banks,
        oracle.many_lights,
        mistakes=oracle.BACK_TRANSLATION,
        may_change=(3,),
    )
    bank = ["bank"] * 50
    oracle.insist_on_going_on(check, back_translate, bank, {"bank": ["x"]}, {"x": ["y", "z"]})


### BEGIN HIDDEN TESTS
@checks.hidden("A larger dictionary, and how often each word comes")
def _(check):
    generator = oracles.fresh_generator()
    there = {"a": ["A", "B", "C"], "d": ("D",)}
    back = {"A": ["a"], "B": ["a", "b"], "C": ["b", "c", "a", "e"], "D": ("d", "f")}
    words = ["a", "x", "d"] * 3000
    came = list(check.call(back_translate, words, there, back, generator))
    check.equal(len(came), 9000)
    check.equal(came[1::3], ["x"] * 3000)
    shares = [came[0::3].count(word) / 3000 for word in "abce"]
    wanted = [1 / 3 + 1 / 6 + 1 / 12, 1 / 6 + 1 / 12, 1 / 12, 1 / 12]
    check.close(shares, wanted, rtol=0, atol=0.05)
    check.close(came[2::3].count("f") / 3000, 0.5, rtol=0, atol=0.05)


### END HIDDEN TESTS

# %% [markdown]
# `nblib.data.text` has a few sentences about films, a dictionary, and a crude judge of praise and blame that
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
# Deletion is the dangerous one, for it deletes the *not* as well; an inserted *good* may land behind a *not*
# that was meant for another word; and *strange* may come back for *funny*, by way of the German *komisch*.
# What does not matter in a text about the weather matters here: audit for your own task.

# %% [markdown]
# ## Learning by heart
#
# How much can a network learn that is not there? Zhang, Bengio, Hardt, Recht and Vinyals (2017) gave
# the training images *random* labels. Your turn.
#
# ### Exercise · Memorize noise
# *2 points · 25 minutes · difficulty ●●○*
#
# Train a network with one hidden layer until it knows every one of 300 random labels (99 % will do).
# Any optimizer, any width, or no training at all: whatever fits. Return its weights; the accuracy is
# computed here, as `relu(X @ W1 + b1) @ W2 + b2`.
#
# <details><summary>Hint 1</summary>Four tensors with <code>requires_grad=True</code>; draw W1 and W2 from the generator, small: divide by the root of the number of inputs.</details>
# <details><summary>Hint 2</summary><code>torch.optim.Adam([W1, b1, W2, b2], lr=0.01)</code>, 200 hidden units and 200 steps on all examples at once are plenty. Regularize nothing.</details>
# <details><summary>Hint 3</summary>Return <code>[p.detach() for p in ...]</code>.</details>


# %% nbgrader={"grade_id": "memorize", "schema_version": 3, "solution": true}
def memorize(X: torch.Tensor, y: torch.Tensor, generator: torch.Generator) -> list[torch.Tensor]:
    """Return [W1, b1, W2, b2] of a network relu(X·W1 + b1)·W2 + b2 that fits every label.

    `X` has shape (n, num_features), float32, with 40 features or more: up to 300 rows, standardized, or
    up to 60 rows of numbers between 0 and 1; `y` (n,), int64, holds classes of 0 … 9, not always all of them, in no
    relation to `X`. The shapes returned are (num_features, width), (width,), (width, 10), (10,).
    All randomness comes from `generator`, so the same state gives the same network.
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
@checks.exercise("Memorize noise", points=2, hidden=1)
def _(check):
    X = data.digits().X_train[:300].cpu()
    y = torch.randint(10, (300,), generator=torch.Generator().manual_seed(0))
    weights = check.call(memorize, X, y, torch.Generator().manual_seed(0), may_change=(2,))
    oracle.insist_on_network(check, weights, num_features=64)
    oracle.insist_on_knowing(check, weights, X, y)
    pixels = data.digits(standardize=False).X_train[300:360, 12:52].cpu() / 16
    y = y[:60] % 7  # not all classes
    weights, again = (
        check.call(memorize, pixels, y, torch.Generator().manual_seed(1), may_change=(2,))
        for _ in range(2)
    )
    oracle.insist_on_network(check, weights, num_features=40)
    oracle.insist_on_knowing(check, weights, pixels, y)
    check.that(
        weights[0].shape == again[0].shape and bool(((weights[0] - again[0]).abs() < 0.1).all()),
        "The same generator gives another network: all randomness must come from `generator`.",
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other labels, other digits")
def _(check):
    generator = oracles.fresh_generator()
    X = data.digits(seed=1).X_train[:300].cpu()
    y = torch.randint(10, (300,), generator=generator)
    weights = check.call(memorize, X, y, generator, may_change=(2,))
    oracle.insist_on_network(check, weights, num_features=64)
    oracle.insist_on_knowing(check, weights, X, y, share=0.98)


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
# All but one or two of the shuffled labels are known, and next to nothing is learned: on unseen digits
# these networks guess. (The learning rate falls to zero on the way; at a constant one a network may end on a
# bad step, and one of ten had forgotten 5 % again.) The very same network, on right labels, recognizes
# 98 of 100. So the *number of parameters* cannot be what keeps a network from overfitting.
#
# ### Exercise · Learn in spite of noise
# *2 points · 30 minutes · difficulty ●●●*
#
# Now 900 real digits, of which 40 % carry a wrong label, and 357 clean ones to validate on. A network that
# memorizes gets little more than half of the unseen digits right. Choose what helps (weight decay, early
# stopping, dropout, a mixture ...) and how much, with the validation examples, and get at least 80 % of new
# digits right. The clean examples are for choosing: do not train on them.
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
    """Return [W1, b1, W2, b2] of a network relu(X·W1 + b1)·W2 + b2 that gets 80 % of new digits right.

    `X` has shape (n, 64), float32, standardized; `y` (n,), int64, classes 0 … 9, many of them wrong.
    `X_valid` and `y_valid` are like them, and right: they tell which network is best. The shapes
    returned are (64, width), (width,), (width, 10) and (10,).
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
@checks.exercise("Learn in spite of noise", points=2, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(0)
    task = oracle.noisy_digits(0, generator)
    weights = check.call(learn_despite_noise, *task[:4], generator, may_change=(4,))
    oracle.insist_on_holding_back(check, weights, task)


### BEGIN HIDDEN TESTS
@checks.hidden("Another split, other wrong labels")
def _(check):
    generator = oracles.fresh_generator()
    task = oracle.noisy_digits(generator.initial_seed() % 2**31, generator)
    weights = check.call(learn_despite_noise, *task[:4], generator, may_change=(4,))
    oracle.insist_on_holding_back(check, weights, task, share=0.78)


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
# One experiment remains, the strangest. Take a *linear* model on $p$ random features of the input (hidden
# units whose weights are drawn and then left alone; only the weights of their sum are fitted), and let $p$
# grow past the number of training examples $n$. At $p = n$ it can just fit every point. Beyond, infinitely
# many weights fit, and one takes the *shortest*. What do you expect on new points? (Belkin, Hsu, Ma and
# Mandal 2019.)
#
# ### Exercise · The shortest fit
# *2 points · 20 minutes · difficulty ●●○*
#
# Let $\Phi$ be the features (one row per example) and $\lambda > 0$ the strength of the ridge. As with
# dropout, but with $\lambda$ for each weight, half the slope is $\Phi^\top(\Phi w - y) + \lambda w$. It is 0
# where $(\Phi^\top\Phi + \lambda I)\,w = \Phi^\top y$; here $I$ has ones on its diagonal and zeros elsewhere.
# So, with the *inverse* of that matrix, which undoes what the matrix does,
#
# $$w = (\Phi^\top\Phi + \lambda I)^{-1}\,\Phi^\top y .$$
#
# For $\lambda = 0$ that inverse need not exist: with $p > n$, more unknowns than equations, there are
# directions in which $w$ may change without any change of $\Phi w$. The limit $\lambda \to 0$ exists all the
# same. It is the shortest of all best fits, for of two that fit alike any ridge prefers the shorter. The
# matrix that makes it from $y$ is called the *pseudo-inverse* of $\Phi$. Handle both.
#
# > **pseudo-inverse**: the matrix that maps the targets to the shortest of all weights that fit best; where
# > a matrix has an inverse, it is that.
#
# <details><summary>Hint 1</summary><code>torch.linalg.pinv(features) @ y</code> for λ = 0.</details>
# <details><summary>Hint 2</summary><code>torch.eye(p, dtype=features.dtype)</code> is I, and <code>torch.linalg.solve(A, b)</code> better than an inverse.</details>


# %% nbgrader={"grade_id": "shortest-fit", "schema_version": 3, "solution": true}
def shortest_fit(features: torch.Tensor, y: torch.Tensor, ridge: float) -> torch.Tensor:
    """Return the weights that minimize ‖y − features·w‖² + ridge·‖w‖²; the shortest if ridge is 0.

    `features` has shape (n, p), with n < p or n ≥ p; some of its rows or of its columns may be
    alike, or much smaller than others. `y` has shape (n,), the result (p,). All are of one float
    dtype; `ridge` is 0, or 10⁻¹² or more. Only the values count here.
    """
    ### BEGIN SOLUTION
    if ridge == 0:
        return torch.linalg.pinv(features) @ y
    identity = torch.eye(features.shape[1], dtype=features.dtype)
    return torch.linalg.solve(features.T @ features + ridge * identity, features.T @ y)
    ### END SOLUTION


# %% nbgrader={"grade_id": "shortest-fit-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("The shortest fit", points=2, hidden=2)
def _(check):
    tall = torch.tensor([[1.0, 0.0], [1.0, 1.0], [0.0, 2.0]])
    wide = torch.tensor([[1.0, 0.0, 1.0], [0.0, 2.0, 0.0]])
    long = torch.tensor([[1, 2, 0, 1], [0, 1, 3, -1], [2, 0, 1, 1]]).double()
    small = torch.tensor([[1.0, 0.02], [2.0, -0.01], [0.5, 0.03]]).double()
    twins = torch.tensor([[1, 1, 0], [2, 2, 1], [0, 0, 3], [1, 1, -1]]).double()
    check.agree(
        shortest_fit,
        oracle.shortest_fit,
        (tall, torch.tensor([1.0, 2.0, 3.0]), 2.0),
        (wide, torch.tensor([2.0, 3.0]), 0.0),
        (long, torch.tensor([1.0, -2.0, 3.0]).double(), 0.3),
        (tall.double(), torch.tensor([1.0, -1.0, 3.0]).double(), 0.0),
        (small, torch.tensor([1.0, 2.0, -1.0]).double(), 0.0),
        (small, torch.tensor([1.0, 2.0, -1.0]).double(), 0.001),
        (twins, torch.tensor([2.0, 1.0, -1.0, 3.0]).double(), 0.0),
        mistakes=oracle.SHORTEST_FIT,
        rtol=1e-3,
        atol=1e-5,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against scikit-learn's Ridge, in float32 and float64")
def _(check):
    from sklearn.linear_model import Ridge

    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for n, p, size in ((12, 4, 1), (5, 9, 1), (12, 4, 0.05), (5, 9, 0.05)):
            features = size * torch.randn(n, p, generator=generator, dtype=dtype)
            y = size * torch.randn(n, generator=generator, dtype=dtype)
            ridge = size**2 * (0.3 + torch.rand(1, generator=generator).item())
            model = Ridge(alpha=ridge, fit_intercept=False, solver="cholesky")
            fit = model.fit(features.double().numpy(), y.double().numpy())
            wanted = torch.from_numpy(fit.coef_).to(dtype)
            w = check.call(shortest_fit, features, y, ridge)
            check.close(w, wanted, rtol=1e-3, atol=1e-4, same_dtype=True)


@checks.hidden("Without ridge: no other fit is better, and none as good is shorter")
def _(check):
    generator = oracles.fresh_generator()
    basis, _ = torch.linalg.qr(torch.randn(9, 4, generator=generator, dtype=torch.float64))
    sizes = 1 + torch.rand(4, generator=generator, dtype=torch.float64)
    sizes[3] /= 30
    tall = basis @ torch.diag(sizes)  # (9, 4), none of its singular values near 0
    twice = tall[:, [0, 1, 2, 3, 1]]
    for features in (tall, tall.T, twice, twice.T):
        y = torch.randn(len(features), generator=generator, dtype=torch.float64)
        w = check.call(shortest_fit, features, y, 0.0)
        slope = features.T @ (features @ w - y)
        check.close(slope, torch.zeros_like(slope), rtol=0, atol=1e-5)
        blind = torch.linalg.svd(features).Vh[4:]  # directions that the features do not see
        check.close(blind @ w, torch.zeros(len(blind)).double(), rtol=0, atol=1e-5)


### END HIDDEN TESTS

# %% [markdown]
# From now on: scikit-learn's `Ridge(fit_intercept=False)`, which fits an intercept (a bias) unless it is told
# not to; and for $\lambda = 0$ `torch.linalg.lstsq`. On the CPU that gives the shortest; on a GPU it takes
# for granted that no rows or columns are alike (full rank).
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
    """Return the one of `widths` at which the median error over the seeds is largest, an int.

    `error(num_examples, p, seed)` runs one experiment with p features and returns its error on new
    points, a positive float; the same call returns the same. `widths` are in any order, `seeds` any
    numbers ≥ 0, an odd number of them. No two medians are equal.
    """
    ### BEGIN SOLUTION
    medians = [
        torch.tensor([error(num_examples, p, seed) for seed in seeds]).median() for p in widths
    ]
    return widths[torch.stack(medians).argmax()]
    ### END SOLUTION


# %% nbgrader={"grade_id": "find-peak-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("Find the peak", points=1, hidden=2)
def _(check):
    seeds = [0, 1, 2, 3, 4]
    runs = {
        5: [60.0, 1.0, 1.0, 1.0, 1.0],
        10: [2.0, 30.0, 29.0, 3.0, 2.0],
        20: [9.0, 8.0, 7.0, 9.0, 8.0],
        40: [0.5, 0.5, 0.5, 0.5, 61.0],
        80: [0.2, 0.2, 0.2, 0.2, 0.2],
    }
    others = {30: [5.0, 9.0, 4.0], 8: [7.0, 1.0, 6.0], 3: [0.5, 0.75, 90.0], 12: [2.0, 2.5, 3.0]}
    sevens = {
        4: [1.5, 7.75, 8.5, 1.0, 4.25, 8.25, 8.75],
        9: [5.25, 3.5, 1.5, 9.25, 8.75, 6.0, 2.0],
        2: [4.75, 6.75, 1.5, 7.5, 3.0, 6.5, 7.0],
        6: [7.5, 5.5, 5.0, 8.25, 3.75, 5.75, 6.75],
    }
    last = {6: [1.0, 1.5, 2.5], 3: [2.0, 2.75, 3.0], 9: [4.0, 6.5, 5.0]}
    check.agree(
        find_peak,
        oracle.find_peak,
        oracle.peak_of(runs, seeds, num_examples=7),
        oracle.peak_of(others, [11, 4, 90], num_examples=12),
        oracle.peak_of(sevens, [*range(2, 9)], num_examples=5),
        oracle.peak_of(last, [5, 3, 8], num_examples=4),
        mistakes=oracle.FIND_PEAK,
    )
    peak = check.call(find_peak, lambda n, p, seed: float(p), 3, [5, 8, 2], [0])
    check.that(type(peak) is not torch.Tensor, "Return the width itself, a plain int.", got=peak)


### BEGIN HIDDEN TESTS
@checks.hidden("Random tables, with wild runs among them")
def _(check):
    generator = oracles.fresh_generator()
    for seeds in ([4, 2, 9], list(range(9))):
        widths = [3, 8, 2, 30, 11]
        table = torch.rand(5, len(seeds), generator=generator, dtype=torch.float64)
        wild = torch.randint(len(seeds), (5,), generator=generator)
        table[torch.arange(5), wild] *= 1e4
        table[table.quantile(0.5, dim=1).argmax()] += 0.01  # rounding decides nothing
        peak = check.call(
            find_peak,
            lambda n, p, seed, table=table, at=widths, seeds=seeds: table[
                at.index(p), seeds.index(seed)
            ].item(),
            4,
            widths,
            seeds,
        )
        check.equal(peak, widths[int(table.quantile(0.5, dim=1).argmax())])


@checks.hidden("Random features: the peak moves with the number of examples")
def _(check):
    generator = oracles.fresh_generator()

    def error(n, p, seed):
        if (n, p, seed) not in known:
            X = torch.randn(n + 50, 8, generator=generator)
            r = torch.randn(8, p, generator=generator)
            y = X[:, 0] + 0.5 * torch.randn(n + 50, generator=generator)
            features = (X @ r).relu().double()
            w = torch.linalg.pinv(features[:n]) @ y[:n].double()
            known[n, p, seed] = (features[n:] @ w - y[n:]).square().mean().item()
        return known[n, p, seed]

    known = {}
    for n in (15, 30):
        peak = check.call(find_peak, error, n, [4, 8, 15, 30, 60, 120], list(range(21)))
        check.equal(peak, n)


### END HIDDEN TESTS

# %% [markdown]
# Now let $p$ grow. The input has 20 numbers, the truth is a weighted sum of them plus noise of variance 0.25,
# the features are $\max(0, x^\top r)$ with random $r$; twenty draws of everything on the left, ten on the
# right. On the left with 100 examples, without ridge and with it. On the right: where will the peak be with
# 50 examples, where with 200?


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
    seeds = runtime.progress(range(runtime.scaled(num_seeds, fast=2)), f"fitting {n} examples")
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
at_100 = {50: peaks[50], 100: descent[0], 200: peaks[200]}
more_data = {n: runs[:, widths.index(100)].median().item() for n, runs in at_100.items()}
for n, value in more_data.items():
    print(f"100 features, {n:3} examples, without ridge: {value:6.2f}")

# %% [markdown]
# The largest model, which fits all the noise exactly, wins. This is *double descent*. At $p = n$ there is
# just one way through all points, noise and all, whatever weights that takes: a wild one; with many more
# features there are many, and the shortest of them is tame. So
# the choice of the shortest *is* a regularizer, though nobody wrote it down. And a ridge that was
# written down does as well with 100 features, a thirtieth of the size: the peak is a disease of
# models that are not regularized.
#
# Now read the right panel the other way: keep 100 features, and collect data. 50 examples give an error of
# 0.9, a hundred give more than 40, two hundred 0.6. **More data made the model worse, by far**, until there was enough
# of it: the second fifty moved it onto its peak. (Nakkiran et al. 2020 saw the same in deep networks.)
#
# > **double descent**: the error on new examples falls, rises to a peak where a model can just fit its
# > training examples, and falls again as the model grows.
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
#   predicted better than the one with 30, and nearly all of our networks, deep or not, knew their 200 digits
#   by heart, also those that recognized 91 % of unseen ones. **It flips** when labels are wrong, or when the
#   model has just enough parameters to fit: then what was learned by heart is wrong, and it shows.
# - **"More regularization is safer."** No: with right labels no weight decay at all was as good as any,
#   and too much of it cost half of the accuracy. **It flips** with noise: with four labels in ten wrong,
#   weight decay 10 gained fourteen percentage points. The right strength depends on the data, so choose it
#   by validation. And augmentation with mirrored digits, whose labels break, cost eight points.
# - **"Deeper networks always overfit more."** No: on 200 digits they did, and eight layers lost some fifteen
#   percentage points; **it flips** on the spirals, where a single layer could not even learn the training
#   points, and four layers recognized nearly all unseen points. Wider networks did better on both, with far
#   more parameters than examples.
#
# All this with small networks and small data. Large networks, too, learn random labels by heart (Zhang et al.
# 2017), and their error, too, has a peak where they can just fit, as their size grows or as epochs pass
# (Nakkiran et al. 2020), there mostly with some labels wrong.
#
# ## What to take away
#
# - A model that fits all noise can be the one that predicts well: with 100 examples, 3000 features had an
#   error of 0.45 and 30 features one of 0.70; at 100 features it was above 40.
# - How much regularization helps depends on the noise: with 40 % of the labels wrong, weight decay gained 14
#   percentage points, and with right labels less than one.
# - A network can learn by heart what is not there: it knew more than 99 % of the shuffled labels, and 11 % of
#   new digits, so the number of parameters says little about overfitting.
# - Regularizers that look nothing alike express nearly the same preference: the parts of the way that early
#   stopping and L2 cover differ by 0.20 at most.
# - Augmentation teaches that a change does not matter, which is good where that is true: copies moved by a
#   pixel took moved digits from 38 % to 76 %, mirrored ones cost 8 percentage points.
#
# ## In short
#
# | | prefers | library | mind |
# |---|---|---|---|
# | L1 | few weights | `F.softshrink`, `Lasso` | the proximal step makes the zeros |
# | weight decay | small weights | `AdamW`, `Ridge` | no biases: `weight_decay=0` for them |
# | dropout | units that do not rely on one another | `nn.Dropout` | `p` drops; off in use |
# | early stopping | what is learned first | a dozen lines | validation loss; clone the weights |
# | batch norm, weight norm | directions | `nn.BatchNorm1d`, `weight_norm` | decay then turns the learning rate |
# | label smoothing | logits that stay small | `label_smoothing=` | $\varepsilon/K$ for all classes |
# | augmentation | what stays true under change | `torchvision` | training only; labels follow, or break |
# | more parameters | the shortest of many fits | – | mind the peak at $p = n$ |
#
# ## Going further
#
# - Belkin, M., Hsu, D., Ma, S. and Mandal, S. (2019). Reconciling modern machine-learning practice and the classical bias–variance trade-off. *PNAS* 116, 15849–15854. doi:10.1073/pnas.1903070116
# - Bishop, C. M. (1995). Regularization and complexity control in feed-forward networks. *ICANN* 1, 141–148.
# - Daubechies, I., Defrise, M. and De Mol, C. (2004). An iterative thresholding algorithm for linear inverse problems with a sparsity constraint. *Communications on Pure and Applied Mathematics* 57, 1413–1457. doi:10.1002/cpa.20042
# - Donoho, D. L. and Johnstone, I. M. (1994). Ideal spatial adaptation by wavelet shrinkage. *Biometrika* 81, 425–455. doi:10.1093/biomet/81.3.425
# - Hinton, G. E., Srivastava, N., Krizhevsky, A., Sutskever, I. and Salakhutdinov, R. R. (2012). Improving neural networks by preventing co-adaptation of feature detectors. arXiv:1207.0580
# - Ioffe, S. and Szegedy, C. (2015). Batch normalization. arXiv:1502.03167
# - Kapoor, S. and Narayanan, A. (2023). Leakage and the reproducibility crisis in machine-learning-based science. *Patterns* 4, 100804. doi:10.1016/j.patter.2023.100804
# - van Laarhoven, T. (2017). L2 regularization versus batch and weight normalization. arXiv:1706.05350
# - Nakkiran, P., Kaplun, G., Bansal, Y., Yang, T., Barak, B. and Sutskever, I. (2020). Deep double descent. arXiv:1912.02292
# - Prechelt, L. (1998). Early stopping – but when? *Neural networks: tricks of the trade*, 55–69. doi:10.1007/3-540-49430-8_3
# - Salimans, T. and Kingma, D. P. (2016). Weight normalization. arXiv:1602.07868
# - Srivastava, N., Hinton, G., Krizhevsky, A., Sutskever, I. and Salakhutdinov, R. (2014). Dropout. *JMLR* 15, 1929–1958.
# - Szegedy, C., Vanhoucke, V., Ioffe, S., Shlens, J. and Wojna, Z. (2016). Rethinking the Inception architecture for computer vision. arXiv:1512.00567
# - Wei, J. and Zou, K. (2019). EDA: easy data augmentation techniques. arXiv:1901.11196
# - Xie, Q., Dai, Z., Hovy, E., Luong, M.-T. and Le, Q. V. (2020). Unsupervised data augmentation for consistency training. arXiv:1904.12848
# - Yu, A. W., Dohan, D., Luong, M.-T., Zhao, R., Chen, K., Norouzi, M. and Le, Q. V. (2018). QANet: combining local convolution with global self-attention for reading comprehension. arXiv:1804.09541
# - Zhang, C., Bengio, S., Hardt, M., Recht, B. and Vinyals, O. (2017). Understanding deep learning requires rethinking generalization. arXiv:1611.03530

# %% [markdown]
# ## Once more
#
# The questions from the beginning. Answer without looking back; then each answer gets its sentence.
#
# - **shuffled labels**: the labels of the training digits are shuffled, so that they mean nothing. How many of them
#   does a network know after training? `"about 1 in 10"`, `"about half"` or `"nearly all"`.
# - **right labels**: all labels are right. What does the right amount of weight decay gain on digits, in percentage
#   points? `"less than 1"`, `"about 5"` or `"about 14"`.
# - **two spirals**: networks with one hidden layer and with four learn to tell two spirals apart. Which one knows
#   more of the points that it has not seen? `"the one with one"`, `"the one with four"` or `"they are alike"`.

# %% tags=["prediction"]
at_last = {
    "shuffled labels": ...,
    "right labels": ...,
    "two spirals": ...,
}

# %% tags=["demo"]
predict.last("regularization", at_last, before=at_first)

# %% [markdown]
# ## How far you are
#
# What you have solved and predicted, from a file on your machine that no grader reads. (What the cell shows is
# saved in the notebook, as any output is.)

# %% tags=["demo"]
from nblib import progress

progress.show()
