# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lesson · Evaluation
#
# > **The myth.** *The test score is the truth. One point more is better. And cross-validation
# > prevents leakage.*
#
# Every lesson of this course ends with numbers: this model has 0.97, that one 0.98. How far may you trust
# them? You will build the tools that say so, check each of them where the truth is known, and find a
# common habit that raises *false alarms*, differences that are not there, by the dozen.
#
# **You will be able to**
#
# - say how far a test score may be from the truth, and how large a test set must be;
# - cut data into folds that look like the model's later use: by class, by group, forward in time;
# - compare two models on the same examples, and know which comparison may be trusted;
# - repair probabilities that are too sure, by a single number, and measure how wrong they are.
#
# **Time** about 6½ hours, in as many sittings as you like. **You need** the softmax and cross-entropy
# ({{gradient_descent}}), the standard deviation and the normal distribution ({{initialization}}), validation
# ({{regularization}}). **Points** 22, in 11 exercises; each stands on its own, so you can skip one and come
# back.
#
# Two libraries help, and you need not know them: scikit-learn, imported as `sklearn`, has models and ways to
# split data; SciPy's `stats` has distributions and tests.

# %% nbgrader={"grade_id": "setup", "locked": true, "schema_version": 3}
import math

from nblib import (
    checks,
    data,
    models,
    oracles,
    playground,
    plots,
    predict,
    runtime,
    sweep,
    training,
)
from nblib.oracles import evaluation as oracle

import torch
import torch.nn.functional as F
from scipy import stats

runtime.seed_everything(0)
torch.set_num_threads(1)  # small networks: several threads would mostly wait for one another

# %% [markdown]
# ## Before you begin
#
# A question from before, answered at once, and three that are asked again at the end. Nothing is graded. Write
# one of the texts in quotes in place of three dots, then run both cells.
#
# - **shuffled labels**: the labels of the training digits are shuffled, so that they mean nothing. How many of them
#   does a network know after training? `"about 1 in 10"`, `"about half"` or `"nearly all"`.
# - **persons**: there are 20 records of each of 40 persons, and a person's label is drawn by lot. The rows are
#   dealt into folds: which accuracy does cross-validation report? `"about 0.50"`, `"about 0.75"` or `"about 0.98"`.
# - **one point**: one of two models is truly better, by one point at 0.91, and their errors overlap by half. In how
#   many of 100 test sets of 1,000 examples does a paired test see it? `"about 95"`, `"about 50"` or `"about 20"`.
# - **the vote**: 400 guesses by lot are judged on 200 test examples of two classes, and those that beat ½ vote. How
#   many of the same 200 does the vote have right? `"about 50 %"`, `"about 80 %"` or `"about 100 %"`.

# %% tags=["prediction"]
at_first = {
    "shuffled labels": ...,
    "persons": ...,
    "one point": ...,
    "the vote": ...,
}

# %% tags=["demo"]
predict.first("evaluation", at_first)

# %% [markdown]
# ## Predict first
#
# Two learners are equally good: we make them so. Somebody compares them all the same. She splits her 200
# examples 15 times at random, two thirds to train and one third to test, notes each time how much better A was,
# and asks a textbook test whether the mean of these 15 numbers is more than chance. The test is made to raise a false
# alarm in 5 of 100 cases. In how many of 100 such studies will she report a difference that is not there?
# Replace the three dots by `"about 5"`, `"about 20"` or `"about 50"`. A guess is free, and it is not graded.

# %% tags=["prediction"]
prediction = ...

# %% tags=["demo"]
predict.note(prediction, ["about 5", "about 20", "about 50"])

# %% [markdown]
# ## One idea
#
# What we want to know is how often a model will be right on examples *to come*: its true accuracy, $p$. What
# we have is a test set of $n$ examples, a **sample**. Each of them is a toss of a coin that shows "right" with
# probability $p$. So the score is a matter of luck, and we can say how much.
#
# One toss is 1 with probability $p$, else 0. Its mean is $p$, and its variance, the mean square minus the
# square of the mean, is $p - p^2 = p(1-p)$. Variances of independent tosses add up, so the *number*
# of right ones among $n$ has the variance $n\,p(1-p)$, and the root of it as its standard deviation. The score,
# written $\hat p$ (say "p hat"), is this number divided by $n$, and so is its standard deviation:
#
# $$\text{standard error of } \hat p = \sqrt{\frac{p\,(1-p)}{n}} .$$
#
# > **standard error**: the standard deviation of an estimate, from one sample to the next.
#
# For $p = 0.98$ and 114 examples that is 1.3 percentage points, in this lesson *points* for short. Is it true?
# Take the breast cancer data: 569 tumours with 30 measurements each, benign or malignant? 455 to learn from and
# 114 to be judged by, with a *logistic regression*, which is a single layer with a sigmoid (and, as scikit-learn
# has it, some weight decay); and do so 200 times, each time with another split.

# %% tags=["demo"]
from sklearn.linear_model import LogisticRegression

scores = []
for seed in runtime.progress(range(runtime.scaled(200, fast=4)), "200 splits"):
    X, y, X_test, y_test = (part.cpu().numpy() for part in data.breast_cancer(seed, test_size=0.2))
    scores.append(LogisticRegression().fit(X, y).score(X_test, y_test))
scores = torch.tensor(scores, dtype=torch.float64)
mean_score, num_test = scores.mean().item(), len(y_test)
formula = math.sqrt(mean_score * (1 - mean_score) / num_test)
print(f"accuracy on {num_test} test cases: {scores.min():.3f} to {scores.max():.3f}")
print(f"mean {mean_score:.4f}, standard deviation {scores.std():.4f}, by the formula {formula:.4f}")

fig, ax = plots.figure(size=(6.4, 3.2))
edges = (torch.arange(104, 116) - 0.5) / num_test
ax.hist(scores.numpy(), edges.numpy(), color="#0072B2", alpha=0.6, label="200 splits")
right = torch.arange(104, 115)
chance = len(scores) * stats.binom.pmf(right.numpy(), num_test, mean_score)
ax.plot(right / num_test, chance, "o--", color="#D55E00", label="tosses of a coin")
ax.set(xlabel="accuracy on the test part", ylabel="splits")
ax.legend()
plots.show(
    fig,
    "How often each accuracy came in 200 splits: a hill from 0.94 to 1, which 114 tosses of a coin with "
    "the mean accuracy would make as well.",
)

# %% [markdown]
# The same data, the same learner, and anything from 0.94 to 1.00: **one split is a lottery ticket**. Most of
# this spread is the luck of the 114. (A smaller part is that each split trains another model; and since the
# splits share examples, the luck is a little smaller than among fresh ones. Here the two nearly cancel. We come
# back to that.)
#
# ## Explore
#
# Now two models, A and B, on one test set. B is a little worse. Will the test set show it? A *test*, in the
# sense of statistics, gives a p value; below 0.05 one speaks of a difference.
#
# > **p value**: how probable a difference at least as large as the measured one would be, if in truth there
# > were none.
#
# Each dot is a test set, 200 of them. The *unpaired* test knows only the two accuracies. The *paired* one looks
# at each example: who was right? The last knob, the *overlap* of their errors, says how far both err on the *same*
# examples: at 0 no more than by chance, at 1 B errs wherever A does (and on a few more).
#
# **Your goal**: first leave all but the size as it is, and find the smallest test set on which the paired
# test sees a gap of one point in 160 of 200 draws. Then do with a quarter of it, by moving one more knob. Which
# one? (Not the accuracy, and not the gap.)

# %% tags=["demo"]
playground.versus()

# %% [markdown]
# ## How sure is a score?
#
# ### Exercise · Wilson's interval
# *1 point · 20 minutes · difficulty ●○○*
#
# Which true accuracies $p$ go with $k$ right answers among $n$? Those whose distance from the measured
# $\hat p = k/n$ is at most $z$ standard errors. Of a normal distribution 95 % lies within $z = 1.96$ standard
# deviations of the mean; for sums of many tosses nearly so.
#
# > **confidence interval**: a range made by a rule that catches the truth in a chosen share of all samples, mostly
# > 95 %, or nearly.
#
# The habit is to put $\hat p$ into the formula of the standard error: $\hat p \pm z\sqrt{\hat p(1-\hat p)/n}$,
# *Wald's* interval. But 100 right of 100 then has the width 0, as if the model could not err. Wilson (1927) leaves
# the true $p$ in it,
#
# $$(\hat p - p)^2 \le z^2\, \frac{p(1-p)}{n},$$
#
# which is a quadratic inequality for $p$; multiplied out, $(1 + \frac{z^2}{n})\,p^2 - (2\hat p + \frac{z^2}{n})\,p +
# \hat p^2 \le 0$. Its two roots are the ends of the interval:
#
# $$\frac{\hat p + \frac{z^2}{2n}}{1 + \frac{z^2}{n}} \;\pm\; \frac{z}{1 + \frac{z^2}{n}}
#   \sqrt{\frac{\hat p(1-\hat p)}{n} + \frac{z^2}{4n^2}} .$$
#
# <details><summary>Hint 1</summary>Name the parts: <code>share = num_right / n</code>, <code>middle</code>, <code>half</code>. All are Python numbers, and <code>math.sqrt</code> will do.</details>
# <details><summary>Hint 2</summary>97 right of 100, with z = 1.96: 0.9155 and 0.9897.</details>


# %% nbgrader={"grade_id": "wilson", "schema_version": 3, "solution": true}
def wilson(num_right: int, n: int, z: float) -> tuple[float, float]:
    """Return (low, high), shares from 0 to 1: Wilson's interval for an accuracy.

    0 ≤ `num_right` ≤ `n`, `n` ≥ 1, 0 < `z` < 5. In place of a float, a tensor of one number will do,
    and rounding errors of 1e-7. Source: Wilson (1927).
    """
    ### BEGIN SOLUTION
    share, factor = num_right / n, 1 + z**2 / n
    middle = (share + z**2 / (2 * n)) / factor
    half = z / factor * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return middle - half, middle + half
    ### END SOLUTION


# %% nbgrader={"grade_id": "wilson-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("Wilson's interval", points=1, hidden=1)
def _(check):
    check.agree(
        wilson,
        oracle.wilson,
        (97, 100, 1.96),
        (100, 100, 1.96),
        (0, 40, 1.0),
        (3, 7, 1.645),
        (1, 1, 2.576),
        (700, 1000, 1.96),
        mistakes=oracle.WILSON,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against SciPy")
def _(check):
    generator = oracles.fresh_generator()
    for n, level in ((30, 0.9), (114, 0.95), (2000, 0.99), (5, 0.5)):
        k = int(torch.randint(n + 1, (), generator=generator))
        for right in (k, 0, n):
            wanted = stats.binomtest(right, n).proportion_ci(level, method="wilson")
            z = float(stats.norm.ppf((1 + level) / 2))
            check.close(check.call(wilson, right, n, z), [*wanted], rtol=1e-4, atol=1e-6)


### END HIDDEN TESTS

# %% [markdown]
# From now on: `scipy.stats.binomtest(k, n).proportion_ci(method="wilson")`. Do 95 % intervals catch the truth
# in 95 %? With $n$ tosses there are only $n+1$ results, so we need not sample: add up the probabilities of those
# whose interval has $p$ inside.


# %% tags=["demo"]
def coverage(n, p, z=1.96):
    """Return how often Wald's and Wilson's intervals hold p, exactly; p is a tensor (m,)."""
    k = torch.arange(n + 1).double()
    share = k / n  # (n + 1,)
    # `binom.pmf`: how probable each count is; further down `binom.cdf`: at most that many
    weight = torch.from_numpy(stats.binom.pmf(k.numpy()[:, None], n, p.numpy()))  # (n + 1, m)
    wald = z * (share * (1 - share) / n).sqrt()
    half = z / (1 + z**2 / n) * (share * (1 - share) / n + z**2 / (4 * n**2)).sqrt()
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    inside = [(c[:, None] - p).abs() <= h[:, None] for c, h in ((share, wald), (middle, half))]
    return [(weight * some).sum(dim=0) for some in inside]


p = torch.linspace(0.6, 0.999, 400).double()
fig, ax = plots.figure(size=(7, 3.4))
by_wald, by_wilson = coverage(100, p)
plots.curves(ax, {"Wald": by_wald, "Wilson": by_wilson}, p)
ax.axhline(0.95, color="black", lw=1, ls=":")
ax.set(xlabel="true accuracy", ylabel="share of intervals that hold it", ylim=(0, 1.03))
plots.show(
    fig,
    "How often a 95 % interval from 100 examples holds the truth. Wilson's is mostly near 95 %, and "
    "above 90 % on this grid. Wald's falls far below as the true accuracy nears 1.",
)
covered = {
    (n, p): [c.item() for c in coverage(n, torch.tensor([p]).double())]
    for n in (100, 540)
    for p in (0.9, 0.97, 0.99)
}
for (n, p), (wald, by_wilson) in covered.items():
    print(f"{n} examples, p = {p}: Wald {wald:.2f}, Wilson {by_wilson:.2f}")
needed = 1.96**2 * 0.9 * 0.1 / 0.01**2
print(f"0.90 known to ± 1 point takes {needed:,.0f} test examples")

# %% [markdown]
# Good models live near 1, and that is just where Wald's interval fails (Brown, Cai and DasGupta 2001). Wilson's
# falls short there, too, but by little: 0.92 at 0.99, and 0.84 at worst, very near 1. And mind the last line: to
# know 0.90 to within one point, in 95 of 100 samples, takes some 3,500 examples (1.96 standard errors are 0.01:
# solve for $n$).
#
# **Many looks** spoil a score in another way. Try ten models that are all exactly 90 % good and err
# independently of each other, and report the best. (If they share errors, as models do, the effect is smaller.)
# If one model has at most $j$ right with probability $F(j)$, then all ten have, and so the best has, with
# $F(j)^{10}$; the step from $j-1$ to $j$ is how probable just $j$ is, and gives the mean. And a game: guess all
# the labels at random (*by lot*), 400 times, ask for the score each time, keep the guesses that beat ½, and let
# these vote.


# %% tags=["demo"]
def best_of(num_models, n, p=0.9):
    """Return the mean score of the best of several models that are all right with probability p."""
    right = torch.arange(n + 1).numpy()
    below = torch.from_numpy(stats.binom.cdf(right, n, p)) ** num_models
    return (below.diff(prepend=torch.zeros(1)) * torch.from_numpy(right)).sum().item() / n


luckiest = {(k, n): best_of(k, n) for n in (100, 540, 2000) for k in (10, 50, 200)}
print("all models 0.900   best of 10   of 50   of 200")
for n in (100, 540, 2000):
    print(f"{n:5} test examples     {'   '.join(f'{luckiest[k, n]:.3f}' for k in (10, 50, 200))}")


def play(n, seed, num_guesses=400):
    """Return the accuracy of the vote of lucky guesses: on the test set, and on fresh examples."""
    generator = torch.Generator().manual_seed(seed)
    y = torch.randint(2, (n + 1000,), generator=generator)
    guesses = torch.randint(2, (num_guesses, n + 1000), generator=generator)
    right = (guesses == y).double()
    lucky = right[:, :n].mean(dim=1) > 0.5
    vote = (guesses[lucky].double().mean(dim=0) > 0.5).long()
    hits = (vote == y).double()
    return hits[:n].mean().item(), hits[n:].mean().item()


votes = {
    n: torch.tensor([play(n, seed) for seed in range(runtime.scaled(20, fast=2))])
    for n in (200, 1000)
}
for n, rows in votes.items():
    reported, fresh = rows.median(dim=0).values.tolist()
    print(
        f"guesses by lot, {n} test examples: the vote has {reported:.2f}, on fresh ones {fresh:.2f}"
    )

# %% [markdown]
# A model that knows nothing has 80 % on a test set of 200, by asking for its score 400 times (Blum and Hardt
# 2015, who also have a remedy: a leaderboard, a public list of scores, that shows a new one only if it has
# clearly risen: {{case_studies#ladder}}). So the test set is looked at
# **once**. What is chosen is chosen on validation examples ({{regularization#early-stopping}}); {{tuning}} measures how
# far the score of the chosen one flatters it.
#
# ## Cut the data
#
# With few examples, a part for testing hurts twice: less to learn from, and little to be judged by.
#
# > **cross-validation**: cutting the examples into parts, the *folds*, and judging, on each fold, a model that was
# > trained on the others.
#
# Then every example is used once to judge, with a model that has not met it.
#
# ### Exercise · Folds
# *1 point · 10 minutes · difficulty ●○○*
#
# Divide the places (positions) 0 … n − 1 **by lot** into `k` folds whose sizes differ by one at most; any two places
# are in one fold as often as any other two. Data are often sorted, by class or by day, so shuffle first.
#
# <details><summary>Hint 1</summary><code>torch.randperm(n, generator=generator)</code> shuffles 0 … n − 1.</details>
# <details><summary>Hint 2</summary>A tensor has a method <code>.tensor_split(k)</code>. <code>.split(k)</code> is another one.</details>


# %% nbgrader={"grade_id": "folds", "schema_version": 3, "solution": true}
def folds(n: int, k: int, generator: torch.Generator) -> list[torch.Tensor]:
    """Return `k` tensors of places, int64, in a list or tuple: each of 0 … n − 1 is in just one.

    2 ≤ `k` ≤ `n`, and `n` need not be a multiple of `k`: sizes differ by one at most, whichever fold has more.
    The order within a fold is free. All randomness comes from `generator`, or from a seed that is drawn
    from it; it goes on from where it is, and has moved on afterwards.
    """
    ### BEGIN SOLUTION
    return list(torch.randperm(n, generator=generator).tensor_split(k))
    ### END SOLUTION


# %% nbgrader={"grade_id": "folds-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("Folds", points=1, hidden=1)
def _(check):
    plays = [
        oracle.facts_of_folds(23, 4, 0),
        oracle.facts_of_folds(30, 5, 100),
        oracle.facts_of_folds(16, 6, 200),
    ]
    oracle.say_of_facts(check, folds, oracle.folds, oracle.FOLDS, *plays)
    check.agree(folds, oracle.folds, *plays, mistakes=oracle.FOLDS)
    oracle.moves_on(check, folds, 23, 4, torch.Generator().manual_seed(0))


### BEGIN HIDDEN TESTS
@checks.hidden("Any two places are together as often as any others")
def _(check):
    generator = oracles.fresh_generator()
    for n, k in ((12, 3), (17, 5)):
        seed = int(torch.randint(2**40, (), generator=generator))
        check.agree(folds, oracle.folds, oracle.facts_of_folds(n, k, seed))
        together, num_draws = torch.zeros(n, n).double(), 300
        for number in range(num_draws):
            draw = torch.Generator().manual_seed(seed + 1000 + number)
            for part in folds(n, k, draw):
                together[part[:, None], part] += 1
        sizes = torch.tensor([len(part) for part in torch.arange(n).tensor_split(k)]).double()
        share = (sizes * (sizes - 1)).sum().item() / (n * (n - 1))
        far = 7 * math.sqrt(share * (1 - share) / num_draws)
        off = (together / num_draws - share).abs().fill_diagonal_(0)
        check.that(off.max().item() < far, "Some are together more often than others.", off=off)


### END HIDDEN TESTS

# %% [markdown]
# From now on: `sklearn.model_selection.KFold(k, shuffle=True)`. Its default does **not** shuffle. How bad can that
# be? Digits, sorted by class, with the *nearest neighbour*: the model that answers with the label of the nearest
# training example. And a second accident, which shuffling does not prevent: of 100 examples ten are positive, and
# some of five folds may have none of them.

# %% tags=["demo"]
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    StratifiedKFold,
    TimeSeriesSplit,
    cross_val_score,
)
from sklearn.neighbors import KNeighborsClassifier

digits = data.digits(standardize=False)
pixels = torch.cat([digits.X_train, digits.X_test]).cpu().numpy() / 16
labels = torch.cat([digits.y_train, digits.y_test]).cpu().numpy()
by_class, nearest = labels.argsort(kind="stable"), KNeighborsClassifier(1)
sorted_score, shuffled_score = (
    cross_val_score(nearest, pixels[by_class], labels[by_class], cv=cv).mean()
    for cv in (KFold(5), KFold(5, shuffle=True, random_state=0))
)
print(f"digits sorted by class, 5 folds: {sorted_score:.2f}; shuffled: {shuffled_score:.2f}")
# in at least one fold: those that lack them in one, less what is counted twice (skip it if you like);
# `math.comb(m, j)` is how many ways there are to choose j of m
without = sum(
    (-1) ** (j + 1) * math.comb(5, j) * math.comb(100 - 20 * j, 10) for j in range(1, 5)
) / math.comb(100, 10)
print(f"ten positives among 100: some fold has none of them with probability {without:.2f}")

# %% [markdown]
# ### Exercise · Stratified folds
# *2 points · 30 minutes · difficulty ●●○*
#
# So deal out each class by itself.
#
# > **stratified**: cut such that every part has the same share of each class, as nearly as whole numbers can.
#
# Two things must be even at once. **In each class**, the folds have numbers of examples that differ by one at
# most. And so have the folds **as a whole**: if each class begins at fold 0, the left-over examples of all
# classes pile up there. Deal like cards: class by class, shuffled within, fold 0, 1, …, k − 1, 0, 1, …, and go
# on where the last class ended.
#
# Return, for each example, the number of its fold.
#
# <details><summary>Hint 1</summary>Make a list of all places, class by class, each class shuffled. Then the j-th of that list goes to fold <code>j % k</code>.</details>
# <details><summary>Hint 2</summary><code>fold[order] = torch.arange(n) % k</code> puts each number into the place of its example.</details>


# %% nbgrader={"grade_id": "stratified", "schema_version": 3, "solution": true}
def stratified(y: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    """Return the fold of each example, (n,) int64, 0 … k − 1, even in each class and in all.

    `y` has shape (n,), int64, in any order; its classes are any numbers, also below 0, and a class, or each of
    them, may have fewer than `k` examples. 2 ≤ `k` ≤ n. Even: numbers that differ by one at most. All randomness comes from
    `generator`, or from a seed that is drawn from it; it goes on from where it is, and has moved on afterwards.
    """
    ### BEGIN SOLUTION
    order = []
    for label in y.unique():
        places = (y == label).nonzero().flatten()
        order.append(places[torch.randperm(len(places), generator=generator)])
    fold = torch.empty_like(y)
    fold[torch.cat(order)] = torch.arange(len(y)) % k
    return fold
    ### END SOLUTION


# %% nbgrader={"grade_id": "stratified-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Stratified folds", points=2, hidden=1)
def _(check):
    uneven = torch.tensor([7, -2, -2, 7, 7, -2, -2, 31, 7, -2, 7, -2, 31, -2, 7, -2, -2, 7, 31])
    blocks = torch.arange(6).repeat_interleave(torch.tensor([13, 5, 9, 17, 13, 9]))
    plays = [
        oracle.facts_of_strata(uneven, 4, 0),
        oracle.facts_of_strata(blocks, 4, 100),
        oracle.facts_of_strata(blocks[torch.arange(66) * 35 % 66], 3, 200),
        oracle.facts_of_strata(torch.tensor([4, -1, 4, 0, -1, 9, 0]), 3, 300),
    ]
    oracle.say_of_facts(check, stratified, oracle.stratified, oracle.STRATIFIED, *plays)
    check.agree(stratified, oracle.stratified, *plays, mistakes=oracle.STRATIFIED)
    oracle.moves_on(check, stratified, blocks, 4, torch.Generator().manual_seed(0))


### BEGIN HIDDEN TESTS
@checks.hidden("As even as scikit-learn's StratifiedKFold; every example in every fold")
def _(check):
    from sklearn.model_selection import StratifiedKFold

    generator = oracles.fresh_generator()
    for num_classes, n, k in ((4, 61, 5), (3, 47, 3)):
        y = torch.randint(num_classes, (n,), generator=generator) ** 2
        y = torch.cat([y, y.unique().repeat(k)])
        seed = int(torch.randint(2**40, (), generator=generator))
        check.agree(stratified, oracle.stratified, oracle.facts_of_strata(y, k, seed))
        fold = check.call(stratified, y, k, torch.Generator().manual_seed(seed))
        splits = StratifiedKFold(k).split(y, y)
        wanted = sorted(len(test) for _, test in splits)
        check.equal(sorted(torch.bincount(fold, minlength=k).tolist()), wanted)
        counts = torch.zeros(len(y), k)
        for number in range(300):
            fold = stratified(y, k, torch.Generator().manual_seed(seed + 1000 + number))
            counts[torch.arange(len(y)), fold] += 1
        many = y == y.mode().values  # the rests of small classes may prefer some folds
        far = 7 * math.sqrt(300 / k)
        off = (counts[many].sum(dim=0) / 300 - many.sum() / k).abs().max().item()
        spread = (counts[many] - counts[many].mean(dim=0)).abs().max().item()
        check.that(off <= 1 and spread < far, "Some examples prefer a fold.", counts=counts)


### END HIDDEN TESTS

# %% [markdown]
# From now on: `StratifiedKFold(k, shuffle=True)`. (Its default does not shuffle, and it refuses where every class has
# fewer than `k` examples.)
#
# ### Exercise · Whole groups
# *2 points · 30 minutes · difficulty ●●○*
#
# Twenty photographs of one patient, ten sentences of one speaker: examples come in *groups*, and a model may know
# the person, not the illness. If it is to serve **new** persons, a person must not be in two folds.
#
# Groups differ in size, and the folds should still be about equally large. The common way is greedy: **the
# heaviest group first, each to the fold that has the fewest examples so far.** (Among groups of the same size the
# order is free, and among folds that are equally light the choice is free, too: the folds' sizes are the same.)
#
# <details><summary>Hint 1</summary><code>names, sizes = groups.unique(return_counts=True)</code> has the groups and how many examples each has; <code>sizes.argsort(descending=True)</code> an order.</details>
# <details><summary>Hint 2</summary>Keep <code>load = torch.zeros(k)</code>; <code>load.argmin()</code> is the lightest fold.</details>
# <details><summary>Hint 3</summary><code>fold[groups == name] = …</code> sets a whole group.</details>


# %% nbgrader={"grade_id": "grouped", "schema_version": 3, "solution": true}
def grouped(groups: torch.Tensor, k: int) -> torch.Tensor:
    """Return the fold of each example, (n,) int64, 0 … k − 1, such that no group is in two folds.

    `groups` has shape (n,), int64: the name of each example's group, any numbers, also below 0 or like those of
    the folds, in any order, `k` different ones or more; `k` ≥ 2.
    """
    ### BEGIN SOLUTION
    names, sizes = groups.unique(return_counts=True)
    fold, load = torch.empty_like(groups), torch.zeros(k)
    for i in sizes.argsort(descending=True):
        lightest = load.argmin()
        fold[groups == names[i]] = lightest
        load[lightest] += sizes[i]
    return fold
    ### END SOLUTION


# %% nbgrader={"grade_id": "grouped-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Whole groups", points=2, hidden=1)
def _(check):
    def named(sizes, step, names=None):
        names = torch.tensor(names or [(7 * i * i + 4) % 1009 - 90 for i in range(len(sizes))])
        rows = names.repeat_interleave(torch.tensor(sizes))
        return rows[torch.arange(len(rows)) * step % len(rows)]

    plays = [
        oracle.whole_groups(named([3, 9, 2, 7, 5, 1, 4, 8], 5), 3),
        oracle.whole_groups(named([1, 2, 3, 4, 5, 6, 20, 2, 2, 6, 7], 7), 4),
        oracle.whole_groups(named([6, 5, 4, 3, 2, 9], 3), 2),
        oracle.whole_groups(named([4, 4, 4], 5), 3),
        oracle.whole_groups(named([5, 9, 2, 7, 4, 3], 7, [1, 0, 3, 2, 5, 4]), 3),
    ]
    oracle.say_of_facts(check, grouped, oracle.grouped, oracle.GROUPED, *plays)
    check.agree(grouped, oracle.grouped, *plays, mistakes=oracle.GROUPED)


### BEGIN HIDDEN TESTS
@checks.hidden("Against scikit-learn's GroupKFold: the same sizes")
def _(check):
    from sklearn.model_selection import GroupKFold

    generator = oracles.fresh_generator()
    for num_groups, k in ((12, 3), (9, 5), (40, 4)):
        sizes = torch.randint(1, 15, (num_groups,), generator=generator)
        names = torch.randperm(5000, generator=generator)[:num_groups] - 1000
        groups = names.repeat_interleave(sizes)
        groups = groups[torch.randperm(len(groups), generator=generator)]
        check.agree(grouped, oracle.grouped, oracle.whole_groups(groups, k))
        splits = GroupKFold(k).split(groups, groups=groups)
        wanted = sorted(len(test) for _, test in splits)
        fold = check.call(grouped, groups, k)
        check.equal(sorted(torch.bincount(fold, minlength=k).tolist()), wanted)


### END HIDDEN TESTS

# %% [markdown]
# From now on: `GroupKFold`.
#
# ### Exercise · Forward in time
# *2 points · 30 minutes · difficulty ●●○*
#
# A model that is to foretell must not learn from the future. So sort by time, and cut the last $k\,m$ examples into
# $k$ test blocks of $m = n/(k+1)$ each (rounded down, `n // (k + 1)`), one after another, so that the
# last block ends with the last example. **Train on all that comes before the block, but for the last `gap` examples before it.** (A gap
# is needed where labels look ahead: whether a price rises *within ten days* is not known until ten days later.)
#
# For $n = 7$, $k = 2$, `gap` 1, sorted by time, $m$ is 2: train on 0, 1 and test on 3, 4; then train on 0, 1, 2,
# 3 and test on 5, 6.
#
# Examples do not stand in the order of time. Return their **places in** `times`.
#
# <details><summary>Hint 1</summary><code>order = times.argsort()</code> has the places, earliest first. Cut that list, and you have places.</details>
# <details><summary>Hint 2</summary>The first block starts at <code>n − k · m</code>, counted in the sorted list.</details>


# %% nbgrader={"grade_id": "forward", "schema_version": 3, "solution": true}
def forward_chaining(
    times: torch.Tensor, k: int, gap: int
) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Return `k` pairs (train, test) of places in `times`, int64, the earliest block first.

    `times` has shape (n,), int64 or float64, no two alike, in any order: seconds since 1970, for instance; 2 ≤ `k` < n, and
    0 ≤ `gap` < n // (k + 1) is a number of examples. The order within a part is free.
    """
    ### BEGIN SOLUTION
    order = times.argsort()
    n, size = len(times), len(times) // (k + 1)
    return [
        (order[: start - gap], order[start : start + size])
        for start in range(n - k * size, n, size)
    ]
    ### END SOLUTION


# %% nbgrader={"grade_id": "forward-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Forward in time", points=2, hidden=1)
def _(check):
    def moments(n, step):
        return (torch.arange(n) * step % n) ** 2 * 3 + 5

    plays = [
        oracle.windows(moments(7, 3), 2, 1),
        oracle.windows(moments(17, 5), 3, 2),
        oracle.windows(moments(20, 7).double() / 7 - 9, 4, 0),
        oracle.windows(moments(31, 12), 3, 3),
        oracle.windows(torch.arange(19) * 7 % 19, 2, 4),
        oracle.windows(moments(5, 3), 3, 0),
        oracle.windows(1_700_000_000 + torch.arange(17) * 5 % 17, 3, 1),
    ]
    oracle.say_of_windows(check, forward_chaining, oracle.forward_chaining, oracle.FORWARD, *plays)
    check.agree(forward_chaining, oracle.forward_chaining, *plays, mistakes=oracle.FORWARD)


### BEGIN HIDDEN TESTS
@checks.hidden("Against scikit-learn's TimeSeriesSplit, on the sorted examples")
def _(check):
    from sklearn.model_selection import TimeSeriesSplit

    generator = oracles.fresh_generator()
    for n, k, gap, dtype in ((23, 4, 2, torch.int64), (30, 2, 5, torch.float64), (12, 5, 0, None)):
        times = torch.randperm(10 * n, generator=generator)[:n].to(dtype or torch.int64)
        times = times + 1_600_000_000 * (n % 2)
        order = times.argsort()
        wanted = [
            [sorted(order[part].tolist()) for part in pair]
            for pair in TimeSeriesSplit(k, gap=gap).split(order)
        ]
        came = check.call(forward_chaining, times, k, gap)
        check.equal([[sorted(part.tolist()) for part in pair] for pair in came], wanted)


### END HIDDEN TESTS

# %% [markdown]
# From now on: `TimeSeriesSplit(k, gap=…)`, **on rows that you have sorted by time**: it looks at their places, and
# knows no times.
#
# ## Does cross-validation prevent leaks?
#
# > **leak**: that something about the examples by which a model is judged got into its training or its choice.
#
# It does so only if the folds look like the later use, and if all that is made from the examples is made inside the
# training part. To see it, take four data sets of which **nothing can be learned**, or little, so that an honest
# report is poor, and a real one, and make the mistakes on purpose:
#
# - **persons**: 40 persons with 20 records each; half of the *persons* have the label 0, half 1, by lot. Folds of
#   rows, against folds of persons (Saeb et al. 2017).
# - **copies**: 150 digits, three labels in ten drawn anew among all ten, four slightly noisy copies of each. Copied
#   and then split, against split and then copied, and judged on the originals. (Here a guess by lot has 0.1, and
#   the digits whose label is true can be learned.)
#
# Then cities, days, and the real ones:
#
# - **codes**: 500 examples from 150 cities, their labels by lot; each city is replaced by the mean label of its
#   examples, as is often done (Micci-Barreca 2001, who also draws small cities towards the overall mean). The mean
#   of all examples, against that of the training part alone.
# - **walk**: a random walk, with a random step each day; guess its height from the date, and note how far off one
#   is (here *smaller* is better). Shuffled, against forward.
# - **scaling**: mean and standard deviation of all examples, against those of the training part alone. Real
#   tumours, 100 of them.
#
# The models: three nearest neighbours that vote (persons), the one nearest (copies), the code itself, cut at ½
# (codes), the mean of the three nearest (walk), logistic regression (scaling). 20 draws of each.

# %% tags=["demo"]
import numpy as np
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def persons(random, seed):
    """Return the accuracy over rows and over persons: 40 persons with labels by lot."""
    label, centre = random.permutation([0, 1] * 20), random.standard_normal((40, 10))
    who = np.repeat(np.arange(40), 20)
    X, y = centre[who] + 0.5 * random.standard_normal((800, 10)), label[who]
    rows, near = StratifiedKFold(5, shuffle=True, random_state=seed), KNeighborsClassifier(3)
    return [
        cross_val_score(near, X, y, cv=rows).mean(),
        cross_val_score(near, X, y, groups=who, cv=GroupKFold(5)).mean(),
    ]


def copies(random, seed):
    """Return the accuracy with copies made before the split and after it."""

    def noisy(X):
        return np.concatenate([X + random.normal(0, 1 / 16, X.shape) for _ in range(4)])

    few = random.choice(len(labels), 150, replace=False)
    X, by_lot = pixels[few], random.random(150) < 0.3
    y = np.where(by_lot, random.integers(0, 10, 150), labels[few])
    cv = KFold(5, shuffle=True, random_state=seed)
    after = [
        nearest.fit(noisy(X[train]), np.tile(y[train], 4)).score(X[test], y[test])
        for train, test in cv.split(X)
    ]
    return [cross_val_score(nearest, noisy(X), np.tile(y, 4), cv=cv).mean(), np.mean(after)]


def codes(random, seed):
    """Return the accuracy of cities coded by their mean label: by all, by the training part."""
    city, y = random.integers(0, 150, 500), random.integers(0, 2, 500)

    def coded(train):
        count, ones = (
            np.bincount(city[train], minlength=150),
            np.bincount(city[train], y[train], 150),
        )
        return np.where(count > 0, ones / np.maximum(count, 1), 0.5)[city]

    def accuracy(code, test):
        return ((code[test] > 0.5) == y[test]).mean()

    splits = [*StratifiedKFold(5, shuffle=True, random_state=seed).split(city, y)]
    everywhere = coded(np.arange(500))
    return [
        np.mean([accuracy(everywhere, test) for _, test in splits]),
        np.mean([accuracy(coded(train), test) for train, test in splits]),
    ]


def walk(random, seed):
    """Return how far one is off, told a random walk's date: shuffled folds, forward blocks."""
    date, height = np.arange(400)[:, None], random.standard_normal(400).cumsum()
    return [
        -cross_val_score(
            KNeighborsRegressor(3),
            date,
            height,
            cv=cv,
            scoring="neg_mean_absolute_error",  # minus the mean distance
        ).mean()
        for cv in (KFold(5, shuffle=True, random_state=seed), TimeSeriesSplit(5))
    ]


def scaling(random, seed):
    """Return the accuracy on 100 tumours, standardized by all and by the training part."""
    X, y = (part.cpu().numpy() for part in data.breast_cancer(seed, 0.2, standardize=False)[:2])
    few, cv = random.permutation(len(y))[:100], StratifiedKFold(5, shuffle=True, random_state=seed)
    inside = make_pipeline(StandardScaler(), LogisticRegression())  # scales in each training part
    return [
        cross_val_score(
            LogisticRegression(), StandardScaler().fit_transform(X[few]), y[few], cv=cv
        ).mean(),
        cross_val_score(inside, X[few], y[few], cv=cv).mean(),
    ]


leaks = {}
for measure in runtime.progress([persons, copies, codes, walk, scaling], "five leaks"):
    num_draws = runtime.scaled(20, fast=1)
    rows = [measure(np.random.default_rng(seed), seed) for seed in range(num_draws)]
    leaks[measure.__name__] = torch.tensor(np.array(rows))  # (draws, 2)
print(f"{'median over draws':20} {'leaking':22} honest")
for name, rows in leaks.items():
    ends = [f"{v.median():.2f} ({v.min():.2f} to {v.max():.2f})" for v in rows.T]
    what = f"{name} (how far off)" if name == "walk" else name
    print(f"{what:20} {ends[0]:22} {ends[1]}")

# %% [markdown]
# Five folds stood in every line, and on both sides; what differs is how they were cut, and what was done before. On
# the left, four of the five reports are too good by far, two of them nearly perfect. The last line is a leak that
# leaked nothing: standardizing by all examples is wrong in principle and made no difference here, for the mean of
# 100 examples hardly knows a single one. (A step in {{imbalance}} does make one, the choice of features; there is
# a loop, too, in which all is learned inside the folds.) So ask of each step: *what could it tell about the examples
# that judge?* (A model that *learns* from codes needs still more: scikit-learn's `TargetEncoder` codes the rows of
# the training part from other rows of it.)
#
# ## Two models
#
# In one split, B has 0.96 and A has 0.98, on the same 540 digits. Is A better? The two scores share their luck:
# a digit that is hard for one is often hard for the other. So compare example by example.
#
# ### Exercise · The paired bootstrap
# *2 points · 30 minutes · difficulty ●●○*
#
# What would another test set have said? We have no other; but we can draw one *from our own*: n examples, **with
# replacement**, so that some come twice and others not at all (Efron 1979).
#
# > **bootstrap**: to draw new samples from the sample itself, with replacement, and to see how an estimate
# > varies.
#
# For each draw, the same examples serve both models, and the result is the accuracy of A minus that of B on them.
# Do so `num_draws` times. The interval goes from the 2.5 % quantile of these differences (the number below which
# 2.5 % of them lie) to the 97.5 % quantile: 95 % lie in between. If 0 lies outside, one speaks of a difference.
#
# <details><summary>Hint 1</summary>For each example, the gain of A is 1, 0 or −1: <code>right_a.double() - right_b.double()</code>. Resample that.</details>
# <details><summary>Hint 2</summary><code>torch.randint(n, (num_draws, n), generator=generator)</code> draws all places at once, and <code>gain[places].mean(dim=1)</code> has the differences.</details>
# <details><summary>Hint 3</summary><code>differences.quantile(q)</code> takes a number, or a tensor of the same dtype.</details>


# %% nbgrader={"grade_id": "bootstrap", "schema_version": 3, "solution": true}
def paired_bootstrap(
    right_a: torch.Tensor, right_b: torch.Tensor, num_draws: int, generator: torch.Generator
) -> tuple[float, float]:
    """Return (low, high), the 95 % interval of the accuracy of A minus that of B.

    `right_a` and `right_b` have shape (n,), bool: whether the model is right on each example. n may be a few dozen or
    some thousand, and `num_draws` 10,000; any usual definition of a quantile will do. All randomness comes from `generator`,
    or from a seed that is drawn from it; it goes on from where it is, and has moved on afterwards. In place of a
    float, a tensor of one number will do. Source: Efron (1979), for the bootstrap.
    """
    ### BEGIN SOLUTION
    gain = right_a.double() - right_b.double()  # (n,)
    places = torch.randint(len(gain), (num_draws, len(gain)), generator=generator)
    differences = gain[places].mean(dim=1)  # (num_draws,)
    return differences.quantile(0.025).item(), differences.quantile(0.975).item()
    ### END SOLUTION


# %% nbgrader={"grade_id": "bootstrap-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("The paired bootstrap", points=2, hidden=1)
def _(check):
    which = torch.arange(900) * 7 % 900
    right_a, right_b = which < 720, (which < 600) | (which >= 840)  # A: 0.80, B: 0.73
    generator = torch.Generator().manual_seed(0)
    few = torch.arange(36)  # so few that the quantiles are far from those of a bell
    neither, only_a = (few > 4) & (few < 8), (few % 35 == 0) | (few == 16) | (few == 20)
    many, few = (right_a, right_b), (~neither, ~neither & ~only_a)
    oracle.follow_bootstrap(check, paired_bootstrap, *many, generator, also=[few])
    oracle.follow_bootstrap(check, paired_bootstrap, *few, generator, also=[many])

    def draw(generator):
        parts = [right_a[:400], right_a, right_a[200:]], [right_b[:400], right_b, right_b[200:]]
        return [
            check.call(paired_bootstrap, a, b, 50, generator) for a, b in zip(*parts, strict=True)
        ]

    oracle.drawn_by_the_generator(check, draw)
    oracle.moves_on(check, paired_bootstrap, right_a, right_b, 50, generator)


### BEGIN HIDDEN TESTS
@checks.hidden("Other examples; SciPy's bootstrap says the same")
def _(check):
    generator = oracles.fresh_generator()
    for only_a, only_b, both in ((6, 0, 57), (90, 130, 600), (160, 60, 500)):
        n = only_a + only_b + both + max(6, only_a + only_b - 120)
        order = torch.randperm(n, generator=generator)
        right_a = order < only_a + both
        right_b = (order >= only_a) & (order < only_a + both + only_b)
        oracle.follow_bootstrap(check, paired_bootstrap, right_a, right_b, generator)
    found = stats.bootstrap(
        (right_a.numpy(), right_b.numpy()),
        lambda a, b, axis: a.mean(axis=axis) - b.mean(axis=axis),
        paired=True,
        method="percentile",
        n_resamples=2000,
        batch=200,
    ).confidence_interval
    came = check.call(paired_bootstrap, right_a, right_b, 2000, generator)
    check.close(came, [found.low, found.high], rtol=0, atol=0.01)


### END HIDDEN TESTS

# %% [markdown]
# From now on: `scipy.stats.bootstrap((a, b), lambda a, b, axis: a.mean(axis) - b.mean(axis), paired=True,
# method="percentile")` (its default method, BCa, is a refined one). If the two agree everywhere, the interval has no
# width, as Wald's for 100 of 100: a bootstrap knows only what is in the sample.
#
# ### Exercise · McNemar's test
# *2 points · 30 minutes · difficulty ●●○*
#
# Where both are right, or both wrong, nothing is learned about which is better. What counts are the examples on
# which **one alone** is right: $b$ where it is A, $c$ where it is B. If both are equally good, each of
# these $b + c$ is a toss of a fair coin (McNemar 1947; here in its exact form). So how probable is it that $b + c$
# tosses give a count as small as the smaller of the two, or smaller? The question has two sides, A better or B
# better; take it twice (from here on $p$ is a p value, no longer an accuracy):
#
# $$p = \min\Bigl(1,\; 2 \sum_{j=0}^{\min(b,c)} \binom{b+c}{j}\, 2^{-(b+c)}\Bigr).$$
#
# ($\binom{m}{j}$ is the number of ways to choose $j$ of $m$, `math.comb(m, j)`.) Textbooks have an approximation
# by $\chi^2$ ("chi square") as well; compute it **exactly**. Without any disagreement the sum is 1, and so is $p$.
#
# <details><summary>Hint 1</summary><code>b = ((a == y) & (b != y)).sum()</code> would lose the decisions <code>b</code>: take other names for the counts.</details>
# <details><summary>Hint 2</summary>9 against 2: p = 0.0654.</details>


# %% nbgrader={"grade_id": "mcnemar", "schema_version": 3, "solution": true}
def mcnemar(y: torch.Tensor, a: torch.Tensor, b: torch.Tensor) -> float:
    """Return the exact two-sided p value of McNemar's test: as if A and B were equally good.

    `y`, and the decisions `a` and `b` of the two models, have shape (n,), int64, n ≥ 1, with any number of
    classes. Disagreements may be several hundred, or none. A tensor of one number will do. Source: McNemar (1947).
    """
    ### BEGIN SOLUTION
    only_a = int(((a == y) & (b != y)).sum())
    only_b = int(((a != y) & (b == y)).sum())
    m = only_a + only_b
    ways = sum(math.comb(m, j) for j in range(min(only_a, only_b) + 1))
    return min(1.0, 2 * ways / 2**m)
    ### END SOLUTION


# %% nbgrader={"grade_id": "mcnemar-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("McNemar's test", points=2, hidden=1)
def _(check):
    check.agree(
        mcnemar,
        oracle.mcnemar,
        oracle.judged(30, 9, 2, 6),
        oracle.judged(25, 3, 8, 4),
        oracle.judged(10, 4, 4, 3),
        oracle.judged(12, 0, 0, 5),
        oracle.judged(40, 70, 45, 11),
        oracle.judged(0, 5, 0, 1),
        oracle.judged(20, 205, 195, 10),
        mistakes=oracle.MCNEMAR,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against SciPy's binomial test")
def _(check):
    generator = oracles.fresh_generator()
    for limit in (12, 40, 300):
        counts = torch.randint(1, limit, (4,), generator=generator).tolist()
        p = check.call(mcnemar, *oracle.judged(*counts))
        wanted = stats.binomtest(counts[1], counts[1] + counts[2]).pvalue
        check.close(p, float(wanted), rtol=1e-4, atol=1e-9)


### END HIDDEN TESTS

# %% [markdown]
# From now on: `scipy.stats.binomtest(b, b + c).pvalue`, where b + c is not 0 (SciPy refuses; p is 1 then). On
# real digits: nearest neighbour (A) against logistic regression (B, here with a softmax for ten classes), on
# 540 test digits, in 20 splits. The unpaired test compares the two accuracies by the normal distribution, as if
# each model had had a test set of its own.


# %% tags=["demo"]
def unpaired(right_a, right_b, n):
    """Return the p value of two proportions of n examples each, which are numbers of right ones."""
    share = (right_a + right_b) / (2 * n)  # the variances of two independent scores add up
    return 2 * stats.norm.sf(abs(right_a - right_b) / n / math.sqrt(2 * share * (1 - share) / n))


versus = []  # accuracy of A, of B, how many A alone has right, and B alone, both p values
for seed in runtime.progress(range(runtime.scaled(20, fast=2)), "digits, splits"):
    X, y, X_test, y_test = (part.cpu().numpy() for part in data.digits(seed, standardize=False))
    by_a, by_b = (
        model.fit(X / 16, y).predict(X_test / 16) == y_test
        for model in (nearest, LogisticRegression(max_iter=300))
    )
    b, c, n = int((by_a & ~by_b).sum()), int((by_b & ~by_a).sum()), len(y_test)
    paired = stats.binomtest(b, b + c).pvalue if b + c else 1.0
    versus.append([by_a.mean(), by_b.mean(), b, c, paired, unpaired(by_a.sum(), by_b.sum(), n)])
versus = torch.tensor(versus, dtype=torch.float64)
gaps = versus[:, 0] - versus[:, 1]
print(f"A {versus[:, 0].median():.3f}, B {versus[:, 1].median():.3f}, on {n} digits (medians)")
print(f"A alone right {versus[:, 2].median():.0f}, B alone {versus[:, 3].median():.0f}")
print(f"A minus B: {gaps.min():.3f} to {gaps.max():.3f}")
for name, column in {"paired": 4, "unpaired": 5}.items():
    print(f"{name:9} p < 0.05 in {(versus[:, column] < 0.05).sum()} of {len(versus)} splits")

# %% [markdown]
# A was ahead in every split, by 0.7 to 2.8 points. And yet 540 digits show it in only 12 of the
# 20 splits with the pairs, and in 9 without. How much the pairs help depends on the overlap: in the playground, at
# an overlap of 0.93, 1,800 examples were enough for the paired test, and the unpaired one would need more than 8,000.
#
# ### Exercise · Many splits, one test
# *2 points · 15 minutes · difficulty ●●○*
#
# Back to the study of the beginning. $J$ random splits give $J$ differences $d_1 \dots d_J$, with mean $\bar d$ and
# variance $s^2 = \frac{1}{J-1}\sum (d_j - \bar d)^2$. If they were independent, $\bar d$ would have the standard
# error $\sqrt{s^2/J}$ (the *plain t-test* of the textbooks divides $\bar d$ by that), and by splitting more often one
# could make it as small as one likes, out of the same 200 examples. That cannot be. All splits are cut from the same
# examples: of two training parts with 133 of 200, two thirds are the same. Nadeau and Bengio (2003) add a term that
# does not shrink with $J$. It comes from a rough guess of how alike two splits are, a correlation of
# $n_\text{test}/(n_\text{test} + n_\text{train})$; take it on trust:
#
# $$t = \frac{\bar d}{\sqrt{\Bigl(\dfrac1J + \dfrac{n_\text{test}}{n_\text{train}}\Bigr)\, s^2}} .$$
#
# So $t$ says how many standard errors $\bar d$ is from 0. If there is no difference, it roughly follows *Student's t
# distribution*, a bell like the normal one with longer tails, far longer if $J$ is 2 or 3, since $s$ is itself an
# estimate. How long they are is set by a number, the *degrees of freedom*, here $J - 1$. The $p$ value is the
# probability of anything as far out as $|t|$, **on both sides**: `stats.t.sf(x, J - 1)` is what lies above x.
#
# <details><summary>Hint 1</summary><code>differences.var()</code> divides by J − 1 already.</details>
# <details><summary>Hint 2</summary>The sign of t stays: positive if A is ahead. For p take |t|.</details>


# %% nbgrader={"grade_id": "corrected-t", "schema_version": 3, "solution": true}
def corrected_t(differences: torch.Tensor, n_train: int, n_test: int) -> tuple[float, float]:
    """Return (t, p) of the corrected t-test over random splits, p two-sided.

    `differences` has shape (J,), float64, J ≥ 2, not all alike, of either sign: A minus B on each split, of
    which each had `n_train` examples for training and `n_test` for testing. In place of a float, a
    tensor of one number will do. Source: Nadeau and Bengio (2003).
    """
    ### BEGIN SOLUTION
    J = len(differences)
    variance = (1 / J + n_test / n_train) * differences.var().item()
    t = differences.mean().item() / math.sqrt(variance)
    return t, 2 * float(stats.t.sf(abs(t), J - 1))
    ### END SOLUTION


# %% nbgrader={"grade_id": "corrected-t-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Many splits, one test", points=2, hidden=1)
def _(check):
    fifteen = torch.tensor([3, 1, 4, -1, 5, 2, 6, -5, 3, 5, 2, 4, 7, -2, 3]).double() / 100
    check.agree(
        corrected_t,
        oracle.corrected_t,
        (fifteen, 133, 67),
        (-fifteen[:4], 90, 10),
        (torch.tensor([0.02, 0.05]).double(), 40, 60),
        (fifteen.repeat(3) - 0.01, 500, 100),
        mistakes=oracle.CORRECTED_T,
    )


### BEGIN HIDDEN TESTS
@checks.hidden(
    "With a tiny test part it is SciPy's t-test; otherwise t shrinks as the formula says"
)
def _(check):
    generator = oracles.fresh_generator()
    for J, n_train, n_test in ((15, 133, 67), (5, 90, 10), (40, 50, 150)):
        differences = torch.randn(J, generator=generator, dtype=torch.float64) / 50 + 0.005
        plain = stats.ttest_1samp(differences.numpy(), 0)
        came = check.call(corrected_t, differences, 10**9, 1)
        check.close(came, [plain.statistic, plain.pvalue], rtol=1e-4, atol=1e-8)
        t = plain.statistic / math.sqrt(1 + J * n_test / n_train)
        wanted = [t, 2 * stats.t.cdf(-abs(t), J - 1)]
        check.close(check.call(corrected_t, differences, n_train, n_test), wanted, rtol=1e-4)


### END HIDDEN TESTS

# %% [markdown]
# ### Exercise · False alarms
# *3 points · 20 minutes · difficulty ●●○*
#
# Which comparison may one trust? Do not argue: **try it where you know the truth.** Make two learners that are
# equally good by construction, let them be compared many times, and count how often the comparison finds a
# difference.
#
# Each data set has 200 examples. The label of each is a toss of a fair coin, 0 or 1. Each example has ten
# features, independent and normal with standard deviation 1, and with the mean $+0.45$ in class 1, $-0.45$ in
# class 0. Learner A sees the first five features, learner B the other five. Neither is better: what they see
# comes from the same source. And they see different things, so they will differ by luck.
#
# `compare(X_a, X_b, y)` trains and tests both in some way, and returns a p value. Draw `num_data_sets` data sets,
# labels and features anew for each, and return the share of those with $p < 0.05$. (For a first try: with
# `lambda X_a, X_b, y: float(torch.rand(()))` for `compare` and 1,000 data sets it is near 0.05.)
#
# <details><summary>Hint 1</summary><code>2 * y - 1</code> is +1 for class 1 and −1 for class 0. As a column, <code>[:, None]</code>, it shifts all features of an example.</details>
# <details><summary>Hint 2</summary><code>X[:, :5]</code> and <code>X[:, 5:]</code>.</details>


# %% nbgrader={"grade_id": "false-alarms", "schema_version": 3, "solution": true}
def false_alarms(compare, num_data_sets: int, generator: torch.Generator) -> float:
    """Return the share of data sets, 0 to 1, in which `compare(X_a, X_b, y)` is below 0.05.

    `compare` is called once for each data set, with X_a and X_b of shape (200, 5), float32 or
    float64, and y (200,), int64, and returns a p value, a float. `num_data_sets` ≥ 1. All randomness comes from
    `generator`, or from a seed that is drawn from it; it goes on from where it is, and has moved on afterwards. A tensor of one
    number will do.
    """
    ### BEGIN SOLUTION
    num_alarms = 0
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        num_alarms += compare(X[:, :5], X[:, 5:], y) < 0.05
    return num_alarms / num_data_sets
    ### END SOLUTION


# %% nbgrader={"grade_id": "false-alarms-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("False alarms, counted", points=1, hidden=1)
def _(check):
    check.agree(
        false_alarms,
        oracle.false_alarms,
        oracle.answered([0.3, 0.01, 0.04, 0.8, 0.6, 0.02, 0.05, 0.049, 0.3, 0.9]),
        oracle.answered([0.001, 0.2, 0.7]),
        oracle.answered([0.4, 0.051, 0.5, 0.5]),
        oracle.answered([0.03]),
        mistakes=oracle.ALARMS,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other p values")
def _(check):
    generator = oracles.fresh_generator()
    for n in (7, 40, 1):
        p = (torch.rand(n, generator=generator, dtype=torch.float64) ** 2).tolist()
        check.agree(false_alarms, oracle.false_alarms, oracle.answered(p))


### END HIDDEN TESTS


# %% nbgrader={"grade_id": "false-alarms-test-2", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("False alarms, the data sets", points=2, hidden=2)
def _(check):
    oracle.follow_data_sets(check, false_alarms, torch.Generator().manual_seed(0))

    def first_numbers(generator):
        seen = []

        def compare(X_a, X_b, y):
            seen.append(X_a.flatten().double())
            return 0.5

        check.call(false_alarms, compare, 2, generator)
        return torch.cat(seen)

    oracle.drawn_by_the_generator(check, first_numbers)
    generator = torch.Generator().manual_seed(0)
    oracle.moves_on(check, false_alarms, lambda X_a, X_b, y: 0.5, 2, generator)


### BEGIN HIDDEN TESTS
@checks.hidden("Other data sets")
def _(check):
    oracle.follow_data_sets(check, false_alarms, oracles.fresh_generator())


@checks.hidden("Two comparisons, measured: one splits 15 times and forgets it, one tests once")
def _(check):
    generator = oracles.fresh_generator()
    once, plain = oracle.mcnemar_on_one_split(generator), oracle.plain_t(generator)
    trusted = check.call(false_alarms, once, 200, generator)
    wanted = "With McNemar's test the share should be near 0.03."
    check.that(float(trusted) < 0.15, wanted, share=trusted)
    forgetful = check.call(false_alarms, plain, 100, generator)
    wanted = "With the plain t-test the share should be near 0.43."
    check.that(0.2 < float(forgetful) < 0.8, wanted, share=forgetful)


### END HIDDEN TESTS

# %% [markdown]
# What it finds is the experiment at the end of this lesson.
#
# ## Probabilities
#
# The accuracy counts a right answer of 51 % like one of 99 %. The cross-entropy does not; as a score it is called
# *log loss*. The two may disagree. Take 300 digits, one label in ten replaced by lot, and train on and on; ten
# seeds, judged on 540 clean digits.


# %% tags=["demo"]
def small_network(generator):
    return models.mlp([64, 64, 10], generator=generator)


whole = data.digits()
generator = torch.Generator().manual_seed(0)
some = whole.y_train[:300].cpu().clone()
by_lot = torch.rand(300, generator=generator) < 0.1
some[by_lot] = torch.randint(10, (int(by_lot.sum()),), generator=generator)
few = whole._replace(X_train=whole.X_train[:300], y_train=some.to(whole.y_train.device))
longer = sweep.run(
    small_network,
    few,
    optimizer="Adam",
    lr=0.003,
    seed=range(runtime.scaled(10, fast=2)),
    num_epochs=runtime.scaled(400, fast=4),
    batch_size=60,
    every=20,
)
fig, (left, right) = plots.figure(ncols=2, size=(9.5, 3.4))
longer.plot(left, y="valid_accuracy")
longer.plot(right, y="valid_loss")
left.set(ylabel="accuracy on unseen digits", ylim=(0.7, 1), xscale="log")
right.set(ylabel="log loss on unseen digits", ylim=(0, 1.3), xscale="log")
plots.show(
    fig,
    "Left: the accuracy on unseen digits rises to about 0.90 in a hundred steps, falls to 0.86, and stays there. "
    "Right: the log loss falls to 0.40 in a hundred steps, and still rises at the last step.",
)
frame = longer.frame
late = {
    step: frame[frame.step == step][["valid_accuracy", "valid_loss"]].median()
    for step in runtime.scaled([100, 400, 2000], fast=[20])
}
for step, row in late.items():
    print(f"{step:5} steps: accuracy {row.valid_accuracy:.3f}, log loss {row.valid_loss:.2f}")

# %% [markdown]
# From 400 steps on the accuracy hardly moves, and the log loss grows by a third: the network seldom changes its
# mind any more, it mostly becomes surer, even where it errs (Guo, Pleiss, Sun and Weinberger 2017).
#
# > **calibration**: that of all decisions to which a model gives the probability 0.8, about 80 % turn out right, and
# > so for each other number.
#
# ### Exercise · Temperature
# *3 points · 40 minutes · difficulty ●●●*
#
# The cheapest repair is one number. Divide all logits $z$ by a *temperature* $T$ before the softmax:
#
# $$p_k = \frac{e^{z_k/T}}{\sum_j e^{z_j/T}} .$$
#
# > **temperature**: a number that divides the logits before the softmax; above 1 it makes probabilities milder,
# > below 1 sharper.
#
# The order of the classes stays, so **no decision**, the class with the highest probability, **changes**.
# Choose the $T$ with the smallest mean cross-entropy, on examples that took no part in training (on those of the
# training the network is right to be sure). Find it **within 1 %**, wherever it is between 0.05 and 20 (in
# float64: near its lowest point the loss is so flat that float32 cannot tell).
#
# How is free. $T$ is positive, and what counts is the factor (from 1 to 2 is as far as from 2 to 4), so search over
# $\log T$. Or use that the loss is convex in $1/T$ (it bends upwards everywhere): with a best $T$ in this range its
# slope there has one zero.
#
# <details><summary>Hint 1</summary><code>F.cross_entropy(logits / T, y)</code> is the loss. For a first look, compute it at <code>torch.logspace(-1.4, 1.4, 50)</code>, from about 0.04 to 25.</details>
# <details><summary>Hint 2</summary>Then look again, more finely, around the best of these. Or <code>scipy.optimize.minimize_scalar(loss, bounds=(-4, 4), method="bounded")</code> over log T.</details>


# %% nbgrader={"grade_id": "temperature", "schema_version": 3, "solution": true}
def fit_temperature(logits: torch.Tensor, y: torch.Tensor) -> float:
    """Return the T > 0 with the smallest mean cross-entropy of `logits / T`, within 1 %.

    `logits` has shape (n, num_classes), float32 or float64, `y` (n,), int64. The best T lies between 0.05 and
    20, and the logits may be up to ±300, or all of them about 300. A tensor of one number will do. Source: Guo et al. (2017).
    """
    ### BEGIN SOLUTION
    z, low, high = logits.double(), math.log(0.04), math.log(25)
    for _ in range(8):  # each time a grid ten times as fine, around the best
        grid = torch.linspace(low, high, 41).double()
        losses = torch.stack([F.cross_entropy(z / math.exp(u), y) for u in grid])
        best, step = grid[losses.argmin()].item(), (high - low) / 40
        low, high = best - 2 * step, best + 2 * step
    return math.exp(best)
    ### END SOLUTION


# %% nbgrader={"grade_id": "temperature-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Temperature", points=2, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(0)
    check.agree(
        fit_temperature,
        oracle.fit_temperature,
        oracle.guesses(generator, 400, 5, 2.5),
        oracle.guesses(generator, 300, 3, 0.6),
        tuple(
            part.float() if part.is_floating_point() else part
            for part in oracle.guesses(generator, 500, 10, 1.3)
        ),
        oracle.guesses(generator, 200, 2, 1.0),
        mistakes=oracle.TEMPERATURE,
        rtol=0.012,
        atol=0,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against SciPy, float32 and float64")
def _(check):
    from scipy.optimize import minimize_scalar

    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for n, num_classes, about in ((500, 4, 3.0), (400, 10, 0.7)):
            logits, y = oracle.guesses(generator, n, num_classes, about)

            def loss(log_t, logits=logits, y=y):
                return F.cross_entropy(logits / math.exp(log_t), y).item()

            found = minimize_scalar(loss, bounds=(-4, 4), method="bounded", options={"xatol": 1e-6})
            came = check.call(fit_temperature, logits.to(dtype), y)
            check.close(came, math.exp(found.x), rtol=0.012, atol=0)


### END HIDDEN TESTS

# %% [markdown]
# And far out, where a search must find its way: logits of ±300, timid ones, and some that are all about 300 (a
# constant added to all logits changes no probability).


# %% nbgrader={"grade_id": "temperature-test-2", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("Temperature, far out", points=1, hidden=1)
def _(check):
    def lifted(logits, y):
        return logits + 298, y

    generator = torch.Generator().manual_seed(1)
    check.agree(
        fit_temperature,
        oracle.fit_temperature,
        oracle.guesses(generator, 400, 4, 15.0, size=5.0),
        oracle.guesses(generator, 400, 6, 0.07),
        oracle.guesses(generator, 400, 3, 7.0),
        oracle.guesses(generator, 400, 3, 0.3),
        lifted(*oracle.guesses(generator, 400, 3, 0.25)),
        mistakes=oracle.TEMPERATURE_FAR,
        rtol=0.012,
        atol=0,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("The slope of the loss is 0 there")
def _(check):
    generator = oracles.fresh_generator()
    for num_classes, about, size in ((5, 13.0, 4.0), (3, 0.08, 2.0), (8, 6.0, 2.0)):
        logits, y = oracle.guesses(generator, 500, num_classes, about, size)
        T = float(check.call(fit_temperature, logits, y))
        below, here, above = (
            F.cross_entropy(logits / (T * factor), y).item() for factor in (0.97, 1, 1.03)
        )
        check.that(here < min(below, above), "3 % to one side the loss is smaller.", T=T)


### END HIDDEN TESTS

# %% [markdown]
# From now on: a line with `minimize_scalar`, or `CalibratedClassifierCV(FrozenEstimator(model),
# method="temperature")` of scikit-learn 1.8 and later (without `FrozenEstimator` it trains five new models).
#
# ### Exercise · Expected calibration error
# *2 points · 30 minutes · difficulty ●●○*
#
# How far from the truth are probabilities? The *confidence* of a decision is the highest probability. Sort the
# examples by it into `num_bins` bins of equal width between 0 and 1. In each bin $b$, of $m_b$ examples, compare
# the share that is right with the mean confidence, and take the mean gap, weighted by the bins' shares of the
# examples:
#
# $$\mathrm{ECE} = \sum_b \frac{m_b}{n}\,\bigl|\,\text{accuracy}_b - \text{mean confidence}_b\,\bigr| .$$
#
# > **expected calibration error**: the mean gap between the share that is right and the confidence, over bins of
# > confidence; *ECE* for short.
#
# Empty bins count for nothing. A confidence of exactly 1 belongs to the last bin; none of those that you will get
# lies on an edge between two bins.
#
# <details><summary>Hint 1</summary><code>confidence, decision = p.max(dim=1)</code>, and <code>(confidence * num_bins).long().clamp(max=num_bins - 1)</code> is the bin.</details>
# <details><summary>Hint 2</summary>For each bin a mask; skip it if it is empty.</details>


# %% nbgrader={"grade_id": "ece", "schema_version": 3, "solution": true}
def ece(p: torch.Tensor, y: torch.Tensor, num_bins: int) -> float:
    """Return the expected calibration error, 0 to 1.

    `p` has shape (n, num_classes), float32 or float64: probabilities, in each row a single highest one; `y` (n,),
    int64; `num_bins` ≥ 1. A tensor of one number will do. Source: Naeini et al. (2015);
    Guo et al. (2017), equation 3.
    """
    ### BEGIN SOLUTION
    confidence, decision = p.double().max(dim=1)
    right = (decision == y).double()
    bins = (confidence * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for some in (bins == number for number in range(num_bins)):
        if some.any():
            gap = right[some].mean() - confidence[some].mean()
            total += some.double().mean().item() * abs(gap.item())
    return total
    ### END SOLUTION


# %% nbgrader={"grade_id": "ece-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Expected calibration error", points=2, hidden=1)
def _(check):
    def drawn(n, num_classes, sure, seed, certain=0):
        generator = torch.Generator().manual_seed(seed)
        z, y = oracle.guesses(generator, n, num_classes, sure)
        p = z.softmax(dim=1)
        p[:certain] = F.one_hot(
            (y[:certain] + torch.arange(certain) % 2) % num_classes, num_classes
        ).double()
        return p, y

    check.agree(
        ece,
        oracle.ece,
        (*drawn(60, 3, 2.0, 0), 10),
        (*drawn(200, 5, 0.5, 1), 15),
        (*drawn(40, 2, 1.0, 2, certain=9), 4),
        (drawn(80, 4, 3.0, 3)[0].float(), drawn(80, 4, 3.0, 3)[1], 7),
        (*drawn(70, 12, 0.2, 4), 4),
        (torch.tensor([[0.3, 0.7]]), torch.tensor([0]), 5),
        mistakes=oracle.ECE,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against SciPy's binned means")
def _(check):
    generator = oracles.fresh_generator()
    for n, num_classes, num_bins, dtype in (
        (150, 3, 10, torch.float64),
        (120, 20, 3, torch.float64),
        (60, 10, 15, torch.float64),
        (90, 2, 6, torch.float32),
    ):
        z, y = oracle.guesses(generator, n, num_classes, 1.8)
        p = z.softmax(dim=1).to(dtype)
        sure, decision = p.double().max(dim=1)
        both = torch.stack([(decision == y).double(), sure]).numpy()
        means, _, _ = stats.binned_statistic(
            sure.numpy(), both, bins=num_bins, range=(0, 1), statistic="mean"
        )
        counts = torch.histc(sure, num_bins, 0, 1)
        gaps = torch.from_numpy(means[0] - means[1]).abs().nan_to_num()
        wanted = (counts / n * gaps).sum().item()
        check.close(check.call(ece, p, y, num_bins), wanted, rtol=1e-3, atol=1e-6)


### END HIDDEN TESTS

# %% [markdown]
# Does the temperature repair? Twice ten networks, 400 digits to fit $T$, 540 to judge. *Few*: trained on 100
# clean digits. *Noisy*: on 600, with one label in five drawn anew, in all three parts (to train, to fit $T$, to
# judge), as if people had labelled carelessly.
#
# And a floor: what is the ECE of a model whose probabilities are **perfect**? Draw the labels by the networks' own
# probabilities, which are perfect for such labels. And for more examples: draw a confidence, from ½ to 1, and let
# the decision be right with just that probability.


# %% tags=["demo"]
from scipy.optimize import minimize_scalar


def error_of_calibration(p, y, num_bins=15):
    """Return the ECE of probabilities (n, num_classes)."""
    sure, decision = p.double().max(dim=1)
    bins = (sure * num_bins).long().clamp(max=num_bins - 1)
    gaps = torch.zeros(num_bins).double().index_add_(0, bins, (decision == y).double() - sure)
    return gaps.abs().sum().item() / len(y)


def best_temperature(logits, y):
    """Return the temperature with the smallest log loss."""
    loss = lambda u: F.cross_entropy(logits / math.exp(u), y).item()  # noqa: E731
    return math.exp(minimize_scalar(loss, bounds=(-4, 4), method="bounded").x)


def before_and_after(seed, num_train, noise, width, lr, num_epochs):
    """Train a network; return T, and before it and after: accuracy, log loss, ECE; then surplus, floor."""
    split, generator = data.digits(seed, standardize=False), torch.Generator().manual_seed(seed)
    X = torch.cat([split.X_train, split.X_test]) / 16
    y = torch.cat([split.y_train, split.y_test]).clone()
    by_lot = (torch.rand(len(y), generator=generator) < noise).to(y.device)
    y = torch.where(by_lot, torch.randint(10, y.shape, generator=generator).to(y.device), y)
    model = models.mlp([64, width, 10], generator=generator)
    training.fit(
        model,
        torch.optim.Adam(model.parameters(), lr=lr),
        X[:num_train],
        y[:num_train],
        num_epochs=num_epochs,
        batch_size=50,
        generator=generator,
    )
    with torch.no_grad():
        logits, y = model(X).cpu(), y.cpu()
    T = best_temperature(logits[800:1200], y[800:1200])
    logits, y, row, more = logits[-540:], y[-540:], [T], []
    for z in (logits, logits / T):
        p = z.softmax(dim=1)
        right = (p.argmax(dim=1) == y).double().mean().item()
        row += [right, F.cross_entropy(z, y).item(), error_of_calibration(p, y)]
        drawn = torch.multinomial(p, 20, replacement=True, generator=generator).T  # (20, 540)
        perfect = sum(error_of_calibration(p, labels) for labels in drawn) / 20
        more += [p.amax(dim=1).mean().item() - right, perfect]
    return row + more


KINDS = {
    "few": {"num_train": 100, "noise": 0.0, "width": 256, "lr": 0.01, "num_epochs": 300},
    "noisy": {"num_train": 600, "noise": 0.2, "width": 128, "lr": 0.003, "num_epochs": 35},
}
tempered = {}
for name, how in runtime.progress([*KINDS.items()], "two kinds of networks"):
    if runtime.fast():
        how = how | {"num_epochs": 2}
    rows = [before_and_after(seed, **how) for seed in range(runtime.scaled(10, fast=1))]
    tempered[name] = torch.tensor(rows, dtype=torch.float64)
print("medians   T     accuracy        log loss      ECE")
for name, rows in tempered.items():
    T, a, loss, gap, a_after, loss_after, gap_after, *more = rows.quantile(0.5, dim=0).tolist()
    print(f"{name:7} {T:5.2f}   {a:.3f} → {a_after:.3f}   {loss:.2f} → {loss_after:.2f}", end="")
    print(f"   {gap:.3f} → {gap_after:.3f}")
    print(f"        confidence − accuracy {more[0]:+.3f} → {more[2]:+.3f}", end="")
    print(f"   floor of the ECE {more[1]:.3f} → {more[3]:.3f}")
floor = {}  # examples → ECE of perfect probabilities, for each draw
for n in (100, 540, 5000, 50_000):
    draws = []
    for seed in range(runtime.scaled(30, fast=2)):
        generator = torch.Generator().manual_seed(seed)
        sure = 0.5 + 0.5 * torch.rand(n, generator=generator)
        right = torch.rand(n, generator=generator) < sure
        draws.append(error_of_calibration(torch.stack([sure, 1 - sure], 1), (~right).long()))
    floor[n] = torch.tensor(draws)
    print(f"perfect probabilities, {n:6} examples: ECE {floor[n].median():.3f}")

# %% [markdown]
# With few clean digits the repair is splendid: no decision changes, the log loss falls from 0.59 to 0.42, and the
# ECE from 0.07 to 0.035, nearly its floor. With careless labels the log loss falls too, though little: that is what
# $T$ was chosen for. But the ECE **rises**, from 0.10 to 0.13. These networks were right on average to begin with:
# their mean confidence is one point below the accuracy. A few sure errors, on labels by lot, cost the log loss most,
# and $T$ grows for their sake: afterwards the mean confidence is 11 points too low. One number cannot make only
# those milder.
#
# And the ECE does not begin at 0: with 540 examples and confidences spread from ½ to 1 even perfect probabilities
# have about 0.04, for each bin holds few examples, and gaps that are luck do not cancel, since absolute values are
# added up (Kumar, Liang and Ma 2019). Surer models have a lower floor: it is 0.02 for the first networks before $T$,
# and 0.05 for the noisy ones. So name the floor of **your** confidences beside each ECE.
#
# ## The experiment
#
# Two learners, alike by construction, as in {{#false-alarms}}. Each is a *nearest mean*: it takes the mean of
# each class in training, and answers with the class whose mean is nearer. We split at random, two thirds for
# training, again and again, and ask the plain t-test over the splits, and the corrected one. McNemar's test
# looks at the first split only. 400 data sets at once, five times.


# %% tags=["demo"]
def nearest_mean(X, sign, train, test):
    """Return whether each test example is right, (data sets, num_test); `sign` is ± 1, the class."""

    def rows(places):
        return X.gather(1, places[..., None].expand(-1, -1, X.shape[2])), sign.gather(1, places)

    (A, a), (B, b) = rows(train), rows(test)
    up, down = (
        (A * (a == s)[..., None]).sum(dim=1) / (a == s).sum(dim=1, keepdim=True) for s in (1, -1)
    )
    # on which side of the middle between the two means
    scores = ((B - (up + down)[:, None] / 2) * (up - down)[:, None]).sum(dim=2)
    return (scores > 0) == (b > 0)


def study(seed, shift_b, num_splits, num_sets, n=200, num_train=133):
    """Return the differences, (num_sets, num_splits), and McNemar's p on the first split."""
    generator = torch.Generator().manual_seed(seed)
    sign = 2.0 * torch.randint(2, (num_sets, n), generator=generator) - 1
    shift = torch.tensor([0.45] * 5 + [shift_b] * 5)
    X = torch.randn(num_sets, n, 10, generator=generator) + shift * sign[..., None]
    differences, tossed = [], None
    for _ in range(num_splits):
        order = torch.rand(num_sets, n, generator=generator).argsort(dim=1)
        train, test = order[:, :num_train], order[:, num_train:]
        by_a, by_b = (nearest_mean(part, sign, train, test) for part in (X[..., :5], X[..., 5:]))
        differences.append(by_a.double().mean(dim=1) - by_b.double().mean(dim=1))
        if tossed is None:
            b, c = (by_a & ~by_b).sum(dim=1).numpy(), (by_b & ~by_a).sum(dim=1).numpy()
            tossed = 2 * stats.binom.cdf(np.minimum(b, c), b + c, 0.5)
    return torch.stack(differences, dim=1), tossed


SPLITS = [2, 5, 10, 15, 30, 50]


def alarms(shift_b, seed):
    """Return how often p < 0.05: plain and corrected t-test for each of SPLITS, and McNemar."""
    differences, tossed = study(seed, shift_b, SPLITS[-1], runtime.scaled(400, fast=20))
    shares = []
    for factor in (lambda J: 1 / J, lambda J: 1 / J + 67 / 133):
        for J in SPLITS:
            d = differences[:, :J]
            t = d.mean(dim=1) / (factor(J) * d.var(dim=1)).sqrt()
            shares.append((2 * stats.t.sf(t.abs().numpy(), J - 1) < 0.05).mean())
    return [*shares, (tossed < 0.05).mean()]


runs = {}
for name, shift_b in runtime.progress({"alike": 0.45, "B worse": 0.25}.items(), "two studies"):
    rows = [alarms(shift_b, seed) for seed in range(runtime.scaled(5, fast=1))]
    runs[name] = torch.tensor(np.array(rows))  # (seeds, 2 · splits + 1)

# %% tags=["demo"]
fig, axes = plots.figure(ncols=2, size=(10, 3.8))
for ax, (name, rows) in zip(axes, runs.items(), strict=True):
    plots.band(ax, SPLITS, rows[:, :6], "plain t-test")
    plots.band(ax, SPLITS, rows[:, 6:12], "corrected t-test")
    plots.band(ax, SPLITS, rows[:, 12:].expand(-1, 6), "McNemar, one split")
    ax.axhline(0.05, color="black", lw=1, ls=":")
    ax.set(title=name, xlabel="random splits", ylabel="studies with p < 0.05", ylim=(0, 1.03))
axes[1].get_legend().remove()
plots.show(
    fig,
    "Left: both learners alike. The plain t-test finds a difference the more often, the more splits there "
    "are, in more than four of ten studies with 15; the corrected one finds it in 8 of 100 with two splits and in "
    "3 to 4 with more, McNemar's in 3. Right: B is worse, and all three see it in a good part of the studies.",
)
for name, rows in runs.items():
    plain, corrected, once = (rows[:, i].median().item() for i in (3, 9, 12))
    print(f"{name}: 15 splits, plain {plain:.2f}, corrected {corrected:.2f}; McNemar {once:.2f}")
by_size = {}  # examples for testing → how often the plain t-test over 15 splits raises an alarm
for size in (20, 40, 100):
    d, _ = study(0, 0.45, 15, runtime.scaled(1000, fast=20), num_train=200 - size)
    p = stats.ttest_1samp(d.numpy(), 0, axis=1).pvalue
    by_size[size] = (p < 0.05).mean()
    print(f"alike, {size} of 200 for testing: plain {by_size[size]:.2f}")
plain = runs["alike"][:, 3].median().item()
outcome = "about 50" if plain > 0.35 else "about 20" if plain > 0.12 else "about 5"
predict.reveal(prediction, outcome)

# %% [markdown]
# More than four in ten of these studies report a difference that is not there. The 15 splits look like 15
# witnesses, and are one witness, heard 15 times: with more splits the alarms do not become fewer, but more. (With a
# tenth of the examples for testing it is one study in five, with a half more than one in two.) Dietterich (1998)
# found the same; he advised McNemar's test where one can train only once, and five times two-fold cross-validation
# where one can train ten times. McNemar's asks whether these two *trained* models differ; whether the learners do
# it cannot tell, for it sees one training of each.
#
# On the right, where B really is worse, the corrected test sees it more often than McNemar's on one split if there
# are five splits or more, for more examples are tested. With two it sees less: one degree of freedom says little.
#
# ## The verdict
#
# - **"The test score is the truth."** It is one toss of 114 coins: the same learner had 0.94 to 1.00 on the
#   tumours, and the best of ten models that are all 90 % good and err independently shows 94 % on 100 examples. **It
#   flips** with thousands of test examples that nobody has chosen by: 3,457 of them know 0.90 to within a point, in
#   95 of 100 samples.
# - **"One point more is better."** At an accuracy of 0.91, with 1,000 examples and errors that overlap by half, a
#   paired test sees one point in a fifth of the draws. **It flips** if both models err on the same examples: at an
#   overlap of 0.93 a quarter of the examples was enough. Fifteen splits of the same 200 examples, a third of them for
#   testing, are no way out: the plain t-test raised a false alarm in more than four of ten studies.
# - **"Cross-validation prevents leakage."** It stood in every line of the leaks: 0.98 for persons with labels by
#   lot, 0.99 for copies. **It flips** where the folds are cut as the use will be, by group or forward in time, and
#   all that is made from the examples, with their labels or without, is made inside the training parts.
#
# ## What to take away
#
# - A score on $n$ examples has a standard error of $\sqrt{p(1-p)/n}$: 1.3 points for 0.98 on 114 tumours, and 200
#   splits had as much; give Wilson's interval with it.
# - Who looks 400 times fits the test set: guesses by lot, kept if they beat ½, voted 80 % on 200 examples, and
#   had 50 % on fresh ones.
# - Compare on the same examples, pair by pair: for a gap of one point the playground needed 7,420 examples with
#   errors that overlap by half, and 1,800 with errors that overlap by 0.93.
# - Splits are not independent: 15 of them, a third for testing, made a plain t-test raise false alarms in more than
#   40 % of the studies, the corrected one in about 4 %.
# - The temperature changes no decision, and took the log loss from 0.59 to 0.42, and the ECE from 0.07
#   to 0.035: the same networks, were they perfect, would have 0.033 on 540 examples.
#
# ## In short
#
# | question | tool | library | mind |
# |---|---|---|---|
# | how sure is a score? | Wilson's interval | `binomtest(…).proportion_ci` | Wald's fails near 1 |
# | new examples of the same kind? | stratified folds | `StratifiedKFold(shuffle=True)` | the default does not shuffle |
# | new persons? | grouped folds | `GroupKFold` | a row is not a person |
# | the future? | forward chaining | `TimeSeriesSplit` | sort by time first; a gap, if labels look ahead |
# | A or B, one test set? | McNemar, paired bootstrap | `binomtest`, `bootstrap` | pair by pair |
# | A or B, many splits? | corrected t-test | one line | splits share examples |
# | are probabilities true? | ECE; log loss (true and telling, in one) | `log_loss` | the floor of the ECE |
# | too sure? | temperature | `CalibratedClassifierCV` | fit it on unseen examples |
#
# ## Going further
#
# - Blum, A. and Hardt, M. (2015). The Ladder: a reliable leaderboard for machine learning competitions. arXiv:1502.04585
# - Brown, L. D., Cai, T. T. and DasGupta, A. (2001). Interval estimation for a binomial proportion. *Statistical Science* 16, 101–133. doi:10.1214/ss/1009213286
# - Dietterich, T. G. (1998). Approximate statistical tests for comparing supervised classification learning algorithms. *Neural Computation* 10, 1895–1923. doi:10.1162/089976698300017197
# - Efron, B. (1979). Bootstrap methods: another look at the jackknife. *Annals of Statistics* 7, 1–26. doi:10.1214/aos/1176344552
# - Guo, C., Pleiss, G., Sun, Y. and Weinberger, K. Q. (2017). On calibration of modern neural networks. arXiv:1706.04599
# - Kumar, A., Liang, P. and Ma, T. (2019). Verified uncertainty calibration. arXiv:1909.10155
# - McNemar, Q. (1947). Note on the sampling error of the difference between correlated proportions or percentages. *Psychometrika* 12, 153–157. doi:10.1007/BF02295996
# - Micci-Barreca, D. (2001). A preprocessing scheme for high-cardinality categorical attributes in classification and prediction problems. *SIGKDD Explorations* 3, 27–32. doi:10.1145/507533.507538
# - Nadeau, C. and Bengio, Y. (2003). Inference for the generalization error. *Machine Learning* 52, 239–281. doi:10.1023/A:1024068626366
# - Naeini, M. P., Cooper, G. F. and Hauskrecht, M. (2015). Obtaining well calibrated probabilities using Bayesian binning. *AAAI Conference on Artificial Intelligence* 29, 2901–2907. doi:10.1609/aaai.v29i1.9602
# - Saeb, S., Lonini, L., Jayaraman, A., Mohr, D. C. and Kording, K. P. (2017). The need to approximate the use-case in clinical machine learning. *GigaScience* 6. doi:10.1093/gigascience/gix019
# - Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. *Journal of the American Statistical Association* 22, 209–212. doi:10.1080/01621459.1927.10502953

# %% [markdown]
# ## Once more
#
# The questions from the beginning. Answer without looking back; then each answer gets its sentence.
#
# - **persons**: there are 20 records of each of 40 persons, and a person's label is drawn by lot. The rows are
#   dealt into folds: which accuracy does cross-validation report? `"about 0.50"`, `"about 0.75"` or `"about 0.98"`.
# - **one point**: one of two models is truly better, by one point at 0.91, and their errors overlap by half. In how
#   many of 100 test sets of 1,000 examples does a paired test see it? `"about 95"`, `"about 50"` or `"about 20"`.
# - **the vote**: 400 guesses by lot are judged on 200 test examples of two classes, and those that beat ½ vote. How
#   many of the same 200 does the vote have right? `"about 50 %"`, `"about 80 %"` or `"about 100 %"`.

# %% tags=["prediction"]
at_last = {
    "persons": ...,
    "one point": ...,
    "the vote": ...,
}

# %% tags=["demo"]
predict.last("evaluation", at_last, before=at_first)

# %% [markdown]
# ## How far you are
#
# What you have solved and predicted, from a file on your machine that no grader reads. (What the cell shows is
# saved in the notebook, as any output is.)

# %% tags=["demo"]
from nblib import progress

progress.show()
