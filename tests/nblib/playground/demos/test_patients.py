"""Six patients, twelve checks."""

import itertools

import pytest

from nblib import clinic, plots
from nblib.playground.demos import patients
from nblib.playground.demos.patients import CHECKS, MOST_CHECKS, NUM_PATIENTS, UNNAMED
from nblib.playground.scene import Points, Text
from nblib.playground.still import still
from nblib.playground.wire import encode

SEED = 7  # that of the lesson

# The cheapest check that tells a fault from all others (tests/nblib/clinic).
DECIDES = {fault: {"data"} for fault in clinic.FAULTS[:5]} | {
    "inputs not scaled": {"data", "first loss"},
    "softmax twice": {"one batch"},
    "sum for mean": {"first loss", "batch leak"},
    "rate too small": {"gradients"},
    "body frozen": {"gradients"},
    "vanishing gradient": {"gradients"},
    "dropout in evaluation": {"evaluation"},
    "batch statistics in evaluation": {"batch leak"},
}


def place(patient, check):
    return patient, len(CHECKS) - 1 - CHECKS.index(check)


def names(seed=SEED):
    return {f"patient_{at + 1}": bed.fault for at, bed in enumerate(patients.beds(seed))}


def test_six_patients_have_six_faults_that_the_choices_know():
    faults = [bed.fault for bed in patients.beds(SEED)]
    assert len(set(faults)) == NUM_PATIENTS
    assert set(faults) <= set(clinic.FAULTS)
    assert faults != [bed.fault for bed in patients.beds(0)]


def test_places_are_read_as_patients_and_checks():
    assert patients.cell(None) == (0, 0)
    assert patients.cell((4.3, 1.6)) == (4, 3)
    assert patients.cell((-2, -0.6)) == (0, 5)
    assert patients.cell((5.5, 5.6)) == (5, 0)


def test_a_check_is_in_the_file_of_its_patient_only_once_it_is_made():
    bed = patients.beds(SEED)[4]
    before = patients.draw(SEED, [], place(4, "gradients"))
    after = patients.draw(SEED, [place(4, "gradients")], place(4, "gradients"))
    other = patients.draw(SEED, [place(4, "gradients")], place(3, "gradients"))
    line = bed.findings[CHECKS.index("gradients")][0]
    shown = [
        line in [mark.text for mark in scene.panels[1].marks if isinstance(mark, Text)]
        for scene in (before, after, other)
    ]
    assert shown == [False, True, False]
    assert "not yet made. 0 of 12 checks" in before.says
    assert line in after.says


def test_a_check_made_twice_counts_once():
    scene = patients.draw(SEED, [place(0, "data")] * 3, place(1, "data"))
    assert "1 of 12 checks" in scene.says
    made = next(m for m in scene.panels[0].marks if isinstance(m, Points) and m.label == "made")
    assert list(made.x) == [0]


def test_the_goal_needs_all_names_and_few_checks():
    cells = [(patient, row) for patient in range(6) for row in range(6)]
    right, wrong = names(), names() | {"patient_1": "body frozen"}
    assert patients.draw(SEED, cells[:MOST_CHECKS], None, **right).reached is True
    assert patients.draw(SEED, cells[: MOST_CHECKS + 1], None, **right).reached is False
    assert patients.draw(SEED, [], None, **wrong).reached is False
    scene = patients.draw(SEED, [], None, **right | {"patient_6": UNNAMED})
    assert scene.reached is None
    assert scene.says.startswith("✗")
    assert "5 of 6 faults named" in scene.says


def test_no_fixed_order_of_checks_reaches_the_goal():
    faults = names().values()
    cheapest = min(
        sum(1 + min(order.index(check) for check in DECIDES[fault]) for fault in faults)
        for order in itertools.permutations(CHECKS)
    )
    assert cheapest > MOST_CHECKS


def test_the_curves_say_which_check_to_buy():
    """The number of checks by one who first looks, then buys what could tell the rest apart."""
    bought = 0
    for bed in patients.beds(SEED):
        loss, history = bed.history["loss"], bed.history
        train, test = history.last("train_accuracy"), history.last("test_accuracy")
        if train > 0.9 and test < 0.05:
            plan = []
        elif loss[0] > 4:
            plan = ["data"]
        elif train > 0.9 and test < 0.9:
            plan = ["evaluation", "data"]
        elif train > 0.97:
            plan = ["batch leak", "data", "evaluation"]
        else:
            plan = ["gradients", "one batch"]
        needed = [at + 1 for at, check in enumerate(plan) if check in DECIDES[bed.fault]]
        assert needed or bed.fault == "labels one off"
        bought += min(needed, default=0)
    assert bought <= MOST_CHECKS


def test_scenes_are_drawn_and_sent():
    scene = patients.draw(SEED, [None, (5, 5)], (2.2, 3.4), patient_1="body frozen")
    assert plots.png(still(scene)).startswith(b"\x89PNG")
    message, _ = encode(scene, set())
    assert message["panels"][0]["title"] == "The ward"
    assert scene.panels[0].x.names[0] == "1 ✎"


def test_the_ward_begins_unnamed(monkeypatch):
    shown = []
    monkeypatch.setattr(plots, "show", lambda fig, alt: shown.append(alt))
    patients.ward()
    (alt,) = shown
    assert alt.startswith("The ward. ✗ Patient 1, data: not yet made. 0 of 12 checks.")
    assert not any(fault in alt for fault in clinic.FAULTS)


def test_seeds_below_zero_are_refused():
    with pytest.raises(ValueError, match="non-negative"):
        patients.beds(-1)
