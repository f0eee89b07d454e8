"""The live panel in JupyterLab, steered while the cell runs."""

import os
import subprocess
import sys

import pytest

SETUP = """
import time
import torch
from nblib import data, live, models, training
torch.set_num_threads(1)
split = data.digits()

class Pace:
    def on_start(self, run):
        self.lrs = [(time.time(), run.optimizer.param_groups[0]["lr"])]
    def on_step(self, run):
        time.sleep(0.005)
        lr = run.optimizer.param_groups[0]["lr"]
        if lr != self.lrs[-1][1]:
            self.lrs.append((time.time(), lr))

def arguments(lr=0.01, num_epochs=500):
    model = models.mlp([64, 32, 10])
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    return [model, optimizer, split.X_train, split.y_train], dict(
        num_epochs=num_epochs, batch_size=32, valid=(split.X_test, split.y_test))
"""
TRAIN = """
panel, pace = live.Panel(gradients=True), Pace()
positional, named = arguments()
history = training.fit(*positional, **named, on=[panel, pace])
steps = history.steps("loss")
print("whole", steps == list(range(1, len(steps) + 1)), len(steps) < 20_000)
"""
BACKGROUND = """
panel = live.Panel()
positional, named = arguments()
future = live.fit_in_background(panel, *positional, **named, on=[Pace()])
"""
FAST = """
panel = live.Panel()
model = torch.nn.Linear(1, 1)
run = training.Run(model, torch.optim.SGD(model.parameters(), lr=0.1), 1, 100_000)
panel.on_start(run)
begin = time.monotonic()
while not run.stop and run.step < run.num_steps:
    run.step += 1
    run.loss = torch.rand(()) + 1000 / (run.step + 1000)
    panel.on_step(run)
    if run.step % 20 == 0:
        time.sleep(max(0, begin + run.step / 2000 - time.monotonic()))
panel.on_end(run)
print("stopped at", run.step)
"""
COMPARE = """
panel = live.Panel(log=True)
for lr in (0.01, 0.1):
    positional, named = arguments(lr, num_epochs=5)
    history = training.fit(*positional, **named, on=[panel.named(f"lr {lr}"), Pace()])
"""
ERROR = "Error displaying widget: model not found"
GONE = "A live panel was here, and comes back as soon as its kernel answers"
CELLS = [
    SETUP,
    TRAIN,
    BACKGROUND,
    "print('meanwhile', future.done())",
    FAST,
    COMPARE,
    "print(pace.lrs)",
    "panel",
    "import nblib.live.panel\npump, nblib.live.panel.pump = nblib.live.panel.pump, lambda: False",
    "nblib.live.panel.pump = pump",
]


@pytest.fixture(scope="module")
def notebook(pages):
    notebook = pages.open(CELLS, name="live.ipynb")
    notebook.run_cell(0)
    assert notebook.errors() == []
    yield notebook
    pages.close(notebook)


class Page:
    """The panel below a cell that runs."""

    def __init__(self, notebook, index):
        notebook.start_cell(index)
        self.notebook, self.index = notebook, index
        self.wait(1)
        self.root.scroll_into_view_if_needed()

    @property
    def root(self):
        return self.notebook.output(self.index).locator(".nblive:visible")

    def step(self):
        return int(self.root.get_attribute("data-step"))

    def wait(self, step):
        """Wait until this step has been shown."""
        self.notebook.page.wait_for_function(
            "([root, step]) => Number(root.dataset.step) >= step",
            arg=[self.root.element_handle(), step],
        )

    def button(self, name):
        return self.root.get_by_role("button", name=name)

    def wait_for_state(self, state):
        self.notebook.page.wait_for_function(
            "([root, state]) => root.dataset.state === state",
            arg=[self.root.element_handle(), state],
        )

    def stop(self):
        self.button("Stop").click()
        self.notebook.wait_until_run()
        return self.notebook.output(self.index).inner_text()

    def end(self):
        """Stop on a page that was loaded anew, which does not know of the cell that runs."""
        self.button("Stop").click()
        self.wait_for_state("ended")
        self.notebook.wait_until_idle()


def alt(notebook, index):
    """The text for those who do not see the picture; nbconvert shows it, JupyterLab saves it."""
    pictures = [o for o in notebook.outputs(index) if "image/png" in o.get("data", {})]
    return pictures[0]["metadata"]["image/png"]["alt"]


def test_the_curves_grow_while_the_cell_runs(notebook):
    page = Page(notebook, 1)
    page.wait(50)
    before = page.root.locator("canvas").first.screenshot()
    page.wait(page.step() + 100)
    assert page.root.locator("canvas").first.screenshot() != before
    assert notebook.cell(1).locator(".jp-InputPrompt").inner_text() == "[*]:"
    notebook.screenshot("live-running")
    page.stop()


def test_pause_holds_the_training_until_resume(notebook):
    page = Page(notebook, 1)
    page.button("Pause").click()
    page.wait_for_state("paused")
    assert page.button("Resume").get_attribute("aria-pressed") == "true"
    held = page.step()
    notebook.page.wait_for_timeout(1000)
    assert page.step() == held
    page.button("Resume").click()
    page.wait(held + 20)
    page.stop()


def test_a_new_learning_rate_holds_from_the_next_steps_on(notebook):
    page = Page(notebook, 1)
    for _ in range(3):
        page.button("Double the learning rate").click()
        page.wait(page.step() + 50)
    page.root.locator("input").first.fill("0.03")
    page.root.locator("input").first.press("Enter")
    page.wait(page.step() + 50)
    page.stop()
    notebook.run_cell(6)
    changes = eval(notebook.output(6).inner_text())
    assert [lr for _, lr in changes] == pytest.approx([0.01, 0.02, 0.04, 0.08, 0.03])


def test_stop_ends_the_cell_early_with_a_whole_history_and_leaves_a_picture(
    notebook, open_notebook
):
    page = Page(notebook, 1)
    page.wait(100)
    assert "whole True True" in page.stop()
    notebook.output(1).locator("img").wait_for()
    assert "Stopped by hand after step" in alt(notebook, 1)
    assert page.root.count() == 0

    notebook.save()
    reopened = open_notebook(notebook.file, name=f"reopened-{notebook.path}")
    picture = reopened.output(1).locator("img")
    picture.wait_for()
    assert picture.evaluate("image => image.naturalWidth") > 500
    assert "Stopped by hand after step" in reopened.output(1).inner_text()  # the caption
    assert "Error" not in reopened.output(1).inner_text()
    reopened.screenshot("live-reopened")


def test_an_interrupt_leaves_a_whole_history_and_a_picture(notebook):
    page = Page(notebook, 1)
    page.wait(50)
    notebook.interrupt()
    notebook.wait_until_run()
    assert "Training was interrupted after step" in notebook.output(1).inner_text()
    assert "whole True True" in notebook.output(1).inner_text()
    assert notebook.output(1).locator("img").count() == 1


def test_a_reload_in_mid_training_brings_the_panel_back_alive(notebook):
    page = Page(notebook, 1)
    page.wait(100)
    notebook.reload()
    page.root.wait_for()
    page.button("Pause").click()
    page.wait_for_state("paused")
    page.root.locator("summary").click()
    row = page.root.get_by_role("row", name="loss").first
    notebook.page.wait_for_timeout(300)
    assert row.locator("td").last.inner_text().replace(",", "") == str(page.step())  # all points
    notebook.screenshot("live-reloaded")
    held = page.step()
    page.button("Resume").click()
    page.wait(held + 20)
    page.button("Stop").click()
    page.wait_for_state("ended")
    notebook.wait_until_idle()
    page.root.get_by_text("To keep one in the notebook").wait_for()
    notebook.run_cell(7)
    assert notebook.output(7).locator("img").count() == 1


@pytest.fixture
def busy(notebook):
    """All cores at work, and a page of an eighth of its speed."""
    page = notebook.page.context.new_cdp_session(notebook.page)
    page.send("Emulation.setCPUThrottlingRate", {"rate": 8})
    load = [sys.executable, "-c", "while True: pass"]
    loads = [subprocess.Popen(load) for _ in range(os.cpu_count())]
    yield
    for load in loads:
        load.kill()
        load.wait()
    page.send("Emulation.setCPUThrottlingRate", {"rate": 1})


def test_a_reload_on_a_busy_machine_brings_the_panel_back_alive(notebook, busy):
    page = Page(notebook, 1)
    page.wait(100)
    for _ in range(2):
        notebook.reload()
        page.wait(1)
        page.wait(page.step() + 20)
        assert notebook.output(1).get_by_text(ERROR).locator("visible=true").count() == 0
    page.end()


def test_where_jupyterlab_gives_up_the_panel_comes_back_beside(notebook):
    page = Page(notebook, 1)
    page.wait(100)
    notebook.reload()
    page.root.wait_for()
    # What JupyterLab does if it looked for the model a moment before it was restored.
    page.root.evaluate(
        "(root, error) => { root.closest('.jp-OutputArea-output').textContent = error; }", ERROR
    )
    notebook.output(1).get_by_text(GONE).wait_for()
    page.root.wait_for()
    assert not notebook.output(1).get_by_text(ERROR).is_visible()
    assert not notebook.output(1).get_by_text(GONE).is_visible()
    page.wait(page.step() + 20)
    notebook.screenshot("live-beside")
    page.button("Pause").click()
    page.wait_for_state("paused")
    page.end()


def test_a_panel_reopened_without_its_kernel_says_what_to_do(notebook, open_notebook):
    page = Page(notebook, 1)
    page.wait(50)
    notebook.save()
    page.stop()
    reopened = open_notebook(notebook.file, name="reopened-live.ipynb")
    reopened.output(1).get_by_text(GONE).wait_for()
    reopened.page.wait_for_timeout(5000)  # JupyterLab looks for the model for 2 seconds
    assert reopened.output(1).inner_text().strip().startswith(GONE)
    reopened.screenshot("live-reopened")


def test_nan_and_a_refused_rate_are_said_with_what_to_do(notebook):
    page = Page(notebook, 1)
    rate = page.root.get_by_label("learning rate", exact=True)
    rate.fill("-1")
    rate.press("Enter")
    page.root.get_by_text("lr stays 0.01: it has to be a number from 0 to 1e+38").wait_for()
    rate.fill("1e9")
    rate.press("Enter")
    said = page.root.get_by_role("alert")
    said.filter(has_text="The loss is NaN").filter(has_text="smaller learning rate").wait_for()
    assert "lr stays" not in said.inner_text()
    notebook.screenshot("live-nan")
    page.stop()
    assert "The loss is NaN, not a number, since step" in alt(notebook, 1)


def test_in_the_background_the_cell_returns_at_once_and_the_panel_works(notebook):
    page = Page(notebook, 2)
    notebook.run_cell(3)
    assert notebook.output(3).inner_text().strip() == "meanwhile False"
    page.button("Pause").click()
    page.wait_for_state("paused")
    page.button("Stop").click()
    notebook.output(2).locator("img").wait_for()
    notebook.output(2).get_by_text("Stopped by hand").wait_for()  # the caption
    notebook.run_cell(3)
    assert notebook.output(3).inner_text().strip() == "meanwhile True"


def test_two_thousand_points_a_second_do_not_freeze_the_page(notebook):
    page = Page(notebook, 4)
    longest = notebook.page.evaluate(
        """() => new Promise(resolve => {
            let [last, longest, ticks] = [performance.now(), 0, 0];
            const timer = setInterval(() => {
                longest = Math.max(longest, performance.now() - last);
                last = performance.now();
                if (++ticks === 300) { clearInterval(timer); resolve(longest); }
            }, 10);
        })"""
    )
    page.wait(10_000)
    assert longest < 500  # ms without an answer to the user
    notebook.screenshot("live-fast")
    assert "stopped at" in page.stop()


def test_a_second_run_is_compared_in_the_same_panel(notebook):
    notebook.run_cell(5)
    assert notebook.output(5).locator("img").count() == 1
    for lr in ("0.01", "0.1"):
        assert f"lr {lr}: trained for 200 of 200 steps" in alt(notebook, 5)


def test_where_clicks_do_not_arrive_the_panel_says_so_and_shows_the_curves(notebook):
    notebook.run_cell(8)
    page = Page(notebook, 1)
    page.button("Pause").click()
    page.root.get_by_text("does not hear this panel").wait_for()
    held = page.step()
    page.wait(held + 20)
    notebook.interrupt()
    notebook.wait_until_run()
    notebook.run_cell(9)


def test_the_panel_follows_the_theme(open_notebook):
    notebook = open_notebook(CELLS, theme="dark", name="dark.ipynb")
    notebook.run_cell(0)
    page = Page(notebook, 1)
    page.wait(100)
    dark = page.root.evaluate("root => getComputedStyle(root).backgroundColor")
    notebook.screenshot("live-dark")
    notebook.command("apputils:change-theme", theme="JupyterLab Light")
    notebook.page.wait_for_function("() => document.body.dataset.jpThemeLight === 'true'")
    assert page.root.evaluate("root => getComputedStyle(root).backgroundColor") != dark
    page.stop()
