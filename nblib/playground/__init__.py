"""Playgrounds: pieces of a lesson to turn knobs on, each with a goal.

`activations`, `control_room`, `curve_fit`, `depth`, `descent`, `few_labels`, `field`, `fog`,
`leaderboard`, `maps`, `squeeze`, `threshold`, `versus`, `wandering`, `ward`, `workers` and `xor`
are ready-made. `descent`, `activations`, `depth` and `threshold` also show a function of one's own.
For another playground, write a function from the values of controls to a Scene and hand both to
`show`.
"""

from nblib.playground.controls import Button, Choice, Keep, Slider, Spot
from nblib.playground.demos.boards import leaderboard
from nblib.playground.demos.clusters import workers
from nblib.playground.demos.comparisons import versus
from nblib.playground.demos.corners import xor
from nblib.playground.demos.curves import curve_fit
from nblib.playground.demos.functions import activations
from nblib.playground.demos.layers import depth
from nblib.playground.demos.maps import maps
from nblib.playground.demos.patients import ward
from nblib.playground.demos.rooms import control_room
from nblib.playground.demos.sources import few_labels
from nblib.playground.demos.squeezes import squeeze
from nblib.playground.demos.stacks import field
from nblib.playground.demos.surfaces import descent
from nblib.playground.demos.thresholds import threshold
from nblib.playground.demos.trials import fog
from nblib.playground.demos.walks import wandering
from nblib.playground.frame import show
from nblib.playground.scene import Axis, Band, Bars, Heat, Line, Panel, Points, Scene, Text

__all__ = [
    "Axis",
    "Band",
    "Bars",
    "Button",
    "Choice",
    "Heat",
    "Keep",
    "Line",
    "Panel",
    "Points",
    "Scene",
    "Slider",
    "Spot",
    "Text",
    "activations",
    "control_room",
    "curve_fit",
    "depth",
    "descent",
    "few_labels",
    "field",
    "fog",
    "leaderboard",
    "maps",
    "show",
    "squeeze",
    "threshold",
    "versus",
    "wandering",
    "ward",
    "workers",
    "xor",
]
