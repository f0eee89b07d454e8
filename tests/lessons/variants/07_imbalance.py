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


# %% confusion correct="comparisons"
def confusion(y, y_hat, num_classes):
    counts = [
        [int(((y == a) & (y_hat == b)).sum()) for b in range(num_classes)]
        for a in range(num_classes)
    ]
    return torch.tensor(counts)


# %% confusion correct="float counts, added up with accumulate"
def confusion(y, y_hat, num_classes):
    m = torch.zeros(num_classes, num_classes)
    m.index_put_((y, y_hat), torch.ones(len(y)), accumulate=True)
    return m


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


# %% confusion wrong="shares of each row, and 0 by 0" says="These are shares of each true class, and 0 / 0 where there is none of it. Return counts."
def confusion(y, y_hat, num_classes):
    m = F.one_hot(y, num_classes).T @ F.one_hot(y_hat, num_classes)
    return m / m.sum(1, keepdim=True)


# %% confusion wrong="shares of each column" says="These are shares of each decision. Return counts."
def confusion(y, y_hat, num_classes):
    m = torch.zeros(num_classes, num_classes)
    for a, b in zip(y.tolist(), y_hat.tolist()):
        m[a, b] += 1
    return m / m.sum(0, keepdim=True).clamp(min=1)


# %% confusion wrong="by scikit-learn, without its labels" says="Classes that do not occur are left out, in the middle, too: there are num_classes rows and columns."
def confusion(y, y_hat, num_classes):
    from sklearn.metrics import confusion_matrix

    return torch.from_numpy(confusion_matrix(y, y_hat))


# %% confusion wrong="the last class first" says="The classes stand in reverse order. Class 0 has the first row and the first column."
def confusion(y, y_hat, num_classes):
    m = [[0] * num_classes for _ in range(num_classes)]
    for a, b in zip(y.tolist(), y_hat.tolist()):
        m[num_classes - 1 - a][num_classes - 1 - b] += 1
    return torch.tensor(m)


# %% confusion wrong="classes from 1" says="You count the classes from 1. They are 0 … num_classes − 1."
def confusion(y, y_hat, num_classes):
    m = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    for a in range(1, num_classes + 1):
        for b in range(1, num_classes + 1):
            m[a - 1, b - 1] = ((y == a) & (y_hat == b)).sum()
    return m


# %% confusion wrong="without class 0" says="Class 0 is left out: it has a row and a column, too."
def confusion(y, y_hat, num_classes):
    rows = []
    for a in range(1, num_classes):
        rows.append([((y == a) & (y_hat == b)).sum().item() for b in range(1, num_classes)])
    return torch.tensor(rows)


# %% confusion wrong="flat" says="The numbers are right, in the shape"
def confusion(y, y_hat, num_classes):
    return torch.bincount(num_classes * y + y_hat, minlength=num_classes**2)


# %% confusion wrong="no return" says="Your function returned None: is the `return` missing?"
def confusion(y, y_hat, num_classes):
    m = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    for a, b in zip(y, y_hat):
        m[a, b] += 1


# %% confusion wrong="printed" says="None: "
def confusion(y, y_hat, num_classes):
    print(
        torch.bincount(num_classes * y + y_hat, minlength=num_classes**2).reshape(num_classes, -1)
    )


# %% confusion wrong="always three classes" says=""
def confusion(y, y_hat, num_classes):
    return F.one_hot(y, max(3, num_classes)).T @ F.one_hot(y_hat, max(3, num_classes))


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


# %% ratios correct="three tensors of one number"
def ratios(matrix):
    (tn, fp), (fn, tp) = matrix.double()
    p, r, f = tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)
    return p, r, f


# %% ratios correct="a try for each"
def ratios(matrix):
    def safe(a, b):
        try:
            return a / b
        except ZeroDivisionError:
            return math.nan

    (_, fp), (fn, tp) = matrix.tolist()
    return safe(tp, tp + fp), safe(tp, tp + fn), safe(2 * tp, 2 * tp + fp + fn)


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


# %% ratios wrong="F1 from the other two" says="F1 has a value where precision or recall has none, and where both are 0: compute it from the counts."
def ratios(matrix):
    (_, fp), (fn, tp) = matrix.double()
    p, r = tp / (tp + fp), tp / (tp + fn)
    return p, r, 2 * p * r / (p + r)


# %% ratios wrong="divides by zero" says="ZeroDivisionError"
def ratios(matrix):
    (_, fp), (fn, tp) = matrix.tolist()
    return tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)


# %% ratios wrong="the product" says="F1 is the product of the two. It is their harmonic mean."
def ratios(matrix):
    (tn, fp), (fn, tp) = matrix.double()
    p, r, f = tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)
    return p.item(), r.item(), (p * r).item()


# %% ratios wrong="the smaller" says="F1 is the smaller of the two. It is their harmonic mean."
def ratios(matrix):
    (tn, fp), (fn, tp) = matrix.double()
    p, r, f = tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)
    return p.item(), r.item(), min(p.item(), r.item())


# %% ratios wrong="Jaccard" says="F1 divides TP by TP + FP + FN: that is the Jaccard index. F1 counts TP twice, above and below."
def ratios(matrix):
    (tn, fp), (fn, tp) = matrix.double()
    p, r, f = tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)
    return p, r, tp / (tp + fp + fn)


# %% ratios wrong="a 2 above only" says="The 2 is missing below in F1, and stands above: 2 TP / (2 TP + FP + FN)."
def ratios(matrix):
    (tn, fp), (fn, tp) = matrix.double()
    p, r, f = tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)
    return p, r, 2 * tp / (tp + fp + fn)


# %% ratios wrong="accuracy for F1" says="The third number is the accuracy. F1 does not count TN."
def ratios(matrix):
    (tn, fp), (fn, tp) = matrix.double()
    p, r, f = tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)
    return p, r, (tp + tn) / matrix.sum()


# %% ratios wrong="specificity for recall" says="The second number is TN / (TN + FP), the recall of class 0. Recall looks at the positives."
def ratios(matrix):
    (tn, fp), (fn, tp) = matrix.double()
    p, r, f = tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)
    return p, tn / (tn + fp), f


# %% ratios wrong="F1 first" says="The three are in another order: precision, recall, F1."
def ratios(matrix):
    (tn, fp), (fn, tp) = matrix.double()
    p, r, f = tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)
    return f.item(), p.item(), r.item()


# %% ratios wrong="rounded" says="All three are rounded. Return them as they are."
def ratios(matrix):
    (tn, fp), (fn, tp) = matrix.double()
    p, r, f = tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)
    return tuple(round(x.item(), 2) for x in (p, r, f))


# %% ratios wrong="F1 from the other two, unless both are 0" says="F1 has a value where precision or recall has none: compute it from the counts."
def ratios(matrix):
    (_, fp), (fn, tp) = matrix.tolist()
    p = tp / (tp + fp) if tp + fp else math.nan
    r = tp / (tp + fn) if tp + fn else math.nan
    return p, r, 2 * p * r / (p + r) if p + r else 0.0


# %% ratios wrong="nan without a true positive" says="You say nan wherever TP is 0. Only where the denominator is 0 is there no answer."
def ratios(matrix):
    (tn, fp), (fn, tp) = matrix.double()
    p, r, f = tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)
    if tp == 0:
        return math.nan, math.nan, math.nan
    return p, r, f


# %% ratios wrong="all or none" says="One question without an answer makes you say nan to all three. Each stands for itself."
def ratios(matrix):
    (tn, fp), (fn, tp) = matrix.double()
    p, r, f = tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)
    if tp + fp == 0 or tp + fn == 0:
        return (float("nan"),) * 3
    return p.item(), r.item(), f.item()


# %% ratios wrong="F1 is 0 without an answer" says="F1 is 0 where its denominator is: say nan there, too."
def ratios(matrix):
    (tn, fp), (fn, tp) = matrix.double()
    p, r, f = tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)
    return p, r, f if 2 * tp + fp + fn > 0 else 0.0


# %% ratios wrong="only F1 is nan" says="Only F1 is nan where its denominator is 0. Say nan for precision and recall, too."
def ratios(matrix):
    (tn, fp), (fn, tp) = matrix.double()
    p, r, f = tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)
    return torch.nan_to_num(p), torch.nan_to_num(r), f


# %% ratios wrong="precision is never nan" says="Precision is 0 where nothing was called positive: it has no answer there, say nan."
def ratios(matrix):
    (tn, fp), (fn, tp) = matrix.double()
    p, r, f = tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)
    return (p if tp + fp else 0.0), r, f


# %% ratios wrong="recall is never nan" says="Recall is 0 where there is nothing to find: it has no answer there, say nan."
def ratios(matrix):
    (tn, fp), (fn, tp) = matrix.double()
    p, r, f = tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)
    return p, (r if tp + fn else 0.0), f


# %% ratios wrong="an epsilon below" says="What divides by zero is undefined, not 0: say nan."
def ratios(matrix):
    (_, fp), (fn, tp) = matrix.tolist()
    eps = 1e-12
    return tp / (tp + fp + eps), tp / (tp + fn + eps), 2 * tp / (2 * tp + fp + fn + eps)


# %% ratios wrong="None for no answer" says="None stands where there is no answer: say nan."
def ratios(matrix):
    (_, fp), (fn, tp) = matrix.tolist()
    p = tp / (tp + fp) if tp + fp else None
    r = tp / (tp + fn) if tp + fn else None
    return p, r, 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else None


# %% ratios wrong="no return" says="Your function returned None: is the `return` missing?"
def ratios(matrix):
    (tn, fp), (fn, tp) = matrix.double()
    p, r, f = tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)


# %% ratios wrong="two of three" says="Two results came: F1 is missing."
def ratios(matrix):
    (tn, fp), (fn, tp) = matrix.double()
    p, r, f = tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)
    return p.item(), r.item()


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


# %% macro-f1 correct="one class against the rest"
def macro_f1(matrix):
    m = matrix.double()
    scores = []
    for k in range(len(m)):
        tp = m[k, k]
        fp, fn = m[:, k].sum() - tp, m[k, :].sum() - tp
        scores.append(2 * tp / (2 * tp + fp + fn))
    return torch.stack(scores).mean()


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


# %% macro-f1 wrong="leaves out what is never decided" says="A class of which none is found has F1 = 0, and it counts. Do not leave it out."
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


# %% macro-f1 wrong="leaves out what has no precision" says="A class that is never decided has F1 = 0, and it counts. Do not leave it out."
def macro_f1(matrix):
    m = matrix.double()
    used = m.sum(0) > 0
    f = 2 * m.diagonal() / (m.sum(0) + m.sum(1))
    return f[used].mean().item()


# %% macro-f1 wrong="weighted by decisions" says="You weigh each class by how often it is decided. All classes count alike."
def macro_f1(matrix):
    m = matrix.double()
    f = 2 * m.diagonal() / (m.sum(0) + m.sum(1))
    return (f * m.sum(0) / m.sum()).sum().item()


# %% macro-f1 wrong="nan where a class is never decided" says="A class that is never decided makes it nan: its precision is 0 / 0. Compute F1 from the counts."
def macro_f1(matrix):
    m = matrix.double()
    p, r = m.diagonal() / m.sum(0), m.diagonal() / m.sum(1)
    f = torch.where(p + r == 0, torch.zeros_like(p), 2 * p * r / (p + r))
    return f.mean().item()


# %% macro-f1 wrong="nan where none is found" says="A class of which none is found makes it nan: precision and recall are both 0. Compute F1 from the counts."
def macro_f1(matrix):
    m = matrix.double()
    p, r = m.diagonal() / m.sum(0), m.diagonal() / m.sum(1)
    return (2 * p * r / (p + r)).mean().item()


# %% macro-f1 wrong="class 1 alone" says="That is the F1 of class 1 alone. Take the mean over all classes."
def macro_f1(matrix):
    m = matrix.double()
    tp = m[1, 1]
    return (2 * tp / (m[1].sum() + m[:, 1].sum())).item()


# %% macro-f1 wrong="the plain mean of the two" says="You take the mean of precision and recall of each class. F1 is their harmonic mean."
def macro_f1(matrix):
    m = matrix.double()
    p, r = m.diagonal() / m.sum(0).clamp(min=1), m.diagonal() / m.sum(1)
    return ((p + r) / 2).mean().item()


# %% macro-f1 wrong="without its 2" says="The 2 is missing in F1: a perfect class has 1."
def macro_f1(matrix):
    m = matrix.double()
    p, r = m.diagonal() / m.sum(0).clamp(min=1), m.diagonal() / m.sum(1)
    return torch.nan_to_num(p * r / (p + r)).mean().item()


# %% macro-f1 wrong="Jaccard" says="You divide TP by TP + FP + FN: that is the Jaccard index. F1 counts TP twice."
def macro_f1(matrix):
    m = matrix.double()
    tp = m.diagonal()
    return (tp / (m.sum(0) + m.sum(1) - tp)).mean().item()


# %% macro-f1 wrong="one-against-rest accuracy" says="You count TN as right for each class, as the accuracy does. F1 does not look at TN."
def macro_f1(matrix):
    m = matrix.double()
    total = 0.0
    for k in range(len(m)):
        fp, fn = m[:, k].sum() - m[k, k], m[k].sum() - m[k, k]
        total += ((m.sum() - fp - fn) / m.sum()).item()
    return total / len(m)


# %% macro-f1 wrong="the worst" says="That is the F1 of the worst class. Take the mean."
def macro_f1(matrix):
    m = matrix.double()
    return (2 * m.diagonal() / (m.sum(0) + m.sum(1))).min().item()


# %% macro-f1 wrong="each class" says="That is the F1 of each class. Take their mean."
def macro_f1(matrix):
    m = matrix.double()
    return 2 * m.diagonal() / (m.sum(0) + m.sum(1))


# %% macro-f1 wrong="no return" says="Your function returned None: is the `return` missing?"
def macro_f1(matrix):
    m = matrix.double()
    f = 2 * m.diagonal() / (m.sum(0) + m.sum(1))
    f.mean().item()


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


# %% roc-auc correct="a tensor of one number, in float32"
def roc_auc(y, scores):
    d = scores[y == 1].unsqueeze(1) - scores[y == 0].unsqueeze(0)
    return ((d > 0).float() + (d == 0).float() / 2).mean()


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


# %% roc-auc wrong="a quarter for a tie" says="A tie is half a win. Here each counts as a quarter."
def roc_auc(y, scores):
    pos, neg = scores[y == 1], scores[y == 0]
    won = 0.0
    for a in pos:
        for b in neg:
            won += 1.0 if a > b else 0.25 if a == b else 0.0
    return won / (len(pos) * len(neg))


# %% roc-auc wrong="a walk along the sorted labels" says="Equal scores are taken one by one, as they happen to stand. A tie is half a win."
def roc_auc(y, scores):
    order = scores.argsort(descending=True, stable=True)
    found, area = 0, 0
    for label in y[order].tolist():
        if label:
            found += 1
        else:
            area += found
    return area / (found * (len(y) - found))


# %% roc-auc wrong="n over 2 pairs" says="You divide by n (n − 1) / 2, all pairs. Only pairs of one positive and one negative count."
def roc_auc(y, scores):
    d = scores[y == 1][:, None] - scores[y == 0]
    won = (d > 0).sum() + 0.5 * (d == 0).sum()
    return (won / (len(y) * (len(y) - 1) / 2)).item()


# %% roc-auc wrong="the number of wins" says="That is the number of won pairs. Divide by the number of pairs."
def roc_auc(y, scores):
    d = scores[y == 1][:, None] - scores[y == 0]
    return ((d > 0).double() + 0.5 * (d == 0).double()).sum().item()


# %% roc-auc wrong="by the positives" says="You divide by the positives alone. There are positives times negatives pairs."
def roc_auc(y, scores):
    d = scores[y == 1][:, None] - scores[y == 0]
    return ((d > 0).double() + 0.5 * (d == 0).double()).sum().item() / y.sum().item()


# %% roc-auc wrong="by the negatives" says="You divide by the negatives alone. There are positives times negatives pairs."
def roc_auc(y, scores):
    d = scores[y == 1][:, None] - scores[y == 0]
    return ((d > 0).double() + 0.5 * (d == 0).double()).sum().item() / (y == 0).sum().item()


# %% roc-auc wrong="average precision" says="That is the average precision, the area under the other curve."
def roc_auc(y, scores):
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(y, scores))


# %% roc-auc wrong="balanced accuracy" says="You rounded the scores to decisions first. The order within them is lost: compare scores."
def roc_auc(y, scores):
    said = scores >= 0.5
    return (said[y == 1].double().mean() + (~said)[y == 0].double().mean()).item() / 2


# %% roc-auc wrong="no return" says="Your function returned None: is the `return` missing?"
def roc_auc(y, scores):
    d = scores[y == 1][:, None] - scores[y == 0]
    auc = ((d > 0).double() + 0.5 * (d == 0).double()).mean()


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


# %% average-precision correct="groups of equal scores"
def average_precision(y, scores):
    total, said, found, n1 = 0.0, 0, 0, int(y.sum())
    for value in scores.unique().flip(0):
        here = scores == value
        said, grown = said + int(here.sum()), int(y[here].sum())
        found += grown
        total += grown / n1 * found / said
    return torch.tensor(total)


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


# %% average-precision wrong="trapezoids without a start" says="You join the points by straight lines (trapezoids), and leave out the way to the first one."
def average_precision(y, scores):
    order = scores.argsort(descending=True, stable=True)
    tp = y[order].cumsum(0).double()
    p = tp / torch.arange(1, len(y) + 1)
    r = tp / tp[-1]
    return torch.trapezoid(p, r).item()


# %% average-precision wrong="trapezoids from the origin" says="You join the points by straight lines (trapezoids), beginning at precision 0."
def average_precision(y, scores):
    order = scores.argsort(descending=True, stable=True)
    tp = y[order].cumsum(0).double()
    p = tp / torch.arange(1, len(y) + 1)
    r = tp / tp[-1]
    zero = torch.zeros(1, dtype=torch.float64)
    return torch.trapezoid(torch.cat([zero, p]), torch.cat([zero, r])).item()


# %% average-precision wrong="precision times recall" says="You add up precision times recall. Weigh each precision by how much the recall has grown."
def average_precision(y, scores):
    order = scores.argsort(descending=True, stable=True)
    tp = y[order].cumsum(0).double()
    p = tp / torch.arange(1, len(y) + 1)
    r = tp / tp[-1]
    return (p * r).sum().item()


# %% average-precision wrong="all precisions" says="You add up the precisions. Weigh each by how much the recall has grown."
def average_precision(y, scores):
    order = scores.argsort(descending=True, stable=True)
    tp = y[order].cumsum(0).double()
    p = tp / torch.arange(1, len(y) + 1)
    r = tp / tp[-1]
    return p.sum().item()


# %% average-precision wrong="eleven points" says="That is the mean at eleven levels of recall (11-point AP). Take every step."
def average_precision(y, scores):
    order = scores.argsort(descending=True, stable=True)
    tp = y[order].cumsum(0).double()
    p = tp / torch.arange(1, len(y) + 1)
    r = tp / tp[-1]
    best = []
    for level in range(11):
        reached = r >= level / 10 - 1e-12
        best.append(p[reached].max().item())
    return sum(best) / 11


# %% average-precision wrong="diff without its beginning" says="The first step is missing: R₀ is 0."
def average_precision(y, scores):
    order = scores.argsort(descending=True, stable=True)
    tp = y[order].cumsum(0).double()
    p = tp / torch.arange(1, len(y) + 1)
    r = tp / tp[-1]
    return (torch.diff(r) * p[1:]).sum().item()


# %% average-precision wrong="divided by all" says="You divide by all examples. The recall divides by the positives."
def average_precision(y, scores):
    order = scores.argsort(descending=True, stable=True)
    tp = y[order].cumsum(0).double()
    p = tp / torch.arange(1, len(y) + 1)
    r = tp / tp[-1]
    return (p * y[order]).sum().item() / len(y)


# %% average-precision wrong="not divided" says="The precisions at the positives are added up. Divide by the number of positives."
def average_precision(y, scores):
    order = scores.argsort(descending=True, stable=True)
    tp = y[order].cumsum(0).double()
    p = tp / torch.arange(1, len(y) + 1)
    r = tp / tp[-1]
    return p[y[order] == 1].sum().item()


# %% average-precision wrong="one step late" says="Each growth is weighed by the precision before it. Take the one after it, P_k."
def average_precision(y, scores):
    order = scores.argsort(descending=True, stable=True)
    tp = y[order].cumsum(0).double()
    p = tp / torch.arange(1, len(y) + 1)
    r = tp / tp[-1]
    growth = torch.diff(r, prepend=torch.zeros(1, dtype=torch.float64))
    before = torch.cat([torch.ones(1, dtype=torch.float64), p[:-1]])
    return (growth * before).sum().item()


# %% average-precision wrong="places from 0" says="Places are counted from 0. TP + FP is the place counted from 1."
def average_precision(y, scores):
    order = scores.argsort(descending=True)
    labels = y[order]
    tp = labels.cumsum(0).double()
    p = tp / torch.arange(len(y))
    return (p * labels).sum().item() / labels.sum().item()


# %% average-precision wrong="the labels as they were" says="The labels are not sorted along with the scores."
def average_precision(y, scores):
    scores = scores.sort(descending=True).values
    tp = y.cumsum(0).double()
    p = tp / torch.arange(1, len(y) + 1)
    growth = torch.diff(tp / tp[-1], prepend=torch.zeros(1, dtype=torch.float64))
    return (growth * p).sum().item()


# %% average-precision wrong="ties, sorted and turned round" says="Equal scores are taken one by one, the last of them first. They pass a threshold together."
def average_precision(y, scores):
    order = scores.argsort(stable=True).flip(0)
    tp = y[order].cumsum(0).double()
    p = tp / torch.arange(1, len(y) + 1)
    return (p * y[order]).sum().item() / tp[-1].item()


# %% average-precision wrong="ties in a dictionary" says="Of equal scores only one example is left. All of them count."
def average_precision(y, scores):
    label = {}
    for s, t in zip(scores.tolist(), y.tolist()):
        label[s] = t
    total = sum(label.values())
    if total == 0:
        return float("nan")
    tp, ap = 0, 0.0
    for place, s in enumerate(sorted(label, reverse=True), start=1):
        tp += label[s]
        ap += label[s] * tp / place / total
    return ap


# %% average-precision wrong="the first of each group" says="Of each group of equal scores you take the first place. The group is complete at its last."
def average_precision(y, scores):
    s, order = scores.sort(descending=True, stable=True)
    tp = y[order].cumsum(0).double()
    place = torch.arange(1, len(y) + 1)
    keep = torch.cat([torch.tensor([True]), s[1:] != s[:-1]])
    p, r = (tp / place)[keep], (tp / tp[-1])[keep]
    return (torch.diff(r, prepend=torch.zeros(1, dtype=torch.float64)) * p).sum().item()


# %% average-precision wrong="above the threshold only" says="The lowest score is never a threshold, or no score passes its own: ≥."
def average_precision(y, scores):
    ap, last = 0.0, 0.0
    for t in sorted(set(scores.tolist()), reverse=True):
        said = scores > t
        if said.sum() == 0:
            continue
        recall = ((said & (y == 1)).sum() / y.sum()).item()
        ap += (recall - last) * y[said].double().mean().item()
        last = recall
    return ap


# %% average-precision wrong="no return" says="Your function returned None: is the `return` missing?"
def average_precision(y, scores):
    order = scores.argsort(descending=True, stable=True)
    tp = y[order].cumsum(0).double()
    p = tp / torch.arange(1, len(y) + 1)
    r = tp / tp[-1]


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


# %% weights correct="float64, and a tensor of one number"
def class_weights(y, num_classes):
    n = torch.bincount(y, minlength=num_classes)
    return (y.numel() / num_classes / n.double()).squeeze()


def positive_weight(y):
    return (1 - y).sum() / y.sum()


# %% weights wrong="inverted" says="Upside down: the rare class should weigh more."
def class_weights(y, num_classes):
    return num_classes * torch.bincount(y, minlength=num_classes) / len(y)


def positive_weight(y):
    return ((y == 0).sum() / (y == 1).sum()).item()


# %% weights wrong="one over the count" says="Not normalized: one over the size alone. The weights of all examples should add up to n."
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


# %% weights wrong="pos_weight upside down" says="Upside down: divide the negatives by the positives."
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


# %% weights wrong="shares" says="These are the shares of the classes, so a rare one weighs less. It should weigh more."
def class_weights(y, num_classes):
    n = torch.bincount(y, minlength=num_classes)
    return n / len(y)


def positive_weight(y):
    return ((y == 0).sum() / (y == 1).sum()).item()


# %% weights wrong="mean weight 1" says="The weights themselves have the mean 1. It is the mean example that should weigh 1."
def class_weights(y, num_classes):
    n = torch.bincount(y, minlength=num_classes)
    w = 1 / n
    return w / w.mean()


def positive_weight(y):
    return ((y == 0).sum() / (y == 1).sum()).item()


# %% weights wrong="n forgotten" says="n is missing: the examples' weights add up to 1."
def class_weights(y, num_classes):
    n = torch.bincount(y, minlength=num_classes)
    return 1 / (num_classes * n)


def positive_weight(y):
    return ((y == 0).sum() / (y == 1).sum()).item()


# %% weights wrong="relative to the smallest" says="The smallest class has weight 1, so the mean weight of an example is not 1."
def class_weights(y, num_classes):
    n = torch.bincount(y, minlength=num_classes)
    return n.min() / n


def positive_weight(y):
    return ((y == 0).sum() / (y == 1).sum()).item()


# %% weights wrong="relative to the median" says="The median class has weight 1, so the mean weight of an example is not 1."
def class_weights(y, num_classes):
    n = torch.bincount(y, minlength=num_classes)
    return n.double().quantile(0.5) / n


def positive_weight(y):
    return ((y == 0).sum() / (y == 1).sum()).item()


# %% weights wrong="logarithms" says="That is the logarithm, a tamer recipe. Here the classes should balance."
def class_weights(y, num_classes):
    n = torch.bincount(y, minlength=num_classes)
    return torch.log(len(y) / n)


def positive_weight(y):
    return ((y == 0).sum() / (y == 1).sum()).item()


# %% weights wrong="1 minus the share" says="That is 1 minus the share of a class. Balanced classes need one over the size."
def class_weights(y, num_classes):
    n = torch.bincount(y, minlength=num_classes)
    return 1 - n / n.sum()


def positive_weight(y):
    return ((y == 0).sum() / (y == 1).sum()).item()


# %% weights wrong="pos_weight for each" says="That is the others' number over its own, as for pos_weight. Take n / (K n_c)."
def class_weights(y, num_classes):
    n = torch.bincount(y, minlength=num_classes)
    return (len(y) - n) / n


def positive_weight(y):
    return ((y == 0).sum() / (y == 1).sum()).item()


# %% weights wrong="rounded down" says="The division is rounded down: `//` drops what is behind the point."
def class_weights(y, num_classes):
    n = torch.bincount(y, minlength=num_classes)
    return len(y) // (num_classes * n)


def positive_weight(y):
    return ((y == 0).sum() / (y == 1).sum()).item()


# %% weights wrong="a weight for each example" says="There is one weight for each example. There should be one for each class."
def class_weights(y, num_classes):
    n = torch.bincount(y, minlength=num_classes)
    return (len(y) / (num_classes * n))[y]


def positive_weight(y):
    return ((y == 0).sum() / (y == 1).sum()).item()


# %% weights wrong="no return" says="Your function returned None: is the `return` missing?"
def class_weights(y, num_classes):
    n = torch.bincount(y, minlength=num_classes)
    w = len(y) / (num_classes * n)


def positive_weight(y):
    return ((y == 0).sum() / (y == 1).sum()).item()


# %% weights wrong="pos_weight: larger by smaller" says="You divide the larger class by the smaller. Where positives are common, their weight is below 1: negatives by positives."
def class_weights(y, num_classes):
    n = torch.bincount(y, minlength=num_classes)
    return len(y) / (num_classes * n)


def positive_weight(y):
    n = torch.bincount(y)
    return (n.max() / n.min()).item()


# %% weights wrong="pos_weight: smaller by larger" says="You divide the smaller class by the larger. Divide the negatives by the positives."
def class_weights(y, num_classes):
    n = torch.bincount(y, minlength=num_classes)
    return len(y) / (num_classes * n)


def positive_weight(y):
    n = torch.bincount(y)
    return (n.min() / n.max()).item()


# %% weights wrong="pos_weight: a root" says="That is the root, a tamer recipe. Here the classes should balance."
def class_weights(y, num_classes):
    n = torch.bincount(y, minlength=num_classes)
    return len(y) / (num_classes * n)


def positive_weight(y):
    share = y.double().mean()
    return ((1 - share) / share).sqrt().item()


# %% weights wrong="pos_weight: the share of negatives" says="That is the share of the negatives. Divide them by the positives."
def class_weights(y, num_classes):
    n = torch.bincount(y, minlength=num_classes)
    return len(y) / (num_classes * n)


def positive_weight(y):
    return (y == 0).double().mean().item()


# %% weights wrong="pos_weight: n over negatives" says="That is one over the share of the negatives. Divide them by the positives."
def class_weights(y, num_classes):
    n = torch.bincount(y, minlength=num_classes)
    return len(y) / (num_classes * n)


def positive_weight(y):
    return len(y) / (y == 0).sum().item()


# %% weights wrong="pos_weight: rounded down" says="The division is rounded down: `//` drops what is behind the point."
def class_weights(y, num_classes):
    n = torch.bincount(y, minlength=num_classes)
    return len(y) / (num_classes * n)


def positive_weight(y):
    return int((y == 0).sum()) // int((y == 1).sum())


# %% weights wrong="pos_weight: both weights" says="There is a weight for each class. Here it takes one number, for the positives."
def class_weights(y, num_classes):
    n = torch.bincount(y, minlength=num_classes)
    return len(y) / (num_classes * n)


def positive_weight(y):
    return class_weights(y, 2)


# %% weights wrong="pos_weight: no return" says="Your function returned None: is the `return` missing?"
def class_weights(y, num_classes):
    n = torch.bincount(y, minlength=num_classes)
    return len(y) / (num_classes * n)


def positive_weight(y):
    w = ((y == 0).sum() / (y == 1).sum()).item()


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


# %% prior correct="odds in float64, ends kept"
def correct_prior(p, trained_share, true_share):
    q = p.double()
    odds = q / (1 - q) * true_share * (1 - trained_share) / ((1 - true_share) * trained_share)
    return torch.where(q == 1, torch.ones_like(q), odds / (1 + odds)).to(p.dtype)


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


# %% prior wrong="nan at the ends" says="At p = 1 you divide by 0, and nan comes: p / (1 − p). Solve for p′ first."
def correct_prior(p, trained_share, true_share):
    odds = p / (1 - p) * true_share / (1 - true_share) * (1 - trained_share) / trained_share
    return odds / (1 + odds)


# %% prior wrong="the ratio of the negatives" says="You took the ratio of 1 − share. It is the odds, share / (1 − share), that have the ratio."
def correct_prior(p, trained_share, true_share):
    r = (1 - trained_share) / (1 - true_share)
    return r * p / (r * p + 1 - p)


# %% prior wrong="times the ratio" says="You scale the probability by the ratio of the odds. Scale the odds, p / (1 − p)."
def correct_prior(p, trained_share, true_share):
    r = true_share / (1 - true_share) * (1 - trained_share) / trained_share
    return r * p


# %% prior wrong="scaled and cut" says="You scale the probability and cut it at 1. Scale the odds, p / (1 − p)."
def correct_prior(p, trained_share, true_share):
    return torch.clamp(p * true_share / trained_share, 0, 1)


# %% prior wrong="log-odds returned" says="These are log-odds. Turn them back: the sigmoid of them."
def correct_prior(p, trained_share, true_share):
    r = true_share / (1 - true_share) * (1 - trained_share) / trained_share
    return torch.log(p / (1 - p)) + math.log(r)


# %% prior wrong="both priors on top" says="You put the true prior on top of the training's. Take the training's away."
def correct_prior(p, trained_share, true_share):
    r = true_share / (1 - true_share) * trained_share / (1 - trained_share)
    return r * p / (r * p + 1 - p)


# %% prior wrong="the logarithm forgotten" says="You add the ratio of the odds to the log-odds. Add its logarithm."
def correct_prior(p, trained_share, true_share):
    r = true_share / (1 - true_share) * (1 - trained_share) / trained_share
    return torch.sigmoid(torch.logit(p) + r)


# %% prior wrong="r once only" says="r is missing above: p′ = rp / (rp + 1 − p)."
def correct_prior(p, trained_share, true_share):
    r = true_share / (1 - true_share) * (1 - trained_share) / trained_share
    return p / (r * p + 1 - p)


# %% prior wrong="without minus p" says="p is not taken away below: p′ = rp / (rp + 1 − p)."
def correct_prior(p, trained_share, true_share):
    r = true_share / (1 - true_share) * (1 - trained_share) / trained_share
    return r * p / (1 + r * p)


# %% prior wrong="unchanged" says="The probabilities come back as they are."
def correct_prior(p, trained_share, true_share):
    r = true_share / (1 - true_share) * (1 - trained_share) / trained_share
    return p


# %% prior wrong="in place" says="an argument was changed"
def correct_prior(p, trained_share, true_share):
    r = true_share / (1 - true_share) * (1 - trained_share) / trained_share
    p *= r
    return p / (p + 1 - p / r)


# %% prior wrong="always float64" says="the numbers are right, the dtype is not"
def correct_prior(p, trained_share, true_share):
    r = true_share / (1 - true_share) * (1 - trained_share) / trained_share
    p = p.double()
    return r * p / (r * p + 1 - p)


# %% prior wrong="no return" says="Your function returned None: is the `return` missing?"
def correct_prior(p, trained_share, true_share):
    r = true_share / (1 - true_share) * (1 - trained_share) / trained_share
    q = r * p / (r * p + 1 - p)


# %% prior wrong="the true share is ignored" says=""
def correct_prior(p, trained_share, true_share):
    r = 0.1 / 0.9 * (1 - trained_share) / trained_share
    return r * p / (r * p + 1 - p)


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


# %% sampler wrong="a list of places" says="in a list: a tensor is wanted"
def balanced_indices(y, num_draws, generator):
    sizes = torch.bincount(y)
    cumulative = (1 / sizes[y].double()).cumsum(0)
    at = torch.rand(num_draws, dtype=torch.float64, generator=generator) * cumulative[-1]
    return torch.searchsorted(cumulative, at).clamp(max=len(y) - 1).tolist()


# %% sampler wrong="as they are" says="The classes come as often as they are. Rare ones should come as often as common ones."
def balanced_indices(y, num_draws, generator):
    return torch.randint(len(y), (num_draws,), generator=generator)


# %% sampler wrong="weights by frequency" says="The weights are upside down: the rare class has become rarer still."
def balanced_indices(y, num_draws, generator):
    weights = torch.bincount(y).double()
    return torch.multinomial(weights[y], num_draws, replacement=True, generator=generator)


# %% sampler wrong="weights per class" says="Only the first places come, as many as there are classes: are these classes?"
def balanced_indices(y, num_draws, generator):
    weights = 1 / torch.bincount(y).double()
    return torch.multinomial(weights / weights, num_draws, replacement=True, generator=generator)


# %% sampler wrong="in blocks" says="A class follows itself too often: the classes come in blocks."
def balanced_indices(y, num_draws, generator):
    classes = torch.randint(int(y.max()) + 1, (num_draws,), generator=generator).sort().values
    drawn = [(y == k).nonzero().flatten() for k in classes]
    return torch.stack([m[torch.randint(len(m), (), generator=generator)] for m in drawn])


# %% sampler wrong="in turn" says="A class follows itself too seldom: the classes come in turn."
def balanced_indices(y, num_draws, generator):
    drawn = []
    for i in range(num_draws):
        members = (y == i % (int(y.max()) + 1)).nonzero().flatten()
        drawn.append(members[torch.randint(len(members), (1,), generator=generator)])
    return torch.cat(drawn)


# %% sampler wrong="some members only" says="Some examples never come. Within its class, each is as likely as any other."
def balanced_indices(y, num_draws, generator):
    size = int(torch.bincount(y).min())
    pool = torch.cat([(y == k).nonzero().flatten()[:size] for k in range(int(y.max()) + 1)])
    return pool[torch.randint(len(pool), (num_draws,), generator=generator)]


# %% sampler wrong="seeded each time" says="The same comes, although the generator has moved on. Do not seed"
def balanced_indices(y, num_draws, generator):
    generator = torch.Generator().manual_seed(0)
    weights = 1 / torch.bincount(y).double()
    return torch.multinomial(weights[y], num_draws, replacement=True, generator=generator)


# %% sampler wrong="ignores the generator" says="From the same generator something else comes: all randomness must come from `generator`."
def balanced_indices(y, num_draws, generator):
    weights = 1 / torch.bincount(y).double()
    return torch.multinomial(weights[y], num_draws, replacement=True)


# %% sampler wrong="roots" says="The weights are the roots of what they should be: one over the size."
def balanced_indices(y, num_draws, generator):
    weights = 1 / torch.bincount(y).sqrt()
    return torch.multinomial(weights[y], num_draws, replacement=True, generator=generator)


# %% sampler wrong="squares" says="The weights are the squares of what they should be: one over the size."
def balanced_indices(y, num_draws, generator):
    weights = 1 / torch.bincount(y).double() ** 2
    return torch.multinomial(weights[y], num_draws, replacement=True, generator=generator)


# %% sampler wrong="1 minus the share" says="The weights are 1 minus the share of the class. Take one over its size."
def balanced_indices(y, num_draws, generator):
    weights = 1 - torch.bincount(y) / len(y)
    return torch.multinomial(weights[y], num_draws, replacement=True, generator=generator)


# %% sampler wrong="the rare class alone" says="Only class 1 comes. All classes come equally often."
def balanced_indices(y, num_draws, generator):
    rare = (y == 1).nonzero().flatten()
    return rare[torch.randint(len(rare), (num_draws,), generator=generator)]


# %% sampler wrong="class 0 alone" says="Only class 0 comes. All classes come equally often."
def balanced_indices(y, num_draws, generator):
    pool = (y == 0).nonzero().flatten()
    return pool[torch.randint(len(pool), (num_draws,), generator=generator)]


# %% sampler wrong="two classes, whatever there is" says="Classes 0 and 1 come, half and half, and no other. All classes come equally often."
def balanced_indices(y, num_draws, generator):
    zeros, ones = (y == 0).nonzero().flatten(), (y == 1).nonzero().flatten()
    coin = torch.rand(num_draws, generator=generator) < 0.5
    a = zeros[torch.randint(len(zeros), (num_draws,), generator=generator)]
    b = ones[torch.randint(len(ones), (num_draws,), generator=generator)]
    return torch.where(coin, a, b)


# %% sampler wrong="class 1 against the rest" says="Class 1 comes half of the time, the others share what is left."
def balanced_indices(y, num_draws, generator):
    share = (y == 1).double().mean()
    weights = torch.where(y == 1, 0.5 / share, 0.5 / (1 - share))
    return torch.multinomial(weights, num_draws, replacement=True, generator=generator)


# %% sampler wrong="the first of each class more often" says="Within a class, some examples come far more often than others."
def balanced_indices(y, num_draws, generator):
    weights = 1 / torch.bincount(y).double()[y]
    total = int(y.max()) + 1
    for k in range(total):
        members = (y == k).nonzero().flatten()
        weights[members[:2]] *= 2
        weights[members] /= weights[members].sum()
    return torch.multinomial(weights, num_draws, replacement=True, generator=generator)


# %% sampler wrong="round and round" says="Within a class, all examples come equally often, as no chance does it: draw with replacement."
def balanced_indices(y, num_draws, generator):
    num_classes = int(y.max()) + 1
    piles = [[] for _ in range(num_classes)]
    drawn = []
    for k in torch.randint(num_classes, (num_draws,), generator=generator).tolist():
        if not piles[k]:
            members = (y == k).nonzero().flatten()
            piles[k] = members[torch.randperm(len(members), generator=generator)].tolist()
        drawn.append(piles[k].pop())
    return torch.tensor(drawn)


# %% sampler wrong="no return" says="Your function returned None: is the `return` missing?"
def balanced_indices(y, num_draws, generator):
    weights = 1 / torch.bincount(y)[y]
    drawn = torch.multinomial(weights, num_draws, replacement=True, generator=generator)


# %% sampler wrong="places as floats" says="the dtype is not"
def balanced_indices(y, num_draws, generator):
    weights = 1 / torch.bincount(y)[y]
    return torch.multinomial(weights, num_draws, True, generator=generator).float()


# %% sampler wrong="as many as there are examples" says=""
def balanced_indices(y, num_draws, generator):
    weights = 1 / torch.bincount(y)[y]
    return torch.multinomial(weights, len(y), replacement=True, generator=generator)


# %% sampler wrong="seeded from the seed it began with" says="The same comes, although the generator has moved on. Do not seed"
def balanced_indices(y, num_draws, generator):
    g = torch.Generator().manual_seed(generator.initial_seed())
    weights = 1 / torch.bincount(y)[y]
    return torch.multinomial(weights, num_draws, replacement=True, generator=g)


# %% sampler wrong="labels" says=""
def balanced_indices(y, num_draws, generator):
    weights = 1 / torch.bincount(y)[y]
    return y[torch.multinomial(weights, num_draws, replacement=True, generator=generator)]


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


# %% smote correct="a list of rows, from the neighbour back"
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    new = []
    for _ in range(num_new):
        i = int(torch.randint(len(P), (), generator=generator))
        d = (P - P[i]).norm(dim=1)
        d[i] = math.inf
        j = d.sort().indices[int(torch.randint(k, (), generator=generator))]
        new.append(P[j] + torch.rand((), generator=generator).to(P) * (P[i] - P[j]))
    return torch.stack(new)


# %% smote wrong="first ends one after another" says=""
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.arange(num_new) % len(P)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    return torch.lerp(P[i], P[j], torch.rand(num_new, 1, generator=generator, dtype=X.dtype))


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


# %% smote wrong="copies" says="The new points are copies of old ones. Go a part λ of the way to a neighbour."
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    return P[torch.randint(len(P), (num_new,), generator=generator)]


# %% smote wrong="a share for each feature" says="Some new points lie beside the segments, in the box between two ends: one share λ for all features of a point, not one for each."
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


# %% smote wrong="in rows" says="Some points of class 1 are no end of any segment: draw the first end at random."
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.zeros(num_new, dtype=torch.int64)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    return torch.lerp(P[i], P[j], torch.rand(num_new, 1, generator=generator).to(P))


# %% smote wrong="old and new" says="All old points are in it, too. Return the new ones alone."
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    new = torch.lerp(P[i], P[j], torch.rand(num_new, 1, generator=generator).to(P))
    return torch.cat([X, new])


# %% smote wrong="seeded each time" says="The same comes, although the generator has moved on. Do not seed"
def smote(X, y, num_new, k, generator):
    generator = torch.Generator().manual_seed(0)
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    return torch.lerp(P[i], P[j], torch.rand(num_new, 1, generator=generator).to(P))


# %% smote wrong="with the old positives" says="The old points of class 1 are in it, too. Return the new ones alone."
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    new = torch.lerp(P[i], P[j], torch.rand(num_new, 1, generator=generator).to(P))
    return torch.cat([P, new])


# %% smote wrong="num_new for each" says="There are num_new points for each old one of class 1. Return num_new in all."
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    new = []
    for i in range(len(P)):
        j = near[i, torch.randint(k, (num_new,), generator=generator)]
        new.append(torch.lerp(P[i], P[j], torch.rand(num_new, 1, generator=generator).to(P)))
    return torch.cat(new)


# %% smote wrong="one for each" says="There is one point for each old one of class 1. Return num_new."
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    j = near[torch.arange(len(P)), torch.randint(k, (len(P),), generator=generator)]
    return torch.lerp(P, P[j], torch.rand(len(P), 1, generator=generator).to(P))


# %% smote wrong="up to num_new" says="Only so many points came that with the old ones of class 1 there are num_new."
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    count = num_new - len(P)
    i = torch.randint(len(P), (count,), generator=generator)
    j = near[i, torch.randint(k, (count,), generator=generator)]
    return torch.lerp(P[i], P[j], torch.rand(count, 1, generator=generator).to(P))


# %% smote wrong="with some noise on top" says="Some new points lie on no line between two old ones: x_i + λ (x_j − x_i)."
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    new = torch.lerp(P[i], P[j], torch.rand(num_new, 1, generator=generator).to(P))
    return new + 0.3 * torch.randn(new.shape, generator=generator).to(P)


# %% smote wrong="k is always 5" says="Some ends are not among the k nearest neighbours of one another."
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    k = min(5, len(P) - 1)
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    return torch.lerp(P[i], P[j], torch.rand(num_new, 1, generator=generator).to(P))


# %% smote wrong="half of the way at most" says="λ is not spread evenly over 0 to 1"
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    share = 0.5 * torch.rand(num_new, 1, generator=generator).to(P)
    return P[i] + share * (P[j] - P[i])


# %% smote wrong="the nearest more often" says="Some segments come far more often than they should."
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    rank = (torch.rand(num_new, generator=generator) ** 2 * k).long()
    return torch.lerp(P[i], P[near[i, rank]], torch.rand(num_new, 1, generator=generator).to(P))


# %% smote wrong="ignores the generator" says="From the same generator something else comes: all randomness must come from `generator`."
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,))
    j = near[i, torch.randint(k, (num_new,))]
    return torch.lerp(P[i], P[j], torch.rand(num_new, 1).to(P))


# %% smote wrong="λ without the generator" says="From the same generator something else comes: all randomness must come from `generator`."
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    return torch.lerp(P[i], P[j], torch.rand(num_new, 1).to(P))


# %% smote wrong="always float64" says="the dtype is not"
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    share = torch.rand(num_new, 1, generator=generator).double()
    return P[i] + share * (P[j] - P[i]).double()


# %% smote wrong="no return" says="Your function returned None: is the `return` missing?"
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    new = torch.lerp(P[i], P[j], torch.rand(num_new, 1, generator=generator).to(P))


# %% smote wrong="with labels" says="2 values came where one is wanted."
def smote(X, y, num_new, k, generator):
    P = X[y == 1]
    near = torch.cdist(P, P).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(len(P), (num_new,), generator=generator)
    j = near[i, torch.randint(k, (num_new,), generator=generator)]
    new = torch.lerp(P[i], P[j], torch.rand(num_new, 1, generator=generator).to(P))
    return new, torch.ones(num_new, dtype=torch.int64)


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


# %% starting-bias correct="a tensor of one number"
def starting_bias(y):
    p = y.float().mean()
    return torch.log(p) - torch.log1p(-p)


# %% starting-bias wrong="the sign" says="The sign is flipped. Is σ(b) the share of the positives?"
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


# %% starting-bias wrong="base 10" says="The logarithm is the natural one, not to base 10."
def starting_bias(y):
    return math.log10((y == 1).sum().item() / (y == 0).sum().item())


# %% starting-bias wrong="sigmoid for logit" says="That is the sigmoid of the share. Its inverse is wanted, the logit."
def starting_bias(y):
    return torch.sigmoid(y.double().mean()).item()


# %% starting-bias wrong="one percent, as in the paper" says="You took π = 0.01. Here π is the share of the positives in y."
def starting_bias(y):
    return -math.log((1 - 0.01) / 0.01)


# %% starting-bias wrong="minus log of the share" says="That is −log π. The sigmoid wants log-odds: log(π / (1 − π))."
def starting_bias(y):
    share = y.double().mean().item()
    return -math.log(share)


# %% starting-bias wrong="log of the other share" says="That is log(1 − π). The sigmoid wants log-odds: log(π / (1 − π))."
def starting_bias(y):
    share = y.double().mean().item()
    return math.log(1 - share)


# %% starting-bias wrong="the odds, upside down" says="That is negatives over positives. Turn it over, and take the logarithm."
def starting_bias(y):
    return ((y == 0).sum() / (y == 1).sum()).item()


# %% starting-bias wrong="base 2" says="The logarithm is the natural one, not to base 2."
def starting_bias(y):
    share = y.double().mean().item()
    return math.log2(share / (1 - share))


# %% starting-bias wrong="e to the plus" says="That is 1 / (1 + e^π). Solve σ(b) = π for b."
def starting_bias(y):
    share = y.double().mean().item()
    return 1 / (1 + math.exp(share))


# %% starting-bias wrong="atanh" says="That is the inverse of tanh. The inverse of σ is wanted, log(π / (1 − π))."
def starting_bias(y):
    share = y.double().mean().item()
    return math.atanh(share)


# %% starting-bias wrong="no return" says="Your function returned None: is the `return` missing?"
def starting_bias(y):
    share = y.double().mean().item()
    b = math.log(share / (1 - share))


# %% starting-bias wrong="the rarer class, whichever" says="You take the rarer class, whichever it is. π is the share of class 1."
def starting_bias(y):
    share = y.double().mean().item()
    share = min(share, 1 - share)
    return math.log(share / (1 - share))


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


# %% focal correct="torch's BCE with float32 labels"
def focal_loss(logits, y, gamma, alpha):
    bce = F.binary_cross_entropy_with_logits(logits, y.float(), reduction="none")
    rest = torch.where(y == 1, torch.sigmoid(-logits), torch.sigmoid(logits))
    return (torch.where(y == 1, alpha, 1 - alpha) * rest**gamma * bce).float().mean()


# %% focal correct="log_softmax of two columns"
def focal_loss(logits, y, gamma, alpha):
    both = torch.stack([torch.zeros_like(logits), logits], dim=1)
    log_p_t = F.log_softmax(both, dim=1).gather(1, y[:, None])[:, 0]
    a = torch.tensor([1 - alpha, alpha])[y]
    return -(a * (1 - log_p_t.exp()) ** gamma * log_p_t).mean()


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


# %% focal wrong="overflows" says="Sure and wrong, the loss must stay finite: take log p_t from the logit"
def focal_loss(logits, y, gamma, alpha):
    p = torch.sigmoid(logits)
    p_t = torch.where(y == 1, p, 1 - p)
    a = torch.where(y == 1, alpha, 1 - alpha)
    return -(a * (1 - p_t) ** gamma * p_t.log()).mean()


# %% focal wrong="a clamped probability" says="The loss stops growing: something is clamped, or an ε is added"
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


# %% focal wrong="log p for all" says="log p for all. For negatives p_t is 1 − p, so their logarithm is log(1 − p)."
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1 - alpha)
    log_p_t, rest = F.logsigmoid(z), torch.sigmoid(-z)
    return -(a * rest**gamma * F.logsigmoid(logits)).mean()


# %% focal wrong="p for p_t everywhere" says="p for p_t: for negatives the probability of the true class is 1 − p."
def focal_loss(logits, y, gamma, alpha):
    p = torch.sigmoid(logits)
    a = torch.where(y == 1, alpha, 1 - alpha)
    return -(a * (1 - p) ** gamma * torch.log(p)).mean()


# %% focal wrong="p_t exchanged" says="Positives and negatives are exchanged in p_t: it is p where y is 1."
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, -logits, logits)
    a = torch.where(y == 1, alpha, 1 - alpha)
    return -(a * torch.sigmoid(-z) ** gamma * F.logsigmoid(z)).mean()


# %% focal wrong="1 minus a power" says="The power is on p_t alone, 1 − p_t^γ. It is (1 − p_t)^γ."
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1 - alpha)
    log_p_t, rest = F.logsigmoid(z), torch.sigmoid(-z)
    return -(a * (1 - torch.sigmoid(z) ** gamma) * log_p_t).mean()


# %% focal wrong="everything to the γ" says="α_t has the power as well: only 1 − p_t has it."
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1 - alpha)
    log_p_t, rest = F.logsigmoid(z), torch.sigmoid(-z)
    return -((a * rest) ** gamma * log_p_t).mean()


# %% focal wrong="γ = 2" says="γ is always 2. It is an argument."
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1 - alpha)
    log_p_t, rest = F.logsigmoid(z), torch.sigmoid(-z)
    return -(a * rest**2 * log_p_t).mean()


# %% focal wrong="by the positives" says="You divide by the number of positives. Divide by that of all examples."
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1 - alpha)
    log_p_t, rest = F.logsigmoid(z), torch.sigmoid(-z)
    return -(a * rest**gamma * log_p_t).sum() / max(int(y.sum()), 1)


# %% focal wrong="positives alone" says="Only the positives are counted. Negatives have a loss, too."
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1 - alpha)
    log_p_t, rest = F.logsigmoid(z), torch.sigmoid(-z)
    return -(alpha * y * rest**gamma * log_p_t).mean()


# %% focal wrong="class by class, two means" says="You add the means of the two classes. Take the mean over all examples."
def focal_loss(logits, y, gamma, alpha):
    total = torch.tensor(0.0)
    for label, sign, a in ((1, 1, alpha), (0, -1, 1 - alpha)):
        z = sign * logits[y == label]
        if len(z):
            total = total - (a * torch.sigmoid(-z) ** gamma * F.logsigmoid(z)).mean()
    return total


# %% focal wrong="the mean first" says="You take the mean first, then the factor. Each example has a factor of its own."
def focal_loss(logits, y, gamma, alpha):
    a = torch.where(y == 1, alpha, 1 - alpha)
    bce = F.binary_cross_entropy_with_logits(logits, y.to(logits.dtype), weight=a.to(logits.dtype))
    return (1 - torch.exp(-bce)) ** gamma * bce


# %% focal wrong="p_t from the weighted loss" says="p_t is taken from a loss that already has α in it. It is the probability alone."
def focal_loss(logits, y, gamma, alpha):
    a = torch.where(y == 1, alpha, 1 - alpha).to(logits.dtype)
    bce = F.binary_cross_entropy_with_logits(logits, y.to(logits.dtype), weight=a, reduction="none")
    return ((1 - torch.exp(-bce)) ** gamma * bce).mean()


# %% focal wrong="the factor alone" says="That is the factor alone: log p_t is missing."
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1 - alpha)
    log_p_t, rest = F.logsigmoid(z), torch.sigmoid(-z)
    return (a * rest**gamma).mean()


# %% focal wrong="each example" says="There is a loss for each example. Return their mean, one number."
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1 - alpha)
    log_p_t, rest = F.logsigmoid(z), torch.sigmoid(-z)
    return -(a * rest**gamma * log_p_t)


# %% focal wrong="without the minus" says="The sign is flipped: the loss should be positive."
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1 - alpha)
    log_p_t, rest = F.logsigmoid(z), torch.sigmoid(-z)
    return (a * rest**gamma * log_p_t).mean()


# %% focal wrong="products with the labels" says="Sure and right, there is 0 · log 0, which is nan"
def focal_loss(logits, y, gamma, alpha):
    p = torch.sigmoid(logits)
    one = alpha * y * (1 - p) ** gamma * torch.log(p)
    zero = (1 - alpha) * (1 - y) * p**gamma * torch.log(1 - p)
    return -(one + zero).mean()


# %% focal wrong="BCE of probabilities" says="The loss stops growing at 100, as F.binary_cross_entropy does"
def focal_loss(logits, y, gamma, alpha):
    p = torch.sigmoid(logits)
    bce = F.binary_cross_entropy(p, y.to(p.dtype), reduction="none")
    rest = torch.where(y == 1, 1 - p, p)
    return (torch.where(y == 1, alpha, 1 - alpha) * rest**gamma * bce).mean()


# %% focal wrong="an epsilon in the logarithm" says="The loss stops growing: something is clamped, or an ε is added"
def focal_loss(logits, y, gamma, alpha):
    p = torch.sigmoid(logits)
    p_t = torch.where(y == 1, p, 1 - p)
    a = torch.where(y == 1, alpha, 1 - alpha)
    return -(a * (1 - p_t) ** gamma * torch.log(p_t + 1e-8)).mean()


# %% focal wrong="a detached logarithm" says="The slope is that of a constant log p_t. It depends on the logit, too: do not detach it."
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1 - alpha)
    log_p_t, rest = F.logsigmoid(z), torch.sigmoid(-z)
    return -(a * rest**gamma * log_p_t.detach()).mean()


# %% focal wrong="all detached" says="The slope is 0 everywhere: what is detached has none."
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1 - alpha)
    log_p_t, rest = F.logsigmoid(z), torch.sigmoid(-z)
    return -(a * rest**gamma * log_p_t).mean().detach() + 0 * logits.sum()


# %% focal wrong="a plain number" says="A plain number came, through which autograd cannot go: return a tensor."
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1 - alpha)
    log_p_t, rest = F.logsigmoid(z), torch.sigmoid(-z)
    return -(a * rest**gamma * log_p_t).mean().item()


# %% focal wrong="detached at the end" says="Autograd finds no way from the loss back to the logits: what is detached has none."
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits).detach()
    a = torch.where(y == 1, alpha, 1 - alpha)
    return -(a * torch.sigmoid(-z) ** gamma * F.logsigmoid(z)).mean()


# %% focal wrong="no return" says="Your function returned None: is the `return` missing?"
def focal_loss(logits, y, gamma, alpha):
    z = torch.where(y == 1, logits, -logits)
    a = torch.where(y == 1, alpha, 1 - alpha)
    log_p_t, rest = F.logsigmoid(z), torch.sigmoid(-z)
    loss = -(a * rest**gamma * log_p_t).mean()


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


# %% threshold correct="a loop with <, two tensors"
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    best, lowest = None, math.inf
    for t in p_valid.unique().tolist() + [math.inf]:
        if cost(y_valid, p_valid, t) < lowest:
            best, lowest = t, cost(y_valid, p_valid, t)
    return torch.tensor(best), torch.tensor(cost(y_test, p_test, best))


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


# %% threshold wrong="never says no to all" says="Saying no to all may be cheapest: infinity is a candidate, too."
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


# %% threshold wrong="both sets" says="The threshold was chosen on validation and test data together. The test set takes no part."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    y, p = torch.cat([y_valid, y_test]), torch.cat([p_valid, p_test])
    t = min([*sorted(p.tolist()), math.inf], key=lambda t: cost(y, p, t))
    return t, cost(y_test, p_test, t)


# %% threshold wrong="the formula upside down" says="That is the formula, upside down. Look for the cheapest threshold."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    t = miss_cost / (false_alarm_cost + miss_cost)
    return t, cost(y_test, p_test, t)


# %% threshold wrong="always no" says="That always says no to all."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    return math.inf, cost(y_test, p_test, math.inf)


# %% threshold wrong="misses alone are priced" says="False alarms cost nothing with you. Count both errors."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    t = min(
        [*sorted(p_valid.tolist()), math.inf],
        key=lambda t: miss_cost * ((p_valid < t) & (y_valid == 1)).sum().item(),
    )
    return t, cost(y_test, p_test, t)


# %% threshold wrong="false alarms alone are priced" says="Misses cost nothing with you. Count both errors."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    t = min(
        [*sorted(p_valid.tolist()), math.inf],
        key=lambda t: false_alarm_cost * ((p_valid >= t) & (y_valid == 0)).sum().item(),
    )
    return t, cost(y_test, p_test, t)


# %% threshold wrong="the best F1" says="That threshold has the best F1. Errors have prices: make the cheapest ones."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    def f1(t):
        said = p_valid >= t
        tp = (said & (y_valid == 1)).sum().item()
        return 2 * tp / (said.sum().item() + y_valid.sum().item())

    t = max(sorted(p_valid.tolist()), key=f1)
    return t, cost(y_test, p_test, t)


# %% threshold wrong="Youden" says="That threshold has the best recall minus false positive rate. Errors have prices: make the cheapest ones."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    def youden(t):
        said = (p_valid >= t).double()
        return (said[y_valid == 1].mean() - said[y_valid == 0].mean()).item()

    t = max([*sorted(p_valid.tolist()), math.inf], key=youden)
    return t, cost(y_test, p_test, t)


# %% threshold wrong="rates within the classes" says="You weigh the two error rates, each within its class. The mean cost counts every example alike."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    def by_rates(t):
        said = (p_valid >= t).double()
        misses, alarms = 1 - said[y_valid == 1].mean(), said[y_valid == 0].mean()
        return (miss_cost * misses + false_alarm_cost * alarms).item()

    t = min([*sorted(p_valid.tolist()), math.inf], key=by_rates)
    return t, cost(y_test, p_test, t)


# %% threshold wrong="the highest of equals" says="Of equally cheap thresholds you take the highest. Take the lowest."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    best, t = math.inf, None
    for candidate in sorted(p_valid.tolist()) + [math.inf]:
        if cost(y_valid, p_valid, candidate) <= best:
            best, t = cost(y_valid, p_valid, candidate), candidate
    return t, cost(y_test, p_test, t)


# %% threshold wrong="the first of equals" says="Of equally cheap thresholds you take the one that is first in the data. Take the lowest."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    candidates = p_valid.tolist() + [math.inf]
    costs = [cost(y_valid, p_valid, t) for t in candidates]
    t = candidates[costs.index(min(costs))]
    return t, cost(y_test, p_test, t)


# %% threshold wrong="0 as well" says="0 is no candidate. The lowest is the smallest validation probability."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    t = min([0.0, *sorted(p_valid.tolist()), math.inf], key=lambda t: cost(y_valid, p_valid, t))
    return t, cost(y_test, p_test, t)


# %% threshold wrong="1 for infinity" says="1 stands in for infinity. Who is quite sure, p = 1, would still get a yes."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    t = min([*sorted(p_valid.tolist()), 1.0], key=lambda t: cost(y_valid, p_valid, t))
    return t, cost(y_test, p_test, t)


# %% threshold wrong="hundredths" says="Your candidates are hundredths. They are the validation probabilities themselves, and infinity."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    t = min([i / 100 for i in range(101)], key=lambda t: cost(y_valid, p_valid, t))
    return t, cost(y_test, p_test, t)


# %% threshold wrong="midway" says="Your candidates lie midway between probabilities. They are the validation probabilities themselves, and infinity."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    s = p_valid.double().unique()
    between = [0.0, *((s[1:] + s[:-1]) / 2).tolist(), math.inf]
    t = min(between, key=lambda t: cost(y_valid, p_valid, t))
    return t, cost(y_test, p_test, t)


# %% threshold wrong="the total of the validation set" says="That is the total cost on the validation set. Report the mean on the test set."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    t = min([*sorted(p_valid.tolist()), math.inf], key=lambda t: cost(y_valid, p_valid, t))
    return t, cost(y_valid, p_valid, t) * len(y_valid)


# %% threshold wrong="prices exchanged in the end" says="The two prices are exchanged in the cost."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    t = min([*sorted(p_valid.tolist()), math.inf], key=lambda t: cost(y_valid, p_valid, t))
    said = p_test >= t
    alarms, misses = (said & (y_test == 0)).sum().item(), (~said & (y_test == 1)).sum().item()
    return t, (miss_cost * alarms + false_alarm_cost * misses) / len(y_test)


# %% threshold wrong="only misses in the end" says="You count only the misses. False alarms cost, too."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    t = min([*sorted(p_valid.tolist()), math.inf], key=lambda t: cost(y_valid, p_valid, t))
    said = p_test >= t
    alarms, misses = (said & (y_test == 0)).sum().item(), (~said & (y_test == 1)).sum().item()
    return t, miss_cost * misses / len(y_test)


# %% threshold wrong="only alarms in the end" says="You count only the false alarms. Misses cost, too."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    t = min([*sorted(p_valid.tolist()), math.inf], key=lambda t: cost(y_valid, p_valid, t))
    said = p_test >= t
    alarms, misses = (said & (y_test == 0)).sum().item(), (~said & (y_test == 1)).sum().item()
    return t, false_alarm_cost * alarms / len(y_test)


# %% threshold wrong="per error" says="You divide by the number of errors. Divide by that of all test examples."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    t = min([*sorted(p_valid.tolist()), math.inf], key=lambda t: cost(y_valid, p_valid, t))
    said = p_test >= t
    alarms, misses = (said & (y_test == 0)).sum().item(), (~said & (y_test == 1)).sum().item()
    return t, (false_alarm_cost * alarms + miss_cost * misses) / max(alarms + misses, 1)


# %% threshold wrong="per positive" says="You divide by the number of positives. Divide by that of all test examples."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    t = min([*sorted(p_valid.tolist()), math.inf], key=lambda t: cost(y_valid, p_valid, t))
    said = p_test >= t
    alarms, misses = (said & (y_test == 0)).sum().item(), (~said & (y_test == 1)).sum().item()
    return t, (false_alarm_cost * alarms + miss_cost * misses) / y_test.sum().item()


# %% threshold wrong="rates in the end" says="You add the two error rates, each within its class, at their price. Take the mean over all test examples."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    t = min([*sorted(p_valid.tolist()), math.inf], key=lambda t: cost(y_valid, p_valid, t))
    said = p_test >= t
    alarms, misses = (said & (y_test == 0)).sum().item(), (~said & (y_test == 1)).sum().item()
    n1 = y_test.sum().item()
    return t, false_alarm_cost * alarms / (len(y_test) - n1) + miss_cost * misses / n1


# %% threshold wrong="the wrong number of examples" says="You divide by the number of validation examples. Divide by that of the test examples."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    t = min([*sorted(p_valid.tolist()), math.inf], key=lambda t: cost(y_valid, p_valid, t))
    said = p_test >= t
    alarms, misses = (said & (y_test == 0)).sum().item(), (~said & (y_test == 1)).sum().item()
    return t, (false_alarm_cost * alarms + miss_cost * misses) / len(y_valid)


# %% threshold wrong="strictly above on the test set" says="On the test set you say yes only above the threshold. At it, too: p ≥ t."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    t = min([*sorted(p_valid.tolist()), math.inf], key=lambda t: cost(y_valid, p_valid, t))
    said = p_test > t
    paid = false_alarm_cost * (said & (y_test == 0)) + miss_cost * (~said & (y_test == 1))
    return t, paid.double().mean().item()


# %% threshold wrong="one half on the test set" says="On the test set you cut at 0.5. Cut at the threshold that was chosen."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    t = min([*sorted(p_valid.tolist()), math.inf], key=lambda t: cost(y_valid, p_valid, t))
    return t, cost(y_test, p_test, 0.5)


# %% threshold wrong="exchanged results" says="The two results are exchanged: the threshold comes first."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    t = min([*sorted(p_valid.tolist()), math.inf], key=lambda t: cost(y_valid, p_valid, t))
    return cost(y_test, p_test, t), t


# %% threshold wrong="the threshold alone" says="The threshold comes alone. Return what it costs as well."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    t = min([*sorted(p_valid.tolist()), math.inf], key=lambda t: cost(y_valid, p_valid, t))
    return t


# %% threshold wrong="the cost alone" says="The cost comes alone. Return the threshold as well."
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    t = min([*sorted(p_valid.tolist()), math.inf], key=lambda t: cost(y_valid, p_valid, t))
    return cost(y_test, p_test, t)


# %% threshold wrong="no return" says="Your function returned None: is the `return` missing?"
def choose_threshold(y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost):
    def cost(y, p, t):
        said = p >= t
        alarms, misses = (said & (y == 0)).sum(), (~said & (y == 1)).sum()
        return ((false_alarm_cost * alarms + miss_cost * misses) / len(y)).item()

    t = min([*sorted(p_valid.tolist()), math.inf], key=lambda t: cost(y_valid, p_valid, t))


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


# %% ensemble correct="added up in place, the labels as floats"
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = (y == 1).nonzero().flatten(), (y == 0).nonzero().flatten()
    total = None
    for _ in range(num_members):
        rows = torch.cat([neg[torch.randperm(len(neg), generator=generator)][: len(pos)], pos])
        p = fit_predict(X[rows], y[rows].float(), X_new)
        if total is None:
            total = p
        else:
            total += p
    total /= num_members
    return total


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


# %% ensemble wrong="one member too many" says="More members are trained than num_members."
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


# %% ensemble wrong="what most say" says="That is what most members vote for. Average the probabilities."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    out = []
    for _ in range(num_members):
        some = neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]
        rows = torch.cat([pos, some])
        out.append(fit_predict(X[rows], y[rows], X_new))
    out = torch.stack(out)
    votes = (out >= 0.5).double().mean(0)
    return (votes > 0.5).double()


# %% ensemble wrong="the first one" says="That is the first member alone."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    out = []
    for _ in range(num_members):
        some = neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]
        rows = torch.cat([pos, some])
        out.append(fit_predict(X[rows], y[rows], X_new))
    out = torch.stack(out)
    return out[0]


# %% ensemble wrong="the median" says="That is the median of the probabilities. Take their mean."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    out = []
    for _ in range(num_members):
        some = neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]
        rows = torch.cat([pos, some])
        out.append(fit_predict(X[rows], y[rows], X_new))
    out = torch.stack(out)
    return out.double().quantile(0.5, dim=0)


# %% ensemble wrong="torch's median" says="That is the median of the probabilities, the lower of the middle two. Take their mean."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    out = []
    for _ in range(num_members):
        some = neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]
        rows = torch.cat([pos, some])
        out.append(fit_predict(X[rows], y[rows], X_new))
    out = torch.stack(out)
    return out.median(dim=0).values


# %% ensemble wrong="the geometric mean" says="That is the geometric mean. Take the plain one."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    out = []
    for _ in range(num_members):
        some = neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]
        rows = torch.cat([pos, some])
        out.append(fit_predict(X[rows], y[rows], X_new))
    out = torch.stack(out)
    return out.log().mean(0).exp()


# %% ensemble wrong="the product" says="That is the product of the probabilities. Take their mean."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    out = []
    for _ in range(num_members):
        some = neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]
        rows = torch.cat([pos, some])
        out.append(fit_predict(X[rows], y[rows], X_new))
    out = torch.stack(out)
    return out.prod(0)


# %% ensemble wrong="the mean of logits" says="That is the mean of the log-odds, turned back. Take the mean of the probabilities."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    out = []
    for _ in range(num_members):
        some = neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]
        rows = torch.cat([pos, some])
        out.append(fit_predict(X[rows], y[rows], X_new))
    out = torch.stack(out)
    return torch.sigmoid(torch.logit(out).mean(0))


# %% ensemble wrong="the mean along the rows" says="That is one number for each member. Take the mean over the members, one for each row of `X_new`."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    out = []
    for _ in range(num_members):
        some = neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]
        rows = torch.cat([pos, some])
        out.append(fit_predict(X[rows], y[rows], X_new))
    out = torch.stack(out)
    return out.mean(dim=1)


# %% ensemble wrong="the mean of all" says="That is one number for all. Take the mean over the members alone."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    out = []
    for _ in range(num_members):
        some = neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]
        rows = torch.cat([pos, some])
        out.append(fit_predict(X[rows], y[rows], X_new))
    out = torch.stack(out)
    return out.mean()


# %% ensemble wrong="all of them" says="These are the probabilities of all members. Take their mean."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    out = []
    for _ in range(num_members):
        some = neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]
        rows = torch.cat([pos, some])
        out.append(fit_predict(X[rows], y[rows], X_new))
    out = torch.stack(out)
    return out


# %% ensemble wrong="decisions" says="These are decisions. Return the mean probability."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    out = []
    for _ in range(num_members):
        some = neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]
        rows = torch.cat([pos, some])
        out.append(fit_predict(X[rows], y[rows], X_new))
    out = torch.stack(out)
    return (out.mean(0) >= 0.5).float()


# %% ensemble wrong="divided by one too many" says="You divide the sum by num_members + 1."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    out = []
    for _ in range(num_members):
        some = neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]
        rows = torch.cat([pos, some])
        out.append(fit_predict(X[rows], y[rows], X_new))
    out = torch.stack(out)
    return out.sum(0) / (num_members + 1)


# %% ensemble wrong="halved again and again" says="Each mean is halved with the next member, so the last count most. All count alike."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    out = []
    for _ in range(num_members):
        some = neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]
        rows = torch.cat([pos, some])
        out.append(fit_predict(X[rows], y[rows], X_new))
    out = torch.stack(out)
    p = out[0]
    for other in out[1:]:
        p = (p + other) / 2
    return p


# %% ensemble wrong="no return" says="Your function returned None: is the `return` missing?"
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    out = []
    for _ in range(num_members):
        some = neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]
        rows = torch.cat([pos, some])
        out.append(fit_predict(X[rows], y[rows], X_new))
    out = torch.stack(out)
    p = out.mean(dim=0)


# %% ensemble wrong="one member for all" says="Fewer members are trained than num_members."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    total = 0
    for m in range(num_members):
        if m > 0:
            continue
        rows = torch.cat([pos, neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]])
        total = fit_predict(X[rows], y[rows], X_new)
    return total


# %% ensemble wrong="too few negatives" says="A member sees fewer negatives than positives."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    total = 0
    for m in range(num_members):
        rows = torch.cat([pos, neg[torch.randperm(len(neg), generator=generator)[: len(pos) - 1]]])
        total = total + fit_predict(X[rows], y[rows], X_new)
    return total / num_members


# %% ensemble wrong="one negative short, a positive twice" says="A member sees a positive twice."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    total = 0
    for m in range(num_members):
        some = neg[torch.randperm(len(neg), generator=generator)[: len(pos) - 1]]
        rows = torch.cat([pos, pos[:1], some])
        total = total + fit_predict(X[rows], y[rows], X_new)
    return total / num_members


# %% ensemble wrong="asked about its own rows" says="A member is asked about other rows than `X_new`."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    total = 0
    for m in range(num_members):
        rows = torch.cat([pos, neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]])
        total = total + fit_predict(X[rows], y[rows], X[rows])[: len(X_new)]
    return total / num_members


# %% ensemble wrong="standardized on the way" says="A member is trained on rows that are not in `X`."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    total = 0
    for m in range(num_members):
        rows = torch.cat([pos, neg[torch.randperm(len(neg), generator=generator)[: len(pos)]]])
        A = (X[rows] - X[rows].mean(0)) / X[rows].std(0)
        total = total + fit_predict(A, y[rows], X_new)
    return total / num_members


# %% ensemble wrong="dealt out once, in portions" says="A member sees fewer negatives than positives."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    neg = neg[torch.randperm(len(neg), generator=generator)]
    total = 0
    for m in range(num_members):
        rows = torch.cat([pos, neg[m * len(pos) : (m + 1) * len(pos)]])
        total = total + fit_predict(X[rows], y[rows], X_new)
    return total / num_members


# %% ensemble wrong="from the first half" says="Some negatives are seen by no member: draw from all of them."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    total = 0
    for m in range(num_members):
        pool = neg[: len(neg) // 2 + 1]
        rows = torch.cat([pos, pool[torch.randperm(len(pool), generator=generator)[: len(pos)]]])
        total = total + fit_predict(X[rows], y[rows], X_new)
    return total / num_members


# %% ensemble wrong="neighbours in the data" says="Some negatives are seen by far more members than others."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    total = 0
    for m in range(num_members):
        start = torch.randint(len(neg) - len(pos) + 1, (1,), generator=generator).item()
        rows = torch.cat([pos, neg[start : start + len(pos)]])
        total = total + fit_predict(X[rows], y[rows], X_new)
    return total / num_members


# %% ensemble wrong="without the generator" says="From the same generator something else comes: all randomness must come from `generator`."
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    total = 0
    for m in range(num_members):
        rows = torch.cat([pos, neg[torch.randperm(len(neg))[: len(pos)]]])
        total = total + fit_predict(X[rows], y[rows], X_new)
    return total / num_members


# %% ensemble wrong="seeded by the number of the member" says="The same comes, although the generator has moved on. Do not seed"
def balanced_ensemble(X, y, X_new, fit_predict, num_members, generator):
    pos, neg = torch.where(y == 1)[0], torch.where(y == 0)[0]
    total = 0
    for m in range(num_members):
        g = torch.Generator().manual_seed(m)
        rows = torch.cat([pos, neg[torch.randperm(len(neg), generator=g)[: len(pos)]]])
        total = total + fit_predict(X[rows], y[rows], X_new)
    return total / num_members


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
    for f in sorted({int(name) for name in part}):
        rows = [i for i in range(len(labels)) if part[i] == f]
        rest = [i for i in range(len(labels)) if part[i] != f]
        center = features[rest].mean(dim=0)
        spread = ((features[rest] - center) ** 2).mean(dim=0) ** 0.5
        A, b = more((features[rest] - center) / spread, labels[rest])
        found = train_and_score(A, b, (features[rows] - center) / spread)
        by_place.update(zip(rows, found.tolist()))
    return torch.tensor([by_place[i] for i in range(len(labels))])


# %% honest-scores correct="the hint's own assignment"
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y))
    for f in fold.unique():
        test, train = fold == f, fold != f
        mean, std = X[train].mean(dim=0), X[train].std(dim=0, correction=0)
        X_train, y_train = resample((X[train] - mean) / std, y[train])
        scores[test] = fit_predict(X_train, y_train, (X[test] - mean) / std)
    return scores


# %% honest-scores correct="all are scored, the fold is kept"
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y))
    for f in fold.unique():
        test, train = fold == f, fold != f
        mean, std = X[train].mean(dim=0), X[train].std(dim=0, correction=0)
        A, b = resample((X[train] - mean) / std, y[train])
        scores = torch.where(test, fit_predict(A, b, (X - mean) / std), scores)
    return scores


# %% honest-scores wrong="resamples before it splits" says="You resampled before splitting"
def honest_scores(X, y, fold, resample, fit_predict):
    n = len(y)
    more, labels = resample(X, y)
    parts = torch.cat([fold, torch.arange(len(labels) - n) % (int(fold.max()) + 1)])
    scores = torch.zeros(len(labels))
    for f in fold.unique():
        test, train = parts == f, parts != f
        mu, sd = more[train].mean(0), more[train].std(0, correction=0)
        scores[test] = fit_predict((more[train] - mu) / sd, labels[train], (more[test] - mu) / sd)
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


# %% honest-scores wrong="resamples before it splits, copies stay in the training part" says="You resampled before splitting: copies of test examples are in the training part. Resample inside each fold."
def honest_scores(X, y, fold, resample, fit_predict):
    n = len(y)
    more, labels = resample((X - X.mean(0)) / X.std(0, correction=0), y)
    scores = torch.zeros(n)
    for f in fold.unique():
        train = torch.cat([fold != f, torch.zeros(len(labels) - n, dtype=torch.bool)])
        scores[fold == f] = fit_predict(more[train], labels[train], more[:n][fold == f])
    return scores


# %% honest-scores wrong="trains on all, resamples nothing" says="A model was trained on all examples, those that it scores among them: leave the fold out."
def honest_scores(X, y, fold, resample, fit_predict):
    mu, sd = X.mean(0), X.std(0, correction=0)
    return fit_predict((X - mu) / sd, y, (X - mu) / sd)


# %% honest-scores wrong="resamples, then splits, then scores the copies" says="You resampled before splitting, and the copies were scored, too. Resample inside each fold, and only the training part."
def honest_scores(X, y, fold, resample, fit_predict):
    n = len(y)
    A, b = resample(X, y)
    first = fold == 0
    mu, sd = X[~first].mean(0), X[~first].std(0, correction=0)
    return fit_predict((X[~first] - mu) / sd, y[~first], (A - mu) / sd)[:n]


# %% honest-scores wrong="both by the test fold" says="Both parts are standardized by the test fold. Take the training part's mean and standard deviation."
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y))
    for f in fold.unique():
        test, train = fold == f, fold != f
        mu, sd = X[test].mean(0), X[test].std(0, correction=0)
        scores[test] = fit_predict(*resample((X[train] - mu) / sd, y[train]), (X[test] - mu) / sd)
    return scores


# %% honest-scores wrong="returns in the loop" says="Only the first fold is scored: does your `return` stand inside the loop?"
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y))
    for f in fold.unique():
        test, train = fold == f, fold != f
        mu, sd = X[train].mean(0), X[train].std(0, correction=0)
        scores[test] = fit_predict(*resample((X[train] - mu) / sd, y[train]), (X[test] - mu) / sd)
        return scores


# %% honest-scores wrong="begins anew" says="Only the last fold is scored: do you begin anew in the loop?"
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y))
    for f in fold.unique():
        test, train = fold == f, fold != f
        scores = torch.zeros(len(y))
        mu, sd = X[train].mean(0), X[train].std(0, correction=0)
        scores[test] = fit_predict(*resample((X[train] - mu) / sd, y[train]), (X[test] - mu) / sd)
    return scores


# %% honest-scores wrong="the training part as it is" says="The training part is not standardized, the test fold is."
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y))
    for f in fold.unique():
        test, train = fold == f, fold != f
        mu, sd = X[train].mean(0), X[train].std(0, correction=0)
        scores[test] = fit_predict(*resample(X[train], y[train]), (X[test] - mu) / sd)
    return scores


# %% honest-scores wrong="the fold as it is" says="The test fold is not standardized, the training part is."
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y))
    for f in fold.unique():
        test, train = fold == f, fold != f
        mu, sd = X[train].mean(0), X[train].std(0, correction=0)
        scores[test] = fit_predict(*resample((X[train] - mu) / sd, y[train]), X[test])
    return scores


# %% honest-scores wrong="n minus 1" says="You divide by n − 1: `correction=0` divides by n."
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y))
    for f in fold.unique():
        test, train = fold == f, fold != f
        mu, sd = X[train].mean(0), X[train].std(0)
        scores[test] = fit_predict(*resample((X[train] - mu) / sd, y[train]), (X[test] - mu) / sd)
    return scores


# %% honest-scores wrong="only the mean" says="The mean is taken away, and nothing is divided by the standard deviation."
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y))
    for f in fold.unique():
        test, train = fold == f, fold != f
        mu = X[train].mean(0)
        scores[test] = fit_predict(*resample(X[train] - mu, y[train]), X[test] - mu)
    return scores


# %% honest-scores wrong="the variance" says="You divide by the variance. Divide by the standard deviation."
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y))
    for f in fold.unique():
        test, train = fold == f, fold != f
        mu, sd = X[train].mean(0), X[train].var(0, unbiased=False)
        scores[test] = fit_predict(*resample((X[train] - mu) / sd, y[train]), (X[test] - mu) / sd)
    return scores


# %% honest-scores wrong="one mean for all features" says="One mean and one deviation serve all features. Take them for each feature, `dim=0`."
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y))
    for f in fold.unique():
        test, train = fold == f, fold != f
        mu, sd = X[train].mean(), X[train].std(correction=0)
        scores[test] = fit_predict(*resample((X[train] - mu) / sd, y[train]), (X[test] - mu) / sd)
    return scores


# %% honest-scores wrong="along the features" says="Mean and standard deviation are taken along the features. Take them over the examples, `dim=0`."
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y))
    for f in fold.unique():
        test, train = fold == f, fold != f
        Z = (X - X.mean(1, keepdim=True)) / X.std(1, correction=0, keepdim=True)
        scores[test] = fit_predict(*resample(Z[train], y[train]), Z[test])
    return scores


# %% honest-scores wrong="to 0 … 1" says="Features are scaled to 0 … 1. Take mean and standard deviation."
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y))
    for f in fold.unique():
        test, train = fold == f, fold != f
        low, high = X[train].min(0).values, X[train].max(0).values
        A, T = ((part - low) / (high - low) for part in (X[train], X[test]))
        scores[test] = fit_predict(*resample(A, y[train]), T)
    return scores


# %% honest-scores wrong="resamples twice" says=""
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y))
    for f in fold.unique():
        test, train = fold == f, fold != f
        mu, sd = X[train].mean(0), X[train].std(0, correction=0)
        A = resample((X[train] - mu) / sd, y[train])[0]
        b = resample((X[train] - mu) / sd, y[train])[1]
        scores[test] = fit_predict(A, b, (X[test] - mu) / sd)
    return scores


# %% honest-scores wrong="three folds, always" says=""
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y))
    for f in fold.unique():
        test, train = fold == f, fold != f
        if f > 2:
            break
        mu, sd = X[train].mean(0), X[train].std(0, correction=0)
        scores[test] = fit_predict(*resample((X[train] - mu) / sd, y[train]), (X[test] - mu) / sd)
    return scores


# %% honest-scores wrong="one fold too few" says="The last fold is not scored: do you stop one too early?"
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y))
    for f in fold.unique()[:-1]:
        test, train = fold == f, fold != f
        mu, sd = X[train].mean(0), X[train].std(0, correction=0)
        scores[test] = fit_predict(*resample((X[train] - mu) / sd, y[train]), (X[test] - mu) / sd)
    return scores


# %% honest-scores wrong="folds from 1" says="The first fold is not scored: it is a fold like the others."
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y))
    for f in fold.unique()[1:]:
        test, train = fold == f, fold != f
        mu, sd = X[train].mean(0), X[train].std(0, correction=0)
        scores[test] = fit_predict(*resample((X[train] - mu) / sd, y[train]), (X[test] - mu) / sd)
    return scores


# %% honest-scores wrong="folds are counted from 0" says=""
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y))
    for f in range(len(fold.unique())):
        test, train = fold == f, fold != f
        mu, sd = X[train].mean(0), X[train].std(0, correction=0)
        scores[test] = fit_predict(*resample((X[train] - mu) / sd, y[train]), (X[test] - mu) / sd)
    return scores


# %% honest-scores wrong="no return" says="Your function returned None: is the `return` missing?"
def honest_scores(X, y, fold, resample, fit_predict):
    scores = torch.zeros(len(y))
    for f in fold.unique():
        test, train = fold == f, fold != f
        mu, sd = X[train].mean(0), X[train].std(0, correction=0)
        scores[test] = fit_predict(*resample((X[train] - mu) / sd, y[train]), (X[test] - mu) / sd)
