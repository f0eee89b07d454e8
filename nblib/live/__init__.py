"""The live panel: watch a network train while its cell runs, and steer it."""

from nblib.live.background import fit_in_background
from nblib.live.panel import Panel

__all__ = ["Panel", "fit_in_background"]
