"""Right answers in unusual notebooks: text for `fair_lesson.handed_in`, by what is odd about it."""

NOTEBOOK = {
    "warnings": """\
# %% mean
import warnings

warnings.warn("from a cell")

def mean(values):
    warnings.warn("this is slow", DeprecationWarning)
    warnings.warn("and ugly")
    np.float64(1) / np.float64(0)
    return sum(values) / len(values)
# %% centered
def centered(X):
    warnings.simplefilter("always")
    torch.tensor(X)  # a notice that one should clone
    return X - X.mean(dim=0)
""",
    "warnings made errors": """\
# %%
import warnings

warnings.filterwarnings("error")
np.seterr(all="raise")
""",
    "prints, thousands of them": """\
# %% mean
def mean(values):
    for i in range(5000):
        print("step", i, values[:3])
    return sum(values) / len(values)
# %%
for i in range(30_000):
    print(f"epoch {i}: loss {1 / (i + 1):.6f} " + "=" * 40)
# %% countdown
def countdown(n):
    print(n)
    while n:
        print("yield", n, flush=True)
        yield n
        n -= 1
""",
    "progress bars": """\
# %%
from tqdm import tqdm, trange
from tqdm.auto import tqdm as auto
for _ in trange(50):
    pass
# %% mean
def mean(values):
    total = 0
    for value in tqdm(values, desc="mean"):
        total += value
    return total / len(values)
# %% descend
def descend(slope, x, lr, num_steps):
    for _ in auto(range(num_steps), leave=False):
        x = x - lr * slope(x)
    return x
""",
    "notices on stderr": """\
# %%
import os
import sys
print("a note", file=sys.stderr)
os.write(2, b"from C\\n")
os.system("echo from a command >&2")
# %% mean
def mean(values):
    sys.stderr.write("NOTICE: taking the mean\\n")
    sys.stderr.flush()
    os.write(2, b"from C\\n")
    return sum(values) / len(values)
""",
    "logging": """\
# %%
import logging
import sys

logging.basicConfig(level=logging.DEBUG, stream=sys.stdout, force=True)
logger = logging.getLogger("student")
logger.addHandler(logging.StreamHandler())
logger.info("ready")
# %% mean
def mean(values):
    logger.warning("the mean of %s", values)
    logging.debug("soon")
    return sum(values) / len(values)
""",
    "own cells before and after, some of which fail": """\
# %%
1 / 0
# %% mean
def mean(values):
    return sum(values) / len(values)

assert mean([1, 3]) == 2
mean([1, 5])
# %%
an_undefined_name
# %%
def half(:
# %%
import a_module_that_nobody_has
# %%
raise KeyboardInterrupt
# %%
import sys
sys.exit("that is it")
# %%
mean([])
""",
    "figures left open": """\
# %%
import matplotlib.pyplot as plt
for i in range(25):
    plt.figure(figsize=(2, 1))
    plt.plot([1, 2, i])
# %% mean
def mean(values):
    fig, ax = plt.subplots()
    ax.hist(values)
    return sum(values) / len(values)
# %% countdown
def countdown(n):
    plt.plot(range(n))
    plt.show()
    return list(range(n, 0, -1))
""",
    "magics": """\
# %%
%matplotlib inline
%config InlineBackend.figure_format = "retina"
%load_ext autoreload
%autoreload 2
%autosave 60
%precision 3
%env NBLIB_TRY=1
%pwd
# %% mean
%autosave 120
%matplotlib inline
def mean(values):
    return sum(values) / len(values)
%timeit -n 2 -r 2 mean([1, 2, 3])
%time mean([4, 5])
# %%
%%timeit -n 1 -r 1
mean([1, 2])
# %% centered
%%time
def centered(X):
    return X - X.mean(dim=0)
# %% countdown
%%capture captured
print("this goes nowhere")
def countdown(n):
    return range(n, 0, -1)
# %%
%%bash
echo hello
# %%
%%html
<b>bold</b>
# %%
%who
mean?
help(mean)
# %%
%a_magic_that_nobody_has
""",
    "commands of the shell": """\
# %%
!ls
!echo hello > notes.txt && cat notes.txt
# %% mean
files = !ls
!python -c "print(1)"
def mean(values):
    return sum(values) / len(values)
# %%
!pip list
%pip --version
# %% countdown
import subprocess
import sys

def countdown(n):
    code = f"print(*range({n}, 0, -1))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return [int(word) for word in told.stdout.split()]
""",
    "await at top level, and event loops": """\
# %%
import asyncio
await asyncio.sleep(0.01)
# %% mean
async def later(values):
    await asyncio.sleep(0)
    return sum(values) / len(values)

print(await later([1, 2]))

def mean(values):
    return asyncio.run(later(values))
# %% countdown
async with asyncio.timeout(5):
    counted = [n async for n in (k for k in [])] if False else 0

def countdown(n):
    return range(n, counted, -1)
""",
    "honest hooks into IPython": """\
# %%
from IPython import get_ipython
shell = get_ipython()
shell.run_line_magic("matplotlib", "inline")
shell.input_transformers_cleanup.append(lambda lines: [l.replace("→", "#") for l in lines])
shell.events.register("post_run_cell", lambda result: print("done"))
# %% mean
def mean(values):
    return sum(values) / len(values) → the mean
# %%
import ast

class Ints(ast.NodeTransformer):
    def visit_Name(self, node):
        return ast.Constant(2) if node.id == "ZWEI" else node

shell.ast_transformers.append(Ints())
# %% loss
def loss(w):
    return w @ w / ZWEI
""",
    "displays": """\
# %%
from IPython.display import HTML, Markdown, clear_output, display
display(Markdown("**bold**"), HTML("<b>bold</b>"))
handle = display("first", display_id=True)
handle.update("second")
clear_output(wait=True)
1 + 1
# %%
_ + 1
# %% mean
class Shown:
    def _repr_html_(self):
        raise ValueError("no picture today")

def mean(values):
    display(values, Shown())
    clear_output()
    return sum(values) / len(values)

Shown()
# %%
import ipywidgets
slider = ipywidgets.IntSlider(3)
slider.observe(print, "value")
display(slider)
slider.value = 4
""",
    "a main guard, doctests and the source of a function": """\
# %% mean
def mean(values):
    \"\"\"Return the mean.

    >>> mean([1, 2])
    1.5
    \"\"\"
    return sum(values) / len(values)

if __name__ == "__main__":
    import doctest
    import inspect
    assert doctest.testmod().attempted == 1
    assert "return sum" in inspect.getsource(mean)
else:
    del mean
""",
    "strange characters and an empty cell": """\
# %%

# %%
größe = "größer als 日本 🎉"
print(größe, "\\N{BELL}\\x1b[31m red \\x00 \\ud800")
# %% mean
def mean(värden):
    return sum(värden) / len(värden)
# %%
# only a comment
""",
    "answers and their helpers below the tests": """\
# %% mean
def mean(values: list[float]) -> float:
    \"\"\"Return the mean.\"\"\"
    # Your code here
    raise NotImplementedError
# %% countdown
def countdown(n: int):
    \"\"\"Return something that can be iterated and gives n, n − 1, ..., 1.\"\"\"
    # Your code here
    raise NotImplementedError
# %% countdown-test
# the test stands here
# %%
import functools
# %%
@functools.cache
def total(*values):
    return math.fsum(values)
# %%
def mean(values):
    return total(*values) / len(values)
# %%
@functools.cache
def countdown(n):
    return (n, *countdown(n - 1)) if n else ()
""",
    "the stub left above the answer": """\
# %% mean
def mean(values):
    raise NotImplementedError

def mean(values):
    return sum(values) / len(values)
# %% countdown
def countdown(n):
    return list(range(n, 0, -1))
    # Your code here
    raise NotImplementedError
""",
    "outputs of pictures, hundreds of them": """\
# %%
import io
import matplotlib.pyplot as plt
from IPython.display import Image, display
plt.imsave(file := io.BytesIO(), np.random.rand(200, 300))
for _ in range(200):
    display(Image(file.getvalue()))
""",
}
