"""Each planted fault shows where it should, and nowhere in plain sight."""

import inspect
import math

import pytest
import torch
from torch import nn

from nblib import clinic, plots
from nblib.clinic.run import Case

SEEDS = range(6)

# What finds a fault, and what no other patient shows: check, number, lowest, highest.
SIGNS = {
    "labels shuffled": ("data", "neighbours_agree", 0, 0.5),
    "labels one off": ("data", "parts_agree", 0, 0.05),
    "sorted by class": ("data", "same_as_next", 0.9, 1),
    "test rows in training": ("data", "in_both", 0.3, 1),
    "inputs not scaled": ("data", "scale", 40, 120),
    "softmax twice": ("one batch", "loss", 0.8, 3),
    "sum for mean": ("batch leak", "alone", 0.1249, 0.1251),
    "rate too small": ("gradients", "update_last", 1e-7, 3e-4),
    "body frozen": ("gradients", "update_first", 0, 0),
    "vanishing gradient": ("gradients", "first_to_last", 1e-9, 1e-2),
    "dropout in evaluation": ("evaluation", "spread", 0.001, 0.3),
    "batch statistics in evaluation": ("batch leak", "rows", 8, 8),
}


@pytest.mark.parametrize("fault", clinic.FAULTS)
def test_a_fault_shows_where_a_healthy_run_does_not(fault):
    check, name, low, high = SIGNS[fault]
    for seed in SEEDS:
        assert low <= clinic.patient(seed, fault).check(check)[name] <= high
        assert not low <= clinic.patient(seed, "healthy").check(check)[name] <= high


@pytest.mark.parametrize("fault", ["healthy", *clinic.FAULTS])
def test_the_first_loss_is_nearly_blind(fault):
    found = [clinic.patient(seed, fault).check("first loss") for seed in SEEDS]
    wrong = [abs(each["loss"] / each["expected"] - 1) > 0.5 for each in found]
    assert all(wrong) if fault in ("inputs not scaled", "sum for mean") else not any(wrong)


def test_one_batch_proves_the_optimizer_not_the_data():
    passes = {
        fault
        for fault in clinic.FAULTS
        if all(clinic.patient(seed, fault).check("one batch")["loss"] < 0.5 for seed in SEEDS)
    }
    assert passes - {"sum for mean"} == {  # 20 times the rate does well on 20 rows, mostly
        *("labels shuffled", "labels one off", "sorted by class", "test rows in training"),
        *("dropout in evaluation", "batch statistics in evaluation"),
    }


def test_what_evaluation_says_of_data_faults():
    for seed in SEEDS:
        shuffled, one_off, leaked, healthy = (
            clinic.patient(seed, fault).check("evaluation")
            for fault in ("labels shuffled", "labels one off", "test rows in training", "healthy")
        )
        assert shuffled["test"] < 2 * shuffled["chance"] < shuffled["train"] + 0.1
        assert one_off["test"] < 0.05 < 0.9 < one_off["train"]
        assert leaked["test"] >= healthy["test"]
        assert healthy["reported"] == healthy["test"] > 0.85
        assert healthy["spread"] == 0


def by_torch(case, weights):
    """The same network and optimizer as PyTorch has them."""
    sizes = [w.shape for w in weights[::2]]
    layers = [nn.Linear(*size) for size in sizes]
    with torch.no_grad():
        for layer, w, b in zip(layers, weights[::2], weights[1::2], strict=True):
            layer.weight.copy_(w.T)
            layer.bias.copy_(b)
    modules = [module for layer in layers for module in (layer, nn.ReLU())][:-1]
    model = nn.Sequential(*modules)
    return model, torch.optim.SGD(model.parameters(), case.lr, momentum=0.9)


def test_a_healthy_run_is_what_pytorch_does():
    patient = clinic.patient(4, "healthy")
    parts = patient.parts()
    X, y, X_test, y_test = parts["data"]()
    weights, memory = parts["start"]()
    model, optimizer = by_torch(patient.case, weights)
    size = patient.case.batch_size
    for epoch in range(8):
        for at in range(0, len(y), size):
            optimizer.zero_grad()
            expected = nn.functional.cross_entropy(model(X[at : at + size]), y[at : at + size])
            expected.backward()
            optimizer.step()
            weights, memory, loss = parts["step"](
                weights, memory, X[at : at + size], y[at : at + size]
            )
            if epoch == 0:
                assert loss == pytest.approx(expected.item(), rel=1e-4)
    right = (model(X_test).argmax(1) == y_test).float().mean().item()
    assert parts["report"](weights) == pytest.approx(right, abs=0.01)
    assert patient.history.last("test_accuracy") == parts["report"](weights)
    assert X.mean(0).abs().max() < 1e-5


def test_softmax_twice_cannot_get_below_its_floor():
    patient = clinic.patient(0, "softmax twice")
    C = patient.case.num_classes
    sure = 1000 * torch.eye(C)
    floor = math.log(math.e + C - 1) - 1
    assert patient.parts()["loss"](sure, torch.arange(C)).item() == pytest.approx(floor, rel=1e-5)


def test_the_name_of_the_fault_is_out_of_sight():
    faults = [clinic.patient(5, fault) for fault in clinic.FAULTS]
    assert len({repr(patient) for patient in faults}) == 1
    assert len({patient.case for patient in faults}) == 1
    sources = {
        name: {inspect.getsource(patient.parts()[name]) for patient in faults}
        for name in faults[0].parts()
    }
    assert all(len(texts) == 1 for texts in sources.values())
    assert {patient.reveal() for patient in faults} == set(clinic.FAULTS)


def test_a_seed_makes_one_patient():
    first, second = clinic.patient(11), clinic.patient(11)
    assert first.reveal() == second.reveal()
    assert first.history == second.history
    drawn = {clinic.patient(seed).reveal() for seed in range(100)}
    assert drawn == set(clinic.FAULTS)
    cases = [Case.drawn(seed) for seed in range(40)]
    for field in ("source", "num_classes", "width", "num_hidden", "batch_size", "lr"):
        assert len({getattr(case, field) for case in cases}) > 1


@pytest.mark.parametrize("fault", ["healthy", *clinic.FAULTS])
def test_parts_change_nothing_that_is_handed_to_them(fault):
    patient = clinic.patient(2, fault)
    parts = patient.parts()
    X, y, _, _ = parts["data"]()
    weights, memory = parts["start"]()
    before = [w.clone() for w in (*weights, *memory, X)]
    parts["step"](weights, memory, X[:20], y[:20])
    parts["report"](weights)
    for now, then in zip((*weights, *memory, X), before, strict=True):
        torch.testing.assert_close(now, then)


def test_the_workbench_gives_a_module_that_autograd_sees():
    bench = clinic.Workbench(clinic.patient(3, "body frozen").parts())
    X, y, _, _ = bench.data()
    model, memory = bench.make()
    before = [w.detach().clone() for w in model.weights]
    first = bench.loss(model(X[:20]), y[:20])
    first.backward()
    assert all(w.grad.norm() > 0 for w in model.weights)
    assert bench.step(model, memory, X[:20], y[:20]) == pytest.approx(first.item(), rel=1e-5)
    moved = [not torch.equal(w, old) for w, old in zip(model.weights, before, strict=True)]
    assert moved == [False] * (len(moved) - 2) + [True] * 2
    assert 0 <= bench.report(model) <= 1


def test_dropout_follows_the_mode_of_the_module():
    bench = clinic.Workbench(clinic.patient(0, "dropout in evaluation").parts())
    X, *_ = bench.data()
    model, _ = bench.make()
    assert not torch.equal(model(X), model(X))
    assert torch.equal(model.eval()(X), model(X))


def test_curves_are_shown_with_their_words(monkeypatch):
    shown = []
    monkeypatch.setattr(plots, "show", lambda fig, alt: shown.append((plots.png(fig), alt)))
    for fault in ("healthy", "body frozen", "vanishing gradient"):
        clinic.patient(1, fault).show()
    assert all(picture.startswith(b"\x89PNG") for picture, _ in shown)
    healthy, frozen, vanishing = (alt for _, alt in shown)
    assert healthy.startswith("Patient 1. The loss goes from")
    assert "updates 0, 0, 0.0" in frozen
    assert "from the first layer to the last" in vanishing


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="no fault 'flu'; there are labels shuffled"):
        clinic.patient(0, "flu")
    with pytest.raises(ValueError, match="no check 'pulse'; there are data, first loss"):
        clinic.patient(0).check("pulse")
