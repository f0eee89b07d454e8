# %% baselines right="torch, along the hints"
def baselines(
    X: torch.Tensor, y: torch.Tensor, X_new: torch.Tensor, y_new: torch.Tensor
) -> tuple[float, float]:
    common = torch.bincount(y).argmax()
    first = (y_new == common).float().mean().item()
    A = X.mean((2, 3))
    B = X_new.mean((2, 3))
    model = LogisticRegression(C=100, max_iter=2000).fit(A.numpy(), y.numpy())
    return first, model.score(B.numpy(), y_new.numpy())

# %% baselines right="a beginner's loops: counts by hand, three colours one after the other"
def baselines(X, y, X_new, y_new):
    counts = [0, 0, 0, 0, 0]
    for label in y.tolist():
        counts[label] += 1
    best = 0
    for label in range(5):
        if counts[label] > counts[best]:
            best = label
    right = 0
    for label in y_new.tolist():
        if label == best:
            right += 1
    acc_common = right / len(y_new)

    features = []
    for flower in X:
        features.append([flower[c].mean().item() for c in range(3)])
    features_new = []
    for flower in X_new:
        features_new.append([flower[c].mean().item() for c in range(3)])
    model = LogisticRegression(C=100, max_iter=2000)
    model.fit(features, y.tolist())
    predicted = model.predict(features_new)
    right = 0
    for a, b in zip(predicted, y_new.tolist()):
        if a == b:
            right += 1
    acc_colour = right / len(y_new)
    return acc_common, acc_colour

# %% baselines right="NumPy throughout"
import numpy as np


def baselines(X, y, X_new, y_new):
    a, b, c, d = (t.detach().numpy() for t in (X, y, X_new, y_new))
    labels, counts = np.unique(b, return_counts=True)
    always = labels[counts.argmax()]
    m = LogisticRegression(C=100, max_iter=2000)
    m.fit(a.mean(axis=(2, 3)), b)
    return float(np.mean(d == always)), float(np.mean(m.predict(c.mean(axis=(2, 3))) == d))

# %% baselines right="scikit-learn: DummyClassifier and accuracy_score"
from sklearn.dummy import DummyClassifier
from sklearn.metrics import accuracy_score


def baselines(X, y, X_new, y_new):
    def colour(Z):
        return Z.flatten(2).mean(dim=-1).numpy()

    result = []
    for model in (DummyClassifier(strategy="most_frequent"), LogisticRegression(C=100, max_iter=2000)):
        model.fit(colour(X), y.numpy())
        result.append(accuracy_score(y_new.numpy(), model.predict(colour(X_new))))
    return tuple(result)

# %% baselines right="one expression, mode()"
def baselines(X, y, X_new, y_new):
    return (
        (y_new == y.mode().values).double().mean().item(),
        LogisticRegression(C=100, max_iter=2000).fit(X.mean((2, 3)), y).score(X_new.mean((2, 3)), y_new),
    )

# %% baselines right="returns tensors of one number, Counter"
from collections import Counter


def baselines(X, y, X_new, y_new):
    species = Counter(y.tolist()).most_common(1)[0][0]
    same = torch.full_like(y_new, species)
    lr = LogisticRegression(C=100, max_iter=2000).fit(X.mean(3).mean(2).numpy(), y.numpy())
    said = torch.from_numpy(lr.predict(X_new.mean(3).mean(2).numpy()))
    return (same == y_new).float().mean(), (said == y_new).float().mean()

# %% baselines right="sum divided by height times width, counts by a comparison table"
def baselines(X, y, X_new, y_new):
    h, w = X.shape[-2:]
    counts = (y[:, None] == torch.arange(5)).sum(0)
    model = LogisticRegression(C=100, max_iter=2000)
    model.fit((X.sum(dim=(2, 3)) / (h * w)).numpy(), y.numpy())
    by_colour = model.score((X_new.sum(dim=(2, 3)) / (h * w)).numpy(), y_new.numpy())
    return float((y_new == counts.argmax()).sum() / y_new.numel()), float(by_colour)

# %% baselines wrong="the most common species of the new flowers, not of those to learn from"
def baselines(X, y, X_new, y_new):
    common = torch.bincount(y_new).argmax()
    model = LogisticRegression(C=100, max_iter=2000).fit(X.mean((2, 3)).numpy(), y.numpy())
    return (y_new == common).float().mean().item(), model.score(X_new.mean((2, 3)).numpy(), y_new.numpy())

# %% baselines wrong="both are judged on the flowers to learn from"
def baselines(X, y, X_new, y_new):
    common = torch.bincount(y).argmax()
    model = LogisticRegression(C=100, max_iter=2000).fit(X.mean((2, 3)).numpy(), y.numpy())
    return (y == common).float().mean().item(), model.score(X.mean((2, 3)).numpy(), y.numpy())

# %% baselines wrong="share of the most common species among the flowers to learn from"
def baselines(X, y, X_new, y_new):
    first = torch.bincount(y).max().item() / len(y)
    model = LogisticRegression(C=100, max_iter=2000).fit(X.mean((2, 3)).numpy(), y.numpy())
    return first, model.score(X_new.mean((2, 3)).numpy(), y_new.numpy())

# %% baselines wrong="the default C = 1 of the logistic regression"
def baselines(X, y, X_new, y_new):
    common = torch.bincount(y).argmax()
    model = LogisticRegression(max_iter=2000).fit(X.mean((2, 3)).numpy(), y.numpy())
    return (y_new == common).float().mean().item(), model.score(X_new.mean((2, 3)).numpy(), y_new.numpy())

# %% baselines wrong="mean over the colours too: one number of brightness for each flower"
def baselines(X, y, X_new, y_new):
    common = torch.bincount(y).argmax()
    A, B = X.mean((1, 2, 3)).reshape(-1, 1), X_new.mean((1, 2, 3)).reshape(-1, 1)
    model = LogisticRegression(C=100, max_iter=2000).fit(A.numpy(), y.numpy())
    return (y_new == common).float().mean().item(), model.score(B.numpy(), y_new.numpy())

# %% baselines wrong="wrong axes: mean over colour and height, 24 features"
def baselines(X, y, X_new, y_new):
    common = torch.bincount(y).argmax()
    A, B = X.mean((1, 2)), X_new.mean((1, 2))
    model = LogisticRegression(C=100, max_iter=2000).fit(A.numpy(), y.numpy())
    return (y_new == common).float().mean().item(), model.score(B.numpy(), y_new.numpy())

# %% baselines wrong="all pixels in place of the mean colour"
def baselines(X, y, X_new, y_new):
    common = torch.bincount(y).argmax()
    model = LogisticRegression(C=100, max_iter=2000).fit(X.flatten(1).numpy(), y.numpy())
    return (y_new == common).float().mean().item(), model.score(X_new.flatten(1).numpy(), y_new.numpy())

# %% baselines wrong="the logistic regression learns from the new flowers"
def baselines(X, y, X_new, y_new):
    common = torch.bincount(y).argmax()
    B = X_new.mean((2, 3)).numpy()
    model = LogisticRegression(C=100, max_iter=2000).fit(B, y_new.numpy())
    return (y_new == common).float().mean().item(), model.score(B, y_new.numpy())

# %% baselines wrong="errors in place of accuracies"
def baselines(X, y, X_new, y_new):
    common = torch.bincount(y).argmax()
    model = LogisticRegression(C=100, max_iter=2000).fit(X.mean((2, 3)).numpy(), y.numpy())
    said = torch.from_numpy(model.predict(X_new.mean((2, 3)).numpy()))
    return (y_new != common).float().mean().item(), (said != y_new).float().mean().item()

# %% baselines wrong="the two in the other order"
def baselines(X, y, X_new, y_new):
    common = torch.bincount(y).argmax()
    model = LogisticRegression(C=100, max_iter=2000).fit(X.mean((2, 3)).numpy(), y.numpy())
    return model.score(X_new.mean((2, 3)).numpy(), y_new.numpy()), (y_new == common).float().mean().item()

# %% baselines wrong="numbers of flowers, not shares"
def baselines(X, y, X_new, y_new):
    common = torch.bincount(y).argmax()
    model = LogisticRegression(C=100, max_iter=2000).fit(X.mean((2, 3)).numpy(), y.numpy())
    said = torch.from_numpy(model.predict(X_new.mean((2, 3)).numpy()))
    return float((y_new == common).sum()), float((said == y_new).sum())

# %% baselines wrong="takes the count of the most common species for its label"
def baselines(X, y, X_new, y_new):
    common = torch.bincount(y).max()
    model = LogisticRegression(C=100, max_iter=2000).fit(X.mean((2, 3)).numpy(), y.numpy())
    return (y_new == common).float().mean().item(), model.score(X_new.mean((2, 3)).numpy(), y_new.numpy())

# %% baselines wrong="chance, one in five, in place of the most common species"
def baselines(X, y, X_new, y_new):
    model = LogisticRegression(C=100, max_iter=2000).fit(X.mean((2, 3)).numpy(), y.numpy())
    return 1 / 5, model.score(X_new.mean((2, 3)).numpy(), y_new.numpy())

# %% baselines wrong="divides by the number of flowers to learn from" kind="sneaky"
def baselines(X, y, X_new, y_new):
    common = torch.bincount(y).argmax()
    model = LogisticRegression(C=100, max_iter=2000).fit(X.mean((2, 3)).numpy(), y.numpy())
    said = torch.from_numpy(model.predict(X_new.mean((2, 3)).numpy()))
    return (y_new == common).sum().item() / len(y), (said == y_new).sum().item() / len(y)

# %% baselines wrong="centres the pictures in place, so X and X_new are changed" kind="sneaky"
def baselines(X, y, X_new, y_new):
    mean = X.mean((0, 2, 3), keepdim=True)
    X -= mean
    X_new -= mean
    common = torch.bincount(y).argmax()
    model = LogisticRegression(C=100, max_iter=2000).fit(X.mean((2, 3)).numpy(), y.numpy())
    return (y_new == common).float().mean().item(), model.score(X_new.mean((2, 3)).numpy(), y_new.numpy())

# %% baselines wrong="standardizes the three numbers, which is another penalty" kind="sneaky"
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def baselines(X, y, X_new, y_new):
    common = torch.bincount(y).argmax()
    model = make_pipeline(StandardScaler(), LogisticRegression(C=100, max_iter=2000))
    model.fit(X.mean((2, 3)).numpy(), y.numpy())
    return (y_new == common).float().mean().item(), model.score(X_new.mean((2, 3)).numpy(), y_new.numpy())

# %% baselines wrong="sorts the labels in place to count them, after fitting: y is changed" kind="sneaky"
def baselines(X, y, X_new, y_new):
    model = LogisticRegression(C=100, max_iter=2000).fit(X.mean((2, 3)).numpy(), y.numpy())
    labels = y.numpy()
    labels.sort()
    common = max(range(5), key=list(labels).count)
    return (y_new == common).float().mean().item(), model.score(X_new.mean((2, 3)).numpy(), y_new.numpy())

# %% choose right="torch, along the hints"
def choose(accuracies: torch.Tensor) -> tuple[int, list[int]]:
    table = accuracies.nan_to_num(0.0)
    best = int(table.mean(dim=1).argmax())
    n = table.shape[1]
    near = []
    for i, row in enumerate(table):
        d = table[best] - row
        if d.mean() <= 2 * d.std() / math.sqrt(n):
            near.append(i)
    return best, near

# %% choose right="a beginner's lists, the formula spelled out"
def choose(accuracies: torch.Tensor) -> tuple[int, list[int]]:
    table = []
    for row in accuracies.tolist():
        new_row = []
        for value in row:
            if math.isnan(value):
                new_row.append(0.0)
            else:
                new_row.append(value)
        table.append(new_row)
    n = len(table[0])
    means = []
    for row in table:
        means.append(sum(row) / n)
    best = 0
    for i in range(len(means)):
        if means[i] > means[best]:
            best = i
    result = []
    for b in range(len(table)):
        if b == best:
            result.append(b)
            continue
        d = [table[best][j] - table[b][j] for j in range(n)]
        d_bar = sum(d) / n
        total = 0.0
        for j in range(n):
            total += (d[j] - d_bar) ** 2
        s = math.sqrt(total / (n - 1)) / math.sqrt(n)
        if d_bar <= 2 * s:
            result.append(b)
    return best, result

# %% choose right="NumPy, without a loop"
import numpy as np


def choose(accuracies):
    table = np.nan_to_num(accuracies.numpy(), copy=True, nan=0.0)
    best = int(table.mean(axis=1).argmax())
    d = table[best] - table
    error = d.std(axis=1, ddof=1) / np.sqrt(table.shape[1])
    return best, np.flatnonzero(d.mean(axis=1) <= 2 * error).tolist()

# %% choose right="torch, vectorized, where for NaN"
def choose(accuracies):
    table = torch.where(accuracies.isnan(), torch.zeros_like(accuracies), accuracies)
    best = table.mean(1).argmax().item()
    d = table[best] - table
    s = d.std(1) * table.size(1) ** -0.5
    return best, torch.nonzero(d.mean(1) <= 2 * s).flatten().tolist()

# %% choose right="the statistics module"
import statistics


def choose(accuracies):
    rows = [[0.0 if a != a else a for a in row] for row in accuracies.tolist()]
    best = max(range(len(rows)), key=lambda i: statistics.fmean(rows[i]))

    def near(row):
        d = [a - b for a, b in zip(rows[best], row)]
        return statistics.fmean(d) <= 2 * statistics.stdev(d) / len(d) ** 0.5

    return best, [i for i, row in enumerate(rows) if near(row)]

# %% choose right="scipy's paired t statistic, at most 2"
from scipy import stats


def choose(accuracies):
    table = accuracies.clone()
    table[table.isnan()] = 0
    table = table.numpy()
    best = int(table.mean(1).argmax())
    near = {best}
    for i in range(len(table)):
        if i != best:
            d = table[best] - table[i]
            if d.max() == d.min():
                continue  # no noise at all, and the best is better
            if stats.ttest_1samp(d, 0.0).statistic <= 2:
                near.add(i)
    return best, sorted(near)

# %% choose wrong="NaN left out of the means (nanmean), not counted as 0"
def choose(accuracies):
    best = int(accuracies.nanmean(dim=1).argmax())
    near = []
    for i in range(len(accuracies)):
        d = accuracies[best] - accuracies[i]
        d = d[~d.isnan()]
        s = d.std() / math.sqrt(len(d)) if len(d) > 1 else 0.0
        if len(d) and d.mean() <= 2 * s:
            near.append(i)
    return best, near

# %% choose wrong="NaN is forgotten"
def choose(accuracies):
    best = int(accuracies.mean(dim=1).argmax())
    d = accuracies[best] - accuracies
    s = d.std(dim=1) / math.sqrt(accuracies.shape[1])
    return best, [i for i in range(len(d)) if i == best or d[i].mean() <= 2 * s[i]]

# %% choose wrong="standard deviation with n in place of n - 1"
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    best = int(table.mean(dim=1).argmax())
    d = table[best] - table
    s = d.std(dim=1, unbiased=False) / math.sqrt(table.shape[1])
    return best, torch.where(d.mean(dim=1) <= 2 * s)[0].tolist()

# %% choose wrong="standard deviation in place of the standard error: no division by the root of n"
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    best = int(table.mean(dim=1).argmax())
    d = table[best] - table
    return best, torch.where(d.mean(dim=1) <= 2 * d.std(dim=1))[0].tolist()

# %% choose wrong="divides by n, not by its root"
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    best = int(table.mean(dim=1).argmax())
    d = table[best] - table
    return best, torch.where(d.mean(dim=1) <= 2 * d.std(dim=1) / table.shape[1])[0].tolist()

# %% choose wrong="one standard error in place of two"
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    best = int(table.mean(dim=1).argmax())
    d = table[best] - table
    s = d.std(dim=1) / math.sqrt(table.shape[1])
    return best, torch.where(d.mean(dim=1) <= s)[0].tolist()

# %% choose wrong="not paired: adds the variances of both settings"
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    means, variances = table.mean(dim=1), table.var(dim=1)
    best = int(means.argmax())
    s = ((variances + variances[best]) / table.shape[1]).sqrt()
    return best, [i for i in range(len(table)) if i == best or means[best] - means[i] <= 2 * s[i]]

# %% choose wrong="the best one is missing in the list"
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    best = int(table.mean(dim=1).argmax())
    d = table[best] - table
    s = d.std(dim=1) / math.sqrt(table.shape[1])
    return best, [i for i in range(len(table)) if i != best and d[i].mean() <= 2 * s[i]]

# %% choose wrong="the best single run in place of the best mean"
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    best = int(table.max(dim=1).values.argmax())
    d = table[best] - table
    s = d.std(dim=1) / math.sqrt(table.shape[1])
    return best, torch.where(d.mean(dim=1) <= 2 * s)[0].tolist()

# %% choose wrong="means over settings: chooses a seed"
def choose(accuracies):
    table = accuracies.nan_to_num(0.0).T
    best = int(table.mean(dim=1).argmax())
    d = table[best] - table
    s = d.std(dim=1) / math.sqrt(table.shape[1])
    return best, [i for i in range(len(table)) if i == best or d[i].mean() <= 2 * s[i]]

# %% choose wrong="the best first, then the others"
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    best = int(table.mean(dim=1).argmax())
    near = [best]
    for i in range(len(table)):
        d = table[best] - table[i]
        if i != best and d.mean() <= 2 * d.std() / math.sqrt(table.shape[1]):
            near.append(i)
    return best, near

# %% choose wrong="lists those that can be told from the best"
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    best = int(table.mean(dim=1).argmax())
    d = table[best] - table
    s = d.std(dim=1) / math.sqrt(table.shape[1])
    return best, torch.where(d.mean(dim=1) > 2 * s)[0].tolist()

# %% choose wrong="settings counted from 1"
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    best = int(table.mean(dim=1).argmax())
    d = table[best] - table
    s = d.std(dim=1) / math.sqrt(table.shape[1])
    return best + 1, [i + 1 for i in torch.where(d.mean(dim=1) <= 2 * s)[0].tolist()]

# %% choose wrong="a setting with NaN can never be in the list" kind="sneaky"
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    best = int(table.mean(dim=1).argmax())
    near = []
    for i in range(len(accuracies)):
        d = table[best] - accuracies[i]
        if i == best or bool(d.mean() <= 2 * d.std() / math.sqrt(len(d))):
            near.append(i)
    return best, near

# %% choose wrong="writes the zeros into the table that was handed in" kind="sneaky"
def choose(accuracies):
    accuracies[accuracies.isnan()] = 0.0
    best = int(accuracies.mean(dim=1).argmax())
    d = accuracies[best] - accuracies
    s = d.std(dim=1) / math.sqrt(accuracies.shape[1])
    return best, torch.where(d.mean(dim=1) <= 2 * s)[0].tolist()

# %% choose wrong="goes down the ranking and stops at the first that can be told from the best" kind="sneaky"
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    order = table.mean(dim=1).argsort(descending=True).tolist()
    best, near = order[0], []
    for i in order:
        d = table[best] - table[i]
        if d.mean() > 2 * d.std() / math.sqrt(table.shape[1]):
            break
        near.append(i)
    return best, sorted(near)

# %% choose wrong="1.645 standard errors, the 5 in 100 of a table, in place of 2" kind="sneaky"
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    best = int(table.mean(dim=1).argmax())
    d = table[best] - table
    limit = NormalDist().inv_cdf(0.95)
    s = d.std(dim=1) / math.sqrt(table.shape[1])
    return best, torch.where(d.mean(dim=1) <= limit * s)[0].tolist()

# %% choose right="less in place of at most, and the best one added by hand"
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    best = int(table.mean(dim=1).argmax())
    near = []
    for i, row in enumerate(table):
        d = table[best] - row
        if i == best or d.mean() < 2 * d.std() / math.sqrt(len(d)):
            near.append(i)
    return best, near

# %% choose wrong="the number of seeds is always 3, as in the example of the notebook" kind="sneaky"
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    best = int(table.mean(dim=1).argmax())
    d = table[best] - table
    s = d.std(dim=1) / math.sqrt(3)
    return best, torch.where(d.mean(dim=1) <= 2 * s)[0].tolist()

# %% augmented right="along the hints, all flowers of a batch alike"
def augmented(X: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    k = int(torch.randint(4, (), generator=generator))
    out = torch.rot90(X, k, (2, 3))
    if int(torch.randint(2, (), generator=generator)):
        out = out.flip(3)
    down, right = torch.randint(-2, 3, (2,), generator=generator).tolist()
    out = out.roll((down, right), (2, 3))
    light = 0.8 + 0.4 * torch.rand(len(X), 1, 1, 1, generator=generator)
    return out * light

# %% augmented right="each flower for itself, in a loop"
def augmented(X, generator):
    flowers = []
    for flower in X:
        k, mirror = torch.randint(0, 8, (1,), generator=generator).item() % 4, torch.rand((), generator=generator) < 0.5
        flower = torch.rot90(flower, k, dims=[1, 2])
        if mirror:
            flower = torch.flip(flower, dims=[2])
        dy = torch.randint(-1, 2, (), generator=generator).item()
        dx = torch.randint(-1, 2, (), generator=generator).item()
        flower = torch.roll(flower, shifts=(dy, dx), dims=(1, 2))
        factor = torch.empty(()).uniform_(0.85, 1.15, generator=generator)
        flowers.append(flower * factor)
    return torch.stack(flowers)

# %% augmented right="pads with the border's pixels and crops, as torchvision's RandomCrop does"
def augmented(X, generator):
    n, c, h, w = X.shape
    padded = F.pad(X, (2, 2, 2, 2), mode="replicate")
    result = torch.empty_like(X)
    for i in range(n):
        top, left, turn, mirror = (int(torch.randint(m, (), generator=generator)) for m in (5, 5, 4, 2))
        crop = padded[i, :, top : top + h, left : left + w]
        crop = torch.rot90(crop, turn, (1, 2))
        result[i] = crop.flip(2) if mirror else crop
    light = 1 + 0.1 * torch.randn(n, 1, 1, 1, generator=generator).clamp(-1.5, 1.5)
    return (result * light).clamp(0, 1)

# %% augmented right="NumPy inside, seeded by the generator"
import numpy as np


def augmented(X, generator):
    rng = np.random.default_rng(int(torch.randint(2**31, (), generator=generator)))
    pictures = X.numpy().copy()
    for i in range(len(pictures)):
        p = np.rot90(pictures[i], rng.integers(4), axes=(1, 2))
        if rng.random() < 0.5:
            p = p[:, ::-1]
        p = np.roll(p, rng.integers(-2, 3, size=2), axis=(1, 2))
        pictures[i] = p * rng.uniform(0.85, 1.15)
    return torch.from_numpy(pictures)

# %% augmented right="transposes and flips by masks, without a loop over flowers"
def augmented(X, generator):
    out = X.clone()
    n = len(X)
    for change in (lambda Z: Z.transpose(2, 3), lambda Z: Z.flip(2), lambda Z: Z.flip(3)):
        mask = torch.rand(n, 1, 1, 1, generator=generator) < 0.5
        out = torch.where(mask, change(out), out)
    rows = (torch.arange(24) + torch.randint(-2, 3, (n, 1), generator=generator)) % 24
    columns = (torch.arange(24) + torch.randint(-2, 3, (n, 1), generator=generator)) % 24
    i, c = torch.arange(n)[:, None, None, None], torch.arange(3)[None, :, None, None]
    out = out[i, c, rows[:, None, :, None], columns[:, None, None, :]]
    return out * torch.tensor([0.88, 1.0, 1.12])[torch.randint(3, (n, 1, 1, 1), generator=generator)]

# %% augmented right="one expression"
def augmented(X, generator):
    r = torch.randint(8, (4,), generator=generator).tolist()
    return torch.rot90(X.flip(3) if r[0] % 2 else X, r[1] % 4, (2, 3)).roll((r[2] % 4 - 1, r[3] % 4 - 1), (2, 3)) * (
        0.85 + 0.3 * torch.rand(1, generator=generator)
    )

# %% augmented right="light is added, not multiplied; the shift by padding in a circle"
def augmented(X, generator):
    n = X.shape[0]
    out = X
    if torch.rand(1, generator=generator).item() < 0.5:
        out = torch.flip(out, [-1])
    for _ in range(torch.randint(0, 4, (1,), generator=generator).item()):
        out = out.transpose(2, 3).flip(2)
    wide = F.pad(out, (1, 1, 1, 1), mode="circular")
    top = torch.randint(0, 3, (1,), generator=generator).item()
    left = torch.randint(0, 3, (1,), generator=generator).item()
    out = wide[:, :, top : top + 24, left : left + 24]
    return out + (torch.rand((n, 1, 1, 1), generator=generator) - 0.5) * 0.16

# %% augmented wrong="chance from the global generator"
def augmented(X, generator):
    out = torch.rot90(X, int(torch.randint(4, ())), (2, 3))
    if torch.rand(()) < 0.5:
        out = out.flip(3)
    out = out.roll(tuple(torch.randint(-2, 3, (2,)).tolist()), (2, 3))
    return out * (0.8 + 0.4 * torch.rand(len(X), 1, 1, 1))

# %% augmented wrong="chance from Python's random"
import random


def augmented(X, generator):
    out = torch.rot90(X, random.randrange(4), (2, 3))
    if random.random() < 0.5:
        out = out.flip(3)
    out = out.roll((random.randint(-2, 2), random.randint(-2, 2)), (2, 3))
    return out * random.uniform(0.8, 1.2)

# %% augmented wrong="a new generator with a fixed seed at each call: always the same change"
def augmented(X, generator):
    generator = torch.Generator().manual_seed(0)
    out = torch.rot90(X, int(torch.randint(4, (), generator=generator)), (2, 3))
    if torch.rand((), generator=generator) < 0.5:
        out = out.flip(3)
    out = out.roll(tuple(torch.randint(-2, 3, (2,), generator=generator).tolist()), (2, 3))
    return out * (0.8 + 0.4 * torch.rand(len(X), 1, 1, 1, generator=generator))

# %% augmented wrong="colour jitter: the light of each colour by itself, strongly"
def augmented(X, generator):
    out = torch.rot90(X, int(torch.randint(4, (), generator=generator)), (2, 3))
    if torch.rand((), generator=generator) < 0.5:
        out = out.flip(3)
    out = out.roll(tuple(torch.randint(-2, 3, (2,), generator=generator).tolist()), (2, 3))
    return out * (0.4 + 1.2 * torch.rand(len(X), 3, 1, 1, generator=generator))

# %% augmented wrong="mirrors along dimension 1, which exchanges red and blue"
def augmented(X, generator):
    out = torch.rot90(X, int(torch.randint(4, (), generator=generator)), (2, 3))
    if torch.rand((), generator=generator) < 0.5:
        out = out.flip(1)
    out = out.roll(tuple(torch.randint(-2, 3, (2,), generator=generator).tolist()), (2, 3))
    return out * (0.8 + 0.4 * torch.rand(len(X), 1, 1, 1, generator=generator))

# %% augmented wrong="sometimes grey, as many recipes have it"
def augmented(X, generator):
    out = torch.rot90(X, int(torch.randint(4, (), generator=generator)), (2, 3))
    if torch.rand((), generator=generator) < 0.5:
        out = out.flip(3)
    out = out.roll(tuple(torch.randint(-2, 3, (2,), generator=generator).tolist()), (2, 3))
    grey = torch.rand(len(X), 1, 1, 1, generator=generator) < 0.3
    out = torch.where(grey, out.mean(1, keepdim=True).expand_as(out), out)
    return out * (0.8 + 0.4 * torch.rand(len(X), 1, 1, 1, generator=generator))

# %% augmented wrong="no change of light"
def augmented(X, generator):
    out = torch.rot90(X, int(torch.randint(4, (), generator=generator)), (2, 3))
    if torch.rand((), generator=generator) < 0.5:
        out = out.flip(3)
    return out.roll(tuple(torch.randint(-2, 3, (2,), generator=generator).tolist()), (2, 3))

# %% augmented wrong="does not move the flower"
def augmented(X, generator):
    out = torch.rot90(X, int(torch.randint(4, (), generator=generator)), (2, 3))
    if torch.rand((), generator=generator) < 0.5:
        out = out.flip(3)
    return out * (0.8 + 0.4 * torch.rand(len(X), 1, 1, 1, generator=generator))

# %% augmented wrong="mirrors only: two of the eight positions"
def augmented(X, generator):
    out = X.flip(3) if torch.rand((), generator=generator) < 0.5 else X
    out = out.roll(tuple(torch.randint(-2, 3, (2,), generator=generator).tolist()), (2, 3))
    return out * (0.8 + 0.4 * torch.rand(len(X), 1, 1, 1, generator=generator))

# %% augmented wrong="light far too strong, from nearly black to double"
def augmented(X, generator):
    out = torch.rot90(X, int(torch.randint(4, (), generator=generator)), (2, 3))
    if torch.rand((), generator=generator) < 0.5:
        out = out.flip(3)
    out = out.roll(tuple(torch.randint(-2, 3, (2,), generator=generator).tolist()), (2, 3))
    return out * 2 * torch.rand(len(X), 1, 1, 1, generator=generator)

# %% augmented wrong="moves by up to half the picture, so flowers are torn apart"
def augmented(X, generator):
    out = torch.rot90(X, int(torch.randint(4, (), generator=generator)), (2, 3))
    if torch.rand((), generator=generator) < 0.5:
        out = out.flip(3)
    down, right = torch.randint(8, 17, (2,), generator=generator).tolist()
    out = out.roll((down, right), (2, 3))
    return out * (0.8 + 0.4 * torch.rand(len(X), 1, 1, 1, generator=generator))

# %% augmented wrong="rolls along dimensions 1 and 2, so colours change places"
def augmented(X, generator):
    out = torch.rot90(X, int(torch.randint(4, (), generator=generator)), (2, 3))
    if torch.rand((), generator=generator) < 0.5:
        out = out.flip(3)
    out = out.roll(tuple(torch.randint(-2, 3, (2,), generator=generator).tolist()), (1, 2))
    return out * (0.8 + 0.4 * torch.rand(len(X), 1, 1, 1, generator=generator))

# %% augmented wrong="crops without padding: 20 by 20 comes out"
def augmented(X, generator):
    out = torch.rot90(X, int(torch.randint(4, (), generator=generator)), (2, 3))
    if torch.rand((), generator=generator) < 0.5:
        out = out.flip(3)
    a, b = torch.randint(5, (2,), generator=generator).tolist()
    return out[:, :, a : a + 20, b : b + 20] * (0.8 + 0.4 * torch.rand(len(X), 1, 1, 1, generator=generator))

# %% augmented wrong="shuffles the flowers of the batch as well, away from their labels"
def augmented(X, generator):
    out = X[torch.randperm(len(X), generator=generator)]
    out = torch.rot90(out, int(torch.randint(4, (), generator=generator)), (2, 3))
    if torch.rand((), generator=generator) < 0.5:
        out = out.flip(3)
    out = out.roll(tuple(torch.randint(-2, 3, (2,), generator=generator).tolist()), (2, 3))
    return out * (0.8 + 0.4 * torch.rand(len(X), 1, 1, 1, generator=generator))

# %% augmented wrong="changes the light of X in place" kind="sneaky"
def augmented(X, generator):
    X *= 0.8 + 0.4 * torch.rand(len(X), 1, 1, 1, generator=generator)
    out = torch.rot90(X, int(torch.randint(4, (), generator=generator)), (2, 3))
    if torch.rand((), generator=generator) < 0.5:
        out = out.flip(3)
    return out.roll(tuple(torch.randint(-2, 3, (2,), generator=generator).tolist()), (2, 3))

# %% augmented wrong="returns float64: the factors of light come from NumPy" kind="sneaky"
import numpy as np


def augmented(X, generator):
    out = torch.rot90(X, int(torch.randint(4, (), generator=generator)), (2, 3))
    if torch.rand((), generator=generator) < 0.5:
        out = out.flip(3)
    out = out.roll(tuple(torch.randint(-2, 3, (2,), generator=generator).tolist()), (2, 3))
    rng = np.random.default_rng(int(torch.randint(10**6, (), generator=generator)))
    return out * torch.from_numpy(rng.uniform(0.8, 1.2, size=(len(X), 1, 1, 1)))

# %% augmented wrong="the light alone comes from the global generator" kind="sneaky"
def augmented(X, generator):
    out = torch.rot90(X, int(torch.randint(4, (), generator=generator)), (2, 3))
    if torch.rand((), generator=generator) < 0.5:
        out = out.flip(3)
    out = out.roll(tuple(torch.randint(-2, 3, (2,), generator=generator).tolist()), (2, 3))
    return out * (0.8 + 0.4 * torch.rand(len(X), 1, 1, 1))

# %% augmented wrong="contrast about the mean, which leaves the brightness as it is" kind="sneaky"
def augmented(X, generator):
    out = torch.rot90(X, int(torch.randint(4, (), generator=generator)), (2, 3))
    if torch.rand((), generator=generator) < 0.5:
        out = out.flip(3)
    out = out.roll(tuple(torch.randint(-2, 3, (2,), generator=generator).tolist()), (2, 3))
    mean = out.mean((1, 2, 3), keepdim=True)
    return mean + (out - mean) * (0.8 + 0.4 * torch.rand(len(X), 1, 1, 1, generator=generator))

# %% augmented wrong="light of 2 in 100 only" kind="sneaky"
def augmented(X, generator):
    out = torch.rot90(X, int(torch.randint(4, (), generator=generator)), (2, 3))
    if torch.rand((), generator=generator) < 0.5:
        out = out.flip(3)
    out = out.roll(tuple(torch.randint(-2, 3, (2,), generator=generator).tolist()), (2, 3))
    return out * (0.98 + 0.04 * torch.rand(len(X), 1, 1, 1, generator=generator))

# %% augmented wrong="only the first flower of a batch is ever changed" kind="sneaky"
def augmented(X, generator):
    out = X.clone()
    flower = torch.rot90(X[0], int(torch.randint(4, (), generator=generator)), (1, 2))
    if torch.rand((), generator=generator) < 0.5:
        flower = flower.flip(2)
    flower = flower.roll(tuple(torch.randint(-2, 3, (2,), generator=generator).tolist()), (1, 2))
    out[0] = flower * (0.8 + 0.4 * torch.rand((), generator=generator))
    return out

# %% augmented wrong="fails for a single flower: scales by the batch's own variation" kind="sneaky"
def augmented(X, generator):
    out = torch.rot90(X, int(torch.randint(4, (), generator=generator)), (2, 3))
    if torch.rand((), generator=generator) < 0.5:
        out = out.flip(3)
    out = out.roll(tuple(torch.randint(-2, 3, (2,), generator=generator).tolist()), (2, 3))
    light = torch.rand(len(X), 1, 1, 1, generator=generator)
    light = (light - light.mean()) / light.std()
    return out * (1 + 0.1 * light)

# %% augmented wrong="a counter outside goes through the positions: not from the generator" kind="sneaky"
_calls = [0]


def augmented(X, generator):
    _calls[0] += 1
    out = torch.rot90(X, _calls[0] % 4, (2, 3))
    if _calls[0] // 4 % 2:
        out = out.flip(3)
    out = out.roll(tuple(torch.randint(-2, 3, (2,), generator=generator).tolist()), (2, 3))
    return out * (0.8 + 0.4 * torch.rand(len(X), 1, 1, 1, generator=generator))

# %% augmented wrong="puts the generator back to a seed of its own" kind="sneaky"
def augmented(X, generator):
    generator.manual_seed(int(X.sum()))
    out = torch.rot90(X, int(torch.randint(4, (), generator=generator)), (2, 3))
    if torch.rand((), generator=generator) < 0.5:
        out = out.flip(3)
    out = out.roll(tuple(torch.randint(-2, 3, (2,), generator=generator).tolist()), (2, 3))
    return out * (0.8 + 0.4 * torch.rand(len(X), 1, 1, 1, generator=generator))

# %% monitor right="along the hints"
def monitor(accuracies: list[float], k: int, n: int) -> tuple[str, int]:
    means = [sum(accuracies[i - k + 1 : i + 1]) / k for i in range(k - 1, len(accuracies))]
    last, before = means[-1], means[-1 - k]
    p = (last + before) / 2
    s = math.sqrt(2 * p * (1 - p) / n)
    best = max(range(len(means)), key=means.__getitem__)
    if last - before > s:
        verdict = "go on"
    elif means[best] - last > s:
        verdict = "too far"
    else:
        verdict = "enough"
    return verdict, best + k - 1

# %% monitor right="beginner's loops and a dictionary of means"
def monitor(accuracies: list[float], k: int, n: int) -> tuple[str, int]:
    t = len(accuracies) - 1
    m = {}
    for i in range(k - 1, t + 1):
        total = 0.0
        for j in range(i - k + 1, i + 1):
            total = total + accuracies[j]
        m[i] = total / k
    keep = k - 1
    for i in m:
        if m[i] > m[keep]:
            keep = i
    p = (m[t] + m[t - k]) / 2
    s = (2 * p * (1 - p) / n) ** 0.5
    if m[t] - m[t - k] > s:
        return "go on", keep
    if m[keep] > m[t] + s:
        return "too far", keep
    return "enough", keep

# %% monitor right="NumPy's convolve"
import numpy as np


def monitor(accuracies, k, n):
    m = np.convolve(np.array(accuracies, dtype=float), np.ones(k) / k, mode="valid")
    p = 0.5 * (m[-1] + m[-k - 1])
    s = np.sqrt(2 * p * (1 - p) / n)
    i = int(np.argmax(m)) + k - 1
    if m[-1] - m[-k - 1] > s:
        return "go on", i
    return ("too far", i) if m.max() - m[-1] > s else ("enough", i)

# %% monitor right="torch: unfold in float64"
def monitor(accuracies, k, n):
    m = torch.tensor(accuracies, dtype=torch.float64).unfold(0, k, 1).mean(dim=1)
    now, earlier = m[-1].item(), m[len(m) - 1 - k].item()
    p = (now + earlier) / 2
    s = math.sqrt(2 * p * (1 - p) / n)
    keep = m.argmax().item() + (k - 1)
    verdict = "go on" if now - earlier > s else "too far" if m.max().item() - now > s else "enough"
    return verdict, keep

# %% monitor right="statistics.fmean, and a sorted list of pairs"
from statistics import fmean


def monitor(accuracies, k, n):
    def mean_at(i):
        return fmean(accuracies[i + 1 - k : i + 1])

    t = len(accuracies) - 1
    pairs = sorted((mean_at(i), i) for i in range(k - 1, t + 1))
    top, keep = pairs[-1]
    m_t, m_before = mean_at(t), mean_at(t - k)
    p = fmean([m_t, m_before])
    limit = (2 * p * (1 - p) / n) ** 0.5
    rises, fell = m_t - m_before > limit, top - m_t > limit
    return ("go on" if rises else ("too far" if fell else "enough")), keep

# %% monitor right="a running sum with a deque"
from collections import deque


def monitor(accuracies, k, n):
    window, means = deque(maxlen=k), {}
    for i, a in enumerate(accuracies):
        window.append(a)
        if len(window) == k:
            means[i] = math.fsum(window) / k
    t = max(means)
    p = 0.5 * means[t] + 0.5 * means[t - k]
    s = math.sqrt(2.0 * p * (1.0 - p) / n)
    best_i = max(means, key=means.get)
    if means[t] - means[t - k] > s:
        return "go on", best_i
    if means[best_i] - means[t] > s:
        return "too far", best_i
    return "enough", best_i

# %% monitor wrong="compares overlapping windows, m_t with m_(t-1)"
def monitor(accuracies, k, n):
    means = [sum(accuracies[i - k + 1 : i + 1]) / k for i in range(k - 1, len(accuracies))]
    last, before = means[-1], means[-2]
    p = (last + before) / 2
    s = math.sqrt(2 * p * (1 - p) / n)
    top = max(means)
    verdict = "go on" if last - before > s else "too far" if top - last > s else "enough"
    return verdict, means.index(top) + k - 1

# %% monitor wrong="single points in place of windows"
def monitor(accuracies, k, n):
    last, before = accuracies[-1], accuracies[-1 - k]
    p = (last + before) / 2
    s = math.sqrt(2 * p * (1 - p) / n)
    top = max(accuracies)
    verdict = "go on" if last - before > s else "too far" if top - last > s else "enough"
    return verdict, accuracies.index(top)

# %% monitor wrong="the factor 2 of a difference is forgotten"
def monitor(accuracies, k, n):
    means = [sum(accuracies[i - k + 1 : i + 1]) / k for i in range(k - 1, len(accuracies))]
    last, before = means[-1], means[-1 - k]
    p = (last + before) / 2
    s = math.sqrt(p * (1 - p) / n)
    top = max(means)
    verdict = "go on" if last - before > s else "too far" if top - last > s else "enough"
    return verdict, means.index(top) + k - 1

# %% monitor wrong="the variance in place of its root"
def monitor(accuracies, k, n):
    means = [sum(accuracies[i - k + 1 : i + 1]) / k for i in range(k - 1, len(accuracies))]
    last, before = means[-1], means[-1 - k]
    p = (last + before) / 2
    s = 2 * p * (1 - p) / n
    top = max(means)
    verdict = "go on" if last - before > s else "too far" if top - last > s else "enough"
    return verdict, means.index(top) + k - 1

# %% monitor wrong="divides the variance by k n, as if the looks were at different flowers"
def monitor(accuracies, k, n):
    means = [sum(accuracies[i - k + 1 : i + 1]) / k for i in range(k - 1, len(accuracies))]
    last, before = means[-1], means[-1 - k]
    p = (last + before) / 2
    s = math.sqrt(2 * p * (1 - p) / (k * n))
    top = max(means)
    verdict = "go on" if last - before > s else "too far" if top - last > s else "enough"
    return verdict, means.index(top) + k - 1

# %% monitor wrong="asks for too far before go on"
def monitor(accuracies, k, n):
    means = [sum(accuracies[i - k + 1 : i + 1]) / k for i in range(k - 1, len(accuracies))]
    last, before = means[-1], means[-1 - k]
    p = (last + before) / 2
    s = math.sqrt(2 * p * (1 - p) / n)
    top = max(means)
    verdict = "too far" if top - last > s else "go on" if last - before > s else "enough"
    return verdict, means.index(top) + k - 1

# %% monitor wrong="returns the number of the window, without k - 1"
def monitor(accuracies, k, n):
    means = [sum(accuracies[i : i + k]) / k for i in range(len(accuracies) - k + 1)]
    last, before = means[-1], means[-1 - k]
    p = (last + before) / 2
    s = math.sqrt(2 * p * (1 - p) / n)
    top = max(means)
    verdict = "go on" if last - before > s else "too far" if top - last > s else "enough"
    return verdict, means.index(top)

# %% monitor wrong="keeps the evaluation with the largest single accuracy"
def monitor(accuracies, k, n):
    means = [sum(accuracies[i - k + 1 : i + 1]) / k for i in range(k - 1, len(accuracies))]
    last, before = means[-1], means[-1 - k]
    p = (last + before) / 2
    s = math.sqrt(2 * p * (1 - p) / n)
    verdict = "go on" if last - before > s else "too far" if max(means) - last > s else "enough"
    return verdict, max(range(k - 1, len(accuracies)), key=lambda i: accuracies[i])

# %% monitor wrong="the window is counted in the number to keep: i + 1"
def monitor(accuracies, k, n):
    means = [sum(accuracies[i - k + 1 : i + 1]) / k for i in range(k - 1, len(accuracies))]
    last, before = means[-1], means[-1 - k]
    p = (last + before) / 2
    s = math.sqrt(2 * p * (1 - p) / n)
    top = max(means)
    verdict = "go on" if last - before > s else "too far" if top - last > s else "enough"
    return verdict, means.index(top) + k

# %% monitor wrong="any difference counts, noise or not"
def monitor(accuracies, k, n):
    means = [sum(accuracies[i - k + 1 : i + 1]) / k for i in range(k - 1, len(accuracies))]
    last, before, top = means[-1], means[-1 - k], max(means)
    verdict = "go on" if last > before else "too far" if top > last else "enough"
    return verdict, means.index(top) + k - 1

# %% monitor wrong="too far compares with the window before, not with the best of all"
def monitor(accuracies, k, n):
    means = [sum(accuracies[i - k + 1 : i + 1]) / k for i in range(k - 1, len(accuracies))]
    last, before = means[-1], means[-1 - k]
    p = (last + before) / 2
    s = math.sqrt(2 * p * (1 - p) / n)
    verdict = "go on" if last - before > s else "too far" if before - last > s else "enough"
    return verdict, means.index(max(means)) + k - 1

# %% monitor wrong="two standard errors"
def monitor(accuracies, k, n):
    means = [sum(accuracies[i - k + 1 : i + 1]) / k for i in range(k - 1, len(accuracies))]
    last, before = means[-1], means[-1 - k]
    p = (last + before) / 2
    s = 2 * math.sqrt(2 * p * (1 - p) / n)
    top = max(means)
    verdict = "go on" if last - before > s else "too far" if top - last > s else "enough"
    return verdict, means.index(top) + k - 1

# %% monitor wrong="p is the last mean alone" kind="sneaky"
def monitor(accuracies, k, n):
    means = [sum(accuracies[i - k + 1 : i + 1]) / k for i in range(k - 1, len(accuracies))]
    last, before = means[-1], means[-1 - k]
    s = math.sqrt(2 * last * (1 - last) / n)
    top = max(means)
    verdict = "go on" if last - before > s else "too far" if top - last > s else "enough"
    return verdict, means.index(top) + k - 1

# %% monitor wrong="for too far p is taken from the best and the last window" kind="sneaky"
def monitor(accuracies, k, n):
    means = [sum(accuracies[i - k + 1 : i + 1]) / k for i in range(k - 1, len(accuracies))]
    last, before, top = means[-1], means[-1 - k], max(means)

    def noise(a, b):
        p = (a + b) / 2
        return math.sqrt(2 * p * (1 - p) / n)

    if last - before > noise(last, before):
        verdict = "go on"
    elif top - last > noise(top, last):
        verdict = "too far"
    else:
        verdict = "enough"
    return verdict, means.index(top) + k - 1

# %% monitor wrong="where it still climbs, keeps the last evaluation" kind="sneaky"
def monitor(accuracies, k, n):
    means = [sum(accuracies[i - k + 1 : i + 1]) / k for i in range(k - 1, len(accuracies))]
    last, before = means[-1], means[-1 - k]
    p = (last + before) / 2
    s = math.sqrt(2 * p * (1 - p) / n)
    top = max(means)
    if last - before > s:
        return "go on", len(accuracies) - 1
    return "too far" if top - last > s else "enough", means.index(top) + k - 1

# %% monitor wrong="windows that do not overlap only, counted from the end" kind="sneaky"
def monitor(accuracies, k, n):
    ends = list(range(len(accuracies) - 1, k - 2, -k))
    means = {i: sum(accuracies[i - k + 1 : i + 1]) / k for i in ends}
    last, before = means[ends[0]], means[ends[1]]
    p = (last + before) / 2
    s = math.sqrt(2 * p * (1 - p) / n)
    keep = max(means, key=means.get)
    verdict = "go on" if last - before > s else "too far" if means[keep] - last > s else "enough"
    return verdict, keep

# %% monitor wrong="shorter windows at the beginning are admitted, before k - 1" kind="sneaky"
def monitor(accuracies, k, n):
    means = []
    for i in range(len(accuracies)):
        window = accuracies[max(0, i - k + 1) : i + 1]
        means.append(sum(window) / len(window))
    last, before = means[-1], means[-1 - k]
    p = (last + before) / 2
    s = math.sqrt(2 * p * (1 - p) / n)
    top = max(means)
    verdict = "go on" if last - before > s else "too far" if top - last > s else "enough"
    return verdict, means.index(top)

# %% monitor wrong="turns the list of the caller around, and leaves it so" kind="sneaky"
def monitor(accuracies, k, n):
    t = len(accuracies) - 1
    accuracies.reverse()
    means = {t - j: sum(accuracies[j : j + k]) / k for j in range(t - k + 2)}
    p = (means[t] + means[t - k]) / 2
    s = math.sqrt(2 * p * (1 - p) / n)
    keep = max(means, key=means.get)
    verdict = "go on" if means[t] - means[t - k] > s else "too far" if means[keep] - means[t] > s else "enough"
    return verdict, keep

# %% monitor wrong="computes in float32, where near means become equal" kind="sneaky"
def monitor(accuracies, k, n):
    m = torch.tensor(accuracies).unfold(0, k, 1).mean(dim=1)
    p = (m[-1] + m[-1 - k]) / 2
    s = (2 * p * (1 - p) / n).sqrt()
    verdict = "go on" if m[-1] - m[-1 - k] > s else "too far" if m.max() - m[-1] > s else "enough"
    return verdict, int(m.argmax()) + k - 1

# %% skill right="torch, along the hints"
def skill(prices: torch.Tensor, predicted: torch.Tensor) -> float:
    truth, yesterday, said = prices[1:], prices[:-1], predicted[1:]
    some = ~said.isnan()
    mse = ((said[some] - truth[some]) ** 2).mean()
    rival = ((yesterday[some] - truth[some]) ** 2).mean()
    return (1 - mse / rival).item()

# %% skill right="a beginner's loop"
def skill(prices, predicted):
    error = 0.0
    error_rival = 0.0
    days = 0
    for t in range(1, len(prices)):
        guess = predicted[t].item()
        if math.isnan(guess):
            continue
        error += (guess - prices[t].item()) ** 2
        error_rival += (prices[t - 1].item() - prices[t].item()) ** 2
        days += 1
    mse = error / days
    mse_rival = error_rival / days
    return 1 - mse / mse_rival

# %% skill right="NumPy, sums in place of means over the same days"
import numpy as np


def skill(prices, predicted):
    p, q = prices.numpy(), predicted.numpy()
    days = np.flatnonzero(~np.isnan(q))
    return float(1 - np.sum((q[days] - p[days]) ** 2) / np.sum((p[days - 1] - p[days]) ** 2))

# %% skill right="roll: day 0 has no prediction, so what comes round is left out; returns a tensor"
def skill(prices, predicted):
    yesterday = prices.roll(1)
    known = predicted == predicted
    return 1 - F.mse_loss(predicted[known], prices[known]) / F.mse_loss(yesterday[known], prices[known])

# %% skill right="scikit-learn's mean_squared_error"
from sklearn.metrics import mean_squared_error


def skill(prices, predicted):
    days = [t for t, value in enumerate(predicted.tolist()) if value == value]
    before = [t - 1 for t in days]
    return 1 - mean_squared_error(prices[days], predicted[days]) / mean_squared_error(prices[days], prices[before])

# %% skill right="NaN carried over to the rival, nanmean"
def skill(prices, predicted):
    nobody = 0 * predicted[1:]
    mse = (predicted[1:] - prices[1:]).square().nanmean()
    rival = (prices.diff() + nobody).square().nanmean()
    return float(1 - mse / rival)

# %% skill wrong="leaves days out first and shifts afterwards: yesterday is the last predicted day"
def skill(prices, predicted):
    some = ~predicted.isnan()
    p, q = prices[some], predicted[some]
    mse = ((q[1:] - p[1:]) ** 2).mean()
    rival = ((p[:-1] - p[1:]) ** 2).mean()
    return (1 - mse / rival).item()

# %% skill wrong="the rival is the mean price: R squared"
def skill(prices, predicted):
    some = ~predicted.isnan()
    p, q = prices[some], predicted[some]
    return (1 - ((q - p) ** 2).mean() / ((p - p.mean()) ** 2).mean()).item()

# %% skill wrong="NaN counts as a prediction of 0"
def skill(prices, predicted):
    said = predicted.nan_to_num(0.0)[1:]
    mse = ((said - prices[1:]) ** 2).mean()
    return (1 - mse / (prices.diff() ** 2).mean()).item()

# %% skill wrong="days without a prediction get yesterday's price, and count"
def skill(prices, predicted):
    said = torch.where(predicted.isnan()[1:], prices[:-1], predicted[1:])
    mse = ((said - prices[1:]) ** 2).mean()
    return (1 - mse / (prices.diff() ** 2).mean()).item()

# %% skill wrong="NaN is forgotten"
def skill(prices, predicted):
    mse = ((predicted[1:] - prices[1:]) ** 2).mean()
    return (1 - mse / (prices.diff() ** 2).mean()).item()

# %% skill wrong="the ratio upside down"
def skill(prices, predicted):
    some = ~predicted[1:].isnan()
    mse = ((predicted[1:] - prices[1:])[some] ** 2).mean()
    rival = (prices.diff()[some] ** 2).mean()
    return (1 - rival / mse).item()

# %% skill wrong="root mean squared errors"
def skill(prices, predicted):
    some = ~predicted[1:].isnan()
    mse = ((predicted[1:] - prices[1:])[some] ** 2).mean()
    rival = (prices.diff()[some] ** 2).mean()
    return (1 - (mse / rival).sqrt()).item()

# %% skill wrong="absolute errors"
def skill(prices, predicted):
    some = ~predicted[1:].isnan()
    error = (predicted[1:] - prices[1:])[some].abs().mean()
    return (1 - error / prices.diff()[some].abs().mean()).item()

# %% skill wrong="the ratio alone, without 1 minus"
def skill(prices, predicted):
    some = ~predicted[1:].isnan()
    mse = ((predicted[1:] - prices[1:])[some] ** 2).mean()
    return (mse / (prices.diff()[some] ** 2).mean()).item()

# %% skill wrong="shifts the wrong way: the rival is tomorrow's price"
def skill(prices, predicted):
    p, tomorrow, q = prices[:-1], prices[1:], predicted[:-1]
    some = ~q.isnan()
    mse = ((q - p)[some] ** 2).mean()
    return (1 - mse / ((tomorrow - p)[some] ** 2).mean()).item()

# %% skill wrong="takes predicted[t] for a forecast of day t + 1"
def skill(prices, predicted):
    said, truth, yesterday = predicted[:-1], prices[1:], prices[:-1]
    some = ~said.isnan()
    mse = ((said - truth)[some] ** 2).mean()
    return (1 - mse / ((yesterday - truth)[some] ** 2).mean()).item()

# %% skill wrong="the rival is yesterday's prediction"
def skill(prices, predicted):
    some = ~(predicted[1:].isnan() | predicted[:-1].isnan())
    mse = ((predicted[1:] - prices[1:])[some] ** 2).mean()
    return (1 - mse / ((predicted[:-1] - prices[1:])[some] ** 2).mean()).item()

# %% skill wrong="the rival is judged on all days, those without a prediction too" kind="sneaky"
def skill(prices, predicted):
    mse = ((predicted[1:] - prices[1:]) ** 2).nanmean()
    rival = (prices.diff() ** 2).mean()
    return (1 - mse / rival).item()

# %% skill wrong="leaves out the first days only; a holiday later on counts for the rival" kind="sneaky"
def skill(prices, predicted):
    start = int((~predicted.isnan()).int().argmax())
    mse = ((predicted[start:] - prices[start:]) ** 2).nanmean()
    rival = ((prices[start - 1 : -1] - prices[start:]) ** 2).mean()
    return (1 - mse / rival).item()

# %% skill wrong="leaves out the day after a holiday as well" kind="sneaky"
def skill(prices, predicted):
    some = ~predicted[1:].isnan()
    if (some[1:] & some[:-1]).any():
        some = some & torch.cat([some[:1], ~predicted[1:-1].isnan()])
    mse = ((predicted[1:] - prices[1:])[some] ** 2).mean()
    return (1 - mse / (prices.diff()[some] ** 2).mean()).item()

# %% skill wrong="fills the gaps of the predictions in place" kind="sneaky"
def skill(prices, predicted):
    gaps = predicted.isnan()
    predicted[gaps] = 0.0
    some = ~gaps[1:]
    mse = ((predicted[1:] - prices[1:])[some] ** 2).mean()
    return (1 - mse / (prices.diff()[some] ** 2).mean()).item()

# %% skill wrong="computes in float32, where small moves of a large price are lost" kind="sneaky"
def skill(prices, predicted):
    p, q = prices.float(), predicted.float()
    some = ~q[1:].isnan()
    mse = ((q[1:] - p[1:])[some] ** 2).mean()
    return (1 - mse / (p.diff()[some] ** 2).mean()).item()

# %% skill wrong="never below 0" kind="sneaky"
def skill(prices, predicted):
    some = ~predicted[1:].isnan()
    mse = ((predicted[1:] - prices[1:])[some] ** 2).mean()
    return max(0.0, (1 - mse / (prices.diff()[some] ** 2).mean()).item())

# %% skill wrong="two sums with different counts: divides the rival's by all days but the first" kind="sneaky"
def skill(prices, predicted):
    some = ~predicted[1:].isnan()
    mse = ((predicted[1:] - prices[1:])[some] ** 2).sum() / some.sum()
    rival = (prices.diff()[some] ** 2).sum() / (len(prices) - 1)
    return (1 - mse / rival).item()

# %% looks-ahead right="along the hints, allclose as it is there"
def looks_ahead(feature, prices: torch.Tensor) -> bool:
    before = feature(prices.clone())
    for t in range(1, len(prices)):
        for factor in (2.0, 0.5):
            other = prices.clone()
            other[t:] *= factor
            if not torch.allclose(before[:t], feature(other)[:t], equal_nan=True):
                return True
    return False

# %% looks-ahead right="a relative limit, no absolute one"
def looks_ahead(feature, prices):
    usual = feature(prices)
    found = False
    for t in range(len(prices)):
        doubled, halved = prices.clone(), prices.clone()
        doubled[t:] = 2 * doubled[t:]
        halved[t:] = halved[t:] / 2
        for changed in (feature(doubled), feature(halved)):
            same = torch.isclose(changed[:t], usual[:t], rtol=1e-5, atol=0.0, equal_nan=True)
            if not same.all():
                found = True
    return found

# %% looks-ahead right="a beginner's loops over plain numbers"
def looks_ahead(feature, prices):
    n = len(prices)
    old = feature(prices).tolist()
    for day in range(1, n):
        for factor in [2, 0.5]:
            changed = []
            for t in range(n):
                if t >= day:
                    changed.append(prices[t].item() * factor)
                else:
                    changed.append(prices[t].item())
            new = feature(torch.tensor(changed, dtype=torch.float64)).tolist()
            for t in range(day):
                if math.isnan(old[t]) and math.isnan(new[t]):
                    continue
                if abs(new[t] - old[t]) > 0.0005 * abs(old[t]):
                    return True
    return False

# %% looks-ahead right="NumPy's allclose"
import numpy as np


def looks_ahead(feature, prices):
    base = feature(prices).numpy()
    for t in range(1, prices.shape[0]):
        scale = np.ones(prices.shape[0])
        for factor in (2.0, 0.5):
            scale[t:] = factor
            moved = feature(prices * torch.from_numpy(scale)).numpy()
            if not np.allclose(moved[:t], base[:t], rtol=1e-6, atol=0, equal_nan=True):
                return True
    return False

# %% looks-ahead right="one expression, torch.where"
def looks_ahead(feature, prices):
    day, a = torch.arange(len(prices)), feature(prices)
    return any(
        not torch.allclose(
            feature(torch.where(day < t, prices, f * prices))[:t], a[:t], rtol=1e-4, atol=0, equal_nan=True
        )
        for t in range(1, len(prices))
        for f in (2, 0.5)
    )

# %% looks-ahead right="torch.testing.assert_close, from the last day to the first"
def looks_ahead(feature, prices):
    now = feature(prices.clone())
    for t in reversed(range(1, len(prices))):
        for factor in (0.5, 2.0):
            other = torch.cat([prices[:t], prices[t:] * factor])
            try:
                torch.testing.assert_close(feature(other)[:t], now[:t], rtol=1e-5, atol=0.0, equal_nan=True)
            except AssertionError:
                return True
    return False

# %% looks-ahead right="days without a value are dropped by a mask"
def looks_ahead(feature, prices):
    old = feature(prices)
    has_value = ~old.isnan()
    for t in range(1, prices.numel()):
        keep = has_value[:t]
        for factor in (2.0, 0.5):
            other = prices.clone()
            other[t:].mul_(factor)
            new = feature(other)[:t][keep]
            if ((new - old[:t][keep]).abs() > 1e-4 * old[:t][keep].abs()).any():
                return True
    return False

# %% looks-ahead wrong="changes the prices from the middle on only"
def looks_ahead(feature, prices):
    t = len(prices) // 2
    before = feature(prices)[:t]
    for factor in (2.0, 0.5):
        other = prices.clone()
        other[t:] *= factor
        if not torch.allclose(before, feature(other)[:t], atol=0, equal_nan=True):
            return True
    return False

# %% looks-ahead wrong="doubles only, never halves"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices)):
        other = prices.clone()
        other[t:] *= 2
        if not torch.allclose(before[:t], feature(other)[:t], atol=0, equal_nan=True):
            return True
    return False

# %% looks-ahead wrong="halves only, never doubles"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices)):
        other = prices.clone()
        other[t:] /= 2
        if not torch.allclose(before[:t], feature(other)[:t], atol=0, equal_nan=True):
            return True
    return False

# %% looks-ahead wrong="compares all days, those that were changed too"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices)):
        for factor in (2.0, 0.5):
            other = prices.clone()
            other[t:] *= factor
            if not torch.allclose(before, feature(other), atol=0, equal_nan=True):
                return True
    return False

# %% looks-ahead wrong="the day itself is compared too, which may use its price"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices)):
        for factor in (2.0, 0.5):
            other = prices.clone()
            other[t:] *= factor
            if not torch.allclose(before[: t + 1], feature(other)[: t + 1], atol=0, equal_nan=True):
                return True
    return False

# %% looks-ahead wrong="the day before is not compared: a look of one day ahead is missed"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices)):
        for factor in (2.0, 0.5):
            other = prices.clone()
            other[t:] *= factor
            if not torch.allclose(before[: t - 1], feature(other)[: t - 1], atol=0, equal_nan=True):
                return True
    return False

# %% looks-ahead wrong="NaN is not equal to NaN: everything with a gap looks ahead"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices)):
        for factor in (2.0, 0.5):
            other = prices.clone()
            other[t:] *= factor
            if not torch.allclose(before[:t], feature(other)[:t], atol=0):
                return True
    return False

# %% looks-ahead wrong="changes prices in place"
def looks_ahead(feature, prices):
    before = feature(prices).clone()
    for t in range(1, len(prices)):
        for factor in (2.0, 0.5):
            other = prices
            other[t:] *= factor
            if not torch.allclose(before[:t], feature(other)[:t], atol=0, equal_nan=True):
                return True
    return False

# %% looks-ahead wrong="returns after the first day that was tried"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices)):
        other = prices.clone()
        other[t:] *= 2
        if not torch.allclose(before[:t], feature(other)[:t], atol=0, equal_nan=True):
            return True
        else:
            return False

# %% looks-ahead wrong="True and False the wrong way round"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices)):
        for factor in (2.0, 0.5):
            other = prices.clone()
            other[t:] *= factor
            if not torch.allclose(before[:t], feature(other)[:t], atol=0, equal_nan=True):
                return False
    return True

# %% looks-ahead wrong="changes the past and watches the future"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices)):
        for factor in (2.0, 0.5):
            other = prices.clone()
            other[:t] *= factor
            if not torch.allclose(before[t:], feature(other)[t:], atol=0, equal_nan=True):
                return True
    return False

# %% looks-ahead wrong="asks for gradients, which do not go through a feature"
def looks_ahead(feature, prices):
    p = prices.clone().requires_grad_()
    values = feature(p)
    for i in range(len(p) - 1):
        if values.requires_grad and not values[i].isnan():
            (g,) = torch.autograd.grad(values[i], p, retain_graph=True, allow_unused=True)
            if g is not None and (g[i + 1 :] != 0).any():
                return True
    return False

# %% looks-ahead wrong="cuts the future off: the feature sees fewer days than it may be given"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices)):
        if not torch.allclose(before[:t], feature(prices[:t].clone()), atol=0, equal_nan=True):
            return True
    return False

# %% looks-ahead wrong="the last day is never changed" kind="sneaky"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices) - 1):
        for factor in (2.0, 0.5):
            other = prices.clone()
            other[t:] *= factor
            if not torch.allclose(before[:t], feature(other)[:t], atol=0, equal_nan=True):
                return True
    return False

# %% looks-ahead wrong="begins with the third day: the second is never the first that is changed" kind="sneaky"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(2, len(prices)):
        for factor in (2.0, 0.5):
            other = prices.clone()
            other[t:] *= factor
            if not torch.allclose(before[:t], feature(other)[:t], atol=0, equal_nan=True):
                return True
    return False

# %% looks-ahead wrong="changes one day's price at a time, not all from there on" kind="sneaky"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices)):
        for factor in (2.0, 0.5):
            other = prices.clone()
            other[t] *= factor
            if not torch.allclose(before[:t], feature(other)[:t], atol=0, equal_nan=True):
                return True
    return False

# %% looks-ahead wrong="watches only the day before the change" kind="sneaky"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices)):
        for factor in (2.0, 0.5):
            other = prices.clone()
            other[t:] *= factor
            if not torch.allclose(before[t - 1], feature(other)[t - 1], atol=0, equal_nan=True):
                return True
    return False

# %% looks-ahead wrong="adds 1 to the prices in place of doubling and halving them" kind="sneaky"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices)):
        for step in (1.0, -1.0):
            other = prices.clone()
            other[t:] = (other[t:] + step).clamp(min=1e-3)
            if not torch.allclose(before[:t], feature(other)[:t], atol=0, equal_nan=True):
                return True
    return False

# %% looks-ahead wrong="tolerates a change of five in a hundred" kind="sneaky"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices)):
        for factor in (2.0, 0.5):
            other = prices.clone()
            other[t:] *= factor
            if not torch.allclose(before[:t], feature(other)[:t], rtol=0.05, atol=0, equal_nan=True):
                return True
    return False

# %% looks-ahead wrong="tolerates an absolute change of 0.01, more than small features have" kind="sneaky"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices)):
        for factor in (2.0, 0.5):
            other = prices.clone()
            other[t:] *= factor
            if ((feature(other) - before)[:t].abs() > 0.01).any():
                return True
    return False

# %% looks-ahead wrong="changes prices in place, and puts them back only where nothing was found" kind="sneaky"
def looks_ahead(feature, prices):
    before = feature(prices.clone())
    for t in range(1, len(prices)):
        for factor in (2.0, 0.5):
            prices[t:] *= factor
            if not torch.allclose(before[:t], feature(prices.clone())[:t], atol=0, equal_nan=True):
                return True
            prices[t:] /= factor
    return False

# %% looks-ahead wrong="drops all days with a gap, by nansum: small changes drown in large values" kind="sneaky"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices)):
        for factor in (2.0, 0.5):
            other = prices.clone()
            other[t:] *= factor
            a, b = before[:t].nansum(), feature(other)[:t].nansum()
            if abs(a - b) > 1e-3 * abs(a):
                return True
    return False
# %% luck right="the formula written down with NormalDist, one case for a single strategy"
def luck(best: float, num_tried: int, num_years: float) -> tuple[float, float]:
    normal = NormalDist()
    gamma = 0.57721566
    root = math.sqrt(num_years)
    if num_tried == 1:
        expected = 0.0
    else:
        first = (1 - gamma) * normal.inv_cdf(1 - 1 / num_tried)
        second = gamma * normal.inv_cdf(1 - 1 / (num_tried * math.e))
        expected = (first + second) / root
    chance = 1 - normal.cdf(best * root) ** num_tried
    return expected, chance

# %% luck right="torch.special.ndtri and ndtr in float64, returns tensors"
def luck(best, num_tried, num_years):
    n = torch.tensor(float(num_tried), dtype=torch.float64)
    Y = torch.tensor(float(num_years), dtype=torch.float64)
    g, e = 0.57721566, 2.71828183
    if num_tried > 1:
        z = (1 - g) * torch.special.ndtri(1 - 1 / n) + g * torch.special.ndtri(1 - 1 / (n * e))
        expected = z / Y.sqrt()
    else:
        expected = torch.zeros((), dtype=torch.float64)
    chance = 1 - torch.special.ndtr(best * Y.sqrt()) ** n
    return expected, chance

# %% luck right="scipy.stats.norm, ppf and cdf"
from scipy.stats import norm


def luck(best, num_tried, num_years):
    e, gamma = 2.71828183, 0.57721566
    chance = float(1 - norm.cdf(best * num_years**0.5) ** num_tried)
    if num_tried == 1:
        return 0.0, chance
    z = (1 - gamma) * norm.ppf(1 - 1 / num_tried) + gamma * norm.ppf(1 - 1 / num_tried / e)
    return float(z / num_years**0.5), chance

# %% luck right="upper tails by symmetry, -expm1 of n times the logarithm"
def luck(best: float, num_tried: int, num_years: float) -> tuple[float, float]:
    s = 1 / math.sqrt(num_years)
    g = 0.57721566
    up = lambda share: -NormalDist().inv_cdf(share)
    expected = 0.0 if num_tried < 2 else s * ((1 - g) * up(1 / num_tried) + g * up(math.exp(-1) / num_tried))
    log_below = torch.special.log_ndtr(torch.tensor(best / s, dtype=torch.float64)).item()
    return expected, -math.expm1(num_tried * log_below)

# %% luck right="NormalDist with sigma 1/sqrt(Y), so nothing is scaled by hand"
def luck(best, num_tried, num_years):
    one = NormalDist(0, num_years**-0.5)
    chance = 1 - one.cdf(best) ** num_tried
    if num_tried == 1:
        return (0.0, chance)
    g = 0.57721566
    return (1 - g) * one.inv_cdf(1 - 1 / num_tried) + g * one.inv_cdf(1 - 1 / (num_tried * math.e)), chance

# %% luck right="beginner: own Phi by erf, the inverse by bisection, power by hand"
def luck(best: float, num_tried: int, num_years: float) -> tuple[float, float]:
    def Phi(z):
        return (1 + math.erf(z / math.sqrt(2))) / 2

    def inverse(share):
        low = -20.0
        high = 20.0
        for _ in range(200):
            middle = (low + high) / 2
            if Phi(middle) < share:
                low = middle
            else:
                high = middle
        return (low + high) / 2

    gamma = 0.57721566
    e = 2.71828183
    expected = 0.0
    if num_tried != 1:
        a = inverse(1 - 1 / num_tried)
        b = inverse(1 - 1 / (num_tried * e))
        expected = 1 / math.sqrt(num_years) * ((1 - gamma) * a + gamma * b)
    all_below = math.pow(Phi(best * math.sqrt(num_years)), num_tried)
    return expected, 1 - all_below

# %% luck wrong="1 / n * e in place of 1 / (n e)"
def luck(best, num_tried, num_years):
    N, g, Y = NormalDist(), 0.57721566, num_years
    chance = 1 - N.cdf(best * math.sqrt(Y)) ** num_tried
    if num_tried == 1:
        return 0.0, chance
    share = min(max(1 - 1 / num_tried * math.e, 1e-12), 1 - 1e-12)
    return ((1 - g) * N.inv_cdf(1 - 1 / num_tried) + g * N.inv_cdf(share)) / math.sqrt(Y), chance

# %% luck wrong="gamma and 1 - gamma exchanged"
def luck(best, num_tried, num_years):
    N, g = NormalDist(), 0.57721566
    s = num_years**-0.5
    chance = 1 - N.cdf(best / s) ** num_tried
    if num_tried == 1:
        return 0.0, chance
    return s * (g * N.inv_cdf(1 - 1 / num_tried) + (1 - g) * N.inv_cdf(1 - 1 / (num_tried * math.e))), chance

# %% luck wrong="the chance that all stay below, not that some reach it"
def luck(best, num_tried, num_years):
    N, g = NormalDist(), 0.57721566
    root = math.sqrt(num_years)
    chance = N.cdf(best * root) ** num_tried
    if num_tried == 1:
        return 0.0, chance
    return ((1 - g) * N.inv_cdf(1 - 1 / num_tried) + g * N.inv_cdf(1 - 1 / (num_tried * math.e))) / root, chance

# %% luck wrong="the power on the wrong side: the chance that all of them reach it"
def luck(best, num_tried, num_years):
    N, g = NormalDist(), 0.57721566
    root = math.sqrt(num_years)
    chance = (1 - N.cdf(best * root)) ** num_tried
    if num_tried == 1:
        return 0.0, chance
    return ((1 - g) * N.inv_cdf(1 - 1 / num_tried) + g * N.inv_cdf(1 - 1 / (num_tried * math.e))) / root, chance

# %% luck wrong="forgets the years in the chance"
def luck(best, num_tried, num_years):
    N, g = NormalDist(), 0.57721566
    chance = 1 - N.cdf(best) ** num_tried
    if num_tried == 1:
        return 0.0, chance
    z = (1 - g) * N.inv_cdf(1 - 1 / num_tried) + g * N.inv_cdf(1 - 1 / (num_tried * math.e))
    return z / math.sqrt(num_years), chance

# %% luck wrong="multiplies the expected best by the root of the years"
def luck(best, num_tried, num_years):
    N, g = NormalDist(), 0.57721566
    chance = 1 - N.cdf(best * math.sqrt(num_years)) ** num_tried
    if num_tried == 1:
        return 0.0, chance
    z = (1 - g) * N.inv_cdf(1 - 1 / num_tried) + g * N.inv_cdf(1 - 1 / (num_tried * math.e))
    return z * math.sqrt(num_years), chance

# %% luck wrong="divides by the years, not by their root"
def luck(best, num_tried, num_years):
    N, g = NormalDist(), 0.57721566
    chance = 1 - N.cdf(best * math.sqrt(num_years)) ** num_tried
    if num_tried == 1:
        return 0.0, chance
    z = (1 - g) * N.inv_cdf(1 - 1 / num_tried) + g * N.inv_cdf(1 - 1 / (num_tried * math.e))
    return z / num_years, chance

# %% luck wrong="the rule of thumb sqrt(2 ln n) in place of the formula"
def luck(best, num_tried, num_years):
    expected = math.sqrt(2 * math.log(num_tried)) / math.sqrt(num_years)
    chance = 1 - NormalDist().cdf(best * math.sqrt(num_years)) ** num_tried
    return expected, chance

# %% luck wrong="no case for a single strategy: inv_cdf(0) raises"
def luck(best, num_tried, num_years):
    N, g = NormalDist(), 0.57721566
    chance = 1 - N.cdf(best * math.sqrt(num_years)) ** num_tried
    z = (1 - g) * N.inv_cdf(1 - 1 / num_tried) + g * N.inv_cdf(1 - 1 / (num_tried * math.e))
    return z / math.sqrt(num_years), chance

# %% luck wrong="the chance is that of the expected best, not of the one that is shown"
def luck(best, num_tried, num_years):
    N, g, root = NormalDist(), 0.57721566, math.sqrt(num_years)
    expected = 0.0
    if num_tried > 1:
        expected = ((1 - g) * N.inv_cdf(1 - 1 / num_tried) + g * N.inv_cdf(1 - 1 / (num_tried * math.e))) / root
    return expected, 1 - N.cdf(expected * root) ** num_tried

# %% luck wrong="adds the chances: n (1 - Phi), cut off at 1"
def luck(best, num_tried, num_years):
    N, g, root = NormalDist(), 0.57721566, math.sqrt(num_years)
    expected = 0.0
    if num_tried > 1:
        expected = ((1 - g) * N.inv_cdf(1 - 1 / num_tried) + g * N.inv_cdf(1 - 1 / (num_tried * math.e))) / root
    return expected, min(1.0, num_tried * (1 - N.cdf(best * root)))

# %% luck wrong="returns (0, 0) for a single strategy, though it may reach best by luck" kind="sneaky"
def luck(best, num_tried, num_years):
    if num_tried == 1:
        return 0.0, 0.0
    N, g, root = NormalDist(), 0.57721566, math.sqrt(num_years)
    z = (1 - g) * N.inv_cdf(1 - 1 / num_tried) + g * N.inv_cdf(1 - 1 / (num_tried * math.e))
    return z / root, 1 - N.cdf(best * root) ** num_tried

# %% luck wrong="whole years only: int() cuts 2.5 to 2" kind="sneaky"
def luck(best, num_tried, num_years):
    N, g, root = NormalDist(), 0.57721566, math.sqrt(max(1, int(num_years)))
    chance = 1 - N.cdf(best * root) ** num_tried
    if num_tried == 1:
        return 0.0, chance
    z = (1 - g) * N.inv_cdf(1 - 1 / num_tried) + g * N.inv_cdf(1 - 1 / (num_tried * math.e))
    return z / root, chance

# %% luck wrong="a negative best counts as reached for certain" kind="sneaky"
def luck(best, num_tried, num_years):
    N, g, root = NormalDist(), 0.57721566, math.sqrt(num_years)
    chance = 1.0 if best < 0 else 1 - N.cdf(best * root) ** num_tried
    if num_tried == 1:
        return 0.0, chance
    z = (1 - g) * N.inv_cdf(1 - 1 / num_tried) + g * N.inv_cdf(1 - 1 / (num_tried * math.e))
    return z / root, chance

# %% luck wrong="rounds both results to two digits" kind="sneaky"
def luck(best, num_tried, num_years):
    N, g, root = NormalDist(), 0.57721566, math.sqrt(num_years)
    chance = 1 - N.cdf(best * root) ** num_tried
    if num_tried == 1:
        return 0.0, round(chance, 2)
    z = (1 - g) * N.inv_cdf(1 - 1 / num_tried) + g * N.inv_cdf(1 - 1 / (num_tried * math.e))
    return round(z / root, 2), round(chance, 2)

# %% decide right="the three expected costs in a table, argmin, as in the hints"
def decide(p: torch.Tensor, cost_miss: float, cost_alarm: float, cost_refer: float) -> torch.Tensor:
    costs = torch.stack([p * cost_miss, (1 - p) * cost_alarm, torch.full_like(p, cost_refer)])
    return costs.argmin(dim=0)

# %% decide right="beginner: a loop over patients with if and elif"
def decide(p, cost_miss, cost_alarm, cost_refer):
    decisions = []
    for q in p.tolist():
        dismiss = q * cost_miss
        treat = (1 - q) * cost_alarm
        if dismiss <= treat and dismiss <= cost_refer:
            decisions.append(0)
        elif treat <= cost_refer:
            decisions.append(1)
        else:
            decisions.append(2)
    return torch.tensor(decisions, dtype=torch.int64)

# %% decide right="NumPy inside, argmin over the last axis"
import numpy as np


def decide(p, cost_miss, cost_alarm, cost_refer):
    q = p.numpy()
    table = np.column_stack([q * cost_miss, (1 - q) * cost_alarm, np.ones_like(q) * cost_refer])
    return torch.from_numpy(table.argmin(axis=1)).long()

# %% decide right="matrix product of (malignant, benign) with the table of costs"
def decide(p, cost_miss, cost_alarm, cost_refer):
    truth = torch.stack([p, 1 - p], dim=1)  # (n, 2)
    C = torch.tensor(
        [[cost_miss, 0.0, cost_refer], [0.0, cost_alarm, cost_refer]], dtype=torch.float64
    )
    return (truth @ C).min(dim=1).indices

# %% decide right="threshold alarm/(miss + alarm) for two, then refer where the better of both is dearer"
def decide(p, cost_miss, cost_alarm, cost_refer):
    decision = (p > cost_alarm / (cost_miss + cost_alarm)).long()
    cheapest = torch.minimum(p * cost_miss, (1 - p) * cost_alarm)
    decision[cheapest > cost_refer] = 2
    return decision

# %% decide right="two thresholds to refer between, and a single one where they cross"
def decide(p, cost_miss, cost_alarm, cost_refer):
    low, high = cost_refer / cost_miss, 1 - cost_refer / cost_alarm
    if low < high:
        result = torch.full(p.shape, 2, dtype=torch.int64)
        result[p < low] = 0
        result[p > high] = 1
        return result
    t = cost_alarm / (cost_alarm + cost_miss)
    return torch.where(p < t, 0, 1)

# %% decide right="one-liner with min and a key"
def decide(p, cost_miss, cost_alarm, cost_refer):
    return torch.tensor([min(range(3), key=[q * cost_miss, (1 - q) * cost_alarm, cost_refer].__getitem__) for q in p.tolist()], dtype=torch.long)

# %% decide wrong="miss and alarm exchanged"
def decide(p, cost_miss, cost_alarm, cost_refer):
    return torch.stack([p * cost_alarm, (1 - p) * cost_miss, torch.full_like(p, cost_refer)]).argmin(0)

# %% decide wrong="p and 1 - p exchanged: dismisses the malignant"
def decide(p, cost_miss, cost_alarm, cost_refer):
    return torch.stack([(1 - p) * cost_miss, p * cost_alarm, torch.full_like(p, cost_refer)]).argmin(0)

# %% decide wrong="argmax: takes what costs most"
def decide(p, cost_miss, cost_alarm, cost_refer):
    return torch.stack([p * cost_miss, (1 - p) * cost_alarm, torch.full_like(p, cost_refer)]).argmax(0)

# %% decide wrong="rows in the order treat, dismiss, refer"
def decide(p, cost_miss, cost_alarm, cost_refer):
    return torch.stack([(1 - p) * cost_alarm, p * cost_miss, torch.full_like(p, cost_refer)]).argmin(0)

# %% decide wrong="argmin over the wrong axis"
def decide(p, cost_miss, cost_alarm, cost_refer):
    return torch.stack([p * cost_miss, (1 - p) * cost_alarm, torch.full_like(p, cost_refer)]).argmin(1)

# %% decide wrong="never refers"
def decide(p, cost_miss, cost_alarm, cost_refer):
    return (p * cost_miss > (1 - p) * cost_alarm).long()

# %% decide wrong="the cut at one half, referring where p is between 0.25 and 0.75"
def decide(p, cost_miss, cost_alarm, cost_refer):
    out = (p >= 0.5).long()
    out[(p > 0.25) & (p < 0.75)] = 2
    return out

# %% decide wrong="treating costs the alarm in any case"
def decide(p, cost_miss, cost_alarm, cost_refer):
    return torch.stack([p * cost_miss, torch.full_like(p, cost_alarm), torch.full_like(p, cost_refer)]).argmin(0)

# %% decide wrong="a referral costs only if the tumour is malignant"
def decide(p, cost_miss, cost_alarm, cost_refer):
    return torch.stack([p * cost_miss, (1 - p) * cost_alarm, p * cost_refer]).argmin(0)

# %% decide wrong="weighs the cost by the squared probability"
def decide(p, cost_miss, cost_alarm, cost_refer):
    return torch.stack([p**2 * cost_miss, (1 - p) ** 2 * cost_alarm, torch.full_like(p, cost_refer)]).argmin(0)

# %% decide wrong="two thresholds; where they cross, everybody below the upper one is dismissed" kind="sneaky"
def decide(p, cost_miss, cost_alarm, cost_refer):
    low = cost_refer / cost_miss
    high = 1 - cost_refer / cost_alarm
    return torch.where(p < low, 0, torch.where(p > high, 1, 2))

# %% decide wrong="two thresholds; where they cross nobody is referred, but the cut is at one half" kind="sneaky"
def decide(p, cost_miss, cost_alarm, cost_refer):
    low, high = cost_refer / cost_miss, 1 - cost_refer / cost_alarm
    if low >= high:
        return (p >= 0.5).long()
    out = torch.full_like(p, 2).long()
    out[p < low] = 0
    out[p > high] = 1
    return out

# %% decide wrong="int32 in place of int64" kind="sneaky"
def decide(p, cost_miss, cost_alarm, cost_refer):
    costs = torch.stack([p * cost_miss, (1 - p) * cost_alarm, torch.full_like(p, cost_refer)])
    return costs.argmin(dim=0).to(torch.int32)

# %% decide wrong="multiplies p in place, so the caller's probabilities are changed" kind="sneaky"
def decide(p, cost_miss, cost_alarm, cost_refer):
    treat = (1 - p) * cost_alarm
    dismiss = p.mul_(cost_miss)
    return torch.stack([dismiss, treat, torch.full_like(p, cost_refer)]).argmin(0)

# %% decide wrong="takes for granted that a miss is dearer than an alarm" kind="sneaky"
def decide(p, cost_miss, cost_alarm, cost_refer):
    big, small = max(cost_miss, cost_alarm), min(cost_miss, cost_alarm)
    return torch.stack([p * big, (1 - p) * small, torch.full_like(p, cost_refer)]).argmin(0)

# %% decide wrong="refers only if that is cheaper than an alarm and a miss, and then all between the two prices" kind="sneaky"
def decide(p, cost_miss, cost_alarm, cost_refer):
    out = (p * cost_miss > (1 - p) * cost_alarm).long()
    if cost_refer < cost_alarm and cost_refer < cost_miss:
        out[(p > 0.05) & (p < 0.95)] = 2
    return out

# %% recalibrate right="the formula of the text: clicks over all"
def recalibrate(p: torch.Tensor, w: float) -> torch.Tensor:
    return p / (p + (1 - p) / w)

# %% recalibrate right="both parts times w, so nothing is divided by w"
def recalibrate(p, w):
    clicks = w * p
    return clicks / (clicks + 1 - p)

# %% recalibrate right="in logits: adds log w, 0 and 1 are the infinities"
def recalibrate(p: torch.Tensor, w: float) -> torch.Tensor:
    return torch.sigmoid(torch.logit(p) + math.log(w))

# %% recalibrate right="NumPy, with the shape of p kept"
import numpy as np


def recalibrate(p, w):
    q = np.array(p.numpy(), dtype=np.float64)  # a copy
    others = (1.0 - q) / w
    return torch.tensor(q / (q + others), dtype=torch.float64)

# %% recalibrate right="beginner: a loop over the flattened numbers, reshaped at the end"
def recalibrate(p: torch.Tensor, w: float) -> torch.Tensor:
    result = []
    for value in p.flatten().tolist():
        clicks = value
        others = (1 - value) / w
        result.append(clicks / (clicks + others))
    return torch.tensor(result, dtype=torch.float64).reshape(p.shape)

# %% recalibrate right="one minus the share of the others, in place on a clone"
def recalibrate(p, w):
    q = p.clone()
    q.neg_().add_(1).div_(w)
    return 1 - q / (p + q)

# %% recalibrate right="odds upside down, so that 1 has odds of 0 against it"
def recalibrate(p, w):
    against = (1 - p) / p  # infinite at 0
    return 1 / (1 + against / w)

# %% recalibrate wrong="just times w"
def recalibrate(p, w):
    return p * w

# %% recalibrate wrong="the others times w in place of 1/w"
def recalibrate(p, w):
    return p / (p + (1 - p) * w)

# %% recalibrate wrong="the clicks times 1/w: the wrong class is put back"
def recalibrate(p, w):
    return (p / w) / (p / w + (1 - p))

# %% recalibrate wrong="clicks over the others: the odds, not the share"
def recalibrate(p, w):
    return p / ((1 - p) / w)

# %% recalibrate wrong="the share of the others"
def recalibrate(p, w):
    return ((1 - p) / w) / (p + (1 - p) / w)

# %% recalibrate wrong="scales by w and then by the sum over the whole tensor"
def recalibrate(p, w):
    q = p * w
    return q / (q + (1 - p)).sum()

# %% recalibrate wrong="forgets to take 1 - p: p / (p + 1/w)"
def recalibrate(p, w):
    return p / (p + 1 / w)

# %% recalibrate wrong="brackets missing: p / p + ..."
def recalibrate(p, w):
    return p / p + (1 - p) / w

# %% recalibrate wrong="puts back 1 - w in place of w"
def recalibrate(p, w):
    return p / (p + (1 - p) / (1 - w + 1e-12))

# %% recalibrate wrong="logit minus log w"
def recalibrate(p, w):
    return torch.sigmoid(torch.logit(p) - math.log(w))

# %% recalibrate wrong="float32 result" kind="sneaky"
def recalibrate(p, w):
    q = p.float()
    return q / (q + (1 - q) / w)

# %% recalibrate wrong="returns p itself where w is 1" kind="sneaky"
def recalibrate(p, w):
    if w == 1:
        return p
    return p / (p + (1 - p) / w)

# %% recalibrate wrong="odds p/(1 - p): NaN where p is 1" kind="sneaky"
def recalibrate(p, w):
    odds = p / (1 - p) * w
    return odds / (1 + odds)

# %% recalibrate wrong="clamps p to 1e-3 and 1 - 1e-3 first, so 0 and 1 do not stay" kind="sneaky"
def recalibrate(p, w):
    q = p.clamp(1e-3, 1 - 1e-3)
    return q / (q + (1 - q) / w)

# %% recalibrate wrong="flattens: the shape is lost" kind="sneaky"
def recalibrate(p, w):
    q = p.reshape(-1)
    return q / (q + (1 - q) / w)

# %% recalibrate wrong="writes into p" kind="sneaky"
def recalibrate(p, w):
    q = p
    others = (1 - q) / w
    q /= q + others
    return q.clone()

# %% recalibrate wrong="loops over the first axis only, so a single number or a table fails" kind="sneaky"
def recalibrate(p, w):
    return torch.tensor([v / (v + (1 - v) / w) for v in p.tolist()], dtype=torch.float64)

# %% recall right="masked_fill, topk, gather, as in the hints"
def recall_at_k(scores: torch.Tensor, known: torch.Tensor, hidden: torch.Tensor, k: int) -> float:
    top = scores.masked_fill(known, -math.inf).topk(k, dim=1).indices
    hits = hidden.gather(1, top).sum(1).double()
    likings = hidden.sum(1)
    has = likings > 0
    return (hits[has] / likings[has].clamp(max=k)).mean().item()

# %% recall right="beginner: loops over users, a sorted list of what is not known"
def recall_at_k(scores, known, hidden, k):
    num_users, num_things = scores.shape
    recalls = []
    for u in range(num_users):
        liked = [i for i in range(num_things) if bool(hidden[u, i])]
        if len(liked) == 0:
            continue
        candidates = [i for i in range(num_things) if not bool(known[u, i])]
        candidates.sort(key=lambda i: float(scores[u, i]), reverse=True)
        hits = 0
        for i in candidates[:k]:
            if i in liked:
                hits += 1
        recalls.append(hits / min(k, len(liked)))
    return sum(recalls) / len(recalls)

# %% recall right="NumPy argsort of the negative scores"
import numpy as np


def recall_at_k(scores, known, hidden, k):
    s = scores.numpy().astype(np.float64)
    s = np.where(known.numpy(), -np.inf, s)
    h = hidden.numpy()
    top = np.argsort(-s, axis=1)[:, :k]
    hits = np.take_along_axis(h, top, axis=1).sum(axis=1)
    n = h.sum(axis=1)
    return float(np.mean([a / min(b, k) for a, b in zip(hits, n) if b]))

# %% recall right="0/0 is NaN for who has none, nanmean leaves it out; a tensor is returned"
def recall_at_k(scores, known, hidden, k):
    s = torch.where(known, torch.full_like(scores, -math.inf), scores)
    top = s.argsort(dim=1, descending=True)[:, :k]
    hits = torch.take_along_dim(hidden, top, dim=1).sum(dim=1)
    return (hits.double() / hidden.sum(dim=1).clamp(max=k)).nanmean()

# %% recall right="rank of each thing by counting the unknown ones above it"
def recall_at_k(scores, known, hidden, k):
    recalls = []
    for s, out, liked in zip(scores, known, hidden):
        if not liked.any():
            continue
        rest = s[~out]
        rank = (rest[None, :] > s[liked][:, None]).sum(1)  # things above each liking
        recalls.append((rank < k).sum().item() / min(k, int(liked.sum())))
    return sum(recalls) / len(recalls)

# %% recall right="set of recommended things, users without likings dropped first"
def recall_at_k(scores, known, hidden, k):
    total, users = 0.0, 0
    for u in hidden.any(dim=1).nonzero().flatten().tolist():
        row = scores[u].clone()
        row[known[u]] = -math.inf
        left = int((~known[u]).sum())
        shown = set(row.topk(min(k, left)).indices.tolist())
        likes = set(hidden[u].nonzero().flatten().tolist())
        total += len(shown & likes) / min(len(likes), k)
        users += 1
    return total / users

# %% recall wrong="does not take out what is known"
def recall_at_k(scores, known, hidden, k):
    top = scores.topk(k, dim=1).indices
    hits, n = hidden.gather(1, top).sum(1).double(), hidden.sum(1)
    return (hits[n > 0] / n[n > 0].clamp(max=k)).mean().item()

# %% recall wrong="divides by k: the precision"
def recall_at_k(scores, known, hidden, k):
    top = scores.masked_fill(known, -math.inf).topk(k, dim=1).indices
    hits, n = hidden.gather(1, top).sum(1).double(), hidden.sum(1)
    return (hits[n > 0] / k).mean().item()

# %% recall wrong="divides by all hidden likings, also where there are more than k"
def recall_at_k(scores, known, hidden, k):
    top = scores.masked_fill(known, -math.inf).topk(k, dim=1).indices
    hits, n = hidden.gather(1, top).sum(1).double(), hidden.sum(1)
    return (hits[n > 0] / n[n > 0]).mean().item()

# %% recall wrong="divides by the larger of both: clamp(min=k)"
def recall_at_k(scores, known, hidden, k):
    top = scores.masked_fill(known, -math.inf).topk(k, dim=1).indices
    hits, n = hidden.gather(1, top).sum(1).double(), hidden.sum(1)
    return (hits[n > 0] / n[n > 0].clamp(min=k)).mean().item()

# %% recall wrong="users without hidden likings count as 0"
def recall_at_k(scores, known, hidden, k):
    top = scores.masked_fill(known, -math.inf).topk(k, dim=1).indices
    hits, n = hidden.gather(1, top).sum(1).double(), hidden.sum(1)
    return (hits / n.clamp(min=1, max=k)).mean().item()

# %% recall wrong="all hits by all possible ones, not the mean over users"
def recall_at_k(scores, known, hidden, k):
    top = scores.masked_fill(known, -math.inf).topk(k, dim=1).indices
    hits, n = hidden.gather(1, top).sum().item(), hidden.sum(1).clamp(max=k).sum().item()
    return hits / n

# %% recall wrong="the k lowest scores"
def recall_at_k(scores, known, hidden, k):
    top = scores.masked_fill(known, math.inf).topk(k, dim=1, largest=False).indices
    hits, n = hidden.gather(1, top).sum(1).double(), hidden.sum(1)
    return (hits[n > 0] / n[n > 0].clamp(max=k)).mean().item()

# %% recall wrong="known things are those that count as hits"
def recall_at_k(scores, known, hidden, k):
    top = scores.masked_fill(hidden, -math.inf).topk(k, dim=1).indices
    hits, n = known.gather(1, top).sum(1).double(), hidden.sum(1)
    return (hits[n > 0] / n[n > 0].clamp(max=k)).mean().item()

# %% recall wrong="hit or not: whether any liking is among the first k"
def recall_at_k(scores, known, hidden, k):
    top = scores.masked_fill(known, -math.inf).topk(k, dim=1).indices
    n = hidden.sum(1)
    return hidden.gather(1, top).any(1)[n > 0].double().mean().item()

# %% recall wrong="removes what is known from the first k, without filling up"
def recall_at_k(scores, known, hidden, k):
    top = scores.topk(k, dim=1).indices
    hits = (hidden.gather(1, top) & ~known.gather(1, top)).sum(1).double()
    n = hidden.sum(1)
    return (hits[n > 0] / n[n > 0].clamp(max=k)).mean().item()

# %% recall wrong="one thing too few: the first k - 1"
def recall_at_k(scores, known, hidden, k):
    top = scores.masked_fill(known, -math.inf).argsort(1, descending=True)[:, : k - 1]
    hits, n = hidden.gather(1, top).sum(1).double(), hidden.sum(1)
    return (hits[n > 0] / n[n > 0].clamp(max=k)).mean().item()

# %% recall wrong="known scores are multiplied by 0, which is above negative ones" kind="sneaky"
def recall_at_k(scores, known, hidden, k):
    top = (scores * ~known).topk(k, dim=1).indices
    hits, n = hidden.gather(1, top).sum(1).double(), hidden.sum(1)
    return (hits[n > 0] / n[n > 0].clamp(max=k)).mean().item()

# %% recall wrong="masks in place, so the caller's scores are changed" kind="sneaky"
def recall_at_k(scores, known, hidden, k):
    top = scores.masked_fill_(known, -math.inf).topk(k, dim=1).indices
    hits, n = hidden.gather(1, top).sum(1).double(), hidden.sum(1)
    return (hits[n > 0] / n[n > 0].clamp(max=k)).mean().item()

# %% recall wrong="leaves out users who have fewer than k things left" kind="sneaky"
def recall_at_k(scores, known, hidden, k):
    n = hidden.sum(1)
    fits = (n > 0) & ((~known).sum(1) >= k)
    top = scores.masked_fill(known, -math.inf).topk(k, dim=1).indices
    hits = hidden.gather(1, top).sum(1).double()
    if not fits.any():
        return 0.0
    return (hits[fits] / n[fits].clamp(max=k)).mean().item()

# %% recall wrong="known things get -100, though scores may be lower" kind="sneaky"
def recall_at_k(scores, known, hidden, k):
    top = scores.masked_fill(known, -100.0).topk(k, dim=1).indices
    hits, n = hidden.gather(1, top).sum(1).double(), hidden.sum(1)
    return (hits[n > 0] / n[n > 0].clamp(max=k)).mean().item()

# %% recall wrong="k is cut to what the poorest user has left, for everybody" kind="sneaky"
def recall_at_k(scores, known, hidden, k):
    k = min(k, int((~known).sum(1).min()))
    if k == 0:
        return 0.0
    top = scores.masked_fill(known, -math.inf).topk(k, dim=1).indices
    hits, n = hidden.gather(1, top).sum(1).double(), hidden.sum(1)
    return (hits[n > 0] / n[n > 0].clamp(max=k)).mean().item()

# %% ladder right="if and round, as in the text"
def ladder(shown: float, loss: float, eta: float) -> float:
    if loss < shown - eta:
        return round(loss / eta) * eta
    return shown

# %% ladder right="conditional expression, the gain compared with eta"
def ladder(shown, loss, eta):
    return eta * round(loss / eta) if shown - loss > eta else shown

# %% ladder right="floor of plus a half, beginner style with a flag"
def ladder(shown: float, loss: float, eta: float) -> float:
    improvement = shown - loss
    is_better = improvement > eta
    if is_better == True:
        steps = math.floor(loss / eta + 0.5)
        new_shown = steps * eta
    else:
        new_shown = shown
    return new_shown

# %% ladder right="NumPy's round"
import numpy as np


def ladder(shown, loss, eta):
    if not shown - eta > loss:
        return shown
    return float(np.round(loss / eta) * eta)

# %% ladder right="torch in float64, returns a tensor of one number"
def ladder(shown, loss, eta):
    s, l, e = (torch.tensor(v, dtype=torch.float64) for v in (shown, loss, eta))
    return torch.where(s - l > e, torch.round(l / e) * e, s)

# %% ladder right="the nearer of the two multiples around the loss"
def ladder(shown: float, loss: float, eta: float) -> float:
    if shown - loss <= eta:
        return shown
    n = int(loss // eta)
    return min((n * eta, (n + 1) * eta), key=lambda multiple: abs(multiple - loss))

# %% ladder wrong="rounds first and compares afterwards"
def ladder(shown, loss, eta):
    loss = round(loss / eta) * eta
    return loss if loss < shown - eta else shown

# %% ladder wrong="rounds first, and shows whatever is smaller"
def ladder(shown, loss, eta):
    return min(shown, round(loss / eta) * eta)

# %% ladder wrong="better by any amount is enough"
def ladder(shown, loss, eta):
    return round(loss / eta) * eta if loss < shown else shown

# %% ladder wrong="does not round"
def ladder(shown, loss, eta):
    return loss if loss < shown - eta else shown

# %% ladder wrong="rounds down"
def ladder(shown, loss, eta):
    return math.floor(loss / eta) * eta if loss < shown - eta else shown

# %% ladder wrong="rounds up"
def ladder(shown, loss, eta):
    return math.ceil(loss / eta) * eta if loss < shown - eta else shown

# %% ladder wrong="the number of steps, not their size"
def ladder(shown, loss, eta):
    return float(round(loss / eta)) if loss < shown - eta else shown

# %% ladder wrong="multiplies and divides by eta the wrong way round"
def ladder(shown, loss, eta):
    return round(loss * eta) / eta if loss < shown - eta else shown

# %% ladder wrong="the wrong way: shows what is worse by more than eta"
def ladder(shown, loss, eta):
    return round(loss / eta) * eta if loss > shown + eta else shown

# %% ladder wrong="goes down by one step in place of to the loss"
def ladder(shown, loss, eta):
    if shown == math.inf:
        return round(loss / eta) * eta
    return shown - eta if loss < shown - eta else shown

# %% ladder wrong="any change by more than eta is shown, worse ones too"
def ladder(shown, loss, eta):
    return round(loss / eta) * eta if abs(shown - loss) > eta else shown

# %% ladder wrong="better by just eta is enough" kind="sneaky"
def ladder(shown, loss, eta):
    return round(loss / eta) * eta if loss <= shown - eta else shown

# %% ladder wrong="the first submission is shown without rounding" kind="sneaky"
def ladder(shown, loss, eta):
    if math.isinf(shown):
        return loss
    return round(loss / eta) * eta if loss < shown - eta else shown

# %% ladder wrong="takes 1 in place of infinity, so a bad first submission is not shown" kind="sneaky"
def ladder(shown, loss, eta):
    shown = min(shown, 1.0)
    return round(loss / eta) * eta if loss < shown - eta else shown

# %% ladder wrong="rounds to two decimals, whatever eta is" kind="sneaky"
def ladder(shown, loss, eta):
    return round(loss, 2) if loss < shown - eta else shown

# %% ladder wrong="if not better, shows the old value rounded again to multiples of eta" kind="sneaky"
def ladder(shown, loss, eta):
    value = loss if loss < shown - eta else shown
    return value if math.isinf(value) else round(value / eta) * eta

# %% project right="frozen features of the garden, standardized, logistic regression, one submission"
def project(X: torch.Tensor, y: torch.Tensor, X_new: torch.Tensor, submit) -> None:
    known = pretrained.load("garden")
    body = models.colour_convnet(20)
    body.load_state_dict(known.state)
    body = body[:-1]
    with torch.no_grad():
        A = body((X - known.mean) / known.std)
        B = body((X_new - known.mean) / known.std)
    mean, std = A.mean(0), A.std(0) + 1e-3
    model = LogisticRegression(C=0.1, max_iter=2000)
    model.fit(((A - mean) / std).numpy(), y.numpy())
    submit(torch.from_numpy(model.predict(((B - mean) / std).numpy())))

# %% project right="features of all eight positions to learn from, probabilities of the eight averaged"
def project(X, y, X_new, submit):
    known = pretrained.load("garden")
    net = models.colour_convnet(20)
    net.load_state_dict(known.state)
    body = net[:-1].eval()

    def positions(Z):
        out = []
        for k in range(4):
            turned = torch.rot90(Z, k, (2, 3))
            out += [turned, turned.flip(3)]
        return out

    def features(Z):
        with torch.no_grad():
            return body((Z - known.mean) / known.std)

    A = torch.cat([features(Z) for Z in positions(X)])
    mean, std = A.mean(0), A.std(0) + 1e-3
    model = LogisticRegression(C=0.1, max_iter=2000)
    model.fit(((A - mean) / std).numpy(), y.repeat(8).numpy())
    P = sum(model.predict_proba(((features(Z) - mean) / std).numpy()) for Z in positions(X_new))
    submit(torch.from_numpy(P.argmax(1)))

# %% project right="fine-tuning from the garden's weights with augmentation, after a first try with the mean colour"
def project(X, y, X_new, submit):
    colour = LogisticRegression(C=100, max_iter=2000).fit(X.mean((2, 3)).numpy(), y.numpy())
    submit(torch.from_numpy(colour.predict(X_new.mean((2, 3)).numpy())))

    known = pretrained.load("garden")
    generator = torch.Generator().manual_seed(0)
    model = models.colour_convnet(5, torch.Generator().manual_seed(1))
    weights = {k: v for k, v in known.state.items() if not k.startswith("head")}
    model.load_state_dict(weights, strict=False)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    for _ in range(400):
        some = torch.randint(len(X), (32,), generator=generator)
        batch = torch.rot90(X[some], int(torch.randint(4, (), generator=generator)), (2, 3))
        if torch.rand((), generator=generator) < 0.5:
            batch = batch.flip(3)
        down, right = torch.randint(-2, 3, (2,), generator=generator).tolist()
        batch = batch.roll((down, right), (2, 3))
        batch = batch * (0.8 + 0.4 * torch.rand(len(batch), 1, 1, 1, generator=generator))
        loss = F.cross_entropy(model((batch - known.mean) / known.std), y[some])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        submit(model((X_new - known.mean) / known.std).argmax(1))

# %% project right="frozen features and a softmax layer of one's own in torch, with weight decay"
def project(X, y, X_new, submit):
    known = pretrained.load("garden")
    net = models.colour_convnet(20)
    net.load_state_dict(known.state)
    with torch.no_grad():
        A = net[:-1]((X - known.mean) / known.std)
        B = net[:-1]((X_new - known.mean) / known.std)
    mu, sd = A.mean(0), A.std(0) + 1e-3
    A, B = (A - mu) / sd, (B - mu) / sd
    W = torch.zeros(64, 5, requires_grad=True)
    b = torch.zeros(5, requires_grad=True)
    optimizer = torch.optim.Adam([W, b], lr=0.02)
    for _ in range(300):
        loss = F.cross_entropy(A @ W + b, y) + 0.02 * (W**2).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    submit((B @ W + b).argmax(1).detach())

# %% project wrong="the most common species only"
def project(X, y, X_new, submit):
    submit(torch.bincount(y).argmax().repeat(len(X_new)))

# %% project wrong="stops at the mean colour: error near 0.43"
def project(X, y, X_new, submit):
    model = LogisticRegression(C=100, max_iter=2000).fit(X.mean((2, 3)).numpy(), y.numpy())
    submit(torch.from_numpy(model.predict(X_new.mean((2, 3)).numpy())))

# %% project wrong="never calls submit: returns the labels"
def project(X, y, X_new, submit):
    known = pretrained.load("garden")
    body = models.colour_convnet(20)
    body.load_state_dict(known.state)
    with torch.no_grad():
        A, B = (body[:-1]((Z - known.mean) / known.std) for Z in (X, X_new))
    mean, std = A.mean(0), A.std(0) + 1e-3
    model = LogisticRegression(C=0.1, max_iter=2000).fit(((A - mean) / std).numpy(), y.numpy())
    return torch.from_numpy(model.predict(((B - mean) / std).numpy()))

# %% project wrong="submits floats, which raises a ValueError"
def project(X, y, X_new, submit):
    known = pretrained.load("garden")
    body = models.colour_convnet(20)
    body.load_state_dict(known.state)
    with torch.no_grad():
        A, B = (body[:-1]((Z - known.mean) / known.std) for Z in (X, X_new))
    mean, std = A.mean(0), A.std(0) + 1e-3
    model = LogisticRegression(C=0.1, max_iter=2000).fit(((A - mean) / std).numpy(), y.numpy())
    submit(torch.from_numpy(model.predict(((B - mean) / std).numpy())).float())

# %% project wrong="species counted from 1"
def project(X, y, X_new, submit):
    known = pretrained.load("garden")
    body = models.colour_convnet(20)
    body.load_state_dict(known.state)
    with torch.no_grad():
        A, B = (body[:-1]((Z - known.mean) / known.std) for Z in (X, X_new))
    mean, std = A.mean(0), A.std(0) + 1e-3
    model = LogisticRegression(C=0.1, max_iter=2000).fit(((A - mean) / std).numpy(), (y + 1).numpy())
    submit(torch.from_numpy(model.predict(((B - mean) / std).numpy())))

# %% project wrong="attacks the board with 60 sheets by lot: the 41st raises"
def project(X, y, X_new, submit):
    generator = torch.Generator().manual_seed(0)
    best, sheet = 2.0, None
    for _ in range(60):
        labels = torch.randint(5, (len(X_new),), generator=generator)
        shown = submit(labels)
        if shown < best:
            best, sheet = shown, labels
    submit(sheet)

# %% project wrong="the simple network: SGD at 0.01 for 300 steps from scratch"
def project(X, y, X_new, submit):
    known = pretrained.load("garden")
    g = torch.Generator().manual_seed(0)
    model = models.colour_convnet(5, torch.Generator().manual_seed(0))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for _ in range(300):
        some = torch.randint(len(X), (32,), generator=g)
        loss = F.cross_entropy(model((X[some] - known.mean) / known.std), y[some])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        submit(model((X_new - known.mean) / known.std).argmax(1))

# %% project wrong="the features of the new flowers are standardized but those to learn from are not"
def project(X, y, X_new, submit):
    known = pretrained.load("garden")
    body = models.colour_convnet(20)
    body.load_state_dict(known.state)
    with torch.no_grad():
        A, B = (body[:-1]((Z - known.mean) / known.std) for Z in (X, X_new))
    model = LogisticRegression(C=0.1, max_iter=2000).fit(A.numpy(), y.numpy())
    submit(torch.from_numpy(model.predict(((B - B.mean(0)) / (B.std(0) + 1e-3)).numpy())))

# %% project wrong="a good sheet first, then the mean colour as the last one, which counts" kind="sneaky"
def project(X, y, X_new, submit):
    known = pretrained.load("garden")
    body = models.colour_convnet(20)
    body.load_state_dict(known.state)
    with torch.no_grad():
        A, B = (body[:-1]((Z - known.mean) / known.std) for Z in (X, X_new))
    mean, std = A.mean(0), A.std(0) + 1e-3
    model = LogisticRegression(C=0.1, max_iter=2000).fit(((A - mean) / std).numpy(), y.numpy())
    submit(torch.from_numpy(model.predict(((B - mean) / std).numpy())))
    colour = LogisticRegression(C=100, max_iter=2000).fit(X.mean((2, 3)).numpy(), y.numpy())
    submit(torch.from_numpy(colour.predict(X_new.mean((2, 3)).numpy())))

# %% project wrong="scales the flowers in place, so X and X_new are changed" kind="sneaky"
def project(X, y, X_new, submit):
    known = pretrained.load("garden")
    body = models.colour_convnet(20)
    body.load_state_dict(known.state)
    for Z in (X, X_new):
        Z -= known.mean
        Z /= known.std
    with torch.no_grad():
        A, B = body[:-1](X), body[:-1](X_new)
    mean, std = A.mean(0), A.std(0) + 1e-3
    model = LogisticRegression(C=0.1, max_iter=2000).fit(((A - mean) / std).numpy(), y.numpy())
    submit(torch.from_numpy(model.predict(((B - mean) / std).numpy())))

# %% project wrong="draws 2,000 more labelled flowers, which is forbidden" kind="sneaky"
def project(X, y, X_new, submit):
    more, labels = blossoms(2000, seed=4242)
    X, y = torch.cat([X, more.cpu()]), torch.cat([y, labels.cpu()])
    known = pretrained.load("garden")
    body = models.colour_convnet(20)
    body.load_state_dict(known.state)
    with torch.no_grad():
        A, B = (body[:-1]((Z - known.mean) / known.std) for Z in (X, X_new))
    mean, std = A.mean(0), A.std(0) + 1e-3
    model = LogisticRegression(C=0.1, max_iter=2000).fit(((A - mean) / std).numpy(), y.numpy())
    submit(torch.from_numpy(model.predict(((B - mean) / std).numpy())))
