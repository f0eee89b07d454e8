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
# Three beliefs, and you will test each of them by experiment. On the way you build every optimizer
# that people use today, in about five lines each, and you learn to tell from a number (not from a
# feeling) how large a learning rate may be.
#
# **You will be able to**
#
# - predict, from the curvature, the learning rate at which training blows up, and check it;
# - write momentum, Nesterov, RMSprop, Adam and AdamW, and say what each is good for;
# - check a gradient that somebody gives you, and find the faulty part;
# - clip, warm up and decay: and put it all into a mini-batch loop of your own.
#
# **Time** about 4 hours, in as many sittings as you like. **You need** Python and the derivative of
# $x^2$. **Points** 31, in 15 exercises; each stands on its own, so you can skip one and come back.

# %% nbgrader={"grade_id": "setup", "locked": true, "schema_version": 3}
import math

import torch
import torch.nn.functional as F

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

runtime.seed_everything(0)
torch.set_num_threads(1)  # small networks: several threads would mostly wait for one another

# %% [markdown]
# ## Predict first
#
# Later you will train the same small network on handwritten digits with plain SGD, with momentum and
# with Adam, each with the learning rate that suits it best, ten times over. Which one recognizes new
# digits best after 100 steps? Replace the three dots by one of `"SGD"`, `"momentum"`, `"Adam"` or
# `"no clear winner"`. A guess is free, and it is not graded.

# %% tags=["prediction"]
prediction = ...

# %% tags=["demo"]
predict.note(prediction, ["SGD", "momentum", "Adam", "no clear winner"])

# %% [markdown]
# ## One idea
#
# We have a loss $L(w)$ and want a small one. The gradient $\nabla L(w)$ points uphill, so we walk a
# little way in the opposite direction, again and again:
#
# $$w \leftarrow w - \eta \, \nabla L(w)$$
#
# The *learning rate* $\eta$ says how far. That is all of gradient descent; the rest of this lesson is
# about $\eta$ and about the direction.
#
# How large may $\eta$ be? Take the simplest valley, $L(w) = \tfrac12 \lambda w^2$. Its gradient is
# $\lambda w$, so one step gives
#
# $$w \leftarrow (1 - \eta\lambda)\, w .$$
#
# Every step multiplies $w$ by the same number. If $|1 - \eta\lambda| < 1$, that is
# $\eta\lambda < 2$, we get nearer to the minimum at $0$; beyond that we get farther away, faster and
# faster. The *curvature* $\lambda$ alone decides.

# %% tags=["demo"]
steps = torch.arange(16)
fig, ax = plots.figure(size=(7, 3.2))
plots.curves(ax, {f"ηλ = {eta}": (1 - eta) ** steps for eta in (0.3, 1.0, 1.9, 2.1)}, steps)
ax.set(xlabel="step", ylabel="w", ylim=(-4.5, 4.5))
plots.show(
    fig,
    "w over 15 steps for four learning rates: up to ηλ = 2 it settles at 0, at 2.1 it swings ever "
    "wider.",
)

# %% [markdown]
# ## Explore
#
# A real loss has many directions, and each has its own curvature. Steep ones force a small learning
# rate; flat ones then crawl. Below is such a *ravine*, and three other surfaces.
#
# **Your goal**: bring the loss on the ravine below 0.001 within 60 steps. First with plain gradient
# descent (is it possible?), then with momentum.

# %% tags=["demo"]
playground.descent()

# %% [markdown]
# ### Exercise · Where does it blow up?
# *2 points · 10 minutes · difficulty ●○○*
#
# Near a minimum, every smooth loss looks like $L(w) = \tfrac12 w^\top H w$, with the matrix of second
# derivatives $H$, the *Hessian*. It is symmetric, so it is a stack of independent valleys: one along
# each eigenvector, with the eigenvalue as its curvature. Gradient descent must survive in all of them.
#
# Write down the largest learning rate that does not diverge.
#
# <details><summary>Hint 1</summary>Each valley $i$ demands $\eta\lambda_i \le 2$. Which one is the strictest?</details>
# <details><summary>Hint 2</summary><code>torch.linalg.eigvalsh</code> gives the eigenvalues of a symmetric matrix, in rising order.</details>


# %% nbgrader={"grade_id": "largest-stable-lr", "schema_version": 3, "solution": true}
def largest_stable_lr(hessian: torch.Tensor) -> float:
    """Return the largest learning rate at which gradient descent on ½ wᵀHw does not diverge.

    `hessian` is the matrix H, shape (n, n), symmetric, with positive eigenvalues.
    """
    ### BEGIN SOLUTION
    return 2 / torch.linalg.eigvalsh(hessian).max().item()
    ### END SOLUTION


# %% nbgrader={"grade_id": "largest-stable-lr-test", "grade": true, "points": 2, "schema_version": 3}
with checks.exercise("Where does it blow up?", points=2, hidden=1) as check:
    hessian = torch.tensor([[5.0, 2.0], [2.0, 2.0]])  # its curvatures are 6 and 1
    lr = check.call(largest_stable_lr, hessian)
    check.close(
        lr,
        1 / 3,
        rtol=1e-4,
        mistakes={
            "1/λ is the rate that settles a valley in one step; twice that is still stable.": 0.1666667,
            "You took the flattest valley. The steepest one is the strictest.": 2.0,
            "The trace adds up all curvatures; only the largest one counts.": 0.2857143,
            "The diagonal of H holds the curvatures along the axes, not those along the eigenvectors.": 0.4,
            "That is the Frobenius norm of H. The largest eigenvalue is smaller.": 0.328798,
            "Upside down: a large curvature demands a small learning rate.": 3.0,
        },
    )

### BEGIN HIDDEN TESTS
with checks.hidden("Random Hessians of several sizes, in float32 and float64") as check:
    generator = oracles.fresh_generator()
    for n, dtype in ((3, torch.float64), (6, torch.float32), (1, torch.float64)):
        curvatures = (10 ** (2 * torch.rand(n, generator=generator) - 1)).tolist()
        hessian = oracles.spd_matrix(curvatures, generator, dtype)
        lr = check.call(largest_stable_lr, hessian)
        check.close(lr, 2 / max(curvatures), rtol=1e-3)
### END HIDDEN TESTS

# %% [markdown]
# ### Exercise · Find the border without a formula
# *2 points · 15 minutes · difficulty ●●○*
#
# For a real network nobody hands you the Hessian; you can only try a learning rate and see. Trying a
# thousand is too dear. *Bisection* needs a dozen: keep an interval whose lower end is fine and whose
# upper end diverges, try the middle, and keep the half in which the border lies.
#
# <details><summary>Hint 1</summary>If the middle diverges, the border lies below it. Which end moves?</details>
# <details><summary>Hint 2</summary>Go on <code>while high - low > tolerance</code>.</details>


# %% nbgrader={"grade_id": "bisect-lr", "schema_version": 3, "solution": true}
def bisect_lr(diverges, low: float, high: float, tolerance: float) -> float:
    """Return the learning rate at which training begins to diverge, up to `tolerance`.

    `diverges(lr)` trains with that learning rate and returns True if the loss blew up. It is False
    at `low`, True at `high`, and changes once in between. Each call costs a whole training.
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
with checks.exercise("Find the border", points=2, hidden=1) as check:
    tried = []

    def diverges(lr):
        tried.append(lr)
        check.that(len(tried) <= 200, "200 trainings, and no end: your interval does not shrink.")
        return lr > 0.7

    lr = check.call(bisect_lr, diverges, 0.0, 4.0, 0.001)
    check.close(
        lr,
        0.7,
        rtol=0,
        atol=0.001,
        mistakes={
            "You move the wrong end: if the middle diverges, the border lies below it.": 3.999512,
            "That is the first middle: go on until the interval is as short as the tolerance.": 2.0,
            "An interval of 4, halved ten times, is still wider than 0.001.": 0.7011719,
            "That is the width of the last interval, not where it lies.": 0.0009765625,
        },
    )
    check.that(
        len(tried) <= 20, "Halving needs 12 trainings here. You used more.", trainings=len(tried)
    )

### BEGIN HIDDEN TESTS
with checks.hidden("Gradient descent on random valleys, as a black box") as check:
    generator = oracles.fresh_generator()
    for tolerance in (1e-1, 1e-3, 1e-5):
        curvature = 0.5 + 4 * torch.rand(1, generator=generator).item()
        tried = []

        def diverges(lr, tried=tried, curvature=curvature):
            tried.append(lr)
            check.that(len(tried) <= 200, "200 trainings, and no end.")
            return abs(1 - lr * curvature) > 1

        lr = check.call(bisect_lr, diverges, 0.01 / curvature, 9 / curvature, tolerance)
        check.close(lr, 2 / curvature, rtol=0, atol=tolerance)
        check.that(len(tried) <= 35, "Too many trainings for bisection.", trainings=len(tried))
### END HIDDEN TESTS

# %% [markdown]
# ## The rules, one by one
#
# A network has not one weight but a list of tensors. An *update rule* takes the list `params` and the
# list `grads` (same shapes, same order) and returns the new parameters. What a rule must remember from
# step to step goes into `state`: a dictionary that is empty before the first step and then entirely
# yours. Return it with the parameters, and you get it back at the next step.
#
# ### Exercise · Gradient descent
# *1 point · 5 minutes · difficulty ●○○*
#
# $$w \leftarrow w - \eta\, g$$
#
# <details><summary>Hint</summary><code>zip(params, grads)</code> walks through both lists together. Build a new list: <code>p - ...</code> makes a new tensor, <code>p -= ...</code> would write into the old one.</details>


# %% nbgrader={"grade_id": "sgd", "schema_version": 3, "solution": true}
def sgd_step(
    params: list[torch.Tensor], grads: list[torch.Tensor], lr: float
) -> list[torch.Tensor]:
    """Return the parameters after one step of gradient descent.

    `params` and `grads` are lists of tensors, shapes pairwise equal. Neither is changed.
    """
    ### BEGIN SOLUTION
    return [p - lr * g for p, g in zip(params, grads, strict=True)]
    ### END SOLUTION


# %% nbgrader={"grade_id": "sgd-test", "grade": true, "points": 1, "schema_version": 3}
with checks.exercise("Gradient descent", points=1, hidden=1) as check:
    params = [torch.tensor([1.0, 2.0]), torch.tensor([3.0])]
    grads = [torch.tensor([0.5, -1.0]), torch.tensor([2.0])]
    new_params = check.call(sgd_step, params, grads, 0.1)
    check.close(
        new_params,
        [[0.95, 2.1], [2.8]],
        rtol=1e-4,
        mistakes={
            "The step goes uphill: subtract the gradient.": [[1.05, 1.9], [3.2]],
            "The learning rate is missing.": [[0.5, 3.0], [1.0]],
            "Only the first tensor has moved.": [[0.95, 2.1], [3.0]],
            "The gradient's length counts: do not divide by its norm.": [
                [0.9552786, 2.089443],
                [2.9],
            ],
            "That uses the sign of the gradient only; its size counts too.": [[0.9, 2.1], [2.9]],
            "These are the steps alone; return the parameters after them.": [[-0.05, 0.1], [-0.2]],
        },
    )

### BEGIN HIDDEN TESTS
with checks.hidden("Against torch.optim.SGD, in float32 and float64") as check:
    for dtype in (torch.float32, torch.float64):
        oracles.follow_optimizer(
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
# Give each parameter a velocity $v$, zero at the start, that forgets a little and takes up the new gradient:
#
# $$v \leftarrow \beta v + g, \qquad w \leftarrow w - \eta\, v$$
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

    `params` and `grads` are lists of tensors, shapes pairwise equal. `state` is {} at first.
    """
    ### BEGIN SOLUTION
    old = state.get("velocity", [torch.zeros_like(p) for p in params])
    velocity = [beta * v + g for v, g in zip(old, grads, strict=True)]
    return [p - lr * v for p, v in zip(params, velocity, strict=True)], {"velocity": velocity}
    ### END SOLUTION


# %% nbgrader={"grade_id": "momentum-test", "grade": true, "points": 2, "schema_version": 3}
with checks.exercise("Momentum", points=2, hidden=2) as check:
    params, state = [torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0])], {}
    grads = [torch.tensor([0.5, -1.0]), torch.tensor([2.0, 1.0])]
    for lr in (0.1, 0.2, 0.05):  # the same gradients, three times
        params, state = check.call(momentum_step, params, grads, state, lr, 0.5, may_change=(2,))
    check.close(
        params,
        [[0.75625, 2.4875], [2.025, 3.5125]],
        rtol=1e-4,
        mistakes={
            "You put (1 − β) on the gradient. That is the other convention; here v ← βv + g.": [
                [0.878125, 2.24375],
                [2.5125, 3.75625],
            ],
            "The learning rate is inside the velocity, so a change of it comes too late. Multiply by it in the step.": [
                [0.7375, 2.525],
                [1.95, 3.475],
            ],
            "The velocity is lost after each step: return it in the state.": [
                [0.825, 2.35],
                [2.3, 3.65],
            ],
            "All tensors share one velocity. Each needs its own.": [
                [0.5296875, 2.284375],
                [2.064844, 3.792187],
            ],
            "The step goes uphill: subtract the velocity.": [[1.24375, 1.5125], [3.975, 4.4875]],
            "You step along the old velocity. Update it first, then step.": [
                [0.8625, 2.275],
                [2.45, 3.725],
            ],
            "That is Nesterov's step, which comes later. The heavy ball steps along v.": [
                [0.703125, 2.59375],
                [1.8125, 3.40625],
            ],
            "β belongs to the old velocity, not to the gradient.": [[0.8375, 2.325], [2.35, 3.675]],
            "The signs are mixed: a velocity that adds gradients is subtracted in the step, once.": [
                [0.89375, 2.2125],
                [2.575, 3.7875],
            ],
        },
    )

### BEGIN HIDDEN TESTS
for dtype in (torch.float32, torch.float64):
    with checks.hidden(f"Against torch.optim.SGD with momentum, {dtype}") as check:
        oracles.follow_optimizer(
            check,
            momentum_step,
            lambda params: torch.optim.SGD(params, lr=1, momentum=0.7),
            0.7,
            lrs=(0.3, 0.05, 1.0, 0.1),
            dtype=dtype,
        )
### END HIDDEN TESTS

# %% [markdown]
# ## What momentum buys
#
# With velocity, the border moves: the heavy ball is stable up to $\eta\lambda = 2 + 2\beta$. And it is
# faster. On curvatures between $\lambda_{\min}$ and $\lambda_{\max}$, let $\kappa =
# \lambda_{\max}/\lambda_{\min}$ (the *condition number*: how narrow the ravine is). With the best
# settings the distance to the minimum shrinks, per step, by the factor
#
# $$\rho_{\text{gradient descent}} = \frac{\kappa-1}{\kappa+1}, \qquad
#   \rho_{\text{momentum}} = \frac{\sqrt\kappa-1}{\sqrt\kappa+1}$$
#
# (Polyak 1964; a beautiful account is Goh 2017). Does a computer agree? First the border, by bisection:


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
# Turn the two formulas above into code. The next exercise measures what this one predicts.
#
# <details><summary>Hint</summary>κ is the largest eigenvalue of the Hessian divided by the smallest.</details>


# %% nbgrader={"grade_id": "best-rates", "schema_version": 3, "solution": true}
def best_rates(hessian: torch.Tensor) -> tuple[float, float]:
    """Return the best convergence rates (gradient descent, momentum) on ½ wᵀHw.

    `hessian` is H, shape (n, n), symmetric, with positive eigenvalues. A rate is the factor by which
    the distance to the minimum shrinks per step, between 0 and 1. Source: Polyak (1964).
    """
    ### BEGIN SOLUTION
    curvatures = torch.linalg.eigvalsh(hessian)  # (n,), rising
    kappa = (curvatures[-1] / curvatures[0]).item()
    root = math.sqrt(kappa)
    return (kappa - 1) / (kappa + 1), (root - 1) / (root + 1)
    ### END SOLUTION


# %% nbgrader={"grade_id": "best-rates-test", "grade": true, "points": 1, "schema_version": 3}
with checks.exercise("The best rates", points=1, hidden=1) as check:
    hessian = torch.tensor([[7.0, 3.0], [3.0, 15.0]])  # curvatures 16 and 6
    rates = check.call(best_rates, hessian)
    check.close(
        rates,
        (0.4545455, 0.2404082),
        rtol=1e-4,
        mistakes={
            "The root is missing in the rate of momentum.": [0.4545455, 0.4545455],
            "κ is upside down: the largest curvature over the smallest.": [-0.4545455, -0.2404082],
            "The two rates are exchanged: gradient descent comes first.": [0.2404082, 0.4545455],
            "κ compares eigenvalues, not entries on the diagonal.": [0.3636363, 0.1882623],
            "1 − 1/κ is the rate at η = 1/λmax, which is not the best one.": [0.625, 0.3876276],
            "You squared κ; take its root.": [0.4545455, 0.7534247],
        },
    )

### BEGIN HIDDEN TESTS
with checks.hidden("Random ravines up to κ = 1000") as check:
    generator = oracles.fresh_generator()
    for kappa in (1.5, 30.0, 1000.0):
        scale = 0.1 + torch.rand(1, generator=generator).item()
        hessian = oracles.spd_matrix([scale, 1.2 * scale, kappa * scale], generator)
        rates = check.call(best_rates, hessian)
        wanted = [1 - 2 / (kappa + 1), 1 - 2 / (math.sqrt(kappa) + 1)]
        check.close(rates, wanted, rtol=1e-6)
### END HIDDEN TESTS

# %% [markdown]
# ### Exercise · Measure a rate
# *2 points · 15 minutes · difficulty ●●○*
#
# Somebody hands you the distances to the minimum, $e_0, e_1, \dots$, of a run. In the long run they
# shrink like $e_k \approx C\rho^k$. Find $\rho$. The first steps are different (the steep directions
# die out first), so look at the second half only; and a single ratio $e_{k+1}/e_k$ may wobble, so take
# the average of all of them, in the sense in which factors are averaged.
#
# <details><summary>Hint 1</summary>Factors multiply: their average is the geometric mean.</details>
# <details><summary>Hint 2</summary>From $e_a$ to $e_b$ there are $b-a$ factors, so $\rho = (e_b/e_a)^{1/(b-a)}$. A line fitted to $\log e_k$ does as well; its slope is $\log\rho$.</details>


# %% nbgrader={"grade_id": "convergence-rate", "schema_version": 3, "solution": true}
def convergence_rate(errors: torch.Tensor) -> float:
    """Return ρ, the average factor by which `errors` shrink per step in the second half.

    `errors`, shape (num_steps,), holds the positive distances to the minimum after each step.
    """
    ### BEGIN SOLUTION
    late = errors[len(errors) // 2 :]
    return (late[-1] / late[0]).item() ** (1 / (len(late) - 1))
    ### END SOLUTION


# %% nbgrader={"grade_id": "convergence-rate-test", "grade": true, "points": 2, "schema_version": 3}
with checks.exercise("Measure a rate", points=2, hidden=2) as check:
    k = torch.arange(60, dtype=torch.float64)
    errors = 40 * 0.5**k + 5 * 0.9**k  # a fast start, then 0.9 per step
    rate = check.call(convergence_rate, errors)
    check.close(
        rate,
        0.9,
        rtol=1e-3,
        mistakes={
            "That is the average over all steps. The fast start is in it: use the second half.": 0.8670994,
            "That is the first half. The long run is the second.": 0.8343295,
            "Upside down: a rate that shrinks is below 1.": 1.111111,
            "That is log ρ, the slope. ρ itself is its exponential.": -0.1053605,
            "The logarithm was to base 10, its inverse to base e (or the other way round).": 0.9552736,
            "That is the shrinking over the whole second half, not per step.": 0.04710128,
            "That is ρ²: the rate at which the loss shrinks. The distance shrinks with its root.": 0.81,
        },
    )

### BEGIN HIDDEN TESTS
with checks.hidden("Gradient descent on random ravines, against theory") as check:
    generator = oracles.fresh_generator()
    for kappa in (5.0, 40.0):
        curvature = torch.tensor([1.0, 0.3 + kappa / 2, kappa], dtype=torch.float64)
        w = 1 + torch.rand(3, generator=generator, dtype=torch.float64)
        distances = []
        for _ in range(300):
            w = w - 2 / (1 + kappa) * curvature * w
            distances.append(w.norm())
        rate = check.call(convergence_rate, torch.stack(distances))
        check.close(rate, (kappa - 1) / (kappa + 1), rtol=2e-3)

with checks.hidden("A wobbling run: single ratios mislead") as check:
    k = torch.arange(400, dtype=torch.float64)
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
# Gradient descent needs 115 steps for one more correct digit, momentum a dozen. Momentum measures a
# touch *above* its theory: at the best setting two modes coincide, which adds a slowly growing factor
# (a "double root"), and the formula holds only in the limit.
#
# ### Exercise · Nesterov
# *2 points · 15 minutes · difficulty ●●○*
#
# Nesterov (1983) looks ahead: he steps along the velocity *as it will be*. In the form of Sutskever et
# al. (2013), as PyTorch writes it,
#
# $$v \leftarrow \beta v + g, \qquad w \leftarrow w - \eta\,(g + \beta v)$$
#
# where the second $v$ is the new one.
#
# <details><summary>Hint</summary>What you store is <code>v</code>, not <code>g + beta * v</code>.</details>


# %% nbgrader={"grade_id": "nesterov", "schema_version": 3, "solution": true}
def nesterov_step(
    params: list[torch.Tensor], grads: list[torch.Tensor], state: dict, lr: float, beta: float
) -> tuple[list[torch.Tensor], dict]:
    """Return (new parameters, new state) after v ← βv + g, w ← w − lr·(g + βv).

    `params` and `grads` are lists of tensors, shapes pairwise equal. `state` is {} at first.
    Source: Sutskever, Martens, Dahl and Hinton (2013), in PyTorch's form.
    """
    ### BEGIN SOLUTION
    old = state.get("velocity", [torch.zeros_like(p) for p in params])
    velocity = [beta * v + g for v, g in zip(old, grads, strict=True)]
    ahead = [g + beta * v for v, g in zip(velocity, grads, strict=True)]
    return [p - lr * a for p, a in zip(params, ahead, strict=True)], {"velocity": velocity}
    ### END SOLUTION


# %% nbgrader={"grade_id": "nesterov-test", "grade": true, "points": 2, "schema_version": 3}
with checks.exercise("Nesterov", points=2, hidden=2) as check:
    params, state = [torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0])], {}
    grads = [torch.tensor([0.5, -1.0]), torch.tensor([2.0, 1.0])]
    for lr in (0.1, 0.2, 0.05):
        params, state = check.call(nesterov_step, params, grads, state, lr, 0.5, may_change=(2,))
    check.close(
        params,
        [[0.703125, 2.59375], [1.8125, 3.40625]],
        rtol=1e-4,
        mistakes={
            "That is the heavy ball: it steps along v. Nesterov steps along g + βv, with the new v.": [
                [0.75625, 2.4875],
                [2.025, 3.5125],
            ],
            "You store the look-ahead as the velocity: remember v, step along g + βv.": [
                [0.6882812, 2.623438],
                [1.753125, 3.376562],
            ],
            "You put (1 − β) on the gradient. That is the other convention; here v ← βv + g.": [
                [0.7640625, 2.471875],
                [2.05625, 3.528125],
            ],
            "The velocity is lost after each step: return it in the state.": [
                [0.7375, 2.525],
                [1.95, 3.475],
            ],
            "The step is along g + βv; the gradient is missing.": [
                [0.878125, 2.24375],
                [2.5125, 3.75625],
            ],
            "You step along g + v; the β is missing.": [[0.58125, 2.8375], [1.325, 3.1625]],
            "The learning rate is inside the velocity, so a change of it comes too late. Multiply by it in the step.": [
                [0.69375, 2.6125],
                [1.775, 3.3875],
            ],
            "All tensors share one velocity. Each needs its own.": [
                [0.5898438, 2.492188],
                [1.832422, 3.546094],
            ],
            "The step goes uphill: subtract.": [[1.296875, 1.40625], [4.1875, 4.59375]],
        },
    )

### BEGIN HIDDEN TESTS
for dtype in (torch.float32, torch.float64):
    with checks.hidden(f"Against torch.optim.SGD with nesterov=True, {dtype}") as check:
        oracles.follow_optimizer(
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
# sees large gradients, divide its steps by their typical size.
#
# Adagrad (Duchi, Hazan and Singer 2011) divides by the root of the *sum* of all squared gradients so
# far: the steps only ever shrink. RMSprop (Tieleman and Hinton 2012) forgets the old ones:
#
# $$s \leftarrow \alpha s + (1-\alpha)\, g^2, \qquad w \leftarrow w - \eta\, \frac{g}{\sqrt{s} + \epsilon}$$
#
# with $s = 0$ at the start; $g^2$, the root and the quotient are taken entry by entry. The small
# $\epsilon$ keeps the quotient finite; here it stands *outside* the root.
#
# ### Exercise · RMSprop
# *2 points · 10 minutes · difficulty ●●○*
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

    `params` and `grads` are lists of tensors, shapes pairwise equal. `state` is {} at first.
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
with checks.exercise("RMSprop", points=2, hidden=2) as check:
    params, state = [torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0])], {}
    grads = [torch.tensor([0.5, -1.0]), torch.tensor([2.0, 0.3])]
    for scale in (1.0, 3.0):  # the second gradients are three times as large
        params, state = check.call(
            rmsprop_step,
            params,
            [scale * g for g in grads],
            state,
            0.1,  # lr
            0.9,  # alpha
            0.5,  # eps
            may_change=(2,),
        )
    check.close(
        params,
        [[0.7736484, 2.323185], [2.582426, 3.836857]],
        rtol=1e-4,
        mistakes={
            "The memory takes up g where it should take up g².": [
                [0.7715964, 2.3893],
                [2.35507, 3.848555],
            ],
            "The root is missing: divide by √s, not by s.": [
                [0.704093, 2.368009],
                [2.643249, 3.788285],
            ],
            "ε stands inside the root; here it stands outside: √s + ε.": [
                [0.757499, 2.374869],
                [2.505073, 3.840691],
            ],
            "α and 1 − α are exchanged: α is what the memory keeps.": [
                [0.8709997, 2.158266],
                [2.820168, 3.895517],
            ],
            "That is Adagrad, which never forgets. Here s ← αs + (1 − α)g².": [
                [0.8779241, 2.148583],
                [2.832082, 3.900375],
            ],
            "The memory is lost after each step: return it in the state.": [
                [0.7700752, 2.329599],
                [2.573118, 3.834861],
            ],
            "You divide by the old memory. Update it first, then step.": [
                [0.6720759, 2.567544],
                [2.070178, 3.788706],
            ],
            "One s for a whole tensor: each entry needs its own.": [
                [0.8167475, 2.366505],
                [2.47793, 3.92169],
            ],
            "The step goes uphill: subtract.": [[1.226352, 1.676815], [3.417574, 4.163143]],
            "The factor 1 − α is missing in front of g².": [
                [0.8776485, 2.148939],
                [2.831672, 3.90017],
            ],
        },
    )

### BEGIN HIDDEN TESTS
for dtype in (torch.float32, torch.float64):
    with checks.hidden(f"Against torch.optim.RMSprop, {dtype}") as check:
        oracles.follow_optimizer(
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
# start at zero, so at first they are too small. The remedy is to divide by what is missing: after $t$
# steps ($t = 1$ at the first),
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

    `params` and `grads` are lists of tensors, shapes pairwise equal. `state` is {} at first.
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
with checks.exercise("Adam", points=3, hidden=2) as check:
    params, state = [torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0])], {}
    grads = [torch.tensor([0.5, -1.0]), torch.tensor([2.0, 0.3])]
    for scale in (1.0, 3.0, -2.0):
        params, state = check.call(
            adam_step,
            params,
            [scale * g for g in grads],
            state,
            0.1,  # lr
            0.8,  # beta1
            0.9,  # beta2
            0.5,  # eps
            may_change=(2,),
        )
    check.close(
        params,
        [[0.8722966, 2.158422], [2.819123, 3.897972]],
        rtol=1e-4,
        mistakes={
            "The bias correction is missing.": [[0.9369727, 2.088052], [2.888629, 3.953939]],
            "Only m is corrected; v needs it more.": [[0.798252, 2.289777], [2.623076, 3.855046]],
            "Only v is corrected; m needs it too.": [[0.9603125, 2.048399], [2.945441, 3.967853]],
            "t stays at 1. Count the steps, and return the count in the state.": [
                [0.8357119, 2.196287],
                [2.781056, 3.863776],
            ],
            "t goes up once per tensor. Count it once per step.": [
                [0.8853596, 2.144849],
                [2.862162, 3.930029],
            ],
            "t is 0 at the first step, so you divide by zero. The first step is t = 1.": [
                [math.nan, math.nan],
                [math.nan, math.nan],
            ],
            "t is 2 at the first step. The first step is t = 1.": [
                [0.9023157, 2.124373],
                [2.854886, 3.923474],
            ],
            "You store the corrected moments. The memories stay uncorrected.": [
                [0.7721994, 2.2644],
                [2.710385, 3.80552],
            ],
            "v takes up g where it should take up g².": [
                [0.8746865, 2.198029],
                [2.694503, 3.912087],
            ],
            "ε stands inside the root; here it stands outside.": [
                [0.8472572, 2.18857],
                [2.795047, 3.883335],
            ],
            "ε is added before v is corrected. Correct v, take the root, then add ε.": [
                [0.9194617, 2.113857],
                [2.854232, 3.941563],
            ],
            "β₁ and β₂ are exchanged.": [[0.8710241, 2.159728], [2.817827, 3.896785]],
            "You step along g, as RMSprop does. Adam steps along m.": [
                [0.9214519, 2.099923],
                [2.883763, 3.938495],
            ],
        },
    )

### BEGIN HIDDEN TESTS
for dtype in (torch.float32, torch.float64):
    with checks.hidden(f"Against torch.optim.Adam, {dtype}") as check:
        oracles.follow_optimizer(
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
# What happens without the correction? Many a text says that the first steps become too *small*, since
# the memories start at zero. Compute it: for a constant gradient the uncorrected step is
# $(1-\beta_1^t)/\sqrt{1-\beta_2^t}$ times the corrected one.

# %% tags=["demo"]
t = torch.arange(1, 1001, dtype=torch.float64)
uncorrected = (1 - 0.9**t) / (1 - 0.999**t).sqrt()  # with the usual β₁ = 0.9, β₂ = 0.999
worst = uncorrected.argmax().item()
print(f"step 1: {uncorrected[0]:.2f} times too big")
print(f"worst: {uncorrected[worst]:.2f} times too big, at step {worst + 1}")

fig, ax = plots.figure(size=(7, 3))
plots.curves(ax, {"without correction": uncorrected, "with correction": torch.ones_like(t)}, t)
ax.set(xlabel="step", ylabel="relative step size", xscale="log")
plots.show(
    fig,
    "Size of Adam's steps without bias correction relative to corrected ones: 3.16 times at step "
    "1, 6.57 times at step 12, back to 1 after a thousand steps.",
)

# %% [markdown]
# They become too **big**: $v$ is missing far more than $m$ is, and it stands in the denominator.
#
# ### Exercise · AdamW
# *2 points · 15 minutes · difficulty ●●○*
#
# *Weight decay* pulls every weight a little towards zero. For plain SGD this is the same as adding an
# L2 penalty $\tfrac{\lambda}{2}\lVert w\rVert^2$ to the loss, whose gradient is $\lambda w$. For Adam it is
# not: there the penalty's gradient is divided by $\sqrt{\hat v}$ like all else, so weights with large
# gradients hardly decay. Loshchilov and Hutter (2019) *decouple* it: leave the gradient alone, and decay
# the weight itself, by the learning rate times $\lambda$:
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

    `params` and `grads` are lists of tensors, shapes pairwise equal. `state` is {} at first.
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
with checks.exercise("AdamW", points=2, hidden=2) as check:
    params, state = [torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0])], {}
    grads = [torch.tensor([0.5, -1.0]), torch.tensor([2.0, 0.3])]
    for scale in (1.0, 3.0, -2.0):
        params, state = check.call(
            adamw_step,
            params,
            [scale * g for g in grads],
            state,
            0.1,  # lr
            0.8,  # beta1
            0.9,  # beta2
            0.5,  # eps
            0.4,  # weight_decay
            may_change=(2,),
        )
    check.close(
        params,
        [[0.7635249, 1.919633], [2.482937, 3.441994]],
        rtol=1e-4,
        mistakes={
            "That is Adam with an L2 penalty: the decay went through the gradient. Decouple it.": [
                [0.8302001, 2.076014],
                [2.787708, 3.767354],
            ],
            "The decay is not multiplied by the learning rate.": [
                [0.146021, 0.5174086],
                [0.5516652, 0.8073541],
            ],
            "There is no decay: that is plain Adam.": [[0.8722966, 2.158422], [2.819123, 3.897972]],
            "The weights grow: subtract the decay.": [[0.990508, 2.416624], [3.183853, 4.39223]],
            "You decay the weight after the step. Both terms use the weight from before it.": [
                [0.7683735, 1.913626],
                [2.489788, 3.445872],
            ],
            "The decay is divided by √v like the gradient. Decouple it.": [
                [0.7894192, 2.045427],
                [2.725703, 3.446871],
            ],
            "The decay pulls by a constant amount, as an L1 penalty does. It is proportional to the weight.": [
                [0.7522965, 2.038422],
                [2.699123, 3.777972],
            ],
        },
    )

### BEGIN HIDDEN TESTS
for dtype in (torch.float32, torch.float64):
    with checks.hidden(f"Against torch.optim.AdamW, {dtype}") as check:
        oracles.follow_optimizer(
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
# Is the difference worth a paper? Here are 400 weights that start at 1, whose gradient is pure noise:
# nothing but the decay can move their mean. Ideal decay over these 2000 steps leaves
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
# And does Adam at least always converge? Reddi, Kale and Kumar (2018) found a loss on which it
# walks to the worst point there is: every third gradient is $+3$, the others are $-1$. The sum says
# "go down to $-1$"; but the rare large gradient is divided by a memory that it has just filled.
# AMSGrad, their remedy, never lets the denominator shrink.


# %% tags=["demo"]
def reddi(amsgrad, num_steps=20_000):
    """Return where the run ends on [−1, 1] if every third gradient is 3 and the others are −1."""
    beta2 = 1 / (1 + 3**2)
    w = v = v_max = 0.0
    for t in range(1, num_steps + 1):
        g = 3.0 if t % 3 == 1 else -1.0
        v = beta2 * v + (1 - beta2) * g**2
        v_max = max(v_max, v)
        w -= 0.1 / math.sqrt(t) * g / math.sqrt(v_max if amsgrad else v)
        w = min(1.0, max(-1.0, w))
    return w


reddi_end = {"Adam": reddi(amsgrad=False), "AMSGrad": reddi(amsgrad=True)}
for name, w in reddi_end.items():
    print(f"{name:7} ends at {w:+.4f}  (best: -1, worst: +1)")

# %% [markdown]
# ## Trust no gradient
#
# All these rules believe the gradient they are given. Whether it is right can be checked without any
# calculus: move one entry of $x$ a little to both sides and look at the loss,
#
# $$\frac{\partial f}{\partial x_i} \approx \frac{f(x + h e_i) - f(x - h e_i)}{2h} .$$
#
# ### Exercise · A numerical gradient
# *2 points · 15 minutes · difficulty ●●○*
#
# <details><summary>Hint 1</summary>Copy <code>x</code> before you change an entry: <code>x.clone()</code>.</details>
# <details><summary>Hint 2</summary><code>y.view(-1)[i]</code> reaches entry i of a fresh clone of any shape, for reading and writing.</details>


# %% nbgrader={"grade_id": "numerical-gradient", "schema_version": 3, "solution": true}
def numerical_gradient(f, x: torch.Tensor, h: float) -> torch.Tensor:
    """Return the gradient of `f` at `x` by central differences with step `h`.

    `f` maps a tensor like `x`, of any shape, to one number. The result has the shape and dtype of
    `x`, which is not changed.
    """
    ### BEGIN SOLUTION
    gradient = torch.zeros_like(x)
    for i in range(x.numel()):
        right, left = x.clone(), x.clone()
        right.view(-1)[i] += h
        left.view(-1)[i] -= h
        gradient.view(-1)[i] = (f(right) - f(left)) / (2 * h)
    return gradient
    ### END SOLUTION


# %% nbgrader={"grade_id": "numerical-gradient-test", "grade": true, "points": 2, "schema_version": 3}
with checks.exercise("A numerical gradient", points=2, hidden=2) as check:

    def cubes_and_products(x):
        return (x**3).sum() + x[0, 0] * x[1, 1]

    x = torch.tensor([[1.0, 2.0], [-1.0, 0.5], [3.0, 0.0]], dtype=torch.float64)
    gradient = check.call(numerical_gradient, cubes_and_products, x, 0.5)
    check.close(
        gradient,
        # 3x² + h², and the other factor of the product: central differences err by h² on a cube
        torch.tensor([[3.75, 12.25], [3.25, 2.0], [27.25, 0.25]]),
        rtol=1e-4,
        mistakes={
            "That is the forward difference. Look to both sides.": [
                [5.25, 15.25],
                [1.75, 2.75],
                [31.75, 0.25],
            ],
            "That is the backward difference. Look to both sides.": [
                [2.25, 9.25],
                [4.75, 1.25],
                [22.75, 0.25],
            ],
            "The two points are 2h apart; you divided by h.": [
                [7.5, 24.5],
                [6.5, 4.0],
                [54.5, 0.5],
            ],
            "All entries moved at once. Move one, and leave the others.": [
                [48.75, 48.75],
                [48.75, 48.75],
                [48.75, 48.75],
            ],
            "Entries stay moved while the next one is tried. Begin afresh for each.": [
                [3.75, 16.0],
                [19.25, 21.25],
                [48.5, 48.75],
            ],
            "The sign is flipped: right minus left.": [
                [-3.75, -12.25],
                [-3.25, -2.0],
                [-27.25, -0.25],
            ],
        },
    )

### BEGIN HIDDEN TESTS
with checks.hidden("Against autograd, on a random function and shape") as check:
    generator = oracles.fresh_generator()
    for shape in ((4,), (2, 3), (2, 1, 3)):
        weight = torch.randn(shape, generator=generator, dtype=torch.float64)

        def wavy(x, weight=weight):
            return (weight * x).sum().sin() + (weight * x.tanh()).sum()

        x = torch.randn(shape, generator=generator, dtype=torch.float64)
        gradient = check.call(numerical_gradient, wavy, x, 1e-5)
        check.close(gradient, checks.grad_of(wavy, x), rtol=1e-5, atol=1e-8, same_dtype=True)

with checks.hidden("A large step, where the kind of difference shows") as check:
    x = torch.randn(5, generator=oracles.fresh_generator(), dtype=torch.float64)
    gradient = check.call(numerical_gradient, lambda x: (x**3).sum(), x, 0.7)
    check.close(gradient, 3 * x**2 + 0.49, rtol=1e-9)
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
# Theory puts the best step near the cube root of the machine epsilon (Press et al. 2007, section 5.7):
# $6 \cdot 10^{-6}$ in float64, $5 \cdot 10^{-3}$ in float32. Check gradients in float64.
#
# ### Exercise · Find the faults
# *2 points · 20 minutes · difficulty ●●○*
#
# A colleague wrote the backward pass of a small network by hand. It runs, and training even works, a
# bit. Two of its four gradients are wrong. Which ones?

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
# *relative* error $\lVert a - n\rVert / (\lVert a\rVert + \lVert n\rVert)$ between the gradient $a$
# that you are given and the numerical one $n$: a gradient of size $10^{-6}$ may be right or wrong as
# well as one of size 1. Above $10^{-4}$, call it wrong.
#
# <details><summary>Hint 1</summary>For one parameter <code>name</code>, all others stay: the function to differentiate is <code>lambda value: loss({**params, name: value})</code>.</details>
# <details><summary>Hint 2</summary>You may use your <code>numerical_gradient</code>, or <code>torch.autograd.grad</code> as a referee: the loss is made of torch functions.</details>


# %% nbgrader={"grade_id": "faulty-gradients", "schema_version": 3, "solution": true}
def faulty_gradients(loss, params: dict, grads: dict) -> set[str]:
    """Return the names of the parameters whose gradient is wrong.

    `params` maps names to float64 tensors, `grads` maps the same names to what is claimed to be the
    gradient of `loss(params)`, shapes pairwise equal. Nothing is changed.
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
with checks.exercise("Find the faults", points=2, hidden=3) as check:
    # The network above and its gradients, made anew: what a test rests on, it makes itself.
    generator = torch.Generator().manual_seed(4)
    shapes = {"X": (20, 3), "y": (20, 2), "W1": (3, 4), "b1": (4,), "W2": (4, 2), "b2": (2,)}
    made = {
        name: torch.randn(shape, generator=generator, dtype=torch.float64)
        for name, shape in shapes.items()
    }
    X, y, params = made.pop("X"), made.pop("y"), made

    def error(p):
        return torch.tanh(X @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"] - y

    def loss(p):
        return 0.5 * (error(p) ** 2).sum(dim=1).mean()

    gradients = {
        name: checks.grad_of(lambda value, name=name: loss({**params, name: value}), params[name])
        for name in params
    }
    gradients["W1"] = X.T @ (error(params) / len(X) @ params["W2"].T)
    gradients["b2"] = (error(params) / len(X)).mean(dim=0)
    faulty = check.call(faulty_gradients, loss, params, gradients)
    check.equal(
        sorted(faulty),
        ["W1", "b2"],
        mistakes={
            "b2 is wrong too: go through all parameters, and judge by the norm of the difference, which ignores signs.": [
                "W1"
            ],
            "These are the right ones. The faulty ones are wanted.": ["W2", "b1"],
            "You call right gradients wrong: is the numerical one precise enough?": [
                "W1",
                "W2",
                "b1",
                "b2",
            ],
            "Two are wrong, and you found none.": [],
        },
    )


### BEGIN HIDDEN TESTS
def bowl(scale):
    """Return a loss, a point, and the right gradients there."""
    generator = oracles.fresh_generator()
    params = {
        name: 1 + torch.rand(3, 2, generator=generator, dtype=torch.float64) for name in "ABC"
    }
    gradients = {name: 2 * scale * value for name, value in params.items()}
    return lambda p: scale * sum((value**2).sum() for value in p.values()), params, gradients


SCALES = (1e3, 1.0, 1e-6)

with checks.hidden("All gradients right, large and small: none is faulty") as check:
    for scale in SCALES:
        check.equal(len(check.call(faulty_gradients, *bowl(scale))), 0)

with checks.hidden("One faulty, by one entry or by its sign") as check:
    for scale in SCALES:
        loss, params, gradients = bowl(scale)
        gradients["B"][2, 1] *= 1.5
        check.equal(sorted(check.call(faulty_gradients, loss, params, gradients)), ["B"])
        loss, params, gradients = bowl(scale)
        gradients["C"] = -gradients["C"]
        check.equal(sorted(check.call(faulty_gradients, loss, params, gradients)), ["C"])

with checks.hidden("All faulty, with norms and sums that agree") as check:
    loss, params, gradients = bowl(1.0)
    rolled = {name: gradient.roll(1, dims=0) for name, gradient in gradients.items()}
    check.equal(sorted(check.call(faulty_gradients, loss, params, rolled)), ["A", "B", "C"])
### END HIDDEN TESTS

# %% [markdown]
# ## Batches, clipping, schedules
#
# The gradient over all the data is dear; the gradient over a random *mini-batch* of $B$ examples is
# cheap, right on average, and noisy. How noisy? Draw many batches and measure the variance.

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
# Variance times batch size is constant: four times the work halves the noise (its standard
# deviation), and no more.
#
# ### Exercise · Clip by global norm
# *2 points · 10 minutes · difficulty ●●○*
#
# Now and then one batch has a huge gradient, and one huge step can undo an hour of training. *Clipping*
# (Pascanu, Mikolov and Bengio 2013) shortens such a gradient to a given length and keeps its direction.
# The length is the *global* norm: of all tensors together, as if they were one long vector.
#
# <details><summary>Hint 1</summary>The global norm is the root of the sum of all squares over all tensors.</details>
# <details><summary>Hint 2</summary>A gradient that is short enough is left as it is: the factor is never above 1.</details>


# %% nbgrader={"grade_id": "clip", "schema_version": 3, "solution": true}
def clip_by_global_norm(grads: list[torch.Tensor], max_norm: float) -> list[torch.Tensor]:
    """Return `grads`, shortened together to the global norm `max_norm` if they are longer.

    `grads` is a list of tensors of any shapes; they are not changed.
    Source: Pascanu, Mikolov and Bengio (2013), algorithm 1.
    """
    ### BEGIN SOLUTION
    norm = math.sqrt(sum((g**2).sum().item() for g in grads))
    if norm <= max_norm:
        return [g.clone() for g in grads]
    return [g * (max_norm / norm) for g in grads]
    ### END SOLUTION


# %% nbgrader={"grade_id": "clip-test", "grade": true, "points": 2, "schema_version": 3}
with checks.exercise("Clip by global norm", points=2, hidden=1) as check:
    grads = [torch.tensor([3.0, 0.0]), torch.tensor([4.0, 12.0])]  # global norm 13
    clipped = check.call(clip_by_global_norm, grads, 6.5)
    check.close(
        clipped,
        [[1.5, 0.0], [2.0, 6.0]],
        rtol=1e-4,
        mistakes={
            "You clip each tensor by itself, which bends the direction. One factor for all.": [
                [3.0, 0.0],
                [2.05548, 6.166441],
            ],
            "The global norm is not the sum of the norms: add up squares, then take the root.": [
                [1.246077, 0.0],
                [1.661436, 4.984309],
            ],
            "The root is missing: that is the squared norm.": [
                [0.1153846, 0.0],
                [0.1538462, 0.4615385],
            ],
            "You clip entries, which bends the direction. Shorten all of it by one factor.": [
                [3.0, 0.0],
                [4.0, 6.5],
            ],
            "The factor is upside down.": [[6.0, 0.0], [8.0, 24.0]],
            "You shorten to length 1; the length wanted is max_norm.": [
                [0.2307692, 0.0],
                [0.3076923, 0.9230769],
            ],
        },
    )
    short = check.call(clip_by_global_norm, grads, 26.0)
    check.close(
        short,
        grads,
        mistakes={
            "A short gradient is made longer. Clip only what is too long.": [
                [6.0, 0.0],
                [8.0, 24.0],
            ],
        },
    )

### BEGIN HIDDEN TESTS
with checks.hidden("Against torch.nn.utils.clip_grad_norm_, on both sides of the limit") as check:
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
            check.close(clipped, [r.grad for r in reference], rtol=1e-4, same_dtype=True)
### END HIDDEN TESTS

# %% [markdown]
# ### Exercise · Warm up, then decay
# *2 points · 15 minutes · difficulty ●●○*
#
# Early on the weights are random and the gradients wild: begin with small steps. Late, the noise of the
# batches shakes us around the minimum: end with small steps. The usual *schedule* rises in a straight
# line, then falls along half a cosine (Loshchilov and Hutter 2017). **Here, with steps counted from 0:**
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
    1 ≤ warmup_steps < num_steps.
    """
    ### BEGIN SOLUTION
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    done = (step - warmup_steps + 1) / (num_steps - warmup_steps)
    return final_lr + (peak_lr - final_lr) * (1 + math.cos(math.pi * done)) / 2
    ### END SOLUTION


# %% nbgrader={"grade_id": "warmup-cosine-test", "grade": true, "points": 2, "schema_version": 3}
with checks.exercise("Warm up, then decay", points=2, hidden=1) as check:
    lrs = [check.call(warmup_cosine, k, 6, 2, 0.8, 0.2) for k in range(6)]
    check.close(
        lrs,
        [0.4, 0.8, 0.712132, 0.5, 0.287868, 0.2],
        rtol=1e-4,
        mistakes={
            "The first step has learning rate 0 and is lost: begin at peak/W.": [
                0.0,
                0.4,
                0.8,
                0.65,
                0.35,
                0.2,
            ],
            "Off by one: the last step does not reach final_lr.": [
                0.4,
                0.8,
                0.8,
                0.712132,
                0.5,
                0.287868,
            ],
            "The cosine runs over all steps. It begins only after the warm-up.": [
                0.4,
                0.8,
                0.5,
                0.35,
                0.2401924,
                0.2,
            ],
            "It ends at 0, not at final_lr.": [0.4, 0.8, 0.6828427, 0.4, 0.1171573, 0.0],
            "It falls in a straight line; a cosine is wanted.": [0.4, 0.8, 0.65, 0.5, 0.35, 0.2],
            "That is a whole period of the cosine, or none of π: half a period is wanted.": [
                0.4,
                0.8,
                0.5,
                0.2,
                0.5,
                0.8,
            ],
            "1 + cos falls from 2 to 0: halve it.": [0.4, 0.8, 1.224264, 0.8, 0.3757359, 0.2],
            "There is no warm-up.": [0.8, 0.7427051, 0.5927051, 0.4072949, 0.2572949, 0.2],
            "final_lr is added on top: scale the cosine to the range from peak_lr to final_lr.": [
                0.4,
                0.8,
                0.8828427,
                0.6,
                0.3171573,
                0.2,
            ],
        },
    )

### BEGIN HIDDEN TESTS
with checks.hidden("Against torch's LinearLR and CosineAnnealingLR") as check:
    from torch.optim import lr_scheduler

    generator = oracles.fresh_generator()
    for num_steps, warmup_steps in ((30, 5), (11, 10), (12, 3)):
        peak_lr, final_lr = (torch.rand(2, generator=generator) + torch.tensor([1.0, 0.1])).tolist()
        optimizer = torch.optim.SGD([torch.zeros(1)], lr=peak_lr)
        warmup = lr_scheduler.LinearLR(optimizer, 1 / warmup_steps, total_iters=warmup_steps - 1)
        cosine = lr_scheduler.CosineAnnealingLR(optimizer, num_steps - warmup_steps, final_lr)
        both = lr_scheduler.SequentialLR(optimizer, [warmup, cosine], [warmup_steps - 1])
        for k in range(num_steps):
            lr = check.call(warmup_cosine, k, num_steps, warmup_steps, peak_lr, final_lr)
            check.close(lr, both.get_last_lr()[0], rtol=1e-6)
            optimizer.step()
            both.step()
### END HIDDEN TESTS

# %% [markdown]
# ### Exercise · The whole loop
# *4 points · 40 minutes · difficulty ●●●*
#
# Now build the loop that all of deep learning runs on, for the simplest network: one linear layer and a
# softmax, $\hat y = \mathrm{softmax}(XW + b)$, with the cross-entropy as its loss. For each epoch, cut
# the given order of examples into batches (the last one may be short: it counts like every other
# batch). For each batch: loss, gradient, clip, learning rate, step.
#
# Report for each epoch the mean loss *per example*, measured on each batch just before its step.
#
# <details><summary>Hint 1</summary><code>W</code> and <code>b</code> begin at zero with <code>requires_grad=True</code>; <code>torch.autograd.grad(loss, [W, b])</code> returns fresh gradients each time, with nothing to reset. Then step inside <code>torch.no_grad()</code>.</details>
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

    `X`: (n, num_features), float. `y`: (n,), the classes 0 … num_classes − 1, all of them present.
    `orders`: for each epoch the n indices of the examples in the order in which to visit them.
    `schedule(step)`: the learning rate; steps count from 0 through the whole training.
    `max_norm`: the mean gradient of a batch is clipped to this global norm before it is used.
    Returns W (num_features, num_classes), b (num_classes,), and the mean loss of each epoch.
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
# First by the number: five examples, batches of two, two epochs.

# %% nbgrader={"grade_id": "train-softmax-test", "grade": true, "points": 2, "schema_version": 3}
with checks.exercise("The whole loop, step by step", points=2, hidden=1) as check:
    X = torch.tensor([[1.0, 2.0], [-1.0, 0.5], [3.0, -1.0], [0.5, -2.0], [2.0, 2.5]])
    y = torch.tensor([0, 1, 2, 1, 0])
    orders = [torch.tensor([3, 0, 4, 1, 2]), torch.tensor([1, 2, 0, 3, 4])]

    def schedule(step):
        return 0.5 / (1 + step)

    W, b, losses = check.call(train_softmax, X, y, orders, 2, schedule, 1.2)
    check.close(
        [b, losses],
        [[0.01307418, 0.1497951, -0.1628692], [1.053464, 0.633071]],
        rtol=1e-4,
        mistakes={
            "The gradients of earlier batches are still in there: they add up unless you reset them.": [
                [0.02544572, 0.1548848, -0.1803305],
                [1.098426, 0.591586],
            ],
            "You took the sum over the batch as its loss. The mean is wanted.": [
                [-7.411558e-05, 0.1990854, -0.1990113],
                [1.053592, 0.6009024],
            ],
            "The last, short batch is left out.": [
                [0.01648893, 0.1774997, -0.1939886],
                [0.7423497, 0.6963976],
            ],
            "The last, short batch is left out of the training and of the mean.": [
                [0.01648893, 0.1774997, -0.1939886],
                [0.9279372, 0.870497],
            ],
            "The mean of batch means overweights the short batch: weigh each by its size.": [
                [0.01307418, 0.1497951, -0.1628692],
                [1.137148, 0.5623655],
            ],
            "The schedule is asked once per epoch. It counts steps.": [
                [-0.05520299, 0.2773471, -0.222144],
                [1.056585, 0.5049167],
            ],
            "The step count begins anew in each epoch. It runs through the whole training.": [
                [-0.04462225, 0.2405915, -0.1959692],
                [1.053464, 0.7216109],
            ],
            "Steps count from 0: the first learning rate is schedule(0).": [
                [0.02243259, 0.08225229, -0.1046849],
                [1.06066, 0.7481842],
            ],
            "The gradient was not clipped, or only after it had been used.": [
                [-0.0169661, 0.1408693, -0.1239032],
                [1.064368, 0.5157902],
            ],
            "W and b are clipped each by itself. One factor for both.": [
                [-0.02019602, 0.1309844, -0.1107884],
                [1.057325, 0.6332401],
            ],
            "Short gradients are stretched to max_norm. Clip only what is too long.": [
                [0.01083004, 0.1962976, -0.2071277],
                [1.053592, 0.6009024],
            ],
            "The examples are reordered, and the labels are not.": [
                [0.08485618, 0.04763569, -0.1324919],
                [1.136066, 1.689521],
            ],
            "The examples are visited in their own order, not in the one given.": [
                [0.03618737, 0.1587714, -0.1949588],
                [0.9363592, 0.5641694],
            ],
            "There is a softmax before a loss that has one inside. Hand it the raw scores.": [
                [0.03253908, 0.03540684, -0.06794593],
                [1.080475, 0.9789445],
            ],
            "The steps go uphill.": [[-0.09677857, -0.04110393, 0.1378825], [1.309031, 2.310605]],
            "The loss is measured after the step. Measure it before.": [
                [0.01307418, 0.1497951, -0.1628692],
                [0.60793, 0.515674],
            ],
            "b never moves.": [[0.0, 0.0, 0.0], [1.028539, 0.6540863]],
        },
    )
    check.close(
        W, [[0.1479084, -0.2625602, 0.1146518], [0.5590547, -0.3915816, -0.1674732]], rtol=1e-4
    )

### BEGIN HIDDEN TESTS
with checks.hidden("Random data, against torch.optim.SGD, in float32 and float64") as check:
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
with checks.exercise("The whole loop, on digits", points=2, hidden=1) as check:
    digits = data.Split(*(part.cpu() for part in data.digits()))
    X, y = digits.X_train, digits.y_train
    generator = torch.Generator().manual_seed(0)
    orders = [torch.randperm(len(X), generator=generator) for _ in range(8)]
    W, b, losses = train_softmax(X, y, orders, 32, lambda step: 0.2 / (1 + step / 100), 5.0)
    hits = (digits.X_test @ W + b).argmax(dim=1) == digits.y_test
    accuracy = hits.double().mean().item()
    check.that(
        accuracy >= 0.93,
        "A right loop reaches 93 % easily. Are the first numbers above right?",
        accuracy=accuracy,
        losses=losses,
    )

### BEGIN HIDDEN TESTS
with checks.hidden("Another split of the digits, other orders") as check:
    seed = oracles.fresh_generator().initial_seed() % 2**31
    digits = data.Split(*(part.cpu() for part in data.digits(seed=seed)))
    X, y = digits.X_train, digits.y_train
    generator = oracles.fresh_generator()
    orders = [torch.randperm(len(X), generator=generator) for _ in range(8)]
    W, b, losses = train_softmax(X, y, orders, 32, lambda step: 0.2 / (1 + step / 100), 5.0)
    hits = (digits.X_test @ W + b).argmax(dim=1) == digits.y_test
    check.that(hits.double().mean().item() >= 0.92, "Too few unseen digits are recognized.")
    check.that(losses[-1] < losses[0], "The loss does not fall.", losses=losses)
### END HIDDEN TESTS

# %% [markdown]
# ## Take the wheel
#
# Here is a larger network, trained by plain SGD with a timid learning rate. The panel is alive: while
# the cell runs you can pause, stop, and change the learning rate.
#
# **Your goal**: a training loss below 0.001 before the last epoch. Left alone, it ends near 0.1. How far
# can you raise the learning rate before the curve kicks? Run the cell as often as you like; each run adds
# a curve.

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
# Time to face the myth. The same network (64 pixels, 32 hidden units, 10 digits) and the same ten starts
# and orders of batches for SGD, momentum and Adam; a row of learning rates for each; 5 epochs, which is
# 100 steps. That makes 150 trainings; `sweep.run` does many at once. First on well-prepared data: every
# pixel has mean 0 and variance 1.


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
        "Adam": [0.001, 0.003, 0.01, 0.03, 0.1],
    },
)
draw(
    results,
    "Loss and accuracy against the learning rate on standardized digits: three valleys, each at "
    "its own learning rate, and nearly the same accuracy at their bottoms.",
)

# %% tags=["demo"]
tuned = accuracies(results)
tuned.round(3)

# %% [markdown]
# Read the figure from left to right. Every curve is a valley: too small a learning rate is slow, a
# larger one is faster, and a little beyond the best it all falls apart. *Bigger is faster* holds on the
# left slope only.
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
# Does Adam never win, then? Change one thing: multiply each pixel by a factor between 0.03 and 30, as
# if they were measured in different units. Nothing is lost (a network could undo it), but the loss is
# now a terrible ravine.

# %% tags=["demo"]
units = 10 ** (3 * torch.rand(64, generator=torch.Generator().manual_seed(0)) - 1.5)
units = units.to(split.X_train)
badly_scaled = split._replace(X_train=split.X_train * units, X_test=split.X_test * units)
bad_results = compare(
    badly_scaled,
    lrs={
        "SGD": [0.003, 0.01, 0.03, 0.1, 0.3],
        "momentum": [0.0003, 0.001, 0.003, 0.01, 0.03],
        "Adam": [0.001, 0.003, 0.01, 0.03, 0.1],
    },
)
draw(
    bad_results,
    "The same on badly scaled pixels: Adam's valley is the deepest by far, and its accuracy the "
    "highest.",
)

# %% tags=["demo"]
bad_tuned = accuracies(bad_results)
bad_tuned.round(3)

# %% [markdown]
# ## The verdict
#
# - **"Optimization needs advanced mathematics."** No: $|1-\eta\lambda| < 1$ predicted the border at
#   $\eta\lambda = 2$, and $2 + 2\beta$ with momentum; the computer agreed to three digits.
# - **"Adam always wins."** No: on well-scaled digits, each with its best learning rate, the three end
#   within one percentage point of each other, as near as two seeds of the same optimizer. **It flips**
#   when the scales of the gradients differ widely: on the badly scaled pixels Adam led by several
#   points. Dividing each pixel by its standard deviation takes you back to the first experiment,
#   where any of the three will do. On the counter-example of Reddi et al. Adam ends at the worst point.
# - **"A bigger learning rate is faster."** Up to a point that you can compute, and not beyond.
#
# All this is 100 steps of a small network on small pictures. But a large comparison of fifteen
# optimizers on eight problems found no winner either (Schmidt, Schneider and Hennig 2021).
#
# ## In short
#
# | | remembers | good for | mind |
# |---|---|---|---|
# | SGD | nothing | well-scaled problems | learning rate below $2/\lambda_{\max}$ |
# | momentum, Nesterov | velocity | ravines | the conventions differ |
# | RMSprop | squared gradients | scales that differ | $\epsilon$ outside the root |
# | Adam | both, corrected | a safe first try | count $t$ from 1 |
# | AdamW | the same | with weight decay | decay times learning rate |
#
# ## Going further
#
# - Duchi, J., Hazan, E. and Singer, Y. (2011). Adaptive subgradient methods. *JMLR* 12, 2121–2159.
# - Goh, G. (2017). Why momentum really works. *Distill*. doi:10.23915/distill.00006
# - Kingma, D. P. and Ba, J. (2015). Adam: a method for stochastic optimization. arXiv:1412.6980
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
