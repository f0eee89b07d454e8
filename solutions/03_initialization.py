# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lesson · Initialization
#
# > **The myth.** *Initial weights hardly matter. Zero is a safe start. And batch norm makes the
# > question irrelevant.*
#
# Training begins somewhere. In a shallow network almost any start will do; in a deep one a start that is
# off by a factor of two in each layer is off by a billion after thirty, and gradient descent gets nowhere
# from there. You will compute the right start for any layer and any activation (the function between two
# layers), and then see how far *batch norm*, which corrects the signals in every step, takes you without
# it.
#
# **You will be able to**
#
# - say what goes wrong with equal weights, and count it;
# - predict at which layer a signal vanishes, before you run anything;
# - start dense and convolutional layers by Xavier, He, orthogonally, or by measurement (LSUV);
# - find the gain of an activation that you have no formula for;
# - write batch norm, for training and for use, and say what it cures and what it does not.
#
# **Time** about 5 hours, in as many sittings as you like. **You need** modules, generators and matrix
# products as in [{{start_here}}]({{start_here.ipynb}}), layers and activations as in
# [{{backpropagation}}]({{backpropagation.ipynb}}), momentum, Adam and the cross-entropy of
# [{{gradient_descent}}]({{gradient_descent.ipynb}}), the mean and the variance; most else is explained
# where it comes. **Points** 25, in 10 exercises; each stands on its own.

# %% nbgrader={"grade_id": "setup", "locked": true, "schema_version": 3}
import itertools
import math

from nblib import checks, data, oracles, playground, plots, predict, runtime, sweep, training
from nblib.oracles import initialization as oracle
from nblib.playground.demos.layers import propagate

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
# - **border**: in a valley of curvature 4, up to which learning rate does gradient descent not diverge? `"0.25"`,
#   `"0.5"` or `"1"`.
# - **equal units**: the 32 units of a hidden layer begin with the same weights. As how many different units does
#   the layer learn? `"1"`, `"some of the 32"` or `"32"`.
# - **half the variance**: a network of 30 layers with ReLU begins with half the right variance of its weights. How
#   much of the signal's mean square is left at its end? `"about half"`, `"about a thirtieth"` or
#   `"about a billionth"`.
# - **forgiven by batch norm**: batch norm stands between the layers. For which bad start does it make up?
#   `"weights of a tenth of the right size"`, `"equal weights"` or `"zero weights"`.

# %% tags=["prediction"]
at_first = {
    "border": ...,
    "equal units": ...,
    "half the variance": ...,
    "forgiven by batch norm": ...,
}

# %% tags=["demo"]
predict.first("initialization", at_first)

# %% [markdown]
# ## Predict first
#
# Later you will train a network of 30 layers, with ReLU between them, from five different starts: all
# weights zero; random numbers of three sizes, PyTorch's default (the smallest), Xavier's and He's; and
# *orthogonal* matrices, which stretch all directions alike. Only the start differs. From which of them
# does the network learn anything within 6 epochs? Replace the three dots by one of `"all"`,
# `"all but zero"`, `"He and orthogonal"` or `"only orthogonal"`. A guess is free, and it is not graded.

# %% tags=["prediction"]
prediction = ...

# %% tags=["demo"]
STARTS_THAT_LEARN = ["all", "all but zero", "He and orthogonal", "only orthogonal"]
predict.note(prediction, STARTS_THAT_LEARN)

# %% [markdown]
# ## Twins
#
# Why not start with zeros, or with any other number, the same everywhere? A layer computes sums of its
# inputs $h$, $z = Wh + b$, one for each of its *units*: a row of $W$ holds the incoming weights of a unit, an
# entry of $b$ is its *bias*. The activation makes of each $z$ an input of the next layer. Layers before the
# last one are *hidden*.
#
# Look at two units of a hidden layer that begin with the same bias and the same weights, coming in and going
# out. They compute the same. By the chain rule, the gradient of an incoming weight is its input, times the
# slope of the activation, times what comes back through the outgoing weights: again the same; so after the
# step they are still the same. And so on: as long as nothing random treats them differently, twins do not
# part. A layer of a hundred twins is a layer of one unit.
#
# > **symmetry breaking**: starting from weights that differ, at random, so that units can learn
# > different things.
#
# ### Exercise · Count the units
# *2 points · 15 minutes · difficulty ●●○*
#
# How many different units does a layer really have? Two units of a layer compute the same if their
# incoming weights and their biases agree. Computers round, so let us call two numbers equal if they
# differ by no more than `tolerance`. (In general that is a slippery word: $a$ may equal $b$, and $b$
# equal $c$, but $a$ not $c$. Here no layer is so unkind: units that equal the same unit equal each other.)
#
# In PyTorch the weight of a layer has the shape (outputs, inputs): **a row for each unit**. (A batch `X`,
# a row for each example, goes through it as `X @ W.T + b`; `.T` swaps rows and columns, so this $W$ is
# that of {{gradient_descent}}, transposed.)
#
# <details><summary>Hint 1</summary>Keep a list of the units that are new. Go through all units, and compare each with those in the list.</details>
# <details><summary>Hint 2</summary>A unit is its row and its bias: <code>torch.cat([W, b[:, None]], dim=1)</code> puts both in one row; <code>b[:, None]</code> is b as a column.</details>
# <details><summary>Hint 3</summary>Rows <code>r</code> and <code>s</code> are equal if <code>(r - s).abs().max() &lt;= tolerance</code>.</details>


# %% nbgrader={"grade_id": "distinct-units", "schema_version": 3, "solution": true}
def distinct_units(W: torch.Tensor, b: torch.Tensor, tolerance: float) -> int:
    """Return how many different units a layer has.

    `W`: (num_units, num_inputs), a row of incoming weights for each unit. `b`: (num_units,), biases.
    Both are float32 or float64; there is at least one unit. Two units are the same if no weight,
    and not the bias, differs by more than `tolerance`.
    """
    ### BEGIN SOLUTION
    units = torch.cat([W, b[:, None]], dim=1)  # (num_units, num_inputs + 1)
    different = []
    for unit in units:
        if all((unit - known).abs().max() > tolerance for known in different):
            different.append(unit)
    return len(different)
    ### END SOLUTION


# %% nbgrader={"grade_id": "distinct-units-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Count the units", points=2, hidden=1)
def _(check):
    shuffled = [[1.0, 2.000002, 0, 5], [2, 1, 0, 5], [5, 2, 0, 1], *[[1, 2.000004, 0, 5]] * 2]
    biased = [[1.0, 2, 3], [1, 2, 3], [4, 2, 3], [4, 2, 3], [1, 2, 3]]
    mirrored = [[1.0, -2], [-1, 2], [1, -2], [1, 5], [1, 5]]
    large = [[10000.0, 1], [10000.5, 1.5], [4.75, 1], [4, 1], [7, 2], [9, 2]]  # just 0.5 apart
    near = [  # apart by less than 0.001, on two sides of a border; or by more, far from zero
        [1000, 1000.004, 1000, 11e-4, 9e-4, 21e-4, 19e-4, 31e-4, 29e-4, 41e-4, 39e-4],
        [14e-4, 14e-4, 16e-4, 3.0003, 3.0003, 4.0003, 4.0003, 6.0003, 6.0003, 7.0003, 7.0003],
    ]
    near = [[*column, 5.0003, 5.0009, 8.0002, 8.0011] for column in near]
    float64 = torch.float64
    check.agree(
        distinct_units,
        oracle.distinct_units,
        (torch.tensor(shuffled), torch.tensor([0, 0, 0, 0, 3e-6]), 1e-5),
        (torch.tensor(biased), torch.tensor([0.0, 1, 0, 1, 0]), 1e-5),
        (
            torch.tensor(mirrored, dtype=float64),
            torch.tensor([1, -1, 1, 2, 2], dtype=float64),
            1e-5,
        ),
        (torch.tensor(large), torch.tensor([0.0, 0.5, 0, 0, 9, 7]), 0.5),
        (torch.tensor(near, dtype=float64).T, torch.zeros(15, dtype=float64), 1e-3),
        (torch.tensor([[3.0, -1]]), torch.tensor([2.0]), 0.1),  # a single unit
        mistakes=oracle.UNITS,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Random groups of twins, shuffled; large numbers; both dtypes")
def _(check):
    generator = oracles.fresh_generator()
    for dtype, scale, tolerance in ((torch.float64, 1.0, 1e-6), (torch.float32, 1e4, 0.5)):
        for groups, num_inputs in ((1, 3), (4, 2), (9, 5)):
            far = scale * torch.randn(num_inputs + 1, generator=generator, dtype=torch.float64)
            originals = far.repeat(groups, 1)
            for k in range(groups):  # each differs from the others in one or two places
                originals[k, k % (num_inputs + 1)] += 3 * tolerance * (k + 1)
            copies = torch.cat([originals, originals, originals[torch.arange(7) % groups]])
            copies += 0.4 * tolerance * (2 * torch.rand(copies.shape, generator=generator) - 1)
            copies = copies[torch.randperm(len(copies), generator=generator)].to(dtype)
            number = check.call(distinct_units, copies[:, :-1], copies[:, -1], tolerance)
            check.equal(number, groups)


### END HIDDEN TESTS

# %% [markdown]
# Now train: 64 pixels, 32 hidden units, 10 digits, five seeds, from four starts. The third adds a little
# noise, a thousandth, to equal weights. (`nn.Linear` is a layer, `nn.Sequential` a chain of modules.)


# %% tags=["demo"]
def shallow_net(generator, start):
    """Return 64-32-10 with ReLU; all biases are zero at first."""
    layers = [nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10)]
    for layer in (layers[0], layers[2]):
        nn.init.zeros_(layer.bias)
        if start == "random":
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu", generator=generator)
        else:
            noise = 0.001 if start == "equal + noise" else 0.0
            nn.init.normal_(layer.weight, 0.0, noise, generator=generator)
            layer.weight.data += 0.0 if start == "zero" else 0.1
    return nn.Sequential(*layers).to(runtime.device())


split = data.digits()
units, accuracy = {}, {}
for start in ("zero", "equal", "equal + noise", "random"):
    units[start], accuracy[start] = [], []
    for seed in range(runtime.scaled(5, fast=2)):
        generator = torch.Generator().manual_seed(seed)
        model = shallow_net(generator, start)
        training.fit(
            model,
            torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9),
            split.X_train,
            split.y_train,
            num_epochs=runtime.scaled(5, fast=1),
            batch_size=64,
            generator=generator,
        )
        hidden = torch.cat([model[0].weight, model[0].bias[:, None]], dim=1)  # (32, 65)
        units[start].append(len(hidden.detach().cpu().round(decimals=4).unique(dim=0)))
        accuracy[start].append(training.evaluate(model, split.X_test, split.y_test)["accuracy"])
    print(
        f"{start:13}: {sorted(set(units[start]))} different units, "
        f"accuracy {min(accuracy[start]):.2f} to {max(accuracy[start]):.2f} on unseen digits"
    )

# %% [markdown]
# From zero, the weights do not move: the gradient of each has a factor that is zero (its input, or what
# comes back), so only the output's biases learn. Equal weights learn what a single unit can. A grain of
# noise is enough to part the twins, **in a shallow network**. So the start is random. It was so already
# in the paper that made *backpropagation* known, which is the chain rule from the last layer back to the
# first: small random numbers, to break the symmetry (Rumelhart, Hinton and Williams 1986). How small,
# then?
#
# ## A signal on its way
#
# Follow the signal through one layer of $n$ inputs with random weights of mean 0 and standard deviation
# $\sigma$ (the root of the variance), and no biases. Each unit adds up $n$ products, $z = \sum_i w_i h_i$.
# How large is $z^2$ on average? Write $\mathbb E$ ("expectation") for the mean over all draws of the weights,
# and multiply the sum out:
#
# $$\mathbb E[z^2] = \sum_i \sum_j \mathbb E[w_i w_j]\;\mathbb E[h_i h_j].$$
#
# (The weights are drawn without a look at $h$, so the mean of the product is the product of the means.)
# Two different weights are *independent*, one tells nothing of the other, and then means multiply:
# $\mathbb E[w_i w_j] = \mathbb E[w_i]\,\mathbb E[w_j] = 0 \cdot 0$: the mixed terms are gone. The $n$
# terms with $i = j$ are left, $\mathbb E[w_i^2]$ is the variance $\sigma^2$, and $\mathbb E[h^2]$ stands
# for the mean over all inputs, too:
#
# $$\mathbb E[z^2] = n\,\sigma^2\, \mathbb E[h^2].$$
#
# Then ReLU throws half of it away: where $-w$ is as likely as $w$, $z$ is symmetric around 0, so half of
# the mean comes from negative ones, and $\mathbb E[\mathrm{relu}(z)^2] = \tfrac12 \mathbb E[z^2]$. Per
# layer, the *size* of the signal, its root mean square $\sqrt{\mathbb E[h^2]}$, is multiplied by
#
# $$\sigma\sqrt{n/2}\,.$$
#
# If all layers have the same width, each multiplies by the same number, as each step of gradient descent
# did in {{gradient_descent}}, and again 1 is the border. $\sigma = \sqrt{2/n}$ keeps the signal: that is
# the start of He et al. (2015).
#
# > **He's start**: weights with the standard deviation √(2/n) for n inputs, which keep the size of a
# > signal through layers with ReLU; in PyTorch, `kaiming_normal_`, after his first name.
#
# ## Explore
#
# Below, a network of 200 units per layer; "gain" is $\sigma\sqrt n$. Histograms show the signals going
# forward and the gradients coming back.
#
# **Your goal**: signals between 0.5 and 2 (their standard deviation) at layer 30, and gradients that
# arrive at layer 1 with roughly the size they had at layer 30 (up to about ten times as much will do).
# First with ReLU, where the formula tells you the gain; then with tanh, an S from −1 to 1, where it does
# not. And the sigmoid, an S from 0 to 1: no gain that the slider offers does it. Why not? And what would
# a gain of 10 do?
#
# <details><summary>Why not?</summary>Its slope, s(1 − s) at the value s, is at most ¼, and the weights multiply a gradient by about the gain (see *Forward and back*). So with the gain 3 a gradient on its way back through 29 layers is multiplied by at most (3/4)²⁹, a four-thousandth, on average over many units. And its values lie between 0 and 1: a standard deviation above ½, that of half zeros and half ones, is out of reach for them.</details>

# %% tags=["demo"]
playground.depth()

# %% [markdown]
# Beyond the slider, then. How much of the gradient comes back, and do the signals still differ from input
# to input? Send 50 random inputs through. The *correlation* of two signals at layer 30 says how much they
# resemble each other: 0 if they have nothing to do with each other, 1 if they are the same but for their
# size and mean. Here is its average over all pairs of inputs, and the gradient at layer 1 as a multiple
# of that at layer 30, in ten draws of the weights:


# %% tags=["demo"]
def through_thirty(activation, gain, seed):
    """Return the gradient at layer 1, that at layer 30 being 1, and how two inputs correlate there."""
    signals = propagate(gain, 30, activation, seed)
    correlation = torch.corrcoef(signals.activations[-1])  # (50, 50) examples
    others = (correlation.sum() - len(correlation)) / (correlation.numel() - len(correlation))
    return (signals.gradients[0].norm() / signals.gradients[-1].norm()).item(), others.item()


arrives, resembles = {}, {}
for activation, at_gain in [
    *(("sigmoid", at_gain) for at_gain in (1.85, 4, 10, 12)),
    *(("ReLU", 1.41), ("tanh", 1.59)),
]:
    runs = [through_thirty(activation, at_gain, seed) for seed in range(runtime.scaled(10, fast=2))]
    case = activation, at_gain
    arrives[case], resembles[case] = (sorted(column) for column in zip(*runs, strict=True))
    print(
        f"{activation:7}, gain {at_gain:5}: gradient {arrives[case][0]:.2g} to "
        f"{arrives[case][-1]:.2g}, correlation {resembles[case][0]:.3f} to {resembles[case][-1]:.3f}"
    )

# %% [markdown]
# At a gain of 10 the gradient does come back through thirty sigmoids, with half of its size or all of it.
# But by then inputs that had nothing in common look alike: two signals correlate to 0.97 or more on
# average. At a gain of 4 the correlation is 1.000; at 12 the gradient explodes. So the gradient arrives,
# and finds next to nothing to tell the examples apart by. (ReLU has a milder form of this illness. With
# tanh, inputs stay as different as they were, and the gradient grows ninefold.)
#
# ### Exercise · At which layer is it gone?
# *2 points · 15 minutes · difficulty ●●○*
#
# "Small random numbers" was good advice for a long time; a famous network of 2012 began with
# $\sigma = 0.01$ in each layer (Krizhevsky, Sutskever and Hinton 2012). Computers know a smallest
# positive number: in float32 it is $2^{-149}$, about $10^{-45}$, and what is less becomes zero. The input
# has size 1, and each layer (with ReLU) multiplies by $\sigma\sqrt{n/2}$, which is below 1 here. Which is
# the first layer whose signal has a size below the smallest number? (In none of the cases here does a
# layer meet it exactly. And calculate in Python's own numbers, float64, which vanish much later.)
#
# <details><summary>Hint 1</summary>After $L$ layers the size is $q^L$ with $q = \sigma\sqrt{n/2}$. Count, or solve $q^L &lt; s$ with logarithms.</details>
# <details><summary>Hint 2</summary>The logarithms are negative: dividing by $\log q$ turns the inequality round, $L &gt; \log s / \log q$. Layers are whole numbers.</details>


# %% nbgrader={"grade_id": "vanishing-depth", "schema_version": 3, "solution": true}
def vanishing_depth(std: float, num_inputs: int, smallest: float) -> int:
    """Return the number of the first layer whose signal has a size below `smallest`.

    Size is the root mean square, 1 at the input (layer 0). Each layer has weights with standard
    deviation `std`, `num_inputs` inputs per unit, and ReLU; std·√(num_inputs/2) is between 0 and 1,
    and so is `smallest`. There are 300 layers at most.
    """
    ### BEGIN SOLUTION
    factor = std * math.sqrt(num_inputs / 2)
    return math.floor(math.log(smallest) / math.log(factor)) + 1
    ### END SOLUTION


# %% nbgrader={"grade_id": "vanishing-depth-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("At which layer is it gone?", points=2, hidden=1)
def _(check):
    check.agree(
        vanishing_depth,
        oracle.vanishing_depth,
        (0.01, 81, 2.0**-149),  # float32
        (0.45, 1, 2.0**-149),  # a single input for each unit
        (0.0008, 1000, 2.0**-24),  # float16
        (0.22, 3, 0.002),
        (0.3, 2, 0.6),  # gone in the first layer
        mistakes=oracle.DEPTH,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Random layers, narrow and wide, for five smallest numbers")
def _(check):
    generator = oracles.fresh_generator()
    for smallest in (2.0**-149, 2.0**-133, 2.0**-24, 0.003, 0.6):
        for _ in range(4):
            num_inputs, exact = 1 + int(torch.randint(2000, (), generator=generator)), 1.0
            while not 0.05 < exact % 1 < 0.95:  # so near a whole number rounding would decide
                factor = 0.02 + 0.68 * torch.rand(1, generator=generator).item()
                exact = math.log(smallest) / math.log(factor)
            std = factor / math.sqrt(num_inputs / 2)
            layer = check.call(vanishing_depth, std, num_inputs, smallest)
            check.equal(layer, math.ceil(exact))


### END HIDDEN TESTS

# %% [markdown]
# Does a computer agree? Standard normal inputs, fresh weights in each layer, until all is zero:
#
# > **normal distribution**: that of random numbers along a bell curve, also called Gaussian; *standard* if
# > the mean is 0 and the standard deviation 1.


# %% tags=["demo"]
def measured_depth(std, num_inputs, seed):
    """Return the first layer at which each of 64 × num_inputs signals is zero, in float32."""
    generator = torch.Generator().manual_seed(seed)
    h, layer = torch.randn(64, num_inputs, generator=generator), 0
    while h.any():
        h = torch.relu(h @ (std * torch.randn(num_inputs, num_inputs, generator=generator)))
        layer += 1
    return layer


vanished = {}
for std, num_inputs in ((0.01, 100), (0.01, 256), (0.02, 100)):
    seeds = range(runtime.scaled(10, fast=2))
    vanished[std, num_inputs] = [measured_depth(std, num_inputs, seed) for seed in seeds]
    theory = math.log(2.0**-149) / math.log(std * math.sqrt(num_inputs / 2))
    print(
        f"σ = {std}, {num_inputs} inputs: all zero at layer "
        f"{sorted(set(vanished[std, num_inputs]))}, theory {math.ceil(theory)}"
    )

# %% [markdown]
# At the layer that you predicted, or up to two later: the last to go is the largest of thousands of
# signals, not the typical one.
#
# And the border itself? Three standard deviations, 30 layers of 512 units, ten seeds (the shaded band holds
# the middle half of them):


# %% tags=["demo"]
def mean_squares(activation, factor, depth, seed, width=512):
    """Return E[h²] after each layer, (depth,), if weights have the variance factor/width."""
    generator = torch.Generator().manual_seed(seed)
    h, squares = torch.randn(256, width, generator=generator), []
    for _ in range(depth):
        h = activation(h @ torch.randn(width, width, generator=generator) * (factor / width) ** 0.5)
        squares.append((h**2).mean())
    return torch.stack(squares)


seeds = range(runtime.scaled(10, fast=2))
depth_of_signal = {
    f"σ² = {factor}/n": torch.stack([mean_squares(torch.relu, factor, 30, seed) for seed in seeds])
    for factor in runtime.progress((3, 2, 1), "sending signals through 30 layers")
}
fig, ax = plots.figure(size=(7, 3.4))
for name, squares in depth_of_signal.items():
    plots.band(ax, range(1, 31), squares, name)
    ratio = (squares[:, -1] / squares[:, 0]) ** (1 / 29)  # per layer
    print(
        f"{name}: E[h²] changes by {ratio.min():.3f} to {ratio.max():.3f} per layer; "
        f"median at layer 30: {squares[:, -1].median():.2g}"
    )
ax.set(xlabel="layer", ylabel="mean square E[h²]", yscale="log")
plots.show(
    fig,
    "Mean square of the signal over 30 ReLU layers, on a logarithmic axis: straight lines, up for "
    "σ² = 3/n, level for 2/n, down to a billionth for 1/n.",
)

# %% [markdown]
# A factor of two in the variance, and after 30 layers a billionth is left.
#
# ## Forward and back
#
# The gradient makes the same journey in the other direction. If $h_i$ grows a little, each sum $z_j$ that
# it feeds grows $W_{ji}$ times as much. So, by the chain rule, its gradient adds up theirs, each times
# that weight,
#
# $$\frac{\partial L}{\partial h_i} = \sum_j W_{ji}\, \frac{\partial L}{\partial z_j},$$
#
# again a sum of products with weights. What is multiplied again and again by a number other than 1
# *vanishes* or *explodes*, the gradient like the signal. So two numbers of a layer count:
#
# - *fan-in*: how many inputs one output adds up;
# - *fan-out*: how many outputs one input feeds.
#
# A *convolution* slides a small window of weights, the kernel, over a picture, and adds up, at each
# place, weight times pixel; a picture has several *channels*, such as red, green and blue. With a kernel
# of $k_1 \times k_2$ pixels one output adds up $k_1 k_2$ pixels from each input channel, and each pixel
# goes into $k_1 k_2$ pixels of each output channel.
#
# > **vanishing gradient**: a gradient that shrinks by a factor in each layer on its way back, so that next
# > to nothing of it reaches the first ones; one that grows in each layer *explodes*.
# >
# > **fan-in**: how many inputs one output of a layer adds up; *fan-out* is how many outputs one input
# > feeds.
#
# ### Exercise · Fan-in and fan-out
# *2 points · 15 minutes · difficulty ●○○*
#
# PyTorch stores weights as (outputs, inputs) in a *dense* layer (`nn.Linear`), and as (output channels,
# input channels, kernel sides ...) in a convolution, with one, two or three kernel sides.
#
# <details><summary>Hint</summary><code>math.prod(shape[2:])</code> is the number of places in the kernel; the product of nothing is 1.</details>


# %% nbgrader={"grade_id": "fans", "schema_version": 3, "solution": true}
def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return (fan_in, fan_out) of a layer whose weight has this shape.

    `shape` is (outputs, inputs), or (output channels, input channels, *kernel sides), with one, two
    or three sides. Return two whole numbers, as a tuple or a list.
    """
    ### BEGIN SOLUTION
    num_outputs, num_inputs, *kernel = shape
    area = math.prod(kernel)
    return num_inputs * area, num_outputs * area
    ### END SOLUTION


# %% nbgrader={"grade_id": "fans-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Fan-in and fan-out", points=2, hidden=1)
def _(check):
    check.agree(
        fans,
        oracle.fans,
        ((10, 64),),
        ((32, 16, 5, 3),),
        ((6, 4, 7),),
        ((9, 5, 2, 3, 4),),
        ((8, 3, 1, 1),),
        mistakes=oracle.FANS,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Random shapes with up to three kernel sides, counted on a real layer")
def _(check):
    generator = oracles.fresh_generator()
    for num_sides in (0, 1, 2, 3):
        shape = torch.randint(2, 6, (num_sides + 2,), generator=generator).tolist()
        shape[0] += 4  # never square
        found = check.call(fans, tuple(shape))
        weight = torch.empty(shape)
        check.equal(found, [weight[0].numel(), weight[:, 0].numel()])


### END HIDDEN TESTS

# %% [markdown]
# Without an activation, the signal wants $n\sigma^2 = 1$, a variance of $1/\text{fan-in}$. The gradient is a
# sum of as many terms as fan-out, so it wants $1/\text{fan-out}$. Glorot and Bengio (2010) divided by the
# mean of the two, a start that is known by the first author's given name, *Xavier*:
#
# $$\sigma^2 = \frac{2}{\text{fan-in} + \text{fan-out}}$$
#
# > **Xavier's start**: weights with the variance 2/(fan-in + fan-out), a compromise between the signal
# > on its way forward and the gradient on its way back; also named after Glorot.
#
# ### Exercise · Xavier
# *2 points · 15 minutes · difficulty ●●○*
#
# They drew the weights *uniformly* between $-a$ and $a$, each number as likely as any other. A uniform
# number in this range has the variance $a^2/3$. Which $a$ gives the variance above? Draw from the
# generator that you are given, so that a start can be repeated; and do not seed it anew: it moves on with
# each draw, so the next layer gets other weights. `nn.init` may help you, if you give it the generator.
#
# <details><summary>Hint 1</summary>Solve $a^2/3 = 2/(\text{fan-in} + \text{fan-out})$ for $a$.</details>
# <details><summary>Hint 2</summary><code>torch.rand(shape, generator=generator)</code> lies between 0 and 1. Stretch it and shift it.</details>


# %% nbgrader={"grade_id": "xavier", "schema_version": 3, "solution": true}
def xavier_uniform(shape: tuple[int, ...], generator: torch.Generator) -> torch.Tensor:
    """Return new weights of this shape, uniform in [−a, a], with variance 2/(fan_in + fan_out).

    `shape` is (outputs, inputs), or (output channels, input channels, *kernel sides), with one, two
    or three sides. The result is float32, every weight drawn from `generator`.
    Source: Glorot and Bengio (2010), eq. 16.
    """
    ### BEGIN SOLUTION
    area = math.prod(shape[2:])
    bound = math.sqrt(6 / ((shape[0] + shape[1]) * area))
    return (2 * torch.rand(shape, generator=generator) - 1) * bound
    ### END SOLUTION


# %% nbgrader={"grade_id": "xavier-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Xavier", points=2, hidden=1)
def _(check):
    check.agree(
        xavier_uniform,
        oracle.xavier,
        oracle.weights((900, 500), seed=0),
        oracle.weights((200, 400, 3, 2), seed=1),
        oracle.weights((300, 150, 9), seed=2),
        oracle.weights((120, 50, 3, 2, 4), seed=3),
        mistakes=oracle.XAVIER,
    )
    check.agree(
        xavier_uniform,
        oracle.xavier,
        oracle.from_generator((3, 2)),
        mistakes=oracle.sources(oracle.xavier),
    )
    _, (_, generator) = checks.call_inplace(
        xavier_uniform, (3, 2), torch.Generator().manual_seed(0)
    )
    check.that(
        oracle.has_moved(generator),
        "The generator has not moved on, so the next layer would get the very same weights: draw "
        "from the one that you are given, not from a copy.",
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Dense and convolution shapes, never square, from a generator of today")
def _(check):
    today = int(torch.randint(2**31, (), generator=oracles.fresh_generator()))
    shapes = ((700, 190), (170, 800), (90, 70, 5, 4), (110, 140, 9), (90, 60, 3, 2, 4))
    plays = [oracle.weights(shape, today + k) for k, shape in enumerate(shapes)]
    check.agree(xavier_uniform, oracle.xavier, *plays)


### END HIDDEN TESTS

# %% [markdown]
# ## Any activation
#
# ReLU costs a factor $\tfrac12$, so He's start pays $2$ back: the weights are larger by $\sqrt2$, the
# *gain* of ReLU. Any activation $\varphi$ that is not 0 everywhere has one. In a wide layer $z$ is a sum
# of many small independent terms, and such sums are nearly normal (the *central limit theorem*; take it
# on trust). So let $z$ be standard normal; then
#
# $$\text{gain} = \frac{1}{\sqrt{\mathbb E[\varphi(z)^2]}}, \qquad \sigma = \frac{\text{gain}}{\sqrt{\text{fan-in}}}$$
#
# and with this start sums $z$ of mean square 1 lead to sums of mean square 1 in the next layer:
# $n\sigma^2\,\mathbb E[\varphi(z)^2] = \text{gain}^2/\text{gain}^2$.
#
# > **gain**: the factor by which the weights must be larger than 1/√fan-in, to make up for what an activation
# > takes away from the size of the signal.
# >
# > **Monte Carlo**: estimating a mean by drawing at random and averaging.
#
# ### Exercise · The gain of any activation
# *3 points · 20 minutes · difficulty ●●○*
#
# For ReLU the mean is ½, as above. Most activations know no such short cut, but you can do without: draw a
# million normal numbers and take the mean. This is called *Monte Carlo*, after the casino. When your
# work is graded, the activation will be one that you have never seen: it may jump, it may be negative
# everywhere, or zero nearly everywhere. Draw from the generator; float32 will do, and float64 as well.
# You may call the activation more than once, but give it many numbers at a time.
#
# <details><summary>Hint 1</summary><code>torch.randn(num_samples, generator=generator)</code>, through the activation, squared, averaged.</details>
# <details><summary>Hint 2</summary>The mean of the squares, not the variance: what matters is how large the signal is, wherever its middle lies.</details>


# %% nbgrader={"grade_id": "gain", "schema_version": 3, "solution": true}
def gain(activation, num_samples: int, generator: torch.Generator) -> float:
    """Return 1/√E[φ(z)²] for standard normal z, estimated from `num_samples` draws.

    `activation` is φ: it takes a tensor of any shape and returns one of the same shape. All draws
    come from `generator`, and all count; their number need not be a round one. From a million of
    them the result, a float or a tensor of one number, is right within 2 %.
    """
    ### BEGIN SOLUTION
    z = torch.randn(num_samples, generator=generator)
    return activation(z).square().mean().rsqrt().item()
    ### END SOLUTION


# %% nbgrader={"grade_id": "gain-test", "grade": true, "points": 3, "schema_version": 3}
@checks.exercise("The gain of any activation", points=3, hidden=2)
def _(check):
    check.agree(gain, oracle.gain, oracle.samples, mistakes=oracle.SAMPLES)
    check.agree(
        gain,
        oracle.gain,
        oracle.estimate(torch.relu, seed=0),
        oracle.estimate(torch.tanh, seed=1),
        oracle.estimate(torch.sigmoid, seed=2),
        mistakes=oracle.GAIN_OF_KNOWN,
    )
    check.agree(
        gain,
        oracle.gain,
        oracle.estimate(lambda z: -1 - F.softplus(2 * z), seed=3),  # negative everywhere
        oracle.estimate(lambda z: 3.0 * (z > 1), seed=4),  # a jump, and 0 nearly everywhere
        oracle.estimate(lambda z: torch.where(z < 0, z / 10, 1 + torch.sin(z)), seed=5),
        mistakes=oracle.GAIN,
    )
    check.agree(
        gain,
        oracle.gain,
        oracle.from_generator(torch.tanh, 1000),
        mistakes=oracle.sources(oracle.gain),
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Activations that nobody has seen, against an integral")
def _(check):
    generator = oracles.fresh_generator()
    z = torch.linspace(-9, 9, 18001, dtype=torch.float64)
    density = torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    for _ in range(3):
        a, b, c = (0.5 + 2 * torch.rand(3, generator=generator)).tolist()
        unseen = [
            lambda z, a=a, b=b, c=c: a * torch.sin(b * z) + c * (z > a / 3),
            lambda z, a=a, c=c: c * torch.where(z < 0, z / 10, torch.tanh(z) + a),
            lambda z, b=b, c=c: -c - F.softplus(b * z),
        ]
        for activation in unseen:
            mean_square = torch.trapezoid(activation(z) ** 2 * density, z).item()
            found = check.call(gain, activation, 1_000_000, generator)
            check.close(found, 1 / math.sqrt(mean_square), rtol=0.02)


@checks.hidden("A narrow one: it answers to rare, large z only")
def _(check):
    generator = oracles.fresh_generator()
    found = check.call(gain, lambda z: 3.0 * (z.abs() > 2), 1_000_000, generator)
    check.close(found, 1 / math.sqrt(9 * math.erfc(math.sqrt(2))), rtol=0.02)


### END HIDDEN TESTS

# %% [markdown]
# What your gain does for thirty layers is drawn in the panel on the right; choose other activations.

# %% tags=["demo"]
playground.depth("tanh", gain=gain)

# %% [markdown]
# Some activations were made so that their gain is 1: SELU (Klambauer et al. 2017) is $1.0507\,z$ above 0
# and $1.7581\,(e^z - 1)$ below, odd constants chosen for that, and for a mean of 0. Fifty layers with
# weights of variance $1/n$, ten seeds; and tanh, once with variance $1/n$ and once with its gain.

# %% tags=["demo"]
selu = torch.stack([mean_squares(torch.selu, 1.0, 50, seed, width=256)[-1] for seed in seeds])
print(
    f"SELU: E[h²] at layer 50 is {selu.min():.3f} to {selu.max():.3f}, median {selu.median():.3f}"
)
tanh_end = {}
for name, tanh_gain in (("gain 1", 1.0), ("its gain", 1.5925)):
    tanh_end[name] = torch.stack(
        [mean_squares(torch.tanh, tanh_gain**2, 50, seed, width=256)[-1] for seed in seeds]
    )
    print(f"tanh, {name}: E[h²] at layer 50 is {tanh_end[name].median():.3f}")

# %% [markdown]
# With its gain, tanh holds $1/\text{gain}^2 = 0.394$. With gain 1 it fades, but slowly: near zero
# $\tanh z$ is nearly $z$, so a small signal passes nearly as it is. ReLU treats all sizes alike: a wrong gain
# multiplies by the same factor in each layer, and that is exponential.
#
# ### Exercise · Start a whole network
# *3 points · 20 minutes · difficulty ●●○*
#
# Put it together: normal weights with $\sigma = \text{gain}/\sqrt{\text{fan-in}}$ for every layer, and
# biases of zero (the randomness of the weights parts the twins already). All from *one* seed: the same
# seed gives the same network, another seed another one, and no two layers are alike. How you draw is up
# to you: one generator, or one for each layer with a seed of its own, `torch.manual_seed`, `nn.init` or
# NumPy. What counts are the shapes, the numbers, and their dtype.
#
# <details><summary>Hint 1</summary>Make one <code>torch.Generator().manual_seed(seed)</code>, before the loop over the layers.</details>
# <details><summary>Hint 2</summary>There is one bias for each output: <code>torch.zeros(shape[0])</code>.</details>


# %% nbgrader={"grade_id": "init-network", "schema_version": 3, "solution": true}
def init_network(
    shapes: list[tuple[int, ...]], gain: float, seed: int
) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Return (weight, bias) for each layer: weights normal with std gain/√fan_in, biases zero.

    `shapes` holds the shape of each weight, (outputs, inputs) or (output channels, input channels,
    *kernel sides), with one, two or three sides. A bias has the shape (outputs,). All is float32,
    and is decided by `seed`. With gain √2 this is the start of He et al. (2015).
    """
    ### BEGIN SOLUTION
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        std = gain / math.sqrt(math.prod(shape[1:]))
        layers.append((std * torch.randn(shape, generator=generator), torch.zeros(shape[0])))
    return layers
    ### END SOLUTION


# %% nbgrader={"grade_id": "init-network-test", "grade": true, "points": 3, "schema_version": 3}
@checks.exercise("Start a whole network", points=3, hidden=1)
def _(check):
    shapes = [(1000, 300), (300, 1000), (1000, 300), (150, 40, 10, 6), (200, 100, 15)]
    small = [(7, 4), (5, 3, 2), (4, 6, 3, 2), (3, 2, 2, 3, 4)]
    check.agree(init_network, oracle.network, oracle.sizes(small), mistakes=oracle.NETWORK_FORM)
    check.agree(
        init_network,
        oracle.network,
        oracle.signals(shapes, gain=0.8, seed=0),
        oracle.signals([(700, 400), (400, 100, 2, 3, 3)], gain=2.5, seed=1),
        mistakes=oracle.NETWORK,
    )
    check.agree(init_network, oracle.network, oracle.seeds(small), mistakes=oracle.NETWORK_SEEDS)


### BEGIN HIDDEN TESTS
@checks.hidden("A random network, by its sizes, its signal and its seed")
def _(check):
    generator = oracles.fresh_generator()
    seed = generator.initial_seed() % 2**31
    widths = torch.randint(300, 600, (4,), generator=generator).tolist()
    shapes = [*((b, a) for a, b in itertools.pairwise(widths)), (80, 120, 5, 2), (140, 90, 9)]
    gain = 0.7 + torch.rand(1, generator=generator).item()
    check.agree(
        init_network,
        oracle.network,
        oracle.sizes(shapes),
        oracle.signals(shapes, gain, seed),
        oracle.seeds(shapes),
    )


### END HIDDEN TESTS

# %% [markdown]
# ## Not only the size
#
# The size of a signal is one thing, its direction another. Multiply many random matrices with
# $n\sigma^2 = 1$: each keeps the *average* length of a vector (the root of the sum of its squares), but
# it stretches some directions and shrinks others, and over many layers the differences multiply. A matrix
# makes an ellipse of a circle (in more dimensions, an ellipsoid of a ball); the half axes are its
# *singular values*: by how much it stretches. The table with the rows (0, 2) and (3, 0) sends (1, 0) to
# (0, 3) and (0, 1) to (2, 0): it turns them, and stretches by 3 and by 2. An *orthogonal* matrix only
# turns and mirrors; it stretches nothing, nor does a product of orthogonal ones.
#
# > **singular values**: the factors by which a matrix stretches, one for each of a set of perpendicular
# > directions.
# >
# > **orthogonal matrix**: a square matrix whose columns have length 1 and are perpendicular to each other,
# > so that it turns or mirrors and leaves all lengths as they are.


# %% tags=["demo"]
def singular_values(kind, depth, seed, width=100):
    """Return those of a product of random matrices, (width,), largest first."""
    generator = torch.Generator().manual_seed(seed)
    product = torch.eye(width, dtype=torch.float64)
    for _ in range(depth):
        factor = torch.randn(width, width, generator=generator, dtype=torch.float64)
        factor = torch.linalg.qr(factor)[0] if kind == "orthogonal" else factor / width**0.5
        product = factor @ product
    return torch.linalg.svdvals(product)


lost = {}
fig, ax = plots.figure(size=(7, 3.4))
for kind, depth in (("Gaussian", 2), ("Gaussian", 10), ("Gaussian", 50), ("orthogonal", 50)):
    stretch = torch.stack([singular_values(kind, depth, seed) for seed in range(10)])
    plots.band(ax, range(1, 101), stretch / stretch[:, :1], f"{kind}, {depth} layers")
    lost[kind, depth] = (stretch < 1e-3 * stretch[:, :1]).double().mean(1)
    print(
        f"{kind:10} {depth:2} layers: {lost[kind, depth].median():.0%} below 1/1000 of the largest"
    )
ax.set(xlabel="direction", ylabel="stretch ÷ largest stretch", yscale="log", ylim=(1e-12, 3))
plots.show(
    fig,
    "Singular values of products of matrices of 100 × 100: after 50 Gaussian layers all but a few "
    "directions are crushed; orthogonal layers keep every one of them.",
)

# %% [markdown]
# After 50 Gaussian layers four fifths of the directions are stretched by less than a thousandth of the
# largest factor; orthogonal layers keep them all (Saxe, McClelland and Ganguli 2014).
#
# ### Exercise · Orthogonal weights
# *2 points · 25 minutes · difficulty ●●○*
#
# The recipe: draw a matrix $A$ of normal numbers and split it into a product, $A = QR$
# (`torch.linalg.qr`). The columns of $Q$ are *orthonormal*, of length 1 and perpendicular to each other:
# the first is the first column of $A$, divided by its length; from the second one, what lies along the
# first is taken away, and the rest is divided by its length; and so on. $R$ is a triangle of numbers
# that keeps what was taken away, and you need no more of it than its diagonal.
#
# Two details. A matrix of more columns than rows cannot have orthonormal columns (in $n$ dimensions no
# more than $n$ directions are perpendicular to each other), only orthonormal *rows*: work with the
# transposed one, `A.T` (columns become rows). And `qr` may give a column of $Q$ the other sign, and with
# it the diagonal entry of $R$. Undo that: multiply each column of $Q$ by the sign of its diagonal entry,
# and all orthogonal matrices are equally likely (Mezzadri 2007). Another way with that property is as
# good, such as `nn.init.orthogonal_`. As in *Xavier*, draw from the generator that you are given, which
# moves on, and do not seed it anew.
#
# <details><summary>Hint 1</summary>Draw a matrix with at least as many rows as columns; turn the result round at the end, if need be.</details>
# <details><summary>Hint 2</summary><code>Q * R.diagonal().sign()</code> multiplies each column.</details>


# %% nbgrader={"grade_id": "orthogonal", "schema_version": 3, "solution": true}
def orthogonal(
    num_outputs: int, num_inputs: int, gain: float, generator: torch.Generator
) -> torch.Tensor:
    """Return a random (num_outputs, num_inputs) matrix: orthonormal rows or columns, times `gain`.

    The shorter of the two are orthonormal: rows if there are fewer rows, columns if there are fewer
    columns. It is drawn from all such matrices alike, from `generator`; gain is above 0; float32.
    Source: Saxe, McClelland and Ganguli (2014).
    """
    ### BEGIN SOLUTION
    long, short = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    Q, R = torch.linalg.qr(torch.randn(long, short, generator=generator))  # (long, short)
    Q = Q * R.diagonal().sign()
    return gain * (Q if num_outputs >= num_inputs else Q.T)
    ### END SOLUTION


# %% nbgrader={"grade_id": "orthogonal-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Orthogonal weights", points=2, hidden=1)
def _(check):
    check.agree(
        orthogonal,
        oracle.orthogonal,
        oracle.turned(7, 4, gain=1.7, seed=0),
        oracle.turned(4, 7, gain=1.7, seed=1),
        oracle.turned(5, 5, gain=0.6, seed=2),
        mistakes=oracle.ORTHOGONAL,
    )
    check.agree(
        orthogonal,
        oracle.orthogonal,
        oracle.turned(1, 6, gain=2.5, seed=3),  # a single row, a single column
        oracle.turned(6, 1, gain=2.5, seed=4),
    )
    check.agree(
        orthogonal,
        oracle.orthogonal,
        oracle.from_generator(5, 3, 1.0),
        mistakes=oracle.sources(oracle.orthogonal),
    )
    check.agree(
        orthogonal,
        oracle.orthogonal,
        oracle.draws(4, 4, range(30)),
        oracle.draws(3, 5, range(30)),
        oracle.draws(5, 3, range(30)),
        mistakes=oracle.DRAWN,
    )
    given = 5, 3, 1.0, torch.Generator().manual_seed(0)
    _, (*_, generator) = checks.call_inplace(orthogonal, *given)
    check.that(
        oracle.has_moved(generator),
        "The generator has not moved on, so the next layer would get the very same matrix: draw "
        "from the one that you are given, not from a copy.",
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Tall, wide and square; every entry as often below zero as above")
def _(check):
    generator = oracles.fresh_generator()
    today = int(torch.randint(2**31, (), generator=generator))
    scale = 0.5 + torch.rand(1, generator=generator).item()
    shapes = ((40, 17), (17, 40), (23, 23), (1, 9), (9, 1))
    plays = [oracle.turned(*shape, scale, today + k) for k, shape in enumerate(shapes)]
    plays.append(oracle.draws(5, 5, range(today, today + 40)))
    check.agree(orthogonal, oracle.orthogonal, *plays)
    for shape in ((3, 2), (2, 3)):
        draws = torch.stack(
            [check.call(orthogonal, *shape, 1.0, oracles.fresh_generator()) for _ in range(60)]
        )  # (60, *shape)
        above = (draws > 0).double().mean(0)
        check.that(above.min().item() > 0.1, "An entry is nearly always below zero.")
        check.that(above.max().item() < 0.9, "An entry is nearly always above zero.")
    large = check.call(orthogonal, 120, 80, 1.0, oracles.fresh_generator())
    check.close((120 * large**2).square().mean().item(), 3.0, rtol=0.3)  # as of normal numbers


### END HIDDEN TESTS

# %% [markdown]
# And narrow networks? ReLU lets nothing through below zero. In a layer of two units, both may happen to
# be below zero for every input; then the network is a constant, and the gradient, which is 0 in that
# layer and all before it, does not change it: it was *born dead*. Count networks of 10 layers from He's
# start, 2000 for each width, with one input:


# %% tags=["demo"]
def born_dead(width, depth, num_nets, seed):
    """Return the part of ReLU networks from He's start that give the same output everywhere."""
    generator = torch.Generator().manual_seed(seed)
    h = torch.linspace(-(3**0.5), 3**0.5, 64).expand(num_nets, 1, 64)  # 64 inputs, variance 1
    for _ in range(depth):
        fan_in = h.shape[1]
        W = torch.randn(num_nets, width, fan_in, generator=generator) * (2 / fan_in) ** 0.5
        h = torch.relu(W @ h)  # (num_nets, width, 64)
    return (h.std(2).amax(1) < 1e-12).double().mean().item()


dead = {width: born_dead(width, 10, runtime.scaled(2000, fast=200), seed=0) for width in (2, 4, 8)}
for width, part in dead.items():
    print(f"width {width}: {part:.0%} were born dead")

# %% [markdown]
# Nine in ten at width 2, one in a hundred at width 8. (At any width the chance goes to 1 as a network
# gets deeper: Lu et al. 2019.) Formulas for variances are averages over many units; in narrow layers,
# luck decides.
#
# ## Measure, do not compute
#
# All these formulas assume wide layers, weights of mean zero, inputs of a known size. If you cannot be
# sure, measure: send a batch through the network and correct each layer by what you see. That is *LSUV*,
# layer-sequential unit variance (Mishkin and Matas 2016): layer by layer, from the input on, divide the
# weight by the standard deviation of the layer's output, before the activation.
#
# How do you look into the middle of a network? With a *hook*, a function that PyTorch calls whenever a
# module has computed something. Here is a network to try, and a hook at work:
#
# > **hook**: a function of yours that a library calls at a certain moment, as PyTorch does after a module
# > has computed its output.


# %% nbgrader={"grade_id": "tanh-net", "locked": true, "schema_version": 3}
def tanh_net(weights: list[torch.Tensor]) -> nn.Sequential:
    """Return a network of linear layers without bias, with tanh between them.

    `weights` holds the weight of each layer, (outputs, inputs); the network has copies of them.
    """
    modules = []
    for weight in weights:
        linear = nn.Linear(weight.shape[1], weight.shape[0], bias=False, dtype=weight.dtype)
        linear.weight.data = weight.clone()
        modules += [linear, nn.Tanh()]
    return nn.Sequential(*modules[:-1])


# %% tags=["demo"]
def tell(module, inputs, output):
    """Print what passes; `module.register_forward_hook(tell)` has it called after each forward."""
    print(f"{type(module).__name__:6} → {tuple(output.shape)}, std {output.std():.2f}")


net = tanh_net([torch.randn(20, 50), torch.randn(40, 20), torch.randn(10, 40)])
handles = [module.register_forward_hook(tell) for module in net]
with torch.no_grad():
    net(torch.randn(100, 50))
for handle in handles:
    handle.remove()  # a hook stays until it is removed

# %% [markdown]
# ### Exercise · LSUV
# *3 points · 45 minutes · difficulty ●●●*
#
# Write it for `tanh_net`. For each layer in turn: run the batch through the network *as it is by now*,
# take the standard deviation over all entries of this layer's output $z$ (all examples, all units),
# and divide the layer's weight by it. Since the layer is linear, one division is exact. Divide by
# $N$ or by $N-1$ in the deviation, as you like. With hooks or by hand, both will do.
#
# <details><summary>Hint 1</summary><code>net = tanh_net(weights)</code>; its linear layers are <code>[m for m in net if isinstance(m, nn.Linear)]</code>.</details>
# <details><summary>Hint 2</summary>The hook may append <code>output.std()</code> to a list, or keep the output: <code>seen = []</code>, <code>layer.register_forward_hook(lambda module, inputs, output: seen.append(output))</code>.</details>
# <details><summary>Hint 3</summary>A layer that is corrected changes what all later layers get to see. So: hook, run, divide, and only then the next layer.</details>


# %% nbgrader={"grade_id": "lsuv", "schema_version": 3, "solution": true}
def lsuv(weights: list[torch.Tensor], X: torch.Tensor) -> list[torch.Tensor]:
    """Return the weights, scaled layer by layer so that each output has standard deviation 1.

    `weights` are those of `tanh_net`, (outputs, inputs) each, one layer or more; X is a batch,
    (n, inputs of layer 1). All are float32, or all float64, and so is the result, which may require
    a gradient. The output of a layer is what it gives to tanh, over all examples and units. Nothing
    that is given is changed.
    Source: Mishkin and Matas (2016), algorithm 1, without its orthogonal start.
    """
    ### BEGIN SOLUTION
    net = tanh_net(weights)
    layers = [module for module in net if isinstance(module, nn.Linear)]
    seen = []
    with torch.no_grad():
        for layer in layers:
            handle = layer.register_forward_hook(lambda module, inputs, output: seen.append(output))
            net(X)
            handle.remove()
            layer.weight /= seen[-1].std()
    return [layer.weight.detach() for layer in layers]
    ### END SOLUTION


# %% nbgrader={"grade_id": "lsuv-test", "grade": true, "points": 3, "schema_version": 3}
@checks.exercise("LSUV", points=3, hidden=1)
def _(check):
    def batch_and_weights(sizes, scales, dtype=torch.float32):
        generator = torch.Generator().manual_seed(0)
        X = 1 + 2 * torch.randn(50, sizes[0], generator=generator)
        weights = [
            scale * torch.randn(b, a, generator=generator).to(dtype)
            for scale, (a, b) in zip(scales, itertools.pairwise(sizes), strict=True)
        ]
        return weights, X.to(dtype)

    nearly = batch_and_weights([5, 4, 3], [1.0, 1.0])  # 4 % are missing
    check.agree(
        lsuv,
        oracle.lsuv,
        oracle.outputs(*batch_and_weights([6, 4, 5, 3], [0.3, 1.3, 2.3])),
        oracle.outputs(*batch_and_weights([7, 12, 5, 9, 3], [30.0, 0.02, 5.0, 0.4], torch.float64)),
        oracle.outputs(*batch_and_weights([5, 8], [0.1])),
        oracle.outputs([1.04 * weight for weight in oracle.lsuv(*nearly)], nearly[1]),
        mistakes=oracle.LSUV,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Deep and narrow, far too large and far too small, both dtypes")
def _(check):
    generator = oracles.fresh_generator()
    for dtype, scale in itertools.product((torch.float32, torch.float64), (30.0, 0.02)):
        sizes = [7, 12, 5, 9, 3]
        weights = [
            scale * torch.randn(b, a, generator=generator, dtype=dtype)
            for a, b in itertools.pairwise(sizes)
        ]
        X = 3 * torch.randn(80, 7, generator=generator, dtype=dtype) - 2
        scaled = list(check.call(lsuv, weights, X))
        h, wanted = X, []
        for weight in weights:  # the same, without modules and hooks
            z = h @ weight.T
            wanted.append(weight / z.std())
            h = torch.tanh(z / z.std())
        check.close(scaled, wanted, rtol=0.02, same_dtype=True)


### END HIDDEN TESTS

# %% [markdown]
# ## Correct it all the time
#
# If you measure anyway, why only at the start? *Batch norm* (Ioffe and Szegedy 2015) measures in every
# step: it takes the mean $\mu$ and the variance $\sigma^2$ of each unit over the batch (so far $\sigma^2$
# was that of weights), and gives the unit mean 0 and variance 1. Two learned numbers per unit, $\gamma$
# and $\beta$ (not that of momentum), then give it any other spread and mean:
#
# $$y = \gamma\,\frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta$$
#
# ($\epsilon$ is a small number against division by zero.)
#
# In use there may be no batch, only one picture. So *running* averages of the batches' *statistics* (mean
# and variance) are kept during training, and used later:
#
# $$\text{running} \leftarrow (1 - m)\cdot\text{running} + m\cdot\text{batch}$$
#
# Three things to mind. $m$, PyTorch's `momentum`, is the share of the *new* batch; elsewhere it is that
# of the old value. The variance that normalizes is the *biased* one (divided by $N$: a little too small
# on average, for a batch lies closer to its own mean than to the true one); the one that goes into the
# running average is *unbiased* (divided by $N-1$, which makes up for that on average). And for pictures a
# "unit" is a channel: mean and variance go over the examples *and* all pixels.
#
# ### Exercise · Batch norm
# *4 points · 60 minutes · difficulty ●●●*
#
# Three exercises in one function. Write it for dense layers in training first (2 points), then for use
# (1), then for pictures (1), and run the tests after each step; each earns its points by itself.
# PyTorch's own functions may help you, on copies of what they would change. Two traps: a unit may be the
# same in the whole batch, so its variance is 0; and inputs may lie around 10,000, where
# $\mathbb E[x^2] - \mathbb E[x]^2$ (on paper, multiplied out, it is the variance) is a small difference
# of two numbers near $10^8$, and float32 has 7 digits.
#
# <details><summary>Hint 1</summary>For dense layers, take statistics over dimension 0. <code>x.var(dim=0, unbiased=False)</code> divides by $N$.</details>
# <details><summary>Hint 2</summary>For pictures: dimensions (0, 2, 3), with <code>keepdim=True</code>; or move the channels to the end and flatten the rest.</details>
# <details><summary>Hint 3</summary>In use, take the running statistics, and return them as they are.</details>


# %% nbgrader={"grade_id": "batch-norm", "schema_version": 3, "solution": true}
def batch_norm(
    x: torch.Tensor,
    gamma: torch.Tensor,
    beta: torch.Tensor,
    running_mean: torch.Tensor,
    running_var: torch.Tensor,
    train: bool,
    momentum: float,
    eps: float,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return (y, new running mean, new running variance). Nothing is changed in place.

    `x` is (n, units) or (n, channels, height, width), y is like x; all others are (units,) or
    (channels,). All tensors are float32, or all float64, and so are the results. With `train`, the
    batch's own statistics normalize, and the running ones take up the share `momentum` of them;
    each unit then has two values or more. Without, the running ones normalize, for a single example
    too, and come back as they are (the same tensors or copies).
    Source: Ioffe and Szegedy (2015), algorithms 1 and 2, in PyTorch's conventions.
    """
    ### BEGIN SOLUTION
    columns = x.movedim(1, -1)  # (n, units) or (n, height, width, channels)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])  # (n · height · width, channels)
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = gamma * (columns - mean) / (var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var
    ### END SOLUTION


# %% [markdown]
# In training:


# %% nbgrader={"grade_id": "batch-norm-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Batch norm in training", points=2, hidden=2)
def _(check):
    x = torch.tensor([[1.0, 4.0, 0.0], [3.0, -2.0, 0.5], [2.0, 7.0, 2.0], [6.0, 1.0, 1.5]])
    units = (
        torch.tensor([1.3, 2.0, -1.0]),  # gamma
        torch.tensor([0.5, 0.0, 3.0]),  # beta
        torch.tensor([1.0, -1.0, 0.5]),  # running mean
        torch.tensor([2.0, 1.5, 4.0]),  # running variance
    )
    same = x.clone()
    same[:, 1] = 5.0  # a unit that never changes
    check.agree(
        batch_norm,
        oracle.batch_norm,
        (x, *units, True, 0.2, 0.3),  # train, momentum, eps
        (same[:3].double(), *(unit.double() for unit in units), True, 0.6, 0.01),
        (x[2:, :2], *(unit[:2] for unit in units), True, 0.1, 0.05),  # two examples
        mistakes=oracle.BATCH_NORM,
        same_dtype=True,
    )
    check.agree(
        batch_norm,
        oracle.batch_norm,
        (x + 10_000, *units, True, 0.2, 0.3),  # far from zero
        mistakes=oracle.FAR,
        rtol=0.01,
        atol=0.01,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Three steps in turn, against torch.nn.BatchNorm1d, both dtypes")
def _(check):
    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        layer = nn.BatchNorm1d(5, eps=0.1, momentum=0.3, dtype=dtype)
        layer.weight.data = torch.randn(5, generator=generator, dtype=dtype)
        layer.bias.data = torch.randn(5, generator=generator, dtype=dtype)
        mean, var = torch.zeros(5, dtype=dtype), torch.ones(5, dtype=dtype)
        for n in (7, 4, 12):
            x = 3 * torch.randn(n, 5, generator=generator, dtype=dtype) + 2
            y, mean, var = check.call(
                batch_norm, x, layer.weight.data, layer.bias.data, mean, var, True, 0.3, 0.1
            )
            wanted = [layer(x), layer.running_mean, layer.running_var]
            check.close([y, mean, var], wanted, rtol=1e-4, atol=1e-5, same_dtype=True)


@checks.hidden("Inputs far from zero: E[x²] − E[x]² would lose all digits")
def _(check):
    generator = oracles.fresh_generator()
    for far in (9000.0, -9000.0):
        x = far + torch.randn(40, 3, generator=generator)
        ones, zeros = torch.ones(3), torch.zeros(3)
        y, _, _ = check.call(batch_norm, x, ones, zeros, zeros, ones, True, 0.1, 1e-5)
        exact = x.double()
        wanted = (exact - exact.mean(0)) / (exact.var(0, unbiased=False) + 1e-5).sqrt()
        check.close(y, wanted, rtol=0.02, atol=0.02)


### END HIDDEN TESTS

# %% [markdown]
# In use:


# %% nbgrader={"grade_id": "batch-norm-test-2", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("Batch norm in use", points=1, hidden=1)
def _(check):
    x = torch.tensor([[1.0, 4.0], [3.0, -2.0], [2.0, 7.0]])
    units = (
        torch.tensor([1.3, 2.0]),  # gamma
        torch.tensor([0.5, -0.4]),  # beta
        torch.tensor([2.5, 1.0]),  # running mean
        torch.tensor([2.0, 4.0]),  # running variance
    )
    check.agree(
        batch_norm,
        oracle.batch_norm,
        (x, *units, False, 0.2, 0.25),  # train, momentum, eps
        (x[:2].double(), *(unit.double() for unit in units), False, 0.6, 0.1),
        mistakes=oracle.IN_USE,
        same_dtype=True,
    )
    alone = x[:1], *units, False, 0.6, 0.1  # one example
    check.agree(batch_norm, oracle.batch_norm, alone, same_dtype=True)


### BEGIN HIDDEN TESTS
@checks.hidden("Against torch.nn.functional.batch_norm, down to a single example")
def _(check):
    generator = oracles.fresh_generator()
    for n, dtype in ((6, torch.float32), (1, torch.float64)):
        x, gamma, beta, mean = torch.randn(4, n, 3, generator=generator, dtype=dtype)
        gamma, beta, mean = gamma[0], beta[0], mean[0]
        var = 0.2 + torch.rand(3, generator=generator, dtype=dtype)
        wanted = F.batch_norm(x, mean.clone(), var.clone(), gamma, beta, False, 0.3, 0.2)
        result = check.call(batch_norm, x, gamma, beta, mean, var, False, 0.3, 0.2)
        check.close(result, [wanted, mean, var], rtol=1e-4, atol=1e-5, same_dtype=True)


### END HIDDEN TESTS

# %% [markdown]
# And for pictures:


# %% nbgrader={"grade_id": "batch-norm-test-3", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("Batch norm of pictures", points=1, hidden=1)
def _(check):
    wide = torch.tensor(  # 2 pictures, 2 channels, 1 × 3 pixels
        [[[[1.0, 2.0, 6.0]], [[0.0, 1.0, -4.0]]], [[[3.0, 0.0, 0.0]], [[5.0, 5.0, 2.0]]]]
    )
    square = torch.arange(24.0).remainder(7).view(3, 2, 2, 2).double()  # as wide as channels
    units = (
        torch.tensor([1.3, 2.0]),  # gamma
        torch.tensor([0.5, -0.4]),  # beta
        torch.tensor([2.5, 1.0]),  # running mean
        torch.tensor([2.0, 4.0]),  # running variance
    )
    check.agree(
        batch_norm,
        oracle.batch_norm,
        (square, *(unit.double() for unit in units), True, 0.2, 0.3),  # train, momentum, eps
        (wide, *units, True, 0.5, 0.1),
        (wide[:1], *units, False, 0.5, 0.1),  # one picture, in use
        mistakes=oracle.PICTURES,
        same_dtype=True,
    )
    grey, unit = wide[:, :1], [unit[:1] for unit in units]  # one channel
    check.agree(batch_norm, oracle.batch_norm, (grey, *unit, True, 0.5, 0.1), same_dtype=True)
    results = check.call(batch_norm, grey, *unit, True, 0.5, 0.1)
    check.that(
        [list(part.shape) for part in results] == [[2, 1, 1, 3], [1], [1]],
        "With one channel the running mean and variance have the shape (1,): what takes it away?",
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against torch.nn.functional.batch_norm, in training and in use")
def _(check):
    generator = oracles.fresh_generator()
    for shape, dtype in (((5, 3, 4, 2), torch.float32), ((2, 4, 1, 6), torch.float64)):
        x = 2 * torch.randn(shape, generator=generator, dtype=dtype) - 1
        gamma, beta, mean = torch.randn(3, shape[1], generator=generator, dtype=dtype)
        var = 0.2 + torch.rand(shape[1], generator=generator, dtype=dtype)
        for train in (True, False):
            new_mean, new_var = mean.clone(), var.clone()
            wanted = F.batch_norm(x, new_mean, new_var, gamma, beta, train, 0.3, 0.2)
            result = check.call(batch_norm, x, gamma, beta, mean, var, train, 0.3, 0.2)
            check.close(result, [wanted, new_mean, new_var], rtol=1e-4, atol=1e-5, same_dtype=True)


### END HIDDEN TESTS

# %% [markdown]
# *Layer norm* (Ba, Kiros and Hinton 2016) takes mean and variance over the units of one example. It
# needs no batch and no running averages, and does the same in training and in use. The first transformers
# (the networks of language models) had it; many later ones have *RMSNorm*, which leaves the mean where it
# is and divides by the root mean square alone (Zhang and Sennrich 2019).
#
# > **batch norm**: a layer that gives each unit the mean 0 and the variance 1 over the batch, and in use
# > over what it remembers of the batches; two learned numbers per unit follow.
# >
# > **layer norm**: a layer that gives the units of each example the mean 0 and the variance 1, each example
# > by itself.
#
# ## Add, do not replace
#
# A third way to keep a signal alive is not to throw it away: $h \leftarrow h + \alpha f(h)$, a *residual
# block*. Suppose that the *branch* $f$, the layers beside the direct way, keeps the mean square (He's
# start) and that its output has nothing to do with $h$: $\mathbb E[h\,f(h)] = 0$, they are
# *uncorrelated*. Then the mixed term of the square, $2\alpha\,\mathbb E[h\,f(h)]$, is gone, the mean
# squares add up, and each block multiplies $\mathbb E[h^2]$ by $1 + \alpha^2$. With $\alpha = 1$ that is
# a factor of two per block.
#
# > **residual block**: a part of a network that adds what it computes to its input, so that the input
# > itself passes unchanged.
#
# ### Exercise · Tame the branch
# *2 points · 10 minutes · difficulty ●○○*
#
# Which $\alpha$ lets $\mathbb E[h^2]$ grow by a given factor over all $L$ blocks together?
#
# <details><summary>Hint</summary>Solve $(1 + \alpha^2)^L = \text{growth}$ for $\alpha$.</details>


# %% nbgrader={"grade_id": "branch-scale", "schema_version": 3, "solution": true}
def branch_scale(num_blocks: int, growth: float) -> float:
    """Return α, so that `num_blocks` blocks h + α·f(h) multiply E[h²] by `growth` altogether.

    f keeps the mean square, and its output is uncorrelated with h. There are 1 to 200 blocks, and
    growth is 1.5 to 20. Return the positive α; three digits are enough.
    """
    ### BEGIN SOLUTION
    return math.sqrt(growth ** (1 / num_blocks) - 1)
    ### END SOLUTION


# %% nbgrader={"grade_id": "branch-scale-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Tame the branch", points=2, hidden=1)
def _(check):
    check.agree(
        branch_scale,
        oracle.branch_scale,
        (10, 2.0),
        (200, 5.0),
        (3, 20.0),
        (1, 3.0),
        mistakes=oracle.BRANCH,
        rtol=1e-3,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Followed block by block, for random depths and growths")
def _(check):
    generator = oracles.fresh_generator()
    for _ in range(5):
        draw = torch.rand(2, generator=generator).tolist()
        num_blocks, growth = 1 + int(199 * draw[0]), 1.5 + 18 * draw[1]
        scale = check.call(branch_scale, num_blocks, growth)
        mean_square = 1.0
        for _ in range(num_blocks):
            mean_square += scale**2 * mean_square
        check.close(mean_square, growth, rtol=0.01)


### END HIDDEN TESTS

# %% [markdown]
# Do mean squares add up in a network? With $\alpha = 1/\sqrt L$ they should grow $(1 + 1/L)^L$ times,
# which is less than its limit $e$, about 2.72, however many blocks there are.


# %% tags=["demo"]
class Block(nn.Module):
    """h + α·W relu(h), with W from He's start."""

    def __init__(self, width, alpha, generator):
        super().__init__()
        self.linear = nn.Linear(width, width)
        nn.init.normal_(self.linear.weight, 0.0, (2 / width) ** 0.5, generator=generator)
        nn.init.zeros_(self.linear.bias)
        self.register_buffer("alpha", torch.tensor(alpha))

    def forward(self, h):
        return h + self.alpha * self.linear(torch.relu(h))


for num_blocks, alpha in ((10, 1.0), (50, 50**-0.5)):
    grown = []
    for seed in seeds:
        generator = torch.Generator().manual_seed(seed)
        start = h = torch.randn(200, 256, generator=generator)
        with torch.no_grad():
            for _ in range(num_blocks):
                h = Block(256, alpha, generator)(h)
        grown.append((h.square().mean() / start.square().mean()).item())
    theory = (1 + alpha**2) ** num_blocks
    print(
        f"{num_blocks} blocks, α = {alpha:.2f}: E[h²] grows {min(grown):.4g} to {max(grown):.4g} "
        f"times, theory {theory:.4g}"
    )

# %% [markdown]
# And does such a network learn? Fifty blocks, five seeds:


# %% tags=["demo"]
def residual_net(generator, branch, num_blocks=50, width=40):
    """Return a network of residual blocks between two linear layers."""
    alpha = {"α = 1": 1.0, "α = 1/√L": num_blocks**-0.5, "α = 1/L": 1 / num_blocks}[branch]
    first, last = nn.Linear(64, width), nn.Linear(width, 10)
    blocks = [Block(width, alpha, generator) for _ in range(num_blocks)]
    return nn.Sequential(first, *blocks, last).to(runtime.device())


residual = sweep.run(
    residual_net,
    split,
    branch=["α = 1", "α = 1/√L", "α = 1/L"],
    optimizer="momentum",
    lr=0.01,
    seed=range(runtime.scaled(5, fast=1)),
    num_epochs=runtime.scaled(6, fast=1),
    batch_size=64,
)
residual.last.groupby("branch")[["loss", "valid_accuracy"]].median().round(3)

# %% [markdown]
# Fifty blocks deep, and it learns at once; with $\alpha = 1$ the loss overflows (the result is "nan",
# *not a number*). Batch norm at the end of each branch tames the branch too: at the start each block then
# adds about 1 to $\mathbb E[h^2]$, and does not double it (De and Smith 2020). Careful scaling can
# replace batch norm there (Zhang, Dauphin and Ma 2019).
#
# And clipping, from {{gradient_descent}}? Here is a network of 10 layers whose weights are twice as large as He's.


# %% tags=["demo"]
def scaled_net(generator, scale, norm="none", depth=10, width=40):
    """Return a ReLU network whose weights are `scale` times He's, or all 0.05 for "equal"."""
    make_norm = {"none": None, "batch norm": nn.BatchNorm1d, "layer norm": nn.LayerNorm}[norm]
    modules = []
    for num_inputs, num_outputs in itertools.pairwise([64, *[width] * (depth - 1), 10]):
        linear = nn.Linear(num_inputs, num_outputs)
        nn.init.zeros_(linear.bias)
        if scale == "equal":
            nn.init.constant_(linear.weight, 0.05)
        else:
            std = scale * (2 / num_inputs) ** 0.5
            nn.init.normal_(linear.weight, 0.0, std, generator=generator)
        modules += [linear, *([make_norm(num_outputs)] if make_norm else []), nn.ReLU()]
    last = 2 if make_norm else 1  # neither norm nor activation after the last layer
    return nn.Sequential(*modules[:-last]).to(runtime.device())


def clip(optimizer, args, kwargs):
    """Clip all gradients to a global norm of 1, before each step."""
    torch.nn.utils.clip_grad_norm_(optimizer.param_groups[0]["params"], 1.0)


clipped = {}
for name, scale, hook in (("plain", 2.0, None), ("clipped", 2.0, clip), ("He", 1.0, None)):
    clipped[name] = []
    for seed in range(runtime.scaled(5, fast=1)):
        generator = torch.Generator().manual_seed(seed)
        model = scaled_net(generator, scale)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
        if hook:
            optimizer.register_step_pre_hook(hook)
        training.fit(
            model,
            optimizer,
            split.X_train,
            split.y_train,
            num_epochs=runtime.scaled(6, fast=1),
            batch_size=64,
            generator=generator,
        )
        score = training.evaluate(model, split.X_test, split.y_test)
        clipped[name].append(score["accuracy"])
    print(f"{name:7}: accuracy {min(clipped[name]):.2f} to {max(clipped[name]):.2f}")

# %% [markdown]
# Clipping keeps most of these networks from breaking down, but they read less than half of the digits. It
# does not replace the right start.
#
# ## The experiment
#
# Now the myth. Five starts, networks of 1 to 30 layers of 56 units with ReLU, five seeds, 6 epochs of
# SGD with momentum. Nothing but the start differs: the same learning rate for all. (To guess is to give
# each of ten digits the probability $\tfrac1{10}$, and costs $-\ln\tfrac1{10} = 2.303$.)


# %% tags=["demo"]
def started(weight, start, generator):
    """Fill the weight of a layer."""
    if start == "zero":
        nn.init.zeros_(weight)
    elif start == "Xavier":
        nn.init.xavier_normal_(weight, generator=generator)
    elif start == "He":
        nn.init.kaiming_normal_(weight, nonlinearity="relu", generator=generator)
    elif start == "orthogonal":
        nn.init.orthogonal_(weight, 2**0.5, generator=generator)


def deep_net(generator, start, depth, width=56):
    """Return a ReLU network of `depth` layers; PyTorch's default has random biases, others zero."""
    modules = []
    for num_inputs, num_outputs in itertools.pairwise([64, *[width] * (depth - 1), 10]):
        linear = nn.Linear(num_inputs, num_outputs)
        if start != "default":
            nn.init.zeros_(linear.bias)
            started(linear.weight, start, generator)
        modules += [linear, nn.ReLU()]
    return nn.Sequential(*modules[:-1]).to(runtime.device())


results = sweep.run(
    deep_net,
    split,
    start=["zero", "default", "Xavier", "He", "orthogonal"],
    depth=runtime.scaled([1, 2, 5, 10, 30], fast=[1, 5]),
    optimizer="momentum",
    lr=0.01,
    seed=range(runtime.scaled(5, fast=1)),
    num_epochs=runtime.scaled(6, fast=1),
    batch_size=64,
)
fig, ax = plots.figure(size=(8, 3.8))
results.plot(ax, x="depth", y="loss", by="start")
ax.axhline(math.log(10), color="#595959", linewidth=0.8)
ax.annotate("guessing: ln 10 = 2.303", (1, 2.36), va="bottom", fontsize=9)
ax.set(xlabel="layers", ylabel="training loss, last epoch", ylim=(0, 2.6), xscale="log")
ax.set_xticks([1, 2, 5, 10, 30], ["1", "2", "5", "10", "30"])
ax.minorticks_off()
plots.show(
    fig,
    "Training loss after 6 epochs against depth: with one layer all five starts agree; PyTorch's "
    "default is lost from 5 layers on, Xavier at 30; He and orthogonal still learn there; zero fails from 2 on.",
)

# %% tags=["demo"]
by_start = results.last.groupby(["depth", "start"])["loss"].median().unstack()
by_start.round(3)

# %% tags=["demo"]
learned = by_start.loc[by_start.index.max()] < 0.95 * math.log(10)  # the deepest networks
learners = set(learned.index[learned])
measured = {
    frozenset(learned.index): "all",
    frozenset(learned.index) - {"zero"}: "all but zero",
    frozenset({"He", "orthogonal"}): "He and orthogonal",
    frozenset({"orthogonal"}): "only orthogonal",
}.get(frozenset(learners), "something else")
print("Learned something:", ", ".join(sorted(learners)) or "none")
predict.reveal(prediction, measured)

# %% [markdown]
# Is it SGD's fault that so many starts fail? Adam divides by the size of the gradients, so it might not
# mind tiny ones. Thirty layers again:

# %% tags=["demo"]
adam = sweep.run(
    deep_net,
    split,
    start=["default", "Xavier", "He", "orthogonal"],
    depth=30,
    optimizer="Adam",
    lr=0.001,
    seed=range(runtime.scaled(5, fast=1)),
    num_epochs=runtime.scaled(6, fast=1),
    batch_size=64,
)
adam.last.groupby("start")[["loss", "valid_accuracy"]].median().round(3)

# %% [markdown]
# From Xavier's start Adam does learn something, if less than from the other two. PyTorch's default has
# a variance of $1/(3\,\text{fan-in})$, a sixth of He's. What is left there after 29 layers? Look at the
# size of the signal, and at how much of it differs from one picture to the next:


# %% tags=["demo"]
def last_signals(start, seed):
    """Return the size of the last hidden signals of 30 layers, and their spread over pictures."""
    runtime.seed_everything(seed)
    model = deep_net(torch.Generator().manual_seed(seed), start, 30)
    with torch.no_grad():
        h = model[:-1](split.X_train[:256])  # (256, width)
    return h.square().mean().sqrt().item(), h.var(0).mean().sqrt().item()


left_over = {}
for start in ("default", "Xavier", "He"):
    runs = [last_signals(start, seed) for seed in range(runtime.scaled(10, fast=2))]
    left_over[start] = torch.tensor(runs).median(dim=0).values.tolist()
    print(f"{start:8}: size {left_over[start][0]:.1g}, spread {left_over[start][1]:.1g}")

# %% [markdown]
# The random biases of PyTorch's default keep the *size* of the signal alive. What dies is the difference
# between two pictures: some billionths, on a signal of about a twentieth, which is less than float32 can
# tell apart. To the last layer all pictures look the same, and no size of step lets Adam tell them apart.
#
# ## Does batch norm make it irrelevant?
#
# Ten layers. Weights from a hundredth of He's to ten times He's; with batch norm, with layer norm, with
# neither. And, below the figure, weights of zero and all equal.

# %% tags=["demo"]
scales = runtime.scaled([0.01, 0.1, 0.3, 1.0, 3.0, 10.0], fast=[0.1, 1.0])
norms = ["none", "batch norm", "layer norm"]
how = {
    "optimizer": "momentum",
    "lr": 0.01,
    "seed": range(runtime.scaled(5, fast=1)),
    "num_epochs": runtime.scaled(6, fast=1),
    "batch_size": 64,
}
normed = sweep.run(scaled_net, split, norm=norms, scale=scales, **how)
fig, ax = plots.figure(size=(8.5, 3.6))
normed.plot(ax, x="scale", y="valid_accuracy", by="norm")
ax.get_legend().set(loc="upper left", bbox_to_anchor=(1, 1))
ax.set(
    xlabel="scale of the weights, relative to He's",
    ylabel="accuracy on unseen digits",
    xscale="log",
    ylim=(0, 1),
)
plots.show(
    fig,
    "Accuracy of a 10-layer network against the scale of its first weights: a single peak at He's "
    "start without norm, broad hills with layer norm and, broader still, with batch norm.",
)

# %% tags=["demo"]
same = sweep.run(scaled_net, split, norm=norms, scale=[0.0, "equal"], **how)
same.last.groupby(["norm", "scale"])["valid_accuracy"].median().unstack().round(3)

# %% [markdown]
# Batch norm does forgive a wrong *scale*: a hundred times too small or ten times too large, and the
# network still learns, if less. It does not part twins. And its own arithmetic has a price. Follow the
# gradient back through 50 layers, at the start:


# %% tags=["demo"]
def gradient_norms(norm, depth, seed):
    """Return the norm of the gradient of each hidden layer's weight before the first step."""
    generator = torch.Generator().manual_seed(seed)
    model = scaled_net(generator, 1.0, norm, depth)
    F.cross_entropy(model(split.X_train[:256]), split.y_train[:256]).backward()
    linear = [module for module in model if isinstance(module, nn.Linear)]
    return torch.stack([layer.weight.grad.norm() for layer in linear[1:-1]]).cpu()


fig, ax = plots.figure(size=(7, 3.4))
back_growth = {}
for norm in norms:
    norms_at = torch.stack([gradient_norms(norm, 50, seed) for seed in seeds])  # (seeds, 48)
    plots.band(ax, range(2, 50), norms_at, norm)
    back_growth[norm] = ((norms_at[:, 0] / norms_at[:, -1]) ** (1 / 47)).median().item()
    print(f"{norm:10}: × {back_growth[norm]:.3f} per layer on the way back")
ax.set(xlabel="layer", ylabel="gradient norm", yscale="log")
plots.show(
    fig,
    "Gradient norm by layer in networks of 50 layers: about level from He's start and with layer "
    "norm; with batch norm it grows several thousandfold from the last layer back to the first.",
)

# %% [markdown]
# With batch norm the gradient *explodes*, by 1.2 in each layer, whatever the scale of the weights (Yang
# et al. 2019). Why? What leaves a ReLU has, for a standard normal $z$, the mean square $\tfrac12$, but
# part of that is its mean, $1/\sqrt{2\pi} \approx 0.40$ (an integral over the bell curve; take it on
# trust): the variance, mean square minus squared mean, is only $\tfrac12 - \tfrac1{2\pi}$. He's weights
# double it, so the next sums have the standard deviation $\sqrt{1 - \tfrac1\pi} = 0.826$, and batch norm
# divides by that. On the way back the factors of He's weights (sums of $n$ terms with variance $2/n$) and
# of ReLU (half of the gradients are stopped) cancel, $\sqrt2 \cdot \sqrt{1/2}$, and what is left is the
# division: gradients grow by $1/0.826 = 1.211$ per layer. Over 10 layers that makes 7, and is harmless.
# Very deep networks need residual blocks beside batch norm.
#
# ## The verdict
# - **"Initial weights hardly matter."** In a shallow network, hardly: with one layer all five starts end
#   alike, with two all but zero. **It flips** with depth, because each layer multiplies: at 10 layers
#   Xavier's loss is ten times He's, and at 30 it is that of guessing. Between the two starts, in layers
#   of one width, there is a factor $\sqrt2$. The right factor is no matter of taste:
#   $\sigma\sqrt{n/2} = 1$ for ReLU, and the gain for any other activation. Adam forgives more than SGD
#   does, but not PyTorch's default.
# - **"Zero is a safe start."** For biases, and for a network of a single layer, yes (there, zero did as
#   well as any). With a hidden layer, no; nor is any other number, the same everywhere: twins do not
#   part. A grain of noise cures a shallow network. A deep one needs the right size as well. **It flips**
#   where a residual block hands the signal on: the last layer of its branch may well begin at zero (Zhang,
#   Dauphin and Ma 2019).
# - **"Batch norm makes it irrelevant."** It turns one working scale into a range. At 10 layers and
#   without it, of six scales only He's own worked; with it, each from a tenth of He's to He's came to
#   about 90 % or more. But zero stays zero and twins stay twins. Weights ten times too large learn
#   slowly: batch norm divides the ten out, so changing a weight does a tenth of what it would: its
#   gradient is ten times smaller, and beside its own size, ten times larger, it moves a hundred times
#   less in each step (van Laarhoven 2017). And over many layers batch norm itself makes gradients
#   explode, 1.2 times per layer.
#
# All this is a few epochs of small networks on small pictures. What is arithmetic here (a factor to the
# power of the depth) holds at any size.
#
# ## What to take away
#
# - Units that begin alike stay alike: a layer of 32 equal units learned as a layer of 1, and a thousandth
#   of noise made 32 of it.
# - Each layer multiplies the signal: half the right variance, and of its mean square a billionth
#   ($10^{-9}$) is left after 30 layers with ReLU.
# - The right start is arithmetic, gain/√fan-in: at 30 layers He's, with √2 for ReLU, and the orthogonal one
#   learned, and Xavier's stayed at guessing, a loss of 2.30.
# - A gradient that arrives is not enough: at a gain of 10 it came through thirty sigmoids, but the signals of
#   two inputs had become alike, with a correlation of 0.97 or more on average.
# - Batch norm forgives the scale, from a tenth of He's to He's itself (about 90 % each), but neither equal
#   weights nor great depth: gradients grow by 1.21 per layer on their way back.
#
# ## Side by side
#
# | start | standard deviation, or rule | good for | mind |
# |---|---|---|---|
# | zero | 0 | biases, a single layer | twins do not part |
# | Xavier | $\sqrt{2/(\text{fan-in}+\text{fan-out})}$ | no activation, or tanh | too small for ReLU |
# | He | $\sqrt{2/\text{fan-in}}$ | ReLU | narrow layers may be born dead |
# | by gain | $\text{gain}/\sqrt{\text{fan-in}}$ | any activation | mean square, not variance |
# | orthogonal | an orthogonal matrix, times the gain | depth | signs of $R$ |
# | LSUV | measured | what no formula covers | from the first layer on |
# | batch norm | measured, over each batch | a wrong scale | train and use differ |
# | layer norm | measured, over the units | a wrong scale | each example by itself |
# | residual | $\alpha = 1/\sqrt L$ | very deep networks | $\alpha = 1$ doubles $\mathbb E[h^2]$ |
#
# ## Going further
#
# - Ba, J. L., Kiros, J. R. and Hinton, G. E. (2016). Layer normalization. arXiv:1607.06450
# - De, S. and Smith, S. L. (2020). Batch normalization biases residual blocks towards the identity function in deep networks. arXiv:2002.10444
# - Glorot, X. and Bengio, Y. (2010). Understanding the difficulty of training deep feedforward neural
#   networks. *AISTATS*, PMLR 9, 249–256.
# - He, K., Zhang, X., Ren, S. and Sun, J. (2015). Delving deep into rectifiers. arXiv:1502.01852
# - Ioffe, S. and Szegedy, C. (2015). Batch normalization: accelerating deep network training by reducing internal covariate shift. arXiv:1502.03167
# - Klambauer, G., Unterthiner, T., Mayr, A. and Hochreiter, S. (2017). Self-normalizing neural networks. arXiv:1706.02515
# - Krizhevsky, A., Sutskever, I. and Hinton, G. E. (2012). ImageNet classification with deep
#   convolutional neural networks. *Advances in Neural Information Processing Systems* 25, 1097–1105.
#   Reprinted in 2017: doi:10.1145/3065386
# - van Laarhoven, T. (2017). L2 regularization versus batch and weight normalization. arXiv:1706.05350
# - Lu, L., Shin, Y., Su, Y. and Karniadakis, G. E. (2019). Dying ReLU and initialization: theory and numerical examples. arXiv:1903.06733
# - Mezzadri, F. (2007). How to generate random matrices from the classical compact groups. arXiv:math-ph/0609050
# - Mishkin, D. and Matas, J. (2016). All you need is a good init. arXiv:1511.06422
# - Rumelhart, D. E., Hinton, G. E. and Williams, R. J. (1986). Learning representations by back-propagating errors. *Nature* 323, 533–536. doi:10.1038/323533a0
# - Saxe, A. M., McClelland, J. L. and Ganguli, S. (2014). Exact solutions to the nonlinear dynamics of learning in deep linear neural networks. arXiv:1312.6120
# - Yang, G., Pennington, J., Rao, V., Sohl-Dickstein, J. and Schoenholz, S. S. (2019). A mean field theory of batch normalization. arXiv:1902.08129
# - Zhang, B. and Sennrich, R. (2019). Root mean square layer normalization. arXiv:1910.07467
# - Zhang, H., Dauphin, Y. N. and Ma, T. (2019). Fixup initialization: residual learning without normalization. arXiv:1901.09321

# %% [markdown]
# ## Once more
#
# The questions from the beginning. Answer without looking back; then each answer gets its sentence.
#
# - **equal units**: the 32 units of a hidden layer begin with the same weights. As how many different units does
#   the layer learn? `"1"`, `"some of the 32"` or `"32"`.
# - **half the variance**: a network of 30 layers with ReLU begins with half the right variance of its weights. How
#   much of the signal's mean square is left at its end? `"about half"`, `"about a thirtieth"` or
#   `"about a billionth"`.
# - **forgiven by batch norm**: batch norm stands between the layers. For which bad start does it make up?
#   `"weights of a tenth of the right size"`, `"equal weights"` or `"zero weights"`.

# %% tags=["prediction"]
at_last = {
    "equal units": ...,
    "half the variance": ...,
    "forgiven by batch norm": ...,
}

# %% tags=["demo"]
predict.last("initialization", at_last, before=at_first)

# %% [markdown]
# ## How far you are
#
# What you have solved and predicted, from a file on your machine that no grader reads. (What the cell shows is
# saved in the notebook, as any output is.)

# %% tags=["demo"]
from nblib import progress

progress.show()
