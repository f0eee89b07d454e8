"""What moving a slider costs in Python, against drawing the same picture with matplotlib.

Both compute the numbers anew; then one packs them for the canvas of the page, and the other draws a
PNG, as a playground of ipywidgets and matplotlib does. The slowest scene counts.
"""

import itertools

from _ratio import conclude, ratios, take_turns

from nblib import plots
from nblib.playground.demos import layers, surfaces
from nblib.playground.still import still
from nblib.playground.wire import encode

SCENES = {
    "descent, momentum": lambda i: surfaces.draw("ravine", "momentum", 0.01 + i / 1e4, 0.8),
    "descent, Adam": lambda i: surfaces.draw("Rosenbrock valley", "Adam", 0.01 + i / 1e4, 0.8),
    "depth, 30 layers": lambda i: layers.draw("ReLU", 1.4 + i / 1e4, 30),
    "depth, 50 layers": lambda i: layers.draw("tanh", 1.4 + i / 1e4, 50),
}


def measure(name):
    known, position = set(), itertools.count()

    def canvas():
        return encode(SCENES[name](next(position)), known)

    def matplotlib():
        return plots.png(still(SCENES[name](next(position))))

    canvas_seconds, matplotlib_seconds = take_turns([canvas, matplotlib], rounds=9)
    middle = [1000 * sorted(seconds)[4] for seconds in (canvas_seconds, matplotlib_seconds)]
    print("{:18} {:5.1f} ms against {:5.1f} ms".format(name, *middle))
    return ratios(canvas_seconds, matplotlib_seconds)


if __name__ == "__main__":
    conclude("playground_redraw", max(map(measure, SCENES)), at_most=0.2)
