import copy
import math
import signal
import threading

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from nblib import data
from nblib.models import mlp
from nblib.training import HookError, Run, evaluate, fit


def seeded(seed):
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def moons():
    return data.moons(num_samples=100)


@pytest.fixture
def model():
    return mlp([2, 8, 2], generator=seeded(1))


def sgd(model, lr=0.5):
    return torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)


def same_weights(a, b):
    return all(torch.equal(p, q) for p, q in zip(a.parameters(), b.parameters(), strict=True))


class Recorder:
    """A hook that notes each moment, and may do something at one of them."""

    def __init__(self, moment=None, step=None, action=None):
        self.moment, self.at, self.action = moment, step, action
        self.moments, self.runs = [], []

    def _note(self, moment, run):
        self.moments.append(moment)
        self.runs.append(run)
        if moment == self.moment and self.at in (None, run.step):
            self.action(run)

    def on_start(self, run):
        self._note("start", run)

    def on_step(self, run):
        self._note("step", run)

    def on_epoch(self, run):
        self._note("epoch", run)

    def on_end(self, run):
        self._note("end", run)


@pytest.mark.parametrize("optimizer", [sgd, lambda model: torch.optim.AdamW(model.parameters())])
def test_it_equals_a_plain_pytorch_loop_to_the_last_bit(moons, model, optimizer):
    X, y, X_test, y_test = moons
    reference = copy.deepcopy(model)
    history = fit(
        model,
        optimizer(model),
        X,
        y,
        num_epochs=3,
        batch_size=32,  # 70 examples: the last batch has 6
        valid=(X_test, y_test),
        generator=seeded(5),
    )

    steps, losses, accuracies = optimizer(reference), [], []
    generator = seeded(5)
    for _ in range(3):
        order = torch.randperm(70, generator=generator)
        for start in (0, 32, 64):
            chosen = order[start : start + 32].to(X.device)
            loss = F.cross_entropy(reference(X[chosen]), y[chosen])
            steps.zero_grad()
            loss.backward()
            steps.step()
            losses.append(loss.item())
        accuracies.append((reference(X_test).argmax(1) == y_test).double().mean().item())

    assert same_weights(model, reference)
    assert history["loss"] == losses
    assert history.steps("loss") == list(range(1, 10))
    assert history["valid_accuracy"] == pytest.approx(accuracies, abs=1e-12)
    assert history.steps("valid_accuracy") == history.steps("valid_loss") == [3, 6, 9]


def test_without_a_generator_the_global_one_shuffles(moons, model):
    X, y = moons[:2]
    other = copy.deepcopy(model)
    torch.manual_seed(7)
    fit(model, sgd(model), X, y, num_epochs=2, batch_size=16)
    fit(other, sgd(other), X, y, num_epochs=2, batch_size=16, generator=seeded(7))
    assert same_weights(model, other)


def test_it_learns_the_digits():
    split = data.digits()
    model = mlp([64, 32, 10], generator=seeded(0))
    fit(model, sgd(model, 0.05), *split[:2], num_epochs=8, batch_size=32, generator=seeded(0))
    assert evaluate(model, *split[2:])["accuracy"] > 0.95


def test_any_loss_and_target_will_do(rng):
    X = torch.tensor(rng.standard_normal((50, 3)), dtype=torch.float64)
    y = X @ torch.tensor([[1.0], [-2.0], [0.5]], dtype=torch.float64)
    model = nn.Linear(3, 1, dtype=torch.float64)
    history = fit(
        model,
        torch.optim.SGD(model.parameters(), lr=0.2),
        X,
        y,
        num_epochs=50,
        batch_size=50,
        loss_fn=F.mse_loss,
        valid=(X, y),
    )
    assert history.last("loss") < 1e-4 * history["loss"][0]
    assert history.names == ("loss", "valid_loss")
    assert history.last("valid_loss") == F.mse_loss(model(X), y).item()


def test_the_schedule_moves_with_every_step(moons, model):
    optimizer = sgd(model, lr=1.0)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 / (1 + step))
    used = []
    optimizer.register_step_pre_hook(lambda opt, *_: used.append(opt.param_groups[0]["lr"]))
    fit(model, optimizer, *moons[:2], num_epochs=2, batch_size=32, schedule=schedule)
    assert used == pytest.approx([1 / (1 + step) for step in range(6)])


def test_hooks_hear_every_moment_in_order(moons, model):
    hook = Recorder()
    history = fit(model, sgd(model), *moons[:2], num_epochs=2, batch_size=32, on=[hook])
    epoch = ["step", "step", "step", "epoch"]
    assert hook.moments == ["start", *epoch, *epoch, "end"]
    run = hook.runs[0]
    assert isinstance(run, Run)
    assert all(other is run for other in hook.runs)
    assert (run.model, run.history) == (model, history)
    assert (run.epoch, run.num_epochs, run.step, run.num_steps) == (2, 2, 6, 6)
    assert not run.stop


def test_hooks_see_the_run_advance(moons, model):
    class Watcher:
        seen = ()

        def on_step(self, run):
            assert not run.loss.requires_grad
            self.seen += ((run.epoch, run.step, run.loss.item()),)

        def on_epoch(self, run):
            assert run.history.steps("loss")[-1] == run.step
            assert run.history.steps("valid_loss")[-1] == run.step

    watcher = Watcher()
    X, y = moons[:2]
    history = fit(model, sgd(model), X, y, num_epochs=2, batch_size=40, valid=(X, y), on=[watcher])
    assert [seen[:2] for seen in watcher.seen] == [(1, 1), (1, 2), (2, 3), (2, 4)]
    assert [seen[2] for seen in watcher.seen] == history["loss"]


def test_a_hook_may_have_any_of_the_methods_but_not_none(moons, model):
    class OnlyEnd:
        ended = False

        def on_end(self, run):
            self.ended = True

    hook = OnlyEnd()
    fit(model, sgd(model), *moons[:2], num_epochs=1, batch_size=32, on=[hook])
    assert hook.ended
    before = copy.deepcopy(model)
    with pytest.raises(HookError, match="on_start, on_step, on_epoch, on_end; got <built-in"):
        fit(model, sgd(model), *moons[:2], num_epochs=1, batch_size=32, on=[hook, print])
    assert same_weights(model, before)


def test_a_hook_may_change_the_learning_rate(moons, model):
    def freeze(run):
        run.optimizer.param_groups[0]["lr"] = 0.0
        frozen.append(copy.deepcopy(run.model))

    frozen = []
    hook = Recorder("step", 2, freeze)
    fit(model, sgd(model), *moons[:2], num_epochs=3, batch_size=32, on=[hook])
    assert same_weights(model, frozen[0])


def stop(run):
    run.stop = True


def test_a_hook_may_stop_in_mid_epoch(moons, model):
    hook = Recorder("step", 4, stop)
    history = fit(model, sgd(model), *moons[:2], num_epochs=5, batch_size=32, on=[hook])
    assert history.steps("loss") == [1, 2, 3, 4]
    assert hook.moments == ["start", *["step"] * 3, "epoch", "step", "end"]


@pytest.mark.parametrize("moment", ["step", "epoch"])
def test_a_stop_at_the_end_of_an_epoch_completes_it(moons, model, moment):
    hook = Recorder(moment, 3, stop)
    X, y = moons[:2]
    history = fit(model, sgd(model), X, y, num_epochs=5, batch_size=32, valid=(X, y), on=[hook])
    assert history.steps("valid_loss") == [3]
    assert hook.moments == ["start", *["step"] * 3, "epoch", "end"]


def test_a_stop_before_the_first_step_trains_nothing(moons, model):
    before = copy.deepcopy(model)
    hook = Recorder("start", None, stop)
    history = fit(model, sgd(model), *moons[:2], num_epochs=5, batch_size=32, on=[hook])
    assert same_weights(model, before)
    assert history.names == ()
    assert hook.moments == ["start", "end"]


def press_interrupt(run):
    signal.raise_signal(signal.SIGINT)


def test_an_interrupt_returns_what_there_is(moons, model, capfd):
    reference = copy.deepcopy(model)
    hook = Recorder("step", 5, press_interrupt)
    history = fit(
        model, sgd(model), *moons[:2], num_epochs=9, batch_size=32, generator=seeded(0), on=[hook]
    )
    assert history.steps("loss") == [1, 2, 3, 4, 5]
    assert hook.moments[-1] == "end"
    assert hook.runs[-1].stop
    assert capfd.readouterr() == ("Training was interrupted after step 5 of 27.\n", "")

    stopper = Recorder("step", 5, stop)
    fit(
        reference,
        sgd(reference),
        *moons[:2],
        num_epochs=9,
        batch_size=32,
        generator=seeded(0),
        on=[stopper],
    )
    assert same_weights(model, reference)


def test_an_interrupt_within_an_update_waits_for_its_end(moons, model):
    class Interrupted(torch.optim.SGD):
        def step(self, closure=None):
            signal.raise_signal(signal.SIGINT)
            super().step(closure)

    reference = copy.deepcopy(model)
    for rival, kind in [(model, Interrupted), (reference, torch.optim.SGD)]:
        optimizer = kind(rival.parameters(), lr=0.1)
        one_step = Recorder("step", 1, stop)
        history = fit(
            rival,
            optimizer,
            *moons[:2],
            num_epochs=2,
            batch_size=32,
            generator=seeded(0),
            on=[] if rival is model else [one_step],
        )
        assert history.steps("loss") == [1]
    assert same_weights(model, reference)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_interrupt_before_the_update_leaves_that_step_undone(moons, model, capfd):
    def interrupted_loss(y_hat, y):
        calls.append(copy.deepcopy(model))
        if len(calls) == 3:
            signal.raise_signal(signal.SIGINT)
        return F.cross_entropy(y_hat, y)

    calls = []
    X, y = moons[:2]
    history = fit(model, sgd(model), X, y, num_epochs=2, batch_size=32, loss_fn=interrupted_loss)
    assert history.steps("loss") == [1, 2]
    assert same_weights(model, calls[-1])
    assert "after step 2 of 6" in capfd.readouterr().out


def test_it_trains_in_another_thread_to_the_same_result(moons, model):
    def train(model):
        fit(model, sgd(model), *moons[:2], num_epochs=2, batch_size=16, generator=seeded(0))

    other = copy.deepcopy(model)
    thread = threading.Thread(target=train, args=[other])
    thread.start()
    thread.join()
    train(model)
    assert same_weights(model, other)


def test_an_error_reaches_the_caller_after_the_hooks_were_told(moons, model):
    hook = Recorder("step", 2, lambda run: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        fit(model, sgd(model), *moons[:2], num_epochs=2, batch_size=32, on=[hook])
    assert hook.moments == ["start", "step", "step", "end"]
    assert hook.runs[-1].history.steps("loss") == [1, 2]


def test_a_diverging_loss_is_recorded_as_it_is(moons, model):
    history = fit(model, sgd(model, lr=1e30), *moons[:2], num_epochs=3, batch_size=32)
    assert math.isnan(history.last("loss"))
    assert len(history["loss"]) == 9


class Modes(nn.Module):
    """Notes in which mode it is called; one part is frozen in eval mode."""

    def __init__(self):
        super().__init__()
        self.layer, self.frozen = nn.Linear(2, 2), nn.Dropout(0.5)
        self.frozen.eval()
        self.modes = []

    def forward(self, X):
        self.modes.append(self.training)
        return self.layer(X)


def test_modes_are_set_for_the_work_and_restored_one_by_one(moons):
    X, y = (part.cpu() for part in moons[:2])
    model = Modes()
    evaluate(model, X, y)
    assert model.modes == [False]
    assert (model.training, model.frozen.training) == (True, False)

    fit(model, sgd(model), X, y, num_epochs=1, batch_size=35, valid=(X, y))
    assert model.modes[1:] == [True, True, False]
    assert (model.training, model.frozen.training) == (True, False)

    model.eval()
    with pytest.raises(ZeroDivisionError):
        fit(model, sgd(model), X, y, num_epochs=1, batch_size=35, loss_fn=lambda *_: 1 / 0)
    assert not model.training


def test_evaluation_measures_and_changes_nothing(moons, model):
    def loss_without_graph(y_hat, y):
        assert not y_hat.requires_grad
        return F.cross_entropy(y_hat, y)

    X, y = moons[2:]
    before = copy.deepcopy(model)
    measured = evaluate(model, X, y, loss_without_graph)
    y_hat = model(X)
    assert measured["loss"] == F.cross_entropy(y_hat, y).item()
    right = sum(int(row.argmax()) == int(label) for row, label in zip(y_hat, y, strict=True))
    assert measured["accuracy"] == right / len(y)
    assert list(measured) == ["loss", "accuracy"]
    assert same_weights(model, before)
    assert all(parameter.grad is None for parameter in model.parameters())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"num_epochs": 0}, "num_epochs must be at least 1, got 0"),
        ({"batch_size": 0}, "batch_size must be at least 1, got 0"),
        ({"y": torch.zeros(3)}, "X has 70 examples, but y has 3"),
    ],
)
def test_bad_arguments_are_refused_before_anything_starts(moons, model, change, message):
    hook = Recorder()
    arguments = {"X": moons.X_train, "y": moons.y_train, "num_epochs": 1, "batch_size": 8}
    with pytest.raises(ValueError, match=message):
        fit(model, sgd(model), **{**arguments, **change}, on=[hook])
    assert hook.moments == []
