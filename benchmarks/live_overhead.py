"""What the live panel costs: training a digits MLP with it against without it.

It trains in a real Jupyter kernel, as under a front end: the panel sends its messages through the
kernel to a client that reads them. In one and the same training the panel takes part for a stretch,
pauses for two and takes part for one, again and again: two trainings that are exactly alike may
differ by ten per cent, depending on where their tensors happen to lie in memory, and a training
gets faster or slower as it goes, which cancels in four such stretches.

What counts is the processor time of the kernel, all its threads together, and the panel goes by
that clock, too: on a busy machine it would send more messages for each step than on an idle one.
The result is the median over all fours of stretches, with an interval from drawing them anew, and
what it costs to open and to end the panel on top. Also timed, once and where it is installed, is
livelossplot, which draws the same curves anew at the end of each epoch.
"""

import json
import os
import random
import statistics
from collections.abc import Iterator

from _ratio import conclude
from jupyter_client.manager import start_new_kernel

NUM_TRAININGS = 8

PROGRAM = """
import json, time, types
import torch
from nblib import data, live, models, training

live.panel.time = types.SimpleNamespace(monotonic=lambda: ByTurns.clock)

torch.set_num_threads(1)
split = data.digits()

class ByTurns:
    STRETCH = 30  # epochs, of 40 steps each
    clock = 0.0  # set once an epoch: to ask for processor time takes several per cent of a step

    def __init__(self):
        self.panel, self.takes_part = live.Panel(), True
        self.stretches, self.once = [], 0.0

    def on_start(self, run):
        begin = time.process_time()
        self.panel.on_start(run)
        self.now = time.process_time()
        self.once += self.now - begin

    def on_step(self, run):
        if self.takes_part:
            self.panel.on_step(run)

    def on_epoch(self, run):
        ByTurns.clock = time.process_time()
        if self.takes_part:
            self.panel.on_epoch(run)
        if run.epoch % self.STRETCH == 0:
            before, self.now = self.now, time.process_time()
            self.stretches.append(self.now - before)
            self.takes_part = len(self.stretches) % 4 in (0, 3)

    def on_end(self, run):
        begin = time.process_time()
        self.panel.on_end(run)
        self.once += time.process_time() - begin

class PlotEachEpoch:
    def __init__(self):
        from livelossplot import PlotLosses
        from livelossplot.outputs import MatplotlibPlot
        self.plot = PlotLosses(outputs=[MatplotlibPlot()], mode="notebook")
    def on_epoch(self, run):
        self.plot.update({name: run.history.last(name) for name in run.history})
        self.plot.send()

def seconds(hooks, num_epochs, seed=0):
    model = models.mlp([64, 64, 10], generator=torch.Generator().manual_seed(seed))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    begin = time.process_time()
    training.fit(
        model, optimizer, split.X_train, split.y_train, num_epochs=num_epochs, batch_size=32,
        valid=(split.X_test, split.y_test), on=hooks,
    )
    return time.process_time() - begin
"""
ROUND = """
hook = ByTurns()
seconds([hook], 480, seed={seed})
print("times", json.dumps([hook.once, hook.stretches]))
"""
RIVAL = """
try:
    print("times", json.dumps([seconds([PlotEachEpoch()], 40), seconds([], 40)]))
except ImportError:
    print("times []")
"""


def main() -> None:
    """Print the ratios; the exit status tells whether the panel costs no more than the goal."""
    rival, _, *trainings = _measure()
    if rival:
        print(f"livelossplot_overhead ratio={rival[0] / rival[1]:.2f}")
    ratios, once = [], []
    for seconds_once, stretches in trainings:
        fours = [stretches[i : i + 4] for i in range(0, len(stretches), 4)]
        ratios += [(first + last) / (second + third) for first, second, third, last in fours]
        once.append(seconds_once / sum(stretches))
    opening, middle = statistics.median(once), statistics.median(ratios)
    low, high = _interval(ratios)
    print(f"panel, median of {len(ratios)} ratios: {middle:.4f}, 95 % of {low:.4f} to {high:.4f}")
    print(f"to open and to end it: {opening:.4f} of a training of {sum(stretches):.1f} s")
    conclude("live_overhead", middle + opening, at_most=1.01)


def _interval(ratios: list[float]) -> tuple[float, float]:
    """Return what 95 % of the medians of as many ratios, drawn anew from these, lie between."""
    rng = random.Random(0)
    medians = sorted(statistics.median(rng.choices(ratios, k=len(ratios))) for _ in range(2000))
    return medians[50], medians[-51]


def _measure() -> Iterator[list]:
    """Yield the seconds with and without the rival, and for each training what the hook noted."""
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
        rounds = [
            ROUND.format(seed=seed) for seed in range(1 + NUM_TRAININGS)
        ]  # the first warms up
        for code in [RIVAL, *rounds]:
            (line,) = (text for text in run(code).splitlines() if text.startswith("times"))
            yield json.loads(line.removeprefix("times"))
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


if __name__ == "__main__":
    main()
