# %% log-uniform right="as in the hints: stretch torch.rand between the logs, then exp"
def log_uniform(low: float, high: float, n: int, generator: torch.Generator) -> torch.Tensor:
    u = torch.rand(n, generator=generator, dtype=torch.float64)
    logs = math.log(low) + (math.log(high) - math.log(low)) * u
    return torch.exp(logs)

# %% log-uniform right="one-liner: low times a power of the factor"
def log_uniform(low, high, n, generator):
    return low * (high / low) ** torch.rand(n, generator=generator, dtype=torch.float64)

# %% log-uniform right="scipy.stats.loguniform with a seed drawn from the generator"
def log_uniform(low, high, n, generator):
    seed = torch.randint(2**31, (), generator=generator).item()
    return torch.from_numpy(stats.loguniform(low, high).rvs(size=n, random_state=seed))

# %% log-uniform right="beginner: a loop, one number at a time, base 10"
def log_uniform(low: float, high: float, n: int, generator: torch.Generator) -> torch.Tensor:
    a = math.log10(low)
    b = math.log10(high)
    numbers = []
    for i in range(n):
        u = torch.rand(1, generator=generator, dtype=torch.float64).item()
        exponent = a + u * (b - a)
        numbers.append(10**exponent)
    return torch.tensor(numbers, dtype=torch.float64)

# %% log-uniform right="in-place uniform_ on an empty tensor"
def log_uniform(low, high, n, generator):
    x = torch.empty(n, dtype=torch.float64)
    x.uniform_(math.log(low), math.log(high), generator=generator)
    return x.exp_()

# %% log-uniform right="NumPy generator seeded from the torch generator, base 2"
import numpy as np


def log_uniform(low, high, n, generator):
    rng = np.random.default_rng(int(torch.randint(0, 2**62, (1,), generator=generator)))
    return torch.as_tensor(np.exp2(rng.uniform(np.log2(low), np.log2(high), size=n)))

# %% log-uniform right="counts down from the high end, and lerps"
def log_uniform(low, high, n, generator):
    ends = torch.tensor([low, high], dtype=torch.float64).log()
    u = torch.rand(n, dtype=torch.float64, generator=generator)
    return torch.lerp(ends[1], ends[0], u).exp()

# %% log-uniform right="Python's random.Random with a drawn seed"
import random


def log_uniform(low, high, n, generator):
    r = random.Random(torch.randint(2**40, (), generator=generator).item())
    return torch.tensor([math.exp(r.uniform(math.log(low), math.log(high))) for _ in range(n)], dtype=torch.double)

# %% log-uniform wrong="draws the number itself evenly, no logarithm"
def log_uniform(low, high, n, generator):
    u = torch.rand(n, generator=generator, dtype=torch.float64)
    return low + (high - low) * u

# %% log-uniform wrong="returns the logarithms, forgets exp"
def log_uniform(low, high, n, generator):
    u = torch.rand(n, generator=generator, dtype=torch.float64)
    return math.log(low) + (math.log(high) - math.log(low)) * u

# %% log-uniform wrong="log10 on the way in, exp on the way out"
def log_uniform(low, high, n, generator):
    u = torch.rand(n, generator=generator, dtype=torch.float64)
    a, b = math.log10(low), math.log10(high)
    return torch.exp(a + (b - a) * u)

# %% log-uniform wrong="result is float32"
def log_uniform(low, high, n, generator):
    u = torch.rand(n, generator=generator)
    return torch.exp(math.log(low) + (math.log(high) - math.log(low)) * u)

# %% log-uniform wrong="forgets the generator, draws from the global one"
def log_uniform(low, high, n, generator):
    u = torch.rand(n, dtype=torch.float64)
    return torch.exp(math.log(low) + (math.log(high) - math.log(low)) * u)

# %% log-uniform wrong="seeds the generator anew at each call"
def log_uniform(low, high, n, generator):
    generator.manual_seed(0)
    u = torch.rand(n, generator=generator, dtype=torch.float64)
    return torch.exp(math.log(low) + (math.log(high) - math.log(low)) * u)

# %% log-uniform wrong="uses the generator's initial seed, so each call gives the same and it does not move"
def log_uniform(low, high, n, generator):
    return torch.from_numpy(stats.loguniform(low, high).rvs(size=n, random_state=generator.initial_seed() % 2**32))

# %% log-uniform wrong="draws one number and repeats it n times"
def log_uniform(low, high, n, generator):
    u = torch.rand(1, generator=generator, dtype=torch.float64)
    return torch.exp(math.log(low) + (math.log(high) - math.log(low)) * u).repeat(n)

# %% log-uniform wrong="stretches by log high instead of the difference of the logs"
def log_uniform(low, high, n, generator):
    u = torch.rand(n, generator=generator, dtype=torch.float64)
    return torch.exp(math.log(low) + math.log(high) * u)

# %% log-uniform wrong="normal numbers instead of uniform ones"
def log_uniform(low, high, n, generator):
    z = torch.randn(n, generator=generator, dtype=torch.float64)
    a, b = math.log(low), math.log(high)
    return torch.exp((a + b) / 2 + (b - a) / 4 * z).clamp(low, high)

# %% log-uniform wrong="shape (n, 1)"
def log_uniform(low, high, n, generator):
    u = torch.rand(n, 1, generator=generator, dtype=torch.float64)
    return torch.exp(math.log(low) + (math.log(high) - math.log(low)) * u)

# %% log-uniform wrong="logarithm of an evenly drawn number, the wrong way round"
def log_uniform(low, high, n, generator):
    u = torch.rand(n, generator=generator, dtype=torch.float64)
    return torch.log(math.exp(low) + (math.exp(high) - math.exp(low)) * u)

# %% log-uniform wrong="whole powers of ten only"
def log_uniform(low, high, n, generator):
    a, b = math.floor(math.log10(low)), math.ceil(math.log10(high))
    return 10.0 ** torch.randint(a, b + 1, (n,), generator=generator).double()

# %% log-uniform wrong="logspace, evenly spaced and not drawn at all"
def log_uniform(low, high, n, generator):
    return torch.logspace(math.log10(low), math.log10(high), n, dtype=torch.float64)

# %% log-uniform wrong="the numbers come sorted, so they are not drawn each by itself" kind="sneaky"
def log_uniform(low, high, n, generator):
    u = torch.rand(n, generator=generator, dtype=torch.float64).sort().values
    return low * (high / low) ** u

# %% log-uniform wrong="stratified: one number in each n-th of the range, shuffled, not independent" kind="sneaky"
def log_uniform(low, high, n, generator):
    order = torch.randperm(n, generator=generator)
    u = (order + torch.rand(n, generator=generator, dtype=torch.float64)) / n
    return low * (high / low) ** u

# %% log-uniform wrong="draws from a clone, the generator has not moved on afterwards" kind="sneaky"
def log_uniform(low, high, n, generator):
    own = torch.Generator()
    own.set_state(generator.get_state())
    u = torch.rand(n, generator=own, dtype=torch.float64)
    return low * (high / low) ** u

# %% log-uniform wrong="draws a seed from the generator but never uses it, NumPy's global state decides" kind="sneaky"
def log_uniform(low, high, n, generator):
    torch.randint(2**31, (), generator=generator)
    return torch.from_numpy(stats.loguniform.rvs(low, high, size=n))

# %% log-uniform wrong="antithetic pairs u and 1 - u, every second number follows from another" kind="sneaky"
def log_uniform(low, high, n, generator):
    u = torch.rand((n + 1) // 2, generator=generator, dtype=torch.float64)
    u = torch.cat([u, 1 - u])[:n]
    return low * (high / low) ** u

# %% draw right="loop with if and continue as in the hints"
def draw(space: dict[str, tuple], generator: torch.Generator) -> dict[str, object]:
    result = {}
    for name, spec in space.items():
        if spec[0] == "if":
            _, other, value, inner = spec
            if other not in result or result[other] != value:
                continue
            spec = inner
        kind = spec[0]
        if kind == "log":
            low, high = spec[1], spec[2]
            u = torch.rand((), generator=generator, dtype=torch.float64).item()
            result[name] = math.exp(math.log(low) + u * (math.log(high) - math.log(low)))
        elif kind == "int":
            result[name] = torch.randint(spec[1], spec[2] + 1, (), generator=generator).item()
        else:
            values = spec[1]
            result[name] = values[torch.randint(len(values), (), generator=generator).item()]
    return result

# %% draw right="match statement with a recursive helper"
def _one(spec, so_far, generator):
    match spec:
        case ("log", low, high):
            return low * (high / low) ** torch.rand((), generator=generator).item()
        case ("int", low, high):
            return int(torch.randint(low, high + 1, (1,), generator=generator))
        case ("choice", values):
            return values[int(torch.randint(0, len(values), (1,), generator=generator))]
        case ("if", name, value, inner):
            if name in so_far and so_far[name] == value:
                return _one(inner, so_far, generator)
    return None


def draw(space, generator):
    out = {}
    for name, spec in space.items():
        value = _one(spec, out, generator)
        if value is not None:
            out[name] = value
    return out

# %% draw right="NumPy generator with a drawn seed, index for the choice"
import numpy as np


def draw(space, generator):
    rng = np.random.default_rng(torch.randint(2**60, (), generator=generator).item())
    chosen = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if spec[1] not in chosen:
                continue
            if chosen[spec[1]] != spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "log":
            chosen[name] = float(np.exp(rng.uniform(np.log(spec[1]), np.log(spec[2]))))
        if spec[0] == "int":
            chosen[name] = int(rng.integers(spec[1], spec[2], endpoint=True))
        if spec[0] == "choice":
            chosen[name] = spec[1][rng.integers(len(spec[1]))]
    return chosen

# %% draw right="Python's random.Random: randint has both ends"
import random


def draw(space, generator):
    rnd = random.Random(int(torch.randint(2**31, (1,), generator=generator)))
    ways = {
        "log": lambda low, high: math.exp(rnd.uniform(math.log(low), math.log(high))),
        "int": rnd.randint,
        "choice": rnd.choice,
    }
    missing = object()
    result = {}
    for name, (kind, *rest) in space.items():
        if kind == "if":
            other, value, (kind, *rest) = rest
            if result.get(other, missing) != value:
                continue
        result[name] = ways[kind](*rest)
    return result

# %% draw right="tensors of one number for log and int"
def draw(space, generator):
    result = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if spec[1] not in result or not bool(result[spec[1]] == spec[2]):
                continue
            spec = spec[3]
        if spec[0] == "log":
            ends = torch.tensor(spec[1:], dtype=torch.float64).log()
            result[name] = (ends[0] + ends.diff()[0] * torch.rand((), generator=generator)).exp()
        elif spec[0] == "int":
            result[name] = torch.randint(spec[1], spec[2] + 1, (), generator=generator)
        elif spec[0] == "choice":
            result[name] = spec[1][torch.randint(len(spec[1]), (), generator=generator)]
    return result

# %% draw right="draws everything first, then deletes what the conditions forbid, in order"
def draw(space: dict[str, tuple], generator: torch.Generator) -> dict[str, object]:
    everything = {}
    for name in space:
        spec = space[name]
        if spec[0] == "if":
            spec = spec[3]
        u = torch.rand(1, generator=generator, dtype=torch.float64).item()
        if spec[0] == "log":
            everything[name] = math.exp(math.log(spec[1]) * (1 - u) + math.log(spec[2]) * u)
        elif spec[0] == "int":
            everything[name] = spec[1] + math.floor(u * (spec[2] - spec[1] + 1))
        else:
            everything[name] = spec[1][math.floor(u * len(spec[1]))]
    for name in space:
        if space[name][0] == "if":
            parent = space[name][1]
            wanted = space[name][2]
            if parent not in everything:
                del everything[name]
            elif everything[parent] != wanted:
                del everything[name]
    return everything

# %% draw right="scipy distributions with a RandomState of a drawn seed, order of the result reversed"
import numpy as np


def draw(space, generator):
    state = np.random.RandomState(int(torch.randint(2**31, (), generator=generator)))
    result = {}
    for name, spec in space.items():
        if spec[0] == "if" and not (spec[1] in result and result[spec[1]] == spec[2]):
            continue
        kind, *args = spec[3] if spec[0] == "if" else spec
        if kind == "log":
            result[name] = float(stats.loguniform.rvs(*args, random_state=state))
        elif kind == "int":
            result[name] = int(stats.randint.rvs(args[0], args[1] + 1, random_state=state))
        else:
            result[name] = args[0][int(stats.randint.rvs(0, len(args[0]), random_state=state))]
    return dict(reversed(list(result.items())))

# %% draw wrong="randint without + 1: the upper end never comes"
def draw(space, generator):
    result = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if spec[1] not in result or result[spec[1]] != spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "log":
            u = torch.rand((), generator=generator).item()
            result[name] = spec[1] * (spec[2] / spec[1]) ** u
        elif spec[0] == "int":
            result[name] = torch.randint(spec[1], spec[2], (), generator=generator).item()
        else:
            result[name] = spec[1][torch.randint(len(spec[1]), (), generator=generator).item()]
    return result

# %% draw wrong="log drawn evenly between low and high"
def draw(space, generator):
    result = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if spec[1] not in result or result[spec[1]] != spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "log":
            u = torch.rand((), generator=generator).item()
            result[name] = spec[1] + (spec[2] - spec[1]) * u
        elif spec[0] == "int":
            result[name] = torch.randint(spec[1], spec[2] + 1, (), generator=generator).item()
        else:
            result[name] = spec[1][torch.randint(len(spec[1]), (), generator=generator).item()]
    return result

# %% draw wrong="the condition is never looked at, a conditional setting is always there"
def draw(space, generator):
    result = {}
    for name, spec in space.items():
        if spec[0] == "if":
            spec = spec[3]
        if spec[0] == "log":
            u = torch.rand((), generator=generator).item()
            result[name] = spec[1] * (spec[2] / spec[1]) ** u
        elif spec[0] == "int":
            result[name] = torch.randint(spec[1], spec[2] + 1, (), generator=generator).item()
        else:
            result[name] = spec[1][torch.randint(len(spec[1]), (), generator=generator).item()]
    return result

# %% draw wrong="a setting whose condition fails is None instead of absent"
def draw(space, generator):
    result = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if result.get(spec[1]) != spec[2]:
                result[name] = None
                continue
            spec = spec[3]
        if spec[0] == "log":
            u = torch.rand((), generator=generator).item()
            result[name] = spec[1] * (spec[2] / spec[1]) ** u
        elif spec[0] == "int":
            result[name] = torch.randint(spec[1], spec[2] + 1, (), generator=generator).item()
        else:
            result[name] = spec[1][torch.randint(len(spec[1]), (), generator=generator).item()]
    return result

# %% draw wrong="the condition the wrong way round"
def draw(space, generator):
    result = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if result.get(spec[1]) == spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "log":
            u = torch.rand((), generator=generator).item()
            result[name] = spec[1] * (spec[2] / spec[1]) ** u
        elif spec[0] == "int":
            result[name] = torch.randint(spec[1], spec[2] + 1, (), generator=generator).item()
        else:
            result[name] = spec[1][torch.randint(len(spec[1]), (), generator=generator).item()]
    return result

# %% draw wrong="conditions are met if the parent is there, whatever its value"
def draw(space, generator):
    result = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if spec[1] not in result:
                continue
            spec = spec[3]
        if spec[0] == "log":
            u = torch.rand((), generator=generator).item()
            result[name] = spec[1] * (spec[2] / spec[1]) ** u
        elif spec[0] == "int":
            result[name] = torch.randint(spec[1], spec[2] + 1, (), generator=generator).item()
        else:
            result[name] = spec[1][torch.randint(len(spec[1]), (), generator=generator).item()]
    return result

# %% draw wrong="the last of the choices never comes"
def draw(space, generator):
    result = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if spec[1] not in result or result[spec[1]] != spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "log":
            u = torch.rand((), generator=generator).item()
            result[name] = spec[1] * (spec[2] / spec[1]) ** u
        elif spec[0] == "int":
            result[name] = torch.randint(spec[1], spec[2] + 1, (), generator=generator).item()
        else:
            last = max(1, len(spec[1]) - 1)
            result[name] = spec[1][torch.randint(0, last, (), generator=generator).item()]
    return result

# %% draw wrong="a choice gives its number in the list, not the value"
def draw(space, generator):
    result = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if spec[1] not in result or result[spec[1]] != spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "log":
            u = torch.rand((), generator=generator).item()
            result[name] = spec[1] * (spec[2] / spec[1]) ** u
        elif spec[0] == "int":
            result[name] = torch.randint(spec[1], spec[2] + 1, (), generator=generator).item()
        else:
            result[name] = torch.randint(len(spec[1]), (), generator=generator).item()
    return result

# %% draw wrong="Python's global random for the choice"
import random


def draw(space, generator):
    result = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if spec[1] not in result or result[spec[1]] != spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "log":
            u = torch.rand((), generator=generator).item()
            result[name] = spec[1] * (spec[2] / spec[1]) ** u
        elif spec[0] == "int":
            result[name] = torch.randint(spec[1], spec[2] + 1, (), generator=generator).item()
        else:
            result[name] = random.choice(spec[1])
    return result

# %% draw wrong="seeds the generator anew, so that each call draws the same"
def draw(space, generator):
    generator = torch.Generator().manual_seed(generator.initial_seed())
    result = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if spec[1] not in result or result[spec[1]] != spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "log":
            u = torch.rand((), generator=generator).item()
            result[name] = spec[1] * (spec[2] / spec[1]) ** u
        elif spec[0] == "int":
            result[name] = torch.randint(spec[1], spec[2] + 1, (), generator=generator).item()
        else:
            result[name] = spec[1][torch.randint(len(spec[1]), (), generator=generator).item()]
    return result

# %% draw wrong="the spec inside an if is forgotten where it is no log"
def draw(space, generator):
    result = {}
    for name, spec in space.items():
        if spec[0] == "log":
            u = torch.rand((), generator=generator).item()
            result[name] = spec[1] * (spec[2] / spec[1]) ** u
        elif spec[0] == "int":
            result[name] = torch.randint(spec[1], spec[2] + 1, (), generator=generator).item()
        elif spec[0] == "choice":
            result[name] = spec[1][torch.randint(len(spec[1]), (), generator=generator).item()]
        elif spec[0] == "if" and result.get(spec[1]) == spec[2]:
            inner = spec[3]
            if inner[0] == "log":
                u = torch.rand((), generator=generator).item()
                result[name] = inner[1] * (inner[2] / inner[1]) ** u
    return result

# %% draw wrong="int on a log scale, rounded"
def draw(space, generator):
    result = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if spec[1] not in result or result[spec[1]] != spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "choice":
            result[name] = spec[1][torch.randint(len(spec[1]), (), generator=generator).item()]
            continue
        shift = 1 - spec[1] if spec[0] == "int" and spec[1] < 1 else 0
        low, high = spec[1] + shift, spec[2] + shift
        x = low * (high / low) ** torch.rand((), generator=generator).item()
        result[name] = x if spec[0] == "log" else round(x) - shift
    return result

# %% draw wrong="choices come back as texts"
def draw(space, generator):
    result = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if spec[1] not in result or str(result[spec[1]]) != str(spec[2]):
                continue
            spec = spec[3]
        if spec[0] == "log":
            u = torch.rand((), generator=generator).item()
            result[name] = spec[1] * (spec[2] / spec[1]) ** u
        elif spec[0] == "int":
            result[name] = torch.randint(spec[1], spec[2] + 1, (), generator=generator).item()
        else:
            result[name] = str(spec[1][torch.randint(len(spec[1]), (), generator=generator).item()])
    return result

# %% draw wrong="KeyError where the parent is itself a conditional setting that is absent" kind="sneaky"
def draw(space, generator):
    result = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if result[spec[1]] != spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "log":
            u = torch.rand((), generator=generator).item()
            result[name] = spec[1] * (spec[2] / spec[1]) ** u
        elif spec[0] == "int":
            result[name] = torch.randint(spec[1], spec[2] + 1, (), generator=generator).item()
        else:
            result[name] = spec[1][torch.randint(len(spec[1]), (), generator=generator).item()]
    return result

# %% draw wrong="int by rounding: both ends come half as often as the rest" kind="sneaky"
def draw(space, generator):
    result = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if spec[1] not in result or result[spec[1]] != spec[2]:
                continue
            spec = spec[3]
        u = torch.rand((), generator=generator, dtype=torch.float64).item()
        if spec[0] == "log":
            result[name] = spec[1] * (spec[2] / spec[1]) ** u
        elif spec[0] == "int":
            result[name] = round(spec[1] + u * (spec[2] - spec[1]))
        else:
            result[name] = spec[1][int(u * len(spec[1]))]
    return result

# %% draw wrong="int() cuts towards 0, so with a negative low the low end never comes and 0 comes too often" kind="sneaky"
def draw(space, generator):
    result = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if spec[1] not in result or result[spec[1]] != spec[2]:
                continue
            spec = spec[3]
        u = torch.rand((), generator=generator, dtype=torch.float64).item()
        if spec[0] == "log":
            result[name] = spec[1] * (spec[2] / spec[1]) ** u
        elif spec[0] == "int":
            result[name] = int(spec[1] + u * (spec[2] - spec[1] + 1))
        else:
            result[name] = spec[1][int(u * len(spec[1]))]
    return result

# %% draw wrong="one random number for all settings, they are not drawn each by itself" kind="sneaky"
def draw(space, generator):
    u = torch.rand((), generator=generator, dtype=torch.float64).item()
    result = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if spec[1] not in result or result[spec[1]] != spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "log":
            result[name] = spec[1] * (spec[2] / spec[1]) ** u
        elif spec[0] == "int":
            result[name] = spec[1] + int(u * (spec[2] - spec[1] + 1))
        else:
            result[name] = spec[1][int(u * len(spec[1]))]
    return result

# %% draw wrong="one seed for all: each setting starts its own NumPy generator at the same place" kind="sneaky"
import numpy as np


def draw(space, generator):
    seed = torch.randint(2**31, (), generator=generator).item()
    result = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if spec[1] not in result or result[spec[1]] != spec[2]:
                continue
            spec = spec[3]
        rng = np.random.default_rng(seed)
        if spec[0] == "log":
            result[name] = float(spec[1] * (spec[2] / spec[1]) ** rng.uniform())
        elif spec[0] == "int":
            result[name] = int(rng.integers(spec[1], spec[2] + 1))
        else:
            result[name] = spec[1][rng.integers(len(spec[1]))]
    return result

# %% draw wrong="a parent whose value is 0 counts as absent" kind="sneaky"
def draw(space, generator):
    result = {}
    for name, spec in space.items():
        if spec[0] == "if":
            parent = result.get(spec[1])
            if not parent or parent != spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "log":
            u = torch.rand((), generator=generator).item()
            result[name] = spec[1] * (spec[2] / spec[1]) ** u
        elif spec[0] == "int":
            result[name] = torch.randint(spec[1], spec[2] + 1, (), generator=generator).item()
        else:
            result[name] = spec[1][torch.randint(len(spec[1]), (), generator=generator).item()]
    return result

# %% draw wrong="np.array of the choices makes texts of numbers where both are mixed" kind="sneaky"
import numpy as np


def draw(space, generator):
    rng = np.random.default_rng(torch.randint(2**31, (), generator=generator).item())
    result = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if spec[1] not in result or result[spec[1]] != spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "log":
            result[name] = float(np.exp(rng.uniform(np.log(spec[1]), np.log(spec[2]))))
        elif spec[0] == "int":
            result[name] = int(rng.integers(spec[1], spec[2] + 1))
        else:
            result[name] = rng.choice(spec[1]).item()
    return result

# %% draw wrong="compares with is: numbers above 256 that are equal are not the same object" kind="sneaky"
def draw(space, generator):
    result = {}
    for name, spec in space.items():
        if spec[0] == "if":
            if result.get(spec[1]) is not spec[2]:
                continue
            spec = spec[3]
        if spec[0] == "log":
            u = torch.rand((), generator=generator).item()
            result[name] = spec[1] * (spec[2] / spec[1]) ** u
        elif spec[0] == "int":
            result[name] = torch.randint(spec[1], spec[2] + 1, (), generator=generator).item()
        else:
            result[name] = spec[1][torch.randint(len(spec[1]), (), generator=generator).item()]
    return result

# %% steepest right="loop for the mean, diff for the slopes, as in the hints"
def range_test(lrs: torch.Tensor, losses: torch.Tensor) -> float:
    n = len(lrs)
    bad = (~torch.isfinite(losses)).nonzero()
    end = int(bad[0]) if len(bad) else n
    a, smooth = 0.0, []
    for t, loss in enumerate(losses[:end].tolist()):
        a = 0.9 * a + 0.1 * loss
        smooth.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(smooth, dtype=torch.float64)
    slopes = s.diff() / lrs[:end].log().diff()
    first, m = n // 10, int(s.argmin())
    return lrs[first + int(slopes[first:m].argmin())].item()

# %% steepest right="plain Python lists and loops, beginner style"
def range_test(lrs, losses):
    rates = lrs.tolist()
    values = []
    for loss in losses.tolist():
        if math.isnan(loss) or math.isinf(loss):
            break
        values.append(loss)
    smoothed_losses = []
    a = 0
    for t in range(len(values)):
        a = 0.9 * a + 0.1 * values[t]
        smoothed_losses.append(a / (1 - 0.9 ** (t + 1)))
    m = 0
    for t in range(len(smoothed_losses)):
        if smoothed_losses[t] < smoothed_losses[m]:
            m = t
    best_t = None
    best_slope = None
    for t in range(len(rates) // 10, m):
        rise = smoothed_losses[t + 1] - smoothed_losses[t]
        run = math.log(rates[t + 1]) - math.log(rates[t])
        slope = rise / run
        if best_slope is None or slope < best_slope:
            best_slope = slope
            best_t = t
    return rates[best_t]

# %% steepest right="NumPy with scipy.signal.lfilter"
import numpy as np
from scipy.signal import lfilter


def range_test(lrs, losses):
    x, L = lrs.numpy(), losses.numpy()
    ok = np.isfinite(L)
    end = len(L) if ok.all() else ok.argmin()
    s = lfilter([0.1], [1, -0.9], L[:end]) / (1 - 0.9 ** np.arange(1, end + 1))
    slopes = np.diff(s) / np.diff(np.log(x[:end]))
    lo = len(x) // 10
    return float(x[lo + np.argmin(slopes[lo : s.argmin()])])

# %% steepest right="pandas: the adjusted ewm mean is the corrected one"
import pandas as pd


def range_test(lrs, losses):
    finite = torch.isfinite(losses).cumprod(0).bool()
    L = pd.Series(losses[finite].numpy())
    s = torch.tensor(L.ewm(alpha=0.1, adjust=True).mean().to_numpy())
    slopes = torch.diff(s) / torch.diff(torch.log(lrs[finite]))
    t = torch.arange(len(slopes))
    allowed = (t >= len(lrs) // 10) & (t < s.argmin())
    slopes[~allowed] = math.inf
    return lrs[slopes.argmin()]

# %% steepest right="triangular matrix of weights, log10 in place of ln (only a factor), returns a tensor"
def range_test(lrs, losses):
    n = len(lrs)
    k = int(torch.isfinite(losses).long().cumprod(0).sum())
    t = torch.arange(k, dtype=torch.float64)
    W = torch.tril(0.9 ** (t[:, None] - t[None, :]).clamp(min=0))
    s = (W / W.sum(dim=1, keepdim=True)) @ losses[:k]
    slope = (s[1:] - s[:-1]) / (lrs[1:k].log10() - lrs[: k - 1].log10())
    return lrs[: k - 1][n // 10 : s.argmin()][slope[n // 10 : s.argmin()].argmin()]

# %% steepest right="min with a key over a range"
def range_test(lrs, losses):
    s, a = [], 0.0
    for t, L in enumerate(losses):
        if not torch.isfinite(L):
            break
        a += 0.1 * (float(L) - a)
        s.append(a / (1 - 0.9 ** (t + 1)))
    m = s.index(min(s))
    best = min(range(len(lrs) // 10, m), key=lambda t: (s[t + 1] - s[t]) / math.log(lrs[t + 1] / lrs[t]))
    return float(lrs[best])

# %% steepest right="looks one step further, at m itself, where the slope cannot be the smallest"
def range_test(lrs, losses):
    n = losses.numel()
    good = losses.isfinite()
    if not good.all():
        losses = losses[: int((~good).int().argmax())]
    a = torch.zeros((), dtype=torch.float64)
    s = torch.empty_like(losses)
    for t in range(len(losses)):
        a = 0.9 * a + 0.1 * losses[t]
        s[t] = a / (1 - 0.9 ** (t + 1))
    x = torch.log(lrs[: len(losses)])
    slopes = s.diff() / x.diff()
    first = n // 10
    m = first + s[first:].argmin()
    return lrs[slopes[first : m + 1].argmin() + first].item()

# %% steepest wrong="no correction of the mean that starts at 0"
def range_test(lrs, losses):
    n = len(lrs)
    bad = (~torch.isfinite(losses)).nonzero()
    end = int(bad[0]) if len(bad) else n
    a, smooth = 0.0, []
    for loss in losses[:end].tolist():
        a = 0.9 * a + 0.1 * loss
        smooth.append(a)
    s = torch.tensor(smooth, dtype=torch.float64)
    slopes = s.diff() / lrs[:end].log().diff()
    first, m = n // 10, int(s.argmin())
    if m <= first:
        m = end - 1
    return lrs[first + int(slopes[first:m].argmin())].item()

# %% steepest wrong="slope per unit of the rate, not of its logarithm"
def range_test(lrs, losses):
    n = len(lrs)
    bad = (~torch.isfinite(losses)).nonzero()
    end = int(bad[0]) if len(bad) else n
    a, smooth = 0.0, []
    for t, loss in enumerate(losses[:end].tolist()):
        a = 0.9 * a + 0.1 * loss
        smooth.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(smooth, dtype=torch.float64)
    slopes = s.diff() / lrs[:end].diff()
    first, m = n // 10, int(s.argmin())
    return lrs[first + int(slopes[first:m].argmin())].item()

# %% steepest wrong="differences only, as if the rates were evenly spaced"
def range_test(lrs, losses):
    n = len(lrs)
    bad = (~torch.isfinite(losses)).nonzero()
    end = int(bad[0]) if len(bad) else n
    a, smooth = 0.0, []
    for t, loss in enumerate(losses[:end].tolist()):
        a = 0.9 * a + 0.1 * loss
        smooth.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(smooth, dtype=torch.float64)
    first, m = n // 10, int(s.argmin())
    return lrs[first + int(s.diff()[first:m].argmin())].item()

# %% steepest wrong="forgets to add the first place to the argmin of the slice"
def range_test(lrs, losses):
    n = len(lrs)
    bad = (~torch.isfinite(losses)).nonzero()
    end = int(bad[0]) if len(bad) else n
    a, smooth = 0.0, []
    for t, loss in enumerate(losses[:end].tolist()):
        a = 0.9 * a + 0.1 * loss
        smooth.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(smooth, dtype=torch.float64)
    slopes = s.diff() / lrs[:end].log().diff()
    first, m = n // 10, int(s.argmin())
    return lrs[int(slopes[first:m].argmin())].item()

# %% steepest wrong="does not leave out the first tenth"
def range_test(lrs, losses):
    n = len(lrs)
    bad = (~torch.isfinite(losses)).nonzero()
    end = int(bad[0]) if len(bad) else n
    a, smooth = 0.0, []
    for t, loss in enumerate(losses[:end].tolist()):
        a = 0.9 * a + 0.1 * loss
        smooth.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(smooth, dtype=torch.float64)
    slopes = s.diff() / lrs[:end].log().diff()
    return lrs[int(slopes[: int(s.argmin())].argmin())].item()

# %% steepest wrong="looks beyond the smallest smoothed loss, into the explosion"
def range_test(lrs, losses):
    n = len(lrs)
    bad = (~torch.isfinite(losses)).nonzero()
    end = int(bad[0]) if len(bad) else n
    a, smooth = 0.0, []
    for t, loss in enumerate(losses[:end].tolist()):
        a = 0.9 * a + 0.1 * loss
        smooth.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(smooth, dtype=torch.float64)
    slopes = s.diff() / lrs[:end].log().diff()
    first = n // 10
    return lrs[first + int(slopes[first:].argmin())].item()

# %% steepest wrong="returns the rate after the steepest step, t + 1"
def range_test(lrs, losses):
    n = len(lrs)
    bad = (~torch.isfinite(losses)).nonzero()
    end = int(bad[0]) if len(bad) else n
    a, smooth = 0.0, []
    for t, loss in enumerate(losses[:end].tolist()):
        a = 0.9 * a + 0.1 * loss
        smooth.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(smooth, dtype=torch.float64)
    slopes = s.diff() / lrs[:end].log().diff()
    first, m = n // 10, int(s.argmin())
    return lrs[first + 1 + int(slopes[first:m].argmin())].item()

# %% steepest wrong="the rate of the smallest smoothed loss"
def range_test(lrs, losses):
    n = len(lrs)
    bad = (~torch.isfinite(losses)).nonzero()
    end = int(bad[0]) if len(bad) else n
    a, smooth = 0.0, []
    for t, loss in enumerate(losses[:end].tolist()):
        a = 0.9 * a + 0.1 * loss
        smooth.append(a / (1 - 0.9 ** (t + 1)))
    return lrs[smooth.index(min(smooth))].item()

# %% steepest wrong="largest slope instead of the smallest"
def range_test(lrs, losses):
    n = len(lrs)
    bad = (~torch.isfinite(losses)).nonzero()
    end = int(bad[0]) if len(bad) else n
    a, smooth = 0.0, []
    for t, loss in enumerate(losses[:end].tolist()):
        a = 0.9 * a + 0.1 * loss
        smooth.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(smooth, dtype=torch.float64)
    slopes = s.diff() / lrs[:end].log().diff()
    first, m = n // 10, int(s.argmin())
    return lrs[first + int(slopes[first:m].argmax())].item()

# %% steepest wrong="0.1 and 0.9 exchanged in the mean"
def range_test(lrs, losses):
    n = len(lrs)
    bad = (~torch.isfinite(losses)).nonzero()
    end = int(bad[0]) if len(bad) else n
    a, smooth = 0.0, []
    for t, loss in enumerate(losses[:end].tolist()):
        a = 0.1 * a + 0.9 * loss
        smooth.append(a / (1 - 0.1 ** (t + 1)))
    s = torch.tensor(smooth, dtype=torch.float64)
    slopes = s.diff() / lrs[:end].log().diff()
    first, m = n // 10, int(s.argmin())
    m = max(m, first + 1)
    return lrs[first + int(slopes[first:m].argmin())].item()

# %% steepest wrong="returns the logarithm of the rate"
def range_test(lrs, losses):
    n = len(lrs)
    bad = (~torch.isfinite(losses)).nonzero()
    end = int(bad[0]) if len(bad) else n
    a, smooth = 0.0, []
    for t, loss in enumerate(losses[:end].tolist()):
        a = 0.9 * a + 0.1 * loss
        smooth.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(smooth, dtype=torch.float64)
    x = lrs[:end].log()
    slopes = s.diff() / x.diff()
    first, m = n // 10, int(s.argmin())
    return x[first + int(slopes[first:m].argmin())].item()

# %% steepest wrong="no smoothing at all"
def range_test(lrs, losses):
    n = len(lrs)
    bad = (~torch.isfinite(losses)).nonzero()
    end = int(bad[0]) if len(bad) else n
    s = losses[:end]
    slopes = s.diff() / lrs[:end].log().diff()
    first = n // 10
    m = max(int(s.argmin()), first + 1)
    return lrs[first + int(slopes[first:m].argmin())].item()

# %% steepest wrong="nan losses are not left out"
def range_test(lrs, losses):
    n = len(lrs)
    a, smooth = 0.0, []
    for t, loss in enumerate(losses.tolist()):
        a = 0.9 * a + 0.1 * loss
        smooth.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(smooth, dtype=torch.float64)
    slopes = s.diff() / lrs.log().diff()
    first, m = n // 10, int(s.argmin())
    return lrs[first + int(slopes[first:m].argmin())].item()

# %% steepest wrong="inf and nan become 0"
def range_test(lrs, losses):
    n = len(lrs)
    a, smooth = 0.0, []
    for t, loss in enumerate(losses.nan_to_num(0.0, posinf=0.0).tolist()):
        a = 0.9 * a + 0.1 * loss
        smooth.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(smooth, dtype=torch.float64)
    slopes = s.diff() / lrs.log().diff()
    first, m = n // 10, int(s.argmin())
    return lrs[first + int(slopes[first:m].argmin())].item()

# %% steepest wrong="starts the mean at the first loss, and then still corrects"
def range_test(lrs, losses):
    n = len(lrs)
    bad = (~torch.isfinite(losses)).nonzero()
    end = int(bad[0]) if len(bad) else n
    a, smooth = losses[0].item(), []
    for t, loss in enumerate(losses[:end].tolist()):
        a = 0.9 * a + 0.1 * loss
        smooth.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(smooth, dtype=torch.float64)
    slopes = s.diff() / lrs[:end].log().diff()
    first, m = n // 10, int(s.argmin())
    return lrs[first + int(slopes[first:m].argmin())].item()

# %% steepest wrong="starts the mean at the first loss instead of correcting it" kind="sneaky"
def range_test(lrs, losses):
    n = len(lrs)
    bad = (~torch.isfinite(losses)).nonzero()
    end = int(bad[0]) if len(bad) else n
    smooth = [losses[0].item()]
    for loss in losses[1:end].tolist():
        smooth.append(0.9 * smooth[-1] + 0.1 * loss)
    s = torch.tensor(smooth, dtype=torch.float64)
    slopes = s.diff() / lrs[:end].log().diff()
    first, m = n // 10, int(s.argmin())
    return lrs[first + int(slopes[first:m].argmin())].item()

# %% steepest wrong="n counts only the losses that are left" kind="sneaky"
def range_test(lrs, losses):
    bad = (~torch.isfinite(losses)).nonzero()
    if len(bad):
        lrs, losses = lrs[: int(bad[0])], losses[: int(bad[0])]
    n = len(lrs)
    a, smooth = 0.0, []
    for t, loss in enumerate(losses.tolist()):
        a = 0.9 * a + 0.1 * loss
        smooth.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(smooth, dtype=torch.float64)
    slopes = s.diff() / lrs.log().diff()
    first, m = n // 10, int(s.argmin())
    return lrs[first + int(slopes[first:m].argmin())].item()

# %% steepest wrong="m is the place of the smallest raw loss, not of the smoothed one" kind="sneaky"
def range_test(lrs, losses):
    n = len(lrs)
    bad = (~torch.isfinite(losses)).nonzero()
    end = int(bad[0]) if len(bad) else n
    a, smooth = 0.0, []
    for t, loss in enumerate(losses[:end].tolist()):
        a = 0.9 * a + 0.1 * loss
        smooth.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(smooth, dtype=torch.float64)
    slopes = s.diff() / lrs[:end].log().diff()
    first, m = n // 10, int(losses[:end].argmin())
    m = max(m, first + 1)
    return lrs[first + int(slopes[first:m].argmin())].item()

# %% steepest wrong="starts one step too late, n // 10 itself is left out" kind="sneaky"
def range_test(lrs, losses):
    n = len(lrs)
    bad = (~torch.isfinite(losses)).nonzero()
    end = int(bad[0]) if len(bad) else n
    a, smooth = 0.0, []
    for t, loss in enumerate(losses[:end].tolist()):
        a = 0.9 * a + 0.1 * loss
        smooth.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(smooth, dtype=torch.float64)
    slopes = s.diff() / lrs[:end].log().diff()
    first, m = n // 10 + 1, int(s.argmin())
    m = max(m, first + 1)
    return lrs[first + int(slopes[first:m].argmin())].item()

# %% steepest wrong="largest slope by its absolute value, a steep rise counts too" kind="sneaky"
def range_test(lrs, losses):
    n = len(lrs)
    bad = (~torch.isfinite(losses)).nonzero()
    end = int(bad[0]) if len(bad) else n
    a, smooth = 0.0, []
    for t, loss in enumerate(losses[:end].tolist()):
        a = 0.9 * a + 0.1 * loss
        smooth.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(smooth, dtype=torch.float64)
    slopes = s.diff() / lrs[:end].log().diff()
    first, m = n // 10, int(s.argmin())
    return lrs[first + int(slopes[first:m].abs().argmax())].item()

# %% steepest wrong="leaves out inf but not nan" kind="sneaky"
def range_test(lrs, losses):
    n = len(lrs)
    bad = torch.isinf(losses).nonzero()
    end = int(bad[0]) if len(bad) else n
    a, smooth = 0.0, []
    for t, loss in enumerate(losses[:end].tolist()):
        a = 0.9 * a + 0.1 * loss
        smooth.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(smooth, dtype=torch.float64)
    slopes = s.diff() / lrs[:end].log().diff()
    first, m = n // 10, int(s.argmin())
    return lrs[first + int(slopes[first:m].argmin())].item()

# %% steepest wrong="central differences (torch.gradient) instead of the step from t to t + 1" kind="sneaky"
def range_test(lrs, losses):
    n = len(lrs)
    bad = (~torch.isfinite(losses)).nonzero()
    end = int(bad[0]) if len(bad) else n
    a, smooth = 0.0, []
    for t, loss in enumerate(losses[:end].tolist()):
        a = 0.9 * a + 0.1 * loss
        smooth.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(smooth, dtype=torch.float64)
    (slopes,) = torch.gradient(s, spacing=(lrs[:end].log(),))
    first, m = n // 10, int(s.argmin())
    return lrs[first + int(slopes[first:m].argmin())].item()

# %% steepest wrong="exponent t in the correction (from t = 1 on), one too few" kind="sneaky"
def range_test(lrs, losses):
    n = len(lrs)
    bad = (~torch.isfinite(losses)).nonzero()
    end = int(bad[0]) if len(bad) else n
    a, smooth = 0.0, []
    for t, loss in enumerate(losses[:end].tolist()):
        a = 0.9 * a + 0.1 * loss
        smooth.append(a / (1 - 0.9 ** max(t, 1)))
    s = torch.tensor(smooth, dtype=torch.float64)
    slopes = s.diff() / lrs[:end].log().diff()
    first, m = n // 10, int(s.argmin())
    m = m if m > first else end - 1
    return lrs[first + int(slopes[first:m].argmin())].item()

# %% steepest wrong="a tenth rounded to the nearest, not down (n = 109)" kind="sneaky"
def range_test(lrs, losses):
    n = len(lrs)
    bad = (~torch.isfinite(losses)).nonzero()
    end = int(bad[0]) if len(bad) else n
    a, smooth = 0.0, []
    for t, loss in enumerate(losses[:end].tolist()):
        a = 0.9 * a + 0.1 * loss
        smooth.append(a / (1 - 0.9 ** (t + 1)))
    s = torch.tensor(smooth, dtype=torch.float64)
    slopes = s.diff() / lrs[:end].log().diff()
    first, m = round(n / 10), int(s.argmin())
    m = max(m, first + 1)
    return lrs[first + int(slopes[first:m].argmin())].item()

# %% matern right="all differences by broadcasting"
def matern52(A: torch.Tensor, B: torch.Tensor, length: float) -> torch.Tensor:
    r = (A[:, None] - B[None]).square().sum(dim=2).sqrt()
    s = math.sqrt(5) * r / length
    return (1 + s + s**2 / 3) * torch.exp(-s)

# %% matern right="torch.cdist, the formula as it stands"
def matern52(A, B, length):
    r = torch.cdist(A, B)
    return (1 + 5**0.5 * r / length + 5 * r**2 / (3 * length**2)) * (-(5**0.5) * r / length).exp()

# %% matern right="scikit-learn's Matern"
from sklearn.gaussian_process.kernels import Matern


def matern52(A, B, length):
    return torch.from_numpy(Matern(length, nu=2.5)(A.numpy(), B.numpy()))

# %% matern right="beginner: two loops and math"
def matern52(A: torch.Tensor, B: torch.Tensor, length: float) -> torch.Tensor:
    n = A.shape[0]
    m = B.shape[0]
    K = torch.zeros(n, m, dtype=torch.float64)
    for i in range(n):
        for j in range(m):
            total = 0.0
            for k in range(A.shape[1]):
                total += (A[i, k].item() - B[j, k].item()) ** 2
            r = math.sqrt(total)
            first = 1 + math.sqrt(5) * r / length + 5 * r * r / (3 * length * length)
            K[i, j] = first * math.exp(-math.sqrt(5) * r / length)
    return K

# %% matern right="NumPy and scipy.spatial's cdist"
import numpy as np
from scipy.spatial.distance import cdist


def matern52(A, B, length):
    s = np.sqrt(5.0) * cdist(A.numpy(), B.numpy()) / length
    return torch.as_tensor((1.0 + s + s * s / 3.0) * np.exp(-s))

# %% matern right="distances of places that were divided by the length, row by row"
def matern52(A, B, length):
    A, B = A / length, B / length
    rows = []
    for a in A:
        s = torch.linalg.vector_norm(a - B, dim=1) * 5**0.5
        rows.append((1 + s + s.pow(2) / 3) * torch.exp(-s))
    return torch.stack(rows)

# %% matern right="squares multiplied out, clamped before the root"
def matern52(A, B, length):
    sq = (A**2).sum(1, keepdim=True) + (B**2).sum(1) - 2 * A @ B.T
    s = (5 * sq.clamp(min=0)).sqrt() / length
    return (1 + s + s**2 / 3) * (-s).exp()

# %% matern right="vmap over both"
def matern52(A, B, length):
    def k(a, b):
        s = ((a - b) ** 2).sum().sqrt() * math.sqrt(5) / length
        return (1 + s + s**2 / 3) * torch.exp(-s)

    return torch.vmap(lambda a: torch.vmap(lambda b: k(a, b))(B))(A)

# %% matern wrong="the squared distance in place of the distance"
def matern52(A, B, length):
    r = (A[:, None] - B[None]).square().sum(dim=2)
    s = math.sqrt(5) * r / length
    return (1 + s + s**2 / 3) * torch.exp(-s)

# %% matern wrong="no root of 5 in the exponent"
def matern52(A, B, length):
    r = torch.cdist(A, B) / length
    return (1 + 5**0.5 * r + 5 * r**2 / 3) * (-r).exp()

# %% matern wrong="5 r²/ℓ² without the third"
def matern52(A, B, length):
    r = torch.cdist(A, B) / length
    return (1 + 5**0.5 * r + 5 * r**2) * (-(5**0.5) * r).exp()

# %% matern wrong="the length is not squared in the third term"
def matern52(A, B, length):
    r = torch.cdist(A, B)
    return (1 + 5**0.5 * r / length + 5 * r**2 / (3 * length)) * (-(5**0.5) * r / length).exp()

# %% matern wrong="precedence: 5 r² / 3 · ℓ² multiplies by the length squared"
def matern52(A, B, length):
    r = torch.cdist(A, B)
    return (1 + 5**0.5 * r / length + 5 * r**2 / 3 * length**2) * (-(5**0.5) * r / length).exp()

# %% matern wrong="Gaussian (RBF) kernel"
def matern52(A, B, length):
    r = torch.cdist(A, B) / length
    return (-(r**2) / 2).exp()

# %% matern wrong="Matérn 3/2"
def matern52(A, B, length):
    s = 3**0.5 * torch.cdist(A, B) / length
    return (1 + s) * (-s).exp()

# %% matern wrong="transposed, (m, n)"
def matern52(A, B, length):
    s = 5**0.5 * torch.cdist(B, A) / length
    return (1 + s + s**2 / 3) * (-s).exp()

# %% matern wrong="B is not used, kernel of A with itself"
def matern52(A, B, length):
    s = 5**0.5 * torch.cdist(A, A) / length
    return (1 + s + s**2 / 3) * (-s).exp()

# %% matern wrong="mean of the squares in place of the sum"
def matern52(A, B, length):
    r = (A[:, None] - B[None]).square().mean(dim=2).sqrt()
    s = math.sqrt(5) * r / length
    return (1 + s + s**2 / 3) * torch.exp(-s)

# %% matern wrong="plus in the exponent"
def matern52(A, B, length):
    s = 5**0.5 * torch.cdist(A, B) / length
    return (1 + s + s**2 / 3) * s.exp()

# %% matern wrong="row i with row i only, no pairs"
def matern52(A, B, length):
    s = 5**0.5 * (A - B).square().sum(dim=1).sqrt() / length
    return (1 + s + s**2 / 3) * (-s).exp()

# %% matern wrong="result in float32"
def matern52(A, B, length):
    s = 5**0.5 * torch.cdist(A.float(), B.float()) / length
    return (1 + s + s**2 / 3) * (-s).exp()

# %% matern wrong="the length is forgotten"
def matern52(A, B, length):
    s = 5**0.5 * torch.cdist(A, B)
    return (1 + s + s**2 / 3) * (-s).exp()

# %% matern wrong="sums over the wrong axis"
def matern52(A, B, length):
    r = (A[:, None] - B[None]).square().sum(dim=1).sqrt()
    s = math.sqrt(5) * r / length
    return (1 + s + s**2 / 3) * torch.exp(-s)

# %% matern wrong="sum of absolute differences: the same only in one dimension" kind="sneaky"
def matern52(A, B, length):
    r = (A[:, None] - B[None]).abs().sum(dim=2)
    s = math.sqrt(5) * r / length
    return (1 + s + s**2 / 3) * torch.exp(-s)

# %% matern wrong="squares multiplied out without a clamp: nan for rows that are equal" kind="sneaky"
def matern52(A, B, length):
    sq = (A**2).sum(1, keepdim=True) + (B**2).sum(1) - 2 * A @ B.T
    s = (5 * sq).sqrt() / length
    return (1 + s + s**2 / 3) * (-s).exp()

# %% matern wrong="squeeze drops an axis where there is only one row" kind="sneaky"
def matern52(A, B, length):
    r = (A[:, None] - B[None]).square().sum(dim=2).sqrt().squeeze()
    s = math.sqrt(5) * r / length
    return (1 + s + s**2 / 3) * torch.exp(-s)

# %% matern wrong="divides in place: both by the length twice if A and B are the same tensor" kind="sneaky"
def matern52(A, B, length):
    A /= length
    B /= length
    s = 5**0.5 * torch.cdist(A, B)
    return (1 + s + s**2 / 3) * (-s).exp()

# %% matern wrong="the diagonal is set to 1, as if A were always B" kind="sneaky"
def matern52(A, B, length):
    s = 5**0.5 * torch.cdist(A, B) / length
    K = (1 + s + s**2 / 3) * (-s).exp()
    K.fill_diagonal_(1.0)
    return K

# %% matern wrong="only the first coordinate counts: the same only for d = 1" kind="sneaky"
def matern52(A, B, length):
    s = 5**0.5 * (A[:, 0][:, None] - B[:, 0]).abs() / length
    return (1 + s + s**2 / 3) * (-s).exp()

# %% posterior right="torch.linalg.solve, as in the hints"
def posterior(X, y, X_new, kernel, noise):
    M = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    cross = kernel(X, X_new)
    mean = cross.T @ torch.linalg.solve(M, y)
    known = (cross * torch.linalg.solve(M, cross)).sum(dim=0)
    var = (kernel(X_new, X_new).diagonal() - known).clamp(min=0)
    return mean, var.sqrt()

# %% posterior right="Cholesky, triangular solve (Rasmussen and Williams, Algorithm 2.1)"
def posterior(X, y, X_new, kernel, noise):
    L = torch.linalg.cholesky(kernel(X, X) + noise * torch.eye(X.shape[0], dtype=X.dtype))
    alpha = torch.cholesky_solve(y[:, None], L)
    Ks = kernel(X, X_new)
    v = torch.linalg.solve_triangular(L, Ks, upper=False)
    var = torch.diag(kernel(X_new, X_new)) - (v * v).sum(0)
    return (Ks.T @ alpha).squeeze(1), torch.sqrt(torch.clamp(var, min=0.0))

# %% posterior right="beginner: one new place after another"
def posterior(
    X: torch.Tensor, y: torch.Tensor, X_new: torch.Tensor, kernel, noise: float
) -> tuple[torch.Tensor, torch.Tensor]:
    n = X.shape[0]
    C = kernel(X, X).clone()
    for i in range(n):
        C[i, i] = C[i, i] + noise
    weights = torch.linalg.solve(C, y)
    means = []
    sds = []
    for i in range(X_new.shape[0]):
        x = X_new[i : i + 1]
        k = kernel(X, x)[:, 0]
        means.append((k * weights).sum().item())
        variance = (kernel(x, x)[0, 0] - k @ torch.linalg.solve(C, k)).item()
        if variance < 0:
            variance = 0.0
        sds.append(math.sqrt(variance))
    return torch.tensor(means, dtype=torch.float64), torch.tensor(sds, dtype=torch.float64)

# %% posterior right="NumPy with scipy's cho_solve"
import numpy as np
from scipy.linalg import cho_factor, cho_solve


def posterior(X, y, X_new, kernel, noise):
    K = kernel(X, X).numpy()
    c = cho_factor(K + noise * np.eye(len(K)), lower=True)
    ks = kernel(X, X_new).numpy()
    mean = ks.T @ cho_solve(c, y.numpy())
    var = np.diag(kernel(X_new, X_new).numpy()) - np.einsum("nm,nm->m", ks, cho_solve(c, ks))
    return torch.from_numpy(mean), torch.from_numpy(np.sqrt(np.maximum(var, 0)))

# %% posterior right="one solve for y and all columns, nan_to_num after the root"
def posterior(X, y, X_new, kernel, noise):
    k = kernel(X_new, X)
    both = torch.linalg.solve(kernel(X, X) + noise * torch.eye(len(y)).double(), torch.hstack([y[:, None], k.mT]))
    own = torch.stack([kernel(x[None], x[None])[0, 0] for x in X_new])
    var = own - (k * both[:, 1:].mT).sum(1)
    return k @ both[:, 0], torch.nan_to_num(var.sqrt(), nan=0.0)

# %% posterior right="one big kernel of all places, cut into blocks, full covariance"
def posterior(X, y, X_new, kernel, noise):
    n = len(X)
    everything = torch.cat([X, X_new])
    K = kernel(everything, everything)
    A = K[:n, :n] + torch.diag(torch.full((n,), noise, dtype=torch.float64))
    B, D = K[:n, n:], K[n:, n:]
    gain = torch.linalg.solve(A, B).T
    cov = D - gain @ B
    zero = torch.zeros((), dtype=torch.float64)
    return gain @ y, torch.maximum(cov.diagonal(), zero).sqrt()

# %% posterior right="lu_factor once, lu_solve twice, where for the clamp"
def posterior(X, y, X_new, kernel, noise):
    M = kernel(X, X) + torch.diag_embed(noise * torch.ones_like(y))
    LU, piv = torch.linalg.lu_factor(M)
    cross = kernel(X, X_new)
    mean = (cross * torch.linalg.lu_solve(LU, piv, y.unsqueeze(1))).sum(dim=0)
    var = torch.einsum("ii->i", kernel(X_new, X_new)) - (cross * torch.linalg.lu_solve(LU, piv, cross)).sum(dim=0)
    return mean, torch.where(var > 0, var, torch.zeros_like(var)).sqrt()

# %% posterior wrong="returns the variance, not its root"
def posterior(X, y, X_new, kernel, noise):
    M = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    cross = kernel(X, X_new)
    mean = cross.T @ torch.linalg.solve(M, y)
    known = (cross * torch.linalg.solve(M, cross)).sum(dim=0)
    return mean, (kernel(X_new, X_new).diagonal() - known).clamp(min=0)

# %% posterior wrong="squares the noise as if it were a standard deviation"
def posterior(X, y, X_new, kernel, noise):
    M = kernel(X, X) + noise**2 * torch.eye(len(X), dtype=torch.float64)
    cross = kernel(X, X_new)
    mean = cross.T @ torch.linalg.solve(M, y)
    known = (cross * torch.linalg.solve(M, cross)).sum(dim=0)
    return mean, (kernel(X_new, X_new).diagonal() - known).clamp(min=0).sqrt()

# %% posterior wrong="forgets the noise"
def posterior(X, y, X_new, kernel, noise):
    M = kernel(X, X)
    cross = kernel(X, X_new)
    mean = cross.T @ torch.linalg.pinv(M) @ y
    known = (cross * (torch.linalg.pinv(M) @ cross)).sum(dim=0)
    return mean, (kernel(X_new, X_new).diagonal() - known).clamp(min=0).sqrt()

# %% posterior wrong="adds the noise of a further trial to the variance"
def posterior(X, y, X_new, kernel, noise):
    M = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    cross = kernel(X, X_new)
    mean = cross.T @ torch.linalg.solve(M, y)
    known = (cross * torch.linalg.solve(M, cross)).sum(dim=0)
    return mean, (kernel(X_new, X_new).diagonal() - known + noise).clamp(min=0).sqrt()

# %% posterior wrong="takes the mean of y off first and adds it again"
def posterior(X, y, X_new, kernel, noise):
    M = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    cross = kernel(X, X_new)
    mean = y.mean() + cross.T @ torch.linalg.solve(M, y - y.mean())
    known = (cross * torch.linalg.solve(M, cross)).sum(dim=0)
    return mean, (kernel(X_new, X_new).diagonal() - known).clamp(min=0).sqrt()

# %% posterior wrong="noise on every entry of K, no identity"
def posterior(X, y, X_new, kernel, noise):
    M = kernel(X, X) + noise + 1e-10 * torch.eye(len(X), dtype=torch.float64)
    cross = kernel(X, X_new)
    mean = cross.T @ torch.linalg.solve(M, y)
    known = (cross * torch.linalg.solve(M, cross)).sum(dim=0)
    return mean, (kernel(X_new, X_new).diagonal() - known).clamp(min=0).sqrt()

# %% posterior wrong="the whole covariance matrix of the new places, (m, m)"
def posterior(X, y, X_new, kernel, noise):
    M = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    cross = kernel(X, X_new)
    mean = cross.T @ torch.linalg.solve(M, y)
    cov = kernel(X_new, X_new) - cross.T @ torch.linalg.solve(M, cross)
    return mean, cov.clamp(min=0).sqrt()

# %% posterior wrong="mean of shape (m, 1)"
def posterior(X, y, X_new, kernel, noise):
    M = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    cross = kernel(X, X_new)
    mean = cross.T @ torch.linalg.solve(M, y[:, None])
    known = (cross * torch.linalg.solve(M, cross)).sum(dim=0)
    return mean, (kernel(X_new, X_new).diagonal() - known).clamp(min=0).sqrt()

# %% posterior wrong="multiplies by the matrix instead of its inverse"
def posterior(X, y, X_new, kernel, noise):
    M = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    cross = kernel(X, X_new)
    mean = cross.T @ (M @ y)
    known = (cross * (M @ cross)).sum(dim=0)
    return mean, (kernel(X_new, X_new).diagonal() - known).clamp(min=0).sqrt()

# %% posterior wrong="one over each entry taken for the inverse"
def posterior(X, y, X_new, kernel, noise):
    inverse = 1 / (kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64))
    cross = kernel(X, X_new)
    known = (cross * (inverse @ cross)).sum(dim=0)
    return cross.T @ inverse @ y, (kernel(X_new, X_new).diagonal() - known).clamp(min=0).sqrt()

# %% posterior wrong="each trial by itself (the formula for one trial, summed), correlations between trials ignored"
def posterior(X, y, X_new, kernel, noise):
    own = kernel(X, X).diagonal() + noise
    cross = kernel(X, X_new)
    mean = (cross * (y / own)[:, None]).sum(dim=0)
    known = (cross**2 / own[:, None]).sum(dim=0)
    return mean, (kernel(X_new, X_new).diagonal() - known).clamp(min=0).sqrt()

# %% posterior wrong="adds what is known instead of taking it off"
def posterior(X, y, X_new, kernel, noise):
    M = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    cross = kernel(X, X_new)
    mean = cross.T @ torch.linalg.solve(M, y)
    known = (cross * torch.linalg.solve(M, cross)).sum(dim=0)
    return mean, (kernel(X_new, X_new).diagonal() + known).clamp(min=0).sqrt()

# %% posterior wrong="results in float32"
def posterior(X, y, X_new, kernel, noise):
    M = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    cross = kernel(X, X_new)
    mean = cross.T @ torch.linalg.solve(M, y)
    known = (cross * torch.linalg.solve(M, cross)).sum(dim=0)
    return mean.float(), (kernel(X_new, X_new).diagonal() - known).clamp(min=0).sqrt().float()

# %% posterior wrong="forgets k in the variance: diagonal of the inverse"
def posterior(X, y, X_new, kernel, noise):
    M = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    cross = kernel(X, X_new)
    mean = cross.T @ torch.linalg.solve(M, y)
    known = torch.linalg.solve(M, cross).sum(dim=0)
    return mean, (kernel(X_new, X_new).diagonal() - known).clamp(min=0).sqrt()

# %% posterior wrong="k(x, x) is taken to be 1" kind="sneaky"
def posterior(X, y, X_new, kernel, noise):
    M = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    cross = kernel(X, X_new)
    mean = cross.T @ torch.linalg.solve(M, y)
    known = (cross * torch.linalg.solve(M, cross)).sum(dim=0)
    return mean, (1 - known).clamp(min=0).sqrt()

# %% posterior wrong="k(x, x) of the first new place for all of them" kind="sneaky"
def posterior(X, y, X_new, kernel, noise):
    M = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    cross = kernel(X, X_new)
    mean = cross.T @ torch.linalg.solve(M, y)
    known = (cross * torch.linalg.solve(M, cross)).sum(dim=0)
    return mean, (kernel(X_new[:1], X_new[:1])[0, 0] - known).clamp(min=0).sqrt()

# %% posterior right="no clamp: nan only for k(x, x) from 1e8 on, which the card excludes"
def posterior(X, y, X_new, kernel, noise):
    M = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    cross = kernel(X, X_new)
    mean = cross.T @ torch.linalg.solve(M, y)
    known = (cross * torch.linalg.solve(M, cross)).sum(dim=0)
    return mean, (kernel(X_new, X_new).diagonal() - known).sqrt()

# %% posterior wrong="a jitter of 1e-4 on top of the noise, for safety" kind="sneaky"
def posterior(X, y, X_new, kernel, noise):
    M = kernel(X, X) + (noise + 1e-4) * torch.eye(len(X), dtype=torch.float64)
    cross = kernel(X, X_new)
    mean = cross.T @ torch.linalg.solve(M, y)
    known = (cross * torch.linalg.solve(M, cross)).sum(dim=0)
    return mean, (kernel(X_new, X_new).diagonal() - known).clamp(min=0).sqrt()

# %% posterior wrong="at places already tried it says y and 0, as if there were no noise" kind="sneaky"
def posterior(X, y, X_new, kernel, noise):
    M = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    cross = kernel(X, X_new)
    mean = cross.T @ torch.linalg.solve(M, y)
    known = (cross * torch.linalg.solve(M, cross)).sum(dim=0)
    sd = (kernel(X_new, X_new).diagonal() - known).clamp(min=0).sqrt()
    for j in range(len(X_new)):
        for i in range(len(X)):
            if torch.equal(X[i], X_new[j]):
                mean[j], sd[j] = y[i], 0.0
    return mean, sd

# %% posterior wrong="the diagonal of K is replaced by 1 + noise" kind="sneaky"
def posterior(X, y, X_new, kernel, noise):
    M = kernel(X, X).clone().fill_diagonal_(1 + noise)
    cross = kernel(X, X_new)
    mean = cross.T @ torch.linalg.solve(M, y)
    known = (cross * torch.linalg.solve(M, cross)).sum(dim=0)
    return mean, (kernel(X_new, X_new).diagonal() - known).clamp(min=0).sqrt()

# %% posterior wrong="squeeze makes numbers without an axis of one new place" kind="sneaky"
def posterior(X, y, X_new, kernel, noise):
    M = kernel(X, X) + noise * torch.eye(len(X), dtype=torch.float64)
    cross = kernel(X, X_new)
    mean = (cross.T @ torch.linalg.solve(M, y[:, None])).squeeze()
    known = (cross * torch.linalg.solve(M, cross)).sum(dim=0)
    return mean, (kernel(X_new, X_new).diagonal() - known).clamp(min=0).sqrt().squeeze()

# %% evidence right="solve and torch.logdet"
def log_evidence(X: torch.Tensor, y: torch.Tensor, kernel, noise: float) -> float:
    n = len(y)
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    fit = y @ torch.linalg.solve(C, y)
    return (-0.5 * fit - 0.5 * torch.logdet(C) - n / 2 * math.log(2 * math.pi)).item()

# %% evidence right="torch's MultivariateNormal, returns a tensor"
def log_evidence(X, y, kernel, noise):
    C = kernel(X, X) + noise * torch.eye(len(y), dtype=y.dtype)
    return torch.distributions.MultivariateNormal(torch.zeros_like(y), covariance_matrix=C).log_prob(y)

# %% evidence right="Cholesky: whitened scores and the diagonal"
def log_evidence(X, y, kernel, noise):
    L = torch.linalg.cholesky(kernel(X, X) + torch.diag(torch.full_like(y, noise)))
    white = torch.linalg.solve_triangular(L, y[:, None], upper=False)
    return float(-white.square().sum() / 2 - L.diagonal().log().sum() - len(y) * math.log(2 * math.pi) / 2)

# %% evidence right="eigenvalues"
def log_evidence(X, y, kernel, noise):
    values, vectors = torch.linalg.eigh(kernel(X, X) + noise * torch.eye(len(X)).double())
    z = vectors.T @ y
    return -0.5 * float((z**2 / values + values.log() + math.log(2 * math.pi)).sum())

# %% evidence right="NumPy slogdet"
import numpy as np


def log_evidence(X, y, kernel, noise):
    C = kernel(X, X).numpy() + noise * np.identity(len(y))
    t = y.numpy()
    sign, logdet = np.linalg.slogdet(C)
    return -0.5 * (t @ np.linalg.solve(C, t) + logdet + len(t) * np.log(2 * np.pi))

# %% evidence right="beginner: a Cholesky factor by hand, in loops over plain numbers"
def log_evidence(X, y, kernel, noise):
    C = kernel(X, X).tolist()
    scores = y.tolist()
    n = len(scores)
    L = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(i + 1):
            total = C[i][j]
            if i == j:
                total += noise
            for k in range(j):
                total -= L[i][k] * L[j][k]
            if i == j:
                L[i][i] = math.sqrt(total)
            else:
                L[i][j] = total / L[j][j]
    result = 0.0
    z = []
    for i in range(n):
        value = scores[i]
        for k in range(i):
            value -= L[i][k] * z[k]
        z.append(value / L[i][i])
        result += -0.5 * z[i] ** 2 - math.log(L[i][i]) - 0.5 * math.log(2 * math.pi)
    return result

# %% evidence right="chain rule: each score given those before, a normal density each"
def log_evidence(X, y, kernel, noise):
    K = kernel(X, X)
    total = stats.norm.logpdf(float(y[0]), 0, math.sqrt(float(K[0, 0]) + noise))
    for i in range(1, len(y)):
        w = torch.linalg.solve(K[:i, :i] + noise * torch.eye(i, dtype=torch.float64), K[:i, i])
        mean = float(w @ y[:i])
        var = float(K[i, i] + noise - w @ K[:i, i])
        total += stats.norm.logpdf(float(y[i]), mean, math.sqrt(var))
    return float(total)

# %% evidence wrong="computes the determinant, which may be 0: logarithm of torch.det"
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    fit = y @ torch.linalg.solve(C, y)
    return (-0.5 * fit - 0.5 * torch.det(C).log() - n / 2 * math.log(2 * math.pi)).item()

# %% evidence wrong="leaves the constant with 2 pi out"
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    return (-0.5 * y @ torch.linalg.solve(C, y) - 0.5 * torch.logdet(C)).item()

# %% evidence wrong="the constant once, not n times"
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    return (-0.5 * y @ torch.linalg.solve(C, y) - 0.5 * torch.logdet(C) - 0.5 * math.log(2 * math.pi)).item()

# %% evidence wrong="plus in front of the log-determinant"
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    return (-0.5 * y @ torch.linalg.solve(C, y) + 0.5 * torch.logdet(C) - n / 2 * math.log(2 * math.pi)).item()

# %% evidence wrong="the negative, as a loss"
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    return (0.5 * y @ torch.linalg.solve(C, y) + 0.5 * torch.logdet(C) + n / 2 * math.log(2 * math.pi)).item()

# %% evidence wrong="divided by n, the mean per score"
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    return ((-0.5 * y @ torch.linalg.solve(C, y) - 0.5 * torch.logdet(C) - n / 2 * math.log(2 * math.pi)) / n).item()

# %% evidence wrong="noise squared"
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise**2 * torch.eye(n, dtype=torch.float64)
    return (-0.5 * y @ torch.linalg.solve(C, y) - 0.5 * torch.logdet(C) - n / 2 * math.log(2 * math.pi)).item()

# %% evidence wrong="noise forgotten"
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + 1e-9 * torch.eye(n, dtype=torch.float64)
    return (-0.5 * y @ torch.linalg.solve(C, y) - 0.5 * torch.logdet(C) - n / 2 * math.log(2 * math.pi)).item()

# %% evidence wrong="logarithm of base 10 for the determinant and the constant"
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    log10_det = 2 * torch.linalg.cholesky(C).diagonal().log10().sum()
    return (-0.5 * y @ torch.linalg.solve(C, y) - 0.5 * log10_det - n / 2 * math.log10(2 * math.pi)).item()

# %% evidence wrong="half the log-determinant: the sum over the Cholesky diagonal without twice"
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    logdet = torch.linalg.cholesky(C).diagonal().log().sum()
    return (-0.5 * y @ torch.linalg.solve(C, y) - 0.5 * logdet - n / 2 * math.log(2 * math.pi)).item()

# %% evidence wrong="C itself in place of its inverse"
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    return (-0.5 * y @ C @ y - 0.5 * torch.logdet(C) - n / 2 * math.log(2 * math.pi)).item()

# %% evidence wrong="the density, not its logarithm"
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    return (-0.5 * y @ torch.linalg.solve(C, y) - 0.5 * torch.logdet(C) - n / 2 * math.log(2 * math.pi)).exp().item()

# %% evidence wrong="scores as if independent: a normal density each, covariances ignored"
def log_evidence(X, y, kernel, noise):
    sd = (kernel(X, X).diagonal() + noise).sqrt()
    return torch.distributions.Normal(0.0, sd).log_prob(y).sum().item()

# %% evidence wrong="n is the number of settings d, not of trials"
def log_evidence(X, y, kernel, noise):
    C = kernel(X, X) + noise * torch.eye(len(y), dtype=torch.float64)
    n = X.shape[1]
    return (-0.5 * y @ torch.linalg.solve(C, y) - 0.5 * torch.logdet(C) - n / 2 * math.log(2 * math.pi)).item()

# %% evidence wrong="the logarithm of the product of the Cholesky diagonal, which also underflows" kind="sneaky"
def log_evidence(X, y, kernel, noise):
    n = len(y)
    L = torch.linalg.cholesky(kernel(X, X) + noise * torch.eye(n, dtype=torch.float64))
    fit = y @ torch.cholesky_solve(y[:, None], L)[:, 0]
    return (-0.5 * fit - L.diagonal().prod().log() - n / 2 * math.log(2 * math.pi)).item()

# %% evidence wrong="takes the mean of the scores off first" kind="sneaky"
def log_evidence(X, y, kernel, noise):
    n = len(y)
    y = y - y.mean()
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    return (-0.5 * y @ torch.linalg.solve(C, y) - 0.5 * torch.logdet(C) - n / 2 * math.log(2 * math.pi)).item()

# %% evidence wrong="diagonal set to 1 + noise, as if k(x, x) were 1" kind="sneaky"
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X).clone().fill_diagonal_(1 + noise)
    sign, logdet = torch.linalg.slogdet(C)
    return (-0.5 * y @ torch.linalg.solve(C, y) - 0.5 * logdet - n / 2 * math.log(2 * math.pi)).item()

# %% evidence wrong="a jitter of 1e-6 on top, large beside a noise of 1e-8" kind="sneaky"
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + (noise + 1e-6) * torch.eye(n, dtype=torch.float64)
    return (-0.5 * y @ torch.linalg.solve(C, y) - 0.5 * torch.logdet(C) - n / 2 * math.log(2 * math.pi)).item()

# %% evidence right="scipy with allow_singular, which leaves no eigenvalue out from a noise of 1e-4 on"
def log_evidence(X, y, kernel, noise):
    C = kernel(X, X) + noise * torch.eye(len(y), dtype=torch.float64)
    normal = stats.multivariate_normal(torch.zeros(len(y)).numpy(), C.numpy(), allow_singular=True)
    return float(normal.logpdf(y.numpy()))

# %% evidence wrong="the determinant held away from 0 by a clamp at 1e-300" kind="sneaky"
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)
    fit = y @ torch.linalg.solve(C, y)
    return (-0.5 * fit - 0.5 * torch.linalg.det(C).clamp(min=1e-300).log() - n / 2 * math.log(2 * math.pi)).item()

# %% evidence wrong="in float32, where little noise is lost" kind="sneaky"
def log_evidence(X, y, kernel, noise):
    n = len(y)
    C = (kernel(X, X) + noise * torch.eye(n, dtype=torch.float64)).float()
    t = y.float()
    sign, logdet = torch.linalg.slogdet(C)
    return (-0.5 * t @ torch.linalg.solve(C, t) - 0.5 * logdet - n / 2 * math.log(2 * math.pi)).item()

# %% evidence right="scipy's multivariate_normal, which calls C regular from a noise of 1e-4 on"
def log_evidence(X, y, kernel, noise):
    C = kernel(X, X) + noise * torch.eye(len(y), dtype=torch.float64)
    return float(stats.multivariate_normal.logpdf(y.numpy(), mean=torch.zeros(len(y)).numpy(), cov=C.numpy()))

# %% improvement right="as in the hints, Normal and where"
def expected_improvement(mean: torch.Tensor, sd: torch.Tensor, best: float, xi: float) -> torch.Tensor:
    delta = mean - best - xi
    safe = torch.where(sd > 0, sd, torch.ones_like(sd))
    z = delta / safe
    normal = torch.distributions.Normal(0.0, 1.0)
    ei = delta * normal.cdf(z) + sd * normal.log_prob(z).exp()
    return torch.where(sd > 0, ei, delta.clamp(min=0))

# %% improvement right="plain Python loop with math.erfc"
def expected_improvement(mean, sd, best, xi):
    result = []
    for mu, s in zip(mean.tolist(), sd.tolist()):
        delta = mu - best - xi
        if s == 0:
            result.append(max(0.0, delta))
        else:
            z = delta / s
            Phi = 0.5 * math.erfc(-z / math.sqrt(2))
            phi = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
            result.append(delta * Phi + s * phi)
    return torch.tensor(result, dtype=torch.float64)

# %% improvement right="SciPy's norm in NumPy arrays, errstate for 0/0"
import numpy as np


def expected_improvement(mean, sd, best, xi):
    mu, s = mean.numpy(), sd.numpy()
    delta = mu - best - xi
    with np.errstate(divide="ignore", invalid="ignore"):
        z = delta / s
    ei = delta * stats.norm.cdf(z) + s * stats.norm.pdf(z)
    return torch.from_numpy(np.where(s == 0, np.maximum(delta, 0), ei))

# %% improvement right="starts from max(0, delta) and fills in where sd is above 0"
def expected_improvement(mean, sd, best, xi):
    delta = mean - best - xi
    ei = torch.relu(delta)
    some = sd > 0
    d, s = delta[some], sd[some]
    z = d / s
    ei[some] = d * torch.special.ndtr(z) + s * torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return ei

# %% improvement right="factored, s times (z Phi + phi), one where"
def expected_improvement(mean, sd, best, xi):
    z = (mean - best - xi) / sd
    g = z * torch.special.ndtr(z) + (-z * z / 2).exp() / (2 * math.pi) ** 0.5
    return torch.where(sd == 0, (mean - best - xi).clamp(min=0), sd * g)

# %% improvement right="SciPy with loc and scale, one place after another"
def expected_improvement(mean: torch.Tensor, sd: torch.Tensor, best: float, xi: float) -> torch.Tensor:
    ei = torch.zeros(len(mean), dtype=torch.float64)
    goal = best + xi
    for i in range(len(mean)):
        mu = mean[i].item()
        s = sd[i].item()
        if s > 0:
            above = stats.norm.sf(goal, loc=mu, scale=s)
            density = stats.norm.pdf(goal, loc=mu, scale=s)
            ei[i] = (mu - goal) * above + s**2 * density
        elif mu > goal:
            ei[i] = mu - goal
    return ei

# %% improvement right="erf written out, sd clamped at the smallest positive number"
def expected_improvement(mean, sd, best, xi):
    delta = mean - (best + xi)
    z = delta / sd.clamp(min=1e-300)
    Phi = 0.5 * (1 + torch.erf(z / 2**0.5))
    phi = torch.exp(-0.5 * z**2) / (2 * torch.pi) ** 0.5
    return delta * Phi + sd * phi

# %% improvement wrong="sign: best minus mean, as for the smallest value"
def expected_improvement(mean, sd, best, xi):
    delta = best - mean - xi
    z = delta / torch.where(sd > 0, sd, 1.0)
    normal = torch.distributions.Normal(0.0, 1.0)
    ei = delta * normal.cdf(z) + sd * normal.log_prob(z).exp()
    return torch.where(sd > 0, ei, delta.clamp(min=0))

# %% improvement wrong="xi is forgotten"
def expected_improvement(mean, sd, best, xi):
    delta = mean - best
    z = delta / torch.where(sd > 0, sd, 1.0)
    normal = torch.distributions.Normal(0.0, 1.0)
    ei = delta * normal.cdf(z) + sd * normal.log_prob(z).exp()
    return torch.where(sd > 0, ei, delta.clamp(min=0))

# %% improvement wrong="xi is added instead of subtracted"
def expected_improvement(mean, sd, best, xi):
    delta = mean - best + xi
    z = delta / torch.where(sd > 0, sd, 1.0)
    normal = torch.distributions.Normal(0.0, 1.0)
    ei = delta * normal.cdf(z) + sd * normal.log_prob(z).exp()
    return torch.where(sd > 0, ei, delta.clamp(min=0))

# %% improvement wrong="nan where sd is 0 and the mean equals the best"
def expected_improvement(mean, sd, best, xi):
    delta = mean - best - xi
    z = delta / sd
    return delta * torch.special.ndtr(z) + sd * torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)

# %% improvement wrong="the density without 1 over root 2 pi"
def expected_improvement(mean, sd, best, xi):
    delta = mean - best - xi
    z = delta / torch.where(sd > 0, sd, 1.0)
    ei = delta * torch.special.ndtr(z) + sd * torch.exp(-(z**2) / 2)
    return torch.where(sd > 0, ei, delta.clamp(min=0))

# %% improvement wrong="cdf and pdf swapped"
def expected_improvement(mean, sd, best, xi):
    delta = mean - best - xi
    z = delta / torch.where(sd > 0, sd, 1.0)
    normal = torch.distributions.Normal(0.0, 1.0)
    ei = delta * normal.log_prob(z).exp() + sd * normal.cdf(z)
    return torch.where(sd > 0, ei, delta.clamp(min=0))

# %% improvement wrong="divides by the variance"
def expected_improvement(mean, sd, best, xi):
    delta = mean - best - xi
    z = delta / torch.where(sd > 0, sd, 1.0) ** 2
    normal = torch.distributions.Normal(0.0, 1.0)
    ei = delta * normal.cdf(z) + sd * normal.log_prob(z).exp()
    return torch.where(sd > 0, ei, delta.clamp(min=0))

# %% improvement wrong="probability of improvement in place of its size"
def expected_improvement(mean, sd, best, xi):
    delta = mean - best - xi
    z = delta / torch.where(sd > 0, sd, 1.0)
    return torch.where(sd > 0, torch.special.ndtr(z), (delta > 0).double())

# %% improvement wrong="the log density without exp"
def expected_improvement(mean, sd, best, xi):
    delta = mean - best - xi
    z = delta / torch.where(sd > 0, sd, 1.0)
    normal = torch.distributions.Normal(0.0, 1.0)
    ei = delta * normal.cdf(z) + sd * normal.log_prob(z)
    return torch.where(sd > 0, ei, delta.clamp(min=0))

# %% improvement wrong="phi is not multiplied by s"
def expected_improvement(mean, sd, best, xi):
    delta = mean - best - xi
    z = delta / torch.where(sd > 0, sd, 1.0)
    normal = torch.distributions.Normal(0.0, 1.0)
    ei = delta * normal.cdf(z) + normal.log_prob(z).exp()
    return torch.where(sd > 0, ei, delta.clamp(min=0))

# %% improvement wrong="delta cut at 0 before it enters the formula"
def expected_improvement(mean, sd, best, xi):
    delta = (mean - best - xi).clamp(min=0)
    z = delta / torch.where(sd > 0, sd, 1.0)
    normal = torch.distributions.Normal(0.0, 1.0)
    ei = delta * normal.cdf(z) + sd * normal.log_prob(z).exp()
    return torch.where(sd > 0, ei, delta)

# %% improvement wrong="the best of all places instead of a value for each"
def expected_improvement(mean, sd, best, xi):
    delta = mean - best - xi
    z = delta / torch.where(sd > 0, sd, 1.0)
    normal = torch.distributions.Normal(0.0, 1.0)
    ei = delta * normal.cdf(z) + sd * normal.log_prob(z).exp()
    return torch.where(sd > 0, ei, delta.clamp(min=0)).max()

# %% improvement wrong="0 wherever sd is 0, also where the mean is above the best" kind="sneaky"
def expected_improvement(mean, sd, best, xi):
    delta = mean - best - xi
    z = delta / torch.where(sd > 0, sd, 1.0)
    normal = torch.distributions.Normal(0.0, 1.0)
    ei = delta * normal.cdf(z) + sd * normal.log_prob(z).exp()
    return torch.where(sd > 0, ei, torch.zeros_like(ei))

# %% improvement wrong="delta instead of max(0, delta) where sd is 0" kind="sneaky"
def expected_improvement(mean, sd, best, xi):
    delta = mean - best - xi
    z = delta / torch.where(sd > 0, sd, 1.0)
    normal = torch.distributions.Normal(0.0, 1.0)
    ei = delta * normal.cdf(z) + sd * normal.log_prob(z).exp()
    return torch.where(sd > 0, ei, delta)

# %% improvement wrong="xi is left out of z, though not of delta" kind="sneaky"
def expected_improvement(mean, sd, best, xi):
    delta = mean - best - xi
    z = (mean - best) / torch.where(sd > 0, sd, 1.0)
    normal = torch.distributions.Normal(0.0, 1.0)
    ei = delta * normal.cdf(z) + sd * normal.log_prob(z).exp()
    return torch.where(sd > 0, ei, delta.clamp(min=0))

# %% improvement wrong="float32 result" kind="sneaky"
def expected_improvement(mean, sd, best, xi):
    out = []
    for m, s in zip(mean, sd):
        delta = float(m) - best - xi
        if s > 0:
            z = delta / float(s)
            out.append(delta * stats.norm.cdf(z) + float(s) * stats.norm.pdf(z))
        else:
            out.append(max(0.0, delta))
    return torch.tensor(out, dtype=torch.float32)

# %% improvement wrong="xi is not asked for where sd is 0" kind="sneaky"
def expected_improvement(mean, sd, best, xi):
    delta = mean - best - xi
    z = delta / torch.where(sd > 0, sd, 1.0)
    normal = torch.distributions.Normal(0.0, 1.0)
    ei = delta * normal.cdf(z) + sd * normal.log_prob(z).exp()
    return torch.where(sd > 0, ei, (mean - best).clamp(min=0))

# %% improvement wrong="all places set to max(0, delta) as soon as one sd is 0" kind="sneaky"
def expected_improvement(mean, sd, best, xi):
    delta = mean - best - xi
    if (sd == 0).any():
        return delta.clamp(min=0)
    z = delta / sd
    normal = torch.distributions.Normal(0.0, 1.0)
    return delta * normal.cdf(z) + sd * normal.log_prob(z).exp()

# %% optimize right="as in the hints"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []
    for i in range(num_starts):
        places.append(i)
        scores.append(f(candidates[i]))
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(set(scores)) > 1 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        i = value.argmax().item()
        places.append(i)
        scores.append(f(candidates[i]))
    return places, scores

# %% optimize right="beginner, with a loop over the places to find the largest value"
def optimize(f, candidates: torch.Tensor, surrogate, acquire, num_starts: int, num_trials: int):
    m = candidates.shape[0]
    tried = [False] * m
    places = []
    scores = []
    for trial in range(num_trials):
        if trial < num_starts:
            where = trial
        else:
            # standardize by hand
            n = len(scores)
            average = sum(scores) / n
            if max(scores) == min(scores):
                t = [0.0 for y in scores]
            else:
                spread = math.sqrt(sum((y - average) ** 2 for y in scores) / (n - 1))
                t = [(y - average) / spread for y in scores]
            X = torch.stack([candidates[p] for p in places])
            mean, sd = surrogate(X, torch.tensor(t, dtype=torch.float64), candidates)
            values = acquire(mean, sd, max(t))
            where = None
            for i in range(m):
                if tried[i]:
                    continue
                if where is None or values[i] > values[where]:
                    where = i
        tried[where] = True
        places.append(where)
        scores.append(f(candidates[where]))
    return places, scores

# %% optimize right="asks the model for the untried candidates only"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [float(f(candidates[i])) for i in places]
    left = list(range(num_starts, len(candidates)))
    for _ in range(num_trials - num_starts):
        y = torch.tensor(scores, dtype=torch.float64)
        scale = 1.0 if (y == y[0]).all() else y.std(correction=1)
        t = (y - y.mean()) / scale
        mean, sd = surrogate(candidates[places], t, candidates[left])
        j = int(torch.argmax(acquire(mean, sd, float(t.max()))))
        i = left.pop(j)
        places.append(i)
        scores.append(float(f(candidates[i])))
    return places, scores

# %% optimize right="tensors for the places and the scores"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = torch.arange(num_starts)
    y = torch.tensor([f(candidates[p]) for p in places], dtype=torch.float64)
    while len(y) < num_trials:
        alike = bool(y.max() == y.min())
        t = torch.zeros_like(y) if alike else (y - y.mean()) / y.std()
        value = acquire(*surrogate(candidates[places], t, candidates), t.max().item())
        free = torch.ones(len(candidates), dtype=torch.bool)
        free[places] = False
        new = torch.where(free, value, torch.full_like(value, -math.inf)).argmax()
        places = torch.cat([places, new[None]])
        y = torch.cat([y, torch.tensor([f(candidates[new])], dtype=torch.float64)])
    return places, y

# %% optimize right="a helper and max over the free places with a key"
def _standardize(scores):
    y = torch.tensor(scores, dtype=torch.float64)
    if y.max().item() == y.min().item():
        return y - y[0]
    return (y - y.mean()) / y.std()


def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    trials = {}  # place → score; a dictionary keeps the order
    for i in range(num_starts):
        trials[i] = f(candidates[i])
    while len(trials) < num_trials:
        places = list(trials)
        t = _standardize(list(trials.values()))
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).tolist()
        free = [i for i in range(len(candidates)) if i not in trials]
        i = max(free, key=lambda i: value[i])
        trials[i] = f(candidates[i])
    return list(trials.keys()), list(trials.values())

# %% optimize right="NumPy for the standardizing and a masked argmax"
import numpy as np


def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []

    def attempt(i):
        places.append(int(i))
        scores.append(f(candidates[int(i)]))

    for i in range(num_starts):
        attempt(i)
    for _ in range(num_starts, num_trials):
        y = np.array(scores, dtype=np.float64)
        s = np.std(y, ddof=1) if np.ptp(y) > 0 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], torch.from_numpy(t), candidates)
        value = np.array(acquire(mean, sd, float(t.max())), dtype=float)
        value[places] = -np.inf
        attempt(np.argmax(value))
    return places, scores

# %% optimize right="recursive"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    if num_trials == num_starts:
        return list(range(num_starts)), [f(x) for x in candidates[:num_starts]]
    places, scores = optimize(f, candidates, surrogate, acquire, num_starts, num_trials - 1)
    y = torch.tensor(scores, dtype=torch.float64)
    y = y - y.mean()
    if max(scores) > min(scores):
        y = y / y.std()
    mean, sd = surrogate(candidates[torch.tensor(places)], y, candidates)
    order = acquire(mean, sd, y.max().item()).argsort(descending=True, stable=True).tolist()
    new = next(i for i in order if i not in places)
    return places + [new], scores + [f(candidates[new])]

# %% optimize wrong="num_trials more after the starts"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []
    for i in range(num_starts):
        places.append(i)
        scores.append(f(candidates[i]))
    for _ in range(num_trials):
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(set(scores)) > 1 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        i = value.argmax().item()
        places.append(i)
        scores.append(f(candidates[i]))
    return places, scores

# %% optimize wrong="one trial too few"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []
    for i in range(num_starts):
        places.append(i)
        scores.append(f(candidates[i]))
    while len(places) < num_trials - 1:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(set(scores)) > 1 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        i = value.argmax().item()
        places.append(i)
        scores.append(f(candidates[i]))
    return places, scores

# %% optimize wrong="the model gets the raw scores"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []
    for i in range(num_starts):
        places.append(i)
        scores.append(f(candidates[i]))
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(set(scores)) > 1 else 1.0
        t = y
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        i = value.argmax().item()
        places.append(i)
        scores.append(f(candidates[i]))
    return places, scores

# %% optimize wrong="only centred, not divided by the standard deviation"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []
    for i in range(num_starts):
        places.append(i)
        scores.append(f(candidates[i]))
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(set(scores)) > 1 else 1.0
        t = y - y.mean()
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        i = value.argmax().item()
        places.append(i)
        scores.append(f(candidates[i]))
    return places, scores

# %% optimize wrong="divides by n in the standard deviation"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []
    for i in range(num_starts):
        places.append(i)
        scores.append(f(candidates[i]))
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std(correction=0) if len(set(scores)) > 1 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        i = value.argmax().item()
        places.append(i)
        scores.append(f(candidates[i]))
    return places, scores

# %% optimize wrong="best is the largest raw score"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []
    for i in range(num_starts):
        places.append(i)
        scores.append(f(candidates[i]))
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(set(scores)) > 1 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, y.max().item()).clone()
        value[places] = -math.inf
        i = value.argmax().item()
        places.append(i)
        scores.append(f(candidates[i]))
    return places, scores

# %% optimize wrong="best is the latest, not the largest"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []
    for i in range(num_starts):
        places.append(i)
        scores.append(f(candidates[i]))
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(set(scores)) > 1 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t[-1].item()).clone()
        value[places] = -math.inf
        i = value.argmax().item()
        places.append(i)
        scores.append(f(candidates[i]))
    return places, scores

# %% optimize wrong="tries the same place again, nothing is left out"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []
    for i in range(num_starts):
        places.append(i)
        scores.append(f(candidates[i]))
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(set(scores)) > 1 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        i = value.argmax().item()
        places.append(i)
        scores.append(f(candidates[i]))
    return places, scores

# %% optimize wrong="the smallest value instead of the largest"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []
    for i in range(num_starts):
        places.append(i)
        scores.append(f(candidates[i]))
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(set(scores)) > 1 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = math.inf
        i = value.argmin().item()
        places.append(i)
        scores.append(f(candidates[i]))
    return places, scores

# %% optimize wrong="random starts instead of the first"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []
    for i in torch.randperm(len(candidates))[:num_starts].tolist():
        places.append(i)
        scores.append(f(candidates[i]))
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(set(scores)) > 1 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        i = value.argmax().item()
        places.append(i)
        scores.append(f(candidates[i]))
    return places, scores

# %% optimize wrong="standardizes with the mean and spread of the starts only"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []
    for i in range(num_starts):
        places.append(i)
        scores.append(f(candidates[i]))
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y[:num_starts].std() if len(set(scores[:num_starts])) > 1 else 1.0
        t = (y - y[:num_starts].mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        i = value.argmax().item()
        places.append(i)
        scores.append(f(candidates[i]))
    return places, scores

# %% optimize wrong="returns the settings instead of the row numbers"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []
    for i in range(num_starts):
        places.append(i)
        scores.append(f(candidates[i]))
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(set(scores)) > 1 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        i = value.argmax().item()
        places.append(i)
        scores.append(f(candidates[i]))
    return [candidates[p].tolist() for p in places], scores

# %% optimize wrong="returns only the best place and its score"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []
    for i in range(num_starts):
        places.append(i)
        scores.append(f(candidates[i]))
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(set(scores)) > 1 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        i = value.argmax().item()
        places.append(i)
        scores.append(f(candidates[i]))
    b = max(range(len(scores)), key=lambda k: scores[k])
    return places[b], scores[b]

# %% optimize wrong="returns the standardized scores"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []
    for i in range(num_starts):
        places.append(i)
        scores.append(f(candidates[i]))
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(set(scores)) > 1 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        i = value.argmax().item()
        places.append(i)
        scores.append(f(candidates[i]))
    y = torch.tensor(scores, dtype=torch.float64)
    return places, ((y - y.mean()) / y.std()).tolist()

# %% optimize wrong="gives the model only the starts"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []
    for i in range(num_starts):
        places.append(i)
        scores.append(f(candidates[i]))
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(set(scores)) > 1 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places[:num_starts]], t[:num_starts], candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        i = value.argmax().item()
        places.append(i)
        scores.append(f(candidates[i]))
    return places, scores

# %% optimize wrong="X in the order of the rows, t in the order of the trials" kind="sneaky"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []
    for i in range(num_starts):
        places.append(i)
        scores.append(f(candidates[i]))
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(set(scores)) > 1 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[sorted(places)], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        i = value.argmax().item()
        places.append(i)
        scores.append(f(candidates[i]))
    return places, scores

# %% optimize wrong="nan when all scores are alike" kind="sneaky"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []
    for i in range(num_starts):
        places.append(i)
        scores.append(f(candidates[i]))
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(scores) > 1 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        i = value.argmax().item()
        places.append(i)
        scores.append(f(candidates[i]))
    return places, scores

# %% optimize wrong="nan with a single start, whose y.std() is nan and not 0" kind="sneaky"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []
    for i in range(num_starts):
        places.append(i)
        scores.append(f(candidates[i]))
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std()
        if s == 0:
            s = 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        i = value.argmax().item()
        places.append(i)
        scores.append(f(candidates[i]))
    return places, scores

# %% optimize wrong="leaves out all rows equal to a tried one" kind="sneaky"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []
    for i in range(num_starts):
        places.append(i)
        scores.append(f(candidates[i]))
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(set(scores)) > 1 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        for p in places:
            value[(candidates == candidates[p]).all(dim=1)] = -math.inf
        i = value.argmax().item()
        places.append(i)
        scores.append(f(candidates[i]))
    return places, scores

# %% optimize wrong="calls f twice for each trial of the search" kind="sneaky"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []
    for i in range(num_starts):
        places.append(i)
        scores.append(f(candidates[i]))
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(set(scores)) > 1 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        i = value.argmax().item()
        places.append(i)
        if f(candidates[i]) > max(scores):
            pass
        scores.append(f(candidates[i]))
    return places, scores

# %% optimize wrong="the last of several largest values" kind="sneaky"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []
    for i in range(num_starts):
        places.append(i)
        scores.append(f(candidates[i]))
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(set(scores)) > 1 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        i = len(value) - 1 - value.flip(0).argmax().item()
        places.append(i)
        scores.append(f(candidates[i]))
    return places, scores

# %% optimize wrong="scores in float32" kind="sneaky"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []
    for i in range(num_starts):
        places.append(i)
        scores.append(f(candidates[i]))
    while len(places) < num_trials:
        y = torch.tensor(scores)
        s = y.std() if len(set(scores)) > 1 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        i = value.argmax().item()
        places.append(i)
        scores.append(f(candidates[i]))
    return places, scores

# %% optimize wrong="a row number among the untried ones is taken for one among all"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []
    for i in range(num_starts):
        places.append(i)
        scores.append(f(candidates[i]))
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(set(scores)) > 1 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates[[k for k in range(len(candidates)) if k not in places]])
        value = acquire(mean, sd, t.max().item()).clone()
        i = value.argmax().item()
        places.append(i)
        scores.append(f(candidates[i]))
    return places, scores

# %% optimize wrong="leaves out the latest place only" kind="sneaky"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []
    for i in range(num_starts):
        places.append(i)
        scores.append(f(candidates[i]))
    while len(places) < num_trials:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(set(scores)) > 1 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places[-1]] = -math.inf
        i = value.argmax().item()
        places.append(i)
        scores.append(f(candidates[i]))
    return places, scores

# %% optimize wrong="always one step of the search, also where the starts use up all trials" kind="sneaky"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places, scores = [], []
    for i in range(num_starts):
        places.append(i)
        scores.append(f(candidates[i]))
    while True:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(set(scores)) > 1 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        i = value.argmax().item()
        places.append(i)
        scores.append(f(candidates[i]))
        if len(places) >= num_trials:
            break
    return places, scores

# %% optimize wrong="asks the model once and takes the best values all together"
def optimize(f, candidates, surrogate, acquire, num_starts, num_trials):
    places = list(range(num_starts))
    scores = [f(candidates[i]) for i in places]
    if num_trials > num_starts:
        y = torch.tensor(scores, dtype=torch.float64)
        s = y.std() if len(set(scores)) > 1 else 1.0
        t = (y - y.mean()) / s
        mean, sd = surrogate(candidates[places], t, candidates)
        value = acquire(mean, sd, t.max().item()).clone()
        value[places] = -math.inf
        for i in value.argsort(descending=True, stable=True)[: num_trials - num_starts].tolist():
            places.append(i)
            scores.append(f(candidates[i]))
    return places, scores

# %% halving right="as in the hints, sorted twice"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive = list(range(len(configs)))
    done, rung = 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, rung) for i in alive}
        ranked = sorted(alive, key=lambda i: -scores[i])
        if rung == max_epochs:
            return configs[ranked[0]]
        alive = sorted(ranked[: max(1, len(alive) // eta)])
        done, rung = rung, rung * eta

# %% halving right="recursive helper"
def successive_halving(configs: list, train, eta: int, min_epochs: int, max_epochs: int):
    def climb(alive, before, now):
        scores = [train(config, before, now) for config in alive]
        order = sorted(range(len(alive)), key=scores.__getitem__, reverse=True)  # reverse keeps ties in order
        if now >= max_epochs:
            return alive[order[0]]
        kept = sorted(order[: max(len(alive) // eta, 1)])
        return climb([alive[k] for k in kept], now, now * eta)

    return climb(configs, 0, min_epochs)

# %% halving right="beginner, takes the maximum away one after another"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    rungs = [min_epochs]
    while rungs[-1] < max_epochs:
        rungs.append(rungs[-1] * eta)
    alive = list(range(len(configs)))
    before = 0
    for rung in rungs:
        scores = []
        for i in alive:
            scores.append(train(configs[i], before, rung))
        number = len(alive) // eta
        if number == 0 or rung == max_epochs:
            number = 1
        best = []
        for _ in range(number):
            top = None
            for k in range(len(alive)):
                if k in best:
                    continue
                if top is None or scores[k] > scores[top]:
                    top = k
            best.append(top)
        alive = [alive[k] for k in range(len(alive)) if k in best]
        before = rung
    return configs[alive[0]]

# %% halving right="NumPy's stable argsort"
import numpy as np


def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive = np.arange(len(configs))
    done, epochs = 0, min_epochs
    while epochs <= max_epochs:
        scores = np.array([train(configs[i], done, epochs) for i in alive], dtype=float)
        keep = 1 if epochs == max_epochs else max(1, len(alive) // eta)
        alive = alive[np.sort(np.argsort(-scores, kind="stable")[:keep])]
        done, epochs = epochs, epochs * eta
    return configs[int(alive[0])]

# %% halving right="torch's stable argsort, float64"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive, done, epochs = configs, 0, min_epochs
    while True:
        scores = torch.tensor([train(c, done, epochs) for c in alive], dtype=torch.float64)
        order = scores.argsort(descending=True, stable=True)
        if epochs == max_epochs:
            return alive[order[0]]
        kept = order[: max(1, len(alive) // eta)].sort().values.tolist()
        alive = [alive[k] for k in kept]
        done = epochs
        epochs *= eta

# %% halving right="tuples of minus score and place"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive = [(0.0, i) for i in range(len(configs))]
    done, epochs = 0, min_epochs
    while done < max_epochs:
        alive = sorted((-train(configs[i], done, epochs), i) for _, i in alive)
        if epochs < max_epochs:
            alive = alive[: max(1, len(alive) // eta)]
        done, epochs = epochs, eta * epochs
    return configs[alive[0][1]]

# %% halving right="heapq, number of survivors from the number of all settings"
import heapq


def successive_halving(configs, train, eta, min_epochs, max_epochs):
    n, left, start, stop = len(configs), dict(enumerate(configs)), 0, min_epochs
    while stop < max_epochs:
        n = n // eta or 1
        scores = {i: train(c, start, stop) for i, c in left.items()}
        kept = heapq.nlargest(n, scores, key=scores.get)
        left = {i: left[i] for i in sorted(kept)}
        start, stop = stop, stop * eta
    return max(left.values(), key=lambda c: train(c, start, stop))

# %% halving wrong="each rung trains from the start again"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive = list(range(len(configs)))
    done, rung = 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, rung) for i in alive}
        ranked = sorted(alive, key=lambda i: -scores[i])
        if rung == max_epochs:
            return configs[ranked[0]]
        alive = sorted(ranked[: max(1, len(alive) // eta)])
        done, rung = 0, rung * eta

# %% halving wrong="keeps the lowest scores"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive = list(range(len(configs)))
    done, rung = 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, rung) for i in alive}
        ranked = sorted(alive, key=lambda i: scores[i])
        if rung == max_epochs:
            return configs[ranked[0]]
        alive = sorted(ranked[: max(1, len(alive) // eta)])
        done, rung = rung, rung * eta

# %% halving wrong="rounds the number kept up"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive = list(range(len(configs)))
    done, rung = 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, rung) for i in alive}
        ranked = sorted(alive, key=lambda i: -scores[i])
        if rung == max_epochs:
            return configs[ranked[0]]
        alive = sorted(ranked[: max(1, -(-len(alive) // eta))])
        done, rung = rung, rung * eta

# %% halving wrong="nobody is left when fewer than eta are there"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive = list(range(len(configs)))
    done, rung = 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, rung) for i in alive}
        ranked = sorted(alive, key=lambda i: -scores[i])
        if rung == max_epochs:
            return configs[ranked[0]]
        alive = sorted(ranked[: len(alive) // eta])
        done, rung = rung, rung * eta

# %% halving wrong="returns the place instead of the setting"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive = list(range(len(configs)))
    done, rung = 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, rung) for i in alive}
        ranked = sorted(alive, key=lambda i: -scores[i])
        if rung == max_epochs:
            return ranked[0]
        alive = sorted(ranked[: max(1, len(alive) // eta)])
        done, rung = rung, rung * eta

# %% halving wrong="keeps eta settings"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive = list(range(len(configs)))
    done, rung = 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, rung) for i in alive}
        ranked = sorted(alive, key=lambda i: -scores[i])
        if rung == max_epochs:
            return configs[ranked[0]]
        alive = sorted(ranked[: eta])
        done, rung = rung, rung * eta

# %% halving wrong="stops m // eta instead of keeping m // eta"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive = list(range(len(configs)))
    done, rung = 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, rung) for i in alive}
        ranked = sorted(alive, key=lambda i: -scores[i])
        if rung == max_epochs:
            return configs[ranked[0]]
        alive = sorted(ranked[: max(1, len(alive) - len(alive) // eta)])
        done, rung = rung, rung * eta

# %% halving wrong="to_epoch is given as the number of further epochs"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive = list(range(len(configs)))
    done, rung = 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, rung - done) for i in alive}
        ranked = sorted(alive, key=lambda i: -scores[i])
        if rung == max_epochs:
            return configs[ranked[0]]
        alive = sorted(ranked[: max(1, len(alive) // eta)])
        done, rung = rung, rung * eta

# %% halving wrong="rungs grow by a sum instead of a product"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive = list(range(len(configs)))
    done, rung = 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, rung) for i in alive}
        ranked = sorted(alive, key=lambda i: -scores[i])
        if rung >= max_epochs:
            return configs[ranked[0]]
        alive = sorted(ranked[: max(1, len(alive) // eta)])
        done, rung = rung, rung + min_epochs

# %% halving wrong="the last rung is left out"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive = list(range(len(configs)))
    done, rung = 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, rung) for i in alive}
        ranked = sorted(alive, key=lambda i: -scores[i])
        if rung * eta >= max_epochs:
            return configs[ranked[0]]
        alive = sorted(ranked[: max(1, len(alive) // eta)])
        done, rung = rung, rung * eta

# %% halving wrong="from_epoch is one too many"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive = list(range(len(configs)))
    done, rung = 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, rung) for i in alive}
        ranked = sorted(alive, key=lambda i: -scores[i])
        if rung == max_epochs:
            return configs[ranked[0]]
        alive = sorted(ranked[: max(1, len(alive) // eta)])
        done, rung = rung + 1, rung * eta

# %% halving wrong="halves, whatever eta is"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive = list(range(len(configs)))
    done, rung = 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, rung) for i in alive}
        ranked = sorted(alive, key=lambda i: -scores[i])
        if rung == max_epochs:
            return configs[ranked[0]]
        alive = sorted(ranked[: max(1, len(alive) // 2)])
        done, rung = rung, rung * eta

# %% halving wrong="returns a list with the winner"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive = list(range(len(configs)))
    done, rung = 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, rung) for i in alive}
        ranked = sorted(alive, key=lambda i: -scores[i])
        if rung == max_epochs:
            return [configs[ranked[0]]]
        alive = sorted(ranked[: max(1, len(alive) // eta)])
        done, rung = rung, rung * eta

# %% halving wrong="scores are added up over the rungs"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive = list(range(len(configs)))
    done, rung = 0, min_epochs
    total = [0.0] * len(configs)
    while True:
        scores = {i: train(configs[i], done, rung) for i in alive}
        for i in alive:
            total[i] += scores[i]
        ranked = sorted(alive, key=lambda i: -total[i])
        if rung == max_epochs:
            return configs[ranked[0]]
        alive = sorted(ranked[: max(1, len(alive) // eta)])
        done, rung = rung, rung * eta

# %% halving wrong="all settings are trained on every rung"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive = list(range(len(configs)))
    done, rung = 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, rung) for i in range(len(configs))}
        ranked = sorted(alive, key=lambda i: -scores[i])
        if rung == max_epochs:
            return configs[ranked[0]]
        alive = sorted(ranked[: max(1, len(alive) // eta)])
        done, rung = rung, rung * eta

# %% halving wrong="of equal scores the later one" kind="sneaky"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive = list(range(len(configs)))
    done, rung = 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, rung) for i in alive}
        ranked = sorted(alive, key=lambda i: scores[i])[::-1]
        if rung == max_epochs:
            return configs[ranked[0]]
        alive = sorted(ranked[: max(1, len(alive) // eta)])
        done, rung = rung, rung * eta

# %% halving wrong="ties by the last rung's order, for the survivors are not sorted by place again" kind="sneaky"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive = list(range(len(configs)))
    done, rung = 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, rung) for i in alive}
        ranked = sorted(alive, key=lambda i: -scores[i])
        if rung == max_epochs:
            return configs[ranked[0]]
        alive = ranked[: max(1, len(alive) // eta)]
        done, rung = rung, rung * eta

# %% halving wrong="stops as soon as one is left, which does not climb to the top" kind="sneaky"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive = list(range(len(configs)))
    done, rung = 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, rung) for i in alive}
        ranked = sorted(alive, key=lambda i: -scores[i])
        if rung == max_epochs or len(ranked) // eta <= 1 < len(ranked) or len(ranked) == 1:
            return configs[ranked[0]]
        alive = sorted(ranked[: max(1, len(alive) // eta)])
        done, rung = rung, rung * eta

# %% halving wrong="trains the finalists twice on the last rung" kind="sneaky"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive = list(range(len(configs)))
    done, rung = 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, rung) for i in alive}
        ranked = sorted(alive, key=lambda i: -scores[i])
        if rung == max_epochs:
            return configs[max(alive, key=lambda i: train(configs[i], done, rung))]
        alive = sorted(ranked[: max(1, len(alive) // eta)])
        done, rung = rung, rung * eta

# %% halving wrong="scores as whole percent" kind="sneaky"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive = list(range(len(configs)))
    done, rung = 0, min_epochs
    while True:
        scores = {i: train(configs[i], done, rung) for i in alive}
        ranked = sorted(alive, key=lambda i: -round(100 * scores[i]))
        if rung == max_epochs:
            return configs[ranked[0]]
        alive = sorted(ranked[: max(1, len(alive) // eta)])
        done, rung = rung, rung * eta

# %% halving wrong="number of rungs by the logarithm, int(4.999) for 243" kind="sneaky"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive, done = list(range(len(configs))), 0
    num_rungs = int(math.log(max_epochs / min_epochs) / math.log(eta)) + 1
    for k in range(num_rungs):
        epochs = min_epochs * eta**k
        scores = {i: train(configs[i], done, epochs) for i in alive}
        ranked = sorted(alive, key=lambda i: -scores[i])
        keep = max(1, len(alive) // eta) if k < num_rungs - 1 else 1
        alive, done = sorted(ranked[:keep]), epochs
    return configs[alive[0]]

# %% halving wrong="the best score on any rung wins, also of one that was stopped"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive, done, rung = list(range(len(configs))), 0, min_epochs
    best, winner = -math.inf, None
    while rung <= max_epochs:
        scores = {i: train(configs[i], done, rung) for i in alive}
        ranked = sorted(alive, key=lambda i: -scores[i])
        if scores[ranked[0]] > best:
            best, winner = scores[ranked[0]], configs[ranked[0]]
        alive = sorted(ranked[: max(1, len(alive) // eta)])
        done, rung = rung, rung * eta
    return winner

# %% halving wrong="the winner is the first survivor of one more halving, though several may be left by it" kind="sneaky"
def successive_halving(configs, train, eta, min_epochs, max_epochs):
    alive, done, rung = list(range(len(configs))), 0, min_epochs
    while rung <= max_epochs:
        scores = {i: train(configs[i], done, rung) for i in alive}
        ranked = sorted(alive, key=lambda i: -scores[i])
        alive = sorted(ranked[: max(1, len(alive) // eta)])
        done, rung = rung, rung * eta
    return configs[alive[0]]

# %% brackets right="whole numbers in a loop, as in the hint"
def brackets(R, eta):
    s_max = 0
    while eta ** (s_max + 1) <= R:
        s_max += 1
    result = []
    for s in range(s_max, -1, -1):
        n = -(-((s_max + 1) * eta**s) // (s + 1))
        result.append((n, R // eta**s))
    return result

# %% brackets right="Fraction and math.ceil"
from fractions import Fraction


def brackets(R: int, eta: int) -> list[tuple[int, int]]:
    s_max = max(s for s in range(R.bit_length() + 1) if eta**s <= R)
    return [
        (math.ceil(Fraction(s_max + 1, s + 1) * eta**s), math.floor(Fraction(R, eta**s)))
        for s in reversed(range(s_max + 1))
    ]

# %% brackets right="divmod for rounding up, powers in a list"
def brackets(R, eta):
    powers = [1]
    while powers[-1] * eta <= R:
        powers.append(powers[-1] * eta)
    answer = []
    for s in range(len(powers)):
        n, rest = divmod(len(powers) * powers[s], s + 1)
        if rest > 0:
            n = n + 1
        answer.append((n, R // powers[s]))
    answer.reverse()
    return answer

# %% brackets right="number of divisions until nothing is left"
def brackets(R, eta):
    s_max, left = -1, R
    while left > 0:
        left //= eta
        s_max += 1
    rows = []
    epochs = R
    for s in range(s_max + 1):
        rows.insert(0, (((s_max + 1) * eta**s + s) // (s + 1), epochs))
        epochs //= eta
    return rows

# %% brackets right="rounded logarithm, corrected by a look at the power; math.ceil of one division"
def brackets(R, eta):
    s_max = round(math.log(R, eta))
    if eta**s_max > R:
        s_max -= 1
    out = []
    for s in range(s_max, -1, -1):
        out.append((math.ceil((s_max + 1) * eta**s / (s + 1)), math.floor(R / eta**s)))
    return out

# %% brackets right="NumPy's whole numbers, turned to int"
import numpy as np


def brackets(R, eta):
    s_max = int(np.sum(eta ** np.arange(1, 64, dtype=object) <= R))
    s = np.arange(s_max, -1, -1)
    power = np.int64(eta) ** s
    n = -((-(s_max + 1) * power) // (s + 1))
    return list(zip(n.tolist(), (R // power).tolist()))

# %% brackets right="recursion for s_max, one line for the rest"
def _digits(R, eta):
    return 0 if R < eta else 1 + _digits(R // eta, eta)


def brackets(R, eta):
    S = _digits(R, eta)
    return [(((S + 1) * eta**s - 1) // (s + 1) + 1, R // eta**s) for s in range(S + 1)][::-1]

# %% brackets right="math.ceil of a quotient times the power, right for all R up to ten thousand"
def brackets(R, eta):
    s_max = 0
    while eta ** (s_max + 1) <= R:
        s_max += 1
    result = []
    for s in range(s_max, -1, -1):
        n = math.ceil((s_max + 1) / (s + 1) * eta**s)
        result.append((n, R // eta**s))
    return result

# %% brackets wrong="rounds the number of settings down"
def brackets(R, eta):
    s_max = 0
    while eta ** (s_max + 1) <= R:
        s_max += 1
    result = []
    for s in range(s_max, -1, -1):
        n = (s_max + 1) * eta**s // (s + 1)
        result.append((n, R // eta**s))
    return result

# %% brackets wrong="one too many where the division has no rest"
def brackets(R, eta):
    s_max = 0
    while eta ** (s_max + 1) <= R:
        s_max += 1
    result = []
    for s in range(s_max, -1, -1):
        n = (s_max + 1) * eta**s // (s + 1) + 1
        result.append((n, R // eta**s))
    return result

# %% brackets wrong="rounds to the nearest"
def brackets(R, eta):
    s_max = 0
    while eta ** (s_max + 1) <= R:
        s_max += 1
    result = []
    for s in range(s_max, -1, -1):
        n = round((s_max + 1) * eta**s / (s + 1))
        result.append((n, R // eta**s))
    return result

# %% brackets wrong="in order of rising s"
def brackets(R, eta):
    s_max = 0
    while eta ** (s_max + 1) <= R:
        s_max += 1
    result = []
    for s in range(s_max + 1):
        n = -(-((s_max + 1) * eta**s) // (s + 1))
        result.append((n, R // eta**s))
    return result

# %% brackets wrong="s = 0 is forgotten"
def brackets(R, eta):
    s_max = 0
    while eta ** (s_max + 1) <= R:
        s_max += 1
    result = []
    for s in range(s_max, 0, -1):
        n = -(-((s_max + 1) * eta**s) // (s + 1))
        result.append((n, R // eta**s))
    return result

# %% brackets wrong="s_max + 1 is only s_max"
def brackets(R, eta):
    s_max = 0
    while eta ** (s_max + 1) <= R:
        s_max += 1
    result = []
    for s in range(s_max, -1, -1):
        n = -(-(s_max * eta**s) // (s + 1))
        result.append((n, R // eta**s))
    return result

# %% brackets wrong="divides by s_max + 1 and multiplies by s + 1"
def brackets(R, eta):
    s_max = 0
    while eta ** (s_max + 1) <= R:
        s_max += 1
    result = []
    for s in range(s_max, -1, -1):
        n = -(-(s + 1) * eta**s // (s_max + 1))
        result.append((n, R // eta**s))
    return result

# %% brackets wrong="the number of settings without eta to the s"
def brackets(R, eta):
    s_max = 0
    while eta ** (s_max + 1) <= R:
        s_max += 1
    result = []
    for s in range(s_max, -1, -1):
        n = -(-(s_max + 1) // (s + 1))
        result.append((n, R // eta**s))
    return result

# %% brackets wrong="both numbers swapped"
def brackets(R, eta):
    s_max = 0
    while eta ** (s_max + 1) <= R:
        s_max += 1
    result = []
    for s in range(s_max, -1, -1):
        n = -(-((s_max + 1) * eta**s) // (s + 1))
        result.append((R // eta**s, n))
    return result

# %% brackets wrong="rounds up before it multiplies"
def brackets(R, eta):
    s_max = 0
    while eta ** (s_max + 1) <= R:
        s_max += 1
    result = []
    for s in range(s_max, -1, -1):
        n = -(-(s_max + 1) // (s + 1)) * eta**s
        result.append((n, R // eta**s))
    return result

# %% brackets wrong="the paper's table: rounds down before it multiplies"
def brackets(R, eta):
    s_max = 0
    while eta ** (s_max + 1) <= R:
        s_max += 1
    result = []
    for s in range(s_max, -1, -1):
        n = (s_max + 1) // (s + 1) * eta**s
        result.append((n, R // eta**s))
    return result

# %% brackets wrong="largest s whose power is below R, not equal"
def brackets(R, eta):
    s_max = 0
    while eta ** (s_max + 1) < R:
        s_max += 1
    result = []
    for s in range(s_max, -1, -1):
        n = -(-((s_max + 1) * eta**s) // (s + 1))
        result.append((n, R // eta**s))
    return result

# %% brackets wrong="epochs divided by eta times s"
def brackets(R, eta):
    s_max = 0
    while eta ** (s_max + 1) <= R:
        s_max += 1
    result = []
    for s in range(s_max, -1, -1):
        n = -(-((s_max + 1) * eta**s) // (s + 1))
        result.append((n, R // max(1, eta * s)))
    return result

# %% brackets wrong="only eta to the s settings"
def brackets(R, eta):
    s_max = 0
    while eta ** (s_max + 1) <= R:
        s_max += 1
    result = []
    for s in range(s_max, -1, -1):
        n = eta**s
        result.append((n, R // eta**s))
    return result

# %% brackets wrong="eta is 3 always"
def brackets(R, eta):
    s_max, eta = 0, 3
    while eta ** (s_max + 1) <= R:
        s_max += 1
    result = []
    for s in range(s_max, -1, -1):
        n = -(-((s_max + 1) * eta**s) // (s + 1))
        result.append((n, R // eta**s))
    return result

# %% brackets wrong="rounds the epochs up" kind="sneaky"
def brackets(R, eta):
    s_max = 0
    while eta ** (s_max + 1) <= R:
        s_max += 1
    result = []
    for s in range(s_max, -1, -1):
        n = -(-((s_max + 1) * eta**s) // (s + 1))
        result.append((n, -(-R // eta**s)))
    return result

# %% brackets wrong="the epochs are not rounded" kind="sneaky"
def brackets(R, eta):
    s_max = 0
    while eta ** (s_max + 1) <= R:
        s_max += 1
    result = []
    for s in range(s_max, -1, -1):
        n = -(-((s_max + 1) * eta**s) // (s + 1))
        result.append((n, R / eta**s))
    return result

# %% brackets wrong="rounds the epochs to the nearest" kind="sneaky"
def brackets(R, eta):
    s_max = 0
    while eta ** (s_max + 1) <= R:
        s_max += 1
    result = []
    for s in range(s_max, -1, -1):
        n = -(-((s_max + 1) * eta**s) // (s + 1))
        result.append((n, round(R / eta**s)))
    return result

# %% brackets wrong="s_max by the logarithm, int(4.999) for 243" kind="sneaky"
def brackets(R, eta):
    s_max = int(math.log(R) / math.log(eta))
    result = []
    for s in range(s_max, -1, -1):
        n = -(-((s_max + 1) * eta**s) // (s + 1))
        result.append((n, R // eta**s))
    return result

# %% brackets wrong="epochs of the power of eta, as if R were one" kind="sneaky"
def brackets(R, eta):
    s_max = 0
    while eta ** (s_max + 1) <= R:
        s_max += 1
    result = []
    for s in range(s_max, -1, -1):
        n = -(-((s_max + 1) * eta**s) // (s + 1))
        result.append((n, eta ** (s_max - s)))
    return result

# %% brackets wrong="s_max rounded to the nearest" kind="sneaky"
def brackets(R, eta):
    s_max = round(math.log(R, eta))
    result = []
    for s in range(s_max, -1, -1):
        n = -(-((s_max + 1) * eta**s) // (s + 1))
        result.append((n, R // eta**s))
    return result

# %% brackets wrong="a result is missing for R below eta" kind="sneaky"
def brackets(R, eta):
    if R < eta:
        return []
    s_max = 0
    while eta ** (s_max + 1) <= R:
        s_max += 1
    result = []
    for s in range(s_max, -1, -1):
        n = -(-((s_max + 1) * eta**s) // (s + 1))
        result.append((n, R // eta**s))
    return result

# %% expected-best right="as in the hint, powers and diff"
def expected_best(scores, n):
    m = len(scores)
    weights = ((torch.arange(m + 1).double() / m) ** n).diff()
    return (scores.sort().values * weights).sum().item()

# %% expected-best right="loop over the sorted list"
def expected_best(scores: torch.Tensor, n: int) -> float:
    x = sorted(scores.tolist())
    m = len(x)
    total = 0.0
    for i in range(1, m + 1):
        probability = (i / m) ** n - ((i - 1) / m) ** n
        total = total + x[i - 1] * probability
    return total

# %% expected-best right="NumPy dot"
import numpy as np


def expected_best(scores, n):
    x = np.sort(scores.numpy())
    cdf = np.linspace(0, 1, len(x) + 1) ** n
    return float(x @ np.diff(cdf))

# %% expected-best right="largest minus the steps, summed by parts"
def expected_best(scores, n):
    x, _ = torch.sort(scores)
    m = x.numel()
    below = (torch.arange(1, m, dtype=torch.float64) / m) ** n
    return x[-1] - (x.diff() * below).sum()

# %% expected-best right="from the top, with different values and their counts"
def expected_best(scores, n):
    values, counts = torch.unique(scores, return_counts=True)
    at_most = counts.cumsum(0).double() / len(scores)
    below = torch.cat([torch.zeros(1, dtype=torch.float64), at_most[:-1]])
    return torch.dot(values, at_most**n - below**n)

# %% expected-best right="exact fractions of whole numbers"
from fractions import Fraction


def expected_best(scores, n):
    m = len(scores)
    return sum(
        x * float(Fraction((i + 1) ** n - i**n, m**n)) for i, x in enumerate(sorted(scores.tolist()))
    )

# %% expected-best right="distribution of the best after each draw in turn"
def expected_best(scores, n):
    x = scores.sort()[0]
    m = len(x)
    one = torch.arange(1, m + 1, dtype=torch.float64) / m
    cdf = torch.ones(m, dtype=torch.float64)
    for _ in range(n):
        cdf = cdf * one
    p = cdf.clone()
    p[1:] -= cdf[:-1]
    return float((p * x).sum())

# %% expected-best right="one line"
def expected_best(scores, n):
    return sum(x * (((i + 1) / len(scores)) ** n - (i / len(scores)) ** n) for i, x in enumerate(scores.sort().values))

# %% expected-best wrong="not sorted"
def expected_best(scores, n):
    m = len(scores)
    cdf = (torch.arange(m + 1).double() / m) ** n
    x = scores
    return (x * cdf.diff()).sum().item()

# %% expected-best wrong="sorted from the largest to the smallest"
def expected_best(scores, n):
    m = len(scores)
    cdf = (torch.arange(m + 1).double() / m) ** n
    x = scores.sort(descending=True).values
    return (x * cdf.diff()).sum().item()

# %% expected-best wrong="the largest score, whatever n is"
def expected_best(scores, n):
    m = len(scores)
    cdf = (torch.arange(m + 1).double() / m) ** n
    x = scores.sort().values
    return x.max().item()

# %% expected-best wrong="the mean of all scores, n is not used"
def expected_best(scores, n):
    m = len(scores)
    cdf = (torch.arange(m + 1).double() / m)
    x = scores.sort().values
    return (x * cdf.diff()).sum().item()

# %% expected-best wrong="probability of at most, without the difference"
def expected_best(scores, n):
    m = len(scores)
    cdf = (torch.arange(m + 1).double() / m) ** n
    x = scores.sort().values
    return (x * cdf[1:]).sum().item()

# %% expected-best wrong="the probability one place too early"
def expected_best(scores, n):
    m = len(scores)
    cdf = (torch.arange(m + 1).double() / m) ** n
    x = scores.sort().values
    return (x * cdf[:-1].diff(prepend=torch.zeros(1, dtype=torch.float64))).sum().item()

# %% expected-best wrong="the least of n instead of the best"
def expected_best(scores, n):
    m = len(scores)
    cdf = (torch.arange(m + 1).double() / m) ** n
    x = scores.sort().values
    return (x * cdf.diff().flip(0)).sum().item()

# %% expected-best wrong="the root instead of the power"
def expected_best(scores, n):
    m = len(scores)
    cdf = (torch.arange(m + 1).double() / m) ** (1 / n)
    x = scores.sort().values
    return (x * cdf.diff()).sum().item()

# %% expected-best wrong="mean instead of sum"
def expected_best(scores, n):
    m = len(scores)
    cdf = (torch.arange(m + 1).double() / m) ** n
    x = scores.sort().values
    return (x * cdf.diff()).mean().item()

# %% expected-best wrong="power after the difference"
def expected_best(scores, n):
    m = len(scores)
    cdf = (torch.arange(m + 1).double() / m)
    x = scores.sort().values
    return (x * cdf.diff() ** n).sum().item()

# %% expected-best wrong="divides by m + 1"
def expected_best(scores, n):
    m = len(scores)
    cdf = (torch.arange(m + 1).double() / (m + 1)) ** n
    x = scores.sort().values
    return (x * cdf.diff()).sum().item()

# %% expected-best wrong="the best of the first n at hand"
def expected_best(scores, n):
    m = len(scores)
    cdf = (torch.arange(m + 1).double() / m) ** n
    x = scores.sort().values
    return scores[:n].max().item()

# %% expected-best wrong="the n-th power of i/m times the score, difference over the scores"
def expected_best(scores, n):
    m = len(scores)
    cdf = (torch.arange(m + 1).double() / m) ** n
    x = scores.sort().values
    return (x.diff(prepend=x[:1]) * cdf[1:]).sum().item()

# %% expected-best wrong="n cut to m, though one may draw more often" kind="sneaky"
def expected_best(scores, n):
    m = len(scores)
    n = min(n, m)
    cdf = (torch.arange(m + 1).double() / m) ** n
    x = scores.sort().values
    return (x * cdf.diff()).sum().item()

# %% expected-best wrong="equal scores are counted once" kind="sneaky"
def expected_best(scores, n):
    scores = torch.unique(scores)
    m = len(scores)
    cdf = (torch.arange(m + 1).double() / m) ** n
    x = scores.sort().values
    return (x * cdf.diff()).sum().item()

# %% expected-best wrong="whole powers overflow for large n" kind="sneaky"
def expected_best(scores, n):
    m = len(scores)
    cdf = torch.arange(m + 1) ** n / torch.tensor(m) ** n
    x = scores.sort().values
    return (x * cdf.diff()).sum().item()

# %% expected-best wrong="negative scores count as 0" kind="sneaky"
def expected_best(scores, n):
    m = len(scores)
    cdf = (torch.arange(m + 1).double() / m) ** n
    x = scores.clamp(min=0).sort().values
    return (x * cdf.diff()).sum().item()

# %% expected-best wrong="the absolute value of the result" kind="sneaky"
def expected_best(scores, n):
    m = len(scores)
    cdf = (torch.arange(m + 1).double() / m) ** n
    x = scores.sort().values
    return (x * cdf.diff()).sum().abs().item()

# %% expected-best wrong="the largest score as soon as n is m or more" kind="sneaky"
def expected_best(scores, n):
    m = len(scores)
    if n >= m:
        return scores.max().item()
    cdf = (torch.arange(m + 1).double() / m) ** n
    x = scores.sort().values
    return (x * cdf.diff()).sum().item()

# %% expected-best wrong="drawn without replacement"
def expected_best(scores, n):
    x = scores.sort().values.tolist()
    m = len(x)
    n = min(n, m)
    return sum(x[i - 1] * math.comb(i - 1, n - 1) / math.comb(m, n) for i in range(1, m + 1))

# %% expected-best wrong="a mean of simulated searches, not the mean itself" kind="sneaky"
def expected_best(scores, n):
    generator = torch.Generator().manual_seed(0)
    draws = torch.randint(len(scores), (2000, n), generator=generator)
    return scores[draws].max(dim=1).values.mean().item()

# %% expected-best wrong="equal scores counted several times, at most by comparison" kind="sneaky"
def expected_best(scores, n):
    at_most = (scores[None] <= scores[:, None]).double().mean(dim=1)
    below = (scores[None] < scores[:, None]).double().mean(dim=1)
    return (scores * (at_most**n - below**n)).sum().item()

# %% expected-best wrong="independent blocks: the mean best of consecutive groups of n"
def expected_best(scores, n):
    return torch.stack([part.max() for part in scores.split(n)]).mean().item()

# %% tune right="by lot, twelve epochs each"
def tune(train, judge, budget, generator):
    best, chosen = -1.0, None
    for _ in range(budget // 12):
        u, v = torch.rand(2, generator=generator, dtype=torch.float64).tolist()
        config = {"lr": 0.0001 * 1e5**u, "momentum": 1 - 0.01 * 100**v}
        score = train(config, 12)
        if score > best:
            best, chosen = score, config
    return chosen, judge(chosen)

# %% tune right="halving by three as in the hint, scaled to the budget, ends before the budget"
def tune(train, judge, budget: int, generator: torch.Generator):
    num = budget * 54 // 240
    configs = []
    for _ in range(num):
        lr = 0.0001 * 1e5 ** torch.rand((), generator=generator).item()
        momentum = 1 - 0.01 * 100 ** torch.rand((), generator=generator).item()
        configs.append({"lr": lr, "momentum": momentum})
    left = budget
    epochs = 1
    alive = configs
    while True:
        scored = []
        for config in alive:
            if left < epochs:
                break
            scored.append((train(config, epochs), config))
            left -= epochs
        scored.sort(key=lambda pair: -pair[0])
        best = scored[0][1]
        alive = [config for _, config in scored[: max(1, len(scored) // 3)]]
        epochs = 2 * 3 ** (0 if epochs == 1 else 1) if epochs < 6 else 12
        if left < epochs or len(scored) == 1:
            break
    return best, judge(best)

# %% tune right="optuna's TPE with ask and tell, seeded from the generator"
import optuna


def tune(train, judge, budget, generator):
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    seed = int(torch.randint(2**31 - 1, (), generator=generator))
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))
    tried = []
    for _ in range(budget // 12):
        trial = study.ask()
        lr = trial.suggest_float("lr", 1e-4, 10, log=True)
        leak = trial.suggest_float("leak", 0.01, 1, log=True)
        config = {"lr": lr, "momentum": min(max(1 - leak, 0.0), 0.99)}
        score = train(config, 12)
        study.tell(trial, score)
        tried.append((score, len(tried), config))
    config = max(tried, key=lambda t: t[:2])[2]
    return config, judge(config)

# %% tune right="Sobol points by SciPy, six epochs each, promise as a tensor"
from scipy.stats import qmc


def tune(train, judge, budget, generator):
    seed = torch.randint(2**31 - 1, (1,), generator=generator).item()
    u = qmc.Sobol(2, scramble=True, seed=seed).random(64)[: budget // 6]
    lrs = 10 ** (-4 + 5 * u[:, 0])
    momenta = 1 - 10 ** (-2 * u[:, 1])
    configs = [{"lr": float(a), "momentum": min(float(b), 0.99)} for a, b in zip(lrs, momenta)]
    scores = torch.tensor([train(config, 6) for config in configs])
    winner = configs[int(scores.argmax())]
    return winner, torch.tensor(judge(winner))

# %% tune right="a line of rates with momentum 0.9, no randomness, then the best one on"
def tune(train, judge, budget, generator):
    rates = [0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0]
    configs = [{"lr": lr, "momentum": 0.9} for lr in rates]
    first = [train(config, 5) for config in configs]  # 40 epochs
    order = sorted(range(8), key=lambda k: first[k], reverse=True)[:2]
    second = {k: train(configs[k], 7) for k in order}  # 14 epochs
    k = max(second, key=second.get)
    return configs[k], judge(configs[k])

# %% tune right="half by lot, then steps beside the best one"
def _clip(x, low, high):
    return max(low, min(high, x))


def tune(train, judge, budget, generator):
    spent = 0
    trials = []
    while spent + 12 <= budget:
        if spent < budget / 2:
            a, b = torch.rand(2, generator=generator).tolist()
        else:
            _, a0, b0, _ = max(trials, key=lambda t: t[0])
            step = 0.08 * torch.randn(2, generator=generator)
            a = _clip(a0 + step[0].item(), 0.0, 1.0)
            b = _clip(b0 + step[1].item(), 0.0, 1.0)
        config = {"lr": _clip(1e-4 * 1e5**a, 1e-4, 10.0), "momentum": _clip(1 - 0.01 * 100**b, 0.0, 0.99)}
        trials.append((train(config, 12), a, b, config))
        spent += 12
    chosen = max(trials, key=lambda t: t[0])[3]
    promise = judge(chosen)
    return chosen, promise

# %% tune right="a Gaussian process of scikit-learn with the expected improvement"
import numpy as np
import warnings
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import Matern


def tune(train, judge, budget, generator):
    def config_at(u):
        return {"lr": float(10 ** (5 * u[0] - 4)), "momentum": min(0.99, float(1 - 0.01 * 100 ** u[1]))}

    candidates = torch.rand(300, 2, generator=generator, dtype=torch.float64).numpy()
    tried, scores = [], []
    for k in range(budget // 12):
        if k < 4:
            i = k
        else:
            y = np.array(scores)
            t = (y - y.mean()) / (y.std() or 1.0)
            gp = GaussianProcessRegressor(Matern(0.3, nu=2.5), alpha=0.01, optimizer=None).fit(candidates[tried], t)
            mean, sd = gp.predict(candidates, return_std=True)
            sd = np.maximum(sd, 1e-9)
            z = (mean - t.max()) / sd
            ei = (mean - t.max()) * stats.norm.cdf(z) + sd * stats.norm.pdf(z)
            ei[tried] = -1
            i = int(ei.argmax())
        tried.append(i)
        scores.append(train(config_at(candidates[i]), 12))
    config = config_at(candidates[tried[int(np.argmax(scores))]])
    return config, judge(config)

# %% tune wrong="promises the best validation score"
def tune(train, judge, budget, generator):
    best, chosen = -1.0, None
    for _ in range(budget // 12):
        u, v = torch.rand(2, generator=generator, dtype=torch.float64).tolist()
        config = {"lr": 0.0001 * 1e5**u, "momentum": 1 - 0.01 * 100**v}
        score = train(config, 12)
        if score > best:
            best, chosen = score, config
    return chosen, best

# %% tune wrong="judges each setting, so that judge is asked again"
def tune(train, judge, budget, generator):
    best, chosen = -1.0, None
    for _ in range(budget // 12):
        u, v = torch.rand(2, generator=generator, dtype=torch.float64).tolist()
        config = {"lr": 0.0001 * 1e5**u, "momentum": 1 - 0.01 * 100**v}
        train(config, 12)
        score = judge(config)
        if score > best:
            best, chosen = score, config
    return chosen, best

# %% tune wrong="one training too many for the budget"
def tune(train, judge, budget, generator):
    best, chosen = -1.0, None
    for _ in range(budget // 12 + 1):
        u, v = torch.rand(2, generator=generator, dtype=torch.float64).tolist()
        config = {"lr": 0.0001 * 1e5**u, "momentum": 1 - 0.01 * 100**v}
        score = train(config, 12)
        if score > best:
            best, chosen = score, config
    return chosen, judge(chosen)

# %% tune wrong="takes the budget for a number of trainings"
def tune(train, judge, budget, generator):
    best, chosen = -1.0, None
    for _ in range(budget):
        u, v = torch.rand(2, generator=generator, dtype=torch.float64).tolist()
        config = {"lr": 0.0001 * 1e5**u, "momentum": 1 - 0.01 * 100**v}
        score = train(config, 12)
        if score > best:
            best, chosen = score, config
    return chosen, judge(chosen)

# %% tune wrong="returns only the setting"
def tune(train, judge, budget, generator):
    best, chosen = -1.0, None
    for _ in range(budget // 12):
        u, v = torch.rand(2, generator=generator, dtype=torch.float64).tolist()
        config = {"lr": 0.0001 * 1e5**u, "momentum": 1 - 0.01 * 100**v}
        score = train(config, 12)
        if score > best:
            best, chosen = score, config
    return chosen

# %% tune wrong="promise and setting in the wrong order"
def tune(train, judge, budget, generator):
    best, chosen = -1.0, None
    for _ in range(budget // 12):
        u, v = torch.rand(2, generator=generator, dtype=torch.float64).tolist()
        config = {"lr": 0.0001 * 1e5**u, "momentum": 1 - 0.01 * 100**v}
        score = train(config, 12)
        if score > best:
            best, chosen = score, config
    return judge(chosen), chosen

# %% tune wrong="chooses the worst"
def tune(train, judge, budget, generator):
    best, chosen = 2.0, None
    for _ in range(budget // 12):
        u, v = torch.rand(2, generator=generator, dtype=torch.float64).tolist()
        config = {"lr": 0.0001 * 1e5**u, "momentum": 1 - 0.01 * 100**v}
        score = train(config, 12)
        if score < best:
            best, chosen = score, config
    return chosen, judge(chosen)

# %% tune wrong="judges another setting than it returns"
def tune(train, judge, budget, generator):
    best, chosen = -1.0, None
    for _ in range(budget // 12):
        u, v = torch.rand(2, generator=generator, dtype=torch.float64).tolist()
        config = {"lr": 0.0001 * 1e5**u, "momentum": 1 - 0.01 * 100**v}
        score = train(config, 12)
        if score > best or score < 0:
            best, chosen = score, config
    return chosen, judge(config)

# %% tune wrong="promise in percent"
def tune(train, judge, budget, generator):
    best, chosen = -1.0, None
    for _ in range(budget // 12):
        u, v = torch.rand(2, generator=generator, dtype=torch.float64).tolist()
        config = {"lr": 0.0001 * 1e5**u, "momentum": 1 - 0.01 * 100**v}
        score = train(config, 12)
        if score > best:
            best, chosen = score, config
    return chosen, 100 * judge(chosen)

# %% tune wrong="setting as a tuple, not a dictionary"
def tune(train, judge, budget, generator):
    best, chosen = -1.0, None
    for _ in range(budget // 12):
        u, v = torch.rand(2, generator=generator, dtype=torch.float64).tolist()
        config = {"lr": 0.0001 * 1e5**u, "momentum": 1 - 0.01 * 100**v}
        score = train(config, 12)
        if score > best:
            best, chosen = score, config
    return (chosen["lr"], chosen["momentum"]), judge(chosen)

# %% tune wrong="returns one minus the momentum of the one that was trained"
def tune(train, judge, budget, generator):
    best, chosen = -1.0, None
    for _ in range(budget // 12):
        u, v = torch.rand(2, generator=generator, dtype=torch.float64).tolist()
        config = {"lr": 0.0001 * 1e5**u, "momentum": 1 - 0.01 * 100**v}
        score = train(config, 12)
        if score > best:
            best, chosen = score, config
    promise = judge(chosen)
    return {"lr": chosen["lr"], "momentum": 1 - chosen["momentum"]}, promise

# %% tune wrong="the chosen one is trained for 12 epochs more, above the budget"
def tune(train, judge, budget, generator):
    best, chosen = -1.0, None
    for _ in range(budget // 12):
        u, v = torch.rand(2, generator=generator, dtype=torch.float64).tolist()
        config = {"lr": 0.0001 * 1e5**u, "momentum": 1 - 0.01 * 100**v}
        score = train(config, 12)
        if score > best:
            best, chosen = score, config
    train(chosen, 12)
    return chosen, judge(chosen)

# %% tune wrong="the largest budget, whatever the budget is" kind="sneaky"
def tune(train, judge, budget, generator):
    best, chosen = -1.0, None
    for _ in range(240 // 12):
        u, v = torch.rand(2, generator=generator, dtype=torch.float64).tolist()
        config = {"lr": 0.0001 * 1e5**u, "momentum": 1 - 0.01 * 100**v}
        score = train(config, 12)
        if score > best:
            best, chosen = score, config
    return chosen, judge(chosen)

# %% tune wrong="draws from the global generator" kind="sneaky"
def tune(train, judge, budget, generator):
    best, chosen = -1.0, None
    for _ in range(budget // 12):
        u, v = torch.rand(2, dtype=torch.float64).tolist()
        config = {"lr": 0.0001 * 1e5**u, "momentum": 1 - 0.01 * 100**v}
        score = train(config, 12)
        if score > best:
            best, chosen = score, config
    return chosen, judge(chosen)

# %% tune wrong="returns a rounded setting that was never trained" kind="sneaky"
def tune(train, judge, budget, generator):
    best, chosen = -1.0, None
    for _ in range(budget // 12):
        u, v = torch.rand(2, generator=generator, dtype=torch.float64).tolist()
        config = {"lr": 0.0001 * 1e5**u, "momentum": 1 - 0.01 * 100**v}
        score = train(config, 12)
        if score > best:
            best, chosen = score, config
    chosen = {name: round(value, 3) for name, value in chosen.items()}
    return chosen, judge(chosen)

# %% tune wrong="promises the better of validation and judge" kind="sneaky"
def tune(train, judge, budget, generator):
    best, chosen = -1.0, None
    for _ in range(budget // 12):
        u, v = torch.rand(2, generator=generator, dtype=torch.float64).tolist()
        config = {"lr": 0.0001 * 1e5**u, "momentum": 1 - 0.01 * 100**v}
        score = train(config, 12)
        if score > best:
            best, chosen = score, config
    return chosen, max(best, judge(chosen))

# %% tune wrong="promises the mean of validation and judge" kind="sneaky"
def tune(train, judge, budget, generator):
    best, chosen = -1.0, None
    for _ in range(budget // 12):
        u, v = torch.rand(2, generator=generator, dtype=torch.float64).tolist()
        config = {"lr": 0.0001 * 1e5**u, "momentum": 1 - 0.01 * 100**v}
        score = train(config, 12)
        if score > best:
            best, chosen = score, config
    return chosen, (best + judge(chosen)) / 2

# %% tune wrong="judges first, and returns what is best after a further training" kind="sneaky"
def tune(train, judge, budget, generator):
    best, chosen, first = -1.0, None, None
    for _ in range(budget // 12):
        u, v = torch.rand(2, generator=generator, dtype=torch.float64).tolist()
        config = {"lr": 0.0001 * 1e5**u, "momentum": 1 - 0.01 * 100**v}
        first = first or config
        score = train(config, 12)
        if score > best:
            best, chosen = score, config
    return chosen, judge(first)

# %% tune wrong="a single setting, trained with the whole budget"
def tune(train, judge, budget, generator):
    config = {"lr": 0.05, "momentum": 0.9}
    train(config, budget)
    return config, judge(config)

# %% tune wrong="two settings that are both far too slow"
def tune(train, judge, budget, generator):
    configs = [{"lr": 0.0001, "momentum": 0.0}, {"lr": 0.0005, "momentum": 0.0}]
    scores = [train(config, budget // 2) for config in configs]
    best = configs[scores.index(max(scores))]
    return best, judge(best)

# %% tune wrong="takes the mean of the best two, which was not trained" kind="sneaky"
def tune(train, judge, budget, generator):
    trials = []
    for _ in range(budget // 12):
        u, v = torch.rand(2, generator=generator).tolist()
        config = {"lr": 0.0001 * 1e5**u, "momentum": 1 - 0.01 * 100**v}
        trials.append((train(config, 12), config))
    trials.sort(key=lambda t: -t[0])
    (_, a), (_, b) = trials[:2]
    config = {"lr": (a["lr"] * b["lr"]) ** 0.5, "momentum": (a["momentum"] + b["momentum"]) / 2}
    return config, judge(config)

# %% tune wrong="halving that costs 186 epochs, whatever the budget is" kind="sneaky"
def tune(train, judge, budget, generator):
    u = torch.rand(54, 2, generator=generator).tolist()
    alive = [{"lr": 0.0001 * 1e5**a, "momentum": 1 - 0.01 * 100**b} for a, b in u]
    for epochs in (1, 3, 9, 12):
        scores = [train(c, epochs) for c in alive]
        order = sorted(range(len(alive)), key=lambda k: -scores[k])
        alive = [alive[k] for k in order[: max(1, len(order) // 3)]]
    return alive[0], judge(alive[0])

