"""The figures that *Diagnosis* quotes, measured anew at full size."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from nblib import clinic

PASS_ONE_BATCH = {
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
    apart = np.abs(np.subtract(runs["healthy"]["loss"], runs["labels one off"]["loss"]))
    assert apart[:60].max() < 0.8
    assert apart[60:].mean() < 0.03
    assert unseen["healthy"] == pytest.approx(0.958, abs=0.01)
    assert unseen["labels one off"] < 0.015
    assert unseen["labels shuffled"] < 0.12
    assert unseen["columns for rows"] < 0.12


def test_the_first_loss():
    assert math.log(10) == pytest.approx(2.303, abs=5e-4)
    assert 30 * math.log(10) == pytest.approx(69, abs=0.1)
    assert math.log(30) == pytest.approx(3.40, abs=5e-3)


def test_what_a_network_of_he_starts_with(lesson):
    split, firsts = lesson["split"], []
    for seed in range(5):
        model = lesson["models"].mlp(
            [64, 64, 64, 10], generator=torch.Generator().manual_seed(seed)
        )
        for p in model.parameters():
            if p.dim() == 2:
                generator = torch.Generator(device=p.device).manual_seed(seed)
                torch.nn.init.kaiming_normal_(p, nonlinearity="relu", generator=generator)
        firsts.append(F.cross_entropy(model(split.X_train), split.y_train).item())
    assert 2.6 < min(firsts) < max(firsts) < 3.3


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
    assert reports["first layer dead"][:2] == ["zero"] * 2
    assert reports["all parameters 0"] == ["zero"] * 3
    assert reports["body frozen"][:-1] == ["none"] * 2
    sizes = [float(size) for size in reports["ten sigmoid layers"]]
    per_layer = (sizes[-1] / sizes[0]) ** (1 / (len(sizes) - 1))
    assert per_layer == pytest.approx(6.5, abs=1)


def test_units_whose_weights_and_bias_are_not_positive_stay_dead(lesson):
    model, split = lesson["ill_networks"](0)["first weights 0"], lesson["split"]
    assert (model[0].bias < 0).sum() == 31
    lesson["training"].fit(
        model,
        torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9),
        split.X_train,
        split.y_train,
        num_epochs=10,
        batch_size=30,
        generator=torch.Generator().manual_seed(0),
    )
    assert (model[0].weight == 0).all(dim=1).sum() == 31
    assert lesson["training"].evaluate(model, split.X_test, split.y_test)["accuracy"] > 0.9


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


def test_a_smaller_rate_puts_float16_off(lesson):
    cause = lesson["CAUSES"]["exp in float16"]
    steps = [lesson["death"](*cause, 0.01, seed, num_steps=3000)[0] for seed in range(3)]
    assert np.median(steps) == pytest.approx(2000, abs=400)


def test_at_the_scale_of_1_the_sigmoid_depends_on_the_rate(lesson):
    by_hand, death = lesson["by_hand"], lesson["death"]
    steps = {
        lr: [death(torch.clone, by_hand, lr, seed)[0] for seed in range(3)] for lr in (10, 0.01)
    }
    assert None not in steps[10]
    assert min(steps[10]) > 1
    assert steps[0.01] == [None] * 3


def test_a_loss_that_grows_need_not_be_the_rates_fault(lesson):
    """At the healthy program's rate: gradients not cleared, inputs not scaled, a wrong sign."""
    program, faults = lesson["Program"], lesson["FAULTS"]
    wrong_sign = {"loss_fn": lambda z, y: -F.cross_entropy(z, y)}
    for fault in (faults["no zero_grad"], faults["pixels 60 times"], wrong_sign):
        ill = program(0, **fault)
        losses = [abs(ill.step(ill.X[:20], ill.y[:20])) for _ in range(100)]
        finite = [loss for loss in losses if math.isfinite(loss)]
        assert max(finite) > 1e3 * losses[0]


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
    assert abs(middle(pairs[:, 2])) < 0.04
    assert pairs[:, 2].max() < right[:, 2].min()
    assert middle(right[:, 3]) == pytest.approx(0.85, abs=0.05)
    assert middle(pairs[:, 3]) == pytest.approx(1 / 40, abs=0.008)


def test_the_loss_falls_in_half_of_the_faulty_programs(lesson):
    found, ill = lesson["found"], lesson["ill"]
    assert found["healthy"] == set()
    assert len(ill) == 21
    falling = {name for name in ill if "loss does not fall" not in found[name]}
    assert len(falling - {"sorted by class"}) == 11  # whose loss goes anywhere, by the seed
    finds = {check: {n for n in ill if check in found[n]} for check in lesson["CHECKS"]}
    assert finds["first loss"] == {"softmax over the batch", "sum for mean", "pixels 60 times"}
    assert finds["one batch"] == {*ill} - PASS_ONE_BATCH - {"dropout in evaluation"}
    assert finds["data"] == PASS_ONE_BATCH
    assert finds["own evaluation"] == {"dropout in evaluation"}
    assert finds["gap"] == {"columns for rows", "labels shuffled", "labels one off"}
    assert len(finds["gradient"]) == 4
    assert finds["gradient"] < finds["update"]
    assert lesson["chosen"] == ["one batch", "data", "own evaluation"]
    assert not lesson["left"]


def test_in_other_seeds_columns_for_rows_just_miss_the_limit_of_one_batch(lesson):
    fault = lesson["FAULTS"]["columns for rows"]
    losses = [lesson["by_heart"](lesson["Program"](seed, **fault)) for seed in (3, 4, 5)]
    assert 0.2 < np.median(losses) < 0.4


def test_labels_one_off_know_the_digits(lesson):
    program = lesson["Program"](0, **lesson["FAULTS"]["labels one off"])
    program.train(12)
    with torch.no_grad():
        said = program.model(program.X_test).argmax(dim=1)
    assert ((said - 1) % 10 == program.y_test).float().mean().item() == pytest.approx(
        0.96, abs=0.015
    )


def test_what_the_faulty_programs_have_learned(lesson):
    measured = lesson["measured"]

    def medians(name, *keys):
        return [middle(measured[name][key]) for key in keys]

    assert medians("healthy", "held out", "last loss") == pytest.approx([0.957, 0.004], abs=0.01)
    assert medians("healthy", "update") == pytest.approx([0.01], abs=0.004)
    assert medians("labels one off", "training", "held out") == pytest.approx([1, 0.007], abs=5e-3)
    assert medians("test rows in training", "held out") == pytest.approx([1.0], abs=2e-3)
    better = [n for n in lesson["ill"] if medians(n, "held out") > medians("healthy", "held out")]
    assert better == ["test rows in training"]
    assert medians("softmax over the batch", "first loss") == pytest.approx([3.40], abs=0.02)
    assert medians("sum for mean", "first loss") == pytest.approx([69.8], abs=1)
    assert medians("dropout in evaluation", "held out", "reported") == pytest.approx(
        [0.93, 0.80], abs=0.03
    )
    assert medians("pixels 60 times", "first loss") == pytest.approx([7.86], abs=0.3)
    assert medians("pixels 60 times", "last loss", "held out") == pytest.approx(
        [2.305, 0.1], abs=0.01
    )
    for name, ends in {"sorted by class": (0.14, 0.88), "ReLU on the logits": (0.68, 0.96)}.items():
        values = measured[name]["held out"]
        assert (values.min().item(), values.max().item()) == pytest.approx(ends, abs=0.1)
        assert values.max() - values.min() > 0.2
    falling = [n for n in lesson["ill"] if "loss does not fall" not in lesson["found"][n]]
    falling = [name for name in falling if name != "sorted by class"]
    assert max(medians(name, "fell to")[0] for name in falling) < 0.75


def test_more_epochs_help_what_is_slow(lesson):
    longer = {name: [middle(v) for v in rows.T] for name, rows in lesson["longer"].items()}
    assert len(longer) == 7
    for name in ("schedule per batch", "all zero"):
        loss, held_out, loss_after, held_out_after = longer[name]
        assert loss_after == pytest.approx(loss, abs=2e-3)
        assert held_out_after == pytest.approx(held_out, abs=5e-3)
    assert longer["lr / 1000"][1::2] == pytest.approx([0.11, 0.15], abs=0.03)
    assert longer["body frozen"][1::2] == pytest.approx([0.76, 0.83], abs=0.03)
    assert longer["body frozen"][2] < 0.6 * longer["body frozen"][0]
    assert longer["labels shuffled"] == pytest.approx([1.4, 0.085, 0.001, 0.08], abs=0.08)
    assert longer["labels shuffled"][2] < 0.002
    assert longer["lr / 100"][1::2] == pytest.approx([0.26, 0.71], abs=0.05)
    assert longer["softmax twice"][1::2] == pytest.approx([0.83, 0.957], abs=0.015)
    assert longer["softmax twice"][2] == pytest.approx(1.461, abs=0.02)


def test_the_control_finds_what_the_program_lets_in_and_nothing_else(lesson):
    control = {name: [middle(v) for v in rows.T] for name, rows in lesson["control"].items()}
    assert len(control) == 8
    inside, by_all = control["60 columns, chosen inside"], control["60 columns, chosen by all"]
    assert inside == pytest.approx([0.90, 0.08], abs=0.03)
    assert by_all == pytest.approx([0.90, 0.24], abs=0.04)
    for name in ("copies, nearest neighbour", "copies, linear"):
        assert control[name][1] == pytest.approx(0.5, abs=0.08)
    for name in ("all columns", "labels one off"):
        assert control[name] == pytest.approx([0.87, 0.09], abs=0.04)
    for name, score in {"copies in the file": 0.935, "a column that knows": 1.0}.items():
        assert control[name] == pytest.approx([score, 0.09], abs=0.03)


def test_batch_norm_lets_rows_see_each_other_in_train_mode(lesson):
    X = lesson["split"].X_train[:8].cpu()
    for mode, wanted in ((True, [*range(8)]), (False, [3])):
        rows = X.clone().requires_grad_()
        lesson["normed"].train(mode)(rows)[3].sum().backward()
        assert (rows.grad != 0).any(dim=1).nonzero()[:, 0].tolist() == wanted


def test_mean_squared_error_warns_where_a_minus_does_not():
    p, y = torch.zeros(4, 1), torch.zeros(4)
    with pytest.warns(UserWarning, match="target size"):
        F.mse_loss(p, y)
    assert (p - y).shape == (4, 4)


def test_which_check_of_the_clinic_finds_which_fault():
    """As the hints have it: five by the data, then one by the first loss, three by gradients."""
    alarms = {
        "data": lambda m: (
            m["scale"] > 10
            or m["in_both"] > 0.1
            or m["same_as_next"] > 0.6
            or min(m["neighbours_agree"], m["parts_agree"]) < 0.5
        ),
        "first loss": lambda m: m["loss"] > 3 * m["expected"],
        "gradients": lambda m: (
            m["first_to_last"] < 1e-3 or m["update_last"] < 3e-4 or m["update_first"] == 0
        ),
        "one batch": lambda m: m["loss"] > 0.6,
        "batch leak": lambda m: m["rows"] > 1,
        "evaluation": lambda m: m["spread"] > 0,
    }
    finds = {check: set() for check in alarms}
    for fault in ("healthy", *clinic.FAULTS):
        for seed in range(4):
            patient = clinic.patient(seed, fault)
            by = next((c for c, alarm in alarms.items() if alarm(patient.check(c))), None)
            assert (by is None) == (fault == "healthy")
            if by:
                finds[by].add(fault)
    assert [len(faults) for faults in finds.values()] == [5, 1, 3, 1, 1, 1]
    assert len(set().union(*finds.values())) == 12


def test_a_program_of_the_hints_needs_two_checks_a_patient():
    """As hint 3 has it: data five, gradients three, batch leak two, one batch for the last two."""
    asked = {"rate too small": 2, "body frozen": 2, "vanishing gradient": 2}
    asked |= {"sum for mean": 3, "batch statistics in evaluation": 3}
    asked |= {"softmax twice": 4, "dropout in evaluation": 4}
    assert sum(asked.get(fault, 1) for fault in clinic.FAULTS) == 25  # 2.08 for each
    for seed in range(3):
        mean = clinic.patient(seed, "softmax twice").check("batch leak")["alone"]
        assert mean == pytest.approx(1, abs=0.02)
        assert clinic.patient(seed, "sum for mean").check("batch leak")["alone"] < 0.2


def test_cdist_rounds_where_it_goes_by_products():
    X = clinic.patient(0, "test rows in training").parts()["data"]()[0]
    assert torch.cdist(X, X).diagonal().max() > 1e-3
    assert torch.cdist(X, X, p=math.inf).diagonal().max() == 0


def test_relu_chooses_on_the_way_back_and_clamp_lets_the_edge_through():
    z = torch.tensor([4.0, 0.0, -1.0], requires_grad=True)
    F.relu(z).sqrt().sum().backward()
    assert z.grad.tolist() == [0.25, 0, 0]
    z.grad = None
    z.clamp(min=0).sqrt().sum().backward()
    assert z.grad[1].isinf()


@pytest.mark.parametrize(
    "function",
    [
        torch.linalg.vector_norm,
        lambda x: torch.cdist(x[None], x[None]).sum(),
        torch.std,
        lambda x: F.logsigmoid(x - 1000).sum(),
    ],
    ids=["vector_norm", "cdist", "std", "logsigmoid"],
)
def test_the_libraries_functions_have_finite_gradients_where_roots_do_not(function):
    x = torch.zeros(3, requires_grad=True)
    function(x).backward()
    assert x.grad.isfinite().all()
    x.grad = None
    (x - x.mean()).square().mean().sqrt().backward()  # by hand
    assert x.grad.isnan().all()
