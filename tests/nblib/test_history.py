import json
import math
import subprocess
import sys

import numpy as np
import pytest
import torch

from nblib.history import History, StepError, UnknownMetricError


@pytest.fixture
def history():
    history = History()
    history.record(1, loss=2.5)
    history.record(2, loss=1.5, accuracy=0.25)
    history.record(4, loss=math.nan)
    return history


def test_each_metric_has_its_own_steps_and_values(history):
    assert history.names == ("loss", "accuracy")
    assert list(history) == ["loss", "accuracy"]
    assert history["accuracy"] == [0.25]
    assert history["loss"][:2] == [2.5, 1.5]
    assert history.steps("loss") == [1, 2, 4]
    assert history.steps("accuracy") == [2]
    assert history.last("accuracy") == 0.25
    assert "loss" in history
    assert "lr" not in history


def test_values_become_plain_floats():
    history = History()
    history.record(np.int64(3), a=torch.tensor(1.5), b=np.float32(0.5), c=2, d=True)
    assert [history.last(name) for name in "abcd"] == [1.5, 0.5, 2.0, 1.0]
    assert {type(history.last(name)) for name in "abcd"} == {float}
    assert type(history.steps("a")[0]) is int


def test_what_is_read_is_a_copy(history):
    history["loss"].clear()
    history.steps("loss").clear()
    assert len(history["loss"]) == len(history.steps("loss")) == 3


def test_a_step_may_repeat_but_not_go_back(history):
    history.record(4, loss=1.0)
    with pytest.raises(StepError, match="'loss' has a value at step 4 already, so step 3"):
        history.record(3, loss=0.5)
    history.record(3, accuracy=0.5)
    assert history.steps("accuracy") == [2, 3]


@pytest.mark.parametrize("bad", [{"loss": 1.0, "new": 1.0}, {"new": 1.0, "loss": 1.0}])
def test_a_refused_record_leaves_nothing_behind(history, bad):
    before = history.to_dict()
    with pytest.raises(StepError):
        history.record(0, **bad)
    with pytest.raises(TypeError):
        history.record(9, new=1.0, other=[1.0])
    with pytest.raises(TypeError):
        history.record(1.5, new=1.0)
    assert history.to_dict() == before


def test_an_unknown_metric_names_the_known_ones(history):
    for ask in (history.__getitem__, history.steps, history.last):
        with pytest.raises(UnknownMetricError, match="no metric 'los'; recorded: loss, accuracy"):
            ask("los")
    with pytest.raises(UnknownMetricError, match="nothing yet"):
        History()["loss"]


def test_the_record_survives_strict_json(history):
    history.record(5, loss=math.inf, step=1.0)
    history.record(6, loss=-math.inf)
    text = json.dumps(history.to_dict(), allow_nan=False)
    again = History.from_dict(json.loads(text))
    assert again == history
    assert again.names == history.names
    assert math.isnan(again["loss"][2])
    assert again["loss"][3:] == [math.inf, -math.inf]


def test_a_damaged_dict_is_refused():
    with pytest.raises(ValueError, match="zip"):
        History.from_dict({"loss": {"steps": [1, 2], "values": [1.0]}})
    with pytest.raises(StepError):
        History.from_dict({"loss": {"steps": [2, 1], "values": [1.0, 1.0]}})


def test_equality_sees_steps_and_values(history):
    other = History.from_dict(history.to_dict())
    assert other == history
    other.record(5, loss=0.0)
    assert other != history
    assert history != history.to_dict()


def test_the_table_has_one_row_per_value(history):
    frame = history.to_frame()
    assert list(frame.columns) == ["metric", "step", "value"]
    assert frame.query("metric == 'loss'")["step"].tolist() == [1, 2, 4]
    assert frame.query("metric == 'accuracy'")["value"].tolist() == [0.25]
    assert list(History().to_frame().columns) == ["metric", "step", "value"]


def test_the_repr_sums_up(history):
    assert repr(history) == "History(loss: 3 values, last nan; accuracy: 1 value, last 0.25)"
    assert repr(History()) == "History()"


def test_history_imports_neither_torch_nor_pandas_nor_matplotlib():
    code = (
        "import sys, nblib.history; "
        "sys.exit(any(name in sys.modules for name in ('torch', 'pandas', 'matplotlib')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
