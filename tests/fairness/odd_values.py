"""Right answers of unusual types: text for `fair_lesson.handed_in`, by what is odd about it."""

VALUES = {
    "NumPy instead of torch": """\
# %% centered
def centered(X):
    X = np.asarray(X)
    return X - X.mean(axis=0)
# %% momentum
def momentum(params, grads, state, lr, beta):
    params, grads = [p.numpy() for p in params], [g.numpy() for g in grads]
    old = state.get("velocity", [np.zeros_like(p) for p in params])
    velocity = [np.float32(beta) * v + g for v, g in zip(old, grads)]
    new = [p - np.float32(lr) * v for p, v in zip(params, velocity)]
    return [torch.from_numpy(p) for p in new], {"velocity": velocity}
# %% countdown
def countdown(n):
    return np.arange(n, 0, -1)
# %% moments
def moments(x):
    x = x.numpy()
    return np.array([np.mean(x), np.mean(x**2)])
""",
    "other dtypes": """\
# %% mean
def mean(values):
    return np.float32(np.mean(values))
# %% centered
def centered(X):
    return X.double() - X.double().mean(dim=0)
# %% countdown
def countdown(n):
    return np.arange(n, 0, -1, dtype=np.uint8)
# %% moments
def moments(x):
    return x.half().mean(), (x.double() ** 2).mean()
""",
    "tensors without dimensions": """\
# %% mean
def mean(values):
    return torch.tensor(values, dtype=torch.float64).mean()
# %% descend
def descend(slope, x, lr, num_steps):
    x = torch.tensor(x, dtype=torch.float64)
    for _ in range(num_steps):
        x = x - lr * slope(x)
    return x
# %% summary
def summary(values):
    values = torch.tensor(values)
    return {"mean": values.mean(), "largest": values.max(), "sorted": values.sort().values}
""",
    "one number in a list or an array": """\
# %% mean
def mean(values):
    return [sum(values) / len(values)]
# %% loss
def loss(w):
    return (w.reshape(1, -1) @ w.reshape(-1, 1) / 2).squeeze(0).sum()
# %% descend
def descend(slope, x, lr, num_steps):
    x = np.array([x])
    for _ in range(num_steps):
        x = x - lr * slope(x[0])
    return x
""",
    "results that require gradients": """\
# %% centered
def centered(X):
    X = X.clone().requires_grad_()
    return X - X.mean(dim=0)
# %% momentum
def momentum(params, grads, state, lr, beta):
    params = [p.clone().requires_grad_() for p in params]
    old = state.get("velocity", [torch.zeros_like(p) for p in params])
    velocity = [beta * v + g for v, g in zip(old, grads)]
    return [p - lr * v for p, v in zip(params, velocity)], {"velocity": velocity}
""",
    "Parameters and modules in the state": """\
# %% momentum
class Memory(torch.nn.Module):
    def __init__(self, params):
        super().__init__()
        self.velocity = torch.nn.ParameterList(torch.zeros_like(p) for p in params)

    @torch.no_grad()
    def forward(self, params, grads, lr, beta):
        for v, g in zip(self.velocity, grads):
            v.mul_(beta).add_(g)
        return [torch.nn.Parameter(p - lr * v) for p, v in zip(params, self.velocity)]


def momentum(params, grads, state, lr, beta):
    memory = state.setdefault("memory", Memory(params))
    return memory(params, grads, lr, beta), state
""",
    "views that are not contiguous, expanded, conjugated": """\
# %% centered
def centered(X):
    wide = torch.stack([X, X], dim=2).transpose(0, 1)
    result = (wide - wide.mean(dim=1, keepdim=True))[..., 0].T
    assert not result.is_contiguous()
    return torch.complex(result, result).conj().real.flip(0).flip(0)
# %% countdown
def countdown(n):
    return torch.arange(1, n + 1).flip(0).expand(2, n)[1]
# %% summary
def summary(values):
    array = np.sort(np.array(values))[::-1]
    return {"mean": array.mean(), "largest": array[0], "sorted": array[::-1]}
""",
    "sparse tensors": """\
# %% centered
def centered(X):
    return (X - X.mean(dim=0)).to_sparse().to_dense()
# %% momentum
def momentum(params, grads, state, lr, beta):
    old = state.get("velocity", [torch.zeros_like(p).to_sparse() for p in params])
    velocity = [(beta * v.to_dense() + g) for v, g in zip(old, grads)]
    new = [p - lr * v for p, v in zip(params, velocity)]
    return new, {"velocity": [v.to_sparse() for v in velocity]}
""",
    "named tuples as results": """\
# %% moments
from collections import namedtuple

Moments = namedtuple("Moments", "mean square")

def moments(x):
    return Moments(mean=x.mean().item(), square=(x * x).mean().item())
# %% momentum
from typing import NamedTuple

class Step(NamedTuple):
    params: list
    state: dict

def momentum(params, grads, state, lr, beta):
    v = [beta * v + g for v, g in zip(state.get("v", [0.0] * len(params)), grads)]
    return Step([p - lr * each for p, each in zip(params, v)], {"v": v})
""",
    "a named tuple in the state": """\
# %% momentum
from typing import NamedTuple

class Memory(NamedTuple):
    velocity: list
    num_steps: int = 0

def momentum(params, grads, state, lr, beta):
    memory = state.get("memory", Memory([torch.zeros_like(p) for p in params]))
    velocity = [beta * v + g for v, g in zip(memory.velocity, grads)]
    new = [p - lr * v for p, v in zip(params, velocity)]
    return new, {"memory": memory._replace(velocity=velocity, num_steps=memory.num_steps + 1)}
""",
    "a state of a class of its own": """\
# %% momentum
class State:
    def __init__(self):
        self.velocity = None

    def update(self, grads, beta):
        old = self.velocity or [0.0] * len(grads)
        self.velocity = [beta * v + g for v, g in zip(old, grads)]
        return self.velocity

def momentum(params, grads, state, lr, beta):
    state = state or State()
    return [p - lr * v for p, v in zip(params, state.update(grads, beta))], state
""",
    "a state with attributes": """\
# %% momentum
class Bag(dict):
    def __getattr__(self, name):
        if name in self:
            return self[name]
        raise AttributeError(name)

    def __setattr__(self, name, value):
        self[name] = value

def momentum(params, grads, state, lr, beta):
    if not state:
        state = Bag(velocity=[torch.zeros_like(p) for p in params])
    state.velocity = [beta * v + g for v, g in zip(state.velocity, grads)]
    return [p - lr * v for p, v in zip(params, state.velocity)], state
""",
    "an OrderedDict, a defaultdict and keys of all kinds": """\
# %% summary
from collections import OrderedDict

def summary(values):
    result = OrderedDict(sorted=tuple(sorted(values)))
    result["largest"] = result["sorted"][-1]
    result["mean"] = sum(values) / len(values)
    return result
# %% momentum
from collections import defaultdict

def momentum(params, grads, state, lr, beta):
    state = state or defaultdict(float)
    state["steps"] += 1
    state["seen so far", int(state["steps"])] += 1
    for i, g in enumerate(grads):
        state[i, "velocity"] = beta * state[i, "velocity"] + g
    return [p - lr * state[i, "velocity"] for i, p in enumerate(params)], state
""",
    "a deque and an array of objects in the state": """\
# %% momentum
from collections import deque

def momentum(params, grads, state, lr, beta):
    history = state.get("history", deque(maxlen=3))
    old = state["velocity"] if history else np.array([None] * len(params), dtype=object)
    velocity = np.array([None] * len(params), dtype=object)
    for i, g in enumerate(grads):
        velocity[i] = g if old[i] is None else beta * old[i] + g
    history.append(len(history))
    new = [p - lr * v for p, v in zip(params, velocity)]
    return new, {"history": history, "velocity": velocity}
""",
    "a state that holds a torch optimizer": """\
# %% momentum
def momentum(params, grads, state, lr, beta):
    ours = [p.clone() for p in params]
    optimizer = torch.optim.SGD(ours, lr=lr, momentum=beta)
    if state:
        saved = state["optimizer"].state_dict()
        saved["param_groups"][0]["lr"] = lr
        optimizer.load_state_dict(saved)
    for p, g in zip(ours, grads):
        p.grad = g
    optimizer.step()
    return [p.detach().clone() for p in ours], {"optimizer": optimizer}
""",
    "enums and subclasses of str, int and float": """\
# %% best
from enum import StrEnum

Name = StrEnum("Name", {"SGD": "SGD", "ADAM": "Adam"})

def best(scores):
    return Name(max(scores, key=scores.get))
# %% mean
class Metres(float):
    def __repr__(self):
        return f"{float(self):.2f} m"

def mean(values):
    return Metres(sum(values) / len(values))
# %% countdown
class Count(int):
    pass

def countdown(n):
    return list(map(Count, range(n, 0, -1)))
""",
    "pandas": """\
# %% mean
import pandas as pd

def mean(values):
    return pd.Series(values).mean()
# %% centered
def centered(X):
    table = pd.DataFrame(X.numpy())
    return (table - table.mean()).to_numpy()
# %% summary
def summary(values):
    column = pd.Series(values, name="values")
    ordered = column.sort_values().tolist()
    return column.agg(mean="mean", largest="max").to_dict() | {"sorted": ordered}
# %% best
def best(scores):
    return pd.Series(scores).idxmax()
# %% countdown
def countdown(n):
    return pd.Series(range(n, 0, -1))
""",
    "generators and iterators": """\
# %% countdown
def countdown(n):
    while n:
        yield n
        n -= 1
# %% centered
def centered(X):
    def columns():
        for column in X.T:
            yield column - column.mean()

    return torch.stack(list(columns()), dim=1)
# %% moments
def moments(x):
    return (float((x**power).mean()) for power in (1, 2))
""",
    "an iterator of a class of its own": """\
# %% countdown
class Countdown:
    def __init__(self, n):
        self.n = n + 1

    def __iter__(self):
        return self

    def __next__(self):
        self.n -= 1
        if not self.n:
            raise StopIteration
        return self.n

def countdown(n):
    return Countdown(n)
""",
    "a sequence by __getitem__ alone": """\
# %% countdown
class Countdown:
    def __init__(self, n):
        self.n = n

    def __getitem__(self, i):
        if i >= self.n:
            raise IndexError(i)
        return self.n - i

countdown = Countdown
""",
    "views of dictionaries, maps and reversed ranges": """\
# %% countdown
def countdown(n):
    return dict.fromkeys(range(n, 0, -1)).keys() if n % 2 else reversed(range(1, n + 1))
# %% moments
def moments(x):
    return map(lambda power: (x**power).mean().item(), [1, 2])
""",
    "a deque, an array of Python's and a UserList": """\
# %%
from array import array
from collections import UserList, deque
# %% moments

def moments(x):
    return array("d", [x.mean().item(), (x * x).mean().item()])
# %% momentum
def momentum(params, grads, state, lr, beta):
    old = state.get("velocity", deque([0.0] * len(params), maxlen=len(params)))
    velocity = deque((beta * v + g for v, g in zip(old, grads)), maxlen=old.maxlen)
    return UserList([[p - lr * v for p, v in zip(params, velocity)], {"velocity": velocity}])
""",
    "mappings of Python's library": """\
# %%
from collections import ChainMap, Counter, UserDict
from types import MappingProxyType
# %% summary
def summary(values):
    ordered = sorted(values)
    first = {"mean": sum(values) / len(values), "largest": ordered[-1]}
    return MappingProxyType(ChainMap(first, UserDict(sorted=ordered)))
# %% momentum
def momentum(params, grads, state, lr, beta):
    steps = state.get("steps", Counter())
    steps.update(["step"])
    old = state.get("velocity", UserDict(enumerate([0.0] * len(params))))
    velocity = UserDict({i: beta * old[i] + g for i, g in enumerate(grads)})
    new = [p - lr * v for p, v in zip(params, velocity.values())]
    return new, {"velocity": velocity, "steps": steps}
""",
    "a defaultdict with a function of its own": """\
# %% momentum
from collections import defaultdict

def momentum(params, grads, state, lr, beta):
    velocity = state.get("velocity", defaultdict(lambda: 0.0))
    for i, g in enumerate(grads):
        velocity[i] = beta * velocity[i] + g
    return [p - lr * velocity[i] for i, p in enumerate(params)], {"velocity": velocity}
""",
    "text of NumPy": """\
# %% best
def best(scores):
    names = np.array(list(scores))
    return names[np.argmax(list(scores.values()))]
# %% summary
def summary(values):
    keys = np.array(["mean", "largest", "sorted"])
    return dict(zip(keys, [sum(values) / len(values), max(values), sorted(values)]))
""",
}
