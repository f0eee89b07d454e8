import random
import sys

import numpy as np
import pytest
import torch

from nblib import runtime
from nblib.runtime import DeviceError


def test_the_device_prefers_cuda_then_mps_then_cpu(monkeypatch):
    monkeypatch.delenv("NBLIB_DEVICE")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert runtime.device() == torch.device("cuda")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert runtime.device() == torch.device("mps")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert runtime.device() == torch.device("cpu")


def test_the_environment_overrides_the_device(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    for name in ("cpu", "cuda", "cuda:1"):
        monkeypatch.setenv("NBLIB_DEVICE", name)
        assert runtime.device() == torch.device(name)
    monkeypatch.setenv("NBLIB_DEVICE", "")
    assert runtime.device() == torch.device("cuda")


def test_asking_for_the_cpu_leaves_cuda_alone(monkeypatch):
    """A process that has touched CUDA cannot be forked any more."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: pytest.fail("CUDA was touched"))
    monkeypatch.setenv("NBLIB_DEVICE", "cpu")
    assert runtime.device() == torch.device("cpu")


@pytest.mark.parametrize("name", ["gpu", "cuda:2", "mps", "meta", "cpu:1", "cuda:-1"])
def test_an_unknown_or_absent_device_is_refused(monkeypatch, name):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    monkeypatch.setenv("NBLIB_DEVICE", name)
    with pytest.raises(DeviceError, match=f"NBLIB_DEVICE is '{name}'.*Set it to cpu"):
        runtime.device()


def test_one_seed_fixes_every_generator():
    def draw(seed):
        generator = runtime.seed_everything(seed)
        return [
            random.random(),
            np.random.rand(),  # noqa: NPY002  the global state is what is tested
            torch.rand(()).item(),
            torch.rand((), generator=generator).item(),
        ]

    first = draw(1)
    assert draw(1) == first
    assert all(a != b for a, b in zip(draw(2), first, strict=True))


def test_the_returned_generator_is_independent_of_the_global_one():
    expected = torch.rand(3, generator=runtime.seed_everything(5))
    generator = runtime.seed_everything(5)
    torch.rand(100)
    assert torch.equal(torch.rand(3, generator=generator), expected)


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_out_of_range_seeds_nothing(seed):
    runtime.seed_everything(3)
    expected = random.random(), torch.rand(()).item()
    runtime.seed_everything(3)
    with pytest.raises(ValueError, match=r"[Ss]eed must be between"):
        runtime.seed_everything(seed)
    assert (random.random(), torch.rand(()).item()) == expected


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, False),
        ({"NBLIB_FAST": "0"}, False),
        ({"NBLIB_FAST": "1"}, True),
        ({"NBGRADER_EXECUTION": "autograde"}, True),
        ({"NBGRADER_EXECUTION": "validate", "NBLIB_FAST": "0"}, True),
    ],
)
def test_experiments_run_small_for_graders_and_on_request(monkeypatch, variables, expected):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert runtime.fast() is expected
    assert runtime.scaled(full=20, fast=2) == (2 if expected else 20)


def test_progress_is_silent_where_nobody_watches(capfd):
    assert list(runtime.progress(range(3), "counting")) == [0, 1, 2]
    assert capfd.readouterr() == ("", "")


def test_progress_rewrites_one_line_of_a_terminal(monkeypatch, capsys):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(runtime, "_SECONDS_BETWEEN_UPDATES", 0)
    assert list(runtime.progress("ab", "reading")) == ["a", "b"]
    out, err = capsys.readouterr()
    assert err == ""
    assert out.count("\n") == 1
    lines = out.split("\r\x1b[K")
    assert lines[1] == "reading: 0 of 2"
    assert lines[2].startswith("reading: 1 of 2, about ")
    assert lines[-1].startswith("reading: 2 done in ")


def test_progress_says_how_far_a_loop_came_that_was_left(monkeypatch, capsys):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    for item in runtime.progress(range(10), "searching"):
        if item == 3:
            break
    assert "searching: 3 of 10 done in " in capsys.readouterr().out


def test_progress_needs_no_length(monkeypatch, capsys):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert len(list(runtime.progress(iter(range(5)), "reading"))) == 5
    assert "reading: 5 done in " in capsys.readouterr().out


def test_progress_updates_one_output_of_a_notebook(run_cell):
    cell = run_cell(
        "from nblib import runtime\n"
        "runtime._SECONDS_BETWEEN_UPDATES = 0\n"
        "for _ in runtime.progress(range(5), 'training'): pass"
    )
    (output,) = cell.outputs
    assert output.output_type == "display_data"
    assert output.data["text/plain"].startswith("training: 5 done in ")
