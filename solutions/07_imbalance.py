# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lesson · Imbalance
#
# > **The myth.** *99 % accuracy is good. SMOTE always helps. And the area under the ROC curve is
# > enough to compare models.*
#
# (SMOTE invents rare examples, and the ROC curve judges an order; you will build both.)
#
# Fraud, illness, a broken part: what we look for is often rare. Then a model that never finds any is
# right nearly always. You will build the numbers that notice it and the remedies that are offered for
# it, and measure which of them do more than move a threshold.
#
# **You will be able to**
#
# - choose the number that fits the question, and compute it where scores tie or nothing was found;
# - turn class weights, resampling and thresholds into one another, and take them back again;
# - write a balanced sampler, SMOTE, the focal loss and a balanced ensemble, each checked against the
#   library that you will use from then on;
# - place a threshold by what errors cost, and find the leaks that make results too good to be true.
#
# **Time** about 7½ hours, in as many sittings as you like. **You need** the sigmoid and cross-entropy
# ([{{activations#bce-with-logits}}]({{activations.ipynb}})), validation and L2
# ([{{regularization}}]({{regularization.ipynb}})). **Points** 30, in 14 exercises; each stands on its own, so you
# can skip one and come back.
#
# Two libraries help: scikit-learn, imported as `sklearn`, for judging and for models that are not networks, and
# imbalanced-learn, `imblearn`, for rare classes. You need not know them.

# %% nbgrader={"grade_id": "setup", "locked": true, "schema_version": 3}
import math

from nblib import (
    checks,
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
from nblib.data import rare
from nblib.oracles import imbalance as oracle
from nblib.oracles import smote as smote_oracle

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
# - **persons**: there are 20 records of each of 40 persons, and a person's label is drawn by lot. The rows are
#   dealt into folds: which accuracy does cross-validation report? `"about 0.50"`, `"about 0.75"` or `"about 0.98"`.
# - **rare digit**: one digit in a hundred is an 8, and a model that looks for them has an accuracy of 99.0 %. How
#   many of the 8s does it find? `"nearly all"`, `"about half"` or `"perhaps none"`.
# - **rarer positives**: positives become rarer, from a half of the examples to a hundredth, and the scores of each
#   class stay as they are. Which number falls? `"the average precision"`, `"the area under the ROC curve"` or
#   `"both"`.
# - **copied first**: the features are pure noise. Rare examples are copied until the classes are even, and then the
#   data are cut into folds. Which area under the ROC curve is reported? `"about 1.0"`, `"about 0.8"` or
#   `"about 0.5"`.

# %% tags=["prediction"]
at_first = {
    "persons": ...,
    "rare digit": ...,
    "rarer positives": ...,
    "copied first": ...,
}

# %% tags=["demo"]
predict.first("imbalance", at_first)

# %% [markdown]
# ## Predict first
#
# Later you will look for the digit 8, one among a hundred others, with a *logistic regression*, which is a single
# layer with a sigmoid: once on the eight 8s that there are to learn from, once with hundreds more that SMOTE
# invents between them. Judged by how well it *ranks* new digits, the 8s before the others, how does SMOTE do?
# Replace the three dots by `"better"`, `"about the same"` or `"worse"`. A guess is free, and it is not graded.

# %% tags=["prediction"]
prediction = ...

# %% tags=["demo"]
predict.note(prediction, ["better", "about the same", "worse"])

# %% [markdown]
# ## One idea
#
# A *classifier*, a model that sorts examples into classes such as "8" and "not an 8", does three things, one after
# another. It puts examples in an **order**, by a score. It says how sure it is, as a **probability**. And it
# **decides**, by cutting somewhere.
#
# Rare classes trouble each of them in a way of its own. Few examples make a poor order. The
# probabilities of something rare are small, and rightly so. And a cut at ½ then says no to nearly all.
# Several of the remedies that are offered do no more than move that cut, as you will measure, and a cut can
# be moved for nothing. So ask of each remedy: *which of the three does it change?*
#
# Here is the data of this lesson: real digits, the 8s thinned out until they are one in a hundred. What
# does the best-known number say of a model that answers "not an 8", always?

# %% tags=["demo"]
split = rare.one_digit(8)
always_no = torch.zeros_like(split.y_test)
lazy_accuracy = (always_no == split.y_test).float().mean().item()
print(f"to learn from: {len(split.y_train)} digits, {split.y_train.sum()} of them 8s")
print(f"always no: accuracy {lazy_accuracy:.3f}, 8s found {int(always_no.sum())}")

# %% [markdown]
# ## Explore
#
# One threshold, and all that depends on it. Drag it, and watch three things move at once: the matrix, which counts
# right and wrong decisions, and a point on each of two curves that you will build below. Then change the
# *prevalence*, the share of the *positives*, which are what we look for, and see which curve stays as it is.
#
# > **prevalence**: the share of the examples that are positive, which is to say of class 1.
# >
# > **threshold**: the score from which on a classifier says yes.
#
# **Your goal**: with the other three knobs as they stand, pay almost as little as one can. A miss, a positive that
# is not found, costs as much as 50 false alarms, negatives called positive; the line below tells the *probability*
# at the threshold. When is it just worth the risk to say yes? (Find it by dragging; {{#threshold}} has the
# formula.)

# %% tags=["demo"]
playground.threshold()

# %% [markdown]
# ## Decisions
#
# ### Exercise · The confusion matrix
# *1 point · 10 minutes · difficulty ●○○*
#
# All that can be said about decisions stands in a small table: row $a$, column $b$ counts the examples of
# class $a$ that were decided to be $b$. **The row is the truth**, as in scikit-learn; other texts have it
# the other way round.
#
# > **confusion matrix**: a table that counts, for each true class, how often it was decided to be each
# > class.
#
# <details><summary>Hint</summary>Each pair is one number, <code>num_classes * y + y_hat</code>, and <code>torch.bincount(…, minlength=…)</code> counts how often each number occurs, in a list that <code>.reshape</code> makes a table.</details>


# %% nbgrader={"grade_id": "confusion", "schema_version": 3, "solution": true}
def confusion(y: torch.Tensor, y_hat: torch.Tensor, num_classes: int) -> torch.Tensor:
    """Return the counts, (num_classes, num_classes): true class in the row, decision in the column.

    `y` and `y_hat` have shape (n,), int64, with the classes 0 … num_classes − 1; not all of them
    need occur. The counts may be thousands, and have any dtype that holds them.
    """
    ### BEGIN SOLUTION
    pairs = num_classes * y + y_hat  # (n,)
    return torch.bincount(pairs, minlength=num_classes**2).reshape(num_classes, num_classes)
    ### END SOLUTION


# %% nbgrader={"grade_id": "confusion-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("The confusion matrix", points=1, hidden=1)
def _(check):
    y = torch.tensor([0, 0, 0, 1, 1, 2, 2, 0, 2, 1])
    y_hat = torch.tensor([0, 1, 1, 1, 0, 2, 0, 0, 0, 1])
    without_0 = torch.tensor([2, 1, 2, 2, 1]), torch.tensor([2, 1, 2, 1, 1])
    many = torch.arange(300)
    check.agree(
        confusion,
        oracle.confusion,
        (y, y_hat, 4),
        (*without_0, 3),
        (torch.tensor([1]), torch.tensor([0]), 2),
        (many % 5, many * many % 7 % 5, 5),
        (many.repeat(9) % 2, many.repeat(9) % 3 % 2, 2),
        mistakes=oracle.CONFUSION,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against scikit-learn")
def _(check):
    from sklearn.metrics import confusion_matrix

    generator = oracles.fresh_generator()
    for n, num_classes in ((40, 2), (300, 5), (3, 7), (4000, 2)):
        y, y_hat = torch.randint(num_classes, (2, n), generator=generator)
        wanted = confusion_matrix(y, y_hat, labels=range(num_classes))
        check.equal(check.call(confusion, y, y_hat, num_classes), wanted)


### END HIDDEN TESTS

# %% [markdown]
# ### Exercise · Precision, recall, F1
# *2 points · 15 minutes · difficulty ●○○*
#
# For two classes the four numbers have names. Class 1 is the *positive* one, what we look for:
#
# | | decided 0 | decided 1 |
# |---|---|---|
# | **true 0** | true negatives TN | false positives FP |
# | **true 1** | false negatives FN | true positives TP |
#
# *Precision* asks: of those that I called positive, how many are? *Recall*: of the positives, how many did I find?
# *F1* is their harmonic mean, which is small if either is: turn both upside down, take the mean,
# $\tfrac12\bigl(\tfrac{TP+FP}{TP} + \tfrac{TP+FN}{TP}\bigr)$, and turn it back. In counts,
#
# $$\text{precision} = \frac{TP}{TP+FP}, \qquad \text{recall} = \frac{TP}{TP+FN}, \qquad
#   F_1 = \frac{2\,TP}{2\,TP+FP+FN} .$$
#
# TN occurs in none of them. And if nothing was called positive, precision is not 0: the question has no
# answer. **Return `nan` where the denominator is 0**, and only there.
#
# > **precision**: the share of what was called positive that is positive.
# >
# > **recall**: the share of the positives that were found.
# >
# > **F1**: the harmonic mean of precision $P$ and recall $R$, $2PR/(P+R)$, which is small if either is.
#
# <details><summary>Hint</summary>Tensors of floats divide 0 by 0 to <code>nan</code> by themselves; Python numbers raise an error.</details>


# %% nbgrader={"grade_id": "ratios", "schema_version": 3, "solution": true}
def ratios(matrix: torch.Tensor) -> tuple[float, float, float]:
    """Return (precision, recall, F1) of class 1; each is nan where its denominator is 0.

    `matrix` is [[TN, FP], [FN, TP]], int64. In place of a float, a tensor of one number will do.
    """
    ### BEGIN SOLUTION
    (_, fp), (fn, tp) = matrix.double()
    precision, recall, f1 = tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)
    return precision.item(), recall.item(), f1.item()
    ### END SOLUTION


# %% nbgrader={"grade_id": "ratios-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("Precision, recall, F1", points=1, hidden=1)
def _(check):
    check.agree(
        ratios,
        oracle.ratios,
        (torch.tensor([[90, 6], [1, 3]]),),
        (torch.tensor([[5, 2], [7, 11]]),),
        (torch.tensor([[400, 1], [12, 25]]),),
        mistakes=oracle.RATIOS,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against scikit-learn")
def _(check):
    from sklearn.metrics import precision_recall_fscore_support

    generator = oracles.fresh_generator()
    for counts in torch.randint(1, 50, (5, 4), generator=generator) * torch.tensor([9, 1, 2, 3]):
        tn, fp, fn, tp = counts.tolist()
        y = [0] * (tn + fp) + [1] * (fn + tp)
        y_hat = [0] * tn + [1] * fp + [0] * fn + [1] * tp
        wanted = precision_recall_fscore_support(y, y_hat, average="binary")[:3]
        check.close(check.call(ratios, torch.tensor([[tn, fp], [fn, tp]])), wanted, rtol=1e-4)


### END HIDDEN TESTS

# %% [markdown]
# Now the cases without an answer: nothing was called positive; there is nothing to find; neither.


# %% nbgrader={"grade_id": "ratios-test-2", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("Questions without an answer", points=1, hidden=1)
def _(check):
    check.agree(
        ratios,
        oracle.ratios,
        (torch.tensor([[96, 0], [4, 0]]),),
        (torch.tensor([[97, 3], [0, 0]]),),
        (torch.tensor([[9, 0], [0, 0]]),),
        (torch.tensor([[90, 2], [3, 0]]),),
        (torch.tensor([[0, 0], [0, 5]]),),
        mistakes=oracle.UNDEFINED,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against scikit-learn, told to say nan")
def _(check):
    from sklearn.metrics import precision_recall_fscore_support

    for tn, fp, fn, tp in ((7, 0, 0, 0), (5, 0, 3, 0), (5, 2, 0, 0), (0, 0, 0, 4), (0, 2, 3, 0)):
        y = [0] * (tn + fp) + [1] * (fn + tp)
        y_hat = [0] * tn + [1] * fp + [0] * fn + [1] * tp
        wanted = precision_recall_fscore_support(
            y, y_hat, labels=[1], average=None, zero_division=math.nan
        )[:3]
        wanted = [float(value[0]) for value in wanted]
        check.close(check.call(ratios, torch.tensor([[tn, fp], [fn, tp]])), wanted)


### END HIDDEN TESTS

# %% [markdown]
# From now on: `sklearn.metrics.confusion_matrix` and `precision_recall_fscore_support`, with
# `zero_division=math.nan`; its default says 0 and warns.
#
# ### Exercise · Many classes, one number
# *1 point · 10 minutes · difficulty ●○○*
#
# With several classes each one is the positive class in turn, and all others are negative. *Macro* F1 is the plain
# mean over the classes, so that a rare class counts as much as a common one. *Micro* F1 first adds up all TP, FP
# and FN. Where each example has one label and all classes are counted, each error is a false positive of one class
# and a false negative of another. So FP and FN both add up to the number of errors, and micro F1 is
# $2\,TP/(2\,TP + 2\,\text{errors})$: the accuracy under another name. **Here we want macro**; a class that is never
# decided has F1 = 0, and counts.
#
# <details><summary>Hint</summary>TP is the diagonal. A row's sum is TP + FN, a column's is TP + FP: so the denominator of F1 is the sum of both.</details>


# %% nbgrader={"grade_id": "macro-f1", "schema_version": 3, "solution": true}
def macro_f1(matrix: torch.Tensor) -> float:
    """Return the mean over the classes of the F1 of each.

    `matrix` has shape (num_classes, num_classes), int64, true class in the row; each class occurs
    in truth. A tensor of one number will do.
    """
    ### BEGIN SOLUTION
    f1 = 2 * matrix.diagonal() / (matrix.sum(dim=0) + matrix.sum(dim=1))  # (num_classes,)
    return f1.mean().item()
    ### END SOLUTION


# %% nbgrader={"grade_id": "macro-f1-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("Many classes, one number", points=1, hidden=1)
def _(check):
    check.agree(
        macro_f1,
        oracle.macro_f1,
        (torch.tensor([[60, 25, 0], [1, 9, 0], [9, 2, 0]]),),  # class 2 is never decided
        (torch.tensor([[50, 3], [4, 9]]),),
        (torch.tensor([[12, 0, 0], [0, 5, 2], [0, 1, 7]]),),  # class 0 is perfect
        (torch.tensor([[40, 5, 2, 1], [3, 0, 4, 2], [1, 2, 9, 1], [0, 0, 1, 7]]),),
        mistakes=oracle.MACRO_F1,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against scikit-learn")
def _(check):
    from sklearn.metrics import f1_score

    generator = oracles.fresh_generator()
    for n, num_classes in ((60, 3), (200, 6)):
        y = torch.cat([torch.arange(num_classes), torch.randint(2, (n,), generator=generator)])
        y_hat = torch.where(torch.rand(len(y), generator=generator) < 0.6, y, y.flip(0))
        matrix = torch.zeros(num_classes, num_classes, dtype=torch.int64)
        for pair in zip(y.tolist(), y_hat.tolist(), strict=True):
            matrix[pair] += 1
        wanted = f1_score(y, y_hat, average="macro")
        check.close(check.call(macro_f1, matrix), wanted, rtol=1e-4)


### END HIDDEN TESTS

# %% [markdown]
# ## Order
#
# Decisions depend on the cut. To judge the scores themselves, try every cut at once. The *receiver
# operating characteristic* (ROC) has a point for each threshold: recall upwards, and to the right the
# share of the negatives that are called positive, the *false positive rate*. Here is one of four positives
# and five negatives. Lower the threshold step by step: a positive takes the curve up by a fourth, a
# negative to the right by a fifth.

# %% tags=["demo"]
in_order = torch.tensor([1, 1, 0, 1, 0, 0, 1, 0, 0])  # labels, from the highest score to the lowest
up = torch.cat([torch.zeros(1), (in_order == 1).cumsum(0) / 4])  # (10,)
right = torch.cat([torch.zeros(1), (in_order == 0).cumsum(0) / 5])
fig, ax = plots.figure(size=(4.6, 3.4))
ax.plot(right, up, marker="o", ms=4)
ax.fill_between(right, up, alpha=0.15)
ax.set(xlabel="false positive rate", ylabel="recall", xlim=(0, 1.03), ylim=(0, 1.03))
stairs = (in_order == 0).float() @ up[1:] / 5
plots.show(fig, f"A ROC curve in stairs, by the order + + − + − − + − −: the area is {stairs:.2f}.")

# %% [markdown]
# Each negative adds a column below the stairs. It is a fifth wide, and as high as the share of the positives
# that were met before it, which have the higher score. So the area is the share of all pairs, of a positive and
# a negative, in which the positive is ahead: here 16 of 20.
#
# ### Exercise · The area under the ROC curve
# *2 points · 20 minutes · difficulty ●●○*
#
# So the area is a probability, and that is the easiest way to compute it (Hanley and McNeil 1982): take a
# positive and a negative at random. How likely is it that the positive has the higher score? **A tie is half a win.**
#
# $$\mathrm{AUC} = \frac{1}{n_1 n_0} \sum_{i:\,y_i=1}\; \sum_{j:\,y_j=0}
#   \Bigl([s_i > s_j] + \tfrac12\,[s_i = s_j]\Bigr)$$
#
# Square brackets are 1 if what they hold is true, else 0; $s_i$ is a score, and $n_1$ and $n_0$ count the positives
# and the negatives.
#
# > **ROC curve**: recall against the false positive rate, with a point for each threshold.
# >
# > **AUC**: the area under the ROC curve, which is how likely a positive has a higher score than a negative.
#
# <details><summary>Hint</summary><code>scores[y == 1][:, None] - scores[y == 0]</code> has all differences, (n₁, n₀).</details>


# %% nbgrader={"grade_id": "roc-auc", "schema_version": 3, "solution": true}
def roc_auc(y: torch.Tensor, scores: torch.Tensor) -> float:
    """Return the area under the ROC curve, 0 to 1: a float, or a tensor of one number.

    `y` has shape (n,), int64, 0 or 1, both present; `scores` (n,), float32 or float64, finite:
    higher means more positive.
    Source: Hanley and McNeil (1982).
    """
    ### BEGIN SOLUTION
    ahead = scores[y == 1][:, None] - scores[y == 0]  # (positives, negatives)
    return ((ahead > 0).double() + 0.5 * (ahead == 0).double()).mean().item()
    ### END SOLUTION


# %% nbgrader={"grade_id": "roc-auc-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("The area under the ROC curve", points=2, hidden=1)
def _(check):
    y = torch.tensor([1, 0, 1, 0, 0, 1, 0, 0])
    scores = torch.tensor([0.9, 0.8, 0.8, 0.3, 0.6, 0.3, 0.4, 0.1])
    many = torch.arange(500)
    check.agree(
        roc_auc,
        oracle.roc_auc,
        (y, scores),
        (1 - y, torch.tensor([0.1, 0.7, -2.0, 4.0, 0.3, 0.9, -0.5, 0.2]).double()),
        (torch.tensor([0, 1, 0]), torch.tensor([0.5, 0.5, 0.5])),
        ((many % 11 == 3).long(), (many * 37 % 101).double() / 7 - 50),
        ((many % 11 == 3).long(), 1e-5 * (many * 37 % 101).double()),  # close to one another
        mistakes=oracle.AUC,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against scikit-learn, with many ties, float32 and float64")
def _(check):
    from sklearn.metrics import roc_auc_score

    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for n, num_positive, num_values in ((30, 4, 6), (500, 17, 10_000), (9, 8, 3)):
            y = (torch.randperm(n, generator=generator) < num_positive).long()
            steps = torch.randint(num_values, (n,), generator=generator).to(dtype)
            for scores in (steps / 7 - 50, 1e-6 * steps):
                wanted = roc_auc_score(y, scores)
                check.close(check.call(roc_auc, y, scores), wanted, rtol=1e-4, atol=1e-6)


### END HIDDEN TESTS

# %% [markdown]
# ### Exercise · Average precision
# *3 points · 45 minutes · difficulty ●●●*
#
# The other curve has precision against recall. Its area is summed up in **steps**: going down through the
# thresholds, each precision counts by as much as the recall has just grown. With $P_k$ and $R_k$ for precision and
# recall at the $k$-th threshold from the top, and $R_0 = 0$,
#
# $$\mathrm{AP} = \sum_k (R_k - R_{k-1})\, P_k .$$
#
# Straight lines between the points (trapezoids) would promise precisions that no threshold has (Davis and Goadrich
# 2006). On the ROC curve they are fair: to choose one of two thresholds by the toss of a coin gives, on average, the
# point halfway along the line, since the denominators of both axes are fixed. That of precision, TP + FP, is not.
# And **equal scores pass a threshold together**: there is one step for each *different* score, however near it is
# to the next.
#
# > **average precision**: the area under the curve of precision against recall, in steps; *AP* for short.
#
# <details><summary>Hint 1</summary>Sort by score, descending. <code>cumsum</code>, the running sum, of the sorted labels is TP at each place, and the place, counted from 1, is TP + FP.</details>
# <details><summary>Hint 2</summary>With ties, only the last place of each group of equal scores is a threshold: keep those where the next score is another one.</details>
# <details><summary>Hint 3</summary>R₀ is 0. <code>torch.diff(recall, prepend=torch.zeros(1))</code> has the growth, if the dtypes agree.</details>


# %% nbgrader={"grade_id": "average-precision", "schema_version": 3, "solution": true}
def average_precision(y: torch.Tensor, scores: torch.Tensor) -> float:
    """Return the area under the curve of precision against recall, in steps, 0 to 1.

    `y` has shape (n,), int64, 0 or 1, both present; `scores` (n,), float32 or float64, finite:
    higher means more positive. A tensor of one number will do.
    """
    ### BEGIN SOLUTION
    scores, order = scores.sort(descending=True)
    found = y[order].cumsum(dim=0).double()  # (n,)
    said = torch.arange(1, len(y) + 1)
    is_last = torch.cat([scores[1:] != scores[:-1], torch.tensor([True])])  # of equal scores
    found, said = found[is_last], said[is_last]
    growth = torch.diff(found / found[-1], prepend=torch.zeros(1, dtype=torch.float64))
    return (growth * found / said).sum().item()
    ### END SOLUTION


# %% nbgrader={"grade_id": "average-precision-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Average precision", points=2, hidden=1)
def _(check):
    y = torch.tensor([1, 0, 1, 0, 0, 1, 0, 0])
    scores = torch.tensor([0.2, 0.1, 0.8, 0.9, 0.6, 0.55, 0.4, 0.7])
    many = torch.arange(400)
    check.agree(
        average_precision,
        oracle.average_precision,
        (y, scores),
        (1 - y, torch.tensor([0.1, 0.7, -2.0, 4.0, 0.3, 0.9, -0.5, 0.2]).double()),
        ((many % 19 == 3).long(), (many * 37 % 401).float() / 7 - 9),
        ((many % 19 == 3).long(), 1e-5 * (many * 37 % 401).float()),  # close to one another
        mistakes=oracle.AVERAGE_PRECISION,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against scikit-learn, no ties, float32 and float64")
def _(check):
    from sklearn.metrics import average_precision_score

    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for n, num_positive in ((30, 4), (400, 21), (9, 8)):
            y = (torch.randperm(n, generator=generator) < num_positive).long()
            steps = torch.randperm(n, generator=generator).to(dtype)
            for scores in (steps / 7 - 9, 1e-6 * steps):
                wanted = average_precision_score(y, scores)
                check.close(check.call(average_precision, y, scores), wanted, rtol=1e-4)


### END HIDDEN TESTS


# %% nbgrader={"grade_id": "average-precision-test-2", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("Average precision, with ties", points=1, hidden=1)
def _(check):
    y = torch.tensor([1, 0, 0, 0, 1, 0, 1, 1])
    scores = torch.tensor([0.2, 0.2, 0.2, 0.7, 0.2, 0.2, 0.9, 0.4])
    many = torch.arange(200)
    check.agree(
        average_precision,
        oracle.average_precision,
        (y, scores),
        (torch.tensor([0, 1, 0, 0, 1]), torch.full((5,), 0.3)),
        (y, torch.tensor([-1, 2, -1, -1, 2, -3, -3, 2.0]).double()),
        ((many % 7 == 3).long(), (many * 37 % 101 % 30).double() / 7 - 2),
        mistakes=oracle.TIES,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against scikit-learn, with many ties")
def _(check):
    from sklearn.metrics import average_precision_score

    generator = oracles.fresh_generator()
    for n, num_positive, num_values in ((30, 7, 5), (200, 20, 30), (12, 3, 1)):
        y = (torch.randperm(n, generator=generator) < num_positive).long()
        scores = torch.randint(num_values, (n,), generator=generator).double() / 7 - 2
        wanted = average_precision_score(y, scores)
        check.close(check.call(average_precision, y, scores), wanted, rtol=1e-4)


### END HIDDEN TESTS

# %% [markdown]
# From now on: scikit-learn's `roc_auc_score` and `average_precision_score`. Which of the two should you report?
# Draw the scores of each class along a bell curve, the two equally far apart, and change only how rare the
# positives are: one in two, in ten, in a hundred. 400,000 examples each, five draws.

# %% tags=["demo"]
from sklearn.metrics import (
    average_precision_score,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
)

areas = {}  # prevalence → (draws, 2)
fig, (left, right) = plots.figure(ncols=2, size=(10, 3.8))
for prevalence in runtime.progress([0.5, 0.1, 0.01], "three prevalences"):
    runs = []
    for seed in range(runtime.scaled(5, fast=1)):
        y, scores = rare.bell_scores(runtime.scaled(400_000, fast=4000), prevalence, 1.5, seed)
        runs.append([roc_auc_score(y, scores), average_precision_score(y, scores)])
    areas[prevalence] = torch.tensor(runs)
    alarms, recall, _ = roc_curve(y, scores)
    precision, found, _ = precision_recall_curve(y, scores)
    for ax, across, up in ((left, alarms, recall), (right, found[::-1], precision[::-1])):
        some = across.searchsorted(torch.linspace(0.005, 1, 200).numpy())  # enough to draw
        plots.curves(ax, {f"{prevalence:.0%} positive": up[some]}, across[some])
left.set(xlabel="false positive rate", ylabel="recall", title="ROC")
right.set(xlabel="recall", ylabel="precision", ylim=(0, 1.03), title="Precision and recall")
right.get_legend().remove()
plots.show(
    fig,
    "Left: three ROC curves, for positives that are half, a tenth and a hundredth of the examples, lie "
    "on one another. Right: the three curves of precision against recall lie far apart, the lower the "
    "rarer the positives are.",
)
for prevalence, runs in areas.items():
    (auc, ap), spread = runs.median(dim=0).values.tolist(), runs.max(0).values - runs.min(0).values
    print(f"{prevalence:4.0%}: AUC {auc:.2f}, AP {ap:.2f} (draws differ by {spread.max():.3f})")

# %% [markdown]
# The ROC curve never mixes the two classes: each axis is a share of one of them. So it does not notice
# that among a hundred alarms ninety may be false (Saito and Rehmsmeier 2015). That is its strength, if you
# want to know about the scores alone, and its weakness, if you want to know what will happen.
#
# What does a coin get, that is, a random order? An AUC of ½. Its AP is the prevalence if there are many examples.
# If there are few it is larger, for a lucky positive near the top counts much: with $m$ positives among $n$, the
# mean AP is
#
# $$\frac{m-1}{n-1}\Bigl(1 - \frac{H_n}{n}\Bigr) + \frac{H_n}{n}, \qquad H_n = 1 + \tfrac12 + \dots +
#   \tfrac1n ,$$
#
# since place $k$ has a positive with probability $m/n$. Then recall grows by $1/m$ there, and each of the $k - 1$
# places above has one with probability $\frac{m-1}{n-1}$, so precision is $\frac1k\bigl(1 + (k-1)
# \frac{m-1}{n-1}\bigr)$ on average. Multiply the three, and add up over $k$. Know this number before you praise an AP.


# %% tags=["demo"]
def ap_of_a_coin(n, m):
    """Return the mean average precision of n examples in random order, m of them positive."""
    share = sum(1 / k for k in range(1, n + 1)) / n
    return (m - 1) / (n - 1) * (1 - share) + share


coins = {}  # (examples, positives) → formula and mean of many shuffles
for n, m in ((200, 10), (820, 8)):
    generator, y = torch.Generator().manual_seed(0), (torch.arange(n) < m).long()
    tossed = [
        average_precision_score(y, torch.rand(n, generator=generator))
        for _ in range(runtime.scaled(1000, fast=20))
    ]
    coins[n, m] = ap_of_a_coin(n, m), sum(tossed) / len(tossed)
    print(f"{m} of {n}: prevalence {m / n:.3f}, AP of a coin {coins[n, m][0]:.3f}", end="")
    print(f", measured {coins[n, m][1]:.3f}")

# %% [markdown]
# ## Probability
#
# ### Exercise · Weights that balance
# *2 points · 15 minutes · difficulty ●○○*
#
# One remedy is to let each example of a rare class count more in the loss. *Balanced* weights give all
# classes the same total, and the mean example the weight 1, so that a loss which divides by n keeps its
# size: with $n_c$ examples of class $c$ among $n$, and $K$ classes,
#
# $$w_c = \frac{n}{K\,n_c} .$$
#
# Each class then has the total $n_c w_c = n/K$, and all $K$ together have $n$.
#
# These go into `class_weight=` of scikit-learn, or into `F.cross_entropy(weight=…)`. (In the latter, to double
# all weights changes nothing, since its mean divides by their sum. In losses that divide by n, it
# doubles the loss.) `F.binary_cross_entropy_with_logits` has another habit: it takes one number,
# `pos_weight`, for the positives, and leaves negatives at 1. Write both.
#
# > **class weight**: the factor by which each example of a class counts in the loss.
#
# <details><summary>Hint</summary><code>torch.bincount(y, minlength=num_classes)</code> counts the classes. What must <code>pos_weight</code> be for both classes to weigh the same in total?</details>


# %% nbgrader={"grade_id": "weights", "schema_version": 3, "solution": true}
def class_weights(y: torch.Tensor, num_classes: int) -> torch.Tensor:
    """Return balanced weights, (num_classes,) float32 or float64, as you like.

    `y` has shape (n,), int64, with the classes 0 … num_classes − 1, each present.
    Source: King and Zeng (2001); these are their weights for a world in which the two classes are
    equally common.
    """
    ### BEGIN SOLUTION
    return len(y) / (num_classes * torch.bincount(y, minlength=num_classes))
    ### END SOLUTION


def positive_weight(y: torch.Tensor) -> float:
    """Return the weight of class 1 that balances it with class 0, whose weight is 1.

    `y` has shape (n,), int64, 0 or 1, both present; either may be the rarer. A tensor of one number
    will do.
    """
    ### BEGIN SOLUTION
    num_negative, num_positive = torch.bincount(y, minlength=2).tolist()
    return num_negative / num_positive
    ### END SOLUTION


# %% nbgrader={"grade_id": "weights-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("Class weights", points=1, hidden=1)
def _(check):
    many = torch.arange(300)
    check.agree(
        class_weights,
        oracle.class_weights,
        (torch.tensor([0, 0, 1, 0, 2, 0, 1, 0, 0, 1, 0, 0]), 3),
        (torch.tensor([1, 0, 1, 1, 1, 1, 0]), 2),
        ((many * many + many) % 13 % 5, 5),
        mistakes=oracle.CLASS_WEIGHTS,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against scikit-learn")
def _(check):
    from sklearn.utils.class_weight import compute_class_weight

    generator = oracles.fresh_generator()
    for n, num_classes in ((50, 2), (300, 5)):
        y = torch.randint(num_classes, (n,), generator=generator) ** 2 // num_classes
        y = torch.cat([y, torch.arange(num_classes)])
        wanted = compute_class_weight(
            "balanced", classes=torch.arange(num_classes).numpy(), y=y.numpy()
        )
        check.close(check.call(class_weights, y, num_classes), wanted, rtol=1e-4)


### END HIDDEN TESTS


# %% nbgrader={"grade_id": "weights-test-2", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("The weight of the positives", points=1, hidden=1)
def _(check):
    check.agree(
        positive_weight,
        oracle.positive_weight,
        (torch.tensor([0, 0, 1, 0, 0, 0, 1, 0, 0, 0]),),
        (torch.tensor([1, 1, 0, 1, 1, 0, 1]),),
        ((torch.arange(300) % 9 == 4).long(),),
        mistakes=oracle.POSITIVE_WEIGHT,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("The slope of torch's loss is then 0 where it starts: both classes pull alike")
def _(check):
    generator = oracles.fresh_generator()
    for n, share in ((40, 0.2), (333, 0.2), (25, 0.8)):
        y = (torch.rand(n, generator=generator) < share).long()
        y[:2] = torch.tensor([0, 1])
        weight = torch.as_tensor(check.call(positive_weight, y)).double()

        def loss(bias, y=y, weight=weight):
            logits = bias.expand(len(y))
            return F.binary_cross_entropy_with_logits(logits, y.double(), pos_weight=weight)

        slope = checks.grad_of(loss, torch.zeros(1, dtype=torch.float64))
        check.close(slope, [0.0], atol=1e-6)


### END HIDDEN TESTS

# %% [markdown]
# What do weights do to a model? First, three words. The *odds* of a probability are $p/(1-p)$, the
# number of positives for each negative: 0.2 has the odds 1 to 4. Their logarithm, the *log-odds*, is what a
# logistic regression adds up of the *features*, the numbers that describe an example: each times its *slope*, plus
# the *intercept*, which is the bias. It is the *logit* of the last lessons, and the sigmoid turns it back into $p$.
# Now let each positive count 20 times. Among examples with the same features that makes the odds 20 times as large,
# whatever the features, and so it adds $\ln 20$ to the log-odds.
#
# Does it come out? Take data whose truth we know, 200,000 examples of which 6 % are positive, and fit a logistic
# regression twice: plain, and with each positive counting 20 times. (`C=1e6` makes its L2 tiny.) Five draws.
#
# > **log-odds**: $\ln\frac{p}{1-p}$, the number that the sigmoid turns into the probability $p$.


# %% tags=["demo"]
from sklearn.linear_model import LogisticRegression


def weigh(seed, weight=20, num_samples=200_000):
    """Return how a plain and a weighted logistic regression differ, as numbers by name."""
    generator = torch.Generator().manual_seed(seed)
    X = torch.randn(num_samples, 2, generator=generator, dtype=torch.float64)
    log_odds = -4 + 1.5 * X[:, 0] - X[:, 1]
    y = (torch.rand(num_samples, generator=generator) < torch.sigmoid(log_odds)).long()
    copied = torch.arange(len(y)).repeat_interleave(torch.where(y == 1, weight, 1)).numpy()
    kept = ((y == 1) | (torch.rand(len(y), generator=generator) < 1 / weight)).numpy()
    X, y = X.numpy(), y.numpy()
    plain = LogisticRegression(C=1e6).fit(X, y)
    weights = {0: 1, 1: weight}
    weighted = LogisticRegression(C=1e6, class_weight=weights).fit(X, y)
    both = LogisticRegression(C=1e6, class_weight=weights).fit(X[copied], y[copied])
    more, fewer = (LogisticRegression(C=1e6).fit(X[rows], y[rows]) for rows in (copied, kept))
    p, q = (model.predict_proba(X)[:, 1] for model in (plain, weighted))
    back = q / (q + weight * (1 - q))  # the odds, divided by the weight
    return {
        "shift, positives weigh 20": weighted.intercept_[0] - plain.intercept_[0],
        "shift, positives 20 times": more.intercept_[0] - plain.intercept_[0],
        "shift, 1 in 20 negatives": fewer.intercept_[0] - plain.intercept_[0],
        "shift, weights and copies": both.intercept_[0] - plain.intercept_[0],
        "largest change of a slope": abs(weighted.coef_ - plain.coef_).max(),
        "AUC, plain": roc_auc_score(y, p),
        "AUC, weighted": roc_auc_score(y, q),
        "decided alike, 1/21 against 1/2": ((p > 1 / (1 + weight)) == (q > 0.5)).mean(),
        "share of positives": y.mean(),
        "mean probability, plain": p.mean(),
        "mean probability, weighted": q.mean(),
        "mean probability, taken back": back.mean(),
    }


num_draws = runtime.scaled(5, fast=1)
draws = [
    weigh(seed, num_samples=runtime.scaled(200_000, fast=5000))
    for seed in runtime.progress(range(num_draws), "fitting plain and weighted")
]
weighing = {name: torch.tensor([float(draw[name]) for draw in draws]) for name in draws[0]}
print(f"ln 20 = {math.log(20):.3f}")
for name, values in weighing.items():
    print(f"{name:32} {values.median():.3f} ({values.min():.3f} to {values.max():.3f})")

# %% [markdown]
# The order of the examples has not changed, nor have the slopes. **All that twenty-fold weights did was to add
# $\ln 20$ to the log-odds**: that is how far the intercept has moved. Taking every positive 20 times moved it just as
# far, and so did dropping 19 in 20 negatives. The plain model, cut at $1/21$, decides the same, for $1/21$ has the
# odds 1 to 20, which times 20 are 1 to 1, as at ½. But its probabilities are true, while the weighted one claims
# six times as many positives as there are (Elkan 2001; King and Zeng 2001).
#
# So weights, resampling and the threshold are one and the same move. (Here the truth has the form of the
# model. Where it has not, or the model is regularized, the slopes move somewhat as well.)
#
# ### Exercise · Take it back
# *2 points · 30 minutes · difficulty ●●○*
#
# So a shift in log-odds turns probabilities from one share of positives to another: from that in the model's
# training, $\pi_0$, where a positive of weight 20 counts as 20 of them, to the true one, $\pi$ (Saerens, Latinne
# and Decaestecker 2002). (A share here, not 3.14.) One thing must be the same in both worlds: what positives look
# like, and what negatives look like. Only how many there are of each may differ. Let $P(x \mid 1)$ be how likely a
# positive has the features $x$. Among the examples that have them, positives are to negatives as $\pi\,P(x \mid 1)$
# to $(1-\pi)\,P(x \mid 0)$, and those are the odds (Bayes's rule). So from world to world only the factor
# $\pi/(1-\pi)$ changes, and the new probability $p'$ has
#
# $$\frac{p'}{1-p'} = \frac{p}{1-p} \cdot \frac{\pi/(1-\pi)}{\pi_0/(1-\pi_0)} .$$
#
# Take care that $p = 0$ and $p = 1$ stay what they are, but for rounding, and that no `nan` comes.
#
# > **prior**: the probability of a class before one has seen the example, which is the share of that class.
#
# <details><summary>Hint 1</summary>Call the last fraction r, and solve for p′: it is rp divided by something that is never 0.</details>
# <details><summary>Hint 2</summary>p′ = rp / (rp + 1 − p).</details>


# %% nbgrader={"grade_id": "prior", "schema_version": 3, "solution": true}
def correct_prior(p: torch.Tensor, trained_share: float, true_share: float) -> torch.Tensor:
    """Return the probabilities of a model as they would be at another share of positives.

    `p` is a tensor of any shape, (n,), (n, m) or (), float32 or float64, 0 ≤ p ≤ 1, true where the
    share of positives is `trained_share`; the result, of the same shape and dtype, where it is
    `true_share`. Both shares are strictly between 0 and 1, and either may be the larger.
    Source: Elkan (2001), theorem 2; Saerens et al. (2002).
    """
    ### BEGIN SOLUTION
    ratio = true_share / (1 - true_share) * (1 - trained_share) / trained_share
    return ratio * p / (ratio * p + 1 - p)
    ### END SOLUTION


# %% nbgrader={"grade_id": "prior-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Take it back", points=2, hidden=2)
def _(check):
    p = torch.tensor([0.2, 0.6, 0.95])
    check.agree(
        correct_prior,
        oracle.correct_prior,
        (p, 0.4, 0.1),
        (torch.tensor([[0.1, 0.5], [0.03, 0.7], [0.4, 0.99]], dtype=torch.float64), 0.05, 0.3),
        (torch.tensor([0.0, 1.0]), 0.4, 0.1),
        (torch.tensor(0.35), 0.5, 0.02),
        mistakes=oracle.PRIOR,
        rtol=1e-3,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against Bayes's rule, in float32 and float64")
def _(check):
    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for shape in ((7,), (3, 2), ()):
            likelihoods = torch.rand(2, *shape, generator=generator, dtype=torch.float64) + 0.01
            trained, true = (0.02 + 0.9 * torch.rand(2, generator=generator)).tolist()
            p, wanted = (
                (share * likelihoods[1] / (share * likelihoods[1] + (1 - share) * likelihoods[0]))
                for share in (trained, true)
            )
            came = check.call(correct_prior, p.to(dtype), trained, true)
            check.close(came, wanted.to(dtype), rtol=1e-3, atol=1e-6, same_dtype=True)


@checks.hidden("A logistic regression with balanced weights is calibrated again")
def _(check):
    from sklearn.linear_model import LogisticRegression

    generator = oracles.fresh_generator()
    X = torch.randn(20_000, 2, generator=generator, dtype=torch.float64)
    y = (torch.rand(20_000, generator=generator) < torch.sigmoid(X[:, 0] - 3)).long()
    model = LogisticRegression(C=1e6, class_weight="balanced").fit(X.numpy(), y.numpy())
    p = torch.from_numpy(model.predict_proba(X.numpy())[:, 1])
    share = y.double().mean().item()
    corrected = check.call(correct_prior, p, 0.5, share)
    check.close(corrected.mean().item(), share, rtol=0.05)


### END HIDDEN TESTS

# %% [markdown]
# One picture for it all: among the examples to which a model gives a probability around 0.3, about 30 %
# should be positive. Is that so? (A *reliability diagram*; a model that is calibrated, as {{evaluation#ece}}
# measures it, lies on the diagonal.) And where the true share is not known, it can be estimated, without labels:
# {{after_training#prior-shift}}.

# %% tags=["demo"]
from sklearn.calibration import calibration_curve

table = rare.bell_scores(100_000, 0.05, 1.5, seed=0)
train, test = (tuple(part[i::2] for part in table) for i in (0, 1))
fig, ax = plots.figure(size=(6.4, 4))
reliability = {}
for name, weight in {"plain": None, "balanced weights": "balanced"}.items():
    model = LogisticRegression(C=1e6, class_weight=weight).fit(train[1][:, None], train[0])
    reliability[name] = torch.from_numpy(model.predict_proba(test[1][:, None])[:, 1])
q = reliability["balanced weights"]
reliability["balanced, taken back"] = (r := 0.05 / 0.95) * q / (r * q + 1 - q)
gaps = {}
for name, p in reliability.items():
    observed, claimed = calibration_curve(test[0], p, n_bins=10, strategy="quantile")
    gaps[name] = abs(observed - claimed).max()
    plots.curves(ax, {name: observed}, claimed)
ax.plot([0, 1], [0, 1], ":", color="black", lw=1, zorder=1)
ax.set(xlabel="probability claimed", ylabel="share that is positive", ylim=(-0.02, 0.5))
plots.show(
    fig,
    "Share of positives against the probability claimed, in ten groups: plain and taken back lie on "
    "the diagonal, the weighted model claims far more than there is: "
    + ", ".join(f"{name} off by up to {gap:.2f}" for name, gap in gaps.items())
    + ".",
)

# %% [markdown]
# All this holds for a model that *cannot* fit everything. If a line parts the classes without an
# error, larger slopes make each right answer surer, so they go on growing for ever. An example that is right with a
# large score $z$ has a loss of about $e^{-z}$, so in the long run nearly all of the loss comes from the examples nearest
# to the line, and only these decide where it lies (Soudry et al. 2018), however much each weighs (Byrd and Lipton
# 2019): a weight of 30 is made up for by a score that is larger by $\ln 30$. Two classes that a line can part, 200
# points, gradient descent on the binary cross-entropy, positives weighing 1 or 30: how far does that move the
# *boundary*, the line where $p$ is ½? Ten draws at once.


# %% tags=["demo"]
def boundary_shift(weight_decay, checkpoints, num_draws, lr=1.0):
    """Return how far the weight 30 moves the boundary after so many steps, (draws, checkpoints)."""
    generator = torch.Generator().manual_seed(0)
    X = torch.randn(num_draws, 200, 2, generator=generator, dtype=torch.float64)
    y = (X[..., 0] + 0.3 * X[..., 1] > 0).double()
    X[..., 0] += 0.6 * (2 * y - 1)  # a gap between the classes
    X = torch.cat([X, torch.ones(num_draws, 200, 1, dtype=torch.float64)], dim=2)
    X, y = X.repeat(2, 1, 1), y.repeat(2, 1)  # first the draws unweighted, then weighted
    importance = torch.where(y == 1, 30.0, 1.0).double()
    importance[:num_draws] = 1
    w, shifts = torch.zeros(2 * num_draws, 3, 1, dtype=torch.float64), []
    backwards = X.transpose(1, 2).contiguous() / 200
    for step in runtime.progress(range(1, checkpoints[-1] + 1), f"weight decay {weight_decay}"):
        error = importance * (torch.sigmoid((X @ w)[..., 0]) - y)
        w = w - lr * (backwards @ error[..., None] + weight_decay * w)
        if step in checkpoints:
            offset = w[:, 2, 0] / w[:, :2, 0].norm(dim=1)
            shifts.append(offset[num_draws:] - offset[:num_draws])
    return torch.stack(shifts, dim=1)


steps = {0.0: runtime.scaled([10, 30, 100, 300, 1000, 3000, 10_000, 20_000], fast=[10, 30, 100])}
steps[0.01] = [step for step in steps[0.0] if step <= 3000]
shifts = {
    decay: boundary_shift(decay, at, num_draws=runtime.scaled(10, fast=2))
    for decay, at in steps.items()
}
fig, ax = plots.figure(size=(7, 3.4))
for decay, runs in shifts.items():
    plots.band(ax, steps[decay], runs, f"weight decay {decay:g}")
ax.set(xscale="log", xlabel="steps", ylabel="shift of the boundary", ylim=(0, 0.75))
plots.show(
    fig,
    "How far a weight of 30 moves the boundary, against the number of steps: without weight decay the "
    "shift fades, with a little of it the shift stays.",
)
print(
    f"median: {shifts[0.0].quantile(0.5, dim=0)[0]:.2f} after 10 steps, "
    f"{shifts[0.0].quantile(0.5, dim=0)[-1]:.2f} after {steps[0.0][-1]:,}"
)

# %% [markdown]
# Large networks can mostly separate their training data ({{regularization}}). So weights in the loss act early in
# training, or together with weight decay or early stopping; trained to the end, they wear off.

# %% [markdown]
# ## Make the classes even
#
# ### Exercise · A balanced sampler
# *2 points · 15 minutes · difficulty ●●○*
#
# Instead of weighing, one can show the rare examples more often. Each draw first picks a class, all classes equally
# likely, and then an example of that class, all equally likely; with replacement, which lets an example come twice,
# and independent of the draw before.
#
# (One of the two, please: balanced batches *and* balanced weights count the rare class twice. With both,
# the intercept above moved twice as far.)
#
# > **oversampling**: showing rare examples more often than they occur; *undersampling* leaves out common
# > ones, and *resampling* is either.
#
# <details><summary>Hint 1</summary>That is the same as drawing example i with a weight of one over the size of its class.</details>
# <details><summary>Hint 2</summary><code>torch.multinomial(weights, num_draws, replacement=True, generator=generator)</code>.</details>


# %% nbgrader={"grade_id": "sampler", "schema_version": 3, "solution": true}
def balanced_indices(y: torch.Tensor, num_draws: int, generator: torch.Generator) -> torch.Tensor:
    """Return places in `y`, a tensor (num_draws,) int64, such that every class is drawn equally often.

    `y` has shape (n,), int64, with two classes or more, 0, 1, …, each present; `num_draws` may be
    smaller or larger than n. All randomness comes from `generator`, which goes on from where it is.
    """
    ### BEGIN SOLUTION
    weights = 1 / torch.bincount(y)[y]  # (n,)
    return torch.multinomial(weights, num_draws, replacement=True, generator=generator)
    ### END SOLUTION


# %% nbgrader={"grade_id": "sampler-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("A balanced sampler", points=2, hidden=1)
def _(check):
    y = torch.tensor([0, 0, 1, 0, 0, 0, 2, 0, 2, 0] * 5)

    def places(num_draws, seed):  # all 0, if they are places: the shape and the dtype are left
        def play(draw):
            drawn = draw(y % 2, num_draws, torch.Generator().manual_seed(seed))
            return drawn.clamp(0, 0) if isinstance(drawn, torch.Tensor) else drawn

        return play

    check.agree(
        balanced_indices, oracle.balanced_indices, places(1, 0), places(7, 1), same_dtype=True
    )
    drawn = check.call(balanced_indices, y, 4000, torch.Generator().manual_seed(0))
    check.that(isinstance(drawn, torch.Tensor), "A tensor is wanted, `torch.tensor(...)`.")
    oracle.drawn_alike(check, drawn, y)
    oracle.drawn_by_the_generator(check, lambda g: check.call(balanced_indices, y, 50, g))


### BEGIN HIDDEN TESTS
@checks.hidden("Every example as often as torch's WeightedRandomSampler is told to")
def _(check):
    generator = oracles.fresh_generator()
    for sizes in ((5, 40), (30, 3, 9)):
        num_classes = len(sizes)
        y = torch.repeat_interleave(torch.arange(num_classes), torch.tensor(sizes))
        y = y[torch.randperm(len(y), generator=generator)]
        drawn = check.call(balanced_indices, y, 30_000, generator)
        oracle.drawn_alike(check, drawn, y)
        counts = torch.bincount(drawn, minlength=len(y))
        weights = (1 / torch.bincount(y).double())[y]
        sampler = torch.utils.data.WeightedRandomSampler(weights, 300_000, generator=generator)
        wanted = torch.bincount(torch.tensor(list(sampler)), minlength=len(y)) / 10
        spread = (1.1 * wanted).sqrt()  # of both counts
        check.that(((counts - wanted).abs() < 7 * spread).all().item(), "Not all alike.")


### END HIDDEN TESTS

# %% [markdown]
# From now on: `torch.utils.data.WeightedRandomSampler`, or imbalanced-learn's `RandomOverSampler`.
#
# ### Exercise · SMOTE
# *3 points · 50 minutes · difficulty ●●●*
#
# Copies add nothing new. The *synthetic minority oversampling technique* (Chawla, Bowyer, Hall and Kegelmeyer 2002)
# invents new examples between old ones. For each new point: take a point of class 1 at random; take one of its $k$
# nearest neighbours (by Euclidean distance, the length of the difference) **within class 1, itself not included**,
# at random; and go a random part of the way, with **one** $\lambda$, uniform between 0 and 1, for all features.
#
# $$x_\text{new} = x_i + \lambda\,(x_j - x_i)$$
#
# So each new point lies on the segment between two old ones. The check looks for that segment. (The pseudo-code
# of 2002 takes the old points in turn and draws a $\lambda$ for each feature; its text, and the libraries of
# today, have one $\lambda$, as here.)
#
# > **SMOTE**: making new examples of a rare class, each at a random place between an old one and one of its
# > nearest neighbours within the class.
#
# <details><summary>Hint 1</summary>With the points of class 1 in <code>P</code>, <code>torch.cdist(P, P)</code> has all their distances. <code>fill_diagonal_(math.inf)</code> takes a point out of its own neighbours.</details>
# <details><summary>Hint 2</summary><code>.topk(k, largest=False).indices</code> has the k nearest, (num_positive, k): index it with two tensors of num_new random integers.</details>
# <details><summary>Hint 3</summary>λ of shape (num_new, 1) serves all features of a point.</details>


# %% nbgrader={"grade_id": "smote", "schema_version": 3, "solution": true}
def smote(
    X: torch.Tensor, y: torch.Tensor, num_new: int, k: int, generator: torch.Generator
) -> torch.Tensor:
    """Return new examples of class 1 alone, (num_new, num_features), of the dtype of `X`.

    `X` has shape (n, num_features), float32 or float64, with no two rows alike and no two distances
    equal; `y` (n,), int64, 0 or 1, with more than `k` of class 1, which may be the larger class.
    All randomness comes from `generator`, which goes on from where it is. Source: Chawla et al. (2002).
    """
    ### BEGIN SOLUTION
    positives = X[y == 1]
    distance = torch.cdist(positives, positives).fill_diagonal_(math.inf)
    neighbours = distance.topk(k, largest=False).indices  # (num_positive, k)
    i = torch.randint(len(positives), (num_new,), generator=generator)
    j = neighbours[i, torch.randint(k, (num_new,), generator=generator)]
    share = torch.rand(num_new, 1, generator=generator, dtype=X.dtype)
    return torch.lerp(positives[i], positives[j], share)
    ### END SOLUTION


# %% [markdown]
# First, where the new points lie.


# %% nbgrader={"grade_id": "smote-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("SMOTE, where", points=2, hidden=1)
def _(check):
    X = torch.randn(40, 5, generator=torch.Generator().manual_seed(0))
    y = torch.tensor([0, 1, 0, 0] * 10)

    def form(X, y, num_new, k):  # 0 for each number: the shape and the dtype are left
        generator = torch.Generator().manual_seed(num_new)
        return lambda smote: 0 * torch.as_tensor(smote(X, y, num_new, k, generator))

    check.agree(
        smote,
        smote_oracle.smote,
        form(X, y, 17, 3),
        form(X.double(), 1 - y, 31, 5),
        form(X[:8, :3], y[:8] + y[1:9], 1, 3),
        same_dtype=True,
        mistakes=smote_oracle.FORM,
    )
    for labels, num_new, k in ((y, 300, 3), (1 - y, 100, 5)):
        new = check.call(smote, X, labels, num_new, k, torch.Generator().manual_seed(k))
        smote_oracle.lie_between_neighbours(check, torch.as_tensor(new), X, labels, k)


### BEGIN HIDDEN TESTS
@checks.hidden("Other shapes, float32 and float64")
def _(check):
    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for num_positive, num_negative, width, k in ((9, 25, 4, 2), (14, 6, 7, 5)):
            y = torch.tensor([1] * num_positive + [0] * num_negative)
            y = y[torch.randperm(len(y), generator=generator)]
            X = torch.randn(len(y), width, generator=generator, dtype=dtype)
            new = torch.as_tensor(check.call(smote, X, y, 150, k, generator))
            check.close(new * 0, torch.zeros(150, width, dtype=dtype), same_dtype=True)
            smote_oracle.lie_between_neighbours(check, new, X, y, k)


### END HIDDEN TESTS

# %% [markdown]
# Then, how often.


# %% nbgrader={"grade_id": "smote-test-2", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("SMOTE, how often", points=1, hidden=1)
def _(check):
    X = torch.randn(40, 5, generator=torch.Generator().manual_seed(0))
    y = torch.tensor([0, 1, 0, 0] * 10)
    new = check.call(smote, X, y, 1500, 3, torch.Generator().manual_seed(0))
    smote_oracle.are_so_many(check, new, 1500)
    smote_oracle.come_alike(check, torch.as_tensor(new), X, y, 3)
    oracle.drawn_by_the_generator(check, lambda g: check.call(smote, X, y, 20, 3, g))
    few = [check.call(smote, X, y, 2, 3, torch.Generator().manual_seed(i)) for i in range(60)]
    smote_oracle.begin_anywhere(check, few, X, y)


### BEGIN HIDDEN TESTS
@checks.hidden("Mean and covariance as from imbalanced-learn's SMOTE; all segments, all λ alike")
def _(check):
    from imblearn.over_sampling import SMOTE

    generator = oracles.fresh_generator()
    X = torch.randn(30, 3, generator=generator, dtype=torch.float64)
    y = torch.tensor([1, 0] * 15)
    new = torch.as_tensor(check.call(smote, X, y, 20_000, 4, generator))
    reference = SMOTE(sampling_strategy={1: 20_015}, k_neighbors=4)
    wanted = torch.from_numpy(reference.fit_resample(X.numpy(), y.numpy())[0][30:])
    scale = X.std(dim=0)
    check.close(new.mean(dim=0) / scale, wanted.mean(dim=0) / scale, rtol=0, atol=0.06)
    check.close((new / scale).T.cov(), (wanted / scale).T.cov(), rtol=0, atol=0.1)
    smote_oracle.come_alike(check, new, X, y, 4)
    seeds = torch.randint(2**31, (200,), generator=generator).tolist()
    few = [check.call(smote, X, y, 1, 4, torch.Generator().manual_seed(seed)) for seed in seeds]
    smote_oracle.begin_anywhere(check, few, X, y)


### END HIDDEN TESTS

# %% [markdown]
# From now on: `imblearn.over_sampling.SMOTE`. What do its digits look like? Some real 8s, and some that
# were never written:

# %% tags=["demo"]
from imblearn.over_sampling import SMOTE

X, y = (part.cpu().numpy() for part in (split.X_train, split.y_train))
bigger, _ = SMOTE(k_neighbors=5, random_state=0).fit_resample(X, y)
shown = torch.tensor(bigger)[[*(y == 1).nonzero()[0][:8], *range(len(y), len(y) + 8)]]
fig, axes = plots.figure(ncols=8, nrows=2, size=(8, 2.2))
for ax, picture in zip(axes.flat, shown.reshape(16, 8, 8), strict=True):
    ax.imshow(1 - picture.numpy(), cmap="gray", vmin=0, vmax=1)
    ax.axis("off")
plots.show(
    fig, "Above: the eight real 8s of the training part. Below: eight by SMOTE, somewhat blurred."
)

# %% [markdown]
# ## Change the loss
#
# ### Exercise · Start at the prior
# *1 point · 10 minutes · difficulty ●○○*
#
# A new network, its scores still near 0, says about ½ to all that it sees: with 1 % positives, that is wrong by far
# for nearly all, and its first steps only teach it that positives are rare. It can be told before: choose the bias
# $b$ of its last unit such that the sigmoid $\sigma(b)$ is the share $\pi$ of the positives (after Lin, Goyal,
# Girshick, He and Dollár 2017, who take 0.01).
#
# <details><summary>Hint</summary>Solve σ(b) = 1 / (1 + e⁻ᵇ) = π for b.</details>


# %% nbgrader={"grade_id": "starting-bias", "schema_version": 3, "solution": true}
def starting_bias(y: torch.Tensor) -> float:
    """Return the logit whose sigmoid is the share of class 1 in `y`, (n,) int64, both present.

    Either class may be the rarer. A tensor of one number will do.
    Source: Lin et al. (2017), section 4.1.
    """
    ### BEGIN SOLUTION
    share = y.double().mean().item()
    return math.log(share / (1 - share))
    ### END SOLUTION


# %% nbgrader={"grade_id": "starting-bias-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("Start at the prior", points=1, hidden=1)
def _(check):
    many = torch.arange(300)
    check.agree(
        starting_bias,
        oracle.starting_bias,
        (torch.tensor([0, 0, 0, 1, 0, 0, 0, 0, 0, 1]),),
        (torch.tensor([1, 1, 0, 1, 1]),),
        ((many == 123).long(),),
        ((many % 2),),
        mistakes=oracle.STARTING_BIAS,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Its loss is the smallest that a constant can have")
def _(check):
    generator = oracles.fresh_generator()
    for n, num_positive in ((50, 1), (333, 40), (20, 15)):
        y = (torch.randperm(n, generator=generator) < num_positive).long()
        bias = torch.as_tensor(check.call(starting_bias, y)).double()
        share = torch.tensor(num_positive / n, dtype=torch.float64)
        entropy = F.binary_cross_entropy(share, share)
        came = F.binary_cross_entropy_with_logits(bias.expand(n), y.double())
        check.close(came, entropy, rtol=1e-5)
        check.close(torch.sigmoid(bias), share, rtol=1e-4)


### END HIDDEN TESTS

# %% [markdown]
# A small network on the rare 8s, from both beginnings, ten seeds each:


# %% tags=["demo"]
def starting_at(generator, bias):
    """Return a network whose last bias is set, and whose last weights are small."""
    model = models.mlp([64, 32, 1], generator=generator)
    with torch.no_grad():
        model[-1].weight.mul_(0.1)
        model[-1].bias.fill_(bias)
    return model


def bce(logits, y):
    """Return the mean binary cross-entropy of logits (n, 1)."""
    return F.binary_cross_entropy_with_logits(logits[:, 0], y)


rare_8s = split._replace(y_train=split.y_train.float(), y_test=split.y_test.float())
prior_bias = torch.logit(rare_8s.y_train.mean()).item()
first_loss = {
    f"{bias:.2f}": bce(torch.full((len(rare_8s.y_train), 1), bias), rare_8s.y_train.cpu()).item()
    for bias in (0.0, prior_bias)
}
started = sweep.run(
    starting_at,
    rare_8s,
    bias=[0.0, round(prior_bias, 2)],
    optimizer="SGD",
    lr=0.1,
    seed=range(runtime.scaled(10, fast=2)),
    num_epochs=runtime.scaled(8, fast=1),
    batch_size=64,
    loss_fn=bce,
    every=2,
)
fig, ax = plots.figure(size=(7, 3.4))
started.plot(ax, y="valid_loss", by="bias")
ax.set(ylabel="loss on unseen digits", ylim=(0, 0.7))
plots.show(
    fig,
    "Loss on unseen digits against steps: from bias 0 it takes a hundred steps to come down to where the "
    "other start, at the prior, has been from the beginning.",
)
for bias, loss in first_loss.items():
    print(f"start at bias {bias:5}: first loss {loss:.3f}")

# %% [markdown]
# ### Exercise · Focal loss
# *3 points · 45 minutes · difficulty ●●●*
#
# A thousand *easy* negatives, right already with a small loss each, together drown the few *hard* examples. The
# *focal loss* (Lin et al. 2017) turns down what is already right. For each example, let $p_t$ be the probability
# given to the *true* class, $p$ for a positive and $1-p$ for a negative, and $\alpha_t$ a class weight, likewise
# $\alpha$ or $1-\alpha$:
#
# $$L = -\frac1n \sum_i \alpha_t\, (1-p_t)^\gamma \log p_t, \qquad p = \sigma(z)$$
#
# > **focal loss**: cross-entropy times $(1-p_t)^\gamma$, where $p_t$ is the probability of the true class, so that
# > examples that are already right count less.
#
# The factor $(1-p_t)^\gamma$ is near 1 for an example that is wrong and near 0 for one that is right, and the
# larger $\gamma$, the more it turns down. With $\gamma = 0$ the loss is the cross-entropy, weighted by $\alpha$.
# Divide by the number of examples. For logits of ±1000, too, the loss must be finite and exact, not clamped. (There a
# sigmoid is rounded to 0 or 1, the logarithm of 0 is $-\infty$, and $0\cdot\infty$ is `nan`.) So must its gradient,
# where $\gamma = 0$ or $\gamma \ge 1$. (In between, the slope of $x^\gamma$ at 0 is infinite, and the checks do not
# ask for it.)
#
# <details><summary>Hint 1</summary>Flip the sign of the logit where y is 0, and call that s: then p_t is the sigmoid of s, for both classes.</details>
# <details><summary>Hint 2</summary><code>F.logsigmoid</code> gives log p_t without overflow, and 1 − p_t is the sigmoid of −s.</details>


# %% nbgrader={"grade_id": "focal", "schema_version": 3, "solution": true}
def focal_loss(logits: torch.Tensor, y: torch.Tensor, gamma: float, alpha: float) -> torch.Tensor:
    """Return the mean focal loss, a scalar, float32 or float64, through which autograd can go.

    `logits` has shape (n,), float32 or float64, `y` (n,), int64, 0 or 1, perhaps only one of them;
    `gamma` ≥ 0, 0 < `alpha` < 1.
    Source: Lin et al. (2017), equation 5.
    """
    ### BEGIN SOLUTION
    z = torch.where(y == 1, logits, -logits)
    alpha_t = torch.where(y == 1, alpha, 1 - alpha)
    return -(alpha_t * torch.sigmoid(-z) ** gamma * F.logsigmoid(z)).mean()
    ### END SOLUTION


# %% nbgrader={"grade_id": "focal-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Focal loss", points=2, hidden=2)
def _(check):
    logits = torch.tensor([2.0, -1.0, 0.5, -3.0, 1.5])
    y = torch.tensor([1, 1, 0, 0, 0])
    check.agree(
        focal_loss,
        oracle.focal_loss,
        (logits, y, 3.0, 0.3),
        (
            torch.tensor([0.4, -2.5, 1.2, 3.0, -0.7, 0.1, 2.2]).double(),
            1 - y[[*range(5), 0, 2]],
            0.7,
            0.9,
        ),
        (logits, 1 - y, 0.0, 0.5),
        (torch.tensor([-0.8]), torch.tensor([0]), 5.0, 0.25),
        mistakes=oracle.FOCAL,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("γ = 0 and α = ½ is half of torch's BCE, in float32 and float64")
def _(check):
    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for n in (7, 40):
            logits = 3 * torch.randn(n, generator=generator, dtype=dtype)
            y = torch.randint(2, (n,), generator=generator)
            wanted = F.binary_cross_entropy_with_logits(logits, y.to(dtype)) / 2
            check.close(check.call(focal_loss, logits, y, 0.0, 0.5), wanted, rtol=1e-4)


@checks.hidden("Other γ and α, against the definition in whole fractions")
def _(check):
    generator = oracles.fresh_generator()
    for gamma, alpha in ((2.0, 0.25), (0.7, 0.9), (5.0, 0.5)):
        p = 0.01 + 0.98 * torch.rand(13, generator=generator, dtype=torch.float64)
        y = torch.randint(2, (13,), generator=generator)
        wanted = 0.0
        for probability, label in zip(p.tolist(), y.tolist(), strict=True):
            p_t = probability if label else 1 - probability
            a_t = alpha if label else 1 - alpha
            wanted -= a_t * (1 - p_t) ** gamma * math.log(p_t) / 13
        came = check.call(focal_loss, torch.logit(p), y, gamma, alpha)
        check.close(came, wanted, rtol=1e-4)


### END HIDDEN TESTS

# %% [markdown]
# And where models are very sure. The slope is what training needs.


# %% nbgrader={"grade_id": "focal-test-2", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("Focal loss, at the ends", points=1, hidden=1)
def _(check):
    wrong, y = torch.tensor([1000.0, -1000.0]), torch.tensor([0, 1])
    check.agree(
        focal_loss,
        oracle.focal_loss,
        (torch.tensor([0.5, -1.5, 2.0]), torch.tensor([1, 0, 0]), 2.0, 0.4),
        (wrong, y, 2.0, 0.4),
        (-wrong, y, 2.0, 0.4),
        (wrong, y, 0.5, 0.3),
        (-wrong, y, 0.0, 0.3),
        mistakes=oracle.FOCAL_ENDS,
    )

    def slope_of_focal_loss(logits, y, gamma, alpha):
        return checks.grad_of(focal_loss, logits, y, gamma, alpha)

    check.agree(
        slope_of_focal_loss,
        oracle.focal_slope,
        (torch.tensor([0.5, -1.5, 2.0]), torch.tensor([1, 0, 0]), 2.0, 0.4),
        (torch.tensor([-1.5, 0.3]).double(), torch.tensor([0, 1]), 1.5, 0.7),
        (torch.cat([wrong, -wrong]), torch.cat([y, y]), 2.0, 0.4),
        (torch.cat([wrong, -wrong]), torch.cat([y, y]), 0.0, 0.5),
        mistakes=oracle.FOCAL_SLOPE,
        rtol=1e-3,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Its slope against the paper's formula, and at ±1000")
def _(check):
    generator = oracles.fresh_generator()
    z = 2 * torch.randn(6, generator=generator, dtype=torch.float64)
    y = torch.tensor([0, 1, 1, 0, 0, 1])
    for gamma, alpha in ((1.5, 0.7), (3.0, 0.2)):
        slope = checks.grad_of(focal_loss, z, y, gamma, alpha)
        check.close(slope, oracle.focal_slope(z, y, gamma, alpha), rtol=1e-3, atol=1e-6)
    sure = torch.tensor([1000.0, -1000.0, 1000.0, -1000.0])
    slope = checks.grad_of(focal_loss, sure, torch.tensor([1, 0, 0, 1]), 2.0, 0.5)
    check.close(slope, [0.0, 0.0, 0.125, -0.125], rtol=1e-3, atol=1e-6)


### END HIDDEN TESTS

# %% [markdown]
# How much is an example turned down that is right already?


# %% tags=["demo"]
def focal(logits, y, gamma=2.0):
    """Return the mean focal loss of logits (n, 1), without alpha."""
    signed = torch.where(y == 1, 1, -1) * logits[:, 0]
    return -(torch.sigmoid(-signed) ** gamma * F.logsigmoid(signed)).mean()


weakened = {}
for p in (0.5, 0.9, 0.968):
    logits, label = torch.logit(torch.tensor([[p]])), torch.ones(1)
    weakened[p] = (bce(logits, label) / focal(logits, label)).item()
    print(f"p_t = {p:5}: cross-entropy / focal loss = {weakened[p]:.0f}")
claimed = torch.linspace(0.001, 0.999, 999, dtype=torch.float64)
distorted = {}  # true share of positives → the probability with the smallest mean focal loss
for share in (0.01, 0.1, 0.2):
    yes, no = -((1 - claimed) ** 2) * claimed.log(), -(claimed**2) * (1 - claimed).log()
    distorted[share] = claimed[(share * yes + (1 - share) * no).argmin()].item()
    print(f"{share:4.0%} positive: the focal loss is smallest at p = {distorted[share]:.2f}")

# %% [markdown]
# (torchvision has it as `sigmoid_focal_loss`.) Mind the last lines: the focal loss is smallest at a
# probability that is not the true one, nearer to ½ (Charoenphakdee et al. 2021). Does the order of the digits
# get better by it? Watch one network train on the rare 8s; you can stop it when it has learned enough.


# %% tags=["demo"]
def order_of(model, split):
    """Return the average precision of a model on the unseen digits of a split."""
    with torch.no_grad():
        scores = model(split.X_test)[:, 0]
    return float(average_precision_score(split.y_test.cpu(), scores.cpu()))


class WatchOrder:
    """Notes the average precision after each epoch."""

    def on_epoch(self, run):
        run.history.record(run.step, average_precision=order_of(run.model, split))


def train(split, loss_fn, seed, num_epochs, on=()):
    """Train a small network on a split; return its average precision on unseen digits."""
    generator = torch.Generator().manual_seed(seed)
    model = starting_at(generator, torch.logit(split.y_train.float().mean()).item())
    training.fit(
        model,
        torch.optim.Adam(model.parameters(), lr=0.003),
        split.X_train,
        split.y_train.float(),
        num_epochs=num_epochs,
        batch_size=128,
        loss_fn=loss_fn,
        generator=generator,
        on=on,
    )
    return order_of(model, split)


ap = train(split, focal, 0, runtime.scaled(100, fast=2), on=[WatchOrder(), live.Panel()])
print(f"average precision on unseen digits: {ap:.2f}")

# %% [markdown]
# Then three losses, on twenty draws of the rare 8s each, judged by the average precision on unseen digits:

# %% tags=["demo"]
LOSSES = {
    "cross-entropy": bce,
    "weight 100": lambda logits, y: F.binary_cross_entropy_with_logits(
        logits[:, 0], y, pos_weight=torch.tensor(100.0, device=y.device)
    ),
    "focal, γ = 2": focal,
}
by_loss = {name: [] for name in LOSSES}
for seed in runtime.progress(range(runtime.scaled(20, fast=1)), "three losses, draws"):
    drawn = rare.one_digit(8, seed=seed)
    for name, loss_fn in LOSSES.items():
        by_loss[name].append(train(drawn, loss_fn, seed, runtime.scaled(30, fast=1)))
by_loss = {name: torch.tensor(values, dtype=torch.float64) for name, values in by_loss.items()}
for name, values in by_loss.items():
    low, middle, high = values.quantile(torch.tensor([0.25, 0.5, 0.75]).double()).tolist()
    won = (values > by_loss["cross-entropy"]).double().mean().item()
    ahead = "" if name == "cross-entropy" else f", ahead in {won:.0%} of the draws"
    print(f"{name:14} AP {middle:.2f} ({low:.2f} to {high:.2f}){ahead}")

# %% [markdown]
# Neither does much for the order: the focal loss is ahead in about half of the draws, weights in a
# quarter. The focal loss was made for *detectors*, which find objects in pictures: there a hundred thousand easy negatives
# stand against a few objects in each picture. The 811 negatives here are no such flood.
#
# ## Decide
#
# ### Exercise · The cheapest threshold
# *3 points · 30 minutes · difficulty ●●●*
#
# A missed tumour costs more than a needless second look. With a price for each error,
#
# | | decided 0 | decided 1 |
# |---|---|---|
# | **true 0** | 0 | false alarm |
# | **true 1** | miss | 0 |
#
# and probabilities that are true, a no costs $p\,c_\text{miss}$ on average, and a yes $(1-p)\,c_\text{alarm}$. So one
# should say yes from $p = \frac{c_\text{alarm}}{c_\text{alarm} + c_\text{miss}}$ on, where the two are equal (Elkan
# 2001; {{case_studies#decide}} adds a third way, to ask somebody else). If the probabilities are *not* to be trusted, look for the cheapest threshold, **on validation data**, and
# report what it costs **on test data**, which took no part in the choice.
#
# Say yes where $p \ge t$. Candidates are the validation probabilities themselves, among which some may be
# equal, and infinity, which says no to all; of equally cheap ones take the lowest. (The checks use whole prices
# and validation sets of 4, 8, 16 … examples, so that rounding makes no equal costs different.)
#
# <details><summary>Hint 1</summary>First write a helper: the mean cost of a threshold on given labels and probabilities.</details>
# <details><summary>Hint 2</summary><code>min(candidates, key=…)</code> over candidates in ascending order returns the lowest of the cheapest.</details>


# %% nbgrader={"grade_id": "threshold", "schema_version": 3, "solution": true}
def choose_threshold(
    y_valid: torch.Tensor,
    p_valid: torch.Tensor,
    y_test: torch.Tensor,
    p_test: torch.Tensor,
    false_alarm_cost: float,
    miss_cost: float,
) -> tuple[float, float]:
    """Return (threshold, mean cost of a test example): cheapest on validation, judged on test data.

    Labels have shape (num_valid,) and (num_test,), int64, 0 or 1, both present; probabilities the same
    shapes, float32 or float64. Both costs are positive, and either may be the larger. The two results
    are floats, or tensors of one number.
    """

    ### BEGIN SOLUTION
    def mean_cost(y, p, threshold):
        said = p >= threshold
        cost = torch.where(said, false_alarm_cost * (y == 0), miss_cost * (y == 1))
        return cost.double().mean().item()

    candidates = [*p_valid.sort().values.tolist(), math.inf]
    threshold = min(candidates, key=lambda t: mean_cost(y_valid, p_valid, t))
    return threshold, mean_cost(y_test, p_test, threshold)
    ### END SOLUTION


# %% nbgrader={"grade_id": "threshold-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("The cheapest threshold", points=2, hidden=1)
def _(check):
    def threshold_for(given):
        return lambda choose_threshold: choose_threshold(*given)[0]

    check.agree(
        choose_threshold,
        oracle.choose_threshold,
        *map(threshold_for, oracle.priced_examples()),
        mistakes=oracle.THRESHOLD,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against the two rates of scikit-learn's ROC curve, float32 and float64")
def _(check):
    from sklearn.metrics import roc_curve

    generator = oracles.fresh_generator()
    for dtype in (torch.float32, torch.float64):
        for n, alarm, miss in ((64, 1.0, 7.0), (32, 3.0, 2.0)):
            y = (torch.randperm(n, generator=generator) < 9).long()
            p = torch.randint(1, 20, (n,), generator=generator).to(dtype) / 20
            y_test, p_test = y[: n // 2], p[: n // 2].flip(0)
            threshold, _ = check.call(choose_threshold, y, p, y_test, p_test, alarm, miss)
            alarms, found, at = roc_curve(y, p, drop_intermediate=False)
            costs = alarm * alarms * (n - 9) + miss * (1 - found) * 9
            cheapest = at[abs(costs - costs.min()) < 1e-9].min()
            check.close(threshold, float(cheapest), rtol=1e-5)


### END HIDDEN TESTS


# %% nbgrader={"grade_id": "threshold-test-2", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("What it costs", points=1, hidden=1)
def _(check):
    check.agree(
        choose_threshold,
        oracle.choose_threshold,
        *oracle.priced_examples(),
        mistakes=oracle.THRESHOLD_COST,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against scikit-learn's confusion matrix")
def _(check):
    from sklearn.metrics import confusion_matrix

    generator = oracles.fresh_generator()
    for n, m, alarm, miss in ((32, 17, 1.0, 6.0), (16, 41, 2.0, 3.0)):
        y, y_test = ((torch.randperm(k, generator=generator) < 5).long() for k in (n, m))
        p, p_test = (torch.rand(k, generator=generator, dtype=torch.float64) for k in (n, m))
        threshold, cost = check.call(choose_threshold, y, p, y_test, p_test, alarm, miss)
        (_, alarms), (misses, _) = confusion_matrix(y_test, p_test >= threshold, labels=[0, 1])
        check.close(cost, (alarm * alarms + miss * misses) / m, rtol=1e-4)


### END HIDDEN TESTS

# %% [markdown]
# What does your function choose on 400 examples, and what does that cost? Make a miss dearer or positives rarer.

# %% tags=["demo"]
playground.threshold(choose_threshold)

# %% [markdown]
# From now on: `sklearn.model_selection.TunedThresholdClassifierCV`, with a `scoring` of your own that knows the
# prices: unless it is told, it tunes for balanced accuracy, the mean of both classes' recalls. And on a table of
# real tumours, malignant or not? A logistic regression is trained on a quarter of it, a quarter is to choose on, half
# to be judged by; a miss costs 10 or 50 false alarms; 50 splits.

# %% tags=["demo"]
ways = ["at ½", "by formula", "chosen on validation", "chosen on test"]
prices = {}  # cost of a miss → (splits, ways, claimed and true)


def mean_cost(y, p, threshold, miss_cost):
    """Return the mean cost of an example, if a false alarm costs 1."""
    said = p >= threshold
    return (said & (y == 0)).double().mean().item() + miss_cost * (
        ~said & (y == 1)
    ).double().mean().item()


def cheapest(y, p, miss_cost):
    """Return the cheapest threshold on these examples."""
    candidates = [*p.unique().tolist(), math.inf]
    return min(candidates, key=lambda t: mean_cost(y, p, t, miss_cost))


for miss_cost in runtime.progress([10, 50], "two prices"):
    rows = []
    for seed in range(runtime.scaled(50, fast=2)):
        X, y, X_test, y_test = (part.cpu() for part in rare.tumours(seed))
        half = len(y) // 2
        model = LogisticRegression().fit(X[:half].numpy(), y[:half].numpy())
        p, p_test = (
            torch.from_numpy(model.predict_proba(part.numpy())[:, 1]) for part in (X[half:], X_test)
        )
        valid = (y[half:], p)
        thresholds = [0.5, 1 / (1 + miss_cost), cheapest(*valid, miss_cost)]
        thresholds.append(cheapest(y_test, p_test, miss_cost))
        paid = [mean_cost(y_test, p_test, t, miss_cost) for t in thresholds]
        rows.append([*paid, mean_cost(*valid, thresholds[2], miss_cost)])
    prices[miss_cost] = torch.tensor(rows)  # (splits, 5)
for miss_cost, rows in prices.items():
    means = dict(
        zip([*ways, "what the validation set promised"], rows.mean(0).tolist(), strict=True)
    )
    print(f"a miss costs {miss_cost}: mean cost of a new example")
    for name, mean in means.items():
        print(f"    {name:33} {mean:.2f}")

# %% [markdown]
# The cut at ½ is costly. A threshold chosen on 142 examples is far better, though it costs more than that set had
# promised: the cheapest of many candidates looks cheaper, as a rule, than it is. Cheapest of all that are honest is
# the formula, which looks at no labels. It can do without them, since here the probabilities are near enough to the
# truth: those of a logistic regression are, where the model fits the data and regularization holds it back little.
# After class weights they would not be, until {{#prior}} has taken them back.
#
# ### Exercise · A balanced ensemble
# *2 points · 20 minutes · difficulty ●●○*
#
# Undersampling throws most negatives away. An *ensemble*, many models that vote, need not: each member sees **all
# positives and as many negatives, drawn anew and without replacement**, and the probabilities are averaged.
# (Liu, Wu and Zhou 2009 do so with members that are ensembles themselves, and call it EasyEnsemble; Chen, Liaw and
# Breiman 2004 take decision trees, and draw positives anew as well, with replacement.)
#
# > **ensemble**: several models whose answers are averaged.
#
# What is trained is handed to you: `fit_predict(X, y, X_new)` trains a fresh model on rows and labels, in any
# order, and returns its probabilities for `X_new`, (num_new,), in a new tensor that is yours.
#
# <details><summary>Hint 1</summary><code>(y == 1).nonzero().flatten()</code> has the places of the positives.</details>
# <details><summary>Hint 2</summary>The first so many of <code>torch.randperm(n, generator=generator)</code> are a draw without replacement.</details>


# %% nbgrader={"grade_id": "ensemble", "schema_version": 3, "solution": true}
def balanced_ensemble(
    X: torch.Tensor,
    y: torch.Tensor,
    X_new: torch.Tensor,
    fit_predict,
    num_members: int,
    generator: torch.Generator,
) -> torch.Tensor:
    """Return the mean probability, (num_new,), that the members give to each row of `X_new`.

    `X` has shape (n, num_features), float32, `y` (n,), int64, 0 or 1, with fewer 1s; `X_new`
    (num_new, num_features) goes to every member as it is. `num_members` ≥ 1. All randomness comes
    from `generator`, which goes on from where it is. Source: Liu et al. (2009).
    """
    ### BEGIN SOLUTION
    positives, negatives = ((y == label).nonzero().flatten() for label in (1, 0))
    votes = []
    for _ in range(num_members):
        some = negatives[torch.randperm(len(negatives), generator=generator)[: len(positives)]]
        rows = torch.cat([positives, some])
        votes.append(fit_predict(X[rows], y[rows], X_new))
    return torch.stack(votes).mean(dim=0)
    ### END SOLUTION


# %% nbgrader={"grade_id": "ensemble-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("A balanced ensemble", points=2, hidden=1)
def _(check):
    y = torch.tensor([0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1])
    X = torch.stack([torch.arange(15.0), 10 + torch.arange(15.0) ** 2], dim=1)  # no rows alike

    def members_that_say(*votes):
        def play(balanced_ensemble):
            left = [torch.tensor(vote) for vote in votes]

            def fit_predict(X, y, X_new):
                return left.pop(0) if len(left) > 1 else left[0].clone()

            generator = torch.Generator().manual_seed(0)
            return balanced_ensemble(X, y, X[:3], fit_predict, len(votes), generator)

        return play

    for num_members in (1, 4, 250):
        generator = torch.Generator().manual_seed(num_members)
        oracle.follow_members(check, balanced_ensemble, X, y, num_members, generator)
    check.agree(
        balanced_ensemble,
        oracle.balanced_ensemble,
        members_that_say([0.3, 0.9, 0.3], [0.4, 0.7, 0.3], [0.9, 0.8, 0.6]),
        members_that_say([0.1, 0.6, 0.7], [0.3, 0.2, 0.9], [0.9, 0.5, 0.05], [0.8, 0.95, 0.4]),
        members_that_say([0.3, 0.8, 0.45]),
        mistakes=oracle.ENSEMBLE,
    )

    def negatives(generator):
        seen = []

        def fit_predict(X, y, X_new):
            seen.extend(sorted(X[y == 0, 0].tolist()))
            return X_new[:, 0] / 20

        check.call(balanced_ensemble, X, y, X[:3], fit_predict, 5, generator)
        return seen

    oracle.drawn_by_the_generator(check, negatives)


### BEGIN HIDDEN TESTS
@checks.hidden("All negatives alike often; the mean of what the members say")
def _(check):
    generator = oracles.fresh_generator()
    for num_positive, num_negative, num_members in ((5, 20, 400), (4, 9, 1)):
        y = torch.tensor([1] * num_positive + [0] * num_negative)
        y = y[torch.randperm(len(y), generator=generator)]
        X = torch.arange(len(y), dtype=torch.float32)[:, None]
        oracle.follow_members(check, balanced_ensemble, X, y, num_members, generator)
        X_new, said = torch.rand(6, 1, generator=generator), []

        def fit_predict(X, y, X_new, said=said):
            said.append(torch.rand(len(X_new), generator=generator))
            return said[-1].clone()

        num_members = min(num_members, 30)
        p = check.call(balanced_ensemble, X, y, X_new, fit_predict, num_members, generator)
        check.close(p, torch.stack(said).mean(dim=0), rtol=1e-4)


### END HIDDEN TESTS

# %% [markdown]
# From now on: `imblearn.ensemble.EasyEnsembleClassifier` or `BalancedBaggingClassifier`. Measured below.
#
# ## The leakage clinic
#
# Four reports of excellent results, each spoiled by a *leak* ({{evaluation}}): something about the examples by
# which a model was to be judged got into it before.
#
# | what was done | the leak | the cure |
# |---|---|---|
# | oversampled, then split | copies of test examples are learned by heart | split first |
# | resampled the test part, too | a test that looks balanced, as the world does not | leave the test as it is |
# | standardized (mean 0, variance 1), or chose features, with all data | the test's numbers are in the model | fit such steps on the training part |
# | chose threshold or settings by the test score | the best of many tries looks good by luck | choose on validation |
#
# How bad are they? The fourth you have just seen, with tumours. For the others take pure noise: 1000
# examples, 20 random features, 50 of them called positive by lot. Nothing can be learned: an honest AUC is
# 0.5. *Five-fold cross-validation* cuts the examples into five parts, the folds, and judges each by a model
# that was trained on the other four. A fold has 10 positives among 200, so an honest AP is about that of a
# coin, 0.07, or somewhat less, since tied scores leave luck less room. The model is a forest of ten random *decision trees*, each
# of which asks a series of yes-no questions about single features, until the answer is clear. Five draws. (To
# choose features, there must be many: of 1000, those 20 that differ most between the classes, for 200
# examples. The model there, *naive Bayes*, treats each feature by itself, as a bell curve for each class.)

# %% tags=["demo"]
from imblearn.over_sampling import RandomOverSampler
from imblearn.pipeline import make_pipeline
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.feature_selection import SelectKBest
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.naive_bayes import GaussianNB


def noise(num_samples, num_features, num_positive, generator):
    """Return features and labels that have nothing to do with one another."""
    X = torch.randn(num_samples, num_features, generator=generator).numpy()
    return X, (torch.randperm(num_samples, generator=generator) < num_positive).long().numpy()


def judge_folds(model, X, y, folds, sampler):
    """Return the mean AP, first with the test folds resampled, then as they are."""
    found = []
    for train, test in folds.split(X, y):
        p = model.fit(X[train], y[train]).predict_proba(X[test])[:, 1:]
        p_more, y_more = sampler.fit_resample(p, y[test])
        found.append([average_precision_score(y_more, p_more), average_precision_score(y[test], p)])
    return torch.tensor(found).mean(dim=0).tolist()


forest, bayes, best = ExtraTreesClassifier(10, random_state=0), GaussianNB(), SelectKBest(k=20)
leaking = {}  # leak → a row of what is reported and what is honest, for each draw
for seed in runtime.progress(range(runtime.scaled(5, fast=1)), "noise, draws"):
    generator = torch.Generator().manual_seed(seed)
    X, y = noise(runtime.scaled(1000, fast=200), 20, runtime.scaled(50, fast=10), generator)
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    how = {"cv": folds, "scoring": "roc_auc"}
    copies, between = RandomOverSampler(random_state=seed), SMOTE(random_state=seed)
    for name, sampler in {"copies": copies, "SMOTE": between}.items():
        before = cross_val_score(forest, *sampler.fit_resample(X, y), **how).mean()
        inside = cross_val_score(make_pipeline(sampler, forest), X, y, **how).mean()
        leaking.setdefault(f"{name} before the split: AUC", []).append([before, inside])
    row = judge_folds(forest, X, y, folds, copies)
    leaking.setdefault("test folds resampled: AP", []).append(row)
    X, y = noise(200, 1000, 20, generator)
    before = cross_val_score(bayes, best.fit_transform(X, y), y, **how).mean()
    inside = cross_val_score(make_pipeline(best, bayes), X, y, **how).mean()
    leaking.setdefault("features chosen with all: AUC", []).append([before, inside])
leaking = {name: torch.tensor(rows, dtype=torch.float64) for name, rows in leaking.items()}
print("median over the draws           reported  honest")
for name, rows in leaking.items():
    reported, honest = rows.quantile(0.5, dim=0).tolist()
    print(f"{name:31} {reported:.2f}      {honest:.2f}")

# %% [markdown]
# Splendid reports, on noise. SMOTE leaks as copies do, for its points lie between training and test
# examples; and a test in which every second example is positive has an AP of ½ for nothing.
#
# ### Exercise · Honest scores
# *3 points · 45 minutes · difficulty ●●●*
#
# So write the loop that cannot leak. For each fold, in this order:
#
# 1. take mean and standard deviation of each feature (dividing by n: `correction=0`) from the **other** folds;
# 2. standardize both parts with them;
# 3. `resample` the training part, **and only that**;
# 4. train on it, and score the fold, **as it is**.
#
# Each example gets the one score that comes from a model that has never met it. `fit_predict` is as in the
# ensemble, and `resample(X, y)` is any way to make the classes even, such as copies or SMOTE.
#
# <details><summary>Hint 1</summary><code>for f in fold.unique(): test = fold == f</code>, and ~test is the training part.</details>
# <details><summary>Hint 2</summary><code>scores[test] = …</code> puts the scores into the places of their examples.</details>


# %% nbgrader={"grade_id": "honest-scores", "schema_version": 3, "solution": true}
def honest_scores(
    X: torch.Tensor, y: torch.Tensor, fold: torch.Tensor, resample, fit_predict
) -> torch.Tensor:
    """Return a score for each example, (n,), from a model trained without its fold.

    `X` has shape (n, num_features), float32, no feature constant in a training part; `y` (n,),
    int64, 0 or 1; `fold` (n,), int64, the name of each example's fold: two or more different
    numbers ≥ 0, such as years. `resample(X, y)` returns a new X and y, perhaps in another order at
    each call, and what it repeats or invents may depend on the numbers in X;
    `fit_predict(X, y, X_new)` trains a fresh model and returns its scores for `X_new`, float32.
    """
    ### BEGIN SOLUTION
    scores = torch.zeros(len(y))
    for f in fold.unique():
        test = fold == f
        mean, std = X[~test].mean(dim=0), X[~test].std(dim=0, correction=0)
        X_train, y_train = resample((X[~test] - mean) / std, y[~test])
        scores[test] = fit_predict(X_train, y_train, (X[test] - mean) / std)
    return scores
    ### END SOLUTION


# %% nbgrader={"grade_id": "honest-scores-test", "grade": true, "points": 3, "schema_version": 3}
@checks.exercise("Honest scores", points=3, hidden=1)
def _(check):
    def drawn(n, width, num_folds, seed):
        generator = torch.Generator().manual_seed(seed)
        fold = torch.arange(n) % num_folds
        X = 5 + 3 * torch.randn(n, width, generator=generator)
        y = torch.arange(n) // num_folds % 3 // 2  # in each fold some of either class
        order = torch.randperm(n, generator=generator)
        return X[order], y[order], fold[order]

    def named_by_year(X, y, fold):
        return X, y, 2000 + 3 * fold

    def resample(X, y):  # the positives twice
        return torch.cat([X, X[y == 1]]), torch.cat([y, y[y == 1]])

    def above_the_mean(X, y):  # twice what is above 0 in its first feature
        return torch.cat([X, X[X[:, 0] > 0]]), torch.cat([y, y[X[:, 0] > 0]])

    def shuffled(X, y):
        X, y = resample(X, y)
        order = torch.randperm(len(y))
        return X[order], y[order]

    def fit_predict(X, y, X_new):
        return X_new @ (X[y == 1].mean(dim=0) - X.mean(dim=0)) + 0.1 * len(X)

    check.agree(
        honest_scores,
        oracle.honest_scores,
        oracle.what_leaks(*drawn(12, 2, 3, seed=0)),
        mistakes=oracle.LEAKS,
    )
    check.agree(
        honest_scores,
        oracle.honest_scores,
        (*drawn(9, 2, 3, seed=1), resample, fit_predict),
        (*drawn(30, 4, 5, seed=2), resample, fit_predict),
        (*named_by_year(*drawn(36, 2, 9, seed=4)), above_the_mean, fit_predict),
        (*drawn(12, 3, 2, seed=3), shuffled, fit_predict),
        mistakes=oracle.HONEST_SCORES,
        rtol=1e-3,
        atol=1e-5,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against a pipeline of imbalanced-learn, cross-validated by scikit-learn")
def _(check):
    from imblearn import FunctionSampler
    from imblearn.pipeline import make_pipeline
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import PredefinedSplit, cross_val_predict
    from sklearn.preprocessing import StandardScaler

    generator = oracles.fresh_generator()
    for n, width, num_folds, step in ((60, 3, 3, 1), (45, 2, 5, 4), (80, 2, 8, 1)):
        fold = 1000 * (step - 1) + step * (torch.arange(n) % num_folds)
        fold = fold[torch.randperm(n, generator=generator)]
        X = 5 + 3 * torch.randn(n, width, generator=generator)
        y = (X[:, 0] + torch.randn(n, generator=generator) > 7).long()
        y[:20] = torch.tensor([0, 1] * 10)

        def copies(X, y):
            more = [i for i in range(len(y)) for _ in range(2) if y[i] == 1 or X[i, 0] > 0]
            rows = [*range(len(y)), *more]
            return X[rows], y[rows]

        def fit_predict(X, y, X_new):
            model = LogisticRegression().fit(X.numpy(), y.numpy())
            return torch.from_numpy(model.predict_proba(X_new.numpy())[:, 1]).float()

        pipeline = make_pipeline(
            StandardScaler(), FunctionSampler(func=copies), LogisticRegression()
        )
        wanted = cross_val_predict(
            pipeline,
            X.double().numpy(),
            y.numpy(),
            cv=PredefinedSplit(fold.numpy()),
            method="predict_proba",
        )[:, 1]
        check.agree(honest_scores, oracle.honest_scores, oracle.what_leaks(X, y, fold))
        came = check.call(honest_scores, X, y, fold, copies, fit_predict)
        check.close(came, wanted, rtol=1e-2, atol=1e-3)


### END HIDDEN TESTS

# %% [markdown]
# From now on: a `Pipeline` of imbalanced-learn inside `cross_val_predict`, which resamples in `fit` and
# never in `predict`.
#
# ## The experiment
#
# Back to the rare 8s, and to the myth. Eight of them to learn from, eight to be judged by, twenty draws. Four
# models, each: as it is, with balanced weights, with SMOTE, with undersampling, and as an ensemble of twenty
# balanced members. The logistic regression comes twice, since how strongly it is regularized ({{regularization}})
# matters here: `C` is one over the strength of L2. The score of *5 nearest neighbours* is the share of 8s among
# the five training digits that are nearest; the *decision tree* asks about single pixels until no doubt is left.
#
# Judged by AP, which knows no threshold, and by F1 twice: cut at ½, as is the habit; and cut so that one in
# a hundred is called an 8, the share that is known from training. That costs nothing.


# %% tags=["demo"]
from imblearn.under_sampling import RandomUnderSampler
from sklearn.metrics import f1_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

MODELS = {
    "logistic, C = 1": lambda **how: LogisticRegression(C=1, max_iter=1000, **how),
    "logistic, C = 10": lambda **how: LogisticRegression(C=10, max_iter=1000, **how),
    "5 nearest neighbours": lambda: KNeighborsClassifier(5),
    "decision tree": lambda **how: DecisionTreeClassifier(random_state=0, **how),
}


def probabilities(make, way, seed, X, y, X_new):
    """Return the probabilities that a model, trained in some way, gives to new examples."""
    if way == "ensemble":
        members = range(100 * seed, 100 * seed + 20)
        return sum(probabilities(make, "undersampled", one, X, y, X_new) for one in members) / 20
    if way == "weights":
        return make(class_weight="balanced").fit(X, y).predict_proba(X_new)[:, 1]
    samplers = {"SMOTE": SMOTE, "undersampled": RandomUnderSampler}
    if way in samplers:
        X, y = samplers[way](random_state=seed).fit_resample(X, y)
    return make().fit(X, y).predict_proba(X_new)[:, 1]


WAYS = ["as it is", "weights", "SMOTE", "undersampled", "ensemble"]
judged = {}  # (model, way) → a row of AP, F1 at ½, F1 at the known share, for each draw
for seed in runtime.progress(range(runtime.scaled(20, fast=1)), "rare 8s, draws"):
    X, y, X_new, y_new = (part.cpu().numpy() for part in rare.one_digit(8, seed=seed))
    for name, make in MODELS.items():
        for way in WAYS:
            if (name, way) == ("5 nearest neighbours", "weights"):
                continue  # it cannot weigh
            p = probabilities(make, way, seed, X, y, X_new)
            order = (-p).argsort(kind="stable")
            top = 0 * y_new
            top[order[: round(y.mean() * len(y_new))]] = 1
            row = [
                average_precision_score(y_new, p),
                f1_score(y_new, p >= 0.5),
                f1_score(y_new, top),
            ]
            judged.setdefault((name, way), []).append(row)
judged = {key: torch.tensor(rows, dtype=torch.float64) for key, rows in judged.items()}

# %% tags=["demo"]
quartiles = {
    key: rows.quantile(torch.tensor([0.25, 0.5, 0.75]).double(), dim=0)  # (3, columns)
    for key, rows in judged.items()
}
fig, axes = plots.figure(ncols=2, size=(10, 4.2))
titles = ["AP, without a threshold", "F1, cut at ½"]
for column, (ax, title) in enumerate(zip(axes, titles, strict=True)):
    for number, name in enumerate(MODELS):
        ways = [way for way in WAYS if (name, way) in judged]
        low, middle, high = torch.stack([quartiles[name, way][:, column] for way in ways], dim=1)
        places = torch.tensor([WAYS.index(way) for way in ways]) + 0.15 * (number - 1.5)
        ax.errorbar(places, middle, torch.stack([middle - low, high - middle]), ls="", label=name)
    ax.set_xticks(range(len(WAYS)), WAYS)
    ax.set(ylim=(-0.02, 1.02), title=title)
axes[0].legend(title="median and quartiles")
plots.show(
    fig,
    "Average precision and F1 cut at one half, for four models trained in five ways. AP: the logistic "
    "regressions are level but for undersampling and its ensemble, which are worse; neighbours gain by "
    "SMOTE; the decision tree is poor except as an ensemble. F1: higher with weights and SMOTE, near 0 "
    "with balanced training sets.",
)
print(f"{'model':21} {'way':13} AP    F1 at ½   F1 at the known share")
for (name, way), rows in quartiles.items():
    ap, at_half, at_share = rows[1].tolist()
    print(f"{name:21} {way:13} {ap:.2f}  {at_half:.2f}      {at_share:.2f}")

# %% tags=["demo"]
gains = {name: (judged[name, "SMOTE"] - judged[name, "as it is"])[:, 0] for name in MODELS}
for name, values in gains.items():
    low, middle, high = values.quantile(torch.tensor([0.25, 0.5, 0.75]).double()).tolist()
    print(f"{name:21} SMOTE changes AP by {middle:+.3f} ({low:+.3f} to {high:+.3f})")
middle = gains["logistic, C = 10"].quantile(0.5).item()
outcome = "about the same" if abs(middle) < 0.03 else "better" if middle > 0 else "worse"
predict.reveal(prediction, outcome)

# %% [markdown]
# Why do nearest neighbours gain? Five neighbours give at most six scores, from 0 to 5 of 5. How many digits get
# 0? And what does a score without ties do: how much nearer is the nearest 8 than the nearest other digit?

# %% tags=["demo"]
from sklearn.neighbors import NearestNeighbors

tied = []  # for each draw: share of the digits, and of the 8s, with score 0; AP by distance
for seed in range(runtime.scaled(20, fast=1)):
    X, y, X_new, y_new = (part.cpu().numpy() for part in rare.one_digit(8, seed=seed))
    p = KNeighborsClassifier(5).fit(X, y).predict_proba(X_new)[:, 1]
    to_other, to_8 = (
        NearestNeighbors(n_neighbors=1).fit(X[y == label]).kneighbors(X_new)[0][:, 0]
        for label in (0, 1)
    )
    by_distance = average_precision_score(y_new, to_other - to_8)
    tied.append([(p == 0).mean(), (p[y_new == 1] == 0).mean(), by_distance])
tied = torch.tensor(tied, dtype=torch.float64)
for name, values in zip(
    ("digits with score 0", "8s with score 0", "AP by distance"), tied.T, strict=True
):
    print(f"{name:20} {values.quantile(0.5):.2f} (median over draws)")

# %% [markdown]
# 99 % of the digits share the score 0, among them a quarter of the 8s, and all these come last together. New
# points between the 8s lift some of them. But the ties can be broken without inventing anything: ranked by
# distance, the same neighbours have an AP of 0.88 *without* SMOTE, more than the 0.70 that they have with it.
#
# ## The verdict
#
# - **"99 % accuracy is good."** No: saying no to all had 99.0 %, and found nothing. The number only tells how
#   rare the positives are. **It flips** where the classes are about equally common and errors cost about the
#   same.
# - **"SMOTE always helps."** It looked like a miracle: the logistic regression (C = 1), cut at ½, found no 8
#   in most draws as it was, and had F1 0.41 with SMOTE. But the order of the digits had hardly changed, and
#   the model *as it was*, cut at the known share, had F1 0.50. SMOTE had moved the cut; so had weights. **It
#   flips** for nearest neighbours, where AP rose by 0.10, since new points between the rare ones break ties at
#   score 0; a score without ties gained more, and invented nothing. Undersampling to eight negatives made
#   three of the four models far worse, and left the decision tree where it was, at the AP of a coin, 0.02. An
#   ensemble of twenty such models lifted that tree to 0.22, and was worse than doing nothing for the others.
# - **"The area under the ROC curve is enough."** No: it stayed at 0.86 while the AP fell from 0.85 to 0.11, as
#   positives became rare. **It flips** if one only compares scores on the same data, or wants to know about
#   the scores whatever the prevalence, which AP cannot tell.
#
# All this with eight 8s to learn from and eight to be judged by: between two draws of them AP differs by more
# than between two remedies, so one split proves nothing ({{evaluation}}). With other models and data the figures will differ,
# but not that weights and resampling move the log-odds: van den Goorbergh et al. (2022) found the same in
# medicine, no better order, and probabilities far too high.
#
# ## What to take away
#
# - Accuracy says how rare the positives are: a model that says no to all had 99.0 %, and found none of the
#   eight 8s.
# - Weights, copies and undersampling are one move: weight 20 added $\ln 20 = 3.0$ to all log-odds, and the plain
#   model, cut at 1/21, decided alike for more than 99 % of the examples.
# - AUC does not notice the prevalence, and AP does: 0.86 throughout for the one, from 0.85 down to 0.11 for the
#   other; and a coin's AP depends on the number of examples (0.07 for 10 positives of 200).
# - SMOTE repaired the cut and not the order: the F1 of the logistic regression, cut at ½, rose from 0 to 0.41,
#   and without SMOTE, cut at the known share, it was 0.50.
# - Split first: oversampled before the split, pure noise had a reported AUC of 1.0, and an honest one of 0.5.
#
# ## In short
#
# | | changes | library | mind |
# |---|---|---|---|
# | threshold | the decision | `TunedThresholdClassifierCV` | say what is to be tuned; the formula, if calibrated |
# | class weights | all log-odds, by ln w | `class_weight=`, `pos_weight=` | probabilities are false; fade if the classes can be parted |
# | balanced sampler | the same | `WeightedRandomSampler` | not weights as well |
# | SMOTE | the same, and fills gaps | `imblearn` | inside the folds; within class 1 |
# | focal loss | which examples count | `sigmoid_focal_loss` | probabilities are false |
# | start at the prior | the first steps | one line | the sign |
# | balanced ensemble | many weak orders, averaged | `EasyEnsembleClassifier` | take probabilities back |
#
# | to be judged | number | mind |
# |---|---|---|
# | the order | AUC, AP | AP depends on the prevalence, AUC does not notice it |
# | the probabilities | reliability, log loss (cross-entropy) | after weights: `correct_prior` |
# | the decisions | cost; precision and recall | accuracy says how rare the positives are |
#
# ## Going further
#
# - Byrd, J. and Lipton, Z. C. (2019). What is the effect of importance weighting in deep learning? arXiv:1812.03372
# - Charoenphakdee, N., Vongkulbhisal, J., Chairatanakul, N. and Sugiyama, M. (2021). On focal loss for class-posterior probability estimation: a theoretical perspective. arXiv:2011.09172
# - Chawla, N. V., Bowyer, K. W., Hall, L. O. and Kegelmeyer, W. P. (2002). SMOTE: synthetic minority over-sampling technique. *Journal of Artificial Intelligence Research* 16, 321–357. doi:10.1613/jair.953
# - Chen, C., Liaw, A. and Breiman, L. (2004). Using random forest to learn imbalanced data. Technical report 666, University of California, Berkeley.
# - Davis, J. and Goadrich, M. (2006). The relationship between precision-recall and ROC curves. *ICML*. doi:10.1145/1143844.1143874
# - Elkan, C. (2001). The foundations of cost-sensitive learning. *IJCAI*, 973–978.
# - van den Goorbergh, R., van Smeden, M., Timmerman, D. and Van Calster, B. (2022). The harm of class imbalance corrections for risk prediction models. *Journal of the American Medical Informatics Association* 29, 1525–1534. doi:10.1093/jamia/ocac093
# - Hanley, J. A. and McNeil, B. J. (1982). The meaning and use of the area under a receiver operating characteristic (ROC) curve. *Radiology* 143, 29–36. doi:10.1148/radiology.143.1.7063747
# - King, G. and Zeng, L. (2001). Logistic regression in rare events data. *Political Analysis* 9, 137–163. doi:10.1093/oxfordjournals.pan.a004868
# - Lin, T.-Y., Goyal, P., Girshick, R., He, K. and Dollár, P. (2017). Focal loss for dense object detection. arXiv:1708.02002
# - Liu, X.-Y., Wu, J. and Zhou, Z.-H. (2009). Exploratory undersampling for class-imbalance learning. *IEEE Transactions on Systems, Man, and Cybernetics B* 39, 539–550. doi:10.1109/TSMCB.2008.2007853
# - Saerens, M., Latinne, P. and Decaestecker, C. (2002). Adjusting the outputs of a classifier to new a priori probabilities. *Neural Computation* 14, 21–41. doi:10.1162/089976602753284446
# - Saito, T. and Rehmsmeier, M. (2015). The precision-recall plot is more informative than the ROC plot when evaluating binary classifiers on imbalanced datasets. *PLoS ONE* 10, e0118432. doi:10.1371/journal.pone.0118432
# - Soudry, D., Hoffer, E., Nacson, M. S., Gunasekar, S. and Srebro, N. (2018). The implicit bias of gradient descent on separable data. arXiv:1710.10345

# %% [markdown]
# ## Once more
#
# The questions from the beginning. Answer without looking back; then each answer gets its sentence.
#
# - **rare digit**: one digit in a hundred is an 8, and a model that looks for them has an accuracy of 99.0 %. How
#   many of the 8s does it find? `"nearly all"`, `"about half"` or `"perhaps none"`.
# - **rarer positives**: positives become rarer, from a half of the examples to a hundredth, and the scores of each
#   class stay as they are. Which number falls? `"the average precision"`, `"the area under the ROC curve"` or
#   `"both"`.
# - **copied first**: the features are pure noise. Rare examples are copied until the classes are even, and then the
#   data are cut into folds. Which area under the ROC curve is reported? `"about 1.0"`, `"about 0.8"` or
#   `"about 0.5"`.

# %% tags=["prediction"]
at_last = {
    "rare digit": ...,
    "rarer positives": ...,
    "copied first": ...,
}

# %% tags=["demo"]
predict.last("imbalance", at_last, before=at_first)

# %% [markdown]
# ## How far you are
#
# What you have solved and predicted, from a file on your machine that no grader reads. (What the cell shows is
# saved in the notebook, as any output is.)

# %% tags=["demo"]
from nblib import progress

progress.show()
