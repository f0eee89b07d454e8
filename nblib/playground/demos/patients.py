"""The ward: six runs with a fault each, twelve checks to find them by."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nblib import clinic
from nblib.history import History
from nblib.playground.controls import Choice, Keep, Spot
from nblib.playground.frame import show
from nblib.playground.scene import Axis, Line, Panel, Points, Scene, Text

__all__ = ["CHECKS", "MOST_CHECKS", "NUM_PATIENTS", "UNNAMED", "Bed", "beds", "draw", "ward"]

NUM_PATIENTS, MOST_CHECKS = 6, 12
UNNAMED = "?"

CHECKS = tuple(clinic.CHECKS)

Place = tuple[float, float]
Cell = tuple[int, int]  # patient and check, from 0


@dataclass(frozen=True)
class Bed:
    """A patient with all that is known of it, computed beforehand."""

    fault: str
    num_classes: int
    history: History
    findings: tuple[tuple[str, ...], ...]  # lines of text for each of CHECKS


@functools.cache
def beds(seed: int) -> tuple[Bed, ...]:
    """Return six patients with different faults, drawn by the seed."""
    faults = np.random.default_rng([seed, 6]).permutation(clinic.FAULTS)[:NUM_PATIENTS]
    return tuple(
        _bed(clinic.patient(100 * seed + at, str(fault))) for at, fault in enumerate(faults)
    )


def _bed(patient: clinic.Patient) -> Bed:
    found = {name: patient.check(name) for name in CHECKS}
    texts = tuple(tuple(_TEXTS[name].format(**found[name]).split("\n")) for name in CHECKS)
    return Bed(patient.reveal(), patient.case.num_classes, patient.history, texts)


# How the numbers of each check are written down.
_TEXTS = {
    "data": "scale {scale:.2g}; in both parts {in_both:.2f}; next agrees {same_as_next:.2f}\n"
    "nearest agrees: training {neighbours_agree:.2f}, held-out {parts_agree:.2f}",
    "first loss": "{loss:.3g}; ln(classes) = {expected:.3g}",
    "one batch": "100 steps: loss {loss:.2g}, accuracy {accuracy:.2f}",
    "gradients": "first layer / last {first_to_last:.2g}\n"
    "‖Δw‖/‖w‖: first {update_first:.2g}, last {update_last:.2g}",
    "batch leak": "a row's output depends on {rows:.0f} of 8 rows\n"
    "loss of rows alone / together {alone:.3g}",
    "evaluation": "again: training {train:.2f}, held-out {test:.2f}\n"
    "reported {reported:.2f}, five reports within {spread:.3f}",
}


def cell(place: Place | None) -> Cell:
    """Return the patient and the check at a place of the chart; None is the first of both."""
    x, y = place or (0, len(CHECKS) - 1)
    patient = int(np.clip(round(x), 0, NUM_PATIENTS - 1))
    return patient, int(np.clip(len(CHECKS) - 1 - round(y), 0, len(CHECKS) - 1))


def draw(
    seed: int, checks: Sequence[Place | None], place: Place | None = None, **names: str
) -> Scene:
    """Return the chart of the ward and the file of one patient, as a Scene.

    Args:
        seed: of the patients.
        checks: the places on the chart of the checks made so far; one made twice counts once.
        place: the place of the next one; its patient's file is shown.
        names: patient_1, ..., patient_6: the faults as they are named, or UNNAMED.
    """
    ill = beds(seed)
    done = list(dict.fromkeys(cell(made) for made in checks))
    patient, check = cell(place)
    named = [names.get(f"patient_{at + 1}", UNNAMED) for at in range(NUM_PATIENTS)]
    right = all(name == bed.fault for name, bed in zip(named, ill, strict=True))
    reached = right and len(done) <= MOST_CHECKS
    return Scene(
        [
            _chart(done, (patient, check), named),
            _file(ill[patient], patient, [made for who, made in done if who == patient]),
            _loss(ill[patient]),
            _accuracies(ill[patient]),
        ],
        f"{'✓' if reached else '✗'} {_told(ill, done, (patient, check))} {_count(done)} "
        f"{_verdict(named, right)}",
        goal=f"name the six faults, all different, with {MOST_CHECKS} checks at most.",
        reached=None if UNNAMED in named else reached,
    )


def _told(ill: Sequence[Bed], done: Sequence[Cell], at: Cell) -> str:
    patient, check = at
    found = "; ".join(ill[patient].findings[check]) if at in done else "not yet made"
    return f"Patient {patient + 1}, {CHECKS[check]}: {found}."


def _count(done: Sequence[Cell]) -> str:
    return f"{len(done)} of {MOST_CHECKS} checks."


def _verdict(named: Sequence[str], right: bool) -> str:
    num_named = sum(name != UNNAMED for name in named)
    if num_named < NUM_PATIENTS:
        return f"{num_named} of {NUM_PATIENTS} faults named."
    return "All six are named rightly." if right else "Not all six are named rightly."


def _row(check: int) -> int:
    return len(CHECKS) - 1 - check  # the first check stands on top


def _chart(done: Sequence[Cell], at: Cell, named: Sequence[str]) -> Panel:
    patients = [f"{number}{' ✎' * (name != UNNAMED)}" for number, name in enumerate(named, start=1)]
    return Panel(
        "The ward",
        Axis("patient (✎: named)", -2, NUM_PATIENTS - 0.5, names=patients),
        Axis("", -0.6, len(CHECKS) - 0.4, names=[""]),
        [
            *(Text(-1.2, _row(check), name, 12) for check, name in enumerate(CHECKS)),
            Points(*_all_cells(), series=None, size=2, hollow=True),
            Points([who for who, _ in done], [_row(check) for _, check in done], "made", 0, 5),
            Points([at[0]], [_row(at[1])], "the next check", 1, 9, hollow=True),
        ],
    )


def _all_cells() -> tuple[np.ndarray, np.ndarray]:
    across, up = np.meshgrid(range(NUM_PATIENTS), range(len(CHECKS))[::-1])
    return across.ravel(), up.ravel()


def _file(bed: Bed, patient: int, made: Sequence[int]) -> Panel:
    marks = [Text(0.1, _row(check), name, 12) for check, name in enumerate(CHECKS)]
    for check in range(len(CHECKS)):
        lines = bed.findings[check] if check in made else ("–",)
        for at, line in enumerate(lines):
            marks.append(Text(0.6, _row(check) + 0.36 * ((len(lines) - 1) / 2 - at), line, 11))
    return Panel(
        f"File of patient {patient + 1} ({bed.num_classes} classes)",
        Axis("agrees: the share of rows of the same class", 0, 1, names=[""]),
        Axis("", -0.6, len(CHECKS) - 0.4, names=[""]),
        marks,
    )


def _loss(bed: Bed) -> Panel:
    steps = bed.history.steps("loss")
    return Panel(
        "Its loss",
        Axis("step", 0, steps[-1]),
        Axis("training loss", 0.001, 10_000, log=True),
        [Line(steps, bed.history["loss"], "of each batch")],
    )


def _accuracies(bed: Bed) -> Panel:
    steps = bed.history.steps("train_accuracy")
    train, test = bed.history["train_accuracy"], bed.history["test_accuracy"]
    return Panel(
        "Its accuracy",
        Axis("step", 0, steps[-1]),
        Axis("accuracy", -0.03, 1.03),
        [
            Line(steps, train, "training", markers=True),
            Line(steps, test, "held-out, as reported", 1, markers=True),
        ],
    )


def ward(seed: int = 7) -> None:
    """Show the playground of diagnosis: six patients, six checks, twelve names.

    Args:
        seed: draws the patients; 0 or more.
    """
    names = [
        Choice(f"patient_{number}", [UNNAMED, *clinic.FAULTS], label=f"patient {number} has")
        for number in range(1, NUM_PATIENTS + 1)
    ]
    show(
        "The ward",
        functools.partial(draw, seed),
        [
            Spot("place", panel=0, label="the next check"),
            *names,
            Keep("checks", "Make this check", spot="place", most=NUM_PATIENTS * len(CHECKS)),
        ],
    )
