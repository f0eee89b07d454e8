import itertools
import math
import signal
import types

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from nblib import data, models, sweep, training
from nblib.runtime import device
from nblib.sweep import cohort as cohort_module
from nblib.sweep.optimizers import RULES, StackedOptimizer

# For each number of each rule: two values that matter from the first steps on.
NUMBERS = {
    "SGD": {"lr": [0.1, 0.5], "momentum": [0.0, 0.8], "weight_decay": [0.0, 0.1]},
    "momentum": {"lr": [0.1, 0.3], "momentum": [0.5, 0.9], "weight_decay": [0.0, 0.1]},
    "Nesterov": {"lr": [0.1, 0.3], "momentum": [0.5, 0.9], "weight_decay": [0.0, 0.1]},
    "Adagrad": {"lr": [0.03, 0.1], "eps": [1e-10, 0.1], "weight_decay": [0.0, 0.1]},
    "RMSprop": {
        "lr": [0.01, 0.03],
        "alpha": [0.9, 0.5],
        "eps": [1e-8, 0.1],
        "weight_decay": [0.0, 0.1],
    },
    "Adam": {
        "lr": [0.01, 0.03],
        "beta1": [0.9, 0.5],
        "beta2": [0.999, 0.9],
        "eps": [1e-8, 0.1],
        "weight_decay": [0.0, 0.1],
    },
}
NUMBERS["AdamW"] = NUMBERS["Adam"]


@pytest.fixture
def split():
    """70 examples to train on: the last batch of 32 has 6."""
    return double(data.moons(num_samples=100))


def double(split):
    return data.Split(*(part.double() if part.is_floating_point() else part for part in split))


def on_device(what):
    """A tensor or a module in float64, where the sets and the models of the course are."""
    return what.to(device(), torch.float64)


def make_mlp(generator, hidden=8, activation=nn.Tanh, gain=1.0):
    model = models.mlp([2, hidden, 2], activation, generator).double()
    with torch.no_grad():
        model[0].weight.mul_(gain)
    return model


def torch_optimizer(params, optimizer, numbers):
    numbers = dict(numbers)
    if "beta1" in numbers:
        numbers["betas"] = (numbers.pop("beta1"), numbers.pop("beta2"))
    if optimizer in ("momentum", "Nesterov"):
        return torch.optim.SGD(params, **numbers, nesterov=optimizer == "Nesterov")
    return getattr(torch.optim, optimizer)(params, **numbers)


def alone(make_model, split, row, *, num_epochs, own=(), schedule=None, loss_fn=F.cross_entropy):
    """Train the member of this row of a frame through `fit`; return its history."""
    generator = torch.Generator().manual_seed(int(row["seed"]))
    model = make_model(generator, **{name: row[name] for name in own})
    numbers = {name: row[name] for name in RULES[row["optimizer"]].defaults if name in row}
    optimizer = torch_optimizer(model.parameters(), row["optimizer"], numbers)
    if schedule is not None:
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, schedule)
    return training.fit(
        model,
        optimizer,
        *split[:2],
        num_epochs=num_epochs,
        batch_size=int(row["batch_size"]),
        valid=split[2:],
        schedule=schedule,
        generator=generator,
        loss_fn=loss_fn,
    )


def assert_same_as_alone(results, make_model, split, *, rel=1e-9, **how):
    """Compare every member of a sweep with `every=1`, each loss and each score."""
    for _, rows in results.frame.groupby(level="member"):
        history = alone(make_model, split, rows.iloc[0], **how)
        assert rows["step"].tolist() == history.steps("loss")
        assert rows["loss"].tolist() == pytest.approx(history["loss"], rel=rel)
        for name in set(history.names) - {"loss"}:
            scores = rows.set_index("step")[name][history.steps(name)]
            assert scores.tolist() == pytest.approx(history[name], rel=rel)


@pytest.mark.parametrize("optimizer", RULES)
def test_each_member_equals_its_training_alone(split, optimizer):
    results = sweep.run(
        make_mlp,
        split,
        optimizer=optimizer,
        **NUMBERS[optimizer],
        seed=[3, 4],
        num_epochs=3,
        batch_size=32,
        every=1,
    )
    num_members = 2 ** (len(NUMBERS[optimizer]) + 1)
    assert results.frame.index.nunique() == num_members
    assert len(results.frame) == num_members * 9
    assert_same_as_alone(results, make_mlp, split, num_epochs=3)


@pytest.mark.parametrize(
    ("optimizer", "number"), [(rule, number) for rule in RULES for number in NUMBERS[rule]]
)
def test_the_comparison_fails_if_members_swap_a_hyperparameter(
    split, monkeypatch, optimizer, number
):
    def swapped(name, params, numbers):
        return StackedOptimizer(name, params, {**numbers, number: numbers[number][::-1]})

    monkeypatch.setattr(cohort_module, "StackedOptimizer", swapped)
    numbers = {name: values[1] for name, values in NUMBERS[optimizer].items()}
    results = sweep.run(
        make_mlp,
        split,
        optimizer=optimizer,
        **{**numbers, number: NUMBERS[optimizer][number]},
        seed=3,
        num_epochs=2,
        batch_size=32,
        every=1,
    )
    with pytest.raises(AssertionError):
        assert_same_as_alone(results, make_mlp, split, num_epochs=2, rel=1e-4)


def test_rules_have_the_defaults_of_pytorch():
    params = [torch.zeros(1)]
    for name, rule in RULES.items():
        own = {"momentum": 0.9} if name in ("momentum", "Nesterov") else {}
        known = torch_optimizer(params, name, own).defaults
        if "betas" in known:
            known["beta1"], known["beta2"] = known["betas"]
        assert dict(rule.defaults) == {number: known[number] for number in rule.defaults}


def test_it_equals_single_runs_in_float32_on_the_device():
    split = data.digits()

    def make_model(generator):
        return models.mlp([64, 32, 10], generator=generator)

    settings = {"optimizer": ["SGD", "Adam"], "lr": {"SGD": [0.1, 0.3], "Adam": [0.001, 0.01]}}
    results = sweep.run(
        make_model, split, **settings, seed=range(2), num_epochs=1, batch_size=64, every=1
    )
    assert_same_as_alone(results, make_model, split, num_epochs=1, rel=1e-3)


def test_a_schedule_is_that_of_lambda_lr(split):
    def warmup(step):
        return min(1.0, (step + 1) / 4)

    results = sweep.run(
        make_mlp,
        split,
        optimizer=["Adam", "AdamW"],
        weight_decay=0.1,
        lr=[0.01, 0.1],
        schedule=warmup,
        num_epochs=2,
        batch_size=32,
        every=1,
    )
    assert set(results.frame["schedule"]) == {"warmup"}
    assert_same_as_alone(results, make_mlp, split, num_epochs=2, schedule=warmup)


class Counter:
    """A hook that notes how many models were trained at once, and each moment."""

    def __init__(self):
        self.sizes, self.moments, self.losses = [], [], []

    def on_start(self, run):
        self.sizes.append(len(run.labels))
        self.moments.append(("start", run.labels))

    def on_step(self, run):
        self.losses.append(run.loss.clone())
        self.moments.append(("step", run.step))

    def on_epoch(self, run):
        self.moments.append(("epoch", run.epoch))

    def on_end(self, run):
        self.moments.append(("end", run.history.last("loss")))


def test_what_cannot_be_stacked_is_grouped_and_the_rest_is_not(split):
    counter = Counter()
    results = sweep.run(
        make_mlp,
        split,
        optimizer=["SGD", "RMSprop"],
        activation=[nn.ReLU, nn.Tanh],
        hidden=[4, 8],
        gain=[0.5, 2.0],
        batch_size=[16, 32],
        num_epochs=1,
        every=1,
        on=[counter],
    )
    assert counter.sizes == [2] * 16
    assert results.frame.index.nunique() == 32
    assert set(results.frame["activation"]) == {"ReLU", "Tanh"}

    results.frame["activation"] = results.frame["activation"].map(
        {"ReLU": nn.ReLU, "Tanh": nn.Tanh}
    )
    own = ("activation", "hidden", "gain")
    assert_same_as_alone(results, make_mlp, split, num_epochs=1, own=own)


class Scaled(nn.Module):
    """A model with a plain number in its forward pass, a tied weight and a frozen one."""

    def __init__(self, scale, as_buffer):
        super().__init__()
        self.first, self.second = nn.Linear(2, 2), nn.Linear(2, 2)
        self.second.weight = self.first.weight
        self.last = nn.Linear(2, 2).requires_grad_(False)
        self.unused = nn.Parameter(torch.ones(()))
        if as_buffer:
            self.register_buffer("scale", torch.tensor(scale))
        else:
            self.scale = scale

    def forward(self, X):
        return self.last(self.second(self.first(X).tanh() * self.scale))


@pytest.mark.parametrize(("as_buffer", "sizes"), [(True, [4]), (False, [2, 2])])
def test_a_number_of_the_forward_pass_is_never_mixed_up(split, as_buffer, sizes):
    def make_model(generator, scale):
        nn.init.uniform_((model := Scaled(scale, as_buffer)).first.weight, -1, 1, generator)
        return on_device(model)

    counter, how = Counter(), {"num_epochs": 2, "batch_size": 32, "every": 1}
    results = sweep.run(make_model, split, scale=[0.5, 3.0], lr=[0.1, 1.0], **how, on=[counter])
    assert counter.sizes == sizes

    def seeded(generator, scale):  # PyTorch's own layers draw from the global generator
        torch.manual_seed(0)
        return make_model(generator, scale)

    assert_same_as_alone(results, seeded, split, num_epochs=2, own=["scale"])


def tied(layers):
    layers[2].weight = layers[0].weight
    return layers


def hooked(layers):
    layers[0].register_forward_hook(lambda layer, X, y: 2 * y)
    return layers


def patched(layers):
    layers[0].forward = types.MethodType(lambda layer, X: F.linear(X, layer.weight), layers[0])
    return layers


def shared(layers):
    return nn.Sequential(*layers, layers[1], layers[0])


def without_bias(layers):
    return nn.Sequential(nn.Linear(2, 2, bias=False), *layers)


def partly_frozen(layers):
    layers[0].requires_grad_(False)
    return layers


def with_softmax(layers):
    return layers.append(nn.Softmax(dim=1))


@pytest.mark.parametrize(
    "change", [tied, hooked, patched, shared, without_bias, partly_frozen, with_softmax]
)
def test_a_chain_of_layers_may_have_peculiarities(split, change):
    def make_model(generator):
        torch.manual_seed(0)
        return on_device(change(nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 2))))

    how = {"num_epochs": 2, "batch_size": 32, "every": 1}
    results = sweep.run(make_model, split, lr=[0.1, 1.0], **how)
    assert_same_as_alone(results, make_model, split, num_epochs=2)


def test_linear_layers_take_examples_of_any_shape(rng):
    X, y = (on_device(torch.tensor(rng.standard_normal((20, 3, 2)))) for _ in "Xy")
    how = {"num_epochs": 2, "loss_fn": F.mse_loss}
    results = sweep.run(make_mlp, (X, y, X, y), lr=[0.1, 0.3], batch_size=8, every=1, **how)
    assert_same_as_alone(results, make_mlp, (X, y, X, y), **how)


def test_plain_layers_are_seeded_and_the_global_generator_is_left_alone(split):
    def make_model(generator):
        return on_device(nn.Linear(2, 2))

    before = torch.get_rng_state()
    how = {"seed": range(3), "num_epochs": 1, "batch_size": 100, "lr": 0.0}
    first, second = (sweep.run(make_model, split, **how).frame for _ in range(2))
    assert torch.equal(torch.get_rng_state(), before)
    assert first.equals(second)
    assert first["loss"].nunique() == 3


@pytest.mark.parametrize("tracked", [True, False])
def test_batch_norm_equals_single_runs(split, tracked):
    def make_model(generator):
        model = make_mlp(generator)
        model.insert(1, on_device(nn.BatchNorm1d(8, track_running_stats=tracked)))
        return model

    results = sweep.run(
        make_model, split, lr=[0.1, 0.3], seed=range(2), num_epochs=3, batch_size=32, every=1
    )
    assert_same_as_alone(results, make_model, split, num_epochs=3)


def test_dropout_has_its_own_mask_for_each_member_and_none_in_evaluation(split):
    def make_model(generator):
        return nn.Sequential(make_mlp(generator), nn.Dropout(0.5))

    frame = sweep.run(
        make_model, split, lr=0.0, weight_decay=[0.1, 0.2, 0.3], num_epochs=1, batch_size=70
    ).frame
    assert frame["loss"].nunique() == 3  # the same model, on the same batch
    assert frame["valid_loss"].nunique() == 1


def test_any_loss_and_target_will_do(split, rng):
    y, y_valid = (on_device(torch.tensor(rng.standard_normal((n, 2)))) for n in (70, 30))
    regression = (split.X_train, y, split.X_test, y_valid)
    how = {"num_epochs": 2, "loss_fn": F.huber_loss}
    results = sweep.run(make_mlp, regression, lr=[0.1, 0.3], batch_size=32, every=1, **how)
    assert "valid_accuracy" not in results.frame
    assert_same_as_alone(results, make_mlp, regression, **how)


def test_cross_entropy_takes_probabilities_too(split, rng):
    y, y_valid = (on_device(torch.tensor(rng.dirichlet([1, 1], n))) for n in (70, 30))
    soft = (split.X_train, y, split.X_test, y_valid)
    results = sweep.run(make_mlp, soft, lr=[0.1, 0.3], num_epochs=1, batch_size=32, every=1)
    assert_same_as_alone(results, make_mlp, soft, num_epochs=1)


def test_a_member_that_diverges_leaves_the_others_intact(split):
    how = {"seed": 1, "num_epochs": 3, "batch_size": 32, "every": 1}
    results = sweep.run(make_mlp, split, lr=[0.1, 1e308, 0.3], **how)
    assert results.frame.groupby("lr")["diverged"].any().tolist() == [False, False, True]
    blown_up = results.frame[results.frame["lr"] == 1e308]
    assert not math.isfinite(blown_up["loss"].iloc[-1])
    assert blown_up["diverged"].tolist() == sorted(blown_up["diverged"])  # once so, always so

    others = sweep.Results(results.frame.drop(index=blown_up.index[0]), results.settings)
    assert_same_as_alone(others, make_mlp, split, num_epochs=3)


def test_what_is_recorded_and_when(split):
    how = {"lr": [0.1, 0.3], "seed": range(2), "num_epochs": 3, "batch_size": 32}
    each = sweep.run(make_mlp, split, **how, every=1).frame
    by_epoch = sweep.run(make_mlp, split, **how).frame
    by_four = sweep.run(make_mlp, split, **how, every=4).frame

    measured = ["step", "loss", "valid_loss", "valid_accuracy", "diverged"]
    assert by_epoch.columns.tolist() == ["optimizer", "lr", "batch_size", "seed", *measured]
    assert by_epoch.index.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert by_epoch["step"].tolist() == [3, 6, 9] * 4
    assert by_four["step"].tolist() == [4, 8, 9] * 4
    for frame, parts in ((by_epoch, [3, 3, 3]), (by_four, [4, 4, 1])):
        for member, rows in frame.groupby(level="member"):
            losses = iter(each.loc[member, "loss"])
            means = [sum(itertools.islice(losses, n)) / n for n in parts]
            assert rows["loss"].tolist() == pytest.approx(means)
            at = each.loc[member].set_index("step").loc[rows["step"]]
            assert rows["valid_loss"].tolist() == pytest.approx(at["valid_loss"].tolist())


def test_hooks_see_all_members_and_each_moment(split):
    counter = Counter()
    settings = {"optimizer": ["SGD", "Adam"], "lr": {"SGD": [0.1, 0.3]}, "num_epochs": 2}
    frame = sweep.run(make_mlp, split, **settings, batch_size=64, every=1, on=[counter]).frame

    def moments(labels, frame):
        last = frame["loss"].groupby(level="member").last().median()
        updates = [("step", 1), ("step", 2), ("epoch", 1), ("step", 3), ("step", 4), ("epoch", 2)]
        return [("start", labels), *updates, ("end", pytest.approx(last))]

    assert counter.moments == [
        *moments(["SGD lr=0.1", "SGD lr=0.3"], frame.loc[:1]),
        *moments(["Adam lr=0.001"], frame.loc[2:]),
    ]
    losses = torch.stack(counter.losses[:4], dim=1)  # (members, steps)
    assert losses.tolist() == [frame.loc[member, "loss"].tolist() for member in (0, 1)]
    with pytest.raises(training.HookError):
        sweep.run(make_mlp, split, num_epochs=1, batch_size=32, on=[object()])


class At:
    """A hook that acts after one step of the second cohort."""

    def __init__(self, step, action):
        self.step, self.action, self.num_started, self.num_ended = step, action, 0, 0

    def on_start(self, run):
        self.num_started += 1

    def on_step(self, run):
        if self.num_started == 2 and run.step == self.step:
            self.action(run)

    def on_end(self, run):
        self.num_ended += 1


def interrupt(run):
    signal.raise_signal(signal.SIGINT)


def stop(run):
    run.stop = True


@pytest.mark.parametrize("action", [interrupt, stop])
def test_stopped_half_way_it_returns_what_there_is(split, capfd, action):
    hook = At(4, action)
    settings = {"optimizer": ["SGD", "Adam", "AdamW"], "seed": range(2), "num_epochs": 3}
    frame = sweep.run(make_mlp, split, **settings, batch_size=32, on=[hook]).frame
    assert (hook.num_started, hook.num_ended) == (2, 2)
    assert frame.loc[frame["optimizer"] == "SGD", "step"].tolist() == [3, 6, 9] * 2
    assert frame.loc[frame["optimizer"] == "Adam", "step"].tolist() == [3, 4] * 2
    assert "AdamW" not in set(frame["optimizer"])
    said = "The sweep was interrupted after step 13 of 27.\n" if action is interrupt else ""
    assert capfd.readouterr() == (said, "")


def test_interrupted_before_the_first_step_there_is_nothing_to_return(split):
    class Impatient:
        on_start = staticmethod(interrupt)

    with pytest.raises(KeyboardInterrupt):
        sweep.run(make_mlp, split, num_epochs=1, batch_size=32, on=[Impatient()])


def item(generator):
    class Awkward(nn.Linear):
        def forward(self, X):
            return super().forward(X) * X.sum().item()

    return on_device(Awkward(2, 2))


@pytest.mark.parametrize(
    ("make_model", "wrong", "message"),
    [
        (make_mlp, {"optimizer": "sgd"}, "no optimizer 'sgd'; there are SGD, momentum"),
        (make_mlp, {"optimizer": ["SGD", "Adam"], "momentum": 0.9}, "Adam has no momentum, only"),
        (make_mlp, {"lr": {"Adam": 0.1}}, "lr has values for {'Adam'}"),
        (make_mlp, {"lr": []}, "lr is empty"),
        (make_mlp, {"lr": "fast"}, "lr must be numbers, got 'fast'"),
        (make_mlp, {"seed": [1, 1]}, "seed has twice the same"),
        (make_mlp, {"activation": [lambda: nn.ReLU(), lambda: nn.Tanh()]}, "names of their own"),
        (make_mlp, {"learning_rate": 0.1}, "got an unexpected keyword argument 'learning_rate'"),
        (make_mlp, {"num_epochs": 0}, "are 1 or more; got 0"),
        (make_mlp, {"every": 0}, "are 1 or more; got 1 and 0"),
        (make_mlp, {"batch_size": 0}, "no batches of 0"),
        (item, {}, "fails in a stack: vmap: .*item.*\n.*training.fit"),
        (lambda generator: nn.LazyLinear(2), {}, "lazy layers have no shape yet"),
        (
            lambda generator: nn.Flatten(),
            {},
            "needs trainable parameters, all of one dtype; got {}",
        ),
        (
            lambda generator: on_device(nn.BatchNorm1d(2, momentum=None)),
            {},
            "fails in a stack: vmap",
        ),
        (lambda generator, model=nn.Linear(2, 2): model, {"seed": [1, 2]}, "the same one twice"),  # noqa: B008
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(split, make_model, wrong, message):
    with pytest.raises(sweep.SweepError, match=message):
        sweep.run(make_model, split, **{"num_epochs": 1, "batch_size": 32, **wrong})
