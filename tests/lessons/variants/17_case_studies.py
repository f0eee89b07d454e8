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


# %% augmented wrong="moved far" says="something hides the petals"
def augmented(X, generator):
    t, a, b = (int(torch.randint(n, (), generator=generator)) for n in (4, 24, 24))
    X = torch.rot90(X, t, (2, 3)).roll((a, b), (2, 3))
    return X * (0.8 + 0.4 * torch.rand(len(X), 1, 1, 1, generator=generator))


# %% augmented wrong="noise" says="something hides the petals"
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


# %% monitor wrong="noise of one" says="The noise is that of one mean."
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


# %% project wrong="the most common" says="and this part asks for"
def project(X, y, X_new, submit):
    submit(y.mode().values.expand(len(X_new)))


# %% project wrong="by lot, 40 times" says="and this part asks for"
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


# %% project wrong="the colour alone" says="and this part asks for"
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


# %% project wrong="the last one spoilt" says="and this part asks for"
def project(X, y, X_new, submit):
    garden = pretrained.load("garden")
    net = models.colour_convnet(20).cpu()
    net.load_state_dict(garden.state)
    with torch.no_grad():
        A, B = (net[:-1]((P - garden.mean) / garden.std).numpy() for P in (X, X_new))
    submit(LogisticRegression(C=0.1, max_iter=2000).fit(A, y.numpy()).predict(B))
    submit(torch.zeros(len(B), dtype=torch.long))


# %% project wrong="all pixels" says="and this part asks for"
def project(X, y, X_new, submit):
    A, B = (P.flatten(1).numpy() for P in (X, X_new))
    submit(LogisticRegression(C=0.01, max_iter=200).fit(A, y.numpy()).predict(B))
