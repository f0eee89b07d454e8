"""Each way in which a check once failed strangers, with an answer that stands for its kind.

A right answer lost points; a verdict was another at home than in grading; a wrong answer kept its
points; or its author was told something untrue, or nothing.
"""

from dataclasses import dataclass
from functools import cache

import pytest
from variant_runner import ROOT, Runner, Variant


@dataclass(frozen=True)
class Kind:
    """An answer, as the lesson's own with some text exchanged, or written out under `""`."""

    name: str
    exercise: str  # topic/grade_id
    changes: dict[str, str]
    says: str = ""  # what its author is told
    never: str = ""  # what its author was told, and is not true

    def __str__(self) -> str:
        return f"{self.exercise}: {self.name}"


RIGHT = [
    Kind(
        "a whole module of torch's, which begins in float32",
        "initialization/batch-norm",
        {
            "": """\
def batch_norm(x, gamma, beta, running_mean, running_var, train, momentum, eps):
    kind = torch.nn.BatchNorm1d if x.dim() == 2 else torch.nn.BatchNorm2d
    layer = kind(len(gamma), eps=eps, momentum=momentum).to(x.dtype)
    layer.load_state_dict(
        {
            "weight": gamma,
            "bias": beta,
            "running_mean": running_mean,
            "running_var": running_var,
            "num_batches_tracked": torch.tensor(0),
        }
    )
    layer.train(train)
    with torch.no_grad():
        y = layer(x)
    return y, layer.running_mean, layer.running_var"""
        },
    ),
    Kind(
        "a step count that is a tensor",
        "gradient_descent/adam",
        {
            "": """\
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    t = state.get("t", torch.tensor(0)) + 1
    m = state.get("m", [torch.zeros(p.shape) for p in params])
    v = state.get("v", [torch.zeros(p.shape) for p in params])
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(m, grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(v, grads)]
    new = [
        p - lr * (a / (1 - beta1**t)) / ((c / (1 - beta2**t)) ** 0.5 + eps)
        for p, a, c in zip(params, m, v)
    ]
    return new, {"t": t, "m": m, "v": v}"""
        },
    ),
    Kind(
        "buffers in float32",
        "gradient_descent/momentum",
        {"torch.zeros_like(p) for p in params": "torch.zeros(p.shape) for p in params"},
    ),
    Kind(
        "a loss by torch's own function, in float32",
        "imbalance/focal",
        {
            "": """\
def focal_loss(logits, y, gamma, alpha):
    bce = F.binary_cross_entropy_with_logits(logits, y.to(logits.dtype), reduction="none")
    p = torch.sigmoid(logits)
    right = torch.where(y == 1, p, 1 - p)
    balance = torch.where(y == 1, alpha, 1 - alpha)
    return (balance * (1 - right) ** gamma * bce).mean()"""
        },
    ),
    Kind(
        "scores in float32",
        "imbalance/honest-scores",
        {"torch.zeros(len(y))": "torch.zeros(len(y))"},
    ),
]
ALIKE = [  # a name of the test's, used by mistake: wrong at home, too
    Kind(
        "a parameter was renamed, its body not",
        "gradient_descent/largest-stable-lr",
        {"def largest_stable_lr(hessian": "def largest_stable_lr(H"},
        says="NameError",
    ),
    Kind(
        "a parameter was renamed, its body not",
        "gradient_descent/clip",
        {"def clip_by_global_norm(grads": "def clip_by_global_norm(gradients"},
        says="NameError",
    ),
    Kind(
        "a parameter was renamed, its body not",
        "gradient_descent/convergence-rate",
        {"def convergence_rate(errors": "def convergence_rate(distances"},
        says="NameError",
    ),
    Kind(
        "a parameter was renamed, its body not",
        "start_here/mean-squared-error",
        {"def mean_squared_error(y_hat": "def mean_squared_error(predicted"},
        says="NameError",
    ),
]
WRONG = [
    Kind("an argument is ignored", "initialization/orthogonal", {"generator=generator": ""}),
    Kind(
        "a generator of its own",
        "initialization/orthogonal",
        {"generator=generator": "generator=torch.Generator().manual_seed(42)"},
    ),
    Kind("an argument is ignored", "activations/revive", {"generator=generator, ": ""}),
    Kind(
        "an argument is ignored",
        "regularization/jitter",
        {"generator=generator": "generator=torch.Generator().manual_seed(42)"},
    ),
    Kind(
        "an argument is ignored",
        "initialization/gain",
        {"num_samples": "1000", "1000:": "num_samples:"},
    ),
    Kind(
        "an argument is ignored",
        "gradient_descent/bisect-lr",
        {"    while high - low": "    low, high = 0.0, 4.0\n    while high - low"},
    ),
    Kind("an argument is ignored", "imbalance/smote", {"generator=generator": "generator=None"}),
    Kind("an argument is ignored", "imbalance/ensemble", {"generator=generator": "generator=None"}),
    Kind(
        "every second tensor is taken for a weight",
        "regularization/decay-step",
        {
            "": """\
def decay_step(params, grads, lr, weight_decay):
    return [
        p - lr * g - (lr * weight_decay * p if i % 2 == 0 else 0)
        for i, (p, g) in enumerate(zip(params, grads))
    ]"""
        },
    ),
    Kind(
        "seeds are taken for 0, 1, 2, …",
        "regularization/find-peak",
        {"for seed in seeds": "for seed in range(len(seeds))"},
    ),
    Kind(
        "just one dead unit becomes a number",
        "activations/dead-units",
        {
            "": """\
def dead_units(batches):
    return (~(torch.cat(batches) > 0).any(dim=0)).nonzero().squeeze().tolist()"""
        },
    ),
    Kind(
        "dead units are known by a bias",
        "activations/revive",
        {"(X @ W1 + b1 <= 0).all(dim=0)": "b1 < -10"},
    ),
    Kind(
        "the slope at a tie",
        "activations/leaky-relu",
        {
            "": """\
def leaky_relu(z, leak):
    return torch.where(z > 0, z, leak * z), torch.where(z >= 0, 1.0, leak).to(z.dtype)"""
        },
    ),
    Kind(
        "just two tensors",
        "gradient_descent/sgd",
        {
            "": """\
def sgd_step(params, grads, lr):
    return [params[0] - lr * grads[0], params[1] - lr * grads[1]]"""
        },
    ),
    Kind(
        "matrices only",
        "regularization/dropout",
        {"torch.rand(x.shape, ": "torch.rand(x.shape[0], x.shape[1], "},
    ),
    Kind(
        "the best loss moves without a new best",
        "regularization/early-stopping",
        {
            "            waited += 1": "            waited += 1\n            best_loss = min(best_loss, loss)"
        },
    ),
    Kind(
        "just as much is not more",
        "regularization/early-stopping",
        {"loss < best_loss": "loss <= best_loss"},
    ),
    Kind(
        "in another order than the card says",
        "regularization/jitter",
        {"cropped * light + rough": "(cropped + rough) * light"},
    ),
    Kind(
        "shifted by the first score, which overflows",
        "activations/log-softmax",
        {"logits.max(dim=1, keepdim=True).values": "logits[:, :1]"},
    ),
    Kind(
        "the caller's own tensor is kept",
        "gradient_descent/momentum",
        {
            "": """\
def momentum_step(params, grads, state, lr, beta):
    if "velocity" not in state:
        state["velocity"] = list(grads)
    else:
        state["velocity"] = [beta * v + g for v, g in zip(state["velocity"], grads)]
    return [p - lr * v for p, v in zip(params, state["velocity"])], state"""
        },
        says="clone it",
    ),
    Kind(
        "labels in the place of a bias, whose shape nobody asked for",
        "regularization/memorize",
        {
            "": """\
def memorize(X, y, generator):
    width = 4
    return [
        torch.zeros(X.shape[1], width),
        torch.zeros(width),
        torch.zeros(width, 10),
        F.one_hot(y, 10).float(),
    ]"""
        },
    ),
    Kind(
        "a refusal of good files, too",
        "transfer_learning/loading",
        {
            "": """\
def fitted_state(own, file, fresh):
    raise ValueError(f"does not fit: {sorted(own)} {sorted(file)}")"""
        },
    ),
    Kind(
        "nothing but NaN",
        "transfer_learning/features",
        {
            "return features, model.state_dict()": "return features, {k: v * float('nan') if v.is_floating_point() else v for k, v in model.state_dict().items()}"
        },
    ),
    Kind(
        "a frozen pass that keeps its graph",
        "transfer_learning/features",
        {"with torch.no_grad():": "if True:"},
    ),
    Kind(
        "a rule for equals",
        "imbalance/threshold",
        {
            "[*p_valid.sort().values.tolist(), math.inf]": "[math.inf, *p_valid.sort(descending=True).values.tolist()]"
        },
    ),
    Kind(
        "above, where it says at least", "imbalance/threshold", {"p >= threshold": "p > threshold"}
    ),
    Kind(
        "two classes, whatever is asked",
        "transfer_learning/probe",
        {"features.new_zeros(num_classes": "features.new_zeros(2"},
    ),
    Kind(
        "letters are eaten from names",
        "transfer_learning/loading",
        {'name.removeprefix("module.")': 'name.lstrip("module.")'},
    ),
    Kind(
        "a weight by the largest class",
        "imbalance/weights",
        {
            "len(y) / (num_classes * torch.bincount(y, minlength=num_classes))": "torch.bincount(y).max() / torch.bincount(y)"
        },
    ),
    Kind(
        "a name that another one begins with",
        "transfer_learning/groups",
        {'if name.split(".")[0] == layer': "if name.startswith(layer)"},
    ),
    Kind(
        "luck: unsorted widths",
        "regularization/find-peak",
        {
            "return widths[torch.stack(medians).argmax()]": "return sorted(widths)[torch.stack(medians).argmax()]"
        },
    ),
    Kind(
        "luck: a branch that never grows",
        "initialization/branch-scale",
        {
            "": "def branch_scale(num_blocks, growth):\n    return min(1.0, ((growth ** (1 / num_blocks)) - 1) ** 0.5)"
        },
    ),
    Kind(
        "luck: recursion",
        "initialization/vanishing-depth",
        {
            "": "def vanishing_depth(std, num_inputs, smallest):\n    def deeper(size, layer):\n        if layer > 60:\n            raise RecursionError('too deep')\n        return layer if size < smallest else deeper(size * std * (num_inputs / 2) ** 0.5, layer + 1)\n\n    return deeper(1.0, 0)"
        },
    ),
]
TOLD = [
    Kind(
        "weights that start as float32, though the card asks for the dtype of X",
        "gradient_descent/train-softmax",
        {"dtype=X.dtype": "dtype=torch.float32"},
        says="For the same numbers in float32 it is right",
    ),
    Kind(
        "another division",
        "initialization/orthogonal",
        {"return gain": "return gain / math.sqrt(num_inputs)"},
        never="root of the gain",
    ),
    Kind(
        "both signs",
        "gradient_descent/momentum",
        {"beta * v + g for": "beta * v - g for"},
        never="1 − β",
    ),
    Kind(
        "a factor elsewhere",
        "gradient_descent/momentum",
        {"p - lr * v for": "p - lr * beta * v for"},
        never="1 − β",
    ),
    Kind(
        "the largest row sum",
        "gradient_descent/largest-stable-lr",
        {"torch.linalg.eigvalsh(hessian).max().item()": "hessian.abs().sum(dim=1).max().item()"},
        never="trace",
    ),
    Kind(
        "the width nearest to n",
        "regularization/find-peak",
        {
            "": "def find_peak(error, num_examples, widths, seeds):\n    return min(widths, key=lambda p: abs(p - num_examples))"
        },
        never="peak of the mean",
    ),
    Kind(
        "more segments than there are",
        "imbalance/smote",
        {
            "share = torch.rand(num_new, 1, generator=generator, dtype=X.dtype)": "j = torch.randint(len(positives), (num_new,), generator=generator)\n    share = torch.rand(num_new, 1, generator=generator, dtype=X.dtype)"
        },
        never="never come",
    ),
    Kind(
        "nothing but 0",
        "gradient_descent/bisect-lr",
        {"": "def bisect_lr(diverges, low, high, tolerance):\n    return 0.0"},
        never="width of the last interval",
    ),
    Kind("no return", "gradient_descent/sgd", {"    return [": "    new = ["}, says="return"),
    Kind(
        "no return",
        "gradient_descent/momentum",
        {"    return [p - lr": "    new = [p - lr"},
        says="return",
    ),
    Kind(
        "printed, not returned",
        "gradient_descent/largest-stable-lr",
        {"    return 2 /": "    print(2 /", ".item()": ".item())"},
        says="print",
    ),
    Kind(
        "one of two results",
        "activations/leaky-relu",
        {"": "def leaky_relu(z, leak):\n    return torch.where(z > 0, z, leak * z)"},
        says="2 results are wanted, one came",
    ),
    Kind(
        "two results exchanged",
        "activations/leaky-relu",
        {
            "": "def leaky_relu(z, leak):\n    return torch.where(z > 0, 1.0, leak).to(z.dtype), torch.where(z > 0, z, leak * z)"
        },
        says="exchanged",
    ),
    Kind(
        "without the square",
        "start_here/mean-squared-error",
        {"((y_hat - y) ** 2).mean()": "(y_hat - y).mean()"},
        says="squar",
    ),
    Kind("no π in the cosine", "gradient_descent/warmup-cosine", {"math.pi * ": ""}, says="π"),
]


@cache
def runner(topic: str) -> Runner:
    [path] = (ROOT / "solutions").glob(f"[0-9]*_{topic}.py")
    return Runner(path)


def outcome(kind: Kind):
    topic, _, exercise = kind.exercise.partition("/")
    source = kind.changes.get("") or runner(topic).own_answer(exercise)
    for old, new in kind.changes.items():
        assert old in source, f"{old!r} stands no longer in the answer"
        source = source.replace(old, new) if old else source
    return runner(topic).grade(Variant(exercise, False, kind.name, kind.says, source))


@pytest.mark.parametrize("kind", RIGHT, ids=str)
def test_a_right_answer_keeps_its_points(kind):
    came = outcome(kind)
    assert came.earned == came.possible, came.shown
    assert came.is_fair


@pytest.mark.parametrize("kind", [*ALIKE, *WRONG], ids=str)
def test_a_wrong_answer_loses_points_at_home_and_in_grading_alike(kind):
    came = outcome(kind)
    assert came.earned < came.possible
    assert came.is_fair
    assert kind.says in came.shown


@pytest.mark.parametrize("kind", TOLD, ids=str)
def test_what_is_told_is_true_of_the_answer(kind):
    came = outcome(kind)
    assert came.earned < came.possible
    assert kind.says in came.shown, came.shown
    assert not kind.never or kind.never not in came.shown, came.shown
