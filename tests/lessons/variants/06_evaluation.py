"""Answers to the exercises of *Evaluation* as students give them: each right, or wrong in one way.

A cell's title is the exercise; `correct` says how a right answer is written, `wrong` what a wrong one
does, and `says` the sentence of the lesson that its author is to be told.
"""


# %% wilson correct="as the formula stands"
def wilson(num_right, n, z):
    p = num_right / n
    denominator = 1 + z * z / n
    centre = (p + z * z / (2 * n)) / denominator
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / denominator
    return centre - half, centre + half


# %% wilson correct="the roots of the quadratic"
def wilson(k, n, z):
    a = 1 + z**2 / n
    b = -(2 * k / n + z**2 / n)
    c = (k / n) ** 2
    root = max(b * b - 4 * a * c, 0) ** 0.5
    return [(-b - root) / (2 * a), (-b + root) / (2 * a)]


# %% wilson correct="in tensors, float32"
def wilson(num_right, n, z):
    p = torch.tensor(num_right / n)
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * torch.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return middle - half, middle + half


# %% wilson correct="by SciPy"
def wilson(num_right, n, z):
    level = 2 * stats.norm.cdf(z) - 1
    ci = stats.binomtest(num_right, n).proportion_ci(level, method="wilson")
    return ci.low, ci.high


# %% wilson correct="over counts"
def wilson(num_right, n, z):
    num_wrong = n - num_right
    half = z * math.sqrt(num_right * num_wrong / n + z**2 / 4)
    return (num_right + z**2 / 2 - half) / (n + z**2), (num_right + z**2 / 2 + half) / (n + z**2)


# %% wilson wrong="Wald" says="That is p ± z√(p(1 − p)/n), Wald's interval: it takes"
def wilson(num_right, n, z):
    p = num_right / n
    middle = p
    half = z * math.sqrt(p * (1 - p) / n)
    return middle - half, middle + half


# %% wilson wrong="Wald, clipped" says="Wald's interval, cut off at 0 and 1."
def wilson(num_right, n, z):
    p = num_right / n
    middle = p
    half = z * math.sqrt(p * (1 - p) / n)
    return max(0, middle - half), min(1, middle + half)


# %% wilson wrong="the middle not moved" says="The middle is still the measured share."
def wilson(num_right, n, z):
    p = num_right / n
    middle = p
    half = z / (1 + z**2 / n) * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return middle - half, middle + half


# %% wilson wrong="Wald's width" says="The middle moves towards ½, and the width is still Wald's."
def wilson(num_right, n, z):
    p = num_right / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * math.sqrt(p * (1 - p) / n)
    return middle - half, middle + half


# %% wilson wrong="z²/n under the root" says="Under the root stands z²/n. It is z²/(4n²)."
def wilson(num_right, n, z):
    p = num_right / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(p * (1 - p) / n + z**2 / n)
    return middle - half, middle + half


# %% wilson wrong="z²/4n under the root" says="Under the root stands z²/(4n). It is z²/(4n²)."
def wilson(num_right, n, z):
    p = num_right / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(p * (1 - p) / n + z**2 / (4 * n))
    return middle - half, middle + half


# %% wilson wrong="z²/n² under the root" says="Under the root stands z²/n². It is z²/(4n²)."
def wilson(num_right, n, z):
    p = num_right / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(p * (1 - p) / n + z**2 / n**2)
    return middle - half, middle + half


# %% wilson wrong="no root" says="The root is missing."
def wilson(num_right, n, z):
    p = num_right / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * (p * (1 - p) / n + z**2 / (4 * n**2))
    return middle - half, middle + half


# %% wilson wrong="a short root" says="The root is over p(1 − p)/n alone."
def wilson(num_right, n, z):
    p = num_right / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * (math.sqrt(p * (1 - p) / n) + z**2 / (4 * n**2))
    return middle - half, middle + half


# %% wilson wrong="z²/n in the middle" says="In the middle stands z²/n. It is z²/(2n)."
def wilson(num_right, n, z):
    p = num_right / n
    middle = (p + z**2 / n) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return middle - half, middle + half


# %% wilson wrong="precedence in the width" says="Only the middle is divided by 1 + z²/n."
def wilson(num_right, n, z):
    p = num_right / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return middle - half, middle + half


# %% wilson wrong="precedence in the middle" says="Only the width is divided by 1 + z²/n."
def wilson(num_right, n, z):
    p = num_right / n
    middle = p + z**2 / (2 * n)
    half = z / (1 + z**2 / n) * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return middle - half, middle + half


# %% wilson wrong="never divided" says="Nothing is divided by 1 + z²/n."
def wilson(num_right, n, z):
    p = num_right / n
    middle = p + z**2 / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return middle - half, middle + half


# %% wilson wrong="z forgotten" says="The root is not multiplied by z."
def wilson(num_right, n, z):
    p = num_right / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return middle - half, middle + half


# %% wilson wrong="the whole width" says="The whole width stands on each side."
def wilson(num_right, n, z):
    p = num_right / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = 2 * z / (1 + z**2 / n) * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return middle - half, middle + half


# %% wilson wrong="high first" says="The two ends are exchanged: (low, high)."
def wilson(num_right, n, z):
    p = num_right / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return middle + half, middle - half


# %% wilson wrong="middle and half" says="That is (middle, half of the width)."
def wilson(num_right, n, z):
    p = num_right / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return middle, half


# %% wilson wrong="z fixed" says="z is always 1.96 here."
def wilson(num_right, n, z):
    z = 1.96
    p = num_right / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return middle - half, middle + half


# %% wilson wrong="Agresti and Coull" says="That is Agresti and Coull's interval"
def wilson(num_right, n, z):
    n_tilde = n + z**2
    p = (num_right + z**2 / 2) / n_tilde
    half = z * math.sqrt(p * (1 - p) / n_tilde)
    return p - half, p + half


# %% wilson wrong="Clopper and Pearson" says="That is the exact interval of Clopper and Pearson"
def wilson(num_right, n, z):
    level = 2 * stats.norm.cdf(z) - 1
    return tuple(stats.binomtest(num_right, n).proportion_ci(level))


# %% wilson wrong="with a continuity correction" says="That is Wilson's interval with a correction for whole numbers"
def wilson(num_right, n, z):
    level = 2 * stats.norm.cdf(z) - 1
    return tuple(stats.binomtest(num_right, n).proportion_ci(level, method="wilsoncc"))


# %% wilson wrong="numbers" says="These are numbers of right answers."
def wilson(num_right, n, z):
    p = num_right / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return n * (middle - half), n * (middle + half)


# %% wilson wrong="percent" says="These are percentages."
def wilson(num_right, n, z):
    p = num_right / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return 100 * (middle - half), 100 * (middle + half)


# %% wilson wrong="of the error" says="That is the interval of the error."
def wilson(num_right, n, z):
    p = 1 - num_right / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return middle - half, middle + half


# %% wilson wrong="no return" says="None"
def wilson(num_right, n, z):
    p = num_right / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    middle - half, middle + half


# %% wilson wrong="n minus 1" says=""
def wilson(num_right, n, z):
    p = num_right / n
    middle = (p + z**2 / (2 * (n - 1))) / (1 + z**2 / (n - 1))
    half = z / (1 + z**2 / (n - 1)) * math.sqrt(p * (1 - p) / (n - 1) + z**2 / (4 * (n - 1) ** 2))
    return middle - half, middle + half


# %% wilson wrong="whole division" says="The measured share is rounded down"
def wilson(num_right, n, z):
    share, factor = num_right // n, 1 + z**2 / n
    half = z / factor * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    middle = (share + z**2 / (2 * n)) / factor
    return middle - half, middle + half


# %% folds correct="array_split by NumPy, as tensors"
def folds(n, k, generator):
    import numpy as np

    order = torch.randperm(n, generator=generator).numpy()
    return [torch.from_numpy(part) for part in np.array_split(order, k)]


# %% folds correct="every k-th of the shuffled"
def folds(n, k, generator):
    order = torch.randperm(n, generator=generator)
    return [order[i::k] for i in range(k)]


# %% folds correct="lists, dealt out"
def folds(n, k, generator):
    parts = [[] for _ in range(k)]
    for j, place in enumerate(torch.randperm(n, generator=generator).tolist()):
        parts[j % k].append(place)
    return [torch.tensor(part) for part in parts]


# %% folds correct="a number for each place, sorted within"
def folds(n, k, generator):
    number = torch.empty(n, dtype=torch.int64)
    number[torch.rand(n, generator=generator).argsort()] = torch.arange(n) % k
    return tuple((number == i).nonzero().flatten() for i in range(k))


# %% folds correct="the larger ones last"
def folds(n, k, generator):
    order, start, parts = torch.randperm(n, generator=generator), 0, []
    for i in range(k):
        size = n // k + (1 if i >= k - n % k else 0)
        parts.append(order[start : start + size])
        start += size
    return parts


# %% folds wrong="the rest dropped" says="The rest is left out: n // k in each part"
def folds(n, k, generator):
    order = torch.randperm(n, generator=generator)
    size = n // k
    return [order[i * size : (i + 1) * size] for i in range(k)]


# %% folds wrong="the rest in the last" says="The whole rest is in one part."
def folds(n, k, generator):
    order = torch.randperm(n, generator=generator)
    size = n // k
    parts = [order[i * size : (i + 1) * size] for i in range(k - 1)]
    parts.append(order[(k - 1) * size :])
    return parts


# %% folds wrong="chunks of the upper size" says="Each part is filled up with n/k places"
def folds(n, k, generator):
    order = torch.randperm(n, generator=generator)
    size = math.ceil(n / k)
    return [order[i * size : min((i + 1) * size, n)] for i in range(k)]


# %% folds wrong="training parts" says="These are the training parts, all but one fold each."
def folds(n, k, generator):
    parts = torch.randperm(n, generator=generator).tensor_split(k)
    return [torch.cat([p for j, p in enumerate(parts) if j != i]) for i in range(k)]


# %% folds wrong="pairs" says="These are pairs of a training and a test part."
def folds(n, k, generator):
    parts = torch.randperm(n, generator=generator).tensor_split(k)
    result = []
    for i, test in enumerate(parts):
        train = torch.cat([p for j, p in enumerate(parts) if j != i])
        result.append((train, test))
    return result


# %% folds wrong="masks" says="These are masks. Places are wanted"
def folds(n, k, generator):
    masks = []
    for part in torch.randperm(n, generator=generator).tensor_split(k):
        mask = torch.zeros(n, dtype=torch.bool)
        mask[part] = True
        masks.append(mask)
    return masks


# %% folds wrong="not shuffled" says="Neighbours stay together: the places are not shuffled."
def folds(n, k, generator):
    return list(torch.arange(n).tensor_split(k))


# %% folds wrong="dealt out in turn" says="The places are dealt out in turn, without chance"
def folds(n, k, generator):
    return [torch.arange(n)[i::k] for i in range(k)]


# %% folds wrong="seeded" says="All draws are the same: draw from `generator`, and do not seed."
def folds(n, k, generator):
    generator = torch.Generator().manual_seed(42)
    return list(torch.randperm(n, generator=generator).tensor_split(k))


# %% folds wrong="seeded by its own seed" says="All draws with one seed are the same: let `generator` go on"
def folds(n, k, generator):
    generator.manual_seed(generator.initial_seed())
    return list(torch.randperm(n, generator=generator).tensor_split(k))


# %% folds wrong="the global generator" says="From the same generator something else comes"
def folds(n, k, generator):
    return list(torch.randperm(n).tensor_split(k))


# %% folds wrong="with replacement" says="Some places come twice, others are missing"
def folds(n, k, generator):
    return list(torch.randint(n, (n,), generator=generator).tensor_split(k))


# %% folds wrong="places from 1" says="You count places from 1."
def folds(n, k, generator):
    return [part + 1 for part in torch.randperm(n, generator=generator).tensor_split(k)]


# %% folds wrong="k + 1 parts" says="One part too many: k parts are wanted."
def folds(n, k, generator):
    order = torch.randperm(n, generator=generator)
    return list(order.tensor_split([n * i // (k + 1) for i in range(1, k + 1)]))


# %% folds wrong="k − 1 parts" says="One part is missing: k parts are wanted."
def folds(n, k, generator):
    parts = torch.randperm(n, generator=generator).tensor_split(k)
    return [parts[i] for i in range(k - 1)]


# %% folds wrong="split for tensor_split" says="These are k numbers of examples in each part."
def folds(n, k, generator):
    return list(torch.randperm(n, generator=generator).split(k))


# %% folds wrong="one tensor of numbers" says=""
def folds(n, k, generator):
    return torch.arange(n)[torch.randperm(n, generator=generator)] % k


# %% folds wrong="lists of ints" says=""
def folds(n, k, generator):
    return [part.tolist() for part in torch.randperm(n, generator=generator).tensor_split(k)]


# %% stratified correct="dealt like cards, one by one"
def stratified(y, k, generator):
    fold = torch.zeros(len(y), dtype=torch.int64)
    card = 0
    for c in sorted(set(y.tolist())):
        places = (y == c).nonzero().flatten()
        for i in places[torch.randperm(len(places), generator=generator)]:
            fold[i] = card % k
            card += 1
    return fold


# %% stratified correct="shuffled, then sorted stably by class"
def stratified(y, k, generator):
    order = torch.randperm(len(y), generator=generator)
    order = order[y[order].argsort(stable=True)]
    fold = torch.empty(len(y), dtype=torch.int64)
    fold[order] = torch.arange(len(y)) % k
    return fold


# %% stratified correct="the next class goes on"
def stratified(y, k, generator):
    fold, start = torch.full_like(y, -1), 0
    for c in y.unique():
        mask = y == c
        m = int(mask.sum())
        numbers = torch.arange(start, start + m) % k
        fold[mask] = numbers[torch.randperm(m, generator=generator)]
        start += m
    return fold


# %% stratified correct="largest classes first, backwards through the folds"
def stratified(y, k, generator):
    classes, counts = y.unique(return_counts=True)
    noise = torch.rand(len(y), generator=generator)
    order = []
    for j in counts.argsort(descending=True):
        places = torch.where(y == classes[j])[0]
        order += places[noise[places].argsort()].tolist()
    fold = torch.zeros_like(y)
    for place, i in enumerate(order):
        fold[i] = (k - 1 - place) % k
    return fold


# %% stratified wrong="each class from fold 0" says="Each class is even, and the folds as a whole are not"
def stratified(y, k, generator):
    fold, start = torch.zeros_like(y), 0
    for label in y.unique():
        places = (y == label).nonzero().flatten()
        shuffled = places[torch.randperm(len(places), generator=generator)]
        fold[shuffled] = torch.arange(len(places)) % k
        start += len(places)
    return fold


# %% stratified wrong="classes not looked at" says="The classes are not looked at: the folds are even"
def stratified(y, k, generator):
    order = torch.randperm(len(y), generator=generator)
    fold = torch.empty_like(y)
    fold[order] = torch.arange(len(y)) % k
    return fold


# %% stratified wrong="each draws its own" says="Neither the folds nor the classes in them are even."
def stratified(y, k, generator):
    return torch.randint(0, k, (len(y),), generator=generator)


# %% stratified wrong="not shuffled" says="Nothing is shuffled: within a class the examples go to the folds in turn."
def stratified(y, k, generator):
    fold, start = torch.zeros_like(y), 0
    for label in y.unique():
        places = (y == label).nonzero().flatten()
        fold[places] = torch.arange(start, start + len(places)) % k
        start += len(places)
    return fold


# %% stratified wrong="blocks" says="Within a class neighbours stay together"
def stratified(y, k, generator):
    fold, start = torch.zeros_like(y), 0
    for label in y.unique():
        places = (y == label).nonzero().flatten()
        numbers = torch.arange(start, start + len(places)) % k
        fold[places] = numbers.sort().values
        start += len(places)
    return fold


# %% stratified wrong="the rest in one fold" says="In some class a fold has two or more above another."
def stratified(y, k, generator):
    fold, start = torch.zeros_like(y), 0
    for label in y.unique():
        places = (y == label).nonzero().flatten()
        places = places[torch.randperm(len(places), generator=generator)]
        size = max(len(places) // k, 1)
        for j, i in enumerate(places.tolist()):
            fold[i] = min(j // size, k - 1)
        start += len(places)
    return fold


# %% stratified wrong="folds from 1" says="The folds are 1 … k. Count from 0."
def stratified(y, k, generator):
    fold, start = torch.zeros_like(y), 0
    for label in y.unique():
        places = (y == label).nonzero().flatten()
        places = places[torch.randperm(len(places), generator=generator)]
        fold[places] = torch.arange(start, start + len(places)) % k + 1
        start += len(places)
    return fold


# %% stratified wrong="seeded" says="All draws are the same: draw from `generator`, and do not seed."
def stratified(y, k, generator):
    fold, start = torch.zeros_like(y), 0
    for label in y.unique():
        places = (y == label).nonzero().flatten()
        g = torch.Generator().manual_seed(0)
        places = places[torch.randperm(len(places), generator=g)]
        fold[places] = torch.arange(start, start + len(places)) % k
        start += len(places)
    return fold


# %% stratified wrong="seeded by its own seed" says="All draws with one seed are the same: let `generator` go on"
def stratified(y, k, generator):
    generator = torch.Generator().manual_seed(generator.initial_seed())
    order = torch.randperm(len(y), generator=generator)
    order = order[y[order].argsort(stable=True)]
    fold = torch.empty_like(y)
    fold[order] = torch.arange(len(y)) % k
    return fold


# %% stratified wrong="the global generator" says="From the same generator something else comes"
def stratified(y, k, generator):
    fold, start = torch.zeros_like(y), 0
    for label in y.unique():
        places = (y == label).nonzero().flatten()
        places = places[torch.randperm(len(places))]
        fold[places] = torch.arange(start, start + len(places)) % k
        start += len(places)
    return fold


# %% stratified wrong="class by class" says="These are the folds class by class."
def stratified(y, k, generator):
    result, start = [], 0
    for label in y.unique():
        m = int((y == label).sum())
        numbers = torch.arange(start, start + m) % k
        result.append(numbers[torch.randperm(m, generator=generator)])
        start += m
    return torch.cat(result)


# %% stratified wrong="only the first fold" says="Only the first fold is told, True or False."
def stratified(y, k, generator):
    fold, start = torch.zeros_like(y), 0
    for label in y.unique():
        places = (y == label).nonzero().flatten()
        places = places[torch.randperm(len(places), generator=generator)]
        fold[places] = torch.arange(start, start + len(places)) % k
        start += len(places)
    return fold == 0


# %% stratified wrong="shuffled once more at the end" says=""
def stratified(y, k, generator):
    fold, start = torch.zeros_like(y), 0
    for label in y.unique():
        places = (y == label).nonzero().flatten()
        fold[places] = torch.arange(start, start + len(places)) % k
        start += len(places)
    return fold[torch.randperm(len(fold), generator=generator)]


# %% stratified wrong="classes 0, 1, 2 are taken for granted" says=""
def stratified(y, k, generator):
    fold, start = torch.zeros_like(y), 0
    for label in range(len(y.unique())):
        places = (y == label).nonzero().flatten()
        places = places[torch.randperm(len(places), generator=generator)]
        fold[places] = torch.arange(start, start + len(places)) % k
        start += len(places)
    return fold


# %% stratified wrong="floats" says=""
def stratified(y, k, generator):
    fold, start = torch.zeros_like(y), 0
    for label in y.unique():
        places = (y == label).nonzero().flatten()
        places = places[torch.randperm(len(places), generator=generator)]
        fold[places] = torch.arange(start, start + len(places)) % k
        start += len(places)
    return fold.float()


# %% grouped correct="a dictionary"
def grouped(groups, k):
    members = {}
    for i, g in enumerate(groups.tolist()):
        members.setdefault(g, []).append(i)
    loads, fold = [0] * k, torch.zeros(len(groups), dtype=torch.int64)
    for g in sorted(members, key=lambda g: -len(members[g])):
        f = loads.index(min(loads))
        fold[members[g]] = f
        loads[f] += len(members[g])
    return fold


# %% grouped correct="Counter, the last of the lightest"
def grouped(groups, k):
    from collections import Counter

    loads, of = [0] * k, {}
    for name, size in Counter(groups.tolist()).most_common():
        f = min(reversed(range(k)), key=lambda j: loads[j])
        of[name] = f
        loads[f] += size
    return torch.tensor([of[g] for g in groups.tolist()])


# %% grouped correct="by scikit-learn"
def grouped(groups, k):
    from sklearn.model_selection import GroupKFold

    fold = torch.zeros(len(groups), dtype=torch.int64)
    for f, (_, test) in enumerate(GroupKFold(k).split(groups, groups=groups)):
        fold[torch.from_numpy(test)] = f
    return fold


# %% grouped correct="inverse places, a heap"
def grouped(groups, k):
    import heapq

    names, inverse, sizes = groups.unique(return_inverse=True, return_counts=True)
    heap = [(0, f) for f in range(k)]
    number = torch.zeros(len(names), dtype=torch.int64)
    for i in reversed(sizes.argsort().tolist()):
        load, f = heapq.heappop(heap)
        number[i] = f
        heapq.heappush(heap, (load + sizes[i].item(), f))
    return number[inverse]


# %% grouped wrong="in turn" says="Groups are dealt out in turn, however large they are."
def grouped(groups, k):
    names, sizes = groups.unique(return_counts=True)
    fold, load = torch.zeros_like(groups), torch.zeros(k)
    for i, name in enumerate(names):
        fold[groups == name] = i % k
    return fold


# %% grouped wrong="in turn, heaviest first" says="The folds are as even as if groups were dealt out in turn, or the smallest came first."
def grouped(groups, k):
    names, sizes = groups.unique(return_counts=True)
    fold, load = torch.zeros_like(groups), torch.zeros(k)
    for i, j in enumerate(sizes.argsort(descending=True)):
        fold[groups == names[j]] = i % k
    return fold


# %% grouped wrong="smallest first" says="The folds are as even as if groups were dealt out in turn, or the smallest came first."
def grouped(groups, k):
    names, sizes = groups.unique(return_counts=True)
    fold, load = torch.zeros_like(groups), torch.zeros(k)
    for j in sizes.argsort():
        f = load.argmin()
        fold[groups == names[j]] = f
        load[f] += sizes[j]
    return fold


# %% grouped wrong="to and fro" says="Groups are dealt out to and fro"
def grouped(groups, k):
    names, sizes = groups.unique(return_counts=True)
    fold, load = torch.zeros_like(groups), torch.zeros(k)
    for i, j in enumerate(sizes.argsort(descending=True).tolist()):
        f = i % k if (i // k) % 2 == 0 else k - 1 - i % k
        fold[groups == names[j]] = f
    return fold


# %% grouped wrong="groups as they come" says="Each goes to the lightest fold, but the groups come as they are."
def grouped(groups, k):
    names, sizes = groups.unique(return_counts=True)
    fold, load = torch.zeros_like(groups), torch.zeros(k)
    for j in range(len(names)):
        f = load.argmin()
        fold[groups == names[j]] = f
        load[f] += sizes[j]
    return fold


# %% grouped wrong="argmax" says="All groups come into one fold"
def grouped(groups, k):
    names, sizes = groups.unique(return_counts=True)
    fold, load = torch.zeros_like(groups), torch.zeros(k)
    for j in sizes.argsort(descending=True):
        f = load.argmax()
        fold[groups == names[j]] = f
        load[f] += sizes[j]
    return fold


# %% grouped wrong="modulo k" says="The fold is the group's number modulo k."
def grouped(groups, k):
    return groups % k


# %% grouped wrong="rows dealt out" says="Groups are parted: the rows go to several folds"
def grouped(groups, k):
    return torch.arange(len(groups)) % k


# %% grouped wrong="rows cut into blocks" says="Groups are parted: the rows, sorted by group, are cut into blocks."
def grouped(groups, k):
    fold = torch.zeros_like(groups)
    order = groups.argsort(stable=True)
    for j, i in enumerate(order.tolist()):
        fold[i] = j * k // len(groups)
    return fold


# %% grouped wrong="blocks of groups" says="The groups, in order, are cut into blocks of as many groups each."
def grouped(groups, k):
    names, sizes = groups.unique(return_counts=True)
    fold, load = torch.zeros_like(groups), torch.zeros(k)
    for i, name in enumerate(names):
        fold[groups == name] = i * k // len(names)
    return fold


# %% grouped wrong="each its own" says="Each group is a fold of its own."
def grouped(groups, k):
    return groups.unique(return_inverse=True)[1]


# %% grouped wrong="from 1" says="The folds are 1 … k. Count from 0."
def grouped(groups, k):
    names, sizes = groups.unique(return_counts=True)
    fold, load = torch.zeros_like(groups), torch.zeros(k)
    for j in sizes.argsort(descending=True):
        f = load.argmin()
        fold[groups == names[j]] = f + 1
        load[f] += sizes[j]
    return fold


# %% grouped wrong="one for each group" says="That is one fold for each group."
def grouped(groups, k):
    names, sizes = groups.unique(return_counts=True)
    fold, load = torch.zeros_like(groups), torch.zeros(k)
    of_group = torch.zeros_like(names)
    for j in sizes.argsort(descending=True):
        of_group[j] = load.argmin()
        load[of_group[j]] += sizes[j]
    return of_group


# %% grouped wrong="the load never grows" says=""
def grouped(groups, k):
    names, sizes = groups.unique(return_counts=True)
    fold, load = torch.zeros_like(groups), torch.zeros(k)
    for j in sizes.argsort(descending=True):
        fold[groups == names[j]] = load.argmin()
    return fold


# %% grouped wrong="names taken for places" says=""
def grouped(groups, k):
    sizes = torch.bincount(groups)
    fold, load = torch.zeros_like(groups), torch.zeros(k)
    for name in range(k * 3):
        f = load.argmin()
        fold[groups == name] = f
        load[f] += sizes[name]
    return fold


# %% forward correct="by scikit-learn"
def forward_chaining(times, k, gap):
    from sklearn.model_selection import TimeSeriesSplit

    order = times.argsort()
    return [(order[a], order[b]) for a, b in TimeSeriesSplit(k, gap=gap).split(order)]


# %% forward correct="by the times of the block"
def forward_chaining(times, k, gap):
    n = len(times)
    m = n // (k + 1)
    ordered = sorted(range(n), key=lambda i: times[i].item())
    pairs = []
    for j in range(k, 0, -1):
        first = n - j * m
        pairs.append(
            (torch.tensor(ordered[: first - gap]), torch.tensor(ordered[first : first + m]))
        )
    return pairs


# %% forward correct="ranks and masks"
def forward_chaining(times, k, gap):
    rank = times.argsort().argsort()
    n = len(times)
    m = n // (k + 1)
    result = []
    for j in range(k):
        start = n - (k - j) * m
        train = (rank < start - gap).nonzero().flatten()
        test = ((rank >= start) & (rank < start + m)).nonzero().flatten()
        result.append((train, test))
    return tuple(result)


# %% forward correct="lists of pairs, by sort"
def forward_chaining(times, k, gap):
    _, order = torch.sort(times)
    size = times.shape[0] // (k + 1)
    blocks = order[-k * size :].reshape(k, size)
    before = len(times) - k * size
    return [[order[: before + j * size - gap], blocks[j]] for j in range(k)]


# %% forward wrong="not sorted" says="The times make no difference"
def forward_chaining(times, k, gap):
    order = torch.arange(len(times))
    n = len(times)
    size = n // (k + 1)
    pairs = []
    for start in range(n - k * size, n, size):
        pairs.append((order[: start - gap], order[start : start + size]))
    return pairs


# %% forward wrong="places among the sorted" says="The times make no difference"
def forward_chaining(times, k, gap):
    order = times.argsort()
    n = len(times)
    size = n // (k + 1)
    pairs = []
    for start in range(n - k * size, n, size):
        pairs.append((torch.arange(start - gap), torch.arange(start, start + size)))
    return pairs


# %% forward wrong="backwards" says="The latest comes first: time runs backwards."
def forward_chaining(times, k, gap):
    order = times.argsort(descending=True)
    n = len(times)
    size = n // (k + 1)
    pairs = []
    for start in range(n - k * size, n, size):
        pairs.append((order[: start - gap], order[start : start + size]))
    return pairs


# %% forward wrong="ranks for places" says="You use the rank of each example as if it were a place"
def forward_chaining(times, k, gap):
    order = times.argsort().argsort()
    n = len(times)
    size = n // (k + 1)
    pairs = []
    for start in range(n - k * size, n, size):
        pairs.append((order[: start - gap], order[start : start + size]))
    return pairs


# %% forward wrong="no gap" says="There is no gap: the last `gap` examples"
def forward_chaining(times, k, gap):
    order = times.argsort()
    n = len(times)
    size = n // (k + 1)
    pairs = []
    for start in range(n - k * size, n, size):
        pairs.append((order[:start], order[start : start + size]))
    return pairs


# %% forward wrong="gap from the test block" says="The gap is taken from the test block."
def forward_chaining(times, k, gap):
    order = times.argsort()
    n = len(times)
    size = n // (k + 1)
    pairs = []
    for start in range(n - k * size, n, size):
        pairs.append((order[:start], order[start + gap : start + size]))
    return pairs


# %% forward wrong="block moved on" says="The block is moved on by the gap."
def forward_chaining(times, k, gap):
    order = times.argsort()
    n = len(times)
    size = n // (k + 1)
    pairs = []
    for start in range(n - k * size, n, size):
        first = start + gap
        pairs.append((order[:start], order[first : first + size]))
    return pairs


# %% forward wrong="a gap on both sides" says="The gap is there twice: once before the block, and once in it."
def forward_chaining(times, k, gap):
    order = times.argsort()
    n = len(times)
    size = n // (k + 1)
    pairs = []
    for start in range(n - k * size, n, size):
        pairs.append((order[: start - gap], order[start + gap : start + size]))
    return pairs


# %% forward wrong="gap counted twice" says="The gap is counted twice."
def forward_chaining(times, k, gap):
    order = times.argsort()
    n = len(times)
    size = n // (k + 1)
    pairs = []
    for start in range(n - k * size, n, size):
        end = start - gap
        pairs.append((order[: max(end - gap, 0)], order[start : start + size]))
    return pairs


# %% forward wrong="all but the block, with gaps" says="The future is trained on: the training part is all but the block."
def forward_chaining(times, k, gap):
    order = times.argsort()
    n = len(times)
    size = n // (k + 1)
    pairs = []
    for start in range(n - k * size, n, size):
        train = torch.cat([order[: start - gap], order[start + size + gap :]])
        pairs.append((train, order[start : start + size]))
    return pairs


# %% forward wrong="all but the block" says="The future is trained on, and there is no gap"
def forward_chaining(times, k, gap):
    order = times.argsort()
    n = len(times)
    size = n // (k + 1)
    pairs = []
    for start in range(n - k * size, n, size):
        test = order[start : start + size]
        pairs.append((order[~torch.isin(order, test)], test))
    return pairs


# %% forward wrong="sliding" says="You train on the block before alone."
def forward_chaining(times, k, gap):
    order = times.argsort()
    n = len(times)
    size = n // (k + 1)
    pairs = []
    for start in range(n - k * size, n, size):
        pairs.append((order[max(0, start - size) : start - gap], order[start : start + size]))
    return pairs


# %% forward wrong="all that comes later" says="Each test part has all that comes later."
def forward_chaining(times, k, gap):
    order = times.argsort()
    n = len(times)
    size = n // (k + 1)
    pairs = []
    for start in range(n - k * size, n, size):
        pairs.append((order[: start - gap], order[start:]))
    return pairs


# %% forward wrong="blocks from the front" says="The blocks begin at the front"
def forward_chaining(times, k, gap):
    order = times.argsort()
    size = len(times) // (k + 1)
    return [(order[: i * size - gap], order[i * size : (i + 1) * size]) for i in range(1, k + 1)]


# %% forward wrong="k blocks in all" says="Before the first of your blocks there is nothing to train on"
def forward_chaining(times, k, gap):
    order = times.argsort()
    size = len(times) // k
    pairs = []
    for i in range(k):
        end = max(i * size - gap, 0)
        pairs.append((order[:end], order[i * size : (i + 1) * size]))
    return pairs


# %% forward wrong="test first" says="The pairs are (test, train). Train comes first."
def forward_chaining(times, k, gap):
    order = times.argsort()
    n = len(times)
    size = n // (k + 1)
    pairs = []
    for start in range(n - k * size, n, size):
        pairs.append((order[start : start + size], order[: start - gap]))
    return pairs


# %% forward wrong="gap in time" says="The gap is measured in times."
def forward_chaining(times, k, gap):
    order = times.argsort()
    n = len(times)
    size = n // (k + 1)
    pairs = []
    for start in range(n - k * size, n, size):
        test = order[start : start + size]
        before = times[order[start]] - gap
        pairs.append(((times < before).nonzero().flatten(), test))
    return pairs


# %% forward wrong="last block first" says="The last block comes first. Go forward in time."
def forward_chaining(times, k, gap):
    order = times.argsort()
    n = len(times)
    size = n // (k + 1)
    pairs = []
    for start in range(n - k * size, n, size):
        pairs.insert(0, (order[: start - gap], order[start : start + size]))
    return pairs


# %% forward wrong="one block missing" says="The last block is missing: k pairs are wanted."
def forward_chaining(times, k, gap):
    order = times.argsort()
    n = len(times)
    size = n // (k + 1)
    pairs = []
    for start in range(n - k * size, n - size, size):
        pairs.append((order[: start - gap], order[start : start + size]))
    return pairs


# %% forward wrong="the last pair" says="Only the last pair came. k pairs are wanted."
def forward_chaining(times, k, gap):
    order = times.argsort()
    n = len(times)
    size = n // (k + 1)
    pairs = []
    for start in range(n - k * size, n, size):
        pairs = [(order[: start - gap], order[start : start + size])]
    return pairs


# %% forward wrong="values for places" says=""
def forward_chaining(times, k, gap):
    order = times.argsort()
    n = len(times)
    size = n // (k + 1)
    pairs = []
    for start in range(n - k * size, n, size):
        pairs.append((times[order[: start - gap]], times[order[start : start + size]]))
    return pairs


# %% bootstrap correct="a loop"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    n = len(right_a)
    a, b = right_a.float(), right_b.float()
    found = []
    for _ in range(num_draws):
        i = torch.randint(0, n, (n,), generator=generator)
        found.append((a[i] - b[i]).mean().item())
    found = torch.tensor(found)
    return torch.quantile(found, 0.025), torch.quantile(found, 0.975)


# %% bootstrap correct="the two accuracies on the same places"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    n = len(right_a)
    rows = torch.randint(n, (num_draws, n), generator=generator)
    gain = right_a.double()[rows].mean(1) - right_b.double()[rows].mean(1)
    return gain.quantile(0.025).item(), gain.quantile(0.975).item()


# %% bootstrap correct="sorted, and counted off"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    gain = right_a.int() - right_b.int()
    places = (torch.rand(num_draws, len(gain), generator=generator) * len(gain)).long()
    means = gain[places].float().mean(dim=1).sort().values
    return [means[int(0.025 * num_draws)].item(), means[int(0.975 * num_draws)].item()]


# %% bootstrap correct="a multinomial, NumPy's percentiles"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    import numpy as np

    gain = (right_a.double() - right_b.double()).numpy()
    even = torch.ones(len(gain))
    means = [
        gain[torch.multinomial(even, len(gain), replacement=True, generator=generator)].mean()
        for _ in range(num_draws)
    ]
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


# %% bootstrap wrong="each by itself" says="Each model is resampled by itself"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    n = len(right_a)
    gain = right_a.double() - right_b.double()
    i = torch.randint(n, (num_draws, n), generator=generator)
    j = torch.randint(n, (num_draws, n), generator=generator)
    d = right_a.double()[i].mean(1) - right_b.double()[j].mean(1)
    return d.quantile(0.025).item(), d.quantile(0.975).item()


# %% bootstrap wrong="without replacement" says="The interval has no width"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    n = len(right_a)
    gain = right_a.double() - right_b.double()
    d = torch.stack([gain[torch.randperm(n, generator=generator)].mean() for _ in range(num_draws)])
    return d.quantile(0.025).item(), d.quantile(0.975).item()


# %% bootstrap wrong="B minus A" says="That is B minus A."
def paired_bootstrap(right_a, right_b, num_draws, generator):
    n = len(right_a)
    gain = right_a.double() - right_b.double()
    places = torch.randint(n, (num_draws, n), generator=generator)
    d = gain[places].mean(dim=1)
    return (-d).quantile(0.025).item(), (-d).quantile(0.975).item()


# %% bootstrap wrong="5 and 95 %" says="These are the 5 % and the 95 % quantile."
def paired_bootstrap(right_a, right_b, num_draws, generator):
    n = len(right_a)
    gain = right_a.double() - right_b.double()
    places = torch.randint(n, (num_draws, n), generator=generator)
    d = gain[places].mean(dim=1)
    return d.quantile(0.05).item(), d.quantile(0.95).item()


# %% bootstrap wrong="quartiles" says="These are the quartiles."
def paired_bootstrap(right_a, right_b, num_draws, generator):
    n = len(right_a)
    gain = right_a.double() - right_b.double()
    places = torch.randint(n, (num_draws, n), generator=generator)
    d = gain[places].mean(dim=1)
    return d.quantile(0.25).item(), d.quantile(0.75).item()


# %% bootstrap wrong="one standard deviation" says="That is one standard deviation to each side."
def paired_bootstrap(right_a, right_b, num_draws, generator):
    n = len(right_a)
    gain = right_a.double() - right_b.double()
    places = torch.randint(n, (num_draws, n), generator=generator)
    d = gain[places].mean(dim=1)
    return (d.mean() - d.std()).item(), (d.mean() + d.std()).item()


# %% bootstrap wrong="of A alone" says="That is the interval of A's accuracy."
def paired_bootstrap(right_a, right_b, num_draws, generator):
    n = len(right_a)
    gain = right_a.double() - right_b.double()
    places = torch.randint(n, (num_draws, n), generator=generator)
    d = right_a.double()[places].mean(dim=1)
    return d.quantile(0.025).item(), d.quantile(0.975).item()


# %% bootstrap wrong="around 0" says="The interval lies around 0."
def paired_bootstrap(right_a, right_b, num_draws, generator):
    n = len(right_a)
    gain = right_a.double() - right_b.double()
    places = torch.randint(n, (num_draws, n), generator=generator)
    d = gain[places].mean(dim=1)
    d = d - gain.mean()
    return d.quantile(0.025).item(), d.quantile(0.975).item()


# %% bootstrap wrong="sums" says="These are sums. Take the mean of each resampled set."
def paired_bootstrap(right_a, right_b, num_draws, generator):
    n = len(right_a)
    gain = right_a.double() - right_b.double()
    places = torch.randint(n, (num_draws, n), generator=generator)
    d = gain[places].sum(dim=1)
    return d.quantile(0.025).item(), d.quantile(0.975).item()


# %% bootstrap wrong="percent" says="These are percentages. Take shares."
def paired_bootstrap(right_a, right_b, num_draws, generator):
    n = len(right_a)
    gain = right_a.double() - right_b.double()
    places = torch.randint(n, (num_draws, n), generator=generator)
    d = gain[places].mean(dim=1)
    return 100 * d.quantile(0.025).item(), 100 * d.quantile(0.975).item()


# %% bootstrap wrong="high first" says="The two ends are exchanged: (low, high)."
def paired_bootstrap(right_a, right_b, num_draws, generator):
    n = len(right_a)
    gain = right_a.double() - right_b.double()
    places = torch.randint(n, (num_draws, n), generator=generator)
    d = gain[places].mean(dim=1)
    return d.quantile(0.975).item(), d.quantile(0.025).item()


# %% bootstrap wrong="1.96 standard deviations" says="That is the mean ± 1.96 standard deviations."
def paired_bootstrap(right_a, right_b, num_draws, generator):
    n = len(right_a)
    gain = right_a.double() - right_b.double()
    places = torch.randint(n, (num_draws, n), generator=generator)
    d = gain[places].mean(dim=1)
    return (d.mean() - 1.96 * d.std()).item(), (d.mean() + 1.96 * d.std()).item()


# %% bootstrap wrong="single examples" says="These are spreads of single examples."
def paired_bootstrap(right_a, right_b, num_draws, generator):
    n = len(right_a)
    gain = right_a.double() - right_b.double()
    places = torch.randint(n, (num_draws, n), generator=generator)
    d = gain[places]
    spread = d.std().item()
    return d.mean().item() - 1.96 * spread, d.mean().item() + 1.96 * spread


# %% bootstrap wrong="half of the examples" says=""
def paired_bootstrap(right_a, right_b, num_draws, generator):
    n = len(right_a)
    gain = right_a.double() - right_b.double()
    places = torch.randint(n, (num_draws, n // 2), generator=generator)
    d = gain[places].mean(dim=1)
    return d.quantile(0.025).item(), d.quantile(0.975).item()


# %% bootstrap wrong="places by column" says=""
def paired_bootstrap(right_a, right_b, num_draws, generator):
    n = len(right_a)
    gain = right_a.double() - right_b.double()
    places = torch.randint(n, (num_draws, n), generator=generator)
    d = gain[places].mean(dim=0)
    return d.quantile(0.025).item(), d.quantile(0.975).item()


# %% bootstrap wrong="seeded" says="The same comes, although the generator has moved on."
def paired_bootstrap(right_a, right_b, num_draws, generator):
    n = len(right_a)
    gain = right_a.double() - right_b.double()
    places = torch.randint(n, (num_draws, n), generator=torch.Generator().manual_seed(0))
    d = gain[places].mean(dim=1)
    return d.quantile(0.025).item(), d.quantile(0.975).item()


# %% bootstrap wrong="the global generator" says="From the same generator something else comes"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    n = len(right_a)
    gain = right_a.double() - right_b.double()
    places = torch.randint(n, (num_draws, n))
    d = gain[places].mean(dim=1)
    return d.quantile(0.025).item(), d.quantile(0.975).item()


# %% mcnemar correct="by SciPy"
def mcnemar(y, a, b):
    only_a = ((a == y) & (b != y)).sum().item()
    only_b = ((a != y) & (b == y)).sum().item()
    if only_a + only_b == 0:
        return 1.0
    return stats.binomtest(only_a, only_a + only_b).pvalue


# %% mcnemar correct="SciPy's distribution function"
def mcnemar(y, a, b):
    right_a, right_b = a == y, b == y
    m = int((right_a != right_b).sum())
    fewer = int(min((right_a & ~right_b).sum(), (right_b & ~right_a).sum()))
    return min(1.0, 2 * stats.binom.cdf(fewer, m, 0.5))


# %% mcnemar correct="a loop over examples, logarithms"
def mcnemar(y, a, b):
    first = second = 0
    for truth, x, z in zip(y.tolist(), a.tolist(), b.tolist()):
        first += x == truth != z
        second += z == truth != x
    m = first + second
    total = 0.0
    for j in range(min(first, second) + 1):
        log = math.lgamma(m + 1) - math.lgamma(j + 1) - math.lgamma(m - j + 1) - m * math.log(2)
        total += math.exp(log)
    return min(2 * total, 1.0)


# %% mcnemar correct="a tensor of one number"
def mcnemar(y, a, b):
    gain = (a == y).long() - (b == y).long()
    b_, c_ = int((gain == 1).sum()), int((gain == -1).sum())
    ways = sum(math.comb(b_ + c_, j) for j in range(min(b_, c_) + 1))
    return torch.tensor(2 * ways / 2 ** (b_ + c_)).clamp(max=1)


# %% mcnemar wrong="one tail" says="That is one tail."
def mcnemar(y, a, b):
    first = int(((a == y) & (b != y)).sum())
    second = int(((a != y) & (b == y)).sum())
    m = first + second
    return sum(math.comb(m, j) for j in range(min(first, second) + 1)) / 2**m


# %% mcnemar wrong="tail of B" says="That is the tail of B's count alone"
def mcnemar(y, a, b):
    first = int(((a == y) & (b != y)).sum())
    second = int(((a != y) & (b == y)).sum())
    m = first + second
    return sum(math.comb(m, j) for j in range(second + 1)) / 2**m


# %% mcnemar wrong="tail of A" says="That is the tail of A's count alone"
def mcnemar(y, a, b):
    first = int(((a == y) & (b != y)).sum())
    second = int(((a != y) & (b == y)).sum())
    m = first + second
    return sum(math.comb(m, j) for j in range(first + 1)) / 2**m


# %% mcnemar wrong="above 1" says="Twice the tail is above 1 where both counts are equal."
def mcnemar(y, a, b):
    first = int(((a == y) & (b != y)).sum())
    second = int(((a != y) & (b == y)).sum())
    m = first + second
    return 2 * sum(math.comb(m, j) for j in range(min(first, second) + 1)) / 2**m


# %% mcnemar wrong="the larger count" says="That is twice the tail of the larger count."
def mcnemar(y, a, b):
    first = int(((a == y) & (b != y)).sum())
    second = int(((a != y) & (b == y)).sum())
    m = first + second
    return min(1.0, 2 * sum(math.comb(m, j) for j in range(max(first, second) + 1)) / 2**m)


# %% mcnemar wrong="range without its end" says="Fewer than the smaller count are added up."
def mcnemar(y, a, b):
    first = int(((a == y) & (b != y)).sum())
    second = int(((a != y) & (b == y)).sum())
    m = first + second
    return min(1.0, 2 * sum(math.comb(m, j) for j in range(min(first, second))) / 2**m)


# %% mcnemar wrong="just this count" says="That is the probability of just this count."
def mcnemar(y, a, b):
    first = int(((a == y) & (b != y)).sum())
    second = int(((a != y) & (b == y)).sum())
    m = first + second
    return min(1.0, 2 * math.comb(m, min(first, second)) / 2**m)


# %% mcnemar wrong="mid-p" says="The count itself is taken by half"
def mcnemar(y, a, b):
    first = int(((a == y) & (b != y)).sum())
    second = int(((a != y) & (b == y)).sum())
    m = first + second
    k = min(first, second)
    tail = stats.binom.cdf(k, m, 0.5) - 0.5 * stats.binom.pmf(k, m, 0.5)
    return min(1.0, 2 * tail)


# %% mcnemar wrong="chi-square" says="That is the χ² approximation, without a correction."
def mcnemar(y, a, b):
    first = int(((a == y) & (b != y)).sum())
    second = int(((a != y) & (b == y)).sum())
    m = first + second
    if m == 0:
        return 1.0
    return float(stats.chi2.sf((first - second) ** 2 / m, 1))


# %% mcnemar wrong="chi-square, corrected" says="That is the χ² approximation, with Yates's correction."
def mcnemar(y, a, b):
    first = int(((a == y) & (b != y)).sum())
    second = int(((a != y) & (b == y)).sum())
    m = first + second
    if m == 0:
        return 1.0
    return float(stats.chi2.sf(max(abs(first - second) - 1, 0) ** 2 / m, 1))


# %% mcnemar wrong="all examples" says="All examples are counted as tosses."
def mcnemar(y, a, b):
    first = int(((a == y) & (b != y)).sum())
    second = int(((a != y) & (b == y)).sum())
    m = first + second
    m = len(y)
    return min(1.0, 2 * sum(math.comb(m, j) for j in range(min(first, second) + 1)) / 2**m)


# %% mcnemar wrong="the diagonal" says="You count the examples on which both are right, and both wrong."
def mcnemar(y, a, b):
    first = int(((a == y) & (b == y)).sum())
    second = int(((a != y) & (b != y)).sum())
    m = first + second
    return min(1.0, 2 * sum(math.comb(m, j) for j in range(min(first, second) + 1)) / 2**m)


# %% mcnemar wrong="all errors" says="All errors of the two are compared"
def mcnemar(y, a, b):
    first, second = int((a != y).sum()), int((b != y).sum())
    m = first + second
    return min(1.0, 2 * sum(math.comb(m, j) for j in range(min(first, second) + 1)) / 2**m)


# %% mcnemar wrong="two proportions" says="Two accuracies are compared as if each model had had a test set of its own."
def mcnemar(y, a, b):
    n = len(y)
    p1, p2 = (a == y).double().mean().item(), (b == y).double().mean().item()
    p = (p1 + p2) / 2
    se = math.sqrt(2 * p * (1 - p) / n)
    return 2 * stats.norm.sf(abs(p1 - p2) / se)


# %% mcnemar wrong="between decisions" says="You compare the decisions with each other"
def mcnemar(y, a, b):
    first, second = int((a > b).sum()), int((b > a).sum())
    m = first + second
    return min(1.0, 2 * sum(math.comb(m, j) for j in range(min(first, second) + 1)) / 2**m)


# %% mcnemar wrong="0 without disagreement" says="Without any disagreement there is no evidence, and p is 1."
def mcnemar(y, a, b):
    first = int(((a == y) & (b != y)).sum())
    second = int(((a != y) & (b == y)).sum())
    m = first + second
    if m == 0:
        return 0.0
    return min(1.0, 2 * sum(math.comb(m, j) for j in range(min(first, second) + 1)) / 2**m)


# %% mcnemar wrong="nan without disagreement" says="Without any disagreement you divide by 0."
def mcnemar(y, a, b):
    first = int(((a == y) & (b != y)).sum())
    second = int(((a != y) & (b == y)).sum())
    m = first + second
    if m == 0:
        return float("nan")
    return stats.binomtest(first, m).pvalue


# %% mcnemar wrong="1 − p" says="That is 1 − p."
def mcnemar(y, a, b):
    first = int(((a == y) & (b != y)).sum())
    second = int(((a != y) & (b == y)).sum())
    m = first + second
    return 1 - min(1.0, 2 * sum(math.comb(m, j) for j in range(min(first, second) + 1)) / 2**m)


# %% mcnemar wrong="significant or not" says="That is whether p is below 0.05. Return p."
def mcnemar(y, a, b):
    first = int(((a == y) & (b != y)).sum())
    second = int(((a != y) & (b == y)).sum())
    m = first + second
    p = min(1.0, 2 * sum(math.comb(m, j) for j in range(min(first, second) + 1)) / 2**m)
    return p < 0.05


# %% mcnemar wrong="binomtest of nothing" says="ValueError"
def mcnemar(y, a, b):
    first = int(((a == y) & (b != y)).sum())
    second = int(((a != y) & (b == y)).sum())
    m = first + second
    return stats.binomtest(first, m).pvalue


# %% mcnemar wrong="the sum ends one early, guarded" says="The smaller count is left out of the sum"
def mcnemar(y, a, b):
    one, other = int(((a == y) & (b != y)).sum()), int(((a != y) & (b == y)).sum())
    m = one + other
    if m == 0:
        return 1.0
    return min(1.0, 2 * sum(math.comb(m, j) for j in range(min(one, other))) / 2**m)


# %% mcnemar wrong="twice the tail of A" says="That is twice the tail of A's count"
def mcnemar(y, a, b):
    one, other = int(((a == y) & (b != y)).sum()), int(((a != y) & (b == y)).sum())
    m = one + other
    if m == 0:
        return 1.0
    return min(1.0, 2 * sum(math.comb(m, j) for j in range(one + 1)) / 2**m)


# %% mcnemar wrong="twice the tail of B" says="That is twice the tail of B's count"
def mcnemar(y, a, b):
    one, other = int(((a == y) & (b != y)).sum()), int(((a != y) & (b == y)).sum())
    m = one + other
    if m == 0:
        return 1.0
    return min(1.0, 2 * sum(math.comb(m, j) for j in range(other + 1)) / 2**m)


# %% corrected-t correct="NumPy"
def corrected_t(differences, n_train, n_test):
    import numpy as np

    d = differences.numpy()
    J = len(d)
    se = np.sqrt((1 / J + n_test / n_train) * d.var(ddof=1))
    t = d.mean() / se
    return float(t), float(2 * (1 - stats.t.cdf(abs(t), J - 1)))


# %% corrected-t correct="SciPy's t, shrunk"
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    t = stats.ttest_1samp(differences.numpy(), 0).statistic / math.sqrt(1 + J * n_test / n_train)
    return t, 2 * stats.t.cdf(-abs(t), df=J - 1)


# %% corrected-t correct="a loop, tensors"
def corrected_t(differences, n_train, n_test):
    J = differences.numel()
    mean = differences.sum() / J
    s2 = sum((d - mean) ** 2 for d in differences) / (J - 1)
    t = mean / ((1 / J + n_test / n_train) * s2) ** 0.5
    return [t, torch.tensor(2 * stats.t.sf(t.abs().item(), J - 1))]


# %% corrected-t wrong="plain" says="That is the plain t-test"
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    s2 = differences.var().item()
    factor = 1 / J
    t = differences.mean().item() / math.sqrt(factor * s2)
    p = 2 * float(stats.t.sf(abs(t), J - 1))
    return t, p


# %% corrected-t wrong="plain, by SciPy" says="That is the plain t-test"
def corrected_t(differences, n_train, n_test):
    found = stats.ttest_1samp(differences.numpy(), 0)
    return found.statistic, found.pvalue


# %% corrected-t wrong="by all examples" says="You divide n_test by all examples."
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    s2 = differences.var().item()
    factor = 1 / J + n_test / (n_train + n_test)
    t = differences.mean().item() / math.sqrt(factor * s2)
    p = 2 * float(stats.t.sf(abs(t), J - 1))
    return t, p


# %% corrected-t wrong="upside down" says="The fraction is upside down: n_test/n_train."
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    s2 = differences.var().item()
    factor = 1 / J + n_train / n_test
    t = differences.mean().item() / math.sqrt(factor * s2)
    p = 2 * float(stats.t.sf(abs(t), J - 1))
    return t, p


# %% corrected-t wrong="without 1/J" says="1/J is missing beside n_test/n_train."
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    s2 = differences.var().item()
    factor = n_test / n_train
    t = differences.mean().item() / math.sqrt(factor * s2)
    p = 2 * float(stats.t.sf(abs(t), J - 1))
    return t, p


# %% corrected-t wrong="multiplied" says="1/J and n_test/n_train are multiplied."
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    s2 = differences.var().item()
    factor = 1 / J * n_test / n_train
    t = differences.mean().item() / math.sqrt(factor * s2)
    p = 2 * float(stats.t.sf(abs(t), J - 1))
    return t, p


# %% corrected-t wrong="1/(J − 1)" says="1/(J − 1) stands where 1/J should."
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    s2 = differences.var().item()
    factor = 1 / (J - 1) + n_test / n_train
    t = differences.mean().item() / math.sqrt(factor * s2)
    p = 2 * float(stats.t.sf(abs(t), J - 1))
    return t, p


# %% corrected-t wrong="no factor" says="Nothing is divided: the factor"
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    s2 = differences.var().item()
    factor = 1
    t = differences.mean().item() / math.sqrt(factor * s2)
    p = 2 * float(stats.t.sf(abs(t), J - 1))
    return t, p


# %% corrected-t wrong="biased variance" says="The variance is divided by J."
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    s2 = differences.var(correction=0).item()
    factor = 1 / J + n_test / n_train
    t = differences.mean().item() / math.sqrt(factor * s2)
    p = 2 * float(stats.t.sf(abs(t), J - 1))
    return t, p


# %% corrected-t wrong="J degrees" says="You look up p with J degrees of freedom."
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    s2 = differences.var().item()
    factor = 1 / J + n_test / n_train
    t = differences.mean().item() / math.sqrt(factor * s2)
    p = 2 * float(stats.t.sf(abs(t), J))
    return t, p


# %% corrected-t wrong="J − 2 degrees" says="You look up p with J − 2 degrees of freedom."
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    s2 = differences.var().item()
    factor = 1 / J + n_test / n_train
    t = differences.mean().item() / math.sqrt(factor * s2)
    p = 2 * float(stats.t.sf(abs(t), J - 2))
    return t, p


# %% corrected-t wrong="normal" says="You look up p in the normal distribution."
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    s2 = differences.var().item()
    factor = 1 / J + n_test / n_train
    t = differences.mean().item() / math.sqrt(factor * s2)
    p = 2 * float(stats.norm.sf(abs(t)))
    return t, p


# %% corrected-t wrong="one tail" says="That p is one tail."
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    s2 = differences.var().item()
    factor = 1 / J + n_test / n_train
    t = differences.mean().item() / math.sqrt(factor * s2)
    p = float(stats.t.sf(abs(t), J - 1))
    return t, p


# %% corrected-t wrong="no absolute value" says="p goes wrong where t is negative"
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    s2 = differences.var().item()
    factor = 1 / J + n_test / n_train
    t = differences.mean().item() / math.sqrt(factor * s2)
    p = 2 * float(stats.t.sf(t, J - 1))
    return t, p


# %% corrected-t wrong="1 − p" says="That is 1 − p: take the tail"
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    s2 = differences.var().item()
    factor = 1 / J + n_test / n_train
    t = differences.mean().item() / math.sqrt(factor * s2)
    p = 1 - 2 * float(stats.t.sf(abs(t), J - 1))
    return t, p


# %% corrected-t wrong="cdf" says="That is 2·cdf(|t|), which is above 1."
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    s2 = differences.var().item()
    factor = 1 / J + n_test / n_train
    t = differences.mean().item() / math.sqrt(factor * s2)
    p = 2 * float(stats.t.cdf(abs(t), J - 1))
    return t, p


# %% corrected-t wrong="no root" says="You divide by the variance."
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    s2 = differences.var().item()
    factor = 1 / J + n_test / n_train
    t = differences.mean().item() / (factor * s2)
    p = 2 * float(stats.t.sf(abs(t), J - 1))
    return t, p


# %% corrected-t wrong="the factor outside" says="1/J + n_test/n_train stands outside the root."
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    s2 = differences.var().item()
    factor = 1 / J + n_test / n_train
    t = differences.mean().item() / (factor * math.sqrt(s2))
    p = 2 * float(stats.t.sf(abs(t), J - 1))
    return t, p


# %% corrected-t wrong="the sign lost" says="The sign of t is lost"
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    s2 = differences.var().item()
    factor = 1 / J + n_test / n_train
    t = abs(differences.mean().item()) / math.sqrt(factor * s2)
    p = 2 * float(stats.t.sf(abs(t), J - 1))
    return t, p


# %% corrected-t wrong="exchanged" says="The two are exchanged: (t, p)."
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    s2 = differences.var().item()
    factor = 1 / J + n_test / n_train
    t = differences.mean().item() / math.sqrt(factor * s2)
    p = 2 * float(stats.t.sf(abs(t), J - 1))
    return p, t


# %% corrected-t wrong="only t" says=""
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    s2 = differences.var().item()
    factor = 1 / J + n_test / n_train
    t = differences.mean().item() / math.sqrt(factor * s2)
    p = 2 * float(stats.t.sf(abs(t), J - 1))
    return t


# %% false-alarms correct="by class"
def false_alarms(compare, num_data_sets, generator):
    alarms = []
    for _ in range(num_data_sets):
        y = (torch.rand(200, generator=generator) < 0.5).long()
        X = torch.randn((200, 10), generator=generator)
        X[y == 1] += 0.45
        X[y == 0] -= 0.45
        alarms.append(compare(X[:, :5], X[:, 5:], y) < 0.05)
    return sum(alarms) / len(alarms)


# %% false-alarms correct="float64, two draws"
def false_alarms(compare, num_data_sets, generator):
    count = 0
    for _ in range(num_data_sets):
        y = torch.randint(0, 2, (200,), generator=generator)
        mean = torch.where(y == 1, 0.45, -0.45).double().reshape(200, 1)
        A = mean + torch.randn(200, 5, generator=generator, dtype=torch.float64)
        B = mean + torch.randn(200, 5, generator=generator, dtype=torch.float64)
        if compare(A, B, y) < 0.05:
            count += 1
    return torch.tensor(count / num_data_sets)


# %% false-alarms correct="all data sets at once"
def false_alarms(compare, num_data_sets, generator):
    y = torch.randint(2, (num_data_sets, 200), generator=generator)
    X = torch.normal(0.9 * y[..., None] - 0.45 + torch.zeros(10), 1.0, generator=generator)
    p = torch.tensor([float(compare(x[:, :5], x[:, 5:], label)) for x, label in zip(X, y)]).double()
    return (p < 0.05).double().mean().item()


# %% false-alarms correct="a bernoulli, every other feature"
def false_alarms(compare, num_data_sets, generator):
    def one():
        y = torch.bernoulli(torch.full((200,), 0.5), generator=generator).long()
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1).unsqueeze(1)
        return compare(X[:, ::2], X[:, 1::2], y)

    return len([1 for _ in range(num_data_sets) if one() < 0.05]) / num_data_sets


# %% false-alarms wrong="the number" says="That is the number of false alarms."
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return sum(p < 0.05 for p in found)


# %% false-alarms wrong="no alarm" says="That is the share without an alarm."
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return sum(p >= 0.05 for p in found) / num_data_sets


# %% false-alarms wrong="up to 0.05" says="A p of just 0.05 is no alarm here"
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return sum(p <= 0.05 for p in found) / num_data_sets


# %% false-alarms wrong="the mean p" says="That is the mean p value."
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return sum(found) / num_data_sets


# %% false-alarms wrong="below 0.5" says="You count p below 0.5. The level is 0.05."
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return sum(p < 0.5 for p in found) / num_data_sets


# %% false-alarms wrong="below 0.01" says="You count p below 0.01."
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return sum(p < 0.01 for p in found) / num_data_sets


# %% false-alarms wrong="below 0.025" says="You count p below 0.025."
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return sum(p < 0.025 for p in found) / num_data_sets


# %% false-alarms wrong="the last" says="Only the last data set counts."
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return float(found[-1] < 0.05)


# %% false-alarms wrong="return in the loop" says="Only the first data set counts"
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
        return float(found[0] < 0.05)


# %% false-alarms wrong="any" says="You say whether there was any alarm."
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return any(p < 0.05 for p in found)


# %% false-alarms wrong="percent" says="These are percentages."
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return 100 * sum(p < 0.05 for p in found) / num_data_sets


# %% false-alarms wrong="one more" says="You divide by the number of data sets + 1."
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return sum(p < 0.05 for p in found) / (num_data_sets + 1)


# %% false-alarms wrong="the smallest p" says="That is the smallest p value."
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return min(found)


# %% false-alarms wrong="a list" says="You return what each data set said."
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return [p < 0.05 for p in found]


# %% false-alarms wrong="the same features" says="A and B see the same five features"
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        found.append(float(compare(X[:, :5], X[:, :5], y)))
    return sum(p < 0.05 for p in found) / num_data_sets


# %% false-alarms wrong="nothing to learn" says="hardly depends on the label: shift it"
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator)
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return sum(p < 0.05 for p in found) / num_data_sets


# %% false-alarms wrong="shifted by y" says="of A have another mean than"
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.9 * y[:, None]
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return sum(p < 0.05 for p in found) / num_data_sets


# %% false-alarms wrong="shifted by 0.45 y" says="In class 0 the features of A have another mean than −0.45."
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * y[:, None]
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return sum(p < 0.05 for p in found) / num_data_sets


# %% false-alarms wrong="shifted by 0.5" says="of A have another mean than"
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.5 * (2 * y - 1)[:, None]
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return sum(p < 0.05 for p in found) / num_data_sets


# %% false-alarms wrong="class 1 at 0" says="In class 1 the features of A have another mean than +0.45."
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) - 0.45 * (1 - y[:, None])
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return sum(p < 0.05 for p in found) / num_data_sets


# %% false-alarms wrong="the wrong way" says="The signs are exchanged"
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (1 - 2 * y)[:, None]
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return sum(p < 0.05 for p in found) / num_data_sets


# %% false-alarms wrong="B sees less" says="Some feature of B hardly depends on the label"
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None] * (
            torch.arange(10) < 6
        )
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return sum(p < 0.05 for p in found) / num_data_sets


# %% false-alarms wrong="uniform noise" says="another standard deviation than 1"
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.rand(200, 10, generator=generator) - 0.5 + 0.45 * (2 * y - 1)[:, None]
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return sum(p < 0.05 for p in found) / num_data_sets


# %% false-alarms wrong="half and half" says="Each data set has the same number of 1s."
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = (torch.randperm(200, generator=generator) < 100).long()
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return sum(p < 0.05 for p in found) / num_data_sets


# %% false-alarms wrong="alternating" says="All data sets have the same labels"
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = torch.arange(200) % 2
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return sum(p < 0.05 for p in found) / num_data_sets


# %% false-alarms wrong="one noise for all features" says="Some features have noise in common."
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = (
            torch.randn(200, 2, generator=generator).repeat_interleave(5, 1)
            + 0.45 * (2 * y - 1)[:, None]
        )
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return sum(p < 0.05 for p in found) / num_data_sets


# %% false-alarms wrong="seeded" says="All data sets are the same"
def false_alarms(compare, num_data_sets, generator):
    found = []
    for i in range(num_data_sets):
        generator = torch.Generator().manual_seed(0)
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return sum(p < 0.05 for p in found) / num_data_sets


# %% false-alarms wrong="one data set" says="All data sets are the same"
def false_alarms(compare, num_data_sets, generator):
    y = torch.randint(2, (200,), generator=generator)
    X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
    found = [compare(X[:, :5], X[:, 5:], y) < 0.05 for _ in range(num_data_sets)]
    return sum(found) / num_data_sets


# %% false-alarms wrong="a hundred examples" says="Other shapes are wanted"
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = torch.randint(2, (100,), generator=generator)
        X = torch.randn(100, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return sum(p < 0.05 for p in found) / num_data_sets


# %% false-alarms wrong="the global generator" says="From the same generator something else comes"
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10) + 0.45 * (2 * y - 1)[:, None]
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return sum(p < 0.05 for p in found) / num_data_sets


# %% false-alarms wrong="labels ±1" says="The labels are other numbers than 0 and 1."
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = 2 * torch.randint(2, (200,), generator=generator) - 1
        X = torch.randn(200, 10, generator=generator) + 0.45 * y[:, None]
        found.append(float(compare(X[:, :5], X[:, 5:], y)))
    return sum(p < 0.05 for p in found) / num_data_sets


# %% temperature correct="SciPy over log T"
def fit_temperature(logits, y):
    from scipy.optimize import minimize_scalar

    loss = lambda u: F.cross_entropy(logits.double() / math.exp(u), y).item()
    return math.exp(minimize_scalar(loss, bounds=(-4, 4), method="bounded").x)


# %% temperature correct="LBFGS on log T"
def fit_temperature(logits, y):
    logits = logits.double()
    log_t = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([log_t], lr=1, max_iter=200, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = F.cross_entropy(logits / log_t.exp(), y)
        loss.backward()
        return loss

    optimizer.step(closure)
    return log_t.exp().item()


# %% temperature correct="a fine grid in float32"
def fit_temperature(logits, y):
    grid = torch.logspace(math.log10(0.045), math.log10(22), 1400)
    losses = torch.tensor([F.cross_entropy(logits.float() / T, y) for T in grid])
    return grid[losses.argmin()]


# %% temperature correct="bisection of the slope in 1/T"
def fit_temperature(logits, y):
    z = logits.double()
    true = z[torch.arange(len(y)), y]
    low, high = 0.01, 100.0
    for _ in range(80):
        s = math.sqrt(low * high)
        slope = ((s * z).softmax(1) * z).sum(1).mean() - true.mean()
        if slope > 0:
            high = s
        else:
            low = s
    return 1 / math.sqrt(low * high)


# %% temperature correct="golden section over log T"
def fit_temperature(logits, y):
    def loss(u):
        return F.cross_entropy(logits.double() / math.exp(u), y)

    low, high, g = -3.5, 3.5, (math.sqrt(5) - 1) / 2
    for _ in range(40):
        a, b = high - g * (high - low), low + g * (high - low)
        if loss(a) < loss(b):
            high = b
        else:
            low = a
    return torch.tensor((low + high) / 2).exp()


# %% temperature wrong="1/T" says="That is 1/T: you multiply the logits. Divide them."
def fit_temperature(logits, y):
    from scipy.optimize import minimize_scalar

    def loss(u):
        return F.cross_entropy(logits.double() * math.exp(u), y).item()

    T = math.exp(minimize_scalar(loss, bounds=(-7, 7), method="bounded").x)
    return T


# %% temperature wrong="log T" says="That is log T. Return T."
def fit_temperature(logits, y):
    from scipy.optimize import minimize_scalar

    def loss(u):
        return F.cross_entropy(logits.double() / math.exp(u), y).item()

    T = math.exp(minimize_scalar(loss, bounds=(-7, 7), method="bounded").x)
    return math.log(T)


# %% temperature wrong="T squared" says="That is T². Return T."
def fit_temperature(logits, y):
    from scipy.optimize import minimize_scalar

    def loss(u):
        return F.cross_entropy(logits.double() / math.exp(u), y).item()

    T = math.exp(minimize_scalar(loss, bounds=(-7, 7), method="bounded").x)
    return T**2


# %% temperature wrong="square root" says="That is √T. Return T."
def fit_temperature(logits, y):
    from scipy.optimize import minimize_scalar

    def loss(u):
        return F.cross_entropy(logits.double() / math.exp(u), y).item()

    T = math.exp(minimize_scalar(loss, bounds=(-7, 7), method="bounded").x)
    return math.sqrt(T)


# %% temperature wrong="softmax twice" says="Softmax is taken twice"
def fit_temperature(logits, y):
    from scipy.optimize import minimize_scalar

    def loss(u):
        return F.cross_entropy((logits.double() / math.exp(u)).softmax(dim=1), y).item()

    T = math.exp(minimize_scalar(loss, bounds=(-7, 7), method="bounded").x)
    return T


# %% temperature wrong="probabilities divided" says="The probabilities are divided by T."
def fit_temperature(logits, y):
    from scipy.optimize import minimize_scalar

    def loss(u):
        return F.cross_entropy(logits.double().softmax(dim=1) / math.exp(u), y).item()

    T = math.exp(minimize_scalar(loss, bounds=(-7, 7), method="bounded").x)
    return T


# %% temperature wrong="only above 1" says="T never falls below 1."
def fit_temperature(logits, y):
    from scipy.optimize import minimize_scalar

    def loss(u):
        return F.cross_entropy(logits.double() / math.exp(u), y).item()

    T = math.exp(minimize_scalar(loss, bounds=(-7, 7), method="bounded").x)
    return max(1.0, T)


# %% temperature wrong="only below 1" says="T never rises above 1."
def fit_temperature(logits, y):
    from scipy.optimize import minimize_scalar

    def loss(u):
        return F.cross_entropy(logits.double() / math.exp(u), y).item()

    T = math.exp(minimize_scalar(loss, bounds=(-7, 7), method="bounded").x)
    return min(1.0, T)


# %% temperature wrong="rounded" says="T is rounded to one decimal."
def fit_temperature(logits, y):
    from scipy.optimize import minimize_scalar

    def loss(u):
        return F.cross_entropy(logits.double() / math.exp(u), y).item()

    T = math.exp(minimize_scalar(loss, bounds=(-7, 7), method="bounded").x)
    return round(T, 1)


# %% temperature wrong="one" says="T is always 1: nothing is fitted."
def fit_temperature(logits, y):
    T = 1.0
    loss = F.cross_entropy(logits / T, y)
    return T


# %% temperature wrong="Brier score" says="That is the T of the smallest squared error of the probabilities."
def fit_temperature(logits, y):
    from scipy.optimize import minimize_scalar

    def loss(u):
        return (
            (((logits.double() / math.exp(u)).softmax(1) - F.one_hot(y, logits.shape[1])) ** 2)
            .sum(1)
            .mean()
            .item()
        )

    T = math.exp(minimize_scalar(loss, bounds=(-7, 7), method="bounded").x)
    return T


# %% temperature wrong="confidence equal to accuracy" says="That is the T at which the mean confidence is the accuracy."
def fit_temperature(logits, y):
    from scipy.optimize import minimize_scalar

    def loss(u):
        return (
            (
                (logits.double() / math.exp(u)).softmax(1).amax(1).mean()
                - (logits.argmax(1) == y).double().mean()
            )
            ** 2
        ).item()

    T = math.exp(minimize_scalar(loss, bounds=(-7, 7), method="bounded").x)
    return T


# %% temperature wrong="the largest" says="That is the T of the largest loss in your range."
def fit_temperature(logits, y):
    from scipy.optimize import minimize_scalar

    def loss(u):
        return -F.cross_entropy(logits.double() / math.exp(u), y).item()

    T = math.exp(minimize_scalar(loss, bounds=(-7, 7), method="bounded").x)
    return T


# %% temperature wrong="the loss" says="That is the smallest loss. The T that has it is wanted."
def fit_temperature(logits, y):
    from scipy.optimize import minimize_scalar

    def loss(u):
        return F.cross_entropy(logits.double() / math.exp(u), y).item()

    T = math.exp(minimize_scalar(loss, bounds=(-7, 7), method="bounded").x)
    return loss(math.log(T))


# %% temperature wrong="a hundred steps" says="The steps stop too early"
def fit_temperature(logits, y):
    T = torch.ones(1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([T], lr=0.01)
    for _ in range(100):
        optimizer.zero_grad()
        F.cross_entropy(logits.double() / T, y).backward()
        optimizer.step()
    return T.item()


# %% temperature wrong="up to 10" says="T never rises above 10: look further."
def fit_temperature(logits, y):
    from scipy.optimize import minimize_scalar

    def loss(u):
        return F.cross_entropy(logits.double() / math.exp(u), y).item()

    T = math.exp(minimize_scalar(loss, bounds=(-7, 7), method="bounded").x)
    return min(T, 10.0)


# %% temperature wrong="up to 5" says="T never rises above 5: look further."
def fit_temperature(logits, y):
    from scipy.optimize import minimize_scalar

    def loss(u):
        return F.cross_entropy(logits.double() / math.exp(u), y).item()

    T = math.exp(minimize_scalar(loss, bounds=(-7, 7), method="bounded").x)
    return min(T, 5.0)


# %% temperature wrong="from 0.1" says="T never falls below 0.1: look further."
def fit_temperature(logits, y):
    from scipy.optimize import minimize_scalar

    def loss(u):
        return F.cross_entropy(logits.double() / math.exp(u), y).item()

    T = math.exp(minimize_scalar(loss, bounds=(-7, 7), method="bounded").x)
    return max(T, 0.1)


# %% temperature wrong="from 0.5" says="T never falls below 0.5: look further."
def fit_temperature(logits, y):
    from scipy.optimize import minimize_scalar

    def loss(u):
        return F.cross_entropy(logits.double() / math.exp(u), y).item()

    T = math.exp(minimize_scalar(loss, bounds=(-7, 7), method="bounded").x)
    return max(T, 0.5)


# %% temperature wrong="0.1 to 10" says="T stays between 0.1 and 10: look further."
def fit_temperature(logits, y):
    from scipy.optimize import minimize_scalar

    def loss(u):
        return F.cross_entropy(logits.double() / math.exp(u), y).item()

    T = math.exp(minimize_scalar(loss, bounds=(-7, 7), method="bounded").x)
    return min(max(T, 0.1), 10.0)


# %% temperature wrong="0.5 to 5" says="T stays between 0.5 and 5: look further."
def fit_temperature(logits, y):
    from scipy.optimize import minimize_scalar

    def loss(u):
        return F.cross_entropy(logits.double() / math.exp(u), y).item()

    T = math.exp(minimize_scalar(loss, bounds=(-7, 7), method="bounded").x)
    return min(max(T, 0.5), 5.0)


# %% temperature wrong="0.1 to 5" says="T stays between 0.1 and 5: look further."
def fit_temperature(logits, y):
    from scipy.optimize import minimize_scalar

    def loss(u):
        return F.cross_entropy(logits.double() / math.exp(u), y).item()

    T = math.exp(minimize_scalar(loss, bounds=(-7, 7), method="bounded").x)
    return min(max(T, 0.1), 5.0)


# %% temperature wrong="calibration error in place of the loss" says=""
def fit_temperature(logits, y):
    from scipy.optimize import minimize_scalar

    def loss(u):
        return (
            abs(
                (logits.double() / math.exp(u)).softmax(1).amax(1)
                - (logits.argmax(1) == y).double()
            )
            .mean()
            .item()
        )

    T = math.exp(minimize_scalar(loss, bounds=(-7, 7), method="bounded").x)
    return T


# %% temperature wrong="a coarse grid" says=""
def fit_temperature(logits, y):
    grid = torch.logspace(-1.4, 1.4, 50)
    losses = torch.stack([F.cross_entropy(logits / T, y) for T in grid])
    return grid[losses.argmin()].item()


# %% temperature wrong="a temperature for each class" says=""
def fit_temperature(logits, y):
    u = torch.zeros(logits.shape[1], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([u], max_iter=100)

    def closure():
        optimizer.zero_grad()
        loss = F.cross_entropy(logits.double() / u.exp(), y)
        loss.backward()
        return loss

    optimizer.step(closure)
    return u.exp().mean().item()


# %% ece correct="edges and masks"
def ece(p, y, num_bins):
    conf, pred = p.max(1)
    acc = pred.eq(y)
    edges = torch.linspace(0, 1, num_bins + 1)
    total = torch.zeros(1)
    for low, high in zip(edges[:-1], edges[1:]):
        inside = conf.gt(low) & conf.le(high)
        share = inside.float().mean()
        if share.item() > 0:
            total += (conf[inside].mean() - acc[inside].float().mean()).abs() * share
    return total


# %% ece correct="sums by bin"
def ece(p, y, num_bins):
    conf, pred = p.double().max(dim=1)
    number = (conf * num_bins).long().clamp(max=num_bins - 1)
    gaps = torch.zeros(num_bins).double().index_add(0, number, (pred == y).double() - conf)
    return gaps.abs().sum().item() / len(y)


# %% ece correct="NumPy"
def ece(p, y, num_bins):
    import numpy as np

    conf, right = p.amax(1).numpy(), (p.argmax(1) == y).numpy()
    number = np.minimum((conf * num_bins).astype(int), num_bins - 1)
    return float(
        sum(
            abs(right[number == b].mean() - conf[number == b].mean()) * (number == b).mean()
            for b in np.unique(number)
        )
    )


# %% ece correct="lists"
def ece(p, y, num_bins):
    bins = [[] for _ in range(num_bins)]
    for row, label in zip(p.tolist(), y.tolist()):
        c = max(row)
        bins[min(int(c * num_bins), num_bins - 1)].append((c, row.index(c) == label))
    total = 0
    for members in bins:
        if members:
            total += abs(sum(c for c, _ in members) - sum(r for _, r in members))
    return total / len(y)


# %% ece wrong="bins alike" says="All bins weigh alike."
def ece(p, y, num_bins):
    conf = p.double().amax(dim=1)
    right = (p.argmax(dim=1) == y).double()
    bins = (conf * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in range(num_bins):
        some = bins == b
        if some.any():
            total += (right[some].mean() - conf[some].mean()).abs()
    return float(total) / len(bins.unique())


# %% ece wrong="by the number of bins" says="You divide by the number of all bins."
def ece(p, y, num_bins):
    conf = p.double().amax(dim=1)
    right = (p.argmax(dim=1) == y).double()
    bins = (conf * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in range(num_bins):
        some = bins == b
        if some.any():
            total += (right[some].mean() - conf[some].mean()).abs()
    return float(total) / num_bins


# %% ece wrong="signed" says="Gaps of different signs cancel. Take the absolute value in each bin."
def ece(p, y, num_bins):
    conf = p.double().amax(dim=1)
    right = (p.argmax(dim=1) == y).double()
    bins = (conf * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in range(num_bins):
        some = bins == b
        if some.any():
            total += some.double().mean() * (conf[some].mean() - right[some].mean())
    return float(total)


# %% ece wrong="signed, accuracy first" says="Gaps of different signs cancel: accuracy minus confidence."
def ece(p, y, num_bins):
    conf = p.double().amax(dim=1)
    right = (p.argmax(dim=1) == y).double()
    bins = (conf * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in range(num_bins):
        some = bins == b
        if some.any():
            total += some.double().mean() * (right[some].mean() - conf[some].mean())
    return float(total)


# %% ece wrong="absolute value of the sum" says="The absolute value is taken of the sum"
def ece(p, y, num_bins):
    conf = p.double().amax(dim=1)
    right = (p.argmax(dim=1) == y).double()
    bins = (conf * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in range(num_bins):
        some = bins == b
        if some.any():
            total += some.double().mean() * (right[some].mean() - conf[some].mean())
    return abs(float(total))


# %% ece wrong="1 falls out" says="A confidence of just 1 is in no bin."
def ece(p, y, num_bins):
    conf = p.double().amax(dim=1)
    right = (p.argmax(dim=1) == y).double()
    bins = (conf * num_bins).long()
    total = 0.0
    for b in range(num_bins):
        some = bins == b
        if some.any():
            total += some.double().mean() * (right[some].mean() - conf[some].mean()).abs()
    return float(total)


# %% ece wrong="class 1" says="You look at the probability of class 1."
def ece(p, y, num_bins):
    conf = p[:, 1].double()
    right = (y == 1).double()
    bins = (conf * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in range(num_bins):
        some = bins == b
        if some.any():
            total += some.double().mean() * (right[some].mean() - conf[some].mean()).abs()
    return float(total)


# %% ece wrong="class 1 against decisions" says="The probability of class 1 is compared with whether the decision is right."
def ece(p, y, num_bins):
    conf = p[:, 1].double()
    right = (p.argmax(dim=1) == y).double()
    bins = (conf * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in range(num_bins):
        some = bins == b
        if some.any():
            total += some.double().mean() * (right[some].mean() - conf[some].mean()).abs()
    return float(total)


# %% ece wrong="the true class" says="The probability of the true class is taken for the confidence."
def ece(p, y, num_bins):
    conf = p.double()[torch.arange(len(y)), y]
    right = (p.argmax(dim=1) == y).double()
    bins = (conf * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in range(num_bins):
        some = bins == b
        if some.any():
            total += some.double().mean() * (right[some].mean() - conf[some].mean()).abs()
    return float(total)


# %% ece wrong="mid-bin" says="The middle of the bin stands for its mean confidence."
def ece(p, y, num_bins):
    conf = p.double().amax(dim=1)
    right = (p.argmax(dim=1) == y).double()
    bins = (conf * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in range(num_bins):
        some = bins == b
        if some.any():
            total += some.double().mean() * (right[some].mean() - (b + 0.5) / num_bins).abs()
    return float(total)


# %% ece wrong="the largest gap" says="That is the largest gap of a bin."
def ece(p, y, num_bins):
    conf = p.double().amax(dim=1)
    right = (p.argmax(dim=1) == y).double()
    bins = (conf * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in range(num_bins):
        some = bins == b
        if some.any():
            total = max(total, (right[some].mean() - conf[some].mean()).abs().item())
    return float(total)


# %% ece wrong="squares" says="The gaps are squared."
def ece(p, y, num_bins):
    conf = p.double().amax(dim=1)
    right = (p.argmax(dim=1) == y).double()
    bins = (conf * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in range(num_bins):
        some = bins == b
        if some.any():
            total += some.double().mean() * (right[some].mean() - conf[some].mean()) ** 2
    return float(total)


# %% ece wrong="root mean square" says="That is the root of the mean square of the gaps."
def ece(p, y, num_bins):
    conf = p.double().amax(dim=1)
    right = (p.argmax(dim=1) == y).double()
    bins = (conf * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in range(num_bins):
        some = bins == b
        if some.any():
            total += some.double().mean() * (right[some].mean() - conf[some].mean()) ** 2
    return math.sqrt(total)


# %% ece wrong="bins of as many" says="The bins have as many examples each."
def ece(p, y, num_bins):
    conf, pred = p.double().max(1)
    order = conf.argsort()
    right = (pred == y).double()[order]
    total = 0.0
    for c, r in zip(conf[order].tensor_split(num_bins), right.tensor_split(num_bins)):
        if len(c):
            total += len(c) / len(y) * abs(c.mean() - r.mean()).item()
    return total


# %% ece wrong="example by example" says="You take the mean of |right − confidence| over the examples."
def ece(p, y, num_bins):
    conf = p.double().amax(dim=1)
    right = (p.argmax(dim=1) == y).double()
    bins = (conf * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in range(num_bins):
        some = bins == b
        if some.any():
            total += some.double().mean() * (right[some] - conf[some]).abs().mean()
    return float(total)


# %% ece wrong="numbers for shares" says="The gaps are multiplied by the number of examples."
def ece(p, y, num_bins):
    conf = p.double().amax(dim=1)
    right = (p.argmax(dim=1) == y).double()
    bins = (conf * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in range(num_bins):
        some = bins == b
        if some.any():
            total += some.sum() * (right[some].mean() - conf[some].mean()).abs()
    return float(total)


# %% ece wrong="a plain sum" says="That is a sum of the gaps."
def ece(p, y, num_bins):
    conf = p.double().amax(dim=1)
    right = (p.argmax(dim=1) == y).double()
    bins = (conf * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in range(num_bins):
        some = bins == b
        if some.any():
            total += (right[some].mean() - conf[some].mean()).abs()
    return float(total)


# %% ece wrong="one bin too many" says="There is one bin too many"
def ece(p, y, num_bins):
    conf = p.double().amax(dim=1)
    right = (p.argmax(dim=1) == y).double()
    bins = (conf * (num_bins + 1)).long().clamp(max=num_bins)
    total = 0.0
    for b in range(num_bins + 1):
        some = bins == b
        if some.any():
            total += some.double().mean() * (right[some].mean() - conf[some].mean()).abs()
    return float(total)


# %% ece wrong="one bin too few" says="There is one bin too few"
def ece(p, y, num_bins):
    conf, pred = p.double().max(1)
    right = (pred == y).double()
    edges = torch.linspace(0, 1, num_bins)
    total = 0.0
    for low, high in zip(edges[:-1], edges[1:]):
        some = (conf > low) & (conf <= high)
        if some.any():
            total += some.double().mean() * abs(right[some].mean() - conf[some].mean())
    return float(total)


# %% ece wrong="empty bins" says=""
def ece(p, y, num_bins):
    conf, pred = p.double().max(1)
    right = (pred == y).double()
    bins = (conf * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in range(num_bins):
        some = bins == b
        total += some.double().mean() * abs(right[some].mean() - conf[some].mean())
    return float(total)
