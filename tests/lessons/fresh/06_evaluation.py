# %% wilson right="the formula, term by term, with math"
def wilson(num_right: int, n: int, z: float) -> tuple[float, float]:
    share = num_right / n
    denominator = 1 + z**2 / n
    middle = (share + z**2 / (2 * n)) / denominator
    half = z / denominator * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return middle - half, middle + half

# %% wilson right="one line, everything multiplied by n"
def wilson(num_right, n, z):
    return tuple((num_right + z * z / 2 + s * z * (num_right * (n - num_right) / n + z * z / 4) ** 0.5) / (n + z * z) for s in (-1, 1))

# %% wilson right="the quadratic equation with the school formula, ends kept in 0 … 1"
def wilson(num_right: int, n: int, z: float) -> tuple[float, float]:
    # (p_hat - p)^2 <= z^2 p (1 - p) / n   <=>   a p^2 + b p + c <= 0
    p_hat = num_right / n
    a = 1 + z**2 / n
    b = -(2 * p_hat + z**2 / n)
    c = p_hat**2
    root = math.sqrt(max(b**2 - 4 * a * c, 0.0))
    low = (-b - root) / (2 * a)
    high = (-b + root) / (2 * a)
    return max(low, 0.0), min(high, 1.0)

# %% wilson right="numpy finds the roots of the quadratic"
import numpy as np


def wilson(num_right, n, z):
    p = num_right / n
    roots = np.roots([1 + z**2 / n, -2 * p - z**2 / n, p**2]).real
    return float(roots.min()), float(roots.max())

# %% wilson right="bisection on the inequality, beginner style"
def wilson(num_right: int, n: int, z: float) -> tuple[float, float]:
    p_hat = num_right / n

    def goes_with(p):
        return abs(p_hat - p) <= z * math.sqrt(p * (1 - p) / n)

    # lower end: between 0 and p_hat
    outside, inside = 0.0, p_hat
    if goes_with(0.0):
        inside = 0.0
    for step in range(200):
        between = (outside + inside) / 2
        if goes_with(between):
            inside = between
        else:
            outside = between
    low = inside
    # upper end: between p_hat and 1
    inside, outside = p_hat, 1.0
    if goes_with(1.0):
        inside = 1.0
    for step in range(200):
        between = (outside + inside) / 2
        if goes_with(between):
            inside = between
        else:
            outside = between
    high = inside
    return low, high

# %% wilson right="float64 tensors of one number"
def wilson(num_right: int, n: int, z: float) -> tuple[float, float]:
    k, n, z = (torch.tensor(v, dtype=torch.float64) for v in (num_right, n, z))
    share = k / n
    shrink = 1 / (1 + z.square() / n)
    middle = shrink * (share + z.square() / (2 * n))
    half = shrink * z * torch.sqrt(share * (1 - share) / n + z.square() / (4 * n.square()))
    return middle - half, middle + half

# %% wilson right="torch's default dtype, clamped to 0 … 1"
def wilson(num_right: int, n: int, z: float) -> tuple[float, float]:
    share = torch.tensor(num_right / n)
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * (share * (1 - share) / n + z**2 / (4 * n**2)).sqrt()
    return (middle - half).clamp(min=0), (middle + half).clamp(max=1)

# %% wilson right="shrinks toward one half, low end by the mirrored problem"
def _upper(k, n, z):
    w = n / (n + z * z)
    centre = w * (k / n) + (1 - w) * 0.5
    spread = z * math.sqrt(w * k * (n - k) / n**3 * w + (1 - w) ** 2 / (4 * z * z))
    return centre + spread


def wilson(num_right, n, z):
    return (1 - _upper(n - num_right, n, z), _upper(num_right, n, z))

# %% wilson wrong="Wald's interval"
def wilson(num_right: int, n: int, z: float) -> tuple[float, float]:
    share = num_right / n
    half = z * math.sqrt(share * (1 - share) / n)
    return share - half, share + half

# %% wilson wrong="half is not divided by 1 + z²/n"
def wilson(num_right: int, n: int, z: float) -> tuple[float, float]:
    share = num_right / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return middle - half, middle + half

# %% wilson wrong="z²/n instead of z²/(2n) in the middle"
def wilson(num_right: int, n: int, z: float) -> tuple[float, float]:
    share = num_right / n
    middle = (share + z**2 / n) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return middle - half, middle + half

# %% wilson wrong="z² / 2 * n: precedence, multiplied by n"
def wilson(num_right: int, n: int, z: float) -> tuple[float, float]:
    share = num_right / n
    middle = (share + z**2 / 2 * n) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return middle - half, middle + half

# %% wilson wrong="4n instead of 4n² under the root"
def wilson(num_right: int, n: int, z: float) -> tuple[float, float]:
    share = num_right / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n))
    return middle - half, middle + half

# %% wilson wrong="the square root is forgotten"
def wilson(num_right: int, n: int, z: float) -> tuple[float, float]:
    share = num_right / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * (share * (1 - share) / n + z**2 / (4 * n**2))
    return middle - half, middle + half

# %% wilson wrong="(high, low) instead of (low, high)"
def wilson(num_right: int, n: int, z: float) -> tuple[float, float]:
    share = num_right / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return middle + half, middle - half

# %% wilson wrong="centred at the measured share, the middle is not shifted"
def wilson(num_right: int, n: int, z: float) -> tuple[float, float]:
    share = num_right / n
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return share - half, share + half

# %% wilson wrong="returns middle and half, not the two ends"
def wilson(num_right: int, n: int, z: float) -> tuple[float, float]:
    share = num_right / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return middle, half

# %% wilson wrong="counts of examples instead of shares"
def wilson(num_right: int, n: int, z: float) -> tuple[float, float]:
    share = num_right / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return n * (middle - half), n * (middle + half)

# %% wilson wrong="integer division, the share is 0 unless all are right"
def wilson(num_right: int, n: int, z: float) -> tuple[float, float]:
    share = num_right // n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return middle - half, middle + half

# %% wilson wrong="z outside the root multiplied by 1 + z²/n instead of divided"
def wilson(num_right: int, n: int, z: float) -> tuple[float, float]:
    share = num_right / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return middle - half, middle + half

# %% wilson wrong="z for z² in all three places"
def wilson(num_right: int, n: int, z: float) -> tuple[float, float]:
    share = num_right / n
    middle = (share + z / (2 * n)) / (1 + z / n)
    half = z / (1 + z / n) * math.sqrt(share * (1 - share) / n + z / (4 * n**2))
    return middle - half, middle + half

# %% wilson wrong="z is always 1.96, the argument is ignored" kind="sneaky"
def wilson(num_right: int, n: int, z: float) -> tuple[float, float]:
    z = 1.96
    share = num_right / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return middle - half, middle + half

# %% wilson wrong="all right or none right is treated as certain, width 0" kind="sneaky"
def wilson(num_right: int, n: int, z: float) -> tuple[float, float]:
    share = num_right / n
    if share in (0, 1):
        return share, share
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return middle - half, middle + half

# %% wilson wrong="Agresti and Coull: Wilson's middle put into Wald's formula" kind="sneaky"
def wilson(num_right: int, n: int, z: float) -> tuple[float, float]:
    more = n + z**2
    middle = (num_right + z**2 / 2) / more
    half = z * math.sqrt(middle * (1 - middle) / more)
    return max(0.0, middle - half), min(1.0, middle + half)

# %% wilson wrong="rounded to two decimals" kind="sneaky"
def wilson(num_right: int, n: int, z: float) -> tuple[float, float]:
    share = num_right / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return round(middle - half, 2), round(middle + half, 2)

# %% folds right="randperm and tensor_split"
def folds(n: int, k: int, generator: torch.Generator) -> list[torch.Tensor]:
    return list(torch.randperm(n, generator=generator).tensor_split(k))

# %% folds right="every k-th of the shuffled places"
def folds(n, k, generator):
    order = torch.randperm(n, generator=generator)
    return [order[i::k] for i in range(k)]

# %% folds right="dealt one by one into Python lists, beginner style"
def folds(n: int, k: int, generator: torch.Generator) -> list[torch.Tensor]:
    shuffled = torch.randperm(n, generator=generator).tolist()
    piles = []
    for i in range(k):
        piles.append([])
    pile = 0
    for place in shuffled:
        piles[pile].append(place)
        pile = pile + 1
        if pile == k:
            pile = 0
    result = []
    for p in piles:
        result.append(torch.tensor(p, dtype=torch.int64))
    return result

# %% folds right="fold numbers shuffled over the places, then where"
def folds(n: int, k: int, generator: torch.Generator) -> list[torch.Tensor]:
    number = (torch.arange(n) % k)[torch.randperm(n, generator=generator)]
    return [torch.where(number == j)[0] for j in range(k)]

# %% folds right="numpy's array_split"
import numpy as np


def folds(n, k, generator):
    order = torch.randperm(n, generator=generator).numpy()
    return [torch.from_numpy(part.copy()) for part in np.array_split(order, k)]

# %% folds right="sorts random numbers, cuts at i n // k"
def folds(n: int, k: int, generator: torch.Generator) -> list[torch.Tensor]:
    order = torch.rand(n, generator=generator).argsort()
    cuts = [i * n // k for i in range(k + 1)]
    return [order[a:b] for a, b in zip(cuts, cuts[1:])]

# %% folds right="Fisher and Yates by hand with randint"
def folds(n: int, k: int, generator: torch.Generator) -> list[torch.Tensor]:
    cards = list(range(n))
    for i in range(n - 1, 0, -1):
        j = torch.randint(i + 1, (1,), generator=generator).item()
        cards[i], cards[j] = cards[j], cards[i]
    smaller, bigger = n // k, n % k  # the last `bigger` folds get one more
    sizes = [smaller] * (k - bigger) + [smaller + 1] * bigger
    return list(torch.tensor(cards).split(sizes))

# %% folds right="scikit-learn's KFold, its seed drawn from the generator"
from sklearn.model_selection import KFold


def folds(n, k, generator):
    seed = int(torch.randint(2**31 - 1, (1,), generator=generator))
    cut = KFold(k, shuffle=True, random_state=seed).split([[0]] * n)
    return [torch.as_tensor(test, dtype=torch.int64) for _, test in cut]

# %% folds right="draws each fold without replacement from what is left"
def folds(n: int, k: int, generator: torch.Generator) -> list[torch.Tensor]:
    left = torch.ones(n)
    result = []
    for folds_left in range(k, 0, -1):
        size = int(left.sum()) // folds_left
        places = torch.multinomial(left, size, replacement=False, generator=generator)
        left[places] = 0
        result.append(places)
    return result

# %% folds wrong="not shuffled"
def folds(n: int, k: int, generator: torch.Generator) -> list[torch.Tensor]:
    return list(torch.arange(n).tensor_split(k))

# %% folds wrong=".split(k): pieces of k places, not k pieces"
def folds(n: int, k: int, generator: torch.Generator) -> list[torch.Tensor]:
    return list(torch.randperm(n, generator=generator).split(k))

# %% folds wrong=".split(n // k): one fold too many if there is a rest"
def folds(n: int, k: int, generator: torch.Generator) -> list[torch.Tensor]:
    return list(torch.randperm(n, generator=generator).split(n // k))

# %% folds wrong="the rest is dropped"
def folds(n: int, k: int, generator: torch.Generator) -> list[torch.Tensor]:
    order = torch.randperm(n, generator=generator)
    m = n // k
    return [order[i * m : (i + 1) * m] for i in range(k)]

# %% folds wrong="the last fold takes the whole rest"
def folds(n: int, k: int, generator: torch.Generator) -> list[torch.Tensor]:
    order = torch.randperm(n, generator=generator)
    m = n // k
    parts = [order[i * m : (i + 1) * m] for i in range(k - 1)]
    parts.append(order[(k - 1) * m :])
    return parts

# %% folds wrong="the generator is not handed on, global randomness"
def folds(n: int, k: int, generator: torch.Generator) -> list[torch.Tensor]:
    return list(torch.randperm(n).tensor_split(k))

# %% folds wrong="each place draws its fold by itself, sizes are not even"
def folds(n: int, k: int, generator: torch.Generator) -> list[torch.Tensor]:
    number = torch.randint(k, (n,), generator=generator)
    return [(number == j).nonzero().flatten() for j in range(k)]

# %% folds wrong="places drawn with replacement"
def folds(n: int, k: int, generator: torch.Generator) -> list[torch.Tensor]:
    return list(torch.randint(n, (n,), generator=generator).tensor_split(k))

# %% folds wrong="reseeds the generator with 0"
def folds(n: int, k: int, generator: torch.Generator) -> list[torch.Tensor]:
    generator.manual_seed(0)
    return list(torch.randperm(n, generator=generator).tensor_split(k))

# %% folds wrong="returns the training parts, all places but those of the fold"
def folds(n: int, k: int, generator: torch.Generator) -> list[torch.Tensor]:
    parts = torch.randperm(n, generator=generator).tensor_split(k)
    return [torch.cat([q for j, q in enumerate(parts) if j != i]) for i in range(k)]

# %% folds wrong="places 1 … n"
def folds(n: int, k: int, generator: torch.Generator) -> list[torch.Tensor]:
    return list((torch.randperm(n, generator=generator) + 1).tensor_split(k))

# %% folds wrong="the fold of each example, one tensor of length n"
def folds(n: int, k: int, generator: torch.Generator) -> list[torch.Tensor]:
    fold = torch.empty(n, dtype=torch.int64)
    fold[torch.randperm(n, generator=generator)] = torch.arange(n) % k
    return fold

# %% folds wrong="float tensors"
def folds(n: int, k: int, generator: torch.Generator) -> list[torch.Tensor]:
    order = torch.randperm(n, generator=generator)
    return [torch.Tensor(order[i::k].tolist()) for i in range(k)]

# %% folds wrong="only the order of the folds is shuffled, each is a run of neighbours"
def folds(n: int, k: int, generator: torch.Generator) -> list[torch.Tensor]:
    parts = torch.arange(n).tensor_split(k)
    return [parts[i] for i in torch.randperm(k, generator=generator)]

# %% folds wrong="shuffled within each fold, after the cut"
def folds(n: int, k: int, generator: torch.Generator) -> list[torch.Tensor]:
    parts = torch.arange(n).tensor_split(k)
    return [part[torch.randperm(len(part), generator=generator)] for part in parts]

# %% folds wrong="pieces of ceil(n / k): a fold too few, or a last one far too small" kind="sneaky"
def folds(n: int, k: int, generator: torch.Generator) -> list[torch.Tensor]:
    return list(torch.randperm(n, generator=generator).split(math.ceil(n / k)))

# %% folds wrong="works on a copy of the generator, which does not go on" kind="sneaky"
def folds(n: int, k: int, generator: torch.Generator) -> list[torch.Tensor]:
    mine = torch.Generator()
    mine.set_state(generator.get_state())
    return list(torch.randperm(n, generator=mine).tensor_split(k))

# %% folds wrong="starts anew from the generator's first seed" kind="sneaky"
def folds(n: int, k: int, generator: torch.Generator) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(generator.initial_seed())
    return list(torch.randperm(n, generator=generator).tensor_split(k))

# %% folds wrong="the last n % k places are not shuffled, they go to the first folds" kind="sneaky"
def folds(n: int, k: int, generator: torch.Generator) -> list[torch.Tensor]:
    m = n // k
    parts = list(torch.randperm(m * k, generator=generator).split(m))
    for j, place in enumerate(range(m * k, n)):
        parts[j] = torch.cat([parts[j], torch.tensor([place])])
    return parts

# %% folds wrong="int32 places" kind="sneaky"
def folds(n: int, k: int, generator: torch.Generator) -> list[torch.Tensor]:
    order = torch.randperm(n, generator=generator, dtype=torch.int32)
    return list(order.tensor_split(k))

# %% stratified right="list of places class by class, as in the hints"
def stratified(y: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    n = len(y)
    parts = []
    for c in y.unique():
        places = (y == c).nonzero().flatten()
        parts.append(places[torch.randperm(len(places), generator=generator)])
    order = torch.cat(parts)
    fold = torch.empty(n, dtype=torch.int64)
    fold[order] = torch.arange(n) % k
    return fold

# %% stratified right="a counter that goes on, plain Python, beginner style"
def stratified(y: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    labels = y.tolist()
    shuffled = torch.randperm(len(labels), generator=generator).tolist()
    classes = []
    for label in labels:
        if label not in classes:
            classes.append(label)
    fold = [0] * len(labels)
    next_fold = 0
    for c in classes:
        for place in shuffled:
            if labels[place] == c:
                fold[place] = next_fold
                next_fold += 1
                if next_fold == k:
                    next_fold = 0
    return torch.tensor(fold)

# %% stratified right="shuffle all, then a stable sort by class"
def stratified(y, k, generator):
    lot = torch.randperm(len(y), generator=generator)
    order = lot[y[lot].argsort(stable=True)]
    return torch.zeros_like(y).index_copy_(0, order, torch.arange(len(y)) % k)

# %% stratified right="numpy's lexsort by class and a random key"
import numpy as np


def stratified(y, k, generator):
    key = torch.rand(len(y), generator=generator, dtype=torch.float64).numpy()
    order = np.lexsort((key, y.numpy()))
    fold = np.zeros(len(y), dtype=np.int64)
    fold[order] = np.arange(len(y)) % k
    return torch.from_numpy(fold)

# %% stratified right="one line: rank of class number plus a random fraction, by two argsorts"
def stratified(y, k, generator):
    return (y.unique(return_inverse=True)[1] + torch.rand(len(y), generator=generator, dtype=torch.float64)).argsort().argsort() % k

# %% stratified right="whole rounds first, the rest of each class to the lightest folds"
def stratified(y: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    fold = torch.full((len(y),), -1, dtype=torch.int64)
    load = torch.zeros(k, dtype=torch.int64)
    for label in sorted(set(y.tolist())):
        places = torch.where(y == label)[0]
        rounds, rest = divmod(len(places), k)
        lightest = load.argsort()[:rest]
        numbers = torch.cat([torch.arange(k).repeat(rounds), lightest])
        fold[places] = numbers[torch.randperm(len(numbers), generator=generator)]
        load += numbers.bincount(minlength=k)
    return fold

# %% stratified right="the numbers of the folds are shuffled, not the places"
def stratified(y: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    fold = torch.empty_like(y)
    start = 0
    for label, count in zip(*y.unique(return_counts=True)):
        m = int(count)
        cards = torch.arange(start, start + m) % k
        fold[y == label] = cards[torch.randperm(m, generator=generator)]
        start += m
    return fold

# %% stratified right="dictionary of lists, shuffled by Python's random, seeded from the generator"
import random
from collections import defaultdict
from itertools import cycle


def stratified(y, k, generator):
    lot = random.Random(torch.randint(2**62, (1,), generator=generator).item())
    of_class = defaultdict(list)
    for place, label in enumerate(y.tolist()):
        of_class[label].append(place)
    deal = cycle(range(k))
    fold = torch.zeros(len(y), dtype=torch.long)
    for places in of_class.values():
        lot.shuffle(places)
        for place in places:
            fold[place] = next(deal)
    return fold

# %% stratified wrong="each class begins at fold 0"
def stratified(y: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    fold = torch.empty(len(y), dtype=torch.int64)
    for c in y.unique():
        places = (y == c).nonzero().flatten()
        places = places[torch.randperm(len(places), generator=generator)]
        fold[places] = torch.arange(len(places)) % k
    return fold

# %% stratified wrong="not shuffled within the class"
def stratified(y: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    order = y.argsort(stable=True)
    fold = torch.empty(len(y), dtype=torch.int64)
    fold[order] = torch.arange(len(y)) % k
    return fold

# %% stratified wrong="ignores the classes"
def stratified(y: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    fold = torch.empty(len(y), dtype=torch.int64)
    fold[torch.randperm(len(y), generator=generator)] = torch.arange(len(y)) % k
    return fold

# %% stratified wrong="classes taken to be 0 … C − 1, others stay in fold 0"
def stratified(y: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    fold = torch.zeros(len(y), dtype=torch.int64)
    start = 0
    for c in range(len(y.unique())):
        places = (y == c).nonzero().flatten()
        places = places[torch.randperm(len(places), generator=generator)]
        fold[places] = (torch.arange(len(places)) + start) % k
        start += len(places)
    return fold

# %% stratified wrong="j // size for j % k: whole classes go to one fold"
def stratified(y: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    n = len(y)
    lot = torch.randperm(n, generator=generator)
    order = lot[y[lot].argsort(stable=True)]
    fold = torch.empty(n, dtype=torch.int64)
    fold[order] = torch.arange(n) * k // n
    return fold

# %% stratified wrong="each example of a class draws its fold by itself"
def stratified(y: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    fold = torch.empty(len(y), dtype=torch.int64)
    for c in y.unique():
        mask = y == c
        fold[mask] = torch.randint(k, (int(mask.sum()),), generator=generator)
    return fold

# %% stratified wrong="global randomness, the generator is not used"
def stratified(y: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    parts = []
    for c in y.unique():
        places = (y == c).nonzero().flatten()
        parts.append(places[torch.randperm(len(places))])
    fold = torch.empty(len(y), dtype=torch.int64)
    fold[torch.cat(parts)] = torch.arange(len(y)) % k
    return fold

# %% stratified wrong="folds numbered 1 … k"
def stratified(y: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    lot = torch.randperm(len(y), generator=generator)
    order = lot[y[lot].argsort(stable=True)]
    fold = torch.empty(len(y), dtype=torch.int64)
    fold[order] = torch.arange(len(y)) % k + 1
    return fold

# %% stratified wrong="a list of k tensors of places instead of each example's fold"
def stratified(y: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    lot = torch.randperm(len(y), generator=generator)
    order = lot[y[lot].argsort(stable=True)]
    return [order[j::k] for j in range(k)]

# %% stratified wrong="the numbers stay in the order of the class list, not put back to their examples"
def stratified(y: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    parts = []
    for c in y.unique():
        places = (y == c).nonzero().flatten()
        parts.append(places[torch.randperm(len(places), generator=generator)])
    order = torch.cat(parts)
    fold = torch.arange(len(order)) % k
    return fold

# %% stratified wrong="classes with fewer than k examples are left out, they stay in fold 0"
def stratified(y: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    fold = torch.zeros(len(y), dtype=torch.int64)
    start = 0
    for c in y.unique():
        places = (y == c).nonzero().flatten()
        if len(places) < k:
            continue
        places = places[torch.randperm(len(places), generator=generator)]
        fold[places] = (torch.arange(len(places)) + start) % k
        start += len(places)
    return fold

# %% stratified wrong="tensor_split of each class: the rests pile up in the first folds"
def stratified(y: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    fold = torch.zeros(len(y), dtype=torch.int64)
    for c in y.unique():
        places = (y == c).nonzero().flatten()
        places = places[torch.randperm(len(places), generator=generator)]
        for j, part in enumerate(places.tensor_split(k)):
            fold[part] = j
    return fold

# %% stratified wrong="float32 fold numbers"
def stratified(y: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    lot = torch.randperm(len(y), generator=generator)
    order = lot[y[lot].argsort(stable=True)]
    fold = torch.zeros(len(y))
    fold[order] = (torch.arange(len(y)) % k).float()
    return fold

# %% stratified wrong="the generator is reseeded, every call deals alike"
def stratified(y: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    generator.manual_seed(42)
    lot = torch.randperm(len(y), generator=generator)
    order = lot[y[lot].argsort(stable=True)]
    fold = torch.empty(len(y), dtype=torch.int64)
    fold[order] = torch.arange(len(y)) % k
    return fold

# %% stratified wrong="takes y as sorted by class: deals runs of equal neighbours, each shuffled" kind="sneaky"
def stratified(y: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    fold = torch.empty(len(y), dtype=torch.int64)
    start = 0
    for count in y.unique_consecutive(return_counts=True)[1].tolist():
        run = start + torch.randperm(count, generator=generator)
        fold[run] = torch.arange(start, start + count) % k
        start += count
    return fold

# %% stratified wrong="(arange % k)[order]: takes instead of puts, right only if y is sorted" kind="sneaky"
def stratified(y: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    parts = []
    for c in y.unique():
        places = (y == c).nonzero().flatten()
        parts.append(places[torch.randperm(len(places), generator=generator)])
    order = torch.cat(parts)
    return (torch.arange(len(y)) % k)[order]

# %% stratified wrong="each class begins at a fold by lot, the folds as a whole are not even" kind="sneaky"
def stratified(y: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    fold = torch.empty(len(y), dtype=torch.int64)
    for c in y.unique():
        places = (y == c).nonzero().flatten()
        places = places[torch.randperm(len(places), generator=generator)]
        start = torch.randint(k, (1,), generator=generator)
        fold[places] = (torch.arange(len(places)) + start) % k
    return fold

# %% stratified wrong="dealt there and back, 0 … k − 1, k − 1 … 0: a class may get a fold twice before another once" kind="sneaky"
def stratified(y: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    n = len(y)
    lot = torch.randperm(n, generator=generator)
    order = lot[y[lot].argsort(stable=True)]
    there_and_back = torch.cat([torch.arange(k), torch.arange(k).flip(0)])
    fold = torch.empty(n, dtype=torch.int64)
    fold[order] = there_and_back[torch.arange(n) % (2 * k)]
    return fold

# %% stratified wrong="range(y.max() + 1): negative class numbers stay in fold 0" kind="sneaky"
def stratified(y: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    fold = torch.zeros(len(y), dtype=torch.int64)
    start = 0
    for c in range(int(y.max()) + 1):
        places = (y == c).nonzero().flatten()
        places = places[torch.randperm(len(places), generator=generator)]
        fold[places] = (torch.arange(len(places)) + start) % k
        start += len(places)
    return fold

# %% stratified wrong="scikit-learn's StratifiedKFold, which raises if every class has fewer than k" kind="sneaky"
import warnings

from sklearn.model_selection import StratifiedKFold


def stratified(y: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    seed = int(torch.randint(2**31 - 1, (1,), generator=generator))
    cut = StratifiedKFold(k, shuffle=True, random_state=seed)
    fold = torch.zeros(len(y), dtype=torch.int64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for j, (_, test) in enumerate(cut.split(y.numpy(), y.numpy())):
            fold[torch.from_numpy(test)] = j
    return fold

# %% stratified wrong="a copy of the generator, which itself does not go on" kind="sneaky"
def stratified(y: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    mine = torch.Generator()
    mine.set_state(generator.get_state())
    lot = torch.randperm(len(y), generator=mine)
    order = lot[y[lot].argsort(stable=True)]
    fold = torch.empty(len(y), dtype=torch.int64)
    fold[order] = torch.arange(len(y)) % k
    return fold

# %% stratified wrong="the next class goes on after the length of the last one alone: right with two classes" kind="sneaky"
def stratified(y: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    fold = torch.empty(len(y), dtype=torch.int64)
    start = 0
    for c in y.unique():
        places = (y == c).nonzero().flatten()
        places = places[torch.randperm(len(places), generator=generator)]
        fold[places] = (torch.arange(len(places)) + start) % k
        start = len(places) % k
    return fold

# %% grouped right="greedy with unique, argsort and argmin, as in the hints"
def grouped(groups: torch.Tensor, k: int) -> torch.Tensor:
    names, sizes = groups.unique(return_counts=True)
    fold = torch.zeros(len(groups), dtype=torch.int64)
    load = torch.zeros(k)
    for g in sizes.argsort(descending=True):
        lightest = load.argmin()
        fold[groups == names[g]] = lightest
        load[lightest] += sizes[g]
    return fold

# %% grouped right="Counter.most_common and lists"
from collections import Counter


def grouped(groups, k):
    names = groups.tolist()
    load = [0] * k
    home = {}
    for name, size in Counter(names).most_common():
        j = load.index(min(load))
        home[name] = j
        load[j] += size
    return torch.tensor([home[name] for name in names], dtype=torch.int64)

# %% grouped right="a heap of (load, fold)"
import heapq


def grouped(groups: torch.Tensor, k: int) -> torch.Tensor:
    heap = [(0, j) for j in range(k)]
    fold = torch.empty_like(groups)
    pairs = zip(*(part.tolist() for part in groups.unique(return_counts=True)))
    for name, size in sorted(pairs, key=lambda pair: -pair[1]):
        load, j = heap[0]
        heapq.heapreplace(heap, (load + size, j))
        fold[groups == name] = j
    return fold

# %% grouped right="fold of each group, spread by the inverse of unique"
def grouped(groups, k):
    _, which, sizes = torch.unique(groups, return_inverse=True, return_counts=True)
    fold_of_group = torch.zeros_like(sizes)
    load = sizes.new_zeros(k)
    for g in sizes.sort(descending=True).indices.tolist():
        fold_of_group[g] = load.argmin()
        load[fold_of_group[g]] += sizes[g]
    return fold_of_group[which]

# %% grouped right="scikit-learn's GroupKFold"
from sklearn.model_selection import GroupKFold


def grouped(groups, k):
    fold = torch.zeros(len(groups), dtype=torch.int64)
    for j, (_, test) in enumerate(GroupKFold(k).split(groups[:, None].numpy(), groups=groups.numpy())):
        fold[test] = j
    return fold

# %% grouped right="numpy, last of the equally light folds"
import numpy as np


def grouped(groups: torch.Tensor, k: int) -> torch.Tensor:
    g = groups.numpy()
    names, sizes = np.unique(g, return_counts=True)
    fold = np.zeros(g.shape, dtype=np.int64)
    load = np.zeros(k, dtype=np.int64)
    for i in np.argsort(-sizes):
        j = k - 1 - np.argmin(load[::-1])
        fold[g == names[i]] = j
        load[j] += sizes[i]
    return torch.from_numpy(fold)

# %% grouped right="counts everything anew in each round, beginner style"
def grouped(groups: torch.Tensor, k: int) -> torch.Tensor:
    fold = torch.full((len(groups),), -1, dtype=torch.int64)
    while (fold == -1).any():
        # the heaviest group that has no fold yet
        best_name = None
        best_size = 0
        for name in set(groups[fold == -1].tolist()):
            size = (groups == name).sum().item()
            if size > best_size:
                best_name = name
                best_size = size
        # the fold with the fewest examples
        best_fold = 0
        for j in range(k):
            if (fold == j).sum() < (fold == best_fold).sum():
                best_fold = j
        fold[groups == best_name] = best_fold
    return fold

# %% grouped wrong="groups in the order of their names, not the heaviest first"
def grouped(groups: torch.Tensor, k: int) -> torch.Tensor:
    fold = torch.zeros(len(groups), dtype=torch.int64)
    load = torch.zeros(k)
    for name in groups.unique():
        j = load.argmin()
        fold[groups == name] = j
        load[j] += (groups == name).sum()
    return fold

# %% grouped wrong="the lightest group first"
def grouped(groups: torch.Tensor, k: int) -> torch.Tensor:
    names, sizes = groups.unique(return_counts=True)
    fold = torch.zeros(len(groups), dtype=torch.int64)
    load = torch.zeros(k)
    for g in sizes.argsort():
        j = load.argmin()
        fold[groups == names[g]] = j
        load[j] += sizes[g]
    return fold

# %% grouped wrong="round robin, heaviest first: the loads are not looked at"
def grouped(groups: torch.Tensor, k: int) -> torch.Tensor:
    names, sizes = groups.unique(return_counts=True)
    fold = torch.zeros(len(groups), dtype=torch.int64)
    for i, g in enumerate(sizes.argsort(descending=True)):
        fold[groups == names[g]] = i % k
    return fold

# %% grouped wrong="counts groups for load, not examples"
def grouped(groups: torch.Tensor, k: int) -> torch.Tensor:
    names, sizes = groups.unique(return_counts=True)
    fold = torch.zeros(len(groups), dtype=torch.int64)
    load = torch.zeros(k)
    for g in sizes.argsort(descending=True):
        j = load.argmin()
        fold[groups == names[g]] = j
        load[j] += 1
    return fold

# %% grouped wrong="name modulo k"
def grouped(groups: torch.Tensor, k: int) -> torch.Tensor:
    return groups % k

# %% grouped wrong="cuts rows, groups are ignored"
def grouped(groups: torch.Tensor, k: int) -> torch.Tensor:
    return torch.arange(len(groups)) % k

# %% grouped wrong="sorts by group and cuts evenly, a group at a cut is in two folds"
def grouped(groups: torch.Tensor, k: int) -> torch.Tensor:
    fold = torch.zeros(len(groups), dtype=torch.int64)
    for j, part in enumerate(groups.argsort(stable=True).tensor_split(k)):
        fold[part] = j
    return fold

# %% grouped wrong="to the heaviest fold, argmax"
def grouped(groups: torch.Tensor, k: int) -> torch.Tensor:
    names, sizes = groups.unique(return_counts=True)
    fold = torch.zeros(len(groups), dtype=torch.int64)
    load = torch.zeros(k)
    for g in sizes.argsort(descending=True):
        j = load.argmax()
        fold[groups == names[g]] = j
        load[j] += sizes[g]
    return fold

# %% grouped wrong="the fold of each group, not of each example"
def grouped(groups: torch.Tensor, k: int) -> torch.Tensor:
    names, sizes = groups.unique(return_counts=True)
    fold = torch.zeros(len(names), dtype=torch.int64)
    load = torch.zeros(k)
    for g in sizes.argsort(descending=True):
        j = load.argmin()
        fold[g] = j
        load[j] += sizes[g]
    return fold

# %% grouped wrong="the load is set, not added to"
def grouped(groups: torch.Tensor, k: int) -> torch.Tensor:
    names, sizes = groups.unique(return_counts=True)
    fold = torch.zeros(len(groups), dtype=torch.int64)
    load = torch.zeros(k)
    for g in sizes.argsort(descending=True):
        j = load.argmin()
        fold[groups == names[g]] = j
        load[j] = sizes[g]
    return fold

# %% grouped wrong="the load is never updated, all in fold 0"
def grouped(groups: torch.Tensor, k: int) -> torch.Tensor:
    names, sizes = groups.unique(return_counts=True)
    fold = torch.zeros(len(groups), dtype=torch.int64)
    load = torch.zeros(k)
    for g in sizes.argsort(descending=True):
        fold[groups == names[g]] = load.argmin()
    return fold

# %% grouped wrong="equally many groups in each fold, by name"
def grouped(groups: torch.Tensor, k: int) -> torch.Tensor:
    names, which = groups.unique(return_inverse=True)
    return which * k // len(names)

# %% grouped wrong="sizes sorted, names not: each size is paired with another group's name"
def grouped(groups: torch.Tensor, k: int) -> torch.Tensor:
    names, sizes = groups.unique(return_counts=True)
    sizes = sizes.sort(descending=True).values
    fold = torch.zeros(len(groups), dtype=torch.int64)
    load = torch.zeros(k)
    for name, size in zip(names, sizes):
        j = load.argmin()
        fold[groups == name] = j
        load[j] += size
    return fold

# %% grouped wrong="folds numbered 1 … k"
def grouped(groups: torch.Tensor, k: int) -> torch.Tensor:
    names, sizes = groups.unique(return_counts=True)
    fold = torch.zeros(len(groups), dtype=torch.int64)
    load = torch.zeros(k)
    for g in sizes.argsort(descending=True):
        j = load.argmin()
        fold[groups == names[g]] = j + 1
        load[j] += sizes[g]
    return fold

# %% grouped wrong="float32 fold numbers"
def grouped(groups: torch.Tensor, k: int) -> torch.Tensor:
    names, sizes = groups.unique(return_counts=True)
    fold = torch.zeros(len(groups))
    load = torch.zeros(k)
    for g in sizes.argsort(descending=True):
        j = load.argmin().item()
        fold[groups == names[g]] = j
        load[j] += sizes[g]
    return fold

# %% grouped wrong="fills one fold after the other up to n / k" kind="sneaky"
def grouped(groups: torch.Tensor, k: int) -> torch.Tensor:
    names, sizes = groups.unique(return_counts=True)
    fold = torch.zeros(len(groups), dtype=torch.int64)
    j, load = 0, 0
    for g in sizes.argsort(descending=True):
        if load >= len(groups) / k and j < k - 1:
            j, load = j + 1, 0
        fold[groups == names[g]] = j
        load += sizes[g].item()
    return fold

# %% grouped wrong="places in the sorted list taken for names, right only for names 0 … G − 1" kind="sneaky"
def grouped(groups: torch.Tensor, k: int) -> torch.Tensor:
    sizes = groups.unique(return_counts=True)[1]
    fold = torch.zeros(len(groups), dtype=torch.int64)
    load = torch.zeros(k)
    for name in sizes.argsort(descending=True):
        j = load.argmin()
        fold[groups == name] = j
        load[j] += sizes[name]
    return fold

# %% grouped wrong="fold numbers written into a copy of the names, and taken for names later on" kind="sneaky"
def grouped(groups: torch.Tensor, k: int) -> torch.Tensor:
    names, sizes = groups.unique(return_counts=True)
    fold = groups.clone()
    load = torch.zeros(k)
    for g in sizes.argsort(descending=True):
        j = load.argmin()
        fold[fold == names[g]] = j
        load[j] += sizes[g]
    return fold

# %% grouped wrong="unique_consecutive: a group whose examples are scattered is in two folds" kind="sneaky"
def grouped(groups: torch.Tensor, k: int) -> torch.Tensor:
    _, which, sizes = groups.unique_consecutive(return_inverse=True, return_counts=True)
    home = torch.zeros(len(sizes), dtype=torch.int64)
    load = torch.zeros(k)
    for g in sizes.argsort(descending=True):
        j = load.argmin()
        home[g] = j
        load[j] += sizes[g]
    return home[which]

# %% grouped wrong="bincount of the names: negative names raise" kind="sneaky"
def grouped(groups: torch.Tensor, k: int) -> torch.Tensor:
    sizes = torch.bincount(groups)
    fold = torch.zeros(len(groups), dtype=torch.int64)
    load = torch.zeros(k)
    for name in sizes.argsort(descending=True):
        j = load.argmin()
        fold[groups == name] = j
        load[j] += sizes[name]
    return fold

# %% grouped wrong="heaviest first, dealt there and back (0 1 2 2 1 0), nearly even but not to the lightest" kind="sneaky"
def grouped(groups: torch.Tensor, k: int) -> torch.Tensor:
    names, sizes = groups.unique(return_counts=True)
    fold = torch.zeros(len(groups), dtype=torch.int64)
    for i, g in enumerate(sizes.argsort(descending=True)):
        i = i % (2 * k)
        fold[groups == names[g]] = min(i, 2 * k - 1 - i)
    return fold

# %% forward right="slices of argsort, as in the hints"
def forward_chaining(
    times: torch.Tensor, k: int, gap: int
) -> list[tuple[torch.Tensor, torch.Tensor]]:
    n = len(times)
    m = n // (k + 1)
    order = times.argsort()
    pairs = []
    for i in range(k):
        start = n - (k - i) * m
        pairs.append((order[: start - gap], order[start : start + m]))
    return pairs

# %% forward right="sorted list of Python, beginner style"
def forward_chaining(times: torch.Tensor, k: int, gap: int):
    n = len(times)
    m = n // (k + 1)
    values = times.tolist()
    order = sorted(range(n), key=lambda i: values[i])
    result = []
    start = n - k * m
    while start < n:
        train = []
        test = []
        for position in range(n):
            if position < start - gap:
                train.append(order[position])
            if position >= start and position < start + m:
                test.append(order[position])
        result.append((torch.tensor(train), torch.tensor(test)))
        start = start + m
    return result

# %% forward right="scikit-learn's TimeSeriesSplit on the sorted places"
from sklearn.model_selection import TimeSeriesSplit


def forward_chaining(times, k, gap):
    order = times.argsort()
    return [(order[torch.from_numpy(a)], order[torch.from_numpy(b)]) for a, b in TimeSeriesSplit(k, gap=gap).split(order)]

# %% forward right="ranks and masks, places in ascending order"
def forward_chaining(times, k, gap):
    n = len(times)
    m = n // (k + 1)
    rank = torch.empty(n, dtype=torch.int64)
    rank[times.argsort()] = torch.arange(n)
    pairs = []
    for start in range(n - k * m, n, m):
        train = rank < start - gap
        test = (rank >= start) & (rank < start + m)
        pairs.append((train.nonzero().squeeze(1), test.nonzero().squeeze(1)))
    return pairs

# %% forward right="numpy"
import numpy as np


def forward_chaining(times: torch.Tensor, k: int, gap: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    order = np.argsort(times.numpy(), kind="stable").astype(np.int64)
    n = order.size
    m = n // (k + 1)
    starts = n - m * np.arange(k, 0, -1)
    return [
        (torch.from_numpy(order[: s - gap].copy()), torch.from_numpy(order[s : s + m].copy()))
        for s in starts
    ]

# %% forward right="from the last block backwards, then reversed"
def forward_chaining(times: torch.Tensor, k: int, gap: int):
    m = len(times) // (k + 1)
    before = times.sort().indices
    pairs = []
    for _ in range(k):
        before, test = before[:-m], before[-m:]
        pairs.append((before[: len(before) - gap], test))
    return pairs[::-1]

# %% forward right="compares times with the times at the borders"
def forward_chaining(times, k, gap):
    n, m = len(times), len(times) // (k + 1)
    clock = times.sort().values
    out = []
    for start in range(n - k * m, n, m):
        test = torch.where((times >= clock[start]) & (times <= clock[start + m - 1]))[0]
        train = torch.where(times < clock[start - gap])[0]
        out.append((train, test))
    return out

# %% forward right="split into blocks, in one expression"
def forward_chaining(times, k, gap):
    n, m, order = len(times), len(times) // (k + 1), torch.argsort(times)
    return [(order[: n - (k - i) * m - gap], block) for i, block in enumerate(order[n - k * m :].split(m))]

# %% forward wrong="not sorted by time"
def forward_chaining(times, k, gap):
    n = len(times)
    m = n // (k + 1)
    order = torch.arange(n)
    return [(order[: s - gap], order[s : s + m]) for s in range(n - k * m, n, m)]

# %% forward wrong="blocks counted from the beginning, the latest examples are left out"
def forward_chaining(times, k, gap):
    n = len(times)
    m = n // (k + 1)
    order = times.argsort()
    return [(order[: i * m - gap], order[i * m : (i + 1) * m]) for i in range(1, k + 1)]

# %% forward wrong="counted from the beginning, the last block takes the rest"
def forward_chaining(times, k, gap):
    n = len(times)
    m = n // (k + 1)
    order = times.argsort()
    pairs = [(order[: i * m - gap], order[i * m : (i + 1) * m]) for i in range(1, k)]
    return [*pairs, (order[: k * m - gap], order[k * m :])]

# %% forward wrong="the gap is forgotten"
def forward_chaining(times, k, gap):
    n = len(times)
    m = n // (k + 1)
    order = times.argsort()
    return [(order[:s], order[s : s + m]) for s in range(n - k * m, n, m)]

# %% forward wrong="the gap is cut from the test block"
def forward_chaining(times, k, gap):
    n = len(times)
    m = n // (k + 1)
    order = times.argsort()
    return [(order[:s], order[s + gap : s + m]) for s in range(n - k * m, n, m)]

# %% forward wrong="gap one too large"
def forward_chaining(times, k, gap):
    n = len(times)
    m = n // (k + 1)
    order = times.argsort()
    return [(order[: s - gap - 1], order[s : s + m]) for s in range(n - k * m, n, m)]

# %% forward wrong="trains on the future, too"
def forward_chaining(times, k, gap):
    n = len(times)
    m = n // (k + 1)
    order = times.argsort()
    return [
        (torch.cat([order[: s - gap], order[s + m :]]), order[s : s + m])
        for s in range(n - k * m, n, m)
    ]

# %% forward wrong="n // k for the size of a block"
def forward_chaining(times, k, gap):
    n = len(times)
    m = n // k
    order = times.argsort()
    pairs = []
    for i in range(k):
        s = n - (k - i) * m
        pairs.append((order[: max(s - gap, 0)], order[s : s + m]))
    return pairs

# %% forward wrong="a window: trains on the block before alone"
def forward_chaining(times, k, gap):
    n = len(times)
    m = n // (k + 1)
    order = times.argsort()
    return [(order[s - m : s - gap], order[s : s + m]) for s in range(n - k * m, n, m)]

# %% forward wrong="the latest block first"
def forward_chaining(times, k, gap):
    n = len(times)
    m = n // (k + 1)
    order = times.argsort()
    pairs = []
    for i in range(1, k + 1):
        s = n - i * m
        pairs.append((order[: s - gap], order[s : s + m]))
    return pairs

# %% forward wrong="sorted from late to early"
def forward_chaining(times, k, gap):
    n = len(times)
    m = n // (k + 1)
    order = times.argsort(descending=True)
    return [(order[: s - gap], order[s : s + m]) for s in range(n - k * m, n, m)]

# %% forward wrong="the times themselves instead of places"
def forward_chaining(times, k, gap):
    n = len(times)
    m = n // (k + 1)
    clock = times.sort().values
    return [(clock[: s - gap], clock[s : s + m]) for s in range(n - k * m, n, m)]

# %% forward wrong="(test, train) instead of (train, test)"
def forward_chaining(times, k, gap):
    n = len(times)
    m = n // (k + 1)
    order = times.argsort()
    return [(order[s : s + m], order[: s - gap]) for s in range(n - k * m, n, m)]

# %% forward wrong="masks instead of places"
def forward_chaining(times, k, gap):
    n = len(times)
    m = n // (k + 1)
    rank = times.argsort().argsort()
    return [
        (rank < s - gap, (rank >= s) & (rank < s + m)) for s in range(n - k * m, n, m)
    ]

# %% forward wrong="the gap is taken from the earliest examples"
def forward_chaining(times, k, gap):
    n = len(times)
    m = n // (k + 1)
    order = times.argsort()
    return [(order[gap:s], order[s : s + m]) for s in range(n - k * m, n, m)]

# %% forward wrong="off by one: the last block is missing"
def forward_chaining(times, k, gap):
    n = len(times)
    m = n // (k + 1)
    order = times.argsort()
    return [(order[: s - gap], order[s : s + m]) for s in range(n - k * m, n - m, m)]

# %% forward wrong="[:-gap] leaves nothing to train on if gap is 0" kind="sneaky"
def forward_chaining(times, k, gap):
    n = len(times)
    m = n // (k + 1)
    order = times.argsort()
    return [(order[:s][:-gap], order[s : s + m]) for s in range(n - k * m, n, m)]

# %% forward wrong="ranks (argsort of argsort) taken for places" kind="sneaky"
def forward_chaining(times, k, gap):
    n = len(times)
    m = n // (k + 1)
    order = times.argsort().argsort()
    return [(order[: s - gap], order[s : s + m]) for s in range(n - k * m, n, m)]

# %% forward wrong="the gap is measured in time, not in examples" kind="sneaky"
def forward_chaining(times, k, gap):
    n = len(times)
    m = n // (k + 1)
    order = times.argsort()
    pairs = []
    for s in range(n - k * m, n, m):
        first = times[order[s]]
        pairs.append(((times < first - gap).nonzero().flatten(), order[s : s + m]))
    return pairs

# %% forward wrong="tensor_split into k + 1 parts: blocks are not all m long if there is a rest" kind="sneaky"
def forward_chaining(times, k, gap):
    parts = times.argsort().tensor_split(k + 1)
    pairs = []
    for i in range(1, k + 1):
        before = torch.cat(parts[:i])
        pairs.append((before[: len(before) - gap], parts[i]))
    return pairs

# %% forward wrong="the gap is kept before the first block only" kind="sneaky"
def forward_chaining(times, k, gap):
    n = len(times)
    m = n // (k + 1)
    order = times.argsort()
    pairs = []
    for i in range(k):
        s = n - (k - i) * m
        pairs.append((order[: s - gap] if i == 0 else order[:s], order[s : s + m]))
    return pairs

# %% forward wrong="sorts float32 times: large times that differ by little are mixed up" kind="sneaky"
def forward_chaining(times, k, gap):
    n = len(times)
    m = n // (k + 1)
    order = times.float().argsort()
    return [(order[: s - gap], order[s : s + m]) for s in range(n - k * m, n, m)]

# %% bootstrap right="resamples the gain, as in the hints"
def paired_bootstrap(
    right_a: torch.Tensor, right_b: torch.Tensor, num_draws: int, generator: torch.Generator
) -> tuple[float, float]:
    gain = right_a.double() - right_b.double()
    n = len(gain)
    places = torch.randint(n, (num_draws, n), generator=generator)
    differences = gain[places].mean(dim=1)
    return differences.quantile(0.025).item(), differences.quantile(0.975).item()

# %% bootstrap right="a loop over the draws, two accuracies each, beginner style"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    n = len(right_a)
    differences = []
    for draw in range(num_draws):
        places = torch.randint(0, n, (n,), generator=generator)
        accuracy_a = right_a[places].sum().item() / n
        accuracy_b = right_b[places].sum().item() / n
        differences.append(accuracy_a - accuracy_b)
    differences = torch.tensor(differences, dtype=torch.float64)
    low = torch.quantile(differences, 0.025)
    high = torch.quantile(differences, 0.975)
    return low, high

# %% bootstrap right="numpy, its generator seeded from the torch generator"
import numpy as np


def paired_bootstrap(right_a, right_b, num_draws, generator):
    rng = np.random.default_rng(torch.randint(2**62, (1,), generator=generator).item())
    gain = right_a.numpy().astype(np.int64) - right_b.numpy().astype(np.int64)
    n = gain.size
    d = np.array([gain[rng.integers(n, size=n)].sum() for _ in range(num_draws)]) / n
    low, high = np.percentile(d, [2.5, 97.5])
    return float(low), float(high)

# %% bootstrap right="floats of torch's default dtype, in chunks of 500 draws"
def paired_bootstrap(right_a: torch.Tensor, right_b: torch.Tensor, num_draws: int, generator: torch.Generator):
    a, b = right_a.float(), right_b.float()
    n = a.shape[0]
    parts = []
    for first in range(0, num_draws, 500):
        rows = min(500, num_draws - first)
        where = torch.randint(n, (rows, n), generator=generator)
        parts.append(a[where].mean(dim=1) - b[where].mean(dim=1))
    low, high = torch.cat(parts).quantile(torch.tensor([0.025, 0.975]))
    return low, high

# %% bootstrap right="only how many gains and losses a draw has matters: two binomials"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    n = right_a.numel()
    only_a = int((right_a & ~right_b).sum())
    only_b = int((right_b & ~right_a).sum())
    size = torch.full((num_draws,), float(n), dtype=torch.float64)
    plus = torch.binomial(size, torch.full_like(size, only_a / n), generator=generator)
    share = only_b / (n - only_a) if only_a < n else 0.0
    minus = torch.binomial(size - plus, torch.full_like(size, share), generator=generator)
    d = (plus - minus) / n
    return d.quantile(0.025).item(), d.quantile(0.975).item()

# %% bootstrap right="multinomial draws of places, sorted differences, quantile as the inverse of the distribution function"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    n = len(right_a)
    gain = right_a.long() - right_b.long()
    even = torch.ones(n)
    sums = []
    for _ in range(num_draws):
        places = torch.multinomial(even, n, replacement=True, generator=generator)
        sums.append(gain[places].sum().item())
    sums.sort()
    low = sums[max(math.ceil(0.025 * num_draws) - 1, 0)]
    high = sums[max(math.ceil(0.975 * num_draws) - 1, 0)]
    return low / n, high / n

# %% bootstrap right="SciPy's own bootstrap, seeded from the generator"
import numpy as np


def paired_bootstrap(right_a, right_b, num_draws, generator):
    a, b = right_a.double().numpy(), right_b.double().numpy()
    seed = int(torch.randint(2**31 - 1, (1,), generator=generator))
    if len(a) == 1:  # SciPy wants two examples or more
        return float(a[0] - b[0]), float(a[0] - b[0])
    result = stats.bootstrap(
        (a, b),
        lambda x, y, axis=-1: x.mean(axis=axis) - y.mean(axis=axis),
        paired=True,
        vectorized=True,
        n_resamples=num_draws,
        batch=500,
        method="percentile",
        random_state=np.random.default_rng(seed),
    )
    return float(result.confidence_interval.low), float(result.confidence_interval.high)

# %% bootstrap wrong="other examples for B than for A, not paired"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    n = len(right_a)
    for_a = torch.randint(n, (num_draws, n), generator=generator)
    for_b = torch.randint(n, (num_draws, n), generator=generator)
    d = right_a.double()[for_a].mean(dim=1) - right_b.double()[for_b].mean(dim=1)
    return d.quantile(0.025).item(), d.quantile(0.975).item()

# %% bootstrap wrong="without replacement, every draw is the whole set"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    gain = right_a.double() - right_b.double()
    n = len(gain)
    d = torch.stack([gain[torch.randperm(n, generator=generator)].mean() for _ in range(num_draws)])
    return d.quantile(0.025).item(), d.quantile(0.975).item()

# %% bootstrap wrong="5 % and 95 % quantiles"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    gain = right_a.double() - right_b.double()
    n = len(gain)
    d = gain[torch.randint(n, (num_draws, n), generator=generator)].mean(dim=1)
    return d.quantile(0.05).item(), d.quantile(0.95).item()

# %% bootstrap wrong="B minus A"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    gain = right_b.double() - right_a.double()
    n = len(gain)
    d = gain[torch.randint(n, (num_draws, n), generator=generator)].mean(dim=1)
    return d.quantile(0.025).item(), d.quantile(0.975).item()

# %% bootstrap wrong="smallest and largest difference"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    gain = right_a.double() - right_b.double()
    n = len(gain)
    d = gain[torch.randint(n, (num_draws, n), generator=generator)].mean(dim=1)
    return d.min().item(), d.max().item()

# %% bootstrap wrong="mean over the draws, the wrong axis"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    gain = right_a.double() - right_b.double()
    n = len(gain)
    d = gain[torch.randint(n, (num_draws, n), generator=generator)].mean(dim=0)
    return d.quantile(0.025).item(), d.quantile(0.975).item()

# %% bootstrap wrong="sums, not means"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    gain = right_a.double() - right_b.double()
    n = len(gain)
    d = gain[torch.randint(n, (num_draws, n), generator=generator)].sum(dim=1)
    return d.quantile(0.025).item(), d.quantile(0.975).item()

# %% bootstrap wrong="quantiles of the gains themselves, nothing is averaged"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    gain = right_a.double() - right_b.double()
    sample = gain[torch.randint(len(gain), (num_draws,), generator=generator)]
    return sample.quantile(0.025).item(), sample.quantile(0.975).item()

# %% bootstrap wrong="only the examples on which they disagree"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    differ = right_a != right_b
    gain = right_a[differ].double() - right_b[differ].double()
    n = len(gain)
    if n == 0:
        return 0.0, 0.0
    d = gain[torch.randint(n, (num_draws, n), generator=generator)].mean(dim=1)
    return d.quantile(0.025).item(), d.quantile(0.975).item()

# %% bootstrap wrong="global randomness"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    gain = right_a.double() - right_b.double()
    n = len(gain)
    d = gain[torch.randint(n, (num_draws, n))].mean(dim=1)
    return d.quantile(0.025).item(), d.quantile(0.975).item()

# %% bootstrap wrong="the generator is reseeded in every draw, all draws are the same"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    gain = right_a.double() - right_b.double()
    n = len(gain)
    d = []
    for _ in range(num_draws):
        generator.manual_seed(0)
        d.append(gain[torch.randint(n, (n,), generator=generator)].mean())
    d = torch.stack(d)
    return d.quantile(0.025).item(), d.quantile(0.975).item()

# %% bootstrap wrong="percent and share mixed up: the 0.025th and 0.975th percentile"
import numpy as np


def paired_bootstrap(right_a, right_b, num_draws, generator):
    gain = right_a.double() - right_b.double()
    n = len(gain)
    d = gain[torch.randint(n, (num_draws, n), generator=generator)].mean(dim=1).numpy()
    return float(np.percentile(d, 0.025)), float(np.percentile(d, 0.975))

# %% bootstrap wrong="(high, low)"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    gain = right_a.double() - right_b.double()
    n = len(gain)
    d = gain[torch.randint(n, (num_draws, n), generator=generator)].mean(dim=1)
    return d.quantile(0.975).item(), d.quantile(0.025).item()

# %% bootstrap wrong="the interval of A's accuracy alone"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    n = len(right_a)
    d = right_a.double()[torch.randint(n, (num_draws, n), generator=generator)].mean(dim=1)
    return d.quantile(0.025).item(), d.quantile(0.975).item()

# %% bootstrap wrong="draws of half the examples, too wide"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    gain = right_a.double() - right_b.double()
    n = len(gain)
    d = gain[torch.randint(n, (num_draws, max(n // 2, 1)), generator=generator)].mean(dim=1)
    return d.quantile(0.025).item(), d.quantile(0.975).item()

# %% bootstrap wrong="shape (n, num_draws) for (num_draws, n): n means of num_draws examples each, too narrow"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    gain = right_a.double() - right_b.double()
    n = len(gain)
    d = gain[torch.randint(n, (n, num_draws), generator=generator)].mean(dim=1)
    return d.quantile(0.025).item(), d.quantile(0.975).item()

# %% bootstrap wrong="whether they differ, not who is ahead: right while A is never worse" kind="sneaky"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    gain = (right_a ^ right_b).double()
    n = len(gain)
    d = gain[torch.randint(n, (num_draws, n), generator=generator)].mean(dim=1)
    return d.quantile(0.025).item(), d.quantile(0.975).item()

# %% bootstrap wrong="randint(n − 1): the last example is never drawn" kind="sneaky"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    gain = right_a.double() - right_b.double()
    n = len(gain)
    d = gain[torch.randint(n - 1, (num_draws, n), generator=generator)].mean(dim=1)
    return d.quantile(0.025).item(), d.quantile(0.975).item()

# %% bootstrap wrong="mean ± 1.96 standard deviations of the draws instead of the quantiles" kind="sneaky"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    gain = right_a.double() - right_b.double()
    n = len(gain)
    d = gain[torch.randint(n, (num_draws, n), generator=generator)].mean(dim=1)
    return (d.mean() - 1.96 * d.std()).item(), (d.mean() + 1.96 * d.std()).item()

# %% bootstrap wrong="the basic bootstrap: quantiles mirrored at the measured difference" kind="sneaky"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    gain = right_a.double() - right_b.double()
    n = len(gain)
    d = gain[torch.randint(n, (num_draws, n), generator=generator)].mean(dim=1)
    measured = gain.mean()
    return (2 * measured - d.quantile(0.975)).item(), (2 * measured - d.quantile(0.025)).item()

# %% bootstrap wrong="a copy of the generator, which itself does not go on" kind="sneaky"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    mine = torch.Generator()
    mine.set_state(generator.get_state())
    gain = right_a.double() - right_b.double()
    n = len(gain)
    d = gain[torch.randint(n, (num_draws, n), generator=mine)].mean(dim=1)
    return d.quantile(0.025).item(), d.quantile(0.975).item()

# %% bootstrap wrong="a lower end below 0 is cut off at 0" kind="sneaky"
def paired_bootstrap(right_a, right_b, num_draws, generator):
    gain = right_a.double() - right_b.double()
    n = len(gain)
    d = gain[torch.randint(n, (num_draws, n), generator=generator)].mean(dim=1)
    return max(d.quantile(0.025).item(), 0.0), max(d.quantile(0.975).item(), 0.0)

# %% mcnemar right="math.comb in exact integers, loop over the sum"
def mcnemar(y: torch.Tensor, a: torch.Tensor, b: torch.Tensor) -> float:
    only_a = int(((a == y) & (b != y)).sum())
    only_b = int(((b == y) & (a != y)).sum())
    m = only_a + only_b
    total = 0
    for j in range(min(only_a, only_b) + 1):
        total += math.comb(m, j)
    return min(1.0, 2 * total / 2**m)

# %% mcnemar right="scipy binomtest, with the case of no disagreement apart"
def mcnemar(y, a, b):
    right_a, right_b = a == y, b == y
    b_count = (right_a & ~right_b).sum().item()
    c_count = (right_b & ~right_a).sum().item()
    if b_count + c_count == 0:
        return 1.0
    return float(stats.binomtest(b_count, b_count + c_count).pvalue)

# %% mcnemar right="one-liner-ish with the binomial cdf"
def mcnemar(y, a, b):
    gain = (a == y).long() - (b == y).long()
    n_plus, n_minus = (gain > 0).sum().item(), (gain < 0).sum().item()
    return float(min(1, 2 * stats.binom.cdf(min(n_plus, n_minus), n_plus + n_minus, 0.5)))

# %% mcnemar right="beginner: counts in a Python loop over lists"
def mcnemar(y: torch.Tensor, a: torch.Tensor, b: torch.Tensor) -> float:
    a_alone = 0
    b_alone = 0
    for truth, says_a, says_b in zip(y.tolist(), a.tolist(), b.tolist()):
        if says_a == truth and says_b != truth:
            a_alone = a_alone + 1
        elif says_a != truth and says_b == truth:
            b_alone = b_alone + 1
    tosses = a_alone + b_alone
    if a_alone < b_alone:
        smaller = a_alone
    else:
        smaller = b_alone
    probability = 0.0
    for j in range(0, smaller + 1):
        probability += math.comb(tosses, j) / 2**tosses
    p = 2 * probability
    if p > 1:
        p = 1.0
    return p

# %% mcnemar right="torch, log of the binomial coefficients in float64, returns a tensor"
def mcnemar(y, a, b):
    ra, rb = a.eq(y), b.eq(y)
    only_a = ra.logical_and(~rb).sum()
    only_b = rb.logical_and(~ra).sum()
    m = (only_a + only_b).double()
    j = torch.arange(torch.minimum(only_a, only_b).item() + 1, dtype=torch.float64)
    log_terms = torch.lgamma(m + 1) - torch.lgamma(j + 1) - torch.lgamma(m - j + 1) - m * math.log(2)
    return (2 * log_terms.exp().sum()).clamp(max=1.0)

# %% mcnemar right="recurrence for the terms, from one to the next"
def mcnemar(y, a, b):
    r = torch.stack([a == y, b == y])
    n10 = int((r[0] > r[1]).sum())
    n01 = int((r[0] < r[1]).sum())
    m = n10 + n01
    term = 0.5**m
    tail = term
    for j in range(min(n10, n01)):
        term = term * (m - j) / (j + 1)
        tail += term
    return min(1.0, 2 * tail)

# %% mcnemar right="NumPy inside, with the distribution of the tosses by convolution"
import numpy as np


def mcnemar(y, a, b):
    y, a, b = y.numpy(), a.numpy(), b.numpy()
    one = np.count_nonzero((a == y) & (b != y))
    other = np.count_nonzero((a != y) & (b == y))
    row = np.array([1.0])
    for _ in range(one + other):
        row = np.convolve(row, [0.5, 0.5])
    return float(min(1.0, 2 * row[: min(one, other) + 1].sum()))

# %% mcnemar right="both tails added up, cdf below and sf above"
def mcnemar(y, a, b):
    one = int(((a == y) & (b != y)).sum())
    other = int(((a != y) & (b == y)).sum())
    m = one + other
    if one == other:
        return 1.0
    low, high = sorted((one, other))
    return float(stats.binom.cdf(low, m, 0.5) + stats.binom.sf(high - 1, m, 0.5))

# %% mcnemar wrong="one side only, not taken twice"
def mcnemar(y, a, b):
    one = int(((a == y) & (b != y)).sum())
    other = int(((a != y) & (b == y)).sum())
    m = one + other
    return sum(math.comb(m, j) for j in range(min(one, other) + 1)) / 2**m

# %% mcnemar wrong="not capped at 1: above 1 where both counts are equal"
def mcnemar(y, a, b):
    one = int(((a == y) & (b != y)).sum())
    other = int(((a != y) & (b == y)).sum())
    m = one + other
    return 2 * sum(math.comb(m, j) for j in range(min(one, other) + 1)) / 2**m

# %% mcnemar wrong="the sum ends one too early"
def mcnemar(y, a, b):
    one = int(((a == y) & (b != y)).sum())
    other = int(((a != y) & (b == y)).sum())
    m = one + other
    if m == 0:
        return 1.0
    return min(1.0, 2 * sum(math.comb(m, j) for j in range(min(one, other))) / 2**m)

# %% mcnemar wrong="the sum runs to the larger count"
def mcnemar(y, a, b):
    one = int(((a == y) & (b != y)).sum())
    other = int(((a != y) & (b == y)).sum())
    m = one + other
    return min(1.0, 2 * sum(math.comb(m, j) for j in range(max(one, other) + 1)) / 2**m)

# %% mcnemar wrong="only the probability of this very count, no tail"
def mcnemar(y, a, b):
    one = int(((a == y) & (b != y)).sum())
    other = int(((a != y) & (b == y)).sum())
    m = one + other
    return min(1.0, 2 * math.comb(m, min(one, other)) / 2**m)

# %% mcnemar wrong="the approximation by chi square"
def mcnemar(y, a, b):
    one = int(((a == y) & (b != y)).sum())
    other = int(((a != y) & (b == y)).sum())
    if one + other == 0:
        return 1.0
    return float(stats.chi2.sf((one - other) ** 2 / (one + other), 1))

# %% mcnemar wrong="chi square with the continuity correction"
def mcnemar(y, a, b):
    one = int(((a == y) & (b != y)).sum())
    other = int(((a != y) & (b == y)).sum())
    if one + other == 0:
        return 1.0
    return float(stats.chi2.sf(max(abs(one - other) - 1, 0) ** 2 / (one + other), 1))

# %% mcnemar wrong="overwrites the decisions b by the count before c is counted"
def mcnemar(y, a, b):
    b = ((a == y) & (b != y)).sum()
    c = ((a != y) & (b == y)).sum()
    b, c = int(b), int(c)
    m = b + c
    return min(1.0, 2 * sum(math.comb(m, j) for j in range(min(b, c) + 1)) / 2**m)

# %% mcnemar wrong="counts the wrong ones of each model, also where both are wrong"
def mcnemar(y, a, b):
    one = int((b != y).sum())
    other = int((a != y).sum())
    m = one + other
    return min(1.0, 2 * sum(math.comb(m, j) for j in range(min(one, other) + 1)) / 2**m)

# %% mcnemar wrong="tosses all n examples, not only those where one alone is right"
def mcnemar(y, a, b):
    one = int(((a == y) & (b != y)).sum())
    other = int(((a != y) & (b == y)).sum())
    n = len(y)
    return min(1.0, 2 * float(stats.binom.cdf(min(one, other), n, 0.5)))

# %% mcnemar wrong="always sums to the count of A, so p is 1 wherever A is ahead"
def mcnemar(y, a, b):
    one = int(((a == y) & (b != y)).sum())
    other = int(((a != y) & (b == y)).sum())
    m = one + other
    return min(1.0, 2 * sum(math.comb(m, j) for j in range(one + 1)) / 2**m)

# %% mcnemar wrong="the unpaired test of two accuracies"
def mcnemar(y, a, b):
    n = len(y)
    share_a, share_b = (a == y).double().mean().item(), (b == y).double().mean().item()
    share = (share_a + share_b) / 2
    error = math.sqrt(2 * share * (1 - share) / n)
    if error == 0:
        return 1.0
    return 2 * float(stats.norm.sf(abs(share_a - share_b) / error))

# %% mcnemar wrong="returns 1 - p"
def mcnemar(y, a, b):
    one = int(((a == y) & (b != y)).sum())
    other = int(((a != y) & (b == y)).sum())
    m = one + other
    p = min(1.0, 2 * sum(math.comb(m, j) for j in range(min(one, other) + 1)) / 2**m)
    return 1 - p

# %% mcnemar wrong="takes the decisions for bools: right where they are 1"
def mcnemar(y, a, b):
    one = int(((a == 1) & (b != 1)).sum())
    other = int(((a != 1) & (b == 1)).sum())
    m = one + other
    return min(1.0, 2 * sum(math.comb(m, j) for j in range(min(one, other) + 1)) / 2**m)

# %% mcnemar wrong="binomtest without the case of no disagreement, which raises an error" kind="sneaky"
def mcnemar(y, a, b):
    one = int(((a == y) & (b != y)).sum())
    other = int(((a != y) & (b == y)).sum())
    return float(stats.binomtest(one, one + other).pvalue)

# %% mcnemar wrong="0 where the models never disagree" kind="sneaky"
def mcnemar(y, a, b):
    one = int(((a == y) & (b != y)).sum())
    other = int(((a != y) & (b == y)).sum())
    m = one + other
    if m == 0:
        return 0.0
    return min(1.0, 2 * sum(math.comb(m, j) for j in range(min(one, other) + 1)) / 2**m)

# %% mcnemar wrong="with more than two classes, counts examples for B where both are wrong in different ways" kind="sneaky"
def mcnemar(y, a, b):
    differ = a != b
    one = int((differ & (a == y)).sum())
    m = int(differ.sum())
    other = m - one
    return min(1.0, 2 * sum(math.comb(m, j) for j in range(min(one, other) + 1)) / 2**m)

# %% mcnemar wrong="2**m is an int64 tensor and overflows from 63 disagreements on" kind="sneaky"
def mcnemar(y, a, b):
    one = ((a == y) & (b != y)).sum()
    other = ((a != y) & (b == y)).sum()
    m = one + other
    total = 0
    for j in range(int(min(one, other)) + 1):
        total = total + math.comb(int(m), j) / 2**m
    return min(1.0, float(2 * total))

# %% mcnemar wrong="powers of one half in float32, which are 0 for some hundred disagreements" kind="sneaky"
def mcnemar(y, a, b):
    one = int(((a == y) & (b != y)).sum())
    other = int(((a != y) & (b == y)).sum())
    m = one + other
    ways = torch.tensor([float(math.comb(m, j)) for j in range(min(one, other) + 1)], dtype=torch.float64)
    chance = torch.tensor(0.5) ** m
    return min(1.0, (2 * ways.sum() * chance.double()).item())

# %% mcnemar wrong="exact for up to 25 disagreements, chi square beyond, as some textbooks have it" kind="sneaky"
def mcnemar(y, a, b):
    one = int(((a == y) & (b != y)).sum())
    other = int(((a != y) & (b == y)).sum())
    m = one + other
    if m > 25:
        return float(stats.chi2.sf((abs(one - other) - 1) ** 2 / m, 1))
    return min(1.0, 2 * sum(math.comb(m, j) for j in range(min(one, other) + 1)) / 2**m)

# %% mcnemar wrong="mid-p: the last term of the sum is taken half" kind="sneaky"
def mcnemar(y, a, b):
    one = int(((a == y) & (b != y)).sum())
    other = int(((a != y) & (b == y)).sum())
    m, low = one + other, min(one, other)
    if one == other:
        return 1.0
    total = sum(math.comb(m, j) for j in range(low + 1)) - math.comb(m, low) / 2
    return min(1.0, 2 * total / 2**m)

# %% corrected-t right="the formula line by line, Python numbers"
def corrected_t(differences: torch.Tensor, n_train: int, n_test: int) -> tuple[float, float]:
    J = len(differences)
    mean = differences.mean().item()
    variance = differences.var().item()
    t = mean / math.sqrt((1 / J + n_test / n_train) * variance)
    p = 2 * float(stats.t.sf(abs(t), J - 1))
    return t, p

# %% corrected-t right="beginner: sums by hand over a list"
def corrected_t(differences, n_train, n_test):
    numbers = differences.tolist()
    count = len(numbers)
    mean = sum(numbers) / count
    squares = 0.0
    for d in numbers:
        squares += (d - mean) ** 2
    s2 = squares / (count - 1)
    error = ((1 / count + n_test / n_train) * s2) ** 0.5
    t = mean / error
    if t >= 0:
        one_side = stats.t.sf(t, count - 1)
    else:
        one_side = stats.t.cdf(t, count - 1)
    return t, float(2 * one_side)

# %% corrected-t right="rescales the plain t of scipy's ttest_1samp"
def corrected_t(differences, n_train, n_test):
    J = differences.numel()
    plain = float(stats.ttest_1samp(differences.numpy(), 0.0).statistic)
    t = plain / math.sqrt(1 + J * n_test / n_train)
    return t, 2 * float(stats.t.sf(abs(t), df=J - 1))

# %% corrected-t right="NumPy inside, ddof=1"
import numpy as np


def corrected_t(differences, n_train, n_test):
    d = np.array(differences)
    J = d.size
    t = d.mean() / (d.std(ddof=1) * np.sqrt(1 / J + n_test / n_train))
    p = 2 * stats.t(J - 1).sf(np.abs(t))
    return float(t), float(p)

# %% corrected-t right="torch tensors all the way, returned as tensors of one number"
def corrected_t(differences, n_train, n_test):
    (J,) = differences.shape
    variance, mean = torch.var_mean(differences)
    t = mean * torch.rsqrt(variance * (1 / J + n_test / n_train))
    p = torch.as_tensor(2 * stats.t.sf(t.abs().numpy(), J - 1))
    return t, p

# %% corrected-t right="p by symmetry: the cdf at minus the absolute value"
def corrected_t(differences, n_train, n_test):
    J = differences.shape[0]
    spread = differences.std(unbiased=True)
    factor = (n_train + J * n_test) / (J * n_train)
    t = (differences.mean() / (spread * factor**0.5)).item()
    return t, 2 * float(stats.t.cdf(-abs(t), J - 1))

# %% corrected-t right="the incomplete beta function in place of the t distribution"
from scipy.special import betainc


def corrected_t(differences, n_train, n_test):
    dof = len(differences) - 1
    centred = differences - differences.mean()
    s2 = (centred @ centred).item() / dof
    t = differences.mean().item() / math.sqrt(s2 * (1 / len(differences) + n_test / n_train))
    return t, float(betainc(dof / 2, 0.5, dof / (dof + t * t)))

# %% corrected-t wrong="n_train / n_test, upside down"
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    t = differences.mean().item() / math.sqrt((1 / J + n_train / n_test) * differences.var().item())
    return t, 2 * float(stats.t.sf(abs(t), J - 1))

# %% corrected-t wrong="the plain t-test, without the overlap"
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    t = differences.mean().item() / math.sqrt(differences.var().item() / J)
    return t, 2 * float(stats.t.sf(abs(t), J - 1))

# %% corrected-t wrong="the variance divided by J, not J - 1"
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    s2 = differences.var(unbiased=False).item()
    t = differences.mean().item() / math.sqrt((1 / J + n_test / n_train) * s2)
    return t, 2 * float(stats.t.sf(abs(t), J - 1))

# %% corrected-t wrong="NumPy's std, which divides by J"
import numpy as np


def corrected_t(differences, n_train, n_test):
    d = differences.numpy()
    t = d.mean() / (np.std(d) * np.sqrt(1 / len(d) + n_test / n_train))
    return float(t), 2 * float(stats.t.sf(abs(t), len(d) - 1))

# %% corrected-t wrong="p of one side only"
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    t = differences.mean().item() / math.sqrt((1 / J + n_test / n_train) * differences.var().item())
    return t, float(stats.t.sf(abs(t), J - 1))

# %% corrected-t wrong="J degrees of freedom"
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    t = differences.mean().item() / math.sqrt((1 / J + n_test / n_train) * differences.var().item())
    return t, 2 * float(stats.t.sf(abs(t), J))

# %% corrected-t wrong="the normal distribution for p"
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    t = differences.mean().item() / math.sqrt((1 / J + n_test / n_train) * differences.var().item())
    return t, 2 * float(stats.norm.sf(abs(t)))

# %% corrected-t wrong="the overlap in place of 1/J, not added to it"
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    t = differences.mean().item() / math.sqrt(n_test / n_train * differences.var().item())
    return t, 2 * float(stats.t.sf(abs(t), J - 1))

# %% corrected-t wrong="the standard deviation under the root, not the variance"
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    t = differences.mean().item() / math.sqrt((1 / J + n_test / n_train) * differences.std().item())
    return t, 2 * float(stats.t.sf(abs(t), J - 1))

# %% corrected-t wrong="forgets the root"
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    t = differences.mean().item() / ((1 / J + n_test / n_train) * differences.var().item())
    return t, 2 * float(stats.t.sf(abs(t), J - 1))

# %% corrected-t wrong="the share of the test examples in all, in place of their ratio to training"
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    overlap = n_test / (n_train + n_test)
    t = differences.mean().item() / math.sqrt((1 / J + overlap) * differences.var().item())
    return t, 2 * float(stats.t.sf(abs(t), J - 1))

# %% corrected-t wrong="returns (p, t)"
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    t = differences.mean().item() / math.sqrt((1 / J + n_test / n_train) * differences.var().item())
    return 2 * float(stats.t.sf(abs(t), J - 1)), t

# %% corrected-t wrong="cdf in place of sf, p above 1"
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    t = differences.mean().item() / math.sqrt((1 / J + n_test / n_train) * differences.var().item())
    return t, 2 * float(stats.t.cdf(abs(t), J - 1))

# %% corrected-t wrong="p two-sided of the plain t, though the corrected t is returned"
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    t = differences.mean().item() / math.sqrt((1 / J + n_test / n_train) * differences.var().item())
    return t, float(stats.ttest_1samp(differences.numpy(), 0.0).pvalue)

# %% corrected-t wrong="p without the absolute value: above 1 where B is ahead" kind="sneaky"
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    t = differences.mean().item() / math.sqrt((1 / J + n_test / n_train) * differences.var().item())
    return t, 2 * float(stats.t.sf(t, J - 1))

# %% corrected-t wrong="returns |t|, so the sign is lost where B is ahead" kind="sneaky"
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    t = differences.mean().item() / math.sqrt((1 / J + n_test / n_train) * differences.var().item())
    t = abs(t)
    return t, 2 * float(stats.t.sf(t, J - 1))

# %% corrected-t wrong="leaves out the splits in which A and B are level" kind="sneaky"
def corrected_t(differences, n_train, n_test):
    d = differences[differences != 0]
    J = len(d)
    t = d.mean().item() / math.sqrt((1 / J + n_test / n_train) * d.var().item())
    return t, 2 * float(stats.t.sf(abs(t), J - 1))

# %% corrected-t wrong="counts equal differences only once" kind="sneaky"
def corrected_t(differences, n_train, n_test):
    d = differences.unique()
    J = len(d)
    t = d.mean().item() / math.sqrt((1 / J + n_test / n_train) * d.var().item())
    return t, 2 * float(stats.t.sf(abs(t), J - 1))

# %% corrected-t wrong="takes J to be the 15 of the text" kind="sneaky"
def corrected_t(differences, n_train, n_test):
    t = differences.mean().item() / math.sqrt((1 / 15 + n_test / n_train) * differences.var().item())
    return t, 2 * float(stats.t.sf(abs(t), 14))

# %% corrected-t wrong="takes the ratio for one half, as in the study of the text" kind="sneaky"
def corrected_t(differences, n_train, n_test):
    J = len(differences)
    t = differences.mean().item() / math.sqrt((1 / J + 0.5) * differences.var().item())
    return t, 2 * float(stats.t.sf(abs(t), J - 1))

# %% false-alarms right="as the hints have it, a loop and a count"
def false_alarms(compare, num_data_sets: int, generator: torch.Generator) -> float:
    alarms = 0
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        if compare(X[:, :5], X[:, 5:], y) < 0.05:
            alarms += 1
    return alarms / num_data_sets

# %% false-alarms right="torch.normal with the means, float64"
def false_alarms(compare, num_data_sets, generator):
    alarms = []
    for _ in range(num_data_sets):
        y = (torch.rand(200, generator=generator) < 0.5).long()
        mean = torch.where(y == 1, 0.45, -0.45).double().reshape(200, 1).repeat(1, 5)
        X_a = torch.normal(mean, 1.0, generator=generator)
        X_b = torch.normal(mean, 1.0, generator=generator)
        alarms.append(float(compare(X_a, X_b, y)) < 0.05)
    return sum(alarms) / len(alarms)

# %% false-alarms right="beginner: one example after the other"
def false_alarms(compare, num_data_sets, generator):
    found = 0
    for data_set in range(num_data_sets):
        X_a = torch.zeros(200, 5)
        X_b = torch.zeros(200, 5)
        y = torch.zeros(200, dtype=torch.int64)
        for i in range(200):
            y[i] = torch.randint(0, 2, (1,), generator=generator).item()
            if y[i] == 1:
                mean = 0.45
            else:
                mean = -0.45
            X_a[i] = mean + torch.randn(5, generator=generator)
            X_b[i] = mean + torch.randn(5, generator=generator)
        p = compare(X_a, X_b, y)
        if p < 0.05:
            found = found + 1
    return found / num_data_sets

# %% false-alarms right="a helper that draws, and a mean of bools as a tensor"
def _draw(generator):
    y = torch.bernoulli(torch.full((200,), 0.5), generator=generator).to(torch.int64)
    sign = y * 2.0 - 1.0
    noise = torch.randn((2, 200, 5), generator=generator)
    X_a, X_b = noise + 0.45 * sign[None, :, None]
    return X_a, X_b, y


def false_alarms(compare, num_data_sets, generator):
    p = torch.tensor([float(compare(*_draw(generator))) for _ in range(num_data_sets)], dtype=torch.float64)
    return (p < 0.05).double().mean()

# %% false-alarms right="all data sets drawn at once, then compared one by one"
def false_alarms(compare, num_data_sets, generator):
    y = torch.randint(0, 2, (num_data_sets, 200), generator=generator)
    X = torch.randn(num_data_sets, 200, 10, generator=generator, dtype=torch.float64)
    X = X + (0.9 * y - 0.45).unsqueeze(-1)
    p_values = [compare(rows[:, :5], rows[:, 5:], labels) for rows, labels in zip(X, y)]
    return sum(p < 0.05 for p in p_values) / num_data_sets

# %% false-alarms right="the means looked up in a table by the label, split by chunk"
def false_alarms(compare, num_data_sets, generator):
    means = torch.tensor([-0.45, 0.45])
    share = 0.0
    for _ in range(num_data_sets):
        y = torch.randint(high=2, size=(200,), generator=generator)
        X = torch.empty(200, 10).normal_(generator=generator)
        X += means[y][:, None]
        X_a, X_b = X.chunk(2, dim=1)
        share += (compare(X_a.contiguous(), X_b.contiguous(), y) < 0.05) / num_data_sets
    return float(share)

# %% false-alarms right="normal numbers by the inverse distribution function, NumPy and SciPy inside"
import numpy as np


def false_alarms(compare, num_data_sets, generator):
    alarms = 0
    for _ in range(num_data_sets):
        u = torch.rand(200, 11, generator=generator, dtype=torch.float64).clamp(1e-12, 1 - 1e-12).numpy()
        y = (u[:, 0] < 0.5).astype(np.int64)
        X = stats.norm.ppf(u[:, 1:], loc=np.where(y == 1, 0.45, -0.45)[:, None])
        alarms += compare(torch.from_numpy(X[:, :5]), torch.from_numpy(X[:, 5:]), torch.from_numpy(y)) < 0.05
    return float(alarms) / num_data_sets

# %% false-alarms wrong="the count, not the share"
def false_alarms(compare, num_data_sets, generator):
    alarms = 0
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        alarms += compare(X[:, :5], X[:, 5:], y) < 0.05
    return float(alarms)

# %% false-alarms wrong="in percent, 0 to 100"
def false_alarms(compare, num_data_sets, generator):
    alarms = 0
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        alarms += compare(X[:, :5], X[:, 5:], y) < 0.05
    return 100 * alarms / num_data_sets

# %% false-alarms wrong="the share that is not below 0.05"
def false_alarms(compare, num_data_sets, generator):
    quiet = 0
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        quiet += compare(X[:, :5], X[:, 5:], y) > 0.05
    return quiet / num_data_sets

# %% false-alarms wrong="one data set for all comparisons, drawn before the loop"
def false_alarms(compare, num_data_sets, generator):
    y = torch.randint(2, (200,), generator=generator)
    X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
    alarms = 0
    for _ in range(num_data_sets):
        alarms += compare(X[:, :5], X[:, 5:], y) < 0.05
    return alarms / num_data_sets

# %% false-alarms wrong="class 0 has the mean 0"
def false_alarms(compare, num_data_sets, generator):
    alarms = 0
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * y[:, None]
        alarms += compare(X[:, :5], X[:, 5:], y) < 0.05
    return alarms / num_data_sets

# %% false-alarms wrong="the mean is +0.45 in both classes"
def false_alarms(compare, num_data_sets, generator):
    alarms = 0
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45
        alarms += compare(X[:, :5], X[:, 5:], y) < 0.05
    return alarms / num_data_sets

# %% false-alarms wrong="signs of the two classes exchanged"
def false_alarms(compare, num_data_sets, generator):
    alarms = 0
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (1 - 2 * y)[:, None]
        alarms += compare(X[:, :5], X[:, 5:], y) < 0.05
    return alarms / num_data_sets

# %% false-alarms wrong="both learners see the same five features"
def false_alarms(compare, num_data_sets, generator):
    alarms = 0
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 5, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        alarms += compare(X, X, y) < 0.05
    return alarms / num_data_sets

# %% false-alarms wrong="only the first five features carry the class, B sees noise"
def false_alarms(compare, num_data_sets, generator):
    alarms = 0
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X_a = torch.randn(200, 5, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        X_b = torch.randn(200, 5, generator=generator)
        alarms += compare(X_a, X_b, y) < 0.05
    return alarms / num_data_sets

# %% false-alarms wrong="uniform noise from 0 to 1, torch.rand for torch.randn"
def false_alarms(compare, num_data_sets, generator):
    alarms = 0
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.rand(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        alarms += compare(X[:, :5], X[:, 5:], y) < 0.05
    return alarms / num_data_sets

# %% false-alarms wrong="the 0.45 is the standard deviation, the means are ± 1"
def false_alarms(compare, num_data_sets, generator):
    alarms = 0
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = 0.45 * torch.randn(200, 10, generator=generator) + (2 * y - 1)[:, None]
        alarms += compare(X[:, :5], X[:, 5:], y) < 0.05
    return alarms / num_data_sets

# %% false-alarms wrong="each learner gets its own labels: those handed over are B's"
def false_alarms(compare, num_data_sets, generator):
    alarms = 0
    for _ in range(num_data_sets):
        parts = []
        for _ in range(2):
            y = torch.randint(2, (200,), generator=generator)
            parts.append(torch.randn(200, 5, generator=generator) + 0.45 * (2 * y - 1)[:, None])
        alarms += compare(parts[0], parts[1], y) < 0.05
    return alarms / num_data_sets

# %% false-alarms wrong="forgets the generator"
def false_alarms(compare, num_data_sets, generator):
    alarms = 0
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,))
        X = torch.randn(200, 10) + 0.45 * (2 * y - 1)[:, None]
        alarms += compare(X[:, :5], X[:, 5:], y) < 0.05
    return alarms / num_data_sets

# %% false-alarms wrong="the noise of torch.distributions, which takes no generator"
def false_alarms(compare, num_data_sets, generator):
    alarms = 0
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        mean = (0.45 * (2 * y - 1))[:, None].expand(200, 10)
        X = torch.distributions.Normal(mean, 1.0).sample()
        alarms += compare(X[:, :5], X[:, 5:], y) < 0.05
    return alarms / num_data_sets

# %% false-alarms wrong="seeds the generator anew for each data set, so all are alike"
def false_alarms(compare, num_data_sets, generator):
    alarms = 0
    for _ in range(num_data_sets):
        generator.manual_seed(0)
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        alarms += compare(X[:, :5], X[:, 5:], y) < 0.05
    return alarms / num_data_sets

# %% false-alarms wrong="labels are handed over as -1 and +1"
def false_alarms(compare, num_data_sets, generator):
    alarms = 0
    for _ in range(num_data_sets):
        y = 2 * torch.randint(2, (200,), generator=generator) - 1
        X = torch.randn(200, 10, generator=generator) + 0.45 * y[:, None]
        alarms += compare(X[:, :5], X[:, 5:], y) < 0.05
    return alarms / num_data_sets

# %% false-alarms wrong="features in rows: shapes (5, 200)"
def false_alarms(compare, num_data_sets, generator):
    alarms = 0
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(10, 200, generator=generator) + 0.45 * (2 * y - 1)
        alarms += compare(X[:5], X[5:], y) < 0.05
    return alarms / num_data_sets

# %% false-alarms wrong="one noise for all the features of an example, so they are not independent"
def false_alarms(compare, num_data_sets, generator):
    alarms = 0
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        one = torch.randn(200, 1, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        other = torch.randn(200, 1, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        alarms += compare(one.repeat(1, 5), other.repeat(1, 5), y) < 0.05
    return alarms / num_data_sets

# %% false-alarms wrong="the average of the p values"
def false_alarms(compare, num_data_sets, generator):
    total = 0.0
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        total += compare(X[:, :5], X[:, 5:], y)
    return total / num_data_sets

# %% false-alarms wrong="just 100 of each class, shuffled, in place of fair coins" kind="sneaky"
def false_alarms(compare, num_data_sets, generator):
    alarms = 0
    for _ in range(num_data_sets):
        y = torch.randperm(200, generator=generator) % 2
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        alarms += compare(X[:, :5], X[:, 5:], y) < 0.05
    return alarms / num_data_sets

# %% false-alarms wrong="the examples are sorted by class" kind="sneaky"
def false_alarms(compare, num_data_sets, generator):
    alarms = 0
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator).sort().values
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        alarms += compare(X[:, :5], X[:, 5:], y) < 0.05
    return alarms / num_data_sets

# %% false-alarms wrong="a p value of exactly 0.05 counts as an alarm" kind="sneaky"
def false_alarms(compare, num_data_sets, generator):
    alarms = 0
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        alarms += compare(X[:, :5], X[:, 5:], y) <= 0.05
    return alarms / num_data_sets

# %% false-alarms wrong="rounds p to two digits, so 0.047 is no alarm" kind="sneaky"
def false_alarms(compare, num_data_sets, generator):
    alarms = 0
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        alarms += round(float(compare(X[:, :5], X[:, 5:], y)), 2) < 0.05
    return alarms / num_data_sets

# %% false-alarms wrong="calls compare twice for a data set that raises an alarm" kind="sneaky"
def false_alarms(compare, num_data_sets, generator):
    found = []
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        if compare(X[:, :5], X[:, 5:], y) < 0.05:
            found.append(compare(X[:, :5], X[:, 5:], y))
    return len(found) / num_data_sets

# %% false-alarms wrong="draws from a copy of the generator, which itself does not go on" kind="sneaky"
def false_alarms(compare, num_data_sets, generator):
    own = torch.Generator()
    own.set_state(generator.get_state())
    alarms = 0
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=own)
        X = torch.randn(200, 10, generator=own) + 0.45 * (2 * y - 1)[:, None]
        alarms += compare(X[:, :5], X[:, 5:], y) < 0.05
    return alarms / num_data_sets

# %% false-alarms wrong="starts from the generator's initial seed, not from where it is" kind="sneaky"
def false_alarms(compare, num_data_sets, generator):
    generator.manual_seed(generator.initial_seed())
    alarms = 0
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator)
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        alarms += compare(X[:, :5], X[:, 5:], y) < 0.05
    return alarms / num_data_sets

# %% false-alarms wrong="labels are handed over as floats" kind="sneaky"
def false_alarms(compare, num_data_sets, generator):
    alarms = 0
    for _ in range(num_data_sets):
        y = torch.randint(2, (200,), generator=generator).float()
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        alarms += compare(X[:, :5], X[:, 5:], y) < 0.05
    return alarms / num_data_sets

# %% false-alarms wrong="the labels are drawn once and kept, only the features are new" kind="sneaky"
def false_alarms(compare, num_data_sets, generator):
    y = torch.randint(2, (200,), generator=generator)
    alarms = 0
    for _ in range(num_data_sets):
        X = torch.randn(200, 10, generator=generator) + 0.45 * (2 * y - 1)[:, None]
        alarms += compare(X[:, :5], X[:, 5:], y) < 0.05
    return alarms / num_data_sets

# %% temperature right="minimize_scalar over log T, in float64"
from scipy.optimize import minimize_scalar


def fit_temperature(logits: torch.Tensor, y: torch.Tensor) -> float:
    z = logits.double()

    def loss(u):
        return F.cross_entropy(z / math.exp(u), y).item()

    return math.exp(minimize_scalar(loss, bounds=(-4, 4), method="bounded").x)

# %% temperature right="a coarse look, then three finer ones around the best"
def fit_temperature(logits, y):
    logits = logits.double()
    low, high = -1.4, 1.4
    for _ in range(4):
        candidates = torch.logspace(low, high, 41, dtype=torch.float64)
        losses = torch.stack([F.cross_entropy(logits / T, y) for T in candidates])
        best = candidates[losses.argmin()].log10().item()
        step = (high - low) / 40
        low, high = best - step, best + step
    return 10**best

# %% temperature right="bisection on the slope in 1/T, softmax by hand"
def fit_temperature(logits, y):
    z = logits.to(torch.float64)
    of_truth = z.gather(1, y[:, None]).squeeze(1)

    def slope(beta):
        p = torch.softmax(beta * z, dim=1)
        return ((p * z).sum(dim=1) - of_truth).mean().item()

    low, high = 1 / 30, 1 / 0.03
    while high / low > 1.0001:
        middle = math.sqrt(low * high)
        if slope(middle) < 0:
            low = middle
        else:
            high = middle
    return 1 / math.sqrt(low * high)

# %% temperature right="beginner: tries them all, half a percent apart"
def fit_temperature(logits, y):
    logits = logits.double()
    T = 0.04
    best_T = T
    best_loss = float("inf")
    while T < 25:
        loss = F.cross_entropy(logits / T, y).item()
        if loss < best_loss:
            best_loss = loss
            best_T = T
        T = T * 1.005
    return best_T

# %% temperature right="NumPy and logsumexp, golden section over log T"
import numpy as np
from scipy.special import logsumexp


def fit_temperature(logits, y):
    z, labels = logits.numpy().astype(np.float64), y.numpy()

    def loss(u):
        scaled = z * np.exp(-u)
        return np.mean(logsumexp(scaled, axis=1) - scaled[np.arange(len(labels)), labels])

    a, b = math.log(0.04), math.log(25)
    ratio = (math.sqrt(5) - 1) / 2
    left, right = b - ratio * (b - a), a + ratio * (b - a)
    f_left, f_right = loss(left), loss(right)
    for _ in range(40):
        if f_left < f_right:
            b, right, f_right = right, left, f_left
            left = b - ratio * (b - a)
            f_left = loss(left)
        else:
            a, left, f_left = left, right, f_right
            right = a + ratio * (b - a)
            f_right = loss(right)
    return float(np.exp((a + b) / 2))

# %% temperature right="autograd gives the slope in 1/T, brentq its zero"
from scipy.optimize import brentq


def fit_temperature(logits, y):
    z = logits.detach().double()

    def slope(log_beta):
        beta = torch.tensor(math.exp(log_beta), dtype=torch.float64, requires_grad=True)
        (g,) = torch.autograd.grad(F.cross_entropy(beta * z, y, reduction="sum"), beta)
        return g.item()

    return math.exp(-brentq(slope, math.log(1 / 25), math.log(1 / 0.04)))

# %% temperature right="all temperatures in one tensor, twice; returns a tensor of one number"
def fit_temperature(logits, y):
    z = logits.double()

    def losses(T):
        log_p = (z[None] / T[:, None, None]).log_softmax(dim=2)
        return -log_p[:, torch.arange(len(y)), y].mean(dim=1)

    T = torch.logspace(-1.45, 1.45, 60).double()
    T = T[losses(T).argmin()]
    T = T * torch.logspace(-0.06, 0.06, 61).double()
    return T[losses(T).argmin()]

# %% temperature right="Newton's method on 1/T between two bounds, halving when a step leaves them"
def fit_temperature(logits, y):
    z = logits.double()
    z = z - z.gather(1, y.view(-1, 1))
    low, high, beta = 0.04, 25.0, 1.0
    for _ in range(100):
        p = (beta * z).softmax(dim=1)
        mean = (p * z).sum(dim=1)
        slope = mean.mean().item()
        curve = ((p * z**2).sum(dim=1) - mean**2).mean().item()
        if slope > 0:
            high = beta
        else:
            low = beta
        new = beta - slope / curve if curve > 0 else low
        if not low < new < high:
            new = math.sqrt(low * high)
        if abs(math.log(new / beta)) < 1e-6:
            beta = new
            break
        beta = new
    return 1 / beta

# %% temperature right="the temperature scaling that scikit-learn has inside"
from sklearn.calibration import _TemperatureScaling


def fit_temperature(logits, y):
    z = logits.double()
    z = z - z.max(dim=1, keepdim=True).values - 1  # so they cannot be taken for probabilities
    return 1 / float(_TemperatureScaling().fit(z.numpy(), y.numpy()).beta_)

# %% temperature wrong="returns 1 / T"
from scipy.optimize import minimize_scalar


def fit_temperature(logits, y):
    z = logits.double()
    loss = lambda u: F.cross_entropy(z * math.exp(u), y).item()
    return math.exp(minimize_scalar(loss, bounds=(-4, 4), method="bounded").x)

# %% temperature wrong="returns log T"
from scipy.optimize import minimize_scalar


def fit_temperature(logits, y):
    z = logits.double()
    loss = lambda u: F.cross_entropy(z / math.exp(u), y).item()
    return minimize_scalar(loss, bounds=(-4, 4), method="bounded").x

# %% temperature wrong="only the first, coarse look"
def fit_temperature(logits, y):
    z = logits.double()
    T = torch.logspace(-1.4, 1.4, 50).double()
    losses = torch.stack([F.cross_entropy(z / t, y) for t in T])
    return T[losses.argmin()].item()

# %% temperature wrong="only looks from 0.5 to 5"
def fit_temperature(logits, y):
    z = logits.double()
    T = torch.linspace(0.5, 5, 1000).double()
    losses = torch.stack([F.cross_entropy(z / t, y) for t in T])
    return T[losses.argmin()].item()

# %% temperature wrong="only looks at temperatures above 1, for models too sure"
from scipy.optimize import minimize_scalar


def fit_temperature(logits, y):
    z = logits.double()
    loss = lambda u: F.cross_entropy(z / math.exp(u), y).item()
    return math.exp(minimize_scalar(loss, bounds=(0, 4), method="bounded").x)

# %% temperature wrong="softmax by hand overflows at large logits, and argmin picks the nan"
def fit_temperature(logits, y):
    T = torch.logspace(-1.4, 1.4, 800)
    losses = []
    for t in T:
        e = (logits / t).exp()
        p = e / e.sum(dim=1, keepdim=True)
        losses.append(-p[torch.arange(len(y)), y].log().mean())
    return T[torch.stack(losses).argmin()].item()

# %% temperature wrong="probabilities handed to F.cross_entropy, which makes a softmax again"
from scipy.optimize import minimize_scalar


def fit_temperature(logits, y):
    z = logits.double()
    loss = lambda u: F.cross_entropy((z / math.exp(u)).softmax(dim=1), y).item()
    return math.exp(minimize_scalar(loss, bounds=(-4, 4), method="bounded").x)

# %% temperature wrong="softmax first, temperature after it"
from scipy.optimize import minimize_scalar


def fit_temperature(logits, y):
    p = logits.double().softmax(dim=1)
    loss = lambda u: F.cross_entropy(p / math.exp(u), y).item()
    return math.exp(minimize_scalar(loss, bounds=(-4, 4), method="bounded").x)

# %% temperature wrong="softmax over the examples, the wrong axis"
from scipy.optimize import minimize_scalar


def fit_temperature(logits, y):
    z = logits.double()
    rows = torch.arange(len(y))
    loss = lambda u: -(z / math.exp(u)).log_softmax(dim=0)[rows, y].mean().item()
    return math.exp(minimize_scalar(loss, bounds=(-4, 4), method="bounded").x)

# %% temperature wrong="the highest accuracy, which no temperature changes"
def fit_temperature(logits, y):
    z = logits.double()
    best_T, best = 1.0, -1.0
    for T in torch.logspace(-1.4, 1.4, 800).tolist():
        accuracy = ((z / T).argmax(dim=1) == y).double().mean().item()
        if accuracy > best:
            best_T, best = T, accuracy
    return best_T

# %% temperature wrong="the largest loss, by argmax"
def fit_temperature(logits, y):
    z = logits.double()
    T = torch.logspace(-1.4, 1.4, 800).double()
    losses = torch.stack([F.cross_entropy(z / t, y) for t in T])
    return T[losses.argmax()].item()

# %% temperature wrong="divides the logits in place, so the temperatures pile up"
def fit_temperature(logits, y):
    z = logits.double().clone()
    best_T, best = 1.0, float("inf")
    for T in torch.logspace(-1.4, 1.4, 800).tolist():
        z /= T
        loss = F.cross_entropy(z, y).item()
        if loss < best:
            best_T, best = T, loss
    return best_T

# %% temperature wrong="a hundred small steps of Adam from T = 1, which get no further than about 2"
def fit_temperature(logits, y):
    z = logits.double()
    T = torch.ones((), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([T], lr=0.01)
    for _ in range(100):
        optimizer.zero_grad()
        F.cross_entropy(z / T, y).backward()
        optimizer.step()
    return T.item()

# %% temperature wrong="the decisions in place of the labels"
from scipy.optimize import minimize_scalar


def fit_temperature(logits, y):
    z = logits.double()
    decision = z.argmax(dim=1)
    loss = lambda u: F.cross_entropy(z / math.exp(u), decision).item()
    return math.exp(minimize_scalar(loss, bounds=(-4, 4), method="bounded").x)

# %% temperature wrong="the mean probability of the truth made largest, without the logarithm"
from scipy.optimize import minimize_scalar


def fit_temperature(logits, y):
    z, rows = logits.double(), torch.arange(len(y))
    loss = lambda u: -(z / math.exp(u)).softmax(dim=1)[rows, y].mean().item()
    return math.exp(minimize_scalar(loss, bounds=(-4, 4), method="bounded").x)

# %% temperature wrong="the squared error of the probabilities in place of the cross-entropy" kind="sneaky"
from scipy.optimize import minimize_scalar


def fit_temperature(logits, y):
    z = logits.double()
    target = F.one_hot(y, z.shape[1]).double()
    loss = lambda u: ((z / math.exp(u)).softmax(dim=1) - target).square().mean().item()
    return math.exp(minimize_scalar(loss, bounds=(-4, 4), method="bounded").x)

# %% temperature wrong="makes the mean confidence equal to the accuracy, no smallest cross-entropy" kind="sneaky"
def fit_temperature(logits, y):
    z = logits.double()
    accuracy = (z.argmax(dim=1) == y).double().mean().item()
    low, high = 0.02, 50.0
    for _ in range(60):
        T = math.sqrt(low * high)
        if (z / T).softmax(dim=1).max(dim=1).values.mean().item() > accuracy:
            low = T
        else:
            high = T
    return T

# %% temperature wrong="an even grid from 0.05 to 20, too coarse for small T" kind="sneaky"
def fit_temperature(logits, y):
    z = logits.double()
    T = torch.linspace(0.05, 20, 1000).double()
    losses = torch.stack([F.cross_entropy(z / t, y) for t in T])
    return T[losses.argmin()].item()

# %% temperature wrong="rounded to one digit after the point" kind="sneaky"
from scipy.optimize import minimize_scalar


def fit_temperature(logits, y):
    z = logits.double()
    loss = lambda u: F.cross_entropy(z / math.exp(u), y).item()
    return round(math.exp(minimize_scalar(loss, bounds=(-4, 4), method="bounded").x), 1)

# %% temperature wrong="clips the logits to ± 50 against overflow" kind="sneaky"
from scipy.optimize import minimize_scalar


def fit_temperature(logits, y):
    z = logits.double().clamp(-50, 50)
    loss = lambda u: F.cross_entropy(z / math.exp(u), y).item()
    return math.exp(minimize_scalar(loss, bounds=(-4, 4), method="bounded").x)

# %% temperature wrong="adds 1e-3 inside the logarithm, which forgives sure errors" kind="sneaky"
from scipy.optimize import minimize_scalar


def fit_temperature(logits, y):
    z, rows = logits.double(), torch.arange(len(y))
    loss = lambda u: -((z / math.exp(u)).softmax(dim=1)[rows, y] + 1e-3).log().mean().item()
    return math.exp(minimize_scalar(loss, bounds=(-4, 4), method="bounded").x)

# %% temperature wrong="softmax by hand; what overflows is passed over, also if the best T is among it" kind="sneaky"
def fit_temperature(logits, y):
    best_T, best = 1.0, float("inf")
    for T in torch.logspace(-1.4, 1.4, 800).tolist():
        e = (logits / T).exp()
        p = e / e.sum(dim=1, keepdim=True)
        loss = -p[torch.arange(len(y)), y].log().mean().item()
        if loss < best:
            best_T, best = T, loss
    return best_T

# %% temperature wrong="searches no further than 0.1 to 10" kind="sneaky"
from scipy.optimize import minimize_scalar


def fit_temperature(logits, y):
    z = logits.double()
    loss = lambda u: F.cross_entropy(z / math.exp(u), y).item()
    return math.exp(minimize_scalar(loss, bounds=(math.log(0.1), math.log(10)), method="bounded").x)

# %% temperature wrong="each class weighs the same in the mean, not each example" kind="sneaky"
from scipy.optimize import minimize_scalar


def fit_temperature(logits, y):
    z = logits.double()
    weight = 1 / torch.bincount(y, minlength=z.shape[1]).clamp(min=1).double()
    loss = lambda u: F.cross_entropy(z / math.exp(u), y, weight=weight).item()
    return math.exp(minimize_scalar(loss, bounds=(-4, 4), method="bounded").x)

# %% ece right="a loop over bins with masks, as in the hints"
def ece(p: torch.Tensor, y: torch.Tensor, num_bins: int) -> float:
    confidence, decision = p.double().max(dim=1)
    right = (decision == y).double()
    bins = (confidence * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in range(num_bins):
        mask = bins == b
        if mask.any():
            gap = (right[mask].mean() - confidence[mask].mean()).abs()
            total += mask.double().mean().item() * gap.item()
    return total

# %% ece right="sums of gaps by index_add, returns a tensor"
def ece(p, y, num_bins):
    sure, decision = p.max(dim=1)
    place = (sure * num_bins).long().clamp_max(num_bins - 1)
    gaps = torch.zeros(num_bins, dtype=torch.float64)
    gaps.index_add_(0, place, decision.eq(y).double() - sure.double())
    return gaps.abs().sum() / len(y)

# %% ece right="beginner: plain lists, one example at a time"
def ece(p, y, num_bins):
    count = [0] * num_bins
    num_right = [0] * num_bins
    confidence_sum = [0.0] * num_bins
    n = len(y)
    for i in range(n):
        row = p[i].tolist()
        confidence = max(row)
        decision = row.index(confidence)
        b = int(confidence * num_bins)
        if b == num_bins:
            b = num_bins - 1
        count[b] += 1
        confidence_sum[b] += confidence
        if decision == y[i].item():
            num_right[b] += 1
    result = 0.0
    for b in range(num_bins):
        if count[b] == 0:
            continue
        accuracy = num_right[b] / count[b]
        mean_confidence = confidence_sum[b] / count[b]
        result += count[b] / n * abs(accuracy - mean_confidence)
    return result

# %% ece right="NumPy digitize and bincount"
import numpy as np


def ece(p, y, num_bins):
    p, y = p.numpy().astype(np.float64), y.numpy()
    confidence = p.max(axis=1)
    right = p.argmax(axis=1) == y
    edges = np.linspace(0, 1, num_bins + 1)
    which = np.digitize(confidence, edges[1:-1])
    m = np.bincount(which, minlength=num_bins)
    accuracy = np.bincount(which, weights=right, minlength=num_bins) / np.maximum(m, 1)
    mean = np.bincount(which, weights=confidence, minlength=num_bins) / np.maximum(m, 1)
    return float((m / len(y) * np.abs(accuracy - mean)).sum())

# %% ece right="scipy's binned_statistic adds up the gaps"
def ece(p, y, num_bins):
    confidence, decision = p.double().max(dim=1)
    gap = (decision == y).double() - confidence
    sums = stats.binned_statistic(confidence.numpy(), gap.numpy(), "sum", bins=num_bins, range=(0, 1)).statistic
    return float(abs(sums).sum() / len(y))

# %% ece right="scikit-learn's calibration_curve, weighted by a histogram"
import numpy as np
from sklearn.calibration import calibration_curve


def ece(p, y, num_bins):
    confidence, decision = p.double().max(dim=1)
    confidence = confidence.clamp(max=1.0).numpy()
    right = (decision == y).long().numpy()
    accuracy, mean = calibration_curve(right, confidence, pos_label=1, n_bins=num_bins)
    m, _ = np.histogram(confidence, bins=num_bins, range=(0, 1))
    m = m[m > 0]
    return float((m * np.abs(accuracy - mean)).sum() / len(y))

# %% ece right="bins open on the left, as in the paper, by edges"
def ece(p, y, num_bins):
    n = y.shape[0]
    top = p.double().topk(1, dim=1)
    confidence, hit = top.values[:, 0], (top.indices[:, 0] == y).double()
    error = torch.zeros((), dtype=torch.float64)
    for m in range(1, num_bins + 1):
        inside = (confidence > (m - 1) / num_bins) & (confidence <= m / num_bins)
        if inside.sum() > 0:
            error += inside.sum() / n * torch.abs(hit[inside].mean() - confidence[inside].mean())
    return error.item()

# %% ece right="one-hot matrix of the bins, one line of sums"
def ece(p, y, num_bins):
    c, k = p.double().max(1)
    M = F.one_hot((c * num_bins).floor().long().clamp(max=num_bins - 1), num_bins).double()
    return (((k == y).double() - c) @ M).abs().sum().item() / len(c)

# %% ece right="pandas groupby"
import pandas as pd


def ece(p, y, num_bins):
    confidence, decision = p.double().max(dim=1)
    frame = pd.DataFrame({"c": confidence.numpy(), "right": (decision == y).double().numpy()})
    frame["bin"] = (frame.c * num_bins).astype(int).clip(upper=num_bins - 1)
    groups = frame.groupby("bin")
    means = groups[["c", "right"]].mean()
    return float((groups.size() * (means.right - means.c).abs()).sum() / len(frame))

# %% ece wrong="bins do not weigh by their examples: a plain mean over those not empty"
def ece(p, y, num_bins):
    confidence, decision = p.double().max(dim=1)
    right = (decision == y).double()
    bins = (confidence * num_bins).long().clamp(max=num_bins - 1)
    gaps = [(right[bins == b].mean() - confidence[bins == b].mean()).abs() for b in bins.unique()]
    return torch.stack(gaps).mean().item()

# %% ece wrong="the gaps divided by the number of bins"
def ece(p, y, num_bins):
    confidence, decision = p.double().max(dim=1)
    right = (decision == y).double()
    bins = (confidence * num_bins).long().clamp(max=num_bins - 1)
    gaps = [(right[bins == b].mean() - confidence[bins == b].mean()).abs() for b in bins.unique()]
    return sum(gaps).item() / num_bins

# %% ece wrong="gaps with their signs, which cancel"
def ece(p, y, num_bins):
    confidence, decision = p.double().max(dim=1)
    right = (decision == y).double()
    bins = (confidence * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in range(num_bins):
        mask = bins == b
        if mask.any():
            total += mask.double().mean().item() * (right[mask].mean() - confidence[mask].mean()).item()
    return total

# %% ece wrong="one gap over all examples, the absolute value taken at the end"
def ece(p, y, num_bins):
    confidence, decision = p.double().max(dim=1)
    return abs((decision == y).double().mean().item() - confidence.mean().item())

# %% ece wrong="the largest gap of a bin, not the mean"
def ece(p, y, num_bins):
    confidence, decision = p.double().max(dim=1)
    right = (decision == y).double()
    bins = (confidence * num_bins).long().clamp(max=num_bins - 1)
    return max((right[bins == b].mean() - confidence[bins == b].mean()).abs().item() for b in bins.unique())

# %% ece wrong="the mean of squared gaps"
def ece(p, y, num_bins):
    confidence, decision = p.double().max(dim=1)
    right = (decision == y).double()
    bins = (confidence * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in bins.unique():
        mask = bins == b
        total += mask.double().mean() * (right[mask].mean() - confidence[mask].mean()) ** 2
    return total.item()

# %% ece wrong="the probability of the true class for the confidence"
def ece(p, y, num_bins):
    confidence = p.double()[torch.arange(len(y)), y]
    right = (p.argmax(dim=1) == y).double()
    bins = (confidence * num_bins).long().clamp(max=num_bins - 1)
    gaps = torch.zeros(num_bins).double().index_add_(0, bins, right - confidence)
    return gaps.abs().sum().item() / len(y)

# %% ece wrong="the probability of class 1, as for two classes"
def ece(p, y, num_bins):
    confidence = p[:, 1].double()
    right = (y == 1).double()
    bins = (confidence * num_bins).long().clamp(max=num_bins - 1)
    gaps = torch.zeros(num_bins).double().index_add_(0, bins, right - confidence)
    return gaps.abs().sum().item() / len(y)

# %% ece wrong="the middle of the bin in place of the mean confidence"
def ece(p, y, num_bins):
    confidence, decision = p.double().max(dim=1)
    right = (decision == y).double()
    bins = (confidence * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in range(num_bins):
        mask = bins == b
        if mask.any():
            total += mask.double().mean().item() * abs(right[mask].mean().item() - (b + 0.5) / num_bins)
    return total

# %% ece wrong="bins with equally many examples, not of equal width"
def ece(p, y, num_bins):
    confidence, decision = p.double().max(dim=1)
    right = (decision == y).double()
    order = confidence.argsort()
    total = 0.0
    for part in order.tensor_split(num_bins):
        if len(part):
            total += len(part) / len(y) * (right[part].mean() - confidence[part].mean()).abs().item()
    return total

# %% ece wrong="bins between the lowest and the highest confidence, not between 0 and 1"
import numpy as np


def ece(p, y, num_bins):
    confidence, decision = p.double().max(dim=1)
    gap = ((decision == y).double() - confidence).numpy()
    sums, _ = np.histogram(confidence.numpy(), bins=num_bins, weights=gap)
    return float(np.abs(sums).sum() / len(y))

# %% ece wrong="empty bins make it nan"
def ece(p, y, num_bins):
    confidence, decision = p.double().max(dim=1)
    right = (decision == y).double()
    bins = (confidence * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in range(num_bins):
        mask = bins == b
        total += mask.double().mean().item() * (right[mask].mean() - confidence[mask].mean()).abs().item()
    return total

# %% ece wrong="the gap of each example by itself, no bins"
def ece(p, y, num_bins):
    confidence, decision = p.double().max(dim=1)
    return ((decision == y).double() - confidence).abs().mean().item()

# %% ece wrong="bins by rounding, half a bin off"
def ece(p, y, num_bins):
    confidence, decision = p.double().max(dim=1)
    right = (decision == y).double()
    bins = (confidence * num_bins).round().long().clamp(max=num_bins - 1)
    gaps = torch.zeros(num_bins).double().index_add_(0, bins, right - confidence)
    return gaps.abs().sum().item() / len(y)

# %% ece wrong="softmax of what are probabilities already"
def ece(p, y, num_bins):
    confidence, decision = p.double().softmax(dim=1).max(dim=1)
    right = (decision == y).double()
    bins = (confidence * num_bins).long().clamp(max=num_bins - 1)
    gaps = torch.zeros(num_bins).double().index_add_(0, bins, right - confidence)
    return gaps.abs().sum().item() / len(y)

# %% ece wrong="the share that is wrong, not the share that is right"
def ece(p, y, num_bins):
    confidence, decision = p.double().max(dim=1)
    wrong = (decision != y).double()
    bins = (confidence * num_bins).long().clamp(max=num_bins - 1)
    gaps = torch.zeros(num_bins).double().index_add_(0, bins, wrong - confidence)
    return gaps.abs().sum().item() / len(y)

# %% ece wrong="the sum weighted by counts, not by shares: not divided by n"
def ece(p, y, num_bins):
    confidence, decision = p.double().max(dim=1)
    right = (decision == y).double()
    bins = (confidence * num_bins).long().clamp(max=num_bins - 1)
    gaps = torch.zeros(num_bins).double().index_add_(0, bins, right - confidence)
    return gaps.abs().sum().item()

# %% ece wrong="a confidence of exactly 1 falls out of all bins" kind="sneaky"
def ece(p, y, num_bins):
    confidence, decision = p.double().max(dim=1)
    right = (decision == y).double()
    total = 0.0
    for b in range(num_bins):
        mask = (confidence >= b / num_bins) & (confidence < (b + 1) / num_bins)
        if mask.any():
            total += mask.double().mean().item() * (right[mask].mean() - confidence[mask].mean()).abs().item()
    return total

# %% ece wrong="a confidence of exactly 1 gets a bin of its own" kind="sneaky"
def ece(p, y, num_bins):
    confidence, decision = p.double().max(dim=1)
    right = (decision == y).double()
    bins = (confidence * num_bins).long()
    gaps = torch.zeros(num_bins + 1).double().index_add_(0, bins, right - confidence)
    return gaps.abs().sum().item() / len(y)

# %% ece wrong="always 15 bins, as in the paper" kind="sneaky"
def ece(p, y, num_bins):
    num_bins = 15
    confidence, decision = p.double().max(dim=1)
    right = (decision == y).double()
    bins = (confidence * num_bins).long().clamp(max=num_bins - 1)
    gaps = torch.zeros(num_bins).double().index_add_(0, bins, right - confidence)
    return gaps.abs().sum().item() / len(y)

# %% ece wrong="bins with a single example are skipped, too" kind="sneaky"
def ece(p, y, num_bins):
    confidence, decision = p.double().max(dim=1)
    right = (decision == y).double()
    bins = (confidence * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in range(num_bins):
        mask = bins == b
        if mask.sum() > 1:
            total += mask.double().mean().item() * (right[mask].mean() - confidence[mask].mean()).abs().item()
    return total

# %% ece wrong="bins where no one is right count as empty" kind="sneaky"
def ece(p, y, num_bins):
    confidence, decision = p.double().max(dim=1)
    right = decision == y
    bins = (confidence * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in range(num_bins):
        mask = bins == b
        num_right = (right & mask).sum().item()
        if num_right:
            accuracy = num_right / mask.sum().item()
            total += mask.double().mean().item() * abs(accuracy - confidence[mask].mean().item())
    return total

# %% ece wrong="bins between 1/num_classes and 1, where the confidences can lie" kind="sneaky"
def ece(p, y, num_bins):
    confidence, decision = p.double().max(dim=1)
    right = (decision == y).double()
    least = 1 / p.shape[1]
    bins = ((confidence - least) / (1 - least) * num_bins).long().clamp(min=0, max=num_bins - 1)
    gaps = torch.zeros(num_bins).double().index_add_(0, bins, right - confidence)
    return gaps.abs().sum().item() / len(y)

# %% ece wrong="the first bin is never looked at" kind="sneaky"
def ece(p, y, num_bins):
    confidence, decision = p.double().max(dim=1)
    right = (decision == y).double()
    bins = (confidence * num_bins).long().clamp(max=num_bins - 1)
    total = 0.0
    for b in range(1, num_bins):
        mask = bins == b
        if mask.any():
            total += mask.double().mean().item() * (right[mask].mean() - confidence[mask].mean()).abs().item()
    return total
