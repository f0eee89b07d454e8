# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lesson · Case studies
#
# > **The myth.** *The leaderboard is the truth. A high R² is a good model. The metric of the course is the metric of
# > the client.*
#
# So far each lesson had one idea, and data made for it. Clients do not come like that. They come with flowers, shelves,
# prices, patients and clicks, and with a number that they would like to see. In this last lesson you work for five of
# them. Each has a way of its own to show you a fine number that is worth nothing; you learn to ask the question that
# takes it apart. At the end there is a contest with a hidden test, and a board that is harder to fool. (R², in the myth,
# is 1 for a forecast without errors, and 0 for one that names the mean.)
#
# **You will be able to**
#
# - set up a baseline before any network, and take the five famous steps one by one, each with its measured gain;
# - tell a better setting from a lucky one, and a curve that still climbs from one that has gone too far;
# - measure a forecast against "as yesterday", and find a feature that knows the future;
# - decide by what errors cost, and hand the doubtful cases on;
# - judge clicks and recommendations by what they are for;
# - host a contest whose leaderboard is hard to climb by luck.
#
# **Time** about 8 hours, in as many sittings as you like. **You need** test parts, leaks and intervals
# ({{evaluation}}), augmentation and early stopping ({{regularization}}), frozen features ({{transfer_learning}}), the
# area under the ROC curve ({{imbalance}}), shortcuts ({{interpretability}}). **Points** 32, in 12 exercises; each
# stands on its own: skip one and come back.

# %% nbgrader={"grade_id": "setup", "locked": true, "schema_version": 3}
import functools
import math
from statistics import NormalDist

from nblib import checks, models, oracles, playground, plots, predict, pretrained, runtime
from nblib.contest import full_precision
from nblib.data.adverts import adverts
from nblib.data.blossoms import blossoms
from nblib.data.catalogue import catalogue
from nblib.data.patients import costs, patients
from nblib.data.prices import prices, strategies
from nblib.data.shelves import PRODUCTS, shelves
from nblib.oracles import case_studies as oracle

import torch
import torch.nn.functional as F
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import roc_auc_score
from torch import nn

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
# - **nearly right**: a model names tomorrow's price from the last twenty, with R² = 0.99 on 600 new days. What does
#   that say of it? `"nothing yet"`, `"it is worth money"` or `"it knows the trend"`.
# - **a thousand**: a thousand strategies know nothing. What is the Sharpe ratio of the best one, in its best year?
#   `"about 0"`, `"about 1"` or `"about 3"`.
# - **few negatives**: a model of clicks learned from all clicks and 5 of 100 of the rest, and its area under the ROC
#   curve is as good as with all. And its probabilities? `"as good, too"`, `"too high"` or `"too low"`.

# %% tags=["prediction"]
at_first = {
    "the vote": ...,
    "nearly right": ...,
    "a thousand": ...,
    "few negatives": ...,
}

# %% tags=["demo"]
predict.first("case_studies", at_first)

# %% [markdown]
# ## Predict first
#
# A contest asks for 1,000 answers, yes or no. A leaderboard shows how many of 500 of them are wrong; which 500, nobody
# knows. You look at no question at all. You hand in 200 sheets that were filled in by tossing a coin, then one more sheet,
# made from these and from what the board said of each. How large an error does the board show for it? Replace
# the three dots by `"about 0.5"`, `"about 0.45"` or `"about 0.36"`. A guess is free, and it is not graded.

# %% tags=["prediction"]
prediction = ...

# %% tags=["demo"]
predict.note(prediction, ["about 0.5", "about 0.45", "about 0.36"])

# %% [markdown]
# ## One idea
#
# A score is an answer. Before you believe it, find out what the question was. Four questions do that, and each case study
# needs one or more of them:
#
# | ask | because | case |
# |---|---|---|
# | **compared with what?** | a fine number may be reached without a model | flowers, prices |
# | **on which data?** | what is true of them may not be true elsewhere | products in a shop, prices |
# | **good for whom?** | errors do not cost the same, and not in the units of the course | patients, clicks |
# | **how often was it looked at?** | the best of many numbers is too good | flowers, prices, the contest |
#
# The first question can be made a formula. Let $L$ be the loss of a model, and $L_0$ that of the simplest rival. Then
#
# $$\text{skill} = 1 - \frac{L}{L_0}$$
#
# is 1 for a model without errors. A rival that costs nothing is the first thing to build, since it decides what the later
# numbers mean.
#
# > **skill**: 1 minus the error of a prediction divided by that of a rival that costs nothing; 0 is no better than the
# > rival, below 0 is worse.
#
# > **baseline model**: the simplest rival, such as "always the most common class" or "as yesterday"; what is not better
# > than it is worth nothing.
#
# ## Explore
#
# Here is the contest of the prediction, for you to attack. First you are the attacker. Labels are tosses of a coin,
# and so is each of your sheets; knobs say how many you hand in, how many rows are public, what the board tells, and
# what goes in at last: the best sheet alone, a vote of all, or a vote of those that the board put below ½.
#
# **Your goal**: let the board show 0.35 or less. Then change sides: as the organizer, choose what the board tells so
# that it shows 0.42 or more of the same attack, with 500 public rows at most. Watch the private error all along. Does
# rounding help?

# %% tags=["demo"]
playground.leaderboard()

# %% [markdown]
# The attack of the prediction, in code. It is the "boosting attack" of Blum and Hardt (2015). The board has answered
# each of the 200 sheets. Those that it put below ½ are put to a vote. (A sheet whose answer only repeats the one
# before is left out: it may be that nothing new was said of it. On a board of full precision that is rare.)


# %% tags=["demo"]
def spread(values):
    """Return the median of some numbers, and their range, as text."""
    v = torch.as_tensor(list(values), dtype=torch.float64)
    return f"{v.quantile(0.5):.3f} [{v.min():.3f}–{v.max():.3f}]"


def with_error(values):
    """Return the mean of some numbers, and its standard error, as text."""
    v = torch.as_tensor(values, dtype=torch.float64)
    return f"{v.mean():.3f} ± {v.std() / math.sqrt(len(v)):.3f}"


def vote(num_rows, submit, generator, num):
    """Return a sheet of answers, (num_rows,), made from `num` sheets by lot and what a board said of them."""
    sheets = torch.randint(2, (num, num_rows), generator=generator)
    shown = torch.tensor([submit(sheet) for sheet in sheets])
    before = torch.cat([torch.tensor([math.inf]), shown[:-1]])
    kept = sheets[(shown < 0.5) & (shown != before)]
    return (kept.double().mean(0) > 0.5).long()


def attacked(rule, attack, seed, num=200, num_rows=1000):
    """Return what a board shows at last of an attack with `num` sheets, and the private error."""
    generator = torch.Generator().manual_seed(seed)
    game = oracle.contest_of_coins(num_rows, rule, generator)
    game.submit(attack(num_rows, game.submit, generator, num))
    return game.shown[-1], game.private_error


NUM_CONTESTS = runtime.scaled(20, fast=3)
for num, num_rows in ((200, 1000), (39, 800)):
    rows = torch.tensor(
        [attacked(full_precision, vote, s, num, num_rows) for s in range(NUM_CONTESTS)]
    )
    at_last, private = rows.T.tolist()
    print(f"{num:3} sheets and the vote, {num_rows // 2} public rows:", end=" ")
    print(f"shown {spread(at_last)}, private {spread(private)}")
    if num == 200:
        median = torch.tensor(at_last).quantile(0.5).item()
    else:
        few = at_last
options = ("about 0.5", "about 0.45", "about 0.36")
predict.reveal(prediction, min(options, key=lambda text: abs(float(text[6:]) - median)))

# %% [markdown]
# 0.36, and the private rows say 0.50: nothing was known. Where does it come from? A sheet has 250 errors on the 500
# public rows, give or take $\sqrt{500}/2 = 11$. Those below ½, about 100 of them, have on average 0.8 · 11 = 9 errors
# fewer than 250, so each agrees with a public answer with a chance of about 0.518, hardly more than a coin. But a
# hundred vote. On a question the true answer is ahead by 100 · 0.036 = 3.6 votes on average, give or take $\sqrt{100} = 10$;
# so it wins in a share $\Phi(0.36) = 0.64$ of the questions ($\Phi(z)$ is the chance that a standard normal
# number is at most $z$). What the voters know is not the questions. It is what the board has told. At the end of the
# lesson you change this board.

# %% [markdown]
# ## Flowers
#
# A nursery wants its seedlings sorted by pictures of their flowers. There are five species, and 200 pictures that a
# gardener has labelled. The classic course has five steps for this: train with a simple optimizer, tune, augment, watch
# and adjust, transfer. They are taught as a staircase. Are they one?
#
# Honesty first: these flowers are *drawn*, by `nblib.data.blossoms`. A species is a number of petals, their shape,
# a colour and a disc; size, place, turn, tilt, light and the leaves behind are drawn by lot, and a quarter of the flowers
# are of a garden variety: they have the colour of a species drawn by lot. So there are as many new flowers to test on as
# we like, and the truth is known. At the end of this section the same steps run on photographs, if you like.

# %% tags=["demo"]
X, y = blossoms(90, seed=1)
fig, axes = plots.figure(9, 5, size=(7, 4.2))
for species, row in enumerate(axes):
    for ax, flower in zip(row, X[y == species], strict=False):
        ax.imshow(flower.permute(1, 2, 0).cpu().numpy())
    for ax in row:
        ax.set_axis_off()
plots.show(
    fig,
    "Five rows of flowers, a species each: pink with five petals, rose with six, white with eight thin ones, violet "
    "with five notched ones, yellow with thirteen. In each row some flowers have another row's colour.",
)

# %% [markdown]
# ### Exercise · Before any network
# *2 points · 20 minutes · difficulty ●○○*
#
# What can be had without a network? Two rivals:
#
# - **always the same**: the species that is most common among the 200 flowers to learn from, for every new flower;
# - **by the mean colour**: three numbers for each flower, the mean of red, of green and of blue over height and
#   width, and a logistic regression on them.
#
# Return the **accuracy** of each on the new flowers, that is the share that it names rightly.
#
# <details><summary>Hint 1</summary><code>torch.bincount(y).argmax()</code> is the most common label. Count it in <code>y</code>, look for it in <code>y_new</code>.</details>
# <details><summary>Hint 2</summary><code>X.mean((2, 3))</code> has shape (n, 3).</details>
# <details><summary>Hint 3</summary><code>LogisticRegression(C=100, max_iter=2000).fit(A.numpy(), y.numpy())</code>, then its <code>score</code> on the new ones.</details>


# %% nbgrader={"grade_id": "baselines", "schema_version": 3, "solution": true}
def baselines(
    X: torch.Tensor, y: torch.Tensor, X_new: torch.Tensor, y_new: torch.Tensor
) -> tuple[float, float]:
    """Return two accuracies on the new flowers: of the most common species, and by the mean colour.

    `X` (n, 3, 24, 24), float32 from 0 to 1, and `y` (n,), int64 from 0 to 4, are to learn from; `X_new`,
    `y_new` are m others, on which both are judged. All are on the CPU, nothing is changed; the most common
    species is a single one. The logistic regression is `LogisticRegression(C=100, max_iter=2000)`. In place of
    a float, a tensor of one number will do; two flowers more or fewer do no harm.
    """
    ### BEGIN SOLUTION
    common = torch.bincount(y).argmax()
    model = LogisticRegression(C=100, max_iter=2000)
    model.fit(X.mean((2, 3)).numpy(), y.numpy())
    by_colour = model.score(X_new.mean((2, 3)).numpy(), y_new.numpy())
    return (y_new == common).float().mean().item(), by_colour
    ### END SOLUTION


# %% nbgrader={"grade_id": "baselines-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Before any network", points=2, hidden=1)
def _(check):
    check.agree(
        baselines,
        oracle.baselines,
        oracle.few_flowers(3),
        oracle.few_flowers(4, 120, 200),
        mistakes=oracle.BASELINES,
        atol=0.012,  # another solver may name a flower or two otherwise
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other flowers")
def _(check):
    seed = int(torch.randint(10**6, (), generator=oracles.fresh_generator()))
    X, y, X_new, y_new = oracle.few_flowers(seed, 250, 239)
    check.agree(baselines, oracle.baselines, (X, y, X_new, y_new), atol=0.012)
    # The last species becomes the most common in both parts; of the first there is none to learn from.
    y, y_new = ((some + 4 - some.mode().values) % 5 for some in (y, y_new))
    in_order = y_new.argsort(stable=True)
    others = X[y > 0], y[y > 0], X_new[in_order], y_new[in_order]
    check.agree(baselines, oracle.baselines, others, atol=0.012)


### END HIDDEN TESTS

# %% [markdown]
# Now step 1, a network with a simple optimizer, in its usual first setting: gradient descent at a rate of 0.01, 500
# steps with batches of 32. The network has three convolutions, with 8, 16 and 16 channels, and no batch norm
# (`models.colour_convnet`); at its end 16 channels of 2 × 2 places are 64 features. Step 2, tuned: Adam at 0.005.
# Both rivals run along.
#
# **How often was it looked at?** We have to ask ourselves, too. The size of the network, the steps, the rates and the
# augmentation were chosen, out of some 36 settings, on flowers of the seeds 0 to 3, the new ones among them. So these
# are flattered, and the lesson uses others: two seeds run here, 20 and 21, each with its own 200 flowers, 1,000 new
# ones to test on and 200 more for validation. The texts quote eight, 20 to 27, which were run for the first time when
# all settings stood.


# %% tags=["demo"]
KNOWN = pretrained.load("garden")  # step 5 will need it; its mean and std serve all along
NUM_STEPS = runtime.scaled(500, fast=20)
SEEDS = range(20, runtime.scaled(22, fast=21))


def flowers(seed, num_flowers=200):
    """Return pairs (X, y): flowers to learn from, for validation, and new ones to test on."""
    return blossoms(num_flowers, seed), blossoms(200, 2000 + seed), blossoms(1000, 1000 + seed)


def fresh(seed):
    """Return a new network for five species."""
    return models.colour_convnet(5, torch.Generator().manual_seed(seed))


@torch.no_grad()
def correct(model, X, y):
    """Return for each flower whether a network names it rightly, (n,) bool."""
    return (model((X - KNOWN.mean) / KNOWN.std).argmax(1) == y).cpu()


def accuracy(model, X, y):
    return correct(model, X, y).float().mean().item()


def fit(
    model, X, y, optimizer, generator, augment=None, schedule=None, watch=None, num_steps=NUM_STEPS
):
    """Train; return which of the flowers `watch` are named rightly after each tenth of the steps, (10, n)."""
    watched = []
    for step in range(1, num_steps + 1):
        some = torch.randint(len(X), (32,), generator=generator).to(X.device)
        batch = augment(X[some], generator) if augment else X[some]
        loss = F.cross_entropy(model((batch - KNOWN.mean) / KNOWN.std), y[some])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if schedule:
            schedule.step()
        if watch and step % (num_steps // 10) == 0:
            watched.append(correct(model, *watch))
    return torch.stack(watched) if watched else None


def adam(model, lr=5e-3):
    return torch.optim.Adam(model.parameters(), lr=lr)


def sgd(model, lr=0.01):
    return torch.optim.SGD(model.parameters(), lr=lr)


def trained(seed, optimizer=adam, start=fresh, num_flowers=200, **how):
    """Train on the flowers of a seed, and return the accuracy on its new ones."""
    learn, _, new = flowers(seed, num_flowers)
    model = start(seed)
    fit(model, *learn, optimizer(model), torch.Generator().manual_seed(seed), **how)
    return accuracy(model, *new)


def rivals(seed, num_flowers=200):
    """Return the accuracies of both rivals on the new flowers of a seed."""
    learn, _, new = flowers(seed, num_flowers)
    return oracle.baselines(*(part.cpu() for part in (*learn, *new)))


def say(name):
    print(f"{name:14}" + "  ".join(f"{found:.3f}" for found in test[name]))


test = dict(zip(("most common", "mean colour"), zip(*map(rivals, SEEDS), strict=True), strict=True))
test["1 simple"] = [trained(seed, sgd) for seed in SEEDS]
test["2 tuned"] = [trained(seed) for seed in SEEDS]
for name in test:
    say(name)

# %% [markdown]
# The most common species is one in five, and the mean colour alone names 0.58 of the flowers (the mean of eight
# seeds). The "simple" network has 0.50, from 0.25 to 0.61: in 6 of eight seeds *below* the mean colour, with
# convolutions, 4,037 weights and 500 steps, and not once far above it. Had we not built the baseline, that would have
# looked like more than twice chance, a start. Tuned, the same network has 0.71: seed by seed a gain of +0.212 ±
# 0.043. Most of it is the *rate*: plain gradient descent at 0.1 in place of 0.01 gains +0.156 ± 0.045, and Adam at
# 0.005 adds +0.057 ± 0.017. (± is one standard error of the paired difference.)
#
# ### Exercise · Which rate, and which others?
# *3 points · 25 minutes · difficulty ●●○*
#
# "Tuned" means that somebody chose. The usual way is a table: one row for each setting, one column for each seed, in each
# field an accuracy on validation flowers. The largest mean wins. But how many of the others could as well have won? All
# settings see the same seeds, that is, the same flowers and batches. What makes a seed hard makes it hard
# for all, so compare **seed by seed**. For settings $a$ (the best) and $b$ let $d_j = a_j - b_j$ be the
# difference at seed $j$, for $n$ seeds. The mean difference $\bar d$ has the *standard error*
#
# $$s = \frac{1}{\sqrt n}\sqrt{\frac{1}{n - 1}\sum_j (d_j - \bar d)^2} ,$$
#
# and setting $b$ cannot be told from the best as long as $\bar d \le 2 s$. (A rule of thumb: $s$ itself comes from these few
# seeds. With three of them $2 s$ covers 82 of 100 cases, not 95.)
#
# > **paired differences**: to compare two things case by case before taking a mean, so that what is common to both
# > drops out.
#
# A run that diverged has NaN in its field. To leave it out would reward the setting that caused it: count it as an
# accuracy of 0. Return the number of the best setting by its mean, and the list of all that cannot be told from it, the
# best one included, in increasing order.
#
# <details><summary>Hint 1</summary><code>accuracies.nan_to_num(0.0)</code> comes first, and <code>.mean(dim=1).argmax()</code> second.</details>
# <details><summary>Hint 2</summary><code>(table[best] - row).std()</code> divides by n − 1 already. For the best itself all differences are 0, and 0 ≤ 0.</details>


# %% nbgrader={"grade_id": "choose", "schema_version": 3, "solution": true}
def choose(accuracies: torch.Tensor) -> tuple[int, list[int]]:
    """Return the setting with the largest mean, and those that cannot be told from it by 2 standard errors.

    `accuracies` has shape (num_settings, num_seeds), float64, at least 1 by 2, from 0 to 1 or NaN, which counts
    as 0. It is not changed. The largest mean is a single one, and but for the best one itself no mean
    difference lies just at the limit. Settings are counted from 0; the list holds the best one, too, and is in
    increasing order.
    """
    ### BEGIN SOLUTION
    table = accuracies.nan_to_num(0.0)
    best = int(table.mean(dim=1).argmax())
    differences = table[best] - table  # (num_settings, num_seeds)
    errors = differences.std(dim=1) / math.sqrt(table.shape[1])
    near = differences.mean(dim=1) <= 2 * errors
    return best, near.nonzero()[:, 0].tolist()
    ### END SOLUTION


# %% nbgrader={"grade_id": "choose-test", "grade": true, "points": 3, "schema_version": 3}
@checks.exercise("Which rate, and which others?", points=3, hidden=1)
def _(check):
    check.agree(
        choose,
        oracle.choose,
        (torch.tensor([[0.62, 0.58, 0.66], [0.71, 0.70, 0.76], [0.70, 0.71, 0.77]]).double(),),
        (oracle.some_runs(2, 8, 5, True),),
        (oracle.some_runs(5, 6, 2, False),),
        (oracle.runs_at_limits(),),
        (torch.tensor([[0.4, 0.6]]).double(),),
        mistakes=oracle.CHOICE,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other tables")
def _(check):
    generator = oracles.fresh_generator()
    for num_settings, num_seeds, diverged in ((5, 4, True), (7, 9, False), (3, 3, True)):
        seed = int(torch.randint(10**6, (), generator=generator))
        check.agree(
            choose,
            oracle.choose,
            (oracle.some_runs(seed, num_settings, num_seeds, diverged),),
        )
    nan, order = math.nan, torch.randperm(4, generator=generator)
    rows = [[nan] * 4, [0.5, 0.6, 0.4, 0.5], [0.9, 0.91, nan, 0.9], [0.6, 0.61, 0.65, 0.62]]
    level = [[0.61, 0.62, 0.66], [0.71, 0.72, 0.76]]  # the difference is the same for each seed
    check.agree(
        choose,
        oracle.choose,
        (torch.tensor(rows).double()[order],),
        (torch.tensor([[nan] * 3, *level], dtype=torch.float64),),
    )


### END HIDDEN TESTS

# %% [markdown]
# Such a table for the flowers of seeds 0 to 2, with 50 of the 200 kept for validation, as one would do at home. Each
# field is a training of 100 steps. On the right stands what the client gets: the mean accuracy of the same networks on 1,000 new flowers.

# %% tags=["demo"]
RATES = [0.0005, 0.002, 0.005, 0.02]
seeds = range(runtime.scaled(3, fast=2))
kept, got = torch.zeros(2, len(RATES), len(seeds)).double()
for seed in runtime.progress(seeds, "seeds"):
    (X, y), _, new = flowers(seed)
    for i, rate in enumerate(RATES):
        model, generator = fresh(seed), torch.Generator().manual_seed(seed)
        num_steps = runtime.scaled(100, fast=10)
        fit(model, X[50:], y[50:], adam(model, rate), generator, num_steps=num_steps)
        kept[i, seed] = accuracy(model, X[:50], y[:50])
        got[i, seed] = accuracy(model, *new)
best, near = oracle.choose(kept)
for i, rate in enumerate(RATES):
    word = "best" if i == best else "near" if i in near else ""
    runs = "  ".join(f"{a:.2f}" for a in kept[i].tolist())
    print(
        f"rate {rate:<7}{runs}   mean {kept[i].mean():.3f}  {word:5} new flowers {got[i].mean():.3f}"
    )

# %% [markdown]
# A field is a share of 50 flowers: chance alone moves it by $\sqrt{0.25/50} = 0.07$. By the mean, 0.002 wins; within
# two paired errors lie 0.005, which is as good on new flowers, and 0.0005, which is far worse there: three seeds of
# 50 flowers cannot tell it apart, since its three runs are 0.50, 0.58 and 0.38. "Cannot be told apart" is no "equally
# good". It says what *these* runs know. With more seeds, or more validation flowers, the list gets shorter. (And the
# winner's own mean is too good on average, since it was chosen for being large: judge it on others.)
#
# ### Exercise · Change what does not matter
# *3 points · 30 minutes · difficulty ●●○*
#
# Step 3 is **augmentation** ({{regularization}}): in each batch, flowers are changed by lot in ways that leave their
# species as it is. A list of recipes has turning, mirroring, cropping, light, and "colour jitter", which changes the
# hue. Which of them are right is no property of the recipe. It is one of the *task*.
#
# Write `augmented`. What you change and how far is your decision; the check measures what it does:
#
# - shape and dtype stay, and all chance comes from `generator`;
# - a batch of one flower, in 24 calls, comes in at least three of the eight positions (turned by a multiple of 90°,
#   mirrored or not), in at least three places (moved by a pixel or two; whether farther will do, the judge says), and
#   in changing light: the standard deviation of its brightness is at least 0.03 of the mean;
# - a **judge**, which has learned from 1,000 flowers (on top of the garden's features of step 5), still knows them:
#   of 250 flowers its accuracy falls by 0.1 at most.
#
# You may change all flowers of a batch alike or each for itself, but each of them, in every third call at least.
# The judge is asked for six calls, and the mean counts, so luck decides little.
#
# <details><summary>Hint 1</summary><code>torch.rot90(X, k, (2, 3))</code> turns by k · 90°, <code>X.flip(3)</code> mirrors, <code>X.roll((down, right), (2, 3))</code> moves; k is <code>int(torch.randint(4, (), generator=generator))</code>.</details>
# <details><summary>Hint 2</summary>Light: a factor for each flower, near 1, the same for its three colours: <code>torch.rand(len(X), 1, 1, 1, generator=generator)</code> is from 0 to 1; stretch it to 0.8 to 1.2.</details>
# <details><summary>Hint 3</summary>If the judge no longer knows a flower, its label has become wrong for a network as well. Colour is a good part of a species here.</details>


# %% nbgrader={"grade_id": "augmented", "schema_version": 3, "solution": true}
def augmented(X: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Return flowers that are changed by lot, of the same species.

    `X` has shape (n, 3, 24, 24), float32 from 0 to 1, on the CPU, n ≥ 1; it is not changed. The result has the
    same shape and dtype, and may leave 0 to 1 a little. `generator` is of the CPU, and all randomness comes
    from it.
    """
    ### BEGIN SOLUTION
    turn, mirror, down, right = (
        int(torch.randint(most, (), generator=generator)) for most in (4, 2, 5, 5)
    )
    X = torch.rot90(X.flip(3) if mirror else X, turn, (2, 3)).roll((down - 2, right - 2), (2, 3))
    return X * (0.8 + 0.4 * torch.rand(len(X), 1, 1, 1, generator=generator))
    ### END SOLUTION


# %% nbgrader={"grade_id": "augmented-test", "grade": true, "points": 3, "schema_version": 3}
@checks.exercise("Change what does not matter", points=3, hidden=1)
def _(check):
    oracle.audited(check, augmented, 5)


### BEGIN HIDDEN TESTS
@checks.hidden("Other flowers")
def _(check):
    oracle.audited(
        check, augmented, int(torch.randint(10**6, (), generator=oracles.fresh_generator()))
    )


### END HIDDEN TESTS

# %% [markdown]
# What does the judge say of single changes? And what does the network gain by all of the right ones, in 500 steps?

# %% tags=["demo"]
CHANGES = {
    "none": lambda X: X,
    "mirrored": lambda X: X.flip(3),
    "turned by 90°": lambda X: torch.rot90(X, 1, (2, 3)),
    "moved by 2": lambda X: X.roll((2, -2), (2, 3)),
    "moved by 8": lambda X: X.roll((8, 8), (2, 3)),
    "light × 0.8": lambda X: 0.8 * X,
    "light × 0.5": lambda X: 0.5 * X,
    "red and blue exchanged": lambda X: X.flip(1),
    "grey": lambda X: X.mean(1, keepdim=True).expand_as(X),
    "blurred": lambda X: F.avg_pool2d(X, 3, 1, 1),
}
X, y = (part.cpu() for part in blossoms(1000, seed=77))
for name, change in CHANGES.items():
    print(f"{name:22} {oracle.judged(change(X), y):.3f}")

# %% tags=["demo"]
test["3 augmented"], watched, runs = [], {}, {}
for seed in runtime.progress(SEEDS, "training, augmented"):
    learn, valid, new = flowers(seed)
    model, generator = fresh(seed), torch.Generator().manual_seed(seed)
    runs[seed] = model, adam(model), generator  # to go on from here
    watched[seed] = fit(
        model, *learn, runs[seed][1], generator, augment=oracle.augmented, watch=valid
    )
    test["3 augmented"].append(accuracy(model, *new))
say("2 tuned")
say("3 augmented")

# %% [markdown]
# The judge (a head that learned from 1,000 flowers, on features from 12,000 of the garden) knows 0.89 of the flowers
# as they are. Mirrored, turned, moved by 2 or a bit darker, it still knows more than 0.85 of them: the species is
# there, and a network can learn from these. Exchange red and blue, and 0.43 are left, take the colours away, and
# 0.21, which is guessing. But the judge has a taste of its own: a blur, which it has never met, costs it as much,
# though a gardener would still know the flower. It can warn; what helps, only training tells. And that says so, too:
# augmented as in the solution, with the three colours dealt out by lot, the network falls from 0.77 to 0.58 (eight
# seeds). "Colour jitter" stands on lists of recipes, for photographs of dogs and cars. **Here a strong one paints
# another species**; a faint one, a twentieth of the colour circle, does the judge hardly any harm.
#
# And the gain of the right ones, after 500 steps: 0.71 → 0.77, +0.058 ± 0.011 over eight seeds.
#
# ### Exercise · Go on, or stop?
# *2 points · 25 minutes · difficulty ●●○*
#
# Step 4 is to watch the run and to adjust. While training, the accuracy on $n$ validation flowers was noted again and
# again. What does such a curve say? A single point is noisy: by chance alone, a share near $p$ of $n$ flowers has the
# variance $p(1 - p)/n$. So take means of $k$ evaluations in a row, a *window*, and compare two windows. (The $k$
# looks are at the same flowers, so a mean of them is hardly less noisy. The variance of a difference of two
# independent shares is twice that of one. Ours are not independent: what is hard in these flowers is hard in both
# windows, and drops out. So $s$ is a rule of thumb, and a cautious one, rather too large than too small.) Let $m_i$
# be the mean of the $k$ evaluations that end with number $i$, counted from 0, let $t$ be the last number, and
#
# $$s = \sqrt{\frac{2\,p\,(1 - p)}{n}} \quad\text{with}\quad p = \frac{m_t + m_{t - k}}{2} .$$
#
# The verdict is, in this order,
#
# - `"go on"` if $m_t - m_{t-k} > s$: it still climbs;
# - `"too far"` if the largest of all $m_i$ exceeds $m_t$ by more than $s$: it was better before;
# - `"enough"` otherwise.
#
# Keep the weights of the evaluation $i$ whose $m_i$ is largest, those at the end of the best window: a single
# evaluation is too noisy to choose by. Return the verdict and this $i$.
#
# <details><summary>Hint 1</summary>The first window ends at <code>i = k - 1</code>, and <code>sum(accuracies[i - k + 1 : i + 1]) / k</code> is its mean.</details>
# <details><summary>Hint 2</summary>With the list <code>means</code> of all windows, the last is <code>means[-1]</code>, the one before it without overlap <code>means[-1 - k]</code>.</details>


# %% nbgrader={"grade_id": "monitor", "schema_version": 3, "solution": true}
def monitor(accuracies: list[float], k: int, n: int) -> tuple[str, int]:
    """Return "go on", "too far" or "enough", and the evaluation to keep, from k − 1 on.

    `accuracies` is a list of floats from 0 to 1, 2k of them or more; it is not changed. `k` ≥ 1; `n` ≥ 1 is the
    number of validation flowers. The largest mean is a single one, if by little; no difference lies just at the
    limit, and p is neither 0 nor 1. (Compute in float64, as Python's floats are.)
    """
    ### BEGIN SOLUTION
    means = [sum(accuracies[end - k : end]) / k for end in range(k, len(accuracies) + 1)]
    last, before, top = means[-1], means[-1 - k], max(means)
    p = (last + before) / 2
    s = math.sqrt(2 * p * (1 - p) / n)
    verdict = "go on" if last - before > s else "too far" if top - last > s else "enough"
    return verdict, means.index(top) + k - 1
    ### END SOLUTION


# %% nbgrader={"grade_id": "monitor-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Go on, or stop?", points=2, hidden=1)
def _(check):
    check.agree(
        monitor,
        oracle.monitor,
        ([0.3, 0.4, 0.35, 0.6, 0.5, 0.7], 2, 50),
        ([0.88, 0.9, 0.93, 0.95], 2, 100),  # near 1 there is less noise,
        ([0.05, 0.07, 0.1, 0.12], 2, 100),  # and near 0
        oracle.some_curve(8, "recovers", 20, 3, 30),
        oracle.some_curve(10, "flat", 24, 5, 400),
        oracle.some_curve(9, "climbs", 10, 3, 60),
        oracle.some_curve(7, "recovers", 24, 5, 400),
        oracle.some_curve(3, "flat", 12, 3, 200),
        oracle.some_curve(10, "flat", 10, 3, 60),
        oracle.some_curve(2, "falls", 8, 1, 90),
        ([0.5, 0.9], 1, 2),  # p is that of both windows
        ([0.95, 0.5, 0.5], 1, 2),
        ([0.1, 0.5], 1, 2),
        ([0.7, 0.7 + 1e-9, 0.65, 0.66], 1, 100),  # the same in float32
        mistakes=oracle.MONITOR,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other curves")
def _(check):
    generator = oracles.fresh_generator()
    for kind in ("climbs", "flat", "falls", "recovers"):
        for num, k, n in ((16, 4, 200), (9, 2, 50), (5, 1, 1000)):
            seed = int(torch.randint(10**6, (), generator=generator))
            curve = oracle.some_curve(seed, kind, num, k, n)
            check.agree(monitor, oracle.monitor, curve)
    check.agree(
        monitor,
        oracle.monitor,
        oracle.some_curve(int(torch.randint(10**6, (), generator=generator)), "falls", 90, 3, 200),
        ([0.01, 0.012, 0.02, 0.03], 2, 300),
        ([0.97, 0.972, 0.984, 0.986], 2, 300),
        ([0.8, 0.8 + 1e-12, 0.75, 0.76], 1, 500),
    )


### END HIDDEN TESTS

# %% [markdown]
# What does it say of the augmented runs? And is the famous adjustment the right one: a *cosine schedule*, which lets the
# rate fall to 0 along a cosine ({{gradient_descent}}), against simply going on? Both have 1,000 steps in all.

# %% tags=["demo"]
for seed, found in watched.items():
    curve = found.double().mean(dim=1).tolist()  # (10,)
    print(seed, " ".join(f"{a:.2f}" for a in curve), *oracle.monitor(curve, 3, 200))
    last, before = (found[some].double().mean(dim=0) for some in (slice(7, 10), slice(4, 7)))
    p = (last.mean() + before.mean()).item() / 2
    print(f"   the last window less the one before, paired: {with_error(last - before)};", end=" ")
    print(f"s = {math.sqrt(2 * p * (1 - p) / 200):.3f}")

# %% tags=["demo"]
test |= {"4 going on": [], "4 cosine": []}
gained = {}
for seed in runtime.progress(SEEDS, "going on"):
    learn, valid, new = flowers(seed)
    model, optimizer, generator = runs[seed]  # go on, 500 steps more
    later = fit(model, *learn, optimizer, generator, augment=oracle.augmented, watch=valid)
    gained[seed] = later[-1].double() - watched[seed][-1].double()  # of each validation flower
    print(f"{seed}: validation flowers, from step 500 to 1,000: {with_error(gained[seed])} gained")
    test["4 going on"].append(accuracy(model, *new))


def cosine(seed):
    """Return the accuracy after 1,000 steps whose rate falls to 0 along a cosine."""
    learn, _, new = flowers(seed)
    model, generator = fresh(seed), torch.Generator().manual_seed(seed)
    optimizer, how = adam(model), {"augment": oracle.augmented, "num_steps": 2 * NUM_STEPS}
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 2 * NUM_STEPS)
    fit(model, *learn, optimizer, generator, schedule=schedule, **how)
    return accuracy(model, *new)


test["4 cosine"] = [cosine(seed) for seed in runtime.progress(SEEDS, "training along a cosine")]
for name in ("3 augmented", "4 going on", "4 cosine"):
    say(name)

# %% [markdown]
# Twice "enough". And simply going on gained +0.051 ± 0.006 (eight seeds, 8 of them up): 0.77 → 0.82! Was the monitor
# wrong? By its rule it was not: it compared steps 400 to 500 with 250 to 350, and saw less than $s$. **"Enough"
# means: no gain larger than a cautious bound was seen.** It is no forecast. And the bound is cautious indeed: both
# windows look at the same 200 flowers, and what is hard for the network in both drops out. The paired errors are
# about a third of $s$, and by these the same 200 flowers did see the gain of the next 500 steps: 0.05 and 0.06, both
# above two of their errors. (Of the eight seeds three said "go on" at once.)
#
# The famous adjustment, a cosine over the same 1,000 steps, has 0.82, against 0.82 without: −0.001 ± 0.007, which
# cannot be told from nothing. What helped here were the steps, not the schedule.
#
# ### Step 5: transfer
#
# Somebody else's garden: the same kind of network has learned twenty *other* species, on 12,000 flowers
# (`pretrained.load("garden")`). Two ways to use it ({{transfer_learning}}): keep its features *frozen* and fit a logistic
# regression on them, or start from its weights and train everything, with augmentation, for 500 steps (*fine-tuning*).


# %% tags=["demo"]
def transferred(seed):
    """Return a network whose body knows the garden, with a fresh head for five species."""
    model = fresh(seed)
    body = {name: w for name, w in KNOWN.state.items() if not name.startswith("head")}
    model.load_state_dict(body, strict=False)
    return model


def frozen(seed, num_flowers=200):
    """Return the accuracy of a logistic regression on the garden's features."""
    learn, _, new = flowers(seed, num_flowers)
    body = transferred(0)[:-1]
    with torch.no_grad():
        A, B = (body((X - KNOWN.mean) / KNOWN.std).cpu() for X in (learn[0], new[0]))
    mean, std = A.mean(0), A.std(0) + 1e-3
    model = LogisticRegression(C=0.1, max_iter=2000)
    model.fit(((A - mean) / std).numpy(), learn[1].cpu().numpy())
    return model.score(((B - mean) / std).numpy(), new[1].cpu().numpy())


test["5 frozen"] = [frozen(seed) for seed in SEEDS]
test["5 fine-tuned"] = [
    trained(seed, start=transferred, augment=oracle.augmented)
    for seed in runtime.progress(SEEDS, "fine-tuning")
]
for name in test:
    say(name)

# %% tags=["demo"]
fig, ax = plots.figure(size=(7, 3.4))
for i, found in enumerate(test.values()):
    ax.bar(i, sum(found) / len(found), color="C0" if i > 1 else "0.6", alpha=0.6)
    ax.plot([i] * len(found), found, "k.")
ax.set_xticks(range(len(test)), labels=[name.replace(" ", "\n", 1) for name in test], fontsize=8)
ax.set(ylabel="accuracy on new flowers", ylim=(0, 1))
plots.show(
    fig,
    "Bars of the mean accuracy of the two seeds that ran here, a dot for each: most common about 0.2, mean colour and simple nearly level at 0.6, "
    "tuned 0.72, augmented 0.76, going on 0.82, cosine about the same, frozen 0.82, fine-tuned 0.87.",
)

# %% [markdown]
# The staircase of the textbooks, measured over eight seeds; a gain is over the row named, seed by seed:
#
# | step | accuracy | gain | what it cost |
# |---|---|---|---|
# | the mean colour | 0.58 | | a moment |
# | 1 simple | 0.50 | −0.081 ± 0.038 over the mean colour | 500 steps |
# | 2 tuned | 0.71 | +0.212 ± 0.043 over 1 | a table of runs |
# | 3 augmented | 0.77 | +0.058 ± 0.011 over 2 | 500 steps |
# | 4 going on | 0.82 | +0.051 ± 0.006 over 3 | 1,000 steps |
# | 4 with a cosine | 0.82 | −0.001 ± 0.007 over going on | 1,000 steps |
# | 5 frozen | 0.82 | +0.001 ± 0.010 over going on | a tenth of a second, and 12,000 labelled flowers of others |
# | 5 fine-tuned | 0.87 | +0.044 ± 0.009 over going on | 500 steps, and the same 12,000 |
#
# The first step is no better than a baseline without a network. The second is the largest. The third and going on are
# real, the cosine is not to be told from nothing, and so is the difference of frozen features, which need no
# training, and 1,000 steps of it. Fine-tuned weights win.
#
# **It flips** with the number of flowers. With 50 in place of 200, augmentation is a larger step (+0.198 ± 0.036)
# than tuning (+0.047 ± 0.027), and fine-tuning, 0.75, cannot be told from frozen features, 0.73: +0.020 ± 0.016. And
# it flips with the source: whether other flowers help depends on what their network had to look at
# ({{transfer_learning}} has sources that harm).
#
# **What stays**: build the rival that costs nothing first; measure each step over seeds; and when a step is famous,
# measure it all the same.
#
# ### The same steps on photographs, if you like
#
# **Flowers 102** (Nilsback and Zisserman 2008) has photographs of 102 classes, ten of each to learn from. With a network
# connection, set `ONLINE = True`: the cell downloads 392 MB, once, and takes the same steps (`pip install torchvision`
# first). Steps 1 to 4 see the photographs at 24 × 24 pixels, by the network from above, and step 5 at full size, by a
# ResNet-18 that has learned ImageNet ({{transfer_learning}} has more of it). Nothing else depends on it.

# %% tags=["demo"]
ONLINE = False


def five_steps(photographs, num_steps=NUM_STEPS):
    """Yield the name of each step, and its accuracy on 1,020 photographs that nobody learned from."""
    (X, y), (X_new, y_new) = (photographs.flowers(part) for part in ("train", "valid"))
    colours = (part.float().mean((2, 3)).cpu() / 255 for part in (X, X_new))
    small = (F.interpolate(part.float() / 255, (24, 24), mode="area") for part in (X, X_new))
    network = photographs.resnet18()
    features = (photographs.features(network, part).cpu() for part in (X, X_new))
    yield "mean colour", linear(*colours, y.cpu(), y_new.cpu())
    learn, new = (
        (part.to(runtime.device()), labels.to(runtime.device()))
        for part, labels in zip(small, (y, y_new), strict=True)
    )
    for name, optimizer, augment, times in (
        ("1 simple", sgd, None, 1),
        ("2 tuned", adam, None, 1),
        ("3 augmented", adam, oracle.augmented, 1),
        ("4 going on", adam, oracle.augmented, 2),
    ):
        model = models.colour_convnet(102, torch.Generator().manual_seed(0))
        generator = torch.Generator().manual_seed(0)
        how = {"augment": augment, "num_steps": times * num_steps}
        fit(model, *learn, optimizer(model), generator, **how)
        yield name, accuracy(model, *new)
    yield "5 frozen", linear(*features, y.cpu(), y_new.cpu())


def linear(A, B, y, y_new):
    """Return the accuracy of a logistic regression on new rows B, after it has learned from rows A."""
    return (
        LogisticRegression(max_iter=1000).fit(A.numpy(), y.numpy()).score(B.numpy(), y_new.numpy())
    )


if ONLINE:
    from nblib.data import flowers as photographs

    for name, found in five_steps(photographs):
        print(f"{name:12} {found:.3f} (by chance {1 / 102:.3f})")
else:
    print("Nothing was downloaded. Set ONLINE = True for 392 MB of flowers and weights.")

# %% [markdown]
# ## Products in a shop
#
# A chain of shops wants to know what stands on its shelves: bottle, can, box or jar. In the shop where
# the pictures were taken each product has its own price, and so its own sticker at the foot of the shelf: red for
# bottles, yellow for cans, and so on, in 96 of 100 cases. The network reads 98 of 100 pictures of *this* shop. The client
# is delighted, and rolls it out to a shop where stickers say nothing of the product.


# %% tags=["demo"]
def shop_net(seed):
    """Return a small convolutional network for pictures of 16 × 16 pixels."""
    torch.manual_seed(seed)
    return nn.Sequential(
        *(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.AdaptiveMaxPool2d(4)),
        *(nn.Flatten(), nn.Linear(256, len(PRODUCTS))),
    ).to(runtime.device())


def stickers_exchanged(X, generator):
    """Return pictures, each with the foot of another one of the batch: three rows of pixels."""
    other = torch.randperm(len(X), generator=generator).to(X.device)
    return torch.cat([X[:, :, :-3], X[other][:, :, -3:]], dim=2)


def shop(seed, augment=None):
    """Train in one shop; return accuracy there, in another, there where stickers mislead; and how
    often the misleading sticker is believed."""
    X, y, _ = shelves(600, 3 * seed, tied=0.95)
    model, generator = shop_net(seed), torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(runtime.scaled(300, fast=10)):
        some = torch.randint(len(X), (32,), generator=generator).to(X.device)
        batch = augment(X[some], generator) if augment else X[some]
        loss = F.cross_entropy(model(batch - 0.5), y[some])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    found = []
    for tied in (0.95, 0.0):
        X, y, stickers = shelves(600, 3 * seed + 1, tied=tied)
        with torch.no_grad():
            y_hat = model(X - 0.5).argmax(1)
        found.append((y_hat == y).float().mean().item())
    misled = stickers != y
    found.append((y_hat == y)[misled].float().mean().item())
    found.append((y_hat == stickers)[misled].float().mean().item())
    return found


WAYS = {"as it is": None, "stickers exchanged": stickers_exchanged}
shops = range(20, runtime.scaled(23, fast=21))
at_shop = {
    name: torch.tensor([shop(seed, way) for seed in shops])
    for name, way in runtime.progress(WAYS.items(), "training in three shops")
}
print(f"{'':20} {'same shop':20} {'another shop':20} {'sticker misleads':20} sticker believed")
for name, found in at_shop.items():
    print(f"{name:20} " + " ".join(f"{spread(column):20}" for column in found.T.tolist()))

# %% [markdown]
# Over eight seeds (three of them ran here) the network is right 98 times in 100 in its own shop, and 75 times in
# another, from 68 to 81 (medians). The accuracy in the first shop could not have told, since its stickers are tied as
# well. The third column tells: look at those pictures only on which the **shortcut and the truth disagree**
# ({{interpretability}}). There 0.67 are right, and in 0.22 the sticker is believed; of three wrong answers chance
# would choose it in a third of the errors, 0.11. Such pictures occur in the first shop, too, about four in a hundred:
# a test part of 600 has some twenty of them. Count them apart.
#
# And the remedy costs one line, for those who know where the sticker is. In each batch the feet of the pictures are
# dealt out anew, so a sticker says nothing any more: 0.98 here *and there*. It is an augmentation once more, like
# those of {{#augmented}}, and again it is knowledge of the *task* that says what does not matter. **It flips** if the
# other shop ties stickers and products in the same way: then believing them is no fault. It brought nothing either:
# in the first shop, which is such a one, both networks have 0.98.
#
# **What stays**: "98 of 100" is a property of a network *and a shop*. Ask what could give the answer away, break just that,
# and measure again.

# %% [markdown]
# ## Prices
#
# A client has a notebook of a former employee. It predicts tomorrow's price of a share from the last twenty prices, and
# its last line reads R² = 0.99. "Shall I put my money on it?"
#
# > **R²**: 1 minus the mean squared error of a prediction, divided by that of always naming the mean; 1 is perfect, 0 is
# > no better than the mean.
#
# We cannot publish the client's prices, so these are simulated, and better for learning than real ones: each day's
# *return*, the difference of the logarithms of two prices, is drawn anew, now and then a huge one (*heavy tails*),
# and **nothing can be foreseen, since we made it so**. (How near real prices come to that is an old dispute; Fama
# 1970 is its classic review.) A ridge regression is a linear one with a penalty on squared weights. It learns from
# 1,400 days and is judged on 600.

# %% tags=["demo"]
from sklearn.metrics import r2_score


def windows(series, length=20):
    """Return the last `length` values before each day from number `length` on, and that day's value."""
    return series.unfold(0, length, 1)[:-1], series[length:]


def predicted_prices(seed, cut=1400):
    """Return, for the days that judge, the price, what the regression said, and yesterday's price."""
    X, y = windows(prices(2000, seed))
    model = Ridge(1.0).fit(X[:cut], y[:cut])
    return y[cut:], torch.from_numpy(model.predict(X[cut:])), X[cut:, -1]


rows = []
for seed in range(runtime.scaled(20, fast=2)):
    truth, said, yesterday = predicted_prices(seed)
    right_way = ((said > yesterday) == (truth > yesterday)).double().mean().item()
    echo = torch.corrcoef(torch.stack([said, yesterday]))[0, 1].item()
    rows.append([r2_score(truth, said), r2_score(truth, yesterday), right_way, echo])
naive = torch.tensor(rows, dtype=torch.float64)  # (seeds, 4)
for name, values in zip(
    (
        "R² of the regression",
        "R² of yesterday's price",
        "up or down right",
        "correlation of the two",
    ),
    naive.T,
    strict=True,
):
    print(f"{name:26} {spread(values)}")

truth, said, yesterday = predicted_prices(0)
fig, (left, right) = plots.figure(2, size=(11, 3.6))
plots.curves(left, {"price": truth[:60], "predicted": said[:60]})
left.set(xlabel="day", ylabel="price", title="What the client was shown")
right.plot(yesterday[:60], said[:60], "o", ms=4)
right.set(xlabel="yesterday's price", ylabel="predicted", title="What it is")
plots.show(
    fig,
    "Left: sixty days of prices and of the prediction, which runs closely along them, one day late. "
    "Right: the prediction against yesterday's price; the points lie on a straight line.",
)

# %% [markdown]
# R² is 0.99, and so it is for "as yesterday", which knows nothing. The regression has learned to repeat the last
# price, nearly to the letter, and says "up" or "down" as rightly as a coin. **R² compares with a rival that nobody
# would take seriously**: the mean of 600 days, from which prices walk far away. Ask for the *skill* against a good
# rival instead: $L$ and $L_0$ are mean squared errors, and the rival is yesterday's price.
#
# ### Exercise · Against yesterday
# *2 points · 15 minutes · difficulty ●○○*
#
# The rival is yesterday's price. Of each day you get the price and what was predicted for it, and some days have no
# prediction: the first ones, when there is no past to learn from, and holidays of the model. Such a day is NaN, "not a
# number", and counts for nobody, neither for the prediction nor for the rival. Its *price* is known all the same, and
# is yesterday's price for the day after.
#
# <details><summary>Hint 1</summary><code>predicted.isnan()</code> tells which days have none; <code>~</code> turns True and False around.</details>
# <details><summary>Hint 2</summary><code>prices[:-1]</code> are the prices of yesterday for the days from number 1 on. Shift first, leave days out afterwards.</details>


# %% nbgrader={"grade_id": "skill", "schema_version": 3, "solution": true}
def skill(prices: torch.Tensor, predicted: torch.Tensor) -> float:
    """Return 1 − MSE of the prediction / MSE of yesterday's price, both over the same days.

    `prices` and `predicted` are (n,) float64, in the order of the days; `predicted[t]` is what was said of
    `prices[t]` the day before, or NaN. `predicted[0]` is NaN; two days or more have a prediction, and on these
    yesterday's price was not right throughout. Prices may be near 60,000 and move by hundredths. In place of a
    float, a tensor of one number will do. Nothing is changed.
    """
    ### BEGIN SOLUTION
    some = ~predicted[1:].isnan()
    truth, said, yesterday = (part[some] for part in (prices[1:], predicted[1:], prices[:-1]))
    return 1 - (F.mse_loss(said, truth) / F.mse_loss(yesterday, truth)).item()
    ### END SOLUTION


# %% nbgrader={"grade_id": "skill-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Against yesterday", points=2, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(0)
    cases = [
        oracle.some_predictions(n, first, generator) for n, first in ((12, 3), (40, 1), (25, 6))
    ]
    cases.append(oracle.some_predictions(20, 2, generator, noise=4.0))  # worse than yesterday's
    cases.append(oracle.some_predictions(30, 4, generator, move=0.02, start=6e4))
    check.agree(skill, oracle.skill, *cases, mistakes=oracle.SKILL)


### BEGIN HIDDEN TESTS
@checks.hidden("Other prices")
def _(check):
    generator = oracles.fresh_generator()
    for n, first in ((15, 2), (60, 20), (200, 1), (8, 1)):
        for parts in ({}, {"noise": 5.0}, {"move": 0.02, "start": 6e4}):
            some = oracle.some_predictions(n, first, generator, **parts)
            check.agree(skill, oracle.skill, some)
    prices = 50 + torch.randint(-1, 2, (30,), generator=generator).double().cumsum(0)
    prices[-3:] = torch.tensor([50.0, 51.0, 53.0])  # before, often the price does not move
    said = prices + torch.randn(30, generator=generator).double()
    said[0] = math.nan
    last = torch.where(torch.arange(30) < 28, math.nan, said)
    right = torch.where(torch.arange(30) < 1, math.nan, prices)
    for predicted in (said, last, right):
        check.agree(skill, oracle.skill, (prices, predicted))


### END HIDDEN TESTS

# %% [markdown]
# Now the skill of the regression. And the same for returns, where R² is a fairer judge: their mean is a rival that one
# can hardly better. Does a stronger penalty help?

# %% tags=["demo"]
rows = []
for seed in range(runtime.scaled(20, fast=2)):
    truth, said, yesterday = predicted_prices(seed)
    row = [1 - (F.mse_loss(said, truth) / F.mse_loss(yesterday, truth)).item()]
    X, y = windows(prices(2001, seed).log().diff())
    for penalty in (1e-6, 0.01, 1.0):
        model = Ridge(penalty).fit(X[:1400], y[:1400])
        row.append(r2_score(y[1400:], model.predict(X[1400:])))
    rows.append(row)
skills = torch.tensor(rows, dtype=torch.float64)  # (seeds, 4)
for name, values in zip(
    ("prices: skill", *(f"returns: R², penalty {p}" for p in ("1e-6", "0.01", "1"))),
    skills.T,
    strict=True,
):
    print(f"{name:26} {spread(values)}, above 0 in {(values > 0).sum()} of {len(values)}")

# %% [markdown]
# Skill: a bit below 0. On returns, too, the regression is worse, in nearly each run, than a constant (the mean of the
# days that judge, which nobody knew before), and the penalty only leads it back towards 0, which is right here. (Here
# and there a run is above 0 by a hair, on 600 days of pure chance. Whoever tries twenty models and shows the best
# will find such a hair; more of that below.)
#
# ### Too good again
#
# The former employee answers: "On *returns* I have R² = 0.85! The secret is a smoothed price, the mean of five days
# around each day. And for the next twenty days together it is 0.92, well tested on days that were drawn by lot."

# %% tags=["demo"]
from sklearn.neighbors import KNeighborsRegressor


def smoothed(seed, ahead, cut=1380):
    """Return R² of a day's return from 20 changes of a mean of five prices, the last of which ends `ahead` days too late."""
    price = prices(2000, seed)
    X, _ = windows(price.unfold(0, 5, 1).mean(1).log().diff())  # row i: known after day 24 + i
    y = price.log().diff()[24 - ahead :][
        : len(X)
    ]  # the return from that day, less `ahead`, to the next
    X = X[: len(y)]
    model = Ridge(1e-4).fit(X[:cut], y[:cut])
    return r2_score(y[cut:], model.predict(X[cut:]))


def twenty_days(seed, by_lot, num_ahead=20):
    """Return R² of the next twenty days' return: the mean answer of the five days that are most alike in price and date."""
    log = prices(2000, seed).log()
    y = log[num_ahead:] - log[:-num_ahead]
    X = torch.stack([log[:-num_ahead], torch.arange(len(y)) / 300], dim=1)
    order = torch.arange(len(y))
    if by_lot:
        order = torch.randperm(len(y), generator=torch.Generator().manual_seed(seed))
    learn, judge = (
        order[:1386],
        order[1386 if by_lot else 1386 + num_ahead :],
    )  # by time: with a gap
    return r2_score(y[judge], KNeighborsRegressor(5).fit(X[learn], y[learn]).predict(X[judge]))


leaky = {
    "mean of 2 days before to 2 after": lambda seed: smoothed(seed, 2),
    "mean of the 5 days before": lambda seed: smoothed(seed, 0),
    "20 days ahead, judged by lot": lambda seed: twenty_days(seed, True),
    "20 days ahead, judged by time": lambda seed: twenty_days(seed, False),
}
leaked = {
    name: torch.tensor([score(seed) for seed in range(runtime.scaled(20, fast=2))])
    for name, score in leaky.items()
}
for name, values in leaked.items():
    print(f"{name:34} R² {spread(values)}")

# %% [markdown]
# The prices are the same, in which nothing can be foreseen. The mean *around* a day holds two days that have not come
# yet. And two stretches of twenty days that begin a day apart share nineteen days: drawn by lot, nearly the same
# answer stands in the part that teaches and in the part that judges, and "the five days most alike" finds it. By
# time, with a gap of twenty days between, 0.92 becomes −0.70; and 0.85, with the mean of the five days *before*,
# becomes −0.02. Kapoor and Narayanan (2023) gathered reports of such leaks from 17 fields of science.
#
# ### Exercise · Does it look ahead?
# *3 points · 30 minutes · difficulty ●●○*
#
# One finds the first kind without reading any code. A *feature* gives a number for each day. **Change the future, and
# see whether the past moves**: if some later prices are changed, and the feature of an earlier day is not what it was,
# it has looked ahead. The price of the day itself may be used.
#
# Some leaks are shy. A gap that was filled by the next day's price looks ahead on a single day, and sees only the day
# after it: so try each day from which on prices are changed. The highest price of all days notices if later prices
# rise, and may not if they fall: so double them, and halve them. And many features have no value on some days; NaN is
# not equal to NaN.
#
# <details><summary>Hint 1</summary><code>other = prices.clone()</code>, and <code>other[t:] *= 2</code>: then only the values of the days before <code>t</code> matter.</details>
# <details><summary>Hint 2</summary><code>torch.allclose(a, b, equal_nan=True)</code> takes two NaN for equal; what differs by less than 1e-8 it takes for equal, too, which does no harm here.</details>


# %% nbgrader={"grade_id": "looks-ahead", "schema_version": 3, "solution": true}
def looks_ahead(feature, prices: torch.Tensor) -> bool:
    """Return whether the feature of some day depends on the price of a later day.

    `prices` (n,) is float64, above 0, 12 ≤ n ≤ 40. `feature` takes prices of any number of days, be it one, and
    returns as many values, float64, perhaps the prices themselves; the same prices give the same values, and for
    all prices the same days are NaN. If it looks ahead at these prices, there is a day of this kind: when the
    prices from that day on, to the last one, are all doubled, or all halved, the value of some earlier day
    changes, by 1e-5 or more and by two thousandths of itself or more. It may be one day only, be it the second
    or the last, and only one of the two. No gradients go through a feature. Nothing is changed.
    """
    ### BEGIN SOLUTION
    before = feature(prices)
    for day in range(1, len(prices)):
        for factor in (2, 0.5):
            other = prices.clone()
            other[day:] *= factor
            if not torch.allclose(feature(other)[:day], before[:day], equal_nan=True):
                return True
    return False
    ### END SOLUTION


# %% nbgrader={"grade_id": "looks-ahead-test", "grade": true, "points": 3, "schema_version": 3}
@checks.exercise("Does it look ahead?", points=3, hidden=1)
def _(check):
    rising = oracle.some_prices(14, +1, torch.Generator().manual_seed(0))
    falling = oracle.some_prices(14, -1, torch.Generator().manual_seed(1))
    features = [*oracle.HONEST, *oracle.LEAKY, oracle.filled_forwards(6)]
    features += [oracle.filled_backwards(day) for day in (0, 6, 9, 12)]
    features += [oracle.return_later(5), oracle.barely_ahead(12)]
    cases = [(feature, some) for feature in features for some in (rising, falling)]
    check.agree(looks_ahead, oracle.looks_ahead, *cases, mistakes=oracle.FUTURES)


### BEGIN HIDDEN TESTS
@checks.hidden("Other prices")
def _(check):
    generator = oracles.fresh_generator()
    for n, trend in ((21, +1), (16, -1)):
        some = oracle.some_prices(n, trend, generator)
        at = torch.randint(1, n - 2, (), generator=generator).item()
        features = [oracle.filled_forwards(at), *map(oracle.filled_backwards, (0, at, n - 2))]
        features += [oracle.return_later(at), oracle.barely_ahead(n - 2)]
        features += [oracle.return_later(1, by) for by in (8, n - 2)]
        features.append(oracle.half_at_most(1 + some[1:].diff().argmin().item()))
        for feature in (*oracle.HONEST, *oracle.LEAKY, *features):
            check.agree(looks_ahead, oracle.looks_ahead, (feature, some))


### END HIDDEN TESTS

# %% [markdown]
# It is a test by examples: what it finds is a leak, and what it does not find may be one. And it sees no leak of the
# second kind, where features are honest and the *split* is not.
#
# ### The best of a thousand
#
# The client has found somebody else: "My strategy earned 3.2 last year." That is a Sharpe ratio.
#
# > **Sharpe ratio**: the mean of what a strategy earns, divided by its standard deviation; for a year of 250 trading
# > days, that of the days times √250. (Earned is what exceeds a safe deposit; here that is taken as 0.)
#
# Above 1 is called good. But how many strategies were tried before this one was shown? Suppose that none of them
# knows anything. The mean of $250\,Y$ days then has a standard deviation of $\sigma/\sqrt{250\,Y}$; divided by
# $\sigma$, times $\sqrt{250}$, that is $1/\sqrt{Y}$. So a Sharpe ratio over $Y$ years is a nearly normal number with
# mean 0 and standard deviation $1/\sqrt{Y}$, and the best of $n$ such numbers is no longer near 0. On average it is
# about (Bailey and López de Prado 2014)
#
# $$\frac{1}{\sqrt{Y}} \left( (1 - \gamma)\,\Phi^{-1}\left(1 - \frac{1}{n}\right)
# + \gamma\,\Phi^{-1}\left(1 - \frac{1}{n e}\right) \right), \qquad \gamma = 0.57721566, \quad e = 2.71828183 .$$
#
# $\Phi$ you know from the vote, and $\Phi^{-1}$ turns it around: $\Phi^{-1}(0.9)$ is the number below which nine of
# ten lie. So the first term is roughly the height that one of $n$ exceeds; the second corrects it to the mean of the
# highest ($\gamma$ is Euler's constant).
#
# And how likely is it that luck reaches a certain ratio $b$? A single strategy stays below $b$ with chance
# $\Phi(b\sqrt{Y})$. All $n$ stay below it, if they are independent, with that to the power $n$; in all other cases
# the best of them reaches $b$.
#
# ### Exercise · By luck
# *2 points · 20 minutes · difficulty ●●○*
#
# Somebody shows the best of `num_tried` strategies, with the Sharpe ratio `best` over `num_years`. Return what to
# expect of the best if none knows anything, by the formula above, and how probable it is that the best of them reaches
# `best` all the same. For a single strategy, which was not chosen, the formula has no value: expect 0.
#
# <details><summary>Hint 1</summary><code>NormalDist().cdf(z)</code> is Φ(z), and <code>NormalDist().inv_cdf(share)</code> is its inverse; both take a float.</details>
# <details><summary>Hint 2</summary>Python's <code>1 / n * e</code> is <code>(1 / n) * e</code>; for 1/(n e) write <code>1 / (n * e)</code>.</details>


# %% nbgrader={"grade_id": "luck", "schema_version": 3, "solution": true}
def luck(best: float, num_tried: int, num_years: float) -> tuple[float, float]:
    """Return (expected, chance): the expected best of strategies that know nothing, and P(best or more).

    `best` may be negative; `num_tried` is from 1 to a million, and where it is 1, `expected` is 0.0;
    `num_years` > 0, and need not be whole. Both results are floats, or tensors of one number, right up to 1e-4
    of themselves or 1e-6.
    Source: Bailey and López de Prado (2014).
    """
    ### BEGIN SOLUTION
    normal, gamma = NormalDist(), 0.5772156649
    chance = 1 - normal.cdf(best * math.sqrt(num_years)) ** num_tried
    if num_tried == 1:
        return 0.0, chance
    first = normal.inv_cdf(1 - 1 / num_tried)
    second = normal.inv_cdf(1 - 1 / (num_tried * math.e))
    return ((1 - gamma) * first + gamma * second) / math.sqrt(num_years), chance
    ### END SOLUTION


# %% nbgrader={"grade_id": "luck-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("By luck", points=2, hidden=1)
def _(check):
    cases = [
        (2.0, 10, 1.0),
        (1.9, 1000, 3.0),
        (0.8, 1, 2.0),
        (1.4, 45, 0.5),
        (-0.1, 5, 2.0),
        (1.0, 1, 1.0),
    ]
    check.agree(luck, oracle.luck, *cases, mistakes=oracle.LUCK)


### BEGIN HIDDEN TESTS
@checks.hidden("Other strategies")
def _(check):
    generator = oracles.fresh_generator()
    for num_tried in (1, 2, 3, 20, 300, 10_000, 1_000_000):
        num_years, z = (0.3 + 3 * torch.rand(2, generator=generator)).tolist()
        check.agree(luck, oracle.luck, (z / math.sqrt(num_years), num_tried, num_years))


### END HIDDEN TESTS

# %% [markdown]
# Let us play the honest broker. Strategies that earn noise; the best of $n$ in this year is shown, and somebody buys it
# for the next.


# %% tags=["demo"]
def sharpe(earned):
    """Return the yearly Sharpe ratio of each strategy, for what it earned each day."""
    return earned.mean(dim=1) / earned.std(dim=1) * math.sqrt(250)


def best_of(num, seed):
    """Return the Sharpe ratio of this year's best strategy, and of the same one in the next year."""
    earned = strategies(num, seed)
    this_year, next_year = sharpe(earned[:, :250]), sharpe(earned[:, 250:])
    best = this_year.argmax()
    return [this_year[best].item(), next_year[best].item()]


tried = (1, 10, 100, 1000)
bests = {
    num: torch.tensor([best_of(num, 7919 * s + 3) for s in range(runtime.scaled(100, fast=2))])
    for num in tried
}
foreseen = [oracle.luck(0.0, num, 1.0)[0] for num in tried]
print("  tried   this year   foreseen   √(2 ln n)   next year (mean ± its standard error)")
for num, expected in zip(tried, foreseen, strict=True):
    this, after = bests[num].double().T
    print(
        f"{num:7} {this.mean():11.2f} {expected:10.2f} {math.sqrt(2 * math.log(num)):11.2f}"
        f" {after.mean():11.2f} ± {after.std() / len(after) ** 0.5:.2f}"
    )
print(
    f"the chance that the best of 1,000 reaches 3.2 by luck: {oracle.luck(3.2, 1000, 1.0)[1]:.2f}"
)

fig, ax = plots.figure(size=(7, 3.6))
means = {
    year: [bests[num][:, i].mean() for num in tried] for i, year in enumerate(("this", "next"))
}
plots.curves(
    ax,
    {
        "the best of this year": means["this"],
        "foreseen for pure luck": foreseen,
        "the same ones next year": means["next"],
    },
    x=tried,
)
ax.set(xscale="log", xlabel="strategies tried", ylabel="mean Sharpe ratio", ylim=(-0.5, 4))
plots.show(
    fig,
    "The mean Sharpe ratio of the best of n strategies that know nothing rises from 0 for one to "
    "more than 3 for a thousand, along the curve of the formula. In the next year it is near 0.",
)

# %% [markdown]
# The best of 1,000 strategies that know nothing has 3.2, as the formula says, and 0 in the year after. (The rule of
# thumb √(2 ln n), which one often reads, is 0.5 to 0.7 too high here.) So "3.2" means nothing until one knows the
# number of trials, and luck reaches it in about one of two such searches. The *deflated* Sharpe ratio of the paper
# weighs heavy tails as well. Strategies that resemble each other count as fewer than they are.
#
# **What stays**: ask what the cheapest rival reaches, what the feature could know, and how many were tried; an R² of
# 0.99, an R² of 0.85 and a Sharpe ratio of 3.2 all came from prices in which there was nothing to find.
#
# ## Patients
#
# A clinic has measured tumours. Its client's question: "Whom shall we treat?" The table is a real one of 569 patients,
# benign or malignant, the one of {{imbalance}}; what errors cost is made up. A miss, somebody dismissed with a
# malignant tumour, costs 20; an alarm, a benign one treated, costs 1. The model is a logistic regression. It learns
# from 300 patients, a threshold may be chosen by 120 others, and 149 judge.
#
# To dismiss costs $20\,p$ on average, to treat $1 - p$. So by expected cost one should treat from $p = \frac{1}{1 +
# 20} = \frac{1}{21}$ on (Elkan 2001; {{imbalance}}). Is it better to choose the threshold by the 120? We try four
# strengths of the penalty: a small C makes it strong, and the probabilities timid. The *log loss* says how good the
# probabilities are. What a patient costs is a mean: most splits have no miss at 1/21, a few have one, and those
# count.


# %% tags=["demo"]
def clinic(seed, C, miss=20.0):
    """Return what a patient costs at ½, at a chosen threshold and at 1/21; what was promised; the
    share that is right at ½; and the log loss."""
    X, y, X_valid, y_valid, X_test, y_test = patients(seed)
    model = LogisticRegression(C=C, max_iter=5000).fit(X, y)
    p_valid, p = (torch.from_numpy(model.predict_proba(Z)[:, 1]) for Z in (X_valid, X_test))

    def cost(p, y, threshold):
        missed, alarmed = (p < threshold) & (y == 1), (p >= threshold) & (y == 0)
        return (miss * missed + alarmed).double().mean().item()

    chosen = min([*p_valid.tolist(), 0.5], key=lambda t: cost(p_valid, y_valid, t))
    paid = [cost(p, y_test, t) for t in (0.5, chosen, 1 / (1 + miss))]
    right = ((p >= 0.5) == y_test).double().mean().item()
    return [
        *paid,
        cost(p_valid, y_valid, chosen),
        right,
        F.binary_cross_entropy(p, y_test.double()).item(),
    ]


NUM_SPLITS = runtime.scaled(20, fast=2)
clinics = {
    C: torch.tensor([clinic(seed, C) for seed in range(NUM_SPLITS)]) for C in (0.01, 0.1, 1.0, 10.0)
}
print("means of 20 splits: what a patient costs")
print("    C   at ½  chosen  at 1/21  1/21 less chosen  promised  right at ½  log loss")
for C, rows in clinics.items():
    half, chosen, theory, promised, right, log_loss = rows.mean(dim=0).tolist()
    paired = with_error(rows[:, 2] - rows[:, 1])
    print(
        f"{C:5} {half:6.2f} {chosen:7.3f} {theory:8.3f} {paired:>17} {promised:9.3f}"
        f" {right:11.3f} {log_loss:9.3f}"
    )

# %% [markdown]
# At ½ 95 to 97 of 100 are right, and it is the dearest by far: accuracy counts a miss like an alarm. Which of the two
# others is better depends on the probabilities. With C = 0.01 and 0.1 they are timid, and 1/21 treats too many: the
# chosen threshold is cheaper, by more than two paired errors. With C = 1 the log loss is least, and 1/21 is ahead, by
# 1.9; with C = 10, too sure, it is behind again, by less than one. By the rule of {{#choose}} the two cannot be told
# apart there. (All splits share one table of 569, so the true errors are larger than those printed.) **A threshold
# from theory is as good as the probabilities are.** And the chosen threshold promised less than came, each time: on
# other patients it cost 1.4 to 2.4 times as much.
#
# ### Exercise · Dismiss, treat or refer
# *3 points · 20 minutes · difficulty ●●○*
#
# There is a third way: *refer* the patient to a specialist, who finds the truth, at a price. Choose for each patient
# what costs least on average. To dismiss costs `cost_miss` if the tumour is malignant; to treat costs `cost_alarm` if
# it is benign; to refer costs `cost_refer` in any case; what is right costs nothing. (Chow 1970 has the rule
# for a single cost of errors.)
#
# > **reject option**: a classifier may refuse to decide, at a known price.
#
# One is tempted to write two thresholds, "surely benign" and "surely malignant", and to refer all between. What if
# the specialist is so dear that it pays for nobody?
#
# <details><summary>Hint 1</summary>To dismiss costs <code>p * cost_miss</code> on average. What do the others cost?</details>
# <details><summary>Hint 2</summary><code>torch.stack([...])</code> puts the three costs of all patients into a table (3, n), and <code>argmin(dim=0)</code> finds the smallest in each column. <code>torch.full_like(p, cost_refer)</code> is a row of the same cost.</details>


# %% nbgrader={"grade_id": "decide", "schema_version": 3, "solution": true}
def decide(p: torch.Tensor, cost_miss: float, cost_alarm: float, cost_refer: float) -> torch.Tensor:
    """Return the decision about each patient, (n,) int64: 0 dismiss, 1 treat, 2 refer.

    `p` (n,) float64 is the probability that the tumour is malignant, from 0 to 1, both of which occur. The
    costs are floats above 0; each may be larger than each other one. The two smallest expected costs of a
    patient differ by 1e-6 or more. Nothing is changed.
    """
    ### BEGIN SOLUTION
    expected = [p * cost_miss, (1 - p) * cost_alarm, torch.full_like(p, cost_refer)]
    return torch.stack(expected).argmin(dim=0)
    ### END SOLUTION


# %% nbgrader={"grade_id": "decide-test", "grade": true, "points": 3, "schema_version": 3}
@checks.exercise("Dismiss, treat or refer", points=3, hidden=1)
def _(check):
    p = oracle.some_patients(20, torch.Generator().manual_seed(0))
    costs = [(20.0, 1.0, 0.51), (20.0, 1.0, 0.99), (3.0, 4.0, 0.6), (2.0, 9.0, 1.13)]
    costs += [(5.0, 3.0, 2.7), (1.0, 1.0, 0.77), (7.0, 1.6, 1.43), (1.0, 12.0, 0.97)]
    cases = [(p, *some) for some in costs]
    check.agree(decide, oracle.decide, *cases, mistakes=oracle.POLICY, same_dtype=True)


### BEGIN HIDDEN TESTS
@checks.hidden("Other costs, by trying all three")
def _(check):
    generator = oracles.fresh_generator()
    for _ in range(12):
        miss, alarm, share = (0.2 + 3 * torch.rand(3, generator=generator)).square().tolist()
        refer = 0.4 * share * miss * alarm / (miss + alarm)  # at 1 it pays for nobody any more
        p = oracle.some_patients(30, generator)
        ways = torch.stack([p * miss, (1 - p) * alarm, torch.full_like(p, refer)])
        least = ways.topk(2, dim=0, largest=False).values.diff(dim=0)[0] > 1e-6
        check.agree(decide, oracle.decide, (p[least], miss, alarm, refer), same_dtype=True)
    nearly = 0.25 + torch.tensor([-1e-5, 1e-5], dtype=torch.float64)  # as dear to miss as to alarm
    check.agree(decide, oracle.decide, (nearly, 3.0, 1.0, 2.0), same_dtype=True)


### END HIDDEN TESTS

# %% [markdown]
# What does a specialist bring to the clinic, and up to which price? In theory up to 20/21, about 0.95: that is what the
# patient costs about whom the two decisions cost the same, at p = 1/21.

# %% tags=["demo"]
prices_of_referral = (0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.96)


def referred(seed, C, refer):
    """Return what a patient costs, the share that is referred, and the misses among 149 patients."""
    X, y, _, _, X_test, y_test = patients(seed)
    model = LogisticRegression(C=C, max_iter=5000).fit(X, y)
    p = torch.from_numpy(model.predict_proba(X_test)[:, 1])
    choice = oracle.decide(p, 20.0, 1.0, refer)
    paid = costs(refer=refer)[choice, y_test].mean().item()
    return [
        paid,
        (choice == 2).double().mean().item(),
        ((choice == 0) & (y_test == 1)).sum().item(),
    ]


referrals = {
    (C, refer): torch.tensor([referred(seed, C, refer) for seed in range(NUM_SPLITS)])
    for C in (0.1, 1.0)
    for refer in prices_of_referral
}
fig, (left, right) = plots.figure(2, size=(11, 3.6))
for ax, column, what in ((left, 0, "cost of a patient"), (right, 1, "share referred")):
    lines = {
        f"C = {C}": [referrals[C, refer][:, column].double().mean() for refer in prices_of_referral]
        for C in (0.1, 1.0)
    }
    plots.curves(ax, lines, x=prices_of_referral)
    ax.set(xlabel="price of a referral", ylabel=f"{what} (mean)", ylim=(0, None))
plots.show(
    fig,
    "Two curves over the price of a referral, for a strong and a weak penalty. Left: the cost of a "
    "patient rises with the price, and is nearly level at the end. Right: the share referred falls, to nobody at 0.96.",
)
for (C, refer), rows in referrals.items():
    if refer in (0.1, 0.5, 0.96):
        paid, share, misses = rows.double().mean(dim=0).tolist()
        saved = with_error(clinics[C][:, 2].double() - rows[:, 0].double())
        print(
            f"C = {C}, price {refer:4}: cost {paid:.3f}, {saved} less than without; "
            f"referred {share:.2f}, misses {misses:.2f}"
        )

# %% [markdown]
# With C = 1 and a specialist at 0.5, 14 of 100 patients are referred, and a patient costs 0.114 in place of 0.134; at
# 0.1 it is 29 of 100, and 0.063. At 0.96 nobody is sent, as the theory says. And with the timid probabilities of C =
# 0.1 twice as many are referred at 0.5, and a patient costs 0.173, one and a half times as much: **who doubts too
# much pays for it**, unless to ask is cheap; at 0.1 both cost about the same.
#
# **What stays**: ask the client what each error costs, and what it costs to ask somebody else; then any probability
# that can be trusted becomes a decision. Where a miss costs 20, the cut at ½ cost 1.8 to 4.1 times as much as the
# better of the two others, at 95 to 97 of 100 right.
#
# ## Clicks and recommendations
#
# An online shop shows advertisements, and pays for each that is shown. "What is a click worth to us?" is a question
# about *probabilities*. Clicks are rare, 3.5 of 100, so the shop's engineers keep all clicks and five of 100 of the
# rest: the model learns in a moment, and its area under the ROC curve is as good as ever. (The clicks are simulated: a
# logit that is linear in six features.)
#
# ### Exercise · Put the rest back
# *1 point · 10 minutes · difficulty ●○○*
#
# If a share $w$ of the negatives was kept, the model has seen them $w$ times as often as they are. A probability $p$
# says: of one such row, $p$ was a click and $1 - p$ was none. But each of the others stands for $1/w$ that there were
# in truth. So the right probability is clicks divided by all, with all the others counted (He et al. 2014, who did
# that at Facebook).
#
# <details><summary>Hint 1</summary>Take 100 rows of p = 0.5 and w = 0.1: 50 clicks, and 50 that stand for how many? The right answer is 50/550.</details>


# %% nbgrader={"grade_id": "recalibrate", "schema_version": 3, "solution": true}
def recalibrate(p: torch.Tensor, w: float) -> torch.Tensor:
    """Return the probabilities of a click among all rows, of the shape of `p`, float64.

    `p` has any shape, float64, from 0 to 1, both of which occur: they stay as they are. It comes from a model
    that was trained with all clicks, and with a share 0 < `w` ≤ 1 of the rest. Return a new tensor, also where
    `w` is 1. Nothing is changed.
    """
    ### BEGIN SOLUTION
    return p / (p + (1 - p) / w)
    ### END SOLUTION


# %% nbgrader={"grade_id": "recalibrate-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("Put the rest back", points=1, hidden=1)
def _(check):
    p = torch.tensor([0.0, 0.02, 0.3, 0.5, 0.81, 1.0], dtype=torch.float64)
    some = torch.rand(2, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    cases = (p, 0.05), (some, 0.4), (p[1:3], 1.0)
    check.agree(
        recalibrate,
        oracle.recalibrate,
        *cases,
        mistakes=oracle.RECALIBRATED,
        new=True,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other probabilities")
def _(check):
    generator = oracles.fresh_generator()
    for shape, w in (((7,), 0.1), ((3, 4), 0.013), ((1,), 0.6), ((2, 2, 2), 1.0)):
        p = torch.rand(shape, generator=generator, dtype=torch.float64)
        check.agree(recalibrate, oracle.recalibrate, (p, w), same_dtype=True)
    ends = torch.tensor([[0.0, 0.2, 0.5], [0.7, 0.9, 1.0]], dtype=torch.float64)
    check.agree(recalibrate, oracle.recalibrate, (ends, 1e-6), (ends.T, 0.3), same_dtype=True)


### END HIDDEN TESTS


# %% tags=["demo"]
def clicks(seed, share=0.05, cut=20_000):
    """Return AUC with all rows and with few, and mean probability / click rate: all, few, mended."""
    X, y, _ = adverts(30_000, seed)
    kept = (y == 1) | (torch.rand(len(y), generator=torch.Generator().manual_seed(seed)) < share)
    kept[cut:] = False
    few = LogisticRegression().fit(X[kept], y[kept])
    everything = LogisticRegression().fit(X[:cut], y[:cut])
    p, q = (torch.from_numpy(m.predict_proba(X[cut:])[:, 1]) for m in (everything, few))
    mended, rate = oracle.recalibrate(q, share), y[cut:].double().mean()
    areas = [roc_auc_score(y[cut:], some) for some in (p, q)]
    return [*areas, *((some.mean() / rate).item() for some in (p, q, mended))]


clicked = torch.tensor([clicks(seed) for seed in range(runtime.scaled(20, fast=2))])
names = ("area, all rows", "area, few rows")
names += tuple(f"said / true rate, {how}" for how in ("all rows", "few rows", "few, mended"))
for name, values in zip(names, clicked.T, strict=True):
    print(f"{name:30} {spread(values)}")

# %% [markdown]
# With 8 of 100 rows (3.5 clicks, and 5 of 100 of the rest) the area is the same, 0.84. The probabilities were eight
# times too high, and the area does not notice, since it looks at the order alone. Mended, their mean is 0.97 times
# the true rate, as with all rows (the few hundred clicks that judge are themselves known to 5 of 100). **Which number
# counts depends on what is done with it**: to sort, the order; to pay, the probability.
#
# ### What would you like?
#
# Now the shop wants to recommend ten things to each of its 400 users. Who has liked what is known in part; a fifth of
# the likings of these things was *hidden*, to be found. And 45 things or so, of 300, are new: nobody has met them,
# and all likings of them are hidden. (Simulated as well; there are tastes behind it, which four features of user and
# thing tell in part.)
#
# ### Exercise · Recall at k
# *3 points · 25 minutes · difficulty ●●○*
#
# A model gives each user and thing a score. What is *known* is out: nobody wants to be told what they have bought
# already. Of the others take the $k$ with the highest scores for each user; a *hit* is one that the user likes, as the
# hidden likings say.
#
# > **recall at k**: the hits among the first k, divided by the number of hidden likings, or by k where there are more
# > of them than k; the mean over all users who have any.
#
# With k = 10, 2 hits of 3 hidden likings are 2/3, and 2 hits of 12 are 2/10; so 1 can be reached by everybody who
# counts. (That is the *capped* recall. The plain one divides by all hidden likings, and stays below 1 where they are
# more than k.)
#
# <details><summary>Hint 1</summary><code>scores.masked_fill(known, -math.inf)</code> returns new scores, in which what is known is last. <code>topk(k, dim=1).indices</code> are the numbers of the k highest in each row.</details>
# <details><summary>Hint 2</summary><code>hidden.gather(1, top)</code> looks up, in each row, the places in <code>top</code>.</details>


# %% nbgrader={"grade_id": "recall", "schema_version": 3, "solution": true}
def recall_at_k(scores: torch.Tensor, known: torch.Tensor, hidden: torch.Tensor, k: int) -> float:
    """Return the mean recall at k of the users who have hidden likings.

    `scores` (num_users, num_things) float32, of either sign, all finite, no two of a user equal; `known` and
    `hidden` are bool, of the same shape, and no liking is in both. Some user has a hidden liking. 1 ≤ k ≤
    num_things; k may be more than what a user has left, for whom then all that is not known counts. In place
    of a float, a tensor of one number will do. Nothing is changed.
    """
    ### BEGIN SOLUTION
    top = scores.masked_fill(known, -math.inf).topk(k, dim=1).indices
    hits, num = hidden.gather(1, top).sum(dim=1), hidden.sum(dim=1)
    some = num > 0
    return (hits[some] / num[some].clamp(max=k)).mean().item()
    ### END SOLUTION


# %% nbgrader={"grade_id": "recall-test", "grade": true, "points": 3, "schema_version": 3}
@checks.exercise("Recall at k", points=3, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(0)
    settings = (9, 12, 4), (16, 8, 2), (6, 10, 1), (8, 7, 7), (12, 20, 5), (20, 8, 5)
    cases = [(*oracle.some_scores(users, things, generator), k) for users, things, k in settings]
    scores, *likings = oracle.some_scores(10, 12, generator)
    cases.append((200 * scores, *likings, 8))  # many are below −100
    check.agree(recall_at_k, oracle.recall_at_k, *cases, mistakes=oracle.RECALL)


### BEGIN HIDDEN TESTS
@checks.hidden("Other users")
def _(check):
    generator = oracles.fresh_generator()
    for users, things, k in ((10, 15, 3), (40, 30, 10), (5, 6, 6), (13, 9, 1), (30, 8, 5)):
        scores, *likings = oracle.some_scores(users, things, generator)
        ranks = scores.argsort(dim=1).argsort(dim=1)
        for some in (scores, 200 * scores, 2**20 * scores, 1000 + ranks / 64):
            check.agree(recall_at_k, oracle.recall_at_k, (some, *likings, k))


### END HIDDEN TESTS

# %% [markdown]
# Now models. All are trained by *BPR* (Rendle et al. 2009): take a user, a thing that is known to be liked, and one by
# lot, and make the first one's score the higher. A score is the product of a vector of the user and one of the thing.
#
# - *factors* (matrix factorization): each user and each thing has a vector of its own;
# - *graph* (LightGCN, He et al. 2020): these are mixed with those of the neighbours in the graph of likings, twice;
# - *features*: a small network makes the vectors from the features;
# - *both*: the sum; in training a thing's own vector is left out in 30 of 100 cases, so that the features learn to stand
#   alone, since a new thing has none.
#
# The next cell is long; you may run it and read on.


# %% tags=["demo"]
class Recommender(nn.Module):
    """Scores of all users and things; `kind` is "factors", "features", "both" or "graph"."""

    def __init__(self, world, kind, width=16):
        super().__init__()
        self.world, self.kind = world, kind
        num_users, num_things = world.known.shape
        self.of_users = nn.Parameter(0.1 * torch.randn(num_users, width))
        self.of_things = nn.Parameter(0.1 * torch.randn(num_things, width))
        self.bias = nn.Parameter(torch.zeros(num_things))
        self.from_user = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, width))
        self.from_thing = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, width + 1))
        A = world.known.float()
        degrees = A.sum(1, keepdim=True).clamp(min=1) * A.sum(0, keepdim=True).clamp(min=1)
        self.graph = A / degrees.sqrt()  # (num_users, num_things)

    def forward(self):
        """Return vectors of the users, (num_users, width), of the things, and the things' biases."""
        u, v, b = self.of_users, self.of_things, self.bias
        if self.kind == "graph":
            u2, v2 = self.graph @ v, self.graph.T @ u
            return (u + u2 + self.graph @ v2) / 3, (v + v2 + self.graph.T @ u2) / 3, 0 * b
        if self.kind == "factors":
            return u, v, b
        users, things = self.from_user(self.world.users), self.from_thing(self.world.things)
        if self.kind == "features":
            return users, things[:, :-1], things[:, -1]
        keep = torch.rand(len(v)) > 0.3 if self.training else ~self.world.is_new
        keep = keep.float()
        return users + u, things[:, :-1] + keep[:, None] * v, things[:, -1] + keep * b


def recommended(world, kind, seed, num_steps=250):
    """Return the scores, (num_users, num_things), after training by BPR."""
    torch.manual_seed(seed)
    model = Recommender(world, kind)
    optimizer = torch.optim.Adam(model.parameters(), 1e-2, weight_decay=1e-4)
    who, liked = world.known.nonzero(as_tuple=True)
    (old,) = torch.where(~world.is_new)
    for _ in range(num_steps):
        some, other = torch.randint(len(who), (512,)), old[torch.randint(len(old), (512,))]
        u, v, b = model()
        ahead = (u[who[some]] * (v[liked[some]] - v[other])).sum(1) + b[liked[some]] - b[other]
        loss = F.softplus(-ahead).mean()  # −log of the probability that the liked one is ahead
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        u, v, b = model.eval()()
        return u @ v.T + b


def found(scores, world, some):
    """Return recall at 10 among some of the things."""
    return oracle.recall_at_k(
        scores.expand_as(world.truth), world.known | ~some, world.hidden & some, 10
    )


SHOPS = {
    "by lot": lambda world, chance, seed: chance,
    "popularity": lambda world, chance, seed: world.known.sum(0) + chance[:1],
    "factors": lambda world, chance, seed: recommended(world, "factors", seed),
    "graph": lambda world, chance, seed: recommended(world, "graph", seed),
    "features": lambda world, chance, seed: recommended(world, "features", seed),
    "both": lambda world, chance, seed: recommended(world, "both", seed),
    "the truth": lambda world, chance, seed: world.truth,
}
rows, crowds = {name: [] for name in SHOPS}, []
for seed in runtime.progress(range(runtime.scaled(5, fast=2)), "five catalogues"):
    world = catalogue(seed)
    chance = torch.rand(world.known.shape, generator=torch.Generator().manual_seed(seed))
    for name, recommend in SHOPS.items():
        scores = recommend(world, chance, seed)
        rows[name].append([found(scores, world, some) for some in (~world.is_new, world.is_new)])
        if name == "factors":
            top = scores.masked_fill(world.known | world.is_new, -math.inf).topk(10).indices
            popular = world.known.sum(0).topk(30).indices
            likings = world.hidden[:, popular].sum() / world.hidden[:, ~world.is_new].sum()
            crowds.append([torch.isin(top, popular).double().mean(), likings])
recalls = {name: torch.tensor(values) for name, values in rows.items()}  # (seeds, 2)
crowd = torch.tensor(crowds).quantile(0.5, dim=0)
print(f"recall at 10 {'known things':>26} {'new things':>22}")
for name, values in recalls.items():
    print(f"{name:14} {spread(values[:, 0]):>24} {spread(values[:, 1]):>22}")
for name in ("graph", "both"):
    gap = (recalls[name] - recalls["factors"])[:, 0]  # catalogue by catalogue
    print(f"{name} less factors, known things: {with_error(gap)}")
print(
    f"factors: {crowd[0]:.2f} of what is recommended is among the 30 most popular things,", end=" "
)
print(f"which have {crowd[1]:.2f} of the hidden likings")

fig, ax = plots.figure(size=(8, 3.6))
for i, (what, shift) in enumerate((("known things", -0.2), ("new things", 0.2))):
    middle = [values[:, i].quantile(0.5).item() for values in recalls.values()]
    ax.bar([j + shift for j in range(len(middle))], middle, 0.38, label=what)
ax.set_xticks(range(len(recalls)), recalls)
ax.set(ylabel="recall at 10 (median)")
ax.legend()
plots.show(
    fig,
    "Bars of recall at 10 for seven ways to recommend. Known things: by lot is lowest, then "
    "popularity and features; factors, graph and both are level, below the truth. New things: lot, "
    "popularity, factors and graph are level; features and both are higher.",
)

# %% [markdown]
# **Known things.** To name what is popular reaches 0.17, four times as much as the lot; that is the baseline, and the
# features alone are no better. Factors reach 0.32. The graph brings nothing on top here that could be told: 0.32 as
# well, and catalogue by catalogue the two differ by less than two paired errors. (Neither was tuned: same rate, width
# and steps. Ferrari Dacrema, Cremonesi and Jannach 2019 found that most of the new methods they could run again were
# behind simple ones that had been tuned well.)
#
# **New things.** Ten of about 45 are shown, so the lot finds 0.24, not 0.05 (10/45, and a little more where the cap
# helps): compare with *that*. Factors, graph and popularity are no better than the lot, since nobody has met a new
# thing. That is the *cold start*. Who knows features has 0.33, and both together have 0.44, without a loss on known
# things.
#
# And one number that no recall shows: 47 of 100 recommendations by factors are among the thirty most popular things,
# which have 28 of 100 of the hidden likings. What is liked by many is recommended to even more.
#
# **What stays**: an area of 0.84 hid probabilities that were eight times too high, and a recall of 0.32 hid that new
# things are dealt out by lot. Ask of each metric what it cannot see.

# %% [markdown]
# ## The Ladder
#
# Back to the contest, now as its host. 1,000 questions whose answers were tossed with a coin; nobody can
# know any of them. Half of them are *public*: the board shows the error on them. The others are *private*,
# and tell the truth at the end. A board that shows the error of each sheet came down to 0.36 under a vote of sheets by lot.
#
# What should it show instead? Blum and Hardt (2015) have a rule, the **Ladder**. Show a new score only
# if it is better than the best so far *by more than* a step $\eta$, rounded to a multiple of $\eta$. Else show again what
# was shown before. Whoever is worse, or better by a hair, learns only that.
#
# > **Ladder**: a leaderboard that shows a new score only where it beats the best one shown so far by more than a fixed step.
#
# ### Exercise · The Ladder
# *2 points · 15 minutes · difficulty ●○○*
#
# One step of it. `shown` is what the board showed last, and $\infty$ before the first submission; `loss` is the new
# submission's error on the public rows. If `loss` is smaller than `shown` by **more than** `eta`, show `loss`, rounded to the
# nearest multiple of `eta`; else show `shown` again.
#
# Compare first and round afterwards. Rounded first, a loss of $\text{shown} - 1.2\,\eta$, better by more than a step,
# would become $\text{shown} - \eta$ and be refused.
#
# <details><summary>Hint 1</summary><code>round(loss / eta) * eta</code> is the nearest multiple of eta.</details>
# <details><summary>Hint 2</summary>∞ − eta is ∞, so the first submission needs no case of its own.</details>


# %% nbgrader={"grade_id": "ladder", "schema_version": 3, "solution": true}
def ladder(shown: float, loss: float, eta: float) -> float:
    """Return what the board shows now: the rounded loss, if it is better by more than eta, else `shown`.

    All are Python floats: `shown` from 0 to 1, perhaps no multiple of eta, or ∞ before the first submission;
    `loss` from 0 to 1, `eta` > 0. Better by just eta is not enough, and rounding never decides that. `loss / eta`
    never lies just between two whole numbers. In place of a float, a tensor of one number will do.
    """
    ### BEGIN SOLUTION
    if loss < shown - eta:
        return round(loss / eta) * eta
    return shown
    ### END SOLUTION


# %% nbgrader={"grade_id": "ladder-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("The Ladder", points=2, hidden=1)
def _(check):
    losses = [0.76, 0.68, 0.625, 0.5, 0.49, 0.3, 0.26, 0.2, 0.249, 0.11, 0.05, 0.9, 0.02]
    check.agree(
        ladder,
        oracle.ladder,
        (math.inf, 0.43, 0.125),
        (math.inf, 0.9, 0.125),
        (0.5, 0.375, 0.125),  # better by just eta
        (0.45, 0.44, 0.125),
        lambda answer: oracle.shown_by(answer, losses, 0.125),
        lambda answer: oracle.shown_by(answer, [0.5, 0.25, 0.3, 0.0, 0.1], 0.03125),
        mistakes=oracle.LADDER,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other losses")
def _(check):
    generator = oracles.fresh_generator()
    for eta in (0.0625, 0.03125):
        numbers = torch.rand(30, generator=generator).double() * torch.linspace(1, 0.2, 30)
        losses = (numbers * 1001).round().div(1001).tolist()
        check.agree(
            ladder,
            oracle.ladder,
            lambda answer, losses=losses, eta=eta: oracle.shown_by(answer, losses, eta),
        )
        shown = torch.rand(30, generator=generator).double().tolist()  # no multiples of eta
        cases = [(before, loss, eta) for before, loss in zip(shown, losses, strict=True)]
        cases += [(before, before - step * eta, eta) for before, step in ((0.47, 1.1), (0.9, 1.2))]
        check.agree(ladder, oracle.ladder, (math.inf, 1.0, eta), *cases)


### END HIDDEN TESTS

# %% [markdown]
# Four rules, each attacked 20 times, in three ways. The vote you know: its sheets are written before any answer
# comes. The other attacker *climbs*: keep a sheet, change 12 of its answers by lot (or 100), and keep the change if
# the board's number falls. "Shown" is what stands on the board at last.


# %% tags=["demo"]
def climb(num_changed, num_rows, submit, generator, num):
    """Return a sheet of answers, (num_rows,), that was changed again and again, wherever the board liked it."""
    sheet = torch.randint(2, (num_rows,), generator=generator)
    lowest = submit(sheet)
    for _ in range(num - 1):
        some, other = torch.randperm(num_rows, generator=generator)[:num_changed], sheet.clone()
        other[some] = 1 - other[some]
        if (answer := submit(other)) < lowest:
            sheet, lowest = other, answer
    return sheet


def rounded(shown, loss):
    return round(loss / 0.05) * 0.05


def only_better(shown, loss):
    return min(shown, loss)


RULES = {
    "full precision": full_precision,
    "rounded to 0.05": rounded,
    "only better ones": only_better,
    "Ladder, η 0.02": functools.partial(oracle.ladder, eta=0.02),
}
ATTACKS = {"vote": vote} | {f"climb, {m} at once": functools.partial(climb, m) for m in (12, 100)}
board = {
    (name, way): torch.tensor([attacked(rule, attack, s) for s in range(NUM_CONTESTS)])
    for name, rule in RULES.items()
    for way, attack in ATTACKS.items()
}
print(" " * 17 + "".join(f"{way:24}" for way in ATTACKS) + "private, in all")
for name in RULES:
    found = [board[name, way] for way in ATTACKS]
    print(f"{name:17}" + "".join(f"{spread(rows[:, 0].tolist()):24}" for rows in found), end="")
    print(spread(torch.cat(found)[:, 1].tolist()))

# %% [markdown]
# **Rounding hardly helps against the vote**: what is lost in one answer, two hundred answers bring back (0.37, shown
# as 0.35). To show *only better ones* helps against the vote, 0.42, since all that is worse stays unsaid; against one
# who climbs with small changes it does nothing, 0.32, as low as full precision. That one is stopped by steps, also by
# those of rounding, 0.50: small gains become invisible. The Ladder does both. To climb it one has to change much at
# once, and comes to 0.42: of the four rules it holds best against the worst of these three attacks. It is no magic:
# the best of 200 honest tosses is about 0.44 on any of these boards, where the truth is 0.5. (Against the Ladder
# hardly a sheet tells anything new, so two or three are left for the vote, and what stands there is the best single
# sheet.) And each time the private rows, by which nothing was ever shown, say 0.50.
#
# And you, who attack nobody? Who makes two hundred independent experiments and keeps the best has the luck of the
# best of 200, about 0.44 here, whatever the board shows. Who builds each experiment on the last change that the board
# liked *climbs*, without meaning to. So a validation part that *you* look at two hundred times is such a board (Dwork
# et al. 2015). How much harm is done in practice is another question: Roelofs et al. (2019) compared public and
# private scores in more than a hundred Kaggle contests and found little evidence of substantial overfitting. (Why is
# not settled; public parts that are large, and models that resemble one another more than coins do, may help.)
#
# ### Exercise · The final project
# *6 points · 60 minutes · difficulty ●●●*
#
# The nursery runs a contest. You get 200 flowers with labels, and 900 without. Of these 300 are public, and 600 private;
# which, you do not know. `submit(labels)` takes a label for each of the 900 and returns what a Ladder
# with $\eta = 0.02$ shows of the error on the public ones. **At most 40 submissions**; one more raises a `RuntimeError`.
# What counts is the *private* error of your **last** submission:
#
# | private error | points | what it takes, mostly |
# |---|---|---|
# | at most 0.55 | 2 | the mean colour |
# | at most 0.34 | 2 more | a network, tuned and augmented |
# | at most 0.24 | 2 more | what others have learned already, or a network and patience |
#
# (An error of 0.2 on 600 flowers is known to within 0.016, one standard deviation. Between each limit and what its
# method reaches there are several of these.) All that stood in *Flowers* is allowed: `models.colour_convnet`,
# `pretrained.load("garden")`, augmentation, scikit-learn, your own functions if you write them inside. Other flowers
# than those that you are given are not. (That no check can see; a teacher who reads your answer can.) `project` runs as a
# whole when it is graded, several times, with other flowers; so choose a way that takes seconds. Your teacher may
# show a leaderboard of the class: it has what the Ladder showed last, not what counts.
#
# What the garden brings: `pretrained.load("garden")` returns something that has the weights, `state`, and `mean` and
# `std`, two floats, by which inputs are scaled: less the mean, divided by the standard deviation.
#
# <details><summary>Hint 1</summary>Begin with the mean colour, and see what <code>submit</code> says. <code>torch.from_numpy(model.predict(A))</code> are labels.</details>
# <details><summary>Hint 2</summary>Frozen features need no training loop: <code>body = models.colour_convnet(20)</code>, <code>body.load_state_dict(known.state)</code>, and <code>body[:-1]</code> makes 64 features of each flower, inside <code>torch.no_grad()</code>.</details>
# <details><summary>Hint 3</summary>Standardize the features, then <code>LogisticRegression(C=0.1, max_iter=2000)</code>. To compare settings keep 50 of the 200 flowers apart: that asks no board.</details>


# %% nbgrader={"grade_id": "project", "schema_version": 3, "solution": true}
def project(X: torch.Tensor, y: torch.Tensor, X_new: torch.Tensor, submit) -> None:
    """Submit labels for the flowers `X_new`, at most 40 times; the last submission counts.

    `X` (200, 3, 24, 24), float32 from 0 to 1, and `y` (200,), int64 from 0 to 4, are to learn from; `X_new` is
    (900, 3, 24, 24). All are on the CPU, and nothing is changed. `submit(labels)` takes 900 whole numbers, a
    tensor, an array or a list, and returns a float; what else it is given raises a `ValueError`, and does not count.
    """
    ### BEGIN SOLUTION
    known = pretrained.load("garden")
    model = models.colour_convnet(20).cpu()
    model.load_state_dict(known.state)
    with torch.no_grad():
        A, B = (model[:-1]((some - known.mean) / known.std) for some in (X, X_new))
    mean, std = A.mean(0), A.std(0) + 1e-3
    head = LogisticRegression(C=0.1, max_iter=2000).fit(((A - mean) / std).numpy(), y.numpy())
    submit(torch.from_numpy(head.predict(((B - mean) / std).numpy())))
    ### END SOLUTION


# %% nbgrader={"grade_id": "project-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("The final project: better than no model", points=2, hidden=1)
def _(check):
    game = oracle.played(check, project, 0, torch.Generator().manual_seed(0))
    oracle.insist_on(check, game, 0.55)


### BEGIN HIDDEN TESTS
@checks.hidden("The contest")
def _(check):
    generator = oracles.fresh_generator()
    seed = int(torch.randint(10**6, (), generator=generator))
    game = oracle.played(check, project, seed, generator)
    game.post()
    oracle.insist_on(check, game, 0.55)


### END HIDDEN TESTS


# %% nbgrader={"grade_id": "project-test-2", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("The final project: a good network", points=2, hidden=1)
def _(check):
    game = oracle.played(check, project, 1, torch.Generator().manual_seed(1))
    oracle.insist_on(check, game, 0.34)


### BEGIN HIDDEN TESTS
@checks.hidden("Another contest")
def _(check):
    generator = oracles.fresh_generator()
    seed = int(torch.randint(10**6, (), generator=generator))
    oracle.insist_on(check, oracle.played(check, project, seed, generator), 0.34)


### END HIDDEN TESTS


# %% nbgrader={"grade_id": "project-test-3", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("The final project: with what others have learned", points=2, hidden=1)
def _(check):
    game = oracle.played(check, project, 2, torch.Generator().manual_seed(2))
    oracle.insist_on(check, game, 0.24)


### BEGIN HIDDEN TESTS
@checks.hidden("A third contest")
def _(check):
    generator = oracles.fresh_generator()
    seed = int(torch.randint(10**6, (), generator=generator))
    oracle.insist_on(check, oracle.played(check, project, seed, generator), 0.24)


### END HIDDEN TESTS

# %% [markdown]
# What `submit` returned is the Ladder's number, for the best of your submissions so far; what counts is the private
# error of the last one. A check tells it only where a limit was missed. Keep 50 of the 200 flowers apart, and you
# know it beforehand, give or take 0.06.
#
# ## The verdict
#
# - **"The leaderboard is the truth."** A vote of sheets by lot came down to 0.36 on a board of full precision, to
#   0.37 on one that rounds, and one who climbs to 0.32, where the truth was 0.50; a Ladder showed 0.44 and 0.42. **It
#   flips** as long as nobody looks between submissions: the first number a board shows is an honest one, and so are
#   the private rows. In practice, too: in more than a hundred Kaggle contests Roelofs et al. (2019) found little
#   evidence of substantial overfitting.
# - **"A high R² is a good model."** R² 0.99 was yesterday's price, with a skill of −0.02; 0.85 was a leak of two
#   days, and a Sharpe ratio of 3.2 the best of a thousand noises. **It flips** where the mean is the rival to beat
#   and the features are honest: on returns such an R² was at 0 or below.
# - **"The metric of the course is the metric of the client."** With 97 of 100 right the cut at ½ cost 0.41 a patient,
#   where a miss costs 20, and 0.13 at 1/21 (C = 1); and an area of 0.84 was the same for probabilities eight times
#   too high. **It flips** where a miss costs as much as an alarm, and where only the order counts.
#
# ## What to take away
#
# - The mean colour named 0.58 of the flowers, the network with a simple optimizer 0.50: build the baseline first.
#   Tuning, augmentation, more steps and transfer each gained, up to 0.87; a cosine of as many steps did not.
# - In its own shop a network named 0.98 of the products, in another 0.75; with the stickers dealt out anew, 0.98 in both.
# - R² of 0.99 on prices was yesterday's price again: skill −0.02; the best of 1,000 strategies that know nothing has a
#   Sharpe ratio of 3.2, and about 0 a year later.
# - Probabilities and costs decide, not accuracy: 0.41 at ½, 0.13 at 1/21, 0.11 with referrals at 0.5 (C = 1); probabilities of
#   clicks that were 8.0 times too high were mended by one formula, to 0.97 times the truth.
# - A board that tells everything showed 0.36 of coins after a vote, and 0.32 after a climb; a Ladder showed 0.44 and
#   0.42. What counts is a private part that nobody looked at.
#
# ## In short
#
# | case | looks good | ask instead |
# |---|---|---|
# | flowers | 0.50 by a network | what does the mean colour have? |
# | tuning | the largest mean | which others are within two paired errors? |
# | augmentation | the list of recipes | does a judge still know the label? |
# | a curve | its best point | the mean of a window, against noise |
# | products | 0.98 in this shop | and where the sticker misleads? |
# | prices | R² 0.99 | skill against yesterday; does the past move if the future is changed; how many were tried |
# | patients | 97 of 100 right | what an error costs, and what it costs to refer |
# | clicks | area 0.84 | are the probabilities those of all rows |
# | recommendations | recall 0.32 | popularity; new things; who is left out |
# | a contest | the error on the board | how often was it looked at? |
#
# ## Where to go from here
#
# This was the last lesson. What became of each myth, with its figure and the conditions under which it is true
# after all, stands on one page: [What became of every myth](../myths.md). What might come next:
#
# - take data of your own, and begin with a baseline and a private part that you lock away;
# - take a claim that you have read, and measure it over five seeds, with what would make it flip;
# - read the sources below each lesson. They are short of myths, and longer than this course.
#
# ## Going further
#
# - Bailey, D. H. and López de Prado, M. (2014). The deflated Sharpe ratio: correcting for selection bias, backtest overfitting, and non-normality. *Journal of Portfolio Management* 40(5), 94–107.
# - Blum, A. and Hardt, M. (2015). The Ladder: a reliable leaderboard for machine learning competitions. arXiv:1502.04585
# - Chow, C. K. (1970). On optimum recognition error and reject tradeoff. *IEEE Transactions on Information Theory* 16, 41–46. doi:10.1109/TIT.1970.1054406
# - Dwork, C., Feldman, V., Hardt, M., Pitassi, T., Reingold, O. and Roth, A. (2015). The reusable holdout: preserving validity in adaptive data analysis. *Science* 349, 636–638. doi:10.1126/science.aaa9375
# - Elkan, C. (2001). The foundations of cost-sensitive learning. *IJCAI*, 973–978.
# - Fama, E. F. (1970). Efficient capital markets: a review of theory and empirical work. *Journal of Finance* 25, 383–417. doi:10.2307/2325486
# - Ferrari Dacrema, M., Cremonesi, P. and Jannach, D. (2019). Are we really making much progress? A worrying analysis of recent neural recommendation approaches. *RecSys*. arXiv:1907.06902
# - He, X., Deng, K., Wang, X., Li, Y., Zhang, Y. and Wang, M. (2020). LightGCN: simplifying and powering graph convolution network for recommendation. *SIGIR*. arXiv:2002.02126
# - He, X., Pan, J., Jin, O., Xu, T., Liu, B., Xu, T., Shi, Y., Atallah, A., Herbrich, R., Bowers, S. and Quiñonero Candela, J. (2014). Practical lessons from predicting clicks on ads at Facebook. *ADKDD*. doi:10.1145/2648584.2648589
# - Kapoor, S. and Narayanan, A. (2023). Leakage and the reproducibility crisis in machine-learning-based science. *Patterns* 4, 100804. doi:10.1016/j.patter.2023.100804
# - Nilsback, M.-E. and Zisserman, A. (2008). Automated flower classification over a large number of classes. *ICVGIP*. doi:10.1109/ICVGIP.2008.47
# - Rendle, S., Freudenthaler, C., Gantner, Z. and Schmidt-Thieme, L. (2009). BPR: Bayesian personalized ranking from implicit feedback. *UAI*. arXiv:1205.2618
# - Roelofs, R., Fridovich-Keil, S., Miller, J., Shankar, V., Hardt, M., Recht, B. and Schmidt, L. (2019). A meta-analysis of overfitting in machine learning. *NeurIPS*.

# %% [markdown]
# ## Once more
#
# The questions from the beginning. Answer without looking back; then each answer gets its sentence.
#
# - **nearly right**: a model names tomorrow's price from the last twenty, with R² = 0.99 on 600 new days. What does
#   that say of it? `"nothing yet"`, `"it is worth money"` or `"it knows the trend"`.
# - **a thousand**: a thousand strategies know nothing. What is the Sharpe ratio of the best one, in its best year?
#   `"about 0"`, `"about 1"` or `"about 3"`.
# - **few negatives**: a model of clicks learned from all clicks and 5 of 100 of the rest, and its area under the ROC
#   curve is as good as with all. And its probabilities? `"as good, too"`, `"too high"` or `"too low"`.

# %% tags=["prediction"]
at_last = {
    "nearly right": ...,
    "a thousand": ...,
    "few negatives": ...,
}

# %% tags=["demo"]
predict.last("case_studies", at_last, before=at_first)

# %% [markdown]
# ## How far you are
#
# What you have solved and predicted, from a file on your machine that no grader reads. (What the cell shows is
# saved in the notebook, as any output is.)

# %% tags=["demo"]
from nblib import progress

progress.show()
