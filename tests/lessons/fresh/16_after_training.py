# %% what-changed right="asks in the order of the table, allclose as in the hints"
def what_changed(before: torch.Tensor, after: torch.Tensor) -> str:
    if torch.allclose(before, after):
        return "nothing"
    if torch.allclose(before / before.sum(dim=1, keepdim=True), after / after.sum(dim=1, keepdim=True)):
        return "covariate shift"
    if torch.allclose(before / before.sum(dim=0, keepdim=True), after / after.sum(dim=0, keepdim=True)):
        return "label shift"
    if torch.allclose(before.sum(dim=1), after.sum(dim=1)):
        return "concept drift"
    return "several"

# %% what-changed right="plain Python lists and loops, beginner style"
def what_changed(before, after):
    a = before.tolist()
    b = after.tolist()
    rows = len(a)
    cols = len(a[0])

    def same(u, v):
        for i in range(rows):
            for j in range(cols):
                if abs(u[i][j] - v[i][j]) > 1e-8:
                    return False
        return True

    def by_rows(t):
        result = []
        for row in t:
            total = sum(row)
            result.append([value / total for value in row])
        return result

    def by_columns(t):
        totals = [0.0] * cols
        for row in t:
            for j in range(cols):
                totals[j] += row[j]
        result = []
        for row in t:
            result.append([row[j] / totals[j] for j in range(cols)])
        return result

    if same(a, b):
        return "nothing"
    elif same(by_rows(a), by_rows(b)):
        return "covariate shift"
    elif same(by_columns(a), by_columns(b)):
        return "label shift"
    x_stays = True
    for i in range(rows):
        if abs(sum(a[i]) - sum(b[i])) > 1e-8:
            x_stays = False
    if x_stays:
        return "concept drift"
    return "several"

# %% what-changed right="numpy, four booleans, then literally the table of the card"
import numpy as np


def what_changed(before, after):
    a, b = before.numpy(), after.numpy()
    close = lambda u, v: np.abs(u - v).max() < 1e-8
    px = close(a.sum(1), b.sum(1))
    py = close(a.sum(0), b.sum(0))
    y_given_x = close(a / a.sum(1)[:, None], b / b.sum(1)[:, None])
    x_given_y = close(a / a.sum(0), b / b.sum(0))
    if close(a, b):
        return "nothing"
    if not px and y_given_x:
        return "covariate shift"
    if not py and x_given_y:
        return "label shift"
    if not y_given_x and not x_given_y and px:
        return "concept drift"
    return "several"

# %% what-changed right="a dictionary of candidates and next()"
def what_changed(before, after):
    F1 = {
        "nothing": lambda t: t,
        "covariate shift": lambda t: F.normalize(t, p=1, dim=1),
        "label shift": lambda t: F.normalize(t, p=1, dim=0),
        "concept drift": lambda t: t.sum(1),
    }
    return next((k for k, f in F1.items() if (f(before) - f(after)).abs().max() < 1e-8), "several")

# %% what-changed right="ratios after/before: constant in each row means covariate shift, in each column label shift"
def what_changed(before, after):
    ratio = after / before
    tol = 1e-8
    if (after - before).abs().max() < tol:
        return "nothing"
    # p(y|x) stays exactly if a whole row is multiplied by one number
    rows_after = before * (after.sum(1) / before.sum(1)).unsqueeze(1)
    if (rows_after - after).abs().max() < 1e-8:
        return "covariate shift"
    cols_after = before * (after.sum(0) / before.sum(0)).unsqueeze(0)
    if (cols_after - after).abs().max() < 1e-8:
        return "label shift"
    if (after.sum(1) - before.sum(1)).abs().max() < tol:
        return "concept drift"
    return "several"

# %% what-changed right="match on a tuple of booleans, np.isclose"
import numpy as np


def what_changed(before, after):
    def stays(f):
        return bool(np.isclose(f(before).numpy(), f(after).numpy(), rtol=0, atol=1e-8).all())

    facts = (
        stays(lambda t: t),
        stays(lambda t: t / t.sum(dim=1, keepdim=True)),
        stays(lambda t: (t.T / t.sum(dim=0)[:, None])),
        stays(lambda t: t.sum(dim=-1)),
    )
    match facts:
        case (True, _, _, _):
            return "nothing"
        case (_, True, _, _):
            return "covariate shift"
        case (_, _, True, _):
            return "label shift"
        case (_, _, _, True):
            return "concept drift"
        case _:
            return "several"

# %% what-changed wrong="rows and columns confused: divides columns for p(y|x), and rows for p(x|y)"
def what_changed(before, after):
    if torch.allclose(before, after):
        return "nothing"
    if torch.allclose(before / before.sum(dim=0), after / after.sum(dim=0)):
        return "covariate shift"
    if torch.allclose(before / before.sum(dim=1, keepdim=True), after / after.sum(dim=1, keepdim=True)):
        return "label shift"
    if torch.allclose(before.sum(dim=0), after.sum(dim=0)):
        return "concept drift"
    return "several"

# %% what-changed wrong="compares exactly with torch.equal, rounding is taken for a change"
def what_changed(before, after):
    if torch.equal(before, after):
        return "nothing"
    if torch.equal(before / before.sum(dim=1, keepdim=True), after / after.sum(dim=1, keepdim=True)):
        return "covariate shift"
    if torch.equal(before / before.sum(dim=0), after / after.sum(dim=0)):
        return "label shift"
    if torch.equal(before.sum(dim=1), after.sum(dim=1)):
        return "concept drift"
    return "several"

# %% what-changed wrong="looks at the marginals only: p(x) changed and p(y) stayed is called covariate shift"
def what_changed(before, after):
    x_same = torch.allclose(before.sum(1), after.sum(1))
    y_same = torch.allclose(before.sum(0), after.sum(0))
    if torch.allclose(before, after):
        return "nothing"
    if not x_same and y_same:
        return "covariate shift"
    if x_same and not y_same:
        return "label shift"
    if x_same and y_same:
        return "concept drift"
    return "several"

# %% what-changed wrong="forgets several: all the rest is called concept drift"
def what_changed(before, after):
    if torch.allclose(before, after):
        return "nothing"
    if torch.allclose(before / before.sum(dim=1, keepdim=True), after / after.sum(dim=1, keepdim=True)):
        return "covariate shift"
    if torch.allclose(before / before.sum(dim=0, keepdim=True), after / after.sum(dim=0, keepdim=True)):
        return "label shift"
    return "concept drift"

# %% what-changed wrong="never asks whether the table stayed, so nothing is called covariate shift"
def what_changed(before, after):
    if torch.allclose(before / before.sum(dim=1, keepdim=True), after / after.sum(dim=1, keepdim=True)):
        return "covariate shift"
    if torch.allclose(before / before.sum(dim=0, keepdim=True), after / after.sum(dim=0, keepdim=True)):
        return "label shift"
    if torch.allclose(before.sum(dim=1), after.sum(dim=1)):
        return "concept drift"
    return "several"

# %% what-changed wrong="keepdim forgotten: rows are divided by the wrong sums, or it stops with an error"
def what_changed(before, after):
    if torch.allclose(before, after):
        return "nothing"
    if torch.allclose(before / before.sum(dim=1), after / after.sum(dim=1)):
        return "covariate shift"
    if torch.allclose(before / before.sum(dim=0), after / after.sum(dim=0)):
        return "label shift"
    if torch.allclose(before.sum(dim=1), after.sum(dim=1)):
        return "concept drift"
    return "several"

# %% what-changed wrong="names of covariate shift and label shift swapped"
def what_changed(before, after):
    if torch.allclose(before, after):
        return "nothing"
    if torch.allclose(before / before.sum(dim=1, keepdim=True), after / after.sum(dim=1, keepdim=True)):
        return "label shift"
    if torch.allclose(before / before.sum(dim=0, keepdim=True), after / after.sum(dim=0, keepdim=True)):
        return "covariate shift"
    if torch.allclose(before.sum(dim=1), after.sum(dim=1)):
        return "concept drift"
    return "several"

# %% what-changed wrong="concept drift if p(y) stayed, in place of p(x)"
def what_changed(before, after):
    if torch.allclose(before, after):
        return "nothing"
    if torch.allclose(before / before.sum(dim=1, keepdim=True), after / after.sum(dim=1, keepdim=True)):
        return "covariate shift"
    if torch.allclose(before / before.sum(dim=0, keepdim=True), after / after.sum(dim=0, keepdim=True)):
        return "label shift"
    if torch.allclose(before.sum(dim=0), after.sum(dim=0)):
        return "concept drift"
    return "several"

# %% what-changed wrong="adds up the differences without absolute values, which is always 0"
def what_changed(before, after):
    same = lambda a, b: abs((a - b).sum().item()) < 1e-6
    if same(before, after):
        return "nothing"
    if same(before / before.sum(dim=1, keepdim=True), after / after.sum(dim=1, keepdim=True)):
        return "covariate shift"
    if same(before / before.sum(dim=0, keepdim=True), after / after.sum(dim=0, keepdim=True)):
        return "label shift"
    if same(before.sum(dim=1), after.sum(dim=1)):
        return "concept drift"
    return "several"

# %% what-changed wrong="label shift as soon as p(y) changes"
def what_changed(before, after):
    if torch.allclose(before, after):
        return "nothing"
    if torch.allclose(before / before.sum(dim=1, keepdim=True), after / after.sum(dim=1, keepdim=True)):
        return "covariate shift"
    if not torch.allclose(before.sum(dim=0), after.sum(dim=0)):
        return "label shift"
    if torch.allclose(before.sum(dim=1), after.sum(dim=1)):
        return "concept drift"
    return "several"

# %% what-changed wrong="divides the tables in place" kind="sneaky"
def what_changed(before, after):
    px, px2 = before.sum(dim=1, keepdim=True), after.sum(dim=1, keepdim=True)
    py, py2 = before.sum(dim=0, keepdim=True), after.sum(dim=0, keepdim=True)
    if torch.allclose(before, after):
        return "nothing"
    x_given_y = before / py, after / py2
    before /= px
    after /= px2
    if torch.allclose(before, after):
        return "covariate shift"
    if torch.allclose(*x_given_y):
        return "label shift"
    return "concept drift" if torch.allclose(px, px2) else "several"

# %% what-changed wrong="asks for concept drift by p(x) before label shift: wrong where x and y are independent and p(y) changes" kind="sneaky"
def what_changed(before, after):
    if torch.allclose(before, after):
        return "nothing"
    if torch.allclose(before.sum(dim=1), after.sum(dim=1)):
        return "concept drift"
    if torch.allclose(before / before.sum(dim=1, keepdim=True), after / after.sum(dim=1, keepdim=True)):
        return "covariate shift"
    if torch.allclose(before / before.sum(dim=0, keepdim=True), after / after.sum(dim=0, keepdim=True)):
        return "label shift"
    return "several"

# %% what-changed wrong="tolerance of 0.05: changes of 0.01 to 0.05 are not seen" kind="sneaky"
def what_changed(before, after):
    same = lambda a, b: torch.allclose(a, b, atol=0.05)
    if same(before, after):
        return "nothing"
    if same(before / before.sum(dim=1, keepdim=True), after / after.sum(dim=1, keepdim=True)):
        return "covariate shift"
    if same(before / before.sum(dim=0, keepdim=True), after / after.sum(dim=0, keepdim=True)):
        return "label shift"
    if same(before.sum(dim=1), after.sum(dim=1)):
        return "concept drift"
    return "several"

# %% what-changed wrong="looks at the first class of p(y|x) and the first input of p(x|y) only: wrong with three or more" kind="sneaky"
def what_changed(before, after):
    if torch.allclose(before, after):
        return "nothing"
    if torch.allclose(before[:, 0] / before.sum(dim=1), after[:, 0] / after.sum(dim=1)):
        return "covariate shift"
    if torch.allclose(before[0] / before.sum(dim=0), after[0] / after.sum(dim=0)):
        return "label shift"
    if torch.allclose(before.sum(dim=1), after.sum(dim=1)):
        return "concept drift"
    return "several"

# %% permutation right="as in the hints, a loop and a counter"
def permutation_p(statistic, X, Y, num_draws, generator):
    pool = torch.cat([X, Y])
    real = float(statistic(X, Y))
    count = 0
    for _ in range(num_draws):
        order = torch.randperm(len(pool), generator=generator)
        if float(statistic(pool[order[: len(X)]], pool[order[len(X) :]])) >= real:
            count += 1
    return (1 + count) / (1 + num_draws)

# %% permutation right="sorting by random keys, all orders at once, one-line sum"
def permutation_p(statistic, X, Y, num_draws, generator):
    pool, n = torch.vstack((X, Y)), X.shape[0]
    orders = torch.rand(num_draws, len(pool), generator=generator, dtype=torch.float64).argsort(dim=1)
    t = statistic(X, Y)
    return (1 + sum(bool(statistic(pool[o[:n]], pool[o[n:]]) >= t) for o in orders)) / (num_draws + 1)

# %% permutation right="Fisher and Yates by hand with randint, lists of rows"
def permutation_p(statistic, X: torch.Tensor, Y: torch.Tensor, num_draws: int, generator) -> float:
    rows = [row for row in X] + [row for row in Y]
    found = [float(statistic(X, Y))]
    for draw in range(num_draws):
        deck = list(rows)
        for i in range(len(deck) - 1, 0, -1):
            j = int(torch.randint(0, i + 1, (1,), generator=generator))
            deck[i], deck[j] = deck[j], deck[i]
        first = torch.stack(deck[: len(X)])
        second = torch.stack(deck[len(X) :])
        found.append(float(statistic(first, second)))
    at_least = [value for value in found if value >= found[0]]
    return len(at_least) / len(found)

# %% permutation right="mask of who is dealt to X, drawn by multinomial; returns a tensor of one number"
def permutation_p(statistic, X, Y, num_draws, generator):
    pool = torch.cat((X, Y), dim=0)
    real = torch.as_tensor(statistic(X, Y), dtype=torch.float64)
    values = torch.empty(num_draws, dtype=torch.float64)
    for d in range(num_draws):
        chosen = torch.multinomial(torch.ones(len(pool)), len(X), replacement=False, generator=generator)
        mask = torch.zeros(len(pool), dtype=torch.bool)
        mask[chosen] = True
        values[d] = float(statistic(pool[mask], pool[~mask]))
    return (1 + (values >= real).sum()) / (1 + num_draws)

# %% permutation right="the heap is mixed further and further, split()"
def permutation_p(statistic, X, Y, num_draws, generator):
    heap = torch.cat([X, Y])
    sizes = [len(X), len(Y)]
    target = statistic(X, Y)
    as_large = 1
    for _ in range(num_draws):
        heap = heap[torch.randperm(sum(sizes), generator=generator)]
        A, B = heap.split(sizes)
        as_large += int(statistic(A, B) >= target)
    return as_large / (num_draws + 1)

# %% permutation right="numpy inside, the real deal as the first of all"
import numpy as np


def permutation_p(statistic, X, Y, num_draws, generator):
    n, N = len(X), len(X) + len(Y)
    pool = torch.cat([X, Y])
    orders = [torch.arange(N)] + [torch.randperm(N, generator=generator) for _ in range(num_draws)]
    values = np.array([float(statistic(pool[o][:n], pool[o][n:])) for o in orders])
    return float(np.mean(values >= values[0]))

# %% permutation wrong="> in place of >=: ties do not count"
def permutation_p(statistic, X, Y, num_draws, generator):
    pool = torch.cat([X, Y])
    real = float(statistic(X, Y))
    count = 0
    for _ in range(num_draws):
        order = torch.randperm(len(pool), generator=generator)
        if float(statistic(pool[order[: len(X)]], pool[order[len(X) :]])) > real:
            count += 1
    return (1 + count) / (1 + num_draws)

# %% permutation wrong="the real deal is not counted: share among the mixed pairs"
def permutation_p(statistic, X, Y, num_draws, generator):
    pool = torch.cat([X, Y])
    real = float(statistic(X, Y))
    count = 0
    for _ in range(num_draws):
        order = torch.randperm(len(pool), generator=generator)
        count += float(statistic(pool[order[: len(X)]], pool[order[len(X) :]])) >= real
    return count / num_draws

# %% permutation wrong="1 is added below only"
def permutation_p(statistic, X, Y, num_draws, generator):
    pool = torch.cat([X, Y])
    real = float(statistic(X, Y))
    count = 0
    for _ in range(num_draws):
        order = torch.randperm(len(pool), generator=generator)
        count += float(statistic(pool[order[: len(X)]], pool[order[len(X) :]])) >= real
    return count / (1 + num_draws)

# %% permutation wrong="draws with replacement: rows come twice"
def permutation_p(statistic, X, Y, num_draws, generator):
    pool = torch.cat([X, Y])
    real = float(statistic(X, Y))
    count = 0
    for _ in range(num_draws):
        order = torch.randint(len(pool), (len(pool),), generator=generator)
        count += float(statistic(pool[order[: len(X)]], pool[order[len(X) :]])) >= real
    return (1 + count) / (1 + num_draws)

# %% permutation wrong="does not use the generator"
def permutation_p(statistic, X, Y, num_draws, generator):
    pool = torch.cat([X, Y])
    real = float(statistic(X, Y))
    count = 0
    for _ in range(num_draws):
        order = torch.randperm(len(pool))
        count += float(statistic(pool[order[: len(X)]], pool[order[len(X) :]])) >= real
    return (1 + count) / (1 + num_draws)

# %% permutation wrong="mixes the rows within X and within Y only"
def permutation_p(statistic, X, Y, num_draws, generator):
    real = float(statistic(X, Y))
    count = 0
    for _ in range(num_draws):
        A = X[torch.randperm(len(X), generator=generator)]
        B = Y[torch.randperm(len(Y), generator=generator)]
        count += float(statistic(A, B)) >= real
    return (1 + count) / (1 + num_draws)

# %% permutation wrong="each feature is mixed by itself: the rows are torn apart"
def permutation_p(statistic, X, Y, num_draws, generator):
    pool = torch.cat([X, Y])
    real = float(statistic(X, Y))
    count = 0
    for _ in range(num_draws):
        columns = [
            pool[torch.randperm(len(pool), generator=generator), j] for j in range(pool.shape[1])
        ]
        mixed = torch.stack(columns, dim=1)
        count += float(statistic(mixed[: len(X)], mixed[len(X) :])) >= real
    return (1 + count) / (1 + num_draws)

# %% permutation wrong="counts the mixed pairs that differ at most as much"
def permutation_p(statistic, X, Y, num_draws, generator):
    pool = torch.cat([X, Y])
    real = float(statistic(X, Y))
    count = 0
    for _ in range(num_draws):
        order = torch.randperm(len(pool), generator=generator)
        count += float(statistic(pool[order[: len(X)]], pool[order[len(X) :]])) <= real
    return (1 + count) / (1 + num_draws)

# %% permutation wrong="cuts the heap in two halves"
def permutation_p(statistic, X, Y, num_draws, generator):
    pool = torch.cat([X, Y])
    half = len(pool) // 2
    real = float(statistic(X, Y))
    count = 0
    for _ in range(num_draws):
        order = torch.randperm(len(pool), generator=generator)
        count += float(statistic(pool[order[:half]], pool[order[half:]])) >= real
    return (1 + count) / (1 + num_draws)

# %% permutation wrong="one order, drawn before the loop, for all draws"
def permutation_p(statistic, X, Y, num_draws, generator):
    pool = torch.cat([X, Y])
    real = float(statistic(X, Y))
    order = torch.randperm(len(pool), generator=generator)
    count = 0
    for _ in range(num_draws):
        count += float(statistic(pool[order[: len(X)]], pool[order[len(X) :]])) >= real
    return (1 + count) / (1 + num_draws)

# %% permutation wrong="the real pair is taken as one of num_draws: one mixed pair too few"
def permutation_p(statistic, X, Y, num_draws, generator):
    pool = torch.cat([X, Y])
    real = float(statistic(X, Y))
    count = 1
    for _ in range(num_draws - 1):
        order = torch.randperm(len(pool), generator=generator)
        count += float(statistic(pool[order[: len(X)]], pool[order[len(X) :]])) >= real
    return count / num_draws

# %% permutation wrong="sets the seed of the generator anew" kind="sneaky"
def permutation_p(statistic, X, Y, num_draws, generator):
    generator.manual_seed(0)
    pool = torch.cat([X, Y])
    real = float(statistic(X, Y))
    count = 0
    for _ in range(num_draws):
        order = torch.randperm(len(pool), generator=generator)
        count += float(statistic(pool[order[: len(X)]], pool[order[len(X) :]])) >= real
    return (1 + count) / (1 + num_draws)

# %% permutation wrong="a copy of the generator by its first seed: does not go on from where it is" kind="sneaky"
def permutation_p(statistic, X, Y, num_draws, generator):
    own = torch.Generator().manual_seed(generator.initial_seed())
    pool = torch.cat([X, Y])
    real = float(statistic(X, Y))
    count = 0
    for _ in range(num_draws):
        order = torch.randperm(len(pool), generator=own)
        count += float(statistic(pool[order[: len(X)]], pool[order[len(X) :]])) >= real
    return (1 + count) / (1 + num_draws)

# %% permutation wrong="the first part is as large as Y and the second as X" kind="sneaky"
def permutation_p(statistic, X, Y, num_draws, generator):
    pool = torch.cat([X, Y])
    real = float(statistic(X, Y))
    count = 0
    for _ in range(num_draws):
        order = torch.randperm(len(pool), generator=generator)
        count += float(statistic(pool[order[: len(Y)]], pool[order[len(Y) :]])) >= real
    return (1 + count) / (1 + num_draws)

# %% permutation wrong="absolute values of the statistic, which may be negative" kind="sneaky"
def permutation_p(statistic, X, Y, num_draws, generator):
    pool = torch.cat([X, Y])
    real = abs(float(statistic(X, Y)))
    count = 0
    for _ in range(num_draws):
        order = torch.randperm(len(pool), generator=generator)
        count += abs(float(statistic(pool[order[: len(X)]], pool[order[len(X) :]]))) >= real
    return (1 + count) / (1 + num_draws)

# %% permutation wrong="swaps only one row of X for one of Y in each draw" kind="sneaky"
def permutation_p(statistic, X, Y, num_draws, generator):
    real = float(statistic(X, Y))
    count = 0
    for _ in range(num_draws):
        A, B = X.clone(), Y.clone()
        i = torch.randint(len(X), (1,), generator=generator).item()
        j = torch.randint(len(Y), (1,), generator=generator).item()
        A[i], B[j] = Y[j], X[i]
        count += float(statistic(A, B)) >= real
    return (1 + count) / (1 + num_draws)

# %% alarms right="three branches, loops as in the text"
def alarms(p_values: torch.Tensor, level: float, method: str) -> torch.Tensor:
    m = len(p_values)
    if method == "bonferroni":
        return p_values <= level / m
    values, order = p_values.sort()
    said = torch.zeros(m, dtype=torch.bool)
    if method == "holm":
        for i in range(m):
            if values[i] <= level / (m - i):
                said[i] = True
            else:
                break
    else:
        last = 0
        for i in range(1, m + 1):
            if values[i - 1] <= level * i / m:
                last = i
        said[:last] = True
    alarm = torch.zeros(m, dtype=torch.bool)
    alarm[order] = said
    return alarm

# %% alarms right="torch, vectorised: cummin for Holm, flipped cummax for Benjamini-Hochberg"
def alarms(p_values, level, method):
    m = p_values.numel()
    values, order = torch.sort(p_values)
    rank = torch.arange(1, m + 1, dtype=torch.float64)
    if method == "holm":
        said = (values <= level / (m + 1 - rank)).long().cummin(0).values.bool()
    elif method == "benjamini-hochberg":
        said = (values <= level * rank / m).long().flip(0).cummax(0).values.flip(0).bool()
    else:
        said = values <= level / m
    return torch.empty(m, dtype=torch.bool).scatter_(0, order, said)

# %% alarms right="numpy inside, a limit on p in each method"
import numpy as np


def alarms(p_values, level, method):
    p = p_values.numpy().copy()
    s = np.sort(p)
    m = len(s)
    if method == "bonferroni":
        return torch.from_numpy(p <= level / m)
    if method == "holm":
        bad = np.flatnonzero(s > level / np.arange(m, 0, -1))
        number = bad[0] if len(bad) else m
    else:
        good = np.flatnonzero(s <= level * np.arange(1, m + 1) / m)
        number = good[-1] + 1 if len(good) else 0
    result = np.zeros(m, dtype=bool)
    result[np.argsort(p, kind="stable")[:number]] = True
    return torch.from_numpy(result)

# %% alarms right="scipy for Benjamini-Hochberg, adjusted p values for Holm"
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "benjamini-hochberg":
        return torch.from_numpy(stats.false_discovery_control(p_values.numpy(), method="bh") <= level)
    if method == "bonferroni":
        return p_values * m <= level
    order = p_values.argsort()
    adjusted = (p_values[order] * torch.arange(m, 0, -1)).cummax(dim=0).values
    return (adjusted <= level)[order.argsort()]

# %% alarms right="plain Python, sorted indices, list of bools, beginner style"
def alarms(p_values, level, method):
    p = [float(v) for v in p_values]
    m = len(p)
    answer = [False] * m
    indices = sorted(range(m), key=lambda i: p[i])
    if method == "bonferroni":
        for i in range(m):
            if p[i] <= level / m:
                answer[i] = True
    if method == "holm":
        step = 0
        while step < m and p[indices[step]] <= level / (m - step):
            answer[indices[step]] = True
            step = step + 1
    if method == "benjamini-hochberg":
        for place in range(m, 0, -1):  # from the largest one down
            if p[indices[place - 1]] <= level * place / m:
                for j in indices[:place]:
                    answer[j] = True
                break
    return torch.tensor(answer, dtype=torch.bool)

# %% alarms right="cut-off value by cases, no sorting back"
def alarms(p_values, level, method):
    m = len(p_values)
    values = p_values.sort().values.tolist()
    cut = -1.0
    match method:
        case "bonferroni":
            cut = level / m
        case "holm":
            for i, p in enumerate(values):
                if p > level / (m - i):
                    break
                cut = p
        case "benjamini-hochberg":
            cut = max((p for i, p in enumerate(values, 1) if p <= level * i / m), default=-1.0)
    return p_values <= cut

# %% alarms wrong="Bonferroni without a correction"
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return p_values <= level
    values, order = p_values.sort()
    rank = torch.arange(1, m + 1, dtype=torch.float64)
    said = torch.zeros(m, dtype=torch.bool)
    if method == "holm":
        for i in range(m):
            if values[i] > level / (m - i):
                break
            said[i] = True
    else:
        good = (values <= level * rank / m).nonzero()
        if len(good):
            said[: good.max() + 1] = True
    alarm = torch.zeros(m, dtype=torch.bool)
    alarm[order] = said
    return alarm

# %% alarms wrong="Holm does not stop: each against its own limit"
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return p_values <= level / m
    values, order = p_values.sort()
    rank = torch.arange(1, m + 1, dtype=torch.float64)
    if method == "holm":
        said = values <= level / (m + 1 - rank)
    else:
        said = torch.zeros(m, dtype=torch.bool)
        good = (values <= level * rank / m).nonzero()
        if len(good):
            said[: good.max() + 1] = True
    alarm = torch.zeros(m, dtype=torch.bool)
    alarm[order] = said
    return alarm

# %% alarms wrong="Benjamini-Hochberg: each against its own limit, smaller ones above theirs are left out"
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return p_values <= level / m
    values, order = p_values.sort()
    rank = torch.arange(1, m + 1, dtype=torch.float64)
    said = torch.zeros(m, dtype=torch.bool)
    if method == "holm":
        for i in range(m):
            if values[i] > level / (m - i):
                break
            said[i] = True
    else:
        said = values <= level * rank / m
    alarm = torch.zeros(m, dtype=torch.bool)
    alarm[order] = said
    return alarm

# %% alarms wrong="Benjamini-Hochberg stops at the first that is above its limit"
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return p_values <= level / m
    values, order = p_values.sort()
    said = torch.zeros(m, dtype=torch.bool)
    for i in range(m):
        limit = level / (m - i) if method == "holm" else level * (i + 1) / m
        if values[i] > limit:
            break
        said[i] = True
    alarm = torch.zeros(m, dtype=torch.bool)
    alarm[order] = said
    return alarm

# %% alarms wrong="answers in the order of the sorted p values"
def alarms(p_values, level, method):
    m = len(p_values)
    values, order = p_values.sort()
    if method == "bonferroni":
        return values <= level / m
    said = torch.zeros(m, dtype=torch.bool)
    if method == "holm":
        for i in range(m):
            if values[i] > level / (m - i):
                break
            said[i] = True
    else:
        for i in range(m):
            if values[i] <= level * (i + 1) / m:
                said[: i + 1] = True
    return said

# %% alarms wrong="Holm with level/i: the smallest against the whole level"
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return p_values <= level / m
    values, order = p_values.sort()
    said = torch.zeros(m, dtype=torch.bool)
    if method == "holm":
        for i in range(m):
            if values[i] > level / (i + 1):
                break
            said[i] = True
    else:
        for i in range(m):
            if values[i] <= level * (i + 1) / m:
                said[: i + 1] = True
    alarm = torch.zeros(m, dtype=torch.bool)
    alarm[order] = said
    return alarm

# %% alarms wrong="Holm off by one: level/(m - i) with i from 1"
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return p_values <= level / m
    values, order = p_values.sort()
    said = torch.zeros(m, dtype=torch.bool)
    rank = torch.arange(1, m + 1, dtype=torch.float64)
    if method == "holm":
        limits = level / (m - rank)
        for i in range(m):
            if values[i] > limits[i]:
                break
            said[i] = True
    else:
        for i in range(m):
            if values[i] <= level * (i + 1) / m:
                said[: i + 1] = True
    alarm = torch.zeros(m, dtype=torch.bool)
    alarm[order] = said
    return alarm

# %% alarms wrong="Benjamini-Hochberg off by one: limits level * i/m with i from 0"
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return p_values <= level / m
    values, order = p_values.sort()
    said = torch.zeros(m, dtype=torch.bool)
    for i in range(m):
        if method == "holm":
            if values[i] > level / (m - i):
                break
            said[i] = True
        elif values[i] <= level * i / m:
            said[: i + 1] = True
    alarm = torch.zeros(m, dtype=torch.bool)
    alarm[order] = said
    return alarm

# %% alarms wrong="puts back by said[order]"
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return p_values <= level / m
    values, order = p_values.sort()
    said = torch.zeros(m, dtype=torch.bool)
    for i in range(m):
        if method == "holm":
            if values[i] > level / (m - i):
                break
            said[i] = True
        elif values[i] <= level * (i + 1) / m:
            said[: i + 1] = True
    return said[order]

# %% alarms wrong="Holm: the first that fails is an alarm, too"
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return p_values <= level / m
    values, order = p_values.sort()
    said = torch.zeros(m, dtype=torch.bool)
    for i in range(m):
        if method == "holm":
            said[i] = True
            if values[i] > level / (m - i):
                break
        elif values[i] <= level * (i + 1) / m:
            said[: i + 1] = True
    alarm = torch.zeros(m, dtype=torch.bool)
    alarm[order] = said
    return alarm

# %% alarms wrong="Holm from the large end (that is Hochberg): the last that passes, and all smaller ones" kind="sneaky"
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return p_values <= level / m
    values, order = p_values.sort()
    said = torch.zeros(m, dtype=torch.bool)
    for i in range(m):
        limit = level / (m - i) if method == "holm" else level * (i + 1) / m
        if values[i] <= limit:
            said[: i + 1] = True
    alarm = torch.zeros(m, dtype=torch.bool)
    alarm[order] = said
    return alarm

# %% alarms wrong="Benjamini-Hochberg where none passes: argmax of nothing makes all alarms" kind="sneaky"
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return p_values <= level / m
    values, order = p_values.sort()
    rank = torch.arange(1, m + 1, dtype=torch.float64)
    if method == "holm":
        said = (values <= level / (m + 1 - rank)).long().cumprod(0).bool()
        alarm = torch.zeros(m, dtype=torch.bool)
        alarm[order] = said
        return alarm
    good = (values <= level * rank / m).long()
    last = m - 1 - good.flip(0).argmax()
    return p_values <= values[last]

# %% alarms wrong="sorts the given p values in place through numpy" kind="sneaky"
def alarms(p_values, level, method):
    p = p_values.clone()
    s = p_values.numpy()
    s.sort()
    m = len(p)
    if method == "bonferroni":
        return p <= level / m
    cut = -1.0
    for i in range(m):
        if method == "holm":
            if s[i] > level / (m - i):
                break
            cut = s[i]
        elif s[i] <= level * (i + 1) / m:
            cut = s[i]
    return p <= cut

# %% alarms wrong="returns 0.0 and 1.0 in place of bool" kind="sneaky"
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return (p_values <= level / m).float()
    values, order = p_values.sort()
    alarm = torch.zeros(m)
    for i in range(m):
        if method == "holm":
            if values[i] > level / (m - i):
                break
            alarm[order[i]] = 1
        elif values[i] <= level * (i + 1) / m:
            alarm[order[: i + 1]] = 1
    return alarm

# %% alarms wrong="Holm stops for equal p values: only the first of two equal ones is an alarm" kind="sneaky"
def alarms(p_values, level, method):
    m = len(p_values)
    if method == "bonferroni":
        return p_values <= level / m
    p = p_values.tolist()
    alarm = torch.zeros(m, dtype=torch.bool)
    for i, value in enumerate(sorted(p)):
        if method == "holm":
            if value > level / (m - i):
                break
            alarm[p.index(value)] = True
        elif value <= level * (i + 1) / m:
            alarm |= p_values <= value
    return alarm

# %% prior-shift right="as in the hints, with a small function"
def prior_shift(probs: torch.Tensor, prior: torch.Tensor, num_steps: int):
    def corrected(shares):
        r = probs * shares / prior
        return r / r.sum(dim=1, keepdim=True)

    shares = prior
    for _ in range(num_steps):
        shares = corrected(shares).mean(dim=0)
    return shares, corrected(shares)

# %% prior-shift right="plain Python loops over examples and classes"
def prior_shift(probs, prior, num_steps):
    n = len(probs)
    C = len(prior)
    p = probs.tolist()
    old = prior.tolist()
    new = prior.tolist()
    result = None
    for step in range(num_steps + 1):
        result = []
        for i in range(n):
            row = []
            for c in range(C):
                row.append(p[i][c] * new[c] / old[c])
            total = sum(row)
            result.append([value / total for value in row])
        if step < num_steps:
            new = []
            for c in range(C):
                s = 0.0
                for i in range(n):
                    s += result[i][c]
                new.append(s / n)
    return torch.tensor(new, dtype=torch.float64), torch.tensor(result, dtype=torch.float64)

# %% prior-shift right="numpy inside, in place on copies"
import numpy as np


def prior_shift(probs, prior, num_steps):
    P = probs.numpy()
    old = prior.numpy()
    shares = old.copy()
    Q = P.copy()
    for _ in range(num_steps):
        shares[:] = Q.mean(axis=0) if _ else P.mean(axis=0)
        Q = P * (shares / old)
        Q /= Q.sum(axis=1, keepdims=True)
    return torch.from_numpy(shares), torch.from_numpy(Q)

# %% prior-shift right="in logs, softmax does the division"
def prior_shift(probs, prior, num_steps):
    z = probs.log() - prior.log()
    shares = prior.clone()
    for _ in range(num_steps):
        shares = (z + shares.log()).softmax(dim=1).mean(0)
    return shares, torch.softmax(z + shares.log(), dim=1)

# %% prior-shift right="einsum and F.normalize"
def prior_shift(probs, prior, num_steps):
    weights = torch.ones_like(prior)
    for _ in range(num_steps):
        q = F.normalize(torch.einsum("nc,c->nc", probs, weights), p=1, dim=1, eps=0.0)
        weights = q.sum(0) / (len(probs) * prior)
    return weights * prior, F.normalize(probs * weights, p=1, dim=1, eps=0.0)

# %% prior-shift right="recursion"
def prior_shift(probs, prior, num_steps, shares=None):
    shares = prior if shares is None else shares
    r = (shares / prior) * probs
    r = r / r.sum(1).reshape(-1, 1)
    if num_steps == 0:
        return shares, r
    return prior_shift(probs, prior, num_steps - 1, r.mean(0))

# %% prior-shift wrong="corrects what is corrected already, not probs as they were given"
def prior_shift(probs, prior, num_steps):
    shares = prior
    q = probs
    for _ in range(num_steps):
        q = q * shares / prior
        q = q / q.sum(dim=1, keepdim=True)
        shares = q.mean(dim=0)
    q = q * shares / prior
    return shares, q / q.sum(dim=1, keepdim=True)

# %% prior-shift wrong="does not divide by the old shares"
def prior_shift(probs, prior, num_steps):
    def corrected(shares):
        r = probs * shares
        return r / r.sum(dim=1, keepdim=True)

    shares = prior
    for _ in range(num_steps):
        shares = corrected(shares).mean(dim=0)
    return shares, corrected(shares)

# %% prior-shift wrong="divides by the sums over the examples"
def prior_shift(probs, prior, num_steps):
    def corrected(shares):
        r = probs * shares / prior
        return r / r.sum(dim=0, keepdim=True)

    shares = prior
    for _ in range(num_steps):
        shares = corrected(shares).mean(dim=0)
    return shares, corrected(shares)

# %% prior-shift wrong="returns the probabilities of the last step, corrected by the shares before it"
def prior_shift(probs, prior, num_steps):
    shares = prior
    for _ in range(num_steps):
        r = probs * shares / prior
        r = r / r.sum(dim=1, keepdim=True)
        shares = r.mean(dim=0)
    return shares, r

# %% prior-shift wrong="sum in place of the mean: shares are numbers of examples"
def prior_shift(probs, prior, num_steps):
    def corrected(shares):
        r = probs * shares / prior
        return r / r.sum(dim=1, keepdim=True)

    shares = prior
    for _ in range(num_steps):
        shares = corrected(shares).sum(dim=0)
    return shares, corrected(shares)

# %% prior-shift wrong="begins with equal shares in place of the prior"
def prior_shift(probs, prior, num_steps):
    def corrected(shares):
        r = probs * shares / prior
        return r / r.sum(dim=1, keepdim=True)

    shares = torch.full_like(prior, 1 / len(prior))
    for _ in range(num_steps):
        shares = corrected(shares).mean(dim=0)
    return shares, corrected(shares)

# %% prior-shift wrong="the ratio upside down: old shares over new ones"
def prior_shift(probs, prior, num_steps):
    def corrected(shares):
        r = probs * prior / shares
        return r / r.sum(dim=1, keepdim=True)

    shares = prior
    for _ in range(num_steps):
        shares = corrected(shares).mean(dim=0)
    return shares, corrected(shares)

# %% prior-shift wrong="counts the named classes in place of the mean of the probabilities"
def prior_shift(probs, prior, num_steps):
    def corrected(shares):
        r = probs * shares / prior
        return r / r.sum(dim=1, keepdim=True)

    shares = prior
    for _ in range(num_steps):
        named = corrected(shares).argmax(dim=1)
        shares = torch.bincount(named, minlength=len(prior)).double() / len(probs)
    return shares, corrected(shares)

# %% prior-shift wrong="one step too few"
def prior_shift(probs, prior, num_steps):
    def corrected(shares):
        r = probs * shares / prior
        return r / r.sum(dim=1, keepdim=True)

    shares = prior
    for _ in range(1, num_steps):
        shares = corrected(shares).mean(dim=0)
    return shares, corrected(shares)

# %% prior-shift wrong="one step too many: the shares after the last correction"
def prior_shift(probs, prior, num_steps):
    def corrected(shares):
        r = probs * shares / prior
        return r / r.sum(dim=1, keepdim=True)

    shares = prior
    for _ in range(num_steps):
        shares = corrected(shares).mean(dim=0)
    last = corrected(shares)
    return last.mean(dim=0), last

# %% prior-shift wrong="corrected probabilities are not divided by their sum at the end"
def prior_shift(probs, prior, num_steps):
    shares = prior
    for _ in range(num_steps):
        r = probs * shares / prior
        shares = (r / r.sum(dim=1, keepdim=True)).mean(dim=0)
    return shares, probs * shares / prior

# %% prior-shift wrong="returns the probabilities as they were given"
def prior_shift(probs, prior, num_steps):
    shares = prior
    for _ in range(num_steps):
        r = probs * shares / prior
        shares = (r / r.sum(dim=1, keepdim=True)).mean(dim=0)
    return shares, probs

# %% prior-shift wrong="divides by the shares of the step before, not by those of the training"
def prior_shift(probs, prior, num_steps):
    old, shares = prior, prior
    for _ in range(num_steps):
        r = probs * shares / old
        r = r / r.sum(dim=1, keepdim=True)
        old, shares = shares, r.mean(dim=0)
    r = probs * shares / old
    return shares, r / r.sum(dim=1, keepdim=True)

# %% prior-shift wrong="writes the new shares into the given prior" kind="sneaky"
def prior_shift(probs, prior, num_steps):
    old = prior.clone()
    shares = prior
    for _ in range(num_steps):
        r = probs * shares / old
        shares[:] = (r / r.sum(dim=1, keepdim=True)).mean(dim=0)
    r = probs * shares / old
    return shares.clone(), r / r.sum(dim=1, keepdim=True)

# %% prior-shift wrong="stops early as soon as the shares hardly move" kind="sneaky"
def prior_shift(probs, prior, num_steps):
    def corrected(shares):
        r = probs * shares / prior
        return r / r.sum(dim=1, keepdim=True)

    shares = prior
    for _ in range(num_steps):
        new = corrected(shares).mean(dim=0)
        done = (new - shares).abs().max() < 1e-2
        shares = new
        if done:
            break
    return shares, corrected(shares)

# %% prior-shift wrong="takes the mean output in place of the prior: right only if the model's outputs agree with it" kind="sneaky"
def prior_shift(probs, prior, num_steps):
    prior = probs.mean(dim=0)
    shares = prior
    for _ in range(num_steps):
        r = probs * shares / prior
        shares = (r / r.sum(dim=1, keepdim=True)).mean(dim=0)
    r = probs * shares / prior
    return shares, r / r.sum(dim=1, keepdim=True)

# %% prior-shift wrong="corrects probs in place at the end" kind="sneaky"
def prior_shift(probs, prior, num_steps):
    shares = prior
    for _ in range(num_steps):
        r = probs * shares / prior
        shares = (r / r.sum(dim=1, keepdim=True)).mean(dim=0)
    probs *= shares / prior
    probs /= probs.sum(dim=1, keepdim=True)
    return shares, probs

# %% abstain right="as in the hints: unique() upwards, the first good one"
def abstain(confidence: torch.Tensor, correct: torch.Tensor, target: float) -> tuple[float, float]:
    for t in confidence.unique():
        some = confidence >= t
        if correct[some].double().mean() >= target:
            return t.item(), some.double().mean().item()
    return math.inf, 0.0

# %% abstain right="plain Python, counters, beginner style"
def abstain(confidence, correct, target):
    conf = confidence.tolist()
    good = correct.tolist()
    best_t = math.inf
    best_share = 0.0
    for t in conf:
        answered = 0
        right = 0
        for i in range(len(conf)):
            if conf[i] >= t:
                answered += 1
                if good[i]:
                    right += 1
        if right / answered >= target and t < best_t:
            best_t = t
            best_share = answered / len(conf)
    return best_t, best_share

# %% abstain right="sorted once, cumulative sums, only the last of each tie counts"
def abstain(confidence, correct, target):
    n = len(confidence)
    c, order = confidence.sort(descending=True)
    hits = correct[order].double().cumsum(0)
    number = torch.arange(1, n + 1, dtype=torch.float64)
    last_of_tie = torch.ones(n, dtype=torch.bool)
    last_of_tie[:-1] = c[:-1] != c[1:]
    good = (last_of_tie & (hits / number >= target)).nonzero().flatten()
    if len(good) == 0:
        return math.inf, 0.0
    k = good[-1]
    return c[k], number[k] / n

# %% abstain right="numpy, all thresholds at once, (u, n)"
import numpy as np


def abstain(confidence, correct, target):
    c, r = confidence.numpy(), correct.numpy()
    u = np.unique(c)
    answered = c[None, :] >= u[:, None]
    accuracy = (answered & r).sum(1) / answered.sum(1)
    good = np.flatnonzero(accuracy >= target)
    if good.size == 0:
        return math.inf, 0.0
    return float(u[good[0]]), float(answered[good[0]].mean())

# %% abstain right="min with default over a generator of pairs"
def abstain(confidence, correct, target):
    acc = lambda t: correct[confidence >= t].double().mean().item()
    t = min((t for t in set(confidence.tolist()) if acc(t) >= target), default=math.inf)
    return t, (confidence >= t).double().mean().item()

# %% abstain right="from the top down through groups, keeps the last good one"
import itertools


def abstain(confidence, correct, target):
    pairs = sorted(zip(confidence.tolist(), correct.tolist()), reverse=True)
    answered = hits = 0
    result = (math.inf, 0.0)
    for t, group in itertools.groupby(pairs, key=lambda pair: pair[0]):
        for _, ok in group:
            answered += 1
            hits += ok
        if hits / answered >= target:
            result = (t, answered / len(pairs))
    return result

# %% abstain wrong="goes down from the top and stops at the first threshold that is not good enough"
def abstain(confidence, correct, target):
    result = (math.inf, 0.0)
    for t in confidence.unique().flip(0):
        some = confidence >= t
        if correct[some].double().mean() < target:
            break
        result = (t.item(), some.double().mean().item())
    return result

# %% abstain wrong="> in place of >=: an example with just t is not answered"
def abstain(confidence, correct, target):
    for t in confidence.unique():
        some = confidence > t
        if some.any() and correct[some].double().mean() >= target:
            return t.item(), some.double().mean().item()
    return math.inf, 0.0

# %% abstain wrong="the largest threshold that is good enough"
def abstain(confidence, correct, target):
    for t in confidence.unique().flip(0):
        some = confidence >= t
        if correct[some].double().mean() >= target:
            return t.item(), some.double().mean().item()
    return math.inf, 0.0

# %% abstain wrong="an accuracy of just the target is not enough"
def abstain(confidence, correct, target):
    for t in confidence.unique():
        some = confidence >= t
        if correct[some].double().mean() > target:
            return t.item(), some.double().mean().item()
    return math.inf, 0.0

# %% abstain wrong="right and answered, divided by all examples"
def abstain(confidence, correct, target):
    for t in confidence.unique():
        some = confidence >= t
        if (correct & some).double().mean() >= target:
            return t.item(), some.double().mean().item()
    return math.inf, 0.0

# %% abstain wrong="returns the accuracy in place of the share that is answered"
def abstain(confidence, correct, target):
    for t in confidence.unique():
        some = confidence >= t
        accuracy = correct[some].double().mean().item()
        if accuracy >= target:
            return t.item(), accuracy
    return math.inf, 0.0

# %% abstain wrong="returns the share that is not answered"
def abstain(confidence, correct, target):
    for t in confidence.unique():
        some = confidence >= t
        if correct[some].double().mean() >= target:
            return t.item(), 1 - some.double().mean().item()
    return math.inf, 0.0

# %% abstain wrong="forgets the case that no threshold is good enough: returns None"
def abstain(confidence, correct, target):
    for t in confidence.unique():
        some = confidence >= t
        if correct[some].double().mean() >= target:
            return t.item(), some.double().mean().item()

# %% abstain wrong="no threshold is good enough: returns (1.0, 0.0)"
def abstain(confidence, correct, target):
    for t in confidence.unique():
        some = confidence >= t
        if correct[some].double().mean() >= target:
            return t.item(), some.double().mean().item()
    return 1.0, 0.0

# %% abstain wrong="sorts the confidences, but not correct along with them"
def abstain(confidence, correct, target):
    c = confidence.sort(descending=True).values
    for k in range(len(c), 0, -1):
        if (k == len(c) or c[k - 1] != c[k]) and correct[:k].double().mean() >= target:
            return c[k - 1].item(), k / len(c)
    return math.inf, 0.0

# %% abstain wrong="tries the thresholds 0, 0.01, ..., 1, not those that occur"
def abstain(confidence, correct, target):
    for t in torch.linspace(0, 1, 101, dtype=torch.float64):
        some = confidence >= t
        if some.any() and correct[some].double().mean() >= target:
            return t.item(), some.double().mean().item()
    return math.inf, 0.0

# %% abstain wrong="goes through confidence in the given order, not from the smallest"
def abstain(confidence, correct, target):
    for t in confidence:
        some = confidence >= t
        if correct[some].double().mean() >= target:
            return t.item(), some.double().mean().item()
    return math.inf, 0.0

# %% abstain wrong="ties are torn apart: cumulative accuracy after each single example" kind="sneaky"
def abstain(confidence, correct, target):
    c, order = confidence.sort(descending=True, stable=True)
    hits = correct[order].double().cumsum(0)
    number = torch.arange(1, len(c) + 1, dtype=torch.float64)
    good = (hits / number >= target).nonzero().flatten()
    if len(good) == 0:
        return math.inf, 0.0
    k = good[-1]
    return c[k].item(), (number[k] / len(c)).item()

# %% abstain wrong="binary search, as if the accuracy rose steadily with the threshold" kind="sneaky"
def abstain(confidence, correct, target):
    u = confidence.unique()
    low, high = 0, len(u)
    while low < high:
        middle = (low + high) // 2
        if correct[confidence >= u[middle]].double().mean() >= target:
            high = middle
        else:
            low = middle + 1
    if low == len(u):
        return math.inf, 0.0
    return u[low].item(), (confidence >= u[low]).double().mean().item()

# %% abstain wrong="hits >= target * number loses an accuracy of just the target by rounding (0.55 of 20)" kind="sneaky"
def abstain(confidence, correct, target):
    for t in confidence.unique():
        some = confidence >= t
        if correct[some].sum().item() >= target * some.sum().item():
            return t.item(), some.double().mean().item()
    return math.inf, 0.0

# %% abstain wrong="float32 mean as a Python number: 0.9 of 10 is below 0.9" kind="sneaky"
def abstain(confidence, correct, target):
    for t in confidence.unique():
        some = confidence >= t
        if correct[some].float().mean().item() >= target:
            return t.item(), some.double().mean().item()
    return math.inf, 0.0

# %% abstain wrong="sorts the given confidences in place through numpy" kind="sneaky"
def abstain(confidence, correct, target):
    original = confidence.clone()
    values = confidence.numpy()
    values.sort()
    for t in values:
        some = original >= t
        if correct[some].double().mean() >= target:
            return float(t), some.double().mean().item()
    return math.inf, 0.0

# %% policy right="as in the hints: ten labels, mean of five shares above 0.25, train on the last two"
def policy(look, ask, retrain):
    shares = []
    for t in range(60):
        X, p = look()
        y = ask(t, 10)
        wrong = (y != (p[:10] > 0.5).long()).double().mean().item()
        shares.append(wrong)
        last = shares[-5:]
        if len(last) == 5 and sum(last) / 5 > 0.25 and t < 57:
            ask(t)
            ask(t - 1)
            retrain([t - 1, t])
            shares = []

# %% policy right="as the hints, but the means of fewer than five shares count, too, with a higher limit"
def policy(look, ask, retrain):
    from collections import deque

    recent = deque(maxlen=5)
    for t in range(streams.NUM_BATCHES):
        _, p = look()
        recent.append(((p[:10] > 0.5) != ask(t, 10).bool()).double().mean().item())
        limit = {1: 0.65, 2: 0.5, 3: 0.4, 4: 0.33, 5: 0.28}[len(recent)]
        if sum(recent) / len(recent) > limit and 0 < t < 56:
            ask(t), ask(t - 1)
            retrain(range(t - 1, t + 1))
            recent.clear()

# %% policy right="CUSUM of the errors of ten labels, restarts at 0"
def policy(look, ask, retrain):
    total = 0.0
    for t in range(60):
        X, p = look()
        errors = int((ask(t, 10) != (p[:10] > 0.5)).sum())
        total = max(0.0, total + errors - 2.2)
        if total > 5 and t >= 1 and t <= 55:
            for batch in (t - 1, t):
                ask(batch)
            retrain([t - 1, t])
            total = 0.0

# %% policy right="exponentially weighted mean of the errors"
def policy(look, ask, retrain):
    level = 0.14
    since = 0
    for t in range(60):
        _, p = look()
        share = (ask(t, 10) != (p[:10] > 0.5)).double().mean().item()
        level = 0.75 * level + 0.25 * share
        since += 1
        if level > 0.26 and since >= 3 and t < 57:
            ask(t)
            ask(t - 1)
            retrain((t - 1, t))
            level, since = 0.14, 0

# %% policy right="binomial test over a window of 50 labels"
def policy(look, ask, retrain):
    errors = []
    for t in range(60):
        _, p = look()
        y = ask(t, 10)
        errors.append(sum(int(a) != int(b > 0.5) for a, b in zip(y, p[:10])))
        window = errors[-5:]
        k, n = sum(window), 10 * len(window)
        if len(window) >= 3 and stats.binomtest(k, n, 0.15, alternative="greater").pvalue < 0.02 and t < 57:
            for batch in (t - 1, t):
                ask(batch)
            retrain([t - 1, t])
            errors = []

# %% policy right="ten labels of each batch, later trainings also on the ten labels of the last batches"
def policy(look, ask, retrain):
    shares = []
    for t in range(60):
        X, p = look()
        shares.append((ask(t, 10) != (p[:10] > 0.5)).double().mean())
        if len(shares) >= 5 and torch.stack(shares[-5:]).mean() > 0.25 and t < 57:
            ask(t)
            ask(t - 1)
            retrain([t - 3, t - 2, t - 1, t])  # of the first two, ten labels each are known
            shares.clear()

# %% policy wrong="does nothing, which is the policy never"
def policy(look, ask, retrain):
    for t in range(60):
        look()

# %% policy wrong="every 5, on the last 5"
def policy(look, ask, retrain):
    for t in range(60):
        look()
        if t % 5 == 4:
            for batch in range(t - 4, t + 1):
                ask(batch)
            retrain(range(t - 4, t + 1))

# %% policy wrong="asks for all labels of each batch to watch the errors"
def policy(look, ask, retrain):
    shares = []
    for t in range(60):
        X, p = look()
        shares.append((ask(t) != (p > 0.5)).double().mean().item())
        if len(shares) >= 2 and sum(shares[-2:]) / 2 > 0.25:
            retrain([t - 1, t])
            shares = []

# %% policy wrong="watches the inputs in place of labels: a KS test of each feature against the batch before"
def policy(look, ask, retrain):
    old = None
    for t in range(60):
        X, p = look()
        if old is not None:
            smallest = min(stats.ks_2samp(old[:, j].numpy(), X[:, j].numpy()).pvalue for j in range(10))
            if smallest < 0.05:
                ask(t)
                ask(t - 1)
                retrain([t - 1, t])
        old = X

# %% policy wrong="watches the model's confidence, which does not fall"
def policy(look, ask, retrain):
    for t in range(60):
        X, p = look()
        if torch.maximum(p, 1 - p).mean() < 0.6 and t > 0:
            ask(t)
            ask(t - 1)
            retrain([t - 1, t])

# %% policy wrong="counts the right answers as errors: trains while all is well"
def policy(look, ask, retrain):
    shares = []
    for t in range(60):
        X, p = look()
        shares.append((ask(t, 10) == (p[:10] > 0.5)).double().mean().item())
        if len(shares) >= 5 and sum(shares[-5:]) / 5 > 0.25:
            ask(t)
            ask(t - 1)
            retrain([t - 1, t])
            shares = []

# %% policy wrong="asks for the labels of the next batch, which has not come yet"
def policy(look, ask, retrain):
    shares = []
    for t in range(60):
        X, p = look()
        shares.append((ask(t + 1, 10) != (p[:10] > 0.5)).double().mean().item())
        if len(shares) >= 5 and sum(shares[-5:]) / 5 > 0.25:
            ask(t)
            ask(t - 1)
            retrain([t - 1, t])
            shares = []

# %% policy wrong="looks 61 times"
def policy(look, ask, retrain):
    shares = []
    X, p = look()
    for t in range(60):
        shares.append((ask(t, 10) != (p[:10] > 0.5)).double().mean().item())
        if len(shares) >= 5 and sum(shares[-5:]) / 5 > 0.25:
            ask(t)
            ask(t - 1)
            retrain([t - 1, t])
            shares = []
        X, p = look()

# %% policy wrong="trains on all batches so far: the old labels outvote the new"
def policy(look, ask, retrain):
    shares = []
    for t in range(60):
        X, p = look()
        shares.append((ask(t, 10) != (p[:10] > 0.5)).double().mean().item())
        if len(shares) >= 5 and sum(shares[-5:]) / 5 > 0.25:
            ask(t)
            ask(t - 1)
            retrain(range(-5, t + 1))
            shares = []

# %% policy wrong="trains on the ten labels of the last batch only"
def policy(look, ask, retrain):
    shares = []
    for t in range(60):
        X, p = look()
        shares.append((ask(t, 10) != (p[:10] > 0.5)).double().mean().item())
        if len(shares) >= 5 and sum(shares[-5:]) / 5 > 0.25:
            retrain([t])
            shares = []

# %% policy wrong="limit of 0.6 is too high: an alarm is hardly ever raised"
def policy(look, ask, retrain):
    shares = []
    for t in range(60):
        X, p = look()
        shares.append((ask(t, 10) != (p[:10] > 0.5)).double().mean().item())
        if len(shares) >= 5 and sum(shares[-5:]) / 5 > 0.6:
            ask(t)
            ask(t - 1)
            retrain([t - 1, t])
            shares = []

# %% policy wrong="trains anew after each batch, on the last two"
def policy(look, ask, retrain):
    for t in range(60):
        look()
        ask(t)
        retrain([t - 1, t])

# %% policy wrong="alarms at more than one error in ten labels of a single batch" kind="sneaky"
def policy(look, ask, retrain):
    for t in range(60):
        X, p = look()
        share = (ask(t, 10) != (p[:10] > 0.5)).double().mean().item()
        if share > 0.1 and t > 0:
            ask(t)
            ask(t - 1)
            retrain([t - 1, t])

# %% policy wrong="compares all 100 predictions' mean with the mean of ten labels: sees only whether the share of class 1 changes" kind="sneaky"
def policy(look, ask, retrain):
    gaps = []
    for t in range(60):
        X, p = look()
        gaps.append((ask(t, 10).double().mean() - (p > 0.5).double().mean()).item())
        if len(gaps) >= 5 and abs(sum(gaps[-5:]) / 5) > 0.25:
            ask(t)
            ask(t - 1)
            retrain([t - 1, t])
            gaps = []

# %% policy wrong="trains on the two batches that came first after the last training, which are old by now" kind="sneaky"
def policy(look, ask, retrain):
    shares, start = [], 0
    for t in range(60):
        X, p = look()
        shares.append((ask(t, 10) != (p[:10] > 0.5)).double().mean().item())
        if len(shares) >= 5 and sum(shares[-5:]) / 5 > 0.25:
            ask(start)
            ask(start + 1)
            retrain([start, start + 1])
            shares, start = [], t + 1 if t < 58 else 0

# %% serve right="as in the hints"
def serve(archive: bytes, X: torch.Tensor) -> list[str]:
    parts = torch.load(io.BytesIO(archive), weights_only=True)
    if set(parts) != {"format", "state", "mean", "std", "classes"} or parts["format"] != 1:
        raise ValueError("no archive of format 1")
    model = network(parts["state"]).eval()
    with torch.no_grad():
        z = model((X - parts["mean"]) / parts["std"])
    return [parts["classes"][i] for i in z.argmax(dim=1).tolist()]

# %% serve right="step by step, a message for each refusal"
def serve(archive, X):
    file = io.BytesIO(archive)
    parts = torch.load(file, weights_only=True)
    wanted = ["format", "state", "mean", "std", "classes"]
    for key in wanted:
        if key not in parts:
            raise ValueError("missing: " + key)
    for key in parts:
        if key not in wanted:
            raise ValueError("too many: " + str(key))
    if parts["format"] != 1:
        raise ValueError("unknown format")
    net = network(parts["state"])
    net.eval()
    scaled = (X - parts["mean"]) / parts["std"]
    outputs = net(scaled).detach()
    names = []
    for row in outputs:
        best = 0
        for c in range(len(row)):
            if row[c] > row[best]:
                best = c
        names.append(parts["classes"][best])
    return names

# %% serve right="the layers by hand with torch.nn.functional"
def serve(archive, X):
    parts = torch.load(io.BytesIO(archive), weights_only=True, map_location="cpu")
    if sorted(map(str, parts)) != ["classes", "format", "mean", "state", "std"]:
        raise ValueError("keys")
    if parts["format"] != 1:
        raise ValueError("format")
    s = parts["state"]
    h = F.linear((X - parts["mean"]) / parts["std"], s["0.weight"], s["0.bias"])
    h = F.batch_norm(h, s["1.running_mean"], s["1.running_var"], s["1.weight"], s["1.bias"], training=False)
    z = F.linear(h.relu(), s["3.weight"], s["3.bias"])
    return [parts["classes"][int(i)] for i in z.argmax(1)]

# %% serve right="a temporary file, symmetric difference of the keys, inference mode"
import os
import tempfile


def serve(archive, X):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "archive.pt")
        with open(path, "wb") as f:
            f.write(archive)
        parts = torch.load(path, weights_only=True)
    if parts.keys() ^ {"format", "state", "mean", "std", "classes"}:
        raise ValueError("not the five keys")
    if parts["format"] != 1:
        raise ValueError(f"format {parts['format']!r}")
    with torch.inference_mode():
        z = network(parts["state"]).train(False)(X.sub(parts["mean"]).div(parts["std"]))
    return [parts["classes"][i] for i in z.max(dim=1).indices]

# %% serve right="scaling as a layer in front, row after row"
def serve(archive, X):
    parts = torch.load(io.BytesIO(archive), weights_only=True)
    if len(parts) != 5 or any(k not in parts for k in ("format", "state", "mean", "std", "classes")):
        raise ValueError
    if parts.get("format") != 1:
        raise ValueError
    net = network(parts["state"]).eval()

    @torch.no_grad()
    def name(x):
        scores = net(((x - parts["mean"]) / parts["std"]).unsqueeze(0)).squeeze(0)
        return parts["classes"][scores.argmax().item()]

    return [name(x) for x in X]

# %% serve wrong="eval() forgotten: batch norm uses the statistics of X"
def serve(archive, X):
    parts = torch.load(io.BytesIO(archive), weights_only=True)
    if set(parts) != {"format", "state", "mean", "std", "classes"} or parts["format"] != 1:
        raise ValueError("no archive of format 1")
    z = network(parts["state"])((X - parts["mean"]) / parts["std"])
    return [parts["classes"][i] for i in z.argmax(dim=1).tolist()]

# %% serve wrong="inputs are not scaled"
def serve(archive, X):
    parts = torch.load(io.BytesIO(archive), weights_only=True)
    if set(parts) != {"format", "state", "mean", "std", "classes"} or parts["format"] != 1:
        raise ValueError("no archive of format 1")
    z = network(parts["state"]).eval()(X)
    return [parts["classes"][i] for i in z.argmax(dim=1).tolist()]

# %% serve wrong="scaled by the mean and standard deviation of X itself"
def serve(archive, X):
    parts = torch.load(io.BytesIO(archive), weights_only=True)
    if set(parts) != {"format", "state", "mean", "std", "classes"} or parts["format"] != 1:
        raise ValueError("no archive of format 1")
    z = network(parts["state"]).eval()((X - X.mean(dim=0)) / X.std(dim=0))
    return [parts["classes"][i] for i in z.argmax(dim=1).tolist()]

# %% serve wrong="weights_only=False: runs what is in the file"
def serve(archive, X):
    parts = torch.load(io.BytesIO(archive), weights_only=False)
    if set(parts) != {"format", "state", "mean", "std", "classes"} or parts["format"] != 1:
        raise ValueError("no archive of format 1")
    z = network(parts["state"]).eval()((X - parts["mean"]) / parts["std"])
    return [parts["classes"][i] for i in z.argmax(dim=1).tolist()]

# %% serve wrong="checks nothing: a missing key is a KeyError, one too many and another format pass"
def serve(archive, X):
    parts = torch.load(io.BytesIO(archive), weights_only=True)
    z = network(parts["state"]).eval()((X - parts["mean"]) / parts["std"])
    return [parts["classes"][i] for i in z.argmax(dim=1).tolist()]

# %% serve wrong="a key too many is not refused"
def serve(archive, X):
    parts = torch.load(io.BytesIO(archive), weights_only=True)
    if not {"format", "state", "mean", "std", "classes"} <= set(parts) or parts["format"] != 1:
        raise ValueError("no archive of format 1")
    z = network(parts["state"]).eval()((X - parts["mean"]) / parts["std"])
    return [parts["classes"][i] for i in z.argmax(dim=1).tolist()]

# %% serve wrong="the format is not checked"
def serve(archive, X):
    parts = torch.load(io.BytesIO(archive), weights_only=True)
    if set(parts) != {"format", "state", "mean", "std", "classes"}:
        raise ValueError("keys")
    z = network(parts["state"]).eval()((X - parts["mean"]) / parts["std"])
    return [parts["classes"][i] for i in z.argmax(dim=1).tolist()]

# %% serve wrong="returns the numbers of the classes, not their names"
def serve(archive, X):
    parts = torch.load(io.BytesIO(archive), weights_only=True)
    if set(parts) != {"format", "state", "mean", "std", "classes"} or parts["format"] != 1:
        raise ValueError("no archive of format 1")
    z = network(parts["state"]).eval()((X - parts["mean"]) / parts["std"])
    return z.argmax(dim=1).tolist()

# %% serve wrong="argmax over the rows in place of the classes"
def serve(archive, X):
    parts = torch.load(io.BytesIO(archive), weights_only=True)
    if set(parts) != {"format", "state", "mean", "std", "classes"} or parts["format"] != 1:
        raise ValueError("no archive of format 1")
    z = network(parts["state"]).eval()((X - parts["mean"]) / parts["std"])
    return [parts["classes"][i % len(parts["classes"])] for i in z.argmax(dim=0).tolist()]

# %% serve wrong="divides first and subtracts then"
def serve(archive, X):
    parts = torch.load(io.BytesIO(archive), weights_only=True)
    if set(parts) != {"format", "state", "mean", "std", "classes"} or parts["format"] != 1:
        raise ValueError("no archive of format 1")
    z = network(parts["state"]).eval()(X / parts["std"] - parts["mean"])
    return [parts["classes"][i] for i in z.argmax(dim=1).tolist()]

# %% serve wrong="if the safe way is refused, reads it the unsafe way"
def serve(archive, X):
    try:
        parts = torch.load(io.BytesIO(archive), weights_only=True)
    except Exception:
        parts = torch.load(io.BytesIO(archive), weights_only=False)
    if set(parts) != {"format", "state", "mean", "std", "classes"} or parts["format"] != 1:
        raise ValueError("no archive of format 1")
    z = network(parts["state"]).eval()((X - parts["mean"]) / parts["std"])
    return [parts["classes"][i] for i in z.argmax(dim=1).tolist()]

# %% serve wrong="refuses by assert: AssertionError in place of ValueError"
def serve(archive, X):
    parts = torch.load(io.BytesIO(archive), weights_only=True)
    assert set(parts) == {"format", "state", "mean", "std", "classes"}
    assert parts["format"] == 1
    z = network(parts["state"]).eval()((X - parts["mean"]) / parts["std"])
    return [parts["classes"][i] for i in z.argmax(dim=1).tolist()]

# %% serve wrong="scales X in place" kind="sneaky"
def serve(archive, X):
    parts = torch.load(io.BytesIO(archive), weights_only=True)
    if set(parts) != {"format", "state", "mean", "std", "classes"} or parts["format"] != 1:
        raise ValueError("no archive of format 1")
    X -= parts["mean"]
    X /= parts["std"]
    z = network(parts["state"]).eval()(X)
    return [parts["classes"][i] for i in z.argmax(dim=1).tolist()]

# %% serve wrong="looks at the format before the keys: a missing format is a KeyError" kind="sneaky"
def serve(archive, X):
    parts = torch.load(io.BytesIO(archive), weights_only=True)
    if parts["format"] != 1 or set(parts) != {"format", "state", "mean", "std", "classes"}:
        raise ValueError("no archive of format 1")
    z = network(parts["state"]).eval()((X - parts["mean"]) / parts["std"])
    return [parts["classes"][i] for i in z.argmax(dim=1).tolist()]

# %% serve wrong="what torch.load raises is turned into a ValueError" kind="sneaky"
def serve(archive, X):
    try:
        parts = torch.load(io.BytesIO(archive), weights_only=True)
    except Exception as error:
        raise ValueError("unreadable") from error
    if set(parts) != {"format", "state", "mean", "std", "classes"} or parts["format"] != 1:
        raise ValueError("no archive of format 1")
    z = network(parts["state"]).eval()((X - parts["mean"]) / parts["std"])
    return [parts["classes"][i] for i in z.argmax(dim=1).tolist()]

# %% serve wrong="a format above 1 is accepted" kind="sneaky"
def serve(archive, X):
    parts = torch.load(io.BytesIO(archive), weights_only=True)
    if set(parts) != {"format", "state", "mean", "std", "classes"} or parts["format"] < 1:
        raise ValueError("no archive of format 1")
    z = network(parts["state"]).eval()((X - parts["mean"]) / parts["std"])
    return [parts["classes"][i] for i in z.argmax(dim=1).tolist()]

# %% serve wrong="only the number of the keys is checked: another key in place of an unused one, a wrong name gives KeyError" kind="sneaky"
def serve(archive, X):
    parts = torch.load(io.BytesIO(archive), weights_only=True)
    if len(parts) != 5 or parts.get("format") != 1:
        raise ValueError("no archive of format 1")
    z = network(parts["state"]).eval()((X - parts["mean"]) / parts["std"])
    return [parts["classes"][i] for i in z.argmax(dim=1).tolist()]

# %% serve wrong="sorts the names of the classes" kind="sneaky"
def serve(archive, X):
    parts = torch.load(io.BytesIO(archive), weights_only=True)
    if set(parts) != {"format", "state", "mean", "std", "classes"} or parts["format"] != 1:
        raise ValueError("no archive of format 1")
    names = sorted(parts["classes"])
    z = network(parts["state"]).eval()((X - parts["mean"]) / parts["std"])
    return [names[i] for i in z.argmax(dim=1).tolist()]

# %% membership right="all pairs, and each loss that occurs as t"
def membership(loss_in: torch.Tensor, loss_out: torch.Tensor) -> tuple[float, float]:
    smaller = (loss_in[:, None] < loss_out).double()
    tie = (loss_in[:, None] == loss_out).double()
    area = (smaller + tie / 2).mean().item()
    advantage = 0.0
    for t in torch.cat([loss_in, loss_out]):
        found = (loss_in <= t).double().mean()
        accused = (loss_out <= t).double().mean()
        advantage = max(advantage, (found - accused).item())
    return area, advantage

# %% membership right="plain Python, counters"
def membership(loss_in, loss_out):
    members = loss_in.tolist()
    others = loss_out.tolist()
    points = 0.0
    for a in members:
        for b in others:
            if a < b:
                points += 1
            elif a == b:
                points += 0.5
    area = points / (len(members) * len(others))
    best = 0.0
    for t in members + others:
        found = len([a for a in members if a <= t]) / len(members)
        accused = len([b for b in others if b <= t]) / len(others)
        if found - accused > best:
            best = found - accused
    return area, best

# %% membership right="sklearn, roc_auc_score and roc_curve"
from sklearn.metrics import roc_auc_score, roc_curve


def membership(loss_in, loss_out):
    scores = -torch.cat([loss_in, loss_out]).numpy()
    is_in = [1] * len(loss_in) + [0] * len(loss_out)
    accused, found, _ = roc_curve(is_in, scores)
    return float(roc_auc_score(is_in, scores)), float((found - accused).max())

# %% membership right="scipy: Mann and Whitney's U, one-sided Kolmogorov-Smirnov"
def membership(loss_in, loss_out):
    a, b = loss_in.numpy(), loss_out.numpy()
    u = stats.mannwhitneyu(b, a, method="asymptotic").statistic
    ks = stats.ks_2samp(a, b, alternative="greater", method="asymp").statistic
    return u / (len(a) * len(b)), ks

# %% membership right="sign for the pairs, searchsorted for the shares; members' losses as t suffice"
def membership(loss_in, loss_out):
    area = 0.5 + (loss_out - loss_in[:, None]).sign().mean() / 2
    a, b = loss_in.sort().values, loss_out.sort().values
    found = torch.searchsorted(a, a, right=True) / torch.tensor(len(a), dtype=torch.float64)
    accused = torch.searchsorted(b, a, right=True) / torch.tensor(len(b), dtype=torch.float64)
    return area, (found - accused).max().clamp(min=0)

# %% membership right="numpy, ranks with ties, cumulative histogram"
import numpy as np


def membership(loss_in, loss_out):
    a, b = loss_in.numpy(), loss_out.numpy()
    n, m = len(a), len(b)
    ranks = stats.rankdata(np.concatenate([a, b]))
    area = 1 - (ranks[:n].sum() - n * (n + 1) / 2) / (n * m)
    values, place = np.unique(np.concatenate([a, b]), return_inverse=True)
    weight = np.bincount(place.ravel(), weights=np.r_[np.full(n, 1 / n), np.full(m, -1 / m)])
    return float(area), float(max(0.0, np.cumsum(weight).max()))

# %% membership wrong="area of the reversed attack: the larger loss counts"
def membership(loss_in, loss_out):
    area = ((loss_in[:, None] > loss_out).double() + (loss_in[:, None] == loss_out).double() / 2).mean().item()
    ts = torch.cat([loss_in, loss_out])[:, None]
    gap = (loss_in <= ts).double().mean(dim=1) - (loss_out <= ts).double().mean(dim=1)
    return area, max(0.0, gap.max().item())

# %% membership wrong="ties do not count"
def membership(loss_in, loss_out):
    area = (loss_in[:, None] < loss_out).double().mean().item()
    ts = torch.cat([loss_in, loss_out])[:, None]
    gap = (loss_in <= ts).double().mean(dim=1) - (loss_out <= ts).double().mean(dim=1)
    return area, max(0.0, gap.max().item())

# %% membership wrong="ties count in full"
def membership(loss_in, loss_out):
    area = (loss_in[:, None] <= loss_out).double().mean().item()
    ts = torch.cat([loss_in, loss_out])[:, None]
    gap = (loss_in <= ts).double().mean(dim=1) - (loss_out <= ts).double().mean(dim=1)
    return area, max(0.0, gap.max().item())

# %% membership wrong="only the losses of the others as t"
def membership(loss_in, loss_out):
    area = ((loss_in[:, None] < loss_out).double() + (loss_in[:, None] == loss_out).double() / 2).mean().item()
    ts = loss_out[:, None]
    gap = (loss_in <= ts).double().mean(dim=1) - (loss_out <= ts).double().mean(dim=1)
    return area, max(0.0, gap.max().item())

# %% membership wrong="one threshold only: the mean loss of the members"
def membership(loss_in, loss_out):
    area = ((loss_in[:, None] < loss_out).double() + (loss_in[:, None] == loss_out).double() / 2).mean().item()
    t = loss_in.mean()
    gap = (loss_in <= t).double().mean() - (loss_out <= t).double().mean()
    return area, max(0.0, gap.item())

# %% membership wrong="accused minus found"
def membership(loss_in, loss_out):
    area = ((loss_in[:, None] < loss_out).double() + (loss_in[:, None] == loss_out).double() / 2).mean().item()
    ts = torch.cat([loss_in, loss_out])[:, None]
    gap = (loss_out <= ts).double().mean(dim=1) - (loss_in <= ts).double().mean(dim=1)
    return area, max(0.0, gap.max().item())

# %% membership wrong="compares one with one in place of all pairs: an error where n and m differ"
def membership(loss_in, loss_out):
    area = ((loss_in < loss_out).double() + (loss_in == loss_out).double() / 2).mean().item()
    ts = torch.cat([loss_in, loss_out])[:, None]
    gap = (loss_in <= ts).double().mean(dim=1) - (loss_out <= ts).double().mean(dim=1)
    return area, max(0.0, gap.max().item())

# %% membership wrong="both shares of all n + m, not of members and of others"
def membership(loss_in, loss_out):
    area = ((loss_in[:, None] < loss_out).double() + (loss_in[:, None] == loss_out).double() / 2).mean().item()
    ts = torch.cat([loss_in, loss_out])[:, None]
    total = len(loss_in) + len(loss_out)
    gap = ((loss_in <= ts).double().sum(dim=1) - (loss_out <= ts).double().sum(dim=1)) / total
    return area, max(0.0, gap.max().item())

# %% membership wrong="advantage as 2 * area - 1"
def membership(loss_in, loss_out):
    area = ((loss_in[:, None] < loss_out).double() + (loss_in[:, None] == loss_out).double() / 2).mean().item()
    return area, max(0.0, 2 * area - 1)

# %% membership wrong="advantage as the share of right answers at the best threshold"
def membership(loss_in, loss_out):
    area = ((loss_in[:, None] < loss_out).double() + (loss_in[:, None] == loss_out).double() / 2).mean().item()
    ts = torch.cat([loss_in, loss_out])[:, None]
    gap = (loss_in <= ts).double().mean(dim=1) - (loss_out <= ts).double().mean(dim=1)
    return area, 0.5 + max(0.0, gap.max().item()) / 2

# %% membership wrong="the two arguments swapped in both numbers"
def membership(loss_in, loss_out):
    loss_in, loss_out = loss_out, loss_in
    area = ((loss_in[:, None] < loss_out).double() + (loss_in[:, None] == loss_out).double() / 2).mean().item()
    ts = torch.cat([loss_in, loss_out])[:, None]
    gap = (loss_in <= ts).double().mean(dim=1) - (loss_out <= ts).double().mean(dim=1)
    return area, max(0.0, gap.max().item())

# %% membership wrong="absolute difference: also an attack that calls large losses members" kind="sneaky"
def membership(loss_in, loss_out):
    a, b = loss_in.numpy(), loss_out.numpy()
    area = ((loss_in[:, None] < loss_out).double() + (loss_in[:, None] == loss_out).double() / 2).mean().item()
    return area, float(stats.ks_2samp(a, b, method="asymp").statistic)

# %% membership wrong="steps through the sorted losses one by one: ties between members and others are torn apart" kind="sneaky"
def membership(loss_in, loss_out):
    area = ((loss_in[:, None] < loss_out).double() + (loss_in[:, None] == loss_out).double() / 2).mean().item()
    losses = torch.cat([loss_in, loss_out])
    is_in = torch.arange(len(losses)) < len(loss_in)
    sorted_in = is_in[losses.argsort(stable=True)].double()
    gap = sorted_in.cumsum(0) / len(loss_in) - (1 - sorted_in).cumsum(0) / len(loss_out)
    return area, max(0.0, gap.max().item())

# %% membership wrong="a grid of 100 thresholds in place of the losses that occur" kind="sneaky"
def membership(loss_in, loss_out):
    area = ((loss_in[:, None] < loss_out).double() + (loss_in[:, None] == loss_out).double() / 2).mean().item()
    both = torch.cat([loss_in, loss_out])
    ts = torch.linspace(both.min().item(), both.max().item(), 100, dtype=torch.float64)[:, None]
    gap = (loss_in <= ts).double().mean(dim=1) - (loss_out <= ts).double().mean(dim=1)
    return area, max(0.0, gap.max().item())

# %% membership wrong="sorts the given losses in place through numpy" kind="sneaky"
def membership(loss_in, loss_out):
    a, b = loss_in.numpy(), loss_out.numpy()
    a.sort()
    b.sort()
    smaller = len(b) - b.searchsorted(a, side="right")
    at_least = len(b) - b.searchsorted(a, side="left")
    area = float((smaller + at_least).sum() / (2 * len(a) * len(b)))
    gap = a.searchsorted(a, side="right") / len(a) - b.searchsorted(a, side="right") / len(b)
    return area, max(0.0, float(gap.max()))

# %% membership wrong="compares in float32, where close losses become ties" kind="sneaky"
def membership(loss_in, loss_out):
    a, b = loss_in.float(), loss_out.float()
    area = ((a[:, None] < b).double() + (a[:, None] == b).double() / 2).mean().item()
    ts = torch.cat([a, b])[:, None]
    gap = (a <= ts).double().mean(dim=1) - (b <= ts).double().mean(dim=1)
    return area, max(0.0, gap.max().item())

# %% dp-gradient right="as in the hints, einsum"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    squares = sum(g.flatten(1).square().sum(dim=1) for g in grads)
    factor = clip / squares.sqrt().clamp(min=clip)
    result = []
    for g in grads:
        total = torch.einsum("b...,b->...", g, factor)
        noise = sigma * clip * torch.randn(total.shape, generator=generator)
        result.append((total + noise) / expected_size)
    return result

# %% dp-gradient right="a loop over the examples, beginner style"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    B = grads[0].shape[0]
    sums = [torch.zeros(g.shape[1:]) for g in grads]
    for b in range(B):
        total = 0.0
        for g in grads:
            total += (g[b].double() ** 2).sum().item()
        norm = math.sqrt(total)
        if norm > clip:
            scale = clip / norm
        else:
            scale = 1.0
        for s, g in zip(sums, grads):
            s += g[b] * scale
    for s in sums:
        s += torch.normal(0.0, 1.0, s.shape, generator=generator) * sigma * clip
        s /= expected_size
    return sums

# %% dp-gradient right="one long vector for each example, cut up at the end"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    flat = torch.cat([g.reshape(len(g), -1) for g in grads], dim=1)
    norms = torch.linalg.vector_norm(flat, dim=1, keepdim=True)
    flat = torch.where(norms > clip, flat * (clip / norms), flat)
    total = flat.sum(dim=0)
    total = total + torch.randn(len(total), generator=generator) * (sigma * clip)
    pieces = (total / expected_size).split([g[0].numel() for g in grads])
    return [piece.reshape(g.shape[1:]) for piece, g in zip(pieces, grads)]

# %% dp-gradient right="numpy inside, float64, noise only if sigma is above 0"
import numpy as np


def dp_gradient(grads, clip, sigma, expected_size, generator):
    arrays = [g.numpy().astype(np.float64) for g in grads]
    norm = np.sqrt(sum((a.reshape(len(a), -1) ** 2).sum(1) for a in arrays))
    factor = np.ones_like(norm)
    factor[norm > clip] = clip / norm[norm > clip]
    out = []
    for a in arrays:
        s = np.tensordot(factor, a, axes=(0, 0))
        if sigma > 0:
            s = s + sigma * clip * torch.randn(a.shape[1:], generator=generator).numpy()
        out.append(torch.as_tensor(np.asarray(s / expected_size), dtype=torch.float32))
    return out

# %% dp-gradient right="norm of norms, reshaped factor, normal_ on an empty tensor"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    norm = torch.stack([g.flatten(1).norm(dim=1) for g in grads]).norm(dim=0)
    factor = torch.clamp(clip / norm, max=1.0)  # a norm of 0 gives inf, and so 1

    def private(g):
        clipped = g * factor.view(-1, *[1] * (g.dim() - 1))
        noise = torch.empty_like(g[0]).normal_(0, 1, generator=generator).mul_(clip * sigma)
        return clipped.sum(0).add(noise).div(expected_size)

    return [private(g) for g in grads]

# %% dp-gradient right="vmap over the examples"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    def shorten(*gs):
        n = torch.cat([g.reshape(-1) for g in gs]).norm()
        s = clip / torch.clamp(n, min=clip)
        return tuple(g * s for g in gs)

    clipped = torch.vmap(shorten)(*grads)
    return [
        (c.sum(0) + sigma * clip * torch.randn(c[0].shape, generator=generator)) / expected_size
        for c in clipped
    ]

# %% dp-gradient wrong="each parameter is clipped by itself"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    result = []
    for g in grads:
        factor = clip / g.flatten(1).norm(dim=1).clamp(min=clip)
        total = torch.einsum("b...,b->...", g, factor)
        result.append((total + sigma * clip * torch.randn(total.shape, generator=generator)) / expected_size)
    return result

# %% dp-gradient wrong="clips the sum over the batch in place of each example"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    totals = [g.sum(dim=0) for g in grads]
    norm = torch.sqrt(sum(t.square().sum() for t in totals))
    factor = clip / norm.clamp(min=clip)
    return [
        (t * factor + sigma * clip * torch.randn(t.shape, generator=generator)) / expected_size
        for t in totals
    ]

# %% dp-gradient wrong="clips each entry to [-clip, clip]"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    totals = [g.clamp(-clip, clip).sum(dim=0) for g in grads]
    return [(t + sigma * clip * torch.randn(t.shape, generator=generator)) / expected_size for t in totals]

# %% dp-gradient wrong="short gradients are made longer: all get the length clip"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    norm = sum(g.flatten(1).square().sum(dim=1) for g in grads).sqrt()
    factor = clip / norm.clamp(min=1e-12)
    totals = [torch.einsum("b...,b->...", g, factor) for g in grads]
    return [(t + sigma * clip * torch.randn(t.shape, generator=generator)) / expected_size for t in totals]

# %% dp-gradient wrong="noise with standard deviation sigma, without clip"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    norm = sum(g.flatten(1).square().sum(dim=1) for g in grads).sqrt()
    factor = clip / norm.clamp(min=clip)
    totals = [torch.einsum("b...,b->...", g, factor) for g in grads]
    return [(t + sigma * torch.randn(t.shape, generator=generator)) / expected_size for t in totals]

# %% dp-gradient wrong="noise for each example, so B times"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    norm = sum(g.flatten(1).square().sum(dim=1) for g in grads).sqrt()
    factor = clip / norm.clamp(min=clip)
    result = []
    for g in grads:
        each = g * factor.view(-1, *[1] * (g.dim() - 1))
        each = each + sigma * clip * torch.randn(g.shape, generator=generator)
        result.append(each.sum(dim=0) / expected_size)
    return result

# %% dp-gradient wrong="divides by the true number of examples"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    norm = sum(g.flatten(1).square().sum(dim=1) for g in grads).sqrt()
    factor = clip / norm.clamp(min=clip)
    totals = [torch.einsum("b...,b->...", g, factor) for g in grads]
    return [(t + sigma * clip * torch.randn(t.shape, generator=generator)) / len(g) for t, g in zip(totals, grads)]

# %% dp-gradient wrong="noise is added after the division"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    norm = sum(g.flatten(1).square().sum(dim=1) for g in grads).sqrt()
    factor = clip / norm.clamp(min=clip)
    totals = [torch.einsum("b...,b->...", g, factor) for g in grads]
    return [t / expected_size + sigma * clip * torch.randn(t.shape, generator=generator) for t in totals]

# %% dp-gradient wrong="sigma * clip taken for the variance"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    norm = sum(g.flatten(1).square().sum(dim=1) for g in grads).sqrt()
    factor = clip / norm.clamp(min=clip)
    totals = [torch.einsum("b...,b->...", g, factor) for g in grads]
    return [
        (t + math.sqrt(sigma * clip) * torch.randn(t.shape, generator=generator)) / expected_size
        for t in totals
    ]

# %% dp-gradient wrong="noise does not come from the generator"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    norm = sum(g.flatten(1).square().sum(dim=1) for g in grads).sqrt()
    factor = clip / norm.clamp(min=clip)
    totals = [torch.einsum("b...,b->...", g, factor) for g in grads]
    return [(t + sigma * clip * torch.randn_like(t)) / expected_size for t in totals]

# %% dp-gradient wrong="sum of absolute values in place of the root of the sum of squares"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    norm = sum(g.flatten(1).abs().sum(dim=1) for g in grads)
    factor = clip / norm.clamp(min=clip)
    totals = [torch.einsum("b...,b->...", g, factor) for g in grads]
    return [(t + sigma * clip * torch.randn(t.shape, generator=generator)) / expected_size for t in totals]

# %% dp-gradient wrong="forgets the root"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    norm = sum(g.flatten(1).square().sum(dim=1) for g in grads)
    factor = clip / norm.clamp(min=clip)
    totals = [torch.einsum("b...,b->...", g, factor) for g in grads]
    return [(t + sigma * clip * torch.randn(t.shape, generator=generator)) / expected_size for t in totals]

# %% dp-gradient wrong="a norm of 0 gives 0/0: nan"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    norm = sum(g.flatten(1).square().sum(dim=1) for g in grads).sqrt()
    factor = norm.clamp(max=clip) / norm
    totals = [torch.einsum("b...,b->...", g, factor) for g in grads]
    return [(t + sigma * clip * torch.randn(t.shape, generator=generator)) / expected_size for t in totals]

# %% dp-gradient wrong="one number of noise for all entries of a tensor" kind="sneaky"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    norm = sum(g.flatten(1).square().sum(dim=1) for g in grads).sqrt()
    factor = clip / norm.clamp(min=clip)
    totals = [torch.einsum("b...,b->...", g, factor) for g in grads]
    return [(t + sigma * clip * torch.randn(1, generator=generator)).reshape(t.shape) / expected_size for t in totals]

# %% dp-gradient wrong="the generator is put back for each tensor: tensors share their noise" kind="sneaky"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    norm = sum(g.flatten(1).square().sum(dim=1) for g in grads).sqrt()
    factor = clip / norm.clamp(min=clip)
    state = generator.get_state()
    result = []
    for g in grads:
        generator.set_state(state)
        t = torch.einsum("b...,b->...", g, factor)
        result.append((t + sigma * clip * torch.randn(t.shape, generator=generator)) / expected_size)
    return result

# %% dp-gradient wrong="uniform noise of the same standard deviation, not normal" kind="sneaky"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    norm = sum(g.flatten(1).square().sum(dim=1) for g in grads).sqrt()
    factor = clip / norm.clamp(min=clip)
    totals = [torch.einsum("b...,b->...", g, factor) for g in grads]
    width = math.sqrt(12) * sigma * clip
    return [
        (t + width * (torch.rand(t.shape, generator=generator) - 0.5)) / expected_size for t in totals
    ]

# %% dp-gradient wrong="clips the given gradients in place" kind="sneaky"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    norm = sum(g.flatten(1).square().sum(dim=1) for g in grads).sqrt()
    factor = clip / norm.clamp(min=clip)
    result = []
    for g in grads:
        g *= factor.view(-1, *[1] * (g.dim() - 1))
        t = g.sum(dim=0)
        result.append((t + sigma * clip * torch.randn(t.shape, generator=generator)) / expected_size)
    return result

# %% dp-gradient wrong="seeds the generator anew in each call: the same noise each time" kind="sneaky"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    generator = torch.Generator().manual_seed(generator.initial_seed())
    norm = sum(g.flatten(1).square().sum(dim=1) for g in grads).sqrt()
    factor = clip / norm.clamp(min=clip)
    totals = [torch.einsum("b...,b->...", g, factor) for g in grads]
    return [(t + sigma * clip * torch.randn(t.shape, generator=generator)) / expected_size for t in totals]

# %% dp-gradient wrong="returns float64" kind="sneaky"
def dp_gradient(grads, clip, sigma, expected_size, generator):
    grads = [g.double() for g in grads]
    norm = sum(g.flatten(1).square().sum(dim=1) for g in grads).sqrt()
    factor = clip / norm.clamp(min=clip)
    totals = [torch.einsum("b...,b->...", g, factor) for g in grads]
    return [(t + sigma * clip * torch.randn(t.shape, generator=generator)) / expected_size for t in totals]

# %% groups right="a dictionary with setdefault, as in the hints"
def k_and_l(table: dict[str, list], quasi: list[str], sensitive: str) -> tuple[int, int]:
    groups = {}
    for i, value in enumerate(table[sensitive]):
        key = tuple(table[name][i] for name in quasi)
        groups.setdefault(key, []).append(value)
    return min(len(values) for values in groups.values()), min(len(set(values)) for values in groups.values())

# %% groups right="Counter of the keys, defaultdict of sets, zip"
from collections import Counter, defaultdict


def k_and_l(table, quasi, sensitive):
    keys = list(zip(*(table[q] for q in quasi)))
    seen = defaultdict(set)
    for key, value in zip(keys, table[sensitive], strict=True):
        seen[key].add(value)
    return min(Counter(keys).values()), min(map(len, seen.values()))

# %% groups right="for each row all others like it, no dictionary"
def k_and_l(table, quasi, sensitive):
    n = len(table[sensitive])
    k = n
    l = n
    for i in range(n):
        size = 0
        kinds = []
        for j in range(n):
            alike = True
            for q in quasi:
                if table[q][i] != table[q][j]:
                    alike = False
            if alike:
                size = size + 1
                if table[sensitive][j] not in kinds:
                    kinds.append(table[sensitive][j])
        if size < k:
            k = size
        if len(kinds) < l:
            l = len(kinds)
    return k, l

# %% groups right="pandas on numbers that stand for the keys and values"
import pandas as pd


def k_and_l(table, quasi, sensitive):
    keys, numbers = {}, {}
    frame = pd.DataFrame(
        {
            "group": [keys.setdefault(key, len(keys)) for key in zip(*[table[q] for q in quasi])],
            "value": [numbers.setdefault(v, len(numbers)) for v in table[sensitive]],
        }
    )
    found = frame.groupby("group")["value"].agg(["size", "nunique"]).min()
    return int(found["size"]), int(found["nunique"])

# %% groups right="two counters: of keys, and of keys in the set of different (key, value)"
from collections import Counter


def k_and_l(table, quasi, sensitive):
    rows = [
        (tuple(table[q][i] for q in quasi), table[sensitive][i]) for i in range(len(table[sensitive]))
    ]
    return min(Counter(k for k, _ in rows).values()), min(Counter(k for k, _ in set(rows)).values())

# %% groups right="nested refinement: split the rows by one column after the other"
def k_and_l(table, quasi, sensitive):
    parts = [list(range(len(table[sensitive])))]
    for column in quasi:
        finer = []
        for rows in parts:
            by_value = {}
            for i in rows:
                by_value.setdefault(table[column][i], []).append(i)
            finer.extend(by_value.values())
        parts = finer
    return min(map(len, parts)), min(len({table[sensitive][i] for i in rows}) for rows in parts)

# %% groups wrong="k is the size of the largest group"
def k_and_l(table, quasi, sensitive):
    groups = {}
    for i, value in enumerate(table[sensitive]):
        groups.setdefault(tuple(table[q][i] for q in quasi), []).append(value)
    return max(map(len, groups.values())), min(len(set(v)) for v in groups.values())

# %% groups wrong="each quasi-identifier by itself, not their combinations"
def k_and_l(table, quasi, sensitive):
    k = l = math.inf
    for q in quasi:
        groups = {}
        for key, value in zip(table[q], table[sensitive]):
            groups.setdefault(key, []).append(value)
        k = min(k, *map(len, groups.values()), k)
        l = min(l, *(len(set(v)) for v in groups.values()), l)
    return k, l

# %% groups wrong="rows with None are left out"
def k_and_l(table, quasi, sensitive):
    groups = {}
    for i, value in enumerate(table[sensitive]):
        key = tuple(table[q][i] for q in quasi)
        if None in key or value is None:
            continue
        groups.setdefault(key, []).append(value)
    return min(map(len, groups.values()), default=0), min((len(set(v)) for v in groups.values()), default=0)

# %% groups wrong="l counts rows, not different values"
def k_and_l(table, quasi, sensitive):
    groups = {}
    for i, value in enumerate(table[sensitive]):
        groups.setdefault(tuple(table[q][i] for q in quasi), []).append(value)
    k = min(map(len, groups.values()))
    return k, min(len(v) for v in groups.values())

# %% groups wrong="l of the whole table"
def k_and_l(table, quasi, sensitive):
    groups = {}
    for i, value in enumerate(table[sensitive]):
        groups.setdefault(tuple(table[q][i] for q in quasi), []).append(value)
    return min(map(len, groups.values())), len(set(table[sensitive]))

# %% groups wrong="the sensitive column is part of the key"
def k_and_l(table, quasi, sensitive):
    groups = {}
    for i, value in enumerate(table[sensitive]):
        key = tuple(table[q][i] for q in [*quasi, sensitive])
        groups.setdefault(key, []).append(value)
    return min(map(len, groups.values())), min(len(set(v)) for v in groups.values())

# %% groups wrong="groups by all columns but the sensitive one"
def k_and_l(table, quasi, sensitive):
    groups = {}
    for i, value in enumerate(table[sensitive]):
        key = tuple(table[q][i] for q in table if q != sensitive)
        groups.setdefault(key, []).append(value)
    return min(map(len, groups.values())), min(len(set(v)) for v in groups.values())

# %% groups wrong="returns (l, k)"
def k_and_l(table, quasi, sensitive):
    groups = {}
    for i, value in enumerate(table[sensitive]):
        groups.setdefault(tuple(table[q][i] for q in quasi), []).append(value)
    return min(len(set(v)) for v in groups.values()), min(map(len, groups.values()))

# %% groups wrong="k is the number of groups"
def k_and_l(table, quasi, sensitive):
    groups = {}
    for i, value in enumerate(table[sensitive]):
        groups.setdefault(tuple(table[q][i] for q in quasi), []).append(value)
    return len(groups), min(len(set(v)) for v in groups.values())

# %% groups wrong="k is how many others are alike, without the row itself"
def k_and_l(table, quasi, sensitive):
    groups = {}
    for i, value in enumerate(table[sensitive]):
        groups.setdefault(tuple(table[q][i] for q in quasi), []).append(value)
    return min(map(len, groups.values())) - 1, min(len(set(v)) for v in groups.values())

# %% groups wrong="only the first quasi-identifier is used"
def k_and_l(table, quasi, sensitive):
    groups = {}
    for key, value in zip(table[quasi[0]], table[sensitive]):
        groups.setdefault(key, []).append(value)
    return min(map(len, groups.values())), min(len(set(v)) for v in groups.values())

# %% groups wrong="l of the smallest group, not the smallest l" kind="sneaky"
def k_and_l(table, quasi, sensitive):
    groups = {}
    for i, value in enumerate(table[sensitive]):
        groups.setdefault(tuple(table[q][i] for q in quasi), []).append(value)
    smallest = min(groups.values(), key=len)
    return len(smallest), len(set(smallest))

# %% groups wrong="values joined to one string: (1, 11) and (11, 1) are one group" kind="sneaky"
def k_and_l(table, quasi, sensitive):
    groups = {}
    for i, value in enumerate(table[sensitive]):
        key = "".join(str(table[q][i]) for q in quasi)
        groups.setdefault(key, []).append(value)
    return min(map(len, groups.values())), min(len(set(v)) for v in groups.values())

# %% groups wrong="only neighbouring rows with the same key form a group" kind="sneaky"
import itertools


def k_and_l(table, quasi, sensitive):
    rows = zip(zip(*(table[q] for q in quasi)), table[sensitive])
    groups = [[v for _, v in g] for _, g in itertools.groupby(rows, key=lambda row: row[0])]
    return min(map(len, groups)), min(len(set(v)) for v in groups)

# %% groups wrong="pandas groupby leaves out None, and nunique does not count it" kind="sneaky"
import pandas as pd


def k_and_l(table, quasi, sensitive):
    groups = pd.DataFrame(table, dtype=object).groupby(quasi, sort=False)[sensitive]
    return int(groups.size().min()), int(groups.nunique().min())

# %% groups wrong="the key is a set: (a, b) and (b, a) are one group" kind="sneaky"
def k_and_l(table, quasi, sensitive):
    groups = {}
    for i, value in enumerate(table[sensitive]):
        groups.setdefault(frozenset(table[q][i] for q in quasi), []).append(value)
    return min(map(len, groups.values())), min(len(set(v)) for v in groups.values())

# %% groups wrong="takes the sensitive column out of the given table" kind="sneaky"
def k_and_l(table, quasi, sensitive):
    values = table.pop(sensitive)
    groups = {}
    for key, value in zip(zip(*(table[q] for q in quasi)), values):
        groups.setdefault(key, []).append(value)
    return min(map(len, groups.values())), min(len(set(v)) for v in groups.values())

# %% groups wrong="all as strings through numpy: 1 and '1', None and 'None' are the same" kind="sneaky"
import numpy as np


def k_and_l(table, quasi, sensitive):
    rows = np.array([[str(v) for v in table[q]] for q in quasi]).T
    values = np.array([str(v) for v in table[sensitive]])
    _, group = np.unique(rows, axis=0, return_inverse=True)
    group = group.ravel()
    parts = [values[group == g] for g in range(group.max() + 1)]
    return min(map(len, parts)), min(len(set(p)) for p in parts)
