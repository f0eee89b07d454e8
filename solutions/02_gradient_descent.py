# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lesson · Gradient descent
#
# > **The myth.** *Optimization needs advanced mathematics. Adam always wins. A bigger learning rate
# > is faster.*
#
# Three beliefs, and you will test each of them by experiment. On the way you build the rules by which
# most networks are trained today, in about five lines each, and you learn to tell from a number (not
# from a feeling) how large a learning rate may be.
#
# **You will be able to**
#
# - predict, from the curvature, the learning rate at which training blows up, and check it;
# - write momentum, Nesterov, Adagrad, RMSprop, Adam and AdamW, and say what each is good for;
# - check a gradient that somebody gives you, and find the faulty part;
# - clip, warm up and decay, and put it all into a mini-batch loop of your own.
#
# **Time** about 6½ hours, in as many sittings as you like. **You need** Python, tensors as in
# [{{start_here}}]({{start_here.ipynb}}), derivatives with the chain rule, as in
# [{{backpropagation}}]({{backpropagation.ipynb}}), and quadratic equations; most else is explained where it
# comes, and what you may take on trust is marked. **Points** 33, in 16 exercises; each stands on its own,
# so you can skip one and come back. Where a `float` is to be returned, a tensor or a NumPy number will do,
# if it holds one number.

# %% nbgrader={"grade_id": "setup", "locked": true, "schema_version": 3}
import itertools
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
from nblib.oracles import gradient_descent as oracle
from nblib.oracles import optimizers as rules

import torch
import torch.nn.functional as F

runtime.seed_everything(0)
torch.set_num_threads(1)  # small networks: several threads would mostly wait for one another

# %% [markdown]
# ## Before you begin
#
# Two questions from before, answered at once, and three that are asked again at the end. Nothing is graded. Write
# one of the texts in quotes in place of three dots, then run both cells.
#
# - **price**: a network has about 5,000 parameters. How many passes forward does backpropagation cost, which finds
#   the slopes by all of them? `"about 2"`, `"about 5,000"` or `"about 10,000"`.
# - **falling**: the loss falls, step by step. What follows for the program? `"its slopes are right"`,
#   `"its rate is right"` or `"nothing certain"`.
# - **border**: in a valley of curvature 4, up to which learning rate does gradient descent not diverge? `"0.25"`,
#   `"0.5"` or `"1"`.
# - **border with momentum**: and up to which one with momentum, β = 0.9? `"0.05"`, `"0.5"` or `"0.95"`.
# - **correction**: Adam divides one average by the root of another, and corrects both at first. How long are its
#   first steps without that? `"too short"`, `"as they should be"` or `"too long"`.

# %% tags=["prediction"]
at_first = {
    "price": ...,
    "falling": ...,
    "border": ...,
    "border with momentum": ...,
    "correction": ...,
}

# %% tags=["demo"]
predict.first("gradient_descent", at_first)

# %% [markdown]
# ## Predict first
#
# Later you will train the same small network on handwritten digits by four rules, each with the
# learning rate that suits it, ten times over: plain gradient descent on a few examples at a time
# (*stochastic* gradient descent, SGD), momentum, Adagrad and Adam. You will build all four. Which one
# recognizes the most new digits after 100 steps? Replace the three dots by one of `"SGD"`,
# `"momentum"`, `"Adagrad"`, `"Adam"` or `"no clear winner"`. A guess is free, and it is not graded.

# %% tags=["prediction"]
prediction = ...

# %% tags=["demo"]
predict.note(prediction, ["SGD", "momentum", "Adagrad", "Adam", "no clear winner"])

# %% [markdown]
# ## One idea
#
# We have a loss $L(w)$ of the weights $w$ and want a small one. A short step changes it by about the sum,
# over the weights, of slope times move. This is the dot product of the gradient $\nabla L(w)$ and the
# step: the product of both lengths, times the cosine of the angle between them. For steps of one length
# it is largest along the gradient, so we walk a little way against it, again and again:
#
# $$w \leftarrow w - \eta \, \nabla L(w)$$
#
# The *learning rate* $\eta$ says how far. That is all of gradient descent; the rest of this lesson is
# about $\eta$ and about the direction.
#
# How large may $\eta$ be? Take the simplest valley, $L(w) = \tfrac12 \lambda w^2$. Its gradient is
# $\lambda w$ (the ½ cancels the 2), and its second derivative, the *curvature*, is $\lambda$ everywhere. So
# one step gives
#
# $$w \leftarrow (1 - \eta\lambda)\, w .$$
#
# Each step multiplies $w$ by the same number. If $|1 - \eta\lambda| < 1$, that is
# $\eta\lambda < 2$, we get nearer to the minimum at $0$; at exactly 2 we swing to and fro; beyond that we get
# farther away, faster and faster: we *diverge*. Where we start makes no difference; $\eta\lambda$ decides.
#
# > **curvature**: the second derivative of the loss, which says how fast its slope changes along a
# > direction.

# %% tags=["demo"]
steps = torch.arange(16)
fig, ax = plots.figure(size=(7, 3.2))
plots.curves(ax, {f"ηλ = {eta}": (1 - eta) ** steps for eta in (0.3, 1.0, 1.9, 2.1)}, steps)
ax.set(xlabel="step", ylabel="w", ylim=(-4.5, 4.5))
plots.show(
    fig,
    "w over 15 steps for four learning rates: at ηλ = 0.3, 1.0 and 1.9 it settles at 0, at 2.1 it "
    "swings ever wider.",
)

# %% [markdown]
# ## Explore
#
# With many weights there are many directions in which to walk, and along each one the loss is a curve with a
# curvature of its own. Steep ones force a small learning rate; flat ones then crawl. Below is such a
# *ravine*, and three other surfaces.
#
# **Your goal**: bring the loss on the ravine below 0.001 within 60 steps. First with plain gradient
# descent (is it possible?), then with momentum, which keeps some of its speed (built below).

# %% tags=["demo"]
playground.descent()

# %% [markdown]
# ## Many directions at once
#
# With two weights, the second derivatives are a table of four numbers, a *matrix*, called the *Hessian*
# $H$. Its first row is $h_{11}, h_{12}$, its second $h_{12}, h_{22}$, and the valley is ($w^\top$ is the
# column $w$, laid down as a row)
#
# $$L(w) = \tfrac12 w^\top H w = \tfrac12 h_{11} w_1^2 + h_{12}\, w_1 w_2 + \tfrac12 h_{22} w_2^2,
#   \qquad \nabla L(w) = H w .$$
#
# The term with $w_1 w_2$ ties the weights together. But along the right directions they come apart. Take
# $h_{11} = h_{22} = 3$ and $h_{12} = 1$. At $u = (1, 1)$ the gradient is $Hu$, each row of $H$ times $u$,
# added up: $(3 + 1, 1 + 3) = 4u$. It points along $u$ itself, as in a valley of curvature 4. At $(1, -1)$
# it is $(2, -2)$: curvature 2. These directions are the *eigenvectors* of $H$, their curvatures its
# *eigenvalues*. Put in $w = a\,(1, 1) + b\,(1, -1)$: the loss is $4a^2 + 2b^2$ (½ curvature times squared
# length, $2a^2$ and $2b^2$), and no term ties $a$ to $b$. A symmetric table with $n$ rows has $n$ such
# directions, at right angles to one another: their dot products are 0 (take this on trust). So
# $\tfrac12 w^\top H w$ is $n$ valleys side by side, and a step multiplies the part of $w$ along the
# direction $i$ by $1 - \eta\lambda_i$.
#
# > **Hessian**: the table of all second derivatives of a loss, with a row and a column for each
# > parameter; it is symmetric, $h_{ij} = h_{ji}$.
# >
# > **eigenvalue**: the number $\lambda$ in $Hu = \lambda u$, by which a matrix stretches a direction
# > $u$, its *eigenvector*, without turning it.
#
# Near a minimum smooth losses look like this, with $w$ and $L$ counted from there: the first derivatives
# are 0, so the second ones decide (*Taylor's formula*; take it on trust), unless a curvature is exactly
# 0.
#
# ### Exercise · Where does it blow up?
# *2 points · 20 minutes · difficulty ●●○*
#
# You are given a Hessian, and gradient descent must survive along all its directions. Write down the
# largest learning rate that does not diverge.
#
# <details><summary>Hint 1</summary>Each valley $i$ demands $\eta\lambda_i \le 2$. Which one is the strictest?</details>
# <details><summary>Hint 2</summary><code>torch.linalg.eigvalsh</code> gives the eigenvalues of a symmetric matrix, in rising order.</details>


# %% nbgrader={"grade_id": "largest-stable-lr", "schema_version": 3, "solution": true}
def largest_stable_lr(hessian: torch.Tensor) -> float:
    """Return the largest learning rate at which gradient descent on ½ wᵀHw does not diverge.

    `hessian` is the matrix H, shape (n, n) with n ≥ 1, float32 or float64, symmetric, with positive
    eigenvalues.
    """
    ### BEGIN SOLUTION
    return 2 / torch.linalg.eigvalsh(hessian).max().item()
    ### END SOLUTION


# %% nbgrader={"grade_id": "largest-stable-lr-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Where does it blow up?", points=2, hidden=1)
def _(check):
    check.agree(
        largest_stable_lr,
        oracle.largest_stable_lr,
        (torch.tensor([[5.0, 2.0], [2.0, 2.0]]),),  # its curvatures are 6 and 1
        (torch.tensor([[3.0, -1.0, 0.5], [-1.0, 2.0, 0.0], [0.5, 0.0, 7.0]]).double(),),
        (torch.tensor([[20.0, 9.0, 0.0], [9.0, 30.0, -3.0], [0.0, -3.0, 5.0]]),),
        (torch.tensor([[3.0, -2.0], [-2.0, 3.0]]),),  # the steepest direction is (1, −1)
        mistakes=oracle.LARGEST_STABLE_LR,
    )
    one_valley = torch.tensor([[0.4]])
    check.agree(largest_stable_lr, oracle.largest_stable_lr, (one_valley,))


### BEGIN HIDDEN TESTS
@checks.hidden("Random Hessians of several sizes, in float32 and float64")
def _(check):
    generator = oracles.fresh_generator()
    for n, dtype in ((3, torch.float64), (6, torch.float32), (1, torch.float64)):
        curvatures = (10 ** (2 * torch.rand(n, generator=generator) - 1)).tolist()
        hessian = oracles.spd_matrix(curvatures, generator, dtype)
        lr = check.call(largest_stable_lr, hessian)
        check.close(lr, 2 / max(curvatures), rtol=1e-3)
    flat, extra = (0.1 + torch.rand(2, generator=generator)).tolist()
    hessian = flat * torch.eye(2) + extra * torch.tensor([[1.0, -1.0], [-1.0, 1.0]])
    check.close(check.call(largest_stable_lr, hessian), 2 / (flat + 2 * extra), rtol=1e-3)


### END HIDDEN TESTS


# %% [markdown]
# ### Exercise · Find the border without a formula
# *2 points · 15 minutes · difficulty ●●○*
#
# A real network does not come with its Hessian. But you can try a learning rate and see. Trying a
# thousand takes too long. *Bisection* needs a dozen: keep an interval whose lower end is fine and whose
# upper end diverges, try the middle, and keep the half in which the border lies. The two ends are known:
# do not try them again.
#
# <details><summary>Hint 1</summary>If the middle diverges, the border lies below it. Which end moves?</details>
# <details><summary>Hint 2</summary>Go on <code>while high - low > tolerance</code>.</details>


# %% nbgrader={"grade_id": "bisect-lr", "schema_version": 3, "solution": true}
def bisect_lr(diverges, low: float, high: float, tolerance: float) -> float:
    """Return the learning rate at which training begins to diverge, up to `tolerance`.

    `diverges(lr)` trains with that learning rate and returns True if the loss blew up. It is False
    at `low`, True at `high`, and changes once in between: no need to ask there again. Each call
    costs a whole training: where halving needs n, 2n + 4 are allowed. Any learning rate that is off
    by `tolerance` or less is right.
    """
    ### BEGIN SOLUTION
    while high - low > tolerance:
        middle = (low + high) / 2
        if diverges(middle):
            high = middle
        else:
            low = middle
    return (low + high) / 2
    ### END SOLUTION


# %% nbgrader={"grade_id": "bisect-lr-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Find the border", points=2, hidden=1)
def _(check):
    check.agree(
        bisect_lr,
        oracle.bisect_lr,
        oracle.search(check, 0.7, 0.0, 4.0, 1e-4),
        oracle.search(check, 8.3, 5.0, 9.0, 0.1),
        oracle.search(check, 0.0177, 0.01, 0.02, 1e-5),
        oracle.search(check, 0.9, 0.0, 1.0, 0.3),
        oracle.search(check, 0.3, 0.0, 1.0, 0.25),  # two halvings reach the tolerance exactly
        mistakes=oracle.BISECT,
    )
    for tolerance in (0.25, 1e-4):
        oracle.insist_on_halving(check, bisect_lr, 0.3, 0.0, 1.0, tolerance)
    oracle.insist_on_halving(check, bisect_lr, 1.0003, 1.0, 1.001, 0.0003)  # two halvings


### BEGIN HIDDEN TESTS
@checks.hidden("Gradient descent on random valleys, as a black box")
def _(check):
    for tolerance in (1e-1, 1e-3, 1e-5):
        curvature = 0.5 + 4 * torch.rand(1, generator=oracles.fresh_generator()).item()
        run = 2 / curvature, 0.01 / curvature, 9 / curvature, tolerance
        narrow = 2 / curvature, 1.999 / curvature, 2.001 / curvature, 0.0006 / curvature
        for asked in (run, narrow):
            check.agree(bisect_lr, oracle.bisect_lr, oracle.search(check, *asked))
            oracle.insist_on_halving(check, bisect_lr, *asked)


### END HIDDEN TESTS


# %% [markdown]
# ## The rules, one by one
#
# A network has not one weight but a list of tensors, two for each of its linear layers. An *update rule*
# takes the list `params` and the list `grads` (same shapes, same order, all float32 or all float64) and
# returns the new parameters: a new list of tensors of the same dtype. It changes none of the tensors that
# it is given.
#
# What a rule must remember from step to step goes into `state`: a dictionary that is empty before the
# first step and then entirely yours. Change it or make a new one; return it with the parameters, and you
# get it back at the next step. Keep nothing anywhere else, for several trainings may take turns. And keep
# no tensor of `params` or `grads` itself: whoever called the rule may write into them after the step, so
# `clone()` what you want to remember as it is.
#
# ### Exercise · Gradient descent
# *1 point · 5 minutes · difficulty ●○○*
#
# $$w \leftarrow w - \eta\, g$$
#
# where $g$ is the gradient. (With $g$ from a few examples, this is SGD.)
#
# <details><summary>Hint</summary><code>zip(params, grads)</code> walks through both lists together. Build a new list: <code>p - ...</code> makes a new tensor, <code>p -= ...</code> would write into the old one.</details>


# %% nbgrader={"grade_id": "sgd", "schema_version": 3, "solution": true}
def sgd_step(
    params: list[torch.Tensor], grads: list[torch.Tensor], lr: float
) -> list[torch.Tensor]:
    """Return the parameters after one step of gradient descent.

    `params` and `grads` are lists of one tensor or more, shapes pairwise equal, all float32 or all
    float64; so is what you return. Neither is changed.
    """
    ### BEGIN SOLUTION
    return [p - lr * g for p, g in zip(params, grads, strict=True)]
    ### END SOLUTION


# %% nbgrader={"grade_id": "sgd-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("Gradient descent", points=1, hidden=1)
def _(check):
    params = [torch.tensor([1.0, 2.0]), torch.tensor([3.0, -4.0])]
    grads = [torch.tensor([0.5, -1.0]), torch.tensor([2.0, 0.0])]
    table = torch.tensor([[0.5, -1.5, 2.5], [3.0, 0.25, -2.0]], dtype=torch.float64)
    check.agree(
        sgd_step,
        rules.sgd,
        (params, grads, 0.1),
        ([table, 2 * table[0], -table[1, 2]], [table + 1, -3 * table[1], 2 * table[0, 1]], 0.3),
        ([torch.tensor([5.0])], [torch.tensor([-2.0])], 1.0),
        mistakes=rules.SGD,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against torch.optim.SGD, in float32 and float64")
def _(check):
    for dtype in (torch.float32, torch.float64):
        rules.follow_optimizer(
            check,
            lambda params, grads, state, lr: (sgd_step(params, grads, lr), state),
            lambda params: torch.optim.SGD(params, lr=1),
            lrs=(0.3, 0.05, 1.0),
            dtype=dtype,
        )


### END HIDDEN TESTS


# %% [markdown]
# ### Exercise · Momentum
# *2 points · 15 minutes · difficulty ●●○*
#
# A ball that rolls down a ravine does not stop and turn at each wall: it gathers speed along the floor.
# Give each parameter a velocity $v$, zero at the start, that keeps a share $\beta$ of itself and takes up the
# new gradient:
#
# $$v \leftarrow \beta v + g, \qquad w \leftarrow w - \eta\, v$$
#
# > **momentum**: moving the parameters along a memory of earlier gradients, each of which counts less
# > with every step that passes.
#
# This is the *heavy ball* of Polyak (1964), as PyTorch writes it. Two other forms are in use: some
# books put $(1-\beta)\,g$ into the velocity, others put $\eta$ into it. **Here we want the one above.**
#
# <details><summary>Hint 1</summary>One velocity for each tensor: keep the list <code>state["velocity"]</code>.</details>
# <details><summary>Hint 2</summary>At the first step it is not there yet: <code>state.get("velocity", [torch.zeros_like(p) for p in params])</code>.</details>


# %% nbgrader={"grade_id": "momentum", "schema_version": 3, "solution": true}
def momentum_step(
    params: list[torch.Tensor], grads: list[torch.Tensor], state: dict, lr: float, beta: float
) -> tuple[list[torch.Tensor], dict]:
    """Return (new parameters, new state) after one step: v ← βv + g, w ← w − lr·v.

    `params` and `grads` are lists of one tensor or more, shapes pairwise equal, all float32 or all
    float64; so are the new parameters. Neither is changed, nor are their tensors kept. `state` is
    {} at first, and yours to change. 0 ≤ beta < 1.
    """
    ### BEGIN SOLUTION
    old = state.get("velocity", [torch.zeros_like(p) for p in params])
    velocity = [beta * v + g for v, g in zip(old, grads, strict=True)]
    return [p - lr * v for p, v in zip(params, velocity, strict=True)], {"velocity": velocity}
    ### END SOLUTION


# %% nbgrader={"grade_id": "momentum-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Momentum", points=2, hidden=1)
def _(check):
    check.agree(
        momentum_step,
        rules.momentum,
        rules.steps([(3,), (3,), (3,)], (0.1, 0.3, 0.05, 0.2), 0.9),
        rules.steps([(3,), (3,), (3,)], (0.3, 0.1, 0.2), 0.6, dtype=torch.float64),
        rules.steps([(2, 3), (4,), ()], (0.1, 0.2, 0.5), 0.8),
        rules.steps([(5,)], (0.1, 0.2), 0.0),
        mistakes=rules.MOMENTUM,
        same_dtype=True,
        may_change=(2,),
    )
    rules.insist_on_own(check, momentum_step, 0.9)


### BEGIN HIDDEN TESTS
@checks.hidden("Against torch.optim.SGD with momentum, in float32 and float64")
def _(check):
    for dtype in (torch.float32, torch.float64):
        rules.follow_optimizer(
            check,
            momentum_step,
            lambda params: torch.optim.SGD(params, lr=1, momentum=0.7),
            0.7,
            lrs=(0.3, 0.05, 1.0, 0.1),
            dtype=dtype,
        )


### END HIDDEN TESTS


# %% [markdown]
# See your own function walk, beside PyTorch's momentum: where it is right, the two paths are one. Then spoil it:
# put $(1-\beta)\,g$ into the velocity, run its cell and the next one again, and watch where the paths part.

# %% tags=["demo"]
playground.descent(step=momentum_step)

# %% [markdown]
# ## What momentum buys
#
# With velocity, the border moves. In a valley of curvature $\lambda$ the gradient is $\lambda w_k$, and
# $\eta v$ is the step before, $w_{k-1} - w_k$. So
#
# $$w_{k+1} = w_k - \eta\lambda w_k + \beta (w_k - w_{k-1}) = (1 + \beta - \eta\lambda)\, w_k - \beta\, w_{k-1} .$$
#
# Try $w_k = r^k$: divided by $r^{k-1}$, it fits if $r^2 - (1 + \beta - \eta\lambda)\, r + \beta = 0$. If
# the two solutions $r_1$ and $r_2$ differ, any run is $w_k = a\, r_1^k + b\, r_2^k$, with two numbers $a$
# and $b$ for its first two places, so it dies out if both have $|r| < 1$. Their product is $\beta$, the
# last term of the equation. Where there is no real solution, there are two complex ones of the size
# $\sqrt\beta$ each (take this on trust), which is below 1. So a border can only be at $r = 1$, which asks
# for $\eta\lambda = 0$, or at $r = -1$. Put in $-1$, and you find $\eta\lambda = 2 + 2\beta$.
#
# And momentum is faster. Let the curvatures lie between $\lambda_{\min}$ and $\lambda_{\max}$, and let
# $\kappa = \lambda_{\max}/\lambda_{\min}$ be the *condition number*. A step of gradient descent
# multiplies the distance to the minimum by $1 - \eta\lambda_{\min}$ along the flattest direction and by
# $|1 - \eta\lambda_{\max}|$ along the steepest. The larger factor decides. As $\eta$ grows, the first
# falls and the second, once past 0, rises; so it is smallest where both are equal,
# $1 - \eta\lambda_{\min} = \eta\lambda_{\max} - 1$.
#
# With momentum, the factor of complex solutions is $\sqrt\beta$. Of two different real ones, whose
# product is $\beta$, one is larger than that, and slower: avoid those in all valleys. The solutions are
# complex if $(1 + \beta - \eta\lambda)^2 < 4\beta$, so for $\eta\lambda$ between $(1 - \sqrt\beta)^2$ and
# $(1 + \sqrt\beta)^2$; at these ends the two coincide. The smaller $\beta$ is, the narrower this range;
# the best $\beta$ leaves one that just reaches from the flattest valley to the steepest:
# $\sqrt{\eta\lambda_{\min}} = 1 - \sqrt\beta$ and $\sqrt{\eta\lambda_{\max}} = 1 + \sqrt\beta$. Their sum
# gives $\eta$, their quotient $\sqrt\beta$:
#
# | | best settings | the distance shrinks, per step, by the factor |
# |---|---|---|
# | gradient descent | $\eta = \dfrac{2}{\lambda_{\min} + \lambda_{\max}}$ | $\rho = \dfrac{\kappa - 1}{\kappa + 1}$ |
# | momentum | $\eta = \Bigl(\dfrac{2}{\sqrt{\lambda_{\min}} + \sqrt{\lambda_{\max}}}\Bigr)^2$, $\;\beta = \rho^2$ (see right) | $\rho = \dfrac{\sqrt\kappa - 1}{\sqrt\kappa + 1}$ |
#
# (Polyak 1964; a beautiful account is Goh 2017).
#
# > **condition number**: the largest curvature divided by the smallest, which says how narrow a ravine is.
#
# Does a computer agree? First the border, by bisection:


# %% tags=["demo"]
def heavy_ball_diverges(lr, beta, num_steps=20_000):
    """Whether momentum on ½w², so with λ = 1, leaves the neighbourhood of the minimum."""
    w, v = 1.0, 0.0
    for _ in range(num_steps):
        v = beta * v + w
        w = w - lr * v
        if abs(w) > 1e6:
            return True
    return False


stability_limit = {}
for beta in (0.0, 0.5, 0.9):
    low, high = 0.01, 6.0
    while high - low > 1e-4:
        middle = (low + high) / 2
        low, high = (low, middle) if heavy_ball_diverges(middle, beta) else (middle, high)
    stability_limit[beta] = low
    print(f"β = {beta}: measured {low:.3f}, theory 2 + 2β = {2 + 2 * beta:.3f}")

# %% [markdown]
# ### Exercise · The best rates
# *1 point · 5 minutes · difficulty ●○○*
#
# Turn the two formulas for $\rho$ into code. The next exercise measures what this one predicts.
#
# <details><summary>Hint</summary>κ is the largest eigenvalue of the Hessian divided by the smallest.</details>


# %% nbgrader={"grade_id": "best-rates", "schema_version": 3, "solution": true}
def best_rates(hessian: torch.Tensor) -> tuple[float, float]:
    """Return the best convergence rates (gradient descent, momentum) on ½ wᵀHw.

    `hessian` is H, shape (n, n) with n ≥ 2, float32 or float64, symmetric, with positive
    eigenvalues. A rate is the factor by which the distance to the minimum shrinks per step: at
    least 0, below 1. Source: Polyak (1964).
    """
    ### BEGIN SOLUTION
    curvatures = torch.linalg.eigvalsh(hessian)  # (n,), rising
    kappa = (curvatures[-1] / curvatures[0]).item()
    root = math.sqrt(kappa)
    return (kappa - 1) / (kappa + 1), (root - 1) / (root + 1)
    ### END SOLUTION


# %% nbgrader={"grade_id": "best-rates-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("The best rates", points=1, hidden=1)
def _(check):
    check.agree(
        best_rates,
        oracle.best_rates,
        (torch.tensor([[7.0, 3.0], [3.0, 15.0]]),),  # curvatures 16 and 6
        (torch.tensor([[3.0, -1.0, 0.5], [-1.0, 2.0, 0.0], [0.5, 0.0, 90.0]]).double(),),
        (torch.tensor([[20.0, 9.0, 0.0], [9.0, 30.0, -3.0], [0.0, -3.0, 5.0]]),),
        mistakes=oracle.BEST_RATES,
    )
    a_bowl = 0.3 * torch.eye(2)  # κ = 1: a single step is enough
    check.agree(best_rates, oracle.best_rates, (a_bowl,))


### BEGIN HIDDEN TESTS
@checks.hidden("Random ravines up to κ = 1000")
def _(check):
    generator = oracles.fresh_generator()
    for kappa in (1.5, 30.0, 1000.0):
        scale = 0.1 + torch.rand(1, generator=generator).item()
        hessian = oracles.spd_matrix([scale, 1.2 * scale, kappa * scale], generator)
        rates = check.call(best_rates, hessian)
        wanted = [1 - 2 / (kappa + 1), 1 - 2 / (math.sqrt(kappa) + 1)]
        check.close(rates, wanted, rtol=1e-4)


### END HIDDEN TESTS


# %% [markdown]
# ### Exercise · Measure a rate
# *2 points · 15 minutes · difficulty ●●○*
#
# Somebody hands you the distances to the minimum (the norm of $w$, if that is at 0), $e_0, e_1, \dots$,
# of a run. In the long run they shrink like $e_k \approx C\rho^k$ with some constant $C$ (or grow, if the
# run diverges). Find $\rho$. The first steps are different (directions that shrink faster still count),
# so look at the second half only; and a single ratio $e_{k+1}/e_k$ may wobble, so average all of them:
# for factors, that is the *geometric mean*. An error of 1 % is forgiven.
#
# > **norm**: the length of a vector, $\lVert w\rVert$: the root of the sum of the squares of its entries
# > (`w.norm()`).
#
# <details><summary>Hint 1</summary>Factors multiply: their average is the geometric mean, of n factors the n-th root of the product.</details>
# <details><summary>Hint 2</summary>From $e_a$ to $e_b$ there are $b-a$ factors, so $\rho = (e_b/e_a)^{1/(b-a)}$.</details>


# %% nbgrader={"grade_id": "convergence-rate", "schema_version": 3, "solution": true}
def convergence_rate(errors: torch.Tensor) -> float:
    """Return ρ, the average factor by which `errors` shrink per step in the second half.

    `errors`, shape (num_steps,), float32 or float64, holds the positive distances to the minimum
    after each step. The second half is `errors[num_steps // 2 :]`, four entries or more; whether the
    ratio that leads into it counts makes no difference here.
    """
    ### BEGIN SOLUTION
    late = errors[len(errors) // 2 :]
    return (late[-1] / late[0]).item() ** (1 / (len(late) - 1))
    ### END SOLUTION


# %% nbgrader={"grade_id": "convergence-rate-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Measure a rate", points=2, hidden=2)
def _(check):
    k = torch.arange(500, dtype=torch.float64)
    check.agree(
        convergence_rate,
        oracle.convergence_rate,
        (40 * 0.5 ** k[:60] + 5 * 0.9 ** k[:60],),  # a fast start, then 0.9 per step
        (torch.tensor([9.0, 2.0, 1.9, 1.6, 0.8, 0.4, 0.2, 0.1]),),
        (torch.tensor([9.0, 5.0, 3.0, 2.7, 0.9, 0.3, 0.1, 1 / 30], dtype=torch.float64),),
        (0.95**k * (1.5 + torch.sin(2.4 * k)),),  # single ratios wobble
        ((3 + 1.2 ** k[:20]).float(),),  # it diverges
        mistakes=oracle.RATE,
        rtol=1e-2,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Gradient descent on random ravines, against theory")
def _(check):
    generator = oracles.fresh_generator()
    for kappa in (5.0, 40.0):
        curvature = torch.tensor([1.0, 0.3 + kappa / 2, kappa], dtype=torch.float64)
        w = 1 + torch.rand(3, generator=generator, dtype=torch.float64)
        distances = []
        for _ in range(300):
            w = w - 2 / (1 + kappa) * curvature * w
            distances.append(w.norm())
        rate = check.call(convergence_rate, torch.stack(distances))
        check.close(rate, (kappa - 1) / (kappa + 1), rtol=1e-2)


@checks.hidden("A wobbling run: single ratios mislead")
def _(check):
    k = torch.arange(500, dtype=torch.float64)
    rho = 0.8 + 0.15 * torch.rand(1, generator=oracles.fresh_generator()).item()
    rate = check.call(convergence_rate, rho**k * (1.5 + torch.sin(2.4 * k)))
    check.close(rate, rho, rtol=1e-2)


### END HIDDEN TESTS


# %% [markdown]
# Now the experiment: a ravine with $\kappa = 100$, both rules with their best settings, and the rate
# measured between step 100 and step 300.

# %% tags=["demo"]
kappa = 100.0
curvature = torch.tensor([1.0, kappa], dtype=torch.float64)
root = math.sqrt(kappa)
best_settings = {
    "gradient descent": (2 / (1 + kappa), 0.0, (kappa - 1) / (kappa + 1)),
    "momentum": ((2 / (1 + root)) ** 2, ((root - 1) / (root + 1)) ** 2, (root - 1) / (root + 1)),
}
rates, distances = {}, {}
for name, (lr, beta, theory) in best_settings.items():
    w, v, distances[name] = torch.ones(2, dtype=torch.float64), 0.0, []
    for _ in range(301):
        v = beta * v + curvature * w
        w = w - lr * v
        distances[name].append(w.norm().item())
    rates[name] = (distances[name][300] / distances[name][100]) ** (1 / 200)
    print(f"{name:17} measured {rates[name]:.4f}, theory {theory:.4f}")

fig, ax = plots.figure(size=(7, 3.2))
plots.curves(ax, distances, range(301))
ax.set(xlabel="step", ylabel="distance to the minimum", yscale="log")
plots.show(
    fig,
    "Distance to the minimum over 300 steps at κ = 100: momentum falls off a cliff, gradient "
    "descent strolls down a slope.",
)

# %% [markdown]
# For one more correct digit, $\rho^k = 1/10$, gradient descent needs 115 steps, momentum a dozen.
# Momentum measures a touch *above* its theory: where both solutions $r$ coincide (a *double root*),
# $k r^k$ fits as well as $r^k$, and shrinks by $r\,(k+1)/k$ per step, which comes down to $r$ only
# slowly.
#
# ### Exercise · Nesterov
# *2 points · 15 minutes · difficulty ●●○*
#
# Nesterov (1983) looks ahead: he takes the gradient at the place to which the velocity is about to lead.
# Sutskever et al. (2013) brought that to networks. In the form of Bengio, Boulanger-Lewandowski and
# Pascanu (2013, section 3.5), as PyTorch writes it,
#
# $$v \leftarrow \beta v + g, \qquad w \leftarrow w - \eta\,(g + \beta v)$$
#
# where the second $v$ is the new one. The look ahead is in $w$ itself: it is $x - \eta\beta v$, where $x$
# is the ball's own place, which moves by $x \leftarrow x - \eta v$ as before. (With the new velocity
# $v'$, the new $w$ is $x - \eta v' - \eta\beta v'$, and
# $x - \eta v' = x - \eta\beta v - \eta g = w - \eta g$.) So $g$ is taken ahead of the ball.
#
# <details><summary>Hint</summary>What you store is <code>v</code>, not <code>g + beta * v</code>.</details>


# %% nbgrader={"grade_id": "nesterov", "schema_version": 3, "solution": true}
def nesterov_step(
    params: list[torch.Tensor], grads: list[torch.Tensor], state: dict, lr: float, beta: float
) -> tuple[list[torch.Tensor], dict]:
    """Return (new parameters, new state) after v ← βv + g, w ← w − lr·(g + βv).

    `params` and `grads` are lists of one tensor or more, shapes pairwise equal, all float32 or all
    float64; so are the new parameters. Neither is changed, nor are their tensors kept. `state` is
    {} at first, and yours to change. 0 < beta < 1.
    Source: Bengio, Boulanger-Lewandowski and Pascanu (2013), section 3.5, in PyTorch's form.
    """
    ### BEGIN SOLUTION
    old = state.get("velocity", [torch.zeros_like(p) for p in params])
    velocity = [beta * v + g for v, g in zip(old, grads, strict=True)]
    ahead = [g + beta * v for v, g in zip(velocity, grads, strict=True)]
    return [p - lr * a for p, a in zip(params, ahead, strict=True)], {"velocity": velocity}
    ### END SOLUTION


# %% nbgrader={"grade_id": "nesterov-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Nesterov", points=2, hidden=1)
def _(check):
    check.agree(
        nesterov_step,
        rules.nesterov,
        rules.steps([(3,), (3,), (3,)], (0.1, 0.3, 0.05, 0.2), 0.9),
        rules.steps([(3,), (3,), (3,)], (0.3, 0.1, 0.2), 0.6, dtype=torch.float64),
        rules.steps([(2, 3), (4,), ()], (0.1, 0.2, 0.5), 0.8),
        mistakes=rules.NESTEROV,
        same_dtype=True,
        may_change=(2,),
    )
    rules.insist_on_own(check, nesterov_step, 0.9)


### BEGIN HIDDEN TESTS
@checks.hidden("Against torch.optim.SGD with nesterov=True, in float32 and float64")
def _(check):
    for dtype in (torch.float32, torch.float64):
        rules.follow_optimizer(
            check,
            nesterov_step,
            lambda params: torch.optim.SGD(params, lr=1, momentum=0.7, nesterov=True),
            0.7,
            lrs=(0.3, 0.05, 1.0, 0.1),
            dtype=dtype,
        )


### END HIDDEN TESTS


# %% [markdown]
# ## A learning rate for each weight
#
# Momentum chooses a better direction; the next family chooses a step size *per weight*. If a weight
# sees large gradients, divide its steps by their typical size. Such rules are called *adaptive*.
#
# ### Exercise · Adagrad
# *2 points · 10 minutes · difficulty ●●○*
#
# Adagrad (Duchi, Hazan and Singer 2011) divides by the root of the *sum* of all squared gradients so
# far:
#
# $$s \leftarrow s + g^2, \qquad w \leftarrow w - \eta\, \frac{g}{\sqrt{s} + \epsilon}$$
#
# with $s = 0$ at the start; $g^2$, the root and the quotient are taken entry by entry. The small
# $\epsilon$ keeps the quotient finite; here it stands *outside* the root.
#
# <details><summary>Hint 1</summary>The same pattern as momentum: a list with one <code>s</code> for each tensor, kept in the state.</details>
# <details><summary>Hint 2</summary>Update the memory first, <code>s + g**2</code>, and step with the new <code>s</code>.</details>


# %% nbgrader={"grade_id": "adagrad", "schema_version": 3, "solution": true}
def adagrad_step(
    params: list[torch.Tensor], grads: list[torch.Tensor], state: dict, lr: float, eps: float
) -> tuple[list[torch.Tensor], dict]:
    """Return (new parameters, new state) after s ← s + g², w ← w − lr·g/(√s + ε).

    `params` and `grads` are lists of one tensor or more, shapes pairwise equal, all float32 or all
    float64; so are the new parameters. Neither is changed, nor are their tensors kept. `state` is
    {} at first, and yours to change. eps > 0. A gradient may be 0.
    Source: Duchi, Hazan and Singer (2011), figure 1, with diagonal matrices.
    """
    ### BEGIN SOLUTION
    old = state.get("square", [torch.zeros_like(p) for p in params])
    square = [s + g**2 for s, g in zip(old, grads, strict=True)]
    new_params = [
        p - lr * g / (s.sqrt() + eps) for p, g, s in zip(params, grads, square, strict=True)
    ]
    return new_params, {"square": square}
    ### END SOLUTION


# %% nbgrader={"grade_id": "adagrad-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Adagrad", points=2, hidden=1)
def _(check):
    check.agree(
        adagrad_step,
        rules.adagrad,
        rules.steps([(3,), (3,), (3,)], (0.1, 0.3, 0.05, 0.2), 0.5),
        rules.steps([(3,), (3,), (3,)], (0.3, 0.1, 0.2), 0.1, dtype=torch.float64),
        rules.steps([(2, 3), (4,), ()], (0.1, 0.2, 0.5), 0.2),
        rules.steps([(5,)], (0.01, 0.02), 1e-8),
        mistakes=rules.ADAGRAD,
        same_dtype=True,
        may_change=(2,),
    )
    rules.insist_on_own(check, adagrad_step, 0.5)


### BEGIN HIDDEN TESTS
@checks.hidden("Against torch.optim.Adagrad, in float32 and float64")
def _(check):
    for dtype in (torch.float32, torch.float64):
        rules.follow_optimizer(
            check,
            adagrad_step,
            lambda params: torch.optim.Adagrad(params, lr=1, eps=0.2),
            0.2,
            lrs=(0.3, 0.05, 1.0, 0.1),
            dtype=dtype,
        )


### END HIDDEN TESTS


# %% [markdown]
# A sum of squares never shrinks. So each weight's own learning rate, $\eta / (\sqrt s + \epsilon)$, only
# ever falls, and a rough start is remembered for good. (Its *steps* may still grow, where the gradient
# does.) RMSprop, below, remembers for a while. Give both a gradient that is 10 for ten steps, then 1:

# %% tags=["demo"]
slopes = [10.0] * 10 + [1.0] * 190
relative_steps = {"Adagrad": [], "RMSprop, α = 0.9": []}
for name, sizes in relative_steps.items():
    s = 0.0
    for g in slopes:
        s = s + g**2 if name == "Adagrad" else 0.9 * s + 0.1 * g**2
        sizes.append(g / math.sqrt(s))
    first, after, last = sizes[0], sizes[10], sizes[-1]
    print(f"{name:16} first step {first:.3f} η, step 11 {after:.3f} η, last {last:.3f} η")

fig, ax = plots.figure(size=(7, 3))
plots.curves(ax, relative_steps, range(1, 201))
ax.set(xlabel="step", ylabel="step size, in units of η", yscale="log")
plots.show(
    fig,
    "Step sizes over 200 steps whose gradient falls from 10 to 1 at step 11: RMSprop is back near η "
    "by step 80, Adagrad ends at 0.029 η.",
)

# %% [markdown]
# ### Exercise · RMSprop
# *2 points · 10 minutes · difficulty ●●○*
#
# RMSprop (Tieleman and Hinton 2012) forgets the old squares, as momentum forgets old gradients:
#
# $$s \leftarrow \alpha s + (1-\alpha)\, g^2, \qquad w \leftarrow w - \eta\, \frac{g}{\sqrt{s} + \epsilon}$$
#
# with $s = 0$ at the start, entry by entry, and $\epsilon$ *outside* the root. A share $\alpha$ is kept, and
# $1-\alpha$ is new: so $s$ is a running *mean*, and its root, the *root mean square* (RMS), the gradient's
# typical size.
#
# <details><summary>Hint</summary>The same pattern as momentum, with <code>g**2</code> in the memory and the root in the step. Use the new <code>s</code>.</details>


# %% nbgrader={"grade_id": "rmsprop", "schema_version": 3, "solution": true}
def rmsprop_step(
    params: list[torch.Tensor],
    grads: list[torch.Tensor],
    state: dict,
    lr: float,
    alpha: float,
    eps: float,
) -> tuple[list[torch.Tensor], dict]:
    """Return (new parameters, new state) after s ← αs + (1−α)g², w ← w − lr·g/(√s + ε).

    `params` and `grads` are lists of one tensor or more, shapes pairwise equal, all float32 or all
    float64; so are the new parameters. Neither is changed, nor are their tensors kept. `state` is
    {} at first, and yours to change. 0 < alpha < 1, eps > 0.
    A gradient may be 0.
    Source: Tieleman and Hinton (2012), lecture 6.5.
    """
    ### BEGIN SOLUTION
    old = state.get("square", [torch.zeros_like(p) for p in params])
    square = [alpha * s + (1 - alpha) * g**2 for s, g in zip(old, grads, strict=True)]
    new_params = [
        p - lr * g / (s.sqrt() + eps) for p, g, s in zip(params, grads, square, strict=True)
    ]
    return new_params, {"square": square}
    ### END SOLUTION


# %% nbgrader={"grade_id": "rmsprop-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("RMSprop", points=2, hidden=1)
def _(check):
    check.agree(
        rmsprop_step,
        rules.rmsprop,
        rules.steps([(3,), (3,), (3,)], (0.1, 0.3, 0.05, 0.2), 0.9, 0.5),
        rules.steps([(3,), (3,), (3,)], (0.3, 0.1, 0.2), 0.6, 0.1, dtype=torch.float64),
        rules.steps([(2, 3), (4,), ()], (0.1, 0.2, 0.5), 0.8, 0.2),
        rules.steps([(5,)], (0.01, 0.02), 0.99, 1e-8),
        mistakes=rules.RMSPROP,
        same_dtype=True,
        may_change=(2,),
    )
    rules.insist_on_own(check, rmsprop_step, 0.9, 0.5)


### BEGIN HIDDEN TESTS
@checks.hidden("Against torch.optim.RMSprop, in float32 and float64")
def _(check):
    for dtype in (torch.float32, torch.float64):
        rules.follow_optimizer(
            check,
            rmsprop_step,
            lambda params: torch.optim.RMSprop(params, lr=1, alpha=0.8, eps=0.2),
            0.8,
            0.2,
            lrs=(0.3, 0.05, 1.0, 0.1),
            dtype=dtype,
        )


### END HIDDEN TESTS


# %% [markdown]
# ### Exercise · Adam
# *3 points · 25 minutes · difficulty ●●●*
#
# Adam (Kingma and Ba 2015) is momentum and RMSprop together, with one idea of its own. Both memories,
#
# $$m \leftarrow \beta_1 m + (1-\beta_1)\, g, \qquad v \leftarrow \beta_2 v + (1-\beta_2)\, g^2,$$
#
# start at zero, so at first they are too small. ($m$ is the velocity, this time with $1-\beta_1$, and $v$
# now remembers the squares: the paper's letters.) After $t$ steps with the same $g$,
# $m = (1-\beta_1)(1 + \beta_1 + \dots + \beta_1^{t-1})\, g = (1-\beta_1^t)\, g$. The remedy, Adam's *bias
# correction*, is to divide by that factor ($t = 1$ at the first step):
#
# $$\hat m = \frac{m}{1-\beta_1^t}, \qquad \hat v = \frac{v}{1-\beta_2^t}, \qquad
#   w \leftarrow w - \eta\, \frac{\hat m}{\sqrt{\hat v} + \epsilon}$$
#
# The corrected $\hat m$ and $\hat v$ are for this step only; the memories stay as they are.
#
# <details><summary>Hint 1</summary>Three things to remember: <code>m</code>, <code>v</code> and the number of steps <code>t</code>.</details>
# <details><summary>Hint 2</summary>Count the step once, before the loop over the tensors.</details>


# %% nbgrader={"grade_id": "adam", "schema_version": 3, "solution": true}
def adam_step(
    params: list[torch.Tensor],
    grads: list[torch.Tensor],
    state: dict,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
) -> tuple[list[torch.Tensor], dict]:
    """Return (new parameters, new state) after one step of Adam.

    `params` and `grads` are lists of one tensor or more, shapes pairwise equal, all float32 or all
    float64; so are the new parameters. Neither is changed, nor are their tensors kept. `state` is
    {} at first, and yours to change. 0 < beta1, beta2 < 1, eps > 0.
    A gradient may be 0.
    Source: Kingma and Ba (2015), algorithm 1.
    """
    ### BEGIN SOLUTION
    zeros = [torch.zeros_like(p) for p in params]
    t = state.get("t", 0) + 1
    m = [beta1 * m + (1 - beta1) * g for m, g in zip(state.get("m", zeros), grads, strict=True)]
    v = [beta2 * v + (1 - beta2) * g**2 for v, g in zip(state.get("v", zeros), grads, strict=True)]
    new_params = []
    for p, m_i, v_i in zip(params, m, v, strict=True):
        m_hat = m_i / (1 - beta1**t)
        v_hat = v_i / (1 - beta2**t)
        new_params.append(p - lr * m_hat / (v_hat.sqrt() + eps))
    return new_params, {"t": t, "m": m, "v": v}
    ### END SOLUTION


# %% nbgrader={"grade_id": "adam-test", "grade": true, "points": 3, "schema_version": 3}
@checks.exercise("Adam", points=3, hidden=1)
def _(check):
    check.agree(
        adam_step,
        rules.adam,
        rules.steps([(3,), (3,), (3,)], (0.1, 0.3, 0.05, 0.2), 0.8, 0.9, 0.5),
        rules.steps([(3,), (3,), (3,)], (0.3, 0.1, 0.2), 0.6, 0.3, 0.1, dtype=torch.float64),
        rules.steps([(2, 3), (4,), ()], (0.1, 0.2, 0.5), 0.9, 0.99, 0.2),
        rules.steps([(5,)], (0.01, 0.02), 0.9, 0.999, 1e-8),
        mistakes=rules.ADAM,
        same_dtype=True,
        may_change=(2,),
    )
    rules.insist_on_own(check, adam_step, 0.8, 0.9, 0.5)


### BEGIN HIDDEN TESTS
@checks.hidden("Against torch.optim.Adam, in float32 and float64")
def _(check):
    for dtype in (torch.float32, torch.float64):
        rules.follow_optimizer(
            check,
            adam_step,
            lambda params: torch.optim.Adam(params, lr=1, betas=(0.7, 0.95), eps=0.2),
            0.7,
            0.95,
            0.2,
            lrs=(0.3, 0.05, 1.0, 0.1, 0.2),
            dtype=dtype,
        )


### END HIDDEN TESTS


# %% [markdown]
# What happens without the correction? Both memories start at zero, so the first steps become too
# *small*, one might think. Compute it. With a constant gradient $g$ the corrected $\hat m$ is $g$ and
# $\hat v$ is $g^2$; the uncorrected ones are $1-\beta_1^t$ and $1-\beta_2^t$ times as large. So the
# uncorrected step is $(1-\beta_1^t)/\sqrt{1-\beta_2^t}$ times the corrected one.

# %% tags=["demo"]
t = torch.arange(1, 5001, dtype=torch.float64)
uncorrected = (1 - 0.9**t) / (1 - 0.999**t).sqrt()  # with the usual β₁ = 0.9, β₂ = 0.999
worst = uncorrected.argmax().item()
print(f"step 1: {uncorrected[0]:.2f} times too big")
print(f"worst: {uncorrected[worst]:.2f} times too big, at step {worst + 1}")
print(f"step 1000: {uncorrected[999]:.2f} times too big, step 5000: {uncorrected[4999]:.3f} times")

fig, ax = plots.figure(size=(7, 3))
plots.curves(ax, {"without correction": uncorrected, "with correction": torch.ones_like(t)}, t)
ax.set(xlabel="step", ylabel="relative step size", xscale="log")
plots.show(
    fig,
    "Size of Adam's steps without bias correction relative to corrected ones: 3.16 times at step "
    "1, 6.57 times at step 12, still 1.26 times at step 1000, and 1 only after some 5000 steps.",
)

# %% [markdown]
# They become too **big**, as Kingma and Ba (2015, section 3) say: of $v$ far more is missing than of $m$,
# and $v$ stands in the denominator. And it lasts: a memory that keeps 0.999 of itself fills slowly.
#
# ### Exercise · AdamW
# *2 points · 15 minutes · difficulty ●●○*
#
# > **weight decay**: a pull of each weight towards zero, at each step by a small share of its size.
#
# For plain SGD this is the same as adding to the loss an *L2 penalty*
# $\tfrac{\lambda}{2}\lVert w\rVert^2$, half the sum of the squared weights times a strength, which is
# called $\lambda$ as well, though it is no curvature: the penalty's gradient is $\lambda w$, so each step
# takes $\eta\lambda w$ away. For Adam it is not the same: there $\lambda w$ is divided by $\sqrt{\hat v}$
# like all else, so weights with large gradients decay less. Loshchilov and Hutter (2019) *decouple* it:
# leave the gradient alone, and decay the weight itself; in PyTorch, and here, by $\eta\lambda$ of it:
#
# $$w \leftarrow w - \eta\lambda w - \eta\, \frac{\hat m}{\sqrt{\hat v} + \epsilon}$$
#
# Both terms use the weight from before the step.
#
# <details><summary>Hint</summary>Take your Adam and change one line; nothing of the decay enters m or v.</details>


# %% nbgrader={"grade_id": "adamw", "schema_version": 3, "solution": true}
def adamw_step(
    params: list[torch.Tensor],
    grads: list[torch.Tensor],
    state: dict,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float,
) -> tuple[list[torch.Tensor], dict]:
    """Return (new parameters, new state) after one step of Adam with decoupled weight decay.

    `params` and `grads` are lists of one tensor or more, shapes pairwise equal, all float32 or all
    float64; so are the new parameters. Neither is changed, nor are their tensors kept. `state` is
    {} at first, and yours to change. 0 < beta1, beta2 < 1, eps > 0,
    weight_decay ≥ 0. A gradient may be 0.
    Source: Loshchilov and Hutter (2019), algorithm 2, with the decay times lr as in PyTorch.
    """
    ### BEGIN SOLUTION
    zeros = [torch.zeros_like(p) for p in params]
    t = state.get("t", 0) + 1
    m = [beta1 * m + (1 - beta1) * g for m, g in zip(state.get("m", zeros), grads, strict=True)]
    v = [beta2 * v + (1 - beta2) * g**2 for v, g in zip(state.get("v", zeros), grads, strict=True)]
    new_params = []
    for p, m_i, v_i in zip(params, m, v, strict=True):
        step = (m_i / (1 - beta1**t)) / ((v_i / (1 - beta2**t)).sqrt() + eps)
        new_params.append(p - lr * weight_decay * p - lr * step)
    return new_params, {"t": t, "m": m, "v": v}
    ### END SOLUTION


# %% nbgrader={"grade_id": "adamw-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("AdamW", points=2, hidden=1)
def _(check):
    check.agree(
        adamw_step,
        rules.adamw,
        rules.steps([(3,), (3,), (3,)], (0.1, 0.3, 0.05, 0.2), 0.8, 0.9, 0.5, 0.4),
        rules.steps([(3,), (3,), (3,)], (0.3, 0.1, 0.2), 0.6, 0.3, 0.1, 0.2, dtype=torch.float64),
        rules.steps([(2, 3), (4,), ()], (0.1, 0.2, 0.5), 0.9, 0.99, 0.2, 0.1),
        rules.steps([(5,)], (0.01, 0.02), 0.9, 0.999, 1e-8, 0.0),
        mistakes=rules.ADAMW,
        same_dtype=True,
        may_change=(2,),
    )
    rules.insist_on_own(check, adamw_step, 0.8, 0.9, 0.5, 0.4)


### BEGIN HIDDEN TESTS
@checks.hidden("Against torch.optim.AdamW, in float32 and float64")
def _(check):
    for dtype in (torch.float32, torch.float64):
        rules.follow_optimizer(
            check,
            adamw_step,
            lambda params: torch.optim.AdamW(
                params, lr=1, betas=(0.7, 0.95), eps=0.2, weight_decay=0.3
            ),
            0.7,
            0.95,
            0.2,
            0.3,
            lrs=(0.3, 0.05, 1.0, 0.1, 0.2),
            dtype=dtype,
        )


### END HIDDEN TESTS


# %% [markdown]
# Is the difference worth a paper? Here are 400 weights that start at 1, whose gradient is pure noise,
# up as often as down: what pulls their mean anywhere is the decay. Ideal decay over these 2000 steps leaves
# $(1-\eta\lambda)^{2000} = 0.135$, however strong the noise.


# %% tags=["demo"]
def mean_weight(optimizer, noise, seed, num_steps=2000):
    """Return the mean of 400 weights, all 1 at the start, after training on nothing but noise."""
    generator = torch.Generator().manual_seed(seed)
    w = torch.ones(400)
    rule = optimizer([w], lr=0.01, weight_decay=0.1)
    for _ in range(num_steps):
        w.grad = noise * torch.randn(400, generator=generator)
        rule.step()
    return w.mean().item()


decayed = {}
for name, optimizer in (("AdamW", torch.optim.AdamW), ("Adam + L2", torch.optim.Adam)):
    for noise in (0.1, 10.0):
        runs = [mean_weight(optimizer, noise, seed) for seed in range(runtime.scaled(5, fast=1))]
        decayed[name, noise] = runs
        print(
            f"{name:9}, noise {noise:4}: mean weight {min(runs):6.3f} to {max(runs):6.3f} over seeds"
        )

# %% [markdown]
# AdamW decays as ordered, whatever the noise. With the L2 penalty the *noise* decides: weak noise, and
# the weights are gone; strong noise, and they barely move.
#
# And does Adam *converge*, does it come to rest at a minimum? Reddi, Kale and Kumar (2018) found a loss
# on $[-1, 1]$ on which it walks to the worst point there is: of three gradients one is $+3$, two are
# $-1$. Their sum is $+1$, so the loss falls towards $-1$; but the rare large gradient is divided by a
# memory that it has just filled, and the two small ones together go farther up than it went down. Their
# Adam has a very short memory, $\beta_2 = 0.1$, with $\beta_1 = 0$ (so $m = g$), the learning rate
# $0.1/\sqrt t$ and no correction. AMSGrad, their remedy, divides by the largest $\sqrt v$ so far. The
# third run is the same Adam with the usual $\beta_2 = 0.999$.


# %% tags=["demo"]
def reddi(beta2, amsgrad=False, num_steps=20_000):
    """Return where the run ends on [−1, 1] if every third gradient is 3 and the others are −1."""
    w = v = v_max = 0.0
    for t in range(1, num_steps + 1):
        g = 3.0 if t % 3 == 1 else -1.0
        v = beta2 * v + (1 - beta2) * g**2
        v_max = max(v_max, v)
        w -= 0.1 / math.sqrt(t) * g / math.sqrt(v_max if amsgrad else v)
        w = min(1.0, max(-1.0, w))
    return w


reddi_end = {
    "Adam, β₂ = 0.1": reddi(0.1),
    "AMSGrad, β₂ = 0.1": reddi(0.1, amsgrad=True),
    "Adam, β₂ = 0.999": reddi(0.999),
}
for name, w in reddi_end.items():
    print(f"{name:17} ends at {w:+.4f}  (best: -1, worst: +1)")

# %% [markdown]
# So it was the short memory. Reddi et al. chose the loss to suit the $\beta$; for a given loss, a
# $\beta_2$ that is near enough to 1 brings Adam close to where the gradient vanishes, without any change
# of the rule (Zhang et al. 2022).
#
# ## Trust no gradient
#
# All these rules believe the gradient they are given. Whether it is right can be checked without any
# calculus: move one entry of $x$ a little to both sides and look at the loss. The slope by $x_i$ alone is
# nearly a *central difference*,
#
# $$\frac{\partial f}{\partial x_i} \approx \frac{f(x + h e_i) - f(x - h e_i)}{2h} ,$$
#
# where $e_i$ is 1 at entry $i$ and 0 elsewhere.
#
# ### Exercise · A numerical gradient
# *2 points · 15 minutes · difficulty ●●○*
#
# Write it for a function `f` of a tensor: move one entry up and down by `h`, all others stay, and so on for
# each entry.
#
# <details><summary>Hint 1</summary>Copy <code>x</code> before you change an entry: <code>flat = x.reshape(-1).clone()</code> is a flat copy of any shape.</details>
# <details><summary>Hint 2</summary>Change <code>flat[i]</code>, and hand <code>flat.reshape(x.shape)</code> to <code>f</code>.</details>


# %% nbgrader={"grade_id": "numerical-gradient", "schema_version": 3, "solution": true}
def numerical_gradient(f, x: torch.Tensor, h: float) -> torch.Tensor:
    """Return the gradient of `f` at `x` by central differences with step `h`.

    `f` maps a tensor of the shape and dtype of `x` to one number, a tensor of shape (). `x` may have
    any shape, also (), and is float32 or float64. The result is a tensor of the shape and dtype of
    `x`, which is not changed.
    """
    ### BEGIN SOLUTION
    flat = x.reshape(-1)
    slopes = torch.zeros_like(flat)
    for i in range(len(flat)):
        right, left = flat.clone(), flat.clone()
        right[i] += h
        left[i] -= h
        slopes[i] = (f(right.reshape(x.shape)) - f(left.reshape(x.shape))) / (2 * h)
    return slopes.reshape(x.shape)
    ### END SOLUTION


# %% nbgrader={"grade_id": "numerical-gradient-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("A numerical gradient", points=2, hidden=2)
def _(check):
    def cubes(x):
        return (x**3).sum()

    def cubes_and_products(x):
        return cubes(x) + x[0, 0] * x[1, 1]

    x = torch.tensor([[1.0, 2.0], [-1.0, 0.5], [3.0, 0.0]], dtype=torch.float64)
    check.agree(
        numerical_gradient,
        oracle.numerical_gradient,
        (cubes_and_products, x, 0.5),
        (cubes, torch.tensor([1.0, -2.0, 0.5, 3.0]), 0.25),  # float32
        (cubes, x.reshape(3, 1, 2), 0.1),
        (cubes, x[0, 1], 0.2),  # a single number, shape ()
        mistakes=oracle.NUMERICAL,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against autograd, on a random function and shape")
def _(check):
    generator = oracles.fresh_generator()
    for shape in ((4,), (2, 3), (2, 1, 3)):
        weight = torch.randn(shape, generator=generator, dtype=torch.float64)

        def wavy(x, weight=weight):
            return (weight * x).sum().sin() + (weight * x.tanh()).sum()

        x = torch.randn(shape, generator=generator, dtype=torch.float64)
        gradient = check.call(numerical_gradient, wavy, x, 1e-5)
        check.close(gradient, checks.grad_of(wavy, x), rtol=1e-4, atol=1e-6, same_dtype=True)


@checks.hidden("A large step, where the kind of difference shows")
def _(check):
    x = torch.randn(5, generator=oracles.fresh_generator(), dtype=torch.float64)
    gradient = check.call(numerical_gradient, lambda x: (x**3).sum(), x, 0.7)
    check.close(gradient, 3 * x**2 + 0.49, rtol=1e-4)


### END HIDDEN TESTS


# %% [markdown]
# Which $h$? A large one errs because the function bends, a small one because computers round. Measure
# both errors at once, on a function whose derivative we know:


# %% tags=["demo"]
def difference_errors(dtype):
    """Return step sizes and the relative error of the central difference of exp(sin x) at 1.3."""
    h = 10.0 ** -torch.arange(0.5, 12, 0.5, dtype=torch.float64)
    x = torch.tensor(1.3, dtype=torch.float64)
    exact = x.cos() * x.sin().exp()
    right, left = (x + h).to(dtype), (x - h).to(dtype)
    slope = (right.sin().exp() - left.sin().exp()).double() / (2 * h)
    return h, ((slope - exact) / exact).abs()


fig, ax = plots.figure(size=(7, 3.2))
best_h = {}
for dtype in (torch.float64, torch.float32):
    h, error = difference_errors(dtype)
    best_h[dtype] = h[error.argmin()].item()
    print(f"{dtype}: smallest error {error.min():.1e}, at h = {best_h[dtype]:.0e}")
    plots.curves(ax, {str(dtype).removeprefix("torch."): error}, h)
ax.set(xlabel="h", ylabel="relative error", xscale="log", yscale="log", ylim=(1e-12, 10))
plots.show(
    fig,
    "Error of a central difference against h: a V for each precision, with its tip near 3e-6 in "
    "float64 and 3e-3 in float32.",
)

# %% [markdown]
# The bend costs about $h^2$ (an error proportional to $h$ has opposite signs on the two sides, and
# cancels), rounding about $u/h$, where $u$ is the *machine epsilon*, the gap between 1 and the next
# number. Together they are smallest near $h = \sqrt[3]{u}$ (Press et al. 2007, section 5.7):
# $6 \cdot 10^{-6}$ in float64, $5 \cdot 10^{-3}$ in float32. Check gradients in float64.
#
# ### Exercise · Find the faults
# *2 points · 40 minutes · difficulty ●●●*
#
# A colleague wrote the *backward pass* of a small network by hand: its gradients, from the last layer to
# the first, by the chain rule, as you may have done in {{backpropagation#network-gradients}}. It has one
# *hidden* layer, between input and output, followed by $\tanh$,
# which squeezes numbers into the range −1 to 1. For a product $P = AB$ of matrices, let $G$ be the
# gradient of the loss by $P$; then that by $A$ is $G B^\top$, and that by $B$ is $A^\top G$ ($^\top$
# swaps rows and columns). For the entry $a_{ik}$ goes into each $p_{ij}$ of row $i$, times $b_{kj}$, so
# the chain rule gives $\sum_j g_{ij} b_{kj}$: row $i$ of $G$ times column $k$ of $B^\top$. A bias is
# added to each row, so its gradient is the sum of $G$ over the rows. And behind $h = \tanh z$ the
# gradient is multiplied, entry by entry, by the slope $1 - h^2$. The colleague's code
# runs, and training even works, a bit. But two of the four gradients are wrong. Which ones? Let the
# function that you write below tell you, then compare those lines with these rules.

# %% nbgrader={"grade_id": "supplied-network", "locked": true, "schema_version": 3}
generator = torch.Generator().manual_seed(4)
X = torch.randn(20, 3, generator=generator, dtype=torch.float64)
y = torch.randn(20, 2, generator=generator, dtype=torch.float64)
network = {
    name: torch.randn(shape, generator=generator, dtype=torch.float64)
    for name, shape in {"W1": (3, 4), "b1": (4,), "W2": (4, 2), "b2": (2,)}.items()
}


def network_loss(p):
    """Half the squared error of a network with one hidden layer, averaged over the examples."""
    h = torch.tanh(X @ p["W1"] + p["b1"])  # (20, 4)
    return 0.5 * ((h @ p["W2"] + p["b2"] - y) ** 2).sum(dim=1).mean()


def colleagues_backward(p):
    """Return the gradients of `network_loss`, two of them wrong."""
    h = torch.tanh(X @ p["W1"] + p["b1"])  # (20, 4)
    error = (h @ p["W2"] + p["b2"] - y) / len(X)  # (20, 2)
    back = error @ p["W2"].T * (1 - h**2)  # (20, 4)
    return {
        "W1": X.T @ (error @ p["W2"].T),
        "b1": back.sum(dim=0),
        "W2": h.T @ error,
        "b2": error.mean(dim=0),
    }


# %% [markdown]
# Write a function that finds out, for any loss and any such dictionary of gradients. Judge by the
# *relative* error $\lVert a - n\rVert / (\lVert a\rVert + \lVert n\rVert)$ between the gradient $a$ that
# you are given and the numerical one $n$: a gradient of size $10^{-6}$ may be right or wrong just like
# one of size 1. Above $10^{-4}$, call it wrong. Where both are exactly 0 nothing differs, and it is
# right; where one of them alone is 0, it is wrong. With $h = 10^{-5}$ you are on the safe side: the
# errors here are below $10^{-5}$ or above $10^{-3}$.
#
# <details><summary>Hint 1</summary>For one parameter <code>name</code>, all others stay: the function to differentiate is <code>lambda value: loss({**params, name: value})</code>.</details>
# <details><summary>Hint 2</summary>You may use your <code>numerical_gradient</code>, or <code>torch.autograd.grad</code> as a referee: the loss is made of torch functions, and depends on every parameter.</details>


# %% nbgrader={"grade_id": "faulty-gradients", "schema_version": 3, "solution": true}
def faulty_gradients(loss, params: dict, grads: dict) -> set[str]:
    """Return the names of the parameters whose gradient is wrong.

    `params` maps names to float64 tensors, `grads` maps the same names, in any order, to what is
    claimed to be the gradient of `loss(params)`, shapes pairwise equal, all numbers finite. Nothing
    is changed. A list of names will do as well.
    """
    ### BEGIN SOLUTION
    faulty = set()
    for name, value in params.items():

        def loss_of(x, name=name):
            return loss({**params, name: x})

        exact = torch.zeros_like(value)
        for i in range(value.numel()):
            right, left = value.clone(), value.clone()
            right.view(-1)[i] += 1e-5
            left.view(-1)[i] -= 1e-5
            exact.view(-1)[i] = (loss_of(right) - loss_of(left)) / 2e-5
        size = grads[name].norm() + exact.norm()
        if size > 0 and (grads[name] - exact).norm() / size > 1e-4:
            faulty.add(name)
    return faulty
    ### END SOLUTION


# %% nbgrader={"grade_id": "faulty-gradients-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Find the faults", points=2, hidden=3)
def _(check):
    generator = torch.Generator().manual_seed(0)
    check.agree(
        faulty_gradients,
        oracle.faulty_gradients,
        oracle.inspect(oracle.colleagues_work()),  # the network above
        oracle.inspect(oracle.bowl(generator, 1.0)),  # all are right
        oracle.inspect(oracle.bowl(generator, 1e3, B=torch.neg)),
        oracle.inspect(oracle.bowl(generator, 1.0, A=oracle.one_entry, C=lambda g: g / 2)),
        oracle.inspect(oracle.bowl(generator, 1.0, A=torch.flipud, B=torch.flipud)),
        oracle.inspect(oracle.bowl(generator, 1.0, A=oracle.rounded, C=oracle.a_little_off)),
        oracle.inspect(oracle.bowl(generator, 1.0, B=torch.zeros_like)),
        mistakes=oracle.FAULTY,
    )
    tiny = oracle.inspect(oracle.bowl(generator, 1e-6, A=oracle.one_entry))
    check.agree(faulty_gradients, oracle.faulty_gradients, tiny, mistakes=oracle.FAULTY_SMALL)
    zeros = [
        oracle.inspect(oracle.bowl(generator, 1.0, zero=True)),
        oracle.inspect(oracle.bowl(generator, 1.0, zero=True, Z=torch.ones_like)),
    ]
    check.agree(faulty_gradients, oracle.faulty_gradients, *zeros, mistakes=oracle.FAULTY_ZERO)


### BEGIN HIDDEN TESTS
@checks.hidden("All gradients right, large, small and zero: none is faulty")
def _(check):
    for size in (1e3, 1.0, 1e-6):
        case = oracle.bowl(oracles.fresh_generator(), size, zero=True)
        check.agree(faulty_gradients, oracle.faulty_gradients, oracle.inspect(case))


@checks.hidden("One faulty: an entry, its sign, a little, all of it, or not 0 where it should be")
def _(check):
    for size in (1e3, 1.0, 1e-6):
        for faults in (
            {"B": oracle.one_entry},
            {"C": torch.neg},
            {"A": oracle.a_little_off, "B": oracle.rounded},
            {"B": torch.zeros_like},
            {"Z": torch.ones_like},
        ):
            case = oracle.bowl(oracles.fresh_generator(), size, zero="Z" in faults, **faults)
            check.agree(faulty_gradients, oracle.faulty_gradients, oracle.inspect(case))


@checks.hidden("All faulty, with norms and sums that agree")
def _(check):
    faults = dict.fromkeys("ABC", torch.flipud)
    case = oracle.bowl(oracles.fresh_generator(), 1.0, **faults)
    check.agree(faulty_gradients, oracle.faulty_gradients, oracle.inspect(case))


### END HIDDEN TESTS

# %% [markdown]
# ## Batches, clipping, schedules
#
# From here on a network reads digits, as in {{backpropagation}}. It gives each picture ten scores $z_k$, one
# for each digit (the *classes*). The *softmax* makes probabilities of them, $p_k = e^{z_k} / \sum_j e^{z_j}$.
# The loss of a picture is its *cross-entropy*, $-\log p_y$ (the natural logarithm), where $y$ is the right
# digit: 0 if the network is sure of it, and large if it thinks it unlikely. `F.cross_entropy(scores, y)` does
# both, and takes the mean over the pictures.
#
# > **epoch**: one pass over all training examples, batch by batch.
#
# The gradient over all the data takes long; the gradient over a mini-batch of $B$ examples is cheap,
# right on average, and noisy: that is what *stochastic* means in SGD. How noisy? Draw many batches (an
# example may come twice) and measure the variance, here the mean squared distance from the exact
# gradient.

# %% tags=["demo"]
digits = data.digits()
model = models.mlp([64, 32, 10], generator=torch.Generator().manual_seed(0))


def flat_gradient(chosen):
    """Return the gradient over the chosen training examples, all parameters in one vector."""
    loss = F.cross_entropy(model(digits.X_train[chosen]), digits.y_train[chosen])
    return torch.cat([g.flatten() for g in torch.autograd.grad(loss, list(model.parameters()))])


exact = flat_gradient(torch.arange(len(digits.X_train)))
generator = torch.Generator().manual_seed(0)
batch_noise = {}
for batch_size in (1, 4, 16, 64):
    squares = []
    for _ in range(runtime.scaled(400, fast=20)):
        chosen = torch.randint(len(digits.X_train), (batch_size,), generator=generator)
        squares.append(((flat_gradient(chosen) - exact) ** 2).sum().item())
    batch_noise[batch_size] = sum(squares) / len(squares)
    print(
        f"batch size {batch_size:2}: variance {batch_noise[batch_size]:7.3f}, "
        f"times batch size {batch_noise[batch_size] * batch_size:6.2f}"
    )

# %% [markdown]
# Variance times batch size is constant: the variances of $B$ *independent* gradients, none of which tells
# anything of another, add up (take this on trust), and dividing their sum by $B$ divides its variance, a
# mean of squares, by $B^2$. Four times the work halves the noise (its standard deviation, the root of the
# variance), and no more.
#
# ### Exercise · Clip by global norm
# *2 points · 10 minutes · difficulty ●●○*
#
# Now and then one batch has a huge gradient, and one huge step can undo an hour of training. *Clipping*
# (Pascanu, Mikolov and Bengio 2013) shortens such a gradient to a given length and keeps its direction.
#
# > **gradient clipping**: to shorten a gradient that is longer than a limit, and to keep its direction.
#
# The length is the *global* norm: of all tensors together, as if they were one long vector.
#
# <details><summary>Hint 1</summary>The global norm is the root of the sum of all squares over all tensors.</details>
# <details><summary>Hint 2</summary>A gradient that is short enough is left as it is: the factor is never above 1.</details>


# %% nbgrader={"grade_id": "clip", "schema_version": 3, "solution": true}
def clip_by_global_norm(grads: list[torch.Tensor], max_norm: float) -> list[torch.Tensor]:
    """Return `grads`, shortened together to the global norm `max_norm` if they are longer.

    `grads` is a list of one tensor or more, of any shapes, all float32 or all float64, with squares
    that stay finite; so is what you return. They are not changed; where nothing is to shorten, you
    may return them as they are, also where all are 0. `max_norm` > 0. An ε of 10⁻⁶ beside the norm,
    as PyTorch has, is fine.
    Source: Pascanu, Mikolov and Bengio (2013), algorithm 1.
    """
    ### BEGIN SOLUTION
    norm = math.sqrt(sum((g**2).sum().item() for g in grads))
    if norm <= max_norm:
        return [g.clone() for g in grads]
    return [g * (max_norm / norm) for g in grads]
    ### END SOLUTION


# %% nbgrader={"grade_id": "clip-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Clip by global norm", points=2, hidden=1)
def _(check):
    grads = [torch.tensor([3.0, 0.0]), torch.tensor([-4.0, 12.0])]  # global norm 13
    table = torch.tensor([[0.5, -1.5, 2.5], [3.0, 0.25, -2.0]], dtype=torch.float64)
    check.agree(
        clip_by_global_norm,
        oracle.clip,
        (grads, 6.5),
        (grads, 26.0),  # short enough
        (grads, 13.0),  # just so
        ([table, -table[1, 0], 2 * table.reshape(2, 1, 3)], 1.75),  # float64
        mistakes=oracle.CLIP,
        same_dtype=True,
    )
    zeros = [torch.zeros(3), torch.zeros(2, 2)]
    check.agree(clip_by_global_norm, oracle.clip, (zeros, 2.0), mistakes=oracle.CLIP_ZEROS)


### BEGIN HIDDEN TESTS
@checks.hidden("Against torch.nn.utils.clip_grad_norm_, on both sides of the limit")
def _(check):
    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for max_norm in (0.5, 2.0, 1e3):
            grads = [
                torch.randn(shape, generator=generator, dtype=dtype)
                for shape in ((3, 2), (5,), (2, 1, 2))
            ]
            reference = [torch.zeros_like(g, requires_grad=True) for g in grads]
            for r, g in zip(reference, grads, strict=True):
                r.grad = g.clone()
            torch.nn.utils.clip_grad_norm_(reference, max_norm)
            clipped = check.call(clip_by_global_norm, grads, max_norm)
            wanted = [r.grad for r in reference]
            check.close(clipped, wanted, rtol=1e-4, atol=1e-6, same_dtype=True)


### END HIDDEN TESTS


# %% [markdown]
# ### Exercise · Warm up, then decay
# *2 points · 15 minutes · difficulty ●●○*
#
# Early on the weights are random and the gradients wild: begin with small steps. Late, the noise of the
# batches shakes us around the minimum: end with small steps. The usual *schedule* rises in a straight
# line (Goyal et al. 2017), then falls along half a cosine (Loshchilov and Hutter 2017). What else calms the end, an
# average of the weights or a batch that grows, {{training_strategies}} measures.
#
# > **schedule**: a rule that gives the learning rate of each step.
#
# **Here, with $W$ warm-up steps among $N$, counted from 0:**
#
# - warm-up: step 0 already has $\eta_{\text{peak}}/W$, step 1 twice that, and step $W-1$ has $\eta_{\text{peak}}$;
# - then half a cosine, so that the very last step, $N-1$, has exactly $\eta_{\text{final}}$.
#
# <details><summary>Hint 1</summary>Let $q$ be the fraction of the decay that is done: 0 at step $W-1$, 1 at step $N-1$.</details>
# <details><summary>Hint 2</summary>$\tfrac12(1 + \cos \pi q)$ falls from 1 to 0. Scale it to the range between the two learning rates.</details>


# %% nbgrader={"grade_id": "warmup-cosine", "schema_version": 3, "solution": true}
def warmup_cosine(
    step: int, num_steps: int, warmup_steps: int, peak_lr: float, final_lr: float
) -> float:
    """Return the learning rate at `step` (0 … num_steps − 1): linear warm-up, then half a cosine.

    It reaches `peak_lr` at step warmup_steps − 1 and `final_lr` at step num_steps − 1;
    1 ≤ warmup_steps < num_steps and 0 ≤ final_lr < peak_lr.
    """
    ### BEGIN SOLUTION
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    done = (step - warmup_steps + 1) / (num_steps - warmup_steps)
    return final_lr + (peak_lr - final_lr) * (1 + math.cos(math.pi * done)) / 2
    ### END SOLUTION


# %% nbgrader={"grade_id": "warmup-cosine-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Warm up, then decay", points=2, hidden=1)
def _(check):
    check.agree(
        warmup_cosine,
        oracle.warmup_cosine,
        oracle.all_the_way(6, 2, 0.8, 0.2),
        oracle.all_the_way(9, 4, 0.3, 0.0),
        oracle.all_the_way(5, 1, 1.5, 0.1),  # the warm-up is one step
        mistakes=oracle.WARMUP_COSINE,
    )
    one_step_of_decay = oracle.all_the_way(4, 3, 0.5, 0.05)
    check.agree(warmup_cosine, oracle.warmup_cosine, one_step_of_decay)


### BEGIN HIDDEN TESTS
@checks.hidden("Against torch's LinearLR and CosineAnnealingLR")
def _(check):
    from torch.optim import lr_scheduler

    generator = oracles.fresh_generator()
    for num_steps, warmup_steps in ((30, 5), (11, 10), (12, 3)):
        peak_lr, final_lr = (torch.rand(2, generator=generator) + torch.tensor([1.1, 0.0])).tolist()
        optimizer = torch.optim.SGD([torch.zeros(1)], lr=peak_lr)
        warmup = lr_scheduler.LinearLR(optimizer, 1 / warmup_steps, total_iters=warmup_steps - 1)
        cosine = lr_scheduler.CosineAnnealingLR(optimizer, num_steps - warmup_steps, final_lr)
        both = lr_scheduler.SequentialLR(optimizer, [warmup, cosine], [warmup_steps - 1])
        for k in range(num_steps):
            lr = check.call(warmup_cosine, k, num_steps, warmup_steps, peak_lr, final_lr)
            check.close(lr, both.get_last_lr()[0], rtol=1e-4, atol=1e-6)
            optimizer.step()
            both.step()


### END HIDDEN TESTS


# %% [markdown]
# ### Exercise · The whole loop
# *4 points · 60 minutes · difficulty ●●●*
#
# Now build the loop by which networks are trained, for the simplest of them: one linear layer and a
# softmax, $\hat y = \mathrm{softmax}(XW + b)$, with the cross-entropy as its loss (*softmax regression*).
# $X$ has a row for each example, $W$ a column for each class; the scores $XW + b$ have both. For each
# epoch, cut the given order of examples into batches. The last batch may be short, and gets its step like
# every other. For each batch: loss, gradient, clip, learning rate, step.
#
# Report for each epoch the mean loss *per example*, measured on each batch just before its step: every
# example counts once, whatever the size of its batch.
#
# <details><summary>Hint 1</summary><code>W</code> and <code>b</code> begin at zero, <code>torch.zeros(..., dtype=X.dtype, requires_grad=True)</code>; <code>torch.autograd.grad(loss, [W, b])</code> returns fresh gradients each time, with nothing to reset. Then step inside <code>torch.no_grad()</code>.</details>
# <details><summary>Hint 2</summary><code>F.cross_entropy(X @ W + b, y)</code> takes the raw scores: the softmax is inside.</details>
# <details><summary>Hint 3</summary>A short batch must not weigh as much as a full one in the epoch's mean: add up <code>loss * len(batch)</code>, divide by the number of examples.</details>


# %% nbgrader={"grade_id": "train-softmax", "schema_version": 3, "solution": true}
def train_softmax(
    X: torch.Tensor,
    y: torch.Tensor,
    orders: list[torch.Tensor],
    batch_size: int,
    schedule,
    max_norm: float,
) -> tuple[torch.Tensor, torch.Tensor, list[float]]:
    """Train softmax regression by mini-batch SGD from zero and return (W, b, epoch_losses).

    `X`: (n, num_features), float32 or float64. `y`: (n,), int64, the classes 0 … num_classes − 1,
    all of them present.
    `orders`: for each epoch the n indices of the examples in the order in which to visit them.
    `schedule(step)`: the learning rate; steps count from 0 through the whole training. Ask it as
    often as you like.
    `max_norm`: the mean gradient of a batch, by W and b together, is clipped to this global norm
    before it is used.
    Returns W (num_features, num_classes) and b (num_classes,), both of the dtype of X (they may
    still require a gradient), and the mean loss of each epoch. Nothing that is given is changed.
    """
    ### BEGIN SOLUTION
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    step, epoch_losses = 0, []
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            grads = torch.autograd.grad(loss, [W, b])
            norm = torch.stack([g.norm() for g in grads]).norm()
            factor = (max_norm / norm).clamp(max=1)
            with torch.no_grad():
                for p, g in zip((W, b), grads, strict=True):
                    p -= schedule(step) * factor * g
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses
    ### END SOLUTION


# %% [markdown]
# First with exact numbers: five examples, a few batches, a few epochs.


# %% nbgrader={"grade_id": "train-softmax-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("The whole loop, step by step", points=2, hidden=1)
def _(check):
    X = torch.tensor([[1.0, 2.0], [-1.0, 0.5], [3.0, -1.0], [0.5, -2.0], [2.0, 2.5]])
    y = torch.tensor([0, 1, 2, 1, 0])
    orders = [torch.tensor([3, 0, 4, 1, 2]), torch.tensor([1, 2, 0, 3, 4])]
    check.agree(
        train_softmax,
        oracle.train_softmax,
        (X, y, orders, 2, lambda step: 0.5 / (1 + step), 1.2),
        (X.double(), y, [*orders, orders[0].flip(0)], 3, lambda step: 0.3 / (2 + step), 0.25),
        (X.double(), y % 2, orders, 5, lambda step: 0.2 - 0.1 * step, 100.0),  # nothing to clip
        mistakes=oracle.TRAIN_SOFTMAX,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Random data, against torch.optim.SGD, in float32 and float64")
def _(check):
    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        X = 2 * torch.randn(11, 3, generator=generator, dtype=dtype)
        y = torch.arange(11) % 4
        orders = [torch.randperm(11, generator=generator) for _ in range(3)]
        layer = torch.nn.Linear(3, 4, dtype=dtype)
        torch.nn.init.zeros_(layer.weight)
        torch.nn.init.zeros_(layer.bias)
        optimizer = torch.optim.SGD(layer.parameters(), lr=1)
        step, wanted = 0, []
        for order in orders:
            losses = []
            for chosen in (order[:4], order[4:8], order[8:]):
                optimizer.param_groups[0]["lr"] = 0.3 / (2 + step)
                optimizer.zero_grad()
                each = F.cross_entropy(layer(X[chosen]), y[chosen], reduction="none")
                each.mean().backward()
                torch.nn.utils.clip_grad_norm_(layer.parameters(), 1.4)
                optimizer.step()
                losses.extend(each.tolist())
                step += 1
            wanted.append(sum(losses) / 11)
        W, b, losses = check.call(
            train_softmax, X, y, orders, 4, lambda step: 0.3 / (2 + step), 1.4
        )
        check.close([W, b], [layer.weight.T, layer.bias], rtol=1e-3, atol=1e-5, same_dtype=True)
        check.close(losses, wanted, rtol=1e-4)


### END HIDDEN TESTS


# %% [markdown]
# Then on handwritten digits that it has not seen: at least 93 % of them, after eight epochs. The
# accuracy is computed here, from your weights.


# %% nbgrader={"grade_id": "train-softmax-test-2", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("The whole loop, on digits", points=2, hidden=1)
def _(check):
    oracle.insist_on_reading(check, train_softmax, data.digits(), at_least=0.93)


### BEGIN HIDDEN TESTS
@checks.hidden("Another split of the digits, other orders")
def _(check):
    seed = oracles.fresh_generator().initial_seed() % 2**31
    oracle.insist_on_reading(check, train_softmax, data.digits(seed=seed), at_least=0.92)


### END HIDDEN TESTS


# %% [markdown]
# ## The border moves
#
# $2/\lambda_{\max}$ is exact for a valley whose shape is fixed. A network's curvature changes as it
# walks. Measure it: the small network again, on all the data at once (so without noise), with the squared
# error as its loss (the targets are 1 for the right digit, else 0). The largest eigenvalue of its Hessian
# comes from *power iteration*: multiply a vector by $H$, again and again, and it turns into the steepest
# direction, for its part along direction $i$ is multiplied by $\lambda_i$ each time. And $Hv$ is a
# gradient, too, that of $\sum_i g_i v_i$ with $v$ held fixed: the slope of $g_i$ by $w_j$ is $h_{ij}$, so
# the slope of the sum is $\sum_i h_{ij} v_i$, row $j$ of $H$ times $v$. So nobody has to write $H$ down.
#
# > **sharpness**: the largest eigenvalue of the Hessian of a loss, which is the curvature in the steepest
# > direction.


# %% tags=["demo"]
def sharpness(loss, params, v, num_turns=15):
    """Return the largest eigenvalue of the Hessian and its direction, by power iteration from v."""
    grads = torch.autograd.grad(loss, params, create_graph=True)
    for _ in range(num_turns):
        norm = torch.stack([part.norm() for part in v]).norm()
        v = [part / norm for part in v]
        Hv = torch.autograd.grad(grads, params, v, retain_graph=True)
        eigenvalue = sum((a * b).sum() for a, b in zip(v, Hv, strict=True)).item()
        v = [part.detach() for part in Hv]
    return eigenvalue, v


def sharpness_on_the_way(lr, seed, num_steps):
    """Train on all digits at once; return the loss of each step, and the sharpness of each tenth."""
    generator = torch.Generator().manual_seed(seed)
    model = models.mlp([64, 32, 10], generator=generator)
    params, targets = list(model.parameters()), F.one_hot(digits.y_train, 10)
    v, losses, found = [torch.ones_like(p) for p in params], [], []
    for step in range(num_steps):
        loss = 0.5 * ((model(digits.X_train) - targets) ** 2).sum(dim=1).mean()
        losses.append(loss.item())
        if not math.isfinite(losses[-1]):
            break
        if step % 10 == 0:
            eigenvalue, v = sharpness(loss, params, v)
            found.append(eigenvalue)
        grads = torch.autograd.grad(loss, params)
        with torch.no_grad():
            for p, g in zip(params, grads, strict=True):
                p -= lr * g
    return losses, found


num_steps = runtime.scaled(300, fast=20)
edge = {}
for lr in runtime.progress((0.2, 0.8, 1.0, 1.6), "training three networks at each rate"):
    edge[lr] = [sharpness_on_the_way(lr, seed, num_steps) for seed in range(3)]

fig, ax = plots.figure(size=(7, 3.4))
for lr in (0.2, 0.8, 1.0):
    plots.band(ax, range(0, num_steps, 10), [found for _, found in edge[lr]], f"η = {lr}")
    ax.axhline(2 / lr, color="gray", linestyle=":")
ax.set(xlabel="step", ylabel="sharpness", ylim=(0, 5))
plots.show(
    fig,
    "Sharpness over 300 steps of gradient descent on a network: at η = 0.2 it settles near 4, far below "
    "the border of 10; at 0.8 and 1.0 it falls from above the border, 2/η (dotted), to the border, and "
    "stays there.",
)
for lr, runs in edge.items():
    went_up = [sum(b > a for a, b in itertools.pairwise(ls)) for ls, _ in runs]
    ends = ", ".join(f"{ls[-1]:.3f}" for ls, _ in runs)
    print(f"η = {lr}: border {2 / lr:.2f}, loss at the end {ends}; it rose at {went_up} steps")

# %% [markdown]
# At $\eta = 0.2$ all is as in the one valley: the border is 10, the sharpness near 4. At $\eta = 0.8$ the
# border is 2.5 and the sharpness at the start 3.3 to 3.5, so the formula says "it diverges". It begins
# to swing. But the swings throw the network out of the steep valley and into a flatter one, whose
# sharpness is just $2/\eta$. There it stays, and the loss falls in the long run, though not at each step.
# Cohen et al. (2021) found that many kinds of networks come to this border, most of them from below, and
# named it the *edge of stability*: the formula holds, but it is the network that comes to the border. That
# has a limit: at $\eta = 1.6$ the loss did blow up.
#
# ## Take the wheel
#
# Here is a larger network, trained by plain SGD with a timid learning rate. The panel is alive: while
# the cell runs you can pause, stop, and change the learning rate.
#
# **Your goal**: a training loss below 0.001 before the last epoch. Left alone, it ends near 0.1. How far
# can you raise the learning rate before the curve jumps up? Run the cell as often as you like; each run
# adds a curve.

# %% tags=["demo"]
panel = live.Panel(log=True)

# %% tags=["demo"]
split = data.digits()
generator = torch.Generator().manual_seed(0)
model = models.mlp([64, 256, 256, 10], generator=generator)
history = training.fit(
    model,
    torch.optim.SGD(model.parameters(), lr=0.001),
    split.X_train,
    split.y_train,
    num_epochs=runtime.scaled(200, fast=2),
    batch_size=16,
    valid=(split.X_test, split.y_test),
    generator=generator,
    on=[panel],
)

# %% [markdown]
# ## The experiment
#
# Time to face the myth. The same network (64 pixels, a hidden layer of 32 numbers or *units*, 10 digits)
# and the same ten starts and orders of batches for SGD, momentum, Adagrad and Adam; a row of learning
# rates for each; 5 epochs, which is 100 steps. That makes 200 trainings; `sweep.run` does many at once.
# First on well-prepared data: each pixel is *standardized*, to mean 0 and variance 1.


# %% tags=["demo"]
def compare(split, lrs):
    """Train with each optimizer, each of its learning rates in `lrs`, and each seed."""
    return sweep.run(
        lambda generator: models.mlp([64, 32, 10], generator=generator),
        split,
        optimizer=list(lrs),
        lr=lrs,
        seed=range(runtime.scaled(10, fast=2)),
        num_epochs=5,
        batch_size=64,
    )


def draw(results, alt):
    """Draw loss and accuracy against the learning rate."""
    fig, (left, right) = plots.figure(ncols=2, size=(10, 3.8))
    results.plot(left, x="lr", y="loss", by="optimizer").set(xscale="log", yscale="log")
    results.plot(right, x="lr", y="valid_accuracy", by="optimizer").set(xscale="log")
    left.set(xlabel="learning rate", ylabel="training loss, last epoch")
    left.set_ylim(top=10)  # who diverged is somewhere above
    right.set(xlabel="learning rate", ylabel="accuracy on unseen digits")
    left.get_legend().remove()
    plots.show(fig, alt)


def accuracies(results):
    """Return the quartiles of the accuracy on unseen digits, with each optimizer at its best.

    Its best learning rate has the lowest median training loss. To choose by the unseen digits, and
    to report them too, would flatter everybody.
    """
    best = results.best(by="optimizer", metric="loss")
    return best.groupby("optimizer")["valid_accuracy"].quantile([0.25, 0.5, 0.75]).unstack()


# %% tags=["demo"]
results = compare(
    split,
    lrs={
        "SGD": [0.03, 0.1, 0.3, 1.0, 3.0],
        "momentum": [0.003, 0.01, 0.03, 0.1, 0.3],
        "Adagrad": [0.01, 0.03, 0.1, 0.3, 1.0],
        "Adam": [0.001, 0.003, 0.01, 0.03, 0.1],
    },
)
draw(
    results,
    "Loss and accuracy against the learning rate on standardized digits: four valleys, each at "
    "its own learning rate, and nearly the same accuracy at their bottoms.",
)

# %% tags=["demo"]
tuned = accuracies(results)
tuned.round(3)

# %% [markdown]
# The table has the *median* (0.5: half of the ten runs are below) and the *quartiles* (0.25 and 0.75: a
# quarter is below the one, a quarter above the other). Read the figure from left to right. Each curve of
# the loss is a valley: too small a learning rate is slow, a larger one is faster, and beyond the lowest
# point the loss rises again. *Bigger is faster* holds on the left slope only.
#
# And the winner?

# %% tags=["demo"]
first, second = tuned[0.5].nlargest(2)
spread = (tuned[0.75] - tuned[0.25]).max()
winner = tuned[0.5].idxmax() if first - second > spread else "no clear winner"
print(
    f"The best leads by {first - second:.4f}; the quartiles of one optimizer are {spread:.4f} apart."
)
predict.reveal(prediction, winner)

# %% [markdown]
# Where does Adam win, then? Change one thing: multiply each pixel by a factor between 0.03 and 30, as if
# they were measured in different units. No information is lost (weights divided by these factors would
# undo it), but the loss is now a terrible ravine: the curvature along a pixel's weights grows with the
# square of its factor, which enters each of two derivatives.

# %% tags=["demo"]
units = 10 ** (3 * torch.rand(64, generator=torch.Generator().manual_seed(0)) - 1.5)
units = units.to(split.X_train)
badly_scaled = split._replace(X_train=split.X_train * units, X_test=split.X_test * units)
bad_results = compare(
    badly_scaled,
    lrs={
        "SGD": [0.003, 0.01, 0.03, 0.1, 0.3],
        "momentum": [0.0003, 0.001, 0.003, 0.01, 0.03],
        "Adagrad": [0.01, 0.03, 0.1, 0.3, 1.0],
        "Adam": [0.001, 0.003, 0.01, 0.03, 0.1],
    },
)
draw(
    bad_results,
    "The same on badly scaled pixels: the valleys of Adagrad and Adam are the deepest by far, and "
    "their accuracies the highest.",
)

# %% tags=["demo"]
bad_tuned = accuracies(bad_results)
bad_tuned.round(3)

# %% [markdown]
# ## The verdict
#
# - **"Optimization needs advanced mathematics."** Less than you might think. Two derivatives gave the
#   border $\eta\lambda = 2$, a quadratic equation gave $2 + 2\beta$, and the computer agreed to within
#   0.002. Many directions at once took eigenvalues, the hardest piece of linear algebra here. And your
#   bisection finds the border of a network without any of it. (To *prove* that a network's training
#   converges is another matter.)
# - **"Adam always wins."** No: on well-scaled digits, each with its own learning rate, the four end within
#   two percentage points of each other, and the first leads by less than the seeds of one rule differ.
#   **It flips** when the scales of the gradients differ widely: on the badly scaled pixels Adam led SGD and
#   momentum by more than five points. But Adagrad, of 2011, ended level with it: what wins there is to
#   divide by the gradient's size, not Adam as such. Dividing each pixel by its standard deviation
#   takes you back to the first experiment. And with a memory of $\beta_2 = 0.1$, on the loss of
#   Reddi et al., Adam ends at the worst point.
# - **"A bigger learning rate is faster."** Up to a point that you can compute, $2/(\lambda_{\min} +
#   \lambda_{\max})$ on a quadratic valley, then slower, and from $2/\lambda_{\max}$ on not at all. A network
#   may move to where its curvature is $2/\eta$; that saved it at $\eta = 1.0$, and no longer at 1.6.
#
# The experiment was 100 steps of a small network on small pictures. A large comparison of fifteen
# optimizers on eight problems found no winner either (Schmidt, Schneider and Hennig 2021). The main
# exception is language models: there Adam clearly beats SGD (Zhang et al. 2020), and one cause is that
# most words are rare, and that gradient descent makes hardly any progress on those (Kunstner et al.
# 2024). That is a difference of scales again.
#
# ## What to take away
#
# - In a valley of curvature $\lambda$ gradient descent diverges beyond $\eta\lambda = 2$ and momentum beyond
#   $2 + 2\beta$: with $\beta = 0.9$ the border was measured at 3.800.
# - In a narrow ravine momentum pays: at a condition number of 100 one more correct digit takes gradient
#   descent 115 steps, and momentum 12.
# - Without its bias correction Adam's first steps are not too small but too big, at worst 6.57 times, at
#   step 12.
# - With well-scaled inputs the choice of the rule hardly matters once the learning rate fits (all within 2
#   points); with badly scaled ones those that divide by the gradient's size, Adagrad and Adam, led by more
#   than 5.
# - The largest stable learning rate is no constant of a network: trained at $\eta = 0.8$, it went from a
#   curvature of 3.4 to one of 2.5, which is $2/\eta$, and stayed there.
#
# ## In short
#
# | | remembers | good for | mind |
# |---|---|---|---|
# | SGD | – | well-scaled problems | learning rate below $2/\lambda_{\max}$ |
# | momentum, Nesterov | velocity | ravines | what $\beta$ and $\eta$ multiply differs by author |
# | Adagrad | the sum of squared gradients | scales that differ | its rate only ever falls |
# | RMSprop | recent squared gradients | the same, after a rough start too | $\epsilon$ outside the root |
# | Adam | both, corrected | scales that differ | count $t$ from 1 |
# | AdamW | the same | with weight decay | decay times learning rate |
#
# ## Going further
#
# - Bengio, Y., Boulanger-Lewandowski, N. and Pascanu, R. (2013). Advances in optimizing recurrent networks. arXiv:1212.0901
# - Cohen, J. M., Kaur, S., Li, Y., Kolter, J. Z. and Talwalkar, A. (2021). Gradient descent on neural networks typically occurs at the edge of stability. arXiv:2103.00065
# - Duchi, J., Hazan, E. and Singer, Y. (2011). Adaptive subgradient methods. *JMLR* 12, 2121–2159.
# - Goh, G. (2017). Why momentum really works. *Distill*. doi:10.23915/distill.00006
# - Goyal, P. et al. (2017). Accurate, large minibatch SGD: training ImageNet in 1 hour. arXiv:1706.02677
# - Kingma, D. P. and Ba, J. (2015). Adam: a method for stochastic optimization. arXiv:1412.6980
# - Kunstner, F., Yadav, R., Milligan, A., Schmidt, M. and Bietti, A. (2024). Heavy-tailed class imbalance and why Adam outperforms gradient descent on language models. arXiv:2402.19449
# - Loshchilov, I. and Hutter, F. (2017). SGDR: stochastic gradient descent with warm restarts. arXiv:1608.03983
# - Loshchilov, I. and Hutter, F. (2019). Decoupled weight decay regularization. arXiv:1711.05101
# - Nesterov, Y. (1983). A method for solving the convex programming problem with convergence rate O(1/k²). *Doklady AN SSSR* 269, 543–547.
# - Pascanu, R., Mikolov, T. and Bengio, Y. (2013). On the difficulty of training recurrent neural networks. arXiv:1211.5063
# - Polyak, B. T. (1964). Some methods of speeding up the convergence of iteration methods. doi:10.1016/0041-5553(64)90137-5
# - Press, W. H., Teukolsky, S. A., Vetterling, W. T. and Flannery, B. P. (2007). *Numerical recipes*, 3rd ed. Cambridge University Press.
# - Reddi, S. J., Kale, S. and Kumar, S. (2018). On the convergence of Adam and beyond. arXiv:1904.09237
# - Schmidt, R. M., Schneider, F. and Hennig, P. (2021). Descending through a crowded valley. arXiv:2007.01547
# - Sutskever, I., Martens, J., Dahl, G. and Hinton, G. (2013). On the importance of initialization and momentum in deep learning. *ICML*.
# - Tieleman, T. and Hinton, G. (2012). Lecture 6.5: RMSprop. *Coursera: Neural networks for machine learning*.
# - Zhang, J., Karimireddy, S. P. et al. (2020). Why are adaptive methods good for attention models? arXiv:1912.03194
# - Zhang, Y., Chen, C. et al. (2022). Adam can converge without any modification on update rules. arXiv:2208.09632

# %% [markdown]
# ## Once more
#
# The questions from the beginning. Answer without looking back; then each answer gets its sentence.
#
# - **border**: in a valley of curvature 4, up to which learning rate does gradient descent not diverge? `"0.25"`,
#   `"0.5"` or `"1"`.
# - **border with momentum**: and up to which one with momentum, β = 0.9? `"0.05"`, `"0.5"` or `"0.95"`.
# - **correction**: Adam divides one average by the root of another, and corrects both at first. How long are its
#   first steps without that? `"too short"`, `"as they should be"` or `"too long"`.

# %% tags=["prediction"]
at_last = {
    "border": ...,
    "border with momentum": ...,
    "correction": ...,
}

# %% tags=["demo"]
predict.last("gradient_descent", at_last, before=at_first)

# %% [markdown]
# ## How far you are
#
# What you have solved and predicted, from a file on your machine that no grader reads. (What the cell shows is
# saved in the notebook, as any output is.)

# %% tags=["demo"]
from nblib import progress

progress.show()
