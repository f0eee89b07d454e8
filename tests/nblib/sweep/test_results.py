import io

import numpy as np
import pandas as pd
import pytest

from nblib import plots
from nblib.sweep import Results, SweepError

MEASURED = ["step", "loss", "valid_loss", "valid_accuracy", "diverged"]


def made_of(settings, final_losses, *, accuracies=None):
    """Results with two rows per member: the loss is 5 at step 10 and the final one at step 20."""
    rows = []
    for member, (own, loss) in enumerate(zip(settings, final_losses, strict=True)):
        accuracy = 0.5 if accuracies is None else accuracies[member]
        rows.append((member, own | dict(zip(MEASURED, (10, 5.0, 6.0, 0.1, False), strict=True))))
        last = (20, loss, loss + 1, accuracy, not np.isfinite(loss))
        rows.append((member, own | dict(zip(MEASURED, last, strict=True))))
    index = pd.Index([member for member, _ in rows], name="member")
    names = tuple(dict.fromkeys(name for own in settings for name in own))
    return Results(pd.DataFrame([row for _, row in rows], index), names)


@pytest.fixture
def results():
    """SGD has momentum, Adam has none; SGD diverges with lr 1 for two seeds of three."""
    settings = [
        {"optimizer": optimizer, "lr": lr, **momentum, "seed": seed}
        for optimizer, momentum in (("SGD", {"momentum": 0.9}), ("Adam", {}))
        for lr in (0.1, 1.0)
        for seed in range(3)
    ]
    nan = float("nan")
    losses = [0.3, 0.1, 0.2, nan, 0.01, nan, 0.5, 0.7, 0.6, 0.55, 0.4, 9.0]
    accuracies = [0.7, 0.8, 0.9, 0.99, 0.99, 0.99, 0.6, 0.6, 0.6, 0.7, 0.5, 0.5]
    return made_of(settings, losses, accuracies=accuracies)


@pytest.fixture
def ax():
    return plots.figure()[1]


def drawn(ax):
    """Render, so that whatever would warn does; return label to line."""
    ax.figure.savefig(io.BytesIO(), format="png")
    handles, labels = ax.get_legend_handles_labels()
    return dict(zip(labels, handles, strict=True))


def test_last_is_the_last_row_of_each_member(results):
    assert results.last["step"].tolist() == [20] * 12
    assert results.last.index.tolist() == list(range(12))
    assert repr(results) == "Results(12 models trained for up to 20 steps, 2 diverged)"


def test_best_is_the_setting_of_the_best_median(results):
    best = results.best(by="optimizer")
    assert best.groupby("optimizer")["lr"].unique().to_dict() == {"SGD": [0.1], "Adam": [1.0]}
    assert best.columns.tolist() == results.frame.columns.tolist()
    assert best["seed"].tolist() == [0, 1, 2, 0, 1, 2]
    assert best["loss"].tolist() == [0.3, 0.1, 0.2, 0.55, 0.4, 9.0]

    assert results.best()["optimizer"].tolist() == ["SGD"] * 3  # of all settings
    assert results.best(by=["lr", "optimizer"]).index.tolist() == [0, 1, 2, 3, 4, 5, *range(6, 12)]


def test_the_best_accuracy_is_the_largest_and_of_none_that_diverged(results):
    best = results.best(by="optimizer", metric="valid_accuracy")
    assert best.groupby("optimizer")["lr"].unique().to_dict() == {"SGD": [0.1], "Adam": [0.1]}


def test_where_all_diverged_best_still_shows_one():
    settings = [{"optimizer": "SGD", "lr": lr, "seed": 0} for lr in (1.0, 2.0)]
    best = made_of(settings, [float("nan"), float("inf")]).best()
    assert best["diverged"].tolist() == [True]


def test_a_plot_over_a_setting_draws_the_last_rows(ax, results):
    assert results.plot(ax, x="lr", y="loss", by="optimizer") is ax
    lines = drawn(ax)
    assert list(lines) == ["SGD, 2 of 6 diverged (3 runs)", "Adam (3 runs)"]
    sgd, adam = lines.values()
    assert adam.get_xdata().tolist() == [0.1, 1.0]
    assert adam.get_ydata().tolist() == [0.6, 0.55]
    np.testing.assert_array_equal(sgd.get_ydata(), [0.2, np.nan])  # two of three diverged
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("lr", "loss")


def test_one_diverged_seed_leaves_the_median_in_sight(ax):
    settings = [{"optimizer": "SGD", "lr": 0.1, "seed": seed} for seed in range(3)]
    results = made_of(settings, [0.1, float("nan"), 0.3])
    results.plot(ax)
    (line,) = drawn(ax).values()
    assert line.get_ydata().tolist() == [5.0, 0.3]


def test_a_plot_over_steps_draws_all_rows(ax, results):
    results.plot(ax, y="valid_accuracy", by=["optimizer", "lr"])
    lines = drawn(ax)
    assert [label.split(" (")[0] for label in lines] == [
        "SGD lr=0.1",
        "SGD lr=1, 2 of 3 diverged",
        "Adam lr=0.1",
        "Adam lr=1",
    ]
    line = lines["SGD lr=0.1 (3 runs)"]
    assert (line.get_xdata().tolist(), line.get_ydata().tolist()) == ([10, 20], [0.1, 0.8])


def test_a_plot_over_numbers_draws_them_in_order(ax):
    results = made_of([{"lr": lr, "seed": 0} for lr in (1.0, 0.1, 0.3)], [1.0, 2.0, 3.0])
    results.plot(ax, x="lr")
    (line,) = drawn(ax).values()
    assert line.get_xdata().tolist() == [0.1, 0.3, 1.0]
    assert line.get_ydata().tolist() == [2.0, 3.0, 1.0]


def test_a_plot_over_names_puts_them_side_by_side(ax, results):
    rows = results.frame.drop(index=[3, 4, 5])  # SGD with lr 1
    Results(rows, results.settings).plot(ax, x="optimizer", y="valid_accuracy", by="lr")
    assert drawn(ax)["lr=0.1 (3 runs)"].get_xdata().tolist() == [0, 1]
    assert drawn(ax)["lr=1 (3 runs)"].get_xdata().tolist() == [1]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["SGD", "Adam"]


def test_an_optimizer_that_lacks_the_setting_on_x_has_no_place_there(ax, results):
    results.plot(ax, x="momentum", y="valid_loss", by=["optimizer", "lr"])
    assert drawn(ax)["SGD lr=0.1 (3 runs)"].get_xdata().tolist() == [0.9]
    np.testing.assert_array_equal(drawn(ax)["Adam lr=0.1 (3 runs)"].get_xdata(), [np.nan])


def test_steps_that_only_some_have_are_left_out(ax, results):
    interrupted = Results(results.frame.drop(index=range(6, 12)), results.settings)
    early = results.frame.loc[6:][lambda rows: rows["step"] == 10]
    partial = Results(pd.concat([interrupted.frame, early]), results.settings)
    partial.plot(ax)
    (line,) = drawn(ax).values()
    assert (line.get_xdata().tolist(), line.get_ydata().tolist()) == ([10], [5.0])


def test_an_unknown_column_is_refused(ax, results):
    for ask in (
        lambda: results.plot(ax, y="accuracy"),
        lambda: results.plot(ax, by="beta"),
        lambda: results.best(metric="train_loss"),
    ):
        with pytest.raises(SweepError, match="there are optimizer, lr, momentum, seed, step, loss"):
            ask()
