"""Many trainings at once: every combination of settings and seeds, in few computations."""

from nblib.sweep.cohort import SweepRun
from nblib.sweep.errors import SweepError
from nblib.sweep.results import Results
from nblib.sweep.trainer import run

__all__ = ["Results", "SweepError", "SweepRun", "run"]
