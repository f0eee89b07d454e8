"""What the live panel costs: training a digits MLP with it against without it.

It trains in a real Jupyter kernel, as under a front end: the panel sends its messages through the
kernel to a client that reads them. In one and the same training the panel takes part for a quarter
of a second, pauses for the next, and so on. (Two trainings that are exactly alike may differ by ten
per cent here, depending on where their tensors happen to lie in memory.) What it costs to open and
to end the panel is counted too. Also timed, once and where it is installed, is livelossplot, which
draws the same curves anew at the end of each epoch.
"""

import json
import os
import statistics
from collections.abc import Iterator

from _ratio import conclude
from jupyter_client.manager import start_new_kernel

NUM_ROUNDS = 6

PROGRAM = """
import json, time
import torch
from nblib import data, live, models, training

torch.set_num_threads(1)
split = data.digits()

class ByTurns:
    STRETCH = 20  # epochs

    def __init__(self, begins):
        self.panel, self.takes_part, self.seconds = live.Panel(), begins, {True: 0.0, False: 0.0}

    def on_start(self, run):
        begin = time.perf_counter()
        self.panel.on_start(run)
        self.now = time.perf_counter()
        self.seconds[True] += self.now - begin

    def on_step(self, run):
        if self.takes_part:
            self.panel.on_step(run)

    def on_epoch(self, run):
        if self.takes_part:
            self.panel.on_epoch(run)
        if run.epoch % self.STRETCH == 0:
            before, self.now = self.now, time.perf_counter()
            self.seconds[self.takes_part] += self.now - before
            self.takes_part = not self.takes_part

    def on_end(self, run):
        begin = time.perf_counter()
        self.panel.on_end(run)
        self.seconds[True] += time.perf_counter() - begin

class PlotEachEpoch:
    def __init__(self):
        from livelossplot import PlotLosses
        from livelossplot.outputs import MatplotlibPlot
        self.plot = PlotLosses(outputs=[MatplotlibPlot()], mode="notebook")
    def on_epoch(self, run):
        self.plot.update({name: run.history.last(name) for name in run.history})
        self.plot.send()

def seconds(hooks, num_epochs):
    model = models.mlp([64, 64, 10], generator=torch.Generator().manual_seed(0))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    begin = time.perf_counter()
    training.fit(
        model, optimizer, split.X_train, split.y_train, num_epochs=num_epochs, batch_size=32,
        valid=(split.X_test, split.y_test), on=hooks,
    )
    return time.perf_counter() - begin
"""
ROUND = """
hooks = [ByTurns(True), ByTurns(False)]  # a training begins a little slower than it goes on
for hook in hooks:
    seconds([hook], 400)
print("times", json.dumps([sum(hook.seconds[on] for hook in hooks) for on in (True, False)]))
"""
RIVAL = """
try:
    print("times", json.dumps([seconds([PlotEachEpoch()], 150), seconds([], 150)]))
except ImportError:
    print("times []")
"""


def main() -> None:
    """Print the ratios; the exit status tells whether the panel costs no more than the goal."""
    rival, *rounds = _measure()
    if rival:
        print(f"livelossplot_overhead ratio={rival[0] / rival[1]:.2f}")
    ratios = [with_panel / without for with_panel, without in rounds]
    print("panel, round by round:", ", ".join(f"{ratio:.3f}" for ratio in ratios))
    conclude("live_overhead", statistics.median(ratios), at_most=1.03)


def _measure() -> Iterator[list[float]]:
    """Yield the seconds with and without: of the rival, then of each round."""
    environment = os.environ | {"JPY_SESSION_NAME": "benchmark.ipynb"}
    manager, client = start_new_kernel(env=environment, extra_arguments=["--log-level=ERROR"])

    def run(code: str) -> str:
        printed: list[str] = []
        client.execute_interactive(
            code,
            output_hook=lambda message: printed.append(message["content"].get("text", "")),
            timeout=600,
        )
        return "".join(printed)

    try:
        run(PROGRAM)
        run(ROUND)  # warms up
        for code in [RIVAL, *[ROUND] * NUM_ROUNDS]:
            (line,) = (text for text in run(code).splitlines() if text.startswith("times"))
            yield json.loads(line.removeprefix("times"))
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


if __name__ == "__main__":
    main()
