"""The references of *Diagnosis* are those of the libraries, and the clinic's judge can fail."""

import math

import pytest
import torch
import torch.nn.functional as F
from scipy import stats
from torch import nn

from nblib import checks, clinic, models
from nblib.oracles import diagnosis as oracle


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(0)


def said(insist, *args, **kwargs):
    """The sentence with which a check fails, or "" where it passes."""
    try:
        with checks.hidden("a check") as check:
            insist(check, *args, **kwargs)
    except checks.CheckFailed as failed:
        return failed.verdict.diagnosis
    return ""


def test_the_first_loss_is_the_entropy_of_scipy():
    counts = torch.tensor([3, 0, 9, 1])
    wanted = [math.log(4), stats.entropy(counts.numpy())]
    assert oracle.first_loss(counts) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("fault", "verdict"),
    [("", "passed"), ("softmax twice", "stuck"), ("frozen", "stuck"), ("dead", "stuck")],
)
@pytest.mark.parametrize("seed", range(5))
def test_one_batch_finds_real_faults(fault, verdict, seed):
    assert oracle.one_batch(oracle.real(fault, seed), 60, 0.05)[0] == verdict


def test_a_rate_far_too_high_ends_in_numbers_that_are_not_finite():
    for seed in range(5):
        assert oracle.one_batch(oracle.real("rate", seed), 100, 0.05)[0] == "not finite"


def test_update_ratios_are_those_of_torchs_adam(generator):
    sizes, state, X, y, lr = oracle.some_network([4, 6, 3], 0.05, generator)
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    F.cross_entropy(model(X), y).backward()
    optimizer.step()
    wanted = {
        name: ((p - state[name]).norm() / state[name].norm()).item()
        for name, p in model.named_parameters()
        if name.endswith("weight")
    }
    found = oracle.update_ratios(sizes, state, X, y, lr)
    assert found == pytest.approx(wanted, rel=1e-4)


def test_chains_break_where_they_are_said_to(generator):
    found = [oracle.first_bad(*case) for case in oracle.some_chains(generator)]
    assert found[:11] == ["second", "body.1", "a", "a", "a", None, "step", "w", "u", None, None]
    assert found[11:] == ["w", "again", "v"]


def test_the_slope_of_roots_is_that_of_autograd():
    z = torch.tensor([4.0, 0.25, 0.0, -1.0], requires_grad=True)
    oracle.sum_of_roots(z).backward()
    assert torch.equal(z.grad, oracle.slope_of_roots(z.detach()))
    assert z.grad.tolist() == [0.25, 1.0, 0.0, 0.0]


@pytest.mark.parametrize("kind", oracle.LEAKS)
def test_rows_are_reached_if_moving_them_matters(kind, generator):
    X = torch.randn(6, 4, generator=generator, dtype=torch.float64)
    X[:, 0] += X[:, 0].sign()
    model = oracle.leaky(kind, 4, generator)
    for i in range(6):
        moved = []
        for row in range(6):
            Z = X.clone()
            Z[row] += 0.1
            if not torch.equal(model(Z)[i], model(X)[i]):
                moved.append(row)
        assert oracle.rows_reached(model, X, i) == moved


def test_the_loss_of_all_pairs(generator):
    y, p = 3 * torch.randn(2, 9, generator=generator, dtype=torch.float64) + 1
    moments = [y.mean(), y.var(correction=0), p.mean(), p.var(correction=0)]
    wanted = F.mse_loss(p[:, None].expand(9, 9), y.expand(9, 9)).item()
    assert oracle.broadcast_loss(*(m.item() for m in moments)) == pytest.approx(wanted)


def test_repaired_is_what_torch_does(generator):
    case = oracle.some_training((3, 5, 3), 14, 2, 2, generator)
    state, X, y, *_, epochs, lr = case
    model = nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, 3))
    model.load_state_dict(state)
    X = (X - X.mean(dim=0)) / X.std(dim=0)
    for k, batches in enumerate(epochs):
        for rows in batches:
            loss = F.cross_entropy(model(X[rows]), y[rows])
            gradients = torch.autograd.grad(loss, [*model.parameters()])
            for p, g in zip(model.parameters(), gradients, strict=True):
                p.data -= lr * 0.5**k * g
    found, accuracies = oracle.fit(*case)
    assert len(accuracies) == 2
    for name, part in model.state_dict().items():
        torch.testing.assert_close(found[name], part, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("fault", oracle.FAULTS)
def test_each_fault_that_is_left_is_named(fault, generator):
    case = oracle.some_training((3, 5, 3), 14, 3, 2, generator)

    def answer(*args):
        return oracle.fit(*args, left=[fault])

    assert said(oracle.say_of_faults, answer, case) == (
        f"One thing is left to repair: {oracle.FAULTS[fault]}."
    )


def test_two_faults_are_named_together_and_none_where_all_is_well(generator):
    case = oracle.some_training((3, 5, 3), 14, 3, 2, generator)

    def answer(*args):
        return oracle.fit(*args, left=["softmax", "head"])

    assert said(oracle.say_of_faults, answer, case).startswith("2 things are left to repair: ")
    assert said(oracle.say_of_faults, oracle.fit, case) == ""


def test_the_rules_name_every_patient_and_cost_little():
    for patients in (oracle.known(), oracle.unseen()):
        names = sorted(patient.reveal() for patient in patients)
        assert names == sorted([*clinic.FAULTS] * (len(patients) // 12))
        arguments = (oracle.diagnose, patients, len(patients), 3 * len(patients))
        assert said(oracle.insist_on_diagnoses, *arguments) == ""


def test_a_poor_diagnostician_is_told_why():
    def constant(ask):
        return "softmax twice"

    def costly(ask):
        return [ask(name) for name in clinic.CHECKS] and oracle.diagnose(ask)

    def careless(ask):
        found = oracle.diagnose(ask)
        return "labels one off" if found == "labels shuffled" else found

    insist, patients = oracle.insist_on_diagnoses, oracle.known()
    assert said(insist, constant, patients, 6).startswith("All patients get the same name.")
    assert said(insist, lambda ask: "softmax", patients, 6).startswith("That is not the name")
    assert "cost too much" in said(insist, costly, patients, 11, 42)
    assert "*labels shuffled* is called *labels one off*" in said(insist, careless, patients, 12)
    assert said(insist, careless, patients, 11, 42) == ""
