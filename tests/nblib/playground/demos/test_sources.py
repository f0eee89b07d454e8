"""The playground of sources: its probe is ridge regression, its goal needs both knobs."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import Ridge

from nblib import data, playground, plots
from nblib.playground.demos import sources
from nblib.playground.still import still


@pytest.mark.parametrize("per_class", [2, 40])  # fewer examples than features, and more
@pytest.mark.parametrize("source", ["pixels", "letters"])
def test_the_probe_is_ridge_regression(source, per_class):
    X_train, y_train, X_test, y_test = sources._features(source)
    order = torch.randperm(len(y_train), generator=torch.Generator().manual_seed(3))
    chosen = torch.cat([order[y_train[order] == k][:per_class] for k in range(10)])
    model = Ridge(alpha=0.5 * len(chosen)).fit(
        X_train[chosen].double().numpy(), np.eye(10)[y_train[chosen]]
    )
    guess = model.predict(X_test.double().numpy()).argmax(axis=1)
    wanted = (guess == y_test.numpy()).mean()
    assert sources.fitted_accuracy(source, per_class, 0.5, 3) == pytest.approx(wanted, abs=0.003)


def test_examples_with_labels_are_not_judged():
    _, y_train, _, y_test = sources._features("pixels")
    assert len(y_train) + len(y_test) == 1797
    real = data.digits(test_size=0.4, standardize=False)
    assert torch.equal(y_test, real.y_test.cpu())


def test_the_goal_needs_the_right_source_and_the_right_strength():
    assert not sources.draw("pixels", 3, 100).reached  # where it starts
    reached = {
        (source, strength)
        for source in sources.SOURCES
        for strength in (1e-4, 0.3, 1.0, 3.0, 100.0)
        if sources.draw(source, 4, strength).reached
    }
    assert reached == {("letters", strength) for strength in (0.3, 1.0, 3.0)}


def test_more_labels_than_the_goal_allows_do_not_count():
    assert sources.draw("letters", 5, 1.0).reached is None


@pytest.mark.parametrize("source", sources.SOURCES)
def test_every_source_can_be_drawn(source):
    scene = sources.draw(source, 1, 1e-4, 1)
    assert source in scene.says
    plots.png(still(scene))


def test_a_source_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="there are pixels"):
        playground.few_labels("cats")
