"""The figures that *Diagnosis* quotes, measured anew at full size."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from nblib import clinic, training

DATA_FAULTS = {
    "columns for rows",
    "labels shuffled",
    "labels one off",
    "sorted by class",
    "test rows in training",
}


def middle(values):
    return values.double().quantile(0.5).item()


def test_four_losses_fall_and_three_learn_nothing(lesson):
    runs, unseen = lesson["runs"], lesson["unseen"]
    assert len(lesson["split"].y_train) == 449
    last = {name: np.mean(run["loss"][-15:]) for name, run in runs.items()}
    for name, run in runs.items():
        assert run["loss"][0] == pytest.approx(math.log(10), abs=0.1)
        assert len(run["loss"]) == 450
        assert last[name] < 0.45
    assert max(last["healthy"], last["labels one off"]) < 0.003
    assert unseen["healthy"] == pytest.approx(0.958, abs=0.01)
    assert unseen["labels one off"] < 0.015
    assert unseen["labels shuffled"] < 0.12
    assert unseen["columns for rows"] < 0.12


def test_the_first_loss():
    assert math.log(10) == pytest.approx(2.303, abs=5e-4)
    assert 30 * math.log(10) == pytest.approx(69, abs=0.1)
    assert math.log(30) == pytest.approx(3.40, abs=5e-3)


def test_softmax_twice_has_a_floor():
    sure = torch.zeros(1, 10)
    sure[0, 3] = 1.0
    assert F.cross_entropy(sure, torch.tensor([3])).item() == pytest.approx(1.461, abs=5e-4)
    assert math.log(math.e + 9) - 1 == pytest.approx(1.461, abs=5e-4)
    assert math.e / (math.e + 9) == pytest.approx(0.23, abs=5e-3)


def test_what_the_ill_networks_gradients_look_like(lesson):
    reports = {name: [*report.values()] for name, report in lesson["reports"].items()}
    first, *_, last = (float(size) for size in reports["healthy"])
    assert 1 / 3 < first / last < 3
    assert reports["first layer dead"][0] == "zero"
    assert reports["all parameters 0"] == ["zero"] * 3
    assert reports["body frozen"][:-1] == ["none"] * 2
    sizes = [float(size) for size in reports["ten sigmoid layers"]]
    falls = [after / before for before, after in zip(sizes, sizes[1:], strict=False)]
    assert math.log10(np.prod(falls)) / len(falls) == pytest.approx(0.85, abs=0.25)  # per layer


def test_two_of_eight_causes_of_nan_depend_on_the_rate(lesson):
    deaths, causes = lesson["deaths"], lesson["CAUSES"]
    after = {key: [step for step, _ in runs] for key, runs in deaths.items()}
    depending = {"rate too high", "exp in float16"}
    assert len(causes) == 8
    for name in depending:
        assert None not in after[name, 10.0] + after[name, 1.0]
        assert min(after[name, 10.0] + after[name, 1.0]) > 1
        assert {*after[name, 0.01], *after[name, 1e-5]} == {None}
    at_once = [name for name in causes if {*after[name, 1e-5]} == {1}]
    assert len(at_once) == 5
    for name in at_once:
        assert {*after[name, 10.0], *after[name, 1.0], *after[name, 0.01]} == {1}
    gap = "a gap in the table"
    assert after[gap, 10.0] == after[gap, 1.0] == after[gap, 0.01] == after[gap, 1e-5]
    assert min(after[gap, 1e-5]) > 1
    growth = {name: [g for _, g in deaths[name, 1.0]] for name in (*depending, gap)}
    assert min(growth["rate too high"]) > 1e6
    assert max(growth["exp in float16"]) == pytest.approx(0.05, abs=0.03)
    assert max(growth[gap]) < 1


def test_float16_ends_at_65504():
    half = torch.tensor([11.0, 11.1], dtype=torch.float16).exp()
    assert half.isfinite().tolist() == [True, False]
    assert torch.finfo(torch.float16).max == 65_504
    assert math.log(65_504) == pytest.approx(11.09, abs=5e-3)


def test_a_loss_for_all_pairs_looks_like_a_hard_problem(lesson):
    right, pairs = lesson["regressions"].values()
    assert middle(pairs[:, 0]) == pytest.approx(1.16, abs=0.1)
    assert middle(pairs[:, 1]) == pytest.approx(1.0, abs=0.02)
    assert middle(right[:, 1]) < 0.45
    assert middle(right[:, 2]) == pytest.approx(0.35, abs=0.06)
    assert middle(pairs[:, 2]) == pytest.approx(0.02, abs=0.02)
    assert pairs[:, 2].max() < right[:, 2].min()
    assert middle(right[:, 3]) == pytest.approx(0.85, abs=0.05)
    assert middle(pairs[:, 3]) == pytest.approx(0.02, abs=0.02)


def test_the_loss_falls_in_half_of_the_faulty_programs(lesson):
    found, ill = lesson["found"], lesson["ill"]
    assert found["healthy"] == set()
    assert len(ill) == 21
    assert sum("loss does not fall" not in found[name] for name in ill) == 11
    finds = {check: {n for n in ill if check in found[n]} for check in lesson["CHECKS"]}
    assert finds["first loss"] == {"softmax over the batch", "sum for mean", "pixels 60 times"}
    assert finds["one batch"] == {*ill} - DATA_FAULTS - {"dropout in evaluation"}
    assert finds["data"] == DATA_FAULTS
    assert finds["own evaluation"] == {"dropout in evaluation"}
    assert finds["gap"] == {"columns for rows", "labels shuffled", "labels one off"}
    assert len(finds["gradient"]) == 4
    assert finds["gradient"] < finds["update"]
    assert lesson["chosen"] == ["one batch", "data", "own evaluation"]
    assert not lesson["left"]


def test_what_the_faulty_programs_have_learned(lesson):
    measured = lesson["measured"]

    def medians(name, *keys):
        return [middle(measured[name][key]) for key in keys]

    assert medians("healthy", "held out", "last loss") == pytest.approx([0.955, 0.004], abs=0.01)
    assert medians("labels one off", "training", "held out") == pytest.approx([1, 0.006], abs=5e-3)
    assert medians("test rows in training", "held out") == pytest.approx([1.0], abs=2e-3)
    assert medians("softmax twice", "held out") == pytest.approx([0.83], abs=0.04)
    assert medians("softmax over the batch", "first loss") == pytest.approx([3.40], abs=0.02)
    assert medians("sum for mean", "first loss") == pytest.approx([69.5], abs=1)
    assert medians("dropout in evaluation", "held out", "reported") == pytest.approx(
        [0.93, 0.80], abs=0.03
    )
    assert medians("ten sigmoid layers", "gradient")[0] < 1e-7


def test_the_clinics_healthy_patients_are_healthy():
    for seed in range(3):
        found = clinic.patient(seed, "healthy").check("evaluation")
        assert found["spread"] == 0
        assert found["test"] > 0.85
