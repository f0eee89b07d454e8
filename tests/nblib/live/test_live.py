"""The live panel without a browser: a stand-in for the page takes note of what it is sent."""

import subprocess
import sys
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest
import torch
from IPython.core.events import EventManager, available_events
from nbclient import NotebookClient

from nblib import front_end, live, models, training
from nblib.history import History
from nblib.live import feed, panel, picture, watch
from nblib.live.knobs import Knobs
from nblib.live.watch import gradient_norms
from nblib.runtime import device


class Page:
    """What the page would know: the curves, put together from the messages."""

    place = "here"

    def __init__(self):
        self.messages, self.curves, self.clicks = [], {}, 0

    def on_msg(self, callback):
        self.callback = callback

    def send(self, content, buffers):
        self.messages.append(content)
        if content["kind"] == "snapshot":
            self.curves = {}
        for (run, name, num_points, total), buffer in zip(content["curves"], buffers, strict=True):
            points = np.frombuffer(buffer, np.float32).reshape(-1, 2)
            assert len(points) == num_points <= total
            before = self.curves.get((run, name), np.empty((0, 2), np.float32))
            self.curves[run, name] = np.concatenate([before, points])

    def click(self, kind, **details):
        self.clicks += 1
        self.callback(self, {"kind": kind, "id": self.clicks, **details}, [])

    def _repr_mimebundle_(self):
        return {"application/vnd.jupyter.widget-view+json": {}}, {}

    @property
    def status(self):
        return self.messages[-1]["status"]


class Output:
    """An output of a cell, as `display(..., display_id=True)` returns it."""

    def __init__(self):
        self.now = None

    def update(self, data, metadata=None, raw=False):
        self.now = data, metadata


@pytest.fixture
def notebook(monkeypatch):
    """A notebook with a front end: its page, its outputs, and a way to end the cell."""
    shell = SimpleNamespace(kernel=object())
    shell.events = EventManager(shell, available_events)
    page, outputs = Page(), []

    def display(*args, **kwargs):
        outputs.append(Output())
        return outputs[-1]

    monkeypatch.setenv("JPY_SESSION_NAME", "lesson.ipynb")
    monkeypatch.setattr(front_end, "in_kernel", lambda: True)
    monkeypatch.setattr(panel, "get_ipython", lambda: shell)
    monkeypatch.setattr(panel, "display", display)
    monkeypatch.setattr("nblib.live.widget.LiveWidget", lambda: page)
    end_cell = lambda: shell.events.trigger("post_run_cell", None)  # noqa: E731
    return SimpleNamespace(page=page, outputs=outputs, end_cell=end_cell)


@pytest.fixture
def at_each_step(monkeypatch):
    """Exchange messages at every step, so that a test knows when."""
    monkeypatch.setattr(panel, "_SECONDS_BETWEEN_MESSAGES", 0)
    monkeypatch.setattr(panel, "_SECONDS_BETWEEN_LOOKS", 0)


class At:
    """A hook that does something once, after a step."""

    def __init__(self, step, action):
        self.step, self.action = step, action

    def on_step(self, run):
        if run.step == self.step:
            self.action()


def setting(**options):
    """A small model with its optimizer, to train for 3 epochs of 4 steps."""
    torch.manual_seed(0)
    X, y = torch.randn(32, 5), torch.randint(3, (32,))
    model = torch.nn.Sequential(torch.nn.Linear(5, 4), torch.nn.Tanh(), torch.nn.Linear(4, 3))
    optimizer = torch.optim.SGD(model.parameters(), **{"lr": 0.1, **options})
    fixed = {"num_epochs": 3, "batch_size": 8, "valid": (X, y)}
    return [model, optimizer, X, y], fixed


def fit(*hooks, **options):
    positional, named = setting(**options)
    return training.fit(*positional, **named, on=list(hooks))


def test_every_number_of_the_history_arrives_once_and_in_order(notebook):
    history = fit(live.Panel())
    assert {name for _, name in notebook.page.curves} == set(history.names)
    for name in history:
        expected = np.array([history.steps(name), history[name]], np.float32).T
        np.testing.assert_array_equal(notebook.page.curves[0, name], expected)
    numbers = [message["number"] for message in notebook.page.messages]
    assert numbers == list(range(1, len(numbers) + 1))


def test_training_is_the_same_with_and_without_the_panel(notebook):
    weights = []
    for hooks in ([], [live.Panel(gradients=True)]):
        positional, named = setting()
        history = training.fit(*positional, **named, on=hooks)
        weights.append((history, torch.cat([p.flatten() for p in positional[0].parameters()])))
    assert weights[0][0] == weights[1][0]
    assert torch.equal(weights[0][1], weights[1][1])


def test_at_most_twenty_messages_a_second_and_a_click_is_heard_soon(notebook, monkeypatch):
    clock = SimpleNamespace(now=0.0)
    clock.monotonic = lambda: clock.now
    monkeypatch.setattr(panel, "time", clock)
    monkeypatch.setattr(watch, "time", clock)
    clicked, heard = [], []

    class Step:
        def on_step(self, run):
            clock.now += 0.001
            if run.step % 500 == 250:
                notebook.page.click("view", log=True, smooth=3)
                clicked.append(clock.now)
            elif len(heard) < len(clicked) and notebook.page.messages[-1]["heard"] > len(heard):
                heard.append(clock.now)

    positional, named = setting()
    training.fit(*positional, **named | {"num_epochs": 1000}, on=[Step(), live.Panel()])
    assert 4 * clock.now < len(notebook.page.messages) < 20 * clock.now
    assert len(heard) == len(clicked) == 8
    assert max(at - when for when, at in zip(clicked, heard, strict=True)) < 0.1


def test_pause_holds_until_resume(notebook, at_each_step, monkeypatch):
    steps = []

    def sleep(seconds):
        steps.append(notebook.page.status["step"])
        assert notebook.page.status["state"] == "paused"
        if len(steps) == 5:
            notebook.page.click("pause", on=False)

    monkeypatch.setattr(watch.time, "sleep", sleep)
    history = fit(At(4, lambda: notebook.page.click("pause", on=True)), live.Panel())
    assert steps == [4] * 5
    assert len(history["loss"]) == 12


def test_stop_leaves_the_history_whole(notebook, at_each_step):
    history = fit(At(6, lambda: notebook.page.click("stop")), live.Panel())
    assert history.steps("loss") == [1, 2, 3, 4, 5, 6]
    assert len(notebook.page.curves[0, "loss"]) == 6
    assert notebook.page.status["text"] == "ended after 6 of 12 steps"


def test_stop_ends_a_pause_and_so_does_an_interrupt(notebook, at_each_step, monkeypatch, capsys):
    pause = At(3, lambda: notebook.page.click("pause", on=True))
    monkeypatch.setattr(watch.time, "sleep", lambda _: notebook.page.click("stop"))
    assert len(fit(pause, live.Panel())["loss"]) == 3

    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(watch.time, "sleep", interrupt)
    assert len(fit(pause, live.Panel())["loss"]) == 3
    assert "interrupted after step 3" in capsys.readouterr().out


def test_a_new_learning_rate_holds_for_the_next_step_also_against_a_schedule(
    notebook, at_each_step
):
    used = []

    class Note:
        def on_step(self, run):
            used.append(run.optimizer.param_groups[0]["lr"])

    positional, named = setting()
    schedule = torch.optim.lr_scheduler.LambdaLR(positional[1], lambda step: 1 / (step + 1))
    click = At(5, lambda: notebook.page.click("set", name="lr", value=0.5))
    training.fit(*positional, **named, schedule=schedule, on=[click, live.Panel(), Note()])
    assert used[:4] == pytest.approx([0.1 / (step + 1) for step in (1, 2, 3, 4)])
    assert used[4:] == [0.5] * 8
    assert any((0, 5, "lr 0.0167 → 0.5") in message["marks"] for message in notebook.page.messages)


@pytest.mark.parametrize("value", [-0.1, float("nan"), float("inf"), 1e300, "0.2", None])
def test_a_learning_rate_that_is_none_is_not_taken(notebook, at_each_step, value):
    positional, named = setting()
    click = At(2, lambda: notebook.page.click("set", name="lr", value=value))
    training.fit(*positional, **named, on=[click, live.Panel()])
    assert positional[1].param_groups[0]["lr"] == 0.1
    said = {message["status"]["trouble"] for message in notebook.page.messages}
    assert said - {""} == {
        f"lr stays 0.1: it has to be a number from 0 to 1e+38, and {value} is not."
    }


def test_nan_is_said_as_soon_as_it_is_there_and_in_the_caption(notebook, at_each_step):
    positional, named = setting()
    spoil = At(4, lambda: torch.nn.init.constant_(positional[0][0].weight, float("nan")))
    history = training.fit(*positional, **named, on=[spoil, live.Panel()])
    first = next(step for step, loss in history.points("loss") if loss != loss)
    said = [(m["status"].get("step"), m["status"]["trouble"]) for m in notebook.page.messages]
    assert next(step for step, text in said if text) == first
    assert said[-1][1].startswith(f"The loss is NaN, not a number, since step {first}: ")
    assert said[-1][1].endswith("train with a smaller learning rate.")
    notebook.end_cell()
    assert notebook.outputs[0].now[0]["text/plain"].endswith(said[-1][1])


def test_only_what_is_exposed_can_be_changed(notebook, at_each_step):
    positional, named = setting(momentum=0.9, weight_decay=0.01)
    clicks = [
        At(2, lambda: notebook.page.click("set", name="momentum", value=0.5)),
        At(3, lambda: notebook.page.click("set", name="weight_decay", value=0.5)),
    ]
    training.fit(*positional, **named, on=[*clicks, live.Panel(expose=["momentum", "betas"])])
    (group,) = positional[1].param_groups
    assert (group["momentum"], group["weight_decay"]) == (0.5, 0.01)
    values = [m["status"]["values"] for m in notebook.page.messages if "values" in m["status"]]
    assert values[0] == {"momentum": 0.9}
    assert values[-1] == {"momentum": 0.5}


def test_groups_of_parameters_change_by_the_same_factor():
    groups = [{"params": [torch.zeros(1)], "lr": lr} for lr in (0.1, 0.01, 0.0)]
    optimizer = torch.optim.SGD([*groups], lr=1.0)
    optimizer.param_groups[2]["lr"] = torch.tensor(0.2)  # as a capturable optimizer has it
    assert Knobs(optimizer.param_groups, ["lr"]).set("lr", 0.2)
    assert [float(group["lr"]) for group in optimizer.param_groups] == pytest.approx(
        [0.2, 0.02, 0.4]
    )
    assert isinstance(optimizer.param_groups[2]["lr"], torch.Tensor)


def test_a_page_that_is_loaded_anew_gets_all_that_was_sent(notebook, at_each_step):
    seen = []

    def reload():
        seen.append(notebook.page.curves)
        notebook.page.curves = {}
        notebook.page.click("hello")

    history = fit(At(7, reload), live.Panel(gradients=True))
    snapshots = [message for message in notebook.page.messages if message["kind"] == "snapshot"]
    assert len(snapshots) == 1
    assert len(seen[0][0, "loss"]) == 6
    assert len(notebook.page.curves[0, "loss"]) == len(history["loss"])
    np.testing.assert_array_equal(notebook.page.curves[0, "loss"][:6], seen[0][0, "loss"])
    notebook.page.click("hello")  # after the run as well
    assert notebook.page.messages[-1]["kind"] == "snapshot"


def test_a_long_curve_is_thinned_in_a_snapshot_but_keeps_its_peaks_and_its_end(rng):
    values = rng.normal(size=300_000)
    values[123_457], values[77] = 50, -50
    long = feed.Feed()
    long.begin("run 1")
    long.add("loss", list(enumerate(values, 1)))
    assert long.news()[0]["curves"] == [(0, "loss", 300_000, 300_000)]
    content, (buffer,) = long.snapshot()
    points = np.frombuffer(buffer, np.float32).reshape(-1, 2)
    assert 50_000 < len(points) <= 100_000
    assert content["curves"] == [(0, "loss", len(points), 300_000)]
    assert (np.diff(points[:, 0]) > 0).all()
    assert {(123_458, 50), (78, -50)} <= {(step, value) for step, value in points.tolist()}
    assert points[-1, 0] == 300_000
    np.testing.assert_array_equal(points[:, 1], values[points[:, 0].astype(int) - 1].astype("f4"))


def test_the_gradient_norms_are_those_of_each_layer():
    model = models.mlp([5, 4, 3])
    model(torch.randn(7, 5).to(device())).square().sum().backward()
    expected = {
        f"gradient {index}": torch.cat([p.grad.flatten() for p in model[index].parameters()])
        .norm()
        .item()
        for index in (0, 2)
    }
    assert gradient_norms(model) == pytest.approx(expected)
    assert gradient_norms(torch.nn.Linear(1, 1)) == {}


class SweepRun:
    """What a sweep tells its hooks: the losses of all its models at once."""

    def __init__(self, num_members):
        self.labels = [f"lr={number}" for number in range(num_members)]
        self.num_epochs, self.num_steps, self.epoch, self.step = 1, 4, 1, 0
        self.history, self.loss, self.stop = History(), None, False


@pytest.mark.parametrize("num_members", [3, 20])
def test_a_sweep_shows_its_members_if_they_are_few_and_else_quartiles(notebook, num_members):
    losses = torch.rand(4, num_members, dtype=torch.float64)
    losses[2, 1] = torch.nan  # diverged
    shown, run = live.Panel(gradients=True), SweepRun(num_members)
    shown.on_start(run)
    for run.step, run.loss in enumerate(losses, 1):
        shown.on_step(run)
    run.history.record(4, loss=losses[3].median(), valid_loss=0.5)
    shown.on_end(run)
    sent = {name: points[:, 1] for (_, name), points in notebook.page.curves.items()}
    assert sent.pop("valid_loss") == 0.5
    if num_members == 3:
        expected = dict(zip(["lr=0", "lr=1", "lr=2"], losses.T.numpy(), strict=True))
    else:
        quartiles = np.nanquantile(losses.numpy(), [0.25, 0.5, 0.75], axis=1)
        expected = dict(zip(["lower quartile", "median", "upper quartile"], quartiles, strict=True))
    assert sent.keys() == {f"loss ({name})" for name in expected}
    for name, values in expected.items():
        np.testing.assert_allclose(sent[f"loss ({name})"], values, rtol=1e-6)
    notebook.end_cell()
    assert notebook.outputs[0].now is not None


def test_the_picture_takes_the_place_of_the_panel_when_the_cell_has_ended(notebook):
    fit(shown := live.Panel())
    fit(shown.named("second"))  # in the same cell: goes on in the same output
    output, caption = notebook.outputs
    assert output.now is None
    notebook.end_cell()
    data, metadata = output.now
    assert data["image/png"]
    alt = metadata["image/png"]["alt"]
    assert alt == data["text/plain"]
    assert "run 1: trained for 12 of 12 steps" in caption.now[0].data
    assert "run 1: trained for 12 of 12 steps; loss" in alt
    assert "second: trained for 12 of 12 steps; loss" in alt
    assert notebook.page.status["closed"]

    fit(shown)
    notebook.end_cell()
    first, _, second, _ = notebook.outputs  # another cell, other outputs
    assert "run 3: trained" in second.now[0]["text/plain"]
    assert first.now == (data, metadata)
    assert [key for key in notebook.page.curves if key[1] == "loss"] == [
        (run, "loss") for run in range(3)
    ]


def test_the_caption_tells_what_was_done_by_hand(notebook, at_each_step):
    set_lr = At(2, lambda: notebook.page.click("set", name="lr", value=0.2))
    fit(set_lr, At(5, lambda: notebook.page.click("stop")), live.Panel())
    notebook.end_cell()
    alt = notebook.outputs[0].now[0]["text/plain"]
    assert alt.endswith("lr 0.1 → 0.2 after step 2. Stopped by hand after step 5.")


def test_an_error_of_the_panel_is_said_once_and_does_not_stop_the_training(
    notebook, at_each_step, monkeypatch, capsys
):
    def fail(content, buffers):
        raise ConnectionError("the page is gone")

    shown = live.Panel()
    history = fit(At(5, lambda: monkeypatch.setattr(notebook.page, "send", fail)), shown)
    assert len(history["loss"]) == 12
    notebook.end_cell()
    assert capsys.readouterr().out.count("the page is gone") == 1
    assert notebook.outputs[0].now is not None  # the picture comes all the same


def test_in_the_background_the_result_comes_as_a_future(notebook):
    positional, named = setting()
    future = live.fit_in_background(live.Panel(), *positional, **named)
    assert future.result(300).steps("loss") == list(range(1, 13))
    positional, named = setting()
    failing = live.fit_in_background(live.Panel(), *positional, **named | {"num_epochs": 0})
    with pytest.raises(ValueError, match="num_epochs"):
        failing.result(300)


def test_where_nobody_watches_nothing_is_shown_and_no_widget_is_loaded(capsys):
    fit(shown := live.Panel())
    assert capsys.readouterr().out == ""
    assert [len(run.history["loss"]) for run in shown.runs] == [12]
    program = "import sys, nblib.live; print('anywidget' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "False\n"


def test_a_line_per_epoch_only_if_asked(capsys):
    history = fit(live.Panel(verbose=True))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[-1].startswith(f"epoch 3/3: loss {history.last('loss'):.4g}, valid_loss ")


def test_no_picture_of_a_run_without_a_step():
    picture.show([picture.Record("run 1", History())])


CELL = """
import torch
from nblib import data, live, models, training
model = models.mlp([64, 10])
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
panel = live.Panel(gradients=True)
X, y, _, _ = data.digits()
training.fit(model, optimizer, X, y, num_epochs=2, batch_size=64, on=[panel])
"""


@pytest.mark.slow
@pytest.mark.parametrize("watched", [True, False])
def test_a_picture_with_a_caption_stays_in_the_notebook(monkeypatch, watched):
    if watched:
        monkeypatch.setenv("JPY_SESSION_NAME", "lesson.ipynb")
    cell = nbformat.v4.new_code_cell(CELL)
    NotebookClient(nbformat.v4.new_notebook(cells=[cell]), kernel_name="python3").execute()
    pictures = [output for output in cell.outputs if "image/png" in output.get("data", {})]
    assert len(pictures) == 1
    assert "run 1: trained for 40 of 40 steps" in pictures[0]["metadata"]["image/png"]["alt"]
    assert not any("widget" in kind for output in cell.outputs for kind in output.get("data", {}))
    assert any("trained for" in o.get("data", {}).get("text/markdown", "") for o in cell.outputs)
    assert not any(output["output_type"] == "stream" for output in cell.outputs)
