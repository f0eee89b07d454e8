# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lesson · Activations
#
# > **The myth.** *ReLU is always best. The sigmoid is obsolete. A dead ReLU recovers.*
#
# Between two layers of a network stands a small function with a bend in it. It looks like a detail, and it
# decides how far a gradient travels, which units live, and what the last layer can say: any number, or a
# probability.
#
# **You will be able to**
#
# - write the usual activations with their slopes, so that neither overflows;
# - compute how much of a gradient reaches the first layer, before you train;
# - count dead units, and bring them back;
# - choose the output and the loss for a task, and compute both without `nan`.
#
# **Time** about 4 hours, in as many sittings as you like. **You need** the chain rule, Adam and the
# cross-entropy of [{{gradient_descent}}]({{gradient_descent.ipynb}}), and layers, their start and batch norm
# as in [{{initialization}}]({{initialization.ipynb}}). **Points** 25, in 12 exercises; each stands on its own.

# %% nbgrader={"grade_id": "setup", "locked": true, "schema_version": 3}
import copy
import itertools  # noqa: F401 - for those who want it in an answer
import math

from nblib import (
    checks,
    data,
    live,
    models,
    playground,
    plots,
    predict,
    runtime,
    sweep,
    training,
)
from nblib.oracles import activations as oracle
from nblib.oracles import fresh_generator
from nblib.playground.demos import functions

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
# - **half the variance**: a network of 30 layers with ReLU begins with half the right variance of its weights. How
#   much of the signal's mean square is left at its end? `"about half"`, `"about a thirtieth"` or
#   `"about a billionth"`.
# - **ten sigmoids**: ten hidden layers of sigmoids, from the usual start, read one digit in five. What lets them
#   read nearly nine of ten? `"smaller initial weights"`, `"larger initial weights"` or `"only another function"`.
# - **dead units**: 430 units with ReLU are dead: they give 0 for all examples. How many of them come back by
#   themselves in ten epochs? `"about 4"`, `"about 200"` or `"nearly all"`.
# - **smooth curve**: a small network learns a smooth curve, once with tanh and once with ReLU. Whose error is
#   larger? `"that of tanh"`, `"that of ReLU"` or `"they are alike"`.

# %% tags=["prediction"]
at_first = {
    "half the variance": ...,
    "ten sigmoids": ...,
    "dead units": ...,
    "smooth curve": ...,
}

# %% tags=["demo"]
predict.first("activations", at_first)

# %% [markdown]
# ## Predict first
#
# Later you will train networks with *two* hidden layers on handwritten digits: with sigmoids, with tanh,
# with ReLU and with GELU (a smooth relative of ReLU) between the layers, each with the best of three
# learning rates, ten times over. Which function recognizes new digits best? Replace the three dots by one
# of `"sigmoid"`, `"tanh"`, `"ReLU"`, `"GELU"` or `"no clear winner"`. A guess is free, and it is not
# graded.

# %% tags=["prediction"]
prediction = ...

# %% tags=["demo"]
predict.note(prediction, ["sigmoid", "tanh", "ReLU", "GELU", "no clear winner"])

# %% [markdown]
# ## One idea
#
# Two linear layers in a row, $(XW_1)W_2$, are one linear layer with the weights $W_1W_2$: they can say
# nothing that a single one could not (though they *learn* it differently: Saxe, McClelland and Ganguli
# 2014). So we put a function $\varphi$ between them that bends,
#
# $$h = \varphi(z), \qquad z = XW,$$
#
# applied to each number by itself. (A row of $X$ is an example and a *column* of $W$ a unit: `nn.Linear`
# keeps the transpose. Biases are left out.) On the way back the chain rule multiplies the gradient, number by
# number, by the slope:
#
# $$\frac{\partial L}{\partial z} = \varphi'(z) \cdot \frac{\partial L}{\partial h} .$$
#
# That is the whole lesson: **the value decides what a layer can say, the slope decides what it can
# learn.** Where the slope is zero, nothing comes through; and every layer multiplies by its slopes again.

# %% tags=["demo"]
z = torch.linspace(-4, 4, 401, dtype=torch.float64)
shown = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "ReLU": torch.relu,
    "GELU": F.gelu,
}
fig, (left, right) = plots.figure(ncols=2, size=(10, 3.6))
plots.curves(left, {name: function(z) for name, function in shown.items()}, z)
slopes = {name: checks.grad_of(lambda z, f=f: f(z).sum(), z) for name, f in shown.items()}
plots.curves(right, slopes, z)
left.set(xlabel="input z", ylabel="value φ(z)", ylim=(-1.3, 3))
right.set(xlabel="input z", ylabel="slope φ′(z)", ylim=(-0.2, 1.3))
right.get_legend().remove()
plots.show(
    fig,
    "Four activations and their slopes: the sigmoid's slope is a low hill that never exceeds 1/4, "
    "that of tanh reaches 1 at its top, ReLU's jumps from 0 to 1, GELU's does so smoothly.",
)

# %% [markdown]
# The hill of the sigmoid $\sigma(z) = 1/(1+e^{-z})$ (here $\sigma$ is no standard deviation) is low: its
# slope is $e^{-z}/(1+e^{-z})^2 = \sigma(z)\,(1-\sigma(z)) \le \tfrac14$, with the top at $z = 0$. What is
# left after 20 layers, at the very best, if the weights neither help nor harm?

# %% tags=["demo"]
steepest = slopes["sigmoid"].max().item()
print(f"steepest slope of the sigmoid: {steepest:.4f}")
print(f"after 20 layers: at most {steepest**20:.1e} of the gradient")

# %% [markdown]
# ## Explore
#
# Larger weights can make up for small slopes. By how much? Follow the gradient back through a layer of
# width $n$ whose weights have the variance $\text{gain}^2/n$. What a unit below gets
# back is a sum of $n$ products: a weight, times a slope, times a part of the gradient above. Square the
# sum: as with the signal in {{initialization}}, the mixed terms vanish on average, because the weights are
# independent, and $n$ squares are left. So the squared length of the gradient is multiplied, from layer
# to layer, by about $n$ times this variance times the mean squared slope, that is, by
#
# $$\text{gain}^2 \times \text{mean of } \varphi'(z)^2 .$$
#
# Above 1 it explodes, below 1 it vanishes. In the playground below, shaded bars show which inputs $z$ arrive
# in the middle of the network: only the slopes *there* count. Far out, where it is flat, an activation
# *saturates*.
#
# **Your goal**: carry the gradient back through 30 layers, so that the first layer gets between half and
# twice of what the last one has. First with the sigmoid (is it possible, as far as the slider goes?), then
# with ReLU: its slope is 1 for half of the inputs and 0 for the others. Which gain does that ask for?
#
# > **saturation**: of an activation, to be so far out on a flat part that its slope is nearly 0 and little
# > of the gradient comes through.

# %% tags=["demo"]
playground.activations()

# %% [markdown]
# ## The functions
#
# Each of the next exercises asks for two results: the value, and the slope at the same place. A network calls
# both millions of times, with any number that may occur: so both must be right at $\pm 10{,}000$, too, where
# $e^{10{,}000}$ is infinite for a computer, and infinity divided by infinity, or times zero, is `nan`.
#
# All of PyTorch is allowed, its own activations and autograd included. A result is right if it is
# off by no more than $10^{-4}$ of its size, or by $10^{-6}$. What a function is given, it leaves as it is; that
# holds for all exercises of this lesson.
#
# ### Exercise · The sigmoid
# *2 points · 10 minutes · difficulty ●○○*
#
# $$y = \sigma(z) = \frac{1}{1 + e^{-z}}, \qquad \sigma'(z) = y\,(1-y)$$
#
# The slope is made from the *output* $y$, which is at hand anyway.
#
# <details><summary>Hint 1</summary>Two results: <code>return y, y * (1 - y)</code>.</details>
# <details><summary>Hint 2</summary>1/(1 + ∞) is 0, which is right. ∞/∞ is the trouble.</details>


# %% nbgrader={"grade_id": "sigmoid", "schema_version": 3, "solution": true}
def sigmoid(z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return σ(z) and σ′(z), entry by entry.

    `z` is a tensor of any shape, float32 or float64, and is left as it is; both results have its
    shape and dtype, and hold for inputs up to ±10,000.
    """
    ### BEGIN SOLUTION
    y = 1 / (1 + torch.exp(-z))
    return y, y * (1 - y)
    ### END SOLUTION


# %% nbgrader={"grade_id": "sigmoid-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("The sigmoid", points=2, hidden=1)
def _(check):
    z = torch.tensor([-3.0, -1.0, 0.5, 2.0])
    Z = torch.tensor([[-2.5, 0.0, 1.5], [4.0, -0.25, -5.0]], dtype=torch.float64)
    check.agree(
        sigmoid,
        oracle.sigmoid,
        (z,),
        (Z,),
        mistakes=oracle.SIGMOID,
        same_dtype=True,
    )
    large = torch.tensor([1e4, -0.5, -1e4, 0.25, 9e3])
    check.agree(sigmoid, oracle.sigmoid, (large,), mistakes=oracle.SIGMOID_EXTREME)


### BEGIN HIDDEN TESTS
@checks.hidden("Against torch.sigmoid and its autograd")
def _(check):
    for dtype in (torch.float32, torch.float64):
        oracle.follow_activation(check, sigmoid, torch.sigmoid, dtype=dtype)


### END HIDDEN TESTS

# %% [markdown]
# Tanh is the same curve, stretched and moved: $\tanh(z) = 2\sigma(2z) - 1$, with the slope
# $1 - \tanh^2(z)$, up to 1. Its outputs lie around 0, so the weights of a unit in the next layer are not all
# pushed the same way at once, as they are by inputs that are all positive: the gradient of a weight is its
# input times what comes back to the unit (LeCun et al. 1998, §4.3).
#
# ### Exercise · ReLU, and one that leaks
# *1 point · 5 minutes · difficulty ●○○*
#
# ReLU, $\max(z, 0)$, has the slope 0 for $z < 0$: there nothing is learned. The *leaky* ReLU (Maas, Hannun
# and Ng 2013) lets a little through:
#
# $$\varphi(z) = \begin{cases} z & z > 0 \\ a z & z \le 0 \end{cases} \qquad
#   \varphi'(z) = \begin{cases} 1 & z > 0 \\ a & z \le 0 \end{cases}$$
#
# With the leak $a = 0$ it is ReLU. (At $z = 0$ there is a kink, where no slope is defined; like PyTorch we
# take $a$.)
#
# <details><summary>Hint</summary><code>torch.where(condition, a, b)</code> chooses entry by entry.</details>


# %% nbgrader={"grade_id": "leaky-relu", "schema_version": 3, "solution": true}
def leaky_relu(z: torch.Tensor, leak: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the leaky ReLU of z and its slope, entry by entry.

    `z` is a tensor of any shape, float32 or float64, and is left as it is; 0 ≤ `leak` < 1. Both
    results have the shape and dtype of z, and hold for inputs up to ±10,000.
    Source: Maas, Hannun and Ng (2013).
    """
    ### BEGIN SOLUTION
    slope = torch.where(z > 0, torch.ones_like(z), torch.full_like(z, leak))
    return slope * z, slope
    ### END SOLUTION


# %% nbgrader={"grade_id": "leaky-relu-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("ReLU, and one that leaks", points=1, hidden=1)
def _(check):
    z = torch.tensor([-3.0, -0.5, 0.05, 0.25, 2.0])
    Z = torch.tensor([[-1.5, 0.0, 3.0], [0.5, -1e4, 1e4]], dtype=torch.float64)
    check.agree(
        leaky_relu,
        oracle.leaky_relu,
        (z, 0.1),
        (Z, 0.3),
        (z, 0.0),
        mistakes=oracle.LEAKY_RELU,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against F.leaky_relu and its autograd")
def _(check):
    leak = 0.02 + 0.9 * torch.rand(1, generator=fresh_generator()).item()
    for dtype in (torch.float32, torch.float64):
        for a in (leak, 0.0):
            oracle.follow_activation(check, leaky_relu, F.leaky_relu, a, dtype=dtype)


### END HIDDEN TESTS

# %% [markdown]
# ### Exercise · ELU
# *2 points · 10 minutes · difficulty ●●○*
#
# The exponential linear unit (Clevert, Unterthiner and Hochreiter 2016) bends down to $-\alpha$ softly:
# outputs may be negative, and yet it hardly matters how far on the left an input lies, since it is flat
# there:
#
# $$\varphi(z) = \begin{cases} z & z > 0 \\ \alpha\,(e^z - 1) & z \le 0 \end{cases}$$
#
# Find the slope yourself. (At $z = 0$ there is a kink unless $\alpha = 1$; like PyTorch we take the slope from
# the left, $\alpha$.)
#
# <details><summary>Hint 1</summary>What is the derivative of a constant such as $-\alpha$?</details>
# <details><summary>Hint 2</summary><code>torch.where</code> computes both branches and then chooses. To multiply by a <em>mask</em> (1 where a condition holds, else 0) does not choose: 0 times infinity is nan.</details>


# %% nbgrader={"grade_id": "elu", "schema_version": 3, "solution": true}
def elu(z: torch.Tensor, alpha: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Return ELU(z) and its slope, entry by entry.

    `z` is a tensor of any shape, float32 or float64, and is left as it is; `alpha` > 0. Both
    results have the shape and dtype of z, and hold for inputs up to ±10,000.
    Source: Clevert, Unterthiner and Hochreiter (2016).
    """
    ### BEGIN SOLUTION
    bent = alpha * torch.expm1(z.clamp(max=0))
    return torch.where(z > 0, z, bent), torch.where(z > 0, torch.ones_like(z), bent + alpha)
    ### END SOLUTION


# %% nbgrader={"grade_id": "elu-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("ELU", points=2, hidden=1)
def _(check):
    z = torch.tensor([-2.0, -0.5, 0.25, 2.0])
    Z = torch.tensor([[-3.0, 0.0, 1.5], [0.75, -1.25, -0.1]], dtype=torch.float64)
    check.agree(
        elu,
        oracle.elu,
        (z, 0.4),
        (Z, 1.7),
        mistakes=oracle.ELU,
        same_dtype=True,
    )
    large = torch.tensor([1e4, -0.5, -1e4, 0.25, 9e3])
    check.agree(elu, oracle.elu, (large, 0.4), mistakes=oracle.ELU_EXTREME)


### BEGIN HIDDEN TESTS
@checks.hidden("Against F.elu and its autograd")
def _(check):
    alpha = 0.3 + 2 * torch.rand(1, generator=fresh_generator()).item()
    for dtype in (torch.float32, torch.float64):
        oracle.follow_activation(check, elu, F.elu, alpha, dtype=dtype)


### END HIDDEN TESTS

# %% [markdown]
# ### Exercise · Swish
# *2 points · 15 minutes · difficulty ●●○*
#
# Multiply the input by a gate that opens as the input grows:
#
# $$\varphi(z) = z\,\sigma(\beta z)$$
#
# With $\beta = 1$ it is called *SiLU*, a name by Hendrycks and Gimpel (2016); Elfwing, Uchibe and Doya (2018)
# used it, and Ramachandran, Zoph and Le (2017) added $\beta$. With a large $\beta$ the gate opens abruptly,
# and it is nearly ReLU. Find the slope: it takes the product rule *and* the chain rule.
#
# > **gate**: a factor between 0 and 1 that a network computes, and by which it lets another number through.
#
# <details><summary>Hint 1</summary>(uv)′ = u′v + uv′, with u = z and v = σ(βz).</details>
# <details><summary>Hint 2</summary>With s = σ(βz), the derivative of the gate is β s (1 − s).</details>


# %% nbgrader={"grade_id": "swish", "schema_version": 3, "solution": true}
def swish(z: torch.Tensor, beta: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Return z·σ(βz) and its slope, entry by entry.

    `z` is a tensor of any shape, float32 or float64, and is left as it is; `beta` > 0. Both
    results have the shape and dtype of z, and hold for inputs up to ±10,000.
    Source: Ramachandran, Zoph and Le (2017).
    """
    ### BEGIN SOLUTION
    gate = torch.sigmoid(beta * z)
    return z * gate, gate + beta * z * gate * (1 - gate)
    ### END SOLUTION


# %% nbgrader={"grade_id": "swish-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Swish", points=2, hidden=1)
def _(check):
    z = torch.tensor([-2.0, -0.5, 0.25, 1.5])
    Z = torch.tensor([[-3.0, 0.0, 2.5], [0.75, -1.25, 4.0]], dtype=torch.float64)
    check.agree(
        swish,
        oracle.swish,
        (z, 1.7),
        (Z, 0.4),
        mistakes=oracle.SWISH,
        same_dtype=True,
    )
    large = torch.tensor([1e4, -0.5, -1e4, 0.25, 9e3])
    check.agree(swish, oracle.swish, (large, 1.7), mistakes=oracle.SWISH_EXTREME)


### BEGIN HIDDEN TESTS
@checks.hidden("Against torch.sigmoid and autograd")
def _(check):
    beta = 0.3 + 2 * torch.rand(1, generator=fresh_generator()).item()
    for dtype in (torch.float32, torch.float64):
        oracle.follow_activation(
            check, swish, lambda z, beta: z * torch.sigmoid(beta * z), beta, dtype=dtype
        )


### END HIDDEN TESTS

# %% [markdown]
# ### Exercise · GELU
# *2 points · 15 minutes · difficulty ●●○*
#
# The gate of GELU (Hendrycks and Gimpel 2016), the activation of the language models BERT and GPT-2, is the
# probability that a standard normal number lies below $z$, the area under the bell curve on its left:
#
# $$\varphi(z) = z\,\Phi(z), \qquad \Phi(z) = \tfrac12\Bigl(1 + \operatorname{erf}\frac{z}{\sqrt2}\Bigr),
#   \qquad \Phi'(z) = \frac{1}{\sqrt{2\pi}}\, e^{-z^2/2}$$
#
# The *error function* $\operatorname{erf}$ is made for such areas. The **exact** form is wanted, not one of
# the approximations that you will find in many code bases, which are up to 0.0005 or 0.02 away from it.
#
# <details><summary>Hint</summary>The product rule again. <code>torch.erf</code> is there, and so is <code>math.sqrt</code>.</details>


# %% nbgrader={"grade_id": "gelu", "schema_version": 3, "solution": true}
def gelu(z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return z·Φ(z) and its slope, entry by entry; Φ is the standard normal distribution.

    `z` is a tensor of any shape, float32 or float64, and is left as it is; both results have its
    shape and dtype, and hold for inputs up to ±10,000.
    Source: Hendrycks and Gimpel (2016).
    """
    ### BEGIN SOLUTION
    below = (1 + torch.erf(z / math.sqrt(2))) / 2
    density = torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return z * below, below + z * density
    ### END SOLUTION


# %% nbgrader={"grade_id": "gelu-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("GELU", points=2, hidden=1)
def _(check):
    z = torch.tensor([-2.5, -0.5, 0.25, 2.0])
    Z = torch.tensor([[-1.5, 0.0, 0.75], [3.0, -0.25, 1.25]], dtype=torch.float64)
    check.agree(
        gelu,
        oracle.gelu,
        (z,),
        (Z,),
        mistakes=oracle.GELU,
        same_dtype=True,
    )
    check.agree(gelu, oracle.gelu, (torch.tensor([1e4, -0.5, -1e4, 0.25, 9e3]),))


### BEGIN HIDDEN TESTS
@checks.hidden("Against F.gelu and its autograd")
def _(check):
    for dtype in (torch.float32, torch.float64):
        oracle.follow_activation(check, gelu, F.gelu, dtype=dtype)


### END HIDDEN TESTS

# %% [markdown]
# See your own function and its slope, beside PyTorch's, and what comes back through thirty layers of it. With
# `"sigmoid", sigmoid` in the brackets it is that one.

# %% tags=["demo"]
playground.activations("GELU", gelu)

# %% [markdown]
# How far off are the two usual approximations? And how deep is the dip on the left of these gated
# functions?

# %% tags=["demo"]
z = torch.linspace(-6, 6, 120_001, dtype=torch.float64)
approximations = {
    "with tanh": F.gelu(z, approximate="tanh"),
    "with sigmoid": z * torch.sigmoid(1.702 * z),
}
gelu_error = {name: (form - F.gelu(z)).abs().max().item() for name, form in approximations.items()}
for name, error in gelu_error.items():
    print(f"GELU {name:12}: off by up to {error:.5f}")

lowest = {}
for name, function in {"GELU": F.gelu, "SiLU": F.silu}.items():
    at = function(z).argmin()
    lowest[name] = (z[at].item(), function(z)[at].item())
    print(f"{name}: lowest value {lowest[name][1]:.4f}, at z = {lowest[name][0]:.3f}")

# %% [markdown]
# ## Back through the depth
#
# Stack $L$ layers, $h_l = \varphi(h_{l-1} W_l)$ with $h_0 = X$, and let somebody hand you the gradient of the
# loss (called $J$ now, since $L$ counts layers) by the last output, $\partial J/\partial h_L$. On the way
# back each layer does two things, in this order: times the slope (back through the activation), then times
# $W_l^\top$ (back through the weights):
#
# $$\frac{\partial J}{\partial h_{l-1}} =
#   \Bigl(\varphi'(z_l) \cdot \frac{\partial J}{\partial h_l}\Bigr)\, W_l^\top,
#   \qquad z_l = h_{l-1} W_l$$
#
# Why transposed? Of one example, number $i$ below goes into each sum above, $z_j = \sum_i h_i W_{ij}$: if
# it grows by a little, $z_j$ grows by $W_{ij}$ times that. By the chain rule its gradient adds up what comes
# from all of them, $\partial J/\partial h_i = \sum_j (\partial J/\partial z_j)\, W_{ij}$. Forward, the sum ran
# along the columns of $W$; back, it runs along the rows: those are the columns of $W^\top$.
#
# ### Exercise · How much arrives?
# *3 points · 35 minutes · difficulty ●●●*
#
# Send $X$ forward and the gradient back, and report the norm of $\partial J/\partial h_l$ for every layer.
# Write the way back by hand: `activation` is a function of ours that returns plain numbers, of which autograd
# keeps no record. It may be one that this lesson does not have.
#
# <details><summary>Hint 1</summary>Forward: <code>h, slope = activation(h @ W)</code>. Keep the slopes in a list.</details>
# <details><summary>Hint 2</summary>Backward: the gradient of the last layer is given. From layer L − 1 down to 1: <code>g = (g * slope) @ W.T</code>, with slope and W of the layer <em>above</em>.</details>
# <details><summary>Hint 3</summary><code>weights[:0:-1]</code> runs from the last entry down to the second.</details>


# %% nbgrader={"grade_id": "gradient-norms", "schema_version": 3, "solution": true}
def gradient_norms(
    weights: list[torch.Tensor], activation, X: torch.Tensor, last_gradient: torch.Tensor
) -> list[float]:
    """Return the norms of the gradients with respect to h_1, …, h_L, layer 1 first.

    `weights[l]`: (inputs, outputs) of a layer; the widths may differ from layer to layer.
    There is at least one layer. `activation(z)` returns the pair (φ(z), φ′(z)), both of the shape
    of z. `X`: (n, inputs of the first layer). `last_gradient`: (n, outputs of the last layer), the
    gradient with respect to h_L. All are of one dtype, float32 or float64, and left as they are.
    A norm is the root of the sum of the squares of all entries; it is wanted to 1e-4 of its size,
    however small. The list has L numbers, or tensors of one number.
    """
    ### BEGIN SOLUTION
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)  # (n, outputs) both
        slopes.append(slope)
    g = last_gradient
    norms = [g.norm().item()]
    for W, slope in zip(weights[:0:-1], slopes[:0:-1], strict=True):
        g = (g * slope) @ W.T  # (n, inputs)
        norms.append(g.norm().item())
    return norms[::-1]
    ### END SOLUTION


# %% nbgrader={"grade_id": "gradient-norms-test", "grade": true, "points": 3, "schema_version": 3}
@checks.exercise("How much arrives?", points=3, hidden=3)
def _(check):
    X = torch.tensor([[1.0, -0.5], [0.5, 2.0], [-1.5, 1.0]])
    weights = [
        torch.tensor([[1.0, 0.5], [-0.5, 1.5]]),
        torch.tensor([[0.5, -1.0], [2.0, 0.5]]),
        torch.tensor([[1.5, 1.0], [-0.5, 0.5]]),
    ]
    last_gradient = torch.tensor([[1.0, 0.0], [0.5, -1.0], [0.0, 2.0]])
    generator = torch.Generator().manual_seed(0)
    check.agree(
        gradient_norms,
        oracle.gradient_norms,
        (weights, oracle.with_slope(torch.tanh), X, last_gradient),
        oracle.draw_network((4, 3, 5, 2), F.softsign, generator, torch.float64),
        oracle.draw_network((3, 2), F.elu, generator, torch.float32),
        oracle.draw_network((6, *(5,) * 12), torch.sigmoid, generator, torch.float64),
        oracle.draw_network((4, 6, 3), F.silu, generator, torch.float64, size=1e4),
        mistakes=oracle.GRADIENT_NORMS,
        atol=1e-12,
    )


### BEGIN HIDDEN TESTS
def follow(check, widths, function, dtype, size=1.0):
    """Compare with autograd, through a network of these widths."""
    generator = fresh_generator()
    network = oracle.draw_network(widths, function, generator, dtype, size)

    def reference(weights, activation, X, last_gradient):
        h, layers = X.clone().requires_grad_(), []
        for W in weights:
            h = function(h @ W)
            layers.append(h)
        return [g.norm().item() for g in torch.autograd.grad(h, layers, last_gradient)]

    check.agree(gradient_norms, reference, network, atol=1e-12)


@checks.hidden("Layers of different widths, in float32 and float64")
def _(check):
    for dtype in (torch.float32, torch.float64):
        follow(check, (4, 7, 3, 6, 2), torch.tanh, dtype)


@checks.hidden("An activation that the lesson does not have")
def _(check):
    follow(check, (3, 5, 5, 4, 3, 2), F.softsign, torch.float64)
    follow(check, (2, 6, 3), torch.sin, torch.float64)


@checks.hidden("One layer, twelve layers, and large inputs")
def _(check):
    follow(check, (3, 2), F.elu, torch.float64)
    follow(check, (6, *(5,) * 12), torch.sigmoid, torch.float64)
    follow(check, (4, 6, 3), F.silu, torch.float64, size=1e4)


### END HIDDEN TESTS

# %% [markdown]
# Now measure: 30 layers of 100 units, weights with the standard deviation $1/\sqrt{100}$, ten draws, four
# functions. A straight line on this logarithmic scale means: the same factor in every layer.

# %% tags=["demo"]
fig, ax = plots.figure(size=(7, 3.6))
factor_per_layer = {}
for name in ("sigmoid", "tanh", "ReLU", "GELU"):
    norms = torch.stack(
        [
            functions.flow(name, gain=1.0, seed=seed).gradients
            for seed in range(runtime.scaled(10, fast=2))
        ]
    )  # (num_seeds, 30)
    share = norms / norms[:, -1:]
    factor_per_layer[name] = (share[:, 0] ** (1 / 29)).tolist()
    plots.band(ax, range(1, 31), share, name)
    runs = factor_per_layer[name]
    print(f"{name:7}: factor per layer {min(runs):.3f} to {max(runs):.3f} over the draws")
ax.set(xlabel="layer", ylabel="norm of the gradient, last layer = 1", yscale="log")
plots.show(
    fig,
    "Norm of the gradient in 30 layers at gain 1, on its way from the last layer back to the first: "
    "four straight lines, the sigmoid's by far the steepest, that of tanh nearly level.",
)

# %% [markdown]
# A factor that looks harmless in one layer is a catastrophe in thirty. ReLU loses $1/\sqrt2 = 0.71$ per
# layer, because half of its units are off (they output 0); a gain of $\sqrt2$ gives it back (He et al. 2015).
# Is it really half?

# %% tags=["demo"]
generator = torch.Generator().manual_seed(0)
active_shares = []
for _ in range(runtime.scaled(10, fast=2)):
    h = torch.randn(200, 256, generator=generator)
    shares = []
    for _ in range(10):
        h = torch.relu(h @ torch.randn(256, 256, generator=generator) * math.sqrt(2 / 256))
        shares.append((h > 0).double().mean().item())
    active_shares.append(sum(shares) / len(shares))
print(
    f"active units in 10 layers from He's start: "
    f"{min(active_shares):.3f} to {max(active_shares):.3f} over the draws"
)

# %% [markdown]
# Length is not all. Balduzzi et al. (2017) asked whether two different examples still get *similar* gradients
# at the first layer. If not, a step that helps one is noise to the other: the gradient is *shattered*. Their
# theory assumes that each unit is on for half of the examples, independently, so here the input of each layer
# is *standardized*, shifted and scaled to mean 0 and variance 1 over the examples; autograd takes shift and
# scale for constants. A *skip* adds the layer's input to its output, $h + \varphi(h)W$: a residual block.


# %% tags=["demo"]
def gradient_correlation(num_layers, standardize, skip, seed, num_examples=100, width=100):
    """Return the mean correlation of the input gradients of two random examples."""
    generator = torch.Generator().manual_seed(seed)
    X = torch.randn(num_examples, width, generator=generator, requires_grad=True)
    h = X
    for _ in range(num_layers):
        W = torch.randn(width, width, generator=generator) * math.sqrt(2 / width)
        z = (h - h.mean(0).detach()) / h.std(0).detach() if standardize else h
        h = torch.relu(z) @ W + (h if skip else 0)
    output = (h @ torch.randn(width, generator=generator)).sum()
    (G,) = torch.autograd.grad(output, X)  # (num_examples, width)
    G = F.normalize(G, dim=1)
    return ((G @ G.T).sum().item() / num_examples - 1) / (num_examples - 1)


layer_counts = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32]
correlation = {
    name: torch.tensor(
        [
            [gradient_correlation(n, *how, seed) for n in layer_counts]
            for seed in range(runtime.scaled(10, fast=2))
        ]
    )  # (num_seeds, number of depths)
    for name, how in {
        "plain, standardized": (True, False),
        "plain, as it is": (False, False),
        "with skips, standardized": (True, True),
    }.items()
}
fig, ax = plots.figure(size=(7, 3.8))
for name, runs in correlation.items():
    plots.band(ax, layer_counts, runs, name)
ax.plot(layer_counts[:6], [2.0**-n for n in layer_counts[:6]], ":", color="black", lw=1)
ax.text(5.2, 0.008, "$2^{-L}$")
ax.set(xlabel="layers L", ylabel="correlation of gradients", ylim=(2e-3, 1))
ax.set(xscale="log", yscale="log")
ax.set_xticks([1, 2, 4, 8, 16, 32], ["1", "2", "4", "8", "16", "32"])
plots.show(
    fig,
    "Correlation of the gradients of two examples against depth: with standardized inputs it halves "
    "with every layer, as the dotted line does; with skips it falls only like one over the root of "
    "the depth; the plain network as it is lies in between.",
)

# %% [markdown]
# With standardized inputs half of the agreement is lost with every layer, $2^{-L}$: of the units that let one
# example's gradient through, only half let the other's through as well. With skips added, it falls like
# $1/\sqrt L$ only, as the paper derives. The plain network *without* standardization begins like $2^{-L}$ and
# then does better than the theory: to its later layers all examples look alike, and so the same units are on
# for them. That is no comfort, since what looks alike cannot be told apart.
#
# > **shattered gradients**: gradients of a deep network that have nothing to do with each other for two
# > examples, so that a step that helps one is noise to the other.
#
# ## Units that die
#
# A ReLU whose input is 0 or below for *every* example outputs 0, has the slope 0, and so its incoming
# weights get the gradient 0. Its own gradient does not move it any more: it is *dead*, unless what arrives
# from below changes. One step with too large a learning rate is enough to throw a bias far below zero.
#
# > **dead unit**: a unit with ReLU that outputs 0 for every example, so that its own gradient is 0.
#
# ### Exercise · A census of the dead
# *2 points · 10 minutes · difficulty ●●○*
#
# You are given the outputs of a ReLU layer, batch by batch. Which units are dead? Dead means: 0 for
# every example of every batch. A unit that is silent in one batch may just have had nothing to say.
#
# <details><summary>Hint 1</summary>Rows are examples, columns are units. A unit lives if <em>any</em> entry of its column is above 0.</details>
# <details><summary>Hint 2</summary><code>torch.cat(batches)</code> puts all batches below each other, short ones as well.</details>


# %% nbgrader={"grade_id": "dead-units", "schema_version": 3, "solution": true}
def dead_units(batches: list[torch.Tensor]) -> list[int]:
    """Return the numbers of the units that are 0 for every example, in rising order, from 0.

    `batches` holds the outputs of one ReLU layer, (batch, units) each, float32 or float64: one batch
    or more, of one example or more; the batches differ in size and are left as they are. The result
    is a list, also of a single number, and empty if no unit is dead; a tensor of the numbers will do,
    and so will a list of tensors of one number each.
    """
    ### BEGIN SOLUTION
    alive = torch.zeros(batches[0].shape[1], dtype=torch.bool)
    for h in batches:
        alive |= (h > 0).any(dim=0)
    return [unit for unit, lives in enumerate(alive.tolist()) if not lives]
    ### END SOLUTION


# %% nbgrader={"grade_id": "dead-units-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("A census of the dead", points=2, hidden=1)
def _(check):
    batches = [
        torch.tensor([[0.2, 0, 0, 0.3, 0, 0, 0, 0, 0], [1.5, 0, 0, 0, 0, 0, 0, 0.9, 0]]),
        torch.tensor([[0.0, 0, 0, 0, 0, 0, 0, 0, 0], [0.4, 0, 2, 0, 1e-20, 0, 0, 0, 0.6]]),
        torch.tensor([[0.7, 0, 1, 0, 0, 0, 0.1, 0, 0]]),
    ]
    all_dead = [torch.zeros(2, 3, dtype=torch.float64), torch.zeros(1, 3, dtype=torch.float64)]
    one_dead = [torch.tensor([[0.5, 0.0, 0.0, 0.0]]), torch.tensor([[0.0, 0.1, 0.0, 3.0]])]
    none_dead = [torch.ones(2, 3), torch.zeros(1, 3)]
    check.agree(
        dead_units,
        oracle.dead_units,
        (batches,),
        (all_dead,),
        oracle.listed(one_dead),
        oracle.listed(none_dead),
        mistakes=oracle.DEAD_UNITS,
    )
    check.agree(dead_units, oracle.dead_units, oracle.listed([torch.tensor([[0.0, 2.0, 0.0]])]))


### BEGIN HIDDEN TESTS
@checks.hidden("Random layers, in float32 and float64")
def _(check):
    generator = fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for num_units, num_dead in ((9, 3), (4, 3), (6, 1), (5, 0)):
            batches = oracle.draw_layer(num_units, num_dead, generator, dtype)
            check.agree(dead_units, oracle.dead_units, oracle.listed(batches))
    check.agree(dead_units, oracle.dead_units, oracle.listed([torch.zeros(3, 5)]))


### END HIDDEN TESTS

# %% [markdown]
# ### Exercise · A cure
# *3 points · 25 minutes · difficulty ●●●*
#
# A dead unit can be given a new life without disturbing the others (Sokar et al. 2023). In the network
# $\mathrm{relu}(XW_1 + b_1)\,W_2$, for each unit that is dead on $X$, that is, outputs 0 for every example:
#
# - draw its incoming weights anew, as He does: each by itself, with mean 0 and standard deviation
#   $\sqrt{2/\text{fan-in}}$, normal or uniform;
# - set its bias to 0;
# - set its outgoing weights to 0, so that at first the network answers exactly as before.
#
# Everything else stays as it is. All that is random comes from the generator you are given; how many numbers
# you draw, and in which order, is yours to choose.
#
# <details><summary>Hint 1</summary>The incoming weights of unit j are the <em>column</em> <code>W1[:, j]</code>, its outgoing ones the <em>row</em> <code>W2[j]</code>. Fan-in is the number of rows of <code>W1</code>.</details>
# <details><summary>Hint 2</summary>With a mask <code>dead</code>, True or False for each unit: <code>W1 = W1.clone()</code>, then <code>W1[:, dead] = ...</code></details>
# <details><summary>Hint 3</summary>Draw with <code>torch.randn(shape, generator=generator, dtype=W1.dtype)</code>.</details>


# %% nbgrader={"grade_id": "revive", "schema_version": 3, "solution": true}
def revive(
    X: torch.Tensor,
    W1: torch.Tensor,
    b1: torch.Tensor,
    W2: torch.Tensor,
    generator: torch.Generator,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return new (W1, b1, W2) in which the units that are dead on X start afresh.

    `X`: (n, inputs). `W1`: (inputs, units). `b1`: (units,). `W2`: (units, outputs). All are of one
    dtype, float32 or float64, which the results keep. None of them is changed, and none returned: the
    results are new, also where no unit is dead. `generator` draws the new weights.
    Source: Sokar et al. (2023).
    """
    ### BEGIN SOLUTION
    dead = (X @ W1 + b1 <= 0).all(dim=0)  # (units,)
    fresh = torch.randn(W1.shape, generator=generator, dtype=W1.dtype) * math.sqrt(2 / len(W1))
    return (
        torch.where(dead, fresh, W1),
        b1.masked_fill(dead, 0),
        W2.masked_fill(dead[:, None], 0),
    )
    ### END SOLUTION


# %% nbgrader={"grade_id": "revive-test", "grade": true, "points": 3, "schema_version": 3}
@checks.exercise("A cure", points=3, hidden=2)
def _(check):
    generator = torch.Generator().manual_seed(0)
    for num_units, num_dead, dtype in (
        (150, 60, torch.float32),
        (20, 20, torch.float64),
        (20, 1, torch.float64),
    ):
        network = oracle.wounded(100, num_units, num_dead, generator, dtype)
        oracle.follow_revival(check, revive, network, generator)
    healthy = oracle.wounded(8, 5, 0, generator, torch.float32)
    check.agree(revive, oracle.revive, (*healthy.parts, generator), same_dtype=True, new=True)


### BEGIN HIDDEN TESTS
@checks.hidden("Other networks, in float32 and float64")
def _(check):
    for num_inputs, num_units, num_dead, dtype in (
        (80, 120, 40, torch.float32),
        (60, 100, 31, torch.float64),
        (100, 15, 15, torch.float32),
        (100, 12, 1, torch.float32),
    ):
        generator = fresh_generator()
        network = oracle.wounded(num_inputs, num_units, num_dead, generator, dtype)
        oracle.follow_revival(check, revive, network, generator)


@checks.hidden("A network without dead units stays as it is")
def _(check):
    generator = fresh_generator()
    for dtype in (torch.float32, torch.float64):
        healthy = oracle.wounded(9, 6, 0, generator, dtype)
        check.agree(revive, oracle.revive, (*healthy.parts, generator), same_dtype=True, new=True)


### END HIDDEN TESTS

# %% [markdown]
# Does a dead ReLU recover by itself, then? And is the cure any good? The experiment: 64 pixels, two
# hidden layers of 64 ReLUs, 10 digits. Two epochs with Adam at a learning rate far too high (0.1) do the
# killing; then ten epochs at a good one (0.003). Four ways to go on, ten times each:
#
# - **go on** as if nothing had happened;
# - go on, with the **first layer frozen** (it is not trained), so that the second always sees the same
#   inputs;
# - **revive** the dead of the second layer, once, then go on;
# - **leaky** ReLUs (leak 0.01) in place of ReLUs, all along.


# %% tags=["demo"]
digits = data.digits()


def dead_in_second(model):
    """Return which units of the second hidden layer are 0 or less for every training digit."""
    with torch.no_grad():
        return (model[:4](digits.X_train) <= 0).all(dim=0)


def train(model, lr, num_epochs, generator, parameters=None):
    """Train with Adam; return the accuracy on unseen digits."""
    optimizer = torch.optim.Adam(parameters or model.parameters(), lr=lr)
    shared = {"num_epochs": num_epochs, "batch_size": 64, "generator": generator}
    training.fit(model, optimizer, digits.X_train, digits.y_train, **shared)
    return training.evaluate(model, digits.X_test, digits.y_test)["accuracy"]


def treat(model, generator):
    """Revive the dead units of the second hidden layer."""
    dead = dead_in_second(model)
    with torch.no_grad():
        fresh = torch.randn(model[2].weight.shape, generator=generator) * math.sqrt(2 / 64)
        model[2].weight[dead] = fresh.to(model[2].weight)[dead]  # nn.Linear keeps a row per unit
        model[2].bias[dead] = 0
        model[4].weight[:, dead] = 0


# %% tags=["demo"]
killed, recovered, cured_accuracy = [], {}, {}
for seed in runtime.progress(range(runtime.scaled(10, fast=1)), "killing and curing"):
    generator = torch.Generator().manual_seed(seed)
    wounded = models.mlp([64, 64, 64, 10], generator=generator)
    train(wounded, 0.1, 2, generator)
    dead = dead_in_second(wounded)
    killed.append(dead.sum().item())
    for way in ("go on", "first layer frozen", "revive", "leaky"):
        generator = torch.Generator().manual_seed(seed)
        model = copy.deepcopy(wounded)
        if way == "leaky":
            model = models.mlp([64, 64, 64, 10], lambda: nn.LeakyReLU(0.01), generator)
            train(model, 0.1, 2, generator)
        if way == "revive":
            treat(model, generator)
        moving = model[2:].parameters() if way == "first layer frozen" else None
        accuracy = train(model, 0.003, 10, generator, moving)
        cured_accuracy.setdefault(way, []).append(accuracy)
        if way != "leaky":
            came_back = (dead & ~dead_in_second(model)).sum().item()
            recovered.setdefault(way, []).append(came_back)

print(f"killed: {min(killed)} to {max(killed)} of 64 units")
for way, runs in cured_accuracy.items():
    middle = torch.tensor(runs).median().item()
    back = f"{sum(recovered[way])} of {sum(killed)} came back" if way in recovered else ""
    span = f"from {min(runs):.3f} to {max(runs):.3f}"
    print(f"{way:18}: accuracy {middle:.3f} ({span}) {back}")

# %% [markdown]
# With the layer below frozen not a single one comes back: it cannot, its gradient is exactly zero. While
# the layer below learns, what arrives changes, and now and then it happens to wake somebody. Waiting is no
# cure. The operation of {{#revive}} is one, and a leak prevents the illness.
#
# ### Take the wheel
#
# The same network, trained by Adam, with a panel that is alive: raise the learning rate while it trains,
# and watch how many of the 64 units in the second layer still live.
#
# **Your goal**: kill at least 20 units, then lower the learning rate again and bring the training loss
# below 0.05 with those that are left. A moment too long, and too few are left to learn with. Do any come
# back?


# %% tags=["demo"]
class CountLiving:
    """Notes the number of living units in the second hidden layer after each epoch."""

    def on_epoch(self, run):
        run.history.record(run.step, living_units=64 - dead_in_second(run.model).sum().item())


panel = live.Panel(log=True)
generator = torch.Generator().manual_seed(0)
model = models.mlp([64, 64, 64, 10], generator=generator)
history = training.fit(
    model,
    torch.optim.Adam(model.parameters(), lr=0.001),
    digits.X_train,
    digits.y_train,
    num_epochs=runtime.scaled(300, fast=2),
    batch_size=64,
    generator=generator,
    on=[CountLiving(), panel],
)

# %% [markdown]
# ## The last layer
#
# Hidden activations are chosen for their slopes. The *output* activation is chosen for what it can say: a
# probability lies between 0 and 1, and where just one of several classes is right, their probabilities sum to
# 1. And it is chosen together with the loss: the logarithm in the loss undoes the exponential in the
#    activation, on paper. On a computer you must undo it yourself, before anything overflows (Blanchard,
#    Higham and Higham 2021).
#
# ### Exercise · The logarithm of the softmax
# *2 points · 15 minutes · difficulty ●●○*
#
# For one example with the scores $s_1, \dots, s_C$ (the *logits*; $\log$ is the natural logarithm),
#
# $$\log \mathrm{softmax}(s)_i = s_i - \log \sum_j e^{s_j} = (s_i - m) - \log \sum_j e^{s_j - m},$$
#
# whatever $m$ is: $e^{-m}$ comes out of the sum, and its logarithm, $-m$, cancels the other one. With
# $m = \max_j s_j$ every exponent is 0 or below, and the sum is at least 1: nothing overflows, and no
# logarithm of 0 is taken.
#
# <details><summary>Hint 1</summary>The classes lie side by side: <code>dim=1</code>, with <code>keepdim=True</code> so that the shapes fit.</details>
# <details><summary>Hint 2</summary><code>logits.max(dim=1, keepdim=True).values</code></details>


# %% nbgrader={"grade_id": "log-softmax", "schema_version": 3, "solution": true}
def log_softmax(logits: torch.Tensor) -> torch.Tensor:
    """Return the logarithm of the softmax over the classes, for each example.

    `logits`: (n, classes), float32 or float64, left as they are; the result has their shape and
    dtype. It is finite for all logits up to ±10,000, where 0.005 of rounding is forgiven.
    Source: Blanchard, Higham and Higham (2021).
    """
    ### BEGIN SOLUTION
    shifted = logits - logits.max(dim=1, keepdim=True).values  # (n, classes)
    return shifted - shifted.exp().sum(dim=1, keepdim=True).log()
    ### END SOLUTION


# %% nbgrader={"grade_id": "log-softmax-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("The logarithm of the softmax", points=2, hidden=2)
def _(check):
    logits = torch.tensor([[1.0, 3.0, 0.0], [-2.0, 0.5, 0.25]])
    precise = torch.tensor([[2.0, 2.0, -1.0, 0.5], [0.0, 0.0, 0.0, 0.0]], dtype=torch.float64)
    check.agree(
        log_softmax,
        oracle.log_softmax,
        (logits,),
        (precise,),
        (torch.tensor([[4.0]]),),
        mistakes=oracle.LOG_SOFTMAX,
        same_dtype=True,
    )
    apart = torch.tensor([[1e4, 0.0, -1e4], [0.0, 5e3, 1e4]])
    low_and_high = torch.tensor([[-9998.0, -9999.0, -1e4], [1e4, 9998.0, 9999.0]])
    check.agree(
        log_softmax,
        oracle.log_softmax,
        (apart,),
        (low_and_high,),
        mistakes=oracle.LOG_SOFTMAX_EXTREME,
        atol=5e-3,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against torch.log_softmax, in float32 and float64")
def _(check):
    generator = fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for shape in ((4, 3), (2, 7), (1, 2), (3, 1)):
            logits = 2 * torch.randn(shape, generator=generator, dtype=dtype)
            check.agree(
                log_softmax, lambda s: torch.log_softmax(s, dim=1), (logits,), same_dtype=True
            )


@checks.hidden("Rows of very different size")
def _(check):
    generator = fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for shape in ((4, 3), (2, 7), (2, 2)):
            logits = torch.randn(shape, generator=generator, dtype=dtype)
            logits[0] -= 9990
            logits[-1] += 9990
            logits[-1, -1] -= 5000
            check.agree(log_softmax, lambda s: torch.log_softmax(s, dim=1), (logits,), atol=5e-3)


### END HIDDEN TESTS

# %% [markdown]
# ### Exercise · Cross-entropy, and its gradient
# *2 points · 20 minutes · difficulty ●●○*
#
# With $n$ examples, their rows of scores $s_1, \dots, s_n$ and labels $y_1, \dots, y_n$, the loss is minus
# the mean logarithm of the labels' probabilities. For one example, with the scores $s_j$, that is
# $\log \sum_j e^{s_j} - s_y$, and its derivative by the score $s_k$ is $e^{s_k} / \sum_j e^{s_j}$, minus 1 if
# $k$ is the label. So the gradient is surprisingly simple:
#
# $$L = -\frac1n \sum_i \log \mathrm{softmax}(s_i)_{y_i}, \qquad
#   \frac{\partial L}{\partial s} = \frac1n\,(\mathrm{softmax}(s) - \text{one-hot}(y))$$
#
# No slope of the softmax is left in it: however wrong the network is, the gradient is alive. That is why
# softmax and cross-entropy belong together.
#
# > **one-hot**: a label written as a list of zeros with a single 1, at the place of its class.
#
# <details><summary>Hint 1</summary><code>log_p[torch.arange(n), y]</code> picks the entry of the label in each row.</details>
# <details><summary>Hint 2</summary><code>F.one_hot(y, num_classes)</code>. You may use your <code>log_softmax</code>, or torch's.</details>


# %% nbgrader={"grade_id": "cross-entropy", "schema_version": 3, "solution": true}
def cross_entropy(logits: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the mean cross-entropy and its gradient with respect to the logits.

    `logits`: (n, classes), float32 or float64, raw scores up to ±10,000, where 0.01 of rounding is
    forgiven. `y`: (n,), int64, labels from 0. Both are left as they are. The loss is one number, a
    float or a tensor; the gradient has the shape and dtype of the logits.
    """
    ### BEGIN SOLUTION
    log_p = torch.log_softmax(logits, dim=1)  # (n, classes)
    onehot = F.one_hot(y, logits.shape[1]).to(logits.dtype)  # (n, classes)
    return -(log_p * onehot).sum() / len(y), (log_p.exp() - onehot) / len(y)
    ### END SOLUTION


# %% nbgrader={"grade_id": "cross-entropy-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Cross-entropy, and its gradient", points=2, hidden=2)
def _(check):
    logits = torch.tensor([[1.0, 3.0, 0.0], [-2.0, 0.5, 0.25]])
    precise = torch.tensor(
        [[2.0, 2.0], [0.0, -1.0], [0.5, 3.0], [-0.25, 1.0], [1.5, 0.75]], dtype=torch.float64
    )
    check.agree(
        cross_entropy,
        oracle.cross_entropy,
        (logits, torch.tensor([2, 1])),
        (precise, torch.tensor([0, 0, 1, 0, 1])),
        (torch.tensor([[0.5, -1.0, 2.0, 0.25]]), torch.tensor([3])),
        mistakes=oracle.CROSS_ENTROPY,
        same_dtype=True,
    )
    check.agree(
        cross_entropy,
        oracle.cross_entropy,
        (torch.tensor([[1e4, 0.0, -1e4]]), torch.tensor([2])),
        (torch.tensor([[-1e4, 5e3], [-2e3, -1e4]]), torch.tensor([1, 1])),
        mistakes=oracle.CROSS_ENTROPY_EXTREME,
        atol=1e-2,
    )


### BEGIN HIDDEN TESTS
def reference(logits, y):
    return F.cross_entropy(logits, y).item(), checks.grad_of(F.cross_entropy, logits, y)


@checks.hidden("Against F.cross_entropy and its autograd, in float32 and float64")
def _(check):
    generator = fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for n, num_classes in ((4, 3), (2, 6), (1, 2)):
            logits = 2 * torch.randn(n, num_classes, generator=generator, dtype=dtype)
            y = torch.randint(num_classes, (n,), generator=generator)
            check.agree(cross_entropy, reference, (logits, y), same_dtype=True)


@checks.hidden("Large scores")
def _(check):
    generator = fresh_generator()
    for dtype in (torch.float32, torch.float64):
        order = torch.rand(3, 6, generator=generator, dtype=dtype).argsort(dim=1)
        logits = 4e3 * (order - 2.5).to(dtype)
        y = torch.randint(6, (3,), generator=generator)
        check.agree(cross_entropy, reference, (logits, y), atol=1e-2)


### END HIDDEN TESTS

# %% [markdown]
# ### Exercise · Yes or no
# *2 points · 15 minutes · difficulty ●●○*
#
# A question with two answers needs one score $z$ and a sigmoid: $\sigma(z)$ is the probability of "yes".
# With the label $y$, 1 or 0, each example costs $-y \log \sigma(z) - (1-y) \log(1-\sigma(z))$. Put in
# $-\log \sigma(z) = \log(1 + e^{-z})$ and $-\log(1 - \sigma(z)) = z + \log(1 + e^{-z})$, and it shrinks to
# $z - zy + \log(1 + e^{-z})$. For $z < 0$ write $\log(1 + e^{-z}) = -z + \log(1 + e^z)$. Both cases in one:
#
# $$\max(z, 0) - zy + \log(1 + e^{-|z|}),$$
#
# in which nothing can overflow. Return the mean over all examples.
#
# > **binary cross-entropy**: the loss for a question of yes or no: minus the logarithm of the probability
# > that the right answer got.
#
# <details><summary>Hint 1</summary><code>z.clamp(min=0)</code> is max(z, 0); <code>torch.log1p(x)</code> is log(1 + x), exact for small x as well.</details>
# <details><summary>Hint 2</summary>Should a wrong score of 10,000 cost 10,000? It should: then its gradient is alive.</details>


# %% nbgrader={"grade_id": "bce-with-logits", "schema_version": 3, "solution": true}
def bce_with_logits(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return the mean binary cross-entropy of the scores `z` for the labels `y`.

    `z`: float32 or float64, of any shape, at least one entry: raw scores up to ±10,000. `y`: same
    shape and dtype, 0 or 1. Both are left as they are. The mean over all entries is one number, a
    float or a tensor.
    """
    ### BEGIN SOLUTION
    return (z.clamp(min=0) - z * y + torch.log1p(torch.exp(-z.abs()))).mean()
    ### END SOLUTION


# %% nbgrader={"grade_id": "bce-with-logits-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Yes or no", points=2, hidden=1)
def _(check):
    z, y = torch.tensor([2.0, -1.0, 0.5, -3.0]), torch.tensor([1.0, 1.0, 0.0, 0.0])
    Z = torch.tensor([[0.0, -2.5, 1.25], [4.0, 0.75, -0.5]], dtype=torch.float64)
    Y = torch.tensor([[1.0, 0.0, 1.0], [0.0, 0.0, 1.0]], dtype=torch.float64)
    check.agree(
        bce_with_logits,
        oracle.bce_with_logits,
        (z, y),
        (Z, Y),
        (torch.tensor([0.3]), torch.tensor([0.0])),
        mistakes=oracle.BCE,
    )
    low, high = torch.tensor([-1e4]), torch.tensor([1e4])
    wrong = torch.tensor([-1e3, 1e3])
    yes, no = torch.tensor([1.0]), torch.tensor([0.0])
    check.agree(
        bce_with_logits,
        oracle.bce_with_logits,
        (low, no),
        (high, yes),
        (wrong, torch.tensor([1.0, 0.0])),
        (torch.tensor([[1e4, -1e4]]), torch.tensor([[0.0, 1.0]])),
        mistakes=oracle.BCE_EXTREME,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against F.binary_cross_entropy_with_logits, in float32 and float64")
def _(check):
    generator = fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for shape, size in (((7,), 1.0), ((3, 2), 30.0), ((2, 5), 4e3), ((1,), 2.0)):
            z = size * torch.randn(shape, generator=generator, dtype=dtype).clamp(-2.5, 2.5)
            y = torch.randint(2, shape, generator=generator).to(dtype)
            check.agree(bce_with_logits, F.binary_cross_entropy_with_logits, (z, y))


### END HIDDEN TESTS

# %% [markdown]
# ### Exercise · What can it say?
# *2 points · 10 minutes · difficulty ●●○*
#
# Five tasks. Which output activation, and which loss, go with each? Name the activation that turns the
# scores of the network into what is predicted, also where a loss in PyTorch has it inside.
#
# | name | what is predicted |
# |---|---|
# | `"digit"` | which one of ten digits is in the picture |
# | `"tags"` | which of fifty tags fit a photo: any number of them |
# | `"spam"` | whether a mail is spam; the network has a single output |
# | `"temperature"` | tomorrow's temperature at noon, in °C |
# | `"visitors"` | how many visitors a museum will have tomorrow |
#
# Activations to choose from: `"none"`, `"sigmoid"`, `"softmax"`, `"exp"`. Losses: `"squared error"`,
# `"cross-entropy"`, `"binary cross-entropy"`, `"Poisson"` (minus the logarithm of the probability of a count;
# Poisson's formula gives it, for events that happen independently, if you know how many to expect).
#
# <details><summary>Hint 1</summary>First ask which numbers may come out: any, positive, between 0 and 1, summing to 1?</details>
# <details><summary>Hint 2</summary>Two of the five have the same answer.</details>


# %% nbgrader={"grade_id": "choose-output", "schema_version": 3, "solution": true}
def choose_output(task: str) -> tuple[str, str]:
    """Return (output activation, loss) for one of the five tasks, by the names in the text above."""
    ### BEGIN SOLUTION
    return {
        "digit": ("softmax", "cross-entropy"),
        "tags": ("sigmoid", "binary cross-entropy"),
        "spam": ("sigmoid", "binary cross-entropy"),
        "temperature": ("none", "squared error"),
        "visitors": ("exp", "Poisson"),
    }[task]
    ### END SOLUTION


# %% nbgrader={"grade_id": "choose-output-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("What can it say?", points=2)
def _(check):
    oracle.follow_choice(check, choose_output)


# %% [markdown]
# ## The experiment
#
# Now the myth. On standardized digits, 64 pixels in, 10 classes out, hidden layers of 32 units, trained
# by Adam for ten epochs from ten starts. Each function begins with weights of its own gain, the
# $1/\sqrt{\mathbb E[\varphi(z)^2]}$ of {{initialization}}, and gets the learning rate of its lowest training
# loss. First with two hidden layers. (In the tables, 0.5 is the median; between 0.25 and 0.75, the *quartiles*,
# lies the middle half of the starts.)


# %% tags=["demo"]
hidden_functions = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "ReLU": nn.ReLU, "GELU": nn.GELU}


def gain_of(function):
    """Return 1/√E[φ(z)²] for standard normal z."""
    z = torch.randn(1_000_000, generator=torch.Generator().manual_seed(0))
    return function()(z).square().mean().rsqrt().item()


gains = {name: gain_of(function) for name, function in hidden_functions.items()}
print(", ".join(f"{name} {gain:.3f}" for name, gain in gains.items()))


def make_network(generator, activation, num_hidden, batch_norm=False, scale=1.0):
    """Return a network of hidden layers of 32 units, with weights of `scale` times the gain."""
    function = hidden_functions[activation]

    def between():
        return nn.Sequential(nn.BatchNorm1d(32), function()) if batch_norm else function()

    model = models.mlp([64, *[32] * num_hidden, 10], between, generator)
    for layer in model:
        if isinstance(layer, nn.Linear):
            spread = scale * gains[activation] / math.sqrt(layer.in_features)
            new_weights = spread * torch.randn(layer.weight.shape, generator=generator)
            layer.weight.data.copy_(new_weights)
            nn.init.zeros_(layer.bias)
    return model


def compare(num_hidden, lrs, names=tuple(hidden_functions), num_seeds=10, **how):
    """Train with each function, learning rate and seed."""
    return sweep.run(
        make_network,
        digits,
        activation=list(names),
        num_hidden=num_hidden,
        **how,
        optimizer="Adam",
        lr=lrs,
        seed=range(runtime.scaled(num_seeds, fast=2)),
        num_epochs=runtime.scaled(10, fast=1),
        batch_size=64,
    )


def accuracies(results):
    """Return the quartiles of the accuracy on unseen digits, each function at its best."""
    best = results.best(by="activation", metric="loss")
    return best.groupby("activation")["valid_accuracy"].quantile([0.25, 0.5, 0.75]).unstack()


shallow = accuracies(compare(2, [0.003, 0.01, 0.03]))
shallow.round(3)

# %% tags=["demo"]
first, second = shallow[0.5].nlargest(2)
spread = (shallow[0.75] - shallow[0.25]).max()
winner = shallow[0.5].idxmax() if first - second > spread else "no clear winner"
print(f"The best leads by {first - second:.4f};")
print(f"the quartiles of one function are up to {spread:.4f} apart.")
predict.reveal(prediction, winner)

# %% [markdown]
# And with ten hidden layers?

# %% tags=["demo"]
deep = accuracies(compare(10, [0.003, 0.01]))
deep.round(3)

# %% [markdown]
# The sigmoid is lost: little of the gradient arrives. Is it the sigmoid that is obsolete, or its start? Its
# gain keeps the *signal* at its size. To keep the *gradient*, gain² times the mean squared slope must be near
# 1, and for that it took a gain of 10 in {{initialization}}. Go half of the way, from its gain of 1.85 to
# 5.5: ten layers again, with weights three times as large.

# %% tags=["demo"]
deep_larger = accuracies(compare(10, [0.003, 0.01], names=("sigmoid",), scale=3.0))
deep_larger.round(3)

# %% [markdown]
# The same function, and it reads more than four digits in five. Now the way it is fed. Put *batch
# norm* ({{initialization}}) in front of each activation, which keeps its inputs in the range where it has a
# slope, and repeat, with five starts.

# %% tags=["demo"]
deep_normed = accuracies(
    compare(10, [0.003, 0.01], names=("sigmoid", "ReLU"), num_seeds=5, batch_norm=True)
)
deep_normed.round(3)

# %% [markdown]
# With batch norm ten layers of sigmoids read digits as well as ten layers of ReLUs.
#
# Last, change the task. A network with 16 units in each of two layers learns a curve from 256 points: once a
# smooth one, $\sin 2x$, once one made of straight lines with kinks, $\bigl||x|-1\bigr|$. All points in each
# batch, 1000 steps of Adam with a cosine schedule, five starts each.


# %% tags=["demo"]
def fit_curve(curve):
    """Return the squared error on new points, for each function and seed at its best."""
    generator = torch.Generator().manual_seed(0)
    X = 6 * torch.rand(256, 1, generator=generator) - 3
    X_new = torch.linspace(-3, 3, 400)[:, None]
    points = data.Split(*(part.to(runtime.device()) for part in (X, curve(X), X_new, curve(X_new))))
    num_steps = runtime.scaled(1000, fast=20)
    results = sweep.run(
        lambda generator, activation: models.mlp(
            [1, 16, 16, 1], hidden_functions[activation], generator=generator
        ),
        points,
        activation=list(hidden_functions),
        optimizer="Adam",
        lr=[0.03, 0.1],
        seed=range(runtime.scaled(5, fast=2)),
        num_epochs=num_steps,
        batch_size=256,
        loss_fn=F.mse_loss,
        every=num_steps // 10,
        schedule=lambda step: (1 + math.cos(math.pi * step / num_steps)) / 2,
    )
    best = results.best(by="activation", metric="loss")
    return {name: rows["valid_loss"].tolist() for name, rows in best.groupby("activation")}


# %% tags=["demo"]
curve_errors = {"smooth, sin 2x": fit_curve(lambda x: torch.sin(2 * x))}

# %% tags=["demo"]
curve_errors["kinked, ||x| − 1|"] = fit_curve(lambda x: (x.abs() - 1).abs())

# %% tags=["demo"]
fig, ax = plots.figure(size=(7, 3.6))
with plots.style():
    for place, (curve, errors) in enumerate(curve_errors.items()):
        for number, name in enumerate(hidden_functions):
            runs = torch.tensor(errors[name])
            at = torch.full((len(runs),), number + 0.18 * (2 * place - 1))
            color, marker = ("#0072B2", "o") if place == 0 else ("#D55E00", "s")
            label = curve if number == 0 else ""
            ax.plot(at, runs, marker, color=color, markerfacecolor="none", label=label)
            ax.plot(at[0], runs.median(), "_", color=color, markersize=26, markeredgewidth=2.5)
    ax.set_xticks(range(len(hidden_functions)), list(hidden_functions))
    ax.set(ylabel="mean squared error on new points", yscale="log")
    ax.legend(title="mark: a run, bar: the median")
plots.show(
    fig,
    "Error on two curves for four activations: on the smooth curve tanh and GELU err some forty "
    "times less than ReLU, on the kinked one ReLU errs a hundred times less than all others.",
)

# %% [markdown]
# ## The verdict
#
# - **"ReLU is always best."** No. On digits, with two hidden layers, the four end within one percentage
#   point of each other, as near as two seeds of the same function. **It flips** with the task: on the smooth
#   curve tanh and GELU err some forty times less than ReLU, on the kinked one ReLU errs a hundred times
#   less than they do. A network of ReLUs *is* made of straight lines with kinks.
# - **"The sigmoid is obsolete."** In a deep stack from the usual start, yes: with ten hidden layers it
#   recognized one digit in five. **It flips** with the start alone: from weights three times as large, the
#   same network read 88 %, not far behind the others' 91 %. And it flips with batch norm in front of it: then
#   it reads 95 %, as ReLU does. With two hidden layers it keeps up anyway. As an output it is the usual
#   choice where the answer is yes or no, and as the gate inside SiLU it lives on in the gated layers of
#   language models (Shazeer 2020).
# - **"A dead ReLU recovers."** No. Of 430 units that were killed, 4 came back in ten epochs, and none while
#   the layer below stood still. **It flips** only where the inputs change. Revived by hand they lived, and
#   the accuracy rose from 92 % to 95 %.
#
# All this is small networks on small tasks. A search over many functions and larger tasks found Swish
# ahead of ReLU, by tenths of a percentage point (Ramachandran, Zoph and Le 2017).
#
# ## What to take away
#
# - A slope is a factor in each layer: that of the sigmoid is ¼ at most, so 20 layers pass at most 9.1e-13 of
#   the gradient unless the weights make up for it.
# - Which activation wins depends on the task: on digits, with two hidden layers, the four ended within 1
#   percentage point; on a smooth curve ReLU erred 20 times as much as tanh and GELU, or more, and on a
#   kinked one all others erred 50 times as much as ReLU, or more.
# - Function and start belong together: ten layers of sigmoids read one digit in five from the usual start,
#   88 % from weights three times as large, and 95 % with batch norm.
# - A dead ReLU hardly comes back: of 430 units 4 did so by themselves, and none while the layer below stood
#   still; revived by hand, more than 95 % of them lived on.
# - Depth shatters gradients: with standardized inputs, two examples lose half of their agreement, a factor
#   of 0.5, in each layer.
#
# ## Side by side
#
# | | slope | good for | mind |
# |---|---|---|---|
# | sigmoid | up to ¼ | outputs and gates: a probability | in deep stacks large weights, or batch norm |
# | tanh | up to 1 | smooth targets; outputs around 0 | flat beyond ±3 |
# | ReLU | 0 or 1 | kinked targets | units die; start with gain $\sqrt2$ |
# | leaky ReLU | the leak on the left, 1 on the right | where units die | one more number to choose |
# | ELU | fades to 0 on the far left, 1 on the right | where units die | far out it is flat as well |
# | SiLU, GELU | smooth, slightly negative at times | smooth targets | which GELU is meant |
# | softmax | – | one of many classes | not before a loss that has one inside |
#
# ## Going further
#
# - Balduzzi, D. et al. (2017). The shattered gradients problem: if resnets are the answer, then what is the question? arXiv:1702.08591
# - Blanchard, P., Higham, D. J. and Higham, N. J. (2021). Accurately computing the log-sum-exp and softmax functions. *IMA Journal of Numerical Analysis* 41. doi:10.1093/imanum/draa038
# - Clevert, D.-A., Unterthiner, T. and Hochreiter, S. (2016). Fast and accurate deep network learning by exponential linear units. arXiv:1511.07289
# - Elfwing, S., Uchibe, E. and Doya, K. (2018). Sigmoid-weighted linear units for neural network function approximation in reinforcement learning. arXiv:1702.03118
# - He, K., Zhang, X., Ren, S. and Sun, J. (2015). Delving deep into rectifiers. arXiv:1502.01852
# - Hendrycks, D. and Gimpel, K. (2016). Gaussian error linear units. arXiv:1606.08415
# - LeCun, Y., Bottou, L., Orr, G. B. and Müller, K.-R. (1998). Efficient backprop. *Neural Networks: Tricks of the Trade*, Springer. doi:10.1007/3-540-49430-8_2
# - Maas, A. L., Hannun, A. Y. and Ng, A. Y. (2013). Rectifier nonlinearities improve neural network acoustic models. *ICML Workshop on Deep Learning for Audio, Speech and Language Processing*.
# - Ramachandran, P., Zoph, B. and Le, Q. V. (2017). Searching for activation functions. arXiv:1710.05941
# - Saxe, A. M., McClelland, J. L. and Ganguli, S. (2014). Exact solutions to the nonlinear dynamics of learning in deep linear neural networks. arXiv:1312.6120
# - Shazeer, N. (2020). GLU variants improve transformer. arXiv:2002.05202
# - Sokar, G., Agarwal, R., Castro, P. S. and Evci, U. (2023). The dormant neuron phenomenon in deep reinforcement learning. arXiv:2302.12902

# %% [markdown]
# ## Once more
#
# The questions from the beginning. Answer without looking back; then each answer gets its sentence.
#
# - **ten sigmoids**: ten hidden layers of sigmoids, from the usual start, read one digit in five. What lets them
#   read nearly nine of ten? `"smaller initial weights"`, `"larger initial weights"` or `"only another function"`.
# - **dead units**: 430 units with ReLU are dead: they give 0 for all examples. How many of them come back by
#   themselves in ten epochs? `"about 4"`, `"about 200"` or `"nearly all"`.
# - **smooth curve**: a small network learns a smooth curve, once with tanh and once with ReLU. Whose error is
#   larger? `"that of tanh"`, `"that of ReLU"` or `"they are alike"`.

# %% tags=["prediction"]
at_last = {
    "ten sigmoids": ...,
    "dead units": ...,
    "smooth curve": ...,
}

# %% tags=["demo"]
predict.last("activations", at_last, before=at_first)

# %% [markdown]
# ## How far you are
#
# What you have solved and predicted, from a file on your machine that no grader reads. (What the cell shows is
# saved in the notebook, as any output is.)

# %% tags=["demo"]
from nblib import progress

progress.show()
