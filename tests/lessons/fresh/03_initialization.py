# %% distinct-units right="list of new units, loops as in the hints"
def distinct_units(W: torch.Tensor, b: torch.Tensor, tolerance: float) -> int:
    units = torch.cat([W, b[:, None]], dim=1)
    new = []
    for r in units:
        found = False
        for s in new:
            if (r - s).abs().max() <= tolerance:
                found = True
                break
        if not found:
            new.append(r)
    return len(new)

# %% distinct-units right="any() with a generator expression and a helper"
def _same(r, s, tolerance):
    return bool(((r - s).abs() <= tolerance).all())


def distinct_units(W, b, tolerance):
    rows = list(torch.hstack([W, b.reshape(-1, 1)]))
    kept = []
    for row in rows:
        if not any(_same(row, other, tolerance) for other in kept):
            kept.append(row)
    return len(kept)

# %% distinct-units right="plain Python numbers, beginner style"
def distinct_units(W: torch.Tensor, b: torch.Tensor, tolerance: float) -> int:
    weights = W.tolist()
    biases = b.tolist()
    representatives = []  # indices of the units that are new
    for i in range(len(biases)):
        is_new = True
        for j in representatives:
            all_equal = True
            if abs(biases[i] - biases[j]) > tolerance:
                all_equal = False
            for k in range(len(weights[i])):
                if abs(weights[i][k] - weights[j][k]) > tolerance:
                    all_equal = False
            if all_equal:
                is_new = False
        if is_new:
            representatives.append(i)
    count = len(representatives)
    return count

# %% distinct-units right="matrix of all pairwise distances, then greedy with a mask"
def distinct_units(W, b, tolerance):
    units = torch.cat([W, b.unsqueeze(1)], 1)
    distance = (units[:, None, :] - units[None, :, :]).abs().amax(-1)
    alike = distance <= tolerance
    is_new = torch.zeros(len(units), dtype=torch.bool)
    for i in range(len(units)):
        is_new[i] = not bool((alike[i] & is_new).any())
    return int(is_new.sum())

# %% distinct-units right="removes all twins of the first unit until nothing is left"
def distinct_units(W: torch.Tensor, b: torch.Tensor, tolerance: float) -> int:
    left = torch.cat([W, b[:, None]], dim=1)
    n = 0
    while left.shape[0] > 0:
        first = left[0]
        differs = ((left - first).abs() > tolerance).any(dim=1)
        left = left[differs]
        n += 1
    return n

# %% distinct-units right="recursion over what remains"
def distinct_units(W, b, tolerance):
    if len(b) == 0:
        return 0
    d = torch.maximum((W - W[0]).abs().max(dim=1).values, (b - b[0]).abs())
    rest = d > tolerance
    return 1 + distinct_units(W[rest], b[rest], tolerance)

# %% distinct-units right="numpy allclose with rtol=0"
import numpy as np


def distinct_units(W, b, tolerance):
    A = np.column_stack([W.detach().cpu().numpy(), b.detach().cpu().numpy()])
    found = []
    for row in A:
        for other in found:
            if np.allclose(row, other, rtol=0, atol=tolerance):
                break
        else:
            found.append(row)
    return len(found)

# %% distinct-units wrong="the bias is ignored"
def distinct_units(W: torch.Tensor, b: torch.Tensor, tolerance: float) -> int:
    new = []
    for row in W:
        if not any((row - other).abs().max() <= tolerance for other in new):
            new.append(row)
    return len(new)

# %% distinct-units wrong="compares columns: takes a unit to be a column of W"
def distinct_units(W, b, tolerance):
    units = []
    for j in range(W.shape[1]):
        column = W[:, j]
        if all((column - u).abs().max() > tolerance for u in units):
            units.append(column)
    return len(units)

# %% distinct-units wrong="the absolute value is forgotten: a large negative difference counts as equal"
def distinct_units(W, b, tolerance):
    units = torch.cat([W, b[:, None]], dim=1)
    new = []
    for r in units:
        is_new = True
        for s in new:
            if (r - s).max() <= tolerance:
                is_new = False
        if is_new:
            new.append(r)
    return len(new)

# %% distinct-units wrong="the tolerance is ignored: only exactly equal rows are the same"
def distinct_units(W: torch.Tensor, b: torch.Tensor, tolerance: float) -> int:
    return len(torch.cat([W, b[:, None]], dim=1).unique(dim=0))

# %% distinct-units wrong="the sum of the differences is compared with the tolerance, not each one"
def distinct_units(W, b, tolerance):
    rows = torch.cat([W, b[:, None]], dim=1)
    count = 0
    for i in range(len(rows)):
        twin = False
        for j in range(i):
            if torch.sum(torch.abs(rows[i] - rows[j])) <= tolerance:
                twin = True
        if not twin:
            count += 1
    return count

# %% distinct-units wrong="units agree already if one single number agrees (min for max)"
def distinct_units(W, b, tolerance):
    units = torch.cat([W, b[:, None]], dim=1)
    new = [units[0]]
    for r in units[1:]:
        if not any((r - s).abs().min() <= tolerance for s in new):
            new.append(r)
    return len(new)

# %% distinct-units wrong="counts the copies instead of the different units"
def distinct_units(W: torch.Tensor, b: torch.Tensor, tolerance: float) -> int:
    units = torch.cat([W, b[:, None]], dim=1)
    new, copies = [], 0
    for unit in units:
        for known in new:
            if (unit - known).abs().max() <= tolerance:
                copies += 1
                break
        else:
            new.append(unit)
    return copies

# %% distinct-units wrong="counts only units that have no twin at all"
def distinct_units(W, b, tolerance):
    units = torch.cat([W, b.view(-1, 1)], dim=1)
    dist = (units[:, None] - units[None]).abs().amax(dim=2)
    same = (dist <= tolerance).sum(dim=1)  # each unit equals at least itself
    return int((same == 1).sum())

# %% distinct-units wrong="the result is printed, not returned"
def distinct_units(W, b, tolerance):
    new = []
    for r in torch.cat([W, b[:, None]], dim=1):
        if not any((r - s).abs().max() <= tolerance for s in new):
            new.append(r)
    print("different units:", len(new))

# %% distinct-units wrong="returns the list of the new units instead of their number"
def distinct_units(W: torch.Tensor, b: torch.Tensor, tolerance: float) -> int:
    new = []
    for r in torch.cat([W, b[:, None]], dim=1):
        if not any((r - s).abs().max() <= tolerance for s in new):
            new.append(r)
    return new

# %% distinct-units wrong="compares each unit only with the one before it"
def distinct_units(W, b, tolerance):
    U = torch.cat([W, b[:, None]], dim=1)
    n = 1
    for previous, current in itertools.pairwise(U):
        if (current - previous).abs().max() > tolerance:
            n += 1
    return n

# %% distinct-units wrong="appends the unit once for every known unit that differs, so it counts too many"
def distinct_units(W, b, tolerance):
    units = torch.cat([W, b[:, None]], dim=1)
    new = [units[0]]
    for r in units[1:]:
        for s in list(new):
            if (r - s).abs().max() > tolerance:
                new.append(r)
    return len(new)

# %% distinct-units wrong="a difference of exactly the tolerance counts as different (< for <=), so with tolerance 0 nothing is equal" kind="sneaky"
def distinct_units(W: torch.Tensor, b: torch.Tensor, tolerance: float) -> int:
    units = torch.cat([W, b[:, None]], dim=1)
    new = []
    for r in units:
        if not any((r - s).abs().max() < tolerance for s in new):
            new.append(r)
    return len(new)

# %% distinct-units wrong="rounds to bins of the tolerance: close numbers on two sides of a bin edge count as different" kind="sneaky"
def distinct_units(W, b, tolerance):
    units = torch.cat([W, b[:, None]], dim=1).double()
    if tolerance > 0:
        units = torch.round(units / tolerance)
    return torch.unique(units, dim=0).shape[0]

# %% distinct-units wrong="allclose keeps its relative tolerance, so large weights that differ by more than the tolerance are equal" kind="sneaky"
def distinct_units(W, b, tolerance):
    units = torch.cat([W, b[:, None]], dim=1)
    new = []
    for r in units:
        if not any(torch.allclose(r, s, atol=tolerance) for s in new):
            new.append(r)
    return len(new)

# %% distinct-units wrong="Euclidean distance for the largest difference: many small differences make two equal units different" kind="sneaky"
def distinct_units(W: torch.Tensor, b: torch.Tensor, tolerance: float) -> int:
    units = torch.cat([W, b[:, None]], dim=1)
    seen = []
    for unit in units:
        if all(torch.linalg.norm(unit - other) > tolerance for other in seen):
            seen.append(unit)
    return len(seen)

# %% distinct-units wrong="weights and biases are compared separately: the twin in the weights and the twin in the bias may be two different units" kind="sneaky"
def distinct_units(W, b, tolerance):
    count = 0
    for i in range(len(W)):
        weight_known = any((W[i] - W[j]).abs().max() <= tolerance for j in range(i))
        bias_known = any(abs(b[i] - b[j]) <= tolerance for j in range(i))
        if not (weight_known and bias_known):
            count += 1
    return count

# %% vanishing-depth right="counts with a loop"
def vanishing_depth(std: float, num_inputs: int, smallest: float) -> int:
    q = std * math.sqrt(num_inputs / 2)
    size = 1.0
    layer = 0
    while size >= smallest:
        size = size * q
        layer = layer + 1
    return layer

# %% vanishing-depth right="logarithms, floor plus one"
def vanishing_depth(std: float, num_inputs: int, smallest: float) -> int:
    q = std * (num_inputs / 2) ** 0.5
    return math.floor(math.log(smallest) / math.log(q)) + 1

# %% vanishing-depth right="itertools.count and next, powers of q"
def vanishing_depth(std, num_inputs, smallest):
    q = std * math.sqrt(num_inputs / 2)
    return next(L for L in itertools.count(1) if q**L < smallest)

# %% vanishing-depth right="logarithm of the size, summed up layer by layer"
def vanishing_depth(sigma, n, s):
    log_q = math.log(sigma) + 0.5 * math.log(n / 2)
    log_s = math.log(s)
    L = 1
    while L * log_q >= log_s:
        L += 1
    return L

# %% vanishing-depth right="numpy logarithms, then a check of the neighbours"
import numpy as np


def vanishing_depth(std, num_inputs, smallest):
    q = std * np.sqrt(num_inputs / 2)
    L = int(np.floor(np.log(smallest) / np.log(q)))
    while q**L < smallest and L > 0:  # rounding might have put us too far
        L -= 1
    while not q**L < smallest:
        L += 1
    return L

# %% vanishing-depth right="recursion with a helper"
def vanishing_depth(std: float, num_inputs: int, smallest: float) -> int:
    q = std * math.sqrt(num_inputs / 2)

    def layers_below(size):
        """How many layers are needed from a signal of this size."""
        if size < smallest:
            return 0
        return 1 + layers_below(size * q)

    import sys

    old = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    try:
        return layers_below(1.0)
    finally:
        sys.setrecursionlimit(old)

# %% vanishing-depth right="mean square against the square, in exact whole-number fractions"
from fractions import Fraction


def vanishing_depth(std, num_inputs, smallest):
    log_ms_per_layer = math.log2(std * std * num_inputs / 2)  # of the mean square
    guess = int(2 * math.log2(smallest) / log_ms_per_layer) - 2
    L = max(guess, 0)
    factor = Fraction(std) ** 2 * num_inputs / 2
    target = Fraction(smallest) ** 2
    while factor**L >= target:
        L += 1
    return L

# %% vanishing-depth wrong="forgets that ReLU halves the mean square: uses n for n/2"
def vanishing_depth(std: float, num_inputs: int, smallest: float) -> int:
    q = std * math.sqrt(num_inputs)
    layer, size = 0, 1.0
    while size >= smallest and layer < 100_000:
        size *= q
        layer += 1
    return layer

# %% vanishing-depth wrong="floor without plus one: names the last layer that is still there"
def vanishing_depth(std, num_inputs, smallest):
    q = std * math.sqrt(num_inputs / 2)
    return math.floor(math.log(smallest) / math.log(q))

# %% vanishing-depth wrong="the number of the layer starts at 1 before the first multiplication: one too many"
def vanishing_depth(std: float, num_inputs: int, smallest: float) -> int:
    q = std * math.sqrt(num_inputs / 2)
    layer = 1
    signal = 1.0
    while signal >= smallest:
        signal *= q
        layer += 1
    return layer

# %% vanishing-depth wrong="forgets the square root: multiplies by std * n / 2"
def vanishing_depth(std, num_inputs, smallest):
    factor = std * num_inputs / 2
    size = 1.0
    for L in range(1, 100_000):
        size *= factor
        if size < smallest:
            return L
    return 0

# %% vanishing-depth wrong="follows the mean square, not its root"
def vanishing_depth(std, num_inputs, smallest):
    mean_square = 1.0
    L = 0
    while mean_square >= smallest:
        mean_square *= num_inputs * std**2 / 2
        L += 1
    return L

# %% vanishing-depth wrong="returns the real number of the formula, not a whole layer"
def vanishing_depth(std: float, num_inputs: int, smallest: float) -> int:
    return math.log(smallest) / math.log(std * math.sqrt(num_inputs / 2))

# %% vanishing-depth wrong="the quotient of the logarithms is upside down"
def vanishing_depth(std, num_inputs, smallest):
    q = std * (num_inputs / 2) ** 0.5
    return math.floor(math.log(q) / math.log(smallest)) + 1

# %% vanishing-depth wrong="ignores the number of inputs: the factor is only std"
def vanishing_depth(std: float, num_inputs: int, smallest: float) -> int:
    size = 1.0
    n = 0
    while size >= smallest:
        size = size * std
        n += 1
    return n

# %% vanishing-depth wrong="no return: the function gives None"
def vanishing_depth(std, num_inputs, smallest):
    q = std * math.sqrt(num_inputs / 2)
    layers = int(math.log(smallest) / math.log(q)) + 1

# %% vanishing-depth wrong="the size starts with q at layer 0 instead of 1: one layer too few"
def vanishing_depth(std, num_inputs, smallest):
    size = q = std * math.sqrt(num_inputs / 2)
    layer = 0
    while size >= smallest:
        size *= q
        layer += 1
    return layer

# %% vanishing-depth wrong="fraction upside down: multiplies by std * sqrt(2/n)"
def vanishing_depth(std: float, num_inputs: int, smallest: float) -> int:
    q = math.sqrt(2 / num_inputs) * std
    return math.floor(math.log(smallest, q)) + 1

# %% vanishing-depth wrong="ceil of the quotient: at a size of exactly the smallest number it names that layer, which is not below it" kind="sneaky"
def vanishing_depth(std: float, num_inputs: int, smallest: float) -> int:
    q = std * math.sqrt(num_inputs / 2)
    return math.ceil(math.log(smallest) / math.log(q))

# %% vanishing-depth wrong="loop stops at a size equal to the smallest number (> for >=)" kind="sneaky"
def vanishing_depth(std, num_inputs, smallest):
    q = std * math.sqrt(num_inputs / 2)
    size, layer = 1.0, 0
    while size > smallest:
        size *= q
        layer += 1
    return layer

# %% vanishing-depth wrong="ignores smallest: the number of float32 is fixed" kind="sneaky"
def vanishing_depth(std: float, num_inputs: int, smallest: float) -> int:
    q = std * math.sqrt(num_inputs / 2)
    return math.floor(-149 * math.log(2) / math.log(q)) + 1

# %% vanishing-depth wrong="looks at no more than 1000 layers: with a factor just below 1 it returns None" kind="sneaky"
def vanishing_depth(std, num_inputs, smallest):
    q = std * math.sqrt(num_inputs / 2)
    for layer in range(1, 1001):
        if q**layer < smallest:
            return layer

# %% vanishing-depth wrong="whole-number division: half of an odd number of inputs is rounded down" kind="sneaky"
def vanishing_depth(std, num_inputs, smallest):
    factor = std * math.sqrt(num_inputs // 2)
    size = 1.0
    layer = 0
    while size >= smallest:
        size *= factor
        layer += 1
    return layer

# %% vanishing-depth wrong="computes in float32 until the signal is zero, so a smallest number below that of float32 is not respected" kind="sneaky"
def vanishing_depth(std: float, num_inputs: int, smallest: float) -> int:
    q = torch.tensor(std * math.sqrt(num_inputs / 2))
    size, layer = torch.tensor(1.0), 0
    while size > 0 and size >= smallest:
        size = size * q
        layer += 1
    return layer

# %% fans right="math.prod as in the hint"
def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    places = math.prod(shape[2:])
    return shape[1] * places, shape[0] * places

# %% fans right="unpacking with a star and a loop"
def fans(shape):
    outputs, inputs, *kernel = shape
    area = 1
    for side in kernel:
        area *= side
    return inputs * area, outputs * area

# %% fans right="case by case for each number of kernel sides"
def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    num_out = shape[0]
    num_in = shape[1]
    if len(shape) == 2:
        kernel = 1
    elif len(shape) == 3:
        kernel = shape[2]
    elif len(shape) == 4:
        kernel = shape[2] * shape[3]
    else:
        kernel = shape[2] * shape[3] * shape[4]
    fan_in = num_in * kernel
    fan_out = num_out * kernel
    return (fan_in, fan_out)

# %% fans right="PyTorch's own helper on a meta tensor"
def fans(shape):
    return nn.init._calculate_fan_in_and_fan_out(torch.empty(tuple(shape), device="meta"))

# %% fans right="reduce"
from functools import reduce
from operator import mul


def fans(shape):
    fan_in = reduce(mul, shape[1:], 1)
    fan_out = reduce(mul, shape[2:], shape[0])
    return fan_in, fan_out

# %% fans right="product of everything divided by the outputs or the inputs"
def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    total = math.prod(shape)
    return total // shape[0], total // shape[1]

# %% fans right="numpy with conversion to int"
import numpy as np


def fans(dims):
    k = int(np.prod(dims[2:], dtype=int))
    return int(dims[1]) * k, int(dims[0]) * k

# %% fans right="recursion: peels off the last kernel side"
def fans(shape):
    if len(shape) == 2:
        return shape[1], shape[0]
    fan_in, fan_out = fans(shape[:-1])
    return fan_in * shape[-1], fan_out * shape[-1]

# %% fans wrong="results exchanged: fan_out first"
def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    receptive = math.prod(shape[2:])
    fan_in = shape[0] * receptive
    fan_out = shape[1] * receptive
    return fan_in, fan_out

# %% fans wrong="forgets the kernel"
def fans(shape):
    return shape[1], shape[0]

# %% fans wrong="only fan_in counts the kernel, fan_out does not"
def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    fan_in = 1
    for s in shape[1:]:
        fan_in *= s
    fan_out = shape[0]
    return fan_in, fan_out

# %% fans wrong="sum of the kernel sides for their product"
def fans(shape):
    out_channels, in_channels, *sides = shape
    k = sum(sides) if sides else 1
    return in_channels * k, out_channels * k

# %% fans wrong="adds the kernel places to the channels instead of multiplying"
def fans(shape):
    places = math.prod(shape[2:])
    if len(shape) == 2:
        places = 0
    return shape[1] + places, shape[0] + places

# %% fans wrong="kernel sides first: takes the last two entries for inputs and outputs"
def fans(shape):
    *kernel, num_in, num_out = shape
    k = math.prod(kernel)
    return num_in * k, num_out * k

# %% fans wrong="the product starts at 0 and so all fans are 0"
def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    kernel = 0
    for side in shape[2:]:
        kernel *= side
    return shape[1] * kernel, shape[0] * kernel

# %% fans wrong="returns only fan_in"
def fans(shape):
    fan_in = shape[1] * math.prod(shape[2:])
    fan_out = shape[0] * math.prod(shape[2:])
    return fan_in

# %% fans wrong="expects a tensor: asks the tuple for its shape"
def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    weight = shape
    k = weight[0][0].numel()
    return weight.shape[1] * k, weight.shape[0] * k

# %% fans wrong="the slice starts at 1: the inputs are counted twice"
def fans(shape):
    k = math.prod(shape[1:])
    return shape[1] * k, shape[0] * k

# %% fans wrong="printed instead of returned"
def fans(shape):
    k = math.prod(shape[2:])
    print(shape[1] * k, shape[0] * k)

# %% fans wrong="kernels are taken to be square: one side, squared" kind="sneaky"
def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    if len(shape) == 2:
        return shape[1], shape[0]
    k = shape[2] ** (len(shape) - 2)
    return shape[1] * k, shape[0] * k

# %% fans wrong="two kernel sides only: fails for a kernel of one side, ignores the third of three" kind="sneaky"
def fans(shape):
    if len(shape) > 2:
        k1, k2 = shape[2], shape[3]
        return shape[1] * k1 * k2, shape[0] * k1 * k2
    return shape[1], shape[0]

# %% fans wrong="only four entries are taken for a convolution: one or three kernel sides are treated as dense" kind="sneaky"
def fans(shape):
    receptive_field = 1
    if len(shape) == 4:
        receptive_field = shape[2] * shape[3]
    fan_in = shape[1] * receptive_field
    fan_out = shape[0] * receptive_field
    return fan_in, fan_out

# %% fans wrong="first and last kernel side only: with one side it is counted twice, with three the middle one is lost" kind="sneaky"
def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    k = 1
    if len(shape) > 2:
        k = shape[2] * shape[-1]
    return shape[1] * k, shape[0] * k

# %% xavier right="stretches and shifts torch.rand"
def xavier_uniform(shape: tuple[int, ...], generator: torch.Generator) -> torch.Tensor:
    places = math.prod(shape[2:])
    fan_in, fan_out = shape[1] * places, shape[0] * places
    a = math.sqrt(6 / (fan_in + fan_out))
    return (2 * torch.rand(shape, generator=generator) - 1) * a

# %% xavier right="uniform_ in place on an empty tensor"
def xavier_uniform(shape, generator):
    k = math.prod(shape[2:])
    bound = (6.0 / (k * (shape[0] + shape[1]))) ** 0.5
    return torch.empty(shape, dtype=torch.float32).uniform_(-bound, bound, generator=generator)

# %% xavier right="library call with the generator"
def xavier_uniform(shape: tuple[int, ...], generator: torch.Generator) -> torch.Tensor:
    weight = torch.empty(*shape)
    nn.init.xavier_uniform_(weight, gain=1.0, generator=generator)
    return weight

# %% xavier right="float64 on the way, float32 at the end"
def xavier_uniform(shape, generator):
    out, inp, *kernel = shape
    size = math.prod(kernel)
    variance = 2 / (inp * size + out * size)
    a = math.sqrt(3 * variance)
    u = torch.rand(tuple(shape), generator=generator, dtype=torch.float64)
    return (u * 2 * a - a).to(torch.float32)

# %% xavier right="verbose, with a helper for the fans and a flat draw"
def _fan_in_and_out(shape):
    area = 1
    for side in shape[2:]:
        area = area * side
    return shape[1] * area, shape[0] * area


def xavier_uniform(shape: tuple[int, ...], generator: torch.Generator) -> torch.Tensor:
    fan_in, fan_out = _fan_in_and_out(shape)
    # a^2 / 3 = 2 / (fan_in + fan_out)
    a_squared = 3 * 2 / (fan_in + fan_out)
    a = a_squared**0.5
    number_of_weights = 1
    for s in shape:
        number_of_weights = number_of_weights * s
    between_0_and_1 = torch.rand(number_of_weights, generator=generator)
    between_minus_a_and_a = between_0_and_1 * (2 * a) - a
    return between_minus_a_and_a.reshape(tuple(shape))

# %% xavier right="nn.init.uniform_ with bounds"
def xavier_uniform(size, gen):
    n = math.prod(size)
    a = math.sqrt(6 / (n / size[0] + n / size[1]))
    return nn.init.uniform_(torch.empty(size), -a, a, generator=gen)

# %% xavier right="lerp between the ends of the interval"
def xavier_uniform(shape, generator):
    fan_sum = (shape[0] + shape[1]) * math.prod(shape[2:])
    a = torch.tensor((6 / fan_sum) ** 0.5)
    return torch.lerp(-a, a, torch.rand(shape, generator=generator))

# %% xavier wrong="a is the standard deviation: forgets the 3 of the uniform variance"
def xavier_uniform(shape: tuple[int, ...], generator: torch.Generator) -> torch.Tensor:
    k = math.prod(shape[2:])
    a = math.sqrt(2 / (shape[0] * k + shape[1] * k))
    return 2 * a * torch.rand(shape, generator=generator) - a

# %% xavier wrong="forgets the square root of a"
def xavier_uniform(shape, generator):
    k = math.prod(shape[2:])
    fan_in = shape[1] * k
    fan_out = shape[0] * k
    a = 6 / (fan_in + fan_out)
    return torch.empty(shape).uniform_(-a, a, generator=generator)

# %% xavier wrong="normal instead of uniform numbers"
def xavier_uniform(shape, generator):
    k = math.prod(shape[2:])
    std = (2 / (k * shape[0] + k * shape[1])) ** 0.5
    return torch.randn(shape, generator=generator) * std

# %% xavier wrong="stretched but not shifted: between 0 and a"
def xavier_uniform(shape: tuple[int, ...], generator: torch.Generator) -> torch.Tensor:
    num_out, num_in, *kernel = shape
    places = math.prod(kernel)
    a = math.sqrt(6 / (places * (num_in + num_out)))
    weights = torch.rand(shape, generator=generator) * a
    return weights

# %% xavier wrong="shifted by half instead of centred after the stretch: between -1/2 a and 1/2 a"
def xavier_uniform(shape, generator):
    k = math.prod(shape[2:])
    a = math.sqrt(6 / (shape[1] * k + shape[0] * k))
    return (torch.rand(shape, generator=generator) - 0.5) * a

# %% xavier wrong="brackets missing: shifts by 1 instead of a"
def xavier_uniform(shape, generator):
    area = math.prod(shape[2:])
    a = math.sqrt(6 / (area * (shape[0] + shape[1])))
    return a * 2 * torch.rand(shape, generator=generator) - 1

# %% xavier wrong="only fan_in: variance 1/fan_in"
def xavier_uniform(shape: tuple[int, ...], generator: torch.Generator) -> torch.Tensor:
    fan_in = math.prod(shape[1:])
    a = math.sqrt(3 / fan_in)
    w = torch.rand(shape, generator=generator)
    w = w * 2 * a - a
    return w

# %% xavier wrong="the variance is multiplied by the number of fans instead of divided (fraction upside down)"
def xavier_uniform(shape, generator):
    k = math.prod(shape[2:])
    fan_in, fan_out = k * shape[1], k * shape[0]
    a = math.sqrt((fan_in + fan_out) / 6)
    return torch.empty(shape).uniform_(-a, a, generator=generator)

# %% xavier wrong="no return"
def xavier_uniform(shape, generator):
    weight = torch.empty(shape)
    k = math.prod(shape[2:])
    a = math.sqrt(6 / (k * (shape[0] + shape[1])))
    nn.init.uniform_(weight, -a, a, generator=generator)

# %% xavier wrong="a nested Python list for a tensor"
def xavier_uniform(shape, generator):
    k = math.prod(shape[2:])
    a = (6 / (k * (shape[0] + shape[1]))) ** 0.5
    return ((torch.rand(shape, generator=generator) * 2 - 1) * a).tolist()

# %% xavier wrong="shape transposed: (inputs, outputs)"
def xavier_uniform(shape: tuple[int, ...], generator: torch.Generator) -> torch.Tensor:
    n_out, n_in, *kernel = shape
    k = math.prod(kernel)
    a = math.sqrt(6 / (k * (n_in + n_out)))
    return torch.empty(n_in, n_out, *kernel).uniform_(-a, a, generator=generator)

# %% xavier wrong="the kernel is ignored: right for dense layers only" kind="sneaky"
def xavier_uniform(shape: tuple[int, ...], generator: torch.Generator) -> torch.Tensor:
    a = math.sqrt(6 / (shape[0] + shape[1]))
    return torch.rand(shape, generator=generator) * 2 * a - a

# %% xavier wrong="ignores the generator: draws from the global one" kind="sneaky"
def xavier_uniform(shape, generator):
    return nn.init.xavier_uniform_(torch.empty(shape))

# %% xavier wrong="returns float64" kind="sneaky"
def xavier_uniform(shape, generator):
    k = math.prod(shape[2:])
    a = math.sqrt(6 / (k * shape[0] + k * shape[1]))
    u = torch.rand(shape, generator=generator, dtype=torch.float64)
    return -a + 2 * a * u

# %% xavier wrong="resets the generator to its first seed: two layers from the same generator begin alike" kind="sneaky"
def xavier_uniform(shape: tuple[int, ...], generator: torch.Generator) -> torch.Tensor:
    generator.manual_seed(generator.initial_seed())
    k = math.prod(shape[2:])
    a = math.sqrt(6 / (k * (shape[0] + shape[1])))
    return torch.empty(shape).uniform_(-a, a, generator=generator)

# %% xavier wrong="fan_out without the kernel: right for dense layers only" kind="sneaky"
def xavier_uniform(shape, generator):
    fan_in = math.prod(shape[1:])
    fan_out = shape[0]
    a = (6 / (fan_in + fan_out)) ** 0.5
    return (1 - 2 * torch.rand(shape, generator=generator)) * a

# %% xavier wrong="two kernel sides are fixed: fails with one, loses the third of three" kind="sneaky"
def xavier_uniform(shape, generator):
    k = 1 if len(shape) == 2 else shape[2] * shape[3]
    a = math.sqrt(6 / (k * (shape[0] + shape[1])))
    return 2 * a * (torch.rand(*shape, generator=generator) - 0.5)

# %% gain right="as in the hints"
def gain(activation, num_samples: int, generator: torch.Generator) -> float:
    z = torch.randn(num_samples, generator=generator)
    mean_square = (activation(z) ** 2).mean()
    return 1 / math.sqrt(mean_square.item())

# %% gain right="one line with rsqrt"
def gain(activation, num_samples, generator):
    return activation(torch.randn(num_samples, generator=generator)).square().mean().rsqrt().item()

# %% gain right="float64 throughout"
def gain(activation, num_samples: int, generator: torch.Generator) -> float:
    z = torch.randn(num_samples, generator=generator, dtype=torch.float64)
    with torch.no_grad():
        h = activation(z)
    return float(1.0 / torch.sqrt(torch.mean(h * h)))

# %% gain right="in chunks, with the rest"
def gain(activation, num_samples, generator):
    total = 0.0
    left = num_samples
    while left > 0:
        n = min(left, 10_000)
        phi = activation(torch.randn(n, generator=generator)).double()
        total += (phi**2).sum().item()
        left -= n
    return (total / num_samples) ** -0.5

# %% gain right="torch.normal, the norm divided by the root of the number"
def gain(phi, n, g):
    z = torch.normal(0.0, 1.0, size=(n,), generator=g)
    return math.sqrt(n) / torch.linalg.vector_norm(phi(z)).item()

# %% gain right="numpy for the mean"
import numpy as np


def gain(activation, num_samples, generator):
    samples = torch.randn((num_samples, 1), generator=generator)
    values = activation(samples).detach().numpy().astype(np.float64)
    return float(1 / np.sqrt(np.mean(values**2)))

# %% gain right="variance plus squared mean"
def gain(activation, num_samples: int, generator: torch.Generator) -> float:
    h = activation(torch.randn(num_samples, generator=generator)).double()
    mean = h.mean()
    variance = h.var(unbiased=False)
    second_moment = variance + mean**2
    return (1 / second_moment.sqrt()).item()

# %% gain wrong="the variance for the mean square"
def gain(activation, num_samples: int, generator: torch.Generator) -> float:
    z = torch.randn(num_samples, generator=generator)
    return 1 / activation(z).std().item()

# %% gain wrong="forgets the square root"
def gain(activation, num_samples, generator):
    z = torch.randn(num_samples, generator=generator)
    return 1 / (activation(z) ** 2).mean().item()

# %% gain wrong="upside down: the root mean square itself"
def gain(activation, num_samples, generator):
    h = activation(torch.randn(num_samples, generator=generator))
    return math.sqrt(h.pow(2).mean())

# %% gain wrong="squares the mean instead of averaging the squares"
def gain(activation, num_samples: int, generator: torch.Generator) -> float:
    z = torch.randn(num_samples, generator=generator)
    expectation = activation(z).mean().item()
    return 1 / math.sqrt(expectation**2)

# %% gain wrong="squares the input of the activation, not its output"
def gain(activation, num_samples, generator):
    z = torch.randn(num_samples, generator=generator)
    e = activation(z**2).mean()
    return float(1 / e.sqrt())

# %% gain wrong="uniform numbers for normal ones"
def gain(activation, num_samples, generator):
    z = torch.rand(num_samples, generator=generator)
    return 1 / math.sqrt(activation(z).square().mean().item())

# %% gain wrong="the activation is ignored: ReLU is fixed"
def gain(activation, num_samples: int, generator: torch.Generator) -> float:
    z = torch.randn(num_samples, generator=generator)
    h = torch.relu(z)
    return 1 / math.sqrt((h**2).mean().item())

# %% gain wrong="mean of absolute values for the root mean square"
def gain(activation, num_samples, generator):
    h = activation(torch.randn(num_samples, generator=generator))
    return 1 / h.abs().mean().item()

# %% gain wrong="sum for mean"
def gain(activation, num_samples, generator):
    total = 0.0
    for value in activation(torch.randn(num_samples, generator=generator)).tolist():
        total += value * value
    return 1 / math.sqrt(total)

# %% gain wrong="root of each square before the mean: again the mean of absolute values"
def gain(activation, num_samples: int, generator: torch.Generator) -> float:
    z = torch.randn(num_samples, generator=generator)
    return (1 / torch.sqrt(activation(z) ** 2).mean()).item()

# %% gain wrong="returns a tensor, not a float"
def gain(activation, num_samples, generator):
    z = torch.randn(num_samples, generator=generator)
    return 1 / torch.sqrt(torch.mean(activation(z) ** 2))

# %% gain wrong="the activation is never applied: measures z"
def gain(activation, num_samples, generator):
    z = torch.randn(num_samples, generator=generator)
    return 1 / math.sqrt((z**2).mean().item())

# %% gain wrong="mean of 1/rms one by one: averages the inverse of each sample instead of inverting the average"
def gain(activation, num_samples, generator):
    z = torch.randn(num_samples, generator=generator)
    return (1 / (activation(z).abs() + 1e-12)).mean().item()

# %% gain wrong="ignores the generator: draws from the global one" kind="sneaky"
def gain(activation, num_samples: int, generator: torch.Generator) -> float:
    z = torch.randn(num_samples)
    return 1 / math.sqrt((activation(z) ** 2).mean().item())

# %% gain wrong="ignores num_samples: always a million" kind="sneaky"
def gain(activation, num_samples, generator):
    z = torch.randn(1_000_000, generator=generator)
    return activation(z).pow(2).mean().pow(-0.5).item()

# %% gain wrong="whole batches of 1000 only: the rest is dropped, and below 1000 samples it divides by zero" kind="sneaky"
def gain(activation, num_samples, generator):
    means = []
    for _ in range(num_samples // 1000):
        z = torch.randn(1000, generator=generator)
        means.append(activation(z).square().mean().item())
    return 1 / math.sqrt(sum(means) / len(means))

# %% gain wrong="reseeds the generator that it is given: the second call repeats the first" kind="sneaky"
def gain(activation, num_samples: int, generator: torch.Generator) -> float:
    generator.manual_seed(0)
    z = torch.randn(num_samples, generator=generator)
    return float((activation(z) ** 2).mean() ** -0.5)

# %% gain wrong="root of variance plus mean: the mean is not squared, right only where the mean is 0 or 1" kind="sneaky"
def gain(activation, num_samples, generator):
    h = activation(torch.randn(num_samples, generator=generator))
    return 1 / math.sqrt((h.var() + h.mean()).item())

# %% gain wrong="integrates over positive z and doubles: right only for even or odd activations" kind="sneaky"
def gain(activation, num_samples, generator):
    z = torch.randn(num_samples, generator=generator).abs()
    return (activation(z).square().mean()).item() ** -0.5

# %% init-network right="loop, one generator, randn times the std"
def init_network(
    shapes: list[tuple[int, ...]], gain: float, seed: int
) -> list[tuple[torch.Tensor, torch.Tensor]]:
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        fan_in = math.prod(shape[1:])
        weight = torch.randn(shape, generator=generator) * gain / math.sqrt(fan_in)
        bias = torch.zeros(shape[0])
        layers.append((weight, bias))
    return layers

# %% init-network right="list comprehension with torch.normal"
def init_network(shapes, gain, seed):
    g = torch.Generator().manual_seed(seed)
    return [
        (
            torch.normal(0.0, gain / math.prod(s[1:]) ** 0.5, size=tuple(s), generator=g),
            torch.zeros(s[0]),
        )
        for s in shapes
    ]

# %% init-network right="nn.init functions on empty tensors"
def init_network(shapes, gain, seed):
    generator = torch.Generator()
    generator.manual_seed(seed)
    result = []
    for shape in shapes:
        w = torch.empty(*shape)
        b = torch.empty(shape[0])
        fan_in, _ = nn.init._calculate_fan_in_and_fan_out(w)
        nn.init.normal_(w, mean=0.0, std=gain / math.sqrt(fan_in), generator=generator)
        nn.init.zeros_(b)
        result.append((w, b))
    return result

# %% init-network right="one draw for all layers, then split"
def init_network(shapes, gain, seed):
    if not shapes:
        return []
    sizes = [math.prod(s) for s in shapes]
    numbers = torch.randn(sum(sizes), generator=torch.Generator().manual_seed(seed))
    out = []
    for s, part in zip(shapes, numbers.split(sizes)):
        fan_in = part.numel() // s[0]
        out.append((part.view(s) * (gain * fan_in**-0.5), part.new_zeros(s[0])))
    return out

# %% init-network right="numpy generator, back as float32 tensors"
import numpy as np


def init_network(shapes, gain, seed):
    rng = np.random.default_rng(seed)
    net = []
    for shape in shapes:
        std = gain / np.sqrt(np.prod(shape[1:]))
        W = rng.normal(0.0, std, size=shape).astype(np.float32)
        b = np.zeros(shape[0], dtype=np.float32)
        net.append((torch.from_numpy(W), torch.from_numpy(b)))
    return net

# %% init-network right="a small class as initializer, float64 on the way"
class _Initializer:
    def __init__(self, gain, seed):
        self.gain = gain
        self.generator = torch.Generator().manual_seed(seed)

    def weight(self, shape):
        places = math.prod(shape[2:])
        std = self.gain / math.sqrt(shape[1] * places)
        z = torch.randn(shape, generator=self.generator, dtype=torch.float64)
        return (std * z).float()

    def __call__(self, shape):
        return self.weight(shape), torch.zeros(shape[0], dtype=torch.float32)


def init_network(shapes, gain, seed):
    init = _Initializer(gain, seed)
    return [init(shape) for shape in shapes]

# %% init-network right="recursion with the generator handed on"
def init_network(shapes, gain, seed):
    def rest(remaining, generator):
        if len(remaining) == 0:
            return []
        shape = remaining[0]
        fan_in = 1
        for n in shape[1:]:
            fan_in *= n
        w = torch.randn(shape, generator=generator).mul_(gain).div_(fan_in**0.5)
        return [(w, torch.zeros(shape[0]))] + rest(remaining[1:], generator)

    return rest(list(shapes), torch.Generator().manual_seed(seed))

# %% init-network right="global generator inside fork_rng"
def init_network(shapes, gain, seed):
    layers = []
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for out, inp, *kernel in shapes:
            sigma = gain / (inp * math.prod(kernel)) ** 0.5
            layers.append((sigma * torch.randn(out, inp, *kernel), torch.zeros(out)))
    return layers

# %% init-network wrong="a new generator with the same seed in each layer: layers of the same shape are alike"
def init_network(
    shapes: list[tuple[int, ...]], gain: float, seed: int
) -> list[tuple[torch.Tensor, torch.Tensor]]:
    result = []
    for shape in shapes:
        generator = torch.Generator().manual_seed(seed)
        fan_in = math.prod(shape[1:])
        w = torch.randn(shape, generator=generator) * gain / math.sqrt(fan_in)
        result.append((w, torch.zeros(shape[0])))
    return result

# %% init-network wrong="fan-out for fan-in"
def init_network(shapes, gain, seed):
    g = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        fan = shape[0] * math.prod(shape[2:])
        layers.append((torch.randn(shape, generator=g) * (gain / fan**0.5), torch.zeros(shape[0])))
    return layers

# %% init-network wrong="forgets the square root of fan-in"
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    params = []
    for shape in shapes:
        fan_in = shape[1] * math.prod(shape[2:])
        std = gain / fan_in
        weight = torch.empty(shape).normal_(0, std, generator=generator)
        params.append((weight, torch.zeros(shape[0])))
    return params

# %% init-network wrong="the gain is under the root: sqrt(gain/fan_in)"
def init_network(shapes, gain, seed):
    g = torch.Generator().manual_seed(seed)
    return [
        (
            torch.randn(shape, generator=g) * math.sqrt(gain / math.prod(shape[1:])),
            torch.zeros(shape[0]),
        )
        for shape in shapes
    ]

# %% init-network wrong="ignores the gain: He is fixed"
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    out = []
    for shape in shapes:
        w = torch.empty(shape)
        nn.init.kaiming_normal_(w, nonlinearity="relu", generator=generator)
        out.append((w, torch.zeros(shape[0])))
    return out

# %% init-network wrong="a bias for each input"
def init_network(
    shapes: list[tuple[int, ...]], gain: float, seed: int
) -> list[tuple[torch.Tensor, torch.Tensor]]:
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        fan_in = math.prod(shape[1:])
        weight = gain / math.sqrt(fan_in) * torch.randn(shape, generator=generator)
        bias = torch.zeros(shape[1])
        layers.append((weight, bias))
    return layers

# %% init-network wrong="random biases"
def init_network(shapes, gain, seed):
    gen = torch.Generator().manual_seed(seed)
    net = []
    for s in shapes:
        std = gain / math.sqrt(math.prod(s[1:]))
        net.append((std * torch.randn(s, generator=gen), std * torch.randn(s[0], generator=gen)))
    return net

# %% init-network wrong="two lists, weights and biases, for a list of pairs"
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    weights, biases = [], []
    for shape in shapes:
        weights.append(torch.randn(shape, generator=generator) * gain / math.prod(shape[1:]) ** 0.5)
        biases.append(torch.zeros(shape[0]))
    return weights, biases

# %% init-network wrong="weights only, no biases"
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(s, generator=generator) * gain / math.sqrt(math.prod(s[1:])) for s in shapes]

# %% init-network wrong="return inside the loop: only the first layer"
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        fan_in = math.prod(shape[1:])
        w = torch.randn(shape, generator=generator) * gain / fan_in**0.5
        layers.append((w, torch.zeros(shape[0])))
        return layers

# %% init-network wrong="undefined name: fan_in is never computed"
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    result = []
    for shape in shapes:
        weight = torch.randn(shape, generator=generator) * (gain / math.sqrt(fan_in))
        bias = torch.zeros(shape[0])
        result.append((weight, bias))
    return result

# %% init-network wrong="(bias, weight) exchanged"
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        bias = torch.zeros(shape[0])
        weight = torch.randn(shape, generator=generator) * gain / math.prod(shape[1:]) ** 0.5
        layers.append((bias, weight))
    return layers

# %% init-network wrong="the seed is ignored: draws from the global generator" kind="sneaky"
def init_network(shapes, gain, seed):
    layers = []
    for shape in shapes:
        std = gain / math.sqrt(math.prod(shape[1:]))
        layers.append((torch.normal(0.0, std, size=shape), torch.zeros(shape[0])))
    return layers

# %% init-network wrong="the kernel is missing in fan-in: right for dense layers only" kind="sneaky"
def init_network(
    shapes: list[tuple[int, ...]], gain: float, seed: int
) -> list[tuple[torch.Tensor, torch.Tensor]]:
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        std = gain / math.sqrt(shape[1])
        layers.append((std * torch.randn(shape, generator=generator), torch.zeros(shape[0])))
    return layers

# %% init-network wrong="uniform numbers of the right std: not normal" kind="sneaky"
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        a = gain * math.sqrt(3 / math.prod(shape[1:]))
        layers.append((torch.empty(shape).uniform_(-a, a, generator=generator), torch.zeros(shape[0])))
    return layers

# %% init-network wrong="the numpy detour leaves float64" kind="sneaky"
import numpy as np


def init_network(shapes, gain, seed):
    rng = np.random.default_rng(seed)
    layers = []
    for shape in shapes:
        fan_in = int(np.prod(shape[1:]))
        W = torch.from_numpy(rng.standard_normal(shape) * gain / np.sqrt(fan_in))
        b = torch.from_numpy(np.zeros(shape[0]))
        layers.append((W, b))
    return layers

# %% init-network wrong="biases are whole numbers (int64), not float32" kind="sneaky"
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        weight = torch.randn(shape, generator=generator) * gain / math.sqrt(math.prod(shape[1:]))
        bias = torch.tensor([0] * shape[0])
        layers.append((weight, bias))
    return layers

# %% init-network wrong="the generators are kept between calls: the second call with the same seed gives other weights" kind="sneaky"
_generators = {}


def init_network(shapes, gain, seed):
    if seed not in _generators:
        _generators[seed] = torch.Generator().manual_seed(seed)
    g = _generators[seed]
    out = []
    for shape in shapes:
        fan_in = math.prod(shape[1:])
        out.append((torch.randn(shape, generator=g) * gain / fan_in**0.5, torch.zeros(shape[0])))
    return out

# %% init-network wrong="seed 0 is taken for no seed: the start cannot be repeated then" kind="sneaky"
def init_network(shapes, gain, seed):
    generator = torch.Generator()
    if seed:
        generator.manual_seed(seed)
    else:
        generator.seed()
    layers = []
    for shape in shapes:
        std = gain / math.sqrt(math.prod(shape[1:]))
        layers.append((torch.randn(shape, generator=generator) * std, torch.zeros(shape[0])))
    return layers

# %% orthogonal right="QR of the tall matrix, signs, transposed if wide"
def orthogonal(
    num_outputs: int, num_inputs: int, gain: float, generator: torch.Generator
) -> torch.Tensor:
    rows, columns = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    A = torch.randn(rows, columns, generator=generator)
    Q, R = torch.linalg.qr(A)
    Q = Q * R.diagonal().sign()
    if num_outputs < num_inputs:
        Q = Q.T
    return gain * Q

# %% orthogonal right="library call"
def orthogonal(num_outputs, num_inputs, gain, generator):
    W = torch.empty(num_outputs, num_inputs)
    return nn.init.orthogonal_(W, gain=gain, generator=generator)

# %% orthogonal right="polar factor from the singular value decomposition"
def orthogonal(num_outputs, num_inputs, gain, generator):
    A = torch.randn(num_outputs, num_inputs, generator=generator, dtype=torch.float64)
    U, _, Vh = torch.linalg.svd(A, full_matrices=False)
    return (gain * (U @ Vh)).float()

# %% orthogonal right="own Gram-Schmidt, twice for accuracy, in float64"
def orthogonal(num_outputs, num_inputs, gain, generator):
    k, n = sorted((num_outputs, num_inputs))
    vectors = []
    for _ in range(k):
        v = torch.randn(n, generator=generator, dtype=torch.float64)
        for _ in range(2):
            for u in vectors:
                v = v - (u @ v) * u
        vectors.append(v / v.norm())
    rows = torch.stack(vectors)  # (k, n), orthonormal rows
    M = rows if num_outputs <= num_inputs else rows.T
    return (gain * M).to(torch.float32)

# %% orthogonal right="recursion: the wide one is the tall one turned round"
def orthogonal(num_outputs, num_inputs, gain, generator):
    if num_outputs < num_inputs:
        return orthogonal(num_inputs, num_outputs, gain, generator).t()
    Q, R = torch.linalg.qr(torch.randn(num_outputs, num_inputs, generator=generator))
    return gain * (Q @ torch.diag(torch.sign(torch.diag(R))))

# %% orthogonal right="a square orthogonal matrix, cut to size"
def orthogonal(num_outputs, num_inputs, gain, generator):
    n = max(num_outputs, num_inputs)
    q, r = torch.linalg.qr(torch.randn(n, n, generator=generator))
    signs = torch.where(torch.diagonal(r) < 0, -1.0, 1.0)
    q = q * signs[None, :]
    return (gain * q[:num_outputs, :num_inputs]).clone()

# %% orthogonal right="numpy QR on draws from the torch generator, loop over the columns for the signs"
import numpy as np


def orthogonal(num_outputs, num_inputs, gain, generator):
    A = torch.randn(num_outputs, num_inputs, generator=generator).double().numpy()
    wide = num_inputs > num_outputs
    if wide:
        A = A.T
    Q, R = np.linalg.qr(A)
    for j in range(Q.shape[1]):
        if R[j, j] < 0:
            Q[:, j] = -Q[:, j]
    if wide:
        Q = Q.T
    return torch.tensor(gain * Q, dtype=torch.float32)

# %% orthogonal wrong="never transposes: a wide matrix comes back in the wrong shape"
def orthogonal(
    num_outputs: int, num_inputs: int, gain: float, generator: torch.Generator
) -> torch.Tensor:
    A = torch.randn(num_outputs, num_inputs, generator=generator)
    Q, R = torch.linalg.qr(A)
    return gain * Q * R.diagonal().sign()

# %% orthogonal wrong="the gain is multiplied before the QR and lost"
def orthogonal(num_outputs, num_inputs, gain, generator):
    A = gain * torch.randn(
        max(num_outputs, num_inputs), min(num_outputs, num_inputs), generator=generator
    )
    Q, R = torch.linalg.qr(A)
    Q = Q * R.diagonal().sign()
    return Q if num_outputs >= num_inputs else Q.T

# %% orthogonal wrong="multiplies by the diagonal of R itself, not by its sign"
def orthogonal(num_outputs, num_inputs, gain, generator):
    big, small = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    Q, R = torch.linalg.qr(torch.randn(big, small, generator=generator))
    Q = Q * R.diagonal()
    return gain * (Q.T if num_outputs < num_inputs else Q)

# %% orthogonal wrong="signs multiply the rows of Q: fails unless it is square"
def orthogonal(num_outputs, num_inputs, gain, generator):
    A = torch.randn(num_outputs, num_inputs, generator=generator)
    if num_outputs < num_inputs:
        A = A.T
    Q, R = torch.linalg.qr(A)
    Q = R.diagonal().sign()[:, None] * Q
    if num_outputs < num_inputs:
        Q = Q.T
    return gain * Q

# %% orthogonal wrong="rows of length 1 only, not orthogonal to each other"
def orthogonal(num_outputs, num_inputs, gain, generator):
    A = torch.randn(num_outputs, num_inputs, generator=generator)
    return gain * A / A.norm(dim=1, keepdim=True)

# %% orthogonal wrong="returns R instead of Q"
def orthogonal(num_outputs: int, num_inputs: int, gain: float, generator: torch.Generator) -> torch.Tensor:
    A = torch.randn(num_outputs, num_inputs, generator=generator)
    R, Q = torch.linalg.qr(A if num_outputs >= num_inputs else A.T)
    Q = Q * R.diagonal().sign()
    return gain * (Q if num_outputs >= num_inputs else Q.T)

# %% orthogonal wrong="divides by the gain"
def orthogonal(num_outputs, num_inputs, gain, generator):
    transposed = num_outputs < num_inputs
    shape = (num_inputs, num_outputs) if transposed else (num_outputs, num_inputs)
    Q, R = torch.linalg.qr(torch.randn(shape, generator=generator))
    Q = Q * torch.sign(torch.diagonal(R))
    W = Q.T if transposed else Q
    return W / gain

# %% orthogonal wrong="turned round in the wrong case: shape (inputs, outputs)"
def orthogonal(num_outputs, num_inputs, gain, generator):
    n, k = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    Q, R = torch.linalg.qr(torch.randn(n, k, generator=generator))
    Q = Q * R.diagonal().sign()
    if num_outputs > num_inputs:
        Q = Q.T
    return Q * gain

# %% orthogonal wrong="the gain is ignored"
def orthogonal(num_outputs, num_inputs, gain, generator):
    A = torch.randn(max(num_outputs, num_inputs), min(num_outputs, num_inputs), generator=generator)
    Q, R = torch.linalg.qr(A)
    Q *= R.diagonal().sign()
    return Q.T.contiguous() if num_inputs > num_outputs else Q

# %% orthogonal wrong="complete QR: always a large square matrix"
def orthogonal(num_outputs, num_inputs, gain, generator):
    A = torch.randn(num_outputs, num_inputs, generator=generator)
    if num_outputs < num_inputs:
        A = A.T
    Q, R = torch.linalg.qr(A, mode="complete")
    signs = torch.ones(Q.shape[1])
    signs[: R.shape[1]] = R.diagonal().sign()
    Q = Q * signs
    return gain * (Q.T if num_outputs < num_inputs else Q)

# %% orthogonal wrong="no return"
def orthogonal(num_outputs, num_inputs, gain, generator):
    W = torch.empty(num_outputs, num_inputs)
    nn.init.orthogonal_(W, gain, generator=generator)

# %% orthogonal wrong="normal numbers with std gain/sqrt(inputs): orthogonal only on average"
def orthogonal(num_outputs, num_inputs, gain, generator):
    return gain * torch.randn(num_outputs, num_inputs, generator=generator) / math.sqrt(num_inputs)

# %% orthogonal wrong="the signs are left as QR finds them: not all orthogonal matrices alike" kind="sneaky"
def orthogonal(
    num_outputs: int, num_inputs: int, gain: float, generator: torch.Generator
) -> torch.Tensor:
    rows, columns = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    Q, _ = torch.linalg.qr(torch.randn(rows, columns, generator=generator))
    if num_outputs < num_inputs:
        Q = Q.T
    return gain * Q

# %% orthogonal wrong="ignores the generator: draws from the global one" kind="sneaky"
def orthogonal(num_outputs, num_inputs, gain, generator):
    W = torch.empty(num_outputs, num_inputs)
    nn.init.orthogonal_(W, gain)
    return W

# %% orthogonal wrong="returns float64" kind="sneaky"
def orthogonal(num_outputs, num_inputs, gain, generator):
    n, k = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    A = torch.randn(n, k, generator=generator, dtype=torch.float64)
    Q, R = torch.linalg.qr(A)
    Q = Q * R.diagonal().sign()
    return gain * (Q if num_outputs >= num_inputs else Q.T)

# %% orthogonal wrong="reshape for transpose: rows of a wide matrix are not orthonormal" kind="sneaky"
def orthogonal(num_outputs, num_inputs, gain, generator):
    n, k = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    Q, R = torch.linalg.qr(torch.randn(n, k, generator=generator))
    Q = Q * R.diagonal().sign()
    return gain * Q.reshape(num_outputs, num_inputs)

# %% orthogonal wrong="forces the determinant to +1: mirrors are never drawn" kind="sneaky"
def orthogonal(num_outputs, num_inputs, gain, generator):
    n = max(num_outputs, num_inputs)
    Q, R = torch.linalg.qr(torch.randn(n, n, generator=generator))
    Q = Q * R.diagonal().sign()
    if torch.linalg.det(Q) < 0:
        Q[:, 0] = -Q[:, 0]
    return gain * Q[:num_outputs, :num_inputs]

# %% orthogonal wrong="signs are multiplied after turning round: a wide matrix fails" kind="sneaky"
def orthogonal(num_outputs, num_inputs, gain, generator):
    n, k = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    Q, R = torch.linalg.qr(torch.randn(n, k, generator=generator))
    if num_outputs < num_inputs:
        Q = Q.T
    return gain * Q * R.diagonal().sign()

# %% orthogonal wrong="sign of the first row of Q for the sign of the diagonal of R: the first row is always positive" kind="sneaky"
def orthogonal(num_outputs, num_inputs, gain, generator):
    tall = num_outputs >= num_inputs
    A = torch.randn(num_outputs, num_inputs, generator=generator)
    Q, _ = torch.linalg.qr(A if tall else A.T)
    Q = Q * Q[0].sign()
    return gain * (Q if tall else Q.T)

# %% lsuv right="hook, run, divide, layer by layer"
def lsuv(weights: list[torch.Tensor], X: torch.Tensor) -> list[torch.Tensor]:
    net = tanh_net(weights)
    linear = [m for m in net if isinstance(m, nn.Linear)]
    with torch.no_grad():
        for layer in linear:
            seen = []
            handle = layer.register_forward_hook(
                lambda module, inputs, output: seen.append(output.std())
            )
            net(X)
            handle.remove()
            layer.weight.data /= seen[0]
    return [layer.weight.detach().clone() for layer in linear]

# %% lsuv right="no network: carries the signal along"
def lsuv(weights, X):
    scaled = []
    h = X
    for W in weights:
        z = h @ W.T
        s = z.std()
        scaled.append(W / s)
        h = torch.tanh(z / s)
    return scaled

# %% lsuv right="runs the whole forward pass again for each layer, beginner style"
def lsuv(weights: list[torch.Tensor], X: torch.Tensor) -> list[torch.Tensor]:
    new_weights = [w.detach().clone() for w in weights]
    for i in range(len(new_weights)):
        signal = X
        for j in range(i):
            signal = torch.tanh(signal @ new_weights[j].T)
        output = signal @ new_weights[i].T
        standard_deviation = output.std()
        new_weights[i] = new_weights[i] / standard_deviation
    return new_weights

# %% lsuv right="slices of the Sequential instead of hooks"
def lsuv(weights, X):
    net = tanh_net(weights)
    with torch.no_grad():
        for i in range(0, len(net), 2):
            std = net[: i + 1](X).std()
            net[i].weight.copy_(net[i].weight / std)
        return [net[i].weight.data for i in range(0, len(net), 2)]

# %% lsuv right="recursion over the layers"
def lsuv(weights, X):
    if not weights:
        return []
    first, *rest = weights
    first = first / F.linear(X, first).std()
    return [first, *lsuv(rest, F.linear(X, first).tanh())]

# %% lsuv right="numpy, float64 on the way, standard deviation of all entries"
import numpy as np


def lsuv(weights, X):
    h = X.detach().cpu().numpy().astype(np.float64)
    result = []
    for weight in weights:
        W = weight.detach().cpu().numpy().astype(np.float64)
        z = h @ W.T
        s = np.std(z, ddof=1)
        result.append(torch.tensor(W / s, dtype=weight.dtype))
        h = np.tanh(z / s)
    return result

# %% lsuv right="a hook that divides the weight itself, one pass: output corrected in the hook"
def lsuv(weights, X):
    net = tanh_net(weights)

    def correct(module, inputs, output):
        s = output.std()
        module.weight.data.div_(s)
        return output / s  # what the next layers get to see

    handles = [m.register_forward_hook(correct) for m in net if isinstance(m, nn.Linear)]
    with torch.no_grad():
        net(X)
    for handle in handles:
        handle.remove()
    return [m.weight.detach() for m in net if isinstance(m, nn.Linear)]

# %% lsuv right="standard deviation written out, divided by N"
def lsuv(weights, X):
    def spread(z):
        return ((z - z.mean()) ** 2).mean().sqrt()

    out, h = [], X.clone()
    for w in weights:
        z = torch.einsum("ni,oi->no", h, w)
        out.append(w / spread(z))
        h = torch.tanh(torch.einsum("ni,oi->no", h, out[-1]))
    return out

# %% lsuv wrong="measures all layers in one pass of the uncorrected network"
def lsuv(weights: list[torch.Tensor], X: torch.Tensor) -> list[torch.Tensor]:
    net = tanh_net(weights)
    stds = []
    for m in net:
        if isinstance(m, nn.Linear):
            m.register_forward_hook(lambda module, inputs, output: stds.append(output.std()))
    with torch.no_grad():
        net(X)
    return [w / s for w, s in zip(weights, stds)]

# %% lsuv wrong="measures after tanh instead of before"
def lsuv(weights, X):
    new = []
    h = X
    for W in weights:
        s = torch.tanh(h @ W.T).std()
        new.append(W / s)
        h = torch.tanh(h @ new[-1].T)
    return new

# %% lsuv wrong="divides by the variance"
def lsuv(weights, X):
    net = tanh_net(weights)
    layers = [m for m in net if isinstance(m, nn.Linear)]
    with torch.no_grad():
        for layer in layers:
            seen = []
            handle = layer.register_forward_hook(lambda m, i, o: seen.append(o.var()))
            net(X)
            handle.remove()
            layer.weight.data = layer.weight.data / seen[0]
    return [layer.weight.data for layer in layers]

# %% lsuv wrong="multiplies by the standard deviation"
def lsuv(weights, X):
    h, out = X, []
    for w in weights:
        w = w * (h @ w.t()).std()
        out.append(w)
        h = torch.tanh(h @ w.t())
    return out

# %% lsuv wrong="the signal goes on uncorrected: later layers see the old one"
def lsuv(weights: list[torch.Tensor], X: torch.Tensor) -> list[torch.Tensor]:
    result = []
    signal = X
    for W in weights:
        z = signal @ W.T
        result.append(W / z.std())
        signal = torch.tanh(z)
    return result

# %% lsuv wrong="one standard deviation per unit instead of one for all entries"
def lsuv(weights, X):
    scaled, h = [], X
    for W in weights:
        z = h @ W.T
        s = z.std(dim=0)
        scaled.append(W / s[:, None])
        h = torch.tanh(z / s)
    return scaled

# %% lsuv wrong="makes the weights themselves have std 1, not the outputs"
def lsuv(weights, X):
    return [w / w.std() for w in weights]

# %% lsuv wrong="no tanh between the layers"
def lsuv(weights, X):
    h = X
    new_weights = []
    for weight in weights:
        out = h @ weight.T
        new_weights.append(weight / out.std())
        h = out / out.std()
    return new_weights

# %% lsuv wrong="the list seen is never emptied and its first entry is taken: every layer is divided by the std of the first"
def lsuv(weights, X):
    net = tanh_net(weights)
    linear = [m for m in net if isinstance(m, nn.Linear)]
    seen = []
    with torch.no_grad():
        for layer in linear:
            handle = layer.register_forward_hook(lambda module, inputs, output: seen.append(output))
            net(X)
            handle.remove()
            layer.weight.data /= seen[0].std()
    return [layer.weight.data.clone() for layer in linear]

# %% lsuv wrong="returns the scales, not the weights"
def lsuv(weights, X):
    h, scales = X, []
    for W in weights:
        z = h @ W.T
        scales.append(z.std())
        h = torch.tanh(z / z.std())
    return scales

# %% lsuv wrong="W without transposing: works for square layers only"
def lsuv(weights, X):
    h = X
    out = []
    for W in weights:
        z = h @ W
        out.append(W / z.std())
        h = torch.tanh(z / z.std())
    return out

# %% lsuv wrong="corrects from the last layer back to the first"
def lsuv(weights, X):
    net = tanh_net(weights)
    linear = [m for m in net if isinstance(m, nn.Linear)]
    with torch.no_grad():
        for layer in reversed(linear):
            seen = []
            handle = layer.register_forward_hook(lambda m, i, o: seen.append(o.std()))
            net(X)
            handle.remove()
            layer.weight.data /= seen[0]
    return [layer.weight.data for layer in linear]

# %% lsuv wrong="changes the weights that it was given, in place"
def lsuv(weights: list[torch.Tensor], X: torch.Tensor) -> list[torch.Tensor]:
    h = X
    for W in weights:
        W /= (h @ W.T).std()
        h = torch.tanh(h @ W.T)
    return weights

# %% lsuv wrong="root mean square for standard deviation: the mean of the output is not taken off" kind="sneaky"
def lsuv(weights, X):
    h, scaled = X, []
    for W in weights:
        z = h @ W.T
        size = z.square().mean().sqrt()
        scaled.append(W / size)
        h = torch.tanh(z / size)
    return scaled

# %% lsuv wrong="replaces the entries of the list of the caller" kind="sneaky"
def lsuv(weights, X):
    h = X
    for i, W in enumerate(weights):
        z = h @ W.T
        weights[i] = W / z.std()
        h = torch.tanh(z / z.std())
    return weights

# %% lsuv wrong="layers within a tenth of 1 are left as they are (and are the tensors of the caller)" kind="sneaky"
def lsuv(weights, X):
    tol = 0.1
    result = []
    h = X
    for W in weights:
        s = (h @ W.T).std()
        if abs(s - 1) > tol:
            W = W / s
        result.append(W)
        h = torch.tanh(h @ W.T)
    return result

# %% lsuv wrong="the last layer, which has no tanh, is left out" kind="sneaky"
def lsuv(weights, X):
    new = [w.clone() for w in weights]
    h = X
    for i in range(len(new) - 1):
        new[i] = new[i] / (h @ new[i].T).std()
        h = torch.tanh(h @ new[i].T)
    return new

# %% lsuv wrong="mean of the standard deviations of the units for that over all entries" kind="sneaky"
def lsuv(weights: list[torch.Tensor], X: torch.Tensor) -> list[torch.Tensor]:
    net = tanh_net(weights)
    linear = [m for m in net if isinstance(m, nn.Linear)]
    with torch.no_grad():
        for layer in linear:
            seen = []
            handle = layer.register_forward_hook(lambda module, inputs, output: seen.append(output))
            net(X)
            handle.remove()
            layer.weight.data /= seen[-1].std(dim=0).mean()
    return [layer.weight.data for layer in linear]

# %% lsuv wrong="standardizes the batch first: the first layer is scaled for inputs that it never gets" kind="sneaky"
def lsuv(weights, X):
    h = (X - X.mean()) / X.std()
    out = []
    for W in weights:
        z = h @ W.T
        out.append(W / z.std())
        h = torch.tanh(z / z.std())
    return out

# %% lsuv wrong="three layers are fixed" kind="sneaky"
def lsuv(weights, X):
    W1, W2, W3 = weights
    W1 = W1 / (X @ W1.T).std()
    h1 = torch.tanh(X @ W1.T)
    W2 = W2 / (h1 @ W2.T).std()
    h2 = torch.tanh(h1 @ W2.T)
    W3 = W3 / (h2 @ W3.T).std()
    return [W1, W2, W3]

# %% batch-norm right="keepdim, two cases for the dimensions"
def batch_norm(
    x: torch.Tensor,
    gamma: torch.Tensor,
    beta: torch.Tensor,
    running_mean: torch.Tensor,
    running_var: torch.Tensor,
    train: bool,
    momentum: float,
    eps: float,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    if x.dim() == 2:
        dims, shape = (0,), (1, -1)
    else:
        dims, shape = (0, 2, 3), (1, -1, 1, 1)
    if train:
        mean = x.mean(dim=dims)
        var = x.var(dim=dims, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * x.var(dim=dims, unbiased=True)
    else:
        mean, var = running_mean, running_var
    x_hat = (x - mean.view(shape)) / torch.sqrt(var.view(shape) + eps)
    return gamma.view(shape) * x_hat + beta.view(shape), running_mean, running_var

# %% batch-norm right="channels to the end, flatten, and back"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    pictures = x.ndim == 4
    if pictures:
        n, c, h, w = x.shape
        flat = x.permute(0, 2, 3, 1).reshape(-1, c)
    else:
        flat = x
    if train:
        N = flat.shape[0]
        mu = flat.mean(0)
        var = ((flat - mu) ** 2).mean(0)
        new_mean = running_mean * (1 - momentum) + momentum * mu
        new_var = running_var * (1 - momentum) + momentum * var * N / (N - 1)
    else:
        mu, var = running_mean, running_var
        new_mean, new_var = running_mean.clone(), running_var.clone()
    y = gamma * (flat - mu) / (var + eps).sqrt() + beta
    if pictures:
        y = y.reshape(n, h, w, c).permute(0, 3, 1, 2)
    return y, new_mean, new_var

# %% batch-norm right="F.batch_norm on copies of the running statistics"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    mean, var = running_mean.clone(), running_var.clone()
    y = F.batch_norm(x, mean, var, gamma, beta, training=train, momentum=momentum, eps=eps)
    return y, mean, var

# %% batch-norm right="channel by channel with a loop"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    y = torch.empty_like(x)
    new_mean = running_mean.clone()
    new_var = running_var.clone()
    for c in range(x.shape[1]):
        values = x[:, c]
        if train:
            count = values.numel()
            mean = values.sum() / count
            squared = ((values - mean) ** 2).sum()
            var = squared / count
            new_mean[c] = (1 - momentum) * running_mean[c] + momentum * mean
            new_var[c] = (1 - momentum) * running_var[c] + momentum * squared / (count - 1)
        else:
            mean = running_mean[c]
            var = running_var[c]
        y[:, c] = gamma[c] * (values - mean) / torch.sqrt(var + eps) + beta[c]
    return y, new_mean, new_var

# %% batch-norm right="all dimensions but 1, var_mean, lerp"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    dims = [d for d in range(x.ndim) if d != 1]
    view = [-1 if d == 1 else 1 for d in range(x.ndim)]
    mean, var = running_mean, running_var
    if train:
        var, mean = torch.var_mean(x, dim=dims, correction=0)
        count = x.numel() / x.shape[1]
        running_mean = torch.lerp(running_mean, mean, momentum)
        running_var = torch.lerp(running_var, var * count / (count - 1), momentum)
    scale = gamma * torch.rsqrt(var + eps)
    shift = beta - mean * scale
    return x * scale.view(view) + shift.view(view), running_mean, running_var

# %% batch-norm right="transpose(0, 1) and flatten: a row per unit, with helpers"
def _by_unit(x):
    return x.transpose(0, 1).flatten(1)  # (units, everything else)


def _new_average(old, batch, share):
    return old + share * (batch - old)


def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    column = (slice(None),) + (None,) * (x.dim() - 2)
    if not train:
        normed = (x - running_mean[column]) / (running_var[column] + eps) ** 0.5
        return gamma[column] * normed + beta[column], running_mean, running_var
    rows = _by_unit(x)
    m = rows.mean(dim=1)
    v = rows.var(dim=1, correction=0)
    normed = (x - m[column]) / (v[column] + eps) ** 0.5
    y = gamma[column] * normed + beta[column]
    return (
        y,
        _new_average(running_mean, m, momentum),
        _new_average(running_var, rows.var(dim=1), momentum),
    )

# %% batch-norm right="numpy in float64, back as tensors of the type of x"
import numpy as np


def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    a = x.detach().numpy().astype(np.float64)
    axes = (0,) if a.ndim == 2 else (0, 2, 3)
    expand = (lambda v: v) if a.ndim == 2 else (lambda v: v[:, None, None])
    g, b, rm, rv = (t.detach().numpy().astype(np.float64) for t in (gamma, beta, running_mean, running_var))
    if train:
        mu, var = a.mean(axis=axes), a.var(axis=axes)
        rm = (1 - momentum) * rm + momentum * mu
        rv = (1 - momentum) * rv + momentum * a.var(axis=axes, ddof=1)
    else:
        mu, var = rm, rv
    y = expand(g) * (a - expand(mu)) / np.sqrt(expand(var) + eps) + expand(b)
    return (
        torch.tensor(y, dtype=x.dtype),
        torch.tensor(rm, dtype=running_mean.dtype),
        torch.tensor(rv, dtype=running_var.dtype),
    )

# %% batch-norm wrong="momentum the other way round: it is the share of the old value"
def batch_norm(
    x: torch.Tensor,
    gamma: torch.Tensor,
    beta: torch.Tensor,
    running_mean: torch.Tensor,
    running_var: torch.Tensor,
    train: bool,
    momentum: float,
    eps: float,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    dims = (0,) if x.dim() == 2 else (0, 2, 3)
    shape = (1, -1) if x.dim() == 2 else (1, -1, 1, 1)
    if train:
        mean, var = x.mean(dims), x.var(dims, unbiased=False)
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * x.var(dims)
    else:
        mean, var = running_mean, running_var
    y = (x - mean.reshape(shape)) / torch.sqrt(var.reshape(shape) + eps)
    return gamma.reshape(shape) * y + beta.reshape(shape), running_mean, running_var

# %% batch-norm wrong="normalizes with the unbiased variance"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    dims = [0] + list(range(2, x.ndim))
    shape = [1, -1] + [1] * (x.ndim - 2)
    if train:
        mean, var = x.mean(dim=dims), x.var(dim=dims)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var
    else:
        mean, var = running_mean, running_var
    xhat = (x - mean.view(shape)) / (var.view(shape) + eps).sqrt()
    return xhat * gamma.view(shape) + beta.view(shape), running_mean, running_var

# %% batch-norm wrong="the biased variance goes into the running average"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    if x.ndim == 4:
        dims, view = (0, 2, 3), (1, -1, 1, 1)
    else:
        dims, view = 0, (1, -1)
    if train:
        mean = x.mean(dim=dims)
        var = x.var(dim=dims, unbiased=False)
        new_mean = (1 - momentum) * running_mean + momentum * mean
        new_var = (1 - momentum) * running_var + momentum * var
    else:
        mean, var = running_mean, running_var
        new_mean, new_var = running_mean, running_var
    y = gamma.view(view) * (x - mean.view(view)) / (var.view(view) + eps).sqrt() + beta.view(view)
    return y, new_mean, new_var

# %% batch-norm wrong="in use it normalizes by the batch as well: train is only asked for the running values"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    dims = (0,) if x.ndim == 2 else (0, 2, 3)
    mean = x.mean(dim=dims, keepdim=True)
    var = x.var(dim=dims, unbiased=False, keepdim=True)
    shape = mean.shape
    y = gamma.view(shape) * (x - mean) / torch.sqrt(var + eps) + beta.view(shape)
    if train:
        running_mean = (1 - momentum) * running_mean + momentum * mean.flatten()
        running_var = (1 - momentum) * running_var + momentum * x.var(dim=dims)
    return y, running_mean, running_var

# %% batch-norm wrong="the running values are updated in use as well"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    dims, shape = ((0,), (1, -1)) if x.ndim == 2 else ((0, 2, 3), (1, -1, 1, 1))
    mu, var = x.mean(dims), x.var(dims, unbiased=False)
    new_mean = (1 - momentum) * running_mean + momentum * mu
    new_var = (1 - momentum) * running_var + momentum * x.var(dims)
    if not train:
        mu, var = running_mean, running_var
    y = (x - mu.view(shape)) / torch.sqrt(var.view(shape) + eps)
    return gamma.view(shape) * y + beta.view(shape), new_mean, new_var

# %% batch-norm wrong="layer norm: statistics over the units of each example"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    if train:
        mean = x.mean(dim=1, keepdim=True)
        var = x.var(dim=1, unbiased=False, keepdim=True)
        running_mean = (1 - momentum) * running_mean + momentum * x.mean(dim=0)
        running_var = (1 - momentum) * running_var + momentum * x.var(dim=0)
    else:
        mean, var = running_mean, running_var
    y = gamma * (x - mean) / torch.sqrt(var + eps) + beta
    return y, running_mean, running_var

# %% batch-norm wrong="dense layers only: pictures get statistics for each pixel and fail"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    if train:
        mean = x.mean(dim=0)
        var = x.var(dim=0, unbiased=False)
        y = gamma * (x - mean) / torch.sqrt(var + eps) + beta
        return (
            y,
            (1 - momentum) * running_mean + momentum * mean,
            (1 - momentum) * running_var + momentum * x.var(dim=0),
        )
    y = gamma * (x - running_mean) / torch.sqrt(running_var + eps) + beta
    return y, running_mean, running_var

# %% batch-norm wrong="divides by the variance, not its root"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    dims = (0,) if x.ndim == 2 else (0, 2, 3)
    shape = (-1,) if x.ndim == 2 else (-1, 1, 1)
    mean, var = running_mean, running_var
    if train:
        mean, var = x.mean(dims), x.var(dims, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * x.var(dims)
    y = gamma.view(shape) * (x - mean.view(shape)) / (var.view(shape) + eps) + beta.view(shape)
    return y, running_mean, running_var

# %% batch-norm wrong="gamma and beta exchanged"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    new_mean, new_var = running_mean.clone(), running_var.clone()
    y = F.batch_norm(x, new_mean, new_var, beta, gamma, train, momentum, eps)
    return y, new_mean, new_var

# %% batch-norm wrong="gamma and beta are forgotten"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    dims, shape = ((0,), (1, -1)) if x.dim() == 2 else ((0, 2, 3), (1, -1, 1, 1))
    if train:
        mean, var = x.mean(dims), x.var(dims, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * x.var(dims, unbiased=True)
    else:
        mean, var = running_mean, running_var
    return (x - mean.view(shape)) / torch.sqrt(var.view(shape) + eps), running_mean, running_var

# %% batch-norm wrong="returns y only"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    dims, shape = ((0,), (1, -1)) if x.dim() == 2 else ((0, 2, 3), (1, -1, 1, 1))
    if train:
        mean, var = x.mean(dims), x.var(dims, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * x.var(dims)
    else:
        mean, var = running_mean, running_var
    y = gamma.view(shape) * (x - mean.view(shape)) / (var.view(shape) + eps).sqrt() + beta.view(shape)
    return y

# %% batch-norm wrong="in training it normalizes with the new running values, not with those of the batch"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    dims, shape = ((0,), (1, -1)) if x.ndim == 2 else ((0, 2, 3), (1, -1, 1, 1))
    if train:
        running_mean = (1 - momentum) * running_mean + momentum * x.mean(dims)
        running_var = (1 - momentum) * running_var + momentum * x.var(dims)
    xhat = (x - running_mean.view(shape)) / torch.sqrt(running_var.view(shape) + eps)
    return gamma.view(shape) * xhat + beta.view(shape), running_mean, running_var

# %% batch-norm wrong="changes the running statistics in place"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    y = F.batch_norm(x, running_mean, running_var, gamma, beta, train, momentum, eps)
    return y, running_mean, running_var

# %% batch-norm wrong="if train is tested the wrong way round"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    dims, shape = ((0,), (1, -1)) if x.ndim == 2 else ((0, 2, 3), (1, -1, 1, 1))
    if not train:
        mean, var = x.mean(dims), x.var(dims, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * x.var(dims)
    else:
        mean, var = running_mean, running_var
    y = (x - mean.view(shape)) / torch.sqrt(var.view(shape) + eps)
    return y * gamma.view(shape) + beta.view(shape), running_mean, running_var

# %% batch-norm wrong="eps is added outside the root" kind="sneaky"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    dims, shape = ((0,), (1, -1)) if x.ndim == 2 else ((0, 2, 3), (1, -1, 1, 1))
    mean, var = running_mean, running_var
    if train:
        mean = x.mean(dim=dims)
        var = x.var(dim=dims, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * x.var(dim=dims)
    y = gamma.view(shape) * (x - mean.view(shape)) / (var.view(shape).sqrt() + eps) + beta.view(shape)
    return y, running_mean, running_var

# %% batch-norm wrong="eps is ignored: PyTorch's default is taken" kind="sneaky"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    rm, rv = running_mean.clone(), running_var.clone()
    y = F.batch_norm(x, rm, rv, weight=gamma, bias=beta, training=train, momentum=momentum)
    return y, rm, rv

# %% batch-norm wrong="momentum is ignored: 0.1 is fixed" kind="sneaky"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    dims, shape = ((0,), (1, -1)) if x.ndim == 2 else ((0, 2, 3), (1, -1, 1, 1))
    if train:
        mean, var = x.mean(dims), x.var(dims, unbiased=False)
        running_mean = 0.9 * running_mean + 0.1 * mean
        running_var = 0.9 * running_var + 0.1 * x.var(dims)
    else:
        mean, var = running_mean, running_var
    y = (x - mean.view(shape)) / torch.sqrt(var.view(shape) + eps)
    return y * gamma.view(shape) + beta.view(shape), running_mean, running_var

# %% batch-norm wrong="N for pictures is the number of examples only: the unbiased variance is wrong there" kind="sneaky"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    dims, shape = ((0,), (1, -1)) if x.ndim == 2 else ((0, 2, 3), (1, -1, 1, 1))
    if train:
        n = x.shape[0]
        mean = x.mean(dim=dims)
        var = x.var(dim=dims, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var * n / (n - 1)
    else:
        mean, var = running_mean, running_var
    y = (x - mean.view(shape)) / torch.sqrt(var.view(shape) + eps)
    return y * gamma.view(shape) + beta.view(shape), running_mean, running_var

# %% batch-norm wrong="flattens pictures without moving the channels to the end: channels are mixed" kind="sneaky"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    shape = x.shape
    x = x.reshape(-1, shape[1])
    if train:
        mean, var = x.mean(0), x.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * x.var(0)
    else:
        mean, var = running_mean, running_var
    y = gamma * (x - mean) / torch.sqrt(var + eps) + beta
    return y.reshape(shape), running_mean, running_var

# %% batch-norm wrong="x is changed in place" kind="sneaky"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    dims, shape = ((0,), (1, -1)) if x.ndim == 2 else ((0, 2, 3), (1, -1, 1, 1))
    mean, var = running_mean, running_var
    if train:
        mean, var = x.mean(dims), x.var(dims, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * x.var(dims)
    x -= mean.view(shape)
    x /= torch.sqrt(var.view(shape) + eps)
    return gamma.view(shape) * x + beta.view(shape), running_mean, running_var

# %% batch-norm wrong="squeeze drops the dimension of a single channel: its running values lose their shape" kind="sneaky"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    dims = (0,) if x.ndim == 2 else (0, 2, 3)
    like = (1, -1) if x.ndim == 2 else (1, -1, 1, 1)
    if train:
        mean = x.mean(dim=dims, keepdim=True)
        var = x.var(dim=dims, unbiased=False, keepdim=True)
        unbiased = x.var(dim=dims, keepdim=True)
        running_mean = (1 - momentum) * running_mean.squeeze() + momentum * mean.squeeze()
        running_var = (1 - momentum) * running_var.squeeze() + momentum * unbiased.squeeze()
    else:
        mean, var = running_mean.view(like), running_var.view(like)
    y = gamma.view(like) * (x - mean) / torch.sqrt(var + eps) + beta.view(like)
    return y, running_mean, running_var

# %% batch-norm wrong="pictures: statistics over the pixels of each example, then averaged over the batch, so the variance between examples is missing" kind="sneaky"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    if x.ndim == 2:
        shape = (1, -1)
        if train:
            mean, var, unbiased = x.mean(0), x.var(0, unbiased=False), x.var(0)
    else:
        shape = (1, -1, 1, 1)
        if train:
            mean = x.mean(dim=(2, 3)).mean(dim=0)
            var = x.var(dim=(2, 3), unbiased=False).mean(dim=0)
            n = x.numel() // x.shape[1]
            unbiased = var * n / (n - 1)
    if train:
        new_mean = (1 - momentum) * running_mean + momentum * mean
        new_var = (1 - momentum) * running_var + momentum * unbiased
    else:
        mean, var = running_mean, running_var
        new_mean, new_var = running_mean, running_var
    y = gamma.view(shape) * (x - mean.view(shape)) / (var.view(shape) + eps).sqrt() + beta.view(shape)
    return y, new_mean, new_var

# %% branch-scale right="solved by hand"
def branch_scale(num_blocks: int, growth: float) -> float:
    return math.sqrt(growth ** (1 / num_blocks) - 1)

# %% branch-scale right="step by step"
def branch_scale(num_blocks: int, growth: float) -> float:
    # (1 + alpha^2)^L = growth
    one_plus_alpha_squared = growth ** (1.0 / num_blocks)
    alpha_squared = one_plus_alpha_squared - 1.0
    alpha = alpha_squared**0.5
    return alpha

# %% branch-scale right="expm1 of the logarithm"
def branch_scale(num_blocks, growth):
    return math.expm1(math.log(growth) / num_blocks) ** 0.5

# %% branch-scale right="bisection"
def branch_scale(L, growth):
    def log_growth(alpha):
        return L * math.log1p(alpha * alpha)

    lo, hi = 0.0, 1.0
    while log_growth(hi) < math.log(growth):
        hi *= 2
    for _ in range(200):
        mid = (lo + hi) / 2
        if log_growth(mid) < math.log(growth):
            lo = mid
        else:
            hi = mid
    return (lo + hi) / 2

# %% branch-scale right="numpy, as a float"
import numpy as np


def branch_scale(num_blocks, growth):
    return float(np.sqrt(np.power(growth, 1 / num_blocks) - 1))

# %% branch-scale right="torch in float64"
def branch_scale(num_blocks, growth):
    per_block = torch.tensor(growth, dtype=torch.float64).pow(1 / num_blocks)
    return (per_block - 1).sqrt().item()

# %% branch-scale right="Newton steps on the logarithm of the equation"
def branch_scale(num_blocks: int, growth: float) -> float:
    target = math.log(growth) / num_blocks  # log(1 + t) = target with t = alpha^2
    t = target
    for _ in range(100):
        t = t - (math.log1p(t) - target) * (1 + t)
    return math.sqrt(t)

# %% branch-scale wrong="forgets the square root: returns the square of alpha"
def branch_scale(num_blocks: int, growth: float) -> float:
    return growth ** (1 / num_blocks) - 1

# %% branch-scale wrong="forgets to subtract 1"
def branch_scale(num_blocks, growth):
    alpha_squared = growth ** (1 / num_blocks)
    return math.sqrt(alpha_squared)

# %% branch-scale wrong="divides by the number of blocks instead of taking the root of that order"
def branch_scale(num_blocks, growth):
    growth_per_block = growth / num_blocks
    return math.sqrt(growth_per_block)

# %% branch-scale wrong="ignores growth: always 1/sqrt(L)"
def branch_scale(num_blocks: int, growth: float) -> float:
    return 1 / math.sqrt(num_blocks)

# %% branch-scale wrong="precedence: growth ** 1 / L"
def branch_scale(num_blocks, growth):
    return math.sqrt(growth**1 / num_blocks - 1)

# %% branch-scale wrong="a power for a root: growth to the number of blocks"
def branch_scale(num_blocks, growth):
    factor = growth**num_blocks
    alpha = (factor - 1) ** 0.5
    return alpha

# %% branch-scale wrong="takes the amplitudes to add up: (1 + alpha)^L = growth"
def branch_scale(num_blocks: int, growth: float) -> float:
    per_block = math.exp(math.log(growth) / num_blocks)
    return per_block - 1.0

# %% branch-scale wrong="takes growth for that of the root mean square: squares it"
def branch_scale(num_blocks, growth):
    return math.sqrt(growth ** (2 / num_blocks) - 1)

# %% branch-scale wrong="whole-number division: the exponent is 0 for more than one block"
def branch_scale(num_blocks, growth):
    return math.sqrt(growth ** (1 // num_blocks) - 1)

# %% branch-scale wrong="minus one inside the root of order L: (growth - 1)^(1/L)"
def branch_scale(num_blocks, growth):
    return math.sqrt((growth - 1) ** (1 / num_blocks))

# %% branch-scale wrong="printed instead of returned"
def branch_scale(num_blocks, growth):
    alpha = math.sqrt(growth ** (1 / num_blocks) - 1)
    print(f"alpha = {alpha:.4f}")

# %% branch-scale wrong="undefined name L"
def branch_scale(num_blocks: int, growth: float) -> float:
    alpha = math.sqrt(growth ** (1 / L) - 1)
    return alpha

# %% branch-scale wrong="approximation for many blocks, log(growth)/L: too small for few" kind="sneaky"
def branch_scale(num_blocks: int, growth: float) -> float:
    return math.sqrt(math.log(growth) / num_blocks)

# %% branch-scale wrong="mean squares added instead of multiplied: 1 + L alpha^2 = growth, right for one block only" kind="sneaky"
def branch_scale(num_blocks, growth):
    return math.sqrt((growth - 1) / num_blocks)

# %% branch-scale wrong="searches between 0 and 1 only: a growth above 2^L needs more" kind="sneaky"
def branch_scale(num_blocks, growth):
    low, high = 0.0, 1.0
    for _ in range(100):
        alpha = (low + high) / 2
        if (1 + alpha**2) ** num_blocks > growth:
            high = alpha
        else:
            low = alpha
    return alpha

# %% branch-scale wrong="rounded to two decimals: wrong for many blocks" kind="sneaky"
def branch_scale(num_blocks, growth):
    return round(math.sqrt(growth ** (1 / num_blocks) - 1), 2)

# %% branch-scale wrong="one block too few: takes the first block not to count, and divides by zero for a single block" kind="sneaky"
def branch_scale(num_blocks: int, growth: float) -> float:
    return math.sqrt(growth ** (1 / (num_blocks - 1)) - 1)
