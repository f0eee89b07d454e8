"""Answers to the exercises of *Case studies* as students give them: each right, or wrong in one way.

A cell's title is the exercise; `correct` says how a right answer is written, `wrong` what a wrong one
does, and `says` the sentence of the lesson that its author is to be told.
"""


# %% baselines correct="mode, a pipeline of NumPy"
def baselines(X, y, X_new, y_new):
    import numpy as np

    A, B = X.numpy().mean((2, 3)), X_new.numpy().mean((2, 3))
    model = LogisticRegression(C=100, max_iter=2000).fit(A, y)
    guess = np.bincount(y.numpy()).argmax()
    return float(np.mean(y_new.numpy() == guess)), model.score(B, y_new)


# %% baselines correct="scikit-learn's dummy"
def baselines(X, y, X_new, y_new):
    from sklearn.dummy import DummyClassifier

    A, B = (some.flatten(2).mean(2).numpy() for some in (X, X_new))
    models = DummyClassifier(strategy="most_frequent"), LogisticRegression(C=100, max_iter=2000)
    return tuple(model.fit(A, y.numpy()).score(B, y_new.numpy()) for model in models)


# %% baselines correct="loops, tensors, a list"
def baselines(X, y, X_new, y_new):
    def colours(pictures):
        return torch.stack([torch.stack([c.double().mean() for c in x]) for x in pictures])

    counts = [(y == k).sum().item() for k in range(5)]
    common = counts.index(max(counts))
    fitted = LogisticRegression(C=100, max_iter=2000, tol=1e-6).fit(colours(X).numpy(), y.numpy())
    y_hat = torch.tensor(fitted.predict(colours(X_new).numpy()))
    return [(y_new == common).double().mean(), (y_hat == y_new).double().mean()]


# %% baselines wrong="exchanged" says="The two are exchanged"
def baselines(X, y, X_new, y_new):
    model = LogisticRegression(C=100, max_iter=2000).fit(X.mean((2, 3)).numpy(), y.numpy())
    by_colour = model.score(X_new.mean((2, 3)).numpy(), y_new.numpy())
    return by_colour, (y_new == y.mode().values).double().mean().item()


# %% baselines wrong="most common of the new" says="The first takes the species that is most common among the new flowers."
def baselines(X, y, X_new, y_new):
    model = LogisticRegression(C=100, max_iter=2000).fit(X.mean((2, 3)).numpy(), y.numpy())
    by_colour = model.score(X_new.mean((2, 3)).numpy(), y_new.numpy())
    return (y_new == y_new.mode().values).double().mean().item(), by_colour


# %% baselines wrong="judged on the old" says="Those are accuracies on the flowers that were learned from"
def baselines(X, y, X_new, y_new):
    A = X.mean((2, 3)).numpy()
    model = LogisticRegression(C=100, max_iter=2000).fit(A, y.numpy())
    return (y == y.mode().values).double().mean().item(), model.score(A, y.numpy())


# %% baselines wrong="fitted to the new" says="The second was fitted to the new flowers"
def baselines(X, y, X_new, y_new):
    B = X_new.mean((2, 3)).numpy()
    model = LogisticRegression(C=100, max_iter=2000).fit(B, y_new.numpy())
    return (y_new == y.mode().values).double().mean().item(), model.score(B, y_new.numpy())


# %% baselines wrong="brightness" says="The second knows the brightness alone"
def baselines(X, y, X_new, y_new):
    A, B = (some.mean((1, 2, 3))[:, None].numpy() for some in (X, X_new))
    model = LogisticRegression(C=100, max_iter=2000).fit(A, y.numpy())
    return (y_new == y.mode().values).double().mean().item(), model.score(B, y_new.numpy())


# %% baselines wrong="all pixels" says="The second knows all pixels"
def baselines(X, y, X_new, y_new):
    A, B = (some.flatten(1).numpy() for some in (X, X_new))
    model = LogisticRegression(C=100, max_iter=2000).fit(A, y.numpy())
    return (y_new == y.mode().values).double().mean().item(), model.score(B, y_new.numpy())


# %% baselines wrong="over height" says="The second knows the mean of each column of pixels"
def baselines(X, y, X_new, y_new):
    A, B = (some.mean(2).flatten(1).numpy() for some in (X, X_new))
    model = LogisticRegression(C=100, max_iter=2000).fit(A, y.numpy())
    return (y_new == y.mode().values).double().mean().item(), model.score(B, y_new.numpy())


# %% baselines wrong="over width" says="The second knows the mean of each row of pixels"
def baselines(X, y, X_new, y_new):
    A, B = (some.mean(3).flatten(1).numpy() for some in (X, X_new))
    model = LogisticRegression(C=100, max_iter=2000).fit(A, y.numpy())
    return (y_new == y.mode().values).double().mean().item(), model.score(B, y_new.numpy())


# %% baselines wrong="one in five" says="The first is 1/5."
def baselines(X, y, X_new, y_new):
    model = LogisticRegression(C=100, max_iter=2000).fit(X.mean((2, 3)).numpy(), y.numpy())
    return 1 / 5, model.score(X_new.mean((2, 3)).numpy(), y_new.numpy())


# %% baselines wrong="share among the old" says="The first is the share of the most common species among the flowers learned from."
def baselines(X, y, X_new, y_new):
    model = LogisticRegression(C=100, max_iter=2000).fit(X.mean((2, 3)).numpy(), y.numpy())
    share = torch.bincount(y).max() / len(y)
    return share.item(), model.score(X_new.mean((2, 3)).numpy(), y_new.numpy())


# %% baselines wrong="errors" says="These are errors"
def baselines(X, y, X_new, y_new):
    model = LogisticRegression(C=100, max_iter=2000).fit(X.mean((2, 3)).numpy(), y.numpy())
    y_hat = torch.from_numpy(model.predict(X_new.mean((2, 3)).numpy()))
    return (y_new != y.mode().values).double().mean().item(), (
        y_hat != y_new
    ).double().mean().item()


# %% baselines wrong="divided by the old ones" says="You divide by the number of flowers that were learned from."
def baselines(X, y, X_new, y_new):
    model = LogisticRegression(C=100, max_iter=2000).fit(X.mean((2, 3)).numpy(), y.numpy())
    said = torch.from_numpy(model.predict(X_new.mean((2, 3)).numpy()))
    hits = [(said == y_new).sum().item(), (y.mode().values == y_new).sum().item()]
    return hits[1] / len(y), hits[0] / len(y)


# %% choose correct="a loop"
def choose(accuracies):
    table = torch.where(accuracies.isnan(), torch.zeros_like(accuracies), accuracies)
    means = [row.mean().item() for row in table]
    best = means.index(max(means))
    n = table.shape[1]
    near = []
    for i in range(len(table)):
        d = table[best] - table[i]
        s = ((d - d.mean()) ** 2).sum().div(n - 1).sqrt() / n**0.5
        if i == best or d.mean() <= 2 * s:
            near.append(i)
    return best, near


# %% choose correct="NumPy, an array"
def choose(accuracies):
    import numpy as np

    table = np.nan_to_num(accuracies.numpy())
    best = table.mean(1).argmax()
    d = table[best][None] - table
    s = d.std(1, ddof=1) / np.sqrt(d.shape[1])
    return best, np.flatnonzero(d.mean(1) <= 2 * s)


# %% choose correct="SciPy's standard error, tensors"
def choose(accuracies):
    from scipy import stats

    table = accuracies.clone()
    table[table.isnan()] = 0
    best = table.sum(1).argmax()
    d = (table[best] - table).numpy()
    s = torch.from_numpy(stats.sem(d, axis=1))
    return best, torch.where(torch.from_numpy(d).mean(1) - 2 * s <= 0)[0]


# %% choose wrong="best single run" says="You choose by the best single run"
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    best = int(table.max(1).values.argmax())
    d = table[best] - table
    return best, (d.mean(1) <= 2 * d.std(1) / table.shape[1] ** 0.5).nonzero()[:, 0].tolist()


# %% choose wrong="first seed" says="You choose by the first seed alone"
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    best = int(table[:, 0].argmax())
    d = table[best] - table
    return best, (d.mean(1) <= 2 * d.std(1) / table.shape[1] ** 0.5).nonzero()[:, 0].tolist()


# %% choose wrong="median" says="You choose by the median over the seeds"
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    best = int(table.quantile(0.5, dim=1).argmax())
    d = table[best] - table
    return best, (d.mean(1) <= 2 * d.std(1) / table.shape[1] ** 0.5).nonzero()[:, 0].tolist()


# %% choose wrong="the worst" says="You choose the worst."
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    best = int(table.mean(1).argmin())
    d = table[best] - table
    return best, (d.mean(1) <= 2 * d.std(1) / table.shape[1] ** 0.5).nonzero()[:, 0].tolist()


# %% choose wrong="NaN left out" says="A run that diverged is left out"
def choose(accuracies):
    means = accuracies.nanmean(1, keepdim=True)
    table = torch.where(accuracies.isnan(), means, accuracies)
    best = int(table.mean(1).argmax())
    d = table[best] - table
    return best, (d.mean(1) <= 2 * d.std(1) / table.shape[1] ** 0.5).nonzero()[:, 0].tolist()


# %% choose wrong="unpaired" says="The standard error is that of two independent means."
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    best = int(table.mean(1).argmax())
    gap = table[best].mean() - table.mean(1)
    s = ((table[best].var() + table.var(1)) / table.shape[1]).sqrt()
    return best, (gap <= 2 * s).nonzero()[:, 0].tolist()


# %% choose wrong="standard deviation" says="Two standard deviations of the differences are allowed."
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    best = int(table.mean(1).argmax())
    d = table[best] - table
    return best, (d.mean(1) <= 2 * d.std(1)).nonzero()[:, 0].tolist()


# %% choose wrong="one error" says="One standard error is allowed"
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    best = int(table.mean(1).argmax())
    d = table[best] - table
    return best, (d.mean(1) <= d.std(1) / table.shape[1] ** 0.5).nonzero()[:, 0].tolist()


# %% choose wrong="by n" says="The standard deviation divides by n: divide by n − 1."
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    best = int(table.mean(1).argmax())
    d = table[best] - table
    s = d.std(1, unbiased=False) / table.shape[1] ** 0.5
    return best, (d.mean(1) <= 2 * s).nonzero()[:, 0].tolist()


# %% choose wrong="no root" says="The standard deviation is divided by n"
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    best = int(table.mean(1).argmax())
    d = table[best] - table
    return best, (d.mean(1) <= 2 * d.std(1) / table.shape[1]).nonzero()[:, 0].tolist()


# %% choose wrong="without the best" says="The chosen one itself is missing from the list."
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    best = int(table.mean(1).argmax())
    d = table[best] - table
    return best, (d.mean(1) < 2 * d.std(1) / table.shape[1] ** 0.5).nonzero()[:, 0].tolist()


# %% choose wrong="the worse ones" says="The list holds those that are worse"
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    best = int(table.mean(1).argmax())
    d = table[best] - table
    return best, (d.mean(1) > 2 * d.std(1) / table.shape[1] ** 0.5).nonzero()[:, 0].tolist()


# %% choose wrong="spread of the best" says="The spread of the best setting alone is taken"
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    best = int(table.mean(1).argmax())
    gap = table[best].mean() - table.mean(1)
    return best, (gap <= 2 * table[best].std() / table.shape[1] ** 0.5).nonzero()[:, 0].tolist()


# %% choose wrong="exchanged" says="The two results are exchanged"
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    best = int(table.mean(1).argmax())
    d = table[best] - table
    return (d.mean(1) <= 2 * d.std(1) / table.shape[1] ** 0.5).nonzero()[:, 0].tolist(), best


# %% choose wrong="NaN wins" says="A run that diverged wins: NaN is the largest for `argmax`."
def choose(accuracies):
    best = int(accuracies.mean(1).argmax())
    near = {best}
    for i, row in enumerate(accuracies):
        gap = accuracies[best] - row
        if gap.mean() <= 2 * gap.std() / math.sqrt(len(row)):
            near.add(i)
    return best, sorted(near)


# %% choose wrong="NaN wins, and is near nobody" says="nobody is near it"
def choose(accuracies):
    best = int(accuracies.mean(1).argmax())
    gaps = accuracies[best] - accuracies
    near = gaps.mean(1) <= 2 * gaps.std(1) / accuracies.shape[1] ** 0.5
    return best, near.nonzero().flatten().tolist()


# %% choose wrong="a seed" says="You choose a seed"
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    best = int(table.mean(0).argmax())
    near = [best]
    for j in range(table.shape[1]):
        gap = table[:, best] - table[:, j]
        if j != best and gap.mean() <= 2 * gap.std() / math.sqrt(len(gap)):
            near.append(j)
    return best, sorted(near)


# %% choose wrong="from 1" says="Settings are counted from 1"
def choose(accuracies):
    table = accuracies.nan_to_num(0.0)
    best = int(table.mean(1).argmax())
    gaps = table[best] - table
    near = gaps.mean(1) <= 2 * gaps.std(1) / table.shape[1] ** 0.5
    return best + 1, [i for i, is_near in enumerate(near, 1) if is_near]


# %% augmented correct="each flower for itself"
def augmented(X, generator):
    out = []
    for x in X:
        k, m, a, b = (int(torch.randint(n, (), generator=generator)) for n in (4, 2, 3, 3))
        x = torch.rot90(x, k, (1, 2))
        if m:
            x = x.flip(1)
        light = 0.85 + 0.3 * torch.rand((), generator=generator)
        out.append(x.roll((a - 1, b - 1), (1, 2)) * light)
    return torch.stack(out)


# %% augmented correct="turns alone, padded moves, normal light, clamped"
def augmented(X, generator):
    X = torch.rot90(X, int(torch.randint(0, 4, (1,), generator=generator)), [2, 3])
    down, right = torch.randint(0, 3, (2,), generator=generator).tolist()
    X = F.pad(X, (1, 1, 1, 1), mode="replicate")[:, :, down : down + 24, right : right + 24]
    light = 1 + 0.08 * torch.randn(len(X), 1, 1, 1, generator=generator)
    return (X * light).clamp(0, 1)


# %% augmented correct="flips and a transpose, a little noise of colours"
def augmented(X, generator):
    flips = torch.rand(3, generator=generator) < 0.5
    if flips[0]:
        X = X.transpose(2, 3)
    if flips[1]:
        X = X.flip(2)
    if flips[2]:
        X = X.flip(3)
    X = torch.roll(X, int(torch.randint(-2, 3, (1,), generator=generator)), 2)
    X = torch.roll(X, int(torch.randint(-2, 3, (1,), generator=generator)), 3)
    light = 0.85 + 0.3 * torch.rand(len(X), 1, 1, 1, generator=generator)
    tint = 0.97 + 0.06 * torch.rand(len(X), 3, 1, 1, generator=generator)
    return X * light * tint


# %% augmented wrong="colours exchanged" says="the colours have changed against one another"
def augmented(X, generator):
    t, m, a, b = (int(torch.randint(n, (), generator=generator)) for n in (4, 2, 5, 5))
    X = torch.rot90(X.flip(3) if m else X, t, (2, 3)).roll((a - 2, b - 2), (2, 3))
    X = X[:, torch.randperm(3, generator=generator)]
    return X * (0.8 + 0.4 * torch.rand(len(X), 1, 1, 1, generator=generator))


# %% augmented wrong="colour jitter" says="the colours have changed against one another"
def augmented(X, generator):
    t, m, a, b = (int(torch.randint(n, (), generator=generator)) for n in (4, 2, 5, 5))
    X = torch.rot90(X.flip(3) if m else X, t, (2, 3)).roll((a - 2, b - 2), (2, 3))
    return X * (0.3 + 1.4 * torch.rand(len(X), 3, 1, 1, generator=generator))


# %% augmented wrong="grey" says="the colours have changed against one another"
def augmented(X, generator):
    t, m, a, b = (int(torch.randint(n, (), generator=generator)) for n in (4, 2, 5, 5))
    X = torch.rot90(X.flip(3) if m else X, t, (2, 3)).roll((a - 2, b - 2), (2, 3))
    if torch.rand((), generator=generator) < 0.5:
        X = X.mean(1, keepdim=True).expand_as(X)
    return X * (0.8 + 0.4 * torch.rand(len(X), 1, 1, 1, generator=generator))


# %% augmented wrong="much light" says="the light is far from what it was"
def augmented(X, generator):
    t, m, a, b = (int(torch.randint(n, (), generator=generator)) for n in (4, 2, 5, 5))
    X = torch.rot90(X.flip(3) if m else X, t, (2, 3)).roll((a - 2, b - 2), (2, 3))
    return X * (0.1 + 1.8 * torch.rand(len(X), 1, 1, 1, generator=generator))


# %% augmented wrong="moved far" says="something hides, moves or blurs"
def augmented(X, generator):
    t, a, b = (int(torch.randint(n, (), generator=generator)) for n in (4, 24, 24))
    X = torch.rot90(X, t, (2, 3)).roll((a, b), (2, 3))
    return X * (0.8 + 0.4 * torch.rand(len(X), 1, 1, 1, generator=generator))


# %% augmented wrong="noise" says="something hides, moves or blurs"
def augmented(X, generator):
    t, a, b = (int(torch.randint(n, (), generator=generator)) for n in (4, 5, 5))
    X = torch.rot90(X, t, (2, 3)).roll((a - 2, b - 2), (2, 3))
    X = X * (0.8 + 0.4 * torch.rand(len(X), 1, 1, 1, generator=generator))
    return X + 0.15 * torch.randn(X.shape, generator=generator)


# %% augmented wrong="not turned" says="A flower lies nearly always the same way"
def augmented(X, generator):
    a, b = (int(torch.randint(5, (), generator=generator)) for _ in range(2))
    if torch.rand((), generator=generator) < 0.5:
        X = X.flip(3)
    X = X.roll((a - 2, b - 2), (2, 3))
    return X * (0.8 + 0.4 * torch.rand(len(X), 1, 1, 1, generator=generator))


# %% augmented wrong="not moved" says="A flower stands nearly always in the same place"
def augmented(X, generator):
    t, m = (int(torch.randint(n, (), generator=generator)) for n in (4, 2))
    X = torch.rot90(X.flip(3) if m else X, t, (2, 3))
    return X * (0.8 + 0.4 * torch.rand(len(X), 1, 1, 1, generator=generator))


# %% augmented wrong="no light" says="The light hardly changes"
def augmented(X, generator):
    t, m, a, b = (int(torch.randint(n, (), generator=generator)) for n in (4, 2, 5, 5))
    return torch.rot90(X.flip(3) if m else X, t, (2, 3)).roll((a - 2, b - 2), (2, 3))


# %% augmented wrong="elsewhere" says="From the same generator something else comes"
def augmented(X, generator):
    t, m, a, b = (int(torch.randint(n, ())) for n in (4, 2, 5, 5))
    X = torch.rot90(X.flip(3) if m else X, t, (2, 3)).roll((a - 2, b - 2), (2, 3))
    return X * (0.8 + 0.4 * torch.rand(len(X), 1, 1, 1))


# %% augmented wrong="seeded" says="The same comes, although the generator has moved on."
def augmented(X, generator):
    generator.manual_seed(0)
    t, m, a, b = (int(torch.randint(n, (), generator=generator)) for n in (4, 2, 5, 5))
    X = torch.rot90(X.flip(3) if m else X, t, (2, 3)).roll((a - 2, b - 2), (2, 3))
    return X * (0.8 + 0.4 * torch.rand(len(X), 1, 1, 1, generator=generator))


# %% augmented wrong="nothing" says="Nothing has changed"
def augmented(X, generator):
    return X.clone()


# %% augmented wrong="copies added" says="As many pictures must come out as went in"
def augmented(X, generator):
    t = int(torch.randint(4, (), generator=generator))
    return torch.cat([X, torch.rot90(X, t, (2, 3))])


# %% monitor correct="NumPy's convolution"
def monitor(accuracies, k, n):
    import numpy as np

    m = np.convolve(accuracies, np.ones(k) / k, mode="valid")
    p = (m[-1] + m[-1 - k]) / 2
    s = np.sqrt(2 * p * (1 - p) / n)
    if m[-1] - m[-1 - k] > s:
        verdict = "go on"
    elif m.max() - m[-1] > s:
        verdict = "too far"
    else:
        verdict = "enough"
    return verdict, m.argmax() + k - 1


# %% monitor correct="torch's unfold"
def monitor(accuracies, k, n):
    m = torch.tensor(accuracies, dtype=torch.float64).unfold(0, k, 1).mean(1)
    p = (m[-1] + m[-k - 1]) / 2
    s = (2 * p * (1 - p) / n) ** 0.5
    word = "enough"
    if m.max() - m[-1] > s:
        word = "too far"
    if m[-1] - m[-k - 1] > s:
        word = "go on"
    return word, int(m.argmax()) + k - 1


# %% monitor correct="a dictionary by number, a list"
def monitor(accuracies, k, n):
    t = len(accuracies) - 1
    m = {i: sum(accuracies[i - j] for j in range(k)) / k for i in range(k - 1, t + 1)}
    keep = max(m, key=m.get)
    p = (m[t] + m[t - k]) / 2
    s = math.sqrt(p * (1 - p) / n + p * (1 - p) / n)
    if m[t] - m[t - k] > s:
        return ["go on", keep]
    return ["too far" if m[keep] - m[t] > s else "enough", keep]


# %% monitor wrong="single" says="You compare single evaluations"
def monitor(accuracies, k, n):
    last, before, top = accuracies[-1], accuracies[-1 - k], max(accuracies)
    p = (last + before) / 2
    s = math.sqrt(2 * p * (1 - p) / n)
    verdict = "go on" if last - before > s else "too far" if top - last > s else "enough"
    return verdict, accuracies.index(top)


# %% monitor wrong="overlapping" says="The two windows overlap."
def monitor(accuracies, k, n):
    m = [sum(accuracies[e - k : e]) / k for e in range(k, len(accuracies) + 1)]
    last, before, top = m[-1], m[-2], max(m)
    p = (last + before) / 2
    s = math.sqrt(2 * p * (1 - p) / n)
    verdict = "go on" if last - before > s else "too far" if top - last > s else "enough"
    return verdict, m.index(top) + k - 1


# %% monitor wrong="against the first" says="You compare the last k with the first k"
def monitor(accuracies, k, n):
    m = [sum(accuracies[e - k : e]) / k for e in range(k, len(accuracies) + 1)]
    last, before, top = m[-1], m[0], max(m)
    p = (last + before) / 2
    s = math.sqrt(2 * p * (1 - p) / n)
    verdict = "go on" if last - before > s else "too far" if top - last > s else "enough"
    return verdict, m.index(top) + k - 1


# %% monitor wrong="noise of one" says="The factor 2 is missing in s"
def monitor(accuracies, k, n):
    m = [sum(accuracies[e - k : e]) / k for e in range(k, len(accuracies) + 1)]
    last, before, top = m[-1], m[-1 - k], max(m)
    p = (last + before) / 2
    s = math.sqrt(p * (1 - p) / n)
    verdict = "go on" if last - before > s else "too far" if top - last > s else "enough"
    return verdict, m.index(top) + k - 1


# %% monitor wrong="noise over k" says="The noise is divided by the root of k."
def monitor(accuracies, k, n):
    m = [sum(accuracies[e - k : e]) / k for e in range(k, len(accuracies) + 1)]
    last, before, top = m[-1], m[-1 - k], max(m)
    p = (last + before) / 2
    s = math.sqrt(2 * p * (1 - p) / (n * k))
    verdict = "go on" if last - before > s else "too far" if top - last > s else "enough"
    return verdict, m.index(top) + k - 1


# %% monitor wrong="no root" says="The root is missing in the noise."
def monitor(accuracies, k, n):
    m = [sum(accuracies[e - k : e]) / k for e in range(k, len(accuracies) + 1)]
    last, before, top = m[-1], m[-1 - k], max(m)
    p = (last + before) / 2
    s = 2 * p * (1 - p) / n
    verdict = "go on" if last - before > s else "too far" if top - last > s else "enough"
    return verdict, m.index(top) + k - 1


# %% monitor wrong="two deviations" says="Two standard deviations are asked for"
def monitor(accuracies, k, n):
    m = [sum(accuracies[e - k : e]) / k for e in range(k, len(accuracies) + 1)]
    last, before, top = m[-1], m[-1 - k], max(m)
    p = (last + before) / 2
    s = 2 * math.sqrt(2 * p * (1 - p) / n)
    verdict = "go on" if last - before > s else "too far" if top - last > s else "enough"
    return verdict, m.index(top) + k - 1


# %% monitor wrong="no noise" says="Any difference counts, however small"
def monitor(accuracies, k, n):
    m = [sum(accuracies[e - k : e]) / k for e in range(k, len(accuracies) + 1)]
    last, before, top = m[-1], m[-1 - k], max(m)
    verdict = "go on" if last > before else "too far" if top > last else "enough"
    return verdict, m.index(top) + k - 1


# %% monitor wrong="best point" says="You keep the best single evaluation"
def monitor(accuracies, k, n):
    m = [sum(accuracies[e - k : e]) / k for e in range(k, len(accuracies) + 1)]
    last, before, top = m[-1], m[-1 - k], max(m)
    p = (last + before) / 2
    s = math.sqrt(2 * p * (1 - p) / n)
    verdict = "go on" if last - before > s else "too far" if top - last > s else "enough"
    return verdict, accuracies.index(max(accuracies))


# %% monitor wrong="beginning" says="You keep the beginning of the best window"
def monitor(accuracies, k, n):
    m = [sum(accuracies[e - k : e]) / k for e in range(k, len(accuracies) + 1)]
    last, before, top = m[-1], m[-1 - k], max(m)
    p = (last + before) / 2
    s = math.sqrt(2 * p * (1 - p) / n)
    verdict = "go on" if last - before > s else "too far" if top - last > s else "enough"
    return verdict, m.index(top)


# %% monitor wrong="from one" says="Evaluations are counted from 1"
def monitor(accuracies, k, n):
    m = [sum(accuracies[e - k : e]) / k for e in range(k, len(accuracies) + 1)]
    last, before, top = m[-1], m[-1 - k], max(m)
    p = (last + before) / 2
    s = math.sqrt(2 * p * (1 - p) / n)
    verdict = "go on" if last - before > s else "too far" if top - last > s else "enough"
    return verdict, m.index(top) + k


# %% monitor wrong="the last" says="You keep the last evaluation."
def monitor(accuracies, k, n):
    m = [sum(accuracies[e - k : e]) / k for e in range(k, len(accuracies) + 1)]
    last, before, top = m[-1], m[-1 - k], max(m)
    p = (last + before) / 2
    s = math.sqrt(2 * p * (1 - p) / n)
    verdict = "go on" if last - before > s else "too far" if top - last > s else "enough"
    return verdict, len(accuracies) - 1


# %% monitor wrong="best point for too far" says="The last mean is compared with the best single evaluation"
def monitor(accuracies, k, n):
    m = [sum(accuracies[e - k : e]) / k for e in range(k, len(accuracies) + 1)]
    last, before, top = m[-1], m[-1 - k], max(accuracies)
    p = (last + before) / 2
    s = math.sqrt(2 * p * (1 - p) / n)
    verdict = "go on" if last - before > s else "too far" if top - last > s else "enough"
    return verdict, m.index(max(m)) + k - 1


# %% monitor wrong="other order" says="A curve that climbs again is told to stop"
def monitor(accuracies, k, n):
    m = [sum(accuracies[e - k : e]) / k for e in range(k, len(accuracies) + 1)]
    last, before, top = m[-1], m[-1 - k], max(m)
    p = (last + before) / 2
    s = math.sqrt(2 * p * (1 - p) / n)
    verdict = "too far" if top - last > s else "go on" if last - before > s else "enough"
    return verdict, m.index(top) + k - 1


# %% monitor wrong="never too far" says="It is never told that it went too far."
def monitor(accuracies, k, n):
    m = [sum(accuracies[e - k : e]) / k for e in range(k, len(accuracies) + 1)]
    last, before = m[-1], m[-1 - k]
    p = (last + before) / 2
    verdict = "go on" if last - before > math.sqrt(2 * p * (1 - p) / n) else "enough"
    return verdict, m.index(max(m)) + k - 1


# %% monitor wrong="never on" says="It is never told to go on."
def monitor(accuracies, k, n):
    m = [sum(accuracies[e - k : e]) / k for e in range(k, len(accuracies) + 1)]
    p = (m[-1] + m[-1 - k]) / 2
    verdict = "too far" if max(m) - m[-1] > math.sqrt(2 * p * (1 - p) / n) else "enough"
    return verdict, m.index(max(m)) + k - 1


# %% monitor wrong="share of the last" says="p is the last mean alone"
def monitor(accuracies, k, n):
    means = [sum(accuracies[i - k : i]) / k for i in range(k, len(accuracies) + 1)]
    last, before, top = means[-1], means[-1 - k], max(means)
    p = last
    s = math.sqrt(2 * p * (1 - p) / n)
    r = p
    if last - before > s:
        verdict = "go on"
    else:
        verdict = "too far" if top - last > math.sqrt(2 * r * (1 - r) / n) else "enough"
    return verdict, means.index(top) + k - 1


# %% monitor wrong="share of the one before" says="p is the mean of the earlier window alone"
def monitor(accuracies, k, n):
    means = [sum(accuracies[i - k : i]) / k for i in range(k, len(accuracies) + 1)]
    last, before, top = means[-1], means[-1 - k], max(means)
    p = before
    s = math.sqrt(2 * p * (1 - p) / n)
    r = p
    if last - before > s:
        verdict = "go on"
    else:
        verdict = "too far" if top - last > math.sqrt(2 * r * (1 - r) / n) else "enough"
    return verdict, means.index(top) + k - 1


# %% monitor wrong="another share for too far" says="p is taken from the best and the last window"
def monitor(accuracies, k, n):
    means = [sum(accuracies[i - k : i]) / k for i in range(k, len(accuracies) + 1)]
    last, before, top = means[-1], means[-1 - k], max(means)
    p = (last + before) / 2
    s = math.sqrt(2 * p * (1 - p) / n)
    r = (last + top) / 2
    if last - before > s:
        verdict = "go on"
    else:
        verdict = "too far" if top - last > math.sqrt(2 * r * (1 - r) / n) else "enough"
    return verdict, means.index(top) + k - 1


# %% monitor wrong="single precision" says="In float32 means that are close become equal"
def monitor(accuracies, k, n):
    means = [
        torch.tensor(accuracies[i - k : i]).mean().item() for i in range(k, len(accuracies) + 1)
    ]
    last, before, top = means[-1], means[-1 - k], max(means)
    p = (last + before) / 2
    s = math.sqrt(2 * p * (1 - p) / n)
    r = p
    if last - before > s:
        verdict = "go on"
    else:
        verdict = "too far" if top - last > math.sqrt(2 * r * (1 - r) / n) else "enough"
    return verdict, means.index(top) + k - 1


# %% monitor wrong="best single one that ends a window" says="You keep the best single evaluation from k − 1 on"
def monitor(accuracies, k, n):
    means = [sum(accuracies[i - k : i]) / k for i in range(k, len(accuracies) + 1)]
    last, before, top = means[-1], means[-1 - k], max(means)
    p = (last + before) / 2
    s = math.sqrt(2 * p * (1 - p) / n)
    r = p
    if last - before > s:
        verdict = "go on"
    else:
        verdict = "too far" if top - last > math.sqrt(2 * r * (1 - r) / n) else "enough"
    return verdict, accuracies.index(max(accuracies[k - 1 :]), k - 1)


# %% monitor wrong="apart" says="Windows that overlap are left out"
def monitor(accuracies, k, n):
    means = {
        i: sum(accuracies[i - k + 1 : i + 1]) / k for i in range(len(accuracies) - 1, k - 2, -k)
    }
    last, before, *_ = means.values()
    best = max(means, key=means.get)
    p = (last + before) / 2
    s = math.sqrt(2 * p * (1 - p) / n)
    if last - before > s:
        return "go on", best
    return ("too far" if means[best] - last > s else "enough"), best


# %% skill correct="a loop"
def skill(prices, predicted):
    mine, other = 0.0, 0.0
    for t in range(1, len(prices)):
        if not math.isnan(predicted[t]):
            mine += float(predicted[t] - prices[t]) ** 2
            other += float(prices[t - 1] - prices[t]) ** 2
    return 1 - mine / other


# %% skill correct="NumPy and nanmean"
def skill(prices, predicted):
    import numpy as np

    p, said = prices.numpy(), predicted.numpy()
    yesterday = np.concatenate([[np.nan], p[:-1]])
    gaps = (yesterday - p) ** 2
    gaps[np.isnan(said)] = np.nan
    return float(1 - np.nanmean((said - p) ** 2) / np.nanmean(gaps))


# %% skill correct="row numbers"
def skill(prices, predicted):
    (days,) = torch.where(torch.isfinite(predicted))
    mse = (predicted[days] - prices[days]).square().mean()
    return 1 - mse / (prices[days - 1] - prices[days]).square().mean()


# %% skill correct="a tensor, rolled"
def skill(prices, predicted):
    has = predicted == predicted
    naive = torch.roll(prices, 1)
    return 1 - ((predicted - prices)[has] ** 2).sum() / ((naive - prices)[has] ** 2).sum()


# %% skill wrong="R²" says="That is R²"
def skill(prices, predicted):
    from sklearn.metrics import r2_score

    some = ~predicted.isnan()
    return r2_score(prices[some], predicted[some])


# %% skill wrong="the mean of all prices" says="The rival is the mean of all prices."
def skill(prices, predicted):
    some = ~predicted.isnan()
    mine = ((predicted - prices)[some] ** 2).mean()
    return 1 - mine / ((prices - prices.mean())[some] ** 2).mean()


# %% skill wrong="the rival on all days" says="judged on different days"
def skill(prices, predicted):
    some = ~predicted.isnan()
    mine = ((predicted - prices)[some] ** 2).mean()
    return 1 - (mine / (prices[1:] - prices[:-1]).square().mean()).item()


# %% skill wrong="NaN is 0" says="counts as a prediction of 0"
def skill(prices, predicted):
    said = torch.nan_to_num(predicted)[1:]
    return 1 - F.mse_loss(said, prices[1:]) / F.mse_loss(prices[:-1], prices[1:])


# %% skill wrong="NaN is forgotten" says="The mean of numbers with a NaN among them is NaN."
def skill(prices, predicted):
    mine = F.mse_loss(predicted[1:], prices[1:])
    return (1 - mine / F.mse_loss(prices[:-1], prices[1:])).item()


# %% skill wrong="left out too early" says="before yesterday's price is looked up"
def skill(prices, predicted):
    some = ~predicted.isnan()
    p, said = prices[some], predicted[some]
    return 1 - F.mse_loss(said[1:], p[1:]) / F.mse_loss(p[:-1], p[1:])


# %% skill wrong="the ratio" says="Subtract it from 1."
def skill(prices, predicted):
    some = ~predicted[1:].isnan()
    truth = prices[1:][some]
    return F.mse_loss(predicted[1:][some], truth) / F.mse_loss(prices[:-1][some], truth)


# %% skill wrong="upside down" says="The ratio is upside down"
def skill(prices, predicted):
    some = ~predicted[1:].isnan()
    truth = prices[1:][some]
    return 1 - F.mse_loss(prices[:-1][some], truth) / F.mse_loss(predicted[1:][some], truth)


# %% skill wrong="a difference" says="Divide it by the error of yesterday's price."
def skill(prices, predicted):
    some = ~predicted[1:].isnan()
    truth = prices[1:][some]
    return F.mse_loss(prices[:-1][some], truth) - F.mse_loss(predicted[1:][some], truth)


# %% skill wrong="roots" says="These are roots of mean squares."
def skill(prices, predicted):
    some = ~predicted[1:].isnan()
    truth = prices[1:][some]
    mine, other = F.mse_loss(predicted[1:][some], truth), F.mse_loss(prices[:-1][some], truth)
    return 1 - mine.sqrt() / other.sqrt()


# %% skill wrong="absolute errors" says="These are absolute errors."
def skill(prices, predicted):
    some = ~predicted[1:].isnan()
    truth = prices[1:][some]
    return 1 - F.l1_loss(predicted[1:][some], truth) / F.l1_loss(prices[:-1][some], truth)


# %% skill wrong="tomorrow" says="The rival is tomorrow's price"
def skill(prices, predicted):
    some = ~predicted[:-1].isnan()
    other = (prices[1:] - prices[:-1])[some].square().mean()
    return 1 - (predicted - prices)[:-1][some].square().mean() / other


# %% skill wrong="a day too early" says="compared with the prices of the day before"
def skill(prices, predicted):
    some = ~predicted[1:].isnan()
    said, truth = predicted[1:][some], prices[:-1][some]
    return 1 - F.mse_loss(said, truth) / F.mse_loss(prices[1:][some], truth)


# %% skill wrong="yesterday's prediction" says="The rival is yesterday's prediction."
def skill(prices, predicted):
    mine = (predicted - prices).square().nanmean()
    return 1 - mine / (predicted.roll(1) - prices).square().nanmean()


# %% skill wrong="always 0"
def skill(prices, predicted):
    return 0.0


# %% skill wrong="said a day before" says="is taken for what was said of day t + 1"
def skill(prices, predicted):
    some = ~predicted[:-1].isnan()
    truth, said, yesterday = prices[1:][some], predicted[:-1][some], prices[:-1][some]
    return 1 - F.mse_loss(said, truth) / F.mse_loss(yesterday, truth)


# %% skill wrong="yesterday's prediction where both are" says="on the days that have one"
def skill(prices, predicted):
    some = ~(predicted[1:] + predicted[:-1]).isnan()
    truth, said, rival = prices[1:][some], predicted[1:][some], predicted[:-1][some]
    return 1 - F.mse_loss(said, truth) / F.mse_loss(rival, truth)


# %% skill wrong="from the first prediction on" says="later days without a prediction count"
def skill(prices, predicted):
    first = int(predicted.isfinite().nonzero()[0])
    mine = (predicted - prices)[first:].square().nanmean()
    return 1 - mine / (prices[first:] - prices[first - 1 : -1]).square().mean()


# %% skill wrong="not after a holiday" says="The day after one without a prediction is left out as well."
def skill(prices, predicted):
    some = [t for t in range(1, len(prices)) if not predicted[t - 1 : t + 1].isnan().any()]
    mine = sum((predicted[t] - prices[t]) ** 2 for t in some)
    return 1 - mine / sum((prices[t - 1] - prices[t]) ** 2 for t in some)


# %% skill wrong="holidays as yesterday" says="with yesterday's price for one"
def skill(prices, predicted):
    mine = other = 0.0
    for t in range(1, len(prices)):
        said = prices[t - 1] if predicted[t].isnan() else predicted[t]
        mine += (said - prices[t]) ** 2
        other += (prices[t - 1] - prices[t]) ** 2
    return 1 - mine / other


# %% skill wrong="two numbers of days" says="divided by different numbers of days"
def skill(prices, predicted):
    some = ~predicted[1:].isnan()
    mine = (predicted - prices)[1:][some].square().mean()
    return 1 - mine / (prices.diff()[some].square().sum() / len(some))


# %% skill wrong="no less than 0" says="A negative skill is a result"
def skill(prices, predicted):
    some = ~predicted[1:].isnan()
    truth, said, yesterday = prices[1:][some], predicted[1:][some], prices[:-1][some]
    return (1 - F.mse_loss(said, truth) / F.mse_loss(yesterday, truth)).clamp(min=0)


# %% skill wrong="single precision" says="In float32 small moves of a large price are lost"
def skill(prices, predicted):
    prices, predicted = prices.float(), predicted.float()
    some = ~predicted[1:].isnan()
    truth, said, yesterday = prices[1:][some], predicted[1:][some], prices[:-1][some]
    return 1 - F.mse_loss(said, truth) / F.mse_loss(yesterday, truth)


# %% looks-ahead correct="all days at once, and redrawn"
def looks_ahead(feature, prices):
    before = feature(prices).nan_to_num(nan=-7.0)
    n = len(prices)
    for t in range(n - 1):
        for change in (lambda p: p * 2, lambda p: p / 2):
            new = torch.cat([prices[: t + 1], change(prices[t + 1 :])])
            after = feature(new).nan_to_num(nan=-7.0)
            if (after[: t + 1] - before[: t + 1]).abs().max() > 1e-6:
                return True
    return False


# %% looks-ahead wrong="only the day before the change" says="Only the day just before the change is compared."
def looks_ahead(feature, prices):
    before = feature(prices)
    seen = []
    for t in range(1, len(prices)):
        for factor in (2.0, 0.5):
            new = prices.clone()
            new[t:] = new[t:] * factor
            seen.append(torch.isclose(feature(new)[t - 1], before[t - 1], equal_nan=True))
    return not all(seen)


# %% looks-ahead correct="from the last day to the first, exactly"
def looks_ahead(feature, prices):
    before = feature(prices).nan_to_num(-1.0)
    for t in reversed(range(1, len(prices))):
        for factor in (0.5, 2.0):
            new = torch.cat([prices[:t], factor * prices[t:]])
            gap = (feature(new).nan_to_num(-1.0) - before)[:t].abs()
            if (gap > 5e-4 * before[:t].abs()).any():
                return True
    return False


# %% looks-ahead correct="NumPy, and a much larger change"
def looks_ahead(feature, prices):
    import numpy as np

    before = feature(prices).numpy()
    found = False
    for t in range(1, len(prices)):
        for factor in (100.0, 0.01):
            new = prices.clone()
            new[t:] *= factor
            found |= not np.allclose(feature(new).numpy()[:t], before[:t], equal_nan=True)
    return bool(found)


# %% looks-ahead wrong="one cut" says="One cut is not enough"
def looks_ahead(feature, prices):
    half = len(prices) // 2
    for factor in (2, 0.5):
        new = prices.clone()
        new[half:] *= factor
        if not torch.allclose(feature(new)[:half], feature(prices)[:half], equal_nan=True):
            return True
    return False


# %% looks-ahead wrong="the last price alone" says="Only the last price is changed"
def looks_ahead(feature, prices):
    for factor in (2, 0.5):
        new = prices.clone()
        new[-1] *= factor
        if not torch.allclose(feature(new)[:-1], feature(prices)[:-1], equal_nan=True):
            return True
    return False


# %% looks-ahead wrong="the first day alone" says="only the first day is compared"
def looks_ahead(feature, prices):
    before = feature(prices)[:1]
    for factor in (2, 0.5):
        new = prices.clone()
        new[1:] *= factor
        if not torch.allclose(feature(new)[:1], before, equal_nan=True):
            return True
    return False


# %% looks-ahead wrong="the last cut is missing" says="A leak at the last days is missed"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices) - 1):
        for factor in (2, 0.5):
            new = prices.clone()
            new[t:] *= factor
            if not torch.allclose(feature(new)[:t], before[:t], equal_nan=True):
                return True
    return False


# %% looks-ahead wrong="the first cut is missing" says="A leak at the first days is missed"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(2, len(prices)):
        for factor in (2, 0.5):
            new = prices.clone()
            new[t:] *= factor
            if not torch.allclose(feature(new)[:t], before[:t], equal_nan=True):
                return True
    return False


# %% looks-ahead wrong="each fifth day" says="Not every day is tried"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(5, len(prices), 5):
        for factor in (2, 0.5):
            new = prices.clone()
            new[t:] *= factor
            if not torch.allclose(feature(new)[:t], before[:t], equal_nan=True):
                return True
    return False


# %% looks-ahead wrong="raised only" says="Later prices are only raised."
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices)):
        new = prices.clone()
        new[t:] *= 2
        if not torch.allclose(feature(new)[:t], before[:t], equal_nan=True):
            return True
    return False


# %% looks-ahead wrong="lowered only" says="Later prices are only lowered."
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices)):
        new = prices.clone()
        new[t:] /= 2
        if not torch.allclose(feature(new)[:t], before[:t], equal_nan=True):
            return True
    return False


# %% looks-ahead wrong="NaN" says="NaN is not equal to itself"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices)):
        for factor in (2, 0.5):
            new = prices.clone()
            new[t:] *= factor
            if not torch.equal(feature(new)[:t], before[:t]):
                return True
    return False


# %% looks-ahead wrong="all days are compared" says="The days whose own prices were changed"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices)):
        for factor in (2, 0.5):
            new = prices.clone()
            new[t:] *= factor
            if not torch.allclose(feature(new), before, equal_nan=True):
                return True
    return False


# %% looks-ahead wrong="today is compared" says="The first day whose own price was changed"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices)):
        for factor in (2, 0.5):
            new = prices.clone()
            new[t:] *= factor
            if not torch.allclose(feature(new)[: t + 1], before[: t + 1], equal_nan=True):
                return True
    return False


# %% looks-ahead wrong="yesterday is not compared" says="The day just before the change is not compared"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices)):
        for factor in (2, 0.5):
            new = prices.clone()
            new[t:] *= factor
            if not torch.allclose(feature(new)[: t - 1], before[: t - 1], equal_nan=True):
                return True
    return False


# %% looks-ahead wrong="the past is changed" says="You change early prices"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices)):
        for factor in (2, 0.5):
            new = prices.clone()
            new[:t] *= factor
            if not torch.allclose(feature(new)[t:], before[t:], equal_nan=True):
                return True
    return False


# %% looks-ahead wrong="exchanged" says="True and False are exchanged"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices)):
        for factor in (2, 0.5):
            new = prices.clone()
            new[t:] *= factor
            if not torch.allclose(feature(new)[:t], before[:t], equal_nan=True):
                return False
    return True


# %% looks-ahead wrong="always" says="True comes, whatever the feature does."
def looks_ahead(feature, prices):
    return True


# %% looks-ahead wrong="never" says="False comes, whatever the feature does."
def looks_ahead(feature, prices):
    return False


# %% looks-ahead wrong="in place" says="Return something new and leave what you are given"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(len(prices) - 1, 0, -1):
        prices[t:] *= 2
        if not torch.allclose(feature(prices)[:t], before[:t], equal_nan=True):
            return True
    return False


# %% luck correct="SciPy"
def luck(best, num_tried, num_years):
    from scipy.stats import norm

    sd = num_years**-0.5
    chance = 1 - norm.cdf(best / sd) ** num_tried
    if num_tried == 1:
        return 0.0, chance
    g = 0.57721566
    return sd * (
        (1 - g) * norm.ppf(1 - 1 / num_tried) + g * norm.ppf(1 - 1 / (num_tried * math.e))
    ), chance


# %% luck correct="torch, and exact for small chances"
def luck(best, num_tried, num_years):
    from scipy.special import log_ndtr

    years = torch.tensor(num_years, dtype=torch.float64)
    chance = -math.expm1(num_tried * log_ndtr(best * math.sqrt(num_years)))
    if num_tried < 2:
        return torch.zeros(()), chance
    shares = torch.tensor([1 / num_tried, 1 / (num_tried * math.e)], dtype=torch.float64)
    z = torch.special.ndtri(1 - shares)
    weights = torch.tensor([1 - 0.57721566, 0.57721566], dtype=torch.float64)
    return (weights @ z) / years.sqrt(), chance


# %% luck correct="a normal distribution with that deviation"
def luck(best, num_tried, num_years):
    sharpe = NormalDist(0, 1 / math.sqrt(num_years))
    if num_tried == 1:
        expected = 0.0
    else:
        expected = (1 - 0.57721566) * sharpe.inv_cdf(1 - 1 / num_tried)
        expected += 0.57721566 * sharpe.inv_cdf(1 - 1 / num_tried / 2.71828183)
    return expected, 1 - math.prod([sharpe.cdf(best)] * num_tried)


# %% luck wrong="the rule of thumb" says="√(2 ln n) is too large"
def luck(best, num_tried, num_years):
    root = math.sqrt(num_years)
    expected = math.sqrt(2 * math.log(num_tried)) / root
    return expected, 1 - NormalDist().cdf(best * root) ** num_tried


# %% luck wrong="weights exchanged" says="The two weights are exchanged"
def luck(best, num_tried, num_years):
    normal, g, root = NormalDist(), 0.57721566, math.sqrt(num_years)
    chance = 1 - normal.cdf(best * root) ** num_tried
    if num_tried == 1:
        return 0.0, chance
    first, second = (normal.inv_cdf(1 - 1 / n) for n in (num_tried, num_tried * math.e))
    return (g * first + (1 - g) * second) / root, chance


# %% luck wrong="one quantile" says="Only the quantile at 1 − 1/n is used"
def luck(best, num_tried, num_years):
    normal, root = NormalDist(), math.sqrt(num_years)
    chance = 1 - normal.cdf(best * root) ** num_tried
    return (normal.inv_cdf(1 - 1 / num_tried) / root if num_tried > 1 else 0.0), chance


# %% luck wrong="half of the formula" says="The second quantile is left out"
def luck(best, num_tried, num_years):
    normal, root = NormalDist(), math.sqrt(num_years)
    chance = 1 - normal.cdf(best * root) ** num_tried
    if num_tried == 1:
        return 0.0, chance
    return (1 - 0.57721566) * normal.inv_cdf(1 - 1 / num_tried) / root, chance


# %% luck wrong="expected for one year" says="The expected best is that for one year"
def luck(best, num_tried, num_years):
    normal, g = NormalDist(), 0.57721566
    chance = 1 - normal.cdf(best * math.sqrt(num_years)) ** num_tried
    if num_tried == 1:
        return 0.0, chance
    first, second = (normal.inv_cdf(1 - 1 / n) for n in (num_tried, num_tried * math.e))
    return (1 - g) * first + g * second, chance


# %% luck wrong="chance for one year" says="The chance is that for one year."
def luck(best, num_tried, num_years):
    normal, g = NormalDist(), 0.57721566
    chance = 1 - normal.cdf(best) ** num_tried
    if num_tried == 1:
        return 0.0, chance
    first, second = (normal.inv_cdf(1 - 1 / n) for n in (num_tried, num_tried * math.e))
    return ((1 - g) * first + g * second) / math.sqrt(num_years), chance


# %% luck wrong="no years at all" says="Nothing depends on the years"
def luck(best, num_tried, num_years):
    normal, g = NormalDist(), 0.57721566
    chance = 1 - normal.cdf(best) ** num_tried
    if num_tried == 1:
        return 0.0, chance
    first, second = (normal.inv_cdf(1 - 1 / n) for n in (num_tried, num_tried * math.e))
    return (1 - g) * first + g * second, chance


# %% luck wrong="√years" says="not √years"
def luck(best, num_tried, num_years):
    normal, g, sd = NormalDist(), 0.57721566, math.sqrt(num_years)
    chance = 1 - normal.cdf(best / sd) ** num_tried
    if num_tried == 1:
        return 0.0, chance
    first, second = (normal.inv_cdf(1 - 1 / n) for n in (num_tried, num_tried * math.e))
    return ((1 - g) * first + g * second) * sd, chance


# %% luck wrong="the variance" says="1/years is the variance."
def luck(best, num_tried, num_years):
    normal, g, sd = NormalDist(), 0.57721566, 1 / num_years
    chance = 1 - normal.cdf(best / sd) ** num_tried
    if num_tried == 1:
        return 0.0, chance
    first, second = (normal.inv_cdf(1 - 1 / n) for n in (num_tried, num_tried * math.e))
    return ((1 - g) * first + g * second) * sd, chance


# %% luck wrong="a single one" says="The chance is that of a single strategy."
def luck(best, num_tried, num_years):
    normal, g, root = NormalDist(), 0.57721566, math.sqrt(num_years)
    chance = 1 - normal.cdf(best * root)
    if num_tried == 1:
        return 0.0, chance
    first, second = (normal.inv_cdf(1 - 1 / n) for n in (num_tried, num_tried * math.e))
    return ((1 - g) * first + g * second) / root, chance


# %% luck wrong="n times the chance of one" says="and may pass 1"
def luck(best, num_tried, num_years):
    normal, g, root = NormalDist(), 0.57721566, math.sqrt(num_years)
    chance = num_tried * (1 - normal.cdf(best * root))
    if num_tried == 1:
        return 0.0, chance
    first, second = (normal.inv_cdf(1 - 1 / n) for n in (num_tried, num_tried * math.e))
    return ((1 - g) * first + g * second) / root, chance


# %% luck wrong="n times the chance of one, cut" says="even if it is cut at 1"
def luck(best, num_tried, num_years):
    normal, g, root = NormalDist(), 0.57721566, math.sqrt(num_years)
    chance = min(1, num_tried * (1 - normal.cdf(best * root)))
    if num_tried == 1:
        return 0.0, chance
    first, second = (normal.inv_cdf(1 - 1 / n) for n in (num_tried, num_tried * math.e))
    return ((1 - g) * first + g * second) / root, chance


# %% luck wrong="none of them" says="the chance that *none* of them reaches"
def luck(best, num_tried, num_years):
    normal, g, root = NormalDist(), 0.57721566, math.sqrt(num_years)
    chance = normal.cdf(best * root) ** num_tried
    if num_tried == 1:
        return 0.0, chance
    first, second = (normal.inv_cdf(1 - 1 / n) for n in (num_tried, num_tried * math.e))
    return ((1 - g) * first + g * second) / root, chance


# %% luck wrong="all of them" says="the chance that *all* of them reach"
def luck(best, num_tried, num_years):
    normal, g, root = NormalDist(), 0.57721566, math.sqrt(num_years)
    chance = (1 - normal.cdf(best * root)) ** num_tried
    if num_tried == 1:
        return 0.0, chance
    first, second = (normal.inv_cdf(1 - 1 / n) for n in (num_tried, num_tried * math.e))
    return ((1 - g) * first + g * second) / root, chance


# %% luck wrong="around the expected one" says="around the expected best"
def luck(best, num_tried, num_years):
    normal, g, root = NormalDist(), 0.57721566, math.sqrt(num_years)
    expected = 0.0
    if num_tried > 1:
        first, second = (normal.inv_cdf(1 - 1 / n) for n in (num_tried, num_tried * math.e))
        expected = ((1 - g) * first + g * second) / root
    return expected, 1 - normal.cdf((best - expected) * root)


# %% luck wrong="exchanged" says="The two results are exchanged."
def luck(best, num_tried, num_years):
    normal, g, root = NormalDist(), 0.57721566, math.sqrt(num_years)
    chance = 1 - normal.cdf(best * root) ** num_tried
    if num_tried == 1:
        return chance, 0.0
    first, second = (normal.inv_cdf(1 - 1 / n) for n in (num_tried, num_tried * math.e))
    return chance, ((1 - g) * first + g * second) / root


# %% luck wrong="a single one is not thought of"
def luck(best, num_tried, num_years):
    normal, g, root = NormalDist(), 0.57721566, math.sqrt(num_years)
    chance = 1 - normal.cdf(best * root) ** num_tried
    first, second = (normal.inv_cdf(1 - 1 / n) for n in (num_tried, num_tried * math.e))
    return ((1 - g) * first + g * second) / root, chance


# %% decide correct="a loop"
def decide(p, cost_miss, cost_alarm, cost_refer):
    choices = []
    for one in p.tolist():
        expected = {0: one * cost_miss, 1: (1 - one) * cost_alarm, 2: cost_refer}
        choices.append(min(expected, key=expected.get))
    return torch.tensor(choices)


# %% decide correct="two thresholds, unless they cross"
def decide(p, cost_miss, cost_alarm, cost_refer):
    low, high = cost_refer / cost_miss, 1 - cost_refer / cost_alarm
    if low >= high:
        return (p > cost_alarm / (cost_alarm + cost_miss)).long()
    return torch.where(p < low, 0, torch.where(p > high, 1, 2))


# %% decide correct="two ways first"
def decide(p, cost_miss, cost_alarm, cost_refer):
    dismiss, treat = p * cost_miss, (1 - p) * cost_alarm
    choice = (treat < dismiss).long()
    choice[torch.minimum(dismiss, treat) > cost_refer] = 2
    return choice


# %% decide correct="a matrix product"
def decide(p, cost_miss, cost_alarm, cost_refer):
    table = torch.tensor([[0, cost_miss], [cost_alarm, 0], [cost_refer, cost_refer]]).double()
    return (torch.stack([1 - p, p], dim=1) @ table.T).argmin(dim=1)


# %% decide wrong="nobody is referred" says="Nobody is referred."
def decide(p, cost_miss, cost_alarm, cost_refer):
    return (p > cost_alarm / (cost_alarm + cost_miss)).long()


# %% decide wrong="½" says="You cut at ½."
def decide(p, cost_miss, cost_alarm, cost_refer):
    return (p > 0.5).long()


# %% decide wrong="costs exchanged" says="The costs of a miss and of an alarm are exchanged"
def decide(p, cost_miss, cost_alarm, cost_refer):
    rows = [p * cost_alarm, (1 - p) * cost_miss, cost_refer + 0 * p]
    return torch.stack(rows).argmin(0)


# %% decide wrong="p exchanged" says="p and 1 − p are exchanged"
def decide(p, cost_miss, cost_alarm, cost_refer):
    rows = [(1 - p) * cost_miss, p * cost_alarm, cost_refer + 0 * p]
    return torch.stack(rows).argmin(0)


# %% decide wrong="the thresholds cross" says="is dismissed, though treating may be cheaper"
def decide(p, cost_miss, cost_alarm, cost_refer):
    low, high = cost_refer / cost_miss, 1 - cost_refer / cost_alarm
    return torch.where(p < low, 0, torch.where(p > high, 1, 2))


# %% decide wrong="the thresholds cross, treated first" says="is treated, though dismissing may be cheaper"
def decide(p, cost_miss, cost_alarm, cost_refer):
    low, high = cost_refer / cost_miss, 1 - cost_refer / cost_alarm
    return torch.where(p > high, 1, torch.where(p < low, 0, 2))


# %% decide wrong="without probabilities" says="The costs are compared without their probabilities"
def decide(p, cost_miss, cost_alarm, cost_refer):
    choice = (p > cost_alarm / (cost_alarm + cost_miss)).long()
    for i, one in enumerate(choice.tolist()):
        if cost_refer < (cost_alarm if one else cost_miss):
            choice[i] = 2
    return choice


# %% decide wrong="a band around ½" says="A band around ½ is referred."
def decide(p, cost_miss, cost_alarm, cost_refer):
    share = cost_refer / cost_alarm
    low, high = min(0.5, share), max(0.5, 1 - share)
    return torch.where(p < low, 0, torch.where(p > high, 1, 2))


# %% decide wrong="dismiss is 1" says="these two are exchanged"
def decide(p, cost_miss, cost_alarm, cost_refer):
    rows = [(1 - p) * cost_alarm, p * cost_miss, cost_refer + 0 * p]
    return torch.stack(rows).argmin(0)


# %% decide wrong="refer is 1" says="The numbers are those of other decisions"
def decide(p, cost_miss, cost_alarm, cost_refer):
    rows = [p * cost_miss, cost_refer + 0 * p, (1 - p) * cost_alarm]
    return torch.stack(rows).argmin(0)


# %% decide wrong="the dearest" says="The largest expected cost is chosen."
def decide(p, cost_miss, cost_alarm, cost_refer):
    return torch.stack([p * cost_miss, (1 - p) * cost_alarm, cost_refer + 0 * p]).argmax(0)


# %% decide wrong="referral weighed" says="To refer is weighed by a probability."
def decide(p, cost_miss, cost_alarm, cost_refer):
    return torch.stack([p * cost_miss, (1 - p) * cost_alarm, p * cost_refer]).argmin(0)


# %% decide wrong="the costs" says="These are expected costs."
def decide(p, cost_miss, cost_alarm, cost_refer):
    return torch.stack([p * cost_miss, (1 - p) * cost_alarm, cost_refer + 0 * p]).min(0).values


# %% decide wrong="the costs are ignored"
def decide(p, cost_miss, cost_alarm, cost_refer):
    return torch.where(p < 0.1, 0, torch.where(p > 0.9, 1, 2))


# %% recalibrate correct="by odds"
def recalibrate(p, w):
    odds = w * p / (1 - p)
    return torch.where(p == 1, 1.0, odds / (1 + odds))


# %% recalibrate correct="by the logit"
def recalibrate(p, w):
    return torch.sigmoid(torch.logit(p) + math.log(w))


# %% recalibrate correct="multiplied by w"
def recalibrate(p, w):
    clicks = w * p
    return clicks / (clicks + 1 - p)


# %% recalibrate wrong="times w" says="The rest is made fewer once more."
def recalibrate(p, w):
    return p / (p + (1 - p) * w)


# %% recalibrate wrong="p w" says="A probability is no count"
def recalibrate(p, w):
    return p * w


# %% recalibrate wrong="odds" says="These are odds"
def recalibrate(p, w):
    return w * p / (1 - p)


# %% recalibrate wrong="no click" says="That is the probability of no click."
def recalibrate(p, w):
    return (1 - p) / w / (p + (1 - p) / w)


# %% recalibrate wrong="brackets" says="Brackets are missing: (1 - p) / w."
def recalibrate(p, w):
    return p / (p + 1 - p / w)


# %% recalibrate wrong="outer brackets" says="Brackets are missing around all"
def recalibrate(p, w):
    return p / p + (1 - p) / w


# %% recalibrate wrong="p / w" says="p / w makes clicks more frequent."
def recalibrate(p, w):
    return p / w


# %% recalibrate wrong="nothing" says="The probabilities came back as they were"
def recalibrate(p, w):
    return p.clone()


# %% recalibrate wrong="in place" says="Return something new and leave what you are given"
def recalibrate(p, w):
    p /= p + (1 - p) / w
    return p


# %% recalibrate wrong="one over w" says="1 is divided by w in place of 1 − p"
def recalibrate(p, w):
    return w * p / (w * p + 1)


# %% recalibrate wrong="the share that was left out" says="1 − w is the share that was left out."
def recalibrate(p, w):
    out = max(1 - w, 1e-12)
    return out * p / (out * p + 1 - p)


# %% recall correct="a loop and sets"
def recall_at_k(scores, known, hidden, k):
    shares = []
    for row, old, liked in zip(scores, known, hidden, strict=True):
        wanted = {i for i, yes in enumerate(liked.tolist()) if yes}
        if not wanted:
            continue
        left = [i for i in range(len(row)) if not old[i]]
        left.sort(key=lambda i: -row[i].item())
        shares.append(len(wanted & set(left[:k])) / min(k, len(wanted)))
    return sum(shares) / len(shares)


# %% recall correct="sorted"
def recall_at_k(scores, known, hidden, k):
    s = scores.clone()
    s[known] = -torch.inf
    order = s.argsort(dim=1, descending=True)[:, :k]
    rows = torch.arange(len(s))[:, None]
    hits = hidden[rows, order].double().sum(1)
    most = torch.minimum(hidden.sum(1), torch.tensor(k))
    return (hits / most)[most > 0].mean()


# %% recall correct="ranks"
def recall_at_k(scores, known, hidden, k):
    import numpy as np

    s = np.where(known.numpy(), -np.inf, scores.numpy())
    rank = (-s).argsort(axis=1).argsort(axis=1)
    hits = ((rank < k) & hidden.numpy()).sum(axis=1)
    num = hidden.numpy().sum(axis=1)
    return float(np.mean([h / min(k, n) for h, n in zip(hits, num, strict=True) if n]))


# %% recall wrong="known things" says="is recommended again"
def recall_at_k(scores, known, hidden, k):
    top = scores.topk(k, dim=1).indices
    hits, num = hidden.gather(1, top).sum(1), hidden.sum(1)
    return (hits[num > 0] / num[num > 0].clamp(max=k)).mean().item()


# %% recall wrong="known is 0" says="What is known gets the score 0"
def recall_at_k(scores, known, hidden, k):
    top = (scores * ~known).topk(k, dim=1).indices
    hits, num = hidden.gather(1, top).sum(1), hidden.sum(1)
    return (hits[num > 0] / num[num > 0].clamp(max=k)).mean().item()


# %% recall wrong="nobody counts as 0" says="Users without any hidden liking count as 0."
def recall_at_k(scores, known, hidden, k):
    top = scores.masked_fill(known, -math.inf).topk(k, dim=1).indices
    hits, num = hidden.gather(1, top).sum(1), hidden.sum(1)
    return (hits / num.clamp(1, k)).mean().item()


# %% recall wrong="nobody counts as 1" says="Users without any hidden liking count as 1."
def recall_at_k(scores, known, hidden, k):
    top = scores.masked_fill(known, -math.inf).topk(k, dim=1).indices
    hits, num = hidden.gather(1, top).sum(1), hidden.sum(1)
    return torch.where(num > 0, hits / num.clamp(1, k), 1.0).mean().item()


# %% recall wrong="by k" says="You divide by k even where a user has fewer"
def recall_at_k(scores, known, hidden, k):
    top = scores.masked_fill(known, -math.inf).topk(k, dim=1).indices
    hits, num = hidden.gather(1, top).sum(1), hidden.sum(1)
    return (hits[num > 0] / k).mean().item()


# %% recall wrong="precision" says="You divide by k, and count the users without"
def recall_at_k(scores, known, hidden, k):
    top = scores.masked_fill(known, -math.inf).topk(k, dim=1).indices
    return (hidden.gather(1, top).sum(1) / k).mean().item()


# %% recall wrong="by all likings" says="You divide by all hidden likings"
def recall_at_k(scores, known, hidden, k):
    top = scores.masked_fill(known, -math.inf).topk(k, dim=1).indices
    hits, num = hidden.gather(1, top).sum(1), hidden.sum(1)
    return (hits[num > 0] / num[num > 0]).mean().item()


# %% recall wrong="pooled" says="All hits are divided by all hidden likings"
def recall_at_k(scores, known, hidden, k):
    top = scores.masked_fill(known, -math.inf).topk(k, dim=1).indices
    hits, num = hidden.gather(1, top).sum(), hidden.sum(1).clamp(max=k).sum()
    return (hits / num).item()


# %% recall wrong="some hit" says="That is the share of users with a hit."
def recall_at_k(scores, known, hidden, k):
    top = scores.masked_fill(known, -math.inf).topk(k, dim=1).indices
    some = hidden.any(1)
    return hidden.gather(1, top)[some].any(1).double().mean().item()


# %% recall wrong="a sum" says="That is a sum over the users."
def recall_at_k(scores, known, hidden, k):
    top = scores.masked_fill(known, -math.inf).topk(k, dim=1).indices
    hits, num = hidden.gather(1, top).sum(1), hidden.sum(1)
    return (hits[num > 0] / num[num > 0].clamp(max=k)).sum().item()


# %% recall wrong="the lowest" says="The k lowest scores are taken. The highest are wanted."
def recall_at_k(scores, known, hidden, k):
    top = scores.masked_fill(known, math.inf).topk(k, dim=1, largest=False).indices
    hits, num = hidden.gather(1, top).sum(1), hidden.sum(1)
    return (hits[num > 0] / num[num > 0].clamp(max=k)).mean().item()


# %% recall wrong="sorted upwards" says="or what is known comes first"
def recall_at_k(scores, known, hidden, k):
    top = scores.masked_fill(known, -math.inf).argsort(dim=1)[:, :k]
    hits, num = hidden.gather(1, top).sum(1), hidden.sum(1)
    return (hits[num > 0] / num[num > 0].clamp(max=k)).mean().item()


# %% recall wrong="the mask turned around" says="the other way round"
def recall_at_k(scores, known, hidden, k):
    top = scores.masked_fill(~known, -math.inf).topk(k, dim=1).indices
    hits, num = hidden.gather(1, top).sum(1), hidden.sum(1)
    return (hits[num > 0] / num[num > 0].clamp(max=k)).mean().item()


# %% recall wrong="one list for all" says="The first k of all scores together"
def recall_at_k(scores, known, hidden, k):
    top = scores.masked_fill(known, -math.inf).flatten().topk(k).indices
    return hidden.flatten()[top].double().mean().item()


# %% recall wrong="one too many" says="One thing too many is looked at"
def recall_at_k(scores, known, hidden, k):
    order = scores.masked_fill(known, -math.inf).argsort(dim=1, descending=True)
    hits, num = hidden.gather(1, order[:, : k + 1]).sum(1), hidden.sum(1)
    return (hits[num > 0] / num[num > 0].clamp(max=k)).mean().item()


# %% recall wrong="in place" says="Return something new and leave what you are given"
def recall_at_k(scores, known, hidden, k):
    scores[known] = -math.inf
    top = scores.topk(k, dim=1).indices
    hits, num = hidden.gather(1, top).sum(1), hidden.sum(1)
    return (hits[num > 0] / num[num > 0].clamp(max=k)).mean().item()


# %% ladder correct="one line"
def ladder(shown, loss, eta):
    return eta * round(loss / eta) if shown - loss > eta else shown


# %% ladder correct="floor of the half added"
def ladder(shown, loss, eta):
    if loss + eta < shown:
        return math.floor(loss / eta + 0.5) * eta
    else:
        return shown


# %% ladder correct="NumPy, an array of one number"
def ladder(shown, loss, eta):
    import numpy as np

    return np.where(shown - loss > eta, np.rint(loss / eta) * eta, shown)


# %% ladder correct="a tensor"
def ladder(shown, loss, eta):
    shown, loss = (torch.as_tensor(value, dtype=torch.float64) for value in (shown, loss))
    return torch.where(loss < shown - eta, torch.round(loss / eta) * eta, shown)


# %% ladder wrong="always shown" says="A worse loss is shown"
def ladder(shown, loss, eta):
    return round(loss / eta) * eta


# %% ladder wrong="hardly better" says="A loss that is hardly better is shown"
def ladder(shown, loss, eta):
    return round(loss / eta) * eta if loss < shown else shown


# %% ladder wrong="just eta" says="Better by just eta is not more than eta."
def ladder(shown, loss, eta):
    return round(loss / eta) * eta if loss <= shown - eta else shown


# %% ladder wrong="all digits" says="The loss is shown with all its digits"
def ladder(shown, loss, eta):
    return loss if loss < shown - eta else shown


# %% ladder wrong="rounded first" says="Compare the loss itself, and round it afterwards."
def ladder(shown, loss, eta):
    loss = round(loss / eta) * eta
    return loss if loss < shown - eta else shown


# %% ladder wrong="rounded down" says="The loss is rounded down"
def ladder(shown, loss, eta):
    return loss // eta * eta if loss < shown - eta else shown


# %% ladder wrong="a share" says="eta is a difference of losses"
def ladder(shown, loss, eta):
    return round(loss / eta) * eta if loss < shown * (1 - eta) else shown


# %% ladder wrong="the number of steps"
def ladder(shown, loss, eta):
    return round(loss / eta) if loss < shown - eta else shown


# %% ladder wrong="larger is better"
def ladder(shown, loss, eta):
    return round(loss / eta) * eta if loss > shown + eta else shown


# %% ladder wrong="rounded up" says="The loss is rounded up"
def ladder(shown, loss, eta):
    return -(-loss // eta) * eta if loss < shown - eta else shown


# %% ladder wrong="first as it is" says="The first submission is shown with all its digits"
def ladder(shown, loss, eta):
    if shown == math.inf:
        return loss
    return round(loss / eta) * eta if shown - loss > eta else shown


# %% ladder wrong="1 for infinity" says="1 is taken in place of ∞"
def ladder(shown, loss, eta):
    if shown == math.inf:
        shown = 1.0
    return round(loss / eta) * eta if shown - loss > eta else shown


# %% ladder wrong="shown is rounded" says="What was shown is rounded once more"
def ladder(shown, loss, eta):
    if shown - loss > eta:
        shown = loss
    return round(shown / eta) * eta


# %% ladder wrong="either way" says="A loss that is worse by more than eta is shown."
def ladder(shown, loss, eta):
    if shown - loss > eta or loss - shown > eta:
        return round(loss / eta) * eta
    return shown


# %% ladder wrong="one step" says="The board goes down by one step"
def ladder(shown, loss, eta):
    if shown == math.inf:
        return round(loss / eta) * eta
    return shown - eta * (shown - loss > eta)


# %% ladder wrong="steps" says="That is the number of steps"
def ladder(shown, loss, eta):
    return round(loss / eta) if shown - loss > eta else shown


# %% ladder wrong="the other way round" says="not the other way round"
def ladder(shown, loss, eta):
    return round(loss * eta) / eta if shown - loss > eta else shown


# %% ladder wrong="two decimals" says="The loss is rounded to two decimals"
def ladder(shown, loss, eta):
    return round(100 * loss) / 100 if shown - loss > eta else shown


# %% project correct="frozen, a pipeline"
def project(X, y, X_new, submit):
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    garden = pretrained.load("garden")
    net = models.colour_convnet(20)
    net.load_state_dict(garden.state)
    net = net.cpu().eval()[:-1]
    with torch.no_grad():
        A = net((X - garden.mean) / garden.std).numpy()
        B = net((X_new - garden.mean) / garden.std).numpy()
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=2000))
    submit(model.fit(A, y.numpy()).predict(B))


# %% project correct="with flipped copies, the baseline submitted first"
def project(X, y, X_new, submit):
    colour = LogisticRegression(C=100, max_iter=2000).fit(X.mean((2, 3)).numpy(), y.numpy())
    submit(torch.from_numpy(colour.predict(X_new.mean((2, 3)).numpy())))
    garden = pretrained.load("garden")
    net = models.colour_convnet(20).cpu()
    net.load_state_dict(garden.state)

    def features(P):
        with torch.no_grad():
            return net[:-1]((P - garden.mean) / garden.std)

    turned = torch.cat([torch.rot90(X, k, (2, 3)) for k in range(4)])
    A = features(turned)
    mean, std = A.mean(0), A.std(0) + 1e-3
    head = LogisticRegression(C=0.03, max_iter=2000)
    head.fit(((A - mean) / std).numpy(), y.repeat(4).numpy())
    votes = sum(
        head.predict_proba(((features(torch.rot90(X_new, k, (2, 3))) - mean) / std).numpy())
        for k in range(4)
    )
    submit(torch.from_numpy(votes.argmax(1)))


# %% project correct="fine-tuned"
def project(X, y, X_new, submit):
    garden = pretrained.load("garden")
    net = models.colour_convnet(5, torch.Generator().manual_seed(0)).cpu()
    net.load_state_dict({k: v for k, v in garden.state.items() if "head" not in k}, strict=False)
    optimizer = torch.optim.Adam(net.parameters(), lr=5e-3)
    generator = torch.Generator().manual_seed(0)
    for _ in range(250):
        some = torch.randint(len(X), (32,), generator=generator)
        turn = int(torch.randint(4, (), generator=generator))
        batch = torch.rot90(X[some], turn, (2, 3))
        loss = F.cross_entropy(net((batch - garden.mean) / garden.std), y[some])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        turns = [torch.rot90(X_new, k, (2, 3)) for k in range(4)]
        logits = sum(net((P - garden.mean) / garden.std).softmax(1) for P in turns)
    submit(logits.argmax(1).tolist())


# %% project wrong="nothing submitted" says="Nothing was submitted"
def project(X, y, X_new, submit):
    return y.mode().values.expand(len(X_new))


# %% project wrong="the most common" says="this part asks for"
def project(X, y, X_new, submit):
    submit(y.mode().values.expand(len(X_new)))


# %% project wrong="by lot, 40 times" says="this part asks for"
def project(X, y, X_new, submit):
    tries = [torch.randint(5, (len(X_new),)) for _ in range(39)]
    shown = [submit(labels) for labels in tries]
    submit(tries[shown.index(min(shown))])


# %% project wrong="41 submissions"
def project(X, y, X_new, submit):
    model = LogisticRegression(C=100, max_iter=2000).fit(X.mean((2, 3)).numpy(), y.numpy())
    labels = torch.from_numpy(model.predict(X_new.mean((2, 3)).numpy()))
    for _ in range(41):
        submit(labels)


# %% project wrong="the colour alone" says="this part asks for"
def project(X, y, X_new, submit):
    model = LogisticRegression(C=100, max_iter=2000).fit(X.mean((2, 3)).numpy(), y.numpy())
    submit(torch.from_numpy(model.predict(X_new.mean((2, 3)).numpy())))


# %% project wrong="one by one"
def project(X, y, X_new, submit):
    for _ in X_new[:40]:
        submit(0)


# %% project wrong="probabilities"
def project(X, y, X_new, submit):
    model = LogisticRegression(C=100, max_iter=2000).fit(X.mean((2, 3)).numpy(), y.numpy())
    submit(torch.from_numpy(model.predict_proba(X_new.mean((2, 3)).numpy())))


# %% project wrong="the last one spoilt" says="this part asks for"
def project(X, y, X_new, submit):
    garden = pretrained.load("garden")
    net = models.colour_convnet(20).cpu()
    net.load_state_dict(garden.state)
    with torch.no_grad():
        A, B = (net[:-1]((P - garden.mean) / garden.std).numpy() for P in (X, X_new))
    submit(LogisticRegression(C=0.1, max_iter=2000).fit(A, y.numpy()).predict(B))
    submit(torch.zeros(len(B), dtype=torch.long))


# %% project wrong="all pixels" says="this part asks for"
def project(X, y, X_new, submit):
    A, B = (P.flatten(1).numpy() for P in (X, X_new))
    submit(LogisticRegression(C=0.01, max_iter=200).fit(A, y.numpy()).predict(B))


# %% looks-ahead wrong="later days left out" says="Later prices are left out"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices)):
        if not torch.allclose(feature(prices[:t]), before[:t], equal_nan=True):
            return True
    return False


# %% looks-ahead wrong="a small change" says="Later prices are changed by too little"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices)):
        for factor in (1.01, 0.99):
            new = prices.clone()
            new[t:] *= factor
            if not torch.allclose(feature(new)[:t], before[:t], equal_nan=True):
                return True
    return False


# %% looks-ahead wrong="one price at a time" says="One day's price is changed at a time."
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices)):
        for factor in (2.0, 0.5):
            new = prices.clone()
            new[t] *= factor
            if not torch.allclose(feature(new)[:t], before[:t], equal_nan=True):
                return True
    return False


# %% looks-ahead wrong="returns at once" says="The answer comes after the first day that was tried"
def looks_ahead(feature, prices):
    before = feature(prices)
    for t in range(1, len(prices)):
        new = prices.clone()
        new[t:] *= 2
        return not torch.allclose(feature(new)[:t], before[:t], equal_nan=True)


# %% luck wrong="e/n" says="1 / n * e is e/n"
def luck(best, num_tried, num_years):
    normal, g, root = NormalDist(), 0.57721566, math.sqrt(num_years)
    chance = 1 - normal.cdf(best * root) ** num_tried
    if num_tried == 1:
        return 0.0, chance
    first = normal.inv_cdf(1 - 1 / num_tried)
    second = normal.inv_cdf(1 - 1 / num_tried * math.e)
    return ((1 - g) * first + g * second) / root, chance


# %% luck wrong="rounded" says="Both results are rounded"
def luck(best, num_tried, num_years):
    normal, gamma = NormalDist(), 0.5772156649
    chance = 1 - normal.cdf(best * math.sqrt(num_years)) ** num_tried
    if num_tried == 1:
        return 0.0, round(chance, 2)
    first = normal.inv_cdf(1 - 1 / num_tried)
    second = normal.inv_cdf(1 - 1 / (num_tried * math.e))
    expected = ((1 - gamma) * first + gamma * second) / math.sqrt(num_years)
    return round(expected, 2), round(chance, 2)


# %% decide wrong="words" says="These are words."
def decide(p, cost_miss, cost_alarm, cost_refer):
    table = torch.stack([p * cost_miss, (1 - p) * cost_alarm, torch.full_like(p, cost_refer)])
    return [("dismiss", "treat", "refer")[i] for i in table.argmin(0).tolist()]


# %% decide wrong="an alarm in any case" says="To treat is taken to cost `cost_alarm` in any case."
def decide(p, cost_miss, cost_alarm, cost_refer):
    table = p[:, None] * torch.tensor([cost_miss, 0.0, 0.0], dtype=p.dtype)
    return (table + torch.tensor([0.0, cost_alarm, cost_refer], dtype=p.dtype)).argmin(1)


# %% decide wrong="half where they cross" says="your thresholds cross, and you cut at ½"
def decide(p, cost_miss, cost_alarm, cost_refer):
    low, high = cost_refer / cost_miss, 1 - cost_refer / cost_alarm
    if low > high:
        low = high = 0.5
    return torch.where(p < low, 0, torch.where(p >= high, 1, 2))


# %% recall wrong="0/0" says="Nothing found of nothing is 0/0"
def recall_at_k(scores, known, hidden, k):
    top = scores.masked_fill(known, -math.inf).topk(k, dim=1).indices
    hits, num = hidden.gather(1, top).sum(1), hidden.sum(1)
    return (hits / num.clamp(max=k)).mean().item()


# %% recall wrong="the larger of the two" says="You divide by the larger of k"
def recall_at_k(scores, known, hidden, k):
    shares = []
    for user in range(len(scores)):
        order = [i for i in scores[user].argsort(descending=True).tolist() if not known[user, i]]
        num = int(hidden[user].sum())
        if num:
            shares.append(sum(hidden[user, i].item() for i in order[:k]) / max(num, k))
    return sum(shares) / len(shares)


# %% recall wrong="who has k left" says="Users who have fewer than k things left are left out."
def recall_at_k(scores, known, hidden, k):
    shares = []
    for user in range(len(scores)):
        order = [i for i in scores[user].argsort(descending=True).tolist() if not known[user, i]]
        num = int(hidden[user].sum())
        if num and len(order) >= k:
            shares.append(sum(hidden[user, i].item() for i in order[:k]) / min(num, k))
    return sum(shares) / len(shares) if shares else 0.0


# %% recall wrong="minus a hundred" says="What is known gets −100"
def recall_at_k(scores, known, hidden, k):
    top = torch.where(known, torch.tensor(-100.0), scores).topk(k).indices
    hits, num = hidden.gather(1, top).sum(1), hidden.sum(1)
    return (hits / num.clamp(max=k)).nanmean()


# %% recall wrong="the wrong likings" says="Known and hidden likings are exchanged"
def recall_at_k(scores, known, hidden, k):
    top = scores.masked_fill(hidden, -math.inf).topk(k).indices
    hits, num = known.gather(1, top).sum(1), known.sum(1)
    return (hits / num.clamp(max=k)).nanmean()


# %% recall wrong="k - 1 things" says="One thing too few is looked at"
def recall_at_k(scores, known, hidden, k):
    top = scores.masked_fill(known, -math.inf).sort(descending=True).indices[:, : k - 1]
    hits, num = hidden.gather(1, top).sum(1), hidden.sum(1)
    return (hits / num.clamp(max=k)).nanmean()
