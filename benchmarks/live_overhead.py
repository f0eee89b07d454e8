"""What the live panel costs: training a digits MLP with it against without it.

Both train in one real Jupyter kernel, in turn, as under a front end: the panel sends its messages
through the kernel to a client that reads them. There are many short rounds, and the medians are
compared, for a single round is off by several per cent in either direction. Also timed, where it is
installed, is livelossplot, which draws the same curves anew at the end of each epoch.
"""

import json
import os
import statistics
from collections.abc import Iterator

from _ratio import conclude
from jupyter_client.manager import start_new_kernel

NUM_ROUNDS = 40

PROGRAM = """
import json, random, time
import torch
from nblib import data, live, models, training

torch.set_num_threads(1)
split = data.digits()

class PlotEachEpoch:
    def __init__(self):
        from livelossplot import PlotLosses
        from livelossplot.outputs import MatplotlibPlot
        self.plot = PlotLosses(outputs=[MatplotlibPlot()], mode="notebook")
    def on_epoch(self, run):
        self.plot.update({name: run.history.last(name) for name in run.history})
        self.plot.send()

def seconds(hooks):
    model = models.mlp([64, 64, 10], generator=torch.Generator().manual_seed(0))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    begin = time.perf_counter()
    training.fit(
        model, optimizer, split.X_train, split.y_train, num_epochs=150, batch_size=32,
        valid=(split.X_test, split.y_test), on=hooks,
    )
    return time.perf_counter() - begin

rivals = {"without": lambda: [], "panel": lambda: [live.Panel()]}
try:
    import livelossplot
except ImportError:
    pass
else:
    rivals["livelossplot"] = lambda: [PlotEachEpoch()]
"""
ROUND = """
names = ["without", "panel"]
random.shuffle(names)
if {first} and "livelossplot" in rivals:  # once: it takes minutes
    names.append("livelossplot")
print("times", json.dumps({{name: seconds(rivals[name]()) for name in names}}))
"""


def main() -> None:
    """Print the ratios; the exit status tells whether the panel costs no more than the goal."""
    rounds = list(_measure())
    without, panel = (
        statistics.median(times[name] for times in rounds) for name in ("without", "panel")
    )
    if "livelossplot" in rounds[0]:
        rival = rounds[0]["livelossplot"] / rounds[0]["without"]
        print(f"livelossplot_overhead ratio={rival:.2f}")
    conclude("live_overhead", panel / without, at_most=1.03)


def _measure() -> Iterator[dict[str, float]]:
    """Yield the seconds that each rival takes, one round of all of them after another."""
    environment = os.environ | {"JPY_SESSION_NAME": "benchmark.ipynb"}
    manager, client = start_new_kernel(env=environment, extra_arguments=["--log-level=ERROR"])
    try:
        client.execute_interactive(PROGRAM, output_hook=lambda _: None, timeout=120)
        for number in range(NUM_ROUNDS + 1):
            printed: list[str] = []
            client.execute_interactive(
                ROUND.format(first=number == 1),
                output_hook=lambda message, printed=printed: printed.append(
                    message["content"].get("text", "")
                ),
                timeout=600,
            )
            (line,) = (text for text in "".join(printed).splitlines() if text.startswith("times"))
            if number > 0:  # the first round warms up
                yield json.loads(line.removeprefix("times"))
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


if __name__ == "__main__":
    main()
