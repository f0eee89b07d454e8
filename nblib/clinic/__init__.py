"""A clinic of training runs: each patient is a real run with one fault, drawn by a seed.

`patient(7).show()` draws its curves, `check` makes one of the six CHECKS, `reveal` names the fault.
"""

from nblib.clinic.checks import CHECKS
from nblib.clinic.faults import FAULTS
from nblib.clinic.patient import Patient, patient
from nblib.clinic.workbench import Workbench

__all__ = ["CHECKS", "FAULTS", "Patient", "Workbench", "patient"]
