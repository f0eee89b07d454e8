"""Answers to the exercises of *After training* as students give them: each right, or wrong in one way.

A cell's title is the exercise; `correct` says how a right answer is written, `wrong` what a wrong one
does, and `says` the sentence of the lesson that its author is to be told.
"""


# %% what-changed correct="a small function"
def what_changed(before, after):
    def same(f):
        return bool((f(before) - f(after)).abs().max() < 1e-7)

    if same(lambda t: t):
        return "nothing"
    if same(lambda t: t / t.sum(1, keepdim=True)):
        return "covariate shift"
    if same(lambda t: t / t.sum(0, keepdim=True)):
        return "label shift"
    if same(lambda t: t.sum(1)):
        return "concept drift"
    return "several"


# %% what-changed correct="NumPy"
def what_changed(before, after):
    import numpy as np

    p, q = before.numpy(), after.numpy()
    if np.allclose(p, q):
        return "nothing"
    same_px = np.allclose(p.sum(axis=1), q.sum(axis=1))
    same_py = np.allclose(p.sum(axis=0), q.sum(axis=0))
    same_y_x = np.allclose(p / p.sum(axis=1)[:, None], q / q.sum(axis=1)[:, None])
    same_x_y = np.allclose(p / p.sum(axis=0), q / q.sum(axis=0))
    if same_y_x and not same_px:
        return "covariate shift"
    if same_x_y and not same_py:
        return "label shift"
    if same_px and not same_y_x:
        return "concept drift"
    return "several"


# %% what-changed correct="by ratios"
def what_changed(before, after):
    ratio = after / before
    if torch.allclose(ratio, torch.ones_like(ratio)):
        return "nothing"
    if torch.allclose(ratio, ratio[:, :1].expand_as(ratio)):
        return "covariate shift"
    if torch.allclose(ratio, ratio[:1].expand_as(ratio)):
        return "label shift"
    return "concept drift" if torch.allclose(after.sum(1), before.sum(1)) else "several"


# %% what-changed wrong="rows for columns" says="Rows and columns are exchanged"
def what_changed(before, after):
    if torch.allclose(before, after):
        return "nothing"
    if torch.allclose(before / before.sum(0), after / after.sum(0)):
        return "covariate shift"
    if torch.allclose(before / before.sum(1, keepdim=True), after / after.sum(1, keepdim=True)):
        return "label shift"
    return "concept drift" if torch.allclose(before.sum(0), after.sum(0)) else "several"


# %% what-changed wrong="by p(x) alone" says="Every change of p(x) is called covariate shift"
def what_changed(before, after):
    if torch.allclose(before, after):
        return "nothing"
    if not torch.allclose(before.sum(1), after.sum(1)):
        return "covariate shift"
    if torch.allclose(before / before.sum(0), after / after.sum(0)):
        return "label shift"
    return "concept drift"


# %% what-changed wrong="exactly" says="You compare exactly."
def what_changed(before, after):
    if (before == after).all():
        return "nothing"
    if (before / before.sum(1, keepdim=True) == after / after.sum(1, keepdim=True)).all():
        return "covariate shift"
    if (before / before.sum(0) == after / after.sum(0)).all():
        return "label shift"
    return "concept drift" if (before.sum(1) == after.sum(1)).all() else "several"


# %% what-changed wrong="label shift last but two" says="Every change of p(y) with another p(y | x) is called"
def what_changed(before, after):
    if torch.allclose(before, after):
        return "nothing"
    if torch.allclose(before / before.sum(1, keepdim=True), after / after.sum(1, keepdim=True)):
        return "covariate shift"
    if not torch.allclose(before.sum(0), after.sum(0)):
        return "label shift"
    return "concept drift" if torch.allclose(before.sum(1), after.sum(1)) else "several"


# %% what-changed wrong="concept drift too early" says="p(x) may stay under label shift, too"
def what_changed(before, after):
    if torch.allclose(before, after):
        return "nothing"
    if torch.allclose(before / before.sum(1, keepdim=True), after / after.sum(1, keepdim=True)):
        return "covariate shift"
    if torch.allclose(before.sum(1), after.sum(1)):
        return "concept drift"
    return (
        "label shift" if torch.allclose(before / before.sum(0), after / after.sum(0)) else "several"
    )


# %% what-changed wrong="margins" says="p(x) and p(y) alone are compared."
def what_changed(before, after):
    same_x = torch.allclose(before.sum(1), after.sum(1))
    same_y = torch.allclose(before.sum(0), after.sum(0))
    if torch.allclose(before, after):
        return "nothing"
    if same_x:
        return "concept drift" if same_y else "label shift"
    return "covariate shift" if same_y else "several"


# %% what-changed wrong="by p(y) alone" says="Every change of p(y) is called label shift"
def what_changed(before, after):
    if torch.allclose(before, after):
        return "nothing"
    if not torch.allclose(before.sum(0), after.sum(0)):
        return "label shift"
    if torch.allclose(before / before.sum(1, keepdim=True), after / after.sum(1, keepdim=True)):
        return "covariate shift"
    return "concept drift" if torch.allclose(before.sum(1), after.sum(1)) else "several"


# %% what-changed wrong="by p(y | x) alone" says="Every change of p(y | x) is called concept drift"
def what_changed(before, after):
    if torch.allclose(before, after):
        return "nothing"
    if torch.allclose(before / before.sum(1, keepdim=True), after / after.sum(1, keepdim=True)):
        return "covariate shift"
    return "concept drift"


# %% what-changed wrong="never several" says="it is none of the three: several"
def what_changed(before, after):
    if torch.allclose(before, after):
        return "nothing"
    if torch.allclose(before / before.sum(1, keepdim=True), after / after.sum(1, keepdim=True)):
        return "covariate shift"
    if torch.allclose(before / before.sum(0), after / after.sum(0)):
        return "label shift"
    return "concept drift"


# %% what-changed wrong="never nothing" says="Two tables that are alike have nothing changed"
def what_changed(before, after):
    if torch.allclose(before / before.sum(1, keepdim=True), after / after.sum(1, keepdim=True)):
        return "covariate shift"
    if torch.allclose(before / before.sum(0), after / after.sum(0)):
        return "label shift"
    return "concept drift" if torch.allclose(before.sum(1), after.sum(1)) else "several"


# %% what-changed wrong="exchanged" says="Covariate shift and label shift are exchanged."
def what_changed(before, after):
    if torch.allclose(before, after):
        return "nothing"
    if torch.allclose(before / before.sum(1, keepdim=True), after / after.sum(1, keepdim=True)):
        return "label shift"
    if torch.allclose(before / before.sum(0), after / after.sum(0)):
        return "covariate shift"
    return "concept drift" if torch.allclose(before.sum(1), after.sum(1)) else "several"


# %% what-changed wrong="columns not divided" says="Label shift is not found"
def what_changed(before, after):
    if torch.allclose(before, after):
        return "nothing"
    if torch.allclose(before / before.sum(1, keepdim=True), after / after.sum(1, keepdim=True)):
        return "covariate shift"
    return "concept drift" if torch.allclose(before.sum(1), after.sum(1)) else "several"


# %% what-changed wrong="rows not divided" says="Covariate shift is not found"
def what_changed(before, after):
    if torch.allclose(before, after):
        return "nothing"
    if torch.allclose(before / before.sum(0), after / after.sum(0)):
        return "label shift"
    return "concept drift" if torch.allclose(before.sum(1), after.sum(1)) else "several"


# %% what-changed wrong="no concept drift" says="Concept drift is not found"
def what_changed(before, after):
    if torch.allclose(before, after):
        return "nothing"
    if torch.allclose(before / before.sum(1, keepdim=True), after / after.sum(1, keepdim=True)):
        return "covariate shift"
    if torch.allclose(before / before.sum(0), after / after.sum(0)):
        return "label shift"
    return "several"


# %% permutation correct="a list and a mean"
def permutation_p(statistic, X, Y, num_draws, generator):
    Z, n = torch.cat((X, Y)), X.shape[0]
    real = statistic(X, Y)
    values = [real]
    for _ in range(num_draws):
        order = torch.randperm(Z.shape[0], generator=generator)
        values.append(statistic(Z[order[:n]], Z[order[n:]]))
    return sum(v >= real for v in values) / len(values)


# %% permutation correct="a mask by lot, the real pair last"
def permutation_p(statistic, X, Y, num_draws, generator):
    pool = torch.vstack([X, Y])
    drawn = []
    for _ in range(num_draws):
        is_first = torch.zeros(len(pool), dtype=torch.bool)
        is_first[torch.rand(len(pool), generator=generator).argsort()[: len(X)]] = True
        drawn.append(statistic(pool[is_first], pool[~is_first]))
    at_least = (torch.tensor(drawn) >= statistic(X, Y)).sum()
    return (at_least + 1) / (num_draws + 1)


# %% permutation correct="seeds drawn from the generator, random.shuffle"
def permutation_p(statistic, X, Y, num_draws, generator):
    import random

    lot = random.Random(int(torch.randint(2**31, (), generator=generator)))
    rows, extreme = list(range(len(X) + len(Y))), 1
    pool = torch.cat([X, Y])
    for _ in range(num_draws):
        lot.shuffle(rows)
        if statistic(pool[rows[: len(X)]], pool[rows[len(X) :]]) >= statistic(X, Y):
            extreme += 1
    return extreme / (num_draws + 1)


# %% permutation wrong="p may be 0" says="A p of 0 is possible"
def permutation_p(statistic, X, Y, num_draws, generator):
    Z, n = torch.cat((X, Y)), X.shape[0]
    real, values = statistic(X, Y), []
    while len(values) < num_draws:
        order = torch.rand(len(Z), generator=generator).argsort()
        values.append(statistic(Z[order[:n]], Z[order[n:]]))
    return sum(v >= real for v in values) / len(values)


# %% permutation wrong="ties do not count" says="A tie counts as well: a mixed pair that differs just as much."
def permutation_p(statistic, X, Y, num_draws, generator):
    n, Z = len(X), torch.vstack((X, Y))
    values = []
    for _ in range(num_draws):
        A, B = Z[torch.randperm(len(Z), generator=generator)].split([n, len(Z) - n])
        values.append(statistic(A, B))
    above = torch.tensor(values) > statistic(X, Y)
    return (above.sum().item() + 1) / (num_draws + 1)


# %% permutation wrong="neither ties nor the real one" says="A tie counts as well, a mixed pair that differs just as much; and so do"
def permutation_p(statistic, X, Y, num_draws, generator):
    pool, real, count = torch.cat([X, Y]), statistic(X, Y), 0
    for _ in range(num_draws):
        mixed = pool[torch.randperm(len(pool), generator=generator)]
        count += statistic(mixed[: len(X)], mixed[len(X) :]) > real
    return count / num_draws


# %% permutation wrong="the smaller ones" says="You count the mixed pairs that differ less."
def permutation_p(statistic, X, Y, num_draws, generator):
    pool, real, count = torch.cat([X, Y]), statistic(X, Y), 0
    for _ in range(num_draws):
        mixed = pool[torch.randperm(len(pool), generator=generator)]
        count += statistic(mixed[: len(X)], mixed[len(X) :]) < real
    return (1 + count) / (1 + num_draws)


# %% permutation wrong="at most" says="differ as much or less"
def permutation_p(statistic, X, Y, num_draws, generator):
    n, Z = len(X), torch.vstack((X, Y))
    values = []
    for _ in range(num_draws):
        A, B = Z[torch.randperm(len(Z), generator=generator)].split([n, len(Z) - n])
        values.append(statistic(A, B))
    below = torch.tensor(values) <= statistic(X, Y)
    return (below.sum().item() + 1) / (num_draws + 1)


# %% permutation wrong="1 above alone" says="missing below"
def permutation_p(statistic, X, Y, num_draws, generator):
    def draw():
        order = torch.randperm(len(X) + len(Y), generator=generator)
        Z = torch.cat([X, Y])[order]
        return statistic(Z[: len(X)], Z[len(X) :])

    real = statistic(X, Y)
    return (sum(draw() >= real for _ in range(num_draws)) + 1) / num_draws


# %% permutation wrong="1 below alone" says="missing above"
def permutation_p(statistic, X, Y, num_draws, generator):
    pool, real, count = torch.cat([X, Y]), statistic(X, Y), 0
    for _ in range(num_draws):
        mixed = pool[torch.randperm(len(pool), generator=generator)]
        count += statistic(mixed[: len(X)], mixed[len(X) :]) >= real
    return count / (1 + num_draws)


# %% permutation wrong="a number" says="That is a number of draws. A share is wanted."
def permutation_p(statistic, X, Y, num_draws, generator):
    pool, real, count = torch.cat([X, Y]), statistic(X, Y), 1
    for _ in range(num_draws):
        mixed = pool[torch.randperm(len(pool), generator=generator)]
        count += statistic(mixed[: len(X)], mixed[len(X) :]) >= real
    return count


# %% permutation wrong="a count" says="A share is wanted, and the real samples count, too."
def permutation_p(statistic, X, Y, num_draws, generator):
    def draw():
        order = torch.randperm(len(X) + len(Y), generator=generator)
        Z = torch.cat([X, Y])[order]
        return statistic(Z[: len(X)], Z[len(X) :])

    real = statistic(X, Y)
    return len([value for value in (draw() for _ in range(num_draws)) if value >= real])


# %% permutation wrong="each by itself" says="Each sample is shuffled by itself"
def permutation_p(statistic, X, Y, num_draws, generator):
    real, count = statistic(X, Y), 1
    for _ in range(num_draws):
        A = X[torch.randperm(len(X), generator=generator)]
        count += statistic(A, Y[torch.randperm(len(Y), generator=generator)]) >= real
    return count / (1 + num_draws)


# %% permutation wrong="with replacement" says="Rows are drawn with replacement"
def permutation_p(statistic, X, Y, num_draws, generator):
    pool, real, count = torch.cat([X, Y]), statistic(X, Y), 1
    for _ in range(num_draws):
        mixed = pool[torch.randint(len(pool), (len(pool),), generator=generator)]
        count += statistic(mixed[: len(X)], mixed[len(X) :]) >= real
    return count / (1 + num_draws)


# %% permutation wrong="halves" says="The mixed parts are halves."
def permutation_p(statistic, X, Y, num_draws, generator):
    pool, real, count = torch.cat([X, Y]), statistic(X, Y), 1
    half = len(pool) // 2
    for _ in range(num_draws):
        mixed = pool[torch.randperm(len(pool), generator=generator)]
        count += statistic(mixed[:half], mixed[half:]) >= real
    return count / (1 + num_draws)


# %% permutation wrong="columns mixed apart" says="Rows are torn apart"
def permutation_p(statistic, X, Y, num_draws, generator):
    pool = torch.cat([X, Y])
    count = 0
    for _ in range(num_draws):
        mixed = pool.clone()
        for j in range(pool.shape[1]):
            mixed[:, j] = pool[torch.randperm(len(pool), generator=generator), j]
        count += statistic(mixed[: len(X)], mixed[len(X) :]) >= statistic(X, Y)
    return (1 + count) / (1 + num_draws)


# %% permutation wrong="seeded" says="Whatever the generator, the same draws come"
def permutation_p(statistic, X, Y, num_draws, generator):
    generator = torch.Generator().manual_seed(0)
    pool, real, count = torch.cat([X, Y]), statistic(X, Y), 1
    for _ in range(num_draws):
        mixed = pool[torch.randperm(len(pool), generator=generator)]
        count += statistic(mixed[: len(X)], mixed[len(X) :]) >= real
    return count / (1 + num_draws)


# %% permutation wrong="from elsewhere" says="From the same generator something else comes."
def permutation_p(statistic, X, Y, num_draws, generator):
    pool, real, count = torch.cat([X, Y]), statistic(X, Y), 1
    for _ in range(num_draws):
        mixed = pool[torch.randperm(len(pool))]
        count += statistic(mixed[: len(X)], mixed[len(X) :]) >= real
    return count / (1 + num_draws)


# %% permutation wrong="mixed once" says="The same mixed pair comes again and again"
def permutation_p(statistic, X, Y, num_draws, generator):
    pool, real, count = torch.cat([X, Y]), statistic(X, Y), 1
    mixed = pool[torch.randperm(len(pool), generator=generator)]
    for _ in range(num_draws):
        count += statistic(mixed[: len(X)], mixed[len(X) :]) >= real
    return count / (1 + num_draws)


# %% permutation wrong="one draw too few" says="mixed pairs were looked at"
def permutation_p(statistic, X, Y, num_draws, generator):
    pool, real, count = torch.cat([X, Y]), statistic(X, Y), 1
    for _ in range(num_draws - 1):
        mixed = pool[torch.randperm(len(pool), generator=generator)]
        count += statistic(mixed[: len(X)], mixed[len(X) :]) >= real
    return count / (1 + num_draws)


# %% alarms correct="adjusted p values"
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return p_values * m <= level
    order = p_values.argsort()
    adjusted = torch.empty_like(p_values)
    p = p_values[order]
    if method == "holm":
        adjusted[order] = (p * torch.arange(m, 0, -1)).cummax(0).values
    else:
        q = p * m / torch.arange(1, m + 1)
        adjusted[order] = q.flip(0).cummin(0).values.flip(0)
    return adjusted <= level


# %% alarms correct="a largest p that passes"
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return p_values <= level / m
    cut = -1.0
    ordered = sorted(p_values.tolist())
    for i, p in enumerate(ordered, 1):
        if method == "holm":
            if p > level / (m + 1 - i):
                break
            cut = p
        elif p <= level * i / m:
            cut = p
    return p_values <= cut


# %% alarms correct="SciPy and a loop that takes the smallest"
def alarms(p_values, level, method):
    if method == "benjamini-hochberg":
        return torch.from_numpy(stats.false_discovery_control(p_values.numpy()) <= level)
    if method == "bonferroni":
        return torch.tensor([p <= level / len(p_values) for p in p_values.tolist()])
    alarm = torch.zeros(len(p_values)).bool()
    left = dict(enumerate(p_values.tolist()))
    while left:
        smallest = min(left, key=left.get)
        if left[smallest] > level / len(left):
            break
        alarm[smallest] = True
        del left[smallest]
    return alarm


# %% alarms wrong="nothing corrected" says="Nothing is corrected"
def alarms(p_values, level, method):
    return p_values <= level


# %% alarms wrong="Bonferroni not divided" says="Bonferroni: each p is compared with the level itself."
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return p_values <= level
    order = p_values.argsort()
    ranks = torch.arange(1, m + 1)
    below = p_values[order] <= (level / (m + 1 - ranks) if method == "holm" else level * ranks / m)
    alarm = torch.zeros(m, dtype=torch.bool)
    alarm[order] = (
        below.cummin(0).values if method == "holm" else below.flip(0).cummax(0).values.flip(0)
    )
    return alarm


# %% alarms wrong="Bonferroni multiplied" says="Bonferroni multiplies the level."
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return p_values / m <= level
    cut = -1.0
    for i, p in enumerate(sorted(p_values.tolist()), 1):
        if method == "holm":
            if p > level / (m + 1 - i):
                break
            cut = p
        elif p <= level * i / m:
            cut = p
    return p_values <= cut


# %% alarms wrong="by the small ones" says="Bonferroni divides the level by the number of *small* p values."
def alarms(p_values, level, method):
    if method == "benjamini-hochberg":
        return torch.from_numpy(stats.false_discovery_control(p_values.numpy()) <= level)
    if method == "bonferroni":
        small = [p for p in p_values.tolist() if p <= level]
        return torch.tensor([p <= level / max(len(small), 1) for p in p_values.tolist()])
    alarm = torch.zeros(len(p_values)).bool()
    left = dict(enumerate(p_values.tolist()))
    while left:
        smallest = min(left, key=left.get)
        if left[smallest] > level / len(left):
            break
        alarm[smallest] = True
        del left[smallest]
    return alarm


# %% alarms wrong="Holm divides by m throughout" says="Holm divides by the number of tests at each step"
def alarms(p_values, level, method):
    m = len(p_values)
    if method != "benjamini-hochberg":
        return p_values <= level / m
    values, order = p_values.sort()
    alarm = torch.zeros(m, dtype=torch.bool)
    below = (values <= level * torch.arange(1, m + 1) / m).nonzero()
    if len(below):
        alarm[order[: below[-1] + 1]] = True
    return alarm


# %% alarms wrong="Holm goes on" says="Holm stops at the first p that is too large"
def alarms(p_values, level, method):
    m = len(p_values)
    ordered = sorted(p_values.tolist())
    said = []
    ranks = p_values.argsort().argsort().add(1).tolist()
    for p, rank in zip(p_values.tolist(), ranks):
        if method == "bonferroni":
            said.append(p * m <= level)
        elif method == "holm":
            said.append(p * (m + 1 - rank) <= level)
        else:
            said.append(any(q >= p and q * m <= level * i for i, q in enumerate(ordered, 1)))
    return torch.tensor(said)


# %% alarms wrong="Holm up to the last" says="Holm goes up to the *last* p below its limit."
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return p_values <= level / m
    values, order = p_values.sort()
    alarm = torch.zeros(m, dtype=torch.bool)
    ranks = torch.arange(1, m + 1)
    limits = level / (m + 1 - ranks) if method == "holm" else level * ranks / m
    below = (values <= limits).nonzero()
    if len(below):
        alarm[order[: below[-1] + 1]] = True
    return alarm


# %% alarms wrong="Holm's limits fall" says="Holm: the smallest p has the largest limit here."
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return p_values <= level / m
    values, order = p_values.sort()
    alarm = torch.zeros(m, dtype=torch.bool)
    if method == "holm":
        for i in range(m):
            if values[i] > level / (i + 1):
                break
            alarm[order[i]] = True
    else:
        below = (values <= level * torch.arange(1, m + 1) / m).nonzero()
        if len(below):
            alarm[order[: below[-1] + 1]] = True
    return alarm


# %% alarms wrong="Holm not sorted" says="Holm's p values are not sorted"
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return p_values <= level / m
    values, order = p_values.sort()
    alarm = torch.zeros(m, dtype=torch.bool)
    if method == "holm":
        for i in range(m):
            if p_values[i] > level / (m - i):
                break
            alarm[i] = True
    else:
        below = (values <= level * torch.arange(1, m + 1) / m).nonzero()
        if len(below):
            alarm[order[: below[-1] + 1]] = True
    return alarm


# %% alarms wrong="Holm not put back" says="Holm's alarms come in the order of the sorted p values."
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return p_values <= level / m
    values, order = p_values.sort()
    alarm = torch.zeros(m, dtype=torch.bool)
    if method == "holm":
        for i in range(m):
            if values[i] > level / (m - i):
                break
            alarm[i] = True
    else:
        below = (values <= level * torch.arange(1, m + 1) / m).nonzero()
        if len(below):
            alarm[order[: below[-1] + 1]] = True
    return alarm


# %% alarms wrong="Holm, one too far" says="Holm divides by what is left *after* the test"
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return p_values <= level / m
    order = p_values.argsort()
    p, adjusted = p_values[order], torch.empty_like(p_values)
    if method == "holm":
        adjusted[order] = (p * torch.arange(m - 1, -1, -1).clamp(min=1)).cummax(0).values
    else:
        adjusted[order] = (p * m / torch.arange(1, m + 1)).flip(0).cummin(0).values.flip(0)
    return adjusted <= level


# %% alarms wrong="True for no alarm" says="True and False are exchanged"
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return p_values > level / m
    order = p_values.argsort()
    ranks = torch.arange(1, m + 1)
    below = p_values[order] <= (level / (m + 1 - ranks) if method == "holm" else level * ranks / m)
    alarm = torch.zeros(m, dtype=torch.bool)
    alarm[order] = (
        below.cummin(0).values if method == "holm" else below.flip(0).cummax(0).values.flip(0)
    )
    return ~alarm


# %% alarms wrong="BH stops at the first" says="You stop at the first p above its limit."
def alarms(p_values, level, method):
    m, cut = len(p_values), -1.0
    if method == "bonferroni":
        return p_values * m <= level
    for i, p in enumerate(sorted(p_values.tolist()), 1):
        limit = level / (m + 1 - i) if method == "holm" else i * level / m
        if p > limit:
            break
        cut = p
    return p_values <= cut


# %% alarms wrong="BH each by its limit" says="Only the p values below their own limits are alarms."
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return p_values <= level / m
    values, order = p_values.sort()
    alarm = torch.zeros(m, dtype=torch.bool)
    if method == "holm":
        alarm[order] = (values <= level / torch.arange(m, 0, -1)).cummin(0).values
    else:
        alarm[order] = values <= level * torch.arange(1, m + 1) / m
    return alarm


# %% alarms wrong="BH not sorted" says="The p values are not sorted"
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return p_values <= level / m
    values, order = p_values.sort()
    alarm = torch.zeros(m, dtype=torch.bool)
    if method == "holm":
        alarm[order] = (values <= level / torch.arange(m, 0, -1)).cummin(0).values
    else:
        below = (p_values <= level * torch.arange(1, m + 1) / m).nonzero()
        if len(below):
            alarm[: below[-1] + 1] = True
    return alarm


# %% alarms wrong="BH not put back" says="The alarms come in the order of the sorted p values."
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return p_values <= level / m
    values, order = p_values.sort()
    alarm = torch.zeros(m, dtype=torch.bool)
    if method == "holm":
        alarm[order] = (values <= level / torch.arange(m, 0, -1)).cummin(0).values
    else:
        below = (values <= level * torch.arange(1, m + 1) / m).nonzero()
        if len(below):
            alarm[: below[-1] + 1] = True
    return alarm


# %% alarms wrong="BH ranks from 0" says="Ranks are counted from 0"
def alarms(p_values, level, method):
    m, cut = len(p_values), -1.0
    if method == "bonferroni":
        return p_values * m <= level
    for i, p in enumerate(sorted(p_values.tolist())):
        if method == "holm":
            if p * (m - i) > level:
                break
            cut = p
        elif p * m <= level * i:
            cut = p
    return p_values <= cut


# %% alarms wrong="BH limits fall" says="The limits fall from the smallest p to the largest."
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return p_values <= level / m
    values, order = p_values.sort()
    alarm = torch.zeros(m, dtype=torch.bool)
    if method == "holm":
        alarm[order] = (values <= level / torch.arange(m, 0, -1)).cummin(0).values
    else:
        below = (values <= level * torch.arange(m, 0, -1) / m).nonzero()
        if len(below):
            alarm[order[: below[-1] + 1]] = True
    return alarm


# %% alarms wrong="BH not divided by m" says="The limits are not divided by the number of tests."
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return p_values <= level / m
    order = p_values.argsort()
    p, adjusted = p_values[order], torch.empty_like(p_values)
    if method == "holm":
        adjusted[order] = (p * torch.arange(m, 0, -1)).cummax(0).values
    else:
        adjusted[order] = (p / torch.arange(1, m + 1)).flip(0).cummin(0).values.flip(0)
    return adjusted <= level


# %% alarms wrong="Bonferroni for BH" says="These are Bonferroni's alarms."
def alarms(p_values, level, method):
    m = len(p_values)
    if method != "holm":
        return p_values <= level / m
    values, order = p_values.sort()
    alarm = torch.zeros(m, dtype=torch.bool)
    alarm[order] = (values <= level / torch.arange(m, 0, -1)).cummin(0).values
    return alarm


# %% alarms wrong="Holm for BH" says="These are Holm's alarms."
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return p_values <= level / m
    values, order = p_values.sort()
    alarm = torch.zeros(m, dtype=torch.bool)
    alarm[order] = (values <= level / torch.arange(m, 0, -1)).cummin(0).values
    return alarm


# %% prior-shift correct="row by row"
def prior_shift(probs, prior, num_steps):
    def correct(row, z):
        new = [p * a / b for p, a, b in zip(row, z, prior.tolist())]
        return [value / sum(new) for value in new]

    z, rows = prior.tolist(), probs.tolist()
    for _ in range(num_steps):
        corrected = [correct(row, z) for row in rows]
        z = [sum(column) / len(rows) for column in zip(*corrected)]
    return torch.tensor(z).double(), torch.tensor([correct(row, z) for row in rows]).double()


# %% prior-shift correct="normalize, in logarithms"
def prior_shift(probs, prior, num_steps):
    shares = prior.clone()
    for _ in range(num_steps):
        shares = (probs.log() + shares.log() - prior.log()).softmax(dim=1).mean(dim=0)
    return shares, (probs.log() + shares.log() - prior.log()).softmax(dim=1)


# %% prior-shift correct="F.normalize"
def prior_shift(probs, prior, num_steps):
    likelihood = probs / prior
    shares = prior
    for step in range(num_steps + 1):
        r = F.normalize(likelihood * shares, p=1, dim=1)
        if step < num_steps:
            shares = r.mean(0)
    return [shares, r]


# %% prior-shift correct="chained ratios"
def prior_shift(probs, prior, num_steps):
    z = prior
    for _ in range(num_steps):
        new = probs.mean(dim=0)
        probs = probs * new / z
        probs = probs / probs.sum(dim=1, keepdim=True)
        z = new
    return z, probs


# %% prior-shift wrong="probabilities as given" says="the probabilities are those of the training's shares"
def prior_shift(probs, prior, num_steps):
    z = prior
    for _ in range(num_steps):
        r = probs * z / prior
        z = (r / r.sum(dim=1, keepdim=True)).mean(dim=0)
    return z, probs


# %% prior-shift wrong="not renormalized" says="The rows are not divided by their sums"
def prior_shift(probs, prior, num_steps):
    z = prior
    for _ in range(num_steps):
        z = (probs * z / prior).mean(dim=0)
    return z, probs * z / prior


# %% prior-shift wrong="upside down" says="You divide by the new shares and multiply by the training's"
def prior_shift(probs, prior, num_steps):
    def correct(z):
        r = probs * prior / z
        return r / r.sum(dim=1, keepdim=True)

    z = prior
    for _ in range(num_steps):
        z = correct(z).mean(dim=0)
    return z, correct(z)


# %% prior-shift wrong="prior not divided out" says="the training's not divided out"
def prior_shift(probs, prior, num_steps):
    def correct(z):
        r = probs * z
        return r / r.sum(dim=1, keepdim=True)

    z = prior
    for _ in range(num_steps):
        z = correct(z).mean(dim=0)
    return z, correct(z)


# %% prior-shift wrong="shares not multiplied" says="the new ones not multiplied in"
def prior_shift(probs, prior, num_steps):
    r = probs / prior
    r = r / r.sum(dim=1, keepdim=True)
    return r.mean(dim=0), r


# %% prior-shift wrong="columns to 1" says="Columns are divided by their sums."
def prior_shift(probs, prior, num_steps):
    def correct(z):
        r = probs * z / prior
        return r / r.sum(dim=0)

    z = prior
    for _ in range(num_steps):
        z = correct(z).mean(dim=0)
    return z, correct(z)


# %% prior-shift wrong="a sum" says="The new shares are a sum over the examples."
def prior_shift(probs, prior, num_steps):
    def correct(z):
        r = probs * z / prior
        return r / r.sum(dim=1, keepdim=True)

    z = prior
    for _ in range(num_steps):
        z = correct(z).sum(dim=0)
    return z, correct(z)


# %% prior-shift wrong="counted" says="You count the likeliest classes."
def prior_shift(probs, prior, num_steps):
    z, ratio = prior, probs / prior
    for _ in range(num_steps):
        named = (ratio * z).argmax(dim=1)
        z = F.one_hot(named, len(prior)).double().mean(dim=0)
    r = ratio * z
    return z, r / r.sum(dim=1, keepdim=True)


# %% prior-shift wrong="from equal shares" says="You begin with equal shares."
def prior_shift(probs, prior, num_steps):
    C = len(prior)
    z = torch.full((C,), 1 / C, dtype=probs.dtype)
    for _ in range(num_steps):
        rows = [row * z / prior for row in probs]
        z = torch.stack([row / row.sum() for row in rows]).mean(dim=0)
    rows = [row * z / prior for row in probs]
    return z, torch.stack([row / row.sum() for row in rows])


# %% prior-shift wrong="a step too many" says="That is one step more than `num_steps`."
def prior_shift(probs, prior, num_steps):
    shares = prior
    for step in range(num_steps + 2):
        r = F.normalize(probs / prior * shares, p=1, dim=1)
        if step <= num_steps:
            shares = r.mean(0)
    return shares, r


# %% prior-shift wrong="exchanged" says="The two results are exchanged"
def prior_shift(probs, prior, num_steps):
    def correct(z):
        r = probs * z / prior
        return r / r.sum(dim=1, keepdim=True)

    z = prior
    for _ in range(num_steps):
        z = correct(z).mean(dim=0)
    return correct(z), z


# %% prior-shift wrong="a step too few" says="That is one step less than `num_steps`."
def prior_shift(probs, prior, num_steps):
    shares, k = prior.clone(), 1
    while k < num_steps:
        shares = (probs.log() + shares.log() - prior.log()).softmax(dim=1).mean(dim=0)
        k += 1
    return shares, (probs.log() + shares.log() - prior.log()).softmax(dim=1)


# %% prior-shift wrong="one step" says="Only one step is made"
def prior_shift(probs, prior, num_steps):
    z = probs.mean(dim=0)
    r = probs * z / prior
    return z, r / r.sum(dim=1, keepdim=True)


# %% prior-shift wrong="again and again" says="Each step corrects what the last one has corrected."
def prior_shift(probs, prior, num_steps):
    z = prior
    for _ in range(num_steps):
        probs = probs * z / prior
        probs = probs / probs.sum(dim=1, keepdim=True)
        z = probs.mean(dim=0)
    probs = probs * z / prior
    return z, probs / probs.sum(dim=1, keepdim=True)


# %% prior-shift wrong="the step before" says="corrected by those of the step before"
def prior_shift(probs, prior, num_steps):
    z = prior
    for _ in range(num_steps):
        r = probs * z / prior
        r = r / r.sum(dim=1, keepdim=True)
        z = r.mean(dim=0)
    return z, r


# %% abstain correct="sorted, from below"
def abstain(confidence, correct, target):
    best, right, n = (math.inf, 0.0), 0, len(confidence)
    order = confidence.argsort(descending=True)
    c, ok = confidence[order].tolist(), correct[order].tolist()
    for k in range(n):
        right += ok[k]
        if (k + 1 == n or c[k + 1] < c[k]) and right / (k + 1) >= target:
            best = c[k], (k + 1) / n
    return best


# %% abstain correct="a table"
def abstain(confidence, correct, target):
    thresholds = confidence.unique()
    answered = confidence[None] >= thresholds[:, None]
    accuracy = (answered & correct).sum(1).double() / answered.sum(1)
    good = thresholds[accuracy >= target]
    if len(good) == 0:
        return math.inf, 0.0
    return good[0], (confidence >= good[0]).double().mean()


# %% abstain correct="lists and min"
def abstain(confidence, correct, target):
    pairs = list(zip(confidence.tolist(), correct.tolist()))

    def is_good(t):
        answers = [ok for c, ok in pairs if c >= t]
        return sum(answers) / len(answers) >= target

    t = min((c for c, _ in pairs if is_good(c)), default=math.inf)
    return [t, sum(c >= t for c, _ in pairs) / len(pairs)]


# %% abstain wrong="stops from above" says="You stop at the first threshold, from above"
def abstain(confidence, correct, target):
    found = math.inf, 0.0
    for t in confidence.unique().flip(0):
        some = confidence >= t
        if correct[some].double().mean() < target:
            break
        found = t.item(), some.double().mean().item()
    return found


# %% abstain wrong="ties cut" says="Equal confidences are cut apart"
def abstain(confidence, correct, target):
    order = confidence.argsort(descending=True, stable=True)
    accuracy = correct[order].double().cumsum(0) / torch.arange(1, len(order) + 1)
    good = (accuracy >= target).nonzero()
    if not len(good):
        return math.inf, 0.0
    last = int(good[-1])
    return confidence[order[last]].item(), (last + 1) / len(order)


# %% abstain wrong="stops, ties cut" says="You stop at the first example that spoils the accuracy"
def abstain(confidence, correct, target):
    order = confidence.argsort(descending=True, stable=True)
    right, found = 0, (math.inf, 0.0)
    for k, i in enumerate(order.tolist(), 1):
        right += int(correct[i])
        if right / k < target:
            break
        found = confidence[i].item(), k / len(order)
    return found


# %% abstain wrong="above" says="Whoever has just the threshold is answered, too"
def abstain(confidence, correct, target):
    for t in confidence.unique():
        some = confidence > t
        if some.any() and correct[some].double().mean() >= target:
            return t.item(), some.double().mean().item()
    return math.inf, 0.0


# %% abstain wrong="more than the target" says="An accuracy of just the target is enough."
def abstain(confidence, correct, target):
    pairs = list(zip(confidence.tolist(), correct.tolist()))

    def is_good(t):
        answers = [ok for c, ok in pairs if c >= t]
        return sum(answers) / len(answers) > target

    t = min((c for c, _ in pairs if is_good(c)), default=math.inf)
    return t, sum(c >= t for c, _ in pairs) / len(pairs)


# %% abstain wrong="of all" says="The right ones are divided by all examples."
def abstain(confidence, correct, target):
    pairs = sorted(zip(confidence.tolist(), correct.tolist()))
    n = len(pairs)
    for c, _ in pairs:
        if sum(ok for other, ok in pairs if other >= c) / n >= target:
            return c, sum(other >= c for other, _ in pairs) / n
    return math.inf, 0.0


# %% abstain wrong="the largest" says="That is the largest threshold that is good enough."
def abstain(confidence, correct, target):
    thresholds = confidence.unique()
    answered = confidence[None] >= thresholds[:, None]
    accuracy = (answered & correct).sum(1).double() / answered.sum(1)
    good = (accuracy >= target).nonzero()[:, 0]
    if len(good) == 0:
        return math.inf, 0.0
    return thresholds[good[-1]].item(), answered[good[-1]].double().mean().item()


# %% abstain wrong="the unsure" says="The unsure are answered"
def abstain(confidence, correct, target):
    for t in confidence.unique().flip(0):
        some = confidence <= t
        if correct[some].double().mean() >= target:
            return t.item(), some.double().mean().item()
    return -math.inf, 0.0


# %% abstain wrong="share of the silent" says="that are *not* answered"
def abstain(confidence, correct, target):
    best, right, n = (math.inf, 1.0), 0, len(confidence)
    order = confidence.argsort(descending=True)
    c, ok = confidence[order].tolist(), correct[order].tolist()
    for k in range(n):
        right += ok[k]
        if (k + 1 == n or c[k + 1] < c[k]) and right / (k + 1) >= target:
            best = c[k], 1 - (k + 1) / n
    return best


# %% abstain wrong="accuracy for coverage" says="The second number is the accuracy"
def abstain(confidence, correct, target):
    thresholds = confidence.unique()
    answered = confidence[None] >= thresholds[:, None]
    accuracy = (answered & correct).sum(1).double() / answered.sum(1)
    for t, share in zip(thresholds.tolist(), accuracy.tolist()):
        if share >= target:
            return t, share
    return math.inf, 0.0


# %% abstain wrong="a number" says="The second is a number of examples"
def abstain(confidence, correct, target):
    pairs = list(zip(confidence.tolist(), correct.tolist()))

    def share(t):
        answers = [ok for c, ok in pairs if c >= t]
        return sum(answers) / len(answers)

    good = [c for c, _ in pairs if share(c) >= target]
    return (min(good), sum(c >= min(good) for c, _ in pairs)) if good else (math.inf, 0)


# %% abstain wrong="1 for nobody" says="Where no threshold is good enough, nobody is answered"
def abstain(confidence, correct, target):
    for t in confidence.unique():
        some = confidence >= t
        if correct[some].double().mean() >= target:
            return t.item(), some.double().mean().item()
    return 1.0, 0.0


# %% abstain wrong="the target itself" says="That is the target taken as a threshold"
def abstain(confidence, correct, target):
    return target, (confidence >= target).double().mean().item()


# %% abstain wrong="exchanged" says="The two results are exchanged"
def abstain(confidence, correct, target):
    for t in confidence.unique():
        some = confidence >= t
        if correct[some].double().mean() >= target:
            return some.double().mean().item(), t.item()
    return 0.0, math.inf


# %% policy correct="five labels, six batches"
def policy(look, ask, retrain):
    wrong = []
    for t in range(60):
        X, p = look()
        wrong += ((p[:5] > 0.5) != ask(t, 5)).tolist()
        recent = wrong[-30:]
        if len(recent) >= 10 and sum(recent) / len(recent) > 0.13 + 0.75 / len(recent) ** 0.5:
            ask(t)
            ask(t - 1)
            retrain([t - 1, t])
            wrong = []


# %% policy correct="the last five shares"
def policy(look, ask, retrain):
    shares = []
    for t in range(streams.NUM_BATCHES):
        X, p = look()
        y = ask(t, 10)
        shares.append((y != (p[:10] > 0.5)).float().mean())
        if len(shares) >= 3 and torch.stack(shares[-5:]).mean() > 0.26:
            for batch in (t - 1, t):
                ask(batch)
            retrain([t - 1, t])
            shares.clear()


# %% policy correct="one batch after the alarm"
def policy(look, ask, retrain):
    wrong, due = [], False
    for t in range(60):
        X, p = look()
        if due:
            ask(t)
            retrain(range(t - 1, t + 1))
            wrong, due = [], False
        wrong.append(((p[:10] > 0.5) != ask(t, 10)).double().mean().item())
        recent = wrong[-5:]
        due = len(wrong) >= 3 and sum(recent) / len(recent) > 0.27


# %% policy wrong="never" says="No label is asked for"
def policy(look, ask, retrain):
    for _ in range(60):
        look()


# %% policy wrong="every 5, on all of the last 5" says="labels are paid for in a stream. A few of each batch tell"
def policy(look, ask, retrain):
    for t in range(60):
        look()
        if t % 5 == 4:
            for batch in range(t - 4, t + 1):
                ask(batch)
            retrain(range(t - 4, t + 1))


# %% policy wrong="each batch" says="labels are paid for in a stream. A few of each batch tell"
def policy(look, ask, retrain):
    for t in range(60):
        look()
        ask(t)
        retrain(range(max(0, t - 1), t + 1))


# %% policy wrong="labels and no training" says="and nothing is trained. Is `retrain` called"
def policy(look, ask, retrain):
    errors = []
    for t in range(60):
        X, p = look()
        errors.append(((p[:10] > 0.5) != ask(t, 10)).double().mean())


# %% policy wrong="training and no labels" says="each training sees old labels alone"
def policy(look, ask, retrain):
    for t in range(60):
        look()
        if t % 10 == 9:
            retrain(range(-5, t + 1))


# %% policy wrong="every third, on that one" says="In a stream without any drift there are"
def policy(look, ask, retrain):
    for t in range(60):
        look()
        if t % 3 == 2:
            ask(t)
            retrain([t])


# %% policy wrong="the old examples, too" says="is it trained on enough of what came *after* the change"
def policy(look, ask, retrain):
    errors = []
    for t in range(60):
        X, p = look()
        errors = [*errors[-4:], ((p[:10] > 0.5) != ask(t, 10)).double().mean().item()]
        if len(errors) == 5 and sum(errors) / 5 > 0.3:
            ask(t)
            retrain(range(-5, t + 1))
            errors = []


# %% policy wrong="one alarm only" says="is the next alarm possible again?"
def policy(look, ask, retrain):
    errors, done = [], False
    for t in range(60):
        X, p = look()
        errors = [*errors[-4:], ((p[:40] > 0.5) != ask(t, 40)).double().mean().item()]
        if len(errors) == 5 and sum(errors) / 5 > 0.25 and not done:
            ask(t)
            retrain([t])
            done = True


# %% policy wrong="labels made free" says=""
def policy(look, ask, retrain):
    wrong = []
    for t in range(streams.NUM_BATCHES):
        _, p = look()
        wrong.append(((p > 0.5) != ask(t)).double().mean().item())
        if len(wrong) >= 2 and sum(wrong[-2:]) / 2 > 0.22:
            retrain([t - 1, t])
            wrong = []
    look.__self__.num_labels = 0


# %% policy wrong="a clock" says="In a stream without any drift there are 6.0 trainings on average"
def policy(look, ask, retrain):
    for t in range(streams.NUM_BATCHES):
        look()
        if t % 9 == 8:
            for batch in (t - 2, t - 1, t):
                ask(batch)
            retrain([t - 2, t - 1, t])


# %% policy wrong="a slow clock" says="In a stream without any drift there are 2.0 trainings on average"
def policy(look, ask, retrain):
    for t in range(streams.NUM_BATCHES):
        look()
        if t in (20, 41):
            ask(t - 1)
            ask(t)
            retrain([t - 1, t])


# %% policy wrong="looks too often" says=""
def policy(look, ask, retrain):
    for t in range(70):
        X, p = look()


# %% serve correct="keys one by one"
def serve(archive, X):
    with io.BytesIO(archive) as file:
        parts = torch.load(file, weights_only=True)
    for key in ("format", "state", "mean", "std", "classes"):
        if key not in parts:
            raise ValueError(key + " is missing")
    if len(parts) > 5 or parts["format"] != 1:
        raise ValueError("unknown archive")
    net = network(parts["state"])
    net.eval()
    logits = net((X - parts["mean"]) / parts["std"])
    return [parts["classes"][int(row.argmax())] for row in logits]


# %% serve correct="probabilities, row by row"
def serve(archive, X):
    parts = torch.load(io.BytesIO(archive), map_location="cpu", weights_only=True)
    if (
        sorted(parts) != sorted(["format", "state", "mean", "std", "classes"])
        or parts["format"] != 1
    ):
        raise ValueError
    model = network(parts["state"]).train(False)
    names = []
    with torch.inference_mode():
        for x in X:
            p = model(((x - parts["mean"]) / parts["std"])[None]).softmax(1)[0]
            names.append(parts["classes"][p.argmax().item()])
    return names


# %% serve correct="unpacked, the default of weights_only"
def serve(archive, X):
    parts = dict(torch.load(io.BytesIO(archive)))
    try:
        number, state = parts.pop("format"), parts.pop("state")
        mean, std, classes = parts.pop("mean"), parts.pop("std"), parts.pop("classes")
    except KeyError as error:
        raise ValueError(f"{error} is missing") from None
    if parts or number != 1:
        raise ValueError("another format")
    model = network(state).eval()
    return tuple(classes[k] for k in model(X.sub(mean).div(std)).argmax(1))


# %% serve wrong="own scale" says="X is scaled by its own mean and standard deviation."
def serve(archive, X):
    parts = torch.load(io.BytesIO(archive), weights_only=True)
    if set(parts) != {"format", "state", "mean", "std", "classes"} or parts["format"] != 1:
        raise ValueError
    model = network(parts["state"]).eval()
    best = model((X - X.mean(dim=0)) / X.std(dim=0)).argmax(dim=1)
    return [parts["classes"][k] for k in best.tolist()]


# %% serve wrong="not scaled" says="X is not scaled."
def serve(archive, X):
    file = io.BytesIO(archive)
    content = torch.load(file, weights_only=True)
    wanted = ["classes", "format", "mean", "state", "std"]
    if sorted(content.keys()) != wanted:
        raise ValueError("keys: " + ", ".join(content))
    if content["format"] != 1:
        raise ValueError("format")
    net = network(content["state"])
    net.eval()
    return [content["classes"][int(net(x[None]).argmax())] for x in X]


# %% serve wrong="mean forgotten" says="The mean is not subtracted."
def serve(archive, X):
    parts = torch.load(io.BytesIO(archive), weights_only=True)
    if set(parts) != {"format", "state", "mean", "std", "classes"} or parts["format"] != 1:
        raise ValueError
    model = network(parts["state"]).eval()
    return [parts["classes"][k] for k in model(X / parts["std"]).argmax(dim=1).tolist()]


# %% serve wrong="std forgotten" says="The standard deviation is missing."
def serve(archive, X):
    content = torch.load(io.BytesIO(archive), weights_only=True)
    if len(content) != 5:
        raise ValueError
    try:
        number, mean, state = content["format"], content["mean"], content["state"]
        names, _ = content["classes"], content["std"]
    except KeyError as error:
        raise ValueError(str(error)) from error
    if number != 1:
        raise ValueError
    net = network(state).eval()
    return [names[row.argmax()] for row in net(X - mean)]


# %% serve wrong="multiplied" says="X is multiplied by the standard deviation."
def serve(archive, X):
    parts = torch.load(io.BytesIO(archive), weights_only=True)
    if set(parts) != {"format", "state", "mean", "std", "classes"} or parts["format"] != 1:
        raise ValueError
    model = network(parts["state"]).eval()
    best = model((X - parts["mean"]) * parts["std"]).argmax(dim=1)
    return [parts["classes"][k] for k in best.tolist()]


# %% serve wrong="a root too many" says="The root is taken once more"
def serve(archive, X):
    parts = torch.load(io.BytesIO(archive), weights_only=True)
    if set(parts) != {"format", "state", "mean", "std", "classes"} or parts["format"] != 1:
        raise ValueError
    model = network(parts["state"]).eval()
    best = model((X - parts["mean"]) / parts["std"].sqrt()).argmax(dim=1)
    return [parts["classes"][k] for k in best.tolist()]


# %% serve wrong="train mode" says="The network is in train mode"
def serve(archive, X):
    file = io.BytesIO(archive)
    content = torch.load(file, weights_only=True)
    wanted = ["classes", "format", "mean", "state", "std"]
    if sorted(content.keys()) != wanted or content["format"] != 1:
        raise ValueError("keys: " + ", ".join(content))
    net = network(content["state"])
    scaled = X.sub(content["mean"]).div(content["std"])
    return [content["classes"][int(k)] for k in net(scaled).argmax(1)]


# %% serve wrong="parameters only" says="Batch norm's running statistics are lost"
def serve(archive, X):
    parts = torch.load(io.BytesIO(archive), weights_only=True)
    if set(parts) != {"format", "state", "mean", "std", "classes"} or parts["format"] != 1:
        raise ValueError
    model = network(parts["state"])
    model[1].reset_running_stats()
    model.eval()
    best = model((X - parts["mean"]) / parts["std"]).argmax(dim=1)
    return [parts["classes"][k] for k in best.tolist()]


# %% serve wrong="numbers" says="Numbers come."
def serve(archive, X):
    content = torch.load(io.BytesIO(archive), weights_only=True)
    for key in ("format", "state", "mean", "std", "classes"):
        if key not in content:
            raise ValueError(key)
    if len(content) > 5 or content["format"] != 1:
        raise ValueError
    with torch.inference_mode():
        logits = network(content["state"]).eval()((X - content["mean"]) / content["std"])
    return logits.max(dim=1).indices.tolist()


# %% serve wrong="sorted names" says="The names are sorted."
def serve(archive, X):
    parts = torch.load(io.BytesIO(archive), weights_only=True)
    if set(parts) != {"format", "state", "mean", "std", "classes"} or parts["format"] != 1:
        raise ValueError
    model = network(parts["state"]).eval()
    best = model((X - parts["mean"]) / parts["std"]).argmax(dim=1)
    names = sorted(parts["classes"])
    return [names[k] for k in best.tolist()]


# %% serve wrong="runs code" says="An archive was taken that calls a function while it is read"
def serve(archive, X):
    parts = torch.load(io.BytesIO(archive), weights_only=False)
    if set(parts) != {"format", "state", "mean", "std", "classes"} or parts["format"] != 1:
        raise ValueError
    model = network(parts["state"]).eval()
    best = model((X - parts["mean"]) / parts["std"]).argmax(dim=1)
    return [parts["classes"][k] for k in best.tolist()]


# %% serve wrong="KeyError" says="must be refused by a ValueError"
def serve(archive, X):
    parts = torch.load(io.BytesIO(archive), weights_only=True)
    if parts["format"] != 1:
        raise ValueError
    model = network(parts["state"]).eval()
    best = model((X - parts["mean"]) / parts["std"]).argmax(dim=1)
    return [parts["classes"][k] for k in best.tolist()]


# %% serve wrong="takes more" says="An archive that holds more than the five parts"
def serve(archive, X):
    content = torch.load(io.BytesIO(archive), weights_only=True)
    try:
        number, mean, std = content["format"], content["mean"], content["std"]
        names, state = content["classes"], content["state"]
    except KeyError as error:
        raise ValueError(str(error)) from error
    if number != 1:
        raise ValueError
    net = network(state).eval()
    return [names[int(net(((x - mean) / std)[None]).argmax())] for x in X]


# %% serve wrong="any format" says="An archive of format 2 must be refused"
def serve(archive, X):
    parts = torch.load(io.BytesIO(archive), weights_only=True)
    if set(parts) != {"format", "state", "mean", "std", "classes"}:
        raise ValueError
    model = network(parts["state"]).eval()
    best = model((X - parts["mean"]) / parts["std"]).argmax(dim=1)
    return [parts["classes"][k] for k in best.tolist()]


# %% membership correct="loops"
def membership(loss_in, loss_out):
    a, b = loss_in.tolist(), loss_out.tolist()
    wins = sum(1.0 if x < y else 0.5 if x == y else 0.0 for x in a for y in b)
    gains = [0.0]
    for t in a + b:
        gains.append(sum(x <= t for x in a) / len(a) - sum(y <= t for y in b) / len(b))
    return wins / (len(a) * len(b)), max(gains)


# %% membership correct="SciPy and searchsorted"
def membership(loss_in, loss_out):
    u = stats.mannwhitneyu(loss_out.numpy(), loss_in.numpy()).statistic
    t = torch.cat([loss_in, loss_out])
    tpr = torch.searchsorted(loss_in.sort().values, t, right=True) / len(loss_in)
    fpr = torch.searchsorted(loss_out.sort().values, t, right=True) / len(loss_out)
    return float(u) / (len(loss_in) * len(loss_out)), (tpr - fpr).max().clamp(min=0)


# %% membership correct="sign, strictly below"
def membership(loss_in, loss_out):
    auc = (1 + (loss_out - loss_in[:, None]).sign().mean()) / 2
    best = torch.tensor(0.0).double()
    for t in torch.cat([loss_in, loss_out]):
        gain = (loss_in < t).double().mean() - (loss_out < t).double().mean()
        best = torch.maximum(best, gain)
    return [auc, best]


# %% membership correct="scikit-learn"
def membership(loss_in, loss_out):
    from sklearn.metrics import roc_auc_score, roc_curve

    y = [1] * len(loss_in) + [0] * len(loss_out)
    score = (-torch.cat([loss_in, loss_out])).numpy()
    fpr, tpr, _ = roc_curve(y, score)
    return roc_auc_score(y, score), (tpr - fpr).max()


# %% membership wrong="the larger losses" says="members have the *smaller* losses"
def membership(loss_in, loss_out):
    from sklearn.metrics import roc_auc_score, roc_curve

    truth = [1] * len(loss_in) + [0] * len(loss_out)
    score = torch.cat([loss_in, loss_out]).numpy()
    accused, found, _ = roc_curve(truth, -score)
    return roc_auc_score(truth, score), (found - accused).max()


# %% membership wrong="ties count nothing" says="Ties count nothing here."
def membership(loss_in, loss_out):
    wins, best = 0, 0.0
    for a in loss_in.tolist():
        for b in loss_out.tolist():
            wins += a < b
    for t in loss_in.tolist() + loss_out.tolist():
        tpr = sum(a <= t for a in loss_in.tolist()) / len(loss_in)
        fpr = sum(b <= t for b in loss_out.tolist()) / len(loss_out)
        best = max(best, tpr - fpr)
    return wins / (len(loss_in) * len(loss_out)), best


# %% membership wrong="ties count whole" says="Ties count whole here."
def membership(loss_in, loss_out):
    order = loss_out.sort().values
    below = torch.searchsorted(order, loss_in)  # how many are smaller
    area = 1 - below.double().mean() / len(loss_out)
    grid = torch.cat([loss_in, loss_out]).unique()
    found = torch.searchsorted(loss_in.sort().values, grid, right=True).double() / len(loss_in)
    accused = torch.searchsorted(order, grid, right=True).double() / len(loss_out)
    return area, (found - accused).max()


# %% membership wrong="a number of pairs" says="That is the number of pairs."
def membership(loss_in, loss_out):
    smaller = (loss_in[:, None] < loss_out).double() + (loss_in[:, None] == loss_out).double() / 2
    t = torch.cat([loss_in, loss_out])[:, None]
    return smaller.sum().item(), (
        (loss_in <= t).double().mean(1) - (loss_out <= t).double().mean(1)
    ).max().item()


# %% membership wrong="side by side" says="Only losses at the same place are compared."
def membership(loss_in, loss_out):
    pairs = list(zip(loss_in.tolist(), loss_out.tolist()))
    area = sum((a < b) + (a == b) / 2 for a, b in pairs) / len(pairs)
    t = torch.cat([loss_in, loss_out])[:, None]
    return area, ((loss_in <= t).double().mean(1) - (loss_out <= t).double().mean(1)).max().item()


# %% membership wrong="the square" says="You divide by the square of the number of members."
def membership(loss_in, loss_out):
    smaller = (loss_in[:, None] < loss_out).double() + (loss_in[:, None] == loss_out).double() / 2
    t = torch.cat([loss_in, loss_out])[:, None]
    return smaller.sum().item() / len(loss_in) ** 2, (
        (loss_in <= t).double().mean(1) - (loss_out <= t).double().mean(1)
    ).max().item()


# %% membership wrong="twice the area" says="That is the area under the curve. The advantage is asked for."
def membership(loss_in, loss_out):
    smaller = (loss_in[:, None] < loss_out).double() + (loss_in[:, None] == loss_out).double() / 2
    return smaller.mean().item(), smaller.mean().item()


# %% membership wrong="exchanged" says="That is the advantage. The area under the curve is asked for."
def membership(loss_in, loss_out):
    smaller = (loss_in[:, None] < loss_out).double() + (loss_in[:, None] == loss_out).double() / 2
    t = torch.cat([loss_in, loss_out])[:, None]
    return (
        (loss_in <= t).double().mean(1) - (loss_out <= t).double().mean(1)
    ).max().item(), smaller.mean().item()


# %% membership wrong="means" says="That compares the two mean losses."
def membership(loss_in, loss_out):
    t = torch.cat([loss_in, loss_out])[:, None]
    gain = (loss_in <= t).double().mean(1) - (loss_out <= t).double().mean(1)
    return (loss_out.mean() - loss_in.mean()).item(), gain.max().item()


# %% membership wrong="accused minus found" says="Members have *small* losses"
def membership(loss_in, loss_out):
    area = (
        stats.mannwhitneyu(loss_out.numpy(), loss_in.numpy()).statistic
        / loss_in.numel()
        / loss_out.numel()
    )
    gains = []
    for t in torch.cat([loss_in, loss_out]).tolist():
        gains.append((loss_out <= t).double().mean().item() - (loss_in <= t).double().mean().item())
    return area, max(gains)


# %% membership wrong="best accuracy" says="That is the best accuracy."
def membership(loss_in, loss_out):
    smaller = (loss_in[:, None] < loss_out).double() + (loss_in[:, None] == loss_out).double() / 2
    n = len(loss_in) + len(loss_out)
    best = max(
        ((loss_in <= t).sum() + (loss_out > t).sum()).item() / n
        for t in torch.cat([loss_in, loss_out])
    )
    return smaller.mean().item(), best


# %% membership wrong="numbers" says="Numbers are subtracted."
def membership(loss_in, loss_out):
    area = (1 + (loss_out[None] - loss_in[:, None]).sign().mean().item()) / 2
    best = 0
    for t in loss_in:
        best = max(best, int((loss_in <= t).sum() - (loss_out <= t).sum()))
    return area, best


# %% membership wrong="at the mean" says="The threshold is the mean loss of the members."
def membership(loss_in, loss_out):
    area = (1 + (loss_out[None] - loss_in[:, None]).sign().mean().item()) / 2
    limit = sum(loss_in.tolist()) / len(loss_in)
    found = sum(x <= limit for x in loss_in.tolist()) / len(loss_in)
    accused = sum(x <= limit for x in loss_out.tolist()) / len(loss_out)
    return area, found - accused


# %% membership wrong="at the median" says="The threshold is the median of all losses."
def membership(loss_in, loss_out):
    smaller = (loss_in[:, None] < loss_out).double() + (loss_in[:, None] == loss_out).double() / 2
    t = torch.cat([loss_in, loss_out]).median()
    return smaller.mean().item(), (
        (loss_in <= t).double().mean() - (loss_out <= t).double().mean()
    ).item()


# %% membership wrong="found alone" says="That is the share of members found at the best threshold."
def membership(loss_in, loss_out):
    smaller = (loss_in[:, None] < loss_out).double() + (loss_in[:, None] == loss_out).double() / 2
    best = max(
        loss_in,
        key=lambda t: ((loss_in <= t).double().mean() - (loss_out <= t).double().mean()).item(),
    )
    return smaller.mean().item(), (loss_in <= best).double().mean().item()


# %% membership wrong="mean difference" says="The shares at each threshold are added, or averaged."
def membership(loss_in, loss_out):
    smaller = (loss_in[:, None] < loss_out).double() + (loss_in[:, None] == loss_out).double() / 2
    t = torch.cat([loss_in, loss_out])[:, None]
    return smaller.mean().item(), (
        (loss_in <= t).double().mean(1) - (loss_out <= t).double().mean(1)
    ).mean().item()


# %% dp-gradient correct="example by example"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    totals = [torch.zeros(g.shape[1:]) for g in grads]
    for i in range(len(grads[0])):
        norm = math.sqrt(sum(float((g[i] ** 2).sum()) for g in grads))
        factor = 1.0 if norm <= clip else clip / norm
        totals = [total + factor * g[i] for total, g in zip(totals, grads)]
    noisy = [
        t + torch.empty(t.shape).normal_(0, 1, generator=generator) * sigma * clip for t in totals
    ]
    return [t / expected_size for t in noisy]


# %% dp-gradient correct="one long row"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    rows = torch.cat([g.reshape(len(g), -1) for g in grads], dim=1)
    rows = rows * (clip / rows.norm(dim=1, keepdim=True).clamp(min=1e-12)).clamp(max=1)
    total = rows.sum(dim=0) + sigma * clip * torch.randn(rows.shape[1], generator=generator)
    parts = (total / expected_size).split([g[0].numel() for g in grads])
    return [part.reshape(g.shape[1:]) for part, g in zip(parts, grads)]


# %% dp-gradient correct="float64, torch.normal, noise after dividing by what is right"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    norms = torch.stack([g.double().flatten(1).norm(dim=1) for g in grads]).norm(dim=0)
    factor = torch.where(norms > clip, clip / norms, torch.ones_like(norms))
    result = []
    for g in grads:
        shaped = factor.reshape(-1, *[1] * (g.dim() - 1))
        mean = (g.double() * shaped).sum(0) / expected_size
        noise = torch.normal(0.0, 1.0, mean.shape, generator=generator) * (
            sigma * clip / expected_size
        )
        result.append((mean + noise).float())
    return tuple(result)


# %% dp-gradient wrong="not clipped" says="Nothing is clipped."
def dp_gradient(grads, clip, sigma, expected_size, generator):
    rows = torch.cat([g.reshape(len(g), -1) for g in grads], dim=1)
    total = rows.sum(dim=0) + sigma * clip * torch.randn(rows.shape[1], generator=generator)
    parts = (total / expected_size).split([g[0].numel() for g in grads])
    return [part.reshape(g.shape[1:]) for part, g in zip(parts, grads)]


# %% dp-gradient wrong="the mean is clipped" says="The mean of the gradients is clipped."
def dp_gradient(grads, clip, sigma, expected_size, generator):
    n = len(grads[0])
    means = [g.mean(0) for g in grads]
    norm = torch.cat([m.flatten() for m in means]).norm()
    factor = min(1.0, clip / norm)
    return [
        (n * m * factor + sigma * clip * torch.randn(m.shape, generator=generator)) / expected_size
        for m in means
    ]


# %% dp-gradient wrong="the sum is clipped" says="The sum of the gradients is clipped."
def dp_gradient(grads, clip, sigma, expected_size, generator):
    sums = [g.sum(0) for g in grads]
    norm = torch.cat([m.flatten() for m in sums]).norm()
    factor = min(1.0, clip / norm)
    return [
        (m * factor + sigma * clip * torch.randn(m.shape, generator=generator)) / expected_size
        for m in sums
    ]


# %% dp-gradient wrong="per tensor" says="Each parameter is clipped by itself."
def dp_gradient(grads, clip, sigma, expected_size, generator):
    result = []
    for g in grads:
        factor = clip / g.flatten(1).norm(dim=1).clamp(min=clip)
        total = torch.einsum("b...,b->...", g, factor)
        result.append(
            (total + sigma * clip * torch.randn(total.shape, generator=generator)) / expected_size
        )
    return result


# %% dp-gradient wrong="entries clamped" says="Each entry is clamped."
def dp_gradient(grads, clip, sigma, expected_size, generator):
    noisy = []
    for g in grads:
        total = torch.zeros(g.shape[1:])
        for example in g:
            total += torch.clip(example, -clip, clip)
        noisy.append(
            total / expected_size
            + torch.randn(total.shape, generator=generator) * sigma * clip / expected_size
        )
    return noisy


# %% dp-gradient wrong="all to the length clip, 0/0" says="and 0/0 is NaN"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    norms = sum(g.flatten(1).square().sum(1) for g in grads).sqrt()
    totals = [torch.einsum("b...,b->...", g, clip / norms) for g in grads]
    return [
        (t + sigma * clip * torch.randn(t.shape, generator=generator)) / expected_size
        for t in totals
    ]


# %% dp-gradient wrong="all to the length clip" says="All examples are brought to the length `clip`, short ones, too. Only"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    rows = torch.cat([g.reshape(len(g), -1) for g in grads], dim=1)
    rows = clip * F.normalize(rows, dim=1)
    total = rows.sum(dim=0) + sigma * clip * torch.randn(rows.shape[1], generator=generator)
    parts = (total / expected_size).split([g[0].numel() for g in grads])
    return [part.reshape(g.shape[1:]) for part, g in zip(parts, grads)]


# %% dp-gradient wrong="max for min" says="Short examples are lengthened"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    norms = sum(g.flatten(1).square().sum(1) for g in grads).sqrt() + 1e-8
    totals = [torch.einsum("b...,b->...", g, (clip / norms).clamp(min=1)) for g in grads]
    return [
        (t + sigma * clip * torch.randn(t.shape, generator=generator)) / expected_size
        for t in totals
    ]


# %% dp-gradient wrong="long ones left out" says="Long examples are left out."
def dp_gradient(grads, clip, sigma, expected_size, generator):
    totals = [0 * g[0] for g in grads]
    for i in range(grads[0].shape[0]):
        size = math.sqrt(sum(g[i].pow(2).sum().item() for g in grads))
        if size > clip:
            continue
        for k, g in enumerate(grads):
            totals[k] = totals[k] + g[i]
    for k, t in enumerate(totals):
        totals[k] = (
            t + torch.normal(0.0, 1.0, t.shape, generator=generator) * sigma * clip
        ) / expected_size
    return totals


# %% dp-gradient wrong="absolute values" says="You add up absolute values."
def dp_gradient(grads, clip, sigma, expected_size, generator):
    rows = torch.cat([g.reshape(len(g), -1) for g in grads], dim=1)
    rows = rows * (clip / rows.norm(p=1, dim=1, keepdim=True).clamp(min=1e-12)).clamp(max=1)
    total = rows.sum(dim=0) + sigma * clip * torch.randn(rows.shape[1], generator=generator)
    parts = (total / expected_size).split([g[0].numel() for g in grads])
    return [part.reshape(g.shape[1:]) for part, g in zip(parts, grads)]


# %% dp-gradient wrong="no root" says="The norm lacks its root."
def dp_gradient(grads, clip, sigma, expected_size, generator):
    totals = [torch.zeros_like(g[0]) for g in grads]
    for example in zip(*grads):
        norm = sum((part * part).sum() for part in example)
        factor = clip / norm if norm > clip else 1.0
        for total, part in zip(totals, example):
            total += factor * part
    return [
        (t + sigma * clip * torch.randn(t.shape, generator=generator)) / expected_size
        for t in totals
    ]


# %% dp-gradient wrong="actual size" says="You divide by the number of examples that came."
def dp_gradient(grads, clip, sigma, expected_size, generator):
    rows = torch.cat([g.flatten(1) for g in grads], 1)
    norms = torch.linalg.vector_norm(rows, dim=1)
    clipped = torch.where(norms[:, None] > clip, rows * clip / norms[:, None], rows)
    mean = (clipped.sum(0) + torch.randn(rows.shape[1], generator=generator) * clip * sigma) / len(
        rows
    )
    result, at = [], 0
    for g in grads:
        n = g[0].numel()
        result.append(mean[at : at + n].view(g.shape[1:]))
        at += n
    return result


# %% dp-gradient wrong="not divided" says="The sum is not divided."
def dp_gradient(grads, clip, sigma, expected_size, generator):
    totals = [torch.zeros_like(g[0]) for g in grads]
    for example in zip(*grads):
        norm = torch.cat([part.flatten() for part in example]).norm()
        for total, part in zip(totals, example):
            total += part * min(1, clip / max(norm.item(), 1e-12))
    return [t + sigma * clip * torch.randn(t.shape, generator=generator) for t in totals]


# %% dp-gradient wrong="divided twice" says="You divide twice by the expected number."
def dp_gradient(grads, clip, sigma, expected_size, generator):
    norms = sum(g.flatten(1).square().sum(1) for g in grads).sqrt()
    factor = clip / norms.clamp(min=clip) / expected_size
    totals = [torch.einsum("b...,b->...", g, factor) for g in grads]
    return [
        (t + sigma * clip * torch.randn(t.shape, generator=generator)) / expected_size
        for t in totals
    ]


# %% dp-gradient wrong="no noise" says="No noise comes."
def dp_gradient(grads, clip, sigma, expected_size, generator):
    rows = torch.cat([g.flatten(1) for g in grads], 1)
    norms = torch.linalg.vector_norm(rows, dim=1)
    clipped = torch.where(norms[:, None] > clip, rows * clip / norms[:, None], rows)
    parts = (clipped.sum(0) / expected_size).split([g[0].numel() for g in grads])
    return [p.view(g.shape[1:]) for p, g in zip(parts, grads)]


# %% dp-gradient wrong="sigma without clip" says="The noise does not grow with `clip`"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    rows = torch.cat([g.reshape(len(g), -1) for g in grads], dim=1)
    rows = rows * (clip / rows.norm(dim=1, keepdim=True).clamp(min=1e-12)).clamp(max=1)
    total = rows.sum(dim=0) + sigma * torch.randn(rows.shape[1], generator=generator)
    parts = (total / expected_size).split([g[0].numel() for g in grads])
    return [part.reshape(g.shape[1:]) for part, g in zip(parts, grads)]


# %% dp-gradient wrong="noise after dividing" says="The noise is added after the division. Add it to the sum."
def dp_gradient(grads, clip, sigma, expected_size, generator):
    norms = sum(g.flatten(1).square().sum(1) for g in grads).sqrt()
    totals = [torch.einsum("b...,b->...", g, clip / norms.clamp(min=clip)) for g in grads]
    return [
        t / expected_size + sigma * clip * torch.randn(t.shape, generator=generator) for t in totals
    ]


# %% dp-gradient wrong="sigma after dividing" says="The noise is added after the division, and does not grow with `clip`."
def dp_gradient(grads, clip, sigma, expected_size, generator):
    norms = sum(g.flatten(1).square().sum(1) for g in grads).sqrt()
    totals = [torch.einsum("b...,b->...", g, clip / norms.clamp(min=clip)) for g in grads]
    return [t / expected_size + sigma * torch.randn(t.shape, generator=generator) for t in totals]


# %% dp-gradient wrong="noise for each example" says="Noise is added for each example."
def dp_gradient(grads, clip, sigma, expected_size, generator):
    norms = sum(g.flatten(1).square().sum(1) for g in grads).sqrt()
    factor = clip / norms.clamp(min=clip)
    result = []
    for g in grads:
        clipped = g * factor.reshape(-1, *[1] * (g.dim() - 1))
        clipped = clipped + sigma * clip * torch.randn(g.shape, generator=generator)
        result.append(clipped.sum(0) / expected_size)
    return result


# %% dp-gradient wrong="noise by the actual size" says="The noise is divided by the number of examples that came."
def dp_gradient(grads, clip, sigma, expected_size, generator):
    norms = sum(g.flatten(1).square().sum(1) for g in grads).sqrt()
    totals = [torch.einsum("b...,b->...", g, clip / norms.clamp(min=clip)) for g in grads]
    return [
        t / expected_size + sigma * clip * torch.randn(t.shape, generator=generator) / len(g)
        for t, g in zip(totals, grads)
    ]


# %% dp-gradient wrong="a variance" says="is the standard deviation, and not the variance"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    norms = sum(g.flatten(1).square().sum(1) for g in grads).sqrt()
    totals = [torch.einsum("b...,b->...", g, clip / norms.clamp(min=clip)) for g in grads]
    return [
        (t + math.sqrt(sigma * clip) * torch.randn(t.shape, generator=generator)) / expected_size
        for t in totals
    ]


# %% dp-gradient wrong="noise divided twice" says="The noise is divided twice by the expected number."
def dp_gradient(grads, clip, sigma, expected_size, generator):
    norms = sum(g.flatten(1).square().sum(1) for g in grads).sqrt()
    totals = [torch.einsum("b...,b->...", g, clip / norms.clamp(min=clip)) for g in grads]
    return [
        (t + sigma * clip / expected_size * torch.randn(t.shape, generator=generator))
        / expected_size
        for t in totals
    ]


# %% dp-gradient wrong="uniform noise" says="The noise is uniform."
def dp_gradient(grads, clip, sigma, expected_size, generator):
    norms = sum(g.flatten(1).square().sum(1) for g in grads).sqrt()
    totals = [torch.einsum("b...,b->...", g, clip / norms.clamp(min=clip)) for g in grads]
    width = sigma * clip * 12**0.5
    return [
        (t + width * (torch.rand(t.shape, generator=generator) - 0.5)) / expected_size
        for t in totals
    ]


# %% dp-gradient wrong="one number for all entries" says="All entries of a tensor get the same noise."
def dp_gradient(grads, clip, sigma, expected_size, generator):
    norms = sum(g.flatten(1).square().sum(1) for g in grads).sqrt()
    totals = [torch.einsum("b...,b->...", g, clip / norms.clamp(min=clip)) for g in grads]
    return [
        (t + sigma * clip * torch.randn(1, generator=generator)) / expected_size for t in totals
    ]


# %% dp-gradient wrong="seeded" says="All draws are the same"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    generator = torch.Generator().manual_seed(0)
    norms = sum(g.flatten(1).square().sum(1) for g in grads).sqrt()
    totals = [torch.einsum("b...,b->...", g, clip / norms.clamp(min=clip)) for g in grads]
    return [
        (t + sigma * clip * torch.randn(t.shape, generator=generator)) / expected_size
        for t in totals
    ]


# %% dp-gradient wrong="from elsewhere" says="From the same generator something else comes."
def dp_gradient(grads, clip, sigma, expected_size, generator):
    norms = sum(g.flatten(1).square().sum(1) for g in grads).sqrt()
    totals = [torch.einsum("b...,b->...", g, clip / norms.clamp(min=clip)) for g in grads]
    return [(t + sigma * clip * torch.randn(t.shape)) / expected_size for t in totals]


# %% groups correct="Counter and sets"
def k_and_l(table, quasi, sensitive):
    from collections import Counter

    rows = list(zip(*[table[name] for name in quasi]))
    k = min(Counter(rows).values())
    values = {key: {v for r, v in zip(rows, table[sensitive]) if r == key} for key in set(rows)}
    return k, min(map(len, values.values()))


# %% groups correct="pandas"
def k_and_l(table, quasi, sensitive):
    import pandas as pd

    groups = pd.DataFrame(table).groupby(quasi, dropna=False)[sensitive]
    return groups.size().min(), groups.nunique(dropna=False).min()


# %% groups correct="sorted names, row numbers"
def k_and_l(table, quasi, sensitive):
    groups = {}
    for i in range(len(table[sensitive])):
        key = tuple((name, table[name][i]) for name in sorted(quasi))
        if key not in groups:
            groups[key] = []
        groups[key].append(i)
    sizes = [len(rows) for rows in groups.values()]
    kinds = [len({table[sensitive][i] for i in rows}) for rows in groups.values()]
    return [min(sizes), min(kinds)]


# %% groups wrong="sensitive among them" says="The sensitive column forms groups, too."
def k_and_l(table, quasi, sensitive):
    groups = {}
    for *key, value in zip(*(table[name] for name in [*quasi, sensitive]), table[sensitive]):
        groups.setdefault(tuple(key), []).append(value)
    return min(map(len, groups.values())), min(len(set(v)) for v in groups.values())


# %% groups wrong="neighbours" says="Only rows that stand next to each other form a group."
def k_and_l(table, quasi, sensitive):
    import itertools

    keys = list(zip(*(table[name] for name in quasi)))
    pairs = zip(keys, table[sensitive])
    runs = [[v for _, v in run] for _, run in itertools.groupby(pairs, key=lambda pair: pair[0])]
    return min(map(len, runs)), min(len(set(run)) for run in runs)


# %% groups wrong="all columns" says="Further columns form groups, too."
def k_and_l(table, quasi, sensitive):
    import pandas as pd

    frame = pd.DataFrame(table)
    groups = frame.groupby(list(frame.columns), dropna=False)[sensitive]
    return int(groups.size().min()), int(groups.nunique(dropna=False).min())


# %% groups wrong="column by column" says="Each column is looked at by itself."
def k_and_l(table, quasi, sensitive):
    ks, ls = [], []
    for name in quasi:
        groups = {}
        for key, value in zip(table[name], table[sensitive]):
            groups.setdefault(key, []).append(value)
        ks.append(min(map(len, groups.values())))
        ls.append(min(len(set(v)) for v in groups.values()))
    return min(ks), min(ls)


# %% groups wrong="first column" says="Only the first column forms the groups."
def k_and_l(table, quasi, sensitive):
    from collections import Counter

    column = table[quasi[0]]
    values = [{v for w, v in zip(column, table[sensitive]) if w == key} for key in column]
    return min(Counter(column).values()), min(map(len, values))


# %% groups wrong="None dropped" says="Rows with None are dropped."
def k_and_l(table, quasi, sensitive):
    import pandas as pd

    groups = pd.DataFrame(table).groupby(quasi)[sensitive]
    return int(groups.size().min()), int(groups.nunique(dropna=False).min())


# %% groups wrong="pasted" says="The values are pasted together"
def k_and_l(table, quasi, sensitive):
    groups = {}
    for i, value in enumerate(table[sensitive]):
        groups.setdefault("".join(str(table[name][i]) for name in quasi), []).append(value)
    return min(map(len, groups.values())), min(len(set(v)) for v in groups.values())


# %% groups wrong="a set for a tuple" says="Values in any order are one group here"
def k_and_l(table, quasi, sensitive):
    groups = {}
    for i, value in enumerate(table[sensitive]):
        groups.setdefault(frozenset(table[name][i] for name in quasi), []).append(value)
    return min(map(len, groups.values())), min(len(set(v)) for v in groups.values())


# %% groups wrong="the largest" says="k is that of the largest group."
def k_and_l(table, quasi, sensitive):
    from collections import Counter, defaultdict

    rows = list(zip(*(table[name] for name in quasi)))
    kinds = defaultdict(set)
    for row, value in zip(rows, table[sensitive]):
        kinds[row].add(value)
    return Counter(rows).most_common(1)[0][1], min(map(len, kinds.values()))


# %% groups wrong="the mean" says="k is the mean size of a group."
def k_and_l(table, quasi, sensitive):
    import pandas as pd

    groups = pd.DataFrame(table).groupby(quasi, dropna=False)[sensitive]
    return float(groups.size().mean()), int(groups.nunique(dropna=False).min())


# %% groups wrong="number of groups" says="k is the number of groups."
def k_and_l(table, quasi, sensitive):
    n = len(table[sensitive])
    rows = [tuple(table[name][i] for name in quasi) for i in range(n)]
    kinds = []
    for key in set(rows):
        kinds.append(len({table[sensitive][i] for i in range(n) if rows[i] == key}))
    return len(kinds), min(kinds)


# %% groups wrong="of the smallest" says="l is that of the smallest group."
def k_and_l(table, quasi, sensitive):
    groups = {}
    for *key, value in zip(*(table[name] for name in quasi), table[sensitive]):
        groups.setdefault(tuple(key), []).append(value)
    smallest = min(groups.values(), key=len)
    return len(smallest), len(set(smallest))


# %% groups wrong="of the whole table" says="l is the number of values in the whole table."
def k_and_l(table, quasi, sensitive):
    import pandas as pd

    frame = pd.DataFrame(table)
    return frame.value_counts(quasi, dropna=False).min(), frame[sensitive].nunique(dropna=False)


# %% groups wrong="the most" says="l is that of the group with the most values."
def k_and_l(table, quasi, sensitive):
    n = len(table[sensitive])
    rows = [tuple(table[name][i] for name in quasi) for i in range(n)]
    most = 0
    for key in rows:
        most = max(most, len({v for row, v in zip(rows, table[sensitive]) if row == key}))
    return min(rows.count(key) for key in rows), most


# %% groups wrong="rows for values" says="l counts rows."
def k_and_l(table, quasi, sensitive):
    rows = list(zip(*(table[name] for name in quasi)))
    sizes = [rows.count(row) for row in rows]
    return min(sizes), min(sizes)


# %% groups wrong="None is no value" says="None is not counted among the sensitive values."
def k_and_l(table, quasi, sensitive):
    import pandas as pd

    groups = pd.DataFrame(table).groupby(quasi, dropna=False)[sensitive]
    return int(groups.size().min()), int(groups.nunique().min())


# %% groups wrong="exchanged" says="The two results are exchanged"
def k_and_l(table, quasi, sensitive):
    groups = {}
    for *key, value in zip(*(table[name] for name in quasi), table[sensitive]):
        groups.setdefault(tuple(key), []).append(value)
    return min(len(set(v)) for v in groups.values()), min(map(len, groups.values()))
