"""Right answers that ask much of a machine: text for `fair_lesson.handed_in`, by what is odd."""

MACHINE = {
    "a slow start": """\
# %%
import time
time.sleep(1)
# %% mean
time.sleep(0.3)

def mean(values):
    time.sleep(0.2)
    return sum(values) / len(values)
""",
    "threads that have ended, and one that waits": """\
# %%
import threading
from concurrent.futures import ThreadPoolExecutor

def work(results):
    results.append(sum(range(1000)))

results = []
threads = [threading.Thread(target=work, args=(results,)) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
forever = threading.Thread(target=threading.Event().wait, daemon=True)
forever.start()
# %% mean
def mean(values):
    with ThreadPoolExecutor(4) as pool:
        return sum(pool.map(float, values)) / len(values)
# %% centered
def centered(X):
    with ThreadPoolExecutor(3) as pool:
        return torch.stack([*pool.map(lambda column: column - column.mean(), X.T)], dim=1)
# %% descend
def descend(slope, x, lr, num_steps):
    with ThreadPoolExecutor(4) as pool:  # the slope at four places, as it were
        for _ in range(num_steps):
            x = x - lr * sum(pool.map(slope, [x] * 4)) / 4
    return x
""",
    "processes": """\
# %%
import multiprocessing

def square(x):
    return x * x
# %% moments
def moments(x):
    with multiprocessing.get_context("fork").Pool(2) as pool:
        squares = pool.map(square, x.tolist())
    return x.mean().item(), sum(squares) / len(squares)
""",
    "a loader with workers": """\
# %% mean
from torch.utils.data import DataLoader

def mean(values):
    loader = DataLoader(torch.tensor(values), batch_size=2, num_workers=2)
    return sum(batch.sum().item() for batch in loader) / len(values)
""",
    "temporary files": """\
# %%
%%writefile my_helpers.py
def average(values):
    return sum(values) / len(values)
# %% mean
from my_helpers import average

def mean(values):
    return average(values)
# %% momentum
import pickle
import tempfile
from pathlib import Path

path = Path("velocity.pt")

def momentum(params, grads, state, lr, beta):
    old = torch.load(path) if state else [torch.zeros_like(p) for p in params]
    velocity = [beta * v + g for v, g in zip(old, grads)]
    torch.save(velocity, path)
    return [p - lr * v for p, v in zip(params, velocity)], {"started": True}
# %% summary
def summary(values):
    with tempfile.NamedTemporaryFile() as file:
        np.save(file, np.sort(values))
        file.seek(0)
        ordered = np.load(file)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "mean.pkl").write_bytes(pickle.dumps(ordered.mean()))
        mean = pickle.loads(Path(folder, "mean.pkl").read_bytes())
    return {"mean": mean, "largest": ordered[-1], "sorted": ordered}
""",
    "much memory and several threads of torch": """\
# %%
torch.set_num_threads(2)
big = torch.ones(40_000_000)
print((big * 2).sum())
del big
# %% centered
def centered(X):
    many = torch.randn(300, 300)
    (many @ many).softmax(1)
    return X - X.mean(dim=0)
""",
    "settings of the whole process": """\
# %%
import os
import random
import sys

torch.manual_seed(0)
random.seed(0)
torch.set_grad_enabled(False)
torch.use_deterministic_algorithms(True)
torch.set_printoptions(precision=2)
np.set_printoptions(precision=1)
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.makedirs("work", exist_ok=True)
os.chdir("work")
sys.path.append("..")
# %% line
def line(slope, intercept):
    torch.set_grad_enabled(True)
    return lambda x: slope * x + intercept
# %% loss
def loss(w):
    with torch.enable_grad():
        return (w**2).sum() / 2
""",
    "something handed over that closes with a message": """\
# %%
import atexit
import weakref

class Noisy:
    def __del__(self):
        print("gone")

    def __getattr__(self, name):
        print("asked for", name)
        raise AttributeError(name)

noisy = Noisy()
weakref.finalize(noisy, print, "finalized")
atexit.register(print, "the end")
# %% momentum
def momentum(params, grads, state, lr, beta):
    v = [beta * v + g for v, g in zip(state.get("v", [0] * len(params)), grads)]
    return [p - lr * each for p, each in zip(params, v)], {"v": v, "noisy": Noisy()}
""",
    "double precision by default": """\
# %%
torch.set_default_dtype(torch.float64)
# %% moments
def moments(x):
    weights = torch.full((len(x),), 1 / len(x))
    return (weights @ x).item(), (weights @ x**2).item()
# %% loss
def loss(w):
    return w @ torch.eye(len(w)) @ w / 2
""",
    "functions and modules that are compiled": """\
# %% mean
@torch.compile
def mean(values):
    return sum(values) / len(values)
# %% centered
@torch.compile(fullgraph=True, mode="max-autotune")
def centered(X):
    return X - X.mean(dim=0)
# %% loss
def _loss(w):
    return w @ w / 2

loss = torch.compile(_loss, backend="inductor", dynamic=True)
# %% network
def network(num_inputs, num_outputs):
    model = torch.nn.Linear(num_inputs, num_outputs)
    model.compile()
    return model
# %% moments
@torch.jit.script
def scripted(x):
    return x.mean(), (x * x).mean()

def moments(x):
    return scripted(x)
""",
}
