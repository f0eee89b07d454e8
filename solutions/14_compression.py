# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lesson · Compression
#
# > **The myth.** *Smaller means faster. Pruned weights save memory. And distillation always helps.*
#
# A network that works is often too large for the place where it is to work: a telephone, a hearing aid, a page that
# must load in a second. It can be made smaller, often ten times, and hardly worse. But "smaller" has several
# meanings, and whoever measures one of them has not measured the others. You will cut weights, take out units, write
# numbers with two bits, let a large network teach a small one, and in the end deliver a network of −1, 0 and 1
# that fits into 1,500 bytes.
#
# **You will be able to**
#
# - cut the weights that matter least, and train what is left without their coming back;
# - say what zeros save, and what they do not;
# - store a network in whole numbers, compute with them, and train it so that it does not mind;
# - split a matrix into two thin ones, and teach a small network by a large one;
# - compare a compressed network with the right thing: a small one.
#
# **Time** about 6 hours, in as many sittings as you like. **You need** the training loop and Adam
# ({{gradient_descent}}), matrices of weights, the softmax and the cross-entropy ({{backpropagation}}), the spread of
# scores ({{evaluation}}). **Points** 26, in 10 exercises; each stands on its own, so you can skip one and come back.

# %% nbgrader={"grade_id": "setup", "locked": true, "schema_version": 3}
import io
import itertools
import time
import warnings
import zlib

from nblib import (
    checks,
    data,
    models,
    oracles,
    packed,
    playground,
    plots,
    predict,
    runtime,
)
from nblib.oracles import compression as oracle

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
# - **credit**: a column goes along with the true cause, and does nothing itself. How much of the credit did Shapley
#   values give it? `"none"`, `"a tenth at most"` or `"up to four tenths"`.
# - **small and dense**: 90 % of a network's weights are cut, and it is tuned. A small dense network has as many
#   weights and as many steps. How does it do beside the other? `"worse"`, `"as well"` or `"far better"`.
# - **two bits**: two bits for each weight, with a scale per channel, cost 13 percentage points. How many do they
#   cost if the network is trained with the rounding? `"still about 13"`, `"about 6"` or `"less than 1"`.
# - **same digits**: a teacher and its student have both seen all 898 digits. What does the student gain from it, in
#   percentage points? `"less than 1"`, `"about 3"` or `"about 16"`.

# %% tags=["prediction"]
at_first = {
    "credit": ...,
    "small and dense": ...,
    "two bits": ...,
    "same digits": ...,
}

# %% tags=["demo"]
predict.first("compression", at_first)

# %% [markdown]
# ## Predict first
#
# A network has 11,386 numbers, weights and biases. Of its weights we set the 90 % with the smallest absolute values
# to 0, and save it with `torch.save`. How large is the file, beside the file of the whole network? Replace the three
# dots by `"a tenth"`, `"half"` or `"the same"`. A guess is free, and it is not graded.

# %% tags=["prediction"]
prediction = ...

# %% tags=["demo"]
predict.note(prediction, ["a tenth", "half", "the same"])

# %% [markdown]
# ## One idea
#
# **A trained network takes more room than it needs.** Here are four ways to take less:
#
# | way | what is left out | a layer with $m \times n$ weights becomes |
# |---|---|---|
# | prune | weights, or whole units | $m \times n$ numbers, many of them 0; or $m' \times n'$ |
# | quantize | digits | $m \times n$ whole numbers of few bits, and a scale |
# | factorize | directions | $m \times r$ and $r \times n$ |
# | distil | the large network | a small one, taught by it |
#
# > **prune**: to set weights to 0 for good, or to take out whole units.
# >
# > **quantize**: to round numbers to a grid of few values, so that each is stored as a small whole number.
# >
# > **distil**: to train a small network on what a large one says.
#
# And there are five things that one can mean by "smaller", each with a way to measure it:
#
# | what | how it is measured | what makes it less |
# |---|---|---|
# | numbers that are not 0 | count | zeros |
# | bytes in memory | number of elements × bytes of each | smaller shapes, smaller dtypes |
# | bytes on disk | the file | those; zeros only if the format knows them |
# | multiply-adds ({{architecture}}) | $m \cdot n$ for each layer and example | smaller shapes |
# | time | a clock, on one machine, at one size of batch | … we shall see |
#
# Now a network: 64 pixels, two hidden layers of 96 and 48 units, ten classes. Five of them, trained **side by side**,
# on five splits of the digits into a half to learn from and a half to be judged by: every tensor has one more
# dimension, the first, with a network for each split. The cell has all that the experiments need; you can run it
# unread. A network is a list: weight, bias, weight, bias, …; `weights[::2]` are its weights, each of the shape
# (networks, inputs, outputs). Only `as_used` is worth a look: *what the network computes with* need not be the weights that the optimizer
# moves. It may be the weights times a mask, or the weights rounded. One loop will do for everything.


# %% tags=["demo"]
def stacked_digits(num_nets):
    """Return digits in as many splits: X (num_nets, n, 64), y (num_nets, n), and the same to test."""
    splits = [data.digits(seed, test_size=0.5, standardize=False) for seed in range(num_nets)]
    X, y, X_test, y_test = (torch.stack(part).cpu() for part in zip(*splits, strict=True))
    mean, sd = X.mean(), X.std()  # of all pixels together
    return (X - mean) / sd, y, (X_test - mean) / sd, y_test


def begin(sizes, num_nets, generator):
    """Return a weight (num_nets, inputs, outputs) and a bias of each layer, as `nn.Linear` draws."""
    weights = []
    for num_inputs, num_outputs in itertools.pairwise(sizes):
        for rows in (num_inputs, 1):
            drawn = torch.rand(num_nets, rows, num_outputs, generator=generator)
            weights.append((2 * drawn - 1) / num_inputs**0.5)
    return weights


def logits(weights, X):
    """Return what each network says of its own X (num_nets, n, 64): (num_nets, n, 10)."""
    for k in range(0, len(weights), 2):
        X = (X.relu() if k else X) @ weights[k] + weights[k + 1]
    return X


def cross_entropy(z, y):
    return F.cross_entropy(z.flatten(0, 1), y.flatten())


def as_they_are(weights):
    return weights


def train(
    weights,
    X,
    targets,
    num_steps,
    generator,
    as_used=as_they_are,
    loss_fn=cross_entropy,
    lr=0.003,
):
    """Train networks side by side by Adam; return their weights, as they are used."""
    weights = [w.clone().requires_grad_() for w in weights]
    optimizer = torch.optim.Adam(weights, lr=lr)
    nets = torch.arange(len(X))[:, None]
    for _ in range(num_steps):
        rows = torch.randint(X.shape[1], (len(X), 64), generator=generator)
        loss = loss_fn(logits(as_used(weights), X[nets, rows]), targets[nets, rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return [w.detach() for w in as_used(weights)]


def accuracy(weights, X, y):
    """Return each network's accuracy, (num_nets,)."""
    return (logits(weights, X).argmax(dim=2) == y).double().mean(dim=1)


def told(values):
    """Return the median and the range, as text."""
    return f"{values.quantile(0.5):.3f} ({values.min():.3f} to {values.max():.3f})"


SIZES = [64, 96, 48, 10]
num_nets, num_steps = runtime.scaled(5, fast=2), runtime.scaled(300, fast=20)
X, y, X_test, y_test = stacked_digits(num_nets)
generator = torch.Generator().manual_seed(0)
dense = train(begin(SIZES, num_nets, generator), X, y, num_steps, torch.Generator().manual_seed(1))
print("accuracy on unseen digits:", told(accuracy(dense, X_test, y_test)))

# %% [markdown]
# Now the files. We take the first of the five networks as it is, and with 90 % of its weights set to 0; we save both
# as they are, and in two more ways. *Deflate* is what `zip` does: it writes what repeats only once, and gives frequent bytes short codes. A *sparse* format stores
# only what is not 0, and beside each value its place.
#
# > **sparse format** (here CSR, *compressed sparse rows*): the values that are not 0, the column of each, and where
# > each row begins; no zeros.


# %% tags=["demo"]
warnings.filterwarnings("ignore", "Sparse CSR tensor support")  # is in beta, PyTorch says


def file_of(tensors):
    """Return the bytes that `torch.save` writes."""
    buffer = io.BytesIO()
    torch.save(tensors, buffer)
    return buffer.getvalue()


def with_zeros(weights, sparsity):
    """Return one network's weights with the smallest of its weights set to 0; biases stay."""
    smallest = torch.cat([w.abs().flatten() for w in weights[::2]])
    threshold = smallest.kthvalue(round(sparsity * len(smallest))).values
    return [w if k % 2 else w * (w.abs() > threshold) for k, w in enumerate(weights)]


def sparse(weights):
    """Return three tensors for each weight: CSR, with places as 32-bit integers."""
    found = []
    for k, w in enumerate(weights):
        if k % 2:
            found.append(w)
        else:
            csr = w.to_sparse_csr()
            found += [csr.crow_indices().int(), csr.col_indices().int(), csr.values()]
    return found


one = [w[0].clone() for w in dense]
files = {}
for name, weights in {"whole": one, "90 % zeros": with_zeros(one, 0.9)}.items():
    files[name, "in memory"] = sum(w.nbytes for w in weights)
    files[name, "as it is"] = len(file_of(weights))
    files[name, "deflated"] = len(zlib.compress(file_of(weights), 9))
    files[name, "sparse"] = len(file_of(sparse(weights)))
for (name, how), size in files.items():
    print(f"{name:12} {how:10} {size:7,} bytes")
ratio = files["90 % zeros", "as it is"] / files["whole", "as it is"]
predict.reveal(prediction, "the same" if ratio > 0.9 else "half" if ratio > 0.3 else "a tenth")

# %% [markdown]
# **A zero is a number like any other**: it takes 4 bytes, and is multiplied and added like the rest. In memory both
# networks take 45,544 bytes, and both files have 48 kB (with names and shapes), the same to the byte. Only a format that *knows* zeros gains from them: deflated, the file with zeros has
# about a fifth of the bytes. And a sparse format costs something, the places: for the whole network its file is twice
# as large. With 32-bit places each value takes 8 bytes in place of 4, so it begins to pay above half of zeros.
#
# ## Explore
#
# Seven trained networks, 64-96-48-10, on seven splits. You may take narrower ones (trained from their own start), set
# weights to 0, train what is left once more, and round to fewer bits. Beside that stand the held-out error, three kinds
# of file (the numbers packed as they are; deflated; sparse), and the weights that are not 0 with the multiply-adds.
#
# First turn up the zeros alone, at 32 bits: which bars move, and which stay? Then the bits; then the width. **Your
# goal**: a file below 2,500 bytes and at most half of the multiply-adds, without losing more than a point and a half
# of accuracy. There is more than one way. Is one of them without a single zero?

# %% tags=["demo"]
playground.squeeze()

# %% [markdown]
# ## Cut weights
#
# ### Exercise · Which ones?
# *2 points · 20 minutes · difficulty ●●○*
#
# A simple answer does well: those with the **smallest absolute value** (Han et al. 2015). A weight of 0.001 changes
# a sum by a thousandth of its input, whatever the sign. Compare the weights of **all layers with one another**, so that a
# layer whose weights are large keeps more of them (Han et al. went layer by layer).
#
# > **sparsity**: the share of the weights that are 0.
#
# `weights` is a list of tensors. Of all their $n$ numbers together cut `round(sparsity * n)`, those with the smallest
# absolute values. Return a **mask** for each tensor, of its shape: 1 where the weight stays, 0 where it goes. A mask
# may be bool or of any other dtype.
#
# <details><summary>Hint 1</summary><code>torch.cat([w.abs().flatten() for w in weights])</code> has all of them in one row, and <code>.argsort()</code> says where the smallest are.</details>
# <details><summary>Hint 2</summary>Make a row of ones, set the first <code>count</code> places of that order to 0, and cut the row with <code>.split([w.numel() for w in weights])</code>.</details>
# <details><summary>Hint 3</summary>With a threshold instead: <code>kthvalue(count)</code> is the <code>count</code>-th smallest, and there is none for <code>count = 0</code>.</details>


# %% nbgrader={"grade_id": "magnitude", "schema_version": 3, "solution": true}
def magnitude_masks(weights: list[torch.Tensor], sparsity: float) -> list[torch.Tensor]:
    """Return a mask for each weight: 0 at the smallest of all, 1 elsewhere.

    `weights` are one or more tensors, float32 or float64, of any shapes, and are not changed; no two
    of their numbers have the same absolute value, and one may be 0. `sparsity` is from 0, where
    nothing is cut, to 1, where everything is. Source: Han et al. (2015).
    """
    ### BEGIN SOLUTION
    sizes = torch.cat([w.abs().flatten() for w in weights])
    keep = torch.ones_like(sizes)
    keep[sizes.argsort()[: round(sparsity * len(sizes))]] = 0
    parts = keep.split([w.numel() for w in weights])
    return [part.view(w.shape) for part, w in zip(parts, weights, strict=True)]
    ### END SOLUTION


# %% nbgrader={"grade_id": "magnitude-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Which ones?", points=2, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(0)
    one_is_0 = [torch.tensor([[0.0, 2.0], [-1.0, 0.5]])]
    plays = [oracle.masks_of(one_is_0, 0.0), oracle.masks_of(one_is_0, 0.6)]
    plays += [
        oracle.masks_of(oracle.unequal_layers(shapes, generator, dtype), sparsity)
        for shapes, sparsity, dtype in (
            ([(3, 4), (5, 2), (7,)], 0.3, torch.float32),
            ([(6, 5), (2, 6)], 0.68, torch.float64),
            ([(4, 4), (4, 3)], 0.0, torch.float32),
            ([(4, 2), (3, 4)], 1.0, torch.float32),
            ([(9, 3)], 0.54, torch.float32),
        )
    ]
    check.agree(magnitude_masks, oracle.magnitude_masks, *plays, mistakes=oracle.MASKS)


### BEGIN HIDDEN TESTS
@checks.hidden("Against torch.nn.utils.prune.global_unstructured")
def _(check):
    from torch.nn.utils import prune

    generator = oracles.fresh_generator()
    for shapes, sparsity in (([(8, 5), (3, 8)], 0.9), ([(4, 6), (6, 4), (2, 3)], 0.41)):
        weights = oracle.unequal_layers(shapes, generator, torch.float32)
        layers = [torch.nn.Linear(*shape[::-1]) for shape in shapes]
        for layer, weight in zip(layers, weights, strict=True):
            layer.weight.data.copy_(weight)
        count = round(sparsity * sum(w.numel() for w in weights))
        prune.global_unstructured(
            [(layer, "weight") for layer in layers], prune.L1Unstructured, amount=count
        )
        came = check.call(magnitude_masks, weights, sparsity)
        check.equal([mask.double() for mask in came], [m.weight_mask.double() for m in layers])
        plays = [oracle.masks_of(weights, share) for share in (0.0, 1.0, sparsity)]
        check.agree(magnitude_masks, oracle.magnitude_masks, *plays)


### END HIDDEN TESTS

# %% [markdown]
# In PyTorch: `torch.nn.utils.prune.global_unstructured`, with `prune.L1Unstructured` and the number as `amount`.
#
# ### Exercise · They must stay dead
# *2 points · 30 minutes · difficulty ●●○*
#
# A cut hurts, and the weights that are left can learn to do without the others, if trained further (*tuned*). But
# the optimizer knows nothing of the cut. In its first step it moves the zeros, and the network is whole again.
#
# Train by `torch.optim.Adam(params, lr=lr)`, with its other settings as they are. In each step ask `gradient` for the
# gradient at the present weights, **once**, put it into `.grad`, and let Adam step. The cut weights are 0 **from the
# start on**: when the first gradient is asked for, when any later one is, and at the end.
#
# <details><summary>Hint 1</summary><code>params = [(w * m).requires_grad_() for w, m in zip(weights, masks)]</code> is cut already.</details>
# <details><summary>Hint 2</summary><code>for p, g in zip(params, grads): p.grad = g</code>, then <code>optimizer.step()</code>.</details>
# <details><summary>Hint 3</summary>After each step, inside <code>with torch.no_grad():</code>, multiply each <code>p</code> by its mask, in place: <code>p.mul_(m)</code>.</details>


# %% nbgrader={"grade_id": "stay-dead", "schema_version": 3, "solution": true}
def tune_pruned(
    weights: list[torch.Tensor], masks: list[torch.Tensor], gradient, lr: float, num_steps: int
) -> list[torch.Tensor]:
    """Return the weights after `num_steps` ≥ 1 steps of Adam, a list like `weights`, 0 where cut.

    `weights` are float32 or float64, of any shapes; `masks` have their shapes and dtype, 0 where a
    weight is cut and 1 elsewhere; both are not changed. `gradient(weights)` takes a list of tensors
    and returns the gradient there, a list of tensors of the same shapes. The result has the dtype of
    `weights`, and need not be watched by autograd.
    """
    ### BEGIN SOLUTION
    params = [(w * m).requires_grad_() for w, m in zip(weights, masks, strict=True)]
    optimizer = torch.optim.Adam(params, lr=lr)
    for _ in range(num_steps):
        grads = gradient([p.detach() for p in params])
        for p, g in zip(params, grads, strict=True):
            p.grad = g
        optimizer.step()
        with torch.no_grad():
            for p, m in zip(params, masks, strict=True):
                p.mul_(m)
    return [p.detach() for p in params]
    ### END SOLUTION


# %% nbgrader={"grade_id": "stay-dead-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("They must stay dead", points=2, hidden=1)
def _(check):
    check.agree(
        tune_pruned,
        oracle.tune_pruned,
        oracle.bowl(0, 0.1, 6),
        oracle.bowl(100, 0.03, 1),
        oracle.bowl(200, 0.2, 12, torch.float32),
        mistakes=oracle.TUNED,
        rtol=1e-3,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other bowls")
def _(check):
    generator = oracles.fresh_generator()
    for num_steps, dtype in ((9, torch.float64), (25, torch.float64), (4, torch.float32)):
        seed = int(torch.randint(2**40, (), generator=generator))
        play = oracle.bowl(seed, 0.05, num_steps, dtype)
        check.agree(tune_pruned, oracle.tune_pruned, play, rtol=1e-3, same_dtype=True)


### END HIDDEN TESTS

# %% [markdown]
# In the experiments `train` does it another way: the network computes with weights *times masks*, so that what is cut
# has no part in the loss. Now cut 80, 90, 95 and 98 of 100 weights of the trained networks, and tune them for 150
# steps. Which weights go is decided in three ways: the smallest of all, the smallest in each layer, and **by lot**,
# as a control. A fourth line cuts in five rounds, with 30 steps after each. And the last is no compression at all: a
# **small network**, one hidden layer, with as many weights as are left, trained from its own start for 450 steps, as
# many as 300 and 150 together.


# %% tags=["demo"]
def masks_of(weights, sparsity, scope, generator=None):
    """Return a mask for each weight, 0 where it is to go; in each network so many of all its weights.

    `scope`: the smallest go "of all" or "in each layer", or it is "by lot". Biases have no mask.
    """
    sizes = [w.abs().flatten(start_dim=1) for w in weights[::2]]  # (num_nets, n) each
    if scope == "in each layer":
        sizes = [s.argsort(dim=1).argsort(dim=1) / s.shape[1] for s in sizes]  # ranks, 0 to 1
    if scope == "by lot":
        sizes = [torch.rand(s.shape, generator=generator) for s in sizes]
    ranks = torch.cat(sizes, dim=1).argsort(dim=1).argsort(dim=1)  # 0 for the smallest
    keep = (ranks >= round(sparsity * ranks.shape[1])).float()
    parts = keep.split([s.shape[1] for s in sizes], dim=1)
    return [part.view_as(w) for part, w in zip(parts, weights[::2], strict=True)]


def pruned(masks):
    """Return a function that multiplies weights by their masks, and leaves biases alone."""
    return lambda weights: [w if k % 2 else w * masks[k // 2] for k, w in enumerate(weights)]


def gradual(weights, sparsity, num_rounds, steps_each, generator):
    """Prune in rounds, always the same share of what is left, and tune after each."""
    for r in range(1, num_rounds + 1):
        cut = pruned(masks_of(weights, 1 - (1 - sparsity) ** (r / num_rounds), "of all"))
        weights = train(weights, X, y, steps_each, generator, cut)
    return weights


NARROW = {0.8: 30, 0.9: 15, 0.95: 8, 0.98: 3}  # units of a dense 64-h-10 with as many weights
tuning = runtime.scaled(150, fast=10)
compared = {}
for sparsity, num_hidden in runtime.progress(NARROW.items(), "four sparsities"):
    generator = torch.Generator().manual_seed(2)
    for scope in ("of all", "in each layer", "by lot"):
        cut = pruned(masks_of(dense, sparsity, scope, generator))
        compared[sparsity, scope, "cut"] = accuracy(cut(dense), X_test, y_test)
        tuned = train(dense, X, y, tuning, generator, cut)
        compared[sparsity, scope, "tuned"] = accuracy(tuned, X_test, y_test)
    tuned = gradual(dense, sparsity, 5, tuning // 5, generator)
    compared[sparsity, "in five rounds", "tuned"] = accuracy(tuned, X_test, y_test)
    small = train(begin([64, num_hidden, 10], num_nets, generator), X, y, 3 * tuning, generator)
    compared[sparsity, "small and dense", "tuned"] = accuracy(small, X_test, y_test)
for (sparsity, how, when), scores in compared.items():
    if when == "tuned" or how == "of all":
        print(f"{sparsity:.0%} zeros  {how:16} {when:6} {told(scores)}")

# %% [markdown]
# The same as a picture, but for the five rounds:

# %% tags=["demo"]
fig, ax = plots.figure(size=(7.5, 4))
LOOKS = {
    ("of all", "cut"): ("#999999", "o:", "the smallest of all, cut"),
    ("of all", "tuned"): ("#0072B2", "o-", "the smallest of all, tuned"),
    ("in each layer", "tuned"): ("#56B4E9", "s-", "the smallest in each layer, tuned"),
    ("by lot", "tuned"): ("#D55E00", "^-", "by lot, tuned"),
    ("small and dense", "tuned"): ("#009E73", "D--", "a small network, not pruned"),
}
for (how, when), (colour, style, label) in LOOKS.items():
    scores = torch.stack([compared[sparsity, how, when] for sparsity in NARROW])
    ax.plot(range(len(NARROW)), scores.quantile(0.5, dim=1), style, color=colour, label=label)
    low, high = scores.aminmax(dim=1)
    ax.fill_between(range(len(NARROW)), low, high, color=colour, alpha=0.15)
ax.axhline(accuracy(dense, X_test, y_test).quantile(0.5), color="black", lw=0.8, label="uncut")
ax.set_xticks(range(len(NARROW)), [f"{sparsity:.0%}" for sparsity in NARROW])
ax.set(xlabel="weights that are 0", ylabel="accuracy on unseen digits", ylim=(0, 1))
ax.legend(loc="lower left", fontsize=8)
plots.show(
    fig,
    "Median accuracy over five networks, with its range, at 80, 90, 95 and 98 % of zeros. Cut and not tuned it falls "
    "from 0.9 to below 0.2; tuned it stays near the uncut line up to 90 % and falls to 0.4. Cut in each layer or "
    "by lot it falls earlier. The small dense network stays highest: above 0.9 at 95 %, near 0.8 at 98 %, "
    "where one of the five has 0.2.",
)

# %% [markdown]
# *"90 % of the weights can go"* is true, **after tuning**: the cut alone leaves 0.74, and 150 steps bring back 0.956,
# where the whole network had 0.969. Which weights go matters: by lot and tuned there is 0.88.
#
# And it matters that layers are compared with one another. At 95 % "in each layer" leaves the last layer 24 of its
# 480 weights, where "of all" leaves it 77. (Five rounds of 30 steps are worse than one cut and 150 steps at 90 and 95
# %, and ahead at 98 %.)
#
# But look at the green line, with the diamonds. **A small dense network with as many weights, in the same 450 steps,
# is as good at 80 and at 90 %, and far better beyond**: 0.945 for 0.87 at 95 %. Liu et al. (2019) found the like with
# large networks whose channels were pruned. So whoever praises a pruned network must compare it with a small one, not
# with nothing.

# %% [markdown]
# ## Take units out
#
# Zeros scattered over a matrix save nothing in the usual format. A **whole unit** is something else: without it both
# matrices beside it are smaller, and a library that knows nothing of pruning has less to do.
#
# > **structured pruning**: to take out whole units, channels or layers, so that what is left is an ordinary, smaller
# > network.
#
# ### Exercise · Take units out
# *3 points · 35 minutes · difficulty ●●○*
#
# Two layers, with ReLU between them: $h = \mathrm{ReLU}(W_1 x + b_1)$ and $z = W_2 h + b_2$. Pruning has set **all
# incoming weights** of some units to 0, their rows in $W_1$; their biases are what they were. Make a smaller pair of
# layers, without these units, that says **exactly the same** for every input.
#
# A unit without inputs is not silent. It still says $\mathrm{ReLU}(b)$, the same for every input, and $W_2$ passes
# that on. A constant that is always added: it belongs into $b_2$.
#
# The shapes are those of `nn.Linear` from here on in all exercises: (**outputs, inputs**), a *row* for each unit. You
# get the layers as they were *before* the cut, and `keep`, which says which units stay; treat the incoming
# weights of the others as 0.
#
# <details><summary>Hint 1</summary>A bool tensor as an index chooses: <code>W1[keep]</code> has the rows, <code>W2[:, keep]</code> the columns of the units that stay.</details>
# <details><summary>Hint 2</summary><code>~keep</code> are those that go. What they say is <code>b1[~keep].relu()</code>, and <code>W2[:, ~keep] @ …</code> passes it on.</details>


# %% nbgrader={"grade_id": "units", "schema_version": 3, "solution": true}
def remove_units(
    first: tuple[torch.Tensor, torch.Tensor],
    second: tuple[torch.Tensor, torch.Tensor],
    keep: torch.Tensor,
) -> tuple[tuple[torch.Tensor, torch.Tensor], tuple[torch.Tensor, torch.Tensor]]:
    """Return ((W1, b1), (W2, b2)) without the units that are not kept.

    `first` is (W1, b1) of shapes (num_hidden, num_inputs) and (num_hidden,), `second` (W2, b2) of
    shapes (num_outputs, num_hidden) and (num_outputs,), float32 or float64 as the result; ReLU stands
    between them. `keep` (num_hidden,) is bool: True where a unit stays. One unit or more stay, and
    perhaps all; their order is kept. Nothing that is given is changed.
    """
    ### BEGIN SOLUTION
    (W1, b1), (W2, b2) = first, second
    constant = W2[:, ~keep] @ b1[~keep].relu()  # (num_outputs,)
    return (W1[keep], b1[keep]), (W2[:, keep], b2 + constant)
    ### END SOLUTION


# %% nbgrader={"grade_id": "units-test", "grade": true, "points": 3, "schema_version": 3}
@checks.exercise("Take units out", points=3, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(0)
    check.agree(
        remove_units,
        oracle.remove_units,
        oracle.two_layers((4, 6, 3), "011010", generator, torch.float32),
        oracle.two_layers((3, 5, 2), "00001", generator, torch.float64),
        oracle.two_layers((6, 7, 4), "1001101", generator, torch.float32),
        oracle.two_layers((2, 3, 3), "111", generator, torch.float64),
        mistakes=oracle.UNITS,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("The same outputs as the network whose rows are 0")
def _(check):
    generator = oracles.fresh_generator()
    for sizes, keep in (((5, 8, 3), "10010110"), ((3, 6, 4), "000100")):
        first, second, stay = oracle.two_layers(sizes, keep, generator, torch.float64)
        X = torch.randn(9, sizes[0], generator=generator, dtype=torch.float64)
        came = check.call(remove_units, first, second, stay)
        check.equal([*came[0][0].shape], [int(stay.sum()), sizes[0]])
        cut = (first[0] * stay[:, None], first[1])
        check.close(models.logits(came, X), models.logits([cut, second], X), rtol=1e-4, atol=1e-6)
        check.agree(remove_units, oracle.remove_units, (first, second, stay), same_dtype=True)


### END HIDDEN TESTS

# %% [markdown]
# Is that any good? Take half of the units out of both hidden layers of the five networks: those go for which
# the norm of the incoming weights, times that of the outgoing ones, is smallest. Then tune them for 150 steps.
# And again the comparison, a network 64-48-24-10 from its own start.


# %% tags=["demo"]
def without_units(weights, share):
    """Return networks without this share of each hidden layer's units, the least first."""
    weights = list(weights)
    for k in range(0, len(weights) - 2, 2):
        matters = weights[k].norm(dim=1) * weights[k + 2].norm(dim=2)  # (num_nets, units)
        stay = matters.topk(round((1 - share) * matters.shape[1]), dim=1).indices
        nets = torch.arange(len(stay))[:, None]
        for at, dim in ((k, 2), (k + 1, 2), (k + 2, 1)):
            weights[at] = weights[at].transpose(1, dim)[nets, stay].transpose(1, dim)
    return weights


generator = torch.Generator().manual_seed(4)
half = without_units(dense, 0.5)
start = begin([64, 48, 24, 10], num_nets, generator)
fewer_units = {
    "cut": half,
    "cut and tuned": train(half, X, y, tuning, generator),
    "small from the start": train(start, X, y, 3 * tuning, generator),
}
for name, weights in fewer_units.items():
    print(f"half of the units, {name:21} {told(accuracy(weights, X_test, y_test))}")

# %% [markdown]
# The cut alone leaves 0.81, and tuned the networks are as good as the whole one: 0.968 with half of the units, now
# ordinary small networks. So is the one that was small from the start: 0.967.
#
# Now the clock. A matrix of 1,024 × 1,024 weights, multiplied with one example and with 64 at once: as it is; with
# 50, 90 and 99 % of zeros; the same in the sparse format; and as a **narrow** matrix with as many weights as are not
# 0, which is what taking out units leaves. The times are those of this machine, now, so
# the cell shows them as multiples of the whole matrix's.


# %% tags=["demo"]
def microseconds(function, repeats):
    """Return the least time of many calls, by the clock: the one that was disturbed least."""
    taken = []
    for _ in range(repeats):
        begun = time.perf_counter()
        function()
        taken.append(time.perf_counter() - begun)
    return 1e6 * min(taken)


def times_of(side, repeats):
    """Return times in multiples of the whole matrix's, for two batches and three sparsities."""
    generator = torch.Generator().manual_seed(0)
    W, found = torch.randn(side, side, generator=generator), {}
    for batch in (1, 64):
        x = torch.randn(batch, side, generator=generator)
        columns = x.T.contiguous()
        whole = microseconds(lambda x=x: x @ W.T, repeats)
        for sparsity in (0.5, 0.9, 0.99):
            Z = W * (torch.rand(side, side, generator=generator) > sparsity)
            csr = Z.to_sparse_csr()
            narrow = W[: round((1 - sparsity) * side)].contiguous()
            ways = {
                "zeros": lambda x=x, Z=Z: x @ Z.T,
                "sparse format": lambda c=columns, csr=csr: csr @ c,
                "narrow": lambda x=x, narrow=narrow: x @ narrow.T,
            }
            for name, way in ways.items():
                found[batch, sparsity, name] = microseconds(way, repeats) / whole
    return found


with torch.inference_mode():
    measured = times_of(runtime.scaled(1024, fast=64), runtime.scaled(40, fast=3))
print("time, in multiples of the whole matrix's")
print("examples  weights that are 0      zeros   sparse format   narrow")
for batch in (1, 64):
    for sparsity in (0.5, 0.9, 0.99):
        row = [measured[batch, sparsity, name] for name in ("zeros", "sparse format", "narrow")]
        print(f"{batch:8}{sparsity:20.0%}{row[0]:11.2f}{row[1]:16.2f}{row[2]:9.2f}")

# %% [markdown]
# **Zeros alone save no time**: the processor multiplies by 0 as it multiplies by anything.
#
# The sparse format does skip them, and pays for looking up places. From where on it gains depends on the machine, on
# the library and on the batch. (When we ran it, it lost at 50 %; at 90 % it lost with one example, and with 64 it
# took a third of the time.)
#
# The **narrow** matrix, an ordinary one, is ahead of it nearly everywhere: that is why units are taken out. So smaller matrices are faster. Also when they are small already? Four whole networks, one example at a time:


# %% tags=["demo"]
NETS = {
    "64-1000-1000-10": [64, 1000, 1000, 10],
    "64-300-100-10": [64, 300, 100, 10],
    "64-30-30-10": [64, 30, 30, 10],
    "64-32-…-32-10, 30 matrices": [64] + 29 * [32] + [10],
}
with torch.no_grad():
    x = torch.randn(1, 64, generator=torch.Generator().manual_seed(0))
    for name, sizes in NETS.items():
        net = models.mlp(sizes).cpu()
        taken = microseconds(lambda net=net: net(x), runtime.scaled(60, fast=3))
        print(f"{name:28}{models.count_parameters(net):10,} numbers{taken:9.0f} µs")

# %% [markdown]
# From the first to the second the numbers become 21 times fewer, and the time does fall. From the second to the third
# they become 16 times fewer, and the time hardly less: with one example most of it goes into *calling* a layer,
# whatever its size. And 30 thin layers take longer than the three of the second network, with fewer numbers. **With
# small layers and one example, depth costs, not weights.**
#
# ## The lottery ticket
#
# A small network trained from its start is as good as a pruned one. So why not train *sparse* from the start? Frankle
# and Carbin (2019) asked more exactly: are there, in the weights at the beginning, **before any training**, a fifth
# or a tenth that would do alone? Their answer: yes, if one knows which; and it matters that these weights have their
# own initial values. They called such a part a *winning ticket*, as in a lottery: the large network holds many
# tickets.
#
# > **rewind**: to set the weights that are left back to the values that they had at the start.
#
# ### Exercise · Find the ticket
# *2 points · 30 minutes · difficulty ●●○*
#
# Make `num_rounds` rounds, $R$ for short. In round $r = 1, \dots, R$ first **train**: hand the weights of the
# *start*, times the present masks (at first all ones), and the masks to `train`. Then **cut**, of all weights, those
# that are smallest *after training*, so that the share
#
# $$s_r = 1 - (1 - s)^{r/R}$$
#
# of them is 0; $s$ is `sparsity`. (So each round keeps the same part of what the round before kept: for $s = 0.95$ and
# $R = 5$, $s_r$ is 0.45, 0.70, 0.83, 0.91, 0.95.) What comes back is the ticket: the weights of the start, times
# the last masks, **untrained**; and these masks.
#
# You are given both tools: `train(weights, masks)` returns trained weights, with 0 where a mask is 0, and
# `cut(weights, share)` returns masks, 0 at the smallest `share` of all numbers in the list (those that are 0 already
# count among them).
#
# <details><summary>Hint 1</summary><code>masks = [torch.ones_like(w) for w in start]</code>, then a loop over <code>range(1, num_rounds + 1)</code> with two lines.</details>
# <details><summary>Hint 2</summary>The ticket is made the same way at the end as before each training: <code>[w * m for w, m in zip(start, masks)]</code>.</details>


# %% nbgrader={"grade_id": "ticket", "schema_version": 3, "solution": true}
def winning_ticket(
    start: list[torch.Tensor], train, cut, sparsity: float, num_rounds: int
) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    """Return (weights of the ticket, masks), two lists of tensors like `start`.

    `start` are float32 or float64, of any shapes, and are not changed. `train(weights, masks)` and
    `cut(weights, share)` return lists of tensors of their shapes and dtype; `train` takes long, so it
    is called once a round. 0 < `sparsity` < 1, `num_rounds` ≥ 1. Source: Frankle and Carbin (2019).
    """
    ### BEGIN SOLUTION
    masks = [torch.ones_like(w) for w in start]
    for r in range(1, num_rounds + 1):
        trained = train([w * m for w, m in zip(start, masks, strict=True)], masks)
        masks = cut(trained, 1 - (1 - sparsity) ** (r / num_rounds))
    return [w * m for w, m in zip(start, masks, strict=True)], masks
    ### END SOLUTION


# %% nbgrader={"grade_id": "ticket-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Find the ticket", points=2, hidden=1)
def _(check):
    check.agree(
        winning_ticket,
        oracle.winning_ticket,
        oracle.lottery(0, 0.8, 3),
        oracle.lottery(100, 0.9, 5, torch.float64),
        oracle.lottery(200, 0.5, 1),
        oracle.lottery(300, 0.7, 2),
        mistakes=oracle.TICKET,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other lotteries")
def _(check):
    generator = oracles.fresh_generator()
    for sparsity, num_rounds, dtype in ((0.85, 4, torch.float32), (0.6, 2, torch.float64)):
        seed = int(torch.randint(2**40, (), generator=generator))
        play = oracle.lottery(seed, sparsity, num_rounds, dtype)
        check.agree(winning_ticket, oracle.winning_ticket, play, same_dtype=True)


### END HIDDEN TESTS

# %% [markdown]
# And with real networks, at 95 %: five rounds of 200 steps find the masks. Then the ticket is trained, and four
# others for comparison: the whole network; the masks with only the *signs* of the start, all weights of a layer of
# one size; the masks with weights drawn anew; the weights of the start with masks of as many ones, at other places of the same layer. And
# a small dense network with as many weights, 64-8-10.


# %% tags=["demo"]
def shuffled(mask, generator):
    """Return a mask with as many ones in each network, at places by lot."""
    order = torch.rand(mask.flatten(start_dim=1).shape, generator=generator).argsort(dim=1)
    return mask.flatten(start_dim=1).gather(1, order).view_as(mask)


def signs(weights):
    """Return weights of one size in each layer, with the signs that they have."""
    return [w.sign() * w.abs().mean(dim=(1, 2), keepdim=True) for w in weights]


def ticket(first, sparsity, generator, num_rounds=5):
    """Return masks: train, drop the smallest, go back to the first weights, and again."""
    masks = [torch.ones_like(w) for w in first[::2]]
    for r in range(1, num_rounds + 1):
        trained = train(first, X, y, runtime.scaled(200, fast=10), generator, pruned(masks))
        masks = masks_of(trained, 1 - (1 - sparsity) ** (r / num_rounds), "of all")
    return masks


generator = torch.Generator().manual_seed(0)
first = begin(SIZES, num_nets, generator)
masks = ticket(first, 0.95, generator)
redrawn = begin(SIZES, num_nets, generator)
elsewhere = [shuffled(mask, generator) for mask in masks]
STARTS = {
    "no weight pruned": (first, [torch.ones_like(mask) for mask in masks]),
    "the ticket": (first, masks),
    "its signs, one size": (signs(first), masks),
    "its masks, weights redrawn": (redrawn, masks),
    "its weights, masks elsewhere": (first, elsewhere),
}
small = begin([64, 8, 10], num_nets, generator)
STARTS["small and dense"] = (small, [torch.ones_like(w) for w in small[::2]])
rewound = {}
for name, (start, kept) in runtime.progress(STARTS.items(), "six starts"):
    for steps in (50, runtime.scaled(200, fast=50)):
        fresh = torch.Generator().manual_seed(9)
        trained = train(start, X, y, steps, fresh, pruned(kept))
        rewound[name, steps] = accuracy(trained, X_test, y_test)
for (name, steps), scores in rewound.items():
    print(f"{name:30} {steps:3} steps  {told(scores)}")

# %% [markdown]
# After 200 steps the ticket has 0.942. With its masks and *other weights* there is 0.86, with its weights and *other
# places* 0.74: **a ticket is its masks and its start**. It does not quite do alone (the whole network has 0.964), but
# it is ahead of the small dense network, which has 0.92 after as many steps (0.945 after 450): the one case
# here where scattered zeros beat it. Of the start the *signs* nearly suffice after 200 steps, as Zhou et al. (2019)
# found. After 50 the differences are larger: 0.81 for the ticket, 0.75 for its signs, 0.37 with weights redrawn.
#
# Training is no cheaper so: to find the ticket, the *large* network was trained five times. It is a discovery about
# networks, not a way to save time. And it depends on how one trains: for large networks and high learning rates
# Liu et al. (2019) found no such gain.

# %% [markdown]
# ## Fewer bits
#
# Each weight is a float32, 32 bits. Eight bits are enough for 256 different numbers. Would these do?
#
# ### Exercise · Whole numbers
# *3 points · 40 minutes · difficulty ●●●*
#
# Numbers lie between `low` and `high`, say from −1 to 3. With $b$ bits there are the codes $0, 1, \dots, 2^b - 1$.
# Lay them as an even grid over the range: $2^b$ codes, so $2^b - 1$ steps, each of the size
#
# $$\text{scale} = \frac{\text{high} - \text{low}}{2^b - 1} .$$
#
# One number must be exact: **0**. Pictures are padded with it, ReLU makes it, and zeros should stay zeros. So first
# stretch the range, where needed, until 0 lies in it: take $\min(\text{low}, 0)$ for `low` and $\max(\text{high}, 0)$
# for `high`. Then let the code of 0 be a whole number, the **zero point**
#
# $$z = \mathrm{round}\!\left(\frac{-\text{low}}{\text{scale}}\right), \qquad
#   q = \mathrm{clamp}\!\left(\mathrm{round}\!\left(\frac{x}{\text{scale}}\right) + z,\; 0,\; 2^b - 1\right),$$
#
# and back it goes by $x \approx (q - z) \cdot \text{scale}$ (Jacob et al. 2018). The range is given, since it was
# measured before, on other examples; a number beyond it gets the first or the last code.
#
# > **zero point**: the code that stands for 0.
#
# An example: from −1 to 3 with 2 bits, the scale is 4/3, the zero point round(¾) = 1, and the numbers on the grid are
# −4/3, 0, 4/3 and 8/3: the grid has shifted a little, for the sake of the 0.
#
# <details><summary>Hint 1</summary><code>low, high = min(low, 0.0), max(high, 0.0)</code> comes first.</details>
# <details><summary>Hint 2</summary><code>((x / scale).round() + zero_point).clamp(0, 2**bits - 1)</code>, and only then <code>.to(torch.uint8)</code>: out of range, uint8 wraps around.</details>


# %% nbgrader={"grade_id": "quantize", "schema_version": 3, "solution": true}
def quantize(
    x: torch.Tensor, low: float, high: float, bits: int
) -> tuple[torch.Tensor, float, int]:
    """Return (codes, scale, zero point): codes of x's shape, uint8; a float; a whole number.

    `x` is float32, of any shape, and is not changed. `low` < `high`, perhaps both above 0 or both
    below; 2 ≤ `bits` ≤ 8. No number lies in the middle between two codes, nor does −low / scale.
    Source: Jacob et al. (2018).
    """
    ### BEGIN SOLUTION
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = round(-low / scale)
    codes = ((x / scale).round() + zero_point).clamp(0, 2**bits - 1)
    return codes.to(torch.uint8), scale, zero_point
    ### END SOLUTION


# %% nbgrader={"grade_id": "quantize-test", "grade": true, "points": 3, "schema_version": 3}
@checks.exercise("Whole numbers", points=3, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(0)
    check.agree(
        quantize,
        oracle.quantize,
        oracle.off_the_edges(-1.0, 3.0, 2, (2, 4), generator),
        oracle.off_the_edges(-2.5, 1.9, 4, (9,), generator),
        oracle.off_the_edges(0.6, 2.0, 3, (3, 5), generator),
        oracle.off_the_edges(-4.0, -1.0, 5, (2, 3, 2), generator),
        oracle.off_the_edges(-0.77, 1.35, 8, (4, 6), generator),
        mistakes=oracle.CODES,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden(
    "Against torch.fake_quantize_per_tensor_affine; within the range, half a step off at most"
)
def _(check):
    generator = oracles.fresh_generator()
    for low, high, bits in ((-1.7, 2.2, 8), (0.5, 5.1, 8), (-3.3, -0.4, 8), (-0.9, 2.6, 6)):
        low += 0.1 * torch.rand((), generator=generator).item()
        x, low, high, bits = oracle.off_the_edges(low, high, bits, (5, 7), generator)
        codes, scale, zero_point = check.call(quantize, x, low, high, bits)
        _, wanted_scale, wanted_zero = oracle.quantize(x, low, high, bits)
        check.close([scale, zero_point], [wanted_scale, wanted_zero], rtol=1e-4)
        top = 2**bits - 1
        grid = torch.fake_quantize_per_tensor_affine(x, wanted_scale, wanted_zero, 0, top)
        check.close((codes.double() - float(zero_point)) * float(scale), grid, rtol=1e-4, atol=1e-5)
        inside = (x >= min(low, 0.0)) & (x <= max(high, 0.0))
        back = (codes.double() - float(zero_point)) * float(scale)
        off = (back - x)[inside].abs().max().item()
        check.that(off <= 0.5001 * wanted_scale, "Some number is more than half a step off.")
        check.agree(quantize, oracle.quantize, (x, low, high, bits), same_dtype=True)


### END HIDDEN TESTS

# %% [markdown]
# In PyTorch: `torch.fake_quantize_per_tensor_affine(x, scale, zero_point, 0, 2**bits - 1)`, which returns the
# numbers that the codes stand for. (The tensors of codes that PyTorch had, `torch.quantize_per_tensor`, are to be
# removed.) Half a step is the largest error within the range.
#
# ### Exercise · Compute with codes
# *2 points · 30 minutes · difficulty ●●○*
#
# Codes save bytes. Can one compute with them, without turning them back into float32 first? Then nearly all of the work
# is done on small whole numbers, for which circuits are smaller and take less power. The inputs have codes $q_x$, from 0 to 255,
# with *one* scale $s_x$ and the zero point $z$. The weights have codes $q_w$ from −127 to 127, **no** zero point
# (theirs is 0), and a scale $s_w$ for each row. Then
#
# $$\sum_j w_{ij} x_j = \sum_j s_{w,i}\, q_{w,ij}\; s_x\, (q_{x,j} - z)
#   = s_{w,i}\, s_x\, \underbrace{\sum_j q_{w,ij}\, (q_{x,j} - z)}_{\text{whole numbers}},$$
#
# and the bias, which is float32, comes last. Return **both**: the sums of whole numbers, and the outputs.
#
# Whether that is faster on *your* processor depends on what it has for such numbers; the bytes are fewer.
#
# A trap, and why the sums are int32: a product of two codes does not fit into 8 bits, and a code minus the
# zero point may be negative, which uint8 cannot hold.
#
# <details><summary>Hint 1</summary><code>codes.to(torch.int32)</code> comes before anything is subtracted or multiplied. Matrices of int32 can be multiplied with <code>@</code>.</details>
# <details><summary>Hint 2</summary><code>codes_w</code> has shape (num_outputs, num_inputs), so its transpose is wanted; <code>scale_w</code> (num_outputs,) broadcasts over the rows of the sums.</details>


# %% nbgrader={"grade_id": "int8", "schema_version": 3, "solution": true}
def int8_linear(
    codes_x: torch.Tensor,
    scale_x: float,
    zero_x: int,
    codes_w: torch.Tensor,
    scale_w: torch.Tensor,
    bias: torch.Tensor,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return (sums (n, num_outputs) int32, outputs (n, num_outputs) float32) of a linear layer.

    `codes_x` (n, num_inputs) uint8 with `scale_x` > 0 and 0 ≤ `zero_x` ≤ 255; `codes_w` (num_outputs,
    num_inputs) int8 with `scale_w` (num_outputs,) float32; `bias` (num_outputs,) float32. There is no
    activation. The sums are exact, also with a thousand inputs, and fit into int32. Nothing that is
    given is changed. Source: Jacob et al. (2018), section 2.
    """
    ### BEGIN SOLUTION
    shifted = codes_x.to(torch.int32) - zero_x
    sums = shifted @ codes_w.to(torch.int32).T  # (n, num_outputs)
    return sums, sums * (scale_x * scale_w) + bias
    ### END SOLUTION


# %% nbgrader={"grade_id": "int8-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Compute with codes", points=2, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(0)
    inputs = [
        oracle.coded_layer(*shape, generator, top)
        for *shape, top in ((3, 5, 4, 3), (1, 300, 2, 127), (4, 40, 7, 127))
    ]
    check.agree(int8_linear, oracle.int8_linear, *inputs, mistakes=oracle.INTEGERS, same_dtype=True)
    wide = oracle.wide_layer(701)
    exact = torch.equal(check.call(int8_linear, *wide)[0], oracle.int8_linear(*wide)[0])
    check.that(
        exact, "With 701 inputs the sums are not exact: float32 has no odd numbers above 2^24."
    )


### BEGIN HIDDEN TESTS
@checks.hidden("The same as the codes turned back into numbers, in float64")
def _(check):
    generator = oracles.fresh_generator()
    for shape in ((5, 33, 3), (2, 700, 6)):
        layer = oracle.coded_layer(*shape, generator)
        codes_x, scale_x, zero_x, codes_w, scale_w, bias = layer
        x = (codes_x.double() - zero_x) * scale_x
        w = codes_w.double() * scale_w.double()[:, None]
        _, outputs = check.call(int8_linear, *layer)
        check.close(outputs, x @ w.T + bias.double(), rtol=1e-4, atol=1e-4)
        check.agree(int8_linear, oracle.int8_linear, layer, same_dtype=True)
    wide = oracle.wide_layer(853)
    exact = torch.equal(check.call(int8_linear, *wide)[0], oracle.int8_linear(*wide)[0])
    check.that(exact, "With many inputs the sums are not exact.")


### END HIDDEN TESTS

# %% [markdown]
# How many bits does it take? The five networks, their weights rounded to 8, 6, 4, 3 and 2 bits. Weights are usually
# rounded on a **symmetric** grid, with the zero point 0: the codes go from $-t$ to $t$ with $t = 2^{b-1} - 1$, since
# one bit is the sign. With 4 bits they go from −7 to 7, with 2 bits there are −1, 0 and 1 (and the fourth code stays
# unused). The scale is the largest absolute weight, divided by $t$: one for a whole matrix, or one for each of its
# outputs, a *channel*.
#
# And now a trick: networks that **compute exactly the same**, measured differently. ReLU does not mind a positive factor:
# $\mathrm{ReLU}(c\,a) = c\,\mathrm{ReLU}(a)$. So multiply a hidden unit's incoming weights and bias by $c$ and divide
# its outgoing weights by $c$: what was measured in grams now counts in kilograms, and no output changes. We draw a $c$
# for each hidden unit at random. Networks in use look like this too: in MobileNets, made for telephones,
# Nagel et al. (2019) found such unequal channels.
#
# They found a cure as well: choose the $c$ so that each unit's largest incoming weight becomes as large as its
# largest outgoing one, $c \cdot \text{in} = \text{out} / c$, so $c = \sqrt{\text{out} / \text{in}}$. In the table
# that is *equalized*.


# %% tags=["demo"]
def rounded(w, num_bits, per):
    """Return w (num_nets, inputs, outputs) on 2**num_bits − 1 values; a scale per "tensor" or "channel"."""
    largest = w.abs().amax(dim=(1, 2) if per == "tensor" else 1, keepdim=True)
    scale = largest / (2 ** (num_bits - 1) - 1)
    return (w / scale).round() * scale


def with_bits(num_bits, per):
    """Return a function that rounds weights, and leaves biases alone."""
    return lambda weights: [
        w if k % 2 else rounded(w, num_bits, per) for k, w in enumerate(weights)
    ]


def rescaled(weights, layer, size):
    """Return networks that compute the same, a hidden layer's outputs times `size` (num_nets, 1, units)."""
    weights, k = list(weights), 2 * layer
    weights[k], weights[k + 1] = weights[k] * size, weights[k + 1] * size
    weights[k + 2] = weights[k + 2] / size.mT  # ReLU(size · a) = size · ReLU(a)
    return weights


def equalized(weights):
    """Return networks that compute the same, with each unit's largest weight in as large as out."""
    for layer in range(len(weights) // 2 - 1):
        into = weights[2 * layer].abs().amax(dim=1, keepdim=True)  # (num_nets, 1, units)
        out_of = weights[2 * layer + 2].abs().amax(dim=2, keepdim=True).mT
        weights = rescaled(weights, layer, (out_of / into).sqrt())
    return weights


generator = torch.Generator().manual_seed(0)
unequal = dense
for layer in (0, 1):
    size = torch.exp(torch.randn(dense[2 * layer + 1].shape, generator=generator))
    unequal = rescaled(unequal, layer, size)
KINDS = {"as trained": dense, "unequal units": unequal, "equalized": equalized(unequal)}
by_bits = {
    (name, num_bits, per): accuracy(with_bits(num_bits, per)(weights), X_test, y_test)
    for name, weights in KINDS.items()
    for num_bits in (8, 6, 4, 3, 2)
    for per in ("tensor", "channel")
}
print("medians                       8 bits      6      4      3      2")
for name, per in itertools.product(KINDS, ("tensor", "channel")):
    row = [by_bits[name, num_bits, per].quantile(0.5) for num_bits in (8, 6, 4, 3, 2)]
    print(f"{name:14} per {per:10}" + "".join(f"{value:7.3f}" for value in row))

# %% [markdown]
# And as a picture, with the ranges:

# %% tags=["demo"]
fig, axes = plots.figure(ncols=2, size=(10, 3.6))
for ax, per in zip(axes.flat, ("tensor", "channel"), strict=True):
    for name, style in zip(KINDS, ("o-", "s:", "D--"), strict=True):
        scores = torch.stack([by_bits[name, num_bits, per] for num_bits in (8, 6, 4, 3, 2)])
        (line,) = ax.plot(range(5), scores.quantile(0.5, dim=1), style, label=name)
        low, high = scores.aminmax(dim=1)
        ax.fill_between(range(5), low, high, color=line.get_color(), alpha=0.15)
    ax.set_xticks(range(5), [8, 6, 4, 3, 2])
    ax.set(title=f"a scale per {per}", xlabel="bits of a weight", ylim=(0, 1))
axes.flat[0].set_ylabel("accuracy on unseen digits")
axes.flat[1].legend(loc="lower left", fontsize=8)
plots.show(
    fig,
    "Median accuracy of five networks, with its range, at 8, 6, 4, 3 and 2 bits; on the left with a scale per tensor, "
    "on the right per channel. As trained and equalized it stays near 0.97 down to 3 bits, and at 2 bits falls to "
    "below 0.5 on the left and above 0.8 on the right. With unequal units it falls to 0.1 at 4 bits on the left, "
    "and later, to below 0.2 at 2 bits, on the right.",
)

# %% [markdown]
# As trained, **8, 6 and 4 bits cost next to nothing**, and 3 bits a point or so. But the same networks with unequal
# units, with one scale for a matrix, have 0.93 at 8 bits and 0.45 at 6 (0.45 to 0.74 with other seeds): the largest
# channel sets the step, and the small ones are rounded to 0.
#
# A scale per channel helps: 0.958 at 6 bits. It does not cure. The weights *out of* a unit were divided by its $c$,
# and they stand side by side with those of other units in the same channel of the next layer, large beside small.
# Equalized, the networks are as good as before, without any data or training. So "int8 costs nothing" is a statement
# about how unequal the units are.
#
# At 2 bits, the values −1, 0 and 1 times a scale, about 0.84 are left with a scale per channel. Can that be mended?
#
# ### Exercise · Straight through
# *2 points · 35 minutes · difficulty ●●●*
#
# So let the network **train with rounded weights**, so that it learns to live with them. But rounding is a staircase:
# its slope is 0 on every step. (Only the largest weight of a row still has a gradient, by way of the scale.) Hardly
# anything would move.
#
# The way out is a useful lie (Bengio, Léonard and Courville 2013): *forwards* the weights are rounded, *backwards*
# one pretends that they were not. The gradient that arrives at the rounded weight goes **straight through** to the
# unrounded one, which the optimizer keeps, and which slowly wanders across the edge to the next step.
#
# > **straight-through**: to compute with a rounded value, and to differentiate as if rounding were not there.
#
# The grid is the symmetric one from above, with a scale for each **row** $i$ of $W$, which is one output:
# $s_i = \max_j |w_{ij}| / t$ and $t = 2^{b-1} - 1$. The rounded weight is
# $\hat w_{ij} = s_i\,\mathrm{round}(w_{ij} / s_i)$.
#
# Return the loss of one linear layer that computes with rounded weights: the mean cross-entropy of the logits
# $X \hat W^\top$. Its gradient by `W` must be the gradient *at the rounded weights*, passed on as it is.
#
# <details><summary>Hint 1</summary>You want a tensor with the <em>value</em> of the rounded weights and the <em>slope</em> of <code>W</code>. What must be added to <code>W</code>, and what may autograd not see of it?</details>
# <details><summary>Hint 2</summary><code>W + (rounded - W).detach()</code>.</details>
# <details><summary>Hint 3</summary>A row of zeros has the scale 0, and 0 / 0 is <code>nan</code>: <code>scale.clamp(min=1e-12)</code> helps.</details>


# %% nbgrader={"grade_id": "straight", "schema_version": 3, "solution": true}
def aware_loss(W: torch.Tensor, X: torch.Tensor, y: torch.Tensor, bits: int) -> torch.Tensor:
    """Return the mean cross-entropy of X @ (rounded W).T, a tensor with one number.

    `W` has shape (num_classes, num_inputs) and `X` (n, num_inputs), both float32 or both float64; `y`
    (n,) int64; 2 ≤ `bits` ≤ 8. A row of W may be all zeros, and stays so. W is not changed. The
    gradient of the result by W goes straight through the rounding. Source: Bengio et al. (2013).
    """
    ### BEGIN SOLUTION
    top = 2 ** (bits - 1) - 1
    scale = W.detach().abs().amax(dim=1, keepdim=True).clamp(min=1e-12) / top
    rounded = (W / scale).round() * scale
    return F.cross_entropy(X @ (W + (rounded - W).detach()).T, y)
    ### END SOLUTION


# %% nbgrader={"grade_id": "straight-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Straight through", points=2, hidden=1)
def _(check):
    def loss_and_gradient(W, X, y, bits):
        return check.call(aware_loss, W, X, y, bits), checks.grad_of(aware_loss, W, X, y, bits)

    generator, inputs = torch.Generator().manual_seed(0), []
    for sizes, bits, dtype in (
        ((3, 5, 4), 2, torch.float32),
        ((4, 6, 7), 3, torch.float64),
        ((5, 3, 6), 4, torch.float64),
    ):
        W, X, y = oracle.scores_to_round(*sizes, generator, dtype)
        inputs.append((W, X, y, bits))
    check.agree(
        loss_and_gradient,
        oracle.with_gradient(oracle.aware_loss),
        *inputs,
        mistakes=oracle.AWARE,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("The gradient at the rounded weights, by the formula of softmax regression")
def _(check):
    generator = oracles.fresh_generator()
    for sizes, bits in (((4, 7, 9), 3), ((6, 4, 5), 8), ((3, 8, 4), 2)):
        W, X, y = oracle.scores_to_round(*sizes, generator, torch.float64)
        at = oracle.rounded_rows(W, bits)
        p = (X @ at.T).softmax(dim=1)
        came = check.call(aware_loss, W, X, y, bits)
        check.close(came, -p.log()[torch.arange(len(y)), y].mean(), rtol=1e-4)
        wanted = (p - F.one_hot(y, len(W))).T @ X / len(y)
        check.close(checks.grad_of(aware_loss, W, X, y, bits), wanted, rtol=1e-4, atol=1e-6)


### END HIDDEN TESTS

# %% [markdown]
# In PyTorch: `torch.fake_quantize_per_channel_affine` rounds so, with such a gradient. Now the trained networks go on
# for 150 steps, at 3 bits and at 2: trained as before and then rounded; rounded in each step, straight through; and
# rounded in each step *without* the trick, so that only the biases learn, and the largest weight of each channel, which sets the scale.


# %% tags=["demo"]
def straight_through(num_bits):
    """Return a function: weights rounded on the way forward, as if they were not on the way back."""
    cut = with_bits(num_bits, "channel")
    return lambda weights: [
        w + (q - w).detach() for w, q in zip(weights, cut(weights), strict=True)
    ]


aware = {}
for num_bits in runtime.progress((3, 2), "two grids"):
    cut = with_bits(num_bits, "channel")
    WAYS = {
        "trained on, then rounded": as_they_are,
        "straight through": straight_through(num_bits),
        "without straight-through": cut,
    }
    aware[num_bits, "rounded now"] = accuracy(cut(dense), X_test, y_test)
    for name, as_used in WAYS.items():
        generator = torch.Generator().manual_seed(3)
        trained = train(dense, X, y, tuning, generator, as_used)
        aware[num_bits, name] = accuracy(cut(trained), X_test, y_test)
for (num_bits, name), scores in aware.items():
    print(f"{num_bits} bits  {name:26} {told(scores)}")

# %% [markdown]
# At 2 bits the straight way has 0.962. Rounded at once the networks have 0.84; trained further and *then* rounded even
# less, 0.80; and trained without the trick 0.51.
# **Three values for a weight are enough, if the network knows of it while it learns.** At 3 bits nothing of it is
# needed: all ways are within about a point of the whole network.

# %% [markdown]
# ## Fewer directions
#
# ### Exercise · Two thin matrices
# *2 points · 30 minutes · difficulty ●●○*
#
# A column times a row, $u v^\top$, is a whole matrix: $(1, 2)^\top (3, 4)$ has the rows $(3, 4)$ and $(6, 8)$. All of
# its rows point in one **direction**. A sum of $r$ such matrices has $r$ directions, and is the same as a product
# $A B$: the columns of $A$ times the rows of $B$.
#
# A matrix $W$ of shape $m \times n$ can be written as a product $A B$ of shapes $m \times r$ and $r \times n$, if it
# has no more than $r$ directions, and nearly so if the others hardly count. The **singular value decomposition**
# finds them:
#
# $$W = U\, \mathrm{diag}(s)\, V^\top = \sum_k s_k\, u_k v_k^\top, \qquad s_1 \ge s_2 \ge \dots \ge 0 .$$
#
# The $u_k$ and $v_k$ are the columns of $U$ and $V$; diag puts the $s_k$ on a diagonal.
# Keep the first $r$ terms: no other matrix of at most $r$ directions comes nearer to $W$ (Eckart and Young 1936), and the sum
# of the squared errors is that of the squares left out, $s_{r+1}^2 + s_{r+2}^2 + \dots$
#
# > **rank**: how many directions a matrix has; a product of $m \times r$ and $r \times n$ has at most $r$.
#
# Both factors together hold $r\,(m + n)$ numbers. So it pays only below the *break-even* rank $mn / (m + n)$: for 64
# × 96 that is 38.4.
#
# You may use at most `max_numbers` numbers for $A$ and $B$ together. Take **the largest rank that fits** (never more
# than there are singular values), and return the best factors of this rank. How you share out the $s_k$ between them
# is up to you.
#
# <details><summary>Hint 1</summary><code>U, s, Vt = torch.linalg.svd(W, full_matrices=False)</code>: <code>Vt</code> is the transpose of V already.</details>
# <details><summary>Hint 2</summary><code>rank = min(max_numbers // (m + n), m, n)</code>. <code>U[:, :rank] * s[:rank]</code> multiplies each column by its own singular value.</details>


# %% nbgrader={"grade_id": "low-rank", "schema_version": 3, "solution": true}
def low_rank(W: torch.Tensor, max_numbers: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return A (m, r) and B (r, n) with at most `max_numbers` numbers, A @ B as near to W as can be.

    `W` has shape (m, n), float32 or float64 as the result, and is not changed; at least one direction
    fits, `max_numbers` ≥ m + n. Near means a small sum of squared errors. Source: Eckart and Young
    (1936).
    """
    ### BEGIN SOLUTION
    m, n = W.shape
    rank = min(max_numbers // (m + n), m, n)
    U, s, Vt = torch.linalg.svd(W, full_matrices=False)
    return U[:, :rank] * s[:rank], Vt[:rank]
    ### END SOLUTION


# %% nbgrader={"grade_id": "low-rank-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Two thin matrices", points=2, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(0)
    check.agree(
        low_rank,
        oracle.low_rank,
        oracle.product_of(oracle.spectrum((6, 9), generator), 50),
        oracle.product_of(oracle.spectrum((8, 8), generator), 47),
        oracle.product_of(oracle.spectrum((9, 5), generator, torch.float32), 28),
        oracle.product_of(oracle.spectrum((4, 7), generator), 400),
        mistakes=oracle.FACTORS,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("The error is that of the singular values left out")
def _(check):
    generator = oracles.fresh_generator()
    for shape, limit in (((7, 12), 60), ((11, 5), 33), ((6, 6), 12)):
        W = oracle.spectrum(shape, generator)
        A, B = check.call(low_rank, W, limit)
        rank = limit // sum(shape)
        check.equal([*A.shape, *B.shape], [shape[0], rank, rank, shape[1]])
        left_out = torch.linalg.svdvals(W)[rank:].square().sum().sqrt()
        check.close(torch.linalg.norm(A @ B - W), left_out, rtol=1e-4, atol=1e-6)
        play = oracle.product_of(W.float(), limit)
        check.agree(low_rank, oracle.low_rank, play, same_dtype=True, atol=1e-5)


### END HIDDEN TESTS

# %% [markdown]
# And the trained networks, the two large matrices cut to a rank, not tuned:

# %% tags=["demo"]
by_rank = {}
for rank in (2, 4, 8, 16, 32):
    thin = list(dense)
    for k in (0, 2):
        U, s, Vt = torch.linalg.svd(dense[k], full_matrices=False)
        thin[k] = (U[..., :rank] * s[:, None, :rank]) @ Vt[:, :rank]
    by_rank[rank] = accuracy(thin, X_test, y_test)
    share = rank * (64 + 96 + 96 + 48) / (64 * 96 + 96 * 48)
    print(f"rank {rank:2}: {share:4.0%} of the numbers, accuracy {told(by_rank[rank])}")

# %% [markdown]
# Rank 16 takes 45 % of these numbers, and costs next to nothing; rank 8 takes 23 %, and costs 3 points. Such factors
# are two ordinary thin layers in place of one: they save multiply-adds, and time only where layers are large. And
# again, compare: the small dense network above had 0.968 with 20 % of the weights. In favour of factors:
# they need no training.
#
# ## A teacher
#
# Pruned, rounded and factorized networks were cut out of the large one. A small network may also be trained from its
# own start, and the large one only *tell* it what to say.
#
# ### Exercise · Learn from a teacher
# *3 points · 40 minutes · difficulty ●●●*
#
# For a picture of a 3 the label says "3", and nothing more. A trained network says "3, to 98 %, perhaps an 8, hardly
# a 5, surely not a 6". What it says of the *wrong* classes is knowledge too: which digits look alike. Hinton, Vinyals
# and Dean (2015) made it audible by a **temperature** $T$ ({{evaluation}}): both networks' logits are divided by $T$
# before the softmax. Above 1 all probabilities become more alike, and the small ones visible.
#
# > **Kullback-Leibler divergence**: how far the probabilities $q$ are from $p$,
# > $\mathrm{KL}(p\,\|\,q) = \sum_c p_c \ln (p_c / q_c)$; 0 if they agree, and not the same as
# > $\mathrm{KL}(q\,\|\,p)$.
#
# With $p^T = \mathrm{softmax}(v/T)$ of the teacher's logits $v$, and $q^T = \mathrm{softmax}(z/T)$ of the student's
# $z$, the loss of an example is
#
# $$\alpha\, T^2\; \mathrm{KL}\bigl(p^T \,\|\, q^T\bigr) + (1 - \alpha)\, \bigl(-\ln q^1_y\bigr),$$
#
# the second part being the usual cross-entropy with the label $y$, at $T = 1$. Why $T^2$? The gradient of the first
# part by $z_c$ is $\alpha\, T^2 \cdot \frac1T (q^T_c - p^T_c)$ ({{backpropagation}}), and for a large $T$ the difference
# of the two softmaxes shrinks like $1/T$ as well, since $e^{v/T} \approx 1 + v/T$: with $T^2$ both parts keep their sizes when one tries another temperature.
#
# Return the **mean over the examples**.
#
# <details><summary>Hint 1</summary><code>F.kl_div(log_q, p, reduction="batchmean")</code> is KL(p ‖ q), its arguments in this odd order: first the <em>logarithms</em> of the student's probabilities, then the teacher's probabilities.</details>
# <details><summary>Hint 2</summary><code>F.log_softmax(student / T, dim=1)</code>; and <code>F.cross_entropy(student, y)</code> without T.</details>


# %% nbgrader={"grade_id": "distil", "schema_version": 3, "solution": true}
def distillation_loss(
    student: torch.Tensor, teacher: torch.Tensor, y: torch.Tensor, T: float, alpha: float
) -> torch.Tensor:
    """Return the mean loss, a tensor with one number, of the dtype of `student`.

    `student` and `teacher` are logits (n, num_classes), both float32 or both float64, none of them
    extreme; `y` (n,) int64; `T` > 0 and 0 ≤ `alpha` ≤ 1. Autograd must find the gradient by `student`.
    Source: Hinton et al. (2015).
    """
    ### BEGIN SOLUTION
    p = F.softmax(teacher / T, dim=1)
    soft = F.kl_div(F.log_softmax(student / T, dim=1), p, reduction="batchmean")
    return alpha * T**2 * soft + (1 - alpha) * F.cross_entropy(student, y)
    ### END SOLUTION


# %% nbgrader={"grade_id": "distil-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Learn from a teacher", points=2, hidden=1)
def _(check):
    check.agree(
        distillation_loss,
        oracle.distillation_loss,
        oracle.logits_of_two(3, 4, 3.0, 0.7, 0, torch.float32),
        oracle.logits_of_two(5, 3, 0.5, 0.4, 1, torch.float64),
        oracle.logits_of_two(2, 6, 10.0, 1.0, 2, torch.float64),
        oracle.logits_of_two(4, 3, 2.0, 0.0, 3, torch.float32),
        mistakes=oracle.DISTILLED,
        rtol=1e-3,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("The formula in float64, other logits")
def _(check):
    generator = oracles.fresh_generator()
    for n, num_classes, T, alpha in ((6, 5, 4.0, 0.3), (1, 3, 1.5, 0.8), (9, 10, 20.0, 0.5)):
        seed = int(torch.randint(2**40, (), generator=generator))
        student, teacher, y, *how = oracle.logits_of_two(
            n, num_classes, T, alpha, seed, torch.float64
        )
        p, q = (teacher / T).softmax(dim=1), (student / T).softmax(dim=1)
        soft = (p * (p / q).log()).sum() / n
        hard = -student.softmax(dim=1).log()[torch.arange(n), y].mean()
        wanted = alpha * T**2 * soft + (1 - alpha) * hard
        came = check.call(distillation_loss, student, teacher, y, *how)
        check.close(came, wanted, rtol=1e-4)


### END HIDDEN TESTS

# %% [markdown]
# And the gradient, which is what trains:


# %% nbgrader={"grade_id": "distil-test-2", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("Learn from a teacher, the gradient", points=1, hidden=1)
def _(check):
    def gradient(student, teacher, y, T, alpha):
        return checks.grad_of(distillation_loss, student, teacher, y, T, alpha)

    check.agree(
        gradient,
        oracle.slope_of_distillation,
        oracle.logits_of_two(3, 4, 3.0, 0.7, 10, torch.float64),
        oracle.logits_of_two(4, 5, 8.0, 0.9, 11, torch.float64),
        oracle.logits_of_two(2, 3, 0.7, 0.2, 12, torch.float64),
        mistakes=oracle.SLOPES,
    )


### BEGIN HIDDEN TESTS
@checks.hidden(
    "At a high temperature: the difference of the logits, each less its mean, over the classes"
)
def _(check):
    seed = int(torch.randint(2**40, (), generator=oracles.fresh_generator()))
    student, teacher, y, *_ = oracle.logits_of_two(4, 6, 1000.0, 1.0, seed, torch.float64)
    came = checks.grad_of(distillation_loss, student, teacher, y, 1000.0, 1.0)
    centred = [z - z.mean(dim=1, keepdim=True) for z in (student, teacher)]
    check.close(came, (centred[0] - centred[1]) / 6 / 4, rtol=0.05, atol=1e-3)


### END HIDDEN TESTS

# %% [markdown]
# A small student, 64-8-10. Its teacher is the mean of the logits of three large networks, which have learned from all
# 898 digits. The student sees 30 of them, 100, or all. It learns from the labels; from *smoothed* labels, 0.9 for the
# right class and a little for all (as a control: soft targets without a teacher, {{regularization}}); or from the
# teacher alone, at three temperatures. And one more control: a teacher that has seen only the same 30 digits.


# %% tags=["demo"]
def matching(T):
    """Return the loss T² · KL(teacher's softened probabilities ‖ student's)."""

    def loss_fn(z, teacher):
        gap = F.kl_div((z / T).log_softmax(dim=2), (teacher / T).softmax(dim=2), reduction="none")
        return T**2 * gap.sum(dim=2).mean()

    return loss_fn


def smoothed(z, y):
    return F.cross_entropy(z.flatten(0, 1), y.flatten(), label_smoothing=0.1)


def student(X, targets, loss_fn=cross_entropy):
    """Return networks 64-8-10, trained on the targets."""
    generator = torch.Generator().manual_seed(7)
    start = begin([64, 8, 10], num_nets, generator)
    steps = runtime.scaled(500, fast=10)
    return train(start, X, targets, steps, generator, loss_fn=loss_fn, lr=0.01)


def teacher_of(X, y):
    """Train three networks, and return a function: the mean of their logits for some X."""
    teachers = []
    for seed in range(3):
        generator = torch.Generator().manual_seed(seed)
        start = begin(SIZES, num_nets, generator)
        teachers.append(train(start, X, y, num_steps, generator))
    return lambda X: sum(logits(weights, X) for weights in teachers) / 3


says = teacher_of(X, y)
teacher = says(X)  # (num_nets, n, 10)
of_teacher = (says(X_test).argmax(dim=2) == y_test).double().mean(dim=1)
taught = {}
for n in runtime.progress((30, 100, X.shape[1]), "three sizes"):
    some, labels = X[:, :n], y[:, :n]
    taught[n, "labels"] = accuracy(student(some, labels), X_test, y_test)
    taught[n, "smoothed labels"] = accuracy(student(some, labels, smoothed), X_test, y_test)
    for T in (1, 4, 20):
        learned = student(some, teacher[:, :n], matching(T))
        taught[n, f"teacher, T = {T}"] = accuracy(learned, X_test, y_test)
says = teacher_of(X[:, :30], y[:, :30])
learned = student(X[:, :30], says(X[:, :30]), matching(4))
taught[30, "its own, T = 4"] = accuracy(learned, X_test, y_test)
print(f"the teacher: {told(of_teacher)}")
for (n, name), scores in sorted(taught.items(), key=lambda item: item[0][0]):
    print(f"{n:3} digits  {name:16} {told(scores)}")

# %% [markdown]
# At $T = 4$ the teacher is worth 16 points with 30 digits, and eight with 100: it says more of each digit than a label
# can, and the temperature makes it heard (at $T = 1$ it is one or two points). Smoothed labels are soft too, and with
# few digits *cost* three or four points: it is not the softness, it is what the teacher knows.
#
# And that it learned from 868 digits which the student does not see. A teacher with the same 30 digits is worth two
# or three points (*its own*). With all digits **the gain is hardly there**, less than a point, inside the spread of
# the networks.
#
# What does a teacher say beyond the labels? Take **every 3 out** of the student's digits. It never sees one; the
# teacher's logits for the other digits are all it has. Then a second look: the student's bias for class 3 has only
# learned that 3 never comes. Raise it until a tenth of all 898 digits is called 3, about as many as there are. That
# takes no label, and nine tenths keep another name.


# %% tags=["demo"]
def accuracy_on_3(z, y):
    """Return how many of the threes are recognized, (num_nets,)."""
    return ((z.argmax(dim=2) == 3) & (y == 3)).sum(dim=1) / (y == 3).sum(dim=1)


seen = torch.stack([(labels != 3).nonzero()[:800, 0] for labels in y])  # (num_nets, 800)
nets = torch.arange(num_nets)[:, None]
unseen = {}
for T in (None, 1, 4, 20):
    targets, loss_fn = (y, cross_entropy) if T is None else (teacher, matching(T))
    weights = student(X[nets, seen], targets[nets, seen], loss_fn)
    z, z_train = logits(weights, X_test), logits(weights, X)
    unseen[T, "as it is"] = accuracy_on_3(z, y_test)
    others = torch.cat([z_train[..., :3], z_train[..., 4:]], dim=2).amax(dim=2)
    lack = (others - z_train[..., 3]).quantile(0.1, dim=1)  # so much more: a tenth is called 3
    z[..., 3] += lack[:, None]
    unseen[T, "bias raised"] = accuracy_on_3(z, y_test)
for (T, how), scores in unseen.items():
    name = "labels" if T is None else f"teacher, T = {T}"
    print(f"{name:16} {how:12} threes recognized: {told(scores)}")

# %% [markdown]
# From labels it never says 3, and with the bias raised it finds few of them (10 of 100 here, 10 to 40 with other
# seeds), where guessing finds 10. At $T = 4$ and 20 the median network recognizes three quarters of them (with
# other seeds, more than half), **without having seen one**, and with the bias raised 95 of 100. (At $T = 1$ it finds
# hardly any; with the bias raised, two thirds.)
#
# All that it knows of a 3, it was told by the way: "this 8 is a little like a 3, this 6 is not". Hinton, Vinyals and
# Dean show the same with the digits of MNIST; in a talk they called it *dark knowledge*.
#
# ## A budget
#
# What costs how much? A network 64-8-10, with codes drawn by lot: from −127 to 127, −7 to 7, −3 to 3, −1 to 1; and
# from −1 to 1 with 80 % set to 0 besides.

# %% tags=["demo"]
generator = torch.Generator().manual_seed(0)


def by_chance(top, sparsity=0.0):
    """Return a packed network 64-8-10 with random codes from −top to top, and zeros."""
    network = []
    for num_inputs, num_outputs in ((64, 8), (8, 10)):
        shape = (num_outputs, num_inputs)
        codes = torch.randint(-top, top + 1, shape, generator=generator)
        codes *= torch.rand(shape, generator=generator) >= sparsity
        scales, bias = torch.rand(2, num_outputs, generator=generator)
        network.append((codes.to(torch.int8), scales, bias))
    return network


for top, sparsity in ((127, 0.0), (7, 0.0), (3, 0.0), (1, 0.0), (1, 0.8)):
    size = packed.num_bytes(by_chance(top, sparsity))
    print(f"codes to {f'±{top}':>4}, {sparsity:3.0%} zeros: {size:3} bytes")

# %% [markdown]
# Somebody has a chip that adds fast and multiplies slowly: so a weight is **−1, 0 or 1**,
# and only the sum of a unit is multiplied, once, by a scale. And there are 1,500 bytes left for a network that tells
# the ten digits.
#
# ### Exercise · The budget
# *5 points · 60 minutes · difficulty ●●●*
#
# Write a function that trains a network **for a given number of bytes**: it gets pictures, their digits, and
# `limit_bytes`, and returns a *packed* network, a list of layers `(codes, scales, bias)` as in `nblib.packed`:
#
# - `codes` (num_outputs, num_inputs), int8, **−1, 0 or 1**: the weights are codes times scales;
# - `scales` (num_outputs,), float32: one for each row;
# - `bias` (num_outputs,), float32.
#
# ReLU stands between the layers; the first has 64 inputs, the last 10 outputs. You may have one hidden layer, or
# several. Whatever serves in training is allowed: as many bits there as you like, zeros, a teacher.
#
# **How the bytes are counted.** `packed.num_bytes(network)` is what counts, and the grader calls it on what you
# return: the bytes of all codes, scales and biases, layer by layer in this order, one after the other (1 for a code,
# 4 for a scale or a bias), are **deflated** by `zlib.compress(…, 9)`, and the length of that is the number. Shapes
# are not counted. So codes of three values take about a quarter of a byte each without your packing anything, and
# many zeros less.
#
# **How the accuracy is counted.** `packed.logits(network, X_test)` on 540 digits that your function has not seen. At
# least **0.94** of them must be told right, for every limit from 1,500 bytes on. The checks draw other splits, and let
# one point go for the luck of the draw.
#
# The 64 pixels come standardized ({{gradient_descent}}; one that never changes is 0), and **in an order drawn by
# lot**, another one each time: so the network must be trained when the function is called. It may take some seconds
# (one is plenty), and draw its random numbers as you like.
#
# <details><summary>Hint 1</summary>Begin without the chip: 64-h-10, no rounding. Then round it, and look at what is left. Which exercise was about that?</details>
# <details><summary>Hint 2</summary>How many units fit? Measure it: <code>packed.num_bytes</code> of networks with random codes, for two numbers of units.</details>
# <details><summary>Hint 3</summary>Near the end of the training each step still moves some codes to and fro. Smaller and smaller steps let them come to rest.</details>


# %% nbgrader={"grade_id": "budget", "schema_version": 3, "solution": true}
def budget(
    X: torch.Tensor, y: torch.Tensor, limit_bytes: int
) -> list[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
    """Return a packed network within `limit_bytes`, trained to tell the ten digits; codes −1, 0 and 1.

    `X` has shape (n, 64), float32, with n = 1,257, and `y` (n,) int64, the digits; both are not
    changed. 1,500 ≤ `limit_bytes` ≤ 5,000, and `packed.num_bytes` of the result is at most that.
    """
    ### BEGIN SOLUTION
    num_hidden = min(60, (limit_bytes - 220) // 22)
    shapes = [(num_hidden, 64), (10, num_hidden)]
    weights = [(torch.randn(m, n) * (2 / n) ** 0.5).requires_grad_() for m, n in shapes]
    biases = [torch.zeros(m, requires_grad=True) for m, _ in shapes]

    def coded(W):
        scale = W.detach().abs().amax(dim=1)
        return (W.detach() / scale[:, None]).round(), scale

    optimizer, num_steps = torch.optim.Adam([*weights, *biases]), 800
    for step in range(num_steps):
        optimizer.param_groups[0]["lr"] = 0.01 * (1 - step / num_steps)
        rows = torch.randint(len(X), (64,))
        z = X[rows]
        for k, (W, b) in enumerate(zip(weights, biases, strict=True)):
            codes, scale = coded(W)
            rounded = W + (codes * scale[:, None] - W).detach()  # straight through
            z = (z.relu() if k else z) @ rounded.T + b
        loss = F.cross_entropy(z, y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    layers = [(*coded(W), b.detach()) for W, b in zip(weights, biases, strict=True)]
    return [(codes.to(torch.int8), scale, b) for codes, scale, b in layers]
    ### END SOLUTION


# %% nbgrader={"grade_id": "budget-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("The budget, 3,000 bytes", points=2, hidden=1)
def _(check):
    oracle.follow_budget(check, budget, 3000, seed=0, order=0)


### BEGIN HIDDEN TESTS
@checks.hidden("2,500 bytes, another split, another order")
def _(check):
    seed, order = torch.randint(1000, (2,), generator=oracles.fresh_generator()).tolist()
    oracle.follow_budget(check, budget, 2500, seed, order)


### END HIDDEN TESTS

# %% [markdown]
# And with 1,500 bytes:


# %% nbgrader={"grade_id": "budget-test-2", "grade": true, "points": 3, "schema_version": 3}
@checks.exercise("The budget, 1,500 bytes", points=3, hidden=1)
def _(check):
    oracle.follow_budget(check, budget, 1500, seed=1, order=1)


### BEGIN HIDDEN TESTS
@checks.hidden("Another split, another order")
def _(check):
    seed, order = torch.randint(1000, (2,), generator=oracles.fresh_generator()).tolist()
    oracle.follow_budget(check, budget, 1500, seed, order)


### END HIDDEN TESTS

# %% [markdown]
# What did it need? Our five splits again, and networks 64-50-10, small from the start: rounded at the end, or with
# rounded weights all the way, at 4 bits and at 2.

# %% tags=["demo"]
needed = {}
for num_bits in runtime.progress((4, 2), "two grids"):
    for name, as_used in {
        "rounded at the end": as_they_are,
        "straight through": straight_through(num_bits),
    }.items():
        generator = torch.Generator().manual_seed(0)
        start = begin([64, 50, 10], num_nets, generator)
        small = train(start, X, y, 4 * tuning, generator, as_used)
        needed[num_bits, name] = accuracy(with_bits(num_bits, "channel")(small), X_test, y_test)
        print(f"{num_bits} bits  {name:20} {told(needed[num_bits, name])}")

# %% [markdown]
# At 4 bits it makes no difference when they are rounded. With three values it makes all the difference: 0.746 if they
# are rounded at the end, 0.960 straight through. And nothing had to be cut down: these networks were small from the
# start.

# %% [markdown]
# ## The verdict
#
# - **"Smaller means faster."** Zeros made nothing faster; the sparse format only with many zeros, and by how much
#   hangs on batch and machine; and 30 thin layers were slower than three with more numbers. **It flips** with whole
#   units in large layers: a narrow matrix is an ordinary one.
# - **"Pruned weights save memory."** In the usual format not a byte, in memory and on disk. **It flips** where the
#   format knows zeros, deflated or sparse. And a small dense network with as many weights was as good at 90 %, and
#   better at 95 %, but for the ticket (200 steps each).
# - **"Distillation always helps."** With all digits it gained less than a point. **It flips** where the teacher has
#   seen more than the student (16 points when the student sees 30 of its 898 digits, two or three when the teacher has
#   no others), up to threes that the student never met.
#
# ## What to take away
#
# - A zero takes as many bytes as any number (the file: 48 kB with 90 % of zeros and without) and as much time: take
#   out whole units, or use a format that knows zeros.
# - 90 % of the weights could go after tuning (0.956 for 0.969; untuned 0.74), and a small dense network had 0.958:
#   compare with a small network, not with nothing.
# - A ticket is its masks and its start, of which the signs nearly suffice: 0.942 at 5 % of the weights, with weights
#   drawn anew 0.86; finding it costs five trainings.
# - With a scale per channel 4 bits were free and 2 bits cost 13 points, with straight-through training less than one
#   (0.962); with one scale for units of unequal size 8 bits left 0.93, and nothing was lost once they were equalized.
# - A teacher is worth most where it has seen what the student has not (16 points when the student saw 30 of 898
#   digits), at a temperature of 4 or more, and next to nothing if both saw all.
#
# ## In short
#
# | way | saves | library | mind |
# |---|---|---|---|
# | weights to 0 | bytes on disk, if the format knows zeros | `torch.nn.utils.prune` | tune; compare with a small network |
# | units out | bytes and time | slicing | the constant of a unit goes into the next bias |
# | fewer bits | bytes: 4 times with 8 bits | `torch.fake_quantize_per_tensor_affine` | a scale for each row; 0 must be exact |
# | train with rounding | accuracy at few bits | `torch.fake_quantize_per_channel_affine` | straight through |
# | thin factors | bytes and multiply-adds | `torch.linalg.svd` | only below the break-even rank |
# | a teacher | accuracy of a small network | `F.kl_div(…, reduction="batchmean")` | T²; what has it seen that the student has not? |
#
# ## Going further
#
# - Bengio, Y., Léonard, N. and Courville, A. (2013). Estimating or propagating gradients through stochastic neurons for conditional computation. arXiv:1308.3432
# - Eckart, C. and Young, G. (1936). The approximation of one matrix by another of lower rank. *Psychometrika* 1, 211–218. doi:10.1007/BF02288367
# - Frankle, J. and Carbin, M. (2019). The lottery ticket hypothesis: finding sparse, trainable neural networks. arXiv:1803.03635
# - Han, S., Pool, J., Tran, J. and Dally, W. J. (2015). Learning both weights and connections for efficient neural networks. arXiv:1506.02626
# - Hinton, G., Vinyals, O. and Dean, J. (2015). Distilling the knowledge in a neural network. arXiv:1503.02531
# - Jacob, B. et al. (2018). Quantization and training of neural networks for efficient integer-arithmetic-only inference. arXiv:1712.05877
# - Liu, Z., Sun, M., Zhou, T., Huang, G. and Darrell, T. (2019). Rethinking the value of network pruning. arXiv:1810.05270
# - Nagel, M., van Baalen, M., Blankevoort, T. and Welling, M. (2019). Data-free quantization through weight equalization and bias correction. arXiv:1906.04721
# - Zhou, H., Lan, J., Liu, R. and Yosinski, J. (2019). Deconstructing lottery tickets: zeros, signs, and the supermask. arXiv:1905.01067

# %% [markdown]
# ## Once more
#
# The questions from the beginning. Answer without looking back; then each answer gets its sentence.
#
# - **small and dense**: 90 % of a network's weights are cut, and it is tuned. A small dense network has as many
#   weights and as many steps. How does it do beside the other? `"worse"`, `"as well"` or `"far better"`.
# - **two bits**: two bits for each weight, with a scale per channel, cost 13 percentage points. How many do they
#   cost if the network is trained with the rounding? `"still about 13"`, `"about 6"` or `"less than 1"`.
# - **same digits**: a teacher and its student have both seen all 898 digits. What does the student gain from it, in
#   percentage points? `"less than 1"`, `"about 3"` or `"about 16"`.

# %% tags=["prediction"]
at_last = {
    "small and dense": ...,
    "two bits": ...,
    "same digits": ...,
}

# %% tags=["demo"]
predict.last("compression", at_last, before=at_first)

# %% [markdown]
# ## How far you are
#
# What you have solved and predicted, from a file on your machine that no grader reads. (What the cell shows is
# saved in the notebook, as any output is.)

# %% tags=["demo"]
from nblib import progress

progress.show()
