# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lesson · Transfer learning
#
# > **The myth.** *A pre-trained network always wins. Frozen means unchanged. One learning rate fits
# > all layers.*
#
# *Transfer learning* begins where another training ended: with weights learned on a *source*, of which
# there is plenty, for a *target*, of which there is little. Here: printed letters, and a few real
# handwritten digits.
#
# > **transfer learning**: to begin a training with weights that were learned on another task.
#
# **You will be able to**
#
# - use a trained network as a machine for features, and prove that it did not change meanwhile;
# - train a *probe*, a new last layer, then fine-tune the layers before it, each at its own rate;
# - load a file of weights so that nothing is lost unnoticed;
# - choose a source before you train, and measure what it gains, where that stops, and what is forgotten.
#
# **Time** about 5 hours, in as many sittings as you like. **You need** training loops ({{gradient_descent}}), what
# batch norm does ({{initialization}}), and the L2 penalty ({{regularization}}). **Points** 27, in 10 exercises;
# each stands on its own. Where a `float` is to be returned, a tensor or a NumPy number will do, if it holds one
# number.

# %% nbgrader={"grade_id": "setup", "locked": true, "schema_version": 3}
import math

from nblib import checks, data, models, oracles, playground, plots, predict, pretrained, runtime
from nblib.data import flowers, glyphs, textures
from nblib.oracles import convnet
from nblib.oracles import transfer_learning as oracle

import torch
import torch.nn.functional as F
from sklearn.linear_model import LogisticRegression
from torch import nn

runtime.seed_everything(0)
torch.set_num_threads(1)  # small networks: several threads would mostly wait for one another

# %% [markdown]
# ## Before you begin
#
# A question from before, answered at once, and three that are asked again at the end. Nothing is graded. Write
# one of the texts in quotes in place of three dots, then run both cells.
#
# - **films**: four pictures are a film. A convolution takes them as four channels and has 1,532 parameters; a
#   convolution with a GRU has 59,940. Which reads more films? `"the small one"`, `"the large one"` or
#   `"they are alike"`.
# - **frozen network**: a network reads letters, and all its parameters are frozen. It sees digits once, in train
#   mode. How many letters does it read afterwards? `"as many as before"`, `"fewer"` or `"more"`.
# - **fifty labels**: there are fifty labels of each digit. By how many percentage points is a network that has
#   learned letters ahead of one from scratch? `"about 16"`, `"about 7"` or `"less than 1"`.
# - **wrong source**: a network has learned to tell kinds of grain, without any strokes. With three labels of each
#   digit it learns digits. How does it do beside one from scratch? `"worse"`, `"as well"` or `"better"`.

# %% tags=["prediction"]
at_first = {
    "films": ...,
    "frozen network": ...,
    "fifty labels": ...,
    "wrong source": ...,
}

# %% tags=["demo"]
predict.first("transfer_learning", at_first)

# %% [markdown]
# ## Predict first
#
# A network has learned to read printed letters. It never saw a digit, nor any handwriting. You have
# *three* examples of each handwritten digit. Either you train the same network from scratch on these
# thirty pictures, or you begin with what it knows of letters. How many percentage points more of the
# other digits are recognized the second way? Replace the three dots by `"about 0"`, `"about 2"` or `"more than 4"`.
# A guess is free, and it is not graded.

# %% tags=["prediction"]
prediction = ...

# %% tags=["demo"]
predict.note(prediction, ["about 0", "about 2", "more than 4"])

# %% [markdown]
# ## One idea
#
# A network that reads is a chain of layers. The last one, the *head*, is about the classes; the others,
# the *backbone*, turn pixels into *features*, numbers that say what is there: here an edge, there the end of
# a stroke. Letters and digits are both made of edges and strokes. So keep the backbone $f$,
# which makes of a picture $x$ the features $f_\theta(x)$, with its weights $\theta_0$ from the source, and learn a new
# head $W$, $b$ for the target, which gives the scores
#
# $$\hat y = W f_\theta(x) + b, \qquad \theta \text{ begins at } \theta_0$$
#
# If $\theta$ stays at $\theta_0$, this is *feature extraction*, and the head a *linear probe*. If
# training goes on changing $\theta$, it is *fine-tuning*. Both rest on one assumption: that what helps
# on the source helps on the target. You will see a source for which it is false.
#
# > **backbone**: all layers of a network but the last, which turn an input into features.
# >
# > **head**: the last layer of a network, which turns features into a score for each class.
# >
# > **linear probe**: a linear head, trained on the features of a backbone that stays as it is.
# >
# > **fine-tuning**: to go on training a network, or a part of it, on a new task.
#
# Here are the pictures. All have the format of the real digits (Alpaydin and Kaynak 1998): a bitmap of 32 × 32
# pixels was parted into blocks of 4 × 4, and the black ones in each were counted, so 8 × 8 numbers from 0 to 16.
# The letters come from nineteen printed fonts, bent, slanted and thickened at random; no digit is among them. Two
# more sources, stripes and grain, have no strokes at all.

# %% tags=["demo"]
digits = data.digits(seed=0, test_size=0.4, standardize=False)
shown = {
    "letters (source)": glyphs.glyphs(glyphs.LETTERS[::4], 1)[0],
    "stripes (source)": textures.textures("stripes", 10)[0],
    "grain (source)": textures.textures("grain", 10)[0],
    "handwriting (target)": digits.X_train[:10],
}
fig, axes = plots.figure(ncols=10, nrows=4, size=(9, 3.9))
for row, (name, pictures) in zip(axes, shown.items(), strict=True):
    row[0].set_ylabel(name, rotation=0, ha="right", va="center")
    for ax, picture in zip(row, pictures.cpu(), strict=True):
        ax.imshow(picture.reshape(8, 8).numpy(), cmap="gray_r", vmin=0, vmax=16)
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
plots.show(
    fig,
    "Ten pictures of each kind: printed letters, bent and slanted; stripes; spots of several sizes; "
    "and handwritten digits, which look more like the letters than like the others.",
)

# %% [markdown]
# ## Convolutions
#
# A fully connected layer has a weight for each pixel, so it would have to learn an edge anew for each place
# where one may be. A *convolution* ({{architecture}}) learns it once. It has a *kernel* of 3 × 3 weights, lays it on each place
# $(i, j)$ of the picture $x$, and adds up weight times pixel:
#
# $$z_{i,j} = \sum_{a=-1}^{1} \sum_{b=-1}^{1} w_{a,b}\; x_{i+a,\,j+b}$$
#
# (Beyond the border $x$ counts as 0: that is *padding*.) The result is again a picture, a map of where the
# kernel's pattern is found. The cell below does it with two kernels made by hand: one is large where the
# picture gets darker from left to right, the other where it does so from top to bottom. In a network
# gradient descent finds the kernels (LeCun et al. 1989). The cell also counts the weights of 32 such maps: 9 for
# each kernel, against one for each pair of pixel and result, 64 times 32 · 64.

# %% tags=["demo"]
letter = (
    glyphs.glyphs("T", 1, seed=9)[0].cpu().reshape(1, 1, 8, 8)
)  # (pictures, channels, height, width)
across = torch.tensor([[-1.0, 0.0, 1.0]] * 3)
kernels = torch.stack([across, across.T])[:, None]  # (2 kernels, 1 channel, 3, 3)
maps = F.conv2d(letter, kernels, padding=1)  # (1, 2, 8, 8)
fig, axes = plots.figure(ncols=3, size=(7, 2.6))
names = ("a letter", "darker to the right", "darker downwards")
for ax, name, picture in zip(axes, names, torch.cat([letter[0], maps[0]]), strict=True):
    limit = picture.abs().max()
    ax.imshow(picture.numpy(), cmap="PuOr", vmin=-limit, vmax=limit)
    ax.set(xticks=[], yticks=[], title=name)
    ax.grid(False)
plots.show(
    fig,
    "The letter T, and two maps that convolutions make of it: in one the left edges of strokes are "
    "purple and the right ones orange, in the other the upper edges are purple and the lower ones orange.",
)
num_kernel_weights, num_full_weights = 32 * 3 * 3, 64 * 32 * 8 * 8
print(
    f"32 maps by convolution: {num_kernel_weights} weights; fully connected: {num_full_weights:,}"
)

# %% [markdown]
# The network of this lesson, `models.convnet`, has three blocks: a convolution to 32 channels, whose kernels see
# *all* channels of the block before (3 × 3 weights for each, and all is added up), then batch norm and ReLU
# ({{initialization}}, {{activations}}). The second and the third end with max pooling, which halves height and
# width: *that* something was found counts for more than its exact place. So 8 × 8 pixels become 32 maps of 2 × 2,
# which are the 128 features.
#
# It was trained on each source by a script that you can run yourself (`python -m nblib.pretrained.make`, a
# minute), and its weights come with the course. `pretrained.load` refuses a file whose *checksum*, a number
# computed from all its bytes, is not the published one, and takes only tensors from it (such files
# can hold code as well, which loading would run). The *model card*, `nblib/pretrained/README.md`, tells
# what the weights were made from, and what for.

# %% tags=["demo"]
weights = pretrained.load("letters")
for name, tensor in weights.state.items():
    print(f"{name:28} {tuple(tensor.shape)!s:16} {str(tensor.dtype).removeprefix('torch.')}")
print(f"inputs: (X − {weights.mean:.3f}) / {weights.std:.3f}")

# %% [markdown]
# A name leads from the outside in: `block2.1.bias` is the bias ($\beta$) of part 1, batch norm, of the second
# block, whose part 0 is the convolution. There are two kinds of numbers. Parameters are what an optimizer changes.
# But batch norm also keeps a running mean, a running variance and a count of batches, and it changes them by
# itself, in train mode:
#
# > **buffer**: a tensor that a module keeps beside its parameters and that no optimizer changes, such as the
# > running mean of batch norm.
# >
# > **state dictionary**: all parameters and buffers of a module, by name (`model.state_dict()`); it is what one
# > saves to a file, and what `load_state_dict` copies into a network.
#
# ## Explore
#
# Pick a source, and how many labels of each digit you can afford. The probe here is the quickest of
# all, a ridge regression on the features ({{regularization}}), so its strength is a knob too. The curve shows
# other numbers of labels.
#
# **Your goal**: recognize 92 % of the unseen digits with no more than *four* labels of each. What does a
# network give that has learned *nothing*? And the bare pixels? Which source is worth less than they?

# %% tags=["demo"]
playground.few_labels()

# %% [markdown]
# ## Features
#
# ### Exercise · A machine for features
# *3 points · 25 minutes · difficulty ●●○*
#
# Run pictures through the backbone and keep the 128 numbers that the head would get. Then they need
# never be computed again, however often you train on them. Three things easily go wrong:
#
# - The inputs must be normalized with the **source's** mean and standard deviation, $(X - \mu)/\sigma$,
#   for these are part of what the network knows.
# - The network must be in **eval mode**, `model.eval()`. In train mode batch norm uses the batch at hand, so that a
#   picture's features depend on the pictures beside it, and batch norm changes what it keeps, though nobody
#   trains.
# - No gradients are needed: `torch.no_grad()`, or `torch.inference_mode()`. The graph, autograd's record of the
#   computation, would hang on stored features and cost memory for nothing.
#
# Return the features, which no longer require gradients, and as a proof the state of the network
# *afterwards*, all of it, in tensors of its own: the `state` that you were given proves nothing.
#
# All tensors of the exercises are on the CPU. `models.convnet` comes on the course's device: where that is a
# GPU, `.cpu()` brings it back.
#
# <details><summary>Hint 1</summary><code>model = models.convnet(num_classes).cpu()</code>; the number of classes is the length of <code>state["head.bias"]</code>. Then <code>model.load_state_dict(state)</code>.</details>
# <details><summary>Hint 2</summary>The network is an <code>nn.Sequential</code>, which can be cut like a list: <code>model[:-1]</code> is all of it but the head.</details>


# %% nbgrader={"grade_id": "features", "schema_version": 3, "solution": true}
def extract_features(
    state: dict[str, torch.Tensor], mean: float, std: float, X: torch.Tensor
) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    """Return (features of the pictures, state of the network afterwards).

    `state` is that of a `models.convnet`, `X` (n, 64) float32, n ≥ 1, holds counts of 0–16, `mean` and
    `std` are those of the source. Features have shape (n, 128), float32, and require no gradient. The
    state is that of the whole network, name by name; it shares no tensor with `state`.
    """
    ### BEGIN SOLUTION
    model = models.convnet(len(state["head.bias"])).cpu()
    model.load_state_dict(state)
    model.eval()
    with torch.no_grad():
        features = model[:-1]((X - mean) / std)
    return features, model.state_dict()
    ### END SOLUTION


# %% nbgrader={"grade_id": "features-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("A machine for features", points=2, hidden=1)
def _(check):
    known = pretrained.load("letters")
    generator = torch.Generator().manual_seed(0)
    X = torch.randint(17, (70, 64), generator=generator).float()
    cases = [
        (known.state, known.mean, known.std, data.digits(standardize=False).X_test[:5].cpu()),
        (convnet.random_state(3, generator), 2.5, 3.5, X[:1]),
        (convnet.random_state(11, generator), 4.0, 2.25, X),
    ]
    plays = [oracle.features_alone(*case) for case in cases]
    tolerance = {"rtol": 1e-3, "atol": 1e-4, "same_dtype": True}
    check.agree(
        extract_features,
        oracle.extract_features,
        *plays,
        mistakes=oracle.FEATURES,
        **tolerance,
    )
    features, _ = check.call(extract_features, *cases[0])
    check.that(
        not features.requires_grad,
        "The features still have a graph: compute them under torch.no_grad().",
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other weights, other pictures, one alone and many")
def _(check):
    generator = oracles.fresh_generator()
    for num_classes, n in ((3, 1), (11, 75)):
        state = convnet.random_state(num_classes, generator)
        X = torch.randint(17, (n, 64), generator=generator).float()
        mean, std = (2 + 3 * torch.rand(2, generator=generator)).tolist()
        features, _ = check.call(extract_features, state, mean, std, X)
        wanted = convnet.features(state, (X - mean) / std)
        check.close(features, wanted, rtol=1e-3, atol=1e-4, same_dtype=True)
        check.that(not features.requires_grad, "The features still have a graph.")


### END HIDDEN TESTS

# %% [markdown]
# And the proof: every tensor as it was, to the last bit.


# %% nbgrader={"grade_id": "features-test-2", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("Not a bit has changed", points=1, hidden=1)
def _(check):
    known = pretrained.load("letters")
    generator = torch.Generator().manual_seed(0)
    X = torch.randint(17, (7, 64), generator=generator).float()
    check.agree(
        extract_features,
        oracle.extract_features,
        oracle.bits(known.state, known.mean, known.std, X),
        oracle.bits(convnet.random_state(3, generator), 2.5, 3.5, X[:1]),
        mistakes=oracle.BITS,
        new=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other weights")
def _(check):
    generator = oracles.fresh_generator()
    for num_classes, n in ((3, 1), (11, 9)):
        state = convnet.random_state(num_classes, generator)
        X = torch.randint(17, (n, 64), generator=generator).float()
        case = oracle.bits(state, 5.0, 6.0, X)
        check.agree(extract_features, oracle.extract_features, case, new=True)


### END HIDDEN TESTS

# %% [markdown]
# ### Exercise · Frozen, and yet it moves
# *2 points · 20 minutes · difficulty ●●○*
#
# > **freezing**: to keep parameters as they are while others are trained, by `requires_grad = False`.
#
# Is a frozen layer unchanged then? Find out: freeze **all** parameters, put the network in train or eval mode, run one
# batch through it, and return what moved: by name, the **largest absolute change** of every tensor of the
# state that has changed at all, however little. (Nothing is trained here, so that nobody can see from what
# you return whether you froze. Do it, and see how much it helps.)
#
# A trap lies in wait. `model.state_dict()` does not copy: its tensors *are* those of the network.
#
# <details><summary>Hint 1</summary>Before the pass: <code>{name: tensor.clone() for name, tensor in model.state_dict().items()}</code>. Or compare with <code>state</code>, which load_state_dict copies from.</details>
# <details><summary>Hint 2</summary><code>model.train(training)</code> sets either mode. One tensor of the state holds integers: <code>.double()</code> before you subtract.</details>


# %% nbgrader={"grade_id": "what-moves", "schema_version": 3, "solution": true}
def what_moves(state: dict[str, torch.Tensor], X: torch.Tensor, training: bool) -> dict[str, float]:
    """Return name → largest absolute change, of what one pass changes in a frozen network.

    `state` is that of a `models.convnet`, `X` (n, 64) float32, n ≥ 1, is normalized already, and all of it
    is one batch. With `training` the network is in train mode, otherwise in eval mode. What has not changed is left out.
    `state` itself stays as it is.
    """
    ### BEGIN SOLUTION
    model = models.convnet(len(state["head.bias"])).cpu()
    model.load_state_dict(state)
    model.requires_grad_(False)
    model.train(training)
    model(X)
    changes = {
        name: (after.double() - state[name].double()).abs().max().item()
        for name, after in model.state_dict().items()
    }
    return {name: change for name, change in changes.items() if change > 0}
    ### END SOLUTION


# %% nbgrader={"grade_id": "what-moves-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Frozen, and yet it moves", points=2, hidden=1)
def _(check):
    known = pretrained.load("letters")
    X = (data.digits(standardize=False).X_test[:70].cpu() - known.mean) / known.std
    state, X_drawn, _ = oracle.draw_network(3, 8, torch.Generator().manual_seed(0))
    check.agree(
        what_moves,
        oracle.what_moves,
        (known.state, X, True),
        (known.state, X, False),
        (state, X_drawn, True),
        (state, X_drawn[:1], True),
        (oracle.settled(state, X_drawn), X_drawn, True),
        mistakes=oracle.MOVES,
        rtol=1e-3,
        atol=1e-5,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other weights and batches, against the formula of batch norm")
def _(check):
    generator = oracles.fresh_generator()
    for num_classes, n in ((3, 1), (11, 75)):
        state, X, _ = oracle.draw_network(num_classes, n, generator)
        for start in (state, oracle.settled(state, X)):
            new = {}
            convnet.features(start, X, training=True, statistics=new)
            wanted = convnet.moved({name: start[name] for name in new}, new)
            check.close(check.call(what_moves, start, X, True), wanted, rtol=1e-3, atol=1e-5)
        check.equal(check.call(what_moves, state, X, False), {})


### END HIDDEN TESTS

# %% [markdown]
# So *frozen* does not mean *unchanged*. How much does it matter? One pass over real digits, in batches of
# 32, nothing trained: how far has a running mean gone, and how many *letters* does the network recognize
# before and after?


# %% tags=["demo"]
X_letters, y_letters = glyphs.glyphs(glyphs.LETTERS, 50, seed=5)


def normalized(X, source="letters"):
    """Return X as the network of a source expects it."""
    known = pretrained.load(source)
    return (X - known.mean) / known.std


def convnet_of(state):
    """Return a network with this state."""
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    return model


@torch.no_grad()
def accuracy(model, X, y):
    """Return the share that is recognized, in eval mode."""
    return (model.eval()(X).argmax(dim=1) == y).float().mean().item()


model = convnet_of(pretrained.load("letters").state)
letters_before = accuracy(model, normalized(X_letters), y_letters)
model.train()
with torch.no_grad():
    for X_batch in normalized(digits.X_train).split(32):
        model(X_batch)
drifted = convnet.moved(pretrained.load("letters").state, model.cpu().state_dict())
letters_drifted = accuracy(model.to(runtime.device()), normalized(X_letters), y_letters)
running_mean_drift = max(drifted[f"block{k}.1.running_mean"] for k in (1, 2, 3))
print(f"a running mean moved by {running_mean_drift:.2f}")
print(f"letters recognized: {letters_before:.3f} before, {letters_drifted:.3f} after")

# %% [markdown]
# ## A probe
#
# ### Exercise · The linear probe
# *3 points · 30 minutes · difficulty ●●○*
#
# On features that were computed once, training the head is a small *convex* problem, a single valley in which each
# way down ends equally low: *softmax regression*, which is a linear layer with cross-entropy, here with L2 on the
# weights ({{regularization}}) and **not** on the biases. With $f_i$ for the features of example $i$, and $y_i$ for
# its class, whose probability counts:
#
# $$\min_{W, b}\; \frac1n \sum_{i=1}^n -\log \operatorname{softmax}(W f_i + b)_{y_i}
#   + \frac{\lambda}{2} \lVert W\rVert^2$$
#
# $W$ has one solution. So has $b$, but for one number $c$ that may be added to all biases: it multiplies numerator
# and denominator of the softmax by $e^c$, which cancels, so any will do.
#
# A quick way is *L-BFGS* (Liu and Nocedal 1989), gradient descent that learns the curvature from the gradients
# that it has met. It wants to know the loss several times in one step, so it is given not a loss but a
# function that computes it, the *closure*.
#
# You may solve it in any way you like, but to the end: not ten steps of gradient descent. On small
# problems $W$ and $b$ (its mean taken off) may be wrong by 0.02, or by 2 %. On real features, and where some
# columns are ten times as large as others, the minimum is found slowly: there it is the probabilities that
# may be wrong by 0.02.
#
# <details><summary>Hint 1</summary><code>torch.optim.LBFGS([W, b], max_iter=500, line_search_fn="strong_wolfe")</code>, which searches how far each step should go, does it in one call of <code>step(closure)</code>; the closure zeroes the gradients, computes the loss, calls backward, and returns the loss.</details>
# <details><summary>Hint 2</summary>scikit-learn's <code>LogisticRegression</code>, which is softmax regression where there are three classes or more, adds up the examples instead of averaging, and multiplies <i>them</i> by C, beside ½‖W‖². Divide our sum by λ: so C = 1/(n λ). After <code>fit</code>, <code>coef_</code> is W, and <code>intercept_</code> is b.</details>


# %% nbgrader={"grade_id": "probe", "schema_version": 3, "solution": true}
def train_probe(
    features: torch.Tensor, y: torch.Tensor, num_classes: int, strength: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return (W, b), the minimum of mean cross-entropy + strength/2 · ‖W‖².

    `features` has shape (n, num_features), float32 or float64; `y` (n,), int64, has all classes in it,
    of which there are three or more; `strength` is above 0. `W` has shape (num_classes, num_features),
    `b` (num_classes,), both of the dtype of the features. They may require gradients or not.
    """
    ### BEGIN SOLUTION
    W = features.new_zeros(num_classes, features.shape[1], requires_grad=True)
    b = features.new_zeros(num_classes, requires_grad=True)
    optimizer = torch.optim.LBFGS([W, b], max_iter=500, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = F.cross_entropy(features @ W.T + b, y) + strength / 2 * W.square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return W.detach(), b.detach()
    ### END SOLUTION


# %% nbgrader={"grade_id": "probe-test", "grade": true, "points": 3, "schema_version": 3}
@checks.exercise("The linear probe", points=3, hidden=2)
def _(check):
    points = [[0.0, 1.0], [1.0, 3.0], [2.0, 1.0], [3.0, 2.0], [4.0, 0.0], [5.0, 1.0], [4.0, 1.0]]
    small = (torch.tensor(points), torch.tensor([0, 0, 1, 1, 2, 2, 2]), 3, 0.1)
    drawn = torch.randn(26, 5, generator=torch.Generator().manual_seed(0))
    y = torch.arange(26) % 9 % 4
    known = pretrained.load("letters")
    split = data.digits(standardize=False)
    few = torch.cat([(split.y_train == k).nonzero()[:4, 0] for k in range(5)]).cpu()
    real = convnet.features(known.state, (split.X_train.cpu()[few] - known.mean) / known.std)
    uneven = drawn * torch.tensor([1.0, 10.0, 10.0, 0.3, 1.0])
    check.agree(train_probe, oracle.train_probe, oracle.shapes(*small), mistakes=oracle.SHAPES)
    check.agree(
        train_probe,
        oracle.train_probe,
        oracle.lengths(*small),
        oracle.lengths(drawn, y, 4, 0.3),
        mistakes=oracle.PROBE,
        rtol=0.02,
        atol=0.02,
    )
    check.agree(
        train_probe,
        oracle.train_probe,
        oracle.centred(*small),
        oracle.centred(drawn.double(), y, 4, 0.07),
        oracle.probabilities(real, split.y_train.cpu()[few], 5, 0.02),
        oracle.probabilities(uneven, y, 4, 0.01),
        rtol=0.02,
        atol=0.02,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against scikit-learn, in float32 and float64")
def _(check):
    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for n, num_classes, width, strength in ((30, 4, 6, 0.05), (50, 3, 9, 0.3)):
            features = torch.randn(n, width, generator=generator, dtype=dtype)
            y = torch.arange(n) % num_classes
            W, b = check.call(train_probe, features, y, num_classes, strength)
            model = LogisticRegression(C=1 / (n * strength), tol=1e-8, max_iter=10_000)
            model.fit(features.double().numpy(), y.numpy())
            free = model.intercept_ - model.intercept_.mean()
            wanted = [torch.tensor(part).to(dtype) for part in (model.coef_, free)]
            check.close([W, b - b.mean()], wanted, rtol=0.02, atol=0.02, same_dtype=True)


@checks.hidden("Real features, and columns of uneven size, where the minimum is far away")
def _(check):
    generator = oracles.fresh_generator()
    known = pretrained.load("letters")
    split = data.digits(standardize=False)
    X, y = split.X_train.cpu(), split.y_train.cpu()
    places = torch.randperm(len(y), generator=generator)
    few = torch.cat([places[y[places] == k][:4] for k in range(5)])
    real = convnet.features(known.state, (X[few] - known.mean) / known.std)
    uneven = torch.randn(40, 6, generator=generator) * torch.tensor([1.0, 1, 1, 10, 10, 0.3])
    classes = torch.arange(40) % 4
    for features, labels, strength in ((real, y[few], 0.02), (uneven, classes, 0.01)):
        W, b = check.call(train_probe, features, labels, int(labels.max()) + 1, strength)
        wanted = LogisticRegression(C=1 / (len(labels) * strength), tol=1e-8, max_iter=10_000)
        wanted = wanted.fit(features.double().numpy(), labels.numpy())
        wanted = wanted.predict_proba(features.double().numpy())
        check.close((features @ W.T + b[None]).softmax(dim=1), wanted, rtol=0, atol=0.02)


### END HIDDEN TESTS

# %% [markdown]
# From now on scikit-learn does it. Note how cheap this is: a backbone pass for each picture once, and
# then a problem that is solved in a blink, on any number of labels.
#
# ## How many labels?
#
# ### Exercise · A few of each
# *2 points · 15 minutes · difficulty ●●○*
#
# To ask what *three labels per class* are worth, draw exactly three of each class, none twice, and keep all
# others for judging. An example that is in both parts would be recognized by heart.
#
# Draw at random: each class for itself, and every example of a class equally often. All randomness comes
# from `generator`, *as it comes*: do not seed it. The draw moves it on, so that the next one with it is
# another. (A NumPy generator whose seed was *drawn* from `generator` is right too.)
#
# <details><summary>Hint 1</summary><code>(y == k).nonzero().flatten()</code> are the places of class k, and <code>torch.randperm(m, generator=generator)</code> has 0 … m − 1 in random order.</details>
# <details><summary>Hint 2</summary>A mask of booleans, all True at first, tells in the end what is left.</details>


# %% nbgrader={"grade_id": "few-shots", "schema_version": 3, "solution": true}
def draw_few(
    y: torch.Tensor, per_class: int, generator: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return (chosen, others): places in `y` of `per_class` random examples of each class, and the rest.

    `y` has shape (n,), int64, and more than `per_class` examples of each class that occurs in it; classes
    need not be 0, 1, 2 … Both results are int64, of one dimension. `chosen` has the examples of the
    smallest class first, and so on; within a class the order is free. `others` is in rising order.
    """
    ### BEGIN SOLUTION
    chosen = []
    for k in y.unique():  # which is sorted
        places = (y == k).nonzero().flatten()
        order = torch.randperm(len(places), generator=generator)
        chosen.append(places[order[:per_class]])
    chosen = torch.cat(chosen)
    is_left = torch.ones(len(y), dtype=torch.bool)
    is_left[chosen] = False
    return chosen, is_left.nonzero().flatten()
    ### END SOLUTION


# %% nbgrader={"grade_id": "few-shots-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("A few of each", points=2, hidden=1)
def _(check):
    y = torch.tensor([5, 2, 2, 5, 12, 2, 12, 5, 2, 12, 5, 5, 2, 12, 5, 2])
    blocks = torch.tensor([3, 1, 0]).repeat_interleave(torch.tensor([4, 6, 5]))
    few = torch.tensor([1, 0, 1, 0, 2, 2, 0, 1, 0, 2])
    check.agree(
        draw_few,
        oracle.draw_few,
        oracle.facts_of_draws(y, 3, 0),
        oracle.facts_of_draws(blocks, 3, 100),
        oracle.facts_of_draws(few, 1, 200),
        mistakes=oracle.SHOTS,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("All examples of a class alike often; other sizes")
def _(check):
    generator = oracles.fresh_generator()
    for num_classes, n, per_class in ((4, 50, 5), (11, 61, 2)):
        y = (torch.arange(n) % num_classes)[torch.randperm(n, generator=generator)]
        seed = int(torch.randint(2**40, (), generator=generator))
        check.agree(draw_few, oracle.draw_few, oracle.facts_of_draws(y, per_class, seed))
        counts = torch.zeros(n)
        for number in range(300):
            draw = torch.Generator().manual_seed(seed + 1000 + number)
            chosen, _ = draw_few(y, per_class, draw)
            counts[chosen] += 1
        share = per_class / torch.bincount(y)[y].double()
        off = (counts / 300 - share).abs() / (share * (1 - share) / 300).sqrt()
        check.that(off.max().item() < 6, "Not all examples come alike often.", counts=counts)


### END HIDDEN TESTS

# %% [markdown]
# Now the experiment of this lesson. For ten draws of 1, 3, 5, 10 and 50 labels of each digit, we train
# three ways and judge on 719 others. First the ways:
#
# - *scratch*: random weights, all of them trained by AdamW;
# - *probe*: the features of the letters' network, a linear head;
# - *tuned*: the probe, and from there a short training of everything, with a small learning rate. (You
#   will write it in {{#probe-then-tune}}.)


# %% tags=["demo"]
def few(per_class, seed):
    """Return normalized pictures and labels, `per_class` of each digit."""
    order = torch.randperm(len(digits.y_train), generator=torch.Generator().manual_seed(seed))
    y = digits.y_train.cpu()[order]
    chosen = torch.cat([order[y == k][:per_class] for k in range(10)])
    return digits.X_train[chosen], digits.y_train[chosen]


def train(model, groups, X, y, num_steps, seed):
    """Train on batches of 32 with AdamW, the rates falling to 0 along a line."""
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.AdamW(groups)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / num_steps)
    model.train()
    for _ in range(num_steps):
        batch = torch.randint(len(X), (32,), generator=generator)
        optimizer.zero_grad()
        F.cross_entropy(model(X[batch]), y[batch]).backward()
        optimizer.step()
        schedule.step()
    return model


def new_model(source, seed):
    """Return a network with a new head, its backbone from a source, or all of it random if None."""
    model = models.convnet(10, torch.Generator().manual_seed(seed))
    if source is not None:
        known = pretrained.load(source).state
        backbone = {name: tensor for name, tensor in known.items() if not name.startswith("head")}
        model.load_state_dict(model.state_dict() | backbone)
    return model


def with_probe(model, X, y, strength=0.01):
    """Give the network a head that was fitted to its features, and return it."""
    with torch.no_grad():
        features = model.eval()[:-1](X).cpu().numpy()
        fitted = LogisticRegression(C=1 / (len(y) * strength), tol=1e-3, max_iter=3000)
        fitted.fit(features, y.cpu().numpy())
        model.head.weight.copy_(torch.from_numpy(fitted.coef_))
        model.head.bias.copy_(torch.from_numpy(fitted.intercept_))
    return model


def all_at(model, lr):
    """Return one parameter group with everything."""
    return [{"params": list(model.parameters()), "lr": lr}]


def judged(model, source="letters"):
    """Return the share of the unseen digits that a network recognizes."""
    return accuracy(model, normalized(digits.X_test, source), digits.y_test)


PER_CLASS = [1, 3, 5, 10, 50]
SEEDS = range(runtime.scaled(10, fast=2))
scratch = torch.zeros(len(SEEDS), len(PER_CLASS))


def learn_from_scratch(labels):
    """Fill in these columns of `scratch`."""
    for seed in runtime.progress(SEEDS, f"from scratch, {labels} labels, draws"):
        for per_class in labels:
            X, y = few(per_class, seed)
            model = new_model(None, seed)
            train(model, all_at(model, 0.01), normalized(X), y, runtime.scaled(80, fast=2), seed)
            scratch[seed, PER_CLASS.index(per_class)] = judged(model)


learn_from_scratch([1, 3, 5])

# %% tags=["demo"]
learn_from_scratch([10, 50])

# %% tags=["demo"]
probed, tuned = torch.zeros(2, len(SEEDS), len(PER_CLASS))
for seed in runtime.progress(SEEDS, "from letters, draws"):
    for column, per_class in enumerate(PER_CLASS):
        X, y = few(per_class, seed)
        model = with_probe(new_model("letters", seed), normalized(X), y)
        probed[seed, column] = judged(model)
        train(model, all_at(model, 0.002), normalized(X), y, runtime.scaled(40, fast=2), seed)
        tuned[seed, column] = judged(model)

fig, ax = plots.figure(size=(7, 3.8))
for name, runs in {"tuned": tuned, "probe": probed, "scratch": scratch}.items():
    plots.band(ax, PER_CLASS, runs, name)
ax.set(xscale="log", xlabel="labels of each digit", ylabel="accuracy on unseen digits")
ax.set_xticks(PER_CLASS, PER_CLASS)
ax.minorticks_off()
plots.show(
    fig,
    "Accuracy against labels per class: the two that begin with letters lie far above training from "
    "scratch at one and three labels, a little above at ten, and all three meet at fifty.",
)

# %% tags=["demo"]
medians = {
    name: dict(zip(PER_CLASS, runs.quantile(0.5, dim=0).tolist(), strict=True))
    for name, runs in (("scratch", scratch), ("probe", probed), ("tuned", tuned))
}
gains = dict(zip(PER_CLASS, (100 * (tuned - scratch)).T, strict=True))  # each draw against itself
for per_class, points in gains.items():
    row = ", ".join(f"{name} {values[per_class]:.3f}" for name, values in medians.items())
    better = f"in {int((points > 0).sum())} of {len(points)} draws"
    print(
        f"{per_class:2} labels: {row}; tuned better {better}, by {points.quantile(0.5):.1f} points"
    )
gained = gains[3].quantile(0.5)
predict.reveal(prediction, "more than 4" if gained > 4 else "about 2" if gained > 1 else "about 0")

# %% [markdown]
# With few labels it is far better to begin with letters; at ten it still helps; at fifty next to nothing
# is left of it. And the probe, which trains no convolution at all, is as good as the tuned network: so
# near are letters to digits.
#
# ### Exercise · Where does it stop?
# *2 points · 15 minutes · difficulty ●●○*
#
# Write down what you have just seen. Given the accuracies of both ways for several numbers of labels and
# several seeds, take for each number of labels the **median over the seeds of the difference**
# tuned − scratch (both had the same draw, so that is less noisy than the difference of the medians). Transfer
# *pays* where this is at least `margin`. Return the **largest** number of labels at which it pays, or 0.
#
# <details><summary>Hint</summary>A table minus a table, then a median over dimension 0: <code>.quantile(0.5, dim=0)</code>, since <code>.median()</code> of an even number of values takes the lower one of the middle two.</details>


# %% nbgrader={"grade_id": "where-it-stops", "schema_version": 3, "solution": true}
def pays_up_to(labels: list[int], scratch: torch.Tensor, tuned: torch.Tensor, margin: float) -> int:
    """Return the largest number of labels at which the median gain is `margin` or more, or 0.

    `labels` are numbers of labels per class, in any order; `scratch` and `tuned` accuracies of shape
    (num_seeds, len(labels)), float32 or float64, with one seed or more. Of an even number of values, the
    median is the mean of the middle two. A median gain of exactly `margin` is enough. Where it pays may
    have gaps: it is the largest number that counts.
    """
    ### BEGIN SOLUTION
    gain = (tuned - scratch).quantile(0.5, dim=0)  # (labels,)
    return max((n for n, value in zip(labels, gain, strict=True) if value >= margin), default=0)
    ### END SOLUTION


# %% nbgrader={"grade_id": "where-it-stops-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Where does it stop?", points=2, hidden=1)
def _(check):
    labels = [40, 5, 10, 80, 20, 160]
    scratch = torch.tensor(
        [
            [0.90, 0.50, 0.70, 0.95, 0.80, 0.97],
            [0.90, 0.50, 0.70, 0.95, 0.80, 0.97],
            [0.90, 0.50, 0.70, 0.65, 0.80, 0.97],
            [0.60, 0.80, 0.70, 0.95, 0.80, 0.80],
        ]
    )
    gain = torch.tensor(
        [
            [0.00, 0.30, 0.10, 0.00, 0.09, 0.00],
            [0.01, 0.30, 0.10, 0.01, 0.03, 0.00],
            [0.01, 0.30, 0.10, 0.30, 0.03, 0.00],
            [0.30, -0.10, 0.10, 0.01, 0.09, 0.14],
        ]
    )
    before = torch.tensor([[2, 3, 1, 2, 1], [3, 1, 3, 3, 3], [2, 2, 3, 3, 2], [3, 2, 3, 3, 2]]) / 8
    after = torch.tensor([[5, 4, 2, 6, 0], [7, 2, 4, 3, 3], [3, 2, 6, 7, 4], [5, 5, 2, 3, 6]]) / 8
    check.agree(
        pays_up_to,
        oracle.pays_up_to,
        (labels, scratch, scratch + gain, 0.05),
        (labels, scratch, scratch + gain, 0.7),
        ([10], torch.tensor([[0.1], [0.5], [0.9]]), torch.tensor([[0.7], [0.5], [0.9]]), 0.1),
        ([30, 2, 100, 8, 50], before.double(), after.double(), 0.25),
        ([7, 3], torch.tensor([[0.5, 0.5]]), torch.tensor([[0.25, 0.5]]), 0.0),
        mistakes=oracle.PAYS,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Random tables")
def _(check):
    import numpy as np

    generator = oracles.fresh_generator()
    for num_seeds in (3, 8):
        labels = [30, 2, 8, 200, 11]
        scratch = torch.rand(num_seeds, 5, generator=generator, dtype=torch.float64)
        tuned = torch.rand(num_seeds, 5, generator=generator, dtype=torch.float64) + 0.1
        gain = np.median((tuned - scratch).numpy(), axis=0)
        for margin in (*(np.sort(gain) - 1e-9).tolist(), 2.0):
            wanted = max([n for n, g in zip(labels, gain, strict=True) if g >= margin] or [0])
            check.equal(check.call(pays_up_to, labels, scratch, tuned, margin), wanted)
        eighths = (torch.rand(1, 5, generator=generator) * 8).round() / 8  # so exactly `margin`
        for margin in eighths[0].tolist():
            wanted = max(n for n, g in zip(labels, eighths[0].tolist(), strict=True) if g >= margin)
            zeros = torch.zeros_like(eighths)
            check.equal(check.call(pays_up_to, labels, zeros, eighths, margin), wanted)


### END HIDDEN TESTS

# %% [markdown]
# One could object that scratch was not trained for long enough. True, and that is the other half of the
# answer. With fifty labels of each digit, let both go on, and look in between:


# %% tags=["demo"]
CHECKPOINTS = [10, 40, 160]
catching_up = {
    name: torch.zeros(runtime.scaled(3, fast=1), len(CHECKPOINTS)) for name in ("tuned", "scratch")
}
for name, runs in catching_up.items():
    for seed in runtime.progress(range(len(runs)), f"{name}, draws"):
        X, y = few(50, seed)
        for column, num_steps in enumerate(runtime.scaled(CHECKPOINTS, fast=CHECKPOINTS[:1])):
            if name == "tuned":
                model = with_probe(new_model("letters", seed), normalized(X), y)
                groups = all_at(model, 0.002)
            else:
                model = new_model(None, seed)
                groups = all_at(model, 0.01)
            runs[seed, column] = judged(train(model, groups, normalized(X), y, num_steps, seed))
fig, ax = plots.figure(size=(7, 3.4))
for name, runs in catching_up.items():
    plots.band(ax, CHECKPOINTS, runs, name)
ax.set(xscale="log", xlabel="training steps", ylabel="accuracy on unseen digits")
ax.set_xticks(CHECKPOINTS, CHECKPOINTS)
ax.minorticks_off()
plots.show(
    fig,
    "Accuracy against training steps with fifty labels per class: tuned is good from the beginning; "
    "scratch begins low and has nearly caught up after 160 steps.",
)

# %% tags=["demo"]
catching_medians = {
    name: dict(zip(CHECKPOINTS, runs.quantile(0.5, dim=0).tolist(), strict=True))
    for name, runs in catching_up.items()
}
for name, values in catching_medians.items():
    print(f"{name:7}:", ", ".join(f"{steps} steps {value:.3f}" for steps, value in values.items()))

# %% [markdown]
# So with enough labels pre-training buys *time*, and hardly any accuracy: just what He, Girshick and
# Dollár (2019) found for large networks.
#
# ## Plans and rates
#
# ### Exercise · A rate for each layer
# *3 points · 25 minutes · difficulty ●●○*
#
# The first layers know edges, which most pictures have; the last ones know what letters are made of. So people
# *freeze* the first layers, and let the others learn the slower the further from the head they are
# (*discriminative fine-tuning*: Howard and Ruder 2018). The head gets the rate $\eta$, the layer
# before it $\eta r$, the one before that $\eta r^2$, and so on, with a ratio $0 \le r \le 1$; the first
# `num_frozen` layers get no group.
#
# PyTorch's optimizers take this as *parameter groups*, one dictionary per group ({{regularization}}). Make them from
# the names of the parameters, as `model.named_parameters()` gives them. What stands before the first dot is the
# layer; all names of one layer follow one another, the head's come last. **None twice, none missing.**
#
# <details><summary>Hint 1</summary><code>list(dict.fromkeys(name.split(".")[0] for name in names))</code> are the layers, each once, in order.</details>
# <details><summary>Hint 2</summary>Beware of <code>name.startswith("block1")</code>: block10 does as well.</details>


# %% nbgrader={"grade_id": "groups", "schema_version": 3, "solution": true}
def parameter_groups(names: list[str], num_frozen: int, lr: float, ratio: float) -> list[dict]:
    """Return a group {"params": names of one layer, "lr": its rate} per trained layer, the head first.

    `names` are names of parameters, each with a dot, from the first layer to the head. The first
    `num_frozen` layers (0 or more, fewer than there are) get no group. "params" is a list; within it,
    names stand in their old order.
    """
    ### BEGIN SOLUTION
    layers = list(dict.fromkeys(name.split(".")[0] for name in names))
    return [
        {
            "params": [name for name in names if name.split(".")[0] == layer],
            "lr": lr * ratio**distance,
        }
        for distance, layer in enumerate(reversed(layers[num_frozen:]))
    ]
    ### END SOLUTION


# %% nbgrader={"grade_id": "groups-test", "grade": true, "points": 3, "schema_version": 3}
@checks.exercise("A rate for each layer", points=3, hidden=1)
def _(check):
    names = [
        *("block1.0.weight", "block1.1.weight", "block1.1.bias"),
        *("block2.0.weight", "block2.1.weight", "block2.1.bias"),
        *("block10.0.weight", "block10.1.bias", "head.weight", "head.bias"),
    ]
    others = [
        "stem.0.weight",
        "stem.1.bias",
        "a.weight",
        "c.weight",
        "d.bias",
        "b.weight",
        "b.bias",
    ]
    check.agree(
        parameter_groups,
        oracle.parameter_groups,
        (names, 1, 0.1, 0.5),
        (names, 0, 0.02, 0.3),
        (others, 2, 0.3, 0.7),
        (others, 3, 0.05, 1.0),
        (others, 0, 0.05, math.sqrt(0.5)),
        (others, 1, 0.4, 0.0),
        mistakes=oracle.GROUPS,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other networks and plans")
def _(check):
    generator = oracles.fresh_generator()
    for layers in (["stem", "b1", "b11", "b", "fc"], ["x", "xx", "head"]):
        for num_frozen in (0, 1, 2):
            lr, ratio = torch.rand(2, generator=generator).tolist()
            sizes = torch.randint(1, 4, (len(layers),), generator=generator).tolist()
            of = {
                layer: [f"{layer}.{i}.w" for i in range(size)]
                for layer, size in zip(layers, sizes, strict=True)
            }
            names = [name for layer in layers for name in of[layer]]
            wanted, rate = [], lr
            for layer in layers[num_frozen:][::-1]:
                wanted.append({"params": of[layer], "lr": rate})
                rate *= ratio
            check.close(check.call(parameter_groups, names, num_frozen, lr, ratio), wanted)


### END HIDDEN TESTS

# %% [markdown]
# Does it help? Three labels of each digit, a new random head, 40 steps, and the head's rate 0.01. The ratio
# goes from 0, which is a frozen backbone, to 1, one rate for all; and in the second picture, with ratio 1,
# the first 0 to 3 blocks are frozen altogether, batch norm included.


# %% tags=["demo"]
LAYERS = ["block1", "block2", "block3", "head"]


def by_layer(model, lr, ratio, num_frozen=0):
    """Return parameter groups, from the first trained layer to the head."""
    return [
        {"params": list(getattr(model, layer).parameters()), "lr": lr * ratio ** (3 - i)}
        for i, layer in enumerate(LAYERS)
        if i >= num_frozen
    ]


class FrozenBelow(nn.Module):
    """A network whose first blocks stay in eval mode, whatever is asked of it."""

    def __init__(self, model, num_frozen):
        super().__init__()
        self.frozen, self.trained = model[: 1 + num_frozen], model[1 + num_frozen :]
        self.frozen.requires_grad_(False)

    def train(self, mode=True):
        super().train(mode)
        self.frozen.eval()
        return self

    def forward(self, X):
        return self.trained(self.frozen(X))


RATIOS = [0.0, 0.1, 0.3, 1.0]
by_ratio = torch.zeros(runtime.scaled(6, fast=1), len(RATIOS))
for seed in runtime.progress(range(len(by_ratio)), "ratios, draws"):
    X, y = few(3, seed)
    for column, ratio in enumerate(RATIOS):
        model = new_model("letters", seed)
        groups = by_layer(model, 0.01, ratio)
        by_ratio[seed, column] = judged(
            train(model, groups, normalized(X), y, runtime.scaled(40, fast=2), seed)
        )

# %% tags=["demo"]
by_frozen = {n: torch.zeros(runtime.scaled(4, fast=1), 4) for n in (3, 50)}
for per_class, runs in by_frozen.items():
    for seed in runtime.progress(range(len(runs)), f"{per_class} labels, draws"):
        X, y = few(per_class, seed)
        for num_frozen in range(4):
            model = with_probe(new_model("letters", seed), normalized(X), y)
            groups = by_layer(model, 0.002, 1.0, num_frozen)
            frozen = FrozenBelow(model, num_frozen)
            train(frozen, groups, normalized(X), y, runtime.scaled(40, fast=2), seed)
            runs[seed, num_frozen] = judged(frozen)
fig, (left, right) = plots.figure(ncols=2, size=(10, 3.6))
plots.band(left, range(len(RATIOS)), by_ratio, "new head, 3 labels")
left.set_xticks(range(len(RATIOS)), ["0: frozen", *map(str, RATIOS[1:])])
left.set(xlabel="ratio of the rates", ylabel="accuracy on unseen digits", ylim=(0.8, 1))
for per_class, runs in by_frozen.items():
    plots.band(right, range(4), runs, f"tuned, {per_class} labels")
right.set(xlabel="frozen blocks", xticks=range(4), ylim=(0.8, 1))
plots.show(
    fig,
    "Left: accuracy against the ratio of the learning rates, nearly level. Right: accuracy against the "
    "number of frozen blocks, level for 3 as for 50 labels per class.",
)

# %% tags=["demo"]
ratio_medians = dict(zip(RATIOS, by_ratio.quantile(0.5, dim=0).tolist(), strict=True))
frozen_medians = {n: runs.quantile(0.5, dim=0).tolist() for n, runs in by_frozen.items()}
print("ratio:", ", ".join(f"{ratio}: {value:.3f}" for ratio, value in ratio_medians.items()))
for per_class, values in frozen_medians.items():
    print(f"{per_class:2} labels, frozen blocks 0 to 3:", ", ".join(f"{v:.3f}" for v in values))

# %% [markdown]
# The differences are small, smaller than those between draws. These layers know what digits need, so whether they
# learn slowly, fast or not at all hardly matters; {{#probe-then-tune}} has what does.
#
# ## Loading without a loss
#
# ### Exercise · The mismatch clinic
# *3 points · 25 minutes · difficulty ●●○*
#
# Often a file of weights does not fit as it is: it has another head, or it was saved from a network inside
# another one, and all its names begin with `module.`. The quick way out,
# `load_state_dict(..., strict=False)`, passes over every name that only one side has: a layer that had
# another name stays random, and only a returned list tells. So repair what you know about, and refuse the
# rest:
#
# 1. If **all** names in the file begin with `module.`, take that off, once, from the beginning.
# 2. Layers named in `fresh` (a layer is what stands before the first dot) come from the network itself;
#    what the file has for them is ignored, also where the network has no such layer.
# 3. Every other entry must be in both, with the same shape. If not, raise a `ValueError` whose text names
#    an entry that is missing, unexpected, or of another shape, with `module.` or without.
#
# Then `load_state_dict` can be strict. It copies, so you may return the tensors that you were given.
#
# <details><summary>Hint 1</summary><code>name.removeprefix("module.")</code>, and of two sets of names <code>a ^ b</code> is what only one of them has.</details>
# <details><summary>Hint 2</summary>Leave out the entries of fresh layers on both sides first. Then compare.</details>


# %% nbgrader={"grade_id": "loading", "schema_version": 3, "solution": true}
def fitted_state(
    own: dict[str, torch.Tensor], file: dict[str, torch.Tensor], fresh: list[str]
) -> dict[str, torch.Tensor]:
    """Return a state with the names of `own`: fresh layers from `own`, all others from `file`.

    `own` is the state of the network, whose names never begin with `module.`, `file` that of the file;
    tensors of one name have one dtype. `fresh` are names of layers: none, one or several.
    Raises ValueError, naming an entry, if one is missing, unexpected, or of another shape.
    """
    ### BEGIN SOLUTION
    if all(name.startswith("module.") for name in file):
        file = {name.removeprefix("module."): tensor for name, tensor in file.items()}

    def is_fresh(name):
        return name.split(".")[0] in fresh

    wanted = {name for name in own if not is_fresh(name)}
    given = {name for name in file if not is_fresh(name)}
    if wanted != given:
        raise ValueError(f"missing or unexpected: {sorted(wanted ^ given)}")
    for name in wanted:
        if own[name].shape != file[name].shape:
            raise ValueError(f"{name} is {tuple(own[name].shape)}, not {tuple(file[name].shape)}")
    return {name: own[name] if is_fresh(name) else file[name] for name in own}
    ### END SOLUTION


# %% nbgrader={"grade_id": "loading-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("What fits is taken", points=1, hidden=1)
def _(check):
    own = {
        "stem.weight": torch.zeros(2, 1),
        "stem.running_mean": torch.zeros(2),
        "mid.head.weight": torch.zeros(2, 2),
        "head.weight": torch.zeros(3, 2),
        "header.module.weight": torch.zeros(2, 2),
    }
    file = {
        "stem.running_mean": torch.tensor([1.0, 2.0]),
        "stem.weight": torch.tensor([[3.0], [4.0]]),
        "header.module.weight": torch.full((2, 2), 5.0),
        "mid.head.weight": torch.full((2, 2), 6.0),
        "head.weight": torch.full((7, 2), 7.0),
        "head.bias": torch.full((7,), 8.0),
    }
    outer = {name: own[name] for name in own if "module" not in name}
    inner = {name: own[name] for name in own if "mid" not in name}
    wrapped_outer = {f"module.{n}": t for n, t in file.items() if "header" not in n}
    wrapped_inner = {f"module.{n}": t for n, t in file.items() if "mid" not in n}
    small = {"stem.weight": torch.zeros(2, 1), "head.weight": torch.zeros(1, 2)}
    wrapped_small = {"module.stem.weight": torch.ones(2, 1), "module.head.weight": torch.ones(1, 2)}
    helper = {"helper.weight": torch.full((4, 2), 9.0)}
    same = {name: 2 * tensor for name, tensor in own.items()} | {"head.weight": torch.ones(3, 2)}
    check.agree(
        fitted_state,
        oracle.fitted_state,
        (own, file, ["head"]),
        (outer, wrapped_outer, ["head"]),
        (inner, wrapped_inner, ["head"]),
        (small, wrapped_small, ["head"]),
        (own, file | helper, ["helper", "head", "stem"]),
        (own, same, []),
        mistakes=oracle.TAKEN,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Real networks, one and two fresh layers")
def _(check):
    generator = oracles.fresh_generator()
    file = convnet.random_state(7, generator)
    for num_classes, fresh in ((4, ["head"]), (5, ["block3", "head"]), (7, [])):
        own = convnet.random_state(num_classes, generator)
        for prefix in ("", "module."):
            given = {prefix + name: tensor for name, tensor in reversed(file.items())}
            state = check.call(fitted_state, own, given, fresh)
            wanted = {
                name: own[name] if name.split(".")[0] in fresh else file[name] for name in own
            }
            check.equal(state, wanted)


### END HIDDEN TESTS

# %% [markdown]
# And what does not fit is refused.


# %% nbgrader={"grade_id": "loading-test-2", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("What does not fit is refused", points=2, hidden=1)
def _(check):
    own = {
        "stem.weight": torch.zeros(2, 1),
        "mid.weight": torch.zeros(2, 3),
        "mid.running_var": torch.ones(2),
        "head.weight": torch.zeros(3, 2),
    }
    file = {name: torch.ones_like(tensor) for name, tensor in own.items()}
    file |= {"head.weight": torch.ones(7, 2), "head.bias": torch.ones(7)}
    wrapped = {f"module.{name}": tensor for name, tensor in file.items()}
    lost = {name: tensor for name, tensor in file.items() if name != "mid.running_var"}
    half = {f"module.{n}" if "stem" in n else n: tensor for n, tensor in file.items()}
    but_first = {n if "stem" in n else f"module.{n}": tensor for n, tensor in file.items()}
    but_last = {n if n == "head.bias" else f"module.{n}": tensor for n, tensor in file.items()}
    check.agree(
        fitted_state,
        oracle.fitted_state,
        oracle.refusal(own, file, ["head"]),
        oracle.refusal(own, wrapped, ["head"]),
        oracle.refusal(own, {**own}, []),
        mistakes=oracle.GOOD,
    )
    check.agree(
        fitted_state,
        oracle.fitted_state,
        oracle.refusal(own, lost, ["head"], "mid.running_var"),
        oracle.refusal(
            own, lost | {"mid.var": torch.ones(2)}, ["head"], "mid.running_var", "mid.var"
        ),
        oracle.refusal(own, {f"module.{n}": t for n, t in lost.items()}, ["head"], "running_var"),
        oracle.refusal(own, file | {"extra.weight": torch.ones(1)}, ["head"], "extra.weight"),
        oracle.refusal(own, file | {"mid.weight": torch.ones(3, 2)}, ["head"], "mid.weight"),
        oracle.refusal(own, file | {"mid.weight": torch.ones(2, 4)}, ["head"], "mid.weight"),
        oracle.refusal(own, half, ["head"], "stem.weight"),
        oracle.refusal(own, but_first, ["head"], "mid."),
        oracle.refusal(own, but_last, ["head"], "stem.weight", "mid."),
        oracle.refusal(own, file, [], "head.weight", "head.bias"),
        mistakes=oracle.REFUSED,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Real networks with one fault each")
def _(check):
    generator = oracles.fresh_generator()
    own, file = (convnet.random_state(num_classes, generator) for num_classes in (4, 7))
    plays = [oracle.refusal(own, file, ["head"])]
    for name in [name for name in file if not name.startswith("head.")]:
        lost = {other: tensor for other, tensor in file.items() if other != name}
        longer = file | {name: torch.stack([file[name]] * 2)}
        for given in (lost, lost | {f"{name}_": file[name]}, longer):
            plays.append(oracle.refusal(own, given, ["head"], name))
    more = file | {"block4.0.weight": torch.ones(2)}
    check.agree(
        fitted_state,
        oracle.fitted_state,
        *plays,
        oracle.refusal(own, more, ["head"], "block4.0.weight"),
        oracle.refusal(own, {f"module.{n}": t for n, t in file.items()}, ["head"]),
    )


### END HIDDEN TESTS

# %% [markdown]
# And what if the file itself is damaged? The course's loader is strict there, too. Change one byte of
# a copy, cut one short, or take the weights of another source (a file can also run code:
# {{after_training#serve}}):

# %% tags=["demo"]
import tempfile
from pathlib import Path

content = (pretrained.FOLDER / "letters.pt").read_bytes()
damaged = {
    "one byte changed": content[:5000] + bytes([content[5000] ^ 1]) + content[5001:],
    "cut short": content[:-1000],
    "another source": (pretrained.FOLDER / "grain.pt").read_bytes(),
}
with tempfile.TemporaryDirectory() as folder:
    for name, changed in damaged.items():
        path = Path(folder) / "letters.pt"
        path.write_bytes(changed)
        try:
            pretrained.read(path, pretrained.SHA256["letters"])
        except pretrained.WeightsError as error:
            print(f"{name}: {str(error).replace(folder + '/', '')}")

# %% [markdown]
# ## Tuning
#
# ### Exercise · First the probe, then everything
# *4 points · 35 minutes · difficulty ●●●*
#
# A new head is random. Train everything at once, and the first gradients, which reach the backbone through
# random weights, spoil the features that were to be kept. Kumar, Raghunathan, Jones, Ma and Liang (2022) therefore
# train in two phases: first the head alone, then everything.
#
# Do so with plain gradient descent on all examples at once,
# $\theta \leftarrow \theta - \eta\,\nabla L$, $L$ the mean cross-entropy:
#
# 1. `steps[0]` steps on the **head alone**, with rate `lrs[0]`. In the layers before it nothing may
#    change, not a bit: so eval mode.
# 2. `steps[1]` steps on **everything**, the head too, with rate `lrs[1]`, the network in train mode.
#
# The state that you are given stays as it is. A phase of 0 steps changes nothing.
#
# <details><summary>Hint 1</summary><code>torch.optim.SGD(model.head.parameters(), lr=...)</code> for the first phase.</details>
# <details><summary>Hint 2</summary>An optimizer trains the parameters that it was given when it was made, and no others come in by themselves: make a new optimizer for the second phase.</details>


# %% nbgrader={"grade_id": "probe-then-tune", "schema_version": 3, "solution": true}
def probe_then_tune(
    state: dict[str, torch.Tensor],
    X: torch.Tensor,
    y: torch.Tensor,
    steps: tuple[int, int],
    lrs: tuple[float, float],
) -> dict[str, torch.Tensor]:
    """Return the state of the network after both phases.

    `state` is that of a `models.convnet` with its new head, `X` (n, 64) float32 is normalized, `y` (n,)
    int64. `steps` and `lrs` are numbers of steps, 0 or more, and learning rates of the two phases. The
    state has every entry of `state`, with its dtype.
    """
    ### BEGIN SOLUTION
    model = models.convnet(len(state["head.bias"])).cpu()
    model.load_state_dict(state)
    phases = zip((model.head, model), (False, True), steps, lrs, strict=True)
    for trained, training, num_steps, lr in phases:
        model.train(training)
        optimizer = torch.optim.SGD(trained.parameters(), lr=lr)
        for _ in range(num_steps):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    return model.state_dict()
    ### END SOLUTION


# %% nbgrader={"grade_id": "probe-then-tune-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("First the probe", points=2, hidden=1)
def _(check):
    known = pretrained.load("letters")
    split = data.digits(standardize=False)
    X = ((split.X_test[:12] - known.mean) / known.std).cpu()
    y = split.y_test[:12].cpu()
    drawn = oracle.draw_network(3, 7, torch.Generator().manual_seed(0))
    plans = [
        (known.state, X, y, (3, 0), (0.05, 0.02)),
        (*drawn, (4, 0), (0.02, 0.3)),
        (*drawn, (1, 0), (0.1, 0.02)),
    ]
    idle = oracle.idle(*drawn, (0, 0), (0.1, 0.2))
    check.agree(probe_then_tune, oracle.probe_then_tune, idle, mistakes=oracle.IDLE)
    check.agree(
        probe_then_tune,
        oracle.probe_then_tune,
        *[oracle.changed(*plan) for plan in plans[:2]],
        mistakes=oracle.CHANGED,
    )
    check.agree(
        probe_then_tune,
        oracle.probe_then_tune,
        *[oracle.head(*plan) for plan in plans],
        mistakes=oracle.FIRST,
        rtol=1e-3,
        atol=1e-4,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other weights: the backbone bit-identical, the head as it should be")
def _(check):
    generator = oracles.fresh_generator()
    for num_classes, n, steps in ((3, 7, (4, 0)), (11, 20, (6, 0))):
        state, X, y = oracle.draw_network(num_classes, n, generator)
        after = check.call(probe_then_tune, state, X, y, steps, (0.03, 0.5))
        moved = dict.fromkeys(convnet.HEAD, "moved")
        check.equal(convnet.differences(state, after), moved)
        wanted = convnet.probe_then_tune(state, X, y, steps, (0.03, 0.5))
        for name in convnet.HEAD:
            check.close(after[name], wanted[name], rtol=1e-3, atol=1e-4, same_dtype=True)


### END HIDDEN TESTS

# %% [markdown]
# Then everything:


# %% nbgrader={"grade_id": "probe-then-tune-test-2", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Then everything", points=2, hidden=1)
def _(check):
    known = pretrained.load("letters")
    split = data.digits(standardize=False)
    X = ((split.X_test[:12] - known.mean) / known.std).cpu()
    y = split.y_test[:12].cpu()
    drawn = oracle.draw_network(3, 9, torch.Generator().manual_seed(0))
    check.agree(
        probe_then_tune,
        oracle.probe_then_tune,
        oracle.moved_parts(known.state, X, y, (2, 3), (0.05, 0.02)),
        mistakes=oracle.MOVED,
    )
    check.agree(
        probe_then_tune,
        oracle.probe_then_tune,
        (known.state, X, y, (2, 3), (0.05, 0.02)),
        (*drawn, (1, 2), (0.03, 0.01)),
        (*drawn, (0, 1), (0.03, 0.02)),
        mistakes=oracle.THEN,
        rtol=1e-2,
        atol=1e-3,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other weights, every tensor")
def _(check):
    generator = oracles.fresh_generator()
    for num_classes, n, steps in ((3, 9, (1, 3)), (6, 20, (3, 4))):
        state, X, y = oracle.draw_network(num_classes, n, generator)
        after = check.call(probe_then_tune, state, X, y, steps, (0.03, 0.01))
        wanted = convnet.probe_then_tune(state, X, y, steps, (0.03, 0.01))
        check.equal(sorted(after), sorted(state))
        for name in state:
            check.close(after[name], wanted[name], rtol=1e-2, atol=1e-3, same_dtype=True)


### END HIDDEN TESTS

# %% [markdown]
# Is it worth the trouble? Three labels of each digit, the same final rate, with and without the first
# phase; judged on the unseen digits, and on the same digits moved by one pixel, which neither source nor
# target has seen.


# %% tags=["demo"]
def moved_right(X):
    """Return the pictures, (n, 64), moved by one pixel."""
    pictures = X.reshape(-1, 8, 8)
    return F.pad(pictures, (1, 0))[:, :, :-1].flatten(1)


two_phases = torch.zeros(2, 2, runtime.scaled(6, fast=1))  # (with probe or not, judged on, seed)
for seed in runtime.progress(range(two_phases.shape[2]), "draws"):
    X, y = few(3, seed)
    for i, first in enumerate((True, False)):
        model = new_model("letters", seed)
        if first:
            with_probe(model, normalized(X), y)
        train(model, all_at(model, 0.002), normalized(X), y, runtime.scaled(40, fast=2), seed)
        two_phases[i, 0, seed] = judged(model)
        moved = normalized(moved_right(digits.X_test))
        two_phases[i, 1, seed] = accuracy(model, moved, digits.y_test)
(first_seen, first_moved), (at_once_seen, at_once_moved) = two_phases.quantile(0.5, dim=2).tolist()
print(f"probe first: {first_seen:.3f}, moved by a pixel {first_moved:.3f}")
print(f"all at once: {at_once_seen:.3f}, moved by a pixel {at_once_moved:.3f}")

# %% [markdown]
# Same network, same rate, same steps: without the first phase much is lost, and most of it on pictures that
# are a little unlike those of the training.
#
# ## Which source?
#
# ### Exercise · Choose before you train
# *3 points · 25 minutes · difficulty ●●○*
#
# There are hundreds of networks from which one could begin. Among those that were trained on the same source, the
# million labelled photographs of ImageNet, the ones that are better at it are mostly the better beginnings (Kornblith,
# Shlens and Le 2019); that says nothing of which source to take. Fine-tuning from all of them is costly, so rank
# the sources by something cheap: how well do the features part the few labelled examples? The cheapest judge is the
# *nearest class mean*: an example is given to the class whose mean feature vector is nearest
# (Euclidean distance).
#
# With so few examples none can be set aside for judging. So *leave one out*: for each example, compute the
# mean of its own class **without it**. (If you let it count, it pulls the mean towards itself, and the source
# looks better than it is.)
#
# <details><summary>Hint 1</summary>With m examples in its class, the mean without f is (m · mean − f) / (m − 1).</details>
# <details><summary>Hint 2</summary>A loop over the examples is fine: a mask without example i, the means of all classes under that mask.</details>


# %% nbgrader={"grade_id": "choose-source", "schema_version": 3, "solution": true}
def nearest_mean_accuracy(features: torch.Tensor, y: torch.Tensor) -> float:
    """Return the share of the examples whose nearest class mean, computed without them, is their own.

    `features` has shape (n, num_features), float32 or float64; `y` (n,), int64, classes 0 … num_classes − 1,
    with two or more examples of each, not equally many. No example has two nearest means.
    """
    ### BEGIN SOLUTION
    of_class = F.one_hot(y).to(features.dtype)  # (n, num_classes)
    count = of_class.sum(dim=0)  # (num_classes,)
    sums = of_class.T @ features  # (num_classes, num_features)
    distance = torch.cdist(features, sums / count[:, None])  # (n, num_classes)
    others = (sums[y] - features) / (count[y] - 1)[:, None]  # (n, num_features)
    distance[torch.arange(len(y)), y] = (features - others).norm(dim=1)
    return (distance.argmin(dim=1) == y).float().mean().item()
    ### END SOLUTION


# %% nbgrader={"grade_id": "choose-source-test", "grade": true, "points": 3, "schema_version": 3}
@checks.exercise("Choose before you train", points=3, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(1)
    known = pretrained.load("letters")
    split = data.digits(standardize=False)
    X = (split.X_train[:40].cpu() - known.mean) / known.std
    check.agree(
        nearest_mean_accuracy,
        oracle.nearest_mean_accuracy,
        oracle.draw_examples((2, 3, 7), 2, torch.float32, generator),
        oracle.draw_examples((3, 2, 9, 6), 5, torch.float64, generator),
        oracle.draw_examples((17, 7), 2, torch.float32, generator),
        oracle.draw_examples((4, 12, 17), 3, torch.float32, generator),
        (convnet.features(known.state, X), split.y_train[:40].cpu()),
        mistakes=oracle.SOURCE,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against scikit-learn, left out one by one; float32 and float64")
def _(check):
    from sklearn.model_selection import LeaveOneOut, cross_val_score
    from sklearn.neighbors import NearestCentroid

    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for counts, width in (((20, 2, 9, 9), 7), ((4, 11, 18), 3)):
            features, y = oracle.draw_examples(counts, width, dtype, generator)
            wanted = cross_val_score(
                NearestCentroid(), features.numpy(), y.numpy(), cv=LeaveOneOut()
            )
            check.close(check.call(nearest_mean_accuracy, features, y), wanted.mean())


### END HIDDEN TESTS

# %% [markdown]
# Now rank the three sources, and a network that learned nothing, by ten labels of each digit. Then the
# costly truth: fine-tune from each, with 3 and with 50 labels, and compare with scratch.


# %% tags=["demo"]
def features_of(source, X):
    """Return the features that a source's network makes of pictures; of a random one for None."""
    with torch.no_grad():
        return new_model(source, 0).eval()[:-1](normalized(X, source or "letters"))


def leave_one_out(features, y):
    """Return how often the nearest class mean is right, on examples that it does not contain."""
    hits = 0
    for i in range(len(y)):
        others = torch.arange(len(y), device=y.device) != i
        means = torch.stack([features[others & (y == k)].mean(dim=0) for k in range(10)])
        hits += int((means - features[i]).norm(dim=1).argmin() == y[i])
    return hits / len(y)


SOURCES = ["letters", "stripes", "grain"]
cheap = {}
for source in [*SOURCES, None]:
    draws = (few(10, seed) for seed in range(runtime.scaled(5, fast=1)))
    scores = [leave_one_out(features_of(source, X), y) for X, y in draws]
    cheap[source] = torch.tensor(scores).quantile(0.5).item()
print(", ".join(f"{source or 'nothing learned'} {score:.3f}" for source, score in cheap.items()))

# %% tags=["demo"]
costly = {n: torch.zeros(len(SOURCES), runtime.scaled(5, fast=1)) for n in (3, 50)}
frozen_source = torch.zeros(len(SOURCES), costly[50].shape[1])
for seed in runtime.progress(range(costly[50].shape[1]), "three sources, draws"):
    for per_class, runs in costly.items():
        X, y = few(per_class, seed)
        for row, source in enumerate(SOURCES):
            model = with_probe(new_model(source, seed), normalized(X, source), y)
            if per_class == 50:
                frozen_source[row, seed] = judged(model, source)
            groups = all_at(model, 0.002)
            train(model, groups, normalized(X, source), y, runtime.scaled(40, fast=2), seed)
            runs[row, seed] = judged(model, source)
by_source = {
    n: dict(zip(SOURCES, runs.quantile(0.5, dim=1).tolist(), strict=True))
    for n, runs in costly.items()
}
frozen_by_source = dict(zip(SOURCES, frozen_source.quantile(0.5, dim=1).tolist(), strict=True))
for per_class, values in by_source.items():
    shown = ", ".join(f"from {source} {value:.3f}" for source, value in values.items())
    print(f"{per_class:2} labels, tuned: {shown}; scratch {medians['scratch'][per_class]:.3f}")
shown = ", ".join(f"{source} {value:.3f}" for source, value in frozen_by_source.items())
print(f"50 labels, probe alone: {shown}")

# %% [markdown]
# The cheap score has the three sources in the right order. And with three labels both wrong sources are worse
# than none.
#
# > **negative transfer**: to end worse off than without the source.
#
# A network that has learned grain sees blots, not strokes, and its features part the digits less well than those of a
# network that has learned nothing. Stripes are a warning: to the cheap score they are about as good as
# nothing learned, 0.81 and 0.80, and yet scratch is better. The score ranks sources; it does not say whether to use
# one. (How much is lost depends on how gently one tunes. Try a rate of 0.01: does it get over the wrong
# start?)
#
# (A warning about sources: nothing of the target's test may be in them. If printed digits had been
# among the letters, that would still be a fair question, but another one; if the *handwritten* digits
# were, the figures here would be worthless. Pre-training sets are large, and somebody must look.)
#
# ## What is forgotten
#
# ### Exercise · Does it still read letters?
# *2 points · 20 minutes · difficulty ●●○*
#
# Fine-tuning on the target knows nothing of the source, and overwrites what that needs: *catastrophic
# forgetting* (McCloskey and Cohen 1989 called it interference).
#
# > **catastrophic forgetting**: the loss of what a network knew of an old task while it is trained on a new one.
#
# To measure it, put the **old head** on the **new backbone**, with all that belongs to the backbone, batch norm's
# running mean and variance included, and recognize the source's classes again, in eval mode.
#
# <details><summary>Hint</summary>Two dictionaries are joined by <code>a | b</code>: take all of the tuned state, and over it the head of the old one.</details>


# %% nbgrader={"grade_id": "forgetting", "schema_version": 3, "solution": true}
def forgetting(
    before: dict[str, torch.Tensor],
    tuned: dict[str, torch.Tensor],
    X: torch.Tensor,
    y: torch.Tensor,
) -> tuple[float, float]:
    """Return the accuracies on the source before tuning, and after it with the old head.

    `before` and `tuned` are states of a `models.convnet`, and stay as they are; their heads have the same
    number of classes, or not. `X` (n, 64) float32 are pictures of the source, normalized; `y` (n,) int64
    their classes. Accuracies are shares between 0 and 1.
    """
    ### BEGIN SOLUTION
    head = {name: tensor for name, tensor in before.items() if name.startswith("head.")}
    model = models.convnet(len(before["head.bias"])).cpu().eval()
    accuracies = []
    for state in (before, {**tuned, **head}):
        model.load_state_dict(state)
        with torch.no_grad():
            accuracies.append((model(X).argmax(dim=1) == y).float().mean().item())
    return accuracies[0], accuracies[1]
    ### END SOLUTION


# %% nbgrader={"grade_id": "forgetting-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Does it still read letters?", points=2, hidden=1)
def _(check):
    known = pretrained.load("letters")
    X, y = glyphs.glyphs(glyphs.LETTERS, 6, seed=3)
    X, y = (X.cpu() - known.mean) / known.std, y.cpu()
    split = data.digits(standardize=False)
    target = ((split.X_train[:60].cpu() - known.mean) / known.std, split.y_train[:60].cpu())
    tuned = convnet.probe_then_tune(known.state, *target, (0, 6), (0.1, 0.5))
    is_decided = oracle.decided(known.state, tuned, X)
    X, y = X[is_decided], y[is_decided]
    generator = torch.Generator().manual_seed(0)
    check.agree(
        forgetting,
        oracle.forgetting,
        (known.state, tuned, X, y),
        oracle.draw_forgetting(4, 9, generator),
        oracle.draw_forgetting(7, 3, generator),
        mistakes=oracle.FORGOTTEN,
        rtol=0,
        atol=1e-5,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Random networks, heads of the same and of other sizes")
def _(check):
    generator = oracles.fresh_generator()
    for num_classes, num_new in ((4, 9), (7, 3), (5, 5)):
        before, tuned, X, y = oracle.draw_forgetting(num_classes, num_new, generator)
        joined = tuned | {name: before[name] for name in convnet.HEAD}
        guesses = [convnet.logits(state, X).argmax(dim=1) for state in (before, joined)]
        wanted = [(guess == y).float().mean().item() for guess in guesses]
        check.close(check.call(forgetting, before, tuned, X, y), wanted, rtol=0, atol=1e-5)


### END HIDDEN TESTS

# %% [markdown]
# Tune on ten digits of each class, gently and hard, and read letters again:

# %% tags=["demo"]
FORGETTING_LRS = [0.0005, 0.002, 0.01]
forgotten = torch.zeros(2, len(FORGETTING_LRS), runtime.scaled(4, fast=1))  # (letters, digits)
known = pretrained.load("letters").state
old_head = {name: known[name] for name in ("head.weight", "head.bias")}
for seed in runtime.progress(range(forgotten.shape[2]), "draws"):
    X, y = few(10, seed)
    for column, lr in enumerate(FORGETTING_LRS):
        model = with_probe(new_model("letters", seed), normalized(X), y)
        train(model, all_at(model, lr), normalized(X), y, runtime.scaled(40, fast=2), seed)
        reader = convnet_of({**model.cpu().state_dict(), **old_head})
        forgotten[0, column, seed] = accuracy(reader, normalized(X_letters), y_letters)
        forgotten[1, column, seed] = judged(model.to(runtime.device()))
letters_after = dict(zip(FORGETTING_LRS, forgotten[0].quantile(0.5, dim=1).tolist(), strict=True))
digits_after = dict(zip(FORGETTING_LRS, forgotten[1].quantile(0.5, dim=1).tolist(), strict=True))
print(f"letters before tuning: {letters_before:.3f}")
for lr in FORGETTING_LRS:
    print(f"rate {lr}: letters {letters_after[lr]:.3f}, digits {digits_after[lr]:.3f}")

# %% [markdown]
# Even the gentlest tuning costs some letters, and a high rate costs many while it wins no digits. If
# you need both, keep the old network too, train on a mixture of both, or train the head alone: a
# frozen backbone that stays in eval mode forgets nothing.
#
# ## A large network, if you like
#
# All this was small, so that you can look into every corner. The same functions work on large
# networks. If you have a network connection, `pip install torchvision`, set `ONLINE = True`, and run
# the cell. It downloads, once, to your cache folder, with checksums:
#
# - **ResNet-18** (He, Zhang, Ren and Sun 2016), a network of 18 layers with residual blocks ({{initialization}}),
#   trained on a million photographs of ImageNet: 47 MB;
# - **Flowers 102** (Nilsback and Zisserman 2008), photographs of flowers in 102 classes: 345 MB.
#
# Then it computes the features of 2,040 photographs (some minutes on a CPU), and trains a probe with
# 1, 3 and 10 labels of each flower. Nothing else depends on it.

# %% tags=["demo"]
ONLINE = False

if ONLINE:
    network = flowers.resnet18()
    (X_few, y_few), (X_valid, y_valid) = (flowers.flowers(part) for part in ("train", "valid"))
    few_features, valid_features = (flowers.features(network, X) for X in (X_few, X_valid))
    for per_class in (1, 3, 10):
        chosen = torch.cat([(y_few == k).nonzero()[:per_class, 0] for k in range(102)])
        fitted = LogisticRegression(C=1.0, max_iter=1000)
        fitted.fit(few_features[chosen].numpy(), y_few[chosen].numpy())
        score = fitted.score(valid_features.numpy(), y_valid.numpy())
        print(f"{per_class:2} labels of each flower: {score:.3f} (by chance {1 / 102:.3f})")
else:
    print("Nothing was downloaded. Set ONLINE = True for 392 MB of flowers and weights.")

# %% [markdown]
# ## The verdict
#
# - **"A pre-trained network always wins."** It won by 16 percentage points with one label of each digit,
#   by 7 with three, 4 with five and 2 with ten. **It flips** with enough labels: at fifty less than a
#   percentage point was left. And it flips with the wrong source: networks that knew stripes or grain did *worse*
#   than scratch with three labels, and grain still did with fifty. The nearest class mean, on ten labels of
#   each digit, ranked the three sources rightly.
# - **"Frozen means unchanged."** Not in train mode: without any training a running mean moved by
#   0.10, and 3 letters fewer in 100 were recognized. In eval mode it is true, to the last bit.
# - **"One learning rate fits all layers."** With a new head, it depends on which one: at 0.01 for
#   all, 88 % of the digits, at 0.002 for all, 86 %, and with the backbone ten times slower than the
#   head, 89 %. But the head trained *first*, and then one small rate for all, gave 91 %, and on
#   digits moved by one pixel 83 % in place of 68 %. So what matters here is not the rate of each
#   layer: it is that a random head does not spoil good features.
#
# All of it on pictures of 8 × 8 pixels, with a source near the target and three convolutions. In deep
# networks the last layers are more peculiar to their task (Yosinski, Clune, Bengio and Lipson 2014), which did
# not show here: freezing none, one, two or all three blocks made no difference of more than one
# percentage point. That a random head distorts features, and that it shows most on inputs unlike the
# training ones, is what Kumar et al. (2022) found.
#
# ## What to take away
#
# - Transfer pays where labels are few: it won 16 percentage points with one label of each digit, 7 with three, and
#   less than 1 with fifty.
# - Frozen parameters do not make a frozen network: one pass in train mode moved a running mean by 0.10 and cost 3
#   letters in 100, so what must not change stays in eval mode.
# - Train a new head first and everything afterwards: that gave 91 % in place of 86 %, and 83 % in place of 68 % on
#   pictures moved by one pixel.
# - A wrong source is worse than none: after grain, three labels gave 78 %, from scratch 85 %, so rank the sources
#   by a cheap score, and compare with scratch.
# - Tuning forgets: at a rate of 0.01 the letters fell from 85 % to 69 %, while the digits were no better than at
#   0.002.
#
# ## In short
#
# | | what it does | mind |
# |---|---|---|
# | features, probe | backbone as it is, a new head | eval mode; the source's normalization; cache them |
# | fine-tuning | goes on from there | probe first; a small rate; a new optimizer after unfreezing |
# | freezing | `requires_grad_(False)` | batch norm moves in train mode, buffers are not parameters |
# | rates by layer | parameter groups | none twice, none missing |
# | loading | `load_state_dict`, strict | a checksum, `weights_only=True`; repair by name, refuse the rest |
# | choosing a source | a cheap score, leave one out | no test example, no test class in the source |
#
# ## Going further
#
# - Alpaydin, E. and Kaynak, C. (1998). Optical recognition of handwritten digits. UCI Machine Learning Repository. doi:10.24432/C50P49
# - He, K., Girshick, R. and Dollár, P. (2019). Rethinking ImageNet pre-training. arXiv:1811.08883
# - He, K., Zhang, X., Ren, S. and Sun, J. (2016). Deep residual learning for image recognition. arXiv:1512.03385
# - Howard, J. and Ruder, S. (2018). Universal language model fine-tuning for text classification. arXiv:1801.06146
# - Kornblith, S., Shlens, J. and Le, Q. V. (2019). Do better ImageNet models transfer better? arXiv:1805.08974
# - Kumar, A., Raghunathan, A., Jones, R., Ma, T. and Liang, P. (2022). Fine-tuning can distort pretrained features and underperform out-of-distribution. arXiv:2202.10054
# - LeCun, Y., Boser, B., Denker, J. S., Henderson, D., Howard, R. E., Hubbard, W. and Jackel, L. D. (1989). Backpropagation applied to handwritten zip code recognition. *Neural Computation* 1, 541–551. doi:10.1162/neco.1989.1.4.541
# - Liu, D. C. and Nocedal, J. (1989). On the limited memory BFGS method for large scale optimization. *Mathematical Programming* 45, 503–528. doi:10.1007/BF01589116
# - McCloskey, M. and Cohen, N. J. (1989). Catastrophic interference in connectionist networks. *Psychology of Learning and Motivation* 24, 109–165. doi:10.1016/S0079-7421(08)60536-8
# - Nilsback, M.-E. and Zisserman, A. (2008). Automated flower classification over a large number of classes. *ICVGIP*. doi:10.1109/ICVGIP.2008.47
# - Yosinski, J., Clune, J., Bengio, Y. and Lipson, H. (2014). How transferable are features in deep neural networks? arXiv:1411.1792

# %% [markdown]
# ## Once more
#
# The questions from the beginning. Answer without looking back; then each answer gets its sentence.
#
# - **frozen network**: a network reads letters, and all its parameters are frozen. It sees digits once, in train
#   mode. How many letters does it read afterwards? `"as many as before"`, `"fewer"` or `"more"`.
# - **fifty labels**: there are fifty labels of each digit. By how many percentage points is a network that has
#   learned letters ahead of one from scratch? `"about 16"`, `"about 7"` or `"less than 1"`.
# - **wrong source**: a network has learned to tell kinds of grain, without any strokes. With three labels of each
#   digit it learns digits. How does it do beside one from scratch? `"worse"`, `"as well"` or `"better"`.

# %% tags=["prediction"]
at_last = {
    "frozen network": ...,
    "fifty labels": ...,
    "wrong source": ...,
}

# %% tags=["demo"]
predict.last("transfer_learning", at_last, before=at_first)

# %% [markdown]
# ## How far you are
#
# What you have solved and predicted, from a file on your machine that no grader reads. (What the cell shows is
# saved in the notebook, as any output is.)

# %% tags=["demo"]
from nblib import progress

progress.show()
