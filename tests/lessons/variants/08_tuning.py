"""Answers to the exercises of *Hyperparameter tuning* as students give them: each right, or wrong in one way.

A cell's title is the exercise; `correct` says how a right answer is written, `wrong` what a wrong one
does, and `says` the sentence of the lesson that its author is to be told.
"""


# %% log-uniform correct="by powers of ten"
def log_uniform(low, high, n, generator):
    a, b = math.log10(low), math.log10(high)
    return 10 ** (a + (b - a) * torch.rand(n, generator=generator, dtype=torch.double))


# %% log-uniform correct="one by one"
def log_uniform(low, high, n, generator):
    values = []
    for _ in range(n):
        u = torch.rand(1, generator=generator).item()
        values.append(low * (high / low) ** u)
    return torch.tensor(values, dtype=torch.float64)


# %% log-uniform correct="in place, by base 2"
def log_uniform(low, high, n, generator):
    x = torch.empty(n, dtype=torch.float64).uniform_(
        math.log2(low), math.log2(high), generator=generator
    )
    return torch.exp2(x)


# %% log-uniform correct="by NumPy, with a seed from the generator"
def log_uniform(low, high, n, generator):
    import numpy as np

    seed = torch.randint(2**40, (1,), generator=generator).item()
    rng = np.random.default_rng(seed)
    return torch.from_numpy(np.exp(rng.uniform(np.log(low), np.log(high), n)))


# %% log-uniform wrong="uniform" says="The numbers themselves are uniform: nine of ten lie within a factor of ten of high."
def log_uniform(low, high, n, generator):
    a, b = math.log(low), math.log(high)
    u = torch.rand(n, generator=generator, dtype=torch.float64)
    return low + (high - low) * u


# %% log-uniform wrong="natural logarithms" says="These are natural logarithms. Raise e to them."
def log_uniform(low, high, n, generator):
    a, b = math.log(low), math.log(high)
    u = torch.rand(n, generator=generator, dtype=torch.float64)
    return a + (b - a) * u


# %% log-uniform wrong="logarithms to base 10" says="These are logarithms to base 10."
def log_uniform(low, high, n, generator):
    a, b = math.log10(low), math.log10(high)
    u = torch.rand(n, generator=generator, dtype=torch.float64)
    return a + (b - a) * u


# %% log-uniform wrong="exp of the ends" says="You take the exponential of numbers between low and high."
def log_uniform(low, high, n, generator):
    a, b = low, high
    u = torch.rand(n, generator=generator, dtype=torch.float64)
    return torch.exp(a + (b - a) * u)


# %% log-uniform wrong="10 to the ends" says="You raise 10 to numbers between low and high."
def log_uniform(low, high, n, generator):
    a, b = low, high
    u = torch.rand(n, generator=generator, dtype=torch.float64)
    return 10 ** (a + (b - a) * u)


# %% log-uniform wrong="10 to the natural logarithm" says="different bases: 10 to the natural logarithm."
def log_uniform(low, high, n, generator):
    a, b = math.log(low), math.log(high)
    u = torch.rand(n, generator=generator, dtype=torch.float64)
    return 10 ** (a + (b - a) * u)


# %% log-uniform wrong="e to the decimal logarithm" says="different bases: e to the logarithm to base 10."
def log_uniform(low, high, n, generator):
    a, b = math.log10(low), math.log10(high)
    u = torch.rand(n, generator=generator, dtype=torch.float64)
    return torch.exp(a + (b - a) * u)


# %% log-uniform wrong="evenly spaced" says="They are spaced evenly, and none is drawn"
def log_uniform(low, high, n, generator):
    a, b = math.log(low), math.log(high)
    u = torch.linspace(0, 1, n, dtype=torch.float64)
    return torch.exp(a + (b - a) * u)


# %% log-uniform wrong="a seed of its own" says="All draws are the same: draw from `generator`, and do not seed."
def log_uniform(low, high, n, generator):
    a, b = math.log(low), math.log(high)
    u = torch.rand(n, generator=torch.Generator().manual_seed(42), dtype=torch.float64)
    return torch.exp(a + (b - a) * u)


# %% log-uniform wrong="the generator's seed again" says="All draws with one seed are the same"
def log_uniform(low, high, n, generator):
    a, b = math.log(low), math.log(high)
    u = torch.rand(
        n, generator=torch.Generator().manual_seed(generator.initial_seed()), dtype=torch.float64
    )
    return torch.exp(a + (b - a) * u)


# %% log-uniform wrong="the global generator" says="From the same generator something else comes"
def log_uniform(low, high, n, generator):
    a, b = math.log(low), math.log(high)
    u = torch.rand(n, dtype=torch.float64)
    return torch.exp(a + (b - a) * u)


# %% log-uniform wrong="float32" says="The numbers are right, and the tensor is not float64."
def log_uniform(low, high, n, generator):
    a, b = math.log(low), math.log(high)
    u = torch.rand(n, generator=generator)
    return torch.exp(a + (b - a) * u)


# %% log-uniform wrong="one number n times" says="One number comes n times. Draw n of them."
def log_uniform(low, high, n, generator):
    a, b = math.log(low), math.log(high)
    u = torch.rand(1, generator=generator, dtype=torch.float64)
    return torch.exp(a + (b - a) * u).repeat(n)


# %% log-uniform wrong="whole powers of ten" says="There are only a few different numbers"
def log_uniform(low, high, n, generator):
    a, b = math.log10(low), math.log10(high)
    u = torch.rand(n, generator=generator, dtype=torch.float64)
    return 10 ** (a + (b - a) * u).round().clamp(a, b)


# %% log-uniform wrong="sorted" says="The numbers come in order."
def log_uniform(low, high, n, generator):
    a, b = math.log(low), math.log(high)
    u = torch.rand(n, generator=generator, dtype=torch.float64)
    return torch.exp(a + (b - a) * u.sort().values)


# %% log-uniform wrong="a copy of the generator" says="The generator stands where it stood"
def log_uniform(low, high, n, generator):
    a, b = math.log(low), math.log(high)
    generator = generator.clone_state()
    u = torch.rand(n, generator=generator, dtype=torch.float64)
    return torch.exp(a + (b - a) * u)


# %% log-uniform wrong="stratified" says="The numbers are not independent"
def log_uniform(low, high, n, generator):
    u = torch.rand(n, generator=generator, dtype=torch.float64)
    u = (torch.randperm(n, generator=generator) + u) / n
    return low * (high / low) ** u


# %% log-uniform wrong="the second logarithm not subtracted" says="Some fifth of the log scale has more numbers"
def log_uniform(low, high, n, generator):
    a, b = math.log(low), math.log(high)
    return torch.exp(a + b * torch.rand(n, generator=generator, dtype=torch.float64))


# %% draw correct="with an inner function"
def draw(space, generator):
    def one(spec):
        kind = spec[0]
        if kind == "log":
            return math.exp(
                torch.empty(1)
                .uniform_(math.log(spec[1]), math.log(spec[2]), generator=generator)
                .item()
            )
        if kind == "int":
            return int(torch.randint(spec[1], spec[2] + 1, (1,), generator=generator))
        return spec[1][int(torch.randint(0, len(spec[1]), (1,), generator=generator))]

    result = {}
    for name in space:
        spec = space[name]
        if spec[0] != "if":
            result[name] = one(spec)
        elif spec[1] in result and result[spec[1]] == spec[2]:
            result[name] = one(spec[3])
    return result


# %% draw correct="by match, in Python's random, seeded from the generator"
def draw(space, generator):
    import random

    rng = random.Random(torch.randint(2**40, (1,), generator=generator).item())
    drawn = {}
    for name, spec in space.items():
        match spec:
            case ["if", other, value, inner]:
                if drawn.get(other) != value:
                    continue
                spec = inner
        match spec:
            case ["log", low, high]:
                drawn[name] = math.exp(rng.uniform(math.log(low), math.log(high)))
            case ["int", low, high]:
                drawn[name] = rng.randint(low, high)
            case ["choice", values]:
                drawn[name] = rng.choice(values)
    return drawn


# %% draw correct="first all, then without those whose condition fails"
def draw(space, generator):
    out = {}
    for name, spec in space.items():
        inner = spec[-1] if spec[0] == "if" else spec
        u = torch.rand(1, generator=generator, dtype=torch.float64)
        if inner[0] == "log":
            out[name] = torch.exp(
                math.log(inner[1]) + u * (math.log(inner[2]) - math.log(inner[1]))
            )
        elif inner[0] == "int":
            out[name] = inner[1] + (u * (inner[2] - inner[1] + 1)).long()
        else:
            out[name] = inner[1][int(u * len(inner[1]))]
    for name, spec in space.items():
        if spec[0] == "if" and out.get(spec[1]) != spec[2]:
            del out[name]
    return out


# %% draw wrong="randint without its end" says="The upper end of an \"int\" never comes"
def draw(space, generator):
    config = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if config.get(spec[1]) != spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "log":
            a, b = math.log(spec[1]), math.log(spec[2])
            config[name] = math.exp(a + (b - a) * torch.rand(1, generator=generator).item())
        elif spec[0] == "int":
            config[name] = torch.randint(spec[1], spec[2], (1,), generator=generator).item()
        else:
            place = torch.randint(len(spec[1]), (1,), generator=generator).item()
            config[name] = spec[1][place]
    return config


# %% draw wrong="rounded" says="The ends of an \"int\" come less often than the others: you round."
def draw(space, generator):
    config = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if config.get(spec[1]) != spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "log":
            a, b = math.log(spec[1]), math.log(spec[2])
            config[name] = math.exp(a + (b - a) * torch.rand(1, generator=generator).item())
        elif spec[0] == "int":
            config[name] = round(
                spec[1] + (spec[2] - spec[1]) * torch.rand(1, generator=generator).item()
            )
        else:
            place = torch.randint(len(spec[1]), (1,), generator=generator).item()
            config[name] = spec[1][place]
    return config


# %% draw wrong="conditions ignored" says="is there whether its condition is met or not."
def draw(space, generator):
    config = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if config.get(spec[1]) != spec[2]:
                pass
            spec = spec[3]
        if spec[0] == "log":
            a, b = math.log(spec[1]), math.log(spec[2])
            config[name] = math.exp(a + (b - a) * torch.rand(1, generator=generator).item())
        elif spec[0] == "int":
            config[name] = torch.randint(spec[1], spec[2] + 1, (1,), generator=generator).item()
        else:
            place = torch.randint(len(spec[1]), (1,), generator=generator).item()
            config[name] = spec[1][place]
    return config


# %% draw wrong="conditional never" says="is never there. Draw it where"
def draw(space, generator):
    config = {}
    for name, spec in space.items():
        if spec[0] == "if":
            continue
        if spec[0] == "log":
            a, b = math.log(spec[1]), math.log(spec[2])
            config[name] = math.exp(a + (b - a) * torch.rand(1, generator=generator).item())
        elif spec[0] == "int":
            config[name] = torch.randint(spec[1], spec[2] + 1, (1,), generator=generator).item()
        else:
            place = torch.randint(len(spec[1]), (1,), generator=generator).item()
            config[name] = spec[1][place]
    return config


# %% draw wrong="condition upside down" says="is there where its condition is not met, and missing where it is."
def draw(space, generator):
    config = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if config.get(spec[1]) == spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "log":
            a, b = math.log(spec[1]), math.log(spec[2])
            config[name] = math.exp(a + (b - a) * torch.rand(1, generator=generator).item())
        elif spec[0] == "int":
            config[name] = torch.randint(spec[1], spec[2] + 1, (1,), generator=generator).item()
        else:
            place = torch.randint(len(spec[1]), (1,), generator=generator).item()
            config[name] = spec[1][place]
    return config


# %% draw wrong="None where not needed" says="Where a condition is not met the setting is None."
def draw(space, generator):
    config = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if config.get(spec[1]) != spec[2]:
                config[name] = None
                continue
            spec = spec[3]
        if spec[0] == "log":
            a, b = math.log(spec[1]), math.log(spec[2])
            config[name] = math.exp(a + (b - a) * torch.rand(1, generator=generator).item())
        elif spec[0] == "int":
            config[name] = torch.randint(spec[1], spec[2] + 1, (1,), generator=generator).item()
        else:
            place = torch.randint(len(spec[1]), (1,), generator=generator).item()
            config[name] = spec[1][place]
    return config


# %% draw wrong="plain scale" says="A \"log\" is drawn on the plain scale."
def draw(space, generator):
    config = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if config.get(spec[1]) != spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "log":
            a, b = spec[1], spec[2]
            config[name] = a + (b - a) * torch.rand(1, generator=generator).item()
        elif spec[0] == "int":
            config[name] = torch.randint(spec[1], spec[2] + 1, (1,), generator=generator).item()
        else:
            place = torch.randint(len(spec[1]), (1,), generator=generator).item()
            config[name] = spec[1][place]
    return config


# %% draw wrong="the logarithm" says="A \"log\" gives its logarithm."
def draw(space, generator):
    config = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if config.get(spec[1]) != spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "log":
            a, b = math.log(spec[1]), math.log(spec[2])
            config[name] = a + (b - a) * torch.rand(1, generator=generator).item()
        elif spec[0] == "int":
            config[name] = torch.randint(spec[1], spec[2] + 1, (1,), generator=generator).item()
        else:
            place = torch.randint(len(spec[1]), (1,), generator=generator).item()
            config[name] = spec[1][place]
    return config


# %% draw wrong="the place of a choice" says="A \"choice\" gives the place of the value."
def draw(space, generator):
    config = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if config.get(spec[1]) != spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "log":
            a, b = math.log(spec[1]), math.log(spec[2])
            config[name] = math.exp(a + (b - a) * torch.rand(1, generator=generator).item())
        elif spec[0] == "int":
            config[name] = torch.randint(spec[1], spec[2] + 1, (1,), generator=generator).item()
        else:
            place = torch.randint(len(spec[1]), (1,), generator=generator).item()
            config[name] = place
    return config


# %% draw wrong="last value never" says="The last value of a \"choice\" never comes."
def draw(space, generator):
    config = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if config.get(spec[1]) != spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "log":
            a, b = math.log(spec[1]), math.log(spec[2])
            config[name] = math.exp(a + (b - a) * torch.rand(1, generator=generator).item())
        elif spec[0] == "int":
            config[name] = torch.randint(spec[1], spec[2] + 1, (1,), generator=generator).item()
        else:
            place = torch.randint(len(spec[1]) - 1, (1,), generator=generator).item()
            config[name] = spec[1][place]
    return config


# %% draw wrong="first value always" says="A \"choice\" gives the first value each time."
def draw(space, generator):
    config = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if config.get(spec[1]) != spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "log":
            a, b = math.log(spec[1]), math.log(spec[2])
            config[name] = math.exp(a + (b - a) * torch.rand(1, generator=generator).item())
        elif spec[0] == "int":
            config[name] = torch.randint(spec[1], spec[2] + 1, (1,), generator=generator).item()
        else:
            place = torch.randint(len(spec[1]), (1,), generator=generator).item()
            config[name] = spec[1][0]
    return config


# %% draw wrong="float for an int" says="An \"int\" is no whole number."
def draw(space, generator):
    config = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if config.get(spec[1]) != spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "log":
            a, b = math.log(spec[1]), math.log(spec[2])
            config[name] = math.exp(a + (b - a) * torch.rand(1, generator=generator).item())
        elif spec[0] == "int":
            config[name] = spec[1] + (spec[2] - spec[1]) * torch.rand(1, generator=generator).item()
        else:
            place = torch.randint(len(spec[1]), (1,), generator=generator).item()
            config[name] = spec[1][place]
    return config


# %% draw wrong="a seed of its own" says="All draws are the same: draw from `generator`"
def draw(space, generator):
    generator = torch.Generator().manual_seed(0)
    config = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if config.get(spec[1]) != spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "log":
            a, b = math.log(spec[1]), math.log(spec[2])
            config[name] = math.exp(a + (b - a) * torch.rand(1, generator=generator).item())
        elif spec[0] == "int":
            config[name] = torch.randint(spec[1], spec[2] + 1, (1,), generator=generator).item()
        else:
            place = torch.randint(len(spec[1]), (1,), generator=generator).item()
            config[name] = spec[1][place]
    return config


# %% draw wrong="the generator's seed again" says="All draws with one seed are the same"
def draw(space, generator):
    generator = torch.Generator().manual_seed(generator.initial_seed())
    config = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if config.get(spec[1]) != spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "log":
            a, b = math.log(spec[1]), math.log(spec[2])
            config[name] = math.exp(a + (b - a) * torch.rand(1, generator=generator).item())
        elif spec[0] == "int":
            config[name] = torch.randint(spec[1], spec[2] + 1, (1,), generator=generator).item()
        else:
            place = torch.randint(len(spec[1]), (1,), generator=generator).item()
            config[name] = spec[1][place]
    return config


# %% draw wrong="the global generator" says="From the same generator something else comes"
def draw(space, generator):
    config = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if config.get(spec[1]) != spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "log":
            a, b = math.log(spec[1]), math.log(spec[2])
            config[name] = math.exp(a + (b - a) * torch.rand(1).item())
        elif spec[0] == "int":
            config[name] = torch.randint(spec[1], spec[2] + 1, (1,)).item()
        else:
            place = torch.randint(len(spec[1]), (1,)).item()
            config[name] = spec[1][place]
    return config


# %% draw wrong="the same place for every setting" says="All settings are drawn from the same place of the generator"
def draw(space, generator):
    seed = torch.randint(2**40, (1,), generator=generator).item()
    config = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if config.get(spec[1]) != spec[2]:
                continue
            spec = spec[3]
        generator = torch.Generator().manual_seed(seed)
        if spec[0] == "log":
            a, b = math.log(spec[1]), math.log(spec[2])
            config[name] = math.exp(a + (b - a) * torch.rand(1, generator=generator).item())
        elif spec[0] == "int":
            config[name] = torch.randint(spec[1], spec[2] + 1, (1,), generator=generator).item()
        else:
            place = torch.randint(len(spec[1]), (1,), generator=generator).item()
            config[name] = spec[1][place]
    return config


# %% draw wrong="lower end left out" says="The lower end of an \"int\" never comes."
def draw(space, generator):
    config = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if config.get(spec[1]) != spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "log":
            a, b = math.log(spec[1]), math.log(spec[2])
            config[name] = math.exp(a + (b - a) * torch.rand(1, generator=generator).item())
        elif spec[0] == "int":
            config[name] = torch.randint(spec[1] + 1, spec[2] + 1, (1,), generator=generator).item()
        else:
            place = torch.randint(len(spec[1]), (1,), generator=generator).item()
            config[name] = spec[1][place]
    return config


# %% draw wrong="one above" says="Some \"int\" is no whole number from low to high."
def draw(space, generator):
    config = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if config.get(spec[1]) != spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "log":
            a, b = math.log(spec[1]), math.log(spec[2])
            config[name] = math.exp(a + (b - a) * torch.rand(1, generator=generator).item())
        elif spec[0] == "int":
            config[name] = torch.randint(spec[1], spec[2] + 2, (1,), generator=generator).item()
        else:
            place = torch.randint(len(spec[1]), (1,), generator=generator).item()
            config[name] = spec[1][place]
    return config


# %% draw wrong="conditional only if a log" says="A condition is met, and its setting is missing."
def draw(space, generator):
    config = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if config.get(spec[1]) != spec[2]:
                continue
            spec = spec[3]
            if spec[0] != "log":
                continue
        if spec[0] == "log":
            a, b = math.log(spec[1]), math.log(spec[2])
            config[name] = math.exp(a + (b - a) * torch.rand(1, generator=generator).item())
        elif spec[0] == "int":
            config[name] = torch.randint(spec[1], spec[2] + 1, (1,), generator=generator).item()
        else:
            place = torch.randint(len(spec[1]), (1,), generator=generator).item()
            config[name] = spec[1][place]
    return config


# %% draw wrong="0 taken for absent" says="A condition is met, and its setting is missing."
def draw(space, generator):
    config = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if not config.get(spec[1]) or config[spec[1]] != spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "log":
            a, b = math.log(spec[1]), math.log(spec[2])
            config[name] = math.exp(a + (b - a) * torch.rand(1, generator=generator).item())
        elif spec[0] == "int":
            config[name] = torch.randint(spec[1], spec[2] + 1, (1,), generator=generator).item()
        else:
            place = torch.randint(len(spec[1]), (1,), generator=generator).item()
            config[name] = spec[1][place]
    return config


# %% draw wrong="texts of choices" says="Some \"choice\" is not among its values."
def draw(space, generator):
    config = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if str(config.get(spec[1])) != str(spec[2]):
                continue
            spec = spec[3]
        if spec[0] == "log":
            a, b = math.log(spec[1]), math.log(spec[2])
            config[name] = math.exp(a + (b - a) * torch.rand(1, generator=generator).item())
        elif spec[0] == "int":
            config[name] = torch.randint(spec[1], spec[2] + 1, (1,), generator=generator).item()
        else:
            place = torch.randint(len(spec[1]), (1,), generator=generator).item()
            config[name] = str(spec[1][place])
    return config


# %% steepest correct="one loop"
def range_test(lrs, losses):
    n = len(lrs)
    s, a = [], 0.0
    for t in range(n):
        loss = losses[t].item()
        if not math.isfinite(loss):
            break
        a = 0.9 * a + 0.1 * loss
        s.append(a / (1 - 0.9 ** (t + 1)))
    m = s.index(min(s))
    best, place = None, None
    for t in range(n // 10, m):
        slope = (s[t + 1] - s[t]) / (math.log(lrs[t + 1]) - math.log(lrs[t]))
        if best is None or slope < best:
            best, place = slope, t
    return float(lrs[place])


# %% steepest correct="in NumPy, weights written out"
def range_test(lrs, losses):
    import numpy as np

    lr, L = lrs.numpy(), losses.numpy()
    bad = np.where(~np.isfinite(L))[0]
    end = bad[0] if len(bad) else len(L)
    L = L[:end]
    s = np.array(
        [np.average(L[: t + 1], weights=0.9 ** np.arange(t, -1, -1.0)) for t in range(end)]
    )
    slope = np.diff(s) / np.diff(np.log(lr[:end]))
    lo, hi = len(lr) // 10, s.argmin()
    slope[:lo] = np.inf
    slope[hi:] = np.inf
    return lr[slope.argmin()]


# %% steepest correct="a tensor of one number"
def range_test(lrs, losses):
    good = losses.isfinite()
    stop = len(losses) if good.all() else int((~good).int().argmax())
    mean = torch.zeros((), dtype=torch.float64)
    smooth = torch.zeros(stop, dtype=torch.float64)
    for t in range(stop):
        mean = mean * 0.9 + losses[t] * 0.1
        smooth[t] = mean / (1 - 0.9 ** (t + 1))
    m = smooth.argmin()
    first = len(lrs) // 10
    slopes = (smooth[first + 1 : m + 1] - smooth[first:m]) / (
        lrs[first + 1 : m + 1] / lrs[first:m]
    ).log()
    return lrs[first + slopes.argmin()]


# %% steepest wrong="the minimum" says="That is the rate where the smoothed loss is smallest, about to explode."
def range_test(lrs, losses):
    good = 0
    while good < len(losses) and math.isfinite(losses[good]):
        good += 1
    a, s = 0.0, []
    for t in range(good):
        a = 0.9 * a + 0.1 * losses[t].item()
        s.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(s, dtype=torch.float64)
    slopes = s.diff() / lrs[:good].log().diff()
    first, m = len(lrs) // 10, int(s.argmin())
    t = first + int(slopes[first:m].argmin())
    return lrs[m].item()


# %% steepest wrong="a tenth of the minimum" says="That is a tenth of the rate where the smoothed loss is smallest."
def range_test(lrs, losses):
    good = 0
    while good < len(losses) and math.isfinite(losses[good]):
        good += 1
    a, s = 0.0, []
    for t in range(good):
        a = 0.9 * a + 0.1 * losses[t].item()
        s.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(s, dtype=torch.float64)
    slopes = s.diff() / lrs[:good].log().diff()
    first, m = len(lrs) // 10, int(s.argmin())
    t = first + int(slopes[first:m].argmin())
    return lrs[m].item() / 10


# %% steepest wrong="not smoothed" says="The losses are not smoothed"
def range_test(lrs, losses):
    good = 0
    while good < len(losses) and math.isfinite(losses[good]):
        good += 1
    a, s = 0.0, []
    for t in range(good):
        a = losses[t].item()
        s.append(a)
    s = torch.tensor(s, dtype=torch.float64)
    slopes = s.diff() / lrs[:good].log().diff()
    first, m = len(lrs) // 10, int(s.argmin())
    t = first + int(slopes[first:m].argmin())
    return lrs[t].item()


# %% steepest wrong="no correction" says="The mean is not corrected: it starts at 0"
def range_test(lrs, losses):
    good = 0
    while good < len(losses) and math.isfinite(losses[good]):
        good += 1
    a, s = 0.0, []
    for t in range(good):
        a = 0.9 * a + 0.1 * losses[t].item()
        s.append(a)
    s = torch.tensor(s, dtype=torch.float64)
    slopes = s.diff() / lrs[:good].log().diff()
    first, m = len(lrs) // 10, int(s.argmin())
    t = first + int(slopes[first:m].argmin())
    return lrs[t].item()


# %% steepest wrong="starts at the first loss" says="The mean starts at the first loss."
def range_test(lrs, losses):
    good = 0
    while good < len(losses) and math.isfinite(losses[good]):
        good += 1
    a, s = losses[0].item(), []
    for t in range(good):
        a = 0.9 * a + 0.1 * losses[t].item()
        s.append(a)
    s = torch.tensor(s, dtype=torch.float64)
    slopes = s.diff() / lrs[:good].log().diff()
    first, m = len(lrs) // 10, int(s.argmin())
    t = first + int(slopes[first:m].argmin())
    return lrs[t].item()


# %% steepest wrong="betas exchanged" says="0.9 and 0.1 are exchanged"
def range_test(lrs, losses):
    good = 0
    while good < len(losses) and math.isfinite(losses[good]):
        good += 1
    a, s = 0.0, []
    for t in range(good):
        a = 0.1 * a + 0.9 * losses[t].item()
        s.append(a / (1 - 0.1 ** (t + 1)))
    s = torch.tensor(s, dtype=torch.float64)
    slopes = s.diff() / lrs[:good].log().diff()
    first, m = len(lrs) // 10, int(s.argmin())
    t = first + int(slopes[first:m].argmin())
    return lrs[t].item()


# %% steepest wrong="per lr" says="The slope is per unit of lr."
def range_test(lrs, losses):
    good = 0
    while good < len(losses) and math.isfinite(losses[good]):
        good += 1
    a, s = 0.0, []
    for t in range(good):
        a = 0.9 * a + 0.1 * losses[t].item()
        s.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(s, dtype=torch.float64)
    slopes = s.diff() / lrs[:good].diff()
    first, m = len(lrs) // 10, int(s.argmin())
    t = first + int(slopes[first:m].argmin())
    return lrs[t].item()


# %% steepest wrong="per step" says="The slope is per step."
def range_test(lrs, losses):
    good = 0
    while good < len(losses) and math.isfinite(losses[good]):
        good += 1
    a, s = 0.0, []
    for t in range(good):
        a = 0.9 * a + 0.1 * losses[t].item()
        s.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(s, dtype=torch.float64)
    slopes = s.diff()
    first, m = len(lrs) // 10, int(s.argmin())
    t = first + int(slopes[first:m].argmin())
    return lrs[t].item()


# %% steepest wrong="the first tenth, too" says="The first tenth is not left out."
def range_test(lrs, losses):
    good = 0
    while good < len(losses) and math.isfinite(losses[good]):
        good += 1
    a, s = 0.0, []
    for t in range(good):
        a = 0.9 * a + 0.1 * losses[t].item()
        s.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(s, dtype=torch.float64)
    slopes = s.diff() / lrs[:good].log().diff()
    first, m = 0, int(s.argmin())
    t = first + int(slopes[first:m].argmin())
    return lrs[t].item()


# %% steepest wrong="beyond the minimum" says="You look beyond the smallest smoothed loss"
def range_test(lrs, losses):
    good = 0
    while good < len(losses) and math.isfinite(losses[good]):
        good += 1
    a, s = 0.0, []
    for t in range(good):
        a = 0.9 * a + 0.1 * losses[t].item()
        s.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(s, dtype=torch.float64)
    slopes = s.diff() / lrs[:good].log().diff()
    first, m = len(lrs) // 10, int(s.argmin())
    t = first + int(slopes[first:].argmin())
    return lrs[t].item()


# %% steepest wrong="the right end" says="That is the rate after the step."
def range_test(lrs, losses):
    good = 0
    while good < len(losses) and math.isfinite(losses[good]):
        good += 1
    a, s = 0.0, []
    for t in range(good):
        a = 0.9 * a + 0.1 * losses[t].item()
        s.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(s, dtype=torch.float64)
    slopes = s.diff() / lrs[:good].log().diff()
    first, m = len(lrs) // 10, int(s.argmin())
    t = first + int(slopes[first:m].argmin())
    return lrs[t + 1].item()


# %% steepest wrong="the place" says="That is the place in the list."
def range_test(lrs, losses):
    good = 0
    while good < len(losses) and math.isfinite(losses[good]):
        good += 1
    a, s = 0.0, []
    for t in range(good):
        a = 0.9 * a + 0.1 * losses[t].item()
        s.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(s, dtype=torch.float64)
    slopes = s.diff() / lrs[:good].log().diff()
    first, m = len(lrs) // 10, int(s.argmin())
    t = first + int(slopes[first:m].argmin())
    return t


# %% steepest wrong="counted from first" says="That is the place counted from where you began to look"
def range_test(lrs, losses):
    good = 0
    while good < len(losses) and math.isfinite(losses[good]):
        good += 1
    a, s = 0.0, []
    for t in range(good):
        a = 0.9 * a + 0.1 * losses[t].item()
        s.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(s, dtype=torch.float64)
    slopes = s.diff() / lrs[:good].log().diff()
    first, m = len(lrs) // 10, int(s.argmin())
    t = int(slopes[first:m].argmin())
    return lrs[t].item()


# %% steepest wrong="the slope" says="That is the slope. Return the rate"
def range_test(lrs, losses):
    good = 0
    while good < len(losses) and math.isfinite(losses[good]):
        good += 1
    a, s = 0.0, []
    for t in range(good):
        a = 0.9 * a + 0.1 * losses[t].item()
        s.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(s, dtype=torch.float64)
    slopes = s.diff() / lrs[:good].log().diff()
    first, m = len(lrs) // 10, int(s.argmin())
    t = first + int(slopes[first:m].argmin())
    return slopes[t].item()


# %% steepest wrong="the steepest rise" says="That is where the loss rises most, or falls least."
def range_test(lrs, losses):
    good = 0
    while good < len(losses) and math.isfinite(losses[good]):
        good += 1
    a, s = 0.0, []
    for t in range(good):
        a = 0.9 * a + 0.1 * losses[t].item()
        s.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(s, dtype=torch.float64)
    slopes = s.diff() / lrs[:good].log().diff()
    first, m = len(lrs) // 10, int(s.argmin())
    t = first + int(slopes[first:m].argmax())
    return lrs[t].item()


# %% steepest wrong="smallest in size" says="That is where the slope is smallest in size."
def range_test(lrs, losses):
    good = 0
    while good < len(losses) and math.isfinite(losses[good]):
        good += 1
    a, s = 0.0, []
    for t in range(good):
        a = 0.9 * a + 0.1 * losses[t].item()
        s.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(s, dtype=torch.float64)
    slopes = s.diff() / lrs[:good].log().diff()
    first, m = len(lrs) // 10, int(s.argmin())
    t = first + int(slopes[first:m].abs().argmin())
    return lrs[t].item()


# %% steepest wrong="the logarithm" says="That is the logarithm of the rate."
def range_test(lrs, losses):
    good = 0
    while good < len(losses) and math.isfinite(losses[good]):
        good += 1
    a, s = 0.0, []
    for t in range(good):
        a = 0.9 * a + 0.1 * losses[t].item()
        s.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(s, dtype=torch.float64)
    slopes = s.diff() / lrs[:good].log().diff()
    first, m = len(lrs) // 10, int(s.argmin())
    t = first + int(slopes[first:m].argmin())
    return lrs[t].log().item()


# %% steepest wrong="nan not left out"
def range_test(lrs, losses):
    good = 0
    while good < len(losses):
        good += 1
    a, s = 0.0, []
    for t in range(good):
        a = 0.9 * a + 0.1 * losses[t].item()
        s.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(s, dtype=torch.float64)
    slopes = s.diff() / lrs[:good].log().diff()
    first, m = len(lrs) // 10, int(s.argmin())
    t = first + int(slopes[first:m].argmin())
    return lrs[t].item()


# %% steepest wrong="from the first loss, and corrected" says="The mean starts at the first loss, and is divided all the same."
def range_test(lrs, losses):
    n, good = len(lrs), int(torch.isfinite(losses).long().cumprod(dim=0).sum())
    s = []
    a = losses[0].item()
    for t, loss in enumerate(losses[:good].tolist()):
        a = 0.9 * a + 0.1 * loss
        s.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(s, dtype=torch.float64)
    slopes = s.diff() / lrs[:good].log().diff()
    first, m = n // 10, int(s.argmin())
    return lrs[first + int(slopes[first:m].argmin())].item()


# %% steepest wrong="a tenth of what is left" says="A tenth of the losses that are left is left out."
def range_test(lrs, losses):
    good = int(torch.isfinite(losses).long().cumprod(dim=0).sum())
    s = []
    a = 0.0
    for t, loss in enumerate(losses[:good].tolist()):
        a = 0.9 * a + 0.1 * loss
        s.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(s, dtype=torch.float64)
    slopes = s.diff() / lrs[:good].log().diff()
    first, m = good // 10, int(s.argmin())
    return lrs[first + int(slopes[first:m].argmin())].item()


# %% steepest wrong="one step too late" says="You begin one step too late"
def range_test(lrs, losses):
    n, good = len(lrs), int(torch.isfinite(losses).long().cumprod(dim=0).sum())
    s = []
    a = 0.0
    for t, loss in enumerate(losses[:good].tolist()):
        a = 0.9 * a + 0.1 * loss
        s.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(s, dtype=torch.float64)
    slopes = s.diff() / lrs[:good].log().diff()
    first, m = n // 10 + 1, int(s.argmin())
    return lrs[first + int(slopes[first:m].argmin())].item()


# %% steepest wrong="central differences" says="The slope is taken from the step before to the step after."
def range_test(lrs, losses):
    n, good = len(lrs), int(torch.isfinite(losses).long().cumprod(dim=0).sum())
    s = []
    a = 0.0
    for t, loss in enumerate(losses[:good].tolist()):
        a = 0.9 * a + 0.1 * loss
        s.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(s, dtype=torch.float64)
    slopes = torch.gradient(s, spacing=(lrs[:good].log(),))[0]
    first, m = n // 10, int(s.argmin())
    return lrs[first + int(slopes[first:m].argmin())].item()


# %% steepest wrong="of either sign" says="The largest slope of either sign is taken."
def range_test(lrs, losses):
    n, good = len(lrs), int(torch.isfinite(losses).long().cumprod(dim=0).sum())
    s = []
    a = 0.0
    for t, loss in enumerate(losses[:good].tolist()):
        a = 0.9 * a + 0.1 * loss
        s.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(s, dtype=torch.float64)
    slopes = s.diff() / lrs[:good].log().diff()
    first, m = n // 10, int(s.argmin())
    return lrs[first + int(slopes[first:m].abs().argmax())].item()


# %% matern correct="by cdist"
def matern52(A, B, length):
    r = torch.cdist(A, B, compute_mode="donot_use_mm_for_euclid_dist")
    return (1 + 5**0.5 * r / length + 5 * r**2 / (3 * length**2)) * torch.exp(
        -(5**0.5) * r / length
    )


# %% matern correct="two loops"
def matern52(A, B, length):
    K = torch.zeros(len(A), len(B), dtype=torch.float64)
    for i, a in enumerate(A):
        for j, b in enumerate(B):
            r = math.sqrt(float(((a - b) ** 2).sum()))
            s = math.sqrt(5) * r / length
            K[i, j] = (1 + s + s * s / 3) * math.exp(-s)
    return K


# %% matern correct="by scikit-learn"
def matern52(A, B, length):
    from sklearn.gaussian_process.kernels import Matern

    return torch.from_numpy(Matern(length_scale=length, nu=2.5)(A.numpy(), B.numpy()))


# %% matern wrong="no √5" says="√5 is missing: in both places"
def matern52(A, B, length):
    r = (A[:, None] - B[None]).pow(2).sum(-1).sqrt()
    bracket = 1 + r / length + 5 * r**2 / (3 * length**2)
    return bracket * torch.exp(-r / length)


# %% matern wrong="s without √5" says="√5 is missing: s is √5·r/length, also in s²/3."
def matern52(A, B, length):
    r = (A[:, None] - B[None]).pow(2).sum(-1).sqrt()
    bracket = 1 + r / length + r**2 / (3 * length**2)
    return bracket * torch.exp(-r / length)


# %% matern wrong="5 for √5" says="5 stands where √5 belongs."
def matern52(A, B, length):
    r = (A[:, None] - B[None]).pow(2).sum(-1).sqrt()
    bracket = 1 + 5 * r / length + 5 * r**2 / (3 * length**2)
    return bracket * torch.exp(-5 * r / length)


# %% matern wrong="no √5 in the exponential" says="√5 is missing in the exponential."
def matern52(A, B, length):
    r = (A[:, None] - B[None]).pow(2).sum(-1).sqrt()
    bracket = 1 + math.sqrt(5) * r / length + 5 * r**2 / (3 * length**2)
    return bracket * torch.exp(-r / length)


# %% matern wrong="no √5 in the bracket" says="√5 is missing in the bracket."
def matern52(A, B, length):
    r = (A[:, None] - B[None]).pow(2).sum(-1).sqrt()
    bracket = 1 + r / length + 5 * r**2 / (3 * length**2)
    return bracket * torch.exp(-math.sqrt(5) * r / length)


# %% matern wrong="squared distance" says="The squared distance stands for the distance"
def matern52(A, B, length):
    r = (A[:, None] - B[None]).pow(2).sum(-1)
    bracket = 1 + math.sqrt(5) * r / length + 5 * r**2 / (3 * length**2)
    return bracket * torch.exp(-math.sqrt(5) * r / length)


# %% matern wrong="r not squared" says="has r/length without the square."
def matern52(A, B, length):
    r = (A[:, None] - B[None]).pow(2).sum(-1).sqrt()
    bracket = 1 + math.sqrt(5) * r / length + 5 * r / (3 * length)
    return bracket * torch.exp(-math.sqrt(5) * r / length)


# %% matern wrong="no square term" says="The term 5r²/(3·length²) is missing"
def matern52(A, B, length):
    r = (A[:, None] - B[None]).pow(2).sum(-1).sqrt()
    bracket = 1 + math.sqrt(5) * r / length
    return bracket * torch.exp(-math.sqrt(5) * r / length)


# %% matern wrong="no third" says="The factor 1/3 is missing"
def matern52(A, B, length):
    r = (A[:, None] - B[None]).pow(2).sum(-1).sqrt()
    bracket = 1 + math.sqrt(5) * r / length + 5 * r**2 / length**2
    return bracket * torch.exp(-math.sqrt(5) * r / length)


# %% matern wrong="√5 for 5" says="√5 stands for 5 in 5r²"
def matern52(A, B, length):
    r = (A[:, None] - B[None]).pow(2).sum(-1).sqrt()
    bracket = 1 + math.sqrt(5) * r / length + math.sqrt(5) * r**2 / (3 * length**2)
    return bracket * torch.exp(-math.sqrt(5) * r / length)


# %% matern wrong="length not squared" says="length is not squared in"
def matern52(A, B, length):
    r = (A[:, None] - B[None]).pow(2).sum(-1).sqrt()
    bracket = 1 + math.sqrt(5) * r / length + 5 * r**2 / (3 * length)
    return bracket * torch.exp(-math.sqrt(5) * r / length)


# %% matern wrong="RBF" says="That is exp(−r²/(2·length²)), another kernel (RBF)."
def matern52(A, B, length):
    r = (A[:, None] - B[None]).pow(2).sum(-1).sqrt()
    return torch.exp(-(r**2) / (2 * length**2))


# %% matern wrong="ν = 3/2" says="That is the Matérn kernel with ν = 3/2"
def matern52(A, B, length):
    r = (A[:, None] - B[None]).pow(2).sum(-1).sqrt()
    bracket = 1 + math.sqrt(3) * r / length
    return bracket * torch.exp(-math.sqrt(3) * r / length)


# %% matern wrong="the exponential alone" says="That is the exponential alone"
def matern52(A, B, length):
    r = (A[:, None] - B[None]).pow(2).sum(-1).sqrt()
    bracket = 1 + math.sqrt(5) * r / length + 5 * r**2 / (3 * length**2)
    return torch.exp(-math.sqrt(5) * r / length)


# %% matern wrong="growing" says="The sign in the exponential is missing"
def matern52(A, B, length):
    r = (A[:, None] - B[None]).pow(2).sum(-1).sqrt()
    bracket = 1 + math.sqrt(5) * r / length + 5 * r**2 / (3 * length**2)
    return bracket * torch.exp(math.sqrt(5) * r / length)


# %% matern wrong="times length" says="The distance is multiplied by length."
def matern52(A, B, length):
    r = (A[:, None] - B[None]).pow(2).sum(-1).sqrt() * length**2
    bracket = 1 + math.sqrt(5) * r / length + 5 * r**2 / (3 * length**2)
    return bracket * torch.exp(-math.sqrt(5) * r / length)


# %% matern wrong="length squared" says="The distance is divided by length²."
def matern52(A, B, length):
    r = (A[:, None] - B[None]).pow(2).sum(-1).sqrt() / length
    bracket = 1 + math.sqrt(5) * r / length + 5 * r**2 / (3 * length**2)
    return bracket * torch.exp(-math.sqrt(5) * r / length)


# %% matern wrong="city blocks" says="The distances along the axes are added up."
def matern52(A, B, length):
    r = (A[:, None] - B[None]).abs().sum(-1)
    bracket = 1 + math.sqrt(5) * r / length + 5 * r**2 / (3 * length**2)
    return bracket * torch.exp(-math.sqrt(5) * r / length)


# %% matern wrong="largest difference" says="The largest distance along an axis is taken."
def matern52(A, B, length):
    r = (A[:, None] - B[None]).abs().amax(-1)
    bracket = 1 + math.sqrt(5) * r / length + 5 * r**2 / (3 * length**2)
    return bracket * torch.exp(-math.sqrt(5) * r / length)


# %% matern wrong="B and A" says="That is the kernel between B and A."
def matern52(A, B, length):
    r = (B[:, None] - A[None]).pow(2).sum(-1).sqrt()
    bracket = 1 + math.sqrt(5) * r / length + 5 * r**2 / (3 * length**2)
    return bracket * torch.exp(-math.sqrt(5) * r / length)


# %% matern wrong="A and A" says="That is the kernel of A with itself."
def matern52(A, B, length):
    r = (A[:, None] - A[None]).pow(2).sum(-1).sqrt()
    bracket = 1 + math.sqrt(5) * r / length + 5 * r**2 / (3 * length**2)
    return bracket * torch.exp(-math.sqrt(5) * r / length)


# %% matern wrong="distances" says="These are the distances, divided by length."
def matern52(A, B, length):
    r = (A[:, None] - B[None]).pow(2).sum(-1).sqrt()
    bracket = 1 + math.sqrt(5) * r / length + 5 * r**2 / (3 * length**2)
    return r / length


# %% matern wrong="mean of the squares" says="The mean of the squares stands for their sum under the root."
def matern52(A, B, length):
    r = (A[:, None] - B[None]).square().mean(dim=2).sqrt()
    s = math.sqrt(5) * r / length
    return (1 + s + s**2 / 3) * torch.exp(-s)


# %% matern wrong="the first column" says="The first column alone counts."
def matern52(A, B, length):
    r = (A[:, None, 0] - B[None, :, 0]).abs()
    s = math.sqrt(5) * r / length
    return (1 + s + s**2 / 3) * torch.exp(-s)


# %% matern wrong="brackets left out" says="5·r²/3 is multiplied by length² in place of divided"
def matern52(A, B, length):
    r = torch.cdist(A, B)
    s = math.sqrt(5) * r / length
    return (1 + s + 5 * r**2 / 3 * length**2) * torch.exp(-s)


# %% posterior correct="by Cholesky"
def posterior(X, y, X_new, kernel, noise):
    L = torch.linalg.cholesky(kernel(X, X) + noise * torch.eye(len(X)))
    k = kernel(X, X_new)
    mean = k.T @ torch.cholesky_solve(y[:, None], L)[:, 0]
    v = torch.linalg.solve_triangular(L, k, upper=False)
    var = torch.diag(kernel(X_new, X_new)) - v.pow(2).sum(0)
    return mean, var.clamp_min(0).sqrt()


# %% posterior correct="with the inverse, point by point"
def posterior(X, y, X_new, kernel, noise):
    inverse = torch.linalg.inv(kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64))
    means, sds = [], []
    for x in X_new:
        k = kernel(X, x[None])[:, 0]
        means.append(k @ inverse @ y)
        sds.append(max(float(kernel(x[None], x[None])) - float(k @ inverse @ k), 0) ** 0.5)
    return torch.stack(means), torch.tensor(sds, dtype=torch.float64)


# %% posterior correct="the whole covariance, then its diagonal"
def posterior(X, y, X_new, kernel, noise):
    K = kernel(X, X).clone()
    K.diagonal().add_(noise)
    k = kernel(X_new, X)
    W = torch.linalg.solve(K, k.T).T
    cov = kernel(X_new, X_new) - W @ k.T
    return W @ y, torch.relu(cov.diagonal()).sqrt()


# %% posterior wrong="noise at the new points" says="noise is added to the variance at the new points, too."
def posterior(X, y, X_new, kernel, noise):
    C = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    k = kernel(X, X_new)
    mean = k.T @ torch.linalg.solve(C, y)
    known = (k * torch.linalg.solve(C, k)).sum(0)
    variance = kernel(X_new, X_new).diagonal() - known + noise
    return mean, variance.clamp(min=0).sqrt()


# %% posterior wrong="variance" says="That is the variance. Take its root."
def posterior(X, y, X_new, kernel, noise):
    C = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    k = kernel(X, X_new)
    mean = k.T @ torch.linalg.solve(C, y)
    known = (k * torch.linalg.solve(C, k)).sum(0)
    variance = kernel(X_new, X_new).diagonal() - known
    return mean, variance.clamp(min=0)


# %% posterior wrong="noise squared" says="noise is squared. It is a variance already."
def posterior(X, y, X_new, kernel, noise):
    C = kernel(X, X) + noise**2 * torch.eye(len(X), dtype=torch.float64)
    k = kernel(X, X_new)
    mean = k.T @ torch.linalg.solve(C, y)
    known = (k * torch.linalg.solve(C, k)).sum(0)
    variance = kernel(X_new, X_new).diagonal() - known
    return mean, variance.clamp(min=0).sqrt()


# %% posterior wrong="root of noise" says="The root of noise is added."
def posterior(X, y, X_new, kernel, noise):
    C = kernel(X, X) + noise**0.5 * torch.eye(len(X), dtype=torch.float64)
    k = kernel(X, X_new)
    mean = k.T @ torch.linalg.solve(C, y)
    known = (k * torch.linalg.solve(C, k)).sum(0)
    variance = kernel(X_new, X_new).diagonal() - known
    return mean, variance.clamp(min=0).sqrt()


# %% posterior wrong="no noise" says="noise is not added to the diagonal of K."
def posterior(X, y, X_new, kernel, noise):
    C = kernel(X, X) + 1e-10 * torch.eye(len(X), dtype=torch.float64)
    k = kernel(X, X_new)
    mean = k.T @ torch.linalg.solve(C, y)
    known = (k * torch.linalg.solve(C, k)).sum(0)
    variance = kernel(X_new, X_new).diagonal() - known
    return mean, variance.clamp(min=0).sqrt()


# %% posterior wrong="what is known" says="What the data explain is returned as uncertainty."
def posterior(X, y, X_new, kernel, noise):
    C = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    k = kernel(X, X_new)
    mean = k.T @ torch.linalg.solve(C, y)
    known = (k * torch.linalg.solve(C, k)).sum(0)
    variance = kernel(X_new, X_new).diagonal() - known
    return mean, known.clamp(min=0).sqrt()


# %% posterior wrong="prior variance 1" says="The prior variance is taken for 1."
def posterior(X, y, X_new, kernel, noise):
    C = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    k = kernel(X, X_new)
    mean = k.T @ torch.linalg.solve(C, y)
    known = (k * torch.linalg.solve(C, k)).sum(0)
    variance = 1 - known
    return mean, variance.clamp(min=0).sqrt()


# %% posterior wrong="the prior's" says="That is the prior's uncertainty"
def posterior(X, y, X_new, kernel, noise):
    C = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    k = kernel(X, X_new)
    mean = k.T @ torch.linalg.solve(C, y)
    known = (k * torch.linalg.solve(C, k)).sum(0)
    variance = kernel(X_new, X_new).diagonal()
    return mean, variance.clamp(min=0).sqrt()


# %% posterior wrong="the whole matrix" says="The second result is the whole covariance matrix."
def posterior(X, y, X_new, kernel, noise):
    C = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    k = kernel(X, X_new)
    mean = k.T @ torch.linalg.solve(C, y)
    variance = kernel(X_new, X_new) - k.T @ torch.linalg.solve(C, k)
    return mean, variance


# %% posterior wrong="no inverse" says="The mean is k·y: (K + noise·I)⁻¹ is missing."
def posterior(X, y, X_new, kernel, noise):
    C = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    k = kernel(X, X_new)
    mean = k.T @ y
    known = (k * torch.linalg.solve(C, k)).sum(0)
    variance = kernel(X_new, X_new).diagonal() - known
    return mean, variance.clamp(min=0).sqrt()


# %% posterior wrong="centred" says="You subtract the mean of y and add it again."
def posterior(X, y, X_new, kernel, noise):
    C = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    k = kernel(X, X_new)
    mean = k.T @ torch.linalg.solve(C, y - y.mean()) + y.mean()
    known = (k * torch.linalg.solve(C, k)).sum(0)
    variance = kernel(X_new, X_new).diagonal() - known
    return mean, variance.clamp(min=0).sqrt()


# %% posterior wrong="centred, not added back" says="The mean of y is subtracted. The prior has mean 0"
def posterior(X, y, X_new, kernel, noise):
    C = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    k = kernel(X, X_new)
    mean = k.T @ torch.linalg.solve(C, y - y.mean())
    known = (k * torch.linalg.solve(C, k)).sum(0)
    variance = kernel(X_new, X_new).diagonal() - known
    return mean, variance.clamp(min=0).sqrt()


# %% posterior wrong="noise everywhere" says="noise is added to all entries of K."
def posterior(X, y, X_new, kernel, noise):
    C = kernel(X, X) + noise + 1e-10 * torch.eye(len(X), dtype=torch.float64)
    k = kernel(X, X_new)
    mean = k.T @ torch.linalg.solve(C, y)
    known = (k * torch.linalg.solve(C, k)).sum(0)
    variance = kernel(X_new, X_new).diagonal() - known
    return mean, variance.clamp(min=0).sqrt()


# %% posterior wrong="minus the mean" says="The sign of the mean is exchanged."
def posterior(X, y, X_new, kernel, noise):
    C = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    k = kernel(X, X_new)
    mean = k.T @ torch.linalg.solve(C, y)
    known = (k * torch.linalg.solve(C, k)).sum(0)
    variance = kernel(X_new, X_new).diagonal() - known
    return -mean, variance.clamp(min=0).sqrt()


# %% posterior wrong="sd first" says="The two results are exchanged."
def posterior(X, y, X_new, kernel, noise):
    C = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    k = kernel(X, X_new)
    mean = k.T @ torch.linalg.solve(C, y)
    known = (k * torch.linalg.solve(C, k)).sum(0)
    variance = kernel(X_new, X_new).diagonal() - known
    return variance.clamp(min=0).sqrt(), mean


# %% posterior wrong="not inverted" says="K + noise·I itself stands where its inverse belongs."
def posterior(X, y, X_new, kernel, noise):
    M = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    cross = kernel(X, X_new)
    W = M
    variance = kernel(X_new, X_new).diagonal() - (cross * (W @ cross)).sum(dim=0)
    return cross.T @ (W @ y), variance.clamp(min=0).sqrt()


# %% posterior wrong="one over each entry" says="The inverse of a matrix is not one over each entry."
def posterior(X, y, X_new, kernel, noise):
    M = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    cross = kernel(X, X_new)
    W = 1 / M
    variance = kernel(X_new, X_new).diagonal() - (cross * (W @ cross)).sum(dim=0)
    return cross.T @ (W @ y), variance.clamp(min=0).sqrt()


# %% posterior wrong="each trial by itself" says="Each trial counts by itself"
def posterior(X, y, X_new, kernel, noise):
    M = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    cross = kernel(X, X_new)
    W = torch.diag(1 / M.diagonal())
    variance = kernel(X_new, X_new).diagonal() - (cross * (W @ cross)).sum(dim=0)
    return cross.T @ (W @ y), variance.clamp(min=0).sqrt()


# %% posterior wrong="a diagonal of 1" says="The diagonal of K is taken for 1."
def posterior(X, y, X_new, kernel, noise):
    M = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    cross = kernel(X, X_new)
    M.fill_diagonal_(1 + noise)
    W = torch.linalg.inv(M)
    variance = kernel(X_new, X_new).diagonal() - (cross * (W @ cross)).sum(dim=0)
    return cross.T @ (W @ y), variance.clamp(min=0).sqrt()


# %% evidence correct="by Cholesky"
def log_evidence(X, y, kernel, noise):
    n = len(y)
    L = torch.linalg.cholesky(kernel(X, X) + noise * torch.eye(n))
    alpha = torch.cholesky_solve(y[:, None], L)[:, 0]
    return float(-0.5 * y @ alpha - L.diagonal().log().sum() - n / 2 * math.log(2 * math.pi))


# %% evidence correct="by SciPy's multivariate normal"
def log_evidence(X, y, kernel, noise):
    C = (kernel(X, X) + noise * torch.eye(len(y), dtype=torch.float64)).numpy()
    return stats.multivariate_normal(cov=C).logpdf(y.numpy())


# %% evidence correct="by torch's multivariate normal"
def log_evidence(X, y, kernel, noise):
    C = kernel(X, X) + noise * torch.eye(len(y), dtype=torch.float64)
    mean = torch.zeros(len(y), dtype=torch.float64)
    return torch.distributions.MultivariateNormal(mean, covariance_matrix=C).log_prob(y)


# %% evidence correct="by eigenvalues"
def log_evidence(X, y, kernel, noise):
    values, vectors = torch.linalg.eigh(kernel(X, X))
    values = values + noise
    z = vectors.T @ y
    return -0.5 * sum((z**2 / values + values.log() + math.log(2 * math.pi)).tolist())


# %% evidence wrong="log det whole" says="log det C stands there without its ½."
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    fit = y @ torch.linalg.solve(C, y)
    det = torch.logdet(C)
    constant = n * math.log(2 * math.pi)
    return (-fit / 2 - det - constant / 2).item()


# %% evidence wrong="half of Cholesky's sum" says="log det C has ¼ in place of ½"
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    fit = y @ torch.linalg.solve(C, y)
    det = torch.linalg.cholesky(C).diagonal().log().sum()
    constant = n * math.log(2 * math.pi)
    return (-fit / 2 - det / 2 - constant / 2).item()


# %% evidence wrong="fit whole" says="yᵀC⁻¹y stands there without its ½."
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    fit = y @ torch.linalg.solve(C, y)
    det = torch.logdet(C)
    constant = n * math.log(2 * math.pi)
    return (-fit - det / 2 - constant / 2).item()


# %% evidence wrong="constant whole" says="n log 2π stands there without its ½."
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    fit = y @ torch.linalg.solve(C, y)
    det = torch.logdet(C)
    constant = n * math.log(2 * math.pi)
    return (-fit / 2 - det / 2 - constant).item()


# %% evidence wrong="no constant" says="n/2 · log 2π is missing."
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    fit = y @ torch.linalg.solve(C, y)
    det = torch.logdet(C)
    constant = n * math.log(2 * math.pi)
    return (-fit / 2 - det / 2).item()


# %% evidence wrong="constant once" says="½ log 2π stands there once, not n times."
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    fit = y @ torch.linalg.solve(C, y)
    det = torch.logdet(C)
    constant = math.log(2 * math.pi)
    return (-fit / 2 - det / 2 - constant / 2).item()


# %% evidence wrong="no halves" says="No term has its ½."
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    fit = y @ torch.linalg.solve(C, y)
    det = torch.logdet(C)
    constant = n * math.log(2 * math.pi)
    return (-fit - det - constant).item()


# %% evidence wrong="minus" says="The sign is exchanged: that is minus the log evidence."
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    fit = y @ torch.linalg.solve(C, y)
    det = torch.logdet(C)
    constant = n * math.log(2 * math.pi)
    return (fit / 2 + det / 2 + constant / 2).item()


# %% evidence wrong="plus log det" says="log det C is added. Subtract it."
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    fit = y @ torch.linalg.solve(C, y)
    det = torch.logdet(C)
    constant = n * math.log(2 * math.pi)
    return (-fit / 2 + det / 2 - constant / 2).item()


# %% evidence wrong="plus the constant" says="n/2 · log 2π is added. Subtract it."
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    fit = y @ torch.linalg.solve(C, y)
    det = torch.logdet(C)
    constant = n * math.log(2 * math.pi)
    return (-fit / 2 - det / 2 + constant / 2).item()


# %% evidence wrong="no log det" says="log det C is missing: only the fit counts"
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    fit = y @ torch.linalg.solve(C, y)
    det = torch.logdet(C)
    constant = n * math.log(2 * math.pi)
    return (-fit / 2 - constant / 2).item()


# %% evidence wrong="no fit" says="yᵀC⁻¹y is missing: y makes no difference."
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    fit = y @ torch.linalg.solve(C, y)
    det = torch.logdet(C)
    constant = n * math.log(2 * math.pi)
    return (-det / 2 - constant / 2).item()


# %% evidence wrong="log of det" says="The determinant itself is 0 in the computer's numbers"
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    fit = y @ torch.linalg.solve(C, y)
    det = torch.log(torch.linalg.det(C))
    constant = n * math.log(2 * math.pi)
    return (-fit / 2 - det / 2 - constant / 2).item()


# %% evidence wrong="no noise" says="noise is not added to the diagonal of K."
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + 1e-10 * torch.eye(n, dtype=torch.float64)
    fit = y @ torch.linalg.solve(C, y)
    det = torch.logdet(C)
    constant = n * math.log(2 * math.pi)
    return (-fit / 2 - det / 2 - constant / 2).item()


# %% evidence wrong="noise squared" says="noise is squared. It is a variance already."
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise**2 * torch.eye(n, dtype=torch.float64)
    fit = y @ torch.linalg.solve(C, y)
    det = torch.logdet(C)
    constant = n * math.log(2 * math.pi)
    return (-fit / 2 - det / 2 - constant / 2).item()


# %% evidence wrong="root of noise" says="The root of noise is added."
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise**0.5 * torch.eye(n, dtype=torch.float64)
    fit = y @ torch.linalg.solve(C, y)
    det = torch.logdet(C)
    constant = n * math.log(2 * math.pi)
    return (-fit / 2 - det / 2 - constant / 2).item()


# %% evidence wrong="centred" says="The mean of y is subtracted."
def log_evidence(X, y, kernel, noise):
    y = y - y.mean()
    n = len(y)
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    fit = y @ torch.linalg.solve(C, y)
    det = torch.logdet(C)
    constant = n * math.log(2 * math.pi)
    return (-fit / 2 - det / 2 - constant / 2).item()


# %% evidence wrong="the evidence itself" says="That is the evidence, not its logarithm."
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    fit = y @ torch.linalg.solve(C, y)
    det = torch.logdet(C)
    constant = n * math.log(2 * math.pi)
    return (-fit / 2 - det / 2 - constant / 2).exp().item()


# %% evidence wrong="per trial" says="That is divided by n."
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    fit = y @ torch.linalg.solve(C, y)
    det = torch.logdet(C)
    constant = n * math.log(2 * math.pi)
    return (-fit / 2 - det / 2 - constant / 2).item() / n


# %% evidence wrong="not inverted" says="C itself stands where its inverse belongs."
def log_evidence(X, y, kernel, noise):
    C = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    return -0.5 * (y @ C @ y + torch.logdet(C) + len(y) * math.log(2 * math.pi)).item()


# %% evidence wrong="the number of settings" says="n is the number of settings."
def log_evidence(X, y, kernel, noise):
    C = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    fit = y @ torch.linalg.solve(C, y)
    return -0.5 * (fit + torch.logdet(C) + X.shape[1] * math.log(2 * math.pi)).item()


# %% evidence wrong="logarithms to base 10" says="The logarithms are to base 10."
def log_evidence(X, y, kernel, noise):
    C = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    fit = y @ torch.linalg.solve(C, y)
    log_det = 2 * torch.linalg.cholesky(C).diagonal().log10().sum()
    return -0.5 * (fit + log_det + len(y) * math.log10(2 * math.pi)).item()


# %% improvement correct="by SciPy"
def expected_improvement(mean, sd, best, xi):
    import numpy as np

    m, s = mean.numpy(), sd.numpy()
    gain = m - best - xi
    with np.errstate(divide="ignore", invalid="ignore"):
        z = gain / s
        ei = gain * stats.norm.cdf(z) + s * stats.norm.pdf(z)
    return torch.from_numpy(np.where(s == 0, np.maximum(gain, 0), ei))


# %% improvement correct="one by one, by erf"
def expected_improvement(mean, sd, best, xi):
    result = []
    for m, s in zip(mean.tolist(), sd.tolist()):
        d = m - best - xi
        if s == 0:
            result.append(max(0.0, d))
        else:
            z = d / s
            cdf = 0.5 * (1 + math.erf(z / math.sqrt(2)))
            pdf = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
            result.append(d * cdf + s * pdf)
    return torch.tensor(result, dtype=torch.float64)


# %% improvement correct="with a tiny sd in place of 0"
def expected_improvement(mean, sd, best, xi):
    s = sd.clamp(min=1e-12)
    d = mean - best - xi
    z = d / s
    N = torch.distributions.Normal(0, 1)
    return d * N.cdf(z) + s * torch.exp(N.log_prob(z))


# %% improvement wrong="minimizing" says="That is for the smallest score: best − mean."
def expected_improvement(mean, sd, best, xi):
    gain = best - mean - xi
    s = torch.where(sd > 0, sd, torch.ones_like(sd))
    z = gain / s
    N = torch.distributions.Normal(0.0, 1.0)
    cdf, pdf = N.cdf(z), N.log_prob(z).exp()
    value = gain * cdf + s * pdf
    return torch.where(sd > 0, value, gain.clamp(min=0))


# %% improvement wrong="no density" says="The part with the density, sd·φ(z), is missing."
def expected_improvement(mean, sd, best, xi):
    gain = mean - best - xi
    s = torch.where(sd > 0, sd, torch.ones_like(sd))
    z = gain / s
    N = torch.distributions.Normal(0.0, 1.0)
    cdf, pdf = N.cdf(z), N.log_prob(z).exp()
    value = gain * cdf
    return torch.where(sd > 0, value, gain.clamp(min=0))


# %% improvement wrong="density alone" says="The part with Φ(z) is missing."
def expected_improvement(mean, sd, best, xi):
    gain = mean - best - xi
    s = torch.where(sd > 0, sd, torch.ones_like(sd))
    z = gain / s
    N = torch.distributions.Normal(0.0, 1.0)
    cdf, pdf = N.cdf(z), N.log_prob(z).exp()
    value = s * pdf
    return torch.where(sd > 0, value, gain.clamp(min=0))


# %% improvement wrong="φ without sd" says="φ(z) is not multiplied by sd."
def expected_improvement(mean, sd, best, xi):
    gain = mean - best - xi
    s = torch.where(sd > 0, sd, torch.ones_like(sd))
    z = gain / s
    N = torch.distributions.Normal(0.0, 1.0)
    cdf, pdf = N.cdf(z), N.log_prob(z).exp()
    value = gain * cdf + pdf
    return torch.where(sd > 0, value, gain.clamp(min=0))


# %% improvement wrong="sd² φ" says="φ(z) is multiplied by sd². Once will do."
def expected_improvement(mean, sd, best, xi):
    gain = mean - best - xi
    s = torch.where(sd > 0, sd, torch.ones_like(sd))
    z = gain / s
    N = torch.distributions.Normal(0.0, 1.0)
    cdf, pdf = N.cdf(z), N.log_prob(z).exp()
    value = gain * cdf + s**2 * pdf
    return torch.where(sd > 0, value, gain.clamp(min=0))


# %% improvement wrong="z Φ" says="Φ(z) is multiplied by z."
def expected_improvement(mean, sd, best, xi):
    gain = mean - best - xi
    s = torch.where(sd > 0, sd, torch.ones_like(sd))
    z = gain / s
    N = torch.distributions.Normal(0.0, 1.0)
    cdf, pdf = N.cdf(z), N.log_prob(z).exp()
    value = z * cdf + s * pdf
    return torch.where(sd > 0, value, gain.clamp(min=0))


# %% improvement wrong="probability" says="That is Φ(z), the probability of an improvement."
def expected_improvement(mean, sd, best, xi):
    gain = mean - best - xi
    s = torch.where(sd > 0, sd, torch.ones_like(sd))
    z = gain / s
    N = torch.distributions.Normal(0.0, 1.0)
    cdf, pdf = N.cdf(z), N.log_prob(z).exp()
    value = cdf
    return torch.where(sd > 0, value, gain.clamp(min=0))


# %% improvement wrong="exchanged" says="Φ and φ are exchanged."
def expected_improvement(mean, sd, best, xi):
    gain = mean - best - xi
    s = torch.where(sd > 0, sd, torch.ones_like(sd))
    z = gain / s
    N = torch.distributions.Normal(0.0, 1.0)
    cdf, pdf = N.cdf(z), N.log_prob(z).exp()
    value = gain * pdf + s * cdf
    return torch.where(sd > 0, value, gain.clamp(min=0))


# %% improvement wrong="minus" says="The two parts are subtracted."
def expected_improvement(mean, sd, best, xi):
    gain = mean - best - xi
    s = torch.where(sd > 0, sd, torch.ones_like(sd))
    z = gain / s
    N = torch.distributions.Normal(0.0, 1.0)
    cdf, pdf = N.cdf(z), N.log_prob(z).exp()
    value = gain * cdf - s * pdf
    return torch.where(sd > 0, value, gain.clamp(min=0))


# %% improvement wrong="sd taken for a variance" says="The root of sd is taken for sd"
def expected_improvement(mean, sd, best, xi):
    sd = sd.sqrt()
    gain = mean - best - xi
    s = torch.where(sd > 0, sd, torch.ones_like(sd))
    z = gain / s
    N = torch.distributions.Normal(0.0, 1.0)
    cdf, pdf = N.cdf(z), N.log_prob(z).exp()
    value = gain * cdf + s * pdf
    return torch.where(sd > 0, value, gain.clamp(min=0))


# %% improvement wrong="sd squared" says="sd is squared: take it as it is."
def expected_improvement(mean, sd, best, xi):
    sd = sd**2
    gain = mean - best - xi
    s = torch.where(sd > 0, sd, torch.ones_like(sd))
    z = gain / s
    N = torch.distributions.Normal(0.0, 1.0)
    cdf, pdf = N.cdf(z), N.log_prob(z).exp()
    value = gain * cdf + s * pdf
    return torch.where(sd > 0, value, gain.clamp(min=0))


# %% improvement wrong="plus xi" says="xi has the wrong sign"
def expected_improvement(mean, sd, best, xi):
    gain = mean - best + xi
    s = torch.where(sd > 0, sd, torch.ones_like(sd))
    z = gain / s
    N = torch.distributions.Normal(0.0, 1.0)
    cdf, pdf = N.cdf(z), N.log_prob(z).exp()
    value = gain * cdf + s * pdf
    return torch.where(sd > 0, value, gain.clamp(min=0))


# %% improvement wrong="no xi" says="xi is not used."
def expected_improvement(mean, sd, best, xi):
    gain = mean - best
    s = torch.where(sd > 0, sd, torch.ones_like(sd))
    z = gain / s
    N = torch.distributions.Normal(0.0, 1.0)
    cdf, pdf = N.cdf(z), N.log_prob(z).exp()
    value = gain * cdf + s * pdf
    return torch.where(sd > 0, value, gain.clamp(min=0))


# %% improvement wrong="xi in z alone" says="xi is in z alone."
def expected_improvement(mean, sd, best, xi):
    gain = mean - best - xi
    s = torch.where(sd > 0, sd, torch.ones_like(sd))
    z = gain / s
    N = torch.distributions.Normal(0.0, 1.0)
    cdf, pdf = N.cdf(z), N.log_prob(z).exp()
    value = (mean - best) * cdf + s * pdf
    return torch.where(sd > 0, value, gain.clamp(min=0))


# %% improvement wrong="nan" says="Where sd is 0 it is nan"
def expected_improvement(mean, sd, best, xi):
    gain = mean - best - xi
    s = sd
    z = gain / s
    N = torch.distributions.Normal(0.0, 1.0, validate_args=False)
    cdf, pdf = N.cdf(z), N.log_prob(z).exp()
    value = gain * cdf + s * pdf
    return torch.where(sd > 0, value, 0 * gain / sd)


# %% improvement wrong="0 where sd is 0" says="Where sd is 0 you return 0"
def expected_improvement(mean, sd, best, xi):
    gain = mean - best - xi
    s = torch.where(sd > 0, sd, torch.ones_like(sd))
    z = gain / s
    N = torch.distributions.Normal(0.0, 1.0)
    cdf, pdf = N.cdf(z), N.log_prob(z).exp()
    value = gain * cdf + s * pdf
    return torch.where(sd > 0, value, torch.zeros_like(sd))


# %% improvement wrong="not cut at 0" says="Where sd is 0 you return mean − best − xi, also below 0."
def expected_improvement(mean, sd, best, xi):
    gain = mean - best - xi
    s = torch.where(sd > 0, sd, torch.ones_like(sd))
    z = gain / s
    N = torch.distributions.Normal(0.0, 1.0)
    cdf, pdf = N.cdf(z), N.log_prob(z).exp()
    value = gain * cdf + s * pdf
    return torch.where(sd > 0, value, gain)


# %% improvement wrong="the gain of the mean" says="That is max(0, mean − best − xi): what is uncertain"
def expected_improvement(mean, sd, best, xi):
    gain = mean - best - xi
    s = torch.where(sd > 0, sd, torch.ones_like(sd))
    z = gain / s
    N = torch.distributions.Normal(0.0, 1.0)
    cdf, pdf = N.cdf(z), N.log_prob(z).exp()
    value = gain * cdf + s * pdf
    return gain.clamp(min=0)


# %% improvement wrong="z" says="That is z, not the expected improvement."
def expected_improvement(mean, sd, best, xi):
    gain = mean - best - xi
    s = torch.where(sd > 0, sd, torch.ones_like(sd))
    z = gain / s
    N = torch.distributions.Normal(0.0, 1.0)
    cdf, pdf = N.cdf(z), N.log_prob(z).exp()
    value = z
    return torch.where(sd > 0, value, gain.clamp(min=0))


# %% improvement wrong="z by the variance" says="z is divided by sd²."
def expected_improvement(mean, sd, best, xi):
    gain = mean - best - xi
    s = torch.where(sd > 0, sd, 1.0)
    normal = torch.distributions.Normal(0.0, 1.0)
    z = gain / s**2
    value = gain * normal.cdf(z) + sd * normal.log_prob(z).exp()
    return torch.where(sd > 0, value, gain.clamp(min=0))


# %% improvement wrong="z without xi" says="xi is left out of z."
def expected_improvement(mean, sd, best, xi):
    gain = mean - best - xi
    s = torch.where(sd > 0, sd, 1.0)
    normal = torch.distributions.Normal(0.0, 1.0)
    z = (mean - best) / s
    value = gain * normal.cdf(z) + sd * normal.log_prob(z).exp()
    return torch.where(sd > 0, value, gain.clamp(min=0))


# %% improvement wrong="no root of 2π" says="1/√2π is missing in φ."
def expected_improvement(mean, sd, best, xi):
    gain = mean - best - xi
    s = torch.where(sd > 0, sd, 1.0)
    normal = torch.distributions.Normal(0.0, 1.0)
    z = gain / s
    value = gain * normal.cdf(z) + sd * torch.exp(-(z**2) / 2)
    return torch.where(sd > 0, value, gain.clamp(min=0))


# %% improvement wrong="the logarithm of the density" says="The logarithm of φ stands for φ"
def expected_improvement(mean, sd, best, xi):
    gain = mean - best - xi
    s = torch.where(sd > 0, sd, 1.0)
    normal = torch.distributions.Normal(0.0, 1.0)
    z = gain / s
    value = gain * normal.cdf(z) + sd * normal.log_prob(z)
    return torch.where(sd > 0, value, gain.clamp(min=0))


# %% improvement wrong="cut at 0 first" says="is cut at 0 before it enters the formula."
def expected_improvement(mean, sd, best, xi):
    gain = mean - best - xi
    s = torch.where(sd > 0, sd, 1.0)
    normal = torch.distributions.Normal(0.0, 1.0)
    gain = gain.clamp(min=0)
    z = gain / s
    value = gain * normal.cdf(z) + sd * normal.log_prob(z).exp()
    return torch.where(sd > 0, value, gain.clamp(min=0))


# %% improvement wrong="no xi where sd is 0" says="Where sd is 0 you leave xi out."
def expected_improvement(mean, sd, best, xi):
    gain = mean - best - xi
    s = torch.where(sd > 0, sd, 1.0)
    normal = torch.distributions.Normal(0.0, 1.0)
    z = gain / s
    value = gain * normal.cdf(z) + sd * normal.log_prob(z).exp()
    return torch.where(sd > 0, value, (mean - best).clamp(min=0))


# %% improvement wrong="probability, by SciPy" says="That is the probability of an improvement, 0 or 1 where sd is 0."
def expected_improvement(mean, sd, best, xi):
    with_luck = torch.from_numpy(stats.norm.cdf(best + xi, mean, sd.clamp(min=1e-9)))
    return torch.where(sd > 0, 1 - with_luck, (mean > best + xi).double())


# %% improvement wrong="0 by 0" says="Where sd and mean − best − xi are both 0 it is nan, 0/0."
def expected_improvement(mean, sd, best, xi):
    gain = mean - best - xi
    N = torch.distributions.Normal(0.0, 1.0, validate_args=False)
    return gain * N.cdf(gain / sd) + sd * N.log_prob(gain / sd).exp()


# %% optimize correct="only the untried are asked for"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []
    for trial in range(num_trials):
        if trial < num_starts:
            place = trial
        else:
            left = [i for i in range(len(candidates)) if i not in places]
            y = torch.tensor(scores, dtype=torch.float64)
            s = y.std().item() if len(y) > 1 else 0
            t = (y - y.mean()) / (s if s > 0 else 1)
            mean, sd = surrogate(candidates[places], t, candidates[left])
            place = left[int(acquire(mean, sd, float(t.max())).argmax())]
        places.append(place)
        scores.append(f(candidates[place]))
    return places, scores


# %% optimize correct="with a mask"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    tried = list(range(num_starts))
    y = [float(f(candidates[i])) for i in tried]
    open_ = torch.ones(len(candidates), dtype=torch.bool)
    open_[:num_starts] = False
    for _ in range(num_trials - num_starts):
        Y = torch.tensor(y).double()
        std = Y.std() if len(Y) > 1 else torch.tensor(0.0)
        if std == 0:
            std = torch.tensor(1.0)
        t = (Y - Y.mean()) / std
        mu, sigma = surrogate(candidates[tried], t, candidates)
        ei = acquire(mu, sigma, t.max().item())
        ei = torch.where(open_, ei, torch.full_like(ei, -float("inf")))
        i = ei.argmax().item()
        open_[i] = False
        tried.append(i)
        y.append(float(f(candidates[i])))
    return torch.tensor(tried), torch.tensor(y, dtype=torch.float64)


# %% optimize wrong="dividing by n" says="The standard deviation divides by n."
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    import numpy as np

    places = [*range(num_starts)]
    scores = [f(candidates[i]) for i in places]
    for _ in range(num_starts, num_trials):
        y = np.array(scores)
        t = torch.from_numpy((y - y.mean()) / (y.std() or 1.0))
        value = acquire(*surrogate(candidates[places], t, candidates), t.max().item())
        order = value.argsort(descending=True, stable=True).tolist()
        new = next(i for i in order if i not in places)
        places.append(new)
        scores.append(f(candidates[new]))
    return places, scores


# %% optimize wrong="of the starts" says="are those of the starts. Take those of all scores."
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[place]) for place in places]
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        first = y[:num_starts]
        t = (y - first.mean()) / (1.0 if first.max() == first.min() else first.std())
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        places.append(int(value.argmax()))
        scores.append(f(candidates[places[-1]]))
    return places, scores


# %% optimize wrong="0 by 0" says="Where all scores are alike you get nan, 0/0."
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[place]) for place in places]
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        t = (y - y.mean()) / (y.std() if len(y) > 1 else 1.0)
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        places.append(int(value.argmax()))
        scores.append(f(candidates[places[-1]]))
    return places, scores


# %% optimize wrong="one score alone" says="Of one score alone `y.std()` is nan."
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[place]) for place in places]
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        spread = ((y - y.mean()).square().sum() / (len(y) - 1)).sqrt()
        t = (y - y.mean()) / (1.0 if spread == 0 else spread)
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        places.append(int(value.argmax()))
        scores.append(f(candidates[places[-1]]))
    return places, scores


# %% optimize wrong="one too few" says="One trial too few is made."
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[place]) for place in places]
    while len(places) < num_trials - 1:
        y = torch.tensor(scores, dtype=torch.float64)
        t = (y - y.mean()) / (1.0 if y.max() == y.min() else y.std())
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        places.append(int(value.argmax()))
        scores.append(f(candidates[places[-1]]))
    return places, scores


# %% optimize wrong="f twice after the starts" says="f is called twice for each trial after the starts"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[place]) for place in places]
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        t = (y - y.mean()) / (1.0 if y.max() == y.min() else y.std())
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        places.append(int(value.argmax()))
        scores.append(f(candidates[places[-1]]))
        f(candidates[places[-1]])
    return places, scores


# %% optimize wrong="rows in order" says="The model gets the rows in another order than their scores."
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[place]) for place in places]
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        t = (y - y.mean()) / (1.0 if y.max() == y.min() else y.std())
        mean, sd = surrogate(candidates[sorted(places)], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        places.append(int(value.argmax()))
        scores.append(f(candidates[places[-1]]))
    return places, scores


# %% optimize wrong="float32" says="The model gets float32 scores."
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[place]) for place in places]
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        t = (y - y.mean()) / (1.0 if y.max() == y.min() else y.std())
        mean, sd = surrogate(candidates[places], t.float(), candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        places.append(int(value.argmax()))
        scores.append(f(candidates[places[-1]]))
    return places, scores


# %% optimize wrong="equal rows" says="A row equal to one that was tried is left out, too."
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[place]) for place in places]
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        t = (y - y.mean()) / (1.0 if y.max() == y.min() else y.std())
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[[any((row == candidates[i]).all() for i in places) for row in candidates]] = -math.inf
        places.append(int(value.argmax()))
        scores.append(f(candidates[places[-1]]))
    return places, scores


# %% optimize wrong="the latest alone" says="The latest trial alone is left out."
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[place]) for place in places]
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        t = (y - y.mean()) / (1.0 if y.max() == y.min() else y.std())
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places[-1]] = -math.inf
        places.append(int(value.argmax()))
        scores.append(f(candidates[places[-1]]))
    return places, scores


# %% optimize wrong="the last of several" says="Of several largest values the last is taken."
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[place]) for place in places]
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        t = (y - y.mean()) / (1.0 if y.max() == y.min() else y.std())
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        places.append(max(range(len(value)), key=lambda i: (value[i].item(), i)))
        scores.append(f(candidates[places[-1]]))
    return places, scores


# %% optimize wrong="a number among the rest" says="A number among the rows that are left is taken for one among all."
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[place]) for place in places]
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        t = (y - y.mean()) / (1.0 if y.max() == y.min() else y.std())
        mean, sd = surrogate(
            candidates[places],
            t,
            candidates[[i for i in range(len(candidates)) if i not in places]],
        )
        value = acquire(mean, sd, t.max().item()).clone()
        assert len(value) + len(places) >= len(candidates)
        places.append(int(value.argmax()))
        scores.append(f(candidates[places[-1]]))
    return places, scores


# %% optimize wrong="places themselves" says="The candidates themselves are returned."
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[place]) for place in places]
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        t = (y - y.mean()) / (1.0 if y.max() == y.min() else y.std())
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        places.append(int(value.argmax()))
        scores.append(f(candidates[places[-1]]))
    return [candidates[place] for place in places], scores


# %% optimize wrong="raw scores" says="The scores are not standardized"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[i]) for i in places]
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(y) > 1 and y.std() > 0 else 1.0
        t = y
        mean, sd = surrogate(candidates[places], t, candidates)
        best = t.max().item()
        value = acquire(mean, sd, best).clone()
        value[places] = -math.inf
        new = int(value.argmax())
        places.append(new)
        scores.append(f(candidates[new]))
    return places, scores


# %% optimize wrong="mean alone" says="The mean of the scores is subtracted, and they are not divided"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[i]) for i in places]
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(y) > 1 and y.std() > 0 else 1.0
        t = y - y.mean()
        mean, sd = surrogate(candidates[places], t, candidates)
        best = t.max().item()
        value = acquire(mean, sd, best).clone()
        value[places] = -math.inf
        new = int(value.argmax())
        places.append(new)
        scores.append(f(candidates[new]))
    return places, scores


# %% optimize wrong="sd alone" says="The scores are divided by their standard deviation, and their mean is not"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[i]) for i in places]
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(y) > 1 and y.std() > 0 else 1.0
        t = y / s
        mean, sd = surrogate(candidates[places], t, candidates)
        best = t.max().item()
        value = acquire(mean, sd, best).clone()
        value[places] = -math.inf
        new = int(value.argmax())
        places.append(new)
        scores.append(f(candidates[new]))
    return places, scores


# %% optimize wrong="raw best" says="`best` is the largest raw score"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[i]) for i in places]
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(y) > 1 and y.std() > 0 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        best = y.max().item()
        value = acquire(mean, sd, best).clone()
        value[places] = -math.inf
        new = int(value.argmax())
        places.append(new)
        scores.append(f(candidates[new]))
    return places, scores


# %% optimize wrong="best mean" says="`best` is the largest mean of the model."
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[i]) for i in places]
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(y) > 1 and y.std() > 0 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        best = mean.max().item()
        value = acquire(mean, sd, best).clone()
        value[places] = -math.inf
        new = int(value.argmax())
        places.append(new)
        scores.append(f(candidates[new]))
    return places, scores


# %% optimize wrong="last score" says="`best` is the last score."
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[i]) for i in places]
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(y) > 1 and y.std() > 0 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        best = t[-1].item()
        value = acquire(mean, sd, best).clone()
        value[places] = -math.inf
        new = int(value.argmax())
        places.append(new)
        scores.append(f(candidates[new]))
    return places, scores


# %% optimize wrong="smallest score" says="`best` is the smallest score."
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[i]) for i in places]
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(y) > 1 and y.std() > 0 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        best = t.min().item()
        value = acquire(mean, sd, best).clone()
        value[places] = -math.inf
        new = int(value.argmax())
        places.append(new)
        scores.append(f(candidates[new]))
    return places, scores


# %% optimize wrong="again" says="Some candidate is tried again."
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[i]) for i in places]
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(y) > 1 and y.std() > 0 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        best = t.max().item()
        value = acquire(mean, sd, best).clone()
        new = int(value.argmax())
        places.append(new)
        scores.append(f(candidates[new]))
    return places, scores


# %% optimize wrong="smallest value" says="The candidate with the smallest value is taken."
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[i]) for i in places]
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(y) > 1 and y.std() > 0 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        best = t.max().item()
        value = acquire(mean, sd, best).clone()
        value[places] = math.inf
        new = int(value.argmin())
        places.append(new)
        scores.append(f(candidates[new]))
    return places, scores


# %% optimize wrong="never fitted again" says="The model is not fitted again"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[i]) for i in places]
    while len(places) < num_trials:
        y = torch.tensor(scores[:num_starts], dtype=torch.float64)
        s = y.std() if len(y) > 1 and y.std() > 0 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[:num_starts], t, candidates)
        best = t.max().item()
        value = acquire(mean, sd, best).clone()
        value[places] = -math.inf
        new = int(value.argmax())
        places.append(new)
        scores.append(f(candidates[new]))
    return places, scores


# %% optimize wrong="in turn" says="The candidates are tried in turn"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[i]) for i in places]
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(y) > 1 and y.std() > 0 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        best = t.max().item()
        value = acquire(mean, sd, best).clone()
        value[places] = -math.inf
        new = len(places)
        places.append(new)
        scores.append(f(candidates[new]))
    return places, scores


# %% optimize wrong="f twice" says="f is called twice for each trial"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[i]) for i in places]
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(y) > 1 and y.std() > 0 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        best = t.max().item()
        value = acquire(mean, sd, best).clone()
        value[places] = -math.inf
        new = int(value.argmax())
        places.append(new)
        scores.append(f(candidates[new]))
    return places, [f(candidates[i]) for i in places]


# %% optimize wrong="starts not counted" says="The starts are not counted as trials"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[i]) for i in places]
    while len(places) < num_starts + num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(y) > 1 and y.std() > 0 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        best = t.max().item()
        value = acquire(mean, sd, best).clone()
        value[places] = -math.inf
        new = int(value.argmax())
        places.append(new)
        scores.append(f(candidates[new]))
    return places, scores


# %% optimize wrong="largest mean" says="The candidate with the largest mean is tried"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[i]) for i in places]
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(y) > 1 and y.std() > 0 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        best = t.max().item()
        value = mean.clone()
        value[places] = -math.inf
        new = int(value.argmax())
        places.append(new)
        scores.append(f(candidates[new]))
    return places, scores


# %% optimize wrong="largest sd" says="The most uncertain candidate is tried"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[i]) for i in places]
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(y) > 1 and y.std() > 0 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        best = t.max().item()
        value = sd.clone()
        value[places] = -math.inf
        new = int(value.argmax())
        places.append(new)
        scores.append(f(candidates[new]))
    return places, scores


# %% optimize wrong="sorted" says="The trials are sorted by score."
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[i]) for i in places]
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(y) > 1 and y.std() > 0 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        best = t.max().item()
        value = acquire(mean, sd, best).clone()
        value[places] = -math.inf
        new = int(value.argmax())
        places.append(new)
        scores.append(f(candidates[new]))
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    return [places[i] for i in order], [scores[i] for i in order]


# %% optimize wrong="standardized scores" says="The scores returned are standardized."
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[i]) for i in places]
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(y) > 1 and y.std() > 0 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        best = t.max().item()
        value = acquire(mean, sd, best).clone()
        value[places] = -math.inf
        new = int(value.argmax())
        places.append(new)
        scores.append(f(candidates[new]))
    y = torch.tensor(scores, dtype=torch.float64)
    s = y.std() if len(y) > 1 and y.std() > 0 else 1.0
    return places, (y - y.mean()) / s


# %% optimize wrong="the best alone" says="The best trial alone is returned."
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[i]) for i in places]
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(y) > 1 and y.std() > 0 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        best = t.max().item()
        value = acquire(mean, sd, best).clone()
        value[places] = -math.inf
        new = int(value.argmax())
        places.append(new)
        scores.append(f(candidates[new]))
    return places[scores.index(max(scores))], max(scores)


# %% optimize correct="scores counted as a set"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []
    for place in range(num_trials):
        if place >= num_starts:
            y = torch.tensor(scores, dtype=torch.float64)
            s = 1.0 if len(set(scores)) == 1 else y.std()
            t = (y - y.mean()) / s
            value = acquire(*surrogate(candidates[places], t, candidates), t.max().item())
            place = max(
                set(range(len(candidates))) - {*places}, key=lambda i: (value[i].item(), -i)
            )
        places.append(place)
        scores.append(f(candidates[place]))
    return places, scores


# %% halving correct="a list that is cut"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive = list(configs)
    done, now = 0, min_epochs
    while now < max_epochs:
        scored = [(train(config, done, now), -i) for i, config in enumerate(alive)]
        ranked = sorted(range(len(alive)), key=lambda i: scored[i], reverse=True)
        keep = max(1, len(alive) // eta)
        alive = [alive[i] for i in sorted(ranked[:keep])]
        done, now = now, now * eta
    final = [train(config, done, now) for config in alive]
    return alive[final.index(max(final))]


# %% halving correct="recursive"
def successive_halving(configs, train, eta, min_epochs, max_epochs, done=0):
    scores = [train(c, done, min_epochs) for c in configs]
    order = sorted(range(len(configs)), key=lambda i: scores[i], reverse=True)
    if min_epochs >= max_epochs:
        return configs[order[0]]
    keep = order[: max(len(configs) // eta, 1)]
    left = [configs[i] for i in sorted(keep)]
    return successive_halving(left, train, eta, min_epochs * eta, max_epochs, min_epochs)


# %% halving correct="in tensors"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive = torch.arange(len(configs))
    previous, epochs = 0, min_epochs
    while True:
        scores = torch.tensor(
            [train(configs[int(i)], previous, epochs) for i in alive], dtype=torch.float64
        )
        order = scores.argsort(descending=True, stable=True)
        if epochs == max_epochs:
            return configs[int(alive[order[0]])]
        kept = order[: max(1, len(alive) // eta)].sort().values
        alive = alive[kept]
        previous, epochs = epochs, epochs * eta


# %% halving wrong="restarts" says="Each rung trains from 0 again."
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive, done, epochs = list(range(len(configs))), 0, min_epochs
    while True:
        scores = {i: train(configs[i], 0, epochs) for i in alive}
        order = sorted(alive, key=lambda i: (-scores[i], i))
        if epochs >= max_epochs:
            return configs[order[0]]
        keep = max(1, len(alive) // eta)
        alive = order[:keep]
        done, epochs = epochs, epochs * eta


# %% halving wrong="the worst" says="The worst are kept."
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive, done, epochs = list(range(len(configs))), 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, epochs) for i in alive}
        order = sorted(alive, key=lambda i: (scores[i], i))
        if epochs >= max_epochs:
            return configs[order[0]]
        keep = max(1, len(alive) // eta)
        alive = order[:keep]
        done, epochs = epochs, epochs * eta


# %% halving wrong="n/eta each time" says="Each time as many are kept as after the first rung"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive, done, epochs = list(range(len(configs))), 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, epochs) for i in alive}
        order = sorted(alive, key=lambda i: (-scores[i], i))
        if epochs >= max_epochs:
            return configs[order[0]]
        keep = max(1, len(configs) // eta)
        alive = order[:keep]
        done, epochs = epochs, epochs * eta


# %% halving wrong="eta are kept" says="eta are kept. Keep one in eta."
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive, done, epochs = list(range(len(configs))), 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, epochs) for i in alive}
        order = sorted(alive, key=lambda i: (-scores[i], i))
        if epochs >= max_epochs:
            return configs[order[0]]
        keep = min(eta, len(alive))
        alive = order[:keep]
        done, epochs = epochs, epochs * eta


# %% halving wrong="a half" says="A half is kept each time."
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive, done, epochs = list(range(len(configs))), 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, epochs) for i in alive}
        order = sorted(alive, key=lambda i: (-scores[i], i))
        if epochs >= max_epochs:
            return configs[order[0]]
        keep = max(1, len(alive) // 2)
        alive = order[:keep]
        done, epochs = epochs, epochs * eta


# %% halving wrong="all but one in eta" says="All but one in eta are kept."
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive, done, epochs = list(range(len(configs))), 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, epochs) for i in alive}
        order = sorted(alive, key=lambda i: (-scores[i], i))
        if epochs >= max_epochs:
            return configs[order[0]]
        keep = max(1, len(alive) - len(alive) // eta)
        alive = order[:keep]
        done, epochs = epochs, epochs * eta


# %% halving wrong="rounded up" says="You round up how many are kept."
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive, done, epochs = list(range(len(configs))), 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, epochs) for i in alive}
        order = sorted(alive, key=lambda i: (-scores[i], i))
        if epochs >= max_epochs:
            return configs[order[0]]
        keep = math.ceil(len(alive) / eta)
        alive = order[:keep]
        done, epochs = epochs, epochs * eta


# %% halving wrong="nobody dropped" says="Nobody is dropped."
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive, done, epochs = list(range(len(configs))), 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, epochs) for i in alive}
        order = sorted(alive, key=lambda i: (-scores[i], i))
        if epochs >= max_epochs:
            return configs[order[0]]
        keep = max(1, len(alive) // eta)
        alive = order
        done, epochs = epochs, epochs * eta


# %% halving wrong="the dropped are trained on" says="Those that were dropped are trained on."
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive, done, epochs = list(range(len(configs))), 0, min_epochs
    while True:
        scores = [train(config, done, epochs) for config in configs]
        alive = sorted(alive, key=lambda i: (-scores[i], i))
        if epochs >= max_epochs:
            return configs[alive[0]]
        alive = alive[: max(1, len(alive) // eta)]
        done, epochs = epochs, epochs * eta


# %% halving wrong="three digits of a score"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive, done, epochs = list(range(len(configs))), 0, min_epochs
    while True:
        scores = {i: float(f"{train(configs[i], done, epochs):.3f}") for i in alive}
        alive = sorted(alive, key=lambda i: (-scores[i], i))
        if epochs >= max_epochs:
            return configs[alive[0]]
        alive = alive[: max(1, len(alive) // eta)]
        done, epochs = epochs, epochs * eta


# %% halving wrong="stops at one" says="You stop as soon as one is left."
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive, done, epochs = list(range(len(configs))), 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, epochs) for i in alive}
        order = sorted(alive, key=lambda i: (-scores[i], i))
        if epochs >= max_epochs or len(alive) == 1:
            return configs[order[0]]
        keep = max(1, len(alive) // eta)
        alive = order[:keep]
        if len(alive) == 1:
            return configs[alive[0]]
        done, epochs = epochs, epochs * eta


# %% halving wrong="later of equals" says="Of two equal scores the later one is kept."
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive, done, epochs = list(range(len(configs))), 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, epochs) for i in alive}
        order = sorted(alive, key=lambda i: (-scores[i], -i))
        if epochs >= max_epochs:
            return configs[order[0]]
        keep = max(1, len(alive) // eta)
        alive = order[:keep]
        done, epochs = epochs, epochs * eta


# %% halving wrong="rungs evenly" says="The rungs are min_epochs apart."
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive, done, epochs = list(range(len(configs))), 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, epochs) for i in alive}
        order = sorted(alive, key=lambda i: (-scores[i], i))
        if epochs >= max_epochs:
            return configs[order[0]]
        keep = max(1, len(alive) // eta)
        alive = order[:keep]
        done, epochs = epochs, epochs + min_epochs


# %% halving wrong="rungs doubled" says="The rungs are twice as many epochs each."
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive, done, epochs = list(range(len(configs))), 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, epochs) for i in alive}
        order = sorted(alive, key=lambda i: (-scores[i], i))
        if epochs * 2 > max_epochs:
            return configs[order[0]]
        keep = max(1, len(alive) // eta)
        alive = order[:keep]
        done, epochs = epochs, epochs * 2


# %% halving wrong="the score" says="The winner's score is returned."
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive, done, epochs = list(range(len(configs))), 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, epochs) for i in alive}
        order = sorted(alive, key=lambda i: (-scores[i], i))
        if epochs >= max_epochs:
            return scores[order[0]]
        keep = max(1, len(alive) // eta)
        alive = order[:keep]
        done, epochs = epochs, epochs * eta


# %% halving wrong="the place" says="The winner's place is returned."
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive, done, epochs = list(range(len(configs))), 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, epochs) for i in alive}
        order = sorted(alive, key=lambda i: (-scores[i], i))
        if epochs >= max_epochs:
            return order[0]
        keep = max(1, len(alive) // eta)
        alive = order[:keep]
        done, epochs = epochs, epochs * eta


# %% halving wrong="best of any age" says="The winner is the one with the best score of any age."
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive, done, epochs = list(range(len(configs))), 0, min_epochs
    seen = {}
    while True:
        scores = {i: train(configs[i], done, epochs) for i in alive}
        for i in alive:
            seen[i] = max(scores[i], seen.get(i, -math.inf))
        order = sorted(alive, key=lambda i: (-scores[i], i))
        if epochs >= max_epochs:
            return configs[max(seen, key=seen.get)]
        keep = max(1, len(alive) // eta)
        alive = order[:keep]
        done, epochs = epochs, epochs * eta


# %% halving wrong="one epoch skipped" says="The epochs begin one later than the last rung ended."
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive, done, epochs = list(range(len(configs))), 0, min_epochs
    while True:
        scores = {i: train(configs[i], done + 1, epochs) for i in alive}
        order = sorted(alive, key=lambda i: (-scores[i], i))
        if epochs >= max_epochs:
            return configs[order[0]]
        keep = max(1, len(alive) // eta)
        alive = order[:keep]
        done, epochs = epochs, epochs * eta


# %% halving wrong="one rung" says="Only one rung: all are trained to max_epochs."
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive, done, epochs = list(range(len(configs))), 0, max_epochs
    while True:
        scores = {i: train(configs[i], done, epochs) for i in alive}
        order = sorted(alive, key=lambda i: (-scores[i], i))
        if epochs >= max_epochs:
            return configs[order[0]]
        keep = max(1, len(alive) // eta)
        alive = order[:keep]
        done, epochs = epochs, epochs * eta


# %% halving wrong="none left"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive, done, epochs = list(range(len(configs))), 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, epochs) for i in alive}
        order = sorted(alive, key=lambda i: (-scores[i], i))
        if epochs >= max_epochs:
            return configs[order[0]]
        keep = len(alive) // eta
        alive = order[:keep]
        done, epochs = epochs, epochs * eta


# %% halving wrong="the first of those that one more halving leaves"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive, done, epochs = list(range(len(configs))), 0, min_epochs
    while epochs <= max_epochs:
        scores = [train(configs[i], done, epochs) for i in alive]
        best = sorted(range(len(alive)), key=lambda k: -scores[k])
        alive = sorted(alive[k] for k in best[: max(1, len(alive) // eta)])
        done, epochs = epochs, epochs * eta
    return configs[alive[0]]


# %% halving wrong="rungs by a logarithm"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive, done = list(range(len(configs))), 0
    for rung in range(int(math.log(max_epochs / min_epochs) / math.log(eta)) + 1):
        epochs = min_epochs * eta**rung
        scores = {i: train(configs[i], done, epochs) for i in alive}
        alive, done = sorted(alive, key=lambda i: (-scores[i], i)), epochs
        if epochs < max_epochs:
            alive = alive[: max(1, len(alive) // eta)]
    return configs[alive[0]]


# %% halving wrong="nobody left" says="Nobody is left where fewer than eta are there. Keep one at least."
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive, done, epochs = list(range(len(configs))), 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, epochs) for i in alive}
        order = sorted(alive, key=lambda i: (-scores[i], i))
        if epochs == max_epochs:
            return configs[order[0]]
        alive = order[: len(alive) // eta]
        done, epochs = epochs, epochs * eta


# %% halving wrong="the best of nobody" says="Where fewer than eta are there, none is left. Keep one at least."
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive, done, epochs = list(range(len(configs))), 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, epochs) for i in alive}
        if epochs == max_epochs:
            return configs[max(scores, key=scores.get)]
        alive = sorted(sorted(alive, key=lambda i: -scores[i])[: len(alive) // eta])
        done, epochs = epochs, epochs * eta


# %% brackets correct="fractions"
def brackets(R, eta):
    from fractions import Fraction

    s_max = 0
    while eta ** (s_max + 1) <= R:
        s_max += 1
    result = []
    for s in reversed(range(s_max + 1)):
        n = math.ceil(Fraction((s_max + 1) * eta**s, s + 1))
        result.append((n, R // eta**s))
    return result


# %% brackets correct="by dividing R"
def brackets(R, eta):
    s_max, rest = 0, R
    while rest >= eta:
        rest //= eta
        s_max += 1
    out = []
    for s in range(s_max, -1, -1):
        top = (s_max + 1) * eta**s
        out.append([(top + s) // (s + 1), R // eta**s])
    return out


# %% brackets correct="a careful logarithm"
def brackets(R, eta):
    s_max = round(math.log(R, eta))
    if eta**s_max > R:
        s_max -= 1
    return [(-((-(s_max + 1) * eta**s) // (s + 1)), R // eta**s) for s in range(s_max + 1)][::-1]


# %% brackets wrong="rounds first" says="You round before you multiply by etaˢ"
def brackets(R, eta):
    top = 0
    while eta ** (top + 1) <= R:
        top += 1
    result = []
    for s in range(top, -1, -1):
        n = (top + 1) // (s + 1) * eta**s
        epochs = R // eta**s
        result.append((n, epochs))
    return result


# %% brackets wrong="rounds up first" says="You round up before you multiply by etaˢ."
def brackets(R, eta):
    top = 0
    while eta ** (top + 1) <= R:
        top += 1
    result = []
    for s in range(top, -1, -1):
        n = math.ceil((top + 1) / (s + 1)) * eta**s
        epochs = R // eta**s
        result.append((n, epochs))
    return result


# %% brackets wrong="rounds down" says="You round n down."
def brackets(R, eta):
    top = 0
    while eta ** (top + 1) <= R:
        top += 1
    result = []
    for s in range(top, -1, -1):
        n = (top + 1) * eta**s // (s + 1)
        epochs = R // eta**s
        result.append((n, epochs))
    return result


# %% brackets wrong="rounds to the nearest" says="n is rounded to the nearest."
def brackets(R, eta):
    top = 0
    while eta ** (top + 1) <= R:
        top += 1
    result = []
    for s in range(top, -1, -1):
        n = round((top + 1) * eta**s / (s + 1))
        epochs = R // eta**s
        result.append((n, epochs))
    return result


# %% brackets wrong="a logarithm" says="The logarithm came out a little too small"
def brackets(R, eta):
    top = 0
    top = math.floor(math.log(R) / math.log(eta))
    result = []
    for s in range(top, -1, -1):
        n = math.ceil((top + 1) * eta**s / (s + 1))
        epochs = R // eta**s
        result.append((n, epochs))
    return result


# %% brackets wrong="narrowest first" says="The narrowest bracket comes first."
def brackets(R, eta):
    top = 0
    while eta ** (top + 1) <= R:
        top += 1
    result = []
    for s in range(top + 1):
        n = math.ceil((top + 1) * eta**s / (s + 1))
        epochs = R // eta**s
        result.append((n, epochs))
    return result


# %% brackets wrong="etaˢ settings" says="n is etaˢ, and the factor"
def brackets(R, eta):
    top = 0
    while eta ** (top + 1) <= R:
        top += 1
    result = []
    for s in range(top, -1, -1):
        n = eta**s
        epochs = R // eta**s
        result.append((n, epochs))
    return result


# %% brackets wrong="s_max for s_max + 1" says="(s_max + 1)/(s + 1) has s_max for s_max + 1."
def brackets(R, eta):
    top = 0
    while eta ** (top + 1) <= R:
        top += 1
    result = []
    for s in range(top, -1, -1):
        n = math.ceil(top * eta**s / (s + 1))
        epochs = R // eta**s
        result.append((n, epochs))
    return result


# %% brackets wrong="the last missing" says="The last bracket, s = 0, is missing."
def brackets(R, eta):
    top = 0
    while eta ** (top + 1) <= R:
        top += 1
    result = []
    for s in range(top, 0, -1):
        n = math.ceil((top + 1) * eta**s / (s + 1))
        epochs = R // eta**s
        result.append((n, epochs))
    return result


# %% brackets wrong="the first missing" says="The broadest bracket, s = s_max, is missing."
def brackets(R, eta):
    top = 0
    while eta ** (top + 1) <= R:
        top += 1
    result = []
    for s in range(top - 1, -1, -1):
        n = math.ceil((top + 1) * eta**s / (s + 1))
        epochs = R // eta**s
        result.append((n, epochs))
    return result


# %% brackets wrong="exchanged" says="The pairs are exchanged"
def brackets(R, eta):
    top = 0
    while eta ** (top + 1) <= R:
        top += 1
    result = []
    for s in range(top, -1, -1):
        n = math.ceil((top + 1) * eta**s / (s + 1))
        epochs = R // eta**s
        result.append((epochs, n))
    return result


# %% brackets wrong="etaˢ epochs" says="The epochs are etaˢ."
def brackets(R, eta):
    top = 0
    while eta ** (top + 1) <= R:
        top += 1
    result = []
    for s in range(top, -1, -1):
        n = math.ceil((top + 1) * eta**s / (s + 1))
        epochs = eta**s
        result.append((n, epochs))
    return result


# %% brackets wrong="broken epochs" says="The epochs are no whole numbers."
def brackets(R, eta):
    top = 0
    while eta ** (top + 1) <= R:
        top += 1
    result = []
    for s in range(top, -1, -1):
        n = math.ceil((top + 1) * eta**s / (s + 1))
        epochs = R / eta**s
        result.append((n, epochs))
    return result


# %% brackets wrong="epochs rounded up" says="The epochs are rounded up."
def brackets(R, eta):
    top = 0
    while eta ** (top + 1) <= R:
        top += 1
    result = []
    for s in range(top, -1, -1):
        n = math.ceil((top + 1) * eta**s / (s + 1))
        epochs = math.ceil(R / eta**s)
        result.append((n, epochs))
    return result


# %% brackets wrong="R epochs" says="Each bracket has R epochs to begin with."
def brackets(R, eta):
    top = 0
    while eta ** (top + 1) <= R:
        top += 1
    result = []
    for s in range(top, -1, -1):
        n = math.ceil((top + 1) * eta**s / (s + 1))
        epochs = R
        result.append((n, epochs))
    return result


# %% brackets wrong="one too many" says="One bracket too many"
def brackets(R, eta):
    top = 0
    while eta**top <= R:
        top += 1
    result = []
    for s in range(top, -1, -1):
        n = math.ceil((top + 1) * eta**s / (s + 1))
        epochs = R // eta**s
        result.append((n, epochs))
    return result


# %% brackets wrong="down and one more" says="n is rounded down, and 1 is added"
def brackets(R, eta):
    top = 0
    while eta ** (top + 1) <= R:
        top += 1
    result = []
    for s in range(top, -1, -1):
        n = (top + 1) * eta**s // (s + 1) + 1
        epochs = R // eta**s
        result.append((n, epochs))
    return result


# %% brackets wrong="factor upside down" says="The factor (s_max + 1)/(s + 1) is upside down."
def brackets(R, eta):
    top = 0
    while eta ** (top + 1) <= R:
        top += 1
    result = []
    for s in range(top, -1, -1):
        n = math.ceil((s + 1) * eta**s / (top + 1))
        epochs = R // eta**s
        result.append((n, epochs))
    return result


# %% brackets wrong="no etaˢ" says="n has no factor etaˢ."
def brackets(R, eta):
    top = 0
    while eta ** (top + 1) <= R:
        top += 1
    result = []
    for s in range(top, -1, -1):
        n = math.ceil((top + 1) / (s + 1))
        epochs = R // eta**s
        result.append((n, epochs))
    return result


# %% brackets wrong="epochs to the nearest" says="The epochs are rounded to the nearest. Round them down."
def brackets(R, eta):
    top = 0
    while eta ** (top + 1) <= R:
        top += 1
    result = []
    for s in range(top, -1, -1):
        n = math.ceil((top + 1) * eta**s / (s + 1))
        epochs = round(R / eta**s)
        result.append((n, epochs))
    return result


# %% brackets wrong="powers for epochs" says="The epochs are eta to the power s_max − s"
def brackets(R, eta):
    top = 0
    while eta ** (top + 1) <= R:
        top += 1
    result = []
    for s in range(top, -1, -1):
        n = math.ceil((top + 1) * eta**s / (s + 1))
        epochs = eta ** (top - s)
        result.append((n, epochs))
    return result


# %% expected-best correct="a loop"
def expected_best(scores, n):
    x = sorted(scores.tolist())
    m = len(x)
    return sum(x[i] * (((i + 1) / m) ** n - (i / m) ** n) for i in range(m))


# %% expected-best correct="the last minus steps"
def expected_best(scores, n):
    x = scores.sort().values
    m = len(x)
    below = (torch.arange(1, m, dtype=torch.float64) / m) ** n
    return x[-1] - (below * x.diff()).sum()


# %% expected-best correct="in NumPy"
def expected_best(scores, n):
    import numpy as np

    x = np.sort(scores.numpy())
    F = (np.arange(1, len(x) + 1) / len(x)) ** n
    return np.sum(x * np.diff(F, prepend=0))


# %% expected-best wrong="mean" says="That is the mean of the scores"
def expected_best(scores, n):
    x, m = scores.sort().values, len(scores)
    i = torch.arange(1, m + 1, dtype=torch.float64)
    weights = (i / m) ** n - ((i - 1) / m) ** n
    return x.mean().item()


# %% expected-best wrong="max" says="That is the largest score of all."
def expected_best(scores, n):
    x, m = scores.sort().values, len(scores)
    i = torch.arange(1, m + 1, dtype=torch.float64)
    weights = (i / m) ** n - ((i - 1) / m) ** n
    return x.max().item()


# %% expected-best wrong="without replacement" says="You draw without replacement."
def expected_best(scores, n):
    from itertools import combinations

    n = min(n, len(scores))
    best = [max(some) for some in combinations(scores.tolist(), n)]
    return sum(best) / len(best)


# %% expected-best wrong="the worst" says="That is the mean of the worst of n"
def expected_best(scores, n):
    x, m = scores.sort(descending=True).values, len(scores)
    i = torch.arange(1, m + 1, dtype=torch.float64)
    weights = (i / m) ** n - ((i - 1) / m) ** n
    return (x * weights).sum().item()


# %% expected-best wrong="unsorted" says="The scores are not sorted."
def expected_best(scores, n):
    x, m = scores, len(scores)
    i = torch.arange(1, m + 1, dtype=torch.float64)
    weights = (i / m) ** n - ((i - 1) / m) ** n
    return (x * weights).sum().item()


# %% expected-best wrong="n − 1" says="That is for n − 1 trials."
def expected_best(scores, n):
    x, m = scores.sort().values, len(scores)
    i = torch.arange(1, m + 1, dtype=torch.float64)
    weights = (i / m) ** (n - 1) - ((i - 1) / m) ** (n - 1)
    return (x * weights).sum().item()


# %% expected-best wrong="n + 1" says="That is for n + 1 trials."
def expected_best(scores, n):
    x, m = scores.sort().values, len(scores)
    i = torch.arange(1, m + 1, dtype=torch.float64)
    weights = (i / m) ** (n + 1) - ((i - 1) / m) ** (n + 1)
    return (x * weights).sum().item()


# %% expected-best wrong="the n best" says="That is the mean of the n best scores."
def expected_best(scores, n):
    x, m = scores.sort().values, len(scores)
    i = torch.arange(1, m + 1, dtype=torch.float64)
    weights = (i / m) ** n - ((i - 1) / m) ** n
    return x[-n:].mean().item()


# %% expected-best wrong="the first n" says="That is the best of the first n scores."
def expected_best(scores, n):
    x, m = scores.sort().values, len(scores)
    i = torch.arange(1, m + 1, dtype=torch.float64)
    weights = (i / m) ** n - ((i - 1) / m) ** n
    return scores[:n].max().item()


# %% expected-best wrong="no steps" says="You add up the scores times (i/m)ⁿ."
def expected_best(scores, n):
    x, m = scores.sort().values, len(scores)
    i = torch.arange(1, m + 1, dtype=torch.float64)
    weights = (i / m) ** n
    return (x * weights).sum().item()


# %% expected-best wrong="a median" says="That is a quantile, the median of the best."
def expected_best(scores, n):
    x, m = scores.sort().values, len(scores)
    i = torch.arange(1, m + 1, dtype=torch.float64)
    weights = (i / m) ** n - ((i - 1) / m) ** n
    return x[math.ceil(m * 0.5 ** (1 / n)) - 1].item()


# %% expected-best wrong="n times the mean" says="That is the number n times the mean."
def expected_best(scores, n):
    x, m = scores.sort().values, len(scores)
    i = torch.arange(1, m + 1, dtype=torch.float64)
    weights = (i / m) ** n - ((i - 1) / m) ** n
    return n * x.mean().item()


# %% expected-best wrong="one place late" says="The steps belong one place further"
def expected_best(scores, n):
    x, m = scores.sort().values, len(scores)
    i = torch.arange(1, m + 1, dtype=torch.float64)
    weights = ((i - 1) / m) ** n - ((i - 2).clamp(min=0) / m) ** n
    return (x * weights).sum().item()


# %% expected-best wrong="power of the difference" says="The power is taken after the difference."
def expected_best(scores, n):
    x, m = scores.sort().values, len(scores)
    i = torch.arange(1, m + 1, dtype=torch.float64)
    weights = (i / m - (i - 1) / m) ** n
    return (x * weights).sum().item()


# %% expected-best wrong="root" says="The root is taken, 1/n, in place of the power n."
def expected_best(scores, n):
    x, m = scores.sort().values, len(scores)
    i = torch.arange(1, m + 1, dtype=torch.float64)
    weights = (i / m) ** (1 / n) - ((i - 1) / m) ** (1 / n)
    return (x * weights).sum().item()


# %% expected-best wrong="m + 1" says="You divide by m + 1"
def expected_best(scores, n):
    x, m = scores.sort().values, len(scores)
    i = torch.arange(1, m + 1, dtype=torch.float64)
    weights = (i / (m + 1)) ** n - ((i - 1) / (m + 1)) ** n
    return (x * weights).sum().item()


# %% expected-best wrong="at most m" says="n is cut at the number of scores."
def expected_best(scores, n):
    n = min(n, len(scores))
    x, m = scores.sort().values, len(scores)
    i = torch.arange(1, m + 1, dtype=torch.float64)
    weights = (i / m) ** n - ((i - 1) / m) ** n
    return (x * weights).sum().item()


# %% expected-best wrong="without doubles" says="Equal scores are counted once."
def expected_best(scores, n):
    scores = torch.tensor(sorted(set(scores.tolist())))
    x, m = scores.sort().values, len(scores)
    i = torch.arange(1, m + 1, dtype=torch.float64)
    weights = (i / m) ** n - ((i - 1) / m) ** n
    return (x * weights).sum().item()


# %% expected-best wrong="powers of whole numbers"
def expected_best(scores, n):
    x, m = scores.sort().values, len(scores)
    below = torch.arange(m + 1) ** n / m**n  # too large for int64
    return (x * below.diff()).sum().item()


# %% tune correct="by lot, all to the end"
def tune(train, judge, budget, generator):
    best, best_score = None, -1.0
    for _ in range(budget // 12):
        u = torch.rand(2, generator=generator).tolist()
        config = {"lr": 1e-4 * 1e5 ** u[0], "momentum": 1 - 0.01 * 100 ** u[1]}
        score = train(config, 12)
        if score > best_score:
            best, best_score = config, score
    return best, judge(best)


# %% tune correct="a grid on the log scale, narrower where it pays"
def tune(train, judge, budget, generator):
    spent, results = 0, []
    for lr in (0.3, 0.1, 1.0, 0.03, 0.5, 0.2, 0.7, 0.05):
        for momentum in (0.5, 0.0, 0.8):
            if spent + 12 <= budget:
                results.append((train({"lr": lr, "momentum": momentum}, 12), lr, momentum))
                spent += 12
    _, lr, momentum = max(results)
    config = {"lr": lr, "momentum": momentum}
    return config, judge(config)


# %% tune correct="halving until the budget ends"
def tune(train, judge, budget, generator):
    def draw_one():
        u, v = torch.rand(2, generator=generator).tolist()
        return {"lr": 10 ** (-4 + 5 * u), "momentum": 1 - 10 ** (-2 + 2 * v)}

    alive = [draw_one() for _ in range(budget // 5)]
    left = budget
    last = {}
    steps = 1
    while True:
        scores = []
        for config in alive:
            if left < steps:
                break
            scores.append(train(config, steps))
            left -= steps
        if len(scores) < len(alive) or len(alive) == 1:
            return alive[0], judge(alive[0])
        order = sorted(range(len(alive)), key=lambda i: scores[i], reverse=True)
        alive = [alive[i] for i in order[: max(1, len(alive) // 3)]]
        steps *= 2


# %% tune wrong="promises the best score" says="The promise is the best validation score, by which the setting was chosen"
def tune(train, judge, budget, generator):
    best, best_score = None, -1.0
    for _ in range(budget // 12):
        u = torch.rand(2, generator=generator).tolist()
        config = {"lr": 1e-4 * 1e5 ** u[0], "momentum": 1 - 0.01 * 100 ** u[1]}
        score = train(config, 12)
        if score > best_score:
            best, best_score = config, score
    promise = best_score
    return best, promise


# %% tune wrong="asks and does not listen" says="`judge` was asked, and the promise is still the best validation score."
def tune(train, judge, budget, generator):
    best, best_score = None, -1.0
    for _ in range(budget // 12):
        u = torch.rand(2, generator=generator).tolist()
        config = {"lr": 1e-4 * 1e5 ** u[0], "momentum": 1 - 0.01 * 100 ** u[1]}
        score = train(config, 12)
        if score > best_score:
            best, best_score = config, score
    promise = judge(best)
    return best, best_score


# %% tune wrong="judges every trial" says="`judge` was asked a second time."
def tune(train, judge, budget, generator):
    best, best_score = None, -1.0
    for _ in range(budget // 12):
        u = torch.rand(2, generator=generator).tolist()
        config = {"lr": 1e-4 * 1e5 ** u[0], "momentum": 1 - 0.01 * 100 ** u[1]}
        train(config, 12)
        score = judge(config)
        if score > best_score:
            best, best_score = config, score
    promise = judge(best)
    return best, promise


# %% tune wrong="judges the last" says="`judge` was asked about another configuration than is returned."
def tune(train, judge, budget, generator):
    best, best_score = None, -1.0
    for _ in range(budget // 12):
        u = torch.rand(2, generator=generator).tolist()
        config = {"lr": 1e-4 * 1e5 ** u[0], "momentum": 1 - 0.01 * 100 ** u[1]}
        score = train(config, 12)
        if score > best_score:
            best, best_score = config, score
    promise = judge(config)
    return best, promise


# %% tune wrong="over the budget" says="More epochs were asked for than were left of the budget."
def tune(train, judge, budget, generator):
    best, best_score = None, -1.0
    for _ in range(budget // 12 + 1):
        u = torch.rand(2, generator=generator).tolist()
        config = {"lr": 1e-4 * 1e5 ** u[0], "momentum": 1 - 0.01 * 100 ** u[1]}
        score = train(config, 12)
        if score > best_score:
            best, best_score = config, score
    promise = judge(best)
    return best, promise


# %% tune wrong="one setting" says="One configuration alone was trained"
def tune(train, judge, budget, generator):
    best, best_score = None, -1.0
    for _ in range(1):
        u = torch.rand(2, generator=generator).tolist()
        config = {"lr": 1e-4 * 1e5 ** u[0], "momentum": 1 - 0.01 * 100 ** u[1]}
        score = train(config, 12)
        if score > best_score:
            best, best_score = config, score
    promise = judge(best)
    return best, promise


# %% tune wrong="nothing trained" says="Nothing was trained"
def tune(train, judge, budget, generator):
    best, best_score = None, -1.0
    for _ in range(budget // 12):
        u = torch.rand(2, generator=generator).tolist()
        config = {"lr": 1e-4 * 1e5 ** u[0], "momentum": 1 - 0.01 * 100 ** u[1]}
        score = 0.5
        if score > best_score:
            best, best_score = config, score
    promise = judge(best)
    return best, promise


# %% tune wrong="another setting returned" says="The configuration that is returned was never trained."
def tune(train, judge, budget, generator):
    best, best_score = None, -1.0
    for _ in range(budget // 12):
        u = torch.rand(2, generator=generator).tolist()
        config = {"lr": 1e-4 * 1e5 ** u[0], "momentum": 1 - 0.01 * 100 ** u[1]}
        score = train(config, 12)
        if score > best_score:
            best, best_score = config, score
    best = {"lr": best["lr"] / 2, "momentum": best["momentum"]}
    promise = judge(best)
    return best, promise


# %% tune wrong="exchanged" says="The first result is no configuration"
def tune(train, judge, budget, generator):
    best, best_score = None, -1.0
    for _ in range(budget // 12):
        u = torch.rand(2, generator=generator).tolist()
        config = {"lr": 1e-4 * 1e5 ** u[0], "momentum": 1 - 0.01 * 100 ** u[1]}
        score = train(config, 12)
        if score > best_score:
            best, best_score = config, score
    promise = judge(best)
    return promise, best


# %% tune wrong="the setting alone" says="A pair is wanted: (config, promise)."
def tune(train, judge, budget, generator):
    best, best_score = None, -1.0
    for _ in range(budget // 12):
        u = torch.rand(2, generator=generator).tolist()
        config = {"lr": 1e-4 * 1e5 ** u[0], "momentum": 1 - 0.01 * 100 ** u[1]}
        score = train(config, 12)
        if score > best_score:
            best, best_score = config, score
    promise = judge(best)
    return best


# %% tune wrong="the worst" says="is below 0.60 when its choice is trained"
def tune(train, judge, budget, generator):
    best, best_score = None, 2.0
    for _ in range(budget // 12):
        u = torch.rand(2, generator=generator).tolist()
        config = {"lr": 1e-4 * 1e5 ** u[0], "momentum": 1 - 0.01 * 100 ** u[1]}
        score = train(config, 12)
        if score < best_score:
            best, best_score = config, score
    promise = judge(best)
    return best, promise


# %% tune wrong="momentum left out" says="The first result is no configuration"
def tune(train, judge, budget, generator):
    best, best_score = None, -1.0
    for _ in range(budget // 12):
        u = torch.rand(2, generator=generator).tolist()
        config = {"lr": 1e-4 * 1e5 ** u[0], "momentum": 1 - 0.01 * 100 ** u[1]}
        score = train(config, 12)
        if score > best_score:
            best, best_score = config, score
    promise = judge(best)
    return {"lr": best["lr"]}, promise


# %% tune wrong="momentum above its range" says="momentum is from 0 to 0.99; got"
def tune(train, judge, budget, generator):
    best, best_score = None, -1.0
    for _ in range(budget // 12):
        u = [0.5, 0.0] + torch.rand(2, generator=generator).tolist()
        config = {"lr": 1e-4 * 1e5 ** u[0], "momentum": 1 - 0.001 * 1000 ** u[1]}
        score = train(config, 12)
        if score > best_score:
            best, best_score = config, score
    promise = judge(best)
    return best, promise


# %% tune wrong="a promise by hand" says="The promise is not what `judge` said."
def tune(train, judge, budget, generator):
    best, best_score = None, -1.0
    for _ in range(budget // 12):
        u = torch.rand(2, generator=generator).tolist()
        config = {"lr": 1e-4 * 1e5 ** u[0], "momentum": 1 - 0.01 * 100 ** u[1]}
        score = train(config, 12)
        if score > best_score:
            best, best_score = config, score
    promise = judge(best)
    return best, promise - 0.05


# %% tune wrong="rates that explode" says="is below 0.60 when its choice is trained"
def tune(train, judge, budget, generator):
    best, best_score = None, -1.0
    for _ in range(budget // 12):
        u = torch.rand(2, generator=generator).tolist()
        config = {"lr": 6 + 4 * u[0], "momentum": 0.95}
        score = train(config, 12)
        if score > best_score:
            best, best_score = config, score
    promise = judge(best)
    return best, promise


# %% tune wrong="the global generator" says="From the same generator another configuration comes"
def tune(train, judge, budget, generator):
    best, best_score = None, -1.0
    for _ in range(budget // 12):
        u = torch.rand(2).tolist()
        config = {"lr": 1e-4 * 1e5 ** u[0], "momentum": 1 - 0.01 * 100 ** u[1]}
        score = train(config, 12)
        if score > best_score:
            best, best_score = config, score
    return best, judge(best)
