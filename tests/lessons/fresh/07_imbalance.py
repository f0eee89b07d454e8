# %% confusion right="bincount of pair numbers, reshaped"
def confusion(y: torch.Tensor, y_hat: torch.Tensor, num_classes: int) -> torch.Tensor:
    pairs = num_classes * y + y_hat
    return torch.bincount(pairs, minlength=num_classes**2).reshape(num_classes, num_classes)

# %% confusion right="plain loop over the examples"
def confusion(y, y_hat, num_classes):
    # start with an empty table
    table = torch.zeros((num_classes, num_classes), dtype=torch.int64)
    for i in range(len(y)):
        truth = int(y[i])
        decided = int(y_hat[i])
        table[truth, decided] += 1
    return table

# %% confusion right="one-hot matrices multiplied"
def confusion(y, y_hat, num_classes):
    return F.one_hot(y, num_classes).T @ F.one_hot(y_hat, num_classes)

# %% confusion right="numpy detour with add.at"
import numpy as np

def confusion(y_true, y_pred, K):
    m = np.zeros((K, K), dtype=np.int64)
    np.add.at(m, (y_true.numpy(), y_pred.numpy()), 1)
    return torch.from_numpy(m)

# %% confusion right="index_put with accumulate"
def confusion(y: torch.Tensor, y_hat: torch.Tensor, num_classes: int) -> torch.Tensor:
    counts = torch.zeros(num_classes, num_classes, dtype=torch.long)
    return counts.index_put_((y, y_hat), torch.ones_like(y), accumulate=True)

# %% confusion right="a row per true class, each by its own bincount"
def confusion(y, y_hat, num_classes):
    rows = [torch.bincount(y_hat[y == a], minlength=num_classes) for a in range(num_classes)]
    return torch.stack(rows)

# %% confusion right="double comprehension over both classes, python ints"
def confusion(y, y_hat, num_classes):
    classes = range(num_classes)
    return torch.tensor(
        [[int(((y == a) & (y_hat == b)).sum()) for b in classes] for a in classes]
    )

# %% confusion wrong="the decision is in the row and the truth in the column"
def confusion(y, y_hat, num_classes):
    pairs = y_hat * num_classes + y
    return torch.bincount(pairs, minlength=num_classes * num_classes).view(num_classes, num_classes)

# %% confusion wrong="fancy indexing with += counts each pair only once"
def confusion(y, y_hat, num_classes):
    matrix = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    matrix[y, y_hat] += 1
    return matrix

# %% confusion wrong="the table stays flat, it is not reshaped"
def confusion(y: torch.Tensor, y_hat: torch.Tensor, num_classes: int) -> torch.Tensor:
    return torch.bincount(num_classes * y + y_hat, minlength=num_classes * num_classes)

# %% confusion wrong="counts only the right decisions, the errors are left out"
def confusion(y, y_hat, num_classes):
    out = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    for c in range(num_classes):
        out[c, c] = ((y == c) & (y_hat == c)).sum()
    return out

# %% confusion wrong="returns shares of each row instead of counts"
def confusion(y, y_hat, num_classes):
    m = torch.zeros(num_classes, num_classes)
    for t, p in zip(y.tolist(), y_hat.tolist()):
        m[t][p] += 1
    return m / m.sum(dim=1, keepdim=True)

# %% confusion wrong="forgets to return the table"
def confusion(y, y_hat, num_classes):
    table = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    for a, b in zip(y, y_hat):
        table[a, b] += 1

# %% confusion wrong="returns a nested list, not a tensor"
def confusion(y, y_hat, num_classes):
    table = [[0] * num_classes for _ in range(num_classes)]
    for a, b in zip(y.tolist(), y_hat.tolist()):
        table[a][b] += 1
    return table

# %% confusion wrong="all rows are one and the same list"
def confusion(y, y_hat, num_classes):
    table = [[0] * num_classes] * num_classes
    for a, b in zip(y.tolist(), y_hat.tolist()):
        table[a][b] += 1
    return torch.tensor(table)

# %% confusion wrong="multiplies the wrong one of the pair, so different pairs share a number"
def confusion(y, y_hat, num_classes):
    code = y + y_hat * (num_classes - 1)
    counts = torch.bincount(code, minlength=num_classes**2)
    return counts.reshape(num_classes, num_classes)

# %% confusion wrong="bincount without minlength: fails where the last pair does not occur" kind="sneaky"
def confusion(y, y_hat, num_classes):
    return torch.bincount(num_classes * y + y_hat).reshape(num_classes, num_classes)

# %% confusion wrong="the table has only the classes that occur, num_classes is ignored" kind="sneaky"
def confusion(y, y_hat, num_classes):
    classes = torch.cat([y, y_hat]).unique()
    truth = (y[:, None] == classes).long()
    said = (y_hat[:, None] == classes).long()
    return truth.T @ said

# %% confusion wrong="counts in uint8, which starts anew after 255" kind="sneaky"
def confusion(y, y_hat, num_classes):
    counts = torch.zeros(num_classes, num_classes, dtype=torch.uint8)  # saves memory
    one = torch.ones(len(y), dtype=torch.uint8)
    counts.index_put_((y, y_hat), one, accumulate=True)
    return counts

# %% confusion wrong="hard-coded for two classes" kind="sneaky"
def confusion(y, y_hat, num_classes):
    tn = ((y == 0) & (y_hat == 0)).sum()
    fp = ((y == 0) & (y_hat == 1)).sum()
    fn = ((y == 1) & (y_hat == 0)).sum()
    tp = ((y == 1) & (y_hat == 1)).sum()
    return torch.stack([tn, fp, fn, tp]).reshape(2, 2)

# %% ratios right="tensor division gives nan by itself"
def ratios(matrix: torch.Tensor) -> tuple[float, float, float]:
    (tn, fp), (fn, tp) = matrix.double()
    return (tp / (tp + fp)).item(), (tp / (tp + fn)).item(), (2 * tp / (2 * tp + fp + fn)).item()

# %% ratios right="python ints with a helper that divides safely"
def _divide(a, b):
    return a / b if b else math.nan


def ratios(matrix):
    (tn, fp), (fn, tp) = matrix.tolist()
    return _divide(tp, tp + fp), _divide(tp, tp + fn), _divide(2 * tp, 2 * tp + fp + fn)

# %% ratios right="verbose, if and else for each"
def ratios(matrix):
    TN = matrix[0, 0].item()
    FP = matrix[0, 1].item()
    FN = matrix[1, 0].item()
    TP = matrix[1, 1].item()

    if TP + FP == 0:
        precision = float("nan")
    else:
        precision = TP / (TP + FP)

    if TP + FN == 0:
        recall = float("nan")
    else:
        recall = TP / (TP + FN)

    if 2 * TP + FP + FN == 0:
        f1 = float("nan")
    else:
        f1 = 2 * TP / (2 * TP + FP + FN)

    return precision, recall, f1

# %% ratios right="numpy with errstate"
import numpy as np

def ratios(cm):
    tn, fp, fn, tp = cm.numpy().astype(float).ravel()
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.array([tp, tp, 2 * tp]) / np.array([tp + fp, tp + fn, 2 * tp + fp + fn])
    return tuple(float(v) for v in values)

# %% ratios right="catches the ZeroDivisionError"
def ratios(matrix):
    fp, fn, tp = int(matrix[0][1]), int(matrix[1][0]), int(matrix[1][1])
    result = []
    for num, den in [(tp, tp + fp), (tp, tp + fn), (2 * tp, 2 * tp + fp + fn)]:
        try:
            result.append(num / den)
        except ZeroDivisionError:
            result.append(math.nan)
    return tuple(result)

# %% ratios right="sums of row and column, one vector division"
def ratios(matrix):
    tp = matrix[1, 1]
    called, real = matrix[:, 1].sum(), matrix[1].sum()
    top = torch.stack([tp, tp, 2 * tp]).double()
    bottom = torch.stack([called, real, called + real]).double()
    p, r, f = (top / bottom).tolist()
    return p, r, f

# %% ratios wrong="returns 0 where the denominator is 0"
def ratios(matrix):
    (tn, fp), (fn, tp) = matrix.tolist()
    precision = tp / (tp + fp) if tp + fp > 0 else 0.0
    recall = tp / (tp + fn) if tp + fn > 0 else 0.0
    f1 = 2 * tp / (2 * tp + fp + fn) if tp + fp + fn > 0 else 0.0
    return precision, recall, f1

# %% ratios wrong="python numbers raise ZeroDivisionError where nan is asked"
def ratios(matrix):
    tn, fp, fn, tp = matrix.flatten().tolist()
    precision = tp / (tp + fp)
    recall = tp / (tp + fn)
    f1 = 2 * tp / (2 * tp + fp + fn)
    return precision, recall, f1

# %% ratios wrong="FP and FN exchanged, so precision and recall are exchanged"
def ratios(matrix: torch.Tensor) -> tuple[float, float, float]:
    (tn, fn), (fp, tp) = matrix.double()
    return (tp / (tp + fp)).item(), (tp / (tp + fn)).item(), (2 * tp / (2 * tp + fp + fn)).item()

# %% ratios wrong="treats class 0 as the positive one"
def ratios(matrix):
    tp, fn, fp, tn = matrix.double().flatten()
    p = tp / (tp + fp)
    r = tp / (tp + fn)
    f = 2 * tp / (2 * tp + fp + fn)
    return float(p), float(r), float(f)

# %% ratios wrong="F1 without the factor 2 in the numerator"
def ratios(matrix):
    m = matrix.double()
    fp, fn, tp = m[0, 1], m[1, 0], m[1, 1]
    precision = (tp / (tp + fp)).item()
    recall = (tp / (tp + fn)).item()
    f1 = (tp / (2 * tp + fp + fn)).item()
    return precision, recall, f1

# %% ratios wrong="the arithmetic mean of precision and recall in place of F1"
def ratios(matrix):
    (tn, fp), (fn, tp) = matrix.double()
    precision = tp / (tp + fp)
    recall = tp / (tp + fn)
    f1 = (precision + recall) / 2
    return precision.item(), recall.item(), f1.item()

# %% ratios wrong="returns precision and recall only, F1 is missing"
def ratios(matrix):
    fp, fn, tp = matrix[0, 1].double(), matrix[1, 0].double(), matrix[1, 1].double()
    precision = tp / (tp + fp)
    recall = tp / (tp + fn)
    return precision.item(), recall.item()

# %% ratios wrong="divides by TN + FP for the recall: the row of the negatives"
def ratios(matrix):
    (tn, fp), (fn, tp) = matrix.double()
    precision = tp / (tp + fp)
    recall = tp / (tn + fp)
    f1 = 2 * tp / (2 * tp + fp + fn)
    return precision.item(), recall.item(), f1.item()

# %% ratios wrong="prints the three numbers and returns nothing"
def ratios(matrix):
    (tn, fp), (fn, tp) = matrix.double()
    print("precision", (tp / (tp + fp)).item())
    print("recall", (tp / (tp + fn)).item())
    print("F1", (2 * tp / (2 * tp + fp + fn)).item())

# %% ratios wrong="F1 from precision and recall is nan where only one of them is nan" kind="sneaky"
def ratios(matrix):
    (tn, fp), (fn, tp) = matrix.double()
    precision = tp / (tp + fp)
    recall = tp / (tp + fn)
    f1 = 2 * precision * recall / (precision + recall)
    return precision.item(), recall.item(), f1.item()

# %% ratios wrong="all three are nan as soon as nothing is called positive" kind="sneaky"
def ratios(matrix):
    (tn, fp), (fn, tp) = matrix.tolist()
    if tp + fp == 0:
        return math.nan, math.nan, math.nan
    precision = tp / (tp + fp)
    recall = tp / (tp + fn) if tp + fn else math.nan
    return precision, recall, 2 * tp / (2 * tp + fp + fn)

# %% ratios wrong="nan wherever TP is 0, though 0 is the answer with a denominator above 0" kind="sneaky"
def ratios(matrix):
    fp, fn, tp = matrix[0, 1].item(), matrix[1, 0].item(), matrix[1, 1].item()
    if tp == 0:
        return (float("nan"),) * 3
    return tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)

# %% ratios wrong="a small epsilon in the denominator gives 0 in place of nan" kind="sneaky"
def ratios(matrix):
    eps = 1e-12
    (tn, fp), (fn, tp) = matrix.double()
    p = tp / (tp + fp + eps)
    r = tp / (tp + fn + eps)
    f = 2 * tp / (2 * tp + fp + fn + eps)
    return p.item(), r.item(), f.item()

# %% macro-f1 right="diagonal over the sums of row and column"
def macro_f1(matrix: torch.Tensor) -> float:
    m = matrix.double()
    return (2 * m.diagonal() / (m.sum(dim=0) + m.sum(dim=1))).mean().item()

# %% macro-f1 right="loop over the classes with TP, FP, FN"
def macro_f1(matrix):
    K = matrix.shape[0]
    total = 0.0
    for c in range(K):
        tp = matrix[c, c].item()
        fp = matrix[:, c].sum().item() - tp
        fn = matrix[c, :].sum().item() - tp
        total += 2 * tp / (2 * tp + fp + fn)
    return total / K

# %% macro-f1 right="precision and recall per class, 0 where TP is 0"
def macro_f1(matrix):
    scores = []
    for c in range(len(matrix)):
        tp = int(matrix[c, c])
        if tp == 0:
            scores.append(0.0)
            continue
        precision = tp / int(matrix[:, c].sum())
        recall = tp / int(matrix[c].sum())
        scores.append(2 * precision * recall / (precision + recall))
    return sum(scores) / len(scores)

# %% macro-f1 right="numpy detour"
import numpy as np

def macro_f1(cm):
    a = cm.numpy()
    f1 = 2 * np.diag(a) / (a.sum(0) + a.sum(1))
    return float(f1.mean())

# %% macro-f1 right="python lists, terse"
def macro_f1(matrix):
    rows, cols = matrix.tolist(), matrix.T.tolist()
    return sum(2 * r[i] / (sum(r) + sum(c)) for i, (r, c) in enumerate(zip(rows, cols))) / len(rows)

# %% macro-f1 right="helper that makes a one-against-rest table for each class"
def one_vs_rest(matrix, c):
    tp = matrix[c, c]
    return tp, matrix[:, c].sum() - tp, matrix[c].sum() - tp


def macro_f1(matrix: torch.Tensor) -> float:
    f1s = []
    for c in range(matrix.size(0)):
        tp, fp, fn = one_vs_rest(matrix, c)
        f1s.append(2 * tp.double() / (2 * tp + fp + fn))
    return torch.stack(f1s).mean().item()

# %% macro-f1 wrong="micro F1, that is the accuracy"
def macro_f1(matrix):
    m = matrix.double()
    tp = m.diagonal().sum()
    fp = m.sum() - tp
    fn = m.sum() - tp
    return (2 * tp / (2 * tp + fp + fn)).item()

# %% macro-f1 wrong="the mean weighted by how common each class is"
def macro_f1(matrix):
    m = matrix.double()
    support = m.sum(dim=1)
    f1 = 2 * m.diagonal() / (m.sum(dim=0) + support)
    return ((f1 * support).sum() / support.sum()).item()

# %% macro-f1 wrong="the mean recall over the classes, not F1"
def macro_f1(matrix: torch.Tensor) -> float:
    m = matrix.double()
    return (m.diag() / m.sum(dim=1)).mean().item()

# %% macro-f1 wrong="forgets the factor 2 in the numerator"
def macro_f1(matrix):
    tp = matrix.diagonal().double()
    return float((tp / (matrix.sum(0) + matrix.sum(1))).mean())

# %% macro-f1 wrong="the denominator counts TP once: union in place of the sum of both"
def macro_f1(matrix):
    result = 0
    for c in range(len(matrix)):
        tp = matrix[c, c].item()
        fp = matrix[:, c].sum().item() - tp
        fn = matrix[c].sum().item() - tp
        result += 2 * tp / (tp + fp + fn)
    return result / len(matrix)

# %% macro-f1 wrong="returns the F1 of each class, without the mean"
def macro_f1(matrix):
    m = matrix.double()
    return (2 * m.diagonal() / (m.sum(0) + m.sum(1))).tolist()

# %% macro-f1 wrong="sum over the classes instead of the mean"
def macro_f1(matrix):
    m = matrix.to(torch.float64)
    f1 = 2 * torch.diag(m) / (m.sum(dim=0) + m.sum(dim=1))
    return f1.sum().item()

# %% macro-f1 wrong="adds the row twice, the false positives never count"
def macro_f1(matrix):
    m = matrix.double()
    real = m.sum(dim=1)
    called = m.sum(dim=-1)
    return (2 * m.diagonal() / (real + called)).mean().item()

# %% macro-f1 wrong="integer division makes nearly every F1 zero"
def macro_f1(matrix):
    f1 = 2 * matrix.diagonal() // (matrix.sum(0) + matrix.sum(1))
    return f1.double().mean().item()

# %% macro-f1 wrong="F1 of the mean precision and the mean recall"
def macro_f1(matrix):
    m = matrix.double()
    precision = (m.diagonal() / m.sum(0).clamp(min=1)).mean()
    recall = (m.diagonal() / m.sum(1)).mean()
    return (2 * precision * recall / (precision + recall)).item()

# %% macro-f1 wrong="nan where a class is never decided, since precision is 0 over 0" kind="sneaky"
def macro_f1(matrix):
    m = matrix.double()
    p = m.diagonal() / m.sum(dim=0)
    r = m.diagonal() / m.sum(dim=1)
    return (2 * p * r / (p + r)).mean().item()

# %% macro-f1 wrong="leaves out classes that are never decided" kind="sneaky"
def macro_f1(matrix):
    scores = []
    for c in range(len(matrix)):
        tp = matrix[c, c].item()
        called = matrix[:, c].sum().item()
        real = matrix[c, :].sum().item()
        if called == 0:
            continue  # never decided
        scores.append(2 * tp / (called + real))
    return sum(scores) / len(scores)

# %% macro-f1 wrong="nanmean drops classes without a right decision" kind="sneaky"
def macro_f1(matrix):
    m = matrix.double()
    precision = m.diagonal() / m.sum(0)
    recall = m.diagonal() / m.sum(1)
    f1 = 2 * precision * recall / (precision + recall)
    return f1.nanmean().item()

# %% macro-f1 wrong="fixed at three classes" kind="sneaky"
def macro_f1(matrix):
    total = 0.0
    for c in range(3):
        tp = matrix[c, c].item()
        total += 2 * tp / (matrix[c].sum().item() + matrix[:, c].sum().item())
    return total / 3

# %% roc-auc right="all differences"
def roc_auc(y: torch.Tensor, scores: torch.Tensor) -> float:
    d = scores[y == 1][:, None] - scores[y == 0]
    return ((d > 0).double() + 0.5 * (d == 0).double()).mean().item()

# %% roc-auc right="two nested loops"
def roc_auc(y, scores):
    positives = [s.item() for s, label in zip(scores, y) if label == 1]
    negatives = [s.item() for s, label in zip(scores, y) if label == 0]
    wins = 0.0
    for s in positives:
        for t in negatives:
            if s > t:
                wins += 1
            elif s == t:
                wins += 0.5
    return wins / (len(positives) * len(negatives))

# %% roc-auc right="Mann-Whitney by mean ranks from scipy"
from scipy.stats import rankdata

def roc_auc(y, scores):
    ranks = torch.from_numpy(rankdata(scores.numpy()))
    n1 = int((y == 1).sum())
    n0 = len(y) - n1
    u = ranks[y == 1].sum().item() - n1 * (n1 + 1) / 2
    return u / (n1 * n0)

# %% roc-auc right="searchsorted from both sides of the sorted negatives"
def roc_auc(y, scores):
    pos = scores[y == 1].contiguous()
    neg = scores[y == 0].sort().values
    below = torch.searchsorted(neg, pos)
    not_above = torch.searchsorted(neg, pos, right=True)
    return (below + not_above).double().mean().item() / (2 * len(neg))

# %% roc-auc right="trapezoids under the curve, one point for each different score"
def roc_auc(y, scores):
    area, tpr, fpr = 0.0, 0.0, 0.0
    n1, n0 = (y == 1).sum().item(), (y == 0).sum().item()
    for t in scores.unique().flip(0):
        yes = scores >= t
        new_tpr = (yes & (y == 1)).sum().item() / n1
        new_fpr = (yes & (y == 0)).sum().item() / n0
        area += (new_fpr - fpr) * (new_tpr + tpr) / 2
        tpr, fpr = new_tpr, new_fpr
    return area

# %% roc-auc right="mean of half the sign plus a half"
def roc_auc(labels, s):
    return (0.5 + 0.5 * (s[labels == 1].unsqueeze(1) - s[labels == 0].unsqueeze(0)).sign().double()).mean().item()

# %% roc-auc right="numpy broadcasting"
import numpy as np

def roc_auc(y, scores):
    y, s = y.numpy(), scores.numpy()
    p, n = s[y == 1][:, None], s[y == 0][None, :]
    return float(np.where(p > n, 1.0, np.where(p == n, 0.5, 0.0)).mean())

# %% roc-auc wrong="ties count nothing"
def roc_auc(y, scores):
    pos, neg = scores[y == 1], scores[y == 0]
    return (pos[:, None] > neg[None, :]).double().mean().item()

# %% roc-auc wrong="ties count as whole wins"
def roc_auc(y, scores):
    pos = scores[y == 1]
    neg = scores[y == 0]
    wins = 0
    for p in pos:
        wins += (p >= neg).sum().item()
    return wins / (len(pos) * len(neg))

# %% roc-auc wrong="counts how often the negative is higher: one minus the area"
def roc_auc(y, scores):
    d = scores[y == 0][:, None] - scores[y == 1]
    return ((d > 0).double() + 0.5 * (d == 0).double()).mean().item()

# %% roc-auc wrong="divides by n squared, not by the number of pairs"
def roc_auc(y: torch.Tensor, scores: torch.Tensor) -> float:
    d = scores[y == 1][:, None] - scores[y == 0]
    wins = (d > 0).sum() + 0.5 * (d == 0).sum()
    return (wins / len(y) ** 2).item()

# %% roc-auc wrong="returns the number of wins, not divided by anything"
def roc_auc(y, scores):
    total = 0.0
    for i in range(len(y)):
        for j in range(len(y)):
            if y[i] == 1 and y[j] == 0:
                if scores[i] > scores[j]:
                    total += 1.0
                elif scores[i] == scores[j]:
                    total += 0.5
    return total

# %% roc-auc wrong="the accuracy at a cut of one half, not an area"
def roc_auc(y, scores):
    y_hat = (scores > 0.5).long()
    return (y_hat == y).double().mean().item()

# %% roc-auc wrong="compares the positives with all examples, the positives included"
def roc_auc(y, scores):
    pos = scores[y == 1]
    d = pos[:, None] - scores[None, :]
    return ((d > 0).double() + 0.5 * (d == 0)).mean().item()

# %% roc-auc wrong="pairs the i-th positive with the i-th negative only"
def roc_auc(y, scores):
    pos, neg = scores[y == 1], scores[y == 0]
    m = min(len(pos), len(neg))
    a, b = pos[:m], neg[:m]
    return ((a > b).double() + 0.5 * (a == b).double()).mean().item()

# %% roc-auc wrong="the mean difference of the scores, not how often it is above 0"
def roc_auc(y, scores):
    differences = scores[y == 1].unsqueeze(1) - scores[y == 0].unsqueeze(0)
    return differences.double().mean().item()

# %% roc-auc wrong="forgets the return"
def roc_auc(y, scores):
    d = scores[y == 1][:, None] - scores[y == 0]
    auc = ((d > 0).double() + 0.5 * (d == 0).double()).mean().item()

# %% roc-auc wrong="rank formula with argsort: tied scores get different ranks by their place" kind="sneaky"
def roc_auc(y, scores):
    order = scores.argsort(stable=True)
    ranks = torch.empty(len(y), dtype=torch.float64)
    ranks[order] = torch.arange(1, len(y) + 1, dtype=torch.float64)
    n1 = (y == 1).sum().item()
    n0 = len(y) - n1
    return (ranks[y == 1].sum().item() - n1 * (n1 + 1) / 2) / (n1 * n0)

# %% roc-auc wrong="steps along the sorted examples: a tie goes to whoever comes first" kind="sneaky"
def roc_auc(y, scores):
    y_sorted = y[scores.argsort(descending=True, stable=True)]
    tps = 0
    area = 0
    for label in y_sorted.tolist():
        if label == 1:
            tps += 1
        else:
            area += tps
    n1 = int(y.sum())
    return area / (n1 * (len(y) - n1))

# %% roc-auc wrong="the area on a fixed grid of thresholds between 0 and 1" kind="sneaky"
def roc_auc(y, scores):
    thresholds = torch.linspace(1, 0, 101)
    tpr = torch.stack([(scores[y == 1] >= t).double().mean() for t in thresholds])
    fpr = torch.stack([(scores[y == 0] >= t).double().mean() for t in thresholds])
    return torch.trapezoid(tpr, fpr).item()

# %% roc-auc wrong="an area below one half is turned over" kind="sneaky"
def roc_auc(y, scores):
    d = scores[y == 1][:, None] - scores[y == 0]
    auc = ((d > 0).double() + 0.5 * (d == 0).double()).mean().item()
    return max(auc, 1 - auc)

# %% roc-auc wrong="treats scores within a tolerance of 0.001 as tied" kind="sneaky"
def roc_auc(y, scores):
    d = scores[y == 1][:, None] - scores[y == 0][None]
    tie = d.abs() < 1e-3
    win = (d > 0) & ~tie
    return (win.double() + 0.5 * tie.double()).mean().item()

# %% average-precision right="sort, cumsum, keep the last place of each group"
def average_precision(y: torch.Tensor, scores: torch.Tensor) -> float:
    s, order = scores.sort(descending=True)
    tp = y[order].cumsum(0).double()
    place = torch.arange(1, len(y) + 1, dtype=torch.float64)
    last = torch.cat([s[1:] != s[:-1], torch.tensor([True])])
    precision, recall = (tp / place)[last], (tp / tp[-1])[last]
    growth = torch.diff(recall, prepend=torch.zeros(1, dtype=torch.float64))
    return (growth * precision).sum().item()

# %% average-precision right="loop over the different scores, from the top"
def average_precision(y, scores):
    n_pos = (y == 1).sum().item()
    ap = 0.0
    old_recall = 0.0
    for t in sorted(set(scores.tolist()), reverse=True):
        called = scores >= t
        tp = (called & (y == 1)).sum().item()
        precision = tp / called.sum().item()
        recall = tp / n_pos
        ap += (recall - old_recall) * precision
        old_recall = recall
    return ap

# %% average-precision right="the mean over the positives of the precision at their own score"
def average_precision(y, scores):
    at_least = scores[None, :] >= scores[y == 1][:, None]  # (num_pos, n)
    hits = at_least[:, y == 1].sum(dim=1)
    return (hits.double() / at_least.sum(dim=1)).mean().item()

# %% average-precision right="itertools.groupby over sorted pairs"
from itertools import groupby

def average_precision(y, scores):
    pairs = sorted(zip(scores.tolist(), y.tolist()), key=lambda pair: -pair[0])
    total = sum(label for _, label in pairs)
    seen = tp = 0
    ap = 0.0
    for _, group in groupby(pairs, key=lambda pair: pair[0]):
        labels = [label for _, label in group]
        seen += len(labels)
        tp += sum(labels)
        ap += sum(labels) / total * tp / seen
    return ap

# %% average-precision right="unique with counts and scatter"
def average_precision(y, scores):
    values, group, counts = scores.unique(return_inverse=True, return_counts=True)
    pos = torch.zeros(len(values), dtype=torch.float64).scatter_add_(0, group, y.double())
    pos, counts = pos.flip(0), counts.flip(0)  # highest score first
    precision = pos.cumsum(0) / counts.cumsum(0)
    return float((pos / pos.sum()) @ precision)

# %% average-precision right="numpy with searchsorted"
import numpy as np

def average_precision(y, scores):
    y, s = y.numpy(), scores.numpy().astype(np.float64)
    thresholds = np.unique(s)[::-1]
    all_sorted, pos_sorted = np.sort(s), np.sort(s[y == 1])
    called = len(s) - np.searchsorted(all_sorted, thresholds, side="left")
    tp = len(pos_sorted) - np.searchsorted(pos_sorted, thresholds, side="left")
    recall = np.concatenate([[0.0], tp / len(pos_sorted)])
    return float(np.sum(np.diff(recall) * tp / called))

# %% average-precision wrong="trapezoids between the points in place of steps"
def average_precision(y, scores):
    n_pos = y.sum().item()
    recalls, precisions = [0.0], [1.0]
    for t in scores.unique().flip(0).tolist():
        called = scores >= t
        tp = (called & (y == 1)).sum().item()
        precisions.append(tp / called.sum().item())
        recalls.append(tp / n_pos)
    return torch.trapezoid(torch.tensor(precisions).double(), torch.tensor(recalls).double()).item()

# %% average-precision wrong="sorts ascending, so the lowest scores come first"
def average_precision(y, scores):
    s, order = scores.sort()
    tp = y[order].cumsum(0).double()
    place = torch.arange(1, len(y) + 1).double()
    keep = torch.cat([s[1:] != s[:-1], torch.tensor([True])])
    p, r = (tp / place)[keep], (tp / tp[-1])[keep]
    return (torch.diff(r, prepend=torch.zeros(1).double()) * p).sum().item()

# %% average-precision wrong="places are counted from 0, so precision is divided by one too few"
def average_precision(y, scores):
    n_pos = y.sum().item()
    order = scores.argsort(descending=True).tolist()
    tp, ap = 0, 0.0
    i = 0
    while i < len(order):
        j = i
        hits = 0
        while j < len(order) and scores[order[j]] == scores[order[i]]:
            hits += y[order[j]].item()
            j += 1
        tp += hits
        ap += hits / n_pos * tp / max(j - 1, 1)
        i = j
    return ap

# %% average-precision wrong="the plain mean of the precisions over all thresholds"
def average_precision(y, scores):
    thresholds = scores.unique()
    precisions = [(y[scores >= t] == 1).double().mean() for t in thresholds]
    return torch.stack(precisions).mean().item()

# %% average-precision wrong="leaves R0 out: the first step up is lost"
def average_precision(y: torch.Tensor, scores: torch.Tensor) -> float:
    s, order = scores.sort(descending=True)
    tp = y[order].cumsum(0).double()
    last = torch.cat([s[1:] != s[:-1], torch.ones(1, dtype=torch.bool)])
    precision = (tp / torch.arange(1, len(y) + 1))[last]
    recall = (tp / tp[-1])[last]
    return (torch.diff(recall) * precision[1:]).sum().item()

# %% average-precision wrong="sums growth of precision times recall: the two exchanged"
def average_precision(y, scores):
    n_pos = y.sum().item()
    ap, previous = 0.0, 0.0
    for t in sorted(set(scores.tolist()), reverse=True):
        yes = scores >= t
        tp = y[yes].sum().item()
        precision, recall = tp / yes.sum().item(), tp / n_pos
        ap += (precision - previous) * recall
        previous = precision
    return ap

# %% average-precision wrong="the labels are never put into the order of the scores"
def average_precision(y, scores):
    s = scores.sort(descending=True).values
    tp = y.cumsum(0).double()
    places = torch.arange(1, len(y) + 1).double()
    last = torch.cat([s[1:] != s[:-1], torch.tensor([True])])
    precision = (tp / places)[last]
    recall = (tp / y.sum())[last]
    zero = torch.zeros(1, dtype=torch.float64)
    return (torch.diff(recall, prepend=zero) * precision).sum().item()

# %% average-precision wrong="recall is divided by n, not by the number of positives"
def average_precision(y, scores):
    ap, old = 0.0, 0.0
    for t in scores.unique().flip(0):
        yes = scores >= t
        tp = y[yes].sum().item()
        recall = tp / len(y)
        ap += (recall - old) * tp / yes.sum().item()
        old = recall
    return ap

# %% average-precision wrong="returns the precision at full recall, the share of positives"
def average_precision(y, scores):
    tp = y[scores.argsort(descending=True)].cumsum(0)
    precision = tp / torch.arange(1, len(y) + 1)
    recall = tp / y.sum()
    return precision[recall >= 1][-1].item()

# %% average-precision wrong="each example is a step of its own: ties are not taken together" kind="sneaky"
def average_precision(y, scores):
    order = scores.argsort(descending=True, stable=True)
    hits = y[order].double()
    tp = hits.cumsum(0)
    precision = tp / torch.arange(1, len(y) + 1, dtype=torch.float64)
    return ((hits / hits.sum()) * precision).sum().item()

# %% average-precision wrong="keeps the first place of each group of equal scores, not the last" kind="sneaky"
def average_precision(y, scores):
    s, order = scores.sort(descending=True, stable=True)
    tp = y[order].cumsum(0).double()
    place = torch.arange(1, len(y) + 1, dtype=torch.float64)
    first = torch.cat([torch.tensor([True]), s[1:] != s[:-1]])
    precision, recall = (tp / place)[first], (tp / tp[-1])[first]
    growth = torch.diff(recall, prepend=torch.zeros(1, dtype=torch.float64))
    return (growth * precision).sum().item()

# %% average-precision wrong="the last group of scores is never a threshold" kind="sneaky"
def average_precision(y, scores):
    s, order = scores.sort(descending=True)
    tp = y[order].cumsum(0).double()
    change = (s[1:] != s[:-1]).nonzero().flatten()
    precision = tp[change] / (change + 1)
    recall = tp[change] / y.sum()
    zero = torch.zeros(1, dtype=torch.float64)
    return (torch.diff(recall, prepend=zero) * precision).sum().item()

# %% average-precision wrong="precision made monotone, as object detection does, before summing" kind="sneaky"
def average_precision(y, scores):
    n_pos = int(y.sum())
    points = []
    for t in sorted(set(scores.tolist()), reverse=True):
        yes = scores >= t
        tp = int(y[yes].sum())
        points.append((tp / n_pos, tp / int(yes.sum())))
    ap, old = 0.0, 0.0
    for i, (recall, _) in enumerate(points):
        best = max(p for _, p in points[i:])
        ap += (recall - old) * best
        old = recall
    return ap

# %% weights right="bincount and the formula; a ratio of counts"
def class_weights(y: torch.Tensor, num_classes: int) -> torch.Tensor:
    counts = torch.bincount(y, minlength=num_classes)
    return len(y) / (num_classes * counts)


def positive_weight(y: torch.Tensor) -> float:
    return ((y == 0).sum() / (y == 1).sum()).item()

# %% weights right="loops over the classes"
def class_weights(y, num_classes):
    w = torch.zeros(num_classes)
    n = len(y)
    for c in range(num_classes):
        n_c = 0
        for label in y:
            if label == c:
                n_c += 1
        w[c] = n / (num_classes * n_c)
    return w


def positive_weight(y):
    labels = y.tolist()
    return labels.count(0) / labels.count(1)

# %% weights right="pos_weight as ratio of the two class weights, from a helper"
def _counts(y, K):
    return torch.stack([(y == c).sum() for c in range(K)]).double()


def class_weights(y, num_classes):
    n_c = _counts(y, num_classes)
    return (n_c.sum() / num_classes / n_c).float()


def positive_weight(y):
    negative, positive = class_weights(y, 2).double().tolist()
    return positive / negative

# %% weights right="one-hot mean, and odds of the share"
def class_weights(y, num_classes):
    share = F.one_hot(y, num_classes).double().mean(dim=0)
    return (1 / (num_classes * share)).float()


def positive_weight(y):
    share = y.double().mean().item()
    return (1 - share) / share

# %% weights right="numpy and Counter"
import numpy as np
from collections import Counter

def class_weights(y, num_classes):
    c = Counter(y.numpy().tolist())
    w = np.array([len(y) / (num_classes * c[k]) for k in range(num_classes)], dtype=np.float32)
    return torch.from_numpy(w)


def positive_weight(y):
    return float(np.sum(y.numpy() == 0) / np.sum(y.numpy() == 1))

# %% weights right="inverse counts, scaled to a mean example of weight 1"
def class_weights(y: torch.Tensor, num_classes: int) -> torch.Tensor:
    w = 1.0 / torch.bincount(y, minlength=num_classes)
    return w / w[y].mean()


def positive_weight(y: torch.Tensor) -> float:
    n1 = int(y.sum())
    return (len(y) - n1) / n1

# %% weights wrong="pos_weight upside down: positives over negatives"
def class_weights(y, num_classes):
    counts = torch.bincount(y, minlength=num_classes)
    return len(y) / (num_classes * counts)


def positive_weight(y):
    return ((y == 1).sum() / (y == 0).sum()).item()

# %% weights wrong="forgets the number of classes in the denominator"
def class_weights(y, num_classes):
    counts = torch.bincount(y, minlength=num_classes).float()
    return len(y) / counts


def positive_weight(y):
    n1 = y.sum().item()
    return (len(y) - n1) / n1

# %% weights wrong="the weights are proportional to the counts, not to their inverse"
def class_weights(y: torch.Tensor, num_classes: int) -> torch.Tensor:
    counts = torch.bincount(y, minlength=num_classes).float()
    return num_classes * counts / len(y)


def positive_weight(y: torch.Tensor) -> float:
    return (y == 0).sum().item() / (y == 1).sum().item()

# %% weights wrong="the weights are scaled to a sum of 1, so the mean example does not weigh 1"
def class_weights(y, num_classes):
    w = 1 / torch.bincount(y, minlength=num_classes).float()
    return w / w.sum()


def positive_weight(y):
    return ((y == 0).sum() / (y == 1).sum()).item()

# %% weights wrong="pos_weight is the balanced weight of class 1, n over 2 n1, not the ratio to class 0"
def class_weights(y, num_classes):
    return len(y) / (num_classes * torch.bincount(y, minlength=num_classes))


def positive_weight(y):
    return class_weights(y, 2)[1].item()

# %% weights wrong="pos_weight is n over n1: all examples count, not only the negatives"
def class_weights(y, num_classes):
    n_c = torch.tensor([(y == c).sum().item() for c in range(num_classes)], dtype=torch.float32)
    return len(y) / (num_classes * n_c)


def positive_weight(y):
    return len(y) / y.sum().item()

# %% weights wrong="returns a weight for each example, not for each class"
def class_weights(y, num_classes):
    counts = torch.bincount(y, minlength=num_classes)
    w = len(y) / (num_classes * counts)
    return w[y]


def positive_weight(y):
    return ((y == 0).sum() / (y == 1).sum()).item()

# %% weights wrong="integer division rounds the weights down"
def class_weights(y, num_classes):
    counts = torch.bincount(y, minlength=num_classes)
    return (len(y) // (num_classes * counts)).float()


def positive_weight(y):
    return float(int((y == 0).sum()) // int((y == 1).sum()))

# %% weights wrong="scaled to a mean of 1 over the classes, not over the examples"
def class_weights(y, num_classes):
    inv = 1.0 / torch.bincount(y, minlength=num_classes).float()
    return inv / inv.mean()


def positive_weight(y):
    n_pos = (y == 1).sum().item()
    n_neg = (y == 0).sum().item()
    return n_neg / n_pos

# %% weights wrong="one minus the share of the class in place of the inverse share" kind="sneaky"
def class_weights(y, num_classes):
    share = torch.bincount(y, minlength=num_classes).float() / len(y)
    return 2 * (1 - share)


def positive_weight(y):
    w0, w1 = class_weights(y, 2).tolist()
    return w1 / w0

# %% weights wrong="divides by 2 whatever the number of classes" kind="sneaky"
def class_weights(y, num_classes):
    counts = torch.bincount(y, minlength=num_classes)
    return len(y) / (2 * counts)


def positive_weight(y):
    return ((y == 0).sum() / (y == 1).sum()).item()

# %% weights wrong="pos_weight never goes below 1, though positives may be the common class" kind="sneaky"
def class_weights(y, num_classes):
    counts = torch.bincount(y, minlength=num_classes)
    return len(y) / (num_classes * counts)


def positive_weight(y):
    n1 = int((y == 1).sum())
    n0 = int((y == 0).sum())
    return max(n0, n1) / min(n0, n1)

# %% weights wrong="the counts come in the order of frequency, not of the classes" kind="sneaky"
from collections import Counter

def class_weights(y, num_classes):
    counts = [count for _, count in Counter(y.tolist()).most_common()]
    return torch.tensor([len(y) / (num_classes * c) for c in counts])


def positive_weight(y):
    return (y == 0).sum().item() / (y == 1).sum().item()

# %% weights wrong="one is added to each count so that nothing is divided by 0" kind="sneaky"
def class_weights(y, num_classes):
    counts = torch.bincount(y, minlength=num_classes) + 1
    return len(y) / (num_classes * counts)


def positive_weight(y):
    return ((y == 0).sum().item() + 1) / ((y == 1).sum().item() + 1)

# %% prior right="rp over rp plus 1 minus p"
def correct_prior(p: torch.Tensor, trained_share: float, true_share: float) -> torch.Tensor:
    r = true_share / (1 - true_share) / (trained_share / (1 - trained_share))
    return r * p / (r * p + 1 - p)

# %% prior right="shift of the log-odds by logit and sigmoid"
def correct_prior(p, trained_share, true_share):
    def log_odds(share):
        return math.log(share) - math.log1p(-share)

    return torch.sigmoid(torch.logit(p) + log_odds(true_share) - log_odds(trained_share))

# %% prior right="Bayes: both classes reweighted, then normalised"
def correct_prior(p, trained_share, true_share):
    positive = p * (true_share / trained_share)
    negative = (1 - p) * ((1 - true_share) / (1 - trained_share))
    return positive / (positive + negative)

# %% prior right="float64 in between, back to the dtype"
def correct_prior(probs, old, new):
    q = probs.to(torch.float64)
    factor = (new * (1 - old)) / (old * (1 - new))
    top = factor * q
    out = top / (top + (1 - q))
    return out.to(probs.dtype)

# %% prior right="element by element over the flattened tensor"
def correct_prior(p, trained_share, true_share):
    r = (true_share / (1 - true_share)) / (trained_share / (1 - trained_share))
    values = []
    for v in p.flatten().tolist():
        values.append(r * v / (r * v + (1.0 - v)))
    return torch.tensor(values, dtype=p.dtype).reshape(p.shape)

# %% prior right="odds with where for the ends"
def correct_prior(p, trained_share, true_share):
    odds_ratio = (true_share / (1 - true_share)) * ((1 - trained_share) / trained_share)
    odds = p / (1 - p) * odds_ratio
    return torch.where(p == 1, p, odds / (1 + odds))

# %% prior right="numpy detour"
import numpy as np

def correct_prior(p, trained_share, true_share):
    a = p.detach().cpu().numpy().astype(np.float64)
    r = true_share * (1 - trained_share) / ((1 - true_share) * trained_share)
    out = np.divide(r * a, r * a + 1 - a)
    return torch.as_tensor(out, dtype=p.dtype)

# %% prior wrong="odds of 1 are infinite, and p = 1 becomes nan"
def correct_prior(p, trained_share, true_share):
    odds = p / (1 - p)
    odds = odds * (true_share / (1 - true_share)) / (trained_share / (1 - trained_share))
    return odds / (1 + odds)

# %% prior wrong="the two shares exchanged: it goes the other way"
def correct_prior(p: torch.Tensor, trained_share: float, true_share: float) -> torch.Tensor:
    r = trained_share / (1 - trained_share) / (true_share / (1 - true_share))
    return r * p / (r * p + 1 - p)

# %% prior wrong="returns the odds, not the probability"
def correct_prior(p, trained_share, true_share):
    prior_new = true_share / (1 - true_share)
    prior_old = trained_share / (1 - trained_share)
    return p / (1 - p) * prior_new / prior_old

# %% prior wrong="multiplies the probability itself by the ratio of the shares"
def correct_prior(p, trained_share, true_share):
    return p * true_share / trained_share

# %% prior wrong="uses the ratio of the shares, not of their odds"
def correct_prior(p, trained_share, true_share):
    r = true_share / trained_share
    return r * p / (r * p + (1 - p))

# %% prior wrong="multiplies by both prior odds where one should divide"
def correct_prior(p, trained_share, true_share):
    r = (true_share / (1 - true_share)) * (trained_share / (1 - trained_share))
    num = r * p
    return num / (num + 1 - p)

# %% prior wrong="operator precedence: divides by trained_share and then divides by its rest again"
def correct_prior(p, trained_share, true_share):
    r = true_share / (1 - true_share) / trained_share / (1 - trained_share)
    return r * p / (r * p + 1 - p)

# %% prior wrong="the denominator lacks the 1 - p of the negatives: it is 1 + rp"
def correct_prior(p, trained_share, true_share):
    r = true_share * (1 - trained_share) / (trained_share * (1 - true_share))
    return r * p / (1 + r * p)

# %% prior wrong="returns a list"
def correct_prior(p, trained_share, true_share):
    r = (true_share / (1 - true_share)) / (trained_share / (1 - trained_share))
    return [r * v / (r * v + 1 - v) for v in p.tolist()]

# %% prior wrong="adds the difference of the log-odds to the probability, not to its log-odds"
def correct_prior(p, trained_share, true_share):
    shift = math.log(true_share / (1 - true_share)) - math.log(trained_share / (1 - trained_share))
    return torch.sigmoid(p + shift)

# %% prior wrong="clamps p away from 0 and 1, so these do not stay what they are" kind="sneaky"
def correct_prior(p, trained_share, true_share):
    p = p.clamp(1e-3, 1 - 1e-3)
    odds = p / (1 - p) * (true_share / (1 - true_share)) / (trained_share / (1 - trained_share))
    return odds / (1 + odds)

# %% prior wrong="the result is always float64" kind="sneaky"
def correct_prior(p, trained_share, true_share):
    p = p.double()
    r = (true_share / (1 - true_share)) / (trained_share / (1 - trained_share))
    return r * p / (r * p + 1 - p)

# %% prior wrong="works in place: the tensor of the caller is changed" kind="sneaky"
def correct_prior(p, trained_share, true_share):
    r = (true_share / (1 - true_share)) / (trained_share / (1 - trained_share))
    rest = 1 - p
    p *= r
    return p / (p + rest)

# %% prior wrong="loops over the first dimension: only one-dimensional p works" kind="sneaky"
def correct_prior(p, trained_share, true_share):
    r = (true_share / (1 - true_share)) / (trained_share / (1 - trained_share))
    out = torch.zeros(len(p), dtype=p.dtype)
    for i in range(len(p)):
        out[i] = r * p[i] / (r * p[i] + 1 - p[i])
    return out

# %% prior wrong="nan is replaced by 0, so p = 1 becomes 0" kind="sneaky"
def correct_prior(p, trained_share, true_share):
    ratio = (true_share / (1 - true_share)) / (trained_share / (1 - trained_share))
    odds = p / (1 - p) * ratio
    return torch.nan_to_num(odds / (1 + odds), nan=0.0)

# %% prior wrong="takes for granted that training was on even classes, trained_share is ignored" kind="sneaky"
def correct_prior(p, trained_share, true_share):
    r = true_share / (1 - true_share)
    return r * p / (r * p + 1 - p)

# %% sampler right="multinomial with inverse counts"
def balanced_indices(y: torch.Tensor, num_draws: int, generator: torch.Generator) -> torch.Tensor:
    weights = 1 / torch.bincount(y)[y]
    return torch.multinomial(weights, num_draws, replacement=True, generator=generator)

# %% sampler right="loop: first a class, then a member"
def balanced_indices(y, num_draws, generator):
    num_classes = int(y.max()) + 1
    members = [(y == c).nonzero().flatten() for c in range(num_classes)]
    chosen = []
    for _ in range(num_draws):
        c = torch.randint(num_classes, (1,), generator=generator).item()
        j = torch.randint(len(members[c]), (1,), generator=generator).item()
        chosen.append(int(members[c][j]))
    return torch.tensor(chosen, dtype=torch.int64)

# %% sampler right="sorted places with offsets, all at once"
def balanced_indices(y, num_draws, generator):
    counts = torch.bincount(y)
    start = counts.cumsum(0) - counts
    order = torch.argsort(y)
    c = torch.randint(len(counts), (num_draws,), generator=generator)
    u = torch.rand(num_draws, generator=generator, dtype=torch.float64)
    within = (u * counts[c]).long()
    return order[start[c] + within]

# %% sampler right="classes first, then each class fills its own places"
def balanced_indices(y, num_draws, generator):
    K = len(y.unique())
    drawn_class = torch.randint(0, K, (num_draws,), generator=generator)
    result = torch.empty(num_draws, dtype=torch.long)
    for c in range(K):
        where = drawn_class == c
        places = torch.nonzero(y == c).squeeze(1)
        pick = torch.randint(0, len(places), (int(where.sum()),), generator=generator)
        result[where] = places[pick]
    return result

# %% sampler right="the library's WeightedRandomSampler with the generator"
from torch.utils.data import WeightedRandomSampler

def balanced_indices(y, num_draws, generator):
    w = 1.0 / torch.bincount(y).double()
    sampler = WeightedRandomSampler(w[y], num_draws, replacement=True, generator=generator)
    return torch.tensor(list(sampler), dtype=torch.int64)

# %% sampler right="inverse of the cumulative weights by searchsorted"
def balanced_indices(y, num_draws, generator):
    counts = torch.bincount(y).double()
    cdf = (1 / (len(counts) * counts))[y].cumsum(0)
    u = torch.rand(num_draws, dtype=torch.float64, generator=generator) * cdf[-1]
    return torch.searchsorted(cdf, u, right=True).clamp(max=len(y) - 1)

# %% sampler wrong="draws all examples alike likely, the classes stay as rare as they are"
def balanced_indices(y, num_draws, generator):
    return torch.randint(0, len(y), (num_draws,), generator=generator)

# %% sampler wrong="the weights are the counts, not their inverse: common classes come even more often"
def balanced_indices(y, num_draws, generator):
    counts = torch.bincount(y).double()
    weights = counts[y] / len(y)
    return torch.multinomial(weights, num_draws, replacement=True, generator=generator)

# %% sampler wrong="without replacement"
def balanced_indices(y: torch.Tensor, num_draws: int, generator: torch.Generator) -> torch.Tensor:
    w = 1 / torch.bincount(y).float()
    return torch.multinomial(w[y], num_draws, generator=generator)

# %% sampler wrong="one weight for each class, not for each example: returns class numbers"
def balanced_indices(y, num_draws, generator):
    weights = 1.0 / torch.bincount(y)
    return torch.multinomial(weights, num_draws, replacement=True, generator=generator)

# %% sampler wrong="returns the labels that were drawn, not their places"
def balanced_indices(y, num_draws, generator):
    weights = (1.0 / torch.bincount(y))[y]
    idx = torch.multinomial(weights, num_draws, replacement=True, generator=generator)
    return y[idx]

# %% sampler wrong="draws a place within the class and forgets to look up where in y it is"
def balanced_indices(y, num_draws, generator):
    num_classes = int(y.max()) + 1
    out = []
    for _ in range(num_draws):
        c = torch.randint(num_classes, (1,), generator=generator).item()
        size = int((y == c).sum())
        out.append(torch.randint(size, (1,), generator=generator).item())
    return torch.tensor(out)

# %% sampler wrong="one class is drawn for all draws together"
def balanced_indices(y, num_draws, generator):
    num_classes = len(torch.unique(y))
    c = torch.randint(num_classes, (1,), generator=generator).item()
    members = torch.where(y == c)[0]
    return members[torch.randint(len(members), (num_draws,), generator=generator)]

# %% sampler wrong="the square root of the inverse counts: only half way to balance"
def balanced_indices(y, num_draws, generator):
    counts = torch.bincount(y).double()
    weights = counts.rsqrt()[y]
    return torch.multinomial(weights, num_draws, replacement=True, generator=generator)

# %% sampler wrong="returns a python list"
import random

def balanced_indices(y, num_draws, generator):
    classes = y.unique().tolist()
    places = {c: (y == c).nonzero().flatten().tolist() for c in classes}
    rng = random.Random(int(torch.randint(2**31, (1,), generator=generator)))
    return [rng.choice(places[rng.choice(classes)]) for _ in range(num_draws)]

# %% sampler wrong="ignores the generator: draws from the global one" kind="sneaky"
def balanced_indices(y, num_draws, generator):
    weights = 1 / torch.bincount(y).double()[y]
    return torch.multinomial(weights, num_draws, replacement=True)

# %% sampler wrong="goes round the classes in turn, a draw hangs on the one before" kind="sneaky"
def balanced_indices(y, num_draws, generator):
    K = int(y.max()) + 1
    members = [(y == c).nonzero().flatten() for c in range(K)]
    out = torch.empty(num_draws, dtype=torch.int64)
    for i in range(num_draws):
        group = members[i % K]
        out[i] = group[torch.randint(len(group), (1,), generator=generator)]
    return out

# %% sampler wrong="the last member of each class is never drawn: the upper end of randint is left out twice" kind="sneaky"
def balanced_indices(y, num_draws, generator):
    K = int(y.max()) + 1
    c = torch.randint(0, K, (num_draws,), generator=generator)
    out = torch.empty(num_draws, dtype=torch.int64)
    for k in range(K):
        places = (y == k).nonzero().flatten()
        mask = c == k
        high = max(len(places) - 1, 1)
        out[mask] = places[torch.randint(0, high, (int(mask.sum()),), generator=generator)]
    return out

# %% sampler wrong="takes exactly half of the draws from each of two classes, more classes never come" kind="sneaky"
def balanced_indices(y, num_draws, generator):
    pos, neg = (y == 1).nonzero().flatten(), (y == 0).nonzero().flatten()
    half = num_draws // 2
    a = pos[torch.randint(len(pos), (half,), generator=generator)]
    b = neg[torch.randint(len(neg), (num_draws - half,), generator=generator)]
    both = torch.cat([a, b])
    return both[torch.randperm(num_draws, generator=generator)]

# %% sampler wrong="rounds in place of cutting off: first and last member come half as often" kind="sneaky"
def balanced_indices(y, num_draws, generator):
    counts = torch.bincount(y)
    order = torch.argsort(y, stable=True)
    start = torch.cumsum(counts, 0) - counts
    c = torch.randint(len(counts), (num_draws,), generator=generator)
    u = torch.rand(num_draws, generator=generator)
    return order[start[c] + torch.round(u * (counts[c] - 1)).long()]

# %% sampler wrong="seeds the generator anew, so each call draws the same" kind="sneaky"
def balanced_indices(y, num_draws, generator):
    generator.manual_seed(0)
    weights = 1 / torch.bincount(y).double()[y]
    return torch.multinomial(weights, num_draws, replacement=True, generator=generator)

# %% smote right="cdist, diagonal out, topk"
def smote(
    X: torch.Tensor, y: torch.Tensor, num_new: int, k: int, generator: torch.Generator
) -> torch.Tensor:
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    lam = torch.rand(num_new, 1, generator=generator, dtype=X.dtype)
    return P[i] + lam * (P[j] - P[i])

# %% smote right="loop over the new points, sorting distances by hand"
def smote(X, y, num_new, k, generator):
    positives = X[y == 1]
    n = len(positives)
    new = torch.empty(num_new, X.shape[1], dtype=X.dtype)
    for row in range(num_new):
        i = torch.randint(n, (1,), generator=generator).item()
        distances = []
        for j in range(n):
            if j != i:
                d = ((positives[i] - positives[j]) ** 2).sum().item()
                distances.append((d, j))
        distances.sort()
        neighbours = [j for _, j in distances[:k]]
        j = neighbours[torch.randint(k, (1,), generator=generator).item()]
        lam = torch.rand(1, generator=generator).item()
        new[row] = positives[i] + lam * (positives[j] - positives[i])
    return new

# %% smote right="exact differences in float64, argsort, eye as mask"
def smote(X, y, num_new, k, generator):
    P = X[y == 1].double()
    sq = ((P[:, None, :] - P[None, :, :]) ** 2).sum(-1)
    sq = sq.masked_fill(torch.eye(len(P), dtype=torch.bool), float("inf"))
    neighbours = sq.argsort(dim=1)[:, :k]
    base = torch.randint(0, P.shape[0], (num_new,), generator=generator)
    col = torch.randint(0, k, (num_new,), generator=generator)
    partner = neighbours[base].gather(1, col[:, None]).squeeze(1)
    t = torch.rand((num_new, 1), generator=generator, dtype=torch.float64)
    return ((1 - t) * P[base] + t * P[partner]).to(X.dtype)

# %% smote right="lerp with a column of lambdas"
def smote(X, y, num_new, k, generator):
    minority = X[y.bool()]
    dist = torch.cdist(minority, minority, compute_mode="donot_use_mm_for_euclid_dist")
    dist.fill_diagonal_(float("inf"))
    _, knn = torch.topk(dist, k, dim=1, largest=False)
    a = torch.randint(len(minority), (num_new,), generator=generator)
    b = knn[a, torch.randint(k, (num_new,), generator=generator)]
    w = torch.rand(num_new, generator=generator).to(X.dtype).unsqueeze(1)
    return torch.lerp(minority[a], minority[b], w.expand(-1, X.shape[1]))

# %% smote right="scikit-learn finds the neighbours, randomness from the generator"
from sklearn.neighbors import NearestNeighbors

def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    # without an argument, a point is not its own neighbour
    found = NearestNeighbors(n_neighbors=k).fit(P.numpy()).kneighbors(return_distance=False)
    found = torch.as_tensor(found)
    i = torch.randint(len(P), (num_new,), generator=generator)
    pick = torch.randint(k, (num_new,), generator=generator)
    lam = torch.rand(num_new, 1, generator=generator).to(X.dtype)
    return P[i] + lam * (P[found[i, pick]] - P[i])

# %% smote right="a small class around one point"
class _Smoter:
    def __init__(self, points, k, generator):
        self.points, self.k, self.generator = points, k, generator

    def neighbours(self, i):
        d = (self.points - self.points[i]).norm(dim=1)
        d[i] = math.inf
        return d.argsort()[: self.k]

    def one(self):
        i = int(torch.randint(len(self.points), (), generator=self.generator))
        near = self.neighbours(i)
        j = near[torch.randint(self.k, (), generator=self.generator)]
        step = torch.rand((), generator=self.generator, dtype=self.points.dtype)
        return self.points[i] + step * (self.points[j] - self.points[i])


def smote(X, y, num_new, k, generator):
    smoter = _Smoter(X[y == 1], k, generator)
    return torch.stack([smoter.one() for _ in range(num_new)])

# %% smote wrong="a lambda for each feature: the point leaves the segment"
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    lam = torch.rand(num_new, X.shape[1], generator=generator, dtype=X.dtype)
    return P[i] + lam * (P[j] - P[i])

# %% smote wrong="neighbours are looked for among all examples, not within class 1"
def smote(X, y, num_new, k, generator):
    pos = (y == 1).nonzero().flatten()
    d = torch.cdist(X, X).fill_diagonal_(math.inf)
    near = d.topk(k, largest=False).indices
    i = pos[torch.randint(len(pos), (num_new,), generator=generator)]
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    lam = torch.rand(num_new, 1, generator=generator, dtype=X.dtype)
    return X[i] + lam * (X[j] - X[i])

# %% smote wrong="each point is its own nearest neighbour: the diagonal is left in"
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    dist = torch.cdist(P, P)
    near = dist.topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    lam = torch.rand(num_new, 1, generator=generator, dtype=X.dtype)
    return P[i] + lam * (P[j] - P[i])

# %% smote wrong="topk without largest=False takes the farthest points"
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    d = torch.cdist(P, P)
    far = d.fill_diagonal_(-1).topk(k).indices
    base = torch.randint(len(P), (num_new,), generator=generator)
    other = far[base, torch.randint(k, (num_new,), generator=generator)]
    lam = torch.rand(num_new, 1, generator=generator, dtype=X.dtype)
    return P[base] + lam * (P[other] - P[base])

# %% smote wrong="goes away from the neighbour: the difference has the wrong sign"
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    rows = []
    for _ in range(num_new):
        i = torch.randint(len(P), (1,), generator=generator).item()
        j = near[i, torch.randint(k, (1,), generator=generator).item()]
        lam = torch.rand(1, generator=generator, dtype=X.dtype)
        rows.append(P[i] + lam * (P[i] - P[j]))
    return torch.stack(rows)

# %% smote wrong="copies of old points: no step toward the neighbour at all"
def smote(X, y, num_new, k, generator):
    minority = X[y == 1]
    idx = torch.randint(len(minority), (num_new,), generator=generator)
    return minority[idx]

# %% smote wrong="neighbour numbers within class 1 are used as rows of X"
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    lam = torch.rand(num_new, 1, generator=generator, dtype=X.dtype)
    return X[i] + lam * (X[j] - X[i])

# %% smote wrong="returns the old examples together with the new ones"
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    lam = torch.rand(num_new, 1, generator=generator, dtype=X.dtype)
    new = P[i] + lam * (P[j] - P[i])
    return torch.cat([X, new])

# %% smote wrong="normal noise in place of a uniform lambda: points leave the segment at its ends"
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    lam = torch.randn(num_new, 1, generator=generator, dtype=X.dtype)
    return P[i] + lam * (P[j] - P[i])

# %% smote wrong="the mid-point of the two: lambda is always one half"
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    return (P[i] + P[j]) / 2

# %% smote wrong="the partner is any point of class 1, k is ignored" kind="sneaky"
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    n = len(P)
    i = torch.randint(n, (num_new,), generator=generator)
    j = (i + torch.randint(1, n, (num_new,), generator=generator)) % n  # never i itself
    lam = torch.rand(num_new, 1, generator=generator, dtype=X.dtype)
    return P[i] + lam * (P[j] - P[i])

# %% smote wrong="always the nearest neighbour, not one of the k at random" kind="sneaky"
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, 0]
    lam = torch.rand(num_new, 1, generator=generator, dtype=X.dtype)
    return P[i] + lam * (P[j] - P[i])

# %% smote wrong="lambda is one number for all new points" kind="sneaky"
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    lam = torch.rand(1, generator=generator, dtype=X.dtype)
    return P[i] + lam * (P[j] - P[i])

# %% smote wrong="lambda comes from the global generator" kind="sneaky"
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    lam = torch.rand(num_new, 1, dtype=X.dtype)
    return P[i] + lam * (P[j] - P[i])

# %% smote wrong="base points in turn, not at random" kind="sneaky"
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.arange(num_new) % len(P)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    lam = torch.rand(num_new, 1, generator=generator, dtype=X.dtype)
    return P[i] + lam * (P[j] - P[i])

# %% smote wrong="the result is float64 whatever the dtype of X" kind="sneaky"
def smote(X, y, num_new, k, generator):
    P = X[y == 1].double()
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    lam = torch.rand(num_new, 1, generator=generator, dtype=torch.float64)
    return P[i] + lam * (P[j] - P[i])

# %% smote wrong="base points without replacement: no more new ones than there are old" kind="sneaky"
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randperm(len(P), generator=generator)[:num_new]
    j = near[i, torch.randint(k, (len(i),), generator=generator)]
    lam = torch.rand(len(i), 1, generator=generator, dtype=X.dtype)
    return P[i] + lam * (P[j] - P[i])

# %% smote wrong="takes out every point at distance 0, so a double of a point is not its neighbour" kind="sneaky"
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    d = ((P[:, None] - P[None]) ** 2).sum(dim=2)
    d[d == 0] = math.inf
    near = d.topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    lam = torch.rand(num_new, 1, generator=generator, dtype=X.dtype)
    return P[i] + lam * (P[j] - P[i])

# %% starting-bias right="log of the ratio of the counts"
def starting_bias(y: torch.Tensor) -> float:
    n1 = int((y == 1).sum())
    return math.log(n1 / (len(y) - n1))

# %% starting-bias right="torch.logit of the mean"
def starting_bias(y):
    return torch.logit(y.double().mean()).item()

# %% starting-bias right="as in the paper, minus log of (1 - pi) over pi"
def starting_bias(y):
    pi = y.double().mean().item()
    return -math.log((1 - pi) / pi)

# %% starting-bias right="beginner loop counting both classes"
def starting_bias(y):
    positives = 0
    negatives = 0
    for label in y:
        if label.item() == 1:
            positives = positives + 1
        else:
            negatives = negatives + 1
    share = positives / (positives + negatives)
    bias = math.log(share) - math.log(1 - share)
    return bias

# %% starting-bias right="bisection on the sigmoid"
def starting_bias(y):
    target = y.double().mean().item()
    low, high = -60.0, 60.0
    for _ in range(200):
        mid = (low + high) / 2
        value = 1 / (1 + math.exp(-mid))
        if value < target:
            low = mid
        else:
            high = mid
    return (low + high) / 2

# %% starting-bias right="difference of the logs of the bincount"
def starting_bias(y: torch.Tensor) -> float:
    neg, pos = torch.bincount(y, minlength=2).double().log().tolist()
    return pos - neg

# %% starting-bias right="scipy's logit"
from scipy.special import logit

def starting_bias(y):
    return float(logit(y.numpy().mean()))

# %% starting-bias wrong="wrong sign: the bias of the share of negatives"
def starting_bias(y):
    share = y.double().mean().item()
    return math.log((1 - share) / share)

# %% starting-bias wrong="the log of the share, not of the odds"
def starting_bias(y):
    return math.log(y.sum().item() / len(y))

# %% starting-bias wrong="sigmoid of the share in place of its inverse"
def starting_bias(y):
    share = y.float().mean()
    return torch.sigmoid(share).item()

# %% starting-bias wrong="returns the share itself"
def starting_bias(y: torch.Tensor) -> float:
    return y.double().mean().item()

# %% starting-bias wrong="mean of an int64 tensor raises an error"
def starting_bias(y):
    p = y.mean()
    return torch.log(p / (1 - p)).item()

# %% starting-bias wrong="the odds without the logarithm"
def starting_bias(y):
    num_pos = (y == 1).sum().item()
    num_neg = (y == 0).sum().item()
    return num_pos / num_neg

# %% starting-bias wrong="logarithm to base 10"
def starting_bias(y):
    p = y.double().mean().item()
    return math.log10(p / (1 - p))

# %% starting-bias wrong="sign slip in solving: minus log of 1 + 1/pi"
def starting_bias(y):
    share = y.double().mean().item()
    # 1/(1+exp(-b)) = share
    return -math.log(1 / share + 1)

# %% starting-bias wrong="prints the bias and returns None"
def starting_bias(y):
    p = y.double().mean().item()
    print(math.log(p / (1 - p)))

# %% starting-bias wrong="uses a name share that is defined nowhere"
def starting_bias(y):
    pi = (y == 1).double().mean().item()
    return math.log(pi / (1 - share))

# %% starting-bias wrong="hard-coded prior of 0.01, y is ignored" kind="sneaky"
def starting_bias(y):
    pi = 0.01  # the value of the paper
    return -math.log((1 - pi) / pi)

# %% starting-bias wrong="takes for granted that the rarer class is class 1" kind="sneaky"
def starting_bias(y):
    counts = torch.bincount(y).tolist()
    rare_count, common = min(counts), max(counts)
    return math.log(rare_count / common)

# %% starting-bias wrong="share clamped to at least 0.01: rarer positives get too high a bias" kind="sneaky"
def starting_bias(y):
    return torch.logit(y.double().mean(), eps=0.01).item()

# %% starting-bias wrong="adds one to each count, so the sigmoid is not the share" kind="sneaky"
def starting_bias(y):
    n1 = (y == 1).sum().item() + 1
    n0 = (y == 0).sum().item() + 1
    return math.log(n1 / n0)

# %% starting-bias wrong="rounded to two places" kind="sneaky"
def starting_bias(y):
    share = y.double().mean().item()
    return round(math.log(share / (1 - share)), 2)

# %% focal right="flipped logit, logsigmoid"
def focal_loss(logits: torch.Tensor, y: torch.Tensor, gamma: float, alpha: float) -> torch.Tensor:
    z = torch.where(y == 1, logits, -logits)
    alpha_t = torch.where(y == 1, alpha, 1 - alpha).to(logits.dtype)
    return -(alpha_t * torch.sigmoid(-z) ** gamma * F.logsigmoid(z)).mean()

# %% focal right="cross-entropy without reduction, as in torchvision"
def focal_loss(logits, y, gamma, alpha):
    t = y.to(logits.dtype)
    ce = F.binary_cross_entropy_with_logits(logits, t, reduction="none")
    p = torch.sigmoid(logits)
    p_t = p * t + (1 - p) * (1 - t)
    alpha_t = alpha * t + (1 - alpha) * (1 - t)
    return (alpha_t * (1 - p_t) ** gamma * ce).mean()

# %% focal right="both classes apart, sums divided by n"
def focal_loss(logits, y, gamma, alpha):
    pos = logits[y == 1]
    neg = logits[y == 0]
    loss_pos = -alpha * (torch.sigmoid(-pos) ** gamma * F.logsigmoid(pos)).sum()
    loss_neg = -(1 - alpha) * (torch.sigmoid(neg) ** gamma * F.logsigmoid(-neg)).sum()
    return (loss_pos + loss_neg) / len(y)

# %% focal right="the modulation as exp of gamma times logsigmoid, by softplus"
def focal_loss(z, y, gamma, alpha):
    sign = 2 * y.to(z.dtype) - 1
    s = sign * z
    log_pt = -F.softplus(-s)
    log_rest = -F.softplus(s)
    weight = (1 - alpha) + (2 * alpha - 1) * y.to(z.dtype)
    return -(weight * torch.exp(gamma * log_rest) * log_pt).mean()

# %% focal right="loop over the examples"
def focal_loss(logits, y, gamma, alpha):
    losses = []
    for z, label in zip(logits, y):
        if label.item() == 1:
            losses.append(-alpha * torch.exp(gamma * F.logsigmoid(-z)) * F.logsigmoid(z))
        else:
            losses.append(-(1 - alpha) * torch.exp(gamma * F.logsigmoid(z)) * F.logsigmoid(-z))
    return sum(losses) / len(losses)

# %% focal right="log_softmax over two logits"
def focal_loss(logits, y, gamma, alpha):
    two = torch.stack([torch.zeros_like(logits), logits], dim=1)
    log_p = F.log_softmax(two, dim=1)
    log_pt = log_p.gather(1, y[:, None])[:, 0]
    log_not = log_p.gather(1, 1 - y[:, None])[:, 0]
    a = torch.tensor([1 - alpha, alpha], dtype=logits.dtype)[y]
    return -(a * (gamma * log_not).exp() * log_pt).mean()

# %% focal wrong="log of the sigmoid: minus infinity or nan for very sure logits"
def focal_loss(logits, y, gamma, alpha):
    p = torch.sigmoid(logits)
    p_t = torch.where(y == 1, p, 1 - p)
    alpha_t = torch.where(y == 1, alpha, 1 - alpha)
    return -(alpha_t * (1 - p_t) ** gamma * torch.log(p_t)).mean()

# %% focal wrong="turned down by the p of a positive, not by p_t"
def focal_loss(logits, y, gamma, alpha):
    p = torch.sigmoid(logits)
    ce = F.binary_cross_entropy_with_logits(logits, y.to(logits.dtype), reduction="none")
    alpha_t = torch.where(y == 1, alpha, 1 - alpha).to(logits.dtype)
    return (alpha_t * (1 - p) ** gamma * ce).mean()

# %% focal wrong="alpha weighs both classes alike"
def focal_loss(logits, y, gamma, alpha):
    s = torch.where(y == 1, logits, -logits)
    return -(alpha * torch.sigmoid(-s) ** gamma * F.logsigmoid(s)).mean()

# %% focal wrong="the sum over the examples, not the mean"
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1 - alpha).to(logits.dtype)
    return -(a * torch.sigmoid(-z) ** gamma * F.logsigmoid(z)).sum()

# %% focal wrong="p_t to the power gamma: turns down what is wrong"
def focal_loss(logits, y, gamma, alpha):
    t = y.to(logits.dtype)
    s = (2 * t - 1) * logits
    p_t = torch.sigmoid(s)
    alpha_t = t * alpha + (1 - t) * (1 - alpha)
    return -(alpha_t * p_t**gamma * F.logsigmoid(s)).mean()

# %% focal wrong="the minus is missing, the loss is below 0"
def focal_loss(logits: torch.Tensor, y: torch.Tensor, gamma: float, alpha: float) -> torch.Tensor:
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1 - alpha).to(logits.dtype)
    return (a * (1 - torch.sigmoid(z)) ** gamma * F.logsigmoid(z)).mean()

# %% focal wrong="alpha and 1 - alpha exchanged between the classes"
def focal_loss(logits, y, gamma, alpha):
    signed = logits * (2 * y - 1)
    weight = torch.where(y == 0, alpha, 1 - alpha).to(logits.dtype)
    return -(weight * torch.sigmoid(-signed).pow(gamma) * F.logsigmoid(signed)).mean()

# %% focal wrong="gamma multiplies in place of being the power"
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1 - alpha).to(logits.dtype)
    return -(a * gamma * torch.sigmoid(-z) * F.logsigmoid(z)).mean()

# %% focal wrong="takes the logits for probabilities, without a sigmoid"
def focal_loss(logits, y, gamma, alpha):
    p_t = torch.where(y == 1, logits, 1 - logits)
    alpha_t = torch.where(y == 1, alpha, 1 - alpha)
    return -(alpha_t * (1 - p_t) ** gamma * torch.log(p_t)).mean()

# %% focal wrong="returns the losses of all examples, not a scalar"
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1 - alpha).to(logits.dtype)
    return -a * torch.sigmoid(-z) ** gamma * F.logsigmoid(z)

# %% focal wrong="only the positives have a loss, the term of the negatives is missing"
def focal_loss(logits, y, gamma, alpha):
    p = torch.sigmoid(logits)
    return -(alpha * y * (1 - p) ** gamma * F.logsigmoid(logits)).mean()

# %% focal wrong="adds 1e-8 inside the log: a very wrong example costs about 18 and has no slope" kind="sneaky"
def focal_loss(logits, y, gamma, alpha):
    p = torch.sigmoid(logits)
    t = y.to(logits.dtype)
    p_t = p * t + (1 - p) * (1 - t)
    alpha_t = alpha * t + (1 - alpha) * (1 - t)
    return (-alpha_t * (1 - p_t) ** gamma * torch.log(p_t + 1e-8)).mean()

# %% focal wrong="F.binary_cross_entropy of the sigmoid stops at 100 for very wrong logits" kind="sneaky"
def focal_loss(logits, y, gamma, alpha):
    p = torch.sigmoid(logits)
    t = y.to(logits.dtype)
    ce = F.binary_cross_entropy(p, t, reduction="none")
    p_t = torch.where(y == 1, p, 1 - p)
    alpha_t = torch.where(y == 1, alpha, 1 - alpha).to(logits.dtype)
    return (alpha_t * (1 - p_t) ** gamma * ce).mean()

# %% focal wrong="divides by the number of positives" kind="sneaky"
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1 - alpha).to(logits.dtype)
    loss = -a * torch.sigmoid(-z) ** gamma * F.logsigmoid(z)
    return loss.sum() / (y == 1).sum().clamp(min=1)

# %% focal wrong="divides by the sum of the alphas, a weighted mean" kind="sneaky"
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1 - alpha).to(logits.dtype)
    loss = torch.sigmoid(-z) ** gamma * -F.logsigmoid(z)
    return (a * loss).sum() / a.sum()

# %% focal wrong="gamma fixed at 2" kind="sneaky"
def focal_loss(logits, y, gamma, alpha):
    ce = F.binary_cross_entropy_with_logits(logits, y.to(logits.dtype), reduction="none")
    p_t = torch.exp(-ce)
    alpha_t = torch.where(y == 1, alpha, 1 - alpha).to(logits.dtype)
    return (alpha_t * (1 - p_t) ** 2 * ce).mean()

# %% focal wrong="clamps the logits to plus or minus 20, where loss and slope end" kind="sneaky"
def focal_loss(logits, y, gamma, alpha):
    logits = logits.clamp(-20, 20)
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1 - alpha).to(logits.dtype)
    return -(a * torch.sigmoid(-z) ** gamma * F.logsigmoid(z)).mean()

# %% focal wrong="the turning-down is detached, so the slope is not that of the loss" kind="sneaky"
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1 - alpha).to(logits.dtype)
    with torch.no_grad():
        turned_down = torch.sigmoid(-z) ** gamma
    return -(a * turned_down * F.logsigmoid(z)).mean()

# %% threshold right="helper for the cost and min over sorted candidates"
def _mean_cost(y, p, t, alarm, miss):
    yes = p >= t
    alarms = (yes & (y == 0)).sum().item()
    misses = (~yes & (y == 1)).sum().item()
    return (alarm * alarms + miss * misses) / len(y)


def choose_threshold(
    y_valid: torch.Tensor,
    p_valid: torch.Tensor,
    y_test: torch.Tensor,
    p_test: torch.Tensor,
    false_alarm_cost: float,
    miss_cost: float,
) -> tuple[float, float]:
    candidates = sorted(set(p_valid.tolist())) + [math.inf]
    best = min(
        candidates, key=lambda t: _mean_cost(y_valid, p_valid, t, false_alarm_cost, miss_cost)
    )
    return best, _mean_cost(y_test, p_test, best, false_alarm_cost, miss_cost)

# %% threshold right="loop with a running best, strictly cheaper wins"
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    best_t = None
    best_cost = None
    for t in p_valid.unique().tolist() + [float("inf")]:
        decided = (p_valid >= t).long()
        fp = ((decided == 1) & (y_valid == 0)).sum().item()
        fn = ((decided == 0) & (y_valid == 1)).sum().item()
        cost = fp * false_alarm_cost + fn * miss_cost
        if best_cost is None or cost < best_cost:
            best_cost = cost
            best_t = t
    decided = (p_test >= best_t).long()
    fp = ((decided == 1) & (y_test == 0)).sum().item()
    fn = ((decided == 0) & (y_test == 1)).sum().item()
    return best_t, (fp * false_alarm_cost + fn * miss_cost) / len(y_test)

# %% threshold right="table of thresholds by examples"
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    t = torch.cat([p_valid.unique(), torch.tensor([math.inf], dtype=p_valid.dtype)])
    yes = p_valid[None, :] >= t[:, None]
    fp = (yes & (y_valid == 0)).sum(dim=1).double()
    fn = (~yes & (y_valid == 1)).sum(dim=1).double()
    best = t[(false_alarm_cost * fp + miss_cost * fn).argmin()].item()
    said = p_test >= best
    paid = torch.where(said & (y_test == 0), false_alarm_cost, 0.0).double()
    paid = paid + torch.where(~said & (y_test == 1), miss_cost, 0.0).double()
    return best, paid.mean().item()

# %% threshold right="numpy, searchsorted counts"
import numpy as np

def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    yv, pv, yt, pt = (a.numpy() for a in (y_valid, p_valid, y_test, p_test))
    pos, neg = np.sort(pv[yv == 1]), np.sort(pv[yv == 0])
    ts = np.append(np.unique(pv), np.inf)
    misses = np.searchsorted(pos, ts, side="left")
    alarms = len(neg) - np.searchsorted(neg, ts, side="left")
    t = float(ts[np.argmin(alarms * false_alarm_cost + misses * miss_cost)])
    cost = false_alarm_cost * np.sum((pt >= t) & (yt == 0)) + miss_cost * np.sum((pt < t) & (yt == 1))
    return t, float(cost / len(yt))

# %% threshold right="tuples of cost and threshold, min takes care of the ties"
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def bill(labels, probs, t):
        total = 0
        for label, prob in zip(labels.tolist(), probs.tolist()):
            if prob >= t and label == 0:
                total += false_alarm_cost
            elif prob < t and label == 1:
                total += miss_cost
        return total

    candidates = p_valid.tolist() + [math.inf]
    _, threshold = min((bill(y_valid, p_valid, t), t) for t in candidates)
    return threshold, bill(y_test, p_test, threshold) / len(y_test)

# %% threshold right="class with a price list"
class Prices:
    def __init__(self, alarm, miss):
        self.alarm, self.miss = alarm, miss

    def cost(self, y, p, t):
        wrong_yes = ((p >= t) & (y == 0)).double()
        wrong_no = ((p < t) & (y == 1)).double()
        return (self.alarm * wrong_yes.sum() + self.miss * wrong_no.sum()).item() / y.numel()


def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    prices = Prices(false_alarm_cost, miss_cost)
    costs = {t: prices.cost(y_valid, p_valid, t) for t in [*p_valid.tolist(), math.inf]}
    cheapest = min(costs.values())
    t = min(t for t, c in costs.items() if c == cheapest)
    return t, prices.cost(y_test, p_test, t)

# %% threshold wrong="chooses the threshold on the test data"
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        yes = p >= t
        fp = (yes & (y == 0)).double().mean().item()
        fn = (~yes & (y == 1)).double().mean().item()
        return false_alarm_cost * fp + miss_cost * fn

    candidates = p_test.unique().tolist() + [math.inf]
    t = min(candidates, key=lambda t: cost(y_test, p_test, t))
    return t, cost(y_test, p_test, t)

# %% threshold wrong="reports the cost on validation, where it was chosen"
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    best_t, best = math.inf, math.inf
    for t in [*p_valid.unique().tolist(), math.inf]:
        yes = p_valid >= t
        fp = (yes & (y_valid == 0)).sum().item()
        fn = (~yes & (y_valid == 1)).sum().item()
        cost = (false_alarm_cost * fp + miss_cost * fn) / len(y_valid)
        if cost < best:
            best_t, best = t, cost
    return best_t, best

# %% threshold wrong="the two prices exchanged"
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        yes = p >= t
        false_pos = (yes & (y == 0)).sum().item()
        false_neg = (~yes & (y == 1)).sum().item()
        return (miss_cost * false_pos + false_alarm_cost * false_neg) / len(y)

    ts = sorted(p_valid.tolist()) + [math.inf]
    best = min(ts, key=lambda t: cost(y_valid, p_valid, t))
    return best, cost(y_test, p_test, best)

# %% threshold wrong="uses the formula and does not look for the cheapest on validation data"
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    t = false_alarm_cost / (false_alarm_cost + miss_cost)
    yes = p_test >= t
    alarms = (yes & (y_test == 0)).double().mean().item()
    misses = (~yes & (y_test == 1)).double().mean().item()
    return t, false_alarm_cost * alarms + miss_cost * misses

# %% threshold wrong="returns cost and threshold in the wrong order"
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def mean_cost(y, p, t):
        said = p >= t
        fp = (said & (y == 0)).sum().item()
        fn = (~said & (y == 1)).sum().item()
        return (false_alarm_cost * fp + miss_cost * fn) / len(y)

    candidates = [*p_valid.unique().tolist(), math.inf]
    threshold = min(candidates, key=lambda t: mean_cost(y_valid, p_valid, t))
    return mean_cost(y_test, p_test, threshold), threshold

# %% threshold wrong="the total cost on test data, not the mean"
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        yes = p >= t
        return (
            false_alarm_cost * (yes & (y == 0)).sum().item()
            + miss_cost * (~yes & (y == 1)).sum().item()
        )

    candidates = [*p_valid.unique().tolist(), math.inf]
    best = min(candidates, key=lambda t: cost(y_valid, p_valid, t))
    return best, cost(y_test, p_test, best)

# %% threshold wrong="a grid of 101 thresholds in place of the validation probabilities"
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    best_t, best_cost = 0.0, float("inf")
    for i in range(101):
        t = i / 100
        yes = p_valid >= t
        c = false_alarm_cost * (yes & (y_valid == 0)).sum() + miss_cost * (~yes & (y_valid == 1)).sum()
        if c < best_cost:
            best_t, best_cost = t, c
    yes = p_test >= best_t
    c = false_alarm_cost * (yes & (y_test == 0)).sum() + miss_cost * (~yes & (y_test == 1)).sum()
    return best_t, (c / len(y_test)).item()

# %% threshold wrong="returns the threshold alone"
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(t):
        yes = p_valid >= t
        fp = (yes & (y_valid == 0)).sum().item()
        fn = (~yes & (y_valid == 1)).sum().item()
        return false_alarm_cost * fp + miss_cost * fn

    return min([*p_valid.unique().tolist(), math.inf], key=cost)

# %% threshold wrong="takes the dearest threshold: max in place of min"
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        yes = p >= t
        fp = (yes & (y == 0)).double().mean()
        fn = (~yes & (y == 1)).double().mean()
        return (false_alarm_cost * fp + miss_cost * fn).item()

    candidates = [*p_valid.unique().tolist(), math.inf]
    t = max(candidates, key=lambda t: cost(y_valid, p_valid, t))
    return t, cost(y_test, p_test, t)

# %% threshold wrong="counts errors alike, the prices are ignored in the choice"
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    candidates = [*p_valid.unique().tolist(), math.inf]
    best = min(candidates, key=lambda t: ((p_valid >= t).long() != y_valid).sum().item())
    yes = p_test >= best
    fp = (yes & (y_test == 0)).sum().item()
    fn = (~yes & (y_test == 1)).sum().item()
    return best, (false_alarm_cost * fp + miss_cost * fn) / len(y_test)

# %% threshold wrong="says yes only above the threshold: p > t, not p >= t" kind="sneaky"
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        yes = p > t
        fp = (yes & (y == 0)).sum().item()
        fn = (~yes & (y == 1)).sum().item()
        return (false_alarm_cost * fp + miss_cost * fn) / len(y)

    ts = [*p_valid.unique().tolist(), math.inf]
    t = min(ts, key=lambda t: cost(y_valid, p_valid, t))
    return t, cost(y_test, p_test, t)

# %% threshold wrong="infinity is no candidate: it cannot say no to all" kind="sneaky"
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        yes = p >= t
        fp = (yes & (y == 0)).sum().item()
        fn = (~yes & (y == 1)).sum().item()
        return (false_alarm_cost * fp + miss_cost * fn) / len(y)

    t = min(p_valid.unique().tolist(), key=lambda t: cost(y_valid, p_valid, t))
    return t, cost(y_test, p_test, t)

# %% threshold wrong="candidates in the order of the data: of equally cheap ones the first, not the lowest" kind="sneaky"
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        yes = p >= t
        fp = (yes & (y == 0)).sum().item()
        fn = (~yes & (y == 1)).sum().item()
        return (false_alarm_cost * fp + miss_cost * fn) / len(y)

    t = min(p_valid.tolist() + [math.inf], key=lambda t: cost(y_valid, p_valid, t))
    return t, cost(y_test, p_test, t)

# %% threshold wrong="of equally cheap thresholds the highest: a later one wins with <=" kind="sneaky"
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    best_t, best_cost = None, math.inf
    for t in [*p_valid.unique().tolist(), math.inf]:
        yes = p_valid >= t
        fp = (yes & (y_valid == 0)).sum().item()
        fn = (~yes & (y_valid == 1)).sum().item()
        c = false_alarm_cost * fp + miss_cost * fn
        if c <= best_cost:
            best_t, best_cost = t, c
    yes = p_test >= best_t
    fp = (yes & (y_test == 0)).sum().item()
    fn = (~yes & (y_test == 1)).sum().item()
    return best_t, (false_alarm_cost * fp + miss_cost * fn) / len(y_test)

# %% threshold wrong="divides the cost on test data by the number of validation examples" kind="sneaky"
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    n = len(y_valid)

    def cost(y, p, t):
        yes = p >= t
        fp = (yes & (y == 0)).sum().item()
        fn = (~yes & (y == 1)).sum().item()
        return (false_alarm_cost * fp + miss_cost * fn) / n

    t = min([*p_valid.unique().tolist(), math.inf], key=lambda t: cost(y_valid, p_valid, t))
    return t, cost(y_test, p_test, t)

# %% threshold wrong="cumulative sums go through tied probabilities one by one" kind="sneaky"
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    p, order = p_valid.sort(stable=True)
    y = y_valid[order]
    n0 = (y == 0).sum()
    zero = torch.zeros(1, dtype=torch.int64)
    missed = torch.cat([zero, (y == 1).cumsum(0)])  # all below the place are said no
    alarms = n0 - torch.cat([zero, (y == 0).cumsum(0)])
    costs = false_alarm_cost * alarms.double() + miss_cost * missed.double()
    ts = p.tolist() + [math.inf]
    t = ts[int(costs.argmin())]
    yes = p_test >= t
    fp = (yes & (y_test == 0)).sum().item()
    fn = (~yes & (y_test == 1)).sum().item()
    return t, (false_alarm_cost * fp + miss_cost * fn) / len(y_test)

# %% ensemble right="randperm for each member, stacked mean"
def balanced_ensemble(
    X: torch.Tensor,
    y: torch.Tensor,
    X_new: torch.Tensor,
    fit_predict,
    num_members: int,
    generator: torch.Generator,
) -> torch.Tensor:
    pos = (y == 1).nonzero().flatten()
    neg = (y == 0).nonzero().flatten()
    answers = []
    for _ in range(num_members):
        drawn = neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]
        rows = torch.cat([pos, drawn])
        answers.append(fit_predict(X[rows], y[rows], X_new))
    return torch.stack(answers).mean(dim=0)

# %% ensemble right="running total, divided at the end"
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    X_pos, X_neg = X[y == 1], X[y == 0]
    m = len(X_pos)
    labels = torch.cat([torch.ones(m, dtype=y.dtype), torch.zeros(m, dtype=y.dtype)])
    total = 0
    for _ in range(num_members):
        some = torch.randperm(len(X_neg), generator=generator)[:m]
        total = total + fit_predict(torch.cat([X_pos, X_neg[some]]), labels, X_new)
    return total / num_members

# %% ensemble right="multinomial without replacement, helper for a member"
def _one_member(X, y, X_new, fit_predict, generator):
    chance = (y == 0).double()
    num_pos = int((y == 1).sum())
    negatives = torch.multinomial(chance, num_pos, replacement=False, generator=generator)
    positives = torch.where(y == 1)[0]
    rows = torch.cat((positives, negatives))
    return fit_predict(X[rows], y[rows], X_new)


def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    return sum(_one_member(X, y, X_new, fit_predict, generator) for _ in range(num_members)) / num_members

# %% ensemble right="random keys and topk, a mask keeps the order of the rows"
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    n_pos = int(y.sum())
    probs = []
    for m in range(num_members):
        key = torch.rand(len(y), generator=generator, dtype=torch.float64)
        key[y == 1] = -1.0
        keep = y == 1
        keep[key.topk(n_pos).indices] = True
        probs.append(fit_predict(X[keep], y[keep], X_new))
    return sum(probs) / len(probs)

# %% ensemble right="python lists, drawing one negative after the other"
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    positives = [i for i, label in enumerate(y.tolist()) if label == 1]
    negatives = [i for i, label in enumerate(y.tolist()) if label == 0]
    outputs = []
    for _ in range(num_members):
        pool = list(negatives)
        chosen = []
        while len(chosen) < len(positives):
            k = torch.randint(len(pool), (1,), generator=generator).item()
            chosen.append(pool.pop(k))
        idx = torch.tensor(positives + chosen)
        outputs.append(fit_predict(X[idx], y[idx], X_new))
    return torch.stack(outputs, dim=0).mean(0)

# %% ensemble right="running mean, shuffled training rows"
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.nonzero(y == 1)[:, 0], torch.nonzero(y == 0)[:, 0]
    mean = None
    for k in range(1, num_members + 1):
        neg_k = neg[torch.randperm(neg.numel(), generator=generator)][: pos.numel()]
        rows = torch.cat([neg_k, pos])
        rows = rows[torch.randperm(rows.numel(), generator=generator)]
        p = fit_predict(X[rows], y[rows], X_new)
        mean = p.clone() if mean is None else mean + (p - mean) / k
    return mean

# %% ensemble wrong="negatives are drawn once for all members"
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos = (y == 1).nonzero().flatten()
    neg = (y == 0).nonzero().flatten()
    rows = torch.cat([pos, neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]])
    probs = [fit_predict(X[rows], y[rows], X_new) for _ in range(num_members)]
    return torch.stack(probs).mean(dim=0)

# %% ensemble wrong="negatives are drawn with replacement"
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos = (y == 1).nonzero().flatten()
    neg = (y == 0).nonzero().flatten()
    total = torch.zeros(len(X_new))
    for _ in range(num_members):
        pick = neg[torch.randint(len(neg), (len(pos),), generator=generator)]
        idx = torch.cat([pos, pick])
        total = total + fit_predict(X[idx], y[idx], X_new)
    return total / num_members

# %% ensemble wrong="places within the negatives are used as rows of X"
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos = (y == 1).nonzero().flatten()
    num_neg = int((y == 0).sum())
    out = []
    for _ in range(num_members):
        rows = torch.cat([pos, torch.randperm(num_neg, generator=generator)[: len(pos)]])
        out.append(fit_predict(X[rows], y[rows], X_new))
    return torch.stack(out).mean(0)

# %% ensemble wrong="returns a row for each member, without the mean"
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    members = []
    for _ in range(num_members):
        rows = torch.cat([pos, neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]])
        members.append(fit_predict(X[rows], y[rows], X_new))
    return torch.stack(members)

# %% ensemble wrong="the mean over the new examples, not over the members"
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    p = []
    for _ in range(num_members):
        rows = torch.cat([pos, neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]])
        p.append(fit_predict(X[rows], y[rows], X_new))
    return torch.stack(p).mean(dim=1)

# %% ensemble wrong="returns inside the loop: one member only"
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos = (y == 1).nonzero().flatten()
    neg = (y == 0).nonzero().flatten()
    total = torch.zeros(len(X_new))
    for _ in range(num_members):
        some = neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]
        rows = torch.cat([pos, some])
        total = total + fit_predict(X[rows], y[rows], X_new)
        return total / num_members

# %% ensemble wrong="sum of the probabilities, not divided by the number of members"
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    P, N = X[y == 1], X[y == 0]
    k = len(P)
    target = torch.tensor([1] * k + [0] * k)
    result = 0
    for member in range(num_members):
        sub = N[torch.randperm(len(N), generator=generator)[:k]]
        result = result + fit_predict(torch.cat([P, sub]), target, X_new)
    return result

# %% ensemble wrong="draws from all examples: positives are taken for negatives as well"
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos = (y == 1).nonzero().flatten()
    probs = []
    for _ in range(num_members):
        drawn = torch.randperm(len(y), generator=generator)[: len(pos)]
        rows = torch.cat([pos, drawn])
        probs.append(fit_predict(X[rows], y[rows], X_new))
    return torch.stack(probs).mean(dim=0)

# %% ensemble wrong="members see all the data, nothing is undersampled"
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    results = []
    for _ in range(num_members):
        order = torch.randperm(len(X), generator=generator)
        results.append(fit_predict(X[order], y[order], X_new))
    return torch.stack(results).mean(dim=0)

# %% ensemble wrong="positives and negatives exchanged: as many positives as negatives are asked for"
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos = (y == 0).nonzero().flatten()
    neg = (y == 1).nonzero().flatten()
    out = []
    for _ in range(num_members):
        drawn = neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]
        rows = torch.cat([pos, drawn])
        out.append(fit_predict(X[rows], y[rows], X_new))
    return torch.stack(out).mean(0)

# %% ensemble wrong="ignores the generator: randperm from the global one" kind="sneaky"
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos = (y == 1).nonzero().flatten()
    neg = (y == 0).nonzero().flatten()
    answers = []
    for _ in range(num_members):
        rows = torch.cat([pos, neg[torch.randperm(len(neg))[: len(pos)]]])
        answers.append(fit_predict(X[rows], y[rows], X_new))
    return torch.stack(answers).mean(dim=0)

# %% ensemble wrong="positives are bootstrapped, so not all of them are seen" kind="sneaky"
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos = (y == 1).nonzero().flatten()
    neg = (y == 0).nonzero().flatten()
    m = len(pos)
    answers = []
    for _ in range(num_members):
        p = pos[torch.randint(m, (m,), generator=generator)]
        q = neg[torch.randperm(len(neg), generator=generator)[:m]]
        rows = torch.cat([p, q])
        answers.append(fit_predict(X[rows], y[rows], X_new))
    return torch.stack(answers).mean(dim=0)

# %% ensemble wrong="one permutation cut into pieces: not drawn anew, and it runs out of negatives" kind="sneaky"
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos = (y == 1).nonzero().flatten()
    neg = (y == 0).nonzero().flatten()
    neg = neg[torch.randperm(len(neg), generator=generator)]
    m = len(pos)
    answers = []
    for k in range(num_members):
        rows = torch.cat([pos, neg[k * m : (k + 1) * m]])
        answers.append(fit_predict(X[rows], y[rows], X_new))
    return torch.stack(answers).mean(dim=0)

# %% ensemble wrong="takes for granted that the positives are the first rows" kind="sneaky"
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    m = int(y.sum())
    total = 0
    for _ in range(num_members):
        neg = m + torch.randperm(len(y) - m, generator=generator)[:m]
        rows = torch.cat([torch.arange(m), neg])
        total = total + fit_predict(X[rows], y[rows], X_new)
    return total / num_members

# %% ensemble wrong="averages votes at one half, not probabilities" kind="sneaky"
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos = (y == 1).nonzero().flatten()
    neg = (y == 0).nonzero().flatten()
    votes = []
    for _ in range(num_members):
        rows = torch.cat([pos, neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]])
        votes.append((fit_predict(X[rows], y[rows], X_new) >= 0.5).float())
    return torch.stack(votes).mean(dim=0)

# %% ensemble wrong="averages the log-odds, not the probabilities" kind="sneaky"
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos = (y == 1).nonzero().flatten()
    neg = (y == 0).nonzero().flatten()
    z = []
    for _ in range(num_members):
        rows = torch.cat([pos, neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]])
        z.append(torch.logit(fit_predict(X[rows], y[rows], X_new)))
    return torch.sigmoid(torch.stack(z).mean(dim=0))

# %% ensemble wrong="the median of the members, not the mean" kind="sneaky"
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos = (y == 1).nonzero().flatten()
    neg = (y == 0).nonzero().flatten()
    p = []
    for _ in range(num_members):
        rows = torch.cat([pos, neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]])
        p.append(fit_predict(X[rows], y[rows], X_new))
    return torch.stack(p).median(dim=0).values

# %% honest-scores right="loop over the folds with masks"
def honest_scores(
    X: torch.Tensor, y: torch.Tensor, fold: torch.Tensor, resample, fit_predict
) -> torch.Tensor:
    scores = torch.zeros(len(y), dtype=X.dtype)
    for f in fold.unique():
        test = fold == f
        mean = X[~test].mean(dim=0)
        std = X[~test].std(dim=0, correction=0)
        X_train, y_train = resample((X[~test] - mean) / std, y[~test])
        scores[test] = fit_predict(X_train, y_train, (X[test] - mean) / std)
    return scores

# %% honest-scores right="standardizer class, fit on the training part"
class Standardizer:
    def fit(self, X):
        self.m = X.mean(0, keepdim=True)
        self.s = ((X - self.m) ** 2).mean(0, keepdim=True).sqrt()
        return self

    def transform(self, X):
        return (X - self.m) / self.s


def honest_scores(X, y, fold, resample, fit_predict):
    result = torch.empty(X.shape[0], dtype=X.dtype)
    for f in sorted(set(fold.tolist())):
        inside = (fold == f).nonzero().flatten()
        outside = (fold != f).nonzero().flatten()
        scaler = Standardizer().fit(X[outside])
        X_more, y_more = resample(scaler.transform(X[outside]), y[outside])
        result[inside] = fit_predict(X_more, y_more, scaler.transform(X[inside]))
    return result

# %% honest-scores right="collects parts and sorts them back by place"
def honest_scores(X, y, fold, resample, fit_predict):
    places, parts = [], []
    for f in torch.unique(fold).tolist():
        is_test = fold.eq(f)
        X_tr, X_te = X[~is_test], X[is_test]
        std, mu = torch.std_mean(X_tr, dim=0, correction=0)
        Xr, yr = resample((X_tr - mu) / std, y[~is_test])
        parts.append(fit_predict(Xr, yr, (X_te - mu) / std))
        places.append(is_test.nonzero().flatten())
    places, parts = torch.cat(places), torch.cat(parts)
    return parts[places.argsort()]

# %% honest-scores right="numpy scaling in float64, then back"
import numpy as np

def honest_scores(X, y, fold, resample, fit_predict):
    A, g = X.numpy().astype(np.float64), fold.numpy()
    scores = torch.zeros(len(X), dtype=X.dtype)
    for f in np.unique(g):
        test = torch.from_numpy(g == f)
        train_part = A[g != f]
        Z = (A - train_part.mean(axis=0)) / train_part.std(axis=0)
        Z = torch.from_numpy(Z).to(X.dtype)
        X_tr, y_tr = resample(Z[~test], y[~test])
        scores[test] = fit_predict(X_tr, y_tr, Z[test]).to(X.dtype)
    return scores

# %% honest-scores right="inner function for one fold, allocated after the first answer"
def honest_scores(X, y, fold, resample, fit_predict):
    def one(f):
        test = fold == f
        train = torch.logical_not(test)
        n = train.sum()
        m = X[train].sum(0) / n
        v = (X[train] - m).square().sum(0) / n
        z = (X - m) / v.sqrt()
        return test, fit_predict(*resample(z[train], y[train]), z[test])

    scores = None
    for f in fold.unique():
        where, values = one(f)
        if scores is None:
            scores = values.new_zeros(len(y))
        scores[where] = values
    return scores

# %% honest-scores right="torch.var with correction 0, verbose"
def honest_scores(X, y, fold, resample, fit_predict):
    n = X.shape[0]
    all_scores = torch.full((n,), float("nan"), dtype=X.dtype)
    fold_numbers = fold.unique()
    for number in fold_numbers:
        test_mask = fold == number
        train_mask = fold != number
        X_train = X[train_mask]
        y_train = y[train_mask]
        X_test = X[test_mask]
        mu = torch.mean(X_train, dim=0)
        sigma = torch.sqrt(torch.var(X_train, dim=0, correction=0))
        X_train = (X_train - mu) / sigma
        X_test = (X_test - mu) / sigma
        X_train, y_train = resample(X_train, y_train)
        all_scores[test_mask] = fit_predict(X_train, y_train, X_test)
    return all_scores

# %% honest-scores wrong="standardizes with the numbers of all the data, before the folds"
def honest_scores(X, y, fold, resample, fit_predict):
    X = (X - X.mean(dim=0)) / X.std(dim=0, correction=0)
    scores = torch.zeros(len(y), dtype=X.dtype)
    for f in fold.unique():
        test = fold == f
        X_train, y_train = resample(X[~test], y[~test])
        scores[test] = fit_predict(X_train, y_train, X[test])
    return scores

# %% honest-scores wrong="trains on the fold and scores the rest: masks exchanged"
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y), dtype=X.dtype)
    for f in fold.unique():
        train = fold == f
        test = ~train
        mu, sd = X[train].mean(0), X[train].std(0, correction=0)
        Xr, yr = resample((X[train] - mu) / sd, y[train])
        scores[test] = fit_predict(Xr, yr, (X[test] - mu) / sd)
    return scores

# %% honest-scores wrong="the test fold is standardized with its own mean and deviation"
def honest_scores(X, y, fold, resample, fit_predict):
    def standardize(A):
        return (A - A.mean(dim=0)) / A.std(dim=0, correction=0)

    scores = torch.zeros(len(y), dtype=X.dtype)
    for f in fold.unique():
        test = fold == f
        X_train, y_train = resample(standardize(X[~test]), y[~test])
        scores[test] = fit_predict(X_train, y_train, standardize(X[test]))
    return scores

# %% honest-scores wrong="resample is never called"
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y), dtype=X.dtype)
    for f in fold.unique():
        test = fold == f
        mu = X[~test].mean(dim=0)
        sd = X[~test].std(dim=0, correction=0)
        Z = (X - mu) / sd
        scores[test] = fit_predict(Z[~test], y[~test], Z[test])
    return scores

# %% honest-scores wrong="resamples all the data before the folds are parted"
def honest_scores(X, y, fold, resample, fit_predict):
    X_more, y_more = resample(X, y)
    scores = torch.zeros(len(y), dtype=X.dtype)
    mu, sd = X_more.mean(dim=0), X_more.std(dim=0, correction=0)
    for f in fold.unique():
        test = fold == f
        scores[test] = fit_predict((X_more - mu) / sd, y_more, (X[test] - mu) / sd)
    return scores

# %% honest-scores wrong="scores come in the order of the folds, not put back into their places"
def honest_scores(X, y, fold, resample, fit_predict):
    parts = []
    for f in fold.unique():
        test = fold == f
        mu = X[~test].mean(dim=0)
        sd = X[~test].std(dim=0, correction=0)
        X_train, y_train = resample((X[~test] - mu) / sd, y[~test])
        parts.append(fit_predict(X_train, y_train, (X[test] - mu) / sd))
    return torch.cat(parts)

# %% honest-scores wrong="one mean and deviation for all features together, dim is missing"
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y), dtype=X.dtype)
    for f in fold.unique():
        test = fold == f
        mean, std = X[~test].mean(), X[~test].std(correction=0)
        X_train, y_train = resample((X[~test] - mean) / std, y[~test])
        scores[test] = fit_predict(X_train, y_train, (X[test] - mean) / std)
    return scores

# %% honest-scores wrong="the test fold is not standardized"
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y), dtype=X.dtype)
    for f in fold.unique():
        test = fold == f
        mean = X[~test].mean(dim=0)
        std = X[~test].std(dim=0, correction=0)
        X_train, y_train = resample((X[~test] - mean) / std, y[~test])
        scores[test] = fit_predict(X_train, y_train, X[test])
    return scores

# %% honest-scores wrong="subtracts the mean only, never divides by the deviation"
def honest_scores(X, y, fold, resample, fit_predict):
    out = torch.zeros(X.size(0), dtype=X.dtype)
    for f in fold.unique().tolist():
        test = fold == f
        center = X[~test].mean(0)
        Xr, yr = resample(X[~test] - center, y[~test])
        out[test] = fit_predict(Xr, yr, X[test] - center)
    return out

# %% honest-scores wrong="returns the scores of the last fold only"
def honest_scores(X, y, fold, resample, fit_predict):
    for f in fold.unique():
        test = fold == f
        mean = X[~test].mean(dim=0)
        std = X[~test].std(dim=0, correction=0)
        X_train, y_train = resample((X[~test] - mean) / std, y[~test])
        scores = fit_predict(X_train, y_train, (X[test] - mean) / std)
    return scores

# %% honest-scores wrong="uses std with its default correction, dividing by n - 1" kind="sneaky"
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y), dtype=X.dtype)
    for f in fold.unique():
        test = fold == f
        mean, std = X[~test].mean(dim=0), X[~test].std(dim=0)
        X_train, y_train = resample((X[~test] - mean) / std, y[~test])
        scores[test] = fit_predict(X_train, y_train, (X[test] - mean) / std)
    return scores

# %% honest-scores wrong="mean and deviation come from the resampled training part" kind="sneaky"
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y), dtype=X.dtype)
    for f in fold.unique():
        test = fold == f
        X_train, y_train = resample(X[~test], y[~test])
        mean, std = X_train.mean(dim=0), X_train.std(dim=0, correction=0)
        scores[test] = fit_predict((X_train - mean) / std, y_train, (X[test] - mean) / std)
    return scores

# %% honest-scores wrong="takes for granted that the folds are numbered from 0 without a gap" kind="sneaky"
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y), dtype=X.dtype)
    num_folds = len(fold.unique())
    for f in range(num_folds):
        test = fold == f
        mean = X[~test].mean(dim=0)
        std = X[~test].std(dim=0, correction=0)
        X_train, y_train = resample((X[~test] - mean) / std, y[~test])
        scores[test] = fit_predict(X_train, y_train, (X[test] - mean) / std)
    return scores

# %% honest-scores wrong="standardizes X of the caller in place, fold after fold" kind="sneaky"
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y), dtype=X.dtype)
    for f in fold.unique():
        test = fold == f
        mean = X[~test].mean(dim=0)
        std = X[~test].std(dim=0, correction=0)
        X -= mean
        X /= std
        X_train, y_train = resample(X[~test], y[~test])
        scores[test] = fit_predict(X_train, y_train, X[test])
    return scores

# %% honest-scores wrong="always five folds" kind="sneaky"
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y), dtype=X.dtype)
    for f in range(5):
        test = fold == f
        if not test.any():
            continue
        mean = X[~test].mean(dim=0)
        std = X[~test].std(dim=0, correction=0)
        X_train, y_train = resample((X[~test] - mean) / std, y[~test])
        scores[test] = fit_predict(X_train, y_train, (X[test] - mean) / std)
    return scores

# %% honest-scores wrong="resample gets the raw training part first and standardizing uses the raw numbers afterwards: the wrong order" kind="sneaky"
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y), dtype=X.dtype)
    for f in fold.unique():
        test = fold == f
        mean = X[~test].mean(dim=0)
        std = X[~test].std(dim=0, correction=0)
        X_train, y_train = resample(X[~test], y[~test])
        scores[test] = fit_predict((X_train - mean) / std, y_train, (X[test] - mean) / std)
    return scores

# %% honest-scores wrong="the test fold is resampled as well, and its first rows are kept" kind="sneaky"
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y), dtype=X.dtype)
    for f in fold.unique():
        test = fold == f
        mean = X[~test].mean(dim=0)
        std = X[~test].std(dim=0, correction=0)
        X_train, y_train = resample((X[~test] - mean) / std, y[~test])
        X_test, y_test = resample((X[test] - mean) / std, y[test])
        scores[test] = fit_predict(X_train, y_train, X_test)[: int(test.sum())]
    return scores
