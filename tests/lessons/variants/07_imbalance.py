"""Answers to the exercises of *Imbalance* as students give them: each right, or wrong in one way.

A cell's title is the exercise; `correct` says how a right answer is written, `wrong` what a wrong one
does, and `says` the sentence of the lesson that its author is to be told.
"""


# %% confusion correct="a loop"
def confusion(y, y_hat, num_classes):
    m = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    for truth, decision in zip(y.tolist(), y_hat.tolist()):
        m[truth, decision] += 1
    return m


# %% confusion correct="one-hot, multiplied"
def confusion(labels, decisions, k):
    return F.one_hot(labels, k).T @ F.one_hot(decisions, k)


# %% confusion correct="by scikit-learn"
def confusion(y, y_hat, num_classes):
    from sklearn.metrics import confusion_matrix

    return torch.from_numpy(confusion_matrix(y, y_hat, labels=range(num_classes)))


# %% confusion correct="comparisons, as lists"
def confusion(y, y_hat, num_classes):
    return [
        [int(((y == a) & (y_hat == b)).sum()) for b in range(num_classes)]
        for a in range(num_classes)
    ]


# %% confusion wrong="transposed" says="Rows and columns are exchanged: the row is the truth, the column the decision."
def confusion(y, y_hat, num_classes):
    return F.one_hot(y_hat, num_classes).T @ F.one_hot(y, num_classes)


# %% confusion wrong="adds only once" says="Each pair counts only once. `m[y, y_hat] += 1` does not add up repeated places; bincount does."
def confusion(y, y_hat, num_classes):
    m = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    m[y, y_hat] += 1
    return m


# %% confusion wrong="shares of each row" says="These are shares of each true class. Return counts."
def confusion(y, y_hat, num_classes):
    m = (F.one_hot(y, num_classes).T @ F.one_hot(y_hat, num_classes)).double()
    return m / m.sum(dim=1, keepdim=True).clamp(min=1)


# %% confusion wrong="shares of all" says="These are shares of all examples. Return counts."
def confusion(y, y_hat, num_classes):
    m = (F.one_hot(y, num_classes).T @ F.one_hot(y_hat, num_classes)).double()
    return m / len(y)


# %% confusion wrong="only classes that occur" says="A class that does not occur has lost its row and its column: there are num_classes of each."
def confusion(y, y_hat, num_classes):
    seen = int(torch.cat([y, y_hat]).max()) + 1
    return F.one_hot(y, seen).T @ F.one_hot(y_hat, seen)


# %% confusion wrong="only the diagonal" says="Only right decisions are counted. The errors belong beside the diagonal."
def confusion(y, y_hat, num_classes):
    return torch.diag(torch.bincount(y[y == y_hat], minlength=num_classes))


# %% confusion wrong="only the errors" says="The right decisions are missing from the diagonal."
def confusion(y, y_hat, num_classes):
    m = F.one_hot(y, num_classes).T @ F.one_hot(y_hat, num_classes)
    return m - torch.diag(m.diagonal())


# %% ratios correct="tensors divide by zero to nan"
def ratios(matrix):
    m = matrix.double()
    tp, fp, fn = m[1, 1], m[0, 1], m[1, 0]
    return (tp / (tp + fp)).item(), (tp / (tp + fn)).item(), (2 * tp / (2 * tp + fp + fn)).item()


# %% ratios correct="conditions"
def ratios(matrix):
    (_, fp), (fn, tp) = matrix.tolist()
    p = tp / (tp + fp) if tp + fp else float("nan")
    r = tp / (tp + fn) if tp + fn else float("nan")
    f = tp / (tp + (fp + fn) / 2) if tp + fp + fn else float("nan")
    return [p, r, f]


# %% ratios correct="by scikit-learn, on examples made for it"
def ratios(matrix):
    from sklearn.metrics import precision_recall_fscore_support

    (tn, fp), (fn, tp) = matrix.tolist()
    y = [0] * (tn + fp) + [1] * (fn + tp)
    y_hat = [0] * tn + [1] * fp + [0] * fn + [1] * tp
    p, r, f, _ = precision_recall_fscore_support(
        y, y_hat, average="binary", zero_division=float("nan")
    )
    return p, r, f


# %% ratios wrong="precision and recall exchanged" says="Precision and recall are exchanged: precision divides by all that were called positive."
def ratios(matrix):
    (_, fp), (fn, tp) = matrix.double()
    return (tp / (tp + fn)), (tp / (tp + fp)), (2 * tp / (2 * tp + fp + fn))


# %% ratios wrong="for the other class" says="These are the ratios of class 0. The positive class is 1, in the second row and column."
def ratios(matrix):
    (tp, fn), (fp, _) = matrix.double()
    return (tp / (tp + fp)), (tp / (tp + fn)), (2 * tp / (2 * tp + fp + fn))


# %% ratios wrong="true positives first" says="You read the matrix as [[TP, FP], [FN, TN]]. Here class 0 comes first."
def ratios(matrix):
    (tp, fp), (fn, _) = matrix.double()
    return (tp / (tp + fp)), (tp / (tp + fn)), (2 * tp / (2 * tp + fp + fn))


# %% ratios wrong="arithmetic mean" says="F1 is not the mean of the two. It is their harmonic mean."
def ratios(matrix):
    (_, fp), (fn, tp) = matrix.double()
    p, r = tp / (tp + fp), tp / (tp + fn)
    return p, r, (p + r) / 2


# %% ratios wrong="geometric mean" says="That is the geometric mean. F1 is the harmonic one."
def ratios(matrix):
    (_, fp), (fn, tp) = matrix.double()
    p, r = tp / (tp + fp), tp / (tp + fn)
    return p, r, (p * r).sqrt()


# %% ratios wrong="F1 without its 2" says="The 2 is missing in F1: two equal numbers should be their own mean."
def ratios(matrix):
    (_, fp), (fn, tp) = matrix.double()
    p, r = tp / (tp + fp), tp / (tp + fn)
    return p, r, p * r / (p + r)


# %% ratios wrong="accuracy for precision" says="The first number is the accuracy. Precision looks only at what was called positive."
def ratios(matrix):
    (tn, fp), (fn, tp) = matrix.double()
    return (tp + tn) / matrix.sum(), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)


# %% ratios wrong="false alarm rate for precision" says="The first number is 1 − the false positive rate. Precision looks at those called positive, not at the negatives."
def ratios(matrix):
    (tn, fp), (fn, tp) = matrix.double()
    return tn / (tn + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)


# %% ratios wrong="0 where undefined" says="What divides by zero is undefined, not 0: say nan."
def ratios(matrix):
    (_, fp), (fn, tp) = matrix.tolist()
    p = tp / (tp + fp) if tp + fp else 0.0
    r = tp / (tp + fn) if tp + fn else 0.0
    return p, r, 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else 0.0


# %% ratios wrong="1 where undefined" says="What divides by zero is undefined, not perfect: say nan."
def ratios(matrix):
    (_, fp), (fn, tp) = matrix.tolist()
    p = tp / (tp + fp) if tp + fp else 1.0
    r = tp / (tp + fn) if tp + fn else 1.0
    return p, r, 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else 1.0


# %% ratios wrong="F1 from the other two" says="F1 has a value where precision or recall has none: compute it from the counts."
def ratios(matrix):
    (_, fp), (fn, tp) = matrix.double()
    p, r = tp / (tp + fp), tp / (tp + fn)
    return p, r, 2 * p * r / (p + r)


# %% ratios wrong="divides by zero" says="ZeroDivisionError"
def ratios(matrix):
    (_, fp), (fn, tp) = matrix.tolist()
    return tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)


# %% macro-f1 correct="a loop over classes"
def macro_f1(matrix):
    total = 0.0
    for k in range(len(matrix)):
        tp = matrix[k, k].item()
        wrong = matrix[k].sum().item() + matrix[:, k].sum().item() - 2 * tp
        total += 2 * tp / (2 * tp + wrong)
    return total / len(matrix)


# %% macro-f1 correct="precision and recall, carefully"
def macro_f1(matrix):
    m = matrix.double()
    p = m.diagonal() / m.sum(0).clamp(min=1)
    r = m.diagonal() / m.sum(1).clamp(min=1)
    f = torch.where(p + r > 0, 2 * p * r / (p + r), torch.zeros_like(p))
    return f.mean()


# %% macro-f1 correct="by scikit-learn, with counts as weights"
def macro_f1(matrix):
    from sklearn.metrics import f1_score

    k = len(matrix)
    y = torch.arange(k).repeat_interleave(k)
    y_hat = torch.arange(k).repeat(k)
    w = matrix.flatten()
    return f1_score(y, y_hat, average="macro", sample_weight=w, zero_division=0.0)


# %% macro-f1 wrong="micro" says="That is the micro F1, which is the accuracy: large classes drown the small ones."
def macro_f1(matrix):
    return (matrix.diagonal().sum() / matrix.sum()).item()


# %% macro-f1 wrong="weighted" says="You weigh each class by its size, so the large ones decide again. All classes count alike."
def macro_f1(matrix):
    m = matrix.double()
    f = 2 * m.diagonal() / (m.sum(0) + m.sum(1))
    return (f * m.sum(1)).sum() / m.sum()


# %% macro-f1 wrong="F1 of the means" says="That is the F1 of mean precision and mean recall. First the F1 of each class, then the mean."
def macro_f1(matrix):
    m = matrix.double()
    p = (m.diagonal() / m.sum(0).clamp(min=1)).mean()
    r = (m.diagonal() / m.sum(1).clamp(min=1)).mean()
    return 2 * p * r / (p + r)


# %% macro-f1 wrong="leaves out what is never decided" says="A class that is never decided has F1 = 0, and it counts. Do not leave it out."
def macro_f1(matrix):
    m = matrix.double()
    p, r = m.diagonal() / m.sum(0), m.diagonal() / m.sum(1)
    return (2 * p * r / (p + r)).nanmean()


# %% macro-f1 wrong="leaves out class 0" says="Class 0 is a class like the others: with several classes there is no positive one."
def macro_f1(matrix):
    m = matrix.double()
    return (2 * m.diagonal() / (m.sum(0) + m.sum(1)))[1:].mean()


# %% macro-f1 wrong="mean recall" says="That is the mean recall, also called balanced accuracy. False alarms count as well."
def macro_f1(matrix):
    m = matrix.double()
    return (m.diagonal() / m.sum(1)).mean()


# %% macro-f1 wrong="mean precision" says="That is the mean precision. What was missed counts as well."
def macro_f1(matrix):
    m = matrix.double()
    return (m.diagonal() / m.sum(0).clamp(min=1)).mean()


# %% macro-f1 wrong="not divided" says="That is the sum over the classes. Divide by their number."
def macro_f1(matrix):
    m = matrix.double()
    return (2 * m.diagonal() / (m.sum(0) + m.sum(1))).sum()


# %% roc-auc correct="a loop over positives"
def roc_auc(y, scores):
    pos, neg = scores[y == 1], scores[y == 0]
    won = sum((s > neg).sum().item() + 0.5 * (s == neg).sum().item() for s in pos)
    return won / (len(pos) * len(neg))


# %% roc-auc correct="by mean ranks"
def roc_auc(y, scores):
    from scipy.stats import rankdata

    ranks = torch.from_numpy(rankdata(scores))
    n1 = int((y == 1).sum())
    n0 = len(y) - n1
    return (ranks[y == 1].sum().item() - n1 * (n1 + 1) / 2) / (n1 * n0)


# %% roc-auc correct="the area under the curve, ties in one step"
def roc_auc(y, scores):
    points = [(0.0, 0.0)]
    for t in scores.unique().flip(0):
        said = scores >= t
        points.append((said[y == 0].double().mean().item(), said[y == 1].double().mean().item()))
    area = 0.0
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        area += (x1 - x0) * (y0 + y1) / 2
    return area


# %% roc-auc wrong="ties lose" says="Ties count for nothing. A tie is half a win."
def roc_auc(y, scores):
    return (scores[y == 1][:, None] > scores[y == 0]).double().mean()


# %% roc-auc wrong="ties win" says="Ties count as wins. A tie is half a win."
def roc_auc(y, scores):
    return (scores[y == 1][:, None] >= scores[y == 0]).double().mean()


# %% roc-auc wrong="upside down" says="Upside down: count how often the positive has the higher score."
def roc_auc(y, scores):
    d = scores[y == 1][:, None] - scores[y == 0]
    return ((d < 0).double() + 0.5 * (d == 0).double()).mean()


# %% roc-auc wrong="from decisions" says="You rounded the scores to decisions first. The order within them is lost: compare scores."
def roc_auc(y, scores):
    s = (scores >= 0.5).double()
    d = s[y == 1][:, None] - s[y == 0]
    return ((d > 0).double() + 0.5 * (d == 0).double()).mean()


# %% roc-auc wrong="all pairs" says="You divide by all pairs. Only pairs of one positive and one negative count."
def roc_auc(y, scores):
    d = scores[y == 1][:, None] - scores[y == 0]
    return ((d > 0).double() + 0.5 * (d == 0).double()).sum() / len(y) ** 2


# %% roc-auc wrong="difference of means" says="That is the difference of the mean scores. Only the order of scores should matter."
def roc_auc(y, scores):
    return scores[y == 1].mean() - scores[y == 0].mean()


# %% roc-auc wrong="accuracy" says="That is the accuracy at 0.5. The AUC knows no threshold."
def roc_auc(y, scores):
    return ((scores >= 0.5).long() == y).double().mean()


# %% roc-auc wrong="doubled: the Gini coefficient" says="That is 2·AUC − 1, the Gini coefficient."
def roc_auc(y, scores):
    d = scores[y == 1][:, None] - scores[y == 0]
    return d.sign().double().mean()


# %% average-precision correct="a loop over thresholds"
def average_precision(y, scores):
    ap, last = 0.0, 0.0
    for t in sorted(set(scores.tolist()), reverse=True):
        said = scores >= t
        tp = (said & (y == 1)).sum().item()
        recall = tp / (y == 1).sum().item()
        ap += (recall - last) * tp / said.sum().item()
        last = recall
    return ap


# %% average-precision correct="the mean over positives"
def average_precision(y, scores):
    at_least = scores[None, :] >= scores[y == 1][:, None]  # (positives, n)
    return (at_least[:, y == 1].sum(1) / at_least.sum(1)).double().mean()


# %% average-precision correct="by scikit-learn"
def average_precision(y, scores):
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(y, scores))


# %% average-precision wrong="trapezoids" says="You join the points by straight lines (trapezoids), which promises a precision that no threshold has. Steps, please."
def average_precision(y, scores):
    order = scores.argsort(descending=True)
    tp = y[order].cumsum(0).double()
    p = tp / torch.arange(1, len(y) + 1)
    r = tp / tp[-1]
    return torch.trapezoid(torch.cat([p[:1] * 0 + 1, p]), torch.cat([r[:1] * 0, r]))


# %% average-precision wrong="lowest first" says="You begin with the lowest score. Begin with the highest."
def average_precision(y, scores):
    order = scores.argsort()
    tp = y[order].cumsum(0).double()
    p = tp / torch.arange(1, len(y) + 1)
    return (p * y[order]).sum() / tp[-1]


# %% average-precision wrong="mean over all places" says="That is the mean precision over all places. It counts only where the recall grows."
def average_precision(y, scores):
    order = scores.argsort(descending=True)
    return (y[order].cumsum(0).double() / torch.arange(1, len(y) + 1)).mean()


# %% average-precision wrong="from decisions" says="You rounded the scores to decisions first. A curve needs the scores."
def average_precision(y, scores):
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(y, scores >= 0.5))


# %% average-precision wrong="recall, not its growth" says="You weigh precision by the recall itself. Weigh it by how much the recall has grown."
def average_precision(y, scores):
    order = scores.argsort(descending=True)
    tp = y[order].cumsum(0).double()
    return (tp / torch.arange(1, len(y) + 1) * tp / tp[-1]).mean()


# %% average-precision wrong="interpolated" says="You replace each precision by the best one at a higher recall (interpolated AP). Take it as it is."
def average_precision(y, scores):
    order = scores.argsort(descending=True)
    tp = y[order].cumsum(0).double()
    p = tp / torch.arange(1, len(y) + 1)
    best = p.flip(0).cummax(0).values.flip(0)
    return (best * y[order]).sum() / tp[-1]


# %% average-precision wrong="the area under the ROC curve" says="That is the area under the ROC curve."
def average_precision(y, scores):
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(y, scores))


# %% average-precision wrong="ties as they stand" says="Equal scores are taken one by one, as they happen to stand. They pass a threshold together."
def average_precision(y, scores):
    order = scores.argsort(descending=True, stable=True)
    tp = y[order].cumsum(0).double()
    p = tp / torch.arange(1, len(y) + 1)
    return (p * y[order]).sum() / tp[-1]


# %% average-precision wrong="ties: positives first" says="Among equal scores the positives go first, which flatters. They pass a threshold together."
def average_precision(y, scores):
    order = sorted(range(len(y)), key=lambda i: (-scores[i].item(), -y[i].item()))
    tp = y[order].cumsum(0).double()
    p = tp / torch.arange(1, len(y) + 1)
    return (p * y[order]).sum() / tp[-1]


# %% average-precision wrong="ties: negatives first" says="Among equal scores the negatives go first, which is too hard. They pass a threshold together."
def average_precision(y, scores):
    order = sorted(range(len(y)), key=lambda i: (-scores[i].item(), y[i].item()))
    tp = y[order].cumsum(0).double()
    p = tp / torch.arange(1, len(y) + 1)
    return (p * y[order]).sum() / tp[-1]


# %% weights correct="a list of counts"
def class_weights(y, num_classes):
    n = [int((y == k).sum()) for k in range(num_classes)]
    return torch.tensor([len(y) / (num_classes * count) for count in n])


def positive_weight(y):
    return int((y == 0).sum()) / int((y == 1).sum())


# %% weights correct="one-hot"
def class_weights(labels, k):
    return 1 / (k * F.one_hot(labels, k).double().mean(dim=0))


def positive_weight(labels):
    share = labels.double().mean()
    return (1 - share) / share


# %% weights correct="by scikit-learn"
def class_weights(y, num_classes):
    from sklearn.utils.class_weight import compute_class_weight

    classes = torch.arange(num_classes).numpy()
    return compute_class_weight("balanced", classes=classes, y=y.numpy())


def positive_weight(y):
    w = class_weights(y, 2)
    return w[1] / w[0]


# %% weights wrong="inverted" says="Upside down: the rare class should weigh more."
def class_weights(y, num_classes):
    return num_classes * torch.bincount(y, minlength=num_classes) / len(y)


def positive_weight(y):
    return ((y == 0).sum() / (y == 1).sum()).item()


# %% weights wrong="one over the count" says="Not normalized: these weights are so small that the loss, and with it every step, shrinks to almost nothing."
def class_weights(y, num_classes):
    return 1 / torch.bincount(y, minlength=num_classes)


def positive_weight(y):
    return ((y == 0).sum() / (y == 1).sum()).item()


# %% weights wrong="summing to one" says="The weights themselves add up to 1. It is the examples' weights that should add up to n."
def class_weights(y, num_classes):
    w = 1 / torch.bincount(y, minlength=num_classes)
    return w / w.sum()


def positive_weight(y):
    return ((y == 0).sum() / (y == 1).sum()).item()


# %% weights wrong="without the number of classes" says="The number of classes is missing: the examples' weights add up to K times n."
def class_weights(y, num_classes):
    return len(y) / torch.bincount(y, minlength=num_classes)


def positive_weight(y):
    return ((y == 0).sum() / (y == 1).sum()).item()


# %% weights wrong="relative to the largest" says="The largest class has weight 1, so the mean weight of an example is not 1."
def class_weights(y, num_classes):
    n = torch.bincount(y, minlength=num_classes)
    return n.max() / n


def positive_weight(y):
    return ((y == 0).sum() / (y == 1).sum()).item()


# %% weights wrong="roots" says="That is the root of the weights, a tamer recipe. Here the classes should balance."
def class_weights(y, num_classes):
    n = torch.bincount(y, minlength=num_classes)
    return (len(y) / (num_classes * n)).sqrt()


def positive_weight(y):
    return ((y == 0).sum() / (y == 1).sum()).item()


# %% weights wrong="pos_weight upside down" says="Upside down: that makes the rare positives count even less."
def class_weights(y, num_classes):
    return len(y) / (num_classes * torch.bincount(y, minlength=num_classes))


def positive_weight(y):
    return ((y == 1).sum() / (y == 0).sum()).item()


# %% weights wrong="pos_weight is the class weight" says="That is the class weight of the positives. Negatives keep the weight 1 here, so it takes the ratio."
def class_weights(y, num_classes):
    return len(y) / (num_classes * torch.bincount(y, minlength=num_classes))


def positive_weight(y):
    return class_weights(y, 2)[1]


# %% weights wrong="pos_weight from all examples" says="You divide all examples by the positives. Divide the negatives by them."
def class_weights(y, num_classes):
    return len(y) / (num_classes * torch.bincount(y, minlength=num_classes))


def positive_weight(y):
    return len(y) / (y == 1).sum().item()


# %% prior correct="through odds"
def correct_prior(p, trained_share, true_share):
    factor = true_share / (1 - true_share) * (1 - trained_share) / trained_share
    return factor * p / (factor * p + 1 - p)


# %% prior correct="through log-odds"
def correct_prior(probability, trained, true):
    shift = math.log(true / (1 - true)) - math.log(trained / (1 - trained))
    return torch.sigmoid(torch.special.logit(probability) + shift)


# %% prior correct="Saerens: scale both classes, then normalize"
def correct_prior(p, trained_share, true_share):
    yes = p * true_share / trained_share
    no = (1 - p) * (1 - true_share) / (1 - trained_share)
    return yes / (yes + no)


# %% prior wrong="upside down" says="The shift goes the wrong way: where positives are rarer than in training, probabilities fall."
def correct_prior(p, trained_share, true_share):
    factor = trained_share / (1 - trained_share) * (1 - true_share) / true_share
    return factor * p / (factor * p + 1 - p)


# %% prior wrong="shares for odds" says="You took the ratio of the shares. It is the odds, share / (1 − share), that have the ratio."
def correct_prior(p, trained_share, true_share):
    factor = true_share / trained_share
    return factor * p / (factor * p + 1 - p)


# %% prior wrong="probabilities scaled" says="You scale the probability. Scale the odds, p / (1 − p): a certain yes stays certain."
def correct_prior(p, trained_share, true_share):
    return p * true_share / trained_share


# %% prior wrong="odds returned" says="These are odds. Turn them back: odds / (1 + odds)."
def correct_prior(p, trained_share, true_share):
    factor = true_share / (1 - true_share) * (1 - trained_share) / trained_share
    return factor * p / (1 - p)


# %% prior wrong="the old prior forgotten" says="You shift by the true prior alone. The model already has that of its training: take it away."
def correct_prior(p, trained_share, true_share):
    factor = true_share / (1 - true_share)
    return factor * p / (factor * p + 1 - p)


# %% prior wrong="the new prior forgotten" says="You take the training's prior away and do not put the true one in its place."
def correct_prior(p, trained_share, true_share):
    factor = (1 - trained_share) / trained_share
    return factor * p / (factor * p + 1 - p)


# %% prior wrong="a shift of probabilities" says="You subtract from the probability. The shift is in log-odds; probabilities must stay between 0 and 1."
def correct_prior(p, trained_share, true_share):
    return p + true_share - trained_share


# %% prior wrong="logarithm to base 10" says="The logarithm is the natural one, as in the logit."
def correct_prior(p, trained_share, true_share):
    shift = math.log10(true_share / (1 - true_share) * (1 - trained_share) / trained_share)
    return torch.sigmoid(torch.logit(p) + shift)


# %% prior wrong="nan at the ends" says="There is a NaN where a number is wanted"
def correct_prior(p, trained_share, true_share):
    odds = p / (1 - p) * true_share / (1 - true_share) * (1 - trained_share) / trained_share
    return odds / (1 + odds)


# %% sampler correct="multinomial by weight"
def balanced_indices(y, num_draws, generator):
    weights = 1 / torch.bincount(y).double()
    return torch.multinomial(weights[y], num_draws, replacement=True, generator=generator)


# %% sampler correct="first the class, then the member"
def balanced_indices(y, num_draws, generator):
    members = [(y == k).nonzero().flatten() for k in range(int(y.max()) + 1)]
    drawn = []
    for k in torch.randint(len(members), (num_draws,), generator=generator).tolist():
        at = torch.randint(len(members[k]), (1,), generator=generator).item()
        drawn.append(members[k][at].item())
    return torch.tensor(drawn)


# %% sampler correct="torch's own sampler"
def balanced_indices(y, num_draws, generator):
    weights = (1 / torch.bincount(y))[y]
    sampler = torch.utils.data.WeightedRandomSampler(weights, num_draws, generator=generator)
    return torch.tensor(list(sampler))


# %% sampler wrong="as they are" says="The classes come as often as they are. Rare ones should come as often as common ones."
def balanced_indices(y, num_draws, generator):
    return torch.randint(len(y), (num_draws,), generator=generator)


# %% sampler wrong="weights by frequency" says="The weights are upside down: the rare class has become rarer still."
def balanced_indices(y, num_draws, generator):
    weights = torch.bincount(y).double()
    return torch.multinomial(weights[y], num_draws, replacement=True, generator=generator)


# %% sampler wrong="weights per class" says="These are class labels, or places within a class. Return places in y."
def balanced_indices(y, num_draws, generator):
    weights = 1 / torch.bincount(y).double()
    return torch.multinomial(weights / weights, num_draws, replacement=True, generator=generator)


# %% sampler wrong="in blocks" says="The classes come in blocks, or in turn. Each draw is independent of the one before."
def balanced_indices(y, num_draws, generator):
    parts = []
    for k in range(2):
        members = (y == k).nonzero().flatten()
        parts.append(members[torch.randint(len(members), (num_draws // 2,), generator=generator)])
    return torch.cat(parts)


# %% sampler wrong="in turn" says="The classes come in blocks, or in turn. Each draw is independent of the one before."
def balanced_indices(y, num_draws, generator):
    parts = []
    for k in range(2):
        members = (y == k).nonzero().flatten()
        parts.append(members[torch.randint(len(members), (num_draws // 2,), generator=generator)])
    return torch.stack(parts, dim=1).flatten()


# %% sampler wrong="some members only" says="Some examples never come. Within its class, each is as likely as any other."
def balanced_indices(y, num_draws, generator):
    common, rare = (y == 0).nonzero().flatten(), (y == 1).nonzero().flatten()
    pool = torch.cat([common[: len(rare)], rare])
    return pool[torch.randint(len(pool), (num_draws,), generator=generator)]


# %% sampler wrong="seeded each time" says="Two calls draw the same examples. Do not seed: let the generator go on."
def balanced_indices(y, num_draws, generator):
    generator = torch.Generator().manual_seed(0)
    weights = 1 / torch.bincount(y).double()
    return torch.multinomial(weights[y], num_draws, replacement=True, generator=generator)


# %% sampler wrong="ignores the generator" says="The same generator draws other examples: all randomness must come from `generator`."
def balanced_indices(y, num_draws, generator):
    weights = 1 / torch.bincount(y).double()
    return torch.multinomial(weights[y], num_draws, replacement=True)


# %% smote correct="a loop"
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    new = []
    for _ in range(num_new):
        i = torch.randint(len(P), (1,), generator=generator).item()
        order = ((P - P[i]) ** 2).sum(dim=1).argsort()
        others = [j for j in order.tolist() if j != i][:k]
        j = others[torch.randint(k, (1,), generator=generator).item()]
        share = torch.rand(1, generator=generator).item()
        new.append(P[i] + share * (P[j] - P[i]))
    return torch.stack(new)


# %% smote correct="topk, the first left out"
def smote(features, labels, count, num_neighbours, rng):
    P = features[labels == 1]
    near = torch.cdist(P, P).topk(num_neighbours + 1, largest=False).indices[:, 1:]
    i = torch.randint(len(P), (count,), generator=rng)
    j = near[i, torch.randint(num_neighbours, (count,), generator=rng)]
    t = torch.rand(count, 1, generator=rng).to(P.dtype)
    return (1 - t) * P[i] + t * P[j]


# %% smote correct="imbalanced-learn's own"
def smote(X, y, num_new, k, generator):
    from imblearn.over_sampling import SMOTE

    wanted = int((y == 1).sum()) + num_new
    seed = torch.randint(2**31 - 1, (1,), generator=generator).item()
    sampler = SMOTE(sampling_strategy={1: wanted}, k_neighbors=k, random_state=seed)
    return torch.from_numpy(sampler.fit_resample(X.numpy(), y.numpy())[0][len(y) :])


# %% smote correct="scikit-learn's neighbours"
def smote(X, y, num_new, k, generator):
    from sklearn.neighbors import NearestNeighbors

    P = X[y == 1]
    near = NearestNeighbors(n_neighbors=k).fit(P).kneighbors(return_distance=False)
    near = torch.from_numpy(near)
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near.gather(0, i[:, None].expand(-1, k))
    j = j[torch.arange(num_new), torch.randint(k, (num_new,), generator=generator)]
    return torch.lerp(P[i], P[j], torch.rand(num_new, 1, generator=generator).to(P))


# %% smote wrong="across classes" says="Some new points lie between the classes. Both ends must be of class 1."
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    distance = torch.cdist(P, X)
    near = distance.topk(k + 1, largest=False).indices[:, 1:]
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    return torch.lerp(P[i], X[j], torch.rand(num_new, 1, generator=generator).to(P))


# %% smote wrong="of all classes" says="Some new points lie between points of class 0. Only class 1 is to grow."
def smote(X, y, num_new, k, generator):
    near = torch.cdist(X, X).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(X), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    return torch.lerp(X[i], X[j], torch.rand(num_new, 1, generator=generator).to(X))


# %% smote wrong="with itself as a neighbour" says="Some new points equal old ones: a point is not its own neighbour."
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    return torch.lerp(P[i], P[j], torch.rand(num_new, 1, generator=generator).to(P))


# %% smote wrong="copies" says="Some new points equal old ones: a point is not its own neighbour."
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    return P[torch.randint(len(P), (num_new,), generator=generator)]


# %% smote wrong="a share for each feature" says="The new points are beside the segments: one share λ for all features of a point, not one for each."
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    return torch.lerp(P[i], P[j], torch.rand(num_new, P.shape[1], generator=generator).to(P))


# %% smote wrong="one share for all" says="All new points have the same share λ. Draw one for each."
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    return torch.lerp(P[i], P[j], torch.rand(1, generator=generator).to(P))


# %% smote wrong="the middle" says="All new points have the same share λ. Draw one for each."
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    return (P[i] + P[j]) / 2


# %% smote wrong="beyond the ends" says="Some new points lie beyond the ends of their segments: λ is between 0 and 1."
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    return torch.lerp(P[i], P[j], torch.randn(num_new, 1, generator=generator).to(P))


# %% smote wrong="any other point" says="Some ends are not among the k nearest neighbours of one another."
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = (i + 1 + torch.randint(len(P) - 1, (num_new,), generator=generator)) % len(P)
    return torch.lerp(P[i], P[j], torch.rand(num_new, 1, generator=generator).to(P))


# %% smote wrong="the farthest" says="Some ends are not among the k nearest neighbours of one another."
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).topk(k).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    return torch.lerp(P[i], P[j], torch.rand(num_new, 1, generator=generator).to(P))


# %% smote wrong="always the nearest" says="Some neighbours never come: draw one of the k, all alike likely."
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).argmin(dim=1)
    i = torch.randint(len(P), (num_new,), generator=generator)
    return torch.lerp(P[i], P[near[i]], torch.rand(num_new, 1, generator=generator).to(P))


# %% smote wrong="in rows" says="Some points are never the beginning of a segment: draw it at random."
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.zeros(num_new, dtype=torch.int64)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    return torch.lerp(P[i], P[j], torch.rand(num_new, 1, generator=generator).to(P))


# %% smote wrong="old and new" says="Return the new points alone"
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    new = torch.lerp(P[i], P[j], torch.rand(num_new, 1, generator=generator).to(P))
    return torch.cat([X, new])


# %% smote wrong="seeded each time" says="Two calls make the same points. Do not seed: let the generator go on."
def smote(X, y, num_new, k, generator):
    generator = torch.Generator().manual_seed(0)
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    return torch.lerp(P[i], P[j], torch.rand(num_new, 1, generator=generator).to(P))


# %% starting-bias correct="torch's logit"
def starting_bias(y):
    return torch.logit(y.double().mean()).item()


# %% starting-bias correct="counts"
def starting_bias(y):
    return math.log(int((y == 1).sum()) / int((y == 0).sum()))


# %% starting-bias correct="as in the paper"
def starting_bias(labels):
    prior = labels.sum().item() / len(labels)
    return -math.log((1 - prior) / prior)


# %% starting-bias wrong="the sign" says="The sign is flipped: this start says yes to nearly all."
def starting_bias(y):
    prior = y.double().mean().item()
    return math.log((1 - prior) / prior)


# %% starting-bias wrong="log of the share" says="That is log π. The sigmoid wants log-odds: log(π / (1 − π))."
def starting_bias(y):
    return math.log(y.double().mean().item())


# %% starting-bias wrong="the share" says="That is the share itself. Which z has sigmoid(z) equal to it?"
def starting_bias(y):
    return y.double().mean().item()


# %% starting-bias wrong="the odds" says="These are the odds. The logarithm is missing."
def starting_bias(y):
    return (y == 1).sum().item() / (y == 0).sum().item()


# %% starting-bias wrong="base 10" says="The logarithm is the natural one."
def starting_bias(y):
    return math.log10((y == 1).sum().item() / (y == 0).sum().item())


# %% starting-bias wrong="sigmoid for logit" says="That is the sigmoid of the share. Its inverse is wanted, the logit."
def starting_bias(y):
    return torch.sigmoid(y.double().mean()).item()


# %% starting-bias wrong="one percent, as in the paper" says="You took π = 0.01. Here π is the share of the positives in y."
def starting_bias(y):
    return -math.log((1 - 0.01) / 0.01)


# %% focal correct="through torch's BCE"
def focal_loss(logits, y, gamma, alpha):
    target = y.to(logits)
    bce = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    p = torch.sigmoid(logits)
    one_minus_p_t = torch.where(y == 1, 1 - p, p)
    a_t = alpha * target + (1 - alpha) * (1 - target)
    return (a_t * one_minus_p_t**gamma * bce).mean()


# %% focal correct="softplus"
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    weight = torch.where(y == 1, alpha, 1 - alpha)
    return torch.mean(weight * torch.sigmoid(-z).pow(gamma) * F.softplus(-z))


# %% focal correct="class by class"
def focal_loss(z, labels, g, a):
    pos, neg = z[labels == 1], z[labels == 0]
    total = (a * torch.sigmoid(-pos) ** g * -F.logsigmoid(pos)).sum()
    total = total + ((1 - a) * torch.sigmoid(neg) ** g * -F.logsigmoid(-neg)).sum()
    return total / len(z)


# %% focal wrong="p for p_t" says="(1 − p)^γ for all. For negatives p_t is 1 − p, so their factor is p^γ."
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1 - alpha)
    return -(a * (1 - torch.sigmoid(logits)) ** gamma * F.logsigmoid(z)).mean()


# %% focal wrong="α on the wrong class" says="α is on the wrong class: positives have α, negatives 1 − α."
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, 1 - alpha, alpha)
    return -(a * torch.sigmoid(-z) ** gamma * F.logsigmoid(z)).mean()


# %% focal wrong="α on positives alone" says="Negatives have the weight 1 − α, not 1."
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1.0)
    return -(a * torch.sigmoid(-z) ** gamma * F.logsigmoid(z)).mean()


# %% focal wrong="α on both" says="Both classes have the weight α. Negatives have 1 − α."
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    return -(alpha * torch.sigmoid(-z) ** gamma * F.logsigmoid(z)).mean()


# %% focal wrong="without α" says="α is missing."
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    return -(torch.sigmoid(-z) ** gamma * F.logsigmoid(z)).mean()


# %% focal wrong="p_t for 1 − p_t" says="The factor is p_t^γ, which weakens the hard examples. Weaken the easy ones: (1 − p_t)^γ."
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1 - alpha)
    return -(a * torch.sigmoid(z) ** gamma * F.logsigmoid(z)).mean()


# %% focal wrong="a factor, not a power" says="γ is a power: (1 − p_t)^γ."
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1 - alpha)
    return -(a * gamma * torch.sigmoid(-z) * F.logsigmoid(z)).mean()


# %% focal wrong="the sum" says="You added up the examples. Take their mean."
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1 - alpha)
    return -(a * torch.sigmoid(-z) ** gamma * F.logsigmoid(z)).sum()


# %% focal wrong="divided by the weights" says="You divide by the sum of the α_t. Divide by the number of examples."
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1 - alpha)
    return -(a * torch.sigmoid(-z) ** gamma * F.logsigmoid(z)).sum() / a.sum()


# %% focal wrong="the focus left out" says="That is the weighted cross-entropy: the factor (1 − p_t)^γ is missing."
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1 - alpha)
    return -(a * F.logsigmoid(z)).mean()


# %% focal wrong="two sigmoids" says="There is a sigmoid too many: the loss takes logits."
def focal_loss(logits, y, gamma, alpha):
    p = torch.sigmoid(torch.sigmoid(logits))
    p_t = torch.where(y == 1, p, 1 - p)
    a = torch.where(y == 1, alpha, 1 - alpha)
    return -(a * (1 - p_t) ** gamma * p_t.log()).mean()


# %% focal wrong="overflows" says="Sure and wrong, the loss must stay finite"
def focal_loss(logits, y, gamma, alpha):
    p = torch.sigmoid(logits)
    p_t = torch.where(y == 1, p, 1 - p)
    a = torch.where(y == 1, alpha, 1 - alpha)
    return -(a * (1 - p_t) ** gamma * p_t.log()).mean()


# %% focal wrong="a clamped probability" says="The loss stops growing: you clamp the probability."
def focal_loss(logits, y, gamma, alpha):
    p = torch.sigmoid(logits).clamp(1e-7, 1 - 1e-7)
    p_t = torch.where(y == 1, p, 1 - p)
    a = torch.where(y == 1, alpha, 1 - alpha)
    return -(a * (1 - p_t) ** gamma * p_t.log()).mean()


# %% focal wrong="a detached factor" says="The slope is that of a constant factor. The factor (1 − p_t)^γ depends on the logit, too: do not detach it."
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1 - alpha)
    return -(a * torch.sigmoid(-z.detach()) ** gamma * F.logsigmoid(z)).mean()


# %% threshold correct="a table of costs"
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    candidates = torch.cat([p_valid.unique(), torch.tensor([math.inf], dtype=p_valid.dtype)])
    said = p_valid[None, :] >= candidates[:, None]
    costs = false_alarm_cost * (said & (y_valid == 0)).sum(1) + miss_cost * (
        ~said & (y_valid == 1)
    ).sum(1)
    t = candidates[costs.argmin()].item()
    said = p_test >= t
    paid = torch.where(said, false_alarm_cost * (y_test == 0), miss_cost * (y_test == 1))
    return t, paid.double().mean().item()


# %% threshold correct="plain Python"
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(ys, ps, t):
        total = 0.0
        for truth, p in zip(ys.tolist(), ps.tolist()):
            if p >= t and truth == 0:
                total += false_alarm_cost
            if p < t and truth == 1:
                total += miss_cost
        return total / len(ys)

    options = sorted(p_valid.tolist()) + [float("inf")]
    best = min(options, key=lambda t: cost(y_valid, p_valid, t))
    return best, cost(y_test, p_test, best)


# %% threshold correct="sorted, with running sums"
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    p, order = p_valid.sort(stable=True)
    y = y_valid[order]
    misses = torch.cat([torch.zeros(1, dtype=torch.int64), y.cumsum(0)])
    alarms = (y == 0).sum() - torch.cat([torch.zeros(1, dtype=torch.int64), (1 - y).cumsum(0)])
    costs = (false_alarm_cost * alarms + miss_cost * misses).double()
    same = torch.cat([torch.tensor([False]), p[1:] == p[:-1], torch.tensor([False])])
    costs[same] = math.inf
    ts = p.tolist() + [math.inf]
    t = ts[int(costs.argmin())]
    wrong = (p_test >= t).long() - y_test
    paid = false_alarm_cost * (wrong == 1) + miss_cost * (wrong == -1)
    return [t, paid.double().mean().item()]


# %% threshold wrong="tuned on the test set" says="The threshold was chosen on the test set, and what it costs there is then no honest figure. Choose on the validation set."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    t = min([*sorted(p_test.tolist()), math.inf], key=lambda t: cost(y_test, p_test, t))
    return t, cost(y_test, p_test, t)


# %% threshold wrong="costs exchanged" says="The two costs are exchanged."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((miss_cost * alarms + false_alarm_cost * misses) / len(y)).item()

    t = min([*sorted(p_valid.tolist()), math.inf], key=lambda t: cost(y_valid, p_valid, t))
    return t, cost(y_test, p_test, t)


# %% threshold wrong="one half" says="That is 0.5, which is right only if both errors cost the same."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    said = p_test >= 0.5
    alarms, misses = (said & (y_test == 0)).sum(), (~said & (y_test == 1)).sum()
    return 0.5, ((false_alarm_cost * alarms + miss_cost * misses) / len(y_test)).item()


# %% threshold wrong="by formula" says="That is the formula for calibrated probabilities. Nobody says that these are: look for the cheapest."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    t = false_alarm_cost / (false_alarm_cost + miss_cost)
    said = p_test >= t
    alarms, misses = (said & (y_test == 0)).sum(), (~said & (y_test == 1)).sum()
    return t, ((false_alarm_cost * alarms + miss_cost * misses) / len(y_test)).item()


# %% threshold wrong="the most accurate" says="That threshold makes the fewest errors. Errors have prices: make the cheapest ones."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t, a, m):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((a * alarms + m * misses) / len(y)).item()

    t = min([*sorted(p_valid.tolist()), math.inf], key=lambda t: cost(y_valid, p_valid, t, 1, 1))
    return t, cost(y_test, p_test, t, false_alarm_cost, miss_cost)


# %% threshold wrong="more than, not at least" says="You say yes only above the threshold. At it, too: p ≥ t."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p > t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    t = min([*sorted(p_valid.tolist()), math.inf], key=lambda t: cost(y_valid, p_valid, t))
    return t, cost(y_test, p_test, t)


# %% threshold wrong="the dearest" says="That is the dearest threshold."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    t = max([*sorted(p_valid.tolist()), math.inf], key=lambda t: cost(y_valid, p_valid, t))
    return t, cost(y_test, p_test, t)


# %% threshold wrong="never says no to all" says="Saying no to all may be cheapest"
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    t = min(sorted(p_valid.tolist()), key=lambda t: cost(y_valid, p_valid, t))
    return t, cost(y_test, p_test, t)


# %% threshold wrong="the validation cost" says="That is the cost on the validation set, on which the threshold was chosen: too good to be true. Report the test set."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    t = min([*sorted(p_valid.tolist()), math.inf], key=lambda t: cost(y_valid, p_valid, t))
    return t, cost(y_valid, p_valid, t)


# %% threshold wrong="the total" says="That is the total cost. Divide by the number of examples."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return (false_alarm_cost * alarms + miss_cost * misses).item()

    t = min([*sorted(p_valid.tolist()), math.inf], key=lambda t: cost(y_valid, p_valid, t))
    return t, cost(y_test, p_test, t)


# %% threshold wrong="errors counted, not priced" says="That is the share of errors. Count each at its price."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t, a, m):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((a * alarms + m * misses) / len(y)).item()

    a, m = false_alarm_cost, miss_cost
    t = min([*sorted(p_valid.tolist()), math.inf], key=lambda t: cost(y_valid, p_valid, t, a, m))
    return t, cost(y_test, p_test, t, 1, 1)


# %% ensemble correct="a running mean"
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    total = 0
    for _ in range(num_members):
        some = neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]
        rows = torch.cat([some, pos])
        total = total + fit_predict(X[rows], y[rows], X_new)
    return total / num_members


# %% ensemble correct="multinomial without replacement, labels made anew"
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    P, N = X[y == 1], X[y == 0]
    labels = torch.tensor([1] * len(P) + [0] * len(P))
    votes = []
    for _ in range(num_members):
        at = torch.multinomial(torch.ones(len(N)), len(P), generator=generator)
        votes.append(fit_predict(torch.cat([P, N[at]]), labels, X_new))
    return torch.stack(votes).mean(0)


# %% ensemble correct="argsort of random numbers, in the order of the data"
def balanced_ensemble(X, y, X_new, fit, members, rng):
    out = []
    for _ in range(members):
        lottery = torch.rand(len(y), generator=rng)
        lottery[y == 1] = -1.0
        rows = lottery.argsort()[: 2 * int((y == 1).sum())].sort().values
        out.append(fit(X[rows], y[rows], X_new))
    return sum(out) / len(out)


# %% ensemble wrong="everybody the same" says="All members see the same negatives. Draw anew for each."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    rows = torch.cat([pos, neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]])
    return sum(fit_predict(X[rows], y[rows], X_new) for _ in range(num_members)) / num_members


# %% ensemble wrong="not balanced" says="A member sees more negatives than positives."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    total = 0
    for _ in range(num_members):
        rows = torch.randperm(len(y), generator=generator)
        total = total + fit_predict(X[rows], y[rows], X_new)
    return total / num_members


# %% ensemble wrong="a half of the positives" says="A member misses some positives. They are rare: give each member all of them."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    total, half = 0, len(pos) // 2
    for _ in range(num_members):
        a = pos[torch.randperm(len(pos), generator=generator)[:half]]
        b = neg[torch.randperm(len(neg), generator=generator)[:half]]
        rows = torch.cat([a, b])
        total = total + fit_predict(X[rows], y[rows], X_new)
    return total / num_members


# %% ensemble wrong="with replacement" says="A member sees a negative twice. Draw without replacement."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    total = 0
    for _ in range(num_members):
        some = neg[torch.randint(len(neg), (len(pos),), generator=generator)]
        rows = torch.cat([pos, some])
        total = total + fit_predict(X[rows], y[rows], X_new)
    return total / num_members


# %% ensemble wrong="labels do not follow" says="The labels do not belong to their examples."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    total = 0
    for _ in range(num_members):
        some = neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]
        rows = torch.cat([pos, some])
        total = total + fit_predict(X[rows], y[rows].flip(0), X_new)
    return total / num_members


# %% ensemble wrong="one member too many" says="Train num_members members"
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    out = []
    for _ in range(num_members + 1):
        some = neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]
        rows = torch.cat([pos, some])
        out.append(fit_predict(X[rows], y[rows], X_new))
    return sum(out) / len(out)


# %% ensemble wrong="votes" says="These are shares of votes. Average the probabilities, which say more."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    total = 0
    for _ in range(num_members):
        some = neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]
        rows = torch.cat([pos, some])
        total = total + (fit_predict(X[rows], y[rows], X_new) >= 0.5).float()
    return total / num_members


# %% ensemble wrong="the last one" says="That is the last member alone."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    for _ in range(num_members):
        some = neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]
        rows = torch.cat([pos, some])
        p = fit_predict(X[rows], y[rows], X_new)
    return p


# %% ensemble wrong="the sum" says="That is the sum of the members. Take the mean."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    total = 0
    for _ in range(num_members):
        some = neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]
        rows = torch.cat([pos, some])
        total = total + fit_predict(X[rows], y[rows], X_new)
    return total


# %% ensemble wrong="the most sure" says="That is the largest of the probabilities. Take their mean."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    out = []
    for _ in range(num_members):
        some = neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]
        rows = torch.cat([pos, some])
        out.append(fit_predict(X[rows], y[rows], X_new))
    return torch.stack(out).max(dim=0).values


# %% honest-scores correct="a loop over folds"
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y), dtype=X.dtype)
    for f in sorted(set(fold.tolist())):
        test = fold == f
        train = ~test
        mu, sd = X[train].mean(0), X[train].std(0, unbiased=False)
        X_more, y_more = resample((X[train] - mu) / sd, y[train])
        scores[test] = fit_predict(X_more, y_more, (X[test] - mu) / sd)
    return scores


# %% honest-scores correct="scikit-learn's scaler"
def honest_scores(X, y, fold, resample, fit_predict):
    from sklearn.preprocessing import StandardScaler

    pieces, places = [], []
    for f in fold.unique():
        scaler = StandardScaler().fit(X[fold != f].numpy())
        inside = torch.from_numpy(scaler.transform(X[fold != f].numpy())).to(X.dtype)
        outside = torch.from_numpy(scaler.transform(X[fold == f].numpy())).to(X.dtype)
        pieces.append(fit_predict(*resample(inside, y[fold != f]), outside))
        places.append((fold == f).nonzero().flatten())
    return torch.cat(pieces)[torch.cat(places).argsort()]


# %% honest-scores correct="a dictionary of scores"
def honest_scores(features, labels, part, more, train_and_score):
    by_place = {}
    for f in range(int(part.max()) + 1):
        rows = [i for i in range(len(labels)) if part[i] == f]
        rest = [i for i in range(len(labels)) if part[i] != f]
        center = features[rest].mean(dim=0)
        spread = ((features[rest] - center) ** 2).mean(dim=0) ** 0.5
        A, b = more((features[rest] - center) / spread, labels[rest])
        found = train_and_score(A, b, (features[rows] - center) / spread)
        by_place.update(zip(rows, found.tolist()))
    return torch.tensor([by_place[i] for i in range(len(labels))])


# %% honest-scores wrong="resamples before it splits" says="You resampled before splitting: copies of test examples are in the training part. Resample inside each fold."
def honest_scores(X, y, fold, resample, fit_predict):
    n = len(y)
    more = torch.cat([X, fold[:, None].to(X.dtype)], dim=1)
    more, labels = resample(more, y)
    X, parts, y = more[:, :-1], more[:, -1].round(), labels
    parts[n:] = torch.arange(len(parts) - n) % (int(fold.max()) + 1)
    scores = torch.zeros(len(y), dtype=X.dtype)
    for f in range(int(fold.max()) + 1):
        test, train = parts == f, parts != f
        mu, sd = X[train].mean(0), X[train].std(0, correction=0)
        scores[test] = fit_predict((X[train] - mu) / sd, y[train], (X[test] - mu) / sd)
    return scores[:n]


# %% honest-scores wrong="resamples the test fold, too" says="The test fold was resampled, too. It must look like the world: only the training part may be changed."
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y), dtype=X.dtype)
    for f in fold.unique():
        test, train = fold == f, fold != f
        mu, sd = X[train].mean(0), X[train].std(0, correction=0)
        A, b = resample((X[train] - mu) / sd, y[train])
        T, _ = resample((X[test] - mu) / sd, y[test])
        scores[test] = fit_predict(A, b, T)[: int(test.sum())]
    return scores


# %% honest-scores wrong="standardizes with all" says="Mean and standard deviation come from all examples, those of the test fold included. Take the training part's."
def honest_scores(X, y, fold, resample, fit_predict):
    X = (X - X.mean(0)) / X.std(0, correction=0)
    scores = torch.zeros(len(y), dtype=X.dtype)
    for f in fold.unique():
        test, train = fold == f, fold != f
        scores[test] = fit_predict(*resample(X[train], y[train]), X[test])
    return scores


# %% honest-scores wrong="standardizes the test fold by itself" says="The test fold is standardized by itself. Use the training part's mean and standard deviation for both."
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y), dtype=X.dtype)
    for f in fold.unique():
        test, train = fold == f, fold != f
        A, T = X[train], X[test]
        A, T = ((part - part.mean(0)) / part.std(0, correction=0) for part in (A, T))
        scores[test] = fit_predict(*resample(A, y[train]), T)
    return scores


# %% honest-scores wrong="standardizes after resampling" says="Standardize first, then resample: copies shift the mean."
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y), dtype=X.dtype)
    for f in fold.unique():
        test, train = fold == f, fold != f
        A, b = resample(X[train], y[train])
        mu, sd = A.mean(0), A.std(0, correction=0)
        scores[test] = fit_predict((A - mu) / sd, b, (X[test] - mu) / sd)
    return scores


# %% honest-scores wrong="trains on the fold" says="You train on the one fold and score the others. It is the other way round."
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y), dtype=X.dtype)
    for f in fold.unique():
        test, train = fold != f, fold == f
        mu, sd = X[train].mean(0), X[train].std(0, correction=0)
        scores[test] = fit_predict(*resample((X[train] - mu) / sd, y[train]), (X[test] - mu) / sd)
    return scores


# %% honest-scores wrong="trains on all" says="The model was trained on the examples that it scores: leave the fold out."
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y), dtype=X.dtype)
    mu, sd = X.mean(0), X.std(0, correction=0)
    A, b = resample((X - mu) / sd, y)
    for f in fold.unique():
        scores[fold == f] = fit_predict(A, b, (X[fold == f] - mu) / sd)
    return scores


# %% honest-scores wrong="fold after fold" says="The scores stand fold after fold. Put each in the place of its example."
def honest_scores(X, y, fold, resample, fit_predict):
    scores = []
    for f in fold.unique():
        test, train = fold == f, fold != f
        mu, sd = X[train].mean(0), X[train].std(0, correction=0)
        A, b = resample((X[train] - mu) / sd, y[train])
        scores.append(fit_predict(A, b, (X[test] - mu) / sd))
    return torch.cat(scores)


# %% honest-scores wrong="does not resample" says="The training part is not resampled."
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y), dtype=X.dtype)
    for f in fold.unique():
        test, train = fold == f, fold != f
        mu, sd = X[train].mean(0), X[train].std(0, correction=0)
        scores[test] = fit_predict((X[train] - mu) / sd, y[train], (X[test] - mu) / sd)
    return scores


# %% honest-scores wrong="does not standardize" says="Nothing is standardized."
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y), dtype=X.dtype)
    for f in fold.unique():
        test, train = fold == f, fold != f
        scores[test] = fit_predict(*resample(X[train], y[train]), X[test])
    return scores
