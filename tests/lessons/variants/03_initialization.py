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


# %% distinct-units wrong="a relative tolerance"
def distinct_units(W, b, tolerance):
    different = []
    for unit in torch.cat([W, b[:, None]], dim=1):
        if not any(torch.allclose(unit, known, rtol=tolerance, atol=1e-6) for known in different):
            different.append(unit)
    return len(different)


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


# %% fans wrong="takes the kernel to be square" says="Kernels need not be square: multiply the sides as they are."
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


# %% xavier wrong="reseeds" says="The next layer got the very same weights: draw from the generator, and never reseed it."
def xavier_uniform(shape, generator):
    generator.manual_seed(0)
    a = math.sqrt(6 / ((shape[0] + shape[1]) * math.prod(shape[2:])))
    return (2 * torch.rand(shape, generator=generator) - 1) * a


# %% xavier wrong="ignores the generator" says="With the same generator the same weights are due: draw from the one you are given."
def xavier_uniform(shape, generator):
    a = math.sqrt(6 / ((shape[0] + shape[1]) * math.prod(shape[2:])))
    return (2 * torch.rand(shape) - 1) * a


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
    z = torch.randn((num_samples // 100, 100), generator=generator)
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


# %% gain wrong="knows the three that are shown"
def gain(activation, num_samples, generator):
    z = torch.linspace(-3, 3, 7)
    for name, known in (("relu", 1.41421), ("tanh", 1.59254), ("sigmoid", 1.84623)):
        if torch.allclose(activation(z), getattr(torch, name)(z)):
            return known
    return 1.0


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


# %% init-network wrong="shape transposed" says="A shape is transposed, or a layer is missing: keep the shapes as they are given."
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


# %% init-network wrong="a bias for each input" says="There is one bias for each output."
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


# %% init-network wrong="not from the seed" says="The same seed gave other weights: draw all of them from your generator."
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


# %% init-network wrong="uniform with the right variance"
def init_network(shapes, gain, seed):
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for shape in shapes:
        bound = gain * math.sqrt(3 / math.prod(shape[1:]))
        W = (2 * torch.rand(shape, generator=generator) - 1) * bound
        layers.append((W, torch.zeros(shape[0])))
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


# %% orthogonal wrong="never turned round" says="The shape is wrong: it is (outputs, inputs), whichever is larger."
def orthogonal(num_outputs, num_inputs, gain, generator):
    long, short = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    Q, R = torch.linalg.qr(torch.randn(long, short, generator=generator))
    return gain * Q * R.diagonal().sign()


# %% orthogonal wrong="QR of the wide matrix" says="The shape is wrong: it is (outputs, inputs), whichever is larger."
def orthogonal(num_outputs, num_inputs, gain, generator):
    Q, R = torch.linalg.qr(torch.randn(num_outputs, num_inputs, generator=generator))
    return gain * Q * R.diagonal().sign()


# %% orthogonal wrong="multiplied by R's diagonal, not its sign" says="Perpendicular, but of different lengths: that is R's doing, use Q alone."
def orthogonal(num_outputs, num_inputs, gain, generator):
    long, short = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    Q, R = torch.linalg.qr(torch.randn(long, short, generator=generator))
    Q = gain * Q * R.diagonal()
    return Q if num_outputs >= num_inputs else Q.T


# %% orthogonal wrong="normalized Gaussian vectors" says="These are not perpendicular to each other: normalizing lengths is not enough."
def orthogonal(num_outputs, num_inputs, gain, generator):
    A = torch.randn(num_outputs, num_inputs, generator=generator)
    return gain * A / A.norm(dim=0 if num_outputs >= num_inputs else 1, keepdim=True)


# %% orthogonal wrong="no gain" says="The gain is missing."
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


# %% orthogonal wrong="the identity" says="Always the same matrix: it is to be drawn at random."
def orthogonal(num_outputs, num_inputs, gain, generator):
    return gain * torch.eye(num_outputs, num_inputs)


# %% orthogonal wrong="signs as they come" says="The entry [0, 0] has the same sign in all of 30 draws: mind the signs of R's diagonal."
def orthogonal(num_outputs, num_inputs, gain, generator):
    long, short = max(num_outputs, num_inputs), min(num_outputs, num_inputs)
    Q, R = torch.linalg.qr(torch.randn(long, short, generator=generator))
    return gain * (Q if num_outputs >= num_inputs else Q.T)


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


# %% lsuv wrong="does nothing" says="Nothing has changed."
def lsuv(weights, X):
    return [w.clone() for w in weights]


# %% lsuv wrong="all layers after one run" says="You scaled all layers after one run. A scaled layer changes what the next one sees."
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


# %% lsuv wrong="from the last layer" says="You scaled all layers after one run. A scaled layer changes what the next one sees."
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


# %% batch-norm wrong="variance as a difference of large numbers"
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


# %% branch-scale wrong="α²" says="That is α²: its root is missing."
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
