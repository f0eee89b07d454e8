"""Answers to the exercises of *Initialization* as students give them: each right, or wrong in one way.

A cell's title is the exercise; `correct` says how a right answer is written, `wrong` what a wrong one
does, and `says` the sentence of the lesson that its author is to be told.
"""


# %% distinct-units correct="all pairs at once, first of each group counted"
def distinct_units(W, b, tolerance):
    units = torch.cat([W, b.unsqueeze(1)], dim=1)
    gap = (units[:, None, :] - units[None, :, :]).abs().amax(dim=2)
    has_twin_before = (gap <= tolerance).tril(diagonal=-1).any(dim=1)
    return int((~has_twin_before).sum())


# %% distinct-units correct="take one out with all its twins, as long as there are any"
def distinct_units(W, b, tolerance):
    rest = list(range(len(b)))
    count = 0
    while rest:
        first = rest[0]
        rest = [
            i
            for i in rest
            if (W[i] - W[first]).abs().max() > tolerance or abs(b[i] - b[first]) > tolerance
        ]
        count += 1
    return count


# %% distinct-units correct="plain lists"
def distinct_units(weights, biases, tol):
    found = []
    for row, bias in zip(weights.tolist(), biases.tolist()):
        unit = [*row, bias]
        is_new = True
        for other in found:
            if all(abs(x - y) <= tol for x, y in zip(unit, other)):
                is_new = False
        if is_new:
            found.append(unit)
    return len(found)


# %% distinct-units correct="NumPy and allclose"
def distinct_units(W, b, tolerance):
    import numpy as np

    units = np.column_stack([W.numpy(), b.numpy()])
    kept = []
    for u in units:
        if not any(np.allclose(u, k, rtol=0, atol=tolerance) for k in kept):
            kept.append(u)
    return len(kept)


# %% distinct-units wrong="the bias is ignored" says="The bias belongs to the unit: equal weights with another bias are another unit."
def distinct_units(W, b, tolerance):
    different = []
    for unit in W:
        if all((unit - known).abs().max() > tolerance for known in different):
            different.append(unit)
    return len(different)


# %% distinct-units wrong="compares exactly" says="Computers round: numbers that differ by no more than the tolerance are equal."
def distinct_units(W, b, tolerance):
    return len(torch.unique(torch.cat([W, b[:, None]], dim=1), dim=0))


# %% distinct-units wrong="columns" says="You compared columns. A unit is a row of W."
def distinct_units(W, b, tolerance):
    different = []
    for unit in W.T:
        if all((unit - known).abs().max() > tolerance for known in different):
            different.append(unit)
    return len(different)


# %% distinct-units wrong="compares norms" says="The same numbers in another order are another unit: compare entry by entry."
def distinct_units(W, b, tolerance):
    units = torch.cat([W.sort(dim=1).values, b[:, None]], dim=1)
    different = []
    for unit in units:
        if all((unit - known).abs().max() > tolerance for known in different):
            different.append(unit)
    return len(different)


# %% distinct-units wrong="up to the sign" says="A unit with the opposite signs is another unit."
def distinct_units(W, b, tolerance):
    units = torch.cat([W, b[:, None]], dim=1).abs()
    different = []
    for unit in units:
        if all((unit - known).abs().max() > tolerance for known in different):
            different.append(unit)
    return len(different)


# %% distinct-units wrong="counts the twins" says="That is how many units have a twin before them. The different ones are wanted."
def distinct_units(W, b, tolerance):
    units = torch.cat([W, b[:, None]], dim=1)
    gap = (units[:, None, :] - units[None, :, :]).abs().amax(dim=2)
    return int((gap <= tolerance).tril(diagonal=-1).any(dim=1).sum())


# %% distinct-units wrong="counts those without any twin" says="Units that never had a twin are not all: each group of twins counts once."
def distinct_units(W, b, tolerance):
    units = torch.cat([W, b[:, None]], dim=1)
    gap = (units[:, None, :] - units[None, :, :]).abs().amax(dim=2)
    return int(((gap <= tolerance).sum(dim=1) == 1).sum())


# %% distinct-units wrong="compares with the unit before only" says="Compare with all units before, not only with the last one."
def distinct_units(W, b, tolerance):
    units = torch.cat([W, b[:, None]], dim=1)
    count = 1
    for before, unit in zip(units, units[1:]):
        if (unit - before).abs().max() > tolerance:
            count += 1
    return count


# %% distinct-units wrong="one agreeing entry is enough" says="One equal entry does not make a twin: all must agree."
def distinct_units(W, b, tolerance):
    units = torch.cat([W, b[:, None]], dim=1)
    different = []
    for unit in units:
        if all((unit - known).abs().min() > tolerance for known in different):
            different.append(unit)
    return len(different)


# %% distinct-units wrong="the first is not counted" says="The count begins at 1: the first unit is new as well."
def distinct_units(W, b, tolerance):
    units = torch.cat([W, b[:, None]], dim=1)
    count = 0
    for i in range(1, len(units)):
        if (units[:i] - units[i]).abs().amax(dim=1).min() > tolerance:
            count += 1
    return count


# %% distinct-units wrong="a relative tolerance" says="The tolerance is absolute: it does not grow with the numbers (atol, not rtol)."
def distinct_units(W, b, tolerance):
    different = []
    for unit in torch.cat([W, b[:, None]], dim=1):
        if not any(torch.allclose(unit, known, rtol=tolerance, atol=1e-6) for known in different):
            different.append(unit)
    return len(different)


# %% distinct-units correct="the first twin of each, as a set"
def distinct_units(W, b, tolerance):
    units = torch.cat([W, b[:, None]], dim=1)
    gap = (units[None] - units[:, None]).abs().amax(-1)
    return len({int(row.nonzero()[0, 0]) for row in gap <= tolerance})


# %% distinct-units wrong="columns with the biases" says="You compared columns, the biases among them. A unit is a row of W, and its bias."
def distinct_units(W, b, tolerance):
    units = torch.cat([W, b[:, None]], dim=1)
    count = 0
    for j in range(units.shape[1]):
        new = True
        for k in range(j):
            if (units[:, j] - units[:, k]).abs().max() <= tolerance:
                new = False
        count += new
    return count


# %% distinct-units wrong="sorts each unit" says="You sorted the numbers of each unit. Their order counts: compare entry by entry."
def distinct_units(W, b, tolerance):
    units = torch.cat([W, b[:, None]], dim=1).sort(dim=1).values
    different = []
    for unit in units:
        if all((unit - known).abs().max() > tolerance for known in different):
            different.append(unit)
    return len(different)


# %% distinct-units wrong="sums" says="Units with equal sums need not be equal: compare entry by entry."
def distinct_units(W, b, tolerance):
    different = []
    for unit in torch.cat([W, b[:, None]], dim=1):
        if not any(abs(unit.sum() - known.sum()) <= tolerance for known in different):
            different.append(unit)
    return len(different)


# %% distinct-units wrong="norms" says="Units of equal length (norm) need not be equal: compare entry by entry."
def distinct_units(W, b, tolerance):
    different = []
    for unit in torch.cat([W, b[:, None]], dim=1):
        if not any((unit.norm() - known.norm()).abs() <= tolerance for known in different):
            different.append(unit)
    return len(different)


# %% distinct-units wrong="strictly below" says="A difference of just the tolerance still counts as equal: `<=`."
def distinct_units(W, b, tolerance):
    different = []
    for unit in torch.cat([W, b[:, None]], dim=1):
        if not any(torch.all((unit - known).abs() < tolerance) for known in different):
            different.append(unit)
    return len(different)


# %% distinct-units wrong="allclose with its default rtol" says="`allclose` adds a relative tolerance of its own: set rtol=0."
def distinct_units(W, b, tolerance):
    different = []
    for unit in torch.cat([W, b[:, None]], dim=1):
        if not any(torch.allclose(unit, known, atol=tolerance) for known in different):
            different.append(unit)
    return len(different)


# %% distinct-units wrong="no absolute value" says="A difference may be negative: compare its absolute value."
def distinct_units(W, b, tolerance):
    different = []
    for unit in torch.cat([W, b[:, None]], dim=1):
        if not any(torch.all(unit - known <= tolerance) for known in different):
            different.append(unit)
    return len(different)


# %% distinct-units wrong="no absolute value, known minus new" says="A difference may be negative, seen from the other side: compare its absolute value."
def distinct_units(W, b, tolerance):
    different = []
    for unit in torch.cat([W, b[:, None]], dim=1):
        if not any((known - unit).max() <= tolerance for known in different):
            different.append(unit)
    return len(different)


# %% distinct-units wrong="Euclidean distance" says="The tolerance holds for each number; you compared the distance (norm) of the units."
def distinct_units(W, b, tolerance):
    different = []
    for unit in torch.cat([W, b[:, None]], dim=1):
        if not any(torch.dist(unit, known) <= tolerance for known in different):
            different.append(unit)
    return len(different)


# %% distinct-units wrong="sum of the differences" says="The tolerance holds for each number; you compared the sum of the differences."
def distinct_units(W, b, tolerance):
    different = []
    for unit in torch.cat([W, b[:, None]], dim=1):
        if not any((unit - known).abs().sum() <= tolerance for known in different):
            different.append(unit)
    return len(different)


# %% distinct-units wrong="mean of the differences" says="The tolerance holds for each number; you compared the mean of the differences."
def distinct_units(W, b, tolerance):
    different = []
    for unit in torch.cat([W, b[:, None]], dim=1):
        if not any(F.l1_loss(unit, known) <= tolerance for known in different):
            different.append(unit)
    return len(different)


# %% distinct-units wrong="rounds to multiples of the tolerance" says="Rounding parts neighbours on two sides of a border: look at differences."
def distinct_units(W, b, tolerance):
    units = torch.cat([W, b[:, None]], dim=1)
    return len({tuple(unit) for unit in torch.round(units / tolerance).tolist()})


# %% distinct-units wrong="cuts off to multiples of the tolerance" says="Cutting digits off parts neighbours on two sides of a border: look at differences."
def distinct_units(W, b, tolerance):
    units = torch.cat([W, b[:, None]], dim=1)
    return torch.unique(units // tolerance, dim=0).shape[0]


# %% distinct-units wrong="pairs of twins" says="That is how many pairs of units are the same. Count units, not pairs."
def distinct_units(W, b, tolerance):
    units = torch.cat([W, b[:, None]], dim=1)
    count = 0
    for i in range(len(units)):
        for j in range(i + 1, len(units)):
            if (units[i] - units[j]).abs().max() <= tolerance:
                count += 1
    return count


# %% distinct-units wrong="pairs that differ" says="That is how many pairs of units differ. Count units, not pairs."
def distinct_units(W, b, tolerance):
    count = 0
    for i in range(len(b)):
        for j in range(i):
            if (W[i] - W[j]).abs().max() > tolerance or abs(b[i] - b[j]) > tolerance:
                count += 1
    return count


# %% distinct-units wrong="weights and biases looked up apart" says="Weights and bias must agree with those of one and the same unit."
def distinct_units(W, b, tolerance):
    rows, biases = [], []
    for row, bias in zip(W, b):
        known_row = any((row - r).abs().max() <= tolerance for r in rows)
        known_bias = any((bias - c).abs() <= tolerance for c in biases)
        if not (known_row and known_bias):
            rows.append(row)
            biases.append(bias)
    return len(rows)


# %% distinct-units wrong="returns the units" says="Those are the different units themselves: return how many they are."
def distinct_units(W, b, tolerance):
    different = []
    for unit in torch.cat([W, b[:, None]], dim=1):
        if all((unit - known).abs().max() > tolerance for known in different):
            different.append(unit)
    return different


# %% distinct-units wrong="no return" says="Your function returned None: is the `return` missing?"
def distinct_units(W, b, tolerance):
    different = []
    for unit in torch.cat([W, b[:, None]], dim=1):
        if all((unit - known).abs().max() > tolerance for known in different):
            different.append(unit)
    len(different)


# %% distinct-units wrong="a fixed tolerance" says="Your result does not depend on `tolerance`, though it should."
def distinct_units(W, b, tolerance):
    different = []
    for unit in torch.cat([W, b[:, None]], dim=1):
        if all((unit - known).abs().max() > 1e-5 for known in different):
            different.append(unit)
    return len(different)


# %% distinct-units wrong="compares with the first unit" says="Compare with all different units so far, not only with the first unit."
def distinct_units(W, b, tolerance):
    units = torch.cat([W, b[:, None]], dim=1)
    count = 1
    for unit in units[1:]:
        if (unit - units[0]).abs().max() > tolerance:
            count += 1
    return count


# %% distinct-units wrong="any for all" says="A unit is new if it differs from all that are known; you ask for one of them."
def distinct_units(W, b, tolerance):
    units = torch.cat([W, b[:, None]], dim=1)
    different = [units[0]]
    for unit in units[1:]:
        if any((unit - known).abs().max() > tolerance for known in different):
            different.append(unit)
    return len(different)


# %% distinct-units wrong="one off for each pair" says="You took one off for each pair of twins: three equal units are three pairs."
def distinct_units(W, b, tolerance):
    units = torch.cat([W, b[:, None]], dim=1)
    count = len(units)
    for i in range(len(units)):
        for j in range(i + 1, len(units)):
            if torch.allclose(units[i], units[j], rtol=0, atol=tolerance):
                count -= 1
    return count


# %% distinct-units wrong="the bias exactly" says="The bias is equal within the tolerance as well: do not compare it exactly."
def distinct_units(W, b, tolerance):
    different = []
    for row, bias in zip(W, b):
        for known, other in different:
            if (row - known).abs().max() <= tolerance and bias == other:
                break
        else:
            different.append((row, bias))
    return len(different)


# %% distinct-units wrong="a rounding of its own" says="Your result does not depend on `tolerance`, though it should."
def distinct_units(W, b, tolerance):
    units = torch.cat([W, b[:, None]], dim=1)
    return len(units.round(decimals=5).unique(dim=0))


# %% vanishing-depth correct="multiplies until it is gone"
def vanishing_depth(std, num_inputs, smallest):
    size, layer = 1.0, 0
    while size >= smallest:
        size *= std * (num_inputs / 2) ** 0.5
        layer += 1
    return layer


# %% vanishing-depth correct="with mean squares and base 2"
def vanishing_depth(std, num_inputs, smallest):
    per_layer = std**2 * num_inputs / 2
    return math.ceil(math.log2(smallest**2) / math.log2(per_layer))


# %% vanishing-depth correct="with torch, rounded up"
def vanishing_depth(sigma, n, s):
    q = torch.tensor(sigma, dtype=torch.float64) * torch.tensor(n / 2, dtype=torch.float64).sqrt()
    return int(torch.ceil(torch.log(torch.tensor(s, dtype=torch.float64)) / q.log()))


# %% vanishing-depth wrong="no half" says="ReLU halves the mean square: the factor is σ√(n/2), not σ√n."
def vanishing_depth(std, num_inputs, smallest):
    factor = std * math.sqrt(num_inputs)
    return math.ceil(math.log(smallest) / math.log(min(factor, 0.999999)))


# %% vanishing-depth wrong="mean square for size" says="That is the depth at which the mean square is below it. Its root, the size, is wanted."
def vanishing_depth(std, num_inputs, smallest):
    return math.ceil(math.log(smallest) / math.log(std**2 * num_inputs / 2))


# %% vanishing-depth wrong="no fan-in" says="The number of inputs is missing: each unit adds up n products."
def vanishing_depth(std, num_inputs, smallest):
    return math.ceil(math.log(smallest) / math.log(std / math.sqrt(2)))


# %% vanishing-depth wrong="no root over n" says="The root over the n is missing: n independent products add up to √n times the size."
def vanishing_depth(std, num_inputs, smallest):
    factor = std * num_inputs / math.sqrt(2)
    return math.ceil(math.log(smallest) / math.log(min(factor, 0.999999)))


# %% vanishing-depth wrong="the half without its root" says="ReLU takes half of the mean square, so the size loses a factor √2, not 2."
def vanishing_depth(std, num_inputs, smallest):
    return math.ceil(math.log(smallest) / math.log(std * math.sqrt(num_inputs) / 2))


# %% vanishing-depth wrong="rounds down" says="That is the last layer that still has a signal. The first one without is wanted."
def vanishing_depth(std, num_inputs, smallest):
    return int(math.log(smallest) / math.log(std * math.sqrt(num_inputs / 2)))


# %% vanishing-depth wrong="counts the input as layer 1" says="One too many: the input is layer 0, the first layer is layer 1."
def vanishing_depth(std, num_inputs, smallest):
    size, layer = 1.0, 1
    while size >= smallest:
        size *= std * math.sqrt(num_inputs / 2)
        layer += 1
    return layer


# %% vanishing-depth wrong="upside down" says="Upside down: log s is divided by log q."
def vanishing_depth(std, num_inputs, smallest):
    return math.ceil(math.log(std * math.sqrt(num_inputs / 2)) / math.log(smallest))


# %% vanishing-depth wrong="not rounded" says="Layers are whole numbers: round up."
def vanishing_depth(std, num_inputs, smallest):
    return math.log(smallest) / math.log(std * math.sqrt(num_inputs / 2))


# %% vanishing-depth correct="recursive"
def vanishing_depth(std, num_inputs, smallest):
    factor = std * math.sqrt(num_inputs / 2)
    return 1 if factor < smallest else 1 + vanishing_depth(std, num_inputs, smallest / factor)


# %% vanishing-depth correct="NumPy, with base 10"
def vanishing_depth(std, num_inputs, smallest):
    import numpy as np

    q = std * np.sqrt(num_inputs / 2)
    return int(np.floor(np.log10(smallest) / np.log10(q))) + 1


# %% vanishing-depth wrong="σ alone" says="That is σ alone: n inputs and ReLU make σ√(n/2) of it."
def vanishing_depth(std, num_inputs, smallest):
    size, layer = 1.0, 0
    while size >= smallest:
        size *= std
        layer += 1
    return layer


# %% vanishing-depth wrong="σ n" says="The factor is σ√(n/2); you took σ·n."
def vanishing_depth(std, num_inputs, smallest):
    size, layer = 1.0, 0
    while size >= smallest:
        size *= std * num_inputs
        layer += 1
    return layer


# %% vanishing-depth wrong="σ n/2" says="The root is missing: the factor is σ√(n/2), not σ·n/2."
def vanishing_depth(std, num_inputs, smallest):
    size, layer = 1.0, 0
    while size >= smallest:
        size *= std * num_inputs / 2
        layer += 1
    return layer


# %% vanishing-depth wrong="2/n" says="Under the root stands n/2; yours is upside down, 2/n."
def vanishing_depth(std, num_inputs, smallest):
    size, layer = 1.0, 0
    while size >= smallest:
        size *= std * (2 / num_inputs) ** 0.5
        layer += 1
    return layer


# %% vanishing-depth wrong="root over all" says="`std` is a standard deviation; you took its root as well."
def vanishing_depth(std, num_inputs, smallest):
    size, layer = 1.0, 0
    while size >= smallest:
        size *= math.sqrt(std * num_inputs / 2)
        layer += 1
    return layer


# %% vanishing-depth wrong="σ²" says="`std` is a standard deviation; it is not squared beside the root."
def vanishing_depth(std, num_inputs, smallest):
    size, layer = 1.0, 0
    while size >= smallest:
        size *= std**2 * math.sqrt(num_inputs / 2)
        layer += 1
    return layer


# %% vanishing-depth wrong="to the nearest" says="Round up: the nearest whole number may lie before the layer that is wanted."
def vanishing_depth(std, num_inputs, smallest):
    q = std * math.sqrt(num_inputs / 2)
    return round(math.log(smallest, q))


# %% vanishing-depth wrong="log of 1/s" says="A layer has no negative number: log s and log q are both negative, their ratio is not."
def vanishing_depth(std, num_inputs, smallest):
    return math.ceil(math.log(1 / smallest) / math.log(std * math.sqrt(num_inputs / 2)))


# %% vanishing-depth wrong="smallest squared" says="That is twice the depth: `smallest` is compared as it is, not squared."
def vanishing_depth(std, num_inputs, smallest):
    size, layer = 1.0, 0
    while size >= smallest**2:
        size *= std * math.sqrt(num_inputs / 2)
        layer += 1
    return layer


# %% vanishing-depth wrong="always float32" says="Your result does not depend on `smallest`, though it should."
def vanishing_depth(std, num_inputs, smallest):
    q = std * math.sqrt(num_inputs / 2)
    return math.ceil(-149 * math.log(2) / math.log(q))


# %% vanishing-depth wrong="prints it" says="None: "
def vanishing_depth(std, num_inputs, smallest):
    q = std * math.sqrt(num_inputs / 2)
    print(math.ceil(math.log(smallest) / math.log(q)))


# %% fans correct="a loop over the sides"
def fans(shape):
    fan_out, fan_in = shape[0], shape[1]
    for side in shape[2:]:
        fan_in *= side
        fan_out *= side
    return fan_in, fan_out


# %% fans correct="counted on an empty tensor, as nn.init does"
def fans(shape):
    weight = torch.empty(shape)
    receptive = weight[0][0].numel()
    return [weight.size(1) * receptive, weight.size(0) * receptive]


# %% fans correct="with NumPy"
def fans(size):
    import numpy as np

    total = np.prod(size)
    return (total // size[0], total // size[1])


# %% fans wrong="exchanged" says="The fans are exchanged: fan-in comes first, and the shape begins with the outputs."
def fans(shape):
    area = math.prod(shape[2:])
    return shape[0] * area, shape[1] * area


# %% fans wrong="no kernel" says="The kernel is missing: each output adds up all its places."
def fans(shape):
    return shape[1], shape[0]


# %% fans wrong="kernel in fan-in only" says="The kernel counts for fan-out as well."
def fans(shape):
    return math.prod(shape[1:]), shape[0]


# %% fans wrong="kernel in fan-out only" says="The kernel counts for fan-in as well."
def fans(shape):
    return shape[1], shape[0] * math.prod(shape[2:])


# %% fans wrong="squares the first side" says="You squared the first side. Kernels have one, two or three sides, of any length."
def fans(shape):
    area = shape[2] ** 2 if len(shape) > 2 else 1
    return shape[1] * area, shape[0] * area


# %% fans wrong="sum of the sides" says="The places of a kernel are the product of its sides, not their sum."
def fans(shape):
    area = sum(shape[2:]) if len(shape) > 2 else 1
    return shape[1] * area, shape[0] * area


# %% fans wrong="TensorFlow's layout" says="That reads the shape from its end, as TensorFlow stores it. PyTorch has the outputs first."
def fans(shape):
    area = math.prod(shape[:-2])
    return shape[-2] * area, shape[-1] * area


# %% fans wrong="all weights" says="That is the number of all weights. One output sees only its own."
def fans(shape):
    return math.prod(shape), math.prod(shape)


# %% fans correct="PyTorch's own"
def fans(shape):
    return nn.init._calculate_fan_in_and_fan_out(torch.empty(*shape))


# %% fans wrong="dense exchanged" says="The fans of a dense layer are exchanged: its shape is (outputs, inputs) as well."
def fans(shape):
    if len(shape) == 2:
        fan_in, fan_out = shape
        return fan_in, fan_out
    out_channels, in_channels, *sides = shape
    return in_channels * math.prod(sides), out_channels * math.prod(sides)


# %% fans wrong="the shape as it stands" says="The fans are exchanged, and the kernel is missing: that is the shape as it stands."
def fans(shape):
    return shape[0], shape[1]


# %% fans wrong="first side to the power of the sides" says="Kernels need not be square: multiply the sides as they are."
def fans(shape):
    kernel = shape[2:]
    area = kernel[0] ** len(kernel) if kernel else 1
    return shape[1] * area, shape[0] * area


# %% fans wrong="first side only" says="Only the first side of the kernel counts here: multiply all of them."
def fans(shape):
    k = shape[2] if len(shape) > 2 else 1
    return shape[1] * k, shape[0] * k


# %% fans wrong="last side only" says="Only the last side of the kernel counts here: multiply all of them."
def fans(shape):
    if len(shape) == 2:
        return shape[1], shape[0]
    return shape[1] * shape[-1], shape[0] * shape[-1]


# %% fans wrong="always two sides" says="Kernels may have one or three sides as well: `math.prod(shape[2:])`."
def fans(shape):
    if len(shape) == 2:
        return shape[1], shape[0]
    return shape[1] * shape[2] * shape[3], shape[0] * shape[2] * shape[3]


# %% fans wrong="two sides or none" says="Only kernels of two sides count here; one or three are kernels as well."
def fans(shape):
    if len(shape) == 4:
        out, into, h, w = shape
        return into * h * w, out * h * w
    return shape[1], shape[0]


# %% fans wrong="no third side" says="The third side of a kernel is left out."
def fans(shape):
    area = 1
    if len(shape) > 2:
        area *= shape[2]
    if len(shape) > 3:
        area *= shape[3]
    return shape[1] * area, shape[0] * area


# %% fans wrong="no sides make 0" says="The product of no sides is 1, not 0: a dense layer has fans as well."
def fans(shape):
    area = 0
    if len(shape) > 2:
        area = math.prod(shape[2:])
    return shape[1] * area, shape[0] * area


# %% fans wrong="adds the places" says="Multiply the channels by the places of the kernel; you added them."
def fans(shape):
    places = math.prod(shape[2:])
    return shape[1] + places, shape[0] + places


# %% fans wrong="fan-in twice" says="That is fan-in twice."
def fans(shape):
    weight = torch.empty(shape)
    return weight[0].numel(), weight[0].numel()


# %% fans wrong="fan-out twice" says="That is fan-out twice."
def fans(shape):
    area = math.prod(shape[2:])
    fan_in = fan_out = shape[0] * area
    return fan_in, fan_out


# %% fans wrong="bias counted" says="The bias is no input: fan-in counts weights."
def fans(shape):
    area = math.prod(shape[2:])
    return shape[1] * area + 1, shape[0] * area


# %% fans wrong="no return" says="Your function returned None: is the `return` missing?"
def fans(shape):
    area = math.prod(shape[2:])
    fan_in, fan_out = shape[1] * area, shape[0] * area


# %% fans wrong="fan-in alone" says="That is fan-in alone: return (fan_in, fan_out)."
def fans(shape):
    return math.prod(shape[1:])


# %% fans wrong="adds the sides" says="Multiply the channels by the sides of the kernel; you added all of them."
def fans(shape):
    return sum(shape[1:]), shape[0] + sum(shape[2:])


# %% fans wrong="all but the last" says="Fan-out is outputs times kernel; you multiplied all but the last number of the shape."
def fans(shape):
    return math.prod(shape[1:]), math.prod(shape[:-1])


# %% fans wrong="a text" says="A text came"
def fans(shape):
    area = math.prod(shape[2:])
    return f"fan_in={shape[1] * area}, fan_out={shape[0] * area}"


# %% xavier correct="uniform_ on an empty tensor"
def xavier_uniform(shape, generator):
    fan_in = torch.Size(shape[1:]).numel()
    fan_out = shape[0] * torch.Size(shape[2:]).numel()
    a = (6 / (fan_in + fan_out)) ** 0.5
    return torch.empty(shape).uniform_(-a, a, generator=generator)


# %% xavier correct="from the standard deviation"
def xavier_uniform(shape, generator):
    kernel = 1
    for side in shape[2:]:
        kernel = kernel * side
    std = math.sqrt(2.0 / (kernel * (shape[0] + shape[1])))
    bound = math.sqrt(3.0) * std
    return torch.rand(*shape, generator=generator) * 2 * bound - bound


# %% xavier correct="PyTorch's own"
def xavier_uniform(shape, generator):
    return nn.init.xavier_uniform_(torch.empty(shape), generator=generator)


# %% xavier wrong="shape transposed" says="The shape is transposed: keep it as it is given."
def xavier_uniform(shape, generator):
    a = math.sqrt(6 / ((shape[0] + shape[1]) * math.prod(shape[2:])))
    new = (shape[1], shape[0], *shape[2:])
    return (2 * torch.rand(new, generator=generator) - 1) * a


# %% xavier wrong="std for bound" says="You took the standard deviation for the bound; a uniform number in ±a has a/√3."
def xavier_uniform(shape, generator):
    a = math.sqrt(2 / ((shape[0] + shape[1]) * math.prod(shape[2:])))
    return (2 * torch.rand(shape, generator=generator) - 1) * a


# %% xavier wrong="bound for std" says="You took the bound for the standard deviation."
def xavier_uniform(shape, generator):
    a = math.sqrt(6 / ((shape[0] + shape[1]) * math.prod(shape[2:])))
    return a * torch.randn(shape, generator=generator)


# %% xavier wrong="variance for std" says="You took the variance for the standard deviation: its root is missing."
def xavier_uniform(shape, generator):
    variance = 2 / ((shape[0] + shape[1]) * math.prod(shape[2:]))
    return variance * torch.randn(shape, generator=generator)


# %% xavier wrong="no root in the bound" says="The root is missing in the bound."
def xavier_uniform(shape, generator):
    a = 6 / ((shape[0] + shape[1]) * math.prod(shape[2:]))
    return (2 * torch.rand(shape, generator=generator) - 1) * a


# %% xavier wrong="no kernel" says="The kernel is missing in the fans."
def xavier_uniform(shape, generator):
    a = math.sqrt(6 / (shape[0] + shape[1]))
    return (2 * torch.rand(shape, generator=generator) - 1) * a


# %% xavier wrong="kernel in one fan" says="The kernel counts for both fans."
def xavier_uniform(shape, generator):
    a = math.sqrt(6 / (shape[1] * math.prod(shape[2:]) + shape[0]))
    return (2 * torch.rand(shape, generator=generator) - 1) * a


# %% xavier wrong="He's" says="That is He's start, which looks at fan-in alone."
def xavier_uniform(shape, generator):
    a = math.sqrt(6 / math.prod(shape[1:]))
    return (2 * torch.rand(shape, generator=generator) - 1) * a


# %% xavier wrong="LeCun's" says="That looks at fan-in alone; Xavier takes both fans."
def xavier_uniform(shape, generator):
    a = math.sqrt(3 / math.prod(shape[1:]))
    return (2 * torch.rand(shape, generator=generator) - 1) * a


# %% xavier wrong="PyTorch's default" says="That is PyTorch's default, ±1/√fan-in."
def xavier_uniform(shape, generator):
    a = 1 / math.sqrt(math.prod(shape[1:]))
    return (2 * torch.rand(shape, generator=generator) - 1) * a


# %% xavier wrong="mean of the fans" says="Add the fans up; you took their mean."
def xavier_uniform(shape, generator):
    a = math.sqrt(6 / ((shape[0] + shape[1]) / 2 * math.prod(shape[2:])))
    return (2 * torch.rand(shape, generator=generator) - 1) * a


# %% xavier wrong="from 0 to a" says="rand lies between 0 and 1: stretch it to −a … a."
def xavier_uniform(shape, generator):
    a = math.sqrt(6 / ((shape[0] + shape[1]) * math.prod(shape[2:])))
    return a * torch.rand(shape, generator=generator)


# %% xavier wrong="normal" says="These weights have the right variance but no bound: draw them uniformly."
def xavier_uniform(shape, generator):
    std = math.sqrt(2 / ((shape[0] + shape[1]) * math.prod(shape[2:])))
    return std * torch.randn(shape, generator=generator)


# %% xavier wrong="from 0 to 2a" says="These lie to one side: spread them around 0."
def xavier_uniform(shape, generator):
    a = math.sqrt(6 / ((shape[0] + shape[1]) * math.prod(shape[2:])))
    return 2 * a * torch.rand(shape, generator=generator)


# %% xavier wrong="reseeds" says="Another generator gave the same numbers: draw from yours, and never seed it anew."
def xavier_uniform(shape, generator):
    generator.manual_seed(0)
    a = math.sqrt(6 / ((shape[0] + shape[1]) * math.prod(shape[2:])))
    return (2 * torch.rand(shape, generator=generator) - 1) * a


# %% xavier wrong="ignores the generator" says="The same generator gave other numbers: draw from the one that you are given."
def xavier_uniform(shape, generator):
    a = math.sqrt(6 / ((shape[0] + shape[1]) * math.prod(shape[2:])))
    return (2 * torch.rand(shape) - 1) * a


# %% xavier wrong="root of 6 alone" says="The root goes over all of it: √(6/(fan-in + fan-out)), not √6/(fan-in + fan-out)."
def xavier_uniform(shape, generator):
    area = math.prod(shape[2:])
    a = math.sqrt(6) / (shape[1] * area + shape[0] * area)
    return (2 * torch.rand(shape, generator=generator) - 1) * a


# %% xavier wrong="variance for the bound" says="You took the variance for the bound: a is √(6/(fan-in + fan-out))."
def xavier_uniform(shape, generator):
    area = math.prod(shape[2:])
    variance = 2 / (shape[1] * area + shape[0] * area)
    return torch.empty(shape).uniform_(-variance, variance, generator=generator)


# %% xavier wrong="twice as wide" says="Twice too wide: a uniform number in ±a has the variance a²/3, not a²/12."
def xavier_uniform(shape, generator):
    variance = 2 / ((shape[0] + shape[1]) * math.prod(shape[2:]))
    a = math.sqrt(12 * variance)
    return (2 * torch.rand(shape, generator=generator) - 1) * a


# %% xavier wrong="rand − ½" says="Half as wide as it should be: `rand − ½` lies between −½ and ½."
def xavier_uniform(shape, generator):
    a = math.sqrt(6 / ((shape[0] + shape[1]) * math.prod(shape[2:])))
    return a * (torch.rand(shape, generator=generator) - 0.5)


# %% xavier wrong="divides by 3" says="a² is three times the variance, not a third of it."
def xavier_uniform(shape, generator):
    variance = 2 / ((shape[0] + shape[1]) * math.prod(shape[2:]))
    a = math.sqrt(variance / 3)
    return (2 * torch.rand(shape, generator=generator) - 1) * a


# %% xavier wrong="kernel in fan-out only" says="The kernel counts for both fans; fan-in lacks it."
def xavier_uniform(shape, generator):
    a = math.sqrt(6 / (shape[1] + shape[0] * math.prod(shape[2:])))
    return (2 * torch.rand(shape, generator=generator) - 1) * a


# %% xavier wrong="fan-out alone" says="That looks at fan-out alone; Xavier takes both fans."
def xavier_uniform(shape, generator):
    fan_out = shape[0] * math.prod(shape[2:])
    a = math.sqrt(3 / fan_out)
    return (2 * torch.rand(shape, generator=generator) - 1) * a


# %% xavier wrong="1 taken off last" says="From −1 on: take the 1 off before you multiply by a."
def xavier_uniform(shape, generator):
    a = math.sqrt(6 / ((shape[0] + shape[1]) * math.prod(shape[2:])))
    return 2 * a * torch.rand(shape, generator=generator) - 1


# %% xavier wrong="normal, cut off" says="These are normal numbers, cut off at ±a: draw them uniformly."
def xavier_uniform(shape, generator):
    a = math.sqrt(6 / ((shape[0] + shape[1]) * math.prod(shape[2:])))
    weight = torch.randn(shape, generator=generator) * a / 3**0.5
    return torch.clamp(weight, -a, a)


# %% xavier wrong="float64" says="float32 is wanted."
def xavier_uniform(shape, generator):
    a = math.sqrt(6 / ((shape[0] + shape[1]) * math.prod(shape[2:])))
    return (2 * torch.rand(shape, generator=generator, dtype=torch.float64) - 1) * a


# %% xavier wrong="one unit for all" says="All units of the layer got the same weights: draw each of them."
def xavier_uniform(shape, generator):
    a = math.sqrt(6 / ((shape[0] + shape[1]) * math.prod(shape[2:])))
    unit = (2 * torch.rand(shape[1:], generator=generator) - 1) * a
    return torch.stack([unit] * shape[0])


# %% xavier wrong="seeded from the given one" says="A generator that has moved on gave the same numbers again: never seed it anew."
def xavier_uniform(shape, generator):
    a = math.sqrt(6 / ((shape[0] + shape[1]) * math.prod(shape[2:])))
    generator = torch.Generator().manual_seed(generator.initial_seed())
    return (2 * torch.rand(shape, generator=generator) - 1) * a


# %% xavier wrong="from a copy" says="The generator has not moved on"
def xavier_uniform(shape, generator):
    a = math.sqrt(6 / ((shape[0] + shape[1]) * math.prod(shape[2:])))
    own = torch.Generator()
    own.set_state(generator.get_state())
    return (2 * torch.rand(shape, generator=own) - 1) * a


# %% xavier wrong="no return" says="Your function returned None: is the `return` missing?"
def xavier_uniform(shape, generator):
    a = math.sqrt(6 / ((shape[0] + shape[1]) * math.prod(shape[2:])))
    weight = torch.empty(shape).uniform_(-a, a, generator=generator)


# %% xavier wrong="from −a to 0" says="These lie between −a and 0: `2 * rand − 1` lies around 0."
def xavier_uniform(shape, generator):
    a = math.sqrt(6 / ((shape[0] + shape[1]) * math.prod(shape[2:])))
    return torch.rand(shape, generator=generator) * a - a


# %% xavier wrong="half of a taken off" says="The range is as wide as it should be, but its middle is not 0: take a off."
def xavier_uniform(shape, generator):
    a = math.sqrt(6 / ((shape[0] + shape[1]) * math.prod(shape[2:])))
    return 2 * a * torch.rand(shape, generator=generator) - a / 2


# %% xavier wrong="fans multiplied" says="Add the fans up; you multiplied them."
def xavier_uniform(shape, generator):
    area = math.prod(shape[2:])
    fan_in, fan_out = shape[1] * area, shape[0] * area
    a = math.sqrt(6 / (fan_in * fan_out))
    return (2 * torch.rand(shape, generator=generator) - 1) * a


# %% xavier wrong="no brackets" says="Put the sum of the fans in brackets: 6/(fan-in + fan-out), not 6/fan-in + fan-out."
def xavier_uniform(shape, generator):
    area = math.prod(shape[2:])
    fan_in, fan_out = shape[1] * area, shape[0] * area
    a = math.sqrt(6 / fan_in + fan_out)
    return (2 * torch.rand(shape, generator=generator) - 1) * a


# %% xavier wrong="a list" says="a tensor is wanted, and a list came"
def xavier_uniform(shape, generator):
    a = math.sqrt(6 / ((shape[0] + shape[1]) * math.prod(shape[2:])))
    weight = (2 * torch.rand(shape, generator=generator) - 1) * a
    return weight.tolist()


# %% gain correct="in float64, by a loop over batches"
def gain(activation, num_samples, generator):
    total, seen = 0.0, 0
    while seen < num_samples:
        z = torch.randn(100_000, generator=generator, dtype=torch.float64)
        total += activation(z).pow(2).sum().item()
        seen += len(z)
    return (seen / total) ** 0.5


# %% gain correct="as a tensor, on a matrix of samples"
def gain(phi, num_samples, generator):
    z = torch.randn((num_samples, 1), generator=generator)
    return 1 / torch.sqrt(torch.mean(phi(z) ** 2))


# %% gain correct="variance plus squared mean, with NumPy"
def gain(activation, num_samples, generator):
    import numpy as np

    h = activation(torch.randn(num_samples, generator=generator)).numpy()
    return float(1 / np.sqrt(h.var() + h.mean() ** 2))


# %% gain wrong="squared" says="The root is missing: that is the gain squared."
def gain(activation, num_samples, generator):
    z = torch.randn(num_samples, generator=generator)
    return 1 / activation(z).square().mean().item()


# %% gain wrong="upside down" says="Upside down: what makes the signal small needs large weights."
def gain(activation, num_samples, generator):
    z = torch.randn(num_samples, generator=generator)
    return activation(z).square().mean().sqrt().item()


# %% gain wrong="standard deviation" says="That uses the variance of φ(z). Its mean counts as well: take the mean square."
def gain(activation, num_samples, generator):
    z = torch.randn(num_samples, generator=generator)
    return 1 / activation(z).std().item()


# %% gain wrong="mean size" says="The mean of the squares is wanted, not the square of the mean size."
def gain(activation, num_samples, generator):
    z = torch.randn(num_samples, generator=generator)
    return 1 / activation(z).abs().mean().item()


# %% gain wrong="rand for randn" says="z is standard normal: rand draws between 0 and 1, and never below."
def gain(activation, num_samples, generator):
    z = torch.rand(num_samples, generator=generator)
    return activation(z).square().mean().rsqrt().item()


# %% gain wrong="uniform between −1 and 1" says="z is standard normal; you drew it uniformly from −1 to 1."
def gain(activation, num_samples, generator):
    z = 2 * torch.rand(num_samples, generator=generator) - 1
    return activation(z).square().mean().rsqrt().item()


# %% gain wrong="PyTorch's table" says="Those are the rules of thumb of nn.init.calculate_gain. Measure."
def gain(activation, num_samples, generator):
    z = torch.linspace(-3, 3, 7)
    for name in ("relu", "tanh", "sigmoid"):
        if torch.allclose(activation(z), getattr(torch, name)(z)):
            return nn.init.calculate_gain(name)
    return 1.0


# %% gain wrong="of the gradient" says="That keeps the size of gradients, with φ′ in place of φ. Keep the signal."
def gain(activation, num_samples, generator):
    z = torch.randn(num_samples, generator=generator, dtype=torch.float64)
    slope = (activation(z + 1e-5) - activation(z - 1e-5)) / 2e-5
    return slope.square().mean().rsqrt().item()


# %% gain wrong="always He's" says="That is the gain of ReLU, whatever the activation."
def gain(activation, num_samples, generator):
    return math.sqrt(2)


# %% gain wrong="knows the three that are shown" says="That is 1, the gain without an activation: φ has to come in."
def gain(activation, num_samples, generator):
    z = torch.linspace(-3, 3, 7)
    for name, known in (("relu", 1.41421), ("tanh", 1.59254), ("sigmoid", 1.84623)):
        if torch.allclose(activation(z), getattr(torch, name)(z)):
            return known
    return 1.0


# %% gain wrong="the mean square" says="That is the mean square itself. The gain is 1 divided by its root."
def gain(activation, num_samples, generator):
    z = torch.randn(num_samples, generator=generator)
    return (activation(z) ** 2).mean()


# %% gain wrong="1/variance" says="That is 1 divided by the variance of φ(z). Take the root of the mean square."
def gain(activation, num_samples, generator):
    z = torch.randn(num_samples, generator=generator)
    return (1 / activation(z).var()).item()


# %% gain wrong="standard deviation itself" says="That is the standard deviation of φ(z). The gain is 1 divided by the root mean square."
def gain(activation, num_samples, generator):
    z = torch.randn(num_samples, generator=generator)
    return float(activation(z).std())


# %% gain wrong="square of the mean" says="Square first, then take the mean."
def gain(activation, num_samples, generator):
    z = torch.randn(num_samples, generator=generator)
    return 1 / math.sqrt(activation(z).mean().item() ** 2)


# %% gain wrong="no square" says="The square is missing: the mean of φ(z)² stands under the root."
def gain(activation, num_samples, generator):
    z = torch.randn(num_samples, generator=generator)
    return (1 / torch.sqrt(activation(z).mean())).item()


# %% gain wrong="sum" says="That is the sum of the squares: divide it by their number."
def gain(activation, num_samples, generator):
    z = torch.randn(num_samples, generator=generator)
    return 1 / activation(z).norm().item()


# %% gain wrong="no activation" says="That is 1, the gain without an activation: φ has to come in."
def gain(activation, num_samples, generator):
    z = torch.randn(num_samples, generator=generator)
    return 1 / z.square().mean().sqrt().item()


# %% gain wrong="φ(z²)" says="You squared z; square what φ makes of it."
def gain(activation, num_samples, generator):
    z = torch.randn(num_samples, generator=generator)
    return 1 / math.sqrt(activation(z**2).mean())


# %% gain wrong="√2 besides" says="The √2 of ReLU comes out of the mean by itself: do not multiply by it."
def gain(activation, num_samples, generator):
    z = torch.randn(num_samples, generator=generator)
    return math.sqrt(2 / activation(z).square().mean())


# %% gain wrong="positive half" says="z is standard normal; you drew only its positive half."
def gain(activation, num_samples, generator):
    z = torch.randn(num_samples, generator=generator).abs()
    return activation(z).square().mean().rsqrt().item()


# %% gain wrong="always a million" says="φ gets as many numbers, whatever `num_samples` is."
def gain(activation, num_samples, generator):
    z = torch.randn(10**6, generator=generator)
    return activation(z).square().mean().rsqrt().item()


# %% gain wrong="always a thousand" says="φ gets as many numbers, whatever `num_samples` is, and fewer than that."
def gain(activation, num_samples, generator):
    z = torch.randn(1000, generator=generator)
    return activation(z).square().mean().rsqrt().item()


# %% gain wrong="a tenth of the samples" says="φ gets fewer numbers than `num_samples`."
def gain(activation, num_samples, generator):
    z = torch.randn(num_samples // 10, generator=generator)
    return activation(z).square().mean().rsqrt().item()


# %% gain wrong="no generator" says="The same generator gave other numbers: draw from the one that you are given."
def gain(activation, num_samples, generator):
    z = torch.randn(num_samples)
    return activation(z).square().mean().rsqrt().item()


# %% gain wrong="seed 42" says="Another generator gave the same numbers: draw from yours, and never seed it anew."
def gain(activation, num_samples, generator):
    z = torch.randn(num_samples, generator=torch.Generator().manual_seed(42))
    return activation(z).square().mean().rsqrt().item()


# %% gain wrong="seeded anew" says="A generator that has moved on gave the same numbers again: never seed it anew."
def gain(activation, num_samples, generator):
    generator.manual_seed(generator.initial_seed())
    z = torch.randn(num_samples, generator=generator)
    return activation(z).square().mean().rsqrt().item()


# %% gain wrong="no return" says="Your function returned None: is the `return` missing?"
def gain(activation, num_samples, generator):
    z = torch.randn(num_samples, generator=generator)
    activation(z).square().mean().rsqrt().item()


# %% gain wrong="evenly spread" says="z is standard normal, drawn at random; you spread it evenly from −3 to 3."
def gain(activation, num_samples, generator):
    z = torch.linspace(-3, 3, num_samples)
    return 1 / activation(z).square().mean().sqrt().item()


# %% init-network correct="normal_ on empty tensors"
def init_network(shapes, gain, seed):
    g = torch.Generator()
    g.manual_seed(seed)
    layers = []
    for shape in shapes:
        W = torch.empty(shape)
        fan_in = W[0].numel()
        W.normal_(0.0, gain * fan_in**-0.5, generator=g)
        layers.append((W, W.new_zeros(W.shape[0])))
    return layers


# %% init-network correct="the global generator, seeded once"
def init_network(shapes, gain, seed):
    torch.manual_seed(seed)
    weights = [torch.randn(*s) * gain / math.sqrt(math.prod(s[1:])) for s in shapes]
    return [(w, torch.zeros(len(w))) for w in weights]


# %% init-network correct="PyTorch's own, fan_in, scaled; as lists"
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    result = []
    for shape in shapes:
        weight = torch.zeros(shape)
        nn.init.kaiming_normal_(weight, nonlinearity="linear", generator=generator)
        bias = torch.zeros(shape[0], dtype=torch.float32)
        result.append([weight * gain, bias])
    return result


# %% init-network wrong="shape transposed" says="A weight is transposed: keep the shapes as they are given."
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        std = gain / math.sqrt(math.prod(shape[1:]))
        new = (shape[1], shape[0], *shape[2:])
        layers.append((std * torch.randn(new, generator=generator), torch.zeros(shape[0])))
    return layers


# %% init-network wrong="variance for std" says="You took the variance for the standard deviation: its root is missing."
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        variance = gain**2 / math.prod(shape[1:])
        layers.append((variance * torch.randn(shape, generator=generator), torch.zeros(shape[0])))
    return layers


# %% init-network wrong="no root over fan-in" says="The root over fan-in is missing."
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        std = gain / math.prod(shape[1:])
        layers.append((std * torch.randn(shape, generator=generator), torch.zeros(shape[0])))
    return layers


# %% init-network wrong="gain squared" says="The gain is squared; σ is gain/√fan-in."
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        std = gain**2 / math.sqrt(math.prod(shape[1:]))
        layers.append((std * torch.randn(shape, generator=generator), torch.zeros(shape[0])))
    return layers


# %% init-network wrong="no gain" says="The gain is missing."
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        std = 1 / math.sqrt(math.prod(shape[1:]))
        layers.append((std * torch.randn(shape, generator=generator), torch.zeros(shape[0])))
    return layers


# %% init-network wrong="He's, for any activation" says="You always take √2, which is for ReLU. Use the gain that you are given."
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        std = math.sqrt(2 / math.prod(shape[1:]))
        layers.append((std * torch.randn(shape, generator=generator), torch.zeros(shape[0])))
    return layers


# %% init-network wrong="√2 and the gain" says="The √2 of ReLU is in the gain already."
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        weight = nn.init.kaiming_normal_(
            torch.empty(shape), nonlinearity="relu", generator=generator
        )
        layers.append((gain * weight, torch.zeros(shape[0])))
    return layers


# %% init-network wrong="fan-out" says="That is fan-out: the shape begins with the outputs."
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        std = gain / math.sqrt(shape[0] * math.prod(shape[2:]))
        layers.append((std * torch.randn(shape, generator=generator), torch.zeros(shape[0])))
    return layers


# %% init-network wrong="no kernel" says="The kernel is missing in fan-in."
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        std = gain / math.sqrt(shape[1])
        layers.append((std * torch.randn(shape, generator=generator), torch.zeros(shape[0])))
    return layers


# %% init-network wrong="Xavier" says="That is Xavier's rule. Here σ = gain/√fan-in."
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        std = gain * math.sqrt(2 / ((shape[0] + shape[1]) * math.prod(shape[2:])))
        layers.append((std * torch.randn(shape, generator=generator), torch.zeros(shape[0])))
    return layers


# %% init-network wrong="std as the bound of a uniform draw" says="You took σ for the bound of a uniform draw; draw normal numbers."
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        std = gain / math.sqrt(math.prod(shape[1:]))
        W = (2 * torch.rand(shape, generator=generator) - 1) * std
        layers.append((W, torch.zeros(shape[0])))
    return layers


# %% init-network wrong="one σ for all" says="All layers have one σ. Each has its own fan-in."
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    std = gain / math.sqrt(math.prod(shapes[0][1:]))
    return [(std * torch.randn(s, generator=generator), torch.zeros(s[0])) for s in shapes]


# %% init-network wrong="reseeded in each layer" says="Two layers began with the same weights: make one generator, before the loop."
def init_network(shapes, gain, seed):
    layers = []
    for shape in shapes:
        generator = torch.Generator().manual_seed(seed)
        std = gain / math.sqrt(math.prod(shape[1:]))
        layers.append((std * torch.randn(shape, generator=generator), torch.zeros(shape[0])))
    return layers


# %% init-network wrong="a bias for each input" says="There is one bias for each output; you have one for each input."
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        std = gain / math.sqrt(math.prod(shape[1:]))
        layers.append((std * torch.randn(shape, generator=generator), torch.zeros(shape[1])))
    return layers


# %% init-network wrong="random biases" says="Biases begin at zero: the weights part the twins already."
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        std = gain / math.sqrt(math.prod(shape[1:]))
        W = std * torch.randn(shape, generator=generator)
        layers.append((W, std * torch.randn(shape[0], generator=generator)))
    return layers


# %% init-network wrong="not from the seed" says="The same seed gave other weights: seed a generator in every call, and draw from it alone."
def init_network(shapes, gain, seed):
    layers = []
    for shape in shapes:
        std = gain / math.sqrt(math.prod(shape[1:]))
        layers.append((std * torch.randn(shape), torch.zeros(shape[0])))
    return layers


# %% init-network wrong="always seed 0" says="Another seed gave the same weights: seed the generator with `seed`."
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(0)
    layers = []
    for shape in shapes:
        std = gain / math.sqrt(math.prod(shape[1:]))
        layers.append((std * torch.randn(shape, generator=generator), torch.zeros(shape[0])))
    return layers


# %% init-network wrong="uniform with the right variance" says="These weights have the right σ, but they are uniform: draw normal numbers."
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        bound = gain * math.sqrt(3 / math.prod(shape[1:]))
        W = (2 * torch.rand(shape, generator=generator) - 1) * bound
        layers.append((W, torch.zeros(shape[0])))
    return layers


# %% init-network correct="a seed for each layer"
def init_network(shapes, gain, seed):
    layers = []
    for i, shape in enumerate(shapes):
        g = torch.Generator().manual_seed(1000 * seed + i)
        fan_in = math.prod(shape[1:])
        layers.append([torch.randn(shape, generator=g) * gain / fan_in**0.5, torch.zeros(shape[0])])
    return layers


# %% init-network correct="NumPy"
def init_network(shapes, gain, seed):
    import numpy as np

    rng = np.random.default_rng(seed)
    result = []
    for shape in shapes:
        weight = rng.normal(0, gain / np.sqrt(np.prod(shape[1:])), size=shape)
        result.append((torch.tensor(weight, dtype=torch.float32), torch.zeros(shape[0])))
    return tuple(result)


# %% init-network wrong="gain under the root" says="Under the root stands fan-in alone: the gain is outside."
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        std = math.sqrt(gain / math.prod(shape[1:]))
        layers.append((std * torch.randn(shape, generator=generator), torch.zeros(shape[0])))
    return layers


# %% init-network wrong="multiplies by the root" says="Divide by √fan-in; you multiplied."
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        std = gain * math.sqrt(math.prod(shape[1:]))
        layers.append((std * torch.randn(shape, generator=generator), torch.zeros(shape[0])))
    return layers


# %% init-network wrong="gain as σ" says="√fan-in is missing: that is the gain as σ."
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        std = gain
        layers.append((std * torch.randn(shape, generator=generator), torch.zeros(shape[0])))
    return layers


# %% init-network wrong="outputs without the kernel" says="That is the number of outputs: fan-in counts the inputs, and the kernel."
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        std = gain / shape[0] ** 0.5
        layers.append((std * torch.randn(shape, generator=generator), torch.zeros(shape[0])))
    return layers


# %% init-network wrong="all weights" says="That is the number of all weights: one output adds up its own only."
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        std = gain / math.sqrt(torch.Size(shape).numel())
        layers.append((std * torch.randn(shape, generator=generator), torch.zeros(shape[0])))
    return layers


# %% init-network wrong="Xavier without the gain" says="That is Xavier's rule, without the gain. Here σ = gain/√fan-in."
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        std = math.sqrt(2 / ((shape[0] + shape[1]) * math.prod(shape[2:])))
        layers.append((std * torch.randn(shape, generator=generator), torch.zeros(shape[0])))
    return layers


# %% init-network wrong="σ of the last layer" says="All layers have the σ of the last. Each has its own fan-in."
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        std = gain / math.sqrt(math.prod(shapes[-1][1:]))
        layers.append((std * torch.randn(shape, generator=generator), torch.zeros(shape[0])))
    return layers


# %% init-network wrong="a bias as a column" says="A bias has the shape (outputs,); yours has a dimension more."
def init_network(shapes, gain, seed):
    g = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        weight = torch.randn(shape, generator=g) * gain / math.sqrt(math.prod(shape[1:]))
        layers.append((weight, torch.zeros(shape[0], 1)))
    return layers


# %% init-network wrong="a bias like the weight" says="A bias has the shape (outputs,); yours has that of the weight."
def init_network(shapes, gain, seed):
    g = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        weight = torch.randn(shape, generator=g) * gain / math.sqrt(math.prod(shape[1:]))
        layers.append((weight, torch.zeros(shape)))
    return layers


# %% init-network wrong="one bias for all units" says="A layer has one bias for each output; yours has one for all."
def init_network(shapes, gain, seed):
    g = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        weight = torch.randn(shape, generator=g) * gain / math.sqrt(math.prod(shape[1:]))
        layers.append((weight, torch.zeros(1)))
    return layers


# %% init-network wrong="bias first" says="The two parts of a layer are exchanged: (weight, bias)."
def init_network(shapes, gain, seed):
    g = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        weight = torch.randn(shape, generator=g) * gain / math.sqrt(math.prod(shape[1:]))
        layers.append((torch.zeros(shape[0]), weight))
    return layers


# %% init-network wrong="two lists" says="A list of weights and one of biases came: pair them, (weight, bias) for each layer."
def init_network(shapes, gain, seed):
    g = torch.Generator().manual_seed(seed)
    weights, biases = [], []
    for shape in shapes:
        weight = torch.randn(shape, generator=g) * gain / math.sqrt(math.prod(shape[1:]))
        weights.append(weight)
        biases.append(torch.zeros(shape[0]))
    return weights, biases


# %% init-network wrong="only the last" says="Only the last layer came: append each of them to a list."
def init_network(shapes, gain, seed):
    g = torch.Generator().manual_seed(seed)

    for shape in shapes:
        weight = torch.randn(shape, generator=g) * gain / math.sqrt(math.prod(shape[1:]))
        layers = [(weight, torch.zeros(shape[0]))]
    return layers


# %% init-network wrong="rand" says="That is rand, between 0 and 1: draw normal numbers, around 0."
def init_network(shapes, gain, seed):
    g = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        weight = torch.randn(shape, generator=g) * gain / math.sqrt(math.prod(shape[1:]))
        weight = torch.rand(shape, generator=g) * gain / math.sqrt(math.prod(shape[1:]))
        layers.append((weight, torch.zeros(shape[0])))
    return layers


# %% init-network wrong="one unit for all" says="All units of a layer got the same weights: draw each of them."
def init_network(shapes, gain, seed):
    g = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        weight = torch.randn(shape, generator=g) * gain / math.sqrt(math.prod(shape[1:]))
        layers.append((weight[0].repeat(shape[0], *[1] * (len(shape) - 1)), torch.zeros(shape[0])))
    return layers


# %% init-network wrong="float64" says="float32 is wanted."
def init_network(shapes, gain, seed):
    g = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        weight = torch.randn(shape, generator=g) * gain / math.sqrt(math.prod(shape[1:]))
        layers.append((weight.to(torch.float64), torch.zeros(shape[0], dtype=torch.float64)))
    return layers


# %% init-network wrong="ones as biases" says="Biases begin at zero: the weights part the twins already."
def init_network(shapes, gain, seed):
    g = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        weight = torch.randn(shape, generator=g) * gain / math.sqrt(math.prod(shape[1:]))
        layers.append((weight, torch.ones(shape[0])))
    return layers


# %% init-network wrong="without the last layer" says="The last layer is missing."
def init_network(shapes, gain, seed):
    g = torch.Generator().manual_seed(seed)
    layers = []
    for i in range(len(shapes) - 1):
        std = gain / math.sqrt(math.prod(shapes[i][1:]))
        layers.append((std * torch.randn(shapes[i], generator=g), torch.zeros(shapes[i][0])))
    return layers


# %% init-network wrong="returns inside the loop" says="Only the first layer came: is `return` inside the loop?"
def init_network(shapes, gain, seed):
    g = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        std = gain / math.sqrt(math.prod(shape[1:]))
        layers.append((std * torch.randn(shape, generator=g), torch.zeros(shape[0])))
        return layers


# %% init-network wrong="no return" says="Your function returned None: is the `return` missing?"
def init_network(shapes, gain, seed):
    g = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        std = gain / math.sqrt(math.prod(shape[1:]))
        layers.append((std * torch.randn(shape, generator=g), torch.zeros(shape[0])))


# %% init-network wrong="the seed for the first layer only" says="Only the first layer follows the seed: draw all of them from one generator."
def init_network(shapes, gain, seed):
    layers = []
    for i, shape in enumerate(shapes):
        if i == 0:
            torch.manual_seed(seed)
        else:
            torch.manual_seed(i)
        weight = torch.randn(shape) * gain / math.sqrt(math.prod(shape[1:]))
        layers.append((weight, torch.zeros(shape[0])))
    return layers


# %% orthogonal correct="PyTorch's own"
def orthogonal(num_outputs, num_inputs, gain, generator):
    return nn.init.orthogonal_(torch.empty(num_outputs, num_inputs), gain, generator=generator)


# %% orthogonal correct="the polar factor, by the SVD"
def orthogonal(num_outputs, num_inputs, gain, generator):
    A = torch.randn(num_outputs, num_inputs, generator=generator)
    U, _, Vh = torch.linalg.svd(A, full_matrices=False)
    return gain * U @ Vh


# %% orthogonal correct="Gram-Schmidt by hand, in float64"
def orthogonal(rows, cols, gain, generator):
    vectors = []
    while len(vectors) < min(rows, cols):
        v = torch.randn(max(rows, cols), generator=generator, dtype=torch.float64)
        for _ in range(2):
            for u in vectors:
                v = v - (u @ v) * u
        vectors.append(v / v.norm())
    Q = torch.stack(vectors, dim=1).float()
    return gain * (Q if rows >= cols else Q.T)


# %% orthogonal wrong="never turned round" says="The shape is wrong for more inputs than outputs: it is never turned round."
def orthogonal(num_outputs, num_inputs, gain, generator):
    long, short = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    Q, R = torch.linalg.qr(torch.randn(long, short, generator=generator))
    return gain * Q * R.diagonal().sign()


# %% orthogonal wrong="QR of the wide matrix" says="A wide matrix has a square Q: split the transposed one, and turn it round."
def orthogonal(num_outputs, num_inputs, gain, generator):
    Q, R = torch.linalg.qr(torch.randn(num_outputs, num_inputs, generator=generator))
    return gain * Q * R.diagonal().sign()


# %% orthogonal wrong="multiplied by R's diagonal, not its sign" says="Perpendicular, but of different lengths: use Q alone, with signs of 1 and −1."
def orthogonal(num_outputs, num_inputs, gain, generator):
    long, short = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    Q, R = torch.linalg.qr(torch.randn(long, short, generator=generator))
    Q = gain * Q * R.diagonal()
    return Q if num_outputs >= num_inputs else Q.T


# %% orthogonal wrong="normalized Gaussian vectors" says="Equally long, but not perpendicular to each other: normalizing lengths is not enough."
def orthogonal(num_outputs, num_inputs, gain, generator):
    A = torch.randn(num_outputs, num_inputs, generator=generator)
    return gain * A / A.norm(dim=0 if num_outputs >= num_inputs else 1, keepdim=True)


# %% orthogonal wrong="no gain" says="The gain is missing. Multiply Q by it: what multiplies A is lost."
def orthogonal(num_outputs, num_inputs, gain, generator):
    long, short = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    Q, R = torch.linalg.qr(torch.randn(long, short, generator=generator))
    Q = Q * R.diagonal().sign()
    return Q if num_outputs >= num_inputs else Q.T


# %% orthogonal wrong="gain squared" says="The gain came in twice."
def orthogonal(num_outputs, num_inputs, gain, generator):
    return gain * nn.init.orthogonal_(
        torch.empty(num_outputs, num_inputs), gain, generator=generator
    )


# %% orthogonal wrong="root of the gain" says="That is the root of the gain: multiply the matrix by the gain itself."
def orthogonal(num_outputs, num_inputs, gain, generator):
    W = torch.empty(num_outputs, num_inputs)
    return nn.init.orthogonal_(W, math.sqrt(gain), generator=generator)


# %% orthogonal wrong="divided by √n as if Gaussian" says="Divide by nothing: orthonormal columns have length 1 already."
def orthogonal(num_outputs, num_inputs, gain, generator):
    W = nn.init.orthogonal_(torch.empty(num_outputs, num_inputs), gain, generator=generator)
    return W / math.sqrt(max(W.shape))


# %% orthogonal wrong="the identity" says="Another generator gave the same numbers: draw from yours, and never seed it anew."
def orthogonal(num_outputs, num_inputs, gain, generator):
    return gain * torch.eye(num_outputs, num_inputs)


# %% orthogonal wrong="signs as they come" says="The entry [0, 0] has the same sign in all of 30 draws: mind the signs of R's diagonal."
def orthogonal(num_outputs, num_inputs, gain, generator):
    long, short = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    Q, R = torch.linalg.qr(torch.randn(long, short, generator=generator))
    return gain * (Q if num_outputs >= num_inputs else Q.T)


# %% orthogonal wrong="always turned round" says="The shape is (outputs, inputs), whichever is larger; yours is turned round."
def orthogonal(num_outputs, num_inputs, gain, generator):
    long, short = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    Q, R = torch.linalg.qr(torch.randn(long, short, generator=generator))
    Q = Q * R.diagonal().sign()
    return gain * (Q.T if num_outputs >= num_inputs else Q)


# %% orthogonal wrong="R" says="That is R. The orthonormal columns are in Q."
def orthogonal(num_outputs, num_inputs, gain, generator):
    long, short = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    Q, R = torch.linalg.qr(torch.randn(long, short, generator=generator))
    return gain * R


# %% orthogonal wrong="Gaussian" says="Neither perpendicular nor equally long: split the Gaussian matrix, and use Q."
def orthogonal(num_outputs, num_inputs, gain, generator):
    return (
        gain
        * torch.randn(num_outputs, num_inputs, generator=generator)
        / math.sqrt(max(num_outputs, num_inputs))
    )


# %% orthogonal wrong="divided by the gain" says="Multiply by the gain; you divided."
def orthogonal(num_outputs, num_inputs, gain, generator):
    long, short = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    Q, R = torch.linalg.qr(torch.randn(long, short, generator=generator))
    Q = Q * R.diagonal().sign()
    return (Q if num_outputs >= num_inputs else Q.T) / gain


# %% orthogonal wrong="√2 besides" says="The √2 of ReLU is in the gain already."
def orthogonal(num_outputs, num_inputs, gain, generator):
    long, short = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    Q, R = torch.linalg.qr(torch.randn(long, short, generator=generator))
    Q = Q * R.diagonal().sign()
    return gain * (Q if num_outputs >= num_inputs else Q.T) * 2**0.5


# %% orthogonal wrong="float64" says="float32 is wanted."
def orthogonal(num_outputs, num_inputs, gain, generator):
    long, short = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    A = torch.randn(long, short, generator=generator, dtype=torch.float64)
    Q, R = torch.linalg.qr(A)
    Q = Q * R.diagonal().sign()
    return gain * (Q if num_outputs >= num_inputs else Q.T)


# %% orthogonal wrong="seed 42 inside" says="Another generator gave the same numbers: draw from yours, and never seed it anew."
def orthogonal(num_outputs, num_inputs, gain, generator):
    generator = torch.Generator().manual_seed(42)
    long, short = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    Q, R = torch.linalg.qr(torch.randn(long, short, generator=generator))
    Q = Q * R.diagonal().sign()
    return gain * (Q if num_outputs >= num_inputs else Q.T)


# %% orthogonal wrong="axes exchanged" says="Most entries are 0: that is no draw from all orthogonal matrices alike."
def orthogonal(num_outputs, num_inputs, gain, generator):
    long, short = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    order = torch.randperm(long, generator=generator)[:short]
    signs = torch.randn(short, generator=generator).sign()
    Q = torch.eye(long)[:, order] * signs
    return gain * (Q if num_outputs >= num_inputs else Q.T)


# %% orthogonal wrong="Q's own signs" says="It turns and mirrors, but [0, 0] has one sign in all of 30 draws: take R's signs."
def orthogonal(num_outputs, num_inputs, gain, generator):
    long, short = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    Q, R = torch.linalg.qr(torch.randn(long, short, generator=generator))
    Q = Q * Q.diagonal().sign()
    return gain * (Q if num_outputs >= num_inputs else Q.T)


# %% orthogonal wrong="turns only" says="Either all of 30 draws mirror or none does: all orthogonal matrices are to come."
def orthogonal(num_outputs, num_inputs, gain, generator):
    long, short = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    Q, R = torch.linalg.qr(torch.randn(long, short, generator=generator))
    Q = Q * R.diagonal().sign()
    if long == short and torch.linalg.det(Q) < 0:
        Q[:, -1] = -Q[:, -1]
    return gain * (Q if num_outputs >= num_inputs else Q.T)


# %% orthogonal wrong="no generator" says="The same generator gave other numbers: draw from the one that you are given."
def orthogonal(num_outputs, num_inputs, gain, generator):
    long, short = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    Q, R = torch.linalg.qr(torch.randn(long, short))
    Q = Q * R.diagonal().sign()
    return gain * (Q if num_outputs >= num_inputs else Q.T)


# %% orthogonal wrong="seeded anew" says="A generator that has moved on gave the same numbers again: never seed it anew."
def orthogonal(num_outputs, num_inputs, gain, generator):
    generator.manual_seed(generator.initial_seed())
    long, short = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    Q, R = torch.linalg.qr(torch.randn(long, short, generator=generator))
    Q = Q * R.diagonal().sign()
    return gain * (Q if num_outputs >= num_inputs else Q.T)


# %% orthogonal wrong="from a copy" says="The generator has not moved on"
def orthogonal(num_outputs, num_inputs, gain, generator):
    own = torch.Generator()
    own.set_state(generator.get_state())
    W = torch.empty(num_outputs, num_inputs)
    return nn.init.orthogonal_(W, gain, generator=own)


# %% orthogonal wrong="no return" says="Your function returned None: is the `return` missing?"
def orthogonal(num_outputs, num_inputs, gain, generator):
    long, short = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    Q, R = torch.linalg.qr(torch.randn(long, short, generator=generator))
    Q = Q * R.diagonal().sign()
    W = gain * (Q if num_outputs >= num_inputs else Q.T)


# %% orthogonal wrong="rows normalized" says="Rows of one length are not enough, and a tall matrix has orthonormal columns."
def orthogonal(num_outputs, num_inputs, gain, generator):
    A = torch.randn(num_outputs, num_inputs, generator=generator)
    return gain * A / A.norm(dim=1, keepdim=True)


# %% orthogonal wrong="columns normalized" says="Columns of one length are not enough, and a wide matrix has orthonormal rows."
def orthogonal(num_outputs, num_inputs, gain, generator):
    A = torch.randn(num_outputs, num_inputs, generator=generator)
    return gain * A / (A**2).sum(0).sqrt()


# %% orthogonal wrong="square" says="That is a square matrix, too large: cut out as many rows and columns as are wanted."
def orthogonal(num_outputs, num_inputs, gain, generator):
    n = max(num_outputs, num_inputs)
    Q, R = torch.linalg.qr(torch.randn(n, n, generator=generator))
    return gain * Q * R.diagonal().sign()


# %% orthogonal wrong="divided by √fan-in" says="Divide by nothing, not by √fan-in either: orthonormal columns have length 1."
def orthogonal(num_outputs, num_inputs, gain, generator):
    W = nn.init.orthogonal_(torch.empty(num_outputs, num_inputs), generator=generator)
    return W * gain / num_inputs**0.5


# %% lsuv correct="without hooks, layer by layer"
def lsuv(weights, X):
    h, scaled = X, []
    for W in weights:
        z = h @ W.T
        W = W / z.std()
        scaled.append(W)
        h = torch.tanh(h @ W.T)
    return scaled


# %% lsuv correct="hooks on every layer, a run for each"
def lsuv(weights, X):
    new = [w.clone() for w in weights]
    for i in range(len(new)):
        net, stds = tanh_net(new), []
        for m in net:
            if isinstance(m, nn.Linear):
                m.register_forward_hook(lambda mod, inp, out: stds.append(out.detach().std()))
        net(X)
        new[i] = new[i] / stds[i]
    return new


# %% lsuv correct="one run, each hook corrects its own layer"
def lsuv(weights, X):
    net = tanh_net(weights)

    def correct(module, inputs, output):
        std = output.std()
        module.weight.data /= std
        return output / std

    for module in net:
        if isinstance(module, nn.Linear):
            module.register_forward_hook(correct)
    net(X)
    return [m.weight.data for m in net if isinstance(m, nn.Linear)]


# %% lsuv correct="repeats until near enough, with slices of the network"
def lsuv(weights, X):
    net = tanh_net(weights)
    with torch.no_grad():
        for i in range(0, len(net), 2):
            for _ in range(5):
                std = net[: i + 1](X).var(unbiased=False).sqrt()
                if abs(std - 1) < 1e-6:
                    break
                net[i].weight.div_(std)
    return [net[i].weight.detach().clone() for i in range(0, len(net), 2)]


# %% lsuv correct="parameters that require a gradient, no hooks"
def lsuv(weights, X):
    net = tanh_net(weights)
    for i in range(0, len(net), 2):
        std = net[: i + 1](X).std().item()
        net[i].weight = nn.Parameter(net[i].weight / std)
    return list(net.parameters())


# %% lsuv wrong="does nothing" says="Nothing has changed."
def lsuv(weights, X):
    return [w.clone() for w in weights]


# %% lsuv wrong="all layers after one run" says="A layer was measured before those below it were scaled: they change what it sees."
def lsuv(weights, X):
    h, scaled = X, []
    for W in weights:
        z = h @ W.T
        scaled.append(W / z.std())
        h = torch.tanh(z)
    return scaled


# %% lsuv wrong="by the variance" says="You divided by the variance. Its root is the standard deviation."
def lsuv(weights, X):
    h, scaled = X, []
    for W in weights:
        W = W / (h @ W.T).var()
        scaled.append(W)
        h = torch.tanh(h @ W.T)
    return scaled


# %% lsuv wrong="normalizes the weights" says="You made the weights' own standard deviation 1. The output's is wanted."
def lsuv(weights, X):
    return [W / W.std() for W in weights]


# %% lsuv wrong="after the activation" says="You measured after tanh. Measure what goes into it."
def lsuv(weights, X):
    h, scaled = X, []
    for W in weights:
        W = W / torch.tanh(h @ W.T).std()
        scaled.append(W)
        h = torch.tanh(h @ W.T)
    return scaled


# %% lsuv wrong="root mean square" says="That is the root mean square; take the mean off: the standard deviation."
def lsuv(weights, X):
    h, scaled = X, []
    for W in weights:
        W = W / (h @ W.T).square().mean().sqrt()
        scaled.append(W)
        h = torch.tanh(h @ W.T)
    return scaled


# %% lsuv wrong="each unit by itself" says="Each unit was scaled by itself. One number for the layer, over all units."
def lsuv(weights, X):
    h, scaled = X, []
    for W in weights:
        W = W / (h @ W.T).std(dim=0)[:, None]
        scaled.append(W)
        h = torch.tanh(h @ W.T)
    return scaled


# %% lsuv wrong="from the last layer" says="A layer was measured before those below it were scaled: they change what it sees."
def lsuv(weights, X):
    new = [w.clone() for w in weights]
    for i in reversed(range(len(new))):
        net = tanh_net(new)
        new[i] = new[i] / net[: 2 * i + 1](X).std().detach()
    return new


# %% lsuv wrong="multiplies" says="You multiplied; divide by the standard deviation."
def lsuv(weights, X):
    h, scaled = X, []
    for W in weights:
        W = W * (h @ W.T).std()
        scaled.append(W)
        h = torch.tanh(h @ W.T)
    return scaled


# %% lsuv wrong="the first layer only" says="Only the first layer has been scaled."
def lsuv(weights, X):
    return [weights[0] / (X @ weights[0].T).std(), *[w.clone() for w in weights[1:]]]


# %% lsuv wrong="new random weights, then scaled" says="The weights have another pattern than before. Multiply each by one number."
def lsuv(weights, X):
    h, scaled = X, []
    for W in weights:
        W = torch.randn_like(W)
        W = W / (h @ W.T).std()
        scaled.append(W)
        h = torch.tanh(h @ W.T)
    return scaled


# %% lsuv wrong="scales in place" says="an argument was changed"
def lsuv(weights, X):
    h = X
    for W in weights:
        W /= (h @ W.T).std()
        h = torch.tanh(h @ W.T)
    return weights


# %% lsuv wrong="no tanh" says="The tanh between the layers is missing."
def lsuv(weights, X):
    h, scaled = X, []
    for W in weights:
        z = h @ W.T
        W = W / z.std()
        scaled.append(W)
        h = h @ W.T
    return scaled


# %% lsuv wrong="root of the deviation" says="The root was taken twice: divide by the standard deviation itself."
def lsuv(weights, X):
    h, scaled = X, []
    for W in weights:
        z = h @ W.T
        W = W / torch.sqrt(z.std())
        scaled.append(W)
        h = torch.tanh(h @ W.T)
    return scaled


# %% lsuv wrong="what goes in" says="You measured what goes into the layer. Measure what it gives."
def lsuv(weights, X):
    h, scaled = X, []
    for W in weights:
        z = h @ W.T
        W = W / h.std()
        scaled.append(W)
        h = torch.tanh(h @ W.T)
    return scaled


# %% lsuv wrong="mean size" says="That is the mean size; the standard deviation is wanted."
def lsuv(weights, X):
    h, scaled = X, []
    for W in weights:
        z = h @ W.T
        W = W / z.abs().mean()
        scaled.append(W)
        h = torch.tanh(h @ W.T)
    return scaled


# %% lsuv wrong="mean over the units" says="That is the mean of the units' deviations. Take one over all entries."
def lsuv(weights, X):
    h, scaled = X, []
    for W in weights:
        z = h @ W.T
        W = W / z.std(0).mean()
        scaled.append(W)
        h = torch.tanh(h @ W.T)
    return scaled


# %% lsuv wrong="mean over the examples" says="That is the mean of the examples' deviations. Take one over all entries."
def lsuv(weights, X):
    h, scaled = X, []
    for W in weights:
        z = h @ W.T
        W = W / z.std(1).mean()
        scaled.append(W)
        h = torch.tanh(h @ W.T)
    return scaled


# %% lsuv wrong="hooks on tanh, where there is one" says="You measured after tanh, but for the last layer. Measure what goes into tanh."
def lsuv(weights, X):
    net = tanh_net(weights)
    with torch.no_grad():
        for i in range(0, len(net), 2):
            out = []
            module = net[min(i + 1, len(net) - 1)]
            handle = module.register_forward_hook(lambda m, x, y: out.append(y))
            net(X)
            handle.remove()
            net[i].weight /= out[0].std()
    return [m.weight.detach() for m in net if isinstance(m, nn.Linear)]


# %% lsuv wrong="not the last layer" says="The last layer has been left as it was."
def lsuv(weights, X):
    net = tanh_net(weights)
    with torch.no_grad():
        for i in range(0, len(net) - 1, 2):
            net[i].weight /= net[: i + 1](X).std()
    return [net[i].weight.detach() for i in range(0, len(net), 2)]


# %% lsuv wrong="the first entry of the list" says="All layers were divided by the first one's standard deviation."
def lsuv(weights, X):
    net = tanh_net(weights)
    layers = [m for m in net if isinstance(m, nn.Linear)]
    seen = []
    with torch.no_grad():
        for layer in layers:
            handle = layer.register_forward_hook(lambda module, inputs, output: seen.append(output))
            net(X)
            handle.remove()
            layer.weight /= seen[0].std()
    return [layer.weight.detach() for layer in layers]


# %% lsuv wrong="returns the network"
def lsuv(weights, X):
    net = tanh_net(weights)
    with torch.no_grad():
        for i in range(0, len(net), 2):
            net[i].weight /= net[: i + 1](X).std()
    return net


# %% lsuv wrong="no return" says="Your function returned None: is the `return` missing?"
def lsuv(weights, X):
    net = tanh_net(weights)
    with torch.no_grad():
        for i in range(0, len(net), 2):
            net[i].weight /= net[: i + 1](X).std()


# %% lsuv wrong="in half the precision" says="The weights have another dtype than before: keep it."
def lsuv(weights, X):
    scaled = []
    h = X.float()
    for W in weights:
        W = W.float()
        W = W / (h @ W.T).std()
        scaled.append(W)
        h = torch.tanh(h @ W.T)
    return scaled


# %% lsuv wrong="the output of the network" says="You measured what the whole network gives. Measure what this layer gives."
def lsuv(weights, X):
    net = tanh_net(weights)
    with torch.no_grad():
        for layer in net:
            if isinstance(layer, nn.Linear):
                layer.weight /= net(X).std()
    return [layer.weight.detach() for layer in net if isinstance(layer, nn.Linear)]


# %% batch-norm correct="with keepdim, for any shape"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    dims = [d for d in range(x.dim()) if d != 1]
    shape = [1, -1] + [1] * (x.dim() - 2)
    if train:
        mean = x.mean(dims)
        var = ((x - mean.view(shape)) ** 2).mean(dims)
        n = x.numel() / x.shape[1]
        new_mean = running_mean + momentum * (mean - running_mean)
        new_var = running_var + momentum * (var * n / (n - 1) - running_var)
    else:
        mean, var, new_mean, new_var = running_mean, running_var, running_mean, running_var
    x_hat = (x - mean.view(shape)) / torch.sqrt(var.view(shape) + eps)
    return gamma.view(shape) * x_hat + beta.view(shape), new_mean, new_var


# %% batch-norm correct="a loop over the units"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    y, m, v = torch.empty_like(x), running_mean.clone(), running_var.clone()
    for c in range(x.shape[1]):
        values = x[:, c]
        mu, s2 = running_mean[c], running_var[c]
        if train:
            mu, s2 = values.mean(), values.var(unbiased=False)
            m[c] = momentum * mu + (1 - momentum) * m[c]
            v[c] = momentum * values.var() + (1 - momentum) * v[c]
        y[:, c] = (values - mu) / (s2 + eps) ** 0.5 * gamma[c] + beta[c]
    return y, m, v


# %% batch-norm correct="PyTorch's own, on copies"
def batch_norm(x, weight, bias, rm, rv, training, momentum, eps):
    rm, rv = rm.clone(), rv.clone()
    y = F.batch_norm(x, rm, rv, weight, bias, training, momentum, eps)
    return [y, rm, rv]


# %% batch-norm wrong="over each example" says="That is the mean of each example (layer norm): take it over the batch, dimension 0."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    mean, var = x.mean(1, keepdim=True), x.var(1, unbiased=False, keepdim=True)
    y = gamma * (x - mean) / (var + eps).sqrt() + beta
    running_mean = (1 - momentum) * running_mean + momentum * x.mean(0)
    running_var = (1 - momentum) * running_var + momentum * x.var(0)
    return y, running_mean, running_var


# %% batch-norm wrong="unbiased variance normalizes" says="The variance that normalizes divides by N, not by N − 1."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var
    y = gamma * (columns - mean) / (var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="biased variance is kept" says="The variance in the running average divides by N − 1."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var
    y = gamma * (columns - mean) / (var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="momentum reversed" says="momentum is the share of the new batch here; you gave it to the old value."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * rows.var(0)
    y = gamma * (columns - mean) / (var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="ε outside the root" says="ε stands inside the root."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = gamma * (columns - mean) / (var.sqrt() + eps) + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="no root" says="The root is missing: divide by the standard deviation."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = gamma * (columns - mean) / (var + eps) + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="no γ and β" says="γ and β are missing."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = (columns - mean) / (var + eps).sqrt()
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="γ multiplies β" says="β is added after γ has multiplied."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = gamma * ((columns - mean) / (var + eps).sqrt() + beta)
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="running statistics do not move" says="The running statistics have not moved."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
    y = gamma * (columns - mean) / (var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="trains on running statistics" says="In training the batch's own statistics normalize; you used the running ones."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    if train:
        rows = columns.reshape(-1, x.shape[1])
        running_mean = (1 - momentum) * running_mean + momentum * rows.mean(0)
        running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = gamma * (columns - running_mean) / (running_var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="one mean for all units" says="One mean and variance for all units: each unit has its own."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        mean, var = x.mean(), x.var(unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * x.var()
    y = gamma * (columns - mean) / (var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="keeps a standard deviation" says="The running variance took up a standard deviation."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * rows.std(0)
    y = gamma * (columns - mean) / (var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="no mean subtracted" says="The mean was not subtracted."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = gamma * columns / (var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="batch statistics in use" says="In use the running statistics normalize; you used the batch's."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    rows = columns.reshape(-1, x.shape[1])
    mean, var = rows.mean(0), rows.var(0, unbiased=False)
    if train:
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = gamma * (columns - mean) / (var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="statistics move in use" says="In use the running statistics stay as they are."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    rows = columns.reshape(-1, x.shape[1])
    mean, var = running_mean, running_var
    if train:
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
    running_mean = (1 - momentum) * running_mean + momentum * rows.mean(0)
    running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = gamma * (columns - mean) / (var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="no ε in use" says="ε is missing in use; the same formula holds."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    if not train:
        y = gamma * (columns - running_mean) / running_var.sqrt() + beta
        return y.movedim(-1, 1), running_mean, running_var
    rows = columns.reshape(-1, x.shape[1])
    mean, var = rows.mean(0), rows.var(0, unbiased=False)
    running_mean = (1 - momentum) * running_mean + momentum * mean
    running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = gamma * (columns - mean) / (var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="statistics for each pixel" says="Each pixel has statistics of its own. A channel has one mean, over examples and pixels."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    shape = [-1] + [1] * (x.dim() - 2)
    mean, var = running_mean.view(shape), running_var.view(shape)
    if train:
        mean, var = x.mean(0), x.var(0, unbiased=False)
        kept_mean, kept_var = mean.flatten(1).mean(1), x.var(0).flatten(1).mean(1)
        if x.dim() == 2:
            kept_mean, kept_var = mean, x.var(0)
        running_mean = (1 - momentum) * running_mean + momentum * kept_mean
        running_var = (1 - momentum) * running_var + momentum * kept_var
    y = gamma.view(shape) * (x - mean) / (var + eps).sqrt() + beta.view(shape)
    return y, running_mean, running_var


# %% batch-norm wrong="statistics for each picture" says="Each picture has statistics of its own (instance norm). Take the batch together."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        dims = tuple(range(1, x.dim() - 1)) or (0,)
        mean = columns.mean(dims, keepdim=True)
        var = columns.var(dims, unbiased=False, keepdim=True)
        running_mean = (1 - momentum) * running_mean + momentum * rows.mean(0)
        running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = gamma * (columns - mean) / (var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="N is the number of pictures" says="N is the number of values of a channel: examples times pixels."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var * len(x) / (len(x) - 1)
    y = gamma * (columns - mean) / (var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="variance as a difference of large numbers" says="Far from zero E[x²] − E[x]² loses its digits, in the running variance too."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        n = len(rows)
        mean = rows.mean(0)
        var = (rows**2).mean(0) - mean**2
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var * n / (n - 1)
    y = gamma * (columns - mean) / (var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="running statistics changed in place" says="an argument was changed"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    y = F.batch_norm(x, running_mean, running_var, gamma, beta, train, momentum, eps)
    return y, running_mean, running_var


# %% batch-norm correct="nn.BatchNorm layers with the right dtype"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    kind = nn.BatchNorm1d if x.dim() == 2 else nn.BatchNorm2d
    layer = kind(x.shape[1], eps=eps, momentum=momentum, dtype=x.dtype)
    with torch.no_grad():
        layer.weight.copy_(gamma)
        layer.bias.copy_(beta)
        layer.running_mean.copy_(running_mean)
        layer.running_var.copy_(running_var)
        layer.train(train)
        y = layer(x)
    return y, layer.running_mean, layer.running_var


# %% batch-norm wrong="the variances exchanged" says="The two variances are exchanged: N normalizes, N − 1 goes into the running one."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var
    y = gamma * (columns - mean) / ((rows.var(0) if train else var) + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="adds to all of the old" says="The old value keeps the share 1 − momentum; you added all of it."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = running_mean + momentum * mean
        running_var = running_var + momentum * rows.var(0)
    y = gamma * (columns - mean) / (var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="the batch's own kept" says="Those are the batch's own statistics: the running ones take up a share of them."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = mean
        running_var = rows.var(0)
    y = gamma * (columns - mean) / (var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="no ε" says="ε is missing: a unit that never changes has the variance 0."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = gamma * (columns - mean) / var.sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="ε kept" says="ε went into the running variance too: it belongs under the root only."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * (rows.var(0) + eps)
    y = gamma * (columns - mean) / (var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="no γ" says="γ is missing."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = (columns - mean) / torch.sqrt(var + eps) + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="no β" says="β is missing."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = gamma * (columns - mean) / torch.sqrt(var + eps)
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="γ and β exchanged" says="γ multiplies, β is added; you exchanged them."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = beta * (columns - mean) / torch.sqrt(var + eps) + gamma
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="only the mean moves" says="The running mean has moved, the running variance has not."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        pass
    y = gamma * (columns - mean) / (var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="only the variance moves" says="The running variance has moved, the running mean has not."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        pass
        running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = gamma * (columns - mean) / (var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="old running statistics normalize" says="In training the batch normalizes; you used the running statistics from before it."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    y = gamma * (columns - running_mean) / (running_var + eps).sqrt() + beta
    if train:
        rows = columns.reshape(-1, x.shape[1])
        running_mean = (1 - momentum) * running_mean + momentum * rows.mean(0)
        running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="always in use" says="That is what is done in use. In training the batch's own statistics normalize."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    y = gamma * (columns - running_mean) / (running_var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="variance before the mean" says="The last two are exchanged: the mean comes before the variance."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = gamma * (columns - mean) / (var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_var, running_mean


# %% batch-norm wrong="difference of squares in y alone" says="Far from zero E[x²] − E[x]² loses its digits: subtract the mean before you square."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = (
        gamma * (columns - mean) / (((rows**2).mean(0) - mean**2 if train else var) + eps).sqrt()
        + beta
    )
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="always in training" says="`train` makes no difference: without it the running statistics normalize, and stay."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    dims = (0,) if x.dim() == 2 else (0, 2, 3)
    shape = (1, -1) + (1,) * (x.dim() - 2)
    mean, var = x.mean(dims), x.var(dims, unbiased=False)
    n = x.numel() / x.shape[1]
    y = gamma.view(shape) * (x - mean.view(shape)) / (var.view(shape) + eps).sqrt()
    y = y + beta.view(shape)
    new_mean = (1 - momentum) * running_mean + momentum * mean
    new_var = (1 - momentum) * running_var + momentum * x.var(dims)
    return y, new_mean, new_var


# %% batch-norm wrong="in use with what the batch has changed" says="In use the running statistics normalize as they are; you let the batch into them."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    rows = columns.reshape(-1, x.shape[1])
    running_mean = (1 - momentum) * running_mean + momentum * rows.mean(0)
    running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    mean, var = running_mean, running_var
    if train:
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
    y = gamma * (columns - mean) / (var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="the batch's variance in use" says="The running mean is subtracted, but the batch's variance divides."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    rows = columns.reshape(-1, x.shape[1])
    mean, var = running_mean, rows.var(0, unbiased=False)
    if train:
        mean = rows.mean(0)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = gamma * (columns - mean) / (var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="the batch's mean in use" says="The running variance divides, but the batch's mean is subtracted."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    rows = columns.reshape(-1, x.shape[1])
    mean, var = rows.mean(0), running_var
    if train:
        var = rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = gamma * (columns - mean) / (var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="the batch's statistics returned in use" says="The batch's statistics came back: in use the running ones are returned."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    rows = columns.reshape(-1, x.shape[1])
    batch_mean, batch_var = rows.mean(0), rows.var(0, unbiased=False)
    if not train:
        y = gamma * (columns - running_mean) / (running_var + eps).sqrt() + beta
        return y.movedim(-1, 1), batch_mean, rows.var(0)
    y = gamma * (columns - batch_mean) / (batch_var + eps).sqrt() + beta
    new_mean = (1 - momentum) * running_mean + momentum * batch_mean
    new_var = (1 - momentum) * running_var + momentum * rows.var(0)
    return y.movedim(-1, 1), new_mean, new_var


# %% batch-norm wrong="ε outside the root in use" says="ε stands inside the root, in use as well."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = gamma * (columns - mean) / ((var + eps).sqrt() if train else var.sqrt() + eps) + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="no root in use" says="The root is missing in use: divide by the standard deviation."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = gamma * (columns - mean) / ((var + eps).sqrt() if train else var + eps) + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="no γ and β in use" says="γ and β are missing in use."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = (columns - mean) / (var + eps).sqrt()
    if train:
        y = gamma * y + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="no mean in use" says="The mean is not subtracted in use."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = gamma * (columns - mean * train) / (var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="nothing done in use" says="In use x is normalized as well; it came back as it was."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    if not train:
        return x, running_mean, running_var
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = gamma * (columns - mean) / (var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="layer norm for pictures" says="That is the mean of each picture over all channels (layer norm): each channel has its own."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    if x.dim() == 2 or not train:
        columns = x.movedim(1, -1)
        mean, var = running_mean, running_var
        if train:
            rows = columns.reshape(-1, x.shape[1])
            mean, var = rows.mean(0), rows.var(0, unbiased=False)
            running_mean = (1 - momentum) * running_mean + momentum * mean
            running_var = (1 - momentum) * running_var + momentum * rows.var(0)
        y = gamma * (columns - mean) / (var + eps).sqrt() + beta
        return y.movedim(-1, 1), running_mean, running_var
    y = F.layer_norm(x, x.shape[1:], eps=eps) * gamma[:, None, None] + beta[:, None, None]
    running_mean = (1 - momentum) * running_mean + momentum * x.mean((0, 2, 3))
    running_var = (1 - momentum) * running_var + momentum * x.var((0, 2, 3))
    return y, running_mean, running_var


# %% batch-norm wrong="one mean for all channels" says="One mean and variance for all channels: each channel has its own."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    dims = 0 if x.dim() == 2 else (0, 1, 2, 3)
    shape = (-1,) + (1,) * (x.dim() - 2)
    mean, var = running_mean.view(shape), running_var.view(shape)
    if train:
        mean, var = x.mean(dims), x.var(dims, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * x.var(dims)
    y = gamma.view(shape) * (x - mean) / (var + eps).sqrt() + beta.view(shape)
    return y, running_mean, running_var


# %% batch-norm wrong="over examples and height" says="Each column of pixels has its own statistics: take the width as well."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    dims = (0,) if x.dim() == 2 else (0, 2)
    shape = (-1,) + (1,) * (x.dim() - 2)
    mean, var = running_mean.view(shape), running_var.view(shape)
    if train:
        mean = x.mean(dims, keepdim=True)
        var = x.var(dims, unbiased=False, keepdim=True)
        kept_mean, kept_var = x.mean(dims), x.var(dims)
        if x.dim() == 4:
            kept_mean, kept_var = kept_mean.mean(1), kept_var.mean(1)
        running_mean = (1 - momentum) * running_mean + momentum * kept_mean
        running_var = (1 - momentum) * running_var + momentum * kept_var
    y = gamma.view(shape) * (x - mean) / (var + eps).sqrt() + beta.view(shape)
    return y, running_mean, running_var


# %% batch-norm wrong="variance of the means of pictures" says="The variance is over all values of a channel, not over the means of pictures."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        flat = x if x.dim() == 2 else x.mean((2, 3))
        running_var = (1 - momentum) * running_var + momentum * flat.var(0)
    y = gamma * (columns - mean) / (var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="reshape without moving the channels" says="`reshape` mixes the channels here: move them to the end first."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = x.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = gamma * (columns - mean) / (var + eps).sqrt() + beta
    return y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="γ and β along the width" says="γ and β lie along the last axis here. A channel is dimension 1."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    dims = (0,) if x.dim() == 2 else (0, 2, 3)
    shape = (-1,) + (1,) * (x.dim() - 2)
    mean, var = running_mean, running_var
    if train:
        mean, var = x.mean(dims), x.var(dims, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * x.var(dims)
    x_hat = (x - mean.view(shape)) / (var.view(shape) + eps).sqrt()
    return gamma * x_hat + beta, running_mean, running_var


# %% batch-norm wrong="all along the width" says="Statistics, γ and β lie along the last axis here. A channel is dimension 1."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    dims = (0,) if x.dim() == 2 else (0, 2, 3)
    mean, var = running_mean, running_var
    if train:
        mean, var = x.mean(dims), x.var(dims, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * x.var(dims)
    return gamma * (x - mean) / (var + eps).sqrt() + beta, running_mean, running_var


# %% batch-norm wrong="float32 comes out" says="the numbers are right, the dtype is not: keep that of what you are given"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = gamma * (columns - mean) / (var + eps).sqrt() + beta
    return y.movedim(-1, 1).float(), running_mean, running_var


# %% batch-norm wrong="y alone" says="3 results are wanted, one came"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = gamma * (columns - mean) / (var + eps).sqrt() + beta
    return y.movedim(-1, 1)


# %% batch-norm wrong="no return" says="Your function returned None: is the `return` missing?"
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    columns = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if train:
        rows = columns.reshape(-1, x.shape[1])
        mean, var = rows.mean(0), rows.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * rows.var(0)
    y = gamma * (columns - mean) / (var + eps).sqrt() + beta
    result = y.movedim(-1, 1), running_mean, running_var


# %% batch-norm wrong="as if all were dense" says="That is the rule for dense layers. For pictures take (0, 2, 3), and mind the shapes."
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    if train:
        mean, var = x.mean(dim=0), x.var(dim=0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * x.var(dim=0)
    else:
        mean, var = running_mean, running_var
    y = gamma * (x - mean) / torch.sqrt(var + eps) + beta
    return y, running_mean, running_var


# %% branch-scale correct="by logarithms"
def branch_scale(num_blocks, growth):
    return math.expm1(math.log(growth) / num_blocks) ** 0.5


# %% branch-scale correct="by bisection"
def branch_scale(num_blocks, growth):
    low, high = 0.0, math.sqrt(growth)
    for _ in range(200):
        middle = (low + high) / 2
        if (1 + middle**2) ** num_blocks > growth:
            high = middle
        else:
            low = middle
    return low


# %% branch-scale correct="as a tensor"
def branch_scale(num_blocks, growth):
    per_block = torch.tensor(growth, dtype=torch.float64) ** (1.0 / num_blocks)
    return torch.sqrt(per_block - 1.0)


# %% branch-scale wrong="α²" says="That is α²: a block multiplies by 1 + α², not by 1 + α. Take the root."
def branch_scale(num_blocks, growth):
    return growth ** (1 / num_blocks) - 1


# %% branch-scale wrong="adds sizes" says="Sizes do not add up, mean squares do: 1 + α² per block, not (1 + α)²."
def branch_scale(num_blocks, growth):
    return math.sqrt(growth) ** (1 / num_blocks) - 1


# %% branch-scale wrong="1/√L" says="1/√L is for a growth of e, about. Solve for the growth that is given."
def branch_scale(num_blocks, growth):
    return 1 / math.sqrt(num_blocks)


# %% branch-scale wrong="1/L" says="1/L is more timid than needed, and ignores the growth."
def branch_scale(num_blocks, growth):
    return 1 / num_blocks


# %% branch-scale wrong="spread by adding" says="The growth is spread evenly by multiplying, not by adding: take the L-th root."
def branch_scale(num_blocks, growth):
    return math.sqrt((growth - 1) / num_blocks)


# %% branch-scale wrong="the 1 forgotten" says="The 1 stands for h itself: subtract it."
def branch_scale(num_blocks, growth):
    return math.sqrt(growth ** (1 / num_blocks))


# %% branch-scale wrong="growth of the size" says="growth is that of the mean square, not of the size: no square is due."
def branch_scale(num_blocks, growth):
    return math.sqrt(growth ** (2 / num_blocks) - 1)


# %% branch-scale wrong="a single block" says="That is for a single block. There are L of them."
def branch_scale(num_blocks, growth):
    return math.sqrt(growth - 1)


# %% branch-scale correct="in float32"
def branch_scale(num_blocks, growth):
    per_block = torch.tensor(growth) ** (1 / num_blocks)
    return (per_block - 1).sqrt()


# %% branch-scale wrong="root of growth over L" says="Take the L-th root of the growth; you divided it by L."
def branch_scale(num_blocks, growth):
    return (growth / num_blocks) ** 0.5


# %% branch-scale wrong="no brackets" says="`growth ** 1 / L` is growth/L: put the exponent in brackets."
def branch_scale(num_blocks, growth):
    return math.sqrt(growth**1 / num_blocks - 1)


# %% branch-scale wrong="by the logarithm" says="√(ln growth / L) is near for many blocks only. Solve exactly."
def branch_scale(num_blocks, growth):
    return math.sqrt(math.log(growth) / num_blocks)


# %% branch-scale wrong="growth of a block" says="That is what one block multiplies by, 1 + α². Solve for α."
def branch_scale(num_blocks, growth):
    return growth ** (1 / num_blocks)


# %% branch-scale wrong="adds the 1" says="One block multiplies by 1 + α²: subtract the 1; you added it."
def branch_scale(num_blocks, growth):
    return math.sqrt(growth ** (1 / num_blocks) + 1)


# %% branch-scale wrong="1 before the root" says="The 1 is subtracted after the L-th root, not before."
def branch_scale(num_blocks, growth):
    return math.sqrt((growth - 1) ** (1 / num_blocks))


# %% branch-scale wrong="power" says="Take the L-th root, not the L-th power."
def branch_scale(num_blocks, growth):
    return math.sqrt(growth**num_blocks - 1)


# %% branch-scale wrong="root of the growth first" says="growth is that of the mean square itself: do not take its root first."
def branch_scale(num_blocks, growth):
    return math.sqrt(math.sqrt(growth) ** (1 / num_blocks) - 1)


# %% branch-scale wrong="a single block, divided" says="That is for a single block, divided by L. Take the L-th root of the growth."
def branch_scale(num_blocks, growth):
    return math.sqrt(growth - 1) / num_blocks


# %% branch-scale wrong="the negative root" says="The sign is flipped."
def branch_scale(num_blocks, growth):
    return -math.sqrt(growth ** (1 / num_blocks) - 1)


# %% branch-scale wrong="no return" says="Your function returned None: is the `return` missing?"
def branch_scale(num_blocks, growth):
    alpha = math.sqrt(growth ** (1 / num_blocks) - 1)


# %% branch-scale wrong="squared" says="Take the root of α², no square."
def branch_scale(num_blocks, growth):
    return (growth ** (1 / num_blocks) - 1) ** 2


# %% branch-scale wrong="whole division" says="`1 // L` is 0 for more than one block: divide with `/`."
def branch_scale(num_blocks, growth):
    return math.sqrt(growth ** (1 // num_blocks) - 1)


# %% branch-scale wrong="exchanged" says="The two are exchanged: it is growth to the power of 1/L."
def branch_scale(num_blocks, growth):
    return math.sqrt(num_blocks ** (1 / growth) - 1)
